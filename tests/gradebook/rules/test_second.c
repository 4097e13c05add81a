#include <stdlib.h>

#include "tests/check.h"
#include "tests/gradebook/rules/second.h"
#include "tests/gradebook/rules/students.h"

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

enum {
	STUDENTS = 20000,      /* unless the first argument says otherwise */
	PLANTED_MOST = 400000, /* students before a planted change counts as not found */
	SEED = 22,
};

static const struct rule_pack *pack; /* set by main */

/* What the students covered: a round that never meets a case proves nothing about it. */
struct cover {
	unsigned long levels[PACK_LEVELS];
	unsigned long open;
	unsigned long raised_marked;
	unsigned long raised_comment;
	unsigned long raised_from_dat;
	unsigned long promotions[PACK_HELD + 1];
	unsigned long awards[3]; /* none, xuat_sac, gioi */
	unsigned long rescued;
	unsigned long conduct[PACK_LEVELS][PACK_LEVELS];
};

static void count(struct cover *c, const struct tt22_student *st, const struct tt22_outcome *o) {
	if (o->learning.level == PACK_LEVEL_NONE) {
		c->open++;
	} else {
		c->levels[o->learning.level]++;
	}
	if (o->learning.is_raised) {
		bool is_comment = st->subjects[o->learning.one].is_comment;
		c->raised_marked += !is_comment;
		c->raised_comment += is_comment;
		c->raised_from_dat += o->learning.table_level == PACK_DAT;
	}
	c->promotions[o->promotion]++;
	if (o->award != TT22_AWARD_OPEN) {
		c->awards[o->award + 1]++;
	}
	c->rescued += o->promotion == PACK_CONDITIONAL && o->promotion_again == PACK_PROMOTED;
	if (o->conduct != PACK_LEVEL_NONE) {
		c->conduct[st->conduct[1]][st->conduct[0]]++;
	}
}

static void check_cover(const struct cover *c, unsigned long students) {
	printf("students %lu: open %lu, chua_dat %lu, dat %lu, kha %lu, tot %lu\n", students,
			c->open, c->levels[PACK_CHUA_DAT], c->levels[PACK_DAT], c->levels[PACK_KHA],
			c->levels[PACK_TOT]);
	printf("raised by one marked subject %lu, by one comment subject %lu, from dat %lu\n",
			c->raised_marked, c->raised_comment, c->raised_from_dat);
	printf("promoted %lu, conditional %lu, held %lu, open %lu; by summer %lu\n",
			c->promotions[PACK_PROMOTED], c->promotions[PACK_CONDITIONAL],
			c->promotions[PACK_HELD], c->promotions[PACK_PROMOTION_OPEN], c->rescued);
	printf("xuat_sac %lu, gioi %lu, none %lu\n", c->awards[1], c->awards[2], c->awards[0]);
	bool all = c->open && c->raised_marked && c->raised_comment && c->raised_from_dat &&
			c->raised_from_dat < c->raised_marked + c->raised_comment && c->rescued;
	for (size_t i = 0; i < PACK_LEVELS; i++) {
		all = all && c->levels[i] && c->promotions[i % COUNT(c->promotions)];
		for (size_t k = 0; k < PACK_LEVELS; k++) {
			all = all && c->conduct[i][k];
		}
	}
	CHECK("every case is met", all && c->awards[0] && c->awards[1] && c->awards[2]);
}

static void print_student(const struct tt22_student *st) {
	for (size_t i = 0; i < st->subject_count; i++) {
		const struct tt22_subject *s = &st->subjects[i];
		fprintf(stderr, "  %s%s%s lessons %u again %d:", s->code.p,
				s->is_comment ? " comment" : "", s->is_exempt ? " exempt" : "",
				s->lessons_a_year, s->again);
		for (int k = 0; k < PACK_TERMS; k++) {
			for (size_t n = 0; n < s->terms[k].regular_count; n++) {
				fprintf(stderr, " %d", s->terms[k].regular_x10[n]);
			}
			fprintf(stderr, " gk %d ck %d given %d;", s->terms[k].midterm_x10,
					s->terms[k].final_x10, s->given[k]);
		}
		fprintf(stderr, "\n");
	}
	fprintf(stderr, "  conduct %d %d, absences %d\n", (int)st->conduct[0], (int)st->conduct[1],
			st->absences);
}

/* What they differ in, or NULL. */
static const char *compare(const struct rule_pack *first_law, const struct second_law *second_law,
		const struct tt22_student *st, struct tt22_outcome *o) {
	struct second_answer answer;
	enum err e = tt22_work_out(first_law, st, o);
	if (e) {
		return err_name(e);
	}
	second_judge(second_law, st, &answer);
	return second_differs(st, o, &answer);
}

static void check_agree(unsigned long students) {
	const struct second_law law = second_law_of_2021();
	struct cover cover = { 0 };
	struct rng rng;
	unsigned long differ = 0;
	rng_init(&rng, SEED, 0);
	for (unsigned long i = 0; i < students; i++) {
		struct tt22_student st;
		struct tt22_outcome o;
		students_random(&rng, &st);
		const char *what = compare(pack, &law, &st, &o);
		if (what) {
			if (differ++ < 3) {
				fprintf(stderr, "student %lu: %s\n", i, what);
				print_student(&st);
			}
			continue;
		}
		count(&cover, &st, &o);
	}
	CHECK_INT("students in whom the two differ", differ, 0);
	check_cover(&cover, students);
}

/* ---- the test of the test: every number changed by one, on either side ---- */

/* Students until the two differ; 0 when they never do. */
static unsigned long until_found(
		const struct rule_pack *first_law, const struct second_law *second_law) {
	struct rng rng;
	rng_init(&rng, SEED, 1);
	for (unsigned long i = 1; i <= PLANTED_MOST; i++) {
		struct tt22_student st;
		struct tt22_outcome o;
		students_random(&rng, &st);
		if (compare(first_law, second_law, &st, &o)) {
			return i;
		}
	}
	return 0;
}

static unsigned long slowest;

static void check_found(const char *name, int delta, unsigned long found) {
	char label[96];
	(void)snprintf(label, sizeof(label), "%s %+d is found", name, delta);
	CHECK(label, found > 0);
	slowest = found > slowest ? found : slowest;
}

enum { DOWN = 1, UP = 2, BOTH = 3 };

/* The members of the second law; `way`: changes that make a difference for some student. */
static const struct {
	const char *name;
	size_t offset;
	int way;
} second_numbers[] = {
#define N(member, way) \
	{ #member, offsetof(struct second_law, member), way }
	N(lessons_few, BOTH),
	N(marks_few, BOTH),
	N(lessons_some, BOTH),
	N(marks_some, BOTH),
	N(marks_lots, BOTH),
	N(comment_assessments, BOTH),
	N(weight_mid, BOTH),
	N(weight_end, BOTH),
	N(weight_second_term, BOTH),
	N(tot_all, BOTH),
	N(tot_some, BOTH),
	N(tot_how_many, BOTH),
	N(kha_all, BOTH),
	N(kha_some, BOTH),
	N(kha_how_many, BOTH),
	N(dat_all, BOTH),
	N(dat_some, BOTH),
	N(dat_how_many, BOTH),
	N(dat_comment_fails, BOTH),
	N(lowered_by, BOTH),
	/* Below Kha there is no level two above another. */
	N(lowered_from, UP),
	N(one_may_be_comment, DOWN),
	N(conduct_tot_first, BOTH),
	N(conduct_kha_first, BOTH),
	N(conduct_kha_dat, BOTH),
	N(promoted_conduct, BOTH),
	N(promoted_learning, BOTH),
	N(promoted_absences, BOTH),
	N(summer_below, BOTH),
	/* Whoever is below Dat trains: a lower limit lets nobody else in. */
	N(again_conduct, UP),
	N(again_after_training, DOWN),
	N(again_below, BOTH),
	N(again_mark, BOTH),
	N(award_conduct, BOTH),
	N(award_learning, BOTH),
	N(award_mark, BOTH),
	N(award_how_many, BOTH),
#undef N
};

static void check_second_planted(void) {
	for (size_t i = 0; i < COUNT(second_numbers); i++) {
		for (int delta = -1; delta <= 1; delta += 2) {
			if (!(second_numbers[i].way & (delta < 0 ? DOWN : UP))) {
				continue;
			}
			struct second_law law = second_law_of_2021();
			*(int *)(void *)((char *)&law + second_numbers[i].offset) += delta;
			check_found(second_numbers[i].name, delta, until_found(pack, &law));
		}
	}
}

/* The members of the pack that are int, and those that are size_t. */
static const struct {
	const char *name;
	size_t offset;
	bool is_size;
	int way;
} pack_numbers[] = {
#define I(member, way) \
	{ #member, offsetof(struct rule_pack, member), false, way }
#define S(member, way) \
	{ #member, offsetof(struct rule_pack, member), true, way }
	I(steps[0].lessons_max, BOTH),
	I(steps[1].lessons_max, BOTH),
	S(steps[0].regular_count, BOTH),
	S(steps[1].regular_count, BOTH),
	S(steps[2].regular_count, BOTH),
	S(comment_regular_count, BOTH),
	I(midterm_weight, BOTH),
	I(final_weight, BOTH),
	I(term_2_weight, BOTH),
	I(learning[0].every_least_x10, BOTH),
	S(learning[0].many_count, BOTH),
	I(learning[0].many_least_x10, BOTH),
	S(learning[0].comment_fails_most, UP),
	I(learning[1].every_least_x10, BOTH),
	S(learning[1].many_count, BOTH),
	I(learning[1].many_least_x10, BOTH),
	S(learning[1].comment_fails_most, UP),
	I(learning[2].every_least_x10, BOTH),
	S(learning[2].many_count, BOTH),
	I(learning[2].many_least_x10, BOTH),
	S(learning[2].comment_fails_most, BOTH),
	I(exception.lowered_least, BOTH),
	I(exception.from_least, UP),
	I(promotion_conduct, BOTH),
	I(promotion_learning, BOTH),
	I(absences_most, BOTH),
	I(summer_below, BOTH),
	I(retest_conduct, UP),
	I(retest_below, BOTH),
	I(retest_below_x10, BOTH),
	I(awards[0].conduct_least, BOTH),
	I(awards[0].learning_least, BOTH),
	S(awards[0].many_count, BOTH),
	I(awards[0].many_least_x10, BOTH),
	I(awards[1].conduct_least, BOTH),
	I(awards[1].learning_least, BOTH),
#undef I
#undef S
};

static void check_first_planted(void) {
	const struct second_law law = second_law_of_2021();
	for (size_t i = 0; i < COUNT(pack_numbers); i++) {
		for (int delta = -1; delta <= 1; delta += 2) {
			if (!(pack_numbers[i].way & (delta < 0 ? DOWN : UP))) {
				continue;
			}
			struct rule_pack changed = *pack;
			void *at = (char *)&changed + pack_numbers[i].offset;
			if (pack_numbers[i].is_size) {
				*(size_t *)at += (size_t)delta;
			} else {
				*(int *)at += delta;
			}
			check_found(pack_numbers[i].name, delta, until_found(&changed, &law));
		}
	}
	struct rule_pack changed = *pack;
	changed.exception.takes_comment = false;
	check_found("exception.takes_comment", -1, until_found(&changed, &law));
	changed = *pack;
	changed.retest_after_training = false;
	check_found("retest_after_training", -1, until_found(&changed, &law));
}

/* Every pair of conducts, each given every other year. */
static void check_conduct_planted(void) {
	const struct second_law law = second_law_of_2021();
	for (int second = 0; second < PACK_LEVELS; second++) {
		for (int first = 0; first < PACK_LEVELS; first++) {
			for (int year = 0; year < PACK_LEVELS; year++) {
				struct rule_pack changed = *pack;
				if ((int)changed.conduct[second][first] == year) {
					continue;
				}
				changed.conduct[second][first] = (enum pack_level)year;
				check_found("conduct", year, until_found(&changed, &law));
			}
		}
	}
}

int main(int argc, char **argv) {
	unsigned long students = argc > 1 ? strtoul(argv[1], NULL, 10) : STUDENTS;
	CHECK_INT("pack", pack_by_code(str_from("tt22"), &pack), ERR_OK);
	check_agree(students);
	check_second_planted();
	check_first_planted();
	check_conduct_planted();
	printf("planted changes: all looked for; the slowest took %lu students\n", slowest);
	return check_done();
}
