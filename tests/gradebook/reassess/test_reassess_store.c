/* What was assessed again, of two schools in one database: versions, what is not theirs, closing, the
 * chain, a student who changed class, and what is edited behind the program's back. */
#include "gradebook/reassess/reassess_store.h"

#include <stdio.h>

#include "gradebook/marks/cell.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/reassess/reassess_audit_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"
#include "tests/gradebook/said_found.h"

static enum err run_set(struct db *db, void *ctx) {
	const struct reassess_change *c = ctx;
	enum err e = reassess_store_open(db, c->school_id, c->class_id);
	return e ? e : reassess_store_set(db, c);
}

/* Mathematics, by the first teacher, in the first class. */
static enum err set(struct db *db, const struct seed *s, int student, int value, unsigned version) {
	struct reassess_change change = { .school_id = s->school_id,
		.class_id = s->class_ids[0],
		.year_id = s->year_id,
		.student_id = s->student_ids[student],
		.subject_id = s->subject_ids[0],
		.item = REASSESS_RESULT,
		.value = value,
		.version = version,
		.person_id = s->teacher_ids[0],
		.now_ms = SEED_NOW_MS };
	return db_transact(db, run_set, &change);
}

struct seen {
	size_t count;
	struct reassess_cell last;
};

static enum err take_cell(const struct reassess_cell *cell, void *ctx) {
	struct seen *seen = ctx;
	seen->count++;
	seen->last = *cell;
	return ERR_OK;
}

static struct seen look(struct db *db, uint64_t school, uint64_t class_id) {
	struct seen seen = { 0 };
	CHECK_INT("cells", reassess_store_cells(db, school, class_id, take_cell, &seen), ERR_OK);
	return seen;
}

static enum err refuse_cell(const struct reassess_cell *cell, void *ctx) {
	(void)cell;
	(void)ctx;
	return ERR_LIMIT;
}

static void check_values(void) {
	const struct reassess_item mark = { 1, REASSESS_RESULT, MARK_SCALE_TENTHS };
	const struct reassess_item decision = { 0, REASSESS_DECISION, MARK_SCALE_PASSED };
	CHECK_INT("best mark", reassess_check(&mark, MARK_MAX_X10), ERR_OK);
	CHECK_INT("better than that", reassess_check(&mark, MARK_MAX_X10 + 1), ERR_INVAL);
	CHECK_INT("taken back", reassess_check(&mark, REASSESS_NONE), ERR_OK);
	CHECK_INT("up", reassess_check(&decision, 1), ERR_OK);
	CHECK_INT("higher", reassess_check(&decision, 2), ERR_INVAL);
	CHECK_INT("undecided", reassess_check(&decision, REASSESS_NONE), ERR_OK);
	CHECK_INT("column", (int)reassess_column(7, REASSESS_TEST), 7002);
}

static void check_cells(struct db *db, const struct seed *a, const struct seed *b) {
	CHECK_INT("not the first", set(db, a, 0, 50, 1), ERR_STALE);
	CHECK_INT("first", set(db, a, 0, 50, 0), ERR_OK);
	CHECK_INT("the same again", set(db, a, 0, 50, 0), ERR_OK);
	CHECK_INT("stale", set(db, a, 0, 55, 0), ERR_STALE);
	CHECK_INT("ahead", set(db, a, 0, 55, 2), ERR_STALE);
	CHECK_INT("changed", set(db, a, 0, 55, 1), ERR_OK);
	CHECK_INT("taken back", set(db, a, 0, REASSESS_NONE, 2), ERR_OK);
	CHECK_INT("none stands", look(db, a->school_id, a->class_ids[0]).last.value, REASSESS_NONE);
	CHECK_INT("said again", set(db, a, 0, 0, 3), ERR_OK);
	CHECK_INT("of another class", set(db, a, 4, 50, 0), ERR_NOT_FOUND);
	struct seed mixed = *a;
	mixed.school_id = b->school_id;
	CHECK_INT("of another school", set(db, &mixed, 0, 50, 0), ERR_NOT_FOUND);
	struct seen seen = look(db, a->school_id, a->class_ids[0]);
	CHECK_INT("one cell", seen.count, 1);
	CHECK("whose", seen.last.student_id == a->student_ids[0]);
	CHECK("of what", seen.last.subject_id == a->subject_ids[0]);
	CHECK_INT("item", seen.last.item, REASSESS_RESULT);
	CHECK_INT("a nought is a mark", seen.last.value, 0);
	CHECK_INT("version", seen.last.version, 4);
	CHECK_INT("for another school", look(db, b->school_id, a->class_ids[0]).count, 0);
	CHECK_INT("of another class", look(db, a->school_id, a->class_ids[1]).count, 0);
	CHECK_INT("an error of the reader is given back",
			reassess_store_cells(db, a->school_id, a->class_ids[0], refuse_cell, NULL),
			ERR_LIMIT);
}

static void check_closed(struct db *db, const struct seed *a) {
	char sql[256];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO class_closing VALUES (%llu, %llu, 0, 1, 1, 1, 1, '')",
			(unsigned long long)a->school_id, (unsigned long long)a->class_ids[0]);
	testdb_run(db, sql);
	CHECK_INT("closed", set(db, a, 1, 50, 0), ERR_CLOSED);
	testdb_run(db, "UPDATE class_closing SET is_closed = 0");
	CHECK_INT("opened again", set(db, a, 1, 50, 0), ERR_OK);
	testdb_run(db, "UPDATE class_closing SET is_closed = 1, term_number = 2");
	CHECK_INT("a closed term is no closed year", set(db, a, 1, 60, 1), ERR_OK);
}

/* Who changed class takes it along and is assessed in the new one: each chain keeps its own. */
static void check_move(struct db *db, const struct seed *a) {
	char sql[256];
	(void)snprintf(sql, sizeof(sql),
			"UPDATE enrolment SET class_id = %llu WHERE student_id = %llu",
			(unsigned long long)a->class_ids[1], (unsigned long long)a->student_ids[2]);
	struct seed moved = *a;
	moved.class_ids[0] = a->class_ids[1];
	CHECK_INT("in the old class", set(db, a, 2, 34, 0), ERR_OK);
	testdb_run(db, sql);
	CHECK_INT("not any more", set(db, a, 2, 50, 1), ERR_NOT_FOUND);
	CHECK_INT("it came along", look(db, a->school_id, a->class_ids[1]).last.value, 34);
	CHECK_INT("and left", look(db, a->school_id, a->class_ids[0]).count, 2);
	CHECK_INT("in the new one", set(db, &moved, 2, 50, 1), ERR_OK);
	(void)snprintf(sql, sizeof(sql),
			"SELECT class_id FROM reassessment WHERE student_id = %llu",
			(unsigned long long)a->student_ids[2]);
	CHECK("is of the new class", (uint64_t)testdb_number(db, sql) == a->class_ids[1]);
	(void)snprintf(sql, sizeof(sql),
			"SELECT COUNT(DISTINCT class_id) FROM mark_ledger WHERE student_id = %llu",
			(unsigned long long)a->student_ids[2]);
	CHECK_INT("in both chains", (int)testdb_number(db, sql), 2);
}

static struct found audit(struct db *db, uint64_t school) {
	return said_found(db, school, reassess_audit_store_run);
}

/* Each edit by itself: named once, with whose it is, and not of the other school. */
static void check_audit(struct db *db, const struct seed *a, const struct seed *b) {
	static const char *const edits[] = {
		"UPDATE reassessment SET value_x10 = 90 ORDER BY student_id LIMIT 1",
		"UPDATE reassessment SET value_x10 = NULL ORDER BY student_id LIMIT 1",
		"UPDATE reassessment SET changed_by = changed_by + 1 ORDER BY student_id LIMIT 1",
		"UPDATE reassessment SET changed_at_ms = 7 ORDER BY student_id LIMIT 1",
		"UPDATE reassessment SET version = 1 ORDER BY student_id LIMIT 1",
		"UPDATE reassessment SET version = 9 ORDER BY student_id LIMIT 1",
	};
	CHECK_INT("all is well", audit(db, 0).changed + audit(db, 0).missing, 0);
	testdb_run(db, "CREATE TABLE kept_reassessment AS SELECT * FROM reassessment");
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		testdb_run(db, edits[i]);
		struct found found = audit(db, a->school_id);
		CHECK_INT(edits[i], found.changed, 1);
		CHECK(edits[i], found.last.student_id == a->student_ids[0]);
		CHECK(edits[i], found.last.place == a->subject_ids[0]);
		CHECK_INT(edits[i], found.last.item, REASSESS_RESULT);
		CHECK_INT("none of the other school", audit(db, b->school_id).changed, 0);
		testdb_run(db, "REPLACE INTO reassessment SELECT * FROM kept_reassessment");
	}
	testdb_run(db, "UPDATE reassessment SET item = 2 ORDER BY student_id LIMIT 1");
	CHECK_INT("one that nobody said", audit(db, 0).changed, 1);
	CHECK_INT("and one that is gone", audit(db, 0).missing, 1);
	testdb_run(db, "DELETE FROM reassessment");
	CHECK_INT("all gone", audit(db, 0).changed, 0);
	CHECK_INT("each named in each chain", audit(db, 0).missing, 4);
}

struct acts {
	uint32_t count;
	struct ledger_row first; /* without its text */
};

static enum err take_row(const struct ledger_stored *stored, void *ctx) {
	struct acts *acts = ctx;
	CHECK_INT("act", stored->row.act, LEDGER_REASSESSED);
	if (acts->count++ == 0) {
		acts->first = stored->row;
	}
	return ERR_OK;
}

static void check_chain(struct db *db, const struct seed *a) {
	const struct ledger_chain chain = { a->school_id, a->class_ids[0], 0 };
	struct acts acts = { 0 };
	const struct ledger_each to = { take_row, &acts };
	uint32_t number = 0;
	CHECK_INT("rows", ledger_store_chain(db, &chain, &to), ERR_OK);
	CHECK_INT("every change", acts.count, 7);
	CHECK_INT("nothing before", acts.first.old_code, CELL_NONE);
	CHECK_INT("the first mark", acts.first.new_code, 50);
	CHECK("whose", acts.first.student_id == a->student_ids[0]);
	CHECK("by whom", acts.first.person_id == a->teacher_ids[0]);
	CHECK("of what",
			acts.first.column_id ==
					reassess_column(a->subject_ids[0], REASSESS_RESULT));
	CHECK_INT("chain", ledger_store_check(db, &chain, &number), ERR_OK);
	CHECK_INT("to its end", number, 7);
	testdb_run(db, "UPDATE mark_ledger SET new_x10 = 90 WHERE number = 1");
	CHECK_INT("edited", ledger_store_check(db, &chain, &number), ERR_CORRUPT);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "reassess");
	struct seed a;
	struct seed b;
	seed_school(t.db, "ALPHA", &a);
	seed_school(t.db, "BETA", &b);
	check_values();
	check_cells(t.db, &a, &b);
	check_closed(t.db, &a);
	check_move(t.db, &a);
	check_audit(t.db, &a, &b);
	check_chain(t.db, &a);
	testdb_stop(&t);
	return check_done();
}
