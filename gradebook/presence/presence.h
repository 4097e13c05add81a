#ifndef GRADEBOOK_PRESENCE_PRESENCE_H
#define GRADEBOOK_PRESENCE_PRESENCE_H

/*
 * A class's presence: which sessions may be taken, what can be said of a student in one, and what
 * counts. A session is half a school day. Pure: stored by presence_store.h.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/school/calendar.h"

enum {
	PRESENCE_SESSIONS = 2, /* 1 morning, 2 afternoon */
	PRESENCE_DAYS_BACK_MAX =
			14, /* so old a session may be for a teacher; the office has no limit */
	PRESENCE_NOTE_CHARS_MAX = 300,
	PRESENCE_STUDENTS_MAX = 200, /* of one class */
};

/* The numbers are the database's; nothing is stored of those who are present. */
enum presence_kind {
	PRESENCE_PRESENT = 0,
	PRESENCE_EXCUSED = 1,   /* away with leave */
	PRESENCE_UNEXCUSED = 2, /* away without */
	PRESENCE_LATE = 3,      /* came late: is there */
};

/* "excused", "unexcused", "late" as in JSON; NULL for present. */
const char *presence_kind_name(enum presence_kind kind);
/* ERR_INVAL for any other text. */
enum err presence_kind_parse(struct str name, enum presence_kind *out) MUST_CHECK;
/* ERR_CORRUPT for a number that this program does not know. */
enum err presence_kind_from_db(uint64_t v, enum presence_kind *out) MUST_CHECK;

/*
 * Whether a session of the day `on` may be looked at on the day `today`.
 * Errors  ERR_INVAL  a session that no day has, or a day outside the school year
 *         ERR_EARLY  a day that is still to come
 */
enum err presence_check_day(const struct school_year *year, struct date today, struct date on,
		int64_t session) MUST_CHECK;
/* Whether it may be taken or corrected too. Errors as above, and ERR_LATE for a teacher when it
 * is more than PRESENCE_DAYS_BACK_MAX days ago. */
enum err presence_check_take(const struct school_year *year, struct date today, struct date on,
		int64_t session, bool is_office) MUST_CHECK;

/* The number of the term that a day of the year counts for: the last one that has begun, so that
 * days between two terms belong to the first of them; 1 before any. */
unsigned presence_term_of(const struct school_year *year, struct date on);

/* Sessions of one student. */
struct presence_count {
	unsigned excused;
	unsigned unexcused;
	unsigned late;
};
void presence_count_add(struct presence_count *count, enum presence_kind kind);
/* Those that count as absent: with leave and without (Circular 22/2021/TT-BGDDT, article 12); who
 * came late was there. */
unsigned presence_absent(const struct presence_count *count);

#endif
