#include "core/exchange/tree.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

static int compare_bytes(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int r = n > 0 ? memcmp(a.p, b.p, n) : 0;
	return r != 0 ? r : (a.n > b.n) - (a.n < b.n);
}

int tree_leaf_compare(const struct tree_leaf *a, const struct tree_leaf *b) {
	int r = compare_bytes(a->class_id, b->class_id);
	if (r == 0) {
		r = (a->term > b->term) - (a->term < b->term);
	}
	if (r == 0) {
		r = compare_bytes(a->student, b->student);
	}
	return r != 0 ? r : compare_bytes(a->id, b->id);
}

static struct str key_of(const struct tree *t, int level) {
	return (struct str){ t->path[level].bytes, t->path[level].n };
}

static void begin_node(struct tree *t, int level) {
	hash_begin(&t->open[level], NULL);
	hash_add(&t->open[level], "TTXM", 4);
}

void tree_begin(struct tree *t, enum tree_level level,
		enum err (*each)(const struct tree_child *child, void *ctx), void *ctx) {
	assert(level < TREE_RECORD);
	*t = (struct tree){ .level = level, .each = each, .ctx = ctx };
	begin_node(t, (int)level);
}

/* The child under the key of its level is whole: it counts in its parent. */
static enum err add_child(struct tree *t, int parent, uint32_t version, const struct hash *hash) {
	struct tree_child child = { key_of(t, parent + 1), version, *hash };
	hash_add_be16(&t->open[parent], (uint16_t)child.key.n);
	hash_add(&t->open[parent], child.key.p, child.key.n);
	hash_add(&t->open[parent], hash->b, HASH_BYTES);
	bool is_asked_for = parent == (int)t->level && t->each;
	return is_asked_for ? t->each(&child, t->ctx) : ERR_OK;
}

/* Ends the nodes below that level, the deepest first. */
static enum err close_down_to(struct tree *t, int level) {
	for (int l = TREE_STUDENT; l > level; l--) {
		struct hash hash;
		hash_end(&t->open[l], &hash);
		enum err e = add_child(t, l - 1, 0, &hash);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err keep_key(struct tree_key *key, struct str s) {
	if (s.n > sizeof(key->bytes)) {
		return ERR_LIMIT;
	}
	if (s.n > 0) {
		memcpy(key->bytes, s.p, s.n);
	}
	key->n = s.n;
	return ERR_OK;
}

enum err tree_add(struct tree *t, const struct tree_leaf *leaf) {
	if (leaf->term > EXCHANGE_TERM_MAX) {
		return ERR_LIMIT;
	}
	char digit = (char)('0' + leaf->term);
	const struct str keys[TREE_RECORD + 1] = { { NULL, 0 }, leaf->class_id, { &digit, 1 },
		leaf->student, leaf->id };
	/* The first level at which this record parts from the last one. */
	int level = (int)t->level + 1;
	if (t->count > 0) {
		int order = 0;
		while (level <= TREE_RECORD) {
			order = compare_bytes(keys[level], key_of(t, level));
			if (order != 0) {
				break;
			}
			level++;
		}
		if (order <= 0) {
			return ERR_INVAL;
		}
		enum err e = close_down_to(t, level - 1);
		if (e) {
			return e;
		}
	}
	for (int l = level; l <= TREE_RECORD; l++) {
		enum err e = keep_key(&t->path[l], keys[l]);
		if (e) {
			return e;
		}
		if (l < TREE_RECORD) {
			begin_node(t, l);
		}
	}
	t->count++;
	return add_child(t, TREE_STUDENT, leaf->version, &leaf->hash);
}

enum err tree_end(struct tree *t, struct hash *out) {
	enum err e = t->count > 0 ? close_down_to(t, (int)t->level) : ERR_OK;
	if (!e) {
		hash_end(&t->open[t->level], out);
	}
	return e;
}

static bool is_ordered(const struct tree_short *list, size_t count) {
	for (size_t i = 1; i < count; i++) {
		if (compare_bytes(list[i - 1].key, list[i].key) >= 0) {
			return false;
		}
	}
	return true;
}

enum err tree_differ(const struct tree_short *ours, size_t ours_count,
		const struct tree_short *theirs, size_t theirs_count,
		enum err (*each)(const struct tree_short *ours, const struct tree_short *theirs,
				void *ctx),
		void *ctx) {
	if (!is_ordered(ours, ours_count) || !is_ordered(theirs, theirs_count)) {
		return ERR_INVAL;
	}
	size_t i = 0;
	size_t j = 0;
	while (i < ours_count || j < theirs_count) {
		int order = i == ours_count         ? 1
				: j == theirs_count ? -1
						    : compare_bytes(ours[i].key, theirs[j].key);
		const struct tree_short *a = order <= 0 ? &ours[i++] : NULL;
		const struct tree_short *b = order >= 0 ? &theirs[j++] : NULL;
		if (a && b && memcmp(a->hash, b->hash, TREE_SHORT_BYTES) == 0) {
			continue;
		}
		enum err e = each(a, b, ctx);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}
