#include "gradebook/oneroster/writer_inner.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

enum {
	CSV_FLUSH_BYTES = 64 * 1024, /* what is kept back before it is compressed */
	NUMBER_BYTES = 24,
};

/* ---- cells ---- */

static bool is_control(char c) {
	return (unsigned char)c < 0x20 || c == 0x7F;
}

static bool has_control(struct str s) {
	for (size_t i = 0; i < s.n; i++) {
		if (is_control(s.p[i])) {
			return true;
		}
	}
	return false;
}

/* No cell may have an end of a line, or a tab, in it: there a blank stands. */
void row_cell(struct out *o, struct str s) {
	_cleanup_(buf_finish) struct buf clean = buf_make(CSV_FIELD_BYTES_MAX);
	o->column++;
	if (!has_control(s)) {
		csv_text(&o->writer, s);
		return;
	}
	for (size_t i = 0; i < s.n; i++) {
		buf_add_char(&clean, is_control(s.p[i]) ? ' ' : s.p[i]);
	}
	o->csv.err = o->csv.err ? o->csv.err : buf_err(&clean);
	csv_text(&o->writer, str_trim((struct str){ buf_str(&clean), clean.len }));
}

void row_cellz(struct out *o, const char *z) {
	row_cell(o, str_from(z));
}

/* A list of one. Readers part lists at the commas, whatever stands in quotes: the item has none. */
void row_item(struct out *o, struct str s) {
	_cleanup_(buf_finish) struct buf item = buf_make(CSV_FIELD_BYTES_MAX);
	for (size_t i = 0; i < s.n; i++) {
		buf_add_char(&item, s.p[i] == ',' ? ';' : s.p[i] == '"' ? '\'' : s.p[i]);
	}
	o->csv.err = o->csv.err ? o->csv.err : buf_err(&item);
	row_cell(o, (struct str){ buf_str(&item), item.len });
}

void row_blanks(struct out *o, size_t count) {
	for (size_t i = 0; i < count; i++) {
		row_cell(o, str_from(""));
	}
}

void row_number(struct out *o, unsigned v) {
	csv_i64(&o->writer, (int64_t)v);
	o->column++;
}

/* Nothing for 0. */
void row_count(struct out *o, unsigned v) {
	if (v) {
		row_number(o, v);
	} else {
		row_blanks(o, 1);
	}
}

void row_bool(struct out *o, bool v) {
	row_cellz(o, v ? "true" : "false");
}

void row_date(struct out *o, struct date d) {
	char text[DATE_ISO_BYTES] = "";
	if (d.year) {
		date_print_iso(d, text);
	}
	row_cellz(o, text);
}

void row_time(struct out *o, int64_t at_ms) {
	char text[ONEROSTER_TIME_BYTES];
	oneroster_print_time(at_ms, text);
	row_cellz(o, text);
}

/* "06", "10"; nothing for 0. */
void row_grade(struct out *o, unsigned grade) {
	char text[NUMBER_BYTES] = "";
	if (grade) {
		(void)snprintf(text, sizeof(text), "%02u", grade); /* fits by its size */
	}
	row_cellz(o, text);
}

/* Tenths as "8.5". */
void row_score(struct out *o, int value_x10) {
	char text[NUMBER_BYTES];
	(void)snprintf(text, sizeof(text), "%d.%d", value_x10 / 10, value_x10 % 10); /* fits */
	row_cellz(o, text);
}

/* ---- rows ---- */

enum err row_flush(struct out *o, size_t least) {
	enum err e = buf_err(&o->csv);
	if (e || o->csv.len < least || o->csv.len == 0) {
		return e;
	}
	e = zip_out_add(o->zip, o->csv.data, o->csv.len);
	o->counts.bytes += o->csv.len;
	buf_clear(&o->csv);
	return e;
}

/* The file appears with its first row. */
static enum err begin_file(struct out *o) {
	enum err e = zip_out_entry(o->zip, oneroster_csv_name(o->file));
	size_t count = oneroster_column_count(o->file);
	csv_begin(&o->writer, &o->csv, CSV_FOR_PROGRAMS);
	for (size_t i = 0; i < count; i++) {
		csv_textz(&o->writer, oneroster_column_name(o->file, i));
	}
	csv_end_row(&o->writer);
	o->has_entry = true;
	return e;
}

enum err row_begin(struct out *o, const char *id, const struct oneroster_fact *f) {
	enum err e = o->has_entry ? ERR_OK : begin_file(o);
	if (e) {
		return e;
	}
	o->column = 0;
	row_cellz(o, id);
	if (o->wish->is_delta) {
		row_cellz(o, f->is_gone ? "tobedeleted" : "active");
		row_time(o, f->changed_at_ms);
	} else {
		row_blanks(o, 2);
	}
	return ERR_OK;
}

enum err row_end(struct out *o) {
	assert(o->column == oneroster_column_count(o->file));
	csv_end_row(&o->writer);
	o->counts.rows[o->file]++;
	return row_flush(o, CSV_FLUSH_BYTES);
}
