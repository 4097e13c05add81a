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

static enum err check_tests(const struct primary_pack *pack, const struct tt27_pupil *pupil) {
	for (size_t i = 0; i < pupil->subject_count; i++) {
		for (unsigned k = 0; k < TT27_MOMENTS; k++) {
			int x10 = pupil->subjects[i].tests_x10[k];
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
	if (out->row == TT27_ROW_OPEN) {
		out->promotion = PACK_PROMOTION_OPEN;
	} else {
		out->promotion = out->row == PACK_PRIMARY_ROWS ? PACK_CONDITIONAL : PACK_PROMOTED;
	}
	return ERR_OK;
}
