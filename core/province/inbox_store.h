#ifndef CORE_PROVINCE_INBOX_STORE_H
#define CORE_PROVINCE_INBOX_STORE_H

/*
 * Takes a batch in: what is to be applied, what is not, the signed answer and the mark that the
 * batch was here stand in one transaction, so a batch is in whole or not at all. The batches of
 * one school go in one after the other; those of different schools side by side.
 */

#include <stdint.h>

#include "core/base/buf.h"
#include "core/db/db.h"
#include "core/exchange/exchange_batch.h"
#include "core/province/inbox.h"
#include "core/seal/keys.h"

enum {
	INBOX_HELD_BYTES_MAX = EXCHANGE_BATCH_TAKEN_RECORDS_MAX * (EXCHANGE_LINE_BYTES_MAX + 64),
};

/* A batch whose signature holds. */
struct inbox_batch {
	uint64_t school_id; /* of the province */
	const struct exchange_batch *batch;
	struct hash body;         /* of the bytes */
	const uint8_t *kid;       /* of the school's key that signed it, SIGN_KID_BYTES */
	const uint8_t *signature; /* SIGN_BYTES */
	const struct keys *keys;  /* of the province */
	int64_t now_ms;
};

/*
 * Appends the answer. A batch that was here before, byte for byte, changes nothing and is given
 * the answer of that time.
 *
 * Errors  ERR_FORK     a batch of that id was here with other bytes
 *         ERR_DENIED   the key was revoked
 *         ERR_STALE    the school has rolled that key, and the batch was not here before
 *         ERR_CLOSED   the school is suspended
 *         ERR_NOT_FOUND  the school has no such key
 * and those of db.h. `inbox` is of the batch's lines.
 */
enum err inbox_store_take(struct db *db, const struct inbox_batch *batch, struct inbox *inbox,
		struct buf *answer) MUST_CHECK;

#endif
