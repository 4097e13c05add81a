#ifndef CORE_DB_POOL_H
#define CORE_DB_POOL_H

/*
 * The connections of one process: each thread takes one when it starts and keeps it. Connections
 * are made at their first use. What one of them learns about an unreachable server holds for all:
 * while it is away one connection tries now and then, and the others fail at once.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/db/db.h"

enum { POOL_CONNECTIONS_MAX = 128 };

struct pool;

/* At most connections_max (1..POOL_CONNECTIONS_MAX) at a time. Connects nothing yet. */
enum err pool_new(const struct db_settings *settings, size_t connections_max,
		struct pool **out) MUST_CHECK;
/* Every connection must have been given back. */
void pool_free(struct pool *pool);
DEFINE_FREEP(struct pool *, pool_free);

/* A connection for the calling thread; ERR_BUSY when all are taken. Any thread may call. */
enum err pool_take(struct pool *pool, struct db **out) MUST_CHECK;
/* Gives it back, connected as it is; a transaction must not be open. NULL is taken. */
void pool_give(struct pool *pool, struct db *db);

/* From any thread: see db_interrupt(). Holds for all, also those taken later. */
void pool_interrupt(struct pool *pool);
void pool_uninterrupt(struct pool *pool);

struct pool_state {
	size_t taken; /* connections in the hands of threads */
	size_t kept;  /* connections that exist, taken or not */
	bool is_away; /* the last try to connect failed and none has succeeded since */
};
struct pool_state pool_state(struct pool *pool);

#endif
