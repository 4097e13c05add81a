#ifndef CORE_AUTH_SESSION_STORE_H
#define CORE_AUTH_SESSION_STORE_H

/*
 * The SQL for sessions. A session is found by the keyed hash of its token, never by the token.
 * When it ends and when it is renewed is decided elsewhere; here a session that has run out is
 * simply not found.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/db/db.h"

enum {
	SESSION_HASH_BYTES = 32,
	SESSION_ATTEMPT_BYTES = 16,
	SESSION_ADDRESS_BYTES = 46, /* an IPv6 address as text and its end */
};

struct session_row {
	uint8_t token_hash[SESSION_HASH_BYTES];
	uint64_t person_id;
	uint64_t school_id;   /* 0: none, an officer's */
	uint32_t province_id; /* 0: none */
	uint32_t roles;       /* bits of access.h */
	bool has_attempt;     /* a ticket's session: sees this attempt and nothing else */
	uint8_t attempt_id[SESSION_ATTEMPT_BYTES];
	int64_t created_at_ms;
	int64_t seen_at_ms;
	int64_t expires_at_ms;
	char address[SESSION_ADDRESS_BYTES];
};

/* ERR_EXISTS when the token hash is taken; ERR_DENIED when the account was locked or closed, or
 * its password was taken away, by the time the session begins. */
enum err session_store_add(struct db *db, const struct session_row *row) MUST_CHECK;
/* ERR_NOT_FOUND when there is none, or it has run out at now_ms. */
enum err session_store_load(struct db *db, const uint8_t *token_hash, int64_t now_ms,
		struct session_row *out) MUST_CHECK;
/* Records use and a later end. ERR_NOT_FOUND when it has ended meanwhile; it never gets shorter. */
enum err session_store_touch(struct db *db, const uint8_t *token_hash, int64_t seen_at_ms,
		int64_t expires_at_ms) MUST_CHECK;
enum { SESSION_STORE_MANY = 64 /* sessions of one statement */ };

/* The sessions of many tokens, SESSION_HASH_BYTES each, 1..SESSION_STORE_MANY of them; those that
 * are not there or have run out are passed over, and the order is any. */
enum err session_store_each_of(struct db *db, const uint8_t *const *hashes, size_t count,
		int64_t now_ms, enum err (*each)(void *ctx, const struct session_row *row),
		void *ctx) MUST_CHECK;

struct session_touch {
	const uint8_t *token_hash;
	int64_t seen_at_ms;
	int64_t expires_at_ms;
};
/* session_store_touch() of many, 1..SESSION_STORE_MANY, in one transaction. ERR_NOT_FOUND: one has
 * ended meanwhile, and none is touched. */
enum err session_store_touch_many(
		struct db *db, const struct session_touch *touches, size_t count) MUST_CHECK;
/* Acts in another school from now on. ERR_NOT_FOUND as above, also for a ticket's session. */
enum err session_store_set_school(struct db *db, const uint8_t *token_hash, uint64_t school_id,
		uint32_t roles, int64_t now_ms) MUST_CHECK;
/* Signs out; a session that is not there is as good. */
enum err session_store_drop(struct db *db, const uint8_t *token_hash) MUST_CHECK;
/* Ends all sessions of a person but the one of keep_hash (NULL: all): after a new password, a
 * reset, a lock. *out_count (may be NULL): how many. */
enum err session_store_drop_person(struct db *db, uint64_t person_id, const uint8_t *keep_hash,
		uint64_t *out_count) MUST_CHECK;
/* Removes at most limit sessions that had run out at now_ms. */
enum err session_store_sweep(
		struct db *db, int64_t now_ms, unsigned limit, uint64_t *out_count) MUST_CHECK;

#endif
