#include "core/exchange/exchange_tree_store.h"

#include <assert.h>

#define SQL_LEAVES                                                              \
	"SELECT lop, hocky, hocsinh, idbanghi, phienban, line_hash FROM record" \
	" WHERE school_id = ? AND number <= ?"
#define SQL_ORDER " ORDER BY lop, hocky, hocsinh, idbanghi"

/* By level. */
static const char *const sql_leaves[TREE_RECORD] = {
	SQL_LEAVES SQL_ORDER,
	SQL_LEAVES " AND lop = ?" SQL_ORDER,
	SQL_LEAVES " AND lop = ? AND hocky = ?" SQL_ORDER,
	SQL_LEAVES " AND lop = ? AND hocky = ? AND hocsinh = ?" SQL_ORDER,
};

static void bind_path(struct db_stmt *stmt, unsigned at, const struct exchange_tree_node *node) {
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

enum err exchange_tree_store_node(struct db *db, const struct destination *d,
		const struct exchange_tree_node *node,
		enum err (*each)(const struct tree_child *child, void *ctx), void *ctx,
		struct hash *out) {
	assert(node->level < TREE_RECORD);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_leaves[node->level], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->school_id);
	db_bind_u64(stmt, 1, d->watermark);
	bind_path(stmt, 2, node);
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

#define SQL_AGAIN                                                                                 \
	"INSERT IGNORE INTO record_state (destination_id, record_id, school_id, state, phienban," \
	" code, params, at_ms) SELECT ?, id, school_id, 1, phienban, '', '{}', ? FROM record"     \
	" WHERE school_id = ? AND number <= ?"

static const char *const sql_again[TREE_RECORD] = {
	SQL_AGAIN,
	SQL_AGAIN " AND lop = ?",
	SQL_AGAIN " AND lop = ? AND hocky = ?",
	SQL_AGAIN " AND lop = ? AND hocky = ? AND hocsinh = ?",
};

enum err exchange_tree_store_resend(struct db *db, const struct destination *d,
		const struct exchange_tree_node *node, int64_t now_ms, uint64_t *out_count) {
	assert(node->level < TREE_RECORD);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_again[node->level], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->id);
	db_bind_i64(stmt, 1, now_ms);
	db_bind_u64(stmt, 2, d->school_id);
	db_bind_u64(stmt, 3, d->watermark);
	bind_path(stmt, 4, node);
	return db_exec(stmt, out_count);
}

static const char sql_record[] =
		"SELECT r.id, r.phienban, s.record_id IS NOT NULL AND s.state <> 3 FROM record r"
		" LEFT JOIN record_state s ON s.destination_id = ? AND s.record_id = r.id"
		" WHERE r.school_id = ? AND r.idbanghi = ?";

enum err exchange_tree_store_record(struct db *db, const struct destination *d, struct str key,
		struct exchange_tree_record *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_record, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->id);
	db_bind_u64(stmt, 1, d->school_id);
	db_bind_str(stmt, 2, key);
	e = db_next(stmt);
	if (!e) {
		*out = (struct exchange_tree_record){ db_col_u64(stmt, 0),
			(uint32_t)db_col_u64(stmt, 1), db_col_bool(stmt, 2) };
	}
	return e;
}
