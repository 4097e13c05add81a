#include "exam/hall/phase.h"

#include <assert.h>
#include <stddef.h>

static bool is_span(int64_t ms) {
	return ms >= 0 && ms <= PHASE_SPAN_MAX_MS;
}

static enum err check_sections(const struct phase_sitting *s) {
	if (s->section_count == 0) {
		return ERR_OK;
	}
	if (s->section_count > PHASE_SECTIONS_MAX) {
		return ERR_INVAL;
	}
	int64_t sum = 0;
	for (size_t i = 0; i < s->section_count; i++) {
		if (!is_span(s->section_ms[i]) || s->section_ms[i] == 0) {
			return ERR_INVAL;
		}
		sum += s->section_ms[i];
	}
	return sum == s->limit_ms ? ERR_OK : ERR_INVAL;
}

enum err phase_check_sitting(const struct phase_sitting *s) {
	/* Far from the edge of int64_t, so that no sum below can overflow. */
	const int64_t last = INT64_C(253402300799999); /* the year 9999 */
	if (s->lobby_ms < 0 || s->lobby_ms > s->start_ms || s->start_ms >= s->window_end_ms ||
			s->window_end_ms > last) {
		return ERR_INVAL;
	}
	if (!is_span(s->limit_ms) || s->limit_ms == 0 || s->grace_ms < 0 ||
			s->grace_ms > PHASE_GRACE_MAX_MS) {
		return ERR_INVAL;
	}
	return check_sections(s);
}

enum err phase_check_attempt(const struct phase_attempt *a) {
	bool is_good = is_span(a->delay_ms) && is_span(a->extra_ms) &&
			is_span(a->personal_limit_ms) && a->started_at_ms >= 0;
	return is_good ? ERR_OK : ERR_INVAL;
}

bool phase_has_own_clock(const struct phase_sitting *s, const struct phase_attempt *a) {
	return s->has_own_clocks || a->personal_limit_ms > 0;
}

static bool has_begun(const struct phase_sitting *s, const struct phase_attempt *a) {
	return !phase_has_own_clock(s, a) || a->started_at_ms != PHASE_NEVER;
}

static int64_t start_of(const struct phase_sitting *s, const struct phase_attempt *a) {
	if (phase_has_own_clock(s, a) && a->started_at_ms != PHASE_NEVER) {
		return a->started_at_ms;
	}
	return s->start_ms + a->delay_ms;
}

static int64_t limit_of(const struct phase_sitting *s, const struct phase_attempt *a) {
	return a->personal_limit_ms > 0 ? a->personal_limit_ms : s->limit_ms;
}

int64_t phase_end_ms(const struct phase_sitting *s, const struct phase_attempt *a) {
	int64_t by_window = s->window_end_ms + a->delay_ms + a->extra_ms;
	if (!has_begun(s, a)) {
		return by_window;
	}
	int64_t by_limit = start_of(s, a) + limit_of(s, a) + a->extra_ms;
	return by_limit < by_window ? by_limit : by_window;
}

static uint16_t last_section(const struct phase_sitting *s) {
	return s->section_count > 0 ? (uint16_t)(s->section_count - 1) : 0;
}

/*
 * The end of a section, never past the attempt's end. Extra time and a personal length stretch
 * the sections in proportion, rounded down, so that the last one ends with the attempt.
 */
static int64_t section_end(
		const struct phase_sitting *s, const struct phase_attempt *a, uint16_t section) {
	int64_t end = phase_end_ms(s, a);
	if (section >= last_section(s)) {
		return end;
	}
	int64_t before = 0;
	for (size_t i = 0; i <= section; i++) {
		before += s->section_ms[i];
	}
	/* Both factors are at most two weeks in ms: the product stays below 2^62. */
	int64_t length = limit_of(s, a) + a->extra_ms;
	int64_t at = start_of(s, a) + length * before / s->limit_ms;
	return at < end ? at : end;
}

static int64_t section_start(
		const struct phase_sitting *s, const struct phase_attempt *a, uint16_t section) {
	return section == 0 ? start_of(s, a) : section_end(s, a, (uint16_t)(section - 1)) + 1;
}

static uint16_t section_at(
		const struct phase_sitting *s, const struct phase_attempt *a, int64_t now_ms) {
	uint16_t section = 0;
	while (section < last_section(s) && now_ms > section_end(s, a, section)) {
		section++;
	}
	if (section < a->section_reached && a->section_reached <= last_section(s)) {
		return a->section_reached;
	}
	return section;
}

static enum phase phase_of(
		const struct phase_sitting *s, const struct phase_attempt *a, int64_t now_ms) {
	if (a->is_closed) {
		return PHASE_CLOSED;
	}
	int64_t end = phase_end_ms(s, a);
	if (now_ms > end) {
		return now_ms > end + s->grace_ms ? PHASE_OVER : PHASE_GRACE;
	}
	if (now_ms >= start_of(s, a)) {
		return has_begun(s, a) ? PHASE_OPEN : PHASE_READY;
	}
	return now_ms >= s->lobby_ms ? PHASE_LOBBY : PHASE_BEFORE;
}

static int64_t next_of(const struct phase_sitting *s, const struct phase_now *now) {
	switch (now->phase) {
	case PHASE_BEFORE:
		return s->lobby_ms < now->start_ms ? s->lobby_ms : now->start_ms;
	case PHASE_LOBBY:
		return now->start_ms;
	case PHASE_READY:
		return now->end_ms + 1;
	case PHASE_OPEN:
		return now->section_end_ms + 1;
	case PHASE_GRACE:
		return now->end_ms + s->grace_ms + 1;
	case PHASE_OVER:
	case PHASE_CLOSED:
		return PHASE_NEVER;
	}
	assert(false);
	return PHASE_NEVER;
}

void phase_at(const struct phase_sitting *s, const struct phase_attempt *a, int64_t now_ms,
		struct phase_now *out) {
	struct phase_now now = {
		.phase = phase_of(s, a, now_ms),
		.start_ms = start_of(s, a),
		.end_ms = phase_end_ms(s, a),
	};
	now.section = now_ms < now.start_ms || !has_begun(s, a) ? 0 : section_at(s, a, now_ms);
	now.section_end_ms = section_end(s, a, now.section);
	now.next_ms = next_of(s, &now);
	*out = now;
}

enum phase_verdict phase_verdict(const struct phase_sitting *s, const struct phase_attempt *a,
		uint16_t section, int64_t at_ms) {
	if (!has_begun(s, a) || at_ms < start_of(s, a)) {
		return PHASE_EARLY;
	}
	int64_t end = phase_end_ms(s, a);
	if (at_ms > end + s->grace_ms) {
		return PHASE_LATE;
	}
	uint16_t present = section_at(s, a, at_ms);
	if (section > present || section > last_section(s)) {
		return PHASE_OTHER_SECTION;
	}
	if (section < present && at_ms > section_end(s, a, section) + s->grace_ms) {
		return PHASE_OTHER_SECTION;
	}
	bool is_after = at_ms > end || (section < present && at_ms >= section_start(s, a, present));
	return is_after ? PHASE_COUNTS_AFTER_END : PHASE_COUNTS;
}

const char *phase_name(enum phase phase) {
	switch (phase) {
	case PHASE_BEFORE:
		return "before";
	case PHASE_LOBBY:
		return "lobby";
	case PHASE_READY:
		return "ready";
	case PHASE_OPEN:
		return "open";
	case PHASE_GRACE:
		return "grace";
	case PHASE_OVER:
		return "over";
	case PHASE_CLOSED:
		return "closed";
	}
	assert(false);
	return "";
}
