#include "core/base/json.h"

#include "tests/check.h"

#define T(literal) \
	{ literal, sizeof(literal) - 1 } /* in a static table */
#define S(literal) ((struct str)T(literal))
#define TEN(x) x x x x x x x x x x

static void check_documents(void) {
	static const struct {
		const char *name;
		struct str text;
		enum err want;
	} rows[] = {
		{ "object", T("{\"a\":1}"), ERR_OK },
		{ "blanks around", T(" \t\r\n{ \"a\" : [ 1 , 2 ] } \n"), ERR_OK },
		{ "bare string", T("\"B\""), ERR_OK },
		{ "bare number", T("0"), ERR_OK },
		{ "bare null", T("null"), ERR_OK },
		{ "empty containers", T("[{},[]]"), ERR_OK },
		{ "numbers", T("[0,-0,1.5,1e3,1E-3,1e+3,-12.25e2]"), ERR_OK },
		{ "pair of surrogates", T("\"\\ud83d\\uDE00\""), ERR_OK },
		{ "every short escape", T("\"\\\"\\\\\\/\\b\\f\\n\\r\\t\\u0001\""), ERR_OK },
		{ "name differs in case", T("{\"a\":1,\"A\":2}"), ERR_OK },
		{ "same name in another object", T("{\"a\":{\"a\":1}}"), ERR_OK },
		{ "nothing", T(""), ERR_FORMAT },
		{ "blanks only", T("  "), ERR_FORMAT },
		{ "cut object", T("{\"a\":1"), ERR_FORMAT },
		{ "cut string", T("\"a"), ERR_FORMAT },
		{ "cut after a backslash", T("\"a\\"), ERR_FORMAT },
		{ "cut escape", T("\"\\u12"), ERR_FORMAT },
		{ "cut word", T("tru"), ERR_FORMAT },
		{ "trailing word", T("{} x"), ERR_FORMAT },
		{ "two documents", T("{}{}"), ERR_FORMAT },
		{ "trailing NUL", T("{}\0"), ERR_FORMAT },
		{ "NUL in a string", T("\"a\0b\""), ERR_FORMAT },
		{ "comma before the end", T("[1,]"), ERR_FORMAT },
		{ "comma before the end of an object", T("{\"a\":1,}"), ERR_FORMAT },
		{ "no comma", T("[1 2]"), ERR_FORMAT },
		{ "no colon", T("{\"a\" 1}"), ERR_FORMAT },
		{ "wrong bracket", T("[1}"), ERR_FORMAT },
		{ "name without quotes", T("{a:1}"), ERR_FORMAT },
		{ "number as a name", T("{1:1}"), ERR_FORMAT },
		{ "single quotes", T("'a'"), ERR_FORMAT },
		{ "comment", T("/* */1"), ERR_FORMAT },
		{ "byte order mark", T("\xEF\xBB\xBF{}"), ERR_FORMAT },
		{ "form feed as a blank", T("\f{}"), ERR_FORMAT },
		{ "zero first", T("01"), ERR_FORMAT },
		{ "plus", T("+1"), ERR_FORMAT },
		{ "minus alone", T("-"), ERR_FORMAT },
		{ "point at the end", T("1."), ERR_FORMAT },
		{ "point first", T(".5"), ERR_FORMAT },
		{ "exponent without digits", T("1e"), ERR_FORMAT },
		{ "exponent sign without digits", T("1e-"), ERR_FORMAT },
		{ "two exponent signs", T("1e+-1"), ERR_FORMAT },
		{ "hex", T("0x10"), ERR_FORMAT },
		{ "not a number", T("NaN"), ERR_FORMAT },
		{ "infinity", T("-Infinity"), ERR_FORMAT },
		{ "word in capitals", T("True"), ERR_FORMAT },
		{ "escaped NUL", T("\"a\\u0000b\""), ERR_FORMAT },
		{ "escaped NUL in a name", T("{\"a\\u0000\":1}"), ERR_FORMAT },
		{ "high surrogate alone", T("\"\\ud83d\""), ERR_FORMAT },
		{ "high surrogate before a letter", T("\"\\ud83dx\""), ERR_FORMAT },
		{ "high surrogate before another escape", T("\"\\ud83d\\n\""), ERR_FORMAT },
		{ "two high surrogates", T("\"\\ud83d\\ud83d\""), ERR_FORMAT },
		{ "low surrogate alone", T("\"\\ude00\""), ERR_FORMAT },
		{ "unknown escape", T("\"\\x41\""), ERR_FORMAT },
		{ "escape not hex", T("\"\\u12g4\""), ERR_FORMAT },
		{ "raw line feed", T("\"a\nb\""), ERR_FORMAT },
		{ "raw tab", T("\"a\tb\""), ERR_FORMAT },
		{ "lone continuation byte", T("\"\x80\""), ERR_FORMAT },
		{ "overlong NUL", T("\"\xC0\x80\""), ERR_FORMAT },
		{ "surrogate in UTF-8", T("\"\xED\xA0\x80\""), ERR_FORMAT },
		{ "cut code point", T("\"\xE1\xBB\""), ERR_FORMAT },
		{ "name twice", T("{\"a\":1,\"b\":2,\"a\":1}"), ERR_FORMAT },
		{ "name twice, one escaped", T("{\"a\":1,\"\\u0061\":1}"), ERR_FORMAT },
		{ "name twice, deep", T("[[{\"x\":{\"k\":1,\"k\":2}}]]"), ERR_FORMAT },
		{ "empty name twice", T("{\"\":1,\"\":2}"), ERR_FORMAT },
		{ "40 digits", T(TEN("1234")), ERR_OK },
		{ "41 digits", T(TEN("1234") "5"), ERR_LIMIT },
		{ "80 digits", T(TEN("12345678")), ERR_LIMIT },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* An exact copy on the heap, so that the sanitizer sees a read past the end. */
		_cleanup_(mem_freep) char *copy = malloc(rows[i].text.n ? rows[i].text.n : 1);
		memcpy(copy, rows[i].text.p, rows[i].text.n);
		_cleanup_(json_freep) struct json *root = NULL;
		enum err e = json_parse((struct str){ copy, rows[i].text.n }, 4096, &root);
		CHECK_INT(rows[i].name, e, rows[i].want);
		CHECK(rows[i].name, (root != NULL) == (rows[i].want == ERR_OK));
	}
}

static enum err parse_only(const struct buf *b, size_t max_bytes) {
	_cleanup_(json_freep) struct json *root = NULL;
	return json_parse((struct str){ buf_str(b), b->len }, max_bytes, &root);
}

static void add_times(struct buf *b, const char *text, size_t times) {
	for (size_t i = 0; i < times; i++) {
		buf_add_str(b, text);
	}
}

static void check_limits(void) {
	_cleanup_(buf_finish) struct buf b = buf_make(1 << 20);
	add_times(&b, "[", JSON_DEPTH_MAX);
	add_times(&b, "]", JSON_DEPTH_MAX);
	CHECK_INT("deepest", parse_only(&b, 1000), ERR_OK);
	CHECK_INT("longest", parse_only(&b, b.len), ERR_OK);
	CHECK_INT("one byte longer", parse_only(&b, b.len - 1), ERR_LIMIT);
	buf_clear(&b);
	add_times(&b, "[", JSON_DEPTH_MAX + 1);
	add_times(&b, "]", JSON_DEPTH_MAX + 1);
	CHECK_INT("one deeper", parse_only(&b, 1000), ERR_LIMIT);
	buf_clear(&b);
	add_times(&b, "{\"a\":", JSON_DEPTH_MAX);
	buf_add_char(&b, '1');
	add_times(&b, "}", JSON_DEPTH_MAX);
	CHECK_INT("deepest objects", parse_only(&b, 1000), ERR_OK);
	buf_clear(&b);
	add_times(&b, "[", 500000);
	CHECK_INT("a tower of brackets", parse_only(&b, b.len), ERR_LIMIT);

	buf_clear(&b);
	buf_add_str(&b, "[1");
	add_times(&b, ",1", JSON_VALUES_MAX - 2);
	buf_add_char(&b, ']');
	CHECK_INT("most values", parse_only(&b, b.len), ERR_OK);
	b.len--;
	buf_add_str(&b, ",1]");
	CHECK_INT("one value more", parse_only(&b, b.len), ERR_LIMIT);
}

/* Both ways of looking for equal names, at the size where one takes over from the other. */
static void check_many_names(void) {
	for (unsigned count = 14; count <= 20; count++) {
		for (unsigned twice = 0; twice <= 1; twice++) {
			_cleanup_(buf_finish) struct buf b = buf_make(1 << 16);
			buf_add_char(&b, '{');
			for (unsigned i = 0; i < count; i++) {
				unsigned key = twice && i == count - 1 ? 3 : i;
				buf_addf(&b, "%s\"k%u\":%u", i ? "," : "", key, i);
			}
			buf_add_char(&b, '}');
			CHECK_INT("many names", parse_only(&b, b.len), twice ? ERR_FORMAT : ERR_OK);
		}
	}
}

static void check_getters(void) {
	static const struct str text = T(
			"{\"s\":\"Tr\\u01b0\xE1\xBB\x9Dng\",\"id\":\"18446744073709551615\",\"n\":-42,"
			"\"t\":true,\"f\":false,\"z\":null,\"a\":[\"x\",\"y\"],\"o\":{\"k\":\"v\"},"
			"\"S\":\"other\",\"num_id\":7,\"e\":\"\"}");
	_cleanup_(json_freep) struct json *root = NULL;
	CHECK_INT("parse", json_parse(text, text.n, &root), ERR_OK);
	struct str s = S("kept");
	CHECK_INT("str", json_get_str(root, "s", &s), ERR_OK);
	CHECK("str", str_eq_z(s, "Trường"));
	CHECK_INT("case", json_get_str(root, "S", &s), ERR_OK);
	CHECK("case", str_eq_z(s, "other"));
	CHECK_INT("empty is there", json_get_str(root, "e", &s), ERR_OK);
	CHECK_INT("empty is there", s.n, 0);
	s = S("kept");
	CHECK_INT("missing", json_get_str(root, "nope", &s), ERR_MISSING);
	CHECK_INT("null is missing", json_get_str(root, "z", &s), ERR_MISSING);
	CHECK_INT("kind", json_get_str(root, "n", &s), ERR_INVAL);
	CHECK("untouched", str_eq_z(s, "kept"));
	CHECK_INT("fallback", json_opt_str(root, "nope", S("fb"), &s), ERR_OK);
	CHECK("fallback", str_eq_z(s, "fb"));
	CHECK_INT("no fallback for a wrong kind", json_opt_str(root, "n", S("x"), &s), ERR_INVAL);

	uint64_t id = 5;
	CHECK_INT("id", json_get_id(root, "id", &id), ERR_OK);
	CHECK("id", id == UINT64_MAX);
	CHECK_INT("id as a number", json_get_id(root, "num_id", &id), ERR_INVAL);
	CHECK_INT("id empty", json_get_id(root, "e", &id), ERR_INVAL);
	CHECK_INT("id optional", json_opt_id(root, "nope", 9, &id), ERR_OK);
	CHECK_INT("id optional", id, 9);
	bool flag = false;
	CHECK_INT("true", json_get_bool(root, "t", &flag), ERR_OK);
	CHECK("true", flag);
	CHECK_INT("false", json_get_bool(root, "f", &flag), ERR_OK);
	CHECK("false", !flag);
	CHECK_INT("bool optional", json_opt_bool(root, "z", true, &flag), ERR_OK);
	CHECK("bool optional", flag);
	CHECK_INT("bool kind", json_get_bool(root, "s", &flag), ERR_INVAL);
	int64_t n = 0;
	CHECK_INT("i64", json_get_i64(root, "n", &n), ERR_OK);
	CHECK_INT("i64", n, -42);
	CHECK_INT("i64 optional", json_opt_i64(root, "nope", 3, &n), ERR_OK);
	CHECK_INT("i64 optional", n, 3);
	CHECK_INT("i64 from text", json_get_i64(root, "id", &n), ERR_INVAL);

	const struct json *node = NULL;
	CHECK_INT("array", json_get_array(root, "a", &node), ERR_OK);
	CHECK_INT("array", json_count(node), 2);
	CHECK_INT("array kind", json_get_array(root, "o", &node), ERR_INVAL);
	CHECK_INT("object", json_get_object(root, "o", &node), ERR_OK);
	CHECK("member name", str_eq_z(json_name(json_first(node)), "k"));
	CHECK("no member of a text", json_get(json_get(root, "s"), "s") == NULL);
	CHECK("no member of nothing", json_get(NULL, "s") == NULL);
	CHECK("nothing to iterate", json_first(NULL) == NULL);
	CHECK_INT("members", json_count(root), 11);
}

static void check_integers(void) {
	static const struct {
		const char *text;
		enum err want_err;
		int64_t want;
	} rows[] = {
		{ "9007199254740991", ERR_OK, JSON_INT_MAX },
		{ "-9007199254740991", ERR_OK, -JSON_INT_MAX },
		{ "9007199254740992", ERR_INVAL, 0 },
		{ "9007199254740993", ERR_INVAL, 0 },
		{ "-9007199254740992", ERR_INVAL, 0 },
		{ "1e3", ERR_OK, 1000 },
		{ "-0", ERR_OK, 0 },
		{ "1.5", ERR_INVAL, 0 },
		{ "1e999", ERR_INVAL, 0 },
		{ "-1e999", ERR_INVAL, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(json_freep) struct json *root = NULL;
		CHECK_INT(rows[i].text, json_parse(str_from(rows[i].text), 100, &root), ERR_OK);
		int64_t got = -77;
		CHECK_INT(rows[i].text, json_as_i64(root, &got), rows[i].want_err);
		CHECK_INT(rows[i].text, got, rows[i].want_err ? -77 : rows[i].want);
	}
}

/* What JSON.stringify(JSON.parse(text)) gives in a browser. */
static void check_canonical(void) {
	static const struct {
		const char *text;
		enum err want_err;
		const char *want;
	} rows[] = {
		{ " \"B\" ", ERR_OK, "\"B\"" },
		{ "[ \"A\" , \"C\" ]", ERR_OK, "[\"A\",\"C\"]" },
		{ "[true, false, null]", ERR_OK, "[true,false,null]" },
		{ "[]", ERR_OK, "[]" },
		{ "[[[\"x\"]]]", ERR_OK, "[[[\"x\"]]]" },
		{ "[[[[\"x\"]]]]", ERR_INVAL, NULL },
		{ "[[[[]]]]", ERR_INVAL, NULL },
		{ "1", ERR_INVAL, NULL },
		{ "[1]", ERR_INVAL, NULL },
		{ "{}", ERR_INVAL, NULL },
		{ "[{\"a\":\"b\"}]", ERR_INVAL, NULL },
		{ "\"3\\u002c14\"", ERR_OK, "\"3,14\"" },
		{ "\"a\\/b\"", ERR_OK, "\"a/b\"" },
		{ "\"\\u0008\\u000c\\u000a\\u000d\\u0009\"", ERR_OK, "\"\\b\\f\\n\\r\\t\"" },
		{ "\"\\u0001\\u000B\\u001F\"", ERR_OK, "\"\\u0001\\u000b\\u001f\"" },
		{ "\"\\u007f\\u2028\\u2029\"", ERR_OK, "\"\x7F\xE2\x80\xA8\xE2\x80\xA9\"" },
		{ "\"\\\"\\\\\"", ERR_OK, "\"\\\"\\\\\"" },
		{ "\"\\ud83d\\ude00\"", ERR_OK, "\"\xF0\x9F\x98\x80\"" },
		{ "\"<script>&'\"", ERR_OK, "\"<script>&'\"" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(json_freep) struct json *root = NULL;
		_cleanup_(buf_finish) struct buf out = buf_make(1000);
		CHECK_INT(rows[i].text, json_parse(str_from(rows[i].text), 100, &root), ERR_OK);
		CHECK_INT(rows[i].text, json_value_canonical(root, &out), rows[i].want_err);
		if (rows[i].want) {
			CHECK_STR(rows[i].text, buf_str(&out), rows[i].want);
		}
	}
	_cleanup_(json_freep) struct json *root = NULL;
	_cleanup_(buf_finish) struct buf small = buf_make(2);
	CHECK_INT("small", json_parse(S("\"B\""), 100, &root), ERR_OK);
	CHECK_INT("small", json_value_canonical(root, &small), ERR_LIMIT);
}

static void check_writer(void) {
	_cleanup_(buf_finish) struct buf b = buf_make(1000);
	struct json_out w;
	jo_begin(&w, &b);
	jo_obj(&w);
	jo_kstrz(&w, "name", "Đỗ \"Thị\"\n");
	jo_kstrz(&w, "none", NULL);
	jo_kid(&w, "id", UINT64_MAX);
	jo_ki64(&w, "at", -JSON_INT_MAX);
	jo_kbool(&w, "ok", true);
	jo_knull(&w, "no");
	jo_karr(&w, "list");
	jo_str(&w, S("x"));
	jo_arr(&w);
	jo_end_arr(&w);
	jo_obj(&w);
	jo_end_obj(&w);
	jo_i64(&w, 0);
	jo_end_arr(&w);
	jo_kobj(&w, "in");
	jo_kraw(&w, "raw", S("[1,2]"));
	jo_kstr(&w, "cut", (struct str){ "abc", 2 });
	CHECK("not whole yet", !jo_is_whole(&w));
	jo_end_obj(&w);
	jo_end_obj(&w);
	CHECK("whole", jo_is_whole(&w));
	CHECK_INT("no failure", buf_err(&b), ERR_OK);
	CHECK_STR("writer", buf_str(&b),
			"{\"name\":\"Đỗ \\\"Thị\\\"\\n\",\"none\":null,"
			"\"id\":\"18446744073709551615\",\"at\":-9007199254740991,\"ok\":true,"
			"\"no\":null,\"list\":[\"x\",[],{},0],\"in\":{\"raw\":[1,2],\"cut\":\"ab\"}}");
	_cleanup_(json_freep) struct json *root = NULL;
	CHECK_INT("reads back", json_parse((struct str){ buf_str(&b), b.len }, 1000, &root),
			ERR_OK);

	_cleanup_(buf_finish) struct buf bad = buf_make(1000);
	jo_begin(&w, &bad);
	jo_str(&w, S("\xFF"));
	CHECK_INT("not UTF-8", buf_err(&bad), ERR_FORMAT);

	_cleanup_(buf_finish) struct buf deep = buf_make(1000);
	jo_begin(&w, &deep);
	for (unsigned i = 0; i < JSON_OUT_DEPTH_MAX; i++) {
		jo_arr(&w);
	}
	jo_null(&w);
	jo_null(&w);
	for (unsigned i = 0; i < JSON_OUT_DEPTH_MAX; i++) {
		jo_end_arr(&w);
	}
	CHECK("deepest writer", jo_is_whole(&w));
	CHECK("deepest writer", strstr(buf_str(&deep), "[null,null]") != NULL);
}

int main(void) {
	check_documents();
	check_limits();
	check_many_names();
	check_getters();
	check_integers();
	check_canonical();
	check_writer();
	return check_done();
}
