#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/base/json.h"
#include "core/school/roster_inner.h"
#include "core/seal/box.h"

enum { LINE_BYTES_MAX = 256 * 1024, HEAD_BYTES_MAX = 1024 * 1024 };

static enum err take_text(struct roster_plan *plan, const struct json *node, const char *name,
		struct str *out) {
	struct str s;
	enum err e = json_opt_str(node, name, str_from(""), &s);
	return e ? e : arena_copy(&plan->arena, s, out);
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

static enum err load_classes(struct roster_plan *plan, const struct json *head) {
	const struct json *list = NULL;
	enum err e = json_get_array(head, "classes", &list);
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		void *classes = plan->classes;
		e = grow_items(&classes, &plan->class_cap, plan->class_count,
				sizeof(*plan->classes), ROSTER_CLASSES_MAX);
		plan->classes = classes;
		if (e) {
			break;
		}
		struct roster_plan_class *c = &plan->classes[plan->class_count++];
		e = take_text(plan, it, "name", &c->name);
		if (!e) {
			e = take_number(it, "grade", &c->grade);
		}
		if (!e) {
			e = json_get_id(it, "id", &c->id);
		}
	}
	return e;
}

static enum err load_head(struct roster_plan *plan, struct str line) {
	_cleanup_(json_freep) struct json *head = NULL;
	enum err e = json_parse(line, HEAD_BYTES_MAX, &head);
	if (e) {
		return e;
	}
	struct str basis;
	e = json_get_str(head, "basis", &basis);
	if (!e) {
		e = str_unhex(basis, plan->basis.b, HASH_BYTES);
	}
	const struct json *counts = NULL;
	if (!e) {
		e = json_get_object(head, "counts", &counts);
	}
	for (enum roster_action a = 0; !e && a < ROSTER_ACTION_COUNT_; a++) {
		unsigned count = 0;
		e = take_number(counts, roster_action_name(a), &count);
		plan->counts[a] = count;
	}
	return e ? e : load_classes(plan, head);
}

static enum err load_guardian(
		struct roster_plan *plan, const struct json *node, struct roster_guardian *out) {
	struct str relation;
	enum err e = json_get_str(node, "relation", &relation);
	if (!e) {
		e = roster_relation_parse(relation, &out->relation);
	}
	if (!e) {
		e = take_text(plan, node, "fullName", &out->full_name);
	}
	if (!e) {
		e = take_text(plan, node, "phone", &out->phone);
	}
	if (!e) {
		e = json_get_id(node, "person", &out->person_id);
	}
	if (!e) {
		e = json_get_bool(node, "isLinked", &out->is_linked);
	}
	return e ? e : json_get_bool(node, "setsPhone", &out->sets_phone);
}

static enum err load_guardians(
		struct roster_plan *plan, const struct json *node, struct roster_row *row) {
	const struct json *list = NULL;
	enum err e = json_get_array(node, "guardians", &list);
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		if (row->guardian_count == ROSTER_GUARDIANS_MAX) {
			return ERR_CORRUPT;
		}
		e = load_guardian(plan, it, &row->guardians[row->guardian_count++]);
	}
	return e;
}

static enum err load_changes(
		struct roster_plan *plan, const struct json *node, struct roster_row *row) {
	const struct json *list = NULL;
	enum err e = json_get_array(node, "changes", &list);
	void *memory = NULL;
	if (!e) {
		e = arena_take(&plan->arena, json_count(list) * sizeof(*row->changes), &memory);
	}
	row->changes = memory;
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		struct roster_change *change = &row->changes[row->change_count++];
		struct str field;
		e = json_get_str(it, "field", &field);
		if (!e) {
			e = roster_field_parse(field, &change->field);
		}
		if (!e) {
			e = take_text(plan, it, "old", &change->old_text);
		}
		if (!e) {
			e = take_text(plan, it, "new", &change->new_text);
		}
	}
	return e;
}

static enum err load_personal_id(struct roster_plan *plan, const struct json *node,
		const uint8_t *seal_key, struct roster_row *row) {
	struct str text;
	enum err e = json_opt_str(node, "personalId", str_from(""), &text);
	if (e || text.n == 0) {
		return e;
	}
	_cleanup_(buf_finish) struct buf box = buf_make(256);
	_cleanup_(buf_finish) struct buf digits = buf_make(ROSTER_PERSONAL_ID_DIGITS);
	e = str_unb64_add(text, &box);
	if (!e) {
		e = box_open(seal_key, (struct str){ box.data, box.len }, &digits);
	}
	if (!e) {
		e = arena_copy(&plan->arena, (struct str){ digits.data, digits.len },
				&row->personal_id);
	}
	if (digits.data) {
		explicit_bzero(digits.data, digits.len);
	}
	return e;
}

static enum err load_ids(const struct json *node, struct roster_row *row) {
	enum err e = json_get_id(node, "student", &row->student_id);
	if (!e) {
		e = json_get_id(node, "person", &row->person_id);
	}
	if (!e) {
		e = take_number(node, "version", &row->student_version);
	}
	if (!e) {
		e = take_number(node, "personVersion", &row->person_version);
	}
	return e ? e : take_number(node, "position", &row->position);
}

static enum err load_texts(
		struct roster_plan *plan, const struct json *node, struct roster_row *row) {
	enum err e = take_text(plan, node, "sheet", &row->sheet_name);
	e = e ? e : take_number(node, "row", &row->number);
	e = e ? e : take_text(plan, node, "code", &row->code);
	if (!e) {
		e = take_text(plan, node, "fullName", &row->full_name);
	}
	if (!e) {
		e = take_text(plan, node, "birthPlace", &row->birth_place);
	}
	if (!e) {
		e = take_text(plan, node, "ethnicity", &row->ethnicity);
	}
	if (!e) {
		e = take_text(plan, node, "address", &row->address);
	}
	return e ? e : take_text(plan, node, "note", &row->note);
}

/* Action, class, birth date, sex, doubt. */
static enum err load_facts(
		const struct roster_plan *plan, const struct json *node, struct roster_row *row) {
	struct str action;
	struct str birth;
	int64_t class_index = -1;
	unsigned sex = 0;
	enum err e = json_get_str(node, "action", &action);
	if (!e) {
		e = roster_action_parse(action, &row->action);
	}
	if (!e) {
		e = json_opt_str(node, "birthDate", str_from(""), &birth);
	}
	if (!e && birth.n > 0) {
		e = date_parse_iso(birth, &row->birth);
	}
	if (!e) {
		e = take_number(node, "sex", &sex);
	}
	if (!e) {
		e = json_opt_bool(node, "isDoubtful", false, &row->is_doubtful);
	}
	if (!e) {
		e = sex_from_db(sex, &row->sex);
	}
	if (!e) {
		e = json_get_i64(node, "class", &class_index);
	}
	if (e || class_index < -1 || class_index >= (int64_t)plan->class_count) {
		return e ? e : ERR_CORRUPT;
	}
	row->class_index = class_index < 0 ? SIZE_MAX : (size_t)class_index;
	return ERR_OK;
}

static enum err load_row(struct roster_plan *plan, struct str line, const uint8_t *seal_key) {
	_cleanup_(json_freep) struct json *node = NULL;
	enum err e = json_parse(line, LINE_BYTES_MAX, &node);
	void *rows = plan->rows;
	if (!e) {
		e = grow_items(&rows, &plan->row_cap, plan->row_count, sizeof(*plan->rows),
				ROSTER_ROWS_MAX);
		plan->rows = rows;
	}
	if (e) {
		return e;
	}
	struct roster_row *row = &plan->rows[plan->row_count++];
	e = load_facts(plan, node, row);
	if (!e) {
		e = load_ids(node, row);
	}
	if (!e) {
		e = load_texts(plan, node, row);
	}
	if (!e) {
		e = load_personal_id(plan, node, seal_key, row);
	}
	if (!e) {
		e = load_changes(plan, node, row);
	}
	return e ? e : load_guardians(plan, node, row);
}

struct loading {
	struct roster_plan *plan;
	const uint8_t *seal_key;
};

static enum err load_line(struct str line, bool is_head, void *ctx) {
	const struct loading *l = ctx;
	return is_head ? load_head(l->plan, line) : load_row(l->plan, line, l->seal_key);
}

enum err roster_plan_load(struct str saved, const uint8_t *seal_key, struct roster_plan **out) {
	_cleanup_(roster_plan_freep) struct roster_plan *plan = calloc(1, sizeof(*plan));
	if (!plan) {
		return ERR_NOMEM;
	}
	plan->arena = arena_make(ROSTER_BYTES_MAX);
	struct loading loading = { plan, seal_key };
	enum err e = roster_plan_lines(saved, load_line, &loading);
	if (e) {
		return e;
	}
	if (plan->row_count != plan->counts[ROSTER_NEW] + plan->counts[ROSTER_CHANGE]) {
		return ERR_CORRUPT;
	}
	*out = STEAL(plan);
	return ERR_OK;
}

enum err roster_plan_agree(struct roster_plan *plan, uint64_t student_id) {
	for (size_t i = 0; i < plan->row_count; i++) {
		struct roster_row *row = &plan->rows[i];
		if (row->is_doubtful && row->student_id == student_id) {
			row->is_agreed = true;
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

size_t roster_plan_left_out(const struct roster_plan *plan) {
	size_t count = 0;
	for (size_t i = 0; i < plan->row_count; i++) {
		count += plan->rows[i].is_doubtful && !plan->rows[i].is_agreed;
	}
	return count;
}
