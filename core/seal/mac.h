#ifndef CORE_SEAL_MAC_H
#define CORE_SEAL_MAC_H

/*
 * Authentication by a shared key: keyed BLAKE2b-256. A mac convinces only who holds the key, so
 * it is for what the server says to itself through a browser; for others there is sign.h.
 */

#include "core/base/str.h"
#include "core/seal/hash.h"

/* The mac of the bytes under the key of HASH_KEY_BYTES. */
void mac_make(const uint8_t *key, const void *bytes, size_t n, struct hash *out);
/* Whether it is the mac of these bytes; takes the same time wherever it differs. */
bool mac_is_valid(const uint8_t *key, const void *bytes, size_t n, const struct hash *mac);

enum { MAC_SHA256_BYTES = 32 };
/* HMAC-SHA256 of the parts one behind the other, under a secret of any length: for others who
 * check it with what every language has. */
void mac_sha256(struct str secret, const struct str *parts, size_t count,
		uint8_t out[MAC_SHA256_BYTES]);

#endif
