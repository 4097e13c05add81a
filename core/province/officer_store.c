#include "core/province/officer_store.h"

#include "core/auth/session_store.h"
#include "core/school/account_store.h"

enum { CODE_HASH_BYTES = 32 };

static const char sql_find[] =
		"SELECT person_id FROM officer WHERE province_id = ? AND login = ? FOR UPDATE";
static const char sql_void[] =
		"UPDATE activation SET expires_at_ms = LEAST(expires_at_ms, ?)"
		" WHERE school_id = 0 AND province_id = ? AND person_id = ? AND used_at_ms IS NULL";
static const char sql_add_code[] =
		"INSERT INTO activation (code_hash, school_id, province_id, person_id, created_by,"
		" created_at_ms, expires_at_ms) VALUES (?, 0, ?, ?, ?, ?, ?)";
static const char sql_each[] =
		"SELECT o.login, p.full_name, a.state = 2 FROM officer o"
		" JOIN person p ON p.id = o.person_id JOIN account a ON a.person_id = o.person_id"
		" WHERE o.province_id = ? ORDER BY o.login";
static const char sql_drop[] = "DELETE FROM officer WHERE province_id = ? AND person_id = ?";
static const char sql_close[] =
		"UPDATE account SET state = 4, password_hash = NULL, version = version + 1"
		" WHERE person_id = ? AND NOT EXISTS (SELECT 1 FROM membership m"
		"  WHERE m.person_id = account.person_id AND m.state = 1) AND NOT EXISTS"
		" (SELECT 1 FROM officer o WHERE o.person_id = account.person_id)";

static enum err find(
		struct db *db, uint32_t province_id, struct str login, uint64_t *out_person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_str(stmt, 1, login);
	e = db_next(stmt);
	if (!e) {
		*out_person_id = db_col_u64(stmt, 0);
	}
	return e;
}

static enum err void_codes(
		struct db *db, uint32_t province_id, uint64_t person_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_void, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, province_id);
	db_bind_u64(stmt, 2, person_id);
	return db_exec(stmt, NULL);
}

static enum err put_code(struct db *db, const struct officer_code *c, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = void_codes(db, c->province_id, person_id, c->now_ms);
	e = e ? e : db_prepare(db, sql_add_code, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, c->code_hash, CODE_HASH_BYTES);
	db_bind_u64(stmt, 1, c->province_id);
	db_bind_u64(stmt, 2, person_id);
	db_bind_u64(stmt, 3, person_id);
	db_bind_i64(stmt, 4, c->now_ms);
	db_bind_i64(stmt, 5, c->expires_at_ms);
	return db_exec(stmt, NULL);
}

struct add {
	const struct officer_new *officer;
	uint64_t person_id;
};

static enum err run_add(struct db *db, void *ctx) {
	struct add *add = ctx;
	const struct officer_new *o = add->officer;
	struct person_new person = { .name = o->name };
	struct officer_code code = { o->province_id, o->login, o->code_hash, o->now_ms,
		o->expires_at_ms };
	struct str no_phone = { "", 0 };
	enum err e = account_store_add_person(db, &person, o->now_ms, &add->person_id);
	e = e ? e : account_store_add_account(db, add->person_id, no_phone, o->now_ms);
	e = e ? e : account_store_add_officer(db, o->province_id, add->person_id, o->login);
	return e ? e : put_code(db, &code, add->person_id);
}

enum err officer_store_add(
		struct db *db, const struct officer_new *officer, uint64_t *out_person_id) {
	struct add add = { officer, 0 };
	enum err e = db_transact(db, run_add, &add);
	if (!e) {
		*out_person_id = add.person_id;
	}
	return e;
}

static enum err run_add_code(struct db *db, void *ctx) {
	const struct officer_code *c = ctx;
	uint64_t person_id = 0;
	enum err e = find(db, c->province_id, c->login, &person_id);
	return e ? e : put_code(db, c, person_id);
}

enum err officer_store_add_code(struct db *db, const struct officer_code *code) {
	struct officer_code copy = *code;
	return db_transact(db, run_add_code, &copy);
}

enum err officer_store_each(struct db *db, uint32_t province_id,
		enum err (*each)(const struct officer_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct officer_row row = { db_col_str(stmt, 0), db_col_str(stmt, 1),
			db_col_bool(stmt, 2) };
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct removal {
	uint32_t province_id;
	struct str login;
	int64_t now_ms;
};

static enum err run_remove(struct db *db, void *ctx) {
	const struct removal *r = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *drop = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *close = NULL;
	uint64_t person_id = 0;
	enum err e = find(db, r->province_id, r->login, &person_id);
	e = e ? e : void_codes(db, r->province_id, person_id, r->now_ms);
	e = e ? e : db_prepare(db, sql_drop, &drop);
	e = e ? e : db_prepare(db, sql_close, &close);
	if (e) {
		return e;
	}
	db_bind_u64(drop, 0, r->province_id);
	db_bind_u64(drop, 1, person_id);
	db_bind_u64(close, 0, person_id);
	e = db_exec_one(drop);
	e = e ? e : db_exec(close, NULL);
	return e ? e : session_store_drop_person(db, person_id, NULL, NULL);
}

enum err officer_store_remove(
		struct db *db, uint32_t province_id, struct str login, int64_t now_ms) {
	struct removal r = { province_id, login, now_ms };
	return db_transact(db, run_remove, &r);
}
