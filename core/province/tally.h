#ifndef CORE_PROVINCE_TALLY_H
#define CORE_PROVINCE_TALLY_H

/*
 * How many records say the same, and by how much a batch moves that. A tally is a count under a
 * key; a batch becomes a list of steps up and down, which are joined key by key before they reach
 * the database. Nothing in a key names a person. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

/* What is counted; the numbers stand in the database (desk_tally.measure). */
enum tally_measure {
	TALLY_CLASSES = 1,  /* of a year and grade; value 0 */
	TALLY_STUDENTS,     /* at the school now; value: sex (0 not said, 1 male, 2 female) */
	TALLY_TEACHERS,     /* at work now; value: sex */
	TALLY_ENROLLED,     /* in a class of that year now; value 0 */
	TALLY_MARK_REGULAR, /* marks of a term and subject; value: tally_value() */
	TALLY_MARK_MIDTERM,
	TALLY_MARK_FINAL,
	TALLY_SUBJECT_RESULT, /* what was kept at closing; value as of marks */
	TALLY_LEARNING, /* levels kept at closing; value 1 the best .. 4; not of primary school */
	TALLY_CONDUCT,
	TALLY_PROMOTION,  /* value 1..3 */
	TALLY_AWARD,      /* the award's code stands as the subject; value 0 */
	TALLY_COMPLETION, /* what a primary pupil's year came to; value 1 the best .. 4 */
	TALLY_JUDGEMENT, /* a quality or competence at a part's end; its code stands as the subject;
			     value 1 Tốt, 2 Đạt, 3 Cần cố gắng */
	TALLY_CLOSED,    /* classes whose part is closed; value 0 */
	TALLY_MEASURE_END_,
};

enum {
	TALLY_LETTER_BASE = 200,  /* a letter's value: this and its number (1 D, 2 C, 3 T, 4 H) */
	TALLY_STEPS_MAX = 200000, /* of one batch: each record moves at most a dozen */
};

/* The texts belong to the caller and outlive the list. */
struct tally_key {
	struct str year;
	enum tally_measure measure;
	unsigned part; /* 0 the year, 1, 2, 3 */
	struct str subject;
	unsigned grade; /* 0: not known */
	unsigned value;
};

struct tally_step {
	struct tally_key key;
	int64_t by;
};

struct tally {
	struct tally_step *items;
	size_t count;
	size_t cap;
};

void tally_finish(struct tally *t);

/* ERR_LIMIT past TALLY_STEPS_MAX, ERR_NOMEM */
enum err tally_add(struct tally *t, const struct tally_key *key, int64_t by) MUST_CHECK;
/* Sorted by key, each key once, without those that come to nothing. The order is that of the
 * table's primary key, so that two transactions lock its rows in the same order. */
void tally_join(struct tally *t);

/* Less than, equal to or greater than 0 in the order of the table's primary key. */
int tally_compare(const struct tally_key *a, const struct tally_key *b);

#endif
