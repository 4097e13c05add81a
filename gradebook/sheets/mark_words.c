#include "gradebook/sheets/mark_words.h"

#include <string.h>

#include "core/base/cleanup.h"

enum {
	TEXT_BYTES_MAX = 2048, /* longer ones are no headings */
	TOKENS_MAX = 40,
};

/* A text's words: letters without marks, and numbers, each by itself ("TX1" is two). */
struct tokens {
	struct buf text;
	struct str items[TOKENS_MAX];
	bool is_used[TOKENS_MAX]; /* a number that is no position */
	size_t count;
};

static void tokens_finish(struct tokens *t) {
	buf_finish(&t->text);
}

static bool is_digit(char c) {
	return c >= '0' && c <= '9';
}

static bool is_letter(char c) {
	return c >= 'a' && c <= 'z';
}

/* Texts that are too long have no words. */
static enum err tokens_make(struct str text, struct tokens *out) {
	enum err e = str_fold(text, &out->text);
	if (e) {
		buf_clear(&out->text);
		return e == ERR_LIMIT ? ERR_OK : e;
	}
	const char *p = buf_str(&out->text);
	size_t n = out->text.len;
	for (size_t i = 0; i < n && out->count < TOKENS_MAX;) {
		size_t start = i;
		bool (*is_in)(char) = is_digit(p[i]) ? is_digit : is_letter;
		while (i < n && is_in(p[i])) {
			i++;
		}
		if (i > start) {
			out->items[out->count++] = (struct str){ p + start, i - start };
		} else {
			i++;
		}
	}
	return ERR_OK;
}

static bool is_at(const struct tokens *t, size_t i, const char *word) {
	return i < t->count && str_eq_z(t->items[i], word);
}

static bool is_of(struct str token, const char *const *words, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (str_eq_z(token, words[i])) {
			return true;
		}
	}
	return false;
}

#define IS_OF(token, words) is_of(token, words, sizeof(words) / sizeof((words)[0]))

/* 1, 2 for "1", "i", "2", "ii". */
static unsigned term_of(const struct tokens *t, size_t i) {
	return is_at(t, i, "1") || is_at(t, i, "i")             ? 1
			: is_at(t, i, "2") || is_at(t, i, "ii") ? 2
								: 0;
}

/* "HK 1", "học kì II", "cuối kì I", "HKII"; its number is no position. */
static unsigned take_term(struct tokens *t) {
	static const char *const before[] = { "hk", "ki", "ky", "ghk", "chk" };
	static const char *const first[] = { "hki", "ghki", "chki" };
	static const char *const second[] = { "hkii", "ghkii", "chkii" };
	for (size_t i = 0; i < t->count; i++) {
		if (IS_OF(t->items[i], first) || IS_OF(t->items[i], second)) {
			return IS_OF(t->items[i], first) ? 1 : 2;
		}
		unsigned term = IS_OF(t->items[i], before) ? term_of(t, i + 1) : 0;
		if (term) {
			t->is_used[i + 1] = true;
			return term;
		}
	}
	return 0;
}

/* Words that make a column one of results whatever else is said: "TBM", "ĐTBmhk", "Nhận xét". */
static bool is_result(const struct tokens *t) {
	static const char *const words[] = { "tb", "dtb", "tbm", "dtbm", "tbmhk", "dtbmhk", "tbhk",
		"dtbhk", "tbcn", "dtbcn", "dtbmcn", "tbmcn", "tbcm", "nx", "xl", "kq" };
	static const char *const pairs[][2] = { { "trung", "binh" }, { "nhan", "xet" },
		{ "xep", "loai" }, { "ket", "qua" }, { "ghi", "chu" }, { "tong", "ket" },
		{ "ca", "nam" }, { "thi", "lai" }, { "danh", "hieu" } };
	for (size_t i = 0; i < t->count; i++) {
		if (IS_OF(t->items[i], words)) {
			return true;
		}
		for (size_t k = 0; k < sizeof(pairs) / sizeof(pairs[0]); k++) {
			if (is_at(t, i, pairs[k][0]) && is_at(t, i + 1, pairs[k][1])) {
				return true;
			}
		}
	}
	return false;
}

/* A kind by a word of its own. */
static enum mark_heading_kind kind_of_word(struct str token) {
	static const char *const tx[] = { "tx", "ddgtx", "dgtx", "kttx", "ddtx", "dtx" };
	static const char *const gk[] = { "gk", "ddggk", "dggk", "ktgk", "ddgk", "dgk", "ghk",
		"gki", "ktghk", "gky", "ghki", "ghkii" };
	static const char *const ck[] = { "ck", "ddgck", "dgck", "ktck", "ddck", "dck", "kthk",
		"cki", "ktchk", "cky", "chk", "chki", "chkii" };
	return IS_OF(token, tx)            ? MARK_HEADING_TX
			: IS_OF(token, gk) ? MARK_HEADING_GK
			: IS_OF(token, ck) ? MARK_HEADING_CK
					   : MARK_HEADING_NONE;
}

/* A kind by two words; a number in front of a length of time is no position. */
static enum mark_heading_kind kind_of_pair(struct tokens *t, size_t i) {
	static const char *const terms[] = { "ki", "ky", "hoc", "hk", "hki", "hkii" };
	bool is_term = i + 1 < t->count && IS_OF(t->items[i + 1], terms);
	if (is_at(t, i, "thuong") && is_at(t, i + 1, "xuyen")) {
		return MARK_HEADING_TX;
	}
	if (is_at(t, i, "giua") && is_term) {
		return MARK_HEADING_GK;
	}
	return (is_at(t, i, "cuoi") || is_at(t, i, "thi")) && is_term ? MARK_HEADING_CK
								      : MARK_HEADING_NONE;
}

/* The words from before the circular. */
static enum mark_heading_kind old_kind(struct tokens *t, size_t i) {
	static const char *const minutes[] = { "phut", "p", "ph" };
	bool is_timed = i + 1 < t->count && IS_OF(t->items[i + 1], minutes);
	bool is_15 = is_at(t, i, "15") && (is_timed || t->count <= 2);
	bool is_45 = is_at(t, i, "45") && is_timed;
	bool is_period = is_at(t, i, "1") && (is_at(t, i + 1, "tiet") || is_at(t, i + 1, "t"));
	if (is_15 || is_45 || is_period) {
		t->is_used[i] = true;
		return is_15 ? MARK_HEADING_TX : MARK_HEADING_PERIOD;
	}
	bool is_spoken = is_at(t, i, "mieng") || (is_at(t, i, "m") && t->count <= 2);
	return is_spoken ? MARK_HEADING_TX : MARK_HEADING_NONE;
}

static enum mark_heading_kind take_kind(struct tokens *t, bool *out_is_old) {
	for (size_t i = 0; i < t->count; i++) {
		enum mark_heading_kind kind = kind_of_word(t->items[i]);
		kind = kind ? kind : kind_of_pair(t, i);
		if (kind) {
			return kind;
		}
	}
	for (size_t i = 0; i < t->count; i++) {
		enum mark_heading_kind kind = old_kind(t, i);
		if (kind) {
			*out_is_old = true;
			return kind;
		}
	}
	return MARK_HEADING_NONE;
}

/* "Hệ số 1" says how a mark weighs, not which it is. */
static void use_weights(struct tokens *t) {
	for (size_t i = 0; i + 1 < t->count; i++) {
		bool is_weight = is_at(t, i, "hs") ||
				(i > 0 && is_at(t, i - 1, "he") && is_at(t, i, "so"));
		t->is_used[i + 1] = t->is_used[i + 1] || is_weight;
	}
}

static unsigned take_position(const struct tokens *t) {
	for (size_t i = t->count; i-- > 0;) {
		struct str s = t->items[i];
		if (s.n == 1 && s.p[0] >= '1' && s.p[0] <= '9' && !t->is_used[i]) {
			return (unsigned)(s.p[0] - '0');
		}
	}
	return 0;
}

enum err mark_words_read(struct str text, struct mark_heading *io) {
	_cleanup_(tokens_finish) struct tokens t = { .text = buf_make(TEXT_BYTES_MAX) };
	enum err e = tokens_make(text, &t);
	if (e) {
		return e;
	}
	unsigned term = take_term(&t);
	use_weights(&t);
	io->term = term ? term : io->term;
	if (io->kind == MARK_HEADING_RESULT || is_result(&t)) {
		io->kind = MARK_HEADING_RESULT;
		return ERR_OK;
	}
	bool is_old = false;
	enum mark_heading_kind kind = take_kind(&t, &is_old);
	if (kind) {
		io->kind = kind;
		io->is_old = is_old;
		io->position = 0;
	}
	unsigned position = take_position(&t);
	io->position = position ? position : io->position;
	return ERR_OK;
}

/* ---- primary school ---- */

/* The moment that a text names, and its term; "cuối năm" is the end of the second. */
static void take_moment(struct tokens *t, struct mark_heading *io) {
	unsigned term = take_term(t);
	for (size_t i = 0; i < t->count; i++) {
		bool is_year = is_at(t, i, "cn") || (is_at(t, i, "cuoi") && is_at(t, i + 1, "nam"));
		bool is_of_1 = is_at(t, i, "gki") || is_at(t, i, "cki");
		bool is_of_2 = is_year || is_at(t, i, "gkii") || is_at(t, i, "ckii");
		enum mark_heading_kind kind = is_year ? MARK_HEADING_CK : kind_of_word(t->items[i]);
		kind = kind ? kind : kind_of_pair(t, i);
		kind = is_at(t, i, "gkii") ? MARK_HEADING_GK : kind;
		kind = is_at(t, i, "ckii") ? MARK_HEADING_CK : kind;
		if (kind == MARK_HEADING_GK || kind == MARK_HEADING_CK) {
			/* "GK1" is that of term I: no moment has a second one */
			unsigned number = kind_of_word(t->items[i]) ? term_of(t, i + 1) : 0;
			term = is_of_1 ? 1U : is_of_2 ? 2U : term ? term : number;
			io->kind = kind;
		}
	}
	io->term = term ? term : io->term;
}

/* Mĩ thuật, Mỹ thuật. */
static bool is_same_word(struct str a, struct str b) {
	bool is_same = a.n == b.n;
	for (size_t i = 0; i < a.n && is_same; i++) {
		is_same = (a.p[i] == 'y' ? 'i' : a.p[i]) == (b.p[i] == 'y' ? 'i' : b.p[i]);
	}
	return is_same;
}

/* Whether the subject is named, word after word. */
static bool has_subject(const struct tokens *t, const struct tokens *subject) {
	for (size_t i = 0; subject->count > 0 && i + subject->count <= t->count; i++) {
		size_t k = 0;
		while (k < subject->count && is_same_word(t->items[i + k], subject->items[k])) {
			k++;
		}
		if (k == subject->count) {
			return true;
		}
	}
	return false;
}

/* Words over a column that say how something is assessed, not what. */
static bool is_about_nothing(struct str token) {
	static const char *const words[] = { "muc", "do", "dat", "duoc", "mdd", "diem", "kt",
		"ktdk", "ktgk", "ktck", "bai", "kiem", "tra", "dinh", "ki", "ky", "hoc", "tap",
		"giua", "cuoi", "nam", "cn", "hk", "hki", "hkii", "i", "ii", "gk", "gki", "gkii",
		"ck", "cki", "ckii", "ghk", "ghki", "ghkii", "chk", "chki", "chkii", "danh", "gia",
		"ket", "qua", "mon", "va", "hoat", "dong", "giao", "duc", "cac", "ve", "t", "h",
		"c", "thang", "so", "lan", "dg", "dgdk", "ddg" };
	return is_digit(token.p[0]) || IS_OF(token, words);
}

static bool is_remark(const struct tokens *t) {
	static const char *const pairs[][2] = { { "nhan", "xet" }, { "ghi", "chu" },
		{ "xep", "loai" }, { "khen", "thuong" }, { "danh", "hieu" }, { "len", "lop" },
		{ "hoan", "thanh" } };
	for (size_t i = 0; i < t->count; i++) {
		for (size_t k = 0; k < sizeof(pairs) / sizeof(pairs[0]); k++) {
			if (is_at(t, i, pairs[k][0]) && is_at(t, i + 1, pairs[k][1])) {
				return true;
			}
		}
	}
	return false;
}

/* 0: neither a level nor a test is meant, or both. */
static unsigned what_of(const struct tokens *t) {
	static const char *const levels[] = { "muc", "mdd" };
	static const char *const tests[] = { "diem", "kt", "ktdk", "ktgk", "ktck", "kiem" };
	bool is_level = false;
	bool is_test = false;
	for (size_t i = 0; i < t->count; i++) {
		is_level = is_level || IS_OF(t->items[i], levels);
		is_test = is_test || IS_OF(t->items[i], tests);
	}
	return is_level == is_test ? 0 : is_level ? MARK_LEVEL_POSITION : 1;
}

enum err mark_words_read_primary(struct str text, struct str subject, struct mark_heading *io) {
	_cleanup_(tokens_finish) struct tokens t = { .text = buf_make(TEXT_BYTES_MAX) };
	_cleanup_(tokens_finish) struct tokens ours = { .text = buf_make(TEXT_BYTES_MAX) };
	enum err e = tokens_make(text, &t);
	e = e ? e : tokens_make(subject, &ours);
	if (e) {
		return e;
	}
	if (io->kind == MARK_HEADING_RESULT || is_remark(&t)) {
		io->kind = MARK_HEADING_RESULT;
		return ERR_OK;
	}
	take_moment(&t, io);
	unsigned what = what_of(&t);
	io->position = what ? what : io->position;
	if (!has_subject(&t, &ours)) {
		for (size_t i = 0; i < t.count; i++) {
			io->is_other = io->is_other || !is_about_nothing(t.items[i]);
		}
	}
	return ERR_OK;
}

enum err mark_words_moment(struct str text, struct mark_heading *io) {
	_cleanup_(tokens_finish) struct tokens t = { .text = buf_make(TEXT_BYTES_MAX) };
	enum err e = tokens_make(text, &t);
	if (!e) {
		take_moment(&t, io);
	}
	return e;
}

/* ---- titles ---- */

unsigned mark_words_term(struct str text) {
	_cleanup_(tokens_finish) struct tokens t = { .text = buf_make(TEXT_BYTES_MAX) };
	return tokens_make(text, &t) ? 0 : take_term(&t);
}

/* Words side by side, "i" for "y": Vật lí, Vật lý. */
static enum err join(const struct tokens *t, size_t from, struct buf *out) {
	for (size_t i = from; i < t->count; i++) {
		buf_add_char(out, ' ');
		for (size_t k = 0; k < t->items[i].n; k++) {
			char c = t->items[i].p[k];
			buf_add_char(out, c == 'y' ? 'i' : c);
		}
	}
	buf_add_char(out, ' ');
	return buf_err(out);
}

/* Whether a title names the subject: whole, or at its beginning by the last words of it ("Văn"), or
 * by the first of two ("Hoá"). Both have a blank around each word. */
static bool is_subject(const char *title, const char *subject) {
	const char *second = strchr(subject + 1, ' ');
	const char *third = second && second[1] ? strchr(second + 1, ' ') : NULL;
	bool is_pair = third && third[1] == '\0';
	if (strstr(title, subject) ||
			(is_pair && strncmp(title, subject, (size_t)(second - subject) + 1) == 0)) {
		return true;
	}
	for (const char *at = subject; at && at[0] == ' ' && at[1]; at = strchr(at + 1, ' ')) {
		if (strncmp(title, at, strlen(at)) == 0) {
			return true;
		}
	}
	return false;
}

enum err mark_words_subject(struct str text, struct str subject, bool *out_is_it) {
	_cleanup_(tokens_finish) struct tokens t = { .text = buf_make(TEXT_BYTES_MAX) };
	_cleanup_(tokens_finish) struct tokens s = { .text = buf_make(TEXT_BYTES_MAX) };
	_cleanup_(buf_finish) struct buf title = buf_make(TEXT_BYTES_MAX + TOKENS_MAX);
	_cleanup_(buf_finish) struct buf name = buf_make(TEXT_BYTES_MAX + TOKENS_MAX);
	enum err e = tokens_make(text, &t);
	e = e ? e : tokens_make(subject, &s);
	if (e) {
		return e;
	}
	size_t from = 0;
	while (from < t.count && !is_at(&t, from, "mon")) {
		from++;
	}
	from += 1 + is_at(&t, from + 1, "hoc");
	if (from >= t.count) {
		return ERR_NOT_FOUND;
	}
	e = join(&t, from, &title);
	e = e ? e : join(&s, 0, &name);
	if (!e) {
		*out_is_it = is_subject(buf_str(&title), buf_str(&name));
	}
	return e;
}
