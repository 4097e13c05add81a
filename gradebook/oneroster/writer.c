#include "gradebook/oneroster/writer.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/csv.h"
#include "core/school/account.h"
#include "gradebook/oneroster/days.h"
#include "gradebook/oneroster/ids.h"
#include "gradebook/oneroster/words.h"
#include "gradebook/oneroster/writer_inner.h"

enum {
	CSV_BYTES_MAX = 4 << 20,
	FILE_NAME_BYTES = 64,
	TITLE_BYTES = 64,
};

/* ---- places and times ---- */

static enum err write_org(void *ctx, const struct oneroster_fact *f) {
	static const char *const types[] = { [ONEROSTER_PROVINCE] = "state",
		[ONEROSTER_COMMUNE] = "local",
		[ONEROSTER_SCHOOL] = "school" };
	const struct oneroster_org_fact *org = &f->of.org;
	char id[ONEROSTER_ID_MAX + 1];
	char parent[ONEROSTER_ID_MAX + 1] = "";
	struct out *o = ctx;
	oneroster_org_id(org->kind, org->code, id);
	if (org->parent.n) {
		enum oneroster_org kind = org->kind == ONEROSTER_SCHOOL ? ONEROSTER_COMMUNE
									: ONEROSTER_PROVINCE;
		oneroster_org_id(kind, org->parent, parent);
	}
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_cell(o, org->name);
	row_cellz(o, types[org->kind]);
	row_cell(o, org->code);
	row_cellz(o, parent);
	row_cell(o, org->level);
	return row_end(o);
}

struct session_row {
	const char *id;
	const char *title;
	const char *type;
	const char *parent;
};

static enum err write_session_row(
		struct out *o, const struct oneroster_fact *f, const struct session_row *row) {
	const struct oneroster_session_fact *s = &f->of.session;
	enum err e = row_begin(o, row->id, f);
	if (e) {
		return e;
	}
	row_cellz(o, row->title);
	row_cellz(o, row->type);
	row_date(o, s->starts_on);
	row_date(o, oneroster_day_after(s->ends_on));
	row_cellz(o, row->parent);
	/* The year in which it ends, as the specification counts school years. */
	row_cell(o, f->year.n == 9 ? (struct str){ f->year.p + 5, 4 } : f->year);
	return row_end(o);
}

/* The year itself, and the term that is as long, for what the year comes to. */
static enum err write_session(void *ctx, const struct oneroster_fact *f) {
	unsigned term = f->of.session.term;
	char id[ONEROSTER_ID_MAX + 1];
	char year[ONEROSTER_ID_MAX + 1];
	char title[TITLE_BYTES];
	oneroster_session_id(f, term, id);
	oneroster_session_id(f, 0, year);
	oneroster_session_title(f, term, title, sizeof(title));
	struct session_row row = { id, title, "semester", year };
	if (term) {
		return write_session_row(ctx, f, &row);
	}
	row.type = "schoolYear";
	row.parent = "";
	enum err e = write_session_row(ctx, f, &row);
	oneroster_period_id(f, 0, id);
	oneroster_whole_year_title(f, title, sizeof(title));
	row.type = "term";
	row.parent = year;
	return e ? e : write_session_row(ctx, f, &row);
}

static enum err write_category(void *ctx, const struct oneroster_fact *f) {
	struct out *o = ctx;
	if (f->of.org.kind != ONEROSTER_SCHOOL) {
		return ERR_OK;
	}
	enum err e = ERR_OK;
	for (enum oneroster_kind k = ONEROSTER_TX; k <= ONEROSTER_MEAN && !e; k++) {
		char id[ONEROSTER_ID_MAX + 1];
		oneroster_category_id(f, k, id);
		e = row_begin(o, id, f);
		if (e) {
			return e;
		}
		row_cellz(o, oneroster_kind_title(k));
		row_blanks(o, 1); /* a percentage, which these weights are not */
		row_count(o, oneroster_kind_weight(k));
		e = row_end(o);
	}
	return e;
}

/* ---- what is taught ---- */

static enum err write_course(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_course_fact *c = &f->of.course;
	char id[ONEROSTER_ID_MAX + 1];
	char year[ONEROSTER_ID_MAX + 1];
	char school[ONEROSTER_ID_MAX + 1];
	char title[ONEROSTER_TITLE_BYTES];
	struct out *o = ctx;
	bool is_class = c->subject.code.n == 0;
	oneroster_course_id(f, c->subject.code, c->grade, id);
	oneroster_session_id(f, 0, year);
	oneroster_org_id(ONEROSTER_SCHOOL, f->school, school);
	oneroster_course_title(c, title, sizeof(title));
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_cellz(o, year);
	row_cellz(o, title);
	row_cell(o, c->subject.code);
	row_grade(o, c->grade);
	row_cellz(o, school);
	row_item(o, c->subject.name);
	row_cell(o, c->subject.code);
	row_cellz(o, is_class ? "lop" : c->subject.is_comment ? "nhanxet" : "diem");
	row_count(o, c->lessons);
	row_cell(o, c->subject.name);
	return row_end(o);
}

static enum err write_class(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_class_fact *c = &f->of.class;
	char id[ONEROSTER_ID_MAX + 1];
	char course[ONEROSTER_ID_MAX + 1];
	char school[ONEROSTER_ID_MAX + 1];
	char terms[2][ONEROSTER_ID_MAX + 1];
	char both[2 * ONEROSTER_ID_MAX + 2];
	char title[ONEROSTER_TITLE_BYTES];
	struct out *o = ctx;
	oneroster_class_id(f, c, id);
	oneroster_course_id(f, c->subject.code, c->grade, course);
	oneroster_org_id(ONEROSTER_SCHOOL, f->school, school);
	oneroster_session_id(f, 1, terms[0]);
	oneroster_session_id(f, 2, terms[1]);
	(void)snprintf(both, sizeof(both), "%s,%s", terms[0], terms[1]); /* fits by its size */
	oneroster_class_title(c, title, sizeof(title));
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_cellz(o, title);
	row_grade(o, c->grade);
	row_cellz(o, course);
	row_cell(o, c->name);
	row_cellz(o, c->subject.code.n ? "scheduled" : "homeroom");
	row_blanks(o, 1);
	row_cellz(o, school);
	row_cellz(o, both);
	row_item(o, c->subject.name);
	row_cell(o, c->subject.code);
	row_blanks(o, 1);
	row_cell(o, c->name);
	return row_end(o);
}

static enum err write_one_scale(
		struct out *o, const struct oneroster_fact *f, enum oneroster_scale scale) {
	const struct oneroster_class_fact *c = &f->of.class;
	char id[ONEROSTER_ID_MAX + 1];
	char class[ONEROSTER_ID_MAX + 1];
	char course[ONEROSTER_ID_MAX + 1];
	char school[ONEROSTER_ID_MAX + 1];
	bool is_level = scale == ONEROSTER_LEVELS;
	oneroster_scale_id(f, c, scale, id);
	oneroster_class_id(f, c, class);
	oneroster_course_id(f, c->subject.code, c->grade, course);
	oneroster_org_id(ONEROSTER_SCHOOL, f->school, school);
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_cellz(o, is_level ? "Mức đạt được" : "Đạt / Chưa đạt");
	row_cellz(o, is_level ? "level" : "pass/fail");
	row_cellz(o, school);
	row_cellz(o, course);
	row_cellz(o, class);
	row_cellz(o,
			is_level ? "{T:Hoàn thành tốt},{H:Hoàn thành},{C:Chưa hoàn thành}"
				 : "{Đ:Đạt},{CĐ:Chưa đạt}");
	return row_end(o);
}

/* Of each subject those that its columns may have. */
static enum err write_scale(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_class_fact *c = &f->of.class;
	const struct oneroster_column_fact level = {
		.class = *c, .kind = ONEROSTER_CK, .position = 2
	};
	enum err e = ERR_OK;
	if (!c->subject.code.n) {
		return e;
	}
	if (c->subject.is_comment) {
		e = write_one_scale(ctx, f, ONEROSTER_COMMENTS);
	}
	return e || oneroster_scale_of(&level) != ONEROSTER_LEVELS
			? e
			: write_one_scale(ctx, f, ONEROSTER_LEVELS);
}

/* ---- people ---- */

/* sourcedIds of the people a person is tied to, with "," between them. */
static void add_agents(struct buf *list, const struct oneroster_fact *f) {
	const struct oneroster_person_fact *p = &f->of.person;
	enum oneroster_role other =
			p->role == ONEROSTER_STUDENT ? ONEROSTER_GUARDIAN : ONEROSTER_STUDENT;
	struct str rest = p->agents;
	while (rest.n) {
		const char *end = memchr(rest.p, '\n', rest.n);
		size_t n = end ? (size_t)(end - rest.p) : rest.n;
		char id[ONEROSTER_ID_MAX + 1];
		oneroster_person_id(f, other, (struct str){ rest.p, n }, id);
		if (list->len) {
			buf_add_char(list, ',');
		}
		buf_add_str(list, id);
		n += end ? 1 : 0;
		rest = (struct str){ rest.p + n, rest.n - n };
	}
}

static enum err write_user(void *ctx, const struct oneroster_fact *f) {
	enum { AGENTS_BYTES_MAX = 16 * 1024 };
	const struct oneroster_person_fact *p = &f->of.person;
	_cleanup_(buf_finish) struct buf agents = buf_make(AGENTS_BYTES_MAX);
	char id[ONEROSTER_ID_MAX + 1];
	char school[ONEROSTER_ID_MAX + 1];
	struct oneroster_name name;
	struct out *o = ctx;
	oneroster_person_id(f, p->role, p->key, id);
	oneroster_org_id(ONEROSTER_SCHOOL, f->school, school);
	oneroster_split_name(p->full_name, &name);
	add_agents(&agents, f);
	enum err e = buf_err(&agents);
	e = e ? e : row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_bool(o, p->is_active);
	row_cell(o, p->username);
	row_blanks(o, 1);
	row_cell(o, name.given);
	row_cell(o, name.family);
	row_cell(o, name.middle);
	row_cell(o, p->role == ONEROSTER_GUARDIAN ? str_from("") : p->key);
	row_blanks(o, 3); /* email, sms, phone: nobody's leave this way */
	row_cellz(o, buf_str(&agents));
	row_blanks(o, 6);
	row_cellz(o, school);
	row_blanks(o, 1);
	row_cell(o, p->full_name);
	row_cell(o, p->subjects);
	return row_end(o);
}

static enum err write_role(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_person_fact *p = &f->of.person;
	char id[ONEROSTER_ID_MAX + 1];
	char user[ONEROSTER_ID_MAX + 1];
	char school[ONEROSTER_ID_MAX + 1];
	struct out *o = ctx;
	oneroster_role_id(f, p->role, p->key, id);
	oneroster_person_id(f, p->role, p->key, user);
	oneroster_org_id(ONEROSTER_SCHOOL, f->school, school);
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_cellz(o, user);
	row_cellz(o, "primary");
	row_cellz(o, oneroster_role_name(p->role));
	row_blanks(o, 2);
	row_cellz(o, school);
	row_blanks(o, 1);
	return row_end(o);
}

static enum err write_demographics(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_person_fact *p = &f->of.person;
	char id[ONEROSTER_ID_MAX + 1];
	struct out *o = ctx;
	bool is_known = p->birth.year || p->sex || p->ethnicity.n || p->birth_place.n;
	if (!is_known || p->role == ONEROSTER_GUARDIAN) {
		return ERR_OK;
	}
	oneroster_person_id(f, p->role, p->key, id); /* the user's own, by the specification */
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_date(o, p->birth);
	row_cellz(o, p->sex == SEX_MALE ? "male" : p->sex == SEX_FEMALE ? "female" : "unspecified");
	row_blanks(o, 9);
	row_cell(o, p->birth_place);
	row_blanks(o, 1);
	row_cell(o, p->ethnicity);
	return row_end(o);
}

static enum err write_enrolment(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_enrolment_fact *n = &f->of.enrolment;
	char id[ONEROSTER_ID_MAX + 1];
	char class[ONEROSTER_ID_MAX + 1];
	char school[ONEROSTER_ID_MAX + 1];
	char user[ONEROSTER_ID_MAX + 1];
	struct out *o = ctx;
	oneroster_enrolment_id(f, n, id);
	oneroster_class_id(f, &n->class, class);
	oneroster_org_id(ONEROSTER_SCHOOL, f->school, school);
	oneroster_person_id(f, n->role, n->key, user);
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_cellz(o, class);
	row_cellz(o, school);
	row_cellz(o, user);
	row_cellz(o, oneroster_role_name(n->role));
	row_bool(o, n->is_primary); /* of a student never */
	row_date(o, n->from_on);
	row_date(o, n->to_on);
	row_count(o, n->position);
	return row_end(o);
}

/* ---- marks ---- */

static enum err write_line_item(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_column_fact *c = &f->of.column;
	char id[ONEROSTER_ID_MAX + 1];
	char class[ONEROSTER_ID_MAX + 1];
	char category[ONEROSTER_ID_MAX + 1];
	char session[ONEROSTER_ID_MAX + 1];
	char school[ONEROSTER_ID_MAX + 1];
	char title[ONEROSTER_TITLE_BYTES];
	char about[ONEROSTER_TITLE_BYTES];
	struct out *o = ctx;
	oneroster_column_id(f, c, id);
	oneroster_class_id(f, &c->class, class);
	oneroster_category_id(f, c->kind, category);
	oneroster_period_id(f, c->term, session);
	oneroster_org_id(ONEROSTER_SCHOOL, f->school, school);
	oneroster_column_title(c, title, sizeof(title));
	oneroster_column_about(c, about, sizeof(about));
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_cellz(o, title);
	row_cellz(o, about);
	row_date(o, c->starts_on);
	row_date(o, c->ends_on);
	row_cellz(o, class);
	row_cellz(o, category);
	row_cellz(o, session);
	bool has_marks = oneroster_scale_of(c) == ONEROSTER_MARKS;
	row_cellz(o, has_marks ? "0.0" : "");
	row_cellz(o, has_marks ? "10.0" : "");
	row_cellz(o, school);
	row_cellz(o, oneroster_kind_code(c->kind));
	row_count(o, c->position);
	row_count(o, oneroster_kind_weight(c->kind));
	if (c->published_at_ms) {
		row_time(o, c->published_at_ms);
	} else {
		row_blanks(o, 1);
	}
	return row_end(o);
}

static enum err write_line_item_scale(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_column_fact *c = &f->of.column;
	char id[ONEROSTER_ID_MAX + 1];
	char item[ONEROSTER_ID_MAX + 1];
	char scale[ONEROSTER_ID_MAX + 1];
	struct out *o = ctx;
	enum oneroster_scale kind = oneroster_scale_of(c);
	if (kind == ONEROSTER_MARKS) {
		return ERR_OK;
	}
	oneroster_column_scale_id(f, c, id);
	oneroster_column_id(f, c, item);
	oneroster_scale_id(f, &c->class, kind, scale);
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	row_blanks(o, 1);
	row_cellz(o, item);
	row_cellz(o, scale);
	return row_end(o);
}

static const char *status_name(enum oneroster_state state) {
	switch (state) {
	case ONEROSTER_VALUE:
		return "fully graded";
	case ONEROSTER_MISSING:
		return "not submitted";
	case ONEROSTER_EXEMPT:
		return "exempt";
	}
	return "";
}

static enum err write_result(void *ctx, const struct oneroster_fact *f) {
	const struct oneroster_result_fact *r = &f->of.result;
	const struct oneroster_class_fact *class = &r->column.class;
	char id[ONEROSTER_ID_MAX + 1];
	char item[ONEROSTER_ID_MAX + 1];
	char student[ONEROSTER_ID_MAX + 1];
	char class_id[ONEROSTER_ID_MAX + 1];
	struct out *o = ctx;
	oneroster_result_id(f, r, id);
	oneroster_column_id(f, &r->column, item);
	oneroster_person_id(f, ONEROSTER_STUDENT, r->student, student);
	oneroster_class_id(f, class, class_id);
	enum err e = row_begin(o, id, f);
	if (e) {
		return e;
	}
	bool has_value = r->state == ONEROSTER_VALUE && !f->is_gone;
	const char *text = oneroster_scale_text(oneroster_scale_of(&r->column), r->value_x10);
	row_cellz(o, item);
	row_cellz(o, student);
	row_cellz(o, status_name(r->state));
	if (has_value && !text) {
		row_score(o, r->value_x10);
	} else {
		row_blanks(o, 1);
	}
	row_date(o, r->on);
	row_blanks(o, 1);
	row_cellz(o, has_value && text ? text : "");
	row_cellz(o, class_id);
	row_blanks(o, 3);
	row_cellz(o, r->state == ONEROSTER_MISSING ? "true" : "");
	row_cellz(o, r->is_makeup ? "true" : "");
	return row_end(o);
}

/* ---- the bundle ---- */

static void property(struct csv_writer *w, struct str name, struct str value) {
	csv_text(w, name);
	csv_text(w, value);
	csv_end_row(w);
}

static enum err write_manifest(struct out *o) {
	const struct oneroster_wish *wish = o->wish;
	enum err e = zip_out_entry(o->zip, oneroster_manifest_name);
	csv_begin(&o->writer, &o->csv, CSV_FOR_PROGRAMS);
	property(&o->writer, str_from("propertyName"), str_from("value"));
	property(&o->writer, str_from("manifest.version"), str_from("1.0"));
	property(&o->writer, str_from("oneroster.version"), str_from("1.2"));
	for (unsigned i = 0; i < ONEROSTER_FILES; i++) {
		char name[FILE_NAME_BYTES];
		(void)snprintf(name, sizeof(name), "file.%s", oneroster_file_name(i)); /* fits */
		const char *mode = wish->is_delta ? "delta" : "bulk";
		property(&o->writer, str_from(name), str_from(o->counts.rows[i] ? mode : "absent"));
	}
	property(&o->writer, str_from("source.systemName"), wish->system_name);
	property(&o->writer, str_from("source.systemCode"), wish->system_code);
	return e ? e : row_flush(o, 0);
}

/* Parents before what refers to them, so that a reader may go from file to file. */
static const struct {
	enum oneroster_file file;
	enum oneroster_part part;
	enum err (*write)(void *ctx, const struct oneroster_fact *fact);
} files[] = {
	{ ONEROSTER_ORGS, ONEROSTER_PART_ORGS, write_org },
	{ ONEROSTER_ACADEMIC_SESSIONS, ONEROSTER_PART_SESSIONS, write_session },
	{ ONEROSTER_COURSES, ONEROSTER_PART_COURSES, write_course },
	{ ONEROSTER_CLASSES, ONEROSTER_PART_CLASSES, write_class },
	{ ONEROSTER_USERS, ONEROSTER_PART_PEOPLE, write_user },
	{ ONEROSTER_ROLES, ONEROSTER_PART_PEOPLE, write_role },
	{ ONEROSTER_DEMOGRAPHICS, ONEROSTER_PART_PEOPLE, write_demographics },
	{ ONEROSTER_ENROLLMENTS, ONEROSTER_PART_ENROLMENTS, write_enrolment },
	{ ONEROSTER_CATEGORIES, ONEROSTER_PART_ORGS, write_category },
	{ ONEROSTER_SCORE_SCALES, ONEROSTER_PART_CLASSES, write_scale },
	{ ONEROSTER_LINE_ITEMS, ONEROSTER_PART_COLUMNS, write_line_item },
	{ ONEROSTER_LINE_ITEM_SCORE_SCALES, ONEROSTER_PART_COLUMNS, write_line_item_scale },
	{ ONEROSTER_RESULTS, ONEROSTER_PART_RESULTS, write_result },
};

static enum err write_files(struct out *o, const struct oneroster_source *source) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]) && !e; i++) {
		const struct oneroster_take take = { files[i].write, o };
		o->file = files[i].file;
		o->has_entry = false;
		e = source->walk(source->ctx, files[i].part, &take);
		e = e ? e : row_flush(o, 0);
	}
	e = e ? e : write_manifest(o);
	return e ? e : zip_out_end(o->zip);
}

enum err oneroster_write(const struct oneroster_source *source, const struct oneroster_wish *wish,
		const struct zip_sink *sink, struct oneroster_counts *out_counts) {
	_cleanup_(zip_out_freep) struct zip_out *zip = NULL;
	enum err e = zip_out_new(sink, wish->now_ms, &zip);
	if (e) {
		return e;
	}
	struct out o = { .wish = wish, .zip = zip, .csv = buf_make(CSV_BYTES_MAX) };
	e = write_files(&o, source);
	buf_finish(&o.csv);
	if (!e && out_counts) {
		*out_counts = o.counts;
	}
	return e;
}
