#include "exam/bank/paper.h"

#include "core/base/json.h"
#include "core/base/rng.h"
#include "tests/check.h"

static struct str span(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* A paper of random shape: parts, groups of a passage, choices that may or may not move. */
static size_t make_paper(uint64_t seed, struct blueprint *bp, struct blueprint_item *items) {
	struct rng rng;
	size_t n = 0;
	rng_init(&rng, seed, 0);
	*bp = (struct blueprint){ .part_count = 1 + rng_below(&rng, 4) };
	for (unsigned p = 0; p < bp->part_count; p++) {
		bp->parts[p].is_shuffled = rng_below(&rng, 4) != 0;
		bp->parts[p].steps = (struct blueprint_steps){ 4, { 10, 25, 50, 100 } };
		size_t count = 1 + rng_below(&rng, 15);
		uint64_t passage = 0;
		for (size_t i = 0; i < count; i++) {
			if (rng_below(&rng, 3) == 0) {
				passage = rng_below(&rng, 2) ? 1000 + n : 0;
			}
			enum question_kind kind = (enum question_kind)(1 + rng_below(&rng, 6));
			items[n] = (struct blueprint_item){
				.question_id = 500 + n,
				.revision = (uint32_t)(1 + rng_below(&rng, 3)),
				.part = p,
				.kind = kind,
				.choice_count = kind <= QUESTION_TRUEFALSE
						? (unsigned)(2 + rng_below(&rng, 7))
						: 0,
				.weight_x100 = (unsigned)rng_below(&rng, 101),
				.passage_id = passage,
				.is_shuffled = rng_below(&rng, 4) != 0,
				.keeps_last = rng_below(&rng, 4) == 0,
			};
			n++;
		}
	}
	return n;
}

static const struct blueprint_item *item_of(
		const struct blueprint_item *items, size_t n, uint64_t question_id) {
	for (size_t i = 0; i < n; i++) {
		if (items[i].question_id == question_id) {
			return &items[i];
		}
	}
	return NULL;
}

static void check_order(const struct paper_slot *slot, const struct blueprint_item *item) {
	unsigned seen = 0;
	for (unsigned i = 0; i < slot->choice_count; i++) {
		seen |= 1u << slot->order[i];
		if (!item->is_shuffled) {
			CHECK_INT("choices stay", slot->order[i], i);
		}
	}
	CHECK_INT("choices are a permutation", seen, (1u << slot->choice_count) - 1);
	if (item->keeps_last && item->choice_count) {
		CHECK_INT("the last stays", slot->order[slot->choice_count - 1],
				slot->choice_count - 1);
	}
}

/* Every slot holds an item of its part, each item once; groups stand together in their order. */
static void check_variant(const struct paper_layout *layout, const struct blueprint *bp,
		const struct blueprint_item *items, size_t n) {
	CHECK_INT("slots", layout->slot_count, n);
	bool seen[BLUEPRINT_ITEMS_MAX] = { false };
	for (size_t s = 0; s < n; s++) {
		const struct paper_slot *slot = &layout->slots[s];
		const struct blueprint_item *item = item_of(items, n, slot->question_id);
		CHECK("known question", item);
		if (!item) {
			return;
		}
		size_t at = (size_t)(item - items);
		CHECK("each once", !seen[at]);
		seen[at] = true;
		CHECK_INT("inside its part", slot->part, items[s].part);
		CHECK_INT("of its part", slot->part, item->part);
		CHECK_INT("revision", slot->revision, item->revision);
		CHECK_INT("weight", slot->weight_x100, item->weight_x100);
		check_order(slot, item);
		if (!bp->parts[slot->part].is_shuffled) {
			CHECK_INT("unshuffled part", at, s);
		}
		bool follows = at > 0 && item->passage_id && item->part == item[-1].part &&
				item->passage_id == item[-1].passage_id;
		if (follows) {
			CHECK("group together",
					s > 0 &&
							layout->slots[s - 1].question_id ==
									item[-1].question_id);
		}
	}
}

static void check_properties(void) {
	for (uint64_t seed = 1; seed <= 150; seed++) {
		struct blueprint bp;
		struct blueprint_item items[BLUEPRINT_ITEMS_MAX];
		struct paper_layout *a[PAPER_VARIANTS_MAX] = { NULL };
		struct paper_layout *b[PAPER_VARIANTS_MAX] = { NULL };
		size_t n = make_paper(seed, &bp, items);
		unsigned variants = 1 + (unsigned)(seed % 8);
		CHECK_INT("draw", paper_draw(&bp, items, n, seed * 7, variants, a), ERR_OK);
		CHECK_INT("draw", paper_draw(&bp, items, n, seed * 7, variants, b), ERR_OK);
		for (unsigned v = 0; v < variants; v++) {
			_cleanup_(buf_finish) struct buf text = buf_make(PAPER_LAYOUT_BYTES_MAX);
			_cleanup_(paper_layout_freep) struct paper_layout *back = NULL;
			check_variant(a[v], &bp, items, n);
			CHECK("the same again", paper_layout_equal(a[v], b[v]));
			paper_layout_print(a[v], &text);
			CHECK_INT("parse", paper_layout_parse(span(&text), &back), ERR_OK);
			CHECK("round trip", back && paper_layout_equal(a[v], back));
		}
		for (unsigned v = 0; v < variants; v++) {
			paper_layout_free(a[v]);
			paper_layout_free(b[v]);
		}
	}
}

/* Four single-choice items of four options, and a group of two. */
static size_t make_small(struct blueprint *bp, struct blueprint_item *items) {
	*bp = (struct blueprint){ .part_count = 1 };
	bp->parts[0].is_shuffled = true;
	for (unsigned i = 0; i < 5; i++) {
		items[i] = (struct blueprint_item){ .question_id = 11 + i,
			.revision = 1,
			.kind = QUESTION_SINGLE,
			.choice_count = 4,
			.weight_x100 = 25,
			.passage_id = i == 1 || i == 2 ? 3 : 0,
			.is_shuffled = true,
			.keeps_last = i == 0 };
	}
	return 5;
}

/*
 * Papers that were sat must be drawn the same for ever: these bytes may never change.
 */
static void check_for_ever(void) {
	static const char *const want[] = {
		"14:DABC 11:CABD 15:CADB 12:CBDA 13:BCAD ",
		"14:CDBA 15:CBDA 12:DACB 13:ACDB 11:BACD ",
	};
	struct blueprint bp;
	struct blueprint_item items[5];
	struct paper_layout *layouts[2] = { NULL };
	size_t n = make_small(&bp, items);
	CHECK_INT("draw", paper_draw(&bp, items, n, 20260907, 2, layouts), ERR_OK);
	for (unsigned v = 0; v < 2; v++) {
		_cleanup_(buf_finish) struct buf text = buf_make(4096);
		for (size_t s = 0; s < n; s++) {
			const struct paper_slot *slot = &layouts[v]->slots[s];
			buf_addf(&text, "%u:", (unsigned)slot->question_id);
			for (unsigned i = 0; i < slot->choice_count; i++) {
				buf_add_char(&text, (char)('A' + slot->order[i]));
			}
			buf_add_char(&text, ' ');
		}
		CHECK_STR("for ever", buf_str(&text), want[v]);
		paper_layout_free(layouts[v]);
	}
}

static void check_distinct(void) {
	struct blueprint bp;
	struct blueprint_item items[5];
	struct paper_layout *layouts[PAPER_VARIANTS_MAX] = { NULL };
	size_t n = make_small(&bp, items);
	CHECK_INT("most", paper_draw(&bp, items, n, 1, PAPER_VARIANTS_MAX, layouts), ERR_OK);
	for (unsigned v = 0; v < PAPER_VARIANTS_MAX; v++) {
		for (unsigned u = 0; u < v; u++) {
			CHECK("distinct", !paper_layout_equal(layouts[v], layouts[u]));
		}
	}
	for (unsigned v = 0; v < PAPER_VARIANTS_MAX; v++) {
		paper_layout_free(layouts[v]);
	}
	/* Nothing can move: all variants are the same, and the draw still ends. */
	bp.parts[0].is_shuffled = false;
	items[0].is_shuffled = false;
	CHECK_INT("still", paper_draw(&bp, items, 1, 1, 3, layouts), ERR_OK);
	CHECK("still", paper_layout_equal(layouts[0], layouts[2]));
	for (unsigned v = 0; v < 3; v++) {
		paper_layout_free(layouts[v]);
	}
}

static void check_limits(void) {
	struct blueprint bp;
	struct blueprint_item items[BLUEPRINT_ITEMS_MAX + 1];
	struct paper_layout *layouts[PAPER_VARIANTS_MAX + 1] = { NULL };
	size_t n = make_small(&bp, items);
	for (size_t i = n; i <= BLUEPRINT_ITEMS_MAX; i++) {
		items[i] = items[0];
	}
	CHECK_INT("no variant", paper_draw(&bp, items, n, 1, 0, layouts), ERR_LIMIT);
	CHECK_INT("variants", paper_draw(&bp, items, n, 1, PAPER_VARIANTS_MAX + 1, layouts),
			ERR_LIMIT);
	CHECK_INT("no item", paper_draw(&bp, items, 0, 1, 2, layouts), ERR_LIMIT);
	CHECK_INT("items", paper_draw(&bp, items, BLUEPRINT_ITEMS_MAX + 1, 1, 2, layouts),
			ERR_LIMIT);
	items[2].choice_count = PAPER_CHOICES_MAX + 1;
	CHECK_INT("choices", paper_draw(&bp, items, n, 1, 2, layouts), ERR_INVAL);
	n = make_small(&bp, items);
	items[2].part = 1;
	CHECK_INT("part", paper_draw(&bp, items, n, 1, 2, layouts), ERR_INVAL);
	bp.part_count = 2;
	CHECK_INT("parts out of order", paper_draw(&bp, items, n, 1, 2, layouts), ERR_INVAL);
	CHECK("untouched", layouts[0] == NULL);
	CHECK_INT("most items", paper_layout_original(&bp, items, 2, &layouts[0]), ERR_OK);
	paper_layout_free(layouts[0]);
	char code[PAPER_VARIANT_BYTES];
	paper_variant_code(PAPER_VARIANTS_MAX - 1, code);
	CHECK_STR("code", code, "148");
}

#define SLOT(question, order)                                                         \
	"{\"question\":\"" question "\",\"revision\":1,\"part\":0,\"weightX100\":25," \
	"\"kind\":\"single\",\"order\":\"" order "\"}"

static const struct {
	const char *name;
	const char *text;
	enum err want;
} layouts_read[] = {
	{ "whole", "{\"v\":1,\"steps\":[[]],\"slots\":[" SLOT("1", "BA") "]}", ERR_OK },
	{ "another version", "{\"v\":2,\"steps\":[[]],\"slots\":[" SLOT("1", "BA") "]}",
			ERR_CORRUPT },
	{ "no slot", "{\"v\":1,\"steps\":[[]],\"slots\":[]}", ERR_CORRUPT },
	{ "no part", "{\"v\":1,\"steps\":[],\"slots\":[" SLOT("1", "BA") "]}", ERR_CORRUPT },
	{ "letter twice", "{\"v\":1,\"steps\":[[]],\"slots\":[" SLOT("1", "BB") "]}", ERR_CORRUPT },
	{ "letter missing", "{\"v\":1,\"steps\":[[]],\"slots\":[" SLOT("1", "BC") "]}",
			ERR_CORRUPT },
	{ "nine letters", "{\"v\":1,\"steps\":[[]],\"slots\":[" SLOT("1", "ABCDEFGHI") "]}",
			ERR_CORRUPT },
	{ "no id", "{\"v\":1,\"steps\":[[]],\"slots\":[" SLOT("x", "BA") "]}", ERR_CORRUPT },
	{ "not JSON", "{", ERR_CORRUPT },
	{ "empty", "", ERR_CORRUPT },
};

static void check_layout_read(void) {
	for (size_t i = 0; i < sizeof(layouts_read) / sizeof(layouts_read[0]); i++) {
		_cleanup_(paper_layout_freep) struct paper_layout *layout = NULL;
		CHECK_INT(layouts_read[i].name,
				paper_layout_parse(str_from(layouts_read[i].text), &layout),
				layouts_read[i].want);
	}
}

static const struct paper_content contents[] = {
	{ .question_id = 11,
			.revision = 1,
			.stem = { "<p>một</p>", 12 },
			.choices = { { "a1", 2 }, { "b1", 2 }, { "c1", 2 }, { "d1", 2 } },
			.choice_count = 4 },
	{ .question_id = 12,
			.revision = 1,
			.stem = { "hai", 3 },
			.choices = { { "a2", 2 }, { "b2", 2 } },
			.choice_count = 2,
			.passage_id = 3,
			.passage = { "đoạn", 7 } },
	{ .question_id = 13,
			.revision = 1,
			.stem = { "ba", 2 },
			.passage_id = 3,
			.passage = { "đoạn", 7 } },
};

static void make_texts(
		struct blueprint *bp, struct paper_layout *layout, struct paper_slot slots[3]) {
	*bp = (struct blueprint){ .part_count = 2 };
	snprintf(bp->parts[0].title, sizeof(bp->parts[0].title), "Một");
	slots[0] = (struct paper_slot){ 11, 1, 0, 25, QUESTION_SINGLE, 4, { 2, 0, 3, 1 } };
	slots[1] = (struct paper_slot){ 12, 1, 1, 100, QUESTION_TRUEFALSE, 2, { 1, 0 } };
	slots[2] = (struct paper_slot){ 13, 1, 1, 50, QUESTION_NUMERIC, 0, { 0 } };
	*layout = (struct paper_layout){ .part_count = 2, .slots = slots, .slot_count = 3 };
}

/* Shown letters go up whatever the original order is; the original order and ids do not appear. */
static void check_print(void) {
	static const char want[] =
			"{\"v\":1,\"title\":\"Đề\",\"subject\":\"Toán\",\"variant\":\"103\",\"parts\":["
			"{\"title\":\"Một\",\"instructions\":\"\",\"items\":["
			"{\"slot\":1,\"kind\":\"single\",\"stem\":\"<p>một</p>\",\"options\":["
			"{\"id\":\"A\",\"html\":\"c1\"},{\"id\":\"B\",\"html\":\"a1\"},"
			"{\"id\":\"C\",\"html\":\"d1\"},{\"id\":\"D\",\"html\":\"b1\"}],"
			"\"passage\":null,\"pointsText\":\"0,25\"}]},"
			"{\"title\":\"\",\"instructions\":\"\",\"items\":["
			"{\"slot\":2,\"kind\":\"truefalse\",\"stem\":\"hai\",\"statements\":["
			"{\"id\":\"a\",\"html\":\"b2\"},{\"id\":\"b\",\"html\":\"a2\"}],"
			"\"passage\":0,\"pointsText\":\"1\"},"
			"{\"slot\":3,\"kind\":\"numeric\",\"stem\":\"ba\",\"passage\":0,"
			"\"pointsText\":\"0,5\"}]}],\"passages\":[\"đoạn\"],\"pictures\":{"
			"\"0707070707070707070707070707070707070707070707070707070707070707\":"
			"{\"mime\":\"image/png\",\"part\":1,\"offset\":0,\"length\":3}}}";
	struct blueprint bp;
	struct paper_layout layout;
	struct paper_slot slots[3];
	struct paper_picture picture = { .mime = { "image/png", 9 }, .bytes = { "xyz", 3 } };
	unsigned parts = 0;
	make_texts(&bp, &layout, slots);
	memset(picture.hash, 7, sizeof(picture.hash));
	CHECK_INT("place", paper_place_pictures(&picture, 1, &parts), ERR_OK);
	CHECK_INT("place", parts, 1);
	struct paper_texts texts = { "Đề", "Toán", "103", &bp, contents, 3, &picture, 1 };
	_cleanup_(buf_finish) struct buf out = buf_make(PAPER_TEXT_BYTES_MAX);
	CHECK_INT("print", paper_print(&texts, &layout, &out), ERR_OK);
	CHECK_STR("print", buf_str(&out), want);

	_cleanup_(buf_finish) struct buf small = buf_make(100);
	CHECK_INT("too long", paper_print(&texts, &layout, &small), ERR_LIMIT);
	texts.content_count = 2;
	CHECK_INT("missing", paper_print(&texts, &layout, &out), ERR_MISSING);
	texts.content_count = 3;
	slots[0].choice_count = 3;
	CHECK_INT("corrupt", paper_print(&texts, &layout, &out), ERR_CORRUPT);
}

static void check_points_text(void) {
	static const struct {
		unsigned points_x100;
		const char *want;
	} rows[] = { { 0, "0" }, { 5, "0,05" }, { 25, "0,25" }, { 50, "0,5" }, { 100, "1" },
		{ 150, "1,5" }, { 1000, "10" }, { 1005, "10,05" } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char text[16];
		paper_points_text(rows[i].points_x100, text);
		CHECK_STR("points", text, rows[i].want);
	}
}

static void check_pictures(void) {
	static char bytes[PAPER_PICTURES_BYTES_MAX + 1];
	struct paper_picture p[PAPER_PICTURES_MAX + 1] = { { .part = 0 } };
	unsigned parts = 0;
	/* 300, 200 and 100 KiB: the first two fill a part up to its last byte but 12 KiB. */
	for (unsigned i = 0; i < 3; i++) {
		p[i].hash[0] = (uint8_t)(9 - i);
		p[i].bytes = (struct str){ bytes, (size_t)(100 + 100 * i) << 10 };
	}
	CHECK_INT("place", paper_place_pictures(p, 3, &parts), ERR_OK);
	CHECK_INT("place", parts, 2);
	CHECK_INT("by hash", p[0].hash[0], 7);
	CHECK_INT("first", p[0].offset, 0);
	CHECK_INT("second", p[1].offset, 300 << 10);
	CHECK_INT("second", p[1].part, 1);
	CHECK_INT("third", p[2].part, 2);
	CHECK_INT("third", p[2].offset, 0);
	p[1].hash[0] = 7;
	CHECK_INT("twice", paper_place_pictures(p, 3, &parts), ERR_EXISTS);

	p[0].bytes = (struct str){ bytes, PAPER_PICTURES_BYTES_MAX };
	CHECK_INT("largest", paper_place_pictures(p, 1, &parts), ERR_OK);
	CHECK_INT("largest", parts, 1);
	p[0].bytes.n++;
	CHECK_INT("too large", paper_place_pictures(p, 1, &parts), ERR_LIMIT);
	for (unsigned i = 0; i <= PAPER_PICTURES_MAX; i++) {
		p[i] = (struct paper_picture){ .bytes = { bytes, 1 } };
		p[i].hash[0] = (uint8_t)i;
	}
	CHECK_INT("most", paper_place_pictures(p, PAPER_PICTURES_MAX, &parts), ERR_OK);
	CHECK_INT("more", paper_place_pictures(p, PAPER_PICTURES_MAX + 1, &parts), ERR_LIMIT);
	CHECK_INT("none", paper_place_pictures(p, 0, &parts), ERR_OK);
	CHECK_INT("none", parts, 0);
}

int main(void) {
	check_properties();
	check_for_ever();
	check_distinct();
	check_limits();
	check_layout_read();
	check_print();
	check_points_text();
	check_pictures();
	return check_done();
}
