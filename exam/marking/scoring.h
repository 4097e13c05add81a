#ifndef EXAM_MARKING_SCORING_H
#define EXAM_MARKING_SCORING_H

/*
 * Answers and keys into points. Pure: no database, no clock, no floating point. Points are
 * hundredths of a point and never negative; a blank or unreadable answer earns nothing.
 *
 *   single     the weight when the shown letter is the right option
 *   multiple   the weight when exactly the right options are chosen
 *   truefalse  by the part's step table over the number of right statements; a blank is wrong
 *   numeric    the weight when the number lies within the tolerance (decimal.h)
 *   text       the weight when it is one of the accepted texts (short_text.h)
 *   essay      waits for a person; a blank one earns nothing at once
 *
 * Answers name the letters shown in the variant; keys name the original ones; the layout maps.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "exam/bank/paper.h"

enum {
	SCORING_ANSWER_BYTES_MAX = 60000, /* as the column event.value */
	SCORING_TEN_X100 = 1000,          /* the scale of 10, in hundredths */
};

/* The numbers stand in the column score_item.state. */
enum scoring_state {
	SCORING_BY_RULE = 1,   /* decided here */
	SCORING_AWAITS = 2,    /* a person has still to mark it */
	SCORING_BY_PERSON = 3, /* a person marked it; never computed here */
};

/* The key of one question's revision, in its original order. */
struct scoring_key {
	uint64_t question_id;
	uint32_t revision;
	const struct question_key *key;
};

/* The answer that stands in a slot at the close; its value is canonical JSON (PROTOCOL "value"). */
struct scoring_answer {
	unsigned slot;
	struct str value;
};

struct scoring_item {
	unsigned points_x100;
	unsigned max_x100;
	enum scoring_state state;
};

struct scoring_total {
	unsigned points_x100;
	unsigned max_x100;
	unsigned ten_x100; /* on the scale of 10, half up to a hundredth */
	unsigned mark_x10; /* that, half up to a tenth */
	unsigned awaiting_count;
};

/*
 * Points of one slot. `value` empty means that nothing was answered. A key that cannot be read
 * leaves the item to a person. ERR_NOMEM only.
 */
enum err scoring_item_score(const struct paper_slot *slot, const struct blueprint_steps *steps,
		const struct question_key *key, struct str value,
		struct scoring_item *out) MUST_CHECK;

/*
 * Points of every slot of an attempt into out_items[layout->slot_count]. Answers in any order; a
 * slot that the variant does not have is passed over, and the last answer of a slot counts.
 * ERR_MISSING when a slot's question and revision have no key in keys[].
 */
enum err scoring_attempt(const struct paper_layout *layout, const struct scoring_key *keys,
		size_t key_count, const struct scoring_answer *answers, size_t answer_count,
		struct scoring_item *out_items) MUST_CHECK;

/* The sum, on both scales. An awaiting item counts 0 points until a person marked it. */
struct scoring_total scoring_sum(const struct scoring_item *items, size_t count);

/* points * 1000 / max, half up: hundredths on the scale of 10. 0 when max is 0. */
unsigned scoring_ten_x100(unsigned points_x100, unsigned max_x100);
/* Hundredths to tenths, half up: 825 gives 83. */
unsigned scoring_mark_x10(unsigned ten_x100);

#endif
