#include "core/exchange/exchange_tree_store.h"

#include <assert.h>

#define SQL_LEAVES "SELECT " TREE_ROWS_COLUMNS " FROM record WHERE school_id = ? AND number <= ?"

/* By level. */
static const char *const sql_leaves[TREE_RECORD] = {
	SQL_LEAVES TREE_ROWS_ORDER,
	SQL_LEAVES TREE_ROWS_CLASS TREE_ROWS_ORDER,
	SQL_LEAVES TREE_ROWS_TERM TREE_ROWS_ORDER,
	SQL_LEAVES TREE_ROWS_STUDENT TREE_ROWS_ORDER,
};

enum err exchange_tree_store_node(struct db *db, const struct destination *d,
		const struct tree_node *node, const struct tree_rows_to *to, struct hash *out) {
	assert(node->level < TREE_RECORD);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_leaves[node->level], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, d->school_id);
	db_bind_u64(stmt, 1, d->watermark);
	tree_rows_bind(stmt, 2, node);
	return tree_rows_read(stmt, node->level, to, out);
}

#define SQL_AGAIN                                                                                 \
	"INSERT IGNORE INTO record_state (destination_id, record_id, school_id, state, phienban," \
	" code, params, at_ms) SELECT ?, id, school_id, 1, phienban, '', '{}', ? FROM record"     \
	" WHERE school_id = ? AND number <= ?"

static const char *const sql_again[TREE_RECORD] = {
	SQL_AGAIN,
	SQL_AGAIN TREE_ROWS_CLASS,
	SQL_AGAIN TREE_ROWS_TERM,
	SQL_AGAIN TREE_ROWS_STUDENT,
};

enum err exchange_tree_store_resend(struct db *db, const struct destination *d,
		const struct tree_node *node, int64_t now_ms, uint64_t *out_count) {
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
	tree_rows_bind(stmt, 4, node);
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
