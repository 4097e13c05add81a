/* Answers of a province: what is made is read, and nothing forged, replayed, cut or made up is. */
#include "core/exchange/exchange_receipt.h"

#include <stdlib.h>

#include "core/base/json_out.h"
#include "tests/check.h"

static const uint8_t seed[SIGN_SEED_BYTES] = { 1, 2, 3 };
static const uint8_t other_seed[SIGN_SEED_BYTES] = { 3, 2, 1 };
static const uint8_t batch_id[EXCHANGE_BATCH_ID_BYTES] = { 9, 8, 7 };
static const uint8_t other_id[EXCHANGE_BATCH_ID_BYTES] = { 9, 8, 6 };

struct world {
	uint8_t key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	uint8_t other_key[SIGN_PUBLIC_BYTES];
	uint8_t other_secret[SIGN_SECRET_BYTES];
	struct hash body;
	struct exchange_expected expected;
};

static void world_init(struct world *w) {
	sign_pair(seed, w->key, w->secret);
	sign_pair(other_seed, w->other_key, w->other_secret);
	hash_bytes(NULL, "body", 4, &w->body);
	w->expected = (struct exchange_expected){ "79000001", batch_id, &w->body, 5, w->key };
}

static struct exchange_statement usual(const struct world *w) {
	struct exchange_statement s = { .school = "79000001",
		.body = w->body,
		.received_at_ms = INT64_C(1795357200000),
		.applied = 3,
		.stale = 1,
		.rejected = 1 };
	memcpy(s.batch, batch_id, sizeof(batch_id));
	sign_kid(w->key, s.kid);
	return s;
}

static const char two_lines[] =
		"{\"n\":1,\"state\":\"stale\",\"code\":\"exchange.held\",\"params\":{}}\n"
		"{\"n\":4,\"state\":\"rejected\",\"code\":\"exchange.value\",\"params\":{\"field\":"
		"\"diemx10\",\"most\":100}}\n";

/* An answer that says what the statement says, with the lines as they are. */
static void print_answer(struct exchange_statement *s, const uint8_t *secret, const char *lines,
		struct buf *out) {
	uint8_t bytes[EXCHANGE_STATEMENT_BYTES_MAX];
	uint8_t signature[SIGN_BYTES];
	hash_bytes(NULL, lines, strlen(lines), &s->lines);
	size_t n = exchange_statement_print(s, bytes);
	sign_make(secret, bytes, n, signature);
	CHECK_INT("answer",
			exchange_answer_print((struct str){ (const char *)bytes, n }, signature,
					str_from(lines), out),
			ERR_OK);
}

static enum err read_it(const struct buf *text, const struct exchange_expected *expected) {
	struct exchange_answer *a = NULL;
	enum err e = exchange_answer_read((struct str){ buf_str(text), text->len }, expected, &a);
	CHECK("untouched on failure", !e == (a != NULL));
	exchange_answer_free(a);
	return e;
}

static void test_there_and_back(const struct world *w) {
	_cleanup_(buf_finish) struct buf lines = buf_make(4096);
	_cleanup_(buf_finish) struct buf text = buf_make(4096);
	_cleanup_(exchange_answer_freep) struct exchange_answer *a = NULL;
	struct exchange_outcome one = { 1, EXCHANGE_STALE, str_from("exchange.held"),
		str_from("{}") };
	struct exchange_outcome two = { 4, EXCHANGE_REJECTED, str_from("exchange.value"),
		str_from("{\"field\":\"diemx10\",\"most\":100}") };
	CHECK_INT("one", exchange_outcome_print(&one, &lines), ERR_OK);
	CHECK_INT("two", exchange_outcome_print(&two, &lines), ERR_OK);
	CHECK_STR("as they are sent", buf_str(&lines), two_lines);
	struct exchange_statement s = usual(w);
	print_answer(&s, w->secret, buf_str(&lines), &text);
	CHECK_INT("read",
			exchange_answer_read((struct str){ text.data, text.len }, &w->expected, &a),
			ERR_OK);
	if (!a) {
		return;
	}
	CHECK_INT("received", a->statement.received_at_ms, s.received_at_ms);
	CHECK_INT("applied", a->statement.applied, 3);
	CHECK_INT("outcomes", a->count, 2);
	CHECK_INT("n", a->outcomes[0].n, 1);
	CHECK_INT("state", a->outcomes[0].state, EXCHANGE_STALE);
	CHECK("params", str_eq_z(a->outcomes[0].params, "{}"));
	CHECK_INT("n", a->outcomes[1].n, 4);
	CHECK_INT("state", a->outcomes[1].state, EXCHANGE_REJECTED);
	CHECK("code", str_eq_z(a->outcomes[1].code, "exchange.value"));
	CHECK("params", str_eq(a->outcomes[1].params, two.params));
	struct exchange_statement kept;
	struct str bytes = { (const char *)a->bytes, a->bytes_n };
	CHECK_INT("kept", exchange_statement_verify(bytes, a->signature, w->key, &kept), ERR_OK);
	CHECK_STR("school", kept.school, "79000001");
	CHECK_INT("another key",
			exchange_statement_verify(bytes, a->signature, w->other_key, &kept),
			ERR_CORRUPT);
}

static void test_not_for_us(const struct world *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(4096);
	struct exchange_statement s = usual(w);
	print_answer(&s, w->secret, two_lines, &text);
	CHECK_INT("ours", read_it(&text, &w->expected), ERR_OK);
	struct exchange_expected x = w->expected;
	x.batch = other_id;
	CHECK_INT("another batch", read_it(&text, &x), ERR_STALE);
	x = w->expected;
	x.school = "79000002";
	CHECK_INT("another school", read_it(&text, &x), ERR_STALE);
	x = w->expected;
	struct hash other_body;
	hash_bytes(NULL, "Body", 4, &other_body);
	x.body = &other_body;
	CHECK_INT("other bytes", read_it(&text, &x), ERR_STALE);
	x = w->expected;
	x.peer_key = w->other_key;
	CHECK_INT("another province", read_it(&text, &x), ERR_CORRUPT);
	x = w->expected;
	x.records = 6;
	CHECK_INT("another count", read_it(&text, &x), ERR_FORMAT);
	/* The name of our key over a signature by another. */
	buf_clear(&text);
	print_answer(&s, w->other_secret, two_lines, &text);
	CHECK_INT("another secret", read_it(&text, &w->expected), ERR_CORRUPT);
	buf_clear(&text);
	sign_kid(w->other_key, s.kid);
	print_answer(&s, w->secret, two_lines, &text);
	CHECK_INT("another key's name", read_it(&text, &w->expected), ERR_CORRUPT);
}

#define L(n, state, code, params) \
	"{\"n\":" n ",\"state\":" state ",\"code\":" code ",\"params\":" params "}\n"
#define R "\"rejected\""
#define T "\"stale\""
#define C "\"exchange.x\""

/* Signed by the right key, but no answer all the same: counts 3, 1, 1. */
static const struct {
	const char *name;
	const char *lines;
	enum err want;
} rows[] = {
	{ "as it must be", L("0", T, C, "{}") L("1", R, C, "{}"), ERR_OK },
	{ "no lines", "", ERR_FORMAT },
	{ "one less", L("0", T, C, "{}"), ERR_FORMAT },
	{ "one more", L("0", T, C, "{}") L("1", R, C, "{}") L("2", R, C, "{}"), ERR_FORMAT },
	{ "two stale", L("0", T, C, "{}") L("1", T, C, "{}"), ERR_FORMAT },
	{ "out of order", L("1", T, C, "{}") L("0", R, C, "{}"), ERR_FORMAT },
	{ "the same twice", L("1", T, C, "{}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "past the end", L("1", T, C, "{}") L("5", R, C, "{}"), ERR_FORMAT },
	{ "the last", L("1", T, C, "{}") L("4", R, C, "{}"), ERR_OK },
	{ "below none", L("-1", T, C, "{}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "applied", L("0", "\"applied\"", C, "{}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "no code", L("0", T, "\"\"", "{}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "a code with a blank", L("0", T, "\"a b\"", "{}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "params null", L("0", T, C, "null") L("1", R, C, "{}"), ERR_FORMAT },
	{ "params deep", L("0", T, C, "{\"a\":{}}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "a half number", L("0", T, C, "{\"a\":1.5}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "a bad name", L("0", T, C, "{\"A\":1}") L("1", R, C, "{}"), ERR_FORMAT },
	{ "no LF at the end",
			"{\"n\":0,\"state\":\"stale\",\"code\":\"a\",\"params\":{}}\n"
			"{\"n\":1,\"state\":\"rejected\",\"code\":\"a\",\"params\":{}}",
			ERR_FORMAT },
	{ "a member more",
			"{\"n\":0,\"state\":\"stale\",\"code\":\"a\",\"params\":{},\"x\":1}\n"
			"{\"n\":1,\"state\":\"rejected\",\"code\":\"a\",\"params\":{}}\n",
			ERR_FORMAT },
	{ "no JSON", "abc\ndef\n", ERR_FORMAT },
	{ "empty lines", "\n\n", ERR_FORMAT },
};

static void test_lines(const struct world *w) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf text = buf_make(4096);
		struct exchange_statement s = usual(w);
		print_answer(&s, w->secret, rows[i].lines, &text);
		CHECK_INT(rows[i].name, read_it(&text, &w->expected), rows[i].want);
	}
}

/* Whatever single byte is changed, left out or cut away: it is not believed. */
static void test_changed(const struct world *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(4096);
	struct exchange_statement s = usual(w);
	print_answer(&s, w->secret, two_lines, &text);
	unsigned believed = 0;
	for (size_t i = 0; i < text.len; i++) {
		char was = text.data[i];
		text.data[i] = was == '0' ? '1' : '0';
		believed += read_it(&text, &w->expected) == ERR_OK;
		text.data[i] = was;
		size_t n = text.len;
		text.len = i;
		believed += read_it(&text, &w->expected) == ERR_OK;
		text.len = n;
	}
	CHECK_INT("changed answers believed", believed, 0);
	CHECK_INT("the whole still is", read_it(&text, &w->expected), ERR_OK);
}

static void test_statement(const struct world *w) {
	uint8_t bytes[EXCHANGE_STATEMENT_BYTES_MAX];
	struct exchange_statement s = usual(w);
	struct exchange_statement back;
	memset(s.school, '7', EXCHANGE_SCHOOL_BYTES_MAX);
	size_t n = exchange_statement_print(&s, bytes);
	CHECK_INT("longest", n, EXCHANGE_STATEMENT_BYTES_MAX);
	CHECK_INT("parse", exchange_statement_parse((struct str){ (char *)bytes, n }, &back),
			ERR_OK);
	CHECK_STR("school", back.school, s.school);
	CHECK_INT("one byte less",
			exchange_statement_parse((struct str){ (char *)bytes, n - 1 }, &back),
			ERR_FORMAT);
	CHECK_INT("nothing", exchange_statement_parse((struct str){ NULL, 0 }, &back), ERR_FORMAT);
	bytes[4] = 2;
	CHECK_INT("another version",
			exchange_statement_parse((struct str){ (char *)bytes, n }, &back),
			ERR_FORMAT);
	bytes[4] = 1;
	bytes[5] = 23;
	CHECK_INT("another length",
			exchange_statement_parse((struct str){ (char *)bytes, n }, &back),
			ERR_FORMAT);
	bytes[5] = 255;
	CHECK_INT("far past the end",
			exchange_statement_parse((struct str){ (char *)bytes, n }, &back),
			ERR_FORMAT);
	s = usual(w);
	n = exchange_statement_print(&s, bytes);
	memcpy(bytes, "TT1H", 4);
	CHECK_INT("another purpose",
			exchange_statement_parse((struct str){ (char *)bytes, n }, &back),
			ERR_FORMAT);
}

static void test_outcome_limits(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(8192);
	char code[EXCHANGE_CODE_BYTES_MAX + 2];
	char params[EXCHANGE_PARAMS_BYTES_MAX + 2];
	memset(code, 'a', sizeof(code));
	memset(params, 'a', sizeof(params));
	memcpy(params, "{\"a\":\"", 6);
	struct exchange_outcome o = { 1, EXCHANGE_REJECTED, { code, EXCHANGE_CODE_BYTES_MAX },
		{ params, EXCHANGE_PARAMS_BYTES_MAX } };
	memcpy(params + EXCHANGE_PARAMS_BYTES_MAX - 2, "\"}", 2);
	CHECK_INT("longest", exchange_outcome_print(&o, &out), ERR_OK);
	o.code.n++;
	CHECK_INT("a longer code", exchange_outcome_print(&o, &out), ERR_LIMIT);
	o.code.n--;
	o.params.n++;
	CHECK_INT("longer params", exchange_outcome_print(&o, &out), ERR_LIMIT);
	o.params = str_from("{}");
	o.code = str_from("");
	CHECK_INT("no code", exchange_outcome_print(&o, &out), ERR_INVAL);
	o.code = str_from("A");
	CHECK_INT("a capital", exchange_outcome_print(&o, &out), ERR_INVAL);
}

static void test_too_long(const struct world *w) {
	size_t n = (size_t)EXCHANGE_ANSWER_BYTES_MAX + 1;
	char *text = calloc(1, n);
	struct exchange_answer *a = NULL;
	if (text) {
		CHECK_INT("too long",
				exchange_answer_read((struct str){ text, n }, &w->expected, &a),
				ERR_LIMIT);
		CHECK_INT("just so long",
				exchange_answer_read((struct str){ text, n - 1 }, &w->expected, &a),
				ERR_FORMAT);
	}
	free(text);
}

int main(void) {
	struct world w;
	world_init(&w);
	test_there_and_back(&w);
	test_not_for_us(&w);
	test_lines(&w);
	test_changed(&w);
	test_statement(&w);
	test_outcome_limits();
	test_too_long(&w);
	return check_done();
}
