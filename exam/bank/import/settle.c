#include "exam/bank/import/settle.h"

#include <assert.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "exam/bank/import/settle_part.h"

enum {
	LESS_LOST = 30,
	LESS_ODD_COUNT = 15,
	LESS_LATE = 10,
	LESS_NUMBER = 15,
};

static enum err steal_text(struct buf *b, char **out) {
	enum err e = buf_err(b);
	return e ? e : str_dup(buf_str(b), out);
}

static enum err take_html(struct settler *s, const struct pieces *p, unsigned drop, char **out) {
	_cleanup_(buf_finish) struct buf html = buf_make(RICH_BYTES_MAX);
	enum err e = assemble_html(&s->assembler, p, drop, &html);
	return e ? e : steal_text(&html, out);
}

/* Too much text for one question: what fits is dropped, said loudly, and seen in the source. */
static enum err take_html_or_doubt(struct settler *s, const struct pieces *p, unsigned drop,
		struct imported_question *q, char **out) {
	enum err e = take_html(s, p, drop, out);
	if (e != ERR_LIMIT) {
		return e;
	}
	imported_doubt(q, "reader.too_long", NULL, 100);
	return str_dup("", out);
}

static enum err take_plain(struct settler *s, const struct pieces *p, char **out) {
	_cleanup_(buf_finish) struct buf text = buf_make(FLOW_TEXT_BYTES_MAX);
	assemble_plain(s->flow, p, &text);
	return steal_text(&text, out);
}

/* The lines of a question as they stand in the file, cut to the limit. */
static enum err take_source(struct settler *s, const struct draft_question *d, char **out) {
	_cleanup_(buf_finish) struct buf text = buf_make(FLOW_TEXT_BYTES_MAX);
	for (size_t i = 0; i < d->line_count && text.len < IMPORT_SOURCE_BYTES_MAX; i++) {
		const struct flow_line *line = &s->flow->lines[d->first_line + i];
		buf_add_str(&text, i ? "\n" : "");
		flow_plain(s->flow, line, 0, line->n, &text);
	}
	size_t n = text.len < IMPORT_SOURCE_BYTES_MAX ? text.len : IMPORT_SOURCE_BYTES_MAX;
	while (n > 0 && n < text.len && ((unsigned char)text.data[n] & 0xC0) == 0x80) {
		n--;
	}
	enum err e = buf_err(&text);
	if (e) {
		return e;
	}
	*out = strndup(buf_str(&text), n);
	return *out ? ERR_OK : ERR_NOMEM;
}

/* Statements that turned out to be part of the stem, labels included. */
static enum err merge_statements(const struct flow *f, struct draft_question *d) {
	for (size_t i = 0; i < d->statement_count; i++) {
		const struct draft_choice *c = &d->statements[i];
		struct piece label = { .line = c->label_line, .from = c->label_from };
		label.to = c->letter_at + 2;
		label.is_new_paragraph = !(f->lines[c->label_line].flags & FLOW_LINE_BREAK);
		size_t first = 0;
		if (c->pieces.count && c->pieces.items[0].line == c->label_line) {
			label.to = c->pieces.items[0].to;
			first = 1;
		}
		enum err e = pieces_add(&d->stem, label);
		for (size_t k = first; k < c->pieces.count && !e; k++) {
			e = pieces_add(&d->stem, c->pieces.items[k]);
		}
		if (e) {
			return e;
		}
	}
	d->statement_count = 0;
	return ERR_OK;
}

/* Emphasis that covers a whole text says nothing, or marks the key: it is dropped. */
static enum err take_choices(
		struct settler *s, const struct draft_question *d, struct imported_question *q) {
	bool has_options = d->option_count > 0;
	const struct draft_choice *choices = has_options ? d->options : d->statements;
	size_t count = has_options ? d->option_count : d->statement_count;
	bool takes = q->q.kind == QUESTION_SINGLE || q->q.kind == QUESTION_MULTIPLE ||
			q->q.kind == QUESTION_TRUEFALSE;
	for (size_t i = 0; takes && i < count; i++) {
		unsigned drop = marks_whole_flags(s->flow, &choices[i].pieces);
		enum err e = take_html_or_doubt(s, &choices[i].pieces, drop, q, &q->q.choices[i]);
		if (e) {
			return e;
		}
		q->q.choice_count++;
	}
	return ERR_OK;
}

/* "Tất cả các phương án trên" stays last; "Cả A và B" holds every option at its place. */
static void look_for_references(struct question *q) {
	static const char *const lasts[] = { "tat ca", "ca ba", "ca 3", "ca hai", "ca bon", "ca 4",
		"all of the above", "none of the above", "khong co dap an", "khong co phuong an",
		"all are correct", "ca ba y", "dap an khac", "ket qua khac", "y kien khac" };
	static const char *const letters[] = { "ca a", "a va b", "b va c", "a va c", "a, b", "b, c",
		"a, c", "a hoac b", "both a and b", "a and b", "b and c" };
	for (size_t i = 0; i < q->choice_count; i++) {
		_cleanup_(buf_finish) struct buf text = buf_make(RICH_BYTES_MAX);
		rich_plain(str_from(q->choices[i]), &text);
		struct str plain = { buf_str(&text), text.len };
		bool is_last = i + 1 == q->choice_count;
		for (size_t k = 0; is_last && k < sizeof(lasts) / sizeof(lasts[0]); k++) {
			q->keep_last = q->keep_last || scan_words(plain, 0, lasts[k]);
		}
		for (size_t k = 0; plain.n < 60 && k < sizeof(letters) / sizeof(letters[0]); k++) {
			bool is_upper = memchr(plain.p, 'A', plain.n) ||
					memchr(plain.p, 'B', plain.n);
			q->shuffle = q->shuffle && !(is_upper && scan_words(plain, 0, letters[k]));
		}
	}
}

static void doubt_objects(struct imported_question *q, const struct assemble_doubts *d) {
	if (d->equations) {
		imported_doubt(q, "reader.equation_picture", NULL, LESS_LOST);
	}
	if (d->lost) {
		imported_doubt(q, "reader.picture_lost", NULL, LESS_LOST);
	}
	if (d->unshown) {
		imported_doubt(q, "reader.picture_unshown", NULL, LESS_LOST);
	}
	if (d->unknown) {
		imported_doubt(q, "reader.symbol_unknown", NULL, LESS_ODD_COUNT);
	}
	if (d->old_fonts) {
		imported_doubt(q, "reader.old_letters", NULL, LESS_LOST);
	}
}

static enum err take_pictures(
		struct settler *s, const struct draft_question *d, struct imported_question *q) {
	struct assemble_doubts doubts = { 0 };
	q->pictures = calloc(s->out->picture_count + 1, sizeof(*q->pictures));
	if (!q->pictures) {
		return ERR_NOMEM;
	}
	assemble_inspect(&s->assembler, &d->stem, &doubts, q->pictures, &q->picture_count);
	for (size_t i = 0; i < d->option_count; i++) {
		assemble_inspect(&s->assembler, &d->options[i].pieces, &doubts, q->pictures,
				&q->picture_count);
	}
	for (size_t i = 0; i < d->statement_count; i++) {
		assemble_inspect(&s->assembler, &d->statements[i].pieces, &doubts, q->pictures,
				&q->picture_count);
	}
	doubt_objects(q, &doubts);
	return ERR_OK;
}

static void doubt_layout(const struct settler *s, const struct draft_question *d,
		struct imported_question *q) {
	char count[16];
	snprintf(count, sizeof(count), "%zu", d->option_count);
	if (d->option_count && d->option_count != s->usual_options) {
		imported_doubt(q, "reader.options_count", count, LESS_ODD_COUNT);
	}
	if (d->has_letter_twice) {
		imported_doubt(q, "reader.letter_twice", NULL, LESS_ODD_COUNT);
	}
	if (d->has_late_text) {
		imported_doubt(q, "reader.late_text", NULL, LESS_LATE);
	}
	if (d->has_late_picture) {
		imported_doubt(q, "reader.late_picture", NULL, LESS_LATE);
	}
}

/* Numbers count up in each part. */
static void doubt_number(const struct settler *s, struct imported_question *q) {
	const struct imported *out = s->out;
	const struct imported_question *before = NULL;
	char number[16];
	snprintf(number, sizeof(number), "%u", q->number);
	if (!q->number) {
		imported_doubt(q, "reader.number_missing", NULL, LESS_NUMBER);
		return;
	}
	for (size_t i = 0; i < out->count; i++) {
		const struct imported_question *other = &out->questions[i];
		if (other->part == q->part && other->number) {
			before = other;
			if (other->number == q->number) {
				imported_doubt(q, "reader.number_twice", number, LESS_NUMBER);
				return;
			}
		}
	}
	if (before && q->number > before->number + 1) {
		imported_doubt(q, "reader.number_gap", number, LESS_LATE);
	}
}

/* A gap of a cloze passage has options and nothing to say by itself. */
static enum err fill_stem(struct imported_question *q) {
	if (!q->passage || !rich_is_empty(str_from(q->q.stem)) || !q->number) {
		return ERR_OK;
	}
	char stem[32];
	snprintf(stem, sizeof(stem), "(%u)", q->number);
	free(q->q.stem);
	q->q.stem = NULL;
	imported_doubt(q, "reader.stem_in_passage", NULL, LESS_LATE);
	return str_dup(stem, &q->q.stem);
}

static enum err settle_question(
		struct settler *s, struct draft_question *d, struct imported_question *q) {
	bool merges = false;
	q->number = d->number;
	q->difficulty = d->level;
	q->part = d->part;
	q->passage = d->passage;
	q->q.shuffle = true;
	q->q.kind = settle_kind(s, d, q, &merges);
	enum err e = merges ? merge_statements(s->flow, d) : ERR_OK;
	if (!e && q->q.kind == QUESTION_TRUEFALSE) {
		settle_cut_truths(s->flow, d);
	}
	e = e ? e
	      : take_html_or_doubt(s, &d->stem,
				marks_whole_flags(s->flow, &d->stem) & ~(unsigned)FLOW_ITALIC, q,
				&q->q.stem);
	e = e ? e : take_choices(s, d, q);
	e = e ? e : take_pictures(s, d, q);
	e = e ? e : take_source(s, d, &q->source);
	e = e ? e : fill_stem(q);
	if (!e && d->solution.count) {
		e = take_html_or_doubt(s, &d->solution, 0, q, &q->solution);
	}
	e = e ? e : settle_key(s, d, q);
	if (!e && q->q.kind == QUESTION_ESSAY && q->solution) {
		q->q.key.is_known =
				true; /* what the file says about the answer guides the marking */
		e = str_dup(q->solution, &q->q.key.guide);
	}
	if (e) {
		return e;
	}
	look_for_references(&q->q);
	doubt_layout(s, d, q);
	doubt_number(s, q);
	imported_check(q);
	return ERR_OK;
}

static enum err settle_parts(struct settler *s) {
	struct draft *d = s->draft;
	s->out->parts = mem_zeros(d->part_count, sizeof(*s->out->parts));
	if (!s->out->parts) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->part_count; i++) {
		struct imported_part *p = &s->out->parts[s->out->part_count++];
		p->number = d->parts[i].number;
		enum err e = take_plain(s, &d->parts[i].title, &p->title);
		e = e ? e : take_plain(s, &d->parts[i].instructions, &p->instructions);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err settle_passages(struct settler *s) {
	struct draft *d = s->draft;
	s->out->passages = mem_zeros(d->passage_count, sizeof(*s->out->passages));
	if (!s->out->passages) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < d->passage_count; i++) {
		struct imported_passage *p = &s->out->passages[s->out->passage_count++];
		p->from = d->passages[i].from;
		p->to = d->passages[i].to;
		enum err e = take_html(s, &d->passages[i].pieces, 0, &p->html);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

/* Lines of no question, each as plain text. */
static enum err settle_unassigned(struct settler *s) {
	const struct pieces *all = &s->draft->unassigned;
	s->out->unassigned = mem_zeros(all->count, sizeof(*s->out->unassigned));
	if (!s->out->unassigned) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < all->count; i++) {
		struct pieces one = { .items = &all->items[i], .count = 1 };
		char **to = &s->out->unassigned[s->out->unassigned_count];
		enum err e = take_plain(s, &one, to);
		if (e) {
			return e;
		}
		s->out->unassigned_count++;
	}
	return ERR_OK;
}

static size_t usual_options(const struct draft *d) {
	size_t counts[QUESTION_OPTIONS_MAX + 1] = { 0 };
	size_t best = 4;
	for (size_t i = 0; i < d->question_count; i++) {
		counts[d->questions[i].option_count] += d->questions[i].option_count > 0;
	}
	for (size_t i = 2; i <= QUESTION_OPTIONS_MAX; i++) {
		best = counts[i] > counts[best] ? i : best;
	}
	return best;
}

enum err settle(const struct flow *flow, struct draft *draft, struct imported *out) {
	assert(flow && draft && out);
	struct settler s = {
		.flow = flow,
		.draft = draft,
		.out = out,
		.assembler = { flow, out->pictures, out->picture_count },
		.usual_options = usual_options(draft),
	};
	marks_measure(flow, draft, &s.marks);
	enum err e = settle_match_keys(&s);
	e = e ? e : settle_parts(&s);
	e = e ? e : settle_passages(&s);
	e = e ? e : settle_unassigned(&s);
	out->questions = calloc(draft->question_count + 1, sizeof(*out->questions));
	if (e || !out->questions) {
		return e ? e : ERR_NOMEM;
	}
	for (size_t i = 0; i < draft->question_count; i++) {
		if (draft->questions[i].is_behind_end) {
			continue;
		}
		struct imported_question *q = &out->questions[out->count];
		q->confidence = 100;
		e = settle_question(&s, &draft->questions[i], q);
		out->count++;
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}
