#ifndef EXAM_HALL_ATTEMPT_STORE_H
#define EXAM_HALL_ATTEMPT_STORE_H

/*
 * Attempts as they are stored: a row and how it is read, a room's list, what is due. Joins and
 * loads are attempt_join_store.h, an invigilator's acts attempt_act_store.h. Every statement names
 * the school, and a guard stands in the statement that changes the row.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "exam/hall/event.h"
#include "exam/hall/room.h"

/* Where an attempt is: all three must agree, or it is ERR_NOT_FOUND. */
struct attempt_place {
	uint64_t school;
	uint64_t room;
	struct id16 attempt;
};

/* --- a row --- */

/* The columns that attempt_store_read() reads, first in the statement, of the table as `a`. */
#define ATTEMPT_STORE_COLUMNS                                                                      \
	"a.id, a.person_id, a.student_id, a.variant, a.salt, a.gen, a.lease, a.state, a.delay_ms," \
	" a.extra_ms, a.personal_limit_ms, a.started_at_ms, a.ends_revision, a.last_at_ms,"        \
	" a.close_why, a.closed_at_ms, a.seq, a.head, a.times, a.sitting_id"

enum {
	ATTEMPT_STORE_VARIANT = 3, /* the column of the variant's code */
	ATTEMPT_STORE_COLUMN_COUNT = 20,
};

/* Spans point into the statement's row. */
struct attempt_row {
	struct room_attempt_row base;
	struct str variant;
	uint64_t student;
	struct id16 sitting;
	uint32_t seq;
	struct hash head;
	struct hash times;
	uint8_t salt[EVENT_SALT_BYTES];
};

enum err attempt_store_read(const struct db_stmt *stmt, struct attempt_row *out) MUST_CHECK;
/* Binds id, school and room, in this order from `first` on. */
void attempt_store_bind_place(
		struct db_stmt *stmt, unsigned first, const struct attempt_place *place);
/* One attempt's row, `is_locked` for update; out->variant is not set: it is copied into `variant`,
 * of EVENT_VARIANT_BYTES_MAX + 1 bytes. ERR_NOT_FOUND. */
enum err attempt_store_get(struct db *db, bool is_locked, const struct attempt_place *place,
		struct attempt_row *out, char *variant) MUST_CHECK;

/* --- loading a room --- */

/* An attempt of a room with what the board shows. Spans are valid during the call. */
struct attempt_listed {
	struct room_attempt_row row; /* variant is not set: see variant_code */
	struct str variant_code;
	uint64_t student;
	struct str name;   /* of the person */
	struct str code;   /* of the student */
	bool is_submitted; /* a submit is stored, and no close: it is owed */
	int64_t submitted_at_ms;
};

/* Every attempt of a room, by the students' names. */
enum err attempt_store_each(struct db *db, uint64_t school, uint64_t room,
		enum err (*each)(void *ctx, const struct attempt_listed *listed),
		void *ctx) MUST_CHECK;

/* Whose attempt it is and where, for the page; longer names are ERR_LIMIT. */
struct attempt_sitter {
	char name[512]; /* full name */
	char code[160]; /* of the student */
	char room[512]; /* the room's name */
};
enum err attempt_store_sitter(struct db *db, const struct attempt_place *place,
		struct attempt_sitter *out) MUST_CHECK;
/* ERR_OK when the person sits in the room, else ERR_NOT_FOUND. */
enum err attempt_store_sits(
		struct db *db, uint64_t school, uint64_t room, uint64_t person) MUST_CHECK;

/* --- what is due --- */

/* Rooms with an attempt that is not closed though its stored end was at or before until_ms. */
enum err attempt_store_due_rooms(struct db *db, int64_t until_ms,
		enum err (*each)(void *ctx, uint64_t school, uint64_t room), void *ctx) MUST_CHECK;

/* The newest stored event of attempts that are not closed, for the clock's floor at the start;
 * 0 when there is none. */
enum err attempt_store_newest_ms(struct db *db, int64_t *out) MUST_CHECK;

#endif
