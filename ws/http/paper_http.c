#include "ws/http/paper_http.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>

#include "exam/bank/paper.h"
#include "exam/bank/paper_store.h"
#include "ws/http/exam_json.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum { TITLE_CHARS_MAX = 200 };

static void print_row(const struct paper_row *row, struct json_out *w) {
	jo_obj(w);
	jo_kid(w, "id", row->id);
	jo_kstrz(w, "title", row->title);
	jo_kid(w, "subjectId", row->subject_id);
	jo_kstrz(w, "subjectName", row->subject_name);
	jo_ki64(w, "version", row->version);
	jo_kstrz(w, "state", row->state == PAPER_DRAFT ? "draft" : "inUse");
	jo_ki64(w, "itemCount", row->item_count);
	jo_ki64(w, "totalX100", row->total_x100);
	jo_end_obj(w);
}

enum err paper_list(const struct request *req, struct reply *reply) {
	_cleanup_(paper_rows_finish) struct paper_rows list = { 0 };
	enum err e = paper_store_list(request_db(req), exam_json_actor(req), &list);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < list.count; i++) {
		print_row(&list.items[i], w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

static enum err reply_paper(
		const struct request *req, struct reply *reply, uint64_t id, int status) {
	_cleanup_(paper_whole_freep) struct paper_whole *paper = NULL;
	enum err e = paper_store_load(request_db(req), exam_json_actor(req), id, &paper);
	return e ? e : exam_json_paper(paper, request_lang(req), reply_json_value(reply, status));
}

enum err paper_get(const struct request *req, struct reply *reply) {
	return reply_paper(req, reply, request_path_id(req, 0), 200);
}

/* Whether the request wants this question: it names it, or names none. */
static bool is_wanted(const struct json *wanted, uint64_t id) {
	for (const struct json *it = json_first(wanted); it; it = json_next(it)) {
		uint64_t named = 0;
		if (!json_as_id(it, &named) && named == id) {
			return true;
		}
	}
	return wanted == NULL;
}

/* Fills the parts from a bank: each takes the first questions of its kind that are wanted and that
 * no part before it took, as many as it takes; a part without a number takes all that are left. */
static size_t fill_from_bank(const struct blueprint *bp, const struct bank_questions *bank,
		const struct json *wanted, struct paper_wish *wishes) {
	bool is_taken[BANK_STORE_QUESTIONS_MAX] = { false };
	size_t count = 0;
	for (size_t i = 0; i < bank->count; i++) {
		is_taken[i] = !is_wanted(wanted, bank->items[i].id);
	}
	for (unsigned p = 0; p < bp->part_count; p++) {
		const struct blueprint_part *part = &bp->parts[p];
		unsigned taken = 0;
		for (size_t i = 0; i < bank->count && count < BLUEPRINT_ITEMS_MAX; i++) {
			const struct bank_question *q = &bank->items[i];
			bool fits = !is_taken[i] &&
					(!part->kind || part->kind == (unsigned)q->q.kind);
			if (!fits || (part->item_count && taken == part->item_count)) {
				continue;
			}
			is_taken[i] = true;
			taken++;
			wishes[count++] = (struct paper_wish){ q->id, q->revision, p,
				part->weight_x100 };
		}
	}
	return count;
}

struct creating {
	struct bank_actor actor;
	uint64_t subject_id;
	uint64_t bank_id;          /* 0: none */
	const struct json *wanted; /* ids of its questions, or NULL for all */
	const char *title;
	struct blueprint bp;
	int64_t now_ms;
	uint64_t made_id;
	bool has_unknown; /* a wanted question is not in the bank */
};

static bool is_in_bank(const struct bank_questions *bank, const struct json *wanted) {
	uint64_t id = 0;
	bool is_found = false;
	for (size_t i = 0; !json_as_id(wanted, &id) && !is_found && i < bank->count; i++) {
		is_found = bank->items[i].id == id;
	}
	return is_found;
}

/* ERR_NOT_FOUND when the bank is not one that the teacher may see. */
static enum err fill_in_tx(struct db *db, struct creating *c) {
	_cleanup_(bank_questions_finish) struct bank_questions bank = { 0 };
	struct paper_wish wishes[BLUEPRINT_ITEMS_MAX];
	struct bank found;
	enum err e = bank_store_load(db, c->actor, c->bank_id, &found);
	if (e) {
		return e;
	}
	free(found.name);
	e = bank_store_questions(db, c->actor, c->bank_id, &bank);
	if (e) {
		return e;
	}
	for (const struct json *it = json_first(c->wanted); it; it = json_next(it)) {
		if (!is_in_bank(&bank, it)) {
			c->has_unknown = true;
			return ERR_NOT_FOUND;
		}
	}
	size_t count = fill_from_bank(&c->bp, &bank, c->wanted, wishes);
	struct paper_save save = { c->made_id, 1, c->title, &c->bp, wishes, count };
	return paper_store_save(db, c->actor, &save);
}

static enum err create_in_tx(struct db *db, void *ctx) {
	struct creating *c = ctx;
	enum err e = paper_store_add(
			db, c->actor, c->subject_id, c->title, &c->bp, c->now_ms, &c->made_id);
	return e || !c->bank_id ? e : fill_in_tx(db, c);
}

enum err paper_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *title = form_text(&form, "title", 1, TITLE_CHARS_MAX);
	_cleanup_(mem_freep) char *preset = form_text(&form, "preset", 1, 40);
	_cleanup_(mem_freep) struct creating *c = calloc(1, sizeof(*c));
	if (!c) {
		return ERR_NOMEM;
	}
	c->actor = exam_json_actor(req);
	c->subject_id = form_id(&form, "subjectId", true);
	c->bank_id = form_id(&form, "bank", false);
	c->wanted = form_list(&form, "questions", false);
	c->title = title;
	c->now_ms = request_now_ms(req);
	for (const struct json *it = json_first(c->wanted); it; it = json_next(it)) {
		uint64_t id = 0;
		if (json_as_id(it, &id)) {
			form_fault(&form, "questions", "form.invalid");
			break;
		}
	}
	if (preset && blueprint_preset(str_from(preset), &c->bp)) {
		form_fault(&form, "preset", "form.invalid");
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = db_transact(request_db(req), create_in_tx, c);
	if (e == ERR_MISSING) {
		return reply_field(reply, "subjectId", "form.invalid", NULL);
	}
	if (e == ERR_NOT_FOUND && c->has_unknown) {
		return reply_field(reply, "questions", "form.invalid", NULL);
	}
	return e ? e : reply_paper(req, reply, c->made_id, 201);
}

/* ---- the whole paper at once ---- */

static bool read_item(const struct json *node, const struct blueprint *bp, struct paper_wish *out) {
	int64_t part = 0;
	int64_t revision = 0;
	int64_t weight = 0;
	if (json_get_id(node, "question", &out->question_id) ||
			json_opt_i64(node, "part", 0, &part) || part < 0 ||
			(uint64_t)part >= bp->part_count) {
		return false;
	}
	if (json_opt_i64(node, "revision", 0, &revision) || revision < 0 || revision > UINT32_MAX ||
			json_opt_i64(node, "weightX100", bp->parts[part].weight_x100, &weight) ||
			weight < 0 || weight > BLUEPRINT_WEIGHT_MAX_X100) {
		return false;
	}
	out->part = (unsigned)part;
	out->revision = (uint32_t)revision;
	out->weight_x100 = (unsigned)weight;
	return true;
}

/* Items by their parts; within a part in the order they were sent. */
static void sort_by_part(struct paper_wish *items, size_t count) {
	for (size_t i = 1; i < count; i++) {
		struct paper_wish item = items[i];
		size_t at = i;
		while (at > 0 && items[at - 1].part > item.part) {
			items[at] = items[at - 1];
			at--;
		}
		items[at] = item;
	}
}

static size_t read_items(struct form *f, const struct blueprint *bp, struct paper_wish *items) {
	const struct json *list = form_list(f, "items", true);
	size_t count = 0;
	if (json_count(list) > BLUEPRINT_ITEMS_MAX) {
		form_fault(f, "items", "form.too_long");
		return 0;
	}
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		if (!read_item(it, bp, &items[count])) {
			char where[32];
			(void)snprintf(where, sizeof(where), "items/%zu", count); /* fits */
			form_fault(f, where, "form.invalid");
			return 0;
		}
		count++;
	}
	sort_by_part(items, count);
	return count;
}

static void read_parts(struct form *f, struct blueprint *bp) {
	enum err e = blueprint_parse(form_list(f, "parts", true), &f->errors, bp);
	if (e) {
		form_fault(f, "parts", e == ERR_LIMIT ? "form.too_long" : "form.invalid");
	}
}

static enum err reply_stale(const struct request *req, struct reply *reply, uint64_t id) {
	_cleanup_(paper_whole_freep) struct paper_whole *paper = NULL;
	enum err e = paper_store_load(request_db(req), exam_json_actor(req), id, &paper);
	return e ? e : exam_json_stale_paper(reply, paper);
}

enum err paper_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *title = form_text(&form, "title", 1, TITLE_CHARS_MAX);
	_cleanup_(mem_freep) struct blueprint *bp = calloc(1, sizeof(*bp));
	struct paper_wish items[BLUEPRINT_ITEMS_MAX];
	if (!bp) {
		return ERR_NOMEM;
	}
	read_parts(&form, bp);
	struct paper_save save = {
		.id = request_path_id(req, 0), .title = title, .bp = bp, .items = items
	};
	save.version = (uint32_t)form_int(&form, "version", 0, 1, UINT32_MAX);
	if (form_is_good(&form)) {
		save.item_count = read_items(&form, bp, items);
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = paper_store_save(request_db(req), exam_json_actor(req), &save);
	if (e == ERR_STALE) {
		return reply_stale(req, reply, save.id);
	}
	if (e == ERR_CLOSED) {
		return reply_problem(reply, 409, "paper.in_use", NULL);
	}
	if (e == ERR_MISSING) {
		return reply_field(reply, "items", "paper.item_missing", NULL);
	}
	return e ? e : reply_paper(req, reply, save.id, 200);
}

/* ---- how it will look ---- */

/* The teacher's own order, or a sample of a variant: the real ones are drawn at publishing. */
static enum err draw(const struct paper_whole *paper, uint64_t variant, struct paper_layout **out) {
	struct paper_layout *layouts[PAPER_VARIANTS_MAX] = { NULL };
	if (variant == 0) {
		return paper_layout_original(&paper->bp, paper->items, paper->item_count, out);
	}
	uint64_t index = variant - PAPER_VARIANT_FIRST;
	if (variant < PAPER_VARIANT_FIRST || index >= PAPER_VARIANTS_MAX) {
		return ERR_NOT_FOUND;
	}
	unsigned count = index < 1 ? 2 : (unsigned)index + 1;
	enum err e = paper_draw(
			&paper->bp, paper->items, paper->item_count, paper->row.id, count, layouts);
	if (e) {
		return e;
	}
	assert(layouts[index]); /* all of them are drawn */
	*out = STEAL(layouts[index]);
	for (unsigned v = 0; v < count; v++) {
		paper_layout_free(layouts[v]);
	}
	return ERR_OK;
}

static const struct bank_question *question_of(
		const struct paper_whole *paper, const struct paper_slot *slot) {
	for (size_t i = 0; i < paper->questions.count; i++) {
		const struct bank_question *q = &paper->questions.items[i];
		if (q->id == slot->question_id && q->revision == slot->revision) {
			return q;
		}
	}
	return NULL;
}

static enum err print_parts(const struct paper_whole *paper, const struct paper_layout *layout,
		struct json_out *w) {
	size_t s = 0;
	jo_karr(w, "parts");
	for (unsigned p = 0; p < paper->bp.part_count; p++) {
		jo_obj(w);
		jo_kstrz(w, "title", paper->bp.parts[p].title);
		jo_kstrz(w, "instructions", paper->bp.parts[p].instructions);
		jo_karr(w, "items");
		for (; s < layout->slot_count && layout->slots[s].part == p; s++) {
			const struct bank_question *q = question_of(paper, &layout->slots[s]);
			jo_obj(w);
			enum err e = q ? exam_json_slot(&layout->slots[s], (unsigned)s + 1, q, w)
				       : ERR_CORRUPT;
			if (e) {
				return e;
			}
			jo_end_obj(w);
		}
		jo_end_arr(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

enum err paper_preview(const struct request *req, struct reply *reply) {
	_cleanup_(paper_whole_freep) struct paper_whole *paper = NULL;
	_cleanup_(paper_layout_freep) struct paper_layout *layout = NULL;
	uint64_t variant = 0;
	enum err e = request_query_u64(req, "variant", 0, &variant);
	e = e ? e
	      : paper_store_load(request_db(req), exam_json_actor(req), request_path_id(req, 0),
				&paper);
	if (e) {
		return e;
	}
	if (paper->item_count == 0) {
		return reply_problem(reply, 422, "paper.empty", NULL);
	}
	e = draw(paper, variant, &layout);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	if (variant) {
		char code[PAPER_VARIANT_BYTES];
		paper_variant_code((unsigned)(variant - PAPER_VARIANT_FIRST), code);
		jo_kstrz(w, "variant", code);
	} else {
		jo_knull(w, "variant");
	}
	jo_kstrz(w, "title", paper->row.title);
	return print_parts(paper, layout, w);
}
