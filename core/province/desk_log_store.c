#include "core/province/desk_log_store.h"

static const char sql_each[] =
		"SELECT a.id, a.at_ms, a.person_id, p.full_name, a.action, s.id, s.name, a.detail"
		" FROM audit a LEFT JOIN person p ON p.id = a.person_id"
		" LEFT JOIN province_school s ON a.subject = 'province_school'"
		"  AND s.id = CAST(a.subject_id AS UNSIGNED) AND s.province_id = a.province_id"
		" WHERE a.province_id = ? AND (? = '' OR a.action = ?) AND (? = 0 OR s.id = ?)"
		" AND (? = 0 OR a.id < ?) ORDER BY a.id DESC LIMIT ?";

enum err desk_log_store_each(struct db *db, const struct desk_log_ask *ask,
		enum err (*each)(const struct desk_log_row *row, void *ctx), void *ctx) {
	if (ask->limit > DESK_LOG_PAGE_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, ask->province_id);
	db_bind_str(stmt, 1, ask->action);
	db_bind_str(stmt, 2, ask->action);
	db_bind_u64(stmt, 3, ask->school_id);
	db_bind_u64(stmt, 4, ask->school_id);
	db_bind_u64(stmt, 5, ask->before);
	db_bind_u64(stmt, 6, ask->before);
	db_bind_u64(stmt, 7, ask->limit);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct desk_log_row row = {
			.id = db_col_u64(stmt, 0),
			.at_ms = db_col_i64(stmt, 1),
			.person_id = db_col_u64(stmt, 2),
			.person_name = db_col_str(stmt, 3),
			.action = db_col_str(stmt, 4),
			.school_id = db_col_u64(stmt, 5),
			.school_name = db_col_str(stmt, 6),
			.detail = db_col_str(stmt, 7),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
