#ifndef GRADEBOOK_MARKS_HEAD_STORE_H
#define GRADEBOOK_MARKS_HEAD_STORE_H

/* The SQL of signed heads: the school signs how far each chain has come, a while after it moved. */

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "gradebook/marks/head.h"
#include "gradebook/marks/ledger_store.h"

enum {
	HEAD_EVERY_MS = 600000, /* between two signatures of one chain that moves on */
	HEAD_TOGETHER_MAX = 32, /* of one call: each is a commit */
};

/* Signs the chains that have moved since they were signed last, at least `every_ms` ago, at most
 * HEAD_TOGETHER_MAX; of one school, or with 0 of all. *out_count: how many. */
enum err head_store_sign(struct db *db, const struct keys *keys, uint64_t school, int64_t now_ms,
		int64_t every_ms, size_t *out_count) MUST_CHECK;

/*
 * Signs one chain as it stands, for a document that carries it away: HEAD_SIGNED_BYTES into `out`.
 * One that stands as it was signed last gives the same bytes. ERR_NOT_FOUND for an empty chain.
 */
enum err head_store_now(struct db *db, const struct keys *keys, const struct ledger_chain *chain,
		int64_t now_ms, uint8_t *out) MUST_CHECK;

/* The newest signed head of each chain, bytes and signature, valid during the call. */
enum err head_store_newest(struct db *db, uint64_t school,
		enum err (*each)(struct str signed_bytes, void *ctx), void *ctx) MUST_CHECK;

#endif
