#include "gradebook/marks/reopening_store.h"

#include <assert.h>

#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/lock_store.h"

static const char sql_list[] =
		"SELECT r.id, r.class_id, c.name, r.subject_id, s.name, r.kind, r.until_ms, r.why,"
		" r.made_by, COALESCE(p.full_name, ''), r.made_at_ms FROM mark_reopening r"
		" JOIN class c ON c.id = r.class_id JOIN subject s ON s.id = r.subject_id"
		" LEFT JOIN person p ON p.id = r.made_by"
		" WHERE c.school_id = ? AND r.school_id = c.school_id AND r.term_id = ?"
		" AND r.until_ms > ? ORDER BY c.grade, c.name, s.position, s.name, r.until_ms";
static const char sql_add[] =
		"INSERT INTO mark_reopening (school_id, class_id, subject_id, term_id, kind,"
		" until_ms, why, made_by, made_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
/* A locking read: a plain one would fix what the transaction sees before its turn has come. */
static const char sql_one[] = "SELECT class_id, subject_id, term_id, kind FROM mark_reopening"
			      " WHERE school_id = ? AND id = ? LOCK IN SHARE MODE";
static const char sql_end[] = "UPDATE mark_reopening SET until_ms = ?"
			      " WHERE school_id = ? AND id = ? AND until_ms > ?";

enum err reopening_store_list(struct db *db, uint64_t school_id, uint64_t term_id, int64_t now_ms,
		enum err (*each)(const struct reopening *reopening, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, term_id);
	db_bind_i64(stmt, 2, now_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct reopening r = {
			.id = db_col_u64(stmt, 0),
			.class_id = db_col_u64(stmt, 1),
			.class_name = db_col_str(stmt, 2),
			.subject_id = db_col_u64(stmt, 3),
			.subject_name = db_col_str(stmt, 4),
			.kind = (unsigned)db_col_u64(stmt, 5),
			.until_ms = db_col_i64(stmt, 6),
			.why = db_col_str(stmt, 7),
			.made_by = db_col_u64(stmt, 8),
			.made_by_name = db_col_str(stmt, 9),
			.made_at_ms = db_col_i64(stmt, 10),
		};
		e = each(&r, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err note(struct db *db, const struct reopening_wanted *w) {
	struct ledger_row row = {
		.school_id = w->place.school_id,
		.class_id = w->place.class_id,
		.subject_id = w->place.subject_id,
		.act = LEDGER_REOPENED,
		.person_id = w->actor.person_id,
		.at_ms = w->actor.now_ms,
		.why = w->actor.why,
	};
	ledger_of_lock(&row, w->kind, 0, w->until_ms, w->place.term_id);
	return ledger_store_add(db, &row);
}

static enum err insert(struct db *db, const struct reopening_wanted *w, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, w->place.school_id);
	db_bind_u64(stmt, 1, w->place.class_id);
	db_bind_u64(stmt, 2, w->place.subject_id);
	db_bind_u64(stmt, 3, w->place.term_id);
	db_bind_u64(stmt, 4, w->kind);
	db_bind_i64(stmt, 5, w->until_ms);
	db_bind_str(stmt, 6, w->actor.why);
	db_bind_u64(stmt, 7, w->actor.person_id);
	db_bind_i64(stmt, 8, w->actor.now_ms);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

/* Takes the turn among all who change the place, as they do. */
static enum err lock_chain(struct db *db, const struct mark_place *place) {
	const struct ledger_chain chain = { place->school_id, place->class_id, place->subject_id };
	return ledger_store_lock(db, &chain);
}

enum err reopening_store_add(struct db *db, const struct reopening_wanted *w, uint64_t *out_id) {
	assert(db_in_transaction(db) && w->kind <= MARK_CK);
	struct mark_facts facts;
	struct lock_facts locks;
	if (w->until_ms <= w->actor.now_ms || w->actor.why.n == 0) {
		return ERR_INVAL;
	}
	enum err e = lock_chain(db, &w->place);
	e = e ? e : mark_store_facts(db, &w->place, &facts);
	e = e ? e : lock_store_facts(db, &w->place, &facts, w->actor.now_ms, &locks);
	if (e) {
		return e;
	}
	if (locks.is_closed) {
		return ERR_CLOSED;
	}
	if (locks.reopening_count == LOCK_REOPENINGS_MAX) {
		return ERR_LIMIT;
	}
	e = note(db, w);
	return e ? e : insert(db, w, out_id);
}

enum err reopening_store_end(
		struct db *db, uint64_t school_id, uint64_t id, const struct mark_actor *actor) {
	assert(db_in_transaction(db));
	struct reopening_wanted w = { .until_ms = actor->now_ms, .actor = *actor };
	_cleanup_(db_stmt_freep) struct db_stmt *find = NULL;
	enum err e = db_prepare(db, sql_one, &find);
	if (e) {
		return e;
	}
	db_bind_u64(find, 0, school_id);
	db_bind_u64(find, 1, id);
	e = db_next(find);
	if (e) {
		return e;
	}
	w.place = (struct mark_place){ school_id, db_col_u64(find, 0), db_col_u64(find, 1),
		db_col_u64(find, 2) };
	w.kind = (unsigned)db_col_u64(find, 3);
	_cleanup_(db_stmt_freep) struct db_stmt *end = NULL;
	e = lock_chain(db, &w.place);
	e = e ? e : db_prepare(db, sql_end, &end);
	if (e) {
		return e;
	}
	db_bind_i64(end, 0, actor->now_ms);
	db_bind_u64(end, 1, school_id);
	db_bind_u64(end, 2, id);
	db_bind_i64(end, 3, actor->now_ms);
	e = db_exec_one(end);
	return e ? e : note(db, &w);
}
