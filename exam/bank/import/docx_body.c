/* The walk over the body of a Word document: paragraphs, runs, fields and tables into lines. */

#include "exam/bank/import/docx_part.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "exam/bank/import/omml.h"

enum {
	TEXT_BOXES_MAX = 50,  /* of one paragraph */
	FIELDS_OPEN_MAX = 10, /* fields inside one another */
	GRID_COLUMNS_MAX = 200,
};

struct body {
	struct docx_reader *reader;
	struct flow *flow;
	unsigned depth;
	/* Of the paragraph at hand. */
	struct docx_props base; /* formatting that runs start from */
	unsigned line_flags;
	const struct xml_node *boxes[TEXT_BOXES_MAX];
	size_t box_count;
	/* Fields may go over paragraphs. */
	bool in_instruction[FIELDS_OPEN_MAX]; /* still before "separate" */
	size_t field_depth;
	bool in_table;
};

static enum err walk_blocks(struct body *b, const struct xml_node *n);
static enum err walk_inlines(struct body *b, const struct xml_node *n);

/* Elements that stand for what is in them, and those that are deleted. */
static bool is_wrapper(const struct xml_node *n) {
	static const char *const names[] = { "ins", "moveTo", "smartTag", "customXml", "hyperlink",
		"fldSimple", "sdt", "sdtContent", "bdo", "dir" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (docx_is(n, NS_W, names[i])) {
			return true;
		}
	}
	return false;
}

static bool is_in_instruction(const struct body *b) {
	for (size_t i = 0; i < b->field_depth; i++) {
		if (b->in_instruction[i]) {
			return true;
		}
	}
	return false;
}

static void walk_field_char(struct body *b, const struct xml_node *n) {
	const char *type = docx_attr(n, NS_W, "fldCharType");
	if (!type) {
		return;
	}
	if (strcmp(type, "begin") == 0 && b->field_depth < FIELDS_OPEN_MAX) {
		b->in_instruction[b->field_depth] = true;
		b->field_depth++;
	} else if (strcmp(type, "separate") == 0 && b->field_depth) {
		b->in_instruction[b->field_depth - 1] = false;
	} else if (strcmp(type, "end") == 0 && b->field_depth) {
		b->field_depth--;
	}
}

/* An old equation field (EQ) has no result: what it draws is lost. */
static void walk_instruction(struct body *b, const struct xml_node *n, struct flow_style style) {
	const char *text = n->first && n->first->text ? n->first->text : "";
	text += strspn(text, " ");
	if (strncasecmp(text, "EQ ", 3) == 0) {
		struct flow_object lost = { .kind = FLOW_LOST, .is_equation = true };
		flow_add_object(b->flow, &lost, style);
		b->reader->docx->has_fields = true;
	}
}

/* Upper case where Word only shows it so. */
static void add_text(struct body *b, struct str s, const struct docx_props *p) {
	flow_add_text(b->flow, s, docx_props_style(p));
	b->reader->docx->has_old_font =
			b->reader->docx->has_old_font || (p->old_font == 1 && str_trim(s).n > 0);
}

/* Letters that a symbol font turns into other signs. */
static void add_symbol_text(struct body *b, struct str s, const struct docx_props *p) {
	_cleanup_(buf_finish) struct buf out = buf_make(FLOW_LINE_BYTES_MAX);
	size_t at = 0;
	while (at < s.n) {
		int32_t c = str_utf8_next(s, &at);
		if (c < 0) {
			break;
		}
		bool is_private = c >= 0xf000 && c <= 0xf0ff;
		int32_t u = is_private || (c > 0x20 && c < 0x100)
				? docx_symbol(p->symbol_font == 2 ? 2 : 1, (uint32_t)c)
				: c;
		str_utf8_add(&out, u ? u : 0xf8ff);
	}
	flow_add_text(b->flow, (struct str){ buf_str(&out), out.len }, docx_props_style(p));
}

/* Private characters come from Symbol even when the run does not name the font. */
static bool has_private(struct str s) {
	size_t at = 0;
	while (at < s.n) {
		int32_t c = str_utf8_next(s, &at);
		if (c < 0 || (c >= 0xf000 && c <= 0xf0ff)) {
			return c >= 0;
		}
	}
	return false;
}

static void walk_text(struct body *b, const struct xml_node *n, const struct docx_props *p) {
	for (const struct xml_node *t = n->first; t; t = t->next) {
		struct str s = str_from(t->text);
		bool is_symbol = p->symbol_font > 0 || has_private(s);
		if (is_symbol) {
			add_symbol_text(b, s, p);
		} else {
			add_text(b, s, p);
		}
	}
}

static void walk_sym(struct body *b, const struct xml_node *n, const struct docx_props *p) {
	const char *font = docx_attr(n, NS_W, "font");
	const char *code = docx_attr(n, NS_W, "char");
	unsigned long v = code ? strtoul(code, NULL, 16) : 0;
	bool is_wingdings = font && strncasecmp(font, "Wingdings", 9) == 0;
	int32_t u = docx_symbol(is_wingdings ? 2 : 1, v <= 0xffff ? (uint32_t)v : 0);
	_cleanup_(buf_finish) struct buf out = buf_make(8);
	str_utf8_add(&out, u ? u : 0xf8ff);
	flow_add_text(b->flow, (struct str){ buf_str(&out), out.len }, docx_props_style(p));
}

static void break_line(struct body *b) {
	flow_end_line(b->flow);
	flow_begin_line(b->flow,
			(b->line_flags & FLOW_LINE_CENTER) | FLOW_LINE_BREAK |
					(b->line_flags & FLOW_LINE_BOX));
}

static enum err walk_drawing(struct body *b, const struct xml_node *n, struct flow_style style) {
	b->box_count += docx_text_boxes(n, b->boxes + b->box_count, TEXT_BOXES_MAX - b->box_count);
	return docx_object_add(b->reader, n, style);
}

static enum err walk_run_part(
		struct body *b, const struct xml_node *n, const struct docx_props *p) {
	struct flow_style style = docx_props_style(p);
	if (docx_is(n, NS_W, "fldChar")) {
		walk_field_char(b, n);
		return ERR_OK;
	}
	if (docx_is(n, NS_W, "instrText")) {
		walk_instruction(b, n, style);
		return ERR_OK;
	}
	if (is_in_instruction(b)) {
		return ERR_OK;
	}
	if (docx_is(n, NS_W, "t")) {
		walk_text(b, n, p);
	} else if (docx_is(n, NS_W, "tab") || docx_is(n, NS_W, "ptab")) {
		flow_add_text(b->flow, str_from("\t"), style);
	} else if (docx_is(n, NS_W, "br") || docx_is(n, NS_W, "cr")) {
		break_line(b);
	} else if (docx_is(n, NS_W, "noBreakHyphen")) {
		flow_add_text(b->flow, str_from("-"), style);
	} else if (docx_is(n, NS_W, "sym")) {
		walk_sym(b, n, p);
	} else if (docx_is(n, NS_W, "drawing") || docx_is(n, NS_W, "pict") ||
			docx_is(n, NS_W, "object")) {
		return walk_drawing(b, n, style);
	} else if (docx_is(n, NS_MC, "AlternateContent")) {
		const struct xml_node *branch = docx_alternate(n);
		for (const struct xml_node *c = branch ? branch->first : NULL; c; c = c->next) {
			enum err e = c->name && b->depth < DOCX_NESTING_MAX ? walk_run_part(b, c, p)
									    : ERR_OK;
			if (e) {
				return e;
			}
		}
	} else if (docx_is(n, NS_W, "footnoteReference") || docx_is(n, NS_W, "endnoteReference")) {
		docx_note_add(b->reader, n, style);
	} else if (docx_is(n, NS_W, "ruby")) {
		const struct xml_node *base = docx_child(n, NS_W, "rubyBase");
		return base ? walk_inlines(b, base) : ERR_OK;
	}
	return ERR_OK;
}

static enum err walk_run(struct body *b, const struct xml_node *n) {
	struct docx_props p = b->base;
	struct docx_props own;
	const struct xml_node *rpr = docx_child(n, NS_W, "rPr");
	const char *style = docx_val(docx_child(rpr, NS_W, "rStyle"));
	docx_style_apply(&b->reader->styles, style, &p);
	docx_props_read(rpr, &own);
	docx_props_merge(&p, &own);
	if (p.hidden == 1) {
		const struct xml_node *t = docx_child(n, NS_W, "t");
		b->reader->docx->has_hidden_text |= t && t->first && !is_in_instruction(b);
	}
	for (const struct xml_node *c = n->first; c; c = c->next) {
		bool is_field = docx_is(c, NS_W, "fldChar") || docx_is(c, NS_W, "instrText");
		if (!c->name || (p.hidden == 1 && !is_field)) {
			continue;
		}
		enum err e = walk_run_part(b, c, &p);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

/* The w:rPr of the first run of an equation: its colour or underline may mark a key. */
static const struct xml_node *first_run_props(const struct xml_node *n) {
	for (const struct xml_node *c = n->first; c; c = c->next) {
		const struct xml_node *rpr =
				docx_is(c, NS_M, "r") ? docx_child(c, NS_W, "rPr") : NULL;
		rpr = rpr || !c->name ? rpr : first_run_props(c);
		if (rpr) {
			return rpr;
		}
	}
	return NULL;
}

static void walk_math(struct body *b, const struct xml_node *n) {
	_cleanup_(buf_finish) struct buf latex = buf_make(FLOW_LATEX_BYTES_MAX);
	bool is_sure = omml_to_latex(n, &latex);
	struct docx_props p = b->base;
	struct docx_props own;
	docx_props_read(first_run_props(n), &own);
	docx_props_merge(&p, &own);
	struct flow_style style = docx_props_style(&p);
	style.flags |= is_sure ? 0u : FLOW_UNKNOWN;
	if (buf_err(&latex)) {
		struct flow_object lost = { .kind = FLOW_LOST, .is_equation = true };
		flow_add_object(b->flow, &lost, style);
		return;
	}
	flow_add_formula(b->flow, (struct str){ buf_str(&latex), latex.len }, style);
}

static enum err walk_inline(struct body *b, const struct xml_node *n) {
	if (docx_is(n, NS_W, "r")) {
		return walk_run(b, n);
	}
	if (docx_is(n, NS_M, "oMath")) {
		walk_math(b, n);
		return ERR_OK;
	}
	if (docx_is(n, NS_M, "oMathPara") || is_wrapper(n)) {
		return walk_inlines(b, n);
	}
	if (docx_is(n, NS_MC, "AlternateContent")) {
		const struct xml_node *branch = docx_alternate(n);
		return branch ? walk_inlines(b, branch) : ERR_OK;
	}
	return ERR_OK;
}

static enum err walk_inlines(struct body *b, const struct xml_node *n) {
	if (b->depth == DOCX_NESTING_MAX) {
		return ERR_LIMIT;
	}
	b->depth++;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		enum err e = c->name ? walk_inline(b, c) : ERR_OK;
		if (e) {
			return e;
		}
	}
	b->depth--;
	return ERR_OK;
}

/* The automatic label of a paragraph, when it belongs to a list. */
static bool paragraph_label(struct body *b, const struct xml_node *ppr, const char *style,
		struct docx_label *out) {
	const struct xml_node *own = docx_child(ppr, NS_W, "numPr");
	const struct docx_style *by_style = docx_style_numbering(&b->reader->styles, style);
	const char *num_id = docx_val(docx_child(own, NS_W, "numId"));
	const char *level = docx_val(docx_child(own, NS_W, "ilvl"));
	int at = -1;
	int64_t v = 0;
	if (!num_id && by_style) {
		num_id = by_style->num_id;
		level = level ? level : by_style->level;
	}
	if (level && str_parse_i64(str_from(level), &v) == ERR_OK && v >= 0 && v < DOCX_LEVELS) {
		at = (int)v;
	}
	if (!num_id || strcmp(num_id, "0") == 0) {
		return false;
	}
	return docx_numbering_next(&b->reader->numbering, num_id, own && at < 0 ? 0 : at,
			by_style ? by_style->id : style, out);
}

/* Adds the label as if it had been typed. */
static void add_label(struct body *b, const struct docx_label *label, const struct xml_node *ppr) {
	struct docx_props p = b->base;
	struct docx_props mark;
	docx_props_read(docx_child(ppr, NS_W, "rPr"), &mark);
	docx_props_merge(&p, &mark);
	docx_props_merge(&p, &label->props);
	struct flow_style style = docx_props_style(&p);
	style.flags |= FLOW_AUTO;
	if (label->is_bullet) {
		flow_add_text(b->flow, str_from("\xE2\x80\xA2 "), style);
	} else if (label->text[0] && p.hidden != 1) {
		flow_add_text(b->flow, str_from(label->text), style);
		flow_add_text(b->flow, str_from(" "), style);
	}
}

static bool is_centered(const struct body *b, const struct xml_node *ppr, const char *style) {
	const char *align = docx_val(docx_child(ppr, NS_W, "jc"));
	align = align ? align : docx_style_align(&b->reader->styles, style);
	return align && strcmp(align, "center") == 0;
}

static enum err walk_boxes(struct body *b, const struct xml_node **boxes, size_t count) {
	unsigned flags = b->line_flags;
	for (size_t i = 0; i < count; i++) {
		b->line_flags = FLOW_LINE_BOX;
		enum err e = walk_blocks(b, boxes[i]);
		if (e) {
			return e;
		}
	}
	b->line_flags = flags;
	return ERR_OK;
}

static enum err walk_paragraph(struct body *b, const struct xml_node *n) {
	const struct xml_node *ppr = docx_child(n, NS_W, "pPr");
	const char *style = docx_val(docx_child(ppr, NS_W, "pStyle"));
	style = style ? style : b->reader->styles.default_paragraph;
	struct docx_props base = b->base;
	size_t boxes = b->box_count;
	unsigned flags = b->line_flags;
	b->base = b->reader->styles.defaults;
	docx_style_apply(&b->reader->styles, style, &b->base);
	struct docx_label label;
	bool has_label = paragraph_label(b, ppr, style, &label);
	b->line_flags = (flags & FLOW_LINE_BOX) |
			(is_centered(b, ppr, style) ? (unsigned)FLOW_LINE_CENTER : 0u);
	flow_begin_line(b->flow, b->line_flags | (has_label ? (unsigned)FLOW_LINE_LIST : 0u));
	if (has_label) {
		add_label(b, &label, ppr);
	}
	enum err e = walk_inlines(b, n);
	flow_end_line(b->flow);
	b->base = base;
	if (!e && b->box_count > boxes) {
		const struct xml_node *taken[TEXT_BOXES_MAX];
		size_t count = b->box_count - boxes;
		memcpy(taken, b->boxes + boxes, count * sizeof(taken[0]));
		b->box_count = boxes;
		e = walk_boxes(b, taken, count);
	}
	b->line_flags = flags;
	return e;
}

static int cell_number(const struct xml_node *n, const char *name, int fallback) {
	int64_t v = 0;
	const char *s = docx_val(docx_child(n, NS_W, name));
	return s && str_parse_i64(str_from(s), &v) == ERR_OK && v > 0 && v <= GRID_COLUMNS_MAX
			? (int)v
			: fallback;
}

static enum err walk_cell(
		struct body *b, const struct xml_node *n, unsigned row, unsigned *column) {
	const struct xml_node *pr = docx_child(n, NS_W, "tcPr");
	unsigned span = (unsigned)cell_number(pr, "gridSpan", 1);
	const struct xml_node *merge = docx_child(pr, NS_W, "vMerge");
	const char *how = docx_val(merge);
	flow_begin_cell(b->flow, row, *column, span);
	enum err e = walk_blocks(b, n);
	flow_end_cell(b->flow);
	if (merge && !(how && strcmp(how, "restart") == 0)) {
		flow_merge_cell_up(b->flow);
	}
	*column += *column < GRID_COLUMNS_MAX ? span : 0;
	return e;
}

static enum err walk_cells(
		struct body *b, const struct xml_node *n, unsigned row, unsigned *column) {
	for (const struct xml_node *c = n->first; c; c = c->next) {
		enum err e = ERR_OK;
		if (docx_is(c, NS_W, "tc")) {
			e = walk_cell(b, c, row, column);
		} else if (c->name && is_wrapper(c)) {
			e = walk_cells(b, c, row, column);
		}
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err walk_rows(struct body *b, const struct xml_node *n, unsigned *row) {
	for (const struct xml_node *c = n->first; c; c = c->next) {
		enum err e = ERR_OK;
		if (docx_is(c, NS_W, "tr")) {
			const struct xml_node *pr = docx_child(c, NS_W, "trPr");
			unsigned column = (unsigned)cell_number(pr, "gridBefore", 0);
			if (!docx_child(pr, NS_W, "del")) {
				e = walk_cells(b, c, (*row)++, &column);
			}
		} else if (c->name && is_wrapper(c)) {
			e = walk_rows(b, c, row);
		}
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

/* The paragraphs of a table inside a table go into the outer cell, one behind the other. */
static enum err walk_inner_table(struct body *b, const struct xml_node *n) {
	if (b->depth == DOCX_NESTING_MAX) {
		return ERR_LIMIT;
	}
	b->depth++;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		bool is_part = docx_is(c, NS_W, "tr") || docx_is(c, NS_W, "tc") ||
				(c->name && is_wrapper(c));
		enum err e = docx_is(c, NS_W, "p")                   ? walk_paragraph(b, c)
				: docx_is(c, NS_W, "tbl") || is_part ? walk_inner_table(b, c)
								     : ERR_OK;
		if (e) {
			return e;
		}
	}
	b->depth--;
	return ERR_OK;
}

static enum err walk_table(struct body *b, const struct xml_node *n) {
	if (b->in_table) {
		return walk_inner_table(b, n);
	}
	b->in_table = true;
	unsigned row = 0;
	flow_begin_table(b->flow);
	enum err e = walk_rows(b, n, &row);
	flow_end_table(b->flow);
	b->in_table = false;
	return e;
}

static enum err walk_block(struct body *b, const struct xml_node *n) {
	if (docx_is(n, NS_W, "p")) {
		return walk_paragraph(b, n);
	}
	if (docx_is(n, NS_W, "tbl")) {
		return walk_table(b, n);
	}
	if (docx_is(n, NS_MC, "AlternateContent")) {
		const struct xml_node *branch = docx_alternate(n);
		return branch ? walk_blocks(b, branch) : ERR_OK;
	}
	if (docx_is(n, NS_M, "oMathPara") || docx_is(n, NS_M, "oMath")) {
		flow_begin_line(b->flow, 0);
		enum err e = walk_inline(b, n);
		flow_end_line(b->flow);
		return e;
	}
	return is_wrapper(n) ? walk_blocks(b, n) : ERR_OK;
}

static enum err walk_blocks(struct body *b, const struct xml_node *n) {
	if (b->depth == DOCX_NESTING_MAX) {
		return ERR_LIMIT;
	}
	b->depth++;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		enum err e = c->name ? walk_block(b, c) : ERR_OK;
		e = e ? e : flow_err(b->flow);
		if (e) {
			return e;
		}
	}
	b->depth--;
	return ERR_OK;
}

enum err docx_body_read(struct docx_reader *reader, const struct xml_node *body) {
	struct body b = {
		.reader = reader,
		.flow = &reader->docx->flow,
		.base = reader->styles.defaults,
	};
	return walk_blocks(&b, body);
}
