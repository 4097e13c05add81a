#ifndef EXAM_HALL_PHASE_H
#define EXAM_HALL_PHASE_H

/*
 * The exam clock: a pure function of the time, the sitting and the attempt. Nothing here is ever
 * stored but its inputs and the computed end. All times are UTC milliseconds; all bounds are
 * whole milliseconds and equality counts for the student: at start_ms the paper is open, at
 * end_ms it still is, and an answer at exactly end_ms + grace_ms counts.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"

enum {
	PHASE_SECTIONS_MAX = 8,
	PHASE_GRACE_DEFAULT_MS = 2000,
	PHASE_GRACE_MAX_MS = 60000,
};

/* The longest length of work or shift that is accepted: a week. */
#define PHASE_SPAN_MAX_MS INT64_C(604800000)
#define PHASE_NEVER INT64_MAX

/* What all attempts of a sitting share. */
struct phase_sitting {
	int64_t lobby_ms;                       /* from here students may wait */
	int64_t start_ms;                       /* the bell */
	int64_t window_end_ms;                  /* nobody works later, but for delay and extra */
	int64_t limit_ms;                       /* length of work */
	int64_t grace_ms;                       /* for what was on its way at the end */
	bool has_own_clocks;                    /* each student's time begins with his own entry */
	uint16_t section_count;                 /* 0: one section of limit_ms */
	int64_t section_ms[PHASE_SECTIONS_MAX]; /* lengths, in sum limit_ms */
};

/* What an attempt differs in. */
struct phase_attempt {
	int64_t delay_ms;          /* everything shifts: let in late */
	int64_t extra_ms;          /* more time */
	int64_t personal_limit_ms; /* a length of its own and its own clock; 0: none */
	int64_t started_at_ms;     /* own clock: when it began; PHASE_NEVER: not yet */
	uint16_t section_reached;  /* a section whose key was sent is never left backwards */
	bool is_closed;
};

enum phase {
	PHASE_BEFORE, /* the lobby is shut */
	PHASE_LOBBY,
	PHASE_READY, /* own clock: may begin now */
	PHASE_OPEN,
	PHASE_GRACE, /* past the end; what was on its way still counts */
	PHASE_OVER,  /* to be closed */
	PHASE_CLOSED,
};

struct phase_now {
	enum phase phase;
	uint16_t section;       /* 0 unless sections; the last one when past the end */
	int64_t start_ms;       /* this attempt's start; with an own clock not begun: earliest */
	int64_t end_ms;         /* this attempt's end; own clock not begun: the latest possible */
	int64_t section_end_ms; /* of the present section */
	int64_t next_ms;        /* the first ms at which phase or section differ, or PHASE_NEVER */
};

/* ERR_INVAL unless lobby <= start < window end, and every length is in 0..PHASE_SPAN_MAX_MS
 * (limit over 0, sections in sum the limit, grace at most PHASE_GRACE_MAX_MS). */
enum err phase_check_sitting(const struct phase_sitting *sitting) MUST_CHECK;
/* ERR_INVAL unless delay, extra and personal limit are in 0..PHASE_SPAN_MAX_MS. */
enum err phase_check_attempt(const struct phase_attempt *attempt) MUST_CHECK;

/* Whether the attempt's time begins with its own entry. */
bool phase_has_own_clock(const struct phase_sitting *sitting, const struct phase_attempt *attempt);

/*
 * The end: min(start + limit + extra, window end + delay + extra), where start is the bell plus
 * delay, or the own beginning. For an own clock not begun: window end + delay + extra, since
 * nobody can end later.
 */
int64_t phase_end_ms(const struct phase_sitting *sitting, const struct phase_attempt *attempt);

/* Where the attempt stands at now_ms. Sitting and attempt have passed their checks. */
void phase_at(const struct phase_sitting *sitting, const struct phase_attempt *attempt,
		int64_t now_ms, struct phase_now *out);

enum phase_verdict {
	PHASE_COUNTS,
	PHASE_COUNTS_AFTER_END, /* within the grace: counts, and is flagged */
	PHASE_EARLY,
	PHASE_LATE,
	PHASE_OTHER_SECTION,
};

/*
 * Whether something that arrived at at_ms counts. `section` is the section of the answer's slot;
 * a section other than the present one counts only within the grace behind its own end. Says
 * nothing about is_closed: that is the attempt's to know.
 */
enum phase_verdict phase_verdict(const struct phase_sitting *sitting,
		const struct phase_attempt *attempt, uint16_t section, int64_t at_ms);

/* The name on the wire: "lobby". */
const char *phase_name(enum phase phase);

#endif
