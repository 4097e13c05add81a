#ifndef CORE_DOC_XLSX_WRITE_H
#define CORE_DOC_XLSX_WRITE_H

/*
 * Writes Excel workbooks row by row in constant memory. Each sheet has a bold header row that
 * stays when one scrolls. Text is always text: a cell that begins with = + - @ is stored as a
 * string in a text format, so that no program that opens the file takes it for a formula and
 * "0912345678" keeps its zero. No formulas in cells, no floating point at this border.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/date.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	XLSX_WRITE_ROWS_MAX = 200000, /* in a sheet, without its header */
	XLSX_WRITE_COLUMNS_MAX = 256,
	XLSX_WRITE_SHEETS_MAX = 200,
	XLSX_WRITE_CELL_UNITS_MAX = 32767, /* Excel's own limit, in UTF-16 units */
	XLSX_WRITE_SHEET_NAME_MAX = 31,    /* Excel's own limit, in UTF-16 units */
	XLSX_WRITE_BYTES_MAX = 64 * 1024 * 1024,
};

enum xlsx_kind { XLSX_BLANK, XLSX_TEXT, XLSX_NUMBER, XLSX_DATE };

/* One cell. A number is an integer of 10^-places: { XLSX_NUMBER, .number = 75, .places = 1 }. */
struct xlsx_value {
	enum xlsx_kind kind;
	struct str text;
	int64_t number;
	int places;       /* 0..2, digits shown behind the decimal sign */
	struct date date; /* 1900 or later */
};

struct xlsx_column {
	struct str title;
	double width_chars; /* 0 keeps Excel's own */
};

/* A column of a form. */
enum xlsx_look {
	XLSX_LOOK_PLAIN,
	XLSX_LOOK_HIDDEN,
	XLSX_LOOK_ENTRY, /* to be filled in */
	XLSX_LOOK_SHADED,
};

/* What may stand in a column to be filled in, one of the two: a formula of Excel's with '@' for the
 * cell itself, or words between commas. */
struct xlsx_held {
	const char *rule;
	const char *words;
	const char *fault; /* what Excel says of anything else */
};

/* A sheet that a person fills in and brings back. */
struct xlsx_form {
	const struct str *lines; /* above the table, the first as its title */
	size_t line_count;
	const enum xlsx_look *looks;  /* of each column */
	const struct str *keys;       /* a hidden row above the header: one text a column */
	const struct xlsx_held *held; /* of each column; read where it is to be filled in */
	const char *fault_title;      /* over what Excel says of anything else */
	size_t frozen_columns;        /* that stay when one scrolls to the right */
	size_t row_count;             /* rows that will follow */
};

struct xlsx_write;

/*
 * A workbook without sheets; created_ms (UTC) is the only time in it. The rows wait in files
 * under the system's temporary folder (TMPDIR), which are gone after finish or free.
 * Errors  ERR_IO  no temporary file can be made
 */
enum err xlsx_write_new(int64_t created_ms, struct xlsx_write **out) MUST_CHECK;
void xlsx_write_free(struct xlsx_write *w);
DEFINE_FREEP(struct xlsx_write *, xlsx_write_free);

/*
 * Starts a sheet and writes its header. Characters that Excel forbids in a sheet's name become
 * blanks, a name too long is cut, a name that is taken gets a number.
 */
enum err xlsx_write_sheet(struct xlsx_write *w, struct str name, const struct xlsx_column *columns,
		size_t column_count) MUST_CHECK;

/* Starts a sheet that is a form; names as xlsx_write_sheet(). */
enum err xlsx_write_form(struct xlsx_write *w, struct str name, const struct xlsx_column *columns,
		size_t column_count, const struct xlsx_form *form) MUST_CHECK;

/*
 * Writes the next row of the newest sheet: as many values as it has columns.
 * Errors  ERR_LIMIT   too many rows, or a text longer than a cell may be
 *         ERR_FORMAT  text that is not UTF-8
 *         ERR_INVAL   a date that does not exist or lies before 1900
 */
enum err xlsx_write_row(struct xlsx_write *w, const struct xlsx_value *values) MUST_CHECK;

/*
 * Ends the workbook and appends its bytes to out.
 * Errors  ERR_MISSING  no sheet;  ERR_LIMIT  larger than out may become
 *         ERR_IO, ERR_DISK_FULL  the temporary files
 */
enum err xlsx_write_finish(struct xlsx_write *w, struct buf *out) MUST_CHECK;

#endif
