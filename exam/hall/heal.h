#ifndef EXAM_HALL_HEAL_H
#define EXAM_HALL_HEAL_H

/*
 * Healing: what a browser's log adds to a record that lost acked or stamped events (a cluster's
 * worst day, a journal on a machine that is gone). Pure. It only ever extends the stored chain,
 * and only to a tip that a mac of the server itself proves (docs/protocol.md, "Healing").
 *
 *     - The log must join the stored chain: where both have a number, the heads are compared. At
 *       the first difference the log is a fork. What of it is proven is kept as evidence, nothing
 *       is merged: what is stored beats what a log says.
 *     - Behind the stored tail it is followed up to the last event that an ack or a stamp of the
 *       log proves; what comes after that has not been fixed and is left to the browser.
 *     - While the journal of stamped events is at hand, a log must reach the journal's tip:
 *       nobody chooses afterwards which of his stamped answers count.
 *     - A closed generation stays as it is: the healed record is the next one, and when marks
 *       are published a second person has to agree first.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "exam/hall/message.h"

/* The tip of the journal for an attempt. */
struct heal_journal {
	uint32_t seq;
	struct hash head;
};

struct heal_stored {
	uint64_t school;
	struct id16 attempt;
	uint32_t gen;
	uint32_t seq;       /* the tail, 0 when nothing is stored */
	int64_t last_at_ms; /* of the tail */
	bool is_closed;
	bool is_published; /* marks of the sitting have been released */
	/* Heads of the stored events heads_from .. seq; heads_from <= seq + 1. */
	uint32_t heads_from;
	const struct hash *heads;
	struct hash before; /* the head behind event heads_from - 1: the genesis when that is 0 */
	const struct heal_journal
			*journal; /* NULL: no journal at hand, or nothing of it in there */
};

/* The mac key of an id, or NULL when it is retired. */
struct heal_keys {
	const void *owner;
	const uint8_t *(*mac_key)(const void *owner, uint8_t kid);
};

struct heal_row {
	size_t index;   /* into the log's events */
	uint32_t lease; /* of the proof that covers it */
	int64_t at_ms;
	struct hash head;
	bool was_stamped;
};

struct heal_plan {
	size_t count; /* events to add, in order, the first is stored.seq + 1; often 0 */
	struct heal_row *rows;
	bool opens_generation; /* they go into gen + 1, behind a copy of the closed one */
	bool needs_second;     /* and only when a second person agrees: nothing may be added yet */
	size_t fork_count;     /* proven events that contradict what is stored: evidence */
	struct heal_row *forks;
};
void heal_plan_finish(struct heal_plan *plan);

/*
 * Errors  ERR_MISSING   the log begins behind the stored tail, or before heads_from
 *         ERR_STALE     it is of a later generation than the stored one
 *         ERR_CONFLICT  what it proves ends before the journal's tip, or misses it
 *         ERR_INVAL     its numbers or proofs do not ascend
 *         ERR_NOMEM
 * A log that proves nothing new gives a plan with count 0: saying the same twice is harmless.
 * The caller ends *out with heal_plan_finish.
 */
enum err heal_plan_make(const struct heal_stored *stored, const struct message_log *log,
		const struct heal_keys *keys, struct heal_plan *out) MUST_CHECK;

#endif
