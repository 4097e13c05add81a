#include "gradebook/reassess/reassess_store.h"

#include <assert.h>

#include "gradebook/closing/closing_store.h"
#include "gradebook/marks/cell.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/said_store.h"

/* Of another class of the year too, for one who came from there. */
static const char sql_cells[] =
		"SELECT r.student_id, r.subject_id, r.item, r.value_x10, r.version"
		" FROM class c JOIN enrolment e ON e.class_id = c.id AND e.to_on IS NULL"
		" JOIN reassessment r ON r.school_year_id = c.school_year_id"
		" AND r.student_id = e.student_id AND r.school_id = c.school_id"
		" WHERE c.school_id = ? AND c.id = ?";
static const char sql_cell[] =
		"SELECT value_x10, version, class_id FROM reassessment WHERE school_id = ?"
		" AND school_year_id = ? AND student_id = ? AND subject_id = ? AND item = ? FOR UPDATE";
static const char sql_insert[] =
		"INSERT INTO reassessment (value_x10, class_id, changed_by, changed_at_ms,"
		" school_id, school_year_id, student_id, subject_id, item, version)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, 1)";
static const char sql_update[] =
		"UPDATE reassessment SET value_x10 = ?, class_id = ?, changed_by = ?,"
		" changed_at_ms = ?, version = version + 1 WHERE school_id = ?"
		" AND school_year_id = ? AND student_id = ? AND subject_id = ? AND item = ?"
		" AND version = ?";

static int value_at(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? REASSESS_NONE : (int)db_col_u64(stmt, index);
}

enum err reassess_store_cells(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct reassess_cell *cell, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_cells, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct reassess_cell cell = { db_col_u64(stmt, 0), db_col_u64(stmt, 1),
			(unsigned)db_col_u64(stmt, 2), value_at(stmt, 3),
			(unsigned)db_col_u64(stmt, 4) };
		e = each(&cell, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err reassess_store_open(struct db *db, uint64_t school_id, uint64_t class_id) {
	const struct ledger_chain own = { school_id, class_id, 0 };
	enum err e = ledger_store_lock(db, &own);
	return e ? e : closing_store_check(db, school_id, class_id, 0);
}

/* School, year, student, subject, item. */
static void bind_cell(struct db_stmt *stmt, unsigned index, const struct reassess_change *c) {
	db_bind_u64(stmt, index, c->school_id);
	db_bind_u64(stmt, index + 1, c->year_id);
	db_bind_u64(stmt, index + 2, c->student_id);
	db_bind_u64(stmt, index + 3, c->subject_id);
	db_bind_u64(stmt, index + 4, c->item);
}

struct standing {
	int value;
	unsigned version;
	uint64_t class_id;
};

/* What stands; nothing there leaves it at none and version 0. */
static enum err load_cell(struct db *db, const struct reassess_change *c, struct standing *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_cell, &stmt);
	if (e) {
		return e;
	}
	bind_cell(stmt, 0, c);
	e = db_next(stmt);
	if (e) {
		*out = (struct standing){ REASSESS_NONE, 0, c->class_id };
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	*out = (struct standing){ value_at(stmt, 0), (unsigned)db_col_u64(stmt, 1),
		db_col_u64(stmt, 2) };
	return ERR_OK;
}

static enum err write_cell(struct db *db, const struct reassess_change *c) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, c->version ? sql_update : sql_insert, &stmt);
	if (e) {
		return e;
	}
	if (c->value == REASSESS_NONE) {
		db_bind_null(stmt, 0);
	} else {
		db_bind_u64(stmt, 0, (uint64_t)c->value);
	}
	db_bind_u64(stmt, 1, c->class_id);
	db_bind_u64(stmt, 2, c->person_id);
	db_bind_i64(stmt, 3, c->now_ms);
	bind_cell(stmt, 4, c);
	if (c->version) {
		db_bind_u64(stmt, 9, c->version);
	}
	e = db_exec_one(stmt);
	return e == ERR_EXISTS || e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static uint8_t code_of(int value) {
	return value == REASSESS_NONE ? CELL_NONE : (uint8_t)value;
}

static enum err note(struct db *db, const struct reassess_change *c, int was) {
	const struct ledger_row row = {
		.school_id = c->school_id,
		.class_id = c->class_id,
		.column_id = reassess_column(c->subject_id, c->item),
		.student_id = c->student_id,
		.act = LEDGER_REASSESSED,
		.old_code = code_of(was),
		.new_code = code_of(c->value),
		.person_id = c->person_id,
		.at_ms = c->now_ms,
		.why = str_from(""),
	};
	return ledger_store_add(db, &row);
}

enum err reassess_store_set(struct db *db, const struct reassess_change *change) {
	assert(db_in_transaction(db));
	struct standing was = { REASSESS_NONE, 0, 0 };
	enum err e = said_store_hold_student(
			db, change->school_id, change->class_id, change->student_id);
	e = e ? e : load_cell(db, change, &was);
	if (e || was.value == change->value) {
		return e;
	}
	if (was.version != change->version) {
		return ERR_STALE;
	}
	e = write_cell(db, change);
	e = e ? e
	      : said_store_owe(db, change->school_id, RECORD_OF_REASSESSMENT, change->class_id,
				was.class_id);
	return e ? e : note(db, change, was.value);
}
