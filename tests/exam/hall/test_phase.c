#include "exam/hall/phase.h"

#include <stddef.h>

#include "tests/check.h"

/* Small numbers, so that every millisecond can be tried. */
enum {
	LOBBY = 50,
	START = 100,
	LIMIT = 40,
	WINDOW_END = 200,
	GRACE = 5,
};

static const struct phase_sitting plain = {
	.lobby_ms = LOBBY,
	.start_ms = START,
	.window_end_ms = WINDOW_END,
	.limit_ms = LIMIT,
	.grace_ms = GRACE,
};

static struct phase_attempt usual(void) {
	return (struct phase_attempt){ .started_at_ms = PHASE_NEVER };
}

static void check_usual(void) {
	static const struct {
		const char *name;
		int64_t now_ms;
		enum phase want;
		int64_t want_next_ms;
	} rows[] = {
		{ "long before", 0, PHASE_BEFORE, LOBBY },
		{ "last ms before the lobby", 49, PHASE_BEFORE, LOBBY },
		{ "lobby opens", 50, PHASE_LOBBY, START },
		{ "last ms of the lobby", 99, PHASE_LOBBY, START },
		{ "the bell", 100, PHASE_OPEN, 141 },
		{ "at the end exactly", 140, PHASE_OPEN, 141 },
		{ "first ms of grace", 141, PHASE_GRACE, 146 },
		{ "at end and grace exactly", 145, PHASE_GRACE, 146 },
		{ "first ms too late", 146, PHASE_OVER, PHASE_NEVER },
		{ "long after", 100000, PHASE_OVER, PHASE_NEVER },
	};
	struct phase_attempt a = usual();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct phase_now got;
		phase_at(&plain, &a, rows[i].now_ms, &got);
		CHECK_INT(rows[i].name, got.phase, rows[i].want);
		CHECK_INT(rows[i].name, got.next_ms, rows[i].want_next_ms);
		CHECK_INT(rows[i].name, got.end_ms, 140);
		CHECK_INT(rows[i].name, got.start_ms, 100);
	}
	a.is_closed = true;
	struct phase_now got;
	phase_at(&plain, &a, 120, &got);
	CHECK_INT("closed", got.phase, PHASE_CLOSED);
	CHECK_INT("closed", got.next_ms, PHASE_NEVER);
}

static void check_ends(void) {
	static const struct {
		const char *name;
		struct phase_attempt attempt;
		int64_t limit_ms;
		bool has_own_clocks;
		int64_t want_end_ms;
	} rows[] = {
		{ "usual", { .started_at_ms = PHASE_NEVER }, 40, false, 140 },
		{ "a start of its own is not read", { .started_at_ms = 130 }, 40, false, 140 },
		{ "the window cuts", { .started_at_ms = PHASE_NEVER }, 150, false, 200 },
		{ "limit reaches the window", { .started_at_ms = PHASE_NEVER }, 100, false, 200 },
		{ "extra", { .extra_ms = 7, .started_at_ms = PHASE_NEVER }, 40, false, 147 },
		{ "extra past the window", { .extra_ms = 7, .started_at_ms = PHASE_NEVER }, 100,
				false, 207 },
		{ "delay shifts the end", { .delay_ms = 9, .started_at_ms = PHASE_NEVER }, 40,
				false, 149 },
		{ "delay shifts the window", { .delay_ms = 9, .started_at_ms = PHASE_NEVER }, 100,
				false, 209 },
		{ "delay and extra", { .delay_ms = 9, .extra_ms = 7, .started_at_ms = PHASE_NEVER },
				100, false, 216 },
		{ "own clock, not begun", { .started_at_ms = PHASE_NEVER }, 40, true, 200 },
		{ "own clock", { .started_at_ms = 130 }, 40, true, 170 },
		{ "own clock into the window", { .started_at_ms = 190 }, 40, true, 200 },
		{ "own clock and extra", { .extra_ms = 7, .started_at_ms = 190 }, 40, true, 207 },
		{ "personal limit", { .personal_limit_ms = 60, .started_at_ms = 110 }, 40, false,
				170 },
		{ "personal limit, not begun",
				{ .personal_limit_ms = 60, .started_at_ms = PHASE_NEVER }, 40,
				false, 200 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct phase_sitting s = plain;
		s.limit_ms = rows[i].limit_ms;
		s.has_own_clocks = rows[i].has_own_clocks;
		CHECK_INT(rows[i].name, phase_check_sitting(&s), ERR_OK);
		CHECK_INT(rows[i].name, phase_check_attempt(&rows[i].attempt), ERR_OK);
		CHECK_INT(rows[i].name, phase_end_ms(&s, &rows[i].attempt), rows[i].want_end_ms);
	}
}

static void check_own_clock(void) {
	struct phase_sitting s = plain;
	s.has_own_clocks = true;
	struct phase_attempt a = usual();
	struct phase_now got;
	phase_at(&s, &a, 99, &got);
	CHECK_INT("lobby", got.phase, PHASE_LOBBY);
	phase_at(&s, &a, 100, &got);
	CHECK_INT("may begin", got.phase, PHASE_READY);
	CHECK_INT("nothing is open yet", phase_verdict(&s, &a, 0, 120), PHASE_EARLY);
	phase_at(&s, &a, 200, &got);
	CHECK_INT("may still begin", got.phase, PHASE_READY);
	CHECK_INT("until", got.next_ms, 201);
	phase_at(&s, &a, 206, &got);
	CHECK_INT("never began", got.phase, PHASE_OVER);
	a.started_at_ms = 150;
	phase_at(&s, &a, 150, &got);
	CHECK_INT("began", got.phase, PHASE_OPEN);
	CHECK_INT("own end", got.end_ms, 190);
}

static void check_verdicts(void) {
	static const struct {
		const char *name;
		int64_t at_ms;
		enum phase_verdict want;
	} rows[] = {
		{ "before the bell", 99, PHASE_EARLY },
		{ "at the bell", 100, PHASE_COUNTS },
		{ "at the end", 140, PHASE_COUNTS },
		{ "one past the end", 141, PHASE_COUNTS_AFTER_END },
		{ "at end and grace", 145, PHASE_COUNTS_AFTER_END },
		{ "one past the grace", 146, PHASE_LATE },
	};
	struct phase_attempt a = usual();
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].name, phase_verdict(&plain, &a, 0, rows[i].at_ms), rows[i].want);
	}
	CHECK_INT("no such section", phase_verdict(&plain, &a, 1, 120), PHASE_OTHER_SECTION);
}

/* Sections 10, 10 and 20 of 40. */
static void check_sections(void) {
	static const struct {
		const char *name;
		int64_t extra_ms;
		uint16_t reached;
		uint16_t slot_section;
		int64_t at_ms;
		uint16_t want_section;
		enum phase_verdict want;
	} rows[] = {
		{ "first", 0, 0, 0, 100, 0, PHASE_COUNTS },
		{ "end of the first", 0, 0, 0, 110, 0, PHASE_COUNTS },
		{ "grace of the first", 0, 0, 0, 111, 1, PHASE_COUNTS_AFTER_END },
		{ "last ms of its grace", 0, 0, 0, 115, 1, PHASE_COUNTS_AFTER_END },
		{ "past its grace", 0, 0, 0, 116, 1, PHASE_OTHER_SECTION },
		{ "second too early", 0, 0, 1, 110, 0, PHASE_OTHER_SECTION },
		{ "second", 0, 0, 1, 111, 1, PHASE_COUNTS },
		{ "third", 0, 0, 2, 121, 2, PHASE_COUNTS },
		{ "third to the end", 0, 0, 2, 140, 2, PHASE_COUNTS },
		{ "third in grace", 0, 0, 2, 145, 2, PHASE_COUNTS_AFTER_END },
		{ "third late", 0, 0, 2, 146, 2, PHASE_LATE },
		{ "extra stretches", 20, 0, 0, 115, 0, PHASE_COUNTS },
		{ "extra stretches by share", 20, 0, 1, 116, 1, PHASE_COUNTS },
		{ "extra ends with the attempt", 20, 0, 2, 160, 2, PHASE_COUNTS },
		{ "a section reached is not left backwards", 20, 1, 1, 112, 1, PHASE_COUNTS },
	};
	struct phase_sitting s = plain;
	s.section_count = 3;
	s.section_ms[0] = 10;
	s.section_ms[1] = 10;
	s.section_ms[2] = 20;
	CHECK_INT("sections", phase_check_sitting(&s), ERR_OK);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct phase_attempt a = usual();
		a.extra_ms = rows[i].extra_ms;
		a.section_reached = rows[i].reached;
		struct phase_now got;
		phase_at(&s, &a, rows[i].at_ms, &got);
		CHECK_INT(rows[i].name, got.section, rows[i].want_section);
		CHECK_INT(rows[i].name, phase_verdict(&s, &a, rows[i].slot_section, rows[i].at_ms),
				rows[i].want);
	}
	s.section_ms[2] = 21;
	CHECK_INT("not the limit in sum", phase_check_sitting(&s), ERR_INVAL);
	s.section_count = PHASE_SECTIONS_MAX + 1;
	CHECK_INT("one section too many", phase_check_sitting(&s), ERR_INVAL);
}

static bool is_same(const struct phase_now *a, const struct phase_now *b) {
	return a->phase == b->phase && a->section == b->section;
}

/* next_ms is the first moment at which anything differs, for every ms of many attempts; and what
 * counts agrees with the phase. */
static void check_next(void) {
	for (int64_t v = 0; v < 2 * 2 * 3 * 3 * 3; v++) {
		struct phase_sitting s = plain;
		s.has_own_clocks = v % 2;
		if (v / 2 % 2) {
			s.section_count = 2;
			s.section_ms[0] = 15;
			s.section_ms[1] = 25;
		}
		struct phase_attempt a = usual();
		a.delay_ms = v / 4 % 3 * 11;
		a.extra_ms = v / 12 % 3 * 35;
		a.started_at_ms = v / 36 % 3 == 0 ? PHASE_NEVER : 90 + v / 36 % 3 * 35;
		bool has_begun = !s.has_own_clocks || a.started_at_ms != PHASE_NEVER;
		for (int64_t t = 0; t < 400; t++) {
			struct phase_now now;
			struct phase_now next;
			phase_at(&s, &a, t, &now);
			phase_at(&s, &a, t + 1, &next);
			CHECK("differs exactly when stated",
					is_same(&now, &next) == (t + 1 != now.next_ms));
			CHECK("never in the past", now.next_ms > t);
			enum phase_verdict got = phase_verdict(&s, &a, now.section, t);
			CHECK("open counts",
					(got == PHASE_COUNTS) == (now.phase == PHASE_OPEN) ||
							(got == PHASE_COUNTS_AFTER_END &&
									now.section > 0));
			CHECK("late when over",
					(got == PHASE_LATE) ==
							(has_begun && now.phase == PHASE_OVER));
		}
	}
}

static void check_refusals(void) {
	struct phase_sitting s = plain;
	s.lobby_ms = START + 1;
	CHECK_INT("lobby after the bell", phase_check_sitting(&s), ERR_INVAL);
	s = plain;
	s.window_end_ms = START;
	CHECK_INT("empty window", phase_check_sitting(&s), ERR_INVAL);
	s = plain;
	s.limit_ms = 0;
	CHECK_INT("no length", phase_check_sitting(&s), ERR_INVAL);
	s.limit_ms = PHASE_SPAN_MAX_MS;
	CHECK_INT("the longest", phase_check_sitting(&s), ERR_OK);
	s.limit_ms++;
	CHECK_INT("one past", phase_check_sitting(&s), ERR_INVAL);
	s = plain;
	s.grace_ms = PHASE_GRACE_MAX_MS;
	CHECK_INT("most grace", phase_check_sitting(&s), ERR_OK);
	s.grace_ms++;
	CHECK_INT("one past", phase_check_sitting(&s), ERR_INVAL);
	struct phase_attempt a = usual();
	a.extra_ms = PHASE_SPAN_MAX_MS;
	CHECK_INT("most extra", phase_check_attempt(&a), ERR_OK);
	a.extra_ms++;
	CHECK_INT("one past", phase_check_attempt(&a), ERR_INVAL);
	a.extra_ms = -1;
	CHECK_INT("less time", phase_check_attempt(&a), ERR_INVAL);
	CHECK_STR("name", phase_name(PHASE_LOBBY), "lobby");
}

int main(void) {
	check_usual();
	check_ends();
	check_own_clock();
	check_verdicts();
	check_sections();
	check_next();
	check_refusals();
	return check_done();
}
