#include "exam/bank/paper.h"

#include <stdio.h>
#include <string.h>

#include "core/base/json_out.h"

enum { PLAINTEXT_VERSION = 1 };

static int by_hash(const void *a, const void *b) {
	const struct paper_picture *left = a;
	const struct paper_picture *right = b;
	return memcmp(left->hash, right->hash, sizeof(left->hash));
}

enum err paper_place_pictures(
		struct paper_picture *pictures, size_t count, unsigned *out_part_count) {
	size_t total = 0;
	if (count > PAPER_PICTURES_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < count; i++) {
		if (pictures[i].bytes.n > PAPER_PICTURES_BYTES_MAX - total) {
			return ERR_LIMIT;
		}
		total += pictures[i].bytes.n;
	}
	if (count) {
		qsort(pictures, count, sizeof(pictures[0]), by_hash);
	}
	unsigned part = 0;
	size_t filled = 0;
	for (size_t i = 0; i < count; i++) {
		struct paper_picture *picture = &pictures[i];
		if (i && by_hash(picture - 1, picture) == 0) {
			return ERR_EXISTS;
		}
		if (part == 0 || filled + picture->bytes.n > PAPER_PICTURE_PART_BYTES) {
			part++;
			filled = 0;
		}
		picture->part = part;
		picture->offset = filled;
		filled += picture->bytes.n;
	}
	*out_part_count = part;
	return ERR_OK;
}

void paper_points_text(unsigned points_x100, char out[16]) {
	unsigned whole = points_x100 / 100;
	unsigned rest = points_x100 % 100;
	if (rest == 0) {
		snprintf(out, 16, "%u", whole);
	} else if (rest % 10 == 0) {
		snprintf(out, 16, "%u,%u", whole, rest / 10);
	} else {
		snprintf(out, 16, "%u,%02u", whole, rest);
	}
}

/* The passages in the order in which this variant meets them. */
struct passages {
	uint64_t ids[BLUEPRINT_ITEMS_MAX];
	struct str htmls[BLUEPRINT_ITEMS_MAX];
	size_t count;
};

static size_t passage_index(struct passages *passages, const struct paper_content *content) {
	for (size_t i = 0; i < passages->count; i++) {
		if (passages->ids[i] == content->passage_id) {
			return i;
		}
	}
	passages->ids[passages->count] = content->passage_id;
	passages->htmls[passages->count] = content->passage;
	return passages->count++;
}

static const struct paper_content *find_content(
		const struct paper_texts *texts, const struct paper_slot *slot) {
	for (size_t i = 0; i < texts->content_count; i++) {
		const struct paper_content *content = &texts->contents[i];
		if (content->question_id == slot->question_id &&
				content->revision == slot->revision) {
			return content;
		}
	}
	return NULL;
}

static void print_choices(const struct paper_slot *slot, const struct paper_content *content,
		struct json_out *w) {
	bool is_statements = slot->kind == QUESTION_TRUEFALSE;
	char first = is_statements ? 'a' : 'A';
	if (slot->choice_count == 0) {
		return;
	}
	jo_karr(w, is_statements ? "statements" : "options");
	for (unsigned i = 0; i < slot->choice_count; i++) {
		char id = (char)(first + (char)i);
		jo_obj(w);
		jo_kstr(w, "id", (struct str){ &id, 1 });
		jo_kstr(w, "html", content->choices[slot->order[i]]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void print_item(const struct paper_slot *slot, unsigned number,
		const struct paper_content *content, struct passages *passages,
		struct json_out *w) {
	char points[16];
	paper_points_text(slot->weight_x100, points);
	jo_obj(w);
	jo_ki64(w, "slot", number);
	jo_kstrz(w, "kind", question_kind_name(slot->kind));
	jo_kstr(w, "stem", content->stem);
	print_choices(slot, content, w);
	if (content->passage_id) {
		jo_ki64(w, "passage", (int64_t)passage_index(passages, content));
	} else {
		jo_knull(w, "passage");
	}
	jo_kstrz(w, "pointsText", points);
	jo_end_obj(w);
}

static void print_pictures(const struct paper_texts *texts, struct json_out *w) {
	jo_kobj(w, "pictures");
	for (size_t i = 0; i < texts->picture_count; i++) {
		const struct paper_picture *picture = &texts->pictures[i];
		char name[65];
		str_hex(picture->hash, sizeof(picture->hash), name);
		jo_kobj(w, name);
		jo_kstr(w, "mime", picture->mime);
		jo_ki64(w, "part", picture->part);
		jo_ki64(w, "offset", (int64_t)picture->offset);
		jo_ki64(w, "length", (int64_t)picture->bytes.n);
		jo_end_obj(w);
	}
	jo_end_obj(w);
}

static void print_parts(const struct paper_texts *texts, const struct paper_layout *layout,
		const struct paper_content *const *by_slot, struct passages *passages,
		struct json_out *w) {
	size_t s = 0;
	jo_karr(w, "parts");
	for (unsigned p = 0; p < texts->bp->part_count; p++) {
		jo_obj(w);
		jo_kstrz(w, "title", texts->bp->parts[p].title);
		jo_kstrz(w, "instructions", texts->bp->parts[p].instructions);
		jo_karr(w, "items");
		for (; s < layout->slot_count && layout->slots[s].part == p; s++) {
			print_item(&layout->slots[s], (unsigned)s + 1, by_slot[s], passages, w);
		}
		jo_end_arr(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

enum err paper_print(const struct paper_texts *texts, const struct paper_layout *layout,
		struct buf *out) {
	const struct paper_content *by_slot[BLUEPRINT_ITEMS_MAX];
	for (size_t s = 0; s < layout->slot_count; s++) {
		by_slot[s] = find_content(texts, &layout->slots[s]);
		if (!by_slot[s]) {
			return ERR_MISSING;
		}
		if (by_slot[s]->choice_count != layout->slots[s].choice_count) {
			return ERR_CORRUPT;
		}
	}
	_cleanup_(mem_freep) struct passages *passages = calloc(1, sizeof(*passages));
	if (!passages) {
		return ERR_NOMEM;
	}
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_ki64(&w, "v", PLAINTEXT_VERSION);
	jo_kstrz(&w, "title", texts->title);
	jo_kstrz(&w, "subject", texts->subject);
	jo_kstrz(&w, "variant", texts->variant);
	print_parts(texts, layout, by_slot, passages, &w);
	jo_karr(&w, "passages");
	for (size_t i = 0; i < passages->count; i++) {
		jo_str(&w, passages->htmls[i]);
	}
	jo_end_arr(&w);
	print_pictures(texts, &w);
	jo_end_obj(&w);
	return buf_err(out);
}
