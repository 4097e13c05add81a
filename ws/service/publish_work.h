#ifndef WS_SERVICE_PUBLISH_WORK_H
#define WS_SERVICE_PUBLISH_WORK_H

/*
 * Publishes marks when the time that the office planned has come (gradebook/marks/publish_store.h),
 * in pieces of a few columns, so that a whole school's never keep the clockwork's thread from its
 * other work. Belongs to that thread.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"

struct app;

enum {
	PUBLISH_PIECE = 32,    /* columns */
	PUBLISH_PIECE_MS = 50, /* between two pieces */
	PUBLISH_REST_MS = 500, /* between two looks when nothing was due */
	PUBLISH_FAILED_MS = 5000,
};

/* Zeros before the first turn. */
struct publish_work {
	bool has_more;
	int64_t next_us; /* boot time */
	uint64_t after;  /* a plan that failed is passed over until the others had their turn */
};

/* Does the piece that is due, if any. Failures are logged, and tried again later. */
void publish_work_turn(struct publish_work *w, struct app *app, struct db *db, int64_t now_ms);

#endif
