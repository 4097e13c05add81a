#include "gradebook/oneroster/bundle_table.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "gradebook/oneroster/bundle.h"

enum { SHOWN_BYTES = 80, COLUMN_STATUS = 1 };

/* ---- mistakes ---- */

/* A value as a mistake shows it: cut where a letter ends. */
static void show(struct str s, char out[SHOWN_BYTES]) {
	size_t n = s.n < SHOWN_BYTES - 1 ? s.n : SHOWN_BYTES - 1;
	while (n < s.n && n > 0 && ((unsigned char)s.p[n] & 0xC0) == 0x80) {
		n--;
	}
	if (n) {
		memcpy(out, s.p, n);
	}
	out[n] = '\0';
}

struct str bundle_cell(const struct bundle_row *row, unsigned column) {
	int at = row->at[column];
	return at < 0 || (size_t)at >= row->cells->count ? str_from("") : row->cells->fields[at];
}

void bundle_fault(struct bundle_row *row, unsigned column, const char *code) {
	char value[SHOWN_BYTES];
	show(bundle_cell(row, column), value);
	unsigned at = row->at[column] < 0 ? 0 : (unsigned)row->at[column] + 1;
	diag_add(row->why, DIAG_ERROR, row->file_name, row->line, at, code, "column",
			oneroster_column_name(row->file, column), "value", value, NULL);
	row->is_bad = true;
}

/* ---- cells ---- */

struct date bundle_date(struct bundle_row *row, unsigned column) {
	struct date d = { 0 };
	struct str s = bundle_cell(row, column);
	if (s.n && date_parse_iso(s, &d)) {
		bundle_fault(row, column, "oneroster.value");
		return (struct date){ 0 };
	}
	return d;
}

unsigned bundle_count(struct bundle_row *row, unsigned column, unsigned most) {
	uint64_t v = 0;
	struct str s = bundle_cell(row, column);
	if (s.n && (str_parse_u64(s, &v) || v > most)) {
		bundle_fault(row, column, "oneroster.value");
		return 0;
	}
	return (unsigned)v;
}

bool bundle_bool(struct bundle_row *row, unsigned column) {
	struct str s = bundle_cell(row, column);
	if (s.n && !str_eq_z(s, "true") && !str_eq_z(s, "false")) {
		bundle_fault(row, column, "oneroster.value");
	}
	return str_eq_z(s, "true");
}

/* ---- one file ---- */

/* The columns of the specification in their order, and any of metadata behind them. */
static enum err check_header(struct bundle_row *row) {
	size_t known = oneroster_column_count(row->file);
	for (unsigned i = 0; i < known; i++) {
		const char *name = oneroster_column_name(row->file, i);
		bool is_ours = strncmp(name, "metadata.", 9) == 0;
		row->at[i] = -1;
		if (!is_ours && i < row->cells->count && str_eq_z(row->cells->fields[i], name)) {
			row->at[i] = (int)i;
		}
		for (size_t k = 0; is_ours && k < row->cells->count; k++) {
			if (str_eq_z(row->cells->fields[k], name)) {
				row->at[i] = (int)k;
			}
		}
		if (!is_ours && row->at[i] < 0) {
			diag_add(row->why, DIAG_ERROR, row->file_name, row->line, i + 1,
					"oneroster.header", "column", name, NULL);
			return ERR_INVAL;
		}
	}
	return ERR_OK;
}

static void check_row(struct bundle_row *row, size_t header_count) {
	row->is_bad = row->cells->count != header_count;
	if (row->is_bad) {
		diag_add(row->why, DIAG_ERROR, row->file_name, row->line, 0, "oneroster.cells",
				NULL);
		return;
	}
	for (unsigned i = 0; i < oneroster_column_count(row->file); i++) {
		if (oneroster_column_is_required(row->file, i) && !bundle_cell(row, i).n) {
			bundle_fault(row, i, "oneroster.required");
		}
	}
	/* Blank by the specification; some say it all the same. */
	struct str status = bundle_cell(row, COLUMN_STATUS);
	row->is_gone = str_eq_z(status, "tobedeleted") || str_eq_z(status, "inactive");
	if (status.n && !row->is_gone && !str_eq_z(status, "active")) {
		bundle_fault(row, COLUMN_STATUS, "oneroster.value");
	}
}

static enum err read_rows(
		struct csv_reader *csv, struct bundle_row *row, const struct bundle_each *each) {
	struct csv_row cells;
	enum err e = csv_read(csv, &cells);
	row->cells = &cells;
	row->line = csv->line;
	e = e ? e : check_header(row);
	size_t header_count = cells.count;
	while (!e && (e = csv_read(csv, &cells)) == ERR_OK) {
		row->line = csv->line;
		check_row(row, header_count);
		(*each->rows)++;
		e = row->is_bad || row->is_gone ? ERR_OK : each->row(each->ctx, row);
	}
	row->cells = NULL;
	return e;
}

/* The bytes of a file; ERR_INVAL when there are none that can be read, which is said. */
static enum err load(struct zip_in *zip, const char *name, struct diag *why, struct buf *out) {
	const char *code = "oneroster.file_damaged";
	enum err e = zip_in_read(zip, name, BUNDLE_FILE_BYTES_MAX, out);
	if (e == ERR_NOT_FOUND) {
		code = "oneroster.file_missing";
	} else if (e == ERR_LIMIT) {
		code = "oneroster.file_large";
	} else if (e != ERR_FORMAT) {
		return e;
	}
	diag_add(why, DIAG_ERROR, name, 0, 0, code, NULL);
	return ERR_INVAL;
}

enum err bundle_table_read(struct zip_in *zip, enum oneroster_file file, struct diag *why,
		const struct bundle_each *each) {
	const char *name = oneroster_csv_name(file);
	_cleanup_(buf_finish) struct buf bytes = buf_make(BUNDLE_FILE_BYTES_MAX + 1);
	struct bundle_row row = { .file = file, .file_name = name, .why = why };
	struct csv_reader csv;
	*each->rows = 0;
	enum err e = load(zip, name, why, &bytes);
	if (e) {
		return e;
	}
	e = csv_reader_init(&csv, (struct str){ buf_str(&bytes), bytes.len });
	e = e ? e : read_rows(&csv, &row, each);
	if (e == ERR_FORMAT || e == ERR_LIMIT) {
		diag_add(why, DIAG_ERROR, name, csv.line, 0, "oneroster.not_csv", NULL);
		e = ERR_INVAL;
	}
	csv_reader_finish(&csv);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ---- the manifest ---- */

struct manifest_reading {
	struct bundle_manifest found;
	bool is_1_2;
	struct diag *why;
};

static enum err take_property(
		struct manifest_reading *m, const struct csv_row *row, unsigned line) {
	char name[SHOWN_BYTES];
	if (row->count < 2) {
		return ERR_OK;
	}
	struct str value = row->fields[1];
	m->is_1_2 = m->is_1_2 ||
			(str_eq_z(row->fields[0], "oneroster.version") && str_eq_z(value, "1.2"));
	for (unsigned i = 0; i < ONEROSTER_FILES; i++) {
		(void)snprintf(name, sizeof(name), "file.%s", oneroster_file_name(i)); /* fits */
		if (!str_eq_z(row->fields[0], name)) {
			continue;
		}
		m->found.has[i] = str_eq_z(value, "bulk");
		if (str_eq_z(value, "delta")) {
			diag_add(m->why, DIAG_ERROR, oneroster_manifest_name, line, 2,
					"oneroster.delta", NULL);
			return ERR_INVAL;
		}
	}
	return ERR_OK;
}

enum err bundle_manifest_read(struct zip_in *zip, struct diag *why, struct bundle_manifest *out) {
	_cleanup_(buf_finish) struct buf bytes = buf_make(BUNDLE_FILE_BYTES_MAX + 1);
	struct manifest_reading m = { .why = why };
	struct csv_reader csv;
	struct csv_row row;
	enum err e = load(zip, oneroster_manifest_name, why, &bytes);
	if (e) {
		return e;
	}
	e = csv_reader_init(&csv, (struct str){ buf_str(&bytes), bytes.len });
	while (!e && (e = csv_read(&csv, &row)) == ERR_OK) {
		e = take_property(&m, &row, csv.line);
	}
	csv_reader_finish(&csv);
	if (e == ERR_NOMEM || e == ERR_INVAL) {
		return e;
	}
	if (e != ERR_NOT_FOUND || !m.is_1_2) {
		diag_add(why, DIAG_ERROR, oneroster_manifest_name, 0, 0, "oneroster.version", NULL);
		return ERR_INVAL;
	}
	*out = m.found;
	return ERR_OK;
}

/* ---- sourcedIds ---- */

void bundle_ids_finish(struct bundle_ids *ids) {
	free(ids->items);
}

enum err bundle_ids_add(struct bundle_ids *ids, const struct bundle_id *id, size_t most) {
	enum err e = GROW(ids, most);
	if (!e) {
		ids->items[ids->count++] = *id;
	}
	return e;
}

static int compare(struct str a, struct str b) {
	size_t n = a.n < b.n ? a.n : b.n;
	int order = n ? memcmp(a.p, b.p, n) : 0;
	return order ? order : (a.n > b.n) - (a.n < b.n);
}

static int compare_ids(const void *a, const void *b) {
	const struct bundle_id *x = a;
	const struct bundle_id *y = b;
	int order = compare(x->id, y->id);
	return order ? order : (x->line > y->line) - (x->line < y->line);
}

void bundle_ids_sort(struct bundle_ids *ids, enum oneroster_file file, struct diag *why) {
	const char *name = oneroster_csv_name(file);
	if (ids->count) {
		qsort(ids->items, ids->count, sizeof(*ids->items), compare_ids);
	}
	for (size_t i = 1; i < ids->count; i++) {
		if (str_eq(ids->items[i - 1].id, ids->items[i].id)) {
			char value[SHOWN_BYTES];
			show(ids->items[i].id, value);
			diag_add(why, DIAG_ERROR, name, ids->items[i].line, 1, "oneroster.twice",
					"value", value, NULL);
		}
	}
}

const struct bundle_id *bundle_ids_find(const struct bundle_ids *ids, struct str id) {
	size_t low = 0;
	size_t high = ids->count;
	while (low < high) {
		size_t middle = low + (high - low) / 2;
		int order = compare(ids->items[middle].id, id);
		if (order == 0) {
			return &ids->items[middle];
		}
		if (order < 0) {
			low = middle + 1;
		} else {
			high = middle;
		}
	}
	return NULL;
}

const struct bundle_id *bundle_refer(
		struct bundle_row *row, unsigned column, const struct bundle_ids *ids) {
	const struct bundle_id *found = bundle_ids_find(ids, bundle_cell(row, column));
	if (!found) {
		bundle_fault(row, column, "oneroster.reference");
	}
	return found;
}
