#include "ws/http/exam_json.h"

#include "exam/bank/paper_check.h"
#include "exam/bank/problems.h"

struct bank_actor exam_json_actor(const struct request *req) {
	return (struct bank_actor){ request_school_id(req), request_person_id(req) };
}

void exam_json_id16(struct json_out *w, const char *name, const struct id16 *id) {
	_cleanup_(buf_finish) struct buf text = buf_make(32);
	str_b64_add(&text, id->b, ID16_BYTES);
	jo_kstr(w, name, (struct str){ buf_str(&text), text.len });
}

static void print_problems(const struct bank_question *q, enum lang lang, struct json_out *w) {
	struct diag found = { 0 };
	question_check(&q->q, &found);
	jo_karr(w, "problems");
	problems_show_text(str_from(q->problems), lang, w);
	problems_show(&found, lang, w);
	jo_end_arr(w);
	diag_finish(&found);
}

void exam_json_question(const struct bank_question *q, enum lang lang, struct json_out *w) {
	jo_obj(w);
	jo_kid(w, "id", q->id);
	jo_kid(w, "bank", q->bank_id);
	jo_ki64(w, "revision", q->revision);
	question_print(&q->q, w);
	jo_key(w, "key");
	question_print_key(&q->q, w);
	jo_kstrz(w, "topic", q->topic);
	jo_ki64(w, "difficulty", q->difficulty);
	if (q->passage_id) {
		jo_kobj(w, "passage");
		jo_kid(w, "id", q->passage_id);
		jo_kstrz(w, "html", q->passage);
		jo_end_obj(w);
	} else {
		jo_knull(w, "passage");
	}
	jo_ki64(w, "confidence", q->confidence);
	print_problems(q, lang, w);
	jo_kstrz(w, "source", q->source);
	jo_end_obj(w);
}

static enum err print_paper_problems(
		const struct paper_whole *paper, enum lang lang, struct json_out *w) {
	const struct question *questions[BLUEPRINT_ITEMS_MAX];
	struct diag found = { 0 };
	if (paper->item_count > BLUEPRINT_ITEMS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < paper->item_count; i++) {
		questions[i] = &paper->questions.items[i].q;
	}
	enum err e = paper_check(&paper->bp, paper->items, questions, paper->item_count, &found);
	jo_karr(w, "problems");
	problems_show(&found, lang, w);
	jo_end_arr(w);
	diag_finish(&found);
	return e;
}

enum err exam_json_paper(const struct paper_whole *paper, enum lang lang, struct json_out *w) {
	jo_obj(w);
	jo_kid(w, "id", paper->row.id);
	jo_kstrz(w, "title", paper->row.title);
	jo_kid(w, "subjectId", paper->row.subject_id);
	jo_kstrz(w, "subjectName", paper->row.subject_name);
	jo_ki64(w, "version", paper->row.version);
	jo_kstrz(w, "state", paper->row.state == PAPER_DRAFT ? "draft" : "inUse");
	jo_key(w, "parts");
	blueprint_print(&paper->bp, w);
	jo_karr(w, "items");
	for (size_t i = 0; i < paper->item_count; i++) {
		const struct blueprint_item *item = &paper->items[i];
		jo_obj(w);
		jo_kid(w, "question", item->question_id);
		jo_ki64(w, "revision", item->revision);
		jo_ki64(w, "newest", paper->questions.items[i].newest);
		jo_ki64(w, "part", item->part);
		jo_ki64(w, "weightX100", item->weight_x100);
		jo_kstrz(w, "kind", question_kind_name(item->kind));
		jo_kstrz(w, "stem", paper->questions.items[i].q.stem);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_ki64(w, "totalX100", paper->row.total_x100);
	enum err e = print_paper_problems(paper, lang, w);
	jo_end_obj(w);
	return e;
}

/* The question with its choices and key in the order of the slot; borrows the texts. */
static enum err show_as(
		const struct paper_slot *slot, const struct question *q, struct question *out) {
	if (slot->choice_count != q->choice_count || slot->kind != q->kind) {
		return ERR_CORRUPT;
	}
	*out = *q;
	out->key.right = 0;
	out->key.told = 0;
	for (unsigned i = 0; i < slot->choice_count; i++) {
		unsigned original = slot->order[i];
		out->choices[i] = q->choices[original];
		out->key.right |= (q->key.right >> original & 1u) << i;
		out->key.told |= (q->key.told >> original & 1u) << i;
	}
	return ERR_OK;
}

enum err exam_json_slot(const struct paper_slot *slot, unsigned number,
		const struct bank_question *q, struct json_out *w) {
	struct question shown;
	char points[16];
	enum err e = show_as(slot, &q->q, &shown);
	if (e) {
		return e;
	}
	paper_points_text(slot->weight_x100, points);
	jo_ki64(w, "slot", number);
	jo_kid(w, "question", q->id);
	jo_ki64(w, "revision", q->revision);
	question_print(&shown, w);
	jo_key(w, "key");
	question_print_key(&shown, w);
	if (q->passage_id) {
		jo_kobj(w, "passage");
		jo_kid(w, "id", q->passage_id);
		jo_kstrz(w, "html", q->passage);
		jo_end_obj(w);
	} else {
		jo_knull(w, "passage");
	}
	jo_kstrz(w, "pointsText", points);
	return ERR_OK;
}

enum { CURRENT_BYTES_MAX = 16 << 20 };

static enum err reply_stale(struct reply *reply, const struct buf *current) {
	enum err e = buf_err(current);
	e = e ? e : reply_err(reply, ERR_STALE);
	if (e) {
		return e;
	}
	reply_problem_member(reply, "current", (struct str){ buf_str(current), current->len });
	return ERR_OK;
}

enum err exam_json_stale_question(struct reply *reply, const struct bank_question *q) {
	_cleanup_(buf_finish) struct buf current = buf_make(CURRENT_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &current);
	exam_json_question(q, reply->lang, &w);
	return reply_stale(reply, &current);
}

enum err exam_json_stale_paper(struct reply *reply, const struct paper_whole *paper) {
	_cleanup_(buf_finish) struct buf current = buf_make(CURRENT_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &current);
	enum err e = exam_json_paper(paper, reply->lang, &w);
	return e ? e : reply_stale(reply, &current);
}
