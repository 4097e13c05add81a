#ifndef CORE_AUTH_SESSION_H
#define CORE_AUTH_SESSION_H

/*
 * How long a session lives, by the roles it holds. Pure: the caller passes the time. A session
 * ends when nothing was done for the idle time, and in any case at its absolute end; then a
 * person signs in again. The figures weigh what the role may do against where it is used:
 *
 *     office, department    1 h idle    12 h        they see everyone's data
 *     system                1 h idle    12 h
 *     teacher               8 h idle     7 days     a working day in a staff room
 *     student               4 h idle    12 h        shared school machines; a long exam
 *     exam ticket           4 h idle    12 h        one attempt
 *     parent               30 days idle 90 days     the own phone, reading only
 *
 * Several roles: the shortest of theirs. (OWASP ASVS 5.0, 7.3: both limits, documented, by risk.)
 */

#include <stdbool.h>
#include <stdint.h>

enum {
	/* seen_at is written at most this often, so that reading a page costs no write. */
	SESSION_TOUCH_MS = 60 * 1000,
};

struct session_limits {
	int64_t idle_ms;
	int64_t absolute_ms;
};

struct session_times {
	int64_t created_at_ms; /* when the person signed in */
	int64_t seen_at_ms;    /* the last request that was written down */
};

/* The limits for a session that holds these ACCESS_ bits; at least one. */
struct session_limits session_limits(uint32_t roles);
/* When it ends if nothing more is done. Alive while now < the end. */
int64_t session_ends_at_ms(struct session_limits limits, struct session_times times);
bool session_is_alive(struct session_limits limits, struct session_times times, int64_t now_ms);
/* Should this request be written down as seen? */
bool session_should_touch(struct session_times times, int64_t now_ms);

#endif
