#include "exam/bank/blueprint.h"

#include "tests/check.h"

/* The presets count ten points, as the 2025 format does. */
static const struct {
	const char *name;
	size_t parts;
	unsigned items;
	unsigned total_x100;
} presets[] = {
	{ "thpt2025_toan", 3, 22, 1000 },
	{ "thpt2025_18_4_6", 3, 28, 1000 },
	{ "thpt2025_24_4", 2, 28, 1000 },
	{ "free", 1, 0, 0 },
};

static void check_presets(void) {
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		struct blueprint bp;
		unsigned items = 0;
		unsigned total_x100 = 0;
		CHECK_INT(presets[i].name, blueprint_preset(str_from(presets[i].name), &bp), 0);
		for (size_t p = 0; p < bp.part_count; p++) {
			items += bp.parts[p].item_count;
			total_x100 += bp.parts[p].item_count * bp.parts[p].weight_x100;
		}
		CHECK_INT(presets[i].name, bp.part_count, presets[i].parts);
		CHECK_INT(presets[i].name, items, presets[i].items);
		CHECK_INT(presets[i].name, total_x100, presets[i].total_x100);
	}
	struct blueprint bp = { .part_count = 77 };
	CHECK_INT("unknown", blueprint_preset(str_from("thpt2024"), &bp), ERR_NOT_FOUND);
	CHECK_INT("unknown", bp.part_count, 77);
}

#define TABLE_2025                      \
	{                               \
		4, {                    \
			10, 25, 50, 100 \
		}                       \
	}
#define TABLE_FLAT                      \
	{                               \
		4, {                    \
			25, 50, 75, 100 \
		}                       \
	}

static const struct {
	const char *name;
	struct blueprint_steps steps;
	unsigned count, right, weight_x100, want_x100;
} steps[] = {
	{ "2025: none", TABLE_2025, 4, 0, 100, 0 },
	{ "2025: one", TABLE_2025, 4, 1, 100, 10 },
	{ "2025: two", TABLE_2025, 4, 2, 100, 25 },
	{ "2025: three", TABLE_2025, 4, 3, 100, 50 },
	{ "2025: all", TABLE_2025, 4, 4, 100, 100 },
	{ "flat: three", TABLE_FLAT, 4, 3, 100, 75 },
	{ "half a point: half goes up", TABLE_2025, 4, 2, 50, 13 },
	{ "half a point: all", TABLE_2025, 4, 4, 50, 50 },
	{ "no table: equal shares", { 0 }, 4, 3, 100, 75 },
	{ "no table: thirds", { 0 }, 3, 1, 100, 33 },
	{ "no table: two thirds", { 0 }, 3, 2, 100, 67 },
	{ "table of another length: equal shares", TABLE_2025, 5, 4, 100, 80 },
	{ "the last step may stay under the weight", { 2, { 10, 90 } }, 2, 2, 100, 90 },
	{ "largest weight", TABLE_2025, 4, 3, BLUEPRINT_WEIGHT_MAX_X100, 5000 },
};

static void check_steps(void) {
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		CHECK_INT(steps[i].name,
				blueprint_step_points_x100(&steps[i].steps, steps[i].count,
						steps[i].right, steps[i].weight_x100),
				steps[i].want_x100);
	}
}

static enum err parse(const char *text, struct diag *diag, struct blueprint *out) {
	_cleanup_(json_freep) struct json *root = NULL;
	enum err e = json_parse(str_from(text), 1 << 20, &root);
	return e ? e : blueprint_parse(root, diag, out);
}

static const struct {
	const char *name;
	const char *json;
	enum err want;
} parses[] = {
	{ "one free part", "[{}]", ERR_OK },
	{ "no part", "[]", ERR_LIMIT },
	{ "not a list", "{}", ERR_INVAL },
	{ "ten parts", "[{},{},{},{},{},{},{},{},{},{}]", ERR_OK },
	{ "eleven parts", "[{},{},{},{},{},{},{},{},{},{},{}]", ERR_LIMIT },
	{ "kind", "[{\"kind\":\"numeric\",\"count\":6,\"weightX100\":50}]", ERR_OK },
	{ "unknown kind", "[{\"kind\":\"riddle\"}]", ERR_INVAL },
	{ "most items", "[{\"count\":200}]", ERR_OK },
	{ "one item more", "[{\"count\":201}]", ERR_INVAL },
	{ "largest weight", "[{\"weightX100\":10000}]", ERR_OK },
	{ "one hundredth more", "[{\"weightX100\":10001}]", ERR_INVAL },
	{ "negative weight", "[{\"weightX100\":-1}]", ERR_INVAL },
	{ "weight as text", "[{\"weightX100\":\"25\"}]", ERR_INVAL },
	{ "steps", "[{\"stepsX100\":[10,25,50,100]}]", ERR_OK },
	{ "eight steps", "[{\"stepsX100\":[1,2,3,4,5,6,7,8]}]", ERR_OK },
	{ "nine steps", "[{\"stepsX100\":[1,2,3,4,5,6,7,8,9]}]", ERR_INVAL },
	{ "falling steps", "[{\"stepsX100\":[10,25,20,100]}]", ERR_INVAL },
	{ "steps past the weight", "[{\"stepsX100\":[10,25,50,101]}]", ERR_INVAL },
	{ "title as a number", "[{\"title\":7}]", ERR_INVAL },
};

static void check_parse(void) {
	for (size_t i = 0; i < sizeof(parses) / sizeof(parses[0]); i++) {
		struct diag diag = { 0 };
		struct blueprint bp = { .part_count = 77 };
		enum err e = parse(parses[i].json, &diag, &bp);
		CHECK_INT(parses[i].name, e, parses[i].want);
		CHECK(parses[i].name, (bp.part_count == 77) == (e != ERR_OK));
		diag_finish(&diag);
	}
}

/* The longest title fits, one byte more does not. */
static void check_title_limit(void) {
	for (int over = 0; over < 2; over++) {
		_cleanup_(buf_finish) struct buf b = buf_make(4000);
		struct diag diag = { 0 };
		struct blueprint bp;
		buf_add_str(&b, "[{\"title\":\"");
		for (int i = 0; i < BLUEPRINT_TITLE_BYTES - 1 + over; i++) {
			buf_add_char(&b, 'x');
		}
		buf_add_str(&b, "\"}]");
		CHECK_INT("title", parse(buf_str(&b), &diag, &bp), over ? ERR_INVAL : ERR_OK);
		CHECK_INT("title", diag.errors, over);
		diag_finish(&diag);
	}
}

static void check_round_trip(void) {
	struct blueprint a;
	struct blueprint b;
	CHECK_INT("trip", blueprint_preset(str_from("thpt2025_toan"), &a), ERR_OK);
	_cleanup_(buf_finish) struct buf text = buf_make(BLUEPRINT_JSON_BYTES_MAX);
	struct diag diag = { 0 };
	struct json_out w;
	jo_begin(&w, &text);
	blueprint_print(&a, &w);
	CHECK("trip", jo_is_whole(&w));
	CHECK_INT("trip", parse(buf_str(&text), &diag, &b), ERR_OK);
	CHECK_INT("trip", b.part_count, a.part_count);
	for (size_t p = 0; p < a.part_count; p++) {
		CHECK_STR("trip", b.parts[p].title, a.parts[p].title);
		CHECK_STR("trip", b.parts[p].instructions, a.parts[p].instructions);
		CHECK_INT("trip", b.parts[p].kind, a.parts[p].kind);
		CHECK_INT("trip", b.parts[p].item_count, a.parts[p].item_count);
		CHECK_INT("trip", b.parts[p].weight_x100, a.parts[p].weight_x100);
		CHECK_INT("trip", b.parts[p].steps.count, a.parts[p].steps.count);
	}
	CHECK_INT("trip", b.parts[1].steps.x100[2], 50);
	diag_finish(&diag);
}

/* True when the list holds that code at that row. */
static bool has(const struct diag *diag, const char *code, unsigned row) {
	for (size_t i = 0; i < diag->count; i++) {
		if (strcmp(diag->items[i].code, code) == 0 && diag->items[i].row == row) {
			return true;
		}
	}
	return false;
}

/* 12/4/6 filled as it should be. */
static size_t fill_toan(struct blueprint_item *items) {
	size_t n = 0;
	for (unsigned i = 0; i < 22; i++) {
		unsigned part = i < 12 ? 0 : i < 16 ? 1 : 2;
		items[n++] = (struct blueprint_item){
			.question_id = 100 + i,
			.revision = 1,
			.part = part,
			.kind = part == 0           ? QUESTION_SINGLE
					: part == 1 ? QUESTION_TRUEFALSE
						    : QUESTION_NUMERIC,
			.choice_count = part < 2 ? 4 : 0,
			.weight_x100 = part == 0    ? 25
					: part == 1 ? 100
						    : 50,
		};
	}
	return n;
}

static void check_check(void) {
	struct blueprint bp;
	struct blueprint_item items[BLUEPRINT_ITEMS_MAX + 1] = { { 0 } };
	size_t n = fill_toan(items);
	struct diag diag = { 0 };
	CHECK_INT("preset", blueprint_preset(str_from("thpt2025_toan"), &bp), ERR_OK);
	CHECK_INT("whole", blueprint_check(&bp, items, n, &diag), ERR_OK);
	CHECK_INT("whole", diag.count, 0);

	items[0].kind = QUESTION_NUMERIC;
	items[2].question_id = 103;
	items[12].choice_count = 3;
	items[4].passage_id = 9;
	items[6].passage_id = 9;
	items[21].weight_x100 = 0;
	CHECK_INT("faults", blueprint_check(&bp, items, n - 1, &diag), ERR_OK);
	CHECK("kind", has(&diag, "paper.item_kind", 1));
	CHECK("twice", has(&diag, "paper.item_twice", 4));
	CHECK("steps", has(&diag, "paper.item_steps", 13));
	CHECK("group", has(&diag, "paper.group_apart", 7));
	CHECK("count", has(&diag, "paper.part_count", 0));
	CHECK("total", has(&diag, "paper.total", 0));
	CHECK_INT("errors", diag.errors, 2);
	diag_finish(&diag);

	CHECK_INT("empty", blueprint_check(&bp, items, 0, &diag), ERR_OK);
	CHECK("empty", has(&diag, "paper.empty", 0));
	diag_finish(&diag);
	items[3].part = 3;
	CHECK_INT("part", blueprint_check(&bp, items, n, &diag), ERR_INVAL);
	CHECK_INT("part", diag.count, 0);
	for (size_t i = 0; i < sizeof(items) / sizeof(items[0]); i++) {
		items[i] = (struct blueprint_item){
			.question_id = i + 1,
			.kind = QUESTION_ESSAY,
			.weight_x100 = 5,
		};
	}
	CHECK_INT("most", blueprint_check(&bp, items, BLUEPRINT_ITEMS_MAX, &diag), ERR_OK);
	diag_finish(&diag);
	CHECK_INT("more", blueprint_check(&bp, items, BLUEPRINT_ITEMS_MAX + 1, &diag), ERR_LIMIT);
	diag_finish(&diag);
}

int main(void) {
	check_presets();
	check_steps();
	check_parse();
	check_title_limit();
	check_round_trip();
	check_check();
	return check_done();
}
