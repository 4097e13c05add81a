#ifndef TESTS_EXAM_WORLD_H
#define TESTS_EXAM_WORLD_H

/*
 * A small school in a fresh database, and a second one beside it whose rows nobody of the first
 * may ever see. Ids are fixed, so that tests may name them.
 */

#include "core/db/db.h"

enum {
	WORLD_SCHOOL = 1,
	WORLD_OTHER_SCHOOL = 2,
	WORLD_MATHS = 11, /* subjects of the first school */
	WORLD_HISTORY = 12,
	WORLD_OTHER_MATHS = 21, /* of the second */
	WORLD_YEAR = 31,
	WORLD_TERM = 41,
	WORLD_CLASS = 51,   /* 10A1 */
	WORLD_CLASS_2 = 52, /* 10A2 */
	WORLD_OTHER_CLASS = 53,
	WORLD_TEACHER = 101, /* persons */
	WORLD_COLLEAGUE = 102,
	WORLD_OFFICE = 103,
	WORLD_OTHER_TEACHER = 104,
	WORLD_PARENT = 105,  /* of the first student of 10A1 */
	WORLD_STUDENT = 201, /* students 201… and persons 1201…: 10A1 has five */
	WORLD_STUDENT_PERSON = 1201,
	WORLD_STUDENT_COUNT = 5,
	WORLD_STUDENT_2 = 301, /* 10A2 has three */
	WORLD_STUDENT_2_COUNT = 3,
	WORLD_OTHER_STUDENT = 401, /* of the second school */
};

/* Fills a database that has every migration. */
void world_make(struct db *db);

#endif
