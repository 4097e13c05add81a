#ifndef EXAM_HALL_OUTAGE_STORE_H
#define EXAM_HALL_OUTAGE_STORE_H

/*
 * What becomes of attempts whose end fell into a time in which no server ran, by the policy that
 * their sitting chose before (docs/protocol.md, "What counts"). Applied before anything is swept.
 */

#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"

enum { OUTAGE_WINDOW_MS = 3 * 60 * 1000 }; /* to reconnect in, with the policy of that name */

struct outage {
	int64_t alive_ms; /* the last time that was known to be served, 0: never */
	int64_t now_ms;
	uint64_t given; /* attempts that got time */
};

/*
 * Reads when the deployment was last alive, gives the time that the policies owe, and notes that
 * it is alive now, in one transaction: a second call gives nothing. Only attempts whose end lies
 * in the outage are touched; whoever still had time has lost none.
 */
enum err outage_store_end(struct db *db, const struct keys *keys, int64_t now_ms,
		struct outage *out) MUST_CHECK;

/* Notes that exams are being served at now_ms; never goes back. */
enum err outage_store_alive(struct db *db, int64_t now_ms) MUST_CHECK;

#endif
