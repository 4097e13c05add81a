#include "gradebook/marks/lock_store.h"

#include <assert.h>

#define SQL_RULES                                                                            \
	"SELECT kind, grade, locks_at_ms FROM mark_lock WHERE school_id = ? AND term_id = ?" \
	" AND locks_at_ms IS NOT NULL ORDER BY kind, grade"
#define SQL_REOPENINGS                                                                   \
	"SELECT kind, until_ms FROM mark_reopening WHERE school_id = ? AND class_id = ?" \
	" AND subject_id = ? AND term_id = ? AND until_ms > ? ORDER BY until_ms DESC LIMIT ?"
/* A year that is closed (0) closes both terms. */
#define SQL_CLOSINGS                                                               \
	"SELECT is_closed FROM class_closing WHERE school_id = ? AND class_id = ?" \
	" AND term_number IN (0, ?)"
#define SHARED " LOCK IN SHARE MODE"

/* For showing, and for changing: the rows, and the gaps where one could come in. */
static const char *const sql_rules[] = { SQL_RULES, SQL_RULES SHARED };
static const char *const sql_reopenings[] = { SQL_REOPENINGS, SQL_REOPENINGS SHARED };
static const char *const sql_closings[] = { SQL_CLOSINGS, SQL_CLOSINGS SHARED };

static enum err load_rules(
		struct db *db, const struct mark_place *place, bool holds, struct lock_facts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_rules[holds], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->term_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		if (out->rule_count == LOCK_RULES_MAX) {
			return ERR_LIMIT;
		}
		out->rules[out->rule_count++] =
				(struct lock_rule){ .kind = (unsigned)db_col_u64(stmt, 0),
					.grade = (unsigned)db_col_u64(stmt, 1),
					.locks_at_ms = db_col_i64(stmt, 2) };
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_reopenings(struct db *db, const struct mark_place *place, int64_t now_ms,
		bool holds, struct lock_facts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_reopenings[holds], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, place->subject_id);
	db_bind_u64(stmt, 3, place->term_id);
	db_bind_i64(stmt, 4, now_ms);
	db_bind_u64(stmt, 5, LOCK_REOPENINGS_MAX);
	while ((e = db_next(stmt)) == ERR_OK) {
		assert(out->reopening_count < LOCK_REOPENINGS_MAX);
		out->reopenings[out->reopening_count++] =
				(struct lock_reopening){ .kind = (unsigned)db_col_u64(stmt, 0),
					.until_ms = db_col_i64(stmt, 1) };
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_closing(struct db *db, const struct mark_place *place, unsigned term_number,
		bool holds, struct lock_facts *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_closings[holds], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, term_number);
	while ((e = db_next(stmt)) == ERR_OK) {
		out->is_closed = out->is_closed || db_col_bool(stmt, 0);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load(struct db *db, const struct mark_place *place, const struct mark_facts *facts,
		int64_t now_ms, bool holds, struct lock_facts *out) {
	struct lock_facts found = { .grade = facts->grade };
	enum err e = load_rules(db, place, holds, &found);
	e = e ? e : load_reopenings(db, place, now_ms, holds, &found);
	e = e ? e : load_closing(db, place, facts->term_number, holds, &found);
	if (!e) {
		*out = found;
	}
	return e;
}

enum err lock_store_facts(struct db *db, const struct mark_place *place,
		const struct mark_facts *facts, int64_t now_ms, struct lock_facts *out) {
	return load(db, place, facts, now_ms, false, out);
}

enum err lock_store_hold(struct db *db, const struct mark_place *place,
		const struct mark_facts *facts, int64_t now_ms, struct lock_facts *out) {
	assert(db_in_transaction(db));
	return load(db, place, facts, now_ms, true, out);
}
