#include "core/doc/xlsx_fill.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/markup.h"
#include "core/doc/xlsx_inner.h"
#include "core/doc/xml_scan.h"
#include "core/doc/zip_change.h"

enum {
	BOOK_BYTES_MAX = 4 * 1024 * 1024,
};

/* A part's text being written anew: everything up to `done` stands in `out`. */
struct pen {
	struct str text;
	size_t done;
	struct buf *out;
};

static void copy_to(struct pen *pen, size_t end) {
	buf_add(pen->out, pen->text.p + pen->done, end - pen->done);
	pen->done = end;
}

static void add(struct buf *out, struct str s) {
	buf_add(out, s.p, s.n);
}

static void add_name(struct buf *out, struct str prefix, const char *name) {
	add(out, prefix);
	buf_add_str(out, prefix.n ? ":" : "");
	buf_add_str(out, name);
}

/* ---- a sheet ---- */

struct filler {
	struct pen pen;
	struct xml_scan scan;
	struct xlsx_edit *edits;
	size_t count;
	size_t next;     /* edits before it are done */
	unsigned row;    /* the one at hand */
	unsigned column; /* the last cell's */
	struct str row_style;
};

/* What a column's cells look like unless they say it themselves; empty for nothing. */
static struct str column_style(struct str text, unsigned column) {
	struct xml_scan scan = { .text = text };
	struct xml_tag tag;
	while (xml_scan_next(&scan, &tag) == ERR_OK && !str_eq_z(tag.name, "sheetData")) {
		uint64_t first = 0;
		uint64_t last = 0;
		if (!tag.is_end && str_eq_z(tag.name, "col") &&
				!str_parse_u64(xml_scan_value(text, &tag, "min"), &first) &&
				!str_parse_u64(xml_scan_value(text, &tag, "max"), &last) &&
				column >= first && column <= last) {
			return xml_scan_value(text, &tag, "style");
		}
	}
	return (struct str){ "", 0 };
}

/* The end of a cell's first tag and what stands in it. */
static void add_content(struct buf *out, struct str prefix, const struct xlsx_edit *edit) {
	buf_add_str(out, edit->is_text ? " t=\"inlineStr\"><" : "><");
	add_name(out, prefix, edit->is_text ? "is><" : "v>");
	if (edit->is_text) {
		add_name(out, prefix, "t xml:space=\"preserve\">");
	}
	markup_add_text(out, edit->text);
	if (edit->is_text) {
		buf_add_str(out, "</");
		add_name(out, prefix, "t>");
	}
	buf_add_str(out, "</");
	add_name(out, prefix, edit->is_text ? "is></" : "v></");
	add_name(out, prefix, "c>");
}

/* A cell that the file had not, at the pen. */
static void add_cell(struct filler *f, struct str prefix, const struct xlsx_edit *edit) {
	struct buf *out = f->pen.out;
	struct str style = f->row_style.n ? f->row_style : column_style(f->pen.text, edit->column);
	buf_add_char(out, '<');
	add_name(out, prefix, "c r=\"");
	xlsx_cell_print_column(edit->column, out);
	buf_addf(out, "%u\"", edit->row);
	if (style.n) {
		buf_add_str(out, " s=\"");
		add(out, style);
		buf_add_char(out, '"');
	}
	add_content(out, prefix, edit);
}

/* The edit of the row at hand that comes next, if it stands before that column. */
static struct xlsx_edit *edit_before(struct filler *f, unsigned column) {
	struct xlsx_edit *edit = f->next < f->count ? &f->edits[f->next] : NULL;
	bool is_it = edit && edit->row == f->row && edit->column < column;
	f->next += is_it;
	return is_it ? edit : NULL;
}

static void add_missing(struct filler *f, struct str prefix, unsigned column) {
	struct xlsx_edit *edit = NULL;
	while ((edit = edit_before(f, column))) {
		add_cell(f, prefix, edit);
	}
}

/* Where a cell's formula and kept value stand. */
struct inside {
	bool has_formula;
	size_t value_start; /* both 0: no value */
	size_t value_end;
};

/* Reads a cell up to its end. */
static enum err look_inside(struct filler *f, const struct xml_tag *cell, struct inside *out) {
	struct xml_tag tag;
	*out = (struct inside){ .has_formula = false };
	while (!cell->is_lone) {
		enum err e = xml_scan_next(&f->scan, &tag);
		if (e || tag.is_end) {
			return e;
		}
		size_t start = tag.start;
		e = xml_scan_skip(&f->scan, &tag);
		if (e) {
			return e;
		}
		out->has_formula = out->has_formula || str_eq_z(tag.name, "f");
		if (str_eq_z(tag.name, "v") || str_eq_z(tag.name, "is")) {
			if (out->value_end > 0) {
				return ERR_FORMAT; /* no program writes two */
			}
			out->value_start = start;
			out->value_end = f->scan.at;
		}
	}
	return ERR_OK;
}

/* Puts the edit's value in the place of the cell that ends at the scan. */
static void put_cell(struct filler *f, const struct xml_tag *cell, const struct xlsx_edit *edit) {
	struct xml_scan_attr attr;
	size_t at = 0;
	copy_to(&f->pen, cell->start);
	buf_add_char(f->pen.out, '<');
	add_name(f->pen.out, cell->prefix, "c");
	while (xml_scan_attr(f->pen.text, cell, &at, &attr)) {
		/* The kind of the old value, and what Excel keeps of it elsewhere. */
		if (!str_eq_z(attr.name, "t") && !str_eq_z(attr.name, "cm") &&
				!str_eq_z(attr.name, "vm")) {
			buf_add_char(f->pen.out, ' ');
			add(f->pen.out, attr.whole);
		}
	}
	add_content(f->pen.out, cell->prefix, edit);
	f->pen.done = f->scan.at;
}

/* A number of a row, or the next one; a cell likewise. */
static enum err take_place(struct filler *f, const struct xml_tag *tag, bool is_cell) {
	struct str r = xml_scan_value(f->pen.text, tag, "r");
	uint64_t number = (uint64_t)f->row + 1;
	unsigned row = 0;
	if (is_cell) {
		f->column++;
		return r.n ? xlsx_cell_parse_ref(r, &f->column, &row) : ERR_OK;
	}
	enum err e = r.n ? str_parse_u64(r, &number) : ERR_OK;
	f->row = (unsigned)number;
	f->column = 0;
	return e || number > XLSX_ROW_MAX ? ERR_FORMAT : ERR_OK;
}

static enum err fill_cell(struct filler *f, const struct xml_tag *cell) {
	struct inside inside;
	enum err e = take_place(f, cell, true);
	e = e ? e : look_inside(f, cell, &inside);
	if (e) {
		return e;
	}
	struct xlsx_edit *first = f->next < f->count ? &f->edits[f->next] : NULL;
	if (first && first->row == f->row && first->column < f->column) {
		copy_to(&f->pen, cell->start);
		add_missing(f, cell->prefix, f->column);
	}
	struct xlsx_edit *edit = edit_before(f, f->column + 1);
	if (edit) {
		edit->is_kept = inside.has_formula;
	}
	if (edit && !edit->is_kept) {
		put_cell(f, cell, edit);
	} else if (inside.has_formula && inside.value_end > 0) {
		copy_to(&f->pen, inside.value_start);
		f->pen.done = inside.value_end;
	}
	return ERR_OK;
}

static enum err fill_row(struct filler *f, const struct xml_tag *row) {
	struct xml_tag tag;
	struct str custom = xml_scan_value(f->pen.text, row, "customFormat");
	bool is_styled = str_eq_z(custom, "1") || str_eq_z(custom, "true");
	enum err e = take_place(f, row, false);
	f->row_style = is_styled ? xml_scan_value(f->pen.text, row, "s") : (struct str){ "", 0 };
	if (e || row->is_lone) {
		return e;
	}
	for (;;) {
		e = xml_scan_next(&f->scan, &tag);
		if (e || tag.is_end) {
			break;
		}
		e = str_eq_z(tag.name, "c") ? fill_cell(f, &tag) : xml_scan_skip(&f->scan, &tag);
		if (e) {
			break;
		}
	}
	if (!e && f->next < f->count && f->edits[f->next].row == f->row) {
		copy_to(&f->pen, tag.start);
		add_missing(f, row->prefix, XLSX_COLUMN_MAX + 1);
	}
	return e == ERR_NOT_FOUND ? ERR_FORMAT : e;
}

/* Writes the sheet anew; without edits it only drops what its formulas came to. */
static enum err fill_sheet(
		struct str text, struct xlsx_edit *edits, size_t count, struct buf *out) {
	struct filler f = { .pen = { .text = text, .out = out },
		.scan = { .text = text },
		.edits = edits,
		.count = count,
		.row_style = { "", 0 } };
	struct xml_tag tag;
	enum err e = ERR_OK;
	while (!e && (e = xml_scan_next(&f.scan, &tag)) == ERR_OK) {
		if (!tag.is_end && str_eq_z(tag.name, "row")) {
			e = fill_row(&f, &tag);
		}
	}
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	if (f.next < count) {
		return ERR_NOT_FOUND;
	}
	copy_to(&f.pen, text.n);
	return buf_err(out);
}

/* ---- the rest of the book ---- */

/* Whether a sheet has a formula that looks at another sheet. */
static bool looks_elsewhere(struct str text) {
	struct xml_scan scan = { .text = text };
	struct xml_tag tag;
	while (xml_scan_next(&scan, &tag) == ERR_OK) {
		bool is_formula = !tag.is_end && !tag.is_lone && str_eq_z(tag.name, "f");
		if (is_formula && xml_scan_skip(&scan, &tag) == ERR_OK &&
				memchr(text.p + tag.end, '!', scan.at - tag.end)) {
			return true;
		}
	}
	return false;
}

static const char compute_all[] = " fullCalcOnLoad=\"1\"";

static void mark_calc(struct pen *pen, const struct xml_tag *calc) {
	struct xml_scan_attr attr;
	size_t at = 0;
	size_t end = calc->end - (calc->is_lone ? 2 : 1);
	while (xml_scan_attr(pen->text, calc, &at, &attr)) {
		if (str_eq_z(attr.name, "fullCalcOnLoad")) {
			copy_to(pen, (size_t)(attr.whole.p - pen->text.p));
			pen->done += attr.whole.n;
		}
	}
	copy_to(pen, end);
	buf_add_str(pen->out, compute_all);
	copy_to(pen, calc->end);
}

/* Elements of a workbook behind which the one about computing stands. */
static bool is_before_calc(struct str name) {
	static const char *const names[] = { "sheets", "functionGroups", "externalReferences",
		"definedNames" };
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (str_eq_z(name, names[i])) {
			return true;
		}
	}
	return false;
}

static enum err mark_book(struct str text, struct buf *out) {
	struct pen pen = { .text = text, .out = out };
	struct xml_scan scan = { .text = text };
	struct xml_tag tag;
	size_t behind = 0;
	struct str prefix = { "", 0 };
	enum err e = xml_scan_next(&scan, &tag); /* the root */
	while (!e && (e = xml_scan_next(&scan, &tag)) == ERR_OK && !tag.is_end) {
		if (str_eq_z(tag.name, "calcPr")) {
			mark_calc(&pen, &tag);
			copy_to(&pen, text.n);
			return buf_err(out);
		}
		bool is_before = is_before_calc(tag.name);
		e = xml_scan_skip(&scan, &tag);
		behind = is_before ? scan.at : behind;
		prefix = is_before ? tag.prefix : prefix;
	}
	if (e || behind == 0) {
		return e && e != ERR_NOT_FOUND ? e : ERR_FORMAT;
	}
	copy_to(&pen, behind);
	buf_add_char(out, '<');
	add_name(out, prefix, "calcPr");
	buf_add_str(out, compute_all);
	buf_add_str(out, "/>");
	copy_to(&pen, text.n);
	return buf_err(out);
}

/* ---- the whole ---- */

/* The new text of each part that changes. */
struct parts {
	struct zip_change *changes;
	struct buf *texts;
	size_t count;
	size_t cap;
};

static void parts_finish(struct parts *parts) {
	for (size_t i = 0; i < parts->count; i++) {
		buf_finish(&parts->texts[i]);
	}
	free(parts->texts);
	free(parts->changes);
}

static struct buf *parts_add(struct parts *parts, const char *name) {
	struct buf *text = &parts->texts[parts->count];
	*text = buf_make(XLSX_READ_PART_BYTES_MAX);
	parts->changes[parts->count++].name = name;
	return text;
}

static enum err change_sheet(struct xlsx_read *book, size_t index, size_t wanted,
		struct xlsx_edit *edits, size_t count, struct parts *parts) {
	const char *path = book->sheets[index].path;
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_READ_PART_BYTES_MAX);
	enum err e = zip_in_read(book->zip, path, XLSX_READ_PART_BYTES_MAX, &bytes);
	struct str text = { buf_str(&bytes), bytes.len };
	if (e) {
		return e;
	}
	if (index == wanted) {
		return fill_sheet(text, edits, count, parts_add(parts, path));
	}
	return looks_elsewhere(text) ? fill_sheet(text, NULL, 0, parts_add(parts, path)) : ERR_OK;
}

static enum err change_book(struct xlsx_read *book, struct parts *parts) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(BOOK_BYTES_MAX);
	enum err e = zip_in_read(book->zip, book->path, BOOK_BYTES_MAX, &bytes);
	return e ? e
		 : mark_book((struct str){ buf_str(&bytes), bytes.len },
				   parts_add(parts, book->path));
}

/* Each sheet is read to its end once, since what scans tags checks nothing. */
static enum err check_sheets(struct xlsx_read *book) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < book->sheet_count && !e; i++) {
		_cleanup_(xlsx_rows_freep) struct xlsx_rows *rows = NULL;
		const struct grid_row *row = NULL;
		e = xlsx_rows_new(book, i, &rows);
		e = e ? e : xlsx_rows_next(rows, &row);
		while (!e && row) {
			e = xlsx_rows_next(rows, &row);
		}
		for (size_t k = 0; k < i && !e; k++) {
			bool is_same = strcmp(book->sheets[i].path, book->sheets[k].path) == 0;
			e = is_same ? ERR_FORMAT : ERR_OK;
		}
	}
	return e;
}

static enum err check_edits(const struct xlsx_edit *edits, size_t count) {
	if (count > XLSX_FILL_EDITS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < count; i++) {
		bool rises = i == 0 || edits[i].row > edits[i - 1].row ||
				(edits[i].row == edits[i - 1].row &&
						edits[i].column > edits[i - 1].column);
		if (!rises || edits[i].column == 0 || edits[i].column > XLSX_COLUMN_MAX) {
			return ERR_INVAL;
		}
	}
	return ERR_OK;
}

enum err xlsx_fill(struct str file, size_t sheet, struct xlsx_edit *edits, size_t count,
		struct buf *out) {
	_cleanup_(xlsx_read_freep) struct xlsx_read *book = NULL;
	_cleanup_(parts_finish) struct parts parts = { .count = 0 };
	enum err e = check_edits(edits, count);
	e = e ? e : xlsx_read_new(file.p, file.n, &book);
	e = e ? e : sheet < book->sheet_count ? check_sheets(book) : ERR_NOT_FOUND;
	if (e) {
		return e;
	}
	parts.cap = book->sheet_count + 1;
	parts.texts = calloc(parts.cap, sizeof(*parts.texts));
	parts.changes = calloc(parts.cap, sizeof(*parts.changes));
	if (!parts.texts || !parts.changes) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < book->sheet_count && !e; i++) {
		e = change_sheet(book, i, sheet, edits, count, &parts);
	}
	e = e ? e : change_book(book, &parts);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < parts.count; i++) {
		parts.changes[i].bytes =
				(struct str){ buf_str(&parts.texts[i]), parts.texts[i].len };
	}
	return zip_change(file, parts.changes, parts.count, out);
}
