#ifndef WS_SERVICE_SYNC_IO_H
#define WS_SERVICE_SYNC_IO_H

/*
 * The threads that carry a school's records to its destinations while the program serves. They look
 * every SYNC_LOOK_MS whether something is due, so that a change is on its way within a second; each
 * takes one destination at a time under a lease, so that one that is dead or slow holds up no
 * other, and of several processes one carries. Nobody waits for them, least of all the exam clock.
 */

#include "core/base/cleanup.h"
#include "core/base/err.h"

struct app;
struct sync_threads;

enum {
	SYNC_THREADS = 2,
	SYNC_LOOK_MS = 250,
};

enum err sync_threads_new(struct app *app, struct sync_threads **out) MUST_CHECK;
/* Ends what they are at within a second or two; the batch is taken up by the next start. */
void sync_threads_free(struct sync_threads *t);
DEFINE_FREEP(struct sync_threads *, sync_threads_free);

#endif
