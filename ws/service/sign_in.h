#ifndef WS_SERVICE_SIGN_IN_H
#define WS_SERVICE_SIGN_IN_H

/*
 * Signing in, by password or by an exam ticket, and the session that comes of it. On workers; with
 * a password on those that hash.
 *
 * A wrong name and a wrong password cannot be told apart, neither by the answer nor by the time
 * it takes. Failures are counted per account, known or not, and gently per address; a ticket is
 * random enough to need no count.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/auth/access.h"
#include "core/auth/token.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/school/account.h"
#include "core/school/account_store.h"
#include "core/seal/hash.h"
#include "exam/hall/ticket_store.h"

struct app;
struct db;

/* Where a request comes from and when. */
struct sign_in_from {
	const char *address;
	int64_t now_ms;
};

/* A session that was just begun. The token is wiped by its owner with explicit_bzero. */
struct sign_in_session {
	char token[TOKEN_TEXT_BYTES];
	struct hash session;
	struct access_actor who;
	int64_t lasts_ms; /* at most, from now */
};

/* By a school's (or province's) code and a sign-in name, or by a phone number: then place is
 * empty and name holds the number. */
struct sign_in_password {
	struct str place;
	struct str name;
	struct str password;
	bool is_officer; /* place is a province's code and nothing else */
};

/*
 * Errors  ERR_PASSWORD   no such person, or another password
 *         ERR_THROTTLED  too many failures; *out_wait_ms says how long
 *         ERR_DENIED     the right password, but the account is locked or closed
 * and those of the database. out_wait_ms is set with ERR_THROTTLED only.
 */
enum err sign_in_check_password(struct app *app, struct db *db,
		const struct sign_in_password *given, const struct sign_in_from *from,
		struct account_sign_in *out, int64_t *out_wait_ms) MUST_CHECK;

/*
 * The present password of somebody who is signed in, counted like a sign-in. Errors as above.
 */
enum err sign_in_check_again(struct app *app, struct db *db, const struct account_sign_in *account,
		struct str password, const struct sign_in_from *from,
		int64_t *out_wait_ms) MUST_CHECK;

/* Forgets the failures that were counted for a name (or, without a place, a phone number): whoever
 * was locked out by somebody's guesses chooses a new password by an activation code. */
enum err sign_in_forgive(
		struct app *app, struct db *db, struct str place, struct str name) MUST_CHECK;

/*
 * A ticket's code as it was typed.
 * Errors  ERR_FORMAT, ERR_INVAL  mistyped; ERR_NOT_FOUND; ERR_EXPIRED
 */
enum err sign_in_check_ticket(struct app *app, struct db *db, struct str code, int64_t now_ms,
		struct ticket_opens *out) MUST_CHECK;

/* Begins a session for somebody whose password, ticket or activation code was right. ERR_DENIED
 * when the account has been locked, or has lost its password, meanwhile. */
enum err sign_in_begin(struct app *app, struct db *db, const struct access_actor *who,
		const struct sign_in_from *from, struct sign_in_session *out) MUST_CHECK;

/*
 * All sessions of a person but `keep` (NULL: all) have been dropped from the database: none counts
 * in this process either, and their sockets are closed. After a new password, a reset, a lock.
 */
void sign_in_forget(struct app *app, uint64_t person_id, const struct hash *keep);

/* Ends a session, here and in the database. */
enum err sign_in_end(struct app *app, struct db *db, const struct hash *session) MUST_CHECK;

/* Who somebody is whose account was looked up. */
struct access_actor sign_in_actor(const struct account_sign_in *account);
struct access_actor sign_in_ticket_actor(const struct ticket_opens *opens);

#endif
