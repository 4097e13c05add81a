#include "gradebook/rules/tt27.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

enum { END = TT27_MOMENTS - 1, SUBJECTS = 4, TESTED = 2 };

static const struct primary_pack *pack; /* set by main */

#define C PACK_PRIMARY_C
#define M PACK_PRIMARY_MIDDLE
#define T PACK_PRIMARY_T

static void set_traits(struct tt27_traits *traits, size_t count, enum pack_primary_level level) {
	static const char *const codes[] = { "a", "b", "c", "d", "e", "f", "g", "h", "i", "j" };
	traits->count = count;
	for (size_t i = 0; i < count; i++) {
		traits->items[i].code = str_from(codes[i]);
		traits->items[i].again = PACK_PRIMARY_NONE;
		for (size_t k = 0; k < TT27_MOMENTS; k++) {
			traits->items[i].moments[k] = level;
		}
	}
}

/* Four subjects, the first two with tests, five qualities and ten competences. */
static void pupil_of(enum pack_primary_level subject, enum pack_primary_level trait, int test_x10,
		struct tt27_pupil *out) {
	static const char *const codes[SUBJECTS] = { "tv", "toan", "dd", "gdtc" };
	memset(out, 0, sizeof(*out));
	out->subject_count = SUBJECTS;
	for (size_t i = 0; i < SUBJECTS; i++) {
		struct tt27_subject *s = &out->subjects[i];
		s->code = str_from(codes[i]);
		s->has_tests = i < TESTED;
		s->again = PACK_PRIMARY_NONE;
		s->again_test_x10 = TT27_TEST_NONE;
		for (size_t k = 0; k < TT27_MOMENTS; k++) {
			s->moments[k] = subject;
			s->tests_x10[k] = s->has_tests ? test_x10 : TT27_TEST_NONE;
		}
	}
	set_traits(&out->qualities, 5, trait);
	set_traits(&out->competences, 10, trait);
}

static const char *row_of(const struct tt27_pupil *pupil) {
	struct tt27_outcome o;
	CHECK_INT("work out", tt27_work_out(pack, pupil, &o), ERR_OK);
	const char *code = tt27_row_code(pack, o.row);
	return code ? code : "open";
}

/* What is assessed again after help completes the grade when all of it suffices, and otherwise the
 * headmaster decides; the year's result and awards stay. */
static void check_again(void) {
	static const struct {
		const char *name;
		enum pack_primary_level subject; /* once more: what was C ... */
		int test_x10;                    /* ... and was below 5 */
		enum pack_primary_level trait;
		enum pack_answer advanced;
		int after;
		enum pack_promotion promotion;
	} rows[] = {
		{ "nothing yet", PACK_PRIMARY_NONE, TT27_TEST_NONE, PACK_PRIMARY_NONE, PACK_OPEN,
				TT27_ROW_OPEN, PACK_CONDITIONAL },
		{ "all of it", M, 50, M, PACK_OPEN, PACK_PRIMARY_ROWS - 1, PACK_PROMOTED },
		{ "however well", T, 100, T, PACK_OPEN, PACK_PRIMARY_ROWS - 1, PACK_PROMOTED },
		{ "not the test", M, 40, M, PACK_OPEN, PACK_PRIMARY_ROWS, PACK_CONDITIONAL },
		{ "not the subject", C, 50, M, PACK_OPEN, PACK_PRIMARY_ROWS, PACK_CONDITIONAL },
		{ "not the quality", M, 50, C, PACK_OPEN, PACK_PRIMARY_ROWS, PACK_CONDITIONAL },
		{ "a part", M, TT27_TEST_NONE, M, PACK_OPEN, PACK_PRIMARY_ROWS, PACK_CONDITIONAL },
		{ "and decided so", M, 40, M, PACK_YES, PACK_PRIMARY_ROWS, PACK_PROMOTED },
		{ "and decided not", M, 40, M, PACK_NO, PACK_PRIMARY_ROWS, PACK_HELD },
		{ "completed: no decision", M, 50, M, PACK_NO, PACK_PRIMARY_ROWS - 1,
				PACK_PROMOTED },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tt27_pupil p;
		struct tt27_outcome o;
		struct tt27_short again;
		pupil_of(T, T, 100, &p);
		p.subjects[2].moments[END] = C;
		p.subjects[0].tests_x10[END] = 40;
		p.qualities.items[3].moments[END] = C;
		p.subjects[2].again = rows[i].subject;
		p.subjects[0].again_test_x10 = rows[i].test_x10;
		p.qualities.items[3].again = rows[i].trait;
		p.advanced = rows[i].advanced;
		CHECK_INT(rows[i].name, tt27_work_out(pack, &p, &o), ERR_OK);
		CHECK_INT(rows[i].name, o.row, PACK_PRIMARY_ROWS);
		CHECK_INT(rows[i].name, o.after, rows[i].after);
		CHECK_INT(rows[i].name, o.promotion, rows[i].promotion);
		CHECK_INT(rows[i].name, o.award, TT27_AWARD_NONE);
		tt27_find_again(pack, &p, &o, &again);
		CHECK_INT(rows[i].name,
				again.subject_count == 1 && again.test_count == 1 &&
						again.trait_count == 1,
				true);
	}
	struct tt27_pupil good;
	struct tt27_outcome o;
	pupil_of(M, M, 50, &good);
	good.subjects[0].again = C;
	good.advanced = PACK_NO;
	CHECK_INT("nobody asks", tt27_work_out(pack, &good, &o), ERR_OK);
	CHECK_INT("it does not count", o.after, TT27_ROW_OPEN);
	CHECK_INT("promoted", o.promotion, PACK_PROMOTED);
	good.subjects[0].again_test_x10 = 45;
	CHECK_INT("whole marks", tt27_work_out(pack, &good, &o), ERR_INVAL);
}

/* Each limit from both sides, by the worst subject, trait and test. */
static void check_rows(void) {
	static const struct {
		enum pack_primary_level subject;
		enum pack_primary_level trait;
		int test_x10;
		const char *want;
	} rows[] = {
		{ T, T, 100, "htxs" },
		{ T, T, 90, "htxs" },
		{ T, T, 80, "htt" },
		{ T, T, 70, "htt" },
		{ T, T, 60, "ht" },
		{ T, T, 50, "ht" },
		{ T, T, 40, "cht" },
		{ T, T, 0, "cht" },
		{ M, T, 100, "ht" },
		{ T, M, 100, "ht" },
		{ M, M, 50, "ht" },
		{ M, M, 40, "cht" },
		{ C, T, 100, "cht" },
		{ T, C, 100, "cht" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* Every place in turn is the worst, the others are the best. */
		for (size_t at = 0; at < SUBJECTS; at++) {
			struct tt27_pupil p;
			pupil_of(T, T, 100, &p);
			p.subjects[at].moments[END] = rows[i].subject;
			p.subjects[at % TESTED].tests_x10[END] = rows[i].test_x10;
			struct tt27_traits *traits = at % 2 ? &p.qualities : &p.competences;
			traits->items[at].moments[END] = rows[i].trait;
			char name[40];
			(void)snprintf(name, sizeof(name), "row %zu, place %zu", i, at);
			CHECK_STR(name, row_of(&p), rows[i].want);
		}
	}
}

/* The level is the teacher's, the test another thing: neither changes the other. */
static void check_only_the_end_counts(void) {
	struct tt27_pupil p;
	pupil_of(T, T, 100, &p);
	for (size_t k = 0; k < END; k++) {
		p.subjects[0].moments[k] = C;
		p.subjects[0].tests_x10[k] = 0;
		p.qualities.items[0].moments[k] = PACK_PRIMARY_NONE;
	}
	CHECK_STR("the year's end", row_of(&p), "htxs");
	p.subjects[0].tests_x10[END] = 0;
	p.subjects[0].is_exempt = true;
	CHECK_STR("exempt", row_of(&p), "htxs");
}

static void check_open(void) {
	struct tt27_pupil p;
	pupil_of(T, T, 100, &p);
	p.subjects[3].moments[END] = PACK_PRIMARY_NONE;
	CHECK_STR("a subject", row_of(&p), "open");
	pupil_of(T, T, 100, &p);
	p.subjects[1].tests_x10[END] = TT27_TEST_NONE;
	CHECK_STR("a test", row_of(&p), "open");
	pupil_of(T, T, 100, &p);
	p.competences.items[9].moments[END] = PACK_PRIMARY_NONE;
	CHECK_STR("a competence", row_of(&p), "open");
	pupil_of(T, T, 100, &p);
	p.qualities.count = 4;
	CHECK_STR("four qualities", row_of(&p), "open");
	pupil_of(T, T, 100, &p);
	p.competences.count = 8;
	CHECK_STR("eight competences", row_of(&p), "htxs");
	p.competences.count = 7;
	CHECK_STR("seven competences", row_of(&p), "open");
	pupil_of(T, T, 100, &p);
	p.subject_count = 0;
	CHECK_STR("no subject", row_of(&p), "open");
	struct tt27_outcome o;
	CHECK_INT("open", tt27_work_out(pack, &p, &o), ERR_OK);
	CHECK_INT("promotion", o.promotion, PACK_PROMOTION_OPEN);
	CHECK_INT("award", o.award, TT27_AWARD_OPEN);
	pupil_of(T, T, 95, &p);
	CHECK_INT("half a point", tt27_work_out(pack, &p, &o), ERR_INVAL);
	pupil_of(T, T, 110, &p);
	CHECK_INT("eleven points", tt27_work_out(pack, &p, &o), ERR_INVAL);
}

static void check_awards(void) {
	static const struct {
		int test_x10;
		enum pack_answer outstanding;
		enum pack_answer recognised;
		int want;
		enum pack_promotion promotion;
	} rows[] = {
		{ 90, PACK_OPEN, PACK_OPEN, 0, PACK_PROMOTED },
		{ 90, PACK_NO, PACK_NO, 0, PACK_PROMOTED },
		{ 80, PACK_YES, PACK_YES, 1, PACK_PROMOTED },
		{ 80, PACK_NO, PACK_YES, TT27_AWARD_NONE, PACK_PROMOTED },
		{ 80, PACK_YES, PACK_NO, TT27_AWARD_NONE, PACK_PROMOTED },
		{ 80, PACK_OPEN, PACK_NO, TT27_AWARD_NONE, PACK_PROMOTED },
		{ 80, PACK_YES, PACK_OPEN, TT27_AWARD_OPEN, PACK_PROMOTED },
		{ 80, PACK_OPEN, PACK_OPEN, TT27_AWARD_OPEN, PACK_PROMOTED },
		{ 60, PACK_YES, PACK_YES, TT27_AWARD_NONE, PACK_PROMOTED },
		{ 40, PACK_YES, PACK_YES, TT27_AWARD_NONE, PACK_CONDITIONAL },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tt27_pupil p;
		struct tt27_outcome o;
		char name[32];
		(void)snprintf(name, sizeof(name), "award row %zu", i);
		pupil_of(T, T, rows[i].test_x10, &p);
		p.outstanding = rows[i].outstanding;
		p.recognised = rows[i].recognised;
		CHECK_INT(name, tt27_work_out(pack, &p, &o), ERR_OK);
		CHECK_INT(name, o.award, rows[i].want);
		CHECK_INT(name, o.promotion, rows[i].promotion);
	}
}

struct heard {
	struct buf text;
	enum lang lang;
};

static void heard_finish(struct heard *h) {
	buf_finish(&h->text);
}

static enum err hear(const char *what, const struct explain *x, void *ctx) {
	struct heard *h = ctx;
	buf_addf(&h->text, "%s %s|", what, x->code);
	enum err e = explain_print(x, h->lang, &h->text);
	buf_add_char(&h->text, '\n');
	return e;
}

static void check_heard(const struct tt27_pupil *p, bool only_missing, const char *want) {
	for (enum lang lang = LANG_VI; lang < LANG_COUNT_; lang++) {
		_cleanup_(heard_finish) struct heard h = { buf_make(1 << 16), lang };
		const struct tt27_why_sink sink = { hear, &h };
		struct tt27_outcome o;
		CHECK_INT("work out", tt27_work_out(pack, p, &o), ERR_OK);
		CHECK_INT(want, tt27_why_all(pack, p, &o, only_missing, &sink), ERR_OK);
		CHECK_REPORT_(lang != LANG_VI || strstr(buf_str(&h.text), want), want,
				"not said in:\n%s", buf_str(&h.text));
		CHECK("nothing without need", want[0] || h.text.len == 0);
	}
}

static void check_words(void) {
	struct tt27_pupil p;
	pupil_of(T, T, 90, &p);
	check_heard(&p, true, "");
	check_heard(&p, false,
			"learning rule.primary_year|Kết quả giáo dục cả năm: Hoàn thành xuất "
			"sắc. Mọi môn học và hoạt động giáo dục từ mức Hoàn thành tốt, mọi "
			"phẩm chất và năng lực từ mức Tốt, mọi bài kiểm tra cuối năm từ 9,0 "
			"điểm (Thông tư 27/2020/TT-BGDĐT, Điều 9 khoản 2 điểm a).");
	check_heard(&p, false, "award rule.primary_award|Học sinh Xuất sắc");
	p.subjects[1].tests_x10[END] = 80;
	check_heard(&p, false,
			"rule.primary_stop_tests|Chưa tới mức Hoàn thành xuất sắc: bài kiểm "
			"tra cuối năm dưới 9,0 điểm: toan");
	check_heard(&p, true, "award rule.primary_award_open|");
	p.outstanding = PACK_YES;
	p.recognised = PACK_YES;
	check_heard(&p, false, "award rule.primary_award_chosen|Học sinh Tiêu biểu");
	p.subjects[2].moments[END] = C;
	p.competences.items[0].moments[END] = C;
	check_heard(&p, false,
			"rule.primary_stop_subjects|Chưa tới mức Hoàn thành: môn học dưới mức "
			"Hoàn thành: dd");
	check_heard(&p, false, "rule.primary_stop_traits|");
	check_heard(&p, false, "promotion rule.primary_conditional|");
	check_heard(&p, false, "award rule.primary_award_none|");
	p.subjects[0].moments[END] = PACK_PRIMARY_NONE;
	p.subjects[0].tests_x10[END] = TT27_TEST_NONE;
	p.qualities.items[0].moments[END] = PACK_PRIMARY_NONE;
	check_heard(&p, true,
			"rule.primary_missing_subjects|Chưa có mức đánh giá cuối năm của các "
			"môn: tv.");
	check_heard(&p, true, "rule.primary_missing_tests|");
	check_heard(&p, true, "rule.primary_missing_traits|");
	p.qualities.count = 2;
	p.competences.count = 2;
	p.subject_count = 0;
	check_heard(&p, true, "rule.primary_few_qualities|");
	check_heard(&p, true, "rule.primary_few_competences|");
	check_heard(&p, true, "rule.primary_no_subjects|");
}

int main(void) {
	CHECK_INT("pack", pack_primary_by_code(str_from("tt27"), &pack), ERR_OK);
	check_rows();
	check_again();
	check_only_the_end_counts();
	check_open();
	check_awards();
	check_words();
	return check_done();
}
