#include <stdatomic.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/outbox/outbox_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/destination_form.h"
#include "ws/http/destination_http.h"
#include "ws/http/destination_json.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/service/sync.h"

/* Enrolling with a province, and changing the key that it knows: the worker asks it and waits, at most
 * SYNC_ASK_TIMEOUT_MS. One at a
 * time in a process, so that addresses that never answer hold up one worker and no more. */

enum { NUMBER_BYTES = 16 };

/* ---- a destination for it ---- */

struct enrolling {
	const struct keys *keys;
	struct destination_new d;
	uint64_t id;
};

/* The school's destination that leads to this province already; 0: none. */
static enum err find_same(struct db *db, const struct enrolling *en, uint64_t *out_id,
		uint32_t *out_version) {
	uint64_t ids[DESTINATIONS_MAX];
	size_t count = 0;
	*out_id = 0;
	enum err e = destination_store_ids(db, en->d.school_id, ids, DESTINATIONS_MAX, &count);
	for (size_t i = 0; i < count && !e && !*out_id; i++) {
		_cleanup_(destination_finish) struct destination d = { .id = 0 };
		e = destination_store_load(db, en->keys, en->d.school_id, ids[i], &d);
		if (!e && d.kind == DESTINATION_HTTPS && str_eq_z(en->d.peer_code, d.peer_code)) {
			*out_id = d.id;
			*out_version = d.version;
		}
		e = e == ERR_NOT_FOUND ? ERR_OK : e; /* gone meanwhile */
	}
	return e;
}

/* Enrolled anew, after its key was revoked or its address changed: what is on its way stays so. */
static enum err renew(struct db *db, const struct enrolling *en, uint32_t version) {
	const struct destination_change c = { .school_id = en->d.school_id,
		.id = en->id,
		.version = version,
		.kind = DESTINATION_HTTPS,
		.name = en->d.name,
		.settings = en->d.settings,
		.ca_pem = en->d.ca_pem };
	enum err e = destination_store_change(db, en->keys, &c);
	e = e ? e : destination_store_know(db, en->id, en->d.kid);
	e = e ? e : destination_store_believe(db, en->id, en->d.peer_key);
	return e ? e : destination_store_switch(db, en->d.school_id, en->id, DESTINATION_ON);
}

static enum err run_enrolled(struct db *db, void *ctx) {
	struct enrolling *en = ctx;
	uint32_t version = 0;
	enum err e = find_same(db, en, &en->id, &version);
	if (!e && en->id) {
		return renew(db, en, version);
	}
	e = e ? e : destination_store_add(db, en->keys, &en->d, &en->id);
	return e ? e : outbox_store_begin(db, en->d.school_id);
}

/* ---- why not ---- */

/* Where the mistake is, and the sentence for whoever stands before the form: what sending tries
 * again by itself, enrolling does not. */
static const struct {
	const char *fault;
	const char *code;
	const char *field;
} reasons[] = {
	{ "destination.unreachable", "enrol.unreachable", "url" },
	{ "destination.no_province", "destination.no_province", "url" },
	{ "destination.redirect", "destination.redirect", "url" },
	{ "destination.answer_long", "destination.no_province", "url" },
	{ "destination.address", "destination.address", "url" },
	{ "destination.tls", "enrol.tls", "ca" },
	{ "destination.timeout", "enrol.timeout", NULL },
	{ "destination.cut", "enrol.timeout", NULL },
	{ "exchange.code_wrong", "exchange.code_wrong", "code" },
	{ "exchange.code_used", "exchange.code_used", "code" },
	{ "exchange.code_expired", "exchange.code_expired", "code" },
};

/* A refusal in the province's own words. */
static enum err refuse_as_it_is(struct reply *reply, const struct sync_fault *fault) {
	_cleanup_(json_freep) struct json *params = NULL;
	struct str status = { "", 0 };
	struct str detail = { "", 0 };
	char number[NUMBER_BYTES] = "";
	char words[DESTINATION_PARAMS_BYTES] = "";
	enum err e = json_parse(str_from(fault->params), sizeof(fault->params), &params);
	e = e ? e : json_opt_str(params, "status", status, &status);
	e = e ? e : json_opt_str(params, "detail", detail, &detail);
	if (!e && status.n < sizeof(number) && detail.n < sizeof(words)) {
		memcpy(number, status.p, status.n);
		memcpy(words, detail.p, detail.n);
	}
	return reply_problem(reply, 409, fault->code, "status", number, "detail", words, NULL);
}

static enum err refuse(struct reply *reply, const struct sync_fault *fault) {
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (strcmp(fault->code, reasons[i].fault) == 0) {
			const char *code = reasons[i].code;
			return reasons[i].field ? reply_field(reply, reasons[i].field, code, NULL)
						: reply_problem(reply, 409, code, NULL);
		}
	}
	return refuse_as_it_is(reply, fault);
}

/* ---- asking the province ---- */

static struct sync sync_of(const struct request *req) {
	struct app *app = request_app(req);
	return (struct sync){ .db = request_db(req),
		.keys = app->keys,
		.clock = app->clock,
		.data_dir = app->config->data_dir,
		.takes_here = destination_takes_here(req),
		.stop = &app->is_stopping };
}

static enum err ask(const struct request *req, const struct destination_form *f,
		const struct enrolment_code *code, struct sync_enrolled *out,
		struct sync_fault *fault) {
	_cleanup_(sync_finish) struct sync s = sync_of(req);
	const struct sync_enrolment what = { .school_id = request_school_id(req),
		.url = f->settings.url,
		.ca_pem = f->ca[0] ? f->ca : NULL,
		.code = code };
	enum err e = sync_init(&s);
	return e ? e : sync_enrol(&s, &what, out, fault);
}

static enum err enrol(const struct request *req, struct reply *reply,
		const struct destination_form *f, const struct enrolment_code *code) {
	struct sync_fault fault = { .code = "" };
	struct sync_enrolled done;
	enum err e = ask(req, f, code, &done, &fault);
	if (e == ERR_BUSY || e == ERR_UNSUPPORTED) {
		return refuse(reply, &fault);
	}
	if (e == ERR_LIMIT) {
		return reply_problem(reply, 409, "enrol.school_code", NULL);
	}
	if (e) {
		return e == ERR_CLOSED ? ERR_BUSY : e;
	}
	struct enrolling en = { .keys = request_app(req)->keys,
		.d = { .school_id = request_school_id(req),
				.kind = DESTINATION_HTTPS,
				.name = str_from(f->name),
				.settings = &f->settings,
				.password = str_from(""),
				.ca_pem = str_from(f->ca),
				.kid = done.kid,
				.peer_code = str_from(done.answer.province),
				.peer_name = str_from(done.answer.name),
				.peer_key = done.answer.key,
				.person_id = request_person_id(req),
				.now_ms = request_now_ms(req) } };
	struct audit_deed deed = { "sending.enrol", "destination", &en.id };
	e = audit_run(req, &deed, run_enrolled, &en);
	return destination_reply_added(req, reply, e, en.id);
}

static enum err enrol_alone(const struct request *req, struct reply *reply,
		const struct destination_form *f, const struct enrolment_code *code) {
	struct app *app = request_app(req);
	if (atomic_exchange(&app->is_enrolling, true)) {
		return reply_problem(reply, 409, "enrol.busy", NULL);
	}
	enum err e = enrol(req, reply, f, code);
	atomic_store(&app->is_enrolling, false);
	return e;
}

enum err destination_enrol(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(destination_form_finish) struct destination_form f = { .name = NULL };
	struct enrolment_code code = { .id = "" };
	struct str text;
	destination_form_read(&form, DESTINATION_HTTPS, destination_takes_here(req), &f);
	if (json_get_str(form.body, "code", &text) || enrolment_code_parse(text, &code)) {
		form_fault(&form, "code", "destination.code");
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = enrol_alone(req, reply, &f, &code);
	enrolment_code_wipe(&code);
	return e;
}

/* ---- another key ---- */

static enum err run_note(struct db *db, void *ctx) {
	(void)db;
	(void)ctx;
	return ERR_OK;
}

/* Why the province did not take the key: what tries again by itself elsewhere does not here. */
static enum err refuse_roll(struct reply *reply, const struct sync_fault *fault) {
	static const char *const not_now[] = { "destination.unreachable", "destination.timeout",
		"destination.cut" };
	for (size_t i = 0; i < sizeof(not_now) / sizeof(not_now[0]); i++) {
		if (strcmp(fault->code, not_now[i]) == 0) {
			return reply_problem(reply, 409, "enrol.roll_later", NULL);
		}
	}
	return refuse_as_it_is(reply, fault);
}

static enum err roll(const struct request *req, struct destination *d, struct reply *reply) {
	_cleanup_(sync_finish) struct sync s = sync_of(req);
	struct sync_fault fault = { .code = "" };
	/* The log has it before it goes out: a process that dies in between may have changed it. */
	struct audit_deed deed = { "sending.roll", "destination", &d->id };
	enum err e = audit_run(req, &deed, run_note, NULL);
	e = e ? e : sync_init(&s);
	e = e ? e : sync_roll(&s, d, &fault);
	if (e == ERR_BUSY || e == ERR_UNSUPPORTED) {
		return fault.code[0] ? refuse_roll(reply, &fault) : e;
	}
	if (!e) {
		reply_empty(reply, 204);
	}
	return e == ERR_CLOSED ? ERR_BUSY : e;
}

enum err destination_roll(const struct request *req, struct reply *reply) {
	struct app *app = request_app(req);
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	enum err e = destination_load(req, &d);
	if (!e && d.kind != DESTINATION_HTTPS) {
		return reply_problem(reply, 409, "destination.not_https", NULL);
	}
	if (!e && d.state != DESTINATION_ON) {
		return reply_problem(reply, 409, "destination.not_going", NULL);
	}
	if (!e && atomic_exchange(&app->is_enrolling, true)) {
		return reply_problem(reply, 409, "enrol.busy", NULL);
	}
	if (e) {
		return e;
	}
	e = roll(req, &d, reply);
	atomic_store(&app->is_enrolling, false);
	return e;
}
