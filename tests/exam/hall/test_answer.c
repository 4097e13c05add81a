#include "exam/hall/answer.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "core/base/rng.h"
#include "tests/check.h"

static void check_shapes(void) {
	static const struct {
		enum question_kind kind;
		unsigned count;
		const char *value;
		bool want;
	} rows[] = {
		{ QUESTION_SINGLE, 4, "\"A\"", true },
		{ QUESTION_SINGLE, 4, "\"D\"", true },
		{ QUESTION_SINGLE, 4, "\"E\"", false },
		{ QUESTION_SINGLE, 8, "\"H\"", true },
		{ QUESTION_SINGLE, 4, "\"\"", true },
		{ QUESTION_SINGLE, 4, "null", true },
		{ QUESTION_SINGLE, 4, "\"a\"", false },
		{ QUESTION_SINGLE, 4, "\"AB\"", false },
		{ QUESTION_SINGLE, 4, "[\"A\"]", false },
		{ QUESTION_SINGLE, 4, "true", false },
		{ QUESTION_SINGLE, 4, "", false },
		{ QUESTION_MULTIPLE, 4, "[\"A\",\"C\"]", true },
		{ QUESTION_MULTIPLE, 4, "[\"A\",\"B\",\"C\",\"D\"]", true },
		{ QUESTION_MULTIPLE, 4, "[]", true },
		{ QUESTION_MULTIPLE, 4, "null", true },
		{ QUESTION_MULTIPLE, 4, "[\"C\",\"A\"]", false },
		{ QUESTION_MULTIPLE, 4, "[\"A\",\"A\"]", false },
		{ QUESTION_MULTIPLE, 4, "[\"E\"]", false },
		{ QUESTION_MULTIPLE, 4, "[\"A\",]", false },
		{ QUESTION_MULTIPLE, 4, "[\"A\"", false },
		{ QUESTION_MULTIPLE, 4, "\"A\"", false },
		{ QUESTION_MULTIPLE, 4, "[true]", false },
		{ QUESTION_TRUEFALSE, 4, "[true,false,true,null]", true },
		{ QUESTION_TRUEFALSE, 4, "[null,null,null,null]", true },
		{ QUESTION_TRUEFALSE, 4, "[true,false,true]", false },
		{ QUESTION_TRUEFALSE, 4, "[true,false,true,null,null]", false },
		{ QUESTION_TRUEFALSE, 4, "[true,false,true,\"A\"]", false },
		{ QUESTION_TRUEFALSE, 4, "[true,false,true,null", false },
		{ QUESTION_TRUEFALSE, 4, "[", false },
		{ QUESTION_TRUEFALSE, 1, "[true]", true },
		{ QUESTION_NUMERIC, 0, "\"3,14\"", true },
		{ QUESTION_NUMERIC, 0, "\"-1.5\"", true },
		{ QUESTION_NUMERIC, 0, "\"-\"", true },
		{ QUESTION_NUMERIC, 0, "\"\"", true },
		{ QUESTION_NUMERIC, 0, "\"1e3\"", false },
		{ QUESTION_NUMERIC, 0, "\"1 000\"", false },
		{ QUESTION_NUMERIC, 0, "3", false },
		{ QUESTION_TEXT, 0, "\"Hà Nội\"", true },
		{ QUESTION_TEXT, 0, "[\"Hà Nội\"]", false },
		{ QUESTION_ESSAY, 0, "\"Đoạn một.\\nĐoạn hai: \\\"…\\\"\"", true },
		{ QUESTION_ESSAY, 0, "false", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct answer_spec spec = { rows[i].kind, rows[i].count, 0 };
		CHECK_INT(rows[i].value, answer_is_valid(&spec, str_from(rows[i].value)),
				rows[i].want);
	}
}

/* A string of n letters "ă" (two bytes each), canonical. */
static void letters(struct buf *b, size_t n) {
	buf_clear(b);
	buf_add_char(b, '"');
	for (size_t i = 0; i < n; i++) {
		buf_add_str(b, "ă");
	}
	buf_add_char(b, '"');
}

static struct str span(const struct buf *b) {
	return (struct str){ b->data, b->len };
}

static void check_limits(void) {
	_cleanup_(buf_finish) struct buf b = buf_make(200000);
	struct answer_spec text = { QUESTION_TEXT, 0, 0 };
	letters(&b, ANSWER_TEXT_CHARS);
	CHECK("longest text", answer_is_valid(&text, span(&b)));
	letters(&b, ANSWER_TEXT_CHARS + 1);
	CHECK("one past", !answer_is_valid(&text, span(&b)));
	text.chars_max = 10;
	CHECK("an escape is one letter",
			answer_is_valid(&text, str_from("\"12345678\\n\\u0001\"")));
	CHECK("one past", !answer_is_valid(&text, str_from("\"123456789\\n\\u0001\"")));
	struct answer_spec essay = { QUESTION_ESSAY, 0, 0 };
	letters(&b, (ANSWER_ESSAY_BYTES - 2) / 2);
	CHECK_INT("bytes", b.len, ANSWER_ESSAY_BYTES);
	CHECK("longest essay", answer_is_valid(&essay, span(&b)));
	letters(&b, (ANSWER_ESSAY_BYTES - 2) / 2 + 1);
	CHECK("past it", !answer_is_valid(&essay, span(&b)));
	struct answer_spec number = { QUESTION_NUMERIC, 0, QUESTION_NUMBER_CHARS_THPT };
	CHECK("four boxes", answer_is_valid(&number, str_from("\"-1,5\"")));
	CHECK("five", !answer_is_valid(&number, str_from("\"-11,5\"")));
	number.chars_max = 0;
	CHECK("usual limit", answer_is_valid(&number, str_from("\"12345678901234567890\"")));
	CHECK("one past", !answer_is_valid(&number, str_from("\"123456789012345678901\"")));
}

static void check_blank(void) {
	static const char *const blank[] = { "null", "\"\"", "[]", "[null]",
		"[null,null,null,null]" };
	static const char *const full[] = { "\"A\"", "[true]", "[null,true]", "[true,null]",
		"false", "\" \"", "[[null]]" };
	for (size_t i = 0; i < sizeof(blank) / sizeof(blank[0]); i++) {
		CHECK(blank[i], answer_is_blank(str_from(blank[i])));
	}
	for (size_t i = 0; i < sizeof(full) / sizeof(full[0]); i++) {
		CHECK(full[i], !answer_is_blank(str_from(full[i])));
	}
}

/* The slow way: read it as JSON, write it as JavaScript does, compare. */
static bool is_canonical_by_json(struct str value) {
	_cleanup_(json_freep) struct json *root = NULL;
	_cleanup_(buf_finish) struct buf b = buf_make(10000);
	if (json_parse(value, 10000, &root) || json_value_canonical(root, &b)) {
		return false;
	}
	return b.len == value.n && memcmp(b.data, value.p, value.n) == 0;
}

/* Random values from pieces that are right, nearly right and wrong. */
static void check_canonical(void) {
	static const char *const pieces[] = { "[", "]", ",", "\"", "\"A\"", "true", "false", "null",
		" ", "\\n", "\\u0001", "\\u001f", "\\u001F", "\\u000a", "\\u0000", "\\u0020", "\\/",
		"\\\\", "\\\"", "\\b", "ữ", "🙂", "\xC0", "\xED\xA0\x80", "\x7f", "\x01",
		"\\ud83d", "x", "1", "{}", "tru", "[]", "\"\"", "\xE2\x80\xA8", "/" };
	enum { COUNT = sizeof(pieces) / sizeof(pieces[0]) };
	struct rng rng;
	rng_init(&rng, 7, 0);
	_cleanup_(buf_finish) struct buf b = buf_make(10000);
	int canonical_count = 0;
	for (int round = 0; round < 60000; round++) {
		buf_clear(&b);
		size_t n = 1 + rng_below(&rng, 7);
		bool is_string = rng_below(&rng, 2);
		if (is_string) {
			buf_add_char(&b, '"');
		}
		for (size_t i = 0; i < n; i++) {
			buf_add_str(&b, pieces[rng_below(&rng, COUNT)]);
		}
		if (is_string) {
			buf_add_char(&b, '"');
		}
		bool want = is_canonical_by_json(span(&b));
		canonical_count += want;
		CHECK_INT(buf_str(&b), answer_is_canonical(span(&b)), want);
	}
	CHECK("enough of both", canonical_count > 2000 && canonical_count < 50000);
	CHECK("three deep", answer_is_canonical(str_from("[[[\"a\"]]]")));
	CHECK("one past", !answer_is_canonical(str_from("[[[[\"a\"]]]]")));
	CHECK("nothing", !answer_is_canonical(str_from("")));
}

int main(void) {
	check_shapes();
	check_limits();
	check_blank();
	check_canonical();
	return check_done();
}
