#ifndef WS_SERVICE_CLOCKWORK_IO_H
#define WS_SERVICE_CLOCKWORK_IO_H

/*
 * The thread that keeps time: anchors the clock on the database, wakes rooms in which an end is
 * due though nobody is in them, has attempts scored that a stopped process left, notes that exams
 * are being served, signs what exams have come to (sign_work.h), publishes marks when it was planned
 * (publish_work.h), and sweeps out what has run out: sessions, counts of failed sign-ins, previews
 * that nobody committed. It waits for nobody and nobody waits for it.
 */

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/db/db.h"

struct app;
struct clockwork;

enum {
	CLOCKWORK_TURN_MS = 500,
	CLOCKWORK_ANCHOR_MS = 5000,
	CLOCKWORK_ALIVE_MS = 2000,
	CLOCKWORK_SCORE_MS = 20000,
	CLOCKWORK_SWEEP_MS = 60000,
	CLOCKWORK_SWEEP_ROWS = 500, /* of a kind at once: no long transaction beside an exam */
	CLOCKWORK_THROTTLE_DAYS = 2,
	CLOCKWORK_ENTRY_DAYS = 90, /* entries of marks that may be sent again */
	CLOCKWORK_PREVIEW_DAYS = 7,
};

/* Before the first room lives: sets the clock, and settles what fell due while no server ran. */
enum err clockwork_prepare(struct app *app, struct db *db) MUST_CHECK;

/* The hall is there already. */
enum err clockwork_new(struct app *app, struct clockwork **out) MUST_CHECK;
/* Ends the thread, at most a turn later. */
void clockwork_free(struct clockwork *c);
DEFINE_FREEP(struct clockwork *, clockwork_free);

#endif
