#include "exam/hall/batch_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exam/hall/fold.h"

enum {
	BATCH_MAX = 256,
	LOCK_MANY = 48,           /* attempts of one locking statement */
	ATTEMPT_CLOSED_STATE = 3, /* migrations/0004_hall.sql */
};

#define LOCK_COLUMNS                                                                            \
	"SELECT id, school_id, gen, lease, state, ends_revision, head, times, salt, sitting_id" \
	" FROM attempt WHERE id IN "
#define MARKS_8 "?, ?, ?, ?, ?, ?, ?, ?"

static const char sql_lock_one[] = LOCK_COLUMNS "(?) FOR UPDATE";
static const char sql_lock_many[] = LOCK_COLUMNS "(" MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8
						 ", " MARKS_8 ", " MARKS_8 ") FOR UPDATE";

static const char sql_close[] =
		"UPDATE attempt SET state = 3, closed_at_ms = ?, close_why = ?, seq = ?, head = ?,"
		" times = ?, last_at_ms = ?, answered_count = ?"
		" WHERE id = ? AND school_id = ? AND gen = ? AND state <> 3"
		" AND (ends_revision = ? OR ? = 0)";

static const char sql_receipt[] =
		"INSERT INTO receipt (attempt_id, gen, school_id, bytes, signature, created_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?)";

/* An attempt of the batch as the lock shows it. */
struct locked {
	struct id16 id;
	bool is_there;
	uint32_t gen;
	uint32_t lease;
	uint32_t ends_revision;
	bool is_closed;
	uint8_t salt[EVENT_SALT_BYTES];
	struct id16 sitting;
	struct hash first_head; /* the chain's beginning while it has no row */
	struct hash first_times;
	struct tip tip;
};

struct batch {
	const struct keys *keys;
	const struct tips *known;
	struct batch_item *items;
	size_t count;
	struct locked attempts[BATCH_MAX];
	size_t attempt_count;
	uint16_t attempt_of[BATCH_MAX];
	const struct event_row *accepted[BATCH_MAX];
	size_t accepted_count;
	bool may_use_known; /* false after a known tip proved wrong */
};

/* Gives each item the index of its attempt. Batches are small, and runs of one attempt common. */
static void gather(struct batch *b) {
	b->attempt_count = 0;
	for (size_t i = 0; i < b->count; i++) {
		const struct id16 *id = &b->items[i].row.attempt;
		size_t at = 0;
		while (at < b->attempt_count && !id16_equal(&b->attempts[at].id, id)) {
			at++;
		}
		if (at == b->attempt_count) {
			b->attempts[b->attempt_count++] = (struct locked){ .id = *id };
		}
		b->attempt_of[i] = (uint16_t)at;
	}
}

static struct locked *find_locked(struct batch *b, const struct id16 *id) {
	for (size_t i = 0; i < b->attempt_count; i++) {
		if (id16_equal(&b->attempts[i].id, id)) {
			return &b->attempts[i];
		}
	}
	return NULL;
}

static enum err read_locked(struct batch *b, const struct db_stmt *stmt) {
	struct id16 id;
	enum err e = db_col_bytes(stmt, 0, id.b, ID16_BYTES);
	if (e) {
		return e;
	}
	struct locked *a = find_locked(b, &id);
	if (!a) {
		return ERR_CORRUPT;
	}
	a->tip.school = db_col_u64(stmt, 1);
	a->gen = (uint32_t)db_col_u64(stmt, 2);
	a->lease = (uint32_t)db_col_u64(stmt, 3);
	a->is_closed = db_col_u64(stmt, 4) == ATTEMPT_CLOSED_STATE;
	a->ends_revision = (uint32_t)db_col_u64(stmt, 5);
	e = db_col_bytes(stmt, 6, a->first_head.b, HASH_BYTES);
	if (!e) {
		e = db_col_bytes(stmt, 7, a->first_times.b, HASH_BYTES);
	}
	if (!e) {
		e = db_col_bytes(stmt, 8, a->salt, EVENT_SALT_BYTES);
	}
	if (!e) {
		e = db_col_bytes(stmt, 9, a->sitting.b, ID16_BYTES);
	}
	a->is_there = !e;
	return e;
}

/* Locks attempts from `from`; the last id stands in for marks that are left over. */
static enum err lock_some(struct db *db, struct batch *b, size_t from, size_t count) {
	bool is_one = count == 1;
	size_t marks = is_one ? 1 : LOCK_MANY;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, is_one ? sql_lock_one : sql_lock_many, &stmt);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < marks; i++) {
		size_t at = from + (i < count ? i : count - 1);
		db_bind_bytes(stmt, (unsigned)i, b->attempts[at].id.b, ID16_BYTES);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = read_locked(b, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err lock_all(struct db *db, struct batch *b) {
	for (size_t from = 0; from < b->attempt_count;) {
		size_t left = b->attempt_count - from;
		size_t count = left < LOCK_MANY ? left : LOCK_MANY;
		enum err e = lock_some(db, b, from, count);
		if (e) {
			return e;
		}
		from += count;
	}
	return ERR_OK;
}

/* The tip from what is known, when it was known under the lease that is locked now: nobody else
 * has written since. Otherwise from the table. */
static enum err find_tip(struct db *db, const struct batch *b, struct locked *a) {
	const struct tip *known = b->may_use_known ? tips_find(b->known, &a->id) : NULL;
	if (known && known->gen == a->gen && known->lease == a->lease) {
		a->tip = *known;
		return ERR_OK;
	}
	a->tip = (struct tip){ .attempt = a->id,
		.school = a->tip.school,
		.gen = a->gen,
		.lease = a->lease,
		.head = a->first_head,
		.times = a->first_times };
	struct event_row last;
	enum err e = event_store_last(db, &a->id, a->gen, &last);
	if (e == ERR_NOT_FOUND) {
		return ERR_OK;
	}
	if (e) {
		return e;
	}
	a->tip.seq = last.event.seq;
	a->tip.last_at_ms = last.at_ms;
	a->tip.head = last.head;
	a->tip.times = last.times;
	return ERR_OK;
}

static enum err find_tips(struct db *db, struct batch *b) {
	for (size_t i = 0; i < b->attempt_count; i++) {
		if (!b->attempts[i].is_there) {
			continue;
		}
		enum err e = find_tip(db, b, &b->attempts[i]);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static void refuse(struct batch_item *item, enum err why) {
	item->outcome = BATCH_REFUSED;
	item->refusal = why;
}

static void advance(struct locked *a, struct batch_item *item, bool is_close) {
	struct event_row *row = &item->row;
	if (is_close) {
		row->event.seq = a->tip.seq + 1;
		row->at_ms = item->wanted_at_ms;
		row->head = a->tip.head;
	} else {
		row->at_ms = item->wanted_at_ms > a->tip.last_at_ms ? item->wanted_at_ms
								    : a->tip.last_at_ms;
		event_head(&a->tip.head, &a->id, &row->event, &row->head);
		a->tip.head = row->head;
		a->tip.last_at_ms = row->at_ms;
		a->tip.seq = row->event.seq;
	}
	event_times(&a->tip.times, &row->head, row->at_ms, &row->times);
	a->tip.times = row->times;
}

/* A number that is taken: the same bytes get the same ack, other bytes are a fork. */
static enum err compare_stored(struct db *db, struct batch_item *item) {
	_cleanup_(buf_finish) struct buf value = buf_make(EVENT_VALUE_BYTES_MAX + 1);
	struct event_row stored;
	struct event_row *row = &item->row;
	enum err e = event_store_get(db, &row->attempt, row->gen, row->event.seq, &value, &stored);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	}
	if (stored.event.kind != row->event.kind || stored.event.slot != row->event.slot ||
			!str_eq(stored.event.value, row->event.value)) {
		refuse(item, ERR_FORK);
		row->at_ms = item->wanted_at_ms;
		event_head(&stored.head, &row->attempt, &row->event, &row->head);
		return event_store_fork(db, row);
	}
	item->outcome = BATCH_SAME;
	row->at_ms = stored.at_ms;
	row->lease = stored.lease;
	row->head = stored.head;
	row->times = stored.times;
	return ERR_OK;
}

/* The bytes under a number of this very batch, accepted a moment ago. */
static void compare_accepted(struct batch *b, struct batch_item *item) {
	struct event_row *row = &item->row;
	for (size_t i = 0; i < b->accepted_count; i++) {
		const struct event_row *other = b->accepted[i];
		if (other->event.seq != row->event.seq || other->event.kind == EVENT_CLOSE ||
				!id16_equal(&other->attempt, &row->attempt)) {
			continue;
		}
		bool is_same = other->event.kind == row->event.kind &&
				other->event.slot == row->event.slot &&
				str_eq(other->event.value, row->event.value);
		if (!is_same) {
			refuse(item, ERR_FORK);
			return;
		}
		item->outcome = BATCH_SAME;
		row->at_ms = other->at_ms;
		row->head = other->head;
		row->times = other->times;
		return;
	}
	refuse(item, ERR_CONFLICT);
}

static bool is_accepted_here(const struct batch *b, const struct batch_item *item) {
	for (size_t i = 0; i < b->accepted_count; i++) {
		if (b->accepted[i]->event.seq == item->row.event.seq &&
				b->accepted[i]->event.kind != EVENT_CLOSE &&
				id16_equal(&b->accepted[i]->attempt, &item->row.attempt)) {
			return true;
		}
	}
	return false;
}

static void decide_close(struct batch *b, struct locked *a, struct batch_item *item) {
	if (a->is_closed) {
		refuse(item, ERR_CLOSED);
		return;
	}
	if (item->ends_revision != 0 && item->ends_revision != a->ends_revision) {
		refuse(item, ERR_STALE);
		return;
	}
	item->row.gen = a->gen;
	item->row.lease = a->lease;
	item->outcome = BATCH_CLOSED;
	advance(a, item, true);
	a->is_closed = true;
	b->accepted[b->accepted_count++] = &item->row;
}

static enum err decide(struct db *db, struct batch *b, size_t index) {
	struct batch_item *item = &b->items[index];
	struct locked *a = &b->attempts[b->attempt_of[index]];
	struct event_row *row = &item->row;
	if (!a->is_there || a->tip.school != row->school) {
		refuse(item, ERR_NOT_FOUND);
		return ERR_OK;
	}
	if (row->event.kind == EVENT_CLOSE) {
		decide_close(b, a, item);
		return ERR_OK;
	}
	if (row->gen != a->gen) {
		refuse(item, ERR_STALE);
		return ERR_OK;
	}
	if (row->event.seq <= a->tip.seq) {
		if (is_accepted_here(b, item)) {
			compare_accepted(b, item);
			return ERR_OK;
		}
		return compare_stored(db, item);
	}
	bool is_stale = row->lease != a->lease && !item->is_replay;
	if (a->is_closed || is_stale || row->event.seq != a->tip.seq + 1) {
		refuse(item, a->is_closed ? ERR_CLOSED : is_stale ? ERR_STALE : ERR_CONFLICT);
		/* What was stamped and cannot join the record any more stays as evidence. */
		return item->is_replay ? event_store_fork(db, row) : ERR_OK;
	}
	item->outcome = BATCH_STORED;
	advance(a, item, false);
	b->accepted[b->accepted_count++] = row;
	return ERR_OK;
}

static enum err add_to_fold(void *ctx, const struct event_row *row) {
	return fold_add(ctx, &row->event);
}

static enum err save_closed(struct db *db, const struct locked *a, const struct batch_item *item,
		size_t answered) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_close, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, item->row.at_ms);
	db_bind_u64(stmt, 1, item->why);
	db_bind_u64(stmt, 2, a->tip.seq);
	db_bind_bytes(stmt, 3, a->tip.head.b, HASH_BYTES);
	db_bind_bytes(stmt, 4, a->tip.times.b, HASH_BYTES);
	db_bind_i64(stmt, 5, a->tip.last_at_ms);
	db_bind_u64(stmt, 6, answered);
	db_bind_bytes(stmt, 7, a->id.b, ID16_BYTES);
	db_bind_u64(stmt, 8, item->row.school);
	db_bind_u64(stmt, 9, a->gen);
	db_bind_u64(stmt, 10, a->ends_revision);
	db_bind_u64(stmt, 11, item->ends_revision);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_DB_RETRY; /* locked a moment ago: cannot be */
}

static enum err save_receipt(struct db *db, const struct batch_item *item) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipt, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, item->row.attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 1, item->row.gen);
	db_bind_u64(stmt, 2, item->row.school);
	db_bind_bytes(stmt, 3, item->receipt, RECEIPT_BYTES);
	db_bind_bytes(stmt, 4, item->receipt + RECEIPT_BYTES, SIGN_BYTES);
	db_bind_i64(stmt, 5, item->row.at_ms);
	return db_exec(stmt, NULL);
}

/* The rows are inserted already, so the fold reads all of them from the table. */
static enum err close_one(struct db *db, const struct batch *b, const struct locked *a,
		struct batch_item *item) {
	_cleanup_(fold_finish) struct fold fold = { 0 };
	enum err e = event_store_each(db, &a->id, a->gen, 1, add_to_fold, &fold);
	if (e) {
		return e;
	}
	struct receipt receipt = { .school = item->row.school,
		.sitting = a->sitting,
		.attempt = a->id,
		.gen = a->gen,
		.seq = a->tip.seq,
		.at_ms = item->row.at_ms,
		.why = item->why,
		.head = a->tip.head,
		.times = a->tip.times };
	memcpy(receipt.sign_kid, keys_sign_kid(b->keys), SIGN_KID_BYTES);
	fold_hash(&fold, a->salt, &receipt.answers);
	receipt_print(RECEIPT_CLOSED, &receipt, item->receipt);
	keys_sign(b->keys, item->receipt, RECEIPT_BYTES, item->receipt + RECEIPT_BYTES);
	e = save_closed(db, a, item, fold.count);
	return e ? e : save_receipt(db, item);
}

static enum err close_all(struct db *db, struct batch *b) {
	for (size_t i = 0; i < b->count; i++) {
		if (b->items[i].outcome != BATCH_CLOSED) {
			continue;
		}
		enum err e = close_one(db, b, &b->attempts[b->attempt_of[i]], &b->items[i]);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err run(struct db *db, void *ctx) {
	struct batch *b = ctx;
	b->accepted_count = 0;
	for (size_t i = 0; i < b->attempt_count; i++) {
		b->attempts[i] = (struct locked){ .id = b->attempts[i].id };
	}
	enum err e = lock_all(db, b);
	if (!e) {
		e = find_tips(db, b);
	}
	for (size_t i = 0; i < b->count && !e; i++) {
		e = decide(db, b, i);
	}
	if (!e) {
		e = event_store_insert(db, b->accepted, b->accepted_count);
	}
	return e ? e : close_all(db, b);
}

/* The commit has happened: what the next batch may believe. */
static enum err remember(struct tips *tips, const struct batch *b) {
	for (size_t i = 0; i < b->attempt_count; i++) {
		const struct locked *a = &b->attempts[i];
		if (!a->is_there || a->is_closed) {
			tips_drop(tips, &a->id);
			continue;
		}
		enum err e = tips_put(tips, &a->tip);
		if (e) {
			tips_drop(tips, &a->id); /* it will be read again */
		}
	}
	return ERR_OK;
}

enum err batch_store_run(struct db *db, const struct keys *keys, struct tips *tips,
		struct batch_item *items, size_t count) {
	assert(count <= BATCH_MAX);
	_cleanup_(mem_freep) struct batch *b = calloc(1, sizeof(*b));
	if (!b) {
		return ERR_NOMEM;
	}
	b->keys = keys;
	b->known = tips;
	b->items = items;
	b->count = count;
	b->may_use_known = true;
	gather(b);
	enum err e = db_transact_with(db, DB_TX_IDEMPOTENT, run, b);
	if (e == ERR_EXISTS) {
		/* A known tip was behind: another process wrote, or a commit whose answer was lost. */
		b->may_use_known = false;
		e = db_transact_with(db, DB_TX_IDEMPOTENT, run, b);
	}
	return e ? e : remember(tips, b);
}
