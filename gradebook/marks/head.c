#include "gradebook/marks/head.h"

#include <assert.h>
#include <string.h>

static const char tag[] = "TT1C";

enum { TAG_BYTES = 4 };

static uint8_t *put(uint8_t *at, const void *bytes, size_t n) {
	memcpy(at, bytes, n);
	return at + n;
}

static uint8_t *put_be(uint8_t *at, uint64_t v, size_t n) {
	for (size_t i = 0; i < n; i++) {
		at[i] = (uint8_t)(v >> (8 * (n - 1 - i)));
	}
	return at + n;
}

static uint64_t take_be(const uint8_t **at, size_t n) {
	uint64_t v = 0;
	for (size_t i = 0; i < n; i++) {
		v = v << 8 | *(*at)++;
	}
	return v;
}

void head_print(const struct head *head, uint8_t *out) {
	uint8_t *at = put(out, tag, TAG_BYTES);
	at = put_be(at, HEAD_VERSION, 1);
	at = put(at, head->sign_kid, SIGN_KID_BYTES);
	at = put_be(at, head->school_id, 8);
	at = put_be(at, head->class_id, 8);
	at = put_be(at, head->subject_id, 8);
	at = put_be(at, head->number, 4);
	at = put_be(at, (uint64_t)head->at_ms, 8);
	at = put(at, head->hash.b, HASH_BYTES);
	assert(at == out + HEAD_BYTES);
}

enum err head_parse(struct str bytes, struct head *out) {
	if (bytes.n != HEAD_BYTES || memcmp(bytes.p, tag, TAG_BYTES) != 0 ||
			bytes.p[TAG_BYTES] != HEAD_VERSION) {
		return ERR_FORMAT;
	}
	const uint8_t *at = (const uint8_t *)bytes.p + TAG_BYTES + 1;
	struct head h;
	memcpy(h.sign_kid, at, SIGN_KID_BYTES);
	at += SIGN_KID_BYTES;
	h.school_id = take_be(&at, 8);
	h.class_id = take_be(&at, 8);
	h.subject_id = take_be(&at, 8);
	h.number = (uint32_t)take_be(&at, 4);
	uint64_t at_ms = take_be(&at, 8);
	memcpy(h.hash.b, at, HASH_BYTES);
	if (at_ms > INT64_MAX) {
		return ERR_FORMAT;
	}
	h.at_ms = (int64_t)at_ms;
	*out = h;
	return ERR_OK;
}

enum err head_verify(struct str signed_bytes, const uint8_t *public_key, struct head *out) {
	if (signed_bytes.n != HEAD_SIGNED_BYTES) {
		return ERR_FORMAT;
	}
	struct head h;
	uint8_t kid[SIGN_KID_BYTES];
	enum err e = head_parse((struct str){ signed_bytes.p, HEAD_BYTES }, &h);
	if (e) {
		return e;
	}
	sign_kid(public_key, kid);
	if (memcmp(kid, h.sign_kid, sizeof(kid)) != 0 ||
			!sign_is_valid(public_key, signed_bytes.p, HEAD_BYTES,
					(const uint8_t *)signed_bytes.p + HEAD_BYTES)) {
		return ERR_CORRUPT;
	}
	*out = h;
	return ERR_OK;
}
