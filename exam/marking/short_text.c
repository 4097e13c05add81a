#include "exam/marking/short_text.h"

#include <stdbool.h>
#include <stddef.h>

/* A vowel pair at the end of a syllable whose tone may stand on either letter. */
struct tone_pair {
	int32_t plain_first;
	int32_t toned_second;
	int32_t toned_first;
	int32_t plain_second;
};

static const struct tone_pair tone_pairs[] = {
	{ 'o', 0xE0, 0xF2, 'a' },     /* oà òa */
	{ 'o', 0xE1, 0xF3, 'a' },     /* oá óa */
	{ 'o', 0x1EA3, 0x1ECF, 'a' }, /* oả ỏa */
	{ 'o', 0xE3, 0xF5, 'a' },     /* oã õa */
	{ 'o', 0x1EA1, 0x1ECD, 'a' }, /* oạ ọa */
	{ 'o', 0xE8, 0xF2, 'e' },     /* oè òe */
	{ 'o', 0xE9, 0xF3, 'e' },     /* oé óe */
	{ 'o', 0x1EBB, 0x1ECF, 'e' }, /* oẻ ỏe */
	{ 'o', 0x1EBD, 0xF5, 'e' },   /* oẽ õe */
	{ 'o', 0x1EB9, 0x1ECD, 'e' }, /* oẹ ọe */
	{ 'u', 0x1EF3, 0xF9, 'y' },   /* uỳ ùy */
	{ 'u', 0xFD, 0xFA, 'y' },     /* uý úy */
	{ 'u', 0x1EF7, 0x1EE7, 'y' }, /* uỷ ủy */
	{ 'u', 0x1EF9, 0x169, 'y' },  /* uỹ ũy */
	{ 'u', 0x1EF5, 0x1EE5, 'y' }, /* uỵ ụy */
};

/* Any letter of Vietnamese, lower case. */
static bool is_letter(int32_t c) {
	return (c >= 'a' && c <= 'z') || (c >= 0xC0 && c < 0x250) || (c >= 0x1E00 && c < 0x1F00);
}

/* The code point at `at` without moving, or -1. */
static int32_t peek(struct str s, size_t at) {
	return str_utf8_next(s, &at);
}

/* Writes two letters in the one spelling that is compared: the tone on the first letter, except
 * after q, where u belongs to the consonant ("quý"). */
static bool add_pair(int32_t before, int32_t first, int32_t second, struct buf *out) {
	for (size_t i = 0; i < sizeof(tone_pairs) / sizeof(tone_pairs[0]); i++) {
		const struct tone_pair *pair = &tone_pairs[i];
		bool is_new = pair->plain_first == first && pair->toned_second == second;
		bool is_old = pair->toned_first == first && pair->plain_second == second;
		if (!is_new && !is_old) {
			continue;
		}
		bool is_after_q = before == 'q';
		str_utf8_add(out, is_after_q ? pair->plain_first : pair->toned_first);
		str_utf8_add(out, is_after_q ? pair->toned_second : pair->plain_second);
		return true;
	}
	return false;
}

enum err short_text_fold(struct str s, struct buf *out) {
	struct buf cased = buf_make(out->limit);
	enum err e = str_fold_case(s, &cased);
	if (e) {
		buf_finish(&cased);
		return e;
	}
	struct str text = { buf_str(&cased), cased.len };
	while (text.n && (text.p[text.n - 1] == '.' || text.p[text.n - 1] == ' ')) {
		text.n--;
	}
	int32_t before = ' ';
	for (size_t at = 0; at < text.n;) {
		int32_t c = str_utf8_next(text, &at);
		size_t after = at;
		int32_t next = str_utf8_next(text, &after);
		if (next >= 0 && !is_letter(peek(text, after)) && add_pair(before, c, next, out)) {
			at = after;
			before = next;
			continue;
		}
		str_utf8_add(out, c);
		before = c;
	}
	buf_finish(&cased);
	return buf_err(out);
}
