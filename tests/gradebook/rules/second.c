#include "tests/gradebook/rules/second.h"

#include <string.h>

enum { NOTHING = -1 };

struct second_law second_law_of_2021(void) {
	return (struct second_law){
		.lessons_few = 35,
		.marks_few = 2,
		.lessons_some = 70,
		.marks_some = 3,
		.marks_lots = 4,
		.comment_assessments = 2,
		.weight_mid = 2,
		.weight_end = 3,
		.weight_second_term = 2,
		.tot_all = 65,
		.tot_some = 80,
		.tot_how_many = 6,
		.kha_all = 50,
		.kha_some = 65,
		.kha_how_many = 6,
		.dat_all = 35,
		.dat_some = 50,
		.dat_how_many = 6,
		.dat_comment_fails = 1,
		.lowered_by = 2,
		.lowered_from = SECOND_KHA,
		.one_may_be_comment = 1,
		.conduct_tot_first = SECOND_KHA,
		.conduct_kha_first = SECOND_DAT,
		.conduct_kha_dat = SECOND_TOT,
		.promoted_conduct = SECOND_DAT,
		.promoted_learning = SECOND_DAT,
		.promoted_absences = 45,
		.summer_below = SECOND_DAT,
		.again_conduct = SECOND_DAT,
		.again_below = SECOND_DAT,
		.again_mark = 50,
		.again_after_training = 1,
		.award_conduct = SECOND_TOT,
		.award_learning = SECOND_TOT,
		.award_mark = 90,
		.award_how_many = 6,
	};
}

/* The tenth t with t - 1/2 <= top/bottom < t + 1/2, looked for from 0 up. */
static int nearest_tenth(int top, int bottom) {
	int t = 0;
	while (!((2 * t - 1) * bottom <= 2 * top && 2 * top < (2 * t + 1) * bottom)) {
		t++;
	}
	return t;
}

/* Article 6: how many regular assessments there must be; NOTHING when nobody says. */
static int due(const struct second_law *law, const struct tt22_subject *s) {
	int lessons = (int)s->lessons_a_year;
	if (lessons == 0) {
		return NOTHING;
	}
	if (s->is_comment) {
		return law->comment_assessments;
	}
	if (lessons > law->lessons_some) {
		return law->marks_lots;
	}
	return lessons > law->lessons_few ? law->marks_some : law->marks_few;
}

/* Article 9, clause 1: a term of a subject. */
static int term_of(const struct second_law *law, const struct tt22_subject *s, int k) {
	if (s->given[k] != NOTHING) {
		return s->given[k];
	}
	/* All assessments in one list, each as often as it weighs. */
	const struct tt22_term *t = &s->terms[k];
	int list[32];
	int n = 0;
	for (size_t i = 0; i < t->regular_count; i++) {
		list[n++] = t->regular_x10[i];
	}
	if (n == 0 || n < due(law, s)) {
		return NOTHING;
	}
	for (int i = 0; i < law->weight_mid; i++) {
		list[n++] = t->midterm_x10;
	}
	for (int i = 0; i < law->weight_end; i++) {
		list[n++] = t->final_x10;
	}
	int top = 0;
	bool all_passed = true;
	for (int i = 0; i < n; i++) {
		if (list[i] == NOTHING) {
			return NOTHING;
		}
		top += list[i];
		all_passed = all_passed && list[i] == 1;
	}
	return s->is_comment ? all_passed : nearest_tenth(top, n);
}

static int year_of(const struct second_law *law, const struct tt22_subject *s, const int terms[2]) {
	if (s->is_comment) {
		return terms[1];
	}
	if (terms[0] == NOTHING || terms[1] == NOTHING) {
		return NOTHING;
	}
	return nearest_tenth(
			terms[0] + law->weight_second_term * terms[1], 1 + law->weight_second_term);
}

/* The results that count, marks and comments apart. */
struct results {
	int marks[TT22_SUBJECTS_MAX];
	int mark_count;
	int comments[TT22_SUBJECTS_MAX];
	int comment_count;
	bool is_open;
};

static void sort_down(int *a, int n) {
	for (int i = 1; i < n; i++) {
		for (int k = i; k > 0 && a[k] > a[k - 1]; k--) {
			int swap = a[k];
			a[k] = a[k - 1];
			a[k - 1] = swap;
		}
	}
}

/* "All are at least `all`, and `how_many` of them at least `some`": by the worst and the
 * how_many-th best. */
static bool marks_are(const struct results *r, int all, int some, int how_many) {
	int sorted[TT22_SUBJECTS_MAX];
	memcpy(sorted, r->marks, sizeof(sorted));
	sort_down(sorted, r->mark_count);
	if (r->mark_count > 0 && sorted[r->mark_count - 1] < all) {
		return false;
	}
	return how_many <= 0 || (r->mark_count >= how_many && sorted[how_many - 1] >= some);
}

static int failed_comments(const struct results *r) {
	int n = 0;
	for (int i = 0; i < r->comment_count; i++) {
		n += r->comments[i] == 0;
	}
	return n;
}

/* Article 9, clause 2. */
static int clause_2(const struct second_law *law, const struct results *r) {
	bool all_passed = failed_comments(r) == 0;
	if (all_passed && marks_are(r, law->tot_all, law->tot_some, law->tot_how_many)) {
		return SECOND_TOT;
	}
	if (all_passed && marks_are(r, law->kha_all, law->kha_some, law->kha_how_many)) {
		return SECOND_KHA;
	}
	if (failed_comments(r) <= law->dat_comment_fails &&
			marks_are(r, law->dat_all, law->dat_some, law->dat_how_many)) {
		return SECOND_DAT;
	}
	return SECOND_CHUA_DAT;
}

static bool is_lowered(const struct second_law *law, int level, const struct results *better) {
	int other = clause_2(law, better);
	return other >= law->lowered_from && other - level >= law->lowered_by;
}

/* Article 9, clause 3: there is a subject, and a better result of it, with which ... */
static bool one_subject_did_it(const struct second_law *law, const struct results *r, int level) {
	for (int i = 0; i < r->mark_count; i++) {
		for (int better = (r->marks[i] / 10 + 1) * 10; better <= 100; better += 10) {
			struct results other = *r;
			other.marks[i] = better;
			if (is_lowered(law, level, &other)) {
				return true;
			}
		}
	}
	for (int i = 0; i < r->comment_count && law->one_may_be_comment; i++) {
		struct results other = *r;
		other.comments[i] = 1;
		if (is_lowered(law, level, &other)) {
			return true;
		}
	}
	return false;
}

static int learning_of(const struct second_law *law, const struct results *r, bool *raised) {
	*raised = false;
	if (r->is_open || r->mark_count + r->comment_count == 0) {
		return SECOND_OPEN;
	}
	int level = clause_2(law, r);
	*raised = level < SECOND_TOT && one_subject_did_it(law, r, level);
	return level + *raised;
}

static void collect(struct results *r, const struct tt22_subject *s, int value) {
	if (s->is_exempt) {
		return;
	}
	r->is_open = r->is_open || value == NOTHING;
	if (s->is_comment) {
		r->comments[r->comment_count++] = value;
	} else {
		r->marks[r->mark_count++] = value;
	}
}

/* Article 8, clause 2, point b, clause by clause. */
static int conduct_of(const struct second_law *law, int first, int second) {
	if (first == SECOND_OPEN || second == SECOND_OPEN) {
		return SECOND_OPEN;
	}
	if (second == SECOND_TOT && first >= law->conduct_tot_first) {
		return SECOND_TOT;
	}
	if (second == SECOND_TOT || (second == SECOND_KHA && first >= law->conduct_kha_first) ||
			(second == SECOND_DAT && first >= law->conduct_kha_dat)) {
		return SECOND_KHA;
	}
	return second >= SECOND_DAT ? SECOND_DAT : SECOND_CHUA_DAT;
}

static bool is_promoted(const struct second_law *law, int conduct, int learning, int absences) {
	return conduct >= law->promoted_conduct && learning >= law->promoted_learning &&
			absences <= law->promoted_absences;
}

/* Articles 13, 14 and 12: what the summer is for, and whether it can still help. */
static void judge_promotion(const struct second_law *law, const struct tt22_student *st,
		struct second_answer *a) {
	int learning = a->learning[2];
	bool knows = a->conduct != SECOND_OPEN && learning != SECOND_OPEN;
	a->summer = a->conduct == SECOND_OPEN ? SECOND_OPEN : a->conduct < law->summer_below;
	a->retest = SECOND_OPEN;
	if (knows) {
		/* Training can still bring the conduct that is asked for. */
		bool can_train = law->again_after_training && a->summer == 1;
		a->retest = learning < law->again_below &&
				(can_train || a->conduct >= law->again_conduct);
	}
	for (size_t i = 0; i < st->subject_count; i++) {
		const struct tt22_subject *s = &st->subjects[i];
		int weak = s->is_comment ? 1 : law->again_mark;
		a->again[i] = a->retest == 1 && !s->is_exempt && a->years[i] < weak;
	}
	a->promotion = SECOND_OPEN;
	if (!knows || st->absences < 0) {
		return;
	}
	/* The best that the summer could bring. */
	int conduct = a->summer == 1 ? SECOND_TOT : a->conduct;
	int best = a->retest == 1 ? SECOND_TOT : learning;
	if (is_promoted(law, a->conduct, learning, st->absences)) {
		a->promotion = 1;
	} else {
		a->promotion = is_promoted(law, conduct, best, st->absences) ? 2 : 3;
	}
}

/* Article 15. */
static int award_of(const struct second_law *law, const struct tt22_student *st,
		const struct second_answer *a) {
	if (a->conduct == SECOND_OPEN || a->learning[2] == SECOND_OPEN) {
		return SECOND_OPEN;
	}
	if (a->conduct < law->award_conduct || a->learning[2] < law->award_learning) {
		return 0;
	}
	int high = 0;
	for (size_t i = 0; i < st->subject_count; i++) {
		const struct tt22_subject *s = &st->subjects[i];
		high += !s->is_exempt && !s->is_comment && a->years[i] >= law->award_mark;
	}
	return high >= law->award_how_many ? 2 : 1;
}

static void judge_after(const struct second_law *law, const struct tt22_student *st,
		struct second_answer *a) {
	struct results r = { .mark_count = 0 };
	bool raised = false;
	for (size_t i = 0; i < st->subject_count; i++) {
		const struct tt22_subject *s = &st->subjects[i];
		bool is_new = a->again[i] && s->again != NOTHING;
		collect(&r, s, is_new ? s->again : a->years[i]);
	}
	a->learning[3] = learning_of(law, &r, &raised);
	int conduct = a->conduct;
	if (a->summer == 1 && st->conduct_again != PACK_LEVEL_NONE) {
		conduct = (int)st->conduct_again;
	}
	a->conduct_after = conduct;
	a->promotion_after = SECOND_OPEN;
	if (st->has_summer && a->promotion != SECOND_OPEN) {
		a->promotion_after =
				is_promoted(law, conduct, a->learning[3], st->absences) ? 1 : 3;
	}
}

void second_judge(const struct second_law *law, const struct tt22_student *student,
		struct second_answer *out) {
	struct results r[3];
	memset(r, 0, sizeof(r));
	for (size_t i = 0; i < student->subject_count; i++) {
		const struct tt22_subject *s = &student->subjects[i];
		for (int k = 0; k < 2; k++) {
			bool is_out = s->is_exempt || s->is_term_exempt[k];
			out->terms[i][k] = is_out ? NOTHING : term_of(law, s, k);
			if (!is_out) {
				collect(&r[k], s, out->terms[i][k]);
			}
		}
		out->years[i] = s->is_exempt ? NOTHING : year_of(law, s, out->terms[i]);
		/* One term alone is the whole year. */
		if (!s->is_exempt && (s->is_term_exempt[0] || s->is_term_exempt[1])) {
			out->years[i] = out->terms[i][s->is_term_exempt[0]];
		}
		collect(&r[2], s, out->years[i]);
	}
	for (int k = 0; k < 3; k++) {
		out->learning[k] = learning_of(law, &r[k], &out->raised[k]);
	}
	out->conduct = conduct_of(law, (int)student->conduct[0], (int)student->conduct[1]);
	judge_promotion(law, student, out);
	out->award = award_of(law, student, out);
	judge_after(law, student, out);
}

/* ---- comparing ---- */

static int promotion_number(enum pack_promotion promotion) {
	switch (promotion) {
	case PACK_PROMOTION_OPEN:
		return SECOND_OPEN;
	case PACK_PROMOTED:
		return 1;
	case PACK_CONDITIONAL:
		return 2;
	case PACK_HELD:
		return 3;
	}
	return SECOND_OPEN;
}

static int answer_number(enum pack_answer answer) {
	return answer == PACK_OPEN ? SECOND_OPEN : answer == PACK_YES;
}

/* Of the pack's order, xuat_sac before gioi. */
static int award_number(int award) {
	if (award == TT22_AWARD_OPEN) {
		return SECOND_OPEN;
	}
	return award == TT22_AWARD_NONE ? 0 : 2 - award;
}

static bool same_subjects(const struct tt22_student *student, const struct tt22_outcome *first,
		const struct second_answer *second) {
	for (size_t i = 0; i < student->subject_count; i++) {
		if (first->terms[i][0] != second->terms[i][0] ||
				first->terms[i][1] != second->terms[i][1] ||
				first->years[i] != second->years[i]) {
			return false;
		}
	}
	return true;
}

const char *second_differs(const struct tt22_student *student, const struct tt22_outcome *first,
		const struct second_answer *second) {
	const struct {
		const char *what;
		int first;
		int second;
	} rows[] = {
		{ "learning of term I", (int)first->term_learning[0].level, second->learning[0] },
		{ "learning of term II", (int)first->term_learning[1].level, second->learning[1] },
		{ "learning of the year", (int)first->learning.level, second->learning[2] },
		{ "learning after summer", (int)first->learning_again.level, second->learning[3] },
		{ "raised in term I", first->term_learning[0].is_raised, second->raised[0] },
		{ "raised in term II", first->term_learning[1].is_raised, second->raised[1] },
		{ "raised in the year", first->learning.is_raised, second->raised[2] },
		{ "conduct", (int)first->conduct, second->conduct },
		{ "promotion", promotion_number(first->promotion), second->promotion },
		{ "retest", answer_number(first->retest), second->retest },
		{ "summer", answer_number(first->summer), second->summer },
		{ "award", award_number(first->award), second->award },
		{ "conduct after summer", (int)first->conduct_again, second->conduct_after },
		{ "promotion after summer", promotion_number(first->promotion_again),
				second->promotion_after },
	};
	if (!same_subjects(student, first, second)) {
		return "a subject";
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].first != rows[i].second) {
			return rows[i].what;
		}
	}
	for (size_t i = 0; i < student->subject_count; i++) {
		if (first->is_retest[i] != second->again[i]) {
			return "a subject to assess again";
		}
	}
	return NULL;
}
