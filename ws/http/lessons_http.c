#include "ws/http/lessons_http.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/school/calendar_store.h"
#include "core/school/lessons_store.h"
#include "core/school/roster_store.h"
#include "gradebook/closing/closing_store.h"
#include "gradebook/rules/pack.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	GRADE_MAX = 12,
	CELLS_MAX = 600,
	VIEW_BYTES_MAX = 1 << 20,
};

/* ---- as it stands ---- */

static enum err take_grade(const struct class_row *row, void *ctx) {
	bool *has = ctx;
	if (row->grade >= 1 && row->grade <= GRADE_MAX) {
		has[row->grade] = true;
	}
	return ERR_OK;
}

static enum err take_set(const struct lessons *one, void *ctx) {
	bool *has = ctx;
	if (one->a_year && one->grade >= 1 && one->grade <= GRADE_MAX) {
		has[one->grade] = true;
	}
	return ERR_OK;
}

/* How many regular marks so many lessons ask for; nothing where the program knows no rules. */
static void put_rules(struct json_out *w, const struct rule_pack *pack) {
	jo_karr(w, "steps");
	for (size_t i = 0; pack && i < pack->step_count; i++) {
		jo_obj(w);
		if (pack->steps[i].lessons_max > CALENDAR_LESSONS_MAX) {
			jo_knull(w, "lessonsMax");
		} else {
			jo_ki64(w, "lessonsMax", pack->steps[i].lessons_max);
		}
		jo_ki64(w, "regular", (int64_t)pack->steps[i].regular_count);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	if (pack) {
		jo_ki64(w, "commentRegular", (int64_t)pack->comment_regular_count);
	} else {
		jo_knull(w, "commentRegular");
	}
}

struct view {
	struct db *db;
	uint64_t school_id;
	const struct school_year *year;
	struct json_out *w;
};

static enum err put_grades(const struct view *v) {
	bool has[GRADE_MAX + 1] = { false };
	int first_year = 0;
	enum err e = roster_store_classes(v->db, v->school_id, v->year->id, take_grade, has);
	e = e ? e : lessons_store_list(v->db, v->school_id, v->year->id, take_set, has);
	e = e ? e : pack_parse_year(str_from(v->year->code), &first_year);
	if (e) {
		return e;
	}
	jo_karr(v->w, "grades");
	for (unsigned grade = 1; grade <= GRADE_MAX; grade++) {
		const struct rule_pack *pack = NULL;
		if (!has[grade]) {
			continue;
		}
		e = pack_find(grade, first_year, &pack);
		if (e && e != ERR_UNSUPPORTED) {
			return e;
		}
		jo_obj(v->w);
		jo_ki64(v->w, "grade", grade);
		put_rules(v->w, e ? NULL : pack);
		jo_end_obj(v->w);
	}
	jo_end_arr(v->w);
	return ERR_OK;
}

static enum err put_subject(const struct subject *subject, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "id", subject->id);
	jo_kstr(w, "code", subject->code);
	jo_kstr(w, "name", subject->name);
	jo_kstrz(w, "kind", subject_kind_name(subject->kind));
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_lessons(const struct lessons *one, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "subject", one->subject_id);
	jo_ki64(w, "grade", one->grade);
	if (one->a_year) {
		jo_ki64(w, "lessons", one->a_year);
	} else {
		jo_knull(w, "lessons");
	}
	jo_ki64(w, "version", one->version);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_view(const struct view *v) {
	struct json_out *w = v->w;
	jo_kobj(w, "year");
	jo_kid(w, "id", v->year->id);
	jo_kstrz(w, "code", v->year->code);
	jo_end_obj(w);
	enum err e = put_grades(v);
	if (e) {
		return e;
	}
	jo_karr(w, "subjects");
	e = calendar_store_subjects(v->db, v->school_id, put_subject, w);
	jo_end_arr(w);
	jo_karr(w, "lessons");
	e = e ? e : lessons_store_list(v->db, v->school_id, v->year->id, put_lessons, w);
	jo_end_arr(w);
	return e;
}

static enum err reply_view(
		const struct request *req, const struct school_year *year, struct reply *reply) {
	const struct view v = { request_db(req), request_school_id(req), year,
		reply_json(reply, 200) };
	return put_view(&v);
}

enum err lessons_get(const struct request *req, struct reply *reply) {
	struct school_year year;
	enum err e = calendar_store_year(
			request_db(req), request_school_id(req), request_path_id(req, 0), &year);
	return e ? e : reply_view(req, &year, reply);
}

/* ---- changing ---- */

struct change {
	uint64_t school_id;
	uint64_t year_id;
	struct lessons cells[CELLS_MAX];
	size_t count;
};

static void change_free(struct change *c) {
	free(c);
}
DEFINE_FREEP(struct change *, change_free);

static bool read_cell(const struct json *node, struct lessons *out) {
	struct form f = { .body = node };
	*out = (struct lessons){
		.subject_id = form_id(&f, "subject", true),
		.grade = (unsigned)form_int(&f, "grade", 0, 1, GRADE_MAX),
		.a_year = (unsigned)form_int(&f, "lessons", 0, 0, CALENDAR_LESSONS_MAX),
		.version = (unsigned)form_int(&f, "version", 0, 0, INT32_MAX),
	};
	bool is_good = form_is_good(&f);
	form_finish(&f);
	return is_good;
}

static void read_cells(struct form *f, struct change *c) {
	const struct json *list = form_list(f, "cells", true);
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		if (c->count == CELLS_MAX || !read_cell(it, &c->cells[c->count])) {
			form_fault(f, "cells", "school.lessons_wrong");
			return;
		}
		c->count++;
	}
}

/* All of them or none. What a closed class came to stands as it is. */
static enum err run_change(struct db *db, void *ctx) {
	const struct change *c = ctx;
	bool is_checked[GRADE_MAX + 1] = { false };
	enum err e = ERR_OK;
	for (size_t i = 0; i < c->count && !e; i++) {
		const struct lessons *one = &c->cells[i];
		if (!is_checked[one->grade]) {
			e = closing_store_check_grade(db, c->school_id, c->year_id, one->grade);
			is_checked[one->grade] = true;
		}
		e = e ? e : lessons_store_set(db, c->school_id, c->year_id, one);
	}
	return e;
}

static enum err refuse_stale(
		const struct request *req, const struct school_year *year, struct reply *reply) {
	_cleanup_(buf_finish) struct buf text = buf_make(VIEW_BYTES_MAX);
	struct json_out w;
	const struct view v = { request_db(req), request_school_id(req), year, &w };
	jo_begin(&w, &text);
	jo_obj(&w);
	enum err e = put_view(&v);
	jo_end_obj(&w);
	e = e ? e : buf_err(&text);
	e = e ? e : reply_err(reply, ERR_STALE);
	if (!e) {
		reply_problem_member(reply, "current", (struct str){ text.data, text.len });
	}
	return e;
}

enum err lessons_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(change_freep) struct change *c = calloc(1, sizeof(*c));
	struct school_year year;
	if (!c) {
		return ERR_NOMEM;
	}
	c->school_id = request_school_id(req);
	c->year_id = request_path_id(req, 0);
	enum err e = calendar_store_year(request_db(req), c->school_id, c->year_id, &year);
	if (e) {
		return e;
	}
	read_cells(&f, c);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct audit_deed deed = { "year.lessons", "school_year", &c->year_id };
	e = audit_run(req, &deed, run_change, c);
	switch ((int)e) {
	case ERR_OK:
		return reply_view(req, &year, reply);
	case ERR_STALE:
		return refuse_stale(req, &year, reply);
	case ERR_NOT_FOUND:
		return reply_field(reply, "cells", "school.lessons_wrong", NULL);
	case ERR_CLOSED:
		return reply_problem(reply, 409, "school.lessons_closed", NULL);
	default:
		return e;
	}
}
