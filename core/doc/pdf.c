#include "core/doc/pdf.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cairo-pdf.h>
#include <pango/pangocairo.h>

#include "core/doc/pdf_fonts.h"

#define PT_PER_MM (72.0 / 25.4)
#define SHRINK_STEP_PT 0.5

struct pdf {
	struct buf bytes;
	enum err err; /* the first failure, or ERR_OK */
	double width_mm;
	double height_mm;
	size_t page_count;
	PangoFontMap *font_map;
	PangoContext *context;
	PangoLayout *layout;
	cairo_surface_t *surface;
	cairo_t *cr;
};

static void fail(struct pdf *pdf, enum err e) {
	if (!pdf->err) {
		pdf->err = e;
	}
}

static cairo_status_t take_bytes(void *closure, const unsigned char *data, unsigned int n) {
	struct buf *bytes = closure;
	buf_add(bytes, data, n);
	return buf_err(bytes) ? CAIRO_STATUS_WRITE_ERROR : CAIRO_STATUS_SUCCESS;
}

/*
 * At resolution 72 a point of text is a point of the page. Hinting and rounding to pixels would
 * push letters together or apart, because a page has no pixels.
 */
static enum err make_layout(struct pdf *pdf) {
	pdf->font_map = pango_cairo_font_map_new_for_font_type(CAIRO_FONT_TYPE_FT);
	if (!pdf->font_map) {
		return ERR_UNSUPPORTED;
	}
	pango_cairo_font_map_set_resolution(PANGO_CAIRO_FONT_MAP(pdf->font_map), 72.0);
	pdf->context = pango_font_map_create_context(pdf->font_map);
	pango_context_set_language(pdf->context, pango_language_from_string("vi"));
	pango_context_set_round_glyph_positions(pdf->context, FALSE);
	cairo_font_options_t *options = cairo_font_options_create();
	cairo_font_options_set_hint_style(options, CAIRO_HINT_STYLE_NONE);
	cairo_font_options_set_hint_metrics(options, CAIRO_HINT_METRICS_OFF);
	cairo_font_options_set_antialias(options, CAIRO_ANTIALIAS_GRAY);
	pango_cairo_context_set_font_options(pdf->context, options);
	cairo_font_options_destroy(options);
	pdf->layout = pango_layout_new(pdf->context);
	pango_layout_set_wrap(pdf->layout, PANGO_WRAP_WORD_CHAR);
	pango_layout_set_auto_dir(pdf->layout, FALSE);
	/* A sign-in name broken at a line's end must not gain a hyphen. */
	PangoAttrList *attributes = pango_attr_list_new();
	pango_attr_list_insert(attributes, pango_attr_insert_hyphens_new(FALSE));
	pango_layout_set_attributes(pdf->layout, attributes);
	pango_attr_list_unref(attributes);
	return ERR_OK;
}

/* A copy with an end, as cairo wants it. */
static enum err set_metadata(struct pdf *pdf, cairo_pdf_metadata_t what, struct str text) {
	_cleanup_(buf_finish) struct buf nfc = buf_make(PDF_TEXT_BYTES_MAX);
	enum err e = str_nfc(text, &nfc);
	if (e) {
		return e;
	}
	cairo_pdf_surface_set_metadata(pdf->surface, what, buf_str(&nfc));
	return ERR_OK;
}

static enum err make_surface(struct pdf *pdf, const struct pdf_info *info) {
	pdf->surface = cairo_pdf_surface_create_for_stream(take_bytes, &pdf->bytes,
			pdf->width_mm * PT_PER_MM, pdf->height_mm * PT_PER_MM);
	if (cairo_surface_status(pdf->surface)) {
		return ERR_NOMEM;
	}
	cairo_pdf_surface_restrict_to_version(pdf->surface, CAIRO_PDF_VERSION_1_5);
	enum err e = set_metadata(pdf, CAIRO_PDF_METADATA_TITLE, info->title);
	if (e) {
		return e;
	}
	e = set_metadata(pdf, CAIRO_PDF_METADATA_AUTHOR, info->author);
	if (e) {
		return e;
	}
	GDateTime *created = g_date_time_new_from_unix_utc(info->created_ms / 1000);
	if (!created) {
		return ERR_INVAL;
	}
	char *text = g_date_time_format(created, "%Y-%m-%dT%H:%M:%SZ");
	cairo_pdf_surface_set_metadata(pdf->surface, CAIRO_PDF_METADATA_CREATE_DATE, text);
	g_free(text);
	g_date_time_unref(created);
	pdf->cr = cairo_create(pdf->surface);
	return cairo_status(pdf->cr) ? ERR_NOMEM : ERR_OK;
}

enum err pdf_new(const struct pdf_info *info, struct pdf **out) {
	assert(info && out);
	_cleanup_(pdf_freep) struct pdf *pdf = calloc(1, sizeof(*pdf));
	if (!pdf) {
		return ERR_NOMEM;
	}
	bool is_wide = info->orientation == PDF_LANDSCAPE;
	pdf->width_mm = is_wide ? PDF_A4_HEIGHT_MM : PDF_A4_WIDTH_MM;
	pdf->height_mm = is_wide ? PDF_A4_WIDTH_MM : PDF_A4_HEIGHT_MM;
	pdf->bytes = buf_make(PDF_BYTES_MAX);
	enum err e = pdf_fonts_use();
	if (e) {
		return e;
	}
	e = make_layout(pdf);
	if (e) {
		return e;
	}
	e = make_surface(pdf, info);
	if (e) {
		return e;
	}
	*out = STEAL(pdf);
	return ERR_OK;
}

void pdf_free(struct pdf *pdf) {
	if (!pdf) {
		return;
	}
	cairo_destroy(pdf->cr);
	if (pdf->surface) {
		cairo_surface_finish(pdf->surface); /* may still write: bytes go last */
		cairo_surface_destroy(pdf->surface);
	}
	g_clear_object(&pdf->layout);
	g_clear_object(&pdf->context);
	g_clear_object(&pdf->font_map);
	buf_finish(&pdf->bytes);
	free(pdf);
}

void pdf_page(struct pdf *pdf) {
	if (pdf->page_count == PDF_PAGES_MAX) {
		fail(pdf, ERR_LIMIT);
	}
	if (pdf->err) {
		return;
	}
	if (pdf->page_count > 0) {
		cairo_show_page(pdf->cr);
	}
	pdf->page_count++;
}

size_t pdf_page_count(const struct pdf *pdf) {
	return pdf->page_count;
}

double pdf_height_mm(const struct pdf *pdf) {
	return pdf->height_mm;
}

/* Drawing needs a page and a document without failure. */
static bool can_draw(struct pdf *pdf) {
	if (pdf->page_count == 0) {
		fail(pdf, ERR_MISSING);
	}
	return !pdf->err;
}

static void set_colour(struct pdf *pdf, unsigned rgb) {
	cairo_set_source_rgb(pdf->cr, (rgb >> 16 & 255) / 255.0, (rgb >> 8 & 255) / 255.0,
			(rgb & 255) / 255.0);
}

static const char *face_name(enum pdf_face face) {
	switch (face) {
	case PDF_SANS:
		return "Liberation Sans";
	case PDF_SERIF:
		return "Liberation Serif";
	case PDF_MONO:
		return "Liberation Mono";
	}
	return "Liberation Sans";
}

static PangoAlignment alignment_of(enum pdf_align align) {
	switch (align) {
	case PDF_LEFT:
		return PANGO_ALIGN_LEFT;
	case PDF_CENTER:
		return PANGO_ALIGN_CENTER;
	case PDF_RIGHT:
		return PANGO_ALIGN_RIGHT;
	}
	return PANGO_ALIGN_LEFT;
}

static void set_size(struct pdf *pdf, const struct pdf_style *style, double size_pt) {
	PangoFontDescription *font = pango_font_description_new();
	pango_font_description_set_family_static(font, face_name(style->face));
	pango_font_description_set_weight(
			font, style->is_bold ? PANGO_WEIGHT_BOLD : PANGO_WEIGHT_NORMAL);
	pango_font_description_set_style(
			font, style->is_italic ? PANGO_STYLE_ITALIC : PANGO_STYLE_NORMAL);
	pango_font_description_set_absolute_size(font, size_pt * PANGO_SCALE);
	pango_layout_set_font_description(pdf->layout, font);
	pango_font_description_free(font);
}

/* Puts the text into the layout at the style's size; w_mm < 0 does not wrap. */
static bool lay_out(struct pdf *pdf, double w_mm, const struct pdf_style *style, struct str text) {
	_cleanup_(buf_finish) struct buf nfc = buf_make(PDF_TEXT_BYTES_MAX);
	enum err e = str_nfc(text, &nfc);
	if (e) {
		fail(pdf, e);
		return false;
	}
	pango_layout_set_height(pdf->layout, -1);
	pango_layout_set_ellipsize(pdf->layout, PANGO_ELLIPSIZE_NONE);
	pango_layout_set_width(pdf->layout, w_mm < 0 ? -1 : (int)(w_mm * PT_PER_MM * PANGO_SCALE));
	pango_layout_set_alignment(pdf->layout, alignment_of(style->align));
	set_size(pdf, style, style->size_pt);
	pango_layout_set_text(pdf->layout, buf_str(&nfc), (int)nfc.len);
	return true;
}

static double laid_height_mm(struct pdf *pdf) {
	int height = 0;
	pango_layout_get_size(pdf->layout, NULL, &height);
	return (double)height / PANGO_SCALE / PT_PER_MM;
}

/* Makes the laid out text fit the height: smaller, then cut. */
static enum pdf_fit fit_height(struct pdf *pdf, double h_mm, const struct pdf_style *style) {
	if (laid_height_mm(pdf) <= h_mm) {
		return PDF_FIT_WHOLE;
	}
	double size_pt = style->size_pt;
	while (style->size_min_pt > 0 && size_pt - SHRINK_STEP_PT >= style->size_min_pt) {
		size_pt -= SHRINK_STEP_PT;
		set_size(pdf, style, size_pt);
		if (laid_height_mm(pdf) <= h_mm) {
			return PDF_FIT_SHRUNK;
		}
	}
	pango_layout_set_height(pdf->layout, (int)(h_mm * PT_PER_MM * PANGO_SCALE));
	pango_layout_set_ellipsize(pdf->layout, PANGO_ELLIPSIZE_END);
	return PDF_FIT_CUT;
}

/* Draws what is laid out from the origin given, which the caller has saved. */
static void show(struct pdf *pdf, double w_mm, double h_mm, const struct pdf_style *style,
		enum pdf_fit fit) {
	if (fit == PDF_FIT_CUT) {
		/* Pango keeps a line of each paragraph whatever the height is. */
		cairo_rectangle(pdf->cr, 0, 0, w_mm * PT_PER_MM, h_mm * PT_PER_MM);
		cairo_clip(pdf->cr);
	}
	set_colour(pdf, style->rgb);
	cairo_move_to(pdf->cr, 0, 0);
	pango_cairo_show_layout(pdf->cr, pdf->layout);
}

enum pdf_fit pdf_text(struct pdf *pdf, struct pdf_box box, const struct pdf_style *style,
		struct str text) {
	if (!can_draw(pdf) || !lay_out(pdf, box.w_mm, style, text)) {
		return PDF_FIT_CUT;
	}
	enum pdf_fit fit = fit_height(pdf, box.h_mm, style);
	cairo_save(pdf->cr);
	double down_mm = style->is_middle && fit != PDF_FIT_CUT
			? (box.h_mm - laid_height_mm(pdf)) / 2
			: 0;
	cairo_translate(pdf->cr, box.x_mm * PT_PER_MM, (box.y_mm + down_mm) * PT_PER_MM);
	show(pdf, box.w_mm, box.h_mm, style, fit);
	cairo_restore(pdf->cr);
	return fit;
}

enum pdf_fit pdf_text_up(struct pdf *pdf, struct pdf_box box, const struct pdf_style *style,
		struct str text) {
	if (!can_draw(pdf) || !lay_out(pdf, box.h_mm, style, text)) {
		return PDF_FIT_CUT;
	}
	enum pdf_fit fit = fit_height(pdf, box.w_mm, style);
	double left_mm = fit == PDF_FIT_CUT ? 0 : (box.w_mm - laid_height_mm(pdf)) / 2;
	cairo_save(pdf->cr);
	cairo_translate(pdf->cr, (box.x_mm + left_mm) * PT_PER_MM,
			(box.y_mm + box.h_mm) * PT_PER_MM);
	cairo_rotate(pdf->cr, -G_PI / 2);
	show(pdf, box.h_mm, box.w_mm, style, fit);
	cairo_restore(pdf->cr);
	return fit;
}

double pdf_text_height_mm(
		struct pdf *pdf, double w_mm, const struct pdf_style *style, struct str text) {
	if (pdf->err || !lay_out(pdf, w_mm, style, text)) {
		return 0;
	}
	return laid_height_mm(pdf);
}

double pdf_text_width_mm(struct pdf *pdf, const struct pdf_style *style, struct str text) {
	if (pdf->err || !lay_out(pdf, -1, style, text)) {
		return 0;
	}
	int width = 0;
	pango_layout_get_size(pdf->layout, &width, NULL);
	return (double)width / PANGO_SCALE / PT_PER_MM;
}

static void stroke(struct pdf *pdf, const struct pdf_pen *pen) {
	set_colour(pdf, pen->rgb);
	cairo_set_line_width(pdf->cr, pen->width_mm * PT_PER_MM);
	double dash = pen->dash_mm * PT_PER_MM;
	cairo_set_dash(pdf->cr, &dash, dash > 0 ? 1 : 0, 0);
	cairo_stroke(pdf->cr);
}

void pdf_line(struct pdf *pdf, double x1_mm, double y1_mm, double x2_mm, double y2_mm,
		const struct pdf_pen *pen) {
	if (!can_draw(pdf)) {
		return;
	}
	cairo_move_to(pdf->cr, x1_mm * PT_PER_MM, y1_mm * PT_PER_MM);
	cairo_line_to(pdf->cr, x2_mm * PT_PER_MM, y2_mm * PT_PER_MM);
	stroke(pdf, pen);
}

void pdf_frame(struct pdf *pdf, struct pdf_box box, const struct pdf_pen *pen) {
	if (!can_draw(pdf)) {
		return;
	}
	cairo_rectangle(pdf->cr, box.x_mm * PT_PER_MM, box.y_mm * PT_PER_MM, box.w_mm * PT_PER_MM,
			box.h_mm * PT_PER_MM);
	stroke(pdf, pen);
}

void pdf_fill(struct pdf *pdf, struct pdf_box box, unsigned rgb) {
	if (!can_draw(pdf)) {
		return;
	}
	set_colour(pdf, rgb);
	cairo_rectangle(pdf->cr, box.x_mm * PT_PER_MM, box.y_mm * PT_PER_MM, box.w_mm * PT_PER_MM,
			box.h_mm * PT_PER_MM);
	cairo_fill(pdf->cr);
}

void pdf_qr(struct pdf *pdf, const struct qr *qr, double x_mm, double y_mm, double side_mm) {
	if (!can_draw(pdf)) {
		return;
	}
	size_t size = qr_size(qr);
	cairo_save(pdf->cr);
	cairo_translate(pdf->cr, x_mm * PT_PER_MM, y_mm * PT_PER_MM);
	double module_pt = side_mm * PT_PER_MM / (double)(size + 2 * QR_QUIET_MODULES);
	cairo_scale(pdf->cr, module_pt, module_pt);
	cairo_translate(pdf->cr, QR_QUIET_MODULES, QR_QUIET_MODULES);
	for (size_t y = 0; y < size; y++) {
		for (size_t x = 0; x < size;) {
			size_t end = x;
			while (end < size && qr_is_dark(qr, end, y)) {
				end++;
			}
			if (end > x) {
				cairo_rectangle(pdf->cr, (double)x, (double)y, (double)(end - x),
						1);
			}
			x = end > x ? end : x + 1;
		}
	}
	set_colour(pdf, 0x000000);
	cairo_fill(pdf->cr); /* one path: no light seams between neighbours */
	cairo_restore(pdf->cr);
}

enum err pdf_finish(struct pdf *pdf, struct buf *out) {
	if (!can_draw(pdf)) {
		return pdf->err;
	}
	cairo_show_page(pdf->cr);
	cairo_status_t drawn = cairo_status(pdf->cr);
	cairo_surface_finish(pdf->surface);
	if (buf_err(&pdf->bytes)) {
		fail(pdf, buf_err(&pdf->bytes));
	} else if (drawn || cairo_surface_status(pdf->surface)) {
		fail(pdf, ERR_NOMEM);
	}
	if (pdf->err) {
		return pdf->err;
	}
	buf_add(out, pdf->bytes.data, pdf->bytes.len);
	fail(pdf, ERR_CLOSED); /* nothing more can be drawn */
	return buf_err(out);
}
