/* Lists of teachers: of staff_plan.h. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/staff_plan_inner.h"

enum {
	TEXT_BYTES = 4096,
	PLAIN_BYTES = 2048,
	BIRTH_YEAR_MIN = 1930,
	BIRTH_YEAR_MAX = 2020,
	LOGIN_TRIES_MAX = 1000,
	LOGIN_BASE_MAX = ACCOUNT_LOGIN_MAX - 4, /* room for a number behind it */
};

/* A name, and something that a list of teachers has and no list of pupils or of classes. */
static bool is_head(const bool *has, size_t count) {
	return count >= 2 && (has[TEACHER_NAME] || has[TEACHER_NAME_GIVEN]);
}

static const struct sheet_words words = {
	.none = TEACHER_NONE,
	.name = TEACHER_NAME,
	.given = TEACHER_NAME_GIVEN,
	.heading = teacher_headings,
	.is_head = is_head,
};

/* A row under way. */
struct reader {
	struct staff_plan *plan;
	const struct staff_known *known;
	const struct sheet_head *head;
	const struct grid_row *line;
	struct staff_row *row;
};

static unsigned column_of(const struct reader *r, enum teacher_field field) {
	size_t i = sheet_head_index(r->head, field);
	return i < r->head->column_count ? r->head->columns[i].column : 0;
}

static const struct grid_cell *cell_of(const struct reader *r, enum teacher_field field) {
	unsigned column = column_of(r, field);
	return column ? grid_row_cell(r->line, column) : NULL;
}

static enum err text_of(struct reader *r, enum teacher_field field, struct buf *out) {
	return staff_cell_text(r->plan, r->row, cell_of(r, field), out);
}

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* ---- a row's cells ---- */

static enum err read_name(struct reader *r) {
	static const enum teacher_field parts[] = { TEACHER_NAME, TEACHER_NAME_REST,
		TEACHER_NAME_GIVEN };
	_cleanup_(buf_finish) struct buf whole = buf_make((size_t)4 * TEXT_BYTES);
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		_cleanup_(buf_finish) struct buf part = buf_make(TEXT_BYTES);
		enum err e = text_of(r, parts[i], &part);
		if (e) {
			return e;
		}
		buf_add_str(&whole, whole.len && part.len ? " " : "");
		buf_add(&whole, part.data, part.len);
	}
	struct account_name name;
	unsigned column = column_of(r, TEACHER_NAME);
	column = column ? column : column_of(r, TEACHER_NAME_GIVEN);
	enum err e = account_name_parse(of(&whole), &name);
	if (e == ERR_MISSING) {
		return staff_note(r->plan, r->row, true, column, "import.teacher_name", NULL);
	}
	if (e == ERR_LIMIT || e == ERR_FORMAT) {
		return staff_note(r->plan, r->row, true, column, "import.name_wrong", "value",
				buf_str(&whole), NULL);
	}
	return e ? e : arena_copy(&r->plan->arena, str_from(name.full), &r->row->full_name);
}

static enum err read_login(struct reader *r) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	char login[ACCOUNT_LOGIN_BYTES];
	enum err e = text_of(r, TEACHER_CODE, &text);
	if (e || text.len == 0) {
		return e;
	}
	if (account_login_parse(of(&text), login)) {
		return staff_note(r->plan, r->row, true, column_of(r, TEACHER_CODE),
				"import.login_wrong", "value", buf_str(&text), NULL);
	}
	return arena_copy(&r->plan->arena, str_from(login), &r->row->login);
}

static enum err read_birth(struct reader *r) {
	const struct grid_cell *cell = cell_of(r, TEACHER_BIRTH);
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	struct date birth;
	enum err e = text_of(r, TEACHER_BIRTH, &text);
	if (e || text.len == 0) {
		return e;
	}
	if (roster_birth_parse(cell, of(&text), &birth)) {
		return staff_note(r->plan, r->row, true, cell->column,
				roster_birth_fault(of(&text)), "value", buf_str(&text), NULL);
	}
	if (birth.year < BIRTH_YEAR_MIN || birth.year > BIRTH_YEAR_MAX) {
		return staff_note(r->plan, r->row, true, cell->column, "import.teacher_birth",
				"value", buf_str(&text), NULL);
	}
	r->row->birth = birth;
	return ERR_OK;
}

/* The first number of the cell; the row is an error when that is none. */
static enum err read_phone(struct reader *r) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	char phone[ACCOUNT_PHONE_BYTES];
	enum err e = text_of(r, TEACHER_PHONE, &text);
	if (e || text.len == 0) {
		return e;
	}
	struct str all = of(&text);
	struct str first = { all.p, strcspn(all.p, "/;,|") };
	if (account_phone_parse(all, phone) && account_phone_parse(first, phone)) {
		return staff_note(r->plan, r->row, true, column_of(r, TEACHER_PHONE),
				"import.teacher_phone", "value", all.p, NULL);
	}
	if (first.n < all.n) {
		e = staff_note(r->plan, r->row, false, column_of(r, TEACHER_PHONE),
				"import.phone_extra", "value", all.p, "kept", phone, NULL);
	}
	return e ? e : arena_copy(&r->plan->arena, str_from(phone), &r->row->phone);
}

static void insert_subject(struct staff_row *row, uint64_t id) {
	size_t at = 0;
	while (at < row->subject_count && row->subjects[at] < id) {
		at++;
	}
	bool is_there = at < row->subject_count && row->subjects[at] == id;
	if (is_there || row->subject_count == STAFF_SUBJECTS_OF_ONE_MAX) {
		return;
	}
	memmove(&row->subjects[at + 1], &row->subjects[at],
			(row->subject_count - at) * sizeof(row->subjects[0]));
	row->subjects[at] = id;
	row->subject_count++;
}

/* One subject of the cell; what is none is said and left out. */
static enum err take_subject(struct reader *r, struct str text) {
	_cleanup_(buf_finish) struct buf candidates = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	_cleanup_(buf_finish) struct buf value = buf_make(TEXT_BYTES);
	size_t index = 0;
	enum err e = staff_find_subject(r->known, text, &index, &candidates);
	if (!e) {
		insert_subject(r->row, r->known->subjects[index].id);
		return ERR_OK;
	}
	if (e != ERR_NOT_FOUND && e != ERR_CONFLICT) {
		return e;
	}
	buf_add(&value, text.p, text.n);
	r->row->has_subjects = false; /* a list with a hole replaces nothing */
	return e == ERR_NOT_FOUND
			? staff_note(r->plan, r->row, false, column_of(r, TEACHER_SUBJECTS),
					  "import.subject_unknown", "value", buf_str(&value), NULL)
			: staff_note(r->plan, r->row, false, column_of(r, TEACHER_SUBJECTS),
					  "import.subject_ambiguous", "value", buf_str(&value),
					  "names", buf_str(&candidates), NULL);
}

static enum err read_subjects(struct reader *r) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	_cleanup_(buf_finish) struct buf candidates = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	size_t whole = 0;
	enum err e = text_of(r, TEACHER_SUBJECTS, &text);
	if (e || text.len == 0) {
		return e;
	}
	r->row->has_subjects = true;
	if (staff_find_subject(r->known, of(&text), &whole, &candidates) == ERR_OK) {
		insert_subject(r->row, r->known->subjects[whole].id);
		return ERR_OK;
	}
	const char *p = buf_str(&text);
	while (!e && *p) {
		size_t n = strcspn(p, ",;/+|");
		struct str part = str_trim((struct str){ p, n });
		e = part.n ? take_subject(r, part) : ERR_OK;
		p += n + (p[n] != '\0');
	}
	return e;
}

static enum err name_subjects(const struct staff_known *known, const uint64_t *ids, size_t count,
		struct arena *arena, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make((size_t)4 * TEXT_BYTES);
	for (size_t i = 0; i < known->subject_count; i++) {
		for (size_t k = 0; k < count; k++) {
			if (known->subjects[i].id == ids[k]) {
				buf_add_str(&text, text.len ? ", " : "");
				buf_add(&text, known->subjects[i].name.p,
						known->subjects[i].name.n);
			}
		}
	}
	return buf_err(&text) ? buf_err(&text) : arena_copy(arena, of(&text), out);
}

/* ---- whom it means ---- */

static enum err claim(struct reader *r, const struct staff_teacher *t) {
	r->row->person_id = t->person_id;
	r->row->version = t->version;
	r->row->action = ROSTER_SAME;
	return arena_copy(&r->plan->arena, t->login, &r->row->login);
}

static enum err refuse(
		struct reader *r, enum teacher_field field, const char *code, struct str name) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	buf_add(&text, name.p, name.n);
	return staff_note(r->plan, r->row, true, column_of(r, field), code, "name", buf_str(&text),
			NULL);
}

/* By the sign-in name: a teacher of that name, or nobody. */
static enum err match_login(struct reader *r) {
	for (size_t i = 0; r->row->login.n && i < r->known->person_count; i++) {
		const struct staff_person *p = &r->known->people[i];
		if (!str_eq(p->login, r->row->login)) {
			continue;
		}
		const struct staff_teacher *t = staff_teacher_by_id(r->known, p->person_id);
		return t && roster_same_name(t->full_name, r->row->full_name)
				? claim(r, t)
				: refuse(r, TEACHER_CODE, "import.login_other", p->full_name);
	}
	return ERR_OK;
}

/* By the number: a teacher, or somebody of the school who becomes one. */
static enum err match_phone(struct reader *r) {
	for (size_t i = 0; r->row->phone.n && i < r->known->person_count; i++) {
		const struct staff_person *p = &r->known->people[i];
		if (!str_eq(p->phone, r->row->phone) || p->person_id == r->row->person_id) {
			continue;
		}
		if (r->row->person_id || !roster_same_name(p->full_name, r->row->full_name)) {
			return refuse(r, TEACHER_PHONE, "import.teacher_phone_other", p->full_name);
		}
		const struct staff_teacher *t = staff_teacher_by_id(r->known, p->person_id);
		if (t) {
			return claim(r, t);
		}
		r->row->person_id = p->person_id;
		return staff_note(r->plan, r->row, false, column_of(r, TEACHER_PHONE),
				"import.teacher_is_known", NULL);
	}
	return ERR_OK;
}

static bool is_other_birth(struct date a, struct date b) {
	return date_is_valid(a) && date_is_valid(b) && date_compare(a, b) != 0;
}

/* By the name: one whose birth date is no other. With a code of its own in the list, the birth date
 * must say that it is the same. */
static enum err match_name(struct reader *r) {
	const struct staff_teacher *found = NULL;
	size_t count = 0;
	_cleanup_(buf_finish) struct buf names = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	for (size_t i = 0; i < r->known->teacher_count; i++) {
		const struct staff_teacher *t = &r->known->teachers[i];
		if (!roster_same_name(t->full_name, r->row->full_name) ||
				is_other_birth(t->birth, r->row->birth)) {
			continue;
		}
		found = t;
		count++;
		if (names.len + t->full_name.n + t->login.n + 8 < STAFF_CANDIDATES_BYTES_MAX) {
			buf_add_str(&names, names.len ? ", " : "");
			staff_print_teacher(t, &names);
		}
	}
	if (count == 0) {
		return ERR_OK;
	}
	bool is_sure = date_is_valid(found->birth) && date_is_valid(r->row->birth);
	if (count > 1 || (r->row->login.n > 0 && !is_sure)) {
		return refuse(r, TEACHER_NAME, "import.teacher_same_name", of(&names));
	}
	if (r->row->login.n > 0) {
		enum err e = staff_note(r->plan, r->row, false, column_of(r, TEACHER_CODE),
				"import.login_kept", NULL);
		if (e) {
			return e;
		}
	}
	return claim(r, found);
}

/* ---- twice in the file ---- */

static bool is_twice(const struct staff_row *a, const struct staff_row *b) {
	if (a->action == ROSTER_SKIPPED || a->action == ROSTER_ERROR ||
			a->action == ROSTER_DUPLICATE) {
		return false;
	}
	if (a->person_id && a->person_id == b->person_id) {
		return true;
	}
	if ((a->login.n && str_eq(a->login, b->login)) ||
			(a->phone.n && str_eq(a->phone, b->phone))) {
		return true;
	}
	bool may_differ = (a->login.n && b->login.n) || (a->phone.n && b->phone.n) ||
			is_other_birth(a->birth, b->birth);
	return !may_differ && roster_same_name(a->full_name, b->full_name);
}

static enum err mark_twice(struct reader *r) {
	for (size_t i = 0; i + 1 < r->plan->row_count; i++) {
		const struct staff_row *other = &r->plan->rows[i];
		if (!is_twice(other, r->row)) {
			continue;
		}
		char number[16];
		(void)snprintf(number, sizeof(number), "%u", other->number); /* any unsigned fits */
		r->row->action = ROSTER_DUPLICATE;
		return staff_note(r->plan, r->row, false, 0, "import.teacher_twice", "sheet",
				r->plan->sheets[other->sheet].name.p, "row", number, NULL);
	}
	return ERR_OK;
}

/* ---- what is to be done ---- */

static bool is_login_taken(const struct reader *r, struct str login) {
	for (size_t i = 0; i < r->known->person_count; i++) {
		if (str_eq(r->known->people[i].login, login)) {
			return true;
		}
	}
	for (size_t i = 0; i + 1 < r->plan->row_count; i++) {
		if (str_eq(r->plan->rows[i].login, login)) {
			return true;
		}
	}
	return false;
}

/* "Nguyễn Thị Lan" gets "nguyenthilan", or that with a number. */
static enum err make_login(struct reader *r) {
	_cleanup_(buf_finish) struct buf folded = buf_make(PLAIN_BYTES);
	char base[ACCOUNT_LOGIN_BYTES] = "";
	char login[ACCOUNT_LOGIN_BYTES + 8];
	size_t n = 0;
	enum err e = str_fold(r->row->full_name, &folded);
	for (size_t i = 0; !e && i < folded.len && n < LOGIN_BASE_MAX; i++) {
		char c = folded.data[i];
		if ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9')) {
			base[n++] = c;
		}
	}
	for (unsigned i = 1; !e && i <= LOGIN_TRIES_MAX; i++) {
		(void)snprintf(login, sizeof(login), i > 1 ? "%s%u" : "%s", n ? base : "gv",
				i); /* the base leaves room */
		if (!is_login_taken(r, str_from(login))) {
			return arena_copy(&r->plan->arena, str_from(login), &r->row->login);
		}
	}
	return e ? e : ERR_LIMIT;
}

static void add_change(struct staff_row *row, const char *field, struct str old_text,
		struct str new_text) {
	row->changes[row->change_count++] = (struct staff_change){ field, old_text, new_text };
	row->action = ROSTER_CHANGE;
}

static enum err print_birth(struct reader *r, struct date birth, struct str *out) {
	char iso[DATE_ISO_BYTES] = "";
	if (date_is_valid(birth)) {
		date_print_iso(birth, iso);
	}
	return arena_copy(&r->plan->arena, str_from(iso), out);
}

static enum err diff_birth(struct reader *r, const struct staff_teacher *t) {
	struct str was;
	struct str now;
	if (!date_is_valid(r->row->birth) ||
			(date_is_valid(t->birth) && date_compare(t->birth, r->row->birth) == 0)) {
		return ERR_OK;
	}
	enum err e = print_birth(r, t->birth, &was);
	e = e ? e : print_birth(r, r->row->birth, &now);
	if (!e) {
		add_change(r->row, "birthDate", was, now);
	}
	return e;
}

static enum err diff_phone(struct reader *r, const struct staff_teacher *t) {
	if (r->row->phone.n == 0 || str_eq(r->row->phone, t->phone)) {
		return ERR_OK;
	}
	if (t->is_elsewhere) {
		return staff_note(r->plan, r->row, false, column_of(r, TEACHER_PHONE),
				"import.teacher_elsewhere", NULL);
	}
	struct str was;
	enum err e = arena_copy(&r->plan->arena, t->phone, &was);
	if (!e) {
		add_change(r->row, "phone", was, r->row->phone);
	}
	return e;
}

static enum err diff_subjects(struct reader *r, const struct staff_teacher *t) {
	struct staff_row *row = r->row;
	bool is_same = row->subject_count == t->subject_count &&
			(t->subject_count == 0 ||
					memcmp(row->subjects, t->subjects,
							t->subject_count *
									sizeof(row->subjects[0])) ==
							0);
	if (!row->has_subjects || is_same) {
		return ERR_OK;
	}
	struct str was;
	enum err e = name_subjects(r->known, t->subjects, t->subject_count, &r->plan->arena, &was);
	if (!e) {
		add_change(row, "subjects", was, row->subject_names);
	}
	return e;
}

static enum err decide(struct reader *r) {
	struct staff_row *row = r->row;
	const struct staff_teacher *t = staff_teacher_by_id(r->known, row->person_id);
	if (!t) {
		row->action = ROSTER_NEW;
		return row->login.n ? ERR_OK : make_login(r);
	}
	enum err e = diff_birth(r, t);
	e = e ? e : diff_phone(r, t);
	return e ? e : diff_subjects(r, t);
}

static enum err read_row(struct reader *r) {
	static enum err (*const steps[])(struct reader *) = { read_name, read_login, read_birth,
		read_phone, read_subjects };
	struct staff_row *row = r->row;
	row->action = ROSTER_NEW;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		enum err e = steps[i](r);
		if (e) {
			return e;
		}
	}
	enum err e = name_subjects(r->known, row->subjects, row->subject_count, &r->plan->arena,
			&row->subject_names);
	if (e || row->action == ROSTER_ERROR) {
		return e;
	}
	e = match_login(r);
	e = e || row->action == ROSTER_ERROR ? e : match_phone(r);
	e = e || row->action == ROSTER_ERROR || row->person_id ? e : match_name(r);
	e = e || row->action == ROSTER_ERROR ? e : mark_twice(r);
	return e || row->action == ROSTER_ERROR || row->action == ROSTER_DUPLICATE ? e : decide(r);
}

/* ---- the sheet ---- */

/* Why a line is no teacher, as a message code; NULL when it is one. */
static const char *why_none(const struct reader *r, bool *is_past_end) {
	static const enum teacher_field parts[] = { TEACHER_NAME, TEACHER_NAME_REST,
		TEACHER_NAME_GIVEN };
	bool has_name = false;
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]); i++) {
		const struct grid_cell *cell = cell_of(r, parts[i]);
		_cleanup_(buf_finish) struct buf plain = buf_make(PLAIN_BYTES);
		uint64_t number = 0;
		if (!cell || roster_plain(cell->text, &plain) || plain.len == 0) {
			continue;
		}
		if (teacher_heading(of(&plain)) == parts[i]) {
			return "import.row_header";
		}
		if (str_parse_u64(of(&plain), &number) == ERR_OK) {
			return "import.row_index";
		}
		has_name = true;
	}
	enum roster_line line = staff_line_of(r->line);
	*is_past_end = *is_past_end || line == ROSTER_LINE_FOOTER;
	if (line == ROSTER_LINE_TOTAL) {
		return "import.row_total";
	}
	if (*is_past_end) {
		return "import.row_footer";
	}
	return has_name || cell_of(r, TEACHER_CODE) ? NULL : "import.row_blank";
}

static enum err read_sheet(struct staff_plan *plan, size_t sheet, const struct grid *grid,
		const struct staff_known *known) {
	_cleanup_(mem_freep) struct sheet_head *head = calloc(1, sizeof(*head));
	bool is_past_end = false;
	if (!head) {
		return ERR_NOMEM;
	}
	enum err e = sheet_head_find(grid, &words, &plan->arena, head);
	if (!e && head->row_first == 0) {
		return sheet_note(&plan->arena, &plan->sheets[sheet].notes, false, 0,
				"import.sheet_no_list", "value", grid->name, NULL);
	}
	plan->sheets[sheet].header_row = head->row_last;
	for (size_t i = 0; i < grid->row_count && !e; i++) {
		struct reader r = { plan, known, head, &grid->rows[i], NULL };
		if (grid->rows[i].number <= head->row_last) {
			continue;
		}
		const char *why = why_none(&r, &is_past_end);
		e = staff_plan_add(plan, sheet, grid->rows[i].number, &r.row);
		if (!e && why) {
			r.row->action = ROSTER_SKIPPED;
			e = staff_note(plan, r.row, false, 0, why, NULL);
		} else if (!e) {
			e = read_row(&r);
		}
	}
	return e;
}

enum err staff_plan_teachers(const struct grid *const *grids, size_t grid_count,
		const struct staff_known *known, struct staff_plan **out) {
	_cleanup_(staff_plan_freep) struct staff_plan *plan = NULL;
	enum err e = staff_plan_begin(grids, grid_count, &plan);
	for (size_t i = 0; i < grid_count && !e; i++) {
		e = grids[i]->is_hidden ? ERR_OK : read_sheet(plan, i, grids[i], known);
	}
	if (!e) {
		staff_plan_end(plan, known);
		*out = STEAL(plan);
	}
	return e;
}
