#include "ws/http/schedule_http.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/calendar_store.h"
#include "core/school/roster_store.h"
#include "gradebook/marks/reopening_store.h"
#include "gradebook/marks/schedule_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

/* Times that a plan can have: a slip of the year is no plan. */
#define AT_LEAST_MS INT64_C(946684800000) /* 2000-01-01 */
#define AT_MOST_MS INT64_C(4102444800000) /* 2100-01-01 */

/* "all", "tx", "gk", "ck". */
static const char *kind_name(unsigned kind) {
	return kind ? mark_kind_name((enum mark_kind)kind) : "all";
}

static unsigned form_kind(struct form *f) {
	struct str name;
	enum mark_kind kind = MARK_TX;
	if (json_get_str(f->body, "kind", &name)) {
		form_fault(f, "kind", "form.required");
		return 0;
	}
	if (str_eq_z(name, "all")) {
		return 0;
	}
	if (mark_kind_parse(name, &kind)) {
		form_fault(f, "kind", "form.invalid");
	}
	return (unsigned)kind;
}

/* ---- as it stands ---- */

static enum err put_plan(const struct schedule_plan *plan, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kstrz(w, "kind", kind_name(plan->kind));
	jo_ki64(w, "grade", plan->grade);
	school_put_time(w, "at", plan->at_ms);
	jo_ki64(w, "version", plan->version);
	school_put_person(w, "by", plan->made_by, plan->made_by_name);
	jo_ki64(w, "madeAt", plan->made_at_ms);
	school_put_time(w, "doneAt", plan->done_at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_reopening(const struct reopening *r, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "id", r->id);
	jo_kobj(w, "class");
	jo_kid(w, "id", r->class_id);
	jo_kstr(w, "name", r->class_name);
	jo_end_obj(w);
	jo_kobj(w, "subject");
	jo_kid(w, "id", r->subject_id);
	jo_kstr(w, "name", r->subject_name);
	jo_end_obj(w);
	jo_kstrz(w, "kind", kind_name(r->kind));
	jo_ki64(w, "until", r->until_ms);
	jo_kstr(w, "why", r->why);
	school_put_person(w, "by", r->made_by, r->made_by_name);
	jo_ki64(w, "madeAt", r->made_at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_columns(const struct schedule_columns *c, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kstrz(w, "kind", kind_name(c->kind));
	jo_ki64(w, "grade", c->grade);
	jo_ki64(w, "count", c->count);
	jo_ki64(w, "published", c->published);
	jo_end_obj(w);
	return ERR_OK;
}

struct grades {
	bool has[SCHEDULE_GRADE_MAX + 1];
};

static enum err take_grade(const struct class_row *row, void *ctx) {
	struct grades *grades = ctx;
	if (row->grade <= SCHEDULE_GRADE_MAX) {
		grades->has[row->grade] = true;
	}
	return ERR_OK;
}

struct view {
	const struct request *req;
	struct term term;
	struct json_out *w;
};

static enum err put_lists(const struct view *v) {
	struct db *db = request_db(v->req);
	const uint64_t school_id = request_school_id(v->req);
	jo_karr(v->w, "locks");
	enum err e = schedule_store_list(db, SCHEDULE_LOCK, school_id, v->term.id, put_plan, v->w);
	jo_end_arr(v->w);
	jo_karr(v->w, "publishing");
	e = e ? e
	      : schedule_store_list(db, SCHEDULE_PUBLISH, school_id, v->term.id, put_plan, v->w);
	jo_end_arr(v->w);
	jo_karr(v->w, "reopenings");
	e = e ? e
	      : reopening_store_list(db, school_id, v->term.id, request_now_ms(v->req),
				put_reopening, v->w);
	jo_end_arr(v->w);
	jo_karr(v->w, "columns");
	e = e ? e : schedule_store_columns(db, school_id, v->term.id, put_columns, v->w);
	jo_end_arr(v->w);
	return e;
}

static enum err put_view(const struct view *v) {
	struct grades grades = { { false } };
	enum err e = roster_store_classes(request_db(v->req), request_school_id(v->req),
			v->term.school_year_id, take_grade, &grades);
	if (e) {
		return e;
	}
	jo_kobj(v->w, "term");
	jo_kid(v->w, "id", v->term.id);
	jo_ki64(v->w, "number", v->term.number);
	jo_end_obj(v->w);
	jo_ki64(v->w, "now", request_now_ms(v->req));
	jo_karr(v->w, "grades");
	for (unsigned grade = 1; grade <= SCHEDULE_GRADE_MAX; grade++) {
		if (grades.has[grade]) {
			jo_i64(v->w, grade);
		}
	}
	jo_end_arr(v->w);
	return put_lists(v);
}

/* The term that the path names. */
static enum err load_view(const struct request *req, struct view *out) {
	out->req = req;
	return calendar_store_term(request_db(req), request_school_id(req), request_path_id(req, 0),
			&out->term);
}

static enum err reply_view(struct view *v, struct reply *reply, int status) {
	v->w = reply_json(reply, status);
	return put_view(v);
}

enum err schedule_get(const struct request *req, struct reply *reply) {
	struct view v;
	enum err e = load_view(req, &v);
	return e ? e : reply_view(&v, reply, 200);
}

static enum err write_view(struct json_out *w, void *ctx) {
	struct view *v = ctx;
	v->w = w;
	return put_view(v);
}

/* ---- plans ---- */

static int64_t form_at(struct form *f, const char *name) {
	int64_t at_ms = form_int(f, name, 0, 0, AT_MOST_MS);
	if (at_ms && at_ms < AT_LEAST_MS) {
		form_fault(f, name, "form.invalid");
	}
	return at_ms;
}

static enum err run_set(struct db *db, void *ctx) {
	return schedule_store_set(db, ctx);
}

static enum err put_one(const struct request *req, struct reply *reply, enum schedule_what what) {
	static const char *const actions[] = {
		[SCHEDULE_LOCK] = "marks.lock", [SCHEDULE_PUBLISH] = "marks.plan"
	};
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct schedule_wanted wanted = {
		.what = what,
		.scope = { .school_id = request_school_id(req),
				.term_id = request_path_id(req, 0) },
		.at_ms = form_at(&f, "at"),
		.version = (unsigned)form_int(&f, "version", 0, 0, INT32_MAX),
		.person_id = request_person_id(req),
		.now_ms = request_now_ms(req),
	};
	struct view v;
	enum err e = load_view(req, &v);
	if (e) {
		return e;
	}
	wanted.scope.kind = form_kind(&f);
	wanted.scope.grade = (unsigned)form_int(&f, "grade", 0, 0, SCHEDULE_GRADE_MAX);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct audit_deed deed = { actions[what], "term", &wanted.scope.term_id };
	e = audit_run(req, &deed, run_set, &wanted);
	if (e == ERR_STALE) {
		return reply_current(reply, write_view, &v);
	}
	return e ? e : reply_view(&v, reply, 200);
}

enum err schedule_lock_put(const struct request *req, struct reply *reply) {
	return put_one(req, reply, SCHEDULE_LOCK);
}

enum err schedule_publishing_put(const struct request *req, struct reply *reply) {
	return put_one(req, reply, SCHEDULE_PUBLISH);
}

/* ---- reopening a place ---- */

struct opening {
	struct reopening_wanted wanted;
	uint64_t id;
};

static enum err run_open(struct db *db, void *ctx) {
	struct opening *o = ctx;
	return reopening_store_add(db, &o->wanted, &o->id);
}

enum err reopening_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(mem_freep) char *why = form_text(&f, "why", 1, REOPENING_WHY_CHARS_MAX);
	struct opening o = { .wanted = {
					     .place = { request_school_id(req),
							     form_id(&f, "class", true),
							     form_id(&f, "subject", true),
							     request_path_id(req, 0) },
					     .kind = form_kind(&f),
					     .until_ms = form_at(&f, "until"),
					     .actor = { .person_id = request_person_id(req),
							     .now_ms = request_now_ms(req) },
			     } };
	struct view v;
	enum err e = load_view(req, &v);
	if (e) {
		return e;
	}
	if (form_is_good(&f) && o.wanted.until_ms <= o.wanted.actor.now_ms) {
		form_fault(&f, "until", "mark.reopening_past");
	}
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	o.wanted.actor.why = str_from(why);
	struct audit_deed deed = { "marks.reopen", "class", &o.wanted.place.class_id };
	e = audit_run(req, &deed, run_open, &o);
	switch ((int)e) {
	case ERR_OK:
		return reply_view(&v, reply, 201);
	case ERR_NOT_FOUND:
		return reply_field(reply, "class", "form.invalid", NULL);
	case ERR_CLOSED:
		return reply_problem(reply, 409, "mark.class_closed", NULL);
	case ERR_LIMIT:
		return reply_problem(reply, 409, "mark.reopenings_many", NULL);
	default:
		return e;
	}
}

struct ending {
	uint64_t school_id;
	uint64_t id;
	struct mark_actor actor;
};

static enum err run_end(struct db *db, void *ctx) {
	const struct ending *x = ctx;
	return reopening_store_end(db, x->school_id, x->id, &x->actor);
}

enum err reopening_end(const struct request *req, struct reply *reply) {
	struct ending x = { request_school_id(req), request_path_id(req, 0),
		{ .person_id = request_person_id(req),
				.now_ms = request_now_ms(req),
				.why = str_from("") } };
	struct audit_deed deed = { "marks.reopen_end", "reopening", &x.id };
	enum err e = audit_run(req, &deed, run_end, &x);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
