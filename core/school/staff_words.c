/* What headings of lists of teachers mean. */
#include "core/school/staff_plan_inner.h"

/* Headings as they are once plain. */
static const struct {
	const char *plain;
	enum teacher_field field;
} headings[] = {
	{ "stt", TEACHER_POSITION },
	{ "tt", TEACHER_POSITION },
	{ "so tt", TEACHER_POSITION },
	{ "so thu tu", TEACHER_POSITION },
	{ "ma", TEACHER_CODE },
	{ "ma giao vien", TEACHER_CODE },
	{ "ma so giao vien", TEACHER_CODE },
	{ "ma gv", TEACHER_CODE },
	{ "magv", TEACHER_CODE },
	{ "ma so", TEACHER_CODE },
	{ "ma can bo", TEACHER_CODE },
	{ "ma cb", TEACHER_CODE },
	{ "ma nhan su", TEACHER_CODE },
	{ "ma dinh danh", TEACHER_CODE },
	{ "ma dinh danh giao vien", TEACHER_CODE },
	{ "ten dang nhap", TEACHER_CODE },
	{ "tai khoan", TEACHER_CODE },
	{ "login", TEACHER_CODE },
	{ "code", TEACHER_CODE },
	{ "ho va ten", TEACHER_NAME },
	{ "ho ten", TEACHER_NAME },
	{ "ho va ten giao vien", TEACHER_NAME },
	{ "ho ten giao vien", TEACHER_NAME },
	{ "ho va ten gv", TEACHER_NAME },
	{ "ho ten gv", TEACHER_NAME },
	{ "ho va ten can bo", TEACHER_NAME },
	{ "ho ten can bo", TEACHER_NAME },
	{ "ho va ten can bo giao vien", TEACHER_NAME },
	{ "ho ten can bo giao vien", TEACHER_NAME },
	{ "ho va ten cbgv", TEACHER_NAME },
	{ "ten giao vien", TEACHER_NAME },
	{ "giao vien", TEACHER_NAME },
	{ "full name", TEACHER_NAME },
	{ "teacher", TEACHER_NAME },
	{ "name", TEACHER_NAME },
	{ "ho", TEACHER_NAME_REST },
	{ "ho dem", TEACHER_NAME_REST },
	{ "ho va dem", TEACHER_NAME_REST },
	{ "ho va ten dem", TEACHER_NAME_REST },
	{ "ten", TEACHER_NAME_GIVEN },
	{ "ngay sinh", TEACHER_BIRTH },
	{ "ngay thang nam sinh", TEACHER_BIRTH },
	{ "ngay thang sinh", TEACHER_BIRTH },
	{ "sinh ngay", TEACHER_BIRTH },
	{ "ntns", TEACHER_BIRTH },
	{ "nam sinh", TEACHER_BIRTH },
	{ "date of birth", TEACHER_BIRTH },
	{ "birth date", TEACHER_BIRTH },
	{ "dien thoai", TEACHER_PHONE },
	{ "so dien thoai", TEACHER_PHONE },
	{ "sdt", TEACHER_PHONE },
	{ "so dt", TEACHER_PHONE },
	{ "dt", TEACHER_PHONE },
	{ "di dong", TEACHER_PHONE },
	{ "so di dong", TEACHER_PHONE },
	{ "dien thoai di dong", TEACHER_PHONE },
	{ "dien thoai lien he", TEACHER_PHONE },
	{ "phone", TEACHER_PHONE },
	{ "mon", TEACHER_SUBJECTS },
	{ "mon day", TEACHER_SUBJECTS },
	{ "mon hoc", TEACHER_SUBJECTS },
	{ "mon giang day", TEACHER_SUBJECTS },
	{ "day mon", TEACHER_SUBJECTS },
	{ "bo mon", TEACHER_SUBJECTS },
	{ "chuyen mon", TEACHER_SUBJECTS },
	{ "mon chuyen mon", TEACHER_SUBJECTS },
	{ "mon phu trach", TEACHER_SUBJECTS },
	{ "subject", TEACHER_SUBJECTS },
	{ "subjects", TEACHER_SUBJECTS },
};

unsigned teacher_heading(struct str plain) {
	for (size_t i = 0; plain.n && i < sizeof(headings) / sizeof(headings[0]); i++) {
		if (str_eq_z(plain, headings[i].plain)) {
			return headings[i].field;
		}
	}
	return TEACHER_NONE;
}

unsigned teacher_headings(struct str above, struct str below) {
	unsigned field = teacher_heading(below);
	return field == TEACHER_NONE ? teacher_heading(above) : field;
}
