#ifndef CORE_BASE_ARENA_H
#define CORE_BASE_ARENA_H

/*
 * Memory that never moves and is given back as a whole: for what is read from a file, has many
 * small parts, and lives and dies together. With a hard limit.
 */

#include <stddef.h>

#include "core/base/err.h"
#include "core/base/str.h"

struct arena_chunk;

struct arena {
	struct arena_chunk *chunks; /* the newest first */
	size_t used_bytes;          /* taken from all chunks */
	size_t limit_bytes;
};

/* An empty arena that may give out that many bytes; takes no memory yet. */
struct arena arena_make(size_t limit_bytes);
void arena_finish(struct arena *arena);

/*
 * n bytes of zeros, aligned for any type, valid until arena_finish(). n may be 0.
 * Errors  ERR_LIMIT, ERR_NOMEM
 */
enum err arena_take(struct arena *arena, size_t n, void **out) MUST_CHECK;
/* A copy with a '\0' behind it, which is not counted in the span. Errors as above. */
enum err arena_copy(struct arena *arena, struct str s, struct str *out) MUST_CHECK;

#endif
