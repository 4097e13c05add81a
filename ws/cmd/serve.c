#include "ws/cmd/serve.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "core/db/migrate.h"
#include "core/db/private_server_io.h"
#include "ws/app.h"
#include "ws/cmd/cmd.h"
#include "ws/http/static_files.h"
#include "ws/loop.h"
#include "ws/service/clockwork_io.h"
#include "ws/service/courier_io.h"
#include "ws/service/sync_io.h"
#include "ws/sock/hall.h"

extern char **environ;

enum {
	WHY_BYTES = 1024,
	HELP_BYTES_MAX = 64 << 10,
	TEND_MS = 1000,
	PATH_BYTES = CONFIG_TEXT_BYTES + 8,
};

/* What serving needs beside the app. */
struct service {
	const struct config *config;
	const struct serve_hooks *hooks;
	struct private_server *private_server; /* NULL: the database is somewhere else */
	struct app *app;
	struct clockwork *clockwork;
	struct courier *courier;
	struct sync_threads *sync;
	struct loop_timer *tend_timer;
	uint64_t watchdog_us; /* how often systemd wants to hear of us; 0: never */
	char why[WHY_BYTES];
};

static void service_finish(struct service *s) {
	sync_threads_free(s->sync);
	courier_free(s->courier);
	clockwork_free(s->clockwork);
	loop_timer_free(s->tend_timer);
	app_free(s->app);
	private_server_stop(s->private_server);
}

int serve_settings(int argc, char **argv, struct config *out) {
	static const char *const aliases[] = { "port", "listen.port", "data", "data.dir", NULL };
	struct diag mistakes = { 0 };
	struct config_input input = {
		.default_path = "/etc/truongthi/truongthi.ini",
		.env = environ,
		.args = argv + 1,
		.arg_count = (size_t)argc - 1,
		.aliases = aliases,
	};
	enum err e = config_load(&input, out, &mistakes);
	if (e) {
		_cleanup_(buf_finish) struct buf text = buf_make(HELP_BYTES_MAX);
		config_print_mistakes(&mistakes, LANG_EN, &text);
		fputs(buf_str(&text), stderr);
	}
	diag_finish(&mistakes);
	return e ? 2 : 0;
}

enum err serve_database(const struct config *c, struct private_server **out_server,
		struct db_settings *out, char *why, size_t size) {
	if (c->database_socket[0] || c->database_host[0]) {
		*out = (struct db_settings){
			.socket_path = c->database_socket,
			.host = c->database_host,
			.port = (unsigned)c->database_port,
			.user = c->database_user,
			.password = c->database_password,
			.name = c->database_name,
			.ca_path = c->database_tls_ca,
		};
		return ERR_OK;
	}
	char folder[PATH_BYTES];
	(void)snprintf(folder, sizeof(folder), "%s/db", c->data_dir); /* fits by its size */
	struct private_server_settings settings = {
		.folder = folder,
		.database = c->database_name,
		.buffer_pool_mib = (unsigned)c->database_memory_mib,
	};
	struct private_server_problem problem = { "" };
	enum err e = private_server_start(&settings, out_server, &problem);
	if (e) {
		(void)snprintf(why, size, "%s", problem.text); /* a cut sentence is still one */
		return e;
	}
	*out = private_server_connection(*out_server);
	return ERR_OK;
}

static enum err bring_up_to_date(struct service *s, const struct db_settings *settings) {
	size_t count = 0;
	const struct migration *list = migrate_embedded(&count);
	struct migrate_report report;
	enum err e = migrate_up(settings, list, count, &report);
	if (e) {
		(void)snprintf(s->why, sizeof(s->why),
				"the database's tables cannot be brought up to date: %s (%s)",
				report.text, err_name(e));
	} else if (report.applied > 0) {
		log_info(&s->app->log, "serve.migrated", log_i64("applied", report.applied),
				log_i64("newest", report.newest));
	}
	return e;
}

static enum err prepare(struct service *s) {
	struct db *db = NULL;
	enum err e = pool_take(s->app->pool, &db);
	if (e) {
		return e;
	}
	if (s->hooks->prepare) {
		e = s->hooks->prepare(s->app, db, s->hooks->ctx, s->why, sizeof(s->why));
	}
	e = e ? e : clockwork_prepare(s->app, db);
	pool_give(s->app->pool, db);
	return e;
}

/* Once a second: the private server lives, and systemd knows that we do. */
static void tend(void *arg) {
	struct service *s = arg;
	loop_timer_set(s->tend_timer, TEND_MS);
	if (s->watchdog_us > 0) {
		(void)sd_notify(0, "WATCHDOG=1"); /* nobody else could be told */
	}
	if (!s->private_server) {
		return;
	}
	bool was_restarted = false;
	struct private_server_problem problem = { "" };
	enum err e = private_server_tend(
			s->private_server, loop_now_ms(s->app->loop), &was_restarted, &problem);
	if (e) {
		log_error(&s->app->log, "database.restart_failed", log_err(e),
				log_z("why", problem.text));
	} else if (was_restarted) {
		log_event(&s->app->log, LOG_LEVEL_WARN, "database.restarted");
	}
}

/* The port comes first: a second program on it must not touch the database. */
static enum err start(struct service *s) {
	enum err e = app_new(s->config, &s->app, s->why, sizeof(s->why));
	e = e ? e : loop_new(s->app, &s->app->loop, s->why, sizeof(s->why));
	struct db_settings db = { 0 };
	e = e ? e : serve_database(s->config, &s->private_server, &db, s->why, sizeof(s->why));
	e = e ? e : app_start(s->app, &db, s->why, sizeof(s->why));
	e = e ? e : bring_up_to_date(s, &db);
	e = e ? e : prepare(s);
	e = e ? e : hall_new(s->app, &s->app->hall);
	e = e ? e : clockwork_new(s->app, &s->clockwork);
	e = e ? e : courier_new(s->app, &s->courier, s->why, sizeof(s->why));
	e = e ? e : sync_threads_new(s->app, &s->sync);
	e = e ? e : loop_timer_new(s->app->loop, tend, s, &s->tend_timer);
	return e;
}

int serve_run(const struct config *config, const struct serve_hooks *hooks) {
	_cleanup_(service_finish) struct service s = { .config = config, .hooks = hooks };
	enum err e = start(&s);
	if (e) {
		fprintf(stderr, "truongthi: %s\n", s.why[0] ? s.why : err_name(e));
		return 1;
	}
	struct app *app = s.app;
	log_info(&app->log, "serve.start", log_z("listen", loop_listen_text(app->loop)),
			log_z("loop", loop_engine(app->loop)),
			log_i64("files", (int64_t)static_files_count(app->files)));
	if (hooks->started) {
		hooks->started(app, hooks->ctx);
	}
	if (sd_watchdog_enabled(0, &s.watchdog_us) <= 0) {
		s.watchdog_us = 0;
	}
	loop_timer_set(s.tend_timer, TEND_MS);
	(void)sd_notify(0, "READY=1"); /* not under systemd: nobody to tell */
	loop_run(app->loop);
	log_event(&app->log, LOG_LEVEL_INFO, "serve.stop");
	if (hooks->stopped) {
		hooks->stopped(hooks->ctx);
	}
	return 0;
}

static int print_help(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(HELP_BYTES_MAX);
	buf_add_str(&out,
			"usage: truongthi serve [--config=FILE] [--port=N] [--data=DIR] [OPTION…]\n\n"
			"Serves a school until SIGTERM or SIGINT. Without a database in the settings\n"
			"it keeps a private one in DIR/db.\n\n");
	config_print_help(LANG_EN, &out);
	fputs(buf_str(&out), stdout);
	return 0;
}

int cmd_serve(int argc, char **argv) {
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return print_help();
		}
	}
	struct config config;
	static const struct serve_hooks none = { 0 };
	int status = serve_settings(argc, argv, &config);
	return status ? status : serve_run(&config, &none);
}
