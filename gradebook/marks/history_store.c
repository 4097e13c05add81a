#include "gradebook/marks/history_store.h"

/* Of other acts column_id is no column (ledger.h). A request that was approved (2) stands at the
 * time of the row that it made. */
static const char sql[] =
		"SELECT l.number, l.student_id, l.act, l.old_x10, l.new_x10, l.why, l.person_id,"
		" p.full_name, l.approved_by, COALESCE(a.full_name, ''), l.at_ms, l.ref,"
		" COALESCE((SELECT MAX(r.id) FROM mark_request r WHERE r.column_id = l.column_id"
		"  AND r.student_id = l.student_id AND r.state = 2 AND r.decided_by = l.approved_by"
		"  AND r.decided_at_ms = l.at_ms), 0)"
		" FROM mark_ledger l LEFT JOIN person p ON p.id = l.person_id"
		" LEFT JOIN person a ON a.id = l.approved_by"
		" WHERE l.school_id = ? AND l.class_id = ? AND l.subject_id = ?"
		" AND l.act IN (1, 2, 3, 4, 5, 8) AND l.column_id = ?"
		" AND (l.student_id = ? OR (l.student_id = 0 AND EXISTS"
		" (SELECT 1 FROM enrolment e WHERE e.class_id = l.class_id AND e.student_id = ?)))"
		" ORDER BY l.number";

static uint8_t code_of(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? CELL_NONE : (uint8_t)db_col_u64(stmt, index);
}

static enum err read_row(const struct db_stmt *stmt, const struct mark_column *column,
		struct history_row *out) {
	*out = (struct history_row){ .row = { .school_id = column->place.school_id,
						     .class_id = column->place.class_id,
						     .subject_id = column->place.subject_id,
						     .number = (uint32_t)db_col_u64(stmt, 0),
						     .column_id = column->id,
						     .student_id = db_col_u64(stmt, 1),
						     .act = (enum ledger_act)db_col_u64(stmt, 2),
						     .old_code = code_of(stmt, 3),
						     .new_code = code_of(stmt, 4),
						     .why = db_col_str(stmt, 5),
						     .person_id = db_col_u64(stmt, 6),
						     .approved_by = db_col_u64(stmt, 8),
						     .has_ref = !db_col_is_null(stmt, 11),
						     .at_ms = db_col_i64(stmt, 10) },
		.person_name = db_col_str(stmt, 7),
		.approver_name = db_col_str(stmt, 9),
		.request_id = db_col_u64(stmt, 12) };
	return out->row.has_ref ? db_col_bytes(stmt, 11, out->row.ref, LEDGER_REF_BYTES) : ERR_OK;
}

enum err history_store_cell(struct db *db, const struct mark_column *column, uint64_t student_id,
		const struct history_each *to) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, column->place.school_id);
	db_bind_u64(stmt, 1, column->place.class_id);
	db_bind_u64(stmt, 2, column->place.subject_id);
	db_bind_u64(stmt, 3, column->id);
	db_bind_u64(stmt, 4, student_id);
	db_bind_u64(stmt, 5, student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct history_row row;
		e = read_row(stmt, column, &row);
		e = e ? e : to->row(&row, to->ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
