#include "exam/hall/answer.h"

#include <assert.h>
#include <string.h>

enum { DEPTH_MAX = 3 };

/* What follows a backslash in canonical text, by JSON.stringify. */
static size_t escape_bytes(struct str s, size_t at) {
	if (at + 1 >= s.n) {
		return 0;
	}
	char c = s.p[at + 1];
	if (c != '\0' && strchr("\"\\bfnrt", c)) {
		return 2;
	}
	/* \u0000 is refused, \b \t \n \f \r have short forms, and hex is in lower case. */
	if (c != 'u' || at + 5 >= s.n || memcmp(s.p + at + 2, "00", 2) != 0 ||
			(s.p[at + 4] != '0' && s.p[at + 4] != '1')) {
		return 0;
	}
	static const char digits[] = "0123456789abcdef";
	char low = s.p[at + 5];
	if (low == '\0' || !strchr(digits, low)) {
		return 0;
	}
	if (s.p[at + 4] == '0' && strchr("089acd", low)) {
		return 0;
	}
	return 6;
}

/* The bytes of the string at `at`, quotes included, or 0 when it is not canonical. UTF-8 is
 * checked for the value as a whole. */
static size_t string_bytes(struct str s, size_t at) {
	if (at >= s.n || s.p[at] != '"') {
		return 0;
	}
	size_t i = at + 1;
	while (i < s.n) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '"') {
			return i + 1 - at;
		}
		if (c < 0x20) {
			return 0;
		}
		size_t n = c == '\\' ? escape_bytes(s, i) : 1;
		if (n == 0) {
			return 0;
		}
		i += n;
	}
	return 0;
}

static size_t word_bytes(struct str s, size_t at) {
	static const char *const words[] = { "true", "false", "null" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		if (s.n - at >= n && memcmp(s.p + at, words[i], n) == 0) {
			return n;
		}
	}
	return 0;
}

/* The bytes of a string or word at `at`, or 0. */
static size_t scalar_bytes(struct str s, size_t at) {
	if (at >= s.n) {
		return 0;
	}
	return s.p[at] == '"' ? string_bytes(s, at) : word_bytes(s, at);
}

/* Arrays without recursion: what may come next is an element or, right after '[', a ']'. */
static bool is_canonical_shape(struct str s) {
	size_t at = 0;
	unsigned depth = 0;
	bool may_end = false; /* right behind '[' */
	for (;;) {
		if (at < s.n && s.p[at] == '[' && depth < DEPTH_MAX) {
			depth++;
			at++;
			may_end = true;
			continue;
		}
		if (!(may_end && at < s.n && s.p[at] == ']')) {
			size_t n = scalar_bytes(s, at);
			if (n == 0) {
				return false;
			}
			at += n;
		}
		while (depth > 0 && at < s.n && s.p[at] == ']') {
			depth--;
			at++;
		}
		if (depth == 0) {
			return at == s.n;
		}
		if (at >= s.n || s.p[at] != ',') {
			return false;
		}
		at++;
		may_end = false;
	}
}

static bool is_ascii(struct str s) {
	unsigned char all = 0;
	for (size_t i = 0; i < s.n; i++) {
		all |= (unsigned char)s.p[i];
	}
	return all < 0x80;
}

bool answer_is_canonical(struct str value) {
	return is_canonical_shape(value) && (is_ascii(value) || str_is_utf8(value));
}

/* The code points of a whole canonical string, or SIZE_MAX when the value is no string. */
static size_t string_chars(struct str value) {
	if (value.n < 2 || string_bytes(value, 0) != value.n) {
		return SIZE_MAX;
	}
	size_t count = 0;
	for (size_t i = 1; i + 1 < value.n;) {
		unsigned char c = (unsigned char)value.p[i];
		size_t n = c == '\\' ? escape_bytes(value, i) : 1;
		count += (c & 0xC0) != 0x80;
		i += n;
	}
	return count;
}

static bool is_letter(char c, unsigned count) {
	return c >= 'A' && (unsigned)(c - 'A') < count;
}

static bool is_single(struct str v, unsigned count) {
	if (str_eq_z(v, "\"\"")) {
		return true;
	}
	return v.n == 3 && v.p[0] == '"' && is_letter(v.p[1], count) && v.p[2] == '"';
}

static bool is_multiple(struct str v, unsigned count) {
	if (str_eq_z(v, "[]")) {
		return true;
	}
	/* ["A","C"]: four bytes for each letter, and one more. */
	if (v.n < 5 || v.n % 4 != 1 || v.p[0] != '[' || v.p[v.n - 1] != ']') {
		return false;
	}
	char before = '\0';
	for (size_t i = 1; i < v.n; i += 4) {
		bool is_last = i + 4 == v.n;
		if (v.p[i] != '"' || v.p[i + 2] != '"' || v.p[i + 3] != (is_last ? ']' : ',') ||
				!is_letter(v.p[i + 1], count) || v.p[i + 1] <= before) {
			return false;
		}
		before = v.p[i + 1];
	}
	return true;
}

static bool is_truths(struct str v, unsigned count) {
	if (v.n < 2 || v.p[0] != '[') {
		return false;
	}
	size_t at = 1;
	for (unsigned i = 0; i < count; i++) {
		size_t n = at < v.n ? word_bytes(v, at) : 0;
		at += n;
		char want = i + 1 == count ? ']' : ',';
		if (n == 0 || at >= v.n || v.p[at] != want) {
			return false;
		}
		at++;
	}
	return at == v.n;
}

static bool is_number(struct str v, size_t chars_max) {
	if (v.n < 2 || v.p[0] != '"' || v.p[v.n - 1] != '"' || v.n - 2 > chars_max) {
		return false;
	}
	for (size_t i = 1; i + 1 < v.n; i++) {
		char c = v.p[i];
		if (c == '\0' || !strchr("0123456789-,.", c)) {
			return false;
		}
	}
	return true;
}

bool answer_is_valid(const struct answer_spec *spec, struct str value) {
	if (str_eq_z(value, "null")) {
		return true;
	}
	size_t chars_max = spec->chars_max;
	switch (spec->kind) {
	case QUESTION_SINGLE:
		return is_single(value, spec->count);
	case QUESTION_MULTIPLE:
		return is_multiple(value, spec->count);
	case QUESTION_TRUEFALSE:
		return is_truths(value, spec->count);
	case QUESTION_NUMERIC:
		return is_number(value, chars_max ? chars_max : ANSWER_NUMERIC_CHARS);
	case QUESTION_TEXT:
		return string_chars(value) <= (chars_max ? chars_max : ANSWER_TEXT_CHARS);
	case QUESTION_ESSAY:
		return value.n <= ANSWER_ESSAY_BYTES && string_chars(value) != SIZE_MAX;
	}
	assert(false);
	return false;
}

bool answer_is_blank(struct str v) {
	if (str_eq_z(v, "null") || str_eq_z(v, "\"\"") || str_eq_z(v, "[]")) {
		return true;
	}
	if (v.n < 6 || v.p[0] != '[' || v.n % 5 != 1) {
		return false;
	}
	for (size_t i = 1; i < v.n; i += 5) {
		if (memcmp(v.p + i, "null", 4) != 0) {
			return false;
		}
	}
	return true;
}
