#include "core/notice/quiet.h"

#include <assert.h>

#define MINUTE_MS INT64_C(60000)
#define DAY_MS (QUIET_DAY_MIN * MINUTE_MS)

bool quiet_is_valid(const struct quiet *q) {
	return q->from_min < QUIET_DAY_MIN && q->to_min < QUIET_DAY_MIN &&
			q->offset_min >= -QUIET_OFFSET_MOST_MIN &&
			q->offset_min <= QUIET_OFFSET_MOST_MIN;
}

/* Milliseconds since the local midnight, also before 1970. */
static int64_t of_day(const struct quiet *q, int64_t now_ms) {
	int64_t local = (now_ms + q->offset_min * MINUTE_MS) % DAY_MS;
	return local < 0 ? local + DAY_MS : local;
}

int64_t quiet_until_ms(const struct quiet *q, int64_t now_ms) {
	assert(quiet_is_valid(q));
	int64_t from = q->from_min * MINUTE_MS;
	int64_t to = q->to_min * MINUTE_MS;
	int64_t at = of_day(q, now_ms);
	if (from < to) {
		return at >= from && at < to ? now_ms + to - at : now_ms;
	}
	if (from > to && at >= from) {
		return now_ms + DAY_MS - at + to;
	}
	return from > to && at < to ? now_ms + to - at : now_ms;
}

int64_t quiet_wait_ms(unsigned tries, int64_t first_ms, uint64_t random) {
	assert(tries > 0 && first_ms > 0);
	int64_t wait = first_ms;
	for (unsigned i = 1; i < tries && wait < QUIET_WAIT_MOST_MS; i++) {
		wait *= 2;
	}
	wait = wait > QUIET_WAIT_MOST_MS ? QUIET_WAIT_MOST_MS : wait;
	return wait - (int64_t)(random % (uint64_t)(wait / 4 + 1));
}
