#include "core/base/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"

/* Rows of cells and their text; the limits of each are checked apart. */
#define ARENA_BYTES (GRID_TEXT_BYTES_MAX + (size_t)GRID_CELLS_MAX * (sizeof(struct grid_cell) + 1))

/* Cuts at a code point's boundary. */
static void copy_name(char out[GRID_NAME_BYTES], struct str name) {
	size_t n = name.n;
	if (n >= GRID_NAME_BYTES) {
		n = GRID_NAME_BYTES - 1;
		while (n > 0 && ((unsigned char)name.p[n] & 0xC0) == 0x80) {
			n--;
		}
	}
	if (n > 0) {
		memcpy(out, name.p, n);
	}
	out[n] = '\0';
}

enum err grid_new(struct str name, bool is_hidden, struct grid **out) {
	_cleanup_(grid_freep) struct grid *grid = calloc(1, sizeof(*grid));
	if (!grid) {
		return ERR_NOMEM;
	}
	grid->arena = arena_make(ARENA_BYTES);
	copy_name(grid->name, name);
	grid->is_hidden = is_hidden;
	*out = STEAL(grid);
	return ERR_OK;
}

void grid_free(struct grid *grid) {
	if (!grid) {
		return;
	}
	arena_finish(&grid->arena);
	free(grid->rows);
	free(grid->merges);
	free(grid);
}

static enum err check_row(const struct grid *grid, const struct grid_row *row) {
	unsigned last = grid->row_count ? grid->rows[grid->row_count - 1].number : 0;
	if (row->number <= last) {
		return ERR_INVAL;
	}
	unsigned column = 0;
	for (size_t i = 0; i < row->count; i++) {
		if (row->cells[i].column <= column) {
			return ERR_INVAL;
		}
		column = row->cells[i].column;
	}
	if (grid->row_count == GRID_ROWS_MAX || row->count > GRID_CELLS_MAX - grid->cell_count) {
		return ERR_LIMIT;
	}
	return ERR_OK;
}

static enum err copy_text(struct grid *grid, struct str *text) {
	if (text->n > GRID_TEXT_BYTES_MAX - grid->text_bytes) {
		return ERR_LIMIT;
	}
	grid->text_bytes += text->n;
	return arena_copy(&grid->arena, *text, text);
}

enum err grid_add_row(struct grid *grid, const struct grid_row *row) {
	enum err e = check_row(grid, row);
	if (e) {
		return e;
	}
	void *rows = grid->rows;
	e = grow_items(&rows, &grid->row_cap, grid->row_count, sizeof(*grid->rows), GRID_ROWS_MAX);
	grid->rows = rows;
	if (e) {
		return e;
	}
	void *memory = NULL;
	e = arena_take(&grid->arena, row->count * sizeof(struct grid_cell), &memory);
	if (e) {
		return e;
	}
	struct grid_cell *cells = memory;
	for (size_t i = 0; i < row->count; i++) {
		cells[i] = row->cells[i];
		e = copy_text(grid, &cells[i].text);
		if (e) {
			return e;
		}
	}
	grid->cell_count += row->count;
	grid->rows[grid->row_count] = *row;
	grid->rows[grid->row_count].cells = cells;
	grid->row_count++;
	return ERR_OK;
}

enum err grid_add_merge(struct grid *grid, struct grid_merge merge) {
	if (merge.row_first == 0 || merge.column_first == 0 || merge.row_last < merge.row_first ||
			merge.column_last < merge.column_first) {
		return ERR_INVAL;
	}
	void *merges = grid->merges;
	enum err e = grow_items(&merges, &grid->merge_cap, grid->merge_count, sizeof(*grid->merges),
			GRID_MERGES_MAX);
	grid->merges = merges;
	if (e) {
		return e;
	}
	grid->merges[grid->merge_count++] = merge;
	return ERR_OK;
}

const struct grid_cell *grid_row_cell(const struct grid_row *row, unsigned column) {
	size_t low = 0;
	size_t high = row->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (row->cells[middle].column < column) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < row->count && row->cells[low].column == column ? &row->cells[low] : NULL;
}

const struct grid_row *grid_find_row(const struct grid *grid, unsigned number) {
	size_t low = 0;
	size_t high = grid->row_count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (grid->rows[middle].number < number) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low < grid->row_count && grid->rows[low].number == number ? &grid->rows[low] : NULL;
}

const struct grid_merge *grid_find_merge(const struct grid *grid, unsigned row, unsigned column) {
	for (size_t i = 0; i < grid->merge_count; i++) {
		const struct grid_merge *m = &grid->merges[i];
		if (row >= m->row_first && row <= m->row_last && column >= m->column_first &&
				column <= m->column_last) {
			return m;
		}
	}
	return NULL;
}
