#include "core/province/province_school_store.h"

#include <string.h>

#define SQL_SCHOOL                                                                       \
	"SELECT id, province_id, state, level, code, name, commune_code, invited_at_ms," \
	" COALESCE(enrolled_at_ms, 0), COALESCE(last_batch_at_ms, 0), last_number,"      \
	" COALESCE(suspended_why, ''), version FROM province_school WHERE province_id = ?"

static const char sql_add[] =
		"INSERT INTO province_school (province_id, code, name, level, commune_code, state,"
		" invited_at_ms) VALUES (?, ?, ?, ?, ?, 1, ?)";
static const char sql_find[] = SQL_SCHOOL " AND code = ?";
static const char sql_load[] = SQL_SCHOOL " AND id = ?";
static const char sql_each[] = SQL_SCHOOL " ORDER BY code";
static const char sql_heard[] = "UPDATE province_school SET heard_at_ms = ? WHERE id = ?";
static const char sql_suspend[] =
		"UPDATE province_school SET state = 3, suspended_at_ms = ?, suspended_why = ?,"
		" version = version + 1 WHERE province_id = ? AND id = ? AND state <> 3";
static const char sql_resume[] =
		"UPDATE province_school SET state = IF(enrolled_at_ms IS NULL, 1, 2),"
		" suspended_at_ms = NULL, suspended_why = NULL, version = version + 1"
		" WHERE province_id = ? AND id = ? AND state = 3";

#define SQL_KEY                                                                          \
	"SELECT kid, public, from_ms, COALESCE(until_ms, 0), COALESCE(revoked_at_ms, 0)" \
	" FROM province_school_key WHERE school_id = ?"

static const char sql_key_find[] = SQL_KEY " AND kid = ?";
static const char sql_key_each[] = SQL_KEY " ORDER BY from_ms, kid";
static const char sql_lock[] = "SELECT id FROM province_school WHERE id = ? FOR UPDATE";
static const char sql_key_end[] = "UPDATE province_school_key SET until_ms = ?"
				  " WHERE school_id = ? AND until_ms IS NULL";
static const char sql_key_add[] =
		"INSERT INTO province_school_key (school_id, kid, public, from_ms) VALUES (?, ?, ?, ?)";
static const char sql_key_revoke[] =
		"UPDATE province_school_key SET revoked_at_ms = ?, revoked_by = ?, why = ?"
		" WHERE school_id = ? AND (? IS NULL OR kid = ?) AND revoked_at_ms IS NULL";

static enum err read_school(const struct db_stmt *row, struct province_school *out) {
	struct province_school s = {
		.id = db_col_u64(row, 0),
		.province_id = (uint32_t)db_col_u64(row, 1),
		.state = (enum province_school_state)db_col_u64(row, 2),
		.invited_at_ms = db_col_i64(row, 7),
		.enrolled_at_ms = db_col_i64(row, 8),
		.last_batch_at_ms = db_col_i64(row, 9),
		.last_number = db_col_u64(row, 10),
		.version = (unsigned)db_col_u64(row, 12),
	};
	if (s.state < PROVINCE_SCHOOL_INVITED || s.state > PROVINCE_SCHOOL_SUSPENDED ||
			place_level_parse(db_col_str(row, 3), &s.level)) {
		return ERR_CORRUPT;
	}
	enum err e = db_col_copy(row, 4, s.code, sizeof(s.code));
	e = e ? e : db_col_copy(row, 5, s.name, sizeof(s.name));
	e = e ? e : db_col_copy(row, 6, s.commune, sizeof(s.commune));
	e = e ? e : db_col_copy(row, 11, s.suspended_why, sizeof(s.suspended_why));
	if (!e) {
		*out = s;
	}
	return e;
}

enum err province_school_store_add(struct db *db, const struct province_school *school,
		int64_t now_ms, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school->province_id);
	db_bind_text(stmt, 1, school->code);
	db_bind_text(stmt, 2, school->name);
	db_bind_text(stmt, 3, place_level_name(school->level));
	db_bind_text(stmt, 4, school->commune);
	db_bind_i64(stmt, 5, now_ms);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

enum err province_school_store_find(
		struct db *db, uint32_t province_id, struct str code, struct province_school *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_str(stmt, 1, code);
	e = db_next(stmt);
	return e ? e : read_school(stmt, out);
}

enum err province_school_store_load(
		struct db *db, uint32_t province_id, uint64_t id, struct province_school *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_u64(stmt, 1, id);
	e = db_next(stmt);
	return e ? e : read_school(stmt, out);
}

enum err province_school_store_each(struct db *db, uint32_t province_id,
		enum err (*each)(const struct province_school *school, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct province_school s;
		e = read_school(stmt, &s);
		e = e ? e : each(&s, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* One row was to change: why it did not. */
static enum err must_change(
		struct db *db, uint32_t province_id, uint64_t id, struct db_stmt *stmt) {
	uint64_t changed = 0;
	enum err e = db_exec(stmt, &changed);
	if (e || changed == 1) {
		return e;
	}
	struct province_school s;
	e = province_school_store_load(db, province_id, id, &s);
	return e ? e : ERR_STALE;
}

static const char sql_provinces[] = "SELECT province_id FROM province_school UNION"
				    " SELECT province_id FROM officer ORDER BY 1 LIMIT ?";

enum err province_school_store_provinces(
		struct db *db, uint32_t *out, size_t max, size_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	size_t count = 0;
	enum err e = db_prepare(db, sql_provinces, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, max);
	while (count < max && (e = db_next(stmt)) == ERR_OK) {
		out[count++] = (uint32_t)db_col_u64(stmt, 0);
	}
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	*out_count = count;
	return ERR_OK;
}

enum err province_school_store_heard(struct db *db, uint64_t id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_heard, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, id);
	return db_exec(stmt, NULL);
}

enum err province_school_store_suspend(
		struct db *db, uint32_t province_id, uint64_t id, struct str why, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_suspend, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_str(stmt, 1, why);
	db_bind_u64(stmt, 2, province_id);
	db_bind_u64(stmt, 3, id);
	return must_change(db, province_id, id, stmt);
}

enum err province_school_store_resume(struct db *db, uint32_t province_id, uint64_t id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_resume, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_u64(stmt, 1, id);
	return must_change(db, province_id, id, stmt);
}

/* ---- keys ---- */

static enum err read_key(const struct db_stmt *row, struct province_key *out) {
	struct province_key k = {
		.from_ms = db_col_i64(row, 2),
		.until_ms = db_col_i64(row, 3),
		.revoked_at_ms = db_col_i64(row, 4),
	};
	enum err e = db_col_bytes(row, 0, k.kid, sizeof(k.kid));
	e = e ? e : db_col_bytes(row, 1, k.key, sizeof(k.key));
	if (!e) {
		*out = k;
	}
	return e;
}

enum err province_key_store_find(
		struct db *db, uint64_t school_id, const uint8_t *kid, struct province_key *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_key_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, kid, SIGN_KID_BYTES);
	e = db_next(stmt);
	return e ? e : read_key(stmt, out);
}

enum err province_key_store_each(struct db *db, uint64_t school_id,
		enum err (*each)(const struct province_key *key, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_key_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct province_key k;
		e = read_key(stmt, &k);
		e = e ? e : each(&k, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err end_keys(struct db *db, uint64_t school_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_key_end, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, school_id);
	return db_exec(stmt, NULL);
}

enum err province_key_store_put(
		struct db *db, uint64_t school_id, const uint8_t *key, int64_t now_ms) {
	uint8_t kid[SIGN_KID_BYTES];
	sign_kid(key, kid);
	struct province_key held;
	enum err e = province_key_store_find(db, school_id, kid, &held);
	if (!e) {
		bool counts = !held.until_ms && !held.revoked_at_ms &&
				memcmp(held.key, key, sizeof(held.key)) == 0;
		return counts ? ERR_OK : ERR_CONFLICT;
	}
	e = e == ERR_NOT_FOUND ? end_keys(db, school_id, now_ms) : e;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = e ? e : db_prepare(db, sql_key_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_bytes(stmt, 1, kid, sizeof(kid));
	db_bind_bytes(stmt, 2, key, SIGN_PUBLIC_BYTES);
	db_bind_i64(stmt, 3, now_ms);
	return db_exec(stmt, NULL);
}

struct roll {
	uint64_t school_id;
	const uint8_t *by_kid;
	const uint8_t *key;
	int64_t now_ms;
};

static enum err run_roll(struct db *db, void *ctx) {
	const struct roll *r = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *lock = NULL;
	enum err e = db_prepare(db, sql_lock, &lock);
	if (e) {
		return e;
	}
	db_bind_u64(lock, 0, r->school_id);
	struct province_key old;
	e = db_next(lock);
	e = e ? e : province_key_store_find(db, r->school_id, r->by_kid, &old);
	if (e || old.revoked_at_ms) {
		return e ? e : ERR_DENIED;
	}
	uint8_t kid[SIGN_KID_BYTES];
	struct province_key held;
	sign_kid(r->key, kid);
	e = old.until_ms ? province_key_store_find(db, r->school_id, kid, &held) : ERR_OK;
	if (e || (old.until_ms && (held.until_ms || held.revoked_at_ms))) {
		return e && e != ERR_NOT_FOUND ? e : ERR_STALE;
	}
	return province_key_store_put(db, r->school_id, r->key, r->now_ms);
}

enum err province_key_store_roll(struct db *db, uint64_t school_id, const uint8_t *by_kid,
		const uint8_t *key, int64_t now_ms) {
	struct roll r = { school_id, by_kid, key, now_ms };
	return db_transact_with(db, DB_TX_IDEMPOTENT, run_roll, &r);
}

static void bind_kid(struct db_stmt *stmt, unsigned index, const uint8_t *kid) {
	if (kid) {
		db_bind_bytes(stmt, index, kid, SIGN_KID_BYTES);
	} else {
		db_bind_null(stmt, index);
	}
}

enum err province_key_store_revoke(
		struct db *db, const struct province_revocation *what, uint64_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_key_revoke, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, what->now_ms);
	db_bind_id_or_null(stmt, 1, what->by);
	db_bind_str(stmt, 2, what->why);
	db_bind_u64(stmt, 3, what->school_id);
	bind_kid(stmt, 4, what->kid);
	bind_kid(stmt, 5, what->kid);
	return db_exec(stmt, out_count);
}
