/* The part of letter_http.h in which a guardian begins. */
#include "ws/http/letter_http.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/notice/notice_store.h"
#include "core/notice/question_store.h"
#include "core/school/account_store.h"
#include "core/seal/hash.h"
#include "ws/http/audit_http.h"
#include "ws/http/child.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum { NUMBER_BYTES = 16 };

struct asking {
	struct question_new question;
	struct person_known author;
	struct question_done done;
};

static void hash_question(struct question_new *q) {
	_Static_assert((int)LETTER_HASH_BYTES == (int)HASH_BYTES, "kept as it is");
	struct hasher h;
	struct hash hash;
	hash_begin(&h, NULL);
	hash_add_be64(&h, q->school_id);
	hash_add_be64(&h, q->student_id);
	hash_add_be64(&h, (uint64_t)q->kind);
	hash_add_be64(&h, q->title.n);
	hash_add(&h, q->title.p, q->title.n);
	hash_add(&h, q->text.p, q->text.n);
	hash_end(&h, &hash);
	memcpy(q->body_hash, hash.b, HASH_BYTES);
}

static enum err run_asking(struct db *db, void *ctx) {
	struct asking *a = ctx;
	const struct question_new *q = &a->question;
	struct thread_asker who = { q->author_id, q->school_id, false, false };
	char name[NOTICE_EVENT_BYTES];
	enum err e = question_store_add(db, q, &a->done);
	uint64_t id = a->done.thread_id;
	if (e || !a->done.is_new) {
		return e;
	}
	(void)snprintf(name, sizeof(name), "question:%" PRIu64, id); /* fits */
	struct notice_event event = { .school_id = q->school_id,
		.kind = NOTICE_LETTER,
		.name = name,
		.about = str_from(a->author.full_name),
		.at_ms = q->now_ms };
	e = thread_store_read(db, &who, id, q->now_ms); /* whoever wrote it has read it */
	if (!e && q->kind == THREAD_TO_OFFICE) {
		e = notice_store_office(db, &event, id);
	} else if (!e) {
		e = notice_store_thread(db, &event, id, a->done.reader_id);
	}
	return e ? e : notice_store_queue(db, &event);
}

static enum err refuse(struct reply *reply, enum thread_kind kind, enum err e) {
	char count[NUMBER_BYTES];
	(void)snprintf(count, sizeof(count), "%d", QUESTIONS_A_DAY); /* fits */
	switch ((int)e) {
	case ERR_FORK:
		return reply_problem(reply, 422, "notice.key_used", NULL);
	case ERR_THROTTLED:
		return reply_problem(reply, 429, "notice.questions_a_day", "count", count, NULL);
	case ERR_MISSING:
		return kind == THREAD_TO_TEACHER
				? reply_problem(reply, 409, "notice.no_homeroom", NULL)
				: reply_problem(reply, 409, "notice.nobody", NULL);
	default:
		return e;
	}
}

static void read_asking(struct form *f, struct question_new *q) {
	struct str to = { NULL, 0 };
	bool is_said = !json_get_str(f->body, "to", &to);
	q->kind = is_said && str_eq_z(to, "office") ? THREAD_TO_OFFICE : THREAD_TO_TEACHER;
	if (!is_said || (q->kind != THREAD_TO_OFFICE && !str_eq_z(to, "teacher"))) {
		form_fault(f, "to", "form.invalid");
	}
}

enum err question_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *title = form_text(&form, "title", 1, LETTER_TITLE_CHARS_MAX);
	_cleanup_(mem_freep) char *text = form_text(&form, "text", 1, LETTER_TEXT_CHARS_MAX);
	struct asking a = { .question = { .author_id = request_person_id(req),
					    .now_ms = request_now_ms(req) } };
	struct question_new *q = &a.question;
	struct child child;
	read_asking(&form, q);
	enum err e = child_wanted(req, &child);
	e = e ? e : account_store_known(request_db(req), child.school_id, q->author_id, &a.author);
	if (e) {
		return e;
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	q->school_id = child.school_id;
	q->student_id = child.student_id;
	q->title = str_from(title);
	q->text = str_from(text);
	q->has_key = request_idem_key(req, q->key);
	hash_question(q);
	const struct access_actor by = { .person_id = q->author_id, .school_id = q->school_id };
	const struct audit_deed deed = { "letter.ask", "thread", &a.done.thread_id };
	e = audit_run_by(req, &by, &deed, run_asking, &a);
	if (e) {
		return refuse(reply, q->kind, e);
	}
	jo_kid(reply_json(reply, 201), "id", a.done.thread_id);
	return ERR_OK;
}
