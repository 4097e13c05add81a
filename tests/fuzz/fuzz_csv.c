/*
 * Reading CSV: what is read and written again for programs must read back to the same fields.
 */

#include <assert.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/csv.h"
#include "tests/fuzz/fuzz.h"

enum { MAX_BYTES = 1 << 16 };

static struct csv_row row;
static struct csv_row row_again;

static void write_row(struct csv_writer *w) {
	for (size_t i = 0; i < row.count; i++) {
		assert(str_is_utf8(row.fields[i]));
		csv_text(w, row.fields[i]);
	}
	csv_end_row(w);
}

/* Reads the text and writes what was read; false when it is not CSV. */
static bool rewrite(struct str text, struct buf *out) {
	_cleanup_(csv_reader_finish) struct csv_reader r;
	enum err e = csv_reader_init(&r, text);
	struct csv_writer w;
	csv_begin(&w, out, CSV_FOR_PROGRAMS);
	unsigned line = 0;
	while (!e) {
		e = csv_read(&r, &row);
		assert(e == ERR_NOT_FOUND || r.line > line);
		line = r.line;
		if (!e) {
			write_row(&w);
		}
	}
	return e == ERR_NOT_FOUND;
}

static void compare(struct str before, struct str after) {
	_cleanup_(csv_reader_finish) struct csv_reader a;
	_cleanup_(csv_reader_finish) struct csv_reader b;
	enum err e = csv_reader_init(&a, before);
	assert(!e);
	e = csv_reader_init(&b, after);
	assert(!e);
	b.separator = ','; /* a first row of one field may suggest another */
	while (csv_read(&a, &row) == ERR_OK) {
		e = csv_read(&b, &row_again);
		assert(!e && row.count == row_again.count);
		for (size_t i = 0; i < row.count; i++) {
			assert(str_eq(row.fields[i], row_again.fields[i]));
			assert(csv_unguard(row.fields[i]).n <= row.fields[i].n);
		}
	}
	assert(b.rest.n == 0);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size > MAX_BYTES) {
		return 0;
	}
	struct str text = { (const char *)data, size };
	_cleanup_(buf_finish) struct buf out = buf_make((size_t)MAX_BYTES * 4);
	if (rewrite(text, &out)) {
		compare(text, (struct str){ buf_str(&out), out.len });
	}
	return 0;
}
