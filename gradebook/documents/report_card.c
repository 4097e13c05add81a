/* Report cards and transcript pages (report.h). */
#include "gradebook/documents/report_inner.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"

enum {
	CELL_BYTES = 4096,
	LINE_BYTES = 2048,
	COLUMNS_MAX = 8,
	FOOT_MM = 83, /* results, remark, signatures */
};

#define WIDTH_MM (PDF_A4_WIDTH_MM - 2 * REPORT_MARGIN_MM)
#define LEFT_MM REPORT_MARGIN_MM

/* One student's one year on paper. */
struct sheet {
	struct report_page *page;
	const struct report_file *file;
	const struct report_year *p;
	const struct class_student *student;
	const struct report_remarks *remarks; /* NULL: none */
	struct tt22_student input;            /* of that part */
	struct tt22_outcome outcome;
	size_t first_page;
};

static bool is_term(const struct sheet *s) {
	return s->file->kind == DOCUMENT_TERM_REPORT;
}

static bool is_transcript(const struct sheet *s) {
	return s->file->kind == DOCUMENT_TRANSCRIPT || s->file->kind == DOCUMENT_TRANSCRIPT_YEAR;
}

/* The term of a term's report: 0 or 1. */
static int term_of(const struct sheet *s) {
	return s->file->scope == SCOPE_TERM_2 ? 1 : 0;
}

/* ---- the head ---- */

static void draw_state(const struct sheet *s) {
	struct report_page *page = s->page;
	double half = WIDTH_MM / 2;
	struct pdf_style bold = report_aligned(&report_bold, PDF_CENTER);
	struct pdf_style body = report_aligned(&report_body, PDF_CENTER);
	report_line(page, LEFT_MM, half - 8, &bold, s->p->year.school_name);
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

static const char *title_of(const struct sheet *s) {
	return is_transcript(s) ? "KẾT QUẢ HỌC TẬP VÀ RÈN LUYỆN (HỌC BẠ)"
				: "PHIẾU BÁO KẾT QUẢ HỌC TẬP VÀ RÈN LUYỆN";
}

static void draw_title(const struct sheet *s) {
	char text[LINE_BYTES];
	static const char *const parts[] = { "Cả năm", "Học kì I", "Học kì II" };
	struct pdf_style under = report_aligned(&report_bold, PDF_CENTER);
	report_line(s->page, LEFT_MM, WIDTH_MM, &report_title, str_from(title_of(s)));
	s->page->y_mm += 7;
	(void)snprintf(text, sizeof(text), "%s – Năm học %.*s",
			parts[is_term(s) ? s->file->scope : SCOPE_YEAR],
			(int)s->p->year.year_code.n, s->p->year.year_code.p); /* short */
	report_line(s->page, LEFT_MM, WIDTH_MM, &under, str_from(text));
	s->page->y_mm += 7.5;
}

static void draw_pair(const struct sheet *s, double x_mm, double w_mm, const char *label,
		struct str value) {
	struct str name = str_from(label);
	double label_mm = pdf_text_width_mm(s->page->pdf, &report_body, name) + 1.5;
	report_line(s->page, x_mm, label_mm + 1, &report_body, name);
	report_line(s->page, x_mm + label_mm, w_mm - label_mm, &report_bold, value);
}

static void draw_who(const struct sheet *s) {
	char birth[DATE_VI_BYTES] = "";
	if (date_is_valid(s->student->birth)) {
		date_print_vi(s->student->birth, birth);
	}
	draw_pair(s, LEFT_MM, 112, "Họ và tên học sinh:", s->student->full_name);
	draw_pair(s, LEFT_MM + 116, WIDTH_MM - 116, "Ngày sinh:", str_from(birth));
	s->page->y_mm += 5.6;
	draw_pair(s, LEFT_MM, 52, "Lớp:", s->p->year.class_name);
	draw_pair(s, LEFT_MM + 54, 60, "Mã học sinh:", s->student->code);
	draw_pair(s, LEFT_MM + 116, WIDTH_MM - 116, "GVCN:", s->p->year.homeroom_name);
	s->page->y_mm += 7;
}

/* ---- the table of subjects ---- */

/* A remark of the part: of a year both terms', the second behind the first. */
static void add_remark(const struct sheet *s, size_t subject, struct buf *out) {
	for (int k = 0; s->remarks && k < PACK_TERMS; k++) {
		struct str text = s->remarks->text[subject][k];
		bool is_part = !is_term(s) || k == term_of(s);
		if (is_part && text.n > 0) {
			buf_add_str(out, out->len ? " " : "");
			buf_add(out, text.p, text.n);
		}
	}
}

struct cells {
	struct buf texts[COLUMNS_MAX];
	struct str strs[COLUMNS_MAX];
	size_t count;
};

static void cells_begin(struct cells *c, size_t count) {
	c->count = count;
	for (size_t i = 0; i < count; i++) {
		c->texts[i] = buf_make(CELL_BYTES);
	}
}

static void cells_finish(struct cells *c) {
	for (size_t i = 0; i < c->count; i++) {
		buf_finish(&c->texts[i]);
	}
}

static const struct str *cells_all(struct cells *c) {
	for (size_t i = 0; i < c->count; i++) {
		c->strs[i] = report_str(&c->texts[i]);
	}
	return c->strs;
}

static void add_str(struct buf *b, struct str s) {
	buf_add(b, s.p, s.n);
}

static void fill_term(const struct sheet *s, size_t i, struct cells *c) {
	const struct tt22_subject *in = &s->input.subjects[i];
	int k = term_of(s);
	report_regular(in, k, &c->texts[2]);
	if (!in->is_exempt && !in->is_term_exempt[k]) {
		report_value(in, k, in->terms[k].midterm_x10, &c->texts[3]);
		report_value(in, k, in->terms[k].final_x10, &c->texts[4]);
	}
	report_value(in, k, s->outcome.terms[i][k], &c->texts[5]);
	add_remark(s, i, &c->texts[6]);
}

static void fill_year(const struct sheet *s, size_t i, struct cells *c) {
	const struct tt22_subject *in = &s->input.subjects[i];
	report_value(in, 0, s->outcome.terms[i][0], &c->texts[2]);
	report_value(in, 1, s->outcome.terms[i][1], &c->texts[3]);
	report_value(in, PACK_TERMS, s->outcome.years[i], &c->texts[4]);
	if (s->outcome.is_retest[i] && in->again != TT22_MARK_NONE) {
		report_value(in, PACK_TERMS, in->again, &c->texts[5]);
	}
	if (is_transcript(s)) {
		add_str(&c->texts[6], s->p->year.subjects[i].teachers);
	}
	add_remark(s, i, &c->texts[c->count - 1]);
}

static void draw_row(const struct sheet *s, struct pdf_table *table, size_t i) {
	_cleanup_(cells_finish) struct cells c;
	cells_begin(&c, table->column_count);
	buf_addf(&c.texts[0], "%zu", i + 1);
	add_str(&c.texts[1], s->p->year.subjects[i].name);
	if (is_term(s)) {
		fill_term(s, i, &c);
	} else {
		fill_year(s, i, &c);
	}
	pdf_table_row(s->page->pdf, table, cells_all(&c));
}

#define COLUMN(text, width, where) \
	{ { text, sizeof(text) - 1 }, width, where }

static const struct pdf_column term_columns[] = {
	COLUMN("STT", 10, PDF_CENTER),
	COLUMN("Môn học/Hoạt động giáo dục", 46, PDF_LEFT),
	COLUMN("ĐĐGtx", 32, PDF_CENTER),
	COLUMN("ĐĐGgk", 15, PDF_CENTER),
	COLUMN("ĐĐGck", 15, PDF_CENTER),
	COLUMN("ĐTBmhk", 17, PDF_CENTER),
	COLUMN("Nhận xét của giáo viên", 47, PDF_LEFT),
};
static const struct pdf_column year_columns[] = {
	COLUMN("STT", 10, PDF_CENTER),
	COLUMN("Môn học/Hoạt động giáo dục", 52, PDF_LEFT),
	COLUMN("HK I", 14, PDF_CENTER),
	COLUMN("HK II", 14, PDF_CENTER),
	COLUMN("Cả năm", 16, PDF_CENTER),
	COLUMN("Đánh giá lại", 18, PDF_CENTER),
	COLUMN("Nhận xét của giáo viên", 58, PDF_LEFT),
};
static const struct pdf_column transcript_columns[] = {
	COLUMN("STT", 9, PDF_CENTER),
	COLUMN("Môn học/Hoạt động giáo dục", 42, PDF_LEFT),
	COLUMN("HK I", 12, PDF_CENTER),
	COLUMN("HK II", 12, PDF_CENTER),
	COLUMN("Cả năm", 13, PDF_CENTER),
	COLUMN("Đánh giá lại", 15, PDF_CENTER),
	COLUMN("Giáo viên bộ môn", 34, PDF_LEFT),
	COLUMN("Nhận xét của giáo viên", 45, PDF_LEFT),
};

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

static void draw_subjects(const struct sheet *s) {
	struct pdf_table table = { .columns = year_columns,
		.column_count = COUNT(year_columns),
		.head = report_head,
		.body = { .face = PDF_SERIF, .size_pt = 9.5, .size_min_pt = 6 },
		.x_mm = LEFT_MM,
		.top_mm = REPORT_MARGIN_MM,
		.bottom_mm = PDF_A4_HEIGHT_MM - REPORT_MARGIN_MM,
		.pad_mm = 0.9,
		.line_mm = 0.2,
		.y_mm = s->page->y_mm };
	if (is_term(s)) {
		table.columns = term_columns;
		table.column_count = COUNT(term_columns);
	} else if (is_transcript(s)) {
		table.columns = transcript_columns;
		table.column_count = COUNT(transcript_columns);
	}
	pdf_table_head(s->page->pdf, &table);
	for (size_t i = 0; i < s->p->year.subject_count; i++) {
		draw_row(s, &table, i);
	}
	s->page->y_mm = table.y_mm + 3;
}

/* ---- what it comes to ---- */

static void add_absences(const struct sheet *s, struct buf *out) {
	unsigned excused = 0;
	unsigned unexcused = 0;
	for (int k = 0; k < PACK_TERMS; k++) {
		if (!is_term(s) || k == term_of(s)) {
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

static const char *award_text(const struct sheet *s) {
	int award = s->outcome.award;
	if (award == TT22_AWARD_OPEN) {
		return "…………";
	}
	if (award == TT22_AWARD_NONE) {
		return "Không";
	}
	bool is_top = strcmp(s->p->year.pack->awards[award].code, "xuat_sac") == 0;
	return is_top ? "Học sinh Xuất sắc" : "Học sinh Giỏi";
}

static const char *promotion_text(enum pack_promotion promotion) {
	switch (promotion) {
	case PACK_PROMOTED:
		return "Được lên lớp";
	case PACK_CONDITIONAL:
		return "Chưa được lên lớp: đánh giá lại hoặc rèn luyện trong hè";
	case PACK_HELD:
		return "Không được lên lớp";
	case PACK_PROMOTION_OPEN:
		break;
	}
	return "…………";
}

/* A page that only goes on says whose it is. */
static void draw_whose(const struct sheet *s) {
	char text[LINE_BYTES];
	if (pdf_page_count(s->page->pdf) == s->first_page) {
		return;
	}
	(void)snprintf(text, sizeof(text), "(tiếp) %.*s – %.*s – Lớp %.*s",
			(int)s->student->full_name.n, s->student->full_name.p,
			(int)s->student->code.n, s->student->code.p, (int)s->p->year.class_name.n,
			s->p->year.class_name.p); /* fits */
	report_line(s->page, LEFT_MM, WIDTH_MM, &report_small, str_from(text));
	s->page->y_mm += 5;
}

static void draw_results(const struct sheet *s) {
	_cleanup_(buf_finish) struct buf absences = buf_make(LINE_BYTES);
	const struct tt22_outcome *o = &s->outcome;
	int k = term_of(s);
	enum pack_level learning = is_term(s) ? o->term_learning[k].level : o->learning.level;
	enum pack_level conduct = is_term(s) ? s->input.conduct[k] : o->conduct;
	add_absences(s, &absences);
	draw_pair(s, LEFT_MM, 80, "Kết quả học tập:", str_from(report_level(learning)));
	draw_pair(s, LEFT_MM + 88, WIDTH_MM - 88,
			"Kết quả rèn luyện:", str_from(report_level(conduct)));
	s->page->y_mm += 5.6;
	draw_pair(s, LEFT_MM, 86, "Số buổi nghỉ:", report_str(&absences));
	if (!is_term(s)) {
		draw_pair(s, LEFT_MM + 88, WIDTH_MM - 88, "Danh hiệu:", str_from(award_text(s)));
		s->page->y_mm += 5.6;
		draw_pair(s, LEFT_MM, WIDTH_MM,
				"Kết quả cuối năm:", str_from(promotion_text(o->promotion)));
	}
	s->page->y_mm += 5.6;
	if (!is_term(s) && s->input.has_summer && o->promotion_again != PACK_PROMOTION_OPEN) {
		char text[LINE_BYTES];
		(void)snprintf(text, sizeof(text), "%s (học tập: %s, rèn luyện: %s)",
				promotion_text(o->promotion_again),
				report_level(o->learning_again.level),
				report_level(o->conduct_again)); /* our own short words */
		draw_pair(s, LEFT_MM, WIDTH_MM, "Sau hè:", str_from(text));
		s->page->y_mm += 5.6;
	}
}

/* What is printed from the closing says so. */
static void draw_closed(const struct sheet *s) {
	char text[LINE_BYTES];
	struct date day = { 0 };
	if (!s->p->closed_at_ms || date_in_vietnam(s->p->closed_at_ms, &day)) {
		return;
	}
	(void)snprintf(text, sizeof(text), "Kết quả đã khóa sổ ngày %02d/%02d/%04d.", day.day,
			day.month, day.year); /* short */
	report_line(s->page, LEFT_MM, WIDTH_MM, &report_small, str_from(text));
	s->page->y_mm += 5;
}

/* The homeroom teacher's remark, as high as it is; dots to write on when there is none. */
static void draw_homeroom(const struct sheet *s) {
	_cleanup_(buf_finish) struct buf text = buf_make(CELL_BYTES);
	add_remark(s, REPORT_HOMEROOM, &text);
	report_line(s->page, LEFT_MM, WIDTH_MM, &report_bold,
			str_from("Nhận xét của giáo viên chủ nhiệm:"));
	s->page->y_mm += 5.4;
	double h_mm = text.len ? pdf_text_height_mm(s->page->pdf, WIDTH_MM, &report_body,
						 report_str(&text))
			       : 5;
	report_need(s->page, h_mm + 40);
	struct pdf_box box = { LEFT_MM, s->page->y_mm, WIDTH_MM, h_mm + 0.1 };
	(void)pdf_text(s->page->pdf, box, &report_body, report_str(&text)); /* measured */
	s->page->y_mm += h_mm + 2;
}

static void draw_signatures(const struct sheet *s, struct str code) {
	static const char *const titles[] = { "Cha mẹ học sinh", "Giáo viên chủ nhiệm",
		"Hiệu trưởng" };
	struct pdf_style bold = report_aligned(&report_bold, PDF_CENTER);
	struct pdf_style small = report_aligned(&report_small, PDF_CENTER);
	struct date day = { 0 };
	char text[LINE_BYTES] = "";
	double w = (WIDTH_MM - REPORT_QR_MM - 4) / 3;
	report_need(s->page, 40);
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
		bool is_first_empty = i == 0 && is_transcript(s);
		if (!is_first_empty) {
			report_line(s->page, x + i * w, w, &bold, str_from(titles[i]));
		}
	}
	s->page->y_mm += 4.6;
	for (int i = is_transcript(s); i < 3; i++) {
		report_line(s->page, x + i * w, w, &small,
				str_from(i == 2 ? "(kí, ghi rõ họ tên và đóng dấu)"
						: "(kí và ghi rõ họ tên)"));
	}
	s->page->y_mm += 18;
	report_line(s->page, x + w, w, &bold, s->p->year.homeroom_name);
	s->page->y_mm += 8;
}

static void draw_sheet(struct report_page *page, const struct report_file *file,
		const struct report_of *of, size_t n) {
	const struct report_year *p = of->years[n];
	struct sheet s = { .page = page,
		.file = file,
		.p = p,
		.student = &p->year.students[of->students[n]],
		.remarks = p->remarks ? &p->remarks[of->students[n]] : NULL };
	enum err e = report_part(
			p, s.student, is_term(&s) ? file->scope : SCOPE_YEAR, &s.input, &s.outcome);
	if (e) {
		report_fail(page, e);
		return;
	}
	pdf_page(page->pdf);
	s.first_page = pdf_page_count(page->pdf);
	page->y_mm = REPORT_MARGIN_MM;
	draw_state(&s);
	draw_title(&s);
	draw_who(&s);
	draw_subjects(&s);
	report_need(page, FOOT_MM);
	draw_whose(&s);
	draw_results(&s);
	draw_closed(&s);
	draw_homeroom(&s);
	draw_signatures(&s, of->code);
}

static void page_finish(struct report_page *page) {
	pdf_free(page->pdf);
}

enum err report_print(const struct report_file *file, struct buf *out) {
	if (file->count == 0) {
		return ERR_MISSING;
	}
	_cleanup_(page_finish) struct report_page page = { .pdf = NULL };
	const struct pdf_info info = { .title = file->title,
		.author = file->items[0].years[0]->year.school_name,
		.created_ms = file->issued_at_ms };
	enum err e = pdf_new(&info, &page.pdf);
	for (size_t i = 0; !e && i < file->count; i++) {
		for (size_t n = 0; n < file->items[i].year_count; n++) {
			draw_sheet(&page, file, &file->items[i], n);
		}
		e = page.err;
	}
	return e ? e : pdf_finish(page.pdf, out);
}
