#ifndef CORE_EXCHANGE_TREE_ROWS_STORE_H
#define CORE_EXCHANGE_TREE_ROWS_STORE_H

/* What both sides' trees have in common: the node that is asked for, and reading its rows. */

#include "core/db/db.h"
#include "core/exchange/tree.h"

/* A node; of its path only what its level has is looked at. */
struct tree_node {
	enum tree_level level; /* above TREE_RECORD */
	struct str class_id;
	unsigned term;
	struct str student;
};

/* What a statement of each level selects, takes behind its own conditions, and is ordered by. */
#define TREE_ROWS_COLUMNS "lop, hocky, hocsinh, idbanghi, phienban, line_hash"
#define TREE_ROWS_ORDER " ORDER BY lop, hocky, hocsinh, idbanghi"
#define TREE_ROWS_CLASS " AND lop = ?"
#define TREE_ROWS_TERM TREE_ROWS_CLASS " AND hocky = ?"
#define TREE_ROWS_STUDENT TREE_ROWS_TERM " AND hocsinh = ?"

/* Binds the node's path from that position on. */
void tree_rows_bind(struct db_stmt *stmt, unsigned at, const struct tree_node *node);

struct tree_rows_to {
	enum err (*each)(const struct tree_child *child, void *ctx);
	void *ctx;
};
/*
 * Streams the rows of a bound statement: the children of the node in the order of their keys, and
 * its hash. Nothing else may use the connection meanwhile. Errors are those of db.h and of `each`.
 */
enum err tree_rows_read(struct db_stmt *stmt, enum tree_level level, const struct tree_rows_to *to,
		struct hash *out) MUST_CHECK;

#endif
