#ifndef TESTS_GRADEBOOK_RULES_SECOND_H
#define TESTS_GRADEBOOK_RULES_SECOND_H

/*
 * Circular 22/2021/TT-BGDDT a second time, written from its sentences and in another style than
 * gradebook/rules: fractions compared by multiplication, the sixth best mark of a sorted list,
 * clauses one by one instead of tables, and every better result of every subject tried in turn.
 * It shares the student's data with the program and nothing else.
 */

#include <stdbool.h>

#include "gradebook/rules/tt22_year.h"

/* Levels as the circular orders them. */
enum { SECOND_OPEN = -1, SECOND_CHUA_DAT, SECOND_DAT, SECOND_KHA, SECOND_TOT };

/* Every number of the circular's text, so that each can be planted wrong. */
struct second_law {
	int lessons_few, marks_few;   /* article 6: up to 35 lessons, 2 regular marks */
	int lessons_some, marks_some; /* up to 70, 3 */
	int marks_lots;               /* more, 4 */
	int comment_assessments;
	int weight_mid, weight_end; /* article 9, clause 1 */
	int weight_second_term;
	int tot_all, tot_some, tot_how_many; /* clause 2, in tenths */
	int kha_all, kha_some, kha_how_many;
	int dat_all, dat_some, dat_how_many, dat_comment_fails;
	int lowered_by, lowered_from; /* clause 3 */
	int one_may_be_comment;
	int conduct_tot_first; /* article 8: Tot with Tot in term II and at least Kha in term I */
	int conduct_kha_first; /* Kha with Kha in term II and at least Dat in term I */
	int conduct_kha_dat;   /* Kha with Dat in term II and at least Tot in term I */
	int promoted_conduct, promoted_learning, promoted_absences; /* article 12 */
	int summer_below;                                           /* article 13 */
	int again_conduct, again_below, again_mark;                 /* article 14 */
	int again_after_training; /* articles 13 and 14 together */
	int award_conduct, award_learning, award_mark, award_how_many; /* article 15 */
};

struct second_answer {
	int terms[TT22_SUBJECTS_MAX][2];
	int years[TT22_SUBJECTS_MAX];
	int learning[4]; /* term I, term II, the year, the year after summer */
	bool raised[3];
	int conduct;
	int promotion; /* SECOND_OPEN, 1 promoted, 2 conditional, 3 held */
	int retest;    /* SECOND_OPEN, 0, 1 */
	bool again[TT22_SUBJECTS_MAX];
	int summer; /* SECOND_OPEN, 0, 1 */
	int award;  /* SECOND_OPEN, 0 none, 1 gioi, 2 xuat_sac */
	int conduct_after;
	int promotion_after;
};

struct second_law second_law_of_2021(void);
void second_judge(const struct second_law *law, const struct tt22_student *student,
		struct second_answer *out);
/* The first thing in which they differ, or NULL. */
const char *second_differs(const struct tt22_student *student, const struct tt22_outcome *first,
		const struct second_answer *second);

#endif
