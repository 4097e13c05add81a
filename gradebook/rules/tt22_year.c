#include "gradebook/rules/tt22_year.h"

#include <assert.h>
#include <string.h>

void tt22_student_init(struct tt22_student *student) {
	student->subject_count = 0;
	student->conduct[0] = PACK_LEVEL_NONE;
	student->conduct[1] = PACK_LEVEL_NONE;
	student->absences = TT22_ABSENCES_NONE;
	student->has_summer = false;
	student->conduct_again = PACK_LEVEL_NONE;
}

struct tt22_subject *tt22_student_add(struct tt22_student *student, struct str code) {
	assert(student->subject_count < TT22_SUBJECTS_MAX);
	struct tt22_subject *s = &student->subjects[student->subject_count++];
	memset(s, 0, sizeof(*s));
	s->code = code;
	s->again = TT22_MARK_NONE;
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		s->terms[k].midterm_x10 = TT22_MARK_NONE;
		s->terms[k].final_x10 = TT22_MARK_NONE;
		s->given[k] = TT22_MARK_NONE;
	}
	return s;
}

size_t tt22_regular_needed(const struct rule_pack *pack, const struct tt22_subject *subject,
		const struct tt22_term *term) {
	if (subject->lessons_a_year) {
		return subject->is_comment ? pack->comment_regular_count
					   : pack_regular_count(pack, subject->lessons_a_year);
	}
	return term->regular_count ? term->regular_count : 1;
}

static bool is_value(const struct tt22_subject *s, int value) {
	int most = s->is_comment ? TT22_PASSED : PACK_MARK_MAX_X10;
	return value >= TT22_MARK_NONE && value <= most;
}

/* TT22_MARK_NONE while something is missing. */
static enum err term_result(
		const struct rule_pack *pack, const struct tt22_subject *s, unsigned k, int *out) {
	const struct tt22_term *term = &s->terms[k];
	if (!is_value(s, s->given[k])) {
		return ERR_INVAL;
	}
	int value = TT22_MARK_NONE;
	enum tt22_comment comment = TT22_COMMENT_NONE;
	enum err e = s->is_comment ? tt22_comment_result(term, &comment)
				   : tt22_term_mean(pack, term, &value);
	if (e && e != ERR_MISSING) {
		return e;
	}
	if (s->is_comment) {
		value = (int)comment;
	}
	if (term->regular_count < tt22_regular_needed(pack, s, term)) {
		value = TT22_MARK_NONE;
	}
	value = s->given[k] == TT22_MARK_NONE ? value : s->given[k];
	*out = s->is_term_exempt[k] ? TT22_MARK_NONE : value;
	return ERR_OK;
}

static enum err subject_results(const struct rule_pack *pack, const struct tt22_subject *s,
		int terms[PACK_TERMS], int *year) {
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		enum err e = term_result(pack, s, k, &terms[k]);
		if (e) {
			return e;
		}
	}
	*year = TT22_MARK_NONE;
	if (s->is_term_exempt[0] != s->is_term_exempt[1]) {
		*year = terms[s->is_term_exempt[0] ? 1 : 0];
		return ERR_OK;
	}
	if (s->is_comment) {
		*year = terms[PACK_TERMS - 1];
		return ERR_OK;
	}
	enum err e = tt22_year_mean(pack, terms[0], terms[1], year);
	return e == ERR_MISSING ? ERR_OK : e;
}

static enum err all_subjects(const struct rule_pack *pack, const struct tt22_student *student,
		struct tt22_outcome *o) {
	for (size_t i = 0; i < student->subject_count; i++) {
		const struct tt22_subject *s = &student->subjects[i];
		if (!is_value(s, s->again)) {
			return ERR_INVAL;
		}
		enum err e = subject_results(pack, s, o->terms[i], &o->years[i]);
		if (e) {
			return e;
		}
		if (s->is_exempt) {
			o->terms[i][0] = TT22_MARK_NONE;
			o->terms[i][1] = TT22_MARK_NONE;
			o->years[i] = TT22_MARK_NONE;
		}
	}
	return ERR_OK;
}

void tt22_results(const struct tt22_student *student, const struct tt22_outcome *outcome,
		unsigned term, struct tt22_result out[TT22_SUBJECTS_MAX]) {
	for (size_t i = 0; i < student->subject_count; i++) {
		out[i].is_comment = student->subjects[i].is_comment;
		out[i].is_exempt = student->subjects[i].is_exempt;
		if (term < PACK_TERMS) {
			out[i].is_exempt = out[i].is_exempt ||
					student->subjects[i].is_term_exempt[term];
			out[i].value = outcome->terms[i][term];
		} else {
			out[i].value = term == PACK_TERMS ? outcome->years[i]
							  : outcome->years_again[i];
		}
	}
}

size_t tt22_count_years(const struct tt22_student *student, const struct tt22_outcome *outcome,
		int least_x10) {
	size_t n = 0;
	for (size_t i = 0; i < student->subject_count; i++) {
		const struct tt22_subject *s = &student->subjects[i];
		n += !s->is_comment && !s->is_exempt && outcome->years[i] >= least_x10;
	}
	return n;
}

static struct tt22_learning learning_of(const struct rule_pack *pack,
		const struct tt22_student *student, const struct tt22_outcome *o, unsigned term) {
	struct tt22_result results[TT22_SUBJECTS_MAX];
	tt22_results(student, o, term, results);
	return tt22_learning(pack, results, student->subject_count);
}

/* Article 13, clause 1. */
static enum pack_answer needs_summer(const struct rule_pack *pack, const struct tt22_outcome *o) {
	if (o->conduct == PACK_LEVEL_NONE) {
		return PACK_OPEN;
	}
	return o->conduct < pack->summer_below ? PACK_YES : PACK_NO;
}

/* Article 14: which subjects may be assessed again. */
static void find_retests(const struct rule_pack *pack, const struct tt22_student *student,
		struct tt22_outcome *o) {
	memset(o->is_retest, 0, sizeof(o->is_retest));
	o->retest = PACK_OPEN;
	if (o->learning.level == PACK_LEVEL_NONE || o->conduct == PACK_LEVEL_NONE) {
		return;
	}
	bool is_allowed = o->conduct >= pack->retest_conduct ||
			(pack->retest_after_training && o->summer == PACK_YES);
	o->retest = is_allowed && o->learning.level < pack->retest_below ? PACK_YES : PACK_NO;
	for (size_t i = 0; o->retest == PACK_YES && i < student->subject_count; i++) {
		const struct tt22_subject *s = &student->subjects[i];
		o->is_retest[i] = !s->is_exempt &&
				(s->is_comment ? o->years[i] == TT22_NOT_PASSED
					       : o->years[i] < pack->retest_below_x10);
	}
}

/* Article 12, clause 1: both levels, and the absences. */
static bool meets_promotion(const struct rule_pack *pack, const struct tt22_student *student,
		enum pack_level conduct, enum pack_level learning) {
	return conduct >= pack->promotion_conduct && learning >= pack->promotion_learning &&
			student->absences <= pack->absences_most;
}

static enum pack_promotion promote(const struct rule_pack *pack, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	if (o->conduct == PACK_LEVEL_NONE || o->learning.level == PACK_LEVEL_NONE ||
			student->absences == TT22_ABSENCES_NONE) {
		return PACK_PROMOTION_OPEN;
	}
	if (meets_promotion(pack, student, o->conduct, o->learning.level)) {
		return PACK_PROMOTED;
	}
	bool can_conduct = o->conduct >= pack->promotion_conduct || o->summer == PACK_YES;
	bool can_learning = o->learning.level >= pack->promotion_learning || o->retest == PACK_YES;
	bool can_absences = student->absences <= pack->absences_most;
	return can_conduct && can_learning && can_absences ? PACK_CONDITIONAL : PACK_HELD;
}

/* Article 15, clause 1, point a. */
static int find_award(const struct rule_pack *pack, const struct tt22_student *student,
		const struct tt22_outcome *o) {
	if (o->conduct == PACK_LEVEL_NONE || o->learning.level == PACK_LEVEL_NONE) {
		return TT22_AWARD_OPEN;
	}
	for (size_t k = 0; k < pack->award_count; k++) {
		const struct pack_award *a = &pack->awards[k];
		if (o->conduct >= a->conduct_least && o->learning.level >= a->learning_least &&
				tt22_count_years(student, o, a->many_least_x10) >= a->many_count) {
			return (int)k;
		}
	}
	return TT22_AWARD_NONE;
}

/* The new results replace the year's, for promotion only: articles 13, clause 3, and 14. */
static void after_summer(const struct rule_pack *pack, const struct tt22_student *student,
		struct tt22_outcome *o) {
	o->conduct_again = o->conduct;
	if (o->summer == PACK_YES && student->conduct_again != PACK_LEVEL_NONE) {
		o->conduct_again = student->conduct_again;
	}
	for (size_t i = 0; i < student->subject_count; i++) {
		int again = student->subjects[i].again;
		bool is_new = o->is_retest[i] && again != TT22_MARK_NONE;
		o->years_again[i] = is_new ? again : o->years[i];
	}
	o->learning_again = learning_of(pack, student, o, PACK_TERMS + 1);
	o->promotion_again = PACK_PROMOTION_OPEN;
	if (!student->has_summer || o->promotion == PACK_PROMOTION_OPEN) {
		return;
	}
	bool is_met = meets_promotion(pack, student, o->conduct_again, o->learning_again.level);
	o->promotion_again = is_met ? PACK_PROMOTED : PACK_HELD;
}

enum err tt22_work_out(const struct rule_pack *pack, const struct tt22_student *student,
		struct tt22_outcome *out) {
	assert(pack && student && out && student->subject_count <= TT22_SUBJECTS_MAX);
	struct tt22_outcome o;
	enum err e = all_subjects(pack, student, &o);
	if (e || student->absences < TT22_ABSENCES_NONE || student->absences > TT22_ABSENCES_MAX) {
		return ERR_INVAL;
	}
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		o.term_learning[k] = learning_of(pack, student, &o, k);
	}
	o.learning = learning_of(pack, student, &o, PACK_TERMS);
	bool has_conduct = student->conduct[0] != PACK_LEVEL_NONE &&
			student->conduct[1] != PACK_LEVEL_NONE;
	o.conduct = has_conduct ? pack->conduct[student->conduct[1]][student->conduct[0]]
				: PACK_LEVEL_NONE;
	o.summer = needs_summer(pack, &o);
	find_retests(pack, student, &o);
	o.promotion = promote(pack, student, &o);
	o.award = find_award(pack, student, &o);
	after_summer(pack, student, &o);
	*out = o;
	return ERR_OK;
}
