#include "gradebook/reassess/reassess_audit_store.h"

#include "gradebook/marks/audit_classes_store.h"

/* The last word of a class's chain about each (act 18), and how many there are. The column is the
 * subject's thousands and the item (reassess_column). */
#define SQL_LAST                                                                    \
	"(SELECT student_id, column_id, MAX(number) AS number, COUNT(*) AS changes" \
	" FROM mark_ledger WHERE class_id = ? AND subject_id = 0 AND act = 18"      \
	" GROUP BY student_id, column_id) x"

/* A student who changed class may have earlier rows in another chain: then there are more versions
 * than rows here. */
static const char sql_changed[] =
		"SELECT r.class_id, r.student_id, r.subject_id, r.item FROM reassessment r"
		" LEFT JOIN " SQL_LAST " ON x.student_id = r.student_id"
		" AND x.column_id = 1000 * r.subject_id + r.item"
		" LEFT JOIN mark_ledger l ON l.class_id = r.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" WHERE r.class_id = ? AND (l.number IS NULL OR NOT (l.new_x10 <=> r.value_x10)"
		" OR r.version < x.changes OR r.changed_by <> l.person_id"
		" OR r.changed_at_ms <> l.at_ms OR r.school_id <> l.school_id)";
static const char sql_missing[] =
		"SELECT c.id, x.student_id, x.column_id DIV 1000, x.column_id MOD 1000"
		" FROM " SQL_LAST " JOIN class c ON c.id = ? WHERE NOT EXISTS"
		" (SELECT 1 FROM reassessment r WHERE r.student_id = x.student_id"
		"  AND r.school_year_id = c.school_year_id"
		"  AND 1000 * r.subject_id + r.item = x.column_id)";

static enum err judge(
		struct db *db, uint64_t class_id, const char *sql, struct reassess_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	db_bind_u64(stmt, 1, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct reassess_finding f = { .is_missing = sql == sql_missing,
			.class_id = db_col_u64(stmt, 0),
			.student_id = db_col_u64(stmt, 1),
			.subject_id = db_col_u64(stmt, 2),
			.item = (unsigned)db_col_u64(stmt, 3) };
		out.report(out.owner, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct run {
	uint64_t school;
	struct reassess_audit_out out;
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

enum err reassess_audit_store_run(struct db *db, uint64_t school, struct reassess_audit_out out) {
	struct run r = { school, out };
	return db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
}
