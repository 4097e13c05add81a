#include "core/school/roster.h"

#include <assert.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/roster_inner.h"
#include "core/seal/mac.h"

enum { PLAIN_BYTES = 2048 };

static const char *const field_names[ROSTER_FIELD_COUNT_] = {
	[ROSTER_CODE] = "code",
	[ROSTER_PERSONAL_ID] = "personalId",
	[ROSTER_NAME] = "fullName",
	[ROSTER_BIRTH] = "birthDate",
	[ROSTER_SEX] = "sex",
	[ROSTER_CLASS] = "className",
	[ROSTER_BIRTH_PLACE] = "birthPlace",
	[ROSTER_ETHNICITY] = "ethnicity",
	[ROSTER_ADDRESS] = "address",
	[ROSTER_NOTE] = "note",
	[ROSTER_STATE] = "state",
	[ROSTER_GUARDIAN] = "guardian",
	[ROSTER_GUARDIAN_PHONE_SET] = "guardianPhone",
	[ROSTER_POSITION] = "position",
	[ROSTER_NAME_REST] = "nameRest",
	[ROSTER_NAME_GIVEN] = "nameGiven",
	[ROSTER_BIRTH_DAY] = "birthDay",
	[ROSTER_BIRTH_MONTH] = "birthMonth",
	[ROSTER_BIRTH_YEAR] = "birthYear",
	[ROSTER_FEMALE] = "female",
	[ROSTER_GRADE] = "grade",
	[ROSTER_FATHER_NAME] = "fatherName",
	[ROSTER_FATHER_PHONE] = "fatherPhone",
	[ROSTER_MOTHER_NAME] = "motherName",
	[ROSTER_MOTHER_PHONE] = "motherPhone",
	[ROSTER_OTHER_NAME] = "otherName",
	[ROSTER_OTHER_PHONE] = "otherPhone",
	[ROSTER_CODE_OR_ID] = "codeOrId",
};

static const char *const action_names[ROSTER_ACTION_COUNT_] = {
	[ROSTER_NEW] = "new",
	[ROSTER_CHANGE] = "change",
	[ROSTER_SAME] = "same",
	[ROSTER_DUPLICATE] = "duplicate",
	[ROSTER_ERROR] = "error",
	[ROSTER_SKIPPED] = "skipped",
};

static const char *const relation_names[] = { "", "father", "mother", "other" };

/* The index of a word in a list, or count. */
static size_t index_of(struct str s, const char *const *names, size_t count) {
	size_t i = 0;
	while (i < count && !str_eq_z(s, names[i])) {
		i++;
	}
	return i;
}

const char *roster_field_name(enum roster_field field) {
	return field < ROSTER_FIELD_COUNT_ ? field_names[field] : NULL;
}

enum err roster_field_parse(struct str s, enum roster_field *out) {
	size_t i = index_of(s, field_names, ROSTER_FIELD_COUNT_);
	if (i == ROSTER_FIELD_COUNT_) {
		return ERR_INVAL;
	}
	*out = (enum roster_field)i;
	return ERR_OK;
}

const char *roster_action_name(enum roster_action action) {
	assert(action < ROSTER_ACTION_COUNT_);
	return action_names[action];
}

enum err roster_action_parse(struct str s, enum roster_action *out) {
	size_t i = index_of(s, action_names, ROSTER_ACTION_COUNT_);
	if (i == ROSTER_ACTION_COUNT_) {
		return ERR_INVAL;
	}
	*out = (enum roster_action)i;
	return ERR_OK;
}

const char *roster_relation_name(enum roster_relation relation) {
	return relation_names[relation];
}

enum err roster_relation_parse(struct str s, enum roster_relation *out) {
	size_t i = index_of(s, relation_names, ROSTER_OTHER + 1);
	if (i < ROSTER_FATHER || i > ROSTER_OTHER) {
		return ERR_INVAL;
	}
	*out = (enum roster_relation)i;
	return ERR_OK;
}

enum err roster_relation_from_db(uint64_t v, enum roster_relation *out) {
	if (v < ROSTER_FATHER || v > ROSTER_OTHER) {
		return ERR_CORRUPT;
	}
	*out = (enum roster_relation)v;
	return ERR_OK;
}

/* White space a person types, and control characters that get into cells. */
static bool is_gap(int32_t c) {
	return c <= ' ' || c == 0x7F || c == 0xA0 || (c >= 0x2000 && c <= 0x200F) || c == 0x2028 ||
			c == 0x2029 || c == 0x202F || c == 0x3000 || c == 0xFEFF;
}

enum err roster_clean(struct str s, struct buf *out) {
	_cleanup_(buf_finish) struct buf nfc = buf_make(out->limit);
	enum err e = str_nfc(str_trim(s), &nfc);
	if (e) {
		return e;
	}
	struct str text = { buf_str(&nfc), nfc.len };
	size_t start = out->len;
	bool owes_blank = false;
	for (size_t at = 0; at < text.n;) {
		int32_t c = str_utf8_next(text, &at);
		if (is_gap(c)) {
			owes_blank = out->len > start;
			continue;
		}
		if (owes_blank) {
			buf_add_char(out, ' ');
			owes_blank = false;
		}
		str_utf8_add(out, c);
	}
	return buf_err(out);
}

enum err roster_class_parse(struct str raw, struct buf *out_name, unsigned *out_grade) {
	_cleanup_(buf_finish) struct buf clean = buf_make(PLAIN_BYTES);
	enum err e = roster_clean(raw, &clean);
	if (e) {
		return e;
	}
	struct str name = { buf_str(&clean), clean.len };
	/* "Lớp 10A1" and "10A1" are one class. */
	const char *blank = name.n ? memchr(name.p, ' ', name.n) : NULL;
	if (blank) {
		_cleanup_(buf_finish) struct buf first = buf_make(PLAIN_BYTES);
		e = roster_plain((struct str){ name.p, (size_t)(blank - name.p) }, &first);
		if (e) {
			return e;
		}
		if (strcmp(buf_str(&first), "lop") == 0) {
			name = (struct str){ blank + 1, name.n - (size_t)(blank + 1 - name.p) };
		}
	}
	if (name.n == 0) {
		return ERR_MISSING;
	}
	if (str_utf8_count(name) > ROSTER_CLASS_CHARS_MAX) {
		return ERR_LIMIT;
	}
	unsigned grade = 0;
	size_t digits = 0;
	while (digits < name.n && digits < 3 && name.p[digits] >= '0' && name.p[digits] <= '9') {
		grade = grade * 10 + (unsigned)(name.p[digits] - '0');
		digits++;
	}
	buf_add(out_name, name.p, name.n);
	bool is_grade = grade >= 1 && grade <= ROSTER_HIGHEST_GRADE;
	*out_grade = is_grade ? grade : 0;
	return buf_err(out_name) ? buf_err(out_name) : is_grade ? ERR_OK : ERR_INVAL;
}

enum err roster_class_key(struct str s, struct buf *out) {
	_cleanup_(buf_finish) struct buf plain = buf_make(PLAIN_BYTES);
	enum err e = roster_plain(s, &plain);
	for (size_t i = 0; i < plain.len; i++) {
		bool is_between = plain.data[i] == ' ' && i > 0 && i + 1 < plain.len &&
				plain.data[i - 1] >= '0' && plain.data[i - 1] <= '9' &&
				plain.data[i + 1] >= '0' && plain.data[i + 1] <= '9';
		if (plain.data[i] != ' ' || is_between) {
			buf_add_char(out, plain.data[i]);
		}
	}
	return e ? e : buf_err(out);
}

bool roster_class_same(struct str a, struct str b) {
	_cleanup_(buf_finish) struct buf one = buf_make(PLAIN_BYTES);
	_cleanup_(buf_finish) struct buf two = buf_make(PLAIN_BYTES);
	if (roster_class_key(a, &one) || roster_class_key(b, &two)) {
		return str_eq(a, b);
	}
	return strcmp(buf_str(&one), buf_str(&two)) == 0;
}

void roster_personal_id_hash(const uint8_t *key, struct str digits, struct hash *out) {
	mac_make(key, digits.p, digits.n, out);
}

static void hash_text(struct hasher *h, struct str s) {
	hash_add_be32(h, (uint32_t)s.n);
	hash_add(h, s.p, s.n);
}

static void hash_student(struct hasher *h, const struct roster_known_student *s) {
	hash_add_be64(h, s->student_id);
	hash_add_be64(h, s->person_id);
	hash_add_be32(h, s->student_version);
	hash_add_be32(h, s->person_version);
	hash_add_u8(h, s->has_left);
	hash_add_be64(h, s->class_id);
	hash_text(h, s->code);
	hash_text(h, s->full_name);
	hash_add_be64(h, s->birth.year ? (uint64_t)date_to_days(s->birth) : UINT64_MAX);
	hash_add_u8(h, (uint8_t)s->sex);
	hash_add(h, s->personal_id_hash.b, s->has_personal_id ? HASH_BYTES : 0);
	hash_text(h, s->birth_place);
	hash_text(h, s->ethnicity);
	hash_text(h, s->address);
	hash_text(h, s->note);
	hash_add_be32(h, (uint32_t)s->guardian_count);
	for (size_t i = 0; i < s->guardian_count; i++) {
		hash_add_be64(h, s->guardians[i].person_id);
		hash_add_u8(h, (uint8_t)s->guardians[i].relation);
		hash_text(h, s->guardians[i].full_name);
		hash_text(h, s->guardians[i].phone);
	}
}

void roster_known_hash(const struct roster_known *known, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add_be64(&h, known->student_count);
	for (size_t i = 0; i < known->student_count; i++) {
		hash_student(&h, &known->students[i]);
	}
	hash_add_be64(&h, known->class_count);
	for (size_t i = 0; i < known->class_count; i++) {
		hash_add_be64(&h, known->classes[i].id);
		hash_add_be32(&h, known->classes[i].grade);
		hash_text(&h, known->classes[i].name);
	}
	hash_end(&h, out);
}

void roster_known_finish(struct roster_known *known) {
	free(known->students);
	free(known->classes);
	arena_finish(&known->arena);
	*known = (struct roster_known){ 0 };
}

enum err roster_take_class(struct roster_plan *plan, struct str name, unsigned grade, size_t *out) {
	for (size_t i = 0; i < plan->class_count; i++) {
		if (roster_class_same(plan->classes[i].name, name)) {
			*out = i;
			return ERR_OK;
		}
	}
	void *classes = plan->classes;
	enum err e = grow_items(&classes, &plan->class_cap, plan->class_count,
			sizeof(*plan->classes), ROSTER_CLASSES_MAX);
	plan->classes = classes;
	if (e) {
		return e;
	}
	struct roster_plan_class *made = &plan->classes[plan->class_count];
	e = arena_copy(&plan->arena, name, &made->name);
	if (e) {
		return e;
	}
	made->grade = grade;
	*out = plan->class_count++;
	return ERR_OK;
}

enum err roster_note(struct roster_plan *plan, struct roster_row *row, bool is_error,
		unsigned column, const char *code, ...) {
	row->action = is_error ? ROSTER_ERROR : row->action;
	struct sheet_notes notes = { row->messages, row->message_count };
	va_list ap;
	va_start(ap, code);
	enum err e = sheet_note_v(&plan->arena, &notes, is_error, column, code, ap);
	va_end(ap);
	row->messages = notes.items;
	row->message_count = notes.count;
	return e;
}

/* Messages about a sheet are put together as those of a row. */
static enum err note_sheet(struct roster_plan *plan, struct roster_sheet *sheet, unsigned column,
		const char *code, const char *value) {
	struct roster_row row = { .messages = sheet->messages,
		.message_count = sheet->message_count };
	enum err e = roster_note(plan, &row, false, column, code, "value", value, NULL);
	sheet->messages = row.messages;
	sheet->message_count = row.message_count;
	return e;
}

/* A heading that is there a second time, and is not read. */
static enum err note_columns(struct roster_plan *plan, struct roster_sheet *sheet) {
	for (size_t i = 0; i < sheet->column_count; i++) {
		struct sheet_column *c = &sheet->columns[i];
		_cleanup_(buf_finish) struct buf plain = buf_make(PLAIN_BYTES);
		enum err e = roster_plain(c->title, &plain);
		if (e) {
			return e;
		}
		enum roster_field field =
				roster_heading((struct str){ buf_str(&plain), plain.len });
		if (c->field == ROSTER_FIELD_NONE && field != ROSTER_FIELD_NONE) {
			e = note_sheet(plan, sheet, c->column, "import.column_twice", c->title.p);
			if (e) {
				return e;
			}
		}
	}
	return ERR_OK;
}

static enum err read_grid(struct roster_plan *plan, const struct grid *grid,
		const struct roster_target *target) {
	size_t index = plan->sheet_count;
	struct roster_sheet *sheet = &plan->sheets[index];
	enum err e = arena_copy(&plan->arena, str_from(grid->name), &sheet->name);
	if (e) {
		return e;
	}
	plan->sheet_count++;
	sheet->class_name = (struct str){ "", 0 };
	if (grid->is_hidden) {
		return note_sheet(plan, sheet, 0, "import.sheet_hidden", grid->name);
	}
	void *memory = NULL;
	e = arena_take(&plan->arena, sizeof(struct roster_head), &memory);
	if (e) {
		return e;
	}
	struct roster_head *head = memory;
	e = roster_head_find(grid, &plan->arena, head);
	if (e) {
		return e;
	}
	if (head->list.row_first == 0) {
		return note_sheet(plan, sheet, 0, "import.sheet_no_list", grid->name);
	}
	sheet->header_row = head->list.row_last;
	sheet->class_name = head->class_name;
	sheet->columns = head->list.columns;
	sheet->column_count = head->list.column_count;
	e = note_columns(plan, sheet);
	if (e) {
		return e;
	}
	return roster_read_sheet(plan, index, grid, head, target);
}

enum err roster_plan_new(const struct grid *const *grids, size_t grid_count,
		const struct roster_target *target, const struct roster_known *known,
		struct roster_plan **out) {
	assert(out);
	if (grid_count > ROSTER_SHEETS_MAX || known->student_count > ROSTER_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(roster_plan_freep) struct roster_plan *plan = calloc(1, sizeof(*plan));
	if (!plan) {
		return ERR_NOMEM;
	}
	plan->arena = arena_make(ROSTER_BYTES_MAX);
	void *memory = NULL;
	enum err e = arena_take(&plan->arena, grid_count * sizeof(*plan->sheets), &memory);
	plan->sheets = memory;
	for (size_t i = 0; !e && i < grid_count; i++) {
		e = read_grid(plan, grids[i], target);
	}
	if (!e) {
		e = roster_match(plan, known, target);
	}
	if (e) {
		return e;
	}
	roster_known_hash(known, &plan->basis);
	for (size_t i = 0; i < plan->row_count; i++) {
		plan->counts[plan->rows[i].action]++;
	}
	*out = STEAL(plan);
	return ERR_OK;
}

void roster_plan_free(struct roster_plan *plan) {
	if (!plan) {
		return;
	}
	for (size_t i = 0; i < plan->row_count; i++) {
		struct str id = plan->rows[i].personal_id;
		if (id.n > 0) {
			explicit_bzero((void *)(uintptr_t)id.p,
					id.n); /* our own copy, in the arena */
		}
	}
	free(plan->rows);
	free(plan->classes);
	arena_finish(&plan->arena);
	free(plan);
}
