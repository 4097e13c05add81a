#include "core/school/roster_export.h"

#include <string.h>

#include "core/doc/xlsx_write.h"

enum {
	COLUMN_POSITION,
	COLUMN_CODE,
	COLUMN_NAME,
	COLUMN_BIRTH,
	COLUMN_SEX,
	COLUMN_CLASS,
	COLUMN_BIRTH_PLACE,
	COLUMN_ETHNICITY,
	COLUMN_ADDRESS,
	COLUMN_FATHER_NAME,
	COLUMN_FATHER_PHONE,
	COLUMN_MOTHER_NAME,
	COLUMN_MOTHER_PHONE,
	COLUMN_OTHER_NAME,
	COLUMN_OTHER_PHONE,
	COLUMN_NOTE,
	COLUMN_COUNT_,
};

static const struct {
	const char *title;
	double width_chars;
} columns[COLUMN_COUNT_] = {
	[COLUMN_POSITION] = { "STT", 5 },
	[COLUMN_CODE] = { "Mã học sinh", 14 },
	[COLUMN_NAME] = { "Họ và tên", 28 },
	[COLUMN_BIRTH] = { "Ngày sinh", 12 },
	[COLUMN_SEX] = { "Giới tính", 9 },
	[COLUMN_CLASS] = { "Lớp", 10 },
	[COLUMN_BIRTH_PLACE] = { "Nơi sinh", 20 },
	[COLUMN_ETHNICITY] = { "Dân tộc", 10 },
	[COLUMN_ADDRESS] = { "Địa chỉ", 36 },
	[COLUMN_FATHER_NAME] = { "Họ tên cha", 26 },
	[COLUMN_FATHER_PHONE] = { "SĐT cha", 13 },
	[COLUMN_MOTHER_NAME] = { "Họ tên mẹ", 26 },
	[COLUMN_MOTHER_PHONE] = { "SĐT mẹ", 13 },
	[COLUMN_OTHER_NAME] = { "Họ tên người giám hộ", 26 },
	[COLUMN_OTHER_PHONE] = { "SĐT người giám hộ", 13 },
	[COLUMN_NOTE] = { "Ghi chú", 24 },
};

static struct xlsx_value text(struct str s) {
	return (struct xlsx_value){ .kind = s.n ? XLSX_TEXT : XLSX_BLANK, .text = s };
}

static const char *sex_word(enum sex sex) {
	switch (sex) {
	case SEX_NOT_SAID:
		return "";
	case SEX_MALE:
		return "Nam";
	case SEX_FEMALE:
		return "Nữ";
	}
	return "";
}

/* "+84912345678" as people write it: "0912345678". */
static struct str local_phone(struct str phone, char out[ACCOUNT_PHONE_BYTES]) {
	if (!str_starts(phone, "+84") || phone.n - 2 >= ACCOUNT_PHONE_BYTES) {
		return phone;
	}
	out[0] = '0';
	memcpy(out + 1, phone.p + 3, phone.n - 3);
	return (struct str){ out, phone.n - 2 };
}

static size_t name_column(enum roster_relation relation) {
	switch (relation) {
	case ROSTER_FATHER:
		return COLUMN_FATHER_NAME;
	case ROSTER_MOTHER:
		return COLUMN_MOTHER_NAME;
	case ROSTER_OTHER:
		return COLUMN_OTHER_NAME;
	}
	return COLUMN_OTHER_NAME;
}

/* The first guardian of each relation; a list has no room for more. */
static void put_guardians(const struct roster_known_student *s, struct xlsx_value *values,
		char phones[ROSTER_GUARDIANS_MAX][ACCOUNT_PHONE_BYTES]) {
	for (size_t i = 0; i < s->guardian_count; i++) {
		const struct roster_known_guardian *g = &s->guardians[i];
		size_t column = name_column(g->relation);
		if (values[column].kind != XLSX_BLANK) {
			continue;
		}
		values[column] = text(g->full_name);
		values[column + 1] =
				text(local_phone(g->phone, phones[g->relation - ROSTER_FATHER]));
	}
}

static enum err write_student(struct xlsx_write *w, const struct roster_known_student *s,
		unsigned position, struct str class_name) {
	char phones[ROSTER_GUARDIANS_MAX][ACCOUNT_PHONE_BYTES];
	struct xlsx_value values[COLUMN_COUNT_] = {
		[COLUMN_POSITION] = { .kind = XLSX_NUMBER, .number = position },
		[COLUMN_CODE] = text(s->code),
		[COLUMN_NAME] = text(s->full_name),
		[COLUMN_SEX] = text(str_from(sex_word(s->sex))),
		[COLUMN_CLASS] = text(class_name),
		[COLUMN_BIRTH_PLACE] = text(s->birth_place),
		[COLUMN_ETHNICITY] = text(s->ethnicity),
		[COLUMN_ADDRESS] = text(s->address),
		[COLUMN_NOTE] = text(s->note),
	};
	if (date_is_valid(s->birth)) {
		values[COLUMN_BIRTH] = (struct xlsx_value){ .kind = XLSX_DATE, .date = s->birth };
	}
	put_guardians(s, values, phones);
	return xlsx_write_row(w, values);
}

static enum err write_class(struct xlsx_write *w, const struct roster_export_class *class) {
	struct xlsx_column heads[COLUMN_COUNT_];
	for (size_t i = 0; i < COLUMN_COUNT_; i++) {
		heads[i] = (struct xlsx_column){ str_from(columns[i].title),
			columns[i].width_chars };
	}
	enum err e = xlsx_write_sheet(w, class->name, heads, COLUMN_COUNT_);
	for (size_t i = 0; !e && i < class->count; i++) {
		unsigned position = class->positions ? class->positions[i] : 0;
		e = write_student(w, &class->students[i], position ? position : (unsigned)i + 1,
				class->name);
	}
	return e;
}

enum err roster_export(const struct roster_export_class *classes, size_t class_count,
		int64_t created_ms, struct buf *out) {
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = NULL;
	enum err e = xlsx_write_new(created_ms, &w);
	for (size_t i = 0; !e && i < class_count; i++) {
		e = write_class(w, &classes[i]);
	}
	return e ? e : xlsx_write_finish(w, out);
}
