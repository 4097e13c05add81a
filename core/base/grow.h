#ifndef CORE_BASE_GROW_H
#define CORE_BASE_GROW_H

/*
 * Arrays that grow by one: lists read from the database. The limit is the caller's, named.
 */

#include <stddef.h>

#include "core/base/err.h"

/*
 * Makes room for one item behind the `count` that are there; the array may move, and the new
 * item's bytes are zero. ERR_LIMIT when there are `most` already, ERR_NOMEM.
 */
enum err grow_items(
		void **items, size_t *cap, size_t count, size_t item_bytes, size_t most) MUST_CHECK;

/* The same for a struct with items, count and cap. */
#define GROW(list, most)                                                                         \
	grow_items((void **)&(list)->items, &(list)->cap, (list)->count, sizeof(*(list)->items), \
			(most))

#endif
