/* The part of mark_http.h about columns as a whole. */
#include "ws/http/mark_http.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "exam/hall/sitting_store.h"
#include "gradebook/marks/exemption_store.h"
#include "gradebook/marks/mark_change_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/mark_sheet.h"
#include "ws/service/post_marks.h"
#include "ws/service/propose_marks.h"

enum { REASON_CHARS_MAX = 300 };

struct making {
	struct mark_place place;
	struct mark_actor actor;
	enum mark_kind kind;
	unsigned position;
	uint64_t id;
};

static enum err run_make(struct db *db, void *ctx) {
	struct making *m = ctx;
	return mark_store_make_column(db, &m->place, m->kind, m->position, &m->actor, &m->id);
}

enum err mark_column_create(const struct request *req, struct reply *reply) {
	const struct mark_place place = sheet_place(req);
	enum err e = sheet_check_access(req, &place, access_marks_enter);
	struct mark_facts facts;
	struct str name;
	int64_t position = 0;
	struct making m = { .place = place,
		.actor = { .person_id = request_person_id(req),
				.now_ms = request_now_ms(req),
				.why = { "", 0 } } };
	if (!e) {
		e = mark_store_facts(request_db(req), &place, &facts);
	}
	if (e || !mark_facts_has_rules(&facts)) {
		return e ? e : ERR_UNSUPPORTED;
	}
	if (json_get_str(request_json(req), "kind", &name) || mark_kind_parse(name, &m.kind)) {
		return reply_field(reply, "kind", "form.required", NULL);
	}
	if (json_get_i64(request_json(req), "position", &position) || position < 1 ||
			position > MARK_POSITION_MAX ||
			mark_facts_check_column(&facts, m.kind, (unsigned)position)) {
		return reply_field(reply, "position", "mark.column_wrong", NULL);
	}
	m.position = (unsigned)position;
	e = db_transact(request_db(req), run_make, &m);
	if (e) {
		return e;
	}
	jo_kid(reply_json(reply, 201), "id", m.id);
	return ERR_OK;
}

struct publishing {
	struct mark_place place;
	struct mark_actor actor;
	const struct json *list;
};

/* All of the columns, or none: each must be one of this sheet. */
static enum err run_publish(struct db *db, void *ctx) {
	const struct publishing *p = ctx;
	for (const struct json *it = json_first(p->list); it; it = json_next(it)) {
		uint64_t id = 0;
		struct mark_column column;
		enum err e = json_as_id(it, &id);
		e = e ? e : mark_store_column(db, p->place.school_id, id, &column);
		if (e) {
			return e;
		}
		if (column.place.class_id != p->place.class_id ||
				column.place.subject_id != p->place.subject_id ||
				column.place.term_id != p->place.term_id) {
			return ERR_NOT_FOUND;
		}
		e = mark_store_publish(db, p->place.school_id, id, &p->actor);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

enum err mark_publish(const struct request *req, struct reply *reply) {
	struct publishing p = { .place = sheet_place(req),
		.actor = { .person_id = request_person_id(req),
				.now_ms = request_now_ms(req),
				.why = { "", 0 } } };
	enum err e = sheet_check_access(req, &p.place, access_marks_enter);
	if (e) {
		return e;
	}
	if (json_get_array(request_json(req), "columns", &p.list)) {
		return reply_field(reply, "columns", "form.required", NULL);
	}
	struct audit_deed deed = { "marks.publish", "class", &p.place.class_id };
	e = audit_run(req, &deed, run_publish, &p);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

/* ---- the exam that fills a column ---- */

struct linking {
	struct mark_column column;
	struct mark_actor actor;
	bool is_link;
	uint64_t id;
};

static enum err run_linking(struct db *db, void *ctx) {
	struct linking *l = ctx;
	_cleanup_(mark_desk_freep) struct mark_desk *desk = NULL;
	enum err e = mark_desk_open(db, &l->column.place, l->actor.now_ms, &desk);
	if (!e && mark_desk_refusal(desk, l->column.id, 0) == MARK_CLOSED) {
		e = ERR_CLOSED;
	}
	if (e) {
		return e;
	}
	return l->is_link
			? mark_store_relink_column(db, &l->column, &l->actor)
			: mark_store_unlink_column(db, l->column.place.school_id, l->id, &l->actor);
}

static enum err load_linking(const struct request *req, struct linking *out) {
	out->id = request_path_id(req, 0);
	out->actor = (struct mark_actor){ .person_id = request_person_id(req),
		.now_ms = request_now_ms(req),
		.why = str_from("") };
	enum err e = mark_store_column(
			request_db(req), request_school_id(req), out->id, &out->column);
	return e ? e : sheet_check_access(req, &out->column.place, access_marks_enter);
}

static enum err link_done(struct reply *reply, enum err e) {
	switch ((int)e) {
	case ERR_OK:
		reply_empty(reply, 204);
		return ERR_OK;
	case ERR_CONFLICT:
		return reply_problem(reply, 409, "mark.link_other", NULL);
	case ERR_CLOSED:
		return reply_problem(reply, 409, "mark.class_closed", NULL);
	default:
		return e;
	}
}

enum err mark_column_unlink(const struct request *req, struct reply *reply) {
	struct linking l = { .is_link = false };
	enum err e = load_linking(req, &l);
	if (e) {
		return e;
	}
	struct sitting sitting = { .title = "" };
	struct id16 id;
	memcpy(id.b, l.column.sitting_id, sizeof(id.b));
	if (l.column.has_sitting) {
		e = sitting_store_load(request_db(req), l.column.place.school_id, &id, &sitting);
	}
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	l.actor.why = str_from(sitting.title);
	struct audit_deed deed = { "marks.unlink", "mark_column", &l.id };
	return link_done(reply, audit_run(req, &deed, run_linking, &l));
}

/* Only the exam that is to fill that very column, as its owner said when it was planned. */
enum err mark_column_link(const struct request *req, struct reply *reply) {
	struct linking l = { .is_link = true };
	struct sitting sitting;
	struct id16 id;
	struct str text;
	unsigned posted = 0;
	enum err e = load_linking(req, &l);
	if (e) {
		return e;
	}
	if (json_get_str(request_json(req), "sitting", &text) ||
			str_unb64(text, id.b, ID16_BYTES)) {
		return reply_field(reply, "sitting", "form.required", NULL);
	}
	e = sitting_store_load(request_db(req), request_school_id(req), &id, &sitting);
	if (e) {
		return e;
	}
	if (!propose_marks_is_for(&sitting, &l.column) || l.column.has_sitting) {
		return link_done(reply, ERR_CONFLICT);
	}
	l.column.has_sitting = true;
	memcpy(l.column.sitting_id, id.b, sizeof(id.b));
	l.actor.why = str_from(sitting.title);
	struct audit_deed deed = { "marks.link", "mark_column", &l.id };
	e = audit_run(req, &deed, run_linking, &l);
	e = e ? e
	      : post_marks_sitting(request_db(req), request_school_id(req), &id,
				request_now_ms(req), &posted);
	return link_done(reply, e);
}

/* ---- who is exempt ---- */

struct exempting {
	struct mark_place place;
	struct mark_actor actor;
	uint64_t students[MARK_STUDENTS_MAX];
	size_t count;
};

static enum err run_exempting(struct db *db, void *ctx) {
	const struct exempting *x = ctx;
	return exemption_store_set(db, &x->place, x->students, x->count, &x->actor);
}

static bool may_exempt(const struct access_actor *who, const struct access_class *what) {
	return access_school_manage(who, what->school_id);
}

enum err mark_exemptions_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *reason = form_text(&form, "reason", 0, REASON_CHARS_MAX);
	const struct json *list = form_list(&form, "students", true);
	struct exempting x = { .place = sheet_place(req) };
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		if (x.count == MARK_STUDENTS_MAX || json_as_id(it, &x.students[x.count])) {
			form_fault(&form, "students", "form.invalid");
			break;
		}
		x.count++;
	}
	enum err e = sheet_check_access(req, &x.place, may_exempt);
	if (e) {
		return e;
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	x.actor = (struct mark_actor){ .person_id = request_person_id(req),
		.now_ms = request_now_ms(req),
		.why = str_from(reason) };
	struct audit_deed deed = { "marks.exempt", "class", &x.place.class_id };
	return link_done(reply, audit_run(req, &deed, run_exempting, &x));
}
