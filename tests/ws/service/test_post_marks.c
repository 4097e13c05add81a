#include "ws/service/post_marks.h"

#include "core/seal/secret.h"
#include "exam/hall/sitting_store.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/mark_change_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"
#include "tests/exam/world_paper.h"
#include "tests/ws/service/sat.h"
#include "ws/service/score_attempt.h"

static int64_t mark_of(struct db *db, unsigned student) {
	char sql[200];
	(void)snprintf(sql, sizeof(sql),
			"SELECT COALESCE(MAX(value_x10), -1) FROM mark WHERE student_id = %u",
			student);
	return testdb_number(db, sql);
}

static struct post_mark look(struct db *db, const struct id16 *sitting, uint64_t student) {
	struct results results = { 0 };
	struct post_mark posts[SITTING_ATTEMPTS_MAX];
	struct post_mark found = { POST_NONE, -77 };
	struct sitting s;
	CHECK_INT("load", sitting_store_load(db, WORLD_SCHOOL, sitting, &s), ERR_OK);
	CHECK_INT("list", result_store_list(db, WORLD_SCHOOL, sitting, &results), ERR_OK);
	CHECK_INT("look", post_marks_look(db, &s, &results, posts), ERR_OK);
	for (size_t i = 0; i < results.count; i++) {
		if (results.items[i].student_id == student) {
			found = posts[i];
		}
	}
	results_finish(&results);
	return found;
}

/* A mark that a person types into the column, as the gradebook does it. */
static const struct ledger_chain chain = { WORLD_SCHOOL, WORLD_CLASS, WORLD_MATHS };

struct typing {
	struct mark_column column;
	uint64_t student;
};

static enum err type_in_tx(struct db *db, void *ctx) {
	const struct typing *t = ctx;
	struct mark_actor actor = {
		.person_id = WORLD_TEACHER, .now_ms = SAT_NOW, .why = str_from("gõ tay")
	};
	uint64_t column = 0;
	unsigned version = 0;
	enum err e = mark_store_add_column(db, &t->column.place, MARK_GK, 1, &column);
	struct mark_stored wanted = {
		.column_id = column, .student_id = t->student, .cell = { .value_x10 = 95 }
	};
	return e ? e : mark_store_set(db, WORLD_SCHOOL, &wanted, &actor, &version);
}

static void check_posting(struct db *db, const struct id16 *sitting) {
	struct typing typing = {
		{ .place = { WORLD_SCHOOL, WORLD_CLASS, WORLD_MATHS, WORLD_TERM } },
		WORLD_STUDENT + 2
	};
	unsigned posted = 77;
	CHECK_INT("typed", db_transact(db, type_in_tx, &typing), ERR_OK);
	sat_hand_in(db, sitting, WORLD_STUDENT, 6, false);
	sat_hand_in(db, sitting, WORLD_STUDENT + 1, 6, true); /* an essay waits */
	sat_hand_in(db, sitting, WORLD_STUDENT + 2, 3, false);
	sat_hand_in(db, sitting, WORLD_STUDENT_2, 7, false); /* of the other class */
	testdb_run(db,
			"UPDATE attempt SET state = 3, closed_at_ms = 1, close_why = 2"
			" WHERE student_id = 204"); /* never came */
	CHECK_INT("post", post_marks_score_sitting(db, WORLD_SCHOOL, sitting, SAT_NOW), ERR_OK);
	CHECK_INT("posted", mark_of(db, WORLD_STUDENT), 86);
	CHECK_INT("the other class", mark_of(db, WORLD_STUDENT_2), 86);
	CHECK_INT("an essay waits", mark_of(db, WORLD_STUDENT + 1), -1);
	CHECK_INT("a typed mark stays", mark_of(db, WORLD_STUDENT + 2), 95);
	CHECK_INT("who never came has none", mark_of(db, WORLD_STUDENT + 3), -1);
	CHECK_INT("two columns", testdb_number(db, "SELECT COUNT(*) FROM mark_column"), 2);
	CHECK_INT("linked",
			testdb_number(db,
					"SELECT COUNT(*) FROM mark_column"
					" WHERE sitting_id IS NOT NULL"),
			2);
	CHECK_INT("told", look(db, sitting, WORLD_STUDENT).state, POST_DONE);
	struct post_mark conflict = look(db, sitting, WORLD_STUDENT + 2);
	CHECK_INT("told as a conflict", conflict.state, POST_CONFLICT);
	CHECK_INT("with what is there", conflict.stored_x10, 95);
	CHECK_INT("nothing to tell", look(db, sitting, WORLD_STUDENT + 1).state, POST_NONE);

	int64_t rows = testdb_number(db, "SELECT COUNT(*) FROM mark_ledger");
	CHECK_INT("again", post_marks_sitting(db, WORLD_SCHOOL, sitting, SAT_NOW, &posted), ERR_OK);
	CHECK_INT("again", posted, 0);
	CHECK_INT("no row more", testdb_number(db, "SELECT COUNT(*) FROM mark_ledger"), rows);
	uint32_t number = 0;
	CHECK_INT("ledger", ledger_store_check(db, &chain, &number), 0);
	CHECK_INT("another school",
			post_marks_sitting(db, WORLD_OTHER_SCHOOL, sitting, SAT_NOW, &posted),
			ERR_NOT_FOUND);
}

/* A rescoring does not change a posted mark: a person decides. */
static void check_rescored(struct db *db, const struct id16 *sitting) {
	unsigned posted = 77;
	testdb_run(db,
			"INSERT INTO score (attempt_id, gen, number, school_id, points_x100, max_x100,"
			" ten_x100, mark_x10, awaiting_count, scored_at_ms)"
			" SELECT id, 1, 2, 1, 700, 700, 1000, 100, 0, 5 FROM attempt WHERE student_id = 201");
	CHECK_INT("post", post_marks_sitting(db, WORLD_SCHOOL, sitting, SAT_NOW, &posted), ERR_OK);
	CHECK_INT("stays", mark_of(db, WORLD_STUDENT), 86);
	CHECK_INT("told", look(db, sitting, WORLD_STUDENT).state, POST_CONFLICT);
}

static enum err settle(struct db *db, const struct id16 *sitting, uint64_t student,
		struct post_choice choice, struct post_mark *out) {
	struct sitting s;
	struct results results = { 0 };
	enum err e = ERR_NOT_FOUND;
	choice.person_id = WORLD_TEACHER;
	choice.now_ms = SAT_NOW;
	CHECK_INT("load", sitting_store_load(db, WORLD_SCHOOL, sitting, &s), ERR_OK);
	CHECK_INT("list", result_store_list(db, WORLD_SCHOOL, sitting, &results), ERR_OK);
	for (size_t i = 0; i < results.count; i++) {
		if (results.items[i].student_id == student) {
			e = post_marks_settle(db, &s, &results.items[i], &choice, out);
		}
	}
	results_finish(&results);
	return e;
}

/* Student 2 has 9,5 typed and 4,3 by the exam (3 of 7 points): a person keeps the one, later takes
 * the other. */
static void check_settled(struct db *db, const struct id16 *sitting) {
	const uint64_t student = WORLD_STUDENT + 2;
	struct post_choice keep = { false, 43, 95, 0, 0 };
	struct post_choice take = { true, 43, 95, 0, 0 };
	struct post_choice stale = { true, 43, 90, 0, 0 };
	struct post_choice other = { true, 44, 95, 0, 0 };
	struct post_mark now = { POST_NONE, -77 };
	uint32_t number = 0;
	CHECK_INT("another mark was seen", settle(db, sitting, student, stale, &now), ERR_STALE);
	CHECK_INT("another result was seen", settle(db, sitting, student, other, &now), ERR_STALE);
	CHECK_INT("untouched", now.state, POST_NONE);
	CHECK_INT("no mark to decide on", settle(db, sitting, WORLD_STUDENT + 1, keep, &now),
			ERR_NOT_FOUND);
	CHECK_INT("keep", settle(db, sitting, student, keep, &now), ERR_OK);
	CHECK_INT("kept", now.state, POST_KEPT);
	CHECK_INT("stays", mark_of(db, student), 95);
	CHECK_INT("told as kept", look(db, sitting, student).state, POST_KEPT);
	int64_t rows = testdb_number(db, "SELECT COUNT(*) FROM mark_ledger");
	CHECK_INT("keep again", settle(db, sitting, student, keep, &now), ERR_OK);
	CHECK_INT("no row more", testdb_number(db, "SELECT COUNT(*) FROM mark_ledger"), rows);
	CHECK_INT("take", settle(db, sitting, student, take, &now), ERR_OK);
	CHECK_INT("posted", now.state, POST_DONE);
	CHECK_INT("the exam's mark", mark_of(db, student), 43);
	CHECK_INT("told as posted", look(db, sitting, student).state, POST_DONE);
	CHECK_INT("ledger", ledger_store_check(db, &chain, &number), ERR_OK);
}

/* A second exam for the same column posts nothing. */
static void check_taken(struct db *db, const struct keys *keys, uint64_t paper) {
	struct id16 second = sat_publish(db, keys, paper, true);
	int64_t before = testdb_number(db, "SELECT COUNT(*) FROM mark");
	sat_hand_in(db, &second, WORLD_STUDENT + 3, 7, false);
	CHECK_INT("post", post_marks_score_sitting(db, WORLD_SCHOOL, &second, SAT_NOW), ERR_OK);
	CHECK_INT("nothing", testdb_number(db, "SELECT COUNT(*) FROM mark"), before);
	CHECK_INT("told", look(db, &second, WORLD_STUDENT + 3).state, POST_CONFLICT);
}

/* Scored but not posted when the process was stopped: the sweep posts it. */
static void check_sweep(struct db *db, const struct id16 *sitting) {
	unsigned count = 0;
	sat_hand_in(db, sitting, WORLD_STUDENT + 4, 7, false);
	CHECK_INT("score only", score_attempt_sitting(db, WORLD_SCHOOL, sitting, SAT_NOW, &count),
			0);
	CHECK_INT("not posted", mark_of(db, WORLD_STUDENT + 4), -1);
	CHECK_INT("sweep", post_marks_sweep(db, SAT_NOW + 3600000, 86400000), ERR_OK);
	CHECK_INT("posted", mark_of(db, WORLD_STUDENT + 4), 86);
}

int main(void) {
	struct testdb t;
	char folder[128];
	_cleanup_(keys_freep) struct keys *keys = NULL;
	CHECK_INT("secrets", secret_init(), ERR_OK);
	testdb_start(&t, "post");
	testdb_folder(folder, sizeof(folder));
	CHECK_INT("keys", keys_load_or_make(folder, SAT_NOW, &keys), ERR_OK);
	world_make(t.db);
	uint64_t paper = world_paper_make(t.db);
	struct id16 sitting = sat_publish(t.db, keys, paper, true);
	check_posting(t.db, &sitting);
	check_settled(t.db, &sitting);
	check_rescored(t.db, &sitting);
	check_taken(t.db, keys, paper);
	check_sweep(t.db, &sitting);
	testdb_stop(&t);
	testdb_remove(folder);
	return check_done();
}
