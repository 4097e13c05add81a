#include "core/auth/session.h"

#include "core/auth/access.h"
#include "tests/check.h"

#define MIN INT64_C(60000)
#define HOUR (60 * MIN)
#define DAY (24 * HOUR)
#define T0 INT64_C(1757032200000)

static void check_limits(void) {
	static const struct {
		const char *name;
		uint32_t roles;
		int64_t idle_ms;
		int64_t absolute_ms;
	} rows[] = {
		{ "office", ACCESS_OFFICE, HOUR, 12 * HOUR },
		{ "teacher", ACCESS_TEACHER, 8 * HOUR, 7 * DAY },
		{ "student", ACCESS_STUDENT, 4 * HOUR, 12 * HOUR },
		{ "parent", ACCESS_PARENT, 30 * DAY, 90 * DAY },
		{ "department", ACCESS_DEPARTMENT, HOUR, 12 * HOUR },
		{ "system", ACCESS_SYSTEM, HOUR, 12 * HOUR },
		{ "ticket", ACCESS_TICKET, 4 * HOUR, 12 * HOUR },
		{ "teacher and parent", ACCESS_TEACHER | ACCESS_PARENT, 8 * HOUR, 7 * DAY },
		{ "teacher and office", ACCESS_TEACHER | ACCESS_OFFICE, HOUR, 12 * HOUR },
		{ "all", ACCESS_HELD_MASK, HOUR, 12 * HOUR },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct session_limits got = session_limits(rows[i].roles);
		CHECK_INT(rows[i].name, got.idle_ms, rows[i].idle_ms);
		CHECK_INT(rows[i].name, got.absolute_ms, rows[i].absolute_ms);
	}
	for (int role = ROLE_OFFICE; role < ROLE_COUNT_; role++) {
		struct session_limits got = session_limits(UINT32_C(1) << role);
		CHECK("every role has limits",
				got.idle_ms < INT64_MAX && got.absolute_ms < INT64_MAX);
		CHECK("idle within absolute", got.idle_ms <= got.absolute_ms);
	}
}

static void check_ends(void) {
	static const struct {
		const char *name;
		int64_t seen_after_ms; /* since the session began */
		int64_t now_after_ms;
		bool want_alive;
	} rows[] = {
		{ "new", 0, 0, true },
		{ "before idle", 0, 4 * HOUR - 1, true },
		{ "idle", 0, 4 * HOUR, false },
		{ "seen since", 3 * HOUR, 7 * HOUR - 1, true },
		{ "idle since", 3 * HOUR, 7 * HOUR, false },
		{ "before the absolute end", 12 * HOUR - 10, 12 * HOUR - 1, true },
		{ "absolute end", 12 * HOUR - 10, 12 * HOUR, false },
		{ "a clock behind", 0, -5, true },
	};
	struct session_limits limits = session_limits(ACCESS_STUDENT);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct session_times times = { T0, T0 + rows[i].seen_after_ms };
		CHECK_INT(rows[i].name, session_is_alive(limits, times, T0 + rows[i].now_after_ms),
				rows[i].want_alive);
		int64_t end_ms = session_ends_at_ms(limits, times);
		CHECK(rows[i].name, session_is_alive(limits, times, end_ms - 1));
		CHECK(rows[i].name, !session_is_alive(limits, times, end_ms));
	}
	struct session_times times = { T0, T0 };
	CHECK("not yet", !session_should_touch(times, T0 + SESSION_TOUCH_MS - 1));
	CHECK("now", session_should_touch(times, T0 + SESSION_TOUCH_MS));
}

int main(void) {
	check_limits();
	check_ends();
	return check_done();
}
