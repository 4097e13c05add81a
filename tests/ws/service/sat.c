#include "tests/ws/service/sat.h"

#include <stdio.h>

#include "exam/hall/event_store.h"
#include "exam/hall/sitting_store.h"
#include "tests/check.h"
#include "tests/db/testdb.h"
#include "tests/exam/world.h"
#include "tests/exam/world_paper.h"
#include "ws/service/hold_sitting.h"

enum { MINUTE = 60000 };

struct id16 sat_publish(struct db *db, const struct keys *keys, uint64_t paper, bool has_column) {
	static const uint64_t classes[] = { WORLD_CLASS, WORLD_CLASS_2 };
	struct hold_plan plan = {
		.sitting = { .school_id = WORLD_SCHOOL,
				.paper_id = paper,
				.created_by = WORLD_TEACHER,
				.title = "Giữa kỳ I",
				.lobby_at_ms = SAT_NOW,
				.starts_at_ms = SAT_NOW + 10 * MINUTE,
				.window_end_ms = SAT_NOW + 55 * MINUTE,
				.limit_ms = 45 * MINUTE,
				.grace_ms = 2000,
				.variant_count = 4,
				.outage = SITTING_OUTAGE_NOTHING,
				.release = SITTING_RELEASE_MARK },
		.class_ids = classes,
		.class_count = 2,
	};
	struct diag problems = { 0 };
	struct id16 id = { { 0 } };
	if (has_column) {
		plan.sitting.column = (struct sitting_column){ WORLD_TERM, 2, 1 };
	}
	CHECK_INT("publish", hold_sitting_publish(db, keys, &plan, SAT_NOW, &problems, &id), 0);
	diag_finish(&problems);
	return id;
}

/* The student's attempt with its variant. */
static struct sitting_attempt attempt_of(
		struct db *db, const struct id16 *sitting, uint64_t student) {
	struct sitting_attempts list = { 0 };
	struct sitting_attempt found = { .room_id = 0 };
	CHECK_INT("waiting", sitting_store_waiting(db, WORLD_SCHOOL, sitting, &list), ERR_OK);
	for (size_t i = 0; i < list.count; i++) {
		if (list.items[i].student_id == student) {
			found = list.items[i];
		}
	}
	CHECK("attempt", found.room_id);
	sitting_attempts_finish(&list);
	return found;
}

struct id16 sat_attempt_of(struct db *db, const struct id16 *sitting, uint64_t student) {
	return attempt_of(db, sitting, student).id;
}

/* The canonical value of a right or a wrong answer, in the letters of the slot. */
static void print_value(const struct paper_slot *slot, const struct question_key *key,
		bool is_right, struct buf *out) {
	const char *comma = "";
	switch (slot->kind) {
	case QUESTION_SINGLE:
		for (unsigned i = 0; i < slot->choice_count; i++) {
			bool is_key = (key->right & 1u << slot->order[i]) != 0;
			if (is_key == is_right) {
				buf_addf(out, "\"%c\"", 'A' + (int)i);
				return;
			}
		}
		return;
	case QUESTION_MULTIPLE:
	case QUESTION_TRUEFALSE:
		buf_add_char(out, '[');
		for (unsigned i = 0; i < slot->choice_count; i++) {
			bool is_on = ((key->right & 1u << slot->order[i]) != 0) == is_right;
			if (slot->kind == QUESTION_TRUEFALSE) {
				buf_addf(out, "%s%s", comma, is_on ? "true" : "false");
				comma = ",";
			} else if (is_on) {
				buf_addf(out, "%s\"%c\"", comma, 'A' + (int)i);
				comma = ",";
			}
		}
		buf_add_char(out, ']');
		return;
	case QUESTION_NUMERIC:
		buf_add_str(out, is_right ? "\"3.15\"" : "\"4\"");
		return;
	case QUESTION_TEXT:
		buf_add_str(out, is_right ? "\"HÀ NỘI\"" : "\"Huế\"");
		return;
	case QUESTION_ESSAY:
		buf_add_str(out, "\"Bài làm\"");
		return;
	}
}

static void add_event(struct db *db, const struct sitting_attempt *a, uint32_t seq, unsigned slot,
		const struct buf *value) {
	struct event_row row = { .school = WORLD_SCHOOL,
		.room = a->room_id,
		.attempt = a->id,
		.gen = 1,
		.lease = 1,
		.event = { seq, slot ? EVENT_ANSWER : EVENT_SUBMIT, (uint16_t)slot,
				{ slot ? buf_str(value) : "null", slot ? value->len : 4 } },
		.at_ms = SAT_NOW + 11 * MINUTE };
	const struct event_row *rows[] = { &row };
	CHECK_INT("event", event_store_insert(db, rows, 1), ERR_OK);
}

struct handing {
	const struct id16 *sitting;
	uint64_t student;
	unsigned right;
	bool has_essay;
};

static enum err hand_in(struct db *db, void *ctx) {
	const struct handing *h = ctx;
	struct sitting_attempt a = attempt_of(db, h->sitting, h->student);
	_cleanup_(scoring_sheet_freep) struct scoring_sheet *sheet = NULL;
	uint32_t seq = 1;
	CHECK_INT("sheet", scoring_store_sheet(db, WORLD_SCHOOL, h->sitting, &sheet), ERR_OK);
	const struct paper_layout *layout = scoring_sheet_layout(sheet, a.variant);
	for (unsigned s = 0; s < layout->slot_count; s++) {
		const struct paper_slot *slot = &layout->slots[s];
		const struct bank_question *q = scoring_sheet_question(sheet, slot);
		unsigned place = (unsigned)(q - sheet->questions.items);
		_cleanup_(buf_finish) struct buf value = buf_make(1000);
		if (slot->kind == QUESTION_ESSAY && !h->has_essay) {
			continue;
		}
		print_value(slot, &q->q.key, place < h->right, &value);
		add_event(db, &a, seq++, s + 1, &value);
	}
	add_event(db, &a, seq, 0, NULL);
	char sql[300];
	char hex[2 * ID16_BYTES + 1];
	str_hex(a.id.b, ID16_BYTES, hex);
	snprintf(sql, sizeof(sql),
			"UPDATE attempt SET state = 3, lease = 1, close_why = 1, closed_at_ms = %lld"
			" WHERE id = UNHEX('%s')",
			(long long)(SAT_NOW + 12 * MINUTE), hex);
	testdb_run(db, sql);
	return ERR_OK;
}

void sat_hand_in(struct db *db, const struct id16 *sitting, uint64_t student, unsigned right,
		bool has_essay) {
	struct handing h = { sitting, student, right, has_essay };
	CHECK_INT("hand in", db_transact(db, hand_in, &h), ERR_OK);
}
