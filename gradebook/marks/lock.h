#ifndef GRADEBOOK_MARKS_LOCK_H
#define GRADEBOOK_MARKS_LOCK_H

/*
 * Whether marks of a class, subject and term may still be changed: the one place that decides.
 * The office locks kinds of marks of a term, for a grade or for all, from a date on; a class and
 * subject may be reopened until some time; a class whose term or year is closed stays shut whatever
 * was reopened. Pure: loaded by lock_store.h.
 */

#include <stddef.h>
#include <stdint.h>

#include "gradebook/marks/mark.h"

enum {
	LOCK_RULES_MAX = 64, /* of one term: 4 kinds with "all" × 13 grades with "all" is less */
	LOCK_REOPENINGS_MAX = 32, /* in force for one class, subject and term */
};

struct lock_rule {
	unsigned kind;  /* enum mark_kind, or 0: every kind */
	unsigned grade; /* 0: every grade */
	int64_t locks_at_ms;
};

struct lock_reopening {
	unsigned kind; /* enum mark_kind, or 0: every kind */
	int64_t until_ms;
};

struct lock_facts {
	unsigned grade; /* of the class */
	bool is_closed; /* the class's term or year */
	struct lock_rule rules[LOCK_RULES_MAX];
	size_t rule_count;
	struct lock_reopening reopenings[LOCK_REOPENINGS_MAX];
	size_t reopening_count;
};

enum lock_state {
	LOCK_OPEN,
	LOCK_LOCKED, /* changes go by a request that the office approves */
	LOCK_CLOSED, /* the class must be opened again first */
};

/* A lock holds from its time on; a reopening until before its time. */
enum lock_state lock_state_of(const struct lock_facts *facts, enum mark_kind kind, int64_t now_ms);

/* From when on marks of the kind are locked, past or to come; while they are reopened, when that
 * ends. 0: no lock is set. */
int64_t lock_at_ms(const struct lock_facts *facts, enum mark_kind kind, int64_t now_ms);

#endif
