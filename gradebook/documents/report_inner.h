#ifndef GRADEBOOK_DOCUMENTS_REPORT_INNER_H
#define GRADEBOOK_DOCUMENTS_REPORT_INNER_H

/* What the documents share: a page under way, styles, words. */

#include "core/doc/pdf.h"
#include "gradebook/documents/report.h"

#define REPORT_MARGIN_MM 14.0
#define REPORT_QR_MM 34.0
#define REPORT_WIDTH_MM (PDF_A4_WIDTH_MM - 2 * REPORT_MARGIN_MM)

enum { REPORT_COLUMNS_MAX = 12 };

/* A column of a table: title, width, where its texts stand. */
#define REPORT_COLUMN(text, width, where) \
	{ .title = { text, sizeof(text) - 1 }, .w_mm = width, .align = where }

/* The part of a student's year: as it was closed, or worked out now. Errors of tt22_work_out. */
enum err report_part(const struct report_year *p, const struct class_student *student,
		enum class_scope scope, struct tt22_student *input,
		struct tt22_outcome *outcome) MUST_CHECK;

/* A file under way; the first failure sticks, as in pdf.h. */
struct report_page {
	struct pdf *pdf;
	enum err err;
	double y_mm;       /* where the next thing goes */
	size_t said_pages; /* up to this one each says whose it is */
};

extern const struct pdf_style report_small;
extern const struct pdf_style report_body;
extern const struct pdf_style report_bold;
extern const struct pdf_style report_head; /* of a table */
extern const struct pdf_style report_title;

/* The same style with another place in the line. */
struct pdf_style report_aligned(const struct pdf_style *style, enum pdf_align align);
void report_fail(struct report_page *page, enum err e);
/* A line of text at y_mm, over the width from x_mm. */
void report_line(struct report_page *page, double x_mm, double w_mm, const struct pdf_style *style,
		struct str text);
/* A new page when less than that is left above the lower margin. */
void report_need(struct report_page *page, double h_mm);
/* The QR code at the place given, side_mm wide. */
void report_code(struct report_page *page, struct str code, double x_mm, double y_mm,
		double side_mm);

/* One student's one year on paper. */
struct report_sheet {
	struct report_page *page;
	const struct report_file *file;
	const struct report_year *p;
	const struct class_student *student;
	const struct report_remarks *remarks; /* NULL: none */
};
bool report_is_term(const struct report_sheet *s);
bool report_is_transcript(const struct report_sheet *s);
/* The term of a term's report: 0 or 1. */
int report_term_of(const struct report_sheet *s);
/* A new page with its head; whose a page is that only goes on, in its upper margin: after whatever may
 * have begun one; the room for what the student came to (results_mm high) and all that stands below
 * it; and that. */
void report_sheet_begin(struct report_sheet *s);
void report_sheet_whose(const struct report_sheet *s);
void report_sheet_need(const struct report_sheet *s, double h_mm);
void report_sheet_foot(const struct report_sheet *s, double results_mm);
void report_sheet_end(const struct report_sheet *s, struct str code);
/* "Label: value" at y_mm. */
void report_pair(const struct report_sheet *s, double x_mm, double w_mm, const char *label,
		struct str value);
/* A remark of the part: of a year both terms', the second behind the first. */
void report_add_remark(const struct report_sheet *s, size_t subject, struct buf *out);
void report_add_absences(const struct report_sheet *s, struct buf *out);

/* A primary pupil's sheet. */
void report_primary_draw(struct report_sheet *s, struct str code);
/* "T", what the middle level is called, "C"; a test's points. Nothing for what is not there. */
void report_primary_level(enum pack_primary_level level, const char *middle, struct buf *out);
void report_primary_test(int x10, struct buf *out);
/* The book of a primary class, the one item of the file. */
void report_primary_book(struct report_page *page, const struct report_file *file);
/* In a book at y_mm: which parts are printed as they were closed. */
void report_book_closed(struct report_page *page, const struct report_year *p, double x_mm,
		double w_mm, enum pdf_align align);

/* The cells of one row of a table. */
struct report_cells {
	struct buf texts[REPORT_COLUMNS_MAX];
	struct str strs[REPORT_COLUMNS_MAX];
	size_t count;
};
void report_cells_begin(struct report_cells *c, size_t count);
void report_cells_finish(struct report_cells *c);
const struct str *report_cells_all(struct report_cells *c);

/* "8,5", "Đ", "CĐ", "Miễn"; "" for nothing. */
void report_value(const struct tt22_subject *s, int term, int value, struct buf *out);
/* The regular marks of a term, in a row. */
void report_regular(const struct tt22_subject *s, int term, struct buf *out);
const char *report_level(enum pack_level level);
struct str report_str(const struct buf *b);

#endif
