#include "core/auth/throttle.h"

#include <stddef.h>

int64_t throttle_wait_ms(const struct throttle *t, int64_t now_ms) {
	return t->blocked_until_ms > now_ms ? t->blocked_until_ms - now_ms : 0;
}

bool throttle_is_locked(enum throttle_kind kind, const struct throttle *t) {
	return kind == THROTTLE_ACCOUNT && t->failures >= THROTTLE_LOCK;
}

/* 0 for the free ones, then 1 s, 2 s, 4 s … up to the hour. */
static int64_t account_wait_ms(uint32_t failures) {
	if (failures <= THROTTLE_FREE) {
		return 0;
	}
	int64_t wait_ms = THROTTLE_WAIT_FIRST_MS;
	for (uint32_t i = THROTTLE_FREE + 1; i < failures && wait_ms < THROTTLE_WAIT_MAX_MS; i++) {
		wait_ms *= 2;
	}
	return wait_ms < THROTTLE_WAIT_MAX_MS ? wait_ms : THROTTLE_WAIT_MAX_MS;
}

static struct throttle account_failed(const struct throttle *t, int64_t now_ms) {
	struct throttle after = { .failures = t->failures, .last_at_ms = now_ms };
	if (after.failures < THROTTLE_LOCK) {
		after.failures++;
	}
	bool is_locked = after.failures >= THROTTLE_LOCK;
	after.blocked_until_ms =
			is_locked ? THROTTLE_FOR_EVER_MS : now_ms + account_wait_ms(after.failures);
	return after;
}

/* What an address still has against it, and since when the next leak counts. */
static struct throttle leak(const struct throttle *t, int64_t now_ms) {
	struct throttle after = *t;
	int64_t leaked = (now_ms - t->last_at_ms) / THROTTLE_ADDRESS_LEAK_MS;
	if (leaked <= 0) {
		return after;
	}
	if (leaked >= t->failures) {
		after.failures = 0;
		after.last_at_ms = now_ms;
		return after;
	}
	after.failures = t->failures - (uint32_t)leaked;
	after.last_at_ms = t->last_at_ms + leaked * THROTTLE_ADDRESS_LEAK_MS;
	return after;
}

static struct throttle address_failed(const struct throttle *t, int64_t now_ms) {
	struct throttle after = leak(t, now_ms);
	if (after.failures == 0) {
		after.last_at_ms = now_ms;
	}
	if (after.failures < THROTTLE_ADDRESS_MAX) {
		after.failures++;
	}
	int64_t above = (int64_t)after.failures - THROTTLE_ADDRESS_FREE;
	after.blocked_until_ms =
			above > 0 ? after.last_at_ms + above * THROTTLE_ADDRESS_LEAK_MS : 0;
	return after;
}

struct throttle throttle_failed(enum throttle_kind kind, const struct throttle *t, int64_t now_ms) {
	switch (kind) {
	case THROTTLE_ACCOUNT:
		return account_failed(t, now_ms);
	case THROTTLE_ADDRESS:
		return address_failed(t, now_ms);
	}
	return *t;
}
