#ifndef GRADEBOOK_MARKS_EXEMPTION_STORE_H
#define GRADEBOOK_MARKS_EXEMPTION_STORE_H

/* The SQL of who is exempt from a subject in a term: what such a student has there counts nowhere.
 * Each change is a row of the ledger. */

#include "core/db/db.h"
#include "gradebook/marks/mark_store.h"

struct exemption {
	uint64_t student_id;
	struct str reason; /* valid during the call */
	uint64_t given_by;
	int64_t given_at_ms;
};

/* Of those who are in the class now. */
enum err exemption_store_list(struct db *db, const struct mark_place *place,
		enum err (*each)(const struct exemption *x, void *ctx), void *ctx) MUST_CHECK;

/*
 * Makes the exempt students of the place those given, with actor->why as the reason of new ones.
 * Inside a transaction. Errors  ERR_NOT_FOUND  one is not in the class, or no such place
 *                               ERR_CLOSED     the class's term or year is closed
 */
enum err exemption_store_set(struct db *db, const struct mark_place *place,
		const uint64_t *student_ids, size_t count,
		const struct mark_actor *actor) MUST_CHECK;

#endif
