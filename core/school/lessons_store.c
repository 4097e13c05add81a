#include "core/school/lessons_store.h"

static const char sql_list[] =
		"SELECT subject_id, grade, lessons_a_year, version FROM subject_load"
		" WHERE school_id = ? AND school_year_id = ? ORDER BY subject_id, grade";
static const char sql_add[] =
		"INSERT INTO subject_load (school_id, school_year_id, subject_id, grade, lessons_a_year)"
		" SELECT y.school_id, y.id, s.id, ?, ? FROM school_year y"
		" JOIN subject s ON s.school_id = y.school_id AND s.id = ?"
		" WHERE y.school_id = ? AND y.id = ?";
static const char sql_change[] =
		"UPDATE subject_load SET lessons_a_year = ?, version = version + 1"
		" WHERE school_id = ? AND school_year_id = ? AND subject_id = ? AND grade = ?"
		" AND version = ?";

enum err lessons_store_list(struct db *db, uint64_t school_id, uint64_t school_year_id,
		enum err (*each)(const struct lessons *lessons, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_list, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, school_year_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct lessons one = { db_col_u64(stmt, 0), (unsigned)db_col_u64(stmt, 1),
			(unsigned)db_col_u64(stmt, 2), (unsigned)db_col_u64(stmt, 3) };
		e = each(&one, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err add(struct db *db, uint64_t school_id, uint64_t school_year_id,
		const struct lessons *one) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, one->grade);
	db_bind_u64(stmt, 1, one->a_year);
	db_bind_u64(stmt, 2, one->subject_id);
	db_bind_u64(stmt, 3, school_id);
	db_bind_u64(stmt, 4, school_year_id);
	e = db_exec_one(stmt);
	return e == ERR_EXISTS ? ERR_STALE : e;
}

static enum err change(struct db *db, uint64_t school_id, uint64_t school_year_id,
		const struct lessons *one) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_change, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, one->a_year);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, school_year_id);
	db_bind_u64(stmt, 3, one->subject_id);
	db_bind_u64(stmt, 4, one->grade);
	db_bind_u64(stmt, 5, one->version);
	e = db_exec_one(stmt);
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

enum err lessons_store_set(struct db *db, uint64_t school_id, uint64_t school_year_id,
		const struct lessons *one) {
	if (one->a_year > CALENDAR_LESSONS_MAX) {
		return ERR_LIMIT;
	}
	return one->version ? change(db, school_id, school_year_id, one)
			    : add(db, school_id, school_year_id, one);
}
