#include "core/seal/mac.h"

#include <assert.h>
#include <sodium.h>
#include <string.h>

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

void mac_sha256(struct str secret, const struct str *parts, size_t count,
		uint8_t out[MAC_SHA256_BYTES]) {
	_Static_assert((int)MAC_SHA256_BYTES == (int)crypto_auth_hmacsha256_BYTES, "as libsodium");
	crypto_auth_hmacsha256_state state;
	crypto_auth_hmacsha256_init(&state, (const unsigned char *)secret.p, secret.n);
	for (size_t i = 0; i < count; i++) {
		crypto_auth_hmacsha256_update(
				&state, (const unsigned char *)parts[i].p, parts[i].n);
	}
	crypto_auth_hmacsha256_final(&state, out);
	explicit_bzero(&state, sizeof(state));
}
