#ifndef CORE_OUTBOX_SEED_STORE_H
#define CORE_OUTBOX_SEED_STORE_H

/*
 * Telling what was there before a school began to exchange. It goes on beside everything else: deeds
 * tell what they change, and whoever carries sends what is told already. Of several tellers one is
 * at a school, under a lease; two would only do the same work, for what is told is not told again.
 */

#include "core/db/db.h"
#include "core/outbox/record_kind.h"

enum { SEED_BY_BYTES = 16 };

struct seed_lease {
	const uint8_t *by; /* SEED_BY_BYTES: this process and thread */
	int64_t now_ms;
	int64_t until_ms;
};
/* A school where this is to be done, or the one that is named: it is this teller's until then.
 * ERR_NOT_FOUND: there is none; ERR_BUSY: another tells the one that is named, or it waits after a
 * failure. */
enum err seed_store_take(struct db *db, const struct seed_lease *lease, uint64_t school_id,
		uint64_t *out_id) MUST_CHECK;
/* ERR_STALE: it is another's by now, or done. */
enum err seed_store_renew(
		struct db *db, const struct seed_lease *lease, uint64_t school_id) MUST_CHECK;

/*
 * Tells all that is not of a class, then class by class, each in a transaction of its own; before
 * each of them `go_on` (may be NULL) may end it by an error, which is given back. Broken off, it is
 * simply called again. ERR_NOT_FOUND when the school does not exchange.
 */
enum err seed_store_run(struct db *db, uint64_t school_id, const struct record_kinds *kinds,
		enum err (*go_on)(void *ctx), void *ctx) MUST_CHECK;

/* Why it failed, an error's name; it is tried again at that time. */
enum err seed_store_fail(struct db *db, uint64_t school_id, const char *error,
		int64_t again_at_ms) MUST_CHECK;

#endif
