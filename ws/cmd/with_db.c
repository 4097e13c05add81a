#include "ws/cmd/with_db.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "core/db/migrate.h"
#include "core/db/private_server_io.h"
#include "ws/cmd/serve.h"
#include "ws/service/record_kinds.h"

enum {
	WHY_BYTES = 1024,
	SOCKET_BYTES = CONFIG_TEXT_BYTES + 32,
	TOOL_TIMEOUT_S = 120, /* a person at a terminal waits for a statement; a request does not */
};

/* The private server of a program that is serving, if there is one. */
static bool is_served(const struct config *config, char *socket_path, size_t size) {
	int n = snprintf(socket_path, size, "%s/db/mariadbd.sock", config->data_dir);
	if (n < 0 || (size_t)n >= size || access(socket_path, F_OK)) {
		return false;
	}
	struct db_settings s = {
		.socket_path = socket_path, .user = "root", .name = config->database_name
	};
	_cleanup_(db_freep) struct db *db = NULL;
	return !db_new(&s, &db) && !db_connect(db);
}

static int run_on(const struct db_settings *settings, const struct config *config,
		int (*run)(struct db *db, const struct config *config, void *ctx), void *ctx) {
	size_t count = 0;
	const struct migration *list = migrate_embedded(&count);
	struct migrate_report report;
	enum err e = migrate_up(settings, list, count, &report);
	if (e) {
		fprintf(stderr, "truongthi: the database's tables cannot be brought up to date: %s (%s)\n",
				report.text, err_name(e));
		return 1;
	}
	struct db_settings patient = *settings;
	patient.io_timeout_s = TOOL_TIMEOUT_S;
	record_kinds_pay(&patient);
	_cleanup_(db_freep) struct db *db = NULL;
	e = db_new(&patient, &db);
	e = e ? e : db_connect(db);
	if (e) {
		fprintf(stderr, "truongthi: the database cannot be reached (%s)\n", err_name(e));
		return 1;
	}
	return run(db, config, ctx);
}

int cmd_with_db(const struct config *config,
		int (*run)(struct db *db, const struct config *config, void *ctx), void *ctx) {
	char socket_path[SOCKET_BYTES];
	bool is_private = !config->database_socket[0] && !config->database_host[0];
	if (is_private && is_served(config, socket_path, sizeof(socket_path))) {
		struct db_settings s = {
			.socket_path = socket_path, .user = "root", .name = config->database_name
		};
		return run_on(&s, config, run, ctx);
	}
	if (mkdir(config->data_dir, 0750) && access(config->data_dir, W_OK)) {
		fprintf(stderr, "truongthi: %s cannot be made or written: %s\n", config->data_dir,
				strerror(errno));
		return 1;
	}
	_cleanup_(private_server_stopp) struct private_server *server = NULL;
	struct db_settings s = { 0 };
	char why[WHY_BYTES] = "";
	enum err e = serve_database(config, &server, &s, why, sizeof(why));
	if (e) {
		fprintf(stderr, "truongthi: %s\n", why[0] ? why : err_name(e));
		return 1;
	}
	return run_on(&s, config, run, ctx);
}
