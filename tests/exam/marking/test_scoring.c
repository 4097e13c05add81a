#include "exam/marking/scoring.h"

#include "core/base/rng.h"
#include "tests/check.h"

static struct str z(const char *text) {
	return str_from(text);
}

/* One item, one key, one answer. Shown letters A B C D stand for C A D B: order { 2, 0, 3, 1 }. */
static const struct {
	const char *name;
	enum question_kind kind;
	uint32_t right;
	const char *key; /* numeric: value; text: accepted, two of them parted by | */
	const char *tolerance;
	const char *value;
	unsigned want_x100;
	enum scoring_state state;
} rows[] = {
	/* single: right is original C, shown as A */
	{ "single right", QUESTION_SINGLE, 4, "", "", "\"A\"", 100, SCORING_BY_RULE },
	{ "single wrong", QUESTION_SINGLE, 4, "", "", "\"C\"", 0, SCORING_BY_RULE },
	{ "single blank", QUESTION_SINGLE, 4, "", "", "", 0, SCORING_BY_RULE },
	{ "single taken back", QUESTION_SINGLE, 4, "", "", "null", 0, SCORING_BY_RULE },
	{ "single empty text", QUESTION_SINGLE, 4, "", "", "\"\"", 0, SCORING_BY_RULE },
	{ "single letter past the last", QUESTION_SINGLE, 4, "", "", "\"E\"", 0, SCORING_BY_RULE },
	{ "single lower case", QUESTION_SINGLE, 4, "", "", "\"a\"", 0, SCORING_BY_RULE },
	{ "single two letters", QUESTION_SINGLE, 4, "", "", "\"AB\"", 0, SCORING_BY_RULE },
	{ "single a list", QUESTION_SINGLE, 4, "", "", "[\"A\"]", 0, SCORING_BY_RULE },
	{ "single not JSON", QUESTION_SINGLE, 4, "", "", "A", 0, SCORING_BY_RULE },
	{ "single without a key", QUESTION_SINGLE, 0, "", "", "\"A\"", 0, SCORING_AWAITS },
	{ "single without key or answer", QUESTION_SINGLE, 0, "", "", "", 0, SCORING_BY_RULE },
	/* multiple: right are original A and C, shown as B and A */
	{ "multiple right", QUESTION_MULTIPLE, 5, "", "", "[\"A\",\"B\"]", 100, SCORING_BY_RULE },
	{ "multiple any order", QUESTION_MULTIPLE, 5, "", "", "[\"B\",\"A\"]", 100,
			SCORING_BY_RULE },
	{ "multiple a letter twice", QUESTION_MULTIPLE, 5, "", "", "[\"B\",\"A\",\"A\"]", 100,
			SCORING_BY_RULE },
	{ "multiple one missing", QUESTION_MULTIPLE, 5, "", "", "[\"A\"]", 0, SCORING_BY_RULE },
	{ "multiple one too many", QUESTION_MULTIPLE, 5, "", "", "[\"A\",\"B\",\"C\"]", 0,
			SCORING_BY_RULE },
	{ "multiple none", QUESTION_MULTIPLE, 5, "", "", "[]", 0, SCORING_BY_RULE },
	{ "multiple odd letter", QUESTION_MULTIPLE, 5, "", "", "[\"A\",\"B\",\"H\"]", 0,
			SCORING_BY_RULE },
	/* truefalse: a and d are true; shown order is c a d b: false true true false */
	{ "tf all", QUESTION_TRUEFALSE, 9, "", "", "[false,true,true,false]", 100,
			SCORING_BY_RULE },
	{ "tf three", QUESTION_TRUEFALSE, 9, "", "", "[false,true,true,true]", 50,
			SCORING_BY_RULE },
	{ "tf two", QUESTION_TRUEFALSE, 9, "", "", "[false,true,false,true]", 25, SCORING_BY_RULE },
	{ "tf one", QUESTION_TRUEFALSE, 9, "", "", "[false,false,false,true]", 10,
			SCORING_BY_RULE },
	{ "tf none", QUESTION_TRUEFALSE, 9, "", "", "[true,false,false,true]", 0, SCORING_BY_RULE },
	{ "tf a blank is wrong", QUESTION_TRUEFALSE, 9, "", "", "[null,true,true,false]", 50,
			SCORING_BY_RULE },
	{ "tf only blanks", QUESTION_TRUEFALSE, 9, "", "", "[null,null,null,null]", 0,
			SCORING_BY_RULE },
	{ "tf short list", QUESTION_TRUEFALSE, 9, "", "", "[false,true]", 25, SCORING_BY_RULE },
	{ "tf long list", QUESTION_TRUEFALSE, 9, "", "", "[false,true,true,false,true,true]", 100,
			SCORING_BY_RULE },
	{ "tf words", QUESTION_TRUEFALSE, 9, "", "", "[\"false\",true,true,false]", 50,
			SCORING_BY_RULE },
	{ "tf one not told", QUESTION_TRUEFALSE, 9, "told", "", "[false,true,true,false]", 0,
			SCORING_AWAITS },
	{ "tf no list", QUESTION_TRUEFALSE, 9, "", "", "true", 0, SCORING_BY_RULE },
	{ "numeric comma", QUESTION_NUMERIC, 0, "3,14", "", "\"3.14\"", 100, SCORING_BY_RULE },
	{ "numeric point", QUESTION_NUMERIC, 0, "3.14", "0", "\" 3,140\"", 100, SCORING_BY_RULE },
	{ "numeric near", QUESTION_NUMERIC, 0, "3,14", "0,01", "\"3,15\"", 100, SCORING_BY_RULE },
	{ "numeric off", QUESTION_NUMERIC, 0, "3,14", "0,01", "\"3,151\"", 0, SCORING_BY_RULE },
	{ "numeric no number", QUESTION_NUMERIC, 0, "3,14", "", "\"pi\"", 0, SCORING_BY_RULE },
	{ "numeric blank", QUESTION_NUMERIC, 0, "0", "", "\" \"", 0, SCORING_BY_RULE },
	{ "numeric key unreadable", QUESTION_NUMERIC, 0, "1/3", "", "\"0,33\"", 0, SCORING_AWAITS },
	{ "numeric tolerance unreadable", QUESTION_NUMERIC, 0, "1", "x", "\"1\"", 0,
			SCORING_AWAITS },
	{ "numeric tolerance negative", QUESTION_NUMERIC, 0, "1", "-1", "\"1\"", 0,
			SCORING_AWAITS },
	{ "text", QUESTION_TEXT, 0, "Hà Nội|Thăng Long", "", "\"hà  nội.\"", 100, SCORING_BY_RULE },
	{ "text second", QUESTION_TEXT, 0, "Hà Nội|Thăng Long", "", "\"THĂNG LONG\"", 100,
			SCORING_BY_RULE },
	{ "text marks count", QUESTION_TEXT, 0, "Hà Nội|Thăng Long", "", "\"Ha Noi\"", 0,
			SCORING_BY_RULE },
	{ "text tone place", QUESTION_TEXT, 0, "hòa bình", "", "\"hoà bình\"", 100,
			SCORING_BY_RULE },
	{ "text only a stop", QUESTION_TEXT, 0, ".", "", "\".\"", 0, SCORING_BY_RULE },
	{ "text without a key", QUESTION_TEXT, 0, "", "", "\"x\"", 0, SCORING_AWAITS },
	{ "essay", QUESTION_ESSAY, 0, "", "", "\"Bài làm\"", 0, SCORING_AWAITS },
	{ "essay blank", QUESTION_ESSAY, 0, "", "", "\"  \\n\"", 0, SCORING_BY_RULE },
	{ "essay none", QUESTION_ESSAY, 0, "", "", "", 0, SCORING_BY_RULE },
};

/* What a row's key points at; the texts are cut at the bar. */
struct row_key {
	struct question_key key;
	char texts[3][64];
};

static void make_key(size_t i, struct row_key *out) {
	*out = (struct row_key){ .key = { .is_known = true, .right = rows[i].right, .told = 15 } };
	snprintf(out->texts[0], sizeof(out->texts[0]), "%s", rows[i].key);
	snprintf(out->texts[1], sizeof(out->texts[1]), "%s", rows[i].tolerance);
	out->key.value = out->texts[0];
	out->key.tolerance = out->texts[1];
	if (strcmp(rows[i].key, "told") == 0) {
		out->key.told = 7; /* nobody knows about the fourth */
	}
	if (rows[i].kind != QUESTION_TEXT || !rows[i].key[0]) {
		return;
	}
	out->key.accepted[out->key.accepted_count++] = out->texts[0];
	char *bar = strchr(out->texts[0], '|');
	if (bar) {
		*bar = '\0';
		out->key.accepted[out->key.accepted_count++] = bar + 1;
	}
}

static void check_rows(void) {
	static const struct blueprint_steps steps = { 4, { 10, 25, 50, 100 } };
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct paper_slot slot = { 1, 1, 0, 100, rows[i].kind, 4, { 2, 0, 3, 1 } };
		struct row_key key;
		make_key(i, &key);
		struct scoring_item item = { 77, 77, SCORING_BY_PERSON };
		CHECK_INT(rows[i].name,
				scoring_item_score(
						&slot, &steps, &key.key, z(rows[i].value), &item),
				ERR_OK);
		CHECK_INT(rows[i].name, item.points_x100, rows[i].want_x100);
		CHECK_INT(rows[i].name, item.state, rows[i].state);
		CHECK_INT(rows[i].name, item.max_x100, 100);
		/* Without a known key nothing is decided but the blank. */
		key.key.is_known = false;
		CHECK_INT(rows[i].name,
				scoring_item_score(
						&slot, &steps, &key.key, z(rows[i].value), &item),
				ERR_OK);
		CHECK_INT(rows[i].name, item.points_x100, 0);
	}
}

static const struct {
	const char *name;
	unsigned points_x100, max_x100, ten_x100, mark_x10;
} scales[] = {
	{ "nothing", 0, 1000, 0, 0 },
	{ "all", 1000, 1000, 1000, 100 },
	{ "825 is 8.3", 825, 1000, 825, 83 },
	{ "824 is 8.2", 824, 1000, 824, 82 },
	{ "five is half", 5, 1000, 5, 1 },
	{ "four is less", 4, 1000, 4, 0 },
	{ "995 is ten", 995, 1000, 995, 100 },
	{ "994 is 9.9", 994, 1000, 994, 99 },
	{ "of 40 items", 31, 40, 775, 78 },
	{ "a third", 1, 3, 333, 33 },
	{ "two thirds", 2, 3, 667, 67 },
	{ "half of a hundredth goes up", 1, 2000, 1, 0 },
	{ "under half of a hundredth", 1, 2001, 0, 0 },
	{ "no points to have", 0, 0, 0, 0 },
	{ "a great paper", 2000000, 2000000, 1000, 100 },
};

static void check_scales(void) {
	for (size_t i = 0; i < sizeof(scales) / sizeof(scales[0]); i++) {
		unsigned ten = scoring_ten_x100(scales[i].points_x100, scales[i].max_x100);
		CHECK_INT(scales[i].name, ten, scales[i].ten_x100);
		CHECK_INT(scales[i].name, scoring_mark_x10(ten), scales[i].mark_x10);
	}
	const struct scoring_item items[] = {
		{ 25, 25, SCORING_BY_RULE },
		{ 0, 200, SCORING_AWAITS },
		{ 150, 200, SCORING_BY_PERSON },
	};
	struct scoring_total total = scoring_sum(items, 3);
	CHECK_INT("sum", total.points_x100, 175);
	CHECK_INT("sum", total.max_x100, 425);
	CHECK_INT("sum", total.ten_x100, 412);
	CHECK_INT("sum", total.mark_x10, 41);
	CHECK_INT("sum", total.awaiting_count, 1);
	CHECK_INT("sum of none", scoring_sum(items, 0).max_x100, 0);
}

enum { ITEMS = 40, VARIANTS = 6 };

/* What a student means, in the questions' original order; the variants only show it elsewhere. */
struct intent {
	uint32_t bits;  /* chosen options, or statements held true */
	uint32_t blank; /* statements left blank */
	bool is_skipped;
};

static void make_paper(struct rng *rng, struct blueprint *bp, struct blueprint_item *items,
		struct question_key *keys) {
	static char half[] = "2,5";
	static char tenth[] = "0,5";
	*bp = (struct blueprint){ .part_count = 2 };
	for (unsigned p = 0; p < 2; p++) {
		bp->parts[p].is_shuffled = true;
		bp->parts[p].steps = (struct blueprint_steps){ 4, { 10, 25, 50, 100 } };
	}
	for (unsigned i = 0; i < ITEMS; i++) {
		enum question_kind kind = (enum question_kind)(1 + rng_below(rng, 4));
		unsigned count = kind == QUESTION_TRUEFALSE ? 4 : 2 + (unsigned)rng_below(rng, 7);
		items[i] = (struct blueprint_item){ .question_id = 900 + i,
			.revision = 2,
			.part = i < ITEMS / 2 ? 0 : 1,
			.kind = kind,
			.choice_count = kind == QUESTION_NUMERIC ? 0 : count,
			.weight_x100 = 1 + (unsigned)rng_below(rng, 100),
			.passage_id = rng_below(rng, 3) ? 0 : 1 + i / 4,
			.is_shuffled = rng_below(rng, 5) != 0,
			.keeps_last = rng_below(rng, 3) == 0 };
		keys[i] = (struct question_key){
			.is_known = true, .told = 15, .value = half, .tolerance = tenth
		};
		keys[i].right = kind == QUESTION_SINGLE
				? 1u << rng_below(rng, count)
				: 1 + (uint32_t)rng_below(rng, (1u << count) - 1);
	}
}

/* The canonical JSON a browser would send for that intent in that slot. */
static void print_answer(
		const struct paper_slot *slot, const struct intent *intent, struct buf *out) {
	const char *comma = "";
	if (slot->kind == QUESTION_NUMERIC) {
		buf_addf(out, "\"%u\"", intent->bits % 5);
		return;
	}
	buf_add_str(out, slot->kind == QUESTION_SINGLE ? "" : "[");
	for (unsigned shown = 0; shown < slot->choice_count; shown++) {
		unsigned original = slot->order[shown];
		bool is_on = (intent->bits & 1u << original) != 0;
		if (slot->kind == QUESTION_TRUEFALSE) {
			bool is_blank = (intent->blank & 1u << original) != 0;
			buf_addf(out, "%s%s", comma, is_blank ? "null" : is_on ? "true" : "false");
			comma = ",";
		} else if (slot->kind == QUESTION_MULTIPLE && is_on) {
			buf_addf(out, "%s\"%c\"", comma, 'A' + (int)shown);
			comma = ",";
		} else if (slot->kind == QUESTION_SINGLE &&
				intent->bits % slot->choice_count == original) {
			buf_addf(out, "\"%c\"", 'A' + (int)shown);
		}
	}
	buf_add_str(out, slot->kind == QUESTION_SINGLE ? "" : "]");
}

static struct scoring_total score_variant(const struct paper_layout *layout,
		const struct scoring_key *keys, const struct intent *intents) {
	struct buf texts[ITEMS];
	struct scoring_answer answers[ITEMS];
	struct scoring_item items[ITEMS];
	size_t n = 0;
	for (unsigned s = ITEMS; s-- > 0;) { /* any order will do */
		const struct paper_slot *slot = &layout->slots[s];
		const struct intent *intent = &intents[slot->question_id - 900];
		texts[s] = buf_make(200);
		if (intent->is_skipped) {
			continue;
		}
		print_answer(slot, intent, &texts[s]);
		answers[n++] = (struct scoring_answer){ s + 1,
			{ buf_str(&texts[s]), texts[s].len } };
	}
	CHECK_INT("score", scoring_attempt(layout, keys, ITEMS, answers, n, items), ERR_OK);
	for (unsigned s = 0; s < ITEMS; s++) {
		buf_finish(&texts[s]);
	}
	return scoring_sum(items, ITEMS);
}

/* The same intent earns the same points in every variant. */
static void check_variants_agree(void) {
	unsigned seen_points = 0;
	for (uint64_t seed = 1; seed <= 60; seed++) {
		struct rng rng;
		struct blueprint bp;
		struct blueprint_item items[ITEMS];
		struct question_key question_keys[ITEMS];
		struct scoring_key keys[ITEMS];
		struct intent intents[ITEMS];
		struct paper_layout *layouts[VARIANTS] = { NULL };
		rng_init(&rng, seed, 1);
		make_paper(&rng, &bp, items, question_keys);
		for (unsigned i = 0; i < ITEMS; i++) {
			keys[i] = (struct scoring_key){ 900 + i, 2, &question_keys[i] };
			intents[i].bits = rng_below(&rng, 2) ? question_keys[i].right
							     : (uint32_t)rng_below(&rng, 256);
			intents[i].blank = rng_below(&rng, 3) ? 0 : (uint32_t)rng_below(&rng, 16);
			intents[i].is_skipped = rng_below(&rng, 8) == 0;
		}
		CHECK_INT("draw", paper_draw(&bp, items, ITEMS, seed, VARIANTS, layouts), ERR_OK);
		struct scoring_total first = score_variant(layouts[0], keys, intents);
		for (unsigned v = 1; v < VARIANTS; v++) {
			struct scoring_total other = score_variant(layouts[v], keys, intents);
			CHECK_INT("points", other.points_x100, first.points_x100);
			CHECK_INT("max", other.max_x100, first.max_x100);
		}
		seen_points += first.points_x100 > 0 && first.points_x100 < first.max_x100;
		for (unsigned v = 0; v < VARIANTS; v++) {
			paper_layout_free(layouts[v]);
		}
	}
	CHECK("the sample is not trivial", seen_points > 50);
}

static void check_attempt(void) {
	struct paper_slot slots[2] = { { 5, 1, 0, 50, QUESTION_SINGLE, 2, { 1, 0 } },
		{ 6, 3, 0, 50, QUESTION_NUMERIC, 0, { 0 } } };
	struct paper_layout layout = { .part_count = 1, .slots = slots, .slot_count = 2 };
	char seven[] = "7";
	const struct question_key numeric = { .is_known = true, .value = seven };
	const struct question_key single = { .is_known = true, .right = 1 };
	const struct scoring_key keys[] = { { 6, 3, &numeric }, { 5, 1, &single } };
	struct scoring_answer answers[] = { { 0, z("\"B\"") }, { 3, z("\"B\"") }, { 2, z("\"8\"") },
		{ 1, z("\"B\"") }, { 2, z("\"7\"") } };
	struct scoring_item items[2] = { { 77, 77, SCORING_BY_PERSON } };
	CHECK_INT("attempt", scoring_attempt(&layout, keys, 2, answers, 5, items), ERR_OK);
	CHECK_INT("mapped back", items[0].points_x100, 50);
	CHECK_INT("the last answer counts", items[1].points_x100, 50);
	items[0].points_x100 = 77;
	slots[1].revision = 4;
	CHECK_INT("another revision", scoring_attempt(&layout, keys, 2, answers, 5, items),
			ERR_MISSING);
	CHECK_INT("untouched", items[0].points_x100, 77);
}

int main(void) {
	check_rows();
	check_scales();
	check_attempt();
	check_variants_agree();
	return check_done();
}
