#include "core/base/json.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

/* Objects up to this size are searched pair by pair for equal names, larger ones are sorted. */
enum { PAIRWISE_MEMBERS_MAX = 16 };

/* ---- The scan before cJSON: RFC 8259 and the refusals of json.h ---- */

struct scan {
	const char *at;
	const char *end;
	unsigned depth;
	size_t values;
};

static enum err scan_value(struct scan *s);

static void skip_blanks(struct scan *s) {
	while (s->at < s->end &&
			(*s->at == ' ' || *s->at == '\t' || *s->at == '\n' || *s->at == '\r')) {
		s->at++;
	}
}

static bool take(struct scan *s, char c) {
	if (s->at < s->end && *s->at == c) {
		s->at++;
		return true;
	}
	return false;
}

static bool take_word(struct scan *s, const char *word) {
	size_t n = strlen(word);
	if ((size_t)(s->end - s->at) < n || memcmp(s->at, word, n) != 0) {
		return false;
	}
	s->at += n;
	return true;
}

/* Moves over digits; false when there is none. */
static bool take_digits(struct scan *s) {
	const char *from = s->at;
	while (s->at < s->end && *s->at >= '0' && *s->at <= '9') {
		s->at++;
	}
	return s->at > from;
}

static enum err scan_number(struct scan *s) {
	const char *from = s->at;
	(void)take(s, '-'); /* the sign may be there or not */
	if (!take(s, '0') && !take_digits(s)) {
		return ERR_FORMAT;
	}
	if (take(s, '.') && !take_digits(s)) {
		return ERR_FORMAT;
	}
	if (take(s, 'e') || take(s, 'E')) {
		if (!take(s, '+')) {
			(void)take(s, '-'); /* the sign may be there or not */
		}
		if (!take_digits(s)) {
			return ERR_FORMAT;
		}
	}
	return s->at - from > JSON_NUMBER_BYTES_MAX ? ERR_LIMIT : ERR_OK;
}

/* The four hex digits of a \u escape, or -1. */
static int32_t take_unit(struct scan *s) {
	unsigned char bytes[2];
	if (s->end - s->at < 4 || str_unhex((struct str){ s->at, 4 }, bytes, 2) != ERR_OK) {
		return -1;
	}
	s->at += 4;
	return bytes[0] << 8 | bytes[1];
}

static enum err scan_escape(struct scan *s) {
	if (s->at == s->end) {
		return ERR_FORMAT;
	}
	char c = *s->at++;
	if (c != 'u') {
		return c && strchr("\"\\/bfnrt", c) ? ERR_OK : ERR_FORMAT;
	}
	int32_t unit = take_unit(s);
	if (unit <= 0) {
		return ERR_FORMAT;
	}
	if (unit < 0xD800 || unit > 0xDFFF) {
		return ERR_OK;
	}
	if (unit > 0xDBFF || !take(s, '\\') || !take(s, 'u')) {
		return ERR_FORMAT;
	}
	int32_t low = take_unit(s);
	return low >= 0xDC00 && low <= 0xDFFF ? ERR_OK : ERR_FORMAT;
}

static enum err scan_string(struct scan *s) {
	if (!take(s, '"')) {
		return ERR_FORMAT;
	}
	while (s->at < s->end) {
		unsigned char c = (unsigned char)*s->at++;
		if (c == '"') {
			return ERR_OK;
		}
		if (c < 0x20) {
			return ERR_FORMAT;
		}
		if (c == '\\') {
			enum err e = scan_escape(s);
			if (e) {
				return e;
			}
		}
	}
	return ERR_FORMAT;
}

static enum err scan_member(struct scan *s) {
	skip_blanks(s);
	enum err e = scan_string(s);
	if (e) {
		return e;
	}
	skip_blanks(s);
	if (!take(s, ':')) {
		return ERR_FORMAT;
	}
	return scan_value(s);
}

/* Behind the opening bracket; `item` reads one element or member. */
static enum err scan_items(struct scan *s, char closing, enum err (*item)(struct scan *)) {
	if (s->depth == JSON_DEPTH_MAX) {
		return ERR_LIMIT;
	}
	s->depth++;
	skip_blanks(s);
	if (!take(s, closing)) {
		do {
			enum err e = item(s);
			if (e) {
				return e;
			}
			skip_blanks(s);
		} while (take(s, ','));
		if (!take(s, closing)) {
			return ERR_FORMAT;
		}
	}
	s->depth--;
	return ERR_OK;
}

static enum err scan_value(struct scan *s) {
	if (++s->values > JSON_VALUES_MAX) {
		return ERR_LIMIT;
	}
	skip_blanks(s);
	if (take(s, '{')) {
		return scan_items(s, '}', scan_member);
	}
	if (take(s, '[')) {
		return scan_items(s, ']', scan_value);
	}
	if (s->at < s->end && *s->at == '"') {
		return scan_string(s);
	}
	if (take_word(s, "true") || take_word(s, "false") || take_word(s, "null")) {
		return ERR_OK;
	}
	return scan_number(s);
}

static enum err scan_document(struct str text) {
	if (!str_is_utf8(text)) {
		return ERR_FORMAT;
	}
	struct scan s = { .at = text.p, .end = text.p + text.n };
	enum err e = scan_value(&s);
	if (e) {
		return e;
	}
	skip_blanks(&s);
	return s.at == s.end ? ERR_OK : ERR_FORMAT;
}

/* ---- Equal names, looked for in the tree because escapes are resolved there ---- */

static int compare_names(const void *a, const void *b) {
	const char *const *x = a;
	const char *const *y = b;
	return strcmp(*x, *y);
}

static enum err check_names_sorted(const cJSON *object, size_t count) {
	_cleanup_(mem_freep) const char **names = calloc(count, sizeof(*names));
	if (!names) {
		return ERR_NOMEM;
	}
	size_t n = 0;
	for (const cJSON *it = object->child; it; it = it->next) {
		names[n++] = it->string;
	}
	qsort(names, n, sizeof(*names), compare_names);
	for (size_t i = 1; i < n; i++) {
		if (strcmp(names[i - 1], names[i]) == 0) {
			return ERR_FORMAT;
		}
	}
	return ERR_OK;
}

static enum err check_names_pairwise(const cJSON *object) {
	for (const cJSON *a = object->child; a; a = a->next) {
		for (const cJSON *b = a->next; b; b = b->next) {
			if (strcmp(a->string, b->string) == 0) {
				return ERR_FORMAT;
			}
		}
	}
	return ERR_OK;
}

static enum err check_names_here(const cJSON *object) {
	size_t count = 0;
	for (const cJSON *it = object->child; it; it = it->next) {
		count++;
	}
	return count > PAIRWISE_MEMBERS_MAX ? check_names_sorted(object, count)
					    : check_names_pairwise(object);
}

/* The scan has bounded the depth, so the recursion is bounded. */
static enum err check_names(const cJSON *node) {
	if (cJSON_IsObject(node)) {
		enum err e = check_names_here(node);
		if (e) {
			return e;
		}
	}
	for (const cJSON *it = node->child; it; it = it->next) {
		if (!it->child) {
			continue;
		}
		enum err e = check_names(it);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

/* ---- The document ---- */

static const cJSON *raw(const struct json *node) {
	return (const cJSON *)(const void *)node;
}

static const struct json *node_of(const cJSON *node) {
	return (const struct json *)(const void *)node;
}

enum err json_parse(struct str text, size_t max_bytes, struct json **out) {
	assert(out);
	if (text.n > max_bytes) {
		return ERR_LIMIT;
	}
	if (text.n == 0) {
		return ERR_FORMAT;
	}
	enum err e = scan_document(text);
	if (e) {
		return e;
	}
	_cleanup_(json_freep) struct json *root =
			(struct json *)(void *)cJSON_ParseWithLengthOpts(text.p, text.n, NULL, 0);
	if (!root) {
		return ERR_NOMEM; /* the scan has left no other reason */
	}
	e = check_names(raw(root));
	if (e) {
		return e;
	}
	*out = STEAL(root);
	return ERR_OK;
}

void json_free(struct json *root) {
	cJSON_Delete((cJSON *)(void *)root);
}

enum json_kind json_kind(const struct json *node) {
	assert(node);
	const cJSON *n = raw(node);
	if (cJSON_IsString(n)) {
		return JSON_STRING;
	}
	if (cJSON_IsNumber(n)) {
		return JSON_NUMBER;
	}
	if (cJSON_IsBool(n)) {
		return JSON_BOOL;
	}
	if (cJSON_IsArray(n)) {
		return JSON_ARRAY;
	}
	return cJSON_IsObject(n) ? JSON_OBJECT : JSON_NULL;
}

/* ERR_MISSING for nothing and null, ERR_INVAL for another kind. */
static enum err want_kind(const struct json *node, enum json_kind want) {
	if (!node || json_kind(node) == JSON_NULL) {
		return ERR_MISSING;
	}
	return json_kind(node) == want ? ERR_OK : ERR_INVAL;
}

enum err json_as_str(const struct json *node, struct str *out) {
	enum err e = want_kind(node, JSON_STRING);
	if (e) {
		return e;
	}
	*out = str_from(raw(node)->valuestring);
	return ERR_OK;
}

enum err json_as_id(const struct json *node, uint64_t *out) {
	struct str s = { 0 };
	enum err e = json_as_str(node, &s);
	if (e) {
		return e;
	}
	return str_parse_u64(s, out) ? ERR_INVAL : ERR_OK;
}

enum err json_as_i64(const struct json *node, int64_t *out) {
	enum err e = want_kind(node, JSON_NUMBER);
	if (e) {
		return e;
	}
	double v = raw(node)->valuedouble;
	if (!(v >= (double)-JSON_INT_MAX && v <= (double)JSON_INT_MAX)) {
		return ERR_INVAL;
	}
	int64_t whole = (int64_t)v;
	if ((double)whole != v) {
		return ERR_INVAL;
	}
	*out = whole;
	return ERR_OK;
}

enum err json_as_bool(const struct json *node, bool *out) {
	enum err e = want_kind(node, JSON_BOOL);
	if (e) {
		return e;
	}
	*out = cJSON_IsTrue(raw(node));
	return ERR_OK;
}

const struct json *json_get(const struct json *node, const char *name) {
	if (!node || json_kind(node) != JSON_OBJECT) {
		return NULL;
	}
	return node_of(cJSON_GetObjectItemCaseSensitive(raw(node), name));
}

enum err json_get_str(const struct json *node, const char *name, struct str *out) {
	return json_as_str(json_get(node, name), out);
}

enum err json_get_id(const struct json *node, const char *name, uint64_t *out) {
	return json_as_id(json_get(node, name), out);
}

enum err json_get_i64(const struct json *node, const char *name, int64_t *out) {
	return json_as_i64(json_get(node, name), out);
}

enum err json_get_bool(const struct json *node, const char *name, bool *out) {
	return json_as_bool(json_get(node, name), out);
}

static enum err get_container(const struct json *node, const char *name, enum json_kind want,
		const struct json **out) {
	const struct json *found = json_get(node, name);
	enum err e = want_kind(found, want);
	if (e) {
		return e;
	}
	*out = found;
	return ERR_OK;
}

enum err json_get_array(const struct json *node, const char *name, const struct json **out) {
	return get_container(node, name, JSON_ARRAY, out);
}

enum err json_get_object(const struct json *node, const char *name, const struct json **out) {
	return get_container(node, name, JSON_OBJECT, out);
}

enum err json_opt_str(
		const struct json *node, const char *name, struct str fallback, struct str *out) {
	enum err e = json_get_str(node, name, out);
	if (e == ERR_MISSING) {
		*out = fallback;
		return ERR_OK;
	}
	return e;
}

enum err json_opt_id(const struct json *node, const char *name, uint64_t fallback, uint64_t *out) {
	enum err e = json_get_id(node, name, out);
	if (e == ERR_MISSING) {
		*out = fallback;
		return ERR_OK;
	}
	return e;
}

enum err json_opt_i64(const struct json *node, const char *name, int64_t fallback, int64_t *out) {
	enum err e = json_get_i64(node, name, out);
	if (e == ERR_MISSING) {
		*out = fallback;
		return ERR_OK;
	}
	return e;
}

enum err json_opt_bool(const struct json *node, const char *name, bool fallback, bool *out) {
	enum err e = json_get_bool(node, name, out);
	if (e == ERR_MISSING) {
		*out = fallback;
		return ERR_OK;
	}
	return e;
}

const struct json *json_first(const struct json *node) {
	return node ? node_of(raw(node)->child) : NULL;
}

const struct json *json_next(const struct json *item) {
	return node_of(raw(item)->next);
}

size_t json_count(const struct json *node) {
	size_t n = 0;
	for (const struct json *it = json_first(node); it; it = json_next(it)) {
		n++;
	}
	return n;
}

struct str json_name(const struct json *item) {
	return str_from(raw(item)->string);
}

/* ---- The canonical bytes of an answer's value ---- */

static enum err canonical_at(const struct json *node, unsigned depth, struct buf *out);

static enum err canonical_array(const struct json *node, unsigned depth, struct buf *out) {
	if (depth == JSON_CANONICAL_DEPTH_MAX) {
		return ERR_INVAL;
	}
	buf_add_char(out, '[');
	for (const struct json *it = json_first(node); it; it = json_next(it)) {
		if (it != json_first(node)) {
			buf_add_char(out, ',');
		}
		enum err e = canonical_at(it, depth + 1, out);
		if (e) {
			return e;
		}
	}
	buf_add_char(out, ']');
	return ERR_OK;
}

static enum err canonical_at(const struct json *node, unsigned depth, struct buf *out) {
	switch (json_kind(node)) {
	case JSON_NULL:
		buf_add_str(out, "null");
		return ERR_OK;
	case JSON_BOOL:
		buf_add_str(out, cJSON_IsTrue(raw(node)) ? "true" : "false");
		return ERR_OK;
	case JSON_STRING:
		json_out_quote(out, str_from(raw(node)->valuestring));
		return ERR_OK;
	case JSON_ARRAY:
		return canonical_array(node, depth, out);
	case JSON_NUMBER:
	case JSON_OBJECT:
		return ERR_INVAL;
	}
	return ERR_INVAL;
}

enum err json_value_canonical(const struct json *node, struct buf *out) {
	enum err e = canonical_at(node, 0, out);
	return e ? e : buf_err(out);
}
