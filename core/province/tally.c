#include "core/province/tally.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"

void tally_finish(struct tally *t) {
	free(t->items);
	*t = (struct tally){ 0 };
}

enum err tally_add(struct tally *t, const struct tally_key *key, int64_t by) {
	enum err e = GROW(t, TALLY_STEPS_MAX);
	if (e) {
		return e;
	}
	t->items[t->count++] = (struct tally_step){ .key = *key, .by = by };
	return ERR_OK;
}

static int compare_text(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int c = n ? memcmp(a.p, b.p, n) : 0;
	return c ? c : (a.n > b.n) - (a.n < b.n);
}

static int compare_number(unsigned a, unsigned b) {
	return (a > b) - (a < b);
}

int tally_compare(const struct tally_key *a, const struct tally_key *b) {
	int c = compare_text(a->year, b->year);
	c = c ? c : compare_number(a->measure, b->measure);
	c = c ? c : compare_number(a->part, b->part);
	c = c ? c : compare_text(a->subject, b->subject);
	c = c ? c : compare_number(a->grade, b->grade);
	return c ? c : compare_number(a->value, b->value);
}

static int compare_steps(const void *a, const void *b) {
	const struct tally_step *x = a;
	const struct tally_step *y = b;
	return tally_compare(&x->key, &y->key);
}

void tally_join(struct tally *t) {
	if (t->count == 0) {
		return;
	}
	qsort(t->items, t->count, sizeof(t->items[0]), compare_steps);
	size_t kept = 0;
	for (size_t i = 0; i < t->count;) {
		struct tally_step sum = t->items[i];
		for (i++; i < t->count && tally_compare(&t->items[i].key, &sum.key) == 0; i++) {
			sum.by += t->items[i].by;
		}
		if (sum.by != 0) {
			t->items[kept++] = sum;
		}
	}
	t->count = kept;
}
