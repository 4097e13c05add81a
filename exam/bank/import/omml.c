#include "exam/bank/import/omml.h"

#include <string.h>

#include "core/base/cleanup.h"
#include "exam/bank/import/docx_part.h"
#include "exam/bank/import/omml_inner.h"

static void walk_children(struct omml_walk *w, const struct xml_node *n);

/* The LaTeX of a child (m:e, m:num …) in braces. */
static void braced(struct omml_walk *w, const struct xml_node *child) {
	buf_add_char(w->out, '{');
	if (child) {
		walk_children(w, child);
	}
	buf_add_char(w->out, '}');
}

const struct xml_node *omml_child(const struct xml_node *n, const char *name) {
	return docx_child(n, NS_M, name);
}

/* A property's character: m:xPr / m:chr m:val; the fallback when it is not said. */
static int32_t property_char(const struct xml_node *pr, const char *name, int32_t fallback) {
	const char *v = docx_val(omml_child(pr, name));
	size_t at = 0;
	if (!v) {
		return fallback;
	}
	return v[0] ? str_utf8_next(str_from(v), &at) : 0;
}

static bool property_is(const struct xml_node *pr, const char *name, const char *value) {
	const char *v = docx_val(omml_child(pr, name));
	return v && strcmp(v, value) == 0;
}

/* True when the LaTeX from `start` is one thing that a script can hang on without braces. */
static bool is_atom(struct str s) {
	size_t at = 0;
	if (s.n == 0) {
		return false;
	}
	bool is_number = true;
	for (size_t i = 0; i < s.n; i++) {
		is_number = is_number && ((s.p[i] >= '0' && s.p[i] <= '9') || s.p[i] == ',');
	}
	if ((s.p[0] == '(' && s.p[s.n - 1] == ')') || (s.p[0] == '|' && s.p[s.n - 1] == '|')) {
		return s.n > 2 && !memchr(s.p + 1, s.p[0], s.n - 2) &&
				!memchr(s.p + 1, s.p[s.n - 1], s.n - 2);
	}
	str_utf8_next(s, &at);
	if (is_number || (at == s.n && s.p[0] != '\\')) {
		return true;
	}
	if (s.p[0] != '\\') {
		return false;
	}
	at = omml_letters_end(s, 1);
	if (at == s.n) {
		return true;
	}
	if (str_starts(s, "\\left")) {
		return memmem(s.p + 5, s.n - 5, "\\left", 5) == NULL &&
				memmem(s.p, s.n, "\\right", 6) == s.p + s.n - 7;
	}
	bool is_styled = str_starts(s, "\\math") || str_starts(s, "\\text") ||
			str_starts(s, "\\boldsymbol");
	return is_styled && s.p[at] == '{' && memchr(s.p, '}', s.n) == s.p + s.n - 1;
}

/* The LaTeX of a child, apart, in `room`. */
static struct str apart(struct omml_walk *w, const struct xml_node *child, struct buf *room) {
	struct buf *out = w->out;
	w->out = room;
	if (child) {
		walk_children(w, child);
	}
	w->out = out;
	w->has_doubt = w->has_doubt || room->err;
	return str_trim((struct str){ buf_str(room), room->len });
}

/* Appends LaTeX behind what is there, with a blank where a letter would join a command. */
static void add_joined(struct omml_walk *w, struct str latex) {
	if (latex.n && omml_is_letter(latex.p[0]) && omml_ends_in_command(w->out)) {
		buf_add_char(w->out, ' ');
	}
	buf_add(w->out, latex.p, latex.n);
}

/* The base of a script. */
static void add_base(struct omml_walk *w, const struct xml_node *e) {
	_cleanup_(buf_finish) struct buf room = buf_make(FLOW_LATEX_BYTES_MAX);
	struct str s = apart(w, e, &room);
	if (is_atom(s)) {
		add_joined(w, s);
		return;
	}
	buf_add_char(w->out, '{');
	buf_add(w->out, s.p, s.n);
	buf_add_char(w->out, '}');
}

static void add_script(struct omml_walk *w, char mark, const struct xml_node *child) {
	buf_add_char(w->out, mark);
	braced(w, child);
}

static void walk_scripts(
		struct omml_walk *w, const struct xml_node *n, bool has_sub, bool has_sup) {
	add_base(w, omml_child(n, "e"));
	if (has_sub) {
		add_script(w, '_', omml_child(n, "sub"));
	}
	if (has_sup) {
		add_script(w, '^', omml_child(n, "sup"));
	}
}

static void walk_sub(struct omml_walk *w, const struct xml_node *n) {
	walk_scripts(w, n, true, false);
}

static void walk_sup(struct omml_walk *w, const struct xml_node *n) {
	walk_scripts(w, n, false, true);
}

static void walk_sub_sup(struct omml_walk *w, const struct xml_node *n) {
	walk_scripts(w, n, true, true);
}

static void walk_pre(struct omml_walk *w, const struct xml_node *n) {
	buf_add_str(w->out, "{}");
	add_script(w, '_', omml_child(n, "sub"));
	add_script(w, '^', omml_child(n, "sup"));
	add_base(w, omml_child(n, "e"));
}

static void walk_fraction(struct omml_walk *w, const struct xml_node *n) {
	const char *type = docx_val(omml_child(omml_child(n, "fPr"), "type"));
	if (type && strcmp(type, "noBar") == 0) {
		buf_add_str(w->out, "\\genfrac{}{}{0pt}{}");
	} else if (type && (strcmp(type, "lin") == 0 || strcmp(type, "skw") == 0)) {
		add_base(w, omml_child(n, "num"));
		buf_add_char(w->out, '/');
		add_base(w, omml_child(n, "den"));
		return;
	} else {
		buf_add_str(w->out, "\\frac");
	}
	braced(w, omml_child(n, "num"));
	braced(w, omml_child(n, "den"));
}

static void walk_radical(struct omml_walk *w, const struct xml_node *n) {
	const struct xml_node *degree = omml_child(n, "deg");
	bool is_hidden = docx_toggle(omml_child(omml_child(n, "radPr"), "degHide")) == 1;
	buf_add_str(w->out, "\\sqrt");
	if (degree && degree->first && !is_hidden) {
		size_t before = w->out->len;
		buf_add_char(w->out, '[');
		walk_children(w, degree);
		buf_add_char(w->out, ']');
		if (w->out->len == before + 2) {
			w->out->len = before;
		}
	}
	braced(w, omml_child(n, "e"));
}

static void walk_nary(struct omml_walk *w, const struct xml_node *n) {
	const struct xml_node *pr = omml_child(n, "naryPr");
	int32_t c = property_char(pr, "chr", 0x222b);
	const char *big = omml_nary(c);
	w->has_doubt = w->has_doubt || !big;
	omml_add_latex(w->out, big ? big : "\\int");
	if (c == 0x222b && property_is(pr, "limLoc", "undOvr")) {
		buf_add_str(w->out, "\\limits");
	}
	if (docx_toggle(omml_child(pr, "subHide")) != 1 && omml_child(n, "sub")) {
		add_script(w, '_', omml_child(n, "sub"));
	}
	if (docx_toggle(omml_child(pr, "supHide")) != 1 && omml_child(n, "sup")) {
		add_script(w, '^', omml_child(n, "sup"));
	}
	_cleanup_(buf_finish) struct buf room = buf_make(FLOW_LATEX_BYTES_MAX);
	add_joined(w, apart(w, omml_child(n, "e"), &room));
}

/* A fence; 0 is the invisible one. `side` is "\\left", "\\right" or "" for one of plain size. */
static void add_fence(struct omml_walk *w, const char *side, int32_t c) {
	static const struct {
		int32_t codepoint;
		const char *latex;
	} fences[] = { { 0x230a, "\\lfloor" }, { 0x230b, "\\rfloor" }, { 0x2308, "\\lceil" },
		{ 0x2309, "\\rceil" }, { 0x2016, "\\|" }, { 0x2225, "\\|" } };
	const char *symbol = omml_symbol(c);
	for (size_t i = 0; i < sizeof(fences) / sizeof(fences[0]); i++) {
		symbol = fences[i].codepoint == c ? fences[i].latex : symbol;
	}
	buf_add_str(w->out, side);
	if (c == 0) {
		buf_add_str(w->out, side[0] ? "." : "");
	} else if (symbol) {
		buf_add_str(w->out, symbol);
	} else {
		str_utf8_add(w->out, c);
	}
}

/* True when something in the LaTeX is taller than a line. */
static bool is_tall(struct str latex) {
	static const char *const words[] = { "\\frac", "\\sqrt", "\\begin", "\\sum", "\\int",
		"\\prod", "\\binom", "\\lim", "\\left", "\\over", "\\under", "\\xright",
		"\\genfrac", "\\oint" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (latex.n && memmem(latex.p, latex.n, words[i], strlen(words[i]))) {
			return true;
		}
	}
	return false;
}

/* The only element child of a node of that name, or NULL. */
static const struct xml_node *only_child(const struct xml_node *n, const char *name) {
	const struct xml_node *found = NULL;
	for (const struct xml_node *c = n ? n->first : NULL; c; c = c->next) {
		if (docx_is(c, NS_M, name) && !found) {
			found = c;
		} else if (c->name && !docx_is(c, NS_M, "ctrlPr") && !docx_is(c, NS_M, "argPr")) {
			return NULL;
		}
	}
	return found;
}

static void add_rows(
		struct omml_walk *w, const struct xml_node *n, const char *row, const char *cell) {
	bool was_aligned = w->is_aligned;
	w->is_aligned = cell == NULL;
	size_t rows = 0;
	for (const struct xml_node *r = n->first; r; r = r->next) {
		if (!docx_is(r, NS_M, row)) {
			continue;
		}
		buf_add_str(w->out, rows++ ? " \\\\ " : "");
		size_t cells = 0;
		for (const struct xml_node *c = cell ? r->first : NULL; c; c = c->next) {
			if (docx_is(c, NS_M, cell)) {
				buf_add_str(w->out, cells++ ? " & " : "");
				walk_children(w, c);
			}
		}
		if (!cell) {
			walk_children(w, r);
		}
	}
	w->is_aligned = was_aligned;
}

static void add_environment(
		struct omml_walk *w, const char *name, const struct xml_node *n, bool is_matrix) {
	buf_addf(w->out, "\\begin{%s}", name);
	add_rows(w, n, is_matrix ? "mr" : "e", is_matrix ? "e" : NULL);
	buf_addf(w->out, "\\end{%s}", name);
}

/* Fences around nothing but a matrix, rows of equations or a bare fraction. True when written. */
static bool walk_fenced_whole(
		struct omml_walk *w, const struct xml_node *e, int32_t begin, int32_t end) {
	const struct xml_node *matrix = only_child(e, "m");
	const struct xml_node *rows = only_child(e, "eqArr");
	const struct xml_node *fraction = only_child(e, "f");
	static const struct {
		int32_t begin, end;
		const char *name;
	} kinds[] = { { '(', ')', "pmatrix" }, { '[', ']', "bmatrix" }, { '|', '|', "vmatrix" },
		{ 0x2016, 0x2016, "Vmatrix" } };
	for (size_t i = 0; matrix && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (kinds[i].begin == begin && kinds[i].end == end) {
			add_environment(w, kinds[i].name, matrix, true);
			return true;
		}
	}
	if (begin == '{' && end == 0 && (rows || matrix)) {
		add_environment(w, "cases", rows ? rows : matrix, rows == NULL);
		return true;
	}
	if (fraction && begin == '(' && end == ')' &&
			property_is(omml_child(fraction, "fPr"), "type", "noBar")) {
		buf_add_str(w->out, "\\binom");
		braced(w, omml_child(fraction, "num"));
		braced(w, omml_child(fraction, "den"));
		return true;
	}
	return false;
}

static void walk_delimiters(struct omml_walk *w, const struct xml_node *n) {
	const struct xml_node *pr = omml_child(n, "dPr");
	int32_t begin = property_char(pr, "begChr", '(');
	int32_t end = property_char(pr, "endChr", ')');
	int32_t separator = property_char(pr, "sepChr", '|');
	size_t count = 0;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		count += docx_is(c, NS_M, "e");
	}
	if (count == 1 && walk_fenced_whole(w, omml_child(n, "e"), begin, end)) {
		return;
	}
	/* Each child is walked once: nested fences would double the work at every level. */
	_cleanup_(buf_finish) struct buf inside = buf_make(FLOW_LATEX_BYTES_MAX);
	size_t i = 0;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		if (docx_is(c, NS_M, "e")) {
			_cleanup_(buf_finish) struct buf room = buf_make(FLOW_LATEX_BYTES_MAX);
			struct str e = apart(w, c, &room);
			buf_add_str(&inside, i++ ? "\x01" : "");
			buf_add(&inside, e.p, e.n);
		}
	}
	struct str all = { buf_str(&inside), inside.len };
	bool is_grown = is_tall(all) || begin == 0 || end == 0;
	add_fence(w, is_grown ? "\\left" : "", begin);
	for (size_t at = 0; at <= all.n;) {
		const char *stop = at < all.n ? memchr(all.p + at, '\x01', all.n - at) : NULL;
		size_t to = stop ? (size_t)(stop - all.p) : all.n;
		add_joined(w, (struct str){ all.p + at, to - at });
		if (stop && separator) {
			bool is_bar = is_grown && (separator == '|' || separator == 0x2223);
			add_fence(w, is_bar ? "\\middle" : "", is_bar ? '|' : separator);
		}
		at = to + 1;
	}
	add_fence(w, is_grown ? "\\right" : "", end);
}

static void walk_matrix(struct omml_walk *w, const struct xml_node *n) {
	add_environment(w, "matrix", n, true);
}

static void walk_rows(struct omml_walk *w, const struct xml_node *n) {
	add_environment(w, "aligned", n, false);
}

static void walk_accent(struct omml_walk *w, const struct xml_node *n) {
	_cleanup_(buf_finish) struct buf room = buf_make(FLOW_LATEX_BYTES_MAX);
	struct str e = apart(w, omml_child(n, "e"), &room);
	int32_t c = property_char(omml_child(n, "accPr"), "chr", 0x302);
	const char *accent = omml_accent(c, !is_atom(e));
	w->has_doubt = w->has_doubt || !accent;
	omml_add_latex(w->out, accent ? accent : "\\hat");
	buf_addf(w->out, "{%.*s}", (int)e.n, e.p);
}

static void walk_bar(struct omml_walk *w, const struct xml_node *n) {
	bool is_over = property_is(omml_child(n, "barPr"), "pos", "top");
	buf_add_str(w->out, is_over ? "\\overline" : "\\underline");
	braced(w, omml_child(n, "e"));
}

static void walk_group(struct omml_walk *w, const struct xml_node *n) {
	const struct xml_node *pr = omml_child(n, "groupChrPr");
	int32_t c = property_char(pr, "chr", 0x23df);
	bool is_top = property_is(pr, "pos", "top");
	const char *arrow = c == 0x2192 ? "\\xrightarrow"
			: c == 0x2190   ? "\\xleftarrow"
			: c == 0x21cc   ? "\\xrightleftharpoons"
					: NULL;
	if (c == 0x23de || c == 0x23df) {
		buf_add_str(w->out, c == 0x23de ? "\\overbrace" : "\\underbrace");
	} else if (arrow) { /* the text stands where the arrow does not */
		buf_add_str(w->out, arrow);
		buf_add_str(w->out, is_top ? "[" : "");
		if (is_top) {
			walk_children(w, omml_child(n, "e") ? omml_child(n, "e") : n);
			buf_add_str(w->out, "]{}");
			return;
		}
	} else {
		const char *symbol = omml_symbol(c);
		buf_add_str(w->out, is_top ? "\\overset{" : "\\underset{");
		if (symbol) {
			buf_add_str(w->out, symbol);
		} else if (c > 0) {
			str_utf8_add(w->out, c);
		}
		buf_add_char(w->out, '}');
	}
	braced(w, omml_child(n, "e"));
}

static bool takes_limits(struct str base) {
	static const char *const names[] = { "\\lim", "\\max", "\\min", "\\sup", "\\inf", "\\sum",
		"\\prod", "\\det", "\\gcd" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq_z(base, names[i])) {
			return true;
		}
	}
	return str_starts(base, "\\underbrace") || str_starts(base, "\\overbrace");
}

static void walk_limit(struct omml_walk *w, const struct xml_node *n, bool is_low) {
	_cleanup_(buf_finish) struct buf room = buf_make(FLOW_LATEX_BYTES_MAX);
	struct str base = apart(w, omml_child(n, "e"), &room);
	bool is_arrow = str_eq_z(base, "\\rightarrow") || str_eq_z(base, "\\longrightarrow");
	if (takes_limits(base)) {
		buf_add(w->out, base.p, base.n);
		add_script(w, is_low ? '_' : '^', omml_child(n, "lim"));
		return;
	}
	if (is_arrow) {
		buf_add_str(w->out, is_low ? "\\xrightarrow[" : "\\xrightarrow{");
		walk_children(w, omml_child(n, "lim") ? omml_child(n, "lim") : n);
		buf_add_str(w->out, is_low ? "]{}" : "}");
		return;
	}
	buf_add_str(w->out, is_low ? "\\underset" : "\\overset");
	braced(w, omml_child(n, "lim"));
	buf_addf(w->out, "{%.*s}", (int)base.n, base.p);
}

static void walk_limit_low(struct omml_walk *w, const struct xml_node *n) {
	walk_limit(w, n, true);
}

static void walk_limit_up(struct omml_walk *w, const struct xml_node *n) {
	walk_limit(w, n, false);
}

static void walk_function(struct omml_walk *w, const struct xml_node *n) {
	_cleanup_(buf_finish) struct buf room = buf_make(FLOW_LATEX_BYTES_MAX);
	_cleanup_(buf_finish) struct buf argument = buf_make(FLOW_LATEX_BYTES_MAX);
	add_joined(w, apart(w, omml_child(n, "fName"), &room));
	struct str e = apart(w, omml_child(n, "e"), &argument);
	bool needs_blank = e.n > 0 && e.p[0] != '\\' && e.p[0] != '(' && e.p[0] != '{';
	buf_add_str(w->out, needs_blank ? " " : "");
	buf_add(w->out, e.p, e.n);
}

static void walk_boxed(struct omml_walk *w, const struct xml_node *n) {
	buf_add_str(w->out, "\\boxed");
	braced(w, omml_child(n, "e"));
}

static void walk_phantom(struct omml_walk *w, const struct xml_node *n) {
	bool is_shown = docx_toggle(omml_child(omml_child(n, "phantPr"), "show")) == 1;
	buf_add_str(w->out, is_shown ? "" : "\\phantom");
	braced(w, omml_child(n, "e"));
}

static const struct {
	const char *name;
	void (*walk)(struct omml_walk *w, const struct xml_node *n);
} walkers[] = {
	{ "r", omml_run },
	{ "f", walk_fraction },
	{ "rad", walk_radical },
	{ "sSub", walk_sub },
	{ "sSup", walk_sup },
	{ "sSubSup", walk_sub_sup },
	{ "sPre", walk_pre },
	{ "nary", walk_nary },
	{ "d", walk_delimiters },
	{ "m", walk_matrix },
	{ "eqArr", walk_rows },
	{ "acc", walk_accent },
	{ "bar", walk_bar },
	{ "groupChr", walk_group },
	{ "limLow", walk_limit_low },
	{ "limUpp", walk_limit_up },
	{ "func", walk_function },
	{ "borderBox", walk_boxed },
	{ "phant", walk_phantom },
};

static void walk_node(struct omml_walk *w, const struct xml_node *n) {
	for (size_t i = 0; i < sizeof(walkers) / sizeof(walkers[0]); i++) {
		if (docx_is(n, NS_M, walkers[i].name)) {
			walkers[i].walk(w, n);
			return;
		}
	}
	size_t len = strlen(n->name);
	bool is_property = len > 2 && strcmp(n->name + len - 2, "Pr") == 0;
	bool is_deleted = docx_is(n, NS_W, "del") || docx_is(n, NS_W, "moveFrom");
	if (!is_property && !is_deleted) {
		walk_children(w, n); /* m:box, m:e, w:ins and the like stand for what is in them */
	}
}

static void walk_children(struct omml_walk *w, const struct xml_node *n) {
	if (w->depth == OMML_DEPTH_MAX) {
		w->has_doubt = true;
		return;
	}
	w->depth++;
	for (const struct xml_node *c = n->first; c; c = c->next) {
		if (c->name) {
			walk_node(w, c);
		}
	}
	w->depth--;
}

bool omml_to_latex(const struct xml_node *math, struct buf *out) {
	struct omml_walk w = { .out = out };
	walk_children(&w, math);
	return !w.has_doubt;
}
