#include "core/province/desk_store.h"

#include <stddef.h>

enum { STATE_INVITED = 1, STATE_SUSPENDED = 3 }; /* province_school.state */

static const char sql_schools[] =
		"SELECT s.id, s.code, s.name, s.level, s.commune_code, COALESCE(a.name, f.name, ''), s.state,"
		" s.invited_at_ms, s.enrolled_at_ms, s.last_batch_at_ms, s.heard_at_ms, s.suspended_why,"
		" (SELECT COUNT(*) FROM province_rejection r WHERE r.school_id = s.id),"
		" (SELECT COALESCE(SUM(t.count), 0) FROM desk_tally t WHERE t.school_id = s.id"
		"  AND t.year = '' AND t.measure = 2), a.code IS NULL AND f.code IS NOT NULL"
		" FROM province_school s"
		" LEFT JOIN area a ON a.tier = 2 AND a.code = s.commune_code AND a.valid_to IS NULL"
		/* a former commune by its last name */
		" LEFT JOIN area f ON f.tier = 2 AND f.code = s.commune_code AND f.valid_from ="
		"  (SELECT MAX(g.valid_from) FROM area g WHERE g.tier = 2 AND g.code = s.commune_code)"
		" WHERE s.province_id = ? AND (? = 0 OR s.id = ?)"
		" ORDER BY s.name COLLATE utf8mb4_uca1400_vietnamese_as_ci, s.id LIMIT 5000";

static const char sql_batches[] =
		"SELECT batch_id, number, received_at_ms, records, applied, stale, rejected"
		" FROM incoming WHERE school_id = ? ORDER BY received_at_ms DESC LIMIT 50";

static const char sql_rejections[] =
		"SELECT bang, code, params, phienban, at_ms, idbanghi FROM province_rejection"
		" WHERE school_id = ? ORDER BY at_ms DESC, batch_id, n LIMIT 100";

static const char sql_newest[] =
		"SELECT r.id, r.bang, r.lop, r.hocky, r.sukien, r.phienban, r.thoigiancapnhat_ms,"
		" COALESCE(i.received_at_ms, r.applied_at_ms), r.applied_at_ms, r.batch_id, ''"
		" FROM province_record r"
		" LEFT JOIN incoming i ON i.school_id = r.school_id AND i.batch_id = r.batch_id"
		" WHERE r.school_id = ? ORDER BY r.applied_at_ms DESC, r.id DESC LIMIT 20";

static const char sql_student[] =
		"SELECT r.id, r.bang, r.lop, r.hocky, r.sukien, r.phienban, r.thoigiancapnhat_ms,"
		" COALESCE(i.received_at_ms, r.applied_at_ms), r.applied_at_ms, r.batch_id, r.line"
		" FROM province_record r"
		" LEFT JOIN incoming i ON i.school_id = r.school_id AND i.batch_id = r.batch_id"
		" WHERE r.school_id = ? AND r.hocsinh = ? ORDER BY r.bang, r.idbanghi LIMIT 2000";

static const char sql_exams[] =
		"SELECT s.id, s.name, x.title, COALESCE(d.name, x.subject, ''), x.starts_at_ms,"
		" x.ends_at_ms, x.state, x.sitters, x.sitting_now, x.handed_in,"
		" COALESCE(r.applied_at_ms, 0)"
		" FROM desk_sitting x JOIN province_school s ON s.id = x.school_id"
		" LEFT JOIN desk_subject d ON d.school_id = x.school_id AND d.subject = x.subject"
		/* a sitting's id is hexadecimal: nothing in it is escaped in a record's key */
		" LEFT JOIN province_record r ON r.school_id = x.school_id"
		"  AND r.idbanghi = CONCAT(s.code, '/cathi/', x.sitting)"
		"   COLLATE utf8mb4_nopad_bin"
		" WHERE s.province_id = ? AND ((x.state = 2 AND x.ends_at_ms > ?) OR (x.state = 1 AND x.starts_at_ms <= ?"
		" AND x.ends_at_ms > ?))"
		" ORDER BY x.state DESC, x.starts_at_ms, s.name, x.sitting LIMIT 500";

const char *desk_sign_name(enum desk_sign sign) {
	switch (sign) {
	case DESK_SUSPENDED:
		return "suspended";
	case DESK_SILENT:
		return "silent";
	case DESK_LATE:
		return "late";
	case DESK_REJECTS:
		return "rejects";
	case DESK_INVITED:
		return "invited";
	case DESK_GOOD:
		return "good";
	}
	return "";
}

enum desk_sign desk_school_sign(const struct desk_school *school, int64_t now_ms) {
	int64_t since_ms = school->heard_at_ms > school->enrolled_at_ms ? school->heard_at_ms
									: school->enrolled_at_ms;
	if (school->state == STATE_SUSPENDED) {
		return DESK_SUSPENDED;
	}
	if (school->state == STATE_INVITED) {
		return DESK_INVITED;
	}
	if (now_ms - since_ms >= DESK_SILENT_MS) {
		return DESK_SILENT;
	}
	if (now_ms - since_ms >= DESK_LATE_MS) {
		return DESK_LATE;
	}
	return school->rejected ? DESK_REJECTS : DESK_GOOD;
}

enum err desk_store_schools(struct db *db, uint32_t province_id, uint64_t school_id,
		enum err (*each)(const struct desk_school *school, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_schools, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_u64(stmt, 1, school_id);
	db_bind_u64(stmt, 2, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct desk_school school = {
			.id = db_col_u64(stmt, 0),
			.code = db_col_str(stmt, 1),
			.name = db_col_str(stmt, 2),
			.level = db_col_str(stmt, 3),
			.commune = db_col_str(stmt, 4),
			.commune_name = db_col_str(stmt, 5),
			.state = (unsigned)db_col_u64(stmt, 6),
			.invited_at_ms = db_col_i64(stmt, 7),
			.enrolled_at_ms = db_col_i64(stmt, 8),
			.last_batch_at_ms = db_col_i64(stmt, 9),
			.heard_at_ms = db_col_i64(stmt, 10),
			.suspended_why = db_col_str(stmt, 11),
			.rejected = db_col_u64(stmt, 12),
			.students = db_col_i64(stmt, 13),
			.is_commune_past = db_col_u64(stmt, 14) != 0,
		};
		e = each(&school, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err desk_store_batches(struct db *db, uint64_t school_id,
		enum err (*each)(const struct desk_batch *batch, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_batches, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct desk_batch batch = {
			.number = db_col_u64(stmt, 1),
			.received_at_ms = db_col_i64(stmt, 2),
			.records = (uint32_t)db_col_u64(stmt, 3),
			.applied = (uint32_t)db_col_u64(stmt, 4),
			.stale = (uint32_t)db_col_u64(stmt, 5),
			.rejected = (uint32_t)db_col_u64(stmt, 6),
		};
		e = db_col_bytes(stmt, 0, batch.id, sizeof(batch.id));
		e = e ? e : each(&batch, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err desk_store_rejections(struct db *db, uint64_t school_id,
		enum err (*each)(const struct desk_rejection *rejection, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_rejections, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct desk_rejection rejection = {
			.kind = db_col_str(stmt, 0),
			.code = db_col_str(stmt, 1),
			.params = db_col_str(stmt, 2),
			.version = (uint32_t)db_col_u64(stmt, 3),
			.at_ms = db_col_i64(stmt, 4),
			.key = db_col_str(stmt, 5),
		};
		e = each(&rejection, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* Rows of one of the statements for records, already bound. */
static enum err each_record(struct db_stmt *stmt,
		enum err (*each)(const struct desk_record *record, void *ctx), void *ctx,
		size_t *out_count) {
	enum err e = ERR_OK;
	size_t count = 0;
	while ((e = db_next(stmt)) == ERR_OK) {
		struct desk_record record = {
			.id = db_col_u64(stmt, 0),
			.kind = db_col_str(stmt, 1),
			.class_id = db_col_str(stmt, 2),
			.term = (unsigned)db_col_u64(stmt, 3),
			.event = (unsigned)db_col_u64(stmt, 4),
			.version = (uint32_t)db_col_u64(stmt, 5),
			.changed_at_ms = db_col_i64(stmt, 6),
			.received_at_ms = db_col_i64(stmt, 7),
			.applied_at_ms = db_col_i64(stmt, 8),
			.line = db_col_str(stmt, 10),
		};
		e = db_col_bytes(stmt, 9, record.batch_id, sizeof(record.batch_id));
		e = e ? e : each(&record, ctx);
		if (e) {
			return e;
		}
		count++;
	}
	*out_count = count;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err desk_store_newest(struct db *db, uint64_t school_id,
		enum err (*each)(const struct desk_record *record, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_newest, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	size_t count = 0;
	return each_record(stmt, each, ctx, &count);
}

enum err desk_store_student(struct db *db, uint64_t school_id, struct str student,
		enum err (*each)(const struct desk_record *record, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = student.n ? db_prepare(db, sql_student, &stmt) : ERR_NOT_FOUND;
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_str(stmt, 1, student);
	size_t count = 0;
	e = each_record(stmt, each, ctx, &count);
	return e || count ? e : ERR_NOT_FOUND;
}

enum err desk_store_exams(struct db *db, uint32_t province_id, int64_t now_ms,
		enum err (*each)(const struct desk_exam *exam, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_exams, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, province_id);
	db_bind_i64(stmt, 1, now_ms - DESK_EXAM_AFTER_MS);
	db_bind_i64(stmt, 2, now_ms + DESK_EXAM_AHEAD_MS);
	db_bind_i64(stmt, 3, now_ms);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct desk_exam exam = {
			.school_id = db_col_u64(stmt, 0),
			.school_name = db_col_str(stmt, 1),
			.title = db_col_str(stmt, 2),
			.subject = db_col_str(stmt, 3),
			.starts_at_ms = db_col_i64(stmt, 4),
			.ends_at_ms = db_col_i64(stmt, 5),
			.state = (unsigned)db_col_u64(stmt, 6),
			.sitters = (uint32_t)db_col_u64(stmt, 7),
			.sitting_now = (uint32_t)db_col_u64(stmt, 8),
			.handed_in = (uint32_t)db_col_u64(stmt, 9),
			.told_at_ms = db_col_i64(stmt, 10),
		};
		e = each(&exam, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
