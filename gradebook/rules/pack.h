#ifndef GRADEBOOK_RULES_PACK_H
#define GRADEBOOK_RULES_PACK_H

/*
 * Rule packs: what a circular asks of a subject's assessments, as dated data. A pack is chosen by
 * school year and grade, never by a constant in other code; a new circular is a new row. Pure.
 */

#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	PACK_STEPS_MAX = 4,
	PACK_GRADES_MAX = 12,
	PACK_YEAR_NONE = 9999, /* in no school year yet */
};

/* A subject with at most this many lessons a year needs that many regular marks a term. */
struct pack_step {
	unsigned lessons_max;
	size_t regular_count;
};

struct rule_pack {
	const char *code;                    /* stable: "tt22" */
	const char *circular;                /* as people cite it */
	int first_year[PACK_GRADES_MAX + 1]; /* by grade: the first school year, its first half */
	int last_year;                       /* the last school year, or PACK_YEAR_NONE */
	struct pack_step steps[PACK_STEPS_MAX]; /* for marked subjects, by rising lessons */
	size_t step_count;
	size_t comment_regular_count; /* regular assessments a term of a comment subject */
	size_t midterm_count;
	size_t final_count;
};

/*
 * The pack in force for a grade (1..12) in the school year that begins in that calendar year.
 * Errors  ERR_INVAL        a grade out of range
 *         ERR_UNSUPPORTED  no pack of this program: primary school, or years before the circular
 */
enum err pack_find(unsigned grade, int year, const struct rule_pack **out) MUST_CHECK;

/* "2026-2027" into 2026. ERR_INVAL for another form, or when the years do not follow. */
enum err pack_parse_year(struct str code, int *out) MUST_CHECK;

/* Regular marks a term for a marked subject with so many lessons a year. */
size_t pack_regular_count(const struct rule_pack *pack, unsigned lessons_a_year);

#endif
