#include "core/doc/xlsx_fill.h"

#include "core/doc/xlsx_read.h"
#include "core/doc/zip.h"
#include "tests/check.h"
#include "tests/core/doc/make_zip.h"

#define REL_NS "http://schemas.openxmlformats.org/officeDocument/2006/relationships"

static const char root_rels[] = "<Relationships><Relationship Id=\"a\" Type=\"x/officeDocument\""
				" Target=\"xl/workbook.xml\"/></Relationships>";
static const char book_rels[] =
		"<Relationships><Relationship Id=\"r1\" Type=\"x/worksheet\" Target=\"s.xml\"/>"
		"<Relationship Id=\"r2\" Type=\"x/worksheet\" Target=\"t.xml\"/></Relationships>";
static const char sheets_xml[] = "<sheets><sheet name=\"10A1\" r:id=\"r1\"/>"
				 "<sheet name=\"T\" r:id=\"r2\"/></sheets>";
static const char other[] = "<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><f>1+1</f><v>2</v></c>"
			    "</row></sheetData></worksheet>";

static struct zip_made make(const char *sheet, const char *second, const char *book) {
	const struct zip_part parts[] = {
		{ "_rels/.rels", root_rels },
		{ "xl/_rels/workbook.xml.rels", book_rels },
		{ "xl/workbook.xml", book },
		{ "xl/s.xml", sheet },
		{ "xl/t.xml", second },
		{ "docProps/app.xml", "<a/>" },
	};
	return zip_make(parts, sizeof(parts) / sizeof(parts[0]));
}

static void check_part(
		const char *name, const struct buf *file, const char *part, const char *want) {
	_cleanup_(zip_in_freep) struct zip_in *z = NULL;
	_cleanup_(buf_finish) struct buf text = buf_make(1 << 20);
	CHECK_INT(name, zip_in_new(file->data, file->len, &z), ERR_OK);
	CHECK_INT(name, z ? zip_in_read(z, part, 1 << 20, &text) : ERR_FORMAT, ERR_OK);
	CHECK_STR(name, buf_str(&text), want);
}

/* Each row: a sheet, edits, and the sheet afterwards, to the byte. */
static const struct {
	const char *name;
	const char *sheet;
	struct xlsx_edit edits[3];
	size_t count;
	const char *want;
} rows[] = {
	{ "a number keeps its style and what the file says beside it",
			"<?xml version=\"1.0\"?>\n<worksheet><!-- <row> --><sheetData>"
			"<row r=\"7\" spans=\"1:9\" ht=\"15\"><c r=\"A7\" s=\"3\" t=\"b\"><v>0</v></c>"
			"<c r=\"C7\" s='12' t=\"e\" q=\"&lt;\"><v>5</v></c></row></sheetData>"
			"<drawing r:id=\"x\"/></worksheet>",
			{ { 7, 3, false, { "8.5", 3 }, false } }, 1,
			"<?xml version=\"1.0\"?>\n<worksheet><!-- <row> --><sheetData>"
			"<row r=\"7\" spans=\"1:9\" ht=\"15\"><c r=\"A7\" s=\"3\" t=\"b\"><v>0</v></c>"
			"<c r=\"C7\" s='12' q=\"&lt;\"><v>8.5</v></c></row></sheetData>"
			"<drawing r:id=\"x\"/></worksheet>" },
	{ "cells that were not there: before, between and behind, in the column's style",
			"<worksheet><cols><col min=\"1\" max=\"2\" style=\"4\"/><col min=\"3\" max=\"9\"/>"
			"</cols><sheetData><row><c r=\"B1\"/></row></sheetData></worksheet>",
			{ { 1, 1, false, { "7", 1 }, false },
					{ 1, 2, true, { "<\xC4\x90&", 4 }, false },
					{ 1, 9, false, { "10", 2 }, false } },
			3,
			"<worksheet><cols><col min=\"1\" max=\"2\" style=\"4\"/><col min=\"3\" max=\"9\"/>"
			"</cols><sheetData><row><c r=\"A1\" s=\"4\"><v>7</v></c>"
			"<c r=\"B1\" t=\"inlineStr\"><is><t xml:space=\"preserve\">&lt;\xC4\x90&amp;</t></is></c>"
			"<c r=\"I1\"><v>10</v></c></row></sheetData></worksheet>" },
	{ "a formula stays and forgets what it came to",
			"<worksheet><sheetData><row r=\"2\"><c r=\"A2\"><v>1</v></c><c r=\"B2\" t=\"str\">"
			"<f>IF(A2>5,\"x\",\"\")</f><v></v></c></row></sheetData></worksheet>",
			{ { 2, 1, false, { "9", 1 }, false }, { 2, 2, false, { "3", 1 }, true } },
			2,
			"<worksheet><sheetData><row r=\"2\"><c r=\"A2\"><v>9</v></c><c r=\"B2\" t=\"str\">"
			"<f>IF(A2>5,\"x\",\"\")</f></c></row></sheetData></worksheet>" },
	{ "elements with a prefix",
			"<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row x:q=\"1\" r=\"3\" s=\"6\""
			" customFormat=\"1\"></x:row></x:sheetData></x:worksheet>",
			{ { 3, 2, true, { "C", 1 }, false } }, 1,
			"<x:worksheet xmlns:x=\"m\"><x:sheetData><x:row x:q=\"1\" r=\"3\" s=\"6\""
			" customFormat=\"1\"><x:c r=\"B3\" s=\"6\" t=\"inlineStr\"><x:is>"
			"<x:t xml:space=\"preserve\">C</x:t></x:is></x:c></x:row></x:sheetData>"
			"</x:worksheet>" },
};

static void test_rows(void) {
	_cleanup_(buf_finish) struct buf book = buf_make(1 << 16);
	buf_addf(&book, "<workbook xmlns:r=\"" REL_NS "\">%s<calcPr calcId=\"1\"/></workbook>",
			sheets_xml);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct zip_made made = make(rows[i].sheet, other, buf_str(&book));
		_cleanup_(buf_finish) struct buf out = buf_make(1 << 20);
		struct xlsx_edit edits[3];
		memcpy(edits, rows[i].edits, sizeof(edits));
		CHECK_INT(rows[i].name,
				xlsx_fill((struct str){ made.bytes, made.n }, 0, edits,
						rows[i].count, &out),
				ERR_OK);
		check_part(rows[i].name, &out, "xl/s.xml", rows[i].want);
		check_part(rows[i].name, &out, "xl/t.xml", other);
		check_part(rows[i].name, &out, "docProps/app.xml", "<a/>");
		for (size_t k = 0; k < rows[i].count; k++) {
			CHECK_INT(rows[i].name, edits[k].is_kept, rows[i].edits[k].is_kept);
		}
		zip_made_finish(&made);
	}
}

/* The workbook is marked to be computed, wherever it says nothing about it or something else. */
static void test_book(void) {
	static const struct {
		const char *name;
		const char *tail;
		const char *want;
	} books[] = {
		{ "marked", "<calcPr calcId=\"191\"/>",
				"<calcPr calcId=\"191\" fullCalcOnLoad=\"1\"/>" },
		{ "marked anew", "<definedNames/><calcPr fullCalcOnLoad=\"0\" a='b'></calcPr>",
				"<definedNames/><calcPr  a='b' fullCalcOnLoad=\"1\"></calcPr>" },
		{ "said for the first time", "<definedNames><n>x</n></definedNames><extLst/>",
				"<definedNames><n>x</n></definedNames><calcPr fullCalcOnLoad=\"1\"/>"
				"<extLst/>" },
		{ "nothing but sheets", "", "<calcPr fullCalcOnLoad=\"1\"/>" },
	};
	static const char looks[] =
			"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><f>'10A1'!A1</f>"
			"<v>2</v></c></row></sheetData></worksheet>";
	for (size_t i = 0; i < sizeof(books) / sizeof(books[0]); i++) {
		_cleanup_(buf_finish) struct buf book = buf_make(1 << 16);
		_cleanup_(buf_finish) struct buf want = buf_make(1 << 16);
		_cleanup_(buf_finish) struct buf out = buf_make(1 << 20);
		static const char head[] = "<workbook xmlns:r=\"" REL_NS "\">";
		buf_addf(&book, "%s%s%s</workbook>", head, sheets_xml, books[i].tail);
		buf_addf(&want, "%s%s%s</workbook>", head, sheets_xml, books[i].want);
		struct zip_made made = make("<worksheet/>", looks, buf_str(&book));
		CHECK_INT(books[i].name,
				xlsx_fill((struct str){ made.bytes, made.n }, 0, NULL, 0, &out),
				ERR_OK);
		check_part(books[i].name, &out, "xl/workbook.xml", buf_str(&want));
		check_part("a sheet that looks here forgets", &out, "xl/t.xml",
				"<worksheet><sheetData><row r=\"1\"><c r=\"A1\"><f>'10A1'!A1</f></c>"
				"</row></sheetData></worksheet>");
		zip_made_finish(&made);
	}
}

static void test_refused(void) {
	_cleanup_(buf_finish) struct buf book = buf_make(1 << 16);
	_cleanup_(buf_finish) struct buf out = buf_make(1 << 20);
	buf_addf(&book, "<workbook xmlns:r=\"" REL_NS "\">%s</workbook>", sheets_xml);
	struct zip_made made = make("<worksheet><sheetData><row r=\"5\"/></sheetData></worksheet>",
			other, buf_str(&book));
	struct str file = { made.bytes, made.n };
	struct xlsx_edit edits[2] = { { 4, 1, false, { "1", 1 }, false },
		{ 4, 1, false, { "1", 1 }, false } };
	CHECK_INT("a row that is not there", xlsx_fill(file, 0, edits, 1, &out), ERR_NOT_FOUND);
	CHECK_INT("no such sheet", xlsx_fill(file, 2, edits, 1, &out), ERR_NOT_FOUND);
	CHECK_INT("twice the same cell", xlsx_fill(file, 0, edits, 2, &out), ERR_INVAL);
	edits[0].column = 16385;
	CHECK_INT("past Excel's own sheet", xlsx_fill(file, 0, edits, 1, &out), ERR_INVAL);
	CHECK_INT("no workbook", xlsx_fill((struct str){ "PK", 2 }, 0, NULL, 0, &out), ERR_FORMAT);
	_cleanup_(mem_freep) struct xlsx_edit *many =
			calloc(XLSX_FILL_EDITS_MAX + 1, sizeof(*many));
	for (size_t i = 0; many && i <= XLSX_FILL_EDITS_MAX; i++) {
		many[i] = (struct xlsx_edit){ .row = 5 + (unsigned)i, .column = 1 };
	}
	CHECK_INT("one edit too many", xlsx_fill(file, 0, many, XLSX_FILL_EDITS_MAX + 1, &out),
			ERR_LIMIT);
	CHECK_INT("as many as may be", xlsx_fill(file, 0, many, XLSX_FILL_EDITS_MAX, &out),
			ERR_NOT_FOUND);
	zip_made_finish(&made);
}

int main(void) {
	test_rows();
	test_book();
	test_refused();
	return check_failures != 0;
}
