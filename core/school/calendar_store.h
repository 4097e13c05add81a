#ifndef CORE_SCHOOL_CALENDAR_STORE_H
#define CORE_SCHOOL_CALENDAR_STORE_H

/*
 * The SQL for school years, terms and subjects of one school. A row of another school is not
 * found: ERR_NOT_FOUND.
 */

#include "core/db/db.h"
#include "core/school/calendar.h"

/* Adds the year with its terms, in one transaction; ids in `year` are not looked at. ERR_INVAL
 * (calendar_check_year); ERR_EXISTS when the school has a year with that code. */
enum err calendar_store_add_year(struct db *db, uint64_t school_id, const struct school_year *year,
		uint64_t *out_id) MUST_CHECK;
enum err calendar_store_year(
		struct db *db, uint64_t school_id, uint64_t id, struct school_year *out) MUST_CHECK;
/* Other dates of a year and its terms; the code stays. ERR_INVAL as above. */
enum err calendar_store_update_year(
		struct db *db, uint64_t school_id, const struct school_year *year) MUST_CHECK;
/* Gives a year the lessons of another, where it has none. */
enum err calendar_store_copy_lessons(struct db *db, uint64_t school_id, uint64_t from_year_id,
		uint64_t to_year_id) MUST_CHECK;
/* The year that the school works in from now on. */
enum err calendar_store_choose_year(
		struct db *db, uint64_t school_id, uint64_t school_year_id) MUST_CHECK;
/* The year that was chosen, else the one that the day lies in, else the last that began before it, else the first. */
enum err calendar_store_current_year(struct db *db, uint64_t school_id, struct date on,
		struct school_year *out) MUST_CHECK;
/* All years with their terms, the newest first. */
enum err calendar_store_years(struct db *db, uint64_t school_id,
		enum err (*each)(const struct school_year *year, void *ctx), void *ctx) MUST_CHECK;
enum err calendar_store_term(
		struct db *db, uint64_t school_id, uint64_t id, struct term *out) MUST_CHECK;

/* Texts belong to the caller, or are valid during `each`. */
struct subject {
	uint64_t id;
	struct str code;
	struct str name;
	enum subject_kind kind;
	unsigned position; /* order in lists */
};

/* ERR_EXISTS when the school has a subject with that code. */
enum err calendar_store_add_subject(struct db *db, uint64_t school_id,
		const struct subject *subject, uint64_t *out_id) MUST_CHECK;
/* Changes all but the id. The kind stays as it is once there are marks: ERR_CONFLICT. */
enum err calendar_store_update_subject(
		struct db *db, uint64_t school_id, const struct subject *subject) MUST_CHECK;
enum err calendar_store_subjects(struct db *db, uint64_t school_id,
		enum err (*each)(const struct subject *subject, void *ctx), void *ctx) MUST_CHECK;
/* Gives the one subject to `each`. */
enum err calendar_store_subject(struct db *db, uint64_t school_id, uint64_t id,
		enum err (*each)(const struct subject *subject, void *ctx), void *ctx) MUST_CHECK;

#endif
