#ifndef EXAM_HALL_HEAL_STORE_H
#define EXAM_HALL_HEAL_STORE_H

/*
 * Healing in the database (heal.h decides): one transaction that locks the attempt, reads its
 * heads, and adds what the log proves, or keeps it as evidence.
 */

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/attempt_store.h"

/*
 * Nothing of the attempt may be under way, and afterwards the writer must be told the new tip.
 * Of a closed attempt it opens the next generation: a copy of the events, what is added, the same
 * close, and a receipt. A log that proves nothing new changes nothing and is no error.
 *
 * Errors  ERR_NOT_FOUND  no such attempt in that room and school
 *         ERR_DENIED     marks are published: the evidence is kept, a second person has to agree
 *         ERR_MISSING, ERR_STALE, ERR_CONFLICT, ERR_INVAL  as heal_plan_make
 *         those of the database
 */
enum err heal_store_run(struct db *db, const struct keys *keys, const struct attempt_place *place,
		const struct message_log *log, int64_t now_ms) MUST_CHECK;

#endif
