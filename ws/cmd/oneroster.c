/*
 * truongthi oneroster export|import|check: a school year of a school as a OneRoster 1.2 bundle in a
 * file; an empty school set up from one; what is wrong with one.
 */
#include "ws/cmd/cmd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "core/base/clock.h"
#include "core/base/messages.h"
#include "core/doc/zip.h"
#include "core/doc/zip_file_io.h"
#include "core/school/calendar_store.h"
#include "core/school/member_store.h"
#include "core/school/place_store.h"
#include "gradebook/oneroster/export_store.h"
#include "gradebook/oneroster/setup_store.h"
#include "gradebook/oneroster/words.h"
#include "ws/cmd/serve.h"
#include "ws/cmd/with_db.h"

enum { FILE_MODE = 0600, CHUNK_BYTES = 64 * 1024, SENTENCE_BYTES_MAX = 4096 };

/* The words of the command line. */
struct words {
	const char *school;
	const char *year; /* NULL: the present one */
	const char *file;
	bool has_guardians;
	int64_t since_ms; /* 0: everything */
};

static int usage(FILE *to) {
	fputs("usage: truongthi oneroster export --school=CODE [--year=2026-2027] [--guardians]\n"
	      "           [--since=2026-11-22T00:00:00.000Z] FILE.zip [--data=DIR] [OPTION…]\n"
	      "       truongthi oneroster import --school=CODE FILE.zip [--data=DIR] [OPTION…]\n"
	      "       truongthi oneroster check FILE.zip\n\n"
	      "export  writes the school year as a OneRoster 1.2 bundle (CSV): classes, people, who is\n"
	      "        where, columns, marks and what comes of them. Guardians only when asked for,\n"
	      "        and never a phone number. With --since only what changed since then (a delta), of\n"
	      "        a school that exchanges its records. The file must not be there yet.\n"
	      "import  sets an empty school up from such a bundle, whole or not at all.\n"
	      "check   says what would keep a bundle from being imported, by file, row and column.\n",
			to);
	return to == stdout ? 0 : 2;
}

static void file_close(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* whoever wrote has synced */
	}
}

/* The year of that code, or the present one. */
struct search {
	struct str code;
	struct school_year found;
};

static enum err look(const struct school_year *year, void *ctx) {
	struct search *s = ctx;
	if (str_eq_z(s->code, year->code)) {
		s->found = *year;
	}
	return ERR_OK;
}

static enum err find_year(
		struct db *db, uint64_t school_id, const char *code, struct school_year *out) {
	struct date today;
	if (!code) {
		enum err e = date_in_vietnam(clock_wall_ms(), &today);
		return e ? e : calendar_store_current_year(db, school_id, today, out);
	}
	struct search s = { .code = str_from(code) };
	enum err e = calendar_store_years(db, school_id, look, &s);
	*out = s.found;
	return e || s.found.id ? e : ERR_NOT_FOUND;
}

static int refuse(struct db *db, const struct words *w, enum err e) {
	if (e == ERR_NOT_FOUND) {
		fprintf(stderr, "truongthi: there is no school \"%s\", or no such year in it\n",
				w->school);
	} else if (e == ERR_UNSUPPORTED || e == ERR_EARLY || e == ERR_INVAL) {
		fprintf(stderr, "truongthi: %s\n",
				e == ERR_INVAL ? "a delta has no guardians"
						: e == ERR_EARLY
						? "the first full load of the school's records is under way"
						: "the school exchanges nothing, so that nobody kept what changed");
	} else {
		fprintf(stderr, "truongthi: %s was not written: %s (%s)\n", w->file, db_error(db),
				err_name(e));
	}
	return 1;
}

static enum err write_file(struct db *db, const struct oneroster_export *wish, int fd,
		struct oneroster_counts *counts) {
	const struct zip_sink sink = zip_sink_file(fd);
	enum err e = oneroster_export(db, wish, &sink, counts);
	return e ? e : fsync(fd) ? ERR_IO : ERR_OK;
}

static int export_year(struct db *db, const struct config *config, void *ctx) {
	(void)config;
	const struct words *w = ctx;
	struct school school;
	struct school_year year = { .id = 0 };
	struct oneroster_counts counts = { .bytes = 0 };
	enum err e = place_store_school_by_code(db, str_from(w->school), &school);
	e = e ? e : find_year(db, school.id, w->year, &year);
	if (e) {
		return refuse(db, w, e);
	}
	_cleanup_(file_close) int fd =
			open(w->file, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, FILE_MODE);
	if (fd < 0) {
		fprintf(stderr, "truongthi: %s: %s\n", w->file, strerror(errno));
		return 1;
	}
	const struct oneroster_export wish = { .school_id = school.id,
		.year_id = year.id,
		.has_guardians = w->has_guardians,
		.since_ms = w->since_ms,
		.now_ms = clock_wall_ms() };
	e = write_file(db, &wish, fd, &counts);
	if (e) {
		(void)unlink(w->file); /* what is half written helps nobody */
		return refuse(db, w, e);
	}
	for (unsigned i = 0; i < ONEROSTER_FILES; i++) {
		if (counts.rows[i]) {
			printf("%-24s %llu\n", oneroster_file_name(i),
					(unsigned long long)counts.rows[i]);
		}
	}
	return 0;
}

/* ---- import, check ---- */

static enum err read_file(const char *path, struct buf *out) {
	_cleanup_(file_close) int fd = open(path, O_RDONLY | O_CLOEXEC);
	char chunk[CHUNK_BYTES];
	ssize_t n = fd < 0 ? -1 : 0;
	while (fd >= 0 && (n = read(fd, chunk, sizeof(chunk))) > 0) {
		buf_add(out, chunk, (size_t)n);
	}
	if (n < 0) {
		fprintf(stderr, "truongthi: %s: %s\n", path, strerror(errno));
		return ERR_IO;
	}
	return buf_err(out);
}

static void print_faults(const struct diag *why) {
	for (size_t i = 0; i < why->count; i++) {
		const struct diag_item *item = &why->items[i];
		_cleanup_(buf_finish) struct buf text = buf_make(SENTENCE_BYTES_MAX);
		bool has_words = !messages_print_item(item, LANG_VI, &text);
		fprintf(stderr, "%s:%u:%u: %s\n", item->where, item->row, item->column,
				has_words ? buf_str(&text) : item->code);
	}
	if (why->dropped) {
		fprintf(stderr, "… %zu\n", why->dropped);
	}
}

/* NULL when it cannot be taken, which is said. */
static struct bundle *load_bundle(const char *path) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(ZIP_FILE_BYTES_MAX);
	_cleanup_(diag_finish) struct diag why = { 0 };
	struct bundle *bundle = NULL;
	enum err e = read_file(path, &bytes);
	if (e == ERR_IO) {
		return NULL;
	}
	e = e ? e : bundle_read(buf_str(&bytes), bytes.len, &bundle, &why);
	if (e) {
		print_faults(&why);
		fprintf(stderr, "truongthi: %s cannot be imported (%s)\n", path, err_name(e));
		return NULL;
	}
	print_faults(&why); /* what is left out */
	printf("%s %s: %zu lớp, %zu người, %zu cột điểm, %zu điểm\n", bundle->year.code,
			bundle->school_name.p, bundle->classes.count,
			bundle->people.count - bundle->left_out, bundle->columns.count,
			bundle->marks.count);
	return bundle;
}

static int check_file(const char *path) {
	_cleanup_(bundle_freep) struct bundle *bundle = load_bundle(path);
	return bundle ? 0 : 1;
}

/* In whose name the history of the marks begins. */
static enum err first_of_office(const struct member_row *row, void *ctx) {
	uint64_t *id = ctx;
	*id = *id && *id < row->person_id ? *id : row->person_id;
	return ERR_OK;
}

static int import_file(struct db *db, const struct config *config, void *ctx) {
	(void)config;
	const struct words *w = ctx;
	struct school school;
	_cleanup_(diag_finish) struct diag why = { 0 };
	_cleanup_(bundle_freep) struct bundle *bundle = load_bundle(w->file);
	if (!bundle) {
		return 1;
	}
	struct oneroster_setup setup = { .now_ms = clock_wall_ms() };
	enum err e = place_store_school_by_code(db, str_from(w->school), &school);
	setup.school_id = e ? 0 : school.id;
	e = e ? e : member_store_list(db, school.id, ROLE_OFFICE, first_of_office, &setup.by_id);
	e = e ? e : setup.by_id ? ERR_OK : ERR_NOT_FOUND;
	e = e ? e : oneroster_setup(db, &setup, bundle, &why);
	if (e == ERR_CONFLICT) {
		fprintf(stderr,
				"truongthi: the school has classes, students or teachers already;"
				" nothing was changed\n");
	} else if (e == ERR_NOT_FOUND) {
		fprintf(stderr,
				"truongthi: there is no school \"%s\" with an office; nothing was"
				" changed\n",
				w->school);
	} else if (e) {
		print_faults(&why);
		fprintf(stderr, "truongthi: %s was not imported: %s (%s); nothing was changed\n",
				w->file, db_error(db), err_name(e));
	}
	return e ? 1 : 0;
}

/* Takes our own words out of argv; what stays are settings. Gives how many stay. */
static int take_words(int argc, char **argv, struct words *w) {
	int kept = 1;
	for (int i = 1; i < argc; i++) {
		if (strncmp(argv[i], "--school=", 9) == 0) {
			w->school = argv[i] + 9;
		} else if (strncmp(argv[i], "--year=", 7) == 0) {
			w->year = argv[i] + 7;
		} else if (strncmp(argv[i], "--since=", 8) == 0) {
			/* What is no time stays among the settings, which refuse it. */
			if (oneroster_parse_time(str_from(argv[i] + 8), &w->since_ms)) {
				argv[kept++] = argv[i];
			}
		} else if (strcmp(argv[i], "--guardians") == 0) {
			w->has_guardians = true;
		} else if (argv[i][0] != '-' && !w->file) {
			w->file = argv[i];
		} else {
			argv[kept++] = argv[i];
			bool has_value = strchr(argv[i], '=') || strcmp(argv[i], "--help") == 0;
			if (!has_value && i + 1 < argc) {
				argv[kept++] = argv[++i]; /* of a setting: "--data DIR" */
			}
		}
	}
	return kept;
}

int cmd_oneroster(int argc, char **argv) {
	struct words words = { 0 };
	struct config config;
	if (argc > 1 && strcmp(argv[1], "--help") == 0) {
		return usage(stdout);
	}
	bool is_check = argc > 1 && strcmp(argv[1], "check") == 0;
	bool is_import = argc > 1 && strcmp(argv[1], "import") == 0;
	if (argc < 2 || (!is_check && !is_import && strcmp(argv[1], "export") != 0)) {
		return usage(stderr);
	}
	int kept = take_words(argc - 1, argv + 1, &words);
	if ((!words.school && !is_check) || !words.file || (is_check && kept > 1)) {
		return usage(stderr);
	}
	if (is_check) {
		return check_file(words.file);
	}
	int status = serve_settings(kept, argv + 1, &config);
	return status ? status
		      : cmd_with_db(&config, is_import ? import_file : export_year, &words);
}
