#include "tests/gradebook/rules/students.h"

#include <stdbool.h>

#include "core/base/str.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* What kind of student: the means are drawn from these. */
enum profile {
	PROFILE_ANY,
	PROFILE_GOOD, /* around 8.0, few below 6.5 */
	PROFILE_FAIR, /* around 6.5 */
	PROFILE_PASS, /* around 5.0 */
	PROFILE_TOP,  /* around 9.0 */
	PROFILES,
};

static int below(struct rng *rng, int n) {
	return (int)rng_below(rng, (uint64_t)n);
}

static bool chance(struct rng *rng, int percent) {
	return below(rng, 100) < percent;
}

static int clamp(int v) {
	return v < 0 ? 0 : v > 100 ? 100 : v;
}

/* At a threshold, one or two tenths beside it, or anywhere. */
static int draw_mean(struct rng *rng, enum profile profile) {
	static const int limits[] = { 35, 50, 65, 80, 90 };
	static const int centre[PROFILES] = { 0, 80, 65, 50, 90 };
	if (profile == PROFILE_ANY || chance(rng, 6)) {
		return chance(rng, 30)
				? below(rng, 101)
				: clamp(limits[below(rng, COUNT(limits))] - 2 + below(rng, 5));
	}
	int away = chance(rng, 50) ? below(rng, 3) - 1 : below(rng, 12);
	return clamp(centre[profile] + away);
}

/* Marks whose mean is near the wanted one: all the same, then some moved a little. */
static void draw_marks(struct rng *rng, int mean, struct tt22_term *term) {
	static const unsigned char counts[] = { 2, 2, 3, 3, 4, 4, 1 };
	term->regular_count = counts[below(rng, COUNT(counts))];
	for (size_t i = 0; i < term->regular_count; i++) {
		term->regular_x10[i] = clamp(mean + (chance(rng, 40) ? below(rng, 9) - 4 : 0));
	}
	term->midterm_x10 = clamp(mean + (chance(rng, 20) ? below(rng, 5) - 2 : 0));
	term->final_x10 = clamp(mean + (chance(rng, 10) ? below(rng, 3) - 1 : 0));
}

static void draw_comments(struct rng *rng, int failing_percent, struct tt22_term *term) {
	term->regular_count = (size_t)below(rng, 3) + (chance(rng, 90) ? 1 : 0);
	for (size_t i = 0; i < term->regular_count; i++) {
		term->regular_x10[i] = TT22_PASSED;
	}
	term->midterm_x10 = TT22_PASSED;
	term->final_x10 = TT22_PASSED;
	if (chance(rng, failing_percent)) {
		*(chance(rng, 50) ? &term->final_x10 : &term->midterm_x10) = TT22_NOT_PASSED;
	} else if (term->regular_count && chance(rng, failing_percent)) {
		term->regular_x10[0] = TT22_NOT_PASSED;
	}
}

static void take_something_away(struct rng *rng, struct tt22_term *term) {
	switch (below(rng, 4)) {
	case 0:
		term->midterm_x10 = TT22_MARK_NONE;
		break;
	case 1:
		term->final_x10 = TT22_MARK_NONE;
		break;
	case 2:
		term->regular_count = 0;
		break;
	default:
		term->regular_x10[0] = TT22_MARK_NONE;
		break;
	}
}

static void draw_subject(struct rng *rng, enum profile profile, int failing_percent,
		struct tt22_subject *s) {
	static const unsigned lessons[] = { 35, 36, 70, 71, 34, 69, 105 };
	int mean = draw_mean(rng, profile);
	for (int k = 0; k < PACK_TERMS; k++) {
		/* The same in both terms keeps the year's mean at the threshold. */
		int own = chance(rng, 60) ? mean : draw_mean(rng, profile);
		if (s->is_comment) {
			draw_comments(rng, failing_percent, &s->terms[k]);
		} else {
			draw_marks(rng, own, &s->terms[k]);
		}
	}
	if (chance(rng, 2)) {
		s->lessons_a_year = lessons[below(rng, COUNT(lessons))];
	}
}

static void draw_oddities(struct rng *rng, struct tt22_student *st) {
	if (chance(rng, 5)) {
		struct tt22_subject *s = &st->subjects[below(rng, (int)st->subject_count)];
		take_something_away(rng, &s->terms[below(rng, PACK_TERMS)]);
	}
	if (chance(rng, 5)) {
		struct tt22_subject *s = &st->subjects[below(rng, (int)st->subject_count)];
		s->given[0] = s->is_comment ? below(rng, 2) : draw_mean(rng, PROFILE_ANY);
	}
	if (chance(rng, 5)) {
		st->subjects[below(rng, (int)st->subject_count)].is_exempt = true;
	}
	if (chance(rng, 5)) {
		struct tt22_subject *s = &st->subjects[below(rng, (int)st->subject_count)];
		s->is_term_exempt[below(rng, PACK_TERMS)] = true;
	}
}

/* One subject alone is another matter than the rest. */
static void draw_the_one(struct rng *rng, struct tt22_student *st) {
	static const int means[] = { 20, 34, 35, 36, 49, 50, 51, 64, 65, 79 };
	struct tt22_subject *s = &st->subjects[below(rng, (int)st->subject_count)];
	int mean = means[below(rng, COUNT(means))];
	for (int k = 0; k < PACK_TERMS; k++) {
		if (s->is_comment) {
			s->terms[k].final_x10 = TT22_NOT_PASSED;
		} else {
			draw_marks(rng, mean, &s->terms[k]);
		}
	}
}

static void draw_rest(struct rng *rng, struct tt22_student *st) {
	static const int absences[] = { 0, 44, 45, 46, 60 };
	for (int k = 0; k < PACK_TERMS; k++) {
		st->conduct[k] = chance(rng, 50) ? PACK_TOT
						 : (enum pack_level)below(rng, PACK_LEVELS);
	}
	if (chance(rng, 2)) {
		st->conduct[below(rng, PACK_TERMS)] = PACK_LEVEL_NONE;
	}
	st->absences = absences[below(rng, COUNT(absences))];
	if (chance(rng, 2)) {
		st->absences = TT22_ABSENCES_NONE;
	}
	if (chance(rng, 50)) {
		st->has_summer = true;
		st->conduct_again = (enum pack_level)(below(rng, PACK_LEVELS + 1) - 1);
		for (size_t i = 0; i < st->subject_count; i++) {
			struct tt22_subject *s = &st->subjects[i];
			if (chance(rng, 60)) {
				s->again = s->is_comment ? below(rng, 2)
							 : draw_mean(rng, PROFILE_PASS);
			}
		}
	}
}

void students_random(struct rng *rng, struct tt22_student *out) {
	static const char *const codes[] = { "toan", "van", "anh", "li", "hoa", "sinh", "su", "dia",
		"tin", "cn", "gdcd", "qpan", "gdtc", "gddp", "hdtn", "nt" };
	/* Six to eight marked subjects are where the count of six decides. */
	int marked = chance(rng, 70) ? 6 + below(rng, 3) : 3 + below(rng, 9);
	int comments = below(rng, 5);
	enum profile profile = (enum profile)below(rng, PROFILES);
	int failing_percent = chance(rng, 70) ? 0 : 25;
	tt22_student_init(out);
	for (int i = 0; i < marked + comments; i++) {
		/* Comment subjects stand among the others, not only at the end. */
		struct tt22_subject *s = tt22_student_add(out, str_from(codes[i % COUNT(codes)]));
		s->is_comment = i % 2 && i / 2 < comments;
		s->is_comment = s->is_comment || i >= marked + comments - (comments - marked);
		draw_subject(rng, profile, failing_percent, s);
	}
	if (chance(rng, 40)) {
		draw_the_one(rng, out);
	}
	draw_oddities(rng, out);
	draw_rest(rng, out);
}
