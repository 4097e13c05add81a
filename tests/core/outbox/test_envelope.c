/* Keys and lines as they are made, read back by the reader that everybody uses. */
#include "core/outbox/envelope.h"

#include <string.h>

#include "tests/check.h"

static void test_ids(void) {
	static const struct {
		const char *name;
		const char *parts[4];
		const char *want;
	} rows[] = {
		{ "school alone", { NULL }, "79000001/diem" },
		{ "parts", { "2026-2027", "10A1", "toan" }, "79000001/diem/2026-2027/10A1/toan" },
		{ "a slash in a class's name", { "10A1/2" }, "79000001/diem/10A1%2F2" },
		{ "a percent sign", { "10%", "%2F" }, "79000001/diem/10%25/%252F" },
		{ "letters of any kind", { "10 Chuyên Toán" }, "79000001/diem/10 Chuyên Toán" },
		{ "quotes", { "\"'\\" }, "79000001/diem/\"'\\" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf id = buf_make(1000);
		record_id_begin(&id, str_from("79000001"), "diem");
		for (size_t k = 0; k < 4 && rows[i].parts[k]; k++) {
			record_id_add(&id, str_from(rows[i].parts[k]));
		}
		record_id_end(&id);
		CHECK_INT(rows[i].name, buf_err(&id), ERR_OK);
		CHECK_STR(rows[i].name, buf_str(&id), rows[i].want);
	}
}

/* A key of so many bytes in all. */
static void make_long(struct buf *id, size_t bytes, char letter) {
	record_id_begin(id, str_from("A"), "diem");
	char part[300];
	memset(part, letter, sizeof(part));
	record_id_add(id, (struct str){ part, bytes - id->len - 1 });
	record_id_end(id);
}

static void test_long_ids(void) {
	_cleanup_(buf_finish) struct buf id = buf_make(1000);
	make_long(&id, EXCHANGE_ID_BYTES_MAX, 'x');
	CHECK_INT("at the limit", (int)id.len, EXCHANGE_ID_BYTES_MAX);
	CHECK("as it is", strncmp(buf_str(&id), "A/diem/xxx", 10) == 0);
	_cleanup_(buf_finish) struct buf past = buf_make(1000);
	make_long(&past, EXCHANGE_ID_BYTES_MAX + 1, 'x');
	CHECK("one past: its hash", strncmp(buf_str(&past), "A/diem/#", 8) == 0);
	CHECK_INT("in hex", (int)past.len, 8 + 2 * HASH_BYTES);
	_cleanup_(buf_finish) struct buf other = buf_make(1000);
	make_long(&other, EXCHANGE_ID_BYTES_MAX + 1, 'y');
	CHECK("of another", strcmp(buf_str(&other), buf_str(&past)) != 0);
}

static struct record_line sample(void) {
	return (struct record_line){ .kind = str_from("diem"),
		.id = str_from("79000001/diem/a"),
		.event = EXCHANGE_UPDATE,
		.version = 3,
		.at_ms = 1790000000000,
		.class_id = str_from("2026-2027/10A1"),
		.term = 1,
		.student = str_from("HS001"),
		.data = str_from("{\"diemx10\":85}") };
}

static void test_line(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(EXCHANGE_LINE_BYTES_MAX);
	struct record_line line = sample();
	record_line_print(&out, &line);
	CHECK_STR("one form", buf_str(&out),
			"{\"bang\":\"diem\",\"idbanghi\":\"79000001/diem/a\",\"sukien\":\"UPDATE\","
			"\"phienban\":3,\"thoigiancapnhat\":1790000000000,\"lop\":\"2026-2027/10A1\","
			"\"hocky\":1,\"hocsinh\":\"HS001\",\"dulieu\":{\"diemx10\":85}}");
}

static void test_round_trip(void) {
	static const struct {
		const char *name;
		const char *id;
		const char *student;
		const char *data;
	} rows[] = {
		{ "plain", "A/diem/x", "HS1", "{}" },
		{ "quotes and backslashes", "A/diem/\"\\", "\"\\", "{\"a\":\"\\\"\\\\\"}" },
		{ "control characters", "A/diem/\x01\x1f", "\t", "{\"a\":\"\\u0001\\n\"}" },
		{ "a member's name inside", "A/diem/,\"dulieu\":{", ",\"dulieu\":{\"x\":1}",
				"{\"dulieu\":{\"dulieu\":{}}}" },
		{ "letters of any kind", "A/diem/Đặng 漢字 😀", "Ẩ", "{\"ten\":\"Đặng\"}" },
		{ "no student", "A/diem/x", "", "{\"a\":[1,2,{\"b\":null}]}" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct record_line line = sample();
		line.id = str_from(rows[i].id);
		line.student = str_from(rows[i].student);
		line.data = str_from(rows[i].data);
		_cleanup_(buf_finish) struct buf out = buf_make(EXCHANGE_LINE_BYTES_MAX);
		record_line_print(&out, &line);
		struct str text = { buf_str(&out), out.len };
		_cleanup_(exchange_line_finish) struct exchange_line read = { .root = NULL };
		struct str data = { NULL, 0 };
		CHECK_INT(rows[i].name, exchange_line_parse(text, &read), ERR_OK);
		CHECK(rows[i].name, str_eq(read.id, line.id) && str_eq(read.student, line.student));
		CHECK_INT(rows[i].name, record_line_data(text, &read, &data), ERR_OK);
		CHECK(rows[i].name, str_eq(data, line.data));
		CHECK(rows[i].name, memchr(text.p, '\n', text.n) == NULL);
	}
}

/* What somebody else wrote in another way is no line of ours. */
static void test_not_ours(void) {
	static const char blanks[] =
			"{\"bang\":\"diem\", \"idbanghi\":\"A/diem/x\",\"sukien\":\"NEW\",\"phienban\":1,"
			"\"thoigiancapnhat\":1,\"lop\":\"\",\"hocky\":0,\"hocsinh\":\"\",\"dulieu\":{}}";
	_cleanup_(exchange_line_finish) struct exchange_line read = { .root = NULL };
	struct str data = { "x", 1 };
	CHECK_INT("reads", exchange_line_parse(str_from(blanks), &read), ERR_OK);
	CHECK_INT("is not ours", record_line_data(str_from(blanks), &read, &data), ERR_FORMAT);
	CHECK("untouched", str_eq_z(data, "x"));
}

int main(void) {
	test_ids();
	test_long_ids();
	test_line();
	test_round_trip();
	test_not_ours();
	return check_failures != 0;
}
