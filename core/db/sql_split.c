#include "core/db/sql_split.h"

#include <stdbool.h>
#include <string.h>

static bool is_blank(char c) {
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static char byte_at(struct str s, size_t at) {
	return at < s.n ? s.p[at] : '\0';
}

/* Whether a comment that the server leaves out starts here. "/" "*!" is a statement's part. */
static bool starts_comment(struct str s, size_t at) {
	char c = byte_at(s, at);
	char next = byte_at(s, at + 1);
	if (c == '#') {
		return true;
	}
	if (c == '-' && next == '-') {
		return at + 2 >= s.n || is_blank(s.p[at + 2]);
	}
	return c == '/' && next == '*' && byte_at(s, at + 2) != '!';
}

/* Moves behind the comment at *at. */
static enum err skip_comment(struct str s, size_t *at) {
	const char *start = s.p + *at;
	size_t left = s.n - *at;
	if (*start == '/') {
		const char *end = left > 3 ? memmem(start + 2, left - 2, "*/", 2) : NULL;
		if (!end) {
			return ERR_FORMAT;
		}
		*at = (size_t)(end - s.p) + 2;
		return ERR_OK;
	}
	const char *end = memchr(start, '\n', left);
	*at = end ? (size_t)(end - s.p) + 1 : s.n;
	return ERR_OK;
}

/* Moves behind the quoted text at *at. A doubled quote reads as two texts side by side, which
 * comes to the same here. */
static enum err skip_quoted(struct str s, size_t *at) {
	char quote = s.p[*at];
	for (size_t i = *at + 1; i < s.n; i++) {
		if (s.p[i] == '\\' && quote != '`') {
			i++;
		} else if (s.p[i] == quote) {
			*at = i + 1;
			return ERR_OK;
		}
	}
	return ERR_FORMAT;
}

/* Moves to the first byte that belongs to a statement. */
static enum err skip_between(struct str s, size_t *at) {
	while (*at < s.n) {
		if (is_blank(s.p[*at]) || s.p[*at] == ';') {
			(*at)++;
		} else if (starts_comment(s, *at)) {
			enum err e = skip_comment(s, at);
			if (e) {
				return e;
			}
		} else {
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

enum err sql_split_next(struct str sql, size_t *at, struct str *out) {
	size_t i = *at;
	enum err e = skip_between(sql, &i);
	if (e) {
		return e;
	}
	size_t start = i;
	size_t end = i; /* behind the last byte that is neither blank nor comment */
	while (i < sql.n && sql.p[i] != ';') {
		char c = sql.p[i];
		if (starts_comment(sql, i)) {
			e = skip_comment(sql, &i);
		} else if (c == '\'' || c == '"' || c == '`') {
			e = skip_quoted(sql, &i);
			end = i;
		} else {
			i++;
			end = is_blank(c) ? end : i;
		}
		if (e) {
			return e;
		}
	}
	*at = i < sql.n ? i + 1 : i;
	*out = (struct str){ sql.p + start, end - start };
	return ERR_OK;
}

enum err sql_split_count(struct str sql, size_t *out) {
	size_t count = 0;
	size_t at = 0;
	for (;;) {
		struct str statement;
		enum err e = sql_split_next(sql, &at, &statement);
		if (e == ERR_NOT_FOUND) {
			*out = count;
			return ERR_OK;
		}
		if (e) {
			return e;
		}
		count++;
	}
}
