#include "exam/bank/blueprint.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

struct preset {
	const char *name;
	size_t part_count;
	struct {
		const char *title;
		const char *instructions;
		bool is_shuffled;
		unsigned kind;
		unsigned item_count;
		unsigned weight_x100;
		struct blueprint_steps steps;
	} parts[3];
};

#define TITLE_ONE "PHẦN I. Câu trắc nghiệm nhiều phương án lựa chọn"
#define TITLE_TWO "PHẦN II. Câu trắc nghiệm đúng sai"
#define TITLE_THREE "PHẦN III. Câu trắc nghiệm trả lời ngắn"
#define SAY_ONE "Mỗi câu hỏi thí sinh chỉ chọn một phương án."
#define SAY_TWO "Trong mỗi ý a), b), c), d) ở mỗi câu, thí sinh chọn đúng hoặc sai."
#define SAY_THREE "Thí sinh ghi câu trả lời bằng số."
#define STEPS_2025                      \
	{                               \
		4, {                    \
			10, 25, 50, 100 \
		}                       \
	}

static const struct preset presets[] = {
	{ "free", 1, { { "", "", true, 0, 0, 25, STEPS_2025 } } },
	{ "thpt2025_toan", 3,
			{ { TITLE_ONE, SAY_ONE, true, QUESTION_SINGLE, 12, 25, { 0 } },
					{ TITLE_TWO, SAY_TWO, true, QUESTION_TRUEFALSE, 4, 100,
							STEPS_2025 },
					{ TITLE_THREE, SAY_THREE, true, QUESTION_NUMERIC, 6, 50,
							{ 0 } } } },
	{ "thpt2025_18_4_6", 3,
			{ { TITLE_ONE, SAY_ONE, true, QUESTION_SINGLE, 18, 25, { 0 } },
					{ TITLE_TWO, SAY_TWO, true, QUESTION_TRUEFALSE, 4, 100,
							STEPS_2025 },
					{ TITLE_THREE, SAY_THREE, true, QUESTION_NUMERIC, 6, 25,
							{ 0 } } } },
	{ "thpt2025_24_4", 2,
			{ { TITLE_ONE, SAY_ONE, true, QUESTION_SINGLE, 24, 25, { 0 } },
					{ TITLE_TWO, SAY_TWO, true, QUESTION_TRUEFALSE, 4, 100,
							STEPS_2025 } } },
};

enum err blueprint_preset(struct str name, struct blueprint *out) {
	for (size_t i = 0; i < sizeof(presets) / sizeof(presets[0]); i++) {
		const struct preset *from = &presets[i];
		if (!str_eq_z(name, from->name)) {
			continue;
		}
		*out = (struct blueprint){ .part_count = from->part_count };
		for (size_t p = 0; p < from->part_count; p++) {
			struct blueprint_part *part = &out->parts[p];
			snprintf(part->title, sizeof(part->title), "%s", from->parts[p].title);
			snprintf(part->instructions, sizeof(part->instructions), "%s",
					from->parts[p].instructions);
			part->is_shuffled = from->parts[p].is_shuffled;
			part->kind = from->parts[p].kind;
			part->item_count = from->parts[p].item_count;
			part->weight_x100 = from->parts[p].weight_x100;
			part->steps = from->parts[p].steps;
		}
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}

static enum err get_text(const struct json *node, const char *name, char *out, size_t size) {
	struct str text;
	enum err e = json_opt_str(node, name, str_from(""), &text);
	if (e) {
		return e;
	}
	if (text.n >= size) {
		return ERR_LIMIT;
	}
	struct buf nfc = buf_make(size * 2);
	e = str_nfc(text, &nfc);
	if (!e) {
		e = buf_err(&nfc);
	}
	if (!e && nfc.len >= size) {
		e = ERR_LIMIT;
	}
	if (!e) {
		memcpy(out, buf_str(&nfc), nfc.len);
		out[nfc.len] = '\0';
	}
	buf_finish(&nfc);
	return e;
}

static enum err get_count(const struct json *node, const char *name, int64_t fallback, int64_t most,
		unsigned *out) {
	int64_t v = 0;
	enum err e = json_opt_i64(node, name, fallback, &v);
	if (e) {
		return e;
	}
	if (v < 0 || v > most) {
		return ERR_INVAL;
	}
	*out = (unsigned)v;
	return ERR_OK;
}

/* Steps never fall and end at no more than the whole weight. */
static enum err get_steps(const struct json *node, struct blueprint_steps *out) {
	const struct json *list = json_get(node, "stepsX100");
	*out = (struct blueprint_steps){ 0 };
	if (!list || json_kind(list) == JSON_NULL) {
		return ERR_OK;
	}
	if (json_kind(list) != JSON_ARRAY || json_count(list) > BLUEPRINT_STEPS_MAX) {
		return ERR_INVAL;
	}
	int64_t before = 0;
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		int64_t step = 0;
		enum err e = json_as_i64(it, &step);
		if (e) {
			return ERR_INVAL;
		}
		if (step < before || step > 100) {
			return ERR_INVAL;
		}
		out->x100[out->count++] = (unsigned)step;
		before = step;
	}
	return ERR_OK;
}

static enum err get_kind(const struct json *node, unsigned *out) {
	struct str name;
	enum err e = json_opt_str(node, "kind", str_from(""), &name);
	if (e) {
		return e;
	}
	if (name.n == 0) {
		*out = 0;
		return ERR_OK;
	}
	enum question_kind kind;
	e = question_kind_parse(name, &kind);
	if (e) {
		return e;
	}
	*out = (unsigned)kind;
	return ERR_OK;
}

static enum err parse_part(
		const struct json *node, const char **field, struct blueprint_part *part) {
	*field = "title";
	enum err e = get_text(node, "title", part->title, sizeof(part->title));
	if (e) {
		return e;
	}
	*field = "instructions";
	e = get_text(node, "instructions", part->instructions, sizeof(part->instructions));
	if (e) {
		return e;
	}
	*field = "shuffle";
	e = json_opt_bool(node, "shuffle", true, &part->is_shuffled);
	if (e) {
		return e;
	}
	*field = "kind";
	e = get_kind(node, &part->kind);
	if (e) {
		return e;
	}
	*field = "count";
	e = get_count(node, "count", 0, BLUEPRINT_ITEMS_MAX, &part->item_count);
	if (e) {
		return e;
	}
	*field = "weightX100";
	e = get_count(node, "weightX100", 25, BLUEPRINT_WEIGHT_MAX_X100, &part->weight_x100);
	if (e) {
		return e;
	}
	*field = "stepsX100";
	return get_steps(node, &part->steps);
}

enum err blueprint_parse(const struct json *parts, struct diag *diag, struct blueprint *out) {
	size_t count = json_count(parts);
	if (!parts || json_kind(parts) != JSON_ARRAY) {
		return ERR_INVAL;
	}
	if (count == 0 || count > BLUEPRINT_PARTS_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(mem_freep) struct blueprint *bp = calloc(1, sizeof(*bp));
	if (!bp) {
		return ERR_NOMEM;
	}
	for (const struct json *it = json_first(parts); it; it = json_next(it)) {
		const char *field = "";
		enum err e = parse_part(it, &field, &bp->parts[bp->part_count]);
		if (e) {
			diag_add(diag, DIAG_ERROR, "", (unsigned)bp->part_count + 1, 0,
					"paper.part_field", "field", field, NULL);
			return e == ERR_NOMEM ? e : ERR_INVAL;
		}
		bp->part_count++;
	}
	*out = *bp;
	return ERR_OK;
}

void blueprint_print(const struct blueprint *bp, struct json_out *w) {
	jo_arr(w);
	for (size_t p = 0; p < bp->part_count; p++) {
		const struct blueprint_part *part = &bp->parts[p];
		jo_obj(w);
		jo_kstrz(w, "title", part->title);
		jo_kstrz(w, "instructions", part->instructions);
		jo_kbool(w, "shuffle", part->is_shuffled);
		if (part->kind) {
			jo_kstrz(w, "kind", question_kind_name((enum question_kind)part->kind));
		} else {
			jo_knull(w, "kind");
		}
		jo_ki64(w, "count", part->item_count);
		jo_ki64(w, "weightX100", part->weight_x100);
		jo_karr(w, "stepsX100");
		for (unsigned i = 0; i < part->steps.count; i++) {
			jo_i64(w, part->steps.x100[i]);
		}
		jo_end_arr(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

/* A number as the text of a message's parameter. */
struct digits {
	char text[12];
};

static struct digits digits(size_t n) {
	struct digits d;
	snprintf(d.text, sizeof(d.text), "%u", (unsigned)n);
	return d;
}

static void check_item(const struct blueprint *bp, const struct blueprint_item *items, size_t i,
		struct diag *diag) {
	const struct blueprint_item *item = &items[i];
	const struct blueprint_part *part = &bp->parts[item->part];
	unsigned row = (unsigned)i + 1;
	if (part->kind && part->kind != (unsigned)item->kind) {
		diag_add(diag, DIAG_ERROR, "", row, 0, "paper.item_kind", "part",
				digits(item->part + 1).text, NULL);
	}
	if (item->weight_x100 == 0) {
		diag_add(diag, DIAG_WARNING, "", row, 0, "paper.item_weight", NULL);
	}
	if (item->kind == QUESTION_TRUEFALSE && part->steps.count &&
			part->steps.count != item->choice_count) {
		diag_add(diag, DIAG_WARNING, "", row, 0, "paper.item_steps", "steps",
				digits(part->steps.count).text, "statements",
				digits(item->choice_count).text, NULL);
	}
	for (size_t j = 0; j < i; j++) {
		if (items[j].question_id == item->question_id) {
			diag_add(diag, DIAG_ERROR, "", row, 0, "paper.item_twice", "first",
					digits(j + 1).text, NULL);
			return;
		}
	}
}

/* Items of one passage that do not stand together cannot move together. */
static void check_group(const struct blueprint_item *items, size_t i, struct diag *diag) {
	if (i == 0 || items[i].passage_id == 0 || items[i - 1].passage_id == items[i].passage_id) {
		return;
	}
	for (size_t j = 0; j + 1 < i; j++) {
		if (items[j].passage_id == items[i].passage_id) {
			diag_add(diag, DIAG_WARNING, "", (unsigned)i + 1, 0, "paper.group_apart",
					"first", digits(j + 1).text, NULL);
			return;
		}
	}
}

static void check_counts(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, struct diag *diag) {
	uint64_t total = 0;
	for (size_t i = 0; i < item_count; i++) {
		total += items[i].weight_x100;
	}
	for (unsigned p = 0; p < bp->part_count; p++) {
		size_t have = 0;
		for (size_t i = 0; i < item_count; i++) {
			have += items[i].part == p;
		}
		if (bp->parts[p].item_count && have != bp->parts[p].item_count) {
			diag_add(diag, DIAG_WARNING, "", 0, 0, "paper.part_count", "part",
					digits(p + 1).text, "have", digits(have).text, "want",
					digits(bp->parts[p].item_count).text, NULL);
		}
	}
	if (item_count == 0) {
		diag_add(diag, DIAG_ERROR, "", 0, 0, "paper.empty", NULL);
	} else if (total == 0) {
		diag_add(diag, DIAG_ERROR, "", 0, 0, "paper.total_zero", NULL);
	} else if (total != BLUEPRINT_FULL_X100) {
		char text[24];
		snprintf(text, sizeof(text), "%u,%02u", (unsigned)(total / 100),
				(unsigned)(total % 100));
		diag_add(diag, DIAG_WARNING, "", 0, 0, "paper.total", "total", text, NULL);
	}
}

enum err blueprint_check(const struct blueprint *bp, const struct blueprint_item *items,
		size_t item_count, struct diag *diag) {
	if (item_count > BLUEPRINT_ITEMS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < item_count; i++) {
		if (items[i].part >= bp->part_count) {
			return ERR_INVAL;
		}
	}
	check_counts(bp, items, item_count, diag);
	for (size_t i = 0; i < item_count; i++) {
		check_item(bp, items, i, diag);
		check_group(items, i, diag);
	}
	return ERR_OK;
}

unsigned blueprint_step_points_x100(const struct blueprint_steps *steps, unsigned count,
		unsigned right, unsigned weight_x100) {
	assert(count > 0 && right <= count);
	if (right == 0) {
		return 0;
	}
	uint64_t weight = weight_x100;
	if (steps->count == count) {
		return (unsigned)((weight * steps->x100[right - 1] * 2 + 100) / 200);
	}
	return (unsigned)((weight * right * 2 + count) / (2 * (uint64_t)count));
}
