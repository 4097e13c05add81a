/*
 * A student's line: no bytes may crash it. What is taken is answered with one whole JSON object
 * whose results are within their ranges, the same in words and without, and a refusal says why.
 */

#include <assert.h>

#include "core/base/json.h"
#include "gradebook/rules/compute.h"
#include "tests/fuzz/fuzz.h"

static void check_results(const struct json *subject) {
	const struct json *terms = json_get(subject, "terms");
	assert(!terms || json_count(terms) == 2);
	for (const struct json *it = json_first(terms); it; it = json_next(it)) {
		int64_t x10 = 0;
		struct str word = { 0 };
		bool is_mark = json_as_i64(it, &x10) == ERR_OK;
		bool is_word = json_as_str(it, &word) == ERR_OK;
		assert(is_mark || is_word || json_kind(it) == JSON_NULL);
		assert(!is_mark || (x10 >= 0 && x10 <= 100));
		assert(!is_word || str_eq_z(word, "D") || str_eq_z(word, "C"));
	}
}

/* The answer without its explanations. */
static void check_answer(const struct buf *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *list = NULL;
	enum err e = json_parse((struct str){ buf_str(out), out->len }, out->len, &root);
	assert(!e);
	e = json_get_array(root, "subjects", &list);
	assert(!e);
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		check_results(it);
	}
	e = json_get_object(root, "year", &list);
	assert(!e);
	e = json_get_array(root, "explain", &list);
	assert(!e);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	struct str line = { (const char *)data, size };
	_cleanup_(buf_finish) struct buf brief = buf_make(COMPUTE_ANSWER_BYTES_MAX);
	_cleanup_(buf_finish) struct buf words = buf_make(COMPUTE_ANSWER_BYTES_MAX);
	_cleanup_(diag_finish) struct diag why = { 0 };
	enum err e = compute_line(
			line, &(struct compute_options){ .explains = false }, &brief, &why);
	assert((e == ERR_OK) == (why.count == 0));
	enum err again = compute_line(line,
			&(struct compute_options){ .explains = true, .lang = LANG_EN }, &words,
			&why);
	assert(e == again);
	if (e) {
		assert(brief.len == 0 && words.len == 0);
		return 0;
	}
	check_answer(&brief);
	check_answer(&words);
	/* Everything up to the explanations is the same. */
	const char *mark = strstr(buf_str(&brief), "\"explain\":[");
	assert(mark);
	size_t same = (size_t)(mark - brief.data);
	assert(words.len >= same && memcmp(brief.data, words.data, same) == 0);
	return 0;
}
