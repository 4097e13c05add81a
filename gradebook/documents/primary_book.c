/*
 * The book of a primary class (report.h): bảng tổng hợp kết quả đánh giá giáo dục của lớp. A cover
 * with the code and the signatures, then of each moment of which something is known one table.
 */
#include "gradebook/documents/report_inner.h"

#include <assert.h>
#include <stdio.h>

#include "core/base/cleanup.h"
#include "gradebook/results/class_primary.h"

enum {
	PLACES_MAX = 2 * TT27_SUBJECTS_MAX + PACK_TRAITS_MAX + 3,
	COLUMNS_MAX = 2 + PLACES_MAX,
	CELL_BYTES = 1024,
	LINE_BYTES = 2048,
	MOMENTS_A_TERM = 2,
	END = TT27_MOMENTS - 1,
};
static_assert((int)COLUMNS_MAX <= PDF_TABLE_COLUMNS_MAX, "a table takes them");

#define LEFT_MM 8.0
#define WIDTH_MM (PDF_A4_HEIGHT_MM - 2 * LEFT_MM)
#define HEIGHT_MM (PDF_A4_WIDTH_MM - 2 * LEFT_MM)
#define NUMBER_MM 7.0
#define NAME_LEAST_MM 50.0
#define VALUE_MOST_MM 9.0
#define TITLES_MM 36.0
#define ROW_LEAST_MM 3.7
#define ROW_MOST_MM 5.2
#define FOOT_MM 52.0

enum what { LEVEL, TEST, TRAIT, RESULT, GRADE_DONE, AWARD };

/* What a column behind the name shows. */
struct place {
	enum what what;
	size_t index;                   /* of the class's subject */
	const struct pack_trait *trait; /* of TRAIT */
};

/* A moment's table under way. */
struct moment {
	struct report_page *page;
	const struct report_year *p;
	unsigned number; /* from 0 */
	struct place places[PLACES_MAX];
	size_t place_count;
	struct pdf_column columns[COLUMNS_MAX];
	struct buf titles[COLUMNS_MAX];
	struct pdf_group groups[6];
	size_t group_count;
};

static const char *const moment_titles[TT27_MOMENTS] = { "GIỮA HỌC KÌ I", "CUỐI HỌC KÌ I",
	"GIỮA HỌC KÌ II", "CUỐI NĂM HỌC" };

/* ---- what is known ---- */

static const struct tt27_subject *subject_of(
		const struct report_year *p, const struct class_student *s, size_t i) {
	size_t at = class_year_place(s, i, p->year.subjects[i].code);
	const struct tt27_pupil *in = &s->primary->input;
	return at < in->subject_count ? &in->subjects[at] : NULL;
}

static const struct tt27_trait *trait_of(
		const struct class_student *s, const struct pack_trait *trait) {
	const struct tt27_pupil *in = &s->primary->input;
	const struct tt27_traits *list =
			trait->group == PACK_QUALITY ? &in->qualities : &in->competences;
	for (size_t i = 0; i < list->count; i++) {
		if (str_eq_z(list->items[i].code, trait->code)) {
			return &list->items[i];
		}
	}
	return NULL;
}

static bool is_exempt(const struct report_year *p, const struct class_student *s, size_t i,
		unsigned moment) {
	size_t at = class_year_place(s, i, p->year.subjects[i].code);
	return at < s->input.subject_count &&
			s->input.subjects[at].is_term_exempt[moment / MOMENTS_A_TERM];
}

/* Whether anybody has a test there; with `moment` alone also whether the rules ask for one. */
static bool has_test(const struct report_year *p, size_t i, unsigned moment) {
	const struct class_subject *s = &p->year.subjects[i];
	const struct mark_primary of = { p->year.primary, p->year.grade,
		s->is_comment ? MARK_SUBJECT_COMMENT : MARK_SUBJECT_MARK, s->code };
	const struct mark_plan plan = mark_plan_primary(&of);
	bool is_there = (moment % MOMENTS_A_TERM ? plan.final_count : plan.midterm_count) > 1;
	for (size_t n = 0; n < p->year.student_count && !is_there; n++) {
		const struct tt27_subject *in = subject_of(p, &p->year.students[n], i);
		is_there = in && in->tests_x10[moment] != TT27_TEST_NONE;
	}
	return is_there;
}

static bool is_known_of(const struct tt27_pupil *in, unsigned moment) {
	bool is_known = false;
	for (size_t i = 0; i < in->subject_count; i++) {
		is_known |= in->subjects[i].moments[moment] != PACK_PRIMARY_NONE ||
				in->subjects[i].tests_x10[moment] != TT27_TEST_NONE;
	}
	const struct tt27_traits *lists[] = { &in->qualities, &in->competences };
	for (size_t k = 0; k < 2; k++) {
		for (size_t i = 0; i < lists[k]->count; i++) {
			is_known |= lists[k]->items[i].moments[moment] != PACK_PRIMARY_NONE;
		}
	}
	return is_known;
}

static bool is_known(const struct report_year *p, unsigned moment) {
	for (size_t n = 0; n < p->year.student_count; n++) {
		if (is_known_of(&p->year.students[n].primary->input, moment)) {
			return true;
		}
	}
	return false;
}

/* ---- the columns ---- */

static void moment_finish(struct moment *m) {
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		buf_finish(&m->titles[i]);
	}
}

static void add_place(struct moment *m, struct place place, const char *before, struct str name) {
	assert(m->place_count < PLACES_MAX);
	size_t at = 2 + m->place_count;
	m->places[m->place_count++] = place;
	buf_add_str(&m->titles[at], before);
	buf_add(&m->titles[at], name.p, name.n);
	m->columns[at] = (struct pdf_column){ .align = PDF_CENTER, .is_upright = true };
	m->groups[m->group_count - 1].column_count++;
}

static void begin_group(struct moment *m, const char *title) {
	m->groups[m->group_count++] = (struct pdf_group){ str_from(title), 0 };
}

static void add_subjects(struct moment *m) {
	const struct class_year *y = &m->p->year;
	begin_group(m, "Môn học và hoạt động giáo dục");
	for (size_t i = 0; i < y->subject_count; i++) {
		struct place place = { .what = LEVEL, .index = i };
		add_place(m, place, "", y->subjects[i].name);
		if (has_test(m->p, i, m->number)) {
			place.what = TEST;
			add_place(m, place, "Điểm KT ", y->subjects[i].name);
		}
	}
}

static void add_traits(struct moment *m, enum pack_trait_group group, const char *title) {
	const struct class_year *y = &m->p->year;
	begin_group(m, title);
	for (size_t i = 0; i < y->primary->trait_count; i++) {
		const struct pack_trait *t = &y->primary->traits[i];
		if (t->group == group && y->grade >= t->first_grade) {
			const struct place place = { .what = TRAIT, .trait = t };
			add_place(m, place, "", str_from(t->name));
		}
	}
}

/* Values are as wide as the page has room for; what is left over is the names'. */
static void set_widths(struct moment *m) {
	static const double ends_mm[] = { [RESULT] = 11, [GRADE_DONE] = 17, [AWARD] = 14 };
	double room_mm = WIDTH_MM - NUMBER_MM - NAME_LEAST_MM;
	size_t values = 0;
	for (size_t i = 0; i < m->place_count; i++) {
		bool is_end = m->places[i].what >= RESULT;
		room_mm -= is_end ? ends_mm[m->places[i].what] : 0;
		values += !is_end;
	}
	double value_mm = values ? room_mm / (double)values : VALUE_MOST_MM;
	value_mm = value_mm > VALUE_MOST_MM ? VALUE_MOST_MM : value_mm;
	m->columns[0].w_mm = NUMBER_MM;
	m->columns[1].w_mm = NAME_LEAST_MM + room_mm - value_mm * (double)values;
	for (size_t i = 0; i < m->place_count; i++) {
		m->columns[2 + i].w_mm =
				m->places[i].what >= RESULT ? ends_mm[m->places[i].what] : value_mm;
	}
}

static void set_columns(struct moment *m) {
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		m->titles[i] = buf_make(CELL_BYTES);
	}
	begin_group(m, "");
	m->groups[0].column_count = 2;
	buf_add_str(&m->titles[0], "STT");
	buf_add_str(&m->titles[1], "Họ và tên");
	m->columns[0].align = PDF_CENTER;
	add_subjects(m);
	add_traits(m, PACK_QUALITY, "Phẩm chất chủ yếu");
	add_traits(m, PACK_GENERAL, "Năng lực chung");
	add_traits(m, PACK_SPECIFIC, "Năng lực đặc thù");
	if (m->number == END) {
		begin_group(m, "Kết quả cuối năm");
		add_place(m, (struct place){ .what = RESULT }, "Kết quả giáo dục", str_from(""));
		add_place(m, (struct place){ .what = GRADE_DONE }, "Chương trình lớp học",
				str_from(""));
		add_place(m, (struct place){ .what = AWARD }, "Khen thưởng", str_from(""));
	}
	set_widths(m);
	for (size_t i = 0; i < 2 + m->place_count; i++) {
		m->columns[i].title = report_str(&m->titles[i]);
	}
}

/* ---- the rows ---- */

static const char *result_text(const struct tt27_outcome *o) {
	static const char *const texts[] = { "HTXS", "HTT", "HT", "CHT" };
	return o->row == TT27_ROW_OPEN ? "" : texts[o->row];
}

static const char *grade_text(const struct tt27_outcome *o) {
	switch (o->promotion) {
	case PACK_PROMOTED:
		return "Hoàn thành";
	case PACK_CONDITIONAL:
		return "Bổ sung";
	case PACK_HELD:
		return "Chưa";
	case PACK_PROMOTION_OPEN:
		break;
	}
	return "";
}

static const char *award_text(const struct report_year *p, const struct tt27_outcome *o) {
	if (o->award < 0) {
		return "";
	}
	return p->year.primary->rows[o->award].award_is_chosen ? "Tiêu biểu" : "Xuất sắc";
}

static void fill_subject(const struct moment *m, const struct class_student *s,
		const struct place *place, struct buf *out) {
	const struct tt27_subject *in = subject_of(m->p, s, place->index);
	if (!in) {
		return;
	}
	if (place->what == TEST) {
		report_primary_test(in->tests_x10[m->number], out);
	} else {
		report_primary_level(in->moments[m->number], "H", out);
		if (out->len == 0 && is_exempt(m->p, s, place->index, m->number)) {
			buf_add_str(out, "M");
		}
	}
}

static void fill_place(const struct moment *m, const struct class_student *s,
		const struct place *place, struct buf *out) {
	const struct tt27_outcome *o = &s->primary->outcome;
	const struct tt27_trait *trait = NULL;
	switch (place->what) {
	case LEVEL:
	case TEST:
		fill_subject(m, s, place, out);
		return;
	case TRAIT:
		trait = trait_of(s, place->trait);
		if (trait) {
			report_primary_level(trait->moments[m->number], "Đ", out);
		}
		return;
	case RESULT:
		buf_add_str(out, result_text(o));
		return;
	case GRADE_DONE:
		buf_add_str(out, grade_text(o));
		return;
	case AWARD:
		buf_add_str(out, award_text(m->p, o));
		return;
	}
}

/* The cells of one row: of a student, or with `level` how many have that one. */
struct row {
	struct buf texts[COLUMNS_MAX];
	struct str strs[COLUMNS_MAX];
};

static void row_finish(struct row *r) {
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		buf_finish(&r->texts[i]);
	}
}

static void row_begin(struct row *r) {
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		r->texts[i] = buf_make(CELL_BYTES);
	}
}

static void row_draw(const struct moment *m, struct pdf_table *table, struct row *r) {
	for (size_t i = 0; i < COLUMNS_MAX; i++) {
		r->strs[i] = report_str(&r->texts[i]);
	}
	pdf_table_row(m->page->pdf, table, r->strs);
}

static void draw_student(const struct moment *m, struct pdf_table *table, size_t n) {
	_cleanup_(row_finish) struct row r;
	const struct class_student *s = &m->p->year.students[n];
	row_begin(&r);
	buf_addf(&r.texts[0], "%zu", n + 1);
	buf_add(&r.texts[1], s->full_name.p, s->full_name.n);
	for (size_t i = 0; i < m->place_count; i++) {
		fill_place(m, s, &m->places[i], &r.texts[2 + i]);
	}
	row_draw(m, table, &r);
}

static size_t count_level(
		const struct moment *m, const struct place *place, enum pack_primary_level level) {
	size_t count = 0;
	for (size_t n = 0; n < m->p->year.student_count; n++) {
		const struct class_student *s = &m->p->year.students[n];
		const struct tt27_subject *subject =
				place->what == LEVEL ? subject_of(m->p, s, place->index) : NULL;
		const struct tt27_trait *trait =
				place->what == TRAIT ? trait_of(s, place->trait) : NULL;
		count += (subject && subject->moments[m->number] == level) ||
				(trait && trait->moments[m->number] == level);
	}
	return count;
}

static const struct {
	const char *title;
	enum pack_primary_level level;
} counted[] = {
	{ "Số học sinh mức T", PACK_PRIMARY_T },
	{ "Số học sinh mức H (Đ)", PACK_PRIMARY_MIDDLE },
	{ "Số học sinh mức C", PACK_PRIMARY_C },
};
enum { COUNTED = sizeof(counted) / sizeof(counted[0]) };

static void draw_count(const struct moment *m, struct pdf_table *table, size_t which) {
	_cleanup_(row_finish) struct row r;
	row_begin(&r);
	buf_add_str(&r.texts[1], counted[which].title);
	for (size_t i = 0; i < m->place_count; i++) {
		if (m->places[i].what == LEVEL || m->places[i].what == TRAIT) {
			buf_addf(&r.texts[2 + i], "%zu",
					count_level(m, &m->places[i], counted[which].level));
		}
	}
	row_draw(m, table, &r);
}

/* ---- a moment's pages ---- */

static void draw_moment_head(const struct moment *m, size_t page_number, size_t page_count) {
	const struct class_year *y = &m->p->year;
	struct report_page *page = m->page;
	char text[LINE_BYTES];
	struct pdf_style center = report_aligned(&report_bold, PDF_CENTER);
	struct pdf_style right = report_aligned(&report_body, PDF_RIGHT);
	pdf_page(page->pdf);
	page->y_mm = LEFT_MM;
	report_line(page, LEFT_MM, WIDTH_MM / 2 - 40, &report_body, y->school_name);
	(void)snprintf(text, sizeof(text), "Lớp %.*s – Năm học %.*s", (int)y->class_name.n,
			y->class_name.p, (int)y->year_code.n, y->year_code.p); /* short */
	report_line(page, LEFT_MM + WIDTH_MM / 2 + 40, WIDTH_MM / 2 - 40, &right, str_from(text));
	(void)snprintf(text, sizeof(text), page_count > 1 ? "%s (%zu/%zu)" : "%s",
			moment_titles[m->number], page_number, page_count); /* short */
	report_line(page, LEFT_MM + WIDTH_MM / 2 - 40, 80, &center, str_from(text));
	page->y_mm += 5.6;
	report_line(page, LEFT_MM, WIDTH_MM, &report_small,
			str_from("Môn học: T Hoàn thành tốt, H Hoàn thành, C Chưa hoàn thành, "
				 "M Miễn. Phẩm chất, năng lực: T Tốt, Đ Đạt, C Cần cố gắng. "
				 "Điểm KT: điểm bài kiểm tra định kì."));
	page->y_mm += 4;
	if (m->number == END) {
		report_line(page, LEFT_MM, WIDTH_MM, &report_small,
				str_from("Kết quả giáo dục: HTXS Hoàn thành xuất sắc, HTT Hoàn "
					 "thành tốt, HT Hoàn thành, CHT Chưa hoàn thành. Chương "
					 "trình lớp học: Bổ sung là được hướng dẫn, giúp đỡ và "
					 "đánh giá bổ sung."));
		page->y_mm += 4;
	}
	page->y_mm += 0.8;
}

/* Rows stand evenly on as few pages as hold them, so that none is alone on its page. */
static void draw_moment(struct moment *m) {
	size_t rows = m->p->year.student_count + COUNTED;
	struct pdf_table table = { .columns = m->columns,
		.column_count = 2 + m->place_count,
		.head = { .face = PDF_SERIF, .size_pt = 7.5, .size_min_pt = 4.5, .is_bold = true },
		.body = { .face = PDF_SERIF, .size_pt = 8, .size_min_pt = 4 },
		.x_mm = LEFT_MM,
		.top_mm = LEFT_MM,
		.bottom_mm = LEFT_MM + HEIGHT_MM,
		.pad_mm = 0.5,
		.line_mm = 0.15,
		.head_mm = TITLES_MM,
		.groups = m->groups,
		.group_count = m->group_count };
	double room_mm = HEIGHT_MM - TITLES_MM - 20;
	size_t most = (size_t)(room_mm / ROW_LEAST_MM);
	size_t pages = (rows + most - 1) / most;
	size_t each = (rows + pages - 1) / pages;
	double row_mm = room_mm / (double)each;
	table.row_mm = row_mm > ROW_MOST_MM ? ROW_MOST_MM : row_mm;
	for (size_t i = 0; i < rows; i++) {
		if (i % each == 0) {
			draw_moment_head(m, i / each + 1, pages);
			table.y_mm = m->page->y_mm;
			pdf_table_head(m->page->pdf, &table);
		}
		if (i < m->p->year.student_count) {
			draw_student(m, &table, i);
		} else {
			draw_count(m, &table, i - m->p->year.student_count);
		}
	}
}

/* ---- the cover ---- */

static void draw_teachers(struct report_page *page, const struct class_year *y) {
	static const struct pdf_column columns[] = {
		REPORT_COLUMN("STT", 12, PDF_CENTER),
		REPORT_COLUMN("Môn học và hoạt động giáo dục", 110, PDF_LEFT),
		REPORT_COLUMN("Giáo viên", WIDTH_MM - 122, PDF_LEFT),
	};
	struct pdf_table table = { .columns = columns,
		.column_count = sizeof(columns) / sizeof(columns[0]),
		.head = report_head,
		.body = { .face = PDF_SERIF, .size_pt = 10, .size_min_pt = 6 },
		.x_mm = LEFT_MM,
		.top_mm = LEFT_MM,
		.bottom_mm = LEFT_MM + HEIGHT_MM,
		.pad_mm = 0.7,
		.line_mm = 0.2,
		.y_mm = page->y_mm };
	pdf_table_head(page->pdf, &table);
	for (size_t i = 0; i < y->subject_count; i++) {
		char number[32];
		(void)snprintf(number, sizeof(number), "%zu", i + 1); /* short */
		const struct str cells[] = { str_from(number), y->subjects[i].name,
			y->subjects[i].teachers };
		pdf_table_row(page->pdf, &table, cells);
	}
	page->y_mm = table.y_mm + 3;
}

static void draw_signatures(struct report_page *page, const struct report_file *file,
		const struct class_year *y, struct str code) {
	static const char *const titles[] = { "Giáo viên chủ nhiệm", "Hiệu trưởng" };
	struct pdf_style bold = report_aligned(&report_bold, PDF_CENTER);
	struct pdf_style small = report_aligned(&report_small, PDF_CENTER);
	struct pdf_style body = report_aligned(&report_body, PDF_CENTER);
	double w_mm = (WIDTH_MM - REPORT_QR_MM) / 2;
	struct date day = { 0 };
	char text[LINE_BYTES] = "";
	body.is_italic = true;
	report_need(page, FOOT_MM);
	if (!date_in_vietnam(file->issued_at_ms, &day)) {
		(void)snprintf(text, sizeof(text), "Ngày %02d tháng %02d năm %d", day.day,
				day.month, day.year); /* short */
	}
	report_code(page, code, LEFT_MM, page->y_mm, REPORT_QR_MM);
	struct pdf_box how = { LEFT_MM, page->y_mm + REPORT_QR_MM, REPORT_QR_MM, 6 };
	(void)pdf_text(page->pdf, how, &small, str_from("Quét mã để kiểm tra sổ")); /* fits */
	report_line(page, LEFT_MM + REPORT_QR_MM + w_mm, w_mm, &body, str_from(text));
	page->y_mm += 6;
	for (int i = 0; i < 2; i++) {
		double x_mm = LEFT_MM + REPORT_QR_MM + i * w_mm;
		report_line(page, x_mm, w_mm, &bold, str_from(titles[i]));
	}
	page->y_mm += 4.6;
	for (int i = 0; i < 2; i++) {
		double x_mm = LEFT_MM + REPORT_QR_MM + i * w_mm;
		report_line(page, x_mm, w_mm, &small,
				str_from(i ? "(kí, ghi rõ họ tên và đóng dấu)"
					   : "(kí và ghi rõ họ tên)"));
	}
	page->y_mm += 22;
	report_line(page, LEFT_MM + REPORT_QR_MM, w_mm, &bold, y->homeroom_name);
}

static void draw_cover(struct report_page *page, const struct report_file *file, struct str code) {
	const struct report_year *p = file->items[0].years[0];
	const struct class_year *y = &p->year;
	const struct report_sheet on = { .page = page, .file = file, .p = p };
	struct pdf_style center = report_aligned(&report_bold, PDF_CENTER);
	char text[LINE_BYTES];
	pdf_page(page->pdf);
	page->y_mm = LEFT_MM;
	report_line(page, LEFT_MM, WIDTH_MM, &report_bold, y->school_name);
	page->y_mm += 8;
	report_line(page, LEFT_MM, WIDTH_MM, &report_title,
			str_from("BẢNG TỔNG HỢP KẾT QUẢ ĐÁNH GIÁ GIÁO DỤC CỦA LỚP"));
	page->y_mm += 7.5;
	(void)snprintf(text, sizeof(text), "Lớp %.*s – Năm học %.*s", (int)y->class_name.n,
			y->class_name.p, (int)y->year_code.n, y->year_code.p); /* short */
	report_line(page, LEFT_MM, WIDTH_MM, &center, str_from(text));
	page->y_mm += 8;
	report_pair(&on, LEFT_MM, WIDTH_MM / 2, "Giáo viên chủ nhiệm:", y->homeroom_name);
	(void)snprintf(text, sizeof(text), "%zu học sinh", y->student_count); /* short */
	report_pair(&on, LEFT_MM + WIDTH_MM / 2, WIDTH_MM / 2, "Sĩ số:", str_from(text));
	page->y_mm += 6;
	report_book_closed(page, p, LEFT_MM, WIDTH_MM, PDF_LEFT);
	page->y_mm += 5;
	draw_teachers(page, y);
	draw_signatures(page, file, y, code);
}

void report_primary_book(struct report_page *page, const struct report_file *file) {
	const struct report_year *p = file->items[0].years[0];
	draw_cover(page, file, file->items[0].code);
	for (unsigned n = 0; n < TT27_MOMENTS; n++) {
		if (is_known(p, n)) {
			_cleanup_(moment_finish) struct moment m = {
				.page = page, .p = p, .number = n
			};
			set_columns(&m);
			draw_moment(&m);
		}
	}
}
