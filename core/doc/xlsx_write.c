#include "core/doc/xlsx_write.h"

#include <assert.h>
#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <xlsxwriter.h>

#include "core/doc/xlsx_cell.h"

enum {
	PATH_BYTES = 512,
	NAME_BYTES = 4 * (XLSX_WRITE_SHEET_NAME_MAX + 1),
	PLACES_MAX = 2,
	READ_BYTES = 64 * 1024,
};

/* How cells of a form look. */
enum form_format {
	FORM_TITLE,
	FORM_LINE,
	FORM_HEAD,
	FORM_TEXT,
	FORM_DATE,
	FORM_ENTRY,
	FORM_SHADED,
	FORM_FORMAT_COUNT_,
};

struct xlsx_write {
	char folder[PATH_BYTES]; /* "" until made; removed with what is in it */
	char path[PATH_BYTES];   /* the workbook in that folder */
	lxw_workbook *book;      /* owned until closed; NULL after */
	lxw_format *head_format; /* these belong to the book */
	lxw_format *text_format;
	lxw_format *date_format;
	lxw_format *number_formats[PLACES_MAX + 1];
	lxw_worksheet *sheet;
	size_t sheet_count;
	size_t column_count;
	lxw_row_t row;                                /* the next one */
	bool is_form;                                 /* the newest sheet */
	lxw_format *form_formats[FORM_FORMAT_COUNT_]; /* NULL before the first form */
	enum form_format column_formats[XLSX_WRITE_COLUMNS_MAX];
};

static enum err make_folder(struct xlsx_write *w) {
	const char *base = getenv("TMPDIR");
	if (!base || base[0] != '/') {
		base = "/tmp";
	}
	char folder[PATH_BYTES];
	int n = snprintf(folder, sizeof(folder), "%s/truongthi-xlsx-XXXXXX", base);
	if (n < 0 || (size_t)n + sizeof("/book.xlsx") > sizeof(folder)) {
		return ERR_IO;
	}
	if (!mkdtemp(folder)) {
		return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	}
	memcpy(w->folder, folder, sizeof(folder));
	n = snprintf(w->path, sizeof(w->path), "%s/book.xlsx", w->folder);
	return n < 0 || (size_t)n >= sizeof(w->path) ? ERR_IO : ERR_OK;
}

/* The styles that cells use; text has Excel's format "@". */
static enum err make_formats(struct xlsx_write *w) {
	static const char *const numbers[PLACES_MAX + 1] = { "0", "0.0", "0.00" };
	w->head_format = workbook_add_format(w->book);
	w->text_format = workbook_add_format(w->book);
	w->date_format = workbook_add_format(w->book);
	if (!w->head_format || !w->text_format || !w->date_format) {
		return ERR_NOMEM;
	}
	format_set_bold(w->head_format);
	format_set_text_wrap(w->head_format);
	format_set_align(w->head_format, LXW_ALIGN_VERTICAL_CENTER);
	format_set_bottom(w->head_format, LXW_BORDER_THIN);
	format_set_num_format(w->text_format, "@");
	format_set_num_format(w->date_format, "dd/mm/yyyy");
	for (int i = 0; i <= PLACES_MAX; i++) {
		w->number_formats[i] = workbook_add_format(w->book);
		if (!w->number_formats[i]) {
			return ERR_NOMEM;
		}
		format_set_num_format(w->number_formats[i], numbers[i]);
	}
	return ERR_OK;
}

enum err xlsx_write_new(int64_t created_ms, struct xlsx_write **out) {
	assert(out);
	_cleanup_(xlsx_write_freep) struct xlsx_write *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	enum err e = make_folder(w);
	if (e) {
		return e;
	}
	lxw_workbook_options options = { .constant_memory = LXW_TRUE, .tmpdir = w->folder };
	w->book = workbook_new_opt(w->path, &options);
	if (!w->book) {
		return ERR_NOMEM;
	}
	lxw_doc_properties properties = { .created = (time_t)(created_ms / 1000) };
	if (workbook_set_properties(w->book, &properties)) {
		return ERR_NOMEM;
	}
	e = make_formats(w);
	if (e) {
		return e;
	}
	*out = STEAL(w);
	return ERR_OK;
}

/* An unfinished book is freed without being packed. */
void xlsx_write_free(struct xlsx_write *w) {
	if (!w) {
		return;
	}
	if (w->book) {
		lxw_workbook_free(w->book);
	}
	if (w->folder[0]) {
		(void)unlink(w->path);  /* not there when nothing was packed */
		(void)rmdir(w->folder); /* what stays is the system's to sweep */
	}
	free(w);
}

/* Text that XML can hold, with an end. Control characters other than white space are dropped. */
static enum err clean_text(struct str text, struct buf *out) {
	size_t units = 0;
	for (size_t at = 0; at < text.n;) {
		int32_t c = str_utf8_next(text, &at);
		if (c < 0) {
			return ERR_FORMAT;
		}
		bool is_held = (c >= 0x20 && c != 0x7F && c != 0xFFFE && c != 0xFFFF) ||
				c == '\t' || c == '\n';
		if (!is_held) {
			continue;
		}
		units += c > 0xFFFF ? 2 : 1;
		if (units > XLSX_WRITE_CELL_UNITS_MAX) {
			return ERR_LIMIT;
		}
		str_utf8_add(out, c);
	}
	return buf_err(out);
}

/* A name that Excel takes, without the number that may follow; keep_units fit. */
static enum err clean_name(struct str name, size_t keep_units, struct buf *out) {
	size_t units = 0;
	for (size_t at = 0; at < name.n;) {
		int32_t c = str_utf8_next(name, &at);
		if (c < 0) {
			return ERR_FORMAT;
		}
		units += c > 0xFFFF ? 2 : 1;
		if (units > keep_units) {
			break;
		}
		bool is_forbidden = c < 0x20 || (c < 0x7F && strchr("[]:*?/\\'", c));
		str_utf8_add(out, is_forbidden ? ' ' : c);
	}
	return buf_err(out);
}

/* The name itself, or with " (2)", " (3)" … behind it when it is taken. */
static enum err free_name(struct xlsx_write *w, struct str wanted, struct buf *out) {
	enum { SUFFIX_UNITS = 6 }; /* " (200)" */
	for (size_t n = 1; n <= XLSX_WRITE_SHEETS_MAX + 1; n++) {
		buf_clear(out);
		size_t keep = n == 1 ? XLSX_WRITE_SHEET_NAME_MAX
				     : XLSX_WRITE_SHEET_NAME_MAX - SUFFIX_UNITS;
		enum err e = clean_name(str_trim(wanted), keep, out);
		if (e) {
			return e;
		}
		if (out->len == 0) {
			buf_add_str(out, "Sheet");
		}
		if (n > 1) {
			buf_addf(out, " (%zu)", n);
		}
		e = buf_err(out);
		if (e) {
			return e;
		}
		if (workbook_validate_sheet_name(w->book, buf_str(out)) == LXW_NO_ERROR) {
			return ERR_OK;
		}
	}
	return ERR_INVAL;
}

static enum err write_text(
		struct xlsx_write *w, size_t column, struct str text, lxw_format *format) {
	_cleanup_(buf_finish) struct buf clean = buf_make(4 * XLSX_WRITE_CELL_UNITS_MAX);
	enum err e = clean_text(text, &clean);
	if (e) {
		return e;
	}
	_cleanup_(buf_finish) struct buf escaped = buf_make(8 * XLSX_WRITE_CELL_UNITS_MAX);
	xlsx_cell_escape((struct str){ buf_str(&clean), clean.len }, &escaped);
	if (buf_err(&escaped)) {
		return buf_err(&escaped);
	}
	lxw_error error = worksheet_write_string(
			w->sheet, w->row, (lxw_col_t)column, buf_str(&escaped), format);
	return error == LXW_NO_ERROR ? ERR_OK : ERR_LIMIT;
}

/* The next sheet of the book, with the widths of its columns. */
static enum err add_sheet(struct xlsx_write *w, struct str name, const struct xlsx_column *columns,
		size_t column_count) {
	assert(w->book);
	if (column_count == 0 || column_count > XLSX_WRITE_COLUMNS_MAX ||
			w->sheet_count == XLSX_WRITE_SHEETS_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(buf_finish) struct buf free = buf_make(NAME_BYTES);
	enum err e = free_name(w, name, &free);
	if (e) {
		return e;
	}
	w->sheet = workbook_add_worksheet(w->book, buf_str(&free));
	if (!w->sheet) {
		return ERR_NOMEM;
	}
	w->sheet_count++;
	w->column_count = column_count;
	w->row = 0;
	w->is_form = false;
	for (size_t i = 0; i < column_count; i++) {
		if (columns[i].width_chars > 0) {
			(void)worksheet_set_column(w->sheet, (lxw_col_t)i, (lxw_col_t)i,
					columns[i].width_chars, NULL); /* only a width */
		}
	}
	return ERR_OK;
}

enum err xlsx_write_sheet(struct xlsx_write *w, struct str name, const struct xlsx_column *columns,
		size_t column_count) {
	enum err e = add_sheet(w, name, columns, column_count);
	if (e) {
		return e;
	}
	worksheet_freeze_panes(w->sheet, 1, 0);
	for (size_t i = 0; i < column_count; i++) {
		e = write_text(w, i, columns[i].title, w->head_format);
		if (e) {
			return e;
		}
	}
	w->row = 1;
	return ERR_OK;
}

/* A form's own format of the column, or the one that any sheet has. */
static lxw_format *format_at(const struct xlsx_write *w, size_t column, lxw_format *other) {
	return w->is_form ? w->form_formats[w->column_formats[column]] : other;
}

static enum err write_date(struct xlsx_write *w, size_t column, struct date date) {
	if (!date_is_valid(date) || date.year < 1900) {
		return ERR_INVAL;
	}
	lxw_datetime when = { .year = date.year, .month = date.month, .day = date.day };
	lxw_format *format = w->is_form ? w->form_formats[FORM_DATE] : w->date_format;
	lxw_error error = worksheet_write_datetime(
			w->sheet, w->row, (lxw_col_t)column, &when, format);
	return error == LXW_NO_ERROR ? ERR_OK : ERR_INVAL;
}

static enum err write_number(struct xlsx_write *w, size_t column, const struct xlsx_value *value) {
	static const double scales[PLACES_MAX + 1] = { 1, 10, 100 };
	assert(value->places >= 0 && value->places <= PLACES_MAX);
	/* The file format knows only doubles; a mark's few digits come back exactly. */
	double number = (double)value->number / scales[value->places];
	lxw_error error = worksheet_write_number(w->sheet, w->row, (lxw_col_t)column, number,
			format_at(w, column, w->number_formats[value->places]));
	return error == LXW_NO_ERROR ? ERR_OK : ERR_LIMIT;
}

/* An empty cell of a form has its frame. */
static enum err write_blank(struct xlsx_write *w, size_t column) {
	if (!w->is_form) {
		return ERR_OK;
	}
	lxw_error error = worksheet_write_blank(
			w->sheet, w->row, (lxw_col_t)column, format_at(w, column, NULL));
	return error == LXW_NO_ERROR ? ERR_OK : ERR_LIMIT;
}

static enum err write_value(struct xlsx_write *w, size_t column, const struct xlsx_value *value) {
	switch (value->kind) {
	case XLSX_BLANK:
		return write_blank(w, column);
	case XLSX_TEXT:
		return write_text(w, column, value->text, format_at(w, column, w->text_format));
	case XLSX_NUMBER:
		return write_number(w, column, value);
	case XLSX_DATE:
		return write_date(w, column, value->date);
	}
	return ERR_INVAL;
}

enum err xlsx_write_row(struct xlsx_write *w, const struct xlsx_value *values) {
	assert(w->book && w->sheet);
	if (w->row > XLSX_WRITE_ROWS_MAX) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < w->column_count; i++) {
		enum err e = write_value(w, i, &values[i]);
		if (e) {
			return e;
		}
	}
	w->row++;
	return ERR_OK;
}

/* ---- forms ---- */

static enum err make_form_formats(struct xlsx_write *w) {
	enum { HEAD_COLOR = 0xDCE6F1, SHADE_COLOR = 0xEDEDED, LINE_COLOR = 0x595959 };
	for (size_t i = 0; i < FORM_FORMAT_COUNT_ && !w->form_formats[i]; i++) {
		lxw_format *f = workbook_add_format(w->book);
		w->form_formats[i] = f;
		if (!f) {
			return ERR_NOMEM;
		}
		if (i != FORM_TITLE && i != FORM_LINE) {
			format_set_border(f, LXW_BORDER_THIN);
			format_set_align(f, LXW_ALIGN_VERTICAL_CENTER);
		}
		if (i == FORM_HEAD || i == FORM_ENTRY || i == FORM_SHADED) {
			format_set_align(f, LXW_ALIGN_CENTER);
		}
	}
	format_set_bold(w->form_formats[FORM_TITLE]);
	format_set_font_size(w->form_formats[FORM_TITLE], 14);
	format_set_font_color(w->form_formats[FORM_LINE], LINE_COLOR);
	format_set_bold(w->form_formats[FORM_HEAD]);
	format_set_text_wrap(w->form_formats[FORM_HEAD]);
	format_set_bg_color(w->form_formats[FORM_HEAD], HEAD_COLOR);
	format_set_num_format(w->form_formats[FORM_TEXT], "@");
	format_set_num_format(w->form_formats[FORM_DATE], "dd/mm/yyyy");
	format_set_bg_color(w->form_formats[FORM_SHADED], SHADE_COLOR);
	return ERR_OK;
}

/* The rule about the cell at the top of a column, as Excel wants it. */
static void print_rule(const char *rule, size_t column, lxw_row_t row, struct buf *out) {
	buf_add_char(out, '=');
	for (const char *p = rule; *p; p++) {
		if (*p == '@') {
			xlsx_cell_print_column((unsigned)column + 1, out);
			buf_addf(out, "%u", (unsigned)row + 1);
		} else {
			buf_add_char(out, *p);
		}
	}
}

static enum err split_words(const char *words, struct buf *text, char *list[], size_t most) {
	size_t count = 0;
	buf_add_str(text, words);
	if (buf_err(text)) {
		return buf_err(text);
	}
	for (char *at = text->data; at && count < most;) {
		char *comma = strchr(at, ',');
		list[count++] = at;
		if (comma) {
			*comma++ = '\0';
		}
		at = comma;
	}
	list[count] = NULL;
	return ERR_OK;
}

/* Holds the cells of a column to what may stand there, from the next row on. */
static enum err add_rule(struct xlsx_write *w, const struct xlsx_form *form, size_t column) {
	enum { WORDS_MAX = 10, RULE_BYTES = 512 };
	_cleanup_(buf_finish) struct buf text = buf_make(RULE_BYTES);
	char *list[WORDS_MAX + 1] = { NULL };
	const struct xlsx_held *held = &form->held[column];
	lxw_data_validation rule = {
		.error_title = (char *)(uintptr_t)form->fault_title /* it is copied */,
		.error_message = (char *)(uintptr_t)held->fault,
		.error_type = LXW_VALIDATION_ERROR_TYPE_STOP
	};
	enum err e = ERR_OK;
	if (held->words) {
		e = split_words(held->words, &text, list, WORDS_MAX);
		rule.validate = LXW_VALIDATION_TYPE_LIST;
		rule.value_list = list;
	} else {
		print_rule(held->rule, column, w->row, &text);
		rule.validate = LXW_VALIDATION_TYPE_CUSTOM_FORMULA;
		rule.value_formula = text.data;
	}
	e = e ? e : buf_err(&text);
	if (e || form->row_count == 0) {
		return e;
	}
	lxw_error error = worksheet_data_validation_range(w->sheet, w->row, (lxw_col_t)column,
			w->row + (lxw_row_t)form->row_count - 1, (lxw_col_t)column, &rule);
	return error == LXW_NO_ERROR ? ERR_OK : ERR_INVAL;
}

/* The lines above the table and the hidden row. */
static enum err write_above(struct xlsx_write *w, const struct xlsx_form *form) {
	enum err e = ERR_OK;
	size_t column = 0;
	while (column + 1 < w->column_count && form->looks[column] == XLSX_LOOK_HIDDEN) {
		column++; /* the first that is seen */
	}
	for (size_t i = 0; i < form->line_count && !e; i++) {
		e = write_text(w, column, form->lines[i],
				w->form_formats[i ? FORM_LINE : FORM_TITLE]);
		w->row++;
	}
	lxw_row_col_options hidden = { .hidden = LXW_TRUE };
	if (!e &&
			worksheet_set_row_opt(w->sheet, w->row, LXW_DEF_ROW_HEIGHT, NULL,
					&hidden) != LXW_NO_ERROR) {
		return ERR_LIMIT;
	}
	for (size_t i = 0; i < w->column_count && !e; i++) {
		if (form->keys[i].n > 0) {
			e = write_text(w, i, form->keys[i], w->form_formats[FORM_LINE]);
		}
	}
	w->row++;
	return e;
}

static void lay_out(struct xlsx_write *w, const struct xlsx_form *form) {
	worksheet_freeze_panes(w->sheet, w->row, (lxw_col_t)form->frozen_columns);
	worksheet_set_landscape(w->sheet);
	worksheet_set_paper(w->sheet, 9); /* A4 */
	worksheet_fit_to_pages(w->sheet, 1, 0);
	(void)worksheet_repeat_rows(w->sheet, w->row - 1, w->row - 1); /* for printing alone */
}

static enum form_format format_of(enum xlsx_look look) {
	switch (look) {
	case XLSX_LOOK_PLAIN:
		break;
	case XLSX_LOOK_HIDDEN:
		return FORM_LINE;
	case XLSX_LOOK_ENTRY:
		return FORM_ENTRY;
	case XLSX_LOOK_SHADED:
		return FORM_SHADED;
	}
	return FORM_TEXT;
}

enum err xlsx_write_form(struct xlsx_write *w, struct str name, const struct xlsx_column *columns,
		size_t column_count, const struct xlsx_form *form) {
	enum err e = add_sheet(w, name, columns, column_count);
	e = e ? e : make_form_formats(w);
	if (e) {
		return e;
	}
	w->is_form = true;
	for (size_t i = 0; i < column_count; i++) {
		w->column_formats[i] = format_of(form->looks[i]);
		if (form->looks[i] == XLSX_LOOK_HIDDEN) {
			lxw_row_col_options hidden = { .hidden = LXW_TRUE };
			(void)worksheet_set_column_opt(w->sheet, (lxw_col_t)i, (lxw_col_t)i,
					LXW_DEF_COL_WIDTH, NULL, &hidden); /* seen at worst */
		}
	}
	e = write_above(w, form);
	for (size_t i = 0; i < column_count && !e; i++) {
		e = write_text(w, i, columns[i].title, w->form_formats[FORM_HEAD]);
	}
	w->row++;
	for (size_t i = 0; i < column_count && !e; i++) {
		e = form->looks[i] == XLSX_LOOK_ENTRY ? add_rule(w, form, i) : ERR_OK;
	}
	if (!e) {
		lay_out(w, form);
	}
	return e;
}

/* ---- the end ---- */

static void file_closep(FILE **file) {
	if (*file) {
		(void)fclose(*file); /* read only: nothing is lost */
	}
}

static enum err read_back(const char *path, struct buf *out) {
	_cleanup_(file_closep) FILE *file = fopen(path, "rbe");
	if (!file) {
		return ERR_IO;
	}
	_cleanup_(mem_freep) char *chunk = malloc(READ_BYTES);
	if (!chunk) {
		return ERR_NOMEM;
	}
	for (;;) {
		size_t n = fread(chunk, 1, READ_BYTES, file);
		buf_add(out, chunk, n);
		if (buf_err(out)) {
			return buf_err(out);
		}
		if (n < READ_BYTES) {
			return ferror(file) ? ERR_IO : ERR_OK;
		}
	}
}

enum err xlsx_write_finish(struct xlsx_write *w, struct buf *out) {
	assert(w->book);
	if (w->sheet_count == 0) {
		return ERR_MISSING;
	}
	errno = 0;
	lxw_error error = workbook_close(STEAL(w->book));
	if (error != LXW_NO_ERROR) {
		return errno == ENOSPC ? ERR_DISK_FULL : ERR_IO;
	}
	return read_back(w->path, out);
}
