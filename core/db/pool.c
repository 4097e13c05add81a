#include "core/db/pool.h"

#include <assert.h>
#include <stdlib.h>

#include "core/db/db_inner.h"

struct pool {
	pthread_mutex_t lock; /* guards everything below */
	struct db *all[POOL_CONNECTIONS_MAX];
	bool is_taken[POOL_CONNECTIONS_MAX];
	size_t count;
	size_t max;
	bool is_interrupted;
	struct db *first; /* holds the settings; never given out */
};

enum err pool_new(const struct db_settings *settings, size_t connections_max, struct pool **out) {
	assert(connections_max > 0 && connections_max <= POOL_CONNECTIONS_MAX);
	_cleanup_(pool_freep) struct pool *pool = calloc(1, sizeof(*pool));
	if (!pool) {
		return ERR_NOMEM;
	}
	(void)pthread_mutex_init(&pool->lock, NULL); /* never fails on Linux */
	pool->max = connections_max;
	enum err e = db_new(settings, &pool->first);
	if (e) {
		return e;
	}
	*out = STEAL(pool);
	return ERR_OK;
}

void pool_free(struct pool *pool) {
	if (!pool) {
		return;
	}
	for (size_t i = 0; i < pool->count; i++) {
		assert(!pool->is_taken[i]);
		db_free(pool->all[i]);
	}
	db_free(pool->first);
	(void)pthread_mutex_destroy(&pool->lock); /* nobody holds it any more */
	free(pool);
}

static void lock(struct pool *pool) {
	(void)pthread_mutex_lock(&pool->lock); /* a plain mutex: cannot fail */
}

static void unlock(struct pool *pool) {
	(void)pthread_mutex_unlock(&pool->lock);
}

/* A connected one first, else any that rests, else a new one. Called with the lock held. */
static enum err pick(struct pool *pool, size_t *out) {
	size_t found = pool->count;
	for (size_t i = 0; i < pool->count; i++) {
		if (!pool->is_taken[i] && (found == pool->count || db_is_connected(pool->all[i]))) {
			found = i;
		}
	}
	if (found == pool->count) {
		if (pool->count == pool->max) {
			return ERR_BUSY;
		}
		struct db *db = NULL;
		enum err e = db_copy(pool->first, &db);
		if (e) {
			return e;
		}
		pool->all[pool->count++] = db;
	}
	*out = found;
	return ERR_OK;
}

enum err pool_take(struct pool *pool, struct db **out) {
	lock(pool);
	size_t at = 0;
	enum err e = pick(pool, &at);
	if (!e) {
		pool->is_taken[at] = true;
		if (pool->is_interrupted) {
			db_interrupt(pool->all[at]);
		}
		*out = pool->all[at];
	}
	unlock(pool);
	return e;
}

void pool_give(struct pool *pool, struct db *db) {
	if (!db) {
		return;
	}
	assert(!db_in_transaction(db));
	lock(pool);
	size_t at = 0;
	while (at < pool->count && pool->all[at] != db) {
		at++;
	}
	assert(at < pool->count && pool->is_taken[at]);
	pool->is_taken[at] = false;
	unlock(pool);
}

static void set_interrupted(struct pool *pool, bool is_interrupted) {
	lock(pool);
	pool->is_interrupted = is_interrupted;
	for (size_t i = 0; i < pool->count; i++) {
		if (is_interrupted) {
			db_interrupt(pool->all[i]);
		} else {
			db_uninterrupt(pool->all[i]);
		}
	}
	unlock(pool);
}

void pool_interrupt(struct pool *pool) {
	set_interrupted(pool, true);
}

void pool_uninterrupt(struct pool *pool) {
	set_interrupted(pool, false);
}

struct pool_state pool_state(struct pool *pool) {
	lock(pool);
	struct pool_state state = { .kept = pool->count };
	for (size_t i = 0; i < pool->count; i++) {
		state.taken += pool->is_taken[i];
	}
	unlock(pool);
	state.is_away = db_gate_is_shut(pool->first->gate);
	return state;
}
