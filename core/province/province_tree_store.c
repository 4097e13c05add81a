#include "core/province/province_tree_store.h"

#include <assert.h>

#define SQL_LEAVES "SELECT " TREE_ROWS_COLUMNS " FROM province_record WHERE school_id = ?"

/* By level. */
static const char *const sql_leaves[TREE_RECORD] = {
	SQL_LEAVES TREE_ROWS_ORDER,
	SQL_LEAVES TREE_ROWS_CLASS TREE_ROWS_ORDER,
	SQL_LEAVES TREE_ROWS_TERM TREE_ROWS_ORDER,
	SQL_LEAVES TREE_ROWS_STUDENT TREE_ROWS_ORDER,
};

enum err province_tree_store_node(struct db *db, uint64_t school_id, const struct tree_node *node,
		const struct tree_rows_to *to, struct hash *out) {
	assert(node->level < TREE_RECORD);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_leaves[node->level], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	tree_rows_bind(stmt, 1, node);
	return tree_rows_read(stmt, node->level, to, out);
}
