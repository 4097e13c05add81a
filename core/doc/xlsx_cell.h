#ifndef CORE_DOC_XLSX_CELL_H
#define CORE_DOC_XLSX_CELL_H

/*
 * What stands in a cell of an Excel file, as values: addresses, numbers, dates, number formats,
 * escapes. No floating point: a number is the text that Excel shows, at most 15 digits.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	XLSX_ROW_MAX = 1048576,
	XLSX_COLUMN_MAX = 16384,
};

/* "C7" into column 3 and row 7. ERR_FORMAT, also outside Excel's own sheet. */
enum err xlsx_cell_parse_ref(struct str s, unsigned *out_column, unsigned *out_row) MUST_CHECK;
/* 3 into "C", appended: how a person names a column. */
void xlsx_cell_print_column(unsigned column, struct buf *out);

/*
 * Appends a stored number as a plain decimal with at most 15 significant digits, as Excel shows
 * it: "8.300000000000001" gives "8.3", "1.2E3" gives "1200". ERR_FORMAT for anything that is no
 * number; ERR_LIMIT past 10^30, where nothing in a school can be.
 */
enum err xlsx_cell_print_number(struct str stored, struct buf *out) MUST_CHECK;

/*
 * The day of a serial number (its plain decimal; the fraction is the time of day and is dropped).
 * In the 1900 system day 1 is 1900-01-01 and Excel believes in a 29 February 1900 (day 60): that
 * day is ERR_INVAL, as are day 0 and less and what lies past 9999. In the 1904 system day 0 is
 * 1904-01-01.
 */
enum err xlsx_cell_date(struct str number, bool is_1904, struct date *out) MUST_CHECK;

/* Whether a number format of Excel's own, by its id, shows a day. */
bool xlsx_cell_is_date_id(unsigned id);
/* Whether a number format code such as "dd/mm/yyyy;@" or "[$-42A]d mmmm" shows a day. */
bool xlsx_cell_is_date_code(struct str code);

/* Appends text so that what only looks like an escape stays as it is: "_x0041_" gives
 * "_x005F_x0041_". */
void xlsx_cell_escape(struct str s, struct buf *out);
/* Appends text with Excel's _x000D_ escapes undone, except those of NUL and of half characters. */
void xlsx_cell_unescape(struct str s, struct buf *out);

#endif
