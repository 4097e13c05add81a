#ifndef WS_SOCK_HALL_INNER_H
#define WS_SOCK_HALL_INNER_H

/* What hall.c, hall_ask.c, hall_join.c, hall_port.c and hall_work.c share; nobody else includes
 * it. */

#include <stdatomic.h>

#include "core/base/buf.h"
#include "exam/hall/attempt_join_store.h"
#include "ws/app.h"
#include "ws/sock/hall.h"

enum { HALL_BUCKETS = 256 /* a power of two */ };

struct waiter {
	struct waiter *next;
	void (*fn)(void *arg, struct live_room *live, enum err e);
	void *arg;
};

struct live_room {
	struct live_room *next; /* in its bucket */
	struct hall *hall;
	uint64_t school;
	uint64_t room;
	struct open_room *open; /* NULL while it is being loaded */
	struct room *inner;
	struct loop_timer *timer; /* the room's own boundary */
	struct loop_timer *bell;  /* shortly before the start: fixes it in the database */
	struct waiter *waiters;
	struct buf board_head; /* JSON of the sitting, for boards */
	size_t holds;
	int64_t idle_since_ms; /* 0: not idle */
	bool is_touched;       /* results were given; flush owed */
	bool has_unscored;     /* waits for its turn to be scored */
};

enum job_kind {
	JOB_LOAD, /* open_room_load */
	JOB_JOIN,
	JOB_BEGIN,
	JOB_HEAL,
	JOB_RELOAD,
	JOB_KEY_SENT, /* the start may not move any more */
	JOB_SCORE,    /* what was just handed in */
};

/* A piece of work for a worker and its way back. */
struct job {
	struct loop_task task;
	struct job *next; /* while the workers' queue is full */
	struct hall *hall;
	enum job_kind kind;
	struct attempt_place place;
	int64_t at_ms;
	struct phase_sitting times;
	struct id16 sitting;
	uint32_t revision;
	struct message_log log; /* of JOB_HEAL: own copies */
	struct buf log_values;
	enum err e;
	struct attempt_loaded *loaded;
	struct open_room *open;
};

struct hall {
	struct app *app;
	struct loop *loop;
	struct writer *writer;
	struct live_room *rooms[HALL_BUCKETS];
	size_t room_count;
	struct job *backlog; /* jobs that the workers' queue had no room for */
	struct job **backlog_last;
	struct job *joins; /* who waits to join */
	struct job **joins_last;
	bool is_joining; /* a batch of them is under way */
	bool is_scoring; /* one room at a time: the other workers are for requests */
	struct loop_timer *poll;
	struct loop_task drain;
	atomic_bool drain_posted;
	atomic_bool is_stopped;
	atomic_bool is_away;  /* the database, as last seen by the poll */
	atomic_bool has_open; /* an attempt, likewise */
};

/* hall_work.c */
struct job *job_new(struct hall *hall, enum job_kind kind, const struct live_room *live);
void job_push(struct job *job);
void job_free(struct job *job);
void job_push_backlog(struct hall *hall);
/* On a worker: the writer learns the tip that was loaded; a failure that says something is logged. */
enum err job_tell_writer(struct job *job) MUST_CHECK;
void job_log(const struct job *job);

/* hall_join.c */
void hall_join_push(struct job *job);
/* Sends the next batch off, if there is one and none is under way. */
void hall_join_next(struct hall *hall);

/* hall.c */
struct live_room *hall_find(struct hall *hall, uint64_t room);
/* A job has come back. */
void hall_on_job(struct hall *hall, struct job *job);

/* hall_port.c */
struct room_port hall_port(struct live_room *live);
struct proto_names;
void hall_score(struct live_room *live);
void hall_score_next(struct hall *hall);

#endif
