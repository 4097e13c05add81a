#ifndef WS_HTTP_FORM_H
#define WS_HTTP_FORM_H

/*
 * Reading the members of a JSON body: each mistake is noted with its member's path, and all of
 * them are told at once. Values of members with a mistake are the fallback; the caller asks
 * form_is_good() before it uses any. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/diag.h"
#include "core/base/json.h"
#include "ws/http/reply.h"

struct form {
	const struct json *body; /* NULL when there is none: every required member is missing */
	struct diag errors;
};

void form_finish(struct form *f);

/* Notes a mistake of a member: where is "/" and its name. */
void form_fault(struct form *f, const char *name, const char *code);

/*
 * Text, trimmed and in NFC, of chars_min to chars_max characters, without any that turn the direction
 * of writing (str_has_bidi), in memory that the caller frees;
 * NULL when it is wrong or there is no memory (noted too). chars_min 0: a missing member gives "".
 */
char *form_text(struct form *f, const char *name, size_t chars_min, size_t chars_max);
/* A decimal id as a string; 0 when it is wrong, or missing and not required. */
uint64_t form_id(struct form *f, const char *name, bool is_required);
/* A whole number in least..most; a missing one gives the fallback, unless that is out of range. */
int64_t form_int(struct form *f, const char *name, int64_t fallback, int64_t least, int64_t most);
bool form_bool(struct form *f, const char *name, bool fallback);
/* A list; NULL when it is missing or wrong (noted when required or wrong). */
const struct json *form_list(struct form *f, const char *name, bool is_required);

bool form_is_good(const struct form *f);
/* Answers 422 with all mistakes. Gives ERR_OK, so that a handler may return it. */
enum err form_refuse(const struct form *f, struct reply *reply);

#endif
