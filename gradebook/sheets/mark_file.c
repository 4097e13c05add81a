#include "gradebook/sheets/mark_file.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/roster_inner.h"
#include "gradebook/sheets/mark_file_inner.h"
#include "gradebook/sheets/mark_value.h"

enum { TEXT_BYTES_MAX = 4096, NUMBER_BYTES = 24 };

/* A plan under way. */
struct maker {
	struct mark_file *file;
	const struct mark_known *known;
	const struct grid *grid;
	enum lang lang;
};

const char *mark_file_fate_name(enum mark_file_fate fate) {
	static const char *const names[MARK_FILE_FATE_COUNT_] = { "change", "ask", "refused",
		"kept", "same" };
	return names[fate];
}

void mark_file_free(struct mark_file *file) {
	if (file) {
		free(file->cells);
		free(file->rows);
		arena_finish(&file->arena);
		free(file);
	}
}

static void lines_finish(struct mark_lines *lines) {
	free(lines->items);
}

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* ---- one cell ---- */

static enum err print_cell(
		struct maker *m, enum mark_scale scale, const struct cell *cell, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	mark_value_print(scale, cell, m->lang, &text);
	enum err e = buf_err(&text);
	return e ? e : arena_copy(&m->file->arena, of(&text), out);
}

static enum err copy_text(struct maker *m, const struct grid_cell *cell, struct str *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	enum err e = cell ? roster_clean(cell->text, &text) : ERR_OK;
	if (e && e != ERR_NOMEM) {
		buf_clear(&text);
		buf_add_str(&text, "…"); /* more than can be shown */
		e = buf_err(&text);
	}
	return e ? e : arena_copy(&m->file->arena, of(&text), out);
}

static enum err note(struct maker *m, struct mark_file_cell *cell, enum mark_file_fate fate,
		const char *code, struct str value) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	buf_add(&text, value.p, value.n);
	cell->fate = fate;
	enum err e = buf_err(&text);
	return e ? e
		 : sheet_note(&m->file->arena, &cell->notes, fate == MARK_FILE_REFUSED,
				   cell->column, code, "value", buf_str(&text), NULL);
}

static const char *refusal_of(
		const struct mark_known_column *column, const struct mark_known_student *student) {
	switch (column->lock) {
	case LOCK_OPEN:
		break;
	case LOCK_LOCKED:
		return "sheet.locked";
	case LOCK_CLOSED:
		return "sheet.closed";
	}
	return student->is_exempt ? "sheet.exempt" : NULL;
}

/* What our form hides of a cell: its version and code when the form was made. */
struct basis {
	bool is_known;
	unsigned version;
	struct cell cell;
};

/* "12=3=85 13=0=255": column, version, code. */
static struct basis find_basis(
		const struct mark_table *table, const struct grid_row *row, uint64_t column_id) {
	const struct grid_cell *cell = table->basis ? grid_row_cell(row, table->basis) : NULL;
	struct str s = cell ? cell->text : str_from("");
	struct basis none = { .is_known = false };
	while (s.n > 0) {
		uint64_t parts[3] = { 0, 0, 0 };
		for (size_t i = 0; i < 3; i++) {
			size_t n = 0;
			while (n < s.n && s.p[n] != '=' && s.p[n] != ' ') {
				n++;
			}
			if (str_parse_u64((struct str){ s.p, n }, &parts[i])) {
				return none;
			}
			n += n < s.n;
			s = (struct str){ s.p + n, s.n - n };
		}
		struct basis found = { .is_known = true, .version = (unsigned)parts[1] };
		if (parts[0] == column_id && parts[1] <= INT32_MAX && parts[2] <= UINT8_MAX &&
				!cell_from_code((unsigned)parts[2], &found.cell)) {
			return found;
		}
	}
	return none;
}

/* The same to a reader of the file: that a mark was made up later is not written there. */
static bool is_alike(const struct cell *a, const struct cell *b) {
	return a->value_x10 == b->value_x10 && a->is_missing == b->is_missing;
}

/* A mark where the student was away has been made up; one that was made up stays so. */
static void follow(const struct cell *before, struct cell *after) {
	bool was_late = before->is_missing || before->is_makeup;
	after->is_makeup = after->value_x10 != MARK_NONE && (after->is_makeup || was_late);
}

/* The mark that counts at a place of this class without being entered there. */
static const struct mark_known_carried *find_carried(
		const struct mark_known_student *s, const struct mark_known_column *column) {
	for (size_t i = 0; i < s->carried_count; i++) {
		const struct mark_cell *c = &s->carried[i].mark;
		if (c->kind == column->kind && c->position == column->position) {
			return &s->carried[i];
		}
	}
	return NULL;
}

/* What the file wants of the gradebook, when it is a mark or an emptied cell. */
static enum err judge_wanted(struct maker *m, struct mark_file_cell *cell,
		const struct mark_value *value, const struct basis *basis) {
	const struct mark_known_student *s = &m->known->students[cell->student];
	const struct mark_known_column *column = &m->known->columns[cell->known];
	const struct mark_known_cell *now = &s->cells[cell->known];
	cell->wanted = value->cell;
	follow(&now->cell, &cell->wanted);
	cell->version = now->version;
	const struct mark_known_carried *carried =
			cell_is_empty(&now->cell) ? find_carried(s, column) : NULL;
	bool is_carried = carried && value->kind == MARK_VALUE_MARK &&
			value->cell.value_x10 == carried->mark.value_x10;
	bool is_same = is_carried ||
			(is_alike(&now->cell, &value->cell) &&
					(now->cell.is_makeup || !value->cell.is_makeup));
	bool is_untouched = basis->is_known && value->kind != MARK_VALUE_ASK &&
			is_alike(&basis->cell, &value->cell) && !value->cell.is_makeup;
	if (is_same || is_untouched) {
		cell->fate = MARK_FILE_SAME;
		return ERR_OK;
	}
	enum err e = print_cell(m, column->scale, &now->cell, &cell->old_text);
	e = e ? e : print_cell(m, column->scale, &cell->wanted, &cell->new_text);
	const char *refusal = refusal_of(column, s);
	if (e || refusal) {
		return e ? e : note(m, cell, MARK_FILE_REFUSED, refusal, str_from(""));
	}
	if (basis->is_known && basis->version != now->version) {
		struct str then = cell->old_text;
		return note(m, cell, MARK_FILE_REFUSED, "sheet.meanwhile",
				then.n ? then : str_from("–"));
	}
	m->file->needs_why = m->file->needs_why || column->is_published;
	cell->fate = MARK_FILE_CHANGE;
	return value->kind == MARK_VALUE_ASK
			? note(m, cell, MARK_FILE_ASK, "sheet.value_ask", cell->new_text)
			: ERR_OK;
}

static enum err judge_in(struct maker *m, struct mark_file_cell *cell, const struct grid_row *row,
		const struct mark_value *value, struct str text) {
	const struct mark_known_student *s = &m->known->students[cell->student];
	struct basis basis = find_basis(&m->file->table, row, m->known->columns[cell->known].id);
	cell->fate = MARK_FILE_SAME;
	switch (value->kind) {
	case MARK_VALUE_EMPTY:
		if (!basis.is_known || cell_is_empty(&basis.cell) || s->is_exempt) {
			return ERR_OK;
		}
		return judge_wanted(m, cell, value, &basis);
	case MARK_VALUE_MARK:
	case MARK_VALUE_ASK:
		return judge_wanted(m, cell, value, &basis);
	case MARK_VALUE_EXEMPT:
		return s->is_exempt ? ERR_OK
				    : note(m, cell, MARK_FILE_REFUSED, "sheet.not_exempt", text);
	case MARK_VALUE_WRONG:
		return note(m, cell, MARK_FILE_REFUSED, value->fault, text);
	}
	return ERR_OK;
}

/* What the gradebook puts into the file: also what the student brought along from a former class, and
 * that is said. */
static enum err judge_out(struct maker *m, struct mark_file_cell *cell,
		const struct mark_value *value, struct str text) {
	const struct mark_known_student *s = &m->known->students[cell->student];
	const struct mark_known_carried *carried =
			cell_is_empty(&s->cells[cell->known].cell) && !s->is_exempt
			? find_carried(s, &m->known->columns[cell->known])
			: NULL;
	const struct cell brought = { .value_x10 = carried ? carried->mark.value_x10 : MARK_NONE };
	const struct cell *now = carried ? &brought : &s->cells[cell->known].cell;
	const struct grid_merge *merge = grid_find_merge(m->grid, cell->row, cell->column);
	bool is_covered = merge &&
			(merge->row_first != cell->row || merge->column_first != cell->column);
	cell->fate = MARK_FILE_SAME;
	cell->old_text = text;
	if (s->is_exempt || now->is_missing || cell_is_empty(now)) {
		const char *code = s->is_exempt   ? "sheet.kept_exempt"
				: now->is_missing ? "sheet.kept_missing"
						  : "sheet.kept_none";
		bool is_told = text.n > 0 || now->is_missing;
		return is_told ? note(m, cell, MARK_FILE_KEPT, code, text) : ERR_OK;
	}
	if (value->kind == MARK_VALUE_MARK && is_alike(&value->cell, now)) {
		return ERR_OK;
	}
	enum mark_scale scale = m->known->columns[cell->known].scale;
	enum err e = print_cell(m, scale, now, &cell->new_text);
	if (!e && is_covered) {
		return note(m, cell, MARK_FILE_REFUSED, "sheet.merged", text);
	}
	cell->wanted = *now;
	cell->fate = MARK_FILE_CHANGE;
	return e || !carried
			? e
			: note(m, cell, MARK_FILE_CHANGE, "sheet.carried", carried->class_name);
}

static enum err add_cell(struct maker *m, const struct mark_line *line,
		const struct mark_table_column *column) {
	struct mark_file *file = m->file;
	const struct grid_cell *found = grid_row_cell(line->row, column->column);
	struct mark_file_cell cell = { .row = line->row->number,
		.column = column->column,
		.student = line->student,
		.known = column->known,
		.old_text = str_from(""),
		.new_text = str_from(""),
		.wanted = CELL_EMPTY };
	struct mark_value value;
	struct str text;
	cell.column_id = m->known->columns[column->known].id;
	cell.student_id = m->known->students[line->student].id;
	enum err e = mark_value_read(m->known->columns[column->known].scale, found, &value);
	e = e ? e : copy_text(m, found, &text);
	if (e) {
		return e;
	}
	e = file->way == MARK_FILE_IN ? judge_in(m, &cell, line->row, &value, text)
				      : judge_out(m, &cell, &value, text);
	file->counts[cell.fate] += !e;
	if (e || cell.fate == MARK_FILE_SAME) {
		return e;
	}
	void *items = file->cells;
	e = grow_items(&items, &file->cell_cap, file->cell_count, sizeof(*file->cells),
			MARK_FILE_CELLS_MAX);
	file->cells = items;
	if (!e) {
		file->cells[file->cell_count++] = cell;
	}
	return e;
}

/* ---- the table ---- */

static enum err add_row(struct maker *m, const struct mark_line *line) {
	struct mark_file *file = m->file;
	void *items = file->rows;
	enum err e = grow_items(&items, &file->row_cap, file->row_count, sizeof(*file->rows),
			MARK_FILE_ROWS_MAX);
	file->rows = items;
	if (!e) {
		file->rows[file->row_count++] = (struct mark_file_row){ line->row->number,
			line->name, line->student, line->notes };
	}
	return e;
}

static enum err take_line(struct maker *m, const struct mark_line *line) {
	struct mark_file *file = m->file;
	enum err e = line->notes.count > 0 ? add_row(m, line) : ERR_OK;
	if (e || line->student == SIZE_MAX) {
		return e;
	}
	file->is_seen[line->student] = true;
	for (size_t i = 0; i < file->table.column_count && !e; i++) {
		if (file->table.columns[i].known != SIZE_MAX) {
			e = add_cell(m, line, &file->table.columns[i]);
		}
	}
	return e;
}

/* A list in which few are of the class is another class's, whatever its titles say. */
static enum err judge_lines(struct maker *m, const struct mark_lines *lines, bool *out_is_ours) {
	char found[NUMBER_BYTES];
	char all[NUMBER_BYTES];
	size_t count = 0;
	for (size_t i = 0; i < lines->count; i++) {
		count += lines->items[i].student != SIZE_MAX;
	}
	*out_is_ours = count > 0 && count * 2 >= lines->count;
	if (*out_is_ours) {
		return ERR_OK;
	}
	(void)snprintf(found, sizeof(found), "%zu", count);
	(void)snprintf(all, sizeof(all), "%zu", lines->count);
	_cleanup_(buf_finish) struct buf name = buf_make(TEXT_BYTES_MAX);
	buf_add(&name, m->known->class_name.p, m->known->class_name.n);
	enum err e = buf_err(&name);
	return e ? e
		 : sheet_note(&m->file->arena, &m->file->sheets[m->file->sheet].notes, true, 0,
				   "sheet.few_known", "found", found, "rows", all, "name",
				   buf_str(&name), NULL);
}

static enum err read_table(struct maker *m) {
	_cleanup_(lines_finish) struct mark_lines lines = { 0 };
	bool is_ours = false;
	enum err e = mark_match_lines(m->grid, &m->file->table, m->known, &m->file->arena, &lines);
	e = e ? e : judge_lines(m, &lines, &is_ours);
	for (size_t i = 0; i < lines.count && !e && is_ours; i++) {
		e = take_line(m, &lines.items[i]);
	}
	if (!e && !is_ours) {
		m->file->sheet = SIZE_MAX;
	}
	return e;
}

/* ---- which sheet ---- */

/* Finds the table of each sheet, and takes the one that is wanted or fits best. */
static enum err choose_sheet(struct mark_file *file, const struct grid *const *grids,
		const struct mark_known *known, size_t wanted) {
	size_t best = SIZE_MAX;
	enum err e = ERR_OK;
	for (size_t i = 0; i < file->sheet_count && !e; i++) {
		struct mark_table table;
		e = mark_table_find(grids[i], known, &file->arena, &table);
		struct mark_file_sheet *sheet = &file->sheets[i];
		sheet->notes = table.notes;
		sheet->has_table = !e && table.head_row > 0;
		bool is_fit = sheet->has_table && !table.is_refused && table.used_count > 0;
		bool is_better = best == SIZE_MAX || table.agrees > file->table.agrees;
		if (!e && is_fit && (wanted == i || (wanted == SIZE_MAX && is_better))) {
			best = i;
			file->table = table;
		}
		if (!e && sheet->has_table && !table.is_refused && table.used_count == 0) {
			e = sheet_note(&file->arena, &sheet->notes, true, 0, "sheet.no_columns",
					NULL);
		}
	}
	file->sheet = best;
	return e;
}

/* The other sheets that could have been meant. */
static enum err note_others(struct mark_file *file) {
	enum err e = ERR_OK;
	for (size_t i = 0; i < file->sheet_count && !e; i++) {
		struct mark_file_sheet *sheet = &file->sheets[i];
		if (file->sheet != SIZE_MAX && i != file->sheet && sheet->has_table &&
				sheet->notes.count == 0) {
			e = sheet_note(&file->arena, &sheet->notes, false, 0, "sheet.not_read",
					NULL);
		}
	}
	return e;
}

static enum err begin(const struct grid *const *grids, size_t grid_count,
		const struct mark_known *known, struct mark_file **out) {
	_cleanup_(mark_file_freep) struct mark_file *file = calloc(1, sizeof(*file));
	if (grid_count > MARK_FILE_SHEETS_MAX) {
		return ERR_LIMIT;
	}
	if (!file) {
		return ERR_NOMEM;
	}
	file->arena = arena_make(MARK_FILE_BYTES_MAX);
	file->class_id = known->class_id;
	file->subject_id = known->subject_id;
	file->term_id = known->term_id;
	void *memory = NULL;
	enum err e = arena_take(&file->arena, grid_count * sizeof(*file->sheets), &memory);
	file->sheets = memory;
	for (size_t i = 0; i < grid_count && !e; i++) {
		file->sheet_count++;
		e = arena_copy(&file->arena, str_from(grids[i]->name), &file->sheets[i].name);
	}
	if (!e) {
		*out = STEAL(file);
	}
	return e;
}

enum err mark_file_new(const struct grid *const *grids, size_t grid_count,
		const struct mark_known *known, enum mark_file_way way, size_t sheet,
		enum lang lang, struct mark_file **out) {
	_cleanup_(mark_file_freep) struct mark_file *file = NULL;
	enum err e = begin(grids, grid_count, known, &file);
	if (e || !file) {
		return e ? e : ERR_NOMEM; /* it is there whenever begin() went well */
	}
	e = choose_sheet(file, grids, known, sheet);
	if (e) {
		return e;
	}
	file->way = way;
	if (file->sheet != SIZE_MAX) {
		struct maker m = { file, known, grids[file->sheet], lang };
		e = read_table(&m);
	}
	e = e ? e : note_others(file);
	if (!e) {
		*out = STEAL(file);
	}
	return e;
}

enum err mark_file_keep_formula(struct mark_file *file, size_t index) {
	struct mark_file_cell *cell = &file->cells[index];
	file->counts[cell->fate]--;
	cell->fate = MARK_FILE_REFUSED;
	file->counts[cell->fate]++;
	return sheet_note(
			&file->arena, &cell->notes, true, cell->column, "sheet.formula_kept", NULL);
}
