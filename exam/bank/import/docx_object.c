/* Pictures, drawings, text boxes and equation previews inside a run. */

#include "exam/bank/import/docx_part.h"

#include <stdlib.h>
#include <string.h>

enum {
	EMU_A_PIXEL = 9525, /* 914400 an inch, 96 pixels an inch */
	PIXELS_MAX = 4000,
};

/* What was found below a drawing. */
struct found {
	struct docx_reader *reader;
	struct flow_style style;
	size_t pictures;
	bool has_shape; /* something drawn that is no picture and no text box */
	bool is_equation;
	unsigned width;
	unsigned height;
	unsigned depth;
};

const struct xml_node *docx_alternate(const struct xml_node *n) {
	const struct xml_node *choice = docx_child(n, NS_MC, "Choice");
	const struct xml_node *fallback = docx_child(n, NS_MC, "Fallback");
	return choice && choice->first ? choice : fallback;
}

static unsigned pixels_of(const char *emu) {
	int64_t v = 0;
	if (!emu || str_parse_i64(str_from(emu), &v) || v <= 0) {
		return 0;
	}
	v = (v + EMU_A_PIXEL / 2) / EMU_A_PIXEL;
	return v > PIXELS_MAX ? PIXELS_MAX : (unsigned)v;
}

/* "width:120pt;height:1.5in" of VML; 0 when it is not said in a unit we know. */
static unsigned style_pixels(const char *style, const char *name) {
	size_t n = strlen(name);
	for (const char *p = style; p && *p; p = strchr(p, ';'), p += p != NULL) {
		p += strspn(p, " ");
		if (strncmp(p, name, n) != 0 || p[n] != ':') {
			continue;
		}
		const char *value = p + n + 1;
		size_t digits = strspn(value, "0123456789");
		uint64_t whole = 0;
		if (str_parse_u64((struct str){ value, digits }, &whole) || whole > PIXELS_MAX) {
			return 0;
		}
		const char *unit = value + digits;
		unit += strspn(unit, ".0123456789");
		unsigned v = (unsigned)whole;
		v = strncmp(unit, "pt", 2) == 0               ? v * 4 / 3
				: strncmp(unit, "in", 2) == 0 ? v * 96
							      : v;
		return v > PIXELS_MAX ? PIXELS_MAX : v;
	}
	return 0;
}

static enum err add_picture(struct found *f, const char *relation) {
	struct flow_object o = {
		.kind = FLOW_PICTURE,
		.width = f->width,
		.height = f->height,
		.is_equation = f->is_equation,
	};
	enum err e = docx_picture_take(f->reader, relation, &o.picture);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	o.kind = e ? FLOW_LOST : FLOW_PICTURE;
	f->pictures++;
	flow_add_object(&f->reader->docx->flow, &o, f->style);
	return ERR_OK;
}

static enum err search(struct found *f, const struct xml_node *n);

static enum err search_one(struct found *f, const struct xml_node *n) {
	if (docx_is(n, NS_W, "txbxContent")) {
		return ERR_OK; /* its lines are written behind the paragraph */
	}
	if (docx_is(n, NS_MC, "AlternateContent")) {
		const struct xml_node *branch = docx_alternate(n);
		return branch ? search(f, branch) : ERR_OK;
	}
	if (docx_is(n, NS_WP, "extent")) {
		f->width = pixels_of(xml_node_attr(n, NULL, "cx"));
		f->height = pixels_of(xml_node_attr(n, NULL, "cy"));
	}
	if (docx_is(n, NS_A, "blip")) {
		const char *embedded = docx_attr(n, NS_R, "embed");
		return add_picture(f, embedded ? embedded : docx_attr(n, NS_R, "link"));
	}
	if (docx_is(n, NS_V, "imagedata")) {
		return add_picture(f, docx_attr(n, NS_R, "id"));
	}
	if (docx_is(n, NS_V, "shape") || docx_is(n, NS_V, "rect")) {
		const char *style = xml_node_attr(n, NULL, "style");
		f->width = style_pixels(style, "width");
		f->height = style_pixels(style, "height");
	}
	bool is_graphic = docx_is(n, NS_A, "graphicData") || docx_is(n, NS_V, "shape") ||
			docx_is(n, NS_V, "line") || docx_is(n, NS_V, "oval") ||
			docx_is(n, NS_V, "rect") || docx_is(n, NS_V, "group");
	f->has_shape = f->has_shape || is_graphic;
	return search(f, n);
}

static enum err search(struct found *f, const struct xml_node *n) {
	if (f->depth == DOCX_NESTING_MAX) {
		return ERR_LIMIT;
	}
	f->depth++;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		enum err e = c->name ? search_one(f, c) : ERR_OK;
		if (e) {
			return e;
		}
	}
	f->depth--;
	return ERR_OK;
}

/* True for the object of an equation editor: its picture is only a preview. */
static bool is_equation_object(const struct xml_node *n) {
	const char *program = NULL;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		if (docx_is(c, NS_O, "OLEObject")) {
			program = xml_node_attr(c, NULL, "ProgID");
		}
	}
	return program &&
			(strncmp(program, "Equation", 8) == 0 ||
					strncmp(program, "MathType", 8) == 0);
}

enum err docx_object_add(
		struct docx_reader *reader, const struct xml_node *n, struct flow_style style) {
	struct found f = { .reader = reader, .style = style };
	f.is_equation = is_equation_object(n);
	enum err e = search(&f, n);
	if (e) {
		return e;
	}
	const struct xml_node *boxes[1];
	bool has_box = docx_text_boxes(n, boxes, 1) > 0;
	if (f.pictures == 0 && !has_box && (f.has_shape || f.is_equation)) {
		struct flow_object lost = { .kind = FLOW_LOST, .is_equation = f.is_equation };
		flow_add_object(&reader->docx->flow, &lost, style);
	}
	return ERR_OK;
}

size_t docx_text_boxes(const struct xml_node *n, const struct xml_node **out, size_t max) {
	size_t count = 0;
	for (const struct xml_node *c = n->first; c && count < max; c = c->next) {
		if (docx_is(c, NS_W, "txbxContent")) {
			out[count++] = c;
		} else if (docx_is(c, NS_MC, "AlternateContent")) {
			const struct xml_node *branch = docx_alternate(c);
			count += branch ? docx_text_boxes(branch, out + count, max - count) : 0;
		} else if (c->name) {
			count += docx_text_boxes(c, out + count, max - count);
		}
	}
	return count;
}
