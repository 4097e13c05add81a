#ifndef TESTS_EXAM_HALL_SIM_SERVER_INNER_H
#define TESTS_EXAM_HALL_SIM_SERVER_INNER_H

/* What sim_server.c, sim_conn.c and sim_work.c share; nobody else includes it. */

#include "exam/hall/fold.h"
#include "tests/exam/hall/sim.h"

struct frames {
	struct sim_frame **items;
	size_t count;
	size_t cap;
};

/* A connection: one object for both ends. */
struct sim_conn {
	struct sim_browser *browser; /* NULL once the browser's side is gone */
	struct room_conn *server;    /* NULL before it arrives and once the server's side is gone */
	unsigned life;               /* of the process it was made to */
	bool is_post;
	bool is_paused;
	bool is_dead;  /* the server's side has been ended */
	int64_t up_ms; /* when the last frame arrives: frames do not overtake */
	int64_t down_ms;
	uint32_t lease; /* the one that the last welcome gave */
	struct id16 attempt;
	uint64_t person;
	struct frames waiting; /* arrived but not read: paused */
};

struct conns {
	struct sim_conn **items;
	size_t count;
	size_t cap;
};

struct sim_server {
	bool is_up;
	unsigned life;
	struct room *room;
	struct clock_state clock;
	int64_t timer_ms;
	uint64_t timer;     /* counts the timers set: only the last one rings */
	struct conns conns; /* all there ever were */
	/* The answers of a welcome come with what a worker has loaded. */
	const struct sim_message *loading;
};

/* --- sim_conn.c: connections, and the room's effects on them --- */

void sim_conns_finish(struct conns *conns);
/* The process has died: each browser learns it sooner or later. */
void sim_conns_die(struct sim *sim);
void sim_port_send(void *owner, void *user, const struct message *m);
void sim_port_answered(void *owner, void *user);
void sim_port_drop(void *owner, void *user);
void sim_port_pause(void *owner, void *user, bool is_paused);

/* --- sim_work.c: what a room asks of its workers --- */

void sim_port_join(void *owner, const struct id16 *attempt);
void sim_port_begin(void *owner, const struct id16 *attempt, int64_t at_ms);
void sim_port_heal(void *owner, const struct id16 *attempt, const struct message_log *log);
void sim_port_reload(void *owner, const struct id16 *attempt);
/* An attempt as a room is given it when it is made. */
void sim_work_row(struct sim_attempt *a, struct room_attempt_row *row);

#endif
