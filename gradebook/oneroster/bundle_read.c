#include "gradebook/oneroster/bundle.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/account.h"
#include "gradebook/oneroster/bundle_inner.h"
#include "gradebook/oneroster/days.h"

void bundle_free(struct bundle *b) {
	if (b) {
		free(b->subjects.items);
		free(b->lessons.items);
		free(b->classes.items);
		free(b->people.items);
		free(b->enrolments.items);
		free(b->teaching.items);
		free(b->columns.items);
		free(b->marks.items);
		arena_finish(&b->arena);
		free(b);
	}
}

/* ---- what the files share ---- */

enum err bundle_keep(struct bundle_reading *r, struct str s, struct str *out) {
	return arena_copy(&r->b->arena, s, out);
}

enum err bundle_keep_id(struct bundle_reading *r, struct bundle_ids *ids,
		const struct bundle_row *row, uint32_t a, uint32_t b, size_t most) {
	struct bundle_id id = { .a = a, .b = b, .line = row->line };
	enum err e = bundle_keep(r, bundle_cell(row, 0), &id.id);
	return e ? e : bundle_ids_add(ids, &id, most);
}

/* A list with one item, which stands in quotes when it has a comma. */
static struct str one_item(struct str s) {
	bool is_quoted = s.n >= 2 && s.p[0] == '"' && s.p[s.n - 1] == '"';
	return is_quoted ? (struct str){ s.p + 1, s.n - 2 } : s;
}

/* ---- the school and its year ---- */

enum { ORG_NAME = 3, ORG_TYPE, ORG_IDENTIFIER };

static enum err take_org(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	struct str code = bundle_cell(row, ORG_IDENTIFIER);
	if (!str_eq_z(bundle_cell(row, ORG_TYPE), "school")) {
		return ERR_OK;
	}
	if (r->b->school_name.n) {
		bundle_fault(row, ORG_TYPE, "oneroster.several_schools");
		return ERR_OK;
	}
	enum err e = bundle_keep(r, bundle_cell(row, ORG_NAME), &r->b->school_name);
	return e ? e : bundle_keep(r, code.n ? code : bundle_cell(row, 0), &r->b->school_code);
}

enum { SESSION_TYPE = 4, SESSION_START, SESSION_END, SESSION_PARENT, SESSION_YEAR };
enum { YEAR_MOST = 9999 };

static void take_year(struct bundle_reading *r, struct bundle_row *row) {
	struct school_year *year = &r->b->year;
	unsigned ends = bundle_count(row, SESSION_YEAR, YEAR_MOST);
	if (year->code[0]) {
		bundle_fault(row, SESSION_TYPE, "oneroster.several_years");
		return;
	}
	if (ends < 2) {
		bundle_fault(row, SESSION_YEAR, "oneroster.value");
		return;
	}
	char code[32];
	(void)snprintf(code, sizeof(code), "%04u-%04u", ends - 1, ends); /* fits by its size */
	memcpy(year->code, code, sizeof(year->code));
	year->starts_on = bundle_date(row, SESSION_START);
	year->ends_on = oneroster_day_before(bundle_date(row, SESSION_END));
}

/* A grading period is passed over: nothing here hangs on one. */
static enum err take_session(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	struct str type = bundle_cell(row, SESSION_TYPE);
	bool is_year = str_eq_z(type, "schoolYear");
	if (!is_year && !str_eq_z(type, "semester") && !str_eq_z(type, "term")) {
		return ERR_OK;
	}
	if (is_year) {
		take_year(r, row);
	}
	if (r->found_count == BUNDLE_SESSIONS_MAX) {
		return ERR_LIMIT;
	}
	uint32_t at = (uint32_t)r->found_count;
	r->found[r->found_count++] = (struct bundle_session){ .is_year = is_year,
		.starts_on = bundle_date(row, SESSION_START),
		.ends_on = oneroster_day_before(bundle_date(row, SESSION_END)),
		.line = row->line };
	return bundle_keep_id(r, &r->sessions, row, at, 0, BUNDLE_SESSIONS_MAX);
}

/* The year, or a term that is as long. */
static bool is_whole_year(const struct school_year *year, const struct bundle_session *s) {
	return s->is_year ||
			(date_compare(s->starts_on, year->starts_on) == 0 &&
					date_compare(s->ends_on, year->ends_on) == 0);
}

/* Which term each session is: numbered by their days, 0 the year. A third one is a mistake. */
static void number_terms(struct bundle_reading *r, uint32_t *terms) {
	const char *file = oneroster_csv_name(ONEROSTER_ACADEMIC_SESSIONS);
	struct school_year *year = &r->b->year;
	for (size_t i = 0; i < r->found_count; i++) {
		const struct bundle_session *s = &r->found[i];
		if (is_whole_year(year, s)) {
			continue;
		}
		if (year->term_count == CALENDAR_TERMS_MAX) {
			diag_add(r->why, DIAG_ERROR, file, s->line, SESSION_TYPE + 1,
					"oneroster.several_terms", NULL);
			return;
		}
		year->terms[year->term_count++] =
				(struct term){ .starts_on = s->starts_on, .ends_on = s->ends_on };
		terms[i] = year->term_count;
	}
	if (year->term_count == 2 &&
			date_compare(year->terms[0].starts_on, year->terms[1].starts_on) > 0) {
		struct term first = year->terms[1];
		year->terms[1] = year->terms[0];
		year->terms[0] = first;
		for (size_t i = 0; i < r->found_count; i++) {
			terms[i] = terms[i] ? 3 - terms[i] : 0;
		}
	}
}

static void settle_year(struct bundle_reading *r) {
	struct school_year *year = &r->b->year;
	uint32_t terms[BUNDLE_SESSIONS_MAX] = { 0 }; /* by their places in r->found */
	if (r->why->errors == 0 && year->code[0]) {
		number_terms(r, terms); /* every session has its days */
	}
	for (size_t i = 0; i < r->sessions.count; i++) {
		r->sessions.items[i].a = terms[r->sessions.items[i].a];
	}
	for (unsigned k = 0; k < year->term_count; k++) {
		year->terms[k].number = k + 1;
	}
	bundle_ids_sort(&r->sessions, ONEROSTER_ACADEMIC_SESSIONS, r->why);
	if (r->why->errors == 0 &&
			(year->term_count != CALENDAR_TERMS_MAX || calendar_check_year(year))) {
		diag_add(r->why, DIAG_ERROR, oneroster_csv_name(ONEROSTER_ACADEMIC_SESSIONS), 0, 0,
				"oneroster.year", NULL);
	}
	if (r->why->errors == 0 && !r->b->school_name.n) {
		diag_add(r->why, DIAG_ERROR, oneroster_csv_name(ONEROSTER_ORGS), 0, 0,
				"oneroster.no_school", NULL);
	}
}

/* ---- courses ---- */

enum {
	COURSE_TITLE = 4,
	COURSE_CODE,
	COURSE_GRADES,
	COURSE_SUBJECTS = 8,
	COURSE_SUBJECT_CODES,
	COURSE_KIND = 10,
	COURSE_LESSONS,
	COURSE_NAME,
};
enum { GRADE_MAX = 12, SUBJECT_CODE_BYTES = 16, SUBJECT_NAME_CHARS = 100 };

static uint32_t find_subject(const struct bundle *b, struct str code) {
	for (size_t i = 0; i < b->subjects.count; i++) {
		if (str_eq(b->subjects.items[i].code, code)) {
			return (uint32_t)i;
		}
	}
	return BUNDLE_NONE;
}

/* What names the subject: its code, or (of one without) the course's. */
static unsigned code_column(const struct bundle_row *row) {
	return bundle_cell(row, COURSE_SUBJECT_CODES).n ? COURSE_SUBJECT_CODES : COURSE_CODE;
}

/* Of a class as such; others say so by naming no subject. */
static bool is_of_class(const struct bundle_row *row) {
	struct str kind = bundle_cell(row, COURSE_KIND);
	return str_eq_z(kind, "lop") || (!kind.n && !bundle_cell(row, code_column(row)).n);
}

static enum err add_subject(struct bundle_reading *r, struct bundle_row *row, uint32_t *out) {
	struct bundle *b = r->b;
	char code_text[ACCOUNT_LOGIN_BYTES] = "";
	unsigned from = code_column(row);
	bool is_code = !account_login_parse(one_item(bundle_cell(row, from)), code_text);
	struct str code = str_from(code_text);
	struct str name = bundle_cell(row, COURSE_NAME);
	name = name.n ? name : one_item(bundle_cell(row, COURSE_SUBJECTS));
	name = name.n ? name : bundle_cell(row, COURSE_TITLE);
	*out = find_subject(b, code);
	if (*out != BUNDLE_NONE) {
		return ERR_OK;
	}
	if (!is_code || code.n > SUBJECT_CODE_BYTES) {
		bundle_fault(row, from, "oneroster.value");
		return ERR_OK;
	}
	if (str_utf8_count(name) > SUBJECT_NAME_CHARS) {
		bundle_fault(row, COURSE_SUBJECTS, "oneroster.value");
		return ERR_OK;
	}
	enum err e = GROW(&b->subjects, BUNDLE_SUBJECTS_MAX);
	if (e) {
		return e;
	}
	*out = (uint32_t)b->subjects.count;
	struct bundle_subject *s = &b->subjects.items[b->subjects.count++];
	s->is_comment = str_eq_z(bundle_cell(row, COURSE_KIND), "nhanxet");
	e = bundle_keep(r, code, &s->code);
	return e ? e : bundle_keep(r, name, &s->name);
}

static enum err take_course(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	struct bundle *b = r->b;
	struct str kind = bundle_cell(row, COURSE_KIND);
	unsigned grade = bundle_count(row, COURSE_GRADES, GRADE_MAX);
	unsigned lessons = bundle_count(row, COURSE_LESSONS, CALENDAR_LESSONS_MAX);
	uint32_t subject = BUNDLE_NONE;
	enum err e = ERR_OK;
	if (kind.n && !str_eq_z(kind, "lop") && !str_eq_z(kind, "diem") &&
			!str_eq_z(kind, "nhanxet")) {
		bundle_fault(row, COURSE_KIND, "oneroster.value");
	}
	if (!is_of_class(row)) {
		e = add_subject(r, row, &subject);
	}
	if (!e && lessons && subject != BUNDLE_NONE) {
		e = GROW(&b->lessons, BUNDLE_LESSONS_MAX);
		if (!e) {
			b->lessons.items[b->lessons.count++] =
					(struct bundle_lessons){ subject, grade, lessons };
		}
	}
	return e ? e : bundle_keep_id(r, &r->courses, row, subject, grade, BUNDLE_LESSONS_MAX);
}

/* ---- classes ---- */

enum {
	CLASS_TITLE = 3,
	CLASS_GRADES,
	CLASS_COURSE,
	CLASS_CODE,
	CLASS_TYPE,
	CLASS_OF = 14,
};
enum { CLASS_NAME_CHARS = 32 };

static enum err take_homeroom(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	struct bundle *b = r->b;
	struct str type = bundle_cell(row, CLASS_TYPE);
	if (!str_eq_z(type, "homeroom") && !str_eq_z(type, "scheduled")) {
		bundle_fault(row, CLASS_TYPE, "oneroster.value");
	}
	if (!str_eq_z(type, "homeroom")) {
		return ERR_OK;
	}
	struct bundle_class class = { .homeroom = BUNDLE_NONE };
	struct str name = bundle_cell(row, CLASS_OF);
	name = name.n ? name : bundle_cell(row, CLASS_TITLE);
	class.grade = bundle_count(row, CLASS_GRADES, GRADE_MAX);
	const struct bundle_id *course = bundle_refer(row, CLASS_COURSE, &r->courses);
	class.grade = class.grade || !course ? class.grade : course->b;
	if (str_utf8_count(name) > CLASS_NAME_CHARS) {
		bundle_fault(row, CLASS_TITLE, "oneroster.value");
	}
	if (class.grade == 0) {
		bundle_fault(row, CLASS_GRADES, "oneroster.required");
	}
	enum err e = GROW(&b->classes, BUNDLE_CLASSES_MAX);
	e = e ? e : bundle_keep(r, name, &class.name);
	if (e) {
		return e;
	}
	uint32_t at = (uint32_t)b->classes.count;
	b->classes.items[b->classes.count++] = class;
	struct bundle_id by_name = { .id = class.name, .a = at, .line = row->line };
	e = bundle_ids_add(&r->class_names, &by_name, BUNDLE_CLASSES_MAX);
	return e ? e : bundle_keep_id(r, &r->classes, row, at, BUNDLE_NONE, BUNDLE_PAIRS_MAX);
}

/* A subject of a class names the class. */
static enum err take_scheduled(void *ctx, struct bundle_row *row) {
	struct bundle_reading *r = ctx;
	if (!str_eq_z(bundle_cell(row, CLASS_TYPE), "scheduled")) {
		return ERR_OK;
	}
	unsigned named_by = bundle_cell(row, CLASS_OF).n ? CLASS_OF : CLASS_CODE;
	const struct bundle_id *class = bundle_refer(row, named_by, &r->class_names);
	const struct bundle_id *course = bundle_refer(row, CLASS_COURSE, &r->courses);
	if (course && course->a == BUNDLE_NONE) {
		bundle_fault(row, CLASS_COURSE, "oneroster.no_subject");
	}
	if (row->is_bad || !class || !course) {
		return ERR_OK; /* noted, whichever it is */
	}
	return bundle_keep_id(r, &r->classes, row, class->a, course->a, BUNDLE_PAIRS_MAX);
}

/* ---- all of it ---- */

static void reading_finish(struct bundle_reading *r) {
	bundle_ids_finish(&r->sessions);
	bundle_ids_finish(&r->courses);
	bundle_ids_finish(&r->class_names);
	bundle_ids_finish(&r->classes);
	bundle_ids_finish(&r->people);
	bundle_ids_finish(&r->items);
}

/* One file after the other, as long as nothing is wrong: what refers to a bad row would only be
 * told as bad, too. */
enum err bundle_read_file(struct bundle_reading *r, enum oneroster_file file, bool is_needed,
		enum err (*take)(void *ctx, struct bundle_row *row)) {
	const struct bundle_each each = { take, r, &r->b->rows[file] };
	if (r->why->errors) {
		return ERR_INVAL;
	}
	if (!is_needed && !r->manifest.has[file]) {
		return ERR_OK;
	}
	return bundle_table_read(r->zip, file, r->why, &each);
}

static enum err read_school(struct bundle_reading *r) {
	enum err e = bundle_manifest_read(r->zip, r->why, &r->manifest);
	e = e ? e : bundle_read_file(r, ONEROSTER_ORGS, true, take_org);
	e = e ? e : bundle_read_file(r, ONEROSTER_ACADEMIC_SESSIONS, true, take_session);
	if (!e) {
		settle_year(r);
	}
	e = e ? e : bundle_read_file(r, ONEROSTER_COURSES, true, take_course);
	bundle_ids_sort(&r->courses, ONEROSTER_COURSES, r->why);
	e = e ? e : bundle_read_file(r, ONEROSTER_CLASSES, true, take_homeroom);
	bundle_ids_sort(&r->class_names, ONEROSTER_CLASSES, r->why);
	e = e ? e : bundle_read_file(r, ONEROSTER_CLASSES, true, take_scheduled);
	bundle_ids_sort(&r->classes, ONEROSTER_CLASSES, r->why);
	return e;
}

static enum err open_zip(const void *bytes, size_t n, struct diag *why, struct zip_in **out) {
	enum err e = zip_in_new(bytes, n, out);
	if (e == ERR_NOMEM || !e) {
		return e;
	}
	diag_add(why, DIAG_ERROR, "", 0, 0, "oneroster.no_zip", NULL);
	return ERR_INVAL;
}

enum err bundle_read(const void *bytes, size_t n, struct bundle **out, struct diag *why) {
	_cleanup_(zip_in_freep) struct zip_in *zip = NULL;
	_cleanup_(bundle_freep) struct bundle *b = calloc(1, sizeof(*b));
	_cleanup_(reading_finish) struct bundle_reading r = { .b = b, .why = why };
	if (!b) {
		return ERR_NOMEM;
	}
	b->arena = arena_make(BUNDLE_TEXT_BYTES);
	enum err e = open_zip(bytes, n, why, &zip);
	r.zip = zip;
	e = e ? e : read_school(&r);
	e = e ? e : bundle_read_people(&r);
	e = e ? e : bundle_read_marks(&r);
	if (e == ERR_LIMIT) {
		diag_add(why, DIAG_ERROR, "", 0, 0, "oneroster.too_much", NULL);
	}
	if (e == ERR_NOMEM) {
		return e;
	}
	if (e || why->errors) {
		return ERR_INVAL;
	}
	*out = STEAL(b);
	return ERR_OK;
}
