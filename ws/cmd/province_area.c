/*
 * truongthi province area import|list|became: provinces and communes as they were and are.
 */
#include <stdio.h>
#include <string.h>

#include "core/base/clock.h"
#include "core/base/messages.h"
#include "core/province/area_store.h"
#include "ws/cmd/province.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"
#include "ws/cmd/words.h"

enum { SENTENCE_BYTES_MAX = 1024 };

static int usage(FILE *to) {
	fputs("usage: truongthi province area import --file=FILE.csv SETTINGS\n"
	      "       truongthi province area list [--province=CODE] [--on=YYYY-MM-DD] SETTINGS\n"
	      "       truongthi province area became --province=CODE|--commune=CODE\n"
	      "           --then=YYYY-MM-DD [--on=YYYY-MM-DD] SETTINGS\n\n"
	      "import  communes from a table with the columns code,name,province,from,to,former: from\n"
	      "        and to are its first and last day (to may be empty), former the codes of what\n"
	      "        it was made of, with blanks between\n"
	      "list    the provinces of a day (today), or a province's communes\n"
	      "became  what a place of then is on a later day (today)\n\n"
	      "SETTINGS are those of `truongthi province`: --data=DIR, …\n",
			to);
	return to == stdout ? 0 : 2;
}

struct want {
	const char *action;
	const char *file;
	const char *province;
	const char *commune;
	const char *then_text;
	const char *on_text;
	struct date then;
	struct date on;
	struct buf text; /* of the file */
};

static void file_close(FILE **f) {
	if (*f) {
		(void)fclose(*f); /* only read */
	}
}

static bool read_file(const char *path, struct buf *out) {
	_cleanup_(file_close) FILE *f = fopen(path, "rb");
	char chunk[4096];
	size_t n = 0;
	while (f && (n = fread(chunk, 1, sizeof(chunk), f)) > 0 && !buf_err(out)) {
		buf_add(out, chunk, n);
	}
	if (!f || ferror(f) || buf_err(out)) {
		fprintf(stderr, "truongthi: %s: it cannot be read, or is too long\n", path);
		return false;
	}
	return true;
}

static int fail(struct db *db, enum err e, const char *what) {
	fprintf(stderr, "truongthi: %s: %s (%s)\n", what, db_error(db), err_name(e));
	return 1;
}

static void print_mistakes(const struct diag *mistakes) {
	for (size_t i = 0; i < mistakes->count; i++) {
		_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
		if (messages_print_item(&mistakes->items[i], LANG_EN, &text) == ERR_OK) {
			fprintf(stderr, "line %u: %s\n", mistakes->items[i].row, buf_str(&text));
		}
	}
}

static int import(struct db *db, struct want *w) {
	_cleanup_(area_list_finish) struct area_list list = { .items = NULL };
	_cleanup_(diag_finish) struct diag mistakes = { .items = NULL };
	size_t row = 0;
	enum err e = area_list_read(
			(struct str){ buf_str(&w->text), w->text.len }, &list, &mistakes);
	if (e) {
		print_mistakes(&mistakes);
		fprintf(stderr, "truongthi: %s: not a list of communes (%s); nothing was changed\n",
				w->file, err_name(e));
		return 1;
	}
	e = area_store_import(db, &list, &row);
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr,
				"truongthi: row %zu names no province of its first day; nothing was"
				" changed\n",
				row);
		return 1;
	}
	if (!e) {
		printf("%zu\n", list.count);
	}
	return e ? fail(db, e, "nothing was changed") : 0;
}

static enum err print_area(const struct area *area, void *ctx) {
	(void)ctx;
	printf("%-8s %s\n", area->code, area->name);
	return ERR_OK;
}

static int list_areas(struct db *db, const struct want *w) {
	enum area_tier tier = w->province ? AREA_COMMUNE : AREA_PROVINCE;
	struct str parent = str_from(w->province ? w->province : "");
	enum err e = area_store_each(db, tier, parent, w->on, print_area, NULL);
	return e ? fail(db, e, "the list cannot be read") : 0;
}

static int became(struct db *db, const struct want *w) {
	enum area_tier tier = w->commune ? AREA_COMMUNE : AREA_PROVINCE;
	struct str code = str_from(w->commune ? w->commune : w->province);
	struct area area;
	enum err e = area_store_find(db, tier, code, w->then, &area);
	if (e == ERR_NOT_FOUND) {
		fputs("truongthi: there was no such place on that day\n", stderr);
		return 1;
	}
	e = e ? e : area_store_became(db, tier, code, w->then, w->on, print_area, NULL);
	return e ? fail(db, e, "the list cannot be read") : 0;
}

static int run(struct db *db, const struct config *config, void *ctx) {
	(void)config;
	struct want *w = ctx;
	return strcmp(w->action, "import") == 0          ? import(db, w)
			: strcmp(w->action, "list") == 0 ? list_areas(db, w)
							 : became(db, w);
}

/* False when a word is missing or no day. */
static bool read_want(struct want *w) {
	bool is_import = strcmp(w->action, "import") == 0;
	bool is_became = strcmp(w->action, "became") == 0;
	if (is_import) {
		return w->file != NULL;
	}
	if (w->on_text ? date_parse_iso(str_from(w->on_text), &w->on)
		       : date_in_vietnam(clock_wall_ms(), &w->on)) {
		return false;
	}
	return !is_became ||
			(w->then_text && !date_parse_iso(str_from(w->then_text), &w->then) &&
					(w->commune != NULL) != (w->province != NULL));
}

static void want_finish(struct want *w) {
	buf_finish(&w->text);
}

int province_area_run(int argc, char **argv) {
	_cleanup_(want_finish) struct want w = { .action = argc > 1 ? argv[1] : "",
		.text = buf_make(AREA_LIST_BYTES_MAX) };
	const struct cmd_word words[] = {
		{ "file", &w.file },
		{ "province", &w.province },
		{ "commune", &w.commune },
		{ "then", &w.then_text },
		{ "on", &w.on_text },
	};
	if (argc > 1 && strcmp(argv[argc - 1], "--help") == 0) {
		return usage(stdout);
	}
	bool is_known = strcmp(w.action, "import") == 0 || strcmp(w.action, "list") == 0 ||
			strcmp(w.action, "became") == 0;
	if (!is_known) {
		return usage(stderr);
	}
	int kept = cmd_take_words(argc - 1, argv + 1, words, sizeof(words) / sizeof(words[0]));
	if (!read_want(&w)) {
		return usage(stderr);
	}
	if (w.file && !read_file(w.file, &w.text)) {
		return 1;
	}
	struct config config;
	int status = serve_settings(kept, argv + 1, &config);
	return status ? status : cmd_with_db(&config, run, &w);
}
