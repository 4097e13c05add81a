#include "ws/app.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "ws/http/dispatch.h"
#include "ws/http/rate.h"
#include "ws/http/static_files.h"
#include "ws/loop.h"
#include "ws/service/province_role.h"
#include "ws/service/record_kinds.h"
#include "ws/service/session_cache.h"
#include "ws/service/sync_io.h"
#include "ws/sock/hall.h"
#include "ws/sock/hall_entry.h"
#include "ws/sock/hall_sock.h"

/* To the database: the writer and its prober, the clockwork, the courier's two threads, the
 * migrations, one to spare. */
enum {
	HALL_THREADS = 2,
	HALL_QUEUE = WORKQ_CAPACITY_MAX,
	OTHER_CONNECTIONS = 7 + SYNC_THREADS + ENTRY_THREADS + HALL_THREADS,
};

static enum err explain(char *why, size_t size, enum err e, const char *what) {
	(void)snprintf(why, size, "%s (%s)", what, err_name(e)); /* a cut sentence is still one */
	return e;
}

static enum err open_keys(struct app *app, char *why, size_t size) {
	char dir[CONFIG_TEXT_BYTES + 8];
	(void)snprintf(dir, sizeof(dir), "%s/keys", app->config->data_dir); /* fits by its size */
	if (mkdir(app->config->data_dir, 0750) && access(app->config->data_dir, W_OK)) {
		return explain(why, size, ERR_IO, "the data folder cannot be made or written");
	}
	enum err e = keys_load_or_make(dir, clock_wall_ms(), &app->keys);
	if (e) {
		return explain(why, size, e, "the keys in the data folder cannot be used");
	}
	keys_derive(app->keys, KEYS_TICKET_CONTEXT, 1, app->ticket_key);
	keys_derive(app->keys, KEYS_COLUMN_CONTEXT, 1, app->column_key);
	return ERR_OK;
}

static enum err open_pool(struct app *app, const struct db_settings *db) {
	const struct config *c = app->config;
	size_t most = (size_t)(c->work_threads + c->argon2_threads) + OTHER_CONNECTIONS;
	struct db_settings paying = *db;
	record_kinds_pay(&paying);
	return pool_new(&paying, most, &app->pool);
}

static enum err start_queue(struct app *app, const char *name, int64_t threads, int64_t capacity,
		struct workq **out) {
	struct workq_settings s = {
		.name = name,
		.threads = (size_t)threads,
		.capacity = (size_t)capacity,
		.start = worker_start,
		.finish = worker_finish,
		.owner = app,
	};
	return workq_new(&s, out);
}

/* The web client's folder: the settings', else "webroot" beside the program, where building puts
 * it; "" when there is none. */
static void find_web(const struct config *c, char *out, size_t size) {
	char self[CONFIG_TEXT_BYTES];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	self[n > 0 ? n : 0] = '\0';
	char *slash = strrchr(self, '/');
	out[0] = '\0';
	if (c->web_dir[0]) {
		(void)snprintf(out, size, "%s", c->web_dir); /* fits by its size */
	} else if (slash) {
		*slash = '\0';
		(void)snprintf(out, size, "%s/webroot", self); /* fits by its size */
		if (access(out, R_OK)) {
			out[0] = '\0';
		}
	}
}

static enum err make_parts(struct app *app, char *why, size_t size) {
	const struct config *c = app->config;
	enum err e = clock_new(&app->clock);
	e = e ? e : session_cache_new(&app->sessions);
	if (e) {
		return explain(why, size, e, "there is no memory");
	}
	e = field_proxies_parse(str_from(c->listen_trusted_proxies), &app->proxies);
	if (e) {
		return explain(why, size, e, "listen.trusted_proxies is not a list of addresses");
	}
	char web[CONFIG_TEXT_BYTES + 16];
	find_web(c, web, sizeof(web));
	e = static_files_load(web, &app->files);
	if (e) {
		return explain(why, size, e,
				"the folder of the web client (web.dir) cannot be read");
	}
	e = open_keys(app, why, size);
	if (e) {
		return e;
	}
	e = rate_new(app->column_key, &app->rate);
	return e ? explain(why, size, e, "there is no memory") : ERR_OK;
}

enum err app_new(const struct config *config, struct app **out, char *why, size_t size) {
	_cleanup_(app_freep) struct app *app = calloc(1, sizeof(*app));
	if (!app) {
		return explain(why, size, ERR_NOMEM, "there is no memory");
	}
	app->config = config;
	app->log = log_make(STDERR_FILENO, config->log_level);
	enum err e = make_parts(app, why, size);
	if (e) {
		return e;
	}
	*out = STEAL(app);
	return ERR_OK;
}

enum err app_start(struct app *app, const struct db_settings *db, char *why, size_t size) {
	const struct config *c = app->config;
	enum err e = open_pool(app, db);
	e = e ? e : start_queue(app, "work", c->work_threads, c->work_queue, &app->workers);
	e = e ? e : start_queue(app, "argon2", c->argon2_threads, c->argon2_queue, &app->hashers);
	e = e ? e : start_queue(app, "hall", HALL_THREADS, HALL_QUEUE, &app->hall_workers);
	e = e ? e : socks_new(app, &app->socks);
	return e ? explain(why, size, e, "the worker threads cannot be started") : ERR_OK;
}

void app_free(struct app *app) {
	if (!app) {
		return;
	}
	workq_free(app->workers);
	workq_free(app->hashers);
	workq_free(app->hall_workers);
	socks_stop(app->socks);
	hall_stop(app->hall);
	loop_free(app->loop);
	socks_free(app->socks);
	hall_free(app->hall);
	rate_free(app->rate);
	province_role_free(app->province);
	session_cache_free(app->sessions);
	pool_free(app->pool);
	static_files_free(app->files);
	keys_free(app->keys);
	clock_free(app->clock);
	explicit_bzero(app->column_key, sizeof(app->column_key));
	explicit_bzero(app->ticket_key, sizeof(app->ticket_key));
	free(app);
}
