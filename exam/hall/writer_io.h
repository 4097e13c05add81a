#ifndef EXAM_HALL_WRITER_IO_H
#define EXAM_HALL_WRITER_IO_H

/*
 * The answer writer: the one thread of a process that stores events. It takes everything that
 * waits (up to WRITER_BATCH_MAX), decides under the locks of the batch's attempts, inserts by one
 * bulk execute, commits, and only then reports. It alone knows the tip of each chain, so it
 * computes heads, the times chain and the macs.
 *
 * A close waits for what was pushed before it, but not in front of what is pushed behind it: ten
 * thousand closes at once leave room for answers in every transaction.
 *
 * While the database is away it appends to the journal instead, syncs it, and reports STAMPED;
 * when the database is back it replays the journal and reports STORED for what it had stamped.
 * Closes wait for the database. What is accepted ends as STORED or STAMPED, never as late.
 *
 * It never judges time: the room decides whether an event counts before it is queued.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/db/pool.h"
#include "core/seal/keys.h"
#include "exam/hall/event.h"

enum {
	WRITER_BATCH_MAX = 512,     /* rows of one transaction: docs/performance.md */
	WRITER_CLOSES_MAX = 64,     /* closes of one transaction: each reads its attempt's events */
	WRITER_QUEUE_MAX = 1 << 16, /* events that may wait; then push gives ERR_BUSY */
	WRITER_HELD_MAX = 1 << 16,  /* closes that wait for the database */
	WRITER_PROBE_MS = 250,      /* between tries to reach a database that is away */
};

/* What the room hands over. The value is copied. */
struct writer_event {
	uint64_t tag; /* the caller's: comes back in the result */
	uint64_t school;
	uint64_t room;
	struct id16 attempt;
	uint32_t gen;
	uint32_t lease; /* not looked at for a close */
	uint32_t seq;   /* 0 for a close: it takes the next number */
	enum event_kind kind;
	uint16_t slot;
	uint8_t flags;          /* EVENT_FLAG_… of event_row.h */
	bool is_resend;         /* of a number pushed before: compared, never appended */
	int64_t at_ms;          /* for a close: closed_at */
	uint8_t why;            /* of a close: enum attempt_why */
	uint32_t ends_revision; /* of a close by time: refused as STALE when it is not the stored one;
				   0 for a close that does not depend on the end */
	struct str value;
};

enum writer_verdict {
	WRITER_STORED,
	WRITER_STAMPED,
	WRITER_REFUSED,
	WRITER_CLOSED, /* the close is stored; receipt and signature are set */
};

/* One attempt's outcome: of one event, or of all up to `seq` since the last result. */
struct writer_result {
	uint64_t tag; /* of the last event covered */
	uint64_t room;
	struct id16 attempt;
	uint32_t gen;
	uint32_t lease;
	uint32_t seq;   /* the last number covered */
	uint32_t count; /* events covered, at least 1 */
	enum writer_verdict verdict;
	enum err refusal; /* with REFUSED: STALE lease or revision, FORK, CLOSED, CONFLICT a gap,
			      BUSY nothing known of the attempt while the database is away */
	enum event_kind kind;
	int64_t at_ms; /* with a resend: the time at which it was first stored */
	uint8_t kid;
	struct hash head;
	struct hash mac;
	char *receipt; /* with CLOSED: bytes and signature, RECEIPT_BYTES + SIGN_BYTES */
};

/* The tip of an attempt's chain as a join has read it, so that its events can be stamped even if
 * the database goes away before the first is stored. */
struct writer_tip {
	struct id16 attempt;
	uint64_t school;
	uint64_t room;
	uint32_t gen;
	uint32_t lease;
	uint32_t seq;
	int64_t last_at_ms;
	struct hash head;
	struct hash times;
};

struct writer;

struct writer_settings {
	struct pool *pool;       /* the writer and its prober take one connection each */
	const struct keys *keys; /* lives longer than the writer */
	const char *journal_path;
	/* Called on the writer's thread when results wait: wakes the service thread. */
	void (*wake)(void *owner);
	void *owner;
};

/*
 * Replays the journal of an earlier run into the database, then starts the thread.
 *
 * Errors  ERR_DB_AWAY  there is a journal and the database cannot be reached: try again
 *         ERR_CORRUPT  the journal does not verify (a torn last record is cut off, not this)
 *         ERR_IO, ERR_DISK_FULL, ERR_NOMEM
 */
enum err writer_new(const struct writer_settings *settings, struct writer **out) MUST_CHECK;
/* Stores what waits (stamps it when the database is away) and ends the threads. */
void writer_free(struct writer *w);
DEFINE_FREEP(struct writer *, writer_free);

/* Queues one event. ERR_BUSY when the queue is full: stop reading that socket. */
enum err writer_push(struct writer *w, const struct writer_event *event) MUST_CHECK;
/* Tells the tip that a join read; in order with the events pushed by the same thread. */
enum err writer_know(struct writer *w, const struct writer_tip *tip) MUST_CHECK;
/* Takes up to max results, oldest first; gives their number. The caller frees each receipt. */
size_t writer_take(struct writer *w, struct writer_result *results, size_t max);

struct writer_stats {
	uint64_t stored;
	uint64_t stamped;
	uint64_t refused;
	uint64_t commits;
	uint64_t retries; /* transactions run again */
	size_t depth;     /* events waiting */
	size_t depth_max;
	size_t journal_bytes;
	bool is_away; /* the database cannot be reached: events are stamped */
};
struct writer_stats writer_stats(struct writer *w);

#endif
