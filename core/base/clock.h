#ifndef CORE_BASE_CLOCK_H
#define CORE_BASE_CLOCK_H

/*
 * The one clock. Deadlines are judged by the database's time, so that every process of a
 * deployment agrees: a reading of the database anchors the clock, and between readings it is
 * advanced by CLOCK_BOOTTIME, which no one can set and which goes on while a machine sleeps.
 * Stepping the machine's clock therefore moves no deadline.
 *
 * A later reading that differs by at most CLOCK_SLEW_MAX_MS is worked in slowly (1 ms in 20), so
 * that time neither jumps nor stands still. A larger difference is not believed while a sitting
 * is open: it is ignored and raises the alarm. With nothing open it is taken as it is. Apart from
 * that the clock never goes back: it keeps its highest value.
 *
 * This is the only file that reads a clock. All functions are safe on any thread.
 */

#include <pthread.h>
#include <stdbool.h>
#include <stdint.h>
#include <time.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"

enum {
	CLOCK_SLEW_MAX_MS = 250,
	CLOCK_ROUND_TRIP_MAX_MS = 500, /* then half of it, the reading's error, is a slew at most */
	CLOCK_SLEW_DIVISOR = 20,
};

/* What became of a reading. */
enum clock_result {
	CLOCK_FIRST,   /* the first anchor: taken as it is */
	CLOCK_SLEWED,  /* a small difference, being worked in */
	CLOCK_STEPPED, /* a large difference, taken since no sitting is open */
	CLOCK_IGNORED, /* a large difference while a sitting is open: alarm */
	CLOCK_SLOW,    /* the round trip took too long to say anything */
};

/* A reading of the database's clock between two of the machine's, all in microseconds. */
struct clock_reading {
	int64_t before_us;   /* clock_boot_us() before the question */
	int64_t after_us;    /* clock_boot_us() after the answer */
	int64_t database_us; /* UTC_TIMESTAMP(6) of the database, since 1970 */
};

/* The whole state, pure: the functions below that take it are given the time of the machine. */
struct clock_state {
	bool has_anchor;
	bool has_alarm;
	int64_t offset_us;     /* exam time = boot time + offset + the slew done so far */
	int64_t slew_us;       /* what is to be worked in, either sign */
	int64_t slew_since_us; /* boot time at which that began */
	int64_t high_us;       /* the highest exam time given so far */
	int64_t floor_us;      /* the highest that was known from elsewhere: stored events */
};

/* Starts without an anchor, on the machine's own wall clock. */
struct clock_state clock_state_make(int64_t boot_us, int64_t wall_us);
/* The exam time at that boot time, in microseconds; raises the high-water mark. */
int64_t clock_state_now_us(struct clock_state *s, int64_t boot_us);
void clock_state_raise(struct clock_state *s, int64_t at_least_us);
enum clock_result clock_state_anchor(
		struct clock_state *s, const struct clock_reading *r, bool is_sitting_open);

struct clock;

/* The real clock. ERR_NOMEM. */
enum err clock_new(struct clock **out) MUST_CHECK;
/* A clock for tests that stands at start_ms, anchored, until it is moved. */
enum err clock_new_fake(int64_t start_ms, struct clock **out) MUST_CHECK;
void clock_free(struct clock *c);
DEFINE_FREEP(struct clock *, clock_free);
/* Moves a fake clock on; ms is not negative. */
void clock_fake_advance(struct clock *c, int64_t ms);

/* The exam clock: UTC in milliseconds. Never less than it gave before, but for CLOCK_STEPPED. */
int64_t clock_now_ms(struct clock *c);
/* The machine's time since it started, in microseconds: for readings and for measuring. */
int64_t clock_boot_us(struct clock *c);
/* Takes a reading of the database into account. */
enum clock_result clock_anchor(
		struct clock *c, const struct clock_reading *r, bool is_sitting_open);
/* False until the first reading: then there may be no stamps (docs/protocol.md, the clock). */
bool clock_has_anchor(struct clock *c);
/* True from an ignored reading until one agrees again. */
bool clock_has_alarm(struct clock *c);
/* Lifts the high-water mark to a time that is known to have been: on a start, the newest stored
 * event of the attempts that are still open. */
void clock_raise(struct clock *c, int64_t at_least_ms);

/* The machine's wall clock in UTC milliseconds: for log lines only, it may jump. */
int64_t clock_wall_ms(void);
/* A point of CLOCK_MONOTONIC so many milliseconds from now, for pthread_cond_timedwait on a
 * condition made with clock_cond_init. */
struct timespec clock_deadline(int64_t after_ms);
/* Makes a condition variable that waits by CLOCK_MONOTONIC. ERR_NOMEM. */
enum err clock_cond_init(pthread_cond_t *cond) MUST_CHECK;

#endif
