#ifndef GRADEBOOK_ONEROSTER_DAYS_H
#define GRADEBOOK_ONEROSTER_DAYS_H

/*
 * Days as OneRoster counts them. The end of a session and of an enrolment is the first day that no
 * longer belongs to it; this program keeps the last day of a year and of a term, and of whoever left
 * a class the day on which it was so. Pure.
 */

#include "gradebook/oneroster/source.h"

/* The day behind, or before, that one; of no day (zeros), and where the calendar ends, the same. */
struct date oneroster_day_after(struct date d);
struct date oneroster_day_before(struct date d);
/* Somebody's days in a class cannot lie outside of the year that the class is of: who was put into
 * it during the holidays is there from the first day. */
void oneroster_enrolment_within(
		struct oneroster_enrolment_fact *n, const struct oneroster_session_fact *year);

#endif
