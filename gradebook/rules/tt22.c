#include "gradebook/rules/tt22.h"

#include <assert.h>

/* Both at least 0: the nearest integer, a half goes up. */
static int div_round_half_up(int numerator, int denominator) {
	return (2 * numerator + denominator) / (2 * denominator);
}

/* ERR_MISSING when a value is not entered, ERR_INVAL when one is not in 0..most. */
static enum err check_values(const struct tt22_term *term, int most) {
	if (term->regular_count > TT22_REGULAR_MAX) {
		return ERR_INVAL;
	}
	const int ends[] = { term->midterm_x10, term->final_x10 };
	bool is_whole = term->regular_count > 0;
	for (size_t i = 0; i < term->regular_count + 2; i++) {
		int v = i < 2 ? ends[i] : term->regular_x10[i - 2];
		if (v < TT22_MARK_NONE || v > most) {
			return ERR_INVAL;
		}
		is_whole = is_whole && v != TT22_MARK_NONE;
	}
	return is_whole ? ERR_OK : ERR_MISSING;
}

static int weighted_sum(const struct rule_pack *pack, const struct tt22_term *term) {
	int sum = pack->midterm_weight * term->midterm_x10 + pack->final_weight * term->final_x10;
	for (size_t i = 0; i < term->regular_count; i++) {
		sum += term->regular_x10[i];
	}
	return sum;
}

static int weights(const struct rule_pack *pack, const struct tt22_term *term) {
	return (int)term->regular_count + pack->midterm_weight + pack->final_weight;
}

enum err tt22_term_mean(
		const struct rule_pack *pack, const struct tt22_term *term, int *out_mean_x10) {
	assert(pack && term && out_mean_x10);
	enum err e = check_values(term, PACK_MARK_MAX_X10);
	if (e) {
		return e;
	}
	*out_mean_x10 = div_round_half_up(weighted_sum(pack, term), weights(pack, term));
	return ERR_OK;
}

static int year_sum(const struct rule_pack *pack, int term_1_x10, int term_2_x10) {
	return term_1_x10 + pack->term_2_weight * term_2_x10;
}

enum err tt22_year_mean(
		const struct rule_pack *pack, int term_1_x10, int term_2_x10, int *out_mean_x10) {
	assert(pack && out_mean_x10);
	if (term_1_x10 < TT22_MARK_NONE || term_1_x10 > PACK_MARK_MAX_X10 ||
			term_2_x10 < TT22_MARK_NONE || term_2_x10 > PACK_MARK_MAX_X10) {
		return ERR_INVAL;
	}
	if (term_1_x10 == TT22_MARK_NONE || term_2_x10 == TT22_MARK_NONE) {
		return ERR_MISSING;
	}
	*out_mean_x10 = div_round_half_up(
			year_sum(pack, term_1_x10, term_2_x10), 1 + pack->term_2_weight);
	return ERR_OK;
}

enum err tt22_comment_result(const struct tt22_term *term, enum tt22_comment *out) {
	assert(term && out);
	enum err e = check_values(term, TT22_PASSED);
	if (e) {
		return e;
	}
	bool is_passed = term->midterm_x10 == TT22_PASSED && term->final_x10 == TT22_PASSED;
	for (size_t i = 0; i < term->regular_count; i++) {
		is_passed = is_passed && term->regular_x10[i] == TT22_PASSED;
	}
	*out = is_passed ? TT22_PASSED : TT22_NOT_PASSED;
	return ERR_OK;
}

static void cite(const struct rule_pack *pack, struct pack_article article, struct explain *out) {
	explain_text(out, "circular", str_from(pack->circular));
	explain_article(out, "article", article);
}

void tt22_explain_term(const struct rule_pack *pack, const struct tt22_term *term, int mean_x10,
		struct explain *out) {
	explain_begin(out, "mark.mean_term");
	explain_sum(out, "regular", term->regular_x10, term->regular_count);
	explain_tenths(out, "midterm", term->midterm_x10);
	explain_tenths(out, "final", term->final_x10);
	explain_int(out, "count", (int64_t)term->regular_count);
	explain_int(out, "midterm_weight", pack->midterm_weight);
	explain_int(out, "final_weight", pack->final_weight);
	explain_int(out, "other_weights", pack->midterm_weight + pack->final_weight);
	explain_tenths(out, "sum", weighted_sum(pack, term));
	explain_int(out, "weights", weights(pack, term));
	explain_tenths(out, "mean", mean_x10);
	cite(pack, pack->mean_article, out);
}

void tt22_explain_year(const struct rule_pack *pack, int term_1_x10, int term_2_x10, int mean_x10,
		struct explain *out) {
	explain_begin(out, "mark.mean_year");
	explain_tenths(out, "term1", term_1_x10);
	explain_int(out, "weight", pack->term_2_weight);
	explain_tenths(out, "term2", term_2_x10);
	explain_int(out, "weights", 1 + pack->term_2_weight);
	explain_tenths(out, "sum", year_sum(pack, term_1_x10, term_2_x10));
	explain_tenths(out, "mean", mean_x10);
	cite(pack, pack->mean_article, out);
}

void tt22_explain_comment(
		const struct rule_pack *pack, enum tt22_comment result, struct explain *out) {
	explain_begin(out,
			result == TT22_PASSED ? "mark.comment_passed" : "mark.comment_not_passed");
	cite(pack, pack->comment_article, out);
}

void tt22_explain_comment_year(const struct rule_pack *pack, struct explain *out) {
	explain_begin(out, "mark.comment_year");
	cite(pack, pack->comment_article, out);
}

void tt22_explain_missing(const struct tt22_term *term, bool is_comment, size_t regular_needed,
		struct explain *out) {
	size_t have = 0;
	for (size_t i = 0; i < term->regular_count; i++) {
		have += term->regular_x10[i] != TT22_MARK_NONE;
	}
	explain_begin(out, is_comment ? "mark.comment_missing" : "mark.mean_missing");
	explain_int(out, "have", (int64_t)have);
	explain_int(out, "need", (int64_t)regular_needed);
	explain_int(out, "midterm", term->midterm_x10 != TT22_MARK_NONE);
	explain_int(out, "final", term->final_x10 != TT22_MARK_NONE);
}
