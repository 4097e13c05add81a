#ifndef EXAM_BANK_BLUEPRINT_H
#define EXAM_BANK_BLUEPRINT_H

/*
 * What a paper must look like: its parts, the kind and number of items in each, the points of an
 * item and the step table of true/false items. The three layouts of the 2025 graduation exam are
 * presets; a free paper has parts without a fixed kind or number. Everything is data, because
 * schools vary it. Pure: no database, no clock.
 *
 * Points are integers in hundredths of a point. A step table says which hundredths of an item's
 * weight 1, 2, 3 … right statements earn: {10, 25, 50, 100} with a weight of 100 gives 0.1, 0.25,
 * 0.5 and 1 point. Source of the presets: format of the graduation exam from 2025 on.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/json.h"
#include "exam/bank/question.h"

enum {
	BLUEPRINT_PARTS_MAX = 10,
	BLUEPRINT_ITEMS_MAX = 200,   /* of one paper */
	BLUEPRINT_TITLE_BYTES = 400, /* of a part, with the final '\0' */
	BLUEPRINT_INSTRUCTIONS_BYTES = 2000,
	BLUEPRINT_STEPS_MAX = QUESTION_STATEMENTS_MAX,
	BLUEPRINT_WEIGHT_MAX_X100 = 10000, /* of one item */
	BLUEPRINT_FULL_X100 = 1000,        /* a paper counts 10 points as a rule */
	BLUEPRINT_JSON_BYTES_MAX = 60000,  /* fits the column paper.parts */
};

/* Hundredths of the weight for 1, 2, … right statements. count 0: equal shares. */
struct blueprint_steps {
	unsigned count;
	unsigned x100[BLUEPRINT_STEPS_MAX];
};

struct blueprint_part {
	char title[BLUEPRINT_TITLE_BYTES];
	char instructions[BLUEPRINT_INSTRUCTIONS_BYTES];
	bool is_shuffled;     /* variants order the items of this part anew */
	unsigned kind;        /* enum question_kind, or 0 for any */
	unsigned item_count;  /* how many items it must have, or 0 for any number */
	unsigned weight_x100; /* points of an item unless the item says otherwise */
	struct blueprint_steps steps;
};

struct blueprint {
	struct blueprint_part parts[BLUEPRINT_PARTS_MAX];
	size_t part_count;
};

/* One item of a paper: which question, where, for how many points, and what a variant may move. */
struct blueprint_item {
	uint64_t question_id;
	uint32_t revision;
	unsigned part; /* index into the parts */
	enum question_kind kind;
	unsigned choice_count; /* options or statements; 0 for the other kinds */
	unsigned weight_x100;
	uint64_t passage_id; /* 0: none */
	bool is_shuffled;    /* its options or statements may move */
	bool keeps_last;     /* but the last one stays: "all of the above" */
};

/*
 * The preset of that name: "free", "thpt2025_toan" (12/4/6), "thpt2025_18_4_6", "thpt2025_24_4".
 * Part titles and instructions are Vietnamese, as the papers themselves. ERR_NOT_FOUND.
 */
enum err blueprint_preset(struct str name, struct blueprint *out) MUST_CHECK;

/*
 * Reads and writes the JSON array of parts: {"title","instructions","shuffle","kind","count",
 * "weightX100","stepsX100"}. On reading, a mistake that a person can fix is added to diag with
 * the part's number as its row.
 *
 * Errors  ERR_INVAL  a member is missing, of another type or out of range
 *         ERR_LIMIT  more than BLUEPRINT_PARTS_MAX parts or no part at all
 */
enum err blueprint_parse(
		const struct json *parts, struct diag *diag, struct blueprint *out) MUST_CHECK;
void blueprint_print(const struct blueprint *bp, struct json_out *w);

/*
 * Compares a paper's items with the blueprint. Every finding goes into diag; its row is the item's
 * 1-based position, or 0 when it concerns a part or the paper. Errors keep a paper from being
 * published, warnings do not. ERR_LIMIT (and nothing in diag) for more than BLUEPRINT_ITEMS_MAX
 * items, ERR_INVAL when an item names a part that is not there.
 */
enum err blueprint_check(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, struct diag *diag) MUST_CHECK;

/*
 * Hundredths of a point for `right` of `count` statements of an item of that weight. The step
 * table counts when it has exactly `count` steps, otherwise each right statement earns an equal
 * share. Rounded half up to a hundredth of a point; all right is the whole weight when the last
 * step is 100. Asserts right <= count and count > 0.
 */
unsigned blueprint_step_points_x100(const struct blueprint_steps *steps, unsigned count,
		unsigned right, unsigned weight_x100);

#endif
