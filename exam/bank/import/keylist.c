#include "exam/bank/import/keylist.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"

static void add(struct keylist *k, unsigned number, const struct draft_key *key) {
	k->count++;
	if (k->draft) {
		draft_add_key(k->draft, k->part, number, key);
	}
}

static void add_truth(struct keylist *k, unsigned number, char letter, bool truth) {
	uint32_t bit = UINT32_C(1) << (letter - 'a');
	struct draft_key key = { .strength = 2, .told = bit, .truths = truth ? bit : 0 };
	add(k, number, &key);
}

/* Where the token at `at` ends: at a tab, two blanks, ';' or '|'. */
static size_t token_end(struct str s, size_t at) {
	while (at < s.n && !strchr("\t;|", s.p[at]) &&
			!(s.p[at] == ' ' && at + 1 < s.n && s.p[at + 1] == ' ')) {
		at++;
	}
	return at;
}

/* The separator between a number and its key; has_sign when it is more than a blank. */
static size_t skip_separator(struct str s, size_t at, bool *has_sign) {
	at = scan_blanks(s, at);
	size_t from = at;
	for (size_t i = 0; i < 2 && at < s.n && strchr("-.:)=>/", s.p[at]); i++) {
		at++;
	}
	if (s.n - at >= 3 &&
			(memcmp(s.p + at, "\xE2\x80\x93", 3) == 0 ||
					memcmp(s.p + at, "\xE2\x86\x92", 3) == 0)) {
		at += 3;
	}
	*has_sign = at > from;
	return scan_blanks(s, at);
}

static size_t skip_question_word(struct str s, size_t at) {
	static const char *const words[] = { "cau hoi", "cau", "question", "bai" };
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t end = scan_words(s, at, words[i]);
		if (end) {
			return scan_blanks(s, end);
		}
	}
	return at;
}

/* "1-A" at `at`: index behind it, or 0. */
static size_t read_pair(struct keylist *k, struct str s, size_t at, unsigned *out_number,
		struct draft_key *out) {
	size_t begin = skip_question_word(s, at);
	size_t digits = scan_number(s, begin, out_number);
	bool has_sign = false;
	bool has_letter = digits && digits < s.n && s.p[digits] >= 'a' && s.p[digits] <= 'h';
	if (has_letter) { /* "1a-Đ" */
		bool truth = false;
		size_t behind = skip_separator(s, digits + 1, &has_sign);
		size_t end = behind > digits + 1 ? scan_truth(s, behind, &truth) : 0;
		uint32_t bit = UINT32_C(1) << (s.p[digits] - 'a');
		*out = (struct draft_key){ .strength = 2, .told = bit, .truths = truth ? bit : 0 };
		return end;
	}
	size_t value = digits ? skip_separator(s, digits, &has_sign) : 0;
	if (!digits || value >= s.n) {
		return 0;
	}
	bool is_lone = s.p[value] >= 'A' && s.p[value] <= 'H' &&
			(value + 1 == s.n || strchr(" \t,;.|)", s.p[value + 1]) ||
					(s.p[value + 1] >= '0' && s.p[value + 1] <= '9'));
	if (is_lone) {
		return draft_key_read((struct str){ s.p + value, 1 }, false, out) ? value + 1 : 0;
	}
	/* Words behind a number may be anything; only numbers count as values in a line. */
	struct scan_label label;
	size_t end = scan_statement(s, value, &label) ? s.n : token_end(s, value);
	struct str token = { s.p + value, end - value };
	int64_t number = 0;
	bool is_value = k->takes_values && has_sign &&
			(question_number_parse(token, &number) == ERR_OK ||
					scan_is_fraction(token));
	return draft_key_read(token, is_value, out) ? end : 0;
}

/* Index behind "Đáp án:" at the line's beginning. */
static size_t skip_heading(struct str s) {
	size_t at = scan_blanks(s, 0);
	size_t end = scan_words(s, at, "bang dap an");
	end = end ? end : scan_words(s, at, "dap an");
	end = end ? end : scan_words(s, at, "answer key");
	size_t mark = end ? scan_blanks(s, end) : at;
	return end && mark < s.n && s.p[mark] == ':' ? mark + 1 : at;
}

/* What separates pairs: blanks, commas, bars, and a dash with a blank behind it. */
static size_t skip_between(struct str s, size_t at) {
	for (;;) {
		struct str rest = { s.p + at, s.n - at };
		if (at < s.n && strchr(" \t,;.|", s.p[at])) {
			at++;
		} else if (str_starts(rest, "- ")) {
			at += 2;
		} else if (str_starts(rest, "\xE2\x80\x93 ")) {
			at += 4;
		} else {
			return at;
		}
	}
}

bool keylist_line(struct keylist *k, struct str line) {
	enum { PAIRS_MAX = 100 };
	struct {
		unsigned number;
		struct draft_key key;
	} *pairs = calloc(PAIRS_MAX, sizeof(*pairs));
	_cleanup_(mem_freep) void *owner = pairs;
	size_t count = 0;
	size_t at = skip_heading(line);
	while (pairs && at < line.n) {
		at = skip_between(line, at);
		if (at >= line.n) {
			break;
		}
		size_t end = count < PAIRS_MAX
				? read_pair(k, line, at, &pairs[count].number, &pairs[count].key)
				: 0;
		if (!end) {
			return false;
		}
		count++;
		at = end;
	}
	for (size_t i = 0; i < count; i++) {
		add(k, pairs[i].number, &pairs[i].key);
	}
	return count > 0;
}

/* A table's texts by row and column; columns a cell spans over are empty. */
struct grid {
	size_t rows;
	size_t columns;
	struct str cells[KEYLIST_ROWS_MAX][KEYLIST_COLUMNS_MAX];
	struct buf text; /* what the cells point into */
};

static void grid_free(struct grid **g) {
	if (*g) {
		buf_finish(&(*g)->text);
		free(*g);
	}
}

static bool is_number_cell(struct str s, unsigned *out) {
	size_t at = skip_question_word(s, scan_blanks(s, 0));
	size_t end = scan_number(s, at, out);
	while (end && end < s.n && strchr(" \t.:)", s.p[end])) {
		end++;
	}
	return end == s.n && end > 0 && *out > 0 && *out <= 300;
}

/* "a", "a)", "Ý a", "Mệnh đề a)": the letter, or '\0'. */
static char statement_cell(struct str s) {
	static const char *const words[] = { "y", "menh de", "phat bieu", "cau" };
	size_t at = scan_blanks(s, 0);
	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		size_t end = scan_words(s, at, words[i]);
		if (end && end < s.n) {
			at = scan_blanks(s, end);
		}
	}
	char letter = at < s.n ? s.p[at] : '\0';
	size_t end = at + 1;
	while (end < s.n && strchr(" \t.)", s.p[end])) {
		end++;
	}
	return letter >= 'a' && letter <= 'h' && end >= s.n ? letter : '\0';
}

static bool is_truth_cell(struct str s, bool *out) {
	size_t end = s.n ? scan_truth(s, 0, out) : 0;
	return end && end == s.n;
}

/* "1a" and nothing else: the number of a question and a letter of its statements. */
static char numbered_statement(struct str s, unsigned *out_number) {
	size_t end = scan_number(s, skip_question_word(s, 0), out_number);
	bool is_letter = end && end + 1 == s.n && s.p[end] >= 'a' && s.p[end] <= 'h';
	return is_letter ? s.p[end] : '\0';
}

/* Cells "1a", "1b" … with their truths below or at the right. */
static bool take_numbered_statements(struct keylist *k, const struct grid *g) {
	size_t before = k->count;
	for (size_t r = 0; r < g->rows; r++) {
		for (size_t c = 0; c < g->columns; c++) {
			unsigned number = 0;
			bool truth = false;
			char letter = numbered_statement(g->cells[r][c], &number);
			if (!letter) {
				continue;
			}
			bool is_told = (c + 1 < g->columns &&
						       is_truth_cell(g->cells[r][c + 1], &truth)) ||
					(r + 1 < g->rows &&
							is_truth_cell(g->cells[r + 1][c], &truth));
			if (is_told) {
				add_truth(k, number, letter, truth);
			}
		}
	}
	return k->count > before;
}

/* Every cell holds its own number: "1.A". */
static bool take_cells(struct keylist *k, const struct grid *g) {
	struct keylist probe = { .takes_values = k->takes_values };
	size_t filled = 0;
	size_t matched = 0;
	for (size_t r = 0; r < g->rows; r++) {
		for (size_t c = 0; c < g->columns; c++) {
			struct str s = g->cells[r][c];
			filled += s.n > 0;
			matched += s.n > 0 && keylist_line(&probe, s);
		}
	}
	if (matched == 0 || matched * 2 < filled) {
		return false;
	}
	for (size_t r = 0; r < g->rows; r++) {
		for (size_t c = 0; c < g->columns; c++) {
			(void)keylist_line(k, g->cells[r][c]); /* a heading cell is no key */
		}
	}
	return true;
}

enum { CODE_MIN = 100 }; /* a row that begins with such a number names variants, no questions */

/* A row of consecutive question numbers, perhaps behind a heading cell. */
static bool is_number_row(const struct grid *g, size_t r, unsigned *out_last) {
	unsigned last = 0;
	size_t count = 0;
	unsigned before = *out_last;
	for (size_t c = 0; c < g->columns; c++) {
		unsigned number = 0;
		struct str s = g->cells[r][c];
		if (s.n == 0 || (c == 0 && !is_number_cell(s, &number))) {
			continue;
		}
		if (!is_number_cell(s, &number) || (last && number != last + 1) ||
				(number >= CODE_MIN && count == 0 && number != before + 1)) {
			return false;
		}
		last = number;
		count++;
	}
	struct str first = g->cells[r][0];
	unsigned number = 0;
	bool has_heading = first.n > 0 && !is_number_cell(first, &number);
	bool goes_on = count == 1 && before > 0 && last == before + 1;
	bool is_row = count >= 2 || goes_on ||
			(count == 1 && has_heading && scan_has(first, "cau"));
	*out_last = is_row ? last : before;
	return is_row;
}

/* The keys in row r for the numbers in row n. */
static void take_row_under(struct keylist *k, const struct grid *g, size_t n, size_t r) {
	char letter = statement_cell(g->cells[r][0]);
	for (size_t c = 0; c < g->columns; c++) {
		unsigned number = 0;
		bool truth = false;
		struct draft_key key;
		struct str s = g->cells[r][c];
		if (!is_number_cell(g->cells[n][c], &number)) {
			continue;
		}
		if (letter && is_truth_cell(s, &truth)) {
			add_truth(k, number, letter, truth);
		} else if (!letter && draft_key_read(s, k->takes_values, &key)) {
			add(k, number, &key);
		}
	}
}

/* Every cell begins with the same letter behind `last` and says its truth: "b) Đ | b) S". */
static bool is_labelled_row(const struct grid *g, size_t r, char last) {
	char letter = '\0';
	for (size_t c = 0; c < g->columns; c++) {
		struct scan_label label;
		struct str s = g->cells[r][c];
		bool truth = false;
		if (s.n == 0) {
			continue;
		}
		size_t at = scan_statement(s, 0, &label) ? scan_blanks(s, label.end) : s.n;
		size_t end = at < s.n ? scan_truth(s, at, &truth) : 0;
		if (!end || end != s.n || label.letter <= last ||
				(letter && label.letter != letter)) {
			return false;
		}
		letter = label.letter;
	}
	return letter != '\0';
}

/* Two to four digits and perhaps "Mã đề" before them: the code of a variant. */
static unsigned code_cell(struct str s) {
	unsigned code = 0;
	size_t end = scan_number(s, 0, &code);
	return end >= 2 && end == s.n ? code : scan_code(s);
}

/* Rows of variants, "101 | A | B …", under the numbers in row n: takes that of the paper's code,
 * or the first. Index behind them; n + 1 when there are none. */
static size_t take_code_rows(struct keylist *k, const struct grid *g, size_t n) {
	size_t end = n + 1;
	size_t chosen = n + 1;
	unsigned number = 0;
	if (is_number_cell(g->cells[n][0], &number)) {
		return end; /* no heading over codes: what stands below are keys */
	}
	while (end < g->rows && code_cell(g->cells[end][0])) {
		chosen = k->code && code_cell(g->cells[end][0]) == k->code ? end : chosen;
		end++;
	}
	if (end > n + 1) {
		bool is_found = k->code && code_cell(g->cells[chosen][0]) == k->code;
		k->is_guess = k->is_guess || (!is_found && end > n + 2);
		take_row_under(k, g, n, chosen);
	}
	return end;
}

/* The first row behind those that belong to the numbers in row n, whose keys were taken. */
static size_t take_rows_under(struct keylist *k, const struct grid *g, size_t n) {
	size_t r = take_code_rows(k, g, n);
	if (r > n + 1) {
		return r;
	}
	bool has_statements = statement_cell(g->cells[r][0]) != '\0';
	bool has_labels = is_labelled_row(g, r, '\0');
	do {
		take_row_under(k, g, n, r++);
	} while (r < g->rows &&
			((has_statements && statement_cell(g->cells[r][0])) ||
					(has_labels && is_labelled_row(g, r, 'a'))));
	return r;
}

/* Rows of numbers, each over a row of keys or over rows of statements a to d. Short answers may
 * count up like question numbers: the row right under a row of numbers is never one itself. */
static bool take_number_rows(struct keylist *k, const struct grid *g) {
	size_t before = k->count;
	size_t n = 0;
	unsigned last = 0;
	while (n + 1 < g->rows) {
		n = is_number_row(g, n, &last) ? take_rows_under(k, g, n) : n + 1;
	}
	return k->count > before;
}

static bool is_number_heading(struct str s) {
	size_t behind = scan_words(s, 0, "cau"); /* "Câu\Mã đề" */
	bool has_codes = behind && behind < s.n && strchr("\\/ ", s.p[behind]) &&
			scan_has(s, "ma de");
	if (s.n == 0) {
		return false;
	}
	return has_codes || scan_words(s, 0, "cau") == s.n || scan_words(s, 0, "stt") == s.n ||
			scan_words(s, 0, "cau hoi") == s.n || scan_words(s, 0, "cau so") == s.n ||
			scan_words(s, 0, "question") == s.n || scan_words(s, 0, "tt") == s.n;
}

/* True when column c counts the questions from row `first` on. */
static bool is_number_column(const struct grid *g, size_t c, size_t first) {
	unsigned last = 0;
	size_t count = 0;
	for (size_t r = first; r < g->rows; r++) {
		unsigned number = 0;
		if (g->cells[r][c].n == 0) {
			continue;
		}
		if (!is_number_cell(g->cells[r][c], &number) || (last && number != last + 1)) {
			return false;
		}
		last = number;
		count++;
	}
	return count >= 2 || (count == 1 && first > 0);
}

/*
 * The column behind c that is headed by the paper's code ("102", "Mã đề 102"), in one of the two
 * rows that headings may take; c + 1 when no column is, *out_guess then says whether there were
 * several codes to choose from.
 */
static size_t column_of_code(const struct grid *g, size_t c, unsigned code, bool *out_guess) {
	size_t codes = 0;
	for (size_t r = 0; r < 2 && r < g->rows; r++) {
		unsigned number = 0;
		bool is_data = is_number_cell(g->cells[r][c], &number);
		for (size_t v = c + 1; v < g->columns && !is_data; v++) {
			unsigned here = code_cell(g->cells[r][v]);
			if (here && here == code) {
				*out_guess = false;
				return v;
			}
			codes += here > 0;
		}
	}
	*out_guess = codes > 1;
	return c + 1;
}

/* One row of columns: number, then its key, or statement letters as headings or cells. */
static void take_columns_row(
		struct keylist *k, const struct grid *g, size_t r, size_t c, unsigned number) {
	bool has_key = false;
	bool is_guess = false;
	size_t from = column_of_code(g, c, k->code, &is_guess);
	k->is_guess = k->is_guess || is_guess;
	for (size_t v = from; v < g->columns; v++) {
		struct str s = g->cells[r][v];
		char heading = statement_cell(g->cells[0][v]);
		char letter = statement_cell(s);
		bool truth = false;
		struct draft_key key;
		if (is_number_heading(g->cells[0][v])) {
			return;
		}
		if (letter && v + 1 < g->columns && is_truth_cell(g->cells[r][v + 1], &truth)) {
			add_truth(k, number, letter, truth);
			return;
		}
		if (heading && is_truth_cell(s, &truth)) {
			add_truth(k, number, heading, truth);
		} else if (!heading && !has_key && draft_key_read(s, k->takes_values, &key)) {
			add(k, number, &key);
			has_key = true; /* further columns are other variants or points */
		}
	}
}

static bool take_columns(struct keylist *k, const struct grid *g) {
	size_t before = k->count;
	bool has_headings = false;
	for (size_t c = 0; c < g->columns; c++) {
		has_headings = has_headings || is_number_heading(g->cells[0][c]);
	}
	size_t first = has_headings ? 1 : 0;
	for (size_t c = 0; c < g->columns; c++) {
		bool is_candidate = has_headings ? is_number_heading(g->cells[0][c]) : c == 0;
		unsigned number = 0;
		if (!is_candidate || !is_number_column(g, c, first)) {
			continue;
		}
		for (size_t r = first; r < g->rows; r++) {
			(void)is_number_cell(g->cells[r][c], &number); /* an empty one goes on */
			if (number) {
				take_columns_row(k, g, r, c, number);
			}
		}
	}
	return k->count > before;
}

static size_t take_grid(struct keylist *k, const struct grid *g) {
	size_t before = k->count;
	if (g->rows == 0) {
		return 0;
	}
	if (!take_numbered_statements(k, g) && !take_cells(k, g) && !take_number_rows(k, g)) {
		(void)take_columns(k, g); /* counted by k->count */
	}
	return k->count - before;
}

/* Puts the grid's texts, written one behind the other, at their places. */
struct place {
	size_t row;
	size_t column;
	size_t at;
	size_t n;
};

/* Empty, every cell an empty text; NULL when there is no memory. */
static struct grid *grid_new(void) {
	struct grid *g = calloc(1, sizeof(*g));
	for (size_t i = 0; g && i < KEYLIST_ROWS_MAX * KEYLIST_COLUMNS_MAX; i++) {
		g->cells[i / KEYLIST_COLUMNS_MAX][i % KEYLIST_COLUMNS_MAX].p = "";
	}
	return g;
}

static struct grid *grid_of_table(const struct flow *f, const struct flow_table *t) {
	_cleanup_(grid_free) struct grid *g = grid_new();
	struct place *places = calloc(t->cell_count + 1, sizeof(*places));
	_cleanup_(mem_freep) void *owner = places;
	if (!g || !places) {
		return NULL;
	}
	g->text = buf_make(KEYLIST_ROWS_MAX * KEYLIST_COLUMNS_MAX * 64);
	size_t count = 0;
	for (size_t i = 0; i < t->cell_count; i++) {
		const struct flow_cell *c = &f->cells[t->first_cell + i];
		if (c->row >= KEYLIST_ROWS_MAX || c->column >= KEYLIST_COLUMNS_MAX) {
			continue;
		}
		struct place *p = &places[count++];
		*p = (struct place){ .row = c->row, .column = c->column, .at = g->text.len };
		for (size_t l = 0; l < c->line_count; l++) {
			const struct flow_line *line = &f->lines[c->first_line + l];
			buf_add_str(&g->text, g->text.len > p->at ? "  " : "");
			flow_plain(f, line, 0, line->n, &g->text);
		}
		p->n = g->text.len - p->at;
		g->rows = c->row + 1u > g->rows ? c->row + 1u : g->rows;
		g->columns = c->column + 1u > g->columns ? c->column + 1u : g->columns;
	}
	for (size_t i = 0; i < count && !g->text.err; i++) {
		struct str s = { buf_str(&g->text) + places[i].at, places[i].n };
		g->cells[places[i].row][places[i].column] = str_trim(s);
	}
	return STEAL(g);
}

size_t keylist_table(struct keylist *k, const struct flow *f, size_t table) {
	_cleanup_(grid_free) struct grid *g = grid_of_table(f, &f->tables[table]);
	return g ? take_grid(k, g) : 0;
}

/* Splits a line at tabs and wide blanks into row r of the grid. */
static void split_line(struct grid *g, size_t r, struct str s) {
	size_t column = 0;
	size_t at = 0;
	while (at < s.n && column < KEYLIST_COLUMNS_MAX) {
		at = scan_blanks(s, at);
		size_t end = token_end(s, at);
		if (end > at) {
			g->cells[r][column++] = str_trim((struct str){ s.p + at, end - at });
		}
		at = end + (end < s.n && s.p[end] != ' ');
	}
	g->columns = column > g->columns ? column : g->columns;
}

size_t keylist_two_lines(struct keylist *k, struct str numbers, struct str keys) {
	_cleanup_(grid_free) struct grid *g = grid_new();
	if (!g) {
		return 0;
	}
	g->rows = 2;
	split_line(g, 0, numbers);
	split_line(g, 1, keys);
	size_t before = k->count;
	unsigned number = 0;
	struct draft_key key;
	unsigned last = 0;
	bool is_pair = g->columns == 1 && is_number_cell(g->cells[0][0], &number) &&
			draft_key_read(g->cells[1][0], false, &key);
	if (is_pair || (g->columns >= 2 && is_number_row(g, 0, &last))) {
		take_row_under(k, g, 0, 1);
	}
	return k->count - before;
}
