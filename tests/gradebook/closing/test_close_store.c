/* Closing a class's terms and year, opening it again, and what is edited behind the program's
 * back afterwards: the audit names every such row, and nothing else. */
#include "gradebook/closing/close_store.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "core/base/json.h"
#include "gradebook/closing/closing_audit_store.h"
#include "gradebook/closing/closing_store.h"
#include "gradebook/marks/ledger_audit_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

enum { STUDENTS = 3, FINDINGS_MAX = 64, JSON_BYTES = 1 << 20 };

struct world {
	struct db *db;
	struct seed seed;
};

static unsigned long long u(uint64_t id) {
	return (unsigned long long)id;
}

static void run(struct world *w, const char *format, ...) __attribute__((format(printf, 2, 3)));

static void run(struct world *w, const char *format, ...) {
	char sql[1024];
	va_list args;
	va_start(args, format);
	(void)vsnprintf(sql, sizeof(sql), format, args);
	va_end(args);
	testdb_run(w->db, sql);
}

/* ---- a class with everything ---- */

static void add_column(struct world *w, int subject, int term, int kind, int position) {
	const struct seed *s = &w->seed;
	run(w,
			"INSERT INTO mark_column (school_id, class_id, subject_id, term_id, kind, position)"
			" VALUES (%llu, %llu, %llu, %llu, %d, %d)",
			u(s->school_id), u(s->class_ids[0]), u(s->subject_ids[subject]),
			u(s->term_ids[term]), kind, position);
	for (int i = 0; i < STUDENTS; i++) {
		run(w,
				"INSERT INTO mark (school_id, column_id, student_id, value_x10, version,"
				" changed_by, changed_at_ms) SELECT MAX(school_id), MAX(id), %llu, %d, 1, 1, 1"
				" FROM mark_column WHERE class_id = %llu",
				u(s->student_ids[i]), subject ? 1 : 70 + i, u(s->class_ids[0]));
	}
}

static void fill(struct world *w) {
	const struct seed *s = &w->seed;
	static const int regular[2] = { 4, 2 };
	for (int subject = 0; subject < 2; subject++) {
		for (int term = 0; term < 2; term++) {
			for (int n = 1; n <= regular[subject]; n++) {
				add_column(w, subject, term, 1, n);
			}
			add_column(w, subject, term, 2, 1);
			add_column(w, subject, term, 3, 1);
		}
	}
	for (int i = 0; i < STUDENTS; i++) {
		for (int term = 0; term < 2; term++) {
			run(w, "INSERT INTO conduct VALUES (%llu, %llu, %llu, %llu, 1, 1, 1, 1, 1)",
					u(s->school_id), u(s->class_ids[0]), u(s->student_ids[i]),
					u(s->term_ids[term]));
		}
	}
	run(w, "INSERT INTO roll_call VALUES (%llu, %llu, '2026-09-07', 1, 1, 1, 1)",
			u(s->school_id), u(s->class_ids[0]));
	run(w, "INSERT INTO absence VALUES (%llu, %llu, %llu, '2026-09-07', 1, 1, '', 1, 1)",
			u(s->school_id), u(s->class_ids[0]), u(s->student_ids[1]));
}

/* ---- closing ---- */

struct deed {
	struct close_wanted wanted;
	bool closes;
	struct class_year year;
};

static enum err run_deed(struct db *db, void *ctx) {
	struct deed *d = ctx;
	return d->closes ? close_store_close(db, &d->wanted, &d->year)
			 : close_store_open(db, &d->wanted);
}

static enum err turn_of(struct world *w, uint64_t school, enum class_scope scope, bool closes,
		unsigned version) {
	struct deed d = { .wanted = { .school_id = school,
					  .class_id = w->seed.class_ids[0],
					  .scope = scope,
					  .version = version,
					  .person_id = w->seed.office_id,
					  .now_ms = SEED_NOW_MS,
					  .why = str_from(closes ? "" : "chấm lại bài thi") },
		.closes = closes };
	class_year_init(&d.year);
	enum err e = db_transact(w->db, run_deed, &d);
	class_year_finish(&d.year);
	return e;
}

static enum err turn(struct world *w, enum class_scope scope, bool closes, unsigned version) {
	return turn_of(w, w->seed.school_id, scope, closes, version);
}

struct seen {
	int count;
	struct snapshot last;
};

static enum err take_result(const struct close_stored *row, void *ctx) {
	struct seen *seen = ctx;
	struct hash hash;
	struct json *root = NULL;
	seen->count++;
	snapshot_hash(&row->snapshot, &hash);
	CHECK_MEM("hash", hash.b, row->hash.b, HASH_BYTES);
	CHECK_INT("JSON", json_parse(row->snapshot.json, JSON_BYTES, &root), ERR_OK);
	const struct json *line = json_get(root, "line");
	CHECK("a line", line != NULL);
	CHECK("a result", json_get(json_get(root, "result"), "year") != NULL);
	json_free(root);
	seen->last = row->snapshot;
	return ERR_OK;
}

static struct seen results(struct world *w, enum class_scope scope) {
	struct seen seen = { 0 };
	CHECK_INT("read",
			close_store_results(w->db, w->seed.school_id, w->seed.class_ids[0], scope,
					take_result, &seen),
			ERR_OK);
	return seen;
}

struct check {
	uint64_t school_id;
	uint64_t class_id;
	unsigned term;
};

static enum err run_check(struct db *db, void *ctx) {
	const struct check *c = ctx;
	return closing_store_check(db, c->school_id, c->class_id, c->term);
}

static enum err is_closed(struct world *w, unsigned term) {
	struct check c = { w->seed.school_id, w->seed.class_ids[0], term };
	return db_transact(w->db, run_check, &c);
}

static void check_missing(struct world *w) {
	run(w, "UPDATE mark SET value_x10 = NULL ORDER BY column_id, student_id LIMIT 1");
	CHECK_INT("a mark is missing", turn(w, SCOPE_TERM_1, true, 0), ERR_MISSING);
	run(w, "UPDATE mark SET value_x10 = 70 WHERE value_x10 IS NULL");
	run(w, "DELETE FROM conduct WHERE term_id = %llu AND student_id = %llu",
			u(w->seed.term_ids[0]), u(w->seed.student_ids[2]));
	CHECK_INT("conduct is missing", turn(w, SCOPE_TERM_1, true, 0), ERR_MISSING);
	run(w, "INSERT INTO conduct VALUES (%llu, %llu, %llu, %llu, 1, 2, 1, 1, 1)",
			u(w->seed.school_id), u(w->seed.class_ids[0]), u(w->seed.student_ids[2]),
			u(w->seed.term_ids[0]));
	CHECK_INT("nothing was kept", results(w, SCOPE_TERM_1).count, 0);
	CHECK_INT("nor closed", is_closed(w, 1), ERR_OK);
}

static void check_closing(struct world *w, const struct seed *other) {
	CHECK_INT("of another school", turn_of(w, other->school_id, SCOPE_TERM_1, true, 0),
			ERR_NOT_FOUND);
	CHECK_INT("a version that never was", turn(w, SCOPE_TERM_1, true, 3), ERR_STALE);
	CHECK_INT("terms before the year", turn(w, SCOPE_YEAR, true, 0), ERR_MISSING);
	CHECK_INT("term I", turn(w, SCOPE_TERM_1, true, 0), ERR_OK);
	CHECK_INT("is closed", is_closed(w, 1), ERR_CLOSED);
	CHECK_INT("the other is not", is_closed(w, 2), ERR_OK);
	CHECK_INT("twice", turn(w, SCOPE_TERM_1, true, 1), ERR_CLOSED);
	struct seen seen = results(w, SCOPE_TERM_1);
	CHECK_INT("results", seen.count, STUDENTS);
	CHECK_INT("no promotion in a term", seen.last.promotion, SNAPSHOT_NONE);
	CHECK_INT("conduct", seen.last.conduct, 2);
	CHECK_INT("term II", turn(w, SCOPE_TERM_2, true, 0), ERR_OK);
	CHECK_INT("nobody took the roll", testdb_number(w->db, "SELECT COUNT(*) FROM roll_call"),
			1);
	CHECK_INT("year", turn(w, SCOPE_YEAR, true, 0), ERR_OK);
	seen = results(w, SCOPE_YEAR);
	CHECK_INT("results of the year", seen.count, STUDENTS);
	/* Fewer than six marked subjects: no level above Chưa đạt. */
	CHECK_INT("learning", seen.last.learning, 4);
	CHECK_INT("conditional", seen.last.promotion, PACK_CONDITIONAL);
	CHECK_INT("no award", seen.last.award, 0);
}

static void check_opening(struct world *w) {
	CHECK_INT("the year first", turn(w, SCOPE_TERM_1, false, 1), ERR_CONFLICT);
	CHECK_INT("stale", turn(w, SCOPE_YEAR, false, 7), ERR_STALE);
	CHECK_INT("opened", turn(w, SCOPE_YEAR, false, 1), ERR_OK);
	CHECK_INT("then the term", turn(w, SCOPE_TERM_1, false, 1), ERR_OK);
	CHECK_INT("open", is_closed(w, 1), ERR_OK);
	CHECK_INT("what was kept stays", results(w, SCOPE_TERM_1).count, STUDENTS);
	CHECK_INT("open already", turn(w, SCOPE_TERM_1, false, 2), ERR_STALE);
	run(w, "UPDATE mark SET value_x10 = 95 WHERE value_x10 = 72");
	CHECK_INT("closed again", turn(w, SCOPE_TERM_1, true, 2), ERR_OK);
	CHECK_INT("once a student", results(w, SCOPE_TERM_1).count, STUDENTS);
	CHECK_INT("and the year", turn(w, SCOPE_YEAR, true, 2), ERR_OK);
	CHECK_INT("version",
			testdb_number(w->db,
					"SELECT version FROM student_result WHERE term_number = 1"
					" LIMIT 1"),
			2);
}

/* ---- the audit ---- */

struct findings {
	struct closing_finding items[FINDINGS_MAX];
	int count;
};

static void take_finding(void *owner, const struct closing_finding *f) {
	struct findings *all = owner;
	if (all->count < FINDINGS_MAX) {
		all->items[all->count++] = *f;
	}
}

static void ignore_ledger(void *owner, const struct ledger_finding *f) {
	*(int *)owner += f->number > 0; /* marks were put in without their history here */
}

static struct findings audit(struct world *w) {
	struct findings all = { .count = 0 };
	struct closing_audit_out out = { take_finding, &all };
	uint64_t rows = 0;
	CHECK_INT("audit", closing_audit_store_run(w->db, w->seed.school_id, out, &rows), ERR_OK);
	return all;
}

/* One edit, which is found and then taken back. */
static void check_edit(struct world *w, const char *table, const char *edit,
		enum closing_fault want, bool is_of_student) {
	run(w, "CREATE TABLE kept AS SELECT * FROM %s", table);
	testdb_run(w->db, edit);
	struct findings all = audit(w);
	CHECK_INT(edit, all.count, 1);
	CHECK_INT(edit, all.items[0].fault, want);
	CHECK_INT(edit, all.items[0].student_id != 0, is_of_student);
	run(w, "DELETE FROM %s", table);
	run(w, "INSERT INTO %s SELECT * FROM kept", table);
	testdb_run(w->db, "DROP TABLE kept");
	CHECK_INT("whole again", audit(w).count, 0);
}

static void check_audit(struct world *w) {
	static const char *const edits[] = {
		"UPDATE student_result SET learning = 1 WHERE term_number = 0 LIMIT 1",
		"UPDATE student_result SET learning = NULL WHERE term_number = 0 LIMIT 1",
		"UPDATE student_result SET conduct = 4 WHERE term_number = 1 LIMIT 1",
		"UPDATE student_result SET promotion = 1 WHERE term_number = 0 LIMIT 1",
		"UPDATE student_result SET award = 1 WHERE term_number = 0 LIMIT 1",
		"UPDATE student_result SET absences = 40 WHERE term_number = 2 LIMIT 1",
		"UPDATE student_result SET pack = 'tt58' WHERE term_number = 2 LIMIT 1",
		/* In brackets: one text, and no comma was forgotten. */
		("UPDATE student_result SET result = REPLACE(result, '70', '79')"
		 " WHERE term_number = 2 AND result LIKE '%70%' LIMIT 1"),
		"UPDATE student_result SET result_hash = REPEAT('x', 32) WHERE term_number = 1 LIMIT 1",
	};
	int rows = 0;
	uint64_t walked = 0;
	struct ledger_audit_out ledger = { ignore_ledger, &rows };
	CHECK_INT("nothing was edited", audit(w).count, 0);
	const struct ledger_audit what = { .school = w->seed.school_id };
	CHECK_INT("chains", ledger_audit_store_run(w->db, &what, ledger, &walked), ERR_OK);
	CHECK_INT("whole", rows, 0);
	CHECK_INT("a row for each result and each turn", walked, 5 * STUDENTS + 7);
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		check_edit(w, "student_result", edits[i], CLOSING_RESULT_CHANGED, true);
	}
	check_edit(w, "student_result", "DELETE FROM student_result WHERE term_number = 2 LIMIT 1",
			CLOSING_RESULT_MISSING, true);
	char sql[400];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO student_result SELECT school_id, %llu, student_id,"
			" term_number, pack, learning, conduct, promotion, award,"
			" absences, result, result_hash, version, closed_at_ms FROM"
			" student_result WHERE term_number = 2 LIMIT 1",
			u(w->seed.class_ids[1]));
	check_edit(w, "student_result", sql, CLOSING_RESULT_ADDED, true);
	check_edit(w, "class_closing",
			"UPDATE class_closing SET is_closed = 0 WHERE term_number = 2",
			CLOSING_STATE_CHANGED, false);
	check_edit(w, "class_closing", "DELETE FROM class_closing WHERE term_number = 1",
			CLOSING_STATE_CHANGED, false);
}

/* The older of two results is as wrong as any other. */
static void check_old_result(struct world *w) {
	run(w, "CREATE TABLE old AS SELECT * FROM student_result WHERE term_number = 2");
	CHECK_INT("open the year", turn(w, SCOPE_YEAR, false, 3), ERR_OK);
	CHECK_INT("open", turn(w, SCOPE_TERM_2, false, 1), ERR_OK);
	run(w, "UPDATE mark SET value_x10 = 41 WHERE value_x10 = 70");
	CHECK_INT("close", turn(w, SCOPE_TERM_2, true, 2), ERR_OK);
	CHECK_INT("whole", audit(w).count, 0);
	run(w, "REPLACE INTO student_result SELECT * FROM old WHERE student_id = %llu",
			u(w->seed.student_ids[0]));
	struct findings all = audit(w);
	CHECK_INT("an old result put back", all.count, 1);
	CHECK_INT("is found", all.items[0].fault, CLOSING_RESULT_CHANGED);
}

int main(void) {
	struct testdb t;
	struct world w = { 0 };
	struct seed other;
	testdb_start(&t, "close_store");
	w.db = t.db;
	seed_school(t.db, "thisone", &w.seed);
	seed_school(t.db, "otherone", &other);
	run(&w, "INSERT INTO teaching VALUES (%llu, %llu, %llu, %llu)", u(w.seed.school_id),
			u(w.seed.class_ids[0]), u(w.seed.subject_ids[1]), u(w.seed.teacher_ids[1]));
	fill(&w);
	check_missing(&w);
	check_closing(&w, &other);
	check_opening(&w);
	check_audit(&w);
	check_old_result(&w);
	testdb_stop(&t);
	return check_failures != 0;
}
