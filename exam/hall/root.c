#include "exam/hall/root.h"

#include <assert.h>

#include "exam/hall/be_bytes.h"

static const char tag[] = "TT1W";

enum { TAG_BYTES = 4 };

void root_print(const struct root *root, uint8_t *out) {
	uint8_t *at = put(out, tag, TAG_BYTES);
	at = put_be(at, ROOT_VERSION, 1);
	at = put(at, root->sign_kid, SIGN_KID_BYTES);
	at = put_be(at, root->school, 8);
	at = put(at, root->sitting.b, ID16_BYTES);
	at = put_be(at, root->number, 4);
	at = put_be(at, root->receipt_count, 4);
	at = put_be(at, (uint64_t)root->at_ms, 8);
	at = put(at, root->hash.b, HASH_BYTES);
	assert(at == out + ROOT_BYTES);
}

enum err root_parse(struct str bytes, struct root *out) {
	if (bytes.n != ROOT_BYTES || memcmp(bytes.p, tag, TAG_BYTES) != 0 ||
			bytes.p[TAG_BYTES] != ROOT_VERSION) {
		return ERR_FORMAT;
	}
	const uint8_t *at = (const uint8_t *)bytes.p + TAG_BYTES + 1;
	struct root r;
	uint64_t number = 0;
	uint64_t count = 0;
	uint64_t at_ms = 0;
	at = take(at, r.sign_kid, SIGN_KID_BYTES);
	at = take_be(at, 8, &r.school);
	at = take(at, r.sitting.b, ID16_BYTES);
	at = take_be(at, 4, &number);
	at = take_be(at, 4, &count);
	at = take_be(at, 8, &at_ms);
	at = take(at, r.hash.b, HASH_BYTES);
	assert(at == (const uint8_t *)bytes.p + ROOT_BYTES);
	if (at_ms > INT64_MAX) {
		return ERR_FORMAT;
	}
	r.number = (uint32_t)number;
	r.receipt_count = (uint32_t)count;
	r.at_ms = (int64_t)at_ms;
	*out = r;
	return ERR_OK;
}

enum err root_verify(struct str signed_bytes, const uint8_t *public_key, struct root *out) {
	if (signed_bytes.n != ROOT_BYTES + SIGN_BYTES) {
		return ERR_FORMAT;
	}
	struct root r;
	enum err e = root_parse((struct str){ signed_bytes.p, ROOT_BYTES }, &r);
	if (e) {
		return e;
	}
	uint8_t kid[SIGN_KID_BYTES];
	sign_kid(public_key, kid);
	if (memcmp(kid, r.sign_kid, sizeof(kid)) != 0 ||
			!sign_is_valid(public_key, signed_bytes.p, ROOT_BYTES,
					(const uint8_t *)signed_bytes.p + ROOT_BYTES)) {
		return ERR_CORRUPT;
	}
	*out = r;
	return ERR_OK;
}
