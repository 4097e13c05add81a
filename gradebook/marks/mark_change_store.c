#include "gradebook/marks/mark_change_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/outbox/owe_store.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/lock_store.h"

enum { STATE_VALUE = 1, STATE_MISSING = 2 };

/* Who is in the class now, and who of them is exempt. */
static const char sql_students[] =
		"SELECT e.student_id, x.student_id IS NOT NULL FROM enrolment e"
		" LEFT JOIN exemption x ON x.student_id = e.student_id AND x.subject_id = ?"
		" AND x.term_id = ? WHERE e.school_id = ? AND e.class_id = ? AND e.to_on IS NULL";
/* A locking read: a plain one would fix what the transaction sees before its turn has come. */
static const char sql_place[] = "SELECT class_id, subject_id, term_id FROM mark_column"
				" WHERE school_id = ? AND id = ? LOCK IN SHARE MODE";
static const char sql_insert[] =
		"INSERT INTO mark (school_id, column_id, student_id, value_x10, state, is_makeup,"
		" attempt_id, version, changed_by, changed_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, 1, ?, ?)";
static const char sql_update[] =
		"UPDATE mark SET value_x10 = ?, state = ?, is_makeup = ?, attempt_id = ?,"
		" version = version + 1, changed_by = ?, changed_at_ms = ?"
		" WHERE school_id = ? AND column_id = ? AND student_id = ? AND version = ?";

struct pupil {
	uint64_t id;
	bool is_exempt;
	struct mark_stored cells[MARK_COLUMNS_MAX]; /* in the order of the desk's columns */
};

struct mark_desk {
	struct mark_place place;
	struct mark_facts facts;
	struct lock_facts locks;
	int64_t now_ms;
	struct mark_column columns[MARK_COLUMNS_MAX];
	size_t column_count;
	struct pupil pupils[MARK_STUDENTS_MAX];
	size_t pupil_count;
};

void mark_desk_free(struct mark_desk *desk) {
	free(desk);
}

static size_t column_index(const struct mark_desk *desk, uint64_t column_id) {
	size_t i = 0;
	while (i < desk->column_count && desk->columns[i].id != column_id) {
		i++;
	}
	return i;
}

static struct pupil *find_pupil(const struct mark_desk *desk, uint64_t student_id) {
	for (size_t i = 0; i < desk->pupil_count; i++) {
		if (desk->pupils[i].id == student_id) {
			return (struct pupil *)&desk->pupils[i];
		}
	}
	return NULL;
}

static enum err load_pupils(struct db *db, struct mark_desk *desk) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_students, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, desk->place.subject_id);
	db_bind_u64(stmt, 1, desk->place.term_id);
	db_bind_u64(stmt, 2, desk->place.school_id);
	db_bind_u64(stmt, 3, desk->place.class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		if (desk->pupil_count == MARK_STUDENTS_MAX) {
			return ERR_LIMIT;
		}
		struct pupil *p = &desk->pupils[desk->pupil_count++];
		p->id = db_col_u64(stmt, 0);
		p->is_exempt = db_col_bool(stmt, 1);
		for (size_t i = 0; i < desk->column_count; i++) {
			p->cells[i] = (struct mark_stored){ .column_id = desk->columns[i].id,
				.student_id = p->id,
				.cell = CELL_EMPTY };
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err take_cell(const struct mark_stored *cell, void *ctx) {
	struct mark_desk *desk = ctx;
	struct pupil *p = find_pupil(desk, cell->student_id);
	size_t index = column_index(desk, cell->column_id);
	if (p && index < desk->column_count) { /* else of one who has left the class */
		p->cells[index] = *cell;
	}
	return ERR_OK;
}

enum err mark_desk_open(struct db *db, const struct mark_place *place, int64_t now_ms,
		struct mark_desk **out) {
	assert(db_in_transaction(db));
	_cleanup_(mark_desk_freep) struct mark_desk *desk = calloc(1, sizeof(*desk));
	if (!desk) {
		return ERR_NOMEM;
	}
	desk->place = *place;
	desk->now_ms = now_ms;
	const struct ledger_chain chain = { place->school_id, place->class_id, place->subject_id };
	enum err e = ledger_store_lock(db, &chain);
	e = e ? e : mark_store_facts(db, place, &desk->facts);
	e = e ? e : lock_store_hold(db, place, &desk->facts, now_ms, &desk->locks);
	e = e ? e : mark_store_columns(db, place, desk->columns, &desk->column_count);
	e = e ? e : load_pupils(db, desk);
	e = e ? e : mark_store_cells(db, place, take_cell, desk);
	if (e) {
		return e;
	}
	*out = STEAL(desk);
	return ERR_OK;
}

enum err mark_desk_open_column(struct db *db, uint64_t school_id, uint64_t column_id,
		int64_t now_ms, struct mark_desk **out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_place, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, column_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	const struct mark_place place = { school_id, db_col_u64(stmt, 0), db_col_u64(stmt, 1),
		db_col_u64(stmt, 2) };
	return mark_desk_open(db, &place, now_ms, out);
}

const struct mark_column *mark_desk_column(const struct mark_desk *desk, uint64_t column_id) {
	size_t index = column_index(desk, column_id);
	return index < desk->column_count ? &desk->columns[index] : NULL;
}

struct mark_stored mark_desk_cell(
		const struct mark_desk *desk, uint64_t column_id, uint64_t student_id) {
	const struct pupil *p = find_pupil(desk, student_id);
	size_t index = column_index(desk, column_id);
	if (p && index < desk->column_count) {
		return p->cells[index];
	}
	return (struct mark_stored){
		.column_id = column_id, .student_id = student_id, .cell = CELL_EMPTY
	};
}

enum mark_refusal mark_desk_refusal(
		const struct mark_desk *desk, uint64_t column_id, uint64_t student_id) {
	const struct mark_column *column = mark_desk_column(desk, column_id);
	const struct pupil *p = find_pupil(desk, student_id);
	if (column) {
		switch (lock_state_of(&desk->locks, column->kind, desk->now_ms)) {
		case LOCK_OPEN:
			break;
		case LOCK_LOCKED:
			return MARK_LOCKED;
		case LOCK_CLOSED:
			return MARK_CLOSED;
		}
	}
	return p && p->is_exempt ? MARK_EXEMPT : MARK_ALLOWED;
}

static void bind_cell(struct db_stmt *stmt, unsigned index, const struct mark_stored *wanted) {
	if (wanted->cell.value_x10 == MARK_NONE) {
		db_bind_null(stmt, index);
	} else {
		db_bind_u64(stmt, index, (uint64_t)wanted->cell.value_x10);
	}
	db_bind_u64(stmt, index + 1, wanted->cell.is_missing ? STATE_MISSING : STATE_VALUE);
	db_bind_bool(stmt, index + 2, wanted->cell.is_makeup);
	if (wanted->has_attempt) {
		db_bind_bytes(stmt, index + 3, wanted->attempt_id, MARK_SITTING_BYTES);
	} else {
		db_bind_null(stmt, index + 3);
	}
}

static enum err insert_cell(struct db *db, uint64_t school_id, const struct mark_stored *wanted,
		const struct mark_actor *actor) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_insert, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, wanted->column_id);
	db_bind_u64(stmt, 2, wanted->student_id);
	bind_cell(stmt, 3, wanted);
	db_bind_u64(stmt, 7, actor->person_id);
	db_bind_i64(stmt, 8, actor->now_ms);
	e = db_exec(stmt, NULL);
	return e == ERR_EXISTS ? ERR_STALE : e;
}

static enum err update_cell(struct db *db, uint64_t school_id, const struct mark_stored *wanted,
		const struct mark_actor *actor) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_update, &stmt);
	if (e) {
		return e;
	}
	bind_cell(stmt, 0, wanted);
	db_bind_u64(stmt, 4, actor->person_id);
	db_bind_i64(stmt, 5, actor->now_ms);
	db_bind_u64(stmt, 6, school_id);
	db_bind_u64(stmt, 7, wanted->column_id);
	db_bind_u64(stmt, 8, wanted->student_id);
	db_bind_u64(stmt, 9, wanted->version);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static enum err note(struct db *db, const struct mark_desk *desk, const struct mark_stored *was,
		const struct mark_stored *wanted, enum ledger_act act,
		const struct mark_actor *actor) {
	struct ledger_row row = {
		.school_id = desk->place.school_id,
		.class_id = desk->place.class_id,
		.subject_id = desk->place.subject_id,
		.column_id = wanted->column_id,
		.student_id = wanted->student_id,
		.act = act,
		.old_code = cell_code(&was->cell),
		.new_code = cell_code(&wanted->cell),
		.person_id = actor->person_id,
		.approved_by = actor->approved_by,
		.has_ref = wanted->has_attempt,
		.at_ms = actor->now_ms,
		.why = actor->why,
	};
	memcpy(row.ref, wanted->attempt_id, LEDGER_REF_BYTES);
	return ledger_store_add(db, &row);
}

enum err mark_desk_check(const struct mark_desk *desk, const struct mark_stored *wanted) {
	const struct mark_column *column = mark_desk_column(desk, wanted->column_id);
	if (!column || !find_pupil(desk, wanted->student_id)) {
		return ERR_NOT_FOUND;
	}
	return cell_check(mark_facts_scale(&desk->facts, column->kind, column->position),
			&wanted->cell);
}

static enum err check(const struct mark_desk *desk, const struct mark_stored *wanted,
		const struct mark_actor *actor) {
	enum err e = mark_desk_check(desk, wanted);
	if (e) {
		return e;
	}
	switch (mark_desk_refusal(desk, wanted->column_id, wanted->student_id)) {
	case MARK_ALLOWED:
		break;
	case MARK_LOCKED:
		return actor->approved_by ? ERR_OK : ERR_CLOSED;
	case MARK_CLOSED:
	case MARK_EXEMPT:
		return ERR_CLOSED;
	}
	return ERR_OK;
}

enum err mark_desk_set(struct db *db, struct mark_desk *desk, const struct mark_stored *wanted,
		const struct mark_actor *actor, unsigned *out_version) {
	enum err e = check(desk, wanted, actor);
	if (e) {
		return e;
	}
	struct mark_stored *cell = &find_pupil(desk, wanted->student_id)
						    ->cells[column_index(desk, wanted->column_id)];
	const struct mark_stored was = *cell;
	if (was.version != wanted->version) {
		return ERR_STALE;
	}
	if (cell_is_same(&was.cell, &wanted->cell)) {
		*out_version = was.version;
		return ERR_OK;
	}
	const struct mark_column *column = mark_desk_column(desk, wanted->column_id);
	if (!column) {
		return ERR_NOT_FOUND; /* check() said so before */
	}
	struct mark_change change = { .old_code = cell_code(&was.cell),
		.new_code = cell_code(&wanted->cell),
		.is_published = column->published_at_ms != 0,
		.has_why = actor->why.n > 0 };
	e = mark_check_change(&change);
	if (!e) {
		e = was.version ? update_cell(db, desk->place.school_id, wanted, actor)
				: insert_cell(db, desk->place.school_id, wanted, actor);
	}
	e = e ? e
	      : note(db, desk, &was, wanted,
				cell_is_empty(&wanted->cell) ? LEDGER_CLEARED : LEDGER_SET, actor);
	const struct record_scope scope = { .class_id = desk->place.class_id,
		.place_id = wanted->column_id };
	e = e ? e : outbox_owe(db, desk->place.school_id, RECORD_OF_MARK, &scope);
	if (e) {
		return e;
	}
	*cell = *wanted;
	cell->version = was.version + 1;
	cell->changed_by = actor->person_id;
	cell->changed_at_ms = actor->now_ms;
	*out_version = cell->version;
	return ERR_OK;
}

enum err mark_desk_keep(struct db *db, const struct mark_desk *desk, const struct mark_stored *exam,
		const struct mark_actor *actor) {
	enum err e = mark_desk_check(desk, exam);
	if (e) {
		return e;
	}
	const struct mark_stored now = mark_desk_cell(desk, exam->column_id, exam->student_id);
	if (now.version != exam->version) {
		return ERR_STALE;
	}
	return note(db, desk, &now, exam, LEDGER_KEPT, actor);
}

enum err mark_store_set(struct db *db, uint64_t school_id, const struct mark_stored *wanted,
		const struct mark_actor *actor, unsigned *out_version) {
	_cleanup_(mark_desk_freep) struct mark_desk *desk = NULL;
	enum err e = mark_desk_open_column(db, school_id, wanted->column_id, actor->now_ms, &desk);
	return e ? e : mark_desk_set(db, desk, wanted, actor, out_version);
}
