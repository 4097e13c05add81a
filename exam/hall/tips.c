#include "exam/hall/tips.h"

#include <stdlib.h>
#include <string.h>

enum { TIPS_FIRST = 64 };

void tips_finish(struct tips *t) {
	free(t->slots);
	*t = (struct tips){ 0 };
}

/* Ids are random, so their first bytes are the hash. */
static size_t home(const struct tips *t, const struct id16 *attempt) {
	uint64_t h;
	memcpy(&h, attempt->b, sizeof(h));
	return (size_t)h & (t->cap - 1);
}

static size_t slot_of(const struct tips *t, const struct id16 *attempt) {
	size_t at = home(t, attempt);
	while (t->slots[at].is_used && !id16_equal(&t->slots[at].attempt, attempt)) {
		at = (at + 1) & (t->cap - 1);
	}
	return at;
}

struct tip *tips_find(const struct tips *t, const struct id16 *attempt) {
	if (t->cap == 0) {
		return NULL;
	}
	struct tip *tip = &t->slots[slot_of(t, attempt)];
	return tip->is_used ? tip : NULL;
}

static enum err grow(struct tips *t) {
	struct tips bigger = { .cap = t->cap ? t->cap * 2 : TIPS_FIRST, .count = t->count };
	bigger.slots = calloc(bigger.cap, sizeof(*bigger.slots));
	if (!bigger.slots) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < t->cap; i++) {
		if (t->slots[i].is_used) {
			bigger.slots[slot_of(&bigger, &t->slots[i].attempt)] = t->slots[i];
		}
	}
	free(t->slots);
	*t = bigger;
	return ERR_OK;
}

enum err tips_put(struct tips *t, const struct tip *tip) {
	if (t->count * 2 >= t->cap) {
		enum err e = grow(t);
		if (e) {
			return e;
		}
	}
	struct tip *slot = &t->slots[slot_of(t, &tip->attempt)];
	t->count += !slot->is_used;
	*slot = *tip;
	slot->is_used = true;
	return ERR_OK;
}

/* Closes the gap by moving back what was pushed past it (linear probing without tombstones). */
void tips_confirm(struct tips *t, const struct tip *tip) {
	const struct tip *known = tips_find(t, &tip->attempt);
	bool is_ahead = known && known->connection == TIP_BY_STAMP && known->gen == tip->gen &&
			known->lease == tip->lease && known->seq > tip->seq;
	if (!is_ahead && tips_put(t, tip)) {
		tips_drop(t, &tip->attempt); /* it will be read when it is needed */
	}
}

void tips_drop(struct tips *t, const struct id16 *attempt) {
	if (!tips_find(t, attempt)) {
		return;
	}
	size_t hole = slot_of(t, attempt);
	size_t at = hole;
	for (;;) {
		at = (at + 1) & (t->cap - 1);
		if (!t->slots[at].is_used) {
			break;
		}
		size_t wanted = home(t, &t->slots[at].attempt);
		bool may_move = ((at - wanted) & (t->cap - 1)) >= ((at - hole) & (t->cap - 1));
		if (may_move) {
			t->slots[hole] = t->slots[at];
			hole = at;
		}
	}
	t->slots[hole].is_used = false;
	t->count--;
}
