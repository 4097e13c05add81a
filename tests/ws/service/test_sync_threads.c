/*
 * The two threads that carry, while schools change, destinations are paused and set going again, and
 * the threads themselves are stopped and started in the middle: each folder gets every change of its
 * school, in order; none is lost, and one that was under way when it stopped is there once. Runs
 * under the thread sanitizer, too.
 */
#include "ws/service/sync_io.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/base/rng.h"
#include "core/outbox/outbox_store.h"
#include "core/school/calendar_store.h"
#include "core/seal/secret.h"
#include "tests/check.h"
#include "tests/core/exchange/folder_destination.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"
#include "ws/app.h"
#include "ws/service/record_kinds.h"

enum {
	SCHOOLS = 2,
	FOLDERS = 2, /* of each school */
	ROUNDS = 60,
	ROUNDS_OF_A_RUN = 15, /* before the threads are stopped */
	PATIENCE_MS = 120000,
	PATH_BYTES = 512,
	LINES_BYTES_MAX = 16 << 20,
};

static struct testdb t;
static struct config config;
static struct app app;
static struct db *db;
static struct seed schools[SCHOOLS];
static const char *const folders[FOLDERS] = { "mot", "hai" };
static uint64_t ids[SCHOOLS * FOLDERS];

static void pause_ms(long ms) {
	const struct timespec wait = { ms / 1000, ms % 1000 * 1000000 };
	(void)nanosleep(&wait, NULL); /* shorter does no harm */
}

/* ---- the schools ---- */

static void add_folder(const struct seed *s, const char *folder, uint64_t *out_id) {
	struct destination_settings settings = { .port = 0 };
	(void)snprintf(settings.folder, sizeof(settings.folder), "%s", folder); /* fits */
	struct destination_new d = folder_destination(s->school_id, folder, &settings);
	d.person_id = s->office_id;
	CHECK_INT("add", destination_store_add(db, app.keys, &d, out_id), ERR_OK);
}

static void make_schools(void) {
	static const char *const marks[SCHOOLS] = { "A", "B" };
	for (int i = 0; i < SCHOOLS; i++) {
		seed_school(db, marks[i], &schools[i]);
		for (int k = 0; k < FOLDERS; k++) {
			add_folder(&schools[i], folders[k], &ids[i * FOLDERS + k]);
		}
	}
	/* One is begun as the office begins it, the other by who carries. */
	CHECK_INT("begin", outbox_store_begin(db, schools[0].school_id), ERR_OK);
}

static void rename_subject(const struct seed *s, int number) {
	char name[32];
	(void)snprintf(name, sizeof(name), "Toán %d", number); /* fits */
	const struct subject subject = { .id = s->subject_ids[0],
		.code = str_from("toan"),
		.name = str_from(name),
		.kind = SUBJECT_MARK,
		.position = 1 };
	CHECK_INT("rename", calendar_store_update_subject(db, s->school_id, &subject), ERR_OK);
}

struct turn {
	size_t at;
	enum destination_state state;
};

static enum err run_switch(struct db *in, void *ctx) {
	const struct turn *turn = ctx;
	return destination_store_switch(
			in, schools[turn->at / FOLDERS].school_id, ids[turn->at], turn->state);
}

/* In a transaction, as the office does it: who carries may write the same row just now. */
static void switch_one(struct rng *rng, enum destination_state state) {
	struct turn turn = { rng_below(rng, SCHOOLS * FOLDERS), state };
	CHECK_INT("switch", db_transact(db, run_switch, &turn), ERR_OK);
}

/* ---- what came ---- */

static const char sql_left[] =
		"SELECT (SELECT COUNT(*) FROM destination d LEFT JOIN outbox_head h USING (school_id)"
		"  WHERE h.school_id IS NULL OR h.seeded_at_ms IS NULL OR d.watermark < h.number)"
		" + (SELECT COUNT(*) FROM outgoing WHERE state < 3)";

static void wait_until_carried(void) {
	for (int waited_ms = 0; waited_ms < PATIENCE_MS; waited_ms += 50) {
		if (testdb_number(db, sql_left) == 0) {
			return;
		}
		pause_ms(50);
	}
	CHECK_INT("everything is carried", (int)testdb_number(db, sql_left), 0);
}

static enum err add_line(const struct outbox_row *row, void *ctx) {
	struct buf *out = ctx;
	buf_add(out, row->line.p, row->line.n);
	buf_add_char(out, '\n');
	return buf_err(out);
}

static int is_batch(const struct dirent *entry) {
	size_t n = strlen(entry->d_name);
	return entry->d_name[0] != '.' && n > 7 && strcmp(entry->d_name + n - 7, ".ndjson") == 0;
}

/* What stands behind the first line of a batch. */
static void add_file(const char *folder, const char *name, struct buf *out) {
	char path[2 * PATH_BYTES];
	char *line = NULL;
	size_t cap = 0;
	ssize_t n = 0;
	(void)snprintf(path, sizeof(path), "%s/%s", folder, name); /* fits */
	FILE *f = fopen(path, "rb");
	CHECK(name, f != NULL);
	for (bool is_head = true; f && (n = getline(&line, &cap, f)) > 0; is_head = false) {
		if (!is_head) {
			buf_add(out, line, (size_t)n);
		}
	}
	free(line);
	if (f) {
		(void)fclose(f); /* only read */
	}
}

static void read_folder(const char *code, const char *name, struct buf *out) {
	char path[PATH_BYTES];
	struct dirent **list = NULL;
	(void)snprintf(path, sizeof(path), "%s/exchange/%s/%s", config.data_dir, code, name);
	int count = scandir(path, &list, is_batch, alphasort);
	CHECK(path, count > 0);
	for (int i = 0; i < count; i++) {
		add_file(path, list[i]->d_name, out);
		free(list[i]);
	}
	free(list);
}

static void check_folder(const struct seed *s, const char *code, const char *folder) {
	_cleanup_(buf_finish) struct buf told = buf_make(LINES_BYTES_MAX);
	_cleanup_(buf_finish) struct buf came = buf_make(LINES_BYTES_MAX);
	CHECK_INT("told", outbox_store_after(db, s->school_id, 0, 1000000, add_line, &told),
			ERR_OK);
	read_folder(code, folder, &came);
	CHECK("there is something", told.len > 0);
	CHECK_INT(folder, (int)came.len, (int)told.len);
	CHECK(folder, came.len == told.len && memcmp(came.data, told.data, told.len) == 0);
}

/* ---- the program ---- */

static void begin_app(const char *folder) {
	char path[PATH_BYTES];
	struct db_settings settings = testdb_settings(&t);
	record_kinds_pay(&settings);
	(void)snprintf(config.data_dir, sizeof(config.data_dir), "%s", folder); /* fits */
	(void)snprintf(path, sizeof(path), "%s/keys", folder);                  /* fits */
	app.config = &config;
	app.log = log_make(STDERR_FILENO, LOG_LEVEL_WARN);
	CHECK_INT("keys", keys_load_or_make(path, 1000, &app.keys), ERR_OK);
	CHECK_INT("clock", clock_new(&app.clock), ERR_OK);
	CHECK_INT("pool", pool_new(&settings, SYNC_THREADS + 1, &app.pool), ERR_OK);
	CHECK_INT("connection", pool_take(app.pool, &db), ERR_OK);
}

static void end_app(void) {
	pool_give(app.pool, db);
	pool_free(app.pool);
	clock_free(app.clock);
	keys_free(app.keys);
}

static void run_rounds(void) {
	struct sync_threads *threads = NULL;
	struct rng rng;
	rng_init(&rng, 20261122, 0);
	for (int i = 0; i < ROUNDS; i++) {
		if (i % ROUNDS_OF_A_RUN == 0) {
			sync_threads_free(threads); /* whatever they are at */
			CHECK_INT("start", sync_threads_new(&app, &threads), ERR_OK);
		}
		rename_subject(&schools[rng_below(&rng, SCHOOLS)], i);
		switch_one(&rng, rng_below(&rng, 2) ? DESTINATION_PAUSED : DESTINATION_ON);
		pause_ms((long)rng_below(&rng, 60));
	}
	for (int i = 0; i < SCHOOLS * FOLDERS; i++) {
		CHECK_INT("resume",
				destination_store_switch(db, schools[i / FOLDERS].school_id, ids[i],
						DESTINATION_ON),
				ERR_OK);
	}
	wait_until_carried();
	sync_threads_free(threads);
}

int main(void) {
	char folder[128];
	if (secret_init()) {
		return 1;
	}
	testdb_start(&t, "sync_threads");
	testdb_folder(folder, sizeof(folder));
	begin_app(folder);
	make_schools();
	run_rounds();
	for (int i = 0; i < SCHOOLS * FOLDERS; i++) {
		char code[EXCHANGE_SCHOOL_BYTES_MAX + 1];
		struct destination d = { .id = 0 };
		CHECK_INT("load", destination_store_load(db, app.keys, 0, ids[i], &d), ERR_OK);
		(void)snprintf(code, sizeof(code), "%s", d.school_code); /* the same size */
		CHECK_STR("nothing is wrong", d.error, "");
		check_folder(&schools[i / FOLDERS], code, folders[i % FOLDERS]);
		destination_finish(&d);
	}
	end_app();
	testdb_remove(folder);
	testdb_stop(&t);
	return check_done();
}
