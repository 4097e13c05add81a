/*
 * truongthi province: serves a department of education. The same server as a school's, with the
 * addresses of the exchange and of the department's desk, on a database of its own.
 */
#include "ws/cmd/province.h"

#include <stdio.h>
#include <string.h>

#include "ws/app.h"
#include "ws/cmd/cmd.h"
#include "ws/cmd/serve.h"
#include "ws/service/province_role.h"

static int usage(FILE *to) {
	fputs("usage: truongthi province --province-code=CODE [--province-name=NAME] [--data=DIR]\n"
	      "           [OPTION…]\n"
	      "       truongthi province officer add|code|list|remove --help\n"
	      "       truongthi province area import|list|became --help\n"
	      "       truongthi province school invite|code|list|revoke|suspend|resume --help\n\n"
	      "Serves a province's department of education until SIGTERM or SIGINT: takes what its\n"
	      "schools send, and shows it to its officers. CODE is the province's in the national\n"
	      "list, such as 79. Every option of `truongthi serve` may be given too; the database is\n"
	      "one of its own, not a school's.\n",
			to);
	return to == stdout ? 0 : 2;
}

static enum err prepare(struct app *app, struct db *db, void *ctx, char *why, size_t size) {
	(void)ctx;
	return province_role_new(app, db, &app->province, why, size);
}

int cmd_province(int argc, char **argv) {
	static const struct {
		const char *name;
		int (*run)(int argc, char **argv);
	} parts[] = {
		{ "area", province_area_run },
		{ "officer", province_officer_run },
		{ "school", province_school_run },
	};
	for (size_t i = 0; i < sizeof(parts) / sizeof(parts[0]) && argc > 1; i++) {
		if (strcmp(argv[1], parts[i].name) == 0) {
			return parts[i].run(argc - 1, argv + 1);
		}
	}
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	if (argc > 1 && strncmp(argv[1], "--", 2) != 0) {
		return usage(stderr);
	}
	struct config config;
	struct serve_hooks hooks = { .prepare = prepare };
	int status = serve_settings(argc, argv, &config);
	return status ? status : serve_run(&config, &hooks);
}
