/* The connection: making it, its session, what its errors mean, ending it. */
#include "core/db/db_inner.h"

#include <assert.h>
#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/socket.h>

#include <errmsg.h>
#include <mysqld_error.h>

enum {
	PORT_DEFAULT = 3306,
	IDLE_PING_MS = 5000, /* an encrypted connection that rested longer is asked first */
};

static pthread_once_t library_once = PTHREAD_ONCE_INIT;

static void library_start(void) {
	(void)mysql_library_init(0, NULL, NULL); /* the connector's own cannot fail */
}

static char *copy_or_empty(const char *s) {
	return strdup(s ? s : "");
}

static enum err copy_settings(struct db *db, const struct db_settings *s) {
	db->socket_path = copy_or_empty(s->socket_path);
	db->host = copy_or_empty(s->host);
	db->user = copy_or_empty(s->user);
	db->password = copy_or_empty(s->password);
	db->name = copy_or_empty(s->name);
	db->ca_path = copy_or_empty(s->ca_path);
	if (!db->socket_path || !db->host || !db->user || !db->password || !db->name ||
			!db->ca_path) {
		return ERR_NOMEM;
	}
	db->tls = s->tls;
	db->port = s->port ? s->port : PORT_DEFAULT;
	db->connect_timeout_s = s->connect_timeout_s ? s->connect_timeout_s : DB_CONNECT_TIMEOUT_S;
	db->io_timeout_s = s->io_timeout_s ? s->io_timeout_s : DB_IO_TIMEOUT_S;
	db->lock_wait_s = s->lock_wait_s ? s->lock_wait_s : DB_LOCK_WAIT_S;
	db->last = s->last;
	db->owed = buf_make(DB_OWED_BYTES_MAX);
	db->owed_again = buf_make(DB_OWED_BYTES_MAX);
	return ERR_OK;
}

/* Takes the gate over, also when it fails. */
static enum err new_with_gate(const struct db_settings *s, struct db_gate *gate, struct db **out) {
	(void)pthread_once(&library_once, library_start); /* fails only on a bad argument */
	_cleanup_(db_freep) struct db *db = calloc(1, sizeof(*db));
	if (!db) {
		db_gate_release(gate);
		return ERR_NOMEM;
	}
	(void)pthread_mutex_init(&db->lock, NULL); /* never fails on Linux */
	db->fd = -1;
	db->gate = gate;
	enum err e = copy_settings(db, s);
	if (e) {
		return e;
	}
	if (getrandom(&db->random, sizeof(db->random), 0) != (ssize_t)sizeof(db->random) ||
			db->random == 0) {
		db->random = 1; /* jitter may be guessed; nothing secret hangs on it */
	}
	*out = STEAL(db);
	return ERR_OK;
}

enum err db_new(const struct db_settings *s, struct db **out) {
	struct db_gate *gate = db_gate_new();
	if (!gate) {
		return ERR_NOMEM;
	}
	return new_with_gate(s, gate, out);
}

enum err db_copy(const struct db *db, struct db **out) {
	struct db_settings s = {
		.socket_path = db->socket_path,
		.host = db->host,
		.port = db->port,
		.user = db->user,
		.password = db->password,
		.name = db->name,
		.ca_path = db->ca_path,
		.tls = db->tls,
		.connect_timeout_s = db->connect_timeout_s,
		.io_timeout_s = db->io_timeout_s,
		.lock_wait_s = db->lock_wait_s,
		.last = db->last,
	};
	return new_with_gate(&s, db_gate_share(db->gate), out);
}

void db_free(struct db *db) {
	if (!db) {
		return;
	}
	db_drop(db);
	for (size_t i = 0; i < db->stmt_count; i++) {
		db_stmt_destroy(db->stmts[i]);
	}
	if (db->password) {
		explicit_bzero(db->password, strlen(db->password));
	}
	free(db->socket_path);
	free(db->host);
	free(db->user);
	free(db->password);
	free(db->name);
	free(db->ca_path);
	buf_finish(&db->owed);
	buf_finish(&db->owed_again);
	db_gate_release(db->gate);
	(void)pthread_mutex_destroy(&db->lock); /* nobody holds it any more */
	free(db);
}

static void set_fd(struct db *db, int fd) {
	(void)pthread_mutex_lock(&db->lock); /* a plain mutex: cannot fail */
	db->fd = fd;
	bool is_interrupted = db->is_interrupted;
	if (is_interrupted && fd >= 0) {
		(void)shutdown(fd, SHUT_RDWR); /* the next call on it finds out */
	}
	(void)pthread_mutex_unlock(&db->lock);
}

static bool is_interrupted(struct db *db) {
	(void)pthread_mutex_lock(&db->lock);
	bool is = db->is_interrupted;
	(void)pthread_mutex_unlock(&db->lock);
	return is;
}

void db_interrupt(struct db *db) {
	(void)pthread_mutex_lock(&db->lock);
	db->is_interrupted = true;
	if (db->fd >= 0) {
		(void)shutdown(db->fd, SHUT_RDWR); /* already closed is as good */
	}
	(void)pthread_mutex_unlock(&db->lock);
}

void db_uninterrupt(struct db *db) {
	(void)pthread_mutex_lock(&db->lock);
	db->is_interrupted = false;
	(void)pthread_mutex_unlock(&db->lock);
}

void db_drop(struct db *db) {
	if (!db->my) {
		return;
	}
	set_fd(db, -1);
	MYSQL *my = STEAL(db->my);
	mysql_close(my); /* cuts every statement loose; they are freed next */
	for (size_t i = 0; i < db->stmt_count; i++) {
		db_stmt_close(db->stmts[i]);
	}
	db->stream = NULL;
	if (db->is_in_tx && !db->tx_err) {
		db->tx_err = ERR_DB_AWAY;
	}
}

static enum err connector_code(unsigned number) {
	switch (number) {
	case CR_SOCKET_CREATE_ERROR:
	case CR_CONNECTION_ERROR:
	case CR_CONN_HOST_ERROR:
	case CR_IPSOCK_ERROR:
	case CR_UNKNOWN_HOST:
	case CR_SERVER_GONE_ERROR:
	case CR_SERVER_HANDSHAKE_ERR:
	case CR_SERVER_LOST:
	case CR_SERVER_LOST_EXTENDED:
	case CR_SSL_CONNECTION_ERROR:
	case CR_MALFORMED_PACKET:
	case CR_STMT_CLOSED:
	case CR_ERR_NET_READ:
	case CR_ERR_NET_WRITE:
		return ERR_DB_AWAY;
	case CR_OUT_OF_MEMORY:
		return ERR_NOMEM;
	case CR_NET_PACKET_TOO_LARGE:
		return ERR_LIMIT;
	default:
		return ERR_DB;
	}
}

static enum err server_code(unsigned number) {
	switch (number) {
	case ER_LOCK_DEADLOCK:
	case ER_LOCK_WAIT_TIMEOUT:
	case ER_CHECKREAD:
	case ER_ERROR_DURING_COMMIT:
		return ERR_DB_RETRY;
	case ER_UNKNOWN_COM_ERROR: /* a cluster's node that is not ready */
	case ER_CON_COUNT_ERROR:
	case ER_SERVER_SHUTDOWN:
	case ER_CONNECTION_KILLED:
	case ER_OPTION_PREVENTS_STATEMENT: /* read-only: a server that was replaced */
	case ER_UNKNOWN_STMT_HANDLER:
	case ER_NORMAL_SHUTDOWN:
	case ER_TOO_MANY_USER_CONNECTIONS:
		return ERR_DB_AWAY;
	case ER_DUP_ENTRY:
	case ER_DUP_ENTRY_WITH_KEY_NAME:
	case ER_DUP_KEY:
		return ERR_EXISTS;
	case ER_ROW_IS_REFERENCED:
	case ER_ROW_IS_REFERENCED_2:
		return ERR_CONFLICT;
	case ER_NO_REFERENCED_ROW:
	case ER_NO_REFERENCED_ROW_2:
	case ER_BAD_NULL_ERROR:
		return ERR_MISSING;
	case ER_DATA_TOO_LONG:
	case ER_WARN_DATA_OUT_OF_RANGE:
	case ER_NET_PACKET_TOO_LARGE:
		return ERR_LIMIT;
	case ER_CONSTRAINT_FAILED:
	case ER_TRUNCATED_WRONG_VALUE:
	case ER_TRUNCATED_WRONG_VALUE_FOR_FIELD:
	case WARN_DATA_TRUNCATED:
		return ERR_INVAL;
	case ER_DISK_FULL:
	case ER_RECORD_FILE_FULL:
		return ERR_DISK_FULL;
	case ER_STATEMENT_TIMEOUT:
	case ER_QUERY_INTERRUPTED:
		return ERR_BUSY;
	case ER_UNKNOWN_SYSTEM_VARIABLE:
		return ERR_UNSUPPORTED;
	default:
		return ERR_DB;
	}
}

static bool is_connector_number(unsigned number) {
	return (number >= CR_MIN_ERROR && number <= CR_MAX_ERROR) ||
			(number >= CR_EVENT_CREATE_FAILED && number <= CR_MARIADB_LAST_ERROR);
}

/* The name in the last pair of quotes: the key of "Duplicate entry 'x' for key 'name'". */
static void copy_last_quoted(const char *text, char *out, size_t size) {
	out[0] = '\0';
	const char *end = strrchr(text, '\'');
	if (!end) {
		return;
	}
	const char *start = end;
	while (start > text && start[-1] != '\'') {
		start--;
	}
	if (start > text) {
		(void)snprintf(out, size, "%.*s", (int)(end - start), start); /* cut when long */
	}
}

/* Keeps the error's text without what stands between the first and the last quote when that is a
 * value of a row and not a name. */
static void keep_error(struct db *db, unsigned number, const char *state, const char *text) {
	db->error_number = number;
	db->error_key[0] = '\0';
	if (number == ER_DUP_ENTRY || number == ER_DUP_ENTRY_WITH_KEY_NAME) {
		copy_last_quoted(text, db->error_key, sizeof(db->error_key));
		(void)snprintf(db->error_text, sizeof(db->error_text),
				"%u (%s) duplicate value for key %.64s", number, state,
				db->error_key);
		return;
	}
	const char *first = strchr(text, '\'');
	const char *last = strrchr(text, '\'');
	bool has_value = number == ER_TRUNCATED_WRONG_VALUE ||
			number == ER_TRUNCATED_WRONG_VALUE_FOR_FIELD ||
			number == ER_NO_REFERENCED_ROW_2 || number == WARN_DATA_TRUNCATED;
	if (has_value && first && last > first) {
		(void)snprintf(db->error_text, sizeof(db->error_text), "%u (%s) %.*s'...%s", number,
				state, (int)(first - text), text, last);
		return;
	}
	(void)snprintf(db->error_text, sizeof(db->error_text), "%u (%s) %s", number, state, text);
}

enum err db_fail(struct db *db, unsigned number, const char *state, const char *text) {
	keep_error(db, number, state, text);
	enum err e = is_connector_number(number) ? connector_code(number) : server_code(number);
	if (e == ERR_DB_RETRY && db->is_in_tx && !db->tx_err) {
		db->tx_err = e;
	}
	/* After a packet that is too large the server hangs up as well. */
	if (e == ERR_DB_AWAY || number == ER_NET_PACKET_TOO_LARGE) {
		db_drop(db);
	}
	return e;
}

enum err db_fail_stmt(struct db_stmt *stmt) {
	unsigned number = mysql_stmt_errno(stmt->my);
	char state[SQLSTATE_LENGTH + 1];
	char text[DB_TEXT_BYTES];
	(void)snprintf(state, sizeof(state), "%s", mysql_stmt_sqlstate(stmt->my));
	(void)snprintf(text, sizeof(text), "%s", mysql_stmt_error(stmt->my)); /* cut when long */
	return db_fail(stmt->db, number, state, text);
}

static bool is_this_machine(const char *host) {
	return host[0] == '\0' || strcmp(host, "localhost") == 0 ||
			strcmp(host, "127.0.0.1") == 0 || strcmp(host, "::1") == 0;
}

static void set_options(struct db *db, MYSQL *my) {
	my_bool yes = 1;
	my_bool no = 0;
	unsigned local_infile = 0;
	unsigned io_timeout_s = db->io_timeout_s;
	/* mysql_options() fails only for an option it does not know; these it knows. */
	(void)mysql_options(my, MYSQL_SET_CHARSET_NAME, "utf8mb4");
	(void)mysql_options(my, MYSQL_OPT_CONNECT_TIMEOUT, &db->connect_timeout_s);
	(void)mysql_options(my, MYSQL_OPT_READ_TIMEOUT, &io_timeout_s);
	(void)mysql_options(my, MYSQL_OPT_WRITE_TIMEOUT, &io_timeout_s);
	(void)mysql_options(my, MYSQL_OPT_LOCAL_INFILE, &local_infile);
	(void)mysql_options(my, MYSQL_OPT_RECONNECT, &no);
	db->is_secure = db->socket_path[0] == '\0' && db->tls == DB_TLS_AUTO &&
			!is_this_machine(db->host);
	if (db->is_secure) {
		(void)mysql_options(my, MYSQL_OPT_SSL_ENFORCE, &yes);
		(void)mysql_options(my, MYSQL_OPT_SSL_VERIFY_SERVER_CERT, &yes);
		if (db->ca_path[0]) {
			(void)mysql_options(my, MYSQL_OPT_SSL_CA, db->ca_path);
		}
	}
}

/* The rules every session keeps. A server that does not know innodb_snapshot_isolation answers
 * with an unknown variable, which is ERR_UNSUPPORTED: lost updates are not to be had here. */
static enum err set_session(struct db *db) {
	char sql[640];
	int n = snprintf(sql, sizeof(sql),
			"SET time_zone = '+00:00', autocommit = 1,"
			" sql_mode = 'STRICT_ALL_TABLES,NO_ZERO_DATE,NO_ZERO_IN_DATE,"
			"ERROR_FOR_DIVISION_BY_ZERO,NO_ENGINE_SUBSTITUTION,ONLY_FULL_GROUP_BY',"
			" tx_isolation = 'REPEATABLE-READ', innodb_snapshot_isolation = ON,"
			" innodb_lock_wait_timeout = %u, lock_wait_timeout = %u,"
			" max_statement_time = %u.5",
			db->lock_wait_s, db->io_timeout_s, db->io_timeout_s - 1);
	assert(n > 0 && (size_t)n < sizeof(sql));
	return db_query(db, sql, (size_t)n);
}

static enum err connect_now(struct db *db) {
	MYSQL *my = mysql_init(NULL);
	if (!my) {
		return ERR_NOMEM;
	}
	set_options(db, my);
	bool is_local = db->socket_path[0] != '\0';
	if (!mysql_real_connect(my, is_local ? NULL : db->host, db->user, db->password,
			    db->name[0] ? db->name : NULL, is_local ? 0 : db->port,
			    is_local ? db->socket_path : NULL, CLIENT_FOUND_ROWS)) {
		enum err e = db_fail(db, mysql_errno(my), mysql_sqlstate(my), mysql_error(my));
		mysql_close(my);
		return e;
	}
	db->my = my;
	set_fd(db, mysql_get_socket(my));
	enum err e = set_session(db);
	if (e) {
		db_drop(db);
	}
	return e;
}

enum err db_connect(struct db *db) {
	assert(!db->is_in_tx || db->my);
	if (db->my) {
		return ERR_OK;
	}
	if (is_interrupted(db) || !db_gate_pass(db->gate, db->connect_timeout_s)) {
		return ERR_DB_AWAY;
	}
	enum err e = connect_now(db);
	if (e) {
		db_gate_shut(db->gate, db);
		return e;
	}
	db_gate_open(db->gate);
	db->used_at_ms = db_monotonic_ms();
	return ERR_OK;
}

void db_forget_backoff(struct db *db) {
	db_gate_open(db->gate);
}

bool db_is_connected(const struct db *db) {
	return db->my;
}

/*
 * A server that hung up while the connection rested has left something to read: the end, or a
 * last message. Finding it here lets the statement run on a new connection instead of failing
 * half-known. On TLS there may be other things to read, so a rested connection is pinged.
 */
static bool has_hung_up(struct db *db, int64_t now_ms) {
	if (db->is_secure) {
		return now_ms - db->used_at_ms > IDLE_PING_MS && mysql_ping(db->my) != 0;
	}
	struct pollfd p = { .fd = mysql_get_socket(db->my), .events = POLLIN };
	return poll(&p, 1, 0) != 0;
}

enum err db_ready(struct db *db) {
	assert(!db->stream); /* rows of a stream are still under way */
	if (db->is_in_tx) {
		if (!db->tx_err && is_interrupted(db)) {
			db_drop(db);
		}
		return db->tx_err;
	}
	int64_t now_ms = db_monotonic_ms();
	if (db->my && (is_interrupted(db) || has_hung_up(db, now_ms))) {
		db_drop(db);
	}
	db->used_at_ms = now_ms;
	return db_connect(db);
}

enum err db_query(struct db *db, const char *sql, size_t n) {
	if (mysql_real_query(db->my, sql, n)) {
		return db_fail(db, mysql_errno(db->my), mysql_sqlstate(db->my),
				mysql_error(db->my));
	}
	MYSQL_RES *rows = mysql_store_result(db->my);
	if (rows) {
		mysql_free_result(rows);
	} else if (mysql_errno(db->my)) {
		return db_fail(db, mysql_errno(db->my), mysql_sqlstate(db->my),
				mysql_error(db->my));
	}
	return ERR_OK;
}

unsigned db_error_number(const struct db *db) {
	return db->error_number;
}

const char *db_error(const struct db *db) {
	return db->error_text;
}

bool db_error_is_key(const struct db *db, const char *key) {
	return strcmp(db->error_key, key) == 0;
}
