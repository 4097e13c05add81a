#include "exam/hall/checkpoint_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exam/hall/bound.h"
#include "exam/hall/event_store.h"
#include "exam/hall/fold.h"
#include "exam/hall/receipt.h"

static_assert((int)CHECKPOINT_STEP_MAX <= (int)EVENT_STORE_MANY,
		"one select reads a step's events");

static const char sql_open_count[] = "SELECT COUNT(*) FROM attempt WHERE state = 2";

/* Two ranges of the index on (state, ends_at_ms) with the primary key behind it. */
static const char sql_step[] =
		"SELECT a.ends_at_ms, a.id, a.school_id, a.sitting_id, a.gen, a.salt,"
		" a.checkpoint_at_ms <= ?"
		" AND COALESCE((SELECT e.seq FROM event e WHERE e.attempt_id = a.id AND e.gen = a.gen"
		"   ORDER BY e.seq DESC LIMIT 1), 0)"
		" > COALESCE((SELECT c.seq FROM checkpoint c WHERE c.attempt_id = a.id"
		"   AND c.gen = a.gen ORDER BY c.seq DESC LIMIT 1), 0), a.checkpoint_mac"
		" FROM attempt a FORCE INDEX (attempt_due)"
		" WHERE (a.state = 2 AND a.ends_at_ms = ? AND a.id > ?)"
		" OR (a.state = 2 AND a.ends_at_ms > ?)"
		" ORDER BY a.state, a.ends_at_ms, a.id LIMIT ?";

static const char sql_checkpoint[] =
		"INSERT INTO checkpoint (attempt_id, gen, seq, school_id, at_ms, bytes, signature)"
		" VALUES (?, ?, ?, ?, ?, ?, ?)";

static const char sql_note[] = "UPDATE attempt SET checkpoint_at_ms = ?, checkpoint_mac = ?"
			       " WHERE id = ? AND school_id = ? AND checkpoint_mac <=> ?";

struct moved {
	struct receipt receipt;
	uint8_t salt[EVENT_SALT_BYTES];
	struct fold fold;
	bool is_bound;      /* bound.h: not so an attempt from before there were macs */
	struct hash before; /* with is_bound: the mac of the checkpoints so far */
	struct hash mac;
	bool is_left; /* closed meanwhile: its receipt says all; or more slots than an exam has */
	uint8_t bytes[RECEIPT_BYTES];
	uint8_t signature[SIGN_BYTES];
};

struct step {
	struct moved moved[CHECKPOINT_STEP_MAX];
	size_t moved_count;
	size_t looked_count;
	size_t at; /* rows of events come attempt by attempt */
	struct checkpoint_walk next;
};

static void step_free(struct step *s) {
	for (size_t i = 0; s && i < s->moved_count; i++) {
		fold_finish(&s->moved[i].fold);
	}
	free(s);
}
DEFINE_FREEP(struct step *, step_free);

enum err checkpoint_store_open_count(struct db *db, uint64_t *out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_open_count, &stmt);
	e = e ? e : db_next(stmt);
	if (!e) {
		*out = db_col_u64(stmt, 0);
	}
	return e;
}

static enum err read_looked(const struct db_stmt *stmt, struct step *s) {
	s->next.ends_at_ms = db_col_i64(stmt, 0);
	s->looked_count++;
	enum err e = db_col_bytes(stmt, 1, s->next.attempt.b, ID16_BYTES);
	if (e || !db_col_bool(stmt, 6)) {
		return e;
	}
	struct moved *m = &s->moved[s->moved_count++];
	m->receipt.attempt = s->next.attempt;
	m->receipt.school = db_col_u64(stmt, 2);
	m->receipt.gen = (uint32_t)db_col_u64(stmt, 4);
	e = db_col_bytes(stmt, 3, m->receipt.sitting.b, ID16_BYTES);
	e = e ? e : db_col_bytes(stmt, 5, m->salt, EVENT_SALT_BYTES);
	m->is_bound = !db_col_is_null(stmt, 7);
	return e || !m->is_bound ? e : db_col_bytes(stmt, 7, m->before.b, HASH_BYTES);
}

static enum err look(struct db *db, int64_t now_ms, size_t count,
		const struct checkpoint_walk *walk, struct step *s) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_step, &stmt);
	if (e) {
		return e;
	}
	db_bind_i64(stmt, 0, now_ms - CHECKPOINT_LEAST_MS);
	db_bind_i64(stmt, 1, walk->ends_at_ms);
	db_bind_bytes(stmt, 2, walk->attempt.b, ID16_BYTES);
	db_bind_i64(stmt, 3, walk->ends_at_ms);
	db_bind_u64(stmt, 4, count);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = read_looked(stmt, s);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err add_event(void *ctx, const struct event_row *row) {
	struct step *s = ctx;
	size_t tries = 0;
	while (!id16_equal(&s->moved[s->at].receipt.attempt, &row->attempt)) {
		s->at = (s->at + 1) % s->moved_count;
		if (++tries > s->moved_count) {
			return ERR_CORRUPT; /* nobody asked for it */
		}
	}
	struct moved *m = &s->moved[s->at];
	if (row->gen != m->receipt.gen) {
		return ERR_OK;
	}
	if (row->event.kind == EVENT_CLOSE) {
		m->is_left = true;
		return ERR_OK;
	}
	m->receipt.seq = row->event.seq;
	m->receipt.head = row->head;
	m->receipt.times = row->times;
	enum err e = fold_add(&m->fold, &row->event);
	if (e == ERR_LIMIT) { /* edited in the database: it must not keep the walk from the others */
		m->is_left = true;
		return ERR_OK;
	}
	return e;
}

static void sign(const struct keys *keys, int64_t now_ms, struct moved *m) {
	fold_hash(&m->fold, m->salt, &m->receipt.answers);
	m->receipt.at_ms = now_ms;
	memcpy(m->receipt.sign_kid, keys_sign_kid(keys), SIGN_KID_BYTES);
	receipt_print(RECEIPT_CHECKPOINT, &m->receipt, m->bytes);
	keys_sign(keys, m->bytes, RECEIPT_BYTES, m->signature);
	struct str bytes = { (const char *)m->bytes, RECEIPT_BYTES };
	bound_mac(keys, BOUND_CHECKPOINT, &m->before, bytes, &m->mac);
}

static enum err read_and_sign(
		struct db *db, const struct keys *keys, int64_t now_ms, struct step *s) {
	struct id16 ids[CHECKPOINT_STEP_MAX];
	for (size_t i = 0; i < s->moved_count; i++) {
		ids[i] = s->moved[i].receipt.attempt;
	}
	enum err e = event_store_each_of(db, ids, s->moved_count, add_event, s);
	for (size_t i = 0; i < s->moved_count && !e; i++) {
		sign(keys, now_ms, &s->moved[i]);
	}
	return e;
}

static enum err insert_checkpoints(struct db *db, const struct step *s) {
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_checkpoint, CHECKPOINT_STEP_MAX, &bulk);
	for (size_t i = 0; i < s->moved_count && !e; i++) {
		const struct moved *m = &s->moved[i];
		if (m->is_left) {
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

static void bulk_mac(struct db_bulk *bulk, unsigned index, const struct moved *m,
		const struct hash *mac) {
	if (m->is_bound) {
		db_bulk_bytes(bulk, index, mac->b, HASH_BYTES);
	} else {
		db_bulk_null(bulk, index);
	}
}

static enum err note_checkpoints(struct db *db, const struct step *s) {
	size_t count = 0;
	_cleanup_(db_bulk_freep) struct db_bulk *bulk = NULL;
	enum err e = db_bulk_open(db, sql_note, CHECKPOINT_STEP_MAX, &bulk);
	for (size_t i = 0; i < s->moved_count && !e; i++) {
		const struct moved *m = &s->moved[i];
		if (m->is_left) {
			continue;
		}
		db_bulk_i64(bulk, 0, m->receipt.at_ms);
		bulk_mac(bulk, 1, m, &m->mac);
		db_bulk_bytes(bulk, 2, m->receipt.attempt.b, ID16_BYTES);
		db_bulk_u64(bulk, 3, m->receipt.school);
		bulk_mac(bulk, 4, m, &m->before);
		db_bulk_row(bulk);
		count++;
	}
	e = e ? e : db_bulk_run(bulk);
	/* Another process signed one of them meanwhile, of another number. */
	return e || db_bulk_changed(bulk) == count ? e : ERR_EXISTS;
}

/* The attempts' rows, which the answer writer locks too, are touched last. */
static enum err store(struct db *db, void *ctx) {
	const struct step *s = ctx;
	enum err e = insert_checkpoints(db, s);
	return e ? e : note_checkpoints(db, s);
}

enum err checkpoint_store_step(struct db *db, const struct keys *keys, int64_t now_ms, size_t count,
		struct checkpoint_walk *walk, struct checkpoint_step *out) {
	assert(count > 0 && count <= CHECKPOINT_STEP_MAX);
	_cleanup_(step_freep) struct step *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	enum err e = look(db, now_ms, count, walk, s);
	if (!e && s->moved_count > 0) {
		e = read_and_sign(db, keys, now_ms, s);
		e = e ? e : db_transact(db, store, s);
	}
	if (e) {
		return e;
	}
	bool is_last = s->looked_count < count;
	*walk = is_last ? (struct checkpoint_walk){ 0 } : s->next;
	*out = (struct checkpoint_step){ .is_last = is_last };
	for (size_t i = 0; i < s->moved_count; i++) {
		out->signed_count += !s->moved[i].is_left;
	}
	return ERR_OK;
}
