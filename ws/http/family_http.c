#include "ws/http/family_http.h"

#include "core/auth/activation_store.h"
#include "core/auth/ticket.h"
#include "core/school/account_store.h"
#include "core/school/guardian_store.h"
#include "core/school/member_store.h"
#include "core/school/proof_store.h"
#include "gradebook/family/news_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/child.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

/* ---- the children ---- */

static enum err put_child(const struct guardian_child *c, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "student", c->student_id);
	jo_kobj(w, "school");
	jo_kid(w, "id", c->school_id);
	jo_kstr(w, "name", c->school_name);
	jo_end_obj(w);
	jo_kstr(w, "fullName", c->full_name);
	jo_kstr(w, "className", c->class_name);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_asked(const struct proof_school *school, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "id", school->id);
	jo_kstr(w, "name", school->name);
	jo_end_obj(w);
	return ERR_OK;
}

enum err my_children(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = guardian_store_children(request_db(req), request_person_id(req), put_child, w);
	jo_end_arr(w);
	jo_karr(w, "waiting");
	e = e ? e : proof_store_asked(request_db(req), request_person_id(req), put_asked, w);
	jo_end_arr(w);
	return e;
}

/* ---- another school ---- */

struct join {
	const struct request *req;
	struct hash code;
	uint64_t school_id; /* of the code, looked up before */
	uint64_t person_id;
	struct activation found;
};

/* Who was invited as another person, and never signed in, becomes this one: only as a parent. */
static enum err take_over(struct db *db, const struct join *j) {
	struct member other;
	uint64_t me = request_person_id(j->req);
	enum err e = member_store_load(db, j->school_id, j->person_id, &other);
	if (e) {
		return e;
	}
	if (other.is_activated || j->found.only_joins) {
		return ERR_EXISTS;
	}
	if (other.roles != (uint32_t)ACCESS_PARENT) {
		return ERR_FORMAT;
	}
	e = guardian_store_move(db, j->school_id, j->person_id, me);
	e = e ? e : account_store_end_membership(db, j->school_id, j->person_id, ROLE_PARENT);
	e = e ? e : activation_store_void(db, j->school_id, j->person_id, request_now_ms(j->req));
	return e ? e
		 : account_store_add_membership(db, j->school_id, me, ROLE_PARENT, str_from(""));
}

static enum err run_join(struct db *db, void *ctx) {
	struct join *j = ctx;
	uint64_t me = request_person_id(j->req);
	enum err e = activation_store_join(db, j->code.b, request_now_ms(j->req), &j->found);
	if (!e && j->found.person_id != me) {
		e = take_over(db, j);
	}
	return e ? e : proof_store_give(db, j->school_id, me);
}

static enum err refuse_join(struct reply *reply, enum err e) {
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "code", "account.activation_unknown", NULL);
	}
	if (e == ERR_EXPIRED) {
		return reply_problem(reply, 410, "account.activation_expired", NULL);
	}
	if (e == ERR_EXISTS) {
		return reply_problem(reply, 409, "account.code_of_other", NULL);
	}
	if (e == ERR_FORMAT) {
		return reply_problem(reply, 409, "account.code_not_family", NULL);
	}
	return e;
}

enum err family_join(const struct request *req, struct reply *reply) {
	struct join j = { .req = req };
	struct str text;
	struct ticket code;
	enum err e = json_get_str(request_json(req), "code", &text);
	if (e) {
		return e;
	}
	if (ticket_parse(text, &code) || code.kind != TICKET_ACTIVATION) {
		return reply_field(reply, "code", "account.activation_mistyped", NULL);
	}
	ticket_hash(&code, request_app(req)->ticket_key, &j.code);
	ticket_wipe(&code);
	e = activation_store_find(request_db(req), j.code.b, request_now_ms(req), &j.found);
	if (e) {
		return refuse_join(reply, e);
	}
	j.school_id = j.found.school_id;
	j.person_id = j.found.person_id;
	struct access_actor by = { .person_id = request_person_id(req), .school_id = j.school_id };
	struct audit_deed deed = { "sign_in.join", "account", &j.person_id };
	e = audit_run_by(req, &by, &deed, run_join, &j);
	if (e) {
		return refuse_join(reply, e);
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kobj(w, "school");
	jo_kid(w, "id", j.school_id);
	jo_kstrz(w, "name", j.found.school_name);
	jo_end_obj(w);
	return ERR_OK;
}

/* ---- remarks ---- */

void family_put_remark(struct json_out *w, const struct news_remark *remark) {
	jo_obj(w);
	jo_kstr(w, "year", remark->year);
	jo_ki64(w, "term", remark->term);
	school_put_or_null(w, "subject", remark->subject_name);
	jo_kstr(w, "text", remark->text);
	jo_kstr(w, "writer", remark->writer_name);
	jo_ki64(w, "at", remark->at_ms);
	jo_end_obj(w);
}

static enum err put_remark(const struct news_remark *remark, void *ctx) {
	family_put_remark(ctx, remark);
	return ERR_OK;
}

static enum err reply_remarks(
		const struct request *req, struct reply *reply, const struct child *child) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = news_store_remarks(
			request_db(req), child->school_id, child->student_id, 0, put_remark, w);
	jo_end_arr(w);
	return e;
}

enum err remark_child_get(const struct request *req, struct reply *reply) {
	struct child child;
	enum err e = child_wanted(req, &child);
	return e ? e : reply_remarks(req, reply, &child);
}

enum err remark_mine_get(const struct request *req, struct reply *reply) {
	struct child child;
	enum err e = child_self(req, &child);
	return e ? e : reply_remarks(req, reply, &child);
}
