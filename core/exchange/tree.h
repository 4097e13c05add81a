#ifndef CORE_EXCHANGE_TREE_H
#define CORE_EXCHANGE_TREE_H

/*
 * Merkle trees over the records of a school, by which a school and its province find out whether
 * they hold the same, and where not, without sending everything (docs/exchange.md):
 *
 *     school -> class ("lop") -> term ("hocky") -> student ("hocsinh") -> record ("idbanghi")
 *
 * The hash of a node is H("TTXM" || for each child in byte order of its key: be16 length of the
 * key || key || hash); that of a record is the hash of its line. A class or student that a record
 * does not have is the key "". Records that were cancelled count like the others. The same records
 * give the same hashes in whatever order they came. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/exchange/exchange_line.h"
#include "core/seal/hash.h"

/* How deep a node is; its children are one deeper. */
enum tree_level {
	TREE_SCHOOL = 0,  /* path [] */
	TREE_CLASS = 1,   /* [lop] */
	TREE_TERM = 2,    /* [lop, hocky] */
	TREE_STUDENT = 3, /* [lop, hocky, hocsinh]: its children are records */
	TREE_RECORD = 4,
};

enum {
	TREE_KEY_BYTES_MAX = EXCHANGE_ID_BYTES_MAX,
	TREE_SHORT_BYTES = 16, /* of a child's hash, as it is sent */
};

/* A record; texts belong to the caller. */
struct tree_leaf {
	struct str class_id; /* lop */
	unsigned term;       /* hocky, 0..EXCHANGE_TERM_MAX */
	struct str student;  /* hocsinh */
	struct str id;       /* idbanghi */
	uint32_t version;    /* phienban */
	struct hash hash;    /* of its line: exchange_line_hash() */
};
/* The order in which a tree takes its leaves; the same for records of the same name. */
int tree_leaf_compare(const struct tree_leaf *a, const struct tree_leaf *b);

/* A child of the node that was asked for; the key is valid during the call. */
struct tree_child {
	struct str key;
	uint32_t version; /* of a record, else 0 */
	struct hash hash;
};

/* One node under way: its leaves come in order, its children go out as they are whole. */
struct tree {
	enum tree_level level; /* of the node */
	enum err (*each)(const struct tree_child *child, void *ctx);
	void *ctx;
	uint64_t count;
	struct hasher open[TREE_RECORD]; /* of the nodes that are not whole yet */
	struct tree_key {
		char bytes[TREE_KEY_BYTES_MAX];
		size_t n;
	} path[TREE_RECORD + 1]; /* of the last leaf; [0] is not used */
};

/*
 * Begins a node. `each` (may be NULL) is given its children; an error of it ends the work.
 * The leaves must be those of the node: the tree looks only at the keys below its level.
 */
void tree_begin(struct tree *t, enum tree_level level,
		enum err (*each)(const struct tree_child *child, void *ctx), void *ctx);
/*
 * The next record.
 * Errors  ERR_INVAL  it does not come behind the last one, or is the same
 *         ERR_LIMIT  a key longer than TREE_KEY_BYTES_MAX, a term above EXCHANGE_TERM_MAX
 *         and those of `each`
 */
enum err tree_add(struct tree *t, const struct tree_leaf *leaf) MUST_CHECK;
/* The node's hash, that of an empty node too. Errors are those of `each`. */
enum err tree_end(struct tree *t, struct hash *out) MUST_CHECK;

/* A child as it was sent: the beginning of its hash. */
struct tree_short {
	struct str key;
	uint32_t version;
	uint8_t hash[TREE_SHORT_BYTES];
};
/* Gives every key that is not the same on both sides; both lists are in byte order of their keys.
 * `ours` or `theirs` is NULL where the key is missing. ERR_INVAL: out of order. */
enum err tree_differ(const struct tree_short *ours, size_t ours_count,
		const struct tree_short *theirs, size_t theirs_count,
		enum err (*each)(const struct tree_short *ours, const struct tree_short *theirs,
				void *ctx),
		void *ctx) MUST_CHECK;

#endif
