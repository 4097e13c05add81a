#ifndef WS_CMD_SERVE_H
#define WS_CMD_SERVE_H

/*
 * Serving, for the commands that do: `serve` and `demo`.
 */

#include "core/base/config.h"
#include "core/base/err.h"

struct app;
struct db;
struct db_settings;
struct private_server;

/* What a command adds to serving. Any of them may be NULL. */
struct serve_hooks {
	/* After the migrations, before the first request is answered. On failure a sentence may be
	 * put into why (size bytes). */
	enum err (*prepare)(struct app *app, struct db *db, void *ctx, char *why, size_t size);
	/* Everything is up: the address can be printed. */
	void (*started)(struct app *app, void *ctx);
	/* No request is answered any more; the app still stands. Only behind `started`. */
	void (*stopped)(void *ctx);
	void *ctx;
};

/*
 * Serves until SIGTERM or SIGINT. Without a database in the settings it starts a private server in
 * DATA/db, and stops it in the end. Gives the process's exit status; what went wrong is on
 * standard error.
 */
int serve_run(const struct config *config, const struct serve_hooks *hooks);

/* Reads the settings for a command that serves: file, environment, options; `--port` and `--data`
 * are short for two of them. 0, or the exit status when they cannot be used. */
int serve_settings(int argc, char **argv, struct config *out);

/*
 * Where the database is; starts the private server in DATA/db when the settings name none: then
 * *out_server is the caller's to stop, and *out points into it. Otherwise *out points into the
 * config. On failure a sentence may be in why (size bytes).
 */
enum err serve_database(const struct config *config, struct private_server **out_server,
		struct db_settings *out, char *why, size_t size) MUST_CHECK;

#endif
