#include "core/doc/zip_change.h"

#include <assert.h>

#include <zip.h>

#include "core/base/cleanup.h"

enum { CHUNK_BYTES = 16 * 1024 };

DEFINE_FREEP(zip_t *, zip_discard);
DEFINE_FREEP(zip_source_t *, zip_source_free);

/* One entry's new bytes, with the time that it had. */
static enum err replace(zip_t *archive, const struct zip_change *change) {
	zip_stat_t st;
	zip_int64_t at = zip_name_locate(archive, change->name, ZIP_FL_ENC_GUESS);
	if (at < 0) {
		return ERR_NOT_FOUND;
	}
	zip_uint64_t index = (zip_uint64_t)at;
	if (zip_stat_index(archive, index, 0, &st) != 0) {
		return ERR_FORMAT;
	}
	zip_source_t *bytes = zip_source_buffer(archive, change->bytes.p, change->bytes.n, 0);
	if (!bytes) {
		return ERR_NOMEM;
	}
	if (zip_file_replace(archive, index, bytes, 0) != 0) {
		zip_source_free(bytes); /* the archive owns it only from now on */
		return ERR_NOMEM;
	}
	if (zip_set_file_compression(archive, index, ZIP_CM_DEFLATE, 0) != 0) {
		return ERR_FORMAT;
	}
	bool has_time = st.valid & ZIP_STAT_MTIME;
	return has_time && zip_file_set_mtime(archive, index, st.mtime, 0) != 0 ? ERR_FORMAT
										: ERR_OK;
}

static enum err copy_out(zip_source_t *source, struct buf *out) {
	char chunk[CHUNK_BYTES];
	if (zip_source_open(source) != 0) {
		return ERR_FORMAT;
	}
	zip_int64_t got = 0;
	while ((got = zip_source_read(source, chunk, sizeof(chunk))) > 0 && !buf_err(out)) {
		buf_add(out, chunk, (size_t)got);
	}
	(void)zip_source_close(source); /* only read from */
	return got < 0 ? ERR_FORMAT : buf_err(out);
}

enum err zip_change(struct str archive, const struct zip_change *changes, size_t count,
		struct buf *out) {
	assert(archive.p && out);
	_cleanup_(zip_source_freep) zip_source_t *source =
			zip_source_buffer_create(archive.p, archive.n, 0, NULL);
	if (!source) {
		return ERR_NOMEM;
	}
	_cleanup_(zip_discardp) zip_t *z = zip_open_from_source(source, 0, NULL);
	if (!z) {
		return ERR_FORMAT;
	}
	zip_source_keep(source); /* the archive gives its share up when it is closed */
	for (size_t i = 0; i < count; i++) {
		enum err e = replace(z, &changes[i]);
		if (e) {
			return e;
		}
	}
	if (zip_close(z) != 0) {
		return ERR_FORMAT;
	}
	z = NULL;
	return copy_out(source, out);
}
