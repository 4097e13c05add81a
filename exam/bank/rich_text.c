/* Text inside the content form of exam/bank/rich.h: escaping, formulas in text, plain text. */

#include "exam/bank/rich.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/markup.h"

void rich_add_text(struct buf *out, struct str text) {
	markup_add_text(out, text);
}

void rich_add_math(struct buf *out, struct str latex) {
	buf_add_str(out, "<span class=\"math\">");
	markup_add_text(out, latex);
	buf_add_str(out, "</span>");
}

void rich_add_picture(struct buf *out, const char *id, unsigned width, unsigned height) {
	buf_add_str(out, "<img data-picture=\"");
	markup_add_attribute(out, str_from(id));
	buf_add_char(out, '"');
	if (width && height) {
		buf_addf(out, " width=\"%u\" height=\"%u\"", width, height);
	}
	buf_add_str(out, " alt=\"\">");
}

/* A fence that does not close within this many bytes fences nothing. */
enum { FENCED_BYTES_MAX = 4096 };

/* How a formula may be fenced in text. */
static const struct fence {
	const char *open;
	const char *close;
} fences[] = {
	{ "$$", "$$" },
	{ "\\[", "\\]" },
	{ "\\(", "\\)" },
	{ "$", "$" },
};

static bool has_tex(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		if (strchr("\\{}^_", s.p[i])) {
			return true;
		}
	}
	return false;
}

/*
 * A single dollar may also be money. "$…$" is a formula when it holds a character that only TeX
 * needs, or when no blank stands inside either dollar and no digit follows the second one.
 */
static bool is_dollar_formula(struct str inside, struct str behind) {
	if (has_tex(inside)) {
		return true;
	}
	bool is_tight = inside.p[0] != ' ' && inside.p[inside.n - 1] != ' ';
	bool is_amount = behind.n > 0 && behind.p[0] >= '0' && behind.p[0] <= '9';
	return is_tight && !is_amount;
}

/* The formula that begins at s; its whole length with fences, or 0. */
static size_t formula_at(struct str s, struct str *out_latex) {
	for (size_t i = 0; i < sizeof(fences) / sizeof(fences[0]); i++) {
		size_t open = strlen(fences[i].open);
		size_t close = strlen(fences[i].close);
		if (!str_starts(s, fences[i].open)) {
			continue;
		}
		size_t room = s.n - open < FENCED_BYTES_MAX ? s.n - open : FENCED_BYTES_MAX;
		const char *end = memmem(s.p + open, room, fences[i].close, close);
		if (!end || end == s.p + open) {
			continue;
		}
		struct str inside = { s.p + open, (size_t)(end - s.p) - open };
		struct str behind = { end + close, s.n - (size_t)(end - s.p) - close };
		if (str_trim(inside).n == 0 ||
				(fences[i].open[0] == '$' && close == 1 &&
						!is_dollar_formula(inside, behind))) {
			continue;
		}
		*out_latex = inside;
		return open + inside.n + close;
	}
	return 0;
}

bool rich_find_formula(struct str text, size_t from, struct rich_fenced *out) {
	for (size_t i = from; i < text.n; i++) {
		struct str latex;
		size_t n = 0;
		if (text.p[i] == '$' || text.p[i] == '\\') {
			n = formula_at((struct str){ text.p + i, text.n - i }, &latex);
		}
		if (n) {
			*out = (struct rich_fenced){ i, n, (size_t)(latex.p - text.p), latex.n };
			return true;
		}
	}
	return false;
}

void rich_add_text_with_math(struct buf *out, struct str text) {
	size_t at = 0;
	struct rich_fenced f;
	while (rich_find_formula(text, at, &f)) {
		rich_add_text(out, (struct str){ text.p + at, f.at - at });
		rich_add_math(out, (struct str){ text.p + f.inner_at, f.inner_n });
		at = f.at + f.n;
	}
	rich_add_text(out, (struct str){ text.p + at, text.n - at });
}

/* One blank, unless one stands there or the text begins. */
static void add_blank(struct buf *out, size_t start) {
	if (out->len > start && out->data[out->len - 1] != ' ') {
		buf_add_char(out, ' ');
	}
}

static const struct {
	const char *entity;
	const char *text;
} stored_entities[] = {
	{ "&amp;", "&" },
	{ "&lt;", "<" },
	{ "&gt;", ">" },
	{ "&quot;", "\"" },
};

/* Appends the character at s (an entity of the stored form, or a byte); gives its length. */
static size_t plain_char(struct str s, struct buf *out, size_t start) {
	for (size_t i = 0; i < sizeof(stored_entities) / sizeof(stored_entities[0]); i++) {
		if (str_starts(s, stored_entities[i].entity)) {
			buf_add_str(out, stored_entities[i].text);
			return strlen(stored_entities[i].entity);
		}
	}
	if (str_starts(s, "\xC2\xA0")) {
		add_blank(out, start);
		return 2;
	}
	if (s.p[0] == ' ') {
		add_blank(out, start);
	} else {
		buf_add_char(out, s.p[0]);
	}
	return 1;
}

static bool is_break_tag(struct str tag) {
	return str_starts(tag, "<p>") || str_starts(tag, "</p>") || str_starts(tag, "<br>") ||
			str_starts(tag, "<t") || str_starts(tag, "</t");
}

void rich_plain(struct str rich, struct buf *out) {
	size_t start = out->len;
	bool in_math = false;
	size_t i = 0;
	while (i < rich.n && !out->err) {
		struct str s = { rich.p + i, rich.n - i };
		const char *end = s.p[0] == '<' ? memchr(s.p, '>', s.n) : NULL;
		if (!end) {
			i += plain_char(s, out, start);
			continue;
		}
		if (str_starts(s, "<span") || (in_math && str_starts(s, "</span"))) {
			buf_add_char(out, '$');
			in_math = !in_math;
		} else if (is_break_tag(s)) {
			add_blank(out, start);
		}
		i += (size_t)(end - s.p) + 1;
	}
	while (out->len > start && out->data[out->len - 1] == ' ') {
		out->data[--out->len] = '\0';
	}
}

bool rich_is_empty(struct str rich) {
	size_t at = 0;
	struct str id;
	if (rich_next_picture(rich, &at, &id)) {
		return false;
	}
	_cleanup_(buf_finish) struct buf plain = buf_make(RICH_BYTES_MAX);
	rich_plain(rich, &plain);
	return plain.len == 0 && !plain.err;
}

bool rich_next_picture(struct str rich, size_t *at, struct str *out_id) {
	static const char mark[] = "<img data-picture=\"";
	size_t n = sizeof(mark) - 1;
	const char *p = *at < rich.n ? memmem(rich.p + *at, rich.n - *at, mark, n) : NULL;
	if (!p || (size_t)(rich.p + rich.n - p) < n + RICH_PICTURE_ID_BYTES) {
		*at = rich.n;
		return false;
	}
	*out_id = (struct str){ p + n, RICH_PICTURE_ID_BYTES };
	*at = (size_t)(p - rich.p) + n + RICH_PICTURE_ID_BYTES;
	return true;
}
