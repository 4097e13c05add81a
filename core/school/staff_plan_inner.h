#ifndef CORE_SCHOOL_STAFF_PLAN_INNER_H
#define CORE_SCHOOL_STAFF_PLAN_INNER_H

/* What the files staff_*.c share among themselves. Not for others. */

#include "core/school/roster_inner.h"
#include "core/school/staff_plan.h"

/* An empty plan with the names of the sheets; hidden ones are noted. */
enum err staff_plan_begin(const struct grid *const *grids, size_t grid_count,
		struct staff_plan **out) MUST_CHECK;
/* One more row; it may move the others. */
enum err staff_plan_add(struct staff_plan *plan, size_t sheet, unsigned number,
		struct staff_row **out) MUST_CHECK;
/* Counts the actions and keeps what the plan was made from. */
void staff_plan_end(struct staff_plan *plan, const struct staff_known *known);

/* A message of a row, as roster_note(): an error makes the row one. */
enum err staff_note(struct staff_plan *plan, struct staff_row *row, bool is_error, unsigned column,
		const char *code, ...) MUST_CHECK __attribute__((sentinel));

/* Appends a cell's clean text; nothing when it is empty or holds no value (which is said). */
enum err staff_cell_text(struct staff_plan *plan, struct staff_row *row,
		const struct grid_cell *cell, struct buf *out) MUST_CHECK;
/* The first text of a row, plain: what kind of line it is. */
enum roster_line staff_line_of(const struct grid_row *row);

#endif
