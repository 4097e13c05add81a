#include "ws/http/destination_http.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/outbox/outbox_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/destination_form.h"
#include "ws/http/destination_json.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

bool destination_takes_here(const struct request *req) {
	return request_app(req)->config->exchange_this_machine != 0;
}

/* ---- reading ---- */

enum err destination_load(const struct request *req, struct destination *out) {
	return destination_store_load(request_db(req), request_app(req)->keys,
			request_school_id(req), request_path_id(req, 0), out);
}

static enum err put_one(const struct request *req, uint64_t id, struct json_out *w) {
	struct db *db = request_db(req);
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	struct destination_counts counts;
	enum err e = destination_store_load(
			db, request_app(req)->keys, request_school_id(req), id, &d);
	e = e ? e : destination_store_counts(db, &d, &counts);
	return e ? e : destination_put_json(w, &d, &counts, request_lang(req));
}

enum err destination_list(const struct request *req, struct reply *reply) {
	uint64_t ids[DESTINATIONS_MAX];
	size_t count = 0;
	enum err e = destination_store_ids(
			request_db(req), request_school_id(req), ids, DESTINATIONS_MAX, &count);
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < count && !e; i++) {
		e = put_one(req, ids[i], w);
		e = e == ERR_NOT_FOUND ? ERR_OK : e; /* gone meanwhile */
	}
	jo_end_arr(w);
	return e ? e : reply_tag(reply, request_if_none_match(req));
}

enum err destination_get(const struct request *req, struct reply *reply) {
	return put_one(req, request_path_id(req, 0), reply_json_value(reply, 200));
}

/* ---- adding ---- */

struct adding {
	const struct keys *keys;
	struct destination_new d;
	uint64_t id;
};

static enum err run_add(struct db *db, void *ctx) {
	struct adding *a = ctx;
	enum err e = destination_store_add(db, a->keys, &a->d, &a->id);
	return e ? e : outbox_store_begin(db, a->d.school_id);
}

enum err destination_reply_added(
		const struct request *req, struct reply *reply, enum err e, uint64_t id) {
	if (e == ERR_EXISTS) {
		return reply_field(reply, "name", "destination.name_taken", NULL);
	}
	if (e == ERR_LIMIT) {
		return reply_problem(reply, 409, "destination.many", NULL);
	}
	return e ? e : put_one(req, id, reply_json_value(reply, 201));
}

enum err destination_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(destination_form_finish) struct destination_form f = { .name = NULL };
	struct str word;
	enum destination_kind kind = DESTINATION_FILES;
	if (json_get_str(form.body, "kind", &word) || destination_kind_parse(word, &kind) ||
			kind == DESTINATION_HTTPS) {
		return reply_field(reply, "kind", "form.required", NULL);
	}
	destination_form_read(&form, kind, destination_takes_here(req), &f);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	struct adding a = { .keys = request_app(req)->keys,
		.d = { .school_id = request_school_id(req),
				.kind = kind,
				.name = str_from(f.name),
				.settings = &f.settings,
				.password = str_from(f.password ? f.password : ""),
				.ca_pem = str_from(f.ca ? f.ca : ""),
				.peer_code = str_from(""),
				.peer_name = str_from(""),
				.person_id = request_person_id(req),
				.now_ms = request_now_ms(req) } };
	struct audit_deed deed = { "sending.add", "destination", &a.id };
	enum err e = audit_run(req, &deed, run_add, &a);
	return destination_reply_added(req, reply, e, a.id);
}

/* ---- changing ---- */

struct changing {
	const struct keys *keys;
	struct destination_change c;
};

static enum err run_change(struct db *db, void *ctx) {
	const struct changing *c = ctx;
	return destination_store_change(db, c->keys, &c->c);
}

struct current {
	const struct request *req;
};

static enum err write_current(struct json_out *w, void *ctx) {
	const struct current *c = ctx;
	jo_key(w, "destination");
	return put_one(c->req, request_path_id(c->req, 0), w);
}

static enum err change(const struct request *req, struct reply *reply,
		const struct destination_form *f, enum destination_kind kind) {
	const uint64_t id = request_path_id(req, 0);
	int64_t version = 0;
	struct changing c = { request_app(req)->keys,
		{ .school_id = request_school_id(req),
				.id = id,
				.kind = kind,
				.name = str_from(f->name),
				.settings = &f->settings,
				.sets_password = f->password && f->password[0],
				.password = str_from(f->password ? f->password : ""),
				.ca_pem = str_from(f->ca ? f->ca : "") } };
	if (json_get_i64(request_json(req), "version", &version) || version < 0 ||
			version > UINT32_MAX) {
		return reply_field(reply, "version", "form.required", NULL);
	}
	c.c.version = (uint32_t)version;
	struct audit_deed deed = { "sending.change", "destination", &id };
	enum err e = audit_run(req, &deed, run_change, &c);
	if (e == ERR_EXISTS) {
		return reply_field(reply, "name", "destination.name_taken", NULL);
	}
	if (e == ERR_STALE) {
		struct current current = { req };
		return reply_current(reply, write_current, &current);
	}
	return e ? e : put_one(req, id, reply_json_value(reply, 200));
}

/* A password that is kept is not shown to another server than the one it was typed for. */
static bool is_elsewhere(
		const struct destination_settings *was, const struct destination_settings *is) {
	return was->host[0] && (strcmp(was->host, is->host) != 0 || was->port != is->port);
}

enum err destination_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(destination_form_finish) struct destination_form f = { .name = NULL };
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	enum err e = destination_load(req, &d);
	if (e) {
		return e;
	}
	destination_form_read(&form, d.kind, destination_takes_here(req), &f);
	if (is_elsewhere(&d.settings, &f.settings) && (!f.password || !f.password[0])) {
		form_fault(&form, "password", "destination.password_again");
	}
	return form_is_good(&form) ? change(req, reply, &f, d.kind) : form_refuse(&form, reply);
}

/* ---- deeds without a body ---- */

struct doing {
	uint64_t school_id;
	uint64_t id;
};

static enum err run_pause(struct db *db, void *ctx) {
	const struct doing *d = ctx;
	return destination_store_switch(db, d->school_id, d->id, DESTINATION_PAUSED);
}
static enum err run_resume(struct db *db, void *ctx) {
	const struct doing *d = ctx;
	return destination_store_switch(db, d->school_id, d->id, DESTINATION_ON);
}
static enum err run_hurry(struct db *db, void *ctx) {
	const struct doing *d = ctx;
	return destination_store_hurry(db, d->school_id, d->id);
}
static enum err run_compare(struct db *db, void *ctx) {
	const struct doing *d = ctx;
	return destination_store_want_compare(db, d->school_id, d->id);
}
static enum err run_drop(struct db *db, void *ctx) {
	const struct doing *d = ctx;
	return destination_store_drop(db, d->school_id, d->id);
}

static enum err do_it(const struct request *req, struct reply *reply, const char *action,
		enum err (*run)(struct db *db, void *ctx)) {
	struct doing d = { request_school_id(req), request_path_id(req, 0) };
	struct audit_deed deed = { action, "destination", &d.id };
	enum err e = audit_run(req, &deed, run, &d);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

enum err destination_pause(const struct request *req, struct reply *reply) {
	return do_it(req, reply, "sending.pause", run_pause);
}

enum err destination_resume(const struct request *req, struct reply *reply) {
	return do_it(req, reply, "sending.resume", run_resume);
}

enum err destination_drop(const struct request *req, struct reply *reply) {
	return do_it(req, reply, "sending.drop", run_drop);
}

enum err destination_send(const struct request *req, struct reply *reply) {
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	enum err e = destination_load(req, &d);
	if (!e && d.state != DESTINATION_ON) {
		return reply_problem(reply, 409, "destination.not_going", NULL);
	}
	return e ? e : do_it(req, reply, "sending.now", run_hurry);
}

enum err destination_compare(const struct request *req, struct reply *reply) {
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	enum err e = destination_load(req, &d);
	if (!e && d.kind != DESTINATION_HTTPS) {
		return reply_problem(reply, 409, "destination.not_https", NULL);
	}
	if (!e && d.state != DESTINATION_ON) {
		return reply_problem(reply, 409, "destination.not_going", NULL);
	}
	return e ? e : do_it(req, reply, "sending.compare", run_compare);
}
