/* What happens to transactions when they meet each other, and when the connection goes. */
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "core/db/pool.h"
#include "tests/check.h"
#include "tests/db/testdb.h"

static int64_t now_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_MONOTONIC, &t);
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

static enum err set_number(struct db *db, int id, int64_t value) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, "UPDATE account SET number = ? WHERE id = ?", &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, value);
	db_bind_i64(stmt, 1, id);
	return db_exec(stmt, NULL);
}

static enum err get_number(struct db *db, int id, int64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, "SELECT number FROM account WHERE id = ?", &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	*out = db_col_i64(stmt, 0);
	return ERR_OK;
}

struct worker {
	const struct testdb *t;
	int first;
	int second;
	pthread_barrier_t *meet;
	unsigned runs;
	unsigned done;
	enum err err;
};

/* Locks two rows; in its first run it waits between them until the other has its first one, so
 * that neither can go on: a deadlock every time. */
static enum err lock_both(struct db *db, void *ctx) {
	struct worker *w = ctx;
	w->runs++;
	enum err e = set_number(db, w->first, w->first);
	if (e) {
		return e;
	}
	if (w->runs == 1) {
		pthread_barrier_wait(w->meet);
	}
	return set_number(db, w->second, 100 + w->first);
}

static void *deadlock_thread(void *arg) {
	struct worker *w = arg;
	struct db *db = testdb_connect(w->t);
	w->err = db_transact(db, lock_both, w);
	db_free(db);
	return NULL;
}

static void test_deadlock(const struct testdb *t) {
	pthread_barrier_t meet;
	pthread_barrier_init(&meet, NULL, 2);
	struct worker w[2] = { { .t = t, .first = 1, .second = 2, .meet = &meet },
		{ .t = t, .first = 2, .second = 1, .meet = &meet } };
	pthread_t threads[2];
	for (int i = 0; i < 2; i++) {
		pthread_create(&threads[i], NULL, deadlock_thread, &w[i]);
	}
	for (int i = 0; i < 2; i++) {
		pthread_join(threads[i], NULL);
		CHECK_INT("both end well", w[i].err, ERR_OK);
	}
	CHECK_INT("one of them ran twice", w[0].runs + w[1].runs, 3);
	pthread_barrier_destroy(&meet);
}

/* The way that loses updates without snapshot isolation: read, think, write. */
static enum err add_one(struct db *db, void *ctx) {
	struct worker *w = ctx;
	w->runs++;
	int64_t number = 0;
	enum err e = get_number(db, 3, &number);
	if (e) {
		return e;
	}
	return set_number(db, 3, number + 1);
}

static void *count_thread(void *arg) {
	struct worker *w = arg;
	struct db *db = testdb_connect(w->t);
	while (w->done < 100 && !w->err) {
		/* The cap is for storms; a loser of one comes again. */
		w->err = db_transact(db, add_one, w);
		w->done += w->err == ERR_OK;
		w->err = w->err == ERR_DB_RETRY ? ERR_OK : w->err;
	}
	db_free(db);
	return NULL;
}

static void test_lost_update(const struct testdb *t) {
	struct worker w[4] = { 0 };
	pthread_t threads[4];
	unsigned runs = 0;
	for (int i = 0; i < 4; i++) {
		w[i].t = t;
		pthread_create(&threads[i], NULL, count_thread, &w[i]);
	}
	for (int i = 0; i < 4; i++) {
		pthread_join(threads[i], NULL);
		CHECK_INT("no error", w[i].err, ERR_OK);
		runs += w[i].runs;
	}
	CHECK_INT("none is lost", testdb_number(t->db, "SELECT number FROM account WHERE id = 3"),
			400);
	CHECK("they did meet", runs > 400);
}

/* Looks, then locks every row, of which another has made one meanwhile: the error comes in the
 * middle of the rows. Nothing of it is left on the way, and the connection goes on. */
struct meeting {
	struct db *other;
	unsigned runs;
	int rows;
};

static enum err look_and_lock(struct db *db, void *ctx) {
	struct meeting *m = ctx;
	int64_t number = 0;
	_cleanup_(db_stmt_freep) struct db_stmt *all = NULL;
	enum err e = get_number(db, 1, &number);
	if (m->runs++ == 0) {
		testdb_run(m->other, "INSERT INTO account VALUES (1000, 0)");
	}
	e = e ? e : db_prepare(db, "SELECT id FROM account WHERE id > 0 FOR UPDATE", &all);
	for (m->rows = 0; !e; m->rows++) {
		e = db_next(all);
	}
	m->rows--;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static void test_conflict_in_rows(const struct testdb *t) {
	_cleanup_(db_freep) struct db *db = testdb_connect(t);
	_cleanup_(db_freep) struct db *other = testdb_connect(t);
	struct meeting m = { .other = other };
	int64_t connection = testdb_number(db, "SELECT CONNECTION_ID()");
	int64_t rows = testdb_number(db, "SELECT COUNT(*) FROM account");
	CHECK_INT("locked", db_transact(db, look_and_lock, &m), ERR_OK);
	CHECK_INT("in the second run", (int)m.runs, 2);
	CHECK_INT("the new one, too", m.rows, (int)rows + 1);
	CHECK("on the same connection", testdb_number(db, "SELECT CONNECTION_ID()") == connection);
	testdb_run(db, "DELETE FROM account WHERE id = 1000");
}

/* How often write_4() was run. */
static atomic_uint lock_runs;

static void *hold_thread(void *arg) {
	struct worker *w = arg;
	struct db *db = testdb_connect(w->t);
	testdb_run(db, "START TRANSACTION");
	testdb_run(db, "UPDATE account SET number = 7 WHERE id = 4");
	pthread_barrier_wait(w->meet);
	while (atomic_load(&lock_runs) < 2) { /* one wait has run out */
		usleep(1000);
	}
	testdb_run(db, "COMMIT");
	db_free(db);
	return NULL;
}

static enum err write_4(struct db *db, void *ctx) {
	(void)ctx;
	atomic_fetch_add(&lock_runs, 1);
	return set_number(db, 4, 8);
}

static void test_lock_wait(const struct testdb *t) {
	pthread_barrier_t meet;
	pthread_barrier_init(&meet, NULL, 2);
	struct worker w = { .t = t, .meet = &meet };
	pthread_t thread;
	pthread_create(&thread, NULL, hold_thread, &w);
	pthread_barrier_wait(&meet);
	CHECK_INT("waits it out", db_transact(t->db, write_4, NULL), ERR_OK);
	CHECK("after a lock wait that ran out", atomic_load(&lock_runs) >= 2);
	CHECK_INT("written", testdb_number(t->db, "SELECT number FROM account WHERE id = 4"), 8);
	pthread_join(thread, NULL);
	pthread_barrier_destroy(&meet);
}

/* A transaction in whose first run the connection is cut from outside. */
struct cut {
	struct db *other;
	int64_t connection;
	unsigned runs;
	bool swallows;
};

static void kill_connection(struct db *other, int64_t id) {
	char sql[128];
	snprintf(sql, sizeof(sql), "KILL CONNECTION %lld", (long long)id);
	testdb_run(other, sql);
	snprintf(sql, sizeof(sql),
			"SELECT COUNT(*) FROM information_schema.PROCESSLIST WHERE id = %lld",
			(long long)id);
	while (testdb_number(other, sql) > 0) {
		usleep(1000);
	}
}

static enum err work_and_cut(struct db *db, void *ctx) {
	struct cut *cut = ctx;
	enum err e = set_number(db, 5, 50 + (int64_t)++cut->runs);
	if (e) {
		return e;
	}
	if (cut->runs == 1) {
		kill_connection(cut->other, cut->connection);
	}
	return ERR_OK; /* the next to notice is COMMIT */
}

static enum err cut_in_the_middle(struct db *db, void *ctx) {
	struct cut *cut = ctx;
	enum err e = work_and_cut(db, ctx);
	if (e) {
		return e;
	}
	e = set_number(db, 6, 60);
	if (cut->swallows) {
		int64_t number = 0;
		CHECK_INT("everything after fails as well", get_number(db, 6, &number),
				ERR_DB_AWAY);
		return ERR_OK;
	}
	return e;
}

static void test_cut(const struct testdb *t) {
	_cleanup_(db_freep) struct db *db = testdb_connect(t);
	struct cut cut = { .other = t->db };

	cut.connection = testdb_number(db, "SELECT CONNECTION_ID()");
	CHECK_INT("cut at COMMIT", db_transact(db, work_and_cut, &cut), ERR_DB_AWAY);
	CHECK_INT("ran once", cut.runs, 1);
	CHECK_INT("nothing stays", testdb_number(db, "SELECT number FROM account WHERE id = 5"), 0);

	cut = (struct cut){ .other = t->db };
	cut.connection = testdb_number(db, "SELECT CONNECTION_ID()");
	CHECK_INT("with a key", db_transact_with(db, DB_TX_IDEMPOTENT, work_and_cut, &cut), ERR_OK);
	CHECK_INT("ran twice", cut.runs, 2);
	CHECK_INT("written", testdb_number(db, "SELECT number FROM account WHERE id = 5"), 52);

	cut = (struct cut){ .other = t->db, .swallows = true };
	cut.connection = testdb_number(db, "SELECT CONNECTION_ID()");
	CHECK_INT("swallowed", db_transact(db, cut_in_the_middle, &cut), ERR_DB_AWAY);
	CHECK_INT("with a key",
			(cut = (struct cut){ .other = t->db,
					 .connection = testdb_number(
							 db, "SELECT CONNECTION_ID()") },
					db_transact_with(db, DB_TX_IDEMPOTENT, cut_in_the_middle,
							&cut)),
			ERR_OK);

	kill_connection(t->db, testdb_number(db, "SELECT CONNECTION_ID()"));
	CHECK_INT("cut while it rested", testdb_number(db, "SELECT 3"), 3);

	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	CHECK_INT("prepare", db_prepare(db, "SELECT id FROM account WHERE id > ?", &stmt), ERR_OK);
	db_bind_i64(stmt, 0, 0);
	CHECK_INT("row", db_next(stmt), ERR_OK);
	kill_connection(t->db, testdb_number(db, "SELECT CONNECTION_ID()"));
	CHECK_INT("another statement finds it out", testdb_number(db, "SELECT 4"), 4);
	CHECK_INT("rows of before", db_next(stmt), ERR_DB_AWAY);
	CHECK_INT("then it runs anew", db_next(stmt), ERR_OK);
}

static enum err fail_inside(struct db *db, void *ctx) {
	(void)ctx;
	enum err e = set_number(db, 7, 70);
	return e ? e : ERR_CONFLICT;
}

static enum err outer(struct db *db, void *ctx) {
	(void)ctx;
	CHECK("inside", db_in_transaction(db));
	CHECK_INT("joins", db_transact(db, fail_inside, NULL), ERR_CONFLICT);
	CHECK("still inside", db_in_transaction(db));
	return set_number(db, 8, 80);
}

static enum err write_read_only(struct db *db, void *ctx) {
	(void)ctx;
	return set_number(db, 8, 81);
}

static void test_nesting(struct db *db) {
	CHECK_INT("fails", db_transact(db, fail_inside, NULL), ERR_CONFLICT);
	CHECK_INT("rolled back", testdb_number(db, "SELECT number FROM account WHERE id = 7"), 0);
	CHECK_INT("outer", db_transact(db, outer, NULL), ERR_OK);
	CHECK("outside", !db_in_transaction(db));
	CHECK_INT("one transaction",
			testdb_number(db,
					"SELECT SUM(number) FROM account"
					" WHERE id IN (7, 8)"),
			150);
	CHECK_INT("reads only", db_transact_with(db, DB_TX_READ, write_read_only, NULL), ERR_DB);
}

static enum err always_conflicts(struct db *db, void *ctx) {
	unsigned *runs = ctx;
	(*runs)++;
	(void)db;
	return ERR_DB_RETRY;
}

static void *interrupt_thread(void *arg) {
	usleep(300 * 1000);
	pool_interrupt(arg);
	return NULL;
}

static void test_interrupt(const struct testdb *t) {
	struct db_settings settings = testdb_settings(t);
	settings.io_timeout_s = 100;
	_cleanup_(pool_freep) struct pool *pool = NULL;
	CHECK_INT("pool", pool_new(&settings, 2, &pool), ERR_OK);
	struct db *a = NULL;
	struct db *b = NULL;
	struct db *c = NULL;
	CHECK_INT("one", pool_take(pool, &a), ERR_OK);
	CHECK_INT("at the limit", pool_take(pool, &b), ERR_OK);
	CHECK_INT("one past", pool_take(pool, &c), ERR_BUSY);
	CHECK_INT("taken", pool_state(pool).taken, 2);
	pthread_t thread;
	pthread_create(&thread, NULL, interrupt_thread, pool);
	int64_t start = now_ms();
	CHECK_INT("cut off", db_run(a, str_from("DO SLEEP(90)")), ERR_DB_AWAY);
	CHECK("before it has slept", now_ms() - start < 60000);
	pthread_join(thread, NULL);
	CHECK_INT("stays shut", db_run(b, str_from("DO 1")), ERR_DB_AWAY);
	pool_uninterrupt(pool);
	db_forget_backoff(a);
	CHECK_INT("open again", db_run(b, str_from("DO 1")), ERR_OK);
	CHECK_INT("the other too", db_run(a, str_from("DO 1")), ERR_OK);
	CHECK("not away", !pool_state(pool).is_away);
	pool_give(pool, b);
	CHECK_INT("given back", pool_take(pool, &c), ERR_OK);
	CHECK("the same one", c == b && db_is_connected(c));
	pool_give(pool, a);
	pool_give(pool, c);
	pool_give(pool, NULL);
	CHECK_INT("none taken", pool_state(pool).taken, 0);
}

/* One connection that finds the server gone holds the others back for a moment: false when the
 * machine stood still until that was over. */
static bool is_held_back(const struct db_settings *settings) {
	_cleanup_(pool_freep) struct pool *pool = NULL;
	CHECK_INT("pool", pool_new(settings, 2, &pool), ERR_OK);
	struct db *a = NULL;
	struct db *b = NULL;
	CHECK_INT("one", pool_take(pool, &a), ERR_OK);
	CHECK_INT("two", pool_take(pool, &b), ERR_OK);
	CHECK_INT("found out", db_connect(a), ERR_DB_AWAY);
	CHECK("with the system's number", db_error_number(a) == 2002);
	CHECK_INT("held back", db_connect(b), ERR_DB_AWAY);
	bool is_without_a_try = db_error_number(b) == 0;
	CHECK("away", pool_state(pool).is_away);
	while (db_error_number(b) == 0) {
		usleep(1000);
		CHECK_INT("a try", db_connect(b), ERR_DB_AWAY);
	}
	CHECK("of its own", db_error_number(b) == 2002);
	pool_give(pool, a);
	pool_give(pool, b);
	return is_without_a_try;
}

static void test_gate(const struct testdb *t) {
	struct db_settings settings = testdb_settings(t);
	settings.socket_path = "/nonexistent/sock";
	bool is_seen = false;
	for (int i = 0; i < 20 && !is_seen; i++) {
		is_seen = is_held_back(&settings);
	}
	CHECK("held back without a try", is_seen);
}

int main(void) {
	struct testdb t;
	testdb_start_empty(&t, "transact");
	testdb_run(t.db,
			"CREATE TABLE account (id INT NOT NULL PRIMARY KEY,"
			" number BIGINT NOT NULL) ENGINE=InnoDB");
	testdb_run(t.db, "INSERT INTO account SELECT seq, 0 FROM seq_1_to_20");
	test_deadlock(&t);
	test_lost_update(&t);
	test_conflict_in_rows(&t);
	test_lock_wait(&t);
	test_cut(&t);
	test_nesting(t.db);
	unsigned runs = 0;
	CHECK_INT("gives up", db_transact(t.db, always_conflicts, &runs), ERR_DB_RETRY);
	CHECK_INT("at the limit", runs, DB_RETRIES_MAX + 1);
	test_interrupt(&t);
	test_gate(&t);
	testdb_stop(&t);
	return check_done();
}
