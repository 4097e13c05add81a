#include "core/province/projection.h"

#include <assert.h>
#include <string.h>

#include "core/base/date.h"
#include "core/seal/hash.h"

enum {
	NUMBER_BYTES = 24,
	ID_BYTES_MAX = 255,      /* of idbanghi */
	KEY_BYTES_MAX = 8 << 10, /* of one before it is cut */
};

#define COUNT_OF(a) (sizeof(a) / sizeof((a)[0]))
#define KEY .is_key = true, .is_kept = true
#define KEPT .is_kept = true
#define CAN_MISS .may_be_null = true
#define TERM(low, high) .shape = PROJECTION_NUMBER, .least = (low), .most = (high)
#define MS .shape = PROJECTION_NUMBER, .least = 0, .most = JSON_INT_MAX
#define SEX .shape = PROJECTION_WORD, .words = "nam nu"

static const struct projection_field school_fields[] = {
	{ .name = "matruong", .shape = PROJECTION_CODE },
	{ .name = "tentruong", .shape = PROJECTION_TEXT },
	{ "cap", PROJECTION_WORD, .words = "th thcs thpt" },
	{ "maxa", PROJECTION_CODE, CAN_MISS },
	{ "matinh", PROJECTION_CODE, CAN_MISS },
};
static const struct projection_field year_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "ngaybatdau", PROJECTION_DAY, KEPT },
	{ "ngayketthuc", PROJECTION_DAY, KEPT },
	{ .name = "hocky", .shape = PROJECTION_LIST },
};
static const struct projection_field subject_fields[] = {
	{ "mamon", PROJECTION_CODE, KEY },
	{ "tenmon", PROJECTION_TEXT, KEPT },
	{ "loai", PROJECTION_WORD, .words = "diem nhanxet", KEPT },
};
static const struct projection_field class_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "khoi", TERM(1, PROJECTION_GRADE_MAX), KEPT },
	{ "magvcn", PROJECTION_CODE, CAN_MISS, KEPT },
};
static const struct projection_field teacher_fields[] = {
	{ "magiaovien", PROJECTION_CODE, KEY },
	{ "hoten", PROJECTION_TEXT, KEPT },
	{ "ngaysinh", PROJECTION_DAY, CAN_MISS, KEPT },
	{ "gioitinh", SEX, CAN_MISS, KEPT },
	{ "trangthai", PROJECTION_WORD, .words = "danglam danghi", KEPT },
	{ .name = "mon", .shape = PROJECTION_LIST },
};
static const struct projection_field student_fields[] = {
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "hoten", PROJECTION_TEXT, KEPT },
	{ "ngaysinh", PROJECTION_DAY, CAN_MISS, KEPT },
	{ "gioitinh", SEX, CAN_MISS, KEPT },
	{ "trangthai", PROJECTION_WORD, .words = "danghoc dathoi", KEPT },
	{ "dantoc", PROJECTION_TEXT, CAN_MISS },
	{ "noisinh", PROJECTION_TEXT, CAN_MISS },
};
static const struct projection_field enrolment_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "tungay", PROJECTION_DAY, CAN_MISS, KEPT },
	{ "denngay", PROJECTION_DAY, CAN_MISS, KEPT },
	{ "sott", TERM(0, UINT16_MAX), CAN_MISS },
};
static const struct projection_field teaching_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "mamon", PROJECTION_CODE, KEY },
	{ "magiaovien", PROJECTION_CODE, KEY },
};
static const struct projection_field column_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "mamon", PROJECTION_CODE, KEY },
	{ "hocky", TERM(1, 2), KEY },
	{ "loai", PROJECTION_WORD, .words = "tx gk ck", KEY },
	{ "lan", TERM(1, UINT8_MAX), KEY },
	{ "heso", TERM(1, 3) },
	{ "congbo", MS, CAN_MISS },
};
static const struct projection_field mark_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "mamon", PROJECTION_CODE, KEY },
	{ "hocky", TERM(1, 2), KEY },
	{ "loai", PROJECTION_WORD, .words = "tx gk ck", KEY },
	{ "lan", TERM(1, UINT8_MAX), KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "diemx10", TERM(0, 100), CAN_MISS, KEPT },
	{ "nhanxet", PROJECTION_WORD, .words = "D C T H", CAN_MISS, KEPT },
	{ "trangthai", PROJECTION_CODE, CAN_MISS, KEPT },
};
static const struct projection_field conduct_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "hocky", TERM(1, 3), KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "muc", TERM(1, 4), CAN_MISS },
};
static const struct projection_field judgement_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "thoidiem", TERM(1, 4), KEY },
	{ "matieuchi", PROJECTION_CODE, KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "muc", PROJECTION_WORD, .words = "T D C co khong", KEPT },
};
static const struct projection_field reassessment_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "loai", PROJECTION_WORD, .words = "diem muc tieuchi quyetdinh", KEY },
	{ "ma", PROJECTION_CODE, KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "diemx10", TERM(0, 100), CAN_MISS },
	{ "muc", PROJECTION_WORD, .words = "T H D C co khong", CAN_MISS },
};
static const struct projection_field remark_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "hocky", TERM(0, 3), KEY },
	{ "mamon", PROJECTION_CODE, KEY, CAN_MISS },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ .name = "noidung", .shape = PROJECTION_LONG },
};
static const struct projection_field exemption_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "hocky", TERM(1, 2), KEY },
	{ "mamon", PROJECTION_CODE, KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
};
static const struct projection_field absence_fields[] = {
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "ngay", PROJECTION_DAY, KEY },
	{ "buoi", PROJECTION_CODE, KEY },
	{ .name = "namhoc", .shape = PROJECTION_CODE },
	{ .name = "malop", .shape = PROJECTION_CODE },
	{ "loai", PROJECTION_WORD, .words = "phep khongphep" },
};
static const struct projection_field closing_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "hocky", TERM(0, 2), KEY },
	{ "khoaluc", MS, KEPT },
};
static const struct projection_field result_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "hocky", TERM(0, 2), KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "khoi", TERM(1, PROJECTION_GRADE_MAX), KEPT },
	{ "mahocluc", TERM(1, 4), CAN_MISS, KEPT },
	{ "mahanhkiem", TERM(1, 4), CAN_MISS, KEPT },
	{ "lenlop", TERM(1, 3), CAN_MISS, KEPT },
	{ "madanhhieu", PROJECTION_CODE, CAN_MISS, KEPT },
	{ "songaynghi", TERM(0, UINT16_MAX), CAN_MISS, KEPT },
	{ "goiluat", PROJECTION_CODE, CAN_MISS, KEPT },
};
static const struct projection_field subject_result_fields[] = {
	{ "namhoc", PROJECTION_CODE, KEY },
	{ "malop", PROJECTION_CODE, KEY },
	{ "hocky", TERM(0, 2), KEY },
	{ "mamon", PROJECTION_CODE, KEY },
	{ "mahocsinh", PROJECTION_CODE, KEY },
	{ "diemx10", TERM(0, 100), CAN_MISS, KEPT },
	{ "nhanxet", PROJECTION_WORD, .words = "D C T H", CAN_MISS, KEPT },
	{ "khoi", TERM(1, PROJECTION_GRADE_MAX), CAN_MISS },
};
static const struct projection_field sitting_fields[] = {
	{ "macathi", PROJECTION_CODE, KEY },
	{ "ten", PROJECTION_LONG, KEPT },
	{ "mamon", PROJECTION_CODE, CAN_MISS, KEPT },
	{ "batdau", MS, KEPT },
	{ "ketthuc", MS, KEPT },
	{ "trangthai", PROJECTION_WORD, .words = "kehoach dangthi daxong", KEPT },
	{ "sothisinh", TERM(0, INT32_MAX), KEPT },
	{ "dangthi", TERM(0, INT32_MAX), KEPT },
	{ "danop", TERM(0, INT32_MAX), KEPT },
	{ .name = "lop", .shape = PROJECTION_LIST },
};

/* Where the fields stand that the tallies read. */
enum { AT_SEX = 3, AT_STATE = 4 };  /* teachers, students */
enum { AT_YEAR = 0, AT_CLASS = 1 }; /* all of a class */
enum { CLASS_GRADE = 2, ENROLMENT_TO = 4 };
enum { MARK_SUBJECT = 2, MARK_TERM = 3, MARK_KIND = 4, MARK_X10 = 7, MARK_LETTER = 8 };
enum {
	RESULT_PART = 2,
	RESULT_GRADE = 4,
	RESULT_LEARNING = 5,
	RESULT_CONDUCT = 6,
	RESULT_PROMOTION = 7,
	RESULT_AWARD = 8
};
enum { OF_PART = 2, OF_SUBJECT = 3, OF_X10 = 5, OF_LETTER = 6 }; /* a subject's result */
enum { JUDGED_MOMENT = 2, JUDGED_ITEM = 3, JUDGED_LEVEL = 5, JUDGED_LEVELS = 3, CLOSED_PART = 2 };

#define SHAPE(kind, name, fields, kept) [kind] = { name, fields, COUNT_OF(fields), kept }
static const struct projection_shape_of shapes[] = {
	SHAPE(PROJECTION_SCHOOL, "truong", school_fields, false),
	SHAPE(PROJECTION_YEAR, "namhoc", year_fields, true),
	SHAPE(PROJECTION_SUBJECT, "monhoc", subject_fields, true),
	SHAPE(PROJECTION_CLASS, "lophoc", class_fields, true),
	SHAPE(PROJECTION_TEACHER, "giaovien", teacher_fields, true),
	SHAPE(PROJECTION_STUDENT, "hocsinh", student_fields, true),
	SHAPE(PROJECTION_ENROLMENT, "xeplop", enrolment_fields, true),
	SHAPE(PROJECTION_TEACHING, "phancong", teaching_fields, false),
	SHAPE(PROJECTION_COLUMN, "cotdiem", column_fields, false),
	SHAPE(PROJECTION_MARK, "diem", mark_fields, true),
	SHAPE(PROJECTION_CONDUCT, "renluyen", conduct_fields, false),
	SHAPE(PROJECTION_JUDGEMENT, "danhgia", judgement_fields, true),
	SHAPE(PROJECTION_REASSESSMENT, "danhgialai", reassessment_fields, false),
	SHAPE(PROJECTION_REMARK, "nhanxet", remark_fields, false),
	SHAPE(PROJECTION_EXEMPTION, "miengiam", exemption_fields, false),
	SHAPE(PROJECTION_ABSENCE, "vang", absence_fields, false),
	SHAPE(PROJECTION_CLOSING, "khoaso", closing_fields, true),
	SHAPE(PROJECTION_RESULT, "ketqua", result_fields, true),
	SHAPE(PROJECTION_SUBJECT_RESULT, "ketquamon", subject_result_fields, true),
	SHAPE(PROJECTION_SITTING, "cathi", sitting_fields, true),
};

const struct projection_shape_of *projection_shape(enum projection_kind kind) {
	assert((size_t)kind < COUNT_OF(shapes));
	return &shapes[kind];
}

enum err projection_kind_of(struct str bang, enum projection_kind *out) {
	for (size_t i = 0; i < COUNT_OF(shapes); i++) {
		if (str_eq_z(bang, shapes[i].bang)) {
			*out = (enum projection_kind)i;
			return ERR_OK;
		}
	}
	return ERR_UNSUPPORTED;
}

/* ---- reading ---- */

/* A number as the text of a code: some schools' codes are numbers. */
static enum err number_text(int64_t number, struct arena *arena, struct str *out) {
	char data[NUMBER_BYTES];
	struct buf text = buf_make(sizeof(data));
	buf_add_i64(&text, number);
	enum err e = buf_err(&text);
	e = e ? e : arena_copy(arena, (struct str){ buf_str(&text), text.len }, out);
	buf_finish(&text);
	return e;
}

static enum err read_text(const struct json *node, size_t chars_max, struct arena *arena,
		struct projection_value *out) {
	struct str text;
	enum err e = json_as_str(node, &text);
	if (e || str_utf8_count(text) > chars_max) {
		return ERR_INVAL;
	}
	return arena_copy(arena, text, &out->text);
}

static enum err read_code(
		const struct json *node, struct arena *arena, struct projection_value *out) {
	struct str text;
	int64_t number = 0;
	if (json_as_i64(node, &number) == ERR_OK) {
		return number_text(number, arena, &out->text);
	}
	enum err e = json_as_str(node, &text);
	if (e || text.n == 0 || str_utf8_count(text) > PROJECTION_CODE_CHARS_MAX ||
			str_trim(text).n != text.n) {
		return ERR_INVAL;
	}
	return arena_copy(arena, text, &out->text);
}

static enum err read_number(const struct projection_field *field, const struct json *node,
		struct arena *arena, struct projection_value *out) {
	enum err e = json_as_i64(node, &out->number);
	if (e || out->number < field->least || out->number > field->most) {
		return ERR_INVAL;
	}
	return field->is_key ? number_text(out->number, arena, &out->text) : ERR_OK;
}

static enum err read_word(
		const char *words, const struct json *node, struct projection_value *out) {
	struct str text;
	enum err e = json_as_str(node, &text);
	if (e) {
		return ERR_INVAL;
	}
	int64_t number = 1;
	for (const char *at = words; *at; number++) {
		size_t n = strcspn(at, " ");
		if (str_eq(text, (struct str){ at, n })) {
			out->number = number;
			out->text = (struct str){ at, n };
			return ERR_OK;
		}
		at += n + (at[n] == ' ');
	}
	return ERR_INVAL;
}

static enum err read_day(
		const struct json *node, struct arena *arena, struct projection_value *out) {
	struct str text;
	struct date day;
	if (json_as_str(node, &text) || date_parse_iso(text, &day)) {
		return ERR_INVAL;
	}
	return arena_copy(arena, text, &out->text);
}

static enum err read_value(const struct projection_field *field, const struct json *node,
		struct arena *arena, struct projection_value *out) {
	*out = (struct projection_value){ .is_null = !node || json_kind(node) == JSON_NULL };
	if (out->is_null) {
		return field->may_be_null ? ERR_OK : ERR_INVAL;
	}
	switch (field->shape) {
	case PROJECTION_CODE:
		return read_code(node, arena, out);
	case PROJECTION_TEXT:
		return read_text(node, PROJECTION_TEXT_CHARS_MAX, arena, out);
	case PROJECTION_LONG:
		return read_text(node, PROJECTION_LONG_CHARS_MAX, arena, out);
	case PROJECTION_NUMBER:
		return read_number(field, node, arena, out);
	case PROJECTION_WORD:
		return read_word(field->words, node, out);
	case PROJECTION_DAY:
		return read_day(node, arena, out);
	case PROJECTION_LIST:
		return json_kind(node) == JSON_ARRAY ? ERR_OK : ERR_INVAL;
	}
	return ERR_INVAL;
}

static void add_part(struct buf *id, struct str part) {
	buf_add_char(id, '/');
	for (size_t i = 0; i < part.n; i++) {
		if (part.p[i] == '%' || part.p[i] == '/') {
			buf_add_str(id, part.p[i] == '%' ? "%25" : "%2F");
		} else {
			buf_add_char(id, part.p[i]);
		}
	}
}

/* Whether the members make up the key. One too long is cut behind the kind, by its hash. */
static bool is_key_of(const struct projection_shape_of *shape, const struct projection_row *row,
		struct str idbanghi) {
	const char *slash = idbanghi.n ? memchr(idbanghi.p, '/', idbanghi.n) : NULL;
	if (!slash) {
		return false;
	}
	_cleanup_(buf_finish) struct buf id = buf_make(KEY_BYTES_MAX);
	buf_add(&id, idbanghi.p, (size_t)(slash - idbanghi.p));
	add_part(&id, str_from(shape->bang));
	size_t kind_end = id.len;
	for (size_t i = 0; i < shape->field_count && shape->fields[i].is_key; i++) {
		add_part(&id, row->values[i].is_null ? str_from("-") : row->values[i].text);
	}
	if (!buf_err(&id) && id.len > ID_BYTES_MAX) {
		struct hash hash;
		hash_bytes(NULL, id.data, id.len, &hash);
		char hex[2 * HASH_BYTES + 1];
		str_hex(hash.b, HASH_BYTES, hex);
		id.len = kind_end;
		buf_add_str(&id, "/#");
		buf_add_str(&id, hex);
	}
	return !buf_err(&id) && str_eq(idbanghi, (struct str){ buf_str(&id), id.len });
}

enum err projection_read(struct str bang, struct str idbanghi, const struct json *dulieu,
		struct arena *arena, struct projection_row *out, const char **out_member) {
	struct projection_row row = { 0 };
	enum err e = projection_kind_of(bang, &row.kind);
	if (e) {
		return e;
	}
	const struct projection_shape_of *shape = projection_shape(row.kind);
	for (size_t i = 0; i < shape->field_count; i++) {
		const struct projection_field *field = &shape->fields[i];
		e = read_value(field, json_get(dulieu, field->name), arena, &row.values[i]);
		if (e == ERR_INVAL) {
			*out_member = field->name;
		}
		if (e) {
			return e;
		}
	}
	if (!is_key_of(shape, &row, idbanghi)) {
		return ERR_CONFLICT;
	}
	*out = row;
	return ERR_OK;
}

static int compare_text(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

int projection_compare(const struct projection_row *a, const struct projection_row *b) {
	const struct projection_shape_of *shape = projection_shape(a->kind);
	int c = 0;
	for (size_t i = 0; c == 0 && i < shape->field_count && shape->fields[i].is_key; i++) {
		c = compare_text(a->values[i].text, b->values[i].text);
	}
	return c;
}

/* ---- counting ---- */

bool projection_class(
		const struct projection_row *row, struct str *out_year, struct str *out_class) {
	switch (row->kind) {
	case PROJECTION_CLASS:
	case PROJECTION_ENROLMENT:
	case PROJECTION_MARK:
	case PROJECTION_JUDGEMENT:
	case PROJECTION_CLOSING:
	case PROJECTION_SUBJECT_RESULT:
		*out_year = row->values[AT_YEAR].text;
		*out_class = row->values[AT_CLASS].text;
		return true;
	case PROJECTION_SCHOOL:
	case PROJECTION_YEAR:
	case PROJECTION_SUBJECT:
	case PROJECTION_TEACHER:
	case PROJECTION_STUDENT:
	case PROJECTION_TEACHING:
	case PROJECTION_COLUMN:
	case PROJECTION_CONDUCT:
	case PROJECTION_REASSESSMENT:
	case PROJECTION_REMARK:
	case PROJECTION_EXEMPTION:
	case PROJECTION_ABSENCE:
	case PROJECTION_RESULT:
	case PROJECTION_SITTING:
	case PROJECTION_KIND_COUNT_:
		break;
	}
	return false;
}

unsigned projection_grade(const struct projection_row *row) {
	assert(row->kind == PROJECTION_CLASS);
	return (unsigned)row->values[CLASS_GRADE].number;
}

bool projection_mark_value(bool has_x10, int64_t value_x10, int64_t letter, unsigned *out) {
	*out = (unsigned)(has_x10 ? value_x10 : TALLY_LETTER_BASE + letter);
	return has_x10 || letter != 0;
}

bool projection_moment_part(int64_t moment, unsigned *out) {
	*out = moment == 2 ? 1 : 0;
	return moment == 2 || moment == 4;
}

enum tally_measure projection_mark_measure(int64_t kind) {
	return (enum tally_measure)(TALLY_MARK_REGULAR + kind - 1);
}

static enum err count_person(const struct projection_row *row, enum tally_measure measure,
		int64_t by, struct tally *tally) {
	if (row->values[AT_STATE].number != 1) {
		return ERR_OK; /* gone */
	}
	struct tally_key key = { .measure = measure,
		.value = (unsigned)row->values[AT_SEX].number };
	return tally_add(tally, &key, by);
}

static enum err count_mark(
		const struct projection_row *row, unsigned grade, int64_t by, struct tally *tally) {
	bool is_mark = row->kind == PROJECTION_MARK;
	const struct projection_value *v = row->values;
	const struct projection_value *x10 = &v[is_mark ? MARK_X10 : OF_X10];
	struct tally_key key = { .year = v[AT_YEAR].text,
		.measure = is_mark ? projection_mark_measure(v[MARK_KIND].number)
				   : TALLY_SUBJECT_RESULT,
		.part = (unsigned)v[is_mark ? MARK_TERM : OF_PART].number,
		.subject = v[is_mark ? MARK_SUBJECT : OF_SUBJECT].text,
		.grade = grade };
	if (!projection_mark_value(!x10->is_null, x10->number,
			    v[is_mark ? MARK_LETTER : OF_LETTER].number, &key.value)) {
		return ERR_OK;
	}
	return tally_add(tally, &key, by);
}

/* Levels at a term's and the year's end; what an award asks for is not a level. */
static enum err count_judgement(
		const struct projection_row *row, unsigned grade, int64_t by, struct tally *tally) {
	const struct projection_value *v = row->values;
	struct tally_key key = { .year = v[AT_YEAR].text,
		.measure = TALLY_JUDGEMENT,
		.subject = v[JUDGED_ITEM].text,
		.grade = grade,
		.value = (unsigned)v[JUDGED_LEVEL].number };
	if (!projection_moment_part(v[JUDGED_MOMENT].number, &key.part) ||
			key.value > JUDGED_LEVELS) {
		return ERR_OK;
	}
	return tally_add(tally, &key, by);
}

static enum err count_result(const struct projection_row *row, int64_t by, struct tally *tally) {
	static const struct {
		size_t at;
		enum tally_measure measure;
	} levels[] = { { RESULT_LEARNING, TALLY_LEARNING }, { RESULT_CONDUCT, TALLY_CONDUCT },
		{ RESULT_PROMOTION, TALLY_PROMOTION } };
	const struct projection_value *v = row->values;
	struct tally_key key = { .year = v[AT_YEAR].text,
		.part = (unsigned)v[RESULT_PART].number,
		.grade = (unsigned)v[RESULT_GRADE].number };
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < COUNT_OF(levels); i++) {
		bool is_primary = levels[i].measure == TALLY_LEARNING &&
				key.grade <= PROJECTION_PRIMARY_GRADE_MAX;
		key.measure = is_primary ? TALLY_COMPLETION : levels[i].measure;
		key.value = (unsigned)v[levels[i].at].number;
		e = v[levels[i].at].is_null ? ERR_OK : tally_add(tally, &key, by);
	}
	if (!e && !v[RESULT_AWARD].is_null) {
		key.measure = TALLY_AWARD;
		key.subject = v[RESULT_AWARD].text;
		key.value = 0;
		e = tally_add(tally, &key, by);
	}
	return e;
}

enum err projection_count(
		const struct projection_row *row, unsigned grade, int64_t by, struct tally *tally) {
	struct tally_key key = { .year = row->values[AT_YEAR].text, .grade = grade };
	switch (row->kind) {
	case PROJECTION_CLASS:
		key.measure = TALLY_CLASSES;
		key.grade = projection_grade(row);
		return tally_add(tally, &key, by);
	case PROJECTION_ENROLMENT:
		key.measure = TALLY_ENROLLED;
		return row->values[ENROLMENT_TO].is_null ? tally_add(tally, &key, by) : ERR_OK;
	case PROJECTION_TEACHER:
		return count_person(row, TALLY_TEACHERS, by, tally);
	case PROJECTION_STUDENT:
		return count_person(row, TALLY_STUDENTS, by, tally);
	case PROJECTION_MARK:
	case PROJECTION_SUBJECT_RESULT:
		return count_mark(row, grade, by, tally);
	case PROJECTION_RESULT:
		return count_result(row, by, tally);
	case PROJECTION_JUDGEMENT:
		return count_judgement(row, grade, by, tally);
	case PROJECTION_CLOSING:
		key.measure = TALLY_CLOSED;
		key.part = (unsigned)row->values[CLOSED_PART].number;
		return tally_add(tally, &key, by);
	case PROJECTION_SCHOOL:
	case PROJECTION_YEAR:
	case PROJECTION_SUBJECT:
	case PROJECTION_TEACHING:
	case PROJECTION_COLUMN:
	case PROJECTION_CONDUCT:
	case PROJECTION_REASSESSMENT:
	case PROJECTION_REMARK:
	case PROJECTION_EXEMPTION:
	case PROJECTION_ABSENCE:
	case PROJECTION_SITTING:
	case PROJECTION_KIND_COUNT_:
		break;
	}
	return ERR_OK;
}
