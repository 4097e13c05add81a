#include "core/base/arena.h"

#include <stdlib.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024, ALIGN_BYTES = 16 };

struct arena_chunk {
	struct arena_chunk *next;
	size_t used;
	size_t size;
	_Alignas(ALIGN_BYTES) unsigned char bytes[];
};

struct arena arena_make(size_t limit_bytes) {
	return (struct arena){ .limit_bytes = limit_bytes };
}

void arena_finish(struct arena *arena) {
	while (arena->chunks) {
		struct arena_chunk *chunk = arena->chunks;
		arena->chunks = chunk->next;
		free(chunk);
	}
	arena->used_bytes = 0;
}

static enum err add_chunk(struct arena *arena, size_t need) {
	size_t size = need > CHUNK_BYTES ? need : CHUNK_BYTES;
	struct arena_chunk *chunk = calloc(1, sizeof(*chunk) + size);
	if (!chunk) {
		return ERR_NOMEM;
	}
	chunk->size = size;
	chunk->next = arena->chunks;
	arena->chunks = chunk;
	return ERR_OK;
}

enum err arena_take(struct arena *arena, size_t n, void **out) {
	if (n > arena->limit_bytes - arena->used_bytes) {
		return ERR_LIMIT;
	}
	size_t need = (n + ALIGN_BYTES - 1) / ALIGN_BYTES * ALIGN_BYTES;
	if (!arena->chunks || arena->chunks->size - arena->chunks->used < need) {
		enum err e = add_chunk(arena, need);
		if (e) {
			return e;
		}
	}
	*out = arena->chunks->bytes + arena->chunks->used;
	arena->chunks->used += need;
	arena->used_bytes += n;
	return ERR_OK;
}

enum err arena_copy(struct arena *arena, struct str s, struct str *out) {
	void *copy = NULL;
	enum err e = arena_take(arena, s.n + 1, &copy);
	if (e) {
		return e;
	}
	if (s.n > 0) {
		memcpy(copy, s.p, s.n);
	}
	*out = (struct str){ copy, s.n };
	return ERR_OK;
}
