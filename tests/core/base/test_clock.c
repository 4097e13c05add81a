#include "core/base/clock.h"

#include <errno.h>
#include <pthread.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "tests/check.h"

#define MS INT64_C(1000)
#define S (1000 * MS)
#define BASE INT64_C(1700000000000000) /* microseconds since 1970 */

/* A reading that took no time: at that boot time the database says BASE + db_us. */
static struct clock_reading exact(int64_t boot_us, int64_t db_us) {
	return (struct clock_reading){ boot_us, boot_us, BASE + db_us };
}

/* Anchored at boot time 0 with BASE. */
static struct clock_state anchored(void) {
	struct clock_state s = clock_state_make(0, BASE - 9999 * S);
	struct clock_reading r = exact(0, 0);
	CHECK_INT("first", clock_state_anchor(&s, &r, false), CLOCK_FIRST);
	return s;
}

static int64_t now(struct clock_state *s, int64_t boot_us) {
	return clock_state_now_us(s, boot_us) - BASE;
}

static void check_first(void) {
	struct clock_state s = clock_state_make(5 * S, BASE + 3600 * S);
	CHECK("no anchor", !s.has_anchor);
	CHECK_INT("the machine's own time", now(&s, 6 * S), 3601 * S);
	/* Between 7 s and 7.4 s; the database answered for the middle, 7.2 s. */
	struct clock_reading r = { 7 * S, 7 * S + 400 * MS, BASE + 100 * S };
	CHECK_INT("first", clock_state_anchor(&s, &r, true), CLOCK_FIRST);
	CHECK("anchor", s.has_anchor && !s.has_alarm);
	CHECK_INT("the middle", now(&s, 7 * S + 400 * MS), 100 * S + 200 * MS);
	CHECK_INT("goes on", now(&s, 17 * S + 200 * MS), 110 * S);
}

static void check_slow(void) {
	struct clock_state s = anchored();
	struct clock_reading most = { 10 * S, 10 * S + 500 * MS, BASE + 10 * S + 250 * MS };
	CHECK_INT("longest trip", clock_state_anchor(&s, &most, true), CLOCK_SLEWED);
	struct clock_reading slow = { 20 * S, 20 * S + 500 * MS + 1, BASE };
	CHECK_INT("one past", clock_state_anchor(&s, &slow, true), CLOCK_SLOW);
	struct clock_reading odd = { 30 * S, 30 * S - 1, BASE };
	CHECK_INT("backwards", clock_state_anchor(&s, &odd, true), CLOCK_SLOW);
	CHECK_INT("unmoved", now(&s, 31 * S), 31 * S);
	CHECK("no alarm", !s.has_alarm);
}

/* Differences of the second reading, taken at 10 s, with a sitting open. */
static void check_steps(void) {
	static const struct {
		const char *name;
		int64_t step_us;
		bool is_open;
		enum clock_result want;
		int64_t want_after_10s_us; /* shown at 20 s, minus 20 s */
	} rows[] = {
		{ "none", 0, true, CLOCK_SLEWED, 0 },
		{ "forth, most", 250 * MS, true, CLOCK_SLEWED, 250 * MS },
		{ "back, most", -250 * MS, true, CLOCK_SLEWED, -250 * MS },
		{ "forth, one past", 250 * MS + 1, true, CLOCK_IGNORED, 0 },
		{ "back, one past", -250 * MS - 1, true, CLOCK_IGNORED, 0 },
		{ "an hour forth", 3600 * S, true, CLOCK_IGNORED, 0 },
		{ "an hour back", -3600 * S, true, CLOCK_IGNORED, 0 },
		{ "an hour forth, nothing open", 3600 * S, false, CLOCK_STEPPED, 3600 * S },
		{ "an hour back, nothing open", -3600 * S, false, CLOCK_STEPPED, -3600 * S },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clock_state s = anchored();
		CHECK_INT(rows[i].name, now(&s, 10 * S), 10 * S);
		struct clock_reading r = exact(10 * S, 10 * S + rows[i].step_us);
		CHECK_INT(rows[i].name, clock_state_anchor(&s, &r, rows[i].is_open), rows[i].want);
		CHECK_INT(rows[i].name, s.has_alarm, rows[i].want == CLOCK_IGNORED);
		CHECK_INT(rows[i].name, now(&s, 20 * S) - 20 * S, rows[i].want_after_10s_us);
	}
}

/* A slew of 250 ms takes 5 s; on the way time neither jumps nor stands still. */
static void check_slew(void) {
	for (int sign = -1; sign <= 1; sign += 2) {
		struct clock_state s = anchored();
		struct clock_reading r = exact(10 * S, 10 * S + sign * 250 * MS);
		CHECK_INT("slew", clock_state_anchor(&s, &r, true), CLOCK_SLEWED);
		int64_t before = now(&s, 10 * S);
		CHECK_INT("starts where it was", before, 10 * S);
		for (int64_t boot_us = 10 * S + 100 * MS; boot_us <= 15 * S; boot_us += 100 * MS) {
			int64_t after = now(&s, boot_us);
			CHECK_INT("even", after - before, 100 * MS + sign * 5 * MS);
			before = after;
		}
		CHECK_INT("worked in", before, 15 * S + sign * 250 * MS);
		CHECK_INT("and no more", now(&s, 16 * S), 16 * S + sign * 250 * MS);
	}
	/* A reading half-way replaces the rest, not what is done. */
	struct clock_state s = anchored();
	struct clock_reading r = exact(10 * S, 10 * S + 200 * MS);
	CHECK_INT("slew", clock_state_anchor(&s, &r, true), CLOCK_SLEWED);
	r = exact(12 * S, 12 * S + 100 * MS);
	CHECK_INT("again", clock_state_anchor(&s, &r, true), CLOCK_SLEWED);
	CHECK_INT("again", now(&s, 12 * S), 12 * S + 100 * MS);
	CHECK_INT("agreed", now(&s, 20 * S), 20 * S + 100 * MS);
}

static void check_alarm_ends(void) {
	struct clock_state s = anchored();
	struct clock_reading off = exact(10 * S, 70 * S);
	CHECK_INT("off", clock_state_anchor(&s, &off, true), CLOCK_IGNORED);
	struct clock_reading slow = { 11 * S, 13 * S, BASE };
	CHECK_INT("slow", clock_state_anchor(&s, &slow, true), CLOCK_SLOW);
	CHECK("alarm stays", s.has_alarm);
	struct clock_reading good = exact(20 * S, 20 * S);
	CHECK_INT("good", clock_state_anchor(&s, &good, true), CLOCK_SLEWED);
	CHECK("alarm ends", !s.has_alarm);
}

static void check_mark(void) {
	struct clock_state s = anchored();
	CHECK_INT("forth", now(&s, 10 * S), 10 * S);
	CHECK_INT("an older reading of the machine", now(&s, 9 * S), 10 * S);
	clock_state_raise(&s, BASE + 60 * S);
	CHECK_INT("raised", now(&s, 11 * S), 60 * S);
	clock_state_raise(&s, BASE + 50 * S);
	CHECK_INT("never lowered", now(&s, 11 * S), 60 * S);
	struct clock_reading r = exact(12 * S, 12 * S - 200 * MS);
	CHECK_INT("slew", clock_state_anchor(&s, &r, true), CLOCK_SLEWED);
	CHECK_INT("kept by a slew", now(&s, 20 * S), 60 * S);
	CHECK_INT("until it is passed", now(&s, 61 * S), 61 * S - 200 * MS);

	/* Known from stored events before the first anchor: it holds; the machine's own does not. */
	s = clock_state_make(0, BASE + 900 * S);
	CHECK_INT("machine", now(&s, 0), 900 * S);
	clock_state_raise(&s, BASE + 30 * S);
	r = exact(1 * S, 1 * S);
	CHECK_INT("first", clock_state_anchor(&s, &r, false), CLOCK_FIRST);
	CHECK_INT("stored events hold", now(&s, 2 * S), 30 * S);
	CHECK_INT("then on", now(&s, 40 * S), 40 * S);
}

static void check_fake(void) {
	_cleanup_(clock_freep) struct clock *c = NULL;
	CHECK_INT("fake", clock_new_fake(5000, &c), ERR_OK);
	CHECK("anchored", clock_has_anchor(c));
	CHECK_INT("stands", clock_now_ms(c), 5000);
	CHECK_INT("stands", clock_now_ms(c), 5000);
	clock_fake_advance(c, 250);
	CHECK_INT("moved", clock_now_ms(c), 5250);
	CHECK_INT("boot", clock_boot_us(c), 250000);
	clock_raise(c, 6000);
	CHECK_INT("raised", clock_now_ms(c), 6000);
	struct clock_reading r = { 250000, 250000, 9999000000 };
	CHECK_INT("alarm", clock_anchor(c, &r, true), CLOCK_IGNORED);
	CHECK("alarm", clock_has_alarm(c));
}

static void *read_often(void *arg) {
	struct clock *c = arg;
	int64_t last_ms = 0;
	size_t *backwards = calloc(1, sizeof(*backwards));
	for (unsigned i = 0; i < 20000; i++) {
		int64_t now_ms = clock_now_ms(c);
		*backwards += now_ms < last_ms;
		last_ms = now_ms;
	}
	return backwards;
}

/* Threads read while readings pull to and fro: no thread sees time go back. */
static void check_threads(void) {
	_cleanup_(clock_freep) struct clock *c = NULL;
	CHECK_INT("real", clock_new(&c), ERR_OK);
	CHECK("no anchor yet", !clock_has_anchor(c));
	int64_t wall_ms = clock_wall_ms();
	int64_t ms = clock_now_ms(c);
	CHECK("the machine's time", ms >= wall_ms - 1000 && ms <= clock_wall_ms() + 1000);
	struct clock_reading r = { clock_boot_us(c), clock_boot_us(c), BASE };
	CHECK_INT("first", clock_anchor(c, &r, true), CLOCK_FIRST);
	pthread_t threads[3];
	for (size_t i = 0; i < 3; i++) {
		CHECK_INT("thread", pthread_create(&threads[i], NULL, read_often, c), 0);
	}
	int64_t origin_us = r.after_us;
	for (int i = 0; i < 2000; i++) {
		int64_t boot_us = clock_boot_us(c);
		int64_t pull_us = (i % 2 ? 1 : -1) * 240 * MS;
		r = (struct clock_reading){ boot_us, boot_us,
			BASE + boot_us - origin_us + pull_us };
		CHECK("pulled", clock_anchor(c, &r, true) != CLOCK_SLOW);
	}
	size_t backwards = 0;
	for (size_t i = 0; i < 3; i++) {
		void *seen = NULL;
		pthread_join(threads[i], &seen);
		backwards += *(size_t *)seen;
		free(seen);
	}
	CHECK_INT("never back", backwards, 0);
	CHECK("anchored", clock_has_anchor(c));
}

static int64_t ms_between(const struct timespec *from, const struct timespec *to) {
	return (int64_t)(to->tv_sec - from->tv_sec) * 1000 +
			(to->tv_nsec - from->tv_nsec) / 1000000;
}

static void check_deadline(void) {
	struct timespec from = clock_deadline(0);
	struct timespec to = clock_deadline(1500);
	struct timespec behind = clock_deadline(0);
	CHECK("deadline", ms_between(&from, &to) >= 1500 && ms_between(&behind, &to) <= 1500);
	CHECK("whole", to.tv_nsec >= 0 && to.tv_nsec < 1000000000);
	pthread_cond_t cond;
	pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
	CHECK_INT("condition", clock_cond_init(&cond), ERR_OK);
	pthread_mutex_lock(&lock);
	struct timespec soon = clock_deadline(5);
	CHECK_INT("runs out", pthread_cond_timedwait(&cond, &lock, &soon), ETIMEDOUT);
	pthread_mutex_unlock(&lock);
	pthread_cond_destroy(&cond);
}

int main(void) {
	check_first();
	check_slow();
	check_steps();
	check_slew();
	check_alarm_ends();
	check_mark();
	check_fake();
	check_threads();
	check_deadline();
	return check_done();
}
