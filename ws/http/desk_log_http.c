/* Who of the department did what, looked at whom and took what along. */
#include "core/base/cleanup.h"
#include "core/base/json.h"
#include "core/province/desk_log_store.h"
#include "core/school/audit_store.h"
#include "ws/http/desk_http.h"
#include "ws/http/desk_view.h"
#include "ws/http/page.h"
#include "ws/http/reply.h"

enum { ACTION_BYTES_MAX = 64 };

/* The members of a row's detail that are told: all that the desk's deeds write. */
static void put_detail(struct json_out *w, const struct json *detail) {
	static const char *const names[] = { "why", "student", "login", "what", "format", "measure",
		"by", "year", "part", "level", "commune", "school", "subject", "grade" };
	jo_kobj(w, "detail");
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct str text;
		if (detail && !json_get_str(detail, names[i], &text)) {
			jo_kstr(w, names[i], text);
		}
	}
	jo_end_obj(w);
}

static enum err put_row(const struct desk_log_row *row, void *ctx) {
	struct page *p = ctx;
	struct json_out *w = p->w;
	_cleanup_(json_freep) struct json *detail = NULL;
	if (!page_takes(p, row->id)) {
		return ERR_OK;
	}
	enum err e = json_parse(row->detail, AUDIT_DETAIL_BYTES_MAX, &detail);
	if (e == ERR_NOMEM) {
		return e;
	}
	jo_obj(w);
	jo_kid(w, "id", row->id);
	jo_ki64(w, "at", row->at_ms);
	if (row->person_id) {
		jo_kobj(w, "person");
		jo_kid(w, "id", row->person_id);
		jo_kstr(w, "fullName", row->person_name);
		jo_end_obj(w);
	} else {
		jo_knull(w, "person");
	}
	jo_kstr(w, "action", row->action);
	if (row->school_id) {
		jo_kobj(w, "school");
		jo_kid(w, "id", row->school_id);
		jo_kstr(w, "name", row->school_name);
		jo_end_obj(w);
	} else {
		jo_knull(w, "school");
	}
	put_detail(w, e ? NULL : detail);
	jo_end_obj(w);
	return ERR_OK;
}

enum err desk_log_list(const struct request *req, struct reply *reply) {
	struct page p;
	struct desk_log_ask ask = { .province_id = desk_province(req),
		.action = request_query(req, "action") };
	enum err e = page_ask(req, "after", 0, DESK_LOG_PAGE_MAX, &p);
	e = e ? e : request_query_u64(req, "school", 0, &ask.school_id);
	if (e || ask.action.n > ACTION_BYTES_MAX) {
		return e ? e : ERR_INVAL;
	}
	ask.before = p.from;
	ask.limit = page_rows(&p);
	page_begin(&p, reply_json(reply, 200));
	e = desk_log_store_each(request_db(req), &ask, put_row, &p);
	page_end(&p);
	return e;
}
