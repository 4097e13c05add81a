#include "exam/bank/paper.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "core/base/rng.h"

enum {
	LAYOUT_VERSION = 1,
	STREAM_ITEMS = 1,   /* order of the items of a part */
	STREAM_CHOICES = 2, /* order of the choices of an item */
};

void paper_layout_free(struct paper_layout *layout) {
	if (layout) {
		free(layout->slots);
		free(layout);
	}
}

void paper_variant_code(unsigned index, char out[PAPER_VARIANT_BYTES]) {
	snprintf(out, PAPER_VARIANT_BYTES, "%u", (PAPER_VARIANT_FIRST + index) % 1000000u);
}

static enum err layout_new(size_t slot_count, struct paper_layout **out) {
	_cleanup_(paper_layout_freep) struct paper_layout *layout = calloc(1, sizeof(*layout));
	if (!layout) {
		return ERR_NOMEM;
	}
	layout->slots = calloc(slot_count, sizeof(*layout->slots));
	if (!layout->slots) {
		return ERR_NOMEM;
	}
	layout->slot_count = slot_count;
	*out = STEAL(layout);
	return ERR_OK;
}

static struct paper_slot slot_of(const struct blueprint_item *item) {
	struct paper_slot slot = {
		.question_id = item->question_id,
		.revision = item->revision,
		.part = item->part,
		.weight_x100 = item->weight_x100,
		.kind = item->kind,
		.choice_count = item->choice_count,
	};
	for (unsigned i = 0; i < item->choice_count; i++) {
		slot.order[i] = (uint8_t)i;
	}
	return slot;
}

enum err paper_layout_original(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, struct paper_layout **out) {
	if (item_count == 0 || item_count > BLUEPRINT_ITEMS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < item_count; i++) {
		if (items[i].part >= bp->part_count || items[i].choice_count > PAPER_CHOICES_MAX ||
				(i && items[i].part < items[i - 1].part)) {
			return ERR_INVAL;
		}
	}
	_cleanup_(paper_layout_freep) struct paper_layout *layout = NULL;
	enum err e = layout_new(item_count, &layout);
	if (e) {
		return e;
	}
	layout->part_count = bp->part_count;
	for (size_t p = 0; p < bp->part_count; p++) {
		layout->steps[p] = bp->parts[p].steps;
	}
	for (size_t i = 0; i < item_count; i++) {
		layout->slots[i] = slot_of(&items[i]);
	}
	*out = STEAL(layout);
	return ERR_OK;
}

/* The draw is a function of seed, try, variant, what is drawn and its index, and of nothing
 * else: changing one item leaves the order of another's options as it was. */
static uint64_t stream_of(unsigned variant, unsigned try, unsigned what, size_t index) {
	return (uint64_t)try << 48 | (uint64_t)variant << 32 | (uint64_t)what << 24 | index;
}

/* A run of items that moves as one. */
struct group {
	uint32_t first;
	uint32_t count;
};

/* Writes the items' indices of one part, [begin, end), in their new order into order[]. */
static void order_part(const struct blueprint_item *items, size_t begin, size_t end,
		struct rng *rng, size_t order[]) {
	struct group groups[BLUEPRINT_ITEMS_MAX];
	size_t group_count = 0;
	for (size_t i = begin; i < end; i++) {
		if (i > begin && items[i].passage_id &&
				items[i].passage_id == items[i - 1].passage_id) {
			groups[group_count - 1].count++;
		} else {
			groups[group_count++] = (struct group){ (uint32_t)i, 1 };
		}
	}
	rng_shuffle(rng, groups, group_count, sizeof(groups[0]));
	size_t at = begin;
	for (size_t g = 0; g < group_count; g++) {
		for (uint32_t k = 0; k < groups[g].count; k++) {
			order[at++] = groups[g].first + k;
		}
	}
}

static void order_choices(
		const struct blueprint_item *item, struct rng *rng, struct paper_slot *slot) {
	if (!item->is_shuffled || item->choice_count < 2) {
		return;
	}
	size_t moving = item->choice_count - (item->keeps_last ? 1 : 0);
	rng_shuffle(rng, slot->order, moving, sizeof(slot->order[0]));
}

/* One try at one variant; items were checked by paper_layout_original. */
static enum err draw_one(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, uint64_t seed, const unsigned which[2],
		struct paper_layout **out) {
	_cleanup_(paper_layout_freep) struct paper_layout *layout = NULL;
	enum err e = paper_layout_original(bp, items, item_count, &layout);
	if (e) {
		return e;
	}
	unsigned variant = which[0];
	unsigned try = which[1];
	size_t order[BLUEPRINT_ITEMS_MAX];
	for (size_t begin = 0, end = 0; begin < item_count; begin = end) {
		unsigned part = items[begin].part;
		while (end < item_count && items[end].part == part) {
			order[end] = end;
			end++;
		}
		if (bp->parts[part].is_shuffled) {
			struct rng rng;
			rng_init(&rng, seed, stream_of(variant, try, STREAM_ITEMS, part));
			order_part(items, begin, end, &rng, order);
		}
	}
	for (size_t s = 0; s < item_count; s++) {
		const struct blueprint_item *item = &items[order[s]];
		struct rng rng;
		rng_init(&rng, seed, stream_of(variant, try, STREAM_CHOICES, order[s]));
		layout->slots[s] = slot_of(item);
		order_choices(item, &rng, &layout->slots[s]);
	}
	*out = STEAL(layout);
	return ERR_OK;
}

static bool is_among(const struct paper_layout *layout, struct paper_layout *const *drawn,
		unsigned count) {
	for (unsigned i = 0; i < count; i++) {
		if (paper_layout_equal(layout, drawn[i])) {
			return true;
		}
	}
	return false;
}

/* Tries until the variant differs from all before it, or the tries are used up. */
static enum err draw_next(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, uint64_t seed, unsigned variant, struct paper_layout *out[]) {
	for (unsigned try = 0;; try++) {
		_cleanup_(paper_layout_freep) struct paper_layout *layout = NULL;
		enum err e = draw_one(bp, items, item_count, seed,
				(const unsigned[2]){ variant, try }, &layout);
		if (e) {
			return e;
		}
		if (try + 1 >= PAPER_REDRAWS_MAX || !is_among(layout, out, variant)) {
			out[variant] = STEAL(layout);
			return ERR_OK;
		}
	}
}

enum err paper_draw(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, uint64_t seed, unsigned variant_count,
		struct paper_layout *out[]) {
	if (variant_count == 0 || variant_count > PAPER_VARIANTS_MAX) {
		return ERR_LIMIT;
	}
	if (variant_count == 1) {
		return paper_layout_original(bp, items, item_count, &out[0]);
	}
	struct paper_layout *drawn[PAPER_VARIANTS_MAX] = { NULL };
	for (unsigned v = 0; v < variant_count; v++) {
		enum err e = draw_next(bp, items, item_count, seed, v, drawn);
		if (e) {
			for (unsigned i = 0; i < v; i++) {
				paper_layout_free(drawn[i]);
			}
			return e;
		}
	}
	memcpy(out, drawn, variant_count * sizeof(drawn[0]));
	return ERR_OK;
}

static bool slot_equal(const struct paper_slot *a, const struct paper_slot *b) {
	return a->question_id == b->question_id && a->revision == b->revision &&
			a->part == b->part && a->weight_x100 == b->weight_x100 &&
			a->kind == b->kind && a->choice_count == b->choice_count &&
			memcmp(a->order, b->order, a->choice_count) == 0;
}

static bool steps_equal(const struct blueprint_steps *a, const struct blueprint_steps *b) {
	return a->count == b->count && memcmp(a->x100, b->x100, a->count * sizeof(a->x100[0])) == 0;
}

bool paper_layout_equal(const struct paper_layout *a, const struct paper_layout *b) {
	if (a->slot_count != b->slot_count || a->part_count != b->part_count) {
		return false;
	}
	for (size_t p = 0; p < a->part_count; p++) {
		if (!steps_equal(&a->steps[p], &b->steps[p])) {
			return false;
		}
	}
	for (size_t s = 0; s < a->slot_count; s++) {
		if (!slot_equal(&a->slots[s], &b->slots[s])) {
			return false;
		}
	}
	return true;
}

static void print_slot(const struct paper_slot *slot, struct json_out *w) {
	jo_obj(w);
	jo_kid(w, "question", slot->question_id);
	jo_ki64(w, "revision", slot->revision);
	jo_ki64(w, "part", slot->part);
	jo_ki64(w, "weightX100", slot->weight_x100);
	jo_kstrz(w, "kind", question_kind_name(slot->kind));
	char order[PAPER_CHOICES_MAX];
	for (unsigned i = 0; i < slot->choice_count; i++) {
		order[i] = (char)('A' + slot->order[i]);
	}
	jo_kstr(w, "order", (struct str){ order, slot->choice_count });
	jo_end_obj(w);
}

void paper_layout_print(const struct paper_layout *layout, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_ki64(&w, "v", LAYOUT_VERSION);
	jo_karr(&w, "steps");
	for (size_t p = 0; p < layout->part_count; p++) {
		jo_arr(&w);
		for (unsigned i = 0; i < layout->steps[p].count; i++) {
			jo_i64(&w, layout->steps[p].x100[i]);
		}
		jo_end_arr(&w);
	}
	jo_end_arr(&w);
	jo_karr(&w, "slots");
	for (size_t s = 0; s < layout->slot_count; s++) {
		print_slot(&layout->slots[s], &w);
	}
	jo_end_arr(&w);
	jo_end_obj(&w);
}

/* A whole number in 0 .. most. */
static bool get_number(const struct json *node, const char *name, int64_t most, unsigned *out) {
	int64_t v = 0;
	if (json_get_i64(node, name, &v) || v < 0 || v > most) {
		return false;
	}
	*out = (unsigned)v;
	return true;
}

/* "CABD" into {2, 0, 1, 3}; false unless it is a permutation. */
static bool parse_order(struct str text, struct paper_slot *slot) {
	unsigned seen = 0;
	if (text.n > PAPER_CHOICES_MAX) {
		return false;
	}
	for (size_t i = 0; i < text.n; i++) {
		unsigned original = (unsigned)(unsigned char)text.p[i] - 'A';
		if (original >= text.n || seen & 1u << original) {
			return false;
		}
		seen |= 1u << original;
		slot->order[i] = (uint8_t)original;
	}
	slot->choice_count = (unsigned)text.n;
	return true;
}

static bool parse_slot(const struct json *node, size_t part_count, struct paper_slot *slot) {
	struct str kind;
	struct str order;
	unsigned revision = 0;
	if (json_get_id(node, "question", &slot->question_id) ||
			!get_number(node, "revision", UINT32_MAX, &revision) ||
			!get_number(node, "part", (int64_t)part_count - 1, &slot->part) ||
			!get_number(node, "weightX100", BLUEPRINT_WEIGHT_MAX_X100,
					&slot->weight_x100) ||
			json_get_str(node, "kind", &kind) ||
			question_kind_parse(kind, &slot->kind) ||
			json_get_str(node, "order", &order)) {
		return false;
	}
	slot->revision = revision;
	return parse_order(order, slot);
}

static bool parse_steps(const struct json *list, struct paper_layout *layout) {
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		struct blueprint_steps *steps = &layout->steps[layout->part_count++];
		if (json_kind(it) != JSON_ARRAY || json_count(it) > BLUEPRINT_STEPS_MAX) {
			return false;
		}
		for (const struct json *step = json_first(it); step; step = json_next(step)) {
			int64_t v = 0;
			if (json_as_i64(step, &v) || v < 0 || v > 100) {
				return false;
			}
			steps->x100[steps->count++] = (unsigned)v;
		}
	}
	return true;
}

enum err paper_layout_parse(struct str text, struct paper_layout **out) {
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(text, PAPER_LAYOUT_BYTES_MAX, &root);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	const struct json *steps = NULL;
	const struct json *slots = NULL;
	int64_t version = 0;
	if (json_get_i64(root, "v", &version) || version != LAYOUT_VERSION ||
			json_get_array(root, "steps", &steps) ||
			json_get_array(root, "slots", &slots)) {
		return ERR_CORRUPT;
	}
	size_t count = json_count(slots);
	if (json_count(steps) == 0 || json_count(steps) > BLUEPRINT_PARTS_MAX || count == 0 ||
			count > BLUEPRINT_ITEMS_MAX) {
		return ERR_CORRUPT;
	}
	_cleanup_(paper_layout_freep) struct paper_layout *layout = NULL;
	e = layout_new(count, &layout);
	if (e) {
		return e;
	}
	if (!parse_steps(steps, layout)) {
		return ERR_CORRUPT;
	}
	size_t at = 0;
	for (const struct json *it = json_first(slots); it; it = json_next(it)) {
		if (!parse_slot(it, layout->part_count, &layout->slots[at++])) {
			return ERR_CORRUPT;
		}
	}
	*out = STEAL(layout);
	return ERR_OK;
}
