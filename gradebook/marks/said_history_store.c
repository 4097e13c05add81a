#include "gradebook/marks/said_history_store.h"

#include "gradebook/marks/cell.h"

static const char sql_was_in[] =
		"SELECT 1 FROM enrolment WHERE school_id = ? AND class_id = ? AND student_id = ?"
		" LIMIT 1";
/* Who comes back to a class is enrolled in it twice. */
static const char sql_history[] =
		"SELECT l.old_x10, l.new_x10, l.why, l.person_id, COALESCE(p.full_name, ''), l.at_ms"
		" FROM (SELECT DISTINCT e.class_id FROM class own"
		"  JOIN enrolment e ON e.school_id = own.school_id AND e.student_id = ?"
		"  JOIN class c ON c.id = e.class_id AND c.school_year_id = own.school_year_id"
		"  WHERE own.school_id = ? AND own.id = ?) k"
		" JOIN mark_ledger l ON l.class_id = k.class_id AND l.subject_id = 0"
		" AND l.school_id = ? AND l.act = ? AND l.column_id = ? AND l.student_id = ?"
		" LEFT JOIN person p ON p.id = l.person_id ORDER BY l.at_ms, l.class_id, l.number";

static enum err check_student(struct db *db, const struct said_place *place) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_was_in, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->school_id);
	db_bind_u64(stmt, 1, place->class_id);
	db_bind_u64(stmt, 2, place->student_id);
	return db_next(stmt);
}

static uint8_t code_of(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? CELL_NONE : (uint8_t)db_col_u64(stmt, index);
}

enum err said_history_store_load(
		struct db *db, const struct said_place *place, const struct said_each *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = check_student(db, place);
	e = e ? e : db_prepare(db, sql_history, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, place->student_id);
	db_bind_u64(stmt, 1, place->school_id);
	db_bind_u64(stmt, 2, place->class_id);
	db_bind_u64(stmt, 3, place->school_id);
	db_bind_u64(stmt, 4, place->act);
	db_bind_u64(stmt, 5, place->column_id);
	db_bind_u64(stmt, 6, place->student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct said_row row = { .old_code = code_of(stmt, 0),
			.new_code = code_of(stmt, 1),
			.why = db_col_str(stmt, 2),
			.person_id = db_col_u64(stmt, 3),
			.person_name = db_col_str(stmt, 4),
			.at_ms = db_col_i64(stmt, 5) };
		e = to->said(&row, to->ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
