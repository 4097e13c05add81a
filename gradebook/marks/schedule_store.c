#include "gradebook/marks/schedule_store.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/grow.h"
#include "gradebook/marks/ledger_store.h"

#define SQL_LIST(table, at, done)                                                            \
	"SELECT x.kind, x.grade, x." at ", x.version, x.made_by, COALESCE(p.full_name, '')," \
	" x.made_at_ms, " done " FROM " table " x LEFT JOIN person p ON p.id = x.made_by"    \
	" WHERE x.school_id = ? AND x.term_id = ? ORDER BY x.kind, x.grade"
static const char *const sql_list[] = {
	[SCHEDULE_LOCK] = SQL_LIST("mark_lock", "locks_at_ms", "NULL"),
	[SCHEDULE_PUBLISH] = SQL_LIST("mark_publishing", "publishes_at_ms", "x.done_at_ms"),
};

#define SQL_ADD(table, at)                                                                     \
	"INSERT INTO " table " (" at ", made_by, made_at_ms, school_id, term_id, kind, grade)" \
	" VALUES (?, ?, ?, ?, ?, ?, ?)"
static const char *const sql_add[] = {
	[SCHEDULE_LOCK] = SQL_ADD("mark_lock", "locks_at_ms"),
	[SCHEDULE_PUBLISH] = SQL_ADD("mark_publishing", "publishes_at_ms"),
};

/* One that is moved is to be carried out anew. */
#define SQL_MOVE(table, at, anew)                                                  \
	"UPDATE " table " SET " at " = ?, made_by = ?, made_at_ms = ?" anew        \
	", version = version + 1 WHERE school_id = ? AND term_id = ? AND kind = ?" \
	" AND grade = ? AND version = ?"
static const char *const sql_move[] = {
	[SCHEDULE_LOCK] = SQL_MOVE("mark_lock", "locks_at_ms", ""),
	[SCHEDULE_PUBLISH] = SQL_MOVE("mark_publishing", "publishes_at_ms", ", done_at_ms = NULL"),
};

static const char sql_year[] = "SELECT school_year_id FROM term WHERE school_id = ? AND id = ?";
static const char sql_classes[] = "SELECT id FROM class WHERE school_id = ? AND school_year_id = ?"
				  " AND (? = 0 OR grade = ?) ORDER BY id";
static const char sql_columns[] = "SELECT k.kind, c.grade, COUNT(*), COUNT(k.published_at_ms)"
				  " FROM term t JOIN class c ON c.school_id = t.school_id"
				  " AND c.school_year_id = t.school_year_id"
				  " JOIN mark_column k ON k.class_id = c.id AND k.term_id = t.id"
				  " WHERE t.school_id = ? AND t.id = ? GROUP BY k.kind, c.grade";

enum err schedule_store_list(struct db *db, enum schedule_what what, uint64_t school_id,
		uint64_t term_id, enum err (*each)(const struct schedule_plan *plan, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list[what], &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, term_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct schedule_plan plan = {
			.kind = (unsigned)db_col_u64(stmt, 0),
			.grade = (unsigned)db_col_u64(stmt, 1),
			.at_ms = db_col_i64(stmt, 2),
			.version = (unsigned)db_col_u64(stmt, 3),
			.made_by = db_col_u64(stmt, 4),
			.made_by_name = db_col_str(stmt, 5),
			.made_at_ms = db_col_i64(stmt, 6),
			.done_at_ms = db_col_i64(stmt, 7),
		};
		e = each(&plan, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- the history of the classes ---- */

struct class_ids {
	uint64_t *items;
	size_t count;
	size_t cap;
};

static void class_ids_finish(struct class_ids *ids) {
	free(ids->items);
}

static enum err load_classes(struct db *db, const struct schedule_scope *scope, uint64_t year_id,
		struct class_ids *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_classes, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, scope->school_id);
	db_bind_u64(stmt, 1, year_id);
	db_bind_u64(stmt, 2, scope->grade);
	db_bind_u64(stmt, 3, scope->grade);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(out, SCHEDULE_CLASSES_MAX);
		if (e) {
			return e;
		}
		out->items[out->count++] = db_col_u64(stmt, 0);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err schedule_store_note(struct db *db, const struct schedule_scope *scope, enum ledger_act act,
		const struct schedule_note *note) {
	struct ledger_row row = {
		.school_id = scope->school_id,
		.subject_id = scope->school_id,
		.act = act,
		.person_id = note->person_id,
		.at_ms = note->now_ms,
		.why = str_from(""),
	};
	ledger_of_lock(&row, scope->kind, scope->grade, note->plan_at_ms, scope->term_id);
	return ledger_store_add(db, &row);
}

static enum err note_lock(struct db *db, const struct schedule_wanted *w, uint64_t year_id) {
	_cleanup_(class_ids_finish) struct class_ids ids = { 0 };
	enum err e = load_classes(db, &w->scope, year_id, &ids);
	struct ledger_row row = {
		.school_id = w->scope.school_id,
		.act = LEDGER_LOCKED,
		.person_id = w->person_id,
		.at_ms = w->now_ms,
		.why = str_from(""),
	};
	ledger_of_lock(&row, w->scope.kind, w->scope.grade, w->at_ms, w->scope.term_id);
	for (size_t i = 0; i < ids.count && !e; i++) {
		row.class_id = ids.items[i];
		e = ledger_store_add(db, &row);
	}
	return e;
}

/* ---- setting one ---- */

static enum err find_year(struct db *db, const struct schedule_scope *scope, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_year, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, scope->school_id);
	db_bind_u64(stmt, 1, scope->term_id);
	e = db_next(stmt);
	if (!e) {
		*out_id = db_col_u64(stmt, 0);
	}
	return e;
}

static enum err write_plan(struct db *db, const struct schedule_wanted *w) {
	bool is_first = w->version == 0;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, is_first ? sql_add[w->what] : sql_move[w->what], &stmt);
	if (e) {
		return e;
	}
	if (w->at_ms) {
		db_bind_i64(stmt, 0, w->at_ms);
	} else {
		db_bind_null(stmt, 0);
	}
	db_bind_u64(stmt, 1, w->person_id);
	db_bind_i64(stmt, 2, w->now_ms);
	db_bind_u64(stmt, 3, w->scope.school_id);
	db_bind_u64(stmt, 4, w->scope.term_id);
	db_bind_u64(stmt, 5, w->scope.kind);
	db_bind_u64(stmt, 6, w->scope.grade);
	if (is_first) {
		e = db_exec(stmt, NULL);
		return e == ERR_EXISTS ? ERR_STALE : e;
	}
	db_bind_u64(stmt, 7, w->version);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

enum err schedule_store_set(struct db *db, const struct schedule_wanted *w) {
	assert(db_in_transaction(db) && w->scope.kind < SCHEDULE_KINDS &&
			w->scope.grade <= SCHEDULE_GRADE_MAX);
	uint64_t year_id = 0;
	enum err e = find_year(db, &w->scope, &year_id);
	const struct schedule_note note = { w->at_ms, w->person_id, w->now_ms };
	bool is_lock = w->what == SCHEDULE_LOCK;
	e = e ? e : write_plan(db, w);
	e = e ? e
	      : schedule_store_note(db, &w->scope, is_lock ? LEDGER_LOCKED : LEDGER_PLANNED, &note);
	/* What is published stands in the chains of its places when it is. */
	return e || !is_lock ? e : note_lock(db, w, year_id);
}

enum err schedule_store_columns(struct db *db, uint64_t school_id, uint64_t term_id,
		enum err (*each)(const struct schedule_columns *columns, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_columns, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, term_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct schedule_columns columns = { (unsigned)db_col_u64(stmt, 0),
			(unsigned)db_col_u64(stmt, 1), (unsigned)db_col_u64(stmt, 2),
			(unsigned)db_col_u64(stmt, 3) };
		e = each(&columns, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
