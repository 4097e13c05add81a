/* The part of mark_http.h about changes that are asked for after locking. */
#include "ws/http/mark_http.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "gradebook/marks/mark_told_store.h"
#include "gradebook/marks/request_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/mark_json.h"
#include "ws/http/school_json.h"
#include "ws/http/mark_sheet.h"
#include "ws/http/page.h"

enum {
	ASK_CELLS_MAX = 400,
	WHY_CHARS_MAX = 300,
};

/* ---- asking ---- */

struct asking {
	struct mark_place place;
	struct mark_actor actor;
	struct mark_stored wanted[ASK_CELLS_MAX];
	size_t count;
	uint64_t id;
};

static enum err run_ask(struct db *db, void *ctx) {
	struct asking *a = ctx;
	return request_store_ask(db, &a->place, a->wanted, a->count, &a->actor, &a->id);
}

/* What is wrong with asking is told in a sentence of its own. */
static enum err refuse_ask(struct reply *reply, enum err e) {
	switch ((int)e) {
	case ERR_CONFLICT:
		return reply_problem(reply, 409, "mark.request_open", NULL);
	case ERR_EXISTS:
		return reply_problem(reply, 409, "mark.request_waits", NULL);
	case ERR_CLOSED:
		return reply_problem(reply, 409, "mark.request_exempt", NULL);
	default:
		return e;
	}
}

enum err mark_request_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) struct asking *a = calloc(1, sizeof(*a));
	_cleanup_(mem_freep) char *why = form_text(&form, "why", 1, WHY_CHARS_MAX);
	const struct json *list = form_list(&form, "cells", true);
	if (!a) {
		return ERR_NOMEM;
	}
	a->place = sheet_place(req);
	enum err e = sheet_check_access(req, &a->place, access_marks_enter);
	if (e) {
		return e;
	}
	e = mark_get_cells(list, a->wanted, ASK_CELLS_MAX, &a->count);
	if (e || a->count == 0) {
		form_fault(&form, "cells", "form.invalid");
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	a->actor = (struct mark_actor){ .person_id = request_person_id(req),
		.now_ms = request_now_ms(req),
		.why = str_from(why) };
	struct audit_deed deed = { "marks.ask", "mark_request", &a->id };
	e = audit_run(req, &deed, run_ask, a);
	if (e) {
		return refuse_ask(reply, e);
	}
	jo_kid(reply_json(reply, 201), "id", a->id);
	return ERR_OK;
}

/* ---- the list ---- */

static void put_where(struct json_out *w, const struct request_row *r) {
	jo_kobj(w, "class");
	jo_kid(w, "id", r->place.class_id);
	jo_kstr(w, "name", r->class_name);
	jo_end_obj(w);
	jo_kobj(w, "subject");
	jo_kid(w, "id", r->place.subject_id);
	jo_kstr(w, "name", r->subject_name);
	jo_kstrz(w, "kind", r->subject == MARK_SUBJECT_COMMENT ? "comment" : "mark");
	jo_end_obj(w);
	jo_kobj(w, "term");
	jo_kid(w, "id", r->place.term_id);
	jo_ki64(w, "number", r->term_number);
	jo_end_obj(w);
	jo_kobj(w, "column");
	jo_kid(w, "id", r->column_id);
	jo_kstrz(w, "kind", mark_kind_name(r->kind));
	jo_ki64(w, "position", r->position);
	jo_end_obj(w);
	jo_kobj(w, "student");
	jo_kid(w, "id", r->student_id);
	jo_kstr(w, "code", r->student_code);
	jo_kstr(w, "fullName", r->student_name);
	jo_end_obj(w);
}

static enum err put_request(const struct request_row *r, void *ctx) {
	struct page *p = ctx;
	struct json_out *w = p->w;
	if (!page_takes(p, r->id)) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_kid(w, "id", r->id);
	put_where(w, r);
	jo_kobj(w, "old");
	mark_put_cell(w, &r->was);
	jo_end_obj(w);
	jo_kobj(w, "new");
	mark_put_cell(w, &r->wanted);
	jo_end_obj(w);
	jo_kbool(w, "isStale", r->state == REQUEST_WAITING && r->version != r->seen_version);
	jo_kstr(w, "why", r->why);
	school_put_person(w, "askedBy", r->asked_by, r->asked_by_name);
	jo_ki64(w, "askedAt", r->asked_at_ms);
	jo_kstrz(w, "state", request_state_name(r->state));
	school_put_person(w, "decidedBy", r->decided_by, r->decided_by_name);
	school_put_time(w, "decidedAt", r->decided_at_ms);
	jo_kstr(w, "note", r->decision);
	jo_end_obj(w);
	return ERR_OK;
}

/* The office sees the school's; a teacher the own ones. */
enum err mark_request_list(const struct request *req, struct reply *reply) {
	struct str name = request_query(req, "state");
	enum request_state state = REQUEST_WAITING;
	struct request_page wanted = { .school_id = request_school_id(req) };
	struct page p;
	enum err e = page_ask(req, "after", 0, REQUEST_PAGE_MAX, &p);
	if (!e && name.n) {
		e = request_state_parse(name, &state);
		wanted.state = state;
	}
	if (e) {
		return e;
	}
	if (!access_school_manage(request_who(req), wanted.school_id)) {
		wanted.asked_by = request_person_id(req);
	}
	wanted.below_id = p.from;
	wanted.limit = page_rows(&p);
	const struct request_each to = { put_request, &p };
	page_begin(&p, reply_json(reply, 200));
	e = request_store_list(request_db(req), &wanted, &to);
	page_end(&p);
	return e;
}

/* ---- deciding ---- */

static enum err run_decide(struct db *db, void *ctx) {
	const struct request_decision *d = ctx;
	enum err e = request_store_decide(db, d);
	return e ? e : mark_told_store_request(db, d->school_id, d->id, d->is_approved, d->now_ms);
}

static enum err refuse_decision(struct reply *reply, enum err e) {
	switch ((int)e) {
	case ERR_DENIED:
		return reply_problem(reply, 403, "mark.request_own", NULL);
	case ERR_CONFLICT:
		return reply_problem(reply, 409, "mark.request_decided", NULL);
	case ERR_STALE:
		return reply_problem(reply, 409, "mark.request_stale", NULL);
	case ERR_CLOSED:
		return reply_problem(reply, 409, "mark.request_closed", NULL);
	default:
		return e;
	}
}

enum err mark_request_decide(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *note = form_text(&form, "note", 0, WHY_CHARS_MAX);
	struct request_decision d = { .school_id = request_school_id(req),
		.id = request_path_id(req, 0),
		.person_id = request_person_id(req),
		.now_ms = request_now_ms(req) };
	if (json_get_bool(request_json(req), "approve", &d.is_approved)) {
		form_fault(&form, "approve", "form.required");
	}
	if (form_is_good(&form) && !d.is_approved && !note[0]) {
		form_fault(&form, "note", "form.required"); /* who asked is told why not */
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	d.note = str_from(note);
	struct audit_deed deed = { d.is_approved ? "marks.approve" : "marks.refuse", "mark_request",
		&d.id };
	enum err e = audit_run(req, &deed, run_decide, &d);
	if (e) {
		return refuse_decision(reply, e);
	}
	reply_empty(reply, 204);
	return ERR_OK;
}

struct withdrawal {
	uint64_t school_id;
	uint64_t id;
	uint64_t person_id;
	int64_t now_ms;
};

static enum err run_withdraw(struct db *db, void *ctx) {
	const struct withdrawal *d = ctx;
	return request_store_withdraw(db, d->school_id, d->id, d->person_id, d->now_ms);
}

enum err mark_request_withdraw(const struct request *req, struct reply *reply) {
	struct withdrawal d = { request_school_id(req), request_path_id(req, 0),
		request_person_id(req), request_now_ms(req) };
	enum err e = db_transact(request_db(req), run_withdraw, &d);
	if (e) {
		return e == ERR_CONFLICT ? refuse_decision(reply, e) : e;
	}
	reply_empty(reply, 204);
	return ERR_OK;
}
