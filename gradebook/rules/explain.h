#ifndef GRADEBOOK_RULES_EXPLAIN_H
#define GRADEBOOK_RULES_EXPLAIN_H

/*
 * Why a result is what it is, for the person it concerns: a message code of
 * core/base/messages/mark.json and its parameters, such as the formula with the numbers put in.
 * Pure; the sentence itself is made by core/base/messages.h.
 */

#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/json_out.h"
#include "core/base/messages.h"

enum {
	EXPLAIN_PARAMS_MAX = 8,
	EXPLAIN_VALUE_BYTES = 96,
};

struct explain {
	const char *code; /* static storage; NULL until set */
	size_t count;
	const char *names[EXPLAIN_PARAMS_MAX]; /* static storage */
	char values[EXPLAIN_PARAMS_MAX][EXPLAIN_VALUE_BYTES];
};

/* Starts anew with that code. */
void explain_begin(struct explain *x, const char *code);
/* Adds a parameter. Asserts that there is room for it and that it is not too long. */
void explain_add(struct explain *x, const char *name, const char *format, ...)
		__attribute__((format(printf, 3, 4)));

/* Appends the sentence. Errors of messages_print. */
enum err explain_print(const struct explain *x, enum lang lang, struct buf *out) MUST_CHECK;
/* Writes {"code":…,"params":{…},"text":…} as a value. Errors of messages_print. */
enum err explain_json(const struct explain *x, enum lang lang, struct json_out *w) MUST_CHECK;

#endif
