#include "exam/hall/sitting_store.h"

#include "exam/bank/paper_store.h"
#include "exam/hall/seat_store.h"
#include "exam/hall/variant_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"

static const struct bank_actor teacher = { WORLD_SCHOOL, WORLD_TEACHER };
static const struct id16 id = { { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 } };

static struct sitting make(uint64_t paper) {
	return (struct sitting){ .id = id,
		.school_id = WORLD_SCHOOL,
		.paper_id = paper,
		.subject_id = WORLD_MATHS,
		.created_by = WORLD_TEACHER,
		.title = "Giữa kỳ",
		.lobby_at_ms = 1000,
		.starts_at_ms = 2000,
		.window_end_ms = 9000,
		.limit_ms = 5000,
		.grace_ms = 2000,
		.variant_count = 2,
		.seed = UINT64_MAX - 1,
		.outage = SITTING_OUTAGE_LOST,
		.release = SITTING_RELEASE_MARK,
		.column = { WORLD_TERM, 2, 1 },
		.state = SITTING_PUBLISHED,
		.revision = 1,
		.sealing = 1 };
}

static uint64_t make_paper(struct db *db) {
	struct blueprint bp;
	uint64_t paper = 0;
	CHECK_INT("preset", blueprint_preset(str_from("free"), &bp), ERR_OK);
	CHECK_INT("paper", paper_store_add(db, teacher, WORLD_MATHS, "Đề", &bp, 9, &paper), ERR_OK);
	return paper;
}

static void check_sitting(struct db *db, uint64_t paper) {
	struct sitting s = make(paper);
	struct sitting read;
	CHECK_INT("add", sitting_store_add(db, &s, 1), ERR_OK);
	CHECK_INT("again", sitting_store_add(db, &s, 1), ERR_EXISTS);
	CHECK_INT("load", sitting_store_load(db, WORLD_SCHOOL, &id, &read), ERR_OK);
	CHECK_STR("title", read.title, s.title);
	CHECK_INT("seed", (int64_t)(read.seed - s.seed), 0);
	CHECK_INT("outage", read.outage, s.outage);
	CHECK_INT("release", read.release, s.release);
	CHECK_INT("column", read.column.term_id, WORLD_TERM);
	CHECK_INT("column", read.column.kind, 2);
	CHECK_INT("window", read.window_end_ms, 9000);
	CHECK_INT("not released", read.released_at_ms, 0);
	CHECK_INT("other school", sitting_store_load(db, WORLD_OTHER_SCHOOL, &id, &read),
			ERR_NOT_FOUND);
	CHECK_INT("release", sitting_store_release(db, WORLD_SCHOOL, &id, SITTING_RELEASE_ALL, 77),
			0);
	CHECK_INT("release elsewhere",
			sitting_store_release(db, WORLD_OTHER_SCHOOL, &id, SITTING_RELEASE_ALL, 77),
			ERR_NOT_FOUND);
	CHECK_INT("load", sitting_store_load(db, WORLD_SCHOOL, &id, &read), ERR_OK);
	CHECK_INT("released", read.released_at_ms, 77);
}

static void check_rooms(struct db *db) {
	char name[] = "10A1";
	struct sitting_room room = {
		.class_id = WORLD_CLASS, .name = name, .invigilator_id = WORLD_COLLEAGUE
	};
	struct sitting_rooms rooms = { 0 };
	struct sitting read;
	struct id16 found;
	uint64_t room_id = 0;
	CHECK_INT("add", sitting_store_add_room(db, WORLD_SCHOOL, &id, &room, &room_id), ERR_OK);
	CHECK_INT("rooms", sitting_store_rooms(db, WORLD_SCHOOL, &id, &rooms), ERR_OK);
	CHECK_INT("rooms", rooms.count, 1);
	CHECK_STR("class", rooms.items[0].class_name, "10A1");
	CHECK_STR("invigilator", rooms.items[0].invigilator_name, "Trần Văn Minh");
	sitting_rooms_finish(&rooms);
	CHECK_INT("of room", sitting_store_of_room(db, WORLD_SCHOOL, room_id, &read), ERR_OK);
	CHECK("of room", id16_equal(&read.id, &id));
	CHECK_INT("of room elsewhere",
			sitting_store_of_room(db, WORLD_OTHER_SCHOOL, room_id, &read),
			ERR_NOT_FOUND);
	CHECK_INT("owner", sitting_store_watches(db, WORLD_SCHOOL, room_id, WORLD_TEACHER, &found),
			0);
	CHECK_INT("watch",
			sitting_store_watches(db, WORLD_SCHOOL, room_id, WORLD_COLLEAGUE, &found),
			0);
	CHECK_INT("nobody", sitting_store_watches(db, WORLD_SCHOOL, room_id, WORLD_OFFICE, &found),
			ERR_NOT_FOUND);
	CHECK_INT("elsewhere",
			sitting_store_watches(
					db, WORLD_OTHER_SCHOOL, room_id, WORLD_TEACHER, &found),
			ERR_NOT_FOUND);
	static const struct {
		uint64_t school, person;
		size_t want;
	} lists[] = { { WORLD_SCHOOL, WORLD_TEACHER, 1 }, { WORLD_SCHOOL, WORLD_COLLEAGUE, 1 },
		{ WORLD_SCHOOL, WORLD_OFFICE, 0 }, { WORLD_SCHOOL, 0, 1 },
		{ WORLD_OTHER_SCHOOL, 0, 0 } };
	for (size_t i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		struct sitting_list list = { 0 };
		CHECK_INT("list", sitting_store_list(db, lists[i].school, lists[i].person, &list),
				0);
		CHECK_INT("list", list.count, lists[i].want);
		sitting_list_finish(&list);
	}
}

static void check_attempts(struct db *db) {
	struct seat_students students = { 0 };
	struct sitting_rooms rooms = { 0 };
	struct sitting_attempts waiting = { 0 };
	struct sitting_attempt attempts[WORLD_STUDENT_COUNT] = { { .room_id = 0 } };
	CHECK_INT("class elsewhere",
			seat_store_students(db, WORLD_SCHOOL, WORLD_OTHER_CLASS, &students),
			ERR_NOT_FOUND);
	testdb_run(db, "UPDATE enrolment SET to_on = '2026-10-01' WHERE student_id = 205");
	CHECK_INT("class", seat_store_students(db, WORLD_SCHOOL, WORLD_CLASS, &students), ERR_OK);
	CHECK_INT("who left is not there", students.count, WORLD_STUDENT_COUNT - 1);
	CHECK_STR("code", students.items[0].code, "HS201");
	CHECK_INT("rooms", sitting_store_rooms(db, WORLD_SCHOOL, &id, &rooms), ERR_OK);
	for (size_t i = 0; i < students.count; i++) {
		attempts[i] = (struct sitting_attempt){ .id = { { 9, (uint8_t)i } },
			.room_id = rooms.items[0].id,
			.student_id = students.items[i].student_id,
			.person_id = students.items[i].person_id,
			.variant = "101",
			.ends_at_ms = 7000 + (int64_t)i };
	}
	CHECK_INT("add",
			sitting_store_add_attempts(db, WORLD_SCHOOL, &id, attempts, students.count),
			ERR_OK);
	attempts[0].id.b[5] = 9;
	CHECK_INT("twice", sitting_store_add_attempts(db, WORLD_SCHOOL, &id, attempts, 1),
			ERR_EXISTS);
	CHECK_INT("waiting", sitting_store_waiting(db, WORLD_SCHOOL, &id, &waiting), ERR_OK);
	CHECK_INT("waiting", waiting.count, students.count);
	sitting_attempts_finish(&waiting);
	CHECK_INT("end elsewhere",
			sitting_store_set_end(db, WORLD_OTHER_SCHOOL, &attempts[1].id, 8000),
			ERR_CLOSED);
	CHECK_INT("end", sitting_store_set_end(db, WORLD_SCHOOL, &attempts[1].id, 8000), ERR_OK);
	CHECK_INT("end", testdb_number(db, "SELECT MAX(ends_at_ms) FROM attempt"), 8000);
	CHECK_INT("revision", testdb_number(db, "SELECT MAX(ends_revision) FROM attempt"), 2);
	struct sitting read;
	CHECK_INT("load", sitting_store_load(db, WORLD_SCHOOL, &id, &read), ERR_OK);
	CHECK_INT("last end", read.last_end_ms, 8000);
	seat_students_finish(&students);
	sitting_rooms_finish(&rooms);
}

static void check_sealed(struct db *db) {
	struct paper_slot slot = { 5, 1, 0, 50, QUESTION_SINGLE, 2, { 1, 0 } };
	struct paper_layout layout = { .part_count = 1, .slots = &slot, .slot_count = 1 };
	struct variants variants = { 0 };
	CHECK_INT("variant", variant_store_add(db, WORLD_SCHOOL, &id, "102", &layout), ERR_OK);
	CHECK_INT("variant", variant_store_add(db, WORLD_SCHOOL, &id, "101", &layout), ERR_OK);
	CHECK_INT("twice", variant_store_add(db, WORLD_SCHOOL, &id, "101", &layout), ERR_EXISTS);
	CHECK_INT("list", variant_store_list(db, WORLD_SCHOOL, &id, &variants), ERR_OK);
	CHECK_INT("list", variants.count, 2);
	CHECK_STR("by code", variants.items[0].code, "101");
	CHECK("layout", paper_layout_equal(variants.items[1].layout, &layout));
	variants_finish(&variants);
	CHECK_INT("elsewhere", variant_store_list(db, WORLD_OTHER_SCHOOL, &id, &variants), ERR_OK);
	CHECK_INT("elsewhere", variants.count, 0);
	variants_finish(&variants);

	struct variant_part part = { WORLD_SCHOOL, id, { "101", 3 }, 0, 0, 1 };
	struct variant_keys keys = { 0 };
	struct variant_part_rows rows = { 0 };
	_cleanup_(buf_finish) struct buf bytes = buf_make(100);
	CHECK_INT("key", variant_store_add_key(db, &part, str_from("box1")), ERR_OK);
	CHECK_INT("part", variant_store_add_part(db, &part, (struct str){ "a\0b", 3 }), ERR_OK);
	part.rev = 2;
	CHECK_INT("key", variant_store_add_key(db, &part, str_from("box2")), ERR_OK);
	CHECK_INT("part", variant_store_add_part(db, &part, str_from("later")), ERR_OK);
	CHECK_INT("keys", variant_store_keys(db, WORLD_SCHOOL, &id, &keys), ERR_OK);
	CHECK_INT("only the present sealing", keys.count, 1);
	CHECK_MEM("box", keys.items[0].box, "box1", 4);
	variant_keys_finish(&keys);
	part.rev = 1;
	CHECK_INT("read", variant_store_part(db, &part, &bytes), ERR_OK);
	CHECK_INT("read", bytes.len, 3);
	CHECK_INT("rows", variant_store_part_rows(db, WORLD_SCHOOL, &id, str_from("101"), &rows),
			0);
	CHECK_INT("rows", rows.count, 1);
	CHECK_INT("rows", rows.items[0].bytes, 3);
	variant_part_rows_finish(&rows);
	part.school_id = WORLD_OTHER_SCHOOL;
	CHECK_INT("elsewhere", variant_store_part(db, &part, &bytes), ERR_NOT_FOUND);
	CHECK_INT("drop", variant_store_drop_sealings(db, WORLD_SCHOOL, &id, 2), ERR_OK);
	part.school_id = WORLD_SCHOOL;
	CHECK_INT("gone", variant_store_part(db, &part, &bytes), ERR_NOT_FOUND);
	part.rev = 2;
	CHECK_INT("kept", variant_store_part(db, &part, &bytes), ERR_OK);
}

static void check_move(struct db *db) {
	struct sitting s;
	CHECK_INT("load", sitting_store_load(db, WORLD_SCHOOL, &id, &s), ERR_OK);
	s.starts_at_ms = 3000;
	s.sealing = 2;
	CHECK_INT("move", sitting_store_move(db, &s), ERR_OK);
	CHECK_INT("the same again", sitting_store_move(db, &s), ERR_STALE);
	CHECK_INT("key by the old times", sitting_store_key_sent(db, WORLD_SCHOOL, &id, 1),
			ERR_CONFLICT);
	CHECK_INT("key", sitting_store_key_sent(db, WORLD_SCHOOL, &id, 2), ERR_OK);
	CHECK_INT("key again", sitting_store_key_sent(db, WORLD_SCHOOL, &id, 2), ERR_OK);
	s.revision = 2;
	CHECK_INT("too late", sitting_store_move(db, &s), ERR_CONFLICT);
	s.school_id = WORLD_OTHER_SCHOOL;
	CHECK_INT("elsewhere", sitting_store_move(db, &s), ERR_NOT_FOUND);
}

int main(void) {
	struct testdb t;
	testdb_start(&t, "sitting");
	world_make(t.db);
	check_sitting(t.db, make_paper(t.db));
	check_rooms(t.db);
	check_attempts(t.db);
	check_sealed(t.db);
	check_move(t.db);
	testdb_stop(&t);
	return check_done();
}
