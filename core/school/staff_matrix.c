/* Matrices of subjects by classes, or classes by subjects: of staff_plan.h. */
#include <string.h>

#include "core/base/cleanup.h"
#include "core/school/staff_plan_inner.h"

enum {
	TEXT_BYTES = 4096,
	MATRIX_ROWS_MAX = 40, /* rows with content in which a matrix must begin */
	MATRIX_HITS_MIN = 2,  /* classes, or subjects, that make a row the head of a matrix */
};

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

static struct staff_parts teachers_of(struct str text) {
	struct staff_parts parts = { 0 };
	staff_split(text, ",;/+&|\n", &parts);
	return parts;
}

struct matrix {
	unsigned head_row;
	unsigned first_column; /* of the ones that name a class or a subject */
	bool has_classes_across;
};

static bool is_class(const struct staff_known *known, struct str text) {
	size_t index = 0;
	return staff_find_class(known, text, &index) == ERR_OK;
}

static bool is_subject(const struct staff_known *known, struct str text) {
	_cleanup_(buf_finish) struct buf candidates = buf_make(STAFF_CANDIDATES_BYTES_MAX);
	size_t index = 0;
	return staff_find_subject(known, text, &index, &candidates) == ERR_OK;
}

/* The first row that names several classes, or several subjects. */
static bool find_matrix(const struct staff_reader *r, struct matrix *out) {
	for (size_t i = 0; i < r->grid->row_count && i < MATRIX_ROWS_MAX; i++) {
		const struct grid_row *row = &r->grid->rows[i];
		size_t hits[2] = { 0 };
		unsigned first[2] = { 0 };
		for (size_t k = 0; k < row->count && k < SHEET_COLUMNS_MAX; k++) {
			struct str text = row->cells[k].text;
			bool is[2] = { is_class(r->known, text), is_subject(r->known, text) };
			for (size_t w = 0; w < 2; w++) {
				first[w] = is[w] && hits[w] == 0 ? row->cells[k].column : first[w];
				hits[w] += is[w];
			}
		}
		size_t which = hits[0] >= hits[1] ? 0 : 1;
		if (hits[which] >= MATRIX_HITS_MIN) {
			*out = (struct matrix){ row->number, first[which], which == 0 };
			return true;
		}
	}
	return false;
}

/* The class or the subject that a text names, into the place. */
static enum err find_axis(struct staff_reader *r, struct staff_place *at, bool is_class_axis,
		unsigned column, struct str text, bool *out_is_found) {
	if (!is_class_axis) {
		return staff_entry_subject(r, at, column, text, out_is_found);
	}
	enum err e = staff_find_class(r->known, text, &at->class_index);
	*out_is_found = e == ERR_OK;
	if (e != ERR_NOT_FOUND) {
		return e;
	}
	struct staff_place where = *at;
	where.column = column;
	where.class_index = SIZE_MAX;
	return staff_entry_fault(r, &where, "import.teaching_class", text, NULL);
}

/* The label of a matrix's row: the last text left of the matrix that names something; an error when
 * there are entries but nothing that says whose. */
static enum err find_label(struct staff_reader *r, const struct matrix *m,
		const struct grid_row *line, struct staff_place *at, bool *out_is_found) {
	const struct grid_cell *last = NULL;
	for (size_t i = 0; i < line->count && line->cells[i].column < m->first_column; i++) {
		const struct grid_cell *cell = &line->cells[i];
		struct str text = str_trim(cell->text);
		bool is_it = m->has_classes_across ? is_subject(r->known, text)
						   : is_class(r->known, text);
		if (text.n > 0 && (is_it || !last || cell->kind == GRID_TEXT)) {
			last = cell;
		}
		if (is_it) {
			break;
		}
	}
	if (!last) {
		struct staff_place where = *at;
		*out_is_found = false;
		return staff_entry_fault(r, &where, "import.teaching_label", str_from(""), NULL);
	}
	return find_axis(r, at, !m->has_classes_across, last->column, str_trim(last->text),
			out_is_found);
}

static bool has_entries(const struct matrix *m, const struct grid_row *line) {
	for (size_t i = 0; i < line->count; i++) {
		struct str text = str_trim(line->cells[i].text);
		if (line->cells[i].column >= m->first_column && text.n > 0 &&
				!str_eq_z(text, "-")) {
			return true;
		}
	}
	return false;
}

static enum err read_cell(struct staff_reader *r, const struct matrix *m,
		const struct grid_row *head, const struct grid_cell *cell, struct staff_place at) {
	const struct grid_cell *title = grid_row_cell(head, cell->column);
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES);
	struct staff_row scratch = { 0 };
	bool is_found = false;
	at.column = cell->column;
	enum err e = staff_cell_text(r->plan, &scratch, cell, &text);
	if (!e && scratch.action == ROSTER_ERROR) {
		return staff_entry_noted(r, &at, &scratch.notes);
	}
	struct staff_parts teachers = teachers_of(of(&text));
	if (e || (teachers.count == 0 && !teachers.is_cut)) {
		return e;
	}
	if (!title || str_trim(title->text).n == 0) {
		return staff_entry_fault(r, &at, "import.teaching_label", of(&text), NULL);
	}
	e = find_axis(r, &at, m->has_classes_across, cell->column, str_trim(title->text),
			&is_found);
	for (size_t i = 0; i < teachers.count && !e && is_found; i++) {
		e = staff_entry_teacher(r, &at, teachers.items[i]);
	}
	return e;
}

static enum err read_matrix(struct staff_reader *r, const struct matrix *m) {
	const struct grid_row *head = grid_find_row(r->grid, m->head_row);
	enum err e = ERR_OK;
	for (size_t i = 0; i < r->grid->row_count && !e; i++) {
		const struct grid_row *line = &r->grid->rows[i];
		struct staff_place at = { line->number, 1, SIZE_MAX, SIZE_MAX };
		bool is_found = false;
		if (line->number <= m->head_row) {
			continue;
		}
		if (staff_line_of(line) == ROSTER_LINE_FOOTER) {
			return ERR_OK;
		}
		if (!has_entries(m, line)) {
			continue;
		}
		e = find_label(r, m, line, &at, &is_found);
		for (size_t k = 0; k < line->count && !e && is_found; k++) {
			if (line->cells[k].column >= m->first_column) {
				e = read_cell(r, m, head, &line->cells[k], at);
			}
		}
	}
	return e;
}

enum err staff_matrix_read(struct staff_reader *r, unsigned *out_head_row) {
	struct matrix matrix;
	if (!find_matrix(r, &matrix)) {
		return ERR_OK;
	}
	*out_head_row = matrix.head_row;
	return read_matrix(r, &matrix);
}
