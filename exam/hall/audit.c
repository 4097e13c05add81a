#include "exam/hall/audit.h"

#include <assert.h>

void audit_begin(struct audit_walk *w, const struct audit_attempt *attempt, uint32_t gen,
		struct audit_out out) {
	*w = (struct audit_walk){ .attempt = attempt, .out = out, .gen = gen };
	event_genesis(&attempt->origin, &w->head);
}

void audit_finish(struct audit_walk *w) {
	fold_finish(&w->fold);
}

static void tell(struct audit_walk *w, enum audit_fault fault, uint32_t seq, uint32_t last) {
	struct audit_finding f = { .fault = fault,
		.id = w->attempt->origin.attempt,
		.gen = w->gen,
		.seq = seq,
		.last = last };
	w->out.report(w->out.owner, &f);
}

/* What the chains make of the row behind the stored row before it; the first thing that is off. */
static void judge_chain(struct audit_walk *w, const struct event_row *row) {
	bool is_close = row->event.kind == EVENT_CLOSE;
	struct hash head = w->head;
	struct hash times;
	if (!is_close) {
		event_head(&w->head, &w->attempt->origin.attempt, &row->event, &head);
	}
	event_times(&w->times, &row->head, row->at_ms, &times);
	if (!hash_equal(&head, &row->head) || row->school != w->attempt->origin.school) {
		tell(w, AUDIT_EVENT_CHANGED, row->event.seq, row->event.seq);
	} else if (!hash_equal(&times, &row->times) || (!is_close && row->at_ms < w->last_at_ms)) {
		tell(w, AUDIT_EVENT_TIME, row->event.seq, row->event.seq);
	} else if (!is_close && row->at_ms > w->attempt->counts_until_ms) {
		tell(w, AUDIT_EVENT_LATE, row->event.seq, row->event.seq);
	}
}

enum err audit_event(struct audit_walk *w, const struct event_row *row) {
	uint32_t seq = row->event.seq;
	if (w->is_closed || seq <= w->seq) {
		tell(w, AUDIT_EVENT_ADDED, seq, seq);
		return ERR_OK;
	}
	if (seq != w->seq + 1) {
		tell(w, AUDIT_EVENT_MISSING, w->seq + 1, seq - 1);
	} else {
		judge_chain(w, row);
	}
	w->seq = seq;
	w->head = row->head;
	w->times = row->times;
	if (row->event.kind == EVENT_CLOSE) {
		w->is_closed = true;
		w->close = *row;
		w->close.event.value = (struct str){ 0 };
		return ERR_OK;
	}
	w->last_at_ms = row->at_ms;
	/* What nobody can have written is a finding of its own and no answer. */
	enum err e = row->event.kind == EVENT_ANSWER ? fold_add(&w->fold, &row->event) : ERR_OK;
	return e == ERR_LIMIT ? ERR_OK : e;
}

static bool is_where_it_says(struct audit_walk *w, const struct receipt *r) {
	struct hash answers;
	fold_hash(&w->fold, w->attempt->origin.salt, &answers);
	return hash_equal(&w->head, &r->head) && hash_equal(&w->times, &r->times) &&
			hash_equal(&answers, &r->answers);
}

void audit_checkpoint(struct audit_walk *w, const struct receipt *c) {
	if (w->seq < c->seq) {
		tell(w, AUDIT_EVENT_MISSING, w->seq + 1, c->seq);
	} else if (!is_where_it_says(w, c)) {
		tell(w, AUDIT_EVENT_SIGNED, c->seq, c->seq);
	}
}

void audit_receipt(struct audit_walk *w, const struct receipt *r) {
	uint32_t close_seq = r->seq + 1;
	if (w->seq < close_seq) {
		tell(w, AUDIT_EVENT_MISSING, w->seq + 1, close_seq);
	} else if (!w->is_closed) {
		tell(w, AUDIT_EVENT_ADDED, close_seq, w->seq);
	} else if (w->seq != close_seq || w->close.at_ms != r->at_ms || !is_where_it_says(w, r)) {
		tell(w, AUDIT_EVENT_SIGNED, r->seq, r->seq);
	}
}

const char *audit_fault_text(enum audit_fault fault) {
	static const char *const texts[AUDIT_FAULT_COUNT_] = {
		[AUDIT_EVENT_CHANGED] = "was changed: its hash does not follow from the one before",
		[AUDIT_EVENT_TIME] = "its time was changed: the chain of times does not follow",
		[AUDIT_EVENT_MISSING] = "missing",
		[AUDIT_EVENT_ADDED] = "was added: it belongs to no generation that is open",
		[AUDIT_EVENT_LATE] = "counts, and came after the end and the grace",
		[AUDIT_EVENT_SIGNED] = "up to here the record is not what the school signed",
		[AUDIT_RECEIPT_CHANGED] =
				"the receipt was changed, or moved: it is not what the school signed",
		[AUDIT_RECEIPT_MISSING] = "the receipt is missing",
		[AUDIT_RECEIPT_ADDED] =
				"a receipt was added: there is no such attempt or generation",
		[AUDIT_CHECKPOINT_CHANGED] =
				"the checkpoint was changed, or moved: it is not what the school signed",
		[AUDIT_CHECKPOINT_MISSING] = "the last checkpoint is missing",
		[AUDIT_CHECKPOINT_ADDED] =
				"a checkpoint was added: there is no such attempt or generation",
		[AUDIT_ATTEMPT_CHANGED] =
				"the attempt's row was changed: it does not agree with its record",
		[AUDIT_ROOT_CHANGED] =
				"the root was changed, or moved: it is not what the school signed",
		[AUDIT_ROOT_OTHER] = "the sitting's receipts are not those of its signed root",
		[AUDIT_ROOT_MISSING] = "the root is missing",
		[AUDIT_ROOT_ADDED] = "the root was added: the sitting has not so many",
		[AUDIT_ATTEMPT_BOUND] = "whose it is, its sitting, room, variant or times were "
					"changed, or it was added",
		[AUDIT_SITTING_CHANGED] =
				"the sitting's row or a variant was changed, or a room or an "
				"attempt of it is gone or was added",
		[AUDIT_ROOM_CHANGED] = "the room's row was changed, or its last acts are gone",
		[AUDIT_ACT_CHANGED] = "was changed, moved or added, or one before it is gone",
	};
	assert(fault < AUDIT_FAULT_COUNT_);
	return texts[fault];
}
