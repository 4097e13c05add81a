#include "core/doc/xlsx_write.h"

#include <stdlib.h>
#include <string.h>

#include "core/doc/zip.h"
#include "tests/core/doc/run_tool.h"

static const struct xlsx_value blank = { .kind = XLSX_BLANK };

static struct xlsx_value text(const char *z) {
	return (struct xlsx_value){ .kind = XLSX_TEXT, .text = str_from(z) };
}

static struct xlsx_write *start(void) {
	struct xlsx_write *w = NULL;
	CHECK_INT("new", xlsx_write_new(1757000000000, &w), ERR_OK);
	return w;
}

static void check_content(void) {
	const struct xlsx_column columns[] = { { str_from("Họ và tên"), 28 },
		{ str_from("Điểm"), 0 }, { str_from("Ngày sinh"), 12 } };
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = start();
	CHECK_INT("sheet", xlsx_write_sheet(w, str_from("Lớp 10A1/2025"), columns, 3), ERR_OK);
	struct xlsx_value row[] = { text("=HYPERLINK(\"http://x\")"),
		{ .kind = XLSX_NUMBER, .number = 83, .places = 1 },
		{ .kind = XLSX_DATE, .date = { 2010, 9, 5 } } };
	CHECK_INT("row", xlsx_write_row(w, row), ERR_OK);
	static const char *const dangerous[] = { "+84912345678", "-1+1", "@SUM(A1)", "0912345678" };
	for (size_t i = 0; i < 4; i++) {
		struct xlsx_value values[] = { text(dangerous[i]), blank, blank };
		CHECK_INT(dangerous[i], xlsx_write_row(w, values), ERR_OK);
	}
	CHECK_INT("same name again", xlsx_write_sheet(w, str_from("lớp 10a1 2025"), columns, 1),
			ERR_OK);
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	CHECK_INT("finish", xlsx_write_finish(w, &bytes), ERR_OK);

	_cleanup_(zip_in_freep) struct zip_in *zip = NULL;
	CHECK_INT("a zip archive", zip_in_new(bytes.data, bytes.len, &zip), ERR_OK);
	_cleanup_(buf_finish) struct buf sheet = buf_make(100000);
	CHECK_INT("sheet", zip_in_read(zip, "xl/worksheets/sheet1.xml", 100000, &sheet), ERR_OK);
	const char *xml = buf_str(&sheet);
	CHECK("no formula", strstr(xml, "<f>") == NULL);
	CHECK("text",
			strstr(xml, "=HYPERLINK(&quot;http://x&quot;)") ||
					strstr(xml, "=HYPERLINK("));
	CHECK("plus", strstr(xml, ">+84912345678<") != NULL);
	CHECK("leading zero", strstr(xml, ">0912345678<") != NULL);
	CHECK("number", strstr(xml, "<v>8.300000000000001</v>") || strstr(xml, "<v>8.3</v>"));
	CHECK("5 September 2010", strstr(xml, "<v>40426</v>") != NULL);
	CHECK("header stays", strstr(xml, "state=\"frozen\"") != NULL);
	_cleanup_(buf_finish) struct buf book = buf_make(100000);
	CHECK_INT("book", zip_in_read(zip, "xl/workbook.xml", 100000, &book), ERR_OK);
	CHECK("name", strstr(buf_str(&book), "name=\"Lớp 10A1 2025\"") != NULL);
	CHECK("second name", strstr(buf_str(&book), "name=\"lớp 10a1 2025 (2)\"") != NULL);
}

static void check_limits(void) {
	const struct xlsx_column columns[] = { { str_from("A"), 0 }, { str_from("B"), 0 } };
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = start();
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	CHECK_INT("no sheet", xlsx_write_finish(w, &bytes), ERR_MISSING);
	CHECK_INT("no column", xlsx_write_sheet(w, str_from("x"), columns, 0), ERR_LIMIT);
	CHECK_INT("a name only of what is forbidden", xlsx_write_sheet(w, str_from(""), columns, 2),
			ERR_OK);
	_cleanup_(buf_finish) struct buf wide = buf_make(100000);
	for (size_t i = 0; i < XLSX_WRITE_CELL_UNITS_MAX; i++) {
		buf_add_str(&wide, "ệ");
	}
	struct xlsx_value row[] = { { .kind = XLSX_TEXT, .text = { wide.data, wide.len } }, blank };
	CHECK_INT("at the limit", xlsx_write_row(w, row), ERR_OK);
	buf_add_str(&wide, "a");
	row[0].text = (struct str){ wide.data, wide.len };
	CHECK_INT("one past", xlsx_write_row(w, row), ERR_LIMIT);
	row[0] = text("\xFF");
	CHECK_INT("not UTF-8", xlsx_write_row(w, row), ERR_FORMAT);
	row[0] = (struct xlsx_value){ .kind = XLSX_DATE, .date = { 2023, 2, 29 } };
	CHECK_INT("no such day", xlsx_write_row(w, row), ERR_INVAL);
	row[0].date = (struct date){ 1899, 12, 31 };
	CHECK_INT("before Excel", xlsx_write_row(w, row), ERR_INVAL);
	_cleanup_(buf_finish) struct buf small = buf_make(100);
	CHECK_INT("no room", xlsx_write_finish(w, &small), ERR_LIMIT);
}

/* Also shows that memory and time stay small: half a million cells. */
static void check_rows(void) {
	const struct xlsx_column columns[] = { { str_from("A"), 0 }, { str_from("B"), 0 } };
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = start();
	CHECK_INT("sheet", xlsx_write_sheet(w, str_from("x"), columns, 2), ERR_OK);
	struct xlsx_value row[] = { text("Nguyễn Văn An"), blank };
	enum err e = ERR_OK;
	for (size_t i = 0; i < XLSX_WRITE_ROWS_MAX && !e; i++) {
		e = xlsx_write_row(w, row);
	}
	CHECK_INT("at the limit", e, ERR_OK);
	CHECK_INT("one past", xlsx_write_row(w, row), ERR_LIMIT);
}

/* A book that is dropped half written leaves nothing behind. */
static void check_no_litter(void) {
	_cleanup_(buf_finish) struct buf left = buf_make(10000);
	tool_run("ls", &left);
	CHECK("no temporary folder", strstr(buf_str(&left), "truongthi-xlsx") == NULL);
}

int main(void) {
	tool_init();
	setenv("TMPDIR", tool_folder, 1);
	check_content();
	check_limits();
	check_rows();
	check_no_litter();
	tool_finish();
	return check_done();
}
