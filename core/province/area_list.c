#include "core/province/area_list.h"

#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/csv.h"
#include "core/base/grow.h"

enum {
	COLUMNS = 6,
};

static const char *const names[COLUMNS] = { "code", "name", "province", "from", "to", "former" };

void area_list_finish(struct area_list *list) {
	free(list->items);
	arena_finish(&list->arena);
	*list = (struct area_list){ .items = NULL };
}

bool area_former_next(struct str *former, struct str *out) {
	if (former->n == 0) {
		return false;
	}
	const char *blank = memchr(former->p, ' ', former->n);
	size_t n = blank ? (size_t)(blank - former->p) : former->n;
	*out = (struct str){ former->p, n };
	size_t gone = blank ? n + 1 : n;
	former->p += gone;
	former->n -= gone;
	return true;
}

static bool is_code(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		if (s.p[i] < '0' || s.p[i] > '9') {
			return false;
		}
	}
	return s.n > 0 && s.n <= AREA_CODE_CHARS_MAX;
}

/* Codes with white space between them, as one text with single blanks. */
static bool read_former(struct str s, struct buf *out) {
	size_t count = 0;
	size_t at = 0;
	while (at < s.n) {
		size_t end = at;
		while (end < s.n && s.p[end] != ' ') {
			end++;
		}
		struct str code = { s.p + at, end - at };
		if (code.n > 0) {
			if (!is_code(code) || ++count > AREA_FORMER_MAX) {
				return false;
			}
			if (out->len > 0) {
				buf_add_char(out, ' ');
			}
			buf_add(out, code.p, code.n);
		}
		at = end + 1;
	}
	return true;
}

static enum err keep(struct arena *arena, const struct buf *text, struct str *out) {
	enum err e = buf_err(text);
	return e ? e : arena_copy(arena, (struct str){ buf_str(text), text->len }, out);
}

/* The column (from 1) that is wrong, 0: none. */
static enum err read_row(const struct csv_row *in, struct arena *arena, struct area_row *row,
		unsigned *out_column) {
	struct str f[COLUMNS];
	for (size_t i = 0; i < COLUMNS; i++) {
		f[i] = str_trim(in->fields[i]);
	}
	_cleanup_(buf_finish) struct buf name = buf_make(4 * AREA_NAME_CHARS_MAX);
	_cleanup_(buf_finish) struct buf former =
			buf_make(AREA_FORMER_MAX * (AREA_CODE_CHARS_MAX + 1));
	bool has_to = f[4].n > 0;
	*out_column = !is_code(f[0]) ? 1
			: f[1].n == 0 || str_utf8_count(f[1]) > AREA_NAME_CHARS_MAX ||
					str_nfc(f[1], &name)
			? 2
			: !is_code(f[2])                   ? 3
			: date_parse_iso(f[3], &row->from) ? 4
			: has_to &&
					(date_parse_iso(f[4], &row->to) ||
							date_compare(row->to, row->from) < 0)
			? 5
			: !read_former(f[5], &former) ? 6
						      : 0;
	if (*out_column) {
		return ERR_OK;
	}
	enum err e = arena_copy(arena, f[0], &row->code);
	e = e ? e : keep(arena, &name, &row->name);
	e = e ? e : arena_copy(arena, f[2], &row->province);
	return e ? e : keep(arena, &former, &row->former);
}

static bool is_head(const struct csv_row *row) {
	for (size_t i = 0; i < COLUMNS; i++) {
		if (i >= row->count || !str_eq_z(str_trim(row->fields[i]), names[i])) {
			return false;
		}
	}
	return row->count == COLUMNS;
}

static enum err read_rows(
		struct csv_reader *reader, struct area_list *list, struct diag *mistakes) {
	_cleanup_(mem_freep) struct csv_row *in = calloc(1, sizeof(*in));
	if (!in) {
		return ERR_NOMEM;
	}
	enum err e = csv_read(reader, in);
	if (e || !is_head(in)) {
		return e == ERR_NOMEM || e == ERR_LIMIT ? e : ERR_FORMAT;
	}
	while ((e = csv_read(reader, in)) == ERR_OK) {
		if (in->count == 1 && str_trim(in->fields[0]).n == 0) {
			continue; /* an empty line */
		}
		struct area_row row = { .code = { NULL, 0 } };
		unsigned column = COLUMNS;
		e = in->count == COLUMNS ? read_row(in, &list->arena, &row, &column) : ERR_OK;
		if (e) {
			return e;
		}
		if (column) {
			diag_add(mistakes, DIAG_ERROR, "", reader->line, column, "area.value",
					"column", names[column - 1], NULL);
			continue;
		}
		e = GROW(list, AREA_LIST_ROWS_MAX);
		if (e) {
			return e;
		}
		list->items[list->count++] = row;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

enum err area_list_read(struct str text, struct area_list *out, struct diag *mistakes) {
	if (text.n > AREA_LIST_BYTES_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(area_list_finish) struct area_list list = {
		.arena = arena_make(2 * AREA_LIST_BYTES_MAX),
	};
	struct csv_reader reader;
	enum err e = csv_reader_init(&reader, text);
	e = e ? e : read_rows(&reader, &list, mistakes);
	csv_reader_finish(&reader);
	if (!e && mistakes->errors > 0) {
		e = ERR_INVAL;
	}
	if (!e) {
		*out = list;
		list = (struct area_list){ .items = NULL }; /* *out's now */
	}
	return e;
}
