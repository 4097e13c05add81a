/* Batches: what is made is read, and nothing else is. */
#include "core/exchange/exchange_batch.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static const struct str two[] = { { "{\"a\":1}", 7 }, { "{\"b\":\"\xC3\xA2\"}", 10 } };

static struct exchange_batch_header usual(uint32_t records) {
	struct exchange_batch_header h = { .school = "79000001",
		.number = 17,
		.records = records,
		.made_at_ms = INT64_C(1795357200000) };
	memset(h.id, 0xab, sizeof(h.id));
	return h;
}

static const char whole[] =
		"{\"format\":\"truongthi.batch.v1\",\"school\":\"79000001\","
		"\"batch\":\"abababababababababababababababab\",\"number\":17,\"records\":2,"
		"\"made_at\":1795357200000}\n{\"a\":1}\n{\"b\":\"\xC3\xA2\"}\n";

static void test_there_and_back(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(EXCHANGE_BATCH_BYTES_MAX);
	struct exchange_batch_header h = usual(2);
	CHECK_INT("print", exchange_batch_print(&h, two, &out), ERR_OK);
	CHECK_STR("as it is sent", buf_str(&out), whole);
	_cleanup_(exchange_batch_finish) struct exchange_batch batch = { .lines = NULL };
	unsigned line = 77;
	CHECK_INT("read", exchange_batch_read((struct str){ out.data, out.len }, &batch, &line),
			ERR_OK);
	CHECK_INT("no line", line, 77);
	CHECK_STR("school", batch.header.school, "79000001");
	CHECK_MEM("id", batch.header.id, h.id, sizeof(h.id));
	CHECK_INT("number", batch.header.number, 17);
	CHECK_INT("records", batch.header.records, 2);
	CHECK_INT("made", batch.header.made_at_ms, h.made_at_ms);
	for (size_t i = 0; batch.lines && i < 2; i++) {
		CHECK("a line", str_eq(batch.lines[i], two[i]));
	}
}

#define HEAD(format, school, id, number, records, made)                                    \
	"{\"format\":" format ",\"school\":" school ",\"batch\":" id ",\"number\":" number \
	",\"records\":" records ",\"made_at\":" made "}"
#define F "\"truongthi.batch.v1\""
#define S "\"79000001\""
#define I "\"abababababababababababababababab\""

static const struct {
	const char *name;
	const char *body;
	enum err want;
	unsigned line;
} bad[] = {
	{ "empty", "", ERR_FORMAT, 1 },
	{ "only LF", "\n", ERR_FORMAT, 1 },
	{ "no LF", HEAD(F, S, I, "1", "1", "5"), ERR_FORMAT, 1 },
	{ "no JSON", "abc\n{}\n", ERR_FORMAT, 1 },
	{ "an array", "[1,2,3,4,5,6]\n{}\n", ERR_FORMAT, 1 },
	{ "another format", HEAD("\"truongthi.batch.v2\"", S, I, "1", "1", "5") "\n{}\n",
			ERR_FORMAT, 1 },
	{ "school with a slash", HEAD(F, "\"79/1\"", I, "1", "1", "5") "\n{}\n", ERR_FORMAT, 1 },
	{ "no school", HEAD(F, "\"\"", I, "1", "1", "5") "\n{}\n", ERR_FORMAT, 1 },
	{ "school of 25", HEAD(F, "\"1234567890123456789012345\"", I, "1", "1", "5") "\n{}\n",
			ERR_FORMAT, 1 },
	{ "short id", HEAD(F, S, "\"abab\"", "1", "1", "5") "\n{}\n", ERR_FORMAT, 1 },
	{ "number 0", HEAD(F, S, I, "0", "1", "5") "\n{}\n", ERR_FORMAT, 1 },
	{ "number as text", HEAD(F, S, I, "\"1\"", "1", "5") "\n{}\n", ERR_FORMAT, 1 },
	{ "number of a half", HEAD(F, S, I, "1.5", "1", "5") "\n{}\n", ERR_FORMAT, 1 },
	{ "no records", HEAD(F, S, I, "1", "0", "5") "\n", ERR_FORMAT, 1 },
	{ "less than none", HEAD(F, S, I, "1", "-1", "5") "\n", ERR_FORMAT, 1 },
	{ "far too many", HEAD(F, S, I, "1", "4001", "5") "\n{}\n", ERR_LIMIT, 0 },
	{ "more than a word holds", HEAD(F, S, I, "1", "4294967297", "5") "\n{}\n", ERR_LIMIT, 0 },
	{ "made at 0", HEAD(F, S, I, "1", "1", "0") "\n{}\n", ERR_FORMAT, 1 },
	{ "twice the same name",
			"{\"format\":" F ",\"school\":" S ",\"school\":" S ",\"batch\":" I
			",\"number\":1,\"records\":1,\"made_at\":5}\n{}\n",
			ERR_FORMAT, 1 },
	{ "a member more",
			"{\"format\":" F ",\"school\":" S ",\"batch\":" I
			",\"number\":1,\"records\":1,\"made_at\":5,\"x\":1}\n{}\n",
			ERR_FORMAT, 1 },
	{ "CR LF", HEAD(F, S, I, "1", "1", "5") "\n{}\r\n", ERR_FORMAT, 2 },
	{ "an empty line", HEAD(F, S, I, "1", "2", "5") "\n\n{}\n", ERR_FORMAT, 2 },
	{ "a line is missing", HEAD(F, S, I, "1", "2", "5") "\n{}\n", ERR_FORMAT, 3 },
	{ "the last LF is missing", HEAD(F, S, I, "1", "2", "5") "\n{}\n{}", ERR_FORMAT, 3 },
	{ "a line more", HEAD(F, S, I, "1", "1", "5") "\n{}\n{}\n", ERR_FORMAT, 3 },
	{ "bytes behind", HEAD(F, S, I, "1", "1", "5") "\n{}\n ", ERR_FORMAT, 3 },
};

static void test_bad(void) {
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct exchange_batch batch = { .lines = NULL };
		unsigned line = 0;
		CHECK_INT(bad[i].name, exchange_batch_read(str_from(bad[i].body), &batch, &line),
				bad[i].want);
		CHECK_INT(bad[i].name, line, bad[i].line);
		CHECK(bad[i].name, batch.lines == NULL);
	}
}

/* Cut anywhere, a batch is none. */
static void test_cut(void) {
	unsigned taken = 0;
	for (size_t n = 0; n < sizeof(whole) - 1; n++) {
		struct exchange_batch batch = { .lines = NULL };
		unsigned line = 0;
		/* A copy of that length, so that a byte read past it is found. */
		_cleanup_(mem_freep) char *copy = malloc(n + 1);
		if (copy) {
			memcpy(copy, whole, n);
			taken += exchange_batch_read((struct str){ copy, n }, &batch, &line) ==
					ERR_OK;
		}
		exchange_batch_finish(&batch);
	}
	CHECK_INT("cut batches taken", taken, 0);
}

static enum err print_lines(size_t count, size_t line_bytes) {
	_cleanup_(buf_finish) struct buf out = buf_make(4 << 20);
	_cleanup_(mem_freep) struct str *lines = calloc(count, sizeof(*lines));
	_cleanup_(mem_freep) char *text = malloc(line_bytes);
	if (!lines || !text) {
		return ERR_NOMEM;
	}
	memset(text, 'x', line_bytes);
	for (size_t i = 0; i < count; i++) {
		lines[i] = (struct str){ text, line_bytes };
	}
	struct exchange_batch_header h = usual((uint32_t)count);
	enum err e = exchange_batch_print(&h, lines, &out);
	CHECK("within the limit", e || out.len <= EXCHANGE_BATCH_BYTES_MAX);
	return e;
}

static void test_limits(void) {
	CHECK_INT("most records", print_lines(EXCHANGE_BATCH_RECORDS_MAX, 10), ERR_OK);
	CHECK_INT("one more", print_lines(EXCHANGE_BATCH_RECORDS_MAX + 1, 10), ERR_LIMIT);
	CHECK_INT("longest line", print_lines(1, EXCHANGE_LINE_BYTES_MAX), ERR_OK);
	CHECK_INT("one longer", print_lines(1, EXCHANGE_LINE_BYTES_MAX + 1), ERR_LIMIT);
	size_t most = (EXCHANGE_BATCH_BYTES_MAX - EXCHANGE_BATCH_HEADER_BYTES_MAX) / 8000;
	CHECK_INT("most bytes", print_lines(most, 7999), ERR_OK);
	CHECK_INT("more bytes", print_lines(most + 1, 7999), ERR_LIMIT);
	struct exchange_batch_header h = usual(0);
	_cleanup_(buf_finish) struct buf out = buf_make(1000);
	CHECK_INT("no record", exchange_batch_print(&h, NULL, &out), ERR_LIMIT);
	CHECK("room for the first", exchange_batch_has_room(0, 0, EXCHANGE_LINE_BYTES_MAX));
	size_t whole_room = EXCHANGE_BATCH_BYTES_MAX - EXCHANGE_BATCH_HEADER_BYTES_MAX;
	CHECK("the last byte", exchange_batch_has_room(9, whole_room - 11, 10));
	CHECK("one past it", !exchange_batch_has_room(9, whole_room - 10, 10));
	CHECK("far past it", !exchange_batch_has_room(9, SIZE_MAX - 4, 10));
}

static void test_long_body(void) {
	size_t n = EXCHANGE_BATCH_TAKEN_BYTES_MAX + 1;
	_cleanup_(mem_freep) char *text = malloc(n);
	struct exchange_batch batch = { .lines = NULL };
	unsigned line = 0;
	if (!text) {
		return;
	}
	memset(text, 'x', n);
	text[0] = '\n';
	CHECK_INT("too long", exchange_batch_read((struct str){ text, n }, &batch, &line),
			ERR_LIMIT);
	CHECK_INT("just so long", exchange_batch_read((struct str){ text, n - 1 }, &batch, &line),
			ERR_FORMAT);
}

static void test_refused(void) {
	static const struct {
		const char *name;
		struct str line;
	} rows[] = { { "empty", { "", 0 } }, { "LF", { "a\nb", 3 } }, { "CR", { "a\r", 2 } } };
	_cleanup_(buf_finish) struct buf out = buf_make(10000);
	struct exchange_batch_header h = usual(1);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name, exchange_batch_print(&h, &rows[i].line, &out), ERR_INVAL);
	}
	(void)snprintf(h.school, sizeof(h.school), "79\"");
	CHECK_INT("school", exchange_batch_print(&h, two, &out), ERR_INVAL);
	h = usual(1);
	h.number = 0;
	CHECK_INT("number", exchange_batch_print(&h, two, &out), ERR_INVAL);
	h = usual(1);
	h.made_at_ms = -1;
	CHECK_INT("time", exchange_batch_print(&h, two, &out), ERR_INVAL);
	CHECK_INT("nothing printed", out.len, 0);
}

static void test_signature(void) {
	uint8_t seed[SIGN_SEED_BYTES] = { 1 };
	uint8_t other_seed[SIGN_SEED_BYTES] = { 2 };
	uint8_t key[SIGN_PUBLIC_BYTES];
	uint8_t other_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	uint8_t other_secret[SIGN_SECRET_BYTES];
	char text[EXCHANGE_SIGNATURE_TEXT_BYTES];
	sign_pair(seed, key, secret);
	sign_pair(other_seed, other_key, other_secret);
	struct str body = str_from(whole);
	exchange_body_sign(secret, body, text);
	struct str s = str_from(text);
	CHECK_INT("hex", s.n, 2 * SIGN_BYTES);
	CHECK("its own", exchange_body_is_signed(key, body, s));
	CHECK("another key", !exchange_body_is_signed(other_key, body, s));
	CHECK("a byte less", !exchange_body_is_signed(key, (struct str){ body.p, body.n - 1 }, s));
	CHECK("cut", !exchange_body_is_signed(key, body, (struct str){ s.p, s.n - 2 }));
	CHECK("nothing", !exchange_body_is_signed(key, body, str_from("")));
	unsigned forged = 0;
	for (size_t i = 0; i < s.n; i++) {
		char was = text[i];
		text[i] = was == '0' ? '1' : '0';
		forged += exchange_body_is_signed(key, body, s);
		text[i] = was;
	}
	CHECK_INT("forged signatures taken", forged, 0);
	/* Not over the bare hash: what was signed for another purpose is no batch. */
	uint8_t raw[SIGN_BYTES];
	struct hash h;
	hash_bytes(NULL, body.p, body.n, &h);
	sign_make(secret, h.b, HASH_BYTES, raw);
	str_hex(raw, sizeof(raw), text);
	CHECK("without the tag", !exchange_body_is_signed(key, body, s));
}

static void test_codes(void) {
	CHECK("usual", exchange_code_is_good(str_from("79000001")));
	CHECK("letters", exchange_code_is_good(str_from("thpt-A_1.b")));
	CHECK("24", exchange_code_is_good(str_from("123456789012345678901234")));
	CHECK("25", !exchange_code_is_good(str_from("1234567890123456789012345")));
	CHECK("none", !exchange_code_is_good(str_from("")));
	CHECK("blank", !exchange_code_is_good(str_from("7 9")));
	CHECK("percent", !exchange_code_is_good(str_from("7%")));
	CHECK("NUL", !exchange_code_is_good((struct str){ "7\0", 2 }));
}

int main(void) {
	test_there_and_back();
	test_bad();
	test_cut();
	test_limits();
	test_long_body();
	test_refused();
	test_signature();
	test_codes();
	return check_done();
}
