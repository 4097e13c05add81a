#ifndef CORE_SCHOOL_STAFF_H
#define CORE_SCHOOL_STAFF_H

/*
 * What a school has of teachers, subjects, classes of a year, and who teaches what: what lists of
 * teachers and of assignments are held against; and finding each by what people write. Pure.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "core/base/buf.h"
#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

enum {
	STAFF_TEACHERS_MAX = 2000,
	STAFF_PEOPLE_MAX = 40000, /* of a school: everybody with a phone number or a sign-in name */
	STAFF_SUBJECTS_MAX = 300,
	STAFF_CLASSES_MAX = 300,
	STAFF_TEACHING_MAX = 20000,
	STAFF_SUBJECTS_OF_ONE_MAX = 16,
	STAFF_BYTES_MAX = 64 << 20,
	STAFF_CANDIDATES_BYTES_MAX = 400,
};

struct staff_teacher {
	uint64_t person_id;
	unsigned version; /* of the person */
	struct str full_name;
	struct str login;                             /* may be empty */
	struct str phone;                             /* "+84…", may be empty */
	struct date birth;                            /* year 0: not known */
	bool is_elsewhere;                            /* is something at another school too */
	uint64_t subjects[STAFF_SUBJECTS_OF_ONE_MAX]; /* by rising id */
	size_t subject_count;
	struct str key_case; /* the name in small letters */
	struct str key_fold; /* and without marks */
};

/* Somebody of the school, teachers too: who has which number and sign-in name. */
struct staff_person {
	uint64_t person_id;
	struct str full_name;
	struct str login;
	struct str phone;
};

struct staff_subject {
	uint64_t id;
	struct str code;
	struct str name;
	struct str key_case;
	struct str key_fold; /* "i" for "y": Vật lí, Vật lý */
};

struct staff_class {
	uint64_t id;
	struct str name;
	struct str key;
};

struct staff_teaching {
	uint64_t class_id;
	uint64_t subject_id;
	uint64_t person_id;
};

struct staff_known {
	struct staff_teacher *teachers; /* in the order of names */
	size_t teacher_count;
	size_t teacher_cap;
	struct staff_person *people;
	size_t person_count;
	size_t person_cap;
	struct staff_subject *subjects;
	size_t subject_count;
	size_t subject_cap;
	struct staff_class *classes;
	size_t class_count;
	size_t class_cap;
	struct staff_teaching *teaching; /* by class, subject, person */
	size_t teaching_count;
	size_t teaching_cap;
	struct arena arena;
};

struct staff_known staff_known_make(void);
void staff_known_finish(struct staff_known *known);

/* Adders, for whoever loads it; texts are copied. ERR_LIMIT past the limits above. */
enum err staff_add_teacher(struct staff_known *known, const struct staff_teacher *row) MUST_CHECK;
enum err staff_add_person(struct staff_known *known, const struct staff_person *row) MUST_CHECK;
enum err staff_add_subject(struct staff_known *known, const struct staff_subject *row) MUST_CHECK;
enum err staff_add_class(struct staff_known *known, const struct staff_class *row) MUST_CHECK;
enum err staff_add_teaching(struct staff_known *known, const struct staff_teaching *row) MUST_CHECK;

/* A hash over all of it but the sign-in names of who is no teacher: two are equal when nothing
 * changed in between. */
void staff_known_hash(const struct staff_known *known, struct hash *out);

/*
 * What a text names. OK: *out is its index. ERR_NOT_FOUND: nothing. ERR_CONFLICT: more than one, and
 * `candidates` names them.
 */

/* A teacher, by sign-in name, by the whole name as it is written, by the name without marks, by the
 * end of the name ("Lan", "Thị Lan"); "Nguyễn Thị Lan (co.lan)" by the sign-in name. */
enum err staff_find_teacher(const struct staff_known *known, struct str text, size_t *out,
		struct buf *candidates) MUST_CHECK;
/* A subject, by code, by name, by the beginning or the end of the name ("Hoá", "Văn"). */
enum err staff_find_subject(const struct staff_known *known, struct str text, size_t *out,
		struct buf *candidates) MUST_CHECK;
enum err staff_find_class(const struct staff_known *known, struct str text, size_t *out) MUST_CHECK;

/* Whether that is so already. */
bool staff_teaches(const struct staff_known *known, uint64_t class_id, uint64_t subject_id,
		uint64_t person_id);
const struct staff_teacher *staff_teacher_by_id(
		const struct staff_known *known, uint64_t person_id);

/* Appends "Nguyễn Thị Lan (co.lan)". */
void staff_print_teacher(const struct staff_teacher *teacher, struct buf *out);

#endif
