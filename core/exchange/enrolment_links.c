#include "core/exchange/enrolment.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json.h"

/* The keys of a province, each signed by the one before it. */

enum {
	TAG_BYTES = 4,
	LINK_BYTES_MAX = TAG_BYTES + EXCHANGE_SCHOOL_BYTES_MAX + SIGN_PUBLIC_BYTES,
	LIST_MEMBERS = 2,
	LINK_MEMBERS = 3,
};

static size_t print_link(struct str province, const uint8_t *key, uint8_t out[LINK_BYTES_MAX]) {
	assert(province.n <= EXCHANGE_SCHOOL_BYTES_MAX);
	memcpy(out, "TTXK", TAG_BYTES);
	memcpy(out + TAG_BYTES, province.p, province.n);
	memcpy(out + TAG_BYTES + province.n, key, SIGN_PUBLIC_BYTES);
	return TAG_BYTES + province.n + SIGN_PUBLIC_BYTES;
}

void enrolment_link_sign(
		struct str province, const uint8_t *old_secret, struct enrolment_link *next) {
	uint8_t bytes[LINK_BYTES_MAX];
	size_t n = print_link(province, next->key, bytes);
	sign_make(old_secret, bytes, n, next->signature);
}

enum err enrolment_links_print(struct str province, const struct enrolment_link *links,
		size_t count, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstr(&w, "province", province);
	jo_karr(&w, "keys");
	for (size_t i = 0; i < count; i++) {
		char key[2 * SIGN_PUBLIC_BYTES + 1];
		char signature[2 * SIGN_BYTES + 1];
		str_hex(links[i].key, SIGN_PUBLIC_BYTES, key);
		str_hex(links[i].signature, SIGN_BYTES, signature);
		jo_obj(&w);
		jo_kstrz(&w, "key", key);
		jo_ki64(&w, "from", links[i].from_ms);
		jo_kstrz(&w, "signature", i > 0 ? signature : NULL);
		jo_end_obj(&w);
	}
	jo_end_arr(&w);
	jo_end_obj(&w);
	return buf_err(out);
}

static enum err read_link(const struct json *node, bool is_first, struct enrolment_link *out) {
	struct str key;
	struct str signature;
	const struct json *by = json_get(node, "signature");
	enum err e = json_get_str(node, "key", &key);
	e = e ? e : json_get_i64(node, "from", &out->from_ms);
	if (e || json_count(node) != LINK_MEMBERS || !by ||
			str_unhex(key, out->key, sizeof(out->key))) {
		return ERR_FORMAT;
	}
	if (is_first) {
		return json_kind(by) == JSON_NULL ? ERR_OK : ERR_FORMAT;
	}
	e = json_as_str(by, &signature);
	return e || str_unhex(signature, out->signature, SIGN_BYTES) ? ERR_FORMAT : ERR_OK;
}

enum err enrolment_links_follow(struct str body, struct str province, const uint8_t *believed,
		uint8_t out_key[SIGN_PUBLIC_BYTES]) {
	_cleanup_(json_freep) struct json *root = NULL;
	const struct json *list = NULL;
	struct str code;
	enum err e = json_parse(body, ENROLMENT_KEYS_BYTES_MAX, &root);
	if (e) {
		return e;
	}
	e = json_get_str(root, "province", &code);
	e = e ? e : json_get_array(root, "keys", &list);
	if (e || json_count(root) != LIST_MEMBERS || !str_eq(code, province) ||
			!exchange_code_is_good(code)) {
		return ERR_FORMAT;
	}
	if (json_count(list) > ENROLMENT_KEYS_MAX) {
		return ERR_LIMIT;
	}
	struct enrolment_link last = { .from_ms = 0 };
	bool is_found = false;
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		struct enrolment_link link = { .from_ms = 0 };
		uint8_t bytes[LINK_BYTES_MAX];
		e = read_link(it, it == json_first(list), &link);
		if (e) {
			return e;
		}
		size_t n = print_link(province, link.key, bytes);
		if (is_found && !sign_is_valid(last.key, bytes, n, link.signature)) {
			return ERR_CORRUPT;
		}
		is_found = is_found || memcmp(link.key, believed, SIGN_PUBLIC_BYTES) == 0;
		last = link;
	}
	if (!is_found) {
		return ERR_CORRUPT;
	}
	memcpy(out_key, last.key, SIGN_PUBLIC_BYTES);
	return ERR_OK;
}
