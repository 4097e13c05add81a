/* Where keys begin, and keys in lines: the end of a paper, and "Mã đề". */

#include <string.h>

#include "exam/bank/import/keylist.h"
#include "exam/bank/import/layout_part.h"

/* "Phần II: 1-A 2-C …": keys on the line of the part's heading. */
void layout_take_keys_of_part(struct layout *l, struct str s) {
	const char *colon = memchr(s.p, ':', s.n);
	if (colon) {
		size_t at = (size_t)(colon - s.p) + 1;
		struct keylist k = {
			.draft = l->d,
			.part = l->key_part,
			.takes_values = true,
		};
		(void)keylist_line(&k, (struct str){ s.p + at, s.n - at }); /* or words */
	}
}

/* True when what follows a heading is a list of keys. */
static bool lists_keys(const struct layout *l, size_t line) {
	struct keylist k = { .takes_values = true };
	size_t seen = 0;
	for (size_t next = layout_next(l, line); next < l->f->line_count && seen < 3;
			next = layout_next(l, next), seen++) {
		unsigned number = 0;
		struct str s = layout_text(l, next);
		if (l->f->lines[next].cell) {
			size_t table = l->f->cells[l->f->lines[next].cell - 1].table;
			return keylist_table(&k, l->f, table) >= 2;
		}
		if (scan_part(s, &number) || scan_is_key_heading(s)) {
			continue;
		}
		size_t after = layout_next(l, next);
		bool is_list = keylist_line(&k, s) ||
				(after < l->f->line_count &&
						keylist_two_lines(&k, s, layout_text(l, after)));
		return is_list;
	}
	return false;
}

/*
 * Whether a heading such as "Hướng dẫn giải" begins the solutions of the whole paper: the first
 * question or part named behind it has been there already. With none behind it, it is the last
 * question's own.
 */
static bool restarts(const struct layout *l, size_t line) {
	const struct draft_part *part = &l->d->parts[l->part];
	enum { LINES_SEEN_MAX = 400 };
	for (size_t next = layout_next(l, line);
			next < l->f->line_count && next < line + LINES_SEEN_MAX;
			next = layout_next(l, next)) {
		struct scan_label label;
		unsigned number = 0;
		if (scan_part(layout_text(l, next), &number)) {
			return number && l->part && number <= part->number;
		}
		if (layout_begins_question(l, next, &label)) {
			return label.number <= l->last_number;
		}
	}
	return false;
}

bool layout_begins_keys(struct layout *l, size_t line) {
	struct str s = layout_text(l, line);
	if (l->d->question_count == 0 || !scan_is_key_heading(s)) {
		return false;
	}
	if (lists_keys(l, line) || l->is_behind_end) {
		return true;
	}
	bool is_mine = scan_is_solution_heading(s); /* of one question perhaps */
	return !is_mine || !l->q || restarts(l, line);
}

/* "Mã đề 102" over a list: whether the lists below are this paper's. */
static bool heeds_code(struct layout *l, struct str s) {
	enum { HEADING_BYTES_MAX = 80 };
	bool is_heading = !l->q && s.n <= HEADING_BYTES_MAX && scan_has(s, "ma de");
	unsigned code = is_heading ? scan_code(s) : 0;
	if (!code) {
		return false;
	}
	l->d->has_codes_guessed = l->d->has_codes_guessed || !l->code;
	l->code = l->code ? l->code : code;
	l->is_other_code = code != l->code;
	return true;
}

/* Lines of keys behind the end, in no question or in one that only lists its key. */
bool layout_take_key_line(struct layout *l, size_t *line) {
	struct keylist k = { .draft = l->d, .part = l->key_part, .takes_values = l->is_behind_end };
	struct str s = layout_text(l, *line);
	if (l->is_behind_end && heeds_code(l, s)) {
		return false; /* a heading; shown with what belongs to no question */
	}
	if (l->is_other_code && keylist_line(&(struct keylist){ .takes_values = true }, s)) {
		return false; /* the keys of another variant */
	}
	if (!l->is_behind_end) {
		/* In the middle of a paper only a long list of letters is taken for keys. */
		struct keylist probe = { .takes_values = false };
		bool is_free = l->state == LAYOUT_SOLUTION || (l->q && layout_is_complete(l->q)) ||
				(!l->q && l->d->question_count > 0);
		if (!is_free || !keylist_line(&probe, s) || probe.count < 4) {
			return false;
		}
		layout_begin_keys(l);
	}
	if (keylist_line(&k, s)) {
		return true;
	}
	size_t next = layout_next(l, *line);
	if (next < l->f->line_count && !l->f->lines[next].cell &&
			keylist_two_lines(&k, s, layout_text(l, next))) {
		*line = next;
		return true;
	}
	return false;
}
