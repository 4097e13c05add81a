#include <stdio.h>
#include <string.h>

#include "core/school/roster_inner.h"

enum {
	TEXT_BYTES = 4 * 1024,
	NAME_PARTS = 3,
	POSITION_MAX = 9999,
	AGE_AT_GRADE_0 = 5, /* a grade's usual age on 31 December of the year it begins */
	AGE_YOUNGER_MAX = 2,
	AGE_OLDER_MAX = 8,
	BIRTH_YEAR_MIN = 1940,
};

/* One row being checked. */
struct checker {
	struct roster_plan *plan;
	const struct roster_raw *raw;
	const struct roster_target *target;
	struct roster_row *row;
};

static enum err keep(struct checker *c, const struct buf *text, struct str *out) {
	return arena_copy(&c->plan->arena, (struct str){ buf_str(text), text->len }, out);
}

/*
 * The clean text of a field; empty when the cell is, or when it holds no value (which is said).
 */
static enum err text_of(struct checker *c, enum roster_field field, struct buf *out) {
	const struct grid_cell *cell = c->raw->cells[field];
	buf_clear(out);
	if (!cell) {
		return ERR_OK;
	}
	if (cell->is_uncomputed) {
		return roster_note(c->plan, c->row, true, cell->column, "import.formula", NULL);
	}
	enum err e = roster_clean(cell->text, out);
	if (e == ERR_LIMIT) {
		buf_clear(out);
		return roster_note(c->plan, c->row, true, cell->column, "import.text_long", "max",
				"300", NULL);
	}
	if (!e && cell->kind == GRID_ERROR) {
		e = roster_note(c->plan, c->row, true, cell->column, "import.cell_error", "value",
				buf_str(out), NULL);
		buf_clear(out);
	}
	return e;
}

/* A field of plain text with a limit of characters. */
static enum err take_text(
		struct checker *c, enum roster_field field, size_t chars_max, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	enum err e = text_of(c, field, &text);
	if (e) {
		return e;
	}
	if (str_utf8_count((struct str){ buf_str(&text), text.len }) > chars_max) {
		char max[24];
		(void)snprintf(max, sizeof(max), "%zu", chars_max); /* any size_t fits */
		return roster_note(c->plan, c->row, true, c->raw->columns[field],
				"import.text_long", "max", max, NULL);
	}
	return keep(c, &text, out);
}

/* "NGUYỄN THỊ HOÀ" as "Nguyễn Thị Hoà"; a name with any small letter stays as it is. */
static void soften_capitals(struct str name, struct buf *out) {
	bool has_small = false;
	for (size_t at = 0; at < name.n;) {
		int32_t letter = str_utf8_next(name, &at);
		bool is_letter = (letter >= 'a' && letter <= 'z') || letter >= 0xC0;
		has_small = has_small || (is_letter && str_utf8_lower(letter) == letter);
	}
	bool is_first = true;
	for (size_t at = 0; at < name.n;) {
		int32_t letter = str_utf8_next(name, &at);
		str_utf8_add(out, has_small || is_first ? letter : str_utf8_lower(letter));
		is_first = letter == ' ' || letter == '-' || letter == '\'' || letter == 0x2019;
	}
}

/* The cells of a name put together: whole, or family and middle names, then the given name. */
static enum err join_name(struct checker *c, struct buf *out) {
	static const enum roster_field parts[NAME_PARTS] = { ROSTER_NAME, ROSTER_NAME_REST,
		ROSTER_NAME_GIVEN };
	_cleanup_(buf_finish) struct buf joined = buf_make((size_t)NAME_PARTS * TEXT_BYTES);
	for (size_t i = 0; i < NAME_PARTS; i++) {
		_cleanup_(buf_finish) struct buf part = buf_make(TEXT_BYTES);
		enum err e = text_of(c, parts[i], &part);
		if (e) {
			return e;
		}
		if (joined.len > 0 && part.len > 0) {
			buf_add_char(&joined, ' ');
		}
		buf_add(&joined, part.data, part.len);
	}
	soften_capitals((struct str){ buf_str(&joined), joined.len }, out);
	return buf_err(&joined) ? buf_err(&joined) : buf_err(out);
}

static bool has_digit(const char *text) {
	return strpbrk(text, "0123456789") != NULL;
}

static enum err check_name(struct checker *c) {
	unsigned column = c->raw->columns[ROSTER_NAME] ? c->raw->columns[ROSTER_NAME]
						       : c->raw->columns[ROSTER_NAME_GIVEN];
	_cleanup_(buf_finish) struct buf text = buf_make((size_t)NAME_PARTS * TEXT_BYTES);
	enum err e = join_name(c, &text);
	if (e) {
		return e;
	}
	struct account_name name;
	e = account_name_parse((struct str){ buf_str(&text), text.len }, &name);
	if (e == ERR_MISSING) {
		return c->row->action == ROSTER_ERROR
				? ERR_OK
				: roster_note(c->plan, c->row, true, column, "import.name_missing",
						  NULL);
	}
	if (e == ERR_LIMIT || e == ERR_FORMAT) {
		return roster_note(c->plan, c->row, true, column, "import.name_wrong", "value",
				buf_str(&text), NULL);
	}
	if (e) {
		return e;
	}
	if (has_digit(name.full)) {
		e = roster_note(c->plan, c->row, false, column, "import.name_digits", "value",
				name.full, NULL);
		if (e) {
			return e;
		}
	}
	return arena_copy(&c->plan->arena, str_from(name.full), &c->row->full_name);
}

static bool is_code_char(char ch) {
	return (ch >= 'a' && ch <= 'z') || (ch >= 'A' && ch <= 'Z') || (ch >= '0' && ch <= '9') ||
			ch == '.' || ch == '_' || ch == '-';
}

/* The code is also the sign-in name, so it holds what such a name may. */
static enum err check_code(struct checker *c) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	enum err e = text_of(c, ROSTER_CODE, &text);
	if (e || text.len == 0) {
		return e;
	}
	bool is_good = text.len <= ROSTER_CODE_MAX;
	for (size_t i = 0; i < text.len; i++) {
		is_good = is_good && is_code_char(text.data[i]);
	}
	if (!is_good) {
		return roster_note(c->plan, c->row, true, c->raw->columns[ROSTER_CODE],
				"import.code_wrong", "value", buf_str(&text), NULL);
	}
	return keep(c, &text, &c->row->code);
}

/* Twelve digits; a number cell has lost the zeros in front of "001…" or "079…". */
static enum err check_personal_id(struct checker *c) {
	const struct grid_cell *cell = c->raw->cells[ROSTER_PERSONAL_ID];
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	enum err e = text_of(c, ROSTER_PERSONAL_ID, &text);
	if (e || text.len == 0) {
		return e;
	}
	char digits[ROSTER_PERSONAL_ID_DIGITS + 1] = "";
	size_t n = 0;
	bool is_good = true;
	for (size_t i = 0; i < text.len; i++) {
		char ch = text.data[i];
		if (ch == ' ' || ch == '.' || ch == '-') {
			continue;
		}
		is_good = is_good && ch >= '0' && ch <= '9' && n < ROSTER_PERSONAL_ID_DIGITS;
		if (is_good) {
			digits[n++] = ch;
		}
	}
	size_t lost = ROSTER_PERSONAL_ID_DIGITS - n;
	if (is_good && cell->kind == GRID_NUMBER && lost > 0 && lost <= 2) {
		memmove(digits + lost, digits, n);
		memset(digits, '0', lost);
		n = ROSTER_PERSONAL_ID_DIGITS;
	}
	if (!is_good || n != ROSTER_PERSONAL_ID_DIGITS) {
		return roster_note(c->plan, c->row, true, cell->column, "import.personal_id", NULL);
	}
	e = arena_copy(&c->plan->arena, (struct str){ digits, n }, &c->row->personal_id);
	explicit_bzero(digits, sizeof(digits));
	return e;
}

/* Three columns: day, month, year. */
static enum err join_birth(struct checker *c, struct buf *out) {
	static const enum roster_field parts[] = { ROSTER_BIRTH_DAY, ROSTER_BIRTH_MONTH,
		ROSTER_BIRTH_YEAR };
	for (size_t i = 0; i < 3; i++) {
		_cleanup_(buf_finish) struct buf part = buf_make(TEXT_BYTES);
		enum err e = text_of(c, parts[i], &part);
		if (e) {
			return e;
		}
		if (i > 0 && (out->len > 0 || part.len > 0)) {
			buf_add_char(out, '/');
		}
		buf_add(out, part.data, part.len);
	}
	return buf_err(out);
}

static enum err check_birth(struct checker *c) {
	static const struct grid_cell joined = { .kind = GRID_TEXT };
	const struct grid_cell *cell = c->raw->cells[ROSTER_BIRTH];
	unsigned column = c->raw->columns[cell ? ROSTER_BIRTH : ROSTER_BIRTH_YEAR];
	_cleanup_(buf_finish) struct buf text = buf_make((size_t)4 * TEXT_BYTES);
	enum err e = cell ? text_of(c, ROSTER_BIRTH, &text) : join_birth(c, &text);
	if (e || text.len == 0) {
		return e;
	}
	struct str s = { buf_str(&text), text.len };
	struct date birth;
	if (roster_birth_parse(cell ? cell : &joined, s, &birth)) {
		return roster_note(c->plan, c->row, true, column, roster_birth_fault(s), "value",
				s.p, NULL);
	}
	if (birth.year < BIRTH_YEAR_MIN || birth.year > c->target->year) {
		return roster_note(c->plan, c->row, true, column, "import.birth_range", "value",
				s.p, NULL);
	}
	c->row->birth = birth;
	return ERR_OK;
}

/* A sex in words, or a cross in a column for girls. */
static enum err check_sex(struct checker *c) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	bool is_cross = !c->raw->columns[ROSTER_SEX] && c->raw->columns[ROSTER_FEMALE];
	enum roster_field field = is_cross ? ROSTER_FEMALE : ROSTER_SEX;
	enum err e = text_of(c, field, &text);
	if (e) {
		return e;
	}
	struct str s = { buf_str(&text), text.len };
	if (s.n == 0) {
		c->row->sex = is_cross ? SEX_MALE : SEX_NOT_SAID;
		return ERR_OK;
	}
	if (is_cross && (str_eq_nocase(s, "x") || str_eq_z(s, "1") || str_eq_z(s, "✓"))) {
		c->row->sex = SEX_FEMALE;
		return ERR_OK;
	}
	e = roster_sex_parse(s, &c->row->sex);
	if (e == ERR_INVAL) {
		return roster_note(c->plan, c->row, false, c->raw->columns[field], "import.sex",
				"value", s.p, NULL);
	}
	return e;
}

/* The class's name as the row gives it: its cell, with the grade's column in front when the cell
 * holds only "A1"; else the section's or the sheet's. */
static enum err class_text(struct checker *c, struct buf *out) {
	enum err e = text_of(c, ROSTER_CLASS, out);
	if (e) {
		return e;
	}
	if (out->len == 0) {
		buf_add(out, c->raw->class_name.p, c->raw->class_name.n);
		return buf_err(out);
	}
	_cleanup_(buf_finish) struct buf grade = buf_make(TEXT_BYTES);
	e = text_of(c, ROSTER_GRADE, &grade);
	uint64_t number = 0;
	bool is_bare = out->data && (out->data[0] < '0' || out->data[0] > '9');
	if (!e && is_bare &&
			str_parse_u64((struct str){ buf_str(&grade), grade.len }, &number) ==
					ERR_OK) {
		buf_add(&grade, out->data, out->len);
		buf_clear(out);
		buf_add(out, grade.data, grade.len);
	}
	return e ? e : buf_err(out);
}

static enum err check_class(struct checker *c) {
	unsigned column = c->raw->columns[ROSTER_CLASS];
	_cleanup_(buf_finish) struct buf text = buf_make((size_t)2 * TEXT_BYTES);
	enum err e = class_text(c, &text);
	if (e) {
		return e;
	}
	_cleanup_(buf_finish) struct buf name = buf_make(TEXT_BYTES);
	unsigned grade = 0;
	e = roster_class_parse((struct str){ buf_str(&text), text.len }, &name, &grade);
	if (e == ERR_MISSING) {
		return roster_note(c->plan, c->row, true, column, "import.class_missing", NULL);
	}
	if (e == ERR_LIMIT || e == ERR_INVAL) {
		return roster_note(c->plan, c->row, true, column, "import.class_wrong", "value",
				buf_str(&text), NULL);
	}
	if (e) {
		return e;
	}
	if (grade < c->target->grade_min || grade > c->target->grade_max) {
		return roster_note(c->plan, c->row, true, column, "import.class_level", "value",
				buf_str(&name), NULL);
	}
	return roster_take_class(c->plan, (struct str){ buf_str(&name), name.len }, grade,
			&c->row->class_index);
}

/* A birth date far from the usual age of the grade is often a wrong year. */
static enum err check_age(struct checker *c) {
	if (!date_is_valid(c->row->birth) || c->row->class_index == SIZE_MAX) {
		return ERR_OK;
	}
	int grade = (int)c->plan->classes[c->row->class_index].grade;
	int age = c->target->year - c->row->birth.year;
	int usual = grade + AGE_AT_GRADE_0;
	if (age >= usual - AGE_YOUNGER_MAX && age <= usual + AGE_OLDER_MAX) {
		return ERR_OK;
	}
	char text[DATE_VI_BYTES];
	char grade_text[12];
	date_print_vi(c->row->birth, text);
	(void)snprintf(grade_text, sizeof(grade_text), "%d", grade); /* at most two digits */
	return roster_note(c->plan, c->row, false, c->raw->columns[ROSTER_BIRTH],
			"import.birth_age", "value", text, "grade", grade_text, NULL);
}

static enum err check_position(struct checker *c) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	enum err e = text_of(c, ROSTER_POSITION, &text);
	uint64_t number = 0;
	if (!e && str_parse_u64((struct str){ buf_str(&text), text.len }, &number) == ERR_OK &&
			number <= POSITION_MAX) {
		c->row->position = (unsigned)number;
	}
	return e;
}

static enum err check_texts(struct checker *c) {
	struct roster_row *row = c->row;
	enum err e = take_text(c, ROSTER_BIRTH_PLACE, ROSTER_PLACE_CHARS_MAX, &row->birth_place);
	if (!e) {
		e = take_text(c, ROSTER_ETHNICITY, ROSTER_ETHNICITY_CHARS_MAX, &row->ethnicity);
	}
	if (!e) {
		e = take_text(c, ROSTER_ADDRESS, ROSTER_LONG_CHARS_MAX, &row->address);
	}
	if (!e) {
		e = take_text(c, ROSTER_NOTE, ROSTER_LONG_CHARS_MAX, &row->note);
	}
	return e;
}

enum err roster_check_row(struct roster_plan *plan, const struct roster_raw *raw,
		const struct roster_target *target, struct roster_row *row) {
	static enum err (*const checks[])(struct checker *) = { check_name, check_code,
		check_personal_id, check_birth, check_sex, check_class, check_age, check_position,
		check_texts };
	struct checker c = { .plan = plan, .raw = raw, .target = target, .row = row };
	if (raw->is_hidden) {
		enum err e = roster_note(plan, row, false, 0, "import.row_hidden", NULL);
		if (e) {
			return e;
		}
	}
	for (size_t i = 0; i < sizeof(checks) / sizeof(checks[0]); i++) {
		enum err e = checks[i](&c);
		if (e) {
			return e;
		}
	}
	if (row->action != ROSTER_ERROR && row->code.n == 0 && row->personal_id.n == 0 &&
			!date_is_valid(row->birth)) {
		enum err e = roster_note(plan, row, true, raw->columns[ROSTER_BIRTH],
				"import.identity_missing", NULL);
		if (e) {
			return e;
		}
	}
	return roster_check_guardians(plan, raw, row);
}
