#include "core/province/inbox_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/exchange/exchange_receipt.h"
#include "core/province/inbox_keep_store.h"
#include "core/province/projection_store.h"
#include "core/province/province_school_store.h"

enum {
	NAMES_A_SELECT = 500,
	ROWS_A_RUN = 256,
	PROBE_LEAST = 64, /* names, before it is worth asking for all of them at once */
};

/* The row is held until the commit: it stands for everything of the school. */
static const char sql_lock[] = "SELECT state FROM province_school WHERE id = ? FOR UPDATE";
static const char sql_answer[] =
		"SELECT body_hash, answer FROM incoming WHERE school_id = ? AND batch_id = ?";

#define MARKS_10 "?,?,?,?,?,?,?,?,?,?"
#define MARKS_100                                                                              \
	MARKS_10 "," MARKS_10 "," MARKS_10 "," MARKS_10 "," MARKS_10 "," MARKS_10 "," MARKS_10 \
		 "," MARKS_10 "," MARKS_10 "," MARKS_10
static const char sql_held[] = "SELECT id, idbanghi, phienban, line_hash, line FROM province_record"
			       " WHERE school_id = ? AND idbanghi IN (" MARKS_100 "," MARKS_100
			       "," MARKS_100 "," MARKS_100 "," MARKS_100 ")";
static_assert(NAMES_A_SELECT == 500, "as many as the statement has marks");

static const char sql_between[] =
		"SELECT 1 FROM province_record WHERE school_id = ? AND idbanghi BETWEEN ? AND ? LIMIT 1";

static const char sql_insert[] =
		"INSERT INTO province_record (school_id, bang, idbanghi, phienban, sukien,"
		" thoigiancapnhat_ms, lop, hocky, hocsinh, line, line_hash, batch_id, applied_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_update[] =
		"UPDATE province_record SET phienban = ?, sukien = ?, thoigiancapnhat_ms = ?, lop = ?,"
		" hocky = ?, hocsinh = ?, line = ?, line_hash = ?, batch_id = ?, applied_at_ms = ?"
		" WHERE id = ?";

static const char sql_has_rejections[] =
		"SELECT EXISTS (SELECT 1 FROM province_rejection WHERE school_id = ?)";
static const char sql_unreject[] =
		"DELETE FROM province_rejection WHERE school_id = ? AND idbanghi = ? AND phienban <= ?";
static const char sql_reject[] =
		"INSERT INTO province_rejection (school_id, batch_id, n, idbanghi, bang, phienban, code,"
		" params, at_ms) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_incoming[] =
		"INSERT INTO incoming (school_id, batch_id, number, body_hash, school_kid,"
		" school_signature, received_at_ms, records, applied, stale, rejected, answer)"
		" VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";
static const char sql_heard[] = "UPDATE province_school SET last_batch_at_ms = ?, heard_at_ms = ?,"
				" last_number = GREATEST(last_number, ?) WHERE id = ?";

/* ---- what the province holds ---- */

static enum err keep_held(struct db_stmt *row, struct inbox *inbox, struct arena *arena) {
	struct inbox_entry *entry = inbox_entry_find(inbox, db_col_str(row, 1));
	if (!entry) {
		return ERR_CORRUPT; /* nothing else was asked for */
	}
	entry->held.row_id = db_col_u64(row, 0);
	entry->held.version = (uint32_t)db_col_u64(row, 2);
	enum err e = db_col_bytes(row, 3, entry->held.hash.b, HASH_BYTES);
	return e ? e : arena_copy(arena, db_col_str(row, 4), &entry->held.line);
}

/* Whether the province has anything named from the first to the last of these entries: of what comes
 * for the first time it has nothing, and there is no need to ask for each. */
static enum err any_between(struct db *db, uint64_t school_id, const struct inbox_entry *first,
		const struct inbox_entry *last, bool *out_any) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_between, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	db_bind_str(stmt, 1, first->id);
	db_bind_str(stmt, 2, last->id);
	e = db_next(stmt);
	*out_any = !e;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* What is held under the names of at most NAMES_A_SELECT entries. */
static enum err load_some(struct db_stmt *stmt, uint64_t school_id, struct inbox *inbox,
		size_t from, struct arena *arena) {
	enum err e;
	db_bind_u64(stmt, 0, school_id);
	for (unsigned i = 0; i < NAMES_A_SELECT; i++) {
		/* The rest of the marks name the last one once more. */
		size_t at = from + i < inbox->entry_count ? from + i : inbox->entry_count - 1;
		db_bind_str(stmt, 1 + i, inbox->entries[at].id);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = keep_held(stmt, inbox, arena);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err load_held(
		struct db *db, uint64_t school_id, struct inbox *inbox, struct arena *arena) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	size_t count = inbox->entry_count;
	enum err e = db_prepare(db, sql_held, &stmt);
	for (size_t from = 0; from < count && !e; from += NAMES_A_SELECT) {
		size_t last = count - from > NAMES_A_SELECT ? from + NAMES_A_SELECT - 1 : count - 1;
		bool any = true;
		if (last - from >= PROBE_LEAST) {
			e = any_between(db, school_id, &inbox->entries[from], &inbox->entries[last],
					&any);
		}
		e = e || !any ? e : load_some(stmt, school_id, inbox, from, arena);
	}
	return e;
}

/* ---- records ---- */

/* What the columns of both statements have in common, from `at` on. */
static void bulk_place(struct db_bulk *bulk, unsigned at, const struct exchange_line *line) {
	db_bulk_u64(bulk, at, line->version);
	db_bulk_u64(bulk, at + 1, line->event);
	db_bulk_i64(bulk, at + 2, line->at_ms);
	db_bulk_str(bulk, at + 3, line->class_id);
	db_bulk_u64(bulk, at + 4, line->term);
	db_bulk_str(bulk, at + 5, line->student);
}

static void bulk_line(struct db_bulk *bulk, unsigned at, const struct inbox_record *r,
		const struct inbox_batch *b) {
	db_bulk_bytes(bulk, at, r->text.p, r->text.n);
	db_bulk_bytes(bulk, at + 1, r->hash.b, HASH_BYTES);
	db_bulk_bytes(bulk, at + 2, b->batch->header.id, EXCHANGE_BATCH_ID_BYTES);
	db_bulk_i64(bulk, at + 3, b->now_ms);
}

static enum err end_row(struct db_bulk *bulk) {
	db_bulk_row(bulk);
	return db_bulk_is_full(bulk) ? db_bulk_run(bulk) : ERR_OK;
}

static enum err add_new(
		struct db_bulk *bulk, const struct inbox_batch *b, const struct inbox_record *r) {
	db_bulk_u64(bulk, 0, b->school_id);
	db_bulk_str(bulk, 1, r->line.kind);
	db_bulk_str(bulk, 2, r->line.id);
	bulk_place(bulk, 3, &r->line);
	bulk_line(bulk, 9, r, b);
	return end_row(bulk);
}

static enum err add_changed(struct db_bulk *bulk, const struct inbox_batch *b,
		const struct inbox_record *r, uint64_t row_id) {
	bulk_place(bulk, 0, &r->line);
	bulk_line(bulk, 6, r, b);
	db_bulk_u64(bulk, 10, row_id);
	return end_row(bulk);
}

static enum err write_records(
		struct db *db, const struct inbox_batch *b, const struct inbox *inbox) {
	_cleanup_(db_bulk_freep) struct db_bulk *fresh = NULL;
	_cleanup_(db_bulk_freep) struct db_bulk *changed = NULL;
	enum err e = db_bulk_open(db, sql_insert, ROWS_A_RUN, &fresh);
	e = e ? e : db_bulk_open(db, sql_update, ROWS_A_RUN, &changed);
	for (size_t i = 0; i < inbox->entry_count && !e; i++) {
		const struct inbox_entry *entry = &inbox->entries[i];
		if (entry->now == INBOX_NONE) {
			continue;
		}
		const struct inbox_record *r = &inbox->records[entry->now];
		e = entry->held.row_id ? add_changed(changed, b, r, entry->held.row_id)
				       : add_new(fresh, b, r);
	}
	e = e ? e : db_bulk_run(fresh);
	return e ? e : db_bulk_run(changed);
}

/* The department's rows and tallies follow what was applied. */
static enum err project(struct db *db, const struct inbox_batch *b, const struct inbox *inbox) {
	_cleanup_(mem_freep) struct projection_change *changes =
			calloc(inbox->entry_count + 1, sizeof(*changes));
	if (!changes) {
		return ERR_NOMEM;
	}
	size_t count = 0;
	for (size_t i = 0; i < inbox->entry_count; i++) {
		const struct inbox_entry *entry = &inbox->entries[i];
		if (entry->now != INBOX_NONE) {
			const struct inbox_record *r = &inbox->records[entry->now];
			changes[count++] = (struct projection_change){ r->line.kind, r->line.id,
				entry->held.line, &r->row, r->line.event == EXCHANGE_CANCEL };
		}
	}
	return projection_store_apply(db, b->school_id, changes, count);
}

/* ---- rejections ---- */

/* What was refused before and is settled now, or is refused again. */
static enum err drop_rejections(
		struct db *db, const struct inbox_batch *b, const struct inbox *inbox) {
	_cleanup_(db_stmt_freep) struct db_stmt *any = NULL;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_prepare(db, sql_has_rejections, &any);
	if (e) {
		return e;
	}
	db_bind_u64(any, 0, b->school_id);
	e = db_next(any);
	if (e || !db_col_bool(any, 0)) {
		return e;
	}
	e = db_bulk_open(db, sql_unreject, ROWS_A_RUN, &bulk);
	for (size_t i = 0; i < inbox->count && !e; i++) {
		const struct inbox_record *r = &inbox->records[i];
		if (r->verdict != INBOX_STALE) {
			db_bulk_u64(bulk, 0, b->school_id);
			db_bulk_str(bulk, 1, r->line.root ? r->line.id : str_from(""));
			db_bulk_u64(bulk, 2, r->line.version);
			e = end_row(bulk);
		}
	}
	return e ? e : db_bulk_run(bulk);
}

static enum err write_rejections(
		struct db *db, const struct inbox_batch *b, const struct inbox *inbox) {
	if (inbox->rejected == 0) {
		return ERR_OK;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_reject, &stmt);
	for (size_t i = 0; i < inbox->count && !e; i++) {
		const struct inbox_record *r = &inbox->records[i];
		if (r->verdict != INBOX_REJECTED) {
			continue;
		}
		_cleanup_(buf_finish) struct buf params = buf_make(EXCHANGE_PARAMS_BYTES_MAX);
		inbox_params(r, &params);
		struct str none = { "", 0 };
		db_bind_u64(stmt, 0, b->school_id);
		db_bind_bytes(stmt, 1, b->batch->header.id, EXCHANGE_BATCH_ID_BYTES);
		db_bind_u64(stmt, 2, i);
		db_bind_str(stmt, 3, r->line.root ? r->line.id : none);
		db_bind_str(stmt, 4, r->line.root ? r->line.kind : none);
		db_bind_u64(stmt, 5, r->line.version);
		db_bind_text(stmt, 6, r->code);
		db_bind_str(stmt, 7, (struct str){ buf_str(&params), params.len });
		db_bind_i64(stmt, 8, b->now_ms);
		e = buf_err(&params);
		e = e ? e : db_exec(stmt, NULL);
	}
	return e ? e : inbox_keep_store_limit(db, b->school_id);
}

/* ---- the answer ---- */

static enum err make_answer(
		const struct inbox_batch *b, const struct inbox *inbox, struct buf *answer) {
	_cleanup_(buf_finish) struct buf lines = buf_make(EXCHANGE_ANSWER_BYTES_MAX);
	enum err e = inbox_print(inbox, &lines);
	if (e) {
		return e;
	}
	struct exchange_statement s = {
		.body = b->body,
		.received_at_ms = b->now_ms,
		.applied = inbox->applied,
		.stale = inbox->stale,
		.rejected = inbox->rejected,
	};
	memcpy(s.school, b->batch->header.school, sizeof(s.school));
	memcpy(s.batch, b->batch->header.id, sizeof(s.batch));
	memcpy(s.kid, keys_sign_kid(b->keys), sizeof(s.kid));
	struct str text = { buf_str(&lines), lines.len };
	hash_bytes(NULL, text.p, text.n, &s.lines);
	uint8_t bytes[EXCHANGE_STATEMENT_BYTES_MAX];
	uint8_t signature[SIGN_BYTES];
	size_t n = exchange_statement_print(&s, bytes);
	keys_sign(b->keys, bytes, n, signature);
	return exchange_answer_print(
			(struct str){ (const char *)bytes, n }, signature, text, answer);
}

static enum err write_incoming(struct db *db, const struct inbox_batch *b,
		const struct inbox *inbox, const struct buf *answer) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_incoming, &stmt);
	if (e) {
		return e;
	}
	const struct exchange_batch_header *h = &b->batch->header;
	db_bind_u64(stmt, 0, b->school_id);
	db_bind_bytes(stmt, 1, h->id, sizeof(h->id));
	db_bind_i64(stmt, 2, h->number);
	db_bind_bytes(stmt, 3, b->body.b, HASH_BYTES);
	db_bind_bytes(stmt, 4, b->kid, SIGN_KID_BYTES);
	db_bind_bytes(stmt, 5, b->signature, SIGN_BYTES);
	db_bind_i64(stmt, 6, b->now_ms);
	db_bind_u64(stmt, 7, inbox->count);
	db_bind_u64(stmt, 8, inbox->applied);
	db_bind_u64(stmt, 9, inbox->stale);
	db_bind_u64(stmt, 10, inbox->rejected);
	db_bind_bytes(stmt, 11, answer->data, answer->len);
	return db_exec(stmt, NULL);
}

static enum err write_heard(struct db *db, const struct inbox_batch *b) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_heard, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, b->now_ms);
	db_bind_i64(stmt, 1, b->now_ms);
	db_bind_i64(stmt, 2, b->batch->header.number);
	db_bind_u64(stmt, 3, b->school_id);
	return db_exec_one(stmt);
}

/* ---- the whole ---- */

static enum err lock_school(struct db *db, uint64_t school_id, uint64_t *out_state) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lock, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school_id);
	e = db_next(stmt);
	if (!e) {
		*out_state = db_col_u64(stmt, 0);
	}
	return e;
}

/* The answer of a batch that was here; ERR_NOT_FOUND when it was not. */
static enum err answer_again(struct db *db, const struct inbox_batch *b, struct buf *answer) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_answer, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, b->school_id);
	db_bind_bytes(stmt, 1, b->batch->header.id, EXCHANGE_BATCH_ID_BYTES);
	e = db_next(stmt);
	struct hash body;
	e = e ? e : db_col_bytes(stmt, 0, body.b, HASH_BYTES);
	if (e) {
		return e;
	}
	if (!hash_equal(&body, &b->body)) {
		return ERR_FORK;
	}
	struct str text = db_col_str(stmt, 1);
	buf_add(answer, text.p, text.n);
	return buf_err(answer);
}

struct take {
	const struct inbox_batch *b;
	struct inbox *inbox;
	struct buf *answer;
};

static enum err apply(struct db *db, const struct take *t, struct arena *arena) {
	for (size_t i = 0; i < t->inbox->entry_count; i++) {
		t->inbox->entries[i].held = (struct inbox_held){ .row_id = 0 };
	}
	enum err e = load_held(db, t->b->school_id, t->inbox, arena);
	if (e) {
		return e;
	}
	inbox_decide(t->inbox);
	e = write_records(db, t->b, t->inbox);
	e = e ? e : project(db, t->b, t->inbox);
	e = e ? e : drop_rejections(db, t->b, t->inbox);
	e = e ? e : write_rejections(db, t->b, t->inbox);
	e = e ? e : make_answer(t->b, t->inbox, t->answer);
	e = e ? e : write_incoming(db, t->b, t->inbox, t->answer);
	return e ? e : write_heard(db, t->b);
}

static enum err run_take(struct db *db, void *ctx) {
	const struct take *t = ctx;
	buf_clear(t->answer);
	uint64_t state = 0;
	struct province_key key;
	enum err e = lock_school(db, t->b->school_id, &state);
	e = e ? e : province_key_store_find(db, t->b->school_id, t->b->kid, &key);
	if (e) {
		return e;
	}
	if (key.revoked_at_ms) {
		return ERR_DENIED;
	}
	e = answer_again(db, t->b, t->answer);
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	if (key.until_ms) {
		return ERR_STALE;
	}
	if (state == PROVINCE_SCHOOL_SUSPENDED) {
		return ERR_CLOSED;
	}
	struct arena arena = arena_make(INBOX_HELD_BYTES_MAX);
	e = apply(db, t, &arena);
	/* What is held lies in the arena: nothing of it is looked at from here on. */
	arena_finish(&arena);
	return e;
}

enum err inbox_store_take(struct db *db, const struct inbox_batch *batch, struct inbox *inbox,
		struct buf *answer) {
	struct take t = { batch, inbox, answer };
	return db_transact_with(db, DB_TX_IDEMPOTENT, run_take, &t);
}
