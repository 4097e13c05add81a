#ifndef CORE_DOC_ZIP_OUT_H
#define CORE_DOC_ZIP_OUT_H

/*
 * Writing a zip archive as a stream: entry after entry, bytes as they come, nothing is gone back to.
 * What it keeps in memory is a window of the compressor and the list of the entries. Where the bytes
 * go is the caller's: a file, a buffer.
 */

#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	ZIP_OUT_ENTRIES_MAX = 64,
	ZIP_OUT_NAME_BYTES_MAX = 100,
};
/* Of the archive, and of one entry before it is compressed: no zip64 is written. */
#define ZIP_OUT_BYTES_MAX UINT32_MAX

/* Takes n bytes of the archive; an error ends the writing and is given back. */
struct zip_sink {
	enum err (*write)(void *ctx, const void *bytes, size_t n);
	void *ctx;
};

struct zip_out;

/* Every entry gets the time of the day that it is in Vietnam at `at_ms` (UTC). ERR_NOMEM, ERR_INVAL. */
enum err zip_out_new(const struct zip_sink *sink, int64_t at_ms, struct zip_out **out) MUST_CHECK;
void zip_out_free(struct zip_out *z);
DEFINE_FREEP(struct zip_out *, zip_out_free);

/* Ends the entry before it and begins one; the name is ASCII and new. ERR_LIMIT past the limits
 * above, and what the sink gave. */
enum err zip_out_entry(struct zip_out *z, const char *name) MUST_CHECK;
/* Bytes of the present entry. ERR_LIMIT, and what the sink gave. */
enum err zip_out_add(struct zip_out *z, const void *bytes, size_t n) MUST_CHECK;
/* Ends the archive; nothing may follow. */
enum err zip_out_end(struct zip_out *z) MUST_CHECK;

/* A sink that appends to a struct buf. */
struct zip_sink zip_sink_buf(struct buf *out);

#endif
