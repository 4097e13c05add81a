#include "ws/http/notice_http.h"

#include "core/base/cleanup.h"
#include "core/notice/notice_store.h"
#include "ws/http/form.h"
#include "ws/http/school_json.h"
#include "ws/http/page.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	SENTENCE_BYTES_MAX = 4096,
};

struct list {
	struct page page;
	enum lang lang;
};

static enum err put_notice(const struct notice_row *row, void *ctx) {
	struct list *list = ctx;
	struct json_out *w = list->page.w;
	if (!page_takes(&list->page, row->id)) {
		return ERR_OK;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
	enum err e = notice_print(row->kind, row->about, row->on, list->lang, &text);
	if (e) {
		return e;
	}
	jo_obj(w);
	jo_kid(w, "id", row->id);
	jo_kstrz(w, "kind", notice_kind_name(row->kind));
	jo_kstr(w, "text", (struct str){ buf_str(&text), text.len });
	jo_kobj(w, "school");
	jo_kid(w, "id", row->school_id);
	jo_kstr(w, "name", row->school_name);
	jo_end_obj(w);
	school_put_person(w, "student", row->student_id, row->student_name);
	if (row->thread_id) {
		jo_kid(w, "thread", row->thread_id);
	} else {
		jo_knull(w, "thread");
	}
	jo_ki64(w, "at", row->at_ms);
	school_put_time(w, "readAt", row->read_at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

enum err notice_list(const struct request *req, struct reply *reply) {
	struct list list = { .lang = request_lang(req) };
	enum err e = page_ask(req, "after", 0, NOTICE_PAGE_MAX, &list.page);
	if (e) {
		return e;
	}
	page_begin(&list.page, reply_json(reply, 200));
	e = notice_store_list(request_db(req), request_person_id(req), list.page.from,
			page_rows(&list.page), put_notice, &list);
	page_end(&list.page);
	return e;
}

enum err notice_unread(const struct request *req, struct reply *reply) {
	uint64_t count = 0;
	enum err e = notice_store_unread(request_db(req), request_person_id(req), &count);
	if (!e) {
		jo_ki64(reply_json(reply, 200), "unread", (int64_t)count);
	}
	return e;
}

enum err notice_read(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	uint64_t upto = form_id(&form, "upto", true);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = notice_store_read(
			request_db(req), request_person_id(req), upto, request_now_ms(req));
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
