#include "core/exchange/exchange_receipt.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/mem.h"

enum {
	TAG_BYTES = 4,
	HEAD_MEMBERS = 2,
	OUTCOME_MEMBERS = 4,
	HEAD_BYTES_MAX = 2 * (EXCHANGE_STATEMENT_BYTES_MAX + SIGN_BYTES) + 64,
	PARAMS_MAX = 16,
	STATEMENT_FIXED_BYTES = EXCHANGE_STATEMENT_BYTES_MAX - EXCHANGE_SCHOOL_BYTES_MAX,
};

static const char tag[] = "TTXH";

/* ---- the statement ---- */

static uint8_t *put(uint8_t *at, const void *bytes, size_t n) {
	memcpy(at, bytes, n);
	return at + n;
}

static uint8_t *put_be(uint8_t *at, uint64_t v, size_t n) {
	for (size_t i = 0; i < n; i++) {
		at[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	}
	return at + n;
}

size_t exchange_statement_print(
		const struct exchange_statement *s, uint8_t out[EXCHANGE_STATEMENT_BYTES_MAX]) {
	size_t n = strlen(s->school);
	assert(exchange_code_is_good(str_from(s->school)) && s->received_at_ms >= 0);
	uint8_t *at = put(out, tag, TAG_BYTES);
	*at++ = EXCHANGE_STATEMENT_VERSION;
	*at++ = (uint8_t)n;
	at = put(at, s->school, n);
	at = put(at, s->batch, sizeof(s->batch));
	at = put(at, s->body.b, HASH_BYTES);
	at = put_be(at, (uint64_t)s->received_at_ms, 8);
	at = put_be(at, s->applied, 4);
	at = put_be(at, s->stale, 4);
	at = put_be(at, s->rejected, 4);
	at = put(at, s->lines.b, HASH_BYTES);
	at = put(at, s->kid, sizeof(s->kid));
	return (size_t)(at - out);
}

static uint64_t take_be(const uint8_t **at, size_t n) {
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++) {
		v = v << 8 | (*at)[i];
	}
	*at += n;
	return v;
}

static void take(const uint8_t **at, void *out, size_t n) {
	memcpy(out, *at, n);
	*at += n;
}

enum err exchange_statement_parse(struct str bytes, struct exchange_statement *out) {
	if (bytes.n < STATEMENT_FIXED_BYTES || memcmp(bytes.p, tag, TAG_BYTES) != 0) {
		return ERR_FORMAT;
	}
	const uint8_t *at = (const uint8_t *)bytes.p + TAG_BYTES;
	uint8_t version = *at++;
	size_t n = *at++;
	struct str code = { (const char *)at, n };
	if (version != EXCHANGE_STATEMENT_VERSION || bytes.n != STATEMENT_FIXED_BYTES + n ||
			!exchange_code_is_good(code)) {
		return ERR_FORMAT;
	}
	struct exchange_statement s = { .applied = 0 };
	take(&at, s.school, n);
	take(&at, s.batch, sizeof(s.batch));
	take(&at, s.body.b, HASH_BYTES);
	uint64_t received = take_be(&at, 8);
	s.applied = (uint32_t)take_be(&at, 4);
	s.stale = (uint32_t)take_be(&at, 4);
	s.rejected = (uint32_t)take_be(&at, 4);
	take(&at, s.lines.b, HASH_BYTES);
	take(&at, s.kid, sizeof(s.kid));
	if (received > (uint64_t)JSON_INT_MAX) {
		return ERR_FORMAT;
	}
	s.received_at_ms = (int64_t)received;
	*out = s;
	return ERR_OK;
}

enum err exchange_statement_verify(struct str bytes, const uint8_t *signature,
		const uint8_t *public_key, struct exchange_statement *out) {
	struct exchange_statement s;
	uint8_t kid[SIGN_KID_BYTES];
	enum err e = exchange_statement_parse(bytes, &s);
	if (e) {
		return e;
	}
	sign_kid(public_key, kid);
	if (memcmp(kid, s.kid, sizeof(kid)) != 0 ||
			!sign_is_valid(public_key, bytes.p, bytes.n, signature)) {
		return ERR_CORRUPT;
	}
	*out = s;
	return ERR_OK;
}

/* ---- outcomes ---- */

static const char *state_name(enum exchange_outcome_state state) {
	switch (state) {
	case EXCHANGE_STALE:
		return "stale";
	case EXCHANGE_REJECTED:
		return "rejected";
	}
	return "";
}

static bool is_code(struct str code) {
	for (size_t i = 0; i < code.n; i++) {
		char c = code.p[i];
		if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '_')) {
			return false;
		}
	}
	return code.n > 0;
}

enum err exchange_outcome_print(const struct exchange_outcome *o, struct buf *out) {
	if (o->code.n > EXCHANGE_CODE_BYTES_MAX || o->params.n > EXCHANGE_PARAMS_BYTES_MAX) {
		return ERR_LIMIT;
	}
	if (!is_code(o->code) || o->params.n < 2) {
		return ERR_INVAL;
	}
	_cleanup_(buf_finish) struct buf line = buf_make(EXCHANGE_OUTCOME_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &line);
	jo_obj(&w);
	jo_ki64(&w, "n", o->n);
	jo_kstrz(&w, "state", state_name(o->state));
	jo_kstr(&w, "code", o->code);
	jo_kraw(&w, "params", o->params);
	jo_end_obj(&w);
	enum err e = buf_err(&line);
	if (e) {
		return e;
	}
	buf_add(out, line.data, line.len);
	buf_add_char(out, '\n');
	return buf_err(out);
}

enum err exchange_answer_print(
		struct str statement, const uint8_t *signature, struct str lines, struct buf *out) {
	char hex[2 * EXCHANGE_STATEMENT_BYTES_MAX + 1];
	char signed_hex[2 * SIGN_BYTES + 1];
	struct json_out w;
	assert(statement.n <= EXCHANGE_STATEMENT_BYTES_MAX);
	str_hex(statement.p, statement.n, hex);
	str_hex(signature, SIGN_BYTES, signed_hex);
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "statement", hex);
	jo_kstrz(&w, "signature", signed_hex);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
	buf_add(out, lines.p, lines.n);
	return buf_err(out);
}

/* ---- reading an answer ---- */

void exchange_answer_free(struct exchange_answer *answer) {
	if (answer) {
		free(answer->outcomes);
		free(answer->text);
		free(answer);
	}
}

static enum err read_head(struct str line, struct exchange_answer *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	struct str statement;
	struct str signature;
	enum err e = json_parse(line, HEAD_BYTES_MAX, &root);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_FORMAT;
	}
	e = json_get_str(root, "statement", &statement);
	e = e ? e : json_get_str(root, "signature", &signature);
	if (e || json_count(root) != HEAD_MEMBERS || statement.n % 2 != 0 ||
			statement.n / 2 > sizeof(out->bytes) ||
			str_unhex(statement, out->bytes, statement.n / 2) ||
			str_unhex(signature, out->signature, SIGN_BYTES)) {
		return ERR_FORMAT;
	}
	out->bytes_n = statement.n / 2;
	return ERR_OK;
}

/* The parameters again, in our own print: texts and whole numbers only. */
static enum err print_params(const struct json *params, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	for (const struct json *it = json_first(params); it; it = json_next(it)) {
		struct str name = json_name(it);
		struct str text;
		int64_t number = 0;
		char key[EXCHANGE_CODE_BYTES_MAX + 1];
		if (!is_code(name) || name.n >= sizeof(key)) {
			return ERR_FORMAT;
		}
		memcpy(key, name.p, name.n);
		key[name.n] = '\0';
		if (!json_as_str(it, &text)) {
			jo_kstr(&w, key, text);
		} else if (!json_as_i64(it, &number)) {
			jo_ki64(&w, key, number);
		} else {
			return ERR_FORMAT;
		}
	}
	jo_end_obj(&w);
	return buf_err(out);
}

/* Code and parameters behind one another in `text`, which has room for every one. */
static enum err keep_texts(struct str code, const struct json *params, struct exchange_outcome *o,
		struct buf *text) {
	size_t from = text->len;
	_cleanup_(buf_finish) struct buf json = buf_make(EXCHANGE_OUTCOME_BYTES_MAX);
	enum err e = json_count(params) <= PARAMS_MAX ? print_params(params, &json) : ERR_FORMAT;
	if (e) {
		return e == ERR_NOMEM ? e : ERR_FORMAT;
	}
	buf_add(text, code.p, code.n);
	buf_add(text, buf_str(&json), json.len);
	/* Where they stand is known once the text no longer moves: offsets until then. */
	o->code = (struct str){ NULL, code.n };
	o->params = (struct str){ NULL, json.len };
	assert(text->len - from == code.n + json.len || buf_err(text));
	return buf_err(text);
}

static enum err read_outcome(struct str line, struct exchange_outcome *o, struct buf *text) {
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *params = NULL;
	struct str state;
	struct str code;
	int64_t n = 0;
	enum err e = json_parse(line, EXCHANGE_OUTCOME_BYTES_MAX, &root);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_FORMAT;
	}
	e = json_get_i64(root, "n", &n);
	e = e ? e : json_get_str(root, "state", &state);
	e = e ? e : json_get_str(root, "code", &code);
	e = e ? e : json_get_object(root, "params", &params);
	if (e || json_count(root) != OUTCOME_MEMBERS || n < 0 ||
			n >= EXCHANGE_BATCH_TAKEN_RECORDS_MAX || !is_code(code) ||
			code.n > EXCHANGE_CODE_BYTES_MAX) {
		return ERR_FORMAT;
	}
	o->n = (uint32_t)n;
	if (str_eq_z(state, state_name(EXCHANGE_STALE))) {
		o->state = EXCHANGE_STALE;
	} else if (str_eq_z(state, state_name(EXCHANGE_REJECTED))) {
		o->state = EXCHANGE_REJECTED;
	} else {
		return ERR_FORMAT;
	}
	return keep_texts(code, params, o, text);
}

/* Every line in its order, as many of each state as the statement says. */
static enum err read_outcomes(struct str rest, struct exchange_answer *a, struct buf *text) {
	const struct exchange_statement *s = &a->statement;
	uint32_t most = s->stale + s->rejected;
	uint32_t rejected = 0;
	a->outcomes = mem_zeros(most ? most : 1, sizeof(*a->outcomes));
	if (!a->outcomes) {
		return ERR_NOMEM;
	}
	while (rest.n > 0) {
		const char *end = memchr(rest.p, '\n', rest.n);
		struct exchange_outcome *o = &a->outcomes[a->count];
		if (!end || a->count == most) {
			return ERR_FORMAT;
		}
		size_t n = (size_t)(end - rest.p);
		enum err e = read_outcome((struct str){ rest.p, n }, o, text);
		bool is_in_order = a->count == 0 || o->n > a->outcomes[a->count - 1].n;
		if (e) {
			return e;
		}
		if (!is_in_order || o->n >= s->applied + s->stale + s->rejected) {
			return ERR_FORMAT;
		}
		rejected += o->state == EXCHANGE_REJECTED;
		a->count++;
		rest.p = end + 1;
		rest.n -= n + 1;
	}
	return a->count == most && rejected == s->rejected ? ERR_OK : ERR_FORMAT;
}

static enum err check_statement(const struct exchange_statement *s, struct str lines,
		const struct exchange_expected *expected) {
	struct hash h;
	if (strcmp(s->school, expected->school) != 0 ||
			memcmp(s->batch, expected->batch, sizeof(s->batch)) != 0 ||
			!hash_equal(&s->body, expected->body)) {
		return ERR_STALE;
	}
	hash_bytes(NULL, lines.p, lines.n, &h);
	uint64_t all = (uint64_t)s->applied + s->stale + s->rejected;
	return all == expected->records && hash_equal(&h, &s->lines) ? ERR_OK : ERR_FORMAT;
}

static void set_texts(struct exchange_answer *a) {
	const char *at = a->text;
	for (size_t i = 0; i < a->count; i++) {
		a->outcomes[i].code.p = at;
		at += a->outcomes[i].code.n;
		a->outcomes[i].params.p = at;
		at += a->outcomes[i].params.n;
	}
}

enum err exchange_answer_read(struct str text, const struct exchange_expected *expected,
		struct exchange_answer **out) {
	if (text.n > EXCHANGE_ANSWER_BYTES_MAX) {
		return ERR_LIMIT;
	}
	const char *end = text.n ? memchr(text.p, '\n', text.n) : NULL;
	_cleanup_(exchange_answer_freep) struct exchange_answer *a = mem_zeros(1, sizeof(*a));
	if (!a || !end) {
		return a ? ERR_FORMAT : ERR_NOMEM;
	}
	size_t n = (size_t)(end - text.p);
	struct str lines = { end + 1, text.n - n - 1 };
	enum err e = read_head((struct str){ text.p, n }, a);
	e = e ? e
	      : exchange_statement_verify((struct str){ (const char *)a->bytes, a->bytes_n },
				a->signature, expected->peer_key, &a->statement);
	e = e ? e : check_statement(&a->statement, lines, expected);
	if (e) {
		return e;
	}
	_cleanup_(buf_finish) struct buf kept = buf_make(EXCHANGE_ANSWER_BYTES_MAX);
	e = read_outcomes(lines, a, &kept);
	if (e) {
		return e;
	}
	size_t kept_n = 0;
	a->text = buf_steal(&kept, &kept_n);
	if (!a->text) {
		return ERR_NOMEM;
	}
	set_texts(a);
	*out = STEAL(a);
	return ERR_OK;
}
