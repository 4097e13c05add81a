#ifndef TESTS_CORE_SCHOOL_GRID_OF_H
#define TESTS_CORE_SCHOOL_GRID_OF_H

/*
 * Sheets for tests, written as a person sees them: one string a row, cells between '|'. A cell
 * "#40426" is a number, "@2010-09-05" a date, "!#N/A" an error, "=" a formula without a value;
 * anything else is text. An empty string is an empty row.
 */

#include <string.h>

#include "core/base/grid.h"
#include "tests/check.h"

static inline struct grid_cell grid_of_cell(unsigned column, struct str text) {
	struct grid_cell cell = { .column = column, .kind = GRID_TEXT, .text = text };
	struct str rest = text.n ? (struct str){ text.p + 1, text.n - 1 } : text;
	if (str_starts(text, "#")) {
		cell.kind = GRID_NUMBER;
		cell.text = rest;
	} else if (str_starts(text, "@")) {
		cell.kind = GRID_DATE;
		cell.text = rest;
		CHECK_INT("a date of the test", date_parse_iso(rest, &cell.date), ERR_OK);
	} else if (str_starts(text, "!")) {
		cell.kind = GRID_ERROR;
		cell.text = rest;
	} else if (str_eq_z(text, "=")) {
		cell.is_uncomputed = true;
		cell.text = str_from("");
	}
	return cell;
}

static inline void grid_of_row(struct grid *grid, unsigned number, const char *line) {
	enum { CELLS_MAX = 128 };
	struct grid_cell cells[CELLS_MAX];
	struct grid_row row = { .number = number, .cells = cells };
	const char *at = line;
	for (unsigned column = 1; column <= CELLS_MAX; column++) {
		size_t n = strcspn(at, "|");
		if (n > 0) {
			cells[row.count++] = grid_of_cell(column, (struct str){ at, n });
		}
		if (at[n] == '\0') {
			break;
		}
		at += n + 1;
	}
	if (row.count > 0) {
		CHECK_INT("a row of the test", grid_add_row(grid, &row), ERR_OK);
	}
}

static inline struct grid *grid_of(const char *name, const char *const *lines, size_t count) {
	struct grid *grid = NULL;
	CHECK_INT("a sheet of the test", grid_new(str_from(name), false, &grid), ERR_OK);
	for (size_t i = 0; i < count; i++) {
		grid_of_row(grid, (unsigned)i + 1, lines[i]);
	}
	return grid;
}

/* Merges cells, columns by number. */
static inline void grid_of_merge(struct grid *grid, unsigned row_first, unsigned column_first,
		unsigned row_last, unsigned column_last) {
	struct grid_merge merge = { row_first, column_first, row_last, column_last };
	CHECK_INT("a merge of the test", grid_add_merge(grid, merge), ERR_OK);
}

#define GRID_OF(name, ...)                                  \
	grid_of(name, (const char *const[]){ __VA_ARGS__ }, \
			sizeof((const char *const[]){ __VA_ARGS__ }) / sizeof(const char *))

#endif
