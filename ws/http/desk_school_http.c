/* Deciding: which schools may send. */
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/mem.h"
#include "core/province/enrol_store.h"
#include "core/province/province_school_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/desk_http.h"
#include "ws/http/desk_view.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"

enum {
	NAME_CHARS_MAX = 200,
	COMMUNE_CHARS_MAX = 8,
	WHY_CHARS_MIN = 5,
	DAY_MS = 24 * 60 * 60 * 1000,
};

/* A code and, when the school is new, the school. */
struct inviting {
	const struct request *req;
	struct province_school school; /* id 0: to be added */
	bool is_new;
	struct enrolment_code code;
};

static enum err run_invite(struct db *db, void *ctx) {
	struct inviting *in = ctx;
	enum err e = in->is_new ? province_school_store_add(db, &in->school,
						  request_now_ms(in->req), &in->school.id)
				: ERR_OK;
	if (e) {
		return e;
	}
	uint8_t box_key[KEYS_BYTES];
	keys_derive(request_app(in->req)->keys, ENROL_CONTEXT, 1, box_key);
	struct enrol_code add = {
		.province_id = in->school.province_id,
		.school_id = in->school.id,
		.code = &in->code,
		.box_key = box_key,
		.made_by = request_person_id(in->req),
		.now_ms = request_now_ms(in->req),
	};
	e = enrol_store_add_code(db, &add);
	explicit_bzero(box_key, sizeof(box_key));
	return e;
}

/* Carries it out and answers with the code, which is told only here. */
static enum err invite(struct inviting *in, const char *action, struct reply *reply) {
	struct audit_deed deed = { action, "province_school", &in->school.id };
	enrolment_code_make(&in->code);
	enum err e = audit_run(in->req, &deed, run_invite, in);
	if (e == ERR_EXISTS) {
		e = reply_field(reply, "code", "desk.code_taken", NULL);
	} else if (!e) {
		char text[ENROLMENT_TEXT_BYTES];
		enrolment_code_print(&in->code, text);
		struct json_out *w = reply_json(reply, 201);
		jo_kid(w, "id", in->school.id);
		jo_kstrz(w, "code", text);
		jo_ki64(w, "expiresAt",
				request_now_ms(in->req) + (int64_t)ENROL_CODE_DAYS * DAY_MS);
		explicit_bzero(text, sizeof(text));
	}
	enrolment_code_wipe(&in->code);
	return e;
}

/* Copies what fits by the form's limits. */
static void keep(char *out, size_t size, const char *text) {
	(void)snprintf(out, size, "%s", text ? text : "");
}

enum err desk_school_invite(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *code = form_text(&form, "code", 1, EXCHANGE_SCHOOL_BYTES_MAX);
	_cleanup_(mem_freep) char *name = form_text(&form, "name", 1, NAME_CHARS_MAX);
	_cleanup_(mem_freep) char *level = form_text(&form, "level", 1, COMMUNE_CHARS_MAX);
	_cleanup_(mem_freep) char *commune = form_text(&form, "commune", 0, COMMUNE_CHARS_MAX);
	struct inviting in = { .req = req, .is_new = true };
	in.school.province_id = desk_province(req);
	if (code && !exchange_code_is_good(str_from(code))) {
		form_fault(&form, "code", "desk.code_form");
	}
	if (level && place_level_parse(str_from(level), &in.school.level)) {
		form_fault(&form, "level", "form.invalid");
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	keep(in.school.code, sizeof(in.school.code), code);
	keep(in.school.name, sizeof(in.school.name), name);
	keep(in.school.commune, sizeof(in.school.commune), commune);
	return invite(&in, "department.invite", reply);
}

enum err desk_code_create(const struct request *req, struct reply *reply) {
	struct inviting in = { .req = req };
	in.school.province_id = desk_province(req);
	in.school.id = request_path_id(req, 0);
	return invite(&in, "department.code", reply);
}

/* ---- keys, and whether anything is taken ---- */

struct acting {
	const struct request *req;
	uint64_t school_id;
	struct str why;
	uint64_t count;
};

static enum err run_revoke(struct db *db, void *ctx) {
	struct acting *a = ctx;
	struct province_revocation what = {
		.school_id = a->school_id,
		.by = request_person_id(a->req),
		.why = a->why,
		.now_ms = request_now_ms(a->req),
	};
	return province_key_store_revoke(db, &what, &a->count);
}

static enum err run_suspend(struct db *db, void *ctx) {
	struct acting *a = ctx;
	return province_school_store_suspend(
			db, desk_province(a->req), a->school_id, a->why, request_now_ms(a->req));
}

static enum err run_resume(struct db *db, void *ctx) {
	struct acting *a = ctx;
	return province_school_store_resume(db, desk_province(a->req), a->school_id);
}

/* One of the three, with its reason. */
static enum err act(const struct request *req, struct reply *reply, const char *action,
		enum err (*run)(struct db *db, void *ctx)) {
	struct acting a = { .req = req, .school_id = request_path_id(req, 0) };
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *why =
			form_text(&form, "why", WHY_CHARS_MIN, PROVINCE_WHY_CHARS_MAX);
	enum err e = desk_has_school(req, a.school_id);
	if (e || !form_is_good(&form)) {
		return e ? e : form_refuse(&form, reply);
	}
	a.why = str_from(why);
	struct audit_deed deed = { action, "province_school", &a.school_id };
	e = audit_run_why(req, &deed, a.why, run, &a);
	if (e == ERR_STALE) {
		return reply_problem(reply, 409, "desk.already", NULL);
	}
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

enum err desk_school_revoke(const struct request *req, struct reply *reply) {
	return act(req, reply, "department.revoke", run_revoke);
}

enum err desk_school_suspend(const struct request *req, struct reply *reply) {
	return act(req, reply, "department.suspend", run_suspend);
}

enum err desk_school_resume(const struct request *req, struct reply *reply) {
	return act(req, reply, "department.resume", run_resume);
}
