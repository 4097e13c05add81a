#ifndef GRADEBOOK_SHEETS_MARK_VALUE_H
#define GRADEBOOK_SHEETS_MARK_VALUE_H

/*
 * One cell of an Excel file as a mark: 8, "7,5", "7.5", Đ, CĐ, V (away), with a "b" behind it made up
 * later; a level as T, H, C. What is probably meant otherwise than it is written (75 for 7,5) is a question, never a
 * mark. Pure.
 */

#include "core/base/grid.h"
#include "gradebook/marks/cell.h"

enum mark_value_kind {
	MARK_VALUE_EMPTY,
	MARK_VALUE_MARK,
	MARK_VALUE_ASK, /* `cell` is what is probably meant */
	MARK_VALUE_EXEMPT,
	MARK_VALUE_WRONG,
};

struct mark_value {
	enum mark_value_kind kind;
	struct cell cell;
	const char *fault; /* of a wrong one: a message's code, with {value} */
};

/* `cell` may be NULL: empty. ERR_NOMEM. */
enum err mark_value_read(enum mark_scale scale, const struct grid_cell *cell,
		struct mark_value *out) MUST_CHECK;

/* Appends a cell as a person writes it: "7,5", "Đ", "T", "V". */
void mark_value_print(
		enum mark_scale scale, const struct cell *cell, enum lang lang, struct buf *out);

#endif
