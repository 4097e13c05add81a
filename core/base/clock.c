#include "core/base/clock.h"

#include <assert.h>
#include <pthread.h>
#include <stdlib.h>

enum { US_PER_MS = 1000 };

/* ---- The pure state ---- */

struct clock_state clock_state_make(int64_t boot_us, int64_t wall_us) {
	return (struct clock_state){
		.offset_us = wall_us - boot_us,
		.high_us = INT64_MIN,
		.floor_us = INT64_MIN,
	};
}

static int64_t clamp(int64_t v, int64_t least, int64_t most) {
	if (v < least) {
		return least;
	}
	return v > most ? most : v;
}

/* The part of the slew that is worked in by that time. */
static int64_t slew_done_us(const struct clock_state *s, int64_t boot_us) {
	int64_t room = (boot_us - s->slew_since_us) / CLOCK_SLEW_DIVISOR;
	if (room < 0) {
		room = 0;
	}
	return s->slew_us < 0 ? clamp(s->slew_us, -room, 0) : clamp(s->slew_us, 0, room);
}

static int64_t unmarked_us(const struct clock_state *s, int64_t boot_us) {
	return boot_us + s->offset_us + slew_done_us(s, boot_us);
}

int64_t clock_state_now_us(struct clock_state *s, int64_t boot_us) {
	int64_t now_us = unmarked_us(s, boot_us);
	if (now_us > s->high_us) {
		s->high_us = now_us;
	}
	return s->high_us;
}

void clock_state_raise(struct clock_state *s, int64_t at_least_us) {
	if (at_least_us > s->floor_us) {
		s->floor_us = at_least_us;
	}
	if (at_least_us > s->high_us) {
		s->high_us = at_least_us;
	}
}

/* Sets the clock to what the reading says, back as well as forth. */
static void take_as_is(struct clock_state *s, int64_t offset_us, int64_t floor_us) {
	s->offset_us = offset_us;
	s->slew_us = 0;
	s->floor_us = floor_us;
	s->high_us = floor_us;
	s->has_anchor = true;
	s->has_alarm = false;
}

enum clock_result clock_state_anchor(
		struct clock_state *s, const struct clock_reading *r, bool is_sitting_open) {
	int64_t trip_us = r->after_us - r->before_us;
	if (trip_us < 0 || trip_us > (int64_t)CLOCK_ROUND_TRIP_MAX_MS * US_PER_MS) {
		return CLOCK_SLOW;
	}
	int64_t middle_us = r->before_us + trip_us / 2;
	int64_t offset_us = r->database_us - middle_us;
	if (!s->has_anchor) {
		/* What the machine's clock showed until now binds nobody: no event was timed. */
		take_as_is(s, offset_us, s->floor_us);
		return CLOCK_FIRST;
	}
	int64_t done_us = slew_done_us(s, r->after_us);
	int64_t step_us = offset_us - (s->offset_us + done_us);
	if (llabs(step_us) <= (int64_t)CLOCK_SLEW_MAX_MS * US_PER_MS) {
		s->offset_us += done_us;
		s->slew_us = step_us;
		s->slew_since_us = r->after_us;
		s->has_alarm = false;
		return CLOCK_SLEWED;
	}
	if (is_sitting_open) {
		s->has_alarm = true;
		return CLOCK_IGNORED;
	}
	take_as_is(s, offset_us, INT64_MIN);
	return CLOCK_STEPPED;
}

/* ---- The clock of a process ---- */

struct clock {
	pthread_mutex_t lock;
	struct clock_state state;
	bool is_fake;
	int64_t fake_boot_us;
};

static int64_t read_us(clockid_t id) {
	struct timespec t;
	int failed = clock_gettime(id, &t);
	assert(!failed);
	return (int64_t)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static enum err new_clock(struct clock **out) {
	struct clock *c = calloc(1, sizeof(*c));
	if (!c) {
		return ERR_NOMEM;
	}
	if (pthread_mutex_init(&c->lock, NULL)) {
		free(c);
		return ERR_NOMEM;
	}
	*out = c;
	return ERR_OK;
}

enum err clock_new(struct clock **out) {
	enum err e = new_clock(out);
	if (e) {
		return e;
	}
	(*out)->state = clock_state_make(read_us(CLOCK_BOOTTIME), read_us(CLOCK_REALTIME));
	return ERR_OK;
}

enum err clock_new_fake(int64_t start_ms, struct clock **out) {
	enum err e = new_clock(out);
	if (e) {
		return e;
	}
	(*out)->is_fake = true;
	(*out)->state = clock_state_make(0, start_ms * US_PER_MS);
	(*out)->state.has_anchor = true;
	return ERR_OK;
}

void clock_free(struct clock *c) {
	if (!c) {
		return;
	}
	pthread_mutex_destroy(&c->lock);
	free(c);
}

static void lock(struct clock *c) {
	int failed = pthread_mutex_lock(&c->lock);
	assert(!failed);
}

static void unlock(struct clock *c) {
	int failed = pthread_mutex_unlock(&c->lock);
	assert(!failed);
}

static int64_t boot_us_locked(const struct clock *c) {
	return c->is_fake ? c->fake_boot_us : read_us(CLOCK_BOOTTIME);
}

void clock_fake_advance(struct clock *c, int64_t ms) {
	assert(c->is_fake && ms >= 0);
	lock(c);
	c->fake_boot_us += ms * US_PER_MS;
	unlock(c);
}

int64_t clock_now_ms(struct clock *c) {
	lock(c);
	int64_t now_us = clock_state_now_us(&c->state, boot_us_locked(c));
	unlock(c);
	return now_us / US_PER_MS;
}

int64_t clock_boot_us(struct clock *c) {
	lock(c);
	int64_t boot_us = boot_us_locked(c);
	unlock(c);
	return boot_us;
}

enum clock_result clock_anchor(
		struct clock *c, const struct clock_reading *r, bool is_sitting_open) {
	lock(c);
	enum clock_result result = clock_state_anchor(&c->state, r, is_sitting_open);
	unlock(c);
	return result;
}

bool clock_has_anchor(struct clock *c) {
	lock(c);
	bool has_anchor = c->state.has_anchor;
	unlock(c);
	return has_anchor;
}

bool clock_has_alarm(struct clock *c) {
	lock(c);
	bool has_alarm = c->state.has_alarm;
	unlock(c);
	return has_alarm;
}

void clock_raise(struct clock *c, int64_t at_least_ms) {
	lock(c);
	clock_state_raise(&c->state, at_least_ms * US_PER_MS);
	unlock(c);
}

int64_t clock_wall_ms(void) {
	return read_us(CLOCK_REALTIME) / US_PER_MS;
}

struct timespec clock_deadline(int64_t after_ms) {
	int64_t at_us = read_us(CLOCK_MONOTONIC) + after_ms * US_PER_MS;
	return (struct timespec){ .tv_sec = at_us / 1000000, .tv_nsec = at_us % 1000000 * 1000 };
}

enum err clock_cond_init(pthread_cond_t *cond) {
	pthread_condattr_t attr;
	if (pthread_condattr_init(&attr)) {
		return ERR_NOMEM;
	}
	int failed = pthread_condattr_setclock(&attr, CLOCK_MONOTONIC) ||
			pthread_cond_init(cond, &attr);
	(void)pthread_condattr_destroy(&attr); /* nothing can be done about a failure here */
	return failed ? ERR_NOMEM : ERR_OK;
}
