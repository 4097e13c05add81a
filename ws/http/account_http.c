#include "ws/http/account_http.h"

#include <stdio.h>
#include <string.h>

#include "core/auth/password.h"
#include "core/auth/session_store.h"
#include "core/auth/ticket.h"
#include "core/base/cleanup.h"
#include "core/school/place_store.h"
#include "ws/app.h"
#include "ws/http/account_inner.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/session_cache.h"
#include "ws/service/sign_in.h"

enum { LANGUAGE_BYTES = 3 };

struct sign_in_from account_from(const struct request *req) {
	return (struct sign_in_from){ request_address(req), request_now_ms(req) };
}

/* ---- what a signed-in person is told about himself ---- */

/* The parts of that answer. */
struct profile {
	struct access_actor who;
	char full_name[ACCOUNT_NAME_BYTES];
	char language[LANGUAGE_BYTES];
};

static void write_roles(struct json_out *w, const char *name, uint32_t roles) {
	jo_karr(w, name);
	if (roles & ACCESS_TICKET) {
		jo_strz(w, access_role_name(ROLE_STUDENT));
	}
	for (int r = ROLE_OFFICE; r < ROLE_COUNT_; r++) {
		uint32_t bit = 0;
		if (!access_from_role((uint64_t)r, &bit) && (roles & bit)) {
			jo_strz(w, access_role_name((enum role)r));
		}
	}
	jo_end_arr(w);
}

static void write_person(struct json_out *w, uint64_t id, const char *full_name) {
	jo_kobj(w, "person");
	jo_kid(w, "id", id);
	jo_kstrz(w, "fullName", full_name);
	jo_end_obj(w);
}

void account_put_place(struct json_out *w, const char *member, const char *code, const char *name) {
	jo_kobj(w, member);
	jo_kstrz(w, "code", code);
	jo_kstrz(w, "name", name);
	jo_end_obj(w);
}

static void write_school(struct json_out *w, uint64_t id, struct str code, struct str name) {
	jo_kobj(w, "school");
	jo_kid(w, "id", id);
	jo_kstr(w, "code", code);
	jo_kstr(w, "name", name);
	jo_end_obj(w);
}

struct schools_ctx {
	struct json_out *w;
	struct json_out *current; /* a writer of its own for the member "school" */
	uint64_t school_id;
	bool is_found;
};

static enum err write_one_school(const struct account_school *s, void *ctx) {
	struct schools_ctx *c = ctx;
	jo_obj(c->w);
	jo_kid(c->w, "id", s->id);
	jo_kstr(c->w, "code", s->code);
	jo_kstr(c->w, "name", s->name);
	write_roles(c->w, "roles", s->roles);
	jo_end_obj(c->w);
	if (s->id == c->school_id) {
		jo_obj(c->current);
		jo_kid(c->current, "id", s->id);
		jo_kstr(c->current, "code", s->code);
		jo_kstr(c->current, "name", s->name);
		jo_end_obj(c->current);
		c->is_found = true;
	}
	return ERR_OK;
}

/* "schools" and "school". */
static enum err write_schools(struct db *db, const struct profile *p, struct json_out *w) {
	_cleanup_(buf_finish) struct buf current = buf_make(4096);
	struct json_out inner;
	jo_begin(&inner, &current);
	struct schools_ctx c = { w, &inner, p->who.school_id, false };
	jo_karr(w, "schools");
	enum err e = account_store_schools(db, p->who.person_id, write_one_school, &c);
	jo_end_arr(w);
	e = e ? e : buf_err(&current);
	if (e) {
		return e;
	}
	if (c.is_found) {
		jo_kraw(w, "school", (struct str){ buf_str(&current), current.len });
	} else {
		jo_knull(w, "school");
	}
	return ERR_OK;
}

/* "province": of an officer. */
static enum err write_province(struct db *db, uint32_t province_id, struct json_out *w) {
	if (province_id == 0) {
		jo_knull(w, "province");
		return ERR_OK;
	}
	struct province place;
	enum err e = place_store_province(db, province_id, &place);
	if (!e) {
		account_put_place(w, "province", place.code, place.name);
	}
	return e;
}

static enum err write_profile(struct db *db, const struct profile *p, struct json_out *w) {
	write_person(w, p->who.person_id, p->full_name);
	write_roles(w, "roles", p->who.roles);
	jo_knull(w, "attempt");
	jo_knull(w, "room");
	jo_kstrz(w, "language", p->language);
	enum err e = write_province(db, p->who.province_id, w);
	return e ? e : write_schools(db, p, w);
}

static void write_ticket_profile(const struct ticket_opens *t, enum lang lang, struct json_out *w) {
	_cleanup_(buf_finish) struct buf id = buf_make(64);
	str_b64_add(&id, t->attempt.b, sizeof(t->attempt.b));
	write_person(w, t->person, t->full_name);
	write_roles(w, "roles", ACCESS_TICKET);
	jo_kstrz(w, "attempt", buf_str(&id));
	jo_kid(w, "room", t->room);
	jo_kstrz(w, "language", messages_lang_name(lang));
	jo_knull(w, "province");
	jo_karr(w, "schools");
	jo_end_arr(w);
	write_school(w, t->school, str_from(t->school_code), str_from(t->school_name));
}

static struct profile profile_of(const struct account_sign_in *a) {
	struct profile p = { .who = sign_in_actor(a) };
	(void)snprintf(p.full_name, sizeof(p.full_name), "%s", a->full_name); /* the same size */
	(void)snprintf(p.language, sizeof(p.language), "%s", a->language);    /* the same size */
	return p;
}

static void hand_out(const struct request *req, struct reply *reply, struct json_out *w,
		const struct sign_in_session *s) {
	reply_cookie(reply, s->token, s->lasts_ms / 1000, request_is_secure(req));
	if (request_wants_token(req)) {
		jo_kstrz(w, "token", s->token);
	}
}

static void wipe_session(struct sign_in_session *s) {
	explicit_bzero(s, sizeof(*s));
}

enum err account_answer_in(const struct request *req, struct reply *reply,
		const struct account_sign_in *account) {
	struct app *app = request_app(req);
	struct db *db = request_db(req);
	struct profile p = profile_of(account);
	struct sign_in_from from = account_from(req);
	_cleanup_(wipe_session) struct sign_in_session s = { 0 };
	enum err e = sign_in_begin(app, db, &p.who, &from, &s);
	if (e) {
		return e == ERR_DENIED ? reply_problem(reply, 403, "account.locked", NULL) : e;
	}
	if (request_session(req)) { /* the browser has the new one from now on */
		e = sign_in_end(app, db, request_session(req));
	}
	if (e) {
		return e;
	}
	log_info(&app->log, "sign_in.ok", log_i64("person", (int64_t)p.who.person_id),
			log_i64("school", (int64_t)p.who.school_id), log_z("from", from.address));
	struct json_out *w = reply_json(reply, 200);
	hand_out(req, reply, w, &s);
	return write_profile(db, &p, w);
}

/* ---- signing in ---- */

enum err account_answer_wait(struct reply *reply, int64_t wait_ms) {
	int64_t seconds = (wait_ms + 999) / 1000;
	char text[24];
	(void)snprintf(text, sizeof(text), "%lld", (long long)seconds); /* fits by its size */
	enum err e = reply_problem(reply, 429, "account.wait", "seconds", text, NULL);
	reply_retry_after(reply, seconds);
	return e;
}

static enum err sign_in_by_ticket(const struct request *req, struct reply *reply, struct str code) {
	struct app *app = request_app(req);
	struct db *db = request_db(req);
	struct sign_in_from from = account_from(req);
	struct ticket_opens opens;
	enum err e = sign_in_check_ticket(app, db, code, from.now_ms, &opens);
	if (e == ERR_FORMAT || e == ERR_INVAL) {
		return reply_problem(reply, 401, "account.ticket_mistyped", NULL);
	}
	if (e == ERR_NOT_FOUND) {
		return reply_problem(reply, 401, "account.ticket_unknown", NULL);
	}
	if (e == ERR_EXPIRED) {
		return reply_problem(reply, 401, "account.ticket_expired", NULL);
	}
	_cleanup_(wipe_session) struct sign_in_session s = { 0 };
	struct access_actor who = { 0 };
	if (!e) {
		who = sign_in_ticket_actor(&opens);
		e = sign_in_begin(app, db, &who, &from, &s);
	}
	if (e) {
		return e == ERR_DENIED ? reply_problem(reply, 403, "account.locked", NULL) : e;
	}
	struct json_out *w = reply_json(reply, 200);
	hand_out(req, reply, w, &s);
	write_ticket_profile(&opens, request_lang(req), w);
	return ERR_OK;
}

static enum err sign_in_by_password(const struct request *req, struct reply *reply,
		const struct sign_in_password *given) {
	struct sign_in_from from = account_from(req);
	struct account_sign_in account;
	int64_t wait_ms = 0;
	enum err e = sign_in_check_password(
			request_app(req), request_db(req), given, &from, &account, &wait_ms);
	if (e == ERR_THROTTLED) {
		return account_answer_wait(reply, wait_ms);
	}
	if (e == ERR_DENIED) {
		return reply_problem(reply, 403, "account.locked", NULL);
	}
	if (e) {
		return e;
	}
	e = account_answer_in(req, reply, &account);
	explicit_bzero(account.password_hash, sizeof(account.password_hash));
	return e;
}

enum err session_create(const struct request *req, struct reply *reply) {
	const struct json *body = request_json(req);
	struct str none = { "", 0 };
	struct str ticket = none;
	struct str phone = none;
	struct str province = none;
	struct sign_in_password given = { none, none, none, false };
	enum err e = json_opt_str(body, "ticket", none, &ticket);
	e = e ? e : json_opt_str(body, "phone", none, &phone);
	e = e ? e : json_opt_str(body, "school", none, &given.place);
	e = e ? e : json_opt_str(body, "province", none, &province);
	e = e ? e : json_opt_str(body, "name", none, &given.name);
	e = e ? e : json_opt_str(body, "password", none, &given.password);
	if (e) {
		return e;
	}
	if (ticket.n > 0) {
		return sign_in_by_ticket(req, reply, ticket);
	}
	if (province.n > 0) {
		given.place = province;
		given.is_officer = true;
	}
	if (phone.n > 0) {
		given.place = none;
		given.name = phone;
	}
	bool is_whole = given.name.n > 0 && given.password.n > 0 &&
			(phone.n > 0 || given.place.n > 0);
	if (!is_whole || !request_may_hash(req)) {
		return reply_problem(reply, 422, "account.sign_in_form", NULL);
	}
	return sign_in_by_password(req, reply, &given);
}

enum err session_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	const struct access_actor *who = request_who(req);
	if (who->has_attempt) {
		struct id16 attempt;
		memcpy(attempt.b, who->attempt_id, sizeof(attempt.b));
		struct ticket_opens opens;
		enum err e = ticket_store_of_attempt(db, who->school_id, &attempt, &opens);
		if (!e) {
			write_ticket_profile(&opens, request_lang(req), reply_json(reply, 200));
		}
		return e;
	}
	struct account_sign_in account;
	enum err e = account_store_by_id(db, who->person_id, who->school_id, &account);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_SIGNED_OUT : e;
	}
	struct profile p = profile_of(&account);
	explicit_bzero(&account, sizeof(account));
	return write_profile(db, &p, reply_json(reply, 200));
}

enum err session_end(const struct request *req, struct reply *reply) {
	enum err e = sign_in_end(request_app(req), request_db(req), request_session(req));
	if (!e) {
		reply_empty(reply, 204);
		reply_cookie(reply, "", 0, request_is_secure(req));
	}
	return e;
}

enum err session_school(const struct request *req, struct reply *reply) {
	struct app *app = request_app(req);
	struct db *db = request_db(req);
	uint64_t school_id = 0;
	enum err e = json_get_id(request_json(req), "school", &school_id);
	if (e) {
		return e;
	}
	struct account_sign_in account;
	e = account_store_by_id(db, request_person_id(req), school_id, &account);
	if (e == ERR_NOT_FOUND || (!e && account.roles == 0)) {
		return reply_problem(reply, 403, "account.not_a_member", NULL);
	}
	e = e ? e
	      : session_store_set_school(db, request_session(req)->b, school_id, account.roles,
				request_now_ms(req));
	session_cache_drop(app->sessions, request_session(req));
	if (e) {
		return e;
	}
	struct profile p = profile_of(&account);
	explicit_bzero(&account, sizeof(account));
	return write_profile(db, &p, reply_json(reply, 200));
}

enum err session_language(const struct request *req, struct reply *reply) {
	struct str text;
	enum lang lang = LANG_VI;
	enum err e = json_get_str(request_json(req), "language", &text);
	e = e ? e : messages_lang_parse(text, &lang);
	e = e ? e
	      : account_store_set_language(
				request_db(req), request_person_id(req), messages_lang_name(lang));
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
