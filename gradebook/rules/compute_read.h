#ifndef GRADEBOOK_RULES_COMPUTE_READ_H
#define GRADEBOOK_RULES_COMPUTE_READ_H

/* What the readers of compute.h share: a place in the line, and refusing what stands there. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/json.h"
#include "gradebook/rules/compute.h"

enum { COMPUTE_PLACE_BYTES = 120 };

/* Where the reader is: "/subjects/3". */
struct compute_reader {
	struct diag *why;
	char at[COMPUTE_PLACE_BYTES];
};

/* Goes to another place; printf. Longer places are cut. */
void compute_go(struct compute_reader *r, const char *format, ...)
		__attribute__((format(printf, 2, 3)));
/* Says that what stands at the place's member `name` is wrong, by a message code that takes "at".
 * Gives ERR_INVAL. */
enum err compute_refuse(struct compute_reader *r, const char *name, const char *code) MUST_CHECK;

/* The items of a list of at most `most`, or NULL when there is none or it is null. ERR_INVAL. */
enum err compute_list(struct compute_reader *r, const struct json *object, const char *name,
		size_t most, const struct json **out) MUST_CHECK;
/* A code of 1 .. COMPUTE_CODE_BYTES_MAX bytes. ERR_INVAL. */
enum err compute_code(
		struct compute_reader *r, const struct json *object, struct str *out) MUST_CHECK;
/* An optional yes or no. ERR_INVAL. */
enum err compute_flag(struct compute_reader *r, const struct json *object, const char *name,
		bool *out) MUST_CHECK;
/* An optional whole number of least .. most. ERR_INVAL. */
enum err compute_number(struct compute_reader *r, const struct json *object, const char *name,
		int64_t most, int *out) MUST_CHECK;
/* A mark in tenths, or `none` for null and nothing. ERR_INVAL. */
enum err compute_mark(struct compute_reader *r, const struct json *node, const char *name, int none,
		int *out) MUST_CHECK;

struct rule_pack;
struct primary_pack;
struct json_out;

/* One student of each kind of school: reads, works out, and writes the members of the answer. */
enum err compute_secondary(struct compute_reader *r, const struct rule_pack *pack,
		const struct json *line, const struct compute_options *options,
		struct json_out *w) MUST_CHECK;
enum err compute_primary(struct compute_reader *r, const struct primary_pack *pack,
		const struct json *line, const struct compute_options *options,
		struct json_out *w) MUST_CHECK;

#endif
