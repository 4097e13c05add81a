#include "gradebook/marks/schedule_audit_store.h"

#include <assert.h>

#include "gradebook/marks/audit_classes_store.h"

/* The two numbers in the ref of a row (ledger_of_lock). */
#define SQL_AT(l) "CAST(CONV(HEX(SUBSTR(" l ".ref, 1, 8)), 16, 10) AS UNSIGNED)"
#define SQL_TERM(l) "CAST(CONV(HEX(SUBSTR(" l ".ref, 9, 8)), 16, 10) AS UNSIGNED)"

/* The last word of the schools' chains about each plan, and how many there were. */
#define SQL_LAST(act)                                                                          \
	"(SELECT n.subject_id AS school_id, n.old_x10 AS kind, n.new_x10 AS grade, " SQL_TERM( \
			"n") " AS term_id, MAX(n.number) AS number, COUNT(*) AS steps"         \
			     " FROM mark_ledger n WHERE n.class_id = 0 AND n.act = " act       \
			     " AND (? = 0 OR n.subject_id = ?) GROUP BY 1, 2, 3, 4) x"
#define SQL_PLAN                                                                   \
	" k.school_id = x.school_id AND k.term_id = x.term_id AND k.kind = x.kind" \
	" AND k.grade = x.grade"

#define SQL_CHANGED(table, act, at, done)                                                                                                      \
	"SELECT k.school_id, k.term_id, k.kind, k.grade, 0, 0 FROM " table                                                                     \
	" k LEFT JOIN " SQL_LAST(                                                                                                              \
			act) " ON" SQL_PLAN                                                                                                    \
			     " LEFT JOIN mark_ledger l ON l.class_id = 0 AND l.subject_id = x.school_id"                                       \
			     " AND l.number = x.number WHERE (? = 0 OR k.school_id = ?)"                                                       \
			     " AND NOT (COALESCE(k." at ", 0) <=> " SQL_AT(                                                                    \
					     "l") " AND k.made_by <=> l.person_id AND k.made_at_ms <=> l.at_ms AND k.version <=> x.steps" done \
						  ")"
#define SQL_MISSING(table, act)                                                                       \
	"SELECT x.school_id, x.term_id, x.kind, x.grade, 0, 0 FROM " SQL_LAST(                        \
			act) " WHERE (? = 0 OR x.school_id = ?) AND NOT EXISTS (SELECT 1 FROM " table \
			     " k WHERE" SQL_PLAN ")"
/* When it was carried out: behind its last planning. */
#define SQL_DONE                                                                             \
	" AND k.done_at_ms <=> (SELECT MAX(d.at_ms) FROM mark_ledger d WHERE d.class_id = 0" \
	" AND d.subject_id = k.school_id AND d.number > x.number AND d.act = 15"             \
	" AND d.old_x10 = k.kind AND d.new_x10 = k.grade AND " SQL_TERM("d") " = k.term_id)"

#define SQL_SAME_PLACE(l)                                                                \
	l ".class_id = r.class_id AND " l ".subject_id = r.subject_id AND " l ".act = 7" \
	  " AND " l ".old_x10 = r.kind AND " SQL_TERM(l) " = r.term_id"
/* A row that ends one says the time that it was written at. */
#define SQL_BEGINS(l) " AND " SQL_AT(l) " > " l ".at_ms"
#define SQL_ENDS(l) " AND " SQL_AT(l) " = " l ".at_ms"

static const char sql_reopenings[] =
		"SELECT r.school_id, r.term_id, r.kind, 0, r.class_id, r.subject_id"
		" FROM mark_reopening r WHERE r.class_id = ? AND NOT EXISTS (SELECT 1"
		" FROM mark_ledger b WHERE " SQL_SAME_PLACE("b") SQL_BEGINS(
				"b") " AND b.school_id = r.school_id AND b.at_ms = r.made_at_ms AND b.person_id = r.made_by"
				     " AND BINARY b.why = r.why AND (" SQL_AT(
						     "b") " = r.until_ms OR EXISTS (SELECT 1"
							  " FROM mark_ledger e WHERE " SQL_SAME_PLACE(
									  "e")
									  SQL_ENDS("e") " AND e.number > b.number AND e.at_ms = r.until_ms)))";
/* Each that began is there; and of each end there is one that ends so. */
static const char sql_reopenings_gone[] = "SELECT b.school_id, " SQL_TERM(
		"b") ", b.old_x10, 0, b.class_id, b.subject_id"
		     " FROM mark_ledger b WHERE b.class_id = ? AND b.act = 7" SQL_BEGINS(
				     "b") " AND NOT EXISTS (SELECT 1 FROM mark_reopening r WHERE " SQL_SAME_PLACE("b") " AND r.made_at_ms = b.at_ms)";
static const char sql_reopenings_revived[] = "SELECT e.school_id, " SQL_TERM(
		"e") ", e.old_x10, 0, e.class_id, e.subject_id"
		     " FROM mark_ledger e WHERE e.class_id = ? AND e.act = 7" SQL_ENDS(
				     "e") " AND NOT EXISTS (SELECT 1 FROM mark_reopening r WHERE " SQL_SAME_PLACE("e") " AND r.until_ms = e.at_ms)";

/* More rows of one reopening than began. */
static const char sql_reopenings_twice[] =
		"SELECT MIN(r.school_id), r.term_id, r.kind, 0, r.class_id, r.subject_id"
		" FROM mark_reopening r WHERE r.class_id = ?"
		" GROUP BY r.class_id, r.subject_id, r.term_id, r.kind, r.made_at_ms"
		" HAVING COUNT(*) > 1 AND COUNT(*) > (SELECT COUNT(*) FROM mark_ledger b"
		" WHERE " SQL_SAME_PLACE("b") SQL_BEGINS("b") " AND b.at_ms = r.made_at_ms)";

/* Each question about plans: a row of its answer is a finding. */
static const struct {
	const char *sql;
	enum schedule_fault fault;
	bool is_lock;
} plans[] = {
	{ SQL_CHANGED("mark_lock", "6", "locks_at_ms", ""), SCHEDULE_PLAN_CHANGED, true },
	{ SQL_MISSING("mark_lock", "6"), SCHEDULE_PLAN_MISSING, true },
	{ SQL_CHANGED("mark_publishing", "14", "publishes_at_ms", SQL_DONE), SCHEDULE_PLAN_CHANGED,
			false },
	{ SQL_MISSING("mark_publishing", "14"), SCHEDULE_PLAN_MISSING, false },
};

/* And about reopenings, of a class. */
static const struct {
	const char *sql;
	enum schedule_fault fault;
} reopenings[] = {
	{ sql_reopenings, SCHEDULE_REOPENING_CHANGED },
	{ sql_reopenings_gone, SCHEDULE_REOPENING_MISSING },
	{ sql_reopenings_revived, SCHEDULE_REOPENING_CHANGED },
	{ sql_reopenings_twice, SCHEDULE_REOPENING_CHANGED },
};

struct run {
	uint64_t school;
	struct schedule_audit_out out;
};

/* Reports every row of a statement whose values are bound. */
static enum err tell_rows(struct db_stmt *stmt, const struct run *r, struct schedule_finding f) {
	enum err e = ERR_OK;
	while ((e = db_next(stmt)) == ERR_OK) {
		f.school_id = db_col_u64(stmt, 0);
		f.term_id = db_col_u64(stmt, 1);
		f.kind = (unsigned)db_col_u64(stmt, 2);
		f.grade = (unsigned)db_col_u64(stmt, 3);
		f.class_id = db_col_u64(stmt, 4);
		f.subject_id = db_col_u64(stmt, 5);
		r->out.report(r->out.owner, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err judge_plans(struct db *db, const struct run *r, size_t i) {
	enum { SCHOOL_BINDS = 4 };
	const struct schedule_finding f = { .fault = plans[i].fault, .is_lock = plans[i].is_lock };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, plans[i].sql, &stmt);
	for (unsigned k = 0; k < SCHOOL_BINDS && !e; k++) {
		db_bind_u64(stmt, k, r->school);
	}
	return e ? e : tell_rows(stmt, r, f);
}

static enum err judge_class(struct db *db, const struct run *r, uint64_t class_id, size_t i) {
	const struct schedule_finding f = { .fault = reopenings[i].fault };
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, reopenings[i].sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	return tell_rows(stmt, r, f);
}

static enum err run(struct db *db, void *ctx) {
	const struct run *r = ctx;
	_cleanup_(audit_classes_finish) struct audit_classes classes = { 0 };
	enum err e = audit_classes_load(db, r->school, &classes);
	for (size_t i = 0; i < sizeof(plans) / sizeof(plans[0]) && !e; i++) {
		e = judge_plans(db, r, i);
	}
	for (size_t c = 0; c < classes.count && !e; c++) {
		for (size_t i = 0; i < sizeof(reopenings) / sizeof(reopenings[0]) && !e; i++) {
			e = judge_class(db, r, classes.ids[c], i);
		}
	}
	return e;
}

enum err schedule_audit_store_run(struct db *db, uint64_t school, struct schedule_audit_out out) {
	struct run r = { school, out };
	return db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
}

const char *schedule_fault_text(enum schedule_fault fault) {
	static const char *const texts[SCHEDULE_FAULT_COUNT_] = {
		[SCHEDULE_PLAN_CHANGED] = "is not what its history says",
		[SCHEDULE_PLAN_MISSING] = "missing; its history has one",
		[SCHEDULE_REOPENING_CHANGED] = "a reopening is not what its history says",
		[SCHEDULE_REOPENING_MISSING] = "a reopening is missing; its history has one",
	};
	assert(fault < SCHEDULE_FAULT_COUNT_);
	return texts[fault];
}
