#include <string.h>

#include "core/base/json.h"
#include "core/school/roster_inner.h"
#include "core/seal/box.h"

static void put_text(struct json_out *w, const char *name, struct str s) {
	if (s.n > 0) {
		jo_kstr(w, name, s);
	}
}

static void put_date(struct json_out *w, const char *name, struct date date) {
	if (date_is_valid(date)) {
		char iso[DATE_ISO_BYTES];
		date_print_iso(date, iso);
		jo_kstrz(w, name, iso);
	} else {
		jo_knull(w, name);
	}
}

static const char *sex_word(enum sex sex) {
	switch (sex) {
	case SEX_NOT_SAID:
		return NULL;
	case SEX_MALE:
		return "male";
	case SEX_FEMALE:
		return "female";
	}
	return NULL;
}

/* ---- the preview ---- */

static enum err put_sheets(struct json_out *w, const struct roster_plan *plan, enum lang lang) {
	jo_karr(w, "sheets");
	for (size_t i = 0; i < plan->sheet_count; i++) {
		jo_str(w, plan->sheets[i].name);
	}
	jo_end_arr(w);
	jo_karr(w, "sheetDetails");
	for (size_t i = 0; i < plan->sheet_count; i++) {
		const struct roster_sheet *sheet = &plan->sheets[i];
		jo_obj(w);
		jo_kstr(w, "name", sheet->name);
		jo_ki64(w, "headerRow", sheet->header_row);
		put_text(w, "className", sheet->class_name);
		jo_karr(w, "columns");
		for (size_t k = 0; k < sheet->column_count; k++) {
			jo_obj(w);
			jo_ki64(w, "column", sheet->columns[k].column);
			jo_kstr(w, "title", sheet->columns[k].title);
			jo_kstrz(w, "field", roster_field_name(sheet->columns[k].field));
			jo_end_obj(w);
		}
		jo_end_arr(w);
		enum err e = sheet_notes_put(w, sheet->messages, sheet->message_count, lang);
		if (e) {
			return e;
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

static void put_changes(struct json_out *w, const struct roster_row *row) {
	jo_karr(w, "changes");
	for (size_t i = 0; i < row->change_count; i++) {
		jo_obj(w);
		jo_kstrz(w, "field", roster_field_name(row->changes[i].field));
		jo_kstr(w, "old", row->changes[i].old_text);
		jo_kstr(w, "new", row->changes[i].new_text);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void put_guardians(struct json_out *w, const struct roster_row *row, bool is_whole) {
	jo_karr(w, "guardians");
	for (size_t i = 0; i < row->guardian_count; i++) {
		const struct roster_guardian *g = &row->guardians[i];
		jo_obj(w);
		jo_kstr(w, "fullName", g->full_name);
		jo_kstr(w, "phone", g->phone.n ? g->phone : str_from(""));
		jo_kstrz(w, "relation", roster_relation_name(g->relation));
		jo_kbool(w, "isNew", g->person_id == 0);
		if (is_whole) {
			jo_kid(w, "person", g->person_id);
			jo_kbool(w, "isLinked", g->is_linked);
			jo_kbool(w, "setsPhone", g->sets_phone);
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static enum err put_row(struct json_out *w, const struct roster_plan *plan,
		const struct roster_row *row, enum lang lang) {
	bool has_class = row->class_index != SIZE_MAX;
	jo_obj(w);
	jo_kstr(w, "sheet", plan->sheets[row->sheet].name);
	jo_ki64(w, "row", row->number);
	jo_kstrz(w, "action", roster_action_name(row->action));
	if (row->action != ROSTER_SKIPPED) {
		jo_kstr(w, "code", row->code.n ? row->code : str_from(""));
		jo_kstr(w, "fullName", row->full_name.n ? row->full_name : str_from(""));
		put_date(w, "birthDate", row->birth);
		jo_kstrz(w, "sex", sex_word(row->sex));
		jo_kstr(w, "className",
				has_class ? plan->classes[row->class_index].name : str_from(""));
		put_changes(w, row);
		put_guardians(w, row, false);
	}
	if (row->is_doubtful) {
		jo_kid(w, "confirm", row->student_id);
	}
	enum err e = sheet_notes_put(w, row->messages, row->message_count, lang);
	jo_end_obj(w);
	return e;
}

static void put_counts(struct json_out *w, const struct roster_plan *plan) {
	jo_kobj(w, "counts");
	for (enum roster_action a = 0; a < ROSTER_ACTION_COUNT_; a++) {
		jo_ki64(w, roster_action_name(a), (int64_t)plan->counts[a]);
	}
	jo_end_obj(w);
}

static void put_classes(struct json_out *w, const struct roster_plan *plan) {
	jo_karr(w, "classes");
	for (size_t i = 0; i < plan->class_count; i++) {
		jo_obj(w);
		jo_kstr(w, "name", plan->classes[i].name);
		jo_ki64(w, "grade", plan->classes[i].grade);
		jo_kbool(w, "isNew", plan->classes[i].id == 0);
		jo_kid(w, "id", plan->classes[i].id);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static enum err put_preview(const struct roster_plan *plan, enum lang lang, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	put_counts(&w, plan);
	enum err e = put_sheets(&w, plan, lang);
	if (e) {
		return e;
	}
	put_classes(&w, plan);
	jo_karr(&w, "rows");
	for (size_t i = 0; i < plan->row_count; i++) {
		e = put_row(&w, plan, &plan->rows[i], lang);
		if (e) {
			return e;
		}
	}
	jo_end_arr(&w);
	jo_end_obj(&w);
	return buf_err(out);
}

/* ---- what carrying it out needs ---- */

static void put_head_line(const struct roster_plan *plan, struct buf *out) {
	char hex[2 * HASH_BYTES + 1];
	str_hex(plan->basis.b, HASH_BYTES, hex);
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstrz(&w, "basis", hex);
	put_counts(&w, plan);
	put_classes(&w, plan);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
}

static enum err put_personal_id(struct json_out *w, struct str digits, const uint8_t *seal_key) {
	if (digits.n == 0) {
		return ERR_OK;
	}
	_cleanup_(buf_finish) struct buf box =
			buf_make(BOX_EXTRA_BYTES + ROSTER_PERSONAL_ID_DIGITS);
	enum err e = box_seal(seal_key, digits, &box);
	if (e) {
		return e;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(256);
	str_b64_add(&text, box.data, box.len);
	jo_kstr(w, "personalId", (struct str){ buf_str(&text), text.len });
	return buf_err(&text);
}

static enum err put_row_line(const struct roster_plan *plan, const struct roster_row *row,
		const uint8_t *seal_key, struct buf *out) {
	struct json_out w;
	jo_begin(&w, out);
	jo_obj(&w);
	jo_kstr(&w, "sheet", plan->sheets[row->sheet].name);
	jo_ki64(&w, "row", row->number);
	jo_kstrz(&w, "action", roster_action_name(row->action));
	jo_kid(&w, "student", row->student_id);
	jo_kid(&w, "person", row->person_id);
	jo_ki64(&w, "version", row->student_version);
	jo_ki64(&w, "personVersion", row->person_version);
	jo_ki64(&w, "class", row->class_index == SIZE_MAX ? -1 : (int64_t)row->class_index);
	jo_ki64(&w, "position", row->position);
	jo_kstr(&w, "code", row->code.n ? row->code : str_from(""));
	jo_kstr(&w, "fullName", row->full_name);
	put_date(&w, "birthDate", row->birth);
	jo_ki64(&w, "sex", row->sex);
	put_text(&w, "birthPlace", row->birth_place);
	put_text(&w, "ethnicity", row->ethnicity);
	put_text(&w, "address", row->address);
	put_text(&w, "note", row->note);
	enum err e = put_personal_id(&w, row->personal_id, seal_key);
	put_changes(&w, row);
	put_guardians(&w, row, true);
	jo_kbool(&w, "isDoubtful", row->is_doubtful);
	jo_end_obj(&w);
	buf_add_char(out, '\n');
	return e;
}

enum err roster_plan_save(const struct roster_plan *plan, enum lang lang, const uint8_t *seal_key,
		struct buf *out) {
	enum err e = put_preview(plan, lang, out);
	buf_add_char(out, '\n');
	put_head_line(plan, out);
	for (size_t i = 0; !e && i < plan->row_count; i++) {
		enum roster_action action = plan->rows[i].action;
		if (action == ROSTER_NEW || action == ROSTER_CHANGE) {
			e = put_row_line(plan, &plan->rows[i], seal_key, out);
		}
	}
	return e ? e : buf_err(out);
}

struct str roster_plan_preview(struct str saved) {
	const char *end = saved.n ? memchr(saved.p, '\n', saved.n) : NULL;
	return (struct str){ saved.p, end ? (size_t)(end - saved.p) : saved.n };
}

enum err roster_plan_lines(struct str saved,
		enum err (*each)(struct str line, bool is_head, void *ctx), void *ctx) {
	bool is_head = true;
	for (size_t at = roster_plan_preview(saved).n + 1; at < saved.n;) {
		struct str line = roster_plan_preview((struct str){ saved.p + at, saved.n - at });
		enum err e = each(line, is_head, ctx);
		if (e) {
			return e == ERR_NOMEM ? e : ERR_CORRUPT;
		}
		is_head = false;
		at += line.n + 1;
	}
	return is_head ? ERR_CORRUPT : ERR_OK;
}
