/* The part of ledger_audit_store.h about what the history's rows are about. */
#include "gradebook/marks/ledger_audit_store.h"

/* A mark's code (cell.h), NULL for nothing. */
#define SQL_CODE                                                            \
	"CASE WHEN m.state = 2 THEN 254 WHEN m.value_x10 IS NULL THEN NULL" \
	" ELSE m.value_x10 + 128 * m.is_makeup END"

/* The last word of the history about each mark, and how many there are, beside the mark: each is
 * one version. Acts 1 and 2 set and clear. */
static const char sql_marks[] =
		"SELECT l.class_id, l.subject_id, l.column_id, l.student_id, 0, m.version IS NULL"
		" FROM mark_ledger l JOIN (SELECT class_id, subject_id, column_id, student_id,"
		"   MAX(number) AS number, COUNT(*) AS changes"
		"   FROM mark_ledger WHERE act IN (1, 2) AND (school_id = ? OR ? = 0)"
		"   GROUP BY class_id, subject_id, column_id, student_id) t"
		" ON t.class_id = l.class_id AND t.subject_id = l.subject_id AND t.number = l.number"
		" LEFT JOIN mark m ON m.column_id = l.column_id AND m.student_id = l.student_id"
		" WHERE m.version IS NULL OR NOT (l.new_x10 <=> " SQL_CODE ")"
		" OR m.version <> t.changes OR m.changed_by <> l.person_id"
		" OR m.changed_at_ms <> l.at_ms OR m.school_id <> l.school_id"
		" OR NOT (m.attempt_id <=> l.ref)";
static const char sql_added[] =
		"SELECT COALESCE(c.class_id, 0), COALESCE(c.subject_id, 0), m.column_id,"
		" m.student_id, 0, 0 FROM mark m LEFT JOIN mark_column c ON c.id = m.column_id"
		" WHERE (m.school_id = ? OR ? = 0) AND NOT EXISTS"
		" (SELECT 1 FROM mark_ledger l WHERE l.class_id = c.class_id"
		" AND l.subject_id = c.subject_id AND l.column_id = m.column_id"
		" AND l.student_id = m.student_id AND l.act IN (1, 2))";

/* A column is published once; its row says what kind it was, and the term, since 0009. */
static const char sql_published[] =
		"SELECT c.class_id, c.subject_id, c.id, 0, 0, 0 FROM mark_column c"
		" LEFT JOIN mark_ledger l ON l.class_id = c.class_id"
		" AND l.subject_id = c.subject_id AND l.column_id = c.id AND l.act = 3"
		" WHERE (c.school_id = ? OR ? = 0) AND (NOT (c.published_at_ms <=> l.at_ms)"
		" OR c.school_id <> l.school_id OR (l.old_x10 IS NOT NULL AND (l.old_x10 <> c.kind"
		" OR l.new_x10 <> c.position"
		" OR CAST(CONV(HEX(SUBSTRING(l.ref, 1, 8)), 16, 10) AS UNSIGNED) <> c.term_id)))";
static const char sql_linked[] =
		"SELECT c.class_id, c.subject_id, c.id, 0, 0, 0 FROM mark_column c"
		" LEFT JOIN (SELECT class_id, subject_id, column_id, MAX(number) AS number"
		"   FROM mark_ledger WHERE act IN (4, 8) GROUP BY class_id, subject_id, column_id) t"
		" ON t.class_id = c.class_id AND t.subject_id = c.subject_id AND t.column_id = c.id"
		" LEFT JOIN mark_ledger l ON l.class_id = t.class_id"
		" AND l.subject_id = t.subject_id AND l.number = t.number"
		" WHERE (c.school_id = ? OR ? = 0)"
		" AND NOT (c.sitting_id <=> IF(l.act = 4, l.ref, NULL))";
/* Rows about cells and columns of a place where no such column is. */
static const char sql_gone[] =
		"SELECT DISTINCT l.class_id, l.subject_id, l.column_id, 0, 0, 0 FROM mark_ledger l"
		" LEFT JOIN mark_column c ON c.id = l.column_id AND c.class_id = l.class_id"
		" AND c.subject_id = l.subject_id"
		" WHERE l.act IN (1, 2, 3, 4, 5, 8) AND (l.school_id = ? OR ? = 0) AND c.id IS NULL";

/* Acts 9 and 10 exempt and count again; their column is the term. A student who changed the class
 * may have rows in two chains. */
#define SQL_LAST                                                                               \
	"(SELECT class_id, subject_id, column_id AS term_id, student_id, act, why, person_id," \
	"  at_ms, ROW_NUMBER() OVER (PARTITION BY subject_id, column_id, student_id"           \
	"  ORDER BY at_ms DESC, class_id DESC, number DESC) AS place FROM mark_ledger"         \
	"  WHERE act IN (9, 10) AND (school_id = ? OR ? = 0))"
static const char sql_exempt[] =
		"SELECT l.class_id, l.subject_id, 0, l.student_id, l.term_id, 0 FROM " SQL_LAST
		" l LEFT JOIN exemption x ON x.student_id = l.student_id"
		" AND x.subject_id = l.subject_id AND x.term_id = l.term_id"
		" WHERE l.place = 1 AND ((l.act = 9) <> (x.student_id IS NOT NULL)"
		" OR x.reason <> l.why OR x.given_by <> l.person_id OR x.given_at_ms <> l.at_ms)";
static const char sql_exempt_added[] =
		"SELECT 0, x.subject_id, 0, x.student_id, x.term_id, 0 FROM exemption x"
		" WHERE (x.school_id = ? OR ? = 0) AND NOT EXISTS (SELECT 1 FROM mark_ledger l"
		" WHERE l.act = 9 AND l.column_id = x.term_id AND l.subject_id = x.subject_id"
		" AND l.student_id = x.student_id)";

static enum err walk(struct db *db, uint64_t school, const char *sql, enum ledger_fault fault,
		struct ledger_audit_out out) {
	_cleanup_(db_stmt_freep) struct db_stmt *stmt = NULL;
	enum err e = db_prepare(db, sql, &stmt);
	if (e) {
		return e;
	}
	db_bind_u64(stmt, 0, school);
	db_bind_u64(stmt, 1, school);
	while ((e = db_next(stmt)) == ERR_OK) {
		struct ledger_finding f = {
			.fault = db_col_bool(stmt, 5) ? LEDGER_MARK_MISSING : fault,
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

enum err mark_audit_store_run(struct db *db, uint64_t school, struct ledger_audit_out out) {
	static const struct {
		const char *sql;
		enum ledger_fault fault;
	} rows[] = {
		{ sql_marks, LEDGER_MARK_CHANGED },
		{ sql_added, LEDGER_MARK_ADDED },
		{ sql_published, LEDGER_COLUMN_PUBLISHED },
		{ sql_linked, LEDGER_COLUMN_LINKED },
		{ sql_gone, LEDGER_COLUMN_MISSING },
		{ sql_exempt, LEDGER_EXEMPTION },
		{ sql_exempt_added, LEDGER_EXEMPTION },
	};
	enum err e = ERR_OK;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]) && !e; i++) {
		e = walk(db, school, rows[i].sql, rows[i].fault, out);
	}
	return e;
}
