#ifndef CORE_NOTICE_QUIET_H
#define CORE_NOTICE_QUIET_H

/*
 * Hours in which nobody's telephone rings, and how long a delivery that failed waits. Pure: the
 * caller passes the time and, where chance is wanted, a random number.
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	QUIET_DAY_MIN = 1440,
	QUIET_FROM_MIN = 21 * 60 + 30, /* unless somebody chose other hours */
	QUIET_TO_MIN = 6 * 60 + 30,
	QUIET_OFFSET_MIN = 7 * 60, /* Asia/Ho_Chi_Minh, which has no daylight saving */
	QUIET_OFFSET_MOST_MIN = 14 * 60,
	QUIET_TRIES_MAX = 20, /* of one delivery: about two days with the usual first wait */
	QUIET_WAIT_MOST_MS = 4 * 3600 * 1000,
};

/* Minutes of the local day; the hours begin with from_min and end just before to_min. Across
 * midnight when from_min is the larger; both alike: there are none. */
struct quiet {
	unsigned from_min;
	unsigned to_min;
	int offset_min; /* what the local time is ahead of UTC */
};

/* Whether these are hours at all: each within the day, the offset within a day's zones. */
bool quiet_is_valid(const struct quiet *q);
/* The first moment from now_ms (UTC) on that is not quiet; now_ms itself when it is not. */
int64_t quiet_until_ms(const struct quiet *q, int64_t now_ms);

/*
 * How long to wait behind the try number `tries` (from 1): first_ms doubled each time, at most
 * QUIET_WAIT_MOST_MS, then up to a quarter less by `random`, so that many that failed together do
 * not come back together.
 */
int64_t quiet_wait_ms(unsigned tries, int64_t first_ms, uint64_t random);

#endif
