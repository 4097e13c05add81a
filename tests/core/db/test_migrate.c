/* Migrations: from every earlier state, changed files, killed runners, two runners. */
#include "core/db/migrate.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/check.h"
#include "tests/db/testdb.h"

#define MIGRATION(number, name, sql) \
	{ (number), (name), (sql), sizeof(sql) - 1 }

/* Everything about the tables of the present database that a statement can see. */
static const char sql_columns[] =
		"SELECT CONCAT_WS('|', TABLE_NAME, ORDINAL_POSITION, COLUMN_NAME, COLUMN_TYPE,"
		" IS_NULLABLE, IFNULL(COLUMN_DEFAULT, '-'), IFNULL(COLLATION_NAME, '-'), EXTRA)"
		" FROM information_schema.COLUMNS WHERE TABLE_SCHEMA = DATABASE()"
		" ORDER BY TABLE_NAME, ORDINAL_POSITION";
static const char sql_keys[] =
		"SELECT CONCAT_WS('|', TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX, COLUMN_NAME, NON_UNIQUE)"
		" FROM information_schema.STATISTICS WHERE TABLE_SCHEMA = DATABASE()"
		" ORDER BY TABLE_NAME, INDEX_NAME, SEQ_IN_INDEX";
static const char sql_foreign[] =
		"SELECT CONCAT_WS('|', TABLE_NAME, CONSTRAINT_NAME, COLUMN_NAME,"
		" IFNULL(REFERENCED_TABLE_NAME, '-'), IFNULL(REFERENCED_COLUMN_NAME, '-'))"
		" FROM information_schema.KEY_COLUMN_USAGE WHERE TABLE_SCHEMA = DATABASE()"
		" ORDER BY TABLE_NAME, CONSTRAINT_NAME, ORDINAL_POSITION";
static const char sql_tables[] =
		"SELECT CONCAT_WS('|', TABLE_NAME, ENGINE, TABLE_COLLATION)"
		" FROM information_schema.TABLES WHERE TABLE_SCHEMA = DATABASE() ORDER BY TABLE_NAME";

/* What is tested here is no limit of time: a busy disk may take its own. */
static enum err run(const struct testdb *t, const struct migration *list, size_t count,
		struct migrate_report *report) {
	struct db_settings settings = testdb_settings(t);
	return migrate_up(&settings, list, count, report);
}

static void describe(struct db *db, struct buf *out) {
	const char *const queries[] = { sql_columns, sql_keys, sql_foreign, sql_tables };
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
		CHECK_INT("describe", db_prepare(db, queries[i], &stmt), ERR_OK);
		while (db_next(stmt) == ERR_OK) {
			struct str line = db_col_str(stmt, 0);
			buf_add(out, line.p, line.n);
			buf_add_char(out, '\n');
		}
	}
}

/* t->db waits as long as a migration may take, however busy the machine is. */
static void start_empty(struct testdb *t, const char *name) {
	testdb_start_empty(t, name);
	db_free(t->db);
	t->db = testdb_connect_migrator(t);
}

static void test_every_state(void) {
	size_t count = 0;
	const struct migration *list = migrate_embedded(&count);
	CHECK("there are some", count > 0);
	_cleanup_(buf_finish) struct buf fresh = buf_make(1 << 22);
	for (size_t first = count; first + 1 > 0; first--) {
		struct testdb t;
		start_empty(&t, "state");
		struct migrate_report report;
		bool is_current = true;
		CHECK_INT("is current", migrate_is_current(t.db, list, count, &is_current), ERR_OK);
		CHECK("not yet", !is_current);
		CHECK_INT("first", run(&t, list, first, &report), ERR_OK);
		CHECK_INT("applied", report.applied, first);
		CHECK_INT("then", run(&t, list, count, &report), ERR_OK);
		CHECK_INT("the rest", report.applied, count - first);
		CHECK_INT("newest", report.newest, list[count - 1].number);
		CHECK_INT("again", run(&t, list, count, &report), ERR_OK);
		CHECK_INT("nothing is left", report.applied, 0);
		CHECK_INT("is current", migrate_is_current(t.db, list, count, &is_current), ERR_OK);
		CHECK("now it is", is_current);
		_cleanup_(buf_finish) struct buf got = buf_make(1 << 22);
		describe(t.db, first == count ? &fresh : &got);
		if (first < count) {
			CHECK("the same as a fresh one",
					strcmp(buf_str(&got), buf_str(&fresh)) == 0);
		}
		testdb_stop(&t);
	}
	CHECK("described", fresh.len > 1000 && strstr(buf_str(&fresh), "membership_login"));
}

static const struct migration small[] = {
	MIGRATION(1, "0001_a.sql", "CREATE TABLE a (i INT);\nINSERT INTO a VALUES (1), (2);\n"),
	MIGRATION(2, "0002_b.sql", "-- nothing but words\n"),
	MIGRATION(3, "0003_c.sql", "ALTER TABLE a ADD COLUMN j INT; CREATE TABLE c (i INT);"),
};

static void test_refusals(void) {
	struct testdb t;
	start_empty(&t, "refusals");
	struct migrate_report report;
	CHECK_INT("two", run(&t, small, 2, &report), ERR_OK);

	struct migration other[3];
	memcpy(other, small, sizeof(other));
	other[0].sql = "CREATE TABLE a (i INT);\nINSERT INTO a VALUES (1), (3);\n";
	CHECK_INT("changed", run(&t, other, 3, &report), ERR_CORRUPT);
	CHECK("says which", strstr(report.text, "0001") != NULL);
	CHECK_INT("newer", run(&t, small, 1, &report), ERR_UNSUPPORTED);
	CHECK("says which", strstr(report.text, "0002") != NULL);
	memcpy(other, small, sizeof(other));
	other[1].number = 3;
	CHECK_INT("unknown", run(&t, other, 2, &report), ERR_UNSUPPORTED);
	testdb_run(t.db, "UPDATE schema_migration SET number = 3 WHERE number = 2");
	CHECK_INT("a hole", run(&t, small, 3, &report), ERR_CONFLICT);
	testdb_run(t.db, "UPDATE schema_migration SET number = 2 WHERE number = 3");

	const struct migration bad[] = { small[0], small[1],
		MIGRATION(3, "0003_bad.sql", "CREATE TABLE d (i INT); CREATE TABLE a (i INT);") };
	CHECK_INT("a bad one", run(&t, bad, 3, &report), ERR_DB);
	CHECK("says where", strstr(report.text, "0003_bad.sql, statement 2") != NULL);
	CHECK_INT("again it is refused", run(&t, bad, 3, &report), ERR_DB);
	testdb_stop(&t);

	start_empty(&t, "refusals");
	const struct migration open[] = { MIGRATION(1, "0001_open.sql", "SELECT 'a;") };
	CHECK_INT("open quote", run(&t, open, 1, &report), ERR_FORMAT);
	CHECK_INT("nothing stays", testdb_number(t.db, "SELECT COUNT(*) FROM schema_migration"), 0);
	testdb_stop(&t);
}

/* A statement that was begun and not recorded as done may or may not have run. */
static void test_between(void) {
	struct testdb t;
	start_empty(&t, "between");
	struct migrate_report report;
	CHECK_INT("all", run(&t, small, 3, &report), ERR_OK);
	testdb_run(t.db,
			"UPDATE schema_migration SET done_count = 0, begun_count = 1,"
			" applied_at_ms = NULL WHERE number = 3");
	testdb_run(t.db, "DROP TABLE c");
	CHECK_INT("the column is there, the table is not", run(&t, small, 3, &report), ERR_OK);
	CHECK_INT("made", testdb_number(t.db, "SELECT COUNT(*) FROM c"), 0);
	testdb_run(t.db,
			"UPDATE schema_migration SET done_count = 1, begun_count = 1,"
			" applied_at_ms = NULL WHERE number = 3");
	CHECK_INT("never begun, yet there", run(&t, small, 3, &report), ERR_DB);
	testdb_stop(&t);
}

enum { STEPS = 30 };

/* A migration of many small steps: tables, and rows that must come exactly once. */
static struct migration make_steps(struct buf *sql) {
	buf_add_str(sql, "CREATE TABLE step (i INT NOT NULL);\n");
	for (int i = 0; i < STEPS; i++) {
		buf_addf(sql, "CREATE TABLE t%d (i INT, KEY (i));\n", i);
		buf_addf(sql, "ALTER TABLE t%d ADD COLUMN j INT, ADD KEY j (j);\n", i);
		buf_addf(sql, "INSERT INTO step VALUES (%d); UPDATE step SET i = i + 1000;\n", i);
	}
	return (struct migration){ 1, "0001_steps.sql", buf_str(sql), sql->len };
}

static pid_t start_runner(const struct testdb *t, const struct migration *m) {
	pid_t pid = fork();
	if (pid == 0) {
		struct migrate_report report;
		enum err e = run(t, m, 1, &report);
		if (e) {
			fprintf(stderr, "runner: %s\n", report.text);
		}
		_exit(e ? 1 : 0);
	}
	return pid;
}

static void test_killed(void) {
	struct testdb t;
	start_empty(&t, "killed");
	_cleanup_(buf_finish) struct buf sql = buf_make(1 << 20);
	struct migration m = make_steps(&sql);
	int kills = 0;
	int status = -1;
	srand(7);
	for (int i = 0; i < 200; i++) {
		pid_t pid = start_runner(&t, &m);
		usleep((useconds_t)(20 + rand() % 40) * 1000);
		/* From the twelfth on it may finish. */
		kills += i < 12 && kill(pid, SIGKILL) == 0;
		CHECK_INT("waited", waitpid(pid, &status, 0), pid);
		if (WIFEXITED(status)) {
			break;
		}
	}
	CHECK_INT("came to its end", status, 0);
	CHECK("after kills", kills >= 5);
	CHECK_INT("each row once", testdb_number(t.db, "SELECT COUNT(*) FROM step"), STEPS);
	int64_t want = 0;
	for (int i = 0; i < STEPS; i++) {
		want += i + 1000 * (STEPS - i);
	}
	CHECK_INT("each change once", testdb_number(t.db, "SELECT SUM(i) FROM step"), want);
	CHECK_INT("all tables",
			testdb_number(t.db,
					"SELECT COUNT(*) FROM information_schema.COLUMNS"
					" WHERE TABLE_SCHEMA = DATABASE() AND"
					" COLUMN_NAME = 'j'"),
			STEPS);
	testdb_stop(&t);
}

static void test_two_runners(void) {
	struct testdb t;
	start_empty(&t, "two");
	_cleanup_(buf_finish) struct buf sql = buf_make(1 << 20);
	struct migration m = make_steps(&sql);
	pid_t pids[3];
	for (int i = 0; i < 3; i++) {
		pids[i] = start_runner(&t, &m);
	}
	for (int i = 0; i < 3; i++) {
		int status = -1;
		CHECK_INT("waited", waitpid(pids[i], &status, 0), pids[i]);
		CHECK_INT("well", status, 0);
	}
	CHECK_INT("each row once", testdb_number(t.db, "SELECT COUNT(*) FROM step"), STEPS);
	testdb_stop(&t);
}

static void test_lease(void) {
	struct testdb t;
	start_empty(&t, "lease");
	struct migrate_report report;
	CHECK_INT("one", run(&t, small, 1, &report), ERR_OK);
	testdb_run(t.db,
			"UPDATE schema_lock SET server = 'elsewhere:3306:/data',"
			" until_ms = UNIX_TIMESTAMP() * 1000 + 60000");
	CHECK_INT("held elsewhere", run(&t, small, 3, &report), ERR_BUSY);
	CHECK_INT("nothing to do is well", run(&t, small, 1, &report), ERR_OK);
	testdb_run(t.db, "UPDATE schema_lock SET until_ms = UNIX_TIMESTAMP() * 1000 - 1");
	CHECK_INT("ran out", run(&t, small, 3, &report), ERR_OK);
	testdb_stop(&t);
}

/* A large table takes longer than any request may. */
static void test_slow_statement(void) {
	struct testdb t;
	start_empty(&t, "slow");
	const struct migration slow[] = { MIGRATION(
			1, "0001_slow.sql", "DO SLEEP(2); CREATE TABLE a (i INT);") };
	struct db_settings settings = testdb_settings(&t);
	settings.io_timeout_s = 1;
	struct migrate_report report;
	CHECK_INT("waits for it", migrate_up(&settings, slow, 1, &report), ERR_OK);
	CHECK_INT("made", testdb_number(t.db, "SELECT COUNT(*) FROM a"), 0);
	settings.socket_path = "/nowhere/mariadbd.sock";
	CHECK_INT("nobody there", migrate_up(&settings, slow, 1, &report), ERR_DB_AWAY);
	CHECK("is said", report.text[0] != '\0');
	testdb_stop(&t);
}

int main(void) {
	test_every_state();
	test_refusals();
	test_between();
	test_killed();
	test_two_runners();
	test_lease();
	test_slow_statement();
	return check_done();
}
