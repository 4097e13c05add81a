/* The part of ledger_audit_store.h about what the history's rows are about. */
#include "gradebook/marks/ledger_audit_store.h"

/* A mark's code (cell.h), NULL for nothing; 255, which no history says, for what no mark is. */
#define SQL_CODE                                                                      \
	"CASE WHEN m.value_x10 IS NOT NULL AND (m.value_x10 > 100 OR m.is_makeup > 1" \
	" OR m.state <> 1) THEN 255 WHEN m.value_x10 IS NOT NULL"                     \
	" THEN m.value_x10 + 128 * m.is_makeup WHEN m.is_makeup <> 0 THEN 255"        \
	" WHEN m.state = 2 THEN 254 WHEN m.state = 1 THEN NULL ELSE 255 END"

/* The last word of the history about each mark of a class, and how many there are, beside the
 * mark: each is one version. Acts 1 and 2 set and clear. */
static const char sql_marks[] =
		"SELECT l.class_id, l.subject_id, l.column_id, l.student_id, 0, m.version IS NULL"
		" FROM (SELECT subject_id, column_id, student_id,"
		"   MAX(number) AS number, COUNT(*) AS changes"
		"   FROM mark_ledger WHERE class_id = ? AND act IN (1, 2)"
		"   GROUP BY subject_id, column_id, student_id) t"
		" JOIN mark_ledger l ON l.class_id = ? AND l.subject_id = t.subject_id"
		" AND l.number = t.number"
		" LEFT JOIN mark m ON m.column_id = l.column_id AND m.student_id = l.student_id"
		" WHERE m.version IS NULL OR NOT (l.new_x10 <=> " SQL_CODE ")"
		" OR m.version <> t.changes OR m.changed_by <> l.person_id"
		" OR m.changed_at_ms <> l.at_ms OR m.school_id <> l.school_id"
		" OR NOT (m.attempt_id <=> l.ref)";
/* Marks of its columns that its history does not know. */
static const char sql_added[] =
		"SELECT c.class_id, c.subject_id, m.column_id, m.student_id, 0, 0"
		" FROM mark_column c JOIN mark m ON m.column_id = c.id"
		" LEFT JOIN (SELECT DISTINCT subject_id, column_id, student_id FROM mark_ledger"
		"   WHERE class_id = ? AND act IN (1, 2)) l ON l.column_id = m.column_id"
		" AND l.student_id = m.student_id AND l.subject_id = c.subject_id"
		" WHERE c.class_id = ? AND l.column_id IS NULL";

/* A column is of the class's own school, and what its history says that it was made as; columns
 * that a school began with, or that are older than that row (act 17), have none. */
static const char sql_made[] =
		"SELECT c.class_id, c.subject_id, c.id, 0, 0, 0 FROM mark_column c"
		" LEFT JOIN class k ON k.id = c.class_id"
		" LEFT JOIN (SELECT subject_id, column_id, old_x10, new_x10, ref"
		"   FROM mark_ledger WHERE class_id = ? AND act = 17) l"
		" ON l.column_id = c.id AND l.subject_id = c.subject_id"
		" WHERE c.class_id = ? AND (NOT (c.school_id <=> k.school_id)"
		" OR l.old_x10 <> c.kind OR l.new_x10 <> c.position"
		" OR CAST(CONV(HEX(SUBSTRING(l.ref, 1, 8)), 16, 10) AS UNSIGNED) <> c.term_id)";
/* A column is published once; its row says what kind it was, and the term, since 0009. */
static const char sql_published[] =
		"SELECT c.class_id, c.subject_id, c.id, 0, 0, 0 FROM mark_column c"
		" LEFT JOIN (SELECT school_id, subject_id, column_id, at_ms, old_x10, new_x10, ref"
		"   FROM mark_ledger WHERE class_id = ? AND act = 3) l"
		" ON l.column_id = c.id AND l.subject_id = c.subject_id"
		" WHERE c.class_id = ? AND (NOT (c.published_at_ms <=> l.at_ms)"
		" OR c.school_id <> l.school_id OR (l.old_x10 IS NOT NULL AND (l.old_x10 <> c.kind"
		" OR l.new_x10 <> c.position"
		" OR CAST(CONV(HEX(SUBSTRING(l.ref, 1, 8)), 16, 10) AS UNSIGNED) <> c.term_id)))";
static const char sql_linked[] =
		"SELECT c.class_id, c.subject_id, c.id, 0, 0, 0 FROM mark_column c"
		" LEFT JOIN (SELECT subject_id, column_id, MAX(number) AS number"
		"   FROM mark_ledger WHERE class_id = ? AND act IN (4, 8)"
		"   GROUP BY subject_id, column_id) t"
		" ON t.column_id = c.id AND t.subject_id = c.subject_id"
		" LEFT JOIN mark_ledger l ON l.class_id = c.class_id"
		" AND l.subject_id = t.subject_id AND l.number = t.number"
		" WHERE c.class_id = ? AND NOT (c.sitting_id <=> IF(l.act = 4, l.ref, NULL))";
/* Rows about cells and columns of a place where no such column is. */
static const char sql_gone[] =
		"SELECT ?, l.subject_id, l.column_id, 0, 0, 0 FROM (SELECT DISTINCT class_id,"
		"   subject_id, column_id FROM mark_ledger"
		"   WHERE class_id = ? AND act IN (1, 2, 3, 4, 5, 8, 17)) l"
		" LEFT JOIN mark_column c ON c.id = l.column_id AND c.class_id = l.class_id"
		" AND c.subject_id = l.subject_id WHERE c.id IS NULL";

/* Acts 9 and 10 exempt and count again; their column is the term. A student who changed the class
 * may have rows in two chains: the later one has the last word. */
static const char sql_exempt[] =
		"SELECT ?, l.subject_id, 0, l.student_id, l.term_id, 0 FROM"
		" (SELECT class_id, subject_id, column_id AS term_id, student_id, act, why,"
		"  school_id, person_id, at_ms, ROW_NUMBER() OVER (PARTITION BY subject_id, column_id,"
		"  student_id ORDER BY at_ms DESC, number DESC) AS place FROM mark_ledger"
		"  WHERE class_id = ? AND act IN (9, 10)) l"
		" LEFT JOIN exemption x ON x.student_id = l.student_id"
		" AND x.subject_id = l.subject_id AND x.term_id = l.term_id"
		" WHERE l.place = 1 AND ((l.act = 9) <> (x.student_id IS NOT NULL)"
		" OR BINARY x.reason <> l.why OR x.given_by <> l.person_id"
		" OR x.given_at_ms <> l.at_ms OR x.school_id <> l.school_id)"
		" AND NOT EXISTS (SELECT 1 FROM enrolment e JOIN mark_ledger o"
		"  ON o.class_id = e.class_id AND o.subject_id = l.subject_id"
		"  AND o.column_id = l.term_id AND o.student_id = l.student_id"
		"  AND o.act IN (9, 10) WHERE e.student_id = l.student_id"
		"  AND e.class_id <> l.class_id AND (o.at_ms > l.at_ms"
		"  OR (o.at_ms = l.at_ms AND o.class_id > l.class_id)))";
static const char sql_exempt_added[] =
		"SELECT 0, x.subject_id, 0, x.student_id, x.term_id, 0 FROM exemption x"
		" WHERE (x.school_id = ? OR ? = 0) AND NOT EXISTS (SELECT 1 FROM enrolment e"
		" JOIN mark_ledger l ON l.class_id = e.class_id AND l.subject_id = x.subject_id"
		" WHERE e.student_id = x.student_id AND l.act = 9 AND l.column_id = x.term_id"
		" AND l.student_id = x.student_id)";
/* Marks of columns that are not there at all, which no class shows. The table's key begins with the
 * column: one look a column. */
static const char sql_lost[] =
		"SELECT 0, 0, t.column_id, t.student_id, 0, 0 FROM (SELECT column_id,"
		"   MIN(student_id) AS student_id FROM mark GROUP BY column_id) t"
		" LEFT JOIN mark_column c ON c.id = t.column_id WHERE c.id IS NULL";

struct question {
	const char *sql;
	enum ledger_fault fault;
	bool is_of_all; /* else it takes the id of a class or school twice */
};

static enum err ask(
		struct db *db, const struct question *q, uint64_t id, struct ledger_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, q->sql, &stmt);
	if (e) {
		return e;
	}
	for (unsigned i = 0; i < 2 && !q->is_of_all; i++) {
		db_bind_u64(stmt, i, id);
	}
	while ((e = db_next(stmt)) == ERR_OK) {
		struct ledger_finding f = {
			.fault = db_col_bool(stmt, 5) ? LEDGER_MARK_MISSING : q->fault,
			.class_id = db_col_u64(stmt, 0),
			.subject_id = db_col_u64(stmt, 1),
			.column_id = db_col_u64(stmt, 2),
			.student_id = db_col_u64(stmt, 3),
			.term_id = db_col_u64(stmt, 4),
		};
		out.report(out.owner, &f);
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err mark_audit_store_class(struct db *db, uint64_t class_id, struct ledger_audit_out out) {
	static const struct question questions[] = {
		{ sql_marks, LEDGER_MARK_CHANGED, false },
		{ sql_added, LEDGER_MARK_ADDED, false },
		{ sql_made, LEDGER_COLUMN_CHANGED, false },
		{ sql_published, LEDGER_COLUMN_PUBLISHED, false },
		{ sql_linked, LEDGER_COLUMN_LINKED, false },
		{ sql_gone, LEDGER_COLUMN_MISSING, false },
		{ sql_exempt, LEDGER_EXEMPTION, false },
	};
	enum err e = ERR_OK;
	for (size_t i = 0; i < sizeof(questions) / sizeof(questions[0]) && !e; i++) {
		e = ask(db, &questions[i], class_id, out);
	}
	return e;
}

enum err mark_audit_store_rest(struct db *db, uint64_t school, struct ledger_audit_out out) {
	static const struct question exempt = { sql_exempt_added, LEDGER_EXEMPTION, false };
	static const struct question lost = { sql_lost, LEDGER_MARK_ADDED, true };
	enum err e = ask(db, &exempt, school, out);
	return e || school ? e : ask(db, &lost, school, out);
}
