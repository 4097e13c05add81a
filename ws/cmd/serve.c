#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <systemd/sd-daemon.h>
#include <unistd.h>

#include "core/base/config.h"
#include "core/db/migrate.h"
#include "ws/app.h"
#include "ws/cmd/cmd.h"
#include "ws/http/static_files.h"
#include "ws/loop.h"

extern char **environ;

enum {
	WHY_BYTES = 1024,
	HELP_BYTES_MAX = 64 << 10,
};

static const char *const aliases[] = { "port", "listen.port", "data", "data.dir", NULL };

static int print_help(void) {
	_cleanup_(buf_finish) struct buf out = buf_make(HELP_BYTES_MAX);
	buf_add_str(&out,
			"usage: truongthi serve [--config=FILE] [--port N] [--data DIR] [OPTION…]\n\n"
			"Serves the school until SIGTERM or SIGINT.\n\n");
	config_print_help(LANG_EN, &out);
	fputs(buf_str(&out), stdout);
	return 0;
}

/* Reads the settings; says on standard error what is wrong with them. */
static int read_settings(int argc, char **argv, struct config *out) {
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

/* Brings the database's tables up to date. ERR_DB_AWAY is not the end: the program serves what it
 * can and /readyz says no. */
static enum err migrate(struct app *app, char *why, size_t size) {
	struct db *db = NULL;
	enum err e = pool_take(app->pool, &db);
	if (e) {
		return e;
	}
	size_t count = 0;
	const struct migration *list = migrate_embedded(&count);
	struct migrate_report report;
	e = migrate_run(db, list, count, &report);
	if (e) {
		(void)snprintf(why, size,
				"the database's tables cannot be brought up to date: %s (%s)",
				report.text[0] ? report.text : db_error(db), err_name(e));
	} else if (report.applied > 0) {
		log_info(&app->log, "serve.migrated", log_i64("applied", report.applied),
				log_i64("newest", report.newest));
	}
	pool_give(app->pool, db);
	return e;
}

static int serve(const struct config *config) {
	char why[WHY_BYTES] = "";
	_cleanup_(app_freep) struct app *app = NULL;
	enum err e = app_new(config, &app, why, sizeof(why));
	/* The port comes first: a second program on it must not touch the database. */
	if (!e) {
		e = loop_new(app, &app->loop, why, sizeof(why));
	}
	if (!e) {
		e = migrate(app, why, sizeof(why));
	}
	if (e == ERR_DB_AWAY) {
		log_warn(&app->log, "serve.database_away", log_z("why", why));
		e = ERR_OK;
	}
	if (e) {
		fprintf(stderr, "truongthi: %s\n", why[0] ? why : err_name(e));
		return 1;
	}
	log_info(&app->log, "serve.start", log_z("listen", loop_listen_text(app->loop)),
			log_z("loop", loop_engine(app->loop)),
			log_i64("files", (int64_t)static_files_count(app->files)));
	(void)sd_notify(0, "READY=1"); /* not under systemd: nobody to tell */
	loop_run(app->loop);
	log_event(&app->log, LOG_LEVEL_INFO, "serve.stop");
	return 0;
}

int cmd_serve(int argc, char **argv) {
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return print_help();
		}
	}
	struct config config;
	int status = read_settings(argc, argv, &config);
	return status ? status : serve(&config);
}
