#ifndef WS_HTTP_DISPATCH_H
#define WS_HTTP_DISPATCH_H

/*
 * The worker's side of a request: who asks, may he, what does he send, and the handler.
 */

#include "core/base/err.h"
#include "core/base/workq.h"

struct app;
struct exchange;

/* What a worker owns. */
struct worker;

enum err worker_start(void *app, size_t index, void **out_worker);
void worker_finish(void *worker);
/* The worker's connection, for jobs that are no requests. */
struct db *worker_db(void *worker);

/* Runs a ROUTE_NO_DB request on the calling thread and leaves a sealed reply in the exchange. */
void dispatch_at_once(struct exchange *ex);

/* Runs the request and leaves a sealed reply in the exchange, whatever happens; then posts it
 * back to the loop. The job of a request. */
struct workq_job dispatch_job(struct exchange *ex);

#endif
