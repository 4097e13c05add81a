#include "ws/service/sign_in.h"

#include <stdio.h>
#include <string.h>

#include "core/auth/password.h"
#include "core/auth/session.h"
#include "core/auth/session_store.h"
#include "core/auth/throttle.h"
#include "core/auth/throttle_store.h"
#include "core/auth/ticket.h"
#include "core/base/cleanup.h"
#include "ws/app.h"
#include "ws/service/session_cache.h"
#include "ws/sock/hall_sock.h"

static struct password_cost cost_of(const struct app *app) {
	return password_cost(app->config->argon2_memory_kib, app->config->argon2_iterations);
}

/* ---- counting failures ---- */

/* The two rows that count a try. */
struct counters {
	struct hash account;
	struct hash address;
};

static void counter_key(
		const struct app *app, char kind, struct str a, struct str b, struct hash *out) {
	struct hasher h;
	hash_begin(&h, app->column_key);
	hash_add(&h, "TT1Q", 4);
	hash_add_u8(&h, (uint8_t)kind);
	hash_add_be32(&h, (uint32_t)a.n);
	hash_add(&h, a.p, a.n);
	hash_add(&h, b.p, b.n);
	hash_end(&h, out);
}

static struct throttle throttle_of(const struct throttle_row *row) {
	return (struct throttle){ row->failures, row->last_at_ms, row->blocked_until_ms };
}

static enum err check_wait(struct db *db, const struct hash *key, enum throttle_kind kind,
		int64_t now_ms, int64_t *inout_wait_ms) {
	struct throttle_row row;
	enum err e = throttle_store_load(db, key->b, &row);
	if (e) {
		return e;
	}
	struct throttle t = throttle_of(&row);
	if (throttle_is_locked(kind, &t)) {
		*inout_wait_ms = THROTTLE_WAIT_MAX_MS;
		return ERR_OK;
	}
	int64_t wait_ms = throttle_wait_ms(&t, now_ms);
	*inout_wait_ms = wait_ms > *inout_wait_ms ? wait_ms : *inout_wait_ms;
	return ERR_OK;
}

/* ERR_THROTTLED when a try is not even looked at. */
static enum err may_try(
		struct db *db, const struct counters *c, int64_t now_ms, int64_t *out_wait_ms) {
	int64_t wait_ms = 0;
	enum err e = check_wait(db, &c->account, THROTTLE_ACCOUNT, now_ms, &wait_ms);
	e = e ? e : check_wait(db, &c->address, THROTTLE_ADDRESS, now_ms, &wait_ms);
	if (e) {
		return e;
	}
	if (wait_ms > 0) {
		*out_wait_ms = wait_ms;
		return ERR_THROTTLED;
	}
	return ERR_OK;
}

struct step {
	enum throttle_kind kind;
	int64_t now_ms;
};

static void count_failure(struct throttle_row *row, void *ctx) {
	const struct step *step = ctx;
	struct throttle before = throttle_of(row);
	struct throttle after = throttle_failed(step->kind, &before, step->now_ms);
	*row = (struct throttle_row){ after.failures, after.last_at_ms, after.blocked_until_ms };
}

/* Gives ERR_PASSWORD, or what went wrong while counting. */
static enum err failed(struct db *db, const struct counters *c, int64_t now_ms) {
	struct step account = { THROTTLE_ACCOUNT, now_ms };
	struct step address = { THROTTLE_ADDRESS, now_ms };
	enum err e = throttle_store_change(db, c->account.b, count_failure, &account, NULL);
	e = e ? e : throttle_store_change(db, c->address.b, count_failure, &address, NULL);
	return e ? e : ERR_PASSWORD;
}

static enum err succeeded(struct db *db, const struct counters *c) {
	struct throttle_row row;
	enum err e = throttle_store_load(db, c->account.b, &row);
	return e || row.failures == 0 ? e : throttle_store_clear(db, c->account.b);
}

/* ---- passwords ---- */

static enum err find_account(
		struct db *db, const struct sign_in_password *given, struct account_sign_in *out) {
	if (given->place.n == 0) {
		char phone[ACCOUNT_PHONE_BYTES];
		enum err e = account_phone_parse(given->name, phone);
		return e ? ERR_NOT_FOUND : account_store_by_phone(db, str_from(phone), out);
	}
	char login[ACCOUNT_LOGIN_BYTES];
	enum err e = account_login_parse(given->name, login);
	if (e) {
		return ERR_NOT_FOUND;
	}
	return given->is_officer
			? account_store_officer_by_login(db, given->place, str_from(login), out)
			: account_store_by_login(db, given->place, str_from(login), out);
}

/* The names under which a try is counted: as they are looked up, so that another spelling of the
 * same name has no tries of its own. */
static void counters_of(const struct app *app, const struct sign_in_password *given,
		const struct sign_in_from *from, struct counters *out) {
	char name[ACCOUNT_LOGIN_BYTES + ACCOUNT_PHONE_BYTES] = "";
	enum err e = given->place.n == 0 ? account_phone_parse(given->name, name)
					 : account_login_parse(given->name, name);
	struct str as_found = e ? given->name : str_from(name);
	counter_key(app, 'a', given->place, as_found, &out->account);
	counter_key(app, 'i', str_from(from->address), (struct str){ "", 0 }, &out->address);
}

/* The cost has changed since the password was chosen: hash it anew while it is at hand. */
static void rehash(struct app *app, struct db *db, const struct account_sign_in *account,
		struct str password, int64_t now_ms) {
	char hash[PASSWORD_HASH_BYTES];
	if (!password_needs_rehash(account->password_hash, cost_of(app)) ||
			password_hash(password, cost_of(app), hash)) {
		return;
	}
	/* Not now: then at the next sign-in. */
	enum err e = account_store_set_password(
			db, account->person_id, account->password_hash, hash, now_ms);
	if (e) {
		log_warn(&app->log, "sign_in.rehash_failed", log_err(e));
	}
}

enum err sign_in_check_password(struct app *app, struct db *db,
		const struct sign_in_password *given, const struct sign_in_from *from,
		struct account_sign_in *out, int64_t *out_wait_ms) {
	struct counters c;
	/* To the database blanks behind a place are nothing: they must not be a name of their own
	 * here, with tries of its own. */
	struct sign_in_password typed = *given;
	typed.place = str_trim(given->place);
	counters_of(app, &typed, from, &c);
	enum err e = may_try(db, &c, from->now_ms, out_wait_ms);
	if (e) {
		return e;
	}
	struct account_sign_in account = { 0 };
	e = find_account(db, &typed, &account);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	bool can_sign_in = !e && account.password_hash[0] && account.roles != 0;
	e = can_sign_in ? password_verify(given->password, account.password_hash)
			: password_verify_nobody(given->password, cost_of(app));
	if (e == ERR_PASSWORD || e == ERR_INVAL) {
		return failed(db, &c, from->now_ms);
	}
	e = e ? e : succeeded(db, &c);
	if (e) {
		return e;
	}
	if (account.state != ACCOUNT_ACTIVE) {
		return ERR_DENIED;
	}
	rehash(app, db, &account, given->password, from->now_ms);
	*out = account;
	return ERR_OK;
}

enum err sign_in_check_again(struct app *app, struct db *db, const struct account_sign_in *account,
		struct str password, const struct sign_in_from *from, int64_t *out_wait_ms) {
	struct counters c;
	char id[24];
	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)account->person_id); /* fits */
	counter_key(app, 'p', str_from(id), (struct str){ "", 0 }, &c.account);
	counter_key(app, 'i', str_from(from->address), (struct str){ "", 0 }, &c.address);
	enum err e = may_try(db, &c, from->now_ms, out_wait_ms);
	if (e) {
		return e;
	}
	e = password_verify(password, account->password_hash);
	if (e == ERR_PASSWORD) {
		return failed(db, &c, from->now_ms);
	}
	return e ? e : succeeded(db, &c);
}

enum err sign_in_forgive(struct app *app, struct db *db, struct str place, struct str name) {
	struct sign_in_password as = { .place = place, .name = name };
	struct sign_in_from nowhere = { "", 0 };
	struct counters c;
	counters_of(app, &as, &nowhere, &c);
	return name.n == 0 ? ERR_OK : throttle_store_clear(db, c.account.b);
}

/* ---- tickets ---- */

enum err sign_in_check_ticket(struct app *app, struct db *db, struct str code, int64_t now_ms,
		struct ticket_opens *out) {
	struct ticket t;
	enum err e = ticket_parse(code, &t);
	if (e) {
		return e;
	}
	struct hash hash;
	ticket_hash(&t, app->ticket_key, &hash);
	bool is_exam = t.kind == TICKET_EXAM;
	ticket_wipe(&t);
	return is_exam ? ticket_store_find(db, &hash, now_ms, out) : ERR_NOT_FOUND;
}

/* ---- sessions ---- */

enum err sign_in_begin(struct app *app, struct db *db, const struct access_actor *who,
		const struct sign_in_from *from, struct sign_in_session *out) {
	struct token token;
	token_make(&token);
	struct session_limits limits = session_limits(who->roles);
	struct session_times times = { from->now_ms, from->now_ms };
	struct session_row row = {
		.person_id = who->person_id,
		.school_id = who->school_id,
		.province_id = who->province_id,
		.roles = who->roles,
		.has_attempt = who->has_attempt,
		.created_at_ms = from->now_ms,
		.seen_at_ms = from->now_ms,
		.expires_at_ms = session_ends_at_ms(limits, times),
	};
	memcpy(row.attempt_id, who->attempt_id, sizeof(row.attempt_id));
	(void)snprintf(row.address, sizeof(row.address), "%s",
			from->address); /* fits by its size */
	struct sign_in_session s = { .who = *who, .lasts_ms = limits.absolute_ms };
	token_print(&token, s.token);
	token_hash(&token, &s.session);
	token_wipe(&token);
	memcpy(row.token_hash, s.session.b, sizeof(row.token_hash));
	enum err e = session_store_add(db, &row);
	if (e) {
		explicit_bzero(&s, sizeof(s));
		return e;
	}
	session_cache_put(app->sessions, &s.session, who, row.expires_at_ms, from->now_ms,
			session_cache_epoch(app->sessions));
	*out = s;
	explicit_bzero(&s, sizeof(s));
	return ERR_OK;
}

enum err sign_in_end(struct app *app, struct db *db, const struct hash *session) {
	enum err e = session_store_drop(db, session->b);
	session_cache_drop(app->sessions, session);
	hall_sock_end_session(app, session);
	return e;
}

void sign_in_forget(struct app *app, uint64_t person_id, const struct hash *keep) {
	session_cache_drop_person(app->sessions, person_id);
	hall_sock_end_person(app, person_id, keep);
}

struct access_actor sign_in_actor(const struct account_sign_in *account) {
	return (struct access_actor){
		.roles = account->roles,
		.person_id = account->person_id,
		.school_id = account->school_id,
		.province_id = account->province_id,
	};
}

struct access_actor sign_in_ticket_actor(const struct ticket_opens *opens) {
	struct access_actor who = {
		.roles = ACCESS_TICKET,
		.person_id = opens->person,
		.school_id = opens->school,
		.has_attempt = true,
	};
	memcpy(who.attempt_id, opens->attempt.b, sizeof(who.attempt_id));
	return who;
}
