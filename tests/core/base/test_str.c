#include "core/base/str.h"

#include <stdio.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

static void check_decimals(void) {
	static const struct {
		const char *text;
		int places;
		enum err want_err;
		int64_t want;
	} rows[] = {
		{ "7,5", 1, ERR_OK, 75 },
		{ "7.5", 1, ERR_OK, 75 },
		{ "10", 1, ERR_OK, 100 },
		{ "0,25", 2, ERR_OK, 25 },
		{ "7,50", 1, ERR_OK, 75 },
		{ "-1,5", 1, ERR_OK, -15 },
		{ "7,55", 1, ERR_INVAL, 0 },
		{ "7,", 1, ERR_INVAL, 0 },
		{ ",5", 1, ERR_INVAL, 0 },
		{ "7,5,1", 2, ERR_INVAL, 0 },
		{ "", 1, ERR_INVAL, 0 },
		{ "1e3", 1, ERR_INVAL, 0 },
		{ "99999999999999999999", 1, ERR_LIMIT, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t got = -77;
		enum err e = str_parse_decimal(str_from(rows[i].text), rows[i].places, &got);
		CHECK_INT(rows[i].text, e, rows[i].want_err);
		CHECK_INT(rows[i].text, got, e ? -77 : rows[i].want);
	}
}

static void check_integers(void) {
	uint64_t u = 7;
	CHECK_INT("most", str_parse_u64(str_from("18446744073709551615"), &u), ERR_OK);
	CHECK("most", u == UINT64_MAX);
	CHECK_INT("one past", str_parse_u64(str_from("18446744073709551616"), &u), ERR_LIMIT);
	CHECK_INT("blank", str_parse_u64(str_from(" 1"), &u), ERR_INVAL);
	int64_t i = 7;
	CHECK_INT("least", str_parse_i64(str_from("-9223372036854775808"), &i), ERR_OK);
	CHECK("least", i == INT64_MIN);
	CHECK_INT("one below", str_parse_i64(str_from("-9223372036854775809"), &i), ERR_LIMIT);
}

static void check_text(void) {
	_cleanup_(buf_finish) struct buf b = buf_make(1000);
	CHECK_INT("nfd", str_nfc(str_from("Nguye\xCC\x82\xCC\x83n"), &b), ERR_OK);
	CHECK_STR("nfd", buf_str(&b), "Nguy\xE1\xBB\x85n");
	buf_clear(&b);
	CHECK_INT("fold", str_fold(str_from("  ĐỖ \xC2\xA0 Thị\tHoà "), &b), ERR_OK);
	CHECK_STR("fold", buf_str(&b), "do thi hoa");
	buf_clear(&b);
	CHECK_INT("fold case", str_fold_case(str_from("  ĐỖ   Thị\tHoa\xCC\x80 "), &b), ERR_OK);
	CHECK_STR("fold case", buf_str(&b), "đỗ thị hoà");
	buf_clear(&b);
	static const char *const turning[] = { "\u061C", "\u200E", "\u200F", "\u202A", "\u202E",
		"\u2066", "\u2069" };
	static const char *const plain[] = { "Nguyễn Thị Hoà", "\u061B", "\u200D", "\u2010",
		"\u2029", "\u202F", "\u2065", "\u206A", "" };
	for (size_t i = 0; i < sizeof(turning) / sizeof(turning[0]); i++) {
		char text[16];
		(void)snprintf(text, sizeof(text), "a%sb", turning[i]); /* fits */
		CHECK(turning[i], str_has_bidi(str_from(text)));
	}
	for (size_t i = 0; i < sizeof(plain) / sizeof(plain[0]); i++) {
		CHECK(plain[i], !str_has_bidi(str_from(plain[i])));
	}
	CHECK_INT("bad utf-8", str_nfc(str_from("\xC0\x80"), &b), ERR_FORMAT);
	CHECK("surrogate", !str_is_utf8(str_from("\xED\xA0\x80")));
	CHECK("past the end", !str_is_utf8(str_from("\xF4\x90\x80\x80")));
	CHECK_INT("trim", str_trim(str_from("\xC2\xA0 a b \xE3\x80\x80")).n, 3);
	CHECK_INT("trim all", str_trim(str_from(" \t\r\n")).n, 0);
	CHECK_INT("count", str_utf8_count(str_from("Nguyễn")), 6);
	CHECK_INT("lower", str_utf8_lower(0x1EC4), 0x1EC5); /* Ễ, ễ */
	CHECK_INT("lower", str_utf8_lower(0x110), 0x111);   /* Đ, đ */
	CHECK_INT("lower already", str_utf8_lower('a'), 'a');
}

/* A bad byte is found wherever it stands among ASCII, and a good letter is taken there. */
static void check_utf8_places(void) {
	for (size_t n = 1; n <= 20; n++) {
		for (size_t at = 0; at < n; at++) {
			char text[24];
			memset(text, 'a', sizeof(text));
			CHECK("ascii", str_is_utf8((struct str){ text, n }));
			text[at] = '\x80';
			CHECK("bad byte", !str_is_utf8((struct str){ text, n }));
			memcpy(text + at, "\xE1\xBA\xBF", 3);
			CHECK("letter", str_is_utf8((struct str){ text, at + 3 }));
			CHECK("letter before more", str_is_utf8((struct str){ text, 24 }));
			CHECK("cut letter", !str_is_utf8((struct str){ text, at + 2 }));
		}
	}
}

static void check_bytes(void) {
	static const unsigned char bytes[] = { 0xFF, 0x00, 0x10, 0xFB };
	char hex[9];
	str_hex(bytes, 4, hex);
	CHECK_STR("hex", hex, "ff0010fb");
	unsigned char back[4] = { 0 };
	CHECK_INT("unhex", str_unhex(str_from("FF0010fb"), back, 4), ERR_OK);
	CHECK_MEM("unhex", back, bytes, 4);
	CHECK_INT("unhex short", str_unhex(str_from("FF0010f"), back, 4), ERR_INVAL);
	for (size_t n = 0; n <= 4; n++) {
		_cleanup_(buf_finish) struct buf b = buf_make(100);
		str_b64_add(&b, bytes, n);
		unsigned char round[4] = { 0 };
		CHECK_INT("b64", str_unb64((struct str){ buf_str(&b), b.len }, round, n), ERR_OK);
		CHECK_MEM("b64", round, bytes, n);
	}
	unsigned char one = 0;
	CHECK_INT("b64 not canonical", str_unb64(str_from("_x"), &one, 1), ERR_INVAL);
	CHECK_INT("b64 canonical", str_unb64(str_from("_w"), &one, 1), ERR_OK);
	CHECK_INT("b64 padded", str_unb64(str_from("_w=="), &one, 1), ERR_INVAL);
}

static void test_fold_cp(void) {
	CHECK_INT("capital", str_fold_cp('A'), 'a');
	CHECK_INT("đ", str_fold_cp(0x111), 'd');
	CHECK_INT("Đ", str_fold_cp(0x110), 'd');
	CHECK_INT("Ệ", str_fold_cp(0x1ec6), 'e');
	CHECK_INT("Ư", str_fold_cp(0x1af), 'u');
	CHECK_INT("combining mark", str_fold_cp(0x301), 0);
	CHECK_INT("digit", str_fold_cp('7'), '7');
	CHECK_INT("not a code point", str_fold_cp(-1), 0);
}

int main(void) {
	check_decimals();
	check_integers();
	check_text();
	check_utf8_places();
	check_bytes();
	test_fold_cp();
	return check_done();
}
