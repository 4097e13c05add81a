#ifndef WS_HTTP_METRICS_H
#define WS_HTTP_METRICS_H

/*
 * Counters of this process, in Prometheus' text form. Any thread may count.
 */

#include <stdatomic.h>
#include <stdint.h>

#include "core/base/buf.h"

enum metric {
	METRIC_CONNECTIONS, /* accepted */
	METRIC_CONNECTIONS_REFUSED,
	METRIC_REQUESTS,
	METRIC_STATUS_2XX,
	METRIC_STATUS_3XX,
	METRIC_STATUS_4XX,
	METRIC_STATUS_5XX,
	METRIC_HEADS_REFUSED, /* malformed, foreign origin, no length … */
	METRIC_QUEUE_REFUSED, /* 503 since a queue was full */
	METRIC_RATE_REFUSED,  /* 429 for too many requests */
	METRIC_SLOW_CLOSED,   /* given up for being slow */
	METRIC_SOCKETS,       /* WebSockets opened */
	METRIC_SOCKETS_REFUSED,
	METRIC_FRAMES_IN,
	METRIC_FRAMES_OUT,
	METRIC_FRAMES_REFUSED, /* too long, too many, not well formed */
	METRIC_FRAMES_DIRECT,  /* written straight from the wake-up */
	METRIC_STAMPS,
	METRIC_HAND_INS,
	METRIC_CHECKPOINTS,
	METRIC_SESSION_HITS,
	METRIC_SESSION_MISSES,
	METRIC_SESSION_LOOKUPS,
	METRIC_LOOP_TURNS,
	METRIC_REQUEST_US, /* sum of the time from the last byte read to the answer */
	METRIC_COUNT_,
};

struct metrics {
	atomic_uint_least64_t counts[METRIC_COUNT_];
};

static inline void metric_add(struct metrics *m, enum metric which, uint64_t n) {
	atomic_fetch_add_explicit(&m->counts[which], n, memory_order_relaxed);
}

static inline uint64_t metric_get(struct metrics *m, enum metric which) {
	return atomic_load_explicit(&m->counts[which], memory_order_relaxed);
}

/* A number that is read when somebody asks, for metrics_print_gauge(). */
void metrics_print(struct metrics *m, struct buf *out);
void metrics_print_gauge(struct buf *out, const char *name, const char *help, uint64_t value);

#endif
