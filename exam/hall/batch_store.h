#ifndef EXAM_HALL_BATCH_STORE_H
#define EXAM_HALL_BATCH_STORE_H

/*
 * One batch of the answer writer as one transaction: lock the attempts, let batch.h decide about
 * each event by what is locked, insert what is accepted (a bulk insert says nothing about single
 * rows, so all is decided before), close what is to be closed and write its receipt.
 */

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/batch.h"

/*
 * Runs a batch of at most BATCH_MAX items and commits it. `tips` saves reading the tips that are
 * known; it is brought up to date, and only after the commit.
 *
 * Errors  ERR_DB_AWAY and others of the database: nothing is known to be stored, tips are as
 *         they were, and the same batch may be run again
 */
enum err batch_store_run(struct db *db, const struct keys *keys, struct tips *tips,
		struct batch_item *items, size_t count) MUST_CHECK;

#endif
