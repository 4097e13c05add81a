#ifndef CORE_DB_DB_INNER_H
#define CORE_DB_DB_INNER_H

/* What the files of core/db share among themselves; nobody else includes this. */

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <mysql.h>

#include "core/db/db.h"

/* One bound value. */
struct db_param {
	uint64_t number;
	char date[DATE_ISO_BYTES];
	unsigned long length;
	my_bool is_null;
	bool is_bound;
};

/* One column of the current row. */
struct db_column {
	uint64_t number;
	char *text; /* owned; NULL for a number */
	size_t cap;
	unsigned long length;
	my_bool is_null;
	my_bool is_cut;
	bool is_number;
	bool is_unsigned;
};

enum db_stmt_state {
	DB_STMT_IDLE,
	DB_STMT_ROWS, /* run, rows are being read */
	DB_STMT_LOST, /* the connection went away while rows were being read */
};

struct db_stmt {
	struct db *db;
	char *sql; /* owned copy */
	size_t sql_n;
	uint64_t hash;
	MYSQL_STMT *my; /* NULL while not prepared on the present connection */
	enum db_stmt_state state;
	bool is_taken;
	bool is_stream;
	bool is_bound; /* the connector knows the present params */
	bool is_bulk;
	bool has_row;
	uint64_t used_at; /* the count of uses, for the least recently used */
	uint64_t last_id;
	unsigned param_count;
	struct db_param *params;
	MYSQL_BIND *param_binds;
	unsigned column_count;
	struct db_column *columns;
	MYSQL_BIND *column_binds;
};

/* What is known about reaching the server, shared by the connections of a pool. */
struct db_gate {
	pthread_mutex_t lock;
	unsigned owners;
	int64_t next_try_at_ms; /* monotonic; no connecting before */
	unsigned backoff_ms;    /* 0 while nothing has failed */
};

struct db {
	struct db_gate *gate;

	/* Copies of the settings; "" where nothing was given. */
	char *socket_path;
	char *host;
	char *user;
	char *password;
	char *name;
	char *ca_path;
	enum db_tls tls;
	unsigned port;
	unsigned connect_timeout_s;
	unsigned io_timeout_s;
	unsigned lock_wait_s;

	MYSQL *my; /* NULL while not connected */
	bool is_secure;
	int64_t used_at_ms; /* monotonic, of the last statement */
	uint64_t random;

	bool is_in_tx;
	enum err tx_err; /* what broke the running transaction */
	struct db_last last;
	struct buf owed;       /* by the running transaction */
	struct buf owed_again; /* by its run before, when that is run again */

	struct db_stmt *stmts[DB_STATEMENTS_MAX];
	size_t stmt_count;
	uint64_t uses;
	struct db_stmt *stream; /* whose rows are under way on the wire */

	unsigned error_number;
	char error_text[DB_TEXT_BYTES];
	char error_key[DB_TEXT_BYTES];

	pthread_mutex_t lock; /* guards the two below, which db_interrupt() uses */
	int fd;
	bool is_interrupted;
};

/* Another connection with the same settings, sharing the gate. */
enum err db_copy(const struct db *db, struct db **out) MUST_CHECK;

/* NULL when there is no memory. The last owner to release it frees it; NULL may be released. */
struct db_gate *db_gate_new(void);
struct db_gate *db_gate_share(struct db_gate *gate);
void db_gate_release(struct db_gate *gate);
/* Whether a connection may be tried now. Once a try has failed only one at a time may: the pass
 * holds the others off for as long as the try can last. */
bool db_gate_pass(struct db_gate *gate, unsigned timeout_s);
void db_gate_open(struct db_gate *gate);
void db_gate_shut(struct db_gate *gate, struct db *db);
bool db_gate_is_shut(struct db_gate *gate);

/* Makes sure that a statement can be sent: connected, or ERR_DB_AWAY; the broken transaction's
 * error when it is broken. Never connects inside a transaction. */
enum err db_ready(struct db *db) MUST_CHECK;
/* Keeps the connector's error and gives the code it stands for; closes a lost connection. */
enum err db_fail(struct db *db, unsigned number, const char *state, const char *text);
enum err db_fail_stmt(struct db_stmt *stmt);
/* Closes the connection; every statement must be prepared anew. */
void db_drop(struct db *db);
/* Text without values, outside of the cache. */
enum err db_query(struct db *db, const char *sql, size_t n) MUST_CHECK;
/* Prepares stmt on the present connection unless it is. */
enum err db_stmt_ready(struct db_stmt *stmt) MUST_CHECK;
/* Ends a result that is still being read. */
void db_stmt_end_rows(struct db_stmt *stmt);
/* Closes the connector's side of a statement. */
void db_stmt_close(struct db_stmt *stmt);
void db_stmt_destroy(struct db_stmt *stmt);
/* Buffers for the columns of a prepared statement; nothing when it gives no rows. */
enum err db_columns_set(struct db_stmt *stmt) MUST_CHECK;
void db_columns_free(struct db_stmt *stmt);
/* Fetches a value again that was longer than its buffer. */
enum err db_column_fetch_again(struct db_stmt *stmt, unsigned index) MUST_CHECK;

int64_t db_monotonic_ms(void);
/* A number below n from a generator for jitter only. */
uint64_t db_jitter(struct db *db, uint64_t n);
void db_sleep_ms(uint64_t ms);

#endif
