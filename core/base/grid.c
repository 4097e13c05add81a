#include "core/base/grid.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 256 * 1024 };

/* Memory that never moves, freed as a whole. */
struct chunk {
	struct chunk *next;
	size_t used;
	size_t size;
	char *bytes;
};

struct grid_store {
	struct chunk *chunks;
	size_t cell_count;
	size_t text_bytes;
	size_t row_cap;
	size_t merge_cap;
};

static struct chunk *chunk_new(size_t size) {
	struct chunk *chunk = calloc(1, sizeof(*chunk));
	if (!chunk) {
		return NULL;
	}
	chunk->bytes = malloc(size);
	chunk->size = size;
	if (!chunk->bytes) {
		free(chunk);
		return NULL;
	}
	return chunk;
}

/* n bytes aligned for any type, or NULL. */
static void *store_take(struct grid_store *store, size_t n) {
	size_t need = (n + 15) / 16 * 16;
	struct chunk *top = store->chunks;
	if (!top || top->size - top->used < need) {
		top = chunk_new(need > CHUNK_BYTES ? need : CHUNK_BYTES);
		if (!top) {
			return NULL;
		}
		top->next = store->chunks;
		store->chunks = top;
	}
	void *taken = top->bytes + top->used;
	top->used += need;
	return taken;
}

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
	grid->store = calloc(1, sizeof(*grid->store));
	if (!grid->store) {
		return ERR_NOMEM;
	}
	copy_name(grid->name, name);
	grid->is_hidden = is_hidden;
	*out = STEAL(grid);
	return ERR_OK;
}

void grid_free(struct grid *grid) {
	if (!grid) {
		return;
	}
	while (grid->store && grid->store->chunks) {
		struct chunk *chunk = grid->store->chunks;
		grid->store->chunks = chunk->next;
		free(chunk->bytes);
		free(chunk);
	}
	free(grid->store);
	free(grid->rows);
	free(grid->merges);
	free(grid);
}

/* Room for one more element; the array moves. */
static enum err grow(void **array, size_t *cap, size_t count, size_t element) {
	if (count < *cap) {
		return ERR_OK;
	}
	size_t more = *cap ? *cap * 2 : 64;
	void *moved = realloc(*array, more * element);
	if (!moved) {
		return ERR_NOMEM;
	}
	*array = moved;
	*cap = more;
	return ERR_OK;
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
	if (grid->row_count == GRID_ROWS_MAX ||
			row->count > GRID_CELLS_MAX - grid->store->cell_count) {
		return ERR_LIMIT;
	}
	return ERR_OK;
}

static enum err copy_text(struct grid_store *store, struct str *text) {
	if (text->n == 0) {
		*text = str_from("");
		return ERR_OK;
	}
	if (text->n > GRID_TEXT_BYTES_MAX - store->text_bytes) {
		return ERR_LIMIT;
	}
	char *copy = store_take(store, text->n);
	if (!copy) {
		return ERR_NOMEM;
	}
	memcpy(copy, text->p, text->n);
	text->p = copy;
	store->text_bytes += text->n;
	return ERR_OK;
}

enum err grid_add_row(struct grid *grid, const struct grid_row *row) {
	enum err e = check_row(grid, row);
	if (e) {
		return e;
	}
	void *rows = grid->rows;
	e = grow(&rows, &grid->store->row_cap, grid->row_count, sizeof(*grid->rows));
	grid->rows = rows;
	if (e) {
		return e;
	}
	struct grid_cell *cells = store_take(grid->store, row->count * sizeof(*cells));
	if (!cells) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < row->count; i++) {
		cells[i] = row->cells[i];
		e = copy_text(grid->store, &cells[i].text);
		if (e) {
			return e;
		}
	}
	grid->store->cell_count += row->count;
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
	if (grid->merge_count == GRID_MERGES_MAX) {
		return ERR_LIMIT;
	}
	void *merges = grid->merges;
	enum err e = grow(
			&merges, &grid->store->merge_cap, grid->merge_count, sizeof(*grid->merges));
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
