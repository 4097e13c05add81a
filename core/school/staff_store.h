#ifndef CORE_SCHOOL_STAFF_STORE_H
#define CORE_SCHOOL_STAFF_STORE_H

/*
 * The SQL around lists of teachers and of who teaches what: what the school has, to plan against;
 * and carrying a plan out. Decides nothing: what is new and what changes stands in the plan.
 */

#include "core/db/db.h"
#include "core/school/plan_store.h"
#include "core/school/staff_plan.h"

/* Of a school and, for classes and teaching, one year. Free with staff_known_finish(). */
enum err staff_store_load(struct db *db, uint64_t school_id, uint64_t school_year_id,
		struct staff_known *out) MUST_CHECK;

struct staff_import {
	uint64_t school_id;
	uint64_t school_year_id;
	enum plan_kind kind; /* PLAN_TEACHERS or PLAN_TEACHING */
	uint64_t plan_id;
	const uint8_t *plan_hash; /* 32 bytes, as the person who commits saw it */
	int64_t now_ms;
};

enum { STAFF_TAKEN_MAX = 200 };

struct staff_import_done {
	/* Teachers whose phone number belongs to a person of another name at another school: written
	 * without it. The first of their rows, of the plan. */
	size_t phones_taken;
	const struct staff_row *taken[STAFF_TAKEN_MAX];
};

/*
 * Carries out the plan that is stored under plan_id, whole or not at all, and marks it committed.
 * Errors  ERR_STALE     the school is no longer as the plan saw it, or the hash is another
 *         ERR_CONFLICT  the plan was committed or dropped already
 */
enum err staff_store_commit(struct db *db, const struct staff_import *import,
		const struct staff_plan *plan, struct staff_import_done *out) MUST_CHECK;

#endif
