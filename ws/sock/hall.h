#ifndef WS_SOCK_HALL_H
#define WS_SOCK_HALL_H

/*
 * The live rooms of this process and the way into them. A room is loaded at the first need (a
 * student, an invigilator, an end that is due), lives on the service thread, and is let go when
 * nothing is open in it. Its effects (exam/hall/room.h) are carried out here: sends to sockets
 * and posts, events to the writer, single students' work to the workers, one timer a room.
 *
 * All functions are for the service thread but hall_ask() and hall_wake().
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "exam/hall/room.h"
#include "exam/hall/writer_io.h"
#include "ws/loop.h"
#include "ws/service/open_room.h"
#include "ws/sock/proto.h"

struct app;
struct hall;
struct live_room;
struct ask;

enum {
	HALL_POLL_MS = 250,
	HALL_IDLE_MS = 60000,    /* a room without anything to do is let go after so long */
	HALL_ASK_WAIT_MS = 8000, /* patience of a worker that asked */
};

/* A receiver of what a room says: a socket, or a worker's ask. The `user` of room_conn_new. */
struct hall_user {
	void (*send)(struct hall_user *user, const struct message *message,
			const struct proto_names *names);
	void (*answered)(struct hall_user *user);
	void (*drop)(struct hall_user *user);
	void (*pause)(struct hall_user *user, bool is_paused);
};

/* Replays the journal and starts the writer; the loop is there already, its thread not running.
 * ERR_DB_AWAY when there is a journal and the database is away. */
enum err hall_new(struct app *app, struct hall **out) MUST_CHECK;
/* Stores or stamps what waits, ends the writer and forgets the rooms. The loop has stopped and the
 * workers have ended; the loop itself is still there. */
void hall_stop(struct hall *hall);
/* Once the loop is gone too: tasks that were on their way have been thrown away by then. */
void hall_free(struct hall *hall);
DEFINE_FREEP(struct hall *, hall_free);

struct writer_stats hall_writer_stats(struct hall *hall);
/* Rooms, connected students, open attempts, for metrics. */
struct hall_stats {
	size_t rooms;
	struct room_stats sum;
};
struct hall_stats hall_stats(struct hall *hall);
/* From any thread: whether an attempt is open in a live room. */
bool hall_has_open(const struct hall *hall);

/* --- on the service thread --- */

/*
 * Calls fn with the live room, now or when it has been loaded. room is NULL and e says why when
 * it cannot be: ERR_NOT_FOUND, ERR_DB_AWAY, ERR_BUSY … fn is called exactly once.
 */
void hall_enter(struct hall *hall, uint64_t school, uint64_t room,
		void (*fn)(void *arg, struct live_room *live, enum err e), void *arg);
struct room *live_room_inner(struct live_room *live);
struct hall *live_room_hall(struct live_room *live);
/* Runs the task on the service thread, behind what is going on in the room. */
void live_room_post(struct live_room *live, struct loop_task *task);
/* Keeps the room: connections of it. Every hold is given back. */
void live_room_hold(struct live_room *live);
void live_room_release(struct live_room *live);
int64_t hall_now_ms(const struct hall *hall);

/* --- from a worker --- */

/*
 * Runs fn on the service thread with the live room and waits. fn may finish at once (ask_done) or
 * leave that to the answers of a ROOM_POST connection. When it has finished, `take` (may be NULL)
 * is called on the worker's thread to copy what it wants out of `arg`. When the wait is over
 * first, ERR_BUSY is given and what fn still does is dropped. `arg` is freed with free_arg by
 * whoever comes last.
 */
struct ask_what {
	uint64_t school;
	uint64_t room;
	void (*fn)(struct ask *ask, struct live_room *live, void *arg);
	void *arg;
	void (*free_arg)(void *arg);
	void (*take)(void *arg, void *ctx);
	void *ctx;
};
enum err hall_ask(struct app *app, const struct ask_what *what) MUST_CHECK;
void ask_done(struct ask *ask, enum err e);

/* In the last minute before the bell, before a new start is committed: ERR_CONFLICT when a key was
 * sent. The live room has taken the new times when it says ERR_OK. */
enum err hall_confirm_move(struct app *app, uint64_t school, uint64_t room,
		const struct phase_sitting *times) MUST_CHECK;
/* From any thread, behind the commit of a moved start: a live room takes times and keys anew. */
void hall_moved(struct hall *hall, uint64_t room);

/* From any thread: loads the room if it is not live, so that what is due in it happens. */
void hall_wake(struct hall *hall, uint64_t school, uint64_t room);

#endif
