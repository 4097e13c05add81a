#include "core/doc/xlsx_cell.h"

#include "core/base/cleanup.h"
#include "tests/check.h"

static void check_refs(void) {
	static const struct {
		const char *text;
		enum err want;
		unsigned column;
		unsigned row;
	} rows[] = {
		{ "A1", ERR_OK, 1, 1 },
		{ "Z9", ERR_OK, 26, 9 },
		{ "AA10", ERR_OK, 27, 10 },
		{ "XFD1048576", ERR_OK, XLSX_COLUMN_MAX, XLSX_ROW_MAX },
		{ "XFE1", ERR_FORMAT, 0, 0 },
		{ "A1048577", ERR_FORMAT, 0, 0 },
		{ "A0", ERR_FORMAT, 0, 0 },
		{ "A", ERR_FORMAT, 0, 0 },
		{ "1", ERR_FORMAT, 0, 0 },
		{ "a1", ERR_FORMAT, 0, 0 },
		{ "$A$1", ERR_FORMAT, 0, 0 },
		{ "", ERR_FORMAT, 0, 0 },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsigned column = 0;
		unsigned row = 0;
		enum err e = xlsx_cell_parse_ref(str_from(rows[i].text), &column, &row);
		CHECK_INT(rows[i].text, e, rows[i].want);
		CHECK_INT(rows[i].text, column, rows[i].column);
		CHECK_INT(rows[i].text, row, rows[i].row);
	}
	static const struct {
		unsigned column;
		const char *want;
	} names[] = { { 1, "A" }, { 26, "Z" }, { 27, "AA" }, { 702, "ZZ" }, { 703, "AAA" },
		{ XLSX_COLUMN_MAX, "XFD" } };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		_cleanup_(buf_finish) struct buf b = buf_make(100);
		xlsx_cell_print_column(names[i].column, &b);
		CHECK_STR("column", buf_str(&b), names[i].want);
	}
}

static void check_numbers(void) {
	static const struct {
		const char *text;
		enum err want_err;
		const char *want;
	} rows[] = {
		{ "7.5", ERR_OK, "7.5" },
		{ "8.300000000000001", ERR_OK, "8.3" },
		{ "0.10000000000000001", ERR_OK, "0.1" },
		{ "8.2999999999999989", ERR_OK, "8.3" },
		{ "9.9999999999999995", ERR_OK, "10" },
		{ "79123456789012", ERR_OK, "79123456789012" },
		{ "9.12345678E8", ERR_OK, "912345678" },
		{ "9.12345678e+08", ERR_OK, "912345678" },
		{ "1.5E-3", ERR_OK, "0.0015" },
		{ "-2.50", ERR_OK, "-2.5" },
		{ "0", ERR_OK, "0" },
		{ "-0", ERR_OK, "0" },
		{ "000.0", ERR_OK, "0" },
		{ "007", ERR_OK, "7" },
		{ "40426", ERR_OK, "40426" },
		{ "1000000", ERR_OK, "1000000" },
		{ ".5", ERR_OK, "0.5" },
		{ "5.", ERR_OK, "5" },
		{ "1E30", ERR_LIMIT, "" },
		{ "1E29", ERR_OK, "100000000000000000000000000000" },
		{ "1E-31", ERR_OK, "0.0000000000000000000000000000001" },
		{ "1E-32", ERR_LIMIT, "" },
		{ "1E99999999999999999999", ERR_FORMAT, "" },
		{ "1E400", ERR_LIMIT, "" },
		{ "", ERR_FORMAT, "" },
		{ "-", ERR_FORMAT, "" },
		{ ".", ERR_FORMAT, "" },
		{ "1.2.3", ERR_FORMAT, "" },
		{ "1,5", ERR_FORMAT, "" },
		{ "0x10", ERR_FORMAT, "" },
		{ "NaN", ERR_FORMAT, "" },
		{ "1e", ERR_FORMAT, "" },
		{ "12345678901234567890123456789012345678901234567890", ERR_LIMIT, "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf b = buf_make(100);
		enum err e = xlsx_cell_print_number(str_from(rows[i].text), &b);
		CHECK_INT(rows[i].text, e, rows[i].want_err);
		CHECK_STR(rows[i].text, buf_str(&b), rows[i].want);
	}
}

static void check_dates(void) {
	static const struct {
		const char *serial;
		bool is_1904;
		enum err want_err;
		const char *want;
	} rows[] = {
		{ "1", false, ERR_OK, "1900-01-01" },
		{ "59", false, ERR_OK, "1900-02-28" },
		{ "60", false, ERR_INVAL, "" }, /* 29 February 1900 never was */
		{ "61", false, ERR_OK, "1900-03-01" },
		{ "40426", false, ERR_OK, "2010-09-05" },
		{ "40426.75", false, ERR_OK, "2010-09-05" },
		{ "38964", true, ERR_OK, "2010-09-05" },
		{ "0", true, ERR_OK, "1904-01-01" },
		{ "0", false, ERR_INVAL, "" },
		{ "0.5", false, ERR_INVAL, "" },
		{ "-1", false, ERR_INVAL, "" },
		{ "2958465", false, ERR_OK, "9999-12-31" },
		{ "2958466", false, ERR_INVAL, "" },
		{ "99999999999999999999", false, ERR_INVAL, "" },
		{ "", false, ERR_INVAL, "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct date date;
		enum err e = xlsx_cell_date(str_from(rows[i].serial), rows[i].is_1904, &date);
		CHECK_INT(rows[i].serial, e, rows[i].want_err);
		if (!e) {
			char iso[DATE_ISO_BYTES];
			date_print_iso(date, iso);
			CHECK_STR(rows[i].serial, iso, rows[i].want);
		}
	}
}

static void check_formats(void) {
	static const struct {
		const char *code;
		bool want;
	} rows[] = {
		{ "dd/mm/yyyy", true },
		{ "dd/mm/yyyy;@", true },
		{ "[$-42A]d mmmm yyyy;@", true },
		{ "[$-1010000]d/m/yyyy", true },
		{ "d\\-mmm", true },
		{ "\"ngày\" dd \"tháng\" mm", true },
		{ "yyyy", true },
		{ "mmmm", true },
		{ "dd/mm/yyyy hh:mm", true },
		{ "[Red]dd/mm", true },
		{ "General", false },
		{ "GENERAL", false },
		{ "0.00", false },
		{ "#,##0", false },
		{ "0.00E+00", false },
		{ "@", false },
		{ "hh:mm", false },
		{ "mm:ss.0", false },
		{ "[h]:mm", false },
		{ "\"dmy\"0", false },
		{ "0\\d", false },
		{ "0_d", false },
		{ "0;dd/mm/yyyy", false }, /* only numbers below zero are days */
		{ "\"open", false },
		{ "\\", false },
		{ "", false },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		CHECK_INT(rows[i].code, xlsx_cell_is_date_code(str_from(rows[i].code)),
				rows[i].want);
	}
	CHECK("14 is a day", xlsx_cell_is_date_id(14) && xlsx_cell_is_date_id(22));
	CHECK("20 is a time", !xlsx_cell_is_date_id(20) && !xlsx_cell_is_date_id(46));
	CHECK("0, 2, 49 are not",
			!xlsx_cell_is_date_id(0) && !xlsx_cell_is_date_id(2) &&
					!xlsx_cell_is_date_id(49));
}

static void check_escapes(void) {
	static const struct {
		const char *text;
		const char *want;
	} rows[] = {
		{ "a_x000D_\nb", "a\r\nb" },
		{ "_x005F_x0041_", "_x0041_" },
		{ "_x1EC5_", "ễ" },
		{ "_x0000_", "_x0000_" },
		{ "_xD83D_", "_xD83D_" },
		{ "_x00_", "_x00_" },
		{ "_x00zz_", "_x00zz_" },
		{ "_x0041", "_x0041" },
		{ "", "" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(buf_finish) struct buf b = buf_make(100);
		xlsx_cell_unescape(str_from(rows[i].text), &b);
		CHECK_STR(rows[i].text, buf_str(&b), rows[i].want);
		_cleanup_(buf_finish) struct buf escaped = buf_make(100);
		xlsx_cell_escape(str_from(rows[i].text), &escaped);
		buf_clear(&b);
		xlsx_cell_unescape((struct str){ buf_str(&escaped), escaped.len }, &b);
		CHECK_STR("there and back", buf_str(&b), rows[i].text);
	}
}

int main(void) {
	check_refs();
	check_numbers();
	check_dates();
	check_formats();
	check_escapes();
	return check_done();
}
