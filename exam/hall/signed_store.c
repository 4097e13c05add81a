#include "exam/hall/signed_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/seal/chain.h"
#include "exam/hall/event_store.h"
#include "exam/hall/fold.h"
#include "exam/hall/receipt.h"
#include "exam/hall/root.h"

enum { TOGETHER = 64 /* checkpoints of one transaction, which locks their attempts' rows */ };

/* How long after its window a sitting is still looked at for receipts that came later. */
#define LATER_MS INT64_C(2592000000) /* 30 days */

static const char sql_moved[] =
		"SELECT a.id, a.school_id, a.sitting_id, a.gen, a.salt FROM attempt a"
		" WHERE a.state = 2 AND a.checkpoint_at_ms <= ?"
		" AND COALESCE((SELECT e.seq FROM event e WHERE e.attempt_id = a.id AND e.gen = a.gen"
		"   ORDER BY e.seq DESC LIMIT 1), 0)"
		" > COALESCE((SELECT c.seq FROM checkpoint c WHERE c.attempt_id = a.id"
		"   AND c.gen = a.gen ORDER BY c.seq DESC LIMIT 1), 0) LIMIT ?";

static const char sql_checkpoint[] =
		"INSERT INTO checkpoint (attempt_id, gen, seq, school_id, at_ms, bytes, signature)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char sql_note[] = "UPDATE attempt SET checkpoint_at_ms = ?"
			       " WHERE id = ? AND school_id = ?";

static const char sql_ended[] =
		"SELECT s.id, s.school_id,"
		" COALESCE((SELECT MAX(t.number) FROM sitting_root t WHERE t.sitting_id = s.id), 0)"
		" FROM sitting s WHERE s.starts_at_ms <= ?"
		" AND EXISTS (SELECT 1 FROM attempt a WHERE a.sitting_id = s.id)"
		" AND NOT EXISTS (SELECT 1 FROM attempt a WHERE a.sitting_id = s.id AND a.state <> 3)"
		" AND (NOT EXISTS (SELECT 1 FROM sitting_root t WHERE t.sitting_id = s.id)"
		"   OR (s.window_end_ms > ? AND (SELECT SUM(a.gen) FROM attempt a"
		"     WHERE a.sitting_id = s.id) > (SELECT MAX(t.receipt_count) FROM sitting_root t"
		"     WHERE t.sitting_id = s.id))) LIMIT ?";

static const char sql_receipts[] =
		"SELECT r.bytes FROM receipt r JOIN attempt a ON a.id = r.attempt_id"
		" WHERE a.sitting_id = ? AND a.school_id = ? ORDER BY r.attempt_id, r.gen";

static const char sql_root[] =
		"INSERT INTO sitting_root (sitting_id, number, school_id, receipt_count, at_ms, bytes,"
		" signature) VALUES (?, ?, ?, ?, ?, ?, ?)";

/* --- checkpoints --- */

struct moved {
	struct receipt receipt;
	uint8_t salt[EVENT_SALT_BYTES];
	bool is_closed; /* meanwhile: its receipt says all */
	uint8_t bytes[RECEIPT_BYTES];
	uint8_t signature[SIGN_BYTES];
};

struct moved_list {
	struct moved *items;
	size_t count;
	size_t cap;
};

static void moved_list_finish(struct moved_list *list) {
	free(list->items);
}

static enum err read_moved(const struct db_stmt *stmt, struct moved *m) {
	m->receipt.school = db_col_u64(stmt, 1);
	m->receipt.gen = (uint32_t)db_col_u64(stmt, 3);
	enum err e = db_col_bytes(stmt, 0, m->receipt.attempt.b, ID16_BYTES);
	e = e ? e : db_col_bytes(stmt, 2, m->receipt.sitting.b, ID16_BYTES);
	return e ? e : db_col_bytes(stmt, 4, m->salt, EVENT_SALT_BYTES);
}

static enum err find_moved(struct db *db, int64_t now_ms, struct moved_list *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_moved, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms - SIGNED_EVERY_MS);
	db_bind_u64(stmt, 1, SIGNED_CHECKPOINTS_MAX);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(list, SIGNED_CHECKPOINTS_MAX);
		e = e ? e : read_moved(stmt, &list->items[list->count]);
		if (e) {
			return e;
		}
		list->count++;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct walk {
	struct moved *moved;
	struct fold fold;
};

static enum err walk_event(void *ctx, const struct event_row *row) {
	struct walk *w = ctx;
	if (row->event.kind == EVENT_CLOSE) {
		w->moved->is_closed = true;
		return ERR_OK;
	}
	w->moved->receipt.seq = row->event.seq;
	w->moved->receipt.head = row->head;
	w->moved->receipt.times = row->times;
	return fold_add(&w->fold, &row->event);
}

static enum err sign_one(struct db *db, const struct keys *keys, int64_t now_ms, struct moved *m) {
	struct walk walk = { .moved = m };
	struct receipt *r = &m->receipt;
	enum err e = event_store_each(db, &r->attempt, r->gen, 1, walk_event, &walk);
	fold_hash(&walk.fold, m->salt, &r->answers);
	fold_finish(&walk.fold);
	if (e || m->is_closed) {
		return e;
	}
	r->at_ms = now_ms;
	memcpy(r->sign_kid, keys_sign_kid(keys), SIGN_KID_BYTES);
	receipt_print(RECEIPT_CHECKPOINT, r, m->bytes);
	keys_sign(keys, m->bytes, RECEIPT_BYTES, m->signature);
	return ERR_OK;
}

struct batch_of_moved {
	const struct moved *items;
	size_t count;
};

static enum err insert_checkpoints(struct db *db, const struct batch_of_moved *b) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_checkpoint, TOGETHER, &bulk);
	for (size_t i = 0; i < b->count && !e; i++) {
		const struct moved *m = &b->items[i];
		if (m->is_closed) {
			continue;
		}
		db_bulk_bytes(bulk, 0, m->receipt.attempt.b, ID16_BYTES);
		db_bulk_u64(bulk, 1, m->receipt.gen);
		db_bulk_u64(bulk, 2, m->receipt.seq);
		db_bulk_u64(bulk, 3, m->receipt.school);
		db_bulk_i64(bulk, 4, m->receipt.at_ms);
		db_bulk_bytes(bulk, 5, m->bytes, RECEIPT_BYTES);
		db_bulk_bytes(bulk, 6, m->signature, SIGN_BYTES);
		db_bulk_row(bulk);
	}
	return e ? e : db_bulk_run(bulk);
}

static enum err note_checkpoints(struct db *db, const struct batch_of_moved *b) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_note, TOGETHER, &bulk);
	for (size_t i = 0; i < b->count && !e; i++) {
		const struct receipt *r = &b->items[i].receipt;
		if (b->items[i].is_closed) {
			continue;
		}
		db_bulk_i64(bulk, 0, r->at_ms);
		db_bulk_bytes(bulk, 1, r->attempt.b, ID16_BYTES);
		db_bulk_u64(bulk, 2, r->school);
		db_bulk_row(bulk);
	}
	return e ? e : db_bulk_run(bulk);
}

/* The attempts' rows, which the answer writer locks too, are touched last. */
static enum err store_some(struct db *db, void *ctx) {
	const struct batch_of_moved *b = ctx;
	enum err e = insert_checkpoints(db, b);
	return e ? e : note_checkpoints(db, b);
}

enum err signed_store_checkpoints(
		struct db *db, const struct keys *keys, int64_t now_ms, size_t *out_count) {
	_cleanup_(moved_list_finish) struct moved_list list = { 0 };
	enum err e = find_moved(db, now_ms, &list);
	size_t count = 0;
	for (size_t from = 0; from < list.count && !e; from += TOGETHER) {
		size_t left = list.count - from;
		struct batch_of_moved b = { list.items + from, left < TOGETHER ? left : TOGETHER };
		for (size_t i = 0; i < b.count && !e; i++) {
			e = sign_one(db, keys, now_ms, &list.items[from + i]);
			count += !e && !list.items[from + i].is_closed;
		}
		e = e ? e : db_transact(db, store_some, &b);
		e = e == ERR_EXISTS ? ERR_OK : e; /* another process was quicker: next time */
	}
	if (!e) {
		*out_count = count;
	}
	return e;
}

/* --- roots --- */

enum err signed_store_merkle(struct db *db, uint64_t school, const struct id16 *sitting,
		uint32_t *out_count, struct hash *out_hash) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_receipts, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, sitting->b, ID16_BYTES);
	db_bind_u64(stmt, 1, school);
	struct merkle tree;
	merkle_init(&tree);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct str bytes = db_col_str(stmt, 0);
		merkle_add(&tree, bytes.p, bytes.n);
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	*out_count = (uint32_t)tree.count;
	merkle_root(&tree, out_hash);
	return ERR_OK;
}

struct ended {
	struct id16 sitting;
	uint64_t school;
	uint32_t last_number;
};

struct ended_list {
	struct ended *items;
	size_t count;
	size_t cap;
};

static void ended_list_finish(struct ended_list *list) {
	free(list->items);
}

static enum err find_ended(struct db *db, int64_t now_ms, struct ended_list *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_ended, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms);
	db_bind_i64(stmt, 1, now_ms - LATER_MS);
	db_bind_u64(stmt, 2, SIGNED_ROOTS_MAX);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(list, SIGNED_ROOTS_MAX);
		if (e) {
			return e;
		}
		struct ended *s = &list->items[list->count++];
		s->school = db_col_u64(stmt, 1);
		s->last_number = (uint32_t)db_col_u64(stmt, 2);
		e = db_col_bytes(stmt, 0, s->sitting.b, ID16_BYTES);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err sign_root(
		struct db *db, const struct keys *keys, int64_t now_ms, const struct ended *s) {
	struct root root = { .school = s->school,
		.sitting = s->sitting,
		.number = s->last_number + 1,
		.at_ms = now_ms };
	enum err e = signed_store_merkle(
			db, s->school, &s->sitting, &root.receipt_count, &root.hash);
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	e = e ? e : db_prepare(db, sql_root, &stmt);
	if (e) {
		return e;
	}
	uint8_t bytes[ROOT_BYTES];
	uint8_t signature[SIGN_BYTES];
	memcpy(root.sign_kid, keys_sign_kid(keys), SIGN_KID_BYTES);
	root_print(&root, bytes);
	keys_sign(keys, bytes, sizeof(bytes), signature);
	db_bind_bytes(stmt, 0, root.sitting.b, ID16_BYTES);
	db_bind_u64(stmt, 1, root.number);
	db_bind_u64(stmt, 2, root.school);
	db_bind_u64(stmt, 3, root.receipt_count);
	db_bind_i64(stmt, 4, root.at_ms);
	db_bind_bytes(stmt, 5, bytes, sizeof(bytes));
	db_bind_bytes(stmt, 6, signature, sizeof(signature));
	e = db_exec(stmt, NULL);
	return e == ERR_EXISTS ? ERR_OK : e; /* another process was quicker */
}

enum err signed_store_roots(
		struct db *db, const struct keys *keys, int64_t now_ms, size_t *out_count) {
	_cleanup_(ended_list_finish) struct ended_list list = { 0 };
	enum err e = find_ended(db, now_ms, &list);
	for (size_t i = 0; i < list.count && !e; i++) {
		e = sign_root(db, keys, now_ms, &list.items[i]);
	}
	if (!e) {
		*out_count = list.count;
	}
	return e;
}
