#include "ws/service/sync.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include "core/exchange/exchange_line.h"
#include "core/net/address_io.h"

/*
 * Into a database of the province's: two tables (docs/exchange.md), made here when the account may.
 * A batch's records and how far the school has come stand there in one transaction, so that a
 * batch counts once however often it is sent.
 */

enum {
	CONNECT_TIMEOUT_S = 5,
	IO_TIMEOUT_S = 30,
	PATH_BYTES = 64,
	NO_TABLE = 1146,     /* ER_NO_SUCH_TABLE */
	NO_RIGHT = 1142,     /* ER_TABLEACCESS_DENIED_ERROR */
	NO_DATABASE = 1049,  /* ER_BAD_DB_ERROR */
	NO_ACCESS = 1045,    /* ER_ACCESS_DENIED_ERROR */
	NO_ACCESS_DB = 1044, /* ER_DBACCESS_DENIED_ERROR */
	NO_TLS = 2026,       /* CR_SSL_CONNECTION_ERROR */
};

static const char sql_make_records[] =
		"CREATE TABLE IF NOT EXISTS truongthi_banghi ("
		" matruong VARCHAR(24) NOT NULL, idbanghi VARBINARY(255) NOT NULL,"
		" bang VARCHAR(16) NOT NULL, sukien VARCHAR(6) NOT NULL,"
		" phienban INT UNSIGNED NOT NULL, thoigiancapnhat BIGINT NOT NULL,"
		" lop VARCHAR(255) NOT NULL, hocky TINYINT UNSIGNED NOT NULL,"
		" hocsinh VARCHAR(128) NOT NULL, dulieu LONGTEXT NOT NULL,"
		" PRIMARY KEY (matruong, idbanghi), KEY truongthi_bang (matruong, bang, lop)"
		") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char sql_make_schools[] =
		"CREATE TABLE IF NOT EXISTS truongthi_truong ("
		" matruong VARCHAR(24) NOT NULL PRIMARY KEY, so BIGINT UNSIGNED NOT NULL,"
		" lo BINARY(16) NOT NULL, nhanluc BIGINT NOT NULL"
		") ENGINE=InnoDB DEFAULT CHARSET=utf8mb4 COLLATE=utf8mb4_bin";
static const char sql_come[] = "SELECT lo FROM truongthi_truong WHERE matruong = ? FOR UPDATE";
static const char sql_note[] =
		"INSERT INTO truongthi_truong (matruong, so, lo, nhanluc) VALUES (?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE so = GREATEST(so, VALUES(so)), lo = VALUES(lo),"
		" nhanluc = VALUES(nhanluc)";
/* phienban last: what stands before it is judged by the old one. */
static const char sql_put[] =
		"INSERT INTO truongthi_banghi (matruong, idbanghi, bang, sukien, thoigiancapnhat, lop,"
		" hocky, hocsinh, dulieu, phienban) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
		" ON DUPLICATE KEY UPDATE"
		" sukien = IF(VALUES(phienban) > phienban, VALUES(sukien), sukien),"
		" thoigiancapnhat ="
		" IF(VALUES(phienban) > phienban, VALUES(thoigiancapnhat), thoigiancapnhat),"
		" lop = IF(VALUES(phienban) > phienban, VALUES(lop), lop),"
		" hocky = IF(VALUES(phienban) > phienban, VALUES(hocky), hocky),"
		" hocsinh = IF(VALUES(phienban) > phienban, VALUES(hocsinh), hocsinh),"
		" dulieu = IF(VALUES(phienban) > phienban, VALUES(dulieu), dulieu),"
		" phienban = GREATEST(phienban, VALUES(phienban))";

/* ---- one batch ---- */

struct putting {
	const struct destination *d;
	const struct outgoing *o;
	const struct exchange_batch *batch;
	struct exchange_line *lines; /* read */
	int64_t now_ms;
};

/* What stands behind "dulieu", which is the last member of every line that core/outbox makes: a
 * quote inside a text is escaped, so these bytes stand nowhere before it. */
static struct str data_of(struct str line) {
	static const char name[] = ",\"dulieu\":{";
	const char *at = memmem(line.p, line.n, name, sizeof(name) - 1);
	if (!at) {
		return str_from("{}");
	}
	const char *from = at + sizeof(name) - 2;
	return (struct str){ from, (size_t)(line.p + line.n - 1 - from) };
}

static enum err put_records(struct db *db, const struct putting *p) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	uint32_t count = p->batch->header.records;
	enum err e = db_bulk_open(db, sql_put, EXCHANGE_BATCH_RECORDS_MAX, &bulk);
	for (uint32_t i = 0; i < count && !e; i++) {
		const struct exchange_line *l = &p->lines[i];
		db_bulk_str(bulk, 0, str_from(p->d->school_code));
		db_bulk_str(bulk, 1, l->id);
		db_bulk_str(bulk, 2, l->kind);
		db_bulk_str(bulk, 3, str_from(exchange_event_name(l->event)));
		db_bulk_i64(bulk, 4, l->at_ms);
		db_bulk_str(bulk, 5, l->class_id);
		db_bulk_u64(bulk, 6, l->term);
		db_bulk_str(bulk, 7, l->student);
		db_bulk_str(bulk, 8, data_of(p->batch->lines[i]));
		db_bulk_u64(bulk, 9, l->version);
		db_bulk_row(bulk);
	}
	return e ? e : db_bulk_run(bulk);
}

static enum err note_come(struct db *db, const struct putting *p) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_note, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, p->d->school_code);
	db_bind_u64(stmt, 1, p->o->last_number);
	db_bind_bytes(stmt, 2, p->o->batch_id, sizeof(p->o->batch_id));
	db_bind_i64(stmt, 3, p->now_ms);
	return db_exec(stmt, NULL);
}

static enum err run_put(struct db *db, void *ctx) {
	const struct putting *p = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	uint8_t last[EXCHANGE_BATCH_ID_BYTES];
	enum err e = db_prepare(db, sql_come, &stmt);
	if (e) {
		return e;
	}
	db_bind_text(stmt, 0, p->d->school_code);
	e = db_next(stmt);
	e = e ? e : db_col_bytes(stmt, 0, last, sizeof(last));
	if (!e && memcmp(last, p->o->batch_id, sizeof(last)) == 0) {
		return ERR_OK; /* it was here before its answer was lost */
	}
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	e = put_records(db, p);
	return e ? e : note_come(db, p);
}

/* ---- the tables ---- */

static enum err make_tables(struct db *db) {
	enum err e = db_run(db, str_from(sql_make_records));
	return e ? e : db_run(db, str_from(sql_make_schools));
}

static enum err put_or_make(struct db *db, struct putting *p) {
	enum err e = db_transact_with(db, DB_TX_IDEMPOTENT, run_put, p);
	if (e != ERR_DB || db_error_number(db) != NO_TABLE) {
		return e;
	}
	e = make_tables(db);
	return e ? e : db_transact_with(db, DB_TX_IDEMPOTENT, run_put, p);
}

static enum err judge(const struct db *db, enum err e, struct sync_fault *f) {
	unsigned number = db_error_number(db);
	if (!e || e == ERR_NOMEM) {
		return e;
	}
	if (number == NO_TABLE || number == NO_RIGHT) {
		sync_fault_set(f, "destination.tables_denied", NULL);
		return ERR_UNSUPPORTED;
	}
	if (number == NO_ACCESS || number == NO_ACCESS_DB || number == NO_DATABASE) {
		sync_fault_set(f, "destination.database_denied", NULL);
		return ERR_UNSUPPORTED;
	}
	if (e == ERR_UNSUPPORTED) {
		sync_fault_set(f, "destination.database_old", NULL);
		return ERR_UNSUPPORTED;
	}
	sync_fault_set(f,
			number == NO_TLS                     ? "destination.tls"
					: e == ERR_DISK_FULL ? "destination.disk_full"
					: e == ERR_DB        ? "destination.database_refused"
							     : "destination.database_away",
			NULL);
	return ERR_BUSY;
}

/* ---- the way there ---- */

static void fd_closep(int *fd) {
	if (*fd >= 0) {
		(void)close(*fd); /* nothing was written to a disk */
	}
}

/* The authority as a file that only this process has; -1 in *out when there is none. */
static enum err authority_file(const char *pem, int *out, char path[PATH_BYTES]) {
	path[0] = '\0';
	if (!pem) {
		return ERR_OK;
	}
	size_t n = strlen(pem);
	int fd = memfd_create("authority", MFD_CLOEXEC);
	if (fd < 0) {
		return ERR_IO;
	}
	*out = fd;
	(void)snprintf(path, PATH_BYTES, "/proc/self/fd/%d", fd); /* fits */
	return write(fd, pem, n) == (ssize_t)n ? ERR_OK : ERR_IO;
}

static void lines_finish(struct exchange_line *lines, uint32_t count) {
	for (uint32_t i = 0; lines && i < count; i++) {
		exchange_line_finish(&lines[i]);
	}
	free(lines);
}

static enum err deliver(const struct sync *s, struct putting *p, struct sync_fault *f) {
	const struct destination *d = p->d;
	if (!address_host_may(d->settings.host, s->takes_here)) {
		sync_fault_set(f, "destination.address", NULL);
		return ERR_UNSUPPORTED;
	}
	_cleanup_(fd_closep) int fd = -1;
	char ca_path[PATH_BYTES];
	enum err e = authority_file(d->ca_pem, &fd, ca_path);
	bool is_socket = d->settings.host[0] == '/';
	const struct db_settings settings = { .socket_path = is_socket ? d->settings.host : NULL,
		.host = is_socket ? NULL : d->settings.host,
		.port = d->settings.port,
		.user = d->settings.user,
		.password = d->password,
		.name = d->settings.database,
		.ca_path = ca_path,
		.connect_timeout_s = CONNECT_TIMEOUT_S,
		.io_timeout_s = IO_TIMEOUT_S };
	_cleanup_(db_freep) struct db *db = NULL;
	e = e ? e : db_new(&settings, &db);
	return e ? e : judge(db, put_or_make(db, p), f);
}

enum err sync_mariadb_deliver(struct sync *s, const struct destination *d, const struct outgoing *o,
		struct sync_fault *fault) {
	_cleanup_(exchange_batch_finish) struct exchange_batch batch = { .lines = NULL };
	unsigned line = 0;
	enum err e = exchange_batch_read((struct str){ o->body, o->body_n }, &batch, &line);
	if (e) {
		return e == ERR_NOMEM ? e : ERR_CORRUPT;
	}
	uint32_t count = batch.header.records;
	struct putting p = { d, o, &batch, calloc(count, sizeof(*p.lines)),
		clock_now_ms(s->clock) };
	e = p.lines ? ERR_OK : ERR_NOMEM;
	for (uint32_t i = 0; i < count && !e; i++) {
		e = exchange_line_parse(batch.lines[i], &p.lines[i]);
	}
	e = e ? e : deliver(s, &p, fault);
	lines_finish(p.lines, count);
	return e;
}
