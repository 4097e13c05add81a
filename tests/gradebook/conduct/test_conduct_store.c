/* Conduct of two schools in one database: versions, what is not theirs, closing, the ledger. */
#include "gradebook/conduct/conduct_store.h"

#include "gradebook/conduct/conduct_audit_store.h"
#include "gradebook/marks/ledger_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"
#include "tests/gradebook/said_found.h"

static enum err run_set(struct db *db, void *ctx) {
	return conduct_store_set(db, ctx);
}

static enum err set(struct db *db, const struct seed *s, int student, enum pack_level level,
		unsigned version) {
	struct conduct_change c = {
		.place = { s->school_id, s->class_ids[0], s->term_ids[0], 1, CONDUCT_TERM },
		.student_id = s->student_ids[student],
		.level = level,
		.version = version,
		.person_id = s->teacher_ids[0],
		.now_ms = SEED_NOW_MS,
	};
	return db_transact(db, run_set, &c);
}

static enum err take_cell(const struct conduct_cell *cell, void *ctx) {
	*(struct conduct_cell *)ctx = *cell;
	return ERR_OK;
}

static void check_cells(struct db *db, const struct seed *a, const struct seed *b) {
	struct conduct_facts facts;
	CHECK_INT("facts",
			conduct_store_facts(
					db, a->school_id, a->class_ids[0], a->term_ids[1], &facts),
			ERR_OK);
	CHECK_INT("term", facts.term_number, 2);
	CHECK_INT("grade", facts.grade, 10);
	CHECK_INT("year", facts.year, 2026);
	CHECK_INT("another school's class",
			conduct_store_facts(
					db, a->school_id, b->class_ids[0], a->term_ids[0], &facts),
			ERR_NOT_FOUND);
	CHECK_INT("another school's term",
			conduct_store_facts(
					db, a->school_id, a->class_ids[0], b->term_ids[0], &facts),
			ERR_NOT_FOUND);

	CHECK_INT("first", set(db, a, 0, PACK_KHA, 0), ERR_OK);
	CHECK_INT("the same again", set(db, a, 0, PACK_KHA, 0), ERR_OK);
	CHECK_INT("stale", set(db, a, 0, PACK_TOT, 0), ERR_STALE);
	CHECK_INT("changed", set(db, a, 0, PACK_TOT, 1), ERR_OK);
	CHECK_INT("taken back", set(db, a, 0, PACK_LEVEL_NONE, 2), ERR_OK);
	CHECK_INT("said again", set(db, a, 0, PACK_DAT, 3), ERR_OK);
	CHECK_INT("of another class", set(db, a, 4, PACK_TOT, 0), ERR_NOT_FOUND);
	struct seed mixed = *a;
	mixed.school_id = b->school_id;
	CHECK_INT("of another school", set(db, &mixed, 0, PACK_TOT, 0), ERR_NOT_FOUND);
	struct conduct_cell cell = { 0 };
	CHECK_INT("cells", conduct_store_cells(db, a->school_id, a->class_ids[0], take_cell, &cell),
			ERR_OK);
	CHECK_INT("level", cell.level, PACK_DAT);
	CHECK_INT("version", cell.version, 4);
	CHECK_INT("term", cell.term_number, 1);
	CHECK_INT("stage", cell.stage, CONDUCT_TERM);
	cell = (struct conduct_cell){ 0 };
	CHECK_INT("another school's",
			conduct_store_cells(db, b->school_id, a->class_ids[0], take_cell, &cell),
			ERR_OK);
	CHECK_INT("none", cell.student_id, 0);
}

static void check_closed(struct db *db, const struct seed *a) {
	char sql[256];
	snprintf(sql, sizeof(sql),
			"INSERT INTO class_closing VALUES (%llu, %llu, 1, 1, 1, 1, 1, '')",
			(unsigned long long)a->school_id, (unsigned long long)a->class_ids[0]);
	testdb_run(db, sql);
	CHECK_INT("closed", set(db, a, 1, PACK_TOT, 0), ERR_CLOSED);
	CHECK_INT("what stands may be said", set(db, a, 0, PACK_DAT, 4), ERR_OK);
	testdb_run(db, "UPDATE class_closing SET is_closed = 0");
	CHECK_INT("opened again", set(db, a, 1, PACK_TOT, 0), ERR_OK);
	testdb_run(db, "UPDATE class_closing SET is_closed = 1, term_number = 0");
	CHECK_INT("the year is closed", set(db, a, 1, PACK_KHA, 1), ERR_CLOSED);
	testdb_run(db, "UPDATE class_closing SET is_closed = 1, term_number = 2");
	CHECK_INT("another term is closed", set(db, a, 1, PACK_KHA, 1), ERR_OK);
}

static void check_chain(struct db *db, const struct seed *a) {
	const struct ledger_chain chain = { a->school_id, a->class_ids[0], 0 };
	uint32_t number = 0;
	CHECK_INT("chain", ledger_store_check(db, &chain, &number), ERR_OK);
	CHECK_INT("every change", number, 6);
	CHECK_INT("the last but one",
			testdb_number(db,
					"SELECT new_x10 FROM mark_ledger"
					" WHERE number = 4 AND act = 13"),
			13);
	testdb_run(db, "UPDATE mark_ledger SET new_x10 = 11 WHERE number = 4");
	CHECK_INT("edited", ledger_store_check(db, &chain, &number), ERR_CORRUPT);
}

static struct found audit(struct db *db, uint64_t school) {
	return said_found(db, school, conduct_audit_store_run);
}

/* What was done behind the program's back is named, each once. */
static void check_audit(struct db *db, const struct seed *a, const struct seed *b) {
	CHECK_INT("all is well", audit(db, 0).changed + audit(db, 0).missing, 0);
	testdb_run(db, "UPDATE conduct SET level = 4 ORDER BY student_id LIMIT 1");
	struct found found = audit(db, a->school_id);
	CHECK_INT("changed", found.changed, 1);
	CHECK("whose", found.last.student_id == a->student_ids[0] && found.last.place == 1);
	CHECK_INT("none of the other school", audit(db, b->school_id).changed, 0);
	testdb_run(db, "UPDATE conduct SET stage = 2 ORDER BY student_id LIMIT 1");
	found = audit(db, 0);
	CHECK_INT("a level that nobody said", found.changed, 1);
	CHECK_INT("and one that is gone", found.missing, 1);
	testdb_run(db, "DELETE FROM conduct");
	found = audit(db, 0);
	CHECK_INT("all gone", found.missing, 2);
	CHECK_INT("nothing left to be wrong", found.changed, 0);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "conduct");
	struct seed a;
	struct seed b;
	seed_school(t.db, "ALPHA", &a);
	seed_school(t.db, "BETA", &b);
	check_cells(t.db, &a, &b);
	check_closed(t.db, &a);
	check_audit(t.db, &a, &b);
	check_chain(t.db, &a);
	testdb_stop(&t);
	return check_done();
}
