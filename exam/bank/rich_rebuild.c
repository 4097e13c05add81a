/*
 * Rebuilds HTML from outside into the content form of exam/bank/rich.h. Three stages, each of
 * which only ever writes what it knows: the tokens of rich_token.c, text gathered and cleaned
 * here, and the builder, which alone writes tags and keeps them properly nested.
 */

#include "exam/bank/rich.h"

#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "exam/bank/rich_token.h"

/* What may be open. Inline ones are below the blocks. */
enum element { EL_P, EL_TABLE, EL_TR, EL_TD, EL_B, EL_I, EL_U, EL_SUB, EL_SUP, EL_COUNT };

static const char *const element_names[EL_COUNT] = {
	[EL_P] = "p",
	[EL_TABLE] = "table",
	[EL_TR] = "tr",
	[EL_TD] = "td",
	[EL_B] = "b",
	[EL_I] = "i",
	[EL_U] = "u",
	[EL_SUB] = "sub",
	[EL_SUP] = "sup",
};

/* At most p, table, tr, td and another p, each once, and the five inline ones. */
enum { OPEN_MAX = 16 };

struct open {
	enum element element;
	size_t before; /* length of the output before its tag */
	size_t after;  /* and behind it: nothing was added when it is still that */
};

struct builder {
	struct buf *out;
	size_t start; /* length of the output before the rebuild */
	struct open open[OPEN_MAX];
	size_t depth;
	unsigned nested_tables; /* tables inside a table: their tags are ignored */
	struct buf text;        /* waits until a tag is written */
	bool has_removed;       /* an empty element, so texts may have met */
	struct rich_report report;
};

static bool is_open(const struct builder *b, enum element el) {
	for (size_t i = 0; i < b->depth; i++) {
		if (b->open[i].element == el) {
			return true;
		}
	}
	return false;
}

static bool is_inline(enum element el) {
	return el >= EL_B;
}

/* True where a blank would be the first thing of a block or follow another blank. */
static bool is_blank_due(const struct builder *b) {
	const struct buf *out = b->out;
	return out->len > b->start && out->data[out->len - 1] != ' ' &&
			!(b->depth && out->len == b->open[b->depth - 1].after &&
					!is_inline(b->open[b->depth - 1].element));
}

static void trim_blank(struct builder *b) {
	struct buf *out = b->out;
	if (out->len > b->start && out->data[out->len - 1] == ' ') {
		out->data[--out->len] = '\0';
	}
}

static void close_top(struct builder *b) {
	struct open top = b->open[--b->depth];
	if (!is_inline(top.element)) {
		trim_blank(b);
	}
	bool may_be_empty = top.element == EL_TD;
	if (!b->out->err && b->out->len <= top.after && !may_be_empty) {
		b->has_removed = true;
		b->out->len = top.before;
		if (b->out->data) {
			b->out->data[top.before] = '\0';
		}
		return;
	}
	buf_addf(b->out, "</%s>", element_names[top.element]);
}

static void open_top(struct builder *b, enum element el, unsigned colspan, unsigned rowspan) {
	assert(b->depth < OPEN_MAX);
	size_t before = b->out->len;
	buf_addf(b->out, "<%s", element_names[el]);
	if (colspan > 1) {
		buf_addf(b->out, " colspan=\"%u\"", colspan);
	}
	if (rowspan > 1) {
		buf_addf(b->out, " rowspan=\"%u\"", rowspan);
	}
	buf_add_char(b->out, '>');
	b->open[b->depth++] = (struct open){ el, before, b->out->len };
}

static void close_inlines(struct builder *b) {
	while (b->depth && is_inline(b->open[b->depth - 1].element)) {
		close_top(b);
	}
}

/* Closes down to and with el, which is open. */
static void close_through(struct builder *b, enum element el) {
	while (b->depth && b->open[b->depth - 1].element != el) {
		close_top(b);
	}
	if (b->depth) {
		close_top(b);
	}
}

/* Text and pictures inside a table stand in a td: opened when the source forgot it. */
static void need_cell(struct builder *b) {
	if (b->depth && b->open[b->depth - 1].element == EL_TABLE) {
		open_top(b, EL_TR, 0, 0);
	}
	if (b->depth && b->open[b->depth - 1].element == EL_TR) {
		open_top(b, EL_TD, 0, 0);
	}
}

/* Control characters, soft hyphens, zero-width and direction marks are no text of a question. */
static bool is_invisible(int32_t c) {
	return c < 0x20 || (c >= 0x7f && c < 0xa0) || c == 0xad || c == 0x200b ||
			(c >= 0x200e && c <= 0x200f) || (c >= 0x2028 && c <= 0x202e) ||
			(c >= 0x2060 && c <= 0x206f) || c == 0xfeff ||
			(c >= 0xfff9 && c <= 0xfffc) || (c >= 0xe000 && c <= 0xf8ff) ||
			c >= 0xe0000;
}

static void add_clean(struct buf *text, struct str s) {
	size_t at = 0;
	while (at < s.n) {
		int32_t c = str_utf8_next(s, &at);
		if (c == '\t' || c == '\n' || c == '\r' || c == '\f' || c == ' ') {
			if (text->len == 0 || text->data[text->len - 1] != ' ') {
				buf_add_char(text, ' ');
			}
		} else if (!is_invisible(c)) {
			str_utf8_add(text, c);
		}
	}
}

static enum err flush_text(struct builder *b) {
	struct str text = { b->text.data, b->text.len };
	if (text.n == 0) {
		return buf_err(&b->text);
	}
	_cleanup_(buf_finish) struct buf nfc = buf_make(RICH_INPUT_BYTES_MAX * 2);
	enum err e = str_nfc(text, &nfc);
	if (e) {
		return e;
	}
	text = (struct str){ nfc.data, nfc.len };
	bool is_blank = str_trim(text).n == 0;
	if (!is_blank) {
		need_cell(b);
	}
	if (text.p[0] == ' ' && !is_blank_due(b)) {
		text.p++;
		text.n--;
	}
	bool is_between_cells = is_blank && b->depth &&
			(b->open[b->depth - 1].element == EL_TABLE ||
					b->open[b->depth - 1].element == EL_TR);
	if (!is_between_cells) {
		rich_add_text_with_math(b->out, text);
	}
	buf_clear(&b->text);
	return ERR_OK;
}

static void begin_block(struct builder *b, enum element el, const struct rich_token *t) {
	if (el == EL_TABLE) {
		if (is_open(b, EL_TABLE)) {
			b->nested_tables++;
			return;
		}
		while (b->depth) {
			close_top(b);
		}
		trim_blank(b);
		open_top(b, EL_TABLE, 0, 0);
		return;
	}
	if (!is_open(b, EL_TABLE) || b->nested_tables) {
		return; /* a tr or td outside a table says nothing */
	}
	if (is_open(b, el)) {
		close_through(b, el);
	}
	if (el == EL_TR) {
		open_top(b, EL_TR, 0, 0);
		return;
	}
	if (!is_open(b, EL_TR)) {
		open_top(b, EL_TR, 0, 0);
	}
	open_top(b, EL_TD, rich_token_number(t, "colspan", RICH_SPAN_MAX),
			rich_token_number(t, "rowspan", RICH_SPAN_MAX));
}

static void end_block(struct builder *b, enum element el) {
	if (el == EL_TABLE && b->nested_tables) {
		b->nested_tables--;
		return;
	}
	if (is_open(b, el) && !b->nested_tables) {
		close_through(b, el);
	}
}

/* A paragraph ends the one before it and stands at the top or in a cell. */
static void begin_paragraph(struct builder *b) {
	close_inlines(b);
	if (b->depth && b->open[b->depth - 1].element == EL_P) {
		close_top(b);
	}
	need_cell(b);
	trim_blank(b);
	open_top(b, EL_P, 0, 0);
}

static void end_paragraph(struct builder *b) {
	size_t at = b->depth;
	while (at > 0 && is_inline(b->open[at - 1].element)) {
		at--;
	}
	if (at > 0 && b->open[at - 1].element == EL_P) {
		close_through(b, EL_P);
	}
}

static void apply_inline(struct builder *b, enum element el, bool is_end) {
	if (!is_end && !is_open(b, el)) {
		need_cell(b);
		open_top(b, el, 0, 0);
		return;
	}
	size_t at = b->depth;
	while (is_end && at > 0 && is_inline(b->open[at - 1].element)) {
		at--;
		if (b->open[at].element == el) {
			close_through(b, el);
			return;
		}
	}
}

static void add_picture(struct builder *b, const struct rich_token *t, const char *id) {
	need_cell(b);
	b->report.pictures++;
	buf_addf(b->out, "<img data-picture=\"%s\"", id);
	unsigned width = rich_token_number(t, "width", RICH_PICTURE_PIXELS_MAX);
	unsigned height = rich_token_number(t, "height", RICH_PICTURE_PIXELS_MAX);
	if (width && height) {
		buf_addf(b->out, " width=\"%u\" height=\"%u\"", width, height);
	}
	buf_add_str(b->out, " alt=\"");
	rich_token_alt(t, b->out);
	buf_add_str(b->out, "\">");
}

static void add_formula(struct builder *b, const struct rich_token *t) {
	_cleanup_(buf_finish) struct buf latex = buf_make(RICH_BYTES_MAX);
	add_clean(&latex, t->text);
	struct str source = { buf_str(&latex), latex.len };
	if (str_trim(source).n) {
		need_cell(b);
		rich_add_math(b->out, source);
	}
}

static const struct {
	const char *name;
	enum element element;
} aliases[] = {
	{ "strong", EL_B },
	{ "em", EL_I },
	{ "ins", EL_U },
	{ "th", EL_TD },
	{ "div", EL_P },
	{ "li", EL_P },
	{ "h1", EL_P },
	{ "h2", EL_P },
	{ "h3", EL_P },
	{ "h4", EL_P },
	{ "h5", EL_P },
	{ "h6", EL_P },
	{ "blockquote", EL_P },
	{ "pre", EL_P },
	{ "section", EL_P },
	{ "article", EL_P },
	{ "dt", EL_P },
	{ "dd", EL_P },
	{ "caption", EL_P },
};

static enum element find_element(const struct rich_token *t) {
	for (size_t i = 0; i < EL_COUNT; i++) {
		if (strcmp(t->name, element_names[i]) == 0) {
			return (enum element)i;
		}
	}
	for (size_t i = 0; i < sizeof(aliases) / sizeof(aliases[0]); i++) {
		if (strcmp(t->name, aliases[i].name) == 0) {
			return aliases[i].element;
		}
	}
	return EL_COUNT;
}

static void apply_tag(struct builder *b, const struct rich_token *t, enum element el) {
	if (is_inline(el)) {
		apply_inline(b, el, t->is_end);
	} else if (el == EL_P && t->is_end) {
		end_paragraph(b);
	} else if (el == EL_P) {
		begin_paragraph(b);
	} else if (t->is_end) {
		end_block(b, el);
	} else {
		begin_block(b, el, t);
	}
}

static enum err apply_token(struct builder *b, const struct rich_token *t) {
	if (t->kind == RICH_TOKEN_TEXT) {
		add_clean(&b->text, t->text);
		return buf_err(&b->text);
	}
	if (t->kind == RICH_TOKEN_ACTIVE) {
		b->report.lost_active++;
		return ERR_OK;
	}
	enum element el = t->kind == RICH_TOKEN_TAG ? find_element(t) : EL_COUNT;
	bool is_picture = t->kind == RICH_TOKEN_TAG && !t->is_end && strcmp(t->name, "img") == 0;
	bool is_break = t->kind == RICH_TOKEN_TAG && !t->is_end && strcmp(t->name, "br") == 0;
	if (t->kind == RICH_TOKEN_TAG && el == EL_COUNT && !is_picture && !is_break) {
		return ERR_OK;
	}
	char id[RICH_PICTURE_ID_BYTES + 1];
	if (is_picture && !rich_token_picture(t, id)) {
		b->report.lost_pictures++;
		return ERR_OK;
	}
	enum err e = flush_text(b);
	if (e) {
		return e;
	}
	size_t before = b->out->len;
	if (t->kind == RICH_TOKEN_MATH) {
		add_formula(b, t);
	} else if (is_picture) {
		add_picture(b, t, id);
	} else if (is_break) {
		trim_blank(b);
		need_cell(b);
		buf_add_str(b->out, "<br>");
	} else {
		apply_tag(b, t, el);
	}
	b->has_removed = b->has_removed || b->out->len == before;
	return buf_err(b->out);
}

/* One pass over all tokens. The buffers of b are the caller's. */
static enum err build(struct builder *b, struct str html) {
	_cleanup_(buf_finish) struct buf value = buf_make(RICH_INPUT_BYTES_MAX);
	struct rich_token t = { .decoded = &value };
	size_t at = 0;
	enum err e = ERR_OK;
	while (!e && rich_token_next(html, &at, &t)) {
		e = apply_token(b, &t);
	}
	e = e ? e : flush_text(b);
	while (b->depth) {
		close_top(b);
	}
	trim_blank(b);
	return e ? e : buf_err(b->out);
}

enum err rich_rebuild(struct str html, struct buf *out, struct rich_report *report) {
	assert(out);
	if (html.n > RICH_INPUT_BYTES_MAX) {
		return ERR_LIMIT;
	}
	if (!str_is_utf8(html)) {
		return ERR_FORMAT;
	}
	_cleanup_(buf_finish) struct buf first = buf_make(RICH_BYTES_MAX);
	_cleanup_(buf_finish) struct buf second = buf_make(RICH_BYTES_MAX);
	struct builder b = { .out = &first, .text = buf_make(RICH_INPUT_BYTES_MAX) };
	enum err e = build(&b, html);
	if (!e && b.has_removed) { /* "$x", nothing, "^2$" are one formula now */
		struct builder again = { .out = &second, .text = b.text };
		e = build(&again, (struct str){ buf_str(&first), first.len });
		b.out = &second;
		b.text = again.text;
	}
	buf_finish(&b.text);
	if (e) {
		return e;
	}
	buf_add(out, b.out->data, b.out->len);
	if (report) {
		*report = b.report;
	}
	return buf_err(out);
}
