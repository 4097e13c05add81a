#ifndef EXAM_HALL_TICKET_STORE_H
#define EXAM_HALL_TICKET_STORE_H

/*
 * The SQL for exam tickets: codes on paper that open one attempt. A code is stored as a keyed
 * hash (core/auth/ticket.h); new tickets of a room make the older ones void.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/db/db.h"
#include "core/seal/hash.h"
#include "exam/hall/event.h"

enum {
	TICKET_STORE_MAX = 5000, /* tickets made at once */
	TICKET_STORE_NAME_BYTES = 481,
	TICKET_STORE_PLACE_BYTES = 801,
	TICKET_STORE_CODE_BYTES = 97,
};

struct ticket_new {
	struct hash code_hash;
	struct id16 attempt; /* of that room */
};

/*
 * Voids the tickets of the room's attempts and adds these, in one transaction.
 * Errors  ERR_NOT_FOUND  an attempt is not one of the room's; then nothing is changed
 *         ERR_LIMIT      more than TICKET_STORE_MAX
 */
enum err ticket_store_replace(struct db *db, uint64_t school, uint64_t room,
		const struct ticket_new *tickets, size_t count, int64_t now_ms,
		int64_t expires_at_ms) MUST_CHECK;

/* Whose attempt a ticket opens. */
struct ticket_opens {
	struct id16 attempt;
	uint64_t school;
	uint64_t room;
	uint64_t person;
	char full_name[TICKET_STORE_NAME_BYTES];
	char school_code[TICKET_STORE_CODE_BYTES];
	char school_name[TICKET_STORE_PLACE_BYTES];
};

/* ERR_NOT_FOUND: no such ticket. ERR_EXPIRED: void or past its time. */
enum err ticket_store_find(struct db *db, const struct hash *code_hash, int64_t now_ms,
		struct ticket_opens *out) MUST_CHECK;
/* The same of an attempt, for a session that a ticket has opened. ERR_NOT_FOUND. */
enum err ticket_store_of_attempt(struct db *db, uint64_t school, const struct id16 *attempt,
		struct ticket_opens *out) MUST_CHECK;

#endif
