#include "core/doc/zip_out.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <zlib.h>

#include "core/base/date.h"

enum {
	CHUNK_BYTES = 64 * 1024,
	LEVEL = 4, /* rows of a register are much alike: higher levels cost more than they gain */
	WINDOW_BITS_RAW = -15,
	MEMORY_LEVEL = 8,
	VERSION_NEEDED = 20,
	MADE_BY_UNIX = 3 << 8 | VERSION_NEEDED,
	FLAG_SIZES_BEHIND = 1 << 3,
	METHOD_DEFLATE = 8,
	DAY_S = 24 * 60 * 60,
	VIETNAM_S = 7 * 60 * 60,
	DOS_YEAR_FIRST = 1980,
	DOS_YEAR_LAST = 2107,
	HEAD_BYTES_MAX = 64 + ZIP_OUT_NAME_BYTES_MAX,
	FILE_MODE = 0100644, /* a plain file that its owner may write */
};

struct entry {
	char name[ZIP_OUT_NAME_BYTES_MAX + 1];
	uint32_t crc;
	uint32_t stored_bytes;
	uint32_t bytes;
	uint32_t at; /* of its header in the archive */
};

struct zip_out {
	struct zip_sink sink;
	uint64_t written;
	uint16_t dos_time;
	uint16_t dos_date;
	struct entry entries[ZIP_OUT_ENTRIES_MAX];
	size_t count;
	bool has_stream;
	bool is_open; /* the last entry is */
	uint64_t in_bytes;
	uint64_t out_bytes;
	uLong crc;
	z_stream stream;
	unsigned char chunk[CHUNK_BYTES];
};

/* A record of the archive before it is written: little-endian numbers. */
struct record {
	unsigned char bytes[HEAD_BYTES_MAX];
	size_t n;
};

static void put16(struct record *r, uint32_t v) {
	r->bytes[r->n++] = (unsigned char)(v & 0xFF);
	r->bytes[r->n++] = (unsigned char)(v >> 8 & 0xFF);
}

static void put32(struct record *r, uint32_t v) {
	put16(r, v & 0xFFFF);
	put16(r, v >> 16);
}

static void put_name(struct record *r, const char *name) {
	size_t n = strlen(name);
	memcpy(r->bytes + r->n, name, n);
	r->n += n;
}

static enum err write_bytes(struct zip_out *z, const void *bytes, size_t n) {
	if (z->written + n > ZIP_OUT_BYTES_MAX) {
		return ERR_LIMIT;
	}
	enum err e = z->sink.write(z->sink.ctx, bytes, n);
	if (!e) {
		z->written += n;
	}
	return e;
}

static enum err write_record(struct zip_out *z, const struct record *r) {
	return write_bytes(z, r->bytes, r->n);
}

static enum err set_time(struct zip_out *z, int64_t at_ms) {
	struct date day;
	enum err e = date_in_vietnam(at_ms, &day);
	if (e || day.year < DOS_YEAR_FIRST || day.year > DOS_YEAR_LAST) {
		return ERR_INVAL;
	}
	unsigned s = (unsigned)((at_ms / 1000 + VIETNAM_S) % DAY_S);
	z->dos_date = (uint16_t)((day.year - DOS_YEAR_FIRST) << 9 | day.month << 5 | day.day);
	z->dos_time = (uint16_t)(s / 3600 << 11 | s / 60 % 60 << 5 | s % 60 / 2);
	return ERR_OK;
}

enum err zip_out_new(const struct zip_sink *sink, int64_t at_ms, struct zip_out **out) {
	_cleanup_(zip_out_freep) struct zip_out *z = calloc(1, sizeof(*z));
	if (!z) {
		return ERR_NOMEM;
	}
	z->sink = *sink;
	enum err e = set_time(z, at_ms);
	if (e) {
		return e;
	}
	if (deflateInit2(&z->stream, LEVEL, Z_DEFLATED, WINDOW_BITS_RAW, MEMORY_LEVEL,
			    Z_DEFAULT_STRATEGY) != Z_OK) {
		return ERR_NOMEM;
	}
	z->has_stream = true;
	*out = STEAL(z);
	return ERR_OK;
}

void zip_out_free(struct zip_out *z) {
	if (!z) {
		return;
	}
	if (z->has_stream) {
		(void)deflateEnd(&z->stream); /* what was under way is thrown away on purpose */
	}
	free(z);
}

/* Compresses what stands in the stream's input; `flush` ends the entry. */
static enum err squeeze(struct zip_out *z, int flush) {
	int got = Z_OK;
	do {
		z->stream.next_out = z->chunk;
		z->stream.avail_out = CHUNK_BYTES;
		got = deflate(&z->stream, flush);
		assert(got != Z_STREAM_ERROR);
		size_t n = CHUNK_BYTES - z->stream.avail_out;
		enum err e = n ? write_bytes(z, z->chunk, n) : ERR_OK;
		if (e) {
			return e;
		}
		z->out_bytes += n;
	} while (z->stream.avail_out == 0 || (flush == Z_FINISH && got != Z_STREAM_END));
	return ERR_OK;
}

static enum err end_entry(struct zip_out *z) {
	if (!z->is_open) {
		return ERR_OK;
	}
	z->stream.next_in = NULL;
	z->stream.avail_in = 0;
	enum err e = squeeze(z, Z_FINISH);
	if (e) {
		return e;
	}
	struct entry *entry = &z->entries[z->count - 1];
	entry->crc = (uint32_t)z->crc;
	entry->bytes = (uint32_t)z->in_bytes;
	entry->stored_bytes = (uint32_t)z->out_bytes; /* no more than what was written */
	z->is_open = false;
	struct record r = { .n = 0 };
	put32(&r, 0x08074b50);
	put32(&r, entry->crc);
	put32(&r, entry->stored_bytes);
	put32(&r, entry->bytes);
	return write_record(z, &r);
}

enum err zip_out_entry(struct zip_out *z, const char *name) {
	enum err e = end_entry(z);
	if (e) {
		return e;
	}
	if (z->count == ZIP_OUT_ENTRIES_MAX || strlen(name) > ZIP_OUT_NAME_BYTES_MAX) {
		return ERR_LIMIT;
	}
	struct entry *entry = &z->entries[z->count++];
	memcpy(entry->name, name, strlen(name) + 1);
	entry->at = (uint32_t)z->written;
	z->is_open = true;
	z->in_bytes = 0;
	z->out_bytes = 0;
	z->crc = crc32(0, NULL, 0);
	(void)deflateReset(&z->stream); /* it fails only for a stream that is none */
	struct record r = { .n = 0 };
	put32(&r, 0x04034b50);
	put16(&r, VERSION_NEEDED);
	put16(&r, FLAG_SIZES_BEHIND);
	put16(&r, METHOD_DEFLATE);
	put16(&r, z->dos_time);
	put16(&r, z->dos_date);
	put32(&r, 0);
	put32(&r, 0);
	put32(&r, 0);
	put16(&r, (uint32_t)strlen(name));
	put16(&r, 0);
	put_name(&r, name);
	return write_record(z, &r);
}

enum err zip_out_add(struct zip_out *z, const void *bytes, size_t n) {
	assert(z->is_open);
	if (z->in_bytes + n > ZIP_OUT_BYTES_MAX) {
		return ERR_LIMIT;
	}
	if (n == 0) {
		return ERR_OK;
	}
	z->in_bytes += n;
	z->crc = crc32(z->crc, bytes, (uInt)n);
	z->stream.next_in = (z_const Bytef *)bytes;
	z->stream.avail_in = (uInt)n;
	return squeeze(z, Z_NO_FLUSH);
}

static enum err write_directory_entry(struct zip_out *z, const struct entry *entry) {
	struct record r = { .n = 0 };
	put32(&r, 0x02014b50);
	put16(&r, MADE_BY_UNIX);
	put16(&r, VERSION_NEEDED);
	put16(&r, FLAG_SIZES_BEHIND);
	put16(&r, METHOD_DEFLATE);
	put16(&r, z->dos_time);
	put16(&r, z->dos_date);
	put32(&r, entry->crc);
	put32(&r, entry->stored_bytes);
	put32(&r, entry->bytes);
	put16(&r, (uint32_t)strlen(entry->name));
	put16(&r, 0);
	put16(&r, 0);
	put16(&r, 0);
	put16(&r, 0);
	put32(&r, (uint32_t)FILE_MODE << 16);
	put32(&r, entry->at);
	put_name(&r, entry->name);
	return write_record(z, &r);
}

enum err zip_out_end(struct zip_out *z) {
	enum err e = end_entry(z);
	uint64_t at = z->written;
	for (size_t i = 0; i < z->count && !e; i++) {
		e = write_directory_entry(z, &z->entries[i]);
	}
	if (e) {
		return e;
	}
	struct record r = { .n = 0 };
	put32(&r, 0x06054b50);
	put16(&r, 0);
	put16(&r, 0);
	put16(&r, (uint32_t)z->count);
	put16(&r, (uint32_t)z->count);
	put32(&r, (uint32_t)(z->written - at));
	put32(&r, (uint32_t)at);
	put16(&r, 0);
	return write_record(z, &r);
}

static enum err to_buf(void *ctx, const void *bytes, size_t n) {
	struct buf *out = ctx;
	buf_add(out, bytes, n);
	return buf_err(out);
}

struct zip_sink zip_sink_buf(struct buf *out) {
	return (struct zip_sink){ to_buf, out };
}
