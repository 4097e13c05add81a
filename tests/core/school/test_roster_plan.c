#include "core/school/roster.h"

#include <stdlib.h>

#include "core/base/json.h"
#include "core/seal/secret.h"
#include "tests/core/school/grid_of.h"

static const uint8_t id_key[32] = { 1 };
static const uint8_t seal_key[32] = { 2 };
static const struct roster_target target = {
	.year = 2026, .grade_min = 10, .grade_max = 12, .personal_id_key = id_key
};

/* What one row must come to: the messages' codes without "import.", in order, by blanks. */
struct want {
	unsigned row;
	enum roster_action action;
	const char *messages;
};

static struct roster_plan *plan_of(
		const struct grid *const *grids, size_t count, const struct roster_known *known) {
	struct roster_plan *plan = NULL;
	CHECK_INT("plan", roster_plan_new(grids, count, &target, known, &plan), ERR_OK);
	return plan;
}

static const struct roster_row *find_row(
		const struct roster_plan *plan, size_t sheet, unsigned row) {
	for (size_t i = 0; i < plan->row_count; i++) {
		if (plan->rows[i].sheet == sheet && plan->rows[i].number == row) {
			return &plan->rows[i];
		}
	}
	return NULL;
}

static void check_rows(const struct roster_plan *plan, size_t sheet, const struct want *want,
		size_t count) {
	for (size_t i = 0; i < count; i++) {
		char name[40];
		(void)snprintf(name, sizeof(name), "sheet %zu row %u", sheet, want[i].row);
		const struct roster_row *row = find_row(plan, sheet, want[i].row);
		CHECK(name, row != NULL);
		if (!row) {
			continue;
		}
		CHECK_STR(name, roster_action_name(row->action),
				roster_action_name(want[i].action));
		_cleanup_(buf_finish) struct buf got = buf_make(10000);
		for (size_t k = 0; k < row->message_count; k++) {
			buf_addf(&got, "%s%s", k ? " " : "", row->messages[k].code.p + 7);
		}
		CHECK_STR(name, buf_str(&got), want[i].messages);
	}
}

#define CHECK_ROWS(plan, sheet, ...)                                  \
	check_rows(plan, sheet, (const struct want[]){ __VA_ARGS__ }, \
			sizeof((const struct want[]){ __VA_ARGS__ }) / sizeof(struct want))

static void check_text(const char *name, struct str got, const char *want) {
	CHECK_STR(name, got.n ? got.p : "", want);
}

static void check_birth(const char *name, struct date got, const char *want) {
	char iso[DATE_ISO_BYTES] = "";
	if (date_is_valid(got)) {
		date_print_iso(got, iso);
	}
	CHECK_STR(name, iso, want);
}

static const struct roster_known nobody = { 0 };

/* The file an office really has. */
static void check_messy_list(void) {
	struct grid *first = GRID_OF("10A1",
			"SỞ GIÁO DỤC VÀ ĐÀO TẠO|||CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
			"TRƯỜNG THPT A", "", "DANH SÁCH HỌC SINH LỚP 10A1 NĂM HỌC 2026-2027", "",
			"STT|Mã HS|Họ và tên||Ngày sinh|GT|Dân tộc|Cha||Mẹ|",
			"||||||​|Họ tên|SĐT|Họ tên|SĐT",
			"(1)|(2)|(3)||(4)|(5)|(6)|(7)|(8)|(9)|(10)",
			"#1|2600101|NGUYỄN THỊ|ÁNH|@2011-02-28|Nữ|Kinh|Nguyễn Văn Ba|#912345678|Lê Thị Tư|"
			"0987 654 321 / 0901.234.567",
			"#2|2600102|Tra\xCC\x82\xCC\x80n Va\xCC\x86n|Bi\xCC\x80nh|05/09/2011|Nam|Kinh",
			"#3|2600103|Tống Thị|Lan|#40760|nữ|Tày||abc",
			"#4|2600102|Trần Văn|Bình|05/09/2011|Nam|Kinh", "#5||Lê|Chi|31/02/2011|Nữ",
			"#6|2600106|||06/06/2011|Nữ", "#7", "#8|2600108|Phạm|Dũng|05/09/11|Nam",
			"#9|2600 109|Vũ|Em|2011|Nam", "#10|2600110|Hồ|Gấm|06/07/2011|?",
			"STT|Mã HS|Họ và tên||Ngày sinh", "#11|2600111|Đỗ|Hà|07/07/1993|Nữ",
			"#12|2600112|Võ|Yến|08/07/2011|=", "#13|2600113|Bùi|Yên|!#N/A|Nữ",
			"Tổng số: 13 học sinh, nữ 7", "||||Hà Nội, ngày 5 tháng 9 năm 2026",
			"||Giáo viên chủ nhiệm||Hiệu trưởng", "", "||Nguyễn Văn Khoa||Lê Văn Minh");
	grid_of_merge(first, 6, 1, 7, 1);
	grid_of_merge(first, 6, 2, 7, 2);
	grid_of_merge(first, 6, 3, 7, 4);
	grid_of_merge(first, 6, 5, 7, 5);
	grid_of_merge(first, 6, 6, 7, 6);
	grid_of_merge(first, 6, 7, 7, 7);
	grid_of_merge(first, 6, 8, 6, 9);
	grid_of_merge(first, 6, 10, 6, 11);
	struct grid *second = GRID_OF("DS chung", "Họ và tên|Ngày sinh|Lớp|SĐT phụ huynh",
			"Nguyễn Thị Ánh|28-02-2011|10A1", "Ngô Nam|01/01/2011|10a2|912345678",
			"Ngô Bắc|02/01/2011|A2|", "Ngô Đông|03/01/2012|9A1", "Ngô Tây|04/01/2011|",
			"Ngô Trung||10A2", "Lớp: 11B", "Lý Tam|05/05/2010||0912345678,0912345679");
	struct grid *third = GRID_OF("Hướng dẫn", "Điền theo mẫu");
	const struct grid *grids[] = { first, second, third };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = plan_of(grids, 3, &nobody);
	grid_free(first);
	grid_free(second);
	grid_free(third);

	CHECK_ROWS(plan, 0, { 8, ROSTER_SKIPPED, "row_index" }, { 9, ROSTER_NEW, "phone_extra" },
			{ 10, ROSTER_NEW, "" }, { 11, ROSTER_NEW, "phone" },
			{ 12, ROSTER_DUPLICATE, "duplicate" }, { 13, ROSTER_ERROR, "birth_wrong" },
			{ 14, ROSTER_ERROR, "name_missing" }, { 15, ROSTER_SKIPPED, "row_blank" },
			{ 16, ROSTER_ERROR, "birth_short_year" },
			{ 17, ROSTER_ERROR, "code_wrong birth_year_only" },
			{ 18, ROSTER_NEW, "sex" }, { 19, ROSTER_SKIPPED, "row_header" },
			{ 20, ROSTER_NEW, "birth_age" }, { 21, ROSTER_ERROR, "formula" },
			{ 22, ROSTER_ERROR, "cell_error" }, { 23, ROSTER_SKIPPED, "row_total" },
			{ 24, ROSTER_SKIPPED, "row_footer" }, { 25, ROSTER_SKIPPED, "row_footer" },
			{ 27, ROSTER_SKIPPED, "row_footer" });
	CHECK_ROWS(plan, 1, { 2, ROSTER_DUPLICATE, "duplicate" }, { 3, ROSTER_NEW, "" },
			{ 4, ROSTER_ERROR, "class_wrong" }, { 5, ROSTER_ERROR, "class_level" },
			{ 6, ROSTER_ERROR, "class_missing" },
			{ 7, ROSTER_ERROR, "identity_missing" },
			{ 8, ROSTER_SKIPPED, "row_section" }, { 9, ROSTER_NEW, "phone_extra" });
	CHECK("no list in the third",
			plan->sheets[2].header_row == 0 && plan->sheets[2].message_count == 1);
	CHECK_INT("classes", plan->class_count, 3);

	const struct roster_row *anh = find_row(plan, 0, 9);
	check_text("name in capitals", anh->full_name, "Nguyễn Thị Ánh");
	check_birth("a date", anh->birth, "2011-02-28");
	CHECK_INT("sex", anh->sex, SEX_FEMALE);
	CHECK_INT("guardians", anh->guardian_count, 2);
	check_text("father", anh->guardians[0].full_name, "Nguyễn Văn Ba");
	check_text("a number without its 0", anh->guardians[0].phone, "+84912345678");
	check_text("the first of two", anh->guardians[1].phone, "+84987654321");
	const struct roster_row *binh = find_row(plan, 0, 10);
	check_text("NFD", binh->full_name, "Trần Văn Bình");
	check_birth("a date as text", binh->birth, "2011-09-05");
	check_birth("a bare day number", find_row(plan, 0, 11)->birth, "2011-08-05");
	const struct roster_row *nam = find_row(plan, 1, 3);
	check_text("a number without a name", nam->guardians[0].full_name, "Phụ huynh em Ngô Nam");
	check_text("a code of the year", nam->code, "2600114");
	check_text("class", plan->classes[nam->class_index].name, "10a2");
	check_text("a section's class", plan->classes[find_row(plan, 1, 9)->class_index].name,
			"11B");
	CHECK_INT("counted", plan->counts[ROSTER_NEW], 7);
	CHECK_INT("counted", plan->counts[ROSTER_DUPLICATE], 2);
}

static struct str text(const char *z) {
	return str_from(z);
}

/* A school with four students in 10A1 and one who left. */
static struct roster_known make_known(void) {
	static const struct roster_known_guardian father[] = { { 901, ROSTER_FATHER,
			{ "Nguyễn Văn Ba", 17 }, { "+84912345678", 12 } } };
	static const struct roster_known_guardian mother[] = { { 902, ROSTER_MOTHER,
			{ "Lê Thị Tư", 13 }, { NULL, 0 } } };
	struct roster_known known = { 0 };
	known.arena = arena_make(1000000);
	known.students = calloc(6, sizeof(*known.students));
	known.classes = calloc(2, sizeof(*known.classes));
	CHECK("memory", known.students && known.classes);
	known.classes[0] = (struct roster_known_class){ 71, 10, text("10A1") };
	known.classes[1] = (struct roster_known_class){ 72, 10, text("10A2") };
	known.class_count = 2;
	static const struct {
		const char *code;
		const char *name;
		struct date birth;
	} people[] = {
		{ "HS001", "Nguyễn Thị Ánh", { 2011, 2, 28 } },
		{ "HS002", "Trần Văn Bình", { 2011, 9, 5 } },
		{ "HS003", "Lê Chi", { 2011, 3, 3 } },
		{ "HS004", "Lê Chi", { 2011, 3, 3 } },
		{ "HS005", "Phạm Dũng", { 2010, 4, 4 } },
		{ "2600007", "Võ Yến", { 2011, 7, 8 } },
	};
	for (size_t i = 0; i < 6; i++) {
		known.students[i] = (struct roster_known_student){ .student_id = 100 + i,
			.person_id = 500 + i,
			.student_version = 1,
			.person_version = 1,
			.code = text(people[i].code),
			.full_name = text(people[i].name),
			.birth = people[i].birth,
			.sex = i % 2 ? SEX_MALE : SEX_FEMALE,
			.birth_place = text(""),
			.ethnicity = text("Kinh"),
			.address = text("Số 1, phố Huế"),
			.note = text(""),
			.class_id = 71,
			.class_name = text("10A1") };
	}
	known.students[0].guardians = father;
	known.students[0].guardian_count = 1;
	known.students[1].guardians = mother;
	known.students[1].guardian_count = 1;
	known.students[1].has_personal_id = true;
	roster_personal_id_hash(id_key, text("001211000001"), &known.students[1].personal_id_hash);
	known.students[4].has_left = true;
	known.students[4].class_id = 0;
	known.students[4].class_name = text("");
	known.student_count = 6;
	return known;
}

static void check_against_school(void) {
	struct grid *grid = GRID_OF("x",
			"Mã học sinh|Họ và tên|Ngày sinh|Lớp|CCCD|Địa chỉ|Họ tên cha|SĐT cha|Họ tên mẹ|SĐT mẹ",
			"hs001|NGUYỄN THỊ ÁNH|28/02/2011|10a1|||Nguyễn Văn Ba|0912345678",
			"|Trần Văn Bình|05/09/2011|10A2||Số 2, phố Huế|||Lê Thị Tư|0987654321",
			"|Lê Chi|03/03/2011|10A1", "HS004|Lê Chi|03/03/2011|10A1",
			"HS003|Trần Văn Khác|09/09/2011|10A1", "HS005|Phạm Dũng|04/04/2010|10A1",
			"HS001|Nguyễn Thị Ánh|28/02/2011|10A1", "HS900|Võ Yến|08/07/2011|10A1",
			"HS003|Lê Chi|03/03/2011|10A1|001211000001",
			"|Đinh Mới|01/05/2011|10A1|1211000002||Nguyễn Văn Khác|0912345678",
			"|Đinh Mới|01/05/2011|10A1|001211000003",
			"HS007|Hà Tám|02/05/2011|10A1|001211000004",
			"HS008|Hà Chín|02/05/2011|10A1|001211000004",
			"HS007|Hà Mười|02/05/2011|10A1", "HS002|Trần Văn Bính|05/09/2011||12345");
	struct roster_known known = make_known();
	const struct grid *grids[] = { grid };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = plan_of(grids, 1, &known);
	grid_free(grid);
	CHECK_ROWS(plan, 0, { 2, ROSTER_SAME, "" }, { 3, ROSTER_CHANGE, "" },
			{ 4, ROSTER_ERROR, "ambiguous" }, { 5, ROSTER_SAME, "" },
			{ 6, ROSTER_ERROR, "code_other" }, { 7, ROSTER_CHANGE, "returns" },
			{ 8, ROSTER_DUPLICATE, "duplicate" }, { 9, ROSTER_CHANGE, "code_changes" },
			{ 10, ROSTER_ERROR, "same_name two_people" },
			{ 11, ROSTER_ERROR, "personal_id" }, { 12, ROSTER_NEW, "" },
			{ 13, ROSTER_NEW, "" }, { 14, ROSTER_ERROR, "id_twice" },
			{ 15, ROSTER_ERROR, "code_twice" },
			{ 16, ROSTER_ERROR, "personal_id class_missing" });
	const struct roster_row *binh = find_row(plan, 0, 3);
	CHECK_INT("the student meant", binh->student_id, 101);
	CHECK_INT("changes", binh->change_count, 3);
	CHECK_INT("class", binh->changes[0].field, ROSTER_CLASS);
	check_text("from", binh->changes[0].old_text, "10A1");
	check_text("to", binh->changes[0].new_text, "10A2");
	check_text("address", binh->changes[1].new_text, "Số 2, phố Huế");
	CHECK_INT("a number for the mother", binh->changes[2].field, ROSTER_GUARDIAN_PHONE_SET);
	CHECK("linked already",
			binh->guardians[0].is_linked && binh->guardians[0].sets_phone &&
					binh->guardians[0].person_id == 902);
	CHECK_INT("the class is the school's", plan->classes[binh->class_index].id, 72);
	check_text("the next number of the year", find_row(plan, 0, 12)->code, "2600008");
	const struct roster_row *returns = find_row(plan, 0, 7);
	CHECK_INT("class and state", returns->change_count, 2);
	roster_known_finish(&known);
}

/* The same code and another name: one student whose name was mended, or a code that was mistyped? */
static void check_doubts(void) {
	struct grid *grid = GRID_OF("10A1", "Mã HS|Họ và tên|Ngày sinh|Lớp",
			"HS002|Vũ Thị Khác|05/09/2011|10A1", "HS001|NGUYEN THI ANH||");
	struct roster_known known = make_known();
	const struct grid *grids[] = { grid };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = plan_of(grids, 1, &known);
	grid_free(grid);
	const struct roster_row *other = find_row(plan, 0, 2);
	CHECK_INT("a change", other->action, ROSTER_CHANGE);
	CHECK("in doubt", other->is_doubtful && !other->is_agreed);
	CHECK_INT("says why", other->message_count, 1);
	check_text("code", other->messages[0].code, "import.name_other");
	CHECK("capitals and marks are no doubt", !find_row(plan, 0, 3)->is_doubtful);
	CHECK_INT("left out unless somebody says yes", roster_plan_left_out(plan), 1);
	CHECK_INT("no doubt about him", roster_plan_agree(plan, 100), ERR_NOT_FOUND);
	CHECK_INT("yes", roster_plan_agree(plan, other->student_id), ERR_OK);
	CHECK_INT("carried out", roster_plan_left_out(plan), 0);
	roster_known_finish(&known);
}

/* A guardian is found by number, in the school and above in the list. */
static void check_guardians(void) {
	struct grid *grid = GRID_OF("10A1", "Họ và tên|Ngày sinh|Họ tên cha|SĐT cha|SĐT",
			"An Một|01/01/2011|Nguyễn Văn Ba|912345678|0912345678",
			"An Hai|01/02/2011|Người Khác|912345678",
			"An Ba|01/03/2011|Hồ Năm|0399999999", "An Bốn|01/04/2011|Hồ Sáu|0399999999",
			"An Năm|01/05/2011|Hồ Năm|0399999999",
			"Nguyễn Thị Ánh|28/02/2011|Nguyễn Văn Ba|0399999998",
			"An Sáu|01/06/2011|-|0399999997 (cha), 0399999997",
			"An Bảy|01/07/2011|Hồ Tám|0399999996 - 0399999995",
			"An Tám|01/08/2011|Hồ Chín|02433334444");
	struct roster_known known = make_known();
	const struct grid *grids[] = { grid };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = plan_of(grids, 1, &known);
	grid_free(grid);
	CHECK_ROWS(plan, 0, { 2, ROSTER_NEW, "" }, { 3, ROSTER_NEW, "phone_two_names" },
			{ 4, ROSTER_NEW, "" }, { 5, ROSTER_NEW, "phone_two_names" },
			{ 6, ROSTER_NEW, "" }, { 7, ROSTER_SAME, "phone_kept" },
			{ 8, ROSTER_NEW, "" }, { 9, ROSTER_NEW, "phone_extra" },
			{ 10, ROSTER_NEW, "" });
	CHECK_INT("a brother's father", find_row(plan, 0, 2)->guardians[0].person_id, 901);
	CHECK_INT("once", find_row(plan, 0, 2)->guardian_count, 1);
	check_text("no name is no name", find_row(plan, 0, 8)->guardians[0].full_name,
			"Phụ huynh em An Sáu");
	check_text("a land line", find_row(plan, 0, 10)->guardians[0].phone, "+842433334444");
	roster_known_finish(&known);
}

static void check_crosses(void) {
	struct grid *grid = GRID_OF("10A1", "Mã HS|Họ và tên|Nữ|Ngày sinh||",
			"||​|Ngày|Tháng|Năm", "A1|Lê Một|x|#5|#9|#2011",
			"A2|Lê Hai||05|09|2011", "A3|Lê Ba|||9|2011");
	grid_of_merge(grid, 1, 1, 2, 1);
	grid_of_merge(grid, 1, 2, 2, 2);
	grid_of_merge(grid, 1, 3, 2, 3);
	grid_of_merge(grid, 1, 4, 1, 6);
	const struct grid *grids[] = { grid };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = plan_of(grids, 1, &nobody);
	grid_free(grid);
	CHECK_ROWS(plan, 0, { 3, ROSTER_NEW, "" }, { 4, ROSTER_NEW, "" },
			{ 5, ROSTER_ERROR, "birth_wrong" });
	CHECK_INT("girl", find_row(plan, 0, 3)->sex, SEX_FEMALE);
	CHECK_INT("boy", find_row(plan, 0, 4)->sex, SEX_MALE);
	check_birth("of three cells", find_row(plan, 0, 3)->birth, "2011-09-05");
}

/* What is kept is what was shown, and comes back whole. */
static void check_save(void) {
	struct grid *grid = GRID_OF("10A1",
			"Mã HS|Họ và tên|Ngày sinh|CCCD|SĐT cha|Dân tộc|Ghi chú",
			"B1|Lê \"Một\"|05/09/2011|001211000009|0912345677|Kinh|a\\b",
			"HS002|Trần Văn Bình|05/09/2011|001211000001|||mới", "B3||05/09/2011",
			"HS001|Nguyễn Thị Ánh|28/02/2011");
	struct roster_known known = make_known();
	const struct grid *grids[] = { grid };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = plan_of(grids, 1, &known);
	grid_free(grid);
	_cleanup_(buf_finish) struct buf saved = buf_make(ROSTER_BYTES_MAX);
	CHECK_INT("save", roster_plan_save(plan, LANG_VI, seal_key, &saved), ERR_OK);
	CHECK("no personal id in plain", !strstr(buf_str(&saved), "001211000009"));

	struct str all = { buf_str(&saved), saved.len };
	_cleanup_(json_freep) struct json *preview = NULL;
	CHECK_INT("preview", json_parse(roster_plan_preview(all), saved.len, &preview), ERR_OK);
	int64_t count = 0;
	CHECK_INT("counts", json_get_i64(json_get(preview, "counts"), "error", &count), ERR_OK);
	CHECK_INT("one error", count, 1);
	CHECK_INT("all rows", json_count(json_get(preview, "rows")), 4);
	CHECK("a sentence", strstr(buf_str(&saved), "Thiếu họ tên") != NULL);

	_cleanup_(roster_plan_freep) struct roster_plan *back = NULL;
	CHECK_INT("load", roster_plan_load(all, seal_key, &back), ERR_OK);
	CHECK_INT("rows to carry out", back->row_count, 2);
	CHECK("basis", hash_equal(&back->basis, &plan->basis));
	const struct roster_row *one = &back->rows[0];
	check_text("name", one->full_name, "Lê \"Một\"");
	check_text("note", one->note, "a\\b");
	check_text("personal id", one->personal_id, "001211000009");
	check_birth("birth", one->birth, "2011-09-05");
	check_text("class", back->classes[one->class_index].name, "10A1");
	CHECK_INT("of the school", back->classes[one->class_index].id, 71);
	check_text("guardian", one->guardians[0].phone, "+84912345677");
	const struct roster_row *two = &back->rows[1];
	CHECK_INT("the student", two->student_id, 101);
	CHECK_INT("one change", two->change_count, 1);
	check_text("the change", two->changes[0].new_text, "mới");

	_cleanup_(roster_plan_freep) struct roster_plan *none = NULL;
	static const uint8_t other_key[32] = { 3 };
	CHECK_INT("another key", roster_plan_load(all, other_key, &none), ERR_CORRUPT);
	CHECK_INT("cut", roster_plan_load((struct str){ all.p, all.n - 30 }, seal_key, &none),
			ERR_CORRUPT);
	size_t line = roster_plan_preview(all).n;
	CHECK_INT("preview only", roster_plan_load((struct str){ all.p, line }, seal_key, &none),
			ERR_CORRUPT);
	CHECK_INT("nothing", roster_plan_load(str_from(""), seal_key, &none), ERR_CORRUPT);
	roster_known_finish(&known);
}

/* The basis changes with anything that a plan looks at. */
static void check_basis(void) {
	struct roster_known known = make_known();
	struct hash before;
	struct hash after;
	roster_known_hash(&known, &before);
	roster_known_hash(&known, &after);
	CHECK("the same", hash_equal(&before, &after));
	known.students[3].student_version++;
	roster_known_hash(&known, &after);
	CHECK("a version", !hash_equal(&before, &after));
	known.students[3].student_version--;
	known.students[0].guardian_count = 0;
	roster_known_hash(&known, &after);
	CHECK("a guardian", !hash_equal(&before, &after));
	known.students[0].guardian_count = 1;
	known.class_count = 1;
	roster_known_hash(&known, &after);
	CHECK("a class", !hash_equal(&before, &after));
	known.class_count = 2;
	roster_known_finish(&known);
}

static enum err plan_rows(size_t count) {
	struct grid *grid = NULL;
	CHECK_INT("grid", grid_new(str_from("10A1"), false, &grid), ERR_OK);
	grid_of_row(grid, 1,
			"Mã HS|Họ và tên|Ngày sinh|SĐT cha|Họ tên cha|SĐT mẹ|Họ tên mẹ|Địa chỉ");
	for (size_t i = 0; i < count; i++) {
		char line[200];
		(void)snprintf(line, sizeof(line),
				"C%zu|Lê Văn An|05/09/2011|09%08zu|Lê Văn Cha|08%08zu|Trần Thị Mẹ|Số %zu",
				i, i, i, i);
		grid_of_row(grid, (unsigned)i + 2, line);
	}
	const struct grid *grids[] = { grid };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = NULL;
	enum err e = roster_plan_new(grids, 1, &target, &nobody, &plan);
	grid_free(grid);
	if (!e) {
		CHECK_INT("all new", plan->counts[ROSTER_NEW], count);
		_cleanup_(buf_finish) struct buf saved = buf_make(ROSTER_BYTES_MAX);
		CHECK_INT("save", roster_plan_save(plan, LANG_EN, seal_key, &saved), ERR_OK);
		_cleanup_(roster_plan_freep) struct roster_plan *back = NULL;
		CHECK_INT("load",
				roster_plan_load((struct str){ saved.data, saved.len }, seal_key,
						&back),
				ERR_OK);
		CHECK_INT("whole", back ? back->row_count : 0, count);
	}
	return e;
}

static void check_limits(void) {
	CHECK_INT("rows at the limit", plan_rows(ROSTER_ROWS_MAX), ERR_OK);
	CHECK_INT("rows one past", plan_rows(ROSTER_ROWS_MAX + 1), ERR_LIMIT);
	struct grid *grid = NULL;
	CHECK_INT("grid", grid_new(str_from("x"), false, &grid), ERR_OK);
	grid_of_row(grid, 1, "Mã HS|Họ và tên|Lớp");
	for (unsigned i = 0; i <= ROSTER_CLASSES_MAX; i++) {
		char line[80];
		(void)snprintf(line, sizeof(line), "C%u|Lê Văn An|10A%u", i, i);
		grid_of_row(grid, i + 2, line);
	}
	const struct grid *grids[] = { grid };
	_cleanup_(roster_plan_freep) struct roster_plan *plan = NULL;
	CHECK_INT("classes one past", roster_plan_new(grids, 1, &target, &nobody, &plan),
			ERR_LIMIT);
	grid_free(grid);
}

int main(void) {
	if (secret_init()) {
		return 1;
	}
	check_messy_list();
	check_against_school();
	check_doubts();
	check_guardians();
	check_crosses();
	check_save();
	check_basis();
	check_limits();
	return check_done();
}
