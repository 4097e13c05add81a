#ifndef WS_SERVICE_FOUND_SCHOOL_H
#define WS_SERVICE_FOUND_SCHOOL_H

/*
 * A school's first day: its place, the present school year with two terms, the subjects of its
 * level, and one person of the office with a one-use activation code. Everything else the office
 * does in its pages.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/auth/ticket.h"
#include "core/base/date.h"
#include "core/db/db.h"
#include "core/school/account.h"
#include "core/school/place.h"
#include "core/seal/keys.h"

enum {
	FOUND_SCHOOL_CODE_DAYS = 60, /* how long the activation code is good */
	FOUND_SCHOOL_TERM_2_MONTH = 1,
	FOUND_SCHOOL_TERM_2_DAY = 16,
	FOUND_SCHOOL_YEAR_MONTH = 7, /* a school year is counted from the first of this month */
};

/* A province or commune: its code in the national list and its name. */
struct found_place {
	struct str code; /* digits */
	struct str name;
};

/* Texts belong to the caller. */
struct found_school {
	struct found_place province; /* made when the code is new; else the name is not looked at */
	struct found_place commune;
	struct school school; /* code, name, level */
	struct account_name office_name;
	char office_login[ACCOUNT_LOGIN_BYTES];
};

/* What went wrong with whom: a word for the sentence that the caller prints. */
enum found_fault {
	FOUND_NO_FAULT,
	FOUND_SCHOOL_CODE_TAKEN,
	FOUND_PROVINCE_CODE, /* no number from 1 to 99 */
};

/*
 * All in one transaction; `code` is the fresh activation code of the office's person.
 * Errors: ERR_EXISTS or ERR_INVAL with *out_fault set, and those of db.h.
 */
enum err found_school(struct db *db, const struct found_school *new_school,
		const struct ticket *code, const uint8_t ticket_key[KEYS_BYTES], int64_t now_ms,
		uint64_t *out_school_id, enum found_fault *out_fault) MUST_CHECK;

#endif
