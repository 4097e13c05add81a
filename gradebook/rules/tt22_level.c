#include "gradebook/rules/tt22_level.h"

#include <assert.h>

#include "gradebook/rules/tt22.h"

struct tt22_tally tt22_tally(
		const struct pack_learning *row, const struct tt22_result *results, size_t count) {
	struct tt22_tally t = { 0 };
	for (size_t i = 0; i < count; i++) {
		const struct tt22_result *r = &results[i];
		if (r->is_exempt) {
			continue;
		}
		if (r->is_comment) {
			t.fails += r->value == TT22_NOT_PASSED;
		} else {
			t.below += r->value < row->every_least_x10;
			t.many += r->value >= row->many_least_x10;
		}
	}
	return t;
}

bool tt22_tally_meets(const struct pack_learning *row, const struct tt22_tally *tally) {
	return tally->below == 0 && tally->many >= row->many_count &&
			tally->fails <= row->comment_fails_most;
}

/* The tally as it would be if that result were as good as can be. */
static struct tt22_tally mend(const struct pack_learning *row, struct tt22_tally tally,
		const struct tt22_result *one) {
	if (one->is_comment) {
		tally.fails -= one->value == TT22_NOT_PASSED;
	} else {
		tally.below -= one->value < row->every_least_x10;
		tally.many += one->value < row->many_least_x10;
	}
	return tally;
}

/* The highest level whose row is met; with `one`, as if that result were mended. */
static enum pack_level level_of(const struct rule_pack *pack,
		const struct tt22_tally tallies[PACK_LEARNING_ROWS],
		const struct tt22_result *one) {
	for (size_t k = 0; k < PACK_LEARNING_ROWS; k++) {
		const struct pack_learning *row = &pack->learning[k];
		struct tt22_tally tally = one ? mend(row, tallies[k], one) : tallies[k];
		if (tt22_tally_meets(row, &tally)) {
			return row->level;
		}
	}
	return PACK_CHUA_DAT;
}

static bool is_whole(const struct tt22_result *results, size_t count) {
	size_t counted = 0;
	for (size_t i = 0; i < count; i++) {
		if (!results[i].is_exempt && results[i].value == TT22_MARK_NONE) {
			return false;
		}
		counted += !results[i].is_exempt;
	}
	return counted > 0;
}

struct tt22_learning tt22_learning(
		const struct rule_pack *pack, const struct tt22_result *results, size_t count) {
	assert(pack && (results || count == 0));
	struct tt22_learning l = { .level = PACK_LEVEL_NONE, .table_level = PACK_LEVEL_NONE };
	if (!is_whole(results, count)) {
		return l;
	}
	struct tt22_tally tallies[PACK_LEARNING_ROWS];
	for (size_t k = 0; k < PACK_LEARNING_ROWS; k++) {
		tallies[k] = tt22_tally(&pack->learning[k], results, count);
	}
	l.table_level = level_of(pack, tallies, NULL);
	l.level = l.table_level;
	const struct pack_exception *x = &pack->exception;
	for (size_t i = 0; i < count && !l.is_raised; i++) {
		if (results[i].is_exempt || (results[i].is_comment && !x->takes_comment)) {
			continue;
		}
		enum pack_level without = level_of(pack, tallies, &results[i]);
		if (without >= x->from_least && without - l.table_level >= x->lowered_least) {
			l.is_raised = true;
			l.one = i;
			l.without = without;
			l.level = l.table_level + 1;
		}
	}
	return l;
}
