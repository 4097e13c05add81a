#include "gradebook/marks/said_store.h"

static const char sql_is_in[] =
		"SELECT 1 FROM enrolment WHERE school_id = ? AND class_id = ? AND student_id = ?"
		" AND to_on IS NULL LOCK IN SHARE MODE";

enum err said_store_hold_student(
		struct db *db, uint64_t school_id, uint64_t class_id, uint64_t student_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_is_in, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	db_bind_u64(stmt, 2, student_id);
	return db_next(stmt);
}

enum err said_store_owe(struct db *db, uint64_t school_id, enum record_topic topic,
		uint64_t class_id, uint64_t class_before) {
	const struct record_scope scope = { .class_id = class_id };
	const struct record_scope before = { .class_id = class_before };
	enum err e = outbox_owe(db, school_id, topic, &scope);
	return e || class_before == class_id ? e : outbox_owe(db, school_id, topic, &before);
}
