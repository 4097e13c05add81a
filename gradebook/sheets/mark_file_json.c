#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/base/json.h"
#include "core/school/roster.h"
#include "gradebook/sheets/mark_file_inner.h"

enum { LINE_BYTES_MAX = 4096 };

static const char *const way_names[] = { "in", "out" };

/* ---- the preview ---- */

static void put_student(struct json_out *w, const struct mark_known *known, const char *name,
		size_t index) {
	if (index == SIZE_MAX) {
		jo_knull(w, name);
		return;
	}
	jo_kobj(w, name);
	jo_kid(w, "id", known->students[index].id);
	jo_kstr(w, "code", known->students[index].code);
	jo_kstr(w, "fullName", known->students[index].full_name);
	jo_end_obj(w);
}

static void put_mark(struct json_out *w, enum mark_kind kind, unsigned position) {
	jo_kobj(w, "mark");
	jo_kstrz(w, "kind", mark_kind_name(kind));
	jo_ki64(w, "position", position);
	jo_end_obj(w);
}

static enum err put_sheets(struct json_out *w, const struct mark_file *file, enum lang lang) {
	enum err e = ERR_OK;
	jo_karr(w, "sheets");
	for (size_t i = 0; i < file->sheet_count && !e; i++) {
		jo_obj(w);
		jo_kstr(w, "name", file->sheets[i].name);
		jo_kbool(w, "isRead", i == file->sheet);
		jo_kbool(w, "hasTable", file->sheets[i].has_table);
		e = sheet_notes_put(
				w, file->sheets[i].notes.items, file->sheets[i].notes.count, lang);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

static enum err put_columns(struct json_out *w, const struct mark_file *file, enum lang lang) {
	enum err e = ERR_OK;
	jo_karr(w, "columns");
	for (size_t i = 0; i < file->table.column_count && !e; i++) {
		const struct mark_table_column *c = &file->table.columns[i];
		jo_obj(w);
		jo_ki64(w, "column", c->column);
		jo_kstr(w, "title", c->title);
		if (c->known == SIZE_MAX) {
			jo_knull(w, "mark");
		} else {
			put_mark(w, c->kind, c->position);
		}
		e = sheet_notes_put(w, c->notes.items, c->notes.count, lang);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

static enum err put_cells(struct json_out *w, const struct mark_file *file,
		const struct mark_known *known, enum lang lang) {
	enum err e = ERR_OK;
	jo_karr(w, "cells");
	for (size_t i = 0; i < file->cell_count && !e; i++) {
		const struct mark_file_cell *c = &file->cells[i];
		jo_obj(w);
		jo_ki64(w, "row", c->row);
		jo_ki64(w, "column", c->column);
		jo_kstrz(w, "action", mark_file_fate_name(c->fate));
		put_student(w, known, "student", c->student);
		put_mark(w, known->columns[c->known].kind, known->columns[c->known].position);
		jo_kstr(w, "old", c->old_text);
		jo_kstr(w, "new", c->new_text);
		jo_key(w, "confirm");
		if (c->fate == MARK_FILE_ASK) {
			jo_id(w, i + 1);
		} else {
			jo_null(w);
		}
		e = sheet_notes_put(w, c->notes.items, c->notes.count, lang);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

static enum err put_rows(struct json_out *w, const struct mark_file *file,
		const struct mark_known *known, enum lang lang) {
	enum err e = ERR_OK;
	jo_karr(w, "rows");
	for (size_t i = 0; i < file->row_count && !e; i++) {
		const struct mark_file_row *r = &file->rows[i];
		jo_obj(w);
		jo_ki64(w, "row", r->number);
		jo_kstr(w, "name", r->name);
		put_student(w, known, "student", r->student);
		e = sheet_notes_put(w, r->notes.items, r->notes.count, lang);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

/* Students of the class who have no row. */
static void put_unseen(
		struct json_out *w, const struct mark_file *file, const struct mark_known *known) {
	jo_karr(w, "unseen");
	for (size_t i = 0; i < known->student_count; i++) {
		if (!file->is_seen[i]) {
			jo_obj(w);
			jo_kid(w, "id", known->students[i].id);
			jo_kstr(w, "code", known->students[i].code);
			jo_kstr(w, "fullName", known->students[i].full_name);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
}

static enum err put_preview(const struct mark_file *file, const struct mark_known *known,
		enum lang lang, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kid(&w, "class", file->class_id);
	jo_kid(&w, "subject", file->subject_id);
	jo_kid(&w, "term", file->term_id);
	jo_kbool(&w, "isOwn", file->table.is_own);
	jo_kbool(&w, "needsWhy", file->needs_why);
	jo_kobj(&w, "counts");
	for (enum mark_file_fate fate = 0; fate < MARK_FILE_FATE_COUNT_; fate++) {
		jo_ki64(&w, mark_file_fate_name(fate), (int64_t)file->counts[fate]);
	}
	jo_end_obj(&w);
	enum err e = put_sheets(&w, file, lang);
	e = e ? e : put_columns(&w, file, lang);
	e = e ? e : put_cells(&w, file, known, lang);
	e = e ? e : put_rows(&w, file, known, lang);
	if (!e) {
		put_unseen(&w, file, known);
		jo_end_obj(&w);
	}
	return e ? e : buf_err(out);
}

/* ---- what carrying it out needs ---- */

static void put_cell_line(const struct mark_file_cell *c, size_t number, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kid(&w, "column", c->column_id);
	jo_kid(&w, "student", c->student_id);
	jo_ki64(&w, "code", cell_code(&c->wanted));
	jo_ki64(&w, "version", c->version);
	jo_kid(&w, "confirm", c->fate == MARK_FILE_ASK ? number : 0);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
}

enum err mark_file_save(const struct mark_file *file, const struct mark_known *known,
		enum lang lang, struct buf *out) {
	struct json_out w;
	enum err e = put_preview(file, known, lang, out);
	if (e) {
		return e;
	}
	buf_add_char(out, '\n');
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "way", way_names[file->way]);
	jo_kid(&w, "class", file->class_id);
	jo_kid(&w, "subject", file->subject_id);
	jo_kid(&w, "term", file->term_id);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
	for (size_t i = 0; i < file->cell_count && file->way == MARK_FILE_IN; i++) {
		enum mark_file_fate fate = file->cells[i].fate;
		if (fate == MARK_FILE_CHANGE || fate == MARK_FILE_ASK) {
			put_cell_line(&file->cells[i], i + 1, out);
		}
	}
	return buf_err(out);
}

static enum err load_head(struct mark_file *file, struct str line) {
	_cleanup_(json_freep) struct json *node = NULL;
	struct str way;
	enum err e = json_parse(line, LINE_BYTES_MAX, &node);
	e = e ? e : json_get_str(node, "way", &way);
	e = e ? e : json_get_id(node, "class", &file->class_id);
	e = e ? e : json_get_id(node, "subject", &file->subject_id);
	e = e ? e : json_get_id(node, "term", &file->term_id);
	if (!e) {
		file->way = str_eq_z(way, way_names[MARK_FILE_OUT]) ? MARK_FILE_OUT : MARK_FILE_IN;
	}
	return e;
}

static enum err load_cell(struct mark_file *file, struct str line) {
	_cleanup_(json_freep) struct json *node = NULL;
	struct mark_file_cell cell = { .old_text = str_from(""), .new_text = str_from("") };
	int64_t code = 0;
	int64_t version = 0;
	uint64_t confirm = 0;
	enum err e = json_parse(line, LINE_BYTES_MAX, &node);
	e = e ? e : json_get_id(node, "column", &cell.column_id);
	e = e ? e : json_get_id(node, "student", &cell.student_id);
	e = e ? e : json_get_i64(node, "code", &code);
	e = e ? e : json_get_i64(node, "version", &version);
	e = e ? e : json_get_id(node, "confirm", &confirm);
	if (e || code < 0 || code > UINT8_MAX || version < 0 || version > INT32_MAX) {
		return e ? e : ERR_CORRUPT;
	}
	e = cell_from_code((unsigned)code, &cell.wanted);
	cell.version = (unsigned)version;
	cell.fate = confirm ? MARK_FILE_ASK : MARK_FILE_CHANGE;
	cell.confirm = confirm;
	void *items = file->cells;
	e = e ? e
	      : grow_items(&items, &file->cell_cap, file->cell_count, sizeof(*file->cells),
				MARK_FILE_CELLS_MAX);
	file->cells = items;
	if (!e) {
		file->cells[file->cell_count++] = cell;
	}
	return e;
}

enum err mark_file_load(struct str saved, struct mark_file **out) {
	_cleanup_(mark_file_freep) struct mark_file *file = calloc(1, sizeof(*file));
	if (!file) {
		return ERR_NOMEM;
	}
	size_t at = roster_plan_preview(saved).n + 1;
	bool has_head = false;
	while (at < saved.n && (!has_head || file->way == MARK_FILE_IN)) {
		struct str line = roster_plan_preview((struct str){ saved.p + at, saved.n - at });
		enum err e = has_head ? load_cell(file, line) : load_head(file, line);
		if (e) {
			return e == ERR_NOMEM ? e : ERR_CORRUPT;
		}
		has_head = true;
		at += line.n + 1;
	}
	if (!has_head) {
		return ERR_CORRUPT;
	}
	*out = STEAL(file);
	return ERR_OK;
}
