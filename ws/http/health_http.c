#include "ws/http/health_http.h"

#include <stdio.h>
#include <sys/statvfs.h>

#include "core/base/messages.h"
#include "core/db/migrate.h"
#include "core/seal/hash.h"
#include "ws/app.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/loop.h"
#include "ws/sock/hall.h"

enum {
	DISK_FREE_LEAST = 512 << 20, /* bytes in the data folder under which no exam should begin */
	METRICS_BYTES_MAX = 64 << 10,
	SENTENCE_BYTES_MAX = 1024,
};

enum err health_get(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_kstrz(w, "status", "ok");
	jo_ki64(w, "now", request_now_ms(req));
	return ERR_OK;
}

struct readiness {
	bool is_db_there;
	bool is_schema_current;
	bool is_stopping;
	bool has_room;
	uint64_t free_bytes;
	struct writer_stats writer;
};

static struct readiness look(const struct request *req) {
	struct app *app = request_app(req);
	struct readiness r = { .is_stopping = atomic_load(&app->is_stopping) };
	struct db *db = request_db(req);
	size_t count = 0;
	const struct migration *list = migrate_embedded(&count);
	if (!db_connect(db)) {
		enum err e = migrate_is_current(db, list, count, &r.is_schema_current);
		r.is_db_there = e != ERR_DB_AWAY;
	}
	struct statvfs disk;
	if (statvfs(app->config->data_dir, &disk) == 0) {
		r.free_bytes = (uint64_t)disk.f_bavail * disk.f_frsize;
		r.has_room = r.free_bytes >= DISK_FREE_LEAST;
	}
	if (app->hall) {
		r.writer = hall_writer_stats(app->hall);
	}
	return r;
}

static const char *database_says(const struct readiness *r) {
	if (!r->is_db_there) {
		return "ready.database_gone";
	}
	return r->is_schema_current ? "ready.database_ok" : "ready.database_behind";
}

static const char *journal_says(const struct readiness *r) {
	if (r->writer.is_away) {
		return "ready.journal_in_use";
	}
	return r->writer.journal_bytes > 0 ? "ready.journal_waiting" : "ready.journal_empty";
}

/* The state in the reader's words. */
static void say(struct json_out *w, const struct request *req, const char *code) {
	_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
	if (messages_print(code, request_lang(req), NULL, 0, &text) == ERR_OK) {
		jo_kstr(w, "says", (struct str){ buf_str(&text), text.len });
	}
}

enum err ready_get(const struct request *req, struct reply *reply) {
	struct app *app = request_app(req);
	struct readiness r = look(req);
	bool is_ready = r.is_db_there && r.is_schema_current && r.has_room && !r.is_stopping;
	struct json_out *w = reply_json(reply, is_ready ? 200 : 503);
	jo_kbool(w, "ready", is_ready);
	jo_kobj(w, "database");
	jo_kbool(w, "reachable", r.is_db_there);
	jo_kbool(w, "migrated", r.is_schema_current);
	say(w, req, database_says(&r));
	jo_end_obj(w);
	jo_kobj(w, "journal");
	jo_kbool(w, "inUse", r.writer.is_away);
	jo_ki64(w, "bytes", (int64_t)r.writer.journal_bytes);
	say(w, req, journal_says(&r));
	jo_end_obj(w);
	jo_kobj(w, "disk");
	jo_kbool(w, "enough", r.has_room);
	jo_ki64(w, "freeBytes", (int64_t)r.free_bytes);
	jo_end_obj(w);
	jo_kobj(w, "clock");
	jo_kbool(w, "anchored", clock_has_anchor(app->clock));
	jo_kbool(w, "alarm", clock_has_alarm(app->clock));
	jo_end_obj(w);
	jo_kstrz(w, "loop", loop_engine(app->loop));
	jo_kbool(w, "stopping", r.is_stopping);
	if (!is_ready) {
		reply_retry_after(reply, 5);
	}
	return ERR_OK;
}

static void print_queue(struct buf *out, const char *name, struct workq *q) {
	struct workq_stats s = workq_stats(q);
	char text[64];
	(void)snprintf(text, sizeof(text), "%s_queue_depth", name); /* fits: names are ours */
	metrics_print_gauge(out, text, "Jobs waiting", s.depth);
	(void)snprintf(text, sizeof(text), "%s_queue_depth_max", name);
	metrics_print_gauge(out, text, "The most jobs that ever waited", s.depth_max);
	(void)snprintf(text, sizeof(text), "%s_running", name);
	metrics_print_gauge(out, text, "Jobs being run", s.running);
}

static bool is_this_machine(struct str address) {
	return str_starts(address, "127.") || str_eq_z(address, "::1");
}

/* By hashes, so that the time it takes says nothing about the token. */
static bool is_same_secret(struct str a, struct str b) {
	struct hash ha;
	struct hash hb;
	hash_bytes(NULL, a.p, a.n, &ha);
	hash_bytes(NULL, b.p, b.n, &hb);
	return hash_equal(&ha, &hb);
}

/* With a token in the settings it alone opens the page: behind a proxy on this machine everybody
 * may come from here. */
static bool may_measure(const struct request *req) {
	const struct config *config = request_app(req)->config;
	if (config->metrics_token[0]) {
		return is_same_secret(request_bearer(req), str_from(config->metrics_token));
	}
	return is_this_machine(str_from(request_address(req)));
}

static void print_writer(struct buf *out, const struct writer_stats *s) {
	metrics_print_gauge(out, "writer_queue_depth", "Events waiting for the writer", s->depth);
	metrics_print_gauge(out, "writer_commits", "Transactions of the writer since the start",
			s->commits);
	metrics_print_gauge(out, "journal_bytes", "Stamped events that are not stored yet",
			s->journal_bytes);
	metrics_print_gauge(out, "writer_away", "1 while events are only stamped", s->is_away);
}

enum err metrics_get(const struct request *req, struct reply *reply) {
	struct app *app = request_app(req);
	if (!may_measure(req)) {
		return ERR_NOT_FOUND; /* there is no such page for others */
	}
	_cleanup_(buf_finish) struct buf out = buf_make(METRICS_BYTES_MAX);
	metrics_print(&app->metrics, &out);
	print_queue(&out, "work", app->workers);
	print_queue(&out, "argon2", app->hashers);
	print_queue(&out, "hall", app->hall_workers);
	metrics_print_gauge(&out, "database_away", "1 while the database cannot be reached",
			pool_state(app->pool).is_away);
	if (app->hall) {
		struct writer_stats writer = hall_writer_stats(app->hall);
		print_writer(&out, &writer);
	}
	enum err e = buf_err(&out);
	if (e) {
		return e;
	}
	reply_file(reply, "text/plain; version=0.0.4; charset=utf-8", NULL, &out);
	return ERR_OK;
}
