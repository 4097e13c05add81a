#ifndef WS_SERVICE_SESSION_CACHE_H
#define WS_SERVICE_SESSION_CACHE_H

/*
 * Who a session's token is, found without the database while it was looked up a moment ago. An
 * entry is forgotten after SESSION_CACHE_MS, so that a session ended or a role taken away by
 * another process counts here at the latest then; in this process it counts at once. Keyed by the
 * hash of the token: the token itself is never kept. Any thread may call.
 */

#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "ws/http/request.h"

struct app;
struct db;
struct session_cache;

enum {
	SESSION_CACHE_MS = 15000,
	SESSION_CACHE_WAYS = 4,
	SESSION_CACHE_SETS = 8192, /* a power of two */
};

enum err session_cache_new(struct session_cache **out) MUST_CHECK;
void session_cache_free(struct session_cache *sc);
DEFINE_FREEP(struct session_cache *, session_cache_free);

/* The hash under which a token is stored. ERR_SIGNED_OUT: it cannot be a token. */
enum err session_token_hash(const struct app *app, struct str token,
		uint8_t out[REQUEST_TOKEN_HASH_BYTES]) MUST_CHECK;

/* From memory alone. ERR_NOT_FOUND: ask the database. */
enum err session_cache_find(struct session_cache *sc, const uint8_t hash[REQUEST_TOKEN_HASH_BYTES],
		int64_t now_ms, struct actor *out) MUST_CHECK;
/* actor->token_hash is the key; expires_ms is the session's own end. */
void session_cache_put(struct session_cache *sc, const struct actor *actor, int64_t expires_ms,
		int64_t now_ms);
void session_cache_drop(struct session_cache *sc, const uint8_t hash[REQUEST_TOKEN_HASH_BYTES]);
/* All sessions of a person: a new password, another role. */
void session_cache_drop_person(struct session_cache *sc, uint64_t person_id);

/*
 * Who this token is: from memory, else from the database. On a worker.
 * Errors  ERR_SIGNED_OUT  no such session, or it has ended; and those of core/db/db.h
 */
enum err session_cache_sign_in(struct app *app, struct db *db, struct str token, int64_t now_ms,
		struct actor *out) MUST_CHECK;

#endif
