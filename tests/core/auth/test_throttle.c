#include "core/auth/throttle.h"

#include "tests/check.h"

#define T0 INT64_C(1757032200000)
#define DAY (INT64_C(24) * 60 * 60 * 1000)

/* The wait after so many failures, each made as soon as it was allowed. */
static void check_account(void) {
	static const struct {
		uint32_t failures;
		int64_t want_wait_ms;
	} rows[] = {
		{ 1, 0 },
		{ 5, 0 },
		{ 6, 1000 },
		{ 7, 2000 },
		{ 8, 4000 },
		{ 12, 64000 },
		{ 17, 2048000 },
		{ 18, 3600000 },
		{ 19, 3600000 },
		{ 99, 3600000 },
	};
	struct throttle t = { 0 };
	int64_t now_ms = T0;
	size_t row = 0;
	for (uint32_t n = 1; n <= THROTTLE_LOCK; n++) {
		now_ms += throttle_wait_ms(&t, now_ms);
		t = throttle_failed(THROTTLE_ACCOUNT, &t, now_ms);
		if (row < sizeof(rows) / sizeof(rows[0]) && n == rows[row].failures) {
			CHECK_INT("wait", throttle_wait_ms(&t, now_ms), rows[row].want_wait_ms);
			row++;
		}
		CHECK_INT("locked", throttle_is_locked(THROTTLE_ACCOUNT, &t), n >= THROTTLE_LOCK);
	}
	CHECK_INT("every row was looked at", row, sizeof(rows) / sizeof(rows[0]));
	CHECK_INT("no time opens a lock", t.blocked_until_ms, THROTTLE_FOR_EVER_MS);
	t = throttle_failed(THROTTLE_ACCOUNT, &t, now_ms);
	CHECK_INT("counts no further", t.failures, THROTTLE_LOCK);
	CHECK("stays locked", throttle_is_locked(THROTTLE_ACCOUNT, &t));
	CHECK("guessing a hundred takes days", now_ms - T0 > 3 * DAY);
	CHECK("no address is locked",
			!throttle_is_locked(THROTTLE_ADDRESS,
					&(struct throttle){ .failures = THROTTLE_ADDRESS_MAX }));
}

static void check_account_waits(void) {
	struct throttle t = { .failures = 5, .last_at_ms = T0 };
	t = throttle_failed(THROTTLE_ACCOUNT, &t, T0);
	CHECK_INT("the whole wait", throttle_wait_ms(&t, T0), 1000);
	CHECK_INT("a part", throttle_wait_ms(&t, T0 + 999), 1);
	CHECK_INT("over", throttle_wait_ms(&t, T0 + 1000), 0);
}

static struct throttle many(unsigned count, int64_t from_ms, int64_t every_ms) {
	struct throttle t = { 0 };
	for (unsigned i = 0; i < count; i++) {
		t = throttle_failed(THROTTLE_ADDRESS, &t, from_ms + i * every_ms);
	}
	return t;
}

static void check_address(void) {
	struct throttle t = many(THROTTLE_ADDRESS_FREE, T0, 0);
	CHECK_INT("the free ones", throttle_wait_ms(&t, T0), 0);
	t = throttle_failed(THROTTLE_ADDRESS, &t, T0);
	CHECK_INT("one past", throttle_wait_ms(&t, T0), 500);
	CHECK_INT("leaked", throttle_wait_ms(&t, T0 + 500), 0);
	t = many(10000, T0, 0);
	CHECK_INT("never longer", throttle_wait_ms(&t, T0), 500 * 1000);
	/* Two thousand students, one mistake each within ten minutes: nobody waits. */
	t = many(2000, T0, 300);
	CHECK_INT("a school at half past seven", throttle_wait_ms(&t, T0 + 2000 * 300), 0);
	/* A slow trickle never adds up, whatever the remainders are. */
	t = many(100000, T0, 501);
	CHECK_INT("a trickle", t.failures, 1);
	t = many(2000, T0, 499);
	CHECK("just above the leak", t.failures >= 4 && t.failures <= 6);
}

/* A guesser who always tries as soon as it may: how many tries in an hour. */
static void check_rate(void) {
	struct throttle t = { 0 };
	int64_t now_ms = T0;
	unsigned tries = 0;
	while (now_ms < T0 + DAY / 24) {
		t = throttle_failed(THROTTLE_ADDRESS, &t, now_ms);
		tries++;
		now_ms += throttle_wait_ms(&t, now_ms);
	}
	CHECK("two a second and the free ones", tries <= 7200 + THROTTLE_ADDRESS_FREE + 1);
	CHECK("two a second and the free ones", tries >= 7200);
}

int main(void) {
	check_account();
	check_account_waits();
	check_address();
	check_rate();
	return check_done();
}
