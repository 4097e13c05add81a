#ifndef GRADEBOOK_RULES_TT22_JSON_H
#define GRADEBOOK_RULES_TT22_JSON_H

/*
 * A student's year as JSON, in the members of docs/compute.md: the line that the command
 * `truongthi gradebook compute` takes, and the members of its answer. The gradebook writes both
 * with these functions, so that anyone can hold one against the other. Pure.
 */

#include "core/base/err.h"
#include "core/base/json.h"
#include "gradebook/rules/compute.h"
#include "gradebook/rules/tt22_year.h"

/* A result of a subject as a value: a mark in tenths, "D" or "C", or null. */
void tt22_put_value(struct json_out *w, bool is_comment, int value);

/*
 * The line as one object. Results of summer are written where the rules allowed them; the others
 * counted for nothing and would be refused.
 */
void tt22_put_line(struct json_out *w, const struct rule_pack *pack, const char *school_level,
		const struct tt22_student *student, const struct tt22_outcome *outcome);

/* "none", "gioi", "xuat_sac"; NULL while it is open. */
const char *tt22_award_name(const struct rule_pack *pack, int award);

/* The members of the answer into the object that is open; without options there are no reasons in it.
 * Errors of messages_print. */
enum err tt22_put_outcome(struct json_out *w, const struct rule_pack *pack,
		const struct tt22_student *student, const struct tt22_outcome *outcome,
		const struct compute_options *options) MUST_CHECK;

/*
 * Reads back what tt22_put_line() wrote. Codes of subjects point into the document.
 * Errors  ERR_CORRUPT  it is no such line
 */
enum err tt22_read_line(const struct json *line, struct tt22_student *out) MUST_CHECK;
/*
 * Reads back what tt22_put_outcome() wrote of that student: every result and level. Why each is what
 * it is (a level that was raised, the year's means after summer) is not in it. Errors as above.
 */
enum err tt22_read_outcome(const struct json *result, const struct rule_pack *pack,
		const struct tt22_student *student, struct tt22_outcome *out) MUST_CHECK;

#endif
