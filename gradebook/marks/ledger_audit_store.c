#include "gradebook/marks/ledger_audit_store.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/grow.h"
#include "gradebook/marks/ledger_store.h"

enum { CHAINS_MAX = 10000000 };

static const char sql_chains[] =
		"SELECT school_id, class_id, subject_id, number, hash FROM mark_ledger_head"
		" WHERE school_id = ? OR ? = 0"
		" UNION SELECT DISTINCT l.school_id, l.class_id, l.subject_id, NULL, NULL"
		" FROM mark_ledger l LEFT JOIN mark_ledger_head h ON h.class_id = l.class_id"
		" AND h.subject_id = l.subject_id AND h.school_id = l.school_id"
		" WHERE h.class_id IS NULL AND (l.school_id = ? OR ? = 0)";

/* A mark's code (cell.h), NULL for nothing. */
#define SQL_CODE                                                            \
	"CASE WHEN m.state = 2 THEN 254 WHEN m.value_x10 IS NULL THEN NULL" \
	" ELSE m.value_x10 + 128 * m.is_makeup END"

/* The last word of the history about each mark, beside the mark. Acts 1 and 2 set and clear. */
static const char sql_marks[] =
		"SELECT l.class_id, l.subject_id, l.column_id, l.student_id, l.new_x10, m.version,"
		" m.column_id IS NULL FROM mark_ledger l"
		" JOIN (SELECT class_id, subject_id, column_id, student_id, MAX(number) AS number"
		"   FROM mark_ledger WHERE act IN (1, 2) AND (school_id = ? OR ? = 0)"
		"   GROUP BY class_id, subject_id, column_id, student_id) t"
		" ON t.class_id = l.class_id AND t.subject_id = l.subject_id AND t.number = l.number"
		" LEFT JOIN mark m ON m.column_id = l.column_id AND m.student_id = l.student_id"
		" WHERE NOT (l.new_x10 <=> " SQL_CODE ")";
static const char sql_unheard[] =
		"SELECT c.class_id, c.subject_id, m.column_id, m.student_id FROM mark m"
		" JOIN mark_column c ON c.id = m.column_id"
		" WHERE (m.school_id = ? OR ? = 0) AND (" SQL_CODE ") IS NOT NULL AND NOT EXISTS"
		" (SELECT 1 FROM mark_ledger l WHERE l.class_id = c.class_id"
		" AND l.subject_id = c.subject_id AND l.column_id = m.column_id"
		" AND l.student_id = m.student_id AND l.act IN (1, 2))";

struct chain {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t subject_id;
	bool has_head;
	struct ledger_head head;
};

struct chains {
	struct chain *items;
	size_t count;
	size_t cap;
};

static void chains_finish(struct chains *list) {
	free(list->items);
}

static enum err find_chains(struct db *db, uint64_t school, struct chains *list) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql_chains, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < 4; i++) {
		db_bind_u64(stmt, i, school);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		e = GROW(list, CHAINS_MAX);
		if (e) {
			return e;
		}
		struct chain *c = &list->items[list->count++];
		c->school_id = db_col_u64(stmt, 0);
		c->class_id = db_col_u64(stmt, 1);
		c->subject_id = db_col_u64(stmt, 2);
		c->has_head = !db_col_is_null(stmt, 3);
		c->head.number = (uint32_t)db_col_u64(stmt, 3);
		e = c->has_head ? db_col_bytes(stmt, 4, c->head.hash.b, HASH_BYTES) : ERR_OK;
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct walk {
	struct ledger_audit_out out;
	const struct chain *chain;
	struct ledger_head head; /* of the stored row before */
	uint64_t rows;
};

static void tell(struct walk *w, enum ledger_fault fault, uint32_t number, uint32_t last) {
	struct ledger_finding f = { .fault = fault,
		.class_id = w->chain->class_id,
		.subject_id = w->chain->subject_id,
		.number = number,
		.last = last };
	w->out.report(w->out.owner, &f);
}

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
	return ERR_OK;
}

static enum err walk_chain(struct db *db, struct walk *w, const struct chain *c) {
	w->chain = c;
	w->head = (struct ledger_head){ 0 };
	const struct ledger_chain chain = { c->school_id, c->class_id, c->subject_id };
	const struct ledger_each to = { walk_row, w };
	enum err e = ledger_store_chain(db, &chain, &to);
	if (e) {
		return e;
	}
	if (c->has_head && c->head.number > w->head.number) {
		tell(w, LEDGER_ROW_MISSING, w->head.number + 1, c->head.number);
	} else if (!c->has_head || c->head.number != w->head.number ||
			!hash_equal(&c->head.hash, &w->head.hash)) {
		tell(w, LEDGER_HEAD_CHANGED, w->head.number, w->head.number);
	}
	return ERR_OK;
}

static enum err walk_marks(
		struct db *db, uint64_t school, const char *sql, struct ledger_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school);
	db_bind_u64(stmt, 1, school);
	while ((e = db_next(stmt)) == ERR_OK) {
		bool is_gone = sql == sql_marks && db_col_bool(stmt, 6);
		struct ledger_finding f = {
			.fault = is_gone ? LEDGER_MARK_MISSING : LEDGER_MARK_CHANGED,
			.class_id = db_col_u64(stmt, 0),
			.subject_id = db_col_u64(stmt, 1),
			.column_id = db_col_u64(stmt, 2),
			.student_id = db_col_u64(stmt, 3),
		};
		out.report(out.owner, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct run {
	uint64_t school;
	struct walk walk;
};

static enum err run(struct db *db, void *ctx) {
	struct run *r = ctx;
	_cleanup_(chains_finish) struct chains list = { 0 };
	enum err e = find_chains(db, r->school, &list);
	for (size_t i = 0; i < list.count && !e; i++) {
		e = walk_chain(db, &r->walk, &list.items[i]);
	}
	e = e ? e : walk_marks(db, r->school, sql_marks, r->walk.out);
	return e ? e : walk_marks(db, r->school, sql_unheard, r->walk.out);
}

enum err ledger_audit_store_run(
		struct db *db, uint64_t school, struct ledger_audit_out out, uint64_t *out_rows) {
	struct run r = { .school = school, .walk = { .out = out } };
	enum err e = db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
	if (!e) {
		*out_rows = r.walk.rows;
	}
	return e;
}

const char *ledger_fault_text(enum ledger_fault fault) {
	static const char *const texts[LEDGER_FAULT_COUNT_] = {
		[LEDGER_ROW_CHANGED] = "was changed: its hash does not follow from the one before",
		[LEDGER_ROW_MISSING] = "missing",
		[LEDGER_HEAD_CHANGED] = "the head of the history is not its last row",
		[LEDGER_MARK_CHANGED] = "the mark is not what its history says",
		[LEDGER_MARK_MISSING] = "the mark is missing; its history has one",
	};
	assert(fault < LEDGER_FAULT_COUNT_);
	return texts[fault];
}
