/* Quiet hours at every edge, over midnight, in other zones; how long a failed delivery waits. */
#include "core/notice/quiet.h"

#include "tests/check.h"

#define MIN_MS INT64_C(60000)
#define HM(h, m) ((int64_t)((h)*60 + (m)) * MIN_MS)
#define DAY_MS (24 * 60 * MIN_MS)
/* 2026-11-22 00:00 in Vietnam. */
#define MIDNIGHT (INT64_C(1795305600000) - HM(7, 0))

static const struct {
	const char *name;
	struct quiet q;
	int64_t at; /* since the local midnight */
	int64_t want;
} rows[] = {
	{ "the day", { 1290, 390, 420 }, HM(12, 0), HM(12, 0) },
	{ "the last moment before", { 1290, 390, 420 }, HM(21, 30) - 1, HM(21, 30) - 1 },
	{ "the first moment", { 1290, 390, 420 }, HM(21, 30), HM(30, 30) },
	{ "before midnight", { 1290, 390, 420 }, HM(23, 59), HM(30, 30) },
	{ "midnight", { 1290, 390, 420 }, HM(24, 0), HM(30, 30) },
	{ "the night", { 1290, 390, 420 }, HM(3, 0), HM(6, 30) },
	{ "the last quiet moment", { 1290, 390, 420 }, HM(6, 30) - 1, HM(6, 30) },
	{ "the end", { 1290, 390, 420 }, HM(6, 30), HM(6, 30) },
	{ "by day", { 720, 780, 420 }, HM(12, 30), HM(13, 0) },
	{ "by day, before", { 720, 780, 420 }, HM(11, 59), HM(11, 59) },
	{ "by day, behind", { 720, 780, 420 }, HM(13, 0), HM(13, 0) },
	{ "none", { 390, 390, 420 }, HM(6, 30), HM(6, 30) },
	{ "from midnight", { 0, 390, 420 }, HM(0, 0), HM(6, 30) },
	{ "to midnight", { 1290, 0, 420 }, HM(22, 0), HM(24, 0) },
	{ "all but a minute", { 1, 0, 420 }, HM(0, 1), HM(24, 0) },
	{ "UTC", { 1290, 390, 0 }, HM(21, 30) + HM(7, 0), HM(30, 30) + HM(7, 0) },
	{ "UTC, in Vietnam's night", { 1290, 390, 0 }, HM(22, 0), HM(22, 0) },
	{ "behind UTC", { 1290, 390, -300 }, HM(12, 0), HM(18, 30) },
};

static void test_rows(void) {
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name,
				quiet_until_ms(&rows[i].q, MIDNIGHT + rows[i].at) - MIDNIGHT,
				rows[i].want);
	}
	const struct quiet q = { QUIET_FROM_MIN, QUIET_TO_MIN, QUIET_OFFSET_MIN };
	CHECK_INT("before 1970", quiet_until_ms(&q, -HM(8, 0)), -HM(0, 30));
}

/* Whatever the hours: the moment that is given is not quiet, not before, within a day, and there
 * is no earlier one that would do. */
static void test_every_minute(void) {
	unsigned bad = 0;
	for (unsigned from = 0; from < QUIET_DAY_MIN; from += 97) {
		for (unsigned to = 0; to < QUIET_DAY_MIN; to += 89) {
			const struct quiet q = { from, to, QUIET_OFFSET_MIN };
			for (int64_t at = 0; at < DAY_MS; at += 7 * MIN_MS) {
				int64_t now = MIDNIGHT + at;
				int64_t end = quiet_until_ms(&q, now);
				bad += end < now || end - now >= DAY_MS;
				bad += quiet_until_ms(&q, end) != end;
				bad += end > now && quiet_until_ms(&q, end - 1) != end;
			}
		}
	}
	CHECK_INT("every minute", bad, 0);
}

static void test_valid(void) {
	const struct quiet late = { QUIET_DAY_MIN - 1, 0, QUIET_OFFSET_MOST_MIN };
	const struct quiet past = { QUIET_DAY_MIN, 0, 0 };
	const struct quiet past_to = { 0, QUIET_DAY_MIN, 0 };
	const struct quiet far = { 0, 0, QUIET_OFFSET_MOST_MIN + 1 };
	const struct quiet west = { 0, 0, -QUIET_OFFSET_MOST_MIN - 1 };
	CHECK("at the limits", quiet_is_valid(&late));
	CHECK("one past", !quiet_is_valid(&past) && !quiet_is_valid(&past_to));
	CHECK("no such zone", !quiet_is_valid(&far) && !quiet_is_valid(&west));
}

static void test_wait(void) {
	CHECK_INT("the first", quiet_wait_ms(1, 30000, 0), 30000);
	CHECK_INT("doubled", quiet_wait_ms(4, 30000, 0), 240000);
	CHECK_INT("at most", quiet_wait_ms(30, 30000, 0), QUIET_WAIT_MOST_MS);
	CHECK_INT("a quarter less", quiet_wait_ms(1, 30000, 7500), 22500);
	CHECK_INT("and no more", quiet_wait_ms(1, 30000, 7501), 30000);
	int64_t all = 0;
	for (unsigned i = 1; i < QUIET_TRIES_MAX; i++) {
		all += quiet_wait_ms(i, 30000, 0);
	}
	CHECK("a weekend without the relay", all > 2 * DAY_MS - 6 * 60 * MIN_MS);
}

int main(void) {
	test_rows();
	test_every_minute();
	test_valid();
	test_wait();
	return check_done();
}
