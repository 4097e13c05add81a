#include "exam/bank/import/assemble.h"

#include <string.h>

static const struct {
	unsigned flag;
	const char *open;
	const char *close;
} tags[] = {
	{ FLOW_BOLD, "<b>", "</b>" },
	{ FLOW_ITALIC, "<i>", "</i>" },
	{ FLOW_UNDERLINE, "<u>", "</u>" },
	{ FLOW_SUB, "<sub>", "</sub>" },
	{ FLOW_SUP, "<sup>", "</sup>" },
};

enum { TAG_COUNT = sizeof(tags) / sizeof(tags[0]) };

static void add_object(const struct assembler *a, const struct flow_object *o, struct buf *out) {
	if (o->kind == FLOW_FORMULA) {
		rich_add_math(out, flow_latex(a->flow, o));
	} else if (o->kind == FLOW_PICTURE && o->picture < a->picture_count) {
		const struct imported_picture *p = &a->pictures[o->picture];
		if (p->id[0]) {
			unsigned width = o->width ? o->width : p->image.width;
			unsigned height = o->height ? o->height : p->image.height;
			rich_add_picture(out, p->id, width, height);
		}
	}
}

/* A stretch of one line as text with inline tags, each run closed by itself. */
static void add_stretch(
		const struct assembler *a, const struct piece *p, unsigned drop, struct buf *out) {
	const struct flow_line *line = &a->flow->lines[p->line];
	struct str text = flow_line_text(a->flow, line);
	unsigned open = 0;
	size_t at = p->from;
	while (at < p->to) {
		const struct flow_run *run = flow_run_at(a->flow, line, at);
		size_t end = run->end < p->to ? run->end : p->to;
		unsigned flags = run->object ? open & run->style.flags : run->style.flags & ~drop;
		for (size_t i = TAG_COUNT; i-- > 0;) {
			buf_add_str(out, open & ~flags & tags[i].flag ? tags[i].close : "");
		}
		for (size_t i = 0; i < TAG_COUNT; i++) {
			buf_add_str(out, flags & ~open & tags[i].flag ? tags[i].open : "");
		}
		open = flags;
		if (run->object) {
			add_object(a, &a->flow->objects[run->object - 1], out);
		} else {
			rich_add_text(out, (struct str){ text.p + at, end - at });
		}
		at = end;
	}
	for (size_t i = TAG_COUNT; i-- > 0;) {
		buf_add_str(out, open & tags[i].flag ? tags[i].close : "");
	}
}

static void add_cell(const struct assembler *a, const struct flow_cell *c, struct buf *out) {
	buf_addf(out, "<td colspan=\"%u\" rowspan=\"%u\">", c->colspan, c->rowspan);
	for (size_t i = 0; i < c->line_count; i++) {
		size_t line = c->first_line + i;
		struct piece p = { .line = line, .to = a->flow->lines[line].n };
		buf_add_str(out, i ? "<br>" : "");
		add_stretch(a, &p, 0, out);
	}
	buf_add_str(out, "</td>");
}

static void add_table(const struct assembler *a, const struct flow_table *t, struct buf *out) {
	buf_add_str(out, "<table>");
	for (unsigned row = 0; row < t->row_count; row++) {
		buf_add_str(out, "<tr>");
		for (size_t i = 0; i < t->cell_count; i++) {
			const struct flow_cell *c = &a->flow->cells[t->first_cell + i];
			if (c->row == row && c->rowspan) {
				add_cell(a, c, out);
			}
		}
		buf_add_str(out, "</tr>");
	}
	buf_add_str(out, "</table>");
}

/* True when the pieces make more than one paragraph. */
static bool has_paragraphs(const struct pieces *p) {
	for (size_t i = 0; i < p->count; i++) {
		bool is_same_line = i > 0 && p->items[i].line == p->items[i - 1].line;
		if (p->items[i].table || (i > 0 && p->items[i].is_new_paragraph && !is_same_line)) {
			return true;
		}
	}
	return false;
}

static void add_pieces(
		const struct assembler *a, const struct pieces *p, unsigned drop, struct buf *out) {
	bool wraps = has_paragraphs(p);
	bool is_open = false;
	for (size_t i = 0; i < p->count; i++) {
		const struct piece *piece = &p->items[i];
		bool is_same_line = i > 0 && piece->line == p->items[i - 1].line && !piece->table;
		if (piece->table) {
			buf_add_str(out, is_open ? "</p>" : "");
			is_open = false;
			add_table(a, &a->flow->tables[piece->table - 1], out);
			continue;
		}
		bool begins = wraps && (!is_open || (piece->is_new_paragraph && !is_same_line));
		buf_add_str(out, begins && is_open ? "</p>" : "");
		buf_add_str(out, begins ? "<p>" : "");
		is_open = wraps;
		if (!begins && i > 0) {
			buf_add_str(out, is_same_line ? " " : "<br>");
		}
		add_stretch(a, piece, drop, out);
	}
	buf_add_str(out, is_open ? "</p>" : "");
}

enum err assemble_html(const struct assembler *a, const struct pieces *p, unsigned drop_flags,
		struct buf *out) {
	_cleanup_(buf_finish) struct buf html = buf_make(RICH_INPUT_BYTES_MAX);
	add_pieces(a, p, drop_flags, &html);
	enum err e = buf_err(&html);
	return e ? e : rich_rebuild((struct str){ buf_str(&html), html.len }, out, NULL);
}

static void inspect_object(const struct assembler *a, const struct flow_object *o,
		struct assemble_doubts *doubts, size_t *pictures, size_t *count) {
	doubts->lost += o->kind == FLOW_LOST && !o->is_equation;
	doubts->equations += o->is_equation;
	if (o->kind != FLOW_PICTURE || o->picture >= a->picture_count) {
		return;
	}
	doubts->unshown += !o->is_equation && !a->pictures[o->picture].id[0];
	for (size_t i = 0; i < *count; i++) {
		if (pictures[i] == o->picture) {
			return;
		}
	}
	pictures[(*count)++] = o->picture;
}

static void inspect_stretch(const struct assembler *a, const struct piece *p,
		struct assemble_doubts *doubts, size_t *pictures, size_t *count) {
	const struct flow_line *line = &a->flow->lines[p->line];
	size_t at = p->from;
	while (at < p->to) {
		const struct flow_run *run = flow_run_at(a->flow, line, at);
		doubts->unknown += (run->style.flags & FLOW_UNKNOWN) != 0;
		doubts->old_fonts += (run->style.flags & FLOW_OLD_FONT) != 0;
		if (run->object) {
			inspect_object(a, &a->flow->objects[run->object - 1], doubts, pictures,
					count);
		}
		at = run->end;
	}
}

void assemble_inspect(const struct assembler *a, const struct pieces *p,
		struct assemble_doubts *doubts, size_t *pictures, size_t *picture_count) {
	for (size_t i = 0; i < p->count; i++) {
		const struct piece *piece = &p->items[i];
		if (!piece->table) {
			inspect_stretch(a, piece, doubts, pictures, picture_count);
			continue;
		}
		const struct flow_table *t = &a->flow->tables[piece->table - 1];
		for (size_t l = 0; l < t->line_count; l++) {
			struct piece whole = { .line = t->first_line + l };
			whole.to = a->flow->lines[whole.line].n;
			inspect_stretch(a, &whole, doubts, pictures, picture_count);
		}
	}
}

void assemble_plain(const struct flow *f, const struct pieces *p, struct buf *out) {
	size_t start = out->len;
	for (size_t i = 0; i < p->count; i++) {
		const struct piece *piece = &p->items[i];
		buf_add_str(out, out->len > start ? "\n" : "");
		if (!piece->table) {
			flow_plain(f, &f->lines[piece->line], piece->from, piece->to, out);
			continue;
		}
		const struct flow_table *t = &f->tables[piece->table - 1];
		for (size_t l = 0; l < t->line_count; l++) {
			const struct flow_line *line = &f->lines[t->first_line + l];
			buf_add_str(out, l ? "\n" : "");
			flow_plain(f, line, 0, line->n, out);
		}
	}
}
