#ifndef GRADEBOOK_MARKS_CELL_H
#define GRADEBOOK_MARKS_CELL_H

/*
 * What may stand in a cell of the gradebook, and the one byte that says it in the history and in
 * requests: a value, one that was taken later than by the class (make-up), missing (the student
 * was away and has still to be assessed), or nothing. Pure.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "gradebook/marks/mark.h"

/* The byte: 0..100 a value, 128..228 one that was made up. */
enum {
	CELL_MAKEUP = 128,
	CELL_MISSING = 254,
	CELL_NONE = 255, /* NULL in the database */
};

struct cell {
	int value_x10; /* or MARK_NONE */
	bool is_missing;
	bool is_makeup; /* of a value */
};

#define CELL_EMPTY ((struct cell){ .value_x10 = MARK_NONE })

bool cell_is_code(unsigned code);
uint8_t cell_code(const struct cell *cell);
/* ERR_CORRUPT for a byte that says nothing. */
enum err cell_from_code(unsigned code, struct cell *out) MUST_CHECK;
bool cell_is_same(const struct cell *a, const struct cell *b);
/* Neither a value nor missing. */
bool cell_is_empty(const struct cell *cell);

/* ERR_INVAL unless the cell can stand on that scale: missing has no value, and only a value can have
 * been made up. */
enum err cell_check(enum mark_scale scale, const struct cell *cell) MUST_CHECK;

/* "missing" or "value", as in JSON. */
const char *cell_state_name(const struct cell *cell);
enum err cell_parse_state(struct str name, bool *out_is_missing) MUST_CHECK;

#endif
