/* Decides what kind a question is, and what its key is. */

#include <stdlib.h>
#include <string.h>

#include "exam/bank/import/settle_part.h"

enum {
	TRUSTED_PERCENT = 50,
	LESS_CONFLICT = 45,
	LESS_WEAK = 20,
	LESS_GUESS = 15,
	SHORT_TEXT_BYTES_MAX = 100,
};

/* The number at the beginning of a value, braces of "3{,}14" and a minus sign understood. */
size_t settle_number(struct str value, char out[QUESTION_NUMBER_BYTES_MAX + 1]) {
	size_t n = 0;
	size_t at = 0;
	while (at < value.n && n < QUESTION_NUMBER_BYTES_MAX) {
		struct str rest = { value.p + at, value.n - at };
		if (str_starts(rest, "{,}") || str_starts(rest, "{.}")) {
			out[n++] = value.p[at + 1];
			at += 3;
		} else if (n == 0 && str_starts(rest, "\xE2\x88\x92")) {
			out[n++] = '-';
			at += 3;
		} else if (strchr("0123456789,.", value.p[at]) || (n == 0 && value.p[at] == '-')) {
			out[n++] = value.p[at++];
		} else {
			break;
		}
	}
	while (n > 0 && (out[n - 1] == ',' || out[n - 1] == '.')) {
		n--;
		at--;
	}
	out[n] = '\0';
	int64_t number = 0;
	return n && question_number_parse((struct str){ out, n }, &number) == ERR_OK ? at : 0;
}

static bool has_digit(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] >= '0' && s.p[i] <= '9') {
			return true;
		}
	}
	return false;
}

/* A number, perhaps with a unit behind it that holds no further number. */
static bool is_numeric(struct str value) {
	char number[QUESTION_NUMBER_BYTES_MAX + 1];
	size_t end = settle_number(value, number);
	if (!end) {
		return false;
	}
	struct str unit = str_trim((struct str){ value.p + end, value.n - end });
	return unit.n < 12 && !has_digit(unit) && !memchr(unit.p, '/', unit.n ? 1 : 0);
}

static const char *value_of(const struct draft_question *d) {
	return d->said.value[0] ? d->said.value : d->table.value;
}

static bool says_truefalse(const struct settler *s, const struct draft_question *d) {
	_cleanup_(buf_finish) struct buf stem = buf_make(RICH_INPUT_BYTES_MAX);
	assemble_plain(s->flow, &d->stem, &stem);
	return scan_part_kind((struct str){ buf_str(&stem), stem.len }) == SCAN_PART_TRUEFALSE;
}

/* A question with statements a), b) … and no options. */
static enum question_kind kind_of_statements(struct settler *s, const struct draft_question *d,
		struct imported_question *q, bool *out_merge) {
	enum scan_part_kind part = s->draft->parts[d->part].kind;
	uint32_t told = d->said.told | d->table.told;
	uint32_t letters = d->said.letters | d->table.letters;
	if (told || part == SCAN_PART_TRUEFALSE || says_truefalse(s, d)) {
		return QUESTION_TRUEFALSE;
	}
	if (part == SCAN_PART_ESSAY || part == SCAN_PART_SHORT) {
		*out_merge = true;
		return value_of(d)[0] || part == SCAN_PART_SHORT ? QUESTION_NUMERIC
								 : QUESTION_ESSAY;
	}
	if (letters || part == SCAN_PART_SINGLE || s->marks.marks_one_statement) {
		return QUESTION_SINGLE;
	}
	imported_doubt(q, "reader.kind_guessed", NULL, LESS_GUESS);
	if (s->marks.statement_use || d->statement_count == 4) {
		return QUESTION_TRUEFALSE;
	}
	*out_merge = true;
	return QUESTION_ESSAY;
}

enum question_kind settle_kind(struct settler *s, const struct draft_question *d,
		struct imported_question *q, bool *out_merge) {
	enum scan_part_kind part = s->draft->parts[d->part].kind;
	struct str value = str_from(value_of(d));
	*out_merge = d->option_count > 0 || d->statement_count < 2;
	if (d->option_count > 0) {
		return QUESTION_SINGLE; /* settle_key() may find that it is a multiple one */
	}
	if (d->statement_count >= 2) {
		return kind_of_statements(s, d, q, out_merge);
	}
	if (value.n && is_numeric(value)) {
		return QUESTION_NUMERIC;
	}
	if (part == SCAN_PART_ESSAY) {
		return QUESTION_ESSAY;
	}
	if (value.n && value.n <= SHORT_TEXT_BYTES_MAX) {
		return QUESTION_TEXT;
	}
	if (part == SCAN_PART_SHORT) {
		return QUESTION_NUMERIC;
	}
	if (part == SCAN_PART_SINGLE || d->said.letters || d->table.letters) {
		return QUESTION_SINGLE; /* its options were not found: question_check() says so */
	}
	if (part == SCAN_PART_TRUEFALSE) {
		return QUESTION_TRUEFALSE;
	}
	imported_doubt(q, "reader.kind_guessed", NULL, LESS_GUESS);
	return QUESTION_ESSAY;
}

/* Letters of a mask as "A, C". */
static void print_letters(uint32_t mask, struct buf *out) {
	size_t start = out->len;
	for (int i = 0; i < QUESTION_OPTIONS_MAX; i++) {
		if (mask >> i & 1) {
			buf_addf(out, "%s%c", out->len > start ? ", " : "", 'A' + i);
		}
	}
}

static void doubt_letters(struct imported_question *q, const char *code, uint32_t a, uint32_t b,
		unsigned less) {
	_cleanup_(buf_finish) struct buf text = buf_make(100);
	print_letters(a, &text);
	if (b) {
		buf_add_str(&text, " / ");
		print_letters(b, &text);
	}
	imported_doubt(q, code, buf_str(&text), less);
}

/* What one place of the document says; the better known first. */
struct source {
	uint32_t letters;
	bool is_weak; /* contradicting it is no conflict */
};

enum { SOURCES_MAX = 5 };

static size_t collect(struct settler *s, const struct draft_question *d,
		struct source sources[SOURCES_MAX], struct marks_verdict *looks) {
	size_t n = 0;
	marks_options(s->flow, &s->marks, d, looks);
	uint32_t odd = looks->option >= 0 ? UINT32_C(1) << looks->option : 0;
	bool is_trusted = looks->trust >= TRUSTED_PERCENT && !looks->is_disputed;
	uint32_t small = 0; /* options written "a." */
	if (d->option_count == 0 && marks_statements(s->flow, &s->marks, d, &small) && small &&
			!(small & (small - 1))) {
		odd = small;
		is_trusted = true;
	}
	if (d->said.letters && d->said.strength >= 2 && !d->said.is_split) {
		sources[n++] = (struct source){ d->said.letters, false };
	}
	if (d->table.letters) {
		sources[n++] = (struct source){ d->table.letters, s->draft->has_codes_guessed };
	}
	if (odd && is_trusted) {
		sources[n++] = (struct source){ odd, false };
	}
	if (d->said.letters && (d->said.strength == 1 || d->said.is_split)) {
		sources[n++] = (struct source){ d->said.letters, true };
	}
	if (odd && !is_trusted) {
		sources[n++] = (struct source){ odd, true };
	}
	return n;
}

static void settle_letters(
		struct settler *s, const struct draft_question *d, struct imported_question *q) {
	struct source sources[SOURCES_MAX];
	struct marks_verdict looks;
	size_t count = collect(s, d, sources, &looks);
	uint32_t all = q->q.choice_count ? (UINT32_C(2) << (q->q.choice_count - 1)) - 1 : 0;
	if (count == 0) {
		if (looks.several) {
			doubt_letters(q, "reader.key_marks", looks.several, 0, LESS_WEAK);
		}
		return; /* question_check() says that the key is missing */
	}
	uint32_t letters = sources[0].letters;
	for (size_t i = 1; i < count; i++) {
		if (sources[i].letters != letters && !sources[i].is_weak) {
			doubt_letters(q, "reader.key_conflict", letters, sources[i].letters,
					LESS_CONFLICT);
			break;
		}
	}
	if (sources[0].is_weak) {
		doubt_letters(q, "reader.key_weak", letters, 0, LESS_WEAK);
	}
	if (letters & ~all) {
		doubt_letters(q, "reader.key_outside", letters, 0, LESS_CONFLICT);
		return;
	}
	bool is_several = (letters & (letters - 1)) != 0;
	if (is_several) {
		doubt_letters(q, "reader.key_several", letters, 0, LESS_GUESS);
		q->q.kind = QUESTION_MULTIPLE;
	}
	q->q.key.is_known = true;
	q->q.key.right = letters;
}

static void settle_truths(
		struct settler *s, const struct draft_question *d, struct imported_question *q) {
	uint32_t all = q->q.choice_count ? (UINT32_C(2) << (q->q.choice_count - 1)) - 1 : 0;
	struct question_key *k = &q->q.key;
	uint32_t both = d->said.told & d->table.told;
	uint32_t marked = 0;
	bool has_marks = marks_statements(s->flow, &s->marks, d, &marked);
	k->told = (d->said.told | d->table.told) & all;
	k->right = ((d->said.truths & d->said.told) | (d->table.truths & ~d->said.told)) & k->told;
	if ((d->said.truths ^ d->table.truths) & both) {
		imported_doubt(q, "reader.truth_conflict", NULL, LESS_CONFLICT);
	}
	if (k->told && has_marks && marked && ((marked ^ k->right) & k->told)) {
		imported_doubt(q, "reader.truth_conflict", NULL, LESS_WEAK);
	}
	if (!k->told && has_marks) {
		k->told = all;
		k->right = marked & all;
		if (marked == 0) { /* all false, or the marks were forgotten */
			imported_doubt(q, "reader.truth_none", NULL, LESS_WEAK);
		}
	}
	k->is_known = k->told != 0;
}

static enum err settle_value(const struct draft_question *d, struct imported_question *q) {
	struct question_key *k = &q->q.key;
	const char *value = value_of(d);
	char number[QUESTION_NUMBER_BYTES_MAX + 1];
	bool both = d->said.value[0] && d->table.value[0];
	if (!value[0]) {
		return ERR_OK;
	}
	if (both && strcmp(d->said.value, d->table.value) != 0) {
		imported_doubt(q, "reader.value_conflict", d->table.value, LESS_CONFLICT);
	}
	if (q->q.kind == QUESTION_TEXT) {
		k->is_known = true;
		enum err e = str_dup(value, &k->accepted[0]);
		k->accepted_count = e ? 0 : 1;
		return e;
	}
	size_t end = settle_number(str_from(value), number);
	if (!end) {
		imported_doubt(q, "reader.value_odd", value, LESS_WEAK);
		return ERR_OK;
	}
	if (value[end]) {
		imported_doubt(q, "reader.value_unit", value, LESS_GUESS);
	}
	k->is_known = true;
	enum err e = str_dup(number, &k->value);
	return e ? e : str_dup("0", &k->tolerance);
}

enum err settle_key(
		struct settler *s, const struct draft_question *d, struct imported_question *q) {
	switch (q->q.kind) {
	case QUESTION_SINGLE:
	case QUESTION_MULTIPLE:
		settle_letters(s, d, q);
		return ERR_OK;
	case QUESTION_TRUEFALSE:
		settle_truths(s, d, q);
		return ERR_OK;
	case QUESTION_NUMERIC:
	case QUESTION_TEXT:
		return settle_value(d, q);
	case QUESTION_ESSAY:
		return ERR_OK;
	}
	return ERR_OK;
}
