#ifndef GRADEBOOK_SHEETS_MARK_FORM_H
#define GRADEBOOK_SHEETS_MARK_FORM_H

/*
 * The marks of a class, subject and term as an Excel file of our own: to be filled in and brought
 * back. Hidden cells say whose each row and column is, and what each cell was. Pure.
 */

#include "core/base/buf.h"
#include "gradebook/sheets/mark_known.h"

/* Appends the workbook. Errors as xlsx_write.h. */
enum err mark_form_write(
		const struct mark_known *known, int64_t created_ms, struct buf *out) MUST_CHECK;

/* "diem-toan-10a1-hk1.xlsx": a name for it, ASCII alone; `prefix` is "diem" there. */
enum err mark_form_name(
		const struct mark_known *known, const char *prefix, struct buf *out) MUST_CHECK;

#endif
