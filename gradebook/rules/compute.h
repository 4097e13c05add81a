#ifndef GRADEBOOK_RULES_COMPUTE_H
#define GRADEBOOK_RULES_COMPUTE_H

/*
 * One student in JSON on one line, and everything the rules say of that student on one line: the
 * same rules as the gradebook's, for anyone who checks by hand or in bulk. docs/compute.md holds
 * the members of both. Pure: bytes in, bytes out.
 */

#include <stdbool.h>

#include "core/base/buf.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/messages.h"
#include "core/base/str.h"

enum {
	COMPUTE_LINE_BYTES_MAX = 256 * 1024,
	COMPUTE_ANSWER_BYTES_MAX = 4 * 1024 * 1024,
	COMPUTE_ID_BYTES_MAX = 64,
	COMPUTE_CODE_BYTES_MAX = 32, /* of a subject */
};

struct compute_options {
	bool explains; /* every result in words, not only what is missing or was raised */
	enum lang lang;
};

/* Says that a line is longer than COMPUTE_LINE_BYTES_MAX, for a caller who does not keep such. */
void compute_refuse_long(struct diag *why);

/*
 * Appends the answer to `out`, without a line's end.
 * Errors  ERR_INVAL  the line is bad: `why` has an item that says what, with the place in JSON as
 *                    "at" ("/subjects/3/terms/0/gk")
 *         ERR_NOMEM, and what stuck to the buffer
 * On failure `out` is as it was.
 */
enum err compute_line(struct str line, const struct compute_options *options, struct buf *out,
		struct diag *why) MUST_CHECK;

#endif
