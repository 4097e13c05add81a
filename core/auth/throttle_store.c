#include "core/auth/throttle_store.h"

static const char sql_load[] =
		"SELECT failures, last_at_ms, blocked_until_ms FROM throttle WHERE key_hash = ?";
static const char sql_lock[] = "SELECT failures, last_at_ms, blocked_until_ms FROM throttle"
			       " WHERE key_hash = ? FOR UPDATE";
/* Makes sure of a row to lock: two first failures at once would both find none. */
static const char sql_touch[] =
		"INSERT INTO throttle (key_hash, failures, last_at_ms, blocked_until_ms)"
		" VALUES (?, 0, 0, 0) ON DUPLICATE KEY UPDATE key_hash = key_hash";
static const char sql_save[] = "UPDATE throttle SET failures = ?, last_at_ms = ?,"
			       " blocked_until_ms = ? WHERE key_hash = ?";
static const char sql_clear[] = "DELETE FROM throttle WHERE key_hash = ?";
static const char sql_sweep[] =
		"DELETE FROM throttle WHERE last_at_ms < ? AND blocked_until_ms < ? LIMIT ?";

/* Runs sql (load or lock); ERR_NOT_FOUND when there is no row. */
static enum err read_row(
		struct db *db, const char *sql, const uint8_t *key_hash, struct throttle_row *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, key_hash, THROTTLE_KEY_BYTES);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = (struct throttle_row){
		.failures = (unsigned)db_col_u64(stmt, 0),
		.last_at_ms = db_col_i64(stmt, 1),
		.blocked_until_ms = db_col_i64(stmt, 2),
	};
	return ERR_OK;
}

enum err throttle_store_load(struct db *db, const uint8_t *key_hash, struct throttle_row *out) {
	struct throttle_row row = { 0 };
	enum err e = read_row(db, sql_load, key_hash, &row);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	*out = row;
	return ERR_OK;
}

/* Runs a statement whose only value is the key. */
static enum err exec_key(struct db *db, const char *sql, const uint8_t *key_hash) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, key_hash, THROTTLE_KEY_BYTES);
	return db_exec(stmt, NULL);
}

static enum err save_row(struct db *db, const uint8_t *key_hash, const struct throttle_row *row) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_save, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, row->failures);
	db_bind_i64(stmt, 1, row->last_at_ms);
	db_bind_i64(stmt, 2, row->blocked_until_ms);
	db_bind_bytes(stmt, 3, key_hash, THROTTLE_KEY_BYTES);
	return db_exec(stmt, NULL);
}

struct change {
	const uint8_t *key_hash;
	void (*step)(struct throttle_row *row, void *ctx);
	void *ctx;
	struct throttle_row row;
};

static enum err run_change(struct db *db, void *ctx) {
	struct change *change = ctx;
	enum err e = exec_key(db, sql_touch, change->key_hash);
	if (!e) {
		e = read_row(db, sql_lock, change->key_hash, &change->row);
	}
	if (e) {
		return e;
	}
	change->step(&change->row, change->ctx);
	return save_row(db, change->key_hash, &change->row);
}

enum err throttle_store_change(struct db *db, const uint8_t *key_hash,
		void (*step)(struct throttle_row *row, void *ctx), void *ctx,
		struct throttle_row *out) {
	struct change change = { .key_hash = key_hash, .step = step, .ctx = ctx };
	enum err e = db_transact(db, run_change, &change);
	if (!e && out) {
		*out = change.row;
	}
	return e;
}

enum err throttle_store_clear(struct db *db, const uint8_t *key_hash) {
	return exec_key(db, sql_clear, key_hash);
}

enum err throttle_store_sweep(
		struct db *db, int64_t before_ms, unsigned limit, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sweep, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, before_ms);
	db_bind_i64(stmt, 1, before_ms);
	db_bind_u64(stmt, 2, limit);
	return db_exec(stmt, out_count);
}
