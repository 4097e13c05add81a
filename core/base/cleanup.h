#ifndef CORE_BASE_CLEANUP_H
#define CORE_BASE_CLEANUP_H

/*
 * Owning locals. A local that owns something is declared
 *     _cleanup_(x_freep) struct x *x = NULL;
 * and handed over with STEAL, so that no function needs goto or a free in the middle.
 */

#include <stdlib.h>

/* "unused": clang does not count what happens at the end of the scope as a use. */
#define _cleanup_(fn) __attribute__((cleanup(fn), unused))

/* Defines x_freep for a type whose x_free takes NULL. */
#define DEFINE_FREEP(type, fn)              \
	static inline void fn##p(type *p) { \
		if (*p) {                   \
			fn(*p);             \
		}                           \
	}                                   \
	struct cleanup_semicolon_

/* Gives the pointer away and leaves NULL behind. */
#define STEAL(p)                            \
	__extension__({                     \
		__typeof__(p) steal_ = (p); \
		(p) = NULL;                 \
		steal_;                     \
	})

static inline void mem_freep(void *p) {
	void **owner = p;
	free(*owner);
}

#endif
