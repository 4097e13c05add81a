#include "ws/http/school_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/account.h"
#include "core/school/calendar_store.h"
#include "core/school/place_store.h"
#include "core/school/teaching_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

enum {
	SUBJECT_CODE_CHARS_MAX = 16,
	SUBJECT_NAME_CHARS_MAX = 100,
	SUBJECT_POSITION_MAX = 1000,
};

/* ---- the school ---- */

struct years {
	struct json_out *w;
	uint64_t current_id;
};

static enum err write_year(const struct school_year *year, void *ctx) {
	const struct years *y = ctx;
	struct json_out *w = y->w;
	jo_obj(w);
	jo_kid(w, "id", year->id);
	jo_kstrz(w, "code", year->code);
	school_put_date(w, "startsOn", year->starts_on);
	school_put_date(w, "endsOn", year->ends_on);
	jo_kbool(w, "isCurrent", year->id == y->current_id);
	jo_karr(w, "terms");
	for (unsigned i = 0; i < year->term_count; i++) {
		jo_obj(w);
		jo_kid(w, "id", year->terms[i].id);
		jo_ki64(w, "number", year->terms[i].number);
		school_put_date(w, "startsOn", year->terms[i].starts_on);
		school_put_date(w, "endsOn", year->terms[i].ends_on);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_end_obj(w);
	return ERR_OK;
}

enum err school_reply(const struct request *req, struct reply *reply, int status) {
	struct db *db = request_db(req);
	uint64_t school_id = request_school_id(req);
	struct school school;
	struct school_year current = { 0 };
	enum err e = place_store_school(db, school_id, &school);
	if (e) {
		return e;
	}
	e = school_wanted_year(req, &current);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	struct json_out *w = reply_json(reply, status);
	jo_kid(w, "id", school.id);
	jo_kstrz(w, "code", school.code);
	jo_kstrz(w, "name", school.name);
	jo_kstrz(w, "level", place_level_name(school.level));
	struct years y = { .w = w, .current_id = current.id };
	jo_karr(w, "years");
	e = calendar_store_years(db, school_id, write_year, &y);
	jo_end_arr(w);
	return e;
}

enum err school_get(const struct request *req, struct reply *reply) {
	return school_reply(req, reply, 200);
}

static void put_subject(struct json_out *w, const struct subject *s) {
	jo_kid(w, "id", s->id);
	jo_kstr(w, "code", s->code);
	jo_kstr(w, "name", s->name);
	jo_kstrz(w, "kind", subject_kind_name(s->kind));
	jo_ki64(w, "position", s->position);
}

static enum err write_subject(const struct subject *s, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	put_subject(w, s);
	jo_end_obj(w);
	return ERR_OK;
}

enum err subject_list(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = calendar_store_subjects(
			request_db(req), request_school_id(req), write_subject, w);
	jo_end_arr(w);
	return e;
}

/* ---- subjects, changed by the office ---- */

struct change {
	uint64_t school_id;
	bool is_new;
	struct subject to;
	char *name; /* owned */
	char code[ACCOUNT_LOGIN_BYTES];
};

static void change_finish(struct change *c) {
	free(c->name);
}

static enum err run_change(struct db *db, void *ctx) {
	struct change *c = ctx;
	return c->is_new ? calendar_store_add_subject(db, c->school_id, &c->to, &c->to.id)
			 : calendar_store_update_subject(db, c->school_id, &c->to);
}

/* A subject's code has the letters of a sign-in name. */
static void read_code(struct form *f, struct change *c) {
	struct str text;
	enum err e = json_get_str(f->body, "code", &text);
	e = e ? e : account_login_parse(text, c->code);
	if (!e && strlen(c->code) > SUBJECT_CODE_CHARS_MAX) {
		form_fault(f, "code", "form.too_long");
	} else if (e) {
		form_fault(f, "code", e == ERR_MISSING ? "form.required" : "school.subject_code");
	}
}

static void read_change(struct form *f, struct change *c) {
	struct str kind;
	read_code(f, c);
	c->name = form_text(f, "name", 1, SUBJECT_NAME_CHARS_MAX);
	c->to.code = str_from(c->code);
	c->to.name = str_from(c->name);
	c->to.position = (unsigned)form_int(f, "position", 0, 0, SUBJECT_POSITION_MAX);
	enum err e = json_get_str(f->body, "kind", &kind);
	e = e ? e : subject_kind_parse(kind, &c->to.kind);
	if (e) {
		form_fault(f, "kind", e == ERR_MISSING ? "form.required" : "form.invalid");
	}
}

static enum err write_alone(const struct subject *s, void *ctx) {
	put_subject(ctx, s);
	return ERR_OK;
}

static enum err carry_out(
		const struct request *req, struct reply *reply, struct change *c, int status) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	read_change(&f, c);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct audit_deed deed = { c->is_new ? "subject.add" : "subject.change", "subject",
		&c->to.id };
	enum err e = audit_run(req, &deed, run_change, c);
	if (e == ERR_EXISTS) {
		return reply_field(reply, "code", "school.subject_code_taken", NULL);
	}
	if (e == ERR_CONFLICT) {
		return reply_problem(reply, 409, "school.subject_has_marks", NULL);
	}
	return e ? e
		 : calendar_store_subject(request_db(req), c->school_id, c->to.id, write_alone,
				   reply_json(reply, status));
}

enum err subject_create(const struct request *req, struct reply *reply) {
	_cleanup_(change_finish) struct change c = { .school_id = request_school_id(req),
		.is_new = true };
	return carry_out(req, reply, &c, 201);
}

enum err subject_put(const struct request *req, struct reply *reply) {
	_cleanup_(change_finish) struct change c = { .school_id = request_school_id(req) };
	c.to.id = request_path_id(req, 0);
	return carry_out(req, reply, &c, 200);
}

/* ---- my own ---- */

static enum err write_mine(const struct teaching_mine *row, void *ctx) {
	struct json_out *w = ctx;
	if (!row->subject_id) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_kid(w, "classId", row->class_id);
	jo_kstr(w, "className", row->class_name);
	jo_kid(w, "subjectId", row->subject_id);
	jo_kstr(w, "subjectName", row->subject_name);
	jo_ki64(w, "studentCount", row->student_count);
	jo_kbool(w, "isHomeroom", row->is_homeroom);
	jo_end_obj(w);
	return ERR_OK;
}

enum err my_classes(const struct request *req, struct reply *reply) {
	struct school_year year;
	enum err e = school_wanted_year(req, &year);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	e = teaching_store_mine(request_db(req), request_school_id(req), year.id,
			request_person_id(req), write_mine, w);
	jo_end_arr(w);
	return e;
}
