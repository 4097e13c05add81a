#include "ws/http/enrolment_http.h"

#include "core/province/enrol_store.h"
#include "core/province/province_school_store.h"
#include "ws/app.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/province_role.h"

static enum err answer_no_code(struct reply *reply, enum err e) {
	switch ((int)e) {
	case ERR_DENIED:
		return reply_problem(reply, 403, "exchange.code_wrong", NULL);
	case ERR_EXPIRED:
		return reply_problem(reply, 410, "exchange.code_expired", NULL);
	case ERR_FORK:
		return reply_problem(reply, 409, "exchange.code_used", NULL);
	case ERR_CLOSED:
		return reply_problem(reply, 403, "exchange.suspended", NULL);
	case ERR_CONFLICT:
		return reply_problem(reply, 409, "exchange.key_again", NULL);
	default:
		return e;
	}
}

enum err enrolment_create(const struct request *req, struct reply *reply) {
	struct app *app = request_app(req);
	struct enrolment_ask ask;
	enum err e = enrolment_ask_read(request_body(req), &ask);
	if (e == ERR_FORMAT || e == ERR_LIMIT) {
		return reply_problem(reply, 400, "exchange.body", NULL);
	}
	if (e) {
		return e;
	}
	const struct province_place *place = province_role_place(app->province);
	struct enrol enrol = {
		.ask = &ask,
		.box_key = province_role_box_key(app->province),
		.province_id = place->id,
		.province_code = str_from(place->code),
		.province_name = str_from(place->name),
		.province_key = keys_public_find(app->keys, keys_sign_kid(app->keys)),
		.now_ms = request_now_ms(req),
	};
	_cleanup_(buf_finish) struct buf answer = buf_make(ENROLMENT_BODY_BYTES_MAX);
	e = enrol_store_take(request_db(req), &enrol, &answer);
	if (e) {
		return answer_no_code(reply, e);
	}
	log_info(&app->log, "province.enrolled", log_z("school", ask.school),
			log_z("from", request_address(req)));
	jo_raw(reply_json_value(reply, 200), (struct str){ buf_str(&answer), answer.len });
	return ERR_OK;
}

enum err school_key_create(const struct request *req, struct reply *reply) {
	struct app *app = request_app(req);
	struct enrolment_roll roll;
	enum err e = enrolment_roll_read(request_body(req), &roll);
	if (e == ERR_FORMAT || e == ERR_LIMIT) {
		return reply_problem(reply, 400, "exchange.body", NULL);
	}
	struct province_school school;
	struct province_key old;
	e = e ? e
	      : province_school_store_find(request_db(req), province_role_place(app->province)->id,
				str_from(roll.school), &school);
	e = e ? e : province_key_store_find(request_db(req), school.id, roll.by, &old);
	if (e) {
		return e == ERR_NOT_FOUND ? reply_problem(reply, 403, "exchange.key_unknown", NULL)
					  : e;
	}
	if (!enrolment_roll_is_valid(&roll, old.key)) {
		return reply_problem(reply, 401, "exchange.signature", NULL);
	}
	e = province_key_store_roll(
			request_db(req), school.id, roll.by, roll.key, request_now_ms(req));
	if (e == ERR_DENIED) {
		return reply_problem(reply, 403, "exchange.key_revoked", NULL);
	}
	if (e == ERR_STALE) {
		return reply_problem(reply, 403, "exchange.key_rolled", NULL);
	}
	if (e) {
		return e == ERR_CONFLICT ? reply_problem(reply, 409, "exchange.key_again", NULL)
					 : e;
	}
	uint8_t kid[SIGN_KID_BYTES];
	char hex[EXCHANGE_KEY_TEXT_BYTES];
	sign_kid(roll.key, kid);
	str_hex(kid, sizeof(kid), hex);
	log_info(&app->log, "province.key_rolled", log_z("school", roll.school), log_z("key", hex));
	jo_kstrz(reply_json(reply, 200), "key", hex);
	return ERR_OK;
}

enum err province_keys_get(const struct request *req, struct reply *reply) {
	jo_raw(reply_json_value(reply, 200), province_role_keys(request_app(req)->province));
	return ERR_OK;
}
