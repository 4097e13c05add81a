#ifndef EXAM_HALL_ATTEMPT_JOIN_STORE_H
#define EXAM_HALL_ATTEMPT_JOIN_STORE_H

/*
 * What a student's coming asks of the database: raising the lease and loading the attempt, loading
 * it alone, beginning an own clock. Ends are computed by the pure clock (phase.h) and stored with a
 * revision that grows with each change.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/attempt_loaded.h"
#include "exam/hall/attempt_store.h"
#include "exam/hall/event_store.h"

enum { ATTEMPT_JOINS_MAX = 64 /* of one transaction */ };

/* One who joins, and what came of it. */
struct attempt_join {
	struct attempt_place place;
	enum err e;                    /* ERR_NOT_FOUND, those of the database */
	struct attempt_loaded *loaded; /* when e is ERR_OK; the caller frees it */
};

/*
 * Raises the leases and loads the attempts, which are different ones (1..ATTEMPT_JOINS_MAX), in one
 * transaction; each has a result of its own, and when one keeps the others from being stored, each
 * is tried alone. The lease of a closed attempt stays and its receipt is loaded.
 */
void attempt_join_store_run(
		struct db *db, const struct keys *keys, struct attempt_join *joins, size_t count);
/* Loads it with the lease as it is. */
enum err attempt_join_store_load(struct db *db, const struct keys *keys,
		const struct attempt_place *place, struct attempt_loaded **out) MUST_CHECK;
/* Commits started_at_ms of an attempt with an own clock, unless it has begun. ERR_CLOSED. */
enum err attempt_join_store_begin(struct db *db, const struct keys *keys,
		const struct attempt_place *place, const struct phase_sitting *sitting,
		int64_t at_ms) MUST_CHECK;

#endif
