#ifndef EXAM_MARKING_DECIMAL_H
#define EXAM_MARKING_DECIMAL_H

/*
 * Numbers that people type as answers, compared exactly: no floating point. "3,14", "3.14",
 * "−0,5" (any minus sign), "+2", ",5", "12 000" and "007" are numbers; "1.234,5" (two points),
 * "1 2", "1/2", "1e3" and "5 cm" are not. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	DECIMAL_PLACES = 9,           /* kept exactly; what lies behind is only known to be there */
	DECIMAL_WHOLE_DIGITS_MAX = 9, /* before the point, leading zeros not counted */
	DECIMAL_BYTES_MAX = 64,
};

struct decimal {
	bool is_negative;
	bool has_more; /* digits other than 0 stand behind the ninth place */
	int64_t units; /* absolute value in 10^-9, cut off */
};

/*
 * Errors  ERR_INVAL  not a number
 *         ERR_LIMIT  more than DECIMAL_WHOLE_DIGITS_MAX digits before the point, or longer than
 *                    DECIMAL_BYTES_MAX
 */
enum err decimal_parse(struct str text, struct decimal *out) MUST_CHECK;

/*
 * |answer - key| <= tolerance, exactly. Key and tolerance must have no digits behind the ninth
 * place and the tolerance must not be negative: our own mistake otherwise (asserts).
 */
bool decimal_is_near(const struct decimal *answer, const struct decimal *key,
		const struct decimal *tolerance);

#endif
