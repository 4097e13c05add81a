#ifndef CORE_SEAL_CHAIN_H
#define CORE_SEAL_CHAIN_H

/*
 * Hash chains and Merkle roots over BLAKE2b-256. What a link or a leaf means is the caller's;
 * a four-letter tag keeps the chains of one purpose from passing for another's.
 */

#include "core/seal/hash.h"

enum {
	CHAIN_TAG_BYTES = 4,
	MERKLE_LEVELS_MAX = 48, /* 2^48 leaves */
};

/* The next head of a chain: H(tag || prev || bytes). `out` may be `prev`. */
void chain_next(const char *tag, const struct hash *prev, const void *bytes, size_t n,
		struct hash *out);

/*
 * A Merkle root built leaf by leaf in the memory of one path. A leaf is H("TT1L" || bytes), a
 * node H("TT1N" || left || right); a node without a sibling goes up unchanged (as RFC 6962 does);
 * the root of nothing is H("TT1L"). Leaves and nodes have different tags, so that a node cannot
 * be shown as a leaf.
 */
struct merkle {
	uint64_t count;                       /* leaves so far */
	struct hash level[MERKLE_LEVELS_MAX]; /* full subtrees waiting for a sibling */
};

void merkle_init(struct merkle *m);
void merkle_add(struct merkle *m, const void *bytes, size_t n);
/* The root of the leaves so far; more may be added afterwards. */
void merkle_root(const struct merkle *m, struct hash *out);

#endif
