#ifndef WS_SERVICE_SESSION_CACHE_H
#define WS_SERVICE_SESSION_CACHE_H

/*
 * Who a session's token is, found without the database while it was looked up a moment ago. An
 * entry is forgotten after SESSION_CACHE_MS, so that a session ended or a role taken away by
 * another process counts here at the latest then; in this process it counts at once. Keyed by the
 * hash of the token: the token itself is never kept. Any thread may call.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"

struct app;
struct db;
struct session_cache;

enum {
	SESSION_CACHE_MS = 15000,
	/* Places for 65,536, 6 MiB: of 19,000 sessions a few find no place in their set. */
	SESSION_CACHE_WAYS = 8,
	SESSION_CACHE_SETS = 8192, /* a power of two */
};

enum err session_cache_new(struct session_cache **out) MUST_CHECK;
void session_cache_free(struct session_cache *sc);
DEFINE_FREEP(struct session_cache *, session_cache_free);

/* From memory alone. ERR_NOT_FOUND: ask the database. */
enum err session_cache_find(struct session_cache *sc, const struct hash *session, int64_t now_ms,
		struct access_actor *out) MUST_CHECK;
/* Raised by each drop: what was read before a drop must not be put behind it. */
uint64_t session_cache_epoch(struct session_cache *sc);
/* expires_ms is the session's own end; epoch as it was before the database was asked. */
void session_cache_put(struct session_cache *sc, const struct hash *session,
		const struct access_actor *who, int64_t expires_ms, int64_t now_ms, uint64_t epoch);
void session_cache_drop(struct session_cache *sc, const struct hash *session);
/* All sessions of a person: a new password, another role, a lock. */
void session_cache_drop_person(struct session_cache *sc, uint64_t person_id);

/*
 * The hash under which a token is stored, and who it is when memory knows. Never blocks: for the
 * service thread. *out_session is set unless the text is no token.
 * Errors  ERR_SIGNED_OUT  no token at all; ERR_NOT_FOUND  ask by session_load()
 */
enum err session_peek(struct app *app, struct str token, int64_t now_ms, struct access_actor *out,
		struct hash *out_session) MUST_CHECK;

/* Whether memory knows the session of this token. Never blocks. */
bool session_is_known(struct app *app, struct str token, int64_t now_ms);

/*
 * Who this session is, by the database; puts it into memory and writes down that it was used. On a
 * worker. ERR_SIGNED_OUT: there is none, or it has ended; and the errors of core/db/db.h.
 */
enum err session_load(struct app *app, struct db *db, const struct hash *session, int64_t now_ms,
		struct access_actor *out) MUST_CHECK;

/* The same for many, 1..SESSION_STORE_MANY: one select, one transaction for those that were used. */
struct session_asked {
	struct hash session;
	enum err e; /* of each its own */
	struct access_actor who;
};
void session_load_many(struct app *app, struct db *db, struct session_asked *asked, size_t count,
		int64_t now_ms);

/* Both: from memory, else from the database. On a worker. */
enum err session_sign_in(struct app *app, struct db *db, struct str token, int64_t now_ms,
		struct access_actor *out, struct hash *out_session) MUST_CHECK;

#endif
