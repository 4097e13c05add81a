/*
 * Reading workbooks. An input that begins with "PK" is a file as it is. Any other is put into a
 * well-formed file first, since chance does not find a zip's checksums: up to four parts of XML
 * between bytes of zero are the sheet, the shared strings, the styles and the workbook.
 */

#include <assert.h>

#include "core/doc/xlsx_read.h"
#include "tests/core/doc/make_zip.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/parts.h"

#define REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

enum { PARTS = 4 };

static const char root_rels[] = "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\""
				" Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_rels[] =
		"<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
		"<Relationship Id=\"r2\" Type=\"x/sharedStrings\" Target=\"t.xml\"/>"
		"<Relationship Id=\"r3\" Type=\"x/styles\" Target=\"u.xml\"/></Relationships>";
static const char book_xml[] = "<workbook xmlns:r=\"" REL_NS "\"><sheets>"
			       "<sheet name=\"10A1\" r:id=\"r1\"/></sheets></workbook>";

static void check_row(const struct grid_row *row) {
	assert(row->number >= 1 && row->number <= XLSX_ROW_MAX && row->count > 0);
	unsigned column = 0;
	for (size_t i = 0; i < row->count; i++) {
		const struct grid_cell *cell = &row->cells[i];
		assert(cell->column > column && cell->column <= XLSX_COLUMN_MAX);
		column = cell->column;
		assert(cell->text.n <= XLSX_READ_CELL_BYTES_MAX && str_is_utf8(cell->text));
		assert(cell->text.n > 0 || cell->is_uncomputed);
		assert(cell->kind != GRID_DATE || date_is_valid(cell->date));
	}
}

static void read_file(const void *bytes, size_t n) {
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	if (xlsx_read_new(bytes, n, &book)) {
		return;
	}
	for (size_t i = 0; i < xlsx_read_sheet_count(book); i++) {
		_cleanup_(grid_freep) struct grid *grid = NULL;
		if (xlsx_read_grid(book, i, &grid)) {
			continue;
		}
		unsigned number = 0;
		for (size_t k = 0; k < grid->row_count; k++) {
			assert(grid->rows[k].number > number);
			number = grid->rows[k].number;
			check_row(&grid->rows[k]);
		}
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size >= 2 && data[0] == 'P' && data[1] == 'K') {
		read_file(data, size);
		return 0;
	}
	static const char *const others[PARTS] = { "<worksheet/>", "<sst/>", "<styleSheet/>",
		book_xml };
	char *texts[PARTS];
	for (size_t i = 0; i < PARTS; i++) {
		texts[i] = malloc(FUZZ_PART_BYTES);
		assert(texts[i]);
		fuzz_take_part(data, size, i, others[i], texts[i]);
	}
	const struct zip_part parts[] = {
		{ "_rels/.rels", root_rels },
		{ "xl/_rels/workbook.xml.rels", book_rels },
		{ "xl/s.xml", texts[0] },
		{ "xl/t.xml", texts[1] },
		{ "xl/u.xml", texts[2] },
		{ "xl/workbook.xml", texts[3] },
	};
	struct zip_made made = zip_make(parts, sizeof(parts) / sizeof(parts[0]));
	read_file(made.bytes, made.n);
	zip_made_finish(&made);
	for (size_t i = 0; i < PARTS; i++) {
		free(texts[i]);
	}
	return 0;
}
