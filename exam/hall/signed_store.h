#ifndef EXAM_HALL_SIGNED_STORE_H
#define EXAM_HALL_SIGNED_STORE_H

/*
 * What the school signs besides receipts, so that it can be held to it by others: a checkpoint of
 * each attempt at work about once a minute (receipt.h, "TT1H"), and the Merkle root of a sitting's
 * receipts once all its attempts are closed (root.h). Keys for macs convince nobody outside.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "exam/hall/event.h"

enum {
	SIGNED_EVERY_MS = 60000, /* between two checkpoints of an attempt that moved */
	SIGNED_CHECKPOINTS_MAX =
			2000,   /* of one call: a call every five seconds keeps up with 24,000 */
	SIGNED_ROOTS_MAX = 100, /* of one call */
};

/* Signs a checkpoint of each open attempt that has moved since its last one, which is at least
 * SIGNED_EVERY_MS old. *out_count: how many. */
enum err signed_store_checkpoints(struct db *db, const struct keys *keys, int64_t now_ms,
		size_t *out_count) MUST_CHECK;

/* Signs the root of each sitting whose attempts are all closed and whose receipts no root covers
 * yet. */
enum err signed_store_roots(struct db *db, const struct keys *keys, int64_t now_ms,
		size_t *out_count) MUST_CHECK;

/* The root of the sitting's receipts as they are stored now, and their number. */
enum err signed_store_merkle(struct db *db, uint64_t school, const struct id16 *sitting,
		uint32_t *out_count, struct hash *out_hash) MUST_CHECK;

#endif
