#ifndef CORE_SCHOOL_GUARDIAN_STORE_H
#define CORE_SCHOOL_GUARDIAN_STORE_H

/*
 * The SQL for whose child a student is. A guardian may have children at several schools and sees
 * them all wherever he or she is signed in. Texts given to `each` are valid during the call; an
 * error of `each` ends the reading and is given back.
 */

#include "core/db/db.h"

/* The numbers are those of the table. */
enum relation {
	RELATION_FATHER = 1,
	RELATION_MOTHER = 2,
	RELATION_OTHER = 3,
};
/* "father", "mother", "other", as in JSON. */
const char *relation_name(enum relation relation);
/* ERR_INVAL for any other text. */
enum err relation_parse(struct str name, enum relation *out) MUST_CHECK;

struct guardian_row {
	uint64_t student_id;
	uint64_t person_id;
	struct str full_name;
	struct str phone; /* "" when there is none */
	enum relation relation;
	bool is_activated; /* has a password that opens this school */
	unsigned version;  /* of the person */
};

/* Makes the person a guardian of the student, or changes the relation. ERR_NOT_FOUND when the
 * student is not of the school or the person no parent there. */
enum err guardian_store_set(struct db *db, uint64_t school_id, uint64_t student_id,
		uint64_t person_id, enum relation relation) MUST_CHECK;
enum err guardian_store_drop(struct db *db, uint64_t school_id, uint64_t student_id,
		uint64_t person_id) MUST_CHECK;
/* Whether the person is anybody's guardian at the school. */
enum err guardian_store_has_children(
		struct db *db, uint64_t school_id, uint64_t person_id, bool *out) MUST_CHECK;
/* Of one student, of all who are in a class now, or of all students of the school: by student,
 * relation, person. */
enum err guardian_store_of_student(struct db *db, uint64_t school_id, uint64_t student_id,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) MUST_CHECK;
enum err guardian_store_of_class(struct db *db, uint64_t school_id, uint64_t class_id,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) MUST_CHECK;
enum err guardian_store_of_school(struct db *db, uint64_t school_id,
		enum err (*each)(const struct guardian_row *row, void *ctx), void *ctx) MUST_CHECK;

/* A child of a guardian, at whatever school. */
struct guardian_child {
	uint64_t student_id;
	uint64_t person_id; /* the child's */
	uint64_t school_id;
	struct str school_code;
	struct str school_name;
	struct str full_name;
	uint64_t class_id; /* where the child is now; 0: none */
	struct str class_name;
};
/* What the guardian may see: of schools where he or she is a parent in force and has proven it. */
enum err guardian_store_children(struct db *db, uint64_t person_id,
		enum err (*each)(const struct guardian_child *child, void *ctx),
		void *ctx) MUST_CHECK;
/* What the school knows: its own children of a person. */
enum err guardian_store_children_at(struct db *db, uint64_t school_id, uint64_t person_id,
		enum err (*each)(const struct guardian_child *child, void *ctx),
		void *ctx) MUST_CHECK;
/* The children at a school become another person's; nobody becomes his or her own guardian. */
enum err guardian_store_move(struct db *db, uint64_t school_id, uint64_t from_person_id,
		uint64_t to_person_id) MUST_CHECK;
/* The school and the person of a student that this person is a guardian of, as in
 * guardian_store_children(); ERR_NOT_FOUND for everybody else's child. The one look-up that goes from a student's id to its school. */
enum err guardian_store_school_of_child(struct db *db, uint64_t person_id, uint64_t student_id,
		uint64_t *out_school_id, uint64_t *out_child_person_id) MUST_CHECK;

#endif
