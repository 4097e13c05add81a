#ifndef EXAM_HALL_BATCH_STORE_H
#define EXAM_HALL_BATCH_STORE_H

/*
 * One batch of the answer writer as one transaction: lock the attempts, decide about each event
 * by what is locked, insert what is accepted, close what is to be closed. The deciding stands here
 * and not in a pure file because it must happen between the lock and the insert (a bulk insert
 * says nothing about single rows).
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/event_store.h"
#include "exam/hall/receipt.h"
#include "exam/hall/tips.h"

enum batch_outcome {
	BATCH_STORED,
	BATCH_SAME,    /* the same bytes are stored already: at, head and lease are those stored */
	BATCH_CLOSED,  /* the close and its receipt are stored */
	BATCH_REFUSED, /* see refusal */
};

struct batch_item {
	struct event_row row;   /* in; head, times, at and a close's seq are set by the batch */
	int64_t wanted_at_ms;   /* in: when it arrived; the row's may be later, never earlier */
	uint8_t why;            /* in, of a close: enum attempt_why */
	uint32_t ends_revision; /* in, of a close by time: the revision it was decided by; or 0 */
	bool is_replay; /* in: from the journal. It was stamped under a lease that was current
				   then, so a newer lease does not take it away */
	enum batch_outcome outcome;
	enum err refusal;
	uint8_t receipt[RECEIPT_BYTES + SIGN_BYTES]; /* with BATCH_CLOSED */
};

/*
 * Runs a batch of at most WRITER_BATCH_MAX items and commits it. `tips` saves reading the tips
 * that are known; it is brought up to date, and only after the commit.
 *
 * Errors  ERR_DB_AWAY and others of the database: nothing is known to be stored, tips are as
 *         they were, and the same batch may be run again
 */
enum err batch_store_run(struct db *db, const struct keys *keys, struct tips *tips,
		struct batch_item *items, size_t count) MUST_CHECK;

#endif
