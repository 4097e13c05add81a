#include "core/province/inbox_keep_store.h"

#include <assert.h>
#include <string.h>

#include "core/base/buf.h"

#define DAY_MS INT64_C(86400000)

enum { SCHOOLS_BYTES_MAX = 1 << 20 };

static const char sql_schools[] =
		"SELECT s.id FROM province_school s WHERE EXISTS (SELECT 1 FROM incoming i"
		" WHERE i.school_id = s.id AND i.received_at_ms < ?) ORDER BY s.id";
/* The oldest of the newest. */
static const char sql_newest[] = "SELECT received_at_ms FROM incoming WHERE school_id = ?"
				 " ORDER BY received_at_ms DESC LIMIT 1 OFFSET ?";
static const char sql_drop[] = "DELETE FROM incoming WHERE school_id = ? AND received_at_ms < ?"
			       " ORDER BY received_at_ms LIMIT ?";
static const char sql_rejections[] = "SELECT COUNT(*) FROM province_rejection WHERE school_id = ?";
static const char sql_drop_rejections[] =
		"DELETE FROM province_rejection WHERE school_id = ? ORDER BY at_ms, batch_id, n LIMIT ?";

/* ---- batches ---- */

/* Ids of the schools that have an older one. */
static enum err find_schools(struct db *db, int64_t before_ms, struct buf *ids) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, before_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t id = db_col_u64(stmt, 0);
		buf_add(ids, &id, sizeof(id));
	}
	return e == ERR_NOT_FOUND ? buf_err(ids) : e;
}

/* Everything of the school before *before_ms may go; ERR_NOT_FOUND: it has few. */
static enum err spare_newest(struct db *db, uint64_t school_id, int64_t *before_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_newest, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, INBOX_KEEP_NEWEST - 1);
	e = db_next(stmt);
	if (!e && db_col_i64(stmt, 0) < *before_ms) {
		*before_ms = db_col_i64(stmt, 0);
	}
	return e;
}

static enum err drop_some(
		struct db *db, uint64_t school_id, int64_t before_ms, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_i64(stmt, 1, before_ms);
	db_bind_u64(stmt, 2, INBOX_KEEP_AT_ONCE);
	return db_exec(stmt, out_count);
}

static enum err prune_school(
		struct db *db, uint64_t school_id, int64_t before_ms, uint64_t *count) {
	enum err e = spare_newest(db, school_id, &before_ms);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	uint64_t gone = INBOX_KEEP_AT_ONCE;
	while (!e && gone == INBOX_KEEP_AT_ONCE) {
		e = drop_some(db, school_id, before_ms, &gone);
		*count += e ? 0 : gone;
	}
	return e;
}

enum err inbox_keep_store_prune(struct db *db, int64_t now_ms, uint64_t *out_count) {
	assert(!db_in_transaction(db));
	int64_t before_ms = now_ms - INBOX_KEEP_DAYS * DAY_MS;
	_cleanup_(buf_finish) struct buf ids = buf_make(SCHOOLS_BYTES_MAX);
	uint64_t count = 0;
	enum err e = find_schools(db, before_ms, &ids);
	for (size_t at = 0; at < ids.len && !e; at += sizeof(uint64_t)) {
		uint64_t id = 0;
		memcpy(&id, ids.data + at, sizeof(id));
		e = prune_school(db, id, before_ms, &count);
	}
	if (!e) {
		*out_count = count;
	}
	return e;
}

/* ---- rejections ---- */

enum err inbox_keep_store_limit(struct db *db, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *many = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *drop = NULL;
	enum err e = db_prepare(db, sql_rejections, &many);
	if (e) {
		return e;
	}
	db_bind_u64(many, 0, school_id);
	e = db_next(many);
	if (e || db_col_u64(many, 0) <= INBOX_REJECTIONS_MAX) {
		return e;
	}
	uint64_t over = db_col_u64(many, 0) - INBOX_REJECTIONS_MAX;
	e = db_prepare(db, sql_drop_rejections, &drop);
	if (e) {
		return e;
	}
	db_bind_u64(drop, 0, school_id);
	db_bind_u64(drop, 1, over);
	return db_exec(drop, NULL);
}
