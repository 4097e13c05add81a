/*
 * Class lists: a text of lines with cells between '|' becomes a sheet (a line "---" begins the
 * next), is planned against a small school, kept and read back. Nothing may crash, every row gets
 * exactly one fate, and what was kept comes back.
 */

#include <assert.h>
#include <stdlib.h>

#include "core/school/roster.h"
#include "core/seal/secret.h"
#include "tests/fuzz/fuzz.h"

enum { SHEETS_MAX = 4, CELLS_MAX = 110 };

static const uint8_t key[32] = { 7 };

static struct grid_cell make_cell(unsigned column, struct str text) {
	struct grid_cell cell = { .column = column, .kind = GRID_TEXT, .text = text };
	struct str rest = { text.p + 1, text.n - 1 };
	if (text.p[0] == '#') {
		cell.kind = GRID_NUMBER;
		cell.text = rest;
	} else if (text.p[0] == '!') {
		cell.kind = GRID_ERROR;
		cell.text = rest;
	} else if (text.p[0] == '@' && date_parse_iso(rest, &cell.date) == ERR_OK) {
		cell.kind = GRID_DATE;
		cell.text = rest;
	} else if (str_eq_z(text, "=")) {
		cell.is_uncomputed = true;
		cell.text.n = 0;
	}
	return cell;
}

static void add_line(struct grid *grid, unsigned number, struct str line) {
	struct grid_cell cells[CELLS_MAX];
	struct grid_row row = { .number = number, .cells = cells };
	size_t start = 0;
	unsigned column = 1;
	for (size_t at = 0; at <= line.n && column <= CELLS_MAX; at++) {
		if (at < line.n && line.p[at] != '|') {
			continue;
		}
		if (at > start) {
			cells[row.count++] = make_cell(
					column, (struct str){ line.p + start, at - start });
		}
		column++;
		start = at + 1;
	}
	row.is_hidden = line.n % 7 == 6;
	if (row.count > 0) {
		enum err e = grid_add_row(grid, &row);
		assert(!e);
	}
}

/* A line "^" followed by four letters merges cells: rows and columns from 'a' on. */
static void add_merge(struct grid *grid, struct str line) {
	struct grid_merge m = { (unsigned)(line.p[1] - 'a'), (unsigned)(line.p[2] - 'a'),
		(unsigned)(line.p[3] - 'a'), (unsigned)(line.p[4] - 'a') };
	(void)!grid_add_merge(grid, m); /* the wrong way round is refused */
}

static size_t make_grids(struct str text, struct grid **grids) {
	size_t count = 0;
	unsigned number = 0;
	size_t start = 0;
	for (size_t at = 0; at <= text.n; at++) {
		if (at < text.n && text.p[at] != '\n') {
			continue;
		}
		struct str line = { text.p + start, at - start };
		start = at + 1;
		if (count == 0 || (str_eq_z(line, "---") && count < SHEETS_MAX)) {
			enum err e = grid_new(
					str_from(count ? "10A1" : "DS"), false, &grids[count]);
			assert(!e);
			count++;
			number = 0;
		}
		number++;
		if (line.n == 5 && line.p[0] == '^') {
			add_merge(grids[count - 1], line);
		} else if (str_is_utf8(line)) {
			add_line(grids[count - 1], number, line);
		}
	}
	return count;
}

static void check_plan(const struct roster_plan *plan) {
	size_t counted = 0;
	for (size_t i = 0; i < ROSTER_ACTION_COUNT_; i++) {
		counted += plan->counts[i];
	}
	assert(counted == plan->row_count);
	for (size_t i = 0; i < plan->row_count; i++) {
		const struct roster_row *row = &plan->rows[i];
		bool is_taken = row->action == ROSTER_NEW || row->action == ROSTER_CHANGE;
		assert(!is_taken || (row->full_name.n > 0 && row->code.n <= ROSTER_CODE_MAX));
		assert(row->action != ROSTER_NEW ||
				(row->code.n > 0 && row->class_index < plan->class_count));
		assert(row->action != ROSTER_CHANGE || row->change_count > 0);
		assert(row->action != ROSTER_SAME || row->change_count == 0);
		assert(row->action != ROSTER_ERROR || row->message_count > 0);
	}
	_cleanup_(buf_finish) struct buf saved = buf_make(ROSTER_BYTES_MAX);
	enum err e = roster_plan_save(plan, LANG_VI, key, &saved);
	assert(!e);
	_cleanup_(roster_plan_freep) struct roster_plan *back = NULL;
	e = roster_plan_load((struct str){ buf_str(&saved), saved.len }, key, &back);
	assert(!e);
	assert(back->row_count == plan->counts[ROSTER_NEW] + plan->counts[ROSTER_CHANGE]);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	static const struct roster_known_guardian father = { 901, ROSTER_FATHER,
		{ "Nguyễn Văn Ba", 17 }, { "+84912345678", 12 } };
	struct roster_known_student student = {
		.student_id = 1,
		.person_id = 2,
		.code = str_from("HS001"),
		.full_name = str_from("Nguyễn Thị Ánh"),
		.birth = { 2011, 2, 28 },
		.birth_place = str_from(""),
		.ethnicity = str_from("Kinh"),
		.address = str_from(""),
		.note = str_from(""),
		.class_id = 71,
		.class_name = str_from("10A1"),
		.guardians = &father,
		.guardian_count = 1,
	};
	struct roster_known_class class = { 71, 10, str_from("10A1") };
	const struct roster_known known = {
		.students = &student, .student_count = 1, .classes = &class, .class_count = 1
	};
	const struct roster_target target = { 2026, 6, 12, key };
	if (secret_init()) {
		return 1;
	}
	struct grid *grids[SHEETS_MAX] = { NULL };
	size_t count = make_grids((struct str){ (const char *)data, size }, grids);
	_cleanup_(roster_plan_freep) struct roster_plan *plan = NULL;
	enum err e = roster_plan_new(
			(const struct grid *const *)grids, count, &target, &known, &plan);
	assert(!e || e == ERR_LIMIT);
	if (!e) {
		check_plan(plan);
	}
	for (size_t i = 0; i < count; i++) {
		grid_free(grids[i]);
	}
	return 0;
}
