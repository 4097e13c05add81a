#ifndef CORE_BASE_WORKQ_H
#define CORE_BASE_WORKQ_H

/*
 * A bounded queue and a fixed number of worker threads. Each worker owns a context made for it (a
 * database connection), so that jobs share nothing. When the queue is full a push is refused at
 * once with ERR_BUSY: the caller answers 503 and nobody waits in the dark. Jobs start in the
 * order in which they were pushed. Signals are blocked in the workers.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"

enum {
	WORKQ_THREADS_MAX = 64,
	WORKQ_CAPACITY_MAX = 65536,
	WORKQ_NAME_BYTES = 12, /* the kernel shows 15 characters of "name-63" */
};

/* Work and what belongs to it. Exactly one of run and drop is called, exactly once; either then
 * owns arg. */
struct workq_job {
	void (*run)(void *context, void *arg);
	void (*drop)(void *arg); /* the queue was stopped before the job's turn */
	void *arg;
};

struct workq_settings {
	const char *name; /* of the threads, shorter than WORKQ_NAME_BYTES */
	size_t threads;   /* 1..WORKQ_THREADS_MAX */
	size_t capacity;  /* jobs that may wait, 1..WORKQ_CAPACITY_MAX */
	/* Makes a worker's context; called on that worker's thread before its first job. May be
	 * NULL: then contexts are NULL. */
	enum err (*start)(void *owner, size_t index, void **out_context);
	/* Unmakes it; on the same thread behind its last job. May be NULL. */
	void (*finish)(void *context);
	void *owner; /* handed to start */
};

struct workq_stats {
	size_t depth;     /* jobs waiting now */
	size_t depth_max; /* the most that ever waited */
	size_t running;   /* jobs being run now */
	uint64_t done;    /* jobs run to their end */
	uint64_t refused; /* pushes that found the queue full */
	uint64_t dropped; /* jobs dropped by workq_stop */
};

struct workq;

/*
 * Starts the workers and returns when each has its context.
 *
 * Errors  ERR_LIMIT  threads or capacity out of range
 *         ERR_NOMEM  no memory or no thread
 *         and what `start` gave: then every worker has ended and been finished.
 */
enum err workq_new(const struct workq_settings *settings, struct workq **out) MUST_CHECK;

/* Takes the job over, or leaves it to the caller with ERR_BUSY (full) or ERR_CLOSED (stopped).
 * Safe on any thread, from a job too. */
enum err workq_push(struct workq *q, struct workq_job job) MUST_CHECK;

enum workq_stop {
	WORKQ_DRAIN, /* run what waits first */
	WORKQ_DROP,  /* drop what waits; only the running jobs end */
};
/* Refuses new jobs, ends the workers and waits for them. Not from a job. A second call does
 * nothing. */
void workq_stop(struct workq *q, enum workq_stop how);

/* Stops (WORKQ_DROP) and frees. */
void workq_free(struct workq *q);
DEFINE_FREEP(struct workq *, workq_free);

struct workq_stats workq_stats(struct workq *q);

#endif
