#include "ws/http/delivery_http.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/net/mail.h"
#include "core/notice/delivery_store.h"
#include "core/school/account.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/school_json.h"
#include "ws/http/page.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/courier_io.h"

/* ---- channels ---- */

static enum err put_channel(
		const struct request *req, enum notice_channel channel, struct json_out *w) {
	struct delivery_channel c;
	enum err e = delivery_store_channel(
			request_db(req), request_school_id(req), channel, request_now_ms(req), &c);
	if (e) {
		return e;
	}
	jo_obj(w);
	jo_kstrz(w, "channel", notice_channel_name(channel));
	jo_kbool(w, "isSetUp", courier_is_set_up(request_app(req)->config, channel));
	jo_kbool(w, "isOn", c.is_on);
	jo_ki64(w, "waiting", (int64_t)c.waiting);
	jo_ki64(w, "failed", (int64_t)c.failed);
	jo_ki64(w, "sent", (int64_t)c.sent);
	jo_end_obj(w);
	return ERR_OK;
}

enum err channel_list(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	enum err e = ERR_OK;
	jo_karr(w, "items");
	for (unsigned i = NOTICE_MAIL; i < NOTICE_CHANNEL_COUNT_ && !e; i++) {
		e = put_channel(req, (enum notice_channel)i, w);
	}
	jo_end_arr(w);
	return e;
}

static enum err run_switch(struct db *db, void *ctx) {
	return delivery_store_switch(db, ctx);
}

enum err channel_put(const struct request *req, struct reply *reply) {
	struct delivery_switch to = { .school_id = request_school_id(req),
		.person_id = request_person_id(req),
		.now_ms = request_now_ms(req) };
	if (notice_channel_parse(request_path_str(req, 0), &to.channel)) {
		return ERR_NOT_FOUND;
	}
	if (json_get_bool(request_json(req), "isOn", &to.is_on)) {
		return reply_field(reply, "isOn", "form.required", NULL);
	}
	if (to.is_on && !courier_is_set_up(request_app(req)->config, to.channel)) {
		return reply_problem(reply, 409, "notice.no_channel", NULL);
	}
	const uint64_t id = (uint64_t)to.channel;
	struct audit_deed deed = { to.is_on ? "notices.on" : "notices.off", "notice_channel", &id };
	enum err e = audit_run(req, &deed, run_switch, &to);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

struct trying {
	struct delivery_new test;
	uint64_t id;
};

static enum err run_test(struct db *db, void *ctx) {
	struct trying *t = ctx;
	return delivery_store_add(db, &t->test, &t->id);
}

/* The address of a test, as it is sent to; noted in the form when it is none. */
static struct str read_to(struct form *f, enum notice_channel channel, char *to,
		char phone[ACCOUNT_PHONE_BYTES]) {
	if (to && channel == NOTICE_MAIL && !mail_address_is_good(str_from(to))) {
		form_fault(f, "to", "notice.email_form");
	}
	if (to && channel == NOTICE_HOOK) {
		if (account_phone_parse(str_from(to), phone)) {
			form_fault(f, "to", "notice.phone_form");
		}
		return str_from(phone);
	}
	return str_from(to);
}

enum err channel_test(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *to = form_text(&form, "to", 1, MAIL_ADDRESS_BYTES_MAX);
	char phone[ACCOUNT_PHONE_BYTES] = "";
	struct trying t = { .test = { .school_id = request_school_id(req),
					    .kind = DELIVERY_TEST,
					    .person_id = request_person_id(req),
					    .now_ms = request_now_ms(req) } };
	if (notice_channel_parse(request_path_str(req, 0), &t.test.channel)) {
		return ERR_NOT_FOUND;
	}
	t.test.address = read_to(&form, t.test.channel, to, phone);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	if (!courier_is_set_up(request_app(req)->config, t.test.channel)) {
		return reply_problem(reply, 409, "notice.no_channel", NULL);
	}
	struct audit_deed deed = { "notices.test", "delivery", &t.id };
	enum err e = audit_run(req, &deed, run_test, &t);
	if (e == ERR_THROTTLED) {
		return reply_problem(reply, 429, "notice.test_wait", "count", "10", NULL);
	}
	if (!e) {
		jo_kid(reply_json(reply, 201), "id", t.id);
	}
	return e;
}

/* ---- deliveries ---- */

static enum err put_delivery(const struct delivery_row *row, void *ctx) {
	struct page *p = ctx;
	struct json_out *w = p->w;
	if (!page_takes(p, row->id)) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_kid(w, "id", row->id);
	jo_kstrz(w, "channel", notice_channel_name(row->channel));
	jo_kstrz(w, "kind", delivery_kind_name(row->kind));
	jo_kstrz(w, "notice", row->notice ? notice_kind_name((enum notice_kind)row->notice) : NULL);
	school_put_person(w, "person", row->person_id, row->full_name);
	jo_kstr(w, "to", row->address);
	jo_kstrz(w, "state", delivery_state_name(row->state));
	jo_ki64(w, "tries", row->tries);
	jo_ki64(w, "at", row->made_at_ms);
	school_put_time(w, "nextAt", row->state == DELIVERY_WAITING ? row->next_at_ms : 0);
	school_put_time(w, "sentAt", row->state == DELIVERY_SENT ? row->sent_at_ms : 0);
	jo_kstr(w, "error", row->error);
	jo_kstr(w, "detail", row->detail);
	jo_end_obj(w);
	return ERR_OK;
}

enum err delivery_list(const struct request *req, struct reply *reply) {
	struct str name = request_query(req, "state");
	enum delivery_state state = DELIVERY_WAITING;
	struct page p;
	enum err e = page_ask(req, "after", 0, DELIVERY_PAGE_MAX, &p);
	if (!e && name.n) {
		e = delivery_state_parse(name, &state);
	}
	if (e) {
		return e;
	}
	const struct delivery_page wanted = { .school_id = request_school_id(req),
		.state = name.n ? (unsigned)state : 0,
		.below_id = p.from,
		.limit = page_rows(&p) };
	page_begin(&p, reply_json(reply, 200));
	e = delivery_store_list(request_db(req), &wanted, put_delivery, &p);
	page_end(&p);
	return e;
}

struct resending {
	uint64_t school_id;
	uint64_t id;
	int64_t now_ms;
};

static enum err run_resend(struct db *db, void *ctx) {
	const struct resending *r = ctx;
	return delivery_store_resend(db, r->school_id, r->id, r->now_ms);
}

enum err delivery_resend(const struct request *req, struct reply *reply) {
	struct resending r = { request_school_id(req), request_path_id(req, 0),
		request_now_ms(req) };
	struct audit_deed deed = { "notices.resend", "delivery", &r.id };
	enum err e = audit_run(req, &deed, run_resend, &r);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
