#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/roster_inner.h"

enum { KEYS_MAX = 200000, KEY_BYTES = 2048 };

enum err roster_keys_add(struct roster_keys *keys, struct str text, size_t index) {
	enum err e = GROW(keys, KEYS_MAX);
	if (e) {
		return e;
	}
	keys->items[keys->count++] = (struct roster_key){ text, index };
	return ERR_OK;
}

static int compare_text(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_keys(const void *a, const void *b) {
	const struct roster_key *x = a;
	const struct roster_key *y = b;
	int order = compare_text(x->text, y->text);
	return order ? order : (x->index > y->index) - (x->index < y->index);
}

void roster_keys_sort(struct roster_keys *keys) {
	if (keys->count > 0) {
		qsort(keys->items, keys->count, sizeof(*keys->items), compare_keys);
	}
}

const struct roster_key *roster_keys_find(
		const struct roster_keys *keys, struct str text, size_t *out_count) {
	size_t low = 0;
	size_t high = keys->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (compare_text(keys->items[middle].text, text) < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	size_t end = low;
	while (end < keys->count && compare_text(keys->items[end].text, text) == 0) {
		end++;
	}
	*out_count = end - low;
	return end > low ? &keys->items[low] : NULL;
}

void roster_keys_finish(struct roster_keys *keys) {
	free(keys->items);
	*keys = (struct roster_keys){ 0 };
}

enum err roster_key_code(struct arena *arena, struct str code, struct str *out) {
	struct str copy;
	enum err e = arena_copy(arena, code, &copy);
	if (e) {
		return e;
	}
	char *p = (char *)(uintptr_t)copy.p; /* our own copy */
	for (size_t i = 0; i < copy.n; i++) {
		p[i] = p[i] >= 'A' && p[i] <= 'Z' ? (char)(p[i] + ('a' - 'A')) : p[i];
	}
	*out = copy;
	return ERR_OK;
}

enum err roster_key_person(
		struct arena *arena, struct str name, struct date birth, struct str *out) {
	_cleanup_(buf_finish) struct buf plain = buf_make(KEY_BYTES);
	enum err e = str_fold(name, &plain);
	if (e) {
		return e;
	}
	buf_add_char(&plain, '\n');
	buf_add_i64(&plain, date_to_days(birth));
	if (buf_err(&plain)) {
		return buf_err(&plain);
	}
	return arena_copy(arena, (struct str){ buf_str(&plain), plain.len }, out);
}

bool roster_same_name(struct str a, struct str b) {
	_cleanup_(buf_finish) struct buf one = buf_make(KEY_BYTES);
	_cleanup_(buf_finish) struct buf two = buf_make(KEY_BYTES);
	if (str_fold(a, &one) || str_fold(b, &two)) {
		return str_eq(a, b);
	}
	return strcmp(buf_str(&one), buf_str(&two)) == 0;
}
