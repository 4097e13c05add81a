#include "exam/hall/sitting.h"

#include <assert.h>
#include <stddef.h>

struct word {
	const char *name;
	int value;
};

static const struct word outages[] = {
	{ "nothing", SITTING_OUTAGE_NOTHING },
	{ "window", SITTING_OUTAGE_WINDOW },
	{ "lost", SITTING_OUTAGE_LOST },
};
static const struct word releases[] = {
	{ "held", SITTING_RELEASE_HELD },
	{ "mark", SITTING_RELEASE_MARK },
	{ "all", SITTING_RELEASE_ALL },
};

enum { WORD_COUNT = 3 };

static const char *name_of(const struct word *words, int value) {
	for (size_t i = 0; i < WORD_COUNT; i++) {
		if (words[i].value == value) {
			return words[i].name;
		}
	}
	return "";
}

static enum err value_of(const struct word *words, struct str name, int *out) {
	for (size_t i = 0; i < WORD_COUNT; i++) {
		if (str_eq_z(name, words[i].name)) {
			*out = words[i].value;
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

const char *sitting_outage_name(enum sitting_outage outage) {
	return name_of(outages, (int)outage);
}

enum err sitting_outage_parse(struct str s, enum sitting_outage *out) {
	int value = 0;
	enum err e = value_of(outages, s, &value);
	if (e) {
		return e;
	}
	*out = (enum sitting_outage)value;
	return ERR_OK;
}

const char *sitting_release_name(enum sitting_release release) {
	return name_of(releases, (int)release);
}

enum err sitting_release_parse(struct str s, enum sitting_release *out) {
	int value = 0;
	enum err e = value_of(releases, s, &value);
	if (e) {
		return e;
	}
	*out = (enum sitting_release)value;
	return ERR_OK;
}

struct phase_sitting sitting_times(const struct sitting *s) {
	return (struct phase_sitting){
		.lobby_ms = s->lobby_at_ms,
		.start_ms = s->starts_at_ms,
		.window_end_ms = s->window_end_ms,
		.limit_ms = s->limit_ms,
		.grace_ms = s->grace_ms,
		.has_own_clocks = s->is_practice,
	};
}

enum err sitting_check(const struct sitting *s, int64_t now_ms, const char **out_field) {
	const char *field = NULL;
	struct phase_sitting times = sitting_times(s);
	if (s->title[0] == '\0') {
		field = "title";
	} else if (s->limit_ms < SITTING_LIMIT_MIN_MS || s->limit_ms > SITTING_LIMIT_MAX_MS) {
		field = "limitMs";
	} else if (s->variant_count < 1 || s->variant_count > SITTING_VARIANTS_MAX) {
		field = "variants";
	} else if (s->starts_at_ms > now_ms + SITTING_AHEAD_MAX_MS ||
			(!s->is_practice && s->starts_at_ms <= now_ms)) {
		/* A practice sitting may be open at once. */
		field = "startsAt";
	} else if (s->window_end_ms <= now_ms || s->window_end_ms <= s->starts_at_ms ||
			s->window_end_ms > s->starts_at_ms + SITTING_WINDOW_MAX_MS) {
		field = "windowEndAt";
	} else if (s->lobby_at_ms > s->starts_at_ms) {
		field = "lobbyAt";
	} else if (s->grace_ms < 0 || s->grace_ms > PHASE_GRACE_MAX_MS) {
		field = "graceMs";
	} else if (phase_check_sitting(&times)) {
		field = "startsAt";
	}
	if (field) {
		*out_field = field;
		return ERR_INVAL;
	}
	return ERR_OK;
}

enum err sitting_check_move(const struct sitting *s, int64_t new_start_ms, int64_t now_ms) {
	if (s->state != SITTING_PUBLISHED || s->starts_at_ms <= now_ms) {
		return ERR_CONFLICT;
	}
	if (new_start_ms <= now_ms || new_start_ms > now_ms + SITTING_AHEAD_MAX_MS) {
		return ERR_INVAL;
	}
	return ERR_OK;
}

/* When nobody can be working any more. */
static int64_t over_at_ms(const struct sitting *s) {
	return (s->last_end_ms ? s->last_end_ms : s->window_end_ms) + s->grace_ms;
}

const char *sitting_stage(const struct sitting *s, int64_t now_ms) {
	if (s->state == SITTING_DRAFT) {
		return "draft";
	}
	if (s->state == SITTING_ENDED || now_ms > over_at_ms(s)) {
		return "ended";
	}
	return now_ms < s->starts_at_ms ? "published" : "running";
}

bool sitting_shows_mark(const struct sitting *s, int64_t now_ms) {
	if (s->release == SITTING_RELEASE_HELD) {
		return false;
	}
	/* A practice sitting has nothing to hold back from those who still work. */
	return s->is_practice || (s->released_at_ms && s->released_at_ms <= now_ms) ||
			now_ms > over_at_ms(s);
}

bool sitting_shows_answers(const struct sitting *s, int64_t now_ms) {
	/* Never the answers while somebody may still be working. */
	return s->release == SITTING_RELEASE_ALL && sitting_shows_mark(s, now_ms) &&
			(s->is_practice || now_ms > over_at_ms(s));
}

unsigned sitting_deal(unsigned place, unsigned first, unsigned variant_count) {
	assert(variant_count > 0);
	return (unsigned)(((uint64_t)place + first) % variant_count);
}
