#include "exam/hall/batch_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exam/hall/close_store.h"
#include "exam/hall/event_store.h"

enum { ATTEMPT_CLOSED_STATE = 3 }; /* migrations/0004_hall.sql */

/* What decides about an event, and what only a close or an unknown tip needs besides. The index
 * is named: of a small table the server would else read, and lock, every row. */
#define COLUMNS_FEW "id, school_id, gen, lease, state, ends_revision, CONNECTION_ID()"
#define COLUMNS_ALL COLUMNS_FEW ", head, times, salt, sitting_id"
#define LOCK(columns, marks)                                                \
	"SELECT " columns " FROM attempt FORCE INDEX (PRIMARY) WHERE id IN" \
	" (" marks ") FOR UPDATE"
#define MARKS_8 "?, ?, ?, ?, ?, ?, ?, ?"
#define MARKS_32 MARKS_8 ", " MARKS_8 ", " MARKS_8 ", " MARKS_8
#define MARKS_128 MARKS_32 ", " MARKS_32 ", " MARKS_32 ", " MARKS_32
#define MARKS_512 MARKS_128 ", " MARKS_128 ", " MARKS_128 ", " MARKS_128
#define LOCK_ROW(count, marks) \
	{ count, LOCK(COLUMNS_FEW, marks), LOCK(COLUMNS_ALL, marks), }

/* One statement locks a whole batch: the smallest that has marks enough. */
static const struct {
	size_t marks;
	const char *few;
	const char *all;
} lock_rows[] = {
	LOCK_ROW(1, "?"),
	LOCK_ROW(8, MARKS_8),
	LOCK_ROW(32, MARKS_32),
	LOCK_ROW(128, MARKS_128),
	LOCK_ROW(512, MARKS_512),
};
static_assert(BATCH_MAX <= 512, "a batch is locked by one statement");

/* What the store needs of an attempt beside what is decided by. */
struct locked {
	uint8_t salt[EVENT_SALT_BYTES];
	struct id16 sitting;
	struct hash first_head; /* the chain's beginning while it has no row */
	struct hash first_times;
};

struct run {
	struct db *db;
	const struct keys *keys;
	const struct tips *known;
	bool may_use_known;  /* false after a known tip proved wrong */
	bool has_all;        /* the lock reads every column */
	uint64_t connection; /* of this run */
	struct batch batch;
	struct locked locked[BATCH_MAX]; /* beside batch.attempts */
	struct closing closings[BATCH_MAX];
};

static enum err read_locked(struct run *r, const struct db_stmt *stmt) {
	struct id16 id;
	enum err e = db_col_bytes(stmt, 0, id.b, ID16_BYTES);
	if (e) {
		return e;
	}
	struct batch_attempt *a = batch_find(&r->batch, &id);
	if (!a) {
		return ERR_CORRUPT;
	}
	struct locked *l = &r->locked[a - r->batch.attempts];
	a->school = db_col_u64(stmt, 1);
	a->gen = (uint32_t)db_col_u64(stmt, 2);
	a->lease = (uint32_t)db_col_u64(stmt, 3);
	a->is_closed = db_col_u64(stmt, 4) == ATTEMPT_CLOSED_STATE;
	a->ends_revision = (uint32_t)db_col_u64(stmt, 5);
	r->connection = db_col_u64(stmt, 6);
	if (r->has_all) {
		e = db_col_bytes(stmt, 7, l->first_head.b, HASH_BYTES);
		e = e ? e : db_col_bytes(stmt, 8, l->first_times.b, HASH_BYTES);
		e = e ? e : db_col_bytes(stmt, 9, l->salt, EVENT_SALT_BYTES);
		e = e ? e : db_col_bytes(stmt, 10, l->sitting.b, ID16_BYTES);
	}
	a->is_there = !e;
	return e;
}

/* The last id stands in for marks that are left over. */
static enum err lock_all(struct run *r) {
	size_t count = r->batch.attempt_count;
	size_t i = 0;
	while (lock_rows[i].marks < count) {
		i++;
	}
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(r->db, r->has_all ? lock_rows[i].all : lock_rows[i].few, &stmt);
	if (e) {
		return e;
	}
	for (size_t mark = 0; mark < lock_rows[i].marks; mark++) {
		size_t at = mark < count ? mark : count - 1;
		db_bind_bytes(stmt, (unsigned)mark, r->batch.attempts[at].id.b, ID16_BYTES);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = read_locked(r, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The tip that is known of an attempt, when it was known under the lease that is locked now
 * (nobody else has written since) and on this connection (no other server has taken over, which
 * may lack the last rows: a gap would not offend any key). NULL when it must be read. */
static const struct tip *sure_tip(const struct run *r, const struct batch_attempt *a) {
	const struct tip *known = r->may_use_known ? tips_find(r->known, &a->id) : NULL;
	/* Of a closed one the tip is read too: a commit whose answer was lost may have closed it. */
	bool is_sure = known && !a->is_closed &&
			(known->connection == r->connection || known->connection == TIP_BY_JOIN) &&
			known->gen == a->gen && known->lease == a->lease;
	return is_sure ? known : NULL;
}

static bool has_close(const struct run *r) {
	for (size_t i = 0; i < r->batch.count; i++) {
		if (r->batch.items[i].row.event.kind == EVENT_CLOSE) {
			return true;
		}
	}
	return false;
}

static bool is_all_sure(const struct run *r) {
	for (size_t i = 0; i < r->batch.attempt_count; i++) {
		const struct batch_attempt *a = &r->batch.attempts[i];
		if (a->is_there && !sure_tip(r, a)) {
			return false;
		}
	}
	return true;
}

/* Locks the batch's attempts; again, with every column, when more is needed than was read. */
static enum err lock(struct run *r) {
	r->has_all = has_close(r);
	enum err e = lock_all(r);
	if (!e && !r->has_all && !is_all_sure(r)) {
		r->has_all = true;
		e = lock_all(r);
	}
	return e;
}

static enum err find_tip(struct run *r, size_t index) {
	struct batch_attempt *a = &r->batch.attempts[index];
	const struct tip *known = sure_tip(r, a);
	if (known) {
		a->tip = *known;
		a->tip.connection = r->connection;
		return ERR_OK;
	}
	a->tip = (struct tip){ .attempt = a->id,
		.school = a->school,
		.gen = a->gen,
		.lease = a->lease,
		.connection = r->connection,
		.head = r->locked[index].first_head,
		.times = r->locked[index].first_times };
	struct event_row last;
	enum err e = event_store_last(r->db, &a->id, a->gen, &last);
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

static enum err find_tips(struct run *r) {
	for (size_t i = 0; i < r->batch.attempt_count; i++) {
		if (!r->batch.attempts[i].is_there) {
			continue;
		}
		enum err e = find_tip(r, i);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err source_stored(void *owner, const struct event_row *row, struct buf *value,
		struct event_row *out) {
	struct run *r = owner;
	return event_store_get(r->db, &row->attempt, row->gen, row->event.seq, value, out);
}

static enum err source_fork(void *owner, const struct event_row *row) {
	struct run *r = owner;
	return event_store_fork(r->db, row);
}

static enum err close_all(struct run *r) {
	struct batch *b = &r->batch;
	size_t count = 0;
	for (size_t i = 0; i < b->count; i++) {
		if (b->items[i].outcome == BATCH_CLOSED) {
			const struct locked *l = &r->locked[b->attempt_of[i]];
			r->closings[count++] = (struct closing){ .item = &b->items[i],
				.attempt = &b->attempts[b->attempt_of[i]],
				.salt = l->salt,
				.sitting = &l->sitting };
		}
	}
	return close_store_run(r->db, r->keys, r->closings, count);
}

static enum err run(struct db *db, void *ctx) {
	struct run *r = ctx;
	const struct batch_source source = { r, source_stored, source_fork };
	r->db = db;
	batch_reset(&r->batch);
	enum err e = lock(r);
	if (!e) {
		e = find_tips(r);
	}
	if (!e) {
		e = batch_decide(&r->batch, &source);
	}
	if (!e) {
		e = event_store_insert(db, r->batch.accepted, r->batch.accepted_count);
	}
	return e ? e : close_all(r);
}

/* The commit has happened: what the next batch may believe. */
static void remember(struct tips *tips, const struct batch *b) {
	for (size_t i = 0; i < b->attempt_count; i++) {
		const struct batch_attempt *a = &b->attempts[i];
		if (!a->is_there || a->is_closed) {
			tips_drop(tips, &a->id);
		} else {
			tips_confirm(tips, &a->tip);
		}
	}
}

enum err batch_store_run(struct db *db, const struct keys *keys, struct tips *tips,
		struct batch_item *items, size_t count) {
	_cleanup_(mem_freep) struct run *r = calloc(1, sizeof(*r));
	if (!r) {
		return ERR_NOMEM;
	}
	r->keys = keys;
	r->known = tips;
	r->may_use_known = true;
	batch_gather(&r->batch, items, count);
	enum err e = db_transact_with(db, DB_TX_IDEMPOTENT, run, r);
	if (e == ERR_EXISTS) {
		/* A known tip was behind: another process wrote, or a commit whose answer was lost. */
		r->may_use_known = false;
		e = db_transact_with(db, DB_TX_IDEMPOTENT, run, r);
	}
	if (e) {
		return e;
	}
	remember(tips, &r->batch);
	return ERR_OK;
}
