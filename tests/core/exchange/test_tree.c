/*
 * The tree of a school's records by properties: what is asked for is worked out a second time here,
 * by grouping the leaves level by level, and the order in which they came is by chance.
 */
#include "core/exchange/tree.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/buf.h"
#include "core/base/rng.h"
#include "tests/check.h"

enum {
	LEAVES = 400,
	ROUNDS = 60,
	KEY_BYTES = 40,
	CHILDREN_MAX = LEAVES,
};

struct record {
	char class_id[KEY_BYTES];
	char student[KEY_BYTES];
	char id[KEY_BYTES];
	struct tree_leaf leaf;
};

static struct record records[LEAVES];
static struct record others[LEAVES]; /* of the other side */

static struct tree_leaf leaf_of(struct record *r) {
	r->leaf.class_id = str_from(r->class_id);
	r->leaf.student = str_from(r->student);
	r->leaf.id = str_from(r->id);
	return r->leaf;
}

/* Few classes and students, so that nodes have many children; some keys are empty, some begin like
 * others. */
static void fill(struct rng *rng, size_t count) {
	static const char *const classes[] = { "", "a", "a/b", "ab", "\xC4\x91", "z" };
	for (size_t i = 0; i < count; i++) {
		struct record *r = &records[i];
		memset(r, 0, sizeof(*r));
		(void)snprintf(r->class_id, KEY_BYTES, "%s", classes[rng_below(rng, 6)]);
		(void)snprintf(r->student, KEY_BYTES, "%s%d", rng_below(rng, 3) ? "HS" : "",
				(int)rng_below(rng, 12));
		(void)snprintf(r->id, KEY_BYTES, "s/diem/%zu", i);
		r->leaf.term = (unsigned)rng_below(rng, 4);
		r->leaf.version = 1 + (uint32_t)rng_below(rng, 9);
		hash_bytes(NULL, r->id, strlen(r->id), &r->leaf.hash);
	}
}

static int compare(const void *a, const void *b) {
	return tree_leaf_compare(a, b);
}

static struct tree_leaf *sorted(struct record *from, size_t count) {
	struct tree_leaf *all = calloc(count + 1, sizeof(*all));
	if (!all) {
		abort();
	}
	for (size_t i = 0; i < count; i++) {
		all[i] = leaf_of(&from[i]);
	}
	qsort(all, count, sizeof(*all), compare);
	return all;
}

/* ---- the same once more, by another way ---- */

static void key_of(const struct tree_leaf *leaf, int level, char out[KEY_BYTES]) {
	struct str s = level == 1 ? leaf->class_id : level == 3 ? leaf->student : leaf->id;
	if (level == 2) {
		(void)snprintf(out, KEY_BYTES, "%u", leaf->term);
	} else {
		(void)snprintf(out, KEY_BYTES, "%.*s", (int)s.n, s.p);
	}
}

/* The hash of the node whose children are at `level`, of leaves that are sorted. */
static struct hash node_hash(const struct tree_leaf *leaves, size_t count, int level) {
	struct hash out;
	_cleanup_(buf_finish) struct buf bytes = buf_make(1 << 20);
	buf_add(&bytes, "TTXM", 4);
	for (size_t from = 0; from < count;) {
		char key[KEY_BYTES];
		char other[KEY_BYTES];
		size_t to = from;
		key_of(&leaves[from], level, key);
		do {
			to++;
			if (to < count) {
				key_of(&leaves[to], level, other);
			}
		} while (to < count && strcmp(key, other) == 0);
		struct hash child = level == TREE_RECORD
				? leaves[from].hash
				: node_hash(leaves + from, to - from, level + 1);
		buf_add_be16(&bytes, (uint16_t)strlen(key));
		buf_add_str(&bytes, key);
		buf_add(&bytes, child.b, HASH_BYTES);
		from = to;
	}
	hash_bytes(NULL, bytes.data, bytes.len, &out);
	return out;
}

/* ---- one node by the tree ---- */

struct kept {
	struct tree_short list[CHILDREN_MAX];
	char keys[CHILDREN_MAX][KEY_BYTES];
	size_t count;
};

static enum err keep(const struct tree_child *child, void *ctx) {
	struct kept *k = ctx;
	struct tree_short *s = &k->list[k->count];
	memcpy(k->keys[k->count], child->key.p ? child->key.p : "", child->key.n);
	*s = (struct tree_short){ { k->keys[k->count], child->key.n }, child->version, { 0 } };
	memcpy(s->hash, child->hash.b, TREE_SHORT_BYTES);
	k->count++;
	return ERR_OK;
}

static struct hash by_tree(const struct tree_leaf *leaves, size_t count, enum tree_level level,
		struct kept *kept) {
	struct hash out = { { 0 } };
	struct tree tree;
	enum err e = ERR_OK;
	tree_begin(&tree, level, kept ? keep : NULL, kept);
	for (size_t i = 0; i < count && !e; i++) {
		e = tree_add(&tree, &leaves[i]);
	}
	e = e ? e : tree_end(&tree, &out);
	CHECK_INT("the tree takes them", e, ERR_OK);
	return out;
}

static void check_same(const char *name, struct hash a, struct hash b) {
	CHECK_INT(name, memcmp(a.b, b.b, HASH_BYTES), 0);
}

static void test_roots(struct rng *rng) {
	for (int round = 0; round < ROUNDS; round++) {
		size_t count = (size_t)rng_below(rng, LEAVES);
		fill(rng, count);
		struct tree_leaf *leaves = sorted(records, count);
		struct hash root = by_tree(leaves, count, TREE_SCHOOL, NULL);
		check_same("as by grouping", root, node_hash(leaves, count, 1));
		/* Another order of arrival. */
		rng_shuffle(rng, records, count, sizeof(records[0]));
		struct tree_leaf *again = sorted(records, count);
		check_same("whatever the order", root, by_tree(again, count, TREE_SCHOOL, NULL));
		free(leaves);
		free(again);
	}
}

/* ---- the walk ---- */

struct found {
	char key[KEY_BYTES];
	size_t count;
};

static enum err note(const struct tree_short *ours, const struct tree_short *theirs, void *ctx) {
	struct found *f = ctx;
	const struct tree_short *s = ours ? ours : theirs;
	(void)snprintf(f->key, sizeof(f->key), "%.*s", (int)s->key.n, s->key.p);
	f->count++;
	return ERR_OK;
}

/* The leaves below the child of that key, moved to the front. */
static size_t below(struct tree_leaf *leaves, size_t count, int level, const char *key) {
	size_t n = 0;
	for (size_t i = 0; i < count; i++) {
		char own[KEY_BYTES];
		key_of(&leaves[i], level, own);
		if (strcmp(own, key) == 0) {
			leaves[n++] = leaves[i];
		}
	}
	return n;
}

static struct kept mine;
static struct kept theirs;

static void walk(struct tree_leaf *a, size_t a_count, struct tree_leaf *b, size_t b_count,
		const char *wanted) {
	struct found f = { "", 0 };
	for (int level = TREE_SCHOOL; level <= TREE_STUDENT; level++) {
		f = (struct found){ "", 0 };
		mine.count = 0;
		theirs.count = 0;
		(void)by_tree(a, a_count, (enum tree_level)level, &mine);
		(void)by_tree(b, b_count, (enum tree_level)level, &theirs);
		enum err e = tree_differ(
				mine.list, mine.count, theirs.list, theirs.count, note, &f);
		CHECK_INT("the lists are in order", e, ERR_OK);
		CHECK_INT("one child differs", f.count, 1);
		a_count = below(a, a_count, level + 1, f.key);
		b_count = below(b, b_count, level + 1, f.key);
	}
	CHECK_STR("the record", f.key, wanted);
}

static void test_walk(struct rng *rng) {
	for (int round = 0; round < ROUNDS; round++) {
		fill(rng, LEAVES);
		memcpy(others, records, sizeof(others));
		struct tree_leaf *a = sorted(records, LEAVES);
		size_t at = (size_t)rng_below(rng, LEAVES);
		bool is_missing = rng_below(rng, 2) == 0;
		size_t count = LEAVES;
		if (is_missing) {
			others[at] = others[LEAVES - 1];
			count--;
		} else {
			others[at].leaf.hash.b[0] ^= 1;
		}
		struct tree_leaf *b = sorted(others, count);
		walk(a, LEAVES, b, count, records[at].id);
		free(a);
		free(b);
	}
}

static void test_refused(void) {
	struct tree tree;
	struct tree_leaf one = { .class_id = str_from("a"), .id = str_from("x") };
	struct tree_leaf before = { .class_id = str_from("A"), .id = str_from("y") };
	tree_begin(&tree, TREE_SCHOOL, NULL, NULL);
	CHECK_INT("the first", tree_add(&tree, &one), ERR_OK);
	CHECK_INT("the same again", tree_add(&tree, &one), ERR_INVAL);
	CHECK_INT("out of order", tree_add(&tree, &before), ERR_INVAL);
	char key[TREE_KEY_BYTES_MAX + 1];
	memset(key, 'b', sizeof(key));
	struct tree_leaf most = { .class_id = { key, TREE_KEY_BYTES_MAX }, .id = str_from("x") };
	struct tree_leaf over = { .class_id = str_from("c"),
		.id = { key, TREE_KEY_BYTES_MAX + 1 } };
	struct tree_leaf term = { .class_id = str_from("c"), .term = EXCHANGE_TERM_MAX + 1 };
	CHECK_INT("the longest key", tree_add(&tree, &most), ERR_OK);
	CHECK_INT("one byte more", tree_add(&tree, &over), ERR_LIMIT);
	CHECK_INT("no such term", tree_add(&tree, &term), ERR_LIMIT);
	const struct tree_short unordered[2] = { { .key = str_from("b") },
		{ .key = str_from("a") } };
	struct found f = { "", 0 };
	CHECK_INT("a list out of order", tree_differ(unordered, 2, NULL, 0, note, &f), ERR_INVAL);
}

int main(void) {
	struct rng rng;
	rng_init(&rng, 20261122, 0);
	test_roots(&rng);
	test_walk(&rng);
	test_refused();
	return check_done();
}
