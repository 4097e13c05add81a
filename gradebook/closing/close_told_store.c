#include "gradebook/closing/close_told_store.h"

#include <assert.h>
#include <inttypes.h>
#include <stdio.h>

#include "core/notice/notice_store.h"

static const char sql_class[] = "SELECT name FROM class WHERE school_id = ? AND id = ?";
static const char sql_students[] = "SELECT student_id FROM student_result WHERE school_id = ?"
				   " AND class_id = ? AND term_number = ? AND closed_at_ms = ?";

static enum notice_kind kind_of(unsigned term_number) {
	static const enum notice_kind kinds[] = { NOTICE_RESULT, NOTICE_RESULT_1, NOTICE_RESULT_2 };
	assert(term_number < sizeof(kinds) / sizeof(kinds[0]));
	return kinds[term_number];
}

enum err close_told_store_families(struct db *db, const struct close_told *told) {
	_cleanup_(db_stmt_freep) struct db_stmt *class = NULL;
	_cleanup_(db_stmt_freep) struct db_stmt *students = NULL;
	char name[NOTICE_EVENT_BYTES];
	enum err e = db_prepare(db, sql_class, &class);
	e = e ? e : db_prepare(db, sql_students, &students);
	if (e) {
		return e;
	}
	db_bind_u64(class, 0, told->school_id);
	db_bind_u64(class, 1, told->class_id);
	e = db_next(class);
	if (e) {
		return e;
	}
	(void)snprintf(name, sizeof(name), "closing:%" PRIu64 ":%u:%u", told->class_id,
			told->term_number, told->version); /* fits */
	struct notice_event event = { .school_id = told->school_id,
		.kind = kind_of(told->term_number),
		.name = name,
		.about = db_col_str(class, 0),
		.at_ms = told->now_ms };
	db_bind_u64(students, 0, told->school_id);
	db_bind_u64(students, 1, told->class_id);
	db_bind_u64(students, 2, told->term_number);
	db_bind_i64(students, 3, told->now_ms);
	return notice_store_families(db, &event, students);
}
