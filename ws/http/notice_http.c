#include "ws/http/notice_http.h"

#include "core/base/cleanup.h"
#include "core/notice/notice_store.h"
#include "ws/http/form.h"
#include "ws/http/mark_json.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	PAGE_ITEMS = 50,
	SENTENCE_BYTES_MAX = 4096,
};

struct page {
	struct json_out *w;
	enum lang lang;
	uint64_t limit;
	uint64_t count;
	uint64_t last_id;
	bool has_more;
};

static enum err put_notice(const struct notice_row *row, void *ctx) {
	struct page *p = ctx;
	struct json_out *w = p->w;
	if (p->count == p->limit) { /* one is asked for behind the page, to know whether it is */
		p->has_more = true;
		return ERR_OK;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
	enum err e = notice_print(row->kind, row->about, row->on, p->lang, &text);
	if (e) {
		return e;
	}
	p->count++;
	p->last_id = row->id;
	jo_obj(w);
	jo_kid(w, "id", row->id);
	jo_kstrz(w, "kind", notice_kind_name(row->kind));
	jo_kstr(w, "text", (struct str){ buf_str(&text), text.len });
	jo_kobj(w, "school");
	jo_kid(w, "id", row->school_id);
	jo_kstr(w, "name", row->school_name);
	jo_end_obj(w);
	mark_put_person(w, "student", row->student_id, row->student_name);
	if (row->thread_id) {
		jo_kid(w, "thread", row->thread_id);
	} else {
		jo_knull(w, "thread");
	}
	jo_ki64(w, "at", row->at_ms);
	mark_put_time(w, "readAt", row->read_at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

enum err notice_list(const struct request *req, struct reply *reply) {
	uint64_t below = 0;
	uint64_t limit = 0;
	enum err e = request_query_u64(req, "after", 0, &below);
	e = e ? e : request_query_u64(req, "limit", PAGE_ITEMS, &limit);
	if (e || limit == 0 || limit >= NOTICE_PAGE_MAX) {
		return e ? e : ERR_INVAL;
	}
	struct page p = { .w = reply_json(reply, 200), .lang = request_lang(req), .limit = limit };
	jo_karr(p.w, "items");
	e = notice_store_list(request_db(req), request_person_id(req), below, (unsigned)limit + 1,
			put_notice, &p);
	jo_end_arr(p.w);
	if (p.has_more) {
		jo_kid(p.w, "next", p.last_id);
	} else {
		jo_knull(p.w, "next");
	}
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
