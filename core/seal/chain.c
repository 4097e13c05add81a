#include "core/seal/chain.h"

#include <assert.h>

static const char tag_leaf[] = "TT1L";
static const char tag_node[] = "TT1N";

void chain_next(const char *tag, const struct hash *prev, const void *bytes, size_t n,
		struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, tag, CHAIN_TAG_BYTES);
	hash_add(&h, prev->b, HASH_BYTES);
	hash_add(&h, bytes, n);
	hash_end(&h, out);
}

static void merkle_node(const struct hash *left, const struct hash *right, struct hash *out) {
	chain_next(tag_node, left, right->b, HASH_BYTES, out);
}

static void merkle_leaf(const void *bytes, size_t n, struct hash *out) {
	struct hasher h;
	hash_begin(&h, NULL);
	hash_add(&h, tag_leaf, CHAIN_TAG_BYTES);
	hash_add(&h, bytes, n);
	hash_end(&h, out);
}

void merkle_init(struct merkle *m) {
	m->count = 0;
}

/* Bit k of count says that level k holds a full subtree of 2^k leaves. */
void merkle_add(struct merkle *m, const void *bytes, size_t n) {
	struct hash up;
	merkle_leaf(bytes, n, &up);
	size_t k = 0;
	while (m->count >> k & 1) {
		merkle_node(&m->level[k], &up, &up);
		k++;
	}
	assert(k < MERKLE_LEVELS_MAX);
	m->level[k] = up;
	m->count++;
}

void merkle_root(const struct merkle *m, struct hash *out) {
	if (m->count == 0) {
		merkle_leaf(NULL, 0, out);
		return;
	}
	bool has_any = false;
	struct hash right = { { 0 } };
	for (size_t k = 0; k < MERKLE_LEVELS_MAX; k++) {
		if (!(m->count >> k & 1)) {
			continue;
		}
		if (has_any) {
			merkle_node(&m->level[k], &right, &right);
		} else {
			right = m->level[k];
			has_any = true;
		}
	}
	*out = right;
}
