#include "tests/gradebook/rules/pupils.h"

#include <string.h>

enum { SUBJECTS_MOST = 6 };

static int below(struct rng *rng, int n) {
	return (int)rng_below(rng, (uint64_t)n);
}

static bool chance(struct rng *rng, int percent) {
	return below(rng, 100) < percent;
}

static enum pack_primary_level any_level(struct rng *rng) {
	return (enum pack_primary_level)below(rng, PACK_PRIMARY_LEVELS);
}

/* The usual one, or another now and then. */
static enum pack_primary_level draw_level(
		struct rng *rng, enum pack_primary_level usual, int odd_percent) {
	return chance(rng, odd_percent) ? any_level(rng) : usual;
}

/* At 5, 7 or 9, a point beside it, or better. */
static int draw_test(struct rng *rng, int limit) {
	int points = chance(rng, 70) ? limit - 1 + below(rng, 3) : limit + below(rng, 11 - limit);
	return 10 * (points > 10 ? 10 : points);
}

static void draw_subject(struct rng *rng, enum pack_primary_level usual, int odd_percent, int limit,
		struct tt27_subject *s) {
	s->code = str_from("mon");
	s->has_tests = chance(rng, 50);
	s->is_exempt = chance(rng, 4);
	s->again = PACK_PRIMARY_NONE;
	s->again_test_x10 = TT27_TEST_NONE;
	for (size_t k = 0; k < TT27_MOMENTS; k++) {
		s->moments[k] = draw_level(rng, usual, odd_percent);
		s->tests_x10[k] = TT27_TEST_NONE;
	}
	if (s->has_tests) {
		s->tests_x10[TT27_MOMENTS - 1] = chance(rng, 80)
				? 10 * limit + 10 * below(rng, 11 - limit)
				: draw_test(rng, limit);
	}
}

static void draw_traits(struct rng *rng, enum pack_primary_level usual, int odd_percent,
		size_t count, struct tt27_traits *out) {
	out->count = count;
	for (size_t i = 0; i < count; i++) {
		out->items[i].code = str_from("muc");
		out->items[i].again = PACK_PRIMARY_NONE;
		for (size_t k = 0; k < TT27_MOMENTS; k++) {
			out->items[i].moments[k] = draw_level(rng, usual, odd_percent);
		}
	}
}

/* What was not completed is assessed again, mostly with success; now and then something else. */
static enum pack_primary_level level_again(
		struct rng *rng, enum pack_primary_level end, bool is_helped) {
	if (end != PACK_PRIMARY_C) {
		return chance(rng, 2) ? any_level(rng) : PACK_PRIMARY_NONE;
	}
	if (!is_helped || chance(rng, 10)) {
		return PACK_PRIMARY_NONE;
	}
	return chance(rng, 80) ? PACK_PRIMARY_MIDDLE : any_level(rng);
}

static void draw_traits_again(struct rng *rng, bool is_helped, struct tt27_traits *traits) {
	for (size_t i = 0; i < traits->count; i++) {
		struct tt27_trait *t = &traits->items[i];
		t->again = level_again(rng, t->moments[TT27_MOMENTS - 1], is_helped);
	}
}

static void draw_again(struct rng *rng, struct tt27_pupil *out) {
	bool is_helped = chance(rng, 70);
	for (size_t i = 0; i < out->subject_count; i++) {
		struct tt27_subject *s = &out->subjects[i];
		int test = s->tests_x10[TT27_MOMENTS - 1];
		s->again = level_again(rng, s->moments[TT27_MOMENTS - 1], is_helped);
		if (s->has_tests && is_helped && test < 50 && chance(rng, 90)) {
			s->again_test_x10 = 10 * (4 + below(rng, 4));
		}
	}
	draw_traits_again(rng, is_helped, &out->qualities);
	draw_traits_again(rng, is_helped, &out->competences);
	out->advanced = (enum pack_answer)below(rng, PACK_YES + 1);
}

static void take_something_away(struct rng *rng, struct tt27_pupil *out) {
	struct tt27_subject *s = &out->subjects[below(rng, SUBJECTS_MOST)];
	if (chance(rng, 3)) {
		s->moments[TT27_MOMENTS - 1] = PACK_PRIMARY_NONE;
	}
	if (chance(rng, 3)) {
		s->tests_x10[TT27_MOMENTS - 1] = TT27_TEST_NONE;
	}
	if (chance(rng, 3)) {
		out->qualities.items[0].moments[TT27_MOMENTS - 1] = PACK_PRIMARY_NONE;
	}
}

void pupils_random(struct rng *rng, struct tt27_pupil *out) {
	static const int limits[] = { 5, 7, 9 };
	enum pack_primary_level usual = chance(rng, 60) ? PACK_PRIMARY_T : PACK_PRIMARY_MIDDLE;
	int odd_percent = chance(rng, 50) ? 0 : 8;
	int limit = limits[below(rng, 3)];
	memset(out, 0, sizeof(*out));
	out->subject_count = chance(rng, 1) ? 0 : (size_t)below(rng, SUBJECTS_MOST) + 1;
	for (size_t i = 0; i < out->subject_count; i++) {
		draw_subject(rng, usual, odd_percent, limit, &out->subjects[i]);
	}
	draw_traits(rng, usual, odd_percent, chance(rng, 5) ? 4 : 5, &out->qualities);
	draw_traits(rng, usual, odd_percent, (size_t)(chance(rng, 5) ? 7 : 8 + below(rng, 3)),
			&out->competences);
	take_something_away(rng, out);
	out->outstanding = (enum pack_answer)below(rng, PACK_YES + 1);
	out->recognised = (enum pack_answer)below(rng, PACK_YES + 1);
	draw_again(rng, out);
}
