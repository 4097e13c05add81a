#ifndef CORE_BASE_DATE_H
#define CORE_BASE_DATE_H

/*
 * Calendar days without a time or a zone: birth dates, school years, dates in lists. Proleptic
 * Gregorian calendar, years 1 to 9999. Moments are UTC milliseconds and live elsewhere; only
 * date_in_vietnam() joins the two.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

enum {
	DATE_ISO_BYTES = 11, /* "2010-09-05" and its end */
	DATE_VI_BYTES = 11,  /* "05/09/2010" and its end */
};

struct date {
	int year;
	int month; /* 1..12 */
	int day;   /* 1..31 */
};

bool date_is_valid(struct date d);
/* Less than, equal to or greater than 0 as a is before, on or after b. */
int date_compare(struct date a, struct date b);

/* Days since 1970-01-01 of a valid date, negative before it. */
int64_t date_to_days(struct date d);
/* ERR_INVAL outside the years 1 to 9999. */
enum err date_from_days(int64_t days, struct date *out) MUST_CHECK;
/* The day it is in Vietnam (UTC+7 all year) at that moment. ERR_INVAL as above. */
enum err date_in_vietnam(int64_t utc_ms, struct date *out) MUST_CHECK;

/* "2010-09-05", nothing else. ERR_INVAL, also for a day that does not exist. */
enum err date_parse_iso(struct str s, struct date *out) MUST_CHECK;
/*
 * A day as people write it in Vietnam: day, month, year in this order with '/', '-', '.' or
 * blanks between them ("5/9/2010", "05-09-2010"), or year first when it has four digits
 * ("2010-9-5"). Years have four digits: "05/09/10" is ERR_INVAL, since it could be read in two
 * ways. ERR_INVAL, also for a day that does not exist.
 */
enum err date_parse_vi(struct str s, struct date *out) MUST_CHECK;

void date_print_iso(struct date d, char out[DATE_ISO_BYTES]);
void date_print_vi(struct date d, char out[DATE_VI_BYTES]);

#endif
