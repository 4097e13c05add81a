/* The part of notice_http.h about how somebody wants to be told outside the program. */
#include "ws/http/notice_http.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/net/mail.h"
#include "core/notice/delivery_store.h"
#include "core/notice/notice_setting_store.h"
#include "core/seal/secret.h"
#include "ws/app.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/courier_io.h"

enum { TOKEN_TEXT_MAX = 64 };

static enum err is_on(const struct request *req, enum notice_channel channel, bool *out) {
	struct delivery_channel c;
	enum err e = delivery_store_channel(
			request_db(req), request_school_id(req), channel, request_now_ms(req), &c);
	*out = !e && c.is_on && courier_is_set_up(request_app(req)->config, channel);
	return e;
}

static const char *email_name(enum notice_email state) {
	switch (state) {
	case NOTICE_EMAIL_NONE:
		return "none";
	case NOTICE_EMAIL_ASKED:
		return "asked";
	case NOTICE_EMAIL_CONFIRMED:
		return "confirmed";
	}
	return "none";
}

static enum err put_setting(const struct request *req, struct reply *reply) {
	struct notice_setting s;
	bool has_mail = false;
	bool has_hook = false;
	enum err e = notice_setting_store_load(request_db(req), request_person_id(req), &s);
	e = e ? e : is_on(req, NOTICE_MAIL, &has_mail);
	e = e ? e : is_on(req, NOTICE_HOOK, &has_hook);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kstr(w, "email", str_from(s.email));
	jo_kstrz(w, "emailState", email_name(s.email_state));
	jo_kbool(w, "byEmail", s.by_email);
	jo_kbool(w, "byPhone", s.by_phone);
	jo_kbool(w, "hasPhone", s.has_phone);
	jo_ki64(w, "quietFromMin", s.quiet_from_min);
	jo_ki64(w, "quietToMin", s.quiet_to_min);
	jo_kbool(w, "schoolSendsEmail", has_mail);
	jo_kbool(w, "schoolSendsPhone", has_hook);
	jo_ki64(w, "version", s.version);
	return ERR_OK;
}

enum err notice_setting_get(const struct request *req, struct reply *reply) {
	return put_setting(req, reply);
}

enum err notice_setting_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	struct notice_setting s = {
		.by_email = form_bool(&form, "byEmail", true),
		.by_phone = form_bool(&form, "byPhone", true),
		.quiet_from_min = (unsigned)form_int(
				&form, "quietFromMin", QUIET_FROM_MIN, 0, QUIET_DAY_MIN - 1),
		.quiet_to_min = (unsigned)form_int(
				&form, "quietToMin", QUIET_TO_MIN, 0, QUIET_DAY_MIN - 1),
		.version = (unsigned)form_int(&form, "version", 0, 0, INT32_MAX),
	};
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = notice_setting_store_save(request_db(req), request_person_id(req), &s);
	return e ? e : put_setting(req, reply);
}

/* ---- the address ---- */

struct asking {
	struct notice_email_ask ask;
	struct delivery_new link;
	uint64_t id;
};

static enum err run_ask(struct db *db, void *ctx) {
	struct asking *a = ctx;
	enum err e = notice_setting_store_ask(db, &a->ask);
	return e ? e : delivery_store_add(db, &a->link, &a->id);
}

enum err notice_email_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *email = form_text(&form, "email", 1, MAIL_ADDRESS_BYTES_MAX);
	bool has_mail = false;
	enum err e = is_on(req, NOTICE_MAIL, &has_mail);
	if (email && !mail_address_is_good(str_from(email))) {
		form_fault(&form, "email", "notice.email_form");
	}
	if (e || !form_is_good(&form)) {
		return e ? e : form_refuse(&form, reply);
	}
	if (!has_mail) {
		return reply_problem(reply, 409, "notice.no_channel", NULL);
	}
	struct asking a = { .ask = { .person_id = request_person_id(req),
					    .email = str_from(email),
					    .now_ms = request_now_ms(req) },
		.link = { request_school_id(req), NOTICE_MAIL, DELIVERY_CONFIRM,
				request_person_id(req), str_from(email), request_now_ms(req) } };
	secret_random(a.ask.nonce, sizeof(a.ask.nonce));
	e = db_transact(request_db(req), run_ask, &a);
	if (e == ERR_THROTTLED) {
		return reply_problem(reply, 429, "notice.email_wait", "count", "5", NULL);
	}
	return e ? e : put_setting(req, reply);
}

enum err notice_email_drop(const struct request *req, struct reply *reply) {
	enum err e = notice_setting_store_drop_email(request_db(req), request_person_id(req));
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

/* By whoever holds the link: it was sent to that address and nowhere else. */
enum err notice_email_confirm(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *token = form_text(&form, "token", 1, TOKEN_TEXT_MAX);
	uint8_t bytes[DELIVERY_TOKEN_BYTES];
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	if (str_unb64(str_from(token), bytes, sizeof(bytes))) {
		return reply_problem(reply, 409, "notice.link_expired", NULL);
	}
	uint64_t person_id = 0;
	for (size_t i = 0; i < sizeof(person_id); i++) {
		person_id = person_id << 8 | bytes[i];
	}
	enum err e = notice_setting_store_confirm(
			request_db(req), person_id, bytes + sizeof(person_id), request_now_ms(req));
	if (e) {
		return e == ERR_EXPIRED ? reply_problem(reply, 409, "notice.link_expired", NULL)
					: e;
	}
	reply_empty(reply, 204);
	return ERR_OK;
}
