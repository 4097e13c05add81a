#include "tests/gradebook/rules/second27.h"

#include <string.h>

enum {
	LETTERS_MAX = TT27_SUBJECTS_MAX + 2 * TT27_TRAITS_MAX + 1,
	BEST_TEST = 10,
	YEARS_END = TT27_MOMENTS - 1,
};

struct second27_law second27_law_of_2020(void) {
	return (struct second27_law){
		.qualities = 5,
		.competences = 8,
		.htxs_level = 2,
		.htxs_test = 9,
		.htt_level = 2,
		.htt_test = 7,
		.ht_level = 1,
		.ht_test = 5,
		.again_level = 1,
		.again_test = 5,
		.again_replaces = 1,
		.headmaster_decides = 1,
		.best_is_awarded = 1,
		.outstanding_and_recognised = 2,
	};
}

/* The year's end of a pupil: a letter for each subject, quality and competence, '-' where nobody has
 * said anything, and the worst test. */
struct years_end {
	char letters[LETTERS_MAX];
	int worst; /* in points */
	bool is_test_missing;
	int subjects;
};

static void write_letter(struct years_end *end, enum pack_primary_level level) {
	static const char letter[] = "-CHT";
	size_t n = strlen(end->letters);
	end->letters[n] = letter[level + 1];
	end->letters[n + 1] = '\0';
}

static void write_test(struct years_end *end, int x10) {
	if (x10 == TT27_TEST_NONE) {
		end->is_test_missing = true;
	} else if (x10 < 10 * end->worst) {
		end->worst = x10 / 10;
	}
}

/* The later word of two, if there is one. */
static int latest(bool is_after, int before, int again) {
	return is_after && again != -1 ? again : before;
}

static void write_traits(struct years_end *end, const struct tt27_traits *traits, bool is_after) {
	for (size_t i = 0; i < traits->count; i++) {
		const struct tt27_trait *t = &traits->items[i];
		int level = latest(is_after, (int)t->moments[YEARS_END], (int)t->again);
		write_letter(end, (enum pack_primary_level)level);
	}
}

static void write_down(const struct tt27_pupil *pupil, bool is_after, struct years_end *end) {
	memset(end, 0, sizeof(*end));
	end->worst = BEST_TEST;
	for (size_t i = 0; i < pupil->subject_count; i++) {
		const struct tt27_subject *s = &pupil->subjects[i];
		int level = latest(is_after, (int)s->moments[YEARS_END], (int)s->again);
		if (s->is_exempt) {
			continue;
		}
		end->subjects++;
		write_letter(end, (enum pack_primary_level)level);
		if (s->has_tests) {
			write_test(end,
					latest(is_after, s->tests_x10[YEARS_END],
							s->again_test_x10));
		}
	}
	write_traits(end, &pupil->qualities, is_after);
	write_traits(end, &pupil->competences, is_after);
}

/* "All are ..., and the tests reach ...": no letter is another. */
static bool is_all(const struct years_end *end, int level, int test) {
	static const char *const good[] = { "CHT", "HT", "T", "" };
	return strspn(end->letters, good[level]) == strlen(end->letters) && end->worst >= test;
}

static int year_of(const struct second27_law *law, const struct tt27_pupil *pupil) {
	struct years_end end;
	write_down(pupil, false, &end);
	if (end.subjects == 0 || end.is_test_missing || strchr(end.letters, '-') ||
			(int)pupil->qualities.count < law->qualities ||
			(int)pupil->competences.count < law->competences) {
		return SECOND27_OPEN;
	}
	if (is_all(&end, law->htxs_level, law->htxs_test)) {
		return SECOND27_HTXS;
	}
	if (is_all(&end, law->htt_level, law->htt_test)) {
		return SECOND27_HTT;
	}
	return is_all(&end, law->ht_level, law->ht_test) ? SECOND27_HT : SECOND27_CHT;
}

static bool is_any_trait_again(const struct tt27_traits *traits) {
	for (size_t i = 0; i < traits->count; i++) {
		if (traits->items[i].again != PACK_PRIMARY_NONE) {
			return true;
		}
	}
	return false;
}

static bool is_anything_again(const struct tt27_pupil *pupil) {
	for (size_t i = 0; i < pupil->subject_count; i++) {
		if (pupil->subjects[i].again != PACK_PRIMARY_NONE ||
				pupil->subjects[i].again_test_x10 != TT27_TEST_NONE) {
			return true;
		}
	}
	return is_any_trait_again(&pupil->qualities) || is_any_trait_again(&pupil->competences);
}

/* Article 11, clause 1, points b and c. */
static int after_help(const struct second27_law *law, const struct tt27_pupil *pupil, int year) {
	struct years_end end;
	if (year != SECOND27_CHT || !is_anything_again(pupil)) {
		return SECOND27_OPEN;
	}
	write_down(pupil, law->again_replaces == 1, &end);
	return is_all(&end, law->again_level, law->again_test) ? SECOND27_HT : SECOND27_CHT;
}

static int promotion_of(const struct second27_law *law, const struct tt27_pupil *pupil,
		const struct second27_answer *a) {
	if (a->year == SECOND27_OPEN) {
		return SECOND27_OPEN;
	}
	if (a->year != SECOND27_CHT || a->after == SECOND27_HT) {
		return 1;
	}
	if (law->headmaster_decides != 1 || pupil->advanced == PACK_OPEN) {
		return 2;
	}
	return pupil->advanced == PACK_YES ? 1 : 3;
}

static int award_of(const struct second27_law *law, const struct tt27_pupil *pupil, int year) {
	int yes = (pupil->outstanding == PACK_YES) + (pupil->recognised == PACK_YES);
	int no = (pupil->outstanding == PACK_NO) + (pupil->recognised == PACK_NO);
	if (year == SECOND27_OPEN) {
		return SECOND27_OPEN;
	}
	if (year == SECOND27_HTXS) {
		return law->best_is_awarded == 1 ? 2 : 0;
	}
	if (year != SECOND27_HTT || 2 - no < law->outstanding_and_recognised) {
		return 0;
	}
	return yes >= law->outstanding_and_recognised ? 1 : SECOND27_OPEN;
}

void second27_judge(const struct second27_law *law, const struct tt27_pupil *pupil,
		struct second27_answer *out) {
	out->year = year_of(law, pupil);
	out->after = after_help(law, pupil, out->year);
	out->promotion = promotion_of(law, pupil, out);
	out->award = award_of(law, pupil, out->year);
}

/* ---- comparing ---- */

static int promotion_number(enum pack_promotion promotion) {
	switch (promotion) {
	case PACK_PROMOTION_OPEN:
		return SECOND27_OPEN;
	case PACK_PROMOTED:
		return 1;
	case PACK_CONDITIONAL:
		return 2;
	case PACK_HELD:
		return 3;
	}
	return SECOND27_OPEN;
}

static int award_number(int award) {
	if (award == TT27_AWARD_OPEN) {
		return SECOND27_OPEN;
	}
	return award == TT27_AWARD_NONE ? 0 : 2 - award;
}

const char *second27_differs(
		const struct tt27_outcome *first, const struct second27_answer *second) {
	if (first->row != second->year) {
		return "the year";
	}
	if (first->after != second->after) {
		return "after help";
	}
	if (promotion_number(first->promotion) != second->promotion) {
		return "promotion";
	}
	return award_number(first->award) != second->award ? "award" : NULL;
}
