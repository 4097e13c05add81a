#ifndef EXAM_HALL_CLOSE_STORE_H
#define EXAM_HALL_CLOSE_STORE_H

/*
 * Writes the closes of a batch: answers folded, receipts signed, attempts closed. Many closes come
 * at once, when a sitting ends or a process comes back, so that all of them take a few statements.
 */

#include <stddef.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/batch.h"
#include "exam/hall/fold.h"

/* One close: what was decided, of an attempt that is locked. */
struct closing {
	struct batch_item *item; /* gets its receipt */
	const struct batch_attempt *attempt;
	const uint8_t *salt;
	const struct id16 *sitting;
	struct fold fold; /* the store's own */
};

/*
 * Inside the transaction that holds the locks, and behind the insert of the batch's rows. The
 * attempts are all different.
 *
 * Errors  ERR_DB_RETRY  an attempt was not as it was locked: cannot be, so the transaction is run
 *                       again
 */
enum err close_store_run(struct db *db, const struct keys *keys, struct closing *closings,
		size_t count) MUST_CHECK;

#endif
