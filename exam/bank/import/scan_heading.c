/* Headings and instructions of a paper: the second half of exam/bank/import/scan.h. */

#include "exam/bank/import/scan.h"

#include <string.h>

size_t scan_roman(struct str s, size_t at, unsigned *out) {
	static const char *const numbers[] = { "viii", "vii", "iii", "iv", "ix", "vi", "ii", "x",
		"v", "i" };
	static const unsigned values[] = { 8, 7, 3, 4, 9, 6, 2, 10, 5, 1 };
	for (size_t i = 0; i < sizeof(numbers) / sizeof(numbers[0]); i++) {
		size_t end = scan_words(s, at, numbers[i]);
		if (end) {
			*out = values[i];
			return end;
		}
	}
	return 0;
}

/* A part's number: Roman, decimal, or a letter A to D. */
static size_t part_number(struct str s, size_t at, unsigned *out) {
	size_t end = scan_roman(s, at, out);
	if (end) {
		return end;
	}
	end = scan_number(s, at, out);
	if (end && *out <= SCAN_PART_MAX) {
		return end;
	}
	if (at < s.n && s.p[at] >= 'A' && s.p[at] <= 'D' &&
			scan_words(s, at, (char[]){ (char)(s.p[at] - 'A' + 'a'), '\0' })) {
		*out = (unsigned)(s.p[at] - 'A') + 1;
		return at + 1;
	}
	return 0;
}

/* Words with which a heading goes on behind "II." or "B.". */
static bool begins_part_word(struct str s, size_t at) {
	static const char *const words[] = { "trac nghiem", "tu luan", "phan", "cau trac nghiem",
		"cau hoi trac nghiem", "cau hoi tu luan", "bai tap", "dung sai", "tra loi ngan",
		"doc hieu", "doc", "lam van", "viet", "nghe", "reading", "writing", "listening",
		"multiple choice", "phonetics", "grammar", "vocabulary", "use of english",
		"language", "speaking", "cau dung sai" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (scan_words(s, at, words[i])) {
			return true;
		}
	}
	return false;
}

bool scan_part(struct str s, unsigned *out_number) {
	enum { HEADING_BYTES_MAX = 200 };
	size_t at = scan_blanks(s, 0);
	unsigned number = 0;
	size_t word = scan_words(s, at, "phan");
	word = word ? word : scan_words(s, at, "part");
	word = word ? word : scan_words(s, at, "section");
	if (word) {
		size_t behind = scan_blanks(s, word);
		bool is_named = scan_words(s, behind, "trac nghiem") ||
				scan_words(s, behind, "tu luan") || scan_words(s, behind, "thi") ||
				scan_words(s, behind, "chung") || scan_words(s, behind, "rieng");
		if (part_number(s, behind, &number) || is_named) {
			*out_number = number;
			return true;
		}
		return false;
	}
	size_t end = part_number(s, at, &number);
	bool is_decimal = end && s.p[at] >= '0' && s.p[at] <= '9';
	bool is_marked = end && end < s.n && strchr(".:)/- ", s.p[end]);
	if (is_marked && !is_decimal && s.n <= HEADING_BYTES_MAX) {
		size_t behind = end;
		while (behind < s.n && strchr(".:)/- \t", s.p[behind])) {
			behind++;
		}
		if (begins_part_word(s, behind)) {
			*out_number = number;
			return true;
		}
	}
	bool is_bare = scan_words(s, at, "trac nghiem") || scan_words(s, at, "tu luan");
	if (is_bare && s.n <= 60 && !memchr(s.p, '?', s.n)) {
		*out_number = 0;
		return true;
	}
	return false;
}

/* "đúng sai", "đúng/sai", "đúng, sai", "Đúng – Sai". */
static bool has_true_or_false(struct str s) {
	for (size_t at = scan_find(s, 0, "dung"); at < s.n; at = scan_find(s, at + 4, "dung")) {
		size_t end = scan_words(s, at, "dung");
		while (end < s.n && strchr(" /,-", s.p[end])) {
			end++;
		}
		struct str rest = { s.p + end, s.n - end };
		bool is_dash = str_starts(rest, "\xE2\x80\x93") || str_starts(rest, "\xE2\x80\x94");
		end = is_dash ? scan_blanks(s, end + 3) : end;
		if (scan_words(s, end, "sai")) {
			return true;
		}
	}
	return false;
}

enum scan_part_kind scan_part_kind(struct str s) {
	if (scan_has(s, "tra loi ngan") || scan_has(s, "dien ket qua") ||
			scan_has(s, "dien dap so") || scan_has(s, "short answer")) {
		return SCAN_PART_SHORT;
	}
	if (has_true_or_false(s) || scan_has(s, "dung hoac sai") || scan_has(s, "true or false") ||
			scan_has(s, "true/false")) {
		return SCAN_PART_TRUEFALSE;
	}
	if (scan_has(s, "tu luan") || scan_has(s, "essay")) {
		return SCAN_PART_ESSAY;
	}
	if (scan_has(s, "mot phuong an") || scan_has(s, "nhieu lua chon") ||
			scan_has(s, "phuong an lua chon") || scan_has(s, "trac nghiem") ||
			scan_has(s, "multiple choice")) {
		return SCAN_PART_SINGLE;
	}
	return SCAN_PART_ANY;
}

/* The text without what is no letter or digit around it. */
static struct str strip(struct str s) {
	s = str_trim(s);
	while (s.n && strchr("-_*=.~:+#( \t", s.p[0])) {
		s.p++;
		s.n--;
	}
	while (s.n && strchr("-_*=.~:+#)/ \t", s.p[s.n - 1])) {
		s.n--;
	}
	static const char *const dashes[] = { "\xE2\x80\x93", "\xE2\x80\x94", "\xE2\x80\xA6" };
	for (size_t i = 0; i < 3 && s.n >= 3; i++) {
		if (memcmp(s.p, dashes[i], 3) == 0) {
			return strip((struct str){ s.p + 3, s.n - 3 });
		}
		if (memcmp(s.p + s.n - 3, dashes[i], 3) == 0) {
			return strip((struct str){ s.p, s.n - 3 });
		}
	}
	return s;
}

/* True when the stripped text is exactly one of the phrases. */
static bool is_exactly(struct str s, const char *const *phrases, size_t count) {
	struct str bare = strip(s);
	for (size_t i = 0; i < count; i++) {
		if (scan_words(bare, 0, phrases[i]) == bare.n && bare.n) {
			return true;
		}
	}
	return false;
}

unsigned scan_code(struct str s) {
	static const char *const words[] = { "ma de thi", "ma de so", "ma de", "ma", "de so",
		"de" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t found = scan_find(s, 0, words[i]);
		size_t at = found < s.n ? scan_words(s, found, words[i]) : s.n;
		while (at < s.n && strchr(" \t:.-(", s.p[at])) {
			at++;
		}
		unsigned code = 0;
		size_t end = scan_number(s, at, &code);
		if (end >= at + 2 && end <= at + 4) {
			return code;
		}
	}
	return 0;
}

bool scan_is_notice(struct str s) {
	static const char *const words[] = { "khong duoc su dung tai lieu",
		"thi sinh khong su dung tai lieu", "thi sinh duoc su dung tai lieu",
		"hoc sinh khong su dung tai lieu", "khong giai thich gi them", "giam thi coi thi",
		"chu ki cua can bo coi thi", "chu ky cua can bo coi thi", "chu ki giam thi",
		"chu ky giam thi" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (scan_has(s, words[i])) {
			return true;
		}
	}
	return false;
}

bool scan_is_end(struct str s) {
	static const char *const phrases[] = { "het", "the end", "het de", "end", "het bai",
		"het de thi", "het phan" };
	struct str bare = strip(s);
	bool is_upper = bare.n == 0 || !(bare.p[0] >= 'a' && bare.p[0] <= 'z');
	return is_upper && is_exactly(s, phrases, sizeof(phrases) / sizeof(phrases[0]));
}

bool scan_is_key_heading(struct str s) {
	static const char *const phrases[] = { "dap an", "bang dap an", "dap an va loi giai",
		"dap an va huong dan giai", "huong dan giai", "huong dan cham", "answer key", "key",
		"answers", "dap an chi tiet", "huong dan giai chi tiet", "loi giai chi tiet",
		"dap an va huong dan cham", "dap an va thang diem", "dap an - huong dan giai",
		"dap an huong dan giai", "bang dap an trac nghiem", "dap an trac nghiem", "keys",
		"dap an phan trac nghiem", "answer keys", "dap an tham khao", "bang key",
		"dap an - loi giai chi tiet", "dap an va loi giai chi tiet", "bang tra dap an" };
	if (is_exactly(s, phrases, sizeof(phrases) / sizeof(phrases[0]))) {
		return true;
	}
	struct str bare = strip(s);
	bool is_long = bare.n > 90;
	return !is_long &&
			(scan_words(bare, 0, "bang dap an") || scan_words(bare, 0, "dap an de") ||
					scan_words(bare, 0, "dap an ma de") ||
					scan_words(bare, 0, "dap an phan"));
}

bool scan_is_solution_heading(struct str s) {
	static const char *const phrases[] = { "loi giai", "huong dan giai", "huong dan", "giai",
		"loi giai chi tiet", "giai thich", "hdg", "hd giai", "bai giai", "dap an",
		"solution", "explanation", "huong dan giai chi tiet", "giai chi tiet",
		"phuong phap giai" };
	return is_exactly(s, phrases, sizeof(phrases) / sizeof(phrases[0]));
}

size_t scan_solution_intro(struct str s) {
	static const char *const phrases[] = { "loi giai", "huong dan giai", "huong dan",
		"giai thich", "hdg", "hd giai", "giai chi tiet", "solution", "explanation",
		"ly do" };
	size_t at = scan_blanks(s, 0);
	for (size_t i = 0; i < sizeof(phrases) / sizeof(phrases[0]); i++) {
		size_t end = scan_words(s, at, phrases[i]);
		size_t mark = end ? scan_blanks(s, end) : 0;
		if (end && mark < s.n && (s.p[mark] == ':' || s.p[mark] == '.')) {
			return scan_blanks(s, mark + 1);
		}
	}
	return 0;
}

/* A number behind "câu" or alone at `at`; index behind it, or 0. */
static size_t group_number(struct str s, size_t at, unsigned *out) {
	static const char *const words[] = { "cau hoi", "cau so", "cau", "questions", "question" };
	at = scan_blanks(s, at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t end = scan_words(s, at, words[i]);
		if (end) {
			at = scan_blanks(s, end);
			break;
		}
	}
	return scan_number(s, at, out);
}

/* "đến", "tới", "to", "-", "–", "và", "and", ","; index behind it, or 0. */
static size_t group_link(struct str s, size_t at) {
	static const char *const words[] = { "den", "toi", "to", "va", "and", "through" };
	at = scan_blanks(s, at);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t end = scan_words(s, at, words[i]);
		if (end) {
			return end;
		}
	}
	if (at < s.n && (s.p[at] == '-' || s.p[at] == ',')) {
		return at + 1;
	}
	bool is_dash = s.n - at >= 3 &&
			(memcmp(s.p + at, "\xE2\x80\x93", 3) == 0 ||
					memcmp(s.p + at, "\xE2\x80\x94", 3) == 0);
	return is_dash ? at + 3 : 0;
}

/* A range of question numbers that begins at `at`. */
static bool group_range(struct str s, size_t at, struct scan_group *out) {
	unsigned from = 0;
	unsigned to = 0;
	size_t first = group_number(s, at, &from);
	size_t link = first ? group_link(s, first) : 0;
	size_t last = link ? group_number(s, link, &to) : 0;
	unsigned next = 0;
	for (link = last ? group_link(s, last) : 0;
			link && group_number(s, link, &next) && next == to + 1;
			link = group_link(s, last)) { /* "câu 7, câu 8 và câu 9" */
		last = group_number(s, link, &to);
	}
	if (!last || from == 0 || to <= from || to - from > 60 ||
			!(scan_has(s, "cau") || scan_has(s, "question") ||
					scan_has(s, "questions") ||
					scan_has(s, "mark the letter"))) {
		return false;
	}
	*out = (struct scan_group){ from, to };
	return true;
}

static bool find_range(struct str s, struct scan_group *out) {
	static const char *const words[] = { "tu", "cac cau", "cau hoi", "cau", "from", "questions",
		"question", "2 cau", "hai cau", "cac cau hoi" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t n = strlen(words[i]);
		for (size_t at = scan_find(s, 0, words[i]); at < s.n;
				at = scan_find(s, at + n, words[i])) {
			if (group_range(s, scan_words(s, at, words[i]), out)) {
				return true;
			}
		}
	}
	return false;
}

bool scan_group(struct str s, struct scan_group *out) {
	static const char *const openings[] = { "read the following", "mark the letter",
		"choose the", "choose the word", "read the passage", "listen", "complete the",
		"rearrange", "fill in" };
	static const char *const verbs[] = { "doc", "dua vao", "su dung", "dung", "cho", "tra loi",
		"read", "mark", "choose", "du kien", "thong tin", "doan", "bang so lieu", "answer",
		"hay tra loi", "dua tren", "can cu", "xet", "quan sat", "ngu lieu", "van ban" };
	size_t at = scan_blanks(s, 0);
	struct scan_group range = { 0, 0 };
	if (scan_has(s, "thi sinh tra loi") || scan_has(s, "thi sinh chi chon")) {
		return false; /* the instruction of a part, not a passage */
	}
	bool has_range = find_range(s, &range);
	for (size_t i = 0; has_range && i < sizeof(verbs) / sizeof(verbs[0]); i++) {
		if (scan_has(s, verbs[i])) {
			*out = range;
			return true;
		}
	}
	for (size_t i = 0; i < sizeof(openings) / sizeof(openings[0]); i++) {
		if (scan_words(s, at, openings[i])) {
			*out = range;
			return true;
		}
	}
	return false;
}
