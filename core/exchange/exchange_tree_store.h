#ifndef CORE_EXCHANGE_EXCHANGE_TREE_STORE_H
#define CORE_EXCHANGE_EXCHANGE_TREE_STORE_H

/* The tree over what a school has told a destination (core/exchange/tree.h), and what is to be told
 * again because the two sides differ. */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/exchange/destination_store.h"
#include "core/exchange/tree_rows_store.h"

/* Gives the children of the node in the order of their keys, and its hash. Nothing else may use
 * `db` meanwhile. */
enum err exchange_tree_store_node(struct db *db, const struct destination *d,
		const struct tree_node *node, const struct tree_rows_to *to,
		struct hash *out) MUST_CHECK;

/* Has every record of the node sent again, but those that are rejected; how many. */
enum err exchange_tree_store_resend(struct db *db, const struct destination *d,
		const struct tree_node *node, int64_t now_ms, uint64_t *out_count) MUST_CHECK;

struct exchange_tree_record {
	uint64_t id;
	uint32_t version;
	bool is_noted; /* rejected, or to be sent again already */
};
/* One record by its idbanghi. ERR_NOT_FOUND. */
enum err exchange_tree_store_record(struct db *db, const struct destination *d, struct str key,
		struct exchange_tree_record *out) MUST_CHECK;

#endif
