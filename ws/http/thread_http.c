/* The part of letter_http.h about threads: what one got, and what the two sides write in them. */
#include "ws/http/letter_http.h"

#include <inttypes.h>
#include <stdio.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/notice/letter_store.h"
#include "core/notice/notice_store.h"
#include "core/notice/thread_store.h"
#include "core/school/account_store.h"
#include "ws/http/form.h"
#include "ws/http/school_json.h"
#include "ws/http/page.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

static struct thread_asker asker_of(const struct request *req) {
	return (struct thread_asker){ request_person_id(req), request_school_id(req),
		request_has_role(req, ACCESS_TEACHER), request_has_role(req, ACCESS_OFFICE) };
}

/* ---- what one got ---- */

static const char *to_name(enum thread_kind kind) {
	switch (kind) {
	case THREAD_LETTER:
		return "family";
	case THREAD_TO_TEACHER:
		return "teacher";
	case THREAD_TO_OFFICE:
		return "office";
	}
	return NULL;
}

static void put_head(struct json_out *w, const struct thread_row *row, uint64_t me) {
	jo_kid(w, "id", row->id);
	jo_kstr(w, "title", row->title);
	jo_kobj(w, "school");
	jo_kid(w, "id", row->school_id);
	jo_kstr(w, "name", row->school_name);
	jo_end_obj(w);
	school_put_person(w, "author", row->author_id, row->author_name);
	school_put_person(w, "student", row->student_id, row->student_name);
	jo_ki64(w, "sentAt", row->sent_at_ms);
	jo_ki64(w, "lastAt", row->last_at_ms);
	jo_ki64(w, "replies", row->reply_count);
	jo_kstrz(w, "to", to_name(row->kind));
	jo_kbool(w, "isMine", me == row->author_id);
	school_put_person(w, "person", row->person_id, row->person_name);
}

struct list {
	struct page page;
	uint64_t me;
};

static enum err list_thread(const struct thread_row *row, void *ctx) {
	struct list *list = ctx;
	struct page *p = &list->page;
	bool is_author = list->me == row->author_id;
	if (!page_takes(p, (uint64_t)row->last_at_ms)) {
		return ERR_OK;
	}
	jo_obj(p->w);
	put_head(p->w, row, list->me);
	jo_kbool(p->w, "isUnread",
			is_author ? row->person_last_at_ms > row->author_read_at_ms
				  : row->author_last_at_ms > row->person_read_at_ms);
	jo_end_obj(p->w);
	return ERR_OK;
}

enum err thread_list(const struct request *req, struct reply *reply) {
	const struct thread_asker who = asker_of(req);
	struct list list = { .me = who.person_id };
	struct page *p = &list.page;
	enum err e = page_ask(req, "before", INT64_MAX, THREAD_PAGE_MAX, p);
	if (e || p->from > INT64_MAX) {
		return e ? e : ERR_INVAL;
	}
	page_begin(p, reply_json(reply, 200));
	e = thread_store_mine(
			request_db(req), &who, (int64_t)p->from, page_rows(p), list_thread, &list);
	jo_end_arr(p->w);
	school_put_time(p->w, "next", p->has_more ? (int64_t)p->last : 0); /* by time, not by id */
	return e;
}

/* ---- one ---- */

struct view {
	const struct request *req;
	struct json_out *w;
	uint64_t author_id;
	bool is_author; /* the asker; else of the other side */
};

static enum err put_thread(const struct thread_row *row, void *ctx) {
	struct view *v = ctx;
	struct json_out *w = v->w;
	bool is_author = request_person_id(v->req) == row->author_id;
	v->author_id = row->author_id;
	v->is_author = is_author;
	put_head(w, row, request_person_id(v->req));
	jo_kbool(w, "isStudent", row->is_student);
	jo_kstr(w, "text", row->text);
	/* Whoever wrote may know when it was read; who reads, not when the author looked. */
	school_put_time(w, "readAt", is_author ? row->person_read_at_ms : 0);
	return ERR_OK;
}

static enum err put_reply(const struct thread_reply *r, void *ctx) {
	struct view *v = ctx;
	jo_obj(v->w);
	jo_kid(v->w, "id", r->id);
	/* What a colleague of the office wrote is of the own side. */
	jo_kbool(v->w, "isMine", (r->person_id == v->author_id) == v->is_author);
	jo_kstr(v->w, "text", r->text);
	jo_ki64(v->w, "at", r->at_ms);
	jo_end_obj(v->w);
	return ERR_OK;
}

enum err thread_get(const struct request *req, struct reply *reply) {
	struct thread_asker who = asker_of(req);
	struct view v = { .req = req, .w = reply_json(reply, 200) };
	uint64_t id = request_path_id(req, 0);
	enum err e = thread_store_one(request_db(req), &who, id, put_thread, &v);
	if (e) {
		return e;
	}
	jo_karr(v.w, "messages");
	e = thread_store_replies(request_db(req), id, put_reply, &v);
	jo_end_arr(v.w);
	return e;
}

/* ---- answering ---- */

struct answering {
	struct thread_answer answer;
	struct person_known author; /* of the answer */
	uint64_t other_id;          /* who is told; 0: the office */
	uint64_t school_id;         /* of the thread */
	uint64_t id;
};

static enum err take_sides(const struct thread_row *row, void *ctx) {
	struct answering *a = ctx;
	a->school_id = row->school_id;
	bool is_author = a->answer.who.person_id == row->author_id;
	uint64_t reader_id = row->kind == THREAD_TO_OFFICE ? 0 : row->person_id;
	a->other_id = is_author ? reader_id : row->author_id;
	return ERR_OK;
}

static enum err run_answer(struct db *db, void *ctx) {
	struct answering *a = ctx;
	bool is_new = false;
	char name[NOTICE_EVENT_BYTES];
	enum err e = thread_store_answer(db, &a->answer, &a->id, &is_new);
	if (e || !is_new) {
		return e;
	}
	(void)snprintf(name, sizeof(name), "reply:%" PRIu64, a->id); /* fits */
	struct notice_event event = { .school_id = a->school_id,
		.kind = NOTICE_REPLY,
		.name = name,
		.about = str_from(a->author.full_name),
		.at_ms = a->answer.now_ms };
	if (a->other_id) {
		e = notice_store_thread(db, &event, a->answer.thread_id, a->other_id);
	} else {
		e = notice_store_office(db, &event, a->answer.thread_id);
	}
	return e ? e : notice_store_queue(db, &event);
}

static enum err refuse_answer(struct reply *reply, enum err e) {
	switch ((int)e) {
	case ERR_FORK:
		return reply_problem(reply, 422, "notice.key_used", NULL);
	case ERR_LIMIT:
		return reply_problem(reply, 409, "notice.thread_full", NULL);
	default:
		return e;
	}
}

enum err thread_reply_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *text = form_text(&form, "text", 1, LETTER_TEXT_CHARS_MAX);
	struct answering a = { .answer = { .who = asker_of(req),
					       .thread_id = request_path_id(req, 0),
					       .now_ms = request_now_ms(req) } };
	enum err e = thread_store_one(
			request_db(req), &a.answer.who, a.answer.thread_id, take_sides, &a);
	e = e ? e
	      : account_store_known(request_db(req), request_school_id(req), a.answer.who.person_id,
				&a.author);
	if (e) {
		return e;
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	a.answer.text = str_from(text);
	a.answer.has_key = request_idem_key(req, a.answer.key);
	e = db_transact(request_db(req), run_answer, &a);
	if (e) {
		return refuse_answer(reply, e);
	}
	jo_kid(reply_json(reply, 201), "id", a.id);
	return ERR_OK;
}

/* ---- reading ---- */

struct reading {
	struct thread_asker who;
	uint64_t id;
	int64_t now_ms;
};

static enum err run_reading(struct db *db, void *ctx) {
	const struct reading *r = ctx;
	enum err e = thread_store_read(db, &r->who, r->id, r->now_ms);
	return e ? e : notice_store_read_thread(db, r->who.person_id, r->id, r->now_ms);
}

enum err thread_read(const struct request *req, struct reply *reply) {
	struct reading r = { asker_of(req), request_path_id(req, 0), request_now_ms(req) };
	enum err e = db_transact(request_db(req), run_reading, &r);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
