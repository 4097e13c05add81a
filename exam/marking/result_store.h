#ifndef EXAM_MARKING_RESULT_STORE_H
#define EXAM_MARKING_RESULT_STORE_H

/*
 * Results as people read them: of a sitting by its teacher, of a student by him or her. Says what
 * is stored; who may see how much of it is sitting.h and the caller. Guarded by the school.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "exam/bank/paper.h"
#include "exam/hall/sitting.h"
#include "exam/marking/scoring.h"

enum {
	RESULT_STORE_RESULTS_MAX = SITTING_ATTEMPTS_MAX,
	RESULT_STORE_MINE_MAX = 500, /* sittings of one student */
};

struct result {
	struct id16 attempt;
	uint32_t gen;
	uint64_t student_id;
	uint64_t person_id;
	uint64_t class_id; /* of the room; 0: none */
	char variant[PAPER_VARIANT_BYTES];
	unsigned state; /* 1 prepared, 2 open, 3 closed */
	bool is_scored;
	uint32_t number; /* of the score */
	struct scoring_total total;
	int64_t closed_at_ms; /* 0: not closed */
	unsigned close_why;   /* enum message_why, 0: not closed */
	bool has_receipt;
	int64_t ends_at_ms;
	int64_t extra_ms;
	int64_t delay_ms;
	int64_t started_at_ms; /* own clock only; 0: not begun */
	bool has_joined;       /* came in at least once */
	char *student_code;
	char *full_name;
	char *class_name;
};
struct results {
	struct result *items;
	size_t count;
	size_t cap;
};
void results_finish(struct results *list);
/* Every attempt of a sitting, by room and name. */
enum err result_store_list(struct db *db, uint64_t school_id, const struct id16 *sitting,
		struct results *out) MUST_CHECK;
/* Those of one room, by name. */
enum err result_store_room(struct db *db, uint64_t school_id, const struct id16 *sitting,
		uint64_t room_id, struct results *out) MUST_CHECK;
/* One attempt, and its sitting. ERR_NOT_FOUND. */
enum err result_store_load(struct db *db, uint64_t school_id, const struct id16 *attempt,
		struct result *out, struct id16 *out_sitting) MUST_CHECK;
void result_finish(struct result *result);
/* The school of an attempt of a student whom the person is a guardian of; ERR_NOT_FOUND for
 * everybody else's: a look-up that goes from an attempt to its school. */
enum err result_store_school_of_child(struct db *db, uint64_t guardian_id,
		const struct id16 *attempt, uint64_t *out_school_id) MUST_CHECK;

/* The newest receipt of an attempt: bytes, then the signature, appended. ERR_NOT_FOUND. */
enum err result_store_receipt(struct db *db, uint64_t school_id, const struct id16 *attempt,
		struct buf *out, uint32_t *out_gen) MUST_CHECK;

/* A student's attempt with what a list shows of its sitting. */
struct result_mine {
	struct id16 attempt;
	struct sitting sitting; /* last_end_ms is set: what release depends on */
	uint64_t room_id;
	char *subject_name;
	unsigned state;
	int64_t ends_at_ms;
	int64_t closed_at_ms;
	bool is_scored;
	struct scoring_total total;
	bool has_receipt;
};
struct result_mines {
	struct result_mine *items;
	size_t count;
	size_t cap;
};
void result_mines_finish(struct result_mines *list);
/* The attempts of a student at a school, newest start first. */
enum err result_store_mine(struct db *db, uint64_t school_id, uint64_t person_id,
		struct result_mines *out) MUST_CHECK;
/* Those of them that lie between two moments: they end after the one and start before the other. */
enum err result_store_mine_between(struct db *db, uint64_t school_id, uint64_t person_id,
		int64_t from_ms, int64_t to_ms, struct result_mines *out) MUST_CHECK;

#endif
