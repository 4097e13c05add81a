#include "exam/hall/audit_store.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "exam/hall/audit_bound_store.h"
#include "exam/hall/bound.h"
#include "exam/hall/event_store.h"
#include "exam/hall/root.h"
#include "exam/hall/root_store.h"

enum {
	PAGE = 64,                /* attempts of one moment */
	CHECKPOINTS_MAX = 100000, /* of one attempt */
	STATE_DB_OPEN = 2,
	STATE_DB_CLOSED = 3,
};

static const char sql_page[] =
		"SELECT a.id, a.school_id, a.sitting_id, a.variant, a.salt, a.state, a.gen, a.seq,"
		" a.head, a.times, a.ends_at_ms + COALESCE(s.grace_ms, 0), a.closed_at_ms, a.close_why,"
		" a.checkpoint_at_ms, COALESCE((SELECT MAX(e.gen) FROM event e"
		"   WHERE e.attempt_id = a.id), 0), a.last_at_ms, a.answered_count, a.lease,"
		" a.checkpoint_mac"
		" FROM attempt a LEFT JOIN sitting s ON s.id = a.sitting_id"
		" WHERE a.id > ? AND (a.school_id = ? OR ? = 0) ORDER BY a.id LIMIT ?";
static const char sql_receipts[] = "SELECT gen, school_id, bytes, signature FROM receipt"
				   " WHERE attempt_id = ? ORDER BY gen";
static const char sql_checkpoints[] =
		"SELECT gen, seq, school_id, at_ms, bytes, signature FROM checkpoint"
		" WHERE attempt_id = ? ORDER BY gen, seq";
static const char sql_roots[] =
		"SELECT sitting_id, number, school_id, receipt_count, at_ms, bytes, signature,"
		" number = (SELECT MAX(l.number) FROM sitting_root l WHERE l.sitting_id ="
		" sitting_root.sitting_id) FROM sitting_root WHERE school_id = ? OR ? = 0"
		" ORDER BY sitting_id, number";

#define ORPHANS(table, seq)                                                \
	"SELECT t.attempt_id, t.gen, " seq " FROM " table                  \
	" t LEFT JOIN attempt a ON a.id = t.attempt_id WHERE a.id IS NULL" \
	" AND (t.school_id = ? OR ? = 0)"
static const char sql_lost_events[] = ORPHANS("event", "t.seq");
static const char sql_lost_receipts[] = ORPHANS("receipt", "0");
static const char sql_lost_attempts[] =
		"SELECT t.id, t.gen, 0 FROM attempt t LEFT JOIN sitting s ON s.id = t.sitting_id"
		" AND s.school_id = t.school_id WHERE s.id IS NULL AND (t.school_id = ? OR ? = 0)";
static const char sql_lost_checkpoints[] = ORPHANS("checkpoint", "t.seq");

/* An attempt's row. */
struct entry {
	struct audit_attempt attempt;
	uint8_t salt[EVENT_SALT_BYTES];
	char variant[EVENT_VARIANT_BYTES_MAX + 1];
	bool is_closed;
	bool is_open;
	bool is_bound; /* its checkpoints, by checkpoint_mac */
	uint32_t lease;
	uint32_t gen;
	uint32_t gen_max; /* of its events */
	uint32_t seq;
	struct hash head;
	struct hash times;
	int64_t closed_at_ms;
	uint8_t close_why;
	int64_t checkpoint_at_ms;
	int64_t last_at_ms;
	uint64_t answered_count;
	struct hash checkpoint_mac;
};

/* A signed row: receipt or checkpoint. */
struct signed_row {
	struct receipt receipt;
	bool is_good;
};

struct signed_rows {
	struct signed_row *items;
	size_t count;
	size_t cap;
};

static void signed_rows_finish(struct signed_rows *rows) {
	free(rows->items);
	*rows = (struct signed_rows){ 0 };
}

struct audit {
	const struct keys *keys;
	uint64_t school;
	struct audit_out out;
	struct audit_counts counts;
	struct id16 after; /* the last attempt that was walked */
	size_t in_page;
};

static void tell(struct audit *a, enum audit_fault fault, const struct id16 *id, uint32_t gen,
		uint32_t seq) {
	struct audit_finding f = { .fault = fault, .id = *id, .gen = gen, .seq = seq, .last = seq };
	a->out.report(a->out.owner, &f);
}

static enum err read_entry(const struct db_stmt *stmt, struct entry *out) {
	struct event_origin *o = &out->attempt.origin;
	o->school = db_col_u64(stmt, 1);
	out->is_closed = db_col_u64(stmt, 5) == STATE_DB_CLOSED;
	out->is_open = db_col_u64(stmt, 5) == STATE_DB_OPEN;
	out->gen = (uint32_t)db_col_u64(stmt, 6);
	out->seq = (uint32_t)db_col_u64(stmt, 7);
	out->attempt.counts_until_ms = db_col_i64(stmt, 10);
	out->closed_at_ms = db_col_i64(stmt, 11);
	out->close_why = (uint8_t)db_col_u64(stmt, 12);
	out->checkpoint_at_ms = db_col_i64(stmt, 13);
	out->gen_max = (uint32_t)db_col_u64(stmt, 14);
	out->last_at_ms = db_col_i64(stmt, 15);
	out->answered_count = db_col_u64(stmt, 16);
	out->lease = (uint32_t)db_col_u64(stmt, 17);
	out->is_bound = !db_col_is_null(stmt, 18);
	enum err e = db_col_bytes(stmt, 0, o->attempt.b, ID16_BYTES);
	e = e ? e : db_col_bytes(stmt, 2, o->sitting.b, ID16_BYTES);
	e = e ? e : db_col_copy(stmt, 3, out->variant, sizeof(out->variant));
	e = e ? e : db_col_bytes(stmt, 4, out->salt, EVENT_SALT_BYTES);
	e = e ? e : db_col_bytes(stmt, 8, out->head.b, HASH_BYTES);
	e = e ? e : db_col_bytes(stmt, 9, out->times.b, HASH_BYTES);
	return e || !out->is_bound ? e : db_col_bytes(stmt, 18, out->checkpoint_mac.b, HASH_BYTES);
}

/* Reads what was signed; false when it does not verify. */
static bool read_signed(const struct audit *a, struct str bytes, struct str signature,
		enum receipt_kind kind, struct receipt *out) {
	uint8_t whole[RECEIPT_BYTES + SIGN_BYTES];
	enum receipt_kind found = kind;
	if (bytes.n != RECEIPT_BYTES || signature.n != SIGN_BYTES ||
			receipt_parse(bytes, &found, out) || found != kind) {
		return false;
	}
	const uint8_t *key = keys_public_find(a->keys, out->sign_kid);
	memcpy(whole, bytes.p, RECEIPT_BYTES);
	memcpy(whole + RECEIPT_BYTES, signature.p, SIGN_BYTES);
	struct str text = { (const char *)whole, sizeof(whole) };
	return key && receipt_verify(text, key, &found, out) == ERR_OK;
}

static bool is_of(const struct receipt *r, const struct event_origin *o, uint64_t school) {
	return r->school == school && school == o->school && id16_equal(&r->attempt, &o->attempt) &&
			id16_equal(&r->sitting, &o->sitting);
}

/* What takes the rows of a statement one by one needs to know. */
struct taking {
	struct db *db;
	struct audit *audit;
	const struct entry *entry; /* of one attempt's rows */
	struct signed_rows *rows;
	int64_t last_at_ms;     /* of checkpoints */
	bool is_whole;          /* of checkpoints: each is what was signed */
	struct hash mac;        /* of checkpoints: so far (bound.h) */
	enum audit_fault fault; /* of rows without an attempt */
};

static enum err each_row(struct taking *t, struct db_stmt *stmt,
		enum err (*take)(struct taking *t, const struct db_stmt *stmt)) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take(t, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err each_of_attempt(struct taking *t, const char *sql,
		enum err (*take)(struct taking *t, const struct db_stmt *stmt)) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(t->db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, t->entry->attempt.origin.attempt.b, ID16_BYTES);
	return each_row(t, stmt, take);
}

static enum err each_of_school(struct taking *t, const char *sql,
		enum err (*take)(struct taking *t, const struct db_stmt *stmt)) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(t->db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, t->audit->school);
	db_bind_u64(stmt, 1, t->audit->school);
	return each_row(t, stmt, take);
}

static enum err take_receipt(struct taking *t, const struct db_stmt *stmt) {
	struct audit *a = t->audit;
	const struct entry *en = t->entry;
	const struct event_origin *o = &en->attempt.origin;
	enum err e = GROW(t->rows, CHECKPOINTS_MAX);
	if (e) {
		return e;
	}
	struct signed_row *r = &t->rows->items[t->rows->count++];
	uint32_t gen = (uint32_t)db_col_u64(stmt, 0);
	r->is_good = read_signed(a, db_col_str(stmt, 2), db_col_str(stmt, 3), RECEIPT_CLOSED,
				     &r->receipt) &&
			is_of(&r->receipt, o, db_col_u64(stmt, 1)) && r->receipt.gen == gen;
	r->receipt.gen = gen;
	a->counts.receipts++;
	if (!r->is_good) {
		tell(a, AUDIT_RECEIPT_CHANGED, &o->attempt, gen, 0);
	} else if (gen > en->gen || (gen == en->gen && !en->is_closed)) {
		tell(a, en->gen_max >= gen ? AUDIT_ATTEMPT_CHANGED : AUDIT_RECEIPT_ADDED,
				&o->attempt, gen, 0);
	}
	return ERR_OK;
}

static enum err take_checkpoint(struct taking *t, const struct db_stmt *stmt) {
	struct audit *a = t->audit;
	const struct event_origin *o = &t->entry->attempt.origin;
	enum err e = GROW(t->rows, CHECKPOINTS_MAX);
	if (e) {
		return e;
	}
	struct signed_row *r = &t->rows->items[t->rows->count++];
	uint32_t gen = (uint32_t)db_col_u64(stmt, 0);
	uint32_t seq = (uint32_t)db_col_u64(stmt, 1);
	int64_t at_ms = db_col_i64(stmt, 3);
	r->is_good = read_signed(a, db_col_str(stmt, 4), db_col_str(stmt, 5), RECEIPT_CHECKPOINT,
				     &r->receipt) &&
			is_of(&r->receipt, o, db_col_u64(stmt, 2)) && r->receipt.gen == gen &&
			r->receipt.seq == seq && r->receipt.at_ms == at_ms;
	a->counts.checkpoints++;
	t->last_at_ms = at_ms > t->last_at_ms ? at_ms : t->last_at_ms;
	t->is_whole = t->is_whole && r->is_good && gen <= t->entry->gen;
	bound_mac(a->keys, BOUND_CHECKPOINT, &t->mac, db_col_str(stmt, 4), &t->mac);
	if (!r->is_good) {
		tell(a, AUDIT_CHECKPOINT_CHANGED, &o->attempt, gen, seq);
	} else if (gen > t->entry->gen) {
		tell(a, AUDIT_CHECKPOINT_ADDED, &o->attempt, gen, seq);
	}
	return ERR_OK;
}

static enum err load_checkpoints(
		struct db *db, struct audit *a, const struct entry *en, struct signed_rows *rows) {
	const struct id16 *id = &en->attempt.origin.attempt;
	struct taking t = { .db = db, .audit = a, .entry = en, .rows = rows, .is_whole = true };
	bound_mac(a->keys, BOUND_CHECKPOINT, NULL, (struct str){ (const char *)id->b, ID16_BYTES },
			&t.mac);
	enum err e = each_of_attempt(&t, sql_checkpoints, take_checkpoint);
	bool is_all = t.last_at_ms == en->checkpoint_at_ms &&
			(!en->is_bound || hash_equal(&t.mac, &en->checkpoint_mac));
	if (!e && t.is_whole && !is_all) {
		tell(a, AUDIT_CHECKPOINT_MISSING, id, en->gen, 0);
	}
	return e;
}

/* The events of a generation, and the checkpoints at their places among them. */
struct walking {
	struct audit *audit;
	struct audit_walk walk;
	const struct signed_rows *checkpoints;
	size_t next;
};

static void pass_checkpoints(struct walking *w, uint32_t up_to) {
	for (; w->next < w->checkpoints->count; w->next++) {
		const struct signed_row *c = &w->checkpoints->items[w->next];
		if (!c->is_good || c->receipt.gen < w->walk.gen) {
			continue;
		}
		if (c->receipt.gen > w->walk.gen || c->receipt.seq > up_to) {
			return;
		}
		audit_checkpoint(&w->walk, &c->receipt);
	}
}

static enum err walk_event(void *ctx, const struct event_row *row) {
	struct walking *w = ctx;
	w->audit->counts.events++;
	pass_checkpoints(w, row->event.seq - 1);
	enum err e = audit_event(&w->walk, row);
	return e;
}

static const struct signed_row *find_gen(const struct signed_rows *rows, uint32_t gen) {
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->items[i].receipt.gen == gen) {
			return &rows->items[i];
		}
	}
	return NULL;
}

/* The attempt's row, for its present generation. */
static bool row_agrees(const struct entry *en, const struct audit_walk *w) {
	struct hash genesis;
	event_genesis(&en->attempt.origin, &genesis);
	if (!en->is_closed) {
		bool is_fresh = en->gen == 1 && hash_equal(&en->head, &genesis) &&
				hash_equal(&en->times, &(struct hash){ { 0 } }) && en->seq == 0 &&
				en->closed_at_ms == 0 && en->close_why == 0 &&
				en->last_at_ms == 0 && en->answered_count == 0;
		bool has_come = en->is_open ? en->lease > 0 : en->lease == 0 && w->seq == 0;
		return !w->is_closed && is_fresh && has_come;
	}
	/* A row that is missing has been named already. */
	return !w->is_closed ||
			(en->seq + 1 == w->seq && hash_equal(&en->head, &w->head) &&
					hash_equal(&en->times, &w->times) &&
					en->closed_at_ms == w->close.at_ms &&
					en->last_at_ms == w->last_at_ms &&
					en->answered_count == w->fold.count);
}

static enum err walk_generation(struct db *db, struct audit *a, const struct entry *en,
		uint32_t gen, const struct signed_rows *lists) {
	const struct signed_rows *receipts = &lists[0];
	const struct id16 *id = &en->attempt.origin.attempt;
	struct walking w = { .audit = a, .checkpoints = &lists[1] };
	audit_begin(&w.walk, &en->attempt, gen, a->out);
	enum err e = event_store_each(db, id, gen, 1, walk_event, &w);
	if (e) {
		audit_finish(&w.walk);
		return e;
	}
	pass_checkpoints(&w, UINT32_MAX);
	const struct signed_row *receipt = find_gen(receipts, gen);
	bool is_due = gen < en->gen || en->is_closed;
	if (is_due && !receipt) {
		tell(a, AUDIT_RECEIPT_MISSING, id, gen, 0);
	} else if (receipt && receipt->is_good) {
		audit_receipt(&w.walk, &receipt->receipt);
	}
	bool is_present = gen == en->gen;
	bool has_why = !receipt || !receipt->is_good || receipt->receipt.why == en->close_why;
	if (is_present && (!row_agrees(en, &w.walk) || (en->is_closed && !has_why))) {
		tell(a, AUDIT_ATTEMPT_CHANGED, id, gen, 0);
	}
	audit_finish(&w.walk);
	return ERR_OK;
}

static enum err walk_attempt(struct db *db, struct audit *a, const struct entry *en) {
	_cleanup_(signed_rows_finish) struct signed_rows receipts = { 0 };
	_cleanup_(signed_rows_finish) struct signed_rows checkpoints = { 0 };
	struct taking t = { .db = db, .audit = a, .entry = en, .rows = &receipts };
	enum err e = each_of_attempt(&t, sql_receipts, take_receipt);
	e = e ? e : load_checkpoints(db, a, en, &checkpoints);
	const struct signed_rows lists[2] = { receipts, checkpoints };
	for (uint32_t gen = 1; gen <= en->gen && !e; gen++) {
		e = walk_generation(db, a, en, gen, lists);
	}
	if (!e && en->gen_max > en->gen) {
		tell(a, AUDIT_EVENT_ADDED, &en->attempt.origin.attempt, en->gen_max, 0);
	}
	a->counts.attempts++;
	return e;
}

static enum err take_attempt(struct taking *t, const struct db_stmt *stmt) {
	struct entry en = { 0 };
	enum err e = read_entry(stmt, &en);
	en.attempt.origin.salt = en.salt;
	en.attempt.origin.variant = str_from(en.variant);
	e = e ? e : walk_attempt(t->db, t->audit, &en);
	if (!e) {
		t->audit->after = en.attempt.origin.attempt;
		t->audit->in_page++;
	}
	return e;
}

/* Attempts of one moment, so that an exam may go on meanwhile. Findings of a page are told once:
 * a transaction that only reads is not run again. */
static enum err walk_page(struct db *db, void *ctx) {
	struct audit *a = ctx;
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_page, &stmt);
	if (e) {
		return e;
	}
	db_bind_bytes(stmt, 0, a->after.b, ID16_BYTES);
	db_bind_u64(stmt, 1, a->school);
	db_bind_u64(stmt, 2, a->school);
	db_bind_u64(stmt, 3, PAGE);
	struct taking t = { .db = db, .audit = a };
	return each_row(&t, stmt, take_attempt);
}

static enum err take_lost(struct taking *t, const struct db_stmt *stmt) {
	struct id16 id;
	enum err e = db_col_bytes(stmt, 0, id.b, ID16_BYTES);
	if (!e) {
		tell(t->audit, t->fault, &id, (uint32_t)db_col_u64(stmt, 1),
				(uint32_t)db_col_u64(stmt, 2));
	}
	return e;
}

static enum err walk_lost(struct db *db, struct audit *a, const char *sql, enum audit_fault fault) {
	struct taking t = { .db = db, .audit = a, .fault = fault };
	return each_of_school(&t, sql, take_lost);
}

/* --- roots --- */

static bool root_is_good(const struct audit *a, const struct db_stmt *stmt,
		const struct id16 *sitting, struct root *out) {
	struct str bytes = db_col_str(stmt, 5);
	struct str signature = db_col_str(stmt, 6);
	uint8_t whole[ROOT_BYTES + SIGN_BYTES];
	if (bytes.n != ROOT_BYTES || signature.n != SIGN_BYTES || root_parse(bytes, out)) {
		return false;
	}
	const uint8_t *key = keys_public_find(a->keys, out->sign_kid);
	memcpy(whole, bytes.p, ROOT_BYTES);
	memcpy(whole + ROOT_BYTES, signature.p, SIGN_BYTES);
	return key && !root_verify((struct str){ (const char *)whole, sizeof(whole) }, key, out) &&
			id16_equal(&out->sitting, sitting) && out->number == db_col_u64(stmt, 1) &&
			out->school == db_col_u64(stmt, 2) &&
			out->receipt_count == db_col_u64(stmt, 3) &&
			out->at_ms == db_col_i64(stmt, 4);
}

static enum err judge_root(struct db *db, struct audit *a, const struct root *root) {
	uint32_t count = 0;
	struct hash hash;
	enum err e = root_store_merkle(db, root->school, &root->sitting, &count, &hash);
	if (e) {
		return e;
	}
	/* More receipts than it covers: healed since, and the next root is on its way. */
	if (count < root->receipt_count ||
			(count == root->receipt_count && !hash_equal(&hash, &root->hash))) {
		tell(a, AUDIT_ROOT_OTHER, &root->sitting, root->number, 0);
	}
	return ERR_OK;
}

static enum err take_root(struct taking *t, const struct db_stmt *stmt) {
	struct audit *a = t->audit;
	struct id16 sitting;
	struct root root;
	enum err e = db_col_bytes(stmt, 0, sitting.b, ID16_BYTES);
	if (e) {
		return e;
	}
	a->counts.roots++;
	if (!root_is_good(a, stmt, &sitting, &root)) {
		tell(a, AUDIT_ROOT_CHANGED, &sitting, (uint32_t)db_col_u64(stmt, 1), 0);
		return ERR_OK;
	}
	return db_col_bool(stmt, 7) ? judge_root(t->db, a, &root) : ERR_OK;
}

static enum err walk_roots(struct db *db, void *ctx) {
	struct taking t = { .db = db, .audit = ctx };
	return each_of_school(&t, sql_roots, take_root);
}

enum err audit_store_run(struct db *db, const struct keys *keys, uint64_t school,
		struct audit_out out, struct audit_counts *counts) {
	struct audit a = { .keys = keys, .school = school, .out = out };
	enum err e = ERR_OK;
	do {
		a.in_page = 0;
		e = db_transact_with(db, DB_TX_READ, walk_page, &a);
	} while (!e && a.in_page == PAGE);
	e = e ? e : walk_lost(db, &a, sql_lost_attempts, AUDIT_ATTEMPT_BOUND);
	e = e ? e : walk_lost(db, &a, sql_lost_events, AUDIT_EVENT_ADDED);
	e = e ? e : walk_lost(db, &a, sql_lost_receipts, AUDIT_RECEIPT_ADDED);
	e = e ? e : walk_lost(db, &a, sql_lost_checkpoints, AUDIT_CHECKPOINT_ADDED);
	e = e ? e : db_transact_with(db, DB_TX_READ, walk_roots, &a);
	e = e ? e : audit_bound_store_run(db, keys, school, out, &a.counts.unbound);
	if (!e) {
		*counts = a.counts;
	}
	return e;
}
