#ifndef EXAM_HALL_CHECKPOINT_STORE_H
#define EXAM_HALL_CHECKPOINT_STORE_H

/*
 * Signed checkpoints (receipt.h, "TT1H"): about once a minute the school signs what each attempt
 * at work has come to, so that it can be held to it by others; keys for macs convince nobody
 * outside. The open attempts are walked through in small steps, in the order of their ends, so
 * that no step is long and the answers beside it hardly wait (docs/performance.md).
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/event.h"

enum {
	CHECKPOINT_LEAST_MS = 45000, /* an attempt's last checkpoint is at least so old */
	CHECKPOINT_STEP_MAX = 64,    /* attempts of one step: one select reads their events */
};

/* Where the walk stands: behind this attempt. Zeros: at the beginning. */
struct checkpoint_walk {
	int64_t ends_at_ms;
	struct id16 attempt;
};

struct checkpoint_step {
	size_t signed_count;
	bool is_last; /* there was nothing behind; the walk stands at the beginning again */
};

/* How many attempts are open: the length of a walk. */
enum err checkpoint_store_open_count(struct db *db, uint64_t *out) MUST_CHECK;

/*
 * Looks at the next `count` open attempts (1..CHECKPOINT_STEP_MAX) and signs a checkpoint of each
 * that has moved since its last one. The walk goes on only when this succeeds.
 * Errors  ERR_EXISTS  another process was quicker with one of them: the same step again skips it
 */
enum err checkpoint_store_step(struct db *db, const struct keys *keys, int64_t now_ms, size_t count,
		struct checkpoint_walk *walk, struct checkpoint_step *out) MUST_CHECK;

#endif
