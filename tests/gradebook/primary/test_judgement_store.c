/* Judgements of two schools in one database: versions, what is not theirs, closing, the chain, and
 * what is edited behind the program's back. */
#include "gradebook/primary/judgement_store.h"

#include <stdio.h>

#include "gradebook/marks/ledger_store.h"
#include "gradebook/primary/judgement_audit_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"
#include "tests/gradebook/said_found.h"

enum { YEU_NUOC = 1, NHAN_AI = 2 };

struct deed {
	struct judgement_change change;
	struct judgement_cell now;
};

static enum err run_set(struct db *db, void *ctx) {
	struct deed *d = ctx;
	enum err e = judgement_store_open(db, &d->change.place);
	return e ? e : judgement_store_set(db, &d->change, &d->now);
}

static struct deed deed_of(const struct seed *s, int student, int value, unsigned version) {
	return (struct deed){ .change = {
					      .place = { s->school_id, s->class_ids[0], s->year_id,
							      2 },
					      .student_id = s->student_ids[student],
					      .item = YEU_NUOC,
					      .value = value,
					      .version = version,
					      .person_id = s->teacher_ids[0],
					      .now_ms = SEED_NOW_MS,
			      } };
}

static enum err set(struct db *db, const struct seed *s, int student, int value, unsigned version) {
	struct deed d = deed_of(s, student, value, version);
	return db_transact(db, run_set, &d);
}

struct seen {
	size_t count;
	struct judgement_cell last;
};

static enum err take_cell(const struct judgement_cell *cell, void *ctx) {
	struct seen *seen = ctx;
	seen->count++;
	seen->last = *cell;
	return ERR_OK;
}

static struct seen look(struct db *db, uint64_t school, const struct seed *s, unsigned moment,
		uint64_t student) {
	const struct judgement_place place = { school, s->class_ids[0], s->year_id, moment };
	struct seen seen = { 0 };
	CHECK_INT("cells", judgement_store_cells(db, &place, student, take_cell, &seen), ERR_OK);
	return seen;
}

static void check_facts(struct db *db, const struct seed *a, const struct seed *b) {
	struct judgement_facts f;
	CHECK_INT("facts", judgement_store_facts(db, a->school_id, a->class_ids[0], &f), ERR_OK);
	CHECK_INT("grade", f.grade, 4);
	CHECK("year", f.year_id == a->year_id);
	CHECK_STR("pack", f.pack->code, "tt27");
	CHECK_INT("another school's", judgement_store_facts(db, a->school_id, b->class_ids[0], &f),
			ERR_NOT_FOUND);
	CHECK_INT("no primary class", judgement_store_facts(db, a->school_id, a->class_ids[1], &f),
			ERR_UNSUPPORTED);
}

static void check_cells(struct db *db, const struct seed *a, const struct seed *b) {
	CHECK_INT("first", set(db, a, 0, PACK_PRIMARY_MIDDLE, 0), ERR_OK);
	CHECK_INT("the same again", set(db, a, 0, PACK_PRIMARY_MIDDLE, 0), ERR_OK);
	struct deed late = deed_of(a, 0, PACK_PRIMARY_T, 0);
	CHECK_INT("stale", db_transact(db, run_set, &late), ERR_STALE);
	CHECK_INT("what stands is told", late.now.value, PACK_PRIMARY_MIDDLE);
	CHECK_INT("and its version", late.now.version, 1);
	CHECK("and whose it is", late.now.changed_by == a->teacher_ids[0]);
	CHECK_INT("changed", set(db, a, 0, PACK_PRIMARY_T, 1), ERR_OK);
	CHECK_INT("taken back", set(db, a, 0, JUDGEMENT_NONE, 2), ERR_OK);
	CHECK_INT("said again", set(db, a, 0, PACK_PRIMARY_C, 3), ERR_OK);
	CHECK_INT("of another class", set(db, a, 4, PACK_PRIMARY_T, 0), ERR_NOT_FOUND);
	struct seed mixed = *a;
	mixed.school_id = b->school_id;
	CHECK_INT("of another school", set(db, &mixed, 0, PACK_PRIMARY_T, 0), ERR_NOT_FOUND);
	struct seen seen = look(db, a->school_id, a, 2, 0);
	CHECK_INT("one cell", seen.count, 1);
	CHECK_INT("value", seen.last.value, PACK_PRIMARY_C);
	CHECK_INT("version", seen.last.version, 4);
	CHECK_INT("item", seen.last.item, YEU_NUOC);
	CHECK_INT("of another moment", look(db, a->school_id, a, 1, 0).count, 0);
	CHECK_INT("of every moment", look(db, a->school_id, a, 0, 0).count, 1);
	CHECK_INT("of one student", look(db, a->school_id, a, 0, a->student_ids[0]).count, 1);
	CHECK_INT("of another", look(db, a->school_id, a, 0, a->student_ids[1]).count, 0);
	CHECK_INT("for another school", look(db, b->school_id, a, 0, 0).count, 0);
}

static void check_closed(struct db *db, const struct seed *a) {
	char sql[256];
	(void)snprintf(sql, sizeof(sql),
			"INSERT INTO class_closing VALUES (%llu, %llu, 1, 1, 1, 1, 1, '')",
			(unsigned long long)a->school_id, (unsigned long long)a->class_ids[0]);
	testdb_run(db, sql);
	CHECK_INT("closed", set(db, a, 1, PACK_PRIMARY_T, 0), ERR_CLOSED);
	testdb_run(db, "UPDATE class_closing SET is_closed = 0");
	CHECK_INT("opened again", set(db, a, 1, PACK_PRIMARY_T, 0), ERR_OK);
	testdb_run(db, "UPDATE class_closing SET is_closed = 1, term_number = 0");
	CHECK_INT("the year is closed", set(db, a, 1, PACK_PRIMARY_C, 1), ERR_CLOSED);
	testdb_run(db, "UPDATE class_closing SET is_closed = 1, term_number = 2");
	CHECK_INT("another term is closed", set(db, a, 1, PACK_PRIMARY_C, 1), ERR_OK);
}

/* A student who changed class is judged on in the new one: each chain keeps what was said in it. */
static void check_move(struct db *db, const struct seed *a) {
	char sql[256];
	(void)snprintf(sql, sizeof(sql),
			"UPDATE enrolment SET class_id = %llu WHERE student_id = %llu",
			(unsigned long long)a->class_ids[1], (unsigned long long)a->student_ids[2]);
	struct seed moved = *a;
	moved.class_ids[0] = a->class_ids[1];
	CHECK_INT("in the old class", set(db, a, 2, PACK_PRIMARY_MIDDLE, 0), ERR_OK);
	testdb_run(db, sql);
	CHECK_INT("not any more", set(db, a, 2, PACK_PRIMARY_T, 1), ERR_NOT_FOUND);
	CHECK_INT("it came along", look(db, a->school_id, &moved, 2, 0).last.value,
			PACK_PRIMARY_MIDDLE);
	CHECK_INT("in the new one", set(db, &moved, 2, PACK_PRIMARY_T, 1), ERR_OK);
}

static struct found audit(struct db *db, uint64_t school) {
	return said_found(db, school, judgement_audit_store_run);
}

/* Each edit by itself: named once, with whose it is, and not of the other school. */
static void check_audit(struct db *db, const struct seed *a, const struct seed *b) {
	static const char *const edits[] = {
		"UPDATE judgement SET level = 1 ORDER BY student_id LIMIT 1",
		"UPDATE judgement SET level = NULL ORDER BY student_id LIMIT 1",
		"UPDATE judgement SET changed_by = changed_by + 1 ORDER BY student_id LIMIT 1",
		"UPDATE judgement SET version = 1 ORDER BY student_id LIMIT 1",
	};
	CHECK_INT("all is well", audit(db, 0).changed + audit(db, 0).missing, 0);
	testdb_run(db, "CREATE TABLE kept_judgement AS SELECT * FROM judgement");
	for (size_t i = 0; i < sizeof(edits) / sizeof(edits[0]); i++) {
		testdb_run(db, edits[i]);
		struct found found = audit(db, a->school_id);
		CHECK_INT(edits[i], found.changed, 1);
		CHECK(edits[i], found.last.student_id == a->student_ids[0]);
		CHECK_INT(edits[i], found.last.place, 2);
		CHECK_INT(edits[i], found.last.item, YEU_NUOC);
		CHECK_INT("none of the other school", audit(db, b->school_id).changed, 0);
		testdb_run(db, "REPLACE INTO judgement SELECT * FROM kept_judgement");
	}
	testdb_run(db, "UPDATE judgement SET item = 2 ORDER BY student_id LIMIT 1");
	CHECK_INT("one that nobody said", audit(db, 0).changed, 1);
	CHECK_INT("and one that is gone", audit(db, 0).missing, 1);
	testdb_run(db, "DELETE FROM judgement");
	struct found found = audit(db, 0);
	CHECK_INT("all gone", found.changed, 0);
	CHECK_INT("each named in each chain", found.missing, 4);
}

static void check_chain(struct db *db, const struct seed *a) {
	const struct ledger_chain chain = { a->school_id, a->class_ids[0], 0 };
	uint32_t number = 0;
	CHECK_INT("chain", ledger_store_check(db, &chain, &number), ERR_OK);
	CHECK_INT("every change", number, 7);
	testdb_run(db, "UPDATE mark_ledger SET new_x10 = 2 WHERE number = 1");
	CHECK_INT("edited", ledger_store_check(db, &chain, &number), ERR_CORRUPT);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "judgement");
	struct seed a;
	struct seed b;
	seed_school(t.db, "ALPHA", &a);
	seed_school(t.db, "BETA", &b);
	testdb_run(t.db, "UPDATE class SET grade = 4 WHERE name LIKE '%A1%'");
	check_facts(t.db, &a, &b);
	check_cells(t.db, &a, &b);
	check_closed(t.db, &a);
	check_move(t.db, &a);
	check_audit(t.db, &a, &b);
	check_chain(t.db, &a);
	testdb_stop(&t);
	return check_done();
}
