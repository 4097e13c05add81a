#include "core/base/buf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { BUF_FIRST_BYTES = 256 };

struct buf buf_make(size_t limit) {
	return (struct buf){ .limit = limit };
}

void buf_finish(struct buf *b) {
	free(b->data);
	*b = (struct buf){ .limit = b->limit };
}

void buf_clear(struct buf *b) {
	b->len = 0;
	b->err = ERR_OK;
	if (b->data) {
		b->data[0] = '\0';
	}
}

enum err buf_err(const struct buf *b) {
	return b->err;
}

/* Makes room for n more bytes and the closing '\0'. */
static bool buf_room(struct buf *b, size_t n) {
	if (b->err) {
		return false;
	}
	if (n > b->limit - b->len) {
		b->err = ERR_LIMIT;
		return false;
	}
	size_t need = b->len + n + 1;
	if (need <= b->cap) {
		return true;
	}
	size_t cap = b->cap ? b->cap : BUF_FIRST_BYTES;
	while (cap < need) {
		cap *= 2;
	}
	char *data = realloc(b->data, cap);
	if (!data) {
		b->err = ERR_NOMEM;
		return false;
	}
	b->data = data;
	b->cap = cap;
	return true;
}

void buf_add(struct buf *b, const void *bytes, size_t n) {
	assert(bytes || n == 0);
	if (n == 0 || !buf_room(b, n)) {
		return;
	}
	memcpy(b->data + b->len, bytes, n);
	b->len += n;
	b->data[b->len] = '\0';
}

void buf_add_str(struct buf *b, const char *s) {
	buf_add(b, s, strlen(s));
}

void buf_add_char(struct buf *b, char c) {
	buf_add(b, &c, 1);
}

void buf_addf(struct buf *b, const char *format, ...) {
	va_list ap;
	va_start(ap, format);
	va_list again;
	va_copy(again, ap);
	int n = vsnprintf(NULL, 0, format, ap);
	va_end(ap);
	if (n > 0 && buf_room(b, (size_t)n)) {
		(void)vsnprintf(b->data + b->len, (size_t)n + 1, format, again); /* length known */
		b->len += (size_t)n;
	}
	va_end(again);
}

void buf_add_u64(struct buf *b, uint64_t v) {
	char digits[20];
	size_t at = sizeof(digits);
	do {
		digits[--at] = (char)('0' + v % 10);
		v /= 10;
	} while (v);
	buf_add(b, digits + at, sizeof(digits) - at);
}

void buf_add_i64(struct buf *b, int64_t v) {
	if (v < 0) {
		buf_add_char(b, '-');
		buf_add_u64(b, (uint64_t) - (v + 1) + 1);
		return;
	}
	buf_add_u64(b, (uint64_t)v);
}

static void buf_add_be(struct buf *b, uint64_t v, size_t bytes) {
	unsigned char out[8];
	for (size_t i = 0; i < bytes; i++) {
		out[i] = (unsigned char)(v >> (8 * (bytes - 1 - i)));
	}
	buf_add(b, out, bytes);
}

void buf_add_be16(struct buf *b, uint16_t v) {
	buf_add_be(b, v, 2);
}

void buf_add_be32(struct buf *b, uint32_t v) {
	buf_add_be(b, v, 4);
}

void buf_add_be64(struct buf *b, uint64_t v) {
	buf_add_be(b, v, 8);
}

const char *buf_str(const struct buf *b) {
	return b->data ? b->data : "";
}

char *buf_steal(struct buf *b, size_t *out_len) {
	if (b->err || (!b->data && !buf_room(b, 0))) {
		return NULL;
	}
	assert(b->data);
	b->data[b->len] = '\0';
	char *data = b->data;
	*out_len = b->len;
	*b = (struct buf){ .limit = b->limit };
	return data;
}
