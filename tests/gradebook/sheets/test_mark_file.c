#include "gradebook/sheets/mark_file.h"

#include <stdlib.h>

#include "tests/check.h"

static const char *const names[] = { "Nguyễn Thị Ánh", "Trần Văn Bình", "Lê Thị Hoà" };
enum { STUDENTS = 3 };

static void make_known(struct mark_known *k) {
	*k = (struct mark_known){ .class_id = 1,
		.subject_id = 2,
		.term_id = 3,
		.class_name = str_from("10A1"),
		.subject_name = str_from("Vật lí"),
		.subject = MARK_SUBJECT_MARK,
		.term_number = 1,
		.year = 2026 };
	k->columns[k->column_count++] = (struct mark_known_column){ 11, MARK_TX, 1,
		MARK_SCALE_TENTHS, false, LOCK_OPEN };
	k->columns[k->column_count++] = (struct mark_known_column){ 12, MARK_GK, 1,
		MARK_SCALE_TENTHS, true, LOCK_OPEN };
	for (size_t i = 0; i < STUDENTS; i++) {
		struct mark_known_student *s = &k->students[k->student_count++];
		*s = (struct mark_known_student){
			.id = 100 + i, .code = str_from(""), .full_name = str_from(names[i])
		};
		s->cells[0] = (struct mark_known_cell){ { .value_x10 = 70 }, 5 };
		s->cells[1] = (struct mark_known_cell){ CELL_EMPTY, 0 };
	}
}

static void add(struct grid *grid, unsigned number, const char *a, const char *b, const char *c) {
	const struct grid_cell cells[] = { { .column = 1, .text = str_from(a) },
		{ .column = 2, .text = str_from(b) }, { .column = 3, .text = str_from(c) } };
	const struct grid_row row = { .number = number, .cells = cells, .count = 3 };
	CHECK_INT(a, grid_add_row(grid, &row), ERR_OK);
}

static struct grid *make_grid(void) {
	struct grid *grid = NULL;
	CHECK_INT("grid", grid_new(str_from("10A1"), false, &grid), ERR_OK);
	add(grid, 1, "Họ và tên", "ĐĐGtx 1", "ĐĐGgk");
	return grid;
}

/* What is kept says the same when it is read back: what changes and what is asked, nothing else. */
static void test_kept(const struct mark_known *known) {
	_cleanup_(grid_freep) struct grid *grid = make_grid();
	_cleanup_(mark_file_freep) struct mark_file *file = NULL;
	_cleanup_(mark_file_freep) struct mark_file *back = NULL;
	_cleanup_(buf_finish) struct buf saved = buf_make(MARK_FILE_BYTES_MAX);
	const struct grid *const grids[] = { grid };
	add(grid, 2, names[0], "7", "85");
	add(grid, 3, names[1], "6,5", "x");
	add(grid, 4, names[2], "V", "");
	CHECK_INT("new", mark_file_new(grids, 1, known, MARK_FILE_IN, SIZE_MAX, LANG_VI, &file),
			ERR_OK);
	CHECK_INT("same", (int)file->counts[MARK_FILE_SAME], 2);
	CHECK_INT("change", (int)file->counts[MARK_FILE_CHANGE], 2);
	CHECK_INT("ask", (int)file->counts[MARK_FILE_ASK], 1);
	CHECK_INT("refused", (int)file->counts[MARK_FILE_REFUSED], 1);
	CHECK_INT("a published column is asked about", file->needs_why, true);
	CHECK_INT("save", mark_file_save(file, known, LANG_VI, &saved), ERR_OK);
	CHECK_INT("load", mark_file_load((struct str){ saved.data, saved.len }, &back), ERR_OK);
	CHECK_INT("place", back->class_id == 1 && back->subject_id == 2 && back->term_id == 3,
			true);
	CHECK_INT("cells", (int)back->cell_count, 3);
	CHECK_INT("85 is asked as 8,5", back->cells[0].wanted.value_x10, 85);
	CHECK_INT("by its name", back->cells[0].confirm != 0, true);
	CHECK_INT("6,5", back->cells[1].wanted.value_x10, 65);
	CHECK_INT("its version", (int)back->cells[1].version, 5);
	CHECK_INT("away", back->cells[2].wanted.is_missing, true);
	saved.data[saved.len - 3] = '!';
	mark_file_free(STEAL(back));
	CHECK_INT("damaged", mark_file_load((struct str){ saved.data, saved.len }, &back),
			ERR_CORRUPT);
}

/* What was brought along goes into a file, and coming back it is no change. */
static void test_carried(struct mark_known *known) {
	_cleanup_(grid_freep) struct grid *grid = make_grid();
	_cleanup_(mark_file_freep) struct mark_file *out = NULL;
	_cleanup_(mark_file_freep) struct mark_file *in = NULL;
	const struct grid *const grids[] = { grid };
	struct mark_known_student *s = &known->students[0];
	s->carried[0] = (struct mark_known_carried){ { MARK_GK, 1, 85 }, MARK_SCALE_TENTHS,
		str_from("10A2") };
	s->carried[1] = (struct mark_known_carried){ { MARK_TX, 1, 40 }, MARK_SCALE_TENTHS,
		str_from("10A2") };
	s->carried_count = 2;
	add(grid, 2, names[0], "7", "");
	add(grid, 3, names[1], "7", "");
	CHECK_INT("fill", mark_file_new(grids, 1, known, MARK_FILE_OUT, SIZE_MAX, LANG_VI, &out),
			ERR_OK);
	CHECK_INT("what is entered stands, the other place is filled", (int)out->cell_count, 1);
	CHECK_INT("8,5", out->cells[0].wanted.value_x10, 85);
	CHECK_INT("a change", (int)out->cells[0].fate, MARK_FILE_CHANGE);
	CHECK_INT("that is told", (int)out->cells[0].notes.count, 1);
	CHECK_INT("as brought along", str_eq_z(out->cells[0].notes.items[0].code, "sheet.carried"),
			true);
	_cleanup_(grid_freep) struct grid *filled = make_grid();
	const struct grid *const back[] = { filled };
	add(filled, 2, names[0], "7", "8,5");
	add(filled, 3, names[1], "7", "8,5");
	CHECK_INT("read", mark_file_new(back, 1, known, MARK_FILE_IN, SIZE_MAX, LANG_VI, &in),
			ERR_OK);
	CHECK_INT("of another it is a change", (int)in->counts[MARK_FILE_CHANGE], 1);
	CHECK_INT("his", (int)in->cells[0].student, 1);
	s->carried_count = 0;
}

static void add_born(struct grid *grid, unsigned number, const char *const cells[5]) {
	struct grid_cell row_cells[5];
	for (unsigned i = 0; i < 5; i++) {
		row_cells[i] = (struct grid_cell){ .column = i + 1, .text = str_from(cells[i]) };
	}
	const struct grid_row row = { .number = number, .cells = row_cells, .count = 5 };
	CHECK_INT(cells[0], grid_add_row(grid, &row), ERR_OK);
}

/* Day, month and year in three columns tell two of one name apart, with a heading over them or not. */
static void test_birth_parts(struct mark_known *known) {
	static const char *const heads[][5] = { { "Họ và tên", "Ngày", "Tháng", "Năm", "ĐĐGtx 1" },
		{ "Họ và tên", "Ngày sinh", "Tháng sinh", "Năm sinh", "ĐĐGtx 1" } };
	static const char *const over[5] = { "", "Ngày sinh", "", "", "" };
	known->students[0].full_name = str_from(names[1]);
	known->students[0].birth = (struct date){ 2011, 5, 1 };
	known->students[1].birth = (struct date){ 2011, 11, 30 };
	for (size_t i = 0; i < 3; i++) {
		_cleanup_(grid_freep) struct grid *grid = NULL;
		_cleanup_(mark_file_freep) struct mark_file *file = NULL;
		CHECK_INT("grid", grid_new(str_from("10A1"), false, &grid), ERR_OK);
		const struct grid *const grids[] = { grid };
		if (i == 2) {
			add_born(grid, 1, over);
		}
		add_born(grid, 2, heads[i == 1]);
		add_born(grid, 3, (const char *const[5]){ names[1], "30", "11", "2011", "9" });
		add_born(grid, 4, (const char *const[5]){ names[1], "01", "5", "2011", "6" });
		add_born(grid, 5, (const char *const[5]){ names[2], "", "", "", "7" });
		CHECK_INT("read",
				mark_file_new(grids, 1, known, MARK_FILE_IN, SIZE_MAX, LANG_VI,
						&file),
				ERR_OK);
		CHECK_INT("two", (int)file->cell_count, 2);
		if (file->cell_count == 2) {
			CHECK_INT("born in November", (int)file->cells[0].student, 1);
			CHECK_INT("born in May", (int)file->cells[1].student, 0);
		}
	}
}

/* As many rows and sheets as may be, and one more. */
static void test_limits(const struct mark_known *known) {
	_cleanup_(grid_freep) struct grid *grid = make_grid();
	_cleanup_(mark_file_freep) struct mark_file *file = NULL;
	const struct grid *grids[MARK_FILE_SHEETS_MAX + 1];
	for (unsigned i = 0; i < MARK_FILE_ROWS_MAX; i++) {
		add(grid, i + 2, "Người Lạ", "1", "2");
	}
	for (size_t i = 0; i <= MARK_FILE_SHEETS_MAX; i++) {
		grids[i] = grid;
	}
	CHECK_INT("rows", mark_file_new(grids, 1, known, MARK_FILE_IN, SIZE_MAX, LANG_VI, &file),
			ERR_OK);
	CHECK_INT("none of the class", file->sheet == SIZE_MAX, true);
	mark_file_free(STEAL(file));
	CHECK_INT("sheets",
			mark_file_new(grids, MARK_FILE_SHEETS_MAX, known, MARK_FILE_IN, SIZE_MAX,
					LANG_VI, &file),
			ERR_OK);
	mark_file_free(STEAL(file));
	CHECK_INT("one sheet more",
			mark_file_new(grids, MARK_FILE_SHEETS_MAX + 1, known, MARK_FILE_IN,
					SIZE_MAX, LANG_VI, &file),
			ERR_LIMIT);
	add(grid, MARK_FILE_ROWS_MAX + 2, "Người Lạ", "1", "2");
	CHECK_INT("one row more",
			mark_file_new(grids, 1, known, MARK_FILE_IN, SIZE_MAX, LANG_VI, &file),
			ERR_LIMIT);
}

static void check_cell(const char *name, const struct mark_file *file, size_t i, int value,
		enum mark_file_fate fate) {
	CHECK_INT(name, i < file->cell_count, true);
	if (i < file->cell_count) {
		CHECK_INT(name, file->cells[i].wanted.value_x10, value);
		CHECK_INT(name, file->cells[i].fate, fate);
	}
}

/* The ministry's table of a primary class: subjects side by side, the moment in its title. */
static void test_primary(struct mark_known *known) {
	static const char *const above[5] = { "BẢNG TỔNG HỢP – CUỐI HỌC KÌ I", "", "", "", "" };
	static const char *const subjects[5] = { "Họ và tên", "Toán", "", "Tiếng Việt", "" };
	static const char *const heads[5] = { "", "Mức đạt được", "Điểm KTĐK", "Mức đạt được",
		"Điểm KTĐK" };
	_cleanup_(grid_freep) struct grid *grid = NULL;
	_cleanup_(mark_file_freep) struct mark_file *file = NULL;
	_cleanup_(mark_file_freep) struct mark_file *out = NULL;
	CHECK_INT("grid", grid_new(str_from("4A"), false, &grid), ERR_OK);
	const struct grid *const grids[] = { grid };
	known->is_primary = true;
	known->class_name = str_from("4A");
	known->subject_name = str_from("Toán");
	known->columns[0] = (struct mark_known_column){ 11, MARK_CK, 1, MARK_SCALE_WHOLE, false,
		LOCK_OPEN };
	known->columns[1] = (struct mark_known_column){ 12, MARK_CK, MARK_LEVEL_POSITION,
		MARK_SCALE_LEVEL, false, LOCK_OPEN };
	add_born(grid, 1, above);
	add_born(grid, 2, subjects);
	CHECK_INT("merge", grid_add_merge(grid, (struct grid_merge){ 2, 2, 2, 3 }), ERR_OK);
	CHECK_INT("merge", grid_add_merge(grid, (struct grid_merge){ 2, 4, 2, 5 }), ERR_OK);
	add_born(grid, 3, heads);
	add_born(grid, 4, (const char *const[5]){ names[0], "T", "9", "C", "2" });
	add_born(grid, 5, (const char *const[5]){ "Trần Văn Lạ", "T", "9", "C", "2" });
	add_born(grid, 6, (const char *const[5]){ names[2], "Đ", "7,5", "", "" });
	known->students[1].full_name = str_from("Trần Văn Bình");
	known->students[0].full_name = str_from(names[0]);
	CHECK_INT("read", mark_file_new(grids, 1, known, MARK_FILE_IN, SIZE_MAX, LANG_VI, &file),
			ERR_OK);
	CHECK_INT("two columns of four", (int)file->table.column_count, 2);
	CHECK_INT("level, test, two refused", (int)file->cell_count, 4);
	check_cell("T", file, 0, PACK_PRIMARY_T, MARK_FILE_CHANGE);
	check_cell("9", file, 1, 90, MARK_FILE_CHANGE);
	check_cell("Đ is no level", file, 2, MARK_NONE, MARK_FILE_REFUSED);
	check_cell("7,5 is not whole", file, 3, MARK_NONE, MARK_FILE_REFUSED);
	known->students[0].cells[1].cell.value_x10 = PACK_PRIMARY_MIDDLE;
	CHECK_INT("fill", mark_file_new(grids, 1, known, MARK_FILE_OUT, SIZE_MAX, LANG_VI, &out),
			ERR_OK);
	check_cell("H", out, 0, PACK_PRIMARY_MIDDLE, MARK_FILE_CHANGE);
	check_cell("7", out, 1, 70, MARK_FILE_CHANGE);
}

int main(void) {
	_cleanup_(mem_freep) struct mark_known *known = calloc(1, sizeof(*known));
	if (!known) {
		return 1;
	}
	make_known(known);
	test_kept(known);
	test_carried(known);
	test_limits(known);
	test_birth_parts(known);
	test_primary(known);
	return check_failures != 0;
}
