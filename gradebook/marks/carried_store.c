#include "gradebook/marks/carried_store.h"

/* Nobody is in two classes of a year at once, so that those left before are the former ones. */
#define SQL_FROM_FORMER                                                                 \
	" FROM enrolment e JOIN class here ON here.id = e.class_id"                     \
	" JOIN enrolment o ON o.student_id = e.student_id AND o.class_id <> e.class_id" \
	" AND o.to_on IS NOT NULL AND (e.to_on IS NULL OR o.to_on < e.to_on"            \
	"  OR (o.to_on = e.to_on AND o.from_on < e.from_on))"                           \
	" JOIN class c ON c.id = o.class_id AND c.school_year_id = here.school_year_id" \
	" JOIN mark_column k ON k.class_id = c.id"                                      \
	" JOIN mark m ON m.column_id = k.id AND m.student_id = e.student_id"            \
	" AND m.value_x10 IS NOT NULL AND m.state = 1"
static const char sql_carried[] =
		"SELECT m.student_id, k.subject_id, k.term_id, k.kind, k.position, m.value_x10,"
		" m.is_makeup, c.id, c.name" SQL_FROM_FORMER
		" WHERE e.school_id = ? AND e.class_id = ?"
		" AND IF(? = 0, e.to_on IS NULL, e.student_id = ?)"
		" AND (? = 0 OR k.subject_id = ?) AND (? = 0 OR k.term_id = ?)"
		" AND (? = 0 OR k.published_at_ms IS NOT NULL)"
		" ORDER BY o.to_on, o.from_on, o.class_id, m.student_id, k.kind, k.position";
static const char sql_places[] =
		"SELECT DISTINCT e.class_id, e.student_id, k.subject_id, k.term_id, k.kind,"
		" k.position" SQL_FROM_FORMER
		" WHERE here.school_id = ? AND here.school_year_id = ? AND e.to_on IS NULL"
		" AND NOT EXISTS (SELECT 1 FROM mark_column own JOIN mark x ON x.column_id = own.id"
		"  AND x.student_id = e.student_id WHERE own.class_id = e.class_id"
		"  AND own.subject_id = k.subject_id AND own.term_id = k.term_id"
		"  AND own.kind = k.kind AND own.position = k.position"
		"  AND (x.state = 2 OR x.value_x10 IS NOT NULL))";

enum err carried_store_list(struct db *db, const struct carried_wanted *wanted,
		enum err (*each)(const struct carried *mark, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_carried, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, wanted->school_id);
	db_bind_u64(stmt, 1, wanted->class_id);
	db_bind_u64(stmt, 2, wanted->student_id);
	db_bind_u64(stmt, 3, wanted->student_id);
	db_bind_u64(stmt, 4, wanted->subject_id);
	db_bind_u64(stmt, 5, wanted->subject_id);
	db_bind_u64(stmt, 6, wanted->term_id);
	db_bind_u64(stmt, 7, wanted->term_id);
	db_bind_bool(stmt, 8, wanted->is_for_family);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct carried c = {
			.student_id = db_col_u64(stmt, 0),
			.subject_id = db_col_u64(stmt, 1),
			.term_id = db_col_u64(stmt, 2),
			.cell = { .position = (unsigned)db_col_u64(stmt, 4),
					.value_x10 = (int)db_col_u64(stmt, 5) },
			.is_makeup = db_col_bool(stmt, 6),
			.class_id = db_col_u64(stmt, 7),
			.class_name = db_col_str(stmt, 8),
		};
		e = mark_kind_from_db(db_col_u64(stmt, 3), &c.cell.kind);
		e = e ? e : each(&c, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err carried_store_places(struct db *db, uint64_t school_id, uint64_t year_id,
		enum err (*each)(const struct carried_place *place, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_places, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, year_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct carried_place place = {
			.class_id = db_col_u64(stmt, 0),
			.student_id = db_col_u64(stmt, 1),
			.subject_id = db_col_u64(stmt, 2),
			.term_id = db_col_u64(stmt, 3),
			.position = (unsigned)db_col_u64(stmt, 5),
		};
		e = mark_kind_from_db(db_col_u64(stmt, 4), &place.kind);
		e = e ? e : each(&place, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
