#include "exam/hall/heal.h"

#include <stdlib.h>

#include "core/seal/mac.h"
#include "exam/hall/receipt.h"

void heal_plan_finish(struct heal_plan *plan) {
	free(plan->rows);
	free(plan->forks);
	*plan = (struct heal_plan){ 0 };
}

/* The log with its heads computed; `proven` rows carry their proof. */
struct walk {
	const struct heal_stored *stored;
	const struct message_log *log;
	struct hash *heads;
	const struct message_proof **proofs; /* by event; only valid ones */
	size_t joined;                       /* events that agree with what is stored */
	bool is_fork;                        /* the event at `joined` contradicts what is stored */
	size_t proven;                       /* events up to the last proven one */
};

static void walk_finish(struct walk *w) {
	free(w->heads);
	free(w->proofs);
}

static enum err check_order(const struct message_log *log) {
	for (size_t i = 0; i < log->event_count; i++) {
		const struct message_event *ev = &log->events[i];
		bool is_next = i == 0 ? ev->seq > 0 : ev->seq == log->events[i - 1].seq + 1;
		if (!is_next || ev->kind == EVENT_CLOSE || ev->value.n == 0 ||
				ev->value.n > EVENT_VALUE_BYTES_MAX) {
			return ERR_INVAL;
		}
	}
	for (size_t i = 1; i < log->proof_count; i++) {
		if (log->proofs[i].seq < log->proofs[i - 1].seq) {
			return ERR_INVAL;
		}
	}
	return ERR_OK;
}

static const struct hash *stored_head(const struct heal_stored *s, uint32_t seq) {
	return &s->heads[seq - s->heads_from];
}

/* Computes the log's heads from the stored head before its first event. */
static void compute_heads(struct walk *w) {
	const struct heal_stored *s = w->stored;
	const struct message_log *log = w->log;
	uint32_t first = log->events[0].seq;
	struct hash head = first == s->heads_from ? s->before : *stored_head(s, first - 1);
	for (size_t i = 0; i < log->event_count; i++) {
		const struct message_event *ev = &log->events[i];
		struct event chained = { ev->seq, ev->kind, ev->slot, ev->value };
		event_head(&head, &s->attempt, &chained, &head);
		w->heads[i] = head;
		bool is_stored = ev->seq <= s->seq;
		if (is_stored && !w->is_fork) {
			w->is_fork = !hash_equal(&head, stored_head(s, ev->seq));
			w->joined += !w->is_fork;
		}
	}
}

static bool proof_holds(const struct walk *w, const struct heal_keys *keys,
		const struct message_proof *proof, const struct hash *head) {
	const uint8_t *key = keys->mac_key(keys->owner, proof->kid);
	struct receipt_mac what = { .kid = proof->kid,
		.school = w->stored->school,
		.attempt = w->stored->attempt,
		.gen = w->log->gen,
		.lease = proof->lease,
		.seq = proof->seq,
		.at_ms = proof->at_ms,
		.head = *head };
	return key && proof->at_ms >= 0 &&
			receipt_mac_is_valid(key, proof->is_stamp ? RECEIPT_STAMP : RECEIPT_ACK,
					&what, &proof->mac);
}

/* Keeps each proof that holds beside its event; an ack rather than a stamp. */
static void check_proofs(struct walk *w, const struct heal_keys *keys) {
	const struct message_log *log = w->log;
	uint32_t first = log->events[0].seq;
	for (size_t i = 0; i < log->proof_count; i++) {
		const struct message_proof *p = &log->proofs[i];
		if (p->seq < first || p->seq - first >= log->event_count) {
			continue;
		}
		size_t at = p->seq - first;
		if ((w->proofs[at] && !w->proofs[at]->is_stamp) ||
				!proof_holds(w, keys, p, &w->heads[at])) {
			continue;
		}
		w->proofs[at] = p;
		w->proven = at + 1 > w->proven ? at + 1 : w->proven;
	}
}

/* Rows from..to with the times that their proofs, or the next proofs behind them, state: an ack
 * of several events carries the last one's time. Times never go back. */
static struct heal_row *make_rows(
		const struct walk *w, size_t from, size_t to, int64_t last_at_ms) {
	struct heal_row *rows = calloc(to - from + 1, sizeof(*rows));
	if (!rows) {
		return NULL;
	}
	const struct message_proof *covering = NULL;
	for (size_t i = to; i-- > from;) {
		covering = w->proofs[i] ? w->proofs[i] : covering;
		rows[i - from] = (struct heal_row){ i, covering->lease, covering->at_ms,
			w->heads[i], covering->is_stamp };
	}
	for (size_t i = 0; i < to - from; i++) {
		if (rows[i].at_ms < last_at_ms) {
			rows[i].at_ms = last_at_ms;
		}
		last_at_ms = rows[i].at_ms;
	}
	return rows;
}

/* Whether what is proven reaches and holds the journal's tip. */
static bool reaches_journal(const struct walk *w) {
	const struct heal_journal *j = w->stored->journal;
	uint32_t first = w->log->events[0].seq;
	if (!j || j->seq <= w->stored->seq) {
		return true; /* it has been replayed */
	}
	return j->seq >= first && j->seq - first < w->proven &&
			hash_equal(&w->heads[j->seq - first], &j->head);
}

static enum err plan_extension(const struct walk *w, struct heal_plan *plan) {
	if (w->proven <= w->joined) {
		return ERR_OK; /* nothing new */
	}
	if (w->is_fork) {
		plan->forks = make_rows(w, w->joined, w->proven, 0);
		plan->fork_count = w->proven - w->joined;
		return plan->forks ? ERR_OK : ERR_NOMEM;
	}
	if (!reaches_journal(w)) {
		return ERR_CONFLICT;
	}
	plan->rows = make_rows(w, w->joined, w->proven, w->stored->last_at_ms);
	if (!plan->rows) {
		return ERR_NOMEM;
	}
	plan->count = w->proven - w->joined;
	plan->opens_generation = w->stored->is_closed;
	plan->needs_second = w->stored->is_closed && w->stored->is_published;
	return ERR_OK;
}

static enum err walk_log(struct walk *w, const struct heal_keys *keys, struct heal_plan *plan) {
	w->heads = calloc(w->log->event_count, sizeof(*w->heads));
	w->proofs = calloc(w->log->event_count, sizeof(*w->proofs));
	if (!w->heads || !w->proofs) {
		return ERR_NOMEM;
	}
	compute_heads(w);
	check_proofs(w, keys);
	return plan_extension(w, plan);
}

enum err heal_plan_make(const struct heal_stored *stored, const struct message_log *log,
		const struct heal_keys *keys, struct heal_plan *out) {
	enum err e = check_order(log);
	if (e) {
		return e;
	}
	if (log->gen > stored->gen) {
		return ERR_STALE;
	}
	struct heal_plan plan = { 0 };
	if (log->event_count > 0) {
		uint32_t first = log->events[0].seq;
		if (first > stored->seq + 1 || first < stored->heads_from) {
			return ERR_MISSING;
		}
		_cleanup_(walk_finish) struct walk w = { .stored = stored, .log = log };
		e = walk_log(&w, keys, &plan);
	}
	if (e) {
		heal_plan_finish(&plan);
		return e;
	}
	*out = plan;
	return ERR_OK;
}
