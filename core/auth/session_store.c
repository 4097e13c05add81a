#include "core/auth/session_store.h"

#include <assert.h>

/* Who was locked, closed or lost his password while signing in does not get in; a ticket needs no
 * password. The numbers are those of enum account_state. */
static const char sql_add[] =
		"INSERT INTO session (token_hash, person_id, school_id, province_id, roles, attempt_id,"
		" created_at_ms, seen_at_ms, expires_at_ms, address)"
		" SELECT ?, ?, ?, ?, ?, ?, ?, ?, ?, ? FROM DUAL WHERE NOT EXISTS (SELECT 1"
		" FROM account WHERE person_id = ? AND (state > 2 OR (state = 1 AND ? IS NULL)))";
#define COLUMNS                                                                 \
	"person_id, school_id, province_id, roles, attempt_id, created_at_ms, " \
	"seen_at_ms, expires_at_ms, address, token_hash"
static const char sql_load[] =
		"SELECT " COLUMNS " FROM session WHERE token_hash = ? AND expires_at_ms > ?";
#define MARKS_8 "?, ?, ?, ?, ?, ?, ?, ?"
#define MARKS_32 MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8
static const char sql_each_of[] = "SELECT " COLUMNS " FROM session WHERE token_hash IN (" MARKS_32
				  ", " MARKS_32 ") AND expires_at_ms > ?";
static_assert(SESSION_STORE_MANY == 64, "as many as the statement has marks");
static const char sql_touch[] =
		"UPDATE session SET expires_at_ms = GREATEST(expires_at_ms, ?),"
		" seen_at_ms = GREATEST(seen_at_ms, ?) WHERE token_hash = ? AND expires_at_ms > ?";
static const char sql_set_school[] =
		"UPDATE session SET school_id = ?, roles = ?"
		" WHERE token_hash = ? AND expires_at_ms > ? AND attempt_id IS NULL";
static const char sql_drop[] = "DELETE FROM session WHERE token_hash = ?";
static const char sql_drop_person[] = "DELETE FROM session WHERE person_id = ?"
				      " AND (? IS NULL OR token_hash <> ?)";
static const char sql_sweep[] =
		"DELETE FROM session WHERE expires_at_ms <= ? ORDER BY expires_at_ms LIMIT ?";

enum err session_store_add(struct db *db, const struct session_row *row) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, row->token_hash, sizeof(row->token_hash));
	db_bind_u64(stmt, 1, row->person_id);
	db_bind_id_or_null(stmt, 2, row->school_id);
	db_bind_id_or_null(stmt, 3, row->province_id);
	db_bind_u64(stmt, 4, row->roles);
	if (row->has_attempt) {
		db_bind_bytes(stmt, 5, row->attempt_id, sizeof(row->attempt_id));
	} else {
		db_bind_null(stmt, 5);
	}
	db_bind_i64(stmt, 6, row->created_at_ms);
	db_bind_i64(stmt, 7, row->seen_at_ms);
	db_bind_i64(stmt, 8, row->expires_at_ms);
	db_bind_text(stmt, 9, row->address);
	db_bind_u64(stmt, 10, row->person_id);
	if (row->has_attempt) {
		db_bind_bytes(stmt, 11, row->attempt_id, sizeof(row->attempt_id));
	} else {
		db_bind_null(stmt, 11);
	}
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	return e || changed == 1 ? e : ERR_DENIED;
}

static enum err read_row(const struct db_stmt *stmt, struct session_row *out) {
	struct session_row row = {
		.person_id = db_col_u64(stmt, 0),
		.school_id = db_col_u64(stmt, 1),
		.province_id = (uint32_t)db_col_u64(stmt, 2),
		.roles = (uint32_t)db_col_u64(stmt, 3),
		.has_attempt = !db_col_is_null(stmt, 4),
		.created_at_ms = db_col_i64(stmt, 5),
		.seen_at_ms = db_col_i64(stmt, 6),
		.expires_at_ms = db_col_i64(stmt, 7),
	};
	enum err e = db_col_copy(stmt, 8, row.address, sizeof(row.address));
	e = e ? e : db_col_bytes(stmt, 9, row.token_hash, sizeof(row.token_hash));
	if (!e && row.has_attempt) {
		e = db_col_bytes(stmt, 4, row.attempt_id, sizeof(row.attempt_id));
	}
	if (!e) {
		*out = row;
	}
	return e;
}

enum err session_store_load(
		struct db *db, const uint8_t *token_hash, int64_t now_ms, struct session_row *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, token_hash, SESSION_HASH_BYTES);
	db_bind_i64(stmt, 1, now_ms);
	e = db_next(stmt);
	return e ? e : read_row(stmt, out);
}

/* The last one stands in for marks that are left over. */
enum err session_store_each_of(struct db *db, const uint8_t *const *hashes, size_t count,
		int64_t now_ms, enum err (*each)(void *ctx, const struct session_row *row),
		void *ctx) {
	assert(count > 0 && count <= SESSION_STORE_MANY);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each_of, &stmt);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < SESSION_STORE_MANY; i++) {
		db_bind_bytes(stmt, (unsigned)i, hashes[i < count ? i : count - 1],
				SESSION_HASH_BYTES);
	}
	db_bind_i64(stmt, SESSION_STORE_MANY, now_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct session_row row;
		e = read_row(stmt, &row);
		e = e ? e : each(ctx, &row);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct touching {
	const struct session_touch *touches;
	size_t count;
};

static enum err touch_all(struct db *db, void *ctx) {
	const struct touching *t = ctx;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_touch, SESSION_STORE_MANY, &bulk);
	for (size_t i = 0; i < t->count && !e; i++) {
		db_bulk_i64(bulk, 0, t->touches[i].expires_at_ms);
		db_bulk_i64(bulk, 1, t->touches[i].seen_at_ms);
		db_bulk_bytes(bulk, 2, t->touches[i].token_hash, SESSION_HASH_BYTES);
		db_bulk_i64(bulk, 3, t->touches[i].seen_at_ms);
		db_bulk_row(bulk);
	}
	e = e ? e : db_bulk_run(bulk);
	return !e && db_bulk_changed(bulk) != t->count ? ERR_NOT_FOUND : e;
}

enum err session_store_touch_many(
		struct db *db, const struct session_touch *touches, size_t count) {
	assert(count > 0 && count <= SESSION_STORE_MANY);
	struct touching t = { touches, count };
	return db_transact_with(db, DB_TX_IDEMPOTENT, touch_all, &t);
}

enum err session_store_touch(struct db *db, const uint8_t *token_hash, int64_t seen_at_ms,
		int64_t expires_at_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_touch, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, expires_at_ms);
	db_bind_i64(stmt, 1, seen_at_ms);
	db_bind_bytes(stmt, 2, token_hash, SESSION_HASH_BYTES);
	db_bind_i64(stmt, 3, seen_at_ms);
	return db_exec_one(stmt);
}

enum err session_store_set_school(struct db *db, const uint8_t *token_hash, uint64_t school_id,
		uint32_t roles, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_set_school, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, roles);
	db_bind_bytes(stmt, 2, token_hash, SESSION_HASH_BYTES);
	db_bind_i64(stmt, 3, now_ms);
	return db_exec_one(stmt);
}

enum err session_store_drop(struct db *db, const uint8_t *token_hash) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, token_hash, SESSION_HASH_BYTES);
	return db_exec(stmt, NULL);
}

enum err session_store_drop_person(
		struct db *db, uint64_t person_id, const uint8_t *keep_hash, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_drop_person, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	for (unsigned i = 1; i <= 2; i++) {
		if (keep_hash) {
			db_bind_bytes(stmt, i, keep_hash, SESSION_HASH_BYTES);
		} else {
			db_bind_null(stmt, i);
		}
	}
	return db_exec(stmt, out_count);
}

enum err session_store_sweep(struct db *db, int64_t now_ms, unsigned limit, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sweep, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, limit);
	return db_exec(stmt, out_count);
}
