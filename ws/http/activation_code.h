#ifndef WS_HTTP_ACTIVATION_CODE_H
#define WS_HTTP_ACTIVATION_CODE_H

/* One-use codes that the office gives to people of its school. */

#include "core/auth/ticket.h"
#include "ws/http/request.h"

struct db;

enum { ACTIVATION_CODE_DAYS = 60 };

/* When a code that is made now runs out. */
int64_t activation_code_ends_ms(const struct request *req);

/*
 * Stores what the database keeps of a fresh code of one person of the caller's school, and makes
 * the person's older codes void. For use in a transaction with what belongs to it: `code` is made
 * before, so that a second run stores the same one. ERR_NOT_FOUND: nobody of this school.
 */
enum err activation_code_store(const struct request *req, struct db *db, const struct ticket *code,
		uint64_t person_id) MUST_CHECK;

/*
 * The password is taken away and whoever is signed in is out, in the transaction that stores the new
 * code. The caller drops the person from the cache of sessions afterwards. ERR_CONFLICT when the
 * account is locked or closed.
 */
enum err activation_code_end_sign_in(
		const struct request *req, struct db *db, uint64_t person_id) MUST_CHECK;

#endif
