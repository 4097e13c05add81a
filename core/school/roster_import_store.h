#ifndef CORE_SCHOOL_ROSTER_IMPORT_STORE_H
#define CORE_SCHOOL_ROSTER_IMPORT_STORE_H

/*
 * The SQL around a class list: what the school has, to plan against; and carrying a plan out.
 * Decides nothing: what is new and what changes stands in the plan.
 */

#include "core/db/db.h"
#include "core/school/roster.h"

/* The school's students with their class of that year and their guardians, and the year's
 * classes. Free with roster_known_finish(). ERR_LIMIT past ROSTER_STUDENTS_MAX. */
enum err roster_import_load(struct db *db, uint64_t school_id, uint64_t school_year_id,
		struct roster_known *out) MUST_CHECK;

struct roster_import {
	uint64_t school_id;
	uint64_t school_year_id;
	uint64_t plan_id;
	const uint8_t *plan_hash; /* 32 bytes, as the person who commits saw it */
	int64_t now_ms;
	const uint8_t *seal_key;        /* 32 bytes, for the columns of personal ids */
	const uint8_t *personal_id_key; /* 32 bytes */
};

enum { ROSTER_TAKEN_MAX = 200 };

struct roster_import_done {
	size_t classes_made;
	/* Students whose personal id belongs to another person somewhere: left without it, since
	 * nobody can see from here which of the two is right. */
	size_t personal_ids_taken;
	const struct roster_row *taken[ROSTER_TAKEN_MAX]; /* the first of them, of the plan */
};

/*
 * Carries out the plan that is stored under plan_id, whole or not at all, and marks it committed.
 * Errors  ERR_STALE     the school is no longer as the plan saw it, or the hash is another
 *         ERR_CONFLICT  the plan was committed or dropped already
 */
enum err roster_import_commit(struct db *db, const struct roster_import *import,
		const struct roster_plan *plan, struct roster_import_done *out) MUST_CHECK;

#endif
