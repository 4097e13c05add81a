#include "ws/http/reassess_http.h"

#include <stdlib.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/school/teaching_store.h"
#include "gradebook/reassess/reassess_store.h"
#include "gradebook/results/class_again.h"
#include "gradebook/results/class_primary.h"
#include "gradebook/results/class_year_store.h"
#include "ws/http/said_json.h"

enum { CELLS_MAX = 2000 };

struct cells {
	struct reassess_cell items[CELLS_MAX];
	size_t count;
};

/* A class's year, and what was assessed again. */
struct sheet {
	const struct request *req;
	bool is_office;
	struct class_year year;
	struct cells cells;
};

static void sheet_free(struct sheet *s) {
	if (s) {
		class_year_finish(&s->year);
		free(s);
	}
}
DEFINE_FREEP(struct sheet *, sheet_free);

static enum err keep_cell(const struct reassess_cell *cell, void *ctx) {
	struct cells *cells = ctx;
	if (cells->count == CELLS_MAX) {
		return ERR_LIMIT;
	}
	cells->items[cells->count++] = *cell;
	return ERR_OK;
}

static enum err load(struct sheet *s) {
	struct db *db = request_db(s->req);
	const struct class_year_wanted wanted = { .school_id = request_school_id(s->req),
		.class_id = request_path_id(s->req, 0) };
	class_year_finish(&s->year);
	class_year_init(&s->year);
	s->cells.count = 0;
	enum err e = class_year_load(db, &wanted, &s->year);
	return e ? e
		 : reassess_store_cells(
				   db, wanted.school_id, wanted.class_id, keep_cell, &s->cells);
}

static enum err check_access(const struct request *req) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req),
			request_path_id(req, 0), 0, request_person_id(req), &what);
	return e || access_conduct_enter(request_who(req), &what) ? e : ERR_DENIED;
}

/* Who may, and the class as it stands. */
static enum err open_sheet(const struct request *req, struct sheet **out) {
	enum err e = check_access(req);
	if (e) {
		return e;
	}
	_cleanup_(sheet_freep) struct sheet *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	s->req = req;
	s->is_office = (request_who(req)->roles & ACCESS_OFFICE) != 0;
	class_year_init(&s->year);
	e = load(s);
	if (!e) {
		*out = STEAL(s);
	}
	return e;
}

/* ---- writing out ---- */

static const char *kind_of(const struct reassess_item *item) {
	if (item->item == REASSESS_DECISION) {
		return "decision";
	}
	if (item->item > REASSESS_TRAITS) {
		return "trait";
	}
	switch (item->scale) {
	case MARK_SCALE_TENTHS:
		break;
	case MARK_SCALE_WHOLE:
		return "whole";
	case MARK_SCALE_PASSED:
		return "comment";
	case MARK_SCALE_LEVEL:
		return "level";
	}
	return "mark";
}

static void put_value(struct json_out *w, const char *name, int value) {
	if (value < 0) {
		jo_knull(w, name);
	} else {
		jo_ki64(w, name, value);
	}
}

static const struct reassess_cell *cell_of(
		const struct sheet *s, uint64_t student_id, const struct reassess_item *item) {
	for (size_t i = 0; i < s->cells.count; i++) {
		const struct reassess_cell *c = &s->cells.items[i];
		if (c->student_id == student_id && c->subject_id == item->subject_id &&
				c->item == item->item) {
			return c;
		}
	}
	return NULL;
}

static void put_item(struct json_out *w, const struct sheet *s, uint64_t student_id,
		const struct class_again *one) {
	const struct reassess_cell *cell = cell_of(s, student_id, &one->item);
	bool is_decision = one->item.item == REASSESS_DECISION;
	jo_obj(w);
	if (one->item.subject_id) {
		jo_kid(w, "subject", one->item.subject_id);
	} else {
		jo_knull(w, "subject");
	}
	jo_ki64(w, "item", one->item.item);
	jo_kstrz(w, "kind", kind_of(&one->item));
	jo_kstr(w, "name", one->name);
	put_value(w, "before", one->before);
	put_value(w, "valueX10", cell ? cell->value : REASSESS_NONE);
	jo_ki64(w, "version", cell ? cell->version : 0);
	jo_kbool(w, "mayEnter", s->is_office || !is_decision);
	jo_end_obj(w);
}

static const char *level_name(enum pack_level level) {
	return level == PACK_LEVEL_NONE ? NULL : pack_level_name(level);
}

/* What the year came to, what it comes to afterwards, and whether that is enough. */
static void put_result(struct json_out *w, const struct sheet *s, const struct class_student *st) {
	const struct primary_pack *pack = s->year.primary;
	const struct tt22_outcome *o = &st->outcome;
	bool is_again = o->promotion_again != PACK_PROMOTION_OPEN;
	if (st->primary) {
		const struct tt27_outcome *p = &st->primary->outcome;
		jo_kstrz(w, "learning", tt27_row_code(pack, p->row));
		jo_kstrz(w, "after", tt27_row_code(pack, p->after));
		jo_kstrz(w, "promotion", pack_promotion_name(p->promotion));
		return;
	}
	jo_kstrz(w, "learning", level_name(o->learning.level));
	jo_kstrz(w, "after", is_again ? level_name(o->learning_again.level) : NULL);
	jo_kstrz(w, "promotion", pack_promotion_name(is_again ? o->promotion_again : o->promotion));
}

static void put_rows(struct json_out *w, const struct sheet *s) {
	struct class_again list[CLASS_AGAIN_MAX];
	jo_karr(w, "rows");
	for (size_t i = 0; i < s->year.student_count; i++) {
		const struct class_student *st = &s->year.students[i];
		size_t count = class_again_list(&s->year, st, list);
		if (count == 0) {
			continue;
		}
		jo_obj(w);
		jo_kobj(w, "student");
		jo_kid(w, "id", st->id);
		jo_kstr(w, "code", st->code);
		jo_kstr(w, "fullName", st->full_name);
		jo_end_obj(w);
		put_result(w, s, st);
		jo_karr(w, "items");
		for (size_t k = 0; k < count; k++) {
			put_item(w, s, st->id, &list[k]);
		}
		jo_end_arr(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void put_sheet(struct json_out *w, const struct sheet *s) {
	jo_kobj(w, "class");
	jo_kid(w, "id", s->year.class_id);
	jo_kstr(w, "name", s->year.class_name);
	jo_end_obj(w);
	jo_kstrz(w, "pack", class_year_pack(&s->year));
	jo_kbool(w, "isClosed", s->year.closed[SCOPE_YEAR].is_closed);
	put_rows(w, s);
}

enum err reassess_get(const struct request *req, struct reply *reply) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = open_sheet(req, &s);
	if (!e) {
		put_sheet(reply_json(reply, 200), s);
	}
	return e;
}

/* ---- entering ---- */

struct entry {
	const struct sheet *sheet;
	struct reassess_change changes[CELLS_MAX];
	enum err results[CELLS_MAX];
	size_t count;
	bool is_denied;
};

/* Only what the rules let be assessed again; what was, may always be taken back. */
static enum err check_change(struct entry *in, const struct reassess_change *c) {
	const struct sheet *s = in->sheet;
	struct class_again list[CLASS_AGAIN_MAX];
	const struct class_student *st = class_year_student(&s->year, c->student_id);
	size_t count = st ? class_again_list(&s->year, st, list) : 0;
	const struct class_again *one = class_again_find(list, count, c->subject_id, c->item);
	in->is_denied = in->is_denied || (c->item == REASSESS_DECISION && !s->is_office);
	const struct reassess_item named = { .subject_id = c->subject_id, .item = c->item };
	if (c->value == REASSESS_NONE && st) {
		return one || cell_of(s, c->student_id, &named) ? ERR_OK : ERR_INVAL;
	}
	return one ? reassess_check(&one->item, c->value) : ERR_INVAL;
}

/* Nothing, or null, takes back what was said. */
static enum err read_value(const struct json *node, int *out) {
	int64_t value = 0;
	enum err e = json_get_i64(node, "valueX10", &value);
	if (e == ERR_MISSING) {
		*out = REASSESS_NONE;
		return ERR_OK;
	}
	if (e || value < 0 || value > MARK_MAX_X10) {
		return ERR_INVAL;
	}
	*out = (int)value;
	return ERR_OK;
}

static enum err read_change(const struct json *node, struct entry *in) {
	const struct request *req = in->sheet->req;
	int64_t item = 0;
	int64_t version = 0;
	const struct json *subject = json_get(node, "subject");
	struct reassess_change c = { .school_id = request_school_id(req),
		.class_id = in->sheet->year.class_id,
		.year_id = in->sheet->year.year_id,
		.person_id = request_person_id(req),
		.now_ms = request_now_ms(req) };
	enum err e = json_get_id(node, "student", &c.student_id);
	if (!e && subject && json_kind(subject) != JSON_NULL) {
		e = json_as_id(subject, &c.subject_id);
	}
	e = e ? e : json_get_i64(node, "item", &item);
	e = e ? e : read_value(node, &c.value);
	e = e ? e : json_get_i64(node, "version", &version);
	if (e || item < 0 || item > UINT8_MAX || version < 0 || version > INT32_MAX) {
		return ERR_INVAL;
	}
	c.item = (unsigned)item;
	c.version = (unsigned)version;
	e = check_change(in, &c);
	if (!e) {
		in->changes[in->count++] = c;
	}
	return e;
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
	const struct sheet *s = in->sheet;
	enum err e = reassess_store_open(db, request_school_id(s->req), s->year.class_id);
	for (size_t i = 0; i < in->count && !e; i++) {
		in->results[i] = reassess_store_set(db, &in->changes[i]);
		e = in->results[i] == ERR_STALE ? ERR_OK : in->results[i];
	}
	return e;
}

static void put_list(
		struct json_out *w, const struct entry *in, const char *name, enum err result) {
	jo_karr(w, name);
	for (size_t i = 0; i < in->count; i++) {
		const struct reassess_change *c = &in->changes[i];
		if (in->results[i] != result) {
			continue;
		}
		jo_obj(w);
		jo_kid(w, "student", c->student_id);
		if (c->subject_id) {
			jo_kid(w, "subject", c->subject_id);
		} else {
			jo_knull(w, "subject");
		}
		jo_ki64(w, "item", c->item);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

enum err reassess_put(const struct request *req, struct reply *reply) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = open_sheet(req, &s);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) struct entry *in = calloc(1, sizeof(*in));
	if (!in) {
		return ERR_NOMEM;
	}
	in->sheet = s;
	e = read_entry(request_json(req), in);
	if (in->is_denied) {
		return ERR_DENIED;
	}
	if (e) {
		return reply_field(reply, "cells", "reassess.not_asked", NULL);
	}
	e = db_transact(request_db(req), run_entry, in);
	if (e == ERR_CLOSED) {
		return reply_problem(reply, 409, "reassess.closed", NULL);
	}
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "cells", "conduct.student", NULL);
	}
	e = e ? e : load(s);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	put_list(w, in, "saved", ERR_OK);
	put_list(w, in, "conflicts", ERR_STALE);
	put_sheet(w, s);
	return ERR_OK;
}

/* ---- the history of a cell ---- */

enum err reassess_history(const struct request *req, struct reply *reply) {
	uint64_t subject_id = 0;
	uint64_t item = 0;
	enum err e = check_access(req);
	if (e) {
		return e;
	}
	if (str_parse_u64(request_path_str(req, 1), &subject_id) ||
			subject_id > REASSESS_SUBJECT_MAX ||
			str_parse_u64(request_path_str(req, 2), &item) || item > UINT8_MAX) {
		return ERR_NOT_FOUND;
	}
	const struct said_place place = { .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0),
		.student_id = request_path_id(req, 3),
		.act = LEDGER_REASSESSED,
		.column_id = reassess_column(subject_id, (unsigned)item) };
	return said_put_history(request_db(req), &place, reply);
}
