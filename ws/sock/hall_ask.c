/* A worker's question to a live room: asked on the service thread, waited for by the worker. */
#include <pthread.h>
#include <stdlib.h>
#include <time.h>

#include "ws/sock/hall_inner.h"

enum { WAIT_SLICE_MS = 100 };

/* Two own it: the worker, and the service thread until ask_done(). */
struct ask {
	struct loop_task task;
	struct hall *hall;
	struct ask_what what;
	pthread_mutex_t lock;
	pthread_cond_t answered;
	bool is_done;
	int owners;
	enum err e;
};

static void let_go(struct ask *ask) {
	pthread_mutex_lock(&ask->lock);
	bool is_last = --ask->owners == 0;
	pthread_mutex_unlock(&ask->lock);
	if (!is_last) {
		return;
	}
	ask->what.free_arg(ask->what.arg);
	pthread_cond_destroy(&ask->answered);
	pthread_mutex_destroy(&ask->lock);
	free(ask);
}

void ask_done(struct ask *ask, enum err e) {
	pthread_mutex_lock(&ask->lock);
	ask->is_done = true;
	ask->e = e;
	pthread_cond_signal(&ask->answered);
	pthread_mutex_unlock(&ask->lock);
	let_go(ask);
}

static void entered(void *arg, struct live_room *live, enum err e) {
	struct ask *ask = arg;
	if (e) {
		ask_done(ask, e);
	} else {
		ask->what.fn(ask, live, ask->what.arg);
	}
}

static void run(struct loop *loop, struct loop_task *task) {
	(void)loop; /* the hall has it */
	struct ask *ask = (struct ask *)task;
	if (atomic_load(&ask->hall->is_stopped)) {
		ask_done(ask, ERR_BUSY);
		return;
	}
	hall_enter(ask->hall, ask->what.school, ask->what.room, entered, ask);
}

static enum err wait_for(struct ask *ask) {
	const atomic_bool *is_stopping = &ask->hall->app->is_stopping;
	pthread_mutex_lock(&ask->lock);
	for (int ms = 0; ms < HALL_ASK_WAIT_MS && !ask->is_done; ms += WAIT_SLICE_MS) {
		if (atomic_load(is_stopping) && ms >= WAIT_SLICE_MS) {
			break;
		}
		struct timespec until = clock_deadline(WAIT_SLICE_MS);
		(void)pthread_cond_timedwait(
				&ask->answered, &ask->lock, &until); /* looked at above */
	}
	enum err e = ask->is_done ? ask->e : ERR_BUSY;
	if (ask->is_done && ask->what.take) {
		ask->what.take(ask->what.arg, ask->what.ctx);
	}
	pthread_mutex_unlock(&ask->lock);
	return e;
}

enum err hall_ask(struct app *app, const struct ask_what *what) {
	struct ask *ask = calloc(1, sizeof(*ask));
	if (!ask || pthread_mutex_init(&ask->lock, NULL) || clock_cond_init(&ask->answered)) {
		free(ask);
		what->free_arg(what->arg);
		return ERR_NOMEM;
	}
	ask->hall = app->hall;
	ask->what = *what;
	ask->owners = 2;
	ask->task.run = run;
	loop_post(app->loop, &ask->task);
	enum err e = wait_for(ask);
	let_go(ask);
	return e;
}

/* --- waking --- */

struct wake {
	struct loop_task task;
	struct hall *hall;
	uint64_t school;
	uint64_t room;
};

static void woken(void *arg, struct live_room *live, enum err e) {
	(void)arg;
	(void)live; /* being loaded was all */
	(void)e;    /* logged where it failed */
}

static void run_wake(struct loop *loop, struct loop_task *task) {
	(void)loop;
	struct wake *w = (struct wake *)task;
	if (!atomic_load(&w->hall->is_stopped)) {
		hall_enter(w->hall, w->school, w->room, woken, NULL);
	}
	free(w);
}

void hall_wake(struct hall *hall, uint64_t school, uint64_t room) {
	struct wake *w = calloc(1, sizeof(*w));
	if (!w) {
		return; /* the next sweep wakes it */
	}
	w->hall = hall;
	w->school = school;
	w->room = room;
	w->task.run = run_wake;
	loop_post(hall->loop, &w->task);
}

/* --- a sitting that moves --- */

struct moving {
	struct phase_sitting times;
};

static void run_move(struct ask *ask, struct live_room *live, void *arg) {
	const struct moving *m = arg;
	ask_done(ask, room_sitting_times(live_room_inner(live), &m->times, hall_now_ms(ask->hall)));
}

enum err hall_confirm_move(struct app *app, uint64_t school, uint64_t room,
		const struct phase_sitting *times) {
	struct moving *m = malloc(sizeof(*m));
	if (!m) {
		return ERR_NOMEM;
	}
	m->times = *times;
	struct ask_what what = {
		.school = school, .room = room, .fn = run_move, .arg = m, .free_arg = free
	};
	return hall_ask(app, &what);
}

struct reload {
	struct loop_task task;
	struct hall *hall;
	uint64_t room;
};

static void run_reload(struct loop *loop, struct loop_task *task) {
	(void)loop;
	struct reload *r = (struct reload *)task;
	struct live_room *live = NULL;
	if (!atomic_load(&r->hall->is_stopped)) {
		live = hall_find(r->hall, r->room);
	}
	if (live && live->inner) {
		job_push(job_new(r->hall, JOB_LOAD, live));
	}
	free(r);
}

void hall_moved(struct hall *hall, uint64_t room) {
	struct reload *r = calloc(1, sizeof(*r));
	if (!r) {
		return; /* the bell's own check finds the new revision */
	}
	r->hall = hall;
	r->room = room;
	r->task.run = run_reload;
	loop_post(hall->loop, &r->task);
}
