/* Report cards and transcript pages (report.h). */
#include "gradebook/documents/report_inner.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"

enum {
	LINE_BYTES = 2048,
};

#define WIDTH_MM REPORT_WIDTH_MM
#define LEFT_MM REPORT_MARGIN_MM
#define ROW_MM 5.6 /* of results */

/* One student's one year on paper. */
struct sheet {
	struct report_sheet on;
	struct tt22_student input; /* of that part */
	struct tt22_outcome outcome;
};

/* ---- the table of subjects ---- */

static void add_str(struct buf *b, struct str s) {
	buf_add(b, s.p, s.n);
}

static void fill_term(const struct sheet *s, size_t i, struct report_cells *c) {
	const struct tt22_subject *in = &s->input.subjects[i];
	int k = report_term_of(&s->on);
	report_regular(in, k, &c->texts[2]);
	if (!in->is_exempt && !in->is_term_exempt[k]) {
		report_value(in, k, in->terms[k].midterm_x10, &c->texts[3]);
		report_value(in, k, in->terms[k].final_x10, &c->texts[4]);
	}
	report_value(in, k, s->outcome.terms[i][k], &c->texts[5]);
	report_add_remark(&s->on, i, &c->texts[6]);
}

static void fill_year(const struct sheet *s, size_t i, struct report_cells *c) {
	const struct tt22_subject *in = &s->input.subjects[i];
	report_value(in, 0, s->outcome.terms[i][0], &c->texts[2]);
	report_value(in, 1, s->outcome.terms[i][1], &c->texts[3]);
	report_value(in, PACK_TERMS, s->outcome.years[i], &c->texts[4]);
	if (s->outcome.is_retest[i] && in->again != TT22_MARK_NONE) {
		report_value(in, PACK_TERMS, in->again, &c->texts[5]);
	}
	if (report_is_transcript(&s->on)) {
		add_str(&c->texts[6], s->on.p->year.subjects[i].teachers);
	}
	report_add_remark(&s->on, i, &c->texts[c->count - 1]);
}

static void draw_row(const struct sheet *s, struct pdf_table *table, size_t i) {
	_cleanup_(report_cells_finish) struct report_cells c;
	report_cells_begin(&c, table->column_count);
	buf_addf(&c.texts[0], "%zu", i + 1);
	add_str(&c.texts[1], s->on.p->year.subjects[i].name);
	if (report_is_term(&s->on)) {
		fill_term(s, i, &c);
	} else {
		fill_year(s, i, &c);
	}
	pdf_table_row(s->on.page->pdf, table, report_cells_all(&c));
	report_sheet_whose(&s->on);
}

static const struct pdf_column term_columns[] = {
	REPORT_COLUMN("STT", 10, PDF_CENTER),
	REPORT_COLUMN("Môn học/Hoạt động giáo dục", 46, PDF_LEFT),
	REPORT_COLUMN("ĐĐGtx", 32, PDF_CENTER),
	REPORT_COLUMN("ĐĐGgk", 15, PDF_CENTER),
	REPORT_COLUMN("ĐĐGck", 15, PDF_CENTER),
	REPORT_COLUMN("ĐTBmhk", 17, PDF_CENTER),
	REPORT_COLUMN("Nhận xét của giáo viên", 47, PDF_LEFT),
};
static const struct pdf_column year_columns[] = {
	REPORT_COLUMN("STT", 10, PDF_CENTER),
	REPORT_COLUMN("Môn học/Hoạt động giáo dục", 52, PDF_LEFT),
	REPORT_COLUMN("HK I", 14, PDF_CENTER),
	REPORT_COLUMN("HK II", 14, PDF_CENTER),
	REPORT_COLUMN("Cả năm", 16, PDF_CENTER),
	REPORT_COLUMN("Đánh giá lại", 18, PDF_CENTER),
	REPORT_COLUMN("Nhận xét của giáo viên", 58, PDF_LEFT),
};
static const struct pdf_column transcript_columns[] = {
	REPORT_COLUMN("STT", 9, PDF_CENTER),
	REPORT_COLUMN("Môn học/Hoạt động giáo dục", 42, PDF_LEFT),
	REPORT_COLUMN("HK I", 12, PDF_CENTER),
	REPORT_COLUMN("HK II", 12, PDF_CENTER),
	REPORT_COLUMN("Cả năm", 13, PDF_CENTER),
	REPORT_COLUMN("Đánh giá lại", 15, PDF_CENTER),
	REPORT_COLUMN("Giáo viên bộ môn", 34, PDF_LEFT),
	REPORT_COLUMN("Nhận xét của giáo viên", 45, PDF_LEFT),
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
		.y_mm = s->on.page->y_mm };
	if (report_is_term(&s->on)) {
		table.columns = term_columns;
		table.column_count = COUNT(term_columns);
	} else if (report_is_transcript(&s->on)) {
		table.columns = transcript_columns;
		table.column_count = COUNT(transcript_columns);
	}
	pdf_table_head(s->on.page->pdf, &table);
	for (size_t i = 0; i < s->on.p->year.subject_count; i++) {
		draw_row(s, &table, i);
	}
	s->on.page->y_mm = table.y_mm + 3;
}

/* ---- what it comes to ---- */

static const char *award_text(const struct sheet *s) {
	int award = s->outcome.award;
	if (award == TT22_AWARD_OPEN) {
		return "…………";
	}
	if (award == TT22_AWARD_NONE) {
		return "Không";
	}
	bool is_top = strcmp(s->on.p->year.pack->awards[award].code, "xuat_sac") == 0;
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

static bool has_summer(const struct sheet *s) {
	return s->input.has_summer && s->outcome.promotion_again != PACK_PROMOTION_OPEN;
}

static void draw_results(const struct sheet *s) {
	_cleanup_(buf_finish) struct buf absences = buf_make(LINE_BYTES);
	const struct tt22_outcome *o = &s->outcome;
	int k = report_term_of(&s->on);
	enum pack_level learning =
			report_is_term(&s->on) ? o->term_learning[k].level : o->learning.level;
	enum pack_level conduct = report_is_term(&s->on) ? s->input.conduct[k] : o->conduct;
	report_add_absences(&s->on, &absences);
	report_pair(&s->on, LEFT_MM, 80, "Kết quả học tập:", str_from(report_level(learning)));
	report_pair(&s->on, LEFT_MM + 88, WIDTH_MM - 88,
			"Kết quả rèn luyện:", str_from(report_level(conduct)));
	s->on.page->y_mm += ROW_MM;
	report_pair(&s->on, LEFT_MM, 86, "Số buổi nghỉ:", report_str(&absences));
	if (!report_is_term(&s->on)) {
		report_pair(&s->on, LEFT_MM + 88, WIDTH_MM - 88,
				"Danh hiệu:", str_from(award_text(s)));
		s->on.page->y_mm += ROW_MM;
		report_pair(&s->on, LEFT_MM, WIDTH_MM,
				"Kết quả cuối năm:", str_from(promotion_text(o->promotion)));
	}
	s->on.page->y_mm += ROW_MM;
	if (!report_is_term(&s->on) && has_summer(s)) {
		char text[LINE_BYTES];
		(void)snprintf(text, sizeof(text), "%s (học tập: %s, rèn luyện: %s)",
				promotion_text(o->promotion_again),
				report_level(o->learning_again.level),
				report_level(o->conduct_again)); /* our own short words */
		report_pair(&s->on, LEFT_MM, WIDTH_MM, "Sau hè:", str_from(text));
		s->on.page->y_mm += ROW_MM;
	}
}

static void draw_secondary(struct report_sheet *on, struct str code) {
	struct sheet s = { .on = *on };
	enum class_scope scope = report_is_term(on) ? on->file->scope : SCOPE_YEAR;
	enum err e = report_part(on->p, on->student, scope, &s.input, &s.outcome);
	if (e) {
		report_fail(on->page, e);
		return;
	}
	report_sheet_begin(&s.on);
	draw_subjects(&s);
	report_sheet_foot(&s.on, (report_is_term(on) ? 2 : has_summer(&s) ? 4 : 3) * ROW_MM);
	draw_results(&s);
	report_sheet_end(&s.on, code);
}

static void draw_sheet(struct report_page *page, const struct report_file *file,
		const struct report_of *of, size_t n) {
	const struct report_year *p = of->years[n];
	struct report_sheet on = { .page = page,
		.file = file,
		.p = p,
		.student = &p->year.students[of->students[n]],
		.remarks = p->remarks ? &p->remarks[of->students[n]] : NULL };
	if (on.student->primary) {
		report_primary_draw(&on, of->code);
	} else {
		draw_secondary(&on, of->code);
	}
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
