#include "exam/bank/import/flow.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exam/bank/rich.h"

struct flow flow_make(void) {
	return (struct flow){
		.text = buf_make(FLOW_TEXT_BYTES_MAX),
		.latex = buf_make(FLOW_TEXT_BYTES_MAX),
		.raw = buf_make(FLOW_LINE_BYTES_MAX),
	};
}

void flow_finish(struct flow *f) {
	buf_finish(&f->text);
	buf_finish(&f->latex);
	buf_finish(&f->raw);
	free(f->raw_runs);
	free(f->lines);
	free(f->runs);
	free(f->objects);
	free(f->cells);
	free(f->tables);
	*f = flow_make();
}

enum err flow_err(const struct flow *f) {
	enum err e = f->err ? f->err : f->text.err;
	e = e ? e : f->latex.err;
	return e ? e : f->raw.err;
}

/* Makes room for one more item; false (and the failure stuck) when there is none. */
static bool grow(struct flow *f, void *items, size_t size, size_t count, size_t *cap, size_t max) {
	if (flow_err(f)) {
		return false;
	}
	if (count == max) {
		f->err = ERR_LIMIT;
		return false;
	}
	if (count < *cap) {
		return true;
	}
	size_t more = *cap ? *cap * 2 : 64;
	void **owner = items;
	void *p = realloc(*owner, more * size);
	if (!p) {
		f->err = ERR_NOMEM;
		return false;
	}
	*owner = p;
	*cap = more;
	return true;
}

static struct flow_run *add_raw_run(struct flow *f) {
	if (!grow(f, &f->raw_runs, sizeof(*f->raw_runs), f->raw_count, &f->raw_cap,
			    FLOW_RUNS_MAX)) {
		return NULL;
	}
	struct flow_run *run = &f->raw_runs[f->raw_count++];
	*run = (struct flow_run){ 0 };
	return run;
}

void flow_begin_line(struct flow *f, unsigned flags) {
	buf_clear(&f->raw);
	f->raw_count = 0;
	f->raw_flags = flags;
}

static bool is_same_style(struct flow_style a, struct flow_style b) {
	return a.flags == b.flags && a.color == b.color && a.mark == b.mark;
}

/* The last run of the line being written, or NULL. */
static struct flow_run *last_run(struct flow *f) {
	return f->raw_count ? &f->raw_runs[f->raw_count - 1] : NULL;
}

static void add_raw(struct flow *f, struct str s, struct flow_style style) {
	if (s.n == 0 || flow_err(f)) {
		return;
	}
	struct flow_run *run = last_run(f);
	if (!run || run->object || !is_same_style(run->style, style)) {
		run = add_raw_run(f);
		if (!run) {
			return;
		}
		run->style = style;
	}
	buf_add(&f->raw, s.p, s.n);
	run->end = f->raw.len;
}

static bool is_space(int32_t c) {
	return c == ' ' || c == '\r' || c == '\n' || c == '\f' || c == 0xa0 || c == 0x1680 ||
			(c >= 0x2000 && c <= 0x200a) || c == 0x2028 || c == 0x2029 || c == 0x202f ||
			c == 0x205f || c == 0x3000;
}

static bool is_invisible(int32_t c) {
	return (c < 0x20 && c != '\t') || (c >= 0x7f && c < 0xa0) || c == 0xad ||
			(c >= 0x200b && c <= 0x200f) || (c >= 0x202a && c <= 0x202e) ||
			(c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
			(c >= 0xfff9 && c <= 0xfffc) || c >= 0xe0000;
}

static bool is_combining(int32_t c) {
	return c >= 0x300 && c <= 0x36f;
}

/* Appends text cleaned of what cannot be seen. Unknown symbols are added by `unknown`. */
static void add_clean(struct flow *f, struct str s, struct flow_style style) {
	char bytes[4096];
	size_t n = 0;
	size_t at = 0;
	while (at < s.n) {
		size_t from = at;
		int32_t c = str_utf8_next(s, &at);
		bool is_private = c >= 0xe000 && c <= 0xf8ff;
		if (c < 0 || is_invisible(c)) {
			at += c < 0;
			continue;
		}
		if (is_private || n + 8 > sizeof(bytes)) {
			add_raw(f, (struct str){ bytes, n }, style);
			n = 0;
		}
		if (is_private) {
			struct flow_style unknown = style;
			unknown.flags |= FLOW_UNKNOWN;
			add_raw(f, str_from("\xE2\x96\xA1"), unknown);
		} else if (is_space(c)) {
			bytes[n++] = ' ';
		} else if (c == 0x2010 || c == 0x2011) {
			bytes[n++] = '-';
		} else {
			memcpy(bytes + n, s.p + from, at - from);
			n += at - from;
		}
	}
	add_raw(f, (struct str){ bytes, n }, style);
}

void flow_add_text(struct flow *f, struct str text, struct flow_style style) {
	/* A mark that Word put into a run of its own still belongs to the letter before it. */
	size_t at = 0;
	size_t marks = 0;
	int32_t c = 0;
	while ((c = str_utf8_next(text, &at)) >= 0 && is_combining(c)) {
		marks = at;
	}
	struct flow_run *before = last_run(f);
	if (marks && before && !before->object) {
		add_raw(f, (struct str){ text.p, marks }, before->style);
		text = (struct str){ text.p + marks, text.n - marks };
	}
	add_clean(f, text, style);
}

static void add_object_run(struct flow *f, size_t object, struct flow_style style) {
	struct flow_run *run = add_raw_run(f);
	if (!run) {
		return;
	}
	run->style = style;
	run->object = object;
	buf_add_str(&f->raw, FLOW_OBJECT_TEXT);
	run->end = f->raw.len;
}

static struct flow_object *new_object(struct flow *f) {
	if (!grow(f, &f->objects, sizeof(*f->objects), f->object_count, &f->object_cap,
			    FLOW_OBJECTS_MAX)) {
		return NULL;
	}
	struct flow_object *o = &f->objects[f->object_count++];
	*o = (struct flow_object){ 0 };
	return o;
}

/* Keeps a formula's LaTeX (NFC, white space collapsed); its object's index + 1, or 0. */
static size_t keep_formula(struct flow *f, struct str latex) {
	if (latex.n > FLOW_LATEX_BYTES_MAX) {
		f->err = flow_err(f) ? f->err : ERR_LIMIT;
		return 0;
	}
	struct flow_object *o = new_object(f);
	if (!o) {
		return 0;
	}
	o->kind = FLOW_FORMULA;
	o->latex_at = f->latex.len;
	f->err = str_nfc(latex, &f->latex);
	size_t to = o->latex_at;
	for (size_t i = o->latex_at; i < f->latex.len; i++) {
		char c = f->latex.data[i];
		c = c == '\t' || c == '\n' ? ' ' : c;
		if (c != ' ' || to == o->latex_at || f->latex.data[to - 1] != ' ') {
			f->latex.data[to++] = c;
		}
	}
	f->latex.len = to;
	o->latex_n = to - o->latex_at;
	return f->err ? 0 : f->object_count;
}

void flow_add_formula(struct flow *f, struct str latex, struct flow_style style) {
	if (str_trim(latex).n == 0 || flow_err(f)) {
		return;
	}
	size_t object = keep_formula(f, latex);
	if (object) {
		add_object_run(f, object, style);
	}
}

void flow_add_object(struct flow *f, const struct flow_object *object, struct flow_style style) {
	struct flow_object *o = new_object(f);
	if (!o) {
		return;
	}
	*o = *object;
	add_object_run(f, f->object_count, style);
}

/* Ends a run of the final line at its present end. */
static void settle_run(struct flow *f, struct flow_style style, size_t object, size_t start) {
	if (!grow(f, &f->runs, sizeof(*f->runs), f->run_count, &f->run_cap, FLOW_RUNS_MAX)) {
		return;
	}
	f->runs[f->run_count++] = (struct flow_run){ f->text.len - start, style, object };
}

static void settle_text(struct flow *f, struct str raw, const struct flow_run *run, size_t start) {
	if (run->object) {
		buf_add(&f->text, raw.p, raw.n);
	} else if (!flow_err(f)) {
		f->err = str_nfc(raw, &f->text);
	}
	settle_run(f, run->style, run->object, start);
}

/* The next fenced formula in the raw line at or after `from`; it holds no object and no tab. */
static bool next_formula(const struct flow *f, size_t from, struct rich_fenced *out) {
	struct str line = { buf_str(&f->raw), f->raw.len };
	while (rich_find_formula(line, from, out)) {
		if (!memmem(line.p + out->at, out->n, FLOW_OBJECT_TEXT, 3) &&
				!memchr(line.p + out->at, '\t', out->n)) {
			return true;
		}
		from = out->at + 1;
	}
	return false;
}

static void settle_formula(struct flow *f, const struct rich_fenced *fenced,
		struct flow_style style, size_t start) {
	size_t object = keep_formula(
			f, (struct str){ f->raw.data + fenced->inner_at, fenced->inner_n });
	if (object) {
		buf_add(&f->text, FLOW_OBJECT_TEXT, 3);
		settle_run(f, style, object, start);
	}
}

/* Copies the raw line to its final form: text in NFC, fenced formulas as objects. */
static void settle_line(struct flow *f, size_t start) {
	struct rich_fenced fenced = { 0 };
	bool has_fenced = next_formula(f, 0, &fenced);
	size_t at = 0;
	for (size_t i = 0; i < f->raw_count; i++) {
		const struct flow_run *run = &f->raw_runs[i];
		while (at < run->end && !flow_err(f)) {
			if (has_fenced && at == fenced.at) {
				settle_formula(f, &fenced, run->style, start);
				at += fenced.n;
				has_fenced = next_formula(f, at, &fenced);
				continue;
			}
			size_t to = has_fenced && fenced.at < run->end ? fenced.at : run->end;
			settle_text(f, (struct str){ f->raw.data + at, to - at }, run, start);
			at = to;
		}
	}
}

void flow_end_line(struct flow *f) {
	if (!grow(f, &f->lines, sizeof(*f->lines), f->line_count, &f->line_cap, FLOW_LINES_MAX)) {
		return;
	}
	struct flow_line line = {
		.text_at = f->text.len,
		.first_run = f->run_count,
		.flags = f->raw_flags,
		.cell = f->open_cell,
	};
	settle_line(f, line.text_at);
	line.n = f->text.len - line.text_at;
	line.run_count = f->run_count - line.first_run;
	f->lines[f->line_count++] = line;
}

void flow_begin_table(struct flow *f) {
	if (!grow(f, &f->tables, sizeof(*f->tables), f->table_count, &f->table_cap,
			    FLOW_CELLS_MAX)) {
		return;
	}
	f->tables[f->table_count++] = (struct flow_table){
		.first_cell = f->cell_count,
		.first_line = f->line_count,
	};
}

void flow_begin_cell(struct flow *f, unsigned row, unsigned column, unsigned colspan) {
	if (!grow(f, &f->cells, sizeof(*f->cells), f->cell_count, &f->cell_cap, FLOW_CELLS_MAX)) {
		return;
	}
	f->cells[f->cell_count++] = (struct flow_cell){
		.table = f->table_count - 1,
		.row = row,
		.column = column,
		.colspan = colspan,
		.rowspan = 1,
		.first_line = f->line_count,
	};
	f->open_cell = f->cell_count;
	struct flow_table *t = &f->tables[f->table_count - 1];
	t->row_count = row + 1 > t->row_count ? row + 1 : t->row_count;
}

void flow_end_cell(struct flow *f) {
	if (f->open_cell) {
		struct flow_cell *c = &f->cells[f->open_cell - 1];
		c->line_count = f->line_count - c->first_line;
	}
	f->open_cell = 0;
}

void flow_merge_cell_up(struct flow *f) {
	if (flow_err(f) || f->cell_count == 0) {
		return;
	}
	struct flow_cell *last = &f->cells[f->cell_count - 1];
	const struct flow_table *t = &f->tables[f->table_count - 1];
	for (size_t i = f->cell_count - 1; i > t->first_cell; i--) {
		struct flow_cell *above = &f->cells[i - 1];
		if (above->column == last->column && above->rowspan > 0 &&
				above->row + above->rowspan == last->row) {
			above->rowspan++;
			last->rowspan = 0;
			return;
		}
	}
}

void flow_end_table(struct flow *f) {
	if (flow_err(f)) {
		return;
	}
	struct flow_table *t = &f->tables[f->table_count - 1];
	t->cell_count = f->cell_count - t->first_cell;
	t->line_count = f->line_count - t->first_line;
}

struct str flow_line_text(const struct flow *f, const struct flow_line *line) {
	return (struct str){ buf_str(&f->text) + line->text_at, line->n };
}

struct str flow_latex(const struct flow *f, const struct flow_object *object) {
	return (struct str){ buf_str(&f->latex) + object->latex_at, object->latex_n };
}

const struct flow_run *flow_run_at(const struct flow *f, const struct flow_line *line, size_t at) {
	assert(line->run_count > 0 && at < line->n);
	size_t low = line->first_run;
	size_t high = low + line->run_count - 1;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		if (f->runs[middle].end > at) {
			high = middle;
		} else {
			low = middle + 1;
		}
	}
	return &f->runs[low];
}

void flow_plain(const struct flow *f, const struct flow_line *line, size_t from, size_t to,
		struct buf *out) {
	struct str text = flow_line_text(f, line);
	while (from < to) {
		const struct flow_run *run = flow_run_at(f, line, from);
		size_t end = run->end < to ? run->end : to;
		if (!run->object) {
			buf_add(out, text.p + from, end - from);
		} else if (f->objects[run->object - 1].kind == FLOW_FORMULA) {
			struct str latex = flow_latex(f, &f->objects[run->object - 1]);
			buf_add_char(out, '$');
			buf_add(out, latex.p, latex.n);
			buf_add_char(out, '$');
		}
		from = end;
	}
}
