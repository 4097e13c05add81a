#ifndef GRADEBOOK_RESULTS_CLASS_PRIMARY_H
#define GRADEBOOK_RESULTS_CLASS_PRIMARY_H

/*
 * The part of class_year.h that is primary school's: what its pupils' moments come to by Circular
 * 27. Subjects stand in the order of the class's, tests and levels where marks.h has them (GK and CK
 * of each term), qualities and competences as gradebook/primary/judgement.h numbers them. Pure.
 */

#include "gradebook/primary/judgement.h"
#include "gradebook/reassess/reassess.h"
#include "gradebook/results/class_year.h"
#include "gradebook/rules/tt27_json.h"

/* Of one student. */
struct class_primary {
	struct tt27_pupil input;
	struct tt27_outcome outcome; /* once class_primary_work_out() has run */
};

/* A pupil of whom nothing is known yet but the class's subjects and the grade's qualities and
 * competences. The caller owns it. ERR_NOMEM. */
enum err class_primary_new(const struct class_year *year, struct class_primary **out) MUST_CHECK;

/* Takes one mark into its place; one at a place that primary school does not have is left out. */
void class_primary_take_mark(struct class_primary *pupil, size_t subject, unsigned term,
		const struct mark_cell *cell);
/* The same of a judgement, with the numbers of the table. */
void class_primary_take_judgement(const struct primary_pack *pack, struct class_primary *pupil,
		unsigned moment, unsigned item, int value);
/* The same of what was assessed again (gradebook/reassess/reassess.h); `subject` past the last: of
 * none. */
void class_primary_take_again(const struct primary_pack *pack, struct class_primary *pupil,
		size_t subject, unsigned item, int value);
/* Errors of tt27_work_out. */
enum err class_primary_work_out(
		const struct class_year *year, struct class_student *student) MUST_CHECK;

/* The input with nothing but that part's moments. */
void class_primary_part(const struct class_student *student, enum class_scope scope,
		struct tt27_pupil *out);
/* The level of a subject (an index of the student's own) that was given last in that part, as
 * "T", "H" or "C"; NULL when there is none yet. */
const char *class_primary_level(
		const struct class_student *student, size_t subject, enum class_scope scope);

/* As class_year_missing() of one term: of each subject one item for the term's middle and one for
 * its end, levels and tests together, and one of all qualities and competences. */
void class_primary_missing(const struct class_year *year, unsigned term,
		void (*each)(const struct class_missing *missing, void *ctx), void *ctx);
/* Members "line" and "result", as class_year_put_student(). */
enum err class_primary_put(struct json_out *w, const struct class_year *year,
		const struct class_student *student, const struct class_json *how) MUST_CHECK;

/*
 * A student becomes what such members said when the part was closed; with `term` (1 or 2) that term
 * alone. `kept` is their object. Texts are copied into the year's arena.
 * Errors  ERR_CORRUPT  it is none; ERR_NOMEM, ERR_LIMIT
 */
enum err class_primary_read(const struct json *kept, struct class_year *year,
		struct class_student *student) MUST_CHECK;
enum err class_primary_read_term(const struct json *kept, const struct class_year *year,
		struct class_student *student, unsigned term) MUST_CHECK;

#endif
