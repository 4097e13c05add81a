#include "gradebook/conduct/conduct_audit_store.h"

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
		"SELECT k.class_id, k.student_id, " SQL_PLACE ", 0 FROM conduct k"
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
		"SELECT x.class_id, x.student_id, x.place, 0 FROM " SQL_LAST
		" JOIN mark_ledger l ON l.class_id = x.class_id AND l.subject_id = 0"
		" AND l.number = x.number"
		" JOIN class c ON c.id = ? WHERE l.new_x10 MOD 10 <> 0 AND NOT EXISTS"
		" (SELECT 1 FROM conduct k JOIN term t ON t.id = k.term_id"
		"  WHERE k.student_id = x.student_id AND t.school_year_id = c.school_year_id"
		"  AND k.stage = IF(x.place = 3, 2, 1) AND t.number = IF(x.place = 3, 2, x.place))";

enum err conduct_audit_store_run(struct db *db, uint64_t school, struct said_audit_out out) {
	static const struct said_audit audit = { sql_changed, sql_missing };
	return said_audit_store_run(db, school, &audit, out);
}
