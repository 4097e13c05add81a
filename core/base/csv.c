#include "core/base/csv.h"

#include <assert.h>
#include <string.h>

static const char mark[] = "\xEF\xBB\xBF"; /* byte order mark */

/* ---- Reading ---- */

/* Which separator stands most often in the first row, outside quotes. */
static char find_separator(struct str text) {
	size_t commas = 0;
	size_t semicolons = 0;
	size_t tabs = 0;
	bool is_quoted = false;
	for (size_t i = 0; i < text.n; i++) {
		char c = text.p[i];
		if (c == '"') {
			is_quoted = !is_quoted;
		} else if (!is_quoted) {
			if (c == '\n' || c == '\r') {
				break;
			}
			commas += c == ',';
			semicolons += c == ';';
			tabs += c == '\t';
		}
	}
	if (commas >= semicolons && commas >= tabs) {
		return ',';
	}
	return semicolons >= tabs ? ';' : '\t';
}

enum err csv_reader_init(struct csv_reader *r, struct str text) {
	/* Unquoting only makes fields shorter, so the text's own length is room enough. */
	*r = (struct csv_reader){ .next_line = 1, .unquoted = buf_make(text.n + 1) };
	if (!str_is_utf8(text) || (text.n && memchr(text.p, '\0', text.n))) {
		return ERR_FORMAT;
	}
	if (str_starts(text, mark)) {
		text.p += sizeof(mark) - 1;
		text.n -= sizeof(mark) - 1;
	}
	r->rest = text;
	r->separator = find_separator(text);
	return ERR_OK;
}

void csv_reader_finish(struct csv_reader *r) {
	buf_finish(&r->unquoted);
}

static void skip(struct csv_reader *r, size_t n) {
	r->rest.p += n;
	r->rest.n -= n;
}

/* Moves over the end of a row; false when there is none here. */
static bool take_end(struct csv_reader *r) {
	if (r->rest.n == 0) {
		return true;
	}
	if (r->rest.p[0] != '\r' && r->rest.p[0] != '\n') {
		return false;
	}
	bool is_pair = r->rest.n > 1 && r->rest.p[0] == '\r' && r->rest.p[1] == '\n';
	skip(r, is_pair ? 2 : 1);
	r->next_line++;
	return true;
}

static enum err read_plain(struct csv_reader *r, struct str *out) {
	size_t n = 0;
	while (n < r->rest.n && r->rest.p[n] != r->separator && r->rest.p[n] != '\r' &&
			r->rest.p[n] != '\n') {
		if (r->rest.p[n] == '"') {
			return ERR_FORMAT;
		}
		n++;
	}
	*out = (struct str){ r->rest.p, n };
	skip(r, n);
	return n > CSV_FIELD_BYTES_MAX ? ERR_LIMIT : ERR_OK;
}

/* Counts the lines inside a quoted field. */
static void count_lines(struct csv_reader *r, struct str part) {
	for (size_t i = 0; i < part.n; i++) {
		bool is_pair = part.p[i] == '\r' && i + 1 < part.n && part.p[i + 1] == '\n';
		r->next_line += (part.p[i] == '\n' || part.p[i] == '\r') && !is_pair;
	}
}

/* Behind the opening quote. The bytes go into `unquoted`, whose memory may still move: the field
 * is given as a length here and turned into a span when the row is whole. */
static enum err read_quoted(struct csv_reader *r, size_t *out_len) {
	size_t start = r->unquoted.len;
	for (;;) {
		const char *quote = r->rest.n ? memchr(r->rest.p, '"', r->rest.n) : NULL;
		if (!quote) {
			return ERR_FORMAT;
		}
		struct str part = { r->rest.p, (size_t)(quote - r->rest.p) };
		count_lines(r, part);
		buf_add(&r->unquoted, part.p, part.n);
		skip(r, part.n + 1);
		if (r->rest.n == 0 || r->rest.p[0] != '"') {
			break;
		}
		buf_add_char(&r->unquoted, '"');
		skip(r, 1);
	}
	*out_len = r->unquoted.len - start;
	if (*out_len > CSV_FIELD_BYTES_MAX) {
		return ERR_LIMIT;
	}
	return buf_err(&r->unquoted);
}

/* One field; a quoted one has no address yet. */
static enum err read_field(struct csv_reader *r, struct str *out) {
	if (r->rest.n == 0 || r->rest.p[0] != '"') {
		return read_plain(r, out);
	}
	skip(r, 1);
	out->p = NULL;
	return read_quoted(r, &out->n);
}

/* Gives the quoted fields of a whole row their address. */
static void place_quoted(struct csv_reader *r, struct csv_row *row) {
	const char *at = buf_str(&r->unquoted);
	for (size_t i = 0; i < row->count; i++) {
		if (!row->fields[i].p) {
			row->fields[i].p = at;
			at += row->fields[i].n;
		}
	}
}

enum err csv_read(struct csv_reader *r, struct csv_row *out) {
	if (r->rest.n == 0) {
		return ERR_NOT_FOUND;
	}
	r->line = r->next_line;
	buf_clear(&r->unquoted);
	out->count = 0;
	for (;;) {
		if (out->count == CSV_COLUMNS_MAX) {
			return ERR_LIMIT;
		}
		enum err e = read_field(r, &out->fields[out->count]);
		if (e) {
			return e;
		}
		out->count++;
		if (take_end(r)) {
			break;
		}
		if (r->rest.p[0] != r->separator) {
			return ERR_FORMAT; /* behind a closing quote */
		}
		skip(r, 1);
	}
	place_quoted(r, out);
	return ERR_OK;
}

/* ---- Formulas ---- */

static bool is_formula(struct str s) {
	static const char *const starts[] = { "=", "+", "-", "@", "\t", "\r", "\n", "\uFF1D",
		"\uFF0B", "\uFF0D", "\uFF20" };
	for (size_t i = 0; i < sizeof(starts) / sizeof(starts[0]); i++) {
		if (str_starts(s, starts[i])) {
			return true;
		}
	}
	return false;
}

struct str csv_unguard(struct str field) {
	if (field.n > 1 && field.p[0] == '\'' &&
			is_formula((struct str){ field.p + 1, field.n - 1 })) {
		field.p++;
		field.n--;
	}
	return field;
}

/* ---- Writing ---- */

void csv_begin(struct csv_writer *w, struct buf *out, enum csv_use use) {
	*w = (struct csv_writer){ .out = out, .use = use };
	if (use == CSV_FOR_PEOPLE) {
		buf_add_str(out, mark);
	}
}

static void separate(struct csv_writer *w) {
	if (w->has_field) {
		buf_add_char(w->out, ',');
	}
	w->has_field = true;
}

/* ';' and tabs as well: a spreadsheet that splits there must not see the start of a field. And a
 * byte order mark that is part of the text, so that it is not taken for one in front of a file. */
static bool needs_quotes(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		if (strchr("\",;\t\r\n", s.p[i])) {
			return true;
		}
	}
	return str_starts(s, mark) || (s.n > 0 && (s.p[0] == ' ' || s.p[s.n - 1] == ' '));
}

static void add_doubled(struct buf *out, struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		buf_add_char(out, s.p[i]);
		if (s.p[i] == '"') {
			buf_add_char(out, '"');
		}
	}
}

void csv_text(struct csv_writer *w, struct str s) {
	assert(!s.n || !memchr(s.p, '\0', s.n));
	separate(w);
	bool has_quotes = needs_quotes(s);
	if (has_quotes) {
		buf_add_char(w->out, '"');
	}
	if (w->use == CSV_FOR_PEOPLE && is_formula(s)) {
		buf_add_char(w->out, '\'');
	}
	add_doubled(w->out, s);
	if (has_quotes) {
		buf_add_char(w->out, '"');
	}
}

void csv_textz(struct csv_writer *w, const char *z) {
	csv_text(w, str_from(z));
}

void csv_i64(struct csv_writer *w, int64_t v) {
	separate(w);
	buf_add_i64(w->out, v);
}

void csv_end_row(struct csv_writer *w) {
	buf_add_str(w->out, "\r\n");
	w->has_field = false;
}
