#ifndef CORE_BASE_GRID_H
#define CORE_BASE_GRID_H

/*
 * A sheet of cells as a person sees it: what a spreadsheet reader gives and an import reads. Only
 * cells that hold something are kept; rows and columns are numbered from 1 as on the screen.
 * Knows no file format and no meaning of a cell.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	GRID_ROWS_MAX = 20000, /* rows with content */
	GRID_CELLS_MAX = 500000,
	GRID_TEXT_BYTES_MAX = 32 * 1024 * 1024, /* of all cells together */
	GRID_MERGES_MAX = 20000,
	GRID_NAME_BYTES = 128,
};

enum grid_kind {
	GRID_TEXT,
	GRID_NUMBER, /* text is the plain decimal number: "-7.5", "912345678" */
	GRID_DATE,   /* text is the ISO date */
	GRID_BOOL,   /* text is "1" or "0" */
	GRID_ERROR,  /* text is what the spreadsheet shows: "#N/A" */
};

struct grid_cell {
	unsigned column;
	enum grid_kind kind;
	struct str text;    /* valid UTF-8 as in the file: not trimmed, not normalised */
	struct date date;   /* of a GRID_DATE */
	bool is_uncomputed; /* a formula whose value the file does not hold; text is empty */
};

struct grid_row {
	unsigned number;
	bool is_hidden;                /* folded away or filtered out on the screen */
	const struct grid_cell *cells; /* by rising column */
	size_t count;
};

/* A rectangle shown as one cell; its content stands in the upper left one. */
struct grid_merge {
	unsigned row_first;
	unsigned column_first;
	unsigned row_last;
	unsigned column_last;
};

struct grid {
	char name[GRID_NAME_BYTES]; /* of the sheet, cut at a code point when longer */
	bool is_hidden;
	struct grid_row *rows;
	size_t row_count;
	struct grid_merge *merges;
	size_t merge_count;
	size_t row_cap;
	size_t merge_cap;
	size_t cell_count;
	size_t text_bytes;
	struct arena arena; /* owns the cells and their text */
};

/* An empty sheet of that name. */
enum err grid_new(struct str name, bool is_hidden, struct grid **out) MUST_CHECK;
void grid_free(struct grid *grid);
DEFINE_FREEP(struct grid *, grid_free);

/*
 * Appends a copy of the row. Errors  ERR_LIMIT  more than the limits above
 *                                    ERR_INVAL  its number, or a cell's column, does not rise
 */
enum err grid_add_row(struct grid *grid, const struct grid_row *row) MUST_CHECK;
enum err grid_add_merge(struct grid *grid, struct grid_merge merge) MUST_CHECK;

/* The cell of a row at that column, or NULL when it is empty. */
const struct grid_cell *grid_row_cell(const struct grid_row *row, unsigned column);
/* The row of that number, or NULL when it is empty. */
const struct grid_row *grid_find_row(const struct grid *grid, unsigned number);
/* The merge that covers that cell, or NULL. */
const struct grid_merge *grid_find_merge(const struct grid *grid, unsigned row, unsigned column);

#endif
