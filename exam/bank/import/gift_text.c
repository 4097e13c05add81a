#include "exam/bank/import/gift_text.h"

#include <string.h>

#include "core/base/cleanup.h"

#include "exam/bank/rich.h"

/* True when the character at i stands behind a backslash that escapes it. */
static bool is_escaped(struct str s, size_t i) {
	size_t slashes = 0;
	while (slashes < i && s.p[i - slashes - 1] == '\\') {
		slashes++;
	}
	return slashes % 2 == 1;
}

size_t gift_find(struct str s, size_t from, const char *set) {
	for (size_t i = from; i < s.n; i++) {
		if (s.p[i] && strchr(set, s.p[i]) && !is_escaped(s, i)) {
			return i;
		}
	}
	return s.n;
}

size_t gift_find_last(struct str s, char c) {
	for (size_t i = s.n; i-- > 0;) {
		if (s.p[i] == c && !is_escaped(s, i)) {
			return i;
		}
	}
	return s.n;
}

size_t gift_find_word(struct str s, size_t from, const char *word) {
	size_t n = strlen(word);
	for (size_t i = from; i + n <= s.n; i++) {
		if (memcmp(s.p + i, word, n) == 0 && !is_escaped(s, i)) {
			return i;
		}
	}
	return s.n;
}

/* "\\n" ends a line, unless it begins one of TeX's commands. */
static bool is_line_end(struct str s) {
	static const char *const commands[] = { "neq", "ne", "nu", "nabla", "not", "notin", "ni",
		"neg", "nexists", "nmid", "nleq", "ngeq", "nparallel", "nsubseteq", "natural",
		"nearrow" };
	size_t n = 1;
	while (n < s.n && ((s.p[n] >= 'a' && s.p[n] <= 'z') || (s.p[n] >= 'A' && s.p[n] <= 'Z'))) {
		n++;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (str_eq_z((struct str){ s.p, n }, commands[i])) {
			return false;
		}
	}
	return true;
}

void gift_unescape(struct str s, struct buf *out) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] != '\\' || i + 1 == s.n) {
			buf_add_char(out, s.p[i]);
		} else if (strchr("~=#{}:\\", s.p[i + 1])) {
			buf_add_char(out, s.p[++i]);
		} else if (s.p[i + 1] == 'n' &&
				is_line_end((struct str){ s.p + i + 1, s.n - i - 1 })) {
			buf_add_char(out, '\n');
			i++;
		} else {
			buf_add_char(out, '\\');
		}
	}
}

enum err gift_html(struct str s, enum gift_format format, struct buf *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(RICH_INPUT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf html = buf_make(RICH_INPUT_BYTES_MAX);
	gift_unescape(str_trim(s), &text);
	bool is_markup = format == GIFT_HTML || format == GIFT_MOODLE;
	for (size_t i = 0; i < text.len; i++) {
		char c = text.data[i];
		if (c == '\n' && format != GIFT_HTML) {
			buf_add_str(&html, "<br>");
		} else if (is_markup) {
			buf_add_char(&html, c);
		} else {
			rich_add_text(&html, (struct str){ &c, 1 });
		}
	}
	enum err e = buf_err(&text);
	e = e ? e : buf_err(&html);
	return e ? e : rich_rebuild((struct str){ buf_str(&html), html.len }, out, NULL);
}
