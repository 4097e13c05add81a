#include "exam/marking/scoring.h"

#include "core/base/json.h"
#include "exam/marking/decimal.h"
#include "exam/marking/short_text.h"

/* What a rule says of one answer. */
enum verdict {
	VERDICT_WRONG,
	VERDICT_RIGHT,
	VERDICT_AWAITS, /* no rule can say */
};

/* The shown letter as its original index; false when the slot has no such letter. */
static bool original_of(const struct paper_slot *slot, struct str letter, unsigned *out) {
	if (letter.n != 1) {
		return false;
	}
	unsigned shown = (unsigned)(unsigned char)letter.p[0] - 'A';
	if (shown >= slot->choice_count) {
		return false;
	}
	*out = slot->order[shown];
	return true;
}

static enum verdict judge_single(const struct paper_slot *slot, const struct question_key *key,
		const struct json *value) {
	struct str letter;
	unsigned original = 0;
	if (key->right == 0) {
		return VERDICT_AWAITS;
	}
	if (json_as_str(value, &letter) || !original_of(slot, letter, &original)) {
		return VERDICT_WRONG;
	}
	return key->right & 1u << original ? VERDICT_RIGHT : VERDICT_WRONG;
}

static enum verdict judge_multiple(const struct paper_slot *slot, const struct question_key *key,
		const struct json *value) {
	uint32_t chosen = 0;
	if (key->right == 0) {
		return VERDICT_AWAITS;
	}
	for (const struct json *it = json_first(value); it; it = json_next(it)) {
		struct str letter;
		unsigned original = 0;
		if (json_as_str(it, &letter) || !original_of(slot, letter, &original)) {
			return VERDICT_WRONG;
		}
		chosen |= 1u << original;
	}
	return chosen == key->right ? VERDICT_RIGHT : VERDICT_WRONG;
}

static unsigned count_right_statements(const struct paper_slot *slot,
		const struct question_key *key, const struct json *value) {
	unsigned right = 0;
	unsigned shown = 0;
	if (!value || json_kind(value) != JSON_ARRAY) {
		return 0;
	}
	for (const struct json *it = json_first(value); it && shown < slot->choice_count;
			it = json_next(it), shown++) {
		bool says = false;
		if (json_as_bool(it, &says)) {
			continue; /* blank */
		}
		bool is_true = (key->right & 1u << slot->order[shown]) != 0;
		right += says == is_true;
	}
	return right;
}

static enum verdict judge_numeric(const struct question_key *key, const struct json *value) {
	struct decimal want;
	struct decimal tolerance = { 0 };
	if (decimal_parse(str_from(key->value), &want) || want.has_more) {
		return VERDICT_AWAITS;
	}
	if (key->tolerance && key->tolerance[0] &&
			(decimal_parse(str_from(key->tolerance), &tolerance) ||
					tolerance.has_more ||
					(tolerance.is_negative && tolerance.units))) {
		return VERDICT_AWAITS;
	}
	struct str text;
	struct decimal got;
	if (json_as_str(value, &text) || decimal_parse(text, &got)) {
		return VERDICT_WRONG;
	}
	return decimal_is_near(&got, &want, &tolerance) ? VERDICT_RIGHT : VERDICT_WRONG;
}

static enum err judge_text(
		const struct question_key *key, const struct json *value, enum verdict *out) {
	struct str text;
	if (key->accepted_count == 0 || json_as_str(value, &text)) {
		*out = key->accepted_count ? VERDICT_WRONG : VERDICT_AWAITS;
		return ERR_OK;
	}
	/* Folding can lengthen a text, by less than four times. */
	_cleanup_(buf_finish) struct buf got = buf_make(SCORING_ANSWER_BYTES_MAX * 4u);
	enum err e = short_text_fold(text, &got);
	if (e) {
		return e;
	}
	enum verdict verdict = VERDICT_WRONG;
	for (size_t i = 0; i < key->accepted_count && verdict != VERDICT_RIGHT; i++) {
		_cleanup_(buf_finish) struct buf want = buf_make(SCORING_ANSWER_BYTES_MAX * 4u);
		e = short_text_fold(str_from(key->accepted[i]), &want);
		if (e) {
			return e;
		}
		if (got.len &&
				str_eq((struct str){ buf_str(&got), got.len },
						(struct str){ buf_str(&want), want.len })) {
			verdict = VERDICT_RIGHT;
		}
	}
	*out = verdict;
	return ERR_OK;
}

static bool is_blank(const struct json *value) {
	struct str text;
	if (!value || json_kind(value) == JSON_NULL) {
		return true;
	}
	return !json_as_str(value, &text) && str_trim(text).n == 0;
}

/* Every kind but truefalse earns the whole weight or nothing. */
static enum err judge(const struct paper_slot *slot, const struct question_key *key,
		const struct json *value, enum verdict *out) {
	switch (slot->kind) {
	case QUESTION_SINGLE:
		*out = judge_single(slot, key, value);
		return ERR_OK;
	case QUESTION_MULTIPLE:
		*out = judge_multiple(slot, key, value);
		return ERR_OK;
	case QUESTION_NUMERIC:
		*out = judge_numeric(key, value);
		return ERR_OK;
	case QUESTION_TEXT:
		return judge_text(key, value, out);
	case QUESTION_TRUEFALSE:
	case QUESTION_ESSAY:
		break;
	}
	*out = VERDICT_AWAITS;
	return ERR_OK;
}

/* The truth of every statement is known. */
static bool tells_all(const struct paper_slot *slot, const struct question_key *key) {
	uint32_t all = (1u << slot->choice_count) - 1;
	return key->is_known && slot->choice_count && (key->told & all) == all;
}

enum err scoring_item_score(const struct paper_slot *slot, const struct blueprint_steps *steps,
		const struct question_key *key, struct str value, struct scoring_item *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = value.n ? json_parse(value, SCORING_ANSWER_BYTES_MAX, &root) : ERR_OK;
	if (e == ERR_NOMEM) {
		return e;
	}
	/* Bytes that are no JSON leave root NULL: a blank. */
	struct scoring_item item = { 0, slot->weight_x100, SCORING_BY_RULE };
	if (is_blank(root)) {
		*out = item;
		return ERR_OK;
	}
	if (slot->kind == QUESTION_TRUEFALSE && tells_all(slot, key)) {
		unsigned right = count_right_statements(slot, key, root);
		item.points_x100 = blueprint_step_points_x100(
				steps, slot->choice_count, right, slot->weight_x100);
		*out = item;
		return ERR_OK;
	}
	enum verdict verdict = VERDICT_AWAITS;
	if (key->is_known) {
		e = judge(slot, key, root, &verdict);
	}
	if (e == ERR_NOMEM) {
		return e;
	}
	if (verdict == VERDICT_RIGHT) {
		item.points_x100 = slot->weight_x100;
	} else if (verdict == VERDICT_AWAITS) {
		item.state = SCORING_AWAITS;
	}
	*out = item;
	return ERR_OK;
}

static const struct question_key *find_key(
		const struct scoring_key *keys, size_t count, const struct paper_slot *slot) {
	for (size_t i = 0; i < count; i++) {
		if (keys[i].question_id == slot->question_id &&
				keys[i].revision == slot->revision) {
			return keys[i].key;
		}
	}
	return NULL;
}

enum err scoring_attempt(const struct paper_layout *layout, const struct scoring_key *keys,
		size_t key_count, const struct scoring_answer *answers, size_t answer_count,
		struct scoring_item *out_items) {
	struct str values[BLUEPRINT_ITEMS_MAX] = { { NULL, 0 } };
	struct scoring_item items[BLUEPRINT_ITEMS_MAX];
	for (size_t i = 0; i < answer_count; i++) {
		if (answers[i].slot >= 1 && answers[i].slot <= layout->slot_count) {
			values[answers[i].slot - 1] = answers[i].value;
		}
	}
	for (size_t s = 0; s < layout->slot_count; s++) {
		const struct paper_slot *slot = &layout->slots[s];
		const struct question_key *key = find_key(keys, key_count, slot);
		if (!key) {
			return ERR_MISSING;
		}
		enum err e = scoring_item_score(
				slot, &layout->steps[slot->part], key, values[s], &items[s]);
		if (e) {
			return e;
		}
	}
	for (size_t s = 0; s < layout->slot_count; s++) {
		out_items[s] = items[s];
	}
	return ERR_OK;
}

static unsigned div_round_half_up(uint64_t n, uint64_t d) {
	return (unsigned)((2 * n + d) / (2 * d));
}

unsigned scoring_ten_x100(unsigned points_x100, unsigned max_x100) {
	return max_x100 ? div_round_half_up((uint64_t)points_x100 * SCORING_TEN_X100, max_x100) : 0;
}

unsigned scoring_mark_x10(unsigned ten_x100) {
	return div_round_half_up(ten_x100, 10);
}

struct scoring_total scoring_sum(const struct scoring_item *items, size_t count) {
	struct scoring_total total = { 0 };
	for (size_t i = 0; i < count; i++) {
		total.points_x100 += items[i].points_x100;
		total.max_x100 += items[i].max_x100;
		total.awaiting_count += items[i].state == SCORING_AWAITS;
	}
	total.ten_x100 = scoring_ten_x100(total.points_x100, total.max_x100);
	total.mark_x10 = scoring_mark_x10(total.ten_x100);
	return total;
}
