#ifndef CORE_DB_DB_H
#define CORE_DB_DB_H

/*
 * The database: one struct db is one connection, used by one thread at a time. Prepared
 * statements only; values are always bound. The connection is made at the first use and made
 * again after it was lost, but never in the middle of a transaction.
 *
 * Nothing here logs. After a failure db_error() says what the server said, with no value of a
 * row in it; the caller at the top logs it once.
 *
 * Errors that any of these functions may give:
 *   ERR_DB_AWAY    the connection is lost, timed out, or cannot be made: nothing is known about
 *                  a COMMIT that was under way
 *   ERR_DB_RETRY   deadlock, lock wait or snapshot conflict; db_transact() runs the work again
 *   ERR_BUSY       the statement ran longer than the time it is given
 *   ERR_DISK_FULL  the server's disk is full
 *   ERR_UNSUPPORTED  the server is too old: it has no innodb_snapshot_isolation
 *   ERR_DB         anything else: a mistake in the statement, the schema or the rights
 * and of statements that write:
 *   ERR_EXISTS     a unique key holds the value already; db_error_is_key() says which key
 *   ERR_CONFLICT   another row refers to this one
 *   ERR_MISSING    the row referred to is not there, or NULL in a column that needs a value
 *   ERR_LIMIT      text or number too long for its column
 *   ERR_INVAL      a CHECK of the table, or a value of the wrong form
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	DB_STATEMENTS_MAX = 160,     /* prepared statements kept on one connection */
	DB_PARAMS_MAX = 512,         /* of one statement */
	DB_COLUMNS_MAX = 64,         /* of one result */
	DB_BULK_ROWS_MAX = 4096,     /* rows of one bulk execute */
	DB_COL_BYTES_MAX = 64 << 20, /* of one value that is read */
	DB_RETRIES_MAX = 10,         /* runs of one transaction after the first */
	DB_TEXT_BYTES = 256,
	DB_CONNECT_TIMEOUT_S = 2,
	DB_IO_TIMEOUT_S = 3,
	DB_LOCK_WAIT_S = 1,
	DB_BACKOFF_FIRST_MS = 100,
	DB_BACKOFF_MOST_MS = 2000,
	DB_OWED_BYTES_MAX = 4 << 20,
};

enum db_tls {
	DB_TLS_AUTO, /* none on a Unix socket or to this machine; verified to any other */
	DB_TLS_OFF,  /* never: a closed network whose owner said so */
};

struct db;

/*
 * What is owed to the end of a transaction (db_owe()). `pay` runs before COMMIT when something is
 * owed, in the transaction, as its last statements; its error rolls back. When the transaction is
 * run again after ERR_DB_RETRY, `ahead` runs first, with what the failed run had owed: it may lock
 * what `pay` will need, so that the second run does not fail for the same reason. Both NULL: what is
 * owed is forgotten.
 */
struct db_last {
	enum err (*ahead)(struct db *db, struct str owed, const void *ctx);
	enum err (*pay)(struct db *db, struct str owed, const void *ctx);
	const void *ctx; /* lives longer than the connection */
};

/* Where the server is. Copied by db_new(). NULL and "" mean the same. */
struct db_settings {
	const char *socket_path; /* a Unix socket; then host and port are not looked at */
	const char *host;        /* one name or address, or several: "h1:p1,h2:p2" */
	unsigned port;           /* 0 means 3306 */
	const char *user;
	const char *password;
	const char *name;    /* of the database; "" connects to none */
	const char *ca_path; /* PEM file; "" trusts the system's authorities */
	enum db_tls tls;
	unsigned connect_timeout_s; /* 0 means DB_CONNECT_TIMEOUT_S */
	unsigned io_timeout_s;      /* for each answer; 0 means DB_IO_TIMEOUT_S */
	unsigned lock_wait_s;       /* 0 means DB_LOCK_WAIT_S */
	struct db_last last;
};

struct db_stmt;
struct db_bulk;

/* Takes no connection yet. The caller owns *out and gives it back with db_free(). */
enum err db_new(const struct db_settings *settings, struct db **out) MUST_CHECK;
void db_free(struct db *db);
DEFINE_FREEP(struct db *, db_free);

/* Makes the connection now if there is none. After a failure further tries are refused with
 * ERR_DB_AWAY at once until the back-off (doubling, with jitter) has passed. */
enum err db_connect(struct db *db) MUST_CHECK;
/* Forgets the back-off, for a caller that knows the server has just come up. */
void db_forget_backoff(struct db *db);
bool db_is_connected(const struct db *db);

/*
 * From any thread: whatever db waits for on the network ends now with ERR_DB_AWAY, and no new
 * connection is made until db_uninterrupt(). The only function that another thread may call.
 */
void db_interrupt(struct db *db);
void db_uninterrupt(struct db *db);

/* Number of the last error by the server or the connector, 0 when none. */
unsigned db_error_number(const struct db *db);
/* What went wrong, for a log: number, state and text with the values cut out. Owned by db. */
const char *db_error(const struct db *db);
/* True when the last ERR_EXISTS came from this unique key ("PRIMARY" or the key's name). */
bool db_error_is_key(const struct db *db, const char *key);

/*
 * A statement, prepared once a connection and kept; sql lives longer than the statement
 * (a constant). Give it back with db_stmt_free(), which keeps it prepared.
 */
enum err db_prepare(struct db *db, const char *sql, struct db_stmt **out) MUST_CHECK;
/* The same for text that is put together, which is copied. Values are never put into it. */
enum err db_prepare_text(struct db *db, struct str sql, struct db_stmt **out) MUST_CHECK;
void db_stmt_free(struct db_stmt *stmt);
DEFINE_FREEP(struct db_stmt *, db_stmt_free);

/*
 * Values by position, from 0. Bytes are not copied: they stay as they are until db_next() or
 * db_exec() has run. Every position must be bound before a run, and stays bound for the next;
 * binding ends a result that is still being read.
 */
void db_bind_u64(struct db_stmt *stmt, unsigned index, uint64_t v);
void db_bind_i64(struct db_stmt *stmt, unsigned index, int64_t v);
void db_bind_bool(struct db_stmt *stmt, unsigned index, bool v);
void db_bind_str(struct db_stmt *stmt, unsigned index, struct str s);   /* UTF-8 text */
void db_bind_text(struct db_stmt *stmt, unsigned index, const char *z); /* NULL binds NULL */
void db_bind_bytes(struct db_stmt *stmt, unsigned index, const void *bytes, size_t n);
void db_bind_null(struct db_stmt *stmt, unsigned index);
/* 0 binds NULL: for the id of something that need not be there. */
void db_bind_id_or_null(struct db_stmt *stmt, unsigned index, uint64_t id);
/* A DATE; year 0 binds NULL. */
void db_bind_date(struct db_stmt *stmt, unsigned index, struct date d);
/* Empty text binds NULL. */
void db_bind_str_or_null(struct db_stmt *stmt, unsigned index, struct str s);

/*
 * The next row; the first call runs the statement. ERR_NOT_FOUND at the end, after which the
 * next call runs it again. The rows are held in memory, so that other statements may run between
 * two rows, unless db_stream() was called before the first.
 */
enum err db_next(struct db_stmt *stmt) MUST_CHECK;
/* Rows come one by one from the server and take no memory, and nothing else may run on this
 * connection before the last row was read or the statement given back. All of it must be read
 * within the connection's io_timeout_s: an export has a connection with a longer one. */
void db_stream(struct db_stmt *stmt);

/* Columns of the current row, from 0; bytes are valid until the next db_ call on the statement.
 * A number that came as text (SUM, DECIMAL without places) is read as one. NULL gives 0 or "". */
uint64_t db_col_u64(const struct db_stmt *stmt, unsigned index);
int64_t db_col_i64(const struct db_stmt *stmt, unsigned index);
bool db_col_bool(const struct db_stmt *stmt, unsigned index);
struct str db_col_str(const struct db_stmt *stmt, unsigned index);
/* A DATE; NULL gives zeros. */
struct date db_col_date(const struct db_stmt *stmt, unsigned index);
bool db_col_is_null(const struct db_stmt *stmt, unsigned index);
/* Copies a BINARY column of exactly n bytes; ERR_CORRUPT when it has another length or is NULL. */
enum err db_col_bytes(const struct db_stmt *stmt, unsigned index, void *out, size_t n) MUST_CHECK;
/* A '\0'-terminated copy in memory the caller frees. */
enum err db_col_dup(const struct db_stmt *stmt, unsigned index, char **out) MUST_CHECK;
/* A '\0'-terminated copy into size bytes; ERR_LIMIT when it does not fit. */
enum err db_col_copy(const struct db_stmt *stmt, unsigned index, char *out, size_t size) MUST_CHECK;

/*
 * Runs a statement without rows. *out_changed (may be NULL): rows that the WHERE found, also
 * when the new values were the old ones; INSERT ... ON DUPLICATE KEY UPDATE counts 1 for an
 * insert and 2 for an update (1 when nothing differs).
 */
enum err db_exec(struct db_stmt *stmt, uint64_t *out_changed) MUST_CHECK;
/* The same for a statement that must change one row: ERR_NOT_FOUND when its WHERE found none. */
enum err db_exec_one(struct db_stmt *stmt) MUST_CHECK;
/* The AUTO_INCREMENT id that the last db_exec() of this statement made. */
uint64_t db_last_id(const struct db_stmt *stmt);

/*
 * Many rows by one execute. Rows are put together in memory and sent by db_bulk_run(), inside a
 * transaction. The server tells nothing about single rows: decide before inserting. A column
 * holds one kind of value (integers, or bytes) and NULLs. Bytes are not copied and stay as they
 * are until db_bulk_run().
 *
 * db_bulk_open: sql is a constant; rows_max at most DB_BULK_ROWS_MAX. About 256 rows a run are
 * best: more gained nothing when measured.
 */
enum err db_bulk_open(
		struct db *db, const char *sql, size_t rows_max, struct db_bulk **out) MUST_CHECK;
void db_bulk_free(struct db_bulk *bulk);
DEFINE_FREEP(struct db_bulk *, db_bulk_free);
void db_bulk_u64(struct db_bulk *bulk, unsigned index, uint64_t v);
void db_bulk_i64(struct db_bulk *bulk, unsigned index, int64_t v);
void db_bulk_str(struct db_bulk *bulk, unsigned index, struct str s);
void db_bulk_bytes(struct db_bulk *bulk, unsigned index, const void *bytes, size_t n);
void db_bulk_null(struct db_bulk *bulk, unsigned index);
/* Ends the row; every column must have a value. */
void db_bulk_row(struct db_bulk *bulk);
size_t db_bulk_count(const struct db_bulk *bulk); /* rows ended since the last run */
bool db_bulk_is_full(const struct db_bulk *bulk);
/* Sends the rows and forgets them, also when it fails. No rows: nothing is sent. */
enum err db_bulk_run(struct db_bulk *bulk) MUST_CHECK;
/* Rows that the last run has inserted or changed, all together. */
uint64_t db_bulk_changed(const struct db_bulk *bulk);

enum db_tx_flags {
	/* The work carries a key by which running it twice is the same as once, so it is also
	 * run again when the connection was lost, even at COMMIT. */
	DB_TX_IDEMPOTENT = 1,
	/* Reads only, all of one moment. */
	DB_TX_READ = 2,
};

/*
 * Runs fn between START TRANSACTION and COMMIT; any error of fn rolls back. ERR_DB_RETRY runs
 * the whole of fn again, at most DB_RETRIES_MAX times with a growing pause, so fn must not keep
 * anything in ctx from a run that failed. Inside a transaction fn simply becomes a part of it.
 * Nobody retries what fails inside: once a statement gave ERR_DB_RETRY or ERR_DB_AWAY every later
 * one gives the same, and so does db_transact(), whatever fn returns.
 */
enum err db_transact(struct db *db, enum err (*fn)(struct db *db, void *ctx), void *ctx) MUST_CHECK;
enum err db_transact_with(struct db *db, unsigned flags, enum err (*fn)(struct db *db, void *ctx),
		void *ctx) MUST_CHECK;
bool db_in_transaction(const struct db *db);

/*
 * Bytes that the running transaction owes to its end: whoever adds to them says how they are read.
 * Empty at the start of every run, limited to DB_OWED_BYTES_MAX. Only inside a transaction that
 * writes.
 */
struct buf *db_owed(struct db *db);
/* Whether anybody pays: false where the settings say nothing about it. */
bool db_pays(const struct db *db);

/* Runs fixed text as it is, for what needs no values and is never seen again: the statements of
 * a migration, CREATE DATABASE. Rows that it gives are dropped. */
enum err db_run(struct db *db, struct str sql) MUST_CHECK;

/* The server's UTC time read once, with this machine's CLOCK_BOOTTIME on both sides of the round
 * trip: the server's time belongs to the middle. */
struct db_now {
	int64_t before_us;
	int64_t after_us;
	int64_t server_us; /* since 1970 */
};
enum err db_server_now(struct db *db, struct db_now *out) MUST_CHECK;

#endif
