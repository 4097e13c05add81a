#ifndef EXAM_HALL_ATTEMPT_STORE_H
#define EXAM_HALL_ATTEMPT_STORE_H

/*
 * Attempts as they are stored: loading a room, joining, beginning, an invigilator's acts. Every
 * statement names the school, and a guard stands in the statement that changes the row. Ends are
 * computed by the pure clock (phase.h) and stored with a revision that grows with each change.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/event_store.h"
#include "exam/hall/room.h"

/* Where an attempt is: all three must agree, or it is ERR_NOT_FOUND. */
struct attempt_place {
	uint64_t school;
	uint64_t room;
	struct id16 attempt;
};

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

/* --- one student --- */

/* An attempt as a join, a beginning or a log finds it. Owns what room_joined points at. */
struct attempt_loaded {
	struct room_attempt_row row; /* variant is not set: see variant_code; salt points here */
	char variant_code[EVENT_VARIANT_BYTES_MAX + 1];
	uint8_t salt[EVENT_SALT_BYTES];
	uint64_t school;
	uint64_t room;
	uint64_t person;
	struct id16 sitting;
	uint32_t seq;
	struct hash head;
	struct hash times;
	bool has_tail;
	struct message_proof tail;
	uint32_t signal_count;
	struct buf answers; /* JSON object: slot to value */
	uint16_t *answered;
	size_t answered_count;
	struct buf receipt;
};
void attempt_loaded_free(struct attempt_loaded *loaded);
DEFINE_FREEP(struct attempt_loaded *, attempt_loaded_free);
/* The room's view of it; valid as long as it. `variant` is the room's index of variant_code. */
void attempt_loaded_view(
		const struct attempt_loaded *loaded, uint16_t variant, struct room_joined *out);

/*
 * Raises the lease and loads the attempt, in one transaction. The lease of a closed attempt stays
 * and its receipt is loaded. The caller frees *out.
 * Errors  ERR_NOT_FOUND, those of the database
 */
enum err attempt_store_join(struct db *db, const struct keys *keys,
		const struct attempt_place *place, struct attempt_loaded **out) MUST_CHECK;
/* Loads it with the lease as it is. */
enum err attempt_store_load(struct db *db, const struct keys *keys,
		const struct attempt_place *place, struct attempt_loaded **out) MUST_CHECK;
/* Commits started_at_ms of an attempt with an own clock, unless it has begun. ERR_CLOSED. */
enum err attempt_store_begin(struct db *db, const struct attempt_place *place,
		const struct phase_sitting *sitting, int64_t at_ms) MUST_CHECK;

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

/* The times alone, and whether it is closed. */
struct attempt_times {
	struct phase_attempt times;
	uint32_t ends_revision;
	int64_t closed_ms;
	int close_why; /* 0: not closed */
	uint32_t gen;
	uint32_t seq;
};
enum err attempt_store_times(struct db *db, const struct attempt_place *place,
		struct attempt_times *out) MUST_CHECK;

/* --- acts of an invigilator --- */

enum attempt_act_kind {
	ATTEMPT_ACT_EXTRA = 1,
	ATTEMPT_ACT_MESSAGE = 2,
	ATTEMPT_ACT_HAND_IN = 3,
	ATTEMPT_ACT_DELAY = 4,
	ATTEMPT_ACT_START = 5,
};

struct attempt_act {
	uint64_t school;
	uint64_t room;
	bool is_for_one;     /* else the whole room */
	struct id16 attempt; /* with is_for_one */
	uint64_t person;     /* who does it */
	enum attempt_act_kind kind;
	int64_t amount_ms; /* extra, delay: added to what there is; may be negative, the sum not */
	struct str text;
	struct id16 key; /* the same request again does nothing */
	int64_t at_ms;
};

/*
 * Records an act and carries out what it changes in the attempts (extra, delay), in one
 * transaction; `each` is told the new times of every attempt that changed, after the commit.
 *
 * Errors  ERR_EXISTS     the key was used: it has been done already
 *         ERR_NOT_FOUND  no such room or attempt in this school
 *         ERR_CLOSED     the attempt is handed in; of a whole room, none is left open
 *         ERR_INVAL      the sum would be negative or over PHASE_SPAN_MAX_MS
 */
enum err attempt_store_act(struct db *db, const struct attempt_act *act,
		const struct phase_sitting *sitting,
		void (*each)(void *ctx, const struct id16 *attempt,
				const struct attempt_times *times),
		void *ctx) MUST_CHECK;

/* --- what is due --- */

/* Rooms with an attempt that is not closed though its stored end was at or before until_ms. */
enum err attempt_store_due_rooms(struct db *db, int64_t until_ms,
		enum err (*each)(void *ctx, uint64_t school, uint64_t room), void *ctx) MUST_CHECK;

/* The newest stored event of attempts that are not closed, for the clock's floor at the start;
 * 0 when there is none. */
enum err attempt_store_newest_ms(struct db *db, int64_t *out) MUST_CHECK;

#endif
