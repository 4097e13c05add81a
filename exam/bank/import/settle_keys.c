/* Brings lists of keys and what stands behind the end to the questions they speak about. */

#include <string.h>

#include "exam/bank/import/settle_part.h"

static unsigned part_number(const struct draft *d, const struct draft_question *q) {
	return q->part ? d->parts[q->part].number : 0;
}

/* What sort of key a question takes. */
enum shape { SHAPE_OPTIONS, SHAPE_STATEMENTS, SHAPE_VALUE };

static enum shape shape_of(const struct draft_question *q) {
	if (q->option_count >= 2) {
		return SHAPE_OPTIONS;
	}
	return q->statement_count >= 2 ? SHAPE_STATEMENTS : SHAPE_VALUE;
}

static bool fits(const struct draft_key *k, enum shape shape) {
	switch (shape) {
	case SHAPE_OPTIONS:
		return k->letters != 0;
	case SHAPE_STATEMENTS:
		return k->told != 0 || k->letters != 0;
	case SHAPE_VALUE:
		return k->value[0] != '\0' || k->letters != 0 || k->told != 0;
	}
	return false;
}

/*
 * The question of the paper that a part of the key section speaks about, or NULL. What names no key
 * at all is a marking guide: an essay of that number comes before the others.
 */
static struct draft_question *find_question(struct draft *d, const struct draft_question *behind) {
	struct draft_question *found = NULL;
	bool is_guide = !behind->said.strength && shape_of(behind) == SHAPE_VALUE;
	for (size_t i = 0; i < d->question_count && is_guide && !behind->part; i++) {
		struct draft_question *q = &d->questions[i];
		bool is_essay = d->parts[q->part].kind == SCAN_PART_ESSAY;
		if (!q->is_behind_end && is_essay && q->number == behind->number) {
			return q;
		}
	}
	for (size_t i = 0; i < d->question_count; i++) {
		struct draft_question *q = &d->questions[i];
		bool is_part = !behind->part || q->part == behind->part;
		if (!q->is_behind_end && q->number == behind->number && behind->number && is_part &&
				(!found || shape_of(q) == shape_of(behind))) {
			found = q;
			if (shape_of(q) == shape_of(behind)) {
				return found;
			}
		}
	}
	return found;
}

/* A solution behind the end: its word about the key, or the looks of its options. */
static enum err take_behind(struct settler *s, struct draft_question *behind) {
	struct draft_question *q = find_question(s->draft, behind);
	if (!q) {
		behind->is_behind_end = behind->option_count < 2 && behind->statement_count < 2;
		return ERR_OK; /* a question that stands only here */
	}
	struct draft_key key = behind->said;
	struct marks_verdict looks;
	marks_options(s->flow, &s->marks, behind, &looks);
	if (!key.letters && looks.option >= 0) {
		key.strength = 2;
		key.letters = UINT32_C(1) << looks.option;
	}
	uint32_t marked = 0;
	bool has_statements = behind->option_count == 0 && behind->statement_count >= 2;
	if (!key.told && has_statements && marks_statements(s->flow, &s->marks, behind, &marked)) {
		key.strength = 2;
		key.told = (UINT32_C(1) << behind->statement_count) - 1;
		key.truths = marked;
	}
	if (!q->table.strength) {
		q->table = key;
	}
	if (q->solution.count == 0) {
		bool is_all = shape_of(behind) ==
				SHAPE_VALUE; /* what stands there is the solution */
		q->solution = is_all ? behind->stem : behind->solution;
		if (is_all) {
			behind->stem = (struct pieces){ 0 };
			return pieces_add_all(&q->solution, &behind->solution);
		}
		behind->solution = (struct pieces){ 0 };
	}
	return ERR_OK;
}

static void merge_entry(struct draft_key *k, const struct draft_key *more) {
	k->strength = more->strength;
	k->letters = k->letters ? k->letters : more->letters;
	uint32_t fresh = more->told & ~k->told;
	k->told |= fresh;
	k->truths |= more->truths & fresh;
	if (!k->value[0]) {
		memcpy(k->value, more->value, sizeof(k->value));
	}
}

/* Entries without a part for a number that several parts have: the n-th of the right sort. */
static size_t rank_of(const struct draft *d, const struct draft_question *q) {
	size_t rank = 0;
	for (const struct draft_question *at = d->questions; at < q; at++) {
		rank += !at->is_behind_end && at->number == q->number &&
				shape_of(at) == shape_of(q);
	}
	return rank;
}

/* Takes the entries whose part is `part` (or any when is_any); true when there were some. */
static bool take_entries(
		const struct draft *d, struct draft_question *q, unsigned part, bool is_any) {
	enum shape shape = shape_of(q);
	size_t rank = part == 0 || is_any ? rank_of(d, q) : 0;
	uint32_t seen = 0; /* statements of the group at hand */
	size_t group = 0;
	bool has_any = false;
	for (size_t i = 0; i < d->key_count; i++) {
		const struct draft_key_entry *e = &d->keys[i];
		if (e->number != q->number || !fits(&e->key, shape) ||
				(!is_any && e->part != part)) {
			continue;
		}
		bool begins_group = !e->key.told || (seen & e->key.told) || i == 0;
		group += begins_group && has_any ? 1 : 0;
		has_any = true;
		seen = begins_group ? e->key.told : seen | e->key.told;
		if (group == rank) {
			merge_entry(&q->table, &e->key);
		}
	}
	return q->table.strength != 0;
}

enum err settle_match_keys(struct settler *s) {
	struct draft *d = s->draft;
	for (size_t i = 0; i < d->question_count; i++) {
		enum err e = d->questions[i].is_behind_end ? take_behind(s, &d->questions[i])
							   : ERR_OK;
		if (e) {
			return e;
		}
	}
	for (size_t i = 0; i < d->question_count; i++) {
		struct draft_question *q = &d->questions[i];
		unsigned part = part_number(d, q);
		if (q->is_behind_end || !q->number) {
			continue;
		}
		struct draft_key from_behind = q->table;
		q->table = (struct draft_key){ 0 };
		if (!(part && take_entries(d, q, part, false)) && !take_entries(d, q, 0, false)) {
			(void)take_entries(d, q, 0, true); /* parts may be numbered otherwise */
		}
		if (from_behind.strength) {
			merge_entry(&q->table, &from_behind);
		}
	}
	return ERR_OK;
}

/* Where "(Đ)", "[S]", "– Đúng", "\tS" begins at the end of a statement; s.n when it does not. */
static size_t truth_suffix(struct str s, bool *out) {
	size_t end = s.n;
	while (end > 0 && strchr(" \t.;", s.p[end - 1])) {
		end--;
	}
	bool is_fenced = end > 0 && (s.p[end - 1] == ')' || s.p[end - 1] == ']');
	size_t inner = is_fenced ? end - 1 : end;
	for (size_t at = inner; at-- > 0 && inner - at < 8;) {
		if (((unsigned char)s.p[at] & 0xC0) == 0x80) {
			continue;
		}
		size_t word = scan_truth((struct str){ s.p, inner }, at, out);
		if (word != inner) {
			continue;
		}
		size_t before = at;
		while (before > 0 && (s.p[before - 1] == ' ' || s.p[before - 1] == '\t')) {
			before--;
		}
		bool is_wide = at - before >= 2 || memchr(s.p + before, '\t', at - before);
		bool is_open = before > 0 && (s.p[before - 1] == '(' || s.p[before - 1] == '[');
		bool is_dash = before > 0 && strchr("-:", s.p[before - 1]);
		bool is_long_dash = before >= 3 &&
				(memcmp(s.p + before - 3, "\xE2\x80\x93", 3) == 0 ||
						memcmp(s.p + before - 3, "\xE2\x86\x92", 3) == 0);
		if (is_fenced && is_open) {
			return before - 1;
		}
		if (!is_fenced && (is_wide || is_dash || is_long_dash)) {
			return is_long_dash ? before - 3 : is_dash ? before - 1 : before;
		}
		return s.n;
	}
	return s.n;
}

/* Index behind "[Đ]", "(Sai)" at the beginning of a statement; 0 when there is none. */
static size_t truth_prefix(struct str s, bool *out) {
	size_t at = scan_blanks(s, 0);
	char close = at < s.n && s.p[at] == '(' ? ')' : at < s.n && s.p[at] == '[' ? ']' : '\0';
	size_t end = close ? scan_truth(s, at + 1, out) : 0;
	return end && end < s.n && s.p[end] == close ? scan_blanks(s, end + 1) : 0;
}

/* Truths told before every statement; true when they were and are cut off. */
static bool cut_prefixes(const struct flow *f, struct draft_question *q) {
	uint32_t truths = 0;
	size_t cuts[QUESTION_STATEMENTS_MAX];
	for (size_t i = 0; i < q->statement_count; i++) {
		const struct pieces *p = &q->statements[i].pieces;
		const struct piece *first = p->count ? &p->items[0] : NULL;
		bool truth = false;
		if (!first || first->table) {
			return false;
		}
		struct str text = flow_line_text(f, &f->lines[first->line]);
		cuts[i] = truth_prefix(
				(struct str){ text.p + first->from, first->to - first->from },
				&truth);
		truths |= truth ? UINT32_C(1) << i : 0;
		if (cuts[i] == 0) {
			return false;
		}
	}
	for (size_t i = 0; i < q->statement_count; i++) {
		q->statements[i].pieces.items[0].from += cuts[i];
	}
	q->said.strength = q->said.strength ? q->said.strength : 2;
	q->said.told = (UINT32_C(1) << q->statement_count) - 1;
	q->said.truths = truths;
	return true;
}

void settle_cut_truths(const struct flow *f, struct draft_question *q) {
	uint32_t truths = 0;
	size_t cuts[QUESTION_STATEMENTS_MAX];
	if (q->statement_count < 2 || q->said.told || cut_prefixes(f, q)) {
		return;
	}
	for (size_t i = 0; i < q->statement_count; i++) {
		const struct pieces *p = &q->statements[i].pieces;
		const struct piece *last = p->count ? &p->items[p->count - 1] : NULL;
		bool truth = false;
		if (!last || last->table) {
			return;
		}
		struct str text = flow_line_text(f, &f->lines[last->line]);
		struct str s = { text.p + last->from, last->to - last->from };
		cuts[i] = truth_suffix(s, &truth);
		if (cuts[i] >= s.n) {
			return;
		}
		truths |= truth ? UINT32_C(1) << i : 0;
	}
	for (size_t i = 0; i < q->statement_count; i++) {
		struct pieces *p = &q->statements[i].pieces;
		p->items[p->count - 1].to = p->items[p->count - 1].from + cuts[i];
	}
	q->said.strength = q->said.strength ? q->said.strength : 2;
	q->said.told = (UINT32_C(1) << q->statement_count) - 1;
	q->said.truths = truths;
}
