#ifndef EXAM_HALL_EVENT_H
#define EXAM_HALL_EVENT_H

/*
 * An event of an attempt: its bytes and its place in the two chains (docs/protocol.md, "Bytes").
 * Pure: the caller passes times. The browser computes the same heads.
 */

#include <stdint.h>

#include "core/base/str.h"
#include "core/seal/hash.h"

enum {
	ID16_BYTES = 16,
	EVENT_SALT_BYTES = 32,
	EVENT_VALUE_BYTES_MAX = 60000, /* the column event.value; a frame is at most 64 KiB */
	EVENT_VARIANT_BYTES_MAX = 8,
};

/* The id of a sitting or an attempt: random, never an auto-increment. */
struct id16 {
	uint8_t b[ID16_BYTES];
};

bool id16_equal(const struct id16 *a, const struct id16 *b);

enum event_kind {
	EVENT_ANSWER = 1,
	EVENT_SIGNAL = 2, /* "event" on the wire: blur, focus, offline … */
	EVENT_SUBMIT = 3,
	EVENT_CLOSE = 255, /* written by the server alone */
};

/* What the chain covers of an event. */
struct event {
	uint32_t seq; /* from 1, without gaps, within an attempt's generation */
	enum event_kind kind;
	uint16_t slot;    /* 0 unless an answer */
	struct str value; /* what JSON.stringify writes, UTF-8; owned by someone else */
};

/* What an attempt's chains begin from. */
struct event_origin {
	uint64_t school;
	struct id16 sitting;
	struct id16 attempt;
	const uint8_t *salt; /* EVENT_SALT_BYTES random bytes of the attempt */
	struct str variant;  /* "103", at most EVENT_VARIANT_BYTES_MAX */
};

/* The head before the first event. */
void event_genesis(const struct event_origin *origin, struct hash *out);

/* The head behind an event; `out` may be `prev`. A close leaves the head as it is and is not
 * given here. */
void event_head(const struct hash *prev, const struct id16 *attempt, const struct event *event,
		struct hash *out);

/*
 * The server's chain of times, from 32 zero bytes: every row takes part with its head and the
 * exam clock at which it counts, the close with the head it leaves and its closed_at. `out` may
 * be `prev`.
 */
void event_times(const struct hash *prev, const struct hash *head, int64_t at_ms, struct hash *out);

#endif
