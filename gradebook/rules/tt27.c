#include "gradebook/rules/tt27.h"

#include <assert.h>

enum { END = TT27_MOMENTS - 1 }; /* the year's end */

const char *tt27_row_code(const struct primary_pack *pack, int row) {
	if (row == TT27_ROW_OPEN) {
		return NULL;
	}
	return row == PACK_PRIMARY_ROWS ? pack->rest_code : pack->rows[row].code;
}

/* The traits whose level at the year's end is below `least`; with PACK_PRIMARY_C, none. */
static void short_traits(const struct tt27_traits *traits, enum pack_primary_level least,
		struct tt27_short *out) {
	for (size_t i = 0; i < traits->count; i++) {
		if (traits->items[i].moments[END] < least) {
			out->traits[out->trait_count++] = traits->items[i].code;
		}
	}
}

/* What is below these levels and that mark at the year's end; nothing is below everything. */
static void find_below(const struct tt27_pupil *pupil, enum pack_primary_level subject_least,
		enum pack_primary_level trait_least, int test_least_x10, struct tt27_short *out) {
	out->subject_count = 0;
	out->trait_count = 0;
	out->test_count = 0;
	for (size_t i = 0; i < pupil->subject_count; i++) {
		const struct tt27_subject *s = &pupil->subjects[i];
		if (s->is_exempt) {
			continue;
		}
		if (s->moments[END] < subject_least) {
			out->subjects[out->subject_count++] = s->code;
		}
		if (s->has_tests && s->tests_x10[END] < test_least_x10) {
			out->tests[out->test_count++] = s->code;
		}
	}
	short_traits(&pupil->qualities, trait_least, out);
	short_traits(&pupil->competences, trait_least, out);
}

void tt27_find_short(const struct tt27_pupil *pupil, const struct pack_primary_row *row,
		struct tt27_short *out) {
	find_below(pupil, row->subject_least, row->trait_least, row->test_least_x10, out);
}

void tt27_find_missing(const struct tt27_pupil *pupil, struct tt27_short *out) {
	find_below(pupil, PACK_PRIMARY_C, PACK_PRIMARY_C, 0, out);
}

static bool is_empty(const struct tt27_short *s) {
	return s->subject_count == 0 && s->trait_count == 0 && s->test_count == 0;
}

static size_t counted(const struct tt27_pupil *pupil) {
	size_t n = 0;
	for (size_t i = 0; i < pupil->subject_count; i++) {
		n += !pupil->subjects[i].is_exempt;
	}
	return n;
}

static bool is_whole(const struct primary_pack *pack, const struct tt27_pupil *pupil) {
	struct tt27_short missing;
	tt27_find_missing(pupil, &missing);
	return is_empty(&missing) && counted(pupil) > 0 &&
			pupil->qualities.count >= pack->qualities_least &&
			pupil->competences.count >= pack->competences_least;
}

void tt27_find_again(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		const struct tt27_outcome *outcome, struct tt27_short *out) {
	out->subject_count = 0;
	out->trait_count = 0;
	out->test_count = 0;
	if (outcome->row == PACK_PRIMARY_ROWS) {
		tt27_find_short(pupil, &pack->rows[PACK_PRIMARY_ROWS - 1], out);
	}
}

static bool put_trait_again(struct tt27_traits *traits) {
	bool is_any = false;
	for (size_t i = 0; i < traits->count; i++) {
		struct tt27_trait *t = &traits->items[i];
		is_any = is_any || t->again != PACK_PRIMARY_NONE;
		t->moments[END] = t->again != PACK_PRIMARY_NONE ? t->again : t->moments[END];
	}
	return is_any;
}

/* What was assessed again takes the place of the year's end. False: nothing was. */
static bool put_again(struct tt27_pupil *pupil) {
	bool is_any = false;
	for (size_t i = 0; i < pupil->subject_count; i++) {
		struct tt27_subject *s = &pupil->subjects[i];
		is_any = is_any || s->again != PACK_PRIMARY_NONE ||
				s->again_test_x10 != TT27_TEST_NONE;
		s->moments[END] = s->again != PACK_PRIMARY_NONE ? s->again : s->moments[END];
		s->tests_x10[END] = s->again_test_x10 != TT27_TEST_NONE ? s->again_test_x10
									: s->tests_x10[END];
	}
	is_any = put_trait_again(&pupil->qualities) || is_any;
	return put_trait_again(&pupil->competences) || is_any;
}

bool tt27_is_again(const struct tt27_pupil *pupil) {
	struct tt27_pupil after = *pupil;
	return put_again(&after);
}

void tt27_find_left(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		struct tt27_short *out) {
	struct tt27_pupil after = *pupil;
	(void)put_again(&after); /* with nothing it is what was there before */
	tt27_find_short(&after, &pack->rows[PACK_PRIMARY_ROWS - 1], out);
}

/* Article 11, clause 1, points b and c: help, assessment again, and what the headmaster decides of
 * those who still do not complete the grade. */
static void find_after(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		struct tt27_outcome *o) {
	o->after = TT27_ROW_OPEN;
	o->promotion = o->row == TT27_ROW_OPEN ? PACK_PROMOTION_OPEN : PACK_PROMOTED;
	if (o->row != PACK_PRIMARY_ROWS) {
		return;
	}
	if (tt27_is_again(pupil)) {
		struct tt27_short left;
		tt27_find_left(pack, pupil, &left);
		o->after = is_empty(&left) ? PACK_PRIMARY_ROWS - 1 : PACK_PRIMARY_ROWS;
	}
	if (o->after != PACK_PRIMARY_ROWS - 1) {
		o->promotion = pupil->advanced == PACK_YES   ? PACK_PROMOTED
				: pupil->advanced == PACK_NO ? PACK_HELD
							     : PACK_CONDITIONAL;
	}
}

static enum err check_tests(const struct primary_pack *pack, const struct tt27_pupil *pupil) {
	for (size_t i = 0; i < pupil->subject_count; i++) {
		for (unsigned k = 0; k <= TT27_MOMENTS; k++) {
			const struct tt27_subject *s = &pupil->subjects[i];
			int x10 = k < TT27_MOMENTS ? s->tests_x10[k] : s->again_test_x10;
			if (x10 != TT27_TEST_NONE &&
					(x10 < 0 || x10 > PACK_MARK_MAX_X10 ||
							x10 % pack->test_step_x10)) {
				return ERR_INVAL;
			}
		}
	}
	return ERR_OK;
}

static int find_row(const struct primary_pack *pack, const struct tt27_pupil *pupil) {
	if (!is_whole(pack, pupil)) {
		return TT27_ROW_OPEN;
	}
	for (int k = 0; k < PACK_PRIMARY_ROWS; k++) {
		struct tt27_short s;
		tt27_find_short(pupil, &pack->rows[k], &s);
		if (is_empty(&s)) {
			return k;
		}
	}
	return PACK_PRIMARY_ROWS;
}

/* Article 13: some awards follow from the result, some are chosen. */
static int find_award(const struct primary_pack *pack, const struct tt27_pupil *pupil, int row) {
	if (row == TT27_ROW_OPEN) {
		return TT27_AWARD_OPEN;
	}
	if (row == PACK_PRIMARY_ROWS || !pack->rows[row].award) {
		return TT27_AWARD_NONE;
	}
	if (!pack->rows[row].award_is_chosen ||
			(pupil->outstanding == PACK_YES && pupil->recognised == PACK_YES)) {
		return row;
	}
	bool is_no = pupil->outstanding == PACK_NO || pupil->recognised == PACK_NO;
	return is_no ? TT27_AWARD_NONE : TT27_AWARD_OPEN;
}

enum err tt27_work_out(const struct primary_pack *pack, const struct tt27_pupil *pupil,
		struct tt27_outcome *out) {
	assert(pack && pupil && out);
	enum err e = check_tests(pack, pupil);
	if (e) {
		return e;
	}
	out->row = find_row(pack, pupil);
	out->award = find_award(pack, pupil, out->row);
	find_after(pack, pupil, out);
	return ERR_OK;
}
