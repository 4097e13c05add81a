/* The part of presence_store.h that looks back: what was changed, and absences over many days. */
#include "gradebook/presence/presence_store.h"

static const char sql_history[] =
		"SELECT t.version, t.at_ms, t.taken_by, p.full_name, h.student_id, h.old_kind,"
		" h.new_kind FROM roll_call_take t JOIN person p ON p.id = t.taken_by"
		" LEFT JOIN (roll_call_change h JOIN student s ON s.id = h.student_id"
		" JOIN person q ON q.id = s.person_id)"
		" ON h.class_id = t.class_id AND h.on_date = t.on_date AND h.session = t.session"
		" AND h.version = t.version"
		" WHERE t.school_id = ? AND t.class_id = ? AND t.on_date = ? AND t.session = ?"
		" ORDER BY t.version, q.sort_given, q.sort_rest, h.student_id";

#define SQL_ABSENCES                                                                       \
	"SELECT a.student_id, a.on_date, a.session, a.kind, a.note, c.name FROM absence a" \
	" JOIN class c ON c.id = a.class_id"
#define SQL_SPAN                                         \
	" a.school_id = ? AND a.on_date BETWEEN ? AND ?" \
	" ORDER BY a.on_date DESC, a.session DESC, a.student_id"

static const char sql_class_absences[] =
		SQL_ABSENCES " JOIN enrolment e ON e.student_id = a.student_id AND e.to_on IS NULL"
			     " WHERE e.class_id = ? AND" SQL_SPAN;
static const char sql_student_absences[] = SQL_ABSENCES " WHERE a.student_id = ? AND" SQL_SPAN;
static const char sql_taken[] =
		"SELECT r.on_date, r.session, r.taken_at_ms, r.taken_by, p.full_name,"
		" COALESCE(SUM(a.kind IN (1, 2)), 0), COALESCE(SUM(a.kind = 3), 0)"
		" FROM roll_call r JOIN person p ON p.id = r.taken_by"
		" LEFT JOIN absence a ON a.class_id = r.class_id AND a.on_date = r.on_date"
		" AND a.session = r.session"
		" WHERE r.class_id = ? AND r.school_id = ? AND r.on_date BETWEEN ? AND ?"
		" GROUP BY r.on_date, r.session, r.taken_at_ms, r.taken_by, p.full_name"
		" ORDER BY r.on_date DESC, r.session DESC";

enum err presence_store_history(struct db *db, const struct presence_call *call,
		enum err (*each)(const struct presence_change *change, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_history, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, call->school_id);
	db_bind_u64(stmt, 1, call->class_id);
	db_bind_date(stmt, 2, call->on);
	db_bind_u64(stmt, 3, call->session);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct presence_change change = {
			.version = (unsigned)db_col_u64(stmt, 0),
			.at_ms = db_col_i64(stmt, 1),
			.person_id = db_col_u64(stmt, 2),
			.person_name = db_col_str(stmt, 3),
			.student_id = db_col_u64(stmt, 4),
		};
		e = presence_kind_from_db(db_col_u64(stmt, 5), &change.old_kind);
		e = e ? e : presence_kind_from_db(db_col_u64(stmt, 6), &change.new_kind);
		e = e ? e : each(&change, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The id, then the span. */
static enum err open_span(struct db *db, const char *sql, const struct presence_span *span,
		uint64_t id, struct db_stmt **out) {
	enum err e = db_prepare(db, sql, out);
	if (e) {
		return e;
	}
	db_bind_u64(*out, 0, id);
	db_bind_u64(*out, 1, span->school_id);
	db_bind_date(*out, 2, span->from);
	db_bind_date(*out, 3, span->to);
	return ERR_OK;
}

static enum err each_absence(struct db_stmt *stmt,
		enum err (*each)(const struct presence_absence *a, void *ctx), void *ctx) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct presence_absence a = {
			.student_id = db_col_u64(stmt, 0),
			.on = db_col_date(stmt, 1),
			.session = (unsigned)db_col_u64(stmt, 2),
			.note = db_col_str(stmt, 4),
			.class_name = db_col_str(stmt, 5),
		};
		e = presence_kind_from_db(db_col_u64(stmt, 3), &a.kind);
		e = e ? e : each(&a, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err presence_store_class_absences(struct db *db, const struct presence_span *span,
		uint64_t class_id, enum err (*each)(const struct presence_absence *a, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = open_span(db, sql_class_absences, span, class_id, &stmt);
	return e ? e : each_absence(stmt, each, ctx);
}

enum err presence_store_student_absences(struct db *db, const struct presence_span *span,
		uint64_t student_id, enum err (*each)(const struct presence_absence *a, void *ctx),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = open_span(db, sql_student_absences, span, student_id, &stmt);
	return e ? e : each_absence(stmt, each, ctx);
}

enum err presence_store_taken(struct db *db, const struct presence_span *span, uint64_t class_id,
		enum err (*each)(const struct presence_taken *taken, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = open_span(db, sql_taken, span, class_id, &stmt);
	if (e) {
		return e;
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct presence_taken taken = {
			.on = db_col_date(stmt, 0),
			.session = (unsigned)db_col_u64(stmt, 1),
			.taken_at_ms = db_col_i64(stmt, 2),
			.taken_by = db_col_u64(stmt, 3),
			.taken_by_name = db_col_str(stmt, 4),
			.away = (unsigned)db_col_u64(stmt, 5),
			.late = (unsigned)db_col_u64(stmt, 6),
		};
		e = each(&taken, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
