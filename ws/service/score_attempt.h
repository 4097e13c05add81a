#ifndef WS_SERVICE_SCORE_ATTEMPT_H
#define WS_SERVICE_SCORE_ATTEMPT_H

/*
 * Scoring right after the hand-in: the fold of an attempt's events, the keys and the variant's
 * layout become points. Each generation of an attempt is scored once, whoever asks and how often;
 * whatever a stopped process left unscored is found again by the sweep.
 */

#include <stdint.h>

#include "core/db/db.h"
#include "exam/hall/event.h"

/* How far back the first sweep after a start looks, and the later ones. */
#define SCORE_SWEEP_FIRST_MS INT64_C(2592000000) /* 30 days */
#define SCORE_SWEEP_LATER_MS INT64_C(86400000)   /* a day */

/*
 * Scores the closed attempts of a sitting that have no score yet. *out_count: how many were scored
 * by this call. An attempt that somebody else scores meanwhile is passed over.
 * Errors  ERR_NOT_FOUND  no such sitting in the school
 *         ERR_MISSING    a question of the layout is not in the paper: stored rows contradict
 */
enum err score_attempt_sitting(struct db *db, uint64_t school_id, const struct id16 *sitting,
		int64_t now_ms, unsigned *out_count) MUST_CHECK;

/* The same for every sitting with such attempts that ended within the last `back_ms`.
 * *out_sittings, set in any case: in how many something was scored. A sitting that fails does not
 * stop the others; the first such error is given at the end. */
enum err score_attempt_sweep(
		struct db *db, int64_t now_ms, int64_t back_ms, unsigned *out_sittings) MUST_CHECK;

#endif
