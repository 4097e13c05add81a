#include "ws/http/password_http.h"

#include <stdio.h>
#include <string.h>

#include "core/auth/activation_store.h"
#include "core/auth/password.h"
#include "core/auth/session_store.h"
#include "core/auth/ticket.h"
#include "core/base/cleanup.h"
#include "core/notice/notice_setting_store.h"
#include "ws/app.h"
#include "ws/http/account_inner.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/sign_in.h"

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
	account_put_place(w, is_officer ? "province" : "school", a.school_code, a.school_name);
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
	return e ? answer_no_code(reply, e) : account_answer_in(req, reply, &use.account);
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
	struct sign_in_from from = account_from(req);
	int64_t wait_ms = 0;
	e = sign_in_check_again(request_app(req), db, &account, old, &from, &wait_ms);
	if (e == ERR_THROTTLED) {
		return account_answer_wait(reply, wait_ms);
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
