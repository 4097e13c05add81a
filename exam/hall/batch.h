#ifndef EXAM_HALL_BATCH_H
#define EXAM_HALL_BATCH_H

/*
 * What the answer writer decides about each event of a batch, once the batch's attempts are
 * locked (docs/protocol.md, "Rules"): stored, the same as stored, refused and why, closed. Pure:
 * reading a stored row and keeping evidence are the caller's, by callbacks, so that the
 * simulation runs these very decisions on a model of the database.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "exam/hall/event_row.h"
#include "exam/hall/receipt.h"
#include "exam/hall/tips.h"

enum {
	BATCH_MAX = 512,
	BATCH_BUCKETS = 1024, /* a power of two */
};

enum batch_outcome {
	BATCH_STORED,
	BATCH_SAME,    /* the same bytes are stored already: at, head and lease are those stored */
	BATCH_CLOSED,  /* the close is stored */
	BATCH_REFUSED, /* see refusal */
};

struct batch_item {
	struct event_row row;   /* in; head, times, at and a close's seq are set by the batch */
	int64_t wanted_at_ms;   /* in: when it arrived; the row's may be later, never earlier */
	uint8_t why;            /* in, of a close: enum message_why */
	uint32_t ends_revision; /* in, of a close by time: the revision it was decided by; or 0 */
	bool is_resend; /* in: compared with what is stored, never appended: it was not judged */
	bool is_replay; /* in: from the journal. It was stamped under a lease that was current
				   then, so a newer lease does not take it away */
	enum batch_outcome outcome;
	enum err refusal;
	uint8_t receipt[RECEIPT_BYTES + SIGN_BYTES]; /* with BATCH_CLOSED */
};

/* An attempt of the batch as the lock shows it. */
struct batch_attempt {
	struct id16 id;
	bool is_there;
	uint64_t school;
	uint32_t gen;
	uint32_t lease;
	uint32_t ends_revision;
	bool is_closed;
	struct tip tip; /* of the student's last event, a close not counted; moves as decided */
};

struct batch {
	struct batch_item *items;
	size_t count;
	struct batch_attempt attempts[BATCH_MAX];
	size_t attempt_count;
	uint16_t place_of[BATCH_BUCKETS]; /* by the id's hash: one more than its index, or 0 */
	uint16_t attempt_of[BATCH_MAX];
	const struct event_row *accepted[BATCH_MAX]; /* to be inserted, closes among them */
	size_t accepted_count;
};

struct batch_source {
	void *owner;
	/* The stored row of (attempt, gen, seq); its value goes into `value`. ERR_NOT_FOUND. */
	enum err (*stored)(void *owner, const struct event_row *row, struct buf *value,
			struct event_row *out) MUST_CHECK;
	/* Keeps other bytes under a taken number, or a stamped event that cannot join, as evidence. */
	enum err (*fork)(void *owner, const struct event_row *row) MUST_CHECK;
};

/* Lists the attempts of the items (at most BATCH_MAX), not locked yet. */
void batch_gather(struct batch *b, struct batch_item *items, size_t count);
/* The attempt of an id, or NULL. */
struct batch_attempt *batch_find(struct batch *b, const struct id16 *id);
/* Forgets what a run that failed has decided; the attempts must be locked again. */
void batch_reset(struct batch *b);

/*
 * Decides about all items in order. Errors are those of the source; then nothing is decided.
 * Afterwards the accepted rows are to be inserted, every one or none: a taken number (ERR_EXISTS)
 * means that a tip was behind.
 */
enum err batch_decide(struct batch *b, const struct batch_source *source) MUST_CHECK;

#endif
