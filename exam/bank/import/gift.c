/*
 * GIFT, Moodle's text format: questions between blank lines, the answers in braces. What this
 * program has no kind for (matching) is kept as text and marked doubtful.
 */

#include "exam/bank/import/gift_text.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exam/bank/import/import.h"

enum {
	WEIGHT_FULL = 100000, /* a weight of 100 %, in thousandths of a per cent */
	LESS_WEIGHTS = 15,
	LESS_UNKNOWN = 60,
	ANSWERS_MAX = 50,
};

struct reader {
	struct imported *out;
	struct str topic;
	size_t number;
};

/* One question's text taken apart. */
struct block {
	struct str raw;
	struct str title;
	enum gift_format format;
	struct str before; /* the stem, or its part before the braces */
	struct str after;
	struct str answers; /* between the braces */
	bool has_braces;
};

struct answer {
	struct str text;
	int weight; /* thousandths of a per cent, WEIGHT_FULL for a bare '=' */
	char mark;  /* '=' or '~' */
	bool has_weight;
};

static enum err keep(struct str s, char **out) {
	*out = strndup(s.p, s.n);
	return *out ? ERR_OK : ERR_NOMEM;
}

/* Text without escapes and without blanks around it. */
static enum err keep_plain(struct str s, char **out) {
	_cleanup_(buf_finish) struct buf text = buf_make(IMPORT_SOURCE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf nfc = buf_make(2 * IMPORT_SOURCE_BYTES_MAX);
	gift_unescape(str_trim(s), &text);
	enum err e = buf_err(&text);
	e = e ? e : str_nfc((struct str){ text.data, text.len }, &nfc);
	return e ? e : keep((struct str){ buf_str(&nfc), nfc.len }, out);
}

static enum err keep_html(struct str s, enum gift_format format, char **out) {
	_cleanup_(buf_finish) struct buf html = buf_make(RICH_BYTES_MAX);
	enum err e = gift_html(s, format, &html);
	return e ? e : keep((struct str){ buf_str(&html), html.len }, out);
}

/* "[html]" and the like at the beginning of s, which moves behind it. */
static enum gift_format take_format(struct str *s) {
	static const struct {
		const char *name;
		enum gift_format format;
	} names[] = { { "[html]", GIFT_HTML }, { "[markdown]", GIFT_MARKDOWN },
		{ "[plain]", GIFT_PLAIN }, { "[moodle]", GIFT_MOODLE } };
	*s = str_trim(*s);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t n = strlen(names[i].name);
		if (s->n >= n && str_eq_nocase((struct str){ s->p, n }, names[i].name)) {
			*s = (struct str){ s->p + n, s->n - n };
			return names[i].format;
		}
	}
	return GIFT_MOODLE;
}

static void take_apart(struct str raw, struct block *b) {
	struct str s = str_trim(raw);
	*b = (struct block){ .raw = raw, .title = { "", 0 }, .after = { "", 0 } };
	if (str_starts(s, "::")) {
		size_t end = gift_find_word(s, 2, "::");
		if (end < s.n) {
			b->title = str_trim((struct str){ s.p + 2, end - 2 });
			s = (struct str){ s.p + end + 2, s.n - end - 2 };
		}
	}
	b->format = take_format(&s);
	size_t open = gift_find(s, 0, "{");
	size_t close = gift_find_last(s, '}');
	b->has_braces = open < s.n && close < s.n && close > open;
	b->before = s;
	if (b->has_braces) {
		b->before = (struct str){ s.p, open };
		b->answers = str_trim((struct str){ s.p + open + 1, close - open - 1 });
		b->after = str_trim((struct str){ s.p + close + 1, s.n - close - 1 });
	}
}

/* A weight "%50%" or "%-33.333%" at the beginning of s, which moves behind it. */
static bool take_weight(struct str *s, int *out) {
	*s = str_trim(*s);
	const char *end = s->n > 2 && s->p[0] == '%' ? memchr(s->p + 1, '%', s->n - 1) : NULL;
	int64_t v = 0;
	if (!end) {
		return false;
	}
	struct str number = { s->p + 1, (size_t)(end - s->p) - 1 };
	const char *point = memchr(number.p, '.', number.n);
	size_t decimals = point ? number.n - (size_t)(point - number.p) - 1 : 0;
	number.n -= decimals > 3 ? decimals - 3 : 0; /* %33.33333% */
	if (str_parse_decimal(number, 3, &v) || v > WEIGHT_FULL || v < -WEIGHT_FULL) {
		return false;
	}
	*out = (int)v;
	*s = str_trim((struct str){ end + 1, s->n - (size_t)(end + 1 - s->p) });
	return true;
}

/* Splits "=a ~b#feedback" into answers; how many. */
static size_t split_answers(struct str s, struct answer answers[ANSWERS_MAX]) {
	size_t count = 0;
	size_t at = gift_find(s, 0, "=~");
	while (at < s.n && count < ANSWERS_MAX) {
		size_t next = gift_find(s, at + 1, "=~");
		struct answer *a = &answers[count++];
		*a = (struct answer){ .mark = s.p[at] };
		a->text = (struct str){ s.p + at + 1, next - at - 1 };
		size_t feedback = gift_find(a->text, 0, "#");
		a->text.n = feedback;
		a->weight = a->mark == '=' ? WEIGHT_FULL : 0;
		a->has_weight = take_weight(&a->text, &a->weight);
		a->text = str_trim(a->text);
		at = next;
	}
	return count;
}

static enum err read_choices(const struct block *b, const struct answer *answers, size_t count,
		struct imported_question *q) {
	uint32_t full = 0;
	uint32_t part = 0;
	bool is_uneven = false;
	int first_part = 0;
	for (size_t i = 0; i < count; i++) {
		struct str text = answers[i].text;
		enum gift_format format = take_format(&text);
		if (q->q.choice_count == QUESTION_OPTIONS_MAX) {
			imported_doubt(q, "reader.options_many", NULL, LESS_UNKNOWN);
			break;
		}
		enum err e = keep_html(
				text, format == GIFT_MOODLE ? b->format : format, &q->q.choices[i]);
		if (e) {
			return e;
		}
		q->q.choice_count++;
		int w = answers[i].weight;
		full |= w == WEIGHT_FULL ? UINT32_C(1) << i : 0;
		part |= w > 0 && w < WEIGHT_FULL ? UINT32_C(1) << i : 0;
		first_part = !first_part && w > 0 && w < WEIGHT_FULL ? w : first_part;
		is_uneven = is_uneven || (w > 0 && w < WEIGHT_FULL && w != first_part);
	}
	q->q.kind = full && !(full & (full - 1)) ? QUESTION_SINGLE : QUESTION_MULTIPLE;
	q->q.key.right = full ? full : part;
	q->q.key.is_known = q->q.key.right != 0;
	if (is_uneven || (full && part)) {
		imported_doubt(q, "reader.weights", NULL, LESS_WEIGHTS);
	}
	return ERR_OK;
}

static enum err read_accepted(
		const struct answer *answers, size_t count, struct imported_question *q) {
	struct question_key *k = &q->q.key;
	q->q.kind = QUESTION_TEXT;
	for (size_t i = 0; i < count; i++) {
		if (answers[i].weight < WEIGHT_FULL || k->accepted_count == QUESTION_ACCEPTED_MAX ||
				answers[i].text.n > QUESTION_ACCEPTED_BYTES_MAX) {
			imported_doubt(q, "reader.weights", NULL, LESS_WEIGHTS);
			continue;
		}
		enum err e = keep_plain(answers[i].text, &k->accepted[k->accepted_count]);
		if (e) {
			return e;
		}
		k->accepted_count++;
		k->is_known = true;
	}
	return ERR_OK;
}

/* Matching has no kind here: the pairs are kept below the stem for a person. */
static enum err read_pairs(const struct block *b, const struct answer *answers, size_t count,
		struct imported_question *q) {
	_cleanup_(buf_finish) struct buf html = buf_make(RICH_BYTES_MAX);
	buf_add_str(&html, q->q.stem);
	buf_add_str(&html, "<table>");
	for (size_t i = 0; i < count; i++) {
		struct str s = answers[i].text;
		size_t arrow = gift_find_word(s, 0, "->");
		size_t behind = arrow < s.n ? arrow + 2 : s.n;
		buf_add_str(&html, "<tr><td>");
		enum err e = gift_html((struct str){ s.p, arrow }, b->format, &html);
		buf_add_str(&html, "</td><td>");
		e = e ? e : gift_html((struct str){ s.p + behind, s.n - behind }, b->format, &html);
		buf_add_str(&html, "</td></tr>");
		if (e) {
			return e;
		}
	}
	buf_add_str(&html, "</table>");
	enum err e = buf_err(&html);
	if (e) {
		return e;
	}
	q->q.kind = QUESTION_ESSAY;
	imported_doubt(q, "reader.matching", NULL, LESS_UNKNOWN);
	free(q->q.stem);
	q->q.stem = NULL;
	return keep((struct str){ buf_str(&html), html.len }, &q->q.stem);
}

/* 10^-6 units with a comma and no needless zeros. */
static void print_number(int64_t v, char out[QUESTION_NUMBER_BYTES_MAX + 1]) {
	char text[40];
	int64_t whole = (v < 0 ? -v : v) / 1000000;
	int64_t rest = (v < 0 ? -v : v) % 1000000;
	int n = snprintf(text, sizeof(text), "%s%lld,%06lld", v < 0 ? "-" : "", (long long)whole,
			(long long)rest);
	while (text[n - 1] == '0') {
		text[--n] = '\0';
	}
	if (text[n - 1] == ',') {
		text[--n] = '\0';
	}
	snprintf(out, QUESTION_NUMBER_BYTES_MAX + 1, "%.*s", QUESTION_NUMBER_BYTES_MAX, text);
}

/* "1822:5", "1..5" or "3.14". */
static bool parse_numeric(struct str s, int64_t *value, int64_t *tolerance) {
	size_t range = gift_find_word(s, 0, "..");
	size_t colon = gift_find(s, 0, ":");
	int64_t low = 0;
	int64_t high = 0;
	*tolerance = 0;
	if (range < s.n) {
		if (question_number_parse((struct str){ s.p, range }, &low) ||
				question_number_parse(
						(struct str){ s.p + range + 2, s.n - range - 2 },
						&high) ||
				high < low) {
			return false;
		}
		*value = low + (high - low) / 2;
		*tolerance = high - *value;
		return true;
	}
	if (question_number_parse((struct str){ s.p, colon }, value)) {
		return false;
	}
	return colon == s.n ||
			question_number_parse((struct str){ s.p + colon + 1, s.n - colon - 1 },
					tolerance) == ERR_OK;
}

static enum err read_numeric(struct str s, struct imported_question *q) {
	assert(s.p); /* what stands between the braces, at least nothing */
	struct answer answers[ANSWERS_MAX];
	size_t count = split_answers(s, answers);
	struct str first = count ? answers[0].text : (struct str){ s.p, gift_find(s, 0, "#") };
	int64_t value = 0;
	int64_t tolerance = 0;
	char number[QUESTION_NUMBER_BYTES_MAX + 1];
	q->q.kind = QUESTION_NUMERIC;
	if (count > 1) {
		imported_doubt(q, "reader.weights", NULL, LESS_WEIGHTS);
	}
	if (!parse_numeric(str_trim(first), &value, &tolerance) || tolerance < 0) {
		_cleanup_(mem_freep) char *text = strndup(first.p, first.n);
		imported_doubt(q, "reader.value_odd", text ? text : "", LESS_WEIGHTS);
		return ERR_OK;
	}
	q->q.key.is_known = true;
	print_number(value, number);
	enum err e = keep(str_from(number), &q->q.key.value);
	print_number(tolerance, number);
	return e ? e : keep(str_from(number), &q->q.key.tolerance);
}

/* "T", "TRUE", "F" or "FALSE", feedback behind it ignored. */
static bool is_truth(struct str s, bool *out) {
	struct str word = str_trim((struct str){ s.p, gift_find(s, 0, "#") });
	*out = str_eq_nocase(word, "t") || str_eq_nocase(word, "true");
	return *out || str_eq_nocase(word, "f") || str_eq_nocase(word, "false");
}

static enum err read_truth(bool truth, struct imported_question *q) {
	q->q.kind = QUESTION_SINGLE;
	q->q.shuffle = false;
	q->q.key.is_known = true;
	q->q.key.right = truth ? 1 : 2;
	enum err e = keep(str_from("Đúng"), &q->q.choices[0]);
	e = e ? e : keep(str_from("Sai"), &q->q.choices[1]);
	q->q.choice_count = e ? 0 : 2;
	return e;
}

static bool all_pairs(const struct answer *answers, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (gift_find_word(answers[i].text, 0, "->") == answers[i].text.n) {
			return false;
		}
	}
	return count > 0;
}

static enum err read_answers(const struct block *b, struct str s, struct imported_question *q) {
	struct answer answers[ANSWERS_MAX];
	bool truth = false;
	if (s.n == 0) {
		q->q.kind = QUESTION_ESSAY;
		return ERR_OK;
	}
	if (s.p[0] == '#') {
		return read_numeric((struct str){ s.p + 1, s.n - 1 }, q);
	}
	if (is_truth(s, &truth)) {
		return read_truth(truth, q);
	}
	size_t count = split_answers(s, answers);
	bool has_wrong = false;
	for (size_t i = 0; i < count; i++) {
		has_wrong = has_wrong || answers[i].mark == '~';
	}
	if (count == 0) {
		q->q.kind = QUESTION_ESSAY;
		imported_doubt(q, "reader.kind_guessed", NULL, LESS_UNKNOWN);
		return ERR_OK;
	}
	if (has_wrong) {
		return read_choices(b, answers, count, q);
	}
	return all_pairs(answers, count) ? read_pairs(b, answers, count, q)
					 : read_accepted(answers, count, q);
}

/* The stem; a gap stands where the braces were inside a sentence. */
static enum err read_stem(const struct block *b, struct imported_question *q) {
	_cleanup_(buf_finish) struct buf text = buf_make(RICH_INPUT_BYTES_MAX);
	buf_add(&text, b->before.p, b->before.n);
	if (b->after.n) {
		buf_add_str(&text, " _____ ");
		buf_add(&text, b->after.p, b->after.n);
	}
	enum err e = buf_err(&text);
	return e ? e : keep_html((struct str){ buf_str(&text), text.len }, b->format, &q->q.stem);
}

static enum err read_block(struct reader *r, struct str raw) {
	struct block b;
	if (r->out->count == IMPORT_QUESTIONS_MAX) {
		return ERR_LIMIT;
	}
	struct imported_question *q = &r->out->questions[r->out->count++];
	take_apart(raw, &b);
	q->confidence = 100;
	q->number = (unsigned)++r->number;
	q->q.shuffle = true;
	struct str answers = b.answers;
	size_t general = gift_find_word(answers, 0, "####");
	enum err e = keep(str_trim(raw), &q->source);
	e = e ? e : read_stem(&b, q);
	if (!e && b.title.n) {
		e = keep_plain(b.title, &q->title);
	}
	if (!e && r->topic.n) {
		e = keep_plain(r->topic, &q->topic);
	}
	if (!e && general < answers.n) {
		struct str after = { answers.p + general + 4, answers.n - general - 4 };
		e = keep_html(after, b.format, &q->solution);
		answers.n = general;
	}
	if (!e && b.has_braces) {
		e = read_answers(&b, str_trim(answers), q);
	} else if (!e) {
		q->q.kind = QUESTION_ESSAY;
		imported_doubt(q, "reader.no_braces", NULL, LESS_UNKNOWN);
	}
	if (!e) {
		imported_check(q);
	}
	return e;
}

/* A block of lines without its comments; a category is taken out. */
static enum err end_block(struct reader *r, struct buf *block) {
	struct str s = str_trim((struct str){ buf_str(block), block->len });
	enum err e = buf_err(block);
	if (!e && s.n) {
		e = read_block(r, s);
	}
	buf_clear(block);
	return e;
}

static enum err read_lines(struct reader *r, struct str text, struct buf *block) {
	size_t at = 0;
	while (at < text.n) {
		const char *end = memchr(text.p + at, '\n', text.n - at);
		size_t n = end ? (size_t)(end - text.p) - at : text.n - at;
		struct str line = { text.p + at, n };
		struct str bare = str_trim(line);
		at += n + 1;
		if (str_starts(bare, "//")) {
			continue;
		}
		bool is_category = str_starts(bare, "$CATEGORY:");
		if (bare.n == 0 || is_category) {
			enum err e = end_block(r, block);
			if (e) {
				return e;
			}
		}
		if (is_category) {
			r->topic = str_trim((struct str){ bare.p + 10, bare.n - 10 });
		} else if (bare.n) {
			buf_add(block, line.p, line.n);
			buf_add_char(block, '\n');
		}
	}
	return end_block(r, block);
}

enum err import_gift(struct str text, struct imported **out) {
	_cleanup_(imported_freep) struct imported *made = calloc(1, sizeof(*made));
	_cleanup_(buf_finish) struct buf block = buf_make(IMPORT_SOURCE_BYTES_MAX);
	if (!made) {
		return ERR_NOMEM;
	}
	made->questions = calloc(IMPORT_QUESTIONS_MAX, sizeof(*made->questions));
	made->parts = calloc(1, sizeof(*made->parts));
	if (!made->questions || !made->parts) {
		return ERR_NOMEM;
	}
	made->part_count = 1;
	enum err e = keep(str_from(""), &made->parts[0].title);
	e = e ? e : keep(str_from(""), &made->parts[0].instructions);
	struct reader r = { .out = made, .topic = { "", 0 } };
	e = e ? e : read_lines(&r, text, &block);
	if (e) {
		return e;
	}
	*out = STEAL(made);
	return ERR_OK;
}
