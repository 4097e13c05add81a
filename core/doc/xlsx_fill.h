#ifndef CORE_DOC_XLSX_FILL_H
#define CORE_DOC_XLSX_FILL_H

/*
 * Writes values into cells of somebody else's Excel file and leaves the rest of it as it is: the
 * text of the sheet around those cells byte for byte, every other part of the archive too. Knows
 * cells, never what they mean.
 *
 * What formulas came to before would now be wrong: their kept values are taken out of the sheet and
 * of sheets whose formulas look at other sheets, and the workbook is marked to be computed when it
 * is opened. The formulas stay.
 */

#include "core/base/buf.h"
#include "core/base/str.h"

enum { XLSX_FILL_EDITS_MAX = 20000, XLSX_FILL_BYTES_MAX = 14 * 1024 * 1024 };

struct xlsx_edit {
	unsigned row; /* from 1; the row is in the file */
	unsigned column;
	bool is_text;    /* else a number */
	struct str text; /* "8.5", "Đ" */
	bool is_kept;    /* set by xlsx_fill(): a formula stands there, and it stays */
};

/*
 * Appends the workbook with those cells. Edits are by rising row and column.
 * Errors  as xlsx_read_new();  ERR_NOT_FOUND  no such sheet, or a row is not in it
 *         ERR_INVAL  edits that do not rise;  ERR_LIMIT  too many of them
 */
enum err xlsx_fill(struct str file, size_t sheet, struct xlsx_edit *edits, size_t count,
		struct buf *out) MUST_CHECK;

#endif
