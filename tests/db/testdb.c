#include "tests/db/testdb.h"

#include <ftw.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "core/db/migrate.h"

enum { PATIENCE_S = 120 }; /* for what is not tested: a machine may stand still for a while */

/* What a test that ends early leaves behind. */
static struct testdb *running;

static void clear_away(void) {
	if (running && running->folder[0]) {
		private_server_stop(running->own);
		testdb_remove(running->folder);
	}
}

__attribute__((format(printf, 1, 2))) static _Noreturn void die(const char *format, ...) {
	va_list ap;
	va_start(ap, format);
	fputs("testdb: ", stderr);
	vfprintf(stderr, format, ap);
	fputc('\n', stderr);
	va_end(ap);
	clear_away();
	exit(1);
}

void testdb_freeze(pid_t server) {
	int status = 0;
	if (kill(server, SIGSTOP) || waitpid(server, &status, WUNTRACED) != server ||
			!WIFSTOPPED(status)) {
		die("the server %d cannot be stopped", (int)server);
	}
}

void testdb_folder(char *out, size_t size) {
	/* Not /tmp, which may be kept in memory: durable writes are a part of what is tested. */
	const char *base = getenv("TT_TEST_DIR");
	snprintf(out, size, "%s/truongthi-test-XXXXXX", base ? base : "/var/tmp");
	if (!mkdtemp(out)) {
		die("cannot make %s", out);
	}
}

static int remove_entry(const char *path, const struct stat *s, int kind, struct FTW *where) {
	(void)s;
	(void)kind;
	(void)where;
	return remove(path);
}

void testdb_remove(const char *folder) {
	if (strstr(folder, "truongthi-test-")) {
		nftw(folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
	}
}

static void find_server(struct testdb *t) {
	const char *socket = getenv("TT_TEST_DB");
	if (socket && socket[0]) {
		snprintf(t->socket, sizeof(t->socket), "%s", socket);
		return;
	}
	testdb_folder(t->folder, sizeof(t->folder));
	struct private_server_settings settings = { .folder = t->folder, .database = "truongthi" };
	struct private_server_problem problem;
	enum err e = private_server_start(&settings, &t->own, &problem);
	if (e) {
		testdb_remove(t->folder);
		die("%s: %s", err_name(e), problem.text);
	}
	snprintf(t->socket, sizeof(t->socket), "%s", private_server_socket(t->own));
}

struct db_settings testdb_settings(const struct testdb *t) {
	return (struct db_settings){ .socket_path = t->socket,
		.user = "root",
		.name = t->name,
		.connect_timeout_s = PATIENCE_S,
		.io_timeout_s = PATIENCE_S };
}

struct db *testdb_connect(const struct testdb *t) {
	struct db_settings settings = testdb_settings(t);
	struct db *db = NULL;
	enum err e = db_new(&settings, &db);
	if (e) {
		die("%s", err_name(e));
	}
	e = db_connect(db);
	if (e) {
		die("%s: %s", err_name(e), db_error(db));
	}
	return db;
}

void testdb_run(struct db *db, const char *sql) {
	enum err e = db_run(db, str_from(sql));
	if (e) {
		die("%s: %s: %s", sql, err_name(e), db_error(db));
	}
}

int64_t testdb_number(struct db *db, const char *sql) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare_text(db, str_from(sql), &stmt);
	if (!e) {
		e = db_next(stmt);
	}
	if (e) {
		die("%s: %s: %s", sql, err_name(e), db_error(db));
	}
	return db_col_i64(stmt, 0);
}

/* A connection to no database that waits as long as it takes. */
static struct db *connect_patiently(const struct testdb *t) {
	struct db_settings settings = testdb_settings(t);
	settings.name = "";
	settings.lock_wait_s = PATIENCE_S;
	struct db *db = NULL;
	enum err e = db_new(&settings, &db);
	if (!e) {
		e = db_connect(db);
	}
	if (e) {
		die("%s: %s", err_name(e), db ? db_error(db) : "");
	}
	return db;
}

struct db *testdb_connect_migrator(const struct testdb *t) {
	struct db_settings settings = testdb_settings(t);
	settings.io_timeout_s = MIGRATE_IO_TIMEOUT_S;
	struct db *db = NULL;
	enum err e = db_new(&settings, &db);
	if (!e) {
		e = db_connect(db);
	}
	if (e) {
		die("%s", err_name(e));
	}
	return db;
}

void testdb_start_empty(struct testdb *t, const char *name) {
	*t = (struct testdb){ 0 };
	find_server(t);
	running = t;
	struct db *db = connect_patiently(t);
	snprintf(t->name, sizeof(t->name), "tt_test_%d_%s", (int)getpid(), name);
	char sql[256];
	snprintf(sql, sizeof(sql), "CREATE DATABASE `%s` CHARACTER SET utf8mb4 COLLATE utf8mb4_bin",
			t->name);
	testdb_run(db, sql);
	db_free(db);
	t->db = testdb_connect(t);
}

void testdb_start(struct testdb *t, const char *name) {
	testdb_start_empty(t, name);
	struct db *db = testdb_connect_migrator(t);
	size_t count = 0;
	const struct migration *list = migrate_embedded(&count);
	struct migrate_report report;
	enum err e = migrate_run(db, list, count, &report);
	if (e) {
		die("%s: %s", err_name(e), report.text);
	}
	db_free(db);
}

void testdb_stop(struct testdb *t) {
	struct db *db = connect_patiently(t);
	char sql[256];
	snprintf(sql, sizeof(sql), "DROP DATABASE IF EXISTS `%s`", t->name);
	db_free(t->db); /* else what it has open would hold the tables */
	testdb_run(db, sql);
	db_free(db);
	private_server_stop(t->own);
	if (t->folder[0]) {
		testdb_remove(t->folder);
	}
	running = NULL;
	*t = (struct testdb){ 0 };
}
