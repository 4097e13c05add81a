/* Keys in running text: the third part of exam/bank/import/scan.h. */

#include "exam/bank/import/scan.h"

#include <string.h>

/* Words that say which letter is right, the longest first. */
static const char *const choose_words[] = { "chon dap an dung la", "chon dap an dung",
	"chon dap an", "chon phuong an", "chon cau", "chon y", "chon", "khoanh", "choose" };
static const char *const answer_words[] = { "dap an dung la", "dap an dung", "dap an can chon la",
	"dap an can chon", "dap an chinh xac la", "dap an chinh xac", "dap an la", "dap an",
	"phuong an dung la", "phuong an dung", "correct answer", "answer", "key", "dap so", "d/a",
	"da", "huong dan tra loi", "tra loi", "ket qua" };

/* Those of them that speak about the right one wherever they stand. */
static const char *const right_words[] = { "dap an dung la", "dap an dung", "dap an can chon la",
	"dap an can chon", "dap an chinh xac la", "dap an chinh xac" };

enum {
	RIGHT_COUNT = sizeof(right_words) / sizeof(right_words[0]),
	CHOOSE_COUNT = sizeof(choose_words) / sizeof(choose_words[0]),
	ANSWER_COUNT = sizeof(answer_words) / sizeof(answer_words[0]),
};

/* Index behind the first phrase of the list that stands at `at`, or 0. */
static size_t phrase(struct str s, size_t at, const char *const *words, size_t count) {
	for (size_t i = 0; i < count; i++) {
		size_t end = scan_words(s, at, words[i]);
		if (end) {
			return end;
		}
	}
	return 0;
}

static size_t skip_signs(struct str s, size_t at) {
	while (at < s.n && strchr(" \t:=.->\"'([", s.p[at])) {
		at++;
	}
	return at;
}

/* True when the letter at `at` stands alone: "C", "C.", "C)", not "CO" or "C2". */
static bool is_lone_letter(struct str s, size_t at) {
	if (at >= s.n || s.p[at] < 'A' || s.p[at] > 'H') {
		return false;
	}
	if (at + 1 == s.n) {
		return true;
	}
	size_t next = at + 1;
	int32_t c = str_fold_cp(str_utf8_next(s, &next));
	bool is_word = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '\'' || c == '_' ||
			c == '^' || c == '(';
	return !is_word;
}

/* "Đáp án A sai vì …" speaks about an option without choosing it. */
static bool is_rejected(struct str s, size_t at) {
	static const char *const words[] = { "sai", "loai", "khong dung", "khong", "chua", "nham",
		"bi loai", "false", "is wrong" };
	at = skip_signs(s, at);
	return phrase(s, at, words, sizeof(words) / sizeof(words[0])) > 0;
}

/* Letters "C", "A, C", "A và C" at `at`; the mask, 0 when there is none. */
static uint32_t letters_at(struct str s, size_t at) {
	uint32_t mask = 0;
	at = skip_signs(s, at);
	while (is_lone_letter(s, at)) {
		if (is_rejected(s, at + 1)) {
			return mask;
		}
		mask |= UINT32_C(1) << (s.p[at] - 'A');
		size_t next = scan_blanks(s, at + 1);
		size_t and = scan_words(s, next, "va");
		bool is_list = next < s.n &&
				(s.p[next] == ',' || s.p[next] == ';' || s.p[next] == '&');
		if (!and&&!is_list) {
			break;
		}
		at = scan_blanks(s, and? and : next + 1);
	}
	return mask;
}

/* "Đáp án: b" with nothing behind it: the letter by itself, small. */
static uint32_t small_letter_at(struct str s, size_t at) {
	at = scan_blanks(s, at);
	if (at >= s.n || s.p[at] != ':') {
		return 0;
	}
	at = scan_blanks(s, at + 1);
	if (at >= s.n || s.p[at] < 'a' || s.p[at] > 'h') {
		return 0;
	}
	uint32_t mask = UINT32_C(1) << (s.p[at] - 'a');
	at++;
	while (at < s.n && strchr(" .)]", s.p[at])) {
		at++;
	}
	return at == s.n ? mask : 0;
}

static size_t skip_lead(struct str s) {
	size_t at = 0;
	for (;;) {
		at = scan_blanks(s, at);
		struct str rest = { s.p + at, s.n - at };
		if (at < s.n && strchr("-+*=>(.[", s.p[at])) {
			at++;
		} else if (str_starts(rest, "\xE2\x80\xA2") || str_starts(rest, "\xE2\x87\x92") ||
				str_starts(rest, "\xE2\x86\x92") ||
				str_starts(rest, "\xE2\x80\x93")) {
			at += 3;
		} else {
			size_t so = scan_words(s, at, "vay");
			so = so ? so : scan_words(s, at, "suy ra");
			so = so ? so : scan_words(s, at, "do do");
			if (!so) {
				return at;
			}
			at = so + (so < s.n && s.p[so] == ',');
		}
	}
}

uint32_t scan_choice(struct str s, unsigned *out_strength) {
	size_t at = skip_lead(s);
	size_t end = phrase(s, at, choose_words, CHOOSE_COUNT);
	uint32_t mask = end ? letters_at(s, end) : 0;
	*out_strength = 3;
	if (mask) {
		return mask;
	}
	end = phrase(s, at, answer_words, ANSWER_COUNT);
	mask = end ? letters_at(s, end) : 0;
	mask = end && !mask ? small_letter_at(s, end) : mask;
	*out_strength = 2;
	if (mask) {
		return mask;
	}
	*out_strength = 1;
	for (size_t i = scan_find(s, 0, "chon"); i < s.n; i = scan_find(s, i + 4, "chon")) {
		end = phrase(s, i, choose_words, CHOOSE_COUNT);
		uint32_t here = end ? letters_at(s, end) : 0;
		mask = here ? here : mask; /* the last one is the conclusion */
	}
	for (size_t i = scan_find(s, 0, "dap an"); i < s.n && !mask;
			i = scan_find(s, i + 6, "dap an")) {
		end = phrase(s, i, right_words, RIGHT_COUNT);
		mask = end ? letters_at(s, end) : 0;
	}
	*out_strength = mask ? 1 : 0;
	return mask;
}

uint32_t scan_lone_letter(struct str s) {
	size_t at = scan_blanks(s, 0);
	if (at >= s.n || s.p[at] < 'A' || s.p[at] > 'H') {
		return 0;
	}
	size_t behind = scan_blanks(s, at + 1);
	struct str rest = { s.p + behind, s.n - behind };
	bool is_sign = behind < s.n && strchr("-(=>", s.p[behind]);
	bool is_dash = str_starts(rest, "\xE2\x80\x93") || str_starts(rest, "\xE2\x80\x94") ||
			str_starts(rest, "\xE2\x87\x92") || str_starts(rest, "\xE2\x86\x92");
	bool is_reason = scan_words(s, behind, "vi") || scan_words(s, behind, "do");
	bool is_apart = behind > at + 1 && (is_sign || is_dash || is_reason);
	return behind == s.n || is_apart ? UINT32_C(1) << (s.p[at] - 'A') : 0;
}

bool scan_is_fraction(struct str s) {
	size_t at = s.n && s.p[0] == '-' ? 1 : 0;
	unsigned top = 0;
	unsigned bottom = 0;
	size_t slash = scan_number(s, at, &top);
	return slash && slash < s.n && s.p[slash] == '/' &&
			scan_number(s, slash + 1, &bottom) == s.n && bottom > 0;
}

/* What may stand behind "Đáp án" without a colon: truths, or a number and nothing else. */
static bool is_plain_answer(struct str s) {
	uint32_t truths = 0;
	bool has_digit = false;
	for (size_t i = 0; i < s.n; i++) {
		has_digit = has_digit || (s.p[i] >= '0' && s.p[i] <= '9');
		if (!strchr("0123456789,.-/", s.p[i])) {
			return scan_truths(s, &truths) >= 2;
		}
	}
	return has_digit;
}

struct str scan_answer(struct str s) {
	static const char *const words[] = { "dap an dung la", "dap an dung", "dap an la", "dap an",
		"tra loi", "dap so", "ket qua", "answer", "key", "ds", "d/s", "da", "kq", "chon" };
	size_t at = skip_lead(s);
	size_t end = phrase(s, at, words, sizeof(words) / sizeof(words[0]));
	size_t mark = end ? scan_blanks(s, end) : 0;
	bool is_marked = end && mark < s.n && (s.p[mark] == ':' || s.p[mark] == '=');
	size_t from = is_marked ? mark + 1 : mark;
	struct str value = end ? str_trim((struct str){ s.p + from, s.n - from })
			       : (struct str){ s.p, 0 };
	while (value.n > 1 && strchr(".;]", value.p[value.n - 1])) {
		value.n--;
	}
	bool is_choose = end && scan_words(s, at, "chon"); /* "Chọn: …" asks, "Chọn ĐSĐS" tells */
	bool is_told = (is_marked && !is_choose) || is_plain_answer(value);
	return is_told ? value : (struct str){ s.p, 0 };
}

bool scan_is_answer_label(struct str s) {
	static const char *const words[] = { "dap an", "tra loi", "dap so", "ket qua", "kq", "ds" };
	size_t end = phrase(s, scan_blanks(s, 0), words, sizeof(words) / sizeof(words[0]));
	while (end && end < s.n && strchr(" :", s.p[end])) {
		end++;
	}
	return end == s.n;
}

size_t scan_truth(struct str s, size_t at, bool *out) {
	static const struct {
		const char *words;
		bool truth;
	} truths[] = { { "dung", true }, { "sai", false }, { "true", true }, { "false", false },
		{ "t", true }, { "f", false }, { "d", true }, { "s", false } };
	for (size_t i = 0; i < sizeof(truths) / sizeof(truths[0]); i++) {
		size_t end = scan_words(s, at, truths[i].words);
		bool is_letter = truths[i].words[1] == '\0';
		bool is_small = at < s.n && s.p[at] >= 'a' && s.p[at] <= 'z';
		bool is_small_d = end == at + 2 && (unsigned char)s.p[at + 1] == 0x91;
		if (end && !(is_letter && (is_small || is_small_d))) {
			*out = truths[i].truth;
			return end;
		}
	}
	return 0;
}

size_t scan_truths(struct str s, uint32_t *out) {
	size_t count = 0;
	uint32_t mask = 0;
	size_t at = scan_blanks(s, 0);
	while (at < s.n) {
		bool truth = false;
		/* "ĐSĐS" is one word to scan_truth: take letters one by one. */
		size_t end = scan_truth(s, at, &truth);
		if (!end) {
			size_t next = at;
			int32_t c = str_utf8_next(s, &next);
			bool is_true = c == 0x110 || c == 0xd0 || c == 'D' || c == 'T';
			bool is_false = c == 'S' || c == 'F';
			if (!is_true && !is_false) {
				return 0;
			}
			truth = is_true;
			end = next;
		}
		if (count == 8) {
			return 0;
		}
		mask |= (uint32_t)truth << count++;
		at = end;
		while (at < s.n && strchr(" \t,;-/|.", s.p[at])) {
			at++;
		}
		if (s.n - at >= 3 && memcmp(s.p + at, "\xE2\x80\x93", 3) == 0) {
			at = scan_blanks(s, at + 3);
		}
	}
	if (count < 2) {
		return 0;
	}
	*out = mask;
	return count;
}

bool scan_is_answer_blank(struct str s) {
	bool has_blank = false;
	for (size_t i = 0; i < s.n; i++) {
		unsigned char c = (unsigned char)s.p[i];
		if (c == '.' || c == '_' || c == '|' || c == '-' || c == '[' || c == ']') {
			has_blank = true;
		} else if (c == 0xE2 && i + 2 < s.n) { /* …, □ and their like */
			has_blank = true;
			i += 2;
		} else if (c != ' ' && c != '\t' && c != ':') {
			return false;
		}
	}
	return has_blank;
}
