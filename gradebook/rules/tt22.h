#ifndef GRADEBOOK_RULES_TT22_H
#define GRADEBOOK_RULES_TT22_H

/*
 * Subject results under Circular 22/2021/TT-BGDDT (lower and upper secondary). Pure: no clock, no
 * database, no allocation, no floating point. Marks are in tenths: 85 is 8.5 of 10. How many
 * regular marks a subject needs is data of a rule pack (pack.h), not known here.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "core/base/messages.h"
#include "gradebook/rules/explain.h"

enum {
	TT22_MARK_NONE = -1, /* not entered yet */
	TT22_MARK_MAX_X10 = 100,
	TT22_REGULAR_MAX = 4,
	TT22_MIDTERM_WEIGHT = 2,
	TT22_FINAL_WEIGHT = 3,
	TT22_TERM_2_WEIGHT = 2, /* in the year's mean; term I has 1 */
};

/* What one student holds in one subject in one term. */
struct tt22_term {
	int regular_x10[TT22_REGULAR_MAX]; /* DDGtx, weight 1 each */
	size_t regular_count;              /* marks in use, 1..TT22_REGULAR_MAX */
	int midterm_x10;                   /* DDGgk, weight 2, or TT22_MARK_NONE */
	int final_x10;                     /* DDGck, weight 3, or TT22_MARK_NONE */
};

/*
 * Mean of one subject over one term (DTBmhk), in tenths, half rounded up:
 *     (sum of regular + 2 * midterm + 3 * final) / (regular_count + 5)
 *
 * Errors  ERR_INVAL    a mark outside 0..100, or regular_count out of range
 *         ERR_MISSING  the midterm or the final mark is not entered
 * Source  Circular 22/2021/TT-BGDDT, article 9, clause 1, point b
 */
enum err tt22_term_mean(const struct tt22_term *term, int *out_mean_x10) MUST_CHECK;

/*
 * Mean of one subject over the year (DTBmcn), in tenths, half rounded up, from the two rounded
 * term means:
 *     (term I + 2 * term II) / 3
 *
 * Errors  ERR_INVAL    a mean outside 0..100
 *         ERR_MISSING  one of them is TT22_MARK_NONE
 * Source  the same
 */
enum err tt22_year_mean(int term_1_x10, int term_2_x10, int *out_mean_x10) MUST_CHECK;

/* A subject that is judged by comment only. */
enum tt22_comment {
	TT22_COMMENT_NONE = -1,
	TT22_NOT_PASSED = 0, /* Chua dat */
	TT22_PASSED = 1,     /* Dat */
};

struct tt22_comment_term {
	enum tt22_comment regular[TT22_REGULAR_MAX];
	size_t regular_count; /* 1..TT22_REGULAR_MAX */
	enum tt22_comment midterm;
	enum tt22_comment final;
};

/*
 * Result of a comment subject over one term: passed when every assessment is. The year's result
 * is that of term II.
 *
 * Errors  ERR_INVAL    regular_count out of range
 *         ERR_MISSING  an assessment is not entered
 * Source  Circular 22/2021/TT-BGDDT, article 9, clause 1, point a
 */
enum err tt22_comment_result(
		const struct tt22_comment_term *term, enum tt22_comment *out) MUST_CHECK;

/*
 * Explain a mean that one of the functions above gave for the same values: the formula with the
 * numbers put in, and the article. Numbers are written as the language writes them (8,3 or 8.3).
 */
void tt22_explain_term(
		const struct tt22_term *term, int mean_x10, enum lang lang, struct explain *out);
void tt22_explain_year(
		int term_1_x10, int term_2_x10, int mean_x10, enum lang lang, struct explain *out);
void tt22_explain_comment(enum tt22_comment result, struct explain *out);
/* Why there is no mean yet: how many marks of each kind are there and how many are needed. */
void tt22_explain_missing(size_t regular_count, size_t regular_needed, bool has_midterm,
		bool has_final, struct explain *out);

#endif
