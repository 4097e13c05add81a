#include "gradebook/marks/ledger_audit_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "gradebook/marks/ledger_store.h"

enum { CHAINS_MAX = 10000000, SIGNED_MAX = 10000000 };

/* Chains by their heads, and those of whom only rows or signed heads are left. */
static const char sql_chains[] =
		"SELECT school_id, class_id, subject_id, number, hash, signed_number"
		" FROM mark_ledger_head WHERE school_id = ? OR ? = 0"
		" UNION SELECT DISTINCT l.school_id, l.class_id, l.subject_id, NULL, NULL, 0"
		" FROM mark_ledger l LEFT JOIN mark_ledger_head h ON h.class_id = l.class_id"
		" AND h.subject_id = l.subject_id AND h.school_id = l.school_id"
		" WHERE h.class_id IS NULL AND (l.school_id = ? OR ? = 0)"
		" UNION SELECT DISTINCT s.school_id, s.class_id, s.subject_id, NULL, NULL, 0"
		" FROM mark_head_signed s LEFT JOIN mark_ledger_head h ON h.class_id = s.class_id"
		" AND h.subject_id = s.subject_id AND h.school_id = s.school_id"
		" WHERE h.class_id IS NULL AND (s.school_id = ? OR ? = 0)";
static const char sql_signed[] =
		"SELECT number, at_ms, bytes, signature FROM mark_head_signed"
		" WHERE school_id = ? AND class_id = ? AND subject_id = ? ORDER BY number";

struct chain {
	struct ledger_chain id;
	bool has_head;
	struct ledger_head head;
	uint32_t signed_number;
};

struct chains {
	struct chain *items;
	size_t count;
	size_t cap;
};

static void chains_finish(struct chains *list) {
	free(list->items);
}

/* Heads of one chain that the rows must lead to, by number. */
struct heads {
	struct head *items;
	size_t count;
	size_t cap;
};

static void heads_finish(struct heads *list) {
	free(list->items);
}

struct walk {
	const struct ledger_audit *audit;
	struct ledger_audit_out out;
	const struct chain *chain;
	struct ledger_head head; /* of the stored row before */
	struct heads heads;
	size_t next_head;
	uint64_t rows;
};

static void tell(struct walk *w, enum ledger_fault fault, uint32_t number, uint32_t last) {
	struct ledger_finding f = { .fault = fault,
		.class_id = w->chain->id.class_id,
		.subject_id = w->chain->id.subject_id,
		.number = number,
		.last = last };
	w->out.report(w->out.owner, &f);
}

/* ---- chains ---- */

static enum err find_chains(struct db *db, uint64_t school, struct chains *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_chains, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < 6; i++) {
		db_bind_u64(stmt, i, school);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(list, CHAINS_MAX);
		if (e) {
			return e;
		}
		struct chain *c = &list->items[list->count++];
		c->id = (struct ledger_chain){ db_col_u64(stmt, 0), db_col_u64(stmt, 1),
			db_col_u64(stmt, 2) };
		c->has_head = !db_col_is_null(stmt, 3);
		c->head.number = (uint32_t)db_col_u64(stmt, 3);
		c->signed_number = (uint32_t)db_col_u64(stmt, 5);
		e = c->has_head ? db_col_bytes(stmt, 4, c->head.hash.b, HASH_BYTES) : ERR_OK;
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static int compare_ids(const struct ledger_chain *a, const struct ledger_chain *b) {
	if (a->class_id != b->class_id) {
		return a->class_id < b->class_id ? -1 : 1;
	}
	return a->subject_id < b->subject_id ? -1 : a->subject_id > b->subject_id;
}

static int compare_chains(const void *a, const void *b) {
	return compare_ids(&((const struct chain *)a)->id, &((const struct chain *)b)->id);
}

/* Chains of which heads were kept elsewhere, and nothing is here. */
static enum err add_outside(const struct ledger_audit *audit, struct chains *list) {
	size_t known = list->count;
	if (known > 1) {
		qsort(list->items, known, sizeof(*list->items), compare_chains);
	}
	for (size_t i = 0; i < audit->outside_count; i++) {
		const struct head *h = &audit->outside[i];
		struct chain wanted = { .id = { h->school_id, h->class_id, h->subject_id } };
		bool is_asked = audit->school == 0 || audit->school == h->school_id;
		bool is_known = known > 0 &&
				bsearch(&wanted, list->items, known, sizeof(*list->items),
						compare_chains);
		bool is_last = list->count > known &&
				compare_chains(&wanted, &list->items[list->count - 1]) == 0;
		if (!is_asked || is_known || is_last) {
			continue;
		}
		enum err e = GROW(list, CHAINS_MAX);
		if (e) {
			return e;
		}
		list->items[list->count++] = wanted;
	}
	return ERR_OK;
}

/* ---- signed heads ---- */

static bool is_of(const struct head *h, const struct ledger_chain *id) {
	return h->school_id == id->school_id && h->class_id == id->class_id &&
			h->subject_id == id->subject_id;
}

/* A stored head that is genuine is one that the chain must lead to. */
static enum err take_signed(const struct db_stmt *stmt, struct walk *w) {
	uint8_t bytes[HEAD_SIGNED_BYTES];
	struct head h;
	uint32_t number = (uint32_t)db_col_u64(stmt, 0);
	bool is_whole = !db_col_bytes(stmt, 2, bytes, HEAD_BYTES) &&
			!db_col_bytes(stmt, 3, bytes + HEAD_BYTES, SIGN_BYTES) &&
			!head_parse((struct str){ (const char *)bytes, HEAD_BYTES }, &h);
	const uint8_t *key = is_whole ? keys_public_find(w->audit->keys, h.sign_kid) : NULL;
	bool is_good = key &&
			!head_verify((struct str){ (const char *)bytes, sizeof(bytes) }, key, &h) &&
			is_of(&h, &w->chain->id) && h.number == number &&
			h.at_ms == db_col_i64(stmt, 1);
	if (!is_good) {
		tell(w, LEDGER_SIGNED_CHANGED, number, number);
		return ERR_OK;
	}
	enum err e = GROW(&w->heads, SIGNED_MAX);
	if (!e) {
		w->heads.items[w->heads.count++] = h;
	}
	return e;
}

static int compare_heads(const void *a, const void *b) {
	const struct head *x = a;
	const struct head *y = b;
	return x->number < y->number ? -1 : x->number > y->number;
}

static enum err load_heads(struct db *db, struct walk *w) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_signed, &stmt);
	if (e) {
		return e;
	}
	uint32_t last = 0;
	w->heads.count = 0;
	w->next_head = 0;
	db_bind_u64(stmt, 0, w->chain->id.school_id);
	db_bind_u64(stmt, 1, w->chain->id.class_id);
	db_bind_u64(stmt, 2, w->chain->id.subject_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		last = (uint32_t)db_col_u64(stmt, 0);
		e = take_signed(stmt, w);
		if (e) {
			return e;
		}
	}
	if (w->chain->signed_number > last) {
		tell(w, LEDGER_SIGNED_MISSING, w->chain->signed_number, w->chain->signed_number);
	}
	for (size_t i = 0; i < w->audit->outside_count; i++) {
		if (!is_of(&w->audit->outside[i], &w->chain->id)) {
			continue;
		}
		e = GROW(&w->heads, SIGNED_MAX);
		if (e) {
			return e;
		}
		w->heads.items[w->heads.count++] = w->audit->outside[i];
	}
	if (w->heads.count > 1) {
		qsort(w->heads.items, w->heads.count, sizeof(*w->heads.items), compare_heads);
	}
	return ERR_OK;
}

/* The heads that were signed behind that row, held against it. */
static void check_heads(struct walk *w, uint32_t number, const struct hash *hash) {
	bool is_told = false;
	for (; w->next_head < w->heads.count; w->next_head++) {
		const struct head *h = &w->heads.items[w->next_head];
		if (h->number > number) {
			return;
		}
		/* One whose row is gone was told as missing. */
		if (h->number == number && !is_told && !hash_equal(&h->hash, hash)) {
			tell(w, LEDGER_SIGNED_OTHER, number, number);
			is_told = true;
		}
	}
}

/* ---- rows ---- */

/* Each row is judged by the stored one before it, so that one edit is one finding. */
static enum err walk_row(const struct ledger_stored *row, void *ctx) {
	struct walk *w = ctx;
	uint32_t number = row->row.number;
	w->rows++;
	if (number != w->head.number + 1) {
		tell(w, LEDGER_ROW_MISSING, w->head.number + 1, number - 1);
	} else if (ledger_check(&w->head, &row->row, &row->hash)) {
		tell(w, LEDGER_ROW_CHANGED, number, number);
	}
	w->head = (struct ledger_head){ number, row->hash };
	check_heads(w, number, &row->hash);
	return ERR_OK;
}

static enum err walk_chain(struct db *db, struct walk *w, const struct chain *c) {
	w->chain = c;
	w->head = (struct ledger_head){ 0 };
	const struct ledger_each to = { walk_row, w };
	enum err e = load_heads(db, w);
	e = e ? e : ledger_store_chain(db, &c->id, &to);
	if (e) {
		return e;
	}
	uint32_t last = c->head.number;
	if (w->next_head < w->heads.count && w->heads.items[w->heads.count - 1].number > last) {
		last = w->heads.items[w->heads.count - 1].number;
	}
	if (last > w->head.number) {
		tell(w, LEDGER_ROW_MISSING, w->head.number + 1, last);
	}
	bool is_end = c->has_head && c->head.number == w->head.number &&
			hash_equal(&c->head.hash, &w->head.hash);
	if (!is_end && c->head.number <= w->head.number) {
		tell(w, LEDGER_HEAD_CHANGED, w->head.number, w->head.number);
	}
	return ERR_OK;
}

static enum err run(struct db *db, void *ctx) {
	struct walk *w = ctx;
	_cleanup_(chains_finish) struct chains list = { 0 };
	w->rows = 0;
	enum err e = find_chains(db, w->audit->school, &list);
	e = e ? e : add_outside(w->audit, &list);
	for (size_t i = 0; i < list.count && !e; i++) {
		e = walk_chain(db, w, &list.items[i]);
	}
	return e ? e : mark_audit_store_run(db, w->audit->school, w->out);
}

enum err ledger_audit_store_run(struct db *db, const struct ledger_audit *audit,
		struct ledger_audit_out out, uint64_t *out_rows) {
	struct walk w = { .audit = audit, .out = out };
	enum err e = db_transact_with(db, DB_TX_READ, run, &w); /* all of one moment */
	heads_finish(&w.heads);
	if (!e) {
		*out_rows = w.rows;
	}
	return e;
}

const char *ledger_fault_text(enum ledger_fault fault) {
	static const char *const texts[LEDGER_FAULT_COUNT_] = {
		[LEDGER_ROW_CHANGED] = "was changed: its hash does not follow from the one before",
		[LEDGER_ROW_MISSING] = "missing",
		[LEDGER_HEAD_CHANGED] = "the head of the history is not its last row",
		[LEDGER_SIGNED_OTHER] = "the history up to here is not what the school signed",
		[LEDGER_SIGNED_CHANGED] = "the signed head was changed",
		[LEDGER_SIGNED_MISSING] = "the head that was signed last is missing",
		[LEDGER_MARK_CHANGED] = "the mark is not what its history says",
		[LEDGER_MARK_MISSING] = "the mark is missing; its history has one",
		[LEDGER_MARK_ADDED] = "the mark was added; its history knows nothing of it",
		[LEDGER_COLUMN_PUBLISHED] = "the column is not published as its history says",
		[LEDGER_COLUMN_LINKED] = "the column's exam is not the one that its history says",
		[LEDGER_COLUMN_MISSING] =
				"the column is missing, or is another's; its history has rows",
		[LEDGER_EXEMPTION] = "the exemption is not what its history says",
	};
	assert(fault < LEDGER_FAULT_COUNT_);
	return texts[fault];
}
