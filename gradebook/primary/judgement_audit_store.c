#include "gradebook/primary/judgement_audit_store.h"

#include "gradebook/marks/audit_classes_store.h"

/* The last word of a class's chain about each judgement (act 16), and how many there are. The
 * column is the moment's thousands and the item (judgement_column). */
#define SQL_LAST                                                                    \
	"(SELECT student_id, column_id, MAX(number) AS number, COUNT(*) AS changes" \
	" FROM mark_ledger WHERE class_id = ? AND subject_id = 0 AND act = 16"      \
	" GROUP BY student_id, column_id) x"

/* A student who changed class may have earlier rows in another chain: those of the year are
 * counted where the class's own chain has not as many rows as there are versions. */
#define SQL_CHANGES                                                                   \
	"(SELECT COUNT(*) FROM mark_ledger o WHERE o.subject_id = 0 AND o.act = 16"   \
	" AND o.student_id = k.student_id AND o.column_id = 1000 * k.moment + k.item" \
	" AND o.class_id IN (SELECT c.id FROM class c WHERE c.school_year_id = k.school_year_id))"

static const char sql_changed[] =
		"SELECT k.class_id, k.student_id, k.moment, k.item FROM judgement k"
		" LEFT JOIN " SQL_LAST " ON x.student_id = k.student_id"
		" AND x.column_id = 1000 * k.moment + k.item"
		" LEFT JOIN mark_ledger l ON l.class_id = k.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" WHERE k.class_id = ? AND (l.number IS NULL OR NOT (l.new_x10 <=> k.level)"
		" OR (k.version <> x.changes AND k.version <> " SQL_CHANGES
		") OR k.changed_by <> l.person_id"
		" OR k.changed_at_ms <> l.at_ms OR k.school_id <> l.school_id)";
static const char sql_missing[] =
		"SELECT c.id, x.student_id, x.column_id DIV 1000, x.column_id MOD 1000"
		" FROM " SQL_LAST " JOIN class c ON c.id = ? WHERE NOT EXISTS"
		" (SELECT 1 FROM judgement k WHERE k.student_id = x.student_id"
		"  AND k.school_year_id = c.school_year_id"
		"  AND 1000 * k.moment + k.item = x.column_id)";

static enum err judge(
		struct db *db, uint64_t class_id, const char *sql, struct judgement_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, class_id);
	db_bind_u64(stmt, 1, class_id);
	while ((e = db_next(stmt)) == ERR_OK) {
		const struct judgement_finding f = { .is_missing = sql == sql_missing,
			.class_id = db_col_u64(stmt, 0),
			.student_id = db_col_u64(stmt, 1),
			.moment = (unsigned)db_col_u64(stmt, 2),
			.item = (unsigned)db_col_u64(stmt, 3) };
		out.report(out.owner, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

struct run {
	uint64_t school;
	struct judgement_audit_out out;
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

enum err judgement_audit_store_run(struct db *db, uint64_t school, struct judgement_audit_out out) {
	struct run r = { school, out };
	return db_transact_with(db, DB_TX_READ, run, &r); /* all of one moment */
}
