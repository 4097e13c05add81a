#ifndef GRADEBOOK_REASSESS_REASSESS_H
#define GRADEBOOK_REASSESS_REASSESS_H

/*
 * What is assessed again after a year that did not suffice: in secondary school subjects in summer
 * (Circular 22, article 14), in primary school whatever was not completed, after help, and what the
 * headmaster decides of a pupil whom that did not help (Circular 27, article 11). What counts of it is
 * for the rules. Pure: stored by reassess_store.h.
 */

#include <stdint.h>

#include "core/base/err.h"
#include "gradebook/marks/mark.h"

/* The numbers are the database's. */
enum {
	REASSESS_RESULT = 0, /* of a subject of secondary school: its year's */
	REASSESS_LEVEL = 1,  /* of a subject of primary school */
	REASSESS_TEST = 2,
	REASSESS_TRAITS = 10,    /* and the number of a quality or competence; of no subject */
	REASSESS_DECISION = 200, /* 1 moves up, 0 does not; of no subject */
	REASSESS_NONE = -1,      /* nothing was said, or it was taken back */
};

#define REASSESS_SUBJECT_MAX (UINT64_MAX / 1000 - 1)

/* One thing of a student. */
struct reassess_item {
	uint64_t subject_id; /* 0: none */
	unsigned item;
	enum mark_scale scale; /* of its values; a decision is 0 or 1 */
};

/* ERR_INVAL unless the value can be said of it, or is REASSESS_NONE. */
enum err reassess_check(const struct reassess_item *item, int value) MUST_CHECK;
/* How the class's chain names it in place of a column; of a subject up to REASSESS_SUBJECT_MAX. */
uint64_t reassess_column(uint64_t subject_id, unsigned item);

#endif
