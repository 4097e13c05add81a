#include <stdlib.h>

#include "tests/check.h"
#include "tests/gradebook/rules/pupils.h"
#include "tests/gradebook/rules/second27.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	PUPILS = 20000,        /* unless the first argument says otherwise */
	PLANTED_MOST = 100000, /* pupils before a planted change counts as not found */
	SEED = 27,
};

static const struct primary_pack *pack; /* set by main */

/* What the pupils covered: a round that never meets a case proves nothing about it. */
struct cover {
	unsigned long years[SECOND27_CHT + 2]; /* open first, as in what follows */
	unsigned long after[SECOND27_CHT + 2];
	unsigned long promotions[PACK_HELD + 1];
	unsigned long awards[4];
};

static void count(struct cover *c, const struct second27_answer *a, enum pack_promotion promotion) {
	c->years[a->year + 1]++;
	c->after[a->after + 1]++;
	c->promotions[promotion]++;
	c->awards[a->award + 1]++;
}

static void check_cover(const struct cover *c, unsigned long pupils) {
	printf("pupils %lu: open %lu, htxs %lu, htt %lu, ht %lu, cht %lu\n", pupils, c->years[0],
			c->years[1], c->years[2], c->years[3], c->years[4]);
	printf("after help: completed %lu, not %lu\n", c->after[SECOND27_HT + 1],
			c->after[SECOND27_CHT + 1]);
	printf("promoted %lu, conditional %lu, held %lu, open %lu\n", c->promotions[PACK_PROMOTED],
			c->promotions[PACK_CONDITIONAL], c->promotions[PACK_HELD],
			c->promotions[PACK_PROMOTION_OPEN]);
	printf("xuat_sac %lu, tieu_bieu %lu, none %lu, open %lu\n", c->awards[3], c->awards[2],
			c->awards[1], c->awards[0]);
	bool all = c->after[0] && c->after[SECOND27_HT + 1] && c->after[SECOND27_CHT + 1];
	for (size_t i = 0; i < COUNT(c->years); i++) {
		all = all && c->years[i] && c->promotions[i % COUNT(c->promotions)] &&
				c->awards[i % COUNT(c->awards)];
	}
	CHECK("every case is met", all);
}

/* What they differ in, or NULL. */
static const char *compare(const struct primary_pack *first_law,
		const struct second27_law *second_law, const struct tt27_pupil *pupil,
		struct cover *cover) {
	struct tt27_outcome o;
	struct second27_answer answer;
	enum err e = tt27_work_out(first_law, pupil, &o);
	if (e) {
		return err_name(e);
	}
	second27_judge(second_law, pupil, &answer);
	if (cover) {
		count(cover, &answer, o.promotion);
	}
	return second27_differs(&o, &answer);
}

static void check_agree(unsigned long pupils) {
	const struct second27_law law = second27_law_of_2020();
	struct cover cover = { 0 };
	struct rng rng;
	unsigned long differ = 0;
	rng_init(&rng, SEED, 0);
	for (unsigned long i = 0; i < pupils; i++) {
		struct tt27_pupil pupil;
		pupils_random(&rng, &pupil);
		const char *what = compare(pack, &law, &pupil, &cover);
		if (what && differ++ < 3) {
			fprintf(stderr, "pupil %lu: %s\n", i, what);
		}
	}
	CHECK_INT("pupils in whom the two differ", differ, 0);
	check_cover(&cover, pupils);
}

/* ---- the test of the test: every number changed by one, on either side ---- */

static unsigned long slowest;

/* Looks for a pupil in whom the two differ. */
static void check_found(const char *name, int delta, const struct primary_pack *first_law,
		const struct second27_law *second_law) {
	struct rng rng;
	struct tt27_pupil pupil;
	char label[96];
	unsigned long n = 0;
	const char *what = NULL;
	rng_init(&rng, SEED, 1);
	while (!what && n < PLANTED_MOST) {
		pupils_random(&rng, &pupil);
		what = compare(first_law, second_law, &pupil, NULL);
		n++;
	}
	(void)snprintf(label, sizeof(label), "%s %+d is found", name, delta);
	CHECK(label, what);
	slowest = n > slowest ? n : slowest;
}

static void check_second_planted(void) {
	static const struct {
		const char *name;
		size_t offset;
	} numbers[] = {
#define N(member) { #member, offsetof(struct second27_law, member) }
		N(qualities),
		N(competences),
		N(htxs_level),
		N(htxs_test),
		N(htt_level),
		N(htt_test),
		N(ht_level),
		N(ht_test),
		N(again_level),
		N(again_test),
		N(again_replaces),
		N(headmaster_decides),
		N(best_is_awarded),
		N(outstanding_and_recognised),
#undef N
	};
	for (size_t i = 0; i < COUNT(numbers); i++) {
		for (int delta = -1; delta <= 1; delta += 2) {
			struct second27_law law = second27_law_of_2020();
			*(int *)(void *)((char *)&law + numbers[i].offset) += delta;
			check_found(numbers[i].name, delta, pack, &law);
		}
	}
}

static void check_first_planted(void) {
	const struct second27_law law = second27_law_of_2020();
	for (size_t k = 0; k < PACK_PRIMARY_ROWS; k++) {
		for (int delta = -1; delta <= 1; delta += 2) {
			struct primary_pack changed = *pack;
			changed.rows[k].subject_least = (enum pack_primary_level)(
					(int)changed.rows[k].subject_least + delta);
			check_found("subject_least", delta, &changed, &law);
			changed = *pack;
			changed.rows[k].trait_least = (enum pack_primary_level)(
					(int)changed.rows[k].trait_least + delta);
			check_found("trait_least", delta, &changed, &law);
			changed = *pack;
			changed.rows[k].test_least_x10 += 10 * delta;
			check_found("test_least_x10", delta, &changed, &law);
		}
	}
	struct primary_pack changed = *pack;
	changed.qualities_least++;
	check_found("qualities_least", 1, &changed, &law);
	changed.qualities_least -= 2;
	check_found("qualities_least", -1, &changed, &law);
	changed = *pack;
	changed.competences_least++;
	check_found("competences_least", 1, &changed, &law);
	changed.competences_least -= 2;
	check_found("competences_least", -1, &changed, &law);
	changed = *pack;
	changed.rows[SECOND27_HTT].award_is_chosen = false;
	check_found("award_is_chosen", -1, &changed, &law);
	changed = *pack;
	changed.rows[SECOND27_HTXS].award = NULL;
	check_found("award", -1, &changed, &law);
}

int main(int argc, char **argv) {
	unsigned long pupils = argc > 1 ? strtoul(argv[1], NULL, 10) : PUPILS;
	CHECK_INT("pack", pack_primary_by_code(str_from("tt27"), &pack), ERR_OK);
	check_agree(pupils);
	check_second_planted();
	check_first_planted();
	printf("planted changes: all looked for; the slowest took %lu pupils\n", slowest);
	return check_done();
}
