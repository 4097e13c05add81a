#include "core/base/grow.h"

#include <stdlib.h>
#include <string.h>

enum { ITEMS_FIRST = 16 };

enum err grow_items(void **items, size_t *cap, size_t count, size_t item_bytes, size_t most) {
	if (count >= most) {
		return ERR_LIMIT;
	}
	if (count >= *cap) {
		size_t more = *cap ? *cap * 2 : ITEMS_FIRST;
		void *moved = reallocarray(*items, more, item_bytes);
		if (!moved) {
			return ERR_NOMEM;
		}
		*items = moved;
		*cap = more;
	}
	memset((char *)*items + count * item_bytes, 0, item_bytes);
	return ERR_OK;
}
