#include "ws/http/letter_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/notice/letter_store.h"
#include "core/notice/notice_store.h"
#include "core/school/account_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/page.h"
#include "ws/http/school_json.h"

/* ---- writing ---- */

struct writing {
	struct letter_new letter;
	char *title; /* owned */
	char *text;  /* owned */
	struct person_known author;
	uint64_t id;
};

static void writing_finish(struct writing *w) {
	free(w->title);
	free(w->text);
}

static enum err run_writing(struct db *db, void *ctx) {
	struct writing *w = ctx;
	bool is_new = false;
	char name[NOTICE_EVENT_BYTES];
	enum err e = letter_store_add(db, &w->letter, &w->id, &is_new);
	if (e || !is_new) {
		return e;
	}
	(void)snprintf(name, sizeof(name), "letter:%llu", (unsigned long long)w->id); /* fits */
	struct notice_event event = { .school_id = w->letter.school_id,
		.kind = NOTICE_LETTER,
		.name = name,
		.about = str_from(w->author.full_name),
		.at_ms = w->letter.now_ms };
	e = notice_store_letter(db, &event, w->id);
	return e ? e : notice_store_queue(db, &event);
}

/* A teacher's classes, and their students; grades and the school are the office's. */
static enum err check_class(const struct request *req, uint64_t class_id) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req), class_id, 0,
			request_person_id(req), &what);
	return e || access_class_view(request_who(req), &what) ? e : ERR_DENIED;
}

static enum err take_class(const struct student_row *row, void *ctx) {
	*(uint64_t *)ctx = row->class_id;
	return ERR_OK;
}

static enum err check_target(const struct request *req, const struct letter_new *l) {
	uint64_t class_id = l->target_id;
	enum err e = ERR_OK;
	switch (l->scope) {
	case LETTER_STUDENT:
		e = roster_store_student(
				request_db(req), l->school_id, l->target_id, take_class, &class_id);
		return e ? e : class_id ? check_class(req, class_id) : ERR_NOT_FOUND;
	case LETTER_CLASS:
		return check_class(req, class_id);
	case LETTER_GRADE:
	case LETTER_SCHOOL:
		return access_school_manage(request_who(req), l->school_id) ? ERR_OK : ERR_DENIED;
	case LETTER_SCOPE_COUNT_:
		break;
	}
	return ERR_INVAL;
}

static void read_target(struct form *f, struct letter_new *l) {
	struct str name = { NULL, 0 };
	if (json_get_str(f->body, "scope", &name) || letter_scope_parse(name, &l->scope)) {
		form_fault(f, "scope", "form.invalid");
		return;
	}
	/* A member that the scope does not ask for must be what it says all the same. */
	uint64_t student_id = form_id(f, "student", l->scope == LETTER_STUDENT);
	uint64_t class_id = form_id(f, "class", l->scope == LETTER_CLASS);
	bool has_grade = l->scope == LETTER_GRADE;
	int64_t grade = form_int(f, "grade", has_grade ? 0 : 1, 1, ROSTER_GRADE_MAX);
	switch (l->scope) {
	case LETTER_STUDENT:
		l->target_id = student_id;
		break;
	case LETTER_CLASS:
		l->target_id = class_id;
		break;
	case LETTER_GRADE:
		l->target_id = (uint64_t)grade;
		break;
	case LETTER_SCHOOL:
	case LETTER_SCOPE_COUNT_:
		break;
	}
}

static void read_writing(struct form *f, struct writing *w) {
	struct str audience = { NULL, 0 };
	w->letter.audience = LETTER_GUARDIANS;
	w->title = form_text(f, "title", 1, LETTER_TITLE_CHARS_MAX);
	w->text = form_text(f, "text", 1, LETTER_TEXT_CHARS_MAX);
	w->letter.title = str_from(w->title);
	w->letter.text = str_from(w->text);
	read_target(f, &w->letter);
	if (json_opt_str(f->body, "audience", str_from("guardians"), &audience) ||
			letter_audience_parse(audience, &w->letter.audience)) {
		form_fault(f, "audience", "form.invalid");
	}
}

static void hash_letter(struct letter_new *l) {
	_Static_assert((int)LETTER_HASH_BYTES == (int)HASH_BYTES, "kept as it is");
	struct hasher h;
	struct hash hash;
	hash_begin(&h, NULL);
	hash_add_be64(&h, l->school_id);
	hash_add_be64(&h, (uint64_t)l->scope);
	hash_add_be64(&h, l->target_id);
	hash_add_be64(&h, (uint64_t)l->audience);
	hash_add_be64(&h, l->title.n);
	hash_add(&h, l->title.p, l->title.n);
	hash_add(&h, l->text.p, l->text.n);
	hash_end(&h, &hash);
	memcpy(l->body_hash, hash.b, HASH_BYTES);
}

static enum err send_letter(const struct request *req, struct reply *reply, struct writing *w) {
	struct school_year year;
	enum err e = check_target(req, &w->letter);
	e = e ? e : school_wanted_year(req, &year);
	e = e ? e
	      : account_store_known(request_db(req), w->letter.school_id, w->letter.author_id,
				&w->author);
	if (e) {
		return e;
	}
	w->letter.year_id = year.id;
	w->letter.has_key = request_idem_key(req, w->letter.key);
	hash_letter(&w->letter);
	struct audit_deed deed = { "letter.send", "letter", &w->id };
	e = audit_run(req, &deed, run_writing, w);
	switch ((int)e) {
	case ERR_OK:
		jo_kid(reply_json(reply, 201), "id", w->id);
		return ERR_OK;
	case ERR_MISSING:
		return reply_problem(reply, 409, "notice.nobody", NULL);
	case ERR_FORK:
		return reply_problem(reply, 422, "notice.key_used", NULL);
	default:
		return e;
	}
}

enum err letter_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(writing_finish) struct writing w = {
		.letter = { .school_id = request_school_id(req),
				.author_id = request_person_id(req),
				.now_ms = request_now_ms(req) },
	};
	read_writing(&form, &w);
	return form_is_good(&form) ? send_letter(req, reply, &w) : form_refuse(&form, reply);
}

/* ---- what one wrote ---- */

static void put_target(struct json_out *w, const struct letter_row *row) {
	if (row->scope == LETTER_STUDENT || row->scope == LETTER_CLASS) {
		jo_kobj(w, "target");
		jo_kid(w, "id", row->target_id);
		jo_kstr(w, "name", row->target_name);
		jo_end_obj(w);
	} else {
		jo_knull(w, "target");
	}
	if (row->scope == LETTER_GRADE) {
		jo_ki64(w, "grade", (int64_t)row->target_id);
	} else {
		jo_knull(w, "grade");
	}
}

static void put_letter(struct json_out *w, const struct letter_row *row) {
	jo_kid(w, "id", row->id);
	jo_kstrz(w, "scope", letter_scope_name(row->scope));
	put_target(w, row);
	jo_kstrz(w, "audience", letter_audience_name(row->audience));
	jo_kstr(w, "title", row->title);
	jo_ki64(w, "sentAt", row->sent_at_ms);
	jo_ki64(w, "sent", row->sent);
	jo_ki64(w, "read", row->read);
	jo_ki64(w, "replied", row->replied);
	jo_ki64(w, "unread", row->unread);
}

static enum err list_letter(const struct letter_row *row, void *ctx) {
	struct page *p = ctx;
	if (!page_takes(p, row->id)) {
		return ERR_OK;
	}
	jo_obj(p->w);
	put_letter(p->w, row);
	jo_end_obj(p->w);
	return ERR_OK;
}

enum err letter_list(const struct request *req, struct reply *reply) {
	struct page p;
	enum err e = page_ask(req, "after", 0, LETTER_PAGE_MAX, &p);
	if (e) {
		return e;
	}
	const uint64_t rows[2] = { p.from, page_rows(&p) };
	page_begin(&p, reply_json(reply, 200));
	e = letter_store_mine(request_db(req), request_school_id(req), request_person_id(req), rows,
			list_letter, &p);
	page_end(&p);
	return e;
}

static enum err put_whole(const struct letter_row *row, void *ctx) {
	put_letter(ctx, row);
	jo_kstr(ctx, "text", row->text);
	return ERR_OK;
}

static enum err put_reader(const struct letter_reader *r, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "thread", r->thread_id);
	jo_kstr(w, "fullName", r->full_name);
	jo_kbool(w, "isStudent", r->is_student);
	school_put_person(w, "student", r->student_id, r->student_name);
	school_put_time(w, "readAt", r->read_at_ms);
	jo_ki64(w, "replies", r->reply_count);
	jo_kbool(w, "isUnread", r->is_unread);
	jo_end_obj(w);
	return ERR_OK;
}

enum err letter_get(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	uint64_t school_id = request_school_id(req);
	uint64_t id = request_path_id(req, 0);
	enum err e = letter_store_one(
			request_db(req), school_id, request_person_id(req), id, put_whole, w);
	if (e) {
		return e;
	}
	jo_karr(w, "readers");
	e = letter_store_readers(request_db(req), school_id, id, put_reader, w);
	jo_end_arr(w);
	return e;
}
