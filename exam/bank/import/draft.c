#include "exam/bank/import/draft.h"

#include <stdlib.h>
#include <string.h>

enum err pieces_add(struct pieces *p, struct piece piece) {
	if (!piece.table && piece.to <= piece.from) {
		return ERR_OK;
	}
	if (p->count == p->cap) {
		size_t cap = p->cap ? p->cap * 2 : 8;
		struct piece *items = realloc(p->items, cap * sizeof(*items));
		if (!items) {
			return ERR_NOMEM;
		}
		p->items = items;
		p->cap = cap;
	}
	p->items[p->count++] = piece;
	return ERR_OK;
}

enum err pieces_add_all(struct pieces *p, const struct pieces *more) {
	for (size_t i = 0; i < more->count; i++) {
		enum err e = pieces_add(p, more->items[i]);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

void pieces_finish(struct pieces *p) {
	free(p->items);
	*p = (struct pieces){ 0 };
}

enum err draft_new(struct draft **out) {
	_cleanup_(draft_freep) struct draft *d = calloc(1, sizeof(*d));
	if (!d) {
		return ERR_NOMEM;
	}
	d->questions = calloc(DRAFT_QUESTIONS_MAX, sizeof(*d->questions));
	d->parts = calloc(DRAFT_PARTS_MAX, sizeof(*d->parts));
	d->passages = calloc(DRAFT_PASSAGES_MAX, sizeof(*d->passages));
	d->keys = calloc(DRAFT_KEYS_MAX, sizeof(*d->keys));
	if (!d->questions || !d->parts || !d->passages || !d->keys) {
		return ERR_NOMEM;
	}
	d->part_count = 1;
	*out = STEAL(d);
	return ERR_OK;
}

static void question_free_pieces(struct draft_question *q) {
	pieces_finish(&q->stem);
	pieces_finish(&q->solution);
	for (size_t i = 0; i < QUESTION_OPTIONS_MAX; i++) {
		pieces_finish(&q->options[i].pieces);
	}
	for (size_t i = 0; i < QUESTION_STATEMENTS_MAX; i++) {
		pieces_finish(&q->statements[i].pieces);
	}
}

void draft_free(struct draft *d) {
	if (!d) {
		return;
	}
	for (size_t i = 0; i < d->question_count; i++) {
		question_free_pieces(&d->questions[i]);
	}
	for (size_t i = 0; i < d->part_count && d->parts; i++) {
		pieces_finish(&d->parts[i].title);
		pieces_finish(&d->parts[i].instructions);
	}
	for (size_t i = 0; i < d->passage_count; i++) {
		pieces_finish(&d->passages[i].pieces);
	}
	pieces_finish(&d->unassigned);
	free(d->questions);
	free(d->parts);
	free(d->passages);
	free(d->keys);
	free(d);
}

void draft_add_key(struct draft *d, unsigned part, unsigned number, const struct draft_key *key) {
	if (d->key_count < DRAFT_KEYS_MAX && number > 0 && key->strength) {
		d->keys[d->key_count++] = (struct draft_key_entry){ part, number, *key };
	}
}

/* One or more lone letters: "C", "A, C", "AC" is none. */
static uint32_t read_letters(struct str s) {
	uint32_t mask = 0;
	size_t at = 0;
	while (at < s.n) {
		if (s.p[at] < 'A' || s.p[at] > 'H') {
			return 0;
		}
		mask |= UINT32_C(1) << (s.p[at] - 'A');
		at++;
		size_t next = at;
		while (next < s.n && strchr(" \t,;.)", s.p[next])) {
			next++;
		}
		if (next < s.n && next == at) {
			return 0;
		}
		at = next;
	}
	return mask;
}

/* "a) Đúng; b) Sai; …" in one text. */
static bool read_labelled_truths(struct str s, struct draft_key *k) {
	size_t at = 0;
	while (at < s.n) {
		at = scan_blanks(s, at);
		if (at >= s.n || s.p[at] < 'a' || s.p[at] > 'h') {
			return false;
		}
		uint32_t bit = UINT32_C(1) << (s.p[at] - 'a');
		at++;
		while (at < s.n && strchr(" \t)-:.=", s.p[at])) {
			at++;
		}
		struct str rest = { s.p + at, s.n - at };
		at += str_starts(rest, "\xE2\x80\x93") ? 3 : 0;
		at = scan_blanks(s, at);
		bool truth = false;
		size_t end = scan_truth(s, at, &truth);
		if (!end) {
			return false;
		}
		k->told |= bit;
		k->truths |= truth ? bit : 0;
		at = end;
		while (at < s.n && strchr(" \t,;.|", s.p[at])) {
			at++;
		}
	}
	return k->told != 0;
}

enum { VALUE_WORDS_BYTES_MAX = 80 }; /* a longer text is no short answer */

static bool is_value(struct str s) {
	int64_t number = 0;
	if (question_number_parse(s, &number) == ERR_OK) {
		return true;
	}
	return s.n <= VALUE_WORDS_BYTES_MAX && !scan_is_answer_blank(s);
}

bool draft_key_read(struct str s, bool takes_values, struct draft_key *out) {
	struct draft_key k = { .strength = 2 };
	s = str_trim(s);
	if (s.n > 2 && s.p[0] == '$' && s.p[s.n - 1] == '$') { /* a formula as plain text */
		s = str_trim((struct str){ s.p + 1, s.n - 2 });
	}
	if (s.n == 0) {
		return false;
	}
	k.letters = read_letters(s);
	if (k.letters) {
		*out = k;
		return true;
	}
	size_t count = scan_truths(s, &k.truths);
	if (count) {
		k.told = (UINT32_C(1) << count) - 1;
		*out = k;
		return true;
	}
	k.truths = 0;
	if (read_labelled_truths(s, &k)) {
		*out = k;
		return true;
	}
	k = (struct draft_key){ .strength = 2 };
	if (takes_values && is_value(s)) {
		memcpy(k.value, s.p, s.n);
		k.value[s.n] = '\0';
		*out = k;
		return true;
	}
	return false;
}
