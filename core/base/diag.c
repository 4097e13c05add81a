#include "core/base/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void diag_finish(struct diag *d) {
	free(d->items);
	*d = (struct diag){ 0 };
}

/* Cuts at a code point's boundary, so that a long Vietnamese cell stays valid UTF-8. */
static void copy_cut(char out[DIAG_TEXT_BYTES], const char *text) {
	size_t n = strlen(text);
	if (n >= DIAG_TEXT_BYTES) {
		n = DIAG_TEXT_BYTES - 1;
		while (n > 0 && ((unsigned char)text[n] & 0xC0) == 0x80) {
			n--;
		}
	}
	memcpy(out, text, n);
	out[n] = '\0';
}

static struct diag_item *diag_room(struct diag *d) {
	if (d->count == DIAG_ITEMS_MAX) {
		return NULL;
	}
	if (d->count == d->cap) {
		size_t cap = d->cap ? d->cap * 2 : 16;
		struct diag_item *items = realloc(d->items, cap * sizeof(*items));
		if (!items) {
			return NULL;
		}
		d->items = items;
		d->cap = cap;
	}
	struct diag_item *item = &d->items[d->count++];
	memset(item, 0, sizeof(*item));
	return item;
}

void diag_add(struct diag *d, enum diag_level level, const char *where, unsigned row,
		unsigned column, const char *code, ...) {
	d->errors += level == DIAG_ERROR;
	struct diag_item *item = diag_room(d);
	if (!item) {
		d->dropped++;
		return;
	}
	item->level = level;
	copy_cut(item->where, where ? where : "");
	item->row = row;
	item->column = column;
	item->code = code;
	va_list ap;
	va_start(ap, code);
	for (size_t i = 0; i < DIAG_PARAMS_MAX; i++) {
		const char *name = va_arg(ap, const char *);
		if (!name) {
			break;
		}
		item->names[i] = name;
		copy_cut(item->values[i], va_arg(ap, const char *));
	}
	va_end(ap);
}
