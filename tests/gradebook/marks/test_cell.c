/* The byte of a cell, which cells a subject can have, and what is kept of an entry. */
#include "gradebook/marks/cell.h"

#include "core/base/cleanup.h"
#include "gradebook/marks/entry.h"

#include "tests/check.h"

static void check_codes(void) {
	unsigned good = 0;
	for (unsigned code = 0; code < 256; code++) {
		struct cell cell = { .value_x10 = 77 };
		enum err e = cell_from_code(code, &cell);
		CHECK_INT("one answer", e == ERR_OK, cell_is_code(code));
		CHECK_INT("untouched, or the same again",
				e ? cell.value_x10 : (int)cell_code(&cell), e ? 77 : (int)code);
		good += e == ERR_OK;
	}
	CHECK_INT("two times 101 values, missing, nothing", good, 204);
	const struct cell made_up = { .value_x10 = 85, .is_makeup = true };
	const struct cell missing = { .value_x10 = MARK_NONE, .is_missing = true };
	CHECK_INT("made up", cell_code(&made_up), 213);
	CHECK_INT("missing", cell_code(&missing), CELL_MISSING);
	CHECK("empty", cell_is_empty(&CELL_EMPTY) && !cell_is_empty(&missing));
	const struct cell plain = { .value_x10 = 85 };
	CHECK("a value that was made up is another", !cell_is_same(&plain, &made_up));
}

static void check_subjects(void) {
	static const struct {
		const char *name;
		enum mark_scale scale;
		struct cell cell;
		enum err want;
	} rows[] = {
		{ "nothing", MARK_SCALE_TENTHS, { MARK_NONE, false, false }, ERR_OK },
		{ "ten", MARK_SCALE_TENTHS, { 100, false, true }, ERR_OK },
		{ "over ten", MARK_SCALE_TENTHS, { 101, false, false }, ERR_INVAL },
		{ "missing", MARK_SCALE_PASSED, { MARK_NONE, true, false }, ERR_OK },
		{ "missing with a value", MARK_SCALE_TENTHS, { 50, true, false }, ERR_INVAL },
		{ "nothing that was made up", MARK_SCALE_TENTHS, { MARK_NONE, false, true },
				ERR_INVAL },
		{ "passed later", MARK_SCALE_PASSED, { 1, false, true }, ERR_OK },
		{ "a mark in a comment subject", MARK_SCALE_PASSED, { 2, false, false },
				ERR_INVAL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name, cell_check(rows[i].scale, &rows[i].cell), rows[i].want);
	}
}

static void check_entry(void) {
	static const struct entry_cell cells[] = {
		{ 1, 2, ENTRY_SAVED, { 85, false, true }, 3, 4, 1757000000000 },
		{ UINT64_MAX, 7, ENTRY_EXEMPT, { MARK_NONE, true, false }, UINT32_MAX, 0, 0 },
	};
	_cleanup_(buf_finish) struct buf bytes = buf_make(1000);
	struct entry_cell back[2];
	size_t count = 9;
	entry_print(&cells[0], &bytes);
	entry_print(&cells[1], &bytes);
	struct str text = { buf_str(&bytes), bytes.len };
	CHECK_INT("length", text.n, 2 * ENTRY_CELL_BYTES);
	CHECK_INT("one past the limit", entry_parse(text, back, 1, &count), ERR_LIMIT);
	CHECK_INT("untouched", count, 9);
	CHECK_INT("back", entry_parse(text, back, 2, &count), ERR_OK);
	CHECK_INT("both", count, 2);
	for (size_t i = 0; i < 2; i++) {
		CHECK("column", back[i].column_id == cells[i].column_id);
		CHECK("student", back[i].student_id == cells[i].student_id);
		CHECK_INT("fate", back[i].fate, cells[i].fate);
		CHECK("cell", cell_is_same(&back[i].cell, &cells[i].cell));
		CHECK_INT("version", back[i].version, cells[i].version);
		CHECK("who", back[i].changed_by == cells[i].changed_by);
		CHECK("when", back[i].changed_at_ms == cells[i].changed_at_ms);
	}
	CHECK_INT("cut", entry_parse((struct str){ text.p, text.n - 1 }, back, 2, &count),
			ERR_CORRUPT);
	bytes.data[16] = 5;
	CHECK_INT("an unknown fate", entry_parse(text, back, 2, &count), ERR_CORRUPT);
	bytes.data[16] = 0;
	bytes.data[17] = 101;
	CHECK_INT("an unknown code", entry_parse(text, back, 2, &count), ERR_CORRUPT);
}

int main(void) {
	check_codes();
	check_subjects();
	check_entry();
	return check_done();
}
