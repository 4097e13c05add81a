/* Inside a question: stem, options, statements, and what says which is right. */

#include <string.h>

#include "exam/bank/import/layout_part.h"

bool layout_is_complete(const struct draft_question *q) {
	return q->option_count >= 2 || q->statement_count >= 2;
}

/* How clearly a label in the middle of a line stands apart from what is before it. */
enum gap { GAP_NONE, GAP_BLANK, GAP_CLEAR };

static bool is_marked_style(struct flow_style s) {
	return (s.flags & (FLOW_BOLD | FLOW_AUTO | FLOW_UNDERLINE)) || s.color || s.mark;
}

static enum gap gap_before(const struct layout *l, size_t line, size_t from, size_t at) {
	struct str s = layout_text(l, line);
	size_t blanks = at;
	while (blanks > from && (s.p[blanks - 1] == ' ' || s.p[blanks - 1] == '\t')) {
		blanks--;
	}
	if (blanks == from || (from == 0 && layout_lead(l, line) == at) ||
			memchr(s.p + blanks, '\t', at - blanks) || at - blanks >= 2) {
		return GAP_CLEAR;
	}
	struct flow_style here = layout_style(l, line, at);
	struct flow_style before = layout_style(l, line, blanks - 1);
	bool differs = here.flags != before.flags || here.color != before.color ||
			here.mark != before.mark;
	bool is_object = flow_run_at(l->f, &l->f->lines[line], blanks - 1)->object != 0;
	if (is_marked_style(here) && (differs || is_object)) {
		return at > blanks || is_object || strchr(".;)", s.p[blanks - 1]) ? GAP_CLEAR
										  : GAP_NONE;
	}
	return at > blanks ? GAP_BLANK : GAP_NONE;
}

typedef bool (*scan_fn)(const struct layout *l, struct str s, size_t at, struct scan_label *out);

bool layout_scan_option(const struct layout *l, struct str s, size_t at, struct scan_label *out) {
	return scan_option(s, at, out) && (s.p[out->punct_end - 1] != ':' || l->takes_colon);
}

static bool scan_statement_label(
		const struct layout *l, struct str s, size_t at, struct scan_label *out) {
	(void)l; /* statements are written in one way only */
	return scan_statement(s, at, out);
}

/* A label that is looked for: which, and in the text of a line behind `from`. */
struct search {
	size_t line;
	size_t from;
	char letter;
	scan_fn scan;
};

/* The label at or after `at`: how far it is from what stands before it. GAP_NONE: there is none. */
static enum gap find_label(const struct layout *l, const struct search *wanted, size_t at,
		struct scan_label *out) {
	struct str s = layout_text(l, wanted->line);
	char letter = wanted->letter;
	for (size_t i = at; i < s.n; i++) {
		bool may_begin = s.p[i] == letter || s.p[i] == '*' || s.p[i] == '(' ||
				(unsigned char)s.p[i] == 0xD0;
		if (!may_begin || !wanted->scan(l, s, i, out) || out->letter != letter) {
			continue;
		}
		enum gap gap = gap_before(l, wanted->line, wanted->from, i);
		if (gap != GAP_NONE) {
			out->number = (unsigned)i; /* where the label begins, star included */
			return gap;
		}
	}
	return GAP_NONE;
}

static bool begins_letter(const struct layout *l, size_t line, char letter) {
	struct scan_label label;
	return line < l->f->line_count &&
			layout_scan_option(l, layout_text(l, line), layout_lead(l, line), &label) &&
			label.letter == letter;
}

/*
 * A centred line behind a complete question is a heading or a note of the paper ("MÃ ĐỀ 102",
 * "Thí sinh không được dùng tài liệu"), not more text of its last option.
 */
bool layout_is_note(const struct layout *l, size_t line) {
	const struct flow_line *at = &l->f->lines[line];
	bool is_centered = ((at->flags & FLOW_LINE_CENTER) && !(at->flags & FLOW_LINE_BREAK)) ||
			scan_is_notice(layout_text(l, line));
	bool is_complete = l->q && l->state == LAYOUT_OPTION && l->q->option_count >= 2 &&
			l->q->options[l->q->option_count - 1].pieces.count > 0;
	struct str s = layout_text(l, line);
	unsigned strength = 0;
	if (!is_centered || !is_complete || at->cell || layout_is_picture(l, line)) {
		return false;
	}
	char next_letter = (char)('A' + (char)l->q->option_count);
	bool goes_on = begins_letter(l, line, next_letter) ||
			begins_letter(l, layout_next(l, line), next_letter);
	bool is_word = scan_is_solution_heading(s) || scan_solution_intro(s) ||
			scan_choice(s, &strength);
	return !goes_on && !is_word;
}

bool layout_begins_option(const struct layout *l, size_t line, char letter) {
	struct str s = layout_text(l, line);
	struct scan_label label;
	if (letter) {
		return begins_letter(l, line, letter);
	}
	/* Somewhere in the line, A and B clearly apart. */
	const struct search a = { line, 0, 'A', layout_scan_option };
	const struct search b = { line, 0, 'B', layout_scan_option };
	return find_label(l, &a, 0, &label) == GAP_CLEAR && label.end < s.n &&
			find_label(l, &b, label.end, &label) != GAP_NONE;
}

/* True when the letter stands clearly apart further on in the line. */
static bool is_clear_later(const struct layout *l, size_t line, const struct scan_label *label) {
	const struct search same = { line, 0, label->letter, layout_scan_option };
	struct scan_label other;
	enum gap gap = GAP_NONE;
	size_t at = label->letter_at + 1;
	while ((gap = find_label(l, &same, at, &other)) != GAP_NONE) {
		if (gap == GAP_CLEAR) {
			return true;
		}
		at = other.letter_at + 1;
	}
	return false;
}

/*
 * Labels apart by one blank only ("anh D." ends many an option): believed when something follows,
 * the letter does not stand clearly apart later in the line or at the beginning of the next, it
 * looks like the label before it, and an A goes on with B and C.
 */
static bool is_believable(const struct layout *l, size_t line, const struct scan_label *label) {
	size_t next = layout_next(l, line);
	if (label->end >= l->f->lines[line].n || begins_letter(l, next, label->letter) ||
			is_clear_later(l, line, label)) {
		return false;
	}
	if (l->q->option_count) {
		const struct draft_choice *before = &l->q->options[l->q->option_count - 1];
		struct flow_style there = layout_style(l, before->label_line, before->letter_at);
		struct flow_style here = layout_style(l, line, label->letter_at);
		if ((there.flags & FLOW_BOLD) && !(here.flags & FLOW_BOLD)) {
			return false;
		}
	}
	size_t at = label->end;
	for (char letter = 'B'; label->letter == 'A' && letter <= 'C'; letter++) {
		const struct search wanted = { line, 0, letter, layout_scan_option };
		struct scan_label other;
		if (find_label(l, &wanted, at, &other) == GAP_NONE) {
			return false;
		}
		at = other.end;
	}
	return true;
}

/* An A that does not begin the line needs a B: behind it, or at the beginning of a line below. */
static bool has_next_letter(const struct layout *l, size_t line, const struct scan_label *label) {
	struct scan_label other;
	char next_letter = (char)(label->letter + 1);
	const struct search wanted = { line, 0, next_letter, layout_scan_option };
	if (find_label(l, &wanted, label->end, &other) != GAP_NONE) {
		return true;
	}
	size_t next = layout_next(l, line);
	return begins_letter(l, next, next_letter);
}

/* Where the line's text begins, pictures that hang there passed over. */
static size_t first_at(const struct layout *l, size_t line) {
	size_t lead = layout_lead(l, line);
	return lead ? lead : scan_blanks(layout_text(l, line), 0);
}

/* The next option label from `at` on that is taken for one. */
static bool next_option(const struct layout *l, size_t line, size_t from, size_t at,
		struct scan_label *out) {
	char letter = (char)('A' + (char)l->q->option_count);
	const struct search wanted = { line, from, letter, layout_scan_option };
	enum gap gap = GAP_NONE;
	if (l->q->option_count == QUESTION_OPTIONS_MAX) {
		return false;
	}
	while ((gap = find_label(l, &wanted, at, out)) != GAP_NONE) {
		bool is_first = first_at(l, line) == out->number;
		bool is_sure = is_first ||
				(gap == GAP_CLEAR &&
						(letter != 'A' || has_next_letter(l, line, out)));
		if (is_sure || (gap == GAP_BLANK && is_believable(l, line, out))) {
			return true;
		}
		at = out->letter_at + 1;
	}
	return false;
}

static void open_option(struct layout *l, size_t line, const struct scan_label *label) {
	struct draft_choice *c = &l->q->options[l->q->option_count++];
	c->label_line = line;
	c->label_from = label->number;
	c->letter_at = label->letter_at;
	c->is_starred = label->is_starred;
	l->state = LAYOUT_OPTION;
}

static void open_statement(struct layout *l, size_t line, const struct scan_label *label) {
	struct draft_choice *c = &l->q->statements[l->q->statement_count++];
	c->label_line = line;
	c->label_from = label->number;
	c->letter_at = label->letter_at;
	c->is_starred = label->is_starred;
	l->state = LAYOUT_STATEMENT;
}

/* Statements are looked for before any option; "a." only where statements are expected. */
static bool next_statement(const struct layout *l, size_t line, size_t from, size_t at,
		struct scan_label *out) {
	char letter = (char)('a' + (char)l->q->statement_count);
	const struct search wanted = { line, from, letter, scan_statement_label };
	enum gap gap = GAP_NONE;
	bool is_state = l->state == LAYOUT_STEM || l->state == LAYOUT_STATEMENT;
	if (!is_state || l->q->option_count || l->q->statement_count == QUESTION_STATEMENTS_MAX) {
		return false;
	}
	while ((gap = find_label(l, &wanted, at, out)) != GAP_NONE) {
		struct str s = layout_text(l, line);
		bool is_first = first_at(l, line) == out->number;
		bool is_fenced = s.p[out->number] == '(' ||
				(s.p[out->number] == '*' && s.p[out->number + 1] == '(');
		bool is_dotted = s.p[out->punct_end - 1] == '.';
		bool is_auto = layout_style(l, line, out->letter_at).flags & FLOW_AUTO;
		bool may_fence = is_first && l->d->parts[l->part].kind == SCAN_PART_TRUEFALSE;
		if ((!is_fenced || may_fence) && gap == GAP_CLEAR && (is_first || !is_dotted) &&
				(is_first || letter > 'a' || is_auto)) {
			return true;
		}
		at = out->letter_at + 1;
	}
	return false;
}

static struct pieces *open_target(struct layout *l) {
	struct draft_question *q = l->q;
	if (l->state == LAYOUT_OPTION) {
		return &q->options[q->option_count - 1].pieces;
	}
	if (l->state == LAYOUT_STATEMENT) {
		return &q->statements[q->statement_count - 1].pieces;
	}
	return l->state == LAYOUT_SOLUTION ? &q->solution : &q->stem;
}

/* A stronger word replaces a weaker one; an equal one that differs leaves it open. */
static void hear_letters(struct draft_key *k, uint32_t letters, unsigned strength) {
	if (!letters || strength < k->strength) {
		return;
	}
	if (strength == k->strength && k->letters && k->letters != letters) {
		k->is_split = strength > 1;
		k->letters = strength > 1 ? k->letters : letters;
		return;
	}
	k->letters = letters;
	k->strength = strength;
	k->is_split = false;
}

void layout_hear_key(struct draft_key *k, const struct draft_key *more) {
	hear_letters(k, more->letters, more->strength);
	uint32_t fresh = more->told & ~k->told;
	k->told |= fresh;
	k->truths |= more->truths & fresh;
	if (more->value[0] && !k->value[0]) {
		memcpy(k->value, more->value, sizeof(k->value));
	}
	k->strength = k->strength ? k->strength : more->strength;
}

/* The text of a line with formulas written out, for values and truths. */
static void plain_line(const struct layout *l, size_t line, size_t from, struct buf *out) {
	flow_plain(l->f, &l->f->lines[line], from, l->f->lines[line].n, out);
}

/* "a) Đúng vì …" in a solution. */
static bool hear_truth(struct layout *l, struct str s) {
	struct scan_label label;
	bool truth = false;
	if (!scan_statement(s, 0, &label)) {
		return false;
	}
	size_t at = label.end;
	while (at < s.n && strchr(" \t-:.=>", s.p[at])) {
		at++;
	}
	struct str rest = { s.p + at, s.n - at };
	at += str_starts(rest, "\xE2\x80\x93") || str_starts(rest, "\xE2\x87\x92") ? 3 : 0;
	at = scan_blanks(s, at);
	size_t end = scan_truth(s, at, &truth);
	if (!end || (end < s.n && s.p[end] >= 'a' && s.p[end] <= 'z')) {
		return false;
	}
	struct draft_key k = { .strength = 2 };
	k.told = UINT32_C(1) << (label.letter - 'a');
	k.truths = truth ? k.told : 0;
	layout_hear_key(&l->q->said, &k);
	return true;
}

/* What a line of a solution says about the key. */
static void hear_solution(struct layout *l, struct str s) {
	unsigned strength = 0;
	uint32_t letters = scan_choice(s, &strength);
	struct draft_key k;
	hear_letters(&l->q->said, letters, strength);
	if (l->q->statement_count >= 2 && draft_key_read(s, false, &k) && k.told) {
		layout_hear_key(&l->q->said, &k);
		return;
	}
	if (hear_truth(l, s)) {
		return;
	}
	struct str answer = scan_answer(s);
	if (answer.n && l->q->option_count == 0 && draft_key_read(answer, true, &k)) {
		layout_hear_key(&l->q->said, &k);
	}
}

/* "Câu 7. C. Hà Nội" behind the end names an option; "Câu 7. A. …" over "B. …" begins them. */
static bool names_option(const struct layout *l, size_t line, struct str plain) {
	struct scan_label label;
	return layout_scan_option(l, plain, 0, &label) &&
			!(label.letter == 'A' && begins_letter(l, layout_next(l, line), 'B'));
}

/* A line that ends the question's text: a solution's heading, or a word about the key. */
static bool begins_solution(struct layout *l, size_t line, struct str plain, size_t from) {
	unsigned strength = 0;
	struct draft_question *q = l->q;
	bool has_choices = q->option_count >= 2 || q->statement_count >= 1;
	if (l->state == LAYOUT_SOLUTION) {
		return false;
	}
	if (from > 0) { /* "Câu 7. Chọn C" among the solutions behind the end */
		return q->is_behind_end &&
				(names_option(l, line, plain) || scan_lone_letter(plain) ||
						(scan_choice(plain, &strength) && strength >= 2));
	}
	if (q->is_behind_end && !has_choices && scan_choice(plain, &strength)) {
		return true;
	}
	if (scan_is_solution_heading(plain) || scan_solution_intro(plain)) {
		return q->stem.count > 0 || has_choices;
	}
	struct str answer = scan_answer(plain);
	if (scan_choice(plain, &strength) && strength >= 2) {
		return has_choices || answer.n > 0;
	}
	return answer.n > 0 && !scan_is_answer_blank(answer) && q->option_count == 0;
}

/* "Đáp án: ………" and lines of dots are room to write, no content. */
static bool is_room_to_write(struct str plain) {
	struct str answer = scan_answer(plain);
	struct str label = { plain.p, plain.n };
	bool is_empty_answer = answer.n == 0 && label.n && plain.p[plain.n - 1] == ':' &&
			(scan_words(plain, scan_blanks(plain, 0), "dap an") ||
					scan_words(plain, scan_blanks(plain, 0), "tra loi"));
	return is_empty_answer || (answer.n && scan_is_answer_blank(answer)) ||
			(plain.n && scan_is_answer_blank(plain));
}

/* A picture behind the last option: its own, when the others have one; else the stem's. */
static struct pieces *picture_target(struct layout *l, size_t line) {
	struct draft_question *q = l->q;
	if (l->state != LAYOUT_OPTION) {
		return open_target(l);
	}
	struct draft_choice *last = &q->options[q->option_count - 1];
	bool is_bare = last->pieces.count == 0;
	bool is_break = l->f->lines[line].flags & FLOW_LINE_BREAK;
	size_t next = layout_next(l, line);
	bool is_inside = begins_letter(l, next, (char)('A' + (char)q->option_count));
	if (is_bare || is_break || is_inside) {
		return &last->pieces;
	}
	for (size_t i = 0; i + 1 < q->option_count; i++) {
		const struct pieces *p = &q->options[i].pieces;
		for (size_t k = 0; k < p->count; k++) {
			if (!p->items[k].table && layout_is_picture(l, p->items[k].line)) {
				return &last->pieces;
			}
		}
	}
	q->has_late_picture = true;
	return &q->stem;
}

/* In tables a label may be a letter alone in its cell. */
static bool is_letter_cell(const struct layout *l, struct str s, struct scan_label *out) {
	size_t at = scan_blanks(s, 0);
	bool is_letter = l->in_table && str_trim(s).n == 1;
	if (!is_letter || s.p[at] != 'A' + (char)l->q->option_count) {
		return false;
	}
	*out = (struct scan_label){ .letter = s.p[at], .letter_at = at, .number = (unsigned)at };
	out->end = s.n;
	out->punct_end = at + 1;
	return true;
}

/* The label was lost: a second A begins a question whose stem was counted to the last option. */
static bool take_second_a(struct layout *l, size_t line, size_t from) {
	struct scan_label label;
	struct draft_question *before = l->q;
	struct draft *d = l->d;
	if (from > 0 || l->state != LAYOUT_OPTION || before->option_count < 2 ||
			!begins_letter(l, line, 'A') || d->question_count == DRAFT_QUESTIONS_MAX ||
			!layout_scan_option(l, layout_text(l, line), 0, &label) ||
			!has_next_letter(l, line, &label)) {
		return false;
	}
	struct draft_question *q = &d->questions[d->question_count++];
	q->part = before->part;
	q->passage = before->passage;
	q->is_behind_end = before->is_behind_end;
	q->first_line = line;
	struct pieces *last = &before->options[before->option_count - 1].pieces;
	size_t keep = last->count ? 1 : 0;
	for (size_t i = keep; i < last->count && !l->err; i++) {
		q->first_line = i == keep ? last->items[i].line : q->first_line;
		l->err = pieces_add(&q->stem, last->items[i]);
	}
	last->count = keep;
	before->has_late_text = false;
	l->q = q;
	l->state = LAYOUT_STEM;
	return true;
}

/* Options may skip a letter when the one between was lost: an empty one takes its place. */
static void fill_gap(struct layout *l, size_t line) {
	struct scan_label label;
	if (l->state != LAYOUT_OPTION || l->q->option_count + 2 > QUESTION_OPTIONS_MAX ||
			!layout_scan_option(l, layout_text(l, line), 0, &label)) {
		return;
	}
	char expected = (char)('A' + (char)l->q->option_count);
	size_t next = layout_next(l, line);
	bool goes_on = begins_letter(l, next, (char)(label.letter + 1));
	if (label.letter == expected + 1 && (goes_on || label.letter == 'D')) {
		label.number = (unsigned)label.letter_at;
		open_option(l, line, &label);
	}
}

/* "B." at the line's beginning where "C." should be, "D." on the next line: a slip of typing. Index
 * behind the label that was taken for the expected one, or `from`. */
static size_t mend_letter(struct layout *l, size_t line, size_t from) {
	struct scan_label label;
	if (from > 0 || l->state != LAYOUT_OPTION || l->q->option_count == QUESTION_OPTIONS_MAX ||
			!layout_scan_option(l, layout_text(l, line), 0, &label)) {
		return from;
	}
	char expected = (char)('A' + (char)l->q->option_count);
	if (label.letter != expected - 1 ||
			!begins_letter(l, layout_next(l, line), (char)(expected + 1))) {
		return from;
	}
	label.number = (unsigned)label.letter_at;
	open_option(l, line, &label);
	l->q->has_letter_twice = true;
	return label.end;
}

/* "… bằng bao nhiêu? Đáp án: 12,5" on one line: where the stem ends, its number heard. */
static size_t cut_answer(struct layout *l, size_t line, size_t from) {
	struct str s = layout_text(l, line);
	if (l->state != LAYOUT_STEM || l->q->option_count || l->q->statement_count) {
		return s.n;
	}
	for (size_t i = from; i + 1 < s.n; i++) {
		if (!strchr(" \t.?(", s.p[i])) {
			continue;
		}
		struct draft_key k;
		int64_t number = 0;
		struct str answer = scan_answer((struct str){ s.p + i + 1, s.n - i - 1 });
		while (answer.n && strchr(") ", answer.p[answer.n - 1])) {
			answer.n--;
		}
		if (answer.n && question_number_parse(answer, &number) == ERR_OK &&
				draft_key_read(answer, true, &k)) {
			layout_hear_key(&l->q->said, &k);
			return s.p[i] == '.' || s.p[i] == '?' ? i + 1 : i;
		}
	}
	return s.n;
}

/* Splits the line into what goes on and the labels that begin. */
static void split_line(struct layout *l, size_t line, size_t from) {
	struct str s = layout_text(l, line);
	struct scan_label label;
	size_t at = from;
	if (is_letter_cell(l, s, &label)) {
		open_option(l, line, &label);
		return;
	}
	(void)take_second_a(l, line, from);
	fill_gap(l, line);
	at = mend_letter(l, line, from);
	for (;;) {
		bool is_option = next_option(l, line, from, at, &label);
		struct scan_label other;
		bool is_statement = next_statement(l, line, from, at, &other) &&
				(!is_option || other.number < label.number);
		if (!is_option && !is_statement) {
			break;
		}
		label = is_statement ? other : label;
		bool is_hanging =
				at == 0 && label.number > 0 && layout_lead(l, line) == label.number;
		struct pieces *before = is_hanging ? &l->q->stem : open_target(l);
		l->q->has_late_picture =
				l->q->has_late_picture || (is_hanging && l->state != LAYOUT_STEM);
		layout_add(l, before, line, at, label.number);
		if (is_statement) {
			open_statement(l, line, &label);
		} else {
			open_option(l, line, &label);
		}
		at = label.end;
	}
	bool is_late = at == from && from == 0 && l->state == LAYOUT_OPTION &&
			!(l->f->lines[line].flags & FLOW_LINE_BREAK) &&
			l->q->options[l->q->option_count - 1].pieces.count > 0;
	l->q->has_late_text = l->q->has_late_text || is_late;
	layout_add(l, open_target(l), line, at, cut_answer(l, line, at));
}

void layout_content(struct layout *l, size_t line, size_t from) {
	_cleanup_(buf_finish) struct buf text = buf_make(FLOW_LINE_BYTES_MAX);
	plain_line(l, line, from, &text);
	struct str plain = { buf_str(&text), text.len };
	if (begins_solution(l, line, plain, from)) {
		struct scan_label label;
		l->state = LAYOUT_SOLUTION;
		if (from > 0 && layout_scan_option(l, plain, 0, &label)) {
			hear_letters(&l->q->said, UINT32_C(1) << (label.letter - 'A'), 2);
		} else if (from > 0) {
			hear_letters(&l->q->said, scan_lone_letter(plain), 2);
		}
	}
	if (l->state == LAYOUT_SOLUTION) {
		hear_solution(l, plain);
		size_t intro = scan_solution_intro(plain);
		if (intro) {
			hear_solution(l, (struct str){ plain.p + intro, plain.n - intro });
		}
		layout_add(l, &l->q->solution, line, from, l->f->lines[line].n);
		return;
	}
	if (from == 0 && is_room_to_write(plain)) {
		return; /* still shown in the question's source */
	}
	if (layout_is_picture(l, line)) {
		layout_add(l, picture_target(l, line), line, from, l->f->lines[line].n);
		return;
	}
	split_line(l, line, from);
}
