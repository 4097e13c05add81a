#include "exam/hall/fold.h"

#include <stdlib.h>
#include <string.h>

#include "exam/hall/receipt.h"

void fold_finish(struct fold *f) {
	for (size_t i = 0; i < f->count; i++) {
		free(f->answers[i].value);
	}
	free(f->answers);
	*f = (struct fold){ 0 };
}

/* The index of the slot, or where it belongs. */
static size_t place(const struct fold *f, uint16_t slot) {
	size_t low = 0;
	size_t high = f->count;
	while (low < high) {
		size_t middle = (low + high) / 2;
		if (f->answers[middle].slot < slot) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return low;
}

static bool is_at(const struct fold *f, size_t at, uint16_t slot) {
	return at < f->count && f->answers[at].slot == slot;
}

static enum err room_for_one(struct fold *f) {
	if (f->count == FOLD_SLOTS_MAX) {
		return ERR_LIMIT;
	}
	if (f->count < f->cap) {
		return ERR_OK;
	}
	size_t cap = f->cap ? f->cap * 2 : 64;
	struct fold_answer *answers = realloc(f->answers, cap * sizeof(*answers));
	if (!answers) {
		return ERR_NOMEM;
	}
	f->answers = answers;
	f->cap = cap;
	return ERR_OK;
}

static void take_back(struct fold *f, size_t at) {
	free(f->answers[at].value);
	f->count--;
	memmove(&f->answers[at], &f->answers[at + 1], (f->count - at) * sizeof(f->answers[0]));
}

enum err fold_add(struct fold *f, const struct event *event) {
	if (event->kind != EVENT_ANSWER) {
		return ERR_OK;
	}
	size_t at = place(f, event->slot);
	bool is_there = is_at(f, at, event->slot);
	if (str_eq_z(event->value, "null")) {
		if (is_there) {
			take_back(f, at);
		}
		return ERR_OK;
	}
	char *value = malloc(event->value.n + 1);
	if (!value) {
		return ERR_NOMEM;
	}
	if (event->value.n > 0) {
		memcpy(value, event->value.p, event->value.n);
	}
	value[event->value.n] = '\0';
	if (is_there) {
		free(f->answers[at].value);
	} else {
		enum err e = room_for_one(f);
		if (e) {
			free(value);
			return e;
		}
		memmove(&f->answers[at + 1], &f->answers[at],
				(f->count - at) * sizeof(f->answers[0]));
		f->count++;
	}
	f->answers[at] = (struct fold_answer){ event->slot, value, event->value.n };
	return ERR_OK;
}

const struct fold_answer *fold_find(const struct fold *f, uint16_t slot) {
	size_t at = place(f, slot);
	return is_at(f, at, slot) ? &f->answers[at] : NULL;
}

void fold_hash(const struct fold *f, const uint8_t *salt, struct hash *out) {
	struct hasher h;
	receipt_answers_begin(&h, salt);
	for (size_t i = 0; i < f->count; i++) {
		receipt_answers_add(&h, f->answers[i].slot,
				(struct str){ f->answers[i].value, f->answers[i].n });
	}
	receipt_answers_end(&h, out);
}
