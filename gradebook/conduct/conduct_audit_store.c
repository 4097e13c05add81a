#include "gradebook/conduct/conduct_audit_store.h"

#include "gradebook/marks/audit_classes_store.h"

/* The last word of a class's chain about each level: act 13, tens of the value the place. */
#define SQL_LAST                                                                        \
	"(SELECT class_id, student_id, new_x10 DIV 10 AS place, MAX(number) AS number," \
	" COUNT(*) AS changes FROM mark_ledger WHERE class_id = ? AND subject_id = 0"   \
	" AND act = 13 GROUP BY class_id, student_id, new_x10 DIV 10) x"
/* Which of the places a row is. */
#define SQL_PLACE "IF(k.stage = 2, 3, t.number)"
/* The rows about it in the chains of all classes of the year, for who changed class: each is one
 * version. Asked only where the class's own chain has not as many. */
#define SQL_CHANGES                                                                 \
	"(SELECT COUNT(*) FROM mark_ledger o WHERE o.subject_id = 0 AND o.act = 13" \
	" AND o.student_id = k.student_id AND o.new_x10 DIV 10 = " SQL_PLACE        \
	" AND o.class_id IN (SELECT c.id FROM class c WHERE c.school_year_id = t.school_year_id))"

static const char sql_changed[] =
		"SELECT k.class_id, k.student_id, " SQL_PLACE " FROM conduct k"
		" JOIN term t ON t.id = k.term_id LEFT JOIN " SQL_LAST
		" ON x.class_id = k.class_id AND x.student_id = k.student_id"
		" AND x.place = " SQL_PLACE
		" LEFT JOIN mark_ledger l ON l.class_id = x.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" WHERE k.class_id = ? AND (NOT (l.new_x10 <=> 10 * " SQL_PLACE
		" + COALESCE(k.level, 0)) OR k.stage NOT IN (1, 2)"
		" OR (k.stage = 2 AND t.number <> 2) OR k.changed_by <> l.person_id"
		" OR k.changed_at_ms <> l.at_ms OR k.school_id <> l.school_id"
		" OR (k.version <> x.changes AND k.version <> " SQL_CHANGES "))";
static const char sql_missing[] =
		"SELECT x.class_id, x.student_id, x.place FROM " SQL_LAST
		" JOIN mark_ledger l ON l.class_id = x.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" JOIN class c ON c.id = ? WHERE l.new_x10 MOD 10 <> 0 AND NOT EXISTS"
		" (SELECT 1 FROM conduct k JOIN term t ON t.id = k.term_id"
		"  WHERE k.student_id = x.student_id AND t.school_year_id = c.school_year_id"
		"  AND k.stage = IF(x.place = 3, 2, 1) AND t.number = IF(x.place = 3, 2, x.place))";

static enum err judge(
		struct db *db, uint64_t class_id, const char *sql, struct conduct_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	db_bind_u64(stmt, 1, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct conduct_finding f = { .is_missing = sql == sql_missing,
			.class_id = db_col_u64(stmt, 0),
			.student_id = db_col_u64(stmt, 1),
			.place = (unsigned)db_col_u64(stmt, 2) };
		out.report(out.owner, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct run {
	uint64_t school;
	struct conduct_audit_out out;
};

static enum err run(struct db *db, void *ctx) {
	const struct run *r = ctx;
	_cleanup_(audit_classes_finish) struct audit_classes classes = { 0 };
	enum err e = audit_classes_load(db, r->school, &classes);
	for (size_t i = 0; i < classes.count && !e; i++) {
		e = judge(db, classes.ids[i], sql_changed, r->out);
		e = e ? e : judge(db, classes.ids[i], sql_missing, r->out);
	}
	return e;
}

enum err conduct_audit_store_run(struct db *db, uint64_t school, struct conduct_audit_out out) {
	struct run r = { school, out };
	return db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
}
