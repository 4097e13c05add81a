#ifndef WS_HTTP_MARK_JSON_H
#define WS_HTTP_MARK_JSON_H

/* Marks and means as JSON, for those who enter them and those who read them. */

#include "core/base/json.h"
#include "core/base/json_out.h"
#include "gradebook/marks/cell.h"
#include "gradebook/marks/mark.h"

/* A mark in tenths, or null. */
void mark_put_value(struct json_out *w, const char *name, int value_x10);

/* "valueX10", "state", "isMakeup" of a cell, as members of the object at hand. */
void mark_put_cell(struct json_out *w, const struct cell *cell);

/* The members "valueX10" (or null), "state", "isMakeup" of a body. ERR_INVAL. */
enum err mark_get_cell(const struct json *node, struct cell *out) MUST_CHECK;

/*
 * What the rules do not provide for has no mean, and says so: two midterm marks of a student who
 * changed the class, a grade that no pack of rules knows. A NULL plan: no rules are known.
 */
struct mark_result mark_result_of(
		const struct mark_plan *plan, const struct mark_cell *cells, size_t count);

/* {"valueX10","why"}: always one whole value, also when it fails. */
enum err mark_put_result(
		struct json_out *w, const struct mark_result *r, enum lang lang) MUST_CHECK;

#endif
