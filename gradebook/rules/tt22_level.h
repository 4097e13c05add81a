#ifndef GRADEBOOK_RULES_TT22_LEVEL_H
#define GRADEBOOK_RULES_TT22_LEVEL_H

/*
 * The level of learning of one student over a term or the year, from the results of the subjects:
 * Circular 22/2021/TT-BGDDT, article 9, clause 2 (the table) and clause 3 (one subject alone). The
 * numbers are those of a rule pack. Pure: no allocation.
 */

#include <stdbool.h>
#include <stddef.h>

#include "gradebook/rules/pack.h"

/* What one subject came to. */
struct tt22_result {
	bool is_comment;
	bool is_exempt; /* does not count at all */
	int value;      /* a mean in tenths, or enum tt22_comment, or TT22_MARK_NONE */
};

/* How the subjects stand to one row of the table. */
struct tt22_tally {
	size_t below; /* marked subjects under what every one needs */
	size_t many;  /* marked subjects that reach what some need */
	size_t fails; /* comment subjects that are not passed */
};

struct tt22_learning {
	enum pack_level level;       /* PACK_LEVEL_NONE while a result is missing */
	enum pack_level table_level; /* by clause 2 alone */
	bool is_raised;              /* by clause 3; the rest is set only then */
	size_t one;                  /* the subject that alone pulled the level down */
	enum pack_level without;     /* the level it was pulled down from */
};

struct tt22_tally tt22_tally(
		const struct pack_learning *row, const struct tt22_result *results, size_t count);
bool tt22_tally_meets(const struct pack_learning *row, const struct tt22_tally *tally);

/*
 * The level. A result that is missing, or no subject that counts, leaves it at PACK_LEVEL_NONE.
 *
 * Clause 3: when the level by the table is lower by two or more than Tot or Kha only because of one
 * subject, it becomes the next higher. "Only because of one" is read so: were that one result as
 * good as can be, and everything else the same, the higher level would be reached. (To leave the
 * subject out instead would also take it from the six that must be good.) There is never more than
 * one such subject.
 */
struct tt22_learning tt22_learning(
		const struct rule_pack *pack, const struct tt22_result *results, size_t count);

#endif
