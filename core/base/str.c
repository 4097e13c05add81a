#include "core/base/str.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include <utf8proc.h>

#include "core/base/cleanup.h"

struct str str_from(const char *z) {
	return (struct str){ z, z ? strlen(z) : 0 };
}

bool str_eq(struct str a, struct str b) {
	return a.n == b.n && (a.n == 0 || memcmp(a.p, b.p, a.n) == 0);
}

bool str_eq_z(struct str a, const char *z) {
	return str_eq(a, str_from(z));
}

static char ascii_lower(char c) {
	return c >= 'A' && c <= 'Z' ? (char)(c + ('a' - 'A')) : c;
}

bool str_eq_nocase(struct str a, const char *z) {
	if (a.n != strlen(z)) {
		return false;
	}
	for (size_t i = 0; i < a.n; i++) {
		if (ascii_lower(a.p[i]) != ascii_lower(z[i])) {
			return false;
		}
	}
	return true;
}

bool str_starts(struct str s, const char *prefix) {
	size_t n = strlen(prefix);
	return s.n >= n && memcmp(s.p, prefix, n) == 0;
}

enum err str_dup(const char *z, char **out) {
	char *copy = strdup(z);
	if (!copy) {
		return ERR_NOMEM;
	}
	*out = copy;
	return ERR_OK;
}

/* White space a person cannot see: ASCII blanks, no-break, zero-width and wide spaces. */
static bool is_space(int32_t c) {
	return c == ' ' || (c >= '\t' && c <= '\r') || c == 0xA0 || c == 0xAD || c == 0x1680 ||
			(c >= 0x2000 && c <= 0x200D) || c == 0x2028 || c == 0x2029 || c == 0x202F ||
			c == 0x205F || c == 0x2060 || c == 0x3000 || c == 0xFEFF;
}

struct str str_trim(struct str s) {
	if (s.n == 0) {
		return s; /* perhaps without a pointer */
	}
	size_t at = 0;
	while (at < s.n) {
		size_t next = at;
		if (!is_space(str_utf8_next(s, &next))) {
			break;
		}
		at = next;
	}
	s.p += at;
	s.n -= at;
	while (s.n > 0) {
		size_t start = s.n - 1;
		while (start > 0 && ((unsigned char)s.p[start] & 0xC0) == 0x80) {
			start--;
		}
		size_t next = start;
		if (!is_space(str_utf8_next(s, &next))) {
			break;
		}
		s.n = start;
	}
	return s;
}

enum err str_parse_u64(struct str s, uint64_t *out) {
	if (s.n == 0) {
		return ERR_INVAL;
	}
	uint64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		unsigned digit = (unsigned)(unsigned char)s.p[i] - '0';
		if (digit > 9) {
			return ERR_INVAL;
		}
		if (v > (UINT64_MAX - digit) / 10) {
			return ERR_LIMIT;
		}
		v = v * 10 + digit;
	}
	*out = v;
	return ERR_OK;
}

enum err str_parse_i64(struct str s, int64_t *out) {
	bool is_negative = s.n > 0 && s.p[0] == '-';
	if (is_negative) {
		s.p++;
		s.n--;
	}
	uint64_t v = 0;
	enum err e = str_parse_u64(s, &v);
	if (e) {
		return e;
	}
	uint64_t most = is_negative ? (uint64_t)INT64_MAX + 1 : (uint64_t)INT64_MAX;
	if (v > most) {
		return ERR_LIMIT;
	}
	*out = is_negative ? (int64_t)(0 - v) : (int64_t)v;
	return ERR_OK;
}

/* The digits behind the decimal sign, as an integer with exactly `places` digits. */
static enum err parse_fraction(struct str s, int places, int64_t *out) {
	if (s.n == 0) {
		return ERR_INVAL;
	}
	int64_t v = 0;
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9' || ((int)i >= places && s.p[i] != '0')) {
			return ERR_INVAL;
		}
		if ((int)i < places) {
			v = v * 10 + (s.p[i] - '0');
		}
	}
	for (size_t i = s.n; (int)i < places; i++) {
		v *= 10;
	}
	*out = v;
	return ERR_OK;
}

enum err str_parse_decimal(struct str s, int places, int64_t *out) {
	assert(places >= 0 && places <= 9);
	bool is_negative = s.n > 0 && s.p[0] == '-';
	if (is_negative) {
		s.p++;
		s.n--;
	}
	size_t whole_n = 0;
	while (whole_n < s.n && s.p[whole_n] != ',' && s.p[whole_n] != '.') {
		whole_n++;
	}
	uint64_t whole = 0;
	enum err e = str_parse_u64((struct str){ s.p, whole_n }, &whole);
	if (e) {
		return e;
	}
	int64_t fraction = 0;
	if (whole_n < s.n) {
		e = parse_fraction((struct str){ s.p + whole_n + 1, s.n - whole_n - 1 }, places,
				&fraction);
		if (e) {
			return e;
		}
	}
	int64_t scale = 1;
	for (int i = 0; i < places; i++) {
		scale *= 10;
	}
	if (whole > (uint64_t)(INT64_MAX / scale - 1)) {
		return ERR_LIMIT;
	}
	int64_t v = (int64_t)whole * scale + fraction;
	*out = is_negative ? -v : v;
	return ERR_OK;
}

int32_t str_utf8_next(struct str s, size_t *at) {
	if (*at >= s.n) {
		return -1;
	}
	utf8proc_int32_t c = -1;
	utf8proc_ssize_t n = utf8proc_iterate(
			(const utf8proc_uint8_t *)s.p + *at, (utf8proc_ssize_t)(s.n - *at), &c);
	if (n <= 0) {
		return -1;
	}
	*at += (size_t)n;
	return c;
}

/* How many ASCII bytes stand at the front: nearly all of a frame or a request. */
static size_t ascii_run(const char *p, size_t n) {
	size_t at = 0;
	uint64_t word = 0;
	while (n - at >= sizeof(word)) {
		memcpy(&word, p + at, sizeof(word));
		if (word & UINT64_C(0x8080808080808080)) {
			break;
		}
		at += sizeof(word);
	}
	while (at < n && (unsigned char)p[at] < 0x80) {
		at++;
	}
	return at;
}

bool str_is_utf8(struct str s) {
	size_t at = 0;
	while (at < s.n) {
		at += ascii_run(s.p + at, s.n - at);
		if (at < s.n && str_utf8_next(s, &at) < 0) {
			return false;
		}
	}
	return true;
}

size_t str_utf8_count(struct str s) {
	size_t count = 0;
	for (size_t i = 0; i < s.n; i++) {
		count += ((unsigned char)s.p[i] & 0xC0) != 0x80;
	}
	return count;
}

void str_utf8_add(struct buf *b, int32_t codepoint) {
	utf8proc_uint8_t bytes[4];
	utf8proc_ssize_t n = utf8proc_encode_char(codepoint, bytes);
	buf_add(b, bytes, (size_t)n);
}

/* utf8proc's mapping into memory that the caller frees. */
static enum err map_text(
		struct str s, utf8proc_option_t options, utf8proc_uint8_t **out, size_t *out_n) {
	if (!str_is_utf8(s)) {
		return ERR_FORMAT;
	}
	utf8proc_uint8_t *mapped = NULL;
	utf8proc_ssize_t n = utf8proc_map(
			(const utf8proc_uint8_t *)s.p, (utf8proc_ssize_t)s.n, &mapped, options);
	if (n < 0) {
		return n == UTF8PROC_ERROR_NOMEM ? ERR_NOMEM : ERR_FORMAT;
	}
	*out = mapped;
	*out_n = (size_t)n;
	return ERR_OK;
}

int32_t str_utf8_upper(int32_t codepoint) {
	return utf8proc_toupper(codepoint);
}

int32_t str_utf8_lower(int32_t codepoint) {
	return utf8proc_tolower(codepoint);
}

bool str_has_bidi(struct str s) {
	for (size_t at = 0; at < s.n;) {
		int32_t c = str_utf8_next(s, &at);
		if (c < 0) {
			return false;
		}
		if (c == 0x61C || c == 0x200E || c == 0x200F || (c >= 0x202A && c <= 0x202E) ||
				(c >= 0x2066 && c <= 0x2069)) {
			return true;
		}
	}
	return false;
}

enum err str_nfc(struct str s, struct buf *out) {
	if (s.n == 0) {
		return buf_err(out);
	}
	_cleanup_(mem_freep) utf8proc_uint8_t *mapped = NULL;
	size_t n = 0;
	enum err e = map_text(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE, &mapped, &n);
	if (e) {
		return e;
	}
	buf_add(out, mapped, n);
	return buf_err(out);
}

/* Folds by the given mapping, makes every run of white space one blank, and trims. */
static enum err fold_text(struct str s, utf8proc_option_t how, bool strips_marks, struct buf *out) {
	s = str_trim(s);
	if (s.n == 0) {
		return buf_err(out);
	}
	_cleanup_(mem_freep) utf8proc_uint8_t *mapped = NULL;
	size_t n = 0;
	enum err e = map_text(s, how, &mapped, &n);
	if (e) {
		return e;
	}
	struct str m = { (const char *)mapped, n };
	bool owes_blank = false;
	for (size_t at = 0; at < m.n;) {
		int32_t c = str_utf8_next(m, &at);
		if (is_space(c)) {
			owes_blank = true;
			continue;
		}
		if (owes_blank) {
			buf_add_char(out, ' ');
			owes_blank = false;
		}
		/* đ has no decomposition */
		str_utf8_add(out, strips_marks && c == 0x111 ? 'd' : c);
	}
	return buf_err(out);
}

enum err str_fold(struct str s, struct buf *out) {
	return fold_text(s,
			UTF8PROC_STABLE | UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD |
					UTF8PROC_STRIPMARK,
			true, out);
}

enum err str_fold_case(struct str s, struct buf *out) {
	return fold_text(s, UTF8PROC_STABLE | UTF8PROC_COMPOSE | UTF8PROC_CASEFOLD, false, out);
}

int32_t str_fold_cp(int32_t codepoint) {
	utf8proc_int32_t folded[8] = { 0 };
	if (codepoint >= 0 && codepoint < 0x80) {
		return codepoint >= 'A' && codepoint <= 'Z' ? codepoint - 'A' + 'a' : codepoint;
	}
	utf8proc_ssize_t n = utf8proc_decompose_char(codepoint, folded, 8,
			UTF8PROC_DECOMPOSE | UTF8PROC_CASEFOLD | UTF8PROC_STRIPMARK, NULL);
	int32_t c = n > 0 ? folded[0] : 0;
	return c == 0x111 ? 'd' : c;
}

void str_hex(const void *bytes, size_t n, char *out) {
	static const char digits[] = "0123456789abcdef";
	const unsigned char *p = bytes;
	for (size_t i = 0; i < n; i++) {
		out[2 * i] = digits[p[i] >> 4];
		out[2 * i + 1] = digits[p[i] & 15];
	}
	out[2 * n] = '\0';
}

static int hex_digit(char c) {
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	c = ascii_lower(c);
	return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

enum err str_unhex(struct str s, void *out, size_t n) {
	if (s.n != 2 * n) {
		return ERR_INVAL;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (hex_digit(s.p[i]) < 0) {
			return ERR_INVAL;
		}
	}
	unsigned char *p = out;
	for (size_t i = 0; i < n; i++) {
		p[i] = (unsigned char)(hex_digit(s.p[2 * i]) * 16 + hex_digit(s.p[2 * i + 1]));
	}
	return ERR_OK;
}

static const char b64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void str_b64_add(struct buf *b, const void *bytes, size_t n) {
	const unsigned char *p = bytes;
	for (size_t i = 0; i < n; i += 3) {
		size_t have = n - i < 3 ? n - i : 3;
		unsigned v = (unsigned)p[i] << 16 | (have > 1 ? (unsigned)p[i + 1] << 8 : 0u) |
				(have > 2 ? p[i + 2] : 0u);
		char out[4];
		for (unsigned k = 0; k < 4; k++) {
			out[k] = b64_digits[(v >> (18 - 6 * k)) & 63];
		}
		buf_add(b, out, have + 1);
	}
}

static int b64_digit(char c) {
	const char *at = c ? strchr(b64_digits, c) : NULL;
	return at ? (int)(at - b64_digits) : -1;
}

enum err str_unb64_add(struct str s, struct buf *out) {
	if (s.n % 4 == 1) {
		return ERR_INVAL;
	}
	size_t start = out->len;
	unsigned v = 0;
	unsigned bits = 0;
	for (size_t i = 0; i < s.n; i++) {
		int digit = b64_digit(s.p[i]);
		if (digit < 0) {
			out->len = start;
			return ERR_INVAL;
		}
		v = (v << 6 | (unsigned)digit) & 0xFFFF;
		bits += 6;
		if (bits >= 8) {
			bits -= 8;
			buf_add_char(out, (char)(v >> bits));
		}
	}
	if (v & ((1u << bits) - 1)) {
		out->len = start;
		return ERR_INVAL; /* a second spelling of the same bytes */
	}
	return buf_err(out);
}

enum err str_unb64(struct str s, void *out, size_t n) {
	if (s.n != (n * 4 + 2) / 3) {
		return ERR_INVAL;
	}
	_cleanup_(buf_finish) struct buf b = buf_make(n + 1);
	enum err e = str_unb64_add(s, &b);
	if (e) {
		return e;
	}
	if (b.len != n) {
		return ERR_INVAL;
	}
	if (n > 0) {
		memcpy(out, b.data, n);
	}
	return ERR_OK;
}
