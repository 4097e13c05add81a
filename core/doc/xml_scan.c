#include "core/doc/xml_scan.h"

#include <string.h>

static bool is_space(char c) {
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

/* Behind the first `mark` from `at` on; the text's length + 1 when there is none. */
static size_t behind(struct str text, size_t at, const char *mark) {
	size_t n = strlen(mark);
	const char *found = at <= text.n ? memmem(text.p + at, text.n - at, mark, n) : NULL;
	return found ? (size_t)(found - text.p) + n : text.n + 1;
}

/* Behind the '>' of the tag that begins at `at`. */
static size_t tag_end(struct str text, size_t at) {
	char quote = 0;
	for (; at < text.n; at++) {
		char c = text.p[at];
		if (quote) {
			quote = c == quote ? 0 : quote;
		} else if (c == '"' || c == '\'') {
			quote = c;
		} else if (c == '>') {
			return at + 1;
		}
	}
	return text.n + 1;
}

static void take_name(struct str text, struct xml_tag *tag) {
	size_t at = tag->start + 1 + tag->is_end;
	size_t from = at;
	while (at < tag->end - 1 && !is_space(text.p[at]) && text.p[at] != '/') {
		at++;
	}
	struct str whole = { text.p + from, at - from };
	const char *colon = whole.n ? memchr(whole.p, ':', whole.n) : NULL;
	size_t n = colon ? (size_t)(colon - whole.p) : 0;
	tag->prefix = (struct str){ whole.p, n };
	tag->name = colon ? (struct str){ colon + 1, whole.n - n - 1 } : whole;
}

enum err xml_scan_next(struct xml_scan *scan, struct xml_tag *out) {
	struct str text = scan->text;
	for (;;) {
		const char *open = scan->at < text.n
				? memchr(text.p + scan->at, '<', text.n - scan->at)
				: NULL;
		if (!open) {
			scan->at = text.n;
			return ERR_NOT_FOUND;
		}
		size_t start = (size_t)(open - text.p);
		struct str rest = { open, text.n - start };
		bool is_other = true;
		size_t end = 0;
		if (str_starts(rest, "<!--")) {
			end = behind(text, start + 4, "-->");
		} else if (str_starts(rest, "<![CDATA[")) {
			end = behind(text, start, "]]>");
		} else if (str_starts(rest, "<?")) {
			end = behind(text, start, "?>");
		} else {
			is_other = false;
			end = tag_end(text, start);
		}
		if (end > text.n || (!is_other && end - start < 3)) {
			return ERR_FORMAT;
		}
		scan->at = end;
		if (!is_other) {
			bool is_end = text.p[start + 1] == '/';
			*out = (struct xml_tag){ .start = start,
				.end = end,
				.is_end = is_end,
				.is_lone = !is_end && text.p[end - 2] == '/' };
			take_name(text, out);
			return ERR_OK;
		}
	}
}

enum err xml_scan_skip(struct xml_scan *scan, const struct xml_tag *tag) {
	size_t depth = tag->is_lone || tag->is_end ? 0 : 1;
	while (depth > 0) {
		struct xml_tag inner;
		enum err e = xml_scan_next(scan, &inner);
		if (e) {
			return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
		}
		depth = inner.is_end ? depth - 1 : inner.is_lone ? depth : depth + 1;
	}
	return ERR_OK;
}

bool xml_scan_attr(
		struct str text, const struct xml_tag *tag, size_t *at, struct xml_scan_attr *out) {
	size_t i = *at ? *at : (size_t)(tag->name.p + tag->name.n - text.p);
	size_t most = tag->end - 1;
	while (i < most && is_space(text.p[i])) {
		i++;
	}
	size_t name = i;
	while (i < most && text.p[i] != '=' && !is_space(text.p[i])) {
		i++;
	}
	size_t name_end = i;
	while (i < most && text.p[i] != '"' && text.p[i] != '\'') {
		i++;
	}
	const char *close = i < most ? memchr(text.p + i + 1, text.p[i], most - i - 1) : NULL;
	if (!close) {
		return false;
	}
	size_t end = (size_t)(close - text.p);
	*out = (struct xml_scan_attr){ { text.p + name, name_end - name },
		{ text.p + i + 1, end - i - 1 }, { text.p + name, end + 1 - name } };
	*at = end + 1;
	return true;
}

struct str xml_scan_value(struct str text, const struct xml_tag *tag, const char *name) {
	struct xml_scan_attr attr;
	size_t at = 0;
	while (xml_scan_attr(text, tag, &at, &attr)) {
		if (str_eq_z(attr.name, name)) {
			return attr.value;
		}
	}
	return (struct str){ "", 0 };
}
