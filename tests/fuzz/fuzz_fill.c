/*
 * Filling somebody's workbook. An input is up to three parts of XML between bytes of zero (the
 * sheet, another sheet, the workbook), put into a well-formed file, or a file as it is when it
 * begins with "PK". One cell of each row is filled. What the filled file holds must be what the
 * first one held, but for those cells and for what formulas came to. Its first sheet is also held
 * against a class's marks.
 */

#include <assert.h>

#include "core/doc/xlsx_fill.h"
#include "core/doc/xlsx_read.h"
#include "gradebook/sheets/mark_file.h"
#include "tests/core/doc/make_zip.h"
#include "tests/fuzz/fuzz.h"
#include "tests/fuzz/parts.h"

#define REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

enum { PARTS = 3, EDITS_MAX = 500, COLUMNS = 12 };

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

static const struct mark_known_column known_columns[2][2] = {
	{ { 11, MARK_TX, 1, MARK_SCALE_TENTHS, true, LOCK_OPEN },
			{ 12, MARK_GK, 1, MARK_SCALE_TENTHS, false, LOCK_OPEN } },
	{ { 11, MARK_CK, 1, MARK_SCALE_WHOLE, true, LOCK_OPEN },
			{ 12, MARK_CK, MARK_LEVEL_POSITION, MARK_SCALE_LEVEL, false, LOCK_OPEN } },
};

/* The same table held against a gradebook of secondary and of primary school, in both directions:
 * what it would change is always something that may stand there. */
static void match_grid(const struct grid *grid) {
	static const char *const names[] = { "Nguyễn Thị Ánh", "Trần Văn Bình" };
	struct mark_known *known = calloc(1, sizeof(*known));
	assert(known);
	for (size_t i = 0; i < 4; i++) {
		_cleanup_(mark_file_freep) struct mark_file *file = NULL;
		bool is_primary = i % 2;
		*known = (struct mark_known){ .class_id = 1,
			.subject_id = 2,
			.term_id = 3,
			.class_name = str_from("10A1"),
			.subject_name = str_from("Vật lí"),
			.subject = MARK_SUBJECT_MARK,
			.is_primary = is_primary,
			.term_number = 1,
			.year = 2026,
			.column_count = 2,
			.student_count = 2 };
		memcpy(known->columns, known_columns[is_primary], sizeof(known_columns[0]));
		for (size_t k = 0; k < 2; k++) {
			known->students[k] = (struct mark_known_student){
				.id = 100 + k, .code = str_from(""), .full_name = str_from(names[k])
			};
			known->students[k].cells[0].cell.value_x10 = k ? MARK_NONE : 70;
			known->students[k].cells[1].cell.value_x10 = k ? MARK_NONE : 1;
		}
		const struct grid *const grids[] = { grid };
		if (mark_file_new(grids, 1, known, i < 2 ? MARK_FILE_IN : MARK_FILE_OUT, SIZE_MAX,
				    LANG_VI, &file)) {
			continue;
		}
		for (size_t k = 0; k < file->cell_count; k++) {
			const struct mark_file_cell *c = &file->cells[k];
			assert(c->fate != MARK_FILE_CHANGE ||
					!cell_check(known->columns[c->known].scale, &c->wanted));
		}
	}
	free(known);
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
	match_grid(grid);
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

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
	if (size >= 2 && data[0] == 'P' && data[1] == 'K') {
		fill_file((struct str){ (const char *)data, size });
		return 0;
	}
	static const char *const others[PARTS] = { "<worksheet/>", "<worksheet/>", book_xml };
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
