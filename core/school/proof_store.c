#include "core/school/proof_store.h"

/* membership.state: 1 in force. */

static const char sql_ask[] =
		"INSERT IGNORE INTO unproven (school_id, person_id, since_ms) SELECT s.id, p.id, ?"
		" FROM school s JOIN person p ON p.id = ? WHERE s.id = ?"
		" AND NOT EXISTS (SELECT 1 FROM membership h WHERE h.school_id = s.id"
		"  AND h.person_id = p.id AND h.state = 1)"
		" AND (EXISTS (SELECT 1 FROM membership o WHERE o.person_id = p.id"
		"  AND o.school_id <> s.id AND o.state = 1)"
		"  OR EXISTS (SELECT 1 FROM officer f WHERE f.person_id = p.id))";
static const char sql_is_asked[] = "SELECT EXISTS (SELECT 1 FROM unproven"
				   " WHERE school_id = ? AND person_id = ?)";
static const char sql_give[] = "DELETE FROM unproven WHERE school_id = ? AND person_id = ?";
static const char sql_only[] = "INSERT IGNORE INTO unproven (school_id, person_id, since_ms)"
			       " SELECT DISTINCT m.school_id, m.person_id, ? FROM membership m"
			       " WHERE m.person_id = ? AND m.school_id <> ? AND m.state = 1";
static const char sql_asked[] =
		"SELECT s.id, s.code, s.name FROM unproven u JOIN school s ON s.id = u.school_id"
		" WHERE u.person_id = ? AND EXISTS (SELECT 1 FROM membership m"
		"  WHERE m.school_id = u.school_id AND m.person_id = u.person_id AND m.state = 1)"
		" ORDER BY s.name, s.id";

enum err proof_store_ask(struct db *db, uint64_t school_id, uint64_t person_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_ask, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, school_id);
	return db_exec(stmt, NULL);
}

enum err proof_store_is_asked(struct db *db, uint64_t school_id, uint64_t person_id, bool *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_is_asked, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	e = db_next(stmt);
	if (!e) {
		*out = db_col_bool(stmt, 0);
	}
	return e;
}

enum err proof_store_give(struct db *db, uint64_t school_id, uint64_t person_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_give, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	return db_exec(stmt, NULL);
}

enum err proof_store_only(struct db *db, uint64_t school_id, uint64_t person_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = proof_store_give(db, school_id, person_id);
	e = e ? e : db_prepare(db, sql_only, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, school_id);
	return db_exec(stmt, NULL);
}

enum err proof_store_asked(struct db *db, uint64_t person_id,
		enum err (*each)(const struct proof_school *school, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_asked, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, person_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct proof_school school = {
			.id = db_col_u64(stmt, 0),
			.code = db_col_str(stmt, 1),
			.name = db_col_str(stmt, 2),
		};
		e = each(&school, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
