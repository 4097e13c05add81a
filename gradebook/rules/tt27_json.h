#ifndef GRADEBOOK_RULES_TT27_JSON_H
#define GRADEBOOK_RULES_TT27_JSON_H

/*
 * A primary pupil's year as JSON, in the members of docs/compute.md: the line that
 * `truongthi gradebook compute` takes, and the members of its answer; as tt22_json.h for secondary
 * school. Pure.
 */

#include "core/base/json.h"
#include "gradebook/rules/compute.h"
#include "gradebook/rules/tt27.h"

/* The line as one object. */
void tt27_put_line(struct json_out *w, const struct primary_pack *pack,
		const struct tt27_pupil *pupil);

/* "none", "tieu_bieu", "xuat_sac"; NULL while it is open. */
const char *tt27_award_name(const struct primary_pack *pack, int award);

/* The members of the answer into the object that is open; without options there are no reasons in
 * it. `words` is the pupil as the reasons call subjects and qualities: by their codes (`pupil`), or
 * by names in place of these. Errors of messages_print. */
enum err tt27_put_outcome(struct json_out *w, const struct primary_pack *pack,
		const struct tt27_pupil *pupil, const struct tt27_outcome *outcome,
		const struct compute_options *options, const struct tt27_pupil *words) MUST_CHECK;

/*
 * Reads back what tt27_put_line() wrote. Codes point into the document.
 * Errors  ERR_CORRUPT  it is no such line; ERR_NOMEM
 */
enum err tt27_read_line(const struct json *line, const struct primary_pack *pack,
		struct tt27_pupil *out) MUST_CHECK;
/* Reads back what tt27_put_outcome() wrote. Errors as above. */
enum err tt27_read_outcome(const struct json *result, const struct primary_pack *pack,
		struct tt27_outcome *out) MUST_CHECK;

#endif
