#ifndef CORE_EXCHANGE_EXCHANGE_KEY_STORE_H
#define CORE_EXCHANGE_EXCHANGE_KEY_STORE_H

/*
 * A school's keys of the exchange. The seeds stand sealed in the database, since several processes
 * serve one school; what opens them is derived from the deployment's root key.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/keys.h"
#include "core/seal/sign.h"

#define EXCHANGE_KEY_CONTEXT "TT1_XCHG"

struct exchange_key {
	uint8_t kid[SIGN_KID_BYTES];
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t seed[SIGN_SEED_BYTES];
};
void exchange_key_wipe(struct exchange_key *key);

/* The school's newest key that is not retired, made now when there is none. Inside a transaction. */
enum err exchange_key_store_need(struct db *db, const struct keys *keys, uint64_t school_id,
		int64_t now_ms, struct exchange_key *out) MUST_CHECK;
/* A new key beside those there are. Inside a transaction. */
enum err exchange_key_store_add(struct db *db, const struct keys *keys, uint64_t school_id,
		int64_t now_ms, struct exchange_key *out) MUST_CHECK;
/* The key of that id. ERR_NOT_FOUND; ERR_CORRUPT when it was sealed under another root. */
enum err exchange_key_store_load(struct db *db, const struct keys *keys, uint64_t school_id,
		const uint8_t *kid, struct exchange_key *out) MUST_CHECK;
/* Retires every key that no destination of the school uses, but the newest. */
enum err exchange_key_store_retire(struct db *db, uint64_t school_id, int64_t now_ms) MUST_CHECK;

#endif
