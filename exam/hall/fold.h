#ifndef EXAM_HALL_FOLD_H
#define EXAM_HALL_FOLD_H

/*
 * The current answers of an attempt: the fold of its events in order, the last value of each slot
 * wins, null takes an answer back. Pure.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"
#include "core/seal/hash.h"
#include "exam/hall/event.h"

enum { FOLD_SLOTS_MAX = 1000 };

struct fold_answer {
	uint16_t slot;
	char *value; /* what JSON.stringify writes; owned by the fold */
	size_t n;
};

struct fold {
	struct fold_answer *answers; /* ascending by slot; values of null are not kept */
	size_t count;
	size_t cap;
};

void fold_finish(struct fold *f);

/* Takes the next event. Only answers matter. ERR_LIMIT past FOLD_SLOTS_MAX slots, ERR_NOMEM. */
enum err fold_add(struct fold *f, const struct event *event) MUST_CHECK;

/* The answer of a slot, or NULL. */
const struct fold_answer *fold_find(const struct fold *f, uint16_t slot);

/* The hash of the answers under the attempt's salt, as receipts carry it. */
void fold_hash(const struct fold *f, const uint8_t *salt, struct hash *out);

#endif
