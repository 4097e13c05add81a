#include <string.h>

#include "core/base/grow.h"
#include "core/school/roster_inner.h"

enum { PLAIN_BYTES = 2048 };

/* A sheet under way. */
struct reader {
	struct roster_plan *plan;
	size_t sheet;
	const struct grid *grid;
	const struct roster_head *head;
	const struct roster_target *target;
	struct str section; /* the class of the rows that follow */
	bool is_past_end;   /* a signature was seen */
};

static bool is_filled(const struct grid_cell *cell) {
	return cell && (cell->is_uncomputed || str_trim(cell->text).n > 0);
}

/* A class written once in a cell merged over its students stands for all of them. */
static const struct grid_cell *merged_cell(const struct grid *grid, unsigned row, unsigned column) {
	const struct grid_merge *merge = grid_find_merge(grid, row, column);
	const struct grid_row *first = merge ? grid_find_row(grid, merge->row_first) : NULL;
	const struct grid_cell *cell = first ? grid_row_cell(first, merge->column_first) : NULL;
	return is_filled(cell) ? cell : NULL;
}

static void pick_cells(const struct reader *r, const struct grid_row *row, struct roster_raw *out) {
	*out = (struct roster_raw){
		.number = row->number, .is_hidden = row->is_hidden, .class_name = r->section
	};
	for (size_t i = 0; i < r->head->list.column_count; i++) {
		const struct sheet_column *column = &r->head->list.columns[i];
		if (column->field == ROSTER_FIELD_NONE) {
			continue;
		}
		const struct grid_cell *cell = grid_row_cell(row, column->column);
		out->columns[column->field] = column->column;
		if (is_filled(cell)) {
			out->cells[column->field] = cell;
		} else if (column->field == ROSTER_CLASS || column->field == ROSTER_GRADE) {
			out->cells[column->field] =
					merged_cell(r->grid, row->number, column->column);
		}
	}
}

static bool has_name(const struct roster_raw *raw) {
	return raw->cells[ROSTER_NAME] || raw->cells[ROSTER_NAME_REST] ||
			raw->cells[ROSTER_NAME_GIVEN];
}

static bool is_number(const struct grid_cell *cell) {
	uint64_t v = 0;
	return cell && str_parse_u64(str_trim(cell->text), &v) == ERR_OK;
}

/* A cell that can be a day or a code: signatures stand in these columns too. */
static bool is_figure(const struct grid_cell *cell) {
	if (!cell || cell->kind != GRID_TEXT || cell->is_uncomputed) {
		return cell != NULL;
	}
	struct str text = str_trim(cell->text);
	bool has_digit = false;
	bool has_blank = false;
	for (size_t i = 0; i < text.n; i++) {
		has_digit = has_digit || (text.p[i] >= '0' && text.p[i] <= '9');
		has_blank = has_blank || text.p[i] == ' ';
	}
	bool begins_so = text.n > 0 && text.p[0] >= '0' && text.p[0] <= '9';
	return begins_so || (has_digit && !has_blank);
}

/* Has what only a student's line has. */
static bool is_student_like(const struct roster_raw *raw) {
	return is_figure(raw->cells[ROSTER_BIRTH]) || is_figure(raw->cells[ROSTER_BIRTH_YEAR]) ||
			is_figure(raw->cells[ROSTER_CODE]) ||
			is_figure(raw->cells[ROSTER_PERSONAL_ID]) ||
			(is_number(raw->cells[ROSTER_POSITION]) && has_name(raw));
}

/* Fields filled, the running number not counted: it is written before the names are. */
static size_t count_filled(const struct roster_raw *raw) {
	size_t count = 0;
	for (enum roster_field f = 0; f < ROSTER_FIELD_COUNT_; f++) {
		bool counts = f != ROSTER_POSITION && f != ROSTER_CLASS && f != ROSTER_GRADE;
		count += counts && raw->cells[f] != NULL;
	}
	return count;
}

/* The head again, as it is printed at the top of each page. */
static enum err is_head_again(const struct reader *r, const struct roster_raw *raw, bool *out) {
	size_t alike = 0;
	for (enum roster_field f = 0; f < ROSTER_FIELD_COUNT_; f++) {
		if (!raw->cells[f] || raw->cells[f]->kind != GRID_TEXT) {
			continue;
		}
		_cleanup_(buf_finish) struct buf plain = buf_make(PLAIN_BYTES);
		enum err e = roster_plain(raw->cells[f]->text, &plain);
		if (e) {
			return e;
		}
		struct str p = { buf_str(&plain), plain.len };
		for (size_t i = 0; i < r->head->list.column_count; i++) {
			alike += r->head->list.columns[i].field == f && roster_heading(p) == f;
		}
	}
	*out = alike >= 2;
	return ERR_OK;
}

/* "(1) (2) (3)", "A B C": numbers of the columns under the head. */
static enum err is_column_numbers(const struct roster_raw *raw, bool *out) {
	const struct grid_cell *cell = raw->cells[ROSTER_NAME] ? raw->cells[ROSTER_NAME]
							       : raw->cells[ROSTER_NAME_GIVEN];
	*out = false;
	if (!cell) {
		return ERR_OK;
	}
	struct str s = str_trim(cell->text);
	if (s.n > 2 && s.p[0] == '(' && s.p[s.n - 1] == ')') {
		s = (struct str){ s.p + 1, s.n - 2 };
	}
	uint64_t number = 0;
	*out = s.n <= 2 &&
			(str_parse_u64(s, &number) == ERR_OK ||
					(s.n == 1 && s.p[0] >= 'A' && s.p[0] <= 'Z' &&
							!raw->cells[ROSTER_NAME_REST]));
	return ERR_OK;
}

static enum err first_text(
		const struct grid_row *row, struct buf *out_plain, struct str *out_text) {
	for (size_t i = 0; i < row->count; i++) {
		struct str text = str_trim(row->cells[i].text);
		if (row->cells[i].kind == GRID_TEXT && text.n > 0) {
			*out_text = text;
			return roster_plain(text, out_plain);
		}
	}
	*out_text = (struct str){ "", 0 };
	return ERR_OK;
}

/* A line "Lớp: 10A1" that begins a class; its name goes into the arena. */
static enum err take_section(struct reader *r, struct str text, bool *out) {
	_cleanup_(buf_finish) struct buf name = buf_make(PLAIN_BYTES);
	enum err e = roster_class_find(text, false, &name);
	*out = e == ERR_OK;
	if (e) {
		return e == ERR_NOT_FOUND || e == ERR_LIMIT ? ERR_OK : e;
	}
	return arena_copy(&r->plan->arena, (struct str){ buf_str(&name), name.len }, &r->section);
}

/* Why a line without a student's marks is no student, as a message code; NULL when it is one. */
static enum err why_no_student(struct reader *r, const struct grid_row *row,
		const struct roster_raw *raw, const char **out) {
	_cleanup_(buf_finish) struct buf plain = buf_make(PLAIN_BYTES);
	struct str text;
	enum err e = first_text(row, &plain, &text);
	if (e) {
		return e;
	}
	size_t filled = count_filled(raw);
	bool is_section = false;
	if (filled <= 1 && text.n > 0) {
		e = take_section(r, text, &is_section);
		if (e) {
			return e;
		}
	}
	enum roster_line line = roster_line_of((struct str){ buf_str(&plain), plain.len });
	r->is_past_end = r->is_past_end || line == ROSTER_LINE_FOOTER;
	if (is_section) {
		*out = "import.row_section";
	} else if (line == ROSTER_LINE_TOTAL) {
		*out = "import.row_total";
	} else if (r->is_past_end) {
		*out = "import.row_footer";
	} else if (filled == 0) {
		*out = "import.row_blank";
	} else if (!has_name(raw)) {
		*out = "import.row_unread";
	} else {
		*out = NULL;
	}
	return ERR_OK;
}

static enum err judge(struct reader *r, const struct grid_row *row, const struct roster_raw *raw,
		const char **out) {
	bool is_it = false;
	enum err e = is_head_again(r, raw, &is_it);
	if (e) {
		return e;
	}
	if (is_it) {
		*out = "import.row_header";
		return ERR_OK;
	}
	e = is_column_numbers(raw, &is_it);
	if (e) {
		return e;
	}
	if (is_it) {
		*out = "import.row_index";
		return ERR_OK;
	}
	*out = NULL;
	return is_student_like(raw) ? ERR_OK : why_no_student(r, row, raw, out);
}

static enum err add_row(struct reader *r, struct roster_row **out) {
	struct roster_plan *plan = r->plan;
	void *rows = plan->rows;
	enum err e = grow_items(&rows, &plan->row_cap, plan->row_count, sizeof(*plan->rows),
			ROSTER_ROWS_MAX);
	plan->rows = rows;
	if (e) {
		return e;
	}
	*out = &plan->rows[plan->row_count++];
	(*out)->class_index = SIZE_MAX;
	(*out)->sheet = r->sheet;
	return ERR_OK;
}

enum err roster_read_sheet(struct roster_plan *plan, size_t sheet, const struct grid *grid,
		const struct roster_head *head, const struct roster_target *target) {
	struct reader r = { .plan = plan,
		.sheet = sheet,
		.grid = grid,
		.head = head,
		.target = target,
		.section = head->class_name };
	for (size_t i = 0; i < grid->row_count; i++) {
		const struct grid_row *row = &grid->rows[i];
		if (row->number <= head->list.row_last) {
			continue;
		}
		struct roster_raw raw;
		pick_cells(&r, row, &raw);
		const char *why = NULL;
		enum err e = judge(&r, row, &raw, &why);
		struct roster_row *made = NULL;
		e = e ? e : add_row(&r, &made);
		if (e) {
			return e;
		}
		made->number = row->number;
		if (why) {
			made->action = ROSTER_SKIPPED;
			e = roster_note(plan, made, false, 0, why, NULL);
		} else {
			e = roster_check_row(plan, &raw, target, made);
		}
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}
