#include "core/auth/activation_store.h"

#include <string.h>

enum { ROWS_A_RUN = 256 };

static const char sql_is_here[] = "SELECT EXISTS (SELECT 1 FROM membership"
				  " WHERE school_id = ? AND person_id = ? AND state = 1)";
static const char sql_void[] = "UPDATE activation SET expires_at_ms = LEAST(expires_at_ms, ?)"
			       " WHERE school_id = ? AND person_id = ? AND used_at_ms IS NULL";
static const char sql_add[] =
		"INSERT INTO activation (code_hash, school_id, person_id, created_by, created_at_ms,"
		" expires_at_ms) VALUES (?, ?, ?, ?, ?, ?)";
/* One sign-in name a school and person; roles beside the first have none. */
static const char sql_find[] =
		"SELECT v.person_id, v.school_id, p.full_name, s.code, s.name,"
		" (SELECT MIN(m.login) FROM membership m WHERE m.school_id = v.school_id"
		"  AND m.person_id = v.person_id AND m.state = 1),"
		" a.phone IS NOT NULL, v.used_at_ms IS NULL AND v.expires_at_ms > ?"
		" FROM activation v JOIN person p ON p.id = v.person_id"
		" JOIN school s ON s.id = v.school_id JOIN account a ON a.person_id = v.person_id"
		" WHERE v.code_hash = ?";
static const char sql_use[] = "UPDATE activation SET used_at_ms = ?"
			      " WHERE code_hash = ? AND used_at_ms IS NULL AND expires_at_ms > ?";
static const char sql_password[] =
		"UPDATE account SET password_hash = ?, state = 2, password_changed_at_ms = ?"
		" WHERE person_id = ? AND state IN (1, 2)";

struct add {
	uint64_t school_id;
	const struct activation_new *codes;
	size_t count;
	uint64_t created_by;
	int64_t now_ms;
	int64_t expires_at_ms;
};

static enum err need_person(struct db_stmt *stmt, uint64_t school_id, uint64_t person_id) {
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	enum err e = db_next(stmt);
	if (e) {
		return e;
	}
	return db_col_bool(stmt, 0) ? ERR_OK : ERR_NOT_FOUND;
}

/* Voids the older codes of everybody in the list. */
static enum err void_older(struct db *db, const struct add *add) {
	_cleanup_(db_stmt_freep) struct db_stmt *here = NULL;
	enum err e = db_prepare(db, sql_is_here, &here);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(db, sql_void, &stmt);
	for (size_t i = 0; i < add->count && !e; i++) {
		e = need_person(here, add->school_id, add->codes[i].person_id);
		if (e) {
			break;
		}
		db_bind_i64(stmt, 0, add->now_ms);
		db_bind_u64(stmt, 1, add->school_id);
		db_bind_u64(stmt, 2, add->codes[i].person_id);
		e = db_exec(stmt, NULL);
	}
	return e;
}

static enum err run_add(struct db *db, void *ctx) {
	const struct add *add = ctx;
	enum err e = void_older(db, add);
	if (e) {
		return e;
	}
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	e = db_bulk_open(db, sql_add, ROWS_A_RUN, &bulk);
	for (size_t i = 0; i < add->count && !e; i++) {
		db_bulk_bytes(bulk, 0, add->codes[i].code_hash, ACTIVATION_HASH_BYTES);
		db_bulk_u64(bulk, 1, add->school_id);
		db_bulk_u64(bulk, 2, add->codes[i].person_id);
		db_bulk_u64(bulk, 3, add->created_by);
		db_bulk_i64(bulk, 4, add->now_ms);
		db_bulk_i64(bulk, 5, add->expires_at_ms);
		db_bulk_row(bulk);
		if (db_bulk_is_full(bulk)) {
			e = db_bulk_run(bulk);
		}
	}
	return e ? e : db_bulk_run(bulk);
}

enum err activation_store_add(struct db *db, uint64_t school_id, const struct activation_new *codes,
		size_t count, uint64_t created_by, int64_t now_ms, int64_t expires_at_ms) {
	if (count > ACTIVATION_ADD_MAX) {
		return ERR_LIMIT;
	}
	struct add add = { school_id, codes, count, created_by, now_ms, expires_at_ms };
	return db_transact(db, run_add, &add);
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
static enum err use_up(struct db *db, const struct use *use) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_use, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, use->now_ms);
	db_bind_bytes(stmt, 1, use->code_hash, ACTIVATION_HASH_BYTES);
	db_bind_i64(stmt, 2, use->now_ms);
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
	if (!e) {
		e = use_up(db, use);
	}
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
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_CONFLICT;
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
