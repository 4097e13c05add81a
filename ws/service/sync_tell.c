#include "core/outbox/seed_store.h"
#include "ws/service/record_kinds.h"
#include "ws/service/sync.h"

_Static_assert((int)SEED_BY_BYTES == (int)DESTINATION_BY_BYTES, "one name for both leases");

struct telling {
	struct sync *sync;
	uint64_t school_id;
};

static struct seed_lease lease_now(struct sync *s) {
	int64_t now_ms = clock_now_ms(s->clock);
	return (struct seed_lease){ s->by, now_ms, now_ms + SYNC_LEASE_MS };
}

/* Between two classes. */
static enum err go_on(void *ctx) {
	const struct telling *t = ctx;
	struct seed_lease lease = lease_now(t->sync);
	if (t->sync->stop && atomic_load(t->sync->stop)) {
		return ERR_CLOSED;
	}
	enum err e = seed_store_renew(t->sync->db, &lease, t->school_id);
	return e == ERR_DB_RETRY ? ERR_OK : e; /* a deed holds the row; the next class renews it */
}

enum err sync_tell(struct sync *s, uint64_t school_id) {
	struct telling t = { s, 0 };
	struct seed_lease lease = lease_now(s);
	enum err e = seed_store_take(s->db, &lease, school_id, &t.school_id);
	if (e) {
		return e;
	}
	e = seed_store_run(s->db, t.school_id, &record_kinds, go_on, &t);
	if (e == ERR_STALE || e == ERR_NOT_FOUND) {
		return ERR_OK; /* another goes on with it, or it exchanges no more */
	}
	if (!sync_is_lasting(e)) {
		return e;
	}
	enum err noted = seed_store_fail(s->db, t.school_id, err_name(e),
			clock_now_ms(s->clock) + SYNC_TELL_AGAIN_MS);
	return noted ? noted : e;
}
