#include "core/province/province_tree_store.h"

#include <assert.h>

#define SQL_LEAVES                                                                       \
	"SELECT lop, hocky, hocsinh, idbanghi, phienban, line_hash FROM province_record" \
	" WHERE school_id = ?"
#define SQL_ORDER " ORDER BY lop, hocky, hocsinh, idbanghi"

/* By level. */
static const char *const sql_leaves[TREE_RECORD] = {
	SQL_LEAVES SQL_ORDER,
	SQL_LEAVES " AND lop = ?" SQL_ORDER,
	SQL_LEAVES " AND lop = ? AND hocky = ?" SQL_ORDER,
	SQL_LEAVES " AND lop = ? AND hocky = ? AND hocsinh = ?" SQL_ORDER,
};

static void bind_path(struct db_stmt *stmt, const struct province_node *node) {
	db_bind_u64(stmt, 0, node->school_id);
	if (node->level >= TREE_CLASS) {
		db_bind_str(stmt, 1, node->class_id);
	}
	if (node->level >= TREE_TERM) {
		db_bind_u64(stmt, 2, node->term);
	}
	if (node->level >= TREE_STUDENT) {
		db_bind_str(stmt, 3, node->student);
	}
}

static enum err read_leaf(const struct db_stmt *row, struct tree_leaf *out) {
	*out = (struct tree_leaf){
		.class_id = db_col_str(row, 0),
		.term = (unsigned)db_col_u64(row, 1),
		.student = db_col_str(row, 2),
		.id = db_col_str(row, 3),
		.version = (uint32_t)db_col_u64(row, 4),
	};
	return db_col_bytes(row, 5, out->hash.b, HASH_BYTES);
}

enum err province_tree_store_node(struct db *db, const struct province_node *node,
		enum err (*each)(const struct tree_child *child, void *ctx), void *ctx,
		struct hash *out) {
	assert(node->level < TREE_RECORD);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_leaves[node->level], &stmt);
	if (e) {
		return e;
	}
	bind_path(stmt, node);
	db_stream(stmt);
	struct tree tree;
	tree_begin(&tree, node->level, each, ctx);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct tree_leaf leaf;
		e = read_leaf(stmt, &leaf);
		e = e ? e : tree_add(&tree, &leaf);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? tree_end(&tree, out) : e;
}
