#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/base/json.h"
#include "core/school/staff_plan_inner.h"

enum {
	PLAIN_BYTES = 2048,
	HEAD_BYTES_MAX = 4096,
	LINE_BYTES_MAX = 64 * 1024,
};

static const char *const change_fields[] = { "birthDate", "phone", "subjects" };

/* ---- making one ---- */

void staff_plan_free(struct staff_plan *plan) {
	if (plan) {
		free(plan->rows);
		arena_finish(&plan->arena);
		free(plan);
	}
}

enum err staff_plan_begin(
		const struct grid *const *grids, size_t grid_count, struct staff_plan **out) {
	if (grid_count > ROSTER_SHEETS_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(staff_plan_freep) struct staff_plan *plan = calloc(1, sizeof(*plan));
	if (!plan) {
		return ERR_NOMEM;
	}
	plan->arena = arena_make(ROSTER_BYTES_MAX);
	void *memory = NULL;
	enum err e = arena_take(&plan->arena, grid_count * sizeof(*plan->sheets), &memory);
	plan->sheets = memory;
	for (size_t i = 0; i < grid_count && !e; i++) {
		struct staff_sheet *sheet = &plan->sheets[plan->sheet_count++];
		e = arena_copy(&plan->arena, str_from(grids[i]->name), &sheet->name);
		if (!e && grids[i]->is_hidden) {
			e = sheet_note(&plan->arena, &sheet->notes, false, 0, "import.sheet_hidden",
					"value", grids[i]->name, NULL);
		}
	}
	if (!e) {
		*out = STEAL(plan);
	}
	return e;
}

enum err staff_plan_add(
		struct staff_plan *plan, size_t sheet, unsigned number, struct staff_row **out) {
	void *rows = plan->rows;
	enum err e = grow_items(&rows, &plan->row_cap, plan->row_count, sizeof(*plan->rows),
			STAFF_ROWS_MAX);
	plan->rows = rows;
	if (e) {
		return e;
	}
	*out = &plan->rows[plan->row_count++];
	(*out)->sheet = sheet;
	(*out)->number = number;
	return ERR_OK;
}

void staff_plan_end(struct staff_plan *plan, const struct staff_known *known) {
	staff_known_hash(known, &plan->basis);
	for (size_t i = 0; i < plan->row_count; i++) {
		plan->counts[plan->rows[i].action]++;
	}
}

enum err staff_note(struct staff_plan *plan, struct staff_row *row, bool is_error, unsigned column,
		const char *code, ...) {
	va_list ap;
	row->action = is_error ? ROSTER_ERROR : row->action;
	va_start(ap, code);
	enum err e = sheet_note_v(&plan->arena, &row->notes, is_error, column, code, ap);
	va_end(ap);
	return e;
}

enum err staff_cell_text(struct staff_plan *plan, struct staff_row *row,
		const struct grid_cell *cell, struct buf *out) {
	if (!cell) {
		return ERR_OK;
	}
	if (cell->is_uncomputed) {
		return staff_note(plan, row, true, cell->column, "import.formula", NULL);
	}
	enum err e = roster_clean(cell->text, out);
	if (e == ERR_LIMIT) {
		buf_clear(out);
		return staff_note(plan, row, true, cell->column, "import.text_long", "max", "300",
				NULL);
	}
	if (!e && cell->kind == GRID_ERROR) {
		e = staff_note(plan, row, true, cell->column, "import.cell_error", "value",
				buf_str(out), NULL);
		buf_clear(out);
	}
	return e;
}

enum roster_line staff_line_of(const struct grid_row *row) {
	for (size_t i = 0; i < row->count; i++) {
		_cleanup_(buf_finish) struct buf plain = buf_make(PLAIN_BYTES);
		bool is_text = row->cells[i].kind == GRID_TEXT &&
				str_trim(row->cells[i].text).n > 0;
		if (is_text && roster_plain(row->cells[i].text, &plain) == ERR_OK) {
			return roster_line_of((struct str){ buf_str(&plain), plain.len });
		}
	}
	return ROSTER_LINE_DATA;
}

/* ---- keeping it ---- */

static void put_text(struct json_out *w, const char *name, struct str s) {
	jo_kstr(w, name, s.n ? s : str_from(""));
}

static void put_birth(struct json_out *w, struct date birth) {
	char iso[DATE_ISO_BYTES];
	if (!date_is_valid(birth)) {
		jo_knull(w, "birthDate");
		return;
	}
	date_print_iso(birth, iso);
	jo_kstrz(w, "birthDate", iso);
}

static void put_changes(struct json_out *w, const struct staff_row *row) {
	jo_karr(w, "changes");
	for (size_t i = 0; i < row->change_count; i++) {
		jo_obj(w);
		jo_kstrz(w, "field", row->changes[i].field);
		put_text(w, "old", row->changes[i].old_text);
		put_text(w, "new", row->changes[i].new_text);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void put_ids(struct json_out *w, const char *name, const uint64_t *ids, size_t count) {
	jo_karr(w, name);
	for (size_t i = 0; i < count; i++) {
		jo_id(w, ids[i]);
	}
	jo_end_arr(w);
}

static enum err put_row(struct json_out *w, const struct staff_plan *plan,
		const struct staff_row *row, enum lang lang) {
	jo_obj(w);
	jo_kstr(w, "sheet", plan->sheets[row->sheet].name);
	jo_ki64(w, "row", row->number);
	jo_ki64(w, "column", row->column);
	jo_kstrz(w, "action", roster_action_name(row->action));
	put_text(w, "fullName", row->full_name);
	put_text(w, "login", row->login);
	put_birth(w, row->birth);
	put_text(w, "phone", row->phone);
	put_text(w, "subjects", row->subject_names);
	put_text(w, "className", row->class_name);
	put_text(w, "subjectName", row->subject_name);
	put_text(w, "removes", row->remove_names);
	put_changes(w, row);
	enum err e = sheet_notes_put(w, row->notes.items, row->notes.count, lang);
	jo_end_obj(w);
	return e;
}

static void put_counts(struct json_out *w, const struct staff_plan *plan) {
	jo_kobj(w, "counts");
	for (enum roster_action a = 0; a < ROSTER_ACTION_COUNT_; a++) {
		jo_ki64(w, roster_action_name(a), (int64_t)plan->counts[a]);
	}
	jo_end_obj(w);
}

static enum err put_preview(const struct staff_plan *plan, enum lang lang, struct buf *out) {
	struct json_out w;
	enum err e = ERR_OK;
	jo_begin(&w, out);
	jo_obj(&w);
	put_counts(&w, plan);
	jo_karr(&w, "sheets");
	for (size_t i = 0; i < plan->sheet_count && !e; i++) {
		const struct staff_sheet *sheet = &plan->sheets[i];
		jo_obj(&w);
		jo_kstr(&w, "name", sheet->name);
		jo_ki64(&w, "headerRow", sheet->header_row);
		e = sheet_notes_put(&w, sheet->notes.items, sheet->notes.count, lang);
		jo_end_obj(&w);
	}
	jo_end_arr(&w);
	jo_karr(&w, "rows");
	for (size_t i = 0; i < plan->row_count && !e; i++) {
		e = put_row(&w, plan, &plan->rows[i], lang);
	}
	jo_end_arr(&w);
	jo_end_obj(&w);
	return e ? e : buf_err(out);
}

static void put_head_line(const struct staff_plan *plan, struct buf *out) {
	char hex[2 * HASH_BYTES + 1];
	struct json_out w;
	str_hex(plan->basis.b, HASH_BYTES, hex);
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "basis", hex);
	put_counts(&w, plan);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
}

static void put_row_line(
		const struct staff_plan *plan, const struct staff_row *row, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "action", roster_action_name(row->action));
	jo_kstr(&w, "sheet", plan->sheets[row->sheet].name);
	jo_ki64(&w, "row", row->number);
	jo_kid(&w, "person", row->person_id);
	jo_ki64(&w, "version", row->version);
	put_text(&w, "fullName", row->full_name);
	put_text(&w, "login", row->login);
	put_birth(&w, row->birth);
	put_text(&w, "phone", row->phone);
	put_ids(&w, "subjects", row->subjects, row->subject_count);
	put_changes(&w, row);
	jo_kid(&w, "class", row->class_id);
	jo_kid(&w, "subject", row->subject_id);
	put_ids(&w, "removes", row->removes, row->remove_count);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
}

enum err staff_plan_save(const struct staff_plan *plan, enum lang lang, struct buf *out) {
	enum err e = put_preview(plan, lang, out);
	buf_add_char(out, '\n');
	put_head_line(plan, out);
	for (size_t i = 0; i < plan->row_count && !e; i++) {
		enum roster_action action = plan->rows[i].action;
		if (action == ROSTER_NEW || action == ROSTER_CHANGE) {
			put_row_line(plan, &plan->rows[i], out);
		}
	}
	return e ? e : buf_err(out);
}

/* ---- reading it back ---- */

static enum err take_text(
		struct arena *arena, const struct json *node, const char *name, struct str *out) {
	struct str s;
	enum err e = json_get_str(node, name, &s);
	return e ? e : arena_copy(arena, s, out);
}

static enum err take_number(const struct json *node, const char *name, unsigned *out) {
	int64_t v = 0;
	enum err e = json_get_i64(node, name, &v);
	if (e || v < 0 || v > UINT32_MAX) {
		return e ? e : ERR_CORRUPT;
	}
	*out = (unsigned)v;
	return ERR_OK;
}

static enum err take_ids(struct arena *arena, const struct json *node, const char *name,
		uint64_t **out, size_t *out_count) {
	const struct json *list = NULL;
	void *memory = NULL;
	enum err e = json_get_array(node, name, &list);
	e = e ? e : arena_take(arena, (json_count(list) + 1) * sizeof(**out), &memory);
	uint64_t *ids = memory;
	size_t count = 0;
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		e = json_as_id(it, &ids[count++]);
	}
	if (!e) {
		*out = ids;
		*out_count = count;
	}
	return e;
}

static enum err load_head(struct staff_plan *plan, struct str line) {
	_cleanup_(json_freep) struct json *head = NULL;
	struct str basis;
	const struct json *counts = NULL;
	enum err e = json_parse(line, HEAD_BYTES_MAX, &head);
	e = e ? e : json_get_str(head, "basis", &basis);
	e = e ? e : str_unhex(basis, plan->basis.b, HASH_BYTES);
	e = e ? e : json_get_object(head, "counts", &counts);
	for (enum roster_action a = 0; !e && a < ROSTER_ACTION_COUNT_; a++) {
		unsigned count = 0;
		e = take_number(counts, roster_action_name(a), &count);
		plan->counts[a] = count;
	}
	return e;
}

/* Only which fields change: the values are the row's. */
static enum err load_changes(const struct json *node, struct staff_row *row) {
	const struct json *list = NULL;
	enum err e = json_get_array(node, "changes", &list);
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		struct str field;
		e = json_get_str(it, "field", &field);
		if (e || row->change_count == STAFF_CHANGES_MAX) {
			return e ? e : ERR_CORRUPT;
		}
		const char *found = NULL;
		for (size_t i = 0; i < sizeof(change_fields) / sizeof(change_fields[0]); i++) {
			found = str_eq_z(field, change_fields[i]) ? change_fields[i] : found;
		}
		if (!found) {
			return ERR_CORRUPT;
		}
		row->changes[row->change_count++].field = found;
	}
	return e;
}

static enum err load_facts(
		struct staff_plan *plan, const struct json *node, struct staff_row *row) {
	struct str birth;
	uint64_t *ids = NULL;
	size_t count = 0;
	enum err e = json_opt_str(node, "birthDate", str_from(""), &birth);
	if (!e && birth.n > 0) {
		e = date_parse_iso(birth, &row->birth);
	}
	e = e ? e : take_ids(&plan->arena, node, "subjects", &ids, &count);
	if (!e && count > STAFF_SUBJECTS_OF_ONE_MAX) {
		e = ERR_CORRUPT;
	}
	if (!e && count > 0) {
		memcpy(row->subjects, ids, count * sizeof(*ids));
		row->subject_count = count;
	}
	e = e ? e : take_ids(&plan->arena, node, "removes", &row->removes, &row->remove_count);
	return e ? e : load_changes(node, row);
}

static enum err load_row(struct staff_plan *plan, struct str line) {
	_cleanup_(json_freep) struct json *node = NULL;
	struct staff_row *row = NULL;
	struct str action;
	enum err e = json_parse(line, LINE_BYTES_MAX, &node);
	e = e ? e : staff_plan_add(plan, 0, 0, &row);
	e = e ? e : json_get_str(node, "action", &action);
	e = e ? e : roster_action_parse(action, &row->action);
	e = e ? e : take_text(&plan->arena, node, "sheet", &row->sheet_name);
	e = e ? e : take_number(node, "row", &row->number);
	e = e ? e : json_get_id(node, "person", &row->person_id);
	e = e ? e : take_number(node, "version", &row->version);
	e = e ? e : take_text(&plan->arena, node, "fullName", &row->full_name);
	e = e ? e : take_text(&plan->arena, node, "login", &row->login);
	e = e ? e : take_text(&plan->arena, node, "phone", &row->phone);
	e = e ? e : json_get_id(node, "class", &row->class_id);
	e = e ? e : json_get_id(node, "subject", &row->subject_id);
	return e ? e : load_facts(plan, node, row);
}

static enum err load_line(struct str line, bool is_head, void *ctx) {
	return is_head ? load_head(ctx, line) : load_row(ctx, line);
}

enum err staff_plan_load(struct str saved, struct staff_plan **out) {
	_cleanup_(staff_plan_freep) struct staff_plan *plan = calloc(1, sizeof(*plan));
	if (!plan) {
		return ERR_NOMEM;
	}
	plan->arena = arena_make(ROSTER_BYTES_MAX);
	enum err e = roster_plan_lines(saved, load_line, plan);
	if (e) {
		return e;
	}
	if (plan->row_count != plan->counts[ROSTER_NEW] + plan->counts[ROSTER_CHANGE]) {
		return ERR_CORRUPT;
	}
	*out = STEAL(plan);
	return ERR_OK;
}
