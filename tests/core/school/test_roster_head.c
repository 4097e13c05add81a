#include "core/school/roster_inner.h"

#include <stdlib.h>

#include "tests/core/school/grid_of.h"

static void check_headings(void) {
	static const struct {
		const char *above;
		const char *below;
		enum roster_field want;
	} rows[] = {
		{ "STT", "", ROSTER_POSITION },
		{ "  Họ  và\ntên (*) ", "", ROSTER_NAME },
		{ "HỌ VÀ TÊN", "", ROSTER_NAME },
		{ "Ho\xCC\xA3 va\xCC\x80 te\xCC\x82n", "", ROSTER_NAME },
		{ "Full name", "", ROSTER_NAME },
		{ "Họ và tên đệm", "", ROSTER_NAME_REST },
		{ "Tên", "", ROSTER_NAME_GIVEN },
		{ "Ngày sinh (dd/mm/yyyy)", "", ROSTER_BIRTH },
		{ "Ngày, tháng, năm sinh", "", ROSTER_BIRTH },
		{ "Date of birth", "", ROSTER_BIRTH },
		{ "Số CMND/CCCD", "", ROSTER_PERSONAL_ID },
		{ "Số định danh cá nhân", "", ROSTER_PERSONAL_ID },
		{ "Mã định danh Bộ GD&ĐT", "", ROSTER_CODE },
		{ "Mã định danh", "", ROSTER_CODE_OR_ID },
		{ "Mã HS", "", ROSTER_CODE },
		{ "Giới tính", "", ROSTER_SEX },
		{ "Nữ", "", ROSTER_FEMALE },
		{ "Lớp", "", ROSTER_CLASS },
		{ "Nơi sinh", "", ROSTER_BIRTH_PLACE },
		{ "Dân tộc", "", ROSTER_ETHNICITY },
		{ "Chỗ ở hiện nay", "", ROSTER_ADDRESS },
		{ "Họ tên cha", "", ROSTER_FATHER_NAME },
		{ "Họ và tên bố", "", ROSTER_FATHER_NAME },
		{ "SĐT cha", "", ROSTER_FATHER_PHONE },
		{ "Số điện thoại của mẹ", "", ROSTER_MOTHER_PHONE },
		{ "Họ tên người giám hộ", "", ROSTER_OTHER_NAME },
		{ "SĐT phụ huynh", "", ROSTER_OTHER_PHONE },
		{ "Họ tên cha (mẹ)", "", ROSTER_FATHER_NAME },
		{ "Họ tên cha, mẹ", "", ROSTER_OTHER_NAME },
		{ "Điện thoại cha mẹ", "", ROSTER_OTHER_PHONE },
		{ "SĐT", "", ROSTER_OTHER_PHONE },
		{ "Mother's name", "", ROSTER_MOTHER_NAME },
		{ "Ghi chú", "", ROSTER_NOTE },
		{ "Cha", "Họ tên", ROSTER_FATHER_NAME },
		{ "Cha", "SĐT", ROSTER_FATHER_PHONE },
		{ "Cha", "Năm sinh", ROSTER_FIELD_NONE },
		{ "Cha", "Nghề nghiệp", ROSTER_FIELD_NONE },
		{ "Phụ huynh", "Mẹ", ROSTER_MOTHER_NAME },
		{ "Họ tên phụ huynh", "Cha", ROSTER_FATHER_NAME },
		{ "Thông tin học sinh", "Họ và tên", ROSTER_NAME },
		{ "Họ và tên", "Họ đệm", ROSTER_NAME_REST },
		{ "Họ và tên", "Tên", ROSTER_NAME_GIVEN },
		{ "Ngày sinh", "Ngày", ROSTER_BIRTH_DAY },
		{ "Ngày sinh", "Tháng", ROSTER_BIRTH_MONTH },
		{ "Ngày sinh", "Năm", ROSTER_BIRTH_YEAR },
		{ "", "Lớp", ROSTER_CLASS },
		{ "Nghề nghiệp cha", "", ROSTER_FIELD_NONE },
		{ "SĐT học sinh", "", ROSTER_FIELD_NONE },
		{ "Điểm TB", "", ROSTER_FIELD_NONE },
		{ "DANH SÁCH HỌC SINH LỚP 10A1", "", ROSTER_FIELD_NONE },
		{ "", "", ROSTER_FIELD_NONE },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf above = buf_make(1000);
		_cleanup_(buf_finish) struct buf below = buf_make(1000);
		CHECK_INT("plain", roster_plain(str_from(rows[i].above), &above), ERR_OK);
		CHECK_INT("plain", roster_plain(str_from(rows[i].below), &below), ERR_OK);
		char name[200];
		(void)snprintf(name, sizeof(name), "%s / %s", rows[i].above, rows[i].below);
		CHECK_INT(name,
				roster_heading_pair((struct str){ buf_str(&above), above.len },
						(struct str){ buf_str(&below), below.len }),
				rows[i].want);
	}
}

static void check_classes(void) {
	static const struct {
		const char *text;
		bool is_name;
		const char *want; /* NULL: none */
	} rows[] = {
		{ "DANH SÁCH HỌC SINH LỚP 10A1 NĂM HỌC 2026-2027", false, "10A1" },
		{ "Lớp: 10A1", false, "10A1" },
		{ "Lớp:10A1", false, "10A1" },
		{ "Lớp10A1", false, "10A1" },
		{ "Danh sách lớp 12 chuyên Anh, GVCN: Lê An", false, "12 chuyên Anh" },
		{ "LỚP 10 TOÁN NĂM HỌC 2026", false, "10 TOÁN" },
		{ "Lớp 6/2", false, "6/2" },
		{ "Lớp 10", false, NULL },
		{ "Năm học 2026-2027", false, NULL },
		{ "10A1", false, NULL },
		{ "10A1", true, "10A1" },
		{ "10 A1", true, "10 A1" },
		{ "Lop 10A1", true, "10A1" },
		{ "DS 10A1", true, NULL },
		{ "Sheet1", true, NULL },
		{ "2026-2027", true, NULL },
		{ "5-9-2026", true, NULL },
		{ "13A1", true, NULL },
		{ "", true, NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf name = buf_make(1000);
		enum err e = roster_class_find(str_from(rows[i].text), rows[i].is_name, &name);
		CHECK_INT(rows[i].text, e, rows[i].want ? ERR_OK : ERR_NOT_FOUND);
		CHECK_STR(rows[i].text, buf_str(&name), rows[i].want ? rows[i].want : "");
	}
	static const struct {
		const char *text;
		enum err want_err;
		const char *want;
		unsigned grade;
	} names[] = {
		{ " Lớp  10A1 ", ERR_OK, "10A1", 10 },
		{ "6/2", ERR_OK, "6/2", 6 },
		{ "12 chuyên  Anh", ERR_OK, "12 chuyên Anh", 12 },
		{ "A1", ERR_INVAL, "A1", 0 },
		{ "13A", ERR_INVAL, "13A", 0 },
		{ "2026", ERR_INVAL, "2026", 0 },
		{ "", ERR_MISSING, "", 0 },
		{ "12345678901234567890123456789012", ERR_INVAL, "12345678901234567890123456789012",
				0 },
		{ "123456789012345678901234567890123", ERR_LIMIT, "", 0 },
	};
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		_cleanup_(buf_finish) struct buf name = buf_make(1000);
		unsigned grade = 0;
		CHECK_INT(names[i].text, roster_class_parse(str_from(names[i].text), &name, &grade),
				names[i].want_err);
		CHECK_STR(names[i].text, buf_str(&name), names[i].want);
		CHECK_INT(names[i].text, grade, names[i].grade);
	}
	CHECK("case", roster_class_same(str_from("10A1"), str_from("10a1")));
	CHECK("blanks", roster_class_same(str_from("10 A1"), str_from("10A1")));
	CHECK("signs", roster_class_same(str_from("10-A1"), str_from("10A1")));
	CHECK("numbers stay apart", !roster_class_same(str_from("6/12"), str_from("61/2")));
	CHECK("others", !roster_class_same(str_from("10A1"), str_from("10A2")));
}

static void check_lines(void) {
	static const struct {
		const char *text;
		enum roster_line want;
	} rows[] = {
		{ "Tổng số: 45 học sinh", ROSTER_LINE_TOTAL },
		{ "Tổng cộng:", ROSTER_LINE_TOTAL },
		{ "Danh sách này có 45 học sinh", ROSTER_LINE_TOTAL },
		{ "HIỆU TRƯỞNG", ROSTER_LINE_FOOTER },
		{ "Người lập bảng", ROSTER_LINE_FOOTER },
		{ "GVCN", ROSTER_LINE_FOOTER },
		{ "Hà Nội, ngày 05 tháng 09 năm 2026", ROSTER_LINE_FOOTER },
		{ "(Ký và ghi rõ họ tên)", ROSTER_LINE_DATA },
		{ "Ký và ghi rõ họ tên", ROSTER_LINE_FOOTER },
		{ "Nguyễn Văn An", ROSTER_LINE_DATA },
		{ "Công Tằng Tôn Nữ", ROSTER_LINE_TOTAL }, /* a student's marks decide first */
		{ "", ROSTER_LINE_DATA },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf plain = buf_make(1000);
		CHECK_INT("plain", roster_plain(str_from(rows[i].text), &plain), ERR_OK);
		CHECK_INT(rows[i].text, roster_line_of((struct str){ buf_str(&plain), plain.len }),
				rows[i].want);
	}
}

/* Checks the head of a sheet, given as "column=field" pairs, and frees the sheet. */
static void check_head(const char *name, struct grid *grid, unsigned row_last,
		const char *class_name, const char *want) {
	_cleanup_(arena_finish) struct arena arena = arena_make(1000000);
	struct roster_head *head = calloc(1, sizeof(*head));
	CHECK_INT(name, roster_head_find(grid, &arena, head), ERR_OK);
	CHECK_INT(name, head->list.row_last, row_last);
	_cleanup_(buf_finish) struct buf got = buf_make(10000);
	for (size_t i = 0; i < head->list.column_count; i++) {
		if (head->list.columns[i].field != ROSTER_FIELD_NONE) {
			buf_addf(&got, "%s%u=%s", got.len ? " " : "", head->list.columns[i].column,
					roster_field_name(head->list.columns[i].field));
		}
	}
	CHECK_STR(name, buf_str(&got), want);
	CHECK_STR(name, head->class_name.p, class_name);
	free(head);
	grid_free(grid);
}

static void check_heads(void) {
	check_head("plain",
			GRID_OF("Sheet1", "STT|Họ và tên|Ngày sinh|Lớp", "#1|Lê An|5/9/2010|10A1"),
			1, "", "1=position 2=fullName 3=birthDate 4=className");
	check_head("below titles",
			GRID_OF("10A2", "SỞ GIÁO DỤC", "TRƯỜNG THPT A", "",
					"DANH SÁCH HỌC SINH LỚP 10A1", "Năm học 2026-2027", "",
					"STT|Mã HS|Họ và tên", "#1|1|Lê An"),
			7, "10A1", "1=position 2=code 3=fullName");
	check_head("class from the sheet's name", GRID_OF("10A2", "TT|Họ tên|NS", "#1|Lê An|x"), 1,
			"10A2", "1=position 2=fullName 3=birthDate");
	struct grid *grid = GRID_OF("x", "STT|Họ và tên||Ngày sinh", "#1|Nguyễn Thị|An|5/9/2010");
	grid_of_merge(grid, 1, 2, 1, 3);
	check_head("a name over two columns, merged", grid, 1, "",
			"1=position 2=fullName 3=nameGiven 4=birthDate");
	check_head("the same, not merged",
			GRID_OF("x", "STT|Họ và tên||Ngày sinh", "#1|Nguyễn Thị|An|5/9/2010",
					"#2|Lê|Ý|6/9/2010"),
			1, "", "1=position 2=fullName 3=nameGiven 4=birthDate");
	check_head("a given name repeated for sorting",
			GRID_OF("x", "STT|Họ và tên|Tên", "#1|Nguyễn Thị An|An", "#2|Lê Ý|Ý"), 1,
			"", "1=position 2=fullName");
	check_head("family and given names", GRID_OF("x", "STT|Họ đệm|Tên", "#1|Nguyễn Thị|An"), 1,
			"", "1=position 2=nameRest 3=nameGiven");
	grid = GRID_OF("x", "STT|Họ và tên|Cha||Mẹ||Ghi chú", "||Họ tên|SĐT|Họ tên|SĐT",
			"#1|Lê An|Lê B|0912345678|Trần C|0987654321");
	grid_of_merge(grid, 1, 1, 2, 1);
	grid_of_merge(grid, 1, 2, 2, 2);
	grid_of_merge(grid, 1, 3, 1, 4);
	grid_of_merge(grid, 1, 5, 1, 6);
	grid_of_merge(grid, 1, 7, 2, 7);
	check_head("two rows, merged", grid, 2, "",
			"1=position 2=fullName 3=fatherName 4=fatherPhone "
			"5=motherName 6=motherPhone 7=note");
	grid = GRID_OF("x", "DANH SÁCH LỚP 9A", "Lớp|9A", "STT|Họ và tên||Ngày sinh|||Nữ",
			"|Họ đệm|Tên|Ngày|Tháng|Năm", "#1|Nguyễn|An|#5|#9|#2011|x");
	grid_of_merge(grid, 1, 1, 1, 7);
	grid_of_merge(grid, 3, 1, 4, 1);
	grid_of_merge(grid, 3, 2, 3, 3);
	grid_of_merge(grid, 3, 4, 3, 6);
	grid_of_merge(grid, 3, 7, 4, 7);
	check_head("parts below, titles above", grid, 4, "9A",
			"1=position 2=nameRest 3=nameGiven 4=birthDay 5=birthMonth 6=birthYear 7=female");
	check_head("an id by its looks",
			GRID_OF("x", "Mã định danh|Họ tên", "#79123456789|Lê An",
					"001123456789|Lê B", "079123456780|Lê C"),
			1, "", "1=personalId 2=fullName");
	check_head("a code by its looks", GRID_OF("x", "Mã định danh|Họ tên", "2600001|Lê An"), 1,
			"", "1=code 2=fullName");
	check_head("a heading twice", GRID_OF("x", "Họ tên|SĐT|SĐT", "Lê An|1|2"), 1, "",
			"1=fullName 2=otherPhone");
	check_head("English", GRID_OF("x", "No.|Student ID|Full name|DOB|Gender|Class|Phone", "1"),
			1, "",
			"1=position 2=code 3=fullName 4=birthDate 5=sex 6=className 7=otherPhone");
	check_head("no list", GRID_OF("Hướng dẫn", "Cách điền", "Ghi rõ họ tên", "Họ tên"), 0, "",
			"");
	check_head("nothing", GRID_OF("10A1", ""), 0, "", "");
}

int main(void) {
	check_headings();
	check_classes();
	check_lines();
	check_heads();
	return check_done();
}
