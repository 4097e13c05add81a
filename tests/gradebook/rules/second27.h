#ifndef TESTS_GRADEBOOK_RULES_SECOND27_H
#define TESTS_GRADEBOOK_RULES_SECOND27_H

/*
 * Circular 27/2020/TT-BGDDT a second time, written from its sentences and in another style than
 * gradebook/rules: the year's end as words of letters ("TTHT") of which a sentence asks that no other
 * letter is in them, and the worst test in points. It shares the pupil's data with the program and
 * nothing else.
 */

#include "gradebook/rules/tt27.h"

enum { SECOND27_OPEN = -1, SECOND27_HTXS, SECOND27_HTT, SECOND27_HT, SECOND27_CHT };

/* Every number of the circular's text, so that each can be planted wrong. A level counts the letters
 * below it: 2 is T (hoàn thành tốt, tốt), 1 is H or Đ, 0 is C. */
struct second27_law {
	int qualities, competences; /* how many are judged at least */
	int htxs_level, htxs_test;  /* article 9, clause 2, point a; tests in points */
	int htt_level, htt_test;
	int ht_level, ht_test;
	int again_level, again_test; /* article 11: what completes the grade after help */
	int again_replaces;          /* what is assessed again takes the place of the year's end */
	int headmaster_decides;      /* of who did not complete the grade, helped or not */
	int best_is_awarded;         /* article 13 */
	int outstanding_and_recognised; /* how many of the two Tieu bieu needs */
};

struct second27_answer {
	int year;      /* SECOND27_OPEN ... */
	int after;     /* SECOND27_OPEN, SECOND27_HT, SECOND27_CHT */
	int promotion; /* SECOND27_OPEN, 1 promoted, 2 conditional, 3 held */
	int award;     /* SECOND27_OPEN, 0 none, 1 tieu_bieu, 2 xuat_sac */
};

struct second27_law second27_law_of_2020(void);
void second27_judge(const struct second27_law *law, const struct tt27_pupil *pupil,
		struct second27_answer *out);
/* The first thing in which they differ, or NULL. */
const char *second27_differs(
		const struct tt27_outcome *first, const struct second27_answer *second);

#endif
