#include "exam/bank/question.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/messages.h"
#include "tests/check.h"

static enum err parse(const char *text, struct question *q, struct diag *why) {
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(str_from(text), 1 << 20, &root);
	return e ? e : question_parse(root, NULL, q, why);
}

/* Content and key in one object, as the HTTP interface sends them. */
static void print(const struct question *q, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	question_print(q, &w);
	jo_key(&w, "key");
	question_print_key(q, &w);
	jo_end_obj(&w);
}

static const struct {
	const char *name;
	const char *json;
	const char *want;  /* NULL: printed as it was read */
	const char *codes; /* of question_check, joined by blanks */
} rows[] = {
	{ "single",
			"{\"kind\":\"single\",\"stem\":\"1+1\",\"options\":[{\"id\":\"A\",\"html\":\"2\"},"
			"{\"id\":\"B\",\"html\":\"3\"}],\"shuffle\":true,\"keepLast\":true,\"key\":"
			"\"A\"}",
			NULL, "" },
	{ "multiple",
			"{\"kind\":\"multiple\",\"stem\":\"a\",\"options\":[{\"id\":\"A\",\"html\":\"1\"},"
			"{\"id\":\"B\",\"html\":\"2\"},{\"id\":\"C\",\"html\":\"3\"}],\"shuffle\":"
			"false,\"keepLast\":false,\"key\":[\"A\",\"C\"]}",
			NULL, "" },
	{ "statements",
			"{\"kind\":\"truefalse\",\"stem\":\"a\",\"statements\":[{\"id\":\"a\",\"html\":"
			"\"1\"},{\"id\":\"b\",\"html\":\"2\"},{\"id\":\"c\",\"html\":\"3\"},{\"id\":\"d\","
			"\"html\":\"4\"}],\"shuffle\":true,\"keepLast\":false,\"key\":[true,false,false,"
			"true]}",
			NULL, "" },
	{ "a statement not told",
			"{\"kind\":\"truefalse\",\"stem\":\"a\",\"statements\":[{\"id\":\"a\",\"html\":"
			"\"1\"},{\"id\":\"b\",\"html\":\"2\"}],\"shuffle\":true,\"keepLast\":false,"
			"\"key\":[true,null]}",
			NULL, "question.statements_count question.key_missing" },
	{ "numeric",
			"{\"kind\":\"numeric\",\"stem\":\"a\",\"shuffle\":true,\"keepLast\":false,"
			"\"key\":{\"value\":\"-3,5\",\"tolerance\":\"0,1\"}}",
			NULL, "" },
	{ "numeric of five characters, tolerance below 0",
			"{\"kind\":\"numeric\",\"stem\":\"a\",\"shuffle\":true,\"keepLast\":false,"
			"\"key\":{\"value\":\"-3,55\",\"tolerance\":\"-1\"}}",
			NULL, "question.number_long question.tolerance_bad" },
	{ "numeric, no number",
			"{\"kind\":\"numeric\",\"stem\":\"a\",\"shuffle\":true,\"keepLast\":false,"
			"\"key\":{\"value\":\"ba\",\"tolerance\":\"0\"}}",
			NULL, "question.number_bad" },
	{ "text",
			"{\"kind\":\"text\",\"stem\":\"a\",\"shuffle\":true,\"keepLast\":false,"
			"\"key\":{\"accepted\":[\"Hà Nội\",\"Thủ đô\"]}}",
			NULL, "" },
	{ "text, nothing accepted",
			"{\"kind\":\"text\",\"stem\":\"a\",\"shuffle\":true,\"keepLast\":false,"
			"\"key\":{\"accepted\":[]}}",
			NULL, "question.key_missing" },
	{ "essay",
			"{\"kind\":\"essay\",\"stem\":\"a\",\"shuffle\":true,\"keepLast\":false,"
			"\"key\":{\"guide\":\"<p>b</p>\"}}",
			NULL, "" },
	{ "no key yet",
			"{\"kind\":\"single\",\"stem\":\"a\",\"options\":[{\"id\":\"A\",\"html\":\"1\"},"
			"{\"id\":\"B\",\"html\":\"2\"}],\"shuffle\":true,\"keepLast\":false,\"key\":null}",
			NULL, "question.key_missing" },
	{ "no key yet, numeric",
			"{\"kind\":\"numeric\",\"stem\":\"a\",\"shuffle\":true,\"keepLast\":false,"
			"\"key\":null}",
			NULL, "question.key_missing" },
	{ "defaults, and HTML rebuilt",
			"{\"kind\":\"single\",\"stem\":\"<b onclick=x>a</b><script>y</script>\","
			"\"options\":[{\"html\":\"1\"},{\"html\":\"1\"},{\"html\":\" \"}],\"key\":\"H\"}",
			"{\"kind\":\"single\",\"stem\":\"<b>a</b>\",\"options\":[{\"id\":\"A\","
			"\"html\":\"1\"},{\"id\":\"B\",\"html\":\"1\"},{\"id\":\"C\",\"html\":\"\"}],"
			"\"shuffle\":true,\"keepLast\":false,\"key\":\"H\"}",
			"question.choice_twice question.choice_empty question.key_outside" },
	{ "nothing in it",
			"{\"kind\":\"single\",\"stem\":\"<p></p>\",\"options\":[],\"shuffle\":true,"
			"\"keepLast\":false,\"key\":null}",
			"{\"kind\":\"single\",\"stem\":\"\",\"options\":[],\"shuffle\":true,"
			"\"keepLast\":false,\"key\":null}",
			"question.stem_empty question.options_few question.key_missing" },
	{ "everything right",
			"{\"kind\":\"multiple\",\"stem\":\"a\",\"options\":[{\"id\":\"A\",\"html\":\"1\"},"
			"{\"id\":\"B\",\"html\":\"2\"}],\"shuffle\":true,\"keepLast\":false,\"key\":["
			"\"A\",\"B\"]}",
			NULL, "question.key_all" },
};

static const struct {
	const char *json;
	enum err want;
} bad_rows[] = {
	{ "{}", ERR_MISSING },
	{ "{\"kind\":\"quiz\",\"stem\":\"a\"}", ERR_INVAL },
	{ "{\"kind\":\"single\"}", ERR_MISSING },
	{ "{\"kind\":\"single\",\"stem\":1}", ERR_INVAL },
	{ "{\"kind\":\"single\",\"stem\":\"a\"}", ERR_MISSING },
	{ "{\"kind\":\"single\",\"stem\":\"a\",\"options\":[{\"id\":\"B\",\"html\":\"x\"}]}",
			ERR_INVAL },
	{ "{\"kind\":\"single\",\"stem\":\"a\",\"options\":[],\"key\":\"I\"}", ERR_INVAL },
	{ "{\"kind\":\"single\",\"stem\":\"a\",\"options\":[],\"key\":[\"A\"]}", ERR_INVAL },
	{ "{\"kind\":\"multiple\",\"stem\":\"a\",\"options\":[],\"key\":\"A\"}", ERR_INVAL },
	{ "{\"kind\":\"truefalse\",\"stem\":\"a\",\"statements\":[],\"key\":[1]}", ERR_INVAL },
	{ "{\"kind\":\"numeric\",\"stem\":\"a\",\"key\":{}}", ERR_MISSING },
	{ "{\"kind\":\"numeric\",\"stem\":\"a\",\"key\":{\"value\":\"012345678901234567890\"}}",
			ERR_LIMIT },
	{ "{\"kind\":\"essay\",\"stem\":\"a\",\"shuffle\":1}", ERR_INVAL },
};

static void join_codes(const struct diag *d, struct buf *out) {
	for (size_t i = 0; i < d->count; i++) {
		buf_addf(out, "%s%s", i ? " " : "", d->items[i].code);
		_cleanup_(buf_finish) struct buf sentence = buf_make(1000);
		CHECK_INT(d->items[i].code, messages_print_item(&d->items[i], LANG_VI, &sentence),
				ERR_OK);
	}
}

static void test_rows(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(question_finish) struct question q = { 0 };
		_cleanup_(diag_finish) struct diag why = { 0 };
		_cleanup_(buf_finish) struct buf out = buf_make(4096);
		_cleanup_(buf_finish) struct buf codes = buf_make(4096);
		CHECK_INT(rows[i].name, parse(rows[i].json, &q, &why), ERR_OK);
		print(&q, &out);
		CHECK_STR(rows[i].name, buf_str(&out), rows[i].want ? rows[i].want : rows[i].json);
		question_check(&q, &why);
		join_codes(&why, &codes);
		CHECK_STR(rows[i].name, buf_str(&codes), rows[i].codes);
	}
}

static void test_bad_rows(void) {
	for (size_t i = 0; i < sizeof(bad_rows) / sizeof(bad_rows[0]); i++) {
		struct question q = { .stem = NULL };
		_cleanup_(diag_finish) struct diag why = { 0 };
		CHECK_INT(bad_rows[i].json, parse(bad_rows[i].json, &q, &why), bad_rows[i].want);
		CHECK("untouched", !q.stem && !q.kind);
		CHECK_INT("said what", why.errors, 1);
	}
}

static enum err with_options(size_t count) {
	_cleanup_(buf_finish) struct buf b = buf_make(4096);
	buf_add_str(&b, "{\"kind\":\"single\",\"stem\":\"a\",\"options\":[");
	for (size_t i = 0; i < count; i++) {
		buf_addf(&b, "%s{\"html\":\"%zu\"}", i ? "," : "", i);
	}
	buf_add_str(&b, "]}");
	_cleanup_(question_finish) struct question q = { 0 };
	_cleanup_(diag_finish) struct diag why = { 0 };
	return parse(buf_str(&b), &q, &why);
}

static enum err with_accepted(size_t count, size_t bytes) {
	_cleanup_(buf_finish) struct buf b = buf_make(65536);
	buf_add_str(&b, "{\"kind\":\"text\",\"stem\":\"a\",\"key\":{\"accepted\":[");
	for (size_t i = 0; i < count; i++) {
		buf_add_str(&b, i ? ",\"" : "\"");
		for (size_t k = 0; k < bytes; k++) {
			buf_add_char(&b, 'x');
		}
		buf_add_char(&b, '"');
	}
	buf_add_str(&b, "]}}");
	_cleanup_(question_finish) struct question q = { 0 };
	_cleanup_(diag_finish) struct diag why = { 0 };
	return parse(buf_str(&b), &q, &why);
}

static void test_limits(void) {
	CHECK_INT("most options", with_options(QUESTION_OPTIONS_MAX), ERR_OK);
	CHECK_INT("one option too many", with_options(QUESTION_OPTIONS_MAX + 1), ERR_LIMIT);
	CHECK_INT("most accepted", with_accepted(QUESTION_ACCEPTED_MAX, 3), ERR_OK);
	CHECK_INT("one accepted too many", with_accepted(QUESTION_ACCEPTED_MAX + 1, 3), ERR_LIMIT);
	CHECK_INT("longest accepted", with_accepted(1, QUESTION_ACCEPTED_BYTES_MAX), ERR_OK);
	CHECK_INT("accepted too long", with_accepted(1, QUESTION_ACCEPTED_BYTES_MAX + 1),
			ERR_LIMIT);
}

static const struct {
	const char *text;
	enum err want_err;
	int64_t want;
} numbers[] = {
	{ "3,14", ERR_OK, 3140000 },
	{ " 3.14 ", ERR_OK, 3140000 },
	{ "-0,5", ERR_OK, -500000 },
	{ "\xE2\x88\x92"
	  "0,5",
			ERR_OK, -500000 },
	{ "+7", ERR_OK, 7000000 },
	{ "0,000001", ERR_OK, 1 },
	{ "1,2500000000", ERR_OK, 1250000 },
	{ "0,0000001", ERR_INVAL, 0 },
	{ "1,5,2", ERR_INVAL, 0 },
	{ "--1", ERR_INVAL, 0 },
	{ "+-1", ERR_INVAL, 0 },
	{ "", ERR_INVAL, 0 },
	{ "-", ERR_INVAL, 0 },
	{ "1e3", ERR_INVAL, 0 },
	{ "1/2", ERR_INVAL, 0 },
	{ "00000000000000000001", ERR_OK, 1000000 },
	{ "000000000000000000001", ERR_LIMIT, 0 },
	{ "99999999999999999999", ERR_LIMIT, 0 },
};

int main(void) {
	test_rows();
	test_bad_rows();
	test_limits();
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		int64_t got = 0;
		CHECK_INT(numbers[i].text, question_number_parse(str_from(numbers[i].text), &got),
				numbers[i].want_err);
		CHECK_INT(numbers[i].text, got, numbers[i].want);
	}
	return check_done();
}
