#ifndef TESTS_DB_SEED_H
#define TESTS_DB_SEED_H

/* A small school for tests: one year, two classes, people of every role. Ends the test when it
 * cannot be made. */

#include <stdint.h>

#include "core/base/date.h"
#include "core/db/db.h"

enum { SEED_STUDENTS = 6 }; /* three in each class */

#define SEED_NOW_MS ((int64_t)1790000000000) /* 2026-09-21, within the year */

struct seed {
	uint64_t school_id;
	uint64_t year_id; /* 2026-2027 */
	uint64_t term_ids[2];
	uint64_t subject_ids[2]; /* "toan" (marks), "gdtc" (comments) */
	uint64_t class_ids[2];   /* 10A1, 10A2 */
	uint64_t office_id;      /* persons */
	uint64_t teacher_ids
			[2]; /* the first teaches toan in both and is homeroom teacher of 10A1 */
	uint64_t student_ids[SEED_STUDENTS]; /* 0..2 in 10A1, 3..5 in 10A2 */
	uint64_t student_person_ids[SEED_STUDENTS];
	uint64_t parent_id; /* mother of the students 0 and 3 */
};

/* `mark` is in every text of the school: its code, the names, the codes of the students. Letters
 * and digits, at most 12; different for each school of a database. Sign-in names are
 * "office", "teacher1", "teacher2" and the students' codes, lower case. */
void seed_school(struct db *db, const char *mark, struct seed *out);

/* One more person without a role. */
uint64_t seed_person(struct db *db, const char *name);

#endif
