/*
 * Reading Word files: no bytes may crash it, and what it takes is whole. Input that is no archive
 * is taken for a document.xml and put into one, so that the fuzzer need not learn deflate.
 */

#include <assert.h>

#include <zip.h>

#include "exam/bank/import/import.h"
#include "tests/fuzz/fuzz.h"

/* Appends an archive with the one part to `out`. */
static void wrap(const uint8_t *data, size_t size, struct buf *out) {
	zip_source_t *to = zip_source_buffer_create(NULL, 0, 0, NULL);
	zip_t *z = zip_open_from_source(to, ZIP_CREATE | ZIP_TRUNCATE, NULL);
	assert(z);
	zip_source_keep(to);
	zip_source_t *from = zip_source_buffer(z, data, size, 0);
	zip_int64_t at = zip_file_add(z, "word/document.xml", from, 0);
	assert(at >= 0);
	zip_set_file_compression(z, (zip_uint64_t)at, ZIP_CM_STORE, 0);
	int closed = zip_close(z);
	assert(closed == 0);
	char chunk[4096];
	zip_int64_t n = 0;
	zip_source_open(to);
	while ((n = zip_source_read(to, chunk, sizeof(chunk))) > 0) {
		buf_add(out, chunk, (size_t)n);
	}
	zip_source_close(to);
	zip_source_free(to);
}

static void check(const struct imported *got) {
	for (size_t i = 0; i < got->count; i++) {
		const struct imported_question *q = &got->questions[i];
		assert(q->q.stem && q->source && q->confidence <= 100);
		assert(q->part < got->part_count && q->passage <= got->passage_count);
		assert(str_is_utf8(str_from(q->q.stem)) && str_is_utf8(str_from(q->source)));
		for (size_t k = 0; k < q->q.choice_count; k++) {
			assert(q->q.choices[k] && str_is_utf8(str_from(q->q.choices[k])));
		}
		for (size_t k = 0; k < q->picture_count; k++) {
			assert(q->pictures[k] < got->picture_count);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	_cleanup_(imported_freep) struct imported *got = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	_cleanup_(buf_finish) struct buf archive = buf_make(1 << 20);
	struct str bytes = { (const char *)data, size };
	bool is_archive = size >= 4 && memcmp(data, "PK\x03\x04", 4) == 0;
	if (!is_archive) {
		wrap(data, size, &archive);
		bytes = (struct str){ buf_str(&archive), archive.len };
	}
	if (import_read(bytes, &got, &why)) {
		assert(why.count == 1);
		return 0;
	}
	check(got);
	return 0;
}
