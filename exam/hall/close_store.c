#include "exam/hall/close_store.h"

#include <string.h>

#include "exam/hall/event_store.h"

static const char sql_close[] =
		"UPDATE attempt SET state = 3, closed_at_ms = ?, close_why = ?, seq = ?, head = ?,"
		" times = ?, last_at_ms = ?, answered_count = ?"
		" WHERE id = ? AND school_id = ? AND gen = ? AND state <> 3 AND ends_revision = ?";

static const char sql_receipt[] =
		"INSERT INTO receipt (attempt_id, gen, school_id, bytes, signature, created_at_ms)"
		" VALUES (?, ?, ?, ?, ?, ?)";

struct folding {
	struct closing *closings;
	size_t count;
	size_t at; /* rows come attempt by attempt: the one before is the next one's, mostly */
};

static enum err add_to_fold(void *ctx, const struct event_row *row) {
	struct folding *f = ctx;
	for (size_t tries = 0; tries < f->count; tries++) {
		struct closing *c = &f->closings[f->at];
		if (id16_equal(&c->attempt->id, &row->attempt)) {
			return row->gen == c->attempt->gen ? fold_add(&c->fold, &row->event)
							   : ERR_OK;
		}
		f->at = (f->at + 1) % f->count;
	}
	return ERR_CORRUPT; /* nobody asked for it */
}

/* The rows are inserted already, so the folds read all of them from the table. */
static enum err fold_all(struct db *db, struct closing *closings, size_t count) {
	struct folding f = { .closings = closings, .count = count };
	struct id16 ids[EVENT_STORE_MANY];
	for (size_t i = 0; i < count; i++) {
		ids[i] = closings[i].attempt->id;
	}
	return event_store_each_of(db, ids, count, add_to_fold, &f);
}

static void make_receipt(const struct keys *keys, const struct closing *c) {
	const struct batch_attempt *a = c->attempt;
	struct batch_item *item = c->item;
	struct receipt receipt = { .school = item->row.school,
		.sitting = *c->sitting,
		.attempt = a->id,
		.gen = a->gen,
		.seq = a->tip.seq,
		.at_ms = item->row.at_ms,
		.why = item->why,
		.head = a->tip.head,
		.times = a->tip.times };
	memcpy(receipt.sign_kid, keys_sign_kid(keys), SIGN_KID_BYTES);
	fold_hash(&c->fold, c->salt, &receipt.answers);
	receipt_print(RECEIPT_CLOSED, &receipt, item->receipt);
	keys_sign(keys, item->receipt, RECEIPT_BYTES, item->receipt + RECEIPT_BYTES);
}

static enum err save_closed(struct db *db, const struct closing *closings, size_t count) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_close, count, &bulk);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < count; i++) {
		const struct batch_attempt *a = closings[i].attempt;
		const struct batch_item *item = closings[i].item;
		db_bulk_i64(bulk, 0, item->row.at_ms);
		db_bulk_u64(bulk, 1, item->why);
		db_bulk_u64(bulk, 2, a->tip.seq);
		db_bulk_bytes(bulk, 3, a->tip.head.b, HASH_BYTES);
		db_bulk_bytes(bulk, 4, a->tip.times.b, HASH_BYTES);
		db_bulk_i64(bulk, 5, a->tip.last_at_ms);
		db_bulk_u64(bulk, 6, closings[i].fold.count);
		db_bulk_bytes(bulk, 7, a->id.b, ID16_BYTES);
		db_bulk_u64(bulk, 8, item->row.school);
		db_bulk_u64(bulk, 9, a->gen);
		db_bulk_u64(bulk, 10, a->ends_revision);
		db_bulk_row(bulk);
	}
	e = db_bulk_run(bulk);
	if (e) {
		return e;
	}
	return db_bulk_changed(bulk) == count ? ERR_OK : ERR_DB_RETRY;
}

static enum err save_receipts(struct db *db, const struct closing *closings, size_t count) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_receipt, count, &bulk);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < count; i++) {
		const struct batch_item *item = closings[i].item;
		db_bulk_bytes(bulk, 0, item->row.attempt.b, ID16_BYTES);
		db_bulk_u64(bulk, 1, item->row.gen);
		db_bulk_u64(bulk, 2, item->row.school);
		db_bulk_bytes(bulk, 3, item->receipt, RECEIPT_BYTES);
		db_bulk_bytes(bulk, 4, item->receipt + RECEIPT_BYTES, SIGN_BYTES);
		db_bulk_i64(bulk, 5, item->row.at_ms);
		db_bulk_row(bulk);
	}
	return db_bulk_run(bulk);
}

static enum err close_some(
		struct db *db, const struct keys *keys, struct closing *closings, size_t count) {
	for (size_t i = 0; i < count; i++) {
		closings[i].fold = (struct fold){ 0 };
	}
	enum err e = fold_all(db, closings, count);
	for (size_t i = 0; i < count; i++) {
		if (!e) {
			make_receipt(keys, &closings[i]);
		}
	}
	e = e ? e : save_closed(db, closings, count);
	e = e ? e : save_receipts(db, closings, count);
	for (size_t i = 0; i < count; i++) {
		fold_finish(&closings[i].fold);
	}
	return e;
}

enum err close_store_run(
		struct db *db, const struct keys *keys, struct closing *closings, size_t count) {
	for (size_t done = 0; done < count; done += EVENT_STORE_MANY) {
		size_t left = count - done;
		size_t some = left < EVENT_STORE_MANY ? left : EVENT_STORE_MANY;
		enum err e = close_some(db, keys, closings + done, some);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}
