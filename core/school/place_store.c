#include "core/school/place_store.h"

static const char sql_add_province[] =
		"INSERT INTO province (id, code, name, valid_from) VALUES (?, ?, ?, ?)";
static const char sql_add_commune[] =
		"INSERT INTO commune (province_id, code, name, valid_from) VALUES (?, ?, ?, ?)";
static const char sql_add_school[] =
		"INSERT INTO school (commune_id, code, name, level, created_at_ms)"
		" VALUES (?, ?, ?, ?, ?)";
static const char sql_provinces[] =
		"SELECT id, code, name FROM province"
		" WHERE valid_from <= ? AND (valid_to IS NULL OR valid_to >= ?) ORDER BY name, id";
static const char sql_province[] = "SELECT code, name FROM province WHERE id = ?";
static const char sql_communes[] =
		"SELECT id, code, name FROM commune WHERE valid_from <= ?"
		" AND (valid_to IS NULL OR valid_to >= ?) AND province_id = ? ORDER BY name, id";

#define SQL_SCHOOL                                                                        \
	"SELECT s.id, s.commune_id, c.province_id, s.level, s.code, s.name FROM school s" \
	" JOIN commune c ON c.id = s.commune_id "

static const char sql_school[] = SQL_SCHOOL "WHERE s.id = ?";
static const char sql_school_by_code[] = SQL_SCHOOL "WHERE s.code = ?";
static const char sql_schools[] = SQL_SCHOOL "WHERE c.province_id = ? ORDER BY s.name, s.id";

enum err place_store_add_province(struct db *db, uint32_t id, struct str code, struct str name,
		struct date valid_from) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_province, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	db_bind_str(stmt, 1, code);
	db_bind_str(stmt, 2, name);
	db_bind_date(stmt, 3, valid_from);
	return db_exec(stmt, NULL);
}

enum err place_store_add_commune(struct db *db, uint32_t province_id, struct str code,
		struct str name, struct date valid_from, uint32_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_commune, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_str(stmt, 1, code);
	db_bind_str(stmt, 2, name);
	db_bind_date(stmt, 3, valid_from);
	e = db_exec(stmt, NULL);
	if (e) {
		return e;
	}
	*out_id = (uint32_t)db_last_id(stmt);
	return ERR_OK;
}

enum err place_store_add_school(
		struct db *db, const struct school *school, int64_t now_ms, uint64_t *out_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_school, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school->commune_id);
	db_bind_text(stmt, 1, school->code);
	db_bind_text(stmt, 2, school->name);
	db_bind_text(stmt, 3, place_level_name(school->level));
	db_bind_i64(stmt, 4, now_ms);
	e = db_exec(stmt, NULL);
	if (e) {
		return e;
	}
	*out_id = db_last_id(stmt);
	return ERR_OK;
}

static enum err each_place(struct db_stmt *stmt,
		enum err (*each)(const struct place_row *row, void *ctx), void *ctx) {
	enum err e;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct place_row row = {
			.id = (uint32_t)db_col_u64(stmt, 0),
			.code = db_col_str(stmt, 1),
			.name = db_col_str(stmt, 2),
		};
		e = each(&row, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err place_store_provinces(struct db *db, struct date on,
		enum err (*each)(const struct place_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_provinces, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, on);
	db_bind_date(stmt, 1, on);
	return each_place(stmt, each, ctx);
}

enum err place_store_communes(struct db *db, uint32_t province_id, struct date on,
		enum err (*each)(const struct place_row *row, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_communes, &stmt);
	if (e) {
		return e;
	}
	db_bind_date(stmt, 0, on);
	db_bind_date(stmt, 1, on);
	db_bind_u64(stmt, 2, province_id);
	return each_place(stmt, each, ctx);
}

static enum err read_school(const struct db_stmt *stmt, struct school *out) {
	struct school school = {
		.id = db_col_u64(stmt, 0),
		.commune_id = (uint32_t)db_col_u64(stmt, 1),
		.province_id = (uint32_t)db_col_u64(stmt, 2),
	};
	if (place_level_parse(db_col_str(stmt, 3), &school.level)) {
		return ERR_CORRUPT;
	}
	enum err e = db_col_copy(stmt, 4, school.code, sizeof(school.code));
	if (!e) {
		e = db_col_copy(stmt, 5, school.name, sizeof(school.name));
	}
	if (e) {
		return e;
	}
	*out = school;
	return ERR_OK;
}

enum err place_store_province(struct db *db, uint32_t id, struct province *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_province, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	struct province place;
	e = db_next(stmt);
	e = e ? e : db_col_copy(stmt, 0, place.code, sizeof(place.code));
	e = e ? e : db_col_copy(stmt, 1, place.name, sizeof(place.name));
	if (!e) {
		*out = place;
	}
	return e;
}

enum err place_store_school(struct db *db, uint64_t id, struct school *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_school, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	e = db_next(stmt);
	return e ? e : read_school(stmt, out);
}

enum err place_store_school_by_code(struct db *db, struct str code, struct school *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_school_by_code, &stmt);
	if (e) {
		return e;
	}
	db_bind_str(stmt, 0, code);
	e = db_next(stmt);
	return e ? e : read_school(stmt, out);
}

enum err place_store_schools(struct db *db, uint32_t province_id,
		enum err (*each)(const struct school *school, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct school school;
		e = read_school(stmt, &school);
		if (!e) {
			e = each(&school, ctx);
		}
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
