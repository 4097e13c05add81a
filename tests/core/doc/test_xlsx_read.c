#include "core/doc/xlsx_read.h"

#include "core/doc/xlsx_write.h"
#include "tests/check.h"
#include "tests/core/doc/make_zip.h"

#define MAIN_NS "xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\""
#define REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
#define PACKAGE_NS "xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\""

static const char root_rels[] = "<Relationships " PACKAGE_NS ">"
				"<Relationship Id=\"rId1\" Type=\"" REL_NS "/officeDocument\""
				" Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_rels[] =
		"<Relationships " PACKAGE_NS ">"
		"<Relationship Id=\"r1\" Type=\"" REL_NS
		"/worksheet\" Target=\"worksheets/a.xml\"/>"
		"<Relationship Id=\"r2\" Type=\"" REL_NS
		"/worksheet\" Target=\"/xl/worksheets/b.xml\"/>"
		"<Relationship Id=\"r3\" Type=\"" REL_NS "/chartsheet\" Target=\"charts/c.xml\"/>"
		"<Relationship Id=\"r4\" Type=\"" REL_NS "/styles\" Target=\"../xl/styles.xml\"/>"
		"<Relationship Id=\"r5\" Type=\"" REL_NS "/sharedStrings\" Target=\"strings.xml\"/>"
		"</Relationships>";
static const char book_xml[] = "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>"
			       "<workbook " MAIN_NS " xmlns:r=\"" REL_NS "\"><sheets>"
			       "<sheet name=\"10A1 &amp; 10A2\" sheetId=\"5\" r:id=\"r2\"/>"
			       "<sheet name=\"Đồ thị\" sheetId=\"2\" r:id=\"r3\"/>"
			       "<sheet name=\"cũ\" sheetId=\"1\" state=\"hidden\" r:id=\"r1\"/>"
			       "</sheets></workbook>";
static const char styles_xml[] =
		"<styleSheet " MAIN_NS "><numFmts count=\"2\">"
		"<numFmt numFmtId=\"164\" formatCode=\"dd/mm/yyyy;@\"/>"
		"<numFmt numFmtId=\"165\" formatCode=\"0.0\"/></numFmts>"
		"<cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs>"
		"<cellXfs><xf numFmtId=\"0\"/><xf numFmtId=\"14\"/><xf numFmtId=\"164\"/>"
		"<xf numFmtId=\"165\"/><xf numFmtId=\"20\"/></cellXfs>"
		"<dxfs><dxf><numFmt numFmtId=\"0\" formatCode=\"dd\"/></dxf></dxfs></styleSheet>";
static const char strings_xml[] =
		"<sst " MAIN_NS " count=\"9\"><si><t>Họ và tên</t></si>"
		"<si><r><rPr><b/></rPr><t xml:space=\"preserve\">Nguyễn </t></r><r><t>An</t></r>"
		"<rPh sb=\"0\" eb=\"1\"><t>phonetic</t></rPh></si>"
		"<si><t/></si><si><t>a_x000D_b</t></si></sst>";
static const char empty_sheet[] = "<worksheet " MAIN_NS "><sheetData/></worksheet>";

/* A book whose first sheet has these rows. */
static struct zip_made make_book(const char *sheet) {
	const struct zip_part parts[] = {
		{ "_rels/.rels", root_rels },
		{ "xl/workbook.xml", book_xml },
		{ "xl/_rels/workbook.xml.rels", book_rels },
		{ "xl/styles.xml", styles_xml },
		{ "xl/strings.xml", strings_xml },
		{ "xl/worksheets/a.xml", empty_sheet },
		{ "xl/worksheets/b.xml", sheet },
	};
	return zip_make(parts, sizeof(parts) / sizeof(parts[0]));
}

static enum err read_first(const char *sheet, struct grid **out) {
	_cleanup_(zip_made_finish) struct zip_made made = make_book(sheet);
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	enum err e = xlsx_read_new(made.bytes, made.n, &book);
	if (e) {
		return e;
	}
	return xlsx_read_grid(book, 0, out);
}

static void check_sheets(void) {
	_cleanup_(zip_made_finish) struct zip_made made = make_book(empty_sheet);
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	CHECK_INT("open", xlsx_read_new(made.bytes, made.n, &book), ERR_OK);
	CHECK_INT("worksheets only", xlsx_read_sheet_count(book), 2);
	CHECK("name", str_eq_z(xlsx_read_sheet_name(book, 0), "10A1 & 10A2"));
	CHECK("second name", str_eq_z(xlsx_read_sheet_name(book, 1), "cũ"));
	CHECK("shown", !xlsx_read_sheet_is_hidden(book, 0));
	CHECK("hidden", xlsx_read_sheet_is_hidden(book, 1));
}

static const char cells_xml[] =
		"<worksheet " MAIN_NS "><cols><col min=\"1\" max=\"3\"/></cols><sheetData>"
		"<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c><c r=\"C2\" t=\"s\"><v>1</v></c>"
		"<c r=\"D2\" t=\"s\"><v>2</v></c><c r=\"E2\" s=\"1\"/>"
		"<c r=\"F2\" t=\"s\"><v>3</v></c></row>"
		"<row hidden=\"1\"><c><v>7.5</v></c><c s=\"1\"><v>40426</v></c>"
		"<c s=\"2\"><v>40426.5</v></c><c s=\"3\"><v>8.3000000000000007</v></c>"
		"<c s=\"4\"><v>0.5</v></c><c s=\"1\"><v>60</v></c><c s=\"99\"><v>1</v></c></row>"
		"<row r=\"4\"/>"
		"<row r=\"10\" spans=\"1:8\"><c r=\"A10\" t=\"inlineStr\"><is><t>trong ô</t></is></c>"
		"<c r=\"C10\" t=\"b\"><v>1</v></c><c r=\"D10\" t=\"e\"><v>#N/A</v></c>"
		"<c r=\"E10\" t=\"str\"><f>A1&amp;\"x\"</f><v>kết quả</v></c>"
		"<c r=\"F10\"><f>SUM(A1:A9)</f></c><c r=\"G10\" t=\"d\"><v>2010-09-05T00:00:00</v></c>"
		"<c r=\"H10\" t=\"str\"><f>\"\"</f><v></v></c><c r=\"I10\"><v>abc</v></c>"
		"<c r=\"J10\"><f t=\"shared\" si=\"0\"/><v>12</v></c></row>"
		"</sheetData><mergeCells count=\"2\"><mergeCell ref=\"A1:D1\"/>"
		"<mergeCell ref=\"B2:B3\"/></mergeCells></worksheet>";

static void check_cells(void) {
	static const struct {
		unsigned row;
		unsigned column;
		enum grid_kind kind;
		const char *text; /* NULL: an empty cell */
	} want[] = {
		{ 2, 1, GRID_TEXT, NULL },
		{ 2, 2, GRID_TEXT, "Họ và tên" },
		{ 2, 3, GRID_TEXT, "Nguyễn An" },
		{ 2, 4, GRID_TEXT, NULL },
		{ 2, 5, GRID_TEXT, NULL },
		{ 2, 6, GRID_TEXT, "a\rb" },
		{ 3, 1, GRID_NUMBER, "7.5" },
		{ 3, 2, GRID_DATE, "2010-09-05" },
		{ 3, 3, GRID_DATE, "2010-09-05" },
		{ 3, 4, GRID_NUMBER, "8.3" },
		{ 3, 5, GRID_NUMBER, "0.5" },
		{ 3, 6, GRID_NUMBER, "60" },
		{ 3, 7, GRID_NUMBER, "1" },
		{ 10, 1, GRID_TEXT, "trong ô" },
		{ 10, 2, GRID_TEXT, NULL },
		{ 10, 3, GRID_BOOL, "1" },
		{ 10, 4, GRID_ERROR, "#N/A" },
		{ 10, 5, GRID_TEXT, "kết quả" },
		{ 10, 6, GRID_TEXT, "" },
		{ 10, 7, GRID_DATE, "2010-09-05" },
		{ 10, 8, GRID_TEXT, NULL },
		{ 10, 9, GRID_TEXT, "abc" },
		{ 10, 10, GRID_NUMBER, "12" },
	};
	_cleanup_(grid_freep) struct grid *grid = NULL;
	CHECK_INT("read", read_first(cells_xml, &grid), ERR_OK);
	CHECK_INT("rows that hold something", grid->row_count, 3);
	CHECK("hidden row", !grid->rows[0].is_hidden && grid->rows[1].is_hidden);
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		char name[32];
		(void)snprintf(name, sizeof(name), "row %u column %u", want[i].row, want[i].column);
		const struct grid_row *row = grid_find_row(grid, want[i].row);
		const struct grid_cell *cell = row ? grid_row_cell(row, want[i].column) : NULL;
		CHECK_INT(name, cell != NULL, want[i].text != NULL);
		if (cell && want[i].text) {
			CHECK_INT(name, cell->kind, want[i].kind);
			CHECK(name, str_eq_z(cell->text, want[i].text));
			CHECK_INT(name, cell->is_uncomputed,
					want[i].row == 10 && want[i].column == 6);
		}
	}
	CHECK_INT("merges", grid->merge_count, 2);
	CHECK("over two rows", grid_find_merge(grid, 3, 2) && !grid_find_merge(grid, 3, 3));
}

static void check_1904(void) {
	const struct zip_part parts[] = {
		{ "_rels/.rels", root_rels },
		{ "xl/workbook.xml",
				"<workbook " MAIN_NS " xmlns:r=\"" REL_NS "\">"
				"<workbookPr date1904=\"1\"/><sheets>"
				"<sheet name=\"a\" r:id=\"r1\"/></sheets></workbook>" },
		{ "xl/_rels/workbook.xml.rels", book_rels },
		{ "xl/styles.xml", styles_xml },
		{ "xl/strings.xml", strings_xml },
		{ "xl/worksheets/a.xml",
				"<worksheet " MAIN_NS "><sheetData><row><c s=\"1\">"
				"<v>38964</v></c></row></sheetData></worksheet>" },
	};
	_cleanup_(zip_made_finish) struct zip_made made = zip_make(parts, 6);
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	CHECK_INT("open", xlsx_read_new(made.bytes, made.n, &book), ERR_OK);
	_cleanup_(grid_freep) struct grid *grid = NULL;
	CHECK_INT("read", book ? xlsx_read_grid(book, 0, &grid) : ERR_OK, ERR_OK);
	CHECK("the other calendar",
			grid && grid->row_count == 1 &&
					str_eq_z(grid->rows[0].cells[0].text, "2010-09-05"));
}

#define SHEET(rows) "<worksheet " MAIN_NS "><sheetData>" rows "</sheetData></worksheet>"

static void check_damaged_sheets(void) {
	static const struct {
		const char *name;
		const char *sheet;
		enum err want;
	} rows[] = {
		{ "rows fall", SHEET("<row r=\"2\"/><row r=\"1\"/>"), ERR_FORMAT },
		{ "row twice", SHEET("<row r=\"2\"/><row r=\"2\"/>"), ERR_FORMAT },
		{ "row 0", SHEET("<row r=\"0\"/>"), ERR_FORMAT },
		{ "row past the sheet", SHEET("<row r=\"1048577\"/>"), ERR_FORMAT },
		{ "row no number", SHEET("<row r=\"x\"/>"), ERR_FORMAT },
		{ "cells fall", SHEET("<row r=\"1\"><c r=\"B1\"/><c r=\"A1\"/></row>"),
				ERR_FORMAT },
		{ "cell of another row", SHEET("<row r=\"1\"><c r=\"A2\"/></row>"), ERR_FORMAT },
		{ "no such string", SHEET("<row><c t=\"s\"><v>4</v></c></row>"), ERR_FORMAT },
		{ "negative string", SHEET("<row><c t=\"s\"><v>-1</v></c></row>"), ERR_FORMAT },
		{ "not closed", "<worksheet><sheetData><row><c>", ERR_FORMAT },
		{ "a DOCTYPE", "<!DOCTYPE x [<!ENTITY a \"b\">]>" SHEET(""), ERR_FORMAT },
		{ "merge the wrong way",
				"<worksheet><mergeCells><mergeCell ref=\"B1:A1\"/>"
				"</mergeCells></worksheet>",
				ERR_FORMAT },
		{ "merge of nothing",
				"<worksheet><mergeCells><mergeCell/></mergeCells></worksheet>",
				ERR_FORMAT },
		{ "empty", SHEET(""), ERR_OK },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(grid_freep) struct grid *grid = NULL;
		CHECK_INT(rows[i].name, read_first(rows[i].sheet, &grid), rows[i].want);
	}
}

static enum err open_only(const struct zip_part *parts, size_t count) {
	_cleanup_(zip_made_finish) struct zip_made made = zip_make(parts, count);
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	return xlsx_read_new(made.bytes, made.n, &book);
}

static void check_strangers(void) {
	struct xlsx_read *book = NULL;
	CHECK_INT("old Excel", xlsx_read_new("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8, &book),
			ERR_UNSUPPORTED);
	CHECK_INT("a text", xlsx_read_new("STT,Ho ten", 10, &book), ERR_FORMAT);
	CHECK_INT("nothing", xlsx_read_new("", 0, &book), ERR_FORMAT);
	const struct zip_part ods[] = { { "mimetype", "x" }, { "content.xml", "<a/>" } };
	CHECK_INT("LibreOffice's own", open_only(ods, 2), ERR_UNSUPPORTED);
	const struct zip_part binary[] = { { "_rels/.rels", root_rels },
		{ "xl/workbook.bin", "x" } };
	CHECK_INT("binary Excel", open_only(binary, 2), ERR_UNSUPPORTED);
	const struct zip_part plain[] = { { "readme.txt", "x" } };
	CHECK_INT("another zip", open_only(plain, 1), ERR_FORMAT);
	const struct zip_part word[] = { { "_rels/.rels", root_rels },
		{ "xl/workbook.xml", "<document/>" } };
	CHECK_INT("a Word file", open_only(word, 2), ERR_FORMAT);
	const struct zip_part climbs[] = { { "_rels/.rels",
			"<Relationships " PACKAGE_NS
			"><Relationship Id=\"a\" Type=\"x/officeDocument\""
			" Target=\"../../etc/passwd\"/></Relationships>" } };
	CHECK_INT("a path that climbs out", open_only(climbs, 1), ERR_FORMAT);
	const struct zip_part no_sheet[] = { { "_rels/.rels", root_rels },
		{ "xl/workbook.xml", "<workbook><sheets/></workbook>" },
		{ "xl/_rels/workbook.xml.rels", book_rels } };
	CHECK_INT("no sheet", open_only(no_sheet, 3), ERR_FORMAT);
}

/* Rows of one cell each with the given number of cells in the first. */
static enum err read_made(size_t row_count, size_t cell_count) {
	_cleanup_(buf_finish) struct buf sheet = buf_make(40 * 1000 * 1000);
	buf_add_str(&sheet, "<worksheet><sheetData><row>");
	for (size_t i = 0; i < cell_count; i++) {
		buf_addf(&sheet, "<c><v>%zu</v></c>", i * 7919 % 10007);
	}
	buf_add_str(&sheet, "</row>");
	for (size_t i = 1; i < row_count; i++) {
		/* Numbers that compress badly, or the ratio's limit would come first. */
		buf_addf(&sheet, "<row><c><v>%zu.%zu</v></c></row>", i * 48271 % 2147483647,
				i * 16807 % 65537);
	}
	buf_add_str(&sheet, "</sheetData></worksheet>");
	_cleanup_(zip_made_finish) struct zip_made made = make_book(buf_str(&sheet));
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	enum err e = xlsx_read_new(made.bytes, made.n, &book);
	_cleanup_(xlsx_rows_freep) struct xlsx_rows *rows = NULL;
	e = e ? e : xlsx_rows_new(book, 0, &rows);
	const struct grid_row *row = NULL;
	size_t seen = 0;
	for (e = e ? e : xlsx_rows_next(rows, &row); !e && row; e = xlsx_rows_next(rows, &row)) {
		seen++;
	}
	CHECK("all of them", e || seen == row_count);
	return e;
}

static void check_limits(void) {
	CHECK_INT("rows at the limit", read_made(XLSX_READ_ROWS_MAX, 1), ERR_OK);
	CHECK_INT("rows one past", read_made(XLSX_READ_ROWS_MAX + 1, 1), ERR_LIMIT);
	CHECK_INT("cells at the limit", read_made(1, XLSX_READ_ROW_CELLS_MAX), ERR_OK);
	CHECK_INT("cells one past", read_made(1, XLSX_READ_ROW_CELLS_MAX + 1), ERR_LIMIT);
	for (size_t more = 0; more <= 1; more++) {
		_cleanup_(buf_finish) struct buf sheet = buf_make(1000000);
		buf_add_str(&sheet, "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>");
		for (size_t i = 0; i < XLSX_READ_CELL_BYTES_MAX + more; i++) {
			buf_add_char(&sheet, (char)('a' + i * i % 23));
		}
		buf_add_str(&sheet, "</t></is></c></row></sheetData></worksheet>");
		_cleanup_(grid_freep) struct grid *grid = NULL;
		CHECK_INT("text", read_first(buf_str(&sheet), &grid), more ? ERR_LIMIT : ERR_OK);
	}
	for (size_t count = XLSX_READ_SHEETS_MAX; count <= XLSX_READ_SHEETS_MAX + 1; count++) {
		_cleanup_(buf_finish) struct buf xml = buf_make(1000000);
		buf_add_str(&xml, "<workbook xmlns:r=\"" REL_NS "\"><sheets>");
		for (size_t i = 0; i < count; i++) {
			buf_addf(&xml, "<sheet name=\"%zu\" r:id=\"r1\"/>", i);
		}
		buf_add_str(&xml, "</sheets></workbook>");
		const struct zip_part parts[] = { { "_rels/.rels", root_rels },
			{ "xl/workbook.xml", buf_str(&xml) },
			{ "xl/_rels/workbook.xml.rels", book_rels },
			{ "xl/styles.xml", styles_xml }, { "xl/strings.xml", strings_xml },
			{ "xl/worksheets/a.xml", empty_sheet } };
		CHECK_INT("sheets", open_only(parts, 6),
				count > XLSX_READ_SHEETS_MAX ? ERR_LIMIT : ERR_OK);
	}
}

/* What xlsx_write made comes back: text as text, dates as dates, tenths exactly. */
static void check_round_trip(void) {
	enum { ROWS = 50000 };
	const struct xlsx_column columns[] = { { str_from("Họ và tên"), 0 },
		{ str_from("Điểm"), 0 }, { str_from("Ngày sinh"), 0 }, { str_from("Ghi chú"), 0 } };
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = NULL;
	CHECK_INT("write", xlsx_write_new(0, &w), ERR_OK);
	CHECK_INT("sheet", xlsx_write_sheet(w, str_from("Điểm"), columns, 4), ERR_OK);
	enum err e = ERR_OK;
	for (int i = 0; i < ROWS && !e; i++) {
		char name[64];
		(void)snprintf(name, sizeof(name), "=Nguyễn _x0041_ <%d> & \"em\"", i);
		struct xlsx_value values[] = {
			{ .kind = XLSX_TEXT, .text = str_from(name) },
			{ .kind = XLSX_NUMBER, .number = i % 101, .places = 1 },
			{ .kind = XLSX_DATE, .date = { 1990 + i % 30, 1 + i % 12, 1 + i % 28 } },
			{ .kind = XLSX_BLANK },
		};
		e = xlsx_write_row(w, values);
	}
	CHECK_INT("rows", e, ERR_OK);
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	CHECK_INT("finish", xlsx_write_finish(w, &bytes), ERR_OK);

	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	CHECK_INT("open", xlsx_read_new(bytes.data, bytes.len, &book), ERR_OK);
	CHECK("sheet's name", str_eq_z(xlsx_read_sheet_name(book, 0), "Điểm"));
	_cleanup_(xlsx_rows_freep) struct xlsx_rows *rows = NULL;
	CHECK_INT("rows", xlsx_rows_new(book, 0, &rows), ERR_OK);
	const struct grid_row *row = NULL;
	CHECK_INT("header", xlsx_rows_next(rows, &row), ERR_OK);
	CHECK("header", row && str_eq_z(row->cells[0].text, "Họ và tên"));
	size_t wrong = 0;
	for (int i = 0; i < ROWS; i++) {
		if (xlsx_rows_next(rows, &row) || !row || row->count != 3) {
			wrong++;
			break;
		}
		char name[64];
		(void)snprintf(name, sizeof(name), "=Nguyễn _x0041_ <%d> & \"em\"", i);
		struct date day = { 1990 + i % 30, 1 + i % 12, 1 + i % 28 };
		int64_t tenths = -1;
		enum err number = str_parse_decimal(row->cells[1].text, 1, &tenths);
		wrong += number || tenths != i % 101 || row->cells[1].kind != GRID_NUMBER ||
				!str_eq_z(row->cells[0].text, name) ||
				row->cells[2].kind != GRID_DATE ||
				date_compare(row->cells[2].date, day) != 0;
	}
	CHECK_INT("every row as it was", wrong, 0);
	CHECK_INT("and no more", xlsx_rows_next(rows, &row), ERR_OK);
	CHECK("and no more", row == NULL);
}

int main(void) {
	check_sheets();
	check_cells();
	check_1904();
	check_damaged_sheets();
	check_strangers();
	check_limits();
	check_round_trip();
	return check_done();
}
