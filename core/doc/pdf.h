#ifndef CORE_DOC_PDF_H
#define CORE_DOC_PDF_H

/*
 * Printed pages: A4 PDF drawn with pango and cairo in the Liberation fonts, and only these: the
 * machine's other fonts and its font settings never change a page. The same calls give the same
 * bytes. Lengths are millimetres from the page's upper left corner, text sizes are points.
 * Knows boxes, lines and words, never what a slip or a report card is.
 *
 * The first failure (no memory, limit, text that is not UTF-8) sticks: later calls draw nothing
 * and pdf_finish() returns it.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"
#include "core/doc/qr.h"

enum {
	PDF_PAGES_MAX = 5000,
	PDF_BYTES_MAX = 64 * 1024 * 1024,
	PDF_TEXT_BYTES_MAX = 16 * 1024, /* in one box */
	PDF_TABLE_COLUMNS_MAX = 112,
};

#define PDF_A4_WIDTH_MM 210.0
#define PDF_A4_HEIGHT_MM 297.0

/* Liberation Sans, Serif and Mono; the last has clearly different 0 and O, 1 and l. */
enum pdf_face { PDF_SANS, PDF_SERIF, PDF_MONO };
enum pdf_align { PDF_LEFT, PDF_CENTER, PDF_RIGHT };
enum pdf_orientation { PDF_PORTRAIT, PDF_LANDSCAPE };

struct pdf_box {
	double x_mm;
	double y_mm;
	double w_mm;
	double h_mm;
};

struct pdf_style {
	enum pdf_face face;
	enum pdf_align align;
	bool is_bold;
	bool is_italic;
	bool is_middle; /* in the middle of its box's height, not at its top */
	double size_pt;
	double size_min_pt; /* text too long for its box shrinks down to this; 0 = never shrinks */
	unsigned rgb;       /* 0xRRGGBB */
};

/* How a text went into its box. */
enum pdf_fit {
	PDF_FIT_WHOLE,  /* at its own size */
	PDF_FIT_SHRUNK, /* whole, but smaller */
	PDF_FIT_CUT,    /* even at the least size too long: ends with an ellipsis */
};

struct pdf_info {
	struct str title;
	struct str author;
	int64_t created_ms; /* UTC; the only time in the file */
	enum pdf_orientation orientation;
};

struct pdf;

/*
 * A document without pages.
 * Errors  ERR_NOT_FOUND  the Liberation fonts, version 2, are not installed (Debian 12:
 *                        fonts-liberation2)
 */
enum err pdf_new(const struct pdf_info *info, struct pdf **out) MUST_CHECK;
void pdf_free(struct pdf *pdf);
DEFINE_FREEP(struct pdf *, pdf_free);

/* Starts a page; everything drawn goes to the newest one. */
void pdf_page(struct pdf *pdf);
size_t pdf_page_count(const struct pdf *pdf);
double pdf_height_mm(const struct pdf *pdf);

/*
 * Sets text into a box: wrapped at its width, from its top, '\n' starts a line. Never outside the
 * box: shrinks, then cuts with an ellipsis.
 */
enum pdf_fit pdf_text(struct pdf *pdf, struct pdf_box box, const struct pdf_style *style,
		struct str text);
/* The same in lines that run upwards, one beside the other from the left, in the middle of the box's
 * width: the titles of narrow columns. */
enum pdf_fit pdf_text_up(struct pdf *pdf, struct pdf_box box, const struct pdf_style *style,
		struct str text);
/* The height the text takes when wrapped at w_mm, at the style's own size. */
double pdf_text_height_mm(
		struct pdf *pdf, double w_mm, const struct pdf_style *style, struct str text);
/* The width of the text's widest line when nothing wraps it. */
double pdf_text_width_mm(struct pdf *pdf, const struct pdf_style *style, struct str text);

/* A stroke; dash_mm > 0 makes it dashed, as lines to cut along are. */
struct pdf_pen {
	double width_mm;
	double dash_mm;
	unsigned rgb;
};
void pdf_line(struct pdf *pdf, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
		const struct pdf_pen *pen);
void pdf_frame(struct pdf *pdf, struct pdf_box box, const struct pdf_pen *pen);
void pdf_fill(struct pdf *pdf, struct pdf_box box, unsigned rgb);

/* Draws a QR code, its quiet zone included, as a square of side_mm. */
void pdf_qr(struct pdf *pdf, const struct qr *qr, double x_mm, double y_mm, double side_mm);

/*
 * Ends the document and appends its bytes to out.
 * Errors  what went wrong first; ERR_MISSING  no page; ERR_LIMIT  too many pages or bytes
 */
enum err pdf_finish(struct pdf *pdf, struct buf *out) MUST_CHECK;

/*
 * A table that goes on over pages: a head that is repeated, rows that are as high as their
 * highest cell, never broken in the middle.
 */
struct pdf_column {
	struct str title;
	double w_mm;
	enum pdf_align align;
	bool is_upright; /* the title runs upwards; never what decides how high the head is */
};

/* Columns side by side with a title above theirs; with "" theirs take its room. */
struct pdf_group {
	struct str title;
	size_t column_count;
};

struct pdf_table {
	const struct pdf_column *columns;
	size_t column_count;   /* 1..PDF_TABLE_COLUMNS_MAX */
	struct pdf_style head; /* its align is not read: the column's is */
	struct pdf_style body;
	double x_mm;
	double top_mm;    /* where it goes on on a new page */
	double bottom_mm; /* the last row ends above this */
	double pad_mm;    /* inside each cell */
	double line_mm;   /* width of the rules; 0 for none */
	double y_mm;      /* where the next row goes: set it before the head, read it after */
	double head_mm;   /* the least height of the titles; 0: as high as they need */
	double row_mm;    /* every row is so high, and what is longer shrinks; 0: as they need */
	const struct pdf_group *groups; /* of all columns, or none */
	size_t group_count;
};

/* Draws the head at y_mm. */
void pdf_table_head(struct pdf *pdf, struct pdf_table *table);
/* Draws a row of column_count cells, on a new page with the head when it does not fit here. */
void pdf_table_row(struct pdf *pdf, struct pdf_table *table, const struct str *cells);

#endif
