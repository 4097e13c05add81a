#ifndef CORE_SEAL_HASH_H
#define CORE_SEAL_HASH_H

/*
 * BLAKE2b-256, plain or keyed, at once or in pieces. Knows bytes, not exams. Hashing never fails
 * and takes no memory. A keyed hash that authenticates is in mac.h.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	HASH_BYTES = 32,
	HASH_KEY_BYTES = 32,
	HASH_STATE_BYTES = 384, /* libsodium's state, checked in hash.c */
};

struct hash {
	uint8_t b[HASH_BYTES];
};

/* A hash under way. */
struct hasher {
	_Alignas(64) unsigned char state[HASH_STATE_BYTES];
};

/* Begins a hash; key is HASH_KEY_BYTES long, or NULL for a plain hash. */
void hash_begin(struct hasher *h, const uint8_t *key);
void hash_add(struct hasher *h, const void *bytes, size_t n);
/* Big-endian integers, as the protocol writes them. */
void hash_add_u8(struct hasher *h, uint8_t v);
void hash_add_be16(struct hasher *h, uint16_t v);
void hash_add_be32(struct hasher *h, uint32_t v);
void hash_add_be64(struct hasher *h, uint64_t v);
/* Gives the hash; the hasher must be begun anew before it is used again. */
void hash_end(struct hasher *h, struct hash *out);

/* H(bytes), keyed when key is not NULL. */
void hash_bytes(const uint8_t *key, const void *bytes, size_t n, struct hash *out);

/* For hashes that are public: the time it takes tells where they differ. */
bool hash_equal(const struct hash *a, const struct hash *b);

#endif
