#include "gradebook/documents/report_inner.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "gradebook/marks/mark.h"
#include "gradebook/results/class_primary.h"

enum { GREY = 0x555555, TERM_YEAR = PACK_TERMS };

const struct pdf_style report_small = {
	.face = PDF_SERIF, .size_pt = 8, .size_min_pt = 6, .rgb = GREY
};
const struct pdf_style report_body = { .face = PDF_SERIF, .size_pt = 10.5, .size_min_pt = 7 };
const struct pdf_style report_bold = {
	.face = PDF_SERIF, .size_pt = 10.5, .size_min_pt = 7, .is_bold = true
};
const struct pdf_style report_head = {
	.face = PDF_SERIF, .size_pt = 9.5, .size_min_pt = 6, .is_bold = true
};
const struct pdf_style report_title = {
	.face = PDF_SERIF, .size_pt = 14, .size_min_pt = 9, .is_bold = true, .align = PDF_CENTER
};

void report_year_init(struct report_year *p) {
	class_year_init(&p->year);
	p->remarks = NULL;
	p->closed_at_ms = 0;
}

enum err report_part(const struct report_year *p, const struct class_student *student,
		enum class_scope scope, struct tt22_student *input, struct tt22_outcome *outcome) {
	if (student->kept_at_ms) {
		*input = student->input;
		*outcome = student->outcome;
		return ERR_OK;
	}
	class_year_part(student, scope, input);
	return tt22_work_out(p->year.pack, input, outcome);
}

void report_year_finish(struct report_year *p) {
	class_year_finish(&p->year);
	free(p->remarks);
	p->remarks = NULL;
}

struct str report_str(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

struct pdf_style report_aligned(const struct pdf_style *style, enum pdf_align align) {
	struct pdf_style other = *style;
	other.align = align;
	return other;
}

void report_fail(struct report_page *page, enum err e) {
	if (!page->err) {
		page->err = e;
	}
}

void report_line(struct report_page *page, double x_mm, double w_mm, const struct pdf_style *style,
		struct str text) {
	struct pdf_box box = { x_mm, page->y_mm, w_mm, style->size_pt * 0.52 };
	(void)pdf_text(page->pdf, box, style, text); /* shrinks, cut at worst */
}

void report_need(struct report_page *page, double h_mm) {
	if (page->y_mm + h_mm > pdf_height_mm(page->pdf) - REPORT_MARGIN_MM) {
		pdf_page(page->pdf);
		page->y_mm = REPORT_MARGIN_MM;
	}
}

void report_code(struct report_page *page, struct str code, double x_mm, double y_mm,
		double side_mm) {
	_cleanup_(qr_freep) struct qr *qr = NULL;
	enum err e = qr_new(code, QR_LEVEL_M, &qr);
	if (e) {
		report_fail(page, e);
		return;
	}
	pdf_qr(page->pdf, qr, x_mm, y_mm, side_mm);
}

void report_value(const struct tt22_subject *s, int term, int value, struct buf *out) {
	bool is_exempt = s->is_exempt || (term < TERM_YEAR && s->is_term_exempt[term]);
	if (is_exempt) {
		buf_add_str(out, "Miễn");
		return;
	}
	mark_print(s->is_comment ? MARK_SCALE_PASSED : MARK_SCALE_TENTHS, value, LANG_VI, out);
}

void report_regular(const struct tt22_subject *s, int term, struct buf *out) {
	const struct tt22_term *t = &s->terms[term];
	bool is_next = false;
	for (size_t i = 0; i < t->regular_count; i++) {
		if (t->regular_x10[i] != TT22_MARK_NONE) {
			buf_add_str(out, is_next ? "  " : "");
			mark_print(s->is_comment ? MARK_SCALE_PASSED : MARK_SCALE_TENTHS,
					t->regular_x10[i], LANG_VI, out);
			is_next = true;
		}
	}
}

const char *report_level(enum pack_level level) {
	switch (level) {
	case PACK_TOT:
		return "Tốt";
	case PACK_KHA:
		return "Khá";
	case PACK_DAT:
		return "Đạt";
	case PACK_CHUA_DAT:
		return "Chưa đạt";
	case PACK_LEVEL_NONE:
	case PACK_LEVELS:
		break;
	}
	return "…………";
}

/* ---- the facts ---- */

static void put_remarks(struct json_out *w, const struct report_year *p, size_t student,
		enum class_scope scope) {
	jo_karr(w, "remarks");
	for (size_t i = 0; p->remarks && i <= TT22_SUBJECTS_MAX; i++) {
		for (unsigned k = 0; k < PACK_TERMS; k++) {
			struct str text = p->remarks[student].text[i][k];
			bool is_part = scope == SCOPE_YEAR || scope == (enum class_scope)(k + 1);
			if (!is_part || text.n == 0) {
				continue;
			}
			jo_obj(w);
			jo_kstr(w, "subject",
					i == REPORT_HOMEROOM ? str_from("")
							     : p->year.subjects[i].code);
			jo_ki64(w, "term", k + 1);
			jo_kstr(w, "text", text);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
}

static void put_absences(
		struct json_out *w, const struct class_student *s, enum class_scope scope) {
	jo_karr(w, "absences");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		if (scope == SCOPE_YEAR || scope == (enum class_scope)(k + 1)) {
			jo_i64(w, s->absences[k].excused);
			jo_i64(w, s->absences[k].unexcused);
		}
	}
	jo_end_arr(w);
}

/* The marks of the part, as docs/compute.md has them. */
static enum err put_line(struct json_out *w, const struct report_year *p,
		const struct class_student *s, enum class_scope scope) {
	struct tt22_student input;
	struct tt22_outcome outcome;
	if (s->primary) {
		struct tt27_pupil pupil;
		class_primary_part(s, scope, &pupil);
		tt27_put_line(w, p->year.primary, &pupil);
		return ERR_OK;
	}
	enum err e = report_part(p, s, scope, &input, &outcome);
	if (!e) {
		tt22_put_line(w, p->year.pack, class_year_level(&p->year), &input, &outcome);
	}
	return e;
}

enum err report_facts(const struct report_year *p, size_t student, enum class_scope scope,
		struct buf *out) {
	const struct class_student *s = &p->year.students[student];
	char birth[DATE_ISO_BYTES] = "";
	if (date_is_valid(s->birth)) {
		date_print_iso(s->birth, birth);
	}
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstr(&w, "year", p->year.year_code);
	jo_kstr(&w, "class", p->year.class_name);
	jo_kstr(&w, "code", s->code);
	jo_kstr(&w, "fullName", s->full_name);
	jo_kstrz(&w, "birthDate", birth);
	jo_key(&w, "line");
	enum err e = put_line(&w, p, s, scope);
	if (e) {
		return e;
	}
	put_absences(&w, s, scope);
	put_remarks(&w, p, student, scope);
	jo_end_obj(&w);
	return buf_err(out);
}
