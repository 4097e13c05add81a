#include "core/exchange/tree_rows_store.h"

void tree_rows_bind(struct db_stmt *stmt, unsigned at, const struct tree_node *node) {
	if (node->level >= TREE_CLASS) {
		db_bind_str(stmt, at, node->class_id);
	}
	if (node->level >= TREE_TERM) {
		db_bind_u64(stmt, at + 1, node->term);
	}
	if (node->level >= TREE_STUDENT) {
		db_bind_str(stmt, at + 2, node->student);
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

enum err tree_rows_read(struct db_stmt *stmt, enum tree_level level, const struct tree_rows_to *to,
		struct hash *out) {
	struct tree tree;
	enum err e;
	db_stream(stmt);
	tree_begin(&tree, level, to->each, to->ctx);
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
