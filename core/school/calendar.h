#ifndef CORE_SCHOOL_CALENDAR_H
#define CORE_SCHOOL_CALENDAR_H

/* School years, terms and subjects: the values. Pure. */

#include <stddef.h>
#include <stdint.h>

#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	CALENDAR_TERMS_MAX = 2,
	CALENDAR_YEAR_CODE_BYTES = 10, /* "2026-2027" and its end */
	CALENDAR_LESSONS_MAX = 1000,   /* of one subject in a year */
};

/* How a subject is judged. The numbers are those of the table. */
enum subject_kind {
	SUBJECT_MARK = 1,    /* marks of 10 */
	SUBJECT_COMMENT = 2, /* Đạt / Chưa đạt */
};

/* "mark", "comment", as in JSON. */
const char *subject_kind_name(enum subject_kind kind);
/* ERR_INVAL for any other text. */
enum err subject_kind_parse(struct str name, enum subject_kind *out) MUST_CHECK;
/* ERR_CORRUPT for a number that this program does not know. */
enum err subject_kind_from_db(uint64_t v, enum subject_kind *out) MUST_CHECK;

struct term {
	uint64_t id;
	uint64_t school_year_id;
	unsigned number; /* 1 or 2 */
	struct date starts_on;
	struct date ends_on;
};

struct school_year {
	uint64_t id;
	char code[CALENDAR_YEAR_CODE_BYTES];
	struct date starts_on;
	struct date ends_on;
	unsigned term_count;
	struct term terms[CALENDAR_TERMS_MAX]; /* by number */
};

/* Whether the code is of two years that follow one another, the dates are in order, and the
 * terms lie in the year one after another. ERR_INVAL otherwise. */
enum err calendar_check_year(const struct school_year *year) MUST_CHECK;

/* The fields of a form about a year with its two terms. */
enum calendar_field {
	CALENDAR_CODE,
	CALENDAR_YEAR_START,
	CALENDAR_YEAR_END,
	CALENDAR_TERM1_START,
	CALENDAR_TERM1_END,
	CALENDAR_TERM2_START,
	CALENDAR_TERM2_END,
	CALENDAR_FIELD_COUNT_,
};

/*
 * What is wrong with a year of two terms, field by field: a message's code, or NULL where nothing
 * is. Dates that are not valid are not looked at: whoever read them has said so. Gives how many
 * there are; a year without any, with all dates, passes calendar_check_year().
 */
size_t calendar_year_faults(const struct school_year *year, const char *out[CALENDAR_FIELD_COUNT_]);

#endif
