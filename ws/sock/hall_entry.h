#ifndef WS_SOCK_HALL_ENTRY_H
#define WS_SOCK_HALL_ENTRY_H

/*
 * Who comes to the hall, without the service thread ever waiting: from memory when the session was
 * seen a moment ago, else by one of the hall's workers, many with one select.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/auth/access.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

struct app;
struct entry_queue;
struct loop;

enum {
	ENTRY_THREADS = 2,
	ENTRY_QUEUE = 65536, /* who may wait: a whole province's reconnect */
};

/* The workers that look. The queue's threads take a connection to the database each. */
enum err entry_queue_new(struct app *app, struct entry_queue **out) MUST_CHECK;
/* Ends the threads; those who wait are told ERR_BUSY by the loop's last turn. */
void entry_queue_free(struct entry_queue *q);

/* The question. */
struct entry_ask {
	struct hash session;
	uint64_t room_id;
	bool watches; /* an invigilator's board: whether he may is asked too */
};

/*
 * Looks the session up on a worker and then calls `done` on the service thread, with `id` as it
 * was given (the connection's id: whoever asked may be gone).
 * e: ERR_SIGNED_OUT, ERR_DENIED (he may not watch that room), or what the database gave.
 * ERR_BUSY: the queue is full, done will not be called.
 */
enum err entry_ask(struct entry_queue *q, const struct entry_ask *ask, uint64_t id,
		void (*done)(struct loop *loop, uint64_t id, enum err e,
				const struct access_actor *who)) MUST_CHECK;

#endif
