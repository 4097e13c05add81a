#ifndef CORE_PROVINCE_ENROL_STORE_H
#define CORE_PROVINCE_ENROL_STORE_H

/*
 * How a school comes to be known by its key: the officer makes a one-time code for it, the school
 * shows that it has the code. What the code authenticates with is kept sealed; the code itself is
 * nowhere.
 */

#include <stdint.h>

#include "core/base/buf.h"
#include "core/db/db.h"
#include "core/exchange/enrolment.h"
#include "core/seal/keys.h"

enum { ENROL_CODE_DAYS = 14 };

/* crypto_kdf context of the key under which codes are sealed. */
#define ENROL_CONTEXT "TT1_ENRL"

/* A fresh code of a school. */
struct enrol_code {
	uint32_t province_id;
	uint64_t school_id;
	const struct enrolment_code *code;
	const uint8_t *box_key; /* KEYS_BYTES, derived by ENROL_CONTEXT */
	uint64_t made_by;       /* person; 0: at the terminal */
	int64_t now_ms;
};
/* Codes of the school that nobody used are void from now on. ERR_NOT_FOUND: no such school in the
 * province. In one transaction. */
enum err enrol_store_add_code(struct db *db, const struct enrol_code *code) MUST_CHECK;

/* A school's question, and who is asked. */
struct enrol {
	const struct enrolment_ask *ask;
	const uint8_t *box_key;
	uint32_t province_id;
	struct str province_code;
	struct str province_name;
	const uint8_t *province_key; /* SIGN_PUBLIC_BYTES: by which the province signs now */
	int64_t now_ms;
};
/*
 * Takes the key in and appends the answer; the same question again is given the same answer. In
 * one transaction.
 *
 * Errors  ERR_DENIED    no such code, of another school, or the school has not shown it: told
 *                       apart by nothing
 *         ERR_EXPIRED   the code has run out, or is void
 *         ERR_FORK      the code was used with another key
 *         ERR_CLOSED    the school is suspended
 *         ERR_CONFLICT  the key was revoked or rolled: it never comes back
 */
enum err enrol_store_take(struct db *db, const struct enrol *enrol, struct buf *answer) MUST_CHECK;

#endif
