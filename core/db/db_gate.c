/* When to try to reach the server, and the small tools of waiting. */
#include "core/db/db_inner.h"

#include <errno.h>
#include <stdlib.h>
#include <time.h>

int64_t db_monotonic_ms(void) {
	struct timespec t;
	(void)clock_gettime(CLOCK_MONOTONIC, &t); /* exists on every Linux */
	return (int64_t)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

uint64_t db_jitter(struct db *db, uint64_t n) {
	db->random ^= db->random << 13;
	db->random ^= db->random >> 7;
	db->random ^= db->random << 17;
	return n ? db->random % n : 0;
}

void db_sleep_ms(uint64_t ms) {
	struct timespec t = { (time_t)(ms / 1000), (long)(ms % 1000) * 1000000 };
	while (nanosleep(&t, &t) && errno == EINTR) {
	}
}

struct db_gate *db_gate_new(void) {
	struct db_gate *gate = calloc(1, sizeof(*gate));
	if (gate) {
		(void)pthread_mutex_init(&gate->lock, NULL); /* never fails on Linux */
		gate->owners = 1;
	}
	return gate;
}

struct db_gate *db_gate_share(struct db_gate *gate) {
	(void)pthread_mutex_lock(&gate->lock); /* a plain mutex: cannot fail */
	gate->owners++;
	(void)pthread_mutex_unlock(&gate->lock);
	return gate;
}

void db_gate_release(struct db_gate *gate) {
	if (!gate) {
		return;
	}
	(void)pthread_mutex_lock(&gate->lock);
	bool is_last = --gate->owners == 0;
	(void)pthread_mutex_unlock(&gate->lock);
	if (is_last) {
		(void)pthread_mutex_destroy(&gate->lock); /* nobody else has it any more */
		free(gate);
	}
}

bool db_gate_is_shut(struct db_gate *gate) {
	(void)pthread_mutex_lock(&gate->lock);
	bool is = gate->backoff_ms > 0;
	(void)pthread_mutex_unlock(&gate->lock);
	return is;
}

bool db_gate_pass(struct db_gate *gate, unsigned timeout_s) {
	int64_t now_ms = db_monotonic_ms();
	(void)pthread_mutex_lock(&gate->lock);
	bool may = now_ms >= gate->next_try_at_ms;
	if (may && gate->backoff_ms > 0) {
		gate->next_try_at_ms = now_ms + (int64_t)timeout_s * 1000;
	}
	(void)pthread_mutex_unlock(&gate->lock);
	return may;
}

void db_gate_open(struct db_gate *gate) {
	(void)pthread_mutex_lock(&gate->lock);
	gate->backoff_ms = 0;
	gate->next_try_at_ms = 0;
	(void)pthread_mutex_unlock(&gate->lock);
}

void db_gate_shut(struct db_gate *gate, struct db *db) {
	(void)pthread_mutex_lock(&gate->lock);
	gate->backoff_ms = gate->backoff_ms == 0 ? DB_BACKOFF_FIRST_MS : gate->backoff_ms * 2;
	if (gate->backoff_ms > DB_BACKOFF_MOST_MS) {
		gate->backoff_ms = DB_BACKOFF_MOST_MS;
	}
	uint64_t pause_ms = gate->backoff_ms / 2 + db_jitter(db, gate->backoff_ms / 2 + 1);
	gate->next_try_at_ms = db_monotonic_ms() + (int64_t)pause_ms;
	(void)pthread_mutex_unlock(&gate->lock);
}
