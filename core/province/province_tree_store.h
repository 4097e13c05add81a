#ifndef CORE_PROVINCE_PROVINCE_TREE_STORE_H
#define CORE_PROVINCE_PROVINCE_TREE_STORE_H

/* The tree over what a province holds of a school (core/exchange/tree.h). */

#include <stdint.h>

#include "core/db/db.h"
#include "core/exchange/tree_rows_store.h"

/* Gives the children of the node in the order of their keys, and its hash. Nothing else may use
 * `db` meanwhile. Errors are those of db.h and of `each`. */
enum err province_tree_store_node(struct db *db, uint64_t school_id, const struct tree_node *node,
		const struct tree_rows_to *to, struct hash *out) MUST_CHECK;

#endif
