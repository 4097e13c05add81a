#include "exam/hall/event_store.h"

#include <assert.h>

/* All columns in the table's order, and no list of them: with a list the server copies the whole
 * default record, 60 KB with this `value`, before it fills in each row. */
static const char sql_insert[] = "INSERT INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static const char sql_last[] =
		"SELECT seq, school_id, kind, slot, lease, at_ms, flags, head, times FROM event"
		" WHERE attempt_id = ? AND gen = ? AND kind <> 255 ORDER BY seq DESC LIMIT 1";

static const char sql_get[] =
		"SELECT seq, school_id, kind, slot, lease, at_ms, flags, head, times, value FROM event"
		" WHERE attempt_id = ? AND gen = ? AND seq = ?";

static const char sql_each[] =
		"SELECT seq, school_id, kind, slot, lease, at_ms, flags, head, times, value FROM event"
		" WHERE attempt_id = ? AND gen = ? AND seq >= ? ORDER BY seq";

#define MARKS_8 "?, ?, ?, ?, ?, ?, ?, ?"
#define MARKS_32 MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8
static const char sql_each_of[] =
		"SELECT seq, school_id, kind, slot, lease, at_ms, flags, head, times, value,"
		" attempt_id, gen FROM event FORCE INDEX (PRIMARY) WHERE attempt_id IN (" MARKS_32
		", " MARKS_32 ") ORDER BY attempt_id, gen, seq";
static_assert(EVENT_STORE_MANY == 64, "as many as the statement has marks");

static const char sql_fork[] =
		"INSERT INTO event_fork (school_id, attempt_id, gen, seq, lease, at_ms, kind, slot,"
		" value, head) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

static void add_row(struct db_bulk *bulk, const struct event_row *r) {
	db_bulk_bytes(bulk, 0, r->attempt.b, ID16_BYTES);
	db_bulk_u64(bulk, 1, r->gen);
	db_bulk_u64(bulk, 2, r->event.seq);
	db_bulk_u64(bulk, 3, r->school);
	db_bulk_u64(bulk, 4, r->event.kind);
	db_bulk_u64(bulk, 5, r->event.slot);
	db_bulk_u64(bulk, 6, r->lease);
	db_bulk_i64(bulk, 7, r->at_ms);
	db_bulk_u64(bulk, 8, r->flags);
	db_bulk_bytes(bulk, 9, r->event.value.p, r->event.value.n);
	db_bulk_bytes(bulk, 10, r->head.b, HASH_BYTES);
	db_bulk_bytes(bulk, 11, r->times.b, HASH_BYTES);
	db_bulk_row(bulk);
}

enum err event_store_insert(struct db *db, const struct event_row *const *rows, size_t count) {
	if (count == 0) {
		return ERR_OK;
	}
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_insert, count, &bulk);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < count; i++) {
		add_row(bulk, rows[i]);
	}
	return db_bulk_run(bulk);
}

static enum err read_row(const struct db_stmt *stmt, struct event_row *row) {
	row->event.seq = (uint32_t)db_col_u64(stmt, 0);
	row->school = db_col_u64(stmt, 1);
	row->event.kind = (enum event_kind)db_col_u64(stmt, 2);
	row->event.slot = (uint16_t)db_col_u64(stmt, 3);
	row->lease = (uint32_t)db_col_u64(stmt, 4);
	row->at_ms = db_col_i64(stmt, 5);
	row->flags = (uint8_t)db_col_u64(stmt, 6);
	enum err e = db_col_bytes(stmt, 7, row->head.b, HASH_BYTES);
	return e ? e : db_col_bytes(stmt, 8, row->times.b, HASH_BYTES);
}

enum err event_store_last(
		struct db *db, const struct id16 *attempt, uint32_t gen, struct event_row *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_last, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, attempt->b, ID16_BYTES);
	db_bind_u64(stmt, 1, gen);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct event_row row = { .attempt = *attempt, .gen = gen };
	e = read_row(stmt, &row);
	if (e) {
		return e;
	}
	*out = row;
	return ERR_OK;
}

enum err event_store_get(struct db *db, const struct id16 *attempt, uint32_t gen, uint32_t seq,
		struct buf *value, struct event_row *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_get, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, attempt->b, ID16_BYTES);
	db_bind_u64(stmt, 1, gen);
	db_bind_u64(stmt, 2, seq);
	e = db_next(stmt);
	if (e) {
		return e;
	}
	struct event_row row = { .attempt = *attempt, .gen = gen };
	e = read_row(stmt, &row);
	if (e) {
		return e;
	}
	buf_clear(value);
	buf_add(value, db_col_str(stmt, 9).p, db_col_str(stmt, 9).n);
	e = buf_err(value);
	if (e) {
		return e;
	}
	row.event.value = (struct str){ buf_str(value), value->len };
	*out = row;
	return ERR_OK;
}

enum err event_store_each(struct db *db, const struct id16 *attempt, uint32_t gen,
		uint32_t from_seq, enum err (*each)(void *ctx, const struct event_row *row),
		void *ctx) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, attempt->b, ID16_BYTES);
	db_bind_u64(stmt, 1, gen);
	db_bind_u64(stmt, 2, from_seq);
	struct event_row row = { .attempt = *attempt, .gen = gen };
	while ((e = db_next(stmt)) == ERR_OK) {
		e = read_row(stmt, &row);
		if (e) {
			return e;
		}
		row.event.value = db_col_str(stmt, 9);
		e = each(ctx, &row);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err event_store_each_of(struct db *db, const struct id16 *attempts, size_t count,
		enum err (*each)(void *ctx, const struct event_row *row), void *ctx) {
	assert(count > 0 && count <= EVENT_STORE_MANY);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_each_of, &stmt);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < EVENT_STORE_MANY; i++) {
		const struct id16 *id = &attempts[i < count ? i : count - 1];
		db_bind_bytes(stmt, (unsigned)i, id->b, ID16_BYTES);
	}
	db_stream(stmt);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct event_row row = { 0 };
		e = db_col_bytes(stmt, 10, row.attempt.b, ID16_BYTES);
		row.gen = (uint32_t)db_col_u64(stmt, 11);
		row.event.value = db_col_str(stmt, 9);
		e = e ? e : read_row(stmt, &row);
		e = e ? e : each(ctx, &row);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err event_store_fork(struct db *db, const struct event_row *row) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_fork, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, row->school);
	db_bind_bytes(stmt, 1, row->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 2, row->gen);
	db_bind_u64(stmt, 3, row->event.seq);
	db_bind_u64(stmt, 4, row->lease);
	db_bind_i64(stmt, 5, row->at_ms);
	db_bind_u64(stmt, 6, row->event.kind);
	db_bind_u64(stmt, 7, row->event.slot);
	db_bind_bytes(stmt, 8, row->event.value.p, row->event.value.n);
	db_bind_bytes(stmt, 9, row->head.b, HASH_BYTES);
	return db_exec(stmt, NULL);
}
