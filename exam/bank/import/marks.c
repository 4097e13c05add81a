#include "exam/bank/import/marks.h"

#include <string.h>

enum {
	MOST_PERCENT = 80, /* a text is underlined when that much of it is */
	TRUSTED_PERCENT = 50,
};

/* How many visible bytes of some text have which style. */
struct tally {
	size_t all;
	size_t bold;
	size_t italic;
	size_t underline;
	size_t colored;
	size_t shaded;
	uint32_t color;
	uint32_t shade;
};

static void tally_run(struct tally *t, struct flow_style s, size_t n) {
	t->all += n;
	t->bold += s.flags & FLOW_BOLD ? n : 0;
	t->italic += s.flags & FLOW_ITALIC ? n : 0;
	t->underline += s.flags & FLOW_UNDERLINE ? n : 0;
	t->color = t->color ? t->color : s.color;
	t->shade = t->shade ? t->shade : s.mark;
	t->colored += s.color && s.color == t->color ? n : 0;
	t->shaded += s.mark && s.mark == t->shade ? n : 0;
}

/* Blanks have no looks. */
static size_t visible_bytes(struct str s) {
	size_t n = 0;
	for (size_t i = 0; i < s.n; i++) {
		n += s.p[i] != ' ' && s.p[i] != '\t';
	}
	return n;
}

static void tally_stretch(const struct flow *f, const struct piece *p, struct tally *t) {
	const struct flow_line *line = &f->lines[p->line];
	struct str text = flow_line_text(f, line);
	size_t at = p->from;
	while (at < p->to) {
		const struct flow_run *run = flow_run_at(f, line, at);
		size_t end = run->end < p->to ? run->end : p->to;
		tally_run(t, run->style, visible_bytes((struct str){ text.p + at, end - at }));
		at = end;
	}
}

static void tally_pieces(const struct flow *f, const struct pieces *p, struct tally *t) {
	for (size_t i = 0; i < p->count; i++) {
		if (!p->items[i].table) {
			tally_stretch(f, &p->items[i], t);
		}
	}
}

static bool is_most(size_t part, size_t all) {
	return all > 0 && part * 100 >= all * MOST_PERCENT;
}

unsigned marks_whole_flags(const struct flow *f, const struct pieces *p) {
	struct tally t = { 0 };
	tally_pieces(f, p, &t);
	unsigned flags = 0;
	flags |= is_most(t.bold, t.all) ? FLOW_BOLD : 0u;
	flags |= is_most(t.italic, t.all) ? FLOW_ITALIC : 0u;
	flags |= is_most(t.underline, t.all) ? FLOW_UNDERLINE : 0u;
	return flags;
}

void marks_looks(const struct flow *f, const struct draft_choice *c, struct mark_looks *out) {
	*out = (struct mark_looks){ 0 };
	const struct flow_line *line = &f->lines[c->label_line];
	if (c->letter_at < line->n) {
		struct flow_style letter = flow_run_at(f, line, c->letter_at)->style;
		out->of[MARK_LETTER_UNDERLINE] = (letter.flags & FLOW_UNDERLINE) != 0;
		out->of[MARK_LETTER_BOLD] = (letter.flags & FLOW_BOLD) != 0;
		out->of[MARK_LETTER_COLOR] = letter.color;
		out->of[MARK_LETTER_SHADE] = letter.mark;
	}
	struct tally t = { 0 };
	tally_pieces(f, &c->pieces, &t);
	out->of[MARK_STAR] = c->is_starred;
	out->of[MARK_TEXT_UNDERLINE] = is_most(t.underline, t.all);
	out->of[MARK_TEXT_BOLD] = is_most(t.bold, t.all);
	out->of[MARK_TEXT_ITALIC] = is_most(t.italic, t.all);
	out->of[MARK_TEXT_COLOR] = is_most(t.colored, t.all) ? t.color : 0;
	out->of[MARK_TEXT_SHADE] = is_most(t.shaded, t.all) ? t.shade : 0;
}

/* The one option whose value differs from all the others, which are equal; -1 without one. An
 * option that merely lacks what the others have is not marked. */
static int odd_one(const struct mark_looks *looks, size_t count, enum mark mark) {
	int odd = -1;
	for (size_t i = 0; i < count; i++) {
		size_t same = 0;
		uint32_t others = looks[i == 0 ? 1 : 0].of[mark];
		for (size_t k = 0; k < count; k++) {
			same += k != i && looks[k].of[mark] == others;
		}
		bool differs = same == count - 1 && looks[i].of[mark] != others;
		if (differs && looks[i].of[mark] != 0 && (count > 2 || others == 0)) {
			odd = (int)i;
		}
	}
	return odd;
}

static void looks_of_options(const struct flow *f, const struct draft_question *q,
		struct mark_looks looks[QUESTION_OPTIONS_MAX]) {
	for (size_t i = 0; i < q->option_count; i++) {
		marks_looks(f, &q->options[i], &looks[i]);
	}
}

/* True when the look is on some of the statements and not on all. */
static bool tells_apart(const struct mark_looks *looks, size_t count, enum mark mark) {
	size_t on = 0;
	for (size_t i = 0; i < count; i++) {
		on += looks[i].of[mark] != 0;
	}
	return on > 0 && on < count;
}

static void measure_statements(
		const struct flow *f, const struct draft_question *q, struct marks *out) {
	struct mark_looks looks[QUESTION_STATEMENTS_MAX] = { { { 0 } } };
	for (size_t i = 0; i < q->statement_count; i++) {
		marks_looks(f, &q->statements[i], &looks[i]);
	}
	for (int mark = 0; mark < MARK_COUNT; mark++) {
		bool is_weak = mark == MARK_TEXT_ITALIC;
		if (!is_weak && tells_apart(looks, q->statement_count, (enum mark)mark)) {
			out->statement_use |= UINT32_C(1) << mark;
		}
	}
}

/* True when the looks mark exactly one statement in each of at least three questions: "a." to
 * "d." are options written small. */
static bool marks_always_one(const struct flow *f, const struct draft *d, const struct marks *m) {
	enum { QUESTIONS_MIN = 3 };
	size_t count = 0;
	for (size_t i = 0; i < d->question_count; i++) {
		const struct draft_question *q = &d->questions[i];
		uint32_t marked = 0;
		if (q->option_count || q->statement_count < 2 || q->is_behind_end) {
			continue;
		}
		if (!marks_statements(f, m, q, &marked) || !marked || (marked & (marked - 1))) {
			return false;
		}
		count++;
	}
	return count >= QUESTIONS_MIN;
}

void marks_measure(const struct flow *f, const struct draft *d, struct marks *out) {
	size_t singled[MARK_COUNT] = { 0 };
	size_t total = 0;
	*out = (struct marks){ 0 };
	for (size_t i = 0; i < d->question_count; i++) {
		const struct draft_question *q = &d->questions[i];
		if (q->option_count == 0 && q->statement_count >= 2) {
			measure_statements(f, q, out);
		}
		if (q->option_count < 2) {
			continue;
		}
		struct mark_looks looks[QUESTION_OPTIONS_MAX] = { { { 0 } } };
		looks_of_options(f, q, looks);
		total++;
		for (int mark = 0; mark < MARK_COUNT; mark++) {
			singled[mark] += odd_one(looks, q->option_count, (enum mark)mark) >= 0;
		}
	}
	for (int mark = 0; mark < MARK_COUNT && total; mark++) {
		out->trust[mark] = (unsigned)(singled[mark] * 100 / total);
	}
	out->marks_one_statement = marks_always_one(f, d, out);
}

/* Options that bear a look, when they are more than one and not all. */
static uint32_t several_marked(const struct mark_looks *looks, size_t count, enum mark mark) {
	uint32_t mask = 0;
	size_t on = 0;
	for (size_t i = 0; i < count; i++) {
		if (looks[i].of[mark]) {
			mask |= UINT32_C(1) << i;
			on++;
		}
	}
	return on > 1 && on < count ? mask : 0;
}

void marks_options(const struct flow *f, const struct marks *m, const struct draft_question *q,
		struct marks_verdict *out) {
	struct mark_looks looks[QUESTION_OPTIONS_MAX] = { { { 0 } } };
	*out = (struct marks_verdict){ .option = -1 };
	if (q->option_count < 2) {
		return;
	}
	looks_of_options(f, q, looks);
	for (int mark = 0; mark < MARK_COUNT; mark++) {
		int odd = odd_one(looks, q->option_count, (enum mark)mark);
		if (odd < 0) {
			uint32_t several = several_marked(looks, q->option_count, (enum mark)mark);
			bool counts = m->trust[mark] >= TRUSTED_PERCENT || mark == MARK_STAR;
			out->several = counts && !out->several ? several : out->several;
			continue;
		}
		bool is_new = out->option < 0 || m->trust[mark] > out->trust;
		bool is_trusted = m->trust[mark] >= TRUSTED_PERCENT;
		if (out->option >= 0 && out->option != odd && is_trusted &&
				out->trust >= TRUSTED_PERCENT) {
			out->is_disputed = true;
		}
		if (is_new) {
			out->option = odd;
			out->trust = m->trust[mark];
		}
	}
}

bool marks_statements(const struct flow *f, const struct marks *m, const struct draft_question *q,
		uint32_t *out_marked) {
	uint32_t marked = 0;
	for (size_t i = 0; i < q->statement_count; i++) {
		struct mark_looks looks;
		marks_looks(f, &q->statements[i], &looks);
		for (int mark = 0; mark < MARK_COUNT; mark++) {
			bool is_used = m->statement_use >> mark & 1;
			marked |= is_used && looks.of[mark] ? UINT32_C(1) << i : 0;
		}
	}
	*out_marked = marked;
	return m->statement_use != 0;
}
