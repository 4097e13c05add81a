#include "ws/http/audit_http.h"

#include "core/base/buf.h"
#include "core/school/audit_store.h"
#include "exam/hall/event.h"
#include "ws/http/page.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	ID_TEXT_BYTES_MAX = 64,
};

/* ---- writing ---- */

struct run {
	const struct request *req;
	const struct access_actor *by;
	const char *action;
	const char *subject;
	const uint64_t *id; /* one of the two */
	const struct id16 *id16;
	struct str detail; /* JSON; empty: none */
	enum err (*deed)(struct db *db, void *ctx);
	void *ctx;
};

static enum err run_deed(struct db *db, void *ctx) {
	const struct run *r = ctx;
	enum err e = r->deed(db, r->ctx);
	if (e) {
		return e;
	}
	_cleanup_(buf_finish) struct buf id = buf_make(ID_TEXT_BYTES_MAX);
	if (r->id16) {
		str_b64_add(&id, r->id16->b, ID16_BYTES);
	} else {
		buf_addf(&id, "%llu", (unsigned long long)*r->id);
	}
	e = buf_err(&id);
	if (e) {
		return e;
	}
	struct audit_entry entry = { .school_id = r->by->school_id,
		.province_id = r->by->province_id,
		.person_id = r->by->person_id,
		.at_ms = request_now_ms(r->req),
		.action = str_from(r->action),
		.subject = str_from(r->subject),
		.subject_id = { buf_str(&id), id.len },
		.detail = r->detail,
		.address = str_from(request_address(r->req)) };
	return audit_store_add(db, &entry);
}

enum err audit_run(const struct request *req, const struct audit_deed *what,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) {
	return audit_run_by(req, request_who(req), what, deed, ctx);
}

enum err audit_run_by(const struct request *req, const struct access_actor *by,
		const struct audit_deed *what, enum err (*deed)(struct db *db, void *ctx),
		void *ctx) {
	struct run r = { .req = req,
		.by = by,
		.action = what->action,
		.subject = what->subject,
		.id = what->id,
		.deed = deed,
		.ctx = ctx };
	return db_transact(request_db(req), run_deed, &r);
}

enum err audit_run_why(const struct request *req, const struct audit_deed *what, struct str why,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) {
	_cleanup_(buf_finish) struct buf text = buf_make(AUDIT_DETAIL_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &text);
	jo_obj(&w);
	jo_kstr(&w, "why", why);
	jo_end_obj(&w);
	enum err e = buf_err(&text);
	return e ? e
		 : audit_run_detail(req, what, (struct str){ buf_str(&text), text.len }, deed, ctx);
}

enum err audit_run_detail(const struct request *req, const struct audit_deed *what,
		struct str detail, enum err (*deed)(struct db *db, void *ctx), void *ctx) {
	struct run r = { .req = req,
		.by = request_who(req),
		.action = what->action,
		.subject = what->subject,
		.id = what->id,
		.detail = detail,
		.deed = deed,
		.ctx = ctx };
	return db_transact(request_db(req), run_deed, &r);
}

enum err audit_run16(const struct request *req, const struct audit_deed16 *what,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) {
	struct run r = { .req = req,
		.by = request_who(req),
		.action = what->action,
		.subject = what->subject,
		.id16 = what->id,
		.deed = deed,
		.ctx = ctx };
	return db_transact(request_db(req), run_deed, &r);
}

/* ---- reading ---- */

static enum err write_entry(const struct audit_entry *entry, void *ctx) {
	struct page *p = ctx;
	struct json_out *w = p->w;
	if (!page_takes(p, entry->id)) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_kid(w, "id", entry->id);
	jo_ki64(w, "at", entry->at_ms);
	if (entry->person_id) {
		jo_kobj(w, "person");
		jo_kid(w, "id", entry->person_id);
		jo_kstr(w, "fullName", entry->person_name);
		jo_end_obj(w);
	} else {
		jo_knull(w, "person");
	}
	jo_kstr(w, "action", entry->action);
	jo_kstr(w, "subject", entry->subject);
	jo_kstr(w, "subjectId", entry->subject_id);
	jo_end_obj(w);
	return ERR_OK;
}

enum err audit_list(const struct request *req, struct reply *reply) {
	struct page p;
	enum err e = page_ask(req, "after", 0, AUDIT_PAGE_MAX, &p);
	if (e) {
		return e;
	}
	page_begin(&p, reply_json(reply, 200));
	e = audit_store_page(request_db(req), request_school_id(req), p.from, page_rows(&p),
			write_entry, &p);
	page_end(&p);
	return e;
}
