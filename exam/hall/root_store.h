#ifndef EXAM_HALL_ROOT_STORE_H
#define EXAM_HALL_ROOT_STORE_H

/*
 * The Merkle root of a sitting's receipts (root.h), which the school signs once all its attempts
 * are closed.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/event.h"

enum { ROOT_STORE_MAX = 100 /* roots of one call */ };

/* Signs the root of each sitting whose attempts are all closed and whose receipts no root covers
 * yet. *out_count: how many. */
enum err root_store_sign(struct db *db, const struct keys *keys, int64_t now_ms,
		size_t *out_count) MUST_CHECK;

/* The root of the sitting's receipts as they are stored now, and their number. */
enum err root_store_merkle(struct db *db, uint64_t school, const struct id16 *sitting,
		uint32_t *out_count, struct hash *out_hash) MUST_CHECK;

#endif
