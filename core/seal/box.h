#ifndef CORE_SEAL_BOX_H
#define CORE_SEAL_BOX_H

/*
 * Sealing bytes under a shared key. box_seal is for what only this program reads again: columns
 * of the database, stored paper keys. box_aead_* is XChaCha20-Poly1305 with additional data, for
 * what a browser opens.
 */

#include "core/base/buf.h"
#include "core/base/str.h"

enum {
	BOX_KEY_BYTES = 32,
	BOX_NONCE_BYTES = 24,
	BOX_TAG_BYTES = 16,
	BOX_EXTRA_BYTES =
			BOX_NONCE_BYTES + BOX_TAG_BYTES, /* what box_seal adds to the plain text */
};

/* Appends nonce and sealed bytes under a fresh random nonce (crypto_secretbox). ERR_LIMIT or
 * ERR_NOMEM from the buffer. */
enum err box_seal(const uint8_t *key, struct str plain, struct buf *out) MUST_CHECK;
/* Appends the plain bytes. ERR_FORMAT when too short, ERR_CORRUPT when they are not what was
 * sealed under this key; then nothing is appended. */
enum err box_open(const uint8_t *key, struct str sealed, struct buf *out) MUST_CHECK;

/* Appends the ciphertext with its tag. `nonce` must never serve twice under one key. */
enum err box_aead_seal(const uint8_t *key, const uint8_t *nonce, struct str additional,
		struct str plain, struct buf *out) MUST_CHECK;
/* The reverse; errors as box_open. */
enum err box_aead_open(const uint8_t *key, const uint8_t *nonce, struct str additional,
		struct str sealed, struct buf *out) MUST_CHECK;

#endif
