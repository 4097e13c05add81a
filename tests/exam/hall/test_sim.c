#include "tests/exam/hall/sim.h"

#include <stdio.h>
#include <string.h>

#include "tests/check.h"

/*
 *     test_sim                    200 seeds, then each break of the rules until it is found
 *     test_sim COUNT [FIRST]      so many seeds
 *     test_sim --seed N [--break K]   one seed, loud
 */

enum { SEEDS_USUAL = 200, SEEDS_BREAK = 200 };

static struct sim totals;

static void add_totals(const struct sim *sim) {
	totals.kills += sim->kills;
	totals.outages += sim->outages;
	totals.takeovers += sim->takeovers;
	totals.stamps += sim->stamps;
	totals.acks += sim->acks;
	totals.refusals += sim->refusals;
	totals.heals += sim->heals;
	totals.forks += sim->forks;
	totals.extras += sim->extras;
	totals.lost += sim->lost;
}

static uint64_t run_seed(uint64_t seed, enum sim_break broken, bool is_loud) {
	struct sim *sim = sim_new(seed, broken);
	sim->is_loud = is_loud;
	sim_run(sim);
	uint64_t failures = sim->failures;
	if (failures > 0 && broken == BREAK_NONE) {
		fprintf(stderr, "seed %llu: %s\n", (unsigned long long)seed, sim->failure);
	}
	add_totals(sim);
	sim_free(sim);
	return failures;
}

static void run_seeds(uint64_t first, uint64_t count) {
	for (uint64_t seed = first; seed < first + count; seed++) {
		CHECK_INT("seed", run_seed(seed, BREAK_NONE, false), 0);
	}
	printf("%llu exams: %llu acks, %llu stamps, %llu refusals, %llu kills, %llu outages,"
	       " %llu take-overs, %llu times added, %llu forks, %llu rows lost, %llu logs healed\n",
			(unsigned long long)count, (unsigned long long)totals.acks,
			(unsigned long long)totals.stamps, (unsigned long long)totals.refusals,
			(unsigned long long)totals.kills, (unsigned long long)totals.outages,
			(unsigned long long)totals.takeovers, (unsigned long long)totals.extras,
			(unsigned long long)totals.forks, (unsigned long long)totals.lost,
			(unsigned long long)totals.heals);
	/* A simulation in which nothing happens proves nothing. */
	CHECK("acks", totals.acks > 100 * count);
	CHECK("all kinds of faults",
			count < 100 ||
					(totals.stamps > 0 && totals.kills > 0 &&
							totals.outages > 0 &&
							totals.takeovers > 0 && totals.heals > 0 &&
							totals.forks > 0 && totals.extras > 0));
}

static void find_breaks(void) {
	for (int b = BREAK_NONE + 1; b < BREAK_COUNT_; b++) {
		uint64_t seed = 1;
		while (seed <= SEEDS_BREAK && run_seed(seed, (enum sim_break)b, false) == 0) {
			seed++;
		}
		CHECK(sim_break_name((enum sim_break)b), seed <= SEEDS_BREAK);
		printf("%s: found by seed %llu\n", sim_break_name((enum sim_break)b),
				(unsigned long long)seed);
	}
}

int main(int argc, char **argv) {
	if (argc >= 3 && strcmp(argv[1], "--seed") == 0) {
		enum sim_break broken = BREAK_NONE;
		if (argc == 5 && strcmp(argv[3], "--break") == 0) {
			broken = (enum sim_break)strtoul(argv[4], NULL, 10);
		}
		return run_seed(strtoull(argv[2], NULL, 10), broken, true) != 0;
	}
	uint64_t count = argc > 1 ? strtoull(argv[1], NULL, 10) : SEEDS_USUAL;
	uint64_t first = argc > 2 ? strtoull(argv[2], NULL, 10) : 1;
	run_seeds(first, count);
	if (argc == 1) {
		find_breaks();
	}
	return check_done();
}
