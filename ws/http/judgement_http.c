#include "ws/http/judgement_http.h"

#include <stdlib.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/closing/closing_store.h"
#include "gradebook/marks/mark_store.h"
#include "gradebook/primary/judgement_store.h"
#include "ws/http/mark_json.h"
#include "ws/http/said_json.h"
#include "ws/http/school_json.h"

enum {
	STUDENTS_MAX = 200, /* of one class */
	CELLS_MAX = STUDENTS_MAX * JUDGEMENT_ITEMS_MAX,
	NAME_BYTES_MAX = 1024,
};

/* A class's moment as it stands. */
struct sheet {
	const struct request *req;
	struct judgement_place place;
	struct judgement_facts facts;
	struct judgement_item items[JUDGEMENT_ITEMS_MAX];
	size_t item_count;
	struct judgement_cell cells[CELLS_MAX];
	size_t cell_count;
	struct json_out *w;
};

static void sheet_free(struct sheet *s) {
	free(s);
}
DEFINE_FREEP(struct sheet *, sheet_free);

/* Who may, which class and which moment. */
static enum err open_sheet(const struct request *req, struct sheet **out) {
	struct access_class what;
	uint64_t moment = 0;
	struct db *db = request_db(req);
	_cleanup_(sheet_freep) struct sheet *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	s->req = req;
	s->place = (struct judgement_place){ .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0) };
	enum err e = teaching_store_access(db, s->place.school_id, s->place.class_id, 0,
			request_person_id(req), &what);
	if (e || !access_conduct_enter(request_who(req), &what)) {
		return e ? e : ERR_DENIED;
	}
	if (str_parse_u64(request_path_str(req, 1), &moment) || moment < 1 ||
			moment > JUDGEMENT_MOMENTS) {
		return ERR_NOT_FOUND;
	}
	e = judgement_store_facts(db, s->place.school_id, s->place.class_id, &s->facts);
	if (e) {
		return e;
	}
	s->place.moment = (unsigned)moment;
	s->place.year_id = s->facts.year_id;
	s->item_count = judgement_items(s->facts.pack, s->facts.grade, s->place.moment, s->items);
	*out = STEAL(s);
	return ERR_OK;
}

static enum err refuse(struct reply *reply, enum err e) {
	return e == ERR_UNSUPPORTED ? reply_problem(reply, 409, "judgement.secondary", NULL) : e;
}

/* ---- writing out ---- */

static enum err keep_cell(const struct judgement_cell *cell, void *ctx) {
	struct sheet *s = ctx;
	if (s->cell_count == CELLS_MAX) {
		return ERR_LIMIT;
	}
	s->cells[s->cell_count++] = *cell;
	return ERR_OK;
}

static void put_value(struct json_out *w, const struct judgement_cell *cell) {
	const struct cell as_mark = { .value_x10 = cell->value };
	mark_put_cell(w, &as_mark);
	jo_ki64(w, "version", cell->version);
}

static void put_columns(struct sheet *s) {
	jo_karr(s->w, "columns");
	for (size_t i = 0; i < s->item_count; i++) {
		const struct judgement_item *item = &s->items[i];
		jo_obj(s->w);
		jo_kstrz(s->w, "id", item->code);
		jo_kstrz(s->w, "kind", item->kind);
		jo_kstrz(s->w, "name", item->name);
		jo_end_obj(s->w);
	}
	jo_end_arr(s->w);
}

static enum err put_row(const struct student_row *student, void *ctx) {
	struct sheet *s = ctx;
	struct json_out *w = s->w;
	jo_obj(w);
	jo_kobj(w, "student");
	jo_kid(w, "id", student->id);
	jo_kstr(w, "code", student->code);
	jo_kstr(w, "fullName", student->full_name);
	school_put_date(w, "birthDate", student->birth);
	jo_end_obj(w);
	jo_kobj(w, "cells");
	for (size_t i = 0; i < s->item_count; i++) {
		for (size_t k = 0; k < s->cell_count; k++) {
			const struct judgement_cell *cell = &s->cells[k];
			if (cell->student_id == student->id && cell->item == s->items[i].number) {
				jo_kobj(w, s->items[i].code);
				put_value(w, cell);
				jo_end_obj(w);
			}
		}
	}
	jo_end_obj(w);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_class(const struct class_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_kobj(w, "class");
	jo_kid(w, "id", row->id);
	jo_kstr(w, "name", row->name);
	jo_ki64(w, "grade", row->grade);
	jo_end_obj(w);
	return ERR_OK;
}

enum err judgement_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = open_sheet(req, &s);
	if (e) {
		return refuse(reply, e);
	}
	e = judgement_store_cells(db, &s->place, 0, keep_cell, s);
	enum err closed = closing_store_check(
			db, s->place.school_id, s->place.class_id, judgement_term(s->place.moment));
	if (e || (closed && closed != ERR_CLOSED)) {
		return e ? e : closed;
	}
	s->w = reply_json(reply, 200);
	e = roster_store_class(db, s->place.school_id, s->place.class_id, put_class, s->w);
	jo_ki64(s->w, "moment", s->place.moment);
	jo_kstrz(s->w, "pack", s->facts.pack->code);
	jo_kbool(s->w, "isClosed", closed == ERR_CLOSED);
	put_columns(s);
	jo_karr(s->w, "rows");
	e = e ? e
	      : roster_store_class_students(db, s->place.school_id, s->place.class_id, put_row, s);
	jo_end_arr(s->w);
	return e ? e : reply_tag(reply, request_if_none_match(req));
}

/* ---- entering ---- */

struct entry {
	const struct sheet *sheet;
	struct judgement_change changes[CELLS_MAX];
	const char *codes[CELLS_MAX]; /* of the items */
	struct judgement_cell now[CELLS_MAX];
	enum err results[CELLS_MAX];
	size_t count;
};

static enum err read_change(const struct json *node, struct entry *in) {
	const struct sheet *s = in->sheet;
	struct judgement_change c = { .place = s->place,
		.person_id = request_person_id(s->req),
		.now_ms = request_now_ms(s->req) };
	struct str code;
	int64_t value = JUDGEMENT_NONE;
	int64_t version = 0;
	enum err e = json_get_str(node, "column", &code);
	e = e ? e : json_get_id(node, "student", &c.student_id);
	e = e ? e : json_opt_i64(node, "valueX10", JUDGEMENT_NONE, &value);
	e = e ? e : json_get_i64(node, "version", &version);
	const struct judgement_item *item =
			e ? NULL : judgement_find(s->items, s->item_count, code);
	if (!item || value < JUDGEMENT_NONE || value > PACK_PRIMARY_T || version < 0 ||
			version > INT32_MAX || judgement_check(item, (int)value)) {
		return ERR_INVAL;
	}
	c.item = item->number;
	c.value = (int)value;
	c.version = (unsigned)version;
	in->codes[in->count] = item->code;
	in->changes[in->count++] = c;
	return ERR_OK;
}

static enum err read_entry(const struct json *body, struct entry *in) {
	const struct json *list = NULL;
	enum err e = json_get_array(body, "cells", &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		e = in->count == CELLS_MAX ? ERR_LIMIT : read_change(it, in);
	}
	return e;
}

/* A cell that somebody changed meanwhile is told and left; anything else undoes the whole. */
static enum err run_entry(struct db *db, void *ctx) {
	struct entry *in = ctx;
	enum err e = judgement_store_open(db, &in->sheet->place);
	for (size_t i = 0; i < in->count && (!e || e == ERR_CLOSED); i++) {
		enum err one = e ? e : judgement_store_set(db, &in->changes[i], &in->now[i]);
		if (one && one != ERR_STALE && one != ERR_CLOSED) {
			return one;
		}
		in->results[i] = one;
	}
	return e == ERR_CLOSED ? ERR_OK : e;
}

static enum err put_changed(struct entry *in, size_t i, struct json_out *w) {
	_cleanup_(buf_finish) struct buf name = buf_make(NAME_BYTES_MAX);
	const struct judgement_cell *now = &in->now[i];
	const struct request *req = in->sheet->req;
	enum err e = mark_store_person(
			request_db(req), request_school_id(req), now->changed_by, &name);
	school_put_person(
			w, "changedBy", now->changed_by, (struct str){ buf_str(&name), name.len });
	school_put_time(w, "changedAt", now->changed_at_ms);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err put_list(struct entry *in, const char *name, enum err of, struct json_out *w) {
	enum err e = ERR_OK;
	jo_karr(w, name);
	for (size_t i = 0; i < in->count && !e; i++) {
		if (in->results[i] != of) {
			continue;
		}
		jo_obj(w);
		jo_kstrz(w, "column", in->codes[i]);
		jo_kid(w, "student", in->changes[i].student_id);
		if (of == ERR_CLOSED) {
			jo_kstrz(w, "why", "closed");
		} else {
			put_value(w, &in->now[i]);
		}
		if (of == ERR_STALE) {
			e = put_changed(in, i, w);
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

enum err judgement_put(const struct request *req, struct reply *reply) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = open_sheet(req, &s);
	if (e) {
		return refuse(reply, e);
	}
	_cleanup_(mem_freep) struct entry *in = calloc(1, sizeof(*in));
	if (!in) {
		return ERR_NOMEM;
	}
	in->sheet = s;
	if (read_entry(request_json(req), in)) {
		return reply_field(reply, "cells", "judgement.level", NULL);
	}
	e = db_transact(request_db(req), run_entry, in);
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "cells", "conduct.student", NULL);
	}
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	e = put_list(in, "saved", ERR_OK, w);
	e = e ? e : put_list(in, "conflicts", ERR_STALE, w);
	return e ? e : put_list(in, "locked", ERR_CLOSED, w);
}

/* ---- the history of a cell ---- */

enum err judgement_history(const struct request *req, struct reply *reply) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = open_sheet(req, &s);
	if (e) {
		return refuse(reply, e);
	}
	const struct judgement_item *item =
			judgement_find(s->items, s->item_count, request_path_str(req, 2));
	if (!item) {
		return ERR_NOT_FOUND;
	}
	const struct said_place place = { s->place.school_id, s->place.class_id,
		request_path_id(req, 3), LEDGER_JUDGED,
		judgement_column(s->place.moment, item->number) };
	return said_put_history(request_db(req), &place, reply);
}
