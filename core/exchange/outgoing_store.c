#include "core/exchange/outgoing_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "core/exchange/exchange_line.h"
#include "core/seal/secret.h"

void outgoing_finish(struct outgoing *o) {
	free(o->body);
	o->body = NULL;
}

/* ---- the batch under way ---- */

static const char sql_open[] =
		"SELECT id, school_id, batch_id, last_number, state, body, body_hash, records"
		" FROM outgoing WHERE destination_id = ? AND state < 3 ORDER BY id LIMIT 1";

static enum err copy_body(struct str s, struct outgoing *o) {
	o->body = mem_zeros(s.n + 1, 1);
	if (!o->body) {
		return ERR_NOMEM;
	}
	memcpy(o->body, s.p, s.n);
	o->body_n = s.n;
	struct hash h;
	hash_bytes(NULL, o->body, o->body_n, &h);
	return hash_equal(&h, &o->body_hash) ? ERR_OK : ERR_CORRUPT;
}

enum err outgoing_store_open(struct db *db, uint64_t destination_id, struct outgoing *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_open, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, destination_id);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct outgoing o = { .id = db_col_u64(stmt, 0),
		.school_id = db_col_u64(stmt, 1),
		.destination_id = destination_id,
		.last_number = db_col_u64(stmt, 3),
		.state = (enum outgoing_state)db_col_u64(stmt, 4),
		.records = (uint32_t)db_col_u64(stmt, 7) };
	e = db_col_bytes(stmt, 2, o.batch_id, sizeof(o.batch_id));
	e = e ? e : db_col_bytes(stmt, 6, o.body_hash.b, HASH_BYTES);
	e = e ? e : copy_body(db_col_str(stmt, 5), &o);
	if (e) {
		outgoing_finish(&o);
		return e;
	}
	*out = o;
	return ERR_OK;
}

/* ---- gathering ---- */

struct gathered {
	struct buf text; /* the lines, each with its LF */
	struct str *lines;
	uint64_t *record_ids;
	uint32_t *versions;
	size_t count;
	uint64_t first;
	uint64_t last;
};

static void gathered_finish(struct gathered *g) {
	buf_finish(&g->text);
	free(g->lines);
	free(g->record_ids);
	free(g->versions);
}

static enum err gathered_init(struct gathered *g) {
	g->text = buf_make(EXCHANGE_BATCH_BYTES_MAX);
	g->lines = mem_zeros(EXCHANGE_BATCH_RECORDS_MAX, sizeof(*g->lines));
	g->record_ids = mem_zeros(EXCHANGE_BATCH_RECORDS_MAX, sizeof(*g->record_ids));
	g->versions = mem_zeros(EXCHANGE_BATCH_RECORDS_MAX, sizeof(*g->versions));
	return g->lines && g->record_ids && g->versions ? ERR_OK : ERR_NOMEM;
}

/* ERR_LIMIT: the batch is full. */
static enum err gather(struct gathered *g, uint64_t record_id, uint32_t version, struct str line) {
	if (!exchange_batch_has_room(g->count, g->text.len, line.n)) {
		return ERR_LIMIT;
	}
	g->lines[g->count] = (struct str){ NULL, line.n };
	g->record_ids[g->count] = record_id;
	g->versions[g->count] = version;
	g->count++;
	buf_add(&g->text, line.p, line.n);
	buf_add_char(&g->text, '\n');
	return buf_err(&g->text);
}

static void set_lines(struct gathered *g) {
	const char *at = g->text.data;
	for (size_t i = 0; i < g->count; i++) {
		g->lines[i].p = at;
		at += g->lines[i].n + 1;
	}
}

/* Every change in the order of its commit, also what a later one passed by. */
static const char sql_changes[] = "SELECT number, record_id, phienban, line FROM outbox"
				  " WHERE school_id = ? AND number > ? ORDER BY number LIMIT 2000";
/* What is behind the watermark goes with the changes anyway. */
static const char sql_again[] =
		"SELECT o.number, o.record_id, o.phienban, o.line FROM record_state s"
		" JOIN record r ON r.school_id = s.school_id AND r.id = s.record_id"
		" JOIN outbox o ON o.school_id = r.school_id AND o.number = r.number"
		" WHERE s.destination_id = ? AND s.state = 1 AND r.number <= ?"
		" ORDER BY s.record_id LIMIT 2000";

static enum err gather_rows(struct db *db, const char *sql, uint64_t of, uint64_t watermark,
		struct gathered *g) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, of);
	db_bind_u64(stmt, 1, watermark);
	while (!(e = db_next(stmt))) {
		e = gather(g, db_col_u64(stmt, 1), (uint32_t)db_col_u64(stmt, 2),
				db_col_str(stmt, 3));
		if (e) {
			break;
		}
		g->last = db_col_u64(stmt, 0);
	}
	return e == ERR_NOT_FOUND || (e == ERR_LIMIT && g->count > 0) ? ERR_OK : e;
}

static enum err gather_all(struct db *db, const struct destination *d, uint64_t watermark,
		struct gathered *g) {
	enum err e = gather_rows(db, sql_again, d->id, watermark, g);
	if (e || g->count > 0) {
		g->first = watermark;
		g->last = watermark;
		return e;
	}
	g->first = watermark;
	g->last = watermark;
	return gather_rows(db, sql_changes, d->school_id, watermark, g);
}

enum err outgoing_store_plan(
		struct db *db, const struct destination *d, struct outgoing_plan *out) {
	_cleanup_(gathered_finish) struct gathered g = { .count = 0 };
	enum err e = gathered_init(&g);
	e = e ? e : gather_all(db, d, d->watermark, &g);
	if (!e) {
		*out = (struct outgoing_plan){ g.count, g.text.len };
	}
	return e;
}

/* ---- making ---- */

static const char sql_lock[] =
		"SELECT watermark FROM destination WHERE id = ? AND state <> 3 FOR UPDATE";
static const char sql_any_open[] =
		"SELECT id FROM outgoing WHERE destination_id = ? AND state < 3 LIMIT 1";
static const char sql_add[] =
		"INSERT INTO outgoing (school_id, destination_id, batch_id, first_number, last_number,"
		" state, body, body_hash, records, made_at_ms) VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?, ?)";
static const char sql_move[] = "UPDATE destination SET watermark = ? WHERE id = ?";
static const char sql_any_state[] =
		"SELECT record_id FROM record_state WHERE destination_id = ? LIMIT 1";
static const char sql_mark[] =
		"UPDATE record_state SET state = 2, outgoing_id = ?, phienban = ?, code = '',"
		" params = '{}', at_ms = ? WHERE destination_id = ? AND record_id = ?";

struct making {
	const struct destination *d;
	int64_t now_ms;
	struct gathered *g;
	bool is_made;
};

/* The first column of the first row. */
static enum err first_id(struct db *db, const char *sql, uint64_t id, uint64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, id);
	e = db_next(stmt);
	if (!e) {
		*out = db_col_u64(stmt, 0);
	}
	return e;
}

static enum err move_watermark(struct db *db, const struct making *m) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_move, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, m->g->last);
	db_bind_u64(stmt, 1, m->d->id);
	return db_exec(stmt, NULL);
}

static enum err add_batch(struct db *db, const struct making *m, uint64_t *out_id) {
	const struct destination *d = m->d;
	const struct gathered *g = m->g;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	_cleanup_(buf_finish) struct buf body = buf_make(EXCHANGE_BATCH_BYTES_MAX);
	struct exchange_batch_header h = { .number = (int64_t)(g->last ? g->last : 1),
		.records = (uint32_t)g->count,
		.made_at_ms = m->now_ms };
	struct hash hash;
	memcpy(h.school, d->school_code, sizeof(h.school));
	secret_random(h.id, sizeof(h.id));
	enum err e = exchange_batch_print(&h, g->lines, &body);
	e = e ? e : db_prepare(db, sql_add, &stmt);
	if (e) {
		return e;
	}
	hash_bytes(NULL, body.data, body.len, &hash);
	db_bind_u64(stmt, 0, d->school_id);
	db_bind_u64(stmt, 1, d->id);
	db_bind_bytes(stmt, 2, h.id, sizeof(h.id));
	db_bind_u64(stmt, 3, g->first);
	db_bind_u64(stmt, 4, g->last);
	db_bind_bytes(stmt, 5, body.data, body.len);
	db_bind_bytes(stmt, 6, hash.b, HASH_BYTES);
	db_bind_u64(stmt, 7, g->count);
	db_bind_i64(stmt, 8, m->now_ms);
	e = db_exec(stmt, NULL);
	if (!e) {
		*out_id = db_last_id(stmt);
	}
	return e;
}

/* Records that had a state of their own are under way now. */
static enum err mark_sent(struct db *db, const struct making *m, uint64_t outgoing_id) {
	const struct gathered *g = m->g;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	uint64_t some = 0;
	enum err e = first_id(db, sql_any_state, m->d->id, &some);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	e = db_bulk_open(db, sql_mark, EXCHANGE_BATCH_RECORDS_MAX, &bulk);
	for (size_t i = 0; !e && i < g->count; i++) {
		db_bulk_u64(bulk, 0, outgoing_id);
		db_bulk_u64(bulk, 1, g->versions[i]);
		db_bulk_i64(bulk, 2, m->now_ms);
		db_bulk_u64(bulk, 3, m->d->id);
		db_bulk_u64(bulk, 4, g->record_ids[i]);
		db_bulk_row(bulk);
	}
	return e ? e : db_bulk_run(bulk);
}

static enum err run_make(struct db *db, void *ctx) {
	struct making *m = ctx;
	uint64_t watermark = 0;
	uint64_t open = 0;
	m->is_made = false;
	m->g->count = 0;
	buf_clear(&m->g->text);
	enum err e = first_id(db, sql_lock, m->d->id, &watermark);
	if (e) {
		return e;
	}
	e = first_id(db, sql_any_open, m->d->id, &open);
	if (e != ERR_NOT_FOUND) {
		m->is_made = !e; /* another carrier was faster */
		return e;
	}
	e = gather_all(db, m->d, watermark, m->g);
	if (e || m->g->count == 0) {
		return e;
	}
	set_lines(m->g);
	e = add_batch(db, m, &open);
	e = e ? e : mark_sent(db, m, open);
	e = e ? e : move_watermark(db, m);
	m->is_made = !e;
	return e;
}

enum err outgoing_store_make(
		struct db *db, const struct destination *d, int64_t now_ms, struct outgoing *out) {
	_cleanup_(gathered_finish) struct gathered g = { .count = 0 };
	struct making m = { .d = d, .now_ms = now_ms, .g = &g };
	enum err e = gathered_init(&g);
	e = e ? e : db_transact_with(db, DB_TX_IDEMPOTENT, run_make, &m);
	if (e) {
		return e;
	}
	return m.is_made ? outgoing_store_open(db, d->id, out) : ERR_NOT_FOUND;
}

/* ---- what came of it ---- */

static const char sql_sent[] =
		"UPDATE outgoing SET state = 2, sent_at_ms = COALESCE(sent_at_ms, ?) WHERE id = ?"
		" AND state < 3";
static const char sql_answered[] =
		"UPDATE outgoing SET state = 3, body = NULL, received_at_ms = ?, rejected = ?,"
		" statement = ?, signature = ? WHERE id = ? AND state < 3";
static const char sql_settled[] = "DELETE FROM record_state WHERE outgoing_id = ? AND state = 2";
static const char sql_not_applied[] =
		"INSERT INTO record_state (destination_id, record_id, school_id, state, phienban, code,"
		" params, at_ms) SELECT ?, id, school_id, ?, ?, ?, ?, ? FROM record"
		" WHERE school_id = ? AND idbanghi = ? AND phienban = ?"
		" ON DUPLICATE KEY UPDATE state ="
		" VALUES(state), phienban = VALUES(phienban), outgoing_id = NULL, code ="
		" VALUES(code), params = VALUES(params), at_ms = VALUES(at_ms)";

enum err outgoing_store_sent(struct db *db, uint64_t id, int64_t now_ms) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_sent, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_u64(stmt, 1, id);
	return db_exec(stmt, NULL);
}

struct answering {
	const struct outgoing *o;
	const struct exchange_answer *answer; /* NULL: nobody signs */
	const struct exchange_batch *batch;
	int64_t now_ms;
};

/* ERR_NOT_FOUND: somebody has done it already. */
static enum err close_batch(struct db *db, const struct answering *a) {
	const struct exchange_answer *answer = a->answer;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_answered, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, answer ? answer->statement.received_at_ms : a->now_ms);
	db_bind_u64(stmt, 1, answer ? answer->statement.rejected : 0);
	if (answer) {
		db_bind_bytes(stmt, 2, answer->bytes, answer->bytes_n);
		db_bind_bytes(stmt, 3, answer->signature, SIGN_BYTES);
	} else {
		db_bind_null(stmt, 2);
		db_bind_null(stmt, 3);
	}
	db_bind_u64(stmt, 4, a->o->id);
	return db_exec_one(stmt);
}

static enum err settle(struct db *db, uint64_t outgoing_id) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_settled, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, outgoing_id);
	return db_exec(stmt, NULL);
}

static enum err note_outcome(
		struct db *db, const struct answering *a, const struct exchange_outcome *outcome) {
	_cleanup_(exchange_line_finish) struct exchange_line line = { .root = NULL };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	bool is_newer = str_eq_z(outcome->code, "exchange.version_older");
	if (outcome->state == EXCHANGE_STALE && !is_newer) {
		return ERR_OK; /* it is there, byte for byte */
	}
	enum err e = exchange_line_parse(a->batch->lines[outcome->n], &line);
	e = e ? e : db_prepare(db, sql_not_applied, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, a->o->destination_id);
	db_bind_u64(stmt, 1,
			outcome->state == EXCHANGE_STALE ? RECORD_STATE_RECEIVED
							 : RECORD_STATE_REJECTED);
	db_bind_u64(stmt, 2, line.version);
	db_bind_str(stmt, 3, outcome->code);
	db_bind_str(stmt, 4, outcome->params);
	db_bind_i64(stmt, 5, a->now_ms);
	db_bind_u64(stmt, 6, a->o->school_id);
	db_bind_str(stmt, 7, line.id);
	/* A version that was passed by says nothing of its record: the next one does. */
	db_bind_u64(stmt, 8, line.version);
	return db_exec(stmt, NULL);
}

static enum err run_answered(struct db *db, void *ctx) {
	const struct answering *a = ctx;
	enum err e = close_batch(db, a);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e;
	}
	e = settle(db, a->o->id);
	for (size_t i = 0; !e && a->answer && i < a->answer->count; i++) {
		e = note_outcome(db, a, &a->answer->outcomes[i]);
	}
	return e;
}

enum err outgoing_store_answered(struct db *db, const struct outgoing *o,
		const struct exchange_answer *answer, int64_t now_ms) {
	_cleanup_(exchange_batch_finish) struct exchange_batch batch = { .lines = NULL };
	unsigned line = 0;
	enum err e = exchange_batch_read((struct str){ o->body, o->body_n }, &batch, &line);
	if (e) {
		return e;
	}
	struct answering a = { o, answer, &batch, now_ms };
	return db_transact_with(db, DB_TX_IDEMPOTENT, run_answered, &a);
}

enum err outgoing_store_delivered(struct db *db, const struct outgoing *o, int64_t now_ms) {
	struct answering a = { o, NULL, NULL, now_ms };
	return db_transact_with(db, DB_TX_IDEMPOTENT, run_answered, &a);
}

/* ---- what was signed of it ---- */

static const char sql_receipts[] =
		"SELECT statement, signature FROM outgoing WHERE destination_id = ? AND state = 3"
		" AND statement IS NOT NULL AND signature IS NOT NULL ORDER BY id";

enum err outgoing_store_receipts(struct db *db, uint64_t destination_id,
		enum err (*each)(const struct outgoing_receipt *receipt, void *ctx), void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipts, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, destination_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct outgoing_receipt r = { .statement = db_col_str(stmt, 0) };
		e = db_col_bytes(stmt, 1, r.signature, SIGN_BYTES);
		e = e ? e : each(&r, ctx);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}
