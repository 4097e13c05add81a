#include "core/school/plan_store.h"

#include <stdlib.h>
#include <string.h>

static const char sql_add[] =
		"INSERT INTO import_plan (school_id, kind, target_id, created_by, created_at_ms,"
		" file_name, plan, plan_hash, state) VALUES (?, ?, ?, ?, ?, ?, ?, ?, 1)";
static const char sql_load[] =
		"SELECT id, target_id, created_by, created_at_ms, state, plan_hash, file_name, plan"
		" FROM import_plan WHERE school_id = ? AND kind = ? AND id = ? AND state <> 3";
static const char sql_replace[] =
		"UPDATE import_plan SET plan = ?, plan_hash = ?"
		" WHERE school_id = ? AND kind = ? AND id = ? AND state = 1 AND plan_hash = ?";
static const char sql_commit[] =
		"UPDATE import_plan SET state = 2, committed_at_ms = ?"
		" WHERE school_id = ? AND kind = ? AND id = ? AND state = 1 AND plan_hash = ?";
static const char sql_drop[] = "UPDATE import_plan SET state = 3, plan = ''"
			       " WHERE school_id = ? AND kind = ? AND id = ? AND state = 1";
static const char sql_hold_school[] = "SELECT id FROM school WHERE id = ? FOR UPDATE";
static const char sql_state[] =
		"SELECT state FROM import_plan WHERE school_id = ? AND kind = ? AND id = ?";
static const char sql_sweep[] = "UPDATE import_plan SET state = 3, plan = ''"
				" WHERE state = 1 AND created_at_ms < ? LIMIT ?";

void plan_finish(struct plan *plan) {
	free(plan->plan);
	plan->plan = NULL;
}

enum err plan_store_add(struct db *db, const struct plan_new *plan, uint64_t *out_id) {
	if (plan->plan.n > PLAN_BYTES_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, plan->school_id);
	db_bind_u64(stmt, 1, plan->kind);
	db_bind_u64(stmt, 2, plan->target_id);
	db_bind_u64(stmt, 3, plan->created_by);
	db_bind_i64(stmt, 4, plan->created_at_ms);
	db_bind_str(stmt, 5, plan->file_name);
	db_bind_bytes(stmt, 6, plan->plan.p, plan->plan.n);
	db_bind_bytes(stmt, 7, plan->hash, PLAN_HASH_BYTES);
	e = db_exec(stmt, NULL);
	if (e) {
		return e;
	}
	*out_id = db_last_id(stmt);
	return ERR_OK;
}

enum err plan_store_load(struct db *db, uint64_t school_id, enum plan_kind kind, uint64_t id,
		struct plan *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, kind);
	db_bind_u64(stmt, 2, id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	_cleanup_(plan_finish) struct plan plan = {
		.id = db_col_u64(stmt, 0),
		.target_id = db_col_u64(stmt, 1),
		.created_by = db_col_u64(stmt, 2),
		.created_at_ms = db_col_i64(stmt, 3),
		.state = db_col_u64(stmt, 4) == PLAN_COMMITTED ? PLAN_COMMITTED : PLAN_PREVIEWED,
		.plan_n = db_col_str(stmt, 7).n,
	};
	e = db_col_bytes(stmt, 5, plan.hash, sizeof(plan.hash));
	if (!e) {
		e = db_col_copy(stmt, 6, plan.file_name, sizeof(plan.file_name));
	}
	if (!e) {
		e = db_col_dup(stmt, 7, &plan.plan);
	}
	if (e) {
		return e;
	}
	*out = plan;
	plan.plan = NULL;
	return ERR_OK;
}

/* Why a plan was not changed. */
static enum err why_not(struct db *db, uint64_t school_id, enum plan_kind kind, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_state, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, kind);
	db_bind_u64(stmt, 2, id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	return db_col_u64(stmt, 0) == PLAN_PREVIEWED ? ERR_STALE : ERR_CONFLICT;
}

enum err plan_store_replace(
		struct db *db, const struct plan_new *plan, uint64_t id, const uint8_t *old_hash) {
	if (plan->plan.n > PLAN_BYTES_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_replace, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, plan->plan.p, plan->plan.n);
	db_bind_bytes(stmt, 1, plan->hash, PLAN_HASH_BYTES);
	db_bind_u64(stmt, 2, plan->school_id);
	db_bind_u64(stmt, 3, plan->kind);
	db_bind_u64(stmt, 4, id);
	db_bind_bytes(stmt, 5, old_hash, PLAN_HASH_BYTES);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? why_not(db, plan->school_id, plan->kind, id) : e;
}

enum err plan_store_commit(struct db *db, uint64_t school_id, enum plan_kind kind, uint64_t id,
		const uint8_t *hash, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_commit, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, kind);
	db_bind_u64(stmt, 3, id);
	db_bind_bytes(stmt, 4, hash, PLAN_HASH_BYTES);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? why_not(db, school_id, kind, id) : e;
}

enum err plan_store_drop(struct db *db, uint64_t school_id, enum plan_kind kind, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, kind);
	db_bind_u64(stmt, 2, id);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? why_not(db, school_id, kind, id) : e;
}

enum err plan_store_sweep(struct db *db, int64_t before_ms, unsigned limit, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sweep, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, before_ms);
	db_bind_u64(stmt, 1, limit);
	return db_exec(stmt, out_count);
}

enum err plan_store_hold_school(struct db *db, uint64_t school_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_hold_school, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	return db_next(stmt);
}
