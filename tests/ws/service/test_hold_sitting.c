#include "ws/service/hold_sitting.h"

#include <stdlib.h>

#include "core/seal/secret.h"
#include "exam/bank/paper_store.h"
#include "exam/hall/sealed.h"
#include "exam/hall/sitting_store.h"
#include "exam/hall/variant_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"
#include "tests/exam/world_paper.h"

enum { MINUTE = 60000 };

#define NOW INT64_C(1788000000000)

static const uint64_t classes[] = { WORLD_CLASS, WORLD_CLASS_2 };

static struct hold_plan usual(uint64_t paper) {
	return (struct hold_plan){
		.sitting = { .school_id = WORLD_SCHOOL,
				.paper_id = paper,
				.created_by = WORLD_TEACHER,
				.title = "Giữa kỳ I",
				.lobby_at_ms = NOW,
				.starts_at_ms = NOW + 10 * MINUTE,
				.window_end_ms = NOW + 55 * MINUTE,
				.limit_ms = 45 * MINUTE,
				.grace_ms = 2000,
				.variant_count = 4,
				.outage = SITTING_OUTAGE_NOTHING,
				.release = SITTING_RELEASE_MARK,
				.column = { WORLD_TERM, 2, 1 } },
		.class_ids = classes,
		.class_count = 2,
	};
}

static bool has_at(const struct diag *diag, const char *where, const char *code) {
	for (size_t i = 0; i < diag->count; i++) {
		if (strcmp(diag->items[i].where, where) == 0 &&
				strcmp(diag->items[i].code, code) == 0) {
			return true;
		}
	}
	return false;
}

static void refuse(struct db *db, const struct keys *keys, const char *name,
		const struct hold_plan *plan, enum err want, const char *where, const char *code) {
	struct diag problems = { 0 };
	struct id16 id = { { 77 } };
	CHECK_INT(name, hold_sitting_publish(db, keys, plan, NOW, &problems, &id), want);
	CHECK(name, !code || has_at(&problems, where, code));
	CHECK_INT(name, id.b[0], 77);
	diag_finish(&problems);
	CHECK_INT(name, testdb_number(db, "SELECT COUNT(*) FROM sitting"), 0);
	CHECK_INT(name, testdb_number(db, "SELECT COUNT(*) FROM attempt"), 0);
	CHECK_INT(name, testdb_number(db, "SELECT COUNT(*) FROM sealed_part"), 0);
	CHECK_INT(name, testdb_number(db, "SELECT COUNT(*) FROM paper WHERE state = 2"), 0);
}

static void check_refusals(struct db *db, const struct keys *keys, uint64_t paper) {
	static const uint64_t not_taught[] = { WORLD_CLASS, WORLD_OTHER_CLASS };
	struct hold_plan plan = usual(paper);
	plan.sitting.starts_at_ms = NOW;
	refuse(db, keys, "past", &plan, ERR_INVAL, "/startsAt", "sitting.starts_at");
	plan = usual(paper);
	plan.class_ids = not_taught;
	refuse(db, keys, "not taught", &plan, ERR_DENIED, "/classes", "sitting.class_not_taught");
	plan = usual(paper);
	plan.sitting.created_by = WORLD_COLLEAGUE;
	refuse(db, keys, "another's paper", &plan, ERR_NOT_FOUND, NULL, NULL);
	plan = usual(paper + 1000);
	refuse(db, keys, "no paper", &plan, ERR_NOT_FOUND, NULL, NULL);
	plan = usual(paper);
	plan.class_count = 0;
	refuse(db, keys, "no class", &plan, ERR_MISSING, "/classes", "sitting.no_student");
	plan = usual(paper);
	plan.sitting.column.term_id = WORLD_TERM + 1;
	refuse(db, keys, "another school's term", &plan, ERR_INVAL, "/column", "sitting.column");
	plan = usual(paper);
	plan.sitting.column.position = 9;
	refuse(db, keys, "no such column", &plan, ERR_INVAL, "/column", "sitting.column");
	struct hold_extra extra = { WORLD_OTHER_STUDENT, MINUTE };
	plan = usual(paper);
	plan.extras = &extra;
	plan.extra_count = 1;
	refuse(db, keys, "extra for a stranger", &plan, ERR_INVAL, "/accommodations",
			"sitting.accommodation");
	testdb_run(db,
			"UPDATE question_revision SET answer_key = 'null' WHERE question_id ="
			" (SELECT question_id FROM paper_item WHERE position = 2)");
	plan = usual(paper);
	refuse(db, keys, "no key", &plan, ERR_INVAL, "", "question.key_missing");
	testdb_run(db,
			"UPDATE question_revision SET answer_key = '\"A\"' WHERE question_id ="
			" (SELECT question_id FROM paper_item WHERE position = 2)");
	testdb_run(db, "UPDATE picture SET school_id = 2");
	refuse(db, keys, "no picture", &plan, ERR_MISSING, "", "sitting.picture_missing");
	testdb_run(db, "UPDATE picture SET school_id = 1");
}

static void check_preview(struct db *db, uint64_t paper) {
	struct hold_extra extra = { WORLD_STUDENT + 1, 20 * MINUTE };
	struct hold_plan plan = usual(paper);
	struct diag problems = { 0 };
	struct hold_seats seats = { 0 };
	plan.extras = &extra;
	plan.extra_count = 1;
	CHECK_INT("preview", hold_sitting_preview(db, &plan, NOW, &problems, &seats), ERR_OK);
	CHECK_INT("seats", seats.count, WORLD_STUDENT_COUNT + WORLD_STUDENT_2_COUNT);
	CHECK_INT("end", seats.items[0].ends_at_ms, NOW + 55 * MINUTE);
	CHECK_INT("end with extra", seats.items[1].ends_at_ms, NOW + 75 * MINUTE);
	CHECK_STR("code", seats.items[1].code, "HS202");
	CHECK_INT("wrote nothing", testdb_number(db, "SELECT COUNT(*) FROM sitting"), 0);
	hold_seats_finish(&seats);
	diag_finish(&problems);
}

/* Every attempt's chain begins where its ids and salt say; neighbours have other variants. */
static void check_attempts(struct db *db, const struct id16 *id) {
	struct sitting_attempts list = { 0 };
	CHECK_INT("attempts", sitting_store_waiting(db, WORLD_SCHOOL, id, &list), ERR_OK);
	CHECK_INT("attempts", list.count, 8);
	for (size_t i = 0; i < list.count; i++) {
		const struct sitting_attempt *a = &list.items[i];
		struct event_origin origin = { WORLD_SCHOOL, *id, a->id, a->salt,
			str_from(a->variant) };
		struct hash head;
		event_genesis(&origin, &head);
		CHECK("genesis", hash_equal(&head, &a->head));
		for (size_t k = 0; k < i; k++) {
			const struct sitting_attempt *b = &list.items[k];
			CHECK("own id", !id16_equal(&a->id, &b->id));
			CHECK("own salt", memcmp(a->salt, b->salt, sizeof(a->salt)) != 0);
			bool are_neighbours = a->student_id == b->student_id + 1 ||
					b->student_id == a->student_id + 1;
			CHECK("neighbours", !are_neighbours || strcmp(a->variant, b->variant) != 0);
		}
	}
	sitting_attempts_finish(&list);
	CHECK_INT("the class's extra", testdb_number(db, "SELECT SUM(extra_ms) FROM attempt"),
			MINUTE);
	CHECK_INT("its end",
			testdb_number(db, "SELECT MAX(ends_at_ms) - MIN(ends_at_ms) FROM attempt"),
			MINUTE);
	CHECK_INT("rooms",
			testdb_number(db, "SELECT COUNT(*) FROM room WHERE invigilator_id = 101"),
			2);
}

static bool contains(const struct buf *b, const char *text) {
	return memmem(buf_str(b), b->len, text, strlen(text)) != NULL;
}

static void open_part(const struct keys *keys, const struct variant_key *key,
		const struct buf *file, struct buf *plain) {
	uint8_t seal_key[KEYS_BYTES];
	struct sealed_header header;
	_cleanup_(buf_finish) struct buf opened = buf_make(100);
	keys_derive(keys, KEYS_SEAL_CONTEXT, 0, seal_key);
	CHECK_INT("box",
			box_open(seal_key, (struct str){ (const char *)key->box, key->box_bytes },
					&opened),
			ERR_OK);
	CHECK_INT("key", opened.len, BOX_KEY_BYTES);
	CHECK_INT("open",
			sealed_open((const uint8_t *)buf_str(&opened),
					(struct str){ buf_str(file), file->len }, &header, plain),
			ERR_OK);
	CHECK_INT("rev", header.rev, key->rev);
}

/* Files tell nothing; opened they hold the paper in the variant's letters, and no key. */
static void check_sealed(
		struct db *db, const struct keys *keys, const struct id16 *id, uint32_t rev) {
	struct variant_keys list = { 0 };
	size_t bytes[2] = { 0, 0 };
	CHECK_INT("keys", variant_store_keys(db, WORLD_SCHOOL, id, &list), ERR_OK);
	CHECK_INT("keys", list.count, 4);
	for (size_t v = 0; v < list.count; v++) {
		for (uint16_t part = 0; part < 2; part++) {
			_cleanup_(buf_finish) struct buf file = buf_make(8 << 20);
			_cleanup_(buf_finish) struct buf plain = buf_make(8 << 20);
			struct variant_part which = { WORLD_SCHOOL, *id,
				str_from(list.items[v].variant), 0, part, rev };
			CHECK_INT("part", variant_store_part(db, &which, &file), ERR_OK);
			CHECK("equally long", bytes[part] == 0 || bytes[part] == file.len);
			bytes[part] = file.len;
			CHECK("sealed",
					!contains(&file, WORLD_STEM_MARK) &&
							!contains(&file, WORLD_PICTURE_MARK));
			open_part(keys, &list.items[v], &file, &plain);
			CHECK("paper",
					contains(&plain,
							part ? WORLD_PICTURE_MARK
							     : WORLD_STEM_MARK));
			CHECK("no key",
					!contains(&plain, "\"key\"") &&
							!contains(&plain, "Hà Nội") &&
							!contains(&plain, "3,14") &&
							!contains(&plain, "Chấm ý") &&
							!contains(&plain, "question"));
		}
	}
	variant_keys_finish(&list);
}

static enum err say_yes(void *ctx, const struct sitting *moved) {
	*(int64_t *)ctx = moved->starts_at_ms;
	return ERR_OK;
}

static void check_move(struct db *db, const struct keys *keys, const struct id16 *id) {
	struct sitting moved;
	int64_t asked = 0;
	int64_t bell = NOW + 20 * MINUTE;
	struct hold_move move = { WORLD_SCHOOL, WORLD_TEACHER, *id, bell, 1, NULL, NULL };
	/* One waits in the lobby: she has a lease, and her attempt is no longer only prepared. */
	testdb_run(db, "UPDATE attempt SET state = 2, lease = 1 ORDER BY id LIMIT 1");
	move.person_id = WORLD_COLLEAGUE;
	CHECK_INT("another's", hold_sitting_move(db, keys, &move, NOW, &moved), ERR_NOT_FOUND);
	move.person_id = WORLD_TEACHER;
	move.revision = 2;
	CHECK_INT("stale", hold_sitting_move(db, keys, &move, NOW, &moved), ERR_STALE);
	move.revision = 1;
	CHECK_INT("move", hold_sitting_move(db, keys, &move, NOW, &moved), ERR_OK);
	CHECK_INT("lobby", moved.lobby_at_ms, NOW + 10 * MINUTE);
	CHECK_INT("window", moved.window_end_ms, NOW + 65 * MINUTE);
	CHECK_INT("revision", moved.revision, 2);
	CHECK_INT("sealing", moved.sealing, 2);
	CHECK_INT("ends", testdb_number(db, "SELECT MIN(ends_at_ms) FROM attempt"),
			NOW + 65 * MINUTE);
	CHECK_INT("ends", testdb_number(db, "SELECT MIN(ends_revision) FROM attempt"), 2);
	CHECK_INT("old files", testdb_number(db, "SELECT COUNT(*) FROM sealed_part WHERE rev = 1"),
			0);
	CHECK_INT("old keys", testdb_number(db, "SELECT COUNT(*) FROM sealed_key WHERE rev = 1"),
			0);
	check_sealed(db, keys, id, 2);

	move.revision = 2;
	move.starts_at_ms = bell + MINUTE;
	CHECK_INT("last minute, nobody to ask",
			hold_sitting_move(db, keys, &move, bell - MINUTE, &moved), ERR_CONFLICT);
	move.confirm = say_yes;
	move.ctx = &asked;
	CHECK_INT("before the last minute",
			hold_sitting_move(db, keys, &move, bell - MINUTE - 1, &moved), ERR_OK);
	CHECK_INT("nobody was asked", asked, 0);
	move.revision = 3;
	move.starts_at_ms += MINUTE;
	CHECK_INT("last minute, asked", hold_sitting_move(db, keys, &move, bell, &moved), ERR_OK);
	CHECK_INT("asked", asked, bell + 2 * MINUTE);
	move.revision = 4;
	CHECK_INT("after the bell", hold_sitting_move(db, keys, &move, bell + 2 * MINUTE, &moved),
			ERR_CONFLICT);
	CHECK_INT("key", sitting_store_key_sent(db, WORLD_SCHOOL, id, 4), ERR_OK);
	move.starts_at_ms = bell + 9 * MINUTE;
	CHECK_INT("key sent", hold_sitting_move(db, keys, &move, bell, &moved), ERR_CONFLICT);
}

int main(void) {
	struct testdb t;
	char folder[128];
	_cleanup_(keys_freep) struct keys *keys = NULL;
	CHECK_INT("secrets", secret_init(), ERR_OK);
	testdb_start(&t, "hold");
	testdb_folder(folder, sizeof(folder));
	CHECK_INT("keys", keys_load_or_make(folder, NOW, &keys), ERR_OK);
	world_make(t.db);
	uint64_t paper = world_paper_make(t.db);
	check_refusals(t.db, keys, paper);
	check_preview(t.db, paper);

	struct hold_extra extra = { WORLD_STUDENT_2, MINUTE };
	struct hold_plan plan = usual(paper);
	struct diag problems = { 0 };
	struct id16 id;
	plan.extras = &extra;
	plan.extra_count = 1;
	CHECK_INT("publish", hold_sitting_publish(t.db, keys, &plan, NOW, &problems, &id), ERR_OK);
	CHECK_INT("no problems", problems.count, 0);
	CHECK_INT("frozen", testdb_number(t.db, "SELECT state FROM paper"), PAPER_IN_USE);
	check_attempts(t.db, &id);
	check_sealed(t.db, keys, &id, 1);
	check_move(t.db, keys, &id);
	testdb_stop(&t);
	testdb_remove(folder);
	return check_done();
}
