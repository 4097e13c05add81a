/*
 * Plain text: Aiken, and papers typed as a Word paper would be. Both are read by the recogniser;
 * Aiken's "ANSWER: D" is a word about the key like another.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "exam/bank/import/import.h"
#include "exam/bank/import/layout.h"
#include "exam/bank/import/settle.h"

/* The next line at *at (moved on); false at the end. */
static bool next_line(struct str text, size_t *at, struct str *out) {
	if (*at >= text.n) {
		return false;
	}
	const char *end = memchr(text.p + *at, '\n', text.n - *at);
	size_t n = end ? (size_t)(end - text.p) - *at : text.n - *at;
	*out = (struct str){ text.p + *at, n };
	*at += n + 1;
	return true;
}

static bool is_answer(struct str line) {
	struct str s = str_trim(line);
	return s.n >= 7 && str_eq_nocase((struct str){ s.p, 7 }, "answer:");
}

bool import_looks_like_aiken(struct str text) {
	size_t at = 0;
	struct str line;
	while (next_line(text, &at, &line)) {
		if (is_answer(line)) {
			return true;
		}
	}
	return false;
}

static void add_line(struct flow *f, struct str s) {
	flow_begin_line(f, 0);
	flow_add_text(f, s, (struct flow_style){ 0 });
	flow_end_line(f);
}

/* Aiken numbers nothing: a question begins with the first text behind an answer. */
static void add_aiken(struct flow *f, struct str text) {
	size_t at = 0;
	unsigned number = 0;
	bool is_behind_answer = true;
	struct str line;
	while (next_line(text, &at, &line)) {
		struct scan_label label;
		if (str_trim(line).n == 0) {
			continue;
		}
		bool has_label = scan_question(line, 0, &label) && label.is_delimited;
		if (is_behind_answer && !has_label) {
			char head[32];
			flow_begin_line(f, 0);
			snprintf(head, sizeof(head), "Question %u: ", ++number);
			flow_add_text(f, str_from(head), (struct flow_style){ 0 });
			flow_add_text(f, line, (struct flow_style){ 0 });
			flow_end_line(f);
		} else {
			number += is_behind_answer && has_label;
			add_line(f, line);
		}
		is_behind_answer = is_answer(line);
	}
}

static enum err recognise(struct flow *f, struct imported **out) {
	_cleanup_(draft_freep) struct draft *draft = NULL;
	_cleanup_(imported_freep) struct imported *made = calloc(1, sizeof(*made));
	if (!made) {
		return ERR_NOMEM;
	}
	enum err e = flow_err(f);
	e = e ? e : layout_read(f, &draft);
	e = e ? e : settle(f, draft, made);
	if (e) {
		return e;
	}
	*out = STEAL(made);
	return ERR_OK;
}

enum err import_aiken(struct str text, struct imported **out) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	add_aiken(&f, text);
	return recognise(&f, out);
}

enum err import_plain(struct str text, struct imported **out) {
	_cleanup_(flow_finish) struct flow f = flow_make();
	size_t at = 0;
	struct str line;
	while (next_line(text, &at, &line)) {
		add_line(&f, line);
	}
	return recognise(&f, out);
}
