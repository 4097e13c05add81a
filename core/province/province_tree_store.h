#ifndef CORE_PROVINCE_PROVINCE_TREE_STORE_H
#define CORE_PROVINCE_PROVINCE_TREE_STORE_H

/* The tree over what a province holds of a school (core/exchange/tree.h). */

#include <stdint.h>

#include "core/db/db.h"
#include "core/exchange/tree.h"

/* A node; of its path only what its level has is looked at. */
struct province_node {
	uint64_t school_id;
	enum tree_level level;
	struct str class_id;
	unsigned term;
	struct str student;
};

/* Gives the children of the node in the order of their keys, and its hash. Nothing else may use
 * `db` meanwhile. Errors are those of db.h and of `each`. */
enum err province_tree_store_node(struct db *db, const struct province_node *node,
		enum err (*each)(const struct tree_child *child, void *ctx), void *ctx,
		struct hash *out) MUST_CHECK;

#endif
