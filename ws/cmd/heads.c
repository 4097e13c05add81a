/*
 * truongthi heads [--school=CODE]: signs the head of each chain of the marks' history that has moved,
 * and prints the newest of all, one a line, to be kept elsewhere for `truongthi audit --heads FILE`.
 */
#include "ws/cmd/cmd.h"

#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/school/place_store.h"
#include "gradebook/marks/head_store.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"

enum { DIR_BYTES = CONFIG_TEXT_BYTES + 32, LINE_BYTES = 2 * HEAD_SIGNED_BYTES };

static int usage(FILE *to) {
	fputs("usage: truongthi heads [--school=CODE] [--config=FILE] [--data=DIR] [OPTION…]\n\n"
	      "Signs how far the history of marks has come in each class and subject, and prints it,\n"
	      "one line each. Keep the lines on another machine: `truongthi audit --heads FILE` says\n"
	      "whether the history was rewritten since, even if every row and hash was made anew.\n",
			to);
	return to == stdout ? 0 : 2;
}

static enum err print_head(struct str signed_bytes, void *ctx) {
	(void)ctx;
	_cleanup_(buf_finish) struct buf line = buf_make(LINE_BYTES);
	str_b64_add(&line, signed_bytes.p, signed_bytes.n);
	return buf_err(&line) || puts(buf_str(&line)) < 0 ? ERR_IO : ERR_OK;
}

static enum err sign_all(struct db *db, const struct keys *keys, uint64_t school) {
	size_t count = 0;
	enum err e = ERR_OK;
	do {
		e = head_store_sign(db, keys, school, clock_wall_ms(), 0, &count);
	} while (!e && count == HEAD_TOGETHER_MAX);
	return e;
}

static int run(struct db *db, const struct config *config, void *ctx) {
	const char *code = ctx;
	char dir[DIR_BYTES];
	(void)snprintf(dir, sizeof(dir), "%s/keys", config->data_dir); /* fits by its size */
	_cleanup_(keys_freep) struct keys *keys = NULL;
	enum err e = keys_load(dir, &keys);
	if (e) {
		fprintf(stderr, "truongthi: the keys in %s cannot be used (%s)\n", dir,
				err_name(e));
		return 1;
	}
	struct school school = { .id = 0 };
	e = code[0] ? place_store_school_by_code(db, str_from(code), &school) : ERR_OK;
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr, "truongthi: there is no school \"%s\"\n", code);
		return 1;
	}
	e = e ? e : sign_all(db, keys, school.id);
	e = e ? e : head_store_newest(db, school.id, print_head, NULL);
	if (e || fflush(stdout) != 0) {
		fprintf(stderr, "truongthi: not every head was printed: %s (%s)\n", db_error(db),
				err_name(e ? e : ERR_IO));
		return 1;
	}
	return 0;
}

int cmd_heads(int argc, char **argv) {
	char none[] = "";
	char *code = none;
	int kept = 1;
	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--help") == 0) {
			return usage(stdout);
		}
		if (strncmp(argv[i], "--school=", 9) == 0) {
			code = argv[i] + 9;
		} else if (strcmp(argv[i], "--school") == 0 && i + 1 < argc) {
			code = argv[++i];
		} else {
			argv[kept++] = argv[i];
		}
	}
	struct config config;
	int status = serve_settings(kept, argv, &config);
	return status ? status : cmd_with_db(&config, run, code);
}
