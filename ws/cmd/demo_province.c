/*
 * truongthi demo province …: the demo's department, as the demo starts it beside its school. On
 * standard input stands the code with which the school will enrol, or nothing.
 */
#include <stdio.h>
#include <string.h>

#include "ws/app.h"
#include "ws/cmd/demo.h"
#include "ws/cmd/serve.h"
#include "ws/service/demo_department.h"

static enum err prepare(struct app *app, struct db *db, void *ctx, char *why, size_t size) {
	char line[ENROLMENT_INPUT_BYTES_MAX];
	struct enrolment_code code;
	(void)ctx;
	bool has_code = fgets(line, sizeof(line), stdin) &&
			!enrolment_code_parse((struct str){ line, strcspn(line, "\n") }, &code);
	enum err e = province_role_new(app, db, &app->province, why, size);
	if (e) {
		return e;
	}
	e = demo_department_open(db, app->province, has_code ? &code : NULL, clock_wall_ms());
	if (e) {
		(void)snprintf(why, size, "the demo's department cannot be loaded: %s (%s)",
				err_name(e), db_error(db)); /* a cut sentence is still one */
	}
	enrolment_code_wipe(&code);
	explicit_bzero(line, sizeof(line));
	return e;
}

int demo_province_run(int argc, char **argv) {
	struct config config;
	struct serve_hooks hooks = { .prepare = prepare };
	int status = serve_settings(argc, argv, &config);
	return status ? status : serve_run(&config, &hooks);
}
