#include "ws/service/score_attempt.h"

#include "core/seal/secret.h"
#include "exam/marking/result_store.h"
#include "exam/marking/scoring_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"
#include "tests/exam/world_paper.h"
#include "tests/ws/service/sat.h"

static const struct result *find(const struct results *list, uint64_t student) {
	for (size_t i = 0; i < list->count; i++) {
		if (list->items[i].student_id == student) {
			return &list->items[i];
		}
	}
	return NULL;
}

static void check_scores(struct db *db, const struct id16 *sitting) {
	struct results list = { 0 };
	unsigned count = 77;
	for (unsigned i = 0; i < WORLD_STUDENT_COUNT; i++) {
		sat_hand_in(db, sitting, WORLD_STUDENT + i, i + 2, i == 1);
	}
	CHECK_INT("another school",
			score_attempt_sitting(db, WORLD_OTHER_SCHOOL, sitting, 1, &count), ERR_OK);
	CHECK_INT("another school", count, 0);
	CHECK_INT("score", score_attempt_sitting(db, WORLD_SCHOOL, sitting, SAT_NOW, &count),
			ERR_OK);
	CHECK_INT("all closed", count, WORLD_STUDENT_COUNT);
	CHECK_INT("once", score_attempt_sitting(db, WORLD_SCHOOL, sitting, SAT_NOW, &count),
			ERR_OK);
	CHECK_INT("once", count, 0);
	CHECK_INT("results", result_store_list(db, WORLD_SCHOOL, sitting, &list), ERR_OK);
	CHECK_INT("results", list.count, 8);
	for (unsigned i = 0; i < WORLD_STUDENT_COUNT; i++) {
		const struct result *r = find(&list, WORLD_STUDENT + i);
		/* The same knowledge earns the same points in whatever variant. */
		CHECK_INT("points", r->total.points_x100, (i + 2) * 100);
		CHECK_INT("of", r->total.max_x100, WORLD_PAPER_MAX_X100);
		CHECK_INT("awaiting", r->total.awaiting_count, i == 1);
		CHECK_INT("why", r->close_why, 1);
	}
	CHECK_INT("scale", find(&list, WORLD_STUDENT)->total.ten_x100, 286);
	CHECK_INT("mark", find(&list, WORLD_STUDENT)->total.mark_x10, 29);
	CHECK("who is absent has none", !find(&list, WORLD_STUDENT_2)->is_scored);
	CHECK_STR("class", find(&list, WORLD_STUDENT_2)->class_name, "10A2");
	results_finish(&list);
	CHECK_INT("elsewhere", result_store_list(db, WORLD_OTHER_SCHOOL, sitting, &list), ERR_OK);
	CHECK_INT("elsewhere", list.count, 0);
	results_finish(&list);
}

/* The slot of the essay in the attempt's variant, and its version. */
static unsigned essay_of(const struct scoring_rows *rows) {
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->items[i].item.state == SCORING_AWAITS) {
			return (unsigned)i + 1;
		}
	}
	return 0;
}

static void check_essay(struct db *db, const struct id16 *attempt) {
	struct scoring_rows rows = { 0 };
	struct scoring_total total = { .points_x100 = 7 };
	CHECK_INT("items", scoring_store_items(db, WORLD_SCHOOL, attempt, 1, &rows), ERR_OK);
	CHECK_INT("items", rows.count, WORLD_PAPER_ITEMS);
	unsigned slot = essay_of(&rows);
	scoring_rows_finish(&rows);
	struct scoring_mark mark = { WORLD_SCHOOL, *attempt, 1, slot, 1, 101, str_from("tốt"),
		WORLD_TEACHER, SAT_NOW };
	CHECK_INT("too many points", scoring_store_mark(db, &mark, &total), ERR_INVAL);
	mark.points_x100 = 75;
	mark.version = 2;
	CHECK_INT("stale", scoring_store_mark(db, &mark, &total), ERR_STALE);
	mark.version = 1;
	mark.school_id = WORLD_OTHER_SCHOOL;
	CHECK_INT("another school", scoring_store_mark(db, &mark, &total), ERR_NOT_FOUND);
	mark.school_id = WORLD_SCHOOL;
	mark.slot = slot == 1 ? 2 : 1;
	CHECK_INT("decided by a rule", scoring_store_mark(db, &mark, &total), ERR_NOT_FOUND);
	CHECK_INT("untouched", total.points_x100, 7);
	mark.slot = slot;
	CHECK_INT("mark", scoring_store_mark(db, &mark, &total), ERR_OK);
	CHECK_INT("points", total.points_x100, 375);
	CHECK_INT("nothing awaits", total.awaiting_count, 0);
	mark.version = 2;
	mark.points_x100 = 100;
	CHECK_INT("mark again", scoring_store_mark(db, &mark, &total), ERR_OK);
	CHECK_INT("points", total.points_x100, 400);
	struct result result;
	struct id16 sitting;
	CHECK_INT("result", result_store_load(db, WORLD_SCHOOL, attempt, &result, &sitting),
			ERR_OK);
	CHECK_INT("third score", result.number, 3);
	CHECK_INT("the newest counts", result.total.points_x100, 400);
	result_finish(&result);
	CHECK_INT("history stays", testdb_number(db, "SELECT COUNT(*) FROM score WHERE number < 3"),
			WORLD_STUDENT_COUNT + 1);
}

/* What a stopped process left is found again, and nothing is scored twice. */
static void check_sweep(struct db *db, const struct id16 *sitting) {
	unsigned told = 0;
	sat_hand_in(db, sitting, WORLD_STUDENT_2, 6, false);
	int64_t after = SAT_NOW + 60 * 60000;
	CHECK_INT("too far back", score_attempt_sweep(db, after, 1000, &told), ERR_OK);
	CHECK_INT("too far back", told, 0);
	CHECK_INT("sweep", score_attempt_sweep(db, after, SCORE_SWEEP_LATER_MS, &told), ERR_OK);
	CHECK_INT("sweep", told, 1);
	CHECK_INT("again", score_attempt_sweep(db, after, SCORE_SWEEP_LATER_MS, &told), ERR_OK);
	CHECK_INT("again", told, 0);
	/* A new generation is scored anew; the old score stays. */
	testdb_run(db, "UPDATE attempt SET gen = 2 WHERE student_id = 301");
	CHECK_INT("gen 2", score_attempt_sweep(db, after, SCORE_SWEEP_LATER_MS, &told), ERR_OK);
	CHECK_INT("gen 2", told, 1);
	CHECK_INT("gen 2 has no event",
			testdb_number(db, "SELECT points_x100 FROM score WHERE gen = 2"), 0);
	CHECK_INT("gen 1 stays",
			testdb_number(db,
					"SELECT COUNT(*) FROM score s JOIN attempt a ON"
					" a.id = s.attempt_id WHERE s.gen = 1 AND a.gen = 2"
					" AND s.points_x100 = 600"),
			1);
}

static void check_mine(struct db *db) {
	struct result_mines list = { 0 };
	CHECK_INT("mine", result_store_mine(db, WORLD_SCHOOL, WORLD_STUDENT_PERSON, &list), ERR_OK);
	CHECK_INT("mine", list.count, 1);
	CHECK_STR("title", list.items[0].sitting.title, "Giữa kỳ I");
	CHECK_STR("subject", list.items[0].subject_name, "Toán");
	CHECK_INT("points", list.items[0].total.points_x100, 200);
	result_mines_finish(&list);
	CHECK_INT("not there",
			result_store_mine(db, WORLD_OTHER_SCHOOL, WORLD_STUDENT_PERSON, &list),
			ERR_OK);
	CHECK_INT("not there", list.count, 0);
	result_mines_finish(&list);
}

int main(void) {
	struct testdb t;
	char folder[128];
	_cleanup_(keys_freep) struct keys *keys = NULL;
	CHECK_INT("secrets", secret_init(), ERR_OK);
	testdb_start(&t, "score");
	testdb_folder(folder, sizeof(folder));
	CHECK_INT("keys", keys_load_or_make(folder, SAT_NOW, &keys), ERR_OK);
	world_make(t.db);
	struct id16 sitting = sat_publish(t.db, keys, world_paper_make(t.db), false);
	struct id16 essay = sat_attempt_of(t.db, &sitting, WORLD_STUDENT + 1);
	check_scores(t.db, &sitting);
	check_essay(t.db, &essay);
	check_mine(t.db);
	check_sweep(t.db, &sitting);
	testdb_stop(&t);
	testdb_remove(folder);
	return check_done();
}
