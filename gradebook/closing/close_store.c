#include "gradebook/closing/close_store.h"

#include <assert.h>
#include <stdio.h>

#include "core/outbox/owe_store.h"
#include "gradebook/marks/cell.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/results/class_year_store.h"

/* Whoever changes a mark of the class holds the head of its chain, in any of its subjects. */
static const char sql_hold[] = "SELECT number FROM mark_ledger_head WHERE class_id = ?"
			       " AND school_id = ? ORDER BY subject_id FOR UPDATE";
static const char sql_look[] = "SELECT term_number, is_closed, version FROM class_closing"
			       " WHERE school_id = ? AND class_id = ? FOR UPDATE";
static const char sql_first[] =
		"INSERT INTO class_closing (school_id, class_id, term_number, version, is_closed,"
		" changed_by, changed_at_ms, why) VALUES (?, ?, ?, 1, 1, ?, ?, ?)";
static const char sql_again[] =
		"UPDATE class_closing SET is_closed = ?, version = version + 1, changed_by = ?,"
		" changed_at_ms = ?, why = ? WHERE school_id = ? AND class_id = ?"
		" AND term_number = ? AND version = ? AND is_closed = ?";
static const char sql_keep[] =
		"INSERT INTO student_result (school_id, class_id, student_id, term_number, pack,"
		" learning, conduct, promotion, award, absences, result, result_hash, version,"
		" closed_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 1, ?)"
		" ON DUPLICATE KEY UPDATE pack = VALUES(pack), learning = VALUES(learning),"
		" conduct = VALUES(conduct), promotion = VALUES(promotion), award = VALUES(award),"
		" absences = VALUES(absences), result = VALUES(result),"
		" result_hash = VALUES(result_hash), version = version + 1,"
		" closed_at_ms = VALUES(closed_at_ms)";
static const char sql_results[] =
		"SELECT student_id, term_number, pack, learning, conduct, promotion, award, absences,"
		" result, result_hash, version, closed_at_ms FROM student_result"
		" WHERE school_id = ? AND class_id = ? AND term_number = ? ORDER BY student_id";

enum { NOTE_BYTES = 1024 };

static enum err hold_marks(struct db *db, const struct close_wanted *w) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_hold, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->class_id);
	db_bind_u64(stmt, 1, w->school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Holds the closings of the class, and gives them. */
static enum err look(struct db *db, const struct close_wanted *w,
		struct class_closed out[CLASS_YEAR_SCOPES]) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_look, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->school_id);
	db_bind_u64(stmt, 1, w->class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t scope = db_col_u64(stmt, 0);
		if (scope >= CLASS_YEAR_SCOPES) {
			return ERR_CORRUPT;
		}
		out[scope].is_closed = db_col_bool(stmt, 1);
		out[scope].version = (unsigned)db_col_u64(stmt, 2);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err insert_closing(struct db *db, const struct close_wanted *w) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_first, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->school_id);
	db_bind_u64(stmt, 1, w->class_id);
	db_bind_u64(stmt, 2, w->scope);
	db_bind_u64(stmt, 3, w->person_id);
	db_bind_i64(stmt, 4, w->now_ms);
	db_bind_str(stmt, 5, w->why.n ? w->why : str_from(""));
	e = db_exec(stmt, NULL);
	return e == ERR_EXISTS ? ERR_STALE : e;
}

static enum err turn(struct db *db, const struct close_wanted *w, bool closes) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_again, &stmt);
	if (e) {
		return e;
	}
	db_bind_bool(stmt, 0, closes);
	db_bind_u64(stmt, 1, w->person_id);
	db_bind_i64(stmt, 2, w->now_ms);
	db_bind_str(stmt, 3, w->why.n ? w->why : str_from(""));
	db_bind_u64(stmt, 4, w->school_id);
	db_bind_u64(stmt, 5, w->class_id);
	db_bind_u64(stmt, 6, w->scope);
	db_bind_u64(stmt, 7, w->version);
	db_bind_bool(stmt, 8, !closes);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static enum err note(struct db *db, const struct close_wanted *w, enum ledger_act act,
		uint64_t student_id, struct str why) {
	const struct ledger_row row = {
		.school_id = w->school_id,
		.class_id = w->class_id,
		.student_id = student_id,
		.act = act,
		.old_code = CELL_NONE,
		.new_code = CELL_NONE,
		.person_id = w->person_id,
		.at_ms = w->now_ms,
		.why = why,
	};
	return ledger_store_add(db, &row);
}

/* "1 reason": of the class as a whole. */
static enum err note_class(struct db *db, const struct close_wanted *w, enum ledger_act act) {
	char text[NOTE_BYTES];
	int n = snprintf(text, sizeof(text), "%d %.*s", (int)w->scope, (int)w->why.n,
			w->why.n ? w->why.p : "");
	if (n < 0 || (size_t)n >= sizeof(text)) {
		return ERR_LIMIT;
	}
	return note(db, w, act, 0, str_from(text));
}

static void bind_code(struct db_stmt *stmt, unsigned index, unsigned code) {
	if (code == SNAPSHOT_NONE) {
		db_bind_null(stmt, index);
	} else {
		db_bind_u64(stmt, index, code);
	}
}

static enum err keep(
		struct db *db, const struct snapshot *s, const struct hash *hash, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_keep, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, s->school_id);
	db_bind_u64(stmt, 1, s->class_id);
	db_bind_u64(stmt, 2, s->student_id);
	db_bind_u64(stmt, 3, s->scope);
	db_bind_str(stmt, 4, s->pack);
	bind_code(stmt, 5, s->learning);
	bind_code(stmt, 6, s->conduct);
	bind_code(stmt, 7, s->promotion);
	bind_code(stmt, 8, s->award);
	db_bind_u64(stmt, 9, s->absences);
	db_bind_str(stmt, 10, s->json);
	db_bind_bytes(stmt, 11, hash->b, HASH_BYTES);
	db_bind_i64(stmt, 12, now_ms);
	return db_exec(stmt, NULL);
}

static enum err keep_all(
		struct db *db, const struct close_wanted *w, const struct class_year *year) {
	_cleanup_(buf_finish) struct buf json = buf_make(SNAPSHOT_JSON_BYTES_MAX);
	enum err e = ERR_OK;
	for (size_t i = 0; i < year->student_count && !e; i++) {
		struct snapshot s;
		struct hash hash;
		char text[SNAPSHOT_NOTE_BYTES];
		e = snapshot_make(year, &year->students[i], w->scope, &json, &s);
		if (e) {
			return e;
		}
		snapshot_hash(&s, &hash);
		snapshot_note(w->scope, &hash, text);
		e = keep(db, &s, &hash, w->now_ms);
		e = e ? e : note(db, w, LEDGER_CLOSED, s.student_id, str_from(text));
	}
	return e;
}

static enum err owe(struct db *db, const struct close_wanted *w) {
	const struct record_scope scope = { .class_id = w->class_id };
	return outbox_owe(db, w->school_id, RECORD_OF_RESULT, &scope);
}

static void count_one(const struct class_missing *missing, void *ctx) {
	(void)missing;
	(*(size_t *)ctx)++;
}

enum err close_store_close(struct db *db, const struct close_wanted *w, struct class_year *year) {
	assert(db_in_transaction(db));
	struct class_closed closed[CLASS_YEAR_SCOPES] = { 0 };
	const struct class_year_wanted wanted = { .school_id = w->school_id,
		.class_id = w->class_id };
	size_t missing = 0;
	enum err e = hold_marks(db, w);
	e = e ? e : look(db, w, closed);
	e = e ? e : class_year_load(db, &wanted, year);
	if (e) {
		return e;
	}
	if (closed[w->scope].version != w->version) {
		return ERR_STALE;
	}
	if (closed[w->scope].is_closed) {
		return ERR_CLOSED;
	}
	class_year_missing(year, w->scope, count_one, &missing);
	if (missing > 0) {
		return ERR_MISSING;
	}
	e = w->version ? turn(db, w, true) : insert_closing(db, w);
	e = e ? e : keep_all(db, w, year);
	e = e ? e : owe(db, w);
	return e ? e : note_class(db, w, LEDGER_CLOSED);
}

enum err close_store_open(struct db *db, const struct close_wanted *w) {
	assert(db_in_transaction(db) && w->why.n > 0);
	struct class_closed closed[CLASS_YEAR_SCOPES] = { 0 };
	enum err e = hold_marks(db, w);
	e = e ? e : look(db, w, closed);
	if (e) {
		return e;
	}
	if (w->scope != SCOPE_YEAR && closed[SCOPE_YEAR].is_closed) {
		return ERR_CONFLICT;
	}
	e = turn(db, w, false);
	e = e ? e : owe(db, w);
	return e ? e : note_class(db, w, LEDGER_OPENED);
}

/* ---- reading ---- */

static unsigned read_code(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? SNAPSHOT_NONE : (unsigned)db_col_u64(stmt, index);
}

enum err close_store_results(struct db *db, uint64_t school_id, uint64_t class_id,
		enum class_scope scope, enum err (*each)(const struct close_stored *row, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_results, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	db_bind_u64(stmt, 2, scope);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct close_stored row = {
			.snapshot = { school_id, class_id, db_col_u64(stmt, 0), scope,
					db_col_str(stmt, 2), read_code(stmt, 3), read_code(stmt, 4),
					read_code(stmt, 5), read_code(stmt, 6),
					(unsigned)db_col_u64(stmt, 7), db_col_str(stmt, 8) },
			.version = (unsigned)db_col_u64(stmt, 10),
			.closed_at_ms = db_col_i64(stmt, 11),
		};
		e = db_col_bytes(stmt, 9, row.hash.b, HASH_BYTES);
		e = e ? e : each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
