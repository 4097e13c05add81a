/* Lines of records: the envelope, strictly, and the parts of an idbanghi. */
#include "core/exchange/exchange_line.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static const char usual[] =
		"{\"bang\":\"diem\",\"idbanghi\":\"79000001/diem/2026-2027/10A1/toan/1/gk/1/HS001\","
		"\"sukien\":\"UPDATE\",\"phienban\":3,\"thoigiancapnhat\":1795357200000,"
		"\"lop\":\"2026-2027/10A1\",\"hocky\":1,\"hocsinh\":\"HS001\","
		"\"dulieu\":{\"diemx10\":85}}";

static void test_usual(void) {
	_cleanup_(exchange_line_finish) struct exchange_line l = { .root = NULL };
	CHECK_INT("parse", exchange_line_parse(str_from(usual), &l), ERR_OK);
	CHECK("kind", str_eq_z(l.kind, "diem"));
	CHECK("id", str_eq_z(l.id, "79000001/diem/2026-2027/10A1/toan/1/gk/1/HS001"));
	CHECK_INT("event", l.event, EXCHANGE_UPDATE);
	CHECK_INT("version", l.version, 3);
	CHECK_INT("at", l.at_ms, INT64_C(1795357200000));
	CHECK("class", str_eq_z(l.class_id, "2026-2027/10A1"));
	CHECK_INT("term", l.term, 1);
	CHECK("student", str_eq_z(l.student, "HS001"));
	int64_t mark = 0;
	CHECK_INT("data", json_get_i64(l.data, "diemx10", &mark), ERR_OK);
	CHECK_INT("mark", mark, 85);
	CHECK("its school", exchange_line_is_of(&l, str_from("79000001")));
	CHECK("another school", !exchange_line_is_of(&l, str_from("79000002")));
	CHECK("a longer code", !exchange_line_is_of(&l, str_from("790000011")));
	CHECK("a shorter code", !exchange_line_is_of(&l, str_from("7900000")));
}

#define LINE(bang, id, event, version, at, lop, term, student, data)                          \
	"{\"bang\":" bang ",\"idbanghi\":" id ",\"sukien\":" event ",\"phienban\":" version   \
	",\"thoigiancapnhat\":" at ",\"lop\":" lop ",\"hocky\":" term ",\"hocsinh\":" student \
	",\"dulieu\":" data "}"
#define B "\"diem\""
#define ID "\"1/diem/x\""
#define N "\"NEW\""
#define E "\"\""

static const struct {
	const char *name;
	const char *line;
	enum err want;
} rows[] = {
	{ "least", LINE(B, ID, N, "1", "1", E, "0", E, "{}"), ERR_OK },
	{ "cancel", LINE(B, ID, "\"CANCEL\"", "2147483647", "1", E, "3", E, "{}"), ERR_OK },
	{ "two parts", LINE("\"truong\"", "\"1/truong\"", N, "1", "1", E, "0", E, "{}"), ERR_OK },
	{ "escapes", LINE(B, "\"1/diem/10%2FA%25\"", N, "1", "1", "\"a/10%2FA\"", "0", E, "{}"),
			ERR_OK },
	{ "empty", "", ERR_FORMAT },
	{ "an array", "[]", ERR_FORMAT },
	{ "no kind", LINE(E, ID, N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "a kind in capitals", LINE("\"Diem\"", ID, N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "a kind of 17", LINE("\"abcdefghijklmnopq\"", ID, N, "1", "1", E, "0", E, "{}"),
			ERR_FORMAT },
	{ "one part", LINE(B, "\"1\"", N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "an empty part", LINE(B, "\"1/diem//x\"", N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "an empty end", LINE(B, "\"1/diem/\"", N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "a bad escape", LINE(B, "\"1/diem/%2f\"", N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "a cut escape", LINE(B, "\"1/diem/%2\"", N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "a bad class", LINE(B, ID, N, "1", "1", "\"a//b\"", "0", E, "{}"), ERR_FORMAT },
	{ "another event", LINE(B, ID, "\"DELETE\"", "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "version 0", LINE(B, ID, N, "0", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "too large a version", LINE(B, ID, N, "2147483648", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "a half version", LINE(B, ID, N, "1.5", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "a version as text", LINE(B, ID, N, "\"1\"", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "time 0", LINE(B, ID, N, "1", "0", E, "0", E, "{}"), ERR_FORMAT },
	{ "term 4", LINE(B, ID, N, "1", "1", E, "4", E, "{}"), ERR_FORMAT },
	{ "term -1", LINE(B, ID, N, "1", "1", E, "-1", E, "{}"), ERR_FORMAT },
	{ "null student", LINE(B, ID, N, "1", "1", E, "0", "null", "{}"), ERR_FORMAT },
	{ "data as an array", LINE(B, ID, N, "1", "1", E, "0", E, "[]"), ERR_FORMAT },
	{ "data null", LINE(B, ID, N, "1", "1", E, "0", E, "null"), ERR_FORMAT },
	{ "no UTF-8", LINE("\"di\xff\"", ID, N, "1", "1", E, "0", E, "{}"), ERR_FORMAT },
	{ "behind it", LINE(B, ID, N, "1", "1", E, "0", E, "{}") "x", ERR_FORMAT },
	{ "a member more",
			"{\"bang\":\"diem\",\"idbanghi\":\"1/diem\",\"sukien\":\"NEW\",\"phienban\":1,"
			"\"thoigiancapnhat\":1,\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{},"
			"\"x\":1}",
			ERR_FORMAT },
	{ "a member less",
			"{\"bang\":\"diem\",\"idbanghi\":\"1/diem\",\"sukien\":\"NEW\",\"phienban\":1,"
			"\"thoigiancapnhat\":1,\"lop\":\"\",\"hocky\":0,\"dulieu\":{}}",
			ERR_FORMAT },
	{ "twice",
			"{\"bang\":\"diem\",\"bang\":\"diem\",\"idbanghi\":\"1/diem\",\"sukien\":"
			"\"NEW\",\"phienban\":1,\"thoigiancapnhat\":1,\"lop\":\"\",\"hocky\":0,"
			"\"hocsinh\":\"\",\"dulieu\":{}}",
			ERR_FORMAT },
};

static void test_rows(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct exchange_line l = { .root = NULL };
		CHECK_INT(rows[i].name, exchange_line_parse(str_from(rows[i].line), &l),
				rows[i].want);
		exchange_line_finish(&l);
	}
}

static void test_cut(void) {
	unsigned taken = 0;
	for (size_t n = 0; n < sizeof(usual) - 1; n++) {
		struct exchange_line l = { .root = NULL };
		taken += exchange_line_parse((struct str){ usual, n }, &l) == ERR_OK;
		exchange_line_finish(&l);
	}
	CHECK_INT("cut lines taken", taken, 0);
}

/* A line of exactly n bytes, filled up in its data. */
static enum err parse_of(size_t n) {
	static const char head[] = "{\"bang\":\"diem\",\"idbanghi\":\"1/diem\",\"sukien\":\"NEW\","
				   "\"phienban\":1,\"thoigiancapnhat\":1,\"lop\":\"\",\"hocky\":0,"
				   "\"hocsinh\":\"\",\"dulieu\":{\"x\":\"";
	static const char tail[] = "\"}}";
	_cleanup_(mem_freep) char *text = malloc(n);
	struct exchange_line l = { .root = NULL };
	if (!text) {
		return ERR_NOMEM;
	}
	memset(text, 'x', n);
	memcpy(text, head, sizeof(head) - 1);
	memcpy(text + n - (sizeof(tail) - 1), tail, sizeof(tail) - 1);
	enum err e = exchange_line_parse((struct str){ text, n }, &l);
	exchange_line_finish(&l);
	return e;
}

static enum err parse_id_of(size_t n) {
	char id[EXCHANGE_ID_BYTES_MAX + 3];
	char line[1024];
	struct exchange_line l = { .root = NULL };
	memset(id, 'x', sizeof(id));
	memcpy(id, "1/diem/", 7);
	id[n] = '\0';
	(void)snprintf(line, sizeof(line),
			"{\"bang\":\"diem\",\"idbanghi\":\"%s\",\"sukien\":\"NEW\",\"phienban\":1,"
			"\"thoigiancapnhat\":1,\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{}}",
			id);
	enum err e = exchange_line_parse(str_from(line), &l);
	exchange_line_finish(&l);
	return e;
}

static void test_limits(void) {
	CHECK_INT("longest", parse_of(EXCHANGE_LINE_BYTES_MAX), ERR_OK);
	CHECK_INT("one longer", parse_of(EXCHANGE_LINE_BYTES_MAX + 1), ERR_LIMIT);
	CHECK_INT("longest id", parse_id_of(EXCHANGE_ID_BYTES_MAX), ERR_OK);
	CHECK_INT("one longer id", parse_id_of(EXCHANGE_ID_BYTES_MAX + 1), ERR_FORMAT);
}

static void test_parts(void) {
	_cleanup_(buf_finish) struct buf id = buf_make(EXCHANGE_ID_BYTES_MAX);
	static const char *const parts[] = { "79", "diem", "10/A%", "%2F", "\xC4\x91" };
	for (size_t i = 0; i < 5; i++) {
		exchange_id_add(&id, str_from(parts[i]));
	}
	CHECK_STR("escaped", buf_str(&id), "79/diem/10%2FA%25/%252F/\xC4\x91");
	for (size_t i = 0; i < 5; i++) {
		_cleanup_(buf_finish) struct buf part = buf_make(100);
		CHECK_INT("part", exchange_id_part((struct str){ id.data, id.len }, i, &part),
				ERR_OK);
		CHECK_STR("part", buf_str(&part), parts[i]);
	}
	_cleanup_(buf_finish) struct buf none = buf_make(100);
	CHECK_INT("no more", exchange_id_part((struct str){ id.data, id.len }, 5, &none),
			ERR_NOT_FOUND);
	CHECK_INT("of nothing", exchange_id_part(str_from(""), 1, &none), ERR_NOT_FOUND);
}

static void test_hash(void) {
	struct hash h;
	struct hash bare;
	char text[2 * HASH_BYTES + 1];
	exchange_line_hash(str_from("{}"), &h);
	hash_bytes(NULL, "TTXO{}", 6, &bare);
	str_hex(h.b, HASH_BYTES, text);
	CHECK("the tag and the line", hash_equal(&h, &bare));
	hash_bytes(NULL, "{}", 2, &bare);
	CHECK("not the line alone", !hash_equal(&h, &bare));
}

int main(void) {
	test_usual();
	test_rows();
	test_cut();
	test_limits();
	test_parts();
	test_hash();
	return check_done();
}
