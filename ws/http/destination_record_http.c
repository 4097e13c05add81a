#include "core/base/cleanup.h"
#include "core/exchange/outgoing_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/destination_http.h"
#include "ws/http/destination_json.h"
#include "ws/http/school_json.h"
#include "ws/http/page.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

struct listing {
	struct page page;
	enum lang lang;
};

static enum err put_record(const struct outgoing_record *r, void *ctx) {
	struct listing *l = ctx;
	struct json_out *w = l->page.w;
	if (!page_takes(&l->page, r->id)) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_kid(w, "id", r->id);
	jo_kstr(w, "kind", r->kind);
	jo_kstr(w, "key", r->key);
	jo_ki64(w, "recordVersion", r->version);
	jo_kstrz(w, "state", outgoing_record_state_name(r->state));
	school_put_time(w, "at", r->at_ms);
	enum err e = destination_put_reason(w, "reason", r->code, r->params, l->lang);
	jo_end_obj(w);
	return e;
}

enum err destination_records(const struct request *req, struct reply *reply) {
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	struct str state = request_query(req, "state");
	struct str kind = request_query(req, "bang");
	enum outgoing_record_state wanted = RECORD_STATE_QUEUED;
	struct listing l = { .lang = request_lang(req) };
	enum err e = page_ask(req, "after", 0, OUTGOING_RECORDS_MAX, &l.page);
	if (!e && state.n) {
		e = outgoing_record_state_parse(state, &wanted);
	}
	e = e ? e : destination_load(req, &d);
	if (e) {
		return e;
	}
	const struct outgoing_records ask = { .state = state.n ? (unsigned)wanted : 0,
		.kind = kind,
		.below_id = l.page.from,
		.limit = page_rows(&l.page) };
	page_begin(&l.page, reply_json(reply, 200));
	e = outgoing_store_records(request_db(req), &d, &ask, put_record, &l);
	page_end(&l.page);
	return e;
}

/* ---- again ---- */

struct again {
	const struct destination *d;
	uint64_t record_id;
	int64_t now_ms;
	uint64_t count;
};

static enum err run_record(struct db *db, void *ctx) {
	struct again *a = ctx;
	enum err e = outgoing_store_resend(db, a->d, a->record_id, a->now_ms);
	return e ? e : destination_store_hurry(db, a->d->school_id, a->d->id);
}

enum err destination_record_resend(const struct request *req, struct reply *reply) {
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	enum err e = destination_load(req, &d);
	struct again a = { &d, request_path_id(req, 1), request_now_ms(req), 0 };
	struct audit_deed deed = { "sending.resend", "record", &a.record_id };
	e = e ? e : audit_run(req, &deed, run_record, &a);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

static enum err run_rejected(struct db *db, void *ctx) {
	struct again *a = ctx;
	enum err e = outgoing_store_resend_rejected(db, a->d, a->now_ms, &a->count);
	return e ? e : destination_store_hurry(db, a->d->school_id, a->d->id);
}

enum err destination_resend(const struct request *req, struct reply *reply) {
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	enum err e = destination_load(req, &d);
	struct again a = { &d, 0, request_now_ms(req), 0 };
	struct audit_deed deed = { "sending.resend_rejected", "destination", &d.id };
	e = e ? e : audit_run(req, &deed, run_rejected, &a);
	if (!e) {
		jo_ki64(reply_json(reply, 200), "count", (int64_t)a.count);
	}
	return e;
}
