#include "core/auth/password.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"

enum {
	FOLDED_BYTES_MAX = 3 * PASSWORD_BYTES_MAX,
	ENDS_MAX = 8,   /* digits and signs around a common word that do not make it better */
	FREE_MAX = 4,   /* characters beside the words about the person that do not either */
	PERIOD_MAX = 4, /* "abcabcabc" repeats three */
	RUN_MIN = 3,
	RUNS_MAX = 3, /* "qwe123asd" is three runs */
	WORD_MIN = 2, /* bytes of a word about the person */
	WORDS_MAX = 64,
};

/* ---- Letters ---- */

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

/* A letter of any script: after folding, every byte past ASCII belongs to one. */
static bool is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (unsigned char)c >= 0x80;
}

/* Appends s folded, without anything but letters and digits; `signs` keeps signs too. */
static void add_bare(struct str s, bool keeps_signs, struct buf *out) {
	_cleanup_(buf_finish) struct buf folded = buf_make(FOLDED_BYTES_MAX);
	if (str_fold(s, &folded)) {
		return; /* too long or no text: nothing to compare with */
	}
	for (size_t i = 0; i < folded.len; i++) {
		char c = folded.data[i];
		if (is_letter(c) || is_digit(c) || (keeps_signs && c != ' ')) {
			buf_add_char(out, c);
		}
	}
}

static struct str span(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* ---- Widely used ---- */

static int compare_common(const void *key, const void *item) {
	return strcmp(key, *(const char *const *)item);
}

static bool is_listed(struct str s) {
	char z[64];
	if (s.n >= sizeof(z)) {
		return false;
	}
	memcpy(z, s.p, s.n);
	z[s.n] = '\0';
	return bsearch(z, password_common_, password_common_count_, sizeof(password_common_[0]),
			       compare_common) != NULL;
}

/* "p@ssw0rd" as the word it stands for. */
static char plain_letter(char c) {
	static const char from[] = "0134578@$!";
	static const char to[] = "oieastbasi";
	const char *at = c ? strchr(from, c) : NULL;
	return at ? to[at - from] : c;
}

static bool is_listed_plain(struct str s) {
	char z[64];
	if (s.n >= sizeof(z)) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		z[i] = plain_letter(s.p[i]);
	}
	return is_listed((struct str){ z, s.n });
}

/* The least shift by which the text equals itself. */
static size_t period_of(struct str s) {
	for (size_t p = 1; p < s.n; p++) {
		if (memcmp(s.p, s.p + p, s.n - p) == 0) {
			return p;
		}
	}
	return s.n;
}

/* Listed, or listed over and over. */
static bool is_common_word(struct str s) {
	size_t period = period_of(s);
	struct str unit = { s.p, period };
	if (s.n % period == 0 && s.n > period && (is_listed(unit) || is_listed_plain(unit))) {
		return true;
	}
	return is_listed(s) || is_listed_plain(s);
}

/* A common word with at most ENDS_MAX digits and signs around it. */
static bool is_common_inside(struct str s) {
	struct str core = s;
	while (core.n > 0 && !is_letter(core.p[0])) {
		core.p++;
		core.n--;
	}
	while (core.n > 0 && !is_letter(core.p[core.n - 1])) {
		core.n--;
	}
	return core.n > 0 && s.n - core.n <= ENDS_MAX && is_common_word(core);
}

/* Neighbours on a keyboard and in the alphabet; each is looked for backwards as well. */
static const char *const rows[] = { "01234567890", "qwertyuiop", "asdfghjkl", "zxcvbnm",
	"qwertyuiopasdfghjklzxcvbnm", "abcdefghijklmnopqrstuvwxyz", "1qaz2wsx3edc4rfv5tgb6yhn7ujm",
	"qazwsxedcrfvtgbyhnujm", "q1w2e3r4t5y6u7i8o9p0", "1q2w3e4r5t6y7u8i9o0p", "!@#$%^&*()" };

/* How many bytes at the front of s follow a row from that place on, in that direction. */
static size_t along(struct str s, const char *row, size_t from, int step) {
	size_t row_n = strlen(row);
	size_t n = 0;
	size_t at = from;
	while (n < s.n && at < row_n && row[at] == s.p[n]) {
		n++;
		at += (size_t)step; /* -1 from 0 leaves the row */
	}
	return n;
}

/* The longest run of neighbours, or of one character, at the front of s. */
static size_t run_at(struct str s) {
	size_t best = 1;
	while (best < s.n && s.p[best] == s.p[0]) {
		best++;
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		for (const char *at = strchr(rows[i], s.p[0]); at; at = strchr(at + 1, s.p[0])) {
			size_t from = (size_t)(at - rows[i]);
			size_t forward = along(s, rows[i], from, 1);
			size_t backward = along(s, rows[i], from, -1);
			size_t longer = forward > backward ? forward : backward;
			best = longer > best ? longer : best;
		}
	}
	return best;
}

/* The whole text is at most RUNS_MAX runs. Taking the longest run each time is never worse. */
static bool is_runs(struct str s) {
	for (size_t runs = 0; s.n > 0; runs++) {
		size_t n = run_at(s);
		if (runs == RUNS_MAX || n < RUN_MIN) {
			return false;
		}
		s.p += n;
		s.n -= n;
	}
	return true;
}

static unsigned number_at(const char *p, size_t n) {
	unsigned v = 0;
	for (size_t i = 0; i < n; i++) {
		v = v * 10 + (unsigned)(p[i] - '0');
	}
	return v;
}

/* Eight digits that are a day of a living person's time, in either order: someone's birthday. */
static bool is_any_date(struct str s) {
	if (s.n != 8) {
		return false;
	}
	for (size_t i = 0; i < s.n; i++) {
		if (!is_digit(s.p[i])) {
			return false;
		}
	}
	struct date day_first = { (int)number_at(s.p + 4, 4), (int)number_at(s.p + 2, 2),
		(int)number_at(s.p, 2) };
	struct date year_first = { (int)number_at(s.p, 4), (int)number_at(s.p + 4, 2),
		(int)number_at(s.p + 6, 2) };
	return (date_is_valid(day_first) && day_first.year >= 1900 && day_first.year < 2100) ||
			(date_is_valid(year_first) && year_first.year >= 1900 &&
					year_first.year < 2100);
}

/* Only signs are looked at as they are; else also the letters and digits without them, when these
 * are most of it. */
static bool is_common(struct str with, struct str without) {
	if (period_of(with) <= PERIOD_MAX || is_runs(with) || is_common_inside(with)) {
		return true;
	}
	if (without.n <= PERIOD_MAX || 2 * without.n < with.n) {
		return false;
	}
	return period_of(without) <= PERIOD_MAX || is_runs(without) || is_common_word(without) ||
			is_common_inside(without) || is_any_date(without);
}

/* ---- Known about the person ---- */

/* Words without anything but letters and digits, one behind the other in one buffer. */
struct words {
	struct buf text;
	struct {
		size_t at;
		size_t n;
	} items[WORDS_MAX];
	size_t count;
};

static void words_finish(struct words *w) {
	buf_finish(&w->text);
}

static void add_word(struct words *w, struct str word) {
	if (w->count == WORDS_MAX) {
		return; /* a school's name of more words than that */
	}
	size_t at = w->text.len;
	add_bare(word, false, &w->text);
	if (w->text.err || w->text.len - at < WORD_MIN) {
		return;
	}
	w->items[w->count].at = at;
	w->items[w->count].n = w->text.len - at;
	w->count++;
}

/* Each word of a text, and the first letters of all of them: "Nguyễn Văn An" gives "nva" too. */
static void add_words(struct words *w, struct str text) {
	_cleanup_(buf_finish) struct buf folded = buf_make(FOLDED_BYTES_MAX);
	if (str_fold(text, &folded)) {
		return; /* no text: nothing to compare with */
	}
	char initials[WORDS_MAX];
	size_t count = 0;
	struct str rest = span(&folded);
	while (rest.n > 0) {
		const char *blank = memchr(rest.p, ' ', rest.n);
		struct str word = { rest.p, blank ? (size_t)(blank - rest.p) : rest.n };
		add_word(w, word);
		if (word.n > 0 && count < sizeof(initials)) {
			initials[count++] = word.p[0];
		}
		rest.p += word.n + (blank != NULL);
		rest.n -= word.n + (blank != NULL);
	}
	add_word(w, (struct str){ initials, count });
}

/* The spellings of a date: day, month, year with four and with two digits, each with the digits
 * it is printed in at least; 0: left out. */
static void add_date(struct words *w, struct date d) {
	enum part { DAY, MONTH, YEAR, SHORT };
	static const struct {
		enum part part;
		int digits;
	} forms[][3] = {
		{ { DAY, 2 }, { MONTH, 2 }, { YEAR, 4 } },
		{ { DAY, 1 }, { MONTH, 1 }, { YEAR, 4 } },
		{ { YEAR, 4 }, { MONTH, 2 }, { DAY, 2 } },
		{ { MONTH, 2 }, { DAY, 2 }, { YEAR, 4 } },
		{ { DAY, 2 }, { MONTH, 2 }, { SHORT, 2 } },
		{ { DAY, 1 }, { MONTH, 1 }, { SHORT, 2 } },
		{ { SHORT, 2 }, { MONTH, 2 }, { DAY, 2 } },
		{ { DAY, 2 }, { MONTH, 2 }, { DAY, 0 } },
		{ { DAY, 1 }, { MONTH, 1 }, { DAY, 0 } },
		{ { YEAR, 4 }, { DAY, 0 }, { DAY, 0 } },
		{ { SHORT, 2 }, { DAY, 0 }, { DAY, 0 } },
	};
	const int values[] = {
		[DAY] = d.day, [MONTH] = d.month, [YEAR] = d.year, [SHORT] = d.year % 100
	};
	for (size_t i = 0; i < sizeof(forms) / sizeof(forms[0]); i++) {
		_cleanup_(buf_finish) struct buf text = buf_make(32);
		for (size_t k = 0; k < 3 && forms[i][k].digits > 0; k++) {
			buf_addf(&text, "%0*d", forms[i][k].digits, values[forms[i][k].part]);
		}
		add_word(w, span(&text));
	}
}

static void add_person(struct words *w, const struct password_person *person) {
	add_words(w, person->full_name);
	add_word(w, person->login);
	add_words(w, person->school_name);
	add_word(w, person->phone);
	if (str_starts(person->phone, "+84")) {
		_cleanup_(buf_finish) struct buf local = buf_make(FOLDED_BYTES_MAX);
		buf_add_char(&local, '0');
		buf_add(&local, person->phone.p + 3, person->phone.n - 3);
		add_word(w, span(&local));
	}
}

/* The least number of bytes that remain when the text is laid out with the words. */
static size_t left_over(struct str s, const struct words *w) {
	size_t least[FOLDED_BYTES_MAX + 1];
	least[0] = 0;
	for (size_t end = 1; end <= s.n; end++) {
		least[end] = least[end - 1] + 1;
		for (size_t i = 0; i < w->count; i++) {
			size_t n = w->items[i].n;
			if (n <= end && least[end - n] < least[end] &&
					memcmp(s.p + end - n, w->text.data + w->items[i].at, n) ==
							0) {
				least[end] = least[end - n];
			}
		}
	}
	return least[s.n];
}

/* Little is left beside the words; signs that were taken out are left over too. */
static bool is_made_of(struct str with, struct str without, const struct words *w) {
	if (w->count == 0 || with.n <= FREE_MAX) {
		return false;
	}
	return left_over(without, w) + (with.n - without.n) <= FREE_MAX;
}

/* ---- The whole ---- */

static bool is_text(struct str s) {
	if (!str_is_utf8(s)) {
		return false;
	}
	int32_t c = 0;
	for (size_t at = 0; at < s.n;) {
		c = str_utf8_next(s, &at);
		if (c < 0x20 || (c >= 0x7F && c < 0xA0)) {
			return false;
		}
	}
	return true;
}

static enum password_fault fault_of_words(
		struct str with, struct str without, const struct password_person *person) {
	_cleanup_(words_finish) struct words words = { .text = buf_make(1 << 16) };
	if (person->has_birth_date) {
		add_date(&words, person->birth_date);
		if (is_made_of(with, without, &words)) {
			return PASSWORD_BIRTH_DATE;
		}
	}
	add_person(&words, person);
	return is_made_of(with, without, &words) ? PASSWORD_NAME : PASSWORD_GOOD;
}

enum password_fault password_fault(struct str password, const struct password_person *person) {
	if (!is_text(password)) {
		return PASSWORD_TEXT;
	}
	_cleanup_(buf_finish) struct buf nfc = buf_make(FOLDED_BYTES_MAX);
	if (password.n > FOLDED_BYTES_MAX || str_nfc(password, &nfc)) {
		return PASSWORD_LONG;
	}
	size_t chars = str_utf8_count(span(&nfc));
	if (chars < PASSWORD_CHARS_MIN) {
		return PASSWORD_SHORT;
	}
	if (chars > PASSWORD_CHARS_MAX || nfc.len > PASSWORD_BYTES_MAX) {
		return PASSWORD_LONG;
	}
	_cleanup_(buf_finish) struct buf with = buf_make(FOLDED_BYTES_MAX);
	_cleanup_(buf_finish) struct buf without = buf_make(FOLDED_BYTES_MAX);
	add_bare(password, true, &with);
	add_bare(password, false, &without);
	if (with.len == 0) {
		return PASSWORD_COMMON; /* blanks */
	}
	enum password_fault fault = fault_of_words(span(&with), span(&without), person);
	if (fault != PASSWORD_GOOD) {
		return fault;
	}
	return is_common(span(&with), span(&without)) ? PASSWORD_COMMON : PASSWORD_GOOD;
}

const char *password_fault_code(enum password_fault fault) {
	switch (fault) {
	case PASSWORD_GOOD:
		break;
	case PASSWORD_SHORT:
		return "password.short";
	case PASSWORD_LONG:
		return "password.long";
	case PASSWORD_TEXT:
		return "password.text";
	case PASSWORD_COMMON:
		return "password.common";
	case PASSWORD_BIRTH_DATE:
		return "password.birth_date";
	case PASSWORD_NAME:
		return "password.name";
	}
	assert(false);
	return "";
}
