#include "gradebook/rules/tt22.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

static const struct rule_pack *pack; /* set by main */

/*
 * Each row is one student, one subject, one term. Rows named "half" sit on x.x5, where a float or
 * a banker's rounding would give another answer.
 */
static const struct {
	const char *name;
	struct tt22_term term;
	enum err want_err;
	int want_x10; /* read only when want_err is ERR_OK */
} terms[] = {
	{ "four regular marks", { { 80, 90, 70, 100 }, 4, 75, 85 }, ERR_OK, 83 },
	{ "half goes up", { { 80, 80, 84 }, 3, 80, 80 }, ERR_OK, 81 },
	{ "just under half", { { 80, 80, 83 }, 3, 80, 80 }, ERR_OK, 80 },
	{ "half with four", { { 82, 83, 82, 82 }, 4, 82, 83 }, ERR_OK, 82 },
	{ "regular marks are not averaged first", { { 20, 20, 20, 20 }, 4, 90, 90 }, ERR_OK, 59 },
	{ "one regular mark", { { 70 }, 1, 80, 90 }, ERR_OK, 83 },
	{ "all ten", { { 100, 100 }, 2, 100, 100 }, ERR_OK, 100 },
	{ "all zero", { { 0, 0 }, 2, 0, 0 }, ERR_OK, 0 },
	{ "half of a tenth above zero", { { 0, 0, 4 }, 3, 0, 0 }, ERR_OK, 1 },
	{ "no final yet", { { 80, 80 }, 2, 75, TT22_MARK_NONE }, ERR_MISSING, 0 },
	{ "no midterm yet", { { 80, 80 }, 2, TT22_MARK_NONE, 75 }, ERR_MISSING, 0 },
	{ "no regular mark", { { 0 }, 0, 75, 85 }, ERR_MISSING, 0 },
	{ "five regular marks", { { 80, 80, 80, 80 }, 5, 75, 85 }, ERR_INVAL, 0 },
	{ "mark over 10", { { 101, 80 }, 2, 75, 85 }, ERR_INVAL, 0 },
	{ "midterm over 10", { { 80, 80 }, 2, 101, 85 }, ERR_INVAL, 0 },
	{ "mark below 0", { { -2, 80 }, 2, 75, 85 }, ERR_INVAL, 0 },
	{ "a gap among the regular marks", { { 80, TT22_MARK_NONE }, 2, 75, 85 }, ERR_MISSING, 0 },
	{ "a wrong mark counts before a missing one", { { 101, TT22_MARK_NONE }, 2, 75, 85 },
			ERR_INVAL, 0 },
};

static const struct {
	const char *name;
	int term_1_x10;
	int term_2_x10;
	enum err want_err;
	int want_x10;
} years[] = {
	{ "term II counts twice", 60, 90, ERR_OK, 80 },
	{ "a third goes down", 80, 82, ERR_OK, 81 },
	{ "two thirds go up", 81, 82, ERR_OK, 82 },
	{ "never above both", 99, 100, ERR_OK, 100 },
	{ "no term II", 80, TT22_MARK_NONE, ERR_MISSING, 0 },
	{ "no term I", TT22_MARK_NONE, 80, ERR_MISSING, 0 },
	{ "over 10", 80, 101, ERR_INVAL, 0 },
};

static const struct {
	const char *name;
	struct tt22_term term;
	enum err want_err;
	enum tt22_comment want;
} comments[] = {
	{ "all passed", { { 1, 1 }, 2, 1, 1 }, ERR_OK, TT22_PASSED },
	{ "one regular not", { { 1, 0 }, 2, 1, 1 }, ERR_OK, TT22_NOT_PASSED },
	{ "the final not", { { 1, 1 }, 2, 1, 0 }, ERR_OK, TT22_NOT_PASSED },
	{ "one is missing", { { 1, TT22_COMMENT_NONE }, 2, 1, 1 }, ERR_MISSING, 0 },
	{ "missing counts before failed", { { 0, 1 }, 2, 1, TT22_COMMENT_NONE }, ERR_MISSING, 0 },
	{ "no regular", { { 0 }, 0, 1, 1 }, ERR_MISSING, 0 },
	{ "a mark", { { 1, 1 }, 2, 2, 1 }, ERR_INVAL, 0 },
	{ "five regular", { { 1, 1, 1, 1 }, 5, 1, 1 }, ERR_INVAL, 0 },
};

static void check_terms(void) {
	for (size_t i = 0; i < sizeof(terms) / sizeof(terms[0]); i++) {
		int got_x10 = -77; /* must survive a failure untouched */
		enum err e = tt22_term_mean(pack, &terms[i].term, &got_x10);
		CHECK_INT(terms[i].name, e, terms[i].want_err);
		CHECK_INT(terms[i].name, got_x10, e ? -77 : terms[i].want_x10);
	}
	for (size_t i = 0; i < sizeof(years) / sizeof(years[0]); i++) {
		int got_x10 = -77;
		enum err e = tt22_year_mean(
				pack, years[i].term_1_x10, years[i].term_2_x10, &got_x10);
		CHECK_INT(years[i].name, e, years[i].want_err);
		CHECK_INT(years[i].name, got_x10, e ? -77 : years[i].want_x10);
	}
	for (size_t i = 0; i < sizeof(comments) / sizeof(comments[0]); i++) {
		enum tt22_comment got = TT22_COMMENT_NONE;
		enum err e = tt22_comment_result(&comments[i].term, &got);
		CHECK_INT(comments[i].name, e, comments[i].want_err);
		CHECK_INT(comments[i].name, got, e ? TT22_COMMENT_NONE : comments[i].want);
	}
}

/* Against the definition itself, without division: m is right when 2·m·d is within d of 2·T, the
 * upper end excluded. Every book of a class of 100 × 101 × 101. */
static void check_all_books(void) {
	size_t wrong = 0;
	for (int tx = 0; tx <= 100; tx++) {
		for (int gk = 0; gk <= 100; gk++) {
			for (int ck = 0; ck <= 100; ck++) {
				struct tt22_term term = { { tx, 100 - tx, (tx * 7) % 101 }, 3, gk,
					ck };
				int mean = -1;
				enum err e = tt22_term_mean(pack, &term, &mean);
				int total = 100 + (tx * 7) % 101 + 2 * gk + 3 * ck;
				int below = 2 * total - 2 * mean * 8;
				wrong += e || below >= 8 || below < -8;
			}
		}
	}
	CHECK_INT("nearest tenth, half up", wrong, 0);
}

static void check_explanations(void) {
	struct explain x;
	_cleanup_(buf_finish) struct buf text = buf_make(4096);
	const struct tt22_term term = { { 80, 90, 70 }, 3, 75, 85 };
	tt22_explain_term(pack, &term, 81, &x);
	CHECK_INT("print", explain_print(&x, LANG_VI, &text), ERR_OK);
	CHECK("formula",
			strstr(buf_str(&text),
					"(8,0 + 9,0 + 7,0 + 2 × 7,5 + 3 × 8,5) : (3 + 5)"
					" = 64,5 : 8 ≈ 8,1") == buf_str(&text));
	buf_clear(&text);
	tt22_explain_term(pack, &term, 81, &x);
	CHECK_INT("print", explain_print(&x, LANG_EN, &text), ERR_OK);
	CHECK("in English", strstr(buf_str(&text), "8.0 + 9.0 + 7.0 + 2 × 7.5") != NULL);
	buf_clear(&text);
	tt22_explain_year(pack, 78, 85, 83, &x);
	CHECK_INT("print", explain_print(&x, LANG_VI, &text), ERR_OK);
	CHECK("year",
			strstr(buf_str(&text), "(7,8 + 2 × 8,5) : 3 = 24,8 : 3 ≈ 8,3") ==
					buf_str(&text));
	buf_clear(&text);
	const struct tt22_term few = { { 80, TT22_MARK_NONE }, 2, 75, TT22_MARK_NONE };
	tt22_explain_missing(&few, false, 3, &x);
	CHECK_INT("print", explain_print(&x, LANG_VI, &text), ERR_OK);
	CHECK("missing",
			strstr(buf_str(&text), "1/3 điểm thường xuyên, 1/1 điểm giữa kì, 0/1") !=
					NULL);
	buf_clear(&text);
	struct json_out w;
	jo_begin(&w, &text);
	tt22_explain_comment(pack, TT22_PASSED, &x);
	CHECK_INT("json", explain_json(&x, LANG_VI, &w), ERR_OK);
	CHECK("json",
			strstr(buf_str(&text),
					"{\"code\":\"mark.comment_passed\",\"params\":{"
					"\"circular\":\"22/2021/TT-BGDĐT\",\"article\":\"9.1.a\"},"
					"\"text\":\"Đạt: ") == buf_str(&text));
}

/* The longest values still fit their places. */
static void check_longest(void) {
	struct explain x;
	const struct tt22_term term = { { 100, 100, 100, 100 }, 4, 100, 100 };
	tt22_explain_term(pack, &term, 100, &x);
	_cleanup_(buf_finish) struct buf text = buf_make(4096);
	CHECK_INT("print", explain_print(&x, LANG_VI, &text), ERR_OK);
	CHECK("whole",
			strstr(buf_str(&text),
					"(10,0 + 10,0 + 10,0 + 10,0 + 2 × 10,0 + 3 × 10,0)"
					" : (4 + 5) = 90,0 : 9 ≈ 10,0") == buf_str(&text));
}

int main(void) {
	CHECK_INT("pack", pack_by_code(str_from("tt22"), &pack), ERR_OK);
	check_terms();
	check_all_books();
	check_explanations();
	check_longest();
	return check_done();
}
