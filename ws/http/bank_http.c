#include "ws/http/bank_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/doc/image.h"
#include "core/seal/hash.h"
#include "exam/bank/bank_store.h"
#include "exam/bank/picture_store.h"
#include "exam/bank/rich.h"
#include "ws/http/exam_json.h"
#include "ws/http/form.h"
#include "ws/http/picture_view.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	NAME_CHARS_MAX = 200,
	SOURCE_CHARS_MAX = 16000,
};

/* ---- banks ---- */

static void print_bank(const struct bank *bank, const struct request *req, struct json_out *w) {
	jo_obj(w);
	jo_kid(w, "id", bank->id);
	jo_kstrz(w, "name", bank->name);
	if (bank->subject_id) {
		jo_kid(w, "subjectId", bank->subject_id);
	} else {
		jo_knull(w, "subjectId");
	}
	jo_kbool(w, "isShared", bank->is_shared);
	jo_kbool(w, "isOwn", bank->owner_id == request_person_id(req));
	jo_ki64(w, "questionCount", bank->question_count);
	jo_ki64(w, "version", bank->version);
	jo_end_obj(w);
}

enum err bank_list(const struct request *req, struct reply *reply) {
	_cleanup_(bank_list_finish) struct bank_list list = { 0 };
	enum err e = bank_store_list(request_db(req), exam_json_actor(req), &list);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < list.count; i++) {
		print_bank(&list.items[i], req, w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

static enum err reply_bank(
		const struct request *req, struct reply *reply, uint64_t id, int status) {
	struct bank bank;
	enum err e = bank_store_load(request_db(req), exam_json_actor(req), id, &bank);
	if (e) {
		return e;
	}
	print_bank(&bank, req, reply_json_value(reply, status));
	free(bank.name);
	return ERR_OK;
}

/* Name, subject, shared. The caller frees out->name. */
static void read_bank(struct form *f, struct bank *out) {
	*out = (struct bank){
		.name = form_text(f, "name", 1, NAME_CHARS_MAX),
		.subject_id = form_id(f, "subjectId", false),
		.is_shared = form_bool(f, "isShared", false),
	};
}

enum err bank_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	struct bank bank;
	uint64_t id = 0;
	read_bank(&form, &bank);
	_cleanup_(mem_freep) char *name = bank.name;
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = bank_store_add(
			request_db(req), exam_json_actor(req), &bank, request_now_ms(req), &id);
	if (e == ERR_MISSING) {
		return reply_field(reply, "subjectId", "form.invalid", NULL);
	}
	return e ? e : reply_bank(req, reply, id, 201);
}

enum err bank_get(const struct request *req, struct reply *reply) {
	return reply_bank(req, reply, request_path_id(req, 0), 200);
}

enum err bank_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	struct bank bank;
	read_bank(&form, &bank);
	_cleanup_(mem_freep) char *name = bank.name;
	bank.id = request_path_id(req, 0);
	bank.version = (uint32_t)form_int(&form, "version", 0, 1, UINT32_MAX);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = bank_store_save(request_db(req), exam_json_actor(req), &bank);
	if (e == ERR_MISSING) {
		return reply_field(reply, "subjectId", "form.invalid", NULL);
	}
	return e ? e : reply_bank(req, reply, bank.id, 200);
}

/* ---- questions ---- */

enum err bank_questions_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	struct bank_actor actor = exam_json_actor(req);
	uint64_t bank_id = request_path_id(req, 0);
	_cleanup_(bank_questions_finish) struct bank_questions list = { 0 };
	struct bank bank;
	enum err e = bank_store_load(db, actor, bank_id, &bank);
	if (e) {
		return e;
	}
	free(bank.name);
	e = bank_store_questions(db, actor, bank_id, &list);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < list.count; i++) {
		exam_json_question(&list.items[i], request_lang(req), w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

/* A question as a body gives it. */
struct draft_body {
	struct question q;
	char *topic;
	char *source;
	unsigned difficulty;
	bool has_passage;
	uint64_t passage_id; /* 0: a new one */
	struct buf passage;  /* stored rich text */
};

static void draft_body_finish(struct draft_body *d) {
	question_finish(&d->q);
	free(d->topic);
	free(d->source);
	buf_finish(&d->passage);
}

static void read_passage(struct form *f, struct draft_body *d) {
	const struct json *passage = json_get(f->body, "passage");
	struct str html;
	if (!passage || json_kind(passage) == JSON_NULL) {
		return;
	}
	enum err e = json_get_str(passage, "html", &html);
	e = e ? e : json_opt_id(passage, "id", 0, &d->passage_id);
	e = e ? e : rich_rebuild(html, &d->passage, NULL);
	if (e) {
		form_fault(f, "passage", e == ERR_LIMIT ? "form.too_long" : "form.invalid");
		return;
	}
	d->has_passage = !rich_is_empty((struct str){ buf_str(&d->passage), d->passage.len });
}

/* Notes what is wrong in the form. */
static void read_draft(struct form *f, struct draft_body *d) {
	struct diag why = { 0 };
	enum err e = question_parse(f->body, NULL, &d->q, &why);
	for (size_t i = 0; i < why.count; i++) {
		form_fault(f, why.items[i].values[0], "form.invalid");
	}
	if (e && why.count == 0) {
		form_fault(f, "", "form.invalid");
	}
	diag_finish(&why);
	d->topic = form_text(f, "topic", 0, BANK_STORE_TOPIC_BYTES_MAX);
	d->source = form_text(f, "source", 0, SOURCE_CHARS_MAX);
	d->difficulty = (unsigned)form_int(f, "difficulty", 0, 0, BANK_STORE_DIFFICULTY_MAX);
	read_passage(f, d);
}

struct question_write {
	struct bank_actor actor;
	const struct draft_body *body;
	uint64_t bank_id;
	uint64_t question_id;
	uint32_t revision;
	int64_t now_ms;
};

/* The passage that the question will have: the one it names when its text is the same, else a new
 * one, which every question of the old one gets too. */
static enum err settle_passage(struct db *db, const struct question_write *write, uint64_t old_id,
		const char *old_html, uint64_t *out) {
	const struct draft_body *body = write->body;
	struct str html = { buf_str(&body->passage), body->passage.len };
	*out = 0;
	if (!body->has_passage) {
		return ERR_OK;
	}
	bool is_old = body->passage_id && body->passage_id == old_id;
	if (is_old && str_eq_z(html, old_html)) {
		*out = old_id;
		return ERR_OK;
	}
	if (body->passage_id && !is_old) {
		*out = body->passage_id; /* another question's: the store checks whose */
		return ERR_OK;
	}
	enum err e = bank_store_passage_add(
			db, write->actor, write->bank_id, html, write->now_ms, out);
	if (!e && is_old) {
		e = bank_store_passage_replace(db, write->actor, write->bank_id, old_id, *out);
	}
	return e;
}

static struct bank_draft draft_of(const struct draft_body *body, uint64_t passage_id) {
	return (struct bank_draft){ .q = &body->q,
		.topic = str_from(body->topic),
		.difficulty = body->difficulty,
		.passage_id = passage_id,
		.confidence = BANK_STORE_CONFIDENCE_SURE,
		.source = str_from(body->source) };
}

static enum err create_in_tx(struct db *db, void *ctx) {
	struct question_write *write = ctx;
	uint64_t passage_id = 0;
	enum err e = settle_passage(db, write, 0, "", &passage_id);
	struct bank_draft draft = draft_of(write->body, passage_id);
	return e ? e
		 : bank_store_question_add(db, write->actor, write->bank_id, &draft, write->now_ms,
				   &write->question_id);
}

static enum err reply_question(
		const struct request *req, struct reply *reply, uint64_t id, int status) {
	_cleanup_(bank_question_finish) struct bank_question q = { 0 };
	enum err e = bank_store_question(request_db(req), exam_json_actor(req), id, 0, &q);
	if (e) {
		return e;
	}
	exam_json_question(&q, request_lang(req), reply_json_value(reply, status));
	return ERR_OK;
}

enum err bank_question_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(draft_body_finish) struct draft_body body = { .passage = buf_make(
										RICH_BYTES_MAX) };
	read_draft(&form, &body);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	struct question_write write = { .actor = exam_json_actor(req),
		.body = &body,
		.bank_id = request_path_id(req, 0),
		.now_ms = request_now_ms(req) };
	enum err e = db_transact(request_db(req), create_in_tx, &write);
	return e ? e : reply_question(req, reply, write.question_id, 201);
}

enum err question_get(const struct request *req, struct reply *reply) {
	return reply_question(req, reply, request_path_id(req, 0), 200);
}

static enum err put_in_tx(struct db *db, void *ctx) {
	struct question_write *write = ctx;
	_cleanup_(bank_question_finish) struct bank_question old = { 0 };
	uint64_t passage_id = 0;
	enum err e = bank_store_question(db, write->actor, write->question_id, 0, &old);
	if (e) {
		return e;
	}
	write->bank_id = old.bank_id;
	e = settle_passage(db, write, old.passage_id, old.passage, &passage_id);
	struct bank_draft draft = draft_of(write->body, passage_id);
	if (!e && draft.source.n == 0) {
		draft.source = str_from(old.source); /* where it came from does not change */
	}
	return e ? e
		 : bank_store_question_revise(db, write->actor, write->question_id, write->revision,
				   &draft, write->now_ms);
}

static enum err reply_stale_question(const struct request *req, struct reply *reply, uint64_t id) {
	_cleanup_(bank_question_finish) struct bank_question q = { 0 };
	enum err e = bank_store_question(request_db(req), exam_json_actor(req), id, 0, &q);
	return e ? e : exam_json_stale_question(reply, &q);
}

enum err question_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(draft_body_finish) struct draft_body body = { .passage = buf_make(
										RICH_BYTES_MAX) };
	read_draft(&form, &body);
	struct question_write write = { .actor = exam_json_actor(req),
		.body = &body,
		.question_id = request_path_id(req, 0),
		.now_ms = request_now_ms(req) };
	write.revision = (uint32_t)form_int(&form, "revision", 0, 1, UINT32_MAX);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = db_transact(request_db(req), put_in_tx, &write);
	if (e == ERR_STALE) {
		return reply_stale_question(req, reply, write.question_id);
	}
	return e ? e : reply_question(req, reply, write.question_id, 200);
}

enum err question_delete(const struct request *req, struct reply *reply) {
	enum err e = bank_store_question_retire(
			request_db(req), exam_json_actor(req), request_path_id(req, 0));
	if (e) {
		return e;
	}
	reply_empty(reply, 204);
	return ERR_OK;
}

/* ---- pictures ---- */

enum err picture_get(const struct request *req, struct reply *reply) {
	uint8_t hash[PICTURE_STORE_HASH_BYTES];
	enum err e = str_unhex(request_path_str(req, 0), hash, sizeof(hash));
	return e ? e : picture_view_reply(req, request_school_id(req), hash, reply);
}

enum err picture_create(const struct request *req, struct reply *reply) {
	const struct request_part *part = request_part(req, "file");
	struct image image;
	struct hash hash;
	char hex[2 * HASH_BYTES + 1];
	if (!part) {
		return reply_field(reply, "file", "form.required", NULL);
	}
	enum err e = image_shrink(part->bytes.p, part->bytes.n, NULL, &image);
	if (e) {
		return e;
	}
	hash_bytes(NULL, image.bytes, image.n, &hash);
	struct picture_draft draft = { hash.b, image.mime, image.width, image.height,
		{ image.bytes, image.n } };
	e = picture_store_put(request_db(req), request_school_id(req), &draft);
	if (!e) {
		struct json_out *w = reply_json(reply, 201);
		str_hex(hash.b, sizeof(hash.b), hex);
		jo_kstrz(w, "hash", hex);
		jo_ki64(w, "width", image.width);
		jo_ki64(w, "height", image.height);
	}
	image_finish(&image);
	return e;
}
