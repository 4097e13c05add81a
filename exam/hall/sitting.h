#ifndef EXAM_HALL_SITTING_H
#define EXAM_HALL_SITTING_H

/*
 * A sitting (ca thi): the scheduled event in which attempts are made at the variants of a paper.
 * What its times and choices may be, what stage it is in, and how variants are dealt. Pure: stored
 * by sitting_store.h; the clock of an attempt is phase.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "exam/hall/event.h"
#include "exam/hall/phase.h"

enum {
	SITTING_TITLE_BYTES = 401, /* 200 characters as a rule, with the final '\0' */
	SITTING_CLASSES_MAX = 60,
	SITTING_ATTEMPTS_MAX = 3000,
	SITTING_VARIANTS_MAX = 48,
	SITTING_LOBBY_DEFAULT_MS = 15 * 60 * 1000,
	SITTING_GUARDED_MS = 60 * 1000, /* before the bell: a change needs the room's owner */
};

/* The shortest work that is a sitting, and how far ahead one may be planned. */
#define SITTING_LIMIT_MIN_MS INT64_C(60000)
#define SITTING_LIMIT_MAX_MS INT64_C(43200000)    /* twelve hours */
#define SITTING_AHEAD_MAX_MS INT64_C(34560000000) /* 400 days */
#define SITTING_WINDOW_MAX_MS PHASE_SPAN_MAX_MS

/* The numbers of these three stand in the columns of the table sitting. */
enum sitting_state {
	SITTING_DRAFT = 1,
	SITTING_PUBLISHED = 2, /* sealed; times may still move */
	SITTING_KEY_SENT = 3,  /* the bell has rung for somebody */
	SITTING_ENDED = 4,
};
enum sitting_outage {
	SITTING_OUTAGE_NOTHING = 1,
	SITTING_OUTAGE_WINDOW = 2, /* a window to reconnect in */
	SITTING_OUTAGE_LOST = 3,   /* the time that was lost */
};
enum sitting_release {
	SITTING_RELEASE_HELD = 1,
	SITTING_RELEASE_MARK = 2, /* the mark only */
	SITTING_RELEASE_ALL = 3,  /* mark and answers */
};

/* The column of the gradebook that it fills; kind 0: none. Kinds are the gradebook's numbers. */
struct sitting_column {
	uint64_t term_id;
	unsigned kind;
	unsigned position;
};

struct sitting {
	struct id16 id;
	uint64_t school_id;
	uint64_t paper_id;
	uint64_t subject_id;
	uint64_t created_by; /* person */
	char title[SITTING_TITLE_BYTES];
	int64_t lobby_at_ms;
	int64_t starts_at_ms;
	int64_t window_end_ms;
	int64_t limit_ms;
	int64_t grace_ms;
	unsigned variant_count;
	uint64_t seed;
	bool is_practice; /* each student's clock starts with his own entry */
	enum sitting_outage outage;
	enum sitting_release release;
	int64_t released_at_ms; /* 0: not yet */
	struct sitting_column column;
	enum sitting_state state;
	uint32_t revision; /* raised by each change of times */
	uint32_t sealing;
	int64_t last_end_ms; /* the latest end of its attempts, 0 without any */
};

/* "nothing", "window", "lost". ERR_INVAL for another word. */
const char *sitting_outage_name(enum sitting_outage outage);
enum err sitting_outage_parse(struct str s, enum sitting_outage *out) MUST_CHECK;
/* "held", "mark", "all". */
const char *sitting_release_name(enum sitting_release release);
enum err sitting_release_parse(struct str s, enum sitting_release *out) MUST_CHECK;

/* What the clock needs of it. */
struct phase_sitting sitting_times(const struct sitting *s);

/*
 * Whether these times and choices may be published at now_ms. *out_field is the JSON member that
 * is wrong, static storage; it is set on ERR_INVAL only.
 */
enum err sitting_check(const struct sitting *s, int64_t now_ms, const char **out_field) MUST_CHECK;

/*
 * Whether the start may still move to new_start_ms.
 *
 * Errors  ERR_CONFLICT  a key was sent, or the bell has rung by the clock
 *         ERR_INVAL     the new start is not in the future or too far ahead
 */
enum err sitting_check_move(
		const struct sitting *s, int64_t new_start_ms, int64_t now_ms) MUST_CHECK;

/* The stage that people are shown: "draft", "published", "running", "ended". */
const char *sitting_stage(const struct sitting *s, int64_t now_ms);

/* Students and parents may see results of an attempt that is closed: released by hand, or by a
 * policy other than held once the sitting is over for everybody. */
bool sitting_shows_mark(const struct sitting *s, int64_t now_ms);
bool sitting_shows_answers(const struct sitting *s, int64_t now_ms);

/* The variant of the student at that place (from 0) of a list: neighbours in the list differ, and
 * so do those `variant_count` seats behind when lists begin at another `first`. */
unsigned sitting_deal(unsigned place, unsigned first, unsigned variant_count);

#endif
