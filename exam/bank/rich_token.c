#include "exam/bank/rich_token.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "exam/bank/rich.h"

static const struct {
	const char *name;
	int32_t codepoint;
} entities[] = {
	{ "amp", '&' },
	{ "lt", '<' },
	{ "gt", '>' },
	{ "quot", '"' },
	{ "apos", '\'' },
	{ "nbsp", 0xa0 },
	{ "ndash", 0x2013 },
	{ "mdash", 0x2014 },
	{ "hellip", 0x2026 },
	{ "lsquo", 0x2018 },
	{ "rsquo", 0x2019 },
	{ "ldquo", 0x201c },
	{ "rdquo", 0x201d },
	{ "bull", 0x2022 },
	{ "middot", 0xb7 },
	{ "deg", 0xb0 },
	{ "times", 0xd7 },
	{ "divide", 0xf7 },
	{ "plusmn", 0xb1 },
	{ "minus", 0x2212 },
	{ "le", 0x2264 },
	{ "ge", 0x2265 },
	{ "ne", 0x2260 },
	{ "asymp", 0x2248 },
	{ "infin", 0x221e },
	{ "radic", 0x221a },
	{ "pi", 0x3c0 },
	{ "alpha", 0x3b1 },
	{ "beta", 0x3b2 },
	{ "Delta", 0x394 },
	{ "Omega", 0x3a9 },
	{ "rarr", 0x2192 },
	{ "larr", 0x2190 },
	{ "rArr", 0x21d2 },
	{ "hArr", 0x21d4 },
	{ "sup2", 0xb2 },
	{ "sup3", 0xb3 },
	{ "frac12", 0xbd },
};

/* Dropped with everything inside them. */
static const char *const active_names[] = { "script", "style", "iframe", "object", "embed", "svg",
	"math", "template", "noscript", "textarea", "title", "head", "select", "xmp", "noembed",
	"noframes", "applet", "frameset", "video", "audio", "canvas" };

static char lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c - 'A' + 'a') : c;
}

static bool is_letter(char c) {
	return lower(c) >= 'a' && lower(c) <= 'z';
}

static bool is_blank(char c) {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f';
}

/* Value of a hex or decimal digit, or -1. */
static int digit(char c, int base) {
	int v = c >= '0' && c <= '9' ? c - '0' : -1;
	if (base == 16 && lower(c) >= 'a' && lower(c) <= 'f') {
		v = lower(c) - 'a' + 10;
	}
	return v;
}

/* &#…; at s: its length, or 0. */
static size_t decode_number(struct str s, struct buf *out) {
	bool is_hex = s.n > 2 && lower(s.p[2]) == 'x';
	size_t i = is_hex ? 3 : 2;
	size_t first = i;
	int32_t c = 0;
	for (; i < s.n && digit(s.p[i], is_hex ? 16 : 10) >= 0; i++) {
		c = c > 0x110000 ? c : c * (is_hex ? 16 : 10) + digit(s.p[i], is_hex ? 16 : 10);
	}
	if (i == first) {
		return 0;
	}
	bool is_scalar = c > 0 && c <= 0x10ffff && !(c >= 0xd800 && c <= 0xdfff);
	str_utf8_add(out, is_scalar ? c : 0xfffd);
	return i < s.n && s.p[i] == ';' ? i + 1 : i;
}

static size_t decode_entity(struct str s, struct buf *out) {
	if (s.n > 2 && s.p[1] == '#') {
		return decode_number(s, out);
	}
	for (size_t i = 0; i < sizeof(entities) / sizeof(entities[0]); i++) {
		size_t n = strlen(entities[i].name);
		if (s.n > n + 1 && s.p[n + 1] == ';' && memcmp(s.p + 1, entities[i].name, n) == 0) {
			str_utf8_add(out, entities[i].codepoint);
			return n + 2;
		}
	}
	return 0;
}

static void decode(struct str s, struct buf *out) {
	size_t i = 0;
	while (i < s.n) {
		struct str rest = { s.p + i, s.n - i };
		size_t n = s.p[i] == '&' ? decode_entity(rest, out) : 0;
		if (n == 0) {
			buf_add_char(out, s.p[i]);
			n = 1;
		}
		i += n;
	}
}

/* One attribute of a tag. */
struct attr {
	struct str name;
	struct str value; /* raw */
};

static bool next_attr(struct str attrs, size_t *at, struct attr *out) {
	size_t i = *at;
	while (i < attrs.n && (is_blank(attrs.p[i]) || attrs.p[i] == '/')) {
		i++;
	}
	size_t name = i;
	while (i < attrs.n && !is_blank(attrs.p[i]) && attrs.p[i] != '/' &&
			(attrs.p[i] != '=' || i == name)) {
		i++;
	}
	*out = (struct attr){ { attrs.p + name, i - name }, { "", 0 } };
	*at = i;
	while (i < attrs.n && is_blank(attrs.p[i])) {
		i++;
	}
	if (i >= attrs.n || attrs.p[i] != '=') {
		return out->name.n > 0;
	}
	i++;
	while (i < attrs.n && is_blank(attrs.p[i])) {
		i++;
	}
	char quote = i < attrs.n && (attrs.p[i] == '"' || attrs.p[i] == '\'') ? attrs.p[i] : '\0';
	i += quote != '\0';
	size_t value = i;
	while (i < attrs.n && (quote ? attrs.p[i] != quote : !is_blank(attrs.p[i]))) {
		i++;
	}
	out->value = (struct str){ attrs.p + value, i - value };
	*at = i + (quote && i < attrs.n);
	return true;
}

static bool find_attr(struct str attrs, const char *name, struct str *out) {
	size_t at = 0;
	struct attr a;
	while (next_attr(attrs, &at, &a)) {
		if (str_eq_nocase(a.name, name)) {
			*out = a.value;
			return true;
		}
	}
	return false;
}

unsigned rich_token_number(const struct rich_token *t, const char *name, unsigned max) {
	struct str value;
	uint64_t v = 0;
	if (!find_attr(t->attrs, name, &value) || str_parse_u64(str_trim(value), &v) || v > max) {
		return 0;
	}
	return (unsigned)v;
}

bool rich_token_picture(const struct rich_token *t, char *out_id) {
	struct str value;
	unsigned char bytes[RICH_PICTURE_ID_BYTES / 2];
	if (!find_attr(t->attrs, "data-picture", &value) ||
			str_unhex(value, bytes, sizeof(bytes))) {
		return false;
	}
	str_hex(bytes, sizeof(bytes), out_id);
	return true;
}

void rich_token_alt(const struct rich_token *t, struct buf *out) {
	struct str value;
	if (!find_attr(t->attrs, "alt", &value)) {
		return;
	}
	_cleanup_(buf_finish) struct buf alt = buf_make(RICH_INPUT_BYTES_MAX);
	decode(value, &alt);
	_cleanup_(buf_finish) struct buf nfc = buf_make(RICH_INPUT_BYTES_MAX * 2);
	if (buf_err(&alt) || str_nfc(str_from(buf_str(&alt)), &nfc)) {
		return; /* a picture without its alt text is still the picture */
	}
	struct str s = { nfc.data, nfc.len };
	size_t start = out->len;
	for (size_t at = 0; at < s.n && out->len - start < RICH_ALT_BYTES_MAX;) {
		int32_t c = str_utf8_next(s, &at);
		if (c < 0x20 || (c >= 0x7f && c < 0xa0) || (c >= 0x2028 && c <= 0x202e)) {
			continue;
		}
		if (c == '"' || c == '&' || c == '<' || c == '>') {
			buf_addf(out, "&#%d;", (int)c);
		} else {
			str_utf8_add(out, c);
		}
	}
}

/* Index just behind the '>' that ends the tag which begins at i, quotes respected. */
static size_t tag_end(struct str html, size_t i) {
	char quote = '\0';
	bool in_value = false;
	for (; i < html.n; i++) {
		char c = html.p[i];
		if (quote) {
			quote = c == quote ? '\0' : quote;
		} else if (c == '>') {
			return i + 1;
		} else if (in_value && (c == '"' || c == '\'')) {
			quote = c;
			in_value = false;
		} else if (!is_blank(c)) {
			in_value = c == '=';
		}
	}
	return html.n;
}

/* Index behind a comment or declaration that begins at i with "<!" or "<?". */
static size_t skip_markup(struct str html, size_t i) {
	struct str s = { html.p + i, html.n - i };
	const char *end = str_starts(s, "<!--") && s.n >= 7 ? memmem(s.p + 4, s.n - 4, "-->", 3)
							    : NULL;
	if (end) {
		return i + (size_t)(end - s.p) + 3;
	}
	end = memchr(s.p, '>', s.n);
	return end ? i + (size_t)(end - s.p) + 1 : html.n;
}

/* Reads the tag at html[*at] == '<' into t. */
static void read_tag(struct str html, size_t *at, struct rich_token *t) {
	size_t i = *at + 1;
	t->is_end = html.p[i] == '/';
	i += t->is_end;
	size_t name = i;
	while (i < html.n && !is_blank(html.p[i]) && html.p[i] != '>' && html.p[i] != '/') {
		i++;
	}
	size_t n = i - name;
	t->name[0] = '\0';
	for (size_t k = 0; n < RICH_TAG_NAME_BYTES && k < n; k++) {
		t->name[k] = lower(html.p[name + k]);
		t->name[k + 1] = '\0';
	}
	size_t end = tag_end(html, i);
	size_t last = end > i && html.p[end - 1] == '>' ? end - 1 : end;
	t->attrs = (struct str){ html.p + i, last - i };
	*at = end;
}

static bool is_active(const char *name) {
	for (size_t i = 0; i < sizeof(active_names) / sizeof(active_names[0]); i++) {
		if (strcmp(name, active_names[i]) == 0) {
			return true;
		}
	}
	return false;
}

/* Moves behind the end tag of `name`, or to the end when there is none. */
static void skip_element(struct str html, size_t *at, const char *name) {
	unsigned depth = 1;
	while (*at < html.n && depth) {
		const char *p = memchr(html.p + *at, '<', html.n - *at);
		if (!p) {
			break;
		}
		size_t i = (size_t)(p - html.p);
		if (i + 1 < html.n && (is_letter(p[1]) || (p[1] == '/' && i + 2 < html.n))) {
			struct rich_token t = { 0 };
			*at = i;
			read_tag(html, at, &t);
			bool is_same = strcmp(t.name, name) == 0;
			depth = is_same ? (t.is_end ? depth - 1 : depth + 1) : depth;
		} else {
			*at = i + 1;
		}
	}
	*at = depth ? html.n : *at;
}

/* True for <span class="… math …">. */
static bool is_math(const struct rich_token *t) {
	struct str classes;
	if (t->is_end || strcmp(t->name, "span") != 0 || !find_attr(t->attrs, "class", &classes)) {
		return false;
	}
	for (size_t i = 0; i + 4 <= classes.n; i++) {
		bool begins = i == 0 || is_blank(classes.p[i - 1]);
		bool ends = i + 4 == classes.n || is_blank(classes.p[i + 4]);
		if (begins && ends && memcmp(classes.p + i, "math", 4) == 0) {
			return true;
		}
	}
	return false;
}

/* The text of a formula's span, up to its end tag; tags inside vanish. */
static void read_math(struct str html, size_t *at, struct rich_token *t) {
	unsigned depth = 1;
	while (*at < html.n) {
		const char *p = memchr(html.p + *at, '<', html.n - *at);
		size_t i = p ? (size_t)(p - html.p) : html.n;
		decode((struct str){ html.p + *at, i - *at }, t->decoded);
		*at = i;
		if (!p || i + 1 >= html.n) {
			break;
		}
		if (!is_letter(p[1]) && p[1] != '/') {
			buf_add_char(t->decoded, '<');
			*at = i + 1;
			continue;
		}
		struct rich_token inner = { 0 };
		read_tag(html, at, &inner);
		if (strcmp(inner.name, "span") == 0) {
			depth = inner.is_end ? depth - 1 : depth + 1;
		}
		if (depth == 0) {
			break;
		}
	}
	t->kind = RICH_TOKEN_MATH;
	t->text = (struct str){ buf_str(t->decoded), t->decoded->len };
}

static bool is_tag_at(struct str html, size_t i) {
	return i + 1 < html.n &&
			(is_letter(html.p[i + 1]) ||
					(html.p[i + 1] == '/' && i + 2 < html.n &&
							is_letter(html.p[i + 2])));
}

static bool is_markup_at(struct str html, size_t i) {
	return i + 1 < html.n &&
			(html.p[i + 1] == '!' || html.p[i + 1] == '?' ||
					(html.p[i + 1] == '/' && !is_tag_at(html, i)));
}

static void read_text(struct str html, size_t *at, struct rich_token *t) {
	size_t i = *at;
	while (i < html.n && (html.p[i] != '<' || !(is_tag_at(html, i) || is_markup_at(html, i)))) {
		i++;
	}
	decode((struct str){ html.p + *at, i - *at }, t->decoded);
	*at = i;
	t->kind = RICH_TOKEN_TEXT;
	t->text = (struct str){ buf_str(t->decoded), t->decoded->len };
}

bool rich_token_next(struct str html, size_t *at, struct rich_token *t) {
	buf_clear(t->decoded);
	while (*at < html.n && html.p[*at] == '<' && is_markup_at(html, *at)) {
		*at = skip_markup(html, *at);
	}
	if (*at >= html.n) {
		return false;
	}
	if (html.p[*at] != '<' || !is_tag_at(html, *at)) {
		read_text(html, at, t);
		return true;
	}
	t->kind = RICH_TOKEN_TAG;
	read_tag(html, at, t);
	if (is_math(t)) {
		read_math(html, at, t);
	} else if (is_active(t->name)) {
		t->kind = RICH_TOKEN_ACTIVE;
		bool is_void = strcmp(t->name, "embed") == 0;
		if (!t->is_end && !is_void) {
			skip_element(html, at, t->name);
		}
	}
	return true;
}
