#include "gradebook/reassess/reassess_audit_store.h"

/* The last word of a class's chain about each (act 18), and how many there are. The column is the
 * subject's thousands and the item (reassess_column). */
#define SQL_LAST                                                                    \
	"(SELECT student_id, column_id, MAX(number) AS number, COUNT(*) AS changes" \
	" FROM mark_ledger WHERE class_id = ? AND subject_id = 0 AND act = 18"      \
	" GROUP BY student_id, column_id) x"

/* A student who changed class may have earlier rows in another chain: those of the year are
 * counted where the class's own chain has not as many rows as there are versions. */
#define SQL_CHANGES                                                                       \
	"(SELECT COUNT(*) FROM mark_ledger o WHERE o.subject_id = 0 AND o.act = 18"       \
	" AND o.student_id = r.student_id AND o.column_id = 1000 * r.subject_id + r.item" \
	" AND o.class_id IN (SELECT c.id FROM class c WHERE c.school_year_id = r.school_year_id))"

static const char sql_changed[] =
		"SELECT r.class_id, r.student_id, r.subject_id, r.item FROM reassessment r"
		" LEFT JOIN " SQL_LAST " ON x.student_id = r.student_id"
		" AND x.column_id = 1000 * r.subject_id + r.item"
		" LEFT JOIN mark_ledger l ON l.class_id = r.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" WHERE r.class_id = ? AND (l.number IS NULL OR NOT (l.new_x10 <=> r.value_x10)"
		" OR (r.version <> x.changes AND r.version <> " SQL_CHANGES
		") OR r.changed_by <> l.person_id"
		" OR r.changed_at_ms <> l.at_ms OR r.school_id <> l.school_id)";
static const char sql_missing[] =
		"SELECT c.id, x.student_id, x.column_id DIV 1000, x.column_id MOD 1000"
		" FROM " SQL_LAST " JOIN class c ON c.id = ? WHERE NOT EXISTS"
		" (SELECT 1 FROM reassessment r WHERE r.student_id = x.student_id"
		"  AND r.school_year_id = c.school_year_id"
		"  AND 1000 * r.subject_id + r.item = x.column_id)";

enum err reassess_audit_store_run(struct db *db, uint64_t school, struct said_audit_out out) {
	static const struct said_audit audit = { sql_changed, sql_missing };
	return said_audit_store_run(db, school, &audit, out);
}
