#ifndef CORE_AUTH_ACTIVATION_STORE_H
#define CORE_AUTH_ACTIVATION_STORE_H

/*
 * The SQL for the one-use codes on sign-in slips. A code is stored as a keyed hash. A new code of
 * a person makes the older ones of that school void.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/school/account.h"

enum {
	ACTIVATION_HASH_BYTES = 32,
	ACTIVATION_ADD_MAX = 5000, /* codes made at once */
	ACTIVATION_PLACE_BYTES = 801,
	ACTIVATION_CODE_BYTES = 97,
};

struct activation_new {
	uint8_t code_hash[ACTIVATION_HASH_BYTES];
	uint64_t person_id; /* must be a person of the school */
};

/* Codes made together. */
struct activation_batch {
	uint64_t school_id;
	const struct activation_new *codes;
	size_t count;
	uint64_t created_by; /* person */
	int64_t now_ms;
	int64_t expires_at_ms;
	uint64_t class_id; /* whose sheet of slips they stand on; 0: given by themselves */
	bool keeps_live;   /* nobody's code that still works is made void */
};

/*
 * Adds codes for people of one school, and voids what they had. In one transaction.
 * Errors  ERR_NOT_FOUND  one of them is nothing at the school
 *         ERR_STALE      keeps_live, and one of them holds a code that still works
 *         ERR_LIMIT      more than ACTIVATION_ADD_MAX
 * Then none is added.
 */
enum err activation_store_add(struct db *db, const struct activation_batch *batch) MUST_CHECK;

/* Makes the codes of a person of the school void that nobody used. */
enum err activation_store_void(
		struct db *db, uint64_t school_id, uint64_t person_id, int64_t now_ms) MUST_CHECK;

/* A code that still works. The name is valid during `each`. */
struct activation_live {
	uint64_t person_id;
	int64_t created_at_ms;
	uint64_t class_id; /* 0: it stands on no class's sheet */
	struct str class_name;
};
/* All of a school, by person; an error of `each` ends it and is given back. */
enum err activation_store_live(struct db *db, uint64_t school_id, int64_t now_ms,
		enum err (*each)(const struct activation_live *live, void *ctx),
		void *ctx) MUST_CHECK;

/* What a code stands for. */
struct activation {
	uint64_t person_id;
	uint64_t school_id; /* 0: an officer's code */
	uint32_t province_id; /* of an officer's code, whose code and name stand for a school's; else 0 */
	char full_name[ACCOUNT_NAME_BYTES];
	char login[ACCOUNT_LOGIN_BYTES]; /* "" when the person signs in by phone */
	char school_code[ACTIVATION_CODE_BYTES];
	char school_name[ACTIVATION_PLACE_BYTES];
	bool has_phone;
	/* The person has a password that the school did not give, or belongs to a province: the
	 * code sets none, it joins the school to that sign-in. */
	bool only_joins;
};

/* Looks without using it up. ERR_NOT_FOUND: no such code. ERR_EXPIRED: used, void or run out. */
enum err activation_store_find(struct db *db, const uint8_t *code_hash, int64_t now_ms,
		struct activation *out) MUST_CHECK;

/*
 * Uses the code up and gives the person this password, in one transaction; the account becomes
 * active. What the person is at other schools is to be proven there (proof_store.h).
 * Errors as activation_store_find(), ERR_CONFLICT when the account is locked or closed, ERR_STALE
 * when the code only joins; then the code stays unused.
 */
enum err activation_store_use(struct db *db, const uint8_t *code_hash, const char *password_hash,
		int64_t now_ms, struct activation *out) MUST_CHECK;

/* Uses the code up without a password, inside a transaction: what it joins is the caller's. Errors
 * as activation_store_find(). */
enum err activation_store_join(struct db *db, const uint8_t *code_hash, int64_t now_ms,
		struct activation *out) MUST_CHECK;

#endif
