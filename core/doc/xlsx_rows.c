#include "core/doc/xlsx_read.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/doc/xlsx_inner.h"

enum { ROW_TEXT_BYTES_MAX = 8 * 1024 * 1024 };

/* A cell's text stands in the row's own buffer, which moves, or in the book's strings. */
struct slot {
	struct grid_cell cell;
	size_t text_at; /* in the row's buffer when text.p is NULL */
};

struct xlsx_rows {
	const struct xlsx_read *book;
	struct buf bytes; /* of the sheet's part */
	struct xml_in *xml;
	struct buf text; /* of the current row */
	struct slot *slots;
	struct grid_cell *cells;
	size_t slot_count;
	size_t slot_cap;
	struct grid_row row;
	unsigned row_number;    /* of the last row, empty ones too */
	unsigned column_number; /* of the last cell in the row, empty ones too */
	size_t row_count;       /* rows given out */
	struct grid_merge *merges;
	size_t merge_count;
	size_t merge_cap;
	bool is_done;
};

/* What the XML says of one cell, before it is understood. */
struct raw_cell {
	char type;    /* first letter of the attribute t, or 'n'; "str" is 'f', "inlineStr" 'i' */
	bool is_date; /* a number in this style is a day */
	bool has_formula;
	bool has_value;
	size_t text_at; /* where the value begins in the row's buffer */
};

void xlsx_rows_free(struct xlsx_rows *rows) {
	if (!rows) {
		return;
	}
	xml_in_free(rows->xml);
	buf_finish(&rows->bytes);
	buf_finish(&rows->text);
	free(rows->slots);
	free(rows->cells);
	free(rows->merges);
	free(rows);
}

enum err xlsx_rows_new(struct xlsx_read *book, size_t sheet, struct xlsx_rows **out) {
	assert(sheet < book->sheet_count);
	_cleanup_(xlsx_rows_freep) struct xlsx_rows *rows = calloc(1, sizeof(*rows));
	if (!rows) {
		return ERR_NOMEM;
	}
	rows->book = book;
	rows->bytes = buf_make(XLSX_READ_PART_BYTES_MAX);
	rows->text = buf_make(ROW_TEXT_BYTES_MAX);
	enum err e = zip_in_read(book->zip, book->sheets[sheet].path, XLSX_READ_PART_BYTES_MAX,
			&rows->bytes);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
	}
	e = xml_in_new(rows->bytes.data, rows->bytes.len, &rows->xml);
	if (e) {
		return e;
	}
	*out = STEAL(rows);
	return ERR_OK;
}

static enum err grow_slots(struct xlsx_rows *rows) {
	if (rows->slot_count == XLSX_READ_ROW_CELLS_MAX) {
		return ERR_LIMIT;
	}
	if (rows->slot_count < rows->slot_cap) {
		return ERR_OK;
	}
	size_t cap = rows->slot_cap ? rows->slot_cap * 2 : 64;
	struct slot *slots = realloc(rows->slots, cap * sizeof(*slots));
	if (!slots) {
		return ERR_NOMEM;
	}
	rows->slots = slots;
	struct grid_cell *cells = realloc(rows->cells, cap * sizeof(*cells));
	if (!cells) {
		return ERR_NOMEM;
	}
	rows->cells = cells;
	rows->slot_cap = cap;
	return ERR_OK;
}

static char type_of(struct str t) {
	if (t.n == 0) {
		return 'n';
	}
	if (str_eq_z(t, "str")) {
		return 'f';
	}
	return t.p[0];
}

/* The row's or the cell's place: written, or one behind the last. They must rise. */
static enum err take_row_number(struct xlsx_rows *rows) {
	struct str r = xlsx_attr(rows->xml, "r");
	uint64_t number = (uint64_t)rows->row_number + 1;
	if (r.n > 0 && str_parse_u64(r, &number)) {
		return ERR_FORMAT;
	}
	if (number <= rows->row_number || number > XLSX_ROW_MAX) {
		return ERR_FORMAT;
	}
	rows->row_number = (unsigned)number;
	rows->column_number = 0;
	return ERR_OK;
}

static enum err take_column_number(struct xlsx_rows *rows) {
	struct str r = xlsx_attr(rows->xml, "r");
	unsigned column = rows->column_number + 1;
	unsigned row = rows->row_number;
	if (r.n > 0 && xlsx_cell_parse_ref(r, &column, &row)) {
		return ERR_FORMAT;
	}
	if (column <= rows->column_number || column > XLSX_COLUMN_MAX || row != rows->row_number) {
		return ERR_FORMAT;
	}
	rows->column_number = column;
	return ERR_OK;
}

static bool style_is_date(const struct xlsx_rows *rows, struct str s) {
	uint64_t style = 0;
	return s.n > 0 && str_parse_u64(s, &style) == ERR_OK && style < rows->book->style_count &&
			rows->book->styles[style];
}

/* The text of a <v> that has just begun, as it is. */
static enum err take_value(struct xlsx_rows *rows) {
	size_t outer = xml_in_depth(rows->xml);
	size_t start = rows->text.len;
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		enum err e = xml_in_next(rows->xml, &event);
		if (e || event == XML_EVENT_DONE) {
			return e ? e : ERR_FORMAT;
		}
		if (event == XML_EVENT_TEXT) {
			buf_add_str(&rows->text, xml_in_text(rows->xml));
		}
		if (buf_err(&rows->text) || rows->text.len - start > XLSX_READ_CELL_BYTES_MAX) {
			return ERR_LIMIT;
		}
		if (event == XML_EVENT_END && xml_in_depth(rows->xml) == outer) {
			return ERR_OK;
		}
	}
}

/* Reads a cell's children up to its end. */
static enum err take_children(struct xlsx_rows *rows, struct raw_cell *raw) {
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		enum err e = xml_in_next(rows->xml, &event);
		if (e || event == XML_EVENT_DONE) {
			return e ? e : ERR_FORMAT;
		}
		if (event == XML_EVENT_END) {
			return ERR_OK;
		}
		if (event == XML_EVENT_TEXT) {
			continue;
		}
		const char *name = xml_in_name(rows->xml);
		bool is_value = strcmp(name, "v") == 0;
		bool is_inline = strcmp(name, "is") == 0;
		if (is_value || is_inline) {
			rows->text.len = raw->text_at; /* a second value would replace the first */
			raw->has_value = true;
			e = is_value ? take_value(rows) : xlsx_read_text(rows->xml, &rows->text);
		} else {
			raw->has_formula = raw->has_formula || strcmp(name, "f") == 0;
			e = xml_in_skip(rows->xml);
		}
		if (e) {
			return e;
		}
	}
}

/* Replaces the row's text from `at` on. */
static void put_text(struct xlsx_rows *rows, size_t at, const char *text, size_t n) {
	rows->text.len = at;
	buf_add(&rows->text, text, n);
}

static void put_date(struct xlsx_rows *rows, struct slot *slot, struct date date) {
	char iso[DATE_ISO_BYTES];
	date_print_iso(date, iso);
	put_text(rows, slot->text_at, iso, sizeof(iso) - 1);
	slot->cell.kind = GRID_DATE;
	slot->cell.date = date;
}

/* A number, as a person sees it. What is no number stays as text. */
static enum err understand_number(
		struct xlsx_rows *rows, struct slot *slot, struct str value, bool is_date) {
	_cleanup_(buf_finish) struct buf plain = buf_make(256);
	enum err e = xlsx_cell_print_number(str_trim(value), &plain);
	if (e == ERR_NOMEM) {
		return e;
	}
	if (e) {
		slot->cell.kind = e == ERR_LIMIT ? GRID_NUMBER : GRID_TEXT;
		return ERR_OK;
	}
	struct date date;
	if (is_date &&
			xlsx_cell_date((struct str){ buf_str(&plain), plain.len },
					rows->book->is_1904, &date) == ERR_OK) {
		put_date(rows, slot, date);
		return buf_err(&rows->text);
	}
	slot->cell.kind = GRID_NUMBER;
	put_text(rows, slot->text_at, buf_str(&plain), plain.len);
	return buf_err(&rows->text);
}

static enum err understand_formula_text(
		struct xlsx_rows *rows, struct slot *slot, struct str value) {
	_cleanup_(buf_finish) struct buf plain = buf_make(XLSX_READ_CELL_BYTES_MAX);
	xlsx_cell_unescape(value, &plain);
	if (buf_err(&plain)) {
		return buf_err(&plain);
	}
	put_text(rows, slot->text_at, buf_str(&plain), plain.len);
	return buf_err(&rows->text);
}

static enum err understand(struct xlsx_rows *rows, const struct raw_cell *raw, struct slot *slot) {
	struct str value = { buf_str(&rows->text) + raw->text_at, rows->text.len - raw->text_at };
	struct date date;
	slot->cell.kind = GRID_TEXT;
	switch (raw->type) {
	case 's':
		if (value.n == 0) {
			return ERR_OK;
		}
		rows->text.len = raw->text_at; /* only the number of the string */
		return xlsx_read_string(rows->book, value, &slot->cell.text);
	case 'b':
		slot->cell.kind = GRID_BOOL;
		return ERR_OK;
	case 'e':
		slot->cell.kind = GRID_ERROR;
		return ERR_OK;
	case 'd':
		if (value.n >= DATE_ISO_BYTES - 1 &&
				date_parse_iso((struct str){ value.p, DATE_ISO_BYTES - 1 },
						&date) == ERR_OK) {
			put_date(rows, slot, date);
		}
		return buf_err(&rows->text);
	case 'f':
		return understand_formula_text(rows, slot, value);
	case 'i':
		return ERR_OK;
	default:
		return value.n ? understand_number(rows, slot, value, raw->is_date) : ERR_OK;
	}
}

/* A <c> that has just begun; kept when it holds something. */
static enum err take_cell(struct xlsx_rows *rows) {
	enum err e = take_column_number(rows);
	if (e) {
		return e;
	}
	struct raw_cell raw = {
		.type = type_of(xlsx_attr(rows->xml, "t")),
		.is_date = style_is_date(rows, xlsx_attr(rows->xml, "s")),
		.text_at = rows->text.len,
	};
	e = take_children(rows, &raw);
	if (e) {
		return e;
	}
	struct slot slot = { .cell = { .column = rows->column_number }, .text_at = raw.text_at };
	e = understand(rows, &raw, &slot);
	if (e) {
		return e;
	}
	slot.cell.is_uncomputed = raw.has_formula && !raw.has_value;
	if (!slot.cell.text.p) {
		slot.cell.text.n = rows->text.len - raw.text_at;
	}
	if (slot.cell.text.n == 0 && !slot.cell.is_uncomputed) {
		return ERR_OK;
	}
	e = grow_slots(rows);
	if (e) {
		return e;
	}
	rows->slots[rows->slot_count++] = slot;
	return ERR_OK;
}

/* A <row> that has just begun, up to its end. */
static enum err take_row(struct xlsx_rows *rows) {
	enum err e = take_row_number(rows);
	if (e) {
		return e;
	}
	struct str hidden = xlsx_attr(rows->xml, "hidden");
	rows->row.is_hidden = str_eq_z(hidden, "1") || str_eq_z(hidden, "true");
	rows->slot_count = 0;
	buf_clear(&rows->text);
	for (;;) {
		enum xml_event event = XML_EVENT_DONE;
		e = xml_in_next(rows->xml, &event);
		if (e || event == XML_EVENT_DONE) {
			return e ? e : ERR_FORMAT;
		}
		if (event == XML_EVENT_END) {
			return ERR_OK;
		}
		if (event == XML_EVENT_START) {
			e = strcmp(xml_in_name(rows->xml), "c") == 0 ? take_cell(rows)
								     : xml_in_skip(rows->xml);
		}
		if (e) {
			return e;
		}
	}
}

static enum err take_merge(struct xlsx_rows *rows) {
	struct str ref = xlsx_attr(rows->xml, "ref");
	const char *colon = ref.n ? memchr(ref.p, ':', ref.n) : NULL;
	struct str first = { ref.p, colon ? (size_t)(colon - ref.p) : ref.n };
	struct str last = colon ? (struct str){ colon + 1, ref.n - first.n - 1 } : first;
	struct grid_merge merge;
	if (xlsx_cell_parse_ref(first, &merge.column_first, &merge.row_first) ||
			xlsx_cell_parse_ref(last, &merge.column_last, &merge.row_last) ||
			merge.row_last < merge.row_first ||
			merge.column_last < merge.column_first) {
		return ERR_FORMAT;
	}
	if (rows->merge_count == GRID_MERGES_MAX) {
		return ERR_LIMIT;
	}
	if (rows->merge_count == rows->merge_cap) {
		size_t cap = rows->merge_cap ? rows->merge_cap * 2 : 64;
		struct grid_merge *merges = realloc(rows->merges, cap * sizeof(*merges));
		if (!merges) {
			return ERR_NOMEM;
		}
		rows->merges = merges;
		rows->merge_cap = cap;
	}
	rows->merges[rows->merge_count++] = merge;
	return ERR_OK;
}

static enum err give_row(struct xlsx_rows *rows) {
	if (rows->row_count == XLSX_READ_ROWS_MAX) {
		return ERR_LIMIT;
	}
	rows->row_count++;
	for (size_t i = 0; i < rows->slot_count; i++) {
		struct slot *slot = &rows->slots[i];
		if (!slot->cell.text.p) {
			slot->cell.text.p = buf_str(&rows->text) + slot->text_at;
		}
		rows->cells[i] = slot->cell;
	}
	rows->row.number = rows->row_number;
	rows->row.cells = rows->cells;
	rows->row.count = rows->slot_count;
	return ERR_OK;
}

enum err xlsx_rows_next(struct xlsx_rows *rows, const struct grid_row **out) {
	while (!rows->is_done) {
		enum xml_event event = XML_EVENT_DONE;
		enum err e = xml_in_next(rows->xml, &event);
		if (e) {
			return e;
		}
		rows->is_done = event == XML_EVENT_DONE;
		if (event != XML_EVENT_START) {
			continue;
		}
		const char *name = xml_in_name(rows->xml);
		if (strcmp(name, "row") == 0) {
			e = take_row(rows);
			if (!e && rows->slot_count > 0) {
				e = give_row(rows);
				if (e) {
					return e;
				}
				*out = &rows->row;
				return ERR_OK;
			}
		} else if (strcmp(name, "mergeCell") == 0) {
			e = take_merge(rows);
		}
		if (e) {
			return e;
		}
	}
	*out = NULL;
	return ERR_OK;
}

enum err xlsx_read_grid(struct xlsx_read *book, size_t sheet, struct grid **out) {
	_cleanup_(grid_freep) struct grid *grid = NULL;
	enum err e = grid_new(xlsx_read_sheet_name(book, sheet),
			xlsx_read_sheet_is_hidden(book, sheet), &grid);
	if (e) {
		return e;
	}
	_cleanup_(xlsx_rows_freep) struct xlsx_rows *rows = NULL;
	e = xlsx_rows_new(book, sheet, &rows);
	if (e) {
		return e;
	}
	for (;;) {
		const struct grid_row *row = NULL;
		e = xlsx_rows_next(rows, &row);
		if (e) {
			return e;
		}
		if (!row) {
			break;
		}
		e = grid_add_row(grid, row);
		if (e) {
			return e;
		}
	}
	for (size_t i = 0; i < rows->merge_count; i++) {
		e = grid_add_merge(grid, rows->merges[i]);
		if (e) {
			return e;
		}
	}
	*out = STEAL(grid);
	return ERR_OK;
}
