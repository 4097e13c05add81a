/* Lists of teachers and of who teaches what, held against a small school. */
#include "tests/core/school/staff_of.h"

static void expect(const char *name, staff_planner make, struct grid *grid, const char *want) {
	_cleanup_(staff_known_finish) struct staff_known known = staff_of();
	_cleanup_(staff_plan_freep) struct staff_plan *plan = staff_plan_of(make, &known, grid);
	_cleanup_(buf_finish) struct buf got = buf_make(1 << 16);
	staff_plan_text(plan, &got);
	CHECK_STR(name, buf_str(&got), want);
}

/* ---- finding ---- */

static const struct {
	const char *text;
	enum err want;
	uint64_t person_id;
} teachers[] = {
	{ "co.lan", ERR_OK, 101 },
	{ " CO.LAN ", ERR_OK, 101 },
	{ "Ai cũng được (co.lan)", ERR_OK, 101 },
	{ "nguyễn thị lan", ERR_OK, 101 },
	{ "Nguyen Thi Lan", ERR_OK, 101 },
	{ "Thị Lan", ERR_OK, 101 },
	{ "Lan", ERR_CONFLICT, 0 },
	{ "Lê Thị Hoa", ERR_OK, 103 }, /* with marks they are two */
	{ "Lê Thị Hòa", ERR_OK, 104 },
	{ "Le Thi Hoa", ERR_CONFLICT, 0 },
	{ "Hòa", ERR_OK, 104 },
	{ "Đức", ERR_OK, 105 },
	{ "an", ERR_NOT_FOUND, 0 }, /* no word of a name */
	{ "Nguyễn", ERR_NOT_FOUND, 0 },
	{ "", ERR_NOT_FOUND, 0 },
};

static const struct {
	const char *text;
	enum err want;
	uint64_t id;
} subjects[] = {
	{ "TOAN", ERR_OK, 1 },
	{ "toán", ERR_OK, 1 },
	{ "Văn", ERR_OK, 2 },
	{ "Vật lý", ERR_OK, 3 },
	{ "Vat ly", ERR_OK, 3 },
	{ "Địa", ERR_OK, 4 },
	{ "Lí", ERR_CONFLICT, 0 },
	{ "ly", ERR_OK, 3 }, /* a code goes before */
	{ "Hoá", ERR_NOT_FOUND, 0 },
	{ "", ERR_NOT_FOUND, 0 },
};

static void test_find(void) {
	_cleanup_(staff_known_finish) struct staff_known known = staff_of();
	for (size_t i = 0; i < sizeof(teachers) / sizeof(teachers[0]); i++) {
		_cleanup_(buf_finish) struct buf names = buf_make(STAFF_CANDIDATES_BYTES_MAX);
		size_t at = 77;
		enum err e = staff_find_teacher(&known, str_from(teachers[i].text), &at, &names);
		CHECK_INT(teachers[i].text, e, teachers[i].want);
		CHECK_INT(teachers[i].text, e ? at : known.teachers[at].person_id,
				e ? 77 : teachers[i].person_id);
	}
	_cleanup_(buf_finish) struct buf both = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	size_t at = 0;
	CHECK_INT("two", staff_find_teacher(&known, str_from("Lan"), &at, &both), ERR_CONFLICT);
	CHECK_STR("are named", buf_str(&both), "Nguyễn Thị Lan (co.lan), Trần Văn Lan (thay.lan)");
	for (size_t i = 0; i < sizeof(subjects) / sizeof(subjects[0]); i++) {
		_cleanup_(buf_finish) struct buf names = buf_make(STAFF_CANDIDATES_BYTES_MAX);
		at = 77;
		enum err e = staff_find_subject(&known, str_from(subjects[i].text), &at, &names);
		CHECK_INT(subjects[i].text, e, subjects[i].want);
		CHECK_INT(subjects[i].text, e ? at : known.subjects[at].id,
				e ? 77 : subjects[i].id);
	}
	CHECK_INT("class", staff_find_class(&known, str_from("Lớp 10a1"), &at), ERR_OK);
	CHECK_INT("class", staff_find_class(&known, str_from("10A3"), &at), ERR_OK);
	CHECK_INT("which", known.classes[at].id, 13);
	CHECK_INT("no class", staff_find_class(&known, str_from("10A4"), &at), ERR_NOT_FOUND);
	CHECK_INT("no class", staff_find_class(&known, str_from(""), &at), ERR_NOT_FOUND);
}

/* ---- lists of teachers ---- */

static void test_teachers(void) {
	expect("new, the same, changed", staff_plan_teachers,
			GRID_OF("GV", "DANH SÁCH GIÁO VIÊN", "", "STT|Họ và tên|Ngày sinh|SĐT|Môn",
					"1|Ngô Mới|#29000|#912345678|Toán; Văn",
					"2|NGUYỄN THỊ LAN|02/01/1980|0911000001",
					"3|Phạm Minh Đức|@1975-05-05|0911000009|Lí", "|Tổng số: 3",
					"||HIỆU TRƯỞNG"),
			"4 new; 5 same 0/0/101; 6 change 0/0/105 birthDate phone "
			"5:subject_ambiguous; 7 skipped 0:row_total; 8 skipped 0:row_footer");
	expect("a code is somebody's", staff_plan_teachers,
			GRID_OF("GV", "Họ tên|Mã", "Ai Đó|co.lan", "Nguyễn Thị Lan|CO.LAN",
					"Nguyễn Thị Lan|khac", "Vũ Hai|co lan"),
			"2 error 2:login_other; 3 same 0/0/101; 4 error 1:teacher_same_name; "
			"5 error 2:login_wrong");
	expect("a birth date tells two of a name apart, or says it is one", staff_plan_teachers,
			GRID_OF("GV", "Họ tên|Ngày sinh|Mã", "Nguyễn Thị Lan|03/01/1980|lan2",
					"Nguyễn Thị Lan|02/01/1980|gv01"),
			"2 new; 3 same 0/0/101 3:login_kept");
	expect("numbers", staff_plan_teachers,
			GRID_OF("GV", "Họ tên|Điện thoại", "Ai Đó|0911000001",
					"Hồ Phụ Huynh|0911000201", "Lê Thị Hòa|0911000077",
					"Một|0912/0913000111", "Hai|0913000222 / 0913000333"),
			"2 error 2:teacher_phone_other; 3 new 0/0/201 2:teacher_is_known; "
			"4 error 1:teacher_same_name; 5 error 2:teacher_phone; 6 new 2:phone_extra");
	expect("somebody of another school too keeps the number", staff_plan_teachers,
			GRID_OF("GV", "Mã|Họ tên|Điện thoại", "co.hoaf|Lê Thị Hòa|0911000077"),
			"2 same 0/0/104 3:teacher_elsewhere");
	expect("twice in the file", staff_plan_teachers,
			GRID_OF("GV", "Họ tên|Mã|Ngày sinh", "Ngô Mới|moi", "Ngô Mới||",
					"Ngô Mới|moi2", "Khác|moi"),
			"2 new; 3 duplicate 0:teacher_twice; 4 new; 5 duplicate 0:teacher_twice");
	expect("days that are none", staff_plan_teachers,
			GRID_OF("GV", "Họ tên|Ngày sinh", "Một|1980", "Hai|31/02/1980",
					"Ba|1/1/1900", "Bốn|="),
			"2 error 2:birth_year_only; 3 error 2:birth_wrong; 4 error 2:teacher_birth; "
			"5 error 2:formula");
	expect("no list", staff_plan_teachers, GRID_OF("GV", "Xin chào", "a|b"), "");
}

static void test_logins(void) {
	_cleanup_(staff_known_finish) struct staff_known known = staff_of();
	_cleanup_(staff_plan_freep) struct staff_plan *plan = staff_plan_of(staff_plan_teachers,
			&known,
			GRID_OF("GV", "Họ đệm|Tên|Ngày sinh", "Đặng Thị|Ý Nhi|1/1/1980",
					"Đặng Thị|Ý Nhi|2/1/1980", "李|明|3/1/1980"));
	CHECK_INT("three", plan->row_count, 3);
	CHECK("made of the name", str_eq_z(plan->rows[0].login, "dangthiynhi"));
	CHECK("and a number", str_eq_z(plan->rows[1].login, "dangthiynhi2"));
	CHECK("of no letters", str_eq_z(plan->rows[2].login, "gv"));
}

/* ---- who teaches what ---- */

static void test_list(void) {
	expect("by code, name, several classes", staff_plan_teaching,
			GRID_OF("PC", "PHÂN CÔNG", "Mã GV|Giáo viên|Môn|Lớp",
					"co.lan|Nguyễn Thị Lan|Toán|10A1, 10A2",
					"|Phạm Minh Đức|Lí|10A1", "|Phạm Minh Đức|vat ly|10A1 10A2",
					"|Đức|Hoạt động trải nghiệm, hướng nghiệp|10A3",
					"|Đức|toan, van|10A3"),
			"3 same 11/1/101; 3 new 12/1/101; 4 error 3:teaching_subject_many; "
			"5 new 11/3/105; 5 new 12/3/105; 6 new 13/5/105 2:teacher_short; "
			"7 new 13/1/105 2:teacher_short; 7 new 13/2/105 2:teacher_short");
	expect("mistakes by column", staff_plan_teaching,
			GRID_OF("PC", "Lớp|Môn|Giáo viên|Mã", "10A9|Toán|co.lan", "10A1|Hoá|co.lan",
					"10A1|Văn|Không Ai", "10A1|Văn|Lan", "10A1|Văn|Đức|co.lan",
					"10A1|Văn||ma.la", "10A1|Văn", "|Văn|Đức", "||Đức"),
			"2 error 0/1/0 1:teaching_class; 3 error 2:teaching_subject; "
			"4 error 11/2/0 3:teacher_unknown; 5 error 11/2/0 3:teacher_ambiguous; "
			"6 error 4:teaching_code_other; 7 error 4:teacher_unknown; "
			"8 error 3:teaching_missing; 9 error 1:teaching_missing");
	expect("who is not named stops, and is never stopped by a mistake", staff_plan_teaching,
			GRID_OF("PC", "Lớp|Môn|Giáo viên", "10A1|Toán|thay.duc",
					"10A2|Văn|thay.duc", "10A2|Văn|Lan", "10A1|Toán|thay.duc"),
			"2 change 11/1/105 -101; 3 new 12/2/105; 4 error 12/2/0 "
			"3:teacher_ambiguous; 5 duplicate 11/1/105 0:teaching_twice");
	expect("one more beside", staff_plan_teaching,
			GRID_OF("PC", "Lớp|Môn|Giáo viên", "10A1|Toán|thay.duc",
					"10A1|Toán|co.lan"),
			"2 new 11/1/105; 3 same 11/1/101");
}

static void test_matrix(void) {
	expect("classes across", staff_plan_teaching,
			GRID_OF("PC", "BẢNG PHÂN CÔNG", "STT|Môn|10A1|10A2|10A3",
					"#1|Toán|co.lan|thay.duc, co.hoa|-", "#2|Văn||co.hoaf|",
					"#3|Hoá|co.lan", "", "||Hiệu trưởng"),
			"3 same 11/1/101; 3 new 12/1/105; 3 new 12/1/103; 4 same 12/2/104; "
			"5 error 2:teaching_subject");
	expect("subjects across", staff_plan_teaching,
			GRID_OF("PC", "Lớp|Toán|Ngữ văn|Sử", "10A1|thay.duc|co.hoa",
					"10A2|||co.hoa", "10A9|co.hoa"),
			"2 change 11/1/105 -101; 2 new 11/2/103; 3 error 12/0/0 "
			"4:teaching_subject; 4 error 1:teaching_class");
	expect("a cell under nothing, and a row of nothing", staff_plan_teaching,
			GRID_OF("PC", "Môn|10A1|10A2", "Toán|co.lan||thay.duc", "|co.lan"),
			"2 same 11/1/101; 2 error 0/1/0 4:teaching_label; 3 error 1:teaching_label");
	expect("none", staff_plan_teaching, GRID_OF("PC", "Môn|10A1", "Toán|co.lan"), "");
}

/* ---- kept and read back ---- */

static void test_kept(void) {
	_cleanup_(staff_known_finish) struct staff_known known = staff_of();
	_cleanup_(staff_plan_freep) struct staff_plan *plan = staff_plan_of(staff_plan_teachers,
			&known,
			GRID_OF("Tổ Toán", "Mã|Họ tên|Điện thoại|Môn|Ngày sinh",
					"thay.duc|Phạm Minh Đức|0911000009|Toán, Văn",
					"moi|Ngô Mới|||@1990-02-03", "sai|"));
	_cleanup_(buf_finish) struct buf saved = buf_make(1 << 20);
	_cleanup_(staff_plan_freep) struct staff_plan *back = NULL;
	CHECK_INT("save", staff_plan_save(plan, LANG_VI, &saved), ERR_OK);
	CHECK_INT("load", staff_plan_load((struct str){ saved.data, saved.len }, &back), ERR_OK);
	CHECK_INT("what is carried out", back->row_count, 2);
	CHECK("the basis", hash_equal(&back->basis, &plan->basis));
	const struct staff_row *duc = &back->rows[0];
	const struct staff_row *moi = &back->rows[1];
	CHECK("a change",
			duc->action == ROSTER_CHANGE && duc->person_id == 105 && duc->version == 1);
	CHECK_INT("of two", duc->change_count, 2);
	CHECK("subjects", duc->subject_count == 2 && duc->subjects[1] == 2);
	CHECK("number", str_eq_z(duc->phone, "+84911000009"));
	CHECK("a new one",
			moi->action == ROSTER_NEW && moi->birth.year == 1990 && moi->number == 3);
	CHECK("where", str_eq_z(moi->sheet_name, "Tổ Toán") && str_eq_z(moi->login, "moi"));
	for (size_t cut = 1; cut < saved.len; cut += 37) {
		struct staff_plan *none = NULL;
		enum err e = staff_plan_load((struct str){ saved.data, saved.len - cut }, &none);
		CHECK("cut short is refused or whole", e == ERR_CORRUPT || none);
		staff_plan_free(none);
	}
}

static void test_limits(void) {
	_cleanup_(staff_known_finish) struct staff_known known = staff_of();
	struct grid *grid = NULL;
	struct staff_plan *plan = NULL;
	CHECK_INT("sheet", grid_new(str_from("GV"), false, &grid), ERR_OK);
	grid_of_row(grid, 1, "Họ tên|Mã");
	for (unsigned i = 2; i <= STAFF_ROWS_MAX + 1; i++) {
		grid_of_row(grid, i, "|?");
	}
	const struct grid *grids[] = { grid };
	CHECK_INT("at the limit", staff_plan_teachers(grids, 1, &known, &plan), ERR_OK);
	CHECK_INT("all", plan ? plan->row_count : 0, STAFF_ROWS_MAX);
	staff_plan_free(plan);
	plan = NULL;
	grid_of_row(grid, STAFF_ROWS_MAX + 2, "|?");
	CHECK_INT("one past", staff_plan_teachers(grids, 1, &known, &plan), ERR_LIMIT);
	CHECK("none", !plan);
	grid_free(grid);
}

static void test_hash(void) {
	_cleanup_(staff_known_finish) struct staff_known one = staff_of();
	_cleanup_(staff_known_finish) struct staff_known two = staff_of();
	struct hash a;
	struct hash b;
	staff_known_hash(&one, &a);
	staff_known_hash(&two, &b);
	CHECK("the same", hash_equal(&a, &b));
	two.teaching[1].person_id = 103;
	staff_known_hash(&two, &b);
	CHECK("another teaches", !hash_equal(&a, &b));
	two.teaching[1].person_id = 104;
	two.teachers[0].version = 2;
	staff_known_hash(&two, &b);
	CHECK("a teacher changed", !hash_equal(&a, &b));
}

int main(void) {
	test_find();
	test_teachers();
	test_logins();
	test_list();
	test_matrix();
	test_kept();
	test_limits();
	test_hash();
	return check_done();
}
