#include "core/seal/hash.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

_Static_assert(sizeof(crypto_generichash_state) <= HASH_STATE_BYTES, "libsodium's state grew");
_Static_assert(_Alignof(struct hasher) >= _Alignof(crypto_generichash_state), "alignment");

static crypto_generichash_state *state_of(struct hasher *h) {
	return (crypto_generichash_state *)(void *)h->state;
}

void hash_begin(struct hasher *h, const uint8_t *key) {
	/* Fails only for lengths out of range, and these are constants in range. */
	int r = crypto_generichash_init(state_of(h), key, key ? HASH_KEY_BYTES : 0, HASH_BYTES);
	assert(r == 0);
	(void)r; /* asserted */
}

void hash_add(struct hasher *h, const void *bytes, size_t n) {
	assert(bytes || n == 0);
	if (n == 0) {
		return;
	}
	int r = crypto_generichash_update(state_of(h), bytes, n);
	assert(r == 0);
	(void)r; /* asserted */
}

static void add_be(struct hasher *h, uint64_t v, size_t bytes) {
	uint8_t out[8];
	for (size_t i = 0; i < bytes; i++) {
		out[i] = (uint8_t)(v >> (8 * (bytes - 1 - i)));
	}
	hash_add(h, out, bytes);
}

void hash_add_u8(struct hasher *h, uint8_t v) {
	add_be(h, v, 1);
}

void hash_add_be16(struct hasher *h, uint16_t v) {
	add_be(h, v, 2);
}

void hash_add_be32(struct hasher *h, uint32_t v) {
	add_be(h, v, 4);
}

void hash_add_be64(struct hasher *h, uint64_t v) {
	add_be(h, v, 8);
}

void hash_end(struct hasher *h, struct hash *out) {
	int r = crypto_generichash_final(state_of(h), out->b, HASH_BYTES);
	assert(r == 0);
	(void)r; /* asserted */
}

void hash_bytes(const uint8_t *key, const void *bytes, size_t n, struct hash *out) {
	assert(bytes || n == 0);
	int r = crypto_generichash(out->b, HASH_BYTES, bytes, n, key, key ? HASH_KEY_BYTES : 0);
	assert(r == 0);
	(void)r; /* asserted */
}

bool hash_equal(const struct hash *a, const struct hash *b) {
	return memcmp(a->b, b->b, HASH_BYTES) == 0;
}
