#include "core/province/area_store.h"

#include <string.h>

#define SQL_AREA "SELECT code, name, parent_code, valid_from, valid_to FROM area WHERE tier = ?"
#define SQL_ON " AND valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?)"

static const char sql_find[] = SQL_AREA SQL_ON " AND code = ?";
static const char sql_each[] = SQL_AREA SQL_ON " AND parent_code = ? ORDER BY code";
/* A change counts when it came after `then`; each step goes on behind the day of the one before. */
static const char sql_became[] =
		"WITH RECURSIVE way (code, day) AS (SELECT CAST(? AS CHAR(8) CHARACTER SET utf8mb4)"
		"  COLLATE utf8mb4_bin, CAST(? AS DATE) UNION"
		"  SELECT c.new_code, c.on_day FROM way w JOIN area_change c ON c.tier = ?"
		"  AND c.old_code = w.code AND c.on_day > w.day AND c.on_day <= ?)"
		" SELECT a.code, a.name, a.parent_code, a.valid_from, a.valid_to FROM area a"
		" WHERE a.tier = ? AND a.valid_from <= ? AND (a.valid_to IS NULL OR a.valid_to >= ?)"
		" AND EXISTS (SELECT 1 FROM way w WHERE w.code = a.code AND (w.day >= a.valid_from"
		"  OR w.day = ?)) ORDER BY a.code";
#define SQL_OF_PROVINCE                                                               \
	" IN (SELECT p.code FROM province p WHERE p.id = ? UNION SELECT c.old_code"   \
	" FROM area_change c JOIN province p ON p.code = c.new_code WHERE c.tier = 1" \
	" AND p.id = ?)"
static const char sql_around[] =
		"SELECT code, name, parent_code, valid_from, valid_to, tier FROM area WHERE tier = 1"
		" OR parent_code" SQL_OF_PROVINCE " ORDER BY tier, code, valid_from";
static const char sql_changes[] =
		"SELECT c.tier, c.old_code, c.new_code, c.on_day FROM area_change c WHERE c.tier = 1"
		" OR c.new_code IN (SELECT a.code FROM area a WHERE a.tier = 2 AND a.parent_code" SQL_OF_PROVINCE
		") ORDER BY c.tier, c.on_day, c.old_code, c.new_code";
static const char sql_put[] =
		"INSERT INTO area (tier, code, valid_from, valid_to, name, parent_code)"
		" VALUES (?, ?, ?, ?, ?, ?) ON DUPLICATE KEY UPDATE valid_to = VALUES(valid_to),"
		" name = VALUES(name), parent_code = VALUES(parent_code)";
static const char sql_put_change[] =
		"INSERT IGNORE INTO area_change (tier, old_code, new_code, on_day) VALUES (?, ?, ?, ?)";

static enum err read_area(const struct db_stmt *row, struct area *out) {
	struct area a = { .from = db_col_date(row, 3), .to = db_col_date(row, 4) };
	enum err e = db_col_copy(row, 0, a.code, sizeof(a.code));
	e = e ? e : db_col_copy(row, 1, a.name, sizeof(a.name));
	e = e ? e : db_col_copy(row, 2, a.parent, sizeof(a.parent));
	if (!e) {
		*out = a;
	}
	return e;
}

static enum err give_each(struct db_stmt *stmt,
		enum err (*each)(const struct area *area, void *ctx), void *ctx) {
	enum err e;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct area a;
		e = read_area(stmt, &a);
		e = e ? e : each(&a, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err area_store_find(struct db *db, enum area_tier tier, struct str code, struct date on,
		struct area *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_find, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, tier);
	db_bind_date(stmt, 1, on);
	db_bind_date(stmt, 2, on);
	db_bind_str(stmt, 3, code);
	e = db_next(stmt);
	return e ? e : read_area(stmt, out);
}

enum err area_store_each(struct db *db, enum area_tier tier, struct str parent, struct date on,
		enum err (*each)(const struct area *area, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, tier);
	db_bind_date(stmt, 1, on);
	db_bind_date(stmt, 2, on);
	db_bind_str(stmt, 3, parent);
	return give_each(stmt, each, ctx);
}

enum err area_store_became(struct db *db, enum area_tier tier, struct str code, struct date then,
		struct date on, enum err (*each)(const struct area *area, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_became, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, code);
	db_bind_date(stmt, 1, then);
	db_bind_u64(stmt, 2, tier);
	db_bind_date(stmt, 3, on);
	db_bind_u64(stmt, 4, tier);
	db_bind_date(stmt, 5, on);
	db_bind_date(stmt, 6, on);
	db_bind_date(stmt, 7, then);
	return give_each(stmt, each, ctx);
}

enum err area_store_around(struct db *db, uint32_t province_id,
		enum err (*each)(enum area_tier tier, const struct area *area, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_around, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_u64(stmt, 1, province_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct area a;
		e = read_area(stmt, &a);
		e = e ? e : each((enum area_tier)db_col_u64(stmt, 5), &a, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err area_store_changes(struct db *db, uint32_t province_id,
		enum err (*each)(const struct area_change *change, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_changes, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_u64(stmt, 1, province_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct area_change change = { (enum area_tier)db_col_u64(stmt, 0),
			db_col_str(stmt, 1), db_col_str(stmt, 2), db_col_date(stmt, 3) };
		e = each(&change, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- a list ---- */

static enum err put_row(struct db_stmt *stmt, const struct area_row *row) {
	db_bind_u64(stmt, 0, AREA_COMMUNE);
	db_bind_str(stmt, 1, row->code);
	db_bind_date(stmt, 2, row->from);
	db_bind_date(stmt, 3, row->to);
	db_bind_str(stmt, 4, row->name);
	db_bind_str(stmt, 5, row->province);
	return db_exec(stmt, NULL);
}

static enum err put_former(struct db_stmt *stmt, const struct area_row *row) {
	struct str former = row->former;
	struct str old = { NULL, 0 };
	enum err e = ERR_OK;
	while (!e && area_former_next(&former, &old)) {
		db_bind_u64(stmt, 0, AREA_COMMUNE);
		db_bind_str(stmt, 1, old);
		db_bind_str(stmt, 2, row->code);
		db_bind_date(stmt, 3, row->from);
		e = db_exec(stmt, NULL);
	}
	return e;
}

struct import {
	const struct area_list *list;
	size_t at; /* the row under way */
};

static enum err run_import(struct db *db, void *ctx) {
	struct import *im = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *put = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *change = NULL;
	enum err e = db_prepare(db, sql_put, &put);
	e = e ? e : db_prepare(db, sql_put_change, &change);
	for (im->at = 0; im->at < im->list->count && !e; im->at++) {
		const struct area_row *row = &im->list->items[im->at];
		struct area province;
		e = area_store_find(db, AREA_PROVINCE, row->province, row->from, &province);
		e = e ? e : put_row(put, row);
		e = e ? e : put_former(change, row);
	}
	return e;
}

enum err area_store_import(struct db *db, const struct area_list *list, size_t *out_row) {
	struct import im = { .list = list };
	enum err e = db_transact(db, run_import, &im);
	if (e == ERR_NOT_FOUND) {
		*out_row = im.at;
	}
	return e;
}
