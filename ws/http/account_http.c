#include "ws/http/account_http.h"

#include <stdio.h>
#include <string.h>

#include "core/auth/activation_store.h"
#include "core/auth/password.h"
#include "core/auth/session_store.h"
#include "core/auth/ticket.h"
#include "core/base/cleanup.h"
#include "core/school/place_store.h"
#include "core/notice/notice_setting_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/province_role.h"
#include "ws/service/session_cache.h"
#include "ws/service/sign_in.h"

enum { LANGUAGE_BYTES = 3 };

static struct sign_in_from from_of(const struct request *req) {
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

static void write_place(
		struct json_out *w, const char *member, const char *code, const char *name) {
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
		write_place(w, "province", place.code, place.name);
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

/* Begins the session and answers with the profile. */
static enum err answer_signed_in(const struct request *req, struct reply *reply,
		const struct account_sign_in *account) {
	struct app *app = request_app(req);
	struct db *db = request_db(req);
	struct profile p = profile_of(account);
	struct sign_in_from from = from_of(req);
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

static enum err answer_wait(struct reply *reply, int64_t wait_ms) {
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
	struct sign_in_from from = from_of(req);
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
	struct sign_in_from from = from_of(req);
	struct account_sign_in account;
	int64_t wait_ms = 0;
	enum err e = sign_in_check_password(
			request_app(req), request_db(req), given, &from, &account, &wait_ms);
	if (e == ERR_THROTTLED) {
		return answer_wait(reply, wait_ms);
	}
	if (e == ERR_DENIED) {
		return reply_problem(reply, 403, "account.locked", NULL);
	}
	if (e) {
		return e;
	}
	e = answer_signed_in(req, reply, &account);
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

/* ---- activation codes ---- */

/* Gives the hash of the code in the body, or answers that it is mistyped (*out_is_answered). */
static enum err read_code(const struct request *req, struct reply *reply, struct hash *out,
		bool *out_is_answered) {
	struct str text;
	enum err e = json_get_str(request_json(req), "code", &text);
	if (e) {
		return e;
	}
	struct ticket t;
	e = ticket_parse(text, &t);
	bool is_typed = !e && t.kind == TICKET_ACTIVATION;
	if (is_typed) {
		ticket_hash(&t, request_app(req)->ticket_key, out);
		ticket_wipe(&t);
	}
	*out_is_answered = !is_typed;
	return is_typed ? ERR_OK : reply_field(reply, "code", "account.activation_mistyped", NULL);
}

static enum err answer_no_code(struct reply *reply, enum err e) {
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "code", "account.activation_unknown", NULL);
	}
	if (e == ERR_EXPIRED) {
		return reply_problem(reply, 410, "account.activation_expired", NULL);
	}
	if (e == ERR_CONFLICT) {
		return reply_problem(reply, 403, "account.locked", NULL);
	}
	if (e == ERR_STALE) {
		return reply_problem(reply, 409, "account.code_joins", NULL);
	}
	return e;
}

enum err activation_look(const struct request *req, struct reply *reply) {
	struct hash hash;
	bool is_answered = false;
	enum err e = read_code(req, reply, &hash, &is_answered);
	if (e || is_answered) {
		return e;
	}
	struct activation a;
	e = activation_store_find(request_db(req), hash.b, request_now_ms(req), &a);
	if (e) {
		return answer_no_code(reply, e);
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kstrz(w, "fullName", a.full_name);
	jo_kstrz(w, "login", a.login[0] ? a.login : NULL);
	bool is_officer = a.province_id != 0;
	write_place(w, is_officer ? "province" : "school", a.school_code, a.school_name);
	jo_knull(w, is_officer ? "school" : "province");
	jo_kbool(w, "hasPhone", a.has_phone);
	jo_kbool(w, "onlyJoins", a.only_joins);
	return ERR_OK;
}

/* Says why a new password is not taken, beside its field. */
static enum err answer_fault(struct reply *reply, const char *field, enum password_fault fault) {
	char least[8];
	char most[8];
	(void)snprintf(least, sizeof(least), "%d", PASSWORD_CHARS_MIN); /* fits */
	(void)snprintf(most, sizeof(most), "%d", PASSWORD_CHARS_MAX);   /* fits */
	return reply_field(
			reply, field, password_fault_code(fault), "min", least, "max", most, NULL);
}

/* Whether somebody may have this password: PASSWORD_GOOD, or what is wrong with it. */
static enum err judge_new(struct db *db, uint64_t school_id, uint64_t person_id,
		struct str password, enum password_fault *out) {
	struct person_known known;
	enum err e = account_store_known(db, school_id, person_id, &known);
	if (e) {
		return e;
	}
	struct password_person person = {
		.full_name = str_from(known.full_name),
		.login = str_from(known.login),
		.phone = str_from(known.phone),
		.school_name = str_from(known.school_name),
		.has_birth_date = date_is_valid(known.birth),
		.birth_date = known.birth,
	};
	*out = password_fault(password, &person);
	return ERR_OK;
}

static enum err hash_new(
		const struct request *req, struct str password, char out[PASSWORD_HASH_BYTES]) {
	const struct config *c = request_app(req)->config;
	struct password_cost cost = password_cost(c->argon2_memory_kib, c->argon2_iterations);
	return password_hash(password, cost, out);
}

/* A code that was good, and the password that goes in its place. */
struct use {
	struct app *app;
	const uint8_t *code_hash;
	char password_hash[PASSWORD_HASH_BYTES];
	int64_t now_ms;
	struct account_sign_in account;
};

static void use_wipe(struct use *u) {
	explicit_bzero(u, sizeof(*u));
}

static enum err run_use(struct db *db, void *ctx) {
	struct use *u = ctx;
	struct activation a;
	enum err e = activation_store_use(db, u->code_hash, u->password_hash, u->now_ms, &a);
	e = e ? e : account_store_by_id(db, a.person_id, a.school_id, &u->account);
	struct person_known known;
	e = e ? e : account_store_known(db, a.school_id, a.person_id, &known);
	e = e ? e : sign_in_forgive(u->app, db, str_from(a.school_code), str_from(a.login));
	e = e ? e : sign_in_forgive(u->app, db, str_from(""), str_from(known.phone));
	e = e ? e : notice_setting_store_drop_email(db, a.person_id);
	/* Whoever knew an older password is out. */
	return e ? e : session_store_drop_person(db, a.person_id, NULL, NULL);
}

enum err activation_use(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	struct hash code;
	bool is_answered = false;
	enum err e = read_code(req, reply, &code, &is_answered);
	if (e || is_answered) {
		return e;
	}
	struct str password;
	e = json_get_str(request_json(req), "password", &password);
	struct activation a;
	e = e ? e : activation_store_find(db, code.b, request_now_ms(req), &a);
	e = !e && a.only_joins ? ERR_STALE : e;
	if (e) {
		return answer_no_code(reply, e);
	}
	enum password_fault fault = PASSWORD_GOOD;
	e = judge_new(db, a.school_id, a.person_id, password, &fault);
	if (e) {
		return e;
	}
	if (fault != PASSWORD_GOOD) {
		return answer_fault(reply, "password", fault);
	}
	_cleanup_(use_wipe) struct use use = {
		.app = request_app(req),
		.code_hash = code.b,
		.now_ms = request_now_ms(req),
	};
	struct access_actor by = {
		.person_id = a.person_id, .school_id = a.school_id, .province_id = a.province_id
	};
	struct audit_deed deed = { "sign_in.activate", "account", &a.person_id };
	e = hash_new(req, password, use.password_hash);
	e = e ? e : audit_run_by(req, &by, &deed, run_use, &use);
	if (!e) {
		sign_in_forget(request_app(req), a.person_id, NULL);
	}
	return e ? answer_no_code(reply, e) : answer_signed_in(req, reply, &use.account);
}

/* ---- the own password ---- */

struct change {
	const struct account_sign_in *account;
	char hash[PASSWORD_HASH_BYTES];
	const struct hash *session;
	int64_t now_ms;
};

static void change_wipe(struct change *c) {
	explicit_bzero(c, sizeof(*c));
}

static enum err run_change(struct db *db, void *ctx) {
	const struct change *c = ctx;
	uint64_t person = c->account->person_id;
	enum err e = account_store_set_password(
			db, person, c->account->password_hash, c->hash, c->now_ms);
	/* Whoever else knew the old one is out. */
	return e ? e : session_store_drop_person(db, person, c->session->b, NULL);
}

static enum err store_password(const struct request *req, const struct account_sign_in *account,
		struct str password) {
	_cleanup_(change_wipe) struct change c = {
		.account = account, .session = request_session(req), .now_ms = request_now_ms(req)
	};
	struct audit_deed deed = { "sign_in.password", "account", &account->person_id };
	enum err e = hash_new(req, password, c.hash);
	e = e ? e : audit_run(req, &deed, run_change, &c);
	if (!e) {
		sign_in_forget(request_app(req), account->person_id, request_session(req));
	}
	return e;
}

enum err password_change(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	const struct access_actor *who = request_who(req);
	struct str old;
	struct str new;
	enum err e = json_get_str(request_json(req), "old", &old);
	e = e ? e : json_get_str(request_json(req), "new", &new);
	struct account_sign_in account;
	e = e ? e : account_store_by_id(db, who->person_id, who->school_id, &account);
	if (e) {
		return e;
	}
	struct sign_in_from from = from_of(req);
	int64_t wait_ms = 0;
	e = sign_in_check_again(request_app(req), db, &account, old, &from, &wait_ms);
	if (e == ERR_THROTTLED) {
		return answer_wait(reply, wait_ms);
	}
	if (e == ERR_PASSWORD) {
		return reply_field(reply, "old", "account.old_password", NULL);
	}
	enum password_fault fault = PASSWORD_GOOD;
	e = e ? e : judge_new(db, who->school_id, who->person_id, new, &fault);
	if (e) {
		return e;
	}
	if (fault != PASSWORD_GOOD) {
		return answer_fault(reply, "new", fault);
	}
	e = store_password(req, &account, new);
	explicit_bzero(&account, sizeof(account));
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

/* ---- public facts ---- */

enum err keys_get(const struct request *req, struct reply *reply) {
	size_t count = 0;
	const struct keys_public *all = keys_public_all(request_app(req)->keys, &count);
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "keys");
	for (size_t i = 0; i < count; i++) {
		char id[2 * SIGN_KID_BYTES + 1];
		_cleanup_(buf_finish) struct buf key = buf_make(64);
		str_hex(all[i].kid, SIGN_KID_BYTES, id);
		str_b64_add(&key, all[i].key, SIGN_PUBLIC_BYTES);
		jo_obj(w);
		jo_kstrz(w, "id", id);
		jo_kstrz(w, "publicKey", buf_str(&key));
		jo_ki64(w, "from", all[i].from_ms);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

enum err about_get(const struct request *req, struct reply *reply) {
	const struct province_role *role = request_app(req)->province;
	struct json_out *w = reply_json(reply, 200);
	jo_kstrz(w, "kind", role ? "province" : "school");
	if (role) {
		const struct province_place *place = province_role_place(role);
		write_place(w, "province", place->code, place->name);
	} else {
		jo_knull(w, "province");
	}
	return ERR_OK;
}

enum err time_get(const struct request *req, struct reply *reply) {
	jo_ki64(reply_json(reply, 200), "now", request_now_ms(req));
	return ERR_OK;
}
