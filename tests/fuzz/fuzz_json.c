/*
 * Reading JSON: no bytes may crash it, and what it takes must come out of the canonical writer in
 * a form that reads back to the same bytes.
 */

#include <assert.h>

#include "core/base/json.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_BYTES = 1 << 16 };

/* Every getter on every node. */
static void touch(const struct json *node) {
	struct str s = { 0 };
	uint64_t id = 0;
	int64_t n = 0;
	bool flag = false;
	bool is_text = json_as_str(node, &s) == ERR_OK;
	assert(is_text == (json_kind(node) == JSON_STRING));
	assert(!is_text || str_is_utf8(s));
	assert(json_as_id(node, &id) != ERR_OK || is_text);
	assert((json_as_bool(node, &flag) == ERR_OK) == (json_kind(node) == JSON_BOOL));
	if (json_as_i64(node, &n) == ERR_OK) {
		assert(n >= -JSON_INT_MAX && n <= JSON_INT_MAX);
	}
	for (const struct json *it = json_first(node); it; it = json_next(it)) {
		if (json_kind(node) == JSON_OBJECT) {
			assert(json_get(node, json_name(it).p) == it);
		}
		touch(it);
	}
}

static void check_canonical(const struct json *root) {
	_cleanup_(buf_finish) struct buf once = buf_make((size_t)MAX_BYTES * 6);
	if (json_value_canonical(root, &once)) {
		return; /* holds a number or an object, or is too deep */
	}
	_cleanup_(json_freep) struct json *again = NULL;
	enum err e = json_parse((struct str){ buf_str(&once), once.len }, once.len, &again);
	assert(!e);
	_cleanup_(buf_finish) struct buf twice = buf_make((size_t)MAX_BYTES * 6);
	e = json_value_canonical(again, &twice);
	assert(!e);
	assert(once.len == twice.len && memcmp(once.data, twice.data, once.len) == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	_cleanup_(json_freep) struct json *root = NULL;
	if (json_parse((struct str){ (const char *)data, size }, MAX_BYTES, &root) == ERR_OK) {
		touch(root);
		check_canonical(root);
	}
	return 0;
}
