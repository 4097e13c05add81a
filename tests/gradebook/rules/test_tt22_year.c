#include "gradebook/rules/tt22_year.h"

#include "core/base/cleanup.h"
#include "gradebook/rules/tt22_why.h"
#include "tests/check.h"

static const struct rule_pack *pack; /* set by main */

/* A term in which everything has that value. */
static struct tt22_term even(int value) {
	return (struct tt22_term){ { value, value }, 2, value, value };
}

static struct tt22_subject *add(struct tt22_student *st, const char *code, int value) {
	struct tt22_subject *s = tt22_student_add(st, str_from(code));
	s->terms[0] = even(value);
	s->terms[1] = even(value);
	return s;
}

/* Seven marked subjects with those means, one comment subject that is passed, conduct Tot, no
 * absences. */
static void student_of(const int means[7], struct tt22_student *out) {
	static const char *const codes[] = { "toan", "van", "anh", "li", "hoa", "sinh", "su" };
	tt22_student_init(out);
	for (size_t i = 0; i < 7; i++) {
		add(out, codes[i], means[i]);
	}
	add(out, "gdtc", TT22_PASSED)->is_comment = true;
	out->conduct[0] = PACK_TOT;
	out->conduct[1] = PACK_TOT;
	out->absences = 0;
}

static void work_out(const struct tt22_student *st, struct tt22_outcome *out) {
	CHECK_INT("work out", tt22_work_out(pack, st, out), ERR_OK);
}

/* Article 8: rows term II, columns term I, both from Chua dat up. */
static void check_conduct(void) {
	static const enum pack_level want[PACK_LEVELS][PACK_LEVELS] = {
		{ PACK_CHUA_DAT, PACK_CHUA_DAT, PACK_CHUA_DAT, PACK_CHUA_DAT },
		{ PACK_DAT, PACK_DAT, PACK_DAT, PACK_KHA },
		{ PACK_DAT, PACK_KHA, PACK_KHA, PACK_KHA },
		{ PACK_KHA, PACK_KHA, PACK_TOT, PACK_TOT },
	};
	struct tt22_student st;
	struct tt22_outcome o;
	student_of((const int[7]){ 80, 80, 80, 80, 80, 80, 80 }, &st);
	for (int second = PACK_LEVEL_NONE; second < PACK_LEVELS; second++) {
		for (int first = PACK_LEVEL_NONE; first < PACK_LEVELS; first++) {
			bool is_open = second == PACK_LEVEL_NONE || first == PACK_LEVEL_NONE;
			st.conduct[0] = (enum pack_level)first;
			st.conduct[1] = (enum pack_level)second;
			work_out(&st, &o);
			CHECK_INT("conduct", o.conduct,
					is_open ? PACK_LEVEL_NONE : want[second][first]);
			CHECK_INT("promotion is open", o.promotion == PACK_PROMOTION_OPEN, is_open);
			CHECK_INT("award is open", o.award == TT22_AWARD_OPEN, is_open);
			CHECK_INT("summer is open", o.summer == PACK_OPEN, is_open);
		}
	}
}

/* Articles 12 to 14: seven means, conduct of both terms, absences. */
static void check_promotion(void) {
	static const struct {
		const char *name;
		int means[7];
		enum pack_level conduct;
		int absences;
		enum pack_promotion promotion;
		enum pack_answer summer;
		enum pack_answer retest;
		unsigned again; /* bit i: subject i */
	} rows[] = {
		{ "promoted", { 50, 50, 50, 50, 50, 50, 35 }, PACK_DAT, 45, PACK_PROMOTED, PACK_NO,
				PACK_NO, 0 },
		{ "46 absences", { 90, 90, 90, 90, 90, 90, 90 }, PACK_TOT, 46, PACK_HELD, PACK_NO,
				PACK_NO, 0 },
		{ "conduct", { 90, 90, 90, 90, 90, 90, 90 }, PACK_CHUA_DAT, 0, PACK_CONDITIONAL,
				PACK_YES, PACK_NO, 0 },
		{ "learning", { 50, 50, 50, 50, 50, 49, 34 }, PACK_DAT, 0, PACK_CONDITIONAL,
				PACK_NO, PACK_YES, 1 << 5 | 1 << 6 },
		{ "both: training first", { 50, 50, 50, 50, 50, 49, 34 }, PACK_CHUA_DAT, 0,
				PACK_CONDITIONAL, PACK_YES, PACK_YES, 1 << 5 | 1 << 6 },
		{ "conduct, and too many absences", { 90, 90, 90, 90, 90, 90, 90 }, PACK_CHUA_DAT,
				46, PACK_HELD, PACK_YES, PACK_NO, 0 },
		{ "learning, and too many absences", { 50, 50, 50, 50, 50, 49, 34 }, PACK_DAT, 46,
				PACK_HELD, PACK_NO, PACK_YES, 1 << 5 | 1 << 6 },
		{ "absences are not known", { 90, 90, 90, 90, 90, 90, 90 }, PACK_TOT,
				TT22_ABSENCES_NONE, PACK_PROMOTION_OPEN, PACK_NO, PACK_NO, 0 },
		{ "a mean is not known", { 90, 90, 90, 90, 90, 90, TT22_MARK_NONE }, PACK_TOT, 0,
				PACK_PROMOTION_OPEN, PACK_NO, PACK_OPEN, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tt22_student st;
		struct tt22_outcome o;
		student_of(rows[i].means, &st);
		st.conduct[0] = rows[i].conduct;
		st.conduct[1] = rows[i].conduct;
		st.absences = rows[i].absences;
		work_out(&st, &o);
		CHECK_INT(rows[i].name, o.promotion, rows[i].promotion);
		CHECK_INT(rows[i].name, o.summer, rows[i].summer);
		CHECK_INT(rows[i].name, o.retest, rows[i].retest);
		for (size_t k = 0; k < st.subject_count; k++) {
			CHECK_INT(rows[i].name, o.is_retest[k], rows[i].again >> k & 1);
		}
	}
}

/* Article 15. */
static void check_awards(void) {
	static const struct {
		const char *name;
		int means[7];
		enum pack_level conduct;
		int want;
	} rows[] = {
		{ "six at 9.0", { 90, 90, 90, 90, 90, 90, 65 }, PACK_TOT, 0 },
		{ "one of the six at 8.9", { 90, 90, 90, 90, 90, 89, 65 }, PACK_TOT, 1 },
		{ "Tot", { 80, 80, 80, 80, 80, 80, 65 }, PACK_TOT, 1 },
		{ "Kha", { 80, 80, 80, 80, 80, 79, 65 }, PACK_TOT, TT22_AWARD_NONE },
		{ "conduct Kha", { 90, 90, 90, 90, 90, 90, 90 }, PACK_KHA, TT22_AWARD_NONE },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct tt22_student st;
		struct tt22_outcome o;
		student_of(rows[i].means, &st);
		st.conduct[0] = rows[i].conduct;
		st.conduct[1] = rows[i].conduct;
		work_out(&st, &o);
		CHECK_INT(rows[i].name, o.award, rows[i].want);
	}
}

/* What is missing leaves open what hangs on it, and nothing else. */
static void check_missing(void) {
	struct tt22_student st;
	struct tt22_outcome o;
	student_of((const int[7]){ 80, 80, 80, 80, 80, 80, 80 }, &st);
	st.subjects[0].terms[1].final_x10 = TT22_MARK_NONE;
	work_out(&st, &o);
	CHECK_INT("term I stands", o.terms[0][0], 80);
	CHECK_INT("term II is open", o.terms[0][1], TT22_MARK_NONE);
	CHECK_INT("the year is open", o.years[0], TT22_MARK_NONE);
	CHECK_INT("level of term I", o.term_learning[0].level, PACK_TOT);
	CHECK_INT("level of term II", o.term_learning[1].level, PACK_LEVEL_NONE);
	CHECK_INT("level of the year", o.learning.level, PACK_LEVEL_NONE);

	/* A student who came in the middle of the year brings the mean of term I along. */
	student_of((const int[7]){ 80, 80, 80, 80, 80, 80, 80 }, &st);
	st.subjects[0].terms[0] = (struct tt22_term){ .midterm_x10 = TT22_MARK_NONE,
		.final_x10 = TT22_MARK_NONE };
	work_out(&st, &o);
	CHECK_INT("without term I no year", o.years[0], TT22_MARK_NONE);
	st.subjects[0].given[0] = 62;
	work_out(&st, &o);
	CHECK_INT("given", o.terms[0][0], 62);
	CHECK_INT("(6.2 + 2 x 8.0) : 3", o.years[0], 74);

	/* A comment subject needs only term II for the year. */
	struct tt22_subject *gdtc = &st.subjects[7];
	gdtc->terms[0].midterm_x10 = TT22_MARK_NONE;
	work_out(&st, &o);
	CHECK_INT("term I is open", o.terms[7][0], TT22_MARK_NONE);
	CHECK_INT("the year is not", o.years[7], TT22_PASSED);
	CHECK_INT("level of the year", o.learning.level, PACK_TOT);

	/* Lessons a year say how many regular marks there must be. */
	st.subjects[1].lessons_a_year = 35;
	work_out(&st, &o);
	CHECK_INT("two of two", o.terms[1][0], 80);
	st.subjects[1].lessons_a_year = 36;
	work_out(&st, &o);
	CHECK_INT("two of three", o.terms[1][0], TT22_MARK_NONE);
}

static void check_exempt(void) {
	struct tt22_student st;
	struct tt22_outcome o;
	student_of((const int[7]){ 80, 80, 80, 80, 80, 80, 20 }, &st);
	st.subjects[6].is_exempt = true;
	st.subjects[7].is_exempt = true;
	work_out(&st, &o);
	CHECK_INT("no mean", o.years[6], TT22_MARK_NONE);
	CHECK_INT("level without it", o.learning.level, PACK_TOT);
	CHECK_INT("promoted", o.promotion, PACK_PROMOTED);
}

/* The new results of summer replace the year's where the rules allow them. */
static void check_summer(void) {
	struct tt22_student st;
	struct tt22_outcome o;
	student_of((const int[7]){ 50, 50, 50, 50, 50, 49, 34 }, &st);
	st.has_summer = true;
	work_out(&st, &o);
	CHECK_INT("nothing came", o.promotion_again, PACK_HELD);
	st.subjects[6].again = 35;
	work_out(&st, &o);
	CHECK_INT("still five at 5.0", o.promotion_again, PACK_HELD);
	st.subjects[5].again = 50;
	work_out(&st, &o);
	CHECK_INT("Dat", o.learning_again.level, PACK_DAT);
	CHECK_INT("promoted", o.promotion_again, PACK_PROMOTED);
	CHECK_INT("the year's own is as it was", o.learning.level, PACK_CHUA_DAT);
	CHECK_INT("its promotion too", o.promotion, PACK_CONDITIONAL);
	st.subjects[0].again = 100;
	work_out(&st, &o);
	CHECK_INT("not one of those", o.years_again[0], 50);

	student_of((const int[7]){ 80, 80, 80, 80, 80, 80, 80 }, &st);
	st.conduct[1] = PACK_CHUA_DAT;
	st.has_summer = true;
	st.conduct_again = PACK_DAT;
	work_out(&st, &o);
	CHECK_INT("after training", o.conduct_again, PACK_DAT);
	CHECK_INT("promoted", o.promotion_again, PACK_PROMOTED);
	st.conduct_again = PACK_CHUA_DAT;
	work_out(&st, &o);
	CHECK_INT("in vain", o.promotion_again, PACK_HELD);
	st.has_summer = false;
	work_out(&st, &o);
	CHECK_INT("summer is to come", o.promotion_again, PACK_PROMOTION_OPEN);
}

static void check_refused(void) {
	struct tt22_student st;
	struct tt22_outcome o = { .award = 77 };
	const int means[7] = { 80, 80, 80, 80, 80, 80, 80 };
	student_of(means, &st);
	st.subjects[0].terms[0].midterm_x10 = 101;
	CHECK_INT("mark", tt22_work_out(pack, &st, &o), ERR_INVAL);
	student_of(means, &st);
	st.subjects[7].terms[0].midterm_x10 = 2;
	CHECK_INT("comment", tt22_work_out(pack, &st, &o), ERR_INVAL);
	student_of(means, &st);
	st.subjects[0].given[1] = 101;
	CHECK_INT("given", tt22_work_out(pack, &st, &o), ERR_INVAL);
	student_of(means, &st);
	st.subjects[0].again = 101;
	CHECK_INT("again", tt22_work_out(pack, &st, &o), ERR_INVAL);
	student_of(means, &st);
	st.absences = TT22_ABSENCES_MAX + 1;
	CHECK_INT("absences", tt22_work_out(pack, &st, &o), ERR_INVAL);
	st.absences = -2;
	CHECK_INT("absences", tt22_work_out(pack, &st, &o), ERR_INVAL);
	CHECK_INT("left alone", o.award, 77);
	st.absences = TT22_ABSENCES_MAX;
	CHECK_INT("at the limit", tt22_work_out(pack, &st, &o), ERR_OK);
}

/* ---- the words ---- */

struct heard {
	struct buf text; /* "code|sentence" lines */
	enum lang lang;
};

static void heard_finish(struct heard *h) {
	buf_finish(&h->text);
}

static enum err hear(const struct tt22_why *why, void *ctx) {
	struct heard *h = ctx;
	buf_addf(&h->text, "%s %s %s|", tt22_what_name(why->what), tt22_scope_name(why->scope),
			why->x.code);
	enum err e = explain_print(&why->x, h->lang, &h->text);
	buf_add_char(&h->text, '\n');
	return e;
}

static void check_heard(const struct tt22_student *st, bool only_notable, const char *const *want) {
	for (enum lang lang = LANG_VI; lang < LANG_COUNT_; lang++) {
		_cleanup_(heard_finish) struct heard h = { buf_make(1 << 17), lang };
		const struct tt22_why_sink sink = { hear, &h };
		struct tt22_outcome o;
		work_out(st, &o);
		CHECK_INT("every sentence is there",
				tt22_why_all(pack, st, &o, only_notable, &sink), ERR_OK);
		for (size_t i = 0; want[i] && lang == LANG_VI; i++) {
			CHECK_REPORT_(strstr(buf_str(&h.text), want[i]) != NULL, want[i],
					"not said in:\n%s", buf_str(&h.text));
		}
	}
}

static void check_words(void) {
	struct tt22_student st;
	student_of((const int[7]){ 90, 90, 90, 90, 90, 90, 49 }, &st);
	check_heard(&st, false,
			(const char *const[]){ "mean term_1 mark.mean_term|(9,0 + 9,0 + 2 × 9,0",
					"learning year rule.learning|Kết quả học tập cả năm: Đạt. "
					"Không môn nào dưới 3,5 (thấp nhất: su 4,9); 6 môn từ 5,0",
					"rule.stop_every|Chưa tới mức Khá: 1 môn dưới 5,0",
					"learning year rule.learning_raised|Kết quả học tập cả năm được "
					"điều chỉnh từ Đạt lên Khá: chỉ vì kết quả của duy nhất môn su "
					"(4,9) mà thấp hơn mức Tốt từ 2 mức trở lên (Thông tư "
					"22/2021/TT-BGDĐT, Điều 9 khoản 3).",
					"rule.promoted|Được lên lớp, cả năm: rèn luyện Tốt, học tập Khá, "
					"nghỉ 0 buổi (không quá 45) (Thông tư 22/2021/TT-BGDĐT, Điều 12 "
					"khoản 1).",
					"rule.award_none|", NULL });
	student_of((const int[7]){ 90, 90, 90, 90, 90, 89, 80 }, &st);
	check_heard(&st, false,
			(const char *const[]){
					"rule.award_stop|Chưa đạt danh hiệu Học sinh Xuất sắc: "
					"có 5 môn có trung bình năm từ 9,0 trở lên, cần 6",
					"rule.award|Học sinh Giỏi: rèn luyện Tốt, học tập Tốt",
					NULL });
	student_of((const int[7]){ 50, 50, 50, 50, 50, 49, 34 }, &st);
	st.has_summer = true;
	st.subjects[5].again = 50;
	st.subjects[6].again = 50;
	st.subjects[7].terms[1].final_x10 = TT22_NOT_PASSED;
	check_heard(&st, false,
			(const char *const[]){
					"rule.retest|Được kiểm tra, đánh giá lại trong hè các "
					"môn: sinh, su, gdtc (trung bình năm dưới 5,0",
					"rule.learning_rest|", "rule.conditional|",
					"promotion after rule.promoted|", NULL });
	st.conduct[1] = PACK_CHUA_DAT;
	check_heard(&st, false,
			(const char *const[]){
					"rule.retest_after|Khi kết quả rèn luyện sau hè từ mức Đạt trở lên",
					"rule.summer|", "rule.conditional|",
					"promotion after rule.held|", NULL });
	st.absences = 46;
	st.conduct[1] = PACK_TOT;
	check_heard(&st, false, (const char *const[]){ "rule.held_absences|", NULL });
}

/* The stricter reading of article 14: the year's conduct as it is before summer. */
static void check_strict_retest(void) {
	const struct rule_pack *own = pack;
	struct rule_pack strict = *pack;
	strict.retest_after_training = false;
	struct tt22_student st;
	struct tt22_outcome o;
	student_of((const int[7]){ 50, 50, 50, 50, 50, 49, 34 }, &st);
	st.conduct[1] = PACK_CHUA_DAT;
	pack = &strict;
	work_out(&st, &o);
	CHECK_INT("held", o.promotion, PACK_HELD);
	CHECK_INT("must train all the same", o.summer, PACK_YES);
	CHECK_INT("nothing to assess", o.retest, PACK_NO);
	check_heard(&st, false,
			(const char *const[]){ "rule.retest_closed|", "rule.summer|", "rule.held|",
					NULL });
	pack = own;
}

/* Only what the numbers do not show. */
static void check_notable(void) {
	struct tt22_student st;
	student_of((const int[7]){ 80, 80, 80, 80, 80, 80, 80 }, &st);
	struct tt22_outcome o;
	work_out(&st, &o);
	_cleanup_(heard_finish) struct heard h = { buf_make(1 << 17), LANG_VI };
	const struct tt22_why_sink sink = { hear, &h };
	CHECK_INT("all is there", tt22_why_all(pack, &st, &o, true, &sink), ERR_OK);
	CHECK_STR("nothing to say", buf_str(&h.text), "");
	st.subjects[0].terms[1].midterm_x10 = TT22_MARK_NONE;
	st.subjects[7].terms[1].regular_count = 0;
	st.subjects[1].is_exempt = true;
	st.conduct[0] = PACK_LEVEL_NONE;
	st.absences = TT22_ABSENCES_NONE;
	check_heard(&st, true,
			(const char *const[]){
					"mean term_2 mark.mean_missing|Chưa tính được điểm trung "
					"bình: có 2/2 điểm thường xuyên, 0/1 điểm giữa kì, 1/1",
					"mean term_2 mark.comment_missing|Chưa có kết quả: đã đánh "
					"giá thường xuyên 0/1 lần, giữa kì 1/1",
					"mean year mark.year_missing|", "mean year rule.exempt|",
					"rule.learning_missing|Chưa xếp được mức học tập học kì II: "
					"thiếu kết quả của 2 môn (toan, gdtc).",
					"rule.conduct_missing|",
					"promotion year "
					"rule.promotion_missing|Chưa xét được lên lớp: thiếu số buổi "
					"nghỉ học.",
					"award year rule.award_missing|", NULL });
	tt22_student_init(&st);
	check_heard(&st, true, (const char *const[]){ "rule.learning_nothing|", NULL });
}

int main(void) {
	CHECK_INT("pack", pack_by_code(str_from("tt22"), &pack), ERR_OK);
	check_conduct();
	check_promotion();
	check_awards();
	check_missing();
	check_exempt();
	check_summer();
	check_refused();
	check_words();
	check_strict_retest();
	check_notable();
	return check_done();
}
