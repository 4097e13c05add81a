#include "gradebook/closing/closing_store.h"

static const char sql_check[] =
		"SELECT is_closed FROM class_closing WHERE school_id = ? AND class_id = ?"
		" AND term_number IN (0, ?) LOCK IN SHARE MODE";
static const char sql_check_grade[] =
		"SELECT k.is_closed FROM class c JOIN class_closing k ON k.class_id = c.id"
		" WHERE c.school_id = ? AND c.school_year_id = ? AND c.grade = ? LOCK IN SHARE MODE";

static enum err any_closed(struct db_stmt *stmt) {
	bool is_closed = false;
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		is_closed = is_closed || db_col_bool(stmt, 0);
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	return is_closed ? ERR_CLOSED : ERR_OK;
}

enum err closing_store_check(
		struct db *db, uint64_t school_id, uint64_t class_id, unsigned term_number) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_check, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	db_bind_u64(stmt, 2, term_number);
	return any_closed(stmt);
}

enum err closing_store_check_grade(
		struct db *db, uint64_t school_id, uint64_t school_year_id, unsigned grade) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_check_grade, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, school_year_id);
	db_bind_u64(stmt, 2, grade);
	return any_closed(stmt);
}
