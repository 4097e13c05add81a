/* The class mark book (report.h): sổ theo dõi và đánh giá học sinh theo lớp. */
#include "gradebook/documents/report_inner.h"

#include <stdio.h>
#include <string.h>

#include "core/base/cleanup.h"

enum {
	TERM_COLUMNS = TT22_REGULAR_MAX + 3, /* regular, midterm, final, mean */
	BOOK_COLUMNS = 2 + PACK_TERMS * TERM_COLUMNS + 1,
	CELL_BYTES = 1024,
	LINE_BYTES = 2048,
};

#define NUMBER_MM 9.0
#define NAME_MM 62.0
#define MARK_MM 12.4
#define BOOK_LEFT_MM 7.0
#define BOOK_WIDTH_MM (NUMBER_MM + NAME_MM + 15 * MARK_MM)
#define HEAD_MM 33.5 /* of a page and of its table */
#define ROOM_MM (PDF_A4_WIDTH_MM - 2 * BOOK_LEFT_MM - HEAD_MM)
#define ROW_LEAST_MM 3.5
#define ROW_MOST_MM 5.2
#define CODE_MM (PDF_A4_HEIGHT_MM - BOOK_LEFT_MM - BOOK_WIDTH_MM - 1)

static const char *const book_titles[TERM_COLUMNS] = { "TX1", "TX2", "TX3", "TX4", "GK", "CK",
	"TB" };

/* A row of the book under way. */
struct row {
	struct buf texts[BOOK_COLUMNS];
	struct str strs[BOOK_COLUMNS];
};

static void row_begin(struct row *r) {
	for (size_t i = 0; i < BOOK_COLUMNS; i++) {
		r->texts[i] = buf_make(CELL_BYTES);
	}
}

static void row_finish(struct row *r) {
	for (size_t i = 0; i < BOOK_COLUMNS; i++) {
		buf_finish(&r->texts[i]);
	}
}

static void columns_of(struct pdf_column columns[BOOK_COLUMNS], struct row *titles) {
	size_t n = 0;
	buf_add_str(&titles->texts[0], "STT");
	buf_add_str(&titles->texts[1], "Họ và tên");
	for (int k = 0; k < PACK_TERMS; k++) {
		for (int i = 0; i < TERM_COLUMNS; i++) {
			buf_add_str(&titles->texts[2 + k * TERM_COLUMNS + i], book_titles[i]);
		}
	}
	buf_add_str(&titles->texts[BOOK_COLUMNS - 1], "Cả năm");
	for (n = 0; n < BOOK_COLUMNS; n++) {
		columns[n] = (struct pdf_column){
			.title = report_str(&titles->texts[n]), .w_mm = MARK_MM, .align = PDF_CENTER
		};
	}
	columns[0].w_mm = NUMBER_MM;
	columns[1].w_mm = NAME_MM;
	columns[1].align = PDF_LEFT;
}

/* One subject of one student, wherever it stands in the student's year. */
static void fill_marks(const struct class_student *s, size_t place, struct row *r) {
	const struct tt22_subject *in = &s->input.subjects[place];
	for (int k = 0; k < PACK_TERMS; k++) {
		struct buf *at = &r->texts[2 + k * TERM_COLUMNS];
		const struct tt22_term *t = &in->terms[k];
		bool is_exempt = in->is_exempt || in->is_term_exempt[k];
		for (size_t i = 0; i < t->regular_count && !is_exempt; i++) {
			report_value(in, k, t->regular_x10[i], &at[i]);
		}
		if (!is_exempt) {
			report_value(in, k, t->midterm_x10, &at[TT22_REGULAR_MAX]);
			report_value(in, k, t->final_x10, &at[TT22_REGULAR_MAX + 1]);
		}
		report_value(in, k, s->outcome.terms[place][k], &at[TT22_REGULAR_MAX + 2]);
	}
	report_value(in, PACK_TERMS, s->outcome.years[place], &r->texts[BOOK_COLUMNS - 1]);
}

static void fill_row(const struct report_year *p, size_t student, size_t subject, struct row *r) {
	const struct class_student *s = &p->year.students[student];
	size_t place = class_year_place(s, subject, p->year.subjects[subject].code);
	buf_addf(&r->texts[0], "%zu", student + 1);
	buf_add(&r->texts[1], s->full_name.p, s->full_name.n);
	if (place < s->input.subject_count) {
		fill_marks(s, place, r);
	}
	for (size_t i = 0; i < BOOK_COLUMNS; i++) {
		r->strs[i] = report_str(&r->texts[i]);
	}
}

static void add_closed(const char *what, int64_t at_ms, struct buf *out) {
	struct date day = { 0 };
	if (at_ms && !date_in_vietnam(at_ms, &day)) {
		buf_addf(out, "%s%s đã khóa sổ ngày %02d/%02d/%04d", out->len ? "; " : "", what,
				day.day, day.month, day.year);
	}
}

/* Which parts are printed as they were closed. */
void report_book_closed(struct report_page *page, const struct report_year *p, double x_mm,
		double w_mm, enum pdf_align align) {
	const struct class_closed *closed = p->year.closed;
	_cleanup_(buf_finish) struct buf text = buf_make(LINE_BYTES);
	struct pdf_style style = report_aligned(&report_small, align);
	add_closed("Kết quả", p->closed_at_ms, &text);
	for (unsigned k = SCOPE_TERM_1; k <= SCOPE_TERM_2 && !p->closed_at_ms; k++) {
		add_closed(k == SCOPE_TERM_1 ? "Học kì I" : "Học kì II",
				closed[k].is_closed ? closed[k].at_ms : 0, &text);
	}
	report_line(page, x_mm, w_mm, &style, report_str(&text));
}

/* Which page of how many of a subject. */
struct part {
	size_t subject;
	size_t number; /* from 0 */
	size_t count;
};

static void draw_head(struct report_page *page, const struct report_year *p,
		const struct part *part, struct str code) {
	const struct class_year *y = &p->year;
	const struct class_subject *s = &y->subjects[part->subject];
	char text[LINE_BYTES];
	double w = BOOK_WIDTH_MM;
	struct pdf_style center = report_aligned(&report_bold, PDF_CENTER);
	pdf_page(page->pdf);
	page->y_mm = BOOK_LEFT_MM;
	report_line(page, BOOK_LEFT_MM, w, &report_body, y->school_name);
	page->y_mm += 5;
	report_line(page, BOOK_LEFT_MM, w, &report_title,
			str_from("SỔ THEO DÕI VÀ ĐÁNH GIÁ HỌC SINH THEO LỚP"));
	page->y_mm += 7;
	int n = snprintf(text, sizeof(text), "Môn: %.*s – Lớp %.*s – Năm học %.*s", (int)s->name.n,
			s->name.p, (int)y->class_name.n, y->class_name.p, (int)y->year_code.n,
			y->year_code.p); /* each has a limit far below */
	if (part->count > 1) {
		(void)snprintf(text + n, sizeof(text) - (size_t)n, " (%zu/%zu)", part->number + 1,
				part->count); /* short */
	}
	report_line(page, BOOK_LEFT_MM, w, &center, str_from(text));
	page->y_mm += 5.5;
	(void)snprintf(text, sizeof(text), "Giáo viên: %.*s", (int)s->teachers.n,
			s->teachers.n ? s->teachers.p : "");
	report_line(page, BOOK_LEFT_MM, w, &report_body, str_from(text));
	report_book_closed(page, p, BOOK_LEFT_MM, BOOK_WIDTH_MM, PDF_RIGHT);
	if (part->subject + part->number ==
			0) { /* the code stands once, beside the table of the first page */
		report_code(page, code, BOOK_LEFT_MM + BOOK_WIDTH_MM, page->y_mm, CODE_MM);
	}
	page->y_mm += 7;
}

/* Rows stand evenly on as few pages as hold them, so that none is alone on its page. */
static void draw_rows(struct report_page *page, const struct report_year *p, size_t subject,
		struct pdf_table *table, struct str code) {
	size_t rows = p->year.student_count;
	size_t most = (size_t)(ROOM_MM / ROW_LEAST_MM);
	struct part part = { .subject = subject, .count = rows ? (rows + most - 1) / most : 1 };
	size_t each = rows ? (rows + part.count - 1) / part.count : 1;
	double row_mm = ROOM_MM / (double)each;
	table->row_mm = row_mm > ROW_MOST_MM ? ROW_MOST_MM : row_mm;
	for (; part.number < part.count; part.number++) {
		draw_head(page, p, &part, code);
		table->y_mm = page->y_mm;
		pdf_table_head(page->pdf, table);
		for (size_t i = part.number * each; i < rows && i < (part.number + 1) * each; i++) {
			_cleanup_(row_finish) struct row r;
			row_begin(&r);
			fill_row(p, i, subject, &r);
			pdf_table_row(page->pdf, table, r.strs);
		}
	}
}

static void draw_subject(struct report_page *page, const struct report_year *p, size_t subject,
		struct str code) {
	struct pdf_column columns[BOOK_COLUMNS];
	const struct pdf_group groups[] = { { str_from(""), 2 },
		{ str_from("Học kì I"), TERM_COLUMNS }, { str_from("Học kì II"), TERM_COLUMNS },
		{ str_from(""), 1 } };
	_cleanup_(row_finish) struct row titles;
	row_begin(&titles);
	columns_of(columns, &titles);
	struct pdf_table table = { .columns = columns,
		.column_count = BOOK_COLUMNS,
		.head = { .face = PDF_SERIF, .size_pt = 8, .size_min_pt = 5, .is_bold = true },
		.body = { .face = PDF_SERIF, .size_pt = 8, .size_min_pt = 4.5 },
		.x_mm = BOOK_LEFT_MM,
		.top_mm = BOOK_LEFT_MM,
		.bottom_mm = pdf_height_mm(page->pdf) - BOOK_LEFT_MM + 0.1,
		.pad_mm = 0.5,
		.line_mm = 0.15,
		.groups = groups,
		.group_count = sizeof(groups) / sizeof(groups[0]) };
	draw_rows(page, p, subject, &table, code);
}

static void page_finish(struct report_page *page) {
	pdf_free(page->pdf);
}

enum err report_print_book(const struct report_file *file, struct buf *out) {
	if (file->count != 1 || file->items[0].years[0]->year.subject_count == 0) {
		return ERR_MISSING;
	}
	const struct report_year *p = file->items[0].years[0];
	_cleanup_(page_finish) struct report_page page = { .pdf = NULL };
	const struct pdf_info info = { .title = file->title,
		.author = p->year.school_name,
		.created_ms = file->issued_at_ms,
		.orientation = PDF_LANDSCAPE };
	enum err e = pdf_new(&info, &page.pdf);
	if (!e && p->year.primary) {
		report_primary_book(&page, file);
		e = page.err;
	}
	for (size_t i = 0; !e && !p->year.primary && i < p->year.subject_count; i++) {
		draw_subject(&page, p, i, file->items[0].code);
		e = page.err;
	}
	return e ? e : pdf_finish(page.pdf, out);
}
