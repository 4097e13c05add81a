#include "exam/hall/receipt.h"

#include <assert.h>
#include <string.h>

#include "core/seal/mac.h"
#include "exam/hall/be_bytes.h"

enum { MAC_BYTES = 4 + 1 + 8 + ID16_BYTES + 4 + 4 + 4 + 8 + HASH_BYTES };

static void mac_bytes(enum receipt_proof proof, const struct receipt_mac *what, uint8_t *out) {
	uint8_t *at = put(out, proof == RECEIPT_ACK ? "TT1A" : "TT1S", 4);
	at = put_be(at, what->kid, 1);
	at = put_be(at, what->school, 8);
	at = put(at, what->attempt.b, ID16_BYTES);
	at = put_be(at, what->gen, 4);
	at = put_be(at, what->lease, 4);
	at = put_be(at, what->seq, 4);
	at = put_be(at, (uint64_t)what->at_ms, 8);
	at = put(at, what->head.b, HASH_BYTES);
	assert(at == out + MAC_BYTES);
}

void receipt_mac_make(const uint8_t *key, enum receipt_proof proof, const struct receipt_mac *what,
		struct hash *out) {
	uint8_t bytes[MAC_BYTES];
	mac_bytes(proof, what, bytes);
	mac_make(key, bytes, sizeof(bytes), out);
}

bool receipt_mac_is_valid(const uint8_t *key, enum receipt_proof proof,
		const struct receipt_mac *what, const struct hash *mac) {
	uint8_t bytes[MAC_BYTES];
	mac_bytes(proof, what, bytes);
	return mac_is_valid(key, bytes, sizeof(bytes), mac);
}

void receipt_answers_begin(struct hasher *h, const uint8_t *salt) {
	hash_begin(h, salt);
	hash_add(h, "TT1F", 4);
}

void receipt_answers_add(struct hasher *h, uint16_t slot, struct str value) {
	assert(value.n <= EVENT_VALUE_BYTES_MAX);
	hash_add_be16(h, slot);
	hash_add_be32(h, (uint32_t)value.n);
	hash_add(h, value.p, value.n);
}

void receipt_answers_end(struct hasher *h, struct hash *out) {
	hash_end(h, out);
}

void receipt_print(enum receipt_kind kind, const struct receipt *receipt, uint8_t *out) {
	uint8_t *at = put(out, kind == RECEIPT_CLOSED ? "TT1R" : "TT1H", 4);
	at = put_be(at, RECEIPT_VERSION, 1);
	at = put(at, receipt->sign_kid, SIGN_KID_BYTES);
	at = put_be(at, receipt->school, 8);
	at = put(at, receipt->sitting.b, ID16_BYTES);
	at = put(at, receipt->attempt.b, ID16_BYTES);
	at = put_be(at, receipt->gen, 4);
	at = put_be(at, receipt->seq, 4);
	at = put_be(at, (uint64_t)receipt->at_ms, 8);
	at = put_be(at, receipt->why, 1);
	at = put(at, receipt->head.b, HASH_BYTES);
	at = put(at, receipt->times.b, HASH_BYTES);
	at = put(at, receipt->answers.b, HASH_BYTES);
	assert(at == out + RECEIPT_BYTES);
}

static enum err parse_kind(const uint8_t *bytes, enum receipt_kind *out) {
	if (memcmp(bytes, "TT1R", 4) == 0) {
		*out = RECEIPT_CLOSED;
	} else if (memcmp(bytes, "TT1H", 4) == 0) {
		*out = RECEIPT_CHECKPOINT;
	} else {
		return ERR_FORMAT;
	}
	return bytes[4] == RECEIPT_VERSION ? ERR_OK : ERR_FORMAT;
}

enum err receipt_parse(struct str bytes, enum receipt_kind *out_kind, struct receipt *out) {
	if (bytes.n != RECEIPT_BYTES) {
		return ERR_FORMAT;
	}
	const uint8_t *at = (const uint8_t *)bytes.p;
	enum receipt_kind kind = RECEIPT_CLOSED;
	enum err e = parse_kind(at, &kind);
	if (e) {
		return e;
	}
	struct receipt r;
	uint64_t gen = 0;
	uint64_t seq = 0;
	uint64_t at_ms = 0;
	uint64_t why = 0;
	at = take(at + 5, r.sign_kid, SIGN_KID_BYTES);
	at = take_be(at, 8, &r.school);
	at = take(at, r.sitting.b, ID16_BYTES);
	at = take(at, r.attempt.b, ID16_BYTES);
	at = take_be(at, 4, &gen);
	at = take_be(at, 4, &seq);
	at = take_be(at, 8, &at_ms);
	at = take_be(at, 1, &why);
	at = take(at, r.head.b, HASH_BYTES);
	at = take(at, r.times.b, HASH_BYTES);
	at = take(at, r.answers.b, HASH_BYTES);
	assert(at == (const uint8_t *)bytes.p + RECEIPT_BYTES);
	if (at_ms > INT64_MAX) {
		return ERR_FORMAT;
	}
	r.gen = (uint32_t)gen;
	r.seq = (uint32_t)seq;
	r.at_ms = (int64_t)at_ms;
	r.why = (uint8_t)why;
	*out_kind = kind;
	*out = r;
	return ERR_OK;
}

enum err receipt_verify(struct str signed_bytes, const uint8_t *public_key,
		enum receipt_kind *out_kind, struct receipt *out) {
	if (signed_bytes.n != RECEIPT_BYTES + SIGN_BYTES) {
		return ERR_FORMAT;
	}
	enum receipt_kind kind = RECEIPT_CLOSED;
	struct receipt r;
	enum err e = receipt_parse((struct str){ signed_bytes.p, RECEIPT_BYTES }, &kind, &r);
	if (e) {
		return e;
	}
	uint8_t kid[SIGN_KID_BYTES];
	sign_kid(public_key, kid);
	if (memcmp(kid, r.sign_kid, sizeof(kid)) != 0 ||
			!sign_is_valid(public_key, signed_bytes.p, RECEIPT_BYTES,
					(const uint8_t *)signed_bytes.p + RECEIPT_BYTES)) {
		return ERR_CORRUPT;
	}
	*out_kind = kind;
	*out = r;
	return ERR_OK;
}
