#include "ws/service/sync.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/messages.h"
#include "core/exchange/exchange_key_store.h"
#include "core/school/place_store.h"
#include "core/seal/secret.h"

enum {
	PATH_BYTES = 64,
	URL_BYTES = DESTINATION_URL_BYTES + PATH_BYTES,
	PROBLEM_BYTES_MAX = 64 << 10,
	TREE_BYTES_MAX = 16 << 20,
	DETAIL_BYTES = 400,
	SUSPENDED_WAIT_MS = 300000,
};

/* ---- faults ---- */

void sync_fault_set(struct sync_fault *f, const char *code, ...) {
	_cleanup_(buf_finish) struct buf params = buf_make(DESTINATION_PARAMS_BYTES - 1);
	struct json_out w;
	va_list args;
	jo_begin(&w, &params);
	jo_obj(&w);
	va_start(args, code);
	for (const char *name = va_arg(args, const char *); name;
			name = va_arg(args, const char *)) {
		jo_kstrz(&w, name, va_arg(args, const char *));
	}
	va_end(args);
	jo_end_obj(&w);
	enum err e = buf_err(&params);
	(void)snprintf(f->code, sizeof(f->code), "%s", code); /* codes of ours fit */
	(void)snprintf(f->params, sizeof(f->params), "%s", e ? "{}" : buf_str(&params)); /* fits */
	f->wait_ms = 0;
}

/* Whether there is a sentence for it that needs no parameters. */
static bool is_known_code(struct str code) {
	char text[DESTINATION_ERROR_BYTES];
	_cleanup_(buf_finish) struct buf sentence = buf_make(PROBLEM_BYTES_MAX);
	if (code.n == 0 || code.n >= sizeof(text)) {
		return false;
	}
	memcpy(text, code.p, code.n);
	text[code.n] = '\0';
	return !messages_print(text, LANG_VI, NULL, 0, &sentence);
}

/* A text of theirs for people: one line, cut between letters. */
static void keep_detail(struct str s, char out[DETAIL_BYTES]) {
	size_t n = s.n < DETAIL_BYTES - 1 ? s.n : DETAIL_BYTES - 1;
	while (n > 0 && n < s.n && ((unsigned char)s.p[n] & 0xc0) == 0x80) {
		n--;
	}
	for (size_t i = 0; i < n; i++) {
		out[i] = (unsigned char)s.p[i] < ' ' ? ' ' : s.p[i];
	}
	out[n] = '\0';
}

/* What a problem document says, or only its status. */
static void read_problem(const struct https_answer *a, struct sync_fault *f) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct str code = { NULL, 0 };
	struct str detail = { NULL, 0 };
	char text[DETAIL_BYTES] = "";
	char status[16];
	(void)snprintf(status, sizeof(status), "%ld", a->status); /* fits */
	enum err e = json_parse(
			(struct str){ buf_str(&a->body), a->body.len }, PROBLEM_BYTES_MAX, &root);
	e = e ? e : json_get_str(root, "code", &code);
	if (!e && is_known_code(code)) {
		char known[DESTINATION_ERROR_BYTES];
		memcpy(known, code.p, code.n);
		known[code.n] = '\0';
		sync_fault_set(f, known, NULL);
		return;
	}
	if (!e && !json_get_str(root, "detail", &detail)) {
		keep_detail(detail, text);
	}
	sync_fault_set(f, "destination.refused", "status", status, "detail", text, NULL);
}

/* ---- asking ---- */

struct question {
	const char *url; /* the destination's, without a path */
	const char *ca_pem;
	const char *path;
	bool is_post;
	const char *type;
	struct str body;
	const char *kid; /* hex, or NULL: not signed */
	const char *signature;
	size_t answer_bytes_max;
	int64_t timeout_ms;
};

static enum err judge_status(const struct https_answer *a, struct sync_fault *f) {
	if (a->status >= 200 && a->status <= 204) {
		return ERR_OK;
	}
	if (a->status >= 300 && a->status < 400) {
		sync_fault_set(f, "destination.redirect", NULL);
		return ERR_UNSUPPORTED;
	}
	if (a->status == 404 || a->status == 405) {
		sync_fault_set(f, "destination.no_province", NULL);
		return ERR_UNSUPPORTED;
	}
	read_problem(a, f);
	f->wait_ms = a->retry_after_s * 1000;
	bool is_suspended = strcmp(f->code, "exchange.suspended") == 0;
	if (is_suspended && f->wait_ms == 0) {
		f->wait_ms = SUSPENDED_WAIT_MS;
	}
	bool is_for_now = is_suspended || a->status == 408 || a->status == 425 ||
			a->status == 429 || a->status >= 500;
	return is_for_now ? ERR_BUSY : ERR_UNSUPPORTED;
}

static enum err fault_of(enum err e, const char *error, struct sync_fault *f) {
	if (e == ERR_CLOSED || e == ERR_NOMEM) {
		return e;
	}
	if (e == ERR_LIMIT) {
		sync_fault_set(f, "destination.answer_long", NULL);
		return ERR_BUSY;
	}
	if (strcmp(error, "address") == 0) {
		sync_fault_set(f, "destination.address", NULL);
		return ERR_UNSUPPORTED;
	}
	const char *code = strcmp(error, "tls") == 0    ? "destination.tls"
			: strcmp(error, "timeout") == 0 ? "destination.timeout"
			: strcmp(error, "cut") == 0     ? "destination.cut"
							: "destination.unreachable";
	sync_fault_set(f, code, NULL);
	return ERR_BUSY;
}

/* The caller finishes out->body, whatever is given. */
static enum err ask(struct sync *s, const struct question *q, struct https_answer *out,
		struct sync_fault *f) {
	char url[URL_BYTES];
	const char *error = "";
	struct https_header headers[4] = { { "Accept-Language", "vi" } };
	size_t count = 1;
	(void)snprintf(url, sizeof(url), "%s/api/v1/exchange/%s", q->url, q->path); /* fits */
	if (q->is_post) {
		headers[count++] = (struct https_header){ "Content-Type", q->type };
	}
	if (q->kid) {
		headers[count++] = (struct https_header){ EXCHANGE_KEY_HEADER, q->kid };
		headers[count++] = (struct https_header){ EXCHANGE_SIGNATURE_HEADER, q->signature };
	}
	const struct https_request request = { .url = url,
		.is_plain = destination_url_is_plain(q->url),
		.takes_here = s->takes_here,
		.ca_pem = q->ca_pem,
		.is_post = q->is_post,
		.body = q->body,
		.headers = headers,
		.header_count = count,
		.answer_bytes_max = q->answer_bytes_max,
		.timeout_ms = q->timeout_ms,
		.stop = s->stop };
	enum err e = https_ask(s->https, &request, out, &error);
	return e ? fault_of(e, error, f) : judge_status(out, f);
}

/* The same, signed by the school's key that the province has. */
static enum err ask_signed(struct sync *s, const struct destination *d, const struct question *what,
		struct https_answer *out, struct sync_fault *f) {
	struct question q = *what;
	struct exchange_key key;
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	char kid[EXCHANGE_KEY_TEXT_BYTES];
	char signature[EXCHANGE_SIGNATURE_TEXT_BYTES];
	enum err e = exchange_key_store_load(s->db, s->keys, d->school_id, d->kid, &key);
	*out = (struct https_answer){ .body = buf_make(0) };
	if (e == ERR_NOT_FOUND || e == ERR_CORRUPT) {
		sync_fault_set(f, "destination.key", NULL);
		return ERR_UNSUPPORTED;
	}
	if (e) {
		return e;
	}
	sign_pair(key.seed, public_key, secret);
	exchange_body_sign(secret, q.body, signature);
	secret_wipe(secret, sizeof(secret));
	exchange_key_wipe(&key);
	str_hex(d->kid, SIGN_KID_BYTES, kid);
	q.url = d->settings.url;
	q.ca_pem = d->ca_pem;
	q.kid = kid;
	q.signature = signature;
	return ask(s, &q, out, f);
}

enum err sync_https_ask_tree(struct sync *s, struct destination *d, struct str body,
		struct https_answer *out, struct sync_fault *fault) {
	const struct question q = { .path = "tree",
		.is_post = true,
		.type = "application/json",
		.body = body,
		.answer_bytes_max = TREE_BYTES_MAX,
		.timeout_ms = SYNC_TIMEOUT_MS };
	return ask_signed(s, d, &q, out, fault);
}

/* ---- the province's keys ---- */

/* Follows the province's keys from the one that is believed. ERR_NOT_FOUND: there is no newer. */
static enum err follow_keys(struct sync *s, struct destination *d, struct sync_fault *f) {
	uint8_t newest[SIGN_PUBLIC_BYTES];
	struct https_answer a;
	const struct question q = { .url = d->settings.url,
		.ca_pem = d->ca_pem,
		.path = "keys",
		.answer_bytes_max = ENROLMENT_KEYS_BYTES_MAX,
		.timeout_ms = SYNC_ASK_TIMEOUT_MS };
	enum err e = ask(s, &q, &a, f);
	if (!e) {
		e = enrolment_links_follow((struct str){ buf_str(&a.body), a.body.len },
				str_from(d->peer_code), d->peer_key, newest);
		e = e == ERR_NOMEM ? e : e ? ERR_NOT_FOUND : ERR_OK;
	}
	buf_finish(&a.body);
	if (!e && memcmp(newest, d->peer_key, sizeof(newest)) == 0) {
		e = ERR_NOT_FOUND;
	}
	if (!e) {
		e = destination_store_believe(s->db, d->id, newest);
		memcpy(d->peer_key, newest, sizeof(newest));
	}
	return e;
}

/* ---- a batch ---- */

static enum err judge_answer(enum err e, struct sync_fault *f) {
	switch ((int)e) {
	case ERR_OK:
	case ERR_NOMEM:
		return e;
	case ERR_CORRUPT:
		sync_fault_set(f, "destination.receipt_forged", NULL);
		return ERR_UNSUPPORTED;
	case ERR_STALE:
		sync_fault_set(f, "destination.receipt_other", NULL);
		return ERR_UNSUPPORTED;
	default: /* no answer of anybody's: cut on the way, or a page of somebody in between */
		sync_fault_set(f, "destination.answer_format", NULL);
		return ERR_BUSY;
	}
}

static enum err read_answer(struct sync *s, struct destination *d, const struct outgoing *o,
		const struct https_answer *a, struct exchange_answer **out) {
	const struct exchange_expected expected = { d->school_code, o->batch_id, &o->body_hash,
		o->records, d->peer_key };
	struct str text = { buf_str(&a->body), a->body.len };
	struct sync_fault ignored = { .code = "" };
	enum err e = exchange_answer_read(text, &expected, out);
	if (e != ERR_CORRUPT) {
		return e;
	}
	enum err followed = follow_keys(s, d, &ignored);
	if (followed == ERR_BUSY) {
		return ERR_FORMAT; /* its keys could not be asked for: tried again */
	}
	return followed ? ERR_CORRUPT : exchange_answer_read(text, &expected, out);
}

static enum err deliver_once(struct sync *s, struct destination *d, const struct outgoing *o,
		struct exchange_answer **out, struct sync_fault *f) {
	struct https_answer a;
	const struct question q = { .path = "batches",
		.is_post = true,
		.type = EXCHANGE_BATCH_TYPE,
		.body = { o->body, o->body_n },
		.answer_bytes_max = EXCHANGE_ANSWER_BYTES_MAX,
		.timeout_ms = SYNC_TIMEOUT_MS };
	enum err e = ask_signed(s, d, &q, &a, f);
	if (!e) {
		e = judge_answer(read_answer(s, d, o, &a, out), f);
	}
	buf_finish(&a.body);
	return e;
}

enum err sync_https_deliver(struct sync *s, struct destination *d, const struct outgoing *o,
		struct exchange_answer **out_answer, struct sync_fault *fault) {
	enum err e = deliver_once(s, d, o, out_answer, fault);
	bool is_old_key = e == ERR_UNSUPPORTED &&
			(strcmp(fault->code, "exchange.key_rolled") == 0 ||
					strcmp(fault->code, "exchange.key_unknown") == 0);
	if (!is_old_key) {
		return e;
	}
	/* A change of keys that was broken off: the province may have the next one already. */
	struct sync_fault ignored = { .code = "" };
	uint8_t before[SIGN_KID_BYTES];
	memcpy(before, d->kid, sizeof(before));
	enum err rolled = sync_roll(s, d, &ignored);
	return !rolled && memcmp(before, d->kid, sizeof(before)) != 0
			? deliver_once(s, d, o, out_answer, fault)
			: e;
}

/* ---- keys of the school ---- */

struct rolling {
	const struct sync *s;
	const struct destination *d;
	struct exchange_key next;
};

static enum err run_next_key(struct db *db, void *ctx) {
	struct rolling *r = ctx;
	int64_t now_ms = clock_now_ms(r->s->clock);
	enum err e = exchange_key_store_need(db, r->s->keys, r->d->school_id, now_ms, &r->next);
	bool is_the_same = !e && memcmp(r->next.kid, r->d->kid, SIGN_KID_BYTES) == 0;
	return is_the_same
			? exchange_key_store_add(db, r->s->keys, r->d->school_id, now_ms, &r->next)
			: e;
}

static enum err ask_roll(struct sync *s, const struct destination *d,
		const struct enrolment_roll *roll, struct sync_fault *f) {
	_cleanup_(buf_finish) struct buf body = buf_make(ENROLMENT_BODY_BYTES_MAX);
	struct https_answer a = { .body = buf_make(0) };
	enum err e = enrolment_roll_print(roll, &body);
	if (e) {
		return e;
	}
	const struct question q = { .url = d->settings.url,
		.ca_pem = d->ca_pem,
		.path = "keys",
		.is_post = true,
		.type = "application/json",
		.body = { body.data, body.len },
		.answer_bytes_max = PROBLEM_BYTES_MAX,
		.timeout_ms = SYNC_ASK_TIMEOUT_MS };
	e = ask(s, &q, &a, f);
	buf_finish(&a.body);
	return e;
}

enum err sync_roll(struct sync *s, struct destination *d, struct sync_fault *fault) {
	struct rolling r = { .s = s, .d = d };
	struct exchange_key old;
	struct enrolment_roll roll;
	enum err e = db_transact(s->db, run_next_key, &r);
	e = e ? e : exchange_key_store_load(s->db, s->keys, d->school_id, d->kid, &old);
	e = e ? e : enrolment_roll_make(str_from(d->school_code), old.seed, r.next.seed, &roll);
	e = e ? e : ask_roll(s, d, &roll, fault);
	e = e ? e : destination_store_know(s->db, d->id, r.next.kid);
	if (!e) {
		memcpy(d->kid, r.next.kid, sizeof(d->kid));
		e = exchange_key_store_retire(s->db, d->school_id, clock_now_ms(s->clock));
	}
	exchange_key_wipe(&old);
	exchange_key_wipe(&r.next);
	return e;
}

/* ---- enrolment ---- */

static enum err run_add_key(struct db *db, void *ctx) {
	struct rolling *r = ctx;
	return exchange_key_store_add(
			db, r->s->keys, r->d->school_id, clock_now_ms(r->s->clock), &r->next);
}

static enum err run_need_key(struct db *db, void *ctx) {
	struct rolling *r = ctx;
	return exchange_key_store_need(
			db, r->s->keys, r->d->school_id, clock_now_ms(r->s->clock), &r->next);
}

static enum err fill_ask(struct db *db, uint64_t school_id, struct enrolment_ask *ask) {
	struct school school;
	enum err e = place_store_school(db, school_id, &school);
	e = e ? e : destination_store_commune(db, school_id, ask->commune, sizeof(ask->commune));
	if (e) {
		return e;
	}
	size_t code_n = strlen(school.code);
	size_t n = strlen(school.name);
	if (!exchange_code_is_good(str_from(school.code)) || n >= sizeof(ask->name)) {
		return ERR_LIMIT;
	}
	memcpy(ask->school, school.code, code_n + 1);
	memcpy(ask->name, school.name, n + 1);
	(void)snprintf(ask->level, sizeof(ask->level), "%s",
			place_level_name(school.level)); /* fits */
	return ERR_OK;
}

static enum err show_key(struct sync *s, const struct sync_enrolment *what,
		const struct enrolment_ask *ask_body, struct enrolment_answer *out,
		struct sync_fault *f) {
	_cleanup_(buf_finish) struct buf body = buf_make(ENROLMENT_BODY_BYTES_MAX);
	struct https_answer a = { .body = buf_make(0) };
	struct hash code_key;
	enum err e = enrolment_ask_print(ask_body, &body);
	if (e) {
		return e;
	}
	const struct question q = { .url = what->url,
		.ca_pem = what->ca_pem,
		.path = "enrolments",
		.is_post = true,
		.type = "application/json",
		.body = { body.data, body.len },
		.answer_bytes_max = PROBLEM_BYTES_MAX,
		.timeout_ms = SYNC_ASK_TIMEOUT_MS };
	e = ask(s, &q, &a, f);
	if (!e) {
		e = enrolment_answer_read((struct str){ buf_str(&a.body), a.body.len }, out);
		enrolment_code_key(what->code, &code_key);
		bool is_good = !e && enrolment_answer_is_valid(out, ask_body, &code_key);
		if (e != ERR_NOMEM && !is_good) {
			sync_fault_set(f, "destination.not_proven", NULL);
			e = ERR_UNSUPPORTED;
		}
		secret_wipe(&code_key, sizeof(code_key));
	}
	buf_finish(&a.body);
	return e;
}

static enum err enrol_with(struct sync *s, const struct sync_enrolment *what,
		enum err (*get_key)(struct db *db, void *ctx), struct sync_enrolled *out,
		struct sync_fault *fault) {
	const struct destination of = { .school_id = what->school_id };
	struct rolling r = { .s = s, .d = &of };
	struct enrolment_ask ask_body = { .code_id = "" };
	struct hash code_key;
	enum err e = db_transact(s->db, get_key, &r);
	e = e ? e : fill_ask(s->db, what->school_id, &ask_body);
	if (e) {
		return e;
	}
	memcpy(ask_body.code_id, what->code->id, sizeof(ask_body.code_id));
	memcpy(ask_body.key, r.next.public_key, sizeof(ask_body.key));
	memcpy(out->kid, r.next.kid, sizeof(out->kid));
	exchange_key_wipe(&r.next);
	enrolment_code_key(what->code, &code_key);
	enrolment_ask_seal(&ask_body, &code_key);
	secret_wipe(&code_key, sizeof(code_key));
	return show_key(s, what, &ask_body, &out->answer, fault);
}

enum err sync_enrol(struct sync *s, const struct sync_enrolment *what, struct sync_enrolled *out,
		struct sync_fault *fault) {
	enum err e = enrol_with(s, what, run_need_key, out, fault);
	bool was_revoked = e == ERR_UNSUPPORTED && strcmp(fault->code, "exchange.key_again") == 0;
	return was_revoked ? enrol_with(s, what, run_add_key, out, fault) : e;
}
