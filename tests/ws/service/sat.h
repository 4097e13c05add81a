#ifndef TESTS_WS_SERVICE_SAT_H
#define TESTS_WS_SERVICE_SAT_H

/* A published sitting of world_paper.h's paper and students who have handed in, written straight
 * into the tables: what happens after the hall is tested with it. */

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/sitting.h"
#include "exam/marking/scoring_store.h"

#define SAT_NOW INT64_C(1788000000000)

/* Publishes for both classes at SAT_NOW, with the column GK 1 of the term; gives its id. */
struct id16 sat_publish(struct db *db, const struct keys *keys, uint64_t paper, bool has_column);

/* The student's attempt. */
struct id16 sat_attempt_of(struct db *db, const struct id16 *sitting, uint64_t student);

/*
 * The student answers the first `right` slots' questions (in the paper's order) rightly, the next
 * wrongly, writes the essay if `has_essay`, and hands in.
 */
void sat_hand_in(struct db *db, const struct id16 *sitting, uint64_t student, unsigned right,
		bool has_essay);

#endif
