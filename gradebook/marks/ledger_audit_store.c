#include "gradebook/marks/ledger_audit_store.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "gradebook/marks/audit_classes_store.h"
#include "gradebook/marks/ledger_store.h"

enum {
	CHAINS_MAX = 100000, /* of one class */
	SIGNED_MAX = 10000000,
};

/* Chains of a class by their heads, and those of whom only rows or signed heads are left. */
static const char sql_chains[] =
		"SELECT school_id, subject_id, number, hash, signed_number FROM mark_ledger_head"
		" WHERE class_id = ?"
		" UNION ALL SELECT l.school_id, l.subject_id, NULL, NULL, 0 FROM"
		" (SELECT subject_id, MIN(number) AS number FROM mark_ledger WHERE class_id = ?"
		"  GROUP BY subject_id) t JOIN mark_ledger l ON l.class_id = ?"
		" AND l.subject_id = t.subject_id AND l.number = t.number"
		" WHERE NOT EXISTS (SELECT 1 FROM mark_ledger_head h WHERE h.class_id = ?"
		"  AND h.subject_id = l.subject_id)"
		" UNION ALL SELECT MIN(s.school_id), s.subject_id, NULL, NULL, 0"
		" FROM mark_head_signed s WHERE s.class_id = ?"
		" AND NOT EXISTS (SELECT 1 FROM mark_ledger_head h WHERE h.class_id = ?"
		"  AND h.subject_id = s.subject_id)"
		" AND NOT EXISTS (SELECT 1 FROM mark_ledger l WHERE l.class_id = ?"
		"  AND l.subject_id = s.subject_id) GROUP BY s.subject_id";
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

static enum err find_chains(struct db *db, uint64_t class_id, struct chains *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_chains, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < 7; i++) {
		db_bind_u64(stmt, i, class_id);
	}
	list->count = 0;
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(list, CHAINS_MAX);
		if (e) {
			return e;
		}
		struct chain *c = &list->items[list->count++];
		*c = (struct chain){ .id = { db_col_u64(stmt, 0), class_id, db_col_u64(stmt, 1) } };
		c->has_head = !db_col_is_null(stmt, 2);
		c->head.number = (uint32_t)db_col_u64(stmt, 2);
		c->signed_number = (uint32_t)db_col_u64(stmt, 4);
		e = c->has_head ? db_col_bytes(stmt, 3, c->head.hash.b, HASH_BYTES) : ERR_OK;
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static bool is_asked(const struct ledger_audit *audit, const struct head *h) {
	return audit->school == 0 || audit->school == h->school_id;
}

/* Classes of which heads were kept elsewhere, although nothing may be here. */
static enum err add_outside_classes(const struct ledger_audit *audit, struct audit_classes *list) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < audit->outside_count && !e; i++) {
		if (is_asked(audit, &audit->outside[i])) {
			e = audit_classes_add(list, audit->outside[i].class_id);
		}
	}
	audit_classes_sort(list);
	return e;
}

/* And their chains, of one class. */
static enum err add_outside(
		const struct ledger_audit *audit, uint64_t class_id, struct chains *list) {
	for (size_t i = 0; i < audit->outside_count; i++) {
		const struct head *h = &audit->outside[i];
		bool is_known = h->class_id != class_id || !is_asked(audit, h);
		for (size_t k = 0; k < list->count && !is_known; k++) {
			is_known = list->items[k].id.subject_id == h->subject_id;
		}
		if (is_known) {
			continue;
		}
		enum err e = GROW(list, CHAINS_MAX);
		if (e) {
			return e;
		}
		list->items[list->count++] = (struct chain){ .id = { h->school_id, h->class_id,
									     h->subject_id } };
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
	if (e != ERR_NOT_FOUND) {
		return e;
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
	e = e ? e : ledger_store_rows(db, c->id.class_id, c->id.subject_id, &to);
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

static enum err walk_class(struct db *db, struct walk *w, uint64_t class_id, struct chains *list) {
	enum err e = find_chains(db, class_id, list);
	e = e ? e : add_outside(w->audit, class_id, list);
	for (size_t i = 0; i < list->count && !e; i++) {
		e = walk_chain(db, w, &list->items[i]);
	}
	return e ? e : mark_audit_store_class(db, class_id, w->out);
}

static enum err run(struct db *db, void *ctx) {
	struct walk *w = ctx;
	_cleanup_(audit_classes_finish) struct audit_classes classes = { 0 };
	_cleanup_(chains_finish) struct chains list = { 0 };
	w->rows = 0;
	enum err e = audit_classes_load(db, w->audit->school, &classes);
	e = e ? e : add_outside_classes(w->audit, &classes);
	for (size_t i = 0; i < classes.count && !e; i++) {
		e = walk_class(db, w, classes.ids[i], &list);
	}
	return e ? e : mark_audit_store_rest(db, w->audit->school, w->out);
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
		[LEDGER_COLUMN_CHANGED] =
				"the column's kind, place, term or school is not what it was made with",
		[LEDGER_COLUMN_PUBLISHED] = "the column is not published as its history says",
		[LEDGER_COLUMN_LINKED] = "the column's exam is not the one that its history says",
		[LEDGER_COLUMN_MISSING] =
				"the column is missing, or is another's; its history has rows",
		[LEDGER_EXEMPTION] = "the exemption is not what its history says",
	};
	assert(fault < LEDGER_FAULT_COUNT_);
	return texts[fault];
}
