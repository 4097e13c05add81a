#include "core/school/audit_store.h"

static const char sql_add[] =
		"INSERT INTO audit (school_id, province_id, at_ms, person_id, action, subject, subject_id,"
		" detail, address) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
#define SQL_PAGE                                                                          \
	"SELECT a.id, a.at_ms, a.person_id, a.action, a.subject, a.subject_id, a.detail," \
	" a.address, p.full_name FROM audit a LEFT JOIN person p ON p.id = a.person_id"   \
	" WHERE a.school_id = ?"

/* By time and then number, which is the order of the key; a page begins behind a row. */
static const char sql_first_page[] = SQL_PAGE " ORDER BY a.at_ms DESC, a.id DESC LIMIT ?";
static const char sql_next_page[] =
		SQL_PAGE " AND a.at_ms <= (SELECT b.at_ms FROM audit b WHERE b.id = ?"
			 " AND b.school_id = ?) AND (a.id < ? OR a.at_ms <"
			 " (SELECT b.at_ms FROM audit b WHERE b.id = ? AND b.school_id = ?))"
			 " ORDER BY a.at_ms DESC, a.id DESC LIMIT ?";

enum err audit_store_add(struct db *db, const struct audit_entry *entry) {
	if (entry->detail.n > AUDIT_DETAIL_BYTES_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_id_or_null(stmt, 0, entry->school_id);
	db_bind_id_or_null(stmt, 1, entry->province_id);
	db_bind_i64(stmt, 2, entry->at_ms);
	db_bind_id_or_null(stmt, 3, entry->person_id);
	db_bind_str(stmt, 4, entry->action);
	db_bind_str(stmt, 5, entry->subject);
	db_bind_str(stmt, 6, entry->subject_id);
	db_bind_str(stmt, 7, entry->detail.n > 0 ? entry->detail : str_from("{}"));
	db_bind_str(stmt, 8, entry->address);
	return db_exec(stmt, NULL);
}

enum err audit_store_page(struct db *db, uint64_t school_id, uint64_t before, unsigned limit,
		enum err (*each)(const struct audit_entry *entry, void *ctx), void *ctx) {
	if (limit > AUDIT_PAGE_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, before ? sql_next_page : sql_first_page, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	if (before) {
		db_bind_u64(stmt, 1, before);
		db_bind_u64(stmt, 2, school_id);
		db_bind_u64(stmt, 3, before);
		db_bind_u64(stmt, 4, before);
		db_bind_u64(stmt, 5, school_id);
	}
	db_bind_u64(stmt, before ? 6 : 1, limit);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct audit_entry entry = {
			.id = db_col_u64(stmt, 0),
			.school_id = school_id,
			.at_ms = db_col_i64(stmt, 1),
			.person_id = db_col_u64(stmt, 2),
			.action = db_col_str(stmt, 3),
			.subject = db_col_str(stmt, 4),
			.subject_id = db_col_str(stmt, 5),
			.detail = db_col_str(stmt, 6),
			.address = db_col_str(stmt, 7),
			.person_name = db_col_str(stmt, 8),
		};
		e = each(&entry, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
