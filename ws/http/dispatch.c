#include "ws/http/dispatch.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/db/db.h"
#include "core/db/pool.h"
#include "ws/app.h"
#include "ws/http/errmap.h"
#include "ws/http/exchange.h"
#include "ws/service/session_cache.h"

struct worker {
	struct app *app;
	struct db *db;
};

enum err worker_start(void *owner, size_t index, void **out_worker) {
	(void)index;
	struct worker *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	w->app = owner;
	enum err e = pool_take(w->app->pool, &w->db);
	if (e) {
		free(w);
		return e;
	}
	*out_worker = w;
	return ERR_OK;
}

struct db *worker_db(void *worker) {
	const struct worker *w = worker;
	return w->db;
}

void worker_finish(void *worker) {
	struct worker *w = worker;
	if (w) {
		pool_give(w->app->pool, w->db);
		free(w);
	}
}

/* A page of another site must not act with this browser's cookie. A program that sends the token
 * itself has no cookie to misuse. */
static bool is_forged(const struct request *req) {
	bool is_change = req->match.route->method != HTTP_GET;
	return is_change && req->is_by_cookie && !req->is_same_origin;
}

/* Whether this person may call this route at all; what he may see of it is the handler's. */
static enum err check_access(struct worker *w, struct request *req) {
	uint32_t access = req->match.route->access;
	enum err e = ERR_SIGNED_OUT;
	if (req->token.p) {
		e = session_sign_in(
				w->app, w->db, req->token, req->now_ms, &req->who, &req->session);
	}
	if (e == ERR_SIGNED_OUT) {
		memset(&req->who, 0, sizeof(req->who));
		return access_allows(access, 0) ? ERR_OK : ERR_SIGNED_OUT;
	}
	if (e) {
		return e;
	}
	return access_allows(access, req->who.roles) ? ERR_OK : ERR_DENIED;
}

static enum err run(struct worker *w, struct exchange *ex) {
	struct request *req = &ex->req;
	if (is_forged(req)) {
		return reply_problem(&ex->reply, 403, "http.forbidden_origin", NULL);
	}
	req->db = w->db;
	enum err e = check_access(w, req);
	if (e) {
		return e;
	}
	e = request_read_body(req);
	if (e == ERR_UNSUPPORTED) {
		return reply_problem(&ex->reply, 415, "http.body_not_json", NULL);
	}
	if (e) {
		return e == ERR_LIMIT ? e : ERR_FORMAT;
	}
	return req->match.route->handler(req, &ex->reply);
}

/* Something that nobody outside can do anything about: once in the log, with its place. */
static void log_failure(const struct exchange *ex, enum err e, const char *why) {
	if (errmap_status(e) < 500 || e == ERR_BUSY) {
		return;
	}
	const struct request *req = &ex->req;
	log_error(&req->app->log, "request.failed", log_err(e),
			log_z("method", http_method_name(req->match.route->method)),
			log_z("route", req->match.route->path),
			log_i64("person", (int64_t)req->who.person_id), log_z("db", why));
}

static void finish_reply(struct exchange *ex, enum err e, const char *why) {
	e = e ? e : reply_seal(&ex->reply);
	if (!e) {
		return;
	}
	log_failure(ex, e, why);
	reply_finish(&ex->reply);
	ex->reply = reply_make(ex->req.lang);
	if (reply_err(&ex->reply, e) || reply_seal(&ex->reply)) {
		reply_finish(&ex->reply);
		ex->reply = reply_make(ex->req.lang);
		reply_empty(&ex->reply, 500); /* not even a sentence could be made */
	}
}

void dispatch_at_once(struct exchange *ex) {
	const struct route *route = ex->req.match.route;
	assert((route->flags & ROUTE_NO_DB) && access_allows(route->access, 0));
	ex->reply.lang = ex->req.lang;
	finish_reply(ex, route->handler(&ex->req, &ex->reply), "");
}

static void run_job(void *context, void *arg) {
	struct worker *w = context;
	struct exchange *ex = arg;
	ex->reply.lang = ex->req.lang;
	enum err e = run(w, ex);
	if (db_in_transaction(w->db)) {
		log_error(&w->app->log, "request.transaction_left_open",
				log_z("route", ex->req.match.route->path));
		assert(!"a handler left a transaction open");
	}
	finish_reply(ex, e, db_error(w->db));
	loop_post(w->app->loop, &ex->task);
}

/* The program is stopping: the client may ask again elsewhere. */
static void drop_job(void *arg) {
	struct exchange *ex = arg;
	struct app *app = ex->req.app;
	if (reply_problem(&ex->reply, 503, "http.shutting_down", NULL) || reply_seal(&ex->reply)) {
		reply_empty(&ex->reply, 503);
	}
	loop_post(app->loop, &ex->task);
}

struct workq_job dispatch_job(struct exchange *ex) {
	return (struct workq_job){ .run = run_job, .drop = drop_job, .arg = ex };
}
