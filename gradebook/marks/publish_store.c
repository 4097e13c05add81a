#include "gradebook/marks/publish_store.h"

#include <assert.h>

enum { STEP_MAX = 256 };

static const char sql_due[] =
		"SELECT id, school_id, term_id, kind, grade, made_by, version, publishes_at_ms"
		" FROM mark_publishing"
		" WHERE done_at_ms IS NULL AND publishes_at_ms <= ? AND id > ? ORDER BY id LIMIT 1";
static const char sql_columns[] =
		"SELECT k.id FROM term t JOIN class c ON c.school_id = t.school_id"
		" AND c.school_year_id = t.school_year_id AND (? = 0 OR c.grade = ?)"
		" JOIN mark_column k ON k.class_id = c.id AND k.term_id = t.id"
		" AND (? = 0 OR k.kind = ?) AND k.published_at_ms IS NULL"
		" WHERE t.school_id = ? AND t.id = ? AND EXISTS (SELECT 1 FROM mark m"
		" WHERE m.column_id = k.id AND (m.value_x10 IS NOT NULL OR m.state = 2))"
		" ORDER BY c.id, k.id LIMIT ?";
/* A plan that was moved meanwhile is another. */
static const char sql_done[] = "UPDATE mark_publishing SET done_at_ms = ?"
			       " WHERE id = ? AND version = ? AND done_at_ms IS NULL";
static const char sql_planned[] =
		"SELECT kind, publishes_at_ms FROM mark_publishing WHERE school_id = ? AND term_id = ?"
		" AND grade IN (0, ?) AND publishes_at_ms IS NOT NULL AND done_at_ms IS NULL";

enum err publish_store_due(
		struct db *db, int64_t now_ms, uint64_t after_id, struct publish_due *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_due, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, after_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = (struct publish_due){
		.id = db_col_u64(stmt, 0),
		.scope = { db_col_u64(stmt, 1), db_col_u64(stmt, 2), (unsigned)db_col_u64(stmt, 3),
				(unsigned)db_col_u64(stmt, 4) },
		.person_id = db_col_u64(stmt, 5),
		.version = (unsigned)db_col_u64(stmt, 6),
		.at_ms = db_col_i64(stmt, 7),
	};
	return ERR_OK;
}

static enum err load_columns(struct db *db, const struct schedule_scope *scope, size_t most,
		uint64_t out_ids[STEP_MAX], size_t *out_count) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_columns, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, scope->grade);
	db_bind_u64(stmt, 1, scope->grade);
	db_bind_u64(stmt, 2, scope->kind);
	db_bind_u64(stmt, 3, scope->kind);
	db_bind_u64(stmt, 4, scope->school_id);
	db_bind_u64(stmt, 5, scope->term_id);
	db_bind_u64(stmt, 6, most);
	size_t count = 0;
	while (count < most && (e = db_next(stmt)) == ERR_OK) {
		out_ids[count++] = db_col_u64(stmt, 0);
	}
	*out_count = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct ending {
	const struct publish_due *due;
	int64_t now_ms;
};

static enum err run_end(struct db *db, void *ctx) {
	const struct ending *to = ctx;
	const struct publish_due *due = to->due;
	const struct schedule_note note = { due->at_ms, due->person_id, to->now_ms };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_done, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, to->now_ms);
	db_bind_u64(stmt, 1, due->id);
	db_bind_u64(stmt, 2, due->version);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	return e || changed == 0 ? e
				 : schedule_store_note(db, &due->scope, LEDGER_PLAN_DONE, &note);
}

struct piece {
	const struct publish_due *due;
	struct mark_actor actor;
	uint64_t ids[STEP_MAX];
	size_t count;
};

static enum err run_piece(struct db *db, void *ctx) {
	const struct piece *p = ctx;
	enum err e = ERR_OK;
	for (size_t i = 0; i < p->count && !e; i++) {
		e = mark_store_publish(db, p->due->scope.school_id, p->ids[i], &p->actor);
	}
	return e;
}

enum err publish_store_step(struct db *db, const struct publish_due *due, int64_t now_ms,
		size_t most, size_t *out_count) {
	assert(most > 0 && most <= STEP_MAX);
	struct piece p = { .due = due,
		.actor = { .person_id = due->person_id, .now_ms = now_ms, .why = str_from("") } };
	enum err e = load_columns(db, &due->scope, most, p.ids, &p.count);
	if (!e && p.count > 0) {
		e = db_transact(db, run_piece, &p);
	}
	struct ending ending = { due, now_ms };
	if (!e && p.count < most) {
		e = db_transact(db, run_end, &ending);
	}
	if (!e) {
		*out_count = p.count;
	}
	return e;
}

enum err publish_store_planned(struct db *db, uint64_t school_id, uint64_t term_id, unsigned grade,
		int64_t out_at_ms[SCHEDULE_KINDS]) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_planned, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, term_id);
	db_bind_u64(stmt, 2, grade);
	int64_t found[SCHEDULE_KINDS] = { 0 };
	while ((e = db_next(stmt)) == ERR_OK) {
		uint64_t of = db_col_u64(stmt, 0);
		int64_t at_ms = db_col_i64(stmt, 1);
		for (unsigned kind = MARK_TX; kind <= MARK_CK; kind++) {
			bool holds = of == 0 || of == kind;
			if (holds && (found[kind] == 0 || at_ms < found[kind])) {
				found[kind] = at_ms;
			}
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	for (unsigned kind = 0; kind < SCHEDULE_KINDS; kind++) {
		out_at_ms[kind] = found[kind];
	}
	return ERR_OK;
}
