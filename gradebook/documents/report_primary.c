/* Report cards and transcript pages of primary school (report.h): levels and tests, no means. */
#include "gradebook/documents/report_inner.h"

#include <assert.h>
#include <stdio.h>

#include "core/base/cleanup.h"
#include "gradebook/results/class_primary.h"

enum {
	LINE_BYTES = 2048,
	AGAIN_BYTES_MAX = 16384,
	END = TT27_MOMENTS - 1,
	FIRST_VALUE = 2,
	ROW_MM = 6,
};

#define LEFT_MM REPORT_MARGIN_MM
#define TRAITS_MM 62.0 /* both columns with their head and their legend */
#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* One student's one year on paper. */
struct sheet {
	const struct report_sheet *on;
	struct tt27_pupil input; /* of that part */
	struct tt27_outcome outcome;
};

/* ---- subjects ---- */

static const struct pdf_column term_columns[] = {
	REPORT_COLUMN("STT", 10, PDF_CENTER),
	REPORT_COLUMN("Môn học và hoạt động giáo dục", 50, PDF_LEFT),
	REPORT_COLUMN("Mức giữa kì", 16, PDF_CENTER),
	REPORT_COLUMN("Điểm KT giữa kì", 16, PDF_CENTER),
	REPORT_COLUMN("Mức cuối kì", 16, PDF_CENTER),
	REPORT_COLUMN("Điểm KT cuối kì", 16, PDF_CENTER),
	REPORT_COLUMN("Nhận xét của giáo viên", 58, PDF_LEFT),
};
static const struct pdf_column year_columns[] = {
	REPORT_COLUMN("STT", 9, PDF_CENTER),
	REPORT_COLUMN("Môn học và hoạt động giáo dục", 42, PDF_LEFT),
	REPORT_COLUMN("Giữa HK I", 12, PDF_CENTER),
	REPORT_COLUMN("Cuối HK I", 12, PDF_CENTER),
	REPORT_COLUMN("Giữa HK II", 13, PDF_CENTER),
	REPORT_COLUMN("Cuối năm", 12, PDF_CENTER),
	REPORT_COLUMN("Điểm KT HK I", 16, PDF_CENTER),
	REPORT_COLUMN("Điểm KT cuối năm", 16, PDF_CENTER),
	REPORT_COLUMN("Nhận xét của giáo viên", 50, PDF_LEFT),
};
static const struct pdf_column transcript_columns[] = {
	REPORT_COLUMN("STT", 9, PDF_CENTER),
	REPORT_COLUMN("Môn học và hoạt động giáo dục", 47, PDF_LEFT),
	REPORT_COLUMN("Mức đạt được", 17, PDF_CENTER),
	REPORT_COLUMN("Điểm KTĐK", 17, PDF_CENTER),
	REPORT_COLUMN("Giáo viên", 38, PDF_LEFT),
	REPORT_COLUMN("Nhận xét của giáo viên", 54, PDF_LEFT),
};

static struct pdf_table table_of(
		const struct sheet *s, const struct pdf_column *columns, size_t count) {
	return (struct pdf_table){ .columns = columns,
		.column_count = count,
		.head = report_head,
		.body = { .face = PDF_SERIF, .size_pt = 9.5, .size_min_pt = 6 },
		.x_mm = LEFT_MM,
		.top_mm = REPORT_MARGIN_MM,
		.bottom_mm = PDF_A4_HEIGHT_MM - REPORT_MARGIN_MM,
		.pad_mm = 0.9,
		.line_mm = 0.2,
		.y_mm = s->on->page->y_mm };
}

void report_primary_level(enum pack_primary_level level, const char *middle, struct buf *out) {
	if (level != PACK_PRIMARY_NONE) {
		buf_add_str(out,
				level == PACK_PRIMARY_T                   ? "T"
						: level == PACK_PRIMARY_C ? "C"
									  : middle);
	}
}

void report_primary_test(int x10, struct buf *out) {
	if (x10 != TT27_TEST_NONE) {
		buf_addf(out, "%d", x10 / 10);
	}
}

static void fill_term(const struct sheet *s, const struct tt27_subject *in, struct buf *texts) {
	unsigned first = (unsigned)report_term_of(s->on) * 2;
	for (unsigned m = 0; m < 2; m++) {
		report_primary_level(in->moments[first + m], "H", &texts[2 * m]);
		report_primary_test(in->tests_x10[first + m], &texts[2 * m + 1]);
	}
}

static void fill_year(const struct tt27_subject *in, struct buf *texts) {
	for (unsigned m = 0; m < TT27_MOMENTS; m++) {
		report_primary_level(in->moments[m], "H", &texts[m]);
	}
	report_primary_test(in->tests_x10[1], &texts[TT27_MOMENTS]);
	report_primary_test(in->tests_x10[END], &texts[TT27_MOMENTS + 1]);
}

static void fill_transcript(const struct tt27_subject *in, struct str teachers, struct buf *texts) {
	report_primary_level(in->moments[END], "H", &texts[0]);
	report_primary_test(in->tests_x10[END], &texts[1]);
	buf_add(&texts[2], teachers.p, teachers.n);
}

static void draw_subject(const struct sheet *s, struct pdf_table *table, size_t i) {
	const struct class_year *y = &s->on->p->year;
	size_t at = class_year_place(s->on->student, i, y->subjects[i].code);
	_cleanup_(report_cells_finish) struct report_cells c;
	report_cells_begin(&c, table->column_count);
	struct buf *values = &c.texts[FIRST_VALUE];
	buf_addf(&c.texts[0], "%zu", i + 1);
	buf_add(&c.texts[1], y->subjects[i].name.p, y->subjects[i].name.n);
	if (at < s->input.subject_count && report_is_term(s->on)) {
		fill_term(s, &s->input.subjects[at], values);
	} else if (at < s->input.subject_count && report_is_transcript(s->on)) {
		fill_transcript(&s->input.subjects[at], y->subjects[i].teachers, values);
	} else if (at < s->input.subject_count) {
		fill_year(&s->input.subjects[at], values);
	}
	if (at < s->input.subject_count && s->input.subjects[at].is_exempt) {
		buf_add_str(values, values->len ? "" : "Miễn");
	}
	report_add_remark(s->on, i, &c.texts[table->column_count - 1]);
	pdf_table_row(s->on->page->pdf, table, report_cells_all(&c));
	report_sheet_whose(s->on);
}

static void draw_subjects(const struct sheet *s) {
	struct pdf_table table = report_is_term(s->on)
			? table_of(s, term_columns, COUNT(term_columns))
			: report_is_transcript(s->on)
			? table_of(s, transcript_columns, COUNT(transcript_columns))
			: table_of(s, year_columns, COUNT(year_columns));
	pdf_table_head(s->on->page->pdf, &table);
	for (size_t i = 0; i < s->on->p->year.subject_count; i++) {
		draw_subject(s, &table, i);
	}
	s->on->page->y_mm = table.y_mm + 3;
}

/* ---- qualities and competences, in two columns ---- */

/* Which moments are shown: both of a term, all of a year, the last in a transcript. */
static unsigned moments_of(const struct sheet *s, unsigned *out_first) {
	if (report_is_term(s->on)) {
		*out_first = (unsigned)report_term_of(s->on) * 2;
		return 2;
	}
	*out_first = report_is_transcript(s->on) ? END : 0;
	return report_is_transcript(s->on) ? 1 : TT27_MOMENTS;
}

static const struct pack_trait *trait_of(const struct primary_pack *pack, struct str code) {
	for (size_t i = 0; i < pack->trait_count; i++) {
		if (str_eq_z(code, pack->traits[i].code)) {
			return &pack->traits[i];
		}
	}
	return NULL;
}

/* Every quality and competence, group after group; the count of those that stand on the left. */
struct all_traits {
	const struct tt27_trait *items[2 * TT27_TRAITS_MAX];
	size_t count;
	size_t left;
};

static void list_traits(const struct sheet *s, struct all_traits *out) {
	const struct tt27_traits *lists[] = { &s->input.qualities, &s->input.competences };
	*out = (struct all_traits){ .count = 0 };
	for (size_t k = 0; k < COUNT(lists); k++) {
		for (size_t i = 0; i < lists[k]->count; i++) {
			const struct tt27_trait *trait = &lists[k]->items[i];
			const struct pack_trait *known =
					trait_of(s->on->p->year.primary, trait->code);
			out->items[out->count++] = trait;
			out->left += !known || known->group != PACK_SPECIFIC;
		}
	}
}

static void fill_trait(const struct sheet *s, const struct tt27_trait *trait, struct buf *texts) {
	const struct pack_trait *known = trait_of(s->on->p->year.primary, trait->code);
	unsigned first = 0;
	unsigned count = moments_of(s, &first);
	struct str name = known ? str_from(known->name) : trait->code;
	buf_add(&texts[0], name.p, name.n);
	for (unsigned m = 0; m < count; m++) {
		report_primary_level(trait->moments[first + m], "Đ", &texts[1 + m]);
	}
}

static void draw_traits(const struct sheet *s) {
	static const char *const titles[] = { "GK I", "CK I", "GK II", "CN" };
	struct pdf_column columns[2 * (1 + TT27_MOMENTS)];
	struct all_traits all;
	unsigned first = 0;
	unsigned moments = moments_of(s, &first);
	assert(first + moments <= COUNT(titles));
	unsigned side = 1 + moments;
	double value_mm = 11.5;
	double name_mm = REPORT_WIDTH_MM / 2 - moments * value_mm;
	list_traits(s, &all);
	report_sheet_need(s->on, TRAITS_MM);
	for (unsigned k = 0; k < 2; k++) {
		const char *title = k ? "Năng lực đặc thù" : "Phẩm chất, năng lực chung";
		columns[k * side] =
				(struct pdf_column){ .title = str_from(title), .w_mm = name_mm };
		for (unsigned m = 0; m < moments; m++) {
			columns[k * side + 1 + m] = (struct pdf_column){
				.title = str_from(titles[first + m]),
				.w_mm = value_mm,
				.align = PDF_CENTER,
			};
		}
	}
	struct pdf_table table = table_of(s, columns, (size_t)2 * side);
	pdf_table_head(s->on->page->pdf, &table);
	for (size_t i = 0; i < all.left || i < all.count - all.left; i++) {
		_cleanup_(report_cells_finish) struct report_cells c;
		report_cells_begin(&c, table.column_count);
		if (i < all.left) {
			fill_trait(s, all.items[i], c.texts);
		}
		if (i < all.count - all.left) {
			fill_trait(s, all.items[all.left + i], &c.texts[side]);
		}
		pdf_table_row(s->on->page->pdf, &table, report_cells_all(&c));
	}
	s->on->page->y_mm = table.y_mm + 2;
	report_line(s->on->page, LEFT_MM, REPORT_WIDTH_MM, &report_small,
			str_from("Môn học: T Hoàn thành tốt, H Hoàn thành, C Chưa hoàn thành. "
				 "Phẩm chất, năng lực: T Tốt, Đ Đạt, C Cần cố gắng."));
	s->on->page->y_mm += ROW_MM;
}

/* ---- what it comes to ---- */

static const char *result_text(const struct sheet *s) {
	static const char *const texts[] = { "Hoàn thành xuất sắc", "Hoàn thành tốt", "Hoàn thành",
		"Chưa hoàn thành" };
	int row = s->outcome.row;
	return row == TT27_ROW_OPEN ? "…………" : texts[row];
}

static const char *award_text(const struct sheet *s) {
	int award = s->outcome.award;
	if (award == TT27_AWARD_OPEN) {
		return "…………";
	}
	if (award == TT27_AWARD_NONE) {
		return "Không";
	}
	bool is_top = !s->on->p->year.primary->rows[award].award_is_chosen;
	return is_top ? "Học sinh Xuất sắc" : "Học sinh Tiêu biểu trong học tập và rèn luyện";
}

static void print_promotion(const struct sheet *s, char out[LINE_BYTES]) {
	enum { LAST_GRADE = 5 };
	unsigned grade = s->on->p->year.grade;
	const char *text = "…………";
	switch (s->outcome.promotion) {
	case PACK_PROMOTED:
		if (s->outcome.row == PACK_PRIMARY_ROWS &&
				s->outcome.after != PACK_PRIMARY_ROWS - 1) {
			text = "Được lên lớp theo quyết định của hiệu trưởng";
			break;
		}
		(void)snprintf(out, LINE_BYTES, "Hoàn thành chương trình lớp %u%s", grade,
				grade == LAST_GRADE ? ", hoàn thành chương trình tiểu học"
						    : ", được lên lớp"); /* short */
		return;
	case PACK_CONDITIONAL:
		text = "Chưa hoàn thành: được hướng dẫn, giúp đỡ và đánh giá bổ sung";
		break;
	case PACK_HELD:
		text = "Chưa được lên lớp";
		break;
	case PACK_PROMOTION_OPEN:
		break;
	}
	(void)snprintf(out, LINE_BYTES, "%s", text); /* short */
}

static struct str name_of(const struct sheet *s, struct str code) {
	const struct class_year *y = &s->on->p->year;
	for (size_t i = 0; i < y->subject_count; i++) {
		if (str_eq(y->subjects[i].code, code)) {
			return y->subjects[i].name;
		}
	}
	return code;
}

static void add_again(struct buf *out, struct str name, const char *what, const char *value) {
	buf_add_str(out, out->len ? "; " : "");
	buf_add(out, name.p, name.n);
	buf_addf(out, "%s: %s", what, value);
}

static void add_trait_again(
		const struct sheet *s, const struct tt27_traits *traits, struct buf *out) {
	static const char *const letters[PACK_PRIMARY_LEVELS] = { "C", "Đ", "T" };
	for (size_t i = 0; i < traits->count; i++) {
		const struct tt27_trait *t = &traits->items[i];
		const struct pack_trait *known = trait_of(s->on->p->year.primary, t->code);
		if (t->again != PACK_PRIMARY_NONE) {
			add_again(out, known ? str_from(known->name) : t->code, "",
					letters[t->again]);
		}
	}
}

/* "Toán: H; Toán (KTĐK): 5; Chăm chỉ: Đ": what was assessed again after help. */
static void list_again(const struct sheet *s, struct buf *out) {
	static const char *const letters[PACK_PRIMARY_LEVELS] = { "C", "H", "T" };
	for (size_t i = 0; i < s->input.subject_count; i++) {
		const struct tt27_subject *one = &s->input.subjects[i];
		struct str name = name_of(s, one->code);
		char test[LINE_BYTES];
		if (one->again != PACK_PRIMARY_NONE) {
			add_again(out, name, "", letters[one->again]);
		}
		if (one->again_test_x10 != TT27_TEST_NONE) {
			(void)snprintf(test, sizeof(test), "%d",
					one->again_test_x10 / 10); /* whole */
			add_again(out, name, " (KTĐK)", test);
		}
	}
	add_trait_again(s, &s->input.qualities, out);
	add_trait_again(s, &s->input.competences, out);
}

static void draw_again(const struct sheet *s) {
	_cleanup_(buf_finish) struct buf text = buf_make(AGAIN_BYTES_MAX);
	list_again(s, &text);
	if (text.len && s->outcome.after != TT27_ROW_OPEN && !buf_err(&text)) {
		report_pair(s->on, LEFT_MM, REPORT_WIDTH_MM,
				"Đánh giá bổ sung:", report_str(&text));
		s->on->page->y_mm += ROW_MM;
	}
}

static void draw_results(const struct sheet *s) {
	_cleanup_(buf_finish) struct buf absences = buf_make(LINE_BYTES);
	char promotion[LINE_BYTES];
	struct report_page *page = s->on->page;
	report_add_absences(s->on, &absences);
	report_pair(s->on, LEFT_MM, 86, "Số buổi nghỉ:", report_str(&absences));
	if (!report_is_term(s->on)) {
		print_promotion(s, promotion);
		report_pair(s->on, LEFT_MM + 88, REPORT_WIDTH_MM - 88,
				"Kết quả giáo dục:", str_from(result_text(s)));
		page->y_mm += ROW_MM;
		report_pair(s->on, LEFT_MM, REPORT_WIDTH_MM,
				"Khen thưởng:", str_from(award_text(s)));
		page->y_mm += ROW_MM;
		draw_again(s);
		report_pair(s->on, LEFT_MM, REPORT_WIDTH_MM,
				"Hoàn thành chương trình:", str_from(promotion));
	}
	page->y_mm += ROW_MM;
}

void report_primary_draw(struct report_sheet *on, struct str code) {
	struct sheet s = { .on = on, .outcome = on->student->primary->outcome };
	class_primary_part(
			on->student, report_is_term(on) ? on->file->scope : SCOPE_YEAR, &s.input);
	report_sheet_begin(on);
	draw_subjects(&s);
	draw_traits(&s);
	report_sheet_foot(on, (report_is_term(on) ? 1 : 3) * ROW_MM);
	draw_results(&s);
	report_sheet_end(on, code);
}
