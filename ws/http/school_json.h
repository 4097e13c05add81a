#ifndef WS_HTTP_SCHOOL_JSON_H
#define WS_HTTP_SCHOOL_JSON_H

/* What the handlers of the school's rooms have in common. */

#include "core/base/date.h"
#include "core/base/json_out.h"
#include "core/school/account.h"
#include "core/school/calendar.h"
#include "core/seal/keys.h"
#include "ws/http/form.h"
#include "ws/http/request.h"

enum {
	SCHOOL_LIST_BYTES_MAX = 8 << 20, /* texts of one list, kept while it is written */
	SCHOOL_LIST_MAX = 20000,
};

/* "2010-09-05", or null for a date that is not known. */
void school_put_date(struct json_out *w, const char *name, struct date d);
/* "male", "female" or null. */
void school_put_sex(struct json_out *w, enum sex sex);
/* The text, or null when it is empty. */
void school_put_or_null(struct json_out *w, const char *name, struct str text);
/* A time, or null for 0. */
void school_put_time(struct json_out *w, const char *name, int64_t at_ms);
/* {"id","fullName"}, or null when id is 0. */
void school_put_person(struct json_out *w, const char *name, uint64_t id, struct str full_name);

/* The key under which columns such as personal ids are sealed. Wiped by the caller. */
void school_seal_key(const struct request *req, uint8_t out[KEYS_BYTES]);

/* The year that the query names, or the present one. ERR_NOT_FOUND: there is none. */
enum err school_wanted_year(const struct request *req, struct school_year *out) MUST_CHECK;

/* Members of a form: a date as "2010-09-05" (missing, null or "": zeros); a name. Mistakes are
 * noted in the form; out is then not to be used. */
struct date school_form_date(struct form *f, const char *name);
void school_form_name(struct form *f, const char *name, struct account_name *out);
/* The member "phone": a Vietnamese number, or "" when there is none. */
void school_form_phone(struct form *f, char out[ACCOUNT_PHONE_BYTES]);

#endif
