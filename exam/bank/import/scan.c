#include "exam/bank/import/scan.h"

#include <string.h>

static bool is_blank(char c) {
	return c == ' ' || c == '\t';
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

size_t scan_blanks(struct str s, size_t at) {
	while (at < s.n && is_blank(s.p[at])) {
		at++;
	}
	return at;
}

/* The folded code point at *at (moved on past combining marks), or -1 at the end. */
static int32_t next_folded(struct str s, size_t *at) {
	while (*at < s.n) {
		int32_t c = str_utf8_next(s, at);
		if (c < 0) {
			*at = s.n;
			return -1;
		}
		int32_t folded = str_fold_cp(c);
		if (folded) {
			return folded;
		}
	}
	return -1;
}

static bool is_word_cp(int32_t c) {
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c > 0x24f;
}

/* True when a word ends at `at`: nothing that could go on with it follows. */
static bool is_word_end(struct str s, size_t at) {
	size_t i = at;
	int32_t c = next_folded(s, &i);
	return c < 0 || !(c >= 'a' && c <= 'z');
}

/* True when a word may begin at `at`: no letter before it. */
static bool is_word_begin(struct str s, size_t at) {
	if (at == 0) {
		return true;
	}
	size_t i = at - 1;
	while (i > 0 && ((unsigned char)s.p[i] & 0xC0) == 0x80) {
		i--;
	}
	size_t from = i;
	int32_t c = next_folded(s, &from);
	return c < 0 || !is_word_cp(c) || c == 0xfffc || (c >= 0x2000 && c < 0x2c00);
}

size_t scan_words(struct str s, size_t at, const char *words) {
	size_t i = at;
	for (const char *p = words; *p; p++) {
		if (*p == ' ') {
			size_t behind = scan_blanks(s, i);
			if (behind == i) {
				return 0;
			}
			i = behind;
			continue;
		}
		if (next_folded(s, &i) != *p) {
			return 0;
		}
	}
	return is_word_end(s, i) ? i : 0;
}

size_t scan_find(struct str s, size_t from, const char *words) {
	for (size_t i = from; i < s.n; i++) {
		bool is_inside = ((unsigned char)s.p[i] & 0xC0) == 0x80;
		if (!is_inside && is_word_begin(s, i) && scan_words(s, i, words)) {
			return i;
		}
	}
	return s.n;
}

bool scan_has(struct str s, const char *words) {
	return scan_find(s, 0, words) < s.n;
}

size_t scan_number(struct str s, size_t at, unsigned *out) {
	unsigned v = 0;
	size_t i = at;
	while (i < s.n && is_digit(s.p[i])) {
		v = v * 10 + (unsigned)(s.p[i] - '0');
		i++;
		if (v > SCAN_NUMBER_MAX) {
			return 0;
		}
	}
	if (i == at) {
		return 0;
	}
	*out = v;
	return i;
}

/* "(0,5 điểm)", "[NB]": index behind one bracketed remark of a label, or `at`. */
static size_t skip_remark(struct str s, size_t at) {
	enum { REMARK_BYTES_MAX = 60 };
	size_t i = scan_blanks(s, at);
	char close = i < s.n && s.p[i] == '(' ? ')' : i < s.n && s.p[i] == '[' ? ']' : '\0';
	for (size_t k = i; close && k < s.n && k - i < REMARK_BYTES_MAX; k++) {
		if (s.p[k] == close) {
			return k + 1;
		}
	}
	return at;
}

/* Index behind "-" or a long dash with blanks around it and no digit behind it, or `at`: "Câu 7 -
 * 9" is a range. */
static size_t skip_dash(struct str s, size_t at) {
	size_t i = scan_blanks(s, at);
	struct str rest = { s.p + i, s.n - i };
	bool is_long = str_starts(rest, "\xE2\x80\x93") || str_starts(rest, "\xE2\x80\x94");
	size_t end = is_long ? i + 3 : i < s.n && s.p[i] == '-' ? i + 1 : i;
	size_t behind = scan_blanks(s, end);
	bool is_dash = end > i && i > at && behind > end && behind < s.n;
	return is_dash && !is_digit(s.p[behind]) ? end : at;
}

/* The '.', ':', ')' or '/' that ends a question's label; "./" and ".:" count as one. */
static size_t skip_delimiter(struct str s, size_t at, const char *marks) {
	size_t i = scan_blanks(s, at);
	size_t from = i;
	size_t dash = skip_dash(s, at);
	if (dash > at) {
		return dash;
	}
	while (i < s.n && i - from < 2 && strchr(marks, s.p[i])) {
		i++;
	}
	return i > from ? i : at;
}

bool scan_question(struct str s, size_t at, struct scan_label *out) {
	static const char *const words[] = { "cau hoi so", "cau hoi", "cau so", "cau", "bai tap",
		"bai", "question", "ques" };
	size_t begin = scan_blanks(s, at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		/* "Câu1." is written too: the word may end in the number. */
		size_t behind = scan_words(s, begin, words[i]);
		unsigned number = 0;
		size_t digits = behind ? scan_number(s, scan_blanks(s, behind), &number) : 0;
		if (behind && !digits) { /* "Câu II." of an essay */
			digits = scan_roman(s, scan_blanks(s, behind), &number);
		}
		if (!digits || number == 0) {
			continue;
		}
		size_t remark = skip_remark(s, digits);
		size_t plain = skip_delimiter(s, digits, ".:)/");
		size_t end = plain > digits ? plain : skip_delimiter(s, remark, ".:)/");
		bool is_delimited = plain > digits || (remark > digits && end > remark);
		bool is_decimal = end < s.n && is_digit(s.p[end]) && end == digits + 1 &&
				s.p[digits] != ':';
		if (is_decimal) {
			return false;
		}
		end = is_delimited ? end : digits;
		bool is_roman = !is_digit(s.p[digits - 1]);
		if (is_roman && !is_delimited) {
			return false;
		}
		unsigned level = 0;
		(void)scan_level(s, digits, &level); /* 0 when the remark is another one */
		size_t behind_level = is_delimited ? scan_level(s, end, &level) : 0;
		*out = (struct scan_label){
			.number = number,
			.level = level,
			.letter_at = begin,
			.punct_end = end,
			.end = behind_level ? behind_level : scan_blanks(s, end),
			.is_delimited = is_delimited,
		};
		return true;
	}
	return false;
}

size_t scan_level(struct str s, size_t at, unsigned *out) {
	static const struct {
		const char *words;
		unsigned level;
	} levels[] = { { "nhan biet", 1 }, { "nb", 1 }, { "biet", 1 }, { "thong hieu", 2 },
		{ "th", 2 }, { "hieu", 2 }, { "van dung cao", 4 }, { "vdc", 4 }, { "vd cao", 4 },
		{ "van dung", 3 }, { "vd", 3 } };
	size_t open = scan_blanks(s, at);
	char close = open < s.n && s.p[open] == '('      ? ')'
			: open < s.n && s.p[open] == '[' ? ']'
							 : 0;
	for (size_t i = 0; close && i < sizeof(levels) / sizeof(levels[0]); i++) {
		size_t end = scan_words(s, scan_blanks(s, open + 1), levels[i].words);
		end = end ? scan_blanks(s, end) : s.n;
		if (end >= s.n || s.p[end] != close) {
			continue;
		}
		end++;
		while (end < s.n && strchr(".: \t", s.p[end])) {
			end++;
		}
		*out = levels[i].level;
		return end;
	}
	return 0;
}

bool scan_bare_number(struct str s, size_t at, struct scan_label *out) {
	size_t begin = scan_blanks(s, at);
	unsigned number = 0;
	size_t digits = scan_number(s, begin, &number);
	if (!digits || number == 0 || digits >= s.n || digits - begin > 3) {
		return false;
	}
	if (s.p[digits] != '.' && s.p[digits] != ')' && s.p[digits] != '/' && s.p[digits] != ':') {
		return false;
	}
	size_t end = digits + 1;
	end += end < s.n && s.p[end] == '/' && s.p[digits] == '.';
	if (end < s.n && (is_digit(s.p[end]) || strchr("-+*=", s.p[end]))) {
		return false;
	}
	*out = (struct scan_label){
		.number = number,
		.letter_at = begin,
		.punct_end = end,
		.end = scan_blanks(s, end),
		.is_delimited = true,
	};
	return true;
}

/* An option's letter: Latin, or a Cyrillic one that looks the same. 0 when it is none. */
static char option_letter(struct str s, size_t *at) {
	static const struct {
		int32_t codepoint;
		char letter;
	} same[] = { { 0x410, 'A' }, { 0x412, 'B' }, { 0x421, 'C' }, { 0x415, 'E' },
		{ 0x41d, 'H' } };
	int32_t c = str_utf8_next(s, at);
	if (c >= 'A' && c <= 'H') {
		return (char)c;
	}
	for (size_t i = 0; i < sizeof(same) / sizeof(same[0]); i++) {
		if (same[i].codepoint == c) {
			return same[i].letter;
		}
	}
	return '\0';
}

static bool eat(struct str s, size_t *at, char c) {
	if (*at < s.n && s.p[*at] == c) {
		(*at)++;
		return true;
	}
	return false;
}

bool scan_option(struct str s, size_t at, struct scan_label *out) {
	size_t i = scan_blanks(s, at);
	bool is_starred = false;
	while (i < s.n && (s.p[i] == '*' || (is_starred && (is_blank(s.p[i]) || s.p[i] == '.')))) {
		is_starred = true;
		i++;
	}
	bool is_fenced = eat(s, &i, '(');
	size_t letter_at = i;
	char letter = i < s.n ? option_letter(s, &i) : '\0';
	if (!letter) {
		return false;
	}
	size_t star = i;
	is_starred = eat(s, &star, '*') || is_starred;
	i = star;
	size_t delimiter = scan_blanks(s, i);
	bool is_close = delimiter < s.n && delimiter - i <= 1 && strchr(".)/:", s.p[delimiter]);
	if (!is_close || (is_fenced && s.p[delimiter] != ')')) {
		return false;
	}
	i = delimiter + 1;
	if (i < s.n && s.p[delimiter] == ')' && strchr(".:", s.p[i])) {
		i++;
	}
	if (s.p[delimiter] == '/' && i < s.n && s.p[i] == '/') {
		return false;
	}
	*out = (struct scan_label){
		.letter = letter,
		.letter_at = letter_at,
		.punct_end = i,
		.end = scan_blanks(s, i),
		.is_starred = is_starred,
		.is_delimited = true,
	};
	return true;
}

bool scan_statement(struct str s, size_t at, struct scan_label *out) {
	size_t i = scan_blanks(s, at);
	bool is_starred = eat(s, &i, '*');
	bool is_fenced = eat(s, &i, '(');
	if (i + 1 >= s.n || s.p[i] < 'a' || s.p[i] > 'h') {
		return false;
	}
	char letter = s.p[i];
	size_t letter_at = i++;
	bool is_close = s.p[i] == ')' || (!is_fenced && s.p[i] == '.');
	if (!is_close) {
		return false;
	}
	i++;
	*out = (struct scan_label){
		.letter = letter,
		.letter_at = letter_at,
		.punct_end = i,
		.end = scan_blanks(s, i),
		.is_starred = is_starred,
		.is_delimited = true,
	};
	return true;
}
