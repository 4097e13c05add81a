#ifndef GRADEBOOK_MARKS_LOCK_STORE_H
#define GRADEBOOK_MARKS_LOCK_STORE_H

/* The SQL of locks, reopenings and closings, for lock.h to decide by. */

#include "core/db/db.h"
#include "gradebook/marks/lock.h"
#include "gradebook/marks/mark_store.h"

/* What holds for a place; reopenings that are over are left out. For showing it. */
enum err lock_store_facts(struct db *db, const struct mark_place *place,
		const struct mark_facts *facts, int64_t now_ms, struct lock_facts *out) MUST_CHECK;

/*
 * The same for a change, inside its transaction: whoever sets a lock of the term, reopens the
 * class or closes it waits until the change is done, or the change waits for them and obeys.
 */
enum err lock_store_hold(struct db *db, const struct mark_place *place,
		const struct mark_facts *facts, int64_t now_ms, struct lock_facts *out) MUST_CHECK;

#endif
