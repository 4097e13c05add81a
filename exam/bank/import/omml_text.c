/* Characters and runs of equations, for omml.c. */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "exam/bank/import/docx_part.h"
#include "exam/bank/import/omml_inner.h"

bool omml_is_letter(char c) {
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool omml_ends_in_command(const struct buf *out) {
	size_t i = out->len;
	while (i > 0 && omml_is_letter(out->data[i - 1])) {
		i--;
	}
	return i < out->len && i > 0 && out->data[i - 1] == '\\';
}

void omml_add_latex(struct buf *out, const char *latex) {
	if (omml_is_letter(latex[0]) && omml_ends_in_command(out)) {
		buf_add_char(out, ' ');
	}
	buf_add_str(out, latex);
}

static bool is_letter_beyond(int32_t c) {
	return (c >= 0xc0 && c <= 0x24f && c != 0xd7 && c != 0xf7) ||
			(c >= 0x1e00 && c <= 0x1eff) || (c >= 0x300 && c <= 0x36f);
}

/* Words with Vietnamese letters, and runs marked as plain text. */
static void add_words(struct omml_walk *w, struct str s) {
	buf_add_str(w->out, "\\text{");
	size_t at = 0;
	while (at < s.n) {
		size_t from = at;
		int32_t c = str_utf8_next(s, &at);
		const char *symbol = c > 0x7f ? omml_symbol(c) : NULL;
		if (c == '\\' || c == '{' || c == '}' || c == '$' || c == '&' || c == '#' ||
				c == '%' || c == '_' || c == '^' || c == '~') {
			buf_add_str(w->out, c == '\\' ? "\\textbackslash " : "");
			buf_add_str(w->out, c == '^' || c == '~' ? " " : "");
			if (c != '\\' && c != '^' && c != '~') {
				buf_add_char(w->out, '\\');
				buf_add_char(w->out, (char)c);
			}
		} else if (symbol && !is_letter_beyond(c) && symbol[0] == '\\') {
			buf_addf(w->out, "$%s$", symbol);
		} else {
			buf_add(w->out, s.p + from, at - from);
		}
	}
	buf_add_char(w->out, '}');
}

/* A small digit d of Unicode: d + 1 when it is raised, -(d + 1) when lowered, 0 for others. */
static int raised_digit(int32_t c) {
	if (c >= 0x2080 && c <= 0x2089) {
		return -(c - 0x2080 + 1);
	}
	if (c == 0x2070 || (c >= 0x2074 && c <= 0x2079)) {
		return c - 0x2070 + 1;
	}
	return c == 0xb9 ? 2 : c == 0xb2 ? 3 : c == 0xb3 ? 4 : 0;
}

/* One character outside of words. */
static void add_char(struct omml_walk *w, int32_t c, struct str bytes) {
	const char *command = "";
	int32_t plain = omml_alphabet(c, &command);
	const char *symbol = omml_symbol(plain ? plain : c);
	char letter[2] = { (char)plain, '\0' };
	if (c >= 0x2061 && c <= 0x2064) {
		return; /* invisible operators */
	}
	int raised = raised_digit(c);
	if (raised) {
		buf_addf(w->out, "%s{%d}", raised > 0 ? "^" : "_",
				(raised > 0 ? raised : -raised) - 1);
		return;
	}
	if (c == '&' && w->is_aligned) {
		buf_add_char(w->out, '&');
	} else if (c == ' ' || c == 0xa0 || (c >= 0x2000 && c <= 0x200b) || c == 0x205f) {
		buf_add_char(w->out, ' ');
	} else if (plain && command[0]) {
		buf_addf(w->out, "%s{%s}", command, symbol ? symbol : letter);
	} else if (symbol) {
		omml_add_latex(w->out, symbol);
	} else if (plain) {
		omml_add_latex(w->out, letter);
	} else if (c < 0x80) {
		char one[2] = { (char)c, '\0' };
		omml_add_latex(w->out, one);
	} else if (c >= 0xe000 && c <= 0xf8ff) {
		w->has_doubt = true;
		buf_add_str(w->out, "\\square");
	} else {
		buf_add_str(w->out, "\\text{");
		buf_add(w->out, bytes.p, bytes.n);
		buf_add_char(w->out, '}');
	}
}

/* The end of the ASCII letters that begin at `at`. */
size_t omml_letters_end(struct str s, size_t at) {
	while (at < s.n && omml_is_letter(s.p[at])) {
		at++;
	}
	return at;
}

/* True when a word has a letter that only a language needs. */
static bool is_prose(struct str s) {
	size_t at = 0;
	while (at < s.n) {
		if (is_letter_beyond(str_utf8_next(s, &at))) {
			return true;
		}
	}
	return false;
}

/* Text of a run in the math font. Function names become commands. */
static void add_math_text(struct omml_walk *w, struct str s) {
	size_t at = 0;
	while (at < s.n) {
		size_t end = omml_letters_end(s, at);
		struct str word = { s.p + at, end - at };
		bool is_alone = at == 0 || !omml_is_letter(s.p[at - 1]);
		if (word.n > 1 && is_alone && omml_is_function(word)) {
			char name[16];
			snprintf(name, sizeof(name), "%.*s", (int)word.n, word.p);
			bool is_known = strcmp(name, "cotg") != 0 && strcmp(name, "tg") != 0 &&
					strcmp(name, "ctg") != 0;
			buf_addf(w->out, is_known ? "\\%s" : "\\operatorname{%s}", name);
			at = end;
			continue;
		}
		size_t from = at;
		int32_t c = str_utf8_next(s, &at);
		if (c < 0) {
			return;
		}
		add_char(w, c, (struct str){ s.p + from, at - from });
	}
}

/* The command that the run's properties ask for, or "". */
static const char *run_command(const struct xml_node *pr) {
	const char *script = docx_val(omml_child(pr, "scr"));
	const char *style = docx_val(omml_child(pr, "sty"));
	static const char *const scripts[][2] = {
		{ "double-struck", "\\mathbb" },
		{ "script", "\\mathcal" },
		{ "fraktur", "\\mathfrak" },
		{ "sans-serif", "\\mathsf" },
		{ "monospace", "\\mathtt" },
	};
	for (size_t i = 0; script && i < sizeof(scripts) / sizeof(scripts[0]); i++) {
		if (strcmp(script, scripts[i][0]) == 0) {
			return scripts[i][1];
		}
	}
	if (!style) {
		return "";
	}
	return strcmp(style, "b") == 0             ? "\\mathbf"
			: strcmp(style, "bi") == 0 ? "\\boldsymbol"
			: strcmp(style, "p") == 0  ? "\\mathrm"
						   : "";
}

static bool has_ascii_letter(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		if (omml_is_letter(s.p[i])) {
			return true;
		}
	}
	return false;
}

/* True when a blank stands between two letters. */
static bool has_two_words(struct str s) {
	for (size_t i = 1; i + 1 < s.n; i++) {
		if (s.p[i] == ' ' && omml_is_letter(s.p[i - 1]) && omml_is_letter(s.p[i + 1])) {
			return true;
		}
	}
	return false;
}

static void add_run_text(struct omml_walk *w, struct str s, const struct xml_node *pr) {
	bool is_plain_text = docx_toggle(omml_child(pr, "nor")) == 1;
	const char *command = run_command(pr);
	bool is_upright = strcmp(command, "\\mathrm") == 0;
	if ((is_plain_text && has_ascii_letter(s)) || is_prose(s) ||
			(is_upright && has_two_words(s))) {
		add_words(w, s);
		return;
	}
	if (command[0] && has_ascii_letter(s) && !(is_upright && omml_is_function(str_trim(s)))) {
		buf_addf(w->out, "%s{", command);
		add_math_text(w, s);
		buf_add_char(w->out, '}');
		return;
	}
	add_math_text(w, s);
}

void omml_run(struct omml_walk *w, const struct xml_node *n) {
	const struct xml_node *pr = omml_child(n, "rPr");
	_cleanup_(buf_finish) struct buf raw = buf_make(FLOW_LATEX_BYTES_MAX);
	_cleanup_(buf_finish) struct buf text = buf_make(FLOW_LATEX_BYTES_MAX);
	for (const struct xml_node *c = n->first; c; c = c->next) {
		bool is_text = docx_is(c, NS_M, "t") || docx_is(c, NS_W, "t");
		for (const struct xml_node *t = is_text ? c->first : NULL; t; t = t->next) {
			buf_add_str(&raw, t->text ? t->text : "");
		}
		if (docx_is(c, NS_W, "sym")) {
			const char *code = docx_attr(c, NS_W, "char");
			unsigned long v = code ? strtoul(code, NULL, 16) : 0;
			int32_t u = docx_symbol(1, (uint32_t)v);
			w->has_doubt = w->has_doubt || !u;
			str_utf8_add(&raw, u ? u : 0x25a1);
		}
	}
	if (str_nfc((struct str){ raw.data, raw.len }, &text) || buf_err(&text)) {
		w->has_doubt = true;
		return;
	}
	add_run_text(w, (struct str){ buf_str(&text), text.len }, pr);
}
