#ifndef CORE_AUTH_THROTTLE_STORE_H
#define CORE_AUTH_THROTTLE_STORE_H

/*
 * The SQL for counts of failed sign-ins, by keyed hashes of account and address. What follows
 * from the counts is decided by core/auth/throttle.h.
 */

#include <stdint.h>

#include "core/db/db.h"

enum { THROTTLE_KEY_BYTES = 32 };

struct throttle_row {
	unsigned failures;
	int64_t last_at_ms;
	int64_t blocked_until_ms;
};

/* All zero when there is none. */
enum err throttle_store_load(
		struct db *db, const uint8_t *key_hash, struct throttle_row *out) MUST_CHECK;
/*
 * Reads the row, lets `step` change it, and writes it back, in one transaction that holds the
 * row: of two failures at once both are counted. `step` may be called again after a conflict.
 * *out (may be NULL) gets what was written.
 */
enum err throttle_store_change(struct db *db, const uint8_t *key_hash,
		void (*step)(struct throttle_row *row, void *ctx), void *ctx,
		struct throttle_row *out) MUST_CHECK;
/* Forgets it: after a sign-in that went well. */
enum err throttle_store_clear(struct db *db, const uint8_t *key_hash) MUST_CHECK;
/* Removes at most limit rows that neither block nor were touched since before_ms. */
enum err throttle_store_sweep(
		struct db *db, int64_t before_ms, unsigned limit, uint64_t *out_count) MUST_CHECK;

#endif
