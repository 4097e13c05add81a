#ifndef CORE_SEAL_SIGN_H
#define CORE_SEAL_SIGN_H

/* Ed25519 signatures: anyone verifies them with the public key. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	SIGN_SEED_BYTES = 32,
	SIGN_PUBLIC_BYTES = 32,
	SIGN_SECRET_BYTES = 64,
	SIGN_BYTES = 64,
	SIGN_KID_BYTES = 8, /* first bytes of H(public key) */
};

/* The key pair of a seed. The caller wipes the secret. */
void sign_pair(const uint8_t *seed, uint8_t *out_public, uint8_t *out_secret);
void sign_kid(const uint8_t *public_key, uint8_t *out_kid);
void sign_make(const uint8_t *secret, const void *bytes, size_t n, uint8_t *out_signature);
bool sign_is_valid(
		const uint8_t *public_key, const void *bytes, size_t n, const uint8_t *signature);

#endif
