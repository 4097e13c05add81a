#ifndef CORE_DOC_XLSX_INNER_H
#define CORE_DOC_XLSX_INNER_H

/* What xlsx_read.c knows of a book and xlsx_rows.c needs for its cells. Not for others. */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/doc/xlsx_read.h"
#include "core/doc/xml.h"
#include "core/doc/zip.h"

enum { XLSX_PATH_BYTES = ZIP_NAME_BYTES_MAX + 1 };

struct xlsx_sheet {
	struct str name; /* in the book's names */
	char path[XLSX_PATH_BYTES];
	bool is_hidden;
};

struct xlsx_read {
	struct zip_in *zip;
	char path[XLSX_PATH_BYTES]; /* of the workbook's own part */
	struct xlsx_sheet *sheets;
	size_t sheet_count;
	struct buf names;
	bool is_1904;
	struct buf strings;  /* texts of the shared strings, one behind the other */
	size_t *string_ends; /* where each one ends */
	size_t string_count;
	unsigned char *styles; /* 1: a number in this style is a day */
	size_t style_count;
};

/* The shared string of that number. ERR_FORMAT when there is none. */
enum err xlsx_read_string(
		const struct xlsx_read *book, struct str number, struct str *out) MUST_CHECK;

/*
 * Appends the text of a <si> or <is> that has just begun, up to its end: plain or rich text, not
 * the phonetic help of East Asian sheets.
 */
enum err xlsx_read_text(struct xml_in *xml, struct buf *out) MUST_CHECK;

/* The value of an attribute without a namespace, empty when it is not there. */
struct str xlsx_attr(struct xml_in *xml, const char *name);

#endif
