#include "core/seal/mac.h"

#include <assert.h>

#include "core/seal/secret.h"

void mac_make(const uint8_t *key, const void *bytes, size_t n, struct hash *out) {
	assert(key);
	hash_bytes(key, bytes, n, out);
}

bool mac_is_valid(const uint8_t *key, const void *bytes, size_t n, const struct hash *mac) {
	struct hash want;
	mac_make(key, bytes, n, &want);
	return secret_equal(want.b, mac->b, HASH_BYTES);
}
