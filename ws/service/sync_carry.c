#include "ws/service/sync.h"

#include <stdio.h>
#include <string.h>

#include "core/outbox/outbox_store.h"
#include "core/seal/secret.h"
#include "ws/service/record_kinds.h"

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

static enum err hold(struct sync *s, uint64_t id, int64_t for_ms) {
	int64_t now_ms = clock_now_ms(s->clock);
	struct destination_lease lease = { s->by, now_ms, now_ms + for_ms };
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

/* ---- what was there before ---- */

/* The first destination of a school has everything written down that is there already. */
static enum err seed(struct sync *s, const struct destination *d) {
	struct outbox_head head;
	enum err e = outbox_store_head(s->db, d->school_id, &head);
	if (e == ERR_NOT_FOUND) {
		e = outbox_store_begin(s->db, d->school_id);
		head.seeded_at_ms = 0;
	}
	if (e || head.seeded_at_ms) {
		return e;
	}
	e = hold(s, d->id, SYNC_SEED_LEASE_MS);
	e = e ? e : outbox_store_seed(s->db, d->school_id, &record_kinds);
	return e ? e : hold(s, d->id, SYNC_LEASE_MS);
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

static enum err close_batch(struct sync *s, const struct destination *d, const struct outgoing *o,
		const struct exchange_answer *answer, struct sync_report *out) {
	int64_t now_ms = clock_now_ms(s->clock);
	enum err e = answer ? outgoing_store_answered(s->db, o, answer, now_ms)
			    : outgoing_store_delivered(s->db, o, now_ms);
	e = e ? e : destination_store_reached(s->db, d->id, now_ms);
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
	return e ? e : close_batch(s, d, &o, answer, out);
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

/* Whether it is worth saying with the destination, or passes by itself. */
static bool is_lasting(enum err e) {
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
	if (!is_lasting(e)) {
		return ERR_OK;
	}
	sync_fault_set(&out->fault, "destination.internal", "error", err_name(e), NULL);
	return note_fault(s, d, ERR_BUSY, out);
}

static enum err go(struct sync *s, struct destination *d, struct sync_report *out) {
	enum err e = seed(s, d);
	e = e ? e : carry_batch(s, d, out);
	if (e == ERR_NOT_FOUND && d->wants_compare) {
		e = compare(s, d, out); /* and what differs is carried by the next step */
	}
	if (e == ERR_NOT_FOUND && d->kind == DESTINATION_FILES) {
		enum err bundled = sync_files_bundle(s, d);
		e = bundled ? bundled : e;
	}
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
	int64_t end_us = clock_boot_us(s->clock) + (int64_t)SYNC_TURN_MS * 1000;
	*out = (struct sync_report){ .batches = 0 };
	enum err e = ERR_OK;
	while (!e && !is_stopped(s) && (until_done || clock_boot_us(s->clock) < end_us)) {
		e = hold(s, destination_id, SYNC_LEASE_MS);
		e = e ? e : step(s, destination_id, out);
	}
	out->is_done = e == ERR_NOT_FOUND;
	bool is_told = e == ERR_BUSY || e == ERR_UNSUPPORTED || e == ERR_CLOSED || e == ERR_STALE;
	return is_told || e == ERR_NOT_FOUND ? ERR_OK : e;
}
