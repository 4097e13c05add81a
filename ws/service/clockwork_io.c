#include "ws/service/clockwork_io.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "core/auth/session_store.h"
#include "core/auth/throttle_store.h"
#include "core/db/pool.h"
#include "core/school/plan_store.h"
#include "exam/hall/attempt_store.h"
#include "exam/hall/outage_store.h"
#include "exam/hall/sitting_told_store.h"
#include "gradebook/marks/entry_store.h"
#include "ws/app.h"
#include "ws/service/post_marks.h"
#include "ws/service/publish_work.h"
#include "ws/service/score_attempt.h"
#include "ws/service/sign_work.h"
#include "ws/sock/hall.h"

#define DAY_MS INT64_C(86400000)

struct clockwork {
	struct app *app;
	struct db *db;
	pthread_t thread;
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	bool is_stopping;
	int64_t anchored_us; /* boot times of the last rounds */
	int64_t noted_us;
	int64_t scored_us;
	int64_t told_us;
	int64_t swept_us;
	int64_t turned_us;
	struct sign_work sign;
	struct publish_work publish;
	bool has_swept;
};

static enum err anchor(struct app *app, struct db *db, bool is_open) {
	struct db_now now;
	enum err e = db_server_now(db, &now);
	if (e) {
		return e;
	}
	struct clock_reading reading = {
		.before_us = now.before_us, .after_us = now.after_us, .database_us = now.server_us
	};
	enum clock_result result = clock_anchor(app->clock, &reading, is_open);
	if (result == CLOCK_IGNORED) {
		log_warn(&app->log, "clock.alarm", log_z("why", "the database's clock stepped"));
	}
	return ERR_OK;
}

enum err clockwork_prepare(struct app *app, struct db *db) {
	enum err e = anchor(app, db, false);
	if (e) {
		return e;
	}
	int64_t newest_ms = 0;
	e = attempt_store_newest_ms(db, &newest_ms);
	if (e) {
		return e;
	}
	clock_raise(app->clock, newest_ms);
	struct outage outage;
	e = outage_store_end(db, app->keys, clock_now_ms(app->clock), &outage);
	if (!e && outage.given > 0) {
		log_info(&app->log, "outage.time_given", log_i64("attempts", (int64_t)outage.given),
				log_i64("down_ms", outage.now_ms - outage.alive_ms));
	}
	return e;
}

static enum err wake_room(void *ctx, uint64_t school, uint64_t room) {
	struct clockwork *c = ctx;
	hall_wake(c->app->hall, school, room);
	return ERR_OK;
}

static bool is_due(int64_t *last_us, int64_t now_us, int64_t every_ms) {
	if (*last_us > 0 && now_us - *last_us < every_ms * 1000) {
		return false;
	}
	*last_us = now_us;
	return true;
}

/* Rows that say nothing any more, a few at a time. */
static enum err sweep(struct db *db, int64_t now_ms) {
	uint64_t count = 0; /* how many does not matter: the rest goes the next time */
	enum err e = session_store_sweep(db, now_ms, CLOCKWORK_SWEEP_ROWS, &count);
	e = e ? e
	      : throttle_store_sweep(db, now_ms - CLOCKWORK_THROTTLE_DAYS * DAY_MS,
				CLOCKWORK_SWEEP_ROWS, &count);
	e = e ? e
	      : entry_store_sweep(db, now_ms - CLOCKWORK_ENTRY_DAYS * DAY_MS, CLOCKWORK_SWEEP_ROWS,
				&count);
	return e ? e
		 : plan_store_sweep(db, now_ms - CLOCKWORK_PREVIEW_DAYS * DAY_MS,
				   CLOCKWORK_SWEEP_ROWS, &count);
}

/* Any of these may fail while the database is away: the next turn tries again. */
static void turn(struct clockwork *c) {
	struct app *app = c->app;
	int64_t now_us = clock_boot_us(app->clock);
	enum err e = ERR_OK;
	if (is_due(&c->anchored_us, now_us, CLOCKWORK_ANCHOR_MS)) {
		e = anchor(app, c->db, hall_has_open(app->hall));
	}
	int64_t now_ms = clock_now_ms(app->clock);
	if (!e) {
		e = attempt_store_due_rooms(c->db, now_ms, wake_room, c);
	}
	if (!e && is_due(&c->noted_us, now_us, CLOCKWORK_ALIVE_MS)) {
		e = outage_store_alive(c->db, now_ms);
	}
	if (!e && is_due(&c->scored_us, now_us, CLOCKWORK_SCORE_MS)) {
		e = post_marks_sweep(c->db, now_ms,
				c->has_swept ? SCORE_SWEEP_LATER_MS : SCORE_SWEEP_FIRST_MS);
		c->has_swept = c->has_swept || !e;
	}
	if (!e && is_due(&c->told_us, now_us, CLOCKWORK_SCORE_MS)) {
		e = sitting_told_store_over(c->db, now_ms);
	}
	if (!e && is_due(&c->swept_us, now_us, CLOCKWORK_SWEEP_MS)) {
		e = sweep(c->db, now_ms);
	}
	if (e && e != ERR_DB_AWAY) {
		log_warn(&app->log, "clockwork", log_err(e), log_z("why", db_error(c->db)));
	}
}

static bool wait_a_turn(struct clockwork *c) {
	pthread_mutex_lock(&c->lock);
	int64_t wait_ms = c->sign.is_walking  ? SIGN_PIECE_MS
			: c->publish.has_more ? PUBLISH_PIECE_MS
					      : CLOCKWORK_TURN_MS;
	struct timespec until = clock_deadline(wait_ms);
	if (!c->is_stopping) {
		(void)pthread_cond_timedwait(&c->stopped, &c->lock, &until); /* looked at below */
	}
	bool goes_on = !c->is_stopping;
	pthread_mutex_unlock(&c->lock);
	return goes_on;
}

static void *run(void *arg) {
	struct clockwork *c = arg;
	do {
		if (is_due(&c->turned_us, clock_boot_us(c->app->clock), CLOCKWORK_TURN_MS)) {
			turn(c);
		}
		/* By itself: marks that cannot be posted must not keep the school from signing. */
		sign_work_turn(&c->sign, c->app, c->db, clock_now_ms(c->app->clock));
		publish_work_turn(&c->publish, c->app, c->db, clock_now_ms(c->app->clock));
	} while (wait_a_turn(c));
	return NULL;
}

static enum err start(struct clockwork *c) {
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	int failed = pthread_create(&c->thread, NULL, run, c);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return failed ? ERR_NOMEM : ERR_OK;
}

enum err clockwork_new(struct app *app, struct clockwork **out) {
	struct clockwork *c = calloc(1, sizeof(*c));
	if (!c) {
		return ERR_NOMEM;
	}
	c->app = app;
	enum err e = pool_take(app->pool, &c->db);
	if (!e && (pthread_mutex_init(&c->lock, NULL) || clock_cond_init(&c->stopped))) {
		e = ERR_NOMEM;
	}
	e = e ? e : start(c);
	if (e) {
		pool_give(app->pool, c->db);
		free(c);
		return e;
	}
	*out = c;
	return ERR_OK;
}

void clockwork_free(struct clockwork *c) {
	if (!c) {
		return;
	}
	pthread_mutex_lock(&c->lock);
	c->is_stopping = true;
	pthread_cond_signal(&c->stopped);
	pthread_mutex_unlock(&c->lock);
	pthread_join(c->thread, NULL);
	pool_give(c->app->pool, c->db);
	pthread_cond_destroy(&c->stopped);
	pthread_mutex_destroy(&c->lock);
	free(c);
}
