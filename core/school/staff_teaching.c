/* Lists of who teaches what: of staff_plan.h. */
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/staff_plan_inner.h"

enum {
	TEXT_BYTES = 4096,
};

enum field {
	FIELD_POSITION,
	FIELD_CODE,
	FIELD_NAME,
	FIELD_SUBJECT,
	FIELD_CLASS,
	FIELD_NONE,
};

static const struct {
	const char *plain;
	enum field field;
} headings[] = {
	{ "stt", FIELD_POSITION },
	{ "tt", FIELD_POSITION },
	{ "ma", FIELD_CODE },
	{ "ma giao vien", FIELD_CODE },
	{ "ma gv", FIELD_CODE },
	{ "magv", FIELD_CODE },
	{ "ten dang nhap", FIELD_CODE },
	{ "tai khoan", FIELD_CODE },
	{ "login", FIELD_CODE },
	{ "code", FIELD_CODE },
	{ "ho va ten", FIELD_NAME },
	{ "ho ten", FIELD_NAME },
	{ "ho va ten giao vien", FIELD_NAME },
	{ "ho ten giao vien", FIELD_NAME },
	{ "ho va ten gv", FIELD_NAME },
	{ "ho ten gv", FIELD_NAME },
	{ "ten giao vien", FIELD_NAME },
	{ "giao vien", FIELD_NAME },
	{ "gv", FIELD_NAME },
	{ "gvbm", FIELD_NAME },
	{ "giao vien bo mon", FIELD_NAME },
	{ "giao vien day", FIELD_NAME },
	{ "teacher", FIELD_NAME },
	{ "mon", FIELD_SUBJECT },
	{ "mon hoc", FIELD_SUBJECT },
	{ "mon day", FIELD_SUBJECT },
	{ "mon giang day", FIELD_SUBJECT },
	{ "day mon", FIELD_SUBJECT },
	{ "bo mon", FIELD_SUBJECT },
	{ "subject", FIELD_SUBJECT },
	{ "lop", FIELD_CLASS },
	{ "lop day", FIELD_CLASS },
	{ "day lop", FIELD_CLASS },
	{ "cac lop", FIELD_CLASS },
	{ "lop giang day", FIELD_CLASS },
	{ "day cac lop", FIELD_CLASS },
	{ "lop phan cong", FIELD_CLASS },
	{ "phan cong", FIELD_CLASS },
	{ "class", FIELD_CLASS },
	{ "classes", FIELD_CLASS },
};

static unsigned one_heading(struct str plain) {
	for (size_t i = 0; plain.n && i < sizeof(headings) / sizeof(headings[0]); i++) {
		if (str_eq_z(plain, headings[i].plain)) {
			return headings[i].field;
		}
	}
	return FIELD_NONE;
}

static unsigned heading(struct str above, struct str below) {
	unsigned field = one_heading(below);
	return field == FIELD_NONE ? one_heading(above) : field;
}

static bool is_head(const bool *has, size_t count) {
	return count >= 3 && (has[FIELD_NAME] || has[FIELD_CODE]) && has[FIELD_SUBJECT] &&
			has[FIELD_CLASS];
}

static const struct sheet_words words = {
	.none = FIELD_NONE,
	.name = FIELD_NAME,
	.given = FIELD_NONE,
	.heading = heading,
	.is_head = is_head,
};

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* ---- one entry: a teacher in a class and a subject ---- */

static enum err add_entry(
		struct staff_reader *r, const struct staff_place *at, struct staff_row **out) {
	enum err e = staff_plan_add(r->plan, r->sheet, at->number, out);
	if (e) {
		return e;
	}
	struct staff_row *row = *out;
	struct arena *arena = &r->plan->arena;
	row->column = at->column;
	row->action = ROSTER_NEW;
	if (at->class_index != SIZE_MAX) {
		row->class_id = r->known->classes[at->class_index].id;
		e = arena_copy(arena, r->known->classes[at->class_index].name, &row->class_name);
	}
	if (!e && at->subject_index != SIZE_MAX) {
		const struct staff_subject *s = &r->known->subjects[at->subject_index];
		row->subject_id = s->id;
		e = arena_copy(arena, s->name, &row->subject_name);
	}
	return e;
}

enum err staff_entry_fault(struct staff_reader *r, const struct staff_place *at, const char *code,
		struct str value, const struct buf *candidates) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	struct staff_row *row = NULL;
	enum err e = add_entry(r, at, &row);
	buf_add(&text, value.p, value.n);
	if (e) {
		return e;
	}
	return candidates ? staff_note(r->plan, row, true, at->column, code, "value",
					    buf_str(&text), "names", buf_str(candidates), NULL)
			  : staff_note(r->plan, row, true, at->column, code, "value",
					    buf_str(&text), NULL);
}

enum err staff_entry_noted(struct staff_reader *r, const struct staff_place *at,
		const struct sheet_notes *notes) {
	struct staff_row *row = NULL;
	enum err e = add_entry(r, at, &row);
	if (!e) {
		row->action = ROSTER_ERROR;
		row->notes = *notes;
	}
	return e;
}

enum err staff_entry_teacher(
		struct staff_reader *r, const struct staff_place *at, struct str text) {
	_cleanup_(buf_finish) struct buf candidates = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	size_t index = 0;
	enum err e = staff_find_teacher(r->known, text, &index, &candidates);
	if (e == ERR_NOT_FOUND) {
		return staff_entry_fault(r, at, "import.teacher_unknown", text, NULL);
	}
	if (e == ERR_CONFLICT) {
		return staff_entry_fault(r, at, "import.teacher_ambiguous", text, &candidates);
	}
	struct staff_row *row = NULL;
	e = e ? e : add_entry(r, at, &row);
	if (e) {
		return e;
	}
	const struct staff_teacher *t = &r->known->teachers[index];
	row->person_id = t->person_id;
	e = arena_copy(&r->plan->arena, t->full_name, &row->full_name);
	e = e ? e : arena_copy(&r->plan->arena, t->login, &row->login);
	char login[ACCOUNT_LOGIN_BYTES];
	bool is_login = account_login_parse(text, login) == ERR_OK && str_eq_z(t->login, login);
	bool is_meant = is_login || roster_same_name(t->full_name, text) ||
			memchr(text.p, '(', text.n);
	if (!e && !is_meant) {
		_cleanup_(buf_finish) struct buf value = buf_make(TEXT_BYTES);
		buf_add(&value, text.p, text.n);
		e = staff_note(r->plan, row, false, at->column, "import.teacher_short", "value",
				buf_str(&value), NULL);
	}
	return e;
}

/* ---- cells of several parts ---- */

void staff_split(struct str text, const char *signs, struct staff_parts *out) {
	size_t start = 0;
	for (size_t i = 0; i <= text.n; i++) {
		if (i < text.n && !memchr(signs, text.p[i], strlen(signs))) {
			continue;
		}
		struct str part = str_trim((struct str){ text.p + start, i - start });
		start = i + 1;
		if (part.n == 0 || str_eq_z(part, "-") || str_eq_z(part, "–")) {
			continue;
		}
		if (out->count == STAFF_PARTS_MAX) {
			out->is_cut = true;
			return;
		}
		out->items[out->count++] = part;
	}
}

/* ---- a list: teacher, subject, classes ---- */

static const struct grid_cell *cell_of(
		const struct sheet_head *head, const struct grid_row *line, enum field field) {
	size_t i = sheet_head_index(head, field);
	return i < head->column_count ? grid_row_cell(line, head->columns[i].column) : NULL;
}

/* What one line of a list says. */
struct line {
	unsigned number;
	unsigned columns[FIELD_NONE];
	struct buf texts[FIELD_NONE];
};

static void line_finish(struct line *l) {
	for (size_t i = 0; i < FIELD_NONE; i++) {
		buf_finish(&l->texts[i]);
	}
}

/* The classes of a cell: "10A1, 10A2", "10A1 10A2", one name with a blank in it. */
static void classes_of(const struct staff_known *known, struct str text, struct staff_parts *out) {
	struct staff_parts rough = { 0 };
	size_t index = 0;
	staff_split(text, ",;/+&|\n", &rough);
	out->is_cut = rough.is_cut;
	for (size_t i = 0; i < rough.count; i++) {
		if (staff_find_class(known, rough.items[i], &index) == ERR_OK) {
			staff_split(rough.items[i], "\n", out);
		} else {
			staff_split(rough.items[i], " ", out);
		}
	}
}

static void subjects_of(const struct staff_known *known, struct str text, struct staff_parts *out) {
	_cleanup_(buf_finish) struct buf candidates = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	size_t index = 0;
	bool is_one = staff_find_subject(known, text, &index, &candidates) == ERR_OK;
	staff_split(text, is_one ? "\n" : ",;/+&|\n", out);
}

enum err staff_entry_subject(struct staff_reader *r, struct staff_place *at, unsigned column,
		struct str text, bool *out_is_found) {
	_cleanup_(buf_finish) struct buf candidates = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	enum err e = staff_find_subject(r->known, text, &at->subject_index, &candidates);
	*out_is_found = e == ERR_OK;
	struct staff_place where = *at;
	where.column = column;
	where.subject_index = SIZE_MAX;
	if (e == ERR_NOT_FOUND) {
		return staff_entry_fault(r, &where, "import.teaching_subject", text, NULL);
	}
	return e == ERR_CONFLICT ? staff_entry_fault(r, &where, "import.teaching_subject_many",
						   text, &candidates)
				 : e;
}

/* Every class of the line in one subject. */
static enum err add_classes(struct staff_reader *r, const struct line *l, size_t subject_index,
		const struct staff_parts *classes, struct str teacher) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < classes->count && !e; i++) {
		struct staff_place at = { l->number, l->columns[FIELD_CLASS], SIZE_MAX,
			subject_index };
		e = staff_find_class(r->known, classes->items[i], &at.class_index);
		if (e == ERR_NOT_FOUND) {
			at.class_index = SIZE_MAX;
			e = staff_entry_fault(
					r, &at, "import.teaching_class", classes->items[i], NULL);
			continue;
		}
		at.column = l->columns[l->texts[FIELD_CODE].len ? FIELD_CODE : FIELD_NAME];
		e = e ? e : staff_entry_teacher(r, &at, teacher);
	}
	return e;
}

/* The teacher of a line: by the code when there is one, and then the name must be that teacher's. */
static enum err check_code(struct staff_reader *r, const struct line *l, bool *out_is_good) {
	const struct buf *code = &l->texts[FIELD_CODE];
	const struct buf *name = &l->texts[FIELD_NAME];
	struct staff_place at = { l->number, l->columns[FIELD_CODE], SIZE_MAX, SIZE_MAX };
	*out_is_good = true;
	if (code->len == 0) {
		return ERR_OK;
	}
	for (size_t i = 0; i < r->known->teacher_count; i++) {
		const struct staff_teacher *t = &r->known->teachers[i];
		char login[ACCOUNT_LOGIN_BYTES];
		if (account_login_parse(of(code), login) || !str_eq_z(t->login, login)) {
			continue;
		}
		if (name->len == 0 || roster_same_name(t->full_name, of(name))) {
			return ERR_OK;
		}
		_cleanup_(buf_finish) struct buf owner = buf_make(TEXT_BYTES);
		*out_is_good = false;
		staff_print_teacher(t, &owner);
		return staff_entry_fault(r, &at, "import.teaching_code_other", of(code), &owner);
	}
	*out_is_good = false;
	return staff_entry_fault(r, &at, "import.teacher_unknown", of(code), NULL);
}

static enum err add_line(struct staff_reader *r, const struct line *l) {
	struct str teacher = of(&l->texts[l->texts[FIELD_CODE].len ? FIELD_CODE : FIELD_NAME]);
	struct staff_place at = { l->number, 0, SIZE_MAX, SIZE_MAX };
	bool is_good = true;
	if (l->texts[FIELD_SUBJECT].len == 0 && l->texts[FIELD_CLASS].len == 0) {
		return ERR_OK; /* a teacher without anything: says nothing */
	}
	if (teacher.n == 0 || l->texts[FIELD_SUBJECT].len == 0 || l->texts[FIELD_CLASS].len == 0) {
		enum field missing = teacher.n == 0                ? FIELD_NAME
				: l->texts[FIELD_SUBJECT].len == 0 ? FIELD_SUBJECT
								   : FIELD_CLASS;
		at.column = l->columns[missing];
		return staff_entry_fault(r, &at, "import.teaching_missing", str_from(""), NULL);
	}
	enum err e = check_code(r, l, &is_good);
	struct staff_parts subjects = { 0 };
	struct staff_parts classes = { 0 };
	subjects_of(r->known, of(&l->texts[FIELD_SUBJECT]), &subjects);
	classes_of(r->known, of(&l->texts[FIELD_CLASS]), &classes);
	if (subjects.is_cut || classes.is_cut) {
		return staff_entry_fault(r, &at, "import.teaching_long", str_from(""), NULL);
	}
	for (size_t i = 0; i < subjects.count && !e && is_good; i++) {
		bool is_found = false;
		e = staff_entry_subject(
				r, &at, l->columns[FIELD_SUBJECT], subjects.items[i], &is_found);
		if (!e && is_found) {
			e = add_classes(r, l, at.subject_index, &classes, teacher);
		}
	}
	return e;
}

/* A cell of a line, or that of the merged cell above which covers it: a teacher's name is written
 * once for several lines. */
static const struct grid_cell *covered(const struct grid *grid, const struct grid_row *line,
		const struct sheet_head *head, enum field field) {
	size_t i = sheet_head_index(head, field);
	const struct grid_cell *cell = cell_of(head, line, field);
	if (i == head->column_count || (cell && str_trim(cell->text).n > 0)) {
		return cell;
	}
	const struct grid_merge *m = grid_find_merge(grid, line->number, head->columns[i].column);
	const struct grid_row *first = m ? grid_find_row(grid, m->row_first) : NULL;
	return first ? grid_row_cell(first, m->column_first) : NULL;
}

static enum err read_line(struct staff_reader *r, const struct sheet_head *head,
		const struct grid_row *line) {
	_cleanup_(line_finish) struct line l = { .number = line->number };
	struct staff_row scratch = { 0 };
	for (enum field f = 0; f < FIELD_NONE; f++) {
		size_t i = sheet_head_index(head, f);
		l.columns[f] = i < head->column_count ? head->columns[i].column : 0;
		l.texts[f] = buf_make(TEXT_BYTES);
		enum err e = staff_cell_text(
				r->plan, &scratch, covered(r->grid, line, head, f), &l.texts[f]);
		if (e) {
			return e;
		}
	}
	if (scratch.action == ROSTER_ERROR) {
		struct staff_place at = { line->number, 0, SIZE_MAX, SIZE_MAX };
		return staff_entry_noted(r, &at, &scratch.notes);
	}
	return add_line(r, &l);
}

static enum err read_list(struct staff_reader *r, const struct sheet_head *head) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < r->grid->row_count && !e; i++) {
		const struct grid_row *line = &r->grid->rows[i];
		if (line->number <= head->row_last) {
			continue;
		}
		enum roster_line kind = staff_line_of(line);
		if (kind == ROSTER_LINE_FOOTER) {
			return ERR_OK;
		}
		e = kind == ROSTER_LINE_TOTAL ? ERR_OK : read_line(r, head, line);
	}
	return e;
}

/* ---- the sheet ---- */

static enum err read_sheet(struct staff_reader *r) {
	_cleanup_(mem_freep) struct sheet_head *head = calloc(1, sizeof(*head));
	struct staff_sheet *sheet = &r->plan->sheets[r->sheet];
	if (!head) {
		return ERR_NOMEM;
	}
	enum err e = sheet_head_find(r->grid, &words, &r->plan->arena, head);
	if (e) {
		return e;
	}
	if (head->row_first > 0) {
		sheet->header_row = head->row_last;
		return read_list(r, head);
	}
	e = staff_matrix_read(r, &sheet->header_row);
	if (e || sheet->header_row > 0) {
		return e;
	}
	return sheet_note(&r->plan->arena, &sheet->notes, false, 0, "import.sheet_no_teaching",
			"value", r->grid->name, NULL);
}

enum err staff_plan_teaching(const struct grid *const *grids, size_t grid_count,
		const struct staff_known *known, struct staff_plan **out) {
	_cleanup_(staff_plan_freep) struct staff_plan *plan = NULL;
	enum err e = staff_plan_begin(grids, grid_count, &plan);
	for (size_t i = 0; i < grid_count && !e; i++) {
		struct staff_reader r = { plan, known, grids[i], i };
		e = grids[i]->is_hidden ? ERR_OK : read_sheet(&r);
	}
	e = e ? e : staff_pairs_judge(plan, known);
	if (!e) {
		staff_plan_end(plan, known);
		*out = STEAL(plan);
	}
	return e;
}
