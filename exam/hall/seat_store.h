#ifndef EXAM_HALL_SEAT_STORE_H
#define EXAM_HALL_SEAT_STORE_H

/*
 * What the hall reads of the school when seats are dealt: classes, their students, who teaches
 * them. Guarded by the school. Changes nothing.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"

enum { SEAT_STORE_STUDENTS_MAX = 3000 };

struct seat_student {
	uint64_t student_id;
	uint64_t person_id;
	char *full_name;
	char *code;
};

struct seat_students {
	struct seat_student *items;
	size_t count;
	size_t cap;
};

void seat_students_finish(struct seat_students *list);

/* The students of a class in force, by their number in the class list. ERR_NOT_FOUND when there is
 * no such class in the school. */
enum err seat_store_students(struct db *db, uint64_t school_id, uint64_t class_id,
		struct seat_students *out) MUST_CHECK;
/* ERR_NOT_FOUND. The caller frees *out. */
enum err seat_store_class_name(
		struct db *db, uint64_t school_id, uint64_t class_id, char **out) MUST_CHECK;
/* ERR_OK when the person teaches the subject to the class, else ERR_NOT_FOUND. */
enum err seat_store_teaches(struct db *db, uint64_t school_id, uint64_t person_id,
		uint64_t class_id, uint64_t subject_id) MUST_CHECK;
/* ERR_OK when the term is one of the school, else ERR_NOT_FOUND. */
enum err seat_store_has_term(struct db *db, uint64_t school_id, uint64_t term_id) MUST_CHECK;

#endif
