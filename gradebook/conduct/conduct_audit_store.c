#include "gradebook/conduct/conduct_audit_store.h"

/* The last word of each class's chain about each level: act 13, tens of the value the place. */
#define SQL_LAST                                                                           \
	"(SELECT class_id, student_id, new_x10 DIV 10 AS place, MAX(number) AS number"     \
	" FROM mark_ledger WHERE subject_id = 0 AND act = 13 AND (school_id = ? OR ? = 0)" \
	" GROUP BY class_id, student_id, new_x10 DIV 10) x"

static const char sql_changed[] =
		"SELECT k.class_id, k.student_id, IF(k.stage = 2, 3, t.number) FROM conduct k"
		" JOIN term t ON t.id = k.term_id LEFT JOIN " SQL_LAST
		" ON x.class_id = k.class_id AND x.student_id = k.student_id"
		" AND x.place = IF(k.stage = 2, 3, t.number)"
		" LEFT JOIN mark_ledger l ON l.class_id = x.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" WHERE (k.school_id = ? OR ? = 0) AND NOT (l.new_x10 <=>"
		" 10 * IF(k.stage = 2, 3, t.number) + COALESCE(k.level, 0))";
static const char sql_missing[] =
		"SELECT x.class_id, x.student_id, x.place FROM " SQL_LAST
		" JOIN mark_ledger l ON l.class_id = x.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" JOIN class c ON c.id = x.class_id WHERE l.new_x10 MOD 10 <> 0 AND NOT EXISTS"
		" (SELECT 1 FROM conduct k JOIN term t ON t.id = k.term_id"
		"  WHERE k.student_id = x.student_id AND t.school_year_id = c.school_year_id"
		"  AND k.stage = IF(x.place = 3, 2, 1) AND t.number = IF(x.place = 3, 2, x.place))";

static enum err judge(struct db *db, uint64_t school, const char *sql, unsigned binds,
		struct conduct_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < binds; i++) {
		db_bind_u64(stmt, i, school);
	}
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
	enum err e = judge(db, r->school, sql_changed, 4, r->out);
	return e ? e : judge(db, r->school, sql_missing, 2, r->out);
}

enum err conduct_audit_store_run(struct db *db, uint64_t school, struct conduct_audit_out out) {
	struct run r = { school, out };
	return db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
}
