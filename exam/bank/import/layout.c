#include "exam/bank/import/layout.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "exam/bank/import/layout_part.h"

enum { LOOK_AHEAD_LINES = 40 };

struct str layout_text(const struct layout *l, size_t line) {
	return flow_line_text(l->f, &l->f->lines[line]);
}

bool layout_is_blank(const struct layout *l, size_t line) {
	return str_trim(layout_text(l, line)).n == 0;
}

size_t layout_next(const struct layout *l, size_t line) {
	do {
		line++;
	} while (line < l->f->line_count && layout_is_blank(l, line));
	return line;
}

struct flow_style layout_style(const struct layout *l, size_t line, size_t at) {
	return flow_run_at(l->f, &l->f->lines[line], at)->style;
}

size_t layout_lead(const struct layout *l, size_t line) {
	const struct flow_line *at = &l->f->lines[line];
	struct str s = layout_text(l, line);
	size_t from = 0;
	size_t lead = 0;
	for (size_t i = 0; i < at->run_count; i++) {
		const struct flow_run *run = &l->f->runs[at->first_run + i];
		struct str part = { s.p + from, run->end - from };
		bool is_shown = run->object && l->f->objects[run->object - 1].kind != FLOW_FORMULA;
		if (!is_shown && (run->object || str_trim(part).n)) {
			break;
		}
		from = run->end;
		lead = is_shown ? run->end : lead;
	}
	return lead ? scan_blanks(s, lead) : 0;
}

bool layout_is_picture(const struct layout *l, size_t line) {
	const struct flow_line *at = &l->f->lines[line];
	bool has_picture = false;
	struct str s = layout_text(l, line);
	size_t from = 0;
	for (size_t i = 0; i < at->run_count; i++) {
		const struct flow_run *run = &l->f->runs[at->first_run + i];
		struct str part = { s.p + from, run->end - from };
		from = run->end;
		if (!run->object && str_trim(part).n) {
			return false;
		}
		if (run->object && l->f->objects[run->object - 1].kind == FLOW_FORMULA) {
			return false;
		}
		has_picture = has_picture || run->object;
	}
	return has_picture;
}

void layout_add(struct layout *l, struct pieces *to, size_t line, size_t from, size_t end) {
	struct str s = layout_text(l, line);
	while (from < end && (s.p[from] == ' ' || s.p[from] == '\t')) {
		from++;
	}
	while (end > from && (s.p[end - 1] == ' ' || s.p[end - 1] == '\t')) {
		end--;
	}
	struct piece piece = {
		.line = line,
		.from = from,
		.to = end,
		.is_new_paragraph = !(l->f->lines[line].flags & FLOW_LINE_BREAK),
	};
	l->err = l->err ? l->err : pieces_add(to, piece);
}

static void add_whole(struct layout *l, struct pieces *to, size_t line) {
	layout_add(l, to, line, 0, l->f->lines[line].n);
}

/* Where a line goes that begins nothing new. */
static struct pieces *present_target(struct layout *l) {
	struct draft_question *q = l->q;
	assert(q || l->state < LAYOUT_STEM || l->state == LAYOUT_KEYS);
	switch (l->state) {
	case LAYOUT_TOP:
	case LAYOUT_KEYS:
		return &l->d->unassigned;
	case LAYOUT_INTRO:
		return &l->d->parts[l->part].instructions;
	case LAYOUT_PASSAGE:
		return &l->d->passages[l->passage - 1].pieces;
	case LAYOUT_STEM:
		return &q->stem;
	case LAYOUT_OPTION:
		return &q->options[q->option_count - 1].pieces;
	case LAYOUT_STATEMENT:
		return &q->statements[q->statement_count - 1].pieces;
	case LAYOUT_SOLUTION:
		return &q->solution;
	}
	return &l->d->unassigned;
}

/* A label without '.' or ':' counts when its looks set it apart from what follows. */
static bool stands_out(const struct layout *l, size_t line, const struct scan_label *label) {
	struct str s = layout_text(l, line);
	struct flow_style style = layout_style(l, line, label->letter_at);
	if (label->end >= s.n || style.flags & FLOW_AUTO || s.p[label->punct_end] == '\t') {
		return true;
	}
	struct flow_style behind = layout_style(l, line, label->end);
	return (style.flags & FLOW_BOLD) && !(behind.flags & FLOW_BOLD);
}

static bool takes_bare_number(const struct layout *l, unsigned number) {
	bool is_next = number == l->last_number + 1;
	bool is_first = number == 1 && (l->state == LAYOUT_TOP || l->state == LAYOUT_INTRO);
	enum scan_part_kind kind = l->d->parts[l->part].kind;
	switch (l->state) {
	case LAYOUT_TOP:
	case LAYOUT_INTRO:
	case LAYOUT_PASSAGE:
		return is_next || is_first;
	case LAYOUT_STEM: /* a list in a stem looks the same */
		return is_next && (kind == SCAN_PART_SHORT || kind == SCAN_PART_ESSAY);
	case LAYOUT_OPTION:
	case LAYOUT_STATEMENT:
		return is_next && layout_is_complete(l->q);
	case LAYOUT_SOLUTION:
		return is_next;
	case LAYOUT_KEYS:
		return false;
	}
	return false;
}

bool layout_begins_question(const struct layout *l, size_t line, struct scan_label *out) {
	struct str s = layout_text(l, line);
	size_t at = layout_lead(
			l, line); /* a floating picture hangs at the paragraph's beginning */
	if (scan_question(s, at, out)) {
		return out->is_delimited || stands_out(l, line, out);
	}
	if (!scan_bare_number(s, at, out)) {
		return false;
	}
	struct str behind = { s.p + out->end, s.n - out->end };
	bool is_key = l->is_behind_end && scan_lone_letter(behind); /* "7. C – vì …" */
	return is_key || (l->is_bare && takes_bare_number(l, out->number));
}

/* The part of that number, for what stands behind the end; 0 when there is none. */
static size_t find_part(const struct draft *d, unsigned number) {
	for (size_t i = 1; i < d->part_count; i++) {
		if (d->parts[i].number == number) {
			return i;
		}
	}
	return 0;
}

void layout_begin_question(struct layout *l, size_t line, unsigned number) {
	struct draft *d = l->d;
	if (d->question_count == DRAFT_QUESTIONS_MAX) {
		d->has_more = true;
		l->q = NULL;
		l->state = LAYOUT_KEYS;
		return;
	}
	l->q = &d->questions[d->question_count++];
	l->q->number = number;
	l->q->part = l->is_behind_end ? find_part(d, l->key_part) : l->part;
	l->q->first_line = line;
	l->q->is_behind_end = l->is_behind_end;
	l->last_number = number ? number : l->last_number;
	l->state = LAYOUT_STEM;
	if (l->passage && !l->is_behind_end) {
		const struct draft_passage *p = &d->passages[l->passage - 1];
		if (p->to && number > p->to) {
			l->passage = 0;
		} else if (!p->from || number >= p->from) {
			l->q->passage = l->passage;
		}
	}
}

static void begin_part(struct layout *l, size_t line, unsigned number) {
	struct draft *d = l->d;
	l->q = NULL;
	if (l->is_behind_end) {
		l->key_part = number ? number : l->key_part + 1;
		l->state = LAYOUT_KEYS;
		layout_take_keys_of_part(l, layout_text(l, line));
		add_whole(l, &d->unassigned, line);
		return;
	}
	if (d->part_count == DRAFT_PARTS_MAX) {
		add_whole(l, &d->unassigned, line);
		return;
	}
	struct draft_part *p = &d->parts[d->part_count];
	p->number = number ? number : (unsigned)d->part_count;
	p->kind = scan_part_kind(layout_text(l, line));
	add_whole(l, &p->title, line);
	l->part = d->part_count++;
	l->passage = 0;
	l->last_number = 0;
	l->state = LAYOUT_INTRO;
}

static void begin_passage(struct layout *l, size_t line, const struct scan_group *group) {
	struct draft *d = l->d;
	if (d->passage_count == DRAFT_PASSAGES_MAX) {
		add_whole(l, &d->unassigned, line);
		return;
	}
	struct draft_passage *p = &d->passages[d->passage_count++];
	p->from = group->from;
	p->to = group->to;
	p->part = l->part;
	l->passage = d->passage_count;
	l->q = NULL;
	l->state = LAYOUT_PASSAGE;
	add_whole(l, &p->pieces, line);
}

void layout_begin_keys(struct layout *l) {
	l->q = NULL;
	l->state = LAYOUT_KEYS;
	l->is_behind_end = true;
	l->key_part = 0;
}

/* A heading like "B. Tự luận" may also be an option of a question about exams. */
static bool is_option_after_all(const struct layout *l, size_t line) {
	struct scan_label label;
	struct str s = layout_text(l, line);
	bool in_options = l->q && (l->state == LAYOUT_STEM || l->state == LAYOUT_OPTION);
	if (!in_options || !layout_scan_option(l, s, 0, &label)) {
		return false;
	}
	bool is_expected = label.letter == 'A' + (char)l->q->option_count;
	for (size_t i = label.end; i < s.n; i++) {
		if (s.p[i] >= 'a' && s.p[i] <= 'z') {
			return is_expected;
		}
	}
	return false; /* all in capitals: a heading */
}

static bool take_heading(struct layout *l, size_t line) {
	struct str s = layout_text(l, line);
	unsigned number = 0;
	if (scan_is_end(s)) {
		l->d->has_end = true;
		layout_begin_keys(l);
		add_whole(l, &l->d->unassigned, line);
		return true;
	}
	if (layout_begins_keys(l, line)) {
		layout_begin_keys(l);
		add_whole(l, &l->d->unassigned, line);
		return true;
	}
	if (scan_part(s, &number) && !is_option_after_all(l, line)) {
		begin_part(l, line, number);
		return true;
	}
	return false;
}

/* A passage is looked for where a question cannot be in the middle of its stem. */
static bool take_group(struct layout *l, size_t line) {
	struct scan_group group;
	bool may_begin = l->state == LAYOUT_TOP || l->state == LAYOUT_INTRO ||
			l->state == LAYOUT_PASSAGE || l->state == LAYOUT_SOLUTION ||
			(l->q && layout_is_complete(l->q));
	if (l->is_behind_end || !may_begin || !scan_group(layout_text(l, line), &group)) {
		return false;
	}
	bool is_ahead = group.from > l->last_number;
	if (!is_ahead && (group.from || l->state == LAYOUT_SOLUTION)) {
		return false;
	}
	begin_passage(l, line, &group);
	return true;
}

/* One line; gives the last line that was used. */
static size_t take_line(struct layout *l, size_t line) {
	struct scan_label label;
	if (layout_is_blank(l, line)) {
		return line;
	}
	if (take_heading(l, line) || layout_take_key_line(l, &line)) {
		return line;
	}
	if (layout_begins_question(l, line, &label)) {
		layout_begin_question(l, line, label.number);
		if (l->q) {
			l->q->level = label.level;
			layout_add(l, &l->q->stem, line, 0, label.letter_at);
			layout_content(l, line, label.end);
		}
		return line;
	}
	if (take_group(l, line)) {
		return line;
	}
	if (layout_is_note(l, line)) {
		l->q = NULL;
		l->state = LAYOUT_TOP;
	}
	if (l->q) {
		layout_content(l, line, 0);
	} else {
		if (l->state == LAYOUT_INTRO && l->d->parts[l->part].kind == SCAN_PART_ANY) {
			l->d->parts[l->part].kind = scan_part_kind(layout_text(l, line));
		}
		add_whole(l, present_target(l), line);
	}
	return line;
}

void layout_line(struct layout *l, size_t line) {
	(void)take_line(l, line); /* a line in a cell never uses the one after it */
}

static bool is_named_question(const struct layout *l, size_t line) {
	struct scan_label label;
	struct str s = layout_text(l, line);
	if (!scan_question(s, layout_lead(l, line), &label)) {
		return false;
	}
	bool is_heading = label.end >= s.n && l->f->lines[line].cell; /* of a table of keys */
	return label.is_delimited || (!is_heading && stands_out(l, line, &label));
}

/* Lines "7." that an option A follows before the next such line, against lines "Câu 7.". */
static bool is_bare_numbered(const struct layout *l) {
	size_t named = 0;
	size_t bare = 0;
	size_t numbers = 0;
	for (size_t i = 0; i < l->f->line_count; i++) {
		struct scan_label label;
		named += is_named_question(l, i);
		if (!scan_bare_number(layout_text(l, i), 0, &label)) {
			continue;
		}
		numbers++;
		for (size_t k = i, seen = 0; k < l->f->line_count && seen < LOOK_AHEAD_LINES;
				k = layout_next(l, k), seen++) {
			struct scan_label other;
			if (k > i && scan_bare_number(layout_text(l, k), 0, &other)) {
				break;
			}
			if (layout_begins_option(l, k, k > i ? 'A' : '\0')) {
				bare++;
				break;
			}
		}
	}
	return named == 0 ? numbers > 0 : bare > named * 3;
}

/* Lines that begin "A:" … against lines that begin "A." or "A)" …. */
static bool has_colon_options(const struct layout *l) {
	size_t colons = 0;
	size_t others = 0;
	for (size_t i = 0; i < l->f->line_count; i++) {
		struct scan_label label;
		struct str s = layout_text(l, i);
		if (scan_option(s, 0, &label)) {
			bool is_colon = s.p[label.punct_end - 1] == ':';
			colons += is_colon;
			others += !is_colon;
		}
	}
	return colons > others;
}

/* The code of this variant, said before its first question or as a running heading. */
static unsigned find_code(const struct layout *l) {
	enum { LINES_SEEN = 60 };
	for (size_t i = 0; i < l->f->line_count && i < LINES_SEEN; i++) {
		struct str s = layout_text(l, i);
		unsigned code = scan_has(s, "ma de") ? scan_code(s) : 0;
		if (code) {
			return code;
		}
		if (scan_is_end(s) || scan_is_key_heading(s)) {
			return 0;
		}
	}
	return 0;
}

static void read_lines(struct layout *l) {
	size_t line = 0;
	while (line < l->f->line_count && !l->err) {
		size_t cell = l->f->lines[line].cell;
		if (cell) {
			const struct flow_table *t = &l->f->tables[l->f->cells[cell - 1].table];
			layout_table(l, l->f->cells[cell - 1].table);
			line = t->first_line + t->line_count;
		} else {
			line = take_line(l, line) + 1;
		}
	}
}

/* A question's source is everything up to the next question, passage, part or end. */
static void close_sources(struct layout *l) {
	for (size_t i = 0; i < l->d->question_count; i++) {
		struct draft_question *q = &l->d->questions[i];
		size_t end = i + 1 < l->d->question_count ? l->d->questions[i + 1].first_line
							  : l->f->line_count;
		for (size_t p = 0; p < l->d->passage_count; p++) {
			size_t at = l->d->passages[p].pieces.count
					? l->d->passages[p].pieces.items[0].line
					: end;
			end = at > q->first_line && at < end ? at : end;
		}
		for (size_t p = 1; p < l->d->part_count; p++) {
			size_t at = l->d->parts[p].title.count ? l->d->parts[p].title.items[0].line
							       : end;
			end = at > q->first_line && at < end ? at : end;
		}
		for (size_t u = 0; u < l->d->unassigned.count; u++) {
			size_t at = l->d->unassigned.items[u].line;
			end = at > q->first_line && at < end ? at : end;
		}
		q->line_count = end > q->first_line ? end - q->first_line : 0;
	}
}

enum err layout_read(const struct flow *flow, struct draft **out) {
	assert(flow && out);
	_cleanup_(draft_freep) struct draft *d = NULL;
	enum err e = draft_new(&d);
	if (e) {
		return e;
	}
	struct layout l = { .f = flow, .d = d };
	l.takes_colon = has_colon_options(&l);
	l.is_bare = is_bare_numbered(&l);
	l.code = find_code(&l);
	read_lines(&l);
	if (l.err) {
		return l.err;
	}
	close_sources(&l);
	*out = STEAL(d);
	return ERR_OK;
}
