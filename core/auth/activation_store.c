#include "core/auth/activation_store.h"

#include <string.h>

#include "core/school/proof_store.h"

enum { ROWS_A_RUN = 256 };

static const char sql_is_here[] = "SELECT EXISTS (SELECT 1 FROM membership"
				  " WHERE school_id = ? AND person_id = ? AND state = 1)";
static const char sql_void[] = "UPDATE activation SET expires_at_ms = LEAST(expires_at_ms, ?)"
			       " WHERE school_id = ? AND person_id = ? AND used_at_ms IS NULL";
static const char sql_add[] =
		"INSERT INTO activation (code_hash, school_id, person_id, created_by, created_at_ms,"
		" expires_at_ms, class_id) VALUES (?, ?, ?, ?, ?, ?, NULLIF(?, 0))";
static const char sql_has_live[] =
		"SELECT 1 FROM activation WHERE school_id = ? AND person_id = ? AND used_at_ms IS NULL"
		" AND expires_at_ms > ? LIMIT 1 FOR UPDATE";
static const char sql_live[] =
		"SELECT v.person_id, v.created_at_ms, COALESCE(v.class_id, 0), COALESCE(c.name, '')"
		" FROM activation v LEFT JOIN class c ON c.id = v.class_id AND c.school_id = v.school_id"
		" WHERE v.school_id = ? AND v.used_at_ms IS NULL AND v.expires_at_ms > ?"
		" ORDER BY v.person_id, v.created_at_ms";
/* One sign-in name a school and person; roles beside the first have none. */
static const char sql_find[] =
		"SELECT v.person_id, v.school_id, p.full_name, COALESCE(s.code, w.code),"
		" COALESCE(s.name, w.name), COALESCE((SELECT MIN(m.login) FROM membership m"
		"  WHERE m.school_id = v.school_id AND m.person_id = v.person_id AND m.state = 1),"
		" (SELECT o.login FROM officer o WHERE o.province_id = v.province_id"
		"  AND o.person_id = v.person_id)),"
		" a.phone IS NOT NULL, v.used_at_ms IS NULL AND v.expires_at_ms > ?,"
		" v.province_id IS NULL AND ((a.password_hash IS NOT NULL AND EXISTS (SELECT 1"
		"  FROM unproven u WHERE u.school_id = v.school_id AND u.person_id = v.person_id))"
		" OR EXISTS (SELECT 1 FROM officer f WHERE f.person_id = v.person_id)),"
		" COALESCE(v.province_id, 0)"
		" FROM activation v JOIN person p ON p.id = v.person_id"
		" JOIN account a ON a.person_id = v.person_id"
		" LEFT JOIN school s ON s.id = v.school_id"
		" LEFT JOIN province w ON w.id = v.province_id"
		" WHERE v.code_hash = ? AND (s.id IS NOT NULL OR w.id IS NOT NULL)";
static const char sql_use[] = "UPDATE activation SET used_at_ms = ?"
			      " WHERE code_hash = ? AND used_at_ms IS NULL AND expires_at_ms > ?";
static const char sql_password[] =
		"UPDATE account SET password_hash = ?, state = 2, password_changed_at_ms = ?"
		" WHERE person_id = ? AND state IN (1, 2)";

static enum err need_person(struct db_stmt *stmt, uint64_t school_id, uint64_t person_id) {
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	enum err e = db_next(stmt);
	if (e) {
		return e;
	}
	return db_col_bool(stmt, 0) ? ERR_OK : ERR_NOT_FOUND;
}

/* ERR_STALE when the person holds a code that works; the place is held until the commit. */
static enum err need_no_live(struct db_stmt *stmt, const struct activation_batch *batch, size_t i) {
	db_bind_u64(stmt, 0, batch->school_id);
	db_bind_u64(stmt, 1, batch->codes[i].person_id);
	db_bind_i64(stmt, 2, batch->now_ms);
	enum err e = db_next(stmt);
	return e == ERR_NOT_FOUND ? ERR_OK : e ? e : ERR_STALE;
}

static enum err check_people(struct db *db, const struct activation_batch *batch) {
	_cleanup_(db_stmt_freep) struct db_stmt *here = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *live = NULL;
	enum err e = db_prepare(db, sql_is_here, &here);
	e = e ? e : db_prepare(db, sql_has_live, &live);
	for (size_t i = 0; i < batch->count && !e; i++) {
		e = need_person(here, batch->school_id, batch->codes[i].person_id);
		if (!e && batch->keeps_live) {
			e = need_no_live(live, batch, i);
		}
	}
	return e;
}

static enum err run_void(
		struct db_stmt *stmt, uint64_t school_id, uint64_t person_id, int64_t now_ms) {
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, person_id);
	return db_exec(stmt, NULL);
}

/* Voids the older codes of everybody in the list. */
static enum err void_older(struct db *db, const struct activation_batch *batch) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_void, &stmt);
	for (size_t i = 0; i < batch->count && !e; i++) {
		e = run_void(stmt, batch->school_id, batch->codes[i].person_id, batch->now_ms);
	}
	return e;
}

static enum err run_add(struct db *db, void *ctx) {
	const struct activation_batch *batch = ctx;
	enum err e = check_people(db, batch);
	e = e ? e : void_older(db, batch);
	if (e) {
		return e;
	}
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	e = db_bulk_open(db, sql_add, ROWS_A_RUN, &bulk);
	for (size_t i = 0; i < batch->count && !e; i++) {
		db_bulk_bytes(bulk, 0, batch->codes[i].code_hash, ACTIVATION_HASH_BYTES);
		db_bulk_u64(bulk, 1, batch->school_id);
		db_bulk_u64(bulk, 2, batch->codes[i].person_id);
		db_bulk_u64(bulk, 3, batch->created_by);
		db_bulk_i64(bulk, 4, batch->now_ms);
		db_bulk_i64(bulk, 5, batch->expires_at_ms);
		db_bulk_u64(bulk, 6, batch->class_id);
		db_bulk_row(bulk);
		if (db_bulk_is_full(bulk)) {
			e = db_bulk_run(bulk);
		}
	}
	return e ? e : db_bulk_run(bulk);
}

enum err activation_store_add(struct db *db, const struct activation_batch *batch) {
	if (batch->count > ACTIVATION_ADD_MAX) {
		return ERR_LIMIT;
	}
	struct activation_batch copy = *batch;
	return db_transact(db, run_add, &copy);
}

enum err activation_store_void(
		struct db *db, uint64_t school_id, uint64_t person_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_void, &stmt);
	return e ? e : run_void(stmt, school_id, person_id, now_ms);
}

enum err activation_store_live(struct db *db, uint64_t school_id, int64_t now_ms,
		enum err (*each)(const struct activation_live *live, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_live, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_i64(stmt, 1, now_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct activation_live live = {
			.person_id = db_col_u64(stmt, 0),
			.created_at_ms = db_col_i64(stmt, 1),
			.class_id = db_col_u64(stmt, 2),
			.class_name = db_col_str(stmt, 3),
		};
		e = each(&live, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err activation_store_find(
		struct db *db, const uint8_t *code_hash, int64_t now_ms, struct activation *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_bytes(stmt, 1, code_hash, ACTIVATION_HASH_BYTES);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	if (!db_col_bool(stmt, 7)) {
		return ERR_EXPIRED;
	}
	struct activation found = {
		.person_id = db_col_u64(stmt, 0),
		.school_id = db_col_u64(stmt, 1),
		.has_phone = db_col_bool(stmt, 6),
		.only_joins = db_col_bool(stmt, 8),
		.province_id = (uint32_t)db_col_u64(stmt, 9),
	};
	e = db_col_copy(stmt, 2, found.full_name, sizeof(found.full_name));
	if (!e) {
		e = db_col_copy(stmt, 3, found.school_code, sizeof(found.school_code));
	}
	if (!e) {
		e = db_col_copy(stmt, 4, found.school_name, sizeof(found.school_name));
	}
	if (!e) {
		e = db_col_copy(stmt, 5, found.login, sizeof(found.login));
	}
	if (e) {
		return e;
	}
	*out = found;
	return ERR_OK;
}

struct use {
	const uint8_t *code_hash;
	const char *password_hash;
	int64_t now_ms;
	struct activation *out;
};

/* ERR_EXPIRED when somebody used it a moment before. */
static enum err use_up(struct db *db, const uint8_t *code_hash, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_use, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_bytes(stmt, 1, code_hash, ACTIVATION_HASH_BYTES);
	db_bind_i64(stmt, 2, now_ms);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_EXPIRED;
}

static enum err run_use(struct db *db, void *ctx) {
	const struct use *use = ctx;
	enum err e = activation_store_find(db, use->code_hash, use->now_ms, use->out);
	if (!e && use->out->only_joins) {
		return ERR_STALE;
	}
	e = e ? e : use_up(db, use->code_hash, use->now_ms);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_password, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, use->password_hash);
	db_bind_i64(stmt, 1, use->now_ms);
	db_bind_u64(stmt, 2, use->out->person_id);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (!e && changed != 1) {
		return ERR_CONFLICT;
	}
	return e ? e : proof_store_only(db, use->out->school_id, use->out->person_id, use->now_ms);
}

enum err activation_store_use(struct db *db, const uint8_t *code_hash, const char *password_hash,
		int64_t now_ms, struct activation *out) {
	struct activation found;
	struct use use = { code_hash, password_hash, now_ms, &found };
	enum err e = db_transact(db, run_use, &use);
	if (!e) {
		*out = found;
	}
	return e;
}

enum err activation_store_join(
		struct db *db, const uint8_t *code_hash, int64_t now_ms, struct activation *out) {
	struct activation found;
	enum err e = activation_store_find(db, code_hash, now_ms, &found);
	e = e ? e : use_up(db, code_hash, now_ms);
	if (!e) {
		*out = found;
	}
	return e;
}
