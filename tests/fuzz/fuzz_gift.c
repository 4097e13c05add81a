/* Reading GIFT, Aiken and plain text: no bytes may crash it, and what it takes is whole. */

#include <assert.h>

#include "exam/bank/import/import.h"
#include "tests/fuzz/fuzz.h"

static void check_question(const struct imported *all, const struct imported_question *q) {
	_cleanup_(buf_finish) struct buf json = buf_make(1 << 20);
	_cleanup_(json_freep) struct json *root = NULL;
	struct json_out w;
	assert(q->q.stem && q->source && q->confidence <= 100 && q->part < all->part_count);
	assert(q->passage <= all->passage_count);
	jo_begin(&w, &json);
	jo_obj(&w);
	question_print(&q->q, &w);
	jo_key(&w, "key");
	question_print_key(&q->q, &w);
	jo_end_obj(&w);
	assert(!buf_err(&json));
	enum err e = json_parse((struct str){ json.data, json.len }, json.len, &root);
	assert(!e);
	_cleanup_(question_finish) struct question again = { 0 };
	_cleanup_(diag_finish) struct diag why = { 0 };
	e = question_parse(root, NULL, &again, &why);
	assert(!e); /* what a reader makes, the bank takes */
	assert(again.choice_count == q->q.choice_count || again.kind == QUESTION_ESSAY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	_cleanup_(imported_freep) struct imported *got = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	struct str bytes = { (const char *)data, size };
	if (size >= 4 && memcmp(data, "PK\x03\x04", 4) == 0) {
		return 0; /* archives are fuzz_docx's */
	}
	if (import_read(bytes, &got, &why)) {
		assert(why.count == 1);
		return 0;
	}
	for (size_t i = 0; i < got->count; i++) {
		check_question(got, &got->questions[i]);
	}
	return 0;
}
