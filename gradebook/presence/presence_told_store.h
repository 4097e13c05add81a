#ifndef GRADEBOOK_PRESENCE_PRESENCE_TOLD_STORE_H
#define GRADEBOOK_PRESENCE_PRESENCE_TOLD_STORE_H

/* Who is told of a roll call. */

#include "gradebook/presence/presence_store.h"

/*
 * Tells the families of whom a taking changed: who is away or late, and who is not after all.
 * Inside the transaction of the taking that gave this version; once more tells nobody again.
 */
enum err presence_told_store_take(struct db *db, const struct presence_call *call, unsigned version,
		int64_t now_ms) MUST_CHECK;

#endif
