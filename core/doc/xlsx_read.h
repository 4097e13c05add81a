#ifndef CORE_DOC_XLSX_READ_H
#define CORE_DOC_XLSX_READ_H

/*
 * Reads Excel workbooks (.xlsx, .xlsm) from outside, row by row, with limits. Sheets come in the
 * workbook's order with the name that a person sees. Formulas are never computed: a cell gives the
 * value that Excel stored, and one without is marked so. Knows cells, never what they mean.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/grid.h"
#include "core/doc/xlsx_cell.h"

enum {
	XLSX_READ_SHEETS_MAX = 100,
	XLSX_READ_ROWS_MAX = 200000,          /* rows with content in one sheet */
	XLSX_READ_ROW_CELLS_MAX = 2000,       /* cells with content in one row */
	XLSX_READ_CELL_BYTES_MAX = 4 * 32767, /* Excel's own limit is 32,767 characters */
	XLSX_READ_STRINGS_MAX = 1000000,      /* shared strings */
	XLSX_READ_STRINGS_BYTES_MAX = 48 * 1024 * 1024,
	XLSX_READ_STYLES_MAX = 65536,                /* Excel's own limit is 65,490 */
	XLSX_READ_PART_BYTES_MAX = 64 * 1024 * 1024, /* one part, inflated */
};

struct xlsx_read;

/*
 * Opens a workbook over bytes that must stay in place until xlsx_read_free().
 * Errors  ERR_UNSUPPORTED  a workbook of another kind: .xls of Excel 97 to 2003, .xlsb, .ods, or
 *                          one locked with a password
 *         ERR_FORMAT       no workbook, or a damaged one
 *         ERR_LIMIT        more than the limits above or those of zip.h and xml.h
 */
enum err xlsx_read_new(const void *bytes, size_t n, struct xlsx_read **out) MUST_CHECK;
void xlsx_read_free(struct xlsx_read *book);
DEFINE_FREEP(struct xlsx_read *, xlsx_read_free);

/* Worksheets only: charts and macros are not among them. */
size_t xlsx_read_sheet_count(const struct xlsx_read *book);
struct str xlsx_read_sheet_name(const struct xlsx_read *book, size_t sheet);
bool xlsx_read_sheet_is_hidden(const struct xlsx_read *book, size_t sheet);

/* The rows of one sheet that hold something, from the top. */
struct xlsx_rows;

/* Errors as above. The book must outlive the rows; one book may have several open. */
enum err xlsx_rows_new(struct xlsx_read *book, size_t sheet, struct xlsx_rows **out) MUST_CHECK;
void xlsx_rows_free(struct xlsx_rows *rows);
DEFINE_FREEP(struct xlsx_rows *, xlsx_rows_free);

/*
 * The next row, valid until the next call; NULL after the last.
 * Errors  ERR_FORMAT  the sheet is damaged, or its rows or cells are not in order
 *         ERR_LIMIT   too many rows, cells in a row, or too long a text
 */
enum err xlsx_rows_next(struct xlsx_rows *rows, const struct grid_row **out) MUST_CHECK;

/* A whole sheet. Errors as above, and ERR_LIMIT for what grid.h does not take. */
enum err xlsx_read_grid(struct xlsx_read *book, size_t sheet, struct grid **out) MUST_CHECK;

#endif
