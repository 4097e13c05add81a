/*
 * The macs of the hall's rows on a real database: what the program writes is bound, an outage and a
 * beginning bind anew, a row that was edited keeps its wrong mac, and rows from before are counted.
 */
#include "exam/hall/bound_store.h"

#include <stdio.h>
#include <string.h>

#include "exam/bank/paper_store.h"
#include "exam/hall/attempt_join_store.h"
#include "exam/hall/audit_bound_store.h"
#include "exam/hall/bound.h"
#include "exam/hall/outage_store.h"
#include "exam/hall/root_store.h"
#include "exam/hall/sitting_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"

enum { STUDENTS = 3, START = 1000000, LIMIT = 600000 };

static struct testdb t;
static struct keys *keys;
static uint64_t room;
static const struct id16 id = { { 7 } };
static const struct id16 old = { { 8 } };

static struct id16 attempt_of(const struct id16 *sitting, int i) {
	return (struct id16){ { 9, sitting->b[0], (uint8_t)i } };
}

static void add_sitting(uint64_t paper, const struct id16 *of, bool is_marked) {
	struct sitting s = { .id = *of,
		.school_id = WORLD_SCHOOL,
		.paper_id = paper,
		.subject_id = WORLD_MATHS,
		.created_by = WORLD_TEACHER,
		.title = "Giữa kì",
		.lobby_at_ms = START - 1000,
		.starts_at_ms = START,
		.window_end_ms = START + LIMIT,
		.limit_ms = LIMIT,
		.grace_ms = 2000,
		.variant_count = 1,
		.is_practice = true,
		.outage = SITTING_OUTAGE_LOST,
		.release = SITTING_RELEASE_MARK,
		.state = SITTING_PUBLISHED,
		.revision = 1 };
	char name[] = "10A1";
	struct sitting_room r = {
		.class_id = WORLD_CLASS, .name = name, .invigilator_id = WORLD_TEACHER
	};
	struct sitting_attempt attempts[STUDENTS];
	CHECK_INT("sitting", sitting_store_add(t.db, &s, 1), ERR_OK);
	CHECK_INT("room", sitting_store_add_room(t.db, WORLD_SCHOOL, of, &r, &room), ERR_OK);
	for (int i = 0; i < STUDENTS; i++) {
		attempts[i] = (struct sitting_attempt){ .id = attempt_of(of, i),
			.room_id = room,
			.student_id = 201 + (uint64_t)i,
			.person_id = WORLD_TEACHER,
			.variant = "101",
			.ends_at_ms = START + LIMIT };
		memset(attempts[i].salt, i + 1, EVENT_SALT_BYTES);
		if (is_marked) {
			bound_mark_salt(keys, attempts[i].salt);
		}
	}
	CHECK_INT("attempts",
			sitting_store_add_attempts(t.db, WORLD_SCHOOL, of, attempts, STUDENTS),
			ERR_OK);
}

struct found {
	unsigned attempts;
	unsigned sittings;
	unsigned others;
};

static void count(void *owner, const struct audit_finding *f) {
	struct found *found = owner;
	found->attempts += f->fault == AUDIT_ATTEMPT_BOUND;
	found->sittings += f->fault == AUDIT_SITTING_CHANGED;
	found->others += f->fault != AUDIT_ATTEMPT_BOUND && f->fault != AUDIT_SITTING_CHANGED;
}

static void check_found(const char *when, unsigned attempts, unsigned sittings, unsigned others) {
	struct found found = { 0 };
	uint64_t unbound = 99;
	CHECK_INT(when,
			audit_bound_store_run(t.db, keys, 0, (struct audit_out){ count, &found },
					&unbound),
			ERR_OK);
	CHECK_INT(when, found.attempts, attempts);
	CHECK_INT(when, found.sittings, sittings);
	CHECK_INT(when, found.others, others);
	CHECK_INT("the old one", unbound, 1);
}

static enum err deal(struct db *db, void *ctx) {
	(void)ctx;
	return bound_store_deal(db, keys, WORLD_SCHOOL, &id);
}

static void begin(int i, int64_t at_ms) {
	struct attempt_place place = { WORLD_SCHOOL, room, attempt_of(&id, i) };
	struct phase_sitting times = { .lobby_ms = START - 1000,
		.start_ms = START,
		.window_end_ms = START + LIMIT,
		.limit_ms = LIMIT,
		.has_own_clocks = true };
	CHECK_INT("begin", attempt_join_store_begin(t.db, keys, &place, &times, at_ms), ERR_OK);
}

static void check_changes(void) {
	struct outage outage;
	begin(0, START + 5000);
	CHECK_INT("begun", testdb_number(t.db, "SELECT COUNT(started_at_ms) FROM attempt"), 1);
	check_found("begun", 0, 0, 0);
	CHECK_INT("alive", outage_store_alive(t.db, START + 10000), ERR_OK);
	CHECK_INT("outage", outage_store_end(t.db, keys, START + LIMIT + 1, &outage), ERR_OK);
	CHECK_INT("given", outage.given, 2 * STUDENTS);
	check_found("after an outage", 0, 0, 0);
}

/* The program's own change does not bind what was edited before it. */
static void check_edited(void) {
	struct outage outage;
	testdb_run(t.db,
			"UPDATE attempt SET person_id = person_id + 1 WHERE id LIKE CONCAT(X'0907', '%')"
			" ORDER BY id DESC LIMIT 1");
	check_found("another owner", 1, 0, 0);
	CHECK_INT("outage", outage_store_end(t.db, keys, START + 3 * LIMIT, &outage), ERR_OK);
	CHECK_INT("given", outage.given, 2 * STUDENTS);
	check_found("given time since", 1, 0, 0);
	testdb_run(t.db,
			"UPDATE attempt SET person_id = person_id - 1 WHERE id LIKE CONCAT(X'0907', '%')"
			" ORDER BY id DESC LIMIT 1");
	check_found("its mac is not made anew", 1, 0, 0);
	bool is_bound = false;
	CHECK_INT("holds", bound_store_holds(t.db, keys, WORLD_SCHOOL, &id, &is_bound), ERR_OK);
	CHECK("holds", is_bound);
	CHECK_INT("old", bound_store_holds(t.db, keys, WORLD_SCHOOL, &old, &is_bound), ERR_OK);
	CHECK("old", !is_bound);
	CHECK_INT("elsewhere", bound_store_holds(t.db, keys, WORLD_OTHER_SCHOOL, &id, &is_bound),
			ERR_NOT_FOUND);
}

static void check_roots(void) {
	size_t signed_count = 0;
	testdb_run(t.db, "UPDATE attempt SET state = 3");
	CHECK_INT("roots", root_store_sign(t.db, keys, START + LIMIT, &signed_count), ERR_OK);
	CHECK_INT("roots", signed_count, 2);
	check_found("roots", 1, 0, 0);
	testdb_run(t.db, "DELETE FROM sitting_root");
	CHECK_INT("again", root_store_sign(t.db, keys, START + LIMIT, &signed_count), ERR_OK);
	CHECK_INT("a root that is gone is not made again", signed_count, 0);
	check_found("both are missed", 1, 0, 2);
	testdb_run(t.db, "UPDATE sitting SET root_count = 0");
	check_found("and so is the number of the one that is bound", 1, 1, 0);
}

int main(void) {
	char folder[128];
	char path[160];
	struct blueprint bp;
	uint64_t paper = 0;
	const struct bank_actor teacher = { WORLD_SCHOOL, WORLD_TEACHER };
	testdb_start(&t, "bound");
	testdb_folder(folder, sizeof(folder));
	(void)snprintf(path, sizeof(path), "%s/keys", folder); /* fits */
	CHECK_INT("keys", keys_load_or_make(path, 1, &keys), ERR_OK);
	world_make(t.db);
	CHECK_INT("preset", blueprint_preset(str_from("free"), &bp), ERR_OK);
	CHECK_INT("paper", paper_store_add(t.db, teacher, WORLD_MATHS, "Đề", &bp, 9, &paper),
			ERR_OK);
	add_sitting(paper, &old, false);
	add_sitting(paper, &id, true);
	CHECK_INT("deal", db_transact(t.db, deal, NULL), ERR_OK);
	check_found("dealt", 0, 0, 0);
	check_changes();
	check_edited();
	check_roots();
	keys_free(keys);
	testdb_remove(folder);
	testdb_stop(&t);
	return check_done();
}
