#ifndef WS_HTTP_EXCHANGE_H
#define WS_HTTP_EXCHANGE_H

/*
 * One request and its answer, from the head to the last byte. The service thread makes it, a
 * worker fills in the answer, and the service thread sends and frees it. It has one owner at a
 * time, and it outlives its connection when that closes while a worker has it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "ws/http/reply.h"
#include "ws/http/request_inner.h"
#include "ws/loop.h"

struct exchange {
	struct loop_task task; /* the way back to the service thread */
	struct request req;
	struct reply reply;
	uint64_t conn_id;
	uint64_t length;     /* of the body, as announced */
	uint64_t raw_bytes;  /* of app->raw_bytes that are this body's */
	int64_t received_us; /* when the last byte of the request was there */
	struct buf head;     /* of the answer */
	struct str content;  /* body of the answer: reply.body, or a file in memory */
	size_t sent;         /* bytes of head and content together */
	bool is_taken_in;    /* the request is whole: it was given to a worker or answered */
	bool is_answered;    /* the answer is being sent */
	bool closes;         /* the connection ends behind the answer */
	bool lingers;        /* ... and bytes of the request may still come */
	bool reads_on;       /* ... which libwebsockets reads as a body, to be thrown away */
};

/* NULL without memory. */
struct exchange *exchange_new(struct app *app, uint64_t conn_id);
void exchange_free(struct exchange *ex);
DEFINE_FREEP(struct exchange *, exchange_free);

/* Makes the head of the answer, with the security headers. The reply is sealed. content is the
 * body that will be sent; extra is whole header lines of the caller's, or "". */
enum err exchange_make_head(struct exchange *ex, struct str content, const char *extra) MUST_CHECK;

#endif
