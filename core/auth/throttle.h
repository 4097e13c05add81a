#ifndef CORE_AUTH_THROTTLE_H
#define CORE_AUTH_THROTTLE_H

/*
 * Back-off after failed sign-ins. Pure: the caller keeps the state (one row per account and one
 * per address, found by keyed hashes) and passes the time.
 *
 * An account bears the weight: five tries are free, then each failure doubles the wait, up to an
 * hour; a hundred failures without a success lock it until the office gives a new code (NIST
 * 800-63B-4, 3.2.2: at most 100). A success forgets everything. An account that does not exist is
 * counted like one that does, so that nobody learns which is which.
 *
 * An address is counted gently, since a school sits behind one: it leaks two failures a second, and
 * only past a thousand of them does it have to wait until it has leaked below that. At 7:30 every
 * student of a school may mistype once; a machine that guesses is held to about two a second.
 * Tickets are random enough to need no throttle: a full address must not keep them out.
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	THROTTLE_FREE = 5,   /* failures of an account without any wait */
	THROTTLE_LOCK = 100, /* failures that lock it */
	THROTTLE_WAIT_FIRST_MS = 1000,
	THROTTLE_WAIT_MAX_MS = 60 * 60 * 1000,
	THROTTLE_ADDRESS_FREE = 1000,
	THROTTLE_ADDRESS_LEAK_MS = 500,                   /* one failure is forgotten */
	THROTTLE_ADDRESS_MAX = 2 * THROTTLE_ADDRESS_FREE, /* never waits longer than 500 s */
};

/* Until when a locked account is blocked (the year 9999): rows that block are never swept away. */
#define THROTTLE_FOR_EVER_MS INT64_C(253402300799000)

/* The state; all zeros when there is no row. */
struct throttle {
	uint32_t failures;
	int64_t last_at_ms;
	int64_t blocked_until_ms;
};

enum throttle_kind {
	THROTTLE_ACCOUNT,
	THROTTLE_ADDRESS,
};

/* How long until a try is allowed, in milliseconds; 0: now. While it is not, a try is not even
 * looked at and does not count. */
int64_t throttle_wait_ms(const struct throttle *t, int64_t now_ms);
/* Locked: no waiting helps. Only accounts are. */
bool throttle_is_locked(enum throttle_kind kind, const struct throttle *t);
/* The state after a failed try. */
struct throttle throttle_failed(enum throttle_kind kind, const struct throttle *t, int64_t now_ms);

#endif
