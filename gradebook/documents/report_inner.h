#ifndef GRADEBOOK_DOCUMENTS_REPORT_INNER_H
#define GRADEBOOK_DOCUMENTS_REPORT_INNER_H

/* What the documents share: a page under way, styles, words. */

#include "core/doc/pdf.h"
#include "gradebook/documents/report.h"

#define REPORT_MARGIN_MM 14.0
#define REPORT_QR_MM 34.0

/* The part of a student's year: as it was closed, or worked out now. Errors of tt22_work_out. */
enum err report_part(const struct report_year *p, const struct class_student *student,
		enum class_scope scope, struct tt22_student *input,
		struct tt22_outcome *outcome) MUST_CHECK;

/* A file under way; the first failure sticks, as in pdf.h. */
struct report_page {
	struct pdf *pdf;
	enum err err;
	double y_mm; /* where the next thing goes */
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

/* "8,5", "Đ", "CĐ", "Miễn"; "" for nothing. */
void report_value(const struct tt22_subject *s, int term, int value, struct buf *out);
/* The regular marks of a term, in a row. */
void report_regular(const struct tt22_subject *s, int term, struct buf *out);
const char *report_level(enum pack_level level);
struct str report_str(const struct buf *b);

#endif
