#include "exam/hall/heal_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "exam/hall/event_store.h"
#include "exam/hall/fold.h"
#include "exam/hall/heal.h"
#include "exam/hall/receipt.h"

enum { HEAL_EVENTS_MAX = ROOM_EVENTS_MAX + 1, STATE_CLOSED_DB = 3 };

static const char sql_lock[] =
		"SELECT a.gen, a.lease, a.state, a.closed_at_ms, a.close_why, a.salt, a.sitting_id,"
		" a.variant, s.released_at_ms IS NOT NULL"
		" FROM attempt a JOIN sitting s ON s.id = a.sitting_id AND s.school_id = a.school_id"
		" WHERE a.id = ? AND a.school_id = ? AND a.room_id = ? FOR UPDATE";

static const char sql_copy[] =
		"INSERT INTO event (attempt_id, gen, seq, school_id, kind, slot, lease, at_ms, flags,"
		" value, head, times)"
		" SELECT attempt_id, gen + 1, seq, school_id, kind, slot, lease, at_ms, flags, value,"
		" head, times FROM event WHERE attempt_id = ? AND gen = ? AND kind <> 255";

static const char sql_generation[] =
		"UPDATE attempt SET gen = ?, seq = ?, head = ?, times = ?, last_at_ms = ?,"
		" answered_count = ? WHERE id = ? AND school_id = ? AND gen = ? AND state = 3";

static const char sql_receipt[] =
		"INSERT INTO receipt (attempt_id, gen, school_id, bytes, signature, created_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?)";

struct heads {
	struct hash *items;
	size_t count;
	size_t cap;
};

struct healing {
	const struct keys *keys;
	const struct attempt_place *place;
	const struct message_log *log;
	int64_t now_ms;
	/* Read in the transaction. */
	struct heal_stored stored;
	uint32_t lease;
	int64_t closed_ms;
	uint8_t close_why;
	uint8_t salt[EVENT_SALT_BYTES];
	struct id16 sitting;
	struct heads heads;
	struct hash times;
	struct heal_plan plan;
};

static void healing_finish(struct healing *h) {
	free(h->heads.items);
	heal_plan_finish(&h->plan);
}

static void healing_reset(struct healing *h) {
	h->heads.count = 0;
	heal_plan_finish(&h->plan);
	h->stored = (struct heal_stored){ .heads_from = 1 };
	memset(&h->times, 0, sizeof(h->times));
}

static enum err lock(struct db *db, struct healing *h) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_lock, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, h->place->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 1, h->place->school);
	db_bind_u64(stmt, 2, h->place->room);
	e = db_next(stmt);
	if (!e) {
		e = db_col_bytes(stmt, 5, h->salt, EVENT_SALT_BYTES);
	}
	if (!e) {
		e = db_col_bytes(stmt, 6, h->sitting.b, ID16_BYTES);
	}
	if (e) {
		return e;
	}
	h->stored.school = h->place->school;
	h->stored.attempt = h->place->attempt;
	h->stored.gen = (uint32_t)db_col_u64(stmt, 0);
	h->lease = (uint32_t)db_col_u64(stmt, 1);
	h->stored.is_closed = db_col_u64(stmt, 2) == STATE_CLOSED_DB;
	h->closed_ms = db_col_i64(stmt, 3);
	h->close_why = (uint8_t)db_col_u64(stmt, 4);
	h->stored.is_published = db_col_bool(stmt, 8);
	struct event_origin origin = { h->place->school, h->sitting, h->place->attempt, h->salt,
		db_col_str(stmt, 7) };
	event_genesis(&origin, &h->stored.before);
	return ERR_OK;
}

static enum err keep_head(void *ctx, const struct event_row *row) {
	struct healing *h = ctx;
	if (row->event.kind == EVENT_CLOSE) {
		return ERR_OK;
	}
	enum err e = GROW(&h->heads, HEAL_EVENTS_MAX);
	if (e) {
		return e;
	}
	h->heads.items[h->heads.count++] = row->head;
	h->stored.seq = row->event.seq;
	h->stored.last_at_ms = row->at_ms;
	h->times = row->times;
	return ERR_OK;
}

static const uint8_t *mac_key(const void *owner, uint8_t kid) {
	return keys_mac_key(owner, kid);
}

static struct event_row row_of(const struct healing *h, const struct heal_row *from, uint32_t gen) {
	const struct message_event *ev = &h->log->events[from->index];
	return (struct event_row){ .school = h->place->school,
		.room = h->place->room,
		.attempt = h->place->attempt,
		.gen = gen,
		.lease = from->lease,
		.event = { ev->seq, ev->kind, ev->slot, ev->value },
		.flags = (uint8_t)(EVENT_FLAG_HEALED |
				(from->was_stamped ? EVENT_FLAG_STAMPED : 0)),
		.at_ms = from->at_ms,
		.head = from->head };
}

static enum err keep_evidence(
		struct db *db, const struct healing *h, const struct heal_row *rows, size_t count) {
	for (size_t i = 0; i < count; i++) {
		struct event_row row = row_of(h, &rows[i], h->stored.gen);
		enum err e = event_store_fork(db, &row);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

/* Inserts the healed rows, and behind them the close when they open a generation. */
static enum err insert(struct db *db, struct healing *h, uint32_t gen) {
	size_t count = h->plan.count + h->plan.opens_generation;
	_cleanup_(mem_freep) struct event_row *rows = calloc(count, sizeof(*rows));
	_cleanup_(mem_freep) const struct event_row **list = calloc(count, sizeof(*list));
	if (!rows || !list) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < count; i++) {
		list[i] = &rows[i];
		if (i < h->plan.count) {
			rows[i] = row_of(h, &h->plan.rows[i], gen);
		} else {
			rows[i] = rows[i - 1];
			rows[i].lease = h->lease;
			rows[i].event = (struct event){ rows[i - 1].event.seq + 1, EVENT_CLOSE, 0,
				str_from("null") };
			rows[i].flags = 0;
			rows[i].at_ms = h->closed_ms;
		}
		event_times(&h->times, &rows[i].head, rows[i].at_ms, &rows[i].times);
		h->times = rows[i].times;
	}
	return event_store_insert(db, list, count);
}

static enum err copy_generation(struct db *db, const struct healing *h) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_copy, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, h->place->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 1, h->stored.gen);
	return db_exec(stmt, NULL);
}

static enum err add_to_fold(void *ctx, const struct event_row *row) {
	return fold_add(ctx, &row->event);
}

static enum err save_receipt(
		struct db *db, const struct healing *h, const struct receipt *receipt) {
	uint8_t bytes[RECEIPT_BYTES];
	uint8_t signature[SIGN_BYTES];
	receipt_print(RECEIPT_CLOSED, receipt, bytes);
	keys_sign(h->keys, bytes, sizeof(bytes), signature);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipt, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, h->place->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 1, receipt->gen);
	db_bind_u64(stmt, 2, h->place->school);
	db_bind_bytes(stmt, 3, bytes, sizeof(bytes));
	db_bind_bytes(stmt, 4, signature, sizeof(signature));
	db_bind_i64(stmt, 5, h->now_ms);
	return db_exec(stmt, NULL);
}

static enum err save_generation(struct db *db, const struct healing *h,
		const struct receipt *receipt, size_t answered) {
	const struct heal_row *last = &h->plan.rows[h->plan.count - 1];
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_generation, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, receipt->gen);
	db_bind_u64(stmt, 1, receipt->seq);
	db_bind_bytes(stmt, 2, receipt->head.b, HASH_BYTES);
	db_bind_bytes(stmt, 3, receipt->times.b, HASH_BYTES);
	db_bind_i64(stmt, 4, last->at_ms);
	db_bind_u64(stmt, 5, answered);
	db_bind_bytes(stmt, 6, h->place->attempt.b, ID16_BYTES);
	db_bind_u64(stmt, 7, h->place->school);
	db_bind_u64(stmt, 8, h->stored.gen);
	uint64_t changed = 0;
	e = db_exec(stmt, &changed);
	if (e) {
		return e;
	}
	return changed == 1 ? ERR_OK : ERR_DB_RETRY; /* locked a moment ago: cannot be */
}

/* The closed generation stays as it is; the healed record is the next one. */
static enum err open_generation(struct db *db, struct healing *h) {
	uint32_t gen = h->stored.gen + 1;
	enum err e = copy_generation(db, h);
	if (!e) {
		e = insert(db, h, gen);
	}
	_cleanup_(fold_finish) struct fold fold = { 0 };
	if (!e) {
		e = event_store_each(db, &h->place->attempt, gen, 1, add_to_fold, &fold);
	}
	if (e) {
		return e;
	}
	const struct heal_row *last = &h->plan.rows[h->plan.count - 1];
	struct receipt receipt = { .school = h->place->school,
		.sitting = h->sitting,
		.attempt = h->place->attempt,
		.gen = gen,
		.seq = h->stored.seq + (uint32_t)h->plan.count,
		.at_ms = h->closed_ms,
		.why = h->close_why,
		.head = last->head,
		.times = h->times };
	memcpy(receipt.sign_kid, keys_sign_kid(h->keys), SIGN_KID_BYTES);
	fold_hash(&fold, h->salt, &receipt.answers);
	e = save_generation(db, h, &receipt, fold.count);
	return e ? e : save_receipt(db, h, &receipt);
}

static enum err run(struct db *db, void *ctx) {
	struct healing *h = ctx;
	healing_reset(h);
	enum err e = lock(db, h);
	if (!e) {
		e = event_store_each(db, &h->place->attempt, h->stored.gen, 1, keep_head, h);
	}
	if (e) {
		return e;
	}
	h->stored.heads = h->heads.items;
	const struct heal_keys keys = { h->keys, mac_key };
	e = heal_plan_make(&h->stored, h->log, &keys, &h->plan);
	if (!e) {
		e = keep_evidence(db, h, h->plan.forks, h->plan.fork_count);
	}
	if (e || h->plan.count == 0) {
		return e;
	}
	if (h->plan.needs_second) {
		return keep_evidence(db, h, h->plan.rows, h->plan.count);
	}
	return h->plan.opens_generation ? open_generation(db, h) : insert(db, h, h->stored.gen);
}

enum err heal_store_run(struct db *db, const struct keys *keys, const struct attempt_place *place,
		const struct message_log *log, int64_t now_ms) {
	_cleanup_(healing_finish) struct healing h = {
		.keys = keys, .place = place, .log = log, .now_ms = now_ms
	};
	/* Again after a lost answer it finds everything stored, and adds nothing. */
	enum err e = db_transact_with(db, DB_TX_IDEMPOTENT, run, &h);
	if (e) {
		return e;
	}
	return h.plan.needs_second ? ERR_DENIED : ERR_OK;
}
