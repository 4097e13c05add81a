#include "gradebook/marks/mark_told_store.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/notice/notice_store.h"

static const char sql_subject[] =
		"SELECT s.name FROM mark_column k JOIN subject s ON s.id = k.subject_id"
		" WHERE k.school_id = ? AND k.id = ? AND k.published_at_ms IS NOT NULL";
static const char sql_students[] = "SELECT student_id FROM mark WHERE school_id = ?"
				   " AND column_id = ? AND value_x10 IS NOT NULL";
static const char sql_request[] =
		"SELECT r.asked_by, CONCAT(s.name, ', ', c.name) FROM mark_request r"
		" JOIN mark_column k ON k.id = r.column_id JOIN subject s ON s.id = k.subject_id"
		" JOIN class c ON c.id = k.class_id WHERE r.school_id = ? AND r.id = ?";

static enum err prepare(struct db *db, const char *sql, uint64_t school_id, uint64_t id,
		struct db_stmt **out) {
	enum err e = db_prepare(db, sql, out);
	if (!e) {
		db_bind_u64(*out, 0, school_id);
		db_bind_u64(*out, 1, id);
	}
	return e;
}

enum err mark_told_store_column(
		struct db *db, uint64_t school_id, uint64_t column_id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *subject = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *students = NULL;
	char name[NOTICE_EVENT_BYTES];
	enum err e = prepare(db, sql_subject, school_id, column_id, &subject);
	e = e ? e : prepare(db, sql_students, school_id, column_id, &students);
	e = e ? e : db_next(subject);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	(void)snprintf(name, sizeof(name), "marks:%" PRIu64, column_id); /* fits */
	struct notice_event event = { .school_id = school_id,
		.kind = NOTICE_MARKS,
		.name = name,
		.about = db_col_str(subject, 0),
		.at_ms = now_ms };
	return notice_store_families(db, &event, students);
}

enum err mark_told_store_request(struct db *db, uint64_t school_id, uint64_t request_id,
		bool is_approved, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	char name[NOTICE_EVENT_BYTES];
	enum err e = prepare(db, sql_request, school_id, request_id, &stmt);
	e = e ? e : db_next(stmt);
	if (e) {
		return e;
	}
	(void)snprintf(name, sizeof(name), "request:%" PRIu64, request_id); /* fits */
	struct notice_event event = { .school_id = school_id,
		.kind = is_approved ? NOTICE_APPROVED : NOTICE_REFUSED,
		.name = name,
		.about = db_col_str(stmt, 1),
		.at_ms = now_ms };
	e = notice_store_person(db, &event, db_col_u64(stmt, 0));
	return e ? e : notice_store_queue(db, &event);
}
