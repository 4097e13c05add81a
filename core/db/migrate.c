#include "core/db/migrate.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <mysqld_error.h>
#include <sys/random.h>

#include "core/db/sql_split.h"
#include "core/seal/hash.h"

enum {
	OWNER_BYTES = 16,
	ROWS_MAX = 10000, /* migrations that a database may know */
};

static const char sql_make_table[] =
		"CREATE TABLE IF NOT EXISTS schema_migration ("
		" number INT UNSIGNED NOT NULL PRIMARY KEY,"
		" name VARCHAR(100) NOT NULL,"
		" checksum BINARY(32) NOT NULL,"
		" statement_count INT UNSIGNED NOT NULL,"
		" begun_count INT UNSIGNED NOT NULL," /* statements begun, done_count or one more */
		" done_count INT UNSIGNED NOT NULL,"
		" applied_at_ms BIGINT NULL"
		") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char sql_make_lock[] = "CREATE TABLE IF NOT EXISTS schema_lock ("
				    " id TINYINT UNSIGNED NOT NULL PRIMARY KEY,"
				    " owner BINARY(16) NOT NULL,"
				    " server VARCHAR(600) NOT NULL,"
				    " until_ms BIGINT NOT NULL"
				    ") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char sql_first_lock[] =
		"INSERT INTO schema_lock (id, owner, server, until_ms) VALUES (1, ?, '', 0)"
		" ON DUPLICATE KEY UPDATE id = id";

#define SQL_NOW_MS "CAST(UNIX_TIMESTAMP(NOW(3)) * 1000 AS SIGNED)"
#define SQL_SERVER "CONCAT(@@hostname, ':', @@port, ':', @@datadir)"

/* Free, run out, or left behind by a runner on this server: its server lock is in our hands. */
static const char sql_take_lock[] = "UPDATE schema_lock SET owner = ?, server = " SQL_SERVER
				    ", until_ms = " SQL_NOW_MS " + ? WHERE id = 1"
				    " AND (until_ms < " SQL_NOW_MS " OR server = " SQL_SERVER ")";
static const char sql_renew_lock[] =
		"UPDATE schema_lock SET until_ms = " SQL_NOW_MS " + ? WHERE id = 1 AND owner = ?";
static const char sql_give_lock[] =
		"UPDATE schema_lock SET until_ms = 0 WHERE id = 1 AND owner = ?";
/* Tells a living runner on this server from a dead one: it dies with the connection. */
static const char sql_server_lock[] =
		"SELECT GET_LOCK(LEFT(CONCAT('truongthi_schema:', DATABASE()), 64), ?)";
static const char sql_server_unlock[] =
		"SELECT RELEASE_LOCK(LEFT(CONCAT('truongthi_schema:', DATABASE()), 64))";

static const char sql_load[] = "SELECT number, checksum, statement_count, begun_count, done_count,"
			       " applied_at_ms IS NOT NULL FROM schema_migration ORDER BY number";
static const char sql_add[] =
		"INSERT INTO schema_migration (number, name, checksum, statement_count,"
		" begun_count, done_count) VALUES (?, ?, ?, ?, 0, 0)";
static const char sql_begin[] =
		"UPDATE schema_migration SET begun_count = ? WHERE number = ? AND done_count = ?";
static const char sql_done[] =
		"UPDATE schema_migration SET done_count = ? WHERE number = ? AND done_count = ?";
static const char sql_finish[] = "UPDATE schema_migration SET applied_at_ms = " SQL_NOW_MS
				 " WHERE number = ? AND done_count = statement_count";
/* Statements of a migration may take long; the connection's own timeout still holds. */
static const char sql_session[] = "SET max_statement_time = 0, lock_wait_timeout = 60";

/* One row of schema_migration. */
struct row {
	unsigned number;
	struct hash checksum;
	size_t statement_count;
	size_t begun_count;
	size_t done_count;
	bool is_finished;
};

struct rows {
	struct row *items;
	size_t count;
	size_t cap;
};

static void rows_finish(struct rows *rows) {
	free(rows->items);
}

struct run {
	struct db *db;
	const struct migration *list;
	size_t count;
	struct migrate_report *report;
	unsigned char owner[OWNER_BYTES];
};

static enum err add_row(struct rows *rows, const struct row *row) {
	if (rows->count == rows->cap) {
		size_t cap = rows->cap ? rows->cap * 2 : 32;
		if (cap > ROWS_MAX) {
			return ERR_LIMIT;
		}
		struct row *items = reallocarray(rows->items, cap, sizeof(*items));
		if (!items) {
			return ERR_NOMEM;
		}
		rows->items = items;
		rows->cap = cap;
	}
	rows->items[rows->count++] = *row;
	return ERR_OK;
}

/* What the database knows; nothing when it has no such table yet. */
static enum err load_rows(struct db *db, struct rows *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_load, &stmt);
	if (e == ERR_DB && db_error_number(db) == ER_NO_SUCH_TABLE) {
		return ERR_OK;
	}
	while (!e) {
		e = db_next(stmt);
		if (e) {
			break;
		}
		struct row row = {
			.number = (unsigned)db_col_u64(stmt, 0),
			.statement_count = db_col_u64(stmt, 2),
			.begun_count = db_col_u64(stmt, 3),
			.done_count = db_col_u64(stmt, 4),
			.is_finished = db_col_bool(stmt, 5),
		};
		e = db_col_bytes(stmt, 1, row.checksum.b, sizeof(row.checksum.b));
		if (!e) {
			e = add_row(out, &row);
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err refuse(
		struct migrate_report *report, enum err e, unsigned number, const char *why) {
	(void)snprintf(report->text, sizeof(report->text), "migration %04u %s", number, why);
	return e;
}

/* The database's rows must be the beginning of the list, unchanged. */
static enum err compare(const struct rows *rows, const struct migration *list, size_t count,
		struct migrate_report *report) {
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];
		report->newest = row->number;
		if (i >= count || row->number < list[i].number) {
			return refuse(report, ERR_UNSUPPORTED, row->number,
					"is in the database but not in this program: the database "
					"is newer");
		}
		if (row->number > list[i].number) {
			return refuse(report, ERR_CONFLICT, list[i].number,
					"is missing in the database, which has later ones");
		}
		struct hash h;
		hash_bytes(NULL, list[i].sql, list[i].sql_n, &h);
		if (!hash_equal(&h, &row->checksum)) {
			return refuse(report, ERR_CORRUPT, row->number,
					"was changed after it had been applied");
		}
		if (!row->is_finished && i + 1 < rows->count) {
			return refuse(report, ERR_CORRUPT, row->number,
					"is not finished although later ones are there");
		}
	}
	return ERR_OK;
}

static bool is_all_there(const struct rows *rows, size_t count) {
	return rows->count == count && (count == 0 || rows->items[count - 1].is_finished);
}

enum err migrate_is_current(struct db *db, const struct migration *list, size_t count, bool *out) {
	_cleanup_(rows_finish) struct rows rows = { 0 };
	enum err e = load_rows(db, &rows);
	if (e) {
		return e;
	}
	struct migrate_report report = { 0 };
	*out = compare(&rows, list, count, &report) == ERR_OK && is_all_there(&rows, count);
	return ERR_OK;
}

static enum err exec_1(struct db *db, const char *sql) {
	return db_run(db, str_from(sql));
}

/* Asks for a second at a time: the connection gives no answer longer than its own timeout. */
static enum err take_server_lock(struct run *run) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(run->db, sql_server_lock, &stmt);
	if (e) {
		return e;
	}
	for (unsigned waited_s = 0; waited_s < MIGRATE_WAIT_S; waited_s++) {
		db_bind_u64(stmt, 0, 1);
		e = db_next(stmt);
		if (e) {
			return e;
		}
		if (db_col_u64(stmt, 0) == 1) {
			return ERR_OK;
		}
	}
	return ERR_BUSY;
}

static enum err take_lease(struct run *run) {
	_cleanup_(db_stmt_freep) struct db_stmt *first = NULL;
	enum err e = db_prepare(run->db, sql_first_lock, &first);
	if (e) {
		return e;
	}
	db_bind_bytes(first, 0, run->owner, sizeof(run->owner));
	e = db_exec(first, NULL);
	if (e) {
		return e;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *take = NULL;
	e = db_prepare(run->db, sql_take_lock, &take);
	if (e) {
		return e;
	}
	db_bind_bytes(take, 0, run->owner, sizeof(run->owner));
	db_bind_u64(take, 1, (uint64_t)MIGRATE_LEASE_S * 1000);
	uint64_t changed = 0;
	e = db_exec(take, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_BUSY;
}

static enum err renew_lease(struct run *run) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(run->db, sql_renew_lock, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, (uint64_t)MIGRATE_LEASE_S * 1000);
	db_bind_bytes(stmt, 1, run->owner, sizeof(run->owner));
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_STALE;
}

static enum err give_lease(struct run *run) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(run->db, sql_give_lock, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, run->owner, sizeof(run->owner));
	e = db_exec(stmt, NULL);
	if (e) {
		return e;
	}
	return exec_1(run->db, sql_server_unlock);
}

/* Sets begun_count or done_count of a migration whose done_count is `done`. */
static enum err set_count(
		struct db *db, const char *sql, unsigned number, size_t value, size_t done) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, value);
	db_bind_u64(stmt, 1, number);
	db_bind_u64(stmt, 2, done);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_STALE;
}

/* A statement that changes rows only: it can be one transaction with the place reached. */
static bool is_data(struct str sql) {
	static const char *const words[] = { "insert", "update", "delete", "replace" };
	size_t n = 0;
	while (n < sql.n && ((sql.p[n] | 0x20) >= 'a' && (sql.p[n] | 0x20) <= 'z')) {
		n++;
	}
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (str_eq_nocase((struct str){ sql.p, n }, words[i])) {
			return true;
		}
	}
	return false;
}

/* What the server says to a change of tables that is there already. */
static bool is_done_before(unsigned number) {
	switch (number) {
	case ER_TABLE_EXISTS_ERROR:
	case ER_BAD_TABLE_ERROR:
	case ER_DUP_FIELDNAME:
	case ER_DUP_KEYNAME:
	case ER_MULTIPLE_PRI_KEY:
	case ER_CANT_DROP_FIELD_OR_KEY:
	case ER_DUP_CONSTRAINT_NAME:
	case ER_TRG_ALREADY_EXISTS:
	case ER_TRG_DOES_NOT_EXIST:
	case ER_SP_ALREADY_EXISTS:
	case ER_SP_DOES_NOT_EXIST:
	case ER_NO_SUCH_TABLE:
	case ER_BAD_FIELD_ERROR:
		return true;
	default:
		return false;
	}
}

struct data_step {
	struct str sql;
	unsigned number;
	size_t index;
};

static enum err run_data(struct db *db, void *ctx) {
	const struct data_step *step = ctx;
	enum err e = db_run(db, step->sql);
	if (e) {
		return e;
	}
	return set_count(db, sql_done, step->number, step->index + 1, step->index);
}

static void tell_failure(struct run *run, const struct migration *m, size_t index, enum err e) {
	if (run->report->text[0] == '\0') {
		(void)snprintf(run->report->text, sizeof(run->report->text),
				"%s, statement %zu: %s: %s", m->name, index + 1, err_name(e),
				e == ERR_STALE ? "another runner took over" : db_error(run->db));
	}
}

/* A change of tables commits by itself. Begun but not done means that a killed run may have
 * finished it: then the server's "is there already" is the proof. */
static enum err run_change(struct run *run, const struct migration *m, const struct data_step *step,
		bool is_begun) {
	enum err e = set_count(run->db, sql_begin, step->number, step->index + 1, step->index);
	if (e) {
		return e;
	}
	e = db_run(run->db, step->sql);
	if (e && !(is_begun && is_done_before(db_error_number(run->db)))) {
		tell_failure(run, m, step->index, e);
		if (e != ERR_DB_AWAY) {
			/* It was refused, so it is not half known: the next run begins it anew. */
			enum err back = set_count(
					run->db, sql_begin, step->number, step->index, step->index);
			return back == ERR_DB_AWAY ? back : e;
		}
		return e;
	}
	return set_count(run->db, sql_done, step->number, step->index + 1, step->index);
}

static enum err run_statement(
		struct run *run, const struct migration *m, struct data_step *step, bool is_begun) {
	enum err e = renew_lease(run);
	if (e) {
		return e;
	}
	if (is_data(step->sql)) {
		return db_transact(run->db, run_data, step);
	}
	return run_change(run, m, step, is_begun);
}

static enum err finish_migration(struct run *run, unsigned number) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(run->db, sql_finish, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, number);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_STALE;
}

/* Runs what is left of one migration. */
static enum err apply(struct run *run, const struct migration *m, const struct row *row) {
	struct str sql = { m->sql, m->sql_n };
	size_t at = 0;
	for (size_t i = 0; i < row->statement_count; i++) {
		struct data_step step = { .number = m->number, .index = i };
		enum err e = sql_split_next(sql, &at, &step.sql);
		if (!e && i >= row->done_count) {
			e = run_statement(run, m, &step, row->begun_count > i);
		}
		if (e) {
			tell_failure(run, m, i, e);
			return e;
		}
	}
	return finish_migration(run, m->number);
}

static enum err begin_migration(struct run *run, const struct migration *m, struct row *out) {
	struct row row = { .number = m->number };
	enum err e = sql_split_count((struct str){ m->sql, m->sql_n }, &row.statement_count);
	if (e) {
		return refuse(run->report, e, m->number, "has a quote or comment that never ends");
	}
	hash_bytes(NULL, m->sql, m->sql_n, &row.checksum);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = db_prepare(run->db, sql_add, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, m->number);
	db_bind_text(stmt, 1, m->name);
	db_bind_bytes(stmt, 2, row.checksum.b, sizeof(row.checksum.b));
	db_bind_u64(stmt, 3, row.statement_count);
	e = db_exec(stmt, NULL);
	if (e) {
		return e;
	}
	*out = row;
	return ERR_OK;
}

/* With the lease in hand: looks again, since another runner may have been at work, and goes on
 * from the place reached. */
static enum err run_locked(struct run *run) {
	_cleanup_(rows_finish) struct rows rows = { 0 };
	enum err e = load_rows(run->db, &rows);
	if (e) {
		return e;
	}
	e = compare(&rows, run->list, run->count, run->report);
	if (e) {
		return e;
	}
	size_t next = rows.count;
	if (rows.count > 0 && !rows.items[rows.count - 1].is_finished) {
		next = rows.count - 1;
	}
	for (size_t i = next; i < run->count; i++) {
		struct row row = { 0 };
		if (i < rows.count) {
			row = rows.items[i];
		} else {
			e = begin_migration(run, &run->list[i], &row);
		}
		if (!e) {
			e = apply(run, &run->list[i], &row);
		}
		if (e) {
			tell_failure(run, &run->list[i], row.done_count, e);
			return e;
		}
		run->report->applied++;
		run->report->newest = run->list[i].number;
	}
	return ERR_OK;
}

static enum err prepare_run(struct run *run) {
	if (getrandom(run->owner, sizeof(run->owner), 0) != (ssize_t)sizeof(run->owner)) {
		return ERR_IO;
	}
	const char *const steps[] = { sql_session, sql_make_table, sql_make_lock };
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		enum err e = exec_1(run->db, steps[i]);
		if (e) {
			return e;
		}
	}
	return take_server_lock(run);
}

enum err migrate_run(struct db *db, const struct migration *list, size_t count,
		struct migrate_report *report) {
	*report = (struct migrate_report){ 0 };
	struct run run = { .db = db, .list = list, .count = count, .report = report };
	_cleanup_(rows_finish) struct rows rows = { 0 };
	enum err e = load_rows(db, &rows);
	if (!e) {
		e = compare(&rows, list, count, report);
	}
	if (!e && is_all_there(&rows, count)) {
		return ERR_OK;
	}
	if (!e) {
		e = prepare_run(&run);
	}
	if (!e) {
		e = take_lease(&run);
		if (!e) {
			e = run_locked(&run);
		}
		/* What the run gave goes before: a lease that is kept runs out by itself. */
		enum err given = give_lease(&run);
		e = e ? e : given;
	}
	if (e && report->text[0] == '\0') {
		(void)snprintf(report->text, sizeof(report->text), "%s: %s", err_name(e),
				e == ERR_BUSY ? "another program is changing the schema"
					      : db_error(db));
	}
	return e;
}

enum err migrate_up(const struct db_settings *settings, const struct migration *list, size_t count,
		struct migrate_report *report) {
	*report = (struct migrate_report){ 0 };
	struct db_settings patient = *settings;
	patient.io_timeout_s = MIGRATE_IO_TIMEOUT_S;
	_cleanup_(db_freep) struct db *db = NULL;
	enum err e = db_new(&patient, &db);
	e = e ? e : db_connect(db);
	if (e) {
		(void)snprintf(report->text, sizeof(report->text), "%s: %s", err_name(e),
				db ? db_error(db) : "no connection");
		return e;
	}
	return migrate_run(db, list, count, report);
}
