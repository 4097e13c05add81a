#include "ws/service/demo_school.h"

#include "core/seal/secret.h"
#include "gradebook/marks/ledger_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "ws/service/demo_people.h"

#define NOW_MS INT64_C(1795330800000) /* 2026-11-22, in the first term */

static void check_people(struct db *db) {
	CHECK_INT("students", testdb_number(db, "SELECT COUNT(*) FROM student"), DEMO_STUDENTS);
	CHECK_INT("classes", testdb_number(db, "SELECT COUNT(*) FROM class"), DEMO_CLASSES);
	CHECK_INT("the sample parent has two children",
			testdb_number(db,
					"SELECT COUNT(*) FROM guardian g JOIN account a"
					" ON a.person_id = g.person_id"
					" WHERE a.phone = '+84900000001'"),
			2);
	CHECK_INT("children bear their guardian's name",
			testdb_number(db,
					"SELECT COUNT(*) FROM guardian g"
					" JOIN person p ON p.id = g.person_id"
					" JOIN student s ON s.id = g.student_id"
					" JOIN person c ON c.id = s.person_id"
					" WHERE SUBSTRING_INDEX(p.full_name, ' ', 1) <>"
					" SUBSTRING_INDEX(c.full_name, ' ', 1)"),
			0);
}

/* Marks stand as the rules and the gradebook itself would have them. */
static void check_marks(struct db *db) {
	int64_t chains = testdb_number(
			db, "SELECT COUNT(*) FROM mark_ledger_head WHERE subject_id <> 0");
	CHECK_INT("four classes", chains, 4 * DEMO_SUBJECTS);
	CHECK_INT("conduct of three",
			testdb_number(db,
					"SELECT COUNT(*) FROM mark_ledger_head WHERE subject_id = 0"),
			3);
	CHECK_INT("a row of history for each mark",
			testdb_number(db, "SELECT COUNT(*) FROM mark_ledger WHERE act = 1"),
			testdb_number(db, "SELECT COUNT(*) FROM mark"));
	CHECK_INT("marks of 10 at most",
			testdb_number(db, "SELECT COUNT(*) FROM mark WHERE value_x10 > 100"), 0);
	CHECK_INT("of students of the class",
			testdb_number(db,
					"SELECT COUNT(*) FROM mark m JOIN mark_column k"
					" ON k.id = m.column_id WHERE NOT EXISTS (SELECT 1 FROM"
					" enrolment e WHERE e.student_id = m.student_id"
					" AND e.class_id = k.class_id)"),
			0);
	CHECK_INT("the exam's column is free",
			testdb_number(db,
					"SELECT COUNT(*) FROM mark_column WHERE subject_id = 1"
					" AND kind = 2 AND class_id IN (21, 22)"),
			0);
	CHECK_INT("one column waits for publishing in each of these classes",
			testdb_number(db,
					"SELECT COUNT(*) FROM mark_column"
					" WHERE published_at_ms IS NULL"),
			2);
	for (uint64_t subject = 1; subject <= DEMO_SUBJECTS; subject++) {
		uint32_t number = 0;
		const struct ledger_chain chain = { DEMO_SCHOOL, DEMO_FIRST_CLASS_12, subject };
		CHECK_INT("ledger", ledger_store_check(db, &chain, &number), ERR_OK);
		CHECK_INT("ledger is not empty", number > 0, 1);
	}
}

int main(void) {
	struct testdb t;
	char folder[128];
	_cleanup_(keys_freep) struct keys *keys = NULL;
	CHECK_INT("secrets", secret_init(), ERR_OK);
	testdb_start(&t, "demo");
	testdb_folder(folder, sizeof(folder));
	CHECK_INT("keys", keys_load_or_make(folder, NOW_MS, &keys), ERR_OK);
	CHECK_INT("first", demo_school_open(t.db, keys, NOW_MS), ERR_OK);
	check_people(t.db);
	check_marks(t.db);
	int64_t marks = testdb_number(t.db, "SELECT COUNT(*) FROM mark");
	CHECK_INT("again", demo_school_open(t.db, keys, NOW_MS + 60000), ERR_OK);
	CHECK_INT("nothing is loaded twice", testdb_number(t.db, "SELECT COUNT(*) FROM mark"),
			marks);
	testdb_stop(&t);
	testdb_remove(folder);
	return check_done();
}
