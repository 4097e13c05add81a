#ifndef GRADEBOOK_RULES_TT22_H
#define GRADEBOOK_RULES_TT22_H

/*
 * Results of one subject under Circular 22/2021/TT-BGDDT (lower and upper secondary), with the
 * weights of a rule pack. Pure: no clock, no database, no allocation, no floating point. Marks are
 * in tenths: 85 is 8.5 of 10. The levels of a student are in tt22_level.h and tt22_year.h.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/err.h"
#include "gradebook/rules/explain.h"
#include "gradebook/rules/pack.h"

enum {
	TT22_MARK_NONE = -1, /* not entered yet, or not to be said yet */
	TT22_REGULAR_MAX = PACK_REGULAR_MAX,
};

/* A result in a subject that is judged by comment only. */
enum tt22_comment {
	TT22_COMMENT_NONE = -1,
	TT22_NOT_PASSED = 0, /* Chua dat */
	TT22_PASSED = 1,     /* Dat */
};

/* What one student holds in one subject in one term; TT22_MARK_NONE where nothing is entered.
 * In a comment subject the values are those of enum tt22_comment. */
struct tt22_term {
	int regular_x10[TT22_REGULAR_MAX]; /* DDGtx */
	size_t regular_count;              /* places in use, 0..TT22_REGULAR_MAX */
	int midterm_x10;                   /* DDGgk */
	int final_x10;                     /* DDGck */
};

/*
 * Mean of one subject over one term (DTBmhk), in tenths, half rounded up; with the weights of the
 * circular:
 *     (sum of regular + 2 * midterm + 3 * final) / (regular_count + 5)
 *
 * Errors  ERR_INVAL    a mark outside 0..100, or regular_count out of range
 *         ERR_MISSING  there is no regular mark, or one of the marks is not entered
 * Source  Circular 22/2021/TT-BGDDT, article 9, clause 1, point b
 */
enum err tt22_term_mean(const struct rule_pack *pack, const struct tt22_term *term,
		int *out_mean_x10) MUST_CHECK;

/*
 * Mean of one subject over the year (DTBmcn), in tenths, half rounded up, from the two rounded
 * term means; with the weights of the circular:
 *     (term I + 2 * term II) / 3
 *
 * Errors  ERR_INVAL    a mean outside 0..100
 *         ERR_MISSING  one of them is TT22_MARK_NONE
 * Source  the same
 */
enum err tt22_year_mean(const struct rule_pack *pack, int term_1_x10, int term_2_x10,
		int *out_mean_x10) MUST_CHECK;

/*
 * Result of a comment subject over one term: passed when every assessment is. The year's result
 * is that of term II.
 *
 * Errors  ERR_INVAL    a value that is none of enum tt22_comment, or regular_count out of range
 *         ERR_MISSING  there is no regular assessment, or one of them is not entered
 * Source  Circular 22/2021/TT-BGDDT, article 9, clause 1, point a
 */
enum err tt22_comment_result(const struct tt22_term *term, enum tt22_comment *out) MUST_CHECK;

/*
 * Explain a result that one of the functions above gave for the same values: the formula with the
 * numbers put in, and the article.
 */
void tt22_explain_term(const struct rule_pack *pack, const struct tt22_term *term, int mean_x10,
		struct explain *out);
void tt22_explain_year(const struct rule_pack *pack, int term_1_x10, int term_2_x10, int mean_x10,
		struct explain *out);
void tt22_explain_comment(
		const struct rule_pack *pack, enum tt22_comment result, struct explain *out);
/* The year of a comment subject. */
void tt22_explain_comment_year(const struct rule_pack *pack, struct explain *out);
/* Why there is no result yet: how many marks of each kind are there and how many are needed. */
void tt22_explain_missing(const struct tt22_term *term, bool is_comment, size_t regular_needed,
		struct explain *out);

#endif
