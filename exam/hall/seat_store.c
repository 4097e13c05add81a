#include "exam/hall/seat_store.h"

#include <stdlib.h>

#include "core/base/grow.h"

static const char sql_class_name[] = "SELECT name FROM class WHERE school_id = ? AND id = ?";
static const char sql_students[] =
		"SELECT s.id, s.person_id, p.full_name, s.code FROM enrolment e"
		" JOIN student s ON s.id = e.student_id AND s.school_id = e.school_id"
		" JOIN person p ON p.id = s.person_id"
		" WHERE e.school_id = ? AND e.class_id = ? AND e.to_on IS NULL AND s.state = 1"
		" ORDER BY e.position, p.sort_given, p.sort_rest, s.id";
static const char sql_teaches[] =
		"SELECT 1 FROM teaching"
		" WHERE school_id = ? AND person_id = ? AND class_id = ? AND subject_id = ?";
static const char sql_has_term[] = "SELECT 1 FROM term WHERE school_id = ? AND id = ?";

void seat_students_finish(struct seat_students *list) {
	for (size_t i = 0; i < list->count; i++) {
		free(list->items[i].full_name);
		free(list->items[i].code);
	}
	free(list->items);
	*list = (struct seat_students){ 0 };
}

enum err seat_store_class_name(struct db *db, uint64_t school_id, uint64_t class_id, char **out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_class_name, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	e = db_next(stmt);
	return e ? e : db_col_dup(stmt, 0, out);
}

static enum err read_student(const struct db_stmt *stmt, struct seat_student *out) {
	out->student_id = db_col_u64(stmt, 0);
	out->person_id = db_col_u64(stmt, 1);
	enum err e = db_col_dup(stmt, 2, &out->full_name);
	return e ? e : db_col_dup(stmt, 3, &out->code);
}

enum err seat_store_students(
		struct db *db, uint64_t school_id, uint64_t class_id, struct seat_students *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(seat_students_finish) struct seat_students list = { 0 };
	_cleanup_(mem_freep) char *name = NULL;
	enum err e = seat_store_class_name(db, school_id, class_id, &name);
	e = e ? e : db_prepare(db, sql_students, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(&list, SEAT_STORE_STUDENTS_MAX);
		if (e) {
			return e;
		}
		list.count++; /* what is read of it is freed with the list */
		e = read_student(stmt, &list.items[list.count - 1]);
		if (e) {
			return e;
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out = list;
	list = (struct seat_students){ 0 };
	return ERR_OK;
}

enum err seat_store_teaches(struct db *db, uint64_t school_id, uint64_t person_id,
		uint64_t class_id, uint64_t subject_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_teaches, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, person_id);
	db_bind_u64(stmt, 2, class_id);
	db_bind_u64(stmt, 3, subject_id);
	return db_next(stmt);
}

enum err seat_store_has_term(struct db *db, uint64_t school_id, uint64_t term_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_has_term, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_u64(stmt, 1, term_id);
	return db_next(stmt);
}
