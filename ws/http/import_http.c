#include "ws/http/import_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/school/audit_store.h"
#include "core/school/plan_store.h"
#include "core/seal/hash.h"
#include "exam/bank/bank_store.h"
#include "exam/bank/import_preview.h"
#include "exam/bank/picture_store.h"
#include "ws/http/exam_json.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum { FILE_MIB_MAX = 8 };

/* ---- the preview ---- */

/* A plan of questions that this teacher made, with its preview. */
struct loaded {
	struct plan plan;
	struct import_preview preview;
};

static void loaded_free(struct loaded *l) {
	if (l) {
		plan_finish(&l->plan);
		free(l);
	}
}
DEFINE_FREEP(struct loaded *, loaded_free);

static enum err load(struct db *db, struct bank_actor actor, uint64_t id, struct loaded **out) {
	_cleanup_(loaded_freep) struct loaded *l = calloc(1, sizeof(*l));
	if (!l) {
		return ERR_NOMEM;
	}
	enum err e = plan_store_load(db, actor.school_id, PLAN_QUESTIONS, id, &l->plan);
	if (e) {
		return e;
	}
	if (l->plan.created_by != actor.person_id) {
		return ERR_NOT_FOUND;
	}
	e = import_preview_open((struct str){ l->plan.plan, l->plan.plan_n }, &l->preview);
	if (e) {
		return e;
	}
	*out = STEAL(l);
	return ERR_OK;
}

static enum err reply_preview(
		const struct request *req, struct reply *reply, uint64_t id, int status) {
	_cleanup_(loaded_freep) struct loaded *l = NULL;
	char hex[2 * PLAN_HASH_BYTES + 1];
	enum err e = load(request_db(req), exam_json_actor(req), id, &l);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, status);
	str_hex(l->plan.hash, PLAN_HASH_BYTES, hex);
	jo_kid(w, "plan", id);
	jo_kstrz(w, "hash", hex);
	jo_kid(w, "bank", l->plan.target_id);
	jo_kstrz(w, "fileName", l->plan.file_name);
	jo_kbool(w, "isCommitted", l->plan.state == PLAN_COMMITTED);
	return import_preview_show(&l->preview, request_lang(req), w);
}

/* Pictures are kept at once, so that the preview can show them. */
static enum err keep_pictures(struct db *db, uint64_t school_id, const struct imported *imported) {
	for (size_t i = 0; i < imported->picture_count; i++) {
		const struct imported_picture *from = &imported->pictures[i];
		uint8_t hash[PICTURE_STORE_HASH_BYTES];
		if (from->id[0] == '\0') {
			continue; /* cannot be shown; its question says so */
		}
		struct picture_draft draft = { hash, from->image.mime, from->image.width,
			from->image.height, { from->image.bytes, from->image.n } };
		enum err e = str_unhex(str_from(from->id), hash, sizeof(hash));
		e = e ? e : picture_store_put(db, school_id, &draft);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err keep_preview(const struct request *req, const struct imported *imported,
		struct str file_name, uint64_t *out_id) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(IMPORT_PREVIEW_BYTES_MAX);
	struct hash hash;
	enum err e = import_preview_make(imported, &bytes);
	e = e ? e : keep_pictures(request_db(req), request_school_id(req), imported);
	if (e) {
		return e;
	}
	hash_bytes(NULL, buf_str(&bytes), bytes.len, &hash);
	struct plan_new plan = { request_school_id(req), PLAN_QUESTIONS, request_path_id(req, 0),
		request_person_id(req), request_now_ms(req), file_name,
		{ buf_str(&bytes), bytes.len }, hash.b };
	return plan_store_add(request_db(req), &plan, out_id);
}

/* Only the bank's owner adds to it. */
static enum err check_owner(struct db *db, struct bank_actor actor, uint64_t bank_id) {
	struct bank bank;
	enum err e = bank_store_load(db, actor, bank_id, &bank);
	if (e) {
		return e;
	}
	free(bank.name);
	return bank.owner_id == actor.person_id ? ERR_OK : ERR_DENIED;
}

enum err import_create(const struct request *req, struct reply *reply) {
	const struct request_part *part = request_part(req, "file");
	_cleanup_(imported_freep) struct imported *imported = NULL;
	struct diag why = { 0 };
	uint64_t id = 0;
	enum err e = check_owner(request_db(req), exam_json_actor(req), request_path_id(req, 0));
	if (e) {
		return e;
	}
	if (!part) {
		return reply_field(reply, "file", "form.required", NULL);
	}
	if (part->bytes.n > (size_t)FILE_MIB_MAX << 20) {
		return reply_file_large(reply, FILE_MIB_MAX);
	}
	e = import_read(part->bytes, &imported, &why);
	if (e && why.count) {
		e = reply_problem_list(reply, 422, "reader.unreadable", &why);
		diag_finish(&why);
		return e;
	}
	diag_finish(&why);
	e = e ? e : keep_preview(req, imported, part->file_name, &id);
	return e ? e : reply_preview(req, reply, id, 201);
}

enum err import_get(const struct request *req, struct reply *reply) {
	return reply_preview(req, reply, request_path_id(req, 0), 200);
}

enum err import_drop(const struct request *req, struct reply *reply) {
	_cleanup_(loaded_freep) struct loaded *l = NULL;
	enum err e = load(request_db(req), exam_json_actor(req), request_path_id(req, 0), &l);
	e = e ? e
	      : plan_store_drop(request_db(req), request_school_id(req), PLAN_QUESTIONS,
				request_path_id(req, 0));
	if (e) {
		return e;
	}
	reply_empty(reply, 204);
	return ERR_OK;
}

/* ---- mending one question ---- */

static enum err mend(const struct request *req, const struct loaded *l, size_t index,
		const struct question *q, struct str topic) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(IMPORT_PREVIEW_BYTES_MAX);
	struct hash hash;
	enum err e = import_preview_mend(&l->preview, index, q, topic, &bytes);
	if (e) {
		return e;
	}
	hash_bytes(NULL, buf_str(&bytes), bytes.len, &hash);
	struct plan_new plan = { request_school_id(req), PLAN_QUESTIONS, l->plan.target_id,
		request_person_id(req), l->plan.created_at_ms, str_from(l->plan.file_name),
		{ buf_str(&bytes), bytes.len }, hash.b };
	return plan_store_replace(request_db(req), &plan, l->plan.id, l->plan.hash);
}

enum err import_mend(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(question_finish) struct question q = { 0 };
	_cleanup_(loaded_freep) struct loaded *l = NULL;
	struct diag why = { 0 };
	uint64_t index = 0;
	enum err e = str_parse_u64(request_path_str(req, 1), &index);
	e = e ? ERR_NOT_FOUND
	      : load(request_db(req), exam_json_actor(req), request_path_id(req, 0), &l);
	if (e) {
		return e;
	}
	if (question_parse(form.body, NULL, &q, &why)) {
		form_fault(&form, why.count ? why.items[0].values[0] : "kind", "form.invalid");
	}
	diag_finish(&why);
	_cleanup_(mem_freep) char *topic = form_text(&form, "topic", 0, BANK_STORE_TOPIC_BYTES_MAX);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	e = mend(req, l, index, &q, str_from(topic));
	return e ? e : reply_preview(req, reply, l->plan.id, 200);
}

/* ---- the commit ---- */

struct committing {
	struct bank_actor actor;
	const struct loaded *loaded;
	const bool *is_skipped;
	const char *address;
	int64_t now_ms;
	uint64_t ids[IMPORT_QUESTIONS_MAX];
	size_t count;
	uint64_t passage_ids[IMPORT_QUESTIONS_MAX]; /* by index of the head; 0: not added yet */
};

static enum err add_passage(struct db *db, struct committing *c, const struct json *head,
		size_t index, uint64_t *out) {
	if (index >= IMPORT_QUESTIONS_MAX) {
		return ERR_CORRUPT;
	}
	if (c->passage_ids[index] == 0) {
		enum err e = bank_store_passage_add(db, c->actor, c->loaded->plan.target_id,
				import_preview_passage(head, index), c->now_ms,
				&c->passage_ids[index]);
		if (e) {
			return e;
		}
	}
	*out = c->passage_ids[index];
	return ERR_OK;
}

static enum err add_question(struct db *db, struct committing *c, const struct json *head,
		const struct import_preview_question *q) {
	_cleanup_(buf_finish) struct buf doubts = buf_make(IMPORT_PREVIEW_LINE_BYTES_MAX);
	struct json_out w;
	struct bank_draft draft = {
		.q = &q->q,
		.topic = q->topic,
		.difficulty = q->difficulty,
		.confidence = q->confidence,
		.source = q->source,
	};
	enum err e = ERR_OK;
	if (q->passage) {
		e = add_passage(db, c, head, q->passage - 1, &draft.passage_id);
	}
	jo_begin(&w, &doubts);
	import_preview_doubts(q->problems, &w);
	draft.problems = (struct str){ buf_str(&doubts), doubts.len };
	e = e ? e : buf_err(&doubts);
	return e ? e
		 : bank_store_question_add(db, c->actor, c->loaded->plan.target_id, &draft,
				   c->now_ms, &c->ids[c->count]);
}

static enum err write_audit(struct db *db, const struct committing *c) {
	char id[24];
	(void)snprintf(id, sizeof(id), "%llu", (unsigned long long)c->loaded->plan.id); /* fits */
	struct audit_entry entry = { .school_id = c->actor.school_id,
		.person_id = c->actor.person_id,
		.at_ms = c->now_ms,
		.action = str_from("questions.commit"),
		.subject = str_from("import"),
		.subject_id = str_from(id),
		.address = str_from(c->address) };
	return audit_store_add(db, &entry);
}

static enum err commit_in_tx(struct db *db, void *ctx) {
	struct committing *c = ctx;
	const struct loaded *l = c->loaded;
	_cleanup_(json_freep) struct json *head = NULL;
	c->count = 0;
	memset(c->passage_ids, 0, sizeof(c->passage_ids));
	enum err e = plan_store_commit(db, c->actor.school_id, PLAN_QUESTIONS, l->plan.id,
			l->plan.hash, c->now_ms);
	e = e ? e : json_parse(l->preview.head, l->preview.head.n, &head);
	for (size_t i = 0; !e && i < l->preview.count; i++) {
		struct import_preview_question q;
		if (c->is_skipped[i]) {
			continue;
		}
		e = import_preview_read(l->preview.lines[i], &q);
		if (e) {
			break;
		}
		e = add_question(db, c, head, &q);
		c->count += e == ERR_OK;
		import_preview_question_finish(&q);
	}
	return e ? e : write_audit(db, c);
}

static void read_skip(struct form *f, size_t count, bool *is_skipped) {
	const struct json *list = form_list(f, "skip", false);
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		int64_t index = -1;
		if (json_as_i64(it, &index) || index < 0 || (uint64_t)index >= count) {
			form_fault(f, "skip", "form.invalid");
			return;
		}
		is_skipped[index] = true;
	}
}

static enum err reply_stale(
		const struct request *req, struct reply *reply, const struct loaded *l) {
	if (l->plan.state == PLAN_COMMITTED) {
		return reply_problem(reply, 409, "reader.committed", NULL);
	}
	(void)req;
	return reply_err(reply, ERR_STALE);
}

enum err import_commit(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(loaded_freep) struct loaded *l = NULL;
	_cleanup_(mem_freep) struct committing *c = calloc(1, sizeof(*c));
	bool is_skipped[IMPORT_QUESTIONS_MAX] = { false };
	uint8_t hash[PLAN_HASH_BYTES];
	struct str hex = { "", 0 };
	if (!c) {
		return ERR_NOMEM;
	}
	enum err e = load(request_db(req), exam_json_actor(req), request_path_id(req, 0), &l);
	if (e) {
		return e;
	}
	if (json_get_str(form.body, "hash", &hex) || str_unhex(hex, hash, sizeof(hash))) {
		form_fault(&form, "hash", "form.required");
	}
	read_skip(&form, l->preview.count, is_skipped);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	if (l->plan.state == PLAN_COMMITTED || memcmp(hash, l->plan.hash, sizeof(hash)) != 0) {
		return reply_stale(req, reply, l);
	}
	*c = (struct committing){ .actor = exam_json_actor(req),
		.loaded = l,
		.is_skipped = is_skipped,
		.address = request_address(req),
		.now_ms = request_now_ms(req) };
	e = db_transact(request_db(req), commit_in_tx, c);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_ki64(w, "added", (int64_t)c->count);
	jo_karr(w, "ids");
	for (size_t i = 0; i < c->count; i++) {
		jo_id(w, c->ids[i]);
	}
	jo_end_arr(w);
	return ERR_OK;
}
