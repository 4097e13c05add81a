#include "core/base/grid.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"

static struct grid *start(void) {
	struct grid *grid = NULL;
	CHECK_INT("new", grid_new(str_from("Lớp 10A1"), false, &grid), ERR_OK);
	return grid;
}

static void check_lookup(void) {
	_cleanup_(grid_freep) struct grid *grid = start();
	char text[] = "Nguyễn An";
	const struct grid_cell cells[] = {
		{ .column = 2, .kind = GRID_TEXT, .text = str_from(text) },
		{ .column = 5, .kind = GRID_NUMBER, .text = str_from("7.5") },
	};
	struct grid_row row = { .number = 3, .cells = cells, .count = 2 };
	CHECK_INT("add", grid_add_row(grid, &row), ERR_OK);
	memset(text, 'x', sizeof(text) - 1);
	const struct grid_row *found = grid_find_row(grid, 3);
	CHECK("row", found != NULL);
	CHECK("no row", !grid_find_row(grid, 2) && !grid_find_row(grid, 4));
	const struct grid_cell *cell = found ? grid_row_cell(found, 2) : NULL;
	CHECK("a copy", cell && str_eq_z(cell->text, "Nguyễn An"));
	CHECK("empty cells", found && !grid_row_cell(found, 1) && !grid_row_cell(found, 6));
	CHECK_INT("merge", grid_add_merge(grid, (struct grid_merge){ 1, 1, 2, 4 }), ERR_OK);
	CHECK("covered", grid_find_merge(grid, 2, 4) != NULL);
	CHECK("beside", !grid_find_merge(grid, 3, 4) && !grid_find_merge(grid, 2, 5));
	CHECK_INT("bad merge", grid_add_merge(grid, (struct grid_merge){ 2, 1, 1, 4 }), ERR_INVAL);
}

static void check_order(void) {
	_cleanup_(grid_freep) struct grid *grid = start();
	const struct grid_cell falling[] = { { .column = 2 }, { .column = 2 } };
	struct grid_row row = { .number = 1, .cells = falling, .count = 2 };
	CHECK_INT("columns rise", grid_add_row(grid, &row), ERR_INVAL);
	row.count = 1;
	CHECK_INT("first", grid_add_row(grid, &row), ERR_OK);
	CHECK_INT("rows rise", grid_add_row(grid, &row), ERR_INVAL);
	CHECK_INT("kept as it was", grid->row_count, 1);
}

static void check_limits(void) {
	_cleanup_(grid_freep) struct grid *grid = start();
	struct grid_row row = { 0 };
	for (unsigned i = 1; i <= GRID_ROWS_MAX; i++) {
		row.number = i;
		if (grid_add_row(grid, &row)) {
			break;
		}
	}
	CHECK_INT("rows at the limit", grid->row_count, GRID_ROWS_MAX);
	row.number++;
	CHECK_INT("rows one past", grid_add_row(grid, &row), ERR_LIMIT);

	_cleanup_(grid_freep) struct grid *wide = start();
	_cleanup_(mem_freep) struct grid_cell *cells = calloc(GRID_CELLS_MAX + 1, sizeof(*cells));
	CHECK("memory", cells != NULL);
	for (unsigned i = 0; i <= GRID_CELLS_MAX; i++) {
		cells[i].column = i + 1;
	}
	struct grid_row whole = { .number = 1, .cells = cells, .count = GRID_CELLS_MAX + 1 };
	CHECK_INT("cells one past", grid_add_row(wide, &whole), ERR_LIMIT);
	whole.count = GRID_CELLS_MAX;
	CHECK_INT("cells at the limit", grid_add_row(wide, &whole), ERR_OK);

	_cleanup_(grid_freep) struct grid *long_text = start();
	_cleanup_(mem_freep) char *text = malloc(GRID_TEXT_BYTES_MAX + 1);
	CHECK("memory", text != NULL);
	memset(text, 'a', GRID_TEXT_BYTES_MAX + 1);
	cells[0].text = (struct str){ text, GRID_TEXT_BYTES_MAX + 1 };
	whole.count = 1;
	CHECK_INT("text one past", grid_add_row(long_text, &whole), ERR_LIMIT);
	cells[0].text.n = GRID_TEXT_BYTES_MAX;
	CHECK_INT("text at the limit", grid_add_row(long_text, &whole), ERR_OK);

	for (unsigned i = 1; i <= GRID_MERGES_MAX; i++) {
		if (grid_add_merge(grid, (struct grid_merge){ i, 1, i, 2 })) {
			break;
		}
	}
	CHECK_INT("merges at the limit", grid->merge_count, GRID_MERGES_MAX);
	CHECK_INT("merges one past", grid_add_merge(grid, (struct grid_merge){ 1, 1, 1, 2 }),
			ERR_LIMIT);
}

static void check_name(void) {
	char name[GRID_NAME_BYTES + 2];
	memset(name, 'a', sizeof(name));
	memcpy(name + GRID_NAME_BYTES - 3, "ệ", 3); /* would be cut in two */
	struct grid *grid = NULL;
	CHECK_INT("new", grid_new((struct str){ name, sizeof(name) }, true, &grid), ERR_OK);
	CHECK_INT("cut before the letter", strlen(grid->name), GRID_NAME_BYTES - 3);
	CHECK("hidden", grid->is_hidden);
	grid_free(grid);
}

int main(void) {
	check_lookup();
	check_order();
	check_limits();
	check_name();
	return check_done();
}
