#ifndef CORE_SCHOOL_LESSONS_STORE_H
#define CORE_SCHOOL_LESSONS_STORE_H

/* The SQL of lessons a year, by subject and grade of a school year. They give the number of regular
 * marks. A new year takes over those of the one before (calendar_store.h). */

#include "core/db/db.h"
#include "core/school/calendar.h"

struct lessons {
	uint64_t subject_id;
	unsigned grade;
	unsigned a_year;  /* 0: not known */
	unsigned version; /* 0: never set */
};

/* Those of a year, also where they were taken back, by subject and grade. */
enum err lessons_store_list(struct db *db, uint64_t school_id, uint64_t school_year_id,
		enum err (*each)(const struct lessons *lessons, void *ctx), void *ctx) MUST_CHECK;

/*
 * Sets one; its version is the one that was seen.
 * Errors  ERR_STALE      another version is there by now
 *         ERR_LIMIT      past CALENDAR_LESSONS_MAX
 *         ERR_NOT_FOUND  year or subject are not of the school
 */
enum err lessons_store_set(struct db *db, uint64_t school_id, uint64_t school_year_id,
		const struct lessons *lessons) MUST_CHECK;

#endif
