#ifndef GRADEBOOK_RESULTS_CLASS_YEAR_H
#define GRADEBOOK_RESULTS_CLASS_YEAR_H

/*
 * What the students of one class come to in its school year: their marks of both terms, what they
 * are excused from, conduct and absences, worked out by the rules of that year. Pure; loaded by
 * class_year_store.h.
 *
 * The marks in the class's own columns count, and those that a student who changed class in the year
 * brings along from the former one (gradebook/marks/carried_store.h). What is kept by student counts
 * wherever he or she was: conduct, absences, exemptions, results of summer.
 */

#include <stdbool.h>

#include "core/base/arena.h"
#include "core/base/date.h"
#include "core/base/json_out.h"
#include "gradebook/marks/mark.h"
#include "gradebook/rules/tt22_json.h"

enum {
	CLASS_YEAR_STUDENTS_MAX = 200,
	CLASS_YEAR_TEXT_BYTES = 1 << 20,
};

/* Which part of the year; the numbers are those of the tables. */
enum class_scope {
	SCOPE_YEAR = 0,
	SCOPE_TERM_1 = 1,
	SCOPE_TERM_2 = 2,
	CLASS_YEAR_SCOPES,
};

/* A subject that is taught in the class, or has columns there. */
struct class_subject {
	uint64_t id;
	struct str code;
	struct str name;
	struct str teachers; /* "Trần Thị A, Lê Văn B"; "" when nobody was assigned */
	bool is_comment;
	unsigned lessons_a_year; /* 0: not known */
	unsigned regular_columns[PACK_TERMS];
};

struct class_absences {
	unsigned excused; /* sessions */
	unsigned unexcused;
};

struct class_primary; /* class_primary.h */

struct class_student {
	uint64_t id;
	uint64_t person_id;
	struct str code;
	struct str full_name;
	struct date birth; /* zeros: not known */
	unsigned sex;      /* enum sex */
	struct class_absences absences[PACK_TERMS];
	bool is_to_make_up[TT22_SUBJECTS_MAX][PACK_TERMS]; /* was away from an assessment */
	struct tt22_student input;
	struct tt22_outcome outcome; /* once class_year_work_out() has run */
	/* Of a primary class, in place of outcome and all of input but the list of subjects and what
	 * the student is exempt from; NULL elsewhere. Owned. */
	struct class_primary *primary;
	/* When the part was closed of which input and outcome are what was kept then; 0: they are
	 * of the present (gradebook/closing/kept_year_store.h). */
	int64_t kept_at_ms;
};

/* Whether a part of the year is closed. */
struct class_closed {
	bool is_closed;
	unsigned version; /* 0: never closed */
	int64_t at_ms;    /* of the last change */
	uint64_t by_id;   /* who made it; 0: nobody yet */
	struct str by_name;
};

struct class_year {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t year_id;
	uint64_t term_ids[PACK_TERMS];
	struct date term_2_from; /* absences before it are those of term I */
	unsigned grade;
	int first_year; /* 2026 of "2026-2027" */
	struct str class_name;
	struct str year_code;
	struct str homeroom_name; /* "" when there is none */
	struct str school_name;
	const struct rule_pack *pack;       /* NULL: a primary class, or no rules of this program */
	const struct primary_pack *primary; /* of a primary class; NULL elsewhere */
	struct class_subject subjects[TT22_SUBJECTS_MAX];
	size_t subject_count;
	struct class_student *students; /* in the order of the class list */
	size_t student_count;
	size_t student_cap;
	unsigned roll_calls; /* taken in the year; without any, absences are not known */
	struct class_closed closed[CLASS_YEAR_SCOPES]; /* by enum class_scope */
	struct arena arena;
};

void class_year_init(struct class_year *year);
void class_year_finish(struct class_year *year);

/* The code of its rules; NULL when there are none. */
const char *class_year_pack(const struct class_year *year);

/* "thcs" or "thpt". */
const char *class_year_level(const struct class_year *year);

/* NULL when nobody of that id is among the students. */
struct class_student *class_year_student(const struct class_year *year, uint64_t student_id);
/* Where a subject stands in the student's own input and outcome: what was kept may have others than
 * the class has, in another order. `hint` is looked at first; input.subject_count: nowhere. */
size_t class_year_place(const struct class_student *student, size_t hint, struct str code);

/* Takes one mark into its place; a second midterm or a place past the last is left out. */
void class_year_take_mark(const struct class_year *year, struct class_student *student,
		size_t subject, unsigned term, const struct mark_cell *cell);
/*
 * Works out every student: places without a mark are made up to what the term needs, as in the
 * grid in which marks are entered.
 * Errors  ERR_UNSUPPORTED  there are no rules; ERR_INVAL  a value outside its range
 */
enum err class_year_work_out(struct class_year *year) MUST_CHECK;

/* The input with nothing but that part: for a term the other one is empty, and there are no
 * absences of the year. */
void class_year_part(const struct class_student *student, enum class_scope scope,
		struct tt22_student *out);

/* ---- what is missing ---- */

enum class_missing_what {
	CLASS_MISSING_REGULAR, /* regular marks: have, need */
	CLASS_MISSING_MIDTERM,
	CLASS_MISSING_FINAL,
	CLASS_MISSING_CONDUCT,
	CLASS_MISSING_TRAITS,   /* qualities and competences at both moments: have, need */
	CLASS_MISSING_ABSENCES, /* nobody ever took the roll: of the class, no student */
	CLASS_MISSING_SUBJECTS, /* no subject is taught: of the class */
	CLASS_MISSING_STUDENTS, /* of the class */
	CLASS_MISSING_TERM,     /* that term is not closed: of the class */
	CLASS_MISSING_COUNT_,
};

struct class_missing {
	enum class_missing_what what;
	const struct class_student *student; /* NULL: of the class as a whole */
	const struct class_subject *subject; /* NULL: of no subject */
	unsigned term;                       /* 1 or 2; 0 of the year */
	unsigned have;
	unsigned need;
	bool is_to_make_up; /* the student was away and has to make it up */
};

const char *class_missing_name(enum class_missing_what what); /* "regular", "midterm" … */

/* What keeps that part from being closed, term after term, subject after subject; nothing of a
 * student whose part was kept. */
void class_year_missing(const struct class_year *year, enum class_scope scope,
		void (*each)(const struct class_missing *missing, void *ctx), void *ctx);

/* ---- JSON ---- */

/* How a student's result is written. */
struct class_json {
	enum class_scope scope; /* which part of the year */
	bool explains;          /* every reason in words */
	enum lang lang;
};

/* "line", "absences" (of both terms) and "result" of that part, into the object that is open: the
 * line is for `truongthi gradebook compute`, and the result its answer. What was kept of a closed part
 * is written as it is, with reasons when the rules of today still say the same. Errors of
 * messages_print. */
enum err class_year_put_student(struct json_out *w, const struct class_year *year,
		const struct class_student *student, const struct class_json *how) MUST_CHECK;

/* "year", "1", "2"; ERR_NOT_FOUND for any other. */
const char *class_scope_name(enum class_scope scope);
enum err class_scope_parse(struct str s, enum class_scope *out) MUST_CHECK;

#endif
