#ifndef WS_SERVICE_DEMO_PEOPLE_H
#define WS_SERVICE_DEMO_PEOPLE_H

/*
 * The people of the demo school: generated names, always the same from one seed. Loaded into a
 * database that holds nothing yet, with ids of our choosing, in bulk.
 */

#include <stdint.h>

#include "core/base/date.h"
#include "core/db/db.h"

enum {
	DEMO_SCHOOL = 1,
	DEMO_YEAR = 1,
	DEMO_TERM_1 = 1,
	DEMO_SUBJECTS = 13,
	DEMO_MATHS = 1, /* ids of subjects are 1 … DEMO_SUBJECTS */
	DEMO_CLASSES = 30,
	DEMO_FIRST_CLASS_12 = 21, /* 12A1 */
	DEMO_STUDENTS = 1200,
	DEMO_TEACHERS = 60,
	DEMO_OFFICE = 1,  /* persons */
	DEMO_TEACHER = 2, /* cô Lan, mathematics, homeroom of 12A1 */
	DEMO_STUDENT_PERSON = 1001,
	DEMO_GUARDIAN_PERSON = 3001,
	DEMO_READY_STUDENTS = 5, /* of 12A1, with the demo's password */
};

#define DEMO_SCHOOL_CODE "mau"

/* The calendar's dates are those of the school year that `today` falls into. The hash is the demo
 * accounts' password. Runs in the caller's transaction. */
enum err demo_people_load(struct db *db, struct date today, const char *password_hash,
		int64_t now_ms) MUST_CHECK;

/* The number (from 0) of the first student of a class (from 1). */
unsigned demo_first_student(unsigned class_id);

#endif
