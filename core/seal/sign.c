#include "core/seal/sign.h"

#include <assert.h>
#include <string.h>

#include <sodium.h>

#include "core/seal/hash.h"

_Static_assert(SIGN_SEED_BYTES == crypto_sign_SEEDBYTES, "seed");
_Static_assert(SIGN_PUBLIC_BYTES == crypto_sign_PUBLICKEYBYTES, "public key");
_Static_assert(SIGN_SECRET_BYTES == crypto_sign_SECRETKEYBYTES, "secret key");
_Static_assert(SIGN_BYTES == crypto_sign_BYTES, "signature");

void sign_pair(const uint8_t *seed, uint8_t *out_public, uint8_t *out_secret) {
	int r = crypto_sign_seed_keypair(out_public, out_secret, seed);
	assert(r == 0);
	(void)r; /* asserted */
}

void sign_kid(const uint8_t *public_key, uint8_t *out_kid) {
	struct hash h;
	hash_bytes(NULL, public_key, SIGN_PUBLIC_BYTES, &h);
	memcpy(out_kid, h.b, SIGN_KID_BYTES);
}

void sign_make(const uint8_t *secret, const void *bytes, size_t n, uint8_t *out_signature) {
	int r = crypto_sign_detached(out_signature, NULL, bytes, n, secret);
	assert(r == 0);
	(void)r; /* asserted */
}

bool sign_is_valid(
		const uint8_t *public_key, const void *bytes, size_t n, const uint8_t *signature) {
	return crypto_sign_verify_detached(signature, bytes, n, public_key) == 0;
}
