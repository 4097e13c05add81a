#ifndef CORE_SCHOOL_ACCOUNT_H
#define CORE_SCHOOL_ACCOUNT_H

/*
 * People as the school knows them: the states of their sign-in, and the forms in which names,
 * sign-in names and phone numbers are kept. Pure. What a person is (enum role) stands in
 * core/auth/access.h. The numbers of the enums are those of the tables.
 */

#include <stdbool.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	ACCOUNT_NAME_CHARS_MAX = 120,
	ACCOUNT_GIVEN_CHARS_MAX = 60,
	ACCOUNT_NAME_BYTES = ACCOUNT_NAME_CHARS_MAX * 4 + 1,
	ACCOUNT_GIVEN_BYTES = ACCOUNT_GIVEN_CHARS_MAX * 4 + 1,
	ACCOUNT_LOGIN_MAX = 64,
	ACCOUNT_LOGIN_BYTES = ACCOUNT_LOGIN_MAX + 1,
	ACCOUNT_PHONE_BYTES = 17, /* "+84" and up to 13 digits */
};

enum account_state {
	ACCOUNT_INVITED = 1, /* has no password yet */
	ACCOUNT_ACTIVE = 2,
	ACCOUNT_LOCKED = 3, /* by the office */
	ACCOUNT_CLOSED = 4,
};

enum sex {
	SEX_NOT_SAID = 0,
	SEX_MALE = 1,
	SEX_FEMALE = 2,
};

/* Numbers of the tables; ERR_CORRUPT for one this program does not know. */
enum err account_state_from_db(uint64_t v, enum account_state *out) MUST_CHECK;
enum err sex_from_db(uint64_t v, enum sex *out) MUST_CHECK;

/*
 * May a person whose password was right sign in? ERR_DENIED while the account is locked, which
 * may be said since the password was right; ERR_PASSWORD for one that is closed or has none.
 */
enum err account_sign_in(enum account_state state) MUST_CHECK;

/* A person's name in the forms that are kept beside one another. */
struct account_name {
	char full[ACCOUNT_NAME_BYTES];   /* NFC, single blanks: "Nguyễn Thị Hoà" */
	char given[ACCOUNT_GIVEN_BYTES]; /* the last word, first in sorting: "Hoà" */
	char rest[ACCOUNT_NAME_BYTES];   /* the words before it: "Nguyễn Thị" */
	char search[ACCOUNT_NAME_BYTES]; /* folded: "nguyen thi hoa" */
};

/*
 * A name typed in capitals only, or in none, gets them where names have them: "NGUYỄN THỊ HOÀ"
 * and "nguyễn thị hoà" are "Nguyễn Thị Hoà". A name in both cases stays as it is.
 *
 * ERR_MISSING when nothing is left after trimming, ERR_FORMAT when it is not UTF-8 or has control
 * characters, also those of str_has_bidi(), ERR_LIMIT when it is longer than the limits above. Source: RULES, "Sort by given
 * name (the last token), then family and middle names".
 */
enum err account_name_parse(struct str raw, struct account_name *out) MUST_CHECK;

/* A sign-in name: trimmed, lower case, 1 to 64 of a-z 0-9 . _ -; ERR_INVAL otherwise. */
enum err account_login_parse(struct str raw, char out[ACCOUNT_LOGIN_BYTES]) MUST_CHECK;

/*
 * A Vietnamese phone number as "+84…", also when a spreadsheet ate its leading 0 ("912345678").
 * Blanks of any kind, dots, hyphens and brackets are left out. Mobile numbers of before September
 * 2018 (11 digits, 01…) become what they are now. ERR_INVAL for anything that is no such number:
 * after 0 or +84 come 9 digits (mobile) or 10 (land line, which begins with 2).
 */
enum err account_phone_parse(struct str raw, char out[ACCOUNT_PHONE_BYTES]) MUST_CHECK;

#endif
