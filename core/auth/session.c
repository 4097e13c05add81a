#include "core/auth/session.h"

#include <assert.h>
#include <stddef.h>

#include "core/auth/access.h"

#define MINUTE_MS INT64_C(60000)
#define HOUR_MS (60 * MINUTE_MS)
#define DAY_MS (24 * HOUR_MS)

static const struct {
	uint32_t bit;
	struct session_limits limits;
} by_role[] = {
	{ ACCESS_OFFICE, { HOUR_MS, 12 * HOUR_MS } },
	{ ACCESS_DEPARTMENT, { HOUR_MS, 12 * HOUR_MS } },
	{ ACCESS_SYSTEM, { HOUR_MS, 12 * HOUR_MS } },
	{ ACCESS_TEACHER, { 8 * HOUR_MS, 7 * DAY_MS } },
	{ ACCESS_STUDENT, { 4 * HOUR_MS, 12 * HOUR_MS } },
	{ ACCESS_TICKET, { 4 * HOUR_MS, 12 * HOUR_MS } },
	{ ACCESS_PARENT, { 30 * DAY_MS, 90 * DAY_MS } },
};

static int64_t lesser(int64_t a, int64_t b) {
	return a < b ? a : b;
}

struct session_limits session_limits(uint32_t roles) {
	assert(roles & ACCESS_HELD_MASK);
	struct session_limits limits = { INT64_MAX, INT64_MAX };
	for (size_t i = 0; i < sizeof(by_role) / sizeof(by_role[0]); i++) {
		if (roles & by_role[i].bit) {
			limits.idle_ms = lesser(limits.idle_ms, by_role[i].limits.idle_ms);
			limits.absolute_ms =
					lesser(limits.absolute_ms, by_role[i].limits.absolute_ms);
		}
	}
	return limits;
}

int64_t session_ends_at_ms(struct session_limits limits, struct session_times times) {
	return lesser(times.seen_at_ms + limits.idle_ms, times.created_at_ms + limits.absolute_ms);
}

bool session_is_alive(struct session_limits limits, struct session_times times, int64_t now_ms) {
	return now_ms < session_ends_at_ms(limits, times);
}

bool session_should_touch(struct session_times times, int64_t now_ms) {
	return now_ms - times.seen_at_ms >= SESSION_TOUCH_MS;
}
