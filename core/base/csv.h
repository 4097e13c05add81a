#ifndef CORE_BASE_CSV_H
#define CORE_BASE_CSV_H

/*
 * Comma-separated values by RFC 4180: reading text row by row, and writing. Knows no meaning of
 * a column.
 *
 * The reader takes CRLF, LF or CR as the end of a row, a byte order mark in front, and ',' ';' or
 * a tab between fields (a spreadsheet set to Vietnamese writes ';', since ',' is its decimal
 * sign). The writer ends rows with CRLF and puts ',' between fields.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/buf.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	CSV_COLUMNS_MAX = 256,
	CSV_FIELD_BYTES_MAX = 32768,
};

/* ---- Reading ---- */

struct csv_reader {
	struct str rest;     /* what is not read yet */
	char separator;      /* ',' ';' or '\t' */
	unsigned line;       /* line of the file on which the last row began, 1-based */
	unsigned next_line;  /* line on which the next row begins */
	struct buf unquoted; /* the bytes of the fields that had quotes */
};

/* One row; the spans point into the text or the reader and live until the next row is read. */
struct csv_row {
	struct str fields[CSV_COLUMNS_MAX];
	size_t count; /* at least 1: an empty line is one empty field */
};

/* Starts on that text, which must outlive the reader, and finds out the separator from its first
 * row. ERR_FORMAT when the text is not UTF-8 or holds a NUL. Call csv_reader_finish in any case. */
enum err csv_reader_init(struct csv_reader *r, struct str text) MUST_CHECK;
void csv_reader_finish(struct csv_reader *r);

/*
 * The next row. Errors  ERR_NOT_FOUND  there is none
 *                       ERR_FORMAT     a quote inside an unquoted field, something behind a
 *                                      closing quote, or no closing quote; r->line is its row
 *                       ERR_LIMIT      more columns or a longer field than the limits above
 *                       ERR_NOMEM
 */
enum err csv_read(struct csv_reader *r, struct csv_row *out) MUST_CHECK;

/* The field without the guard that csv_text puts before a formula: "'=1" gives "=1". */
struct str csv_unguard(struct str field);

/* ---- Writing ---- */

enum csv_use {
	CSV_FOR_PEOPLE,   /* opened in a spreadsheet: a byte order mark, formulas guarded */
	CSV_FOR_PROGRAMS, /* read by a program: the exact bytes, no mark */
};

struct csv_writer {
	struct buf *out;
	enum csv_use use;
	bool has_field; /* the present row has one */
};

/* Starts behind what the buffer holds. Failures stick to the buffer. */
void csv_begin(struct csv_writer *w, struct buf *out, enum csv_use use);
/*
 * A field of text. For people, text that a spreadsheet would take for a formula (it begins with
 * = + - @, their full-width forms, or a tab or line end) gets a ' in front, so that a name in a
 * list cannot run anything on the machine that opens it.
 */
void csv_text(struct csv_writer *w, struct str s);
void csv_textz(struct csv_writer *w, const char *z); /* NULL gives an empty field */
/* A field that is a number of ours: never guarded. */
void csv_i64(struct csv_writer *w, int64_t v);
void csv_end_row(struct csv_writer *w);

#endif
