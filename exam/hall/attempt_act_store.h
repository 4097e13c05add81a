#ifndef EXAM_HALL_ATTEMPT_ACT_STORE_H
#define EXAM_HALL_ATTEMPT_ACT_STORE_H

/*
 * Acts of an invigilator as they are stored, and what they change in the attempts. Ends are
 * computed by the pure clock (phase.h) and stored with a revision that grows with each change.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/attempt_store.h"
#include "exam/hall/phase.h"

/* The times alone, and whether it is closed. */
struct attempt_times {
	struct phase_attempt times;
	uint32_t ends_revision;
	int64_t closed_ms;
	int close_why; /* 0: not closed */
	uint32_t gen;
	uint32_t seq;
};
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
 * transaction; `each` is told the new times of every attempt that changed, after the commit (or
 * within the caller's transaction, before his).
 *
 * Errors  ERR_EXISTS     the key was used: it has been done already
 *         ERR_NOT_FOUND  no such room or attempt in this school
 *         ERR_CLOSED     the attempt is handed in; of a whole room, none is left open
 *         ERR_INVAL      the sum would be negative or over PHASE_SPAN_MAX_MS
 */
enum err attempt_act_store_run(struct db *db, const struct keys *keys,
		const struct attempt_act *act, const struct phase_sitting *sitting,
		void (*each)(void *ctx, const struct id16 *attempt,
				const struct attempt_times *times),
		void *ctx) MUST_CHECK;

#endif
