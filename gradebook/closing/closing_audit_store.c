#include "gradebook/closing/closing_audit_store.h"

#include <assert.h>
#include <stdlib.h>

#include "core/base/grow.h"
#include "gradebook/marks/audit_classes_store.h"
#include "gradebook/marks/ledger.h"

static const char sql_history[] =
		"SELECT class_id, student_id, number, act, why, school_id, person_id, at_ms"
		" FROM mark_ledger"
		" WHERE class_id = ? AND subject_id = 0 AND act IN (11, 12) ORDER BY number";
static const char sql_results[] =
		"SELECT school_id, class_id, student_id, term_number, pack, learning, conduct,"
		" promotion, award, absences, result, result_hash, version, closed_at_ms"
		" FROM student_result WHERE class_id = ?";
static const char sql_closings[] =
		"SELECT class_id, term_number, is_closed, version, school_id, changed_by,"
		" changed_at_ms, why FROM class_closing WHERE class_id = ?";

enum {
	NOTES_MAX = 1 << 20, /* of one class */
	PART_BYTES = 2,      /* before the reason of a class as a whole: "1 " */
};

/* What the history says last of one student's part; of the class itself with student 0. */
struct noted {
	uint64_t class_id;
	uint64_t student_id;
	enum class_scope scope;
	uint32_t number;
	bool is_closed;
	bool is_there; /* a row answers to it */
	struct hash hash;
	unsigned times; /* so many rows are about it: each is one version */
	uint64_t school_id;
	uint64_t person_id;
	int64_t at_ms;
	struct hash why; /* of the reason, of a class as a whole */
};

struct history {
	struct noted *items;
	size_t count;
	size_t cap;
};

static void history_finish(struct history *h) {
	free(h->items);
}

static int compare_place(const struct noted *a, const struct noted *b) {
	if (a->class_id != b->class_id) {
		return a->class_id < b->class_id ? -1 : 1;
	}
	if (a->student_id != b->student_id) {
		return a->student_id < b->student_id ? -1 : 1;
	}
	return (a->scope > b->scope) - (a->scope < b->scope);
}

static int compare(const void *x, const void *y) {
	const struct noted *a = x;
	const struct noted *b = y;
	int place = compare_place(a, b);
	return place ? place : (a->number > b->number) - (a->number < b->number);
}

/* Of several rows about the same the last stays, and how many there were. */
static void keep_last(struct history *h) {
	size_t kept = 0;
	unsigned times = 0;
	if (h->count == 0) {
		return;
	}
	qsort(h->items, h->count, sizeof(*h->items), compare);
	for (size_t i = 0; i < h->count; i++) {
		bool is_last = i + 1 == h->count ||
				compare_place(&h->items[i], &h->items[i + 1]) != 0;
		times++;
		if (is_last) {
			h->items[kept] = h->items[i];
			h->items[kept++].times = times;
			times = 0;
		}
	}
	h->count = kept;
}

static struct noted *find(
		const struct history *h, uint64_t class_id, uint64_t student_id, uint64_t scope) {
	struct noted wanted = {
		.class_id = class_id, .student_id = student_id, .scope = (enum class_scope)scope
	};
	size_t low = 0;
	size_t high = h->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare_place(&h->items[middle], &wanted);
		if (order == 0) {
			return &h->items[middle];
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

/* A row that cannot be read is the chain's audit's business: its hash does not follow. */
static enum err take_note(struct history *h, const struct db_stmt *stmt) {
	struct str why = db_col_str(stmt, 4);
	struct noted n = { .class_id = db_col_u64(stmt, 0),
		.student_id = db_col_u64(stmt, 1),
		.number = (uint32_t)db_col_u64(stmt, 2),
		.is_closed = db_col_u64(stmt, 3) == LEDGER_CLOSED,
		.school_id = db_col_u64(stmt, 5),
		.person_id = db_col_u64(stmt, 6),
		.at_ms = db_col_i64(stmt, 7) };
	if (n.student_id != 0) {
		if (snapshot_note_parse(why, &n.scope, &n.hash)) {
			return ERR_OK;
		}
	} else if (why.n < 1 || why.p[0] < '0' || why.p[0] >= '0' + (int)CLASS_YEAR_SCOPES) {
		return ERR_OK;
	} else {
		size_t before = why.n < PART_BYTES ? why.n : PART_BYTES;
		n.scope = (enum class_scope)(why.p[0] - '0');
		hash_bytes(NULL, why.p + before, why.n - before, &n.why);
	}
	enum err e = GROW(h, NOTES_MAX);
	if (!e) {
		h->items[h->count++] = n;
	}
	return e;
}

struct run {
	uint64_t school;
	struct closing_audit_out out;
	struct history history;
	uint64_t rows;
};

static void tell(const struct run *r, enum closing_fault fault, const struct noted *where) {
	struct closing_finding f = { fault, where->class_id, where->student_id, where->scope };
	r->out.report(r->out.owner, &f);
}

static unsigned code_of(const struct db_stmt *stmt, unsigned index) {
	return db_col_is_null(stmt, index) ? SNAPSHOT_NONE : (unsigned)db_col_u64(stmt, index);
}

static enum err judge_result(struct run *r, const struct db_stmt *stmt) {
	struct snapshot s = { db_col_u64(stmt, 0), db_col_u64(stmt, 1), db_col_u64(stmt, 2),
		(enum class_scope)db_col_u64(stmt, 3), db_col_str(stmt, 4), code_of(stmt, 5),
		code_of(stmt, 6), code_of(stmt, 7), code_of(stmt, 8), (unsigned)db_col_u64(stmt, 9),
		db_col_str(stmt, 10) };
	struct noted here = {
		.class_id = s.class_id, .student_id = s.student_id, .scope = s.scope
	};
	struct noted *noted = find(&r->history, s.class_id, s.student_id, s.scope);
	struct hash stored;
	struct hash hash;
	r->rows++;
	if (!noted) {
		tell(r, CLOSING_RESULT_ADDED, &here);
		return ERR_OK;
	}
	noted->is_there = true;
	enum err e = db_col_bytes(stmt, 11, stored.b, HASH_BYTES);
	if (e) {
		return e;
	}
	snapshot_hash(&s, &hash);
	if (!hash_equal(&hash, &stored) || !hash_equal(&hash, &noted->hash) ||
			db_col_u64(stmt, 12) != noted->times ||
			db_col_i64(stmt, 13) != noted->at_ms) {
		tell(r, CLOSING_RESULT_CHANGED, &here);
	}
	return ERR_OK;
}

/* A class's own row against the last that its history says of that part. */
static bool is_as_noted(const struct noted *noted, const struct db_stmt *stmt) {
	struct str reason = db_col_str(stmt, 7);
	struct hash why;
	hash_bytes(NULL, reason.p, reason.n, &why);
	return db_col_u64(stmt, 2) == (noted->is_closed ? 1 : 0) &&
			db_col_u64(stmt, 3) == noted->times &&
			db_col_u64(stmt, 4) == noted->school_id &&
			db_col_u64(stmt, 5) == noted->person_id &&
			db_col_i64(stmt, 6) == noted->at_ms && hash_equal(&why, &noted->why);
}

static enum err judge_closing(struct run *r, const struct db_stmt *stmt) {
	struct noted here = { .class_id = db_col_u64(stmt, 0),
		.scope = (enum class_scope)db_col_u64(stmt, 1) };
	struct noted *noted = find(&r->history, here.class_id, 0, here.scope);
	if (noted) {
		noted->is_there = true;
	}
	if (!noted || !is_as_noted(noted, stmt)) {
		tell(r, CLOSING_STATE_CHANGED, &here);
	}
	return ERR_OK;
}

static enum err load_note(struct run *r, const struct db_stmt *stmt) {
	return take_note(&r->history, stmt);
}

static enum err each(struct db *db, struct run *r, uint64_t class_id, const char *sql,
		enum err (*take)(struct run *r, const struct db_stmt *stmt)) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		e = take(r, stmt);
		if (e) {
			return e;
		}
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err run_class(struct db *db, struct run *r, uint64_t class_id) {
	r->history.count = 0;
	enum err e = each(db, r, class_id, sql_history, load_note);
	if (e) {
		return e;
	}
	keep_last(&r->history);
	e = each(db, r, class_id, sql_results, judge_result);
	e = e ? e : each(db, r, class_id, sql_closings, judge_closing);
	for (size_t i = 0; i < r->history.count && !e; i++) {
		const struct noted *n = &r->history.items[i];
		if (!n->is_there) {
			tell(r, n->student_id ? CLOSING_RESULT_MISSING : CLOSING_STATE_CHANGED, n);
		}
	}
	return e;
}

static enum err run(struct db *db, void *ctx) {
	struct run *r = ctx;
	_cleanup_(audit_classes_finish) struct audit_classes classes = { 0 };
	r->rows = 0;
	enum err e = audit_classes_load(db, r->school, &classes);
	for (size_t i = 0; i < classes.count && !e; i++) {
		e = run_class(db, r, classes.ids[i]);
	}
	return e;
}

static void run_finish(struct run *r) {
	history_finish(&r->history);
}

enum err closing_audit_store_run(
		struct db *db, uint64_t school, struct closing_audit_out out, uint64_t *out_rows) {
	_cleanup_(run_finish) struct run r = { .school = school, .out = out };
	enum err e = db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
	if (!e) {
		*out_rows = r.rows;
	}
	return e;
}

const char *closing_fault_text(enum closing_fault fault) {
	static const char *const texts[CLOSING_FAULT_COUNT_] = {
		[CLOSING_RESULT_CHANGED] = "was changed: it is not what was kept at closing",
		[CLOSING_RESULT_MISSING] = "missing; it was kept at closing",
		[CLOSING_RESULT_ADDED] = "was added: nothing of it was kept at closing",
		[CLOSING_STATE_CHANGED] =
				"closed or open, by whom, when or why, is not what the history says",
	};
	assert(fault < CLOSING_FAULT_COUNT_);
	return texts[fault];
}
