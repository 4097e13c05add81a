/* Marks of two schools in one database: columns, cells with versions, publishing, the ledger. */
#include "gradebook/marks/mark_change_store.h"

#include "gradebook/marks/ledger_store.h"
#include "tests/check.h"
#include "tests/db/seed.h"
#include "tests/db/testdb.h"

struct change {
	uint64_t school_id;
	struct mark_stored wanted;
	struct mark_actor actor;
	unsigned version;
};

static enum err run_set(struct db *db, void *ctx) {
	struct change *c = ctx;
	return mark_store_set(db, c->school_id, &c->wanted, &c->actor, &c->version);
}

static enum err set(struct db *db, const struct seed *s, uint64_t column, int student, int value,
		unsigned version, const char *why, unsigned *out_version) {
	struct change c = { s->school_id,
		{ .column_id = column,
				.student_id = s->student_ids[student],
				.cell = { .value_x10 = value },
				.version = version },
		{ .person_id = s->teacher_ids[0], .now_ms = SEED_NOW_MS, .why = str_from(why) },
		77 };
	enum err e = db_transact(db, run_set, &c);
	*out_version = c.version;
	return e;
}

struct link {
	struct mark_column column;
	struct mark_actor actor;
	uint64_t id;
};

static enum err run_link(struct db *db, void *ctx) {
	struct link *l = ctx;
	return mark_store_link_column(db, &l->column, &l->actor, &l->id);
}

static enum err count_cell(const struct mark_stored *cell, void *ctx) {
	(void)cell;
	(*(size_t *)ctx)++;
	return ERR_OK;
}

static enum err count_seen(const struct mark_seen *mark, void *ctx) {
	CHECK_INT("what was published", mark->value_x10, 85);
	CHECK_INT("in term I", mark->term_number, 1);
	CHECK_INT("lessons", mark->lessons_a_year, 105);
	(*(size_t *)ctx)++;
	return ERR_OK;
}

static void check_marks(struct db *db, const struct seed *a, const struct seed *b) {
	struct mark_place place = { a->school_id, a->class_ids[0], a->subject_ids[0],
		a->term_ids[0] };
	struct mark_facts facts;
	CHECK_INT("facts", mark_store_facts(db, &place, &facts), ERR_OK);
	CHECK_STR("class", facts.class_name, "10A1");
	CHECK_INT("year", facts.year, 2026);
	CHECK_INT("lessons", facts.lessons_a_year, 105);
	struct mark_place foreign = place;
	foreign.school_id = b->school_id;
	CHECK_INT("another school's", mark_store_facts(db, &foreign, &facts), ERR_NOT_FOUND);

	uint64_t column = 0;
	CHECK_INT("column", mark_store_add_column(db, &place, MARK_TX, 1, &column), ERR_OK);
	uint64_t twice = 0;
	CHECK_INT("twice", mark_store_add_column(db, &place, MARK_TX, 1, &twice), ERR_EXISTS);
	unsigned version = 0;
	CHECK_INT("first", set(db, a, column, 0, 80, 0, "", &version), ERR_OK);
	CHECK_INT("version", version, 1);
	CHECK_INT("stale", set(db, a, column, 0, 90, 0, "", &version), ERR_STALE);
	CHECK_INT("corrected", set(db, a, column, 0, 85, 1, "", &version), ERR_OK);
	CHECK_INT("version", version, 2);
	CHECK_INT("the same again", set(db, a, column, 0, 85, 2, "", &version), ERR_OK);
	CHECK_INT("keeps it", version, 2);
	CHECK_INT("over 10", set(db, a, column, 1, 101, 0, "", &version), ERR_INVAL);
	CHECK_INT("of another class", set(db, a, column, 4, 70, 0, "", &version), ERR_NOT_FOUND);
	CHECK_INT("of another school", set(db, b, column, 0, 70, 0, "", &version), ERR_NOT_FOUND);
	size_t count = 0;
	CHECK_INT("cells", mark_store_cells(db, &place, count_cell, &count), ERR_OK);
	CHECK_INT("one", count, 1);

	count = 0;
	CHECK_INT("seen",
			mark_store_published(
					db, a->school_id, a->student_ids[0], count_seen, &count),
			ERR_OK);
	CHECK_INT("nothing before it is published", count, 0);
	struct mark_actor actor = {
		.person_id = a->teacher_ids[0], .now_ms = SEED_NOW_MS, .why = str_from("")
	};
	CHECK_INT("another school's", mark_store_publish(db, b->school_id, column, &actor),
			ERR_NOT_FOUND);
	CHECK_INT("publish", mark_store_publish(db, a->school_id, column, &actor), ERR_OK);
	CHECK_INT("again", mark_store_publish(db, a->school_id, column, &actor), ERR_OK);
	CHECK_INT("seen",
			mark_store_published(
					db, a->school_id, a->student_ids[0], count_seen, &count),
			ERR_OK);
	CHECK_INT("now", count, 1);
	CHECK_INT("no reason", set(db, a, column, 0, 90, 2, "", &version), ERR_MISSING);
	CHECK_INT("with a reason", set(db, a, column, 0, 90, 2, "chấm lại", &version), ERR_OK);
	CHECK_INT("taken back", set(db, a, column, 0, MARK_NONE, 3, "nhầm", &version), ERR_OK);

	struct link l = { { .place = place,
					  .kind = MARK_GK,
					  .position = 1,
					  .has_sitting = true,
					  .sitting_id = { 5 } },
		actor, 0 };
	CHECK_INT("link", db_transact(db, run_link, &l), ERR_OK);
	uint64_t linked = l.id;
	CHECK_INT("again", db_transact(db, run_link, &l), ERR_OK);
	CHECK("the same", linked == l.id && linked != column);
	l.column.sitting_id[0] = 6;
	CHECK_INT("another sitting", db_transact(db, run_link, &l), ERR_CONFLICT);

	uint32_t number = 0;
	const struct ledger_chain chain = { a->school_id, place.class_id, place.subject_id };
	CHECK_INT("ledger", ledger_store_check(db, &chain, &number), ERR_OK);
	CHECK_INT("rows", number, 7); /* 80, 85, published, 90, taken back, made, linked */
	testdb_run(db, "UPDATE mark_ledger SET new_x10 = 100 WHERE number = 4");
	CHECK_INT("edited", ledger_store_check(db, &chain, &number), ERR_CORRUPT);
	CHECK_INT("the last good row", number, 3);
	testdb_run(db, "UPDATE mark_ledger SET new_x10 = 90 WHERE number = 4");
	testdb_run(db, "DELETE FROM mark_ledger WHERE number = 6");
	CHECK_INT("dropped at the end", ledger_store_check(db, &chain, &number), ERR_CORRUPT);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "marks");
	struct seed a;
	struct seed b;
	seed_school(t.db, "ALPHA", &a);
	seed_school(t.db, "BETA", &b);
	check_marks(t.db, &a, &b);
	testdb_stop(&t);
	return check_done();
}
