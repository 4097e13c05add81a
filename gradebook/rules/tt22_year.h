#ifndef GRADEBOOK_RULES_TT22_YEAR_H
#define GRADEBOOK_RULES_TT22_YEAR_H

/*
 * Everything that one student's year comes to under Circular 22/2021/TT-BGDDT: means, levels,
 * conduct, promotion, what is to be made good in summer, and the award. What cannot be said yet
 * stays open; nothing is guessed from a part. Why each result is what it is: tt22_why.h. Pure, no
 * allocation.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "gradebook/rules/pack.h"
#include "gradebook/rules/tt22.h"
#include "gradebook/rules/tt22_level.h"

enum {
	TT22_SUBJECTS_MAX = 40,
	TT22_ABSENCES_NONE = -1, /* not known */
	TT22_ABSENCES_MAX = 1000,
	TT22_AWARD_OPEN = -2,
	TT22_AWARD_NONE = -1, /* otherwise the index in the pack's awards */
};

/* One subject of one student over the year. */
struct tt22_subject {
	struct str code; /* as people call it; owned by the caller */
	bool is_comment;
	bool is_exempt;                  /* excused from the subject: it counts nowhere */
	bool is_term_exempt[PACK_TERMS]; /* excused for one term: the year is that of the other */
	unsigned lessons_a_year; /* they give the number of regular marks; 0: as many as places */
	struct tt22_term terms[PACK_TERMS];
	int given[PACK_TERMS]; /* a term's result that came from another school, or NONE */
	int again;             /* the result of the assessment in summer, or TT22_MARK_NONE */
};

struct tt22_student {
	struct tt22_subject subjects[TT22_SUBJECTS_MAX];
	size_t subject_count;
	enum pack_level conduct[PACK_TERMS];
	int absences;                  /* sessions of the year, or TT22_ABSENCES_NONE */
	bool has_summer;               /* the summer is over: say what came of it */
	enum pack_level conduct_again; /* after training in summer, or PACK_LEVEL_NONE */
};

struct tt22_outcome {
	int terms[TT22_SUBJECTS_MAX][PACK_TERMS]; /* as in struct tt22_result */
	int years[TT22_SUBJECTS_MAX];
	struct tt22_learning term_learning[PACK_TERMS];
	struct tt22_learning learning;
	enum pack_level conduct;
	enum pack_promotion promotion;
	enum pack_answer retest;           /* may subjects be assessed again */
	bool is_retest[TT22_SUBJECTS_MAX]; /* which */
	enum pack_answer summer;           /* must the student train in summer */
	int award;

	/* After summer; open unless has_summer. */
	int years_again[TT22_SUBJECTS_MAX];
	struct tt22_learning learning_again;
	enum pack_level conduct_again;
	enum pack_promotion promotion_again;
};

/* A student of whom nothing is known yet: no subjects, everything missing. */
void tt22_student_init(struct tt22_student *student);
/* A subject of which nothing is known yet. Asserts that there is room. */
struct tt22_subject *tt22_student_add(struct tt22_student *student, struct str code);

/* How many regular marks a term of that subject needs. */
size_t tt22_regular_needed(const struct rule_pack *pack, const struct tt22_subject *subject,
		const struct tt22_term *term);

/*
 * Works everything out. A result of summer counts only where the rules allow one: in a subject of
 * is_retest, and for conduct when `summer` is yes.
 * Errors  ERR_INVAL  a value outside its range
 */
enum err tt22_work_out(const struct rule_pack *pack, const struct tt22_student *student,
		struct tt22_outcome *out) MUST_CHECK;

/* The subjects as tt22_learning() takes them: term 0 or 1, PACK_TERMS for the year, one more for
 * the year after summer. */
void tt22_results(const struct tt22_student *student, const struct tt22_outcome *outcome,
		unsigned term, struct tt22_result out[TT22_SUBJECTS_MAX]);

/* Marked subjects with a year's mean of at least that. */
size_t tt22_count_years(const struct tt22_student *student, const struct tt22_outcome *outcome,
		int least_x10);

#endif
