/* Names, namespaces, character formatting and styles.xml. */

#include "exam/bank/import/docx_part.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

static const char *const namespaces[NS_COUNT][2] = {
	[NS_W] = { "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
			"http://purl.oclc.org/ooxml/wordprocessingml/main" },
	[NS_M] = { "http://schemas.openxmlformats.org/officeDocument/2006/math",
			"http://purl.oclc.org/ooxml/officeDocument/math" },
	[NS_R] = { "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
			"http://purl.oclc.org/ooxml/officeDocument/relationships" },
	[NS_A] = { "http://schemas.openxmlformats.org/drawingml/2006/main",
			"http://purl.oclc.org/ooxml/drawingml/main" },
	[NS_WP] = { "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing",
			"http://purl.oclc.org/ooxml/drawingml/wordprocessingDrawing" },
	[NS_V] = { "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:vml" },
	[NS_O] = { "urn:schemas-microsoft-com:office:office",
			"urn:schemas-microsoft-com:office:office" },
	[NS_MC] = { "http://schemas.openxmlformats.org/markup-compatibility/2006",
			"http://schemas.openxmlformats.org/markup-compatibility/2006" },
};

static bool is_ns(const char *uri, enum docx_ns ns) {
	return strcmp(uri, namespaces[ns][0]) == 0 || strcmp(uri, namespaces[ns][1]) == 0;
}

bool docx_is(const struct xml_node *n, enum docx_ns ns, const char *name) {
	return n && n->name && strcmp(n->name, name) == 0 && is_ns(n->ns, ns);
}

const struct xml_node *docx_child(const struct xml_node *n, enum docx_ns ns, const char *name) {
	for (const struct xml_node *c = n ? n->first : NULL; c; c = c->next) {
		if (docx_is(c, ns, name)) {
			return c;
		}
	}
	return NULL;
}

const char *docx_val(const struct xml_node *n) {
	return n ? xml_node_attr(n, NULL, "val") : NULL;
}

const char *docx_attr(const struct xml_node *n, enum docx_ns ns, const char *name) {
	for (size_t i = 0; n && i < n->attr_count; i++) {
		if (strcmp(n->attrs[i].name, name) == 0 && is_ns(n->attrs[i].ns, ns)) {
			return n->attrs[i].value;
		}
	}
	return NULL;
}

int docx_toggle(const struct xml_node *n) {
	if (!n) {
		return -1;
	}
	const char *v = docx_val(n);
	return !v ||
			!(strcmp(v, "0") == 0 || strcmp(v, "false") == 0 || strcmp(v, "off") == 0 ||
					strcmp(v, "none") == 0);
}

const struct docx_props docx_props_none = {
	.bold = -1,
	.italic = -1,
	.underline = -1,
	.strike = -1,
	.hidden = -1,
	.raised = -1,
	.symbol_font = -1,
	.old_font = -1,
	.caps = -1,
};

static int hex_digit(char c) {
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

/* "RRGGBB"; false for "auto" and anything else. */
static bool read_hex(const char *s, uint32_t *out) {
	uint32_t v = 0;
	if (!s || strlen(s) != 6) {
		return false;
	}
	for (size_t i = 0; i < 6; i++) {
		int d = hex_digit(s[i]);
		if (d < 0) {
			return false;
		}
		v = v << 4 | (uint32_t)d;
	}
	*out = v;
	return true;
}

/* Dark greys read as black on paper: no teacher marks anything with them. */
static uint32_t color_of(const char *s) {
	uint32_t v = 0;
	if (!read_hex(s, &v)) {
		return 0;
	}
	bool is_dark = (v >> 16) < 0x40 && (v >> 8 & 0xff) < 0x40 && (v & 0xff) < 0x40;
	return is_dark ? 0 : v;
}

/* White and nearly white paper is no mark. */
static uint32_t fill_of(const char *s) {
	uint32_t v = 0;
	if (!read_hex(s, &v)) {
		return 0;
	}
	bool is_white = (v >> 16) >= 0xf8 && (v >> 8 & 0xff) >= 0xf8 && (v & 0xff) >= 0xf8;
	return is_white ? 0 : v;
}

/* A name of a highlight colour as a number; names are few, so a hash of letters is enough. */
static uint32_t highlight_of(const char *name) {
	uint32_t v = 0;
	if (strcmp(name, "none") == 0 || strcmp(name, "white") == 0) {
		return 0;
	}
	for (; *name; name++) {
		v = v * 31 + (unsigned char)*name;
	}
	return (v & 0xffffff) | 1;
}

static void read_mark(const struct xml_node *rpr, struct docx_props *p) {
	const struct xml_node *shade = docx_child(rpr, NS_W, "shd");
	const char *highlight = docx_val(docx_child(rpr, NS_W, "highlight"));
	if (shade) {
		p->has_mark = true;
		p->mark = fill_of(docx_attr(shade, NS_W, "fill"));
	}
	if (highlight) {
		p->has_mark = true;
		p->mark = highlight_of(highlight);
	}
}

static void read_font(const struct xml_node *rpr, struct docx_props *p) {
	const struct xml_node *fonts = docx_child(rpr, NS_W, "rFonts");
	const char *name = docx_attr(fonts, NS_W, "ascii");
	if (!name) {
		return;
	}
	p->symbol_font = strcasecmp(name, "Symbol") == 0 ? 1 : 0;
	p->symbol_font = strncasecmp(name, "Wingdings", 9) == 0 ? 2 : p->symbol_font;
	p->old_font = strncasecmp(name, ".Vn", 3) == 0 || strncasecmp(name, "VNI-", 4) == 0;
}

static void read_raised(const struct xml_node *rpr, struct docx_props *p) {
	const char *raised = docx_val(docx_child(rpr, NS_W, "vertAlign"));
	if (raised) {
		p->raised = strcmp(raised, "superscript") == 0     ? 1
				: strcmp(raised, "subscript") == 0 ? 2
								   : 0;
	}
}

void docx_props_read(const struct xml_node *rpr, struct docx_props *out) {
	*out = docx_props_none;
	if (!rpr) {
		return;
	}
	out->bold = docx_toggle(docx_child(rpr, NS_W, "b"));
	out->italic = docx_toggle(docx_child(rpr, NS_W, "i"));
	out->underline = docx_toggle(docx_child(rpr, NS_W, "u"));
	out->strike = docx_toggle(docx_child(rpr, NS_W, "strike"));
	out->hidden = docx_toggle(docx_child(rpr, NS_W, "vanish"));
	out->caps = docx_toggle(docx_child(rpr, NS_W, "caps"));
	const struct xml_node *color = docx_child(rpr, NS_W, "color");
	if (color) {
		out->has_color = true;
		out->color = color_of(docx_val(color));
	}
	read_mark(rpr, out);
	read_font(rpr, out);
	read_raised(rpr, out);
}

static void merge_one(int *value, int over) {
	*value = over >= 0 ? over : *value;
}

void docx_props_merge(struct docx_props *p, const struct docx_props *over) {
	merge_one(&p->bold, over->bold);
	merge_one(&p->italic, over->italic);
	merge_one(&p->underline, over->underline);
	merge_one(&p->strike, over->strike);
	merge_one(&p->hidden, over->hidden);
	merge_one(&p->raised, over->raised);
	merge_one(&p->symbol_font, over->symbol_font);
	merge_one(&p->old_font, over->old_font);
	merge_one(&p->caps, over->caps);
	if (over->has_color) {
		p->has_color = true;
		p->color = over->color;
	}
	if (over->has_mark) {
		p->has_mark = true;
		p->mark = over->mark;
	}
}

struct flow_style docx_props_style(const struct docx_props *p) {
	struct flow_style s = { .color = p->color, .mark = p->mark };
	s.flags |= p->bold == 1 ? FLOW_BOLD : 0u;
	s.flags |= p->italic == 1 ? FLOW_ITALIC : 0u;
	s.flags |= p->underline == 1 ? FLOW_UNDERLINE : 0u;
	s.flags |= p->strike == 1 ? FLOW_STRIKE : 0u;
	s.flags |= p->raised == 1 ? FLOW_SUP : 0u;
	s.flags |= p->raised == 2 ? FLOW_SUB : 0u;
	s.flags |= p->old_font == 1 ? FLOW_OLD_FONT : 0u;
	return s;
}

static int compare_styles(const void *a, const void *b) {
	return strcmp(((const struct docx_style *)a)->id, ((const struct docx_style *)b)->id);
}

static void read_style(const struct xml_node *n, struct docx_style *s) {
	const struct xml_node *ppr = docx_child(n, NS_W, "pPr");
	const struct xml_node *num = docx_child(ppr, NS_W, "numPr");
	s->based_on = docx_val(docx_child(n, NS_W, "basedOn"));
	docx_props_read(docx_child(n, NS_W, "rPr"), &s->props);
	s->num_id = docx_val(docx_child(num, NS_W, "numId"));
	s->level = docx_val(docx_child(num, NS_W, "ilvl"));
	s->align = docx_val(docx_child(ppr, NS_W, "jc"));
}

enum err docx_styles_read(struct zip_in *zip, const char *part, struct docx_styles *out) {
	out->defaults = docx_props_none;
	enum err e = docx_part_read(zip, part, &out->tree);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e; /* a document may do without styles */
	}
	const struct xml_node *root = xml_tree_root(out->tree);
	size_t count = 0;
	for (const struct xml_node *n = root->first; n; n = n->next) {
		count += docx_is(n, NS_W, "style");
	}
	out->items = calloc(count + 1, sizeof(*out->items));
	if (!out->items) {
		return ERR_NOMEM;
	}
	for (const struct xml_node *n = root->first; n; n = n->next) {
		const char *id = docx_attr(n, NS_W, "styleId");
		if (!docx_is(n, NS_W, "style") || !id) {
			continue;
		}
		struct docx_style *s = &out->items[out->count++];
		s->id = id;
		read_style(n, s);
		const char *is_default = docx_attr(n, NS_W, "default");
		const char *type = docx_attr(n, NS_W, "type");
		if (is_default && type && strcmp(type, "paragraph") == 0 &&
				(strcmp(is_default, "1") == 0 || strcmp(is_default, "true") == 0)) {
			out->default_paragraph = id;
		}
	}
	qsort(out->items, out->count, sizeof(*out->items), compare_styles);
	const struct xml_node *defaults = docx_child(root, NS_W, "docDefaults");
	docx_props_read(docx_child(docx_child(defaults, NS_W, "rPrDefault"), NS_W, "rPr"),
			&out->defaults);
	return ERR_OK;
}

void docx_styles_finish(struct docx_styles *s) {
	xml_tree_free(s->tree);
	free(s->items);
}

const struct docx_style *docx_style_find(const struct docx_styles *s, const char *id) {
	if (!id || s->count == 0) {
		return NULL;
	}
	struct docx_style key = { .id = id };
	return bsearch(&key, s->items, s->count, sizeof(*s->items), compare_styles);
}

void docx_style_apply(const struct docx_styles *s, const char *id, struct docx_props *props) {
	const struct docx_style *chain[DOCX_STYLE_DEPTH_MAX];
	size_t depth = 0;
	for (const struct docx_style *at = docx_style_find(s, id);
			at && depth < DOCX_STYLE_DEPTH_MAX; at = docx_style_find(s, at->based_on)) {
		chain[depth++] = at;
	}
	while (depth > 0) {
		docx_props_merge(props, &chain[--depth]->props);
	}
}

const struct docx_style *docx_style_numbering(const struct docx_styles *s, const char *id) {
	size_t depth = 0;
	for (const struct docx_style *at = docx_style_find(s, id);
			at && depth < DOCX_STYLE_DEPTH_MAX;
			at = docx_style_find(s, at->based_on), depth++) {
		if (at->num_id) {
			return at;
		}
	}
	return NULL;
}

const char *docx_style_align(const struct docx_styles *s, const char *id) {
	size_t depth = 0;
	for (const struct docx_style *at = docx_style_find(s, id);
			at && depth < DOCX_STYLE_DEPTH_MAX;
			at = docx_style_find(s, at->based_on), depth++) {
		if (at->align) {
			return at->align;
		}
	}
	return NULL;
}
