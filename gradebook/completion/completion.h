#ifndef GRADEBOOK_COMPLETION_COMPLETION_H
#define GRADEBOOK_COMPLETION_COMPLETION_H

/*
 * How far the marks of a school year are, class by class and subject by subject: which columns are
 * there, how many cells are missing, what families see. Pure; a whole school needs no more
 * statements than one class (completion_store.h). What is missing is
 * what closing asks for (class_year_missing in gradebook/results/class_year.h).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/arena.h"
#include "gradebook/results/class_year.h"

enum {
	COMPLETION_CLASSES_MAX = 1000,
	COMPLETION_PLACES_MAX = COMPLETION_CLASSES_MAX * TT22_SUBJECTS_MAX,
	COMPLETION_TEACHERS_MAX = 100000,
	COMPLETION_TEXT_BYTES = 8 << 20,
	COMPLETION_STUDENTS_MAX = 100000,
	COMPLETION_COUNTS_MAX = 64 << 20,
	COMPLETION_KINDS = MARK_CK + 1, /* by enum mark_kind; 0 is not used */
};

/* Columns of one kind, and the marks of those who are in the class and not exempt: in the columns,
 * or brought along from a former class (gradebook/marks/carried_store.h). */
struct completion_kind {
	unsigned there;
	unsigned published;
	unsigned need; /* columns */
	unsigned have; /* marks, no more of a student than are needed */
};

/* One class, subject and term. */
struct completion_term {
	struct completion_kind kinds[COMPLETION_KINDS];
	unsigned exempt;        /* students */
	unsigned to_make_up;    /* cells of students who were away */
	unsigned missing_cells; /* marks that have to come */
	unsigned missing;       /* the same as closing counts it: by student and kind */
};

struct completion_place {
	uint64_t subject_id;
	struct str subject_code;
	struct str subject_name;
	bool is_comment;
	unsigned lessons_a_year; /* 0: not known */
	size_t first_teacher;    /* in completion.teachers */
	size_t teacher_count;
	size_t first_count; /* in completion.counts: of the class's first student */
	struct completion_term terms[PACK_TERMS];
};

/* What one student has in one subject: marks by term and kind. */
struct completion_counts {
	uint8_t have[PACK_TERMS][COMPLETION_KINDS];
	bool is_exempt[PACK_TERMS];
};

struct completion_teacher {
	uint64_t person_id;
	struct str full_name;
};

struct completion_class {
	uint64_t id;
	unsigned grade;
	struct str name;
	struct str homeroom_name; /* "" when there is none */
	size_t first_student;     /* in completion.students */
	unsigned student_count;
	bool has_roll_call;
	/* Students who have it; in a primary class, all qualities and competences. */
	unsigned conduct[PACK_TERMS];
	struct class_closed closed[CLASS_YEAR_SCOPES];
	const struct rule_pack *pack;       /* one of the two, or NULL: no rules of this program */
	const struct primary_pack *primary; /* for that grade */
	size_t first_place;                 /* in completion.places */
	size_t place_count;
};

struct completion {
	uint64_t school_id;
	uint64_t year_id;
	int first_year; /* 2026 of "2026-2027" */
	uint64_t term_ids[PACK_TERMS];
	struct completion_class *classes; /* in the order of lists */
	size_t class_count;
	size_t class_cap;
	struct completion_place *places; /* class after class, in the order of the subjects */
	size_t place_count;
	size_t place_cap;
	uint64_t *students; /* who is in a class now: class after class, by rising id */
	size_t student_count;
	size_t student_cap;
	struct completion_counts *counts; /* place after place, one for each student of its class */
	size_t count_count;
	struct completion_teacher *teachers; /* place after place */
	size_t teacher_count;
	size_t teacher_cap;
	struct arena arena;
};

void completion_init(struct completion *c);
void completion_finish(struct completion *c);

/* The code of its rules; NULL when there are none. */
const char *completion_pack(const struct completion_class *in);

/* NULL when there is none. */
struct completion_class *completion_class_of(const struct completion *c, uint64_t class_id);
struct completion_place *completion_place_of(
		const struct completion *c, const struct completion_class *in, uint64_t subject_id);
/* PACK_TERMS when it is none of the year's. */
unsigned completion_term_of(const struct completion *c, uint64_t term_id);

/* Makes room for what the students have, once classes, students and places are known. */
enum err completion_make_room(struct completion *c) MUST_CHECK;
/* NULL for a student who is not in the class. */
struct completion_counts *completion_counts_of(const struct completion *c,
		const struct completion_class *in, const struct completion_place *place,
		uint64_t student_id);

/* What is needed and what is missing: once everything is taken in. */
void completion_work_out(struct completion *c);

/* What keeps a class's part from being closed, as counts. */
struct completion_missing {
	size_t count;
	size_t conduct;
	size_t of_class; /* absences, subjects, students, a term that is open */
};
struct completion_missing completion_missing_of(const struct completion *c,
		const struct completion_class *in, enum class_scope scope);
/* The same of one subject. */
size_t completion_missing_in(const struct completion_place *place, enum class_scope scope);

#endif
