/* Statements, values, errors and the session, on a real server. */
#include "core/db/db.h"

#include <stdlib.h>
#include <string.h>

#include "tests/check.h"
#include "tests/db/testdb.h"

enum {
	TRIES = 20, /* of what may go otherwise on a machine that stands still for a moment */
	TOO_LONG_S = 3,
};

static const char sql_make[] =
		"CREATE TABLE thing (id BIGINT UNSIGNED NOT NULL AUTO_INCREMENT PRIMARY KEY,"
		" big BIGINT UNSIGNED NULL, small BIGINT NULL, flag TINYINT UNSIGNED NULL,"
		" word VARCHAR(20) NULL, raw VARBINARY(200) NULL, long_text LONGTEXT NULL,"
		" day DATE NULL, UNIQUE KEY thing_word (word), CHECK (flag <= 1)) ENGINE=InnoDB";
static const char sql_make_part[] = "CREATE TABLE part (thing_id BIGINT UNSIGNED NOT NULL,"
				    " FOREIGN KEY (thing_id) REFERENCES thing (id)) ENGINE=InnoDB";
static const char sql_add[] = "INSERT INTO thing (big, small, flag, word, raw, long_text, day)"
			      " VALUES (?, ?, ?, ?, ?, ?, ?)";
static const char sql_get[] = "SELECT big, small, flag, word, raw, long_text, day FROM thing"
			      " WHERE id = ?";
static const char sql_add_word[] = "INSERT INTO thing (word, flag) VALUES (?, ?)";
static const char sql_add_part[] = "INSERT INTO part (thing_id) VALUES (?)";

static struct str big_text(char c, size_t n) {
	char *p = malloc(n);
	memset(p, c, n);
	return (struct str){ p, n };
}

static void test_values(struct db *db) {
	_cleanup_(db_stmt_freep) struct db_stmt *add = NULL;
	CHECK_INT("prepare", db_prepare(db, sql_add, &add), ERR_OK);
	struct str text = big_text('x', 300000);
	db_bind_u64(add, 0, UINT64_MAX);
	db_bind_i64(add, 1, INT64_MIN);
	db_bind_bool(add, 2, true);
	db_bind_str(add, 3, str_from("Trường Thi"));
	db_bind_bytes(add, 4, "a\0b", 3);
	db_bind_str(add, 5, text);
	db_bind_text(add, 6, "2010-09-05");
	uint64_t changed = 0;
	CHECK_INT("insert", db_exec(add, &changed), ERR_OK);
	CHECK_INT("one row", changed, 1);
	uint64_t first = db_last_id(add);
	CHECK("an id", first > 0);
	for (unsigned i = 0; i < 7; i++) {
		db_bind_null(add, i);
	}
	db_bind_str_or_null(add, 3, str_from(""));
	db_bind_id_or_null(add, 0, 0);
	db_bind_bytes(add, 4, NULL, 0);
	CHECK_INT("insert nothing", db_exec(add, NULL), ERR_OK);

	_cleanup_(db_stmt_freep) struct db_stmt *get = NULL;
	CHECK_INT("prepare", db_prepare(db, sql_get, &get), ERR_OK);
	db_bind_u64(get, 0, first);
	CHECK_INT("row", db_next(get), ERR_OK);
	CHECK("u64", db_col_u64(get, 0) == UINT64_MAX);
	CHECK("i64", db_col_i64(get, 1) == INT64_MIN);
	CHECK("bool", db_col_bool(get, 2));
	CHECK("text", str_eq_z(db_col_str(get, 3), "Trường Thi"));
	CHECK("bytes", str_eq(db_col_str(get, 4), (struct str){ "a\0b", 3 }));
	CHECK("longer than any guess", str_eq(db_col_str(get, 5), text));
	CHECK("date", str_eq_z(db_col_str(get, 6), "2010-09-05"));
	char raw[3];
	CHECK_INT("exact bytes", db_col_bytes(get, 4, raw, 3), ERR_OK);
	CHECK_INT("other length", db_col_bytes(get, 4, raw, 2), ERR_CORRUPT);
	char word[13];
	CHECK_INT("copy", db_col_copy(get, 3, word, sizeof(word)), ERR_LIMIT);
	_cleanup_(mem_freep) char *copy = NULL;
	CHECK_INT("dup", db_col_dup(get, 3, &copy), ERR_OK);
	CHECK_STR("dup", copy, "Trường Thi");
	CHECK_INT("end", db_next(get), ERR_NOT_FOUND);

	db_bind_u64(get, 0, db_last_id(add));
	CHECK_INT("bound anew", db_next(get), ERR_OK);
	for (unsigned i = 0; i < 7; i++) {
		CHECK("null", db_col_is_null(get, i) == (i != 4));
	}
	CHECK_INT("null is 0", db_col_u64(get, 0), 0);
	CHECK_INT("empty", db_col_str(get, 4).n, 0);
	CHECK_INT("end", db_next(get), ERR_NOT_FOUND);
	CHECK_INT("runs again after the end", db_next(get), ERR_OK);
	free((void *)(uintptr_t)text.p);
}

static void test_reading(struct db *db) {
	testdb_run(db, "CREATE TABLE n (i INT NOT NULL PRIMARY KEY)");
	testdb_run(db, "INSERT INTO n SELECT seq FROM seq_1_to_1000");
	_cleanup_(db_stmt_freep) struct db_stmt *outer = NULL;
	CHECK_INT("prepare", db_prepare(db, "SELECT i FROM n ORDER BY i", &outer), ERR_OK);
	int64_t sum = 0;
	while (db_next(outer) == ERR_OK) {
		_cleanup_(db_stmt_freep) struct db_stmt *inner = NULL;
		CHECK_INT("the same text at once",
				db_prepare(db, "SELECT i FROM n ORDER BY i", &inner), ERR_OK);
		CHECK("another statement", inner != outer);
		CHECK_INT("nested", db_next(inner), ERR_OK);
		sum += db_col_i64(outer, 0) * db_col_i64(inner, 0);
	}
	CHECK_INT("all rows", sum, 500500);

	_cleanup_(db_stmt_freep) struct db_stmt *stream = NULL;
	CHECK_INT("prepare", db_prepare(db, "SELECT i FROM n WHERE i > ?", &stream), ERR_OK);
	db_bind_i64(stream, 0, 10);
	db_stream(stream);
	size_t rows = 0;
	while (db_next(stream) == ERR_OK) {
		rows++;
	}
	CHECK_INT("streamed", rows, 990);
	db_bind_i64(stream, 0, 0);
	CHECK_INT("streams again", db_next(stream), ERR_OK);
	db_stmt_free(STEAL(stream));
	CHECK_INT("in the middle given back", testdb_number(db, "SELECT COUNT(*) FROM n"), 1000);
	CHECK_INT("a sum comes as a number", testdb_number(db, "SELECT -SUM(i) FROM n"), -500500);
}

static enum err add_word(struct db *db, const char *word, uint64_t flag) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_word, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, word);
	db_bind_u64(stmt, 1, flag);
	return db_exec(stmt, NULL);
}

static enum err add_part(struct db *db, uint64_t thing) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_add_part, &stmt);
	if (e) {
		return e;
	}
	db_bind_id_or_null(stmt, 0, thing);
	return db_exec(stmt, NULL);
}

static void test_errors(struct db *db) {
	CHECK_INT("first", add_word(db, "geheim", 0), ERR_OK);
	CHECK_INT("twice", add_word(db, "geheim", 0), ERR_EXISTS);
	CHECK("which key", db_error_is_key(db, "thing_word"));
	CHECK("not that key", !db_error_is_key(db, "PRIMARY"));
	CHECK("no value in the text", !strstr(db_error(db), "geheim"));
	CHECK("the key in the text", strstr(db_error(db), "thing_word") != NULL);
	CHECK_INT("too long", add_word(db, "123456789012345678901", 0), ERR_LIMIT);
	CHECK_INT("at the limit", add_word(db, "12345678901234567890", 0), ERR_OK);
	CHECK_INT("check", add_word(db, "two", 2), ERR_INVAL);
	CHECK_INT("out of range", add_word(db, "many", 300), ERR_LIMIT);
	CHECK_INT("no parent", add_part(db, 999999), ERR_MISSING);
	CHECK_INT("null", add_part(db, 0), ERR_MISSING);
	CHECK_INT("parent", add_part(db, 1), ERR_OK);
	CHECK_INT("is referred to", db_run(db, str_from("DELETE FROM thing WHERE id = 1")),
			ERR_CONFLICT);
	struct db_stmt *none = NULL;
	CHECK_INT("syntax", db_prepare(db, "SELEKT 1", &none), ERR_DB);
	CHECK_INT("no table", db_prepare(db, "SELECT a FROM nothing_here", &none), ERR_DB);
	CHECK("untouched", none == NULL);
	CHECK_INT("wrong date",
			db_run(db, str_from("INSERT INTO thing (day) VALUES ('31/02/2010')")),
			ERR_INVAL);
	CHECK("no value in that text", !strstr(db_error(db), "31/02/2010"));
}

static void test_changed_rows(struct db *db) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db, "UPDATE thing SET flag = ? WHERE word = ?", &stmt),
			ERR_OK);
	db_bind_u64(stmt, 0, 0);
	db_bind_text(stmt, 1, "geheim");
	uint64_t changed = 0;
	CHECK_INT("update", db_exec(stmt, &changed), ERR_OK);
	CHECK_INT("found counts, the same value or not", changed, 1);
	db_bind_text(stmt, 1, "Geheim");
	CHECK_INT("update", db_exec(stmt, &changed), ERR_OK);
	CHECK_INT("compared byte for byte", changed, 0);
}

static void test_cache(struct db *db) {
	struct db_stmt *all[DB_STATEMENTS_MAX];
	char sql[DB_STATEMENTS_MAX + 1][32];
	for (size_t i = 0; i <= DB_STATEMENTS_MAX; i++) {
		snprintf(sql[i], sizeof(sql[i]), "SELECT %zu + ?", i);
	}
	for (size_t i = 0; i < DB_STATEMENTS_MAX; i++) {
		CHECK_INT("at the limit", db_prepare(db, sql[i], &all[i]), ERR_OK);
	}
	struct db_stmt *more = NULL;
	CHECK_INT("one past", db_prepare(db, sql[DB_STATEMENTS_MAX], &more), ERR_LIMIT);
	db_stmt_free(all[7]);
	CHECK_INT("room again", db_prepare(db, sql[DB_STATEMENTS_MAX], &more), ERR_OK);
	for (size_t i = 0; i < DB_STATEMENTS_MAX; i++) {
		if (i != 7) {
			db_bind_i64(all[i], 0, 1);
			CHECK_INT("runs", db_next(all[i]), ERR_OK);
			CHECK_INT("its own", db_col_i64(all[i], 0), i + 1);
			db_stmt_free(all[i]);
		}
	}
	db_stmt_free(more);
	int64_t before = testdb_number(db,
			"SELECT VARIABLE_VALUE + 0 FROM"
			" information_schema.SESSION_STATUS"
			" WHERE VARIABLE_NAME = 'COM_STMT_PREPARE'");
	for (int i = 0; i < 50; i++) {
		_cleanup_(db_stmt_freep) struct db_stmt *again = NULL;
		CHECK_INT("again", db_prepare(db, sql[100], &again), ERR_OK);
		db_bind_i64(again, 0, i);
		CHECK_INT("runs", db_next(again), ERR_OK);
	}
	int64_t after = testdb_number(db,
			"SELECT VARIABLE_VALUE + 0 FROM"
			" information_schema.SESSION_STATUS"
			" WHERE VARIABLE_NAME = 'COM_STMT_PREPARE'");
	CHECK_INT("prepared once only", after - before, 0);
}

static void test_session(struct db *db) {
	CHECK_INT("snapshot isolation",
			testdb_number(db, "SELECT @@session.innodb_snapshot_isolation"), 1);
	CHECK_INT("UTC", testdb_number(db, "SELECT @@session.time_zone = '+00:00'"), 1);
	CHECK_INT("strict", testdb_number(db, "SELECT @@sql_mode LIKE '%STRICT_ALL_TABLES%'"), 1);
	CHECK_INT("short lock wait", testdb_number(db, "SELECT @@session.innodb_lock_wait_timeout"),
			DB_LOCK_WAIT_S);
	CHECK_INT("utf8mb4", testdb_number(db, "SELECT @@character_set_client = 'utf8mb4'"), 1);
	CHECK("no local files",
			db_run(db, str_from("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE thing")) !=
					ERR_OK);
	int64_t seconds = testdb_number(db, "SELECT UNIX_TIMESTAMP()");
	struct db_now now = { 0 };
	CHECK_INT("now", db_server_now(db, &now), ERR_OK);
	CHECK("in order", now.before_us <= now.after_us);
	CHECK("the server's time",
			now.server_us / 1000000 >= seconds &&
					now.server_us / 1000000 <=
							testdb_number(db,
									"SELECT UNIX_TIMESTAMP()"));
}

static void test_too_long(const struct testdb *t) {
	struct db_settings s = testdb_settings(t);
	s.io_timeout_s = TOO_LONG_S;
	_cleanup_(db_freep) struct db *db = NULL;
	CHECK_INT("new", db_new(&s, &db), ERR_OK);
	enum err e = ERR_DB_AWAY; /* the server's word comes half a second before we give up */
	for (int i = 0; i < TRIES && e == ERR_DB_AWAY; i++) {
		db_forget_backoff(db);
		e = db_run(db,
				str_from("SELECT SUM(a.seq) FROM seq_1_to_100000 a,"
					 " seq_1_to_100000 b"));
	}
	CHECK_INT("a statement that takes too long", e, ERR_BUSY);
	CHECK_INT("the connection still serves", testdb_number(db, "SELECT 5"), 5);
}

struct bulk_case {
	size_t rows;
	int64_t from;
};

static enum err add_bulk(struct db *db, void *ctx) {
	const struct bulk_case *c = ctx;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, "INSERT INTO row (i, u, word, raw) VALUES (?, ?, ?, ?)",
			DB_BULK_ROWS_MAX, &bulk);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < c->rows; i++) {
		db_bulk_i64(bulk, 0, c->from + (int64_t)i);
		if (i % 3 == 0) {
			db_bulk_null(bulk, 1);
			db_bulk_null(bulk, 2);
		} else {
			db_bulk_u64(bulk, 1, UINT64_MAX - i);
			db_bulk_str(bulk, 2, str_from("chữ"));
		}
		db_bulk_bytes(bulk, 3, "\0\1\2", i % 4);
		db_bulk_row(bulk);
	}
	CHECK_INT("counted", db_bulk_count(bulk), c->rows);
	CHECK("full at the limit", db_bulk_is_full(bulk) == (c->rows == DB_BULK_ROWS_MAX));
	e = db_bulk_run(bulk);
	if (!e) {
		e = db_bulk_run(bulk); /* nothing is left to send */
	}
	return e;
}

static void test_bulk(struct db *db) {
	testdb_run(db,
			"CREATE TABLE row (i BIGINT NOT NULL PRIMARY KEY, u BIGINT UNSIGNED NULL,"
			" word VARCHAR(10) NULL, raw VARBINARY(4) NOT NULL) ENGINE=InnoDB");
	struct bulk_case c = { DB_BULK_ROWS_MAX, -10 };
	CHECK_INT("many", db_transact(db, add_bulk, &c), ERR_OK);
	CHECK_INT("all there", testdb_number(db, "SELECT COUNT(*) FROM row"), DB_BULK_ROWS_MAX);
	CHECK_INT("least", testdb_number(db, "SELECT MIN(i) FROM row"), -10);
	CHECK_INT("nulls", testdb_number(db, "SELECT SUM(u IS NULL AND word IS NULL) FROM row"),
			(DB_BULK_ROWS_MAX + 2) / 3);
	CHECK_INT("unsigned", testdb_number(db, "SELECT MAX(u) = 18446744073709551614 FROM row"),
			1);
	CHECK_INT("text", testdb_number(db, "SELECT COUNT(*) FROM row WHERE word = 'chữ'"),
			DB_BULK_ROWS_MAX - (DB_BULK_ROWS_MAX + 2) / 3);
	CHECK_INT("bytes", testdb_number(db, "SELECT COUNT(*) FROM row WHERE raw = x'000102'"),
			DB_BULK_ROWS_MAX / 4);
	c = (struct bulk_case){ 100, -100 };
	CHECK_INT("ten of them are there", db_transact(db, add_bulk, &c), ERR_EXISTS);
	CHECK_INT("none stays", testdb_number(db, "SELECT COUNT(*) FROM row"), DB_BULK_ROWS_MAX);
	c = (struct bulk_case){ 1, -100 };
	CHECK_INT("one row", db_transact(db, add_bulk, &c), ERR_OK);
	c = (struct bulk_case){ 0, 0 };
	CHECK_INT("no row", db_transact(db, add_bulk, &c), ERR_OK);
	CHECK_INT("one more", testdb_number(db, "SELECT COUNT(*) FROM row"), DB_BULK_ROWS_MAX + 1);
}

static void test_settings(const struct testdb *t) {
	struct db_settings s = testdb_settings(t);
	s.user = "nobody_of_this_name";
	_cleanup_(db_freep) struct db *wrong = NULL;
	CHECK_INT("new", db_new(&s, &wrong), ERR_OK);
	bool is_held_off = false;
	for (int i = 0; i < TRIES && !is_held_off; i++) { /* it may try again after a moment */
		enum err e = db_connect(wrong);
		CHECK("says so", e == ERR_DB_AWAY || strstr(db_error(wrong), "1045") != NULL);
		CHECK("refused", e == ERR_DB || (e == ERR_DB_AWAY && i > 0));
		is_held_off = e == ERR_DB_AWAY;
	}
	CHECK("held off", is_held_off);
	s = testdb_settings(t);
	s.socket_path = "/nonexistent/sock";
	_cleanup_(db_freep) struct db *nowhere = NULL;
	CHECK_INT("new", db_new(&s, &nowhere), ERR_OK);
	struct db_stmt *stmt = NULL;
	CHECK_INT("nowhere", db_prepare(nowhere, "SELECT 1", &stmt), ERR_DB_AWAY);
	CHECK("not connected", !db_is_connected(nowhere));
}

int main(void) {
	struct testdb t;
	testdb_start_empty(&t, "db");
	testdb_run(t.db, sql_make);
	testdb_run(t.db, sql_make_part);
	test_values(t.db);
	test_reading(t.db);
	test_errors(t.db);
	test_changed_rows(t.db);
	test_cache(t.db);
	test_session(t.db);
	test_too_long(&t);
	test_bulk(t.db);
	test_settings(&t);
	testdb_stop(&t);
	return check_done();
}
