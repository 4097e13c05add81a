#include "gradebook/primary/judgement_audit_store.h"

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

enum err judgement_audit_store_run(struct db *db, uint64_t school, struct said_audit_out out) {
	static const struct said_audit audit = { sql_changed, sql_missing };
	return said_audit_store_run(db, school, &audit, out);
}
