#include "gradebook/family/news_store.h"

/* mark.state: 1 a value, 2 to be made up. */

#define SQL_MARK                                                                              \
	"SELECT s.name, s.kind, k.kind, k.position, t.number, m.value_x10,"                   \
	" GREATEST(k.published_at_ms, m.changed_at_ms) AS at_ms, c.grade,"                    \
	" y.code"                                                                             \
	" FROM mark m JOIN mark_column k ON k.id = m.column_id AND k.school_id = m.school_id" \
	" JOIN subject s ON s.id = k.subject_id JOIN term t ON t.id = k.term_id"              \
	" JOIN class c ON c.id = k.class_id JOIN school_year y ON y.id = c.school_year_id"    \
	" WHERE m.school_id = ? AND m.student_id = ? AND k.published_at_ms IS NOT NULL"
#define SQL_MARK_ORDER " ORDER BY at_ms DESC, s.name, k.kind, k.position LIMIT 60"

static const char sql_marks[] =
		SQL_MARK " AND m.value_x10 IS NOT NULL"
			 " AND GREATEST(k.published_at_ms, m.changed_at_ms) >= ?" SQL_MARK_ORDER;
static const char sql_to_make_up[] = SQL_MARK
		" AND m.state = 2 AND EXISTS (SELECT 1 FROM enrolment e WHERE e.class_id = k.class_id"
		"  AND e.student_id = m.student_id AND e.to_on IS NULL)"
		" AND NOT EXISTS (SELECT 1 FROM class_closing d WHERE d.class_id = k.class_id"
		"  AND d.term_number IN (0, t.number) AND d.is_closed = 1)" SQL_MARK_ORDER;
static const char sql_remarks[] =
		"SELECT y.code, COALESCE(s.name, ''), t.number, r.text, p.full_name, r.changed_at_ms"
		" FROM remark r JOIN term t ON t.id = r.term_id"
		" JOIN school_year y ON y.id = t.school_year_id"
		" JOIN person p ON p.id = r.changed_by"
		" LEFT JOIN subject s ON s.id = r.subject_id AND s.school_id = r.school_id"
		" WHERE r.school_id = ? AND r.student_id = ? AND r.text <> '' AND r.changed_at_ms >= ?"
		" ORDER BY y.starts_on DESC, t.number DESC, r.subject_id <> 0, s.position, s.name,"
		" r.subject_id LIMIT 60";
static const char sql_closed[] =
		"SELECT y.code, c.class_id, c.term_number, c.changed_at_ms FROM class_closing c"
		" JOIN class k ON k.id = c.class_id JOIN school_year y ON y.id = k.school_year_id"
		" WHERE c.school_id = ? AND c.is_closed = 1 AND c.changed_at_ms >= ?"
		" AND c.class_id IN (SELECT e.class_id FROM enrolment e WHERE e.student_id = ?"
		"  AND e.school_id = c.school_id AND e.to_on IS NULL)"
		" ORDER BY c.changed_at_ms DESC LIMIT 60";

static enum err read_mark(const struct db_stmt *stmt, struct news_mark *out) {
	*out = (struct news_mark){ .subject_name = db_col_str(stmt, 0),
		.position = (unsigned)db_col_u64(stmt, 3),
		.term = (unsigned)db_col_u64(stmt, 4),
		.value_x10 = db_col_is_null(stmt, 5) ? MARK_NONE : (int)db_col_u64(stmt, 5),
		.at_ms = db_col_i64(stmt, 6) };
	int year = 0;
	const struct primary_pack *primary = NULL;
	out->is_primary = !pack_parse_year(db_col_str(stmt, 8), &year) &&
			!pack_find_primary((unsigned)db_col_u64(stmt, 7), year, &primary);
	enum err e = mark_subject_from_db(db_col_u64(stmt, 1), &out->subject);
	return e ? e : mark_kind_from_db(db_col_u64(stmt, 2), &out->kind);
}

/* Runs a query whose values are bound. */
static enum err each_mark(struct db_stmt *stmt,
		enum err (*each)(const struct news_mark *mark, void *ctx), void *ctx) {
	enum err e;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct news_mark mark;
		e = read_mark(stmt, &mark);
		e = e ? e : each(&mark, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err news_store_marks(struct db *db, uint64_t school_id, uint64_t student_id, int64_t since_ms,
		enum err (*each)(const struct news_mark *mark, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_marks, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	db_bind_i64(stmt, 2, since_ms);
	return each_mark(stmt, each, ctx);
}

enum err news_store_to_make_up(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct news_mark *mark, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_to_make_up, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	return each_mark(stmt, each, ctx);
}

enum err news_store_remarks(struct db *db, uint64_t school_id, uint64_t student_id,
		int64_t since_ms, enum err (*each)(const struct news_remark *remark, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_remarks, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, student_id);
	db_bind_i64(stmt, 2, since_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct news_remark remark = {
			.year = db_col_str(stmt, 0),
			.subject_name = db_col_str(stmt, 1),
			.term = (unsigned)db_col_u64(stmt, 2),
			.text = db_col_str(stmt, 3),
			.writer_name = db_col_str(stmt, 4),
			.at_ms = db_col_i64(stmt, 5),
		};
		e = each(&remark, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err news_store_closed(struct db *db, uint64_t school_id, uint64_t student_id, int64_t since_ms,
		enum err (*each)(const struct news_closed *closed, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_closed, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_i64(stmt, 1, since_ms);
	db_bind_u64(stmt, 2, student_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct news_closed closed = {
			.year = db_col_str(stmt, 0),
			.class_id = db_col_u64(stmt, 1),
			.scope = (unsigned)db_col_u64(stmt, 2),
			.at_ms = db_col_i64(stmt, 3),
		};
		e = each(&closed, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
