#ifndef CORE_SCHOOL_ROSTER_STORE_H
#define CORE_SCHOOL_ROSTER_STORE_H

/*
 * The SQL for classes, students and who is in which class. Everything is of one school: a row of
 * another is not found (ERR_NOT_FOUND), neither read nor changed nor referred to. Texts given to
 * `each` are valid during the call; an error of `each` ends the reading and is given back.
 */

#include "core/base/buf.h"
#include "core/base/date.h"
#include "core/db/db.h"
#include "core/school/account.h"

enum {
	ROSTER_GRADE_MAX = 12,
	ROSTER_CLASS_NAME_BYTES = 32 * 4 + 1,
};

enum student_state {
	STUDENT_LEARNING = 1,
	STUDENT_LEFT = 2,
};

/* ---- classes ---- */

struct class_row {
	uint64_t id;
	uint64_t school_year_id;
	unsigned grade;
	struct str name;
	uint64_t homeroom_person_id; /* 0: none */
	struct str homeroom_name;    /* "" when there is none */
	unsigned student_count;      /* in the class now */
};

/* homeroom_person_id: 0 for none, else a teacher of the school (ERR_MISSING otherwise).
 * ERR_EXISTS when the year has a class of that name; ERR_INVAL for a grade not in 1..12. */
enum err roster_store_add_class(struct db *db, uint64_t school_id, uint64_t school_year_id,
		unsigned grade, struct str name, uint64_t homeroom_person_id,
		uint64_t *out_id) MUST_CHECK;
/* Errors as above. The year of a class never changes. */
enum err roster_store_update_class(struct db *db, uint64_t school_id, uint64_t class_id,
		unsigned grade, struct str name, uint64_t homeroom_person_id) MUST_CHECK;
/* The classes of a year, by grade and name. */
enum err roster_store_classes(struct db *db, uint64_t school_id, uint64_t school_year_id,
		enum err (*each)(const struct class_row *row, void *ctx), void *ctx) MUST_CHECK;
/* Gives the one class to `each`. */
enum err roster_store_class(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct class_row *row, void *ctx), void *ctx) MUST_CHECK;
enum err roster_store_find_class(struct db *db, uint64_t school_id, uint64_t school_year_id,
		struct str name, uint64_t *out_id) MUST_CHECK;

/* ---- students ---- */

struct student_row {
	uint64_t id;
	uint64_t person_id;
	struct str code; /* mã học sinh */
	struct str full_name;
	struct date birth; /* zeros: not known */
	enum sex sex;
	struct str birth_place;
	struct str ethnicity;
	struct str address;
	struct str note;
	enum student_state state;
	unsigned version; /* of the student */
	unsigned person_version;
	bool is_activated; /* has chosen a password */
	struct str login;  /* "" when there is none */
	/* The class of the list or year asked for; for one student the newest there is. */
	uint64_t class_id; /* 0: none */
	struct str class_name;
	unsigned position; /* in the class's list, 0 when not numbered */
};

struct student_new {
	uint64_t person_id;
	struct str code;
	struct str birth_place;
	struct str ethnicity;
	struct str address;
	struct str note;
};

/* ERR_EXISTS: the code is taken (db_error_is_key "student_code"), or the person is a student of
 * the school already ("student_person"). ERR_MISSING: no such person. */
enum err roster_store_add_student(struct db *db, uint64_t school_id,
		const struct student_new *student, uint64_t *out_id) MUST_CHECK;

/* What the office may change of a student; all of it is written. */
struct student_change {
	struct account_name name;
	struct date birth; /* year 0: not known */
	enum sex sex;
	struct str code;
	struct str birth_place;
	struct str ethnicity;
	struct str address;
	struct str note;
	enum student_state state;
};
/* In one transaction. ERR_STALE when `version` is not the student's present one; ERR_EXISTS when
 * the code is another's. */
enum err roster_store_update_student(struct db *db, uint64_t school_id, uint64_t student_id,
		unsigned version, const struct student_change *change) MUST_CHECK;

/* Gives the one student to `each`. */
enum err roster_store_student(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct student_row *row, void *ctx), void *ctx) MUST_CHECK;
/* Those in the class now: by number, then by given name and the rest. */
enum err roster_store_class_students(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct student_row *row, void *ctx), void *ctx) MUST_CHECK;
/* Every student of the school in any state, with the class of that year: what an import is
 * compared with. By id. */
enum err roster_store_school_students(struct db *db, uint64_t school_id, uint64_t school_year_id,
		enum err (*each)(const struct student_row *row, void *ctx), void *ctx) MUST_CHECK;

enum err roster_store_find_student(struct db *db, uint64_t school_id, struct str code,
		uint64_t *out_student_id) MUST_CHECK;
/* The student that a person is at this school. */
enum err roster_store_student_of_person(struct db *db, uint64_t school_id, uint64_t person_id,
		uint64_t *out_student_id) MUST_CHECK;

/*
 * Appends the sealed personal id (core/seal/box.h) of a student. ERR_MISSING when none is known.
 */
enum err roster_store_personal_id(
		struct db *db, uint64_t school_id, uint64_t student_id, struct buf *out) MUST_CHECK;

/* ---- who is in which class ---- */

/* A class that a student is or was in. */
struct enrolment_row {
	uint64_t class_id;
	struct str class_name;
	struct str year_code; /* "2026-2027" */
	unsigned position;    /* in the class's list, 0 when not numbered */
	struct date from_on;
	struct date to_on; /* zeros: still in it */
};
/* The newest first; none for a student that is not of the school. */
enum err roster_store_enrolments(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct enrolment_row *row, void *ctx), void *ctx) MUST_CHECK;

/* Puts a student into a class, or back into one that he or she had left, with that number in the
 * list. ERR_CONFLICT when the student is in another class of the same year: leave that first. */
enum err roster_store_enrol(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, unsigned position, struct date from_on) MUST_CHECK;
enum err roster_store_set_position(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, unsigned position) MUST_CHECK;
/* The last day in the class. ERR_NOT_FOUND when the student is not in it now. */
enum err roster_store_leave(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t student_id, struct date to_on) MUST_CHECK;

#endif
