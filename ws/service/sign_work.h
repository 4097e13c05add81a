#ifndef WS_SERVICE_SIGN_WORK_H
#define WS_SERVICE_SIGN_WORK_H

/*
 * What the school signs while exams go on, in pieces of a few attempts: a walk over the open
 * attempts takes about a minute, however many they are, and gives each that has moved its
 * checkpoint (exam/hall/checkpoint_store.h); few attempts are walked through sooner, and then it
 * rests. Behind each walk, and now and then, the roots of sittings that are over; beside it the
 * heads of the history of marks that moved, a few at a time, since thousands of classes may. A piece
 * of the walk waits while answers wait. Belongs to the clockwork's thread.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "exam/hall/checkpoint_store.h"

struct app;

enum {
	SIGN_PIECE_MS = 50,     /* between two pieces of a walk */
	SIGN_WALK_MS = 60000,   /* a walk over many */
	SIGN_REST_MS = 5000,    /* from the beginning of one walk to the next, at least */
	SIGN_HEADS_MS = 500,    /* between two pieces of heads of the history of marks */
	SIGN_PIECE_LEAST = 8,   /* attempts of a piece */
	SIGN_WRITER_BUSY = 128, /* answers wait: the piece waits too */
	SIGN_PUT_OFF_MAX = 20,  /* pieces in a row that wait so: answers never stop it for good */
};

/* Zeros before the first piece. */
struct sign_work {
	struct checkpoint_walk walk;
	bool is_walking;
	int64_t began_us; /* boot time of the walk's beginning; 0: never */
	int64_t piece_us; /* and of the last piece */
	int64_t heads_us; /* of the last piece of heads */
	bool has_heads;   /* more of them wait */
	size_t piece;     /* attempts of a piece of this walk */
	int put_off;
};

/* Attempts of each piece when so many are open. Pure. */
size_t sign_work_piece(uint64_t open_count);

/* Does the piece that is due, if any. Failures are logged. */
void sign_work_turn(struct sign_work *w, struct app *app, struct db *db, int64_t now_ms);

#endif
