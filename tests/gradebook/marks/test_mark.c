#include "gradebook/marks/mark.h"

#include "gradebook/marks/cell.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

static const struct rule_pack *pack(void) {
	const struct rule_pack *found = NULL;
	CHECK_INT("pack", pack_find(10, 2026, &found), ERR_OK);
	return found;
}

static void check_text(void) {
	static const struct {
		enum mark_scale scale;
		const char *text;
		enum err want_err;
		int want;
		const char *printed;
	} rows[] = {
		{ MARK_SCALE_TENTHS, "7,5", ERR_OK, 75, "7,5" },
		{ MARK_SCALE_TENTHS, "7.5", ERR_OK, 75, "7,5" },
		{ MARK_SCALE_TENTHS, " 8 ", ERR_OK, 80, "8" },
		{ MARK_SCALE_TENTHS, "10", ERR_OK, 100, "10" },
		{ MARK_SCALE_TENTHS, "10,0", ERR_OK, 100, "10" },
		{ MARK_SCALE_TENTHS, "0", ERR_OK, 0, "0" },
		{ MARK_SCALE_TENTHS, "0,5", ERR_OK, 5, "0,5" },
		{ MARK_SCALE_TENTHS, "", ERR_OK, MARK_NONE, "" },
		{ MARK_SCALE_TENTHS, "7,55", ERR_INVAL, 0, "" },
		{ MARK_SCALE_TENTHS, "10,1", ERR_INVAL, 0, "" },
		{ MARK_SCALE_TENTHS, "-1", ERR_INVAL, 0, "" },
		{ MARK_SCALE_TENTHS, "85", ERR_INVAL, 0, "" },
		{ MARK_SCALE_TENTHS, "Đ", ERR_INVAL, 0, "" },
		{ MARK_SCALE_PASSED, "Đ", ERR_OK, 1, "Đ" },
		{ MARK_SCALE_PASSED, "đạt", ERR_OK, 1, "Đ" },
		{ MARK_SCALE_PASSED, "CĐ", ERR_OK, 0, "CĐ" },
		{ MARK_SCALE_PASSED, "Chưa đạt", ERR_OK, 0, "CĐ" },
		{ MARK_SCALE_PASSED, "", ERR_OK, MARK_NONE, "" },
		{ MARK_SCALE_PASSED, "8", ERR_INVAL, 0, "" },
		{ MARK_SCALE_WHOLE, "8", ERR_OK, 80, "8" },
		{ MARK_SCALE_WHOLE, "10", ERR_OK, 100, "10" },
		{ MARK_SCALE_WHOLE, "7,5", ERR_INVAL, 0, "" },
		{ MARK_SCALE_LEVEL, "T", ERR_OK, 2, "T" },
		{ MARK_SCALE_LEVEL, "h", ERR_OK, 1, "H" },
		{ MARK_SCALE_LEVEL, " C ", ERR_OK, 0, "C" },
		{ MARK_SCALE_LEVEL, "", ERR_OK, MARK_NONE, "" },
		{ MARK_SCALE_LEVEL, "Đ", ERR_INVAL, 0, "" },
		{ MARK_SCALE_LEVEL, "9", ERR_INVAL, 0, "" },
		{ MARK_SCALE_PASSED, "đạt yêu cầu của môn học này", ERR_INVAL, 0, "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int got = -77;
		enum err e = mark_parse(rows[i].scale, str_from(rows[i].text), &got);
		CHECK_INT(rows[i].text, e, rows[i].want_err);
		CHECK_INT(rows[i].text, got, e ? -77 : rows[i].want);
		_cleanup_(buf_finish) struct buf b = buf_make(100);
		if (!e) {
			mark_print(rows[i].scale, got, LANG_VI, &b);
			CHECK_STR(rows[i].text, buf_str(&b), rows[i].printed);
		}
	}
	for (enum mark_kind kind = MARK_TX; kind <= MARK_CK; kind++) {
		enum mark_kind back = 0;
		CHECK_INT("kind", mark_kind_parse(str_from(mark_kind_name(kind)), &back), ERR_OK);
		CHECK_INT("kind", back, kind);
	}
	enum mark_kind kind = MARK_TX;
	CHECK_INT("no kind", mark_kind_parse(str_from("kt"), &kind), ERR_INVAL);
	CHECK_INT("no kind stored", mark_kind_from_db(4, &kind), ERR_CORRUPT);
}

static void check_columns(void) {
	static const struct {
		enum mark_subject subject;
		unsigned lessons;
		enum mark_kind kind;
		unsigned position;
		enum err want;
	} rows[] = {
		{ MARK_SUBJECT_MARK, 35, MARK_TX, 2, ERR_OK },
		{ MARK_SUBJECT_MARK, 35, MARK_TX, 3, ERR_INVAL },
		{ MARK_SUBJECT_MARK, 70, MARK_TX, 3, ERR_OK },
		{ MARK_SUBJECT_MARK, 105, MARK_TX, 4, ERR_OK },
		{ MARK_SUBJECT_MARK, 105, MARK_TX, 5, ERR_INVAL },
		{ MARK_SUBJECT_MARK, 0, MARK_TX, 4, ERR_OK },
		{ MARK_SUBJECT_MARK, 0, MARK_TX, 5, ERR_INVAL },
		{ MARK_SUBJECT_MARK, 105, MARK_TX, 0, ERR_INVAL },
		{ MARK_SUBJECT_MARK, 105, MARK_GK, 1, ERR_OK },
		{ MARK_SUBJECT_MARK, 105, MARK_GK, 2, ERR_INVAL },
		{ MARK_SUBJECT_MARK, 105, MARK_CK, 1, ERR_OK },
		{ MARK_SUBJECT_MARK, 105, MARK_CK, 2, ERR_INVAL },
		{ MARK_SUBJECT_COMMENT, 70, MARK_TX, 2, ERR_OK },
		{ MARK_SUBJECT_COMMENT, 70, MARK_TX, 3, ERR_INVAL },
		{ MARK_SUBJECT_COMMENT, 0, MARK_TX, 3, ERR_INVAL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "column row %zu", i);
		CHECK_INT(name,
				mark_check_column(pack(), rows[i].subject, rows[i].lessons,
						rows[i].kind, rows[i].position),
				rows[i].want);
	}
	CHECK_INT("plan by lessons", mark_plan_of(pack(), MARK_SUBJECT_MARK, 70, 4).regular_count,
			3);
	CHECK_INT("plan by columns", mark_plan_of(pack(), MARK_SUBJECT_MARK, 0, 4).regular_count,
			4);
	CHECK_INT("at least two", mark_plan_of(pack(), MARK_SUBJECT_MARK, 0, 1).regular_count, 2);
	CHECK_INT("comment", mark_plan_of(pack(), MARK_SUBJECT_COMMENT, 0, 4).regular_count, 2);
}

static void check_changes(void) {
	static const struct {
		const char *name;
		struct mark_change change;
		enum err want;
	} rows[] = {
		{ "first mark", { CELL_NONE, 80, false, false }, ERR_OK },
		{ "corrected before anyone saw it", { 70, 80, false, false }, ERR_OK },
		{ "seen by parents", { 70, 80, true, false }, ERR_MISSING },
		{ "with a reason", { 70, 80, true, true }, ERR_OK },
		{ "added after the column was published", { CELL_NONE, 80, true, false },
				ERR_MISSING },
		{ "the same again", { 80, 80, true, false }, ERR_OK },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name, mark_check_change(&rows[i].change), rows[i].want);
	}
}

static void check_results(void) {
	static const struct {
		const char *name;
		enum mark_subject subject;
		struct mark_cell cells[7];
		size_t count;
		enum err want_err;
		int want_x10;
		const char *want_code;
	} rows[] = {
		{ "whole", MARK_SUBJECT_MARK,
				{ { MARK_CK, 1, 85 }, { MARK_TX, 2, 90 }, { MARK_TX, 1, 80 },
						{ MARK_GK, 1, 75 }, { MARK_TX, 3, 70 } },
				5, ERR_OK, 81, "mark.mean_term" },
		{ "a regular mark is missing", MARK_SUBJECT_MARK,
				{ { MARK_CK, 1, 85 }, { MARK_TX, 2, MARK_NONE }, { MARK_TX, 1, 80 },
						{ MARK_GK, 1, 75 }, { MARK_TX, 3, 70 } },
				5, ERR_OK, MARK_NONE, "mark.mean_missing" },
		{ "the final is missing", MARK_SUBJECT_MARK,
				{ { MARK_TX, 1, 80 }, { MARK_TX, 2, 80 }, { MARK_TX, 3, 80 },
						{ MARK_GK, 1, 75 } },
				4, ERR_OK, MARK_NONE, "mark.mean_missing" },
		{ "nothing", MARK_SUBJECT_MARK, { { 0 } }, 0, ERR_OK, MARK_NONE,
				"mark.mean_missing" },
		{ "two midterms", MARK_SUBJECT_MARK, { { MARK_GK, 1, 80 }, { MARK_GK, 2, 80 } }, 2,
				ERR_INVAL, 0, NULL },
		{ "five regular", MARK_SUBJECT_MARK,
				{ { MARK_TX, 1, 80 }, { MARK_TX, 2, 80 }, { MARK_TX, 3, 80 },
						{ MARK_TX, 4, 80 }, { MARK_TX, 5, 80 } },
				5, ERR_INVAL, 0, NULL },
		{ "over 10", MARK_SUBJECT_MARK, { { MARK_GK, 1, 101 } }, 1, ERR_INVAL, 0, NULL },
		{ "passed", MARK_SUBJECT_COMMENT,
				{ { MARK_TX, 1, 1 }, { MARK_TX, 2, 1 }, { MARK_GK, 1, 1 },
						{ MARK_CK, 1, 1 } },
				4, ERR_OK, 1, "mark.comment_passed" },
		{ "not passed", MARK_SUBJECT_COMMENT,
				{ { MARK_TX, 1, 1 }, { MARK_TX, 2, 0 }, { MARK_GK, 1, 1 },
						{ MARK_CK, 1, 1 } },
				4, ERR_OK, 0, "mark.comment_not_passed" },
		{ "a mark in a comment subject", MARK_SUBJECT_COMMENT, { { MARK_TX, 1, 8 } }, 1,
				ERR_INVAL, 0, NULL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mark_plan plan = mark_plan_of(pack(), rows[i].subject, 70, 3);
		struct mark_result result = { .value_x10 = -77 };
		enum err e = mark_term_result(&plan, rows[i].cells, rows[i].count, &result);
		CHECK_INT(rows[i].name, e, rows[i].want_err);
		if (!e) {
			CHECK_INT(rows[i].name, result.value_x10, rows[i].want_x10);
			CHECK_STR(rows[i].name, result.why.code, rows[i].want_code);
		}
	}
}

static void check_years(void) {
	static const struct {
		const char *name;
		enum mark_subject subject;
		int term_1;
		int term_2;
		int want;
		const char *want_code;
	} rows[] = {
		{ "both", MARK_SUBJECT_MARK, 78, 85, 83, "mark.mean_year" },
		{ "no term II", MARK_SUBJECT_MARK, 78, MARK_NONE, MARK_NONE, "mark.year_missing" },
		{ "no term I", MARK_SUBJECT_MARK, MARK_NONE, 80, MARK_NONE, "mark.year_missing" },
		{ "comment is term II", MARK_SUBJECT_COMMENT, 0, 1, 1, "mark.comment_year" },
		{ "comment without term I", MARK_SUBJECT_COMMENT, MARK_NONE, 0, 0,
				"mark.comment_year" },
		{ "comment without term II", MARK_SUBJECT_COMMENT, 1, MARK_NONE, MARK_NONE,
				"mark.year_missing" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct mark_result result;
		CHECK_INT(rows[i].name,
				mark_year_result(pack(), rows[i].subject, rows[i].term_1,
						rows[i].term_2, &result),
				ERR_OK);
		CHECK_INT(rows[i].name, result.value_x10, rows[i].want);
		CHECK_STR(rows[i].name, result.why.code, rows[i].want_code);
	}
	struct mark_result result;
	CHECK_INT("over 10", mark_year_result(pack(), MARK_SUBJECT_MARK, 101, 80, &result),
			ERR_INVAL);
}

int main(void) {
	check_text();
	check_columns();
	check_changes();
	check_results();
	check_years();
	return check_done();
}
