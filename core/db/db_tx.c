/* Transactions, their retries, fixed text, and the server's clock. */
#include "core/db/db_inner.h"

#include <assert.h>
#include <string.h>
#include <time.h>

enum {
	RETRY_FIRST_MS = 4,
	RETRY_MOST_MS = 250,
	RECONNECTS_MAX = 3, /* of one idempotent transaction */
};

static const char sql_start[] = "START TRANSACTION";
static const char sql_start_read[] = "START TRANSACTION WITH CONSISTENT SNAPSHOT, READ ONLY";
static const char sql_commit[] = "COMMIT";
static const char sql_rollback[] = "ROLLBACK";
static const char sql_now[] = "SELECT CAST(UNIX_TIMESTAMP(UTC_TIMESTAMP(6)) * 1000000 AS SIGNED)";

bool db_in_transaction(const struct db *db) {
	return db->is_in_tx;
}

/* A rollback that fails leaves nothing to rely on; the server rolls back when we hang up. */
static void roll_back(struct db *db) {
	if (db->my && db_query(db, sql_rollback, strlen(sql_rollback))) {
		db_drop(db);
	}
}

struct buf *db_owed(struct db *db) {
	assert(db->is_in_tx);
	return &db->owed;
}

bool db_pays(const struct db *db) {
	return db->last.pay != NULL;
}

static struct str text_of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* The work itself, between what may come before it and what comes last. */
static enum err run_work(struct db *db, enum err (*fn)(struct db *, void *), void *ctx) {
	enum err e = ERR_OK;
	if (db->owed_again.len > 0 && db->last.ahead) {
		e = db->last.ahead(db, text_of(&db->owed_again), db->last.ctx);
	}
	e = e ? e : fn(db, ctx);
	e = e ? e : buf_err(&db->owed);
	if (!e && db->owed.len > 0 && db->last.pay) {
		e = db->last.pay(db, text_of(&db->owed), db->last.ctx);
	}
	return db->tx_err ? db->tx_err : e; /* fn may have taken it for something else */
}

/* What a run owed is there for the next one. */
static void keep_owed(struct db *db) {
	struct buf failed = db->owed;
	db->owed = db->owed_again;
	db->owed_again = failed;
}

static enum err run_once(
		struct db *db, unsigned flags, enum err (*fn)(struct db *, void *), void *ctx) {
	enum err e = db_ready(db);
	if (e) {
		return e;
	}
	const char *start = flags & DB_TX_READ ? sql_start_read : sql_start;
	e = db_query(db, start, strlen(start));
	if (e) {
		return e;
	}
	db->is_in_tx = true;
	db->tx_err = ERR_OK;
	buf_clear(&db->owed);
	e = run_work(db, fn, ctx);
	if (!e) {
		assert(!db->stream); /* fn has given back what it read */
		e = db_query(db, sql_commit, strlen(sql_commit));
	}
	if (e) {
		roll_back(db);
	}
	db->is_in_tx = false;
	db->tx_err = ERR_OK;
	return e;
}

static void pause_before_retry(struct db *db, unsigned tries) {
	uint64_t most_ms = (uint64_t)RETRY_FIRST_MS << (tries < 10 ? tries : 10);
	if (most_ms > RETRY_MOST_MS) {
		most_ms = RETRY_MOST_MS;
	}
	db_sleep_ms(most_ms / 2 + db_jitter(db, most_ms / 2 + 1));
}

enum err db_transact_with(
		struct db *db, unsigned flags, enum err (*fn)(struct db *, void *), void *ctx) {
	if (db->is_in_tx) {
		return db->tx_err ? db->tx_err : fn(db, ctx);
	}
	unsigned reconnects = 0;
	buf_clear(&db->owed_again);
	for (unsigned tries = 0;; tries++) {
		enum err e = run_once(db, flags, fn, ctx);
		if (e == ERR_DB_AWAY && (flags & DB_TX_IDEMPOTENT) && !db->my &&
				reconnects < RECONNECTS_MAX && !db_connect(db)) {
			reconnects++; /* a server that cannot be reached at once ends it here */
			continue;
		}
		if (e != ERR_DB_RETRY || tries >= DB_RETRIES_MAX) {
			return e;
		}
		keep_owed(db);
		pause_before_retry(db, tries);
	}
}

enum err db_transact(struct db *db, enum err (*fn)(struct db *, void *), void *ctx) {
	return db_transact_with(db, 0, fn, ctx);
}

enum err db_run(struct db *db, struct str sql) {
	enum err e = db_ready(db);
	if (e) {
		return e;
	}
	return db_query(db, sql.p, sql.n);
}

static int64_t boottime_us(void) {
	struct timespec t;
	(void)clock_gettime(CLOCK_BOOTTIME, &t); /* exists on every Linux */
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

enum err db_server_now(struct db *db, struct db_now *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_now, &stmt); /* not within the measured trip */
	if (e) {
		return e;
	}
	struct db_now now = { .before_us = boottime_us() };
	e = db_next(stmt);
	if (e) {
		return e;
	}
	now.after_us = boottime_us();
	now.server_us = db_col_i64(stmt, 0);
	*out = now;
	return ERR_OK;
}
