#include "ws/http/inbox_http.h"

#include <stdio.h>

#include "core/exchange/exchange_receipt.h"
#include "core/exchange/tree.h"
#include "core/province/inbox_store.h"
#include "core/province/province_school_store.h"
#include "core/province/province_tree_store.h"
#include "ws/app.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/province_role.h"

enum { NUMBER_BYTES = 24 };

/* ---- who signed ---- */

struct signer {
	struct province_school school;
	struct province_key key;
	uint8_t signature[SIGN_BYTES];
};

static enum err answer_limit(struct reply *reply, unsigned mib) {
	char records[NUMBER_BYTES];
	char limit[NUMBER_BYTES];
	(void)snprintf(records, sizeof(records), "%d", EXCHANGE_BATCH_TAKEN_RECORDS_MAX);
	(void)snprintf(limit, sizeof(limit), "%u", mib); /* a small number */
	return reply_problem(
			reply, 413, "exchange.too_large", "records", records, "limit", limit, NULL);
}

static enum err answer_refused(struct reply *reply, enum err e) {
	switch ((int)e) {
	case ERR_NOT_FOUND:
		return reply_problem(reply, 403, "exchange.key_unknown", NULL);
	case ERR_CORRUPT:
		return reply_problem(reply, 401, "exchange.signature", NULL);
	case ERR_DENIED:
		return reply_problem(reply, 403, "exchange.key_revoked", NULL);
	case ERR_STALE:
		return reply_problem(reply, 403, "exchange.key_rolled", NULL);
	case ERR_CLOSED:
		return reply_problem(reply, 403, "exchange.suspended", NULL);
	case ERR_FORK:
		return reply_problem(reply, 409, "exchange.batch_differs", NULL);
	default:
		return e;
	}
}

/*
 * The school of that code, by the key that the head names and whose signature the body carries.
 * Errors  ERR_NOT_FOUND  no such school or key; ERR_CORRUPT  not signed by it; ERR_DENIED  revoked
 */
static enum err find_signer(const struct request *req, struct str school, struct signer *out) {
	struct app *app = request_app(req);
	struct db *db = request_db(req);
	uint8_t kid[SIGN_KID_BYTES];
	if (str_unhex(request_signing_key(req), kid, sizeof(kid))) {
		return ERR_NOT_FOUND;
	}
	enum err e = province_school_store_find(
			db, province_role_place(app->province)->id, school, &out->school);
	e = e ? e : province_key_store_find(db, out->school.id, kid, &out->key);
	if (e) {
		return e;
	}
	if (str_unhex(request_signature(req), out->signature, sizeof(out->signature)) ||
			!exchange_body_is_signed(
					out->key.key, request_body(req), request_signature(req))) {
		return ERR_CORRUPT;
	}
	return out->key.revoked_at_ms ? ERR_DENIED : ERR_OK;
}

/* Answers 429 and gives true when the school must wait. */
static bool must_wait(const struct request *req, struct reply *reply, const struct signer *signer) {
	int64_t wait_ms = province_role_wait_ms(request_app(req)->province, signer->school.id);
	if (wait_ms == 0) {
		return false;
	}
	int64_t seconds = (wait_ms + 999) / 1000;
	char text[NUMBER_BYTES];
	(void)snprintf(text, sizeof(text), "%lld", (long long)seconds); /* fits by its size */
	(void)reply_problem(
			reply, 429, "exchange.too_fast", "seconds", text, NULL); /* always ERR_OK */
	reply_retry_after(reply, seconds);
	return true;
}

/* ---- batches ---- */

static enum err take_batch(const struct request *req, struct reply *reply,
		const struct exchange_batch *batch, const struct signer *signer) {
	struct app *app = request_app(req);
	struct str body = request_body(req);
	_cleanup_(inbox_finish) struct inbox inbox = { .records = NULL };
	_cleanup_(buf_finish) struct buf answer = buf_make(EXCHANGE_ANSWER_BYTES_MAX);
	struct inbox_batch b = {
		.school_id = signer->school.id,
		.batch = batch,
		.kid = signer->key.kid,
		.signature = signer->signature,
		.keys = app->keys,
		.now_ms = request_now_ms(req),
	};
	hash_bytes(NULL, body.p, body.n, &b.body);
	enum err e = inbox_read(
			str_from(signer->school.code), batch->lines, batch->header.records, &inbox);
	e = e ? e : inbox_store_take(request_db(req), &b, &inbox, &answer);
	if (e) {
		return answer_refused(reply, e);
	}
	reply_file(reply, EXCHANGE_BATCH_TYPE, NULL, &answer);
	return ERR_OK;
}

enum err batch_create(const struct request *req, struct reply *reply) {
	if (!request_type_is(req, EXCHANGE_BATCH_TYPE)) {
		return ERR_UNSUPPORTED;
	}
	_cleanup_(exchange_batch_finish) struct exchange_batch batch = { .lines = NULL };
	unsigned line = 0;
	enum err e = exchange_batch_read(request_body(req), &batch, &line);
	if (e == ERR_FORMAT) {
		char text[NUMBER_BYTES];
		(void)snprintf(text, sizeof(text), "%u", line); /* fits by its size */
		return reply_problem(reply, 400, "exchange.format", "line", text, NULL);
	}
	if (e) {
		return e == ERR_LIMIT ? answer_limit(reply, EXCHANGE_BATCH_TAKEN_BYTES_MAX >> 20)
				      : e;
	}
	struct signer signer;
	e = find_signer(req, str_from(batch.header.school), &signer);
	if (e) {
		return answer_refused(reply, e);
	}
	return must_wait(req, reply, &signer) ? ERR_OK : take_batch(req, reply, &batch, &signer);
}

/* ---- the tree ---- */

/* What is asked: the node's path from the school down. */
static enum err read_path(const struct json *body, struct tree_node *out) {
	const struct json *path = NULL;
	enum err e = json_get_array(body, "path", &path);
	if (e || json_count(path) >= TREE_RECORD) {
		return e ? e : ERR_INVAL;
	}
	struct str parts[TREE_RECORD] = { { NULL, 0 } };
	size_t n = 0;
	for (const struct json *it = json_first(path); it && !e; it = json_next(it)) {
		e = json_as_str(it, &parts[n++]);
	}
	uint64_t term = 0;
	if (!e && n > 1) {
		e = str_parse_u64(parts[1], &term);
		e = e || term > EXCHANGE_TERM_MAX || parts[1].n != 1 ? ERR_INVAL : ERR_OK;
	}
	out->level = (enum tree_level)n;
	out->class_id = parts[0];
	out->term = (unsigned)term;
	out->student = parts[2];
	return e;
}

static enum err write_child(const struct tree_child *child, void *ctx) {
	struct json_out *w = ctx;
	char hex[2 * TREE_SHORT_BYTES + 1];
	str_hex(child->hash.b, TREE_SHORT_BYTES, hex);
	jo_arr(w);
	jo_str(w, child->key);
	if (child->version) {
		jo_i64(w, child->version);
	}
	jo_strz(w, hex);
	jo_end_arr(w);
	return ERR_OK;
}

static enum err answer_node(const struct request *req, struct reply *reply, uint64_t school_id,
		const struct tree_node *node, const struct hash *theirs) {
	_cleanup_(buf_finish) struct buf children = buf_make(REPLY_BODY_BYTES_MAX);
	struct json_out inner;
	struct hash ours;
	jo_begin(&inner, &children);
	jo_arr(&inner);
	const struct tree_rows_to to = { write_child, &inner };
	enum err e = province_tree_store_node(request_db(req), school_id, node, &to, &ours);
	jo_end_arr(&inner);
	e = e ? e : buf_err(&children);
	if (e) {
		return e;
	}
	bool is_same = hash_equal(&ours, theirs);
	struct json_out *w = reply_json(reply, 200);
	jo_kbool(w, "same", is_same);
	if (!is_same) {
		jo_kraw(w, node->level == TREE_STUDENT ? "records" : "children",
				(struct str){ buf_str(&children), children.len });
	}
	return ERR_OK;
}

enum err tree_ask(const struct request *req, struct reply *reply) {
	const struct json *body = request_json(req);
	struct str school;
	struct str hex;
	struct hash theirs;
	struct tree_node node = { .level = TREE_SCHOOL };
	enum err e = json_get_str(body, "school", &school);
	e = e ? e : json_get_str(body, "hash", &hex);
	e = e ? e : str_unhex(hex, theirs.b, sizeof(theirs.b));
	e = e ? e : read_path(body, &node);
	if (e) {
		return reply_problem(reply, 400, "exchange.body", NULL);
	}
	struct signer signer;
	e = find_signer(req, school, &signer);
	if (!e && signer.key.until_ms) {
		e = ERR_STALE;
	}
	if (!e && signer.school.state == PROVINCE_SCHOOL_SUSPENDED) {
		e = ERR_CLOSED;
	}
	if (e) {
		return answer_refused(reply, e);
	}
	if (must_wait(req, reply, &signer)) {
		return ERR_OK;
	}
	if (node.level == TREE_SCHOOL) { /* each comparison begins here */
		e = province_school_store_heard(
				request_db(req), signer.school.id, request_now_ms(req));
	}
	return e ? e : answer_node(req, reply, signer.school.id, &node, &theirs);
}
