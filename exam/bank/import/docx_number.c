/* numbering.xml: what an automatic list shows before its paragraphs. */

#include "exam/bank/import/docx_part.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COUNTER_MAX = 100000 };

static int number_of(const char *s, int fallback) {
	int64_t v = 0;
	if (!s || str_parse_i64(str_from(s), &v) || v < -COUNTER_MAX || v > COUNTER_MAX) {
		return fallback;
	}
	return (int)v;
}

static void read_level(const struct xml_node *n, struct docx_level *l) {
	l->is_given = true;
	l->start = number_of(docx_val(docx_child(n, NS_W, "start")), 0);
	l->format = docx_val(docx_child(n, NS_W, "numFmt"));
	l->text = docx_val(docx_child(n, NS_W, "lvlText"));
	l->suffix = docx_val(docx_child(n, NS_W, "suff"));
	l->style = docx_val(docx_child(n, NS_W, "pStyle"));
	l->restart = number_of(docx_val(docx_child(n, NS_W, "lvlRestart")), -1);
	l->is_legal = docx_toggle(docx_child(n, NS_W, "isLgl")) == 1;
	docx_props_read(docx_child(n, NS_W, "rPr"), &l->props);
	if (!l->format) { /* Word writes unusual formats as an alternative */
		const struct xml_node *alternate = docx_child(n, NS_MC, "AlternateContent");
		const struct xml_node *fallback = docx_child(alternate, NS_MC, "Fallback");
		l->format = docx_val(docx_child(fallback, NS_W, "numFmt"));
	}
}

/* The level that an element's w:ilvl names, or DOCX_LEVELS. */
static size_t level_of(const struct xml_node *n) {
	int v = number_of(docx_attr(n, NS_W, "ilvl"), DOCX_LEVELS);
	return v >= 0 && v < DOCX_LEVELS ? (size_t)v : DOCX_LEVELS;
}

static void read_abstract(const struct xml_node *n, struct docx_abstract *a) {
	a->id = docx_attr(n, NS_W, "abstractNumId");
	a->link = docx_val(docx_child(n, NS_W, "numStyleLink"));
	for (const struct xml_node *c = n->first; c; c = c->next) {
		if (docx_is(c, NS_W, "lvl") && level_of(c) < DOCX_LEVELS) {
			read_level(c, &a->levels[level_of(c)]);
		}
	}
}

static size_t find_abstract(const struct docx_numbering *n, const char *id) {
	for (size_t i = 0; id && i < n->abstract_count; i++) {
		if (n->abstracts[i].id && strcmp(n->abstracts[i].id, id) == 0) {
			return i;
		}
	}
	return n->abstract_count;
}

static struct docx_num *find_num(const struct docx_numbering *n, const char *id) {
	for (size_t i = 0; id && i < n->num_count; i++) {
		if (n->nums[i].id && strcmp(n->nums[i].id, id) == 0) {
			return &n->nums[i];
		}
	}
	return NULL;
}

static void read_num(
		const struct docx_numbering *all, const struct xml_node *n, struct docx_num *num) {
	num->id = docx_attr(n, NS_W, "numId");
	num->abstract = find_abstract(all, docx_val(docx_child(n, NS_W, "abstractNumId")));
	for (size_t i = 0; i < DOCX_LEVELS; i++) {
		num->starts[i] = INT_MIN;
	}
	for (const struct xml_node *c = n->first; c; c = c->next) {
		size_t level = docx_is(c, NS_W, "lvlOverride") ? level_of(c) : DOCX_LEVELS;
		if (level == DOCX_LEVELS) {
			continue;
		}
		const struct xml_node *start = docx_child(c, NS_W, "startOverride");
		const struct xml_node *other = docx_child(c, NS_W, "lvl");
		if (start) {
			num->starts[level] = number_of(docx_val(start), 1);
		}
		if (other) {
			read_level(other, &num->levels[level]);
		}
	}
}

/* A list that only names a list style takes the levels of the list behind that style. */
static void follow_links(struct docx_numbering *n, const struct docx_styles *styles) {
	for (size_t i = 0; i < n->abstract_count; i++) {
		struct docx_abstract *a = &n->abstracts[i];
		const struct docx_style *style = a->link ? docx_style_find(styles, a->link) : NULL;
		const struct docx_num *num = style ? find_num(n, style->num_id) : NULL;
		if (num && num->abstract < n->abstract_count && num->abstract != i) {
			memcpy(a->levels, n->abstracts[num->abstract].levels, sizeof(a->levels));
		}
	}
}

enum err docx_numbering_read(struct zip_in *zip, const char *part, const struct docx_styles *styles,
		struct docx_numbering *out) {
	enum err e = docx_part_read(zip, part, &out->tree);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_OK : e; /* a document may do without lists */
	}
	const struct xml_node *root = xml_tree_root(out->tree);
	size_t abstracts = 0;
	size_t nums = 0;
	for (const struct xml_node *n = root->first; n; n = n->next) {
		abstracts += docx_is(n, NS_W, "abstractNum");
		nums += docx_is(n, NS_W, "num");
	}
	out->abstracts = calloc(abstracts + 1, sizeof(*out->abstracts));
	out->nums = calloc(nums + 1, sizeof(*out->nums));
	if (!out->abstracts || !out->nums) {
		return ERR_NOMEM;
	}
	for (const struct xml_node *n = root->first; n; n = n->next) {
		if (docx_is(n, NS_W, "abstractNum")) {
			read_abstract(n, &out->abstracts[out->abstract_count++]);
		}
	}
	for (const struct xml_node *n = root->first; n; n = n->next) {
		if (docx_is(n, NS_W, "num")) {
			read_num(out, n, &out->nums[out->num_count++]);
		}
	}
	follow_links(out, styles);
	return ERR_OK;
}

void docx_numbering_finish(struct docx_numbering *n) {
	xml_tree_free(n->tree);
	free(n->abstracts);
	free(n->nums);
}

static const struct docx_level *level_at(
		const struct docx_numbering *n, const struct docx_num *num, size_t level) {
	return num->levels[level].is_given ? &num->levels[level]
					   : &n->abstracts[num->abstract].levels[level];
}

static void print_roman(int v, char *out, size_t size) {
	static const struct {
		int value;
		const char *text;
	} steps[] = { { 1000, "M" }, { 900, "CM" }, { 500, "D" }, { 400, "CD" }, { 100, "C" },
		{ 90, "XC" }, { 50, "L" }, { 40, "XL" }, { 10, "X" }, { 9, "IX" }, { 5, "V" },
		{ 4, "IV" }, { 1, "I" } };
	size_t n = 0;
	v = v > 3999 ? 3999 : v;
	for (size_t i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		while (v >= steps[i].value && n + 3 < size) {
			v -= steps[i].value;
			n += (size_t)snprintf(out + n, size - n, "%s", steps[i].text);
		}
	}
}

/* A, B … Z, AA, BB …, as Word counts. */
static void print_letters(int v, char *out, size_t size) {
	size_t repeats = (size_t)(v - 1) / 26 + 1;
	size_t n = 0;
	for (; n < repeats && n + 1 < size; n++) {
		out[n] = (char)('A' + (v - 1) % 26);
	}
	out[n] = '\0';
}

static void lower_all(char *s) {
	for (; *s; s++) {
		*s = *s >= 'A' && *s <= 'Z' ? (char)(*s - 'A' + 'a') : *s;
	}
}

enum { NUMBER_BYTES = 32 };

static void print_number(int v, const char *format, char out[NUMBER_BYTES]) {
	out[0] = '\0';
	if (strcmp(format, "none") == 0) {
		return;
	}
	bool is_roman = strcmp(format, "upperRoman") == 0 || strcmp(format, "lowerRoman") == 0;
	bool is_letter = strcmp(format, "upperLetter") == 0 || strcmp(format, "lowerLetter") == 0;
	if (v > 0 && is_roman) {
		print_roman(v, out, NUMBER_BYTES);
	} else if (v > 0 && is_letter) {
		print_letters(v, out, NUMBER_BYTES);
	} else if (strcmp(format, "decimalZero") == 0) {
		snprintf(out, NUMBER_BYTES, "%02d", v);
	} else {
		snprintf(out, NUMBER_BYTES, "%d", v);
	}
	if (strncmp(format, "lower", 5) == 0) {
		lower_all(out);
	}
}

/* The level's text with %1 … %9 replaced by the counters. */
static void print_label(const struct docx_numbering *n, const struct docx_num *num, size_t level,
		char out[DOCX_LABEL_BYTES]) {
	const struct docx_level *l = level_at(n, num, level);
	const struct docx_abstract *a = &n->abstracts[num->abstract];
	size_t used = 0;
	for (const char *p = l->text ? l->text : ""; *p && used + NUMBER_BYTES < DOCX_LABEL_BYTES;
			p++) {
		size_t which = p[0] == '%' && p[1] >= '1' && p[1] <= '9' ? (size_t)(p[1] - '1')
									 : DOCX_LEVELS;
		if (which == DOCX_LEVELS) {
			out[used++] = *p;
			continue;
		}
		p++;
		const struct docx_level *shown = level_at(n, num, which);
		const char *format = shown->format && !l->is_legal ? shown->format : "decimal";
		char number[NUMBER_BYTES];
		print_number(a->started[which] ? a->counters[which] : shown->start, format, number);
		size_t len = strlen(number);
		memcpy(out + used, number, len);
		used += len;
	}
	out[used] = '\0';
}

/* Moves the list's counters on by one paragraph at `level`. */
static void count(struct docx_numbering *n, struct docx_num *num, size_t level) {
	struct docx_abstract *a = &n->abstracts[num->abstract];
	if (num->starts[level] != INT_MIN && !num->has_restarted[level]) {
		num->has_restarted[level] = true;
		a->counters[level] = num->starts[level];
	} else if (a->started[level]) {
		a->counters[level] += a->counters[level] < COUNTER_MAX;
	} else {
		a->counters[level] = level_at(n, num, level)->start;
	}
	a->started[level] = true;
	for (size_t deeper = level + 1; deeper < DOCX_LEVELS; deeper++) {
		int restart = level_at(n, num, deeper)->restart;
		if (restart < 0 || (restart > 0 && level < (size_t)restart)) {
			a->started[deeper] = false;
		}
	}
	for (size_t higher = 0; higher < level; higher++) {
		if (!a->started[higher]) {
			a->started[higher] = true;
			a->counters[higher] = level_at(n, num, higher)->start;
		}
	}
}

/* The level whose paragraph style is `style`, else 0. */
static size_t level_of_style(
		const struct docx_numbering *n, const struct docx_num *num, const char *style) {
	for (size_t i = 0; style && i < DOCX_LEVELS; i++) {
		const struct docx_level *l = level_at(n, num, i);
		if (l->style && strcmp(l->style, style) == 0) {
			return i;
		}
	}
	return 0;
}

bool docx_numbering_next(struct docx_numbering *n, const char *num_id, int level, const char *style,
		struct docx_label *out) {
	struct docx_num *num = find_num(n, num_id);
	if (!num || num->abstract >= n->abstract_count || level >= DOCX_LEVELS) {
		return false;
	}
	size_t at = level >= 0 ? (size_t)level : level_of_style(n, num, style);
	const struct docx_level *l = level_at(n, num, at);
	if (!l->is_given) {
		return false;
	}
	count(n, num, at);
	*out = (struct docx_label){ .props = l->props };
	bool is_bullet = l->format && strcmp(l->format, "bullet") == 0;
	out->is_bullet = is_bullet && l->text && str_trim(str_from(l->text)).n > 0;
	if (!is_bullet) {
		print_label(n, num, at, out->text);
	}
	return true;
}
