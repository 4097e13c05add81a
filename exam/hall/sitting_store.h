#ifndef EXAM_HALL_SITTING_STORE_H
#define EXAM_HALL_SITTING_STORE_H

/*
 * Sittings in the database with their rooms and prepared attempts; their variants and sealed papers
 * are variant_store.h. Every function is guarded by the school.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/db/db.h"
#include "exam/bank/paper.h"
#include "exam/hall/event.h"
#include "exam/hall/sitting.h"

enum { SITTING_STORE_LIST_MAX = 1000 };

/* --- sittings --- */

struct sitting_list {
	struct sitting *items;
	size_t count;
	size_t cap;
};
void sitting_list_finish(struct sitting_list *list);

/* Writes a new row as it is given: id, state, revision and sealing included. */
enum err sitting_store_add(struct db *db, const struct sitting *s, int64_t now_ms) MUST_CHECK;
/* ERR_NOT_FOUND. */
enum err sitting_store_load(struct db *db, uint64_t school_id, const struct id16 *id,
		struct sitting *out) MUST_CHECK;
/* The same, and the row stays locked until the end of the transaction. */
enum err sitting_store_lock(struct db *db, uint64_t school_id, const struct id16 *id,
		struct sitting *out) MUST_CHECK;
/* The sitting of a room. ERR_NOT_FOUND. */
enum err sitting_store_of_room(struct db *db, uint64_t school_id, uint64_t room_id,
		struct sitting *out) MUST_CHECK;
/* Newest start first: those that the person made or watches a room of; person 0: all of the
 * school. */
enum err sitting_store_list(struct db *db, uint64_t school_id, uint64_t person_id,
		struct sitting_list *out) MUST_CHECK;
/*
 * Writes lobby, start, window end and sealing of `s`, and raises the revision; only while the
 * stored revision is s->revision and no key was sent.
 * Errors  ERR_NOT_FOUND, ERR_STALE (another revision), ERR_CONFLICT (a key was sent)
 */
enum err sitting_store_move(struct db *db, const struct sitting *s) MUST_CHECK;
/* Before the first key of a sitting goes out: from now on its start may not move. Once more does
 * nothing. ERR_CONFLICT when the revision is not the stored one: load the times again. */
enum err sitting_store_key_sent(struct db *db, uint64_t school_id, const struct id16 *id,
		uint32_t revision) MUST_CHECK;
enum err sitting_store_release(struct db *db, uint64_t school_id, const struct id16 *id,
		enum sitting_release release, int64_t released_at_ms) MUST_CHECK;

/* --- rooms --- */

struct sitting_room {
	uint64_t id;
	uint64_t class_id; /* 0: none */
	uint64_t invigilator_id;
	unsigned attempt_count;
	char *name;
	char *class_name; /* "" without a class */
	char *invigilator_name;
};
struct sitting_rooms {
	struct sitting_room *items;
	size_t count;
	size_t cap;
};
void sitting_rooms_finish(struct sitting_rooms *list);

/* Class, name and invigilator are taken from `room`. */
enum err sitting_store_add_room(struct db *db, uint64_t school_id, const struct id16 *sitting,
		const struct sitting_room *room, uint64_t *out_id) MUST_CHECK;
enum err sitting_store_rooms(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct sitting_rooms *out) MUST_CHECK;
/* Whether the person owns the room's sitting or watches the room. ERR_NOT_FOUND when not, or when
 * there is no such room in the school. */
enum err sitting_store_watches(struct db *db, uint64_t school_id, uint64_t room_id,
		uint64_t person_id, struct id16 *out_sitting) MUST_CHECK;

/* --- attempts --- */

struct sitting_attempt {
	struct id16 id;
	uint64_t room_id;
	uint64_t student_id;
	uint64_t person_id;
	char variant[PAPER_VARIANT_BYTES];
	uint8_t salt[EVENT_SALT_BYTES];
	struct hash head; /* the genesis */
	int64_t delay_ms;
	int64_t extra_ms;
	int64_t personal_limit_ms; /* 0: none */
	int64_t ends_at_ms;
};
struct sitting_attempts {
	struct sitting_attempt *items;
	size_t count;
	size_t cap;
};
void sitting_attempts_finish(struct sitting_attempts *list);

/* Prepares attempts, in bulk. ERR_EXISTS when a student has one. */
enum err sitting_store_add_attempts(struct db *db, uint64_t school_id, const struct id16 *sitting,
		const struct sitting_attempt *attempts, size_t count) MUST_CHECK;
/* Those that are not closed and have not begun, for a change of times; locked. */
enum err sitting_store_waiting(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct sitting_attempts *out) MUST_CHECK;
/* Writes a new computed end, with the attempt's next revision of it. */
enum err sitting_store_set_end(struct db *db, uint64_t school_id, const struct id16 *attempt,
		int64_t ends_at_ms) MUST_CHECK;

#endif
