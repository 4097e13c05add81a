/* Tables: data of a stem, laid-out questions and options, statements to tick, lists of keys. */

#include <string.h>

#include "exam/bank/import/keylist.h"
#include "exam/bank/import/layout_part.h"

enum { KEY_CELL_BYTES_MAX = 60 };

static const struct flow_table *table_of(const struct layout *l, size_t table) {
	return &l->f->tables[table];
}

static bool has_question(const struct layout *l, const struct flow_table *t) {
	for (size_t i = 0; i < t->line_count; i++) {
		struct scan_label label;
		struct str s = layout_text(l, t->first_line + i);
		bool begins = layout_begins_question(l, t->first_line + i, &label);
		if (begins &&
				(label.end < s.n ||
						layout_next(l, t->first_line + i) <
								t->first_line + t->line_count)) {
			return true;
		}
	}
	return false;
}

static bool has_lone_letter(const struct layout *l, const struct flow_table *t, char letter) {
	for (size_t i = 0; i < t->line_count; i++) {
		struct str bare = str_trim(layout_text(l, t->first_line + i));
		if (bare.n == 1 && bare.p[0] == letter) {
			return true;
		}
	}
	return false;
}

/*
 * Letters alone in their cells are options when the next letter stands there too and no options
 * follow below the table; else they name rows or columns of data.
 */
static bool has_lone_options(const struct layout *l, const struct flow_table *t, char letter) {
	enum { LINES_BELOW = 6 };
	if (!has_lone_letter(l, t, letter) || !has_lone_letter(l, t, (char)(letter + 1))) {
		return false;
	}
	size_t line = t->first_line + t->line_count - 1;
	for (size_t i = 0; i < LINES_BELOW; i++) {
		struct scan_label label;
		line = layout_next(l, line);
		if (line >= l->f->line_count || layout_begins_question(l, line, &label)) {
			return true;
		}
		if (layout_begins_option(l, line, letter)) {
			return false;
		}
	}
	return true;
}

/* The first letter of an option or statement that begins a line of the table is the next one. */
static bool has_labels(const struct layout *l, const struct flow_table *t, bool wants_options) {
	for (size_t i = 0; i < t->line_count && l->q; i++) {
		struct scan_label label;
		struct str s = layout_text(l, t->first_line + i);
		char letter = wants_options ? (char)('A' + (char)l->q->option_count)
					    : (char)('a' + (char)l->q->statement_count);
		bool is_lone = wants_options && i == 0 && has_lone_options(l, t, letter);
		bool has_label = wants_options ? layout_scan_option(l, s, 0, &label)
					       : scan_statement(s, 0, &label);
		if (is_lone || (has_label && label.letter == letter)) {
			return true;
		}
	}
	return false;
}

static bool has_long_cell(const struct layout *l, const struct flow_table *t) {
	for (size_t i = 0; i < t->line_count; i++) {
		if (l->f->lines[t->first_line + i].n > KEY_CELL_BYTES_MAX) {
			return true;
		}
	}
	return false;
}

/* "Đáp án" or the like alone in a cell: the table says itself what it is. */
static bool names_keys(const struct layout *l, const struct flow_table *t) {
	static const char *const words[] = { "dap an", "d/a", "da", "key", "answer", "answers" };
	for (size_t i = 0; i < t->line_count; i++) {
		struct str s = str_trim(layout_text(l, t->first_line + i));
		while (s.n && strchr(".: ", s.p[s.n - 1])) {
			s.n--;
		}
		for (size_t w = 0; s.n && w < sizeof(words) / sizeof(words[0]); w++) {
			if (scan_words(s, 0, words[w]) == s.n) {
				return true;
			}
		}
	}
	return false;
}

/* Lists of keys: anywhere when they are letters, numbers and words only behind the end. */
static bool take_keys(struct layout *l, size_t table) {
	const struct flow_table *t = table_of(l, table);
	struct keylist probe = { .takes_values = l->is_behind_end };
	bool is_free = l->is_behind_end || !l->q || l->state == LAYOUT_OPTION ||
			l->state == LAYOUT_STATEMENT || l->state == LAYOUT_SOLUTION;
	bool is_explained = l->is_behind_end && names_keys(l, t); /* a column of reasons */
	if (l->is_other_code) {
		return false;
	}
	if (!is_free || (has_long_cell(l, t) && !is_explained) || l->d->question_count == 0) {
		return false;
	}
	size_t count = keylist_table(&probe, l->f, table);
	bool is_named = l->is_behind_end || names_keys(l, t);
	if (count < (is_named ? 1u : 4u)) {
		return false;
	}
	struct keylist k = {
		.draft = l->d,
		.part = l->key_part,
		.takes_values = l->is_behind_end,
		.code = l->code,
	};
	if (!l->is_behind_end && l->part) {
		k.part = l->d->parts[l->part].number;
	}
	(void)keylist_table(&k, l->f, table); /* as many as the probe found */
	l->d->has_codes_guessed = l->d->has_codes_guessed || k.is_guess;
	return true;
}

static void take_lines(struct layout *l, const struct flow_table *t) {
	bool was_in_table = l->in_table;
	l->in_table = true;
	for (size_t i = 0; i < t->line_count && !l->err; i++) {
		layout_line(l, t->first_line + i);
	}
	l->in_table = was_in_table;
}

/* "Đúng" or "Sai" as a column's heading. */
static bool heading_truth(
		const struct layout *l, const struct flow_table *t, unsigned column, bool *out) {
	for (size_t i = 0; i < t->cell_count; i++) {
		const struct flow_cell *c = &l->f->cells[t->first_cell + i];
		if (c->row == 0 && c->column == column && c->line_count) {
			struct str s = str_trim(layout_text(l, c->first_line));
			size_t end = s.n ? scan_truth(s, 0, out) : 0;
			return end && end == s.n;
		}
	}
	return false;
}

static bool is_tick(struct str s) {
	static const char *const ticks[] = { "x", "X", "v", "V", "\xE2\x9C\x93", "\xE2\x9C\x94",
		"\xE2\x98\x91", "\xE2\x98\x92", "\xE2\x9C\x97", "\xC3\x97" };
	for (size_t i = 0; i < sizeof(ticks) / sizeof(ticks[0]); i++) {
		if (str_eq_z(s, ticks[i])) {
			return true;
		}
	}
	return false;
}

/* A cell that says whether the statement of its row is true. */
static bool take_truth_cell(
		struct layout *l, const struct flow_table *t, const struct flow_cell *c) {
	struct str s = c->line_count ? str_trim(layout_text(l, c->first_line))
				     : (struct str){ "", 0 };
	bool truth = false;
	bool heading = false;
	bool has_heading = heading_truth(l, t, c->column, &heading);
	size_t end = s.n ? scan_truth(s, 0, &truth) : 0;
	if (c->row == 0 && has_heading) {
		return true; /* the heading itself */
	}
	bool is_said = end && end == s.n;
	bool is_ticked = has_heading && is_tick(s);
	bool is_box = s.n > 0 && scan_is_answer_blank(s);
	if (l->q->statement_count == 0 || (!is_said && !is_ticked)) {
		return has_heading && (s.n == 0 || is_box);
	}
	uint32_t bit = UINT32_C(1) << (l->q->statement_count - 1);
	struct draft_key *k = &l->q->said;
	k->strength = k->strength ? k->strength : 2;
	k->told |= bit;
	k->truths |= (is_ticked ? heading : truth) ? bit : 0;
	return true;
}

static void take_statements(struct layout *l, const struct flow_table *t) {
	for (size_t i = 0; i < t->cell_count && !l->err; i++) {
		const struct flow_cell *c = &l->f->cells[t->first_cell + i];
		bool is_label_row = false;
		for (size_t k = 0; k < c->line_count; k++) {
			struct scan_label label;
			is_label_row = is_label_row ||
					scan_statement(layout_text(l, c->first_line + k), 0,
							&label);
		}
		bool is_heading = c->row == 0 && !is_label_row && l->q->statement_count == 0;
		if (is_heading || (!is_label_row && take_truth_cell(l, t, c))) {
			continue;
		}
		for (size_t k = 0; k < c->line_count && !l->err && l->q; k++) {
			layout_line(l, c->first_line + k);
		}
		if (!l->q) {
			return;
		}
	}
}

static bool has_truth_heading(const struct layout *l, const struct flow_table *t) {
	bool truth = false;
	for (unsigned column = 0; column < KEYLIST_COLUMNS_MAX; column++) {
		if (heading_truth(l, t, column, &truth)) {
			return true;
		}
	}
	return false;
}

/* A table that is part of what is being read goes there whole. */
static void take_whole(struct layout *l, size_t table) {
	const struct flow_table *t = table_of(l, table);
	struct pieces *to = NULL;
	if (l->q) {
		to = l->state == LAYOUT_SOLUTION ? &l->q->solution : &l->q->stem;
		l->q->has_late_text = l->q->has_late_text || l->state == LAYOUT_OPTION;
	} else if (l->state == LAYOUT_PASSAGE) {
		to = &l->d->passages[l->passage - 1].pieces;
	}
	if (to) {
		struct piece piece = { .line = t->first_line, .table = table + 1 };
		piece.is_new_paragraph = true;
		l->err = l->err ? l->err : pieces_add(to, piece);
	} else {
		take_lines(l, t);
	}
}

static struct str cell_text(const struct layout *l, const struct flow_cell *c) {
	return c->line_count ? str_trim(layout_text(l, c->first_line)) : (struct str){ "", 0 };
}

/* A table "Câu | Nội dung | Điểm" of what to mark, not of letters and short answers. */
static bool is_guide(const struct layout *l, const struct flow_table *t) {
	bool has_number = false;
	bool has_points = false;
	size_t words = 0;
	size_t keys = 0;
	for (size_t i = 0; i < t->cell_count; i++) {
		const struct flow_cell *c = &l->f->cells[t->first_cell + i];
		struct str s = cell_text(l, c);
		struct draft_key k;
		if (c->row == 0) {
			has_number = has_number ||
					(c->column == 0 &&
							(scan_words(s, 0, "cau") == s.n ||
									scan_words(s, 0, "bai") ==
											s.n) &&
							s.n);
			has_points = has_points || scan_words(s, 0, "diem") ||
					scan_words(s, 0, "thang diem") ||
					scan_words(s, 0, "bieu diem");
		} else if (c->column == 1 && s.n) {
			keys += draft_key_read(s, false, &k) || s.n < 12;
			words++;
		}
	}
	return has_number && has_points && words > keys * 2;
}

/* Rows of a marking guide go to the solutions of the questions that they number. */
static bool take_guide(struct layout *l, const struct flow_table *t) {
	if (!l->is_behind_end || !is_guide(l, t)) {
		return false;
	}
	unsigned last = 0;
	for (size_t i = 0; i < t->cell_count && !l->err; i++) {
		const struct flow_cell *c = &l->f->cells[t->first_cell + i];
		struct scan_label label;
		struct str s = cell_text(l, c);
		unsigned number = 0;
		bool is_named = c->row > 0 && c->column == 0 && scan_question(s, 0, &label);
		bool is_bare = c->row > 0 && c->column == 0 && scan_number(s, 0, &number);
		number = is_named ? label.number : is_bare ? number : 0;
		if (number && number != last) {
			layout_begin_question(l, c->first_line, number);
			l->state = l->q ? LAYOUT_SOLUTION : l->state;
			last = number;
			continue;
		}
		struct pieces *to = last && l->q ? &l->q->solution : &l->d->unassigned;
		for (size_t k = 0; k < c->line_count; k++) {
			size_t line = c->first_line + k;
			layout_add(l, to, line, 0, l->f->lines[line].n);
		}
	}
	return true;
}

/* The boxes of a short answer, one sign in each: "Đáp án: | 1 | 2 | , | 5 |". */
static bool take_boxes(struct layout *l, const struct flow_table *t) {
	char value[QUESTION_NUMBER_BYTES_MAX + 1];
	size_t n = 0;
	bool may_be = l->q && l->state != LAYOUT_OPTION && l->q->option_count == 0 &&
			t->row_count == 1 && t->cell_count > 1;
	for (size_t i = 0; i < t->cell_count && may_be; i++) {
		const struct flow_cell *c = &l->f->cells[t->first_cell + i];
		struct str s = c->line_count ? str_trim(layout_text(l, c->first_line))
					     : (struct str){ "", 0 };
		bool is_label = i == 0 && s.n > 1 && scan_is_answer_label(s);
		may_be = c->line_count <= 1 && (is_label || s.n <= 1) && n < sizeof(value) - 1;
		if (may_be && s.n == 1) {
			value[n++] = s.p[0];
		}
	}
	int64_t number = 0;
	struct str s = { value, n };
	struct draft_key k;
	bool is_value = may_be && n &&
			(scan_is_fraction(s) || question_number_parse(s, &number) == ERR_OK);
	if (!is_value || !draft_key_read(s, true, &k)) {
		return false;
	}
	layout_hear_key(&l->q->said, &k);
	return true;
}

/* Empty boxes to write an answer into. */
static bool is_empty(const struct layout *l, const struct flow_table *t) {
	for (size_t i = 0; i < t->line_count; i++) {
		if (!layout_is_blank(l, t->first_line + i)) {
			return false;
		}
	}
	return true;
}

void layout_table(struct layout *l, size_t table) {
	const struct flow_table *t = table_of(l, table);
	if (is_empty(l, t)) {
		return;
	}
	if (take_boxes(l, t) || take_guide(l, t) || take_keys(l, table)) {
		return;
	}
	if (has_question(l, t) || (l->is_behind_end && !l->q)) {
		take_lines(l, t);
		return;
	}
	bool in_question = l->q &&
			(l->state == LAYOUT_STEM || l->state == LAYOUT_OPTION ||
					l->state == LAYOUT_STATEMENT);
	bool may_have_options = in_question && has_labels(l, t, true);
	bool may_have_statements =
			in_question && l->q->option_count == 0 && has_labels(l, t, false);
	if (may_have_statements && (!may_have_options || has_truth_heading(l, t))) {
		take_statements(l, t);
	} else if (may_have_options) {
		take_lines(l, t);
	} else {
		take_whole(l, table);
	}
}
