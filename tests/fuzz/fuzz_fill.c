/*
 * Filling somebody's workbook. An input is up to three parts of XML between bytes of zero (the
 * sheet, another sheet, the workbook), put into a well-formed file, or a file as it is when it
 * begins with "PK". One cell of each row is filled. What the filled file holds must be what the
 * first one held, but for those cells and for what formulas came to.
 */

#include <assert.h>

#include "core/doc/xlsx_fill.h"
#include "core/doc/xlsx_read.h"
#include "tests/core/doc/make_zip.h"
#include "tests/fuzz/fuzz.h"

#define REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

enum { PARTS = 3, PART_BYTES = 65536, EDITS_MAX = 500, COLUMNS = 12 };

static const char root_rels[] = "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\""
				" Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_rels[] =
		"<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
		"<Relationship Id=\"r2\" Type=\"x/worksheet\" Target=\"t.xml\"/></Relationships>";
static const char book_xml[] = "<workbook xmlns:r=\"" REL_NS "\"><sheets>"
			       "<sheet name=\"10A1\" r:id=\"r1\"/><sheet name=\"B\" r:id=\"r2\"/>"
			       "</sheets></workbook>";

static const struct grid_cell *cell_at(const struct grid *grid, unsigned row, unsigned column) {
	const struct grid_row *found = grid_find_row(grid, row);
	return found ? grid_row_cell(found, column) : NULL;
}

static bool is_edited(const struct xlsx_edit *edits, size_t count, unsigned row, unsigned column) {
	for (size_t i = 0; i < count; i++) {
		if (edits[i].row == row && edits[i].column == column) {
			return !edits[i].is_kept;
		}
	}
	return false;
}

/* Everything of `a` is in `b`, but for edits and what formulas came to. */
static void check_kept(const struct grid *a, const struct grid *b, const struct xlsx_edit *edits,
		size_t count, bool is_back) {
	for (size_t i = 0; i < a->row_count; i++) {
		for (size_t k = 0; k < a->rows[i].count; k++) {
			const struct grid_cell *x = &a->rows[i].cells[k];
			const struct grid_cell *y = cell_at(b, a->rows[i].number, x->column);
			if (is_edited(edits, count, a->rows[i].number, x->column)) {
				continue;
			}
			if (is_back && x->is_uncomputed) {
				continue; /* it may have come to nothing before */
			}
			assert(y);
			assert(y->is_uncomputed ||
					(str_eq(x->text, y->text) && x->kind == y->kind));
		}
	}
}

static void check_filled(
		struct str file, const struct grid *before, struct xlsx_edit *edits, size_t count) {
	_cleanup_(buf_finish) struct buf out = buf_make(XLSX_FILL_BYTES_MAX);
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	_cleanup_(grid_freep) struct grid *after = NULL;
	if (xlsx_fill(file, 0, edits, count, &out)) {
		return;
	}
	enum err e = xlsx_read_new(out.data, out.len, &book);
	assert(!e);
	if (xlsx_read_grid(book, 0, &after)) {
		return; /* a row that was as long as it may be is longer now */
	}
	for (size_t i = 0; i < count; i++) {
		const struct grid_cell *cell = cell_at(after, edits[i].row, edits[i].column);
		assert(cell);
		assert(edits[i].is_kept ||
				(!cell->is_uncomputed && str_eq(cell->text, edits[i].text)));
	}
	check_kept(before, after, edits, count, false);
	check_kept(after, before, edits, count, true);
}

static void fill_file(struct str file) {
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	_cleanup_(grid_freep) struct grid *grid = NULL;
	struct xlsx_edit edits[EDITS_MAX];
	size_t count = 0;
	if (xlsx_read_new(file.p, file.n, &book) || xlsx_read_sheet_count(book) == 0 ||
			xlsx_read_grid(book, 0, &grid)) {
		return;
	}
	for (size_t i = 0; i < grid->row_count && count < EDITS_MAX; i++) {
		unsigned row = grid->rows[i].number;
		bool is_text = row % 3 == 0;
		edits[count++] = (struct xlsx_edit){ .row = row,
			.column = (row * 7 + (unsigned)file.n) % COLUMNS + 1,
			.is_text = is_text,
			.text = is_text ? str_from("<\xC4\x90&>") : str_from("8.5") };
	}
	check_filled(file, grid, edits, count);
}

/* The part of that number with its end, or what stands in for it. */
static void take_part(
		const uint8_t *data, size_t size, size_t number, const char *other, char *out) {
	size_t start = 0;
	for (size_t i = 0; i < size && number > 0; i++) {
		if (data[i] == 0) {
			number--;
			start = i + 1;
		}
	}
	size_t n = 0;
	while (number == 0 && start + n < size && n < PART_BYTES - 1 && data[start + n]) {
		n++;
	}
	memcpy(out, data + start, n);
	out[n] = '\0';
	if (n == 0) {
		memcpy(out, other, strlen(other) + 1);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size >= 2 && data[0] == 'P' && data[1] == 'K') {
		fill_file((struct str){ (const char *)data, size });
		return 0;
	}
	static const char *const others[PARTS] = { "<worksheet/>", "<worksheet/>", book_xml };
	char *texts[PARTS];
	for (size_t i = 0; i < PARTS; i++) {
		texts[i] = malloc(PART_BYTES);
		assert(texts[i]);
		take_part(data, size, i, others[i], texts[i]);
	}
	const struct zip_part parts[] = {
		{ "_rels/.rels", root_rels },
		{ "xl/_rels/workbook.xml.rels", book_rels },
		{ "xl/s.xml", texts[0] },
		{ "xl/t.xml", texts[1] },
		{ "xl/workbook.xml", texts[2] },
	};
	struct zip_made made = zip_make(parts, sizeof(parts) / sizeof(parts[0]));
	fill_file((struct str){ made.bytes, made.n });
	zip_made_finish(&made);
	for (size_t i = 0; i < PARTS; i++) {
		free(texts[i]);
	}
	return 0;
}
