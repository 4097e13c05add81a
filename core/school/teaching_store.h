#ifndef CORE_SCHOOL_TEACHING_STORE_H
#define CORE_SCHOOL_TEACHING_STORE_H

/*
 * The SQL for who teaches what in which class. Texts given to `each` are valid during the call; an
 * error of `each` ends the reading and is given back.
 */

#include "core/auth/access.h"
#include "core/db/db.h"

struct teaching_row {
	uint64_t class_id;
	struct str class_name;
	unsigned grade;
	uint64_t subject_id;
	struct str subject_name;
	uint64_t person_id;
	struct str person_name;
};

/* ERR_NOT_FOUND unless class, subject and a teacher in force are of the school; ERR_EXISTS when
 * it is so already. */
enum err teaching_store_add(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, uint64_t person_id) MUST_CHECK;
enum err teaching_store_drop(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, uint64_t person_id) MUST_CHECK;
/* Of one year; of one teacher, unless person_id is 0. By grade, class, subject,
 * teacher. */
enum err teaching_store_list(struct db *db, uint64_t school_id, uint64_t school_year_id,
		uint64_t person_id, enum err (*each)(const struct teaching_row *row, void *ctx),
		void *ctx) MUST_CHECK;

/* A class as a teacher sees it in the list of the own ones. */
struct teaching_mine {
	uint64_t class_id;
	struct str class_name;
	unsigned grade;
	uint64_t subject_id; /* 0: homeroom teacher of a class without teaching a subject there */
	struct str subject_name;
	unsigned student_count;
	bool is_homeroom;
};
enum err teaching_store_mine(struct db *db, uint64_t school_id, uint64_t school_year_id,
		uint64_t person_id, enum err (*each)(const struct teaching_mine *row, void *ctx),
		void *ctx) MUST_CHECK;

/* What a class, and a subject in it (0: none in question), are to a person, for
 * core/auth/access.h. ERR_NOT_FOUND when the class, or the subject, is not of that school. */
enum err teaching_store_access(struct db *db, uint64_t school_id, uint64_t class_id,
		uint64_t subject_id, uint64_t person_id, struct access_class *out) MUST_CHECK;

#endif
