#ifndef WS_HTTP_RATE_H
#define WS_HTTP_RATE_H

/*
 * How many requests somebody may make: a rate over time and a burst at once, for sessions and for
 * addresses without one. A fixed table, so that nobody can make it grow; where two meet in a place
 * the older one's count is forgotten, which errs on the side of serving. Pure: the caller passes
 * the time and the key under which names are hashed.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

enum { RATE_PLACES = 1 << 16 };

struct rate;

/* key: HASH_KEY_BYTES that nobody outside knows, so that places cannot be aimed at. */
enum err rate_new(const uint8_t *key, struct rate **out) MUST_CHECK;
void rate_free(struct rate *r);
DEFINE_FREEP(struct rate *, rate_free);

/*
 * Counts one request. 0 when it may be served, else how long until one may, in milliseconds. kind
 * keeps sessions and addresses apart. per_s and burst are at least 1.
 */
int64_t rate_wait_ms(struct rate *r, char kind, struct str name, int64_t per_s, int64_t burst,
		int64_t now_us);

#endif
