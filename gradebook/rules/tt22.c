#include "gradebook/rules/tt22.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum { TENTHS_BYTES = 8, TERMS_BYTES = 64 };

/* Both at least 0: the nearest integer, a half goes up. */
static int div_round_half_up(int numerator, int denominator) {
	return (2 * numerator + denominator) / (2 * denominator);
}

static bool is_mark(int x10) {
	return x10 >= 0 && x10 <= TT22_MARK_MAX_X10;
}

static int weighted_sum(const struct tt22_term *term) {
	int sum = TT22_MIDTERM_WEIGHT * term->midterm_x10 + TT22_FINAL_WEIGHT * term->final_x10;
	for (size_t i = 0; i < term->regular_count; i++) {
		sum += term->regular_x10[i];
	}
	return sum;
}

static int weights(const struct tt22_term *term) {
	return (int)term->regular_count + TT22_MIDTERM_WEIGHT + TT22_FINAL_WEIGHT;
}

enum err tt22_term_mean(const struct tt22_term *term, int *out_mean_x10) {
	assert(term && out_mean_x10);
	if (term->regular_count < 1 || term->regular_count > TT22_REGULAR_MAX) {
		return ERR_INVAL;
	}
	for (size_t i = 0; i < term->regular_count; i++) {
		if (!is_mark(term->regular_x10[i])) {
			return ERR_INVAL;
		}
	}
	if (term->midterm_x10 == TT22_MARK_NONE || term->final_x10 == TT22_MARK_NONE) {
		return ERR_MISSING;
	}
	if (!is_mark(term->midterm_x10) || !is_mark(term->final_x10)) {
		return ERR_INVAL;
	}
	*out_mean_x10 = div_round_half_up(weighted_sum(term), weights(term));
	return ERR_OK;
}

enum err tt22_year_mean(int term_1_x10, int term_2_x10, int *out_mean_x10) {
	assert(out_mean_x10);
	if (term_1_x10 == TT22_MARK_NONE || term_2_x10 == TT22_MARK_NONE) {
		return ERR_MISSING;
	}
	if (!is_mark(term_1_x10) || !is_mark(term_2_x10)) {
		return ERR_INVAL;
	}
	*out_mean_x10 = div_round_half_up(
			term_1_x10 + TT22_TERM_2_WEIGHT * term_2_x10, 1 + TT22_TERM_2_WEIGHT);
	return ERR_OK;
}

enum err tt22_comment_result(const struct tt22_comment_term *term, enum tt22_comment *out) {
	assert(term && out);
	if (term->regular_count < 1 || term->regular_count > TT22_REGULAR_MAX) {
		return ERR_INVAL;
	}
	bool is_whole = term->midterm != TT22_COMMENT_NONE && term->final != TT22_COMMENT_NONE;
	bool is_passed = term->midterm == TT22_PASSED && term->final == TT22_PASSED;
	for (size_t i = 0; i < term->regular_count; i++) {
		is_whole = is_whole && term->regular[i] != TT22_COMMENT_NONE;
		is_passed = is_passed && term->regular[i] == TT22_PASSED;
	}
	if (!is_whole) {
		return ERR_MISSING;
	}
	*out = is_passed ? TT22_PASSED : TT22_NOT_PASSED;
	return ERR_OK;
}

/* 83 as "8,3" or "8.3"; also for sums above 100. */
static void print_tenths(int x10, enum lang lang, char out[TENTHS_BYTES]) {
	assert(x10 >= 0 && x10 < 100000);
	(void)snprintf(out, TENTHS_BYTES, "%d%c%d", x10 / 10, lang == LANG_VI ? ',' : '.',
			x10 % 10);
}

void tt22_explain_term(
		const struct tt22_term *term, int mean_x10, enum lang lang, struct explain *out) {
	char terms[TERMS_BYTES] = "";
	char one[TENTHS_BYTES];
	for (size_t i = 0; i < term->regular_count; i++) {
		print_tenths(term->regular_x10[i], lang, one);
		size_t used = strlen(terms);
		(void)snprintf(terms + used, sizeof(terms) - used, "%s%s", i ? " + " : "", one);
	}
	explain_begin(out, "mark.mean_term");
	explain_add(out, "regular", "%s", terms);
	print_tenths(term->midterm_x10, lang, one);
	explain_add(out, "midterm", "%s", one);
	print_tenths(term->final_x10, lang, one);
	explain_add(out, "final", "%s", one);
	explain_add(out, "count", "%zu", term->regular_count);
	print_tenths(weighted_sum(term), lang, one);
	explain_add(out, "sum", "%s", one);
	explain_add(out, "weights", "%d", weights(term));
	print_tenths(mean_x10, lang, one);
	explain_add(out, "mean", "%s", one);
}

void tt22_explain_year(
		int term_1_x10, int term_2_x10, int mean_x10, enum lang lang, struct explain *out) {
	char one[TENTHS_BYTES];
	explain_begin(out, "mark.mean_year");
	print_tenths(term_1_x10, lang, one);
	explain_add(out, "term1", "%s", one);
	print_tenths(term_2_x10, lang, one);
	explain_add(out, "term2", "%s", one);
	print_tenths(term_1_x10 + TT22_TERM_2_WEIGHT * term_2_x10, lang, one);
	explain_add(out, "sum", "%s", one);
	print_tenths(mean_x10, lang, one);
	explain_add(out, "mean", "%s", one);
}

void tt22_explain_comment(enum tt22_comment result, struct explain *out) {
	explain_begin(out,
			result == TT22_PASSED ? "mark.comment_passed" : "mark.comment_not_passed");
}

void tt22_explain_missing(size_t regular_count, size_t regular_needed, bool has_midterm,
		bool has_final, struct explain *out) {
	explain_begin(out, "mark.mean_missing");
	explain_add(out, "have", "%zu", regular_count);
	explain_add(out, "need", "%zu", regular_needed);
	explain_add(out, "midterm", "%d", has_midterm);
	explain_add(out, "final", "%d", has_final);
}
