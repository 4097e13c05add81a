#include <string.h>

#include "core/school/roster_inner.h"

enum {
	SAMPLE_ROWS_MAX = 60, /* rows of a list that are looked at to tell columns apart */
	PLAIN_BYTES = 2048,
};

static unsigned heading(struct str above, struct str below) {
	return roster_heading_pair(above, below);
}

static bool is_head(const bool *has, size_t count) {
	return count >= 2 && (has[ROSTER_NAME] || has[ROSTER_NAME_GIVEN]);
}

static const struct sheet_words words = {
	.none = ROSTER_FIELD_NONE,
	.name = ROSTER_NAME,
	.given = ROSTER_NAME_GIVEN,
	.heading = heading,
	.is_head = is_head,
};

static bool is_12_digits(struct str s) {
	s = str_trim(s);
	size_t digits = 0;
	for (size_t i = 0; i < s.n; i++) {
		digits += s.p[i] >= '0' && s.p[i] <= '9';
	}
	return digits == ROSTER_PERSONAL_ID_DIGITS && s.n == digits;
}

/* Whether most of a column below the head are 12 digits. */
static bool holds_ids(const struct grid *grid, unsigned below, unsigned column) {
	size_t rows = 0;
	size_t ids = 0;
	for (size_t i = 0; i < grid->row_count && rows < SAMPLE_ROWS_MAX; i++) {
		const struct grid_cell *cell = grid_row_cell(&grid->rows[i], column);
		if (grid->rows[i].number > below && cell && cell->text.n > 0) {
			rows++;
			ids += is_12_digits(cell->text);
		}
	}
	return ids * 2 > rows;
}

/* "Mã định danh" is a code or a personal id: the rows below say which. */
static void settle_code_or_id(const struct grid *grid, struct sheet_head *head) {
	size_t i = sheet_head_index(head, ROSTER_CODE_OR_ID);
	if (i == head->column_count) {
		return;
	}
	bool is_id = holds_ids(grid, head->row_last, head->columns[i].column);
	enum roster_field field = is_id ? ROSTER_PERSONAL_ID : ROSTER_CODE;
	bool is_there = sheet_head_index(head, field) < head->column_count;
	head->columns[i].field = is_there ? ROSTER_FIELD_NONE : field;
}

/* The class in a title above the head, or in the sheet's name. */
static enum err find_class(
		const struct grid *grid, unsigned head_row, struct arena *arena, struct str *out) {
	_cleanup_(buf_finish) struct buf name = buf_make(PLAIN_BYTES);
	enum err e = ERR_NOT_FOUND;
	for (size_t i = 0; i < grid->row_count && grid->rows[i].number < head_row; i++) {
		for (size_t k = 0; e == ERR_NOT_FOUND && k < grid->rows[i].count; k++) {
			e = roster_class_find(grid->rows[i].cells[k].text, false, &name);
		}
	}
	if (e == ERR_NOT_FOUND) {
		e = roster_class_find(str_from(grid->name), true, &name);
	}
	if (e) {
		*out = (struct str){ "", 0 };
		return e == ERR_NOT_FOUND || e == ERR_LIMIT ? ERR_OK : e;
	}
	return arena_copy(arena, (struct str){ buf_str(&name), name.len }, out);
}

enum err roster_head_find(const struct grid *grid, struct arena *arena, struct roster_head *out) {
	*out = (struct roster_head){ .class_name = { "", 0 } };
	enum err e = sheet_head_find(grid, &words, arena, &out->list);
	if (e || out->list.row_first == 0) {
		return e;
	}
	settle_code_or_id(grid, &out->list);
	return find_class(grid, out->list.row_first, arena, &out->class_name);
}
