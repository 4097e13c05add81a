#include "gradebook/marks/exemption_store.h"

#include <assert.h>
#include <stdlib.h>

#include "core/outbox/owe_store.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/lock_store.h"

static const char sql_list[] =
		"SELECT x.student_id, x.reason, x.given_by, x.given_at_ms FROM enrolment e"
		" JOIN exemption x ON x.student_id = e.student_id AND x.subject_id = ?"
		" AND x.term_id = ? WHERE e.school_id = ? AND e.class_id = ? AND e.to_on IS NULL"
		" AND x.school_id = e.school_id ORDER BY x.student_id";
static const char sql_class[] = "SELECT student_id FROM enrolment"
				" WHERE school_id = ? AND class_id = ? AND to_on IS NULL";
static const char sql_add[] =
		"INSERT INTO exemption (school_id, student_id, subject_id, term_id, reason,"
		" given_by, given_at_ms) VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char sql_drop[] = "DELETE FROM exemption WHERE school_id = ? AND student_id = ?"
			       " AND subject_id = ? AND term_id = ?";

enum err exemption_store_list(struct db *db, const struct mark_place *place,
		enum err (*each)(const struct exemption *x, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->subject_id);
	db_bind_u64(stmt, 1, place->term_id);
	db_bind_u64(stmt, 2, place->school_id);
	db_bind_u64(stmt, 3, place->class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct exemption x = { db_col_u64(stmt, 0), db_col_str(stmt, 1),
			db_col_u64(stmt, 2), db_col_i64(stmt, 3) };
		e = each(&x, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Students of the class, or those of them who are exempt. */
struct ids {
	uint64_t items[MARK_STUDENTS_MAX];
	size_t count;
};

static bool has(const uint64_t *ids, size_t count, uint64_t id) {
	for (size_t i = 0; i < count; i++) {
		if (ids[i] == id) {
			return true;
		}
	}
	return false;
}

static enum err take_exempt(const struct exemption *x, void *ctx) {
	struct ids *ids = ctx;
	if (ids->count == MARK_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	ids->items[ids->count++] = x->student_id;
	return ERR_OK;
}

static enum err load_class(struct db *db, const struct mark_place *place, struct ids *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_class, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		if (out->count == MARK_STUDENTS_MAX) {
			return ERR_LIMIT;
		}
		out->items[out->count++] = db_col_u64(stmt, 0);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err change(struct db *db, const struct mark_place *place, uint64_t student_id,
		bool is_exempt, const struct mark_actor *actor) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, is_exempt ? sql_add : sql_drop, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, student_id);
	db_bind_u64(stmt, 2, place->subject_id);
	db_bind_u64(stmt, 3, place->term_id);
	if (is_exempt) {
		db_bind_str(stmt, 4, actor->why.n ? actor->why : str_from(""));
		db_bind_u64(stmt, 5, actor->person_id);
		db_bind_i64(stmt, 6, actor->now_ms);
	}
	e = db_exec_one(stmt);
	const struct ledger_row row = {
		.school_id = place->school_id,
		.class_id = place->class_id,
		.subject_id = place->subject_id,
		.column_id = place->term_id,
		.student_id = student_id,
		.act = is_exempt ? LEDGER_EXEMPTED : LEDGER_COUNTED,
		.old_code = CELL_NONE,
		.new_code = CELL_NONE,
		.person_id = actor->person_id,
		.at_ms = actor->now_ms,
		.why = actor->why,
	};
	const struct record_scope scope = { .student_id = student_id };
	e = e ? e : outbox_owe(db, place->school_id, RECORD_OF_EXEMPTION, &scope);
	return e ? e : ledger_store_add(db, &row);
}

static enum err check_open(
		struct db *db, const struct mark_place *place, const struct mark_actor *actor) {
	struct mark_facts facts;
	struct lock_facts locks;
	enum err e = mark_store_facts(db, place, &facts);
	e = e ? e : lock_store_hold(db, place, &facts, actor->now_ms, &locks);
	return e ? e : locks.is_closed ? ERR_CLOSED : ERR_OK;
}

enum err exemption_store_set(struct db *db, const struct mark_place *place,
		const uint64_t *student_ids, size_t count, const struct mark_actor *actor) {
	assert(db_in_transaction(db));
	const struct ledger_chain chain = { place->school_id, place->class_id, place->subject_id };
	struct ids class = { .count = 0 };
	struct ids exempt = { .count = 0 };
	enum err e = ledger_store_lock(db, &chain);
	e = e ? e : check_open(db, place, actor);
	e = e ? e : load_class(db, place, &class);
	e = e ? e : exemption_store_list(db, place, take_exempt, &exempt);
	for (size_t i = 0; i < count && !e; i++) {
		if (!has(class.items, class.count, student_ids[i])) {
			e = ERR_NOT_FOUND;
		} else if (!has(exempt.items, exempt.count, student_ids[i])) {
			e = change(db, place, student_ids[i], true, actor);
		}
	}
	for (size_t i = 0; i < exempt.count && !e; i++) {
		if (!has(student_ids, count, exempt.items[i])) {
			e = change(db, place, exempt.items[i], false, actor);
		}
	}
	return e;
}
