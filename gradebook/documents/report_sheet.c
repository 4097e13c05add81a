/* What report cards and transcript pages of every school have in common: head, remarks, foot. */
#include "gradebook/documents/report_inner.h"

#include <stdio.h>

#include "core/base/cleanup.h"

enum {
	CELL_BYTES = 4096,
	LINE_BYTES = 2048,
};

#define WIDTH_MM REPORT_WIDTH_MM
#define LEFT_MM REPORT_MARGIN_MM
#define CLOSED_MM 5.0
#define REMARK_TITLE_MM 5.4
#define REMARK_AFTER_MM 2.0
#define REMARK_EMPTY_MM 5.0
#define SIGNATURES_MM 40.0
#define WHOSE_MM 5.5 /* above the margin */

bool report_is_term(const struct report_sheet *s) {
	return s->file->kind == DOCUMENT_TERM_REPORT;
}

bool report_is_transcript(const struct report_sheet *s) {
	return s->file->kind == DOCUMENT_TRANSCRIPT || s->file->kind == DOCUMENT_TRANSCRIPT_YEAR;
}

/* The term of a term's report: 0 or 1. */
int report_term_of(const struct report_sheet *s) {
	return s->file->scope == SCOPE_TERM_2 ? 1 : 0;
}

/* ---- the head ---- */

static void draw_state(const struct report_sheet *s) {
	struct report_page *page = s->page;
	double half = WIDTH_MM / 2;
	struct pdf_style bold = report_aligned(&report_bold, PDF_CENTER);
	struct pdf_style body = report_aligned(&report_body, PDF_CENTER);
	struct pdf_box school = { LEFT_MM, page->y_mm, half - 12, 10.5 };
	(void)pdf_text(page->pdf, school, &bold, s->p->year.school_name); /* shrinks */
	report_line(page, LEFT_MM + half - 8, half + 8, &bold,
			str_from("CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"));
	page->y_mm += 5;
	report_line(page, LEFT_MM + half - 8, half + 8, &body,
			str_from("Độc lập – Tự do – Hạnh phúc"));
	double x = LEFT_MM + half - 8 + (half + 8) / 2;
	const struct pdf_pen pen = { .width_mm = 0.25 };
	pdf_line(page->pdf, x - 18, page->y_mm + 5.4, x + 18, page->y_mm + 5.4, &pen);
	page->y_mm += 9;
}

static const char *title_of(const struct report_sheet *s) {
	if (s->student->primary) {
		return report_is_transcript(s) ? "KẾT QUẢ GIÁO DỤC (HỌC BẠ)"
					       : "PHIẾU BÁO KẾT QUẢ GIÁO DỤC";
	}
	return report_is_transcript(s) ? "KẾT QUẢ HỌC TẬP VÀ RÈN LUYỆN (HỌC BẠ)"
				       : "PHIẾU BÁO KẾT QUẢ HỌC TẬP VÀ RÈN LUYỆN";
}

static void draw_title(const struct report_sheet *s) {
	char text[LINE_BYTES];
	static const char *const parts[] = { "Cả năm", "Học kì I", "Học kì II" };
	struct pdf_style under = report_aligned(&report_bold, PDF_CENTER);
	report_line(s->page, LEFT_MM, WIDTH_MM, &report_title, str_from(title_of(s)));
	s->page->y_mm += 7;
	(void)snprintf(text, sizeof(text), "%s – Năm học %.*s",
			parts[report_is_term(s) ? s->file->scope : SCOPE_YEAR],
			(int)s->p->year.year_code.n, s->p->year.year_code.p); /* short */
	report_line(s->page, LEFT_MM, WIDTH_MM, &under, str_from(text));
	s->page->y_mm += 7.5;
}

void report_pair(const struct report_sheet *s, double x_mm, double w_mm, const char *label,
		struct str value) {
	struct str name = str_from(label);
	double label_mm = pdf_text_width_mm(s->page->pdf, &report_body, name) + 1.5;
	report_line(s->page, x_mm, label_mm + 1, &report_body, name);
	report_line(s->page, x_mm + label_mm, w_mm - label_mm, &report_bold, value);
}

static void draw_who(const struct report_sheet *s) {
	char birth[DATE_VI_BYTES] = "";
	if (date_is_valid(s->student->birth)) {
		date_print_vi(s->student->birth, birth);
	}
	report_pair(s, LEFT_MM, 136, "Họ và tên học sinh:", s->student->full_name);
	report_pair(s, LEFT_MM + 140, WIDTH_MM - 140, "Ngày sinh:", str_from(birth));
	s->page->y_mm += 5.6;
	report_pair(s, LEFT_MM, 40, "Lớp:", s->p->year.class_name);
	report_pair(s, LEFT_MM + 42, 56, "Mã học sinh:", s->student->code);
	report_pair(s, LEFT_MM + 100, WIDTH_MM - 100, "GVCN:", s->p->year.homeroom_name);
	s->page->y_mm += 7;
}

/* A remark of the part: of a year both terms', the second behind the first. */
void report_add_remark(const struct report_sheet *s, size_t subject, struct buf *out) {
	for (int k = 0; s->remarks && k < PACK_TERMS; k++) {
		struct str text = s->remarks->text[subject][k];
		bool is_part = !report_is_term(s) || k == report_term_of(s);
		if (is_part && text.n > 0) {
			buf_add_str(out, out->len ? " " : "");
			buf_add(out, text.p, text.n);
		}
	}
}

void report_cells_begin(struct report_cells *c, size_t count) {
	c->count = count;
	for (size_t i = 0; i < count; i++) {
		c->texts[i] = buf_make(CELL_BYTES);
	}
}

void report_cells_finish(struct report_cells *c) {
	for (size_t i = 0; i < c->count; i++) {
		buf_finish(&c->texts[i]);
	}
}

const struct str *report_cells_all(struct report_cells *c) {
	for (size_t i = 0; i < c->count; i++) {
		c->strs[i] = report_str(&c->texts[i]);
	}
	return c->strs;
}

void report_add_absences(const struct report_sheet *s, struct buf *out) {
	unsigned excused = 0;
	unsigned unexcused = 0;
	for (int k = 0; k < PACK_TERMS; k++) {
		if (!report_is_term(s) || k == report_term_of(s)) {
			excused += s->student->absences[k].excused;
			unexcused += s->student->absences[k].unexcused;
		}
	}
	if (s->p->year.roll_calls == 0) {
		buf_add_str(out, "chưa điểm danh");
		return;
	}
	buf_addf(out, "%u (có phép %u, không phép %u)", excused + unexcused, excused, unexcused);
}

void report_sheet_whose(const struct report_sheet *s) {
	char text[LINE_BYTES];
	struct report_page *page = s->page;
	if (pdf_page_count(page->pdf) == page->said_pages) {
		return;
	}
	double at_mm = page->y_mm;
	page->said_pages = pdf_page_count(page->pdf);
	page->y_mm = REPORT_MARGIN_MM - WHOSE_MM;
	(void)snprintf(text, sizeof(text), "(tiếp) %.*s – %.*s – Lớp %.*s",
			(int)s->student->full_name.n, s->student->full_name.p,
			(int)s->student->code.n, s->student->code.p, (int)s->p->year.class_name.n,
			s->p->year.class_name.p); /* fits */
	report_line(page, LEFT_MM, WIDTH_MM, &report_small, str_from(text));
	page->y_mm = at_mm;
}

void report_sheet_need(const struct report_sheet *s, double h_mm) {
	report_need(s->page, h_mm);
	report_sheet_whose(s);
}

/* What is printed from the closing says so. */
static void draw_closed(const struct report_sheet *s) {
	char text[LINE_BYTES];
	struct date day = { 0 };
	if (!s->p->closed_at_ms || date_in_vietnam(s->p->closed_at_ms, &day)) {
		return;
	}
	(void)snprintf(text, sizeof(text), "Kết quả đã khóa sổ ngày %02d/%02d/%04d.", day.day,
			day.month, day.year); /* short */
	report_line(s->page, LEFT_MM, WIDTH_MM, &report_small, str_from(text));
	s->page->y_mm += CLOSED_MM;
}

static double remark_height_mm(const struct report_sheet *s, struct str text) {
	return text.n ? pdf_text_height_mm(s->page->pdf, WIDTH_MM, &report_body, text)
		      : REMARK_EMPTY_MM;
}

/* The homeroom teacher's remark, as high as it is; dots to write on when there is none. */
static void draw_homeroom(const struct report_sheet *s) {
	_cleanup_(buf_finish) struct buf text = buf_make(CELL_BYTES);
	report_add_remark(s, REPORT_HOMEROOM, &text);
	report_line(s->page, LEFT_MM, WIDTH_MM, &report_bold,
			str_from("Nhận xét của giáo viên chủ nhiệm:"));
	s->page->y_mm += REMARK_TITLE_MM;
	double h_mm = remark_height_mm(s, report_str(&text));
	struct pdf_box box = { LEFT_MM, s->page->y_mm, WIDTH_MM, h_mm + 0.1 };
	(void)pdf_text(s->page->pdf, box, &report_body, report_str(&text)); /* measured */
	s->page->y_mm += h_mm + REMARK_AFTER_MM;
}

static void draw_signatures(const struct report_sheet *s, struct str code) {
	static const char *const titles[] = { "Cha mẹ học sinh", "Giáo viên chủ nhiệm",
		"Hiệu trưởng" };
	struct pdf_style bold = report_aligned(&report_bold, PDF_CENTER);
	struct pdf_style small = report_aligned(&report_small, PDF_CENTER);
	struct date day = { 0 };
	char text[LINE_BYTES] = "";
	double w = (WIDTH_MM - REPORT_QR_MM - 4) / 3;
	report_sheet_need(s, SIGNATURES_MM);
	if (!date_in_vietnam(s->file->issued_at_ms, &day)) {
		(void)snprintf(text, sizeof(text), "Ngày %02d tháng %02d năm %d", day.day,
				day.month, day.year); /* short */
	}
	double x = LEFT_MM + REPORT_QR_MM + 4;
	report_code(s->page, code, LEFT_MM, s->page->y_mm, REPORT_QR_MM);
	struct pdf_box how = { LEFT_MM, s->page->y_mm + REPORT_QR_MM, REPORT_QR_MM, 6 };
	(void)pdf_text(s->page->pdf, how, &small,
			str_from("Quét mã để kiểm tra phiếu")); /* our own words */
	struct pdf_style right = report_aligned(&report_body, PDF_RIGHT);
	right.is_italic = true;
	report_line(s->page, x, 3 * w, &right, str_from(text));
	s->page->y_mm += 6;
	for (int i = 0; i < 3; i++) {
		bool is_first_empty = i == 0 && report_is_transcript(s);
		if (!is_first_empty) {
			report_line(s->page, x + i * w, w, &bold, str_from(titles[i]));
		}
	}
	s->page->y_mm += 4.6;
	for (int i = report_is_transcript(s); i < 3; i++) {
		report_line(s->page, x + i * w, w, &small,
				str_from(i == 2 ? "(kí, ghi rõ họ tên và đóng dấu)"
						: "(kí và ghi rõ họ tên)"));
	}
	s->page->y_mm += 18;
	report_line(s->page, x + w, w, &bold, s->p->year.homeroom_name);
	s->page->y_mm += 8;
}

void report_sheet_begin(struct report_sheet *s) {
	pdf_page(s->page->pdf);
	s->page->said_pages = pdf_page_count(s->page->pdf);
	s->page->y_mm = REPORT_MARGIN_MM;
	draw_state(s);
	draw_title(s);
	draw_who(s);
}

void report_sheet_foot(const struct report_sheet *s, double results_mm) {
	_cleanup_(buf_finish) struct buf remark = buf_make(CELL_BYTES);
	report_add_remark(s, REPORT_HOMEROOM, &remark);
	report_sheet_need(s,
			results_mm + (s->p->closed_at_ms ? CLOSED_MM : 0) + REMARK_TITLE_MM +
					remark_height_mm(s, report_str(&remark)) + REMARK_AFTER_MM +
					SIGNATURES_MM);
}

void report_sheet_end(const struct report_sheet *s, struct str code) {
	draw_closed(s);
	draw_homeroom(s);
	draw_signatures(s, code);
}
