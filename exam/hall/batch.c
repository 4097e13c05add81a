#include "exam/hall/batch.h"

#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"

static_assert(BATCH_BUCKETS >= 2 * BATCH_MAX, "the search ends at an empty place");

/* Where the attempt stands, or would. Ids are random, so their first bytes are the hash. */
static uint16_t *place_of(struct batch *b, const struct id16 *id) {
	size_t at = ((size_t)id->b[0] << 8 | id->b[1]) & (BATCH_BUCKETS - 1);
	while (b->place_of[at] && !id16_equal(&b->attempts[b->place_of[at] - 1].id, id)) {
		at = (at + 1) & (BATCH_BUCKETS - 1);
	}
	return &b->place_of[at];
}

void batch_gather(struct batch *b, struct batch_item *items, size_t count) {
	assert(count <= BATCH_MAX);
	b->items = items;
	b->count = count;
	b->attempt_count = 0;
	b->accepted_count = 0;
	memset(b->place_of, 0, sizeof(b->place_of));
	for (size_t i = 0; i < count; i++) {
		uint16_t *place = place_of(b, &items[i].row.attempt);
		if (*place == 0) {
			b->attempts[b->attempt_count] =
					(struct batch_attempt){ .id = items[i].row.attempt };
			*place = (uint16_t)++b->attempt_count;
		}
		b->attempt_of[i] = (uint16_t)(*place - 1);
	}
}

struct batch_attempt *batch_find(struct batch *b, const struct id16 *id) {
	uint16_t place = *place_of(b, id);
	return place ? &b->attempts[place - 1] : NULL;
}

void batch_reset(struct batch *b) {
	b->accepted_count = 0;
	for (size_t i = 0; i < b->attempt_count; i++) {
		b->attempts[i] = (struct batch_attempt){ .id = b->attempts[i].id };
	}
}

static void refuse(struct batch_item *item, enum err why) {
	item->outcome = BATCH_REFUSED;
	item->refusal = why;
}

static bool is_same(const struct event_row *a, const struct event_row *b) {
	return a->event.kind == b->event.kind && a->event.slot == b->event.slot &&
			str_eq(a->event.value, b->event.value);
}

/* The head that a refused event would have had, for the evidence: its own chain is not known, so
 * it stands on nothing. */
static void head_alone(struct event_row *row) {
	struct hash none = { { 0 } };
	event_head(&none, &row->attempt, &row->event, &row->head);
}

static enum err keep_fork(
		const struct batch_source *source, struct batch_item *item, enum err why) {
	refuse(item, why);
	item->row.at_ms = item->wanted_at_ms;
	if (!item->is_replay) {
		head_alone(&item->row); /* a stamped one brings the head that was stamped */
	}
	return source->fork(source->owner, &item->row);
}

static enum err compare(const struct batch_source *source, struct batch_item *item,
		const struct event_row *stored) {
	struct event_row *row = &item->row;
	if (stored->event.kind == EVENT_CLOSE) {
		refuse(item, ERR_CLOSED);
		return item->is_replay ? keep_fork(source, item, ERR_CLOSED) : ERR_OK;
	}
	if (!is_same(stored, row)) {
		return keep_fork(source, item, ERR_FORK);
	}
	item->outcome = BATCH_SAME;
	row->at_ms = stored->at_ms;
	row->lease = stored->lease;
	row->head = stored->head;
	row->times = stored->times;
	return ERR_OK;
}

/* The row of that number which this batch accepted a moment ago, or NULL. */
static const struct event_row *find_accepted(const struct batch *b, const struct event_row *row) {
	for (size_t i = b->accepted_count; i-- > 0;) {
		const struct event_row *other = b->accepted[i];
		if (other->event.seq == row->event.seq && other->event.kind != EVENT_CLOSE &&
				id16_equal(&other->attempt, &row->attempt)) {
			return other;
		}
	}
	return NULL;
}

/* A number that is taken: the same bytes get the same ack, other bytes are a fork. */
static enum err decide_taken(
		struct batch *b, const struct batch_source *source, struct batch_item *item) {
	const struct event_row *here = find_accepted(b, &item->row);
	if (here) {
		return compare(source, item, here);
	}
	_cleanup_(buf_finish) struct buf value = buf_make(EVENT_VALUE_BYTES_MAX + 1);
	struct event_row stored;
	enum err e = source->stored(source->owner, &item->row, &value, &stored);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_CORRUPT : e;
	}
	return compare(source, item, &stored);
}

static void append(struct batch *b, struct batch_attempt *a, struct batch_item *item) {
	struct event_row *row = &item->row;
	row->at_ms = item->wanted_at_ms > a->tip.last_at_ms ? item->wanted_at_ms
							    : a->tip.last_at_ms;
	event_head(&a->tip.head, &a->id, &row->event, &row->head);
	event_times(&a->tip.times, &row->head, row->at_ms, &row->times);
	a->tip.seq = row->event.seq;
	a->tip.last_at_ms = row->at_ms;
	a->tip.head = row->head;
	a->tip.times = row->times;
	item->outcome = BATCH_STORED;
	b->accepted[b->accepted_count++] = row;
}

/* The close takes the next number, leaves the head as it is, and has its part in the times. */
static void decide_close(struct batch *b, struct batch_attempt *a, struct batch_item *item) {
	struct event_row *row = &item->row;
	if (a->is_closed) {
		refuse(item, ERR_CLOSED);
		return;
	}
	if (item->ends_revision != 0 && item->ends_revision != a->ends_revision) {
		refuse(item, ERR_STALE);
		return;
	}
	row->gen = a->gen;
	row->lease = a->lease;
	row->event.seq = a->tip.seq + 1;
	row->at_ms = item->wanted_at_ms;
	row->head = a->tip.head;
	event_times(&a->tip.times, &row->head, row->at_ms, &row->times);
	a->tip.times = row->times;
	a->is_closed = true;
	item->outcome = BATCH_CLOSED;
	b->accepted[b->accepted_count++] = row;
}

static enum err decide_one(struct batch *b, const struct batch_source *source, size_t index) {
	struct batch_item *item = &b->items[index];
	struct batch_attempt *a = &b->attempts[b->attempt_of[index]];
	struct event_row *row = &item->row;
	if (!a->is_there || a->school != row->school) {
		refuse(item, ERR_NOT_FOUND);
		return ERR_OK;
	}
	if (row->event.kind == EVENT_CLOSE) {
		decide_close(b, a, item);
		return ERR_OK;
	}
	if (row->gen == a->gen && row->event.seq <= a->tip.seq) {
		return decide_taken(b, source, item);
	}
	enum err why = ERR_OK;
	if (row->gen != a->gen || (row->lease != a->lease && !item->is_replay)) {
		why = ERR_STALE;
	}
	if (a->is_closed) {
		why = ERR_CLOSED;
	} else if (!why && (row->event.seq != a->tip.seq + 1 || item->is_resend)) {
		why = ERR_CONFLICT;
	}
	if (!why) {
		append(b, a, item);
		return ERR_OK;
	}
	refuse(item, why);
	/* What was stamped and cannot join the record any more stays as evidence. */
	return item->is_replay ? keep_fork(source, item, why) : ERR_OK;
}

enum err batch_decide(struct batch *b, const struct batch_source *source) {
	for (size_t i = 0; i < b->count; i++) {
		enum err e = decide_one(b, source, i);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}
