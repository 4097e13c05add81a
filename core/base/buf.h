#ifndef CORE_BASE_BUF_H
#define CORE_BASE_BUF_H

/*
 * A growable byte buffer with a hard limit. The first failure (no memory, limit passed)
 * sticks: later additions do nothing, and the caller asks buf_err() once at the end.
 */

#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"

struct buf {
	char *data;   /* NULL while empty; a '\0' always follows the last byte otherwise */
	size_t len;   /* bytes in use */
	size_t cap;   /* bytes allocated */
	size_t limit; /* most bytes it may hold */
	enum err err; /* the failure that stuck, or ERR_OK */
};

/* An empty buffer that may grow to `limit` bytes; takes no memory yet. */
struct buf buf_make(size_t limit);
/* Frees the bytes and leaves an empty buffer with the same limit. */
void buf_finish(struct buf *b);
/* Forgets the content and the failure, keeps the memory. */
void buf_clear(struct buf *b);
enum err buf_err(const struct buf *b) MUST_CHECK;

void buf_add(struct buf *b, const void *bytes, size_t n);
void buf_add_str(struct buf *b, const char *s);
void buf_add_char(struct buf *b, char c);
void buf_addf(struct buf *b, const char *format, ...) __attribute__((format(printf, 2, 3)));
void buf_add_u64(struct buf *b, uint64_t v);
void buf_add_i64(struct buf *b, int64_t v);
/* Big-endian integers, for bytes that are hashed or sent (PROTOCOL section "Bytes"). */
void buf_add_be16(struct buf *b, uint16_t v);
void buf_add_be32(struct buf *b, uint32_t v);
void buf_add_be64(struct buf *b, uint64_t v);

/* The text, "" when empty. Owned by the buffer. */
const char *buf_str(const struct buf *b);
/* Hands the bytes to the caller (free() them) and empties the buffer; NULL when it failed. */
char *buf_steal(struct buf *b, size_t *out_len);

#endif
