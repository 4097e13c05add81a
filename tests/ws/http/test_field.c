#include "ws/http/field.h"

#include <stdbool.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static void test_length(void) {
	static const struct {
		const char *text;
		enum err want_err;
		uint64_t want;
	} rows[] = {
		{ "0", ERR_OK, 0 },
		{ "65536", ERR_OK, 65536 },
		{ "007", ERR_OK, 7 },
		{ "9223372036854775807", ERR_OK, INT64_MAX },
		{ "9223372036854775808", ERR_LIMIT, 0 },
		{ "99999999999999999999999", ERR_LIMIT, 0 },
		{ "", ERR_FORMAT, 0 },
		{ "+1", ERR_FORMAT, 0 },
		{ "-1", ERR_FORMAT, 0 },
		{ "1,1", ERR_FORMAT, 0 },
		{ "1 1", ERR_FORMAT, 0 },
		{ "0x10", ERR_FORMAT, 0 },
		{ "1e3", ERR_FORMAT, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t got = 77;
		CHECK_INT(rows[i].text, field_length(str_from(rows[i].text), &got),
				rows[i].want_err);
		CHECK_INT(rows[i].text, got, rows[i].want_err ? 77 : rows[i].want);
	}
}

static void check_str(const char *name, struct str got, const char *want) {
	if (!want) {
		CHECK(name, !got.p);
	} else {
		CHECK(name, got.p && str_eq_z(got, want));
	}
}

static void test_tokens(void) {
	static const struct {
		const char *header;
		const char *want; /* NULL: not there */
	} cookies[] = {
		{ "tt_session=abc", "abc" },
		{ "a=1; tt_session=abc; b=2", "abc" },
		{ "a=1;tt_session=abc", "abc" },
		{ "tt_session=", "" },
		{ "xtt_session=abc", NULL },
		{ "tt_sessionx=abc", NULL },
		{ "tt_session=abc; tt_session=evil", NULL },
		{ "TT_SESSION=abc", NULL },
		{ "", NULL },
		{ ";;;", NULL },
	};
	for (size_t i = 0; i < sizeof(cookies) / sizeof(cookies[0]); i++) {
		check_str(cookies[i].header,
				field_cookie(str_from(cookies[i].header), "tt_session"),
				cookies[i].want);
	}
	check_str("bearer", field_bearer(str_from("Bearer abc")), "abc");
	check_str("bearer in lower case", field_bearer(str_from("bearer  abc ")), "abc");
	check_str("basic", field_bearer(str_from("Basic abc")), NULL);
	check_str("nothing behind it", field_bearer(str_from("Bearer ")), NULL);
	check_str("no header", field_bearer((struct str){ NULL, 0 }), NULL);
}

static void test_accepts(void) {
	CHECK("named", field_accepts(str_from("gzip, deflate, br"), "br"));
	CHECK("weighted", field_accepts(str_from("gzip;q=1.0, br;q=0.5"), "br"));
	CHECK("weight 0", !field_accepts(str_from("gzip, br;q=0"), "br"));
	CHECK("weight 0.000", !field_accepts(str_from("br; q=0.000"), "br"));
	CHECK("not named", !field_accepts(str_from("gzip"), "br"));
	CHECK("part of a name", !field_accepts(str_from("brotli"), "br"));
	CHECK("no header", !field_accepts((struct str){ NULL, 0 }, "br"));
	CHECK("tag", field_etag_is(str_from("\"abc\""), "\"abc\""));
	CHECK("one of several", field_etag_is(str_from("\"x\", W/\"abc\""), "\"abc\""));
	CHECK("any", field_etag_is(str_from(" * "), "\"abc\""));
	CHECK("another", !field_etag_is(str_from("\"abcd\""), "\"abc\""));
}

static void test_types(void) {
	CHECK("bare", field_type_is(str_from("application/json"), "application/json"));
	CHECK("with charset",
			field_type_is(str_from("Application/JSON; charset=utf-8"),
					"application/json"));
	CHECK("longer", !field_type_is(str_from("application/jsonx"), "application/json"));
	CHECK("none", !field_type_is((struct str){ NULL, 0 }, "application/json"));
	struct str cd = str_from("form-data; name=\"file\"; filename=\"a;b\\\".xlsx\"");
	check_str("a name", field_param(cd, "name"), "file");
	check_str("a divider in quotes", field_param(cd, "filename"), "a;b\\\".xlsx");
	check_str("bare value", field_param(str_from("m/f; boundary=xYz"), "BOUNDARY"), "xYz");
	check_str("not there", field_param(cd, "size"), NULL);
	check_str("empty", field_param(str_from("a; b="), "b"), "");
}

static void test_hosts(void) {
	static const struct {
		const char *host;
		bool want;
	} rows[] = {
		{ "thi.example.vn", true },
		{ "localhost:8080", true },
		{ "127.0.0.1:1", true },
		{ "[::1]:8080", true },
		{ "[fe80::1]", true },
		{ "", false },
		{ ":80", false },
		{ "a:b", false },
		{ "a:123456", false },
		{ "a:", false },
		{ "a/b", false },
		{ "a b", false },
		{ "a@b", false },
		{ "[::1", false },
		{ "[]", false },
		{ "a\r\nb", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].host, field_host_is_valid(str_from(rows[i].host)), rows[i].want);
	}
	char name[257];
	memset(name, 'a', sizeof(name));
	CHECK("a name at the limit", field_host_is_valid((struct str){ name, 255 }));
	CHECK("and past it", !field_host_is_valid((struct str){ name, 256 }));
}

static void test_origins(void) {
	static const struct {
		const char *origin;
		const char *host;
		bool want;
	} rows[] = {
		{ "http://thi.vn", "thi.vn", true },
		{ "https://thi.vn", "thi.vn", true },
		{ "https://THI.vn", "thi.VN", true },
		{ "http://thi.vn:80", "thi.vn", true },
		{ "https://thi.vn", "thi.vn:443", true },
		{ "http://127.0.0.1:8080", "127.0.0.1:8080", true },
		{ "http://thi.vn:8080", "thi.vn", false },
		{ "http://thi.vn", "thi.vn:8080", false },
		{ "https://thi.vn:80", "thi.vn", false },
		{ "http://evil.vn", "thi.vn", false },
		{ "http://thi.vn.evil.vn", "thi.vn", false },
		{ "http://evil.vn/thi.vn", "thi.vn", false },
		{ "null", "thi.vn", false },
		{ "http://", "thi.vn", false },
		{ "ftp://thi.vn", "thi.vn", false },
		{ "", "thi.vn", false },
		{ "http://", "", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct str origin = str_from(rows[i].origin);
		struct str host = str_from(rows[i].host);
		CHECK_INT(rows[i].origin, field_origin_is_own(origin, host, false), rows[i].want);
		CHECK_INT(rows[i].origin, field_origin_is_own(origin, host, true),
				rows[i].want && str_starts(origin, "https:"));
	}
}

static void test_ranges(void) {
	static const struct {
		const char *header;
		uint64_t size;
		enum field_range_kind want;
		uint64_t first;
		uint64_t last;
	} rows[] = {
		{ "bytes=0-99", 1000, FIELD_RANGE_ONE, 0, 99 },
		{ "bytes=0-", 1000, FIELD_RANGE_ONE, 0, 999 },
		{ "bytes=999-", 1000, FIELD_RANGE_ONE, 999, 999 },
		{ "bytes=1000-", 1000, FIELD_RANGE_BEYOND, 0, 0 },
		{ "bytes=0-5000", 1000, FIELD_RANGE_ONE, 0, 999 },
		{ "bytes=-1", 1000, FIELD_RANGE_ONE, 999, 999 },
		{ "bytes=-5000", 1000, FIELD_RANGE_ONE, 0, 999 },
		{ "bytes=-0", 1000, FIELD_RANGE_BEYOND, 0, 0 },
		{ "bytes=0-", 0, FIELD_RANGE_BEYOND, 0, 0 },
		{ "bytes=-1", 0, FIELD_RANGE_BEYOND, 0, 0 },
		{ "bytes=5-4", 1000, FIELD_RANGE_NONE, 0, 0 },
		{ "bytes=-", 1000, FIELD_RANGE_NONE, 0, 0 },
		{ "bytes=", 1000, FIELD_RANGE_NONE, 0, 0 },
		{ "bytes=a-b", 1000, FIELD_RANGE_NONE, 0, 0 },
		{ "bytes=0-1,3-4", 1000, FIELD_RANGE_NONE, 0, 0 },
		{ "rows=0-1", 1000, FIELD_RANGE_NONE, 0, 0 },
		{ "bytes=18446744073709551616-", 1000, FIELD_RANGE_NONE, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct field_range r = { 0, 0 };
		CHECK_INT(rows[i].header,
				field_range_parse(str_from(rows[i].header), rows[i].size, &r),
				rows[i].want);
		CHECK_INT(rows[i].header, r.first, rows[i].first);
		CHECK_INT(rows[i].header, r.last, rows[i].last);
	}
	struct field_range r;
	CHECK_INT("no header", field_range_parse((struct str){ NULL, 0 }, 10, &r),
			FIELD_RANGE_NONE);
}

static void test_addresses(void) {
	struct field_proxies p;
	CHECK_INT("a list", field_proxies_parse(str_from("127.0.0.1, 10.0.0.0/8 ::1,fd00::/8"), &p),
			ERR_OK);
	CHECK_INT("four of them", p.count, 4);
	CHECK("inside", field_is_proxy(&p, str_from("10.200.3.4")));
	CHECK("outside", !field_is_proxy(&p, str_from("11.0.0.1")));
	CHECK("the one beside", !field_is_proxy(&p, str_from("127.0.0.2")));
	CHECK("IPv6 inside", field_is_proxy(&p, str_from("fd12::1")));
	CHECK("IPv6 outside", !field_is_proxy(&p, str_from("fe00::1")));
	CHECK("IPv4 written as IPv6", field_is_proxy(&p, str_from("::ffff:10.0.0.1")));
	CHECK("no address", !field_is_proxy(&p, str_from("unknown")));
	static const struct {
		const char *peer;
		const char *forwarded;
		const char *want;
	} rows[] = {
		{ "203.0.113.5", "1.2.3.4", "203.0.113.5" }, /* no proxy of ours: a lie */
		{ "10.0.0.1", "1.2.3.4", "1.2.3.4" },
		{ "10.0.0.1", "6.6.6.6, 1.2.3.4", "1.2.3.4" }, /* the client wrote the left one */
		{ "10.0.0.1", "1.2.3.4, 10.0.0.2", "1.2.3.4" },
		{ "10.0.0.1", "10.0.0.3, 10.0.0.2", "10.0.0.3" },
		{ "10.0.0.1", "rubbish", "10.0.0.1" },
		{ "10.0.0.1", "1.2.3.4, rubbish", "10.0.0.1" },
		{ "10.0.0.1", "", "10.0.0.1" },
		{ "10.0.0.1", "2001:db8::7", "2001:db8::7" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char got[FIELD_ADDRESS_BYTES];
		field_client_address(&p, str_from(rows[i].peer), str_from(rows[i].forwarded), got);
		CHECK_STR(rows[i].forwarded, got, rows[i].want);
	}
	CHECK_INT("empty", field_proxies_parse(str_from(" , "), &p), ERR_OK);
	CHECK_INT("none", p.count, 0);
	CHECK_INT("a name", field_proxies_parse(str_from("proxy.example"), &p), ERR_FORMAT);
	CHECK_INT("too many bits", field_proxies_parse(str_from("10.0.0.0/33"), &p), ERR_FORMAT);
	CHECK_INT("as many as fit",
			field_proxies_parse(str_from("::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0 "
						     "::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0"),
					&p),
			ERR_OK);
	CHECK_INT("one more",
			field_proxies_parse(str_from("::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0 "
						     "::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0 ::/0"),
					&p),
			ERR_LIMIT);
}

static void test_percent(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(100);
	CHECK_INT("decode", field_percent_decode(str_from("a%20%C4%91"), &out), ERR_OK);
	CHECK_STR("decode", buf_str(&out), "a đ");
	CHECK_INT("cut", field_percent_decode(str_from("a%2"), &out), ERR_FORMAT);
	CHECK_INT("no hex", field_percent_decode(str_from("a%zz"), &out), ERR_FORMAT);
	CHECK_INT("NUL", field_percent_decode(str_from("a%00"), &out), ERR_FORMAT);
	buf_clear(&out);
	field_percent_encode(str_from("Lớp 10A.xlsx"), &out);
	CHECK_STR("encode", buf_str(&out), "L%E1%BB%9Bp%2010A.xlsx");
}

static void test_file_names(void) {
	static const struct {
		const char *raw;
		const char *want;
	} rows[] = {
		{ "lop.xlsx", "lop.xlsx" },
		{ "../../etc/passwd", "passwd" },
		{ "C:\\Users\\x\\lop.xlsx", "lop.xlsx" },
		{ "a\r\nb\x01.xlsx", "ab.xlsx" },
		{ "Lo\xcc\x9b\xcc\x81p.xlsx", "L\xe1\xbb\x9bp.xlsx" }, /* NFD becomes NFC */
		{ "", "" },
		{ "/", "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf out = buf_make(300);
		CHECK_INT(rows[i].raw, field_file_name(str_from(rows[i].raw), &out), ERR_OK);
		CHECK_STR(rows[i].raw, buf_str(&out), rows[i].want);
	}
	_cleanup_(buf_finish) struct buf out = buf_make(300);
	CHECK_INT("not UTF-8", field_file_name(str_from("\xff.xlsx"), &out), ERR_FORMAT);
	char name[203];
	memset(name, 'a', 199);
	memcpy(name + 199, "\xc4\x91", 3); /* a letter of two bytes across the limit */
	CHECK_INT("long", field_file_name(str_from(name), &out), ERR_OK);
	CHECK_INT("cut between letters", out.len, 199);
	buf_clear(&out);
	name[199] = 'a';
	name[200] = '\0';
	CHECK_INT("at the limit", field_file_name(str_from(name), &out), ERR_OK);
	CHECK_INT("at the limit", out.len, 200);
}

int main(void) {
	test_length();
	test_tokens();
	test_accepts();
	test_types();
	test_hosts();
	test_origins();
	test_ranges();
	test_addresses();
	test_percent();
	test_file_names();
	return check_done();
}
