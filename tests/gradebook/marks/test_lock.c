/* Locks, reopenings and closings: each rule at its edge. */
#include "gradebook/marks/lock.h"

#include "tests/check.h"

enum { NOW = 1000 };

static const struct {
	const char *name;
	struct lock_facts facts;
	enum mark_kind kind;
	enum lock_state want;
	int64_t want_at_ms;
} rows[] = {
	{ "nothing set", { .grade = 10 }, MARK_TX, LOCK_OPEN, 0 },
	{ "a lock to come", { 10, false, { { 0, 0, NOW + 1 } }, 1, { { 0, 0 } }, 0 }, MARK_TX,
			LOCK_OPEN, NOW + 1 },
	{ "a lock from this moment on", { 10, false, { { 0, 0, NOW } }, 1, { { 0, 0 } }, 0 },
			MARK_TX, LOCK_LOCKED, NOW },
	{ "a lock of another kind", { 10, false, { { MARK_GK, 0, 1 } }, 1, { { 0, 0 } }, 0 },
			MARK_TX, LOCK_OPEN, 0 },
	{ "a lock of the kind", { 10, false, { { MARK_GK, 0, 1 } }, 1, { { 0, 0 } }, 0 }, MARK_GK,
			LOCK_LOCKED, 1 },
	{ "a lock of another grade", { 10, false, { { 0, 11, 1 } }, 1, { { 0, 0 } }, 0 }, MARK_CK,
			LOCK_OPEN, 0 },
	{ "a lock of the grade", { 10, false, { { 0, 10, 1 } }, 1, { { 0, 0 } }, 0 }, MARK_CK,
			LOCK_LOCKED, 1 },
	{ "the earliest of several counts",
			{ 10, false, { { 0, 0, NOW + 9 }, { MARK_CK, 10, NOW - 9 }, { 0, 11, 1 } },
					3, { { 0, 0 } }, 0 },
			MARK_CK, LOCK_LOCKED, NOW - 9 },
	{ "reopened", { 10, false, { { 0, 0, 1 } }, 1, { { 0, NOW + 1 } }, 1 }, MARK_TX, LOCK_OPEN,
			NOW + 1 },
	{ "a reopening ends at its time", { 10, false, { { 0, 0, 1 } }, 1, { { 0, NOW } }, 1 },
			MARK_TX, LOCK_LOCKED, 1 },
	{ "a reopening of another kind",
			{ 10, false, { { 0, 0, 1 } }, 1, { { MARK_GK, NOW + 1 } }, 1 }, MARK_TX,
			LOCK_LOCKED, 1 },
	{ "the last of several reopenings",
			{ 10, false, { { 0, 0, 1 } }, 1,
					{ { 0, NOW + 1 }, { MARK_TX, NOW + 5 }, { 0, NOW - 5 } },
					3 },
			MARK_TX, LOCK_OPEN, NOW + 5 },
	{ "a reopening before the lock moves it not",
			{ 10, false, { { 0, 0, NOW + 2 } }, 1, { { 0, NOW + 9 } }, 1 }, MARK_TX,
			LOCK_OPEN, NOW + 2 },
	{ "closed", { .grade = 10, .is_closed = true }, MARK_TX, LOCK_CLOSED, 0 },
	{ "closed in spite of a reopening", { 10, true, { { 0, 0, 1 } }, 1, { { 0, NOW + 9 } }, 1 },
			MARK_TX, LOCK_CLOSED, NOW + 9 },
};

int main(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name, lock_state_of(&rows[i].facts, rows[i].kind, NOW),
				rows[i].want);
		CHECK_INT(rows[i].name, lock_at_ms(&rows[i].facts, rows[i].kind, NOW),
				rows[i].want_at_ms);
	}
	return check_done();
}
