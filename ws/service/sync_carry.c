#include "ws/service/sync.h"

#include <stdio.h>
#include <string.h>

#include "core/outbox/outbox_store.h"
#include "core/seal/secret.h"

enum err sync_init(struct sync *s) {
	secret_random(s->by, sizeof(s->by));
	return https_new(&s->https);
}

void sync_finish(struct sync *s) {
	https_free(s->https);
	s->https = NULL;
}

static bool is_stopped(const struct sync *s) {
	return s->stop && atomic_load(s->stop);
}

/* Renews the lease once some of it is gone. */
static enum err hold(struct sync *s, uint64_t id, int64_t *held_us) {
	int64_t now_ms = clock_now_ms(s->clock);
	int64_t boot_us = clock_boot_us(s->clock);
	struct destination_lease lease = { s->by, now_ms, now_ms + SYNC_LEASE_MS };
	if (boot_us - *held_us < (int64_t)SYNC_HOLD_MS * 1000) {
		return ERR_OK;
	}
	*held_us = boot_us;
	return destination_store_renew(s->db, &lease, id);
}

/* ---- failures ---- */

/* Notes with the destination why nothing was delivered; ERR_OK when that is written. */
static enum err note_fault(struct sync *s, const struct destination *d, enum err why,
		struct sync_report *out) {
	uint64_t random = 0;
	secret_random(&random, sizeof(random));
	if (why != ERR_BUSY && why != ERR_UNSUPPORTED) {
		return why == ERR_CLOSED ? ERR_OK : why;
	}
	bool is_own = !out->fault.code[0]; /* of our own database */
	if (is_own) {
		sync_fault_set(&out->fault, "destination.internal", "error", err_name(why), NULL);
	}
	unsigned tries = d->tries + 1;
	int64_t wait_ms = destination_wait_ms(tries, random);
	wait_ms = out->fault.wait_ms > wait_ms ? out->fault.wait_ms : wait_ms;
	struct destination_fault f = { .code = out->fault.code,
		.params = str_from(out->fault.params),
		.is_final = why == ERR_UNSUPPORTED && !is_own,
		.tries = tries,
		.next_try_at_ms = clock_now_ms(s->clock) + wait_ms };
	return destination_store_fault(s->db, d->id, &f);
}

/* ---- one batch ---- */

static enum err deliver(struct sync *s, struct destination *d, const struct outgoing *o,
		struct exchange_answer **out_answer, struct sync_fault *fault) {
	switch (d->kind) {
	case DESTINATION_HTTPS:
		return sync_https_deliver(s, d, o, out_answer, fault);
	case DESTINATION_MARIADB:
		return sync_mariadb_deliver(s, d, o, fault);
	case DESTINATION_FILES:
		return sync_files_deliver(s, d, o, fault);
	}
	return ERR_CORRUPT;
}

struct closing {
	const struct outgoing *o;
	const struct exchange_answer *answer; /* NULL: nobody signs */
	int64_t now_ms;
};

static enum err run_close(struct db *db, void *ctx) {
	const struct closing *c = ctx;
	enum err e = c->answer ? outgoing_store_answered(db, c->o, c->answer, c->now_ms)
			       : outgoing_store_delivered(db, c->o, c->now_ms);
	return e ? e : destination_store_reached(db, c->o->destination_id, c->now_ms);
}

static enum err close_batch(struct sync *s, const struct outgoing *o,
		const struct exchange_answer *answer, struct sync_report *out) {
	struct closing c = { o, answer, clock_now_ms(s->clock) };
	enum err e = db_transact_with(s->db, DB_TX_IDEMPOTENT, run_close, &c);
	if (!e) {
		out->batches++;
		out->records += o->records;
		out->rejected += answer ? answer->statement.rejected : 0;
	}
	return e;
}

/* ERR_NOT_FOUND: nothing is left. */
static enum err carry_batch(struct sync *s, struct destination *d, struct sync_report *out) {
	_cleanup_(exchange_answer_freep) struct exchange_answer *answer = NULL;
	_cleanup_(outgoing_finish) struct outgoing o = { .body = NULL };
	enum err e = outgoing_store_open(s->db, d->id, &o);
	if (e == ERR_NOT_FOUND) {
		e = outgoing_store_make(s->db, d, clock_now_ms(s->clock), &o);
	}
	e = e ? e : outgoing_store_sent(s->db, o.id, clock_now_ms(s->clock));
	if (e) {
		return e;
	}
	e = deliver(s, d, &o, &answer, &out->fault);
	return e ? e : close_batch(s, &o, answer, out);
}

static enum err compare(struct sync *s, struct destination *d, struct sync_report *out) {
	struct sync_comparison c = { .differing = 0 };
	if (d->kind != DESTINATION_HTTPS) {
		return destination_store_compared(s->db, d->id, clock_now_ms(s->clock), 0);
	}
	enum err e = sync_compare(s, d, &c, &out->fault);
	return e ? e
		 : destination_store_compared(
				   s->db, d->id, clock_now_ms(s->clock), c.differing + c.unknown);
}

bool sync_is_lasting(enum err e) {
	switch ((int)e) {
	case ERR_OK:
	case ERR_NOT_FOUND:
	case ERR_BUSY:
	case ERR_UNSUPPORTED:
	case ERR_CLOSED:
	case ERR_STALE:
	case ERR_NOMEM:
	case ERR_DB_AWAY:
	case ERR_DB_RETRY:
		return false;
	default:
		return true;
	}
}

/* What goes wrong at home is said, too, and waits: it would go wrong the next moment again. */
static enum err note_own(
		struct sync *s, const struct destination *d, enum err e, struct sync_report *out) {
	if (!sync_is_lasting(e)) {
		return ERR_OK;
	}
	sync_fault_set(&out->fault, "destination.internal", "error", err_name(e), NULL);
	return note_fault(s, d, ERR_BUSY, out);
}

/* What the school has told; the first destination begins it. */
static enum err begin(struct sync *s, const struct destination *d, struct outbox_head *out) {
	enum err e = outbox_store_head(s->db, d->school_id, out);
	if (e == ERR_NOT_FOUND) {
		e = outbox_store_begin(s->db, d->school_id);
		e = e ? e : outbox_store_head(s->db, d->school_id, out);
	}
	return e;
}

/* A day after the last comparison with a province. */
static bool is_day_over(
		const struct sync *s, const struct destination *d, const struct outbox_head *head) {
	int64_t last_ms = d->compared_at_ms ? d->compared_at_ms : head->seeded_at_ms;
	return d->kind == DESTINATION_HTTPS &&
			clock_now_ms(s->clock) - last_ms >= DESTINATION_COMPARE_MS;
}

/* When nothing is left to carry. ERR_OK: now there may be. */
static enum err rest(struct sync *s, struct destination *d, const struct outbox_head *head,
		struct sync_report *out) {
	if (head->seed_error[0]) {
		sync_fault_set(&out->fault, "destination.internal", "error", head->seed_error,
				NULL);
		return ERR_BUSY;
	}
	if (head->seeded_at_ms && (d->wants_compare || is_day_over(s, d, head))) {
		return compare(s, d, out); /* and what differs is carried by the next step */
	}
	enum err e = d->kind == DESTINATION_FILES ? sync_files_bundle(s, d) : ERR_OK;
	return e ? e : ERR_NOT_FOUND;
}

static enum err go(struct sync *s, struct destination *d, struct sync_report *out) {
	struct outbox_head head;
	enum err e = begin(s, d, &head);
	if (e) {
		return e;
	}
	e = carry_batch(s, d, out);
	e = e == ERR_NOT_FOUND ? rest(s, d, &head, out) : e;
	if (e == ERR_BUSY || e == ERR_UNSUPPORTED) {
		enum err noted = note_fault(s, d, e, out);
		return noted ? noted : e;
	}
	return e;
}

/* One step of the way; ERR_NOT_FOUND: nothing is left to do. */
static enum err step(struct sync *s, uint64_t id, struct sync_report *out) {
	_cleanup_(destination_finish) struct destination d = { .id = id };
	enum err e = destination_store_load(s->db, s->keys, 0, id, &d);
	if (!e && d.state != DESTINATION_ON) {
		return ERR_NOT_FOUND;
	}
	e = e ? e : go(s, &d, out);
	enum err noted = note_own(s, &d, e, out);
	return noted ? noted : e;
}

enum err sync_carry(
		struct sync *s, uint64_t destination_id, bool until_done, struct sync_report *out) {
	int64_t held_us = clock_boot_us(s->clock); /* the caller has just taken it */
	int64_t end_us = held_us + (int64_t)SYNC_TURN_MS * 1000;
	*out = (struct sync_report){ .batches = 0 };
	enum err e = ERR_OK;
	while (!e && !is_stopped(s) && (until_done || clock_boot_us(s->clock) < end_us)) {
		e = hold(s, destination_id, &held_us);
		e = e ? e : step(s, destination_id, out);
	}
	out->is_done = e == ERR_NOT_FOUND;
	bool is_told = e == ERR_BUSY || e == ERR_UNSUPPORTED || e == ERR_CLOSED || e == ERR_STALE;
	return is_told || e == ERR_NOT_FOUND ? ERR_OK : e;
}
