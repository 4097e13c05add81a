#include "ws/http/people_http.h"

#include <string.h>

#include "core/auth/access.h"
#include "core/auth/session_store.h"
#include "core/base/cleanup.h"
#include "core/school/account_store.h"
#include "core/school/member_store.h"
#include "core/school/proof_store.h"
#include "ws/app.h"
#include "ws/http/activation_code.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"
#include "ws/http/slip_sheet.h"
#include "ws/service/sign_in.h"

enum { SLIP_TEXTS_BYTES_MAX = 4096 };

static enum err write_member(const struct member_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "id", row->person_id);
	jo_kstr(w, "fullName", row->full_name);
	jo_kstr(w, "login", row->login);
	school_put_or_null(w, "phone", row->phone);
	jo_kbool(w, "activated", row->is_activated);
	jo_ki64(w, "version", row->version);
	jo_end_obj(w);
	return ERR_OK;
}

enum err staff_list(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = member_store_list(
			request_db(req), request_school_id(req), ROLE_OFFICE, write_member, w);
	jo_end_arr(w);
	return e;
}

/* ---- name and number ---- */

struct person_change {
	uint64_t school_id;
	uint64_t person_id;
	unsigned version;
	int64_t now_ms;
	struct account_name name;
	char phone[ACCOUNT_PHONE_BYTES];
	struct member was;
};

static enum err run_person(struct db *db, void *ctx) {
	const struct person_change *c = ctx;
	struct str phone = str_from(c->phone);
	enum err e = member_store_rename(db, c->school_id, c->person_id, &c->name, c->version);
	if (e || strcmp(c->phone, c->was.phone) == 0) {
		return e;
	}
	e = account_store_set_phone(db, c->school_id, c->person_id, phone);
	return e == ERR_NOT_FOUND ? account_store_add_account(db, c->person_id, phone, c->now_ms)
				  : e;
}

static enum err write_person(struct json_out *w, void *ctx) {
	const struct member *m = ctx;
	jo_kid(w, "id", m->person_id);
	jo_kstrz(w, "fullName", m->full_name);
	jo_kstrz(w, "login", m->login);
	school_put_or_null(w, "phone", str_from(m->phone));
	jo_kbool(w, "activated", m->is_activated);
	jo_ki64(w, "version", m->version);
	return ERR_OK;
}

/* Students and guardians are changed by addresses of their own. */
static enum err load_staff(const struct request *req, struct member *out) {
	struct member m;
	enum err e = member_store_load(
			request_db(req), request_school_id(req), request_path_id(req, 0), &m);
	if (!e && !(m.roles & (ACCESS_TEACHER | ACCESS_OFFICE))) {
		return ERR_NOT_FOUND;
	}
	if (!e) {
		*out = m;
	}
	return e;
}

enum err person_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct person_change c = { .school_id = request_school_id(req),
		.person_id = request_path_id(req, 0),
		.version = (unsigned)form_int(&f, "version", 0, 1, INT32_MAX),
		.now_ms = request_now_ms(req) };
	school_form_name(&f, "fullName", &c.name);
	school_form_phone(&f, c.phone);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	enum err e = load_staff(req, &c.was);
	if (e) {
		return e;
	}
	const char *field = member_forbidden(&c.was, c.name.full, c.phone);
	if (field) {
		return reply_field(reply, field, "school.person_elsewhere", NULL);
	}
	struct audit_deed deed = { "person.change", "account", &c.person_id };
	e = audit_run(req, &deed, run_person, &c);
	if (e == ERR_EXISTS) {
		return reply_field(reply, "phone", "school.phone_taken", NULL);
	}
	if (e && e != ERR_STALE) {
		return e;
	}
	bool is_stale = e == ERR_STALE;
	e = load_staff(req, &c.was);
	if (!e && is_stale) {
		return reply_current(reply, write_person, &c.was);
	}
	return e ? e : write_person(reply_json(reply, 200), &c.was);
}

/* ---- a new code ---- */

struct renewal {
	struct slips *slips;
	bool keeps_password;
};

/*
 * A password that other schools know, too, stays until the code is used: this office can make a code,
 * but ends nobody's way in elsewhere by it. Whoever uses it opens this school alone (proof_store.h).
 */
static enum err run_renew(struct db *db, void *ctx) {
	struct renewal *r = ctx;
	uint64_t school_id = request_school_id(r->slips->req);
	uint64_t person_id = r->slips->codes[0].person_id;
	struct member m;
	struct account_lock lock;
	bool only_joins = false;
	enum err e = proof_store_is_asked(db, school_id, person_id, &only_joins);
	e = e ? e : member_store_load(db, school_id, person_id, &m);
	if (e) {
		return e;
	}
	r->keeps_password = only_joins || m.is_elsewhere;
	if (!r->keeps_password) {
		e = activation_code_end_sign_in(r->slips->req, db, person_id);
	} else {
		e = account_store_lock_load(db, school_id, person_id, &lock);
		e = !e && lock.state >= ACCOUNT_LOCKED ? ERR_CONFLICT : e;
	}
	return e ? e : slips_store(db, r->slips);
}

/* Why this office makes no code for the person; NULL when it may. */
static const char *why_not(const struct request *req, const struct member *m) {
	if (m->person_id == request_person_id(req)) {
		return "school.code_own";
	}
	if (m->is_activated && m->is_office_elsewhere) {
		return "school.code_elsewhere";
	}
	return m->login[0] || m->phone[0] ? NULL : "school.code_no_name";
}

static enum err add_slip(const struct member *m, struct arena *arena, struct slips *slips) {
	struct slip slip = { .full_name = str_from(m->full_name), .login = str_from(m->login) };
	enum err e = slips_begin(slips, 1);
	if (!e && m->login[0] == '\0') {
		e = slips_children(slips->req, m->person_id, arena, &slip.children);
		e = e ? e : slips_phone(arena, str_from(m->phone), &slip.phone);
	}
	if (!e) {
		slips_add(slips, m->person_id, slip);
	}
	return e;
}

static enum err renew(const struct request *req, const struct member *m, struct renewal *r) {
	struct audit_deed deed = { "person.code", "account", &m->person_id };
	enum err e = audit_run(req, &deed, run_renew, r);
	if (!e && !r->keeps_password) {
		sign_in_forget(request_app(req), m->person_id, NULL);
	}
	return e;
}

enum err person_activation(const struct request *req, struct reply *reply) {
	bool is_pdf = str_eq_z(request_query(req, "as"), "pdf");
	_cleanup_(arena_finish) struct arena arena = arena_make(SLIP_TEXTS_BYTES_MAX);
	_cleanup_(buf_finish) struct buf pdf = buf_make(SLIPS_BYTES_MAX);
	_cleanup_(slips_finish) struct slips slips = { .req = req };
	struct renewal renewal = { .slips = &slips };
	struct member m;
	enum err e = member_store_load(
			request_db(req), request_school_id(req), request_path_id(req, 0), &m);
	if (e) {
		return e;
	}
	const char *why = why_not(req, &m);
	if (why) {
		return reply_problem(reply, 409, why, NULL);
	}
	e = add_slip(&m, &arena, &slips);
	e = e || !is_pdf ? e : slips_print(&slips, &pdf);
	e = e ? e : renew(req, &m, &renewal);
	if (e) {
		return e == ERR_CONFLICT ? reply_problem(reply, 409, "school.account_closed", NULL)
					 : e;
	}
	if (is_pdf) {
		reply_file(reply, "application/pdf", "phieu-dang-nhap.pdf", &pdf);
	} else {
		struct json_out *w = reply_json(reply, 200);
		jo_kstrz(w, "code", slips.texts[0]);
		jo_kbool(w, "keepsPassword", renewal.keeps_password);
	}
	return ERR_OK;
}

/* ---- locking ---- */

static const char *state_name(enum account_state state) {
	switch (state) {
	case ACCOUNT_INVITED:
		return "invited";
	case ACCOUNT_ACTIVE:
		return "active";
	case ACCOUNT_LOCKED:
		return "locked";
	case ACCOUNT_CLOSED:
		return "closed";
	}
	return "";
}

static enum err write_account(struct json_out *w, void *ctx) {
	const struct account_lock *lock = ctx;
	jo_kstrz(w, "state", state_name(lock->state));
	jo_ki64(w, "version", lock->version);
	if (lock->state == ACCOUNT_LOCKED) {
		jo_kobj(w, "lock");
		jo_kstrz(w, "why", lock->why);
		jo_ki64(w, "at", lock->at_ms);
		school_put_person(w, "by", lock->by_id, str_from(lock->by_name));
		jo_end_obj(w);
	} else {
		jo_knull(w, "lock");
	}
	return ERR_OK;
}

static enum err load_account(const struct request *req, struct account_lock *out) {
	return account_store_lock_load(
			request_db(req), request_school_id(req), request_path_id(req, 0), out);
}

enum err person_account_get(const struct request *req, struct reply *reply) {
	struct account_lock lock;
	enum err e = load_account(req, &lock);
	return e ? e : write_account(reply_json(reply, 200), &lock);
}

static enum err run_lock(struct db *db, void *ctx) {
	const struct account_lock_change *c = ctx;
	enum err e = account_store_lock(db, c);
	return e || !c->is_locked ? e : session_store_drop_person(db, c->person_id, NULL, NULL);
}

enum err person_account_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct account_lock lock;
	struct account_lock_change c = { .school_id = request_school_id(req),
		.person_id = request_path_id(req, 0),
		.version = (unsigned)form_int(&f, "version", 0, 1, INT32_MAX),
		.is_locked = form_bool(&f, "locked", false),
		.by_id = request_person_id(req),
		.at_ms = request_now_ms(req) };
	_cleanup_(mem_freep) char *why =
			form_text(&f, "why", c.is_locked ? 1 : 0, ACCOUNT_WHY_CHARS_MAX);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	c.why = str_from(why);
	enum err e = load_account(req, &lock);
	if (e) {
		return e;
	}
	if (c.person_id == c.by_id) {
		return reply_problem(reply, 409, "school.lock_own", NULL);
	}
	if (c.is_locked && lock.is_elsewhere) {
		return reply_problem(reply, 409, "school.lock_elsewhere", NULL);
	}
	struct audit_deed deed = { c.is_locked ? "person.lock" : "person.unlock", "account",
		&c.person_id };
	e = audit_run_why(req, &deed, c.why, run_lock, &c);
	if (!e && c.is_locked) {
		sign_in_forget(request_app(req), c.person_id, NULL);
	}
	bool is_stale = e == ERR_STALE;
	if (e && !is_stale) {
		return e;
	}
	e = load_account(req, &lock);
	if (!e && is_stale) {
		return reply_current(reply, write_account, &lock);
	}
	return e ? e : write_account(reply_json(reply, 200), &lock);
}
