/* The part of account_store.h that signing in uses: finding the account, its roles, its password. */
#include "core/school/account_store.h"

#include <string.h>

#define SQL_SIGN_IN "a.state, a.password_hash, p.full_name, a.language"

static const char sql_by_login[] =
		"SELECT m.person_id, s.id, 0, " SQL_SIGN_IN " FROM school s"
		" JOIN membership m ON m.school_id = s.id AND m.login = ? AND m.state = 1"
		" JOIN account a ON a.person_id = m.person_id JOIN person p ON p.id = m.person_id"
		" WHERE s.code = ?";
static const char sql_officer_by_login[] =
		"SELECT o.person_id, 0, o.province_id, " SQL_SIGN_IN " FROM province v"
		" JOIN officer o ON o.province_id = v.id AND o.login = ?"
		" JOIN account a ON a.person_id = o.person_id JOIN person p ON p.id = o.person_id"
		" WHERE v.code = ?";
/* What the person has still to prove is nothing yet (proof_store.h). */
#define SQL_PROVEN                                        \
	" AND NOT EXISTS (SELECT 1 FROM unproven u WHERE" \
	" u.person_id = m.person_id AND u.school_id = m.school_id)"

/* role 4 is a parent's: first of all one of those schools. */
static const char sql_by_phone[] =
		"SELECT a.person_id, m.school_id, 0, " SQL_SIGN_IN " FROM account a"
		" JOIN membership m ON m.person_id = a.person_id AND m.state = 1" SQL_PROVEN
		" JOIN person p ON p.id = a.person_id"
		" WHERE a.phone = ? ORDER BY m.role = 4 DESC, m.school_id LIMIT 1";
static const char sql_by_id[] =
		"SELECT m.person_id, m.school_id, 0, " SQL_SIGN_IN " FROM membership m"
		" JOIN account a ON a.person_id = m.person_id JOIN person p ON p.id = m.person_id"
		" WHERE m.person_id = ? AND m.school_id = ? AND m.state = 1 LIMIT 1";
static const char sql_officer_by_id[] =
		"SELECT o.person_id, 0, o.province_id, " SQL_SIGN_IN " FROM officer o"
		" JOIN account a ON a.person_id = o.person_id JOIN person p ON p.id = o.person_id"
		" WHERE o.person_id = ? ORDER BY o.province_id LIMIT 1";
static const char sql_roles[] =
		"SELECT m.role FROM membership m"
		" WHERE m.school_id = ? AND m.person_id = ? AND m.state = 1" SQL_PROVEN;
static const char sql_schools[] = "SELECT s.id, s.code, s.name FROM school s WHERE s.id IN"
				  " (SELECT m.school_id FROM membership m"
				  "  WHERE m.person_id = ? AND m.state = 1" SQL_PROVEN ")"
				  " ORDER BY s.name, s.id";
static const char sql_set_password[] =
		"UPDATE account SET password_hash = ?, state = 2, password_changed_at_ms = ?"
		" WHERE person_id = ? AND state IN (1, 2) AND (? IS NULL OR password_hash = ?)";
static const char sql_state[] = "SELECT state FROM account WHERE person_id = ?";
static const char sql_set_language[] = "UPDATE account SET language = ? WHERE person_id = ?";

#define SQL_OF_SCHOOL                                                   \
	" AND EXISTS (SELECT 1 FROM membership m WHERE m.school_id = ?" \
	" AND m.person_id = account.person_id AND m.state = 1)"

static const char sql_lock[] =
		"UPDATE account SET state = 3, locked_why = ?, locked_by = ?, locked_at_ms = ?,"
		" version = version + 1 WHERE person_id = ? AND version = ?"
		" AND state IN (1, 2)" SQL_OF_SCHOOL;
static const char sql_unlock[] =
		"UPDATE account SET state = IF(password_hash IS NULL, 1, 2), locked_why = NULL,"
		" locked_by = NULL, locked_at_ms = NULL, version = version + 1"
		" WHERE person_id = ? AND version = ? AND state = 3" SQL_OF_SCHOOL;
static const char sql_lock_load[] =
		"SELECT account.state, account.version, account.locked_why, account.locked_by,"
		" p.full_name, account.locked_at_ms, EXISTS (SELECT 1 FROM membership o"
		"  WHERE o.person_id = account.person_id AND o.school_id <> ? AND o.state = 1)"
		" OR EXISTS (SELECT 1 FROM officer f WHERE f.person_id = account.person_id)"
		" FROM account LEFT JOIN person p ON p.id = account.locked_by"
		" WHERE account.person_id = ?" SQL_OF_SCHOOL;
static const char sql_reset[] = "UPDATE account SET password_hash = NULL, state = 1"
				" WHERE person_id = ? AND state IN (1, 2)" SQL_OF_SCHOOL;

/* Everything the person is at the school. */
static enum err load_roles(
		struct db *db, uint64_t school_id, uint64_t person_id, uint32_t *out_roles) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_roles, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	uint32_t roles = 0;
	while ((e = db_next(stmt)) == ERR_OK) {
		uint32_t bit = 0;
		e = access_from_role(db_col_u64(stmt, 0), &bit);
		if (e) {
			return ERR_CORRUPT;
		}
		roles |= bit;
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out_roles = roles;
	return ERR_OK;
}

/* The row under way, without the roles. */
static enum err read_sign_in(const struct db_stmt *stmt, struct account_sign_in *out) {
	out->person_id = db_col_u64(stmt, 0);
	out->school_id = db_col_u64(stmt, 1);
	out->province_id = (uint32_t)db_col_u64(stmt, 2);
	enum err e = account_state_from_db(db_col_u64(stmt, 3), &out->state);
	if (!e) {
		e = db_col_copy(stmt, 4, out->password_hash, sizeof(out->password_hash));
	}
	if (!e) {
		e = db_col_copy(stmt, 5, out->full_name, sizeof(out->full_name));
	}
	if (!e) {
		e = db_col_copy(stmt, 6, out->language, sizeof(out->language));
	}
	return e;
}

/* Runs a query whose values are bound and completes what it finds. */
static enum err find_sign_in(struct db *db, struct db_stmt *stmt, struct account_sign_in *out) {
	enum err e = db_next(stmt);
	if (e) {
		return e;
	}
	struct account_sign_in found = { 0 };
	e = read_sign_in(stmt, &found);
	if (e) {
		return e;
	}
	if (found.province_id > 0) {
		found.roles = ACCESS_DEPARTMENT;
	} else {
		e = load_roles(db, found.school_id, found.person_id, &found.roles);
		if (e) {
			return e;
		}
	}
	*out = found;
	explicit_bzero(found.password_hash, sizeof(found.password_hash));
	return ERR_OK;
}

static enum err by_place(struct db *db, const char *sql, struct str place_code, struct str login,
		struct account_sign_in *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, login);
	db_bind_str(stmt, 1, place_code);
	return find_sign_in(db, stmt, out);
}

enum err account_store_by_login(struct db *db, struct str place_code, struct str login,
		struct account_sign_in *out) {
	enum err e = by_place(db, sql_by_login, place_code, login, out);
	if (e == ERR_NOT_FOUND) {
		e = by_place(db, sql_officer_by_login, place_code, login, out);
	}
	return e;
}

enum err account_store_officer_by_login(struct db *db, struct str province_code, struct str login,
		struct account_sign_in *out) {
	return by_place(db, sql_officer_by_login, province_code, login, out);
}

enum err account_store_by_phone(struct db *db, struct str phone, struct account_sign_in *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_by_phone, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, phone);
	return find_sign_in(db, stmt, out);
}

enum err account_store_by_id(struct db *db, uint64_t person_id, uint64_t school_id,
		struct account_sign_in *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, school_id ? sql_by_id : sql_officer_by_id, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	if (school_id) {
		db_bind_u64(stmt, 1, school_id);
	}
	return find_sign_in(db, stmt, out);
}

enum err account_store_schools(struct db *db, uint64_t person_id,
		enum err (*each)(const struct account_school *school, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct account_school school = {
			.id = db_col_u64(stmt, 0),
			.code = db_col_str(stmt, 1),
			.name = db_col_str(stmt, 2),
		};
		e = load_roles(db, school.id, person_id, &school.roles);
		if (!e) {
			e = each(&school, ctx);
		}
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Why a password was not changed. */
static enum err why_not(struct db *db, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_state, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	uint64_t state = db_col_u64(stmt, 0);
	return state == ACCOUNT_LOCKED || state == ACCOUNT_CLOSED ? ERR_CONFLICT : ERR_STALE;
}

enum err account_store_set_password(struct db *db, uint64_t person_id, const char *old_hash,
		const char *new_hash, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_set_password, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, new_hash);
	db_bind_i64(stmt, 1, now_ms);
	db_bind_u64(stmt, 2, person_id);
	db_bind_text(stmt, 3, old_hash);
	db_bind_text(stmt, 4, old_hash);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e || changed == 1) {
		return e;
	}
	return why_not(db, person_id);
}

enum err account_store_set_language(struct db *db, uint64_t person_id, const char *language) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_set_language, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, language);
	db_bind_u64(stmt, 1, person_id);
	return db_exec_one(stmt);
}

/* The row under way; why and by whom only of one that is locked. */
static enum err read_lock(const struct db_stmt *stmt, struct account_lock *out) {
	struct account_lock lock = { .version = (unsigned)db_col_u64(stmt, 1) };
	enum err e = account_state_from_db(db_col_u64(stmt, 0), &lock.state);
	if (!e && lock.state == ACCOUNT_LOCKED) {
		lock.by_id = db_col_u64(stmt, 3);
		lock.at_ms = db_col_i64(stmt, 5);
		e = db_col_copy(stmt, 2, lock.why, sizeof(lock.why));
		e = e ? e : db_col_copy(stmt, 4, lock.by_name, sizeof(lock.by_name));
	}
	lock.is_elsewhere = db_col_bool(stmt, 6);
	if (!e) {
		*out = lock;
	}
	return e;
}

enum err account_store_lock_load(
		struct db *db, uint64_t school_id, uint64_t person_id, struct account_lock *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lock_load, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, school_id);
	e = db_next(stmt);
	return e ? e : read_lock(stmt, out);
}

enum err account_store_lock(struct db *db, const struct account_lock_change *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, c->is_locked ? sql_lock : sql_unlock, &stmt);
	if (e) {
		return e;
	}
	unsigned at = 0;
	if (c->is_locked) {
		db_bind_str(stmt, at++, c->why);
		db_bind_u64(stmt, at++, c->by_id);
		db_bind_i64(stmt, at++, c->at_ms);
	}
	db_bind_u64(stmt, at++, c->person_id);
	db_bind_u64(stmt, at++, c->version);
	db_bind_u64(stmt, at, c->school_id);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e || changed == 1) {
		return e;
	}
	struct account_lock now;
	e = account_store_lock_load(db, c->school_id, c->person_id, &now);
	return e ? e : ERR_STALE;
}

enum err account_store_reset(struct db *db, uint64_t school_id, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_reset, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	db_bind_u64(stmt, 1, school_id);
	return db_exec_one(stmt);
}
