#include "ws/http/conduct_http.h"

#include <stdlib.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/closing/closing_store.h"
#include "gradebook/conduct/conduct_store.h"
#include "gradebook/marks/said_history_store.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	STUDENTS_MAX = 200, /* of one class */
	PLACES = 3,         /* term I, term II, after summer */
	PLACE_SUMMER = 2,
};

struct cell {
	enum pack_level level;
	unsigned version;
};

/* A class's conduct as it stands. */
struct sheet {
	const struct request *req;
	struct conduct_place place;
	struct conduct_facts facts;
	const struct rule_pack *pack; /* NULL: its rules know no conduct */
	struct row {
		uint64_t student_id;
		struct cell cells[PLACES];
	} rows[STUDENTS_MAX];
	size_t count;
	const uint64_t *only; /* write these students alone; NULL: all */
	size_t only_count;
	struct json_out *w;
};

static void sheet_free(struct sheet *s) {
	free(s);
}
DEFINE_FREEP(struct sheet *, sheet_free);

static struct row *row_of(struct sheet *s, uint64_t student_id) {
	for (size_t i = 0; i < s->count; i++) {
		if (s->rows[i].student_id == student_id) {
			return &s->rows[i];
		}
	}
	return NULL;
}

static enum err keep_student(const struct student_row *student, void *ctx) {
	struct sheet *s = ctx;
	if (s->count == STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	struct row *row = &s->rows[s->count++];
	*row = (struct row){ .student_id = student->id };
	for (unsigned i = 0; i < PLACES; i++) {
		row->cells[i].level = PACK_LEVEL_NONE;
	}
	return ERR_OK;
}

static enum err keep_cell(const struct conduct_cell *cell, void *ctx) {
	struct sheet *s = ctx;
	struct row *row = row_of(s, cell->student_id);
	unsigned place = cell->stage == CONDUCT_SUMMER ? PLACE_SUMMER : cell->term_number - 1;
	if (row && place < PLACES) {
		row->cells[place] = (struct cell){ cell->level, cell->version };
	}
	return ERR_OK;
}

static enum err load_rows(struct sheet *s) {
	struct db *db = request_db(s->req);
	s->count = 0;
	enum err e = roster_store_class_students(
			db, s->place.school_id, s->place.class_id, keep_student, s);
	return e ? e : conduct_store_cells(db, s->place.school_id, s->place.class_id, keep_cell, s);
}

static enum err check_access(const struct request *req) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req),
			request_path_id(req, 0), 0, request_person_id(req), &what);
	return e || access_conduct_enter(request_who(req), &what) ? e : ERR_DENIED;
}

/* Who may, and what class and term it is. */
static enum err open_sheet(const struct request *req, struct sheet **out) {
	struct db *db = request_db(req);
	struct conduct_place place = { .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0),
		.term_id = request_path_id(req, 1),
		.stage = CONDUCT_TERM };
	enum err e = check_access(req);
	if (e) {
		return e;
	}
	_cleanup_(sheet_freep) struct sheet *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	e = conduct_store_facts(db, place.school_id, place.class_id, place.term_id, &s->facts);
	if (e) {
		return e;
	}
	place.term_number = s->facts.term_number;
	s->req = req;
	s->place = place;
	if (pack_find(s->facts.grade, s->facts.year, &s->pack)) {
		s->pack = NULL;
	}
	*out = STEAL(s);
	return ERR_OK;
}

/* ---- writing out ---- */

static struct conduct_year year_of(const struct row *row) {
	return (struct conduct_year){ { row->cells[0].level, row->cells[1].level },
		row->cells[PLACE_SUMMER].level };
}

static void put_level(struct json_out *w, const char *name, enum pack_level level) {
	jo_kstrz(w, name, level == PACK_LEVEL_NONE ? NULL : pack_level_name(level));
}

static void put_cell(struct json_out *w, const struct cell *cell) {
	put_level(w, "level", cell->level);
	jo_ki64(w, "version", cell->version);
}

static enum err put_why(const struct tt22_why *why, void *ctx) {
	const struct sheet *s = ctx;
	return explain_json(&why->x, request_lang(s->req), s->w);
}

static enum err put_year(struct sheet *s, const struct row *row) {
	struct conduct_year year = year_of(row);
	struct conduct_outcome o;
	enum err e = conduct_work_out(s->pack, &year, &o);
	if (e) {
		return e;
	}
	struct json_out *w = s->w;
	jo_kobj(w, "summer");
	jo_kbool(w, "isAsked", o.summer == PACK_YES);
	put_cell(w, &row->cells[PLACE_SUMMER]);
	jo_end_obj(w);
	jo_kobj(w, "year");
	put_level(w, "level", o.year);
	put_level(w, "after", o.after);
	struct tt22_why_sink sink = { put_why, s };
	jo_karr(w, "why");
	e = conduct_why(s->pack, &year, &sink);
	jo_end_arr(w);
	jo_end_obj(w);
	return e;
}

static bool is_wanted(const struct sheet *s, uint64_t student_id) {
	bool is_named = s->only == NULL;
	for (size_t i = 0; i < s->only_count; i++) {
		is_named = is_named || s->only[i] == student_id;
	}
	return is_named;
}

static enum err put_row(const struct student_row *student, void *ctx) {
	struct sheet *s = ctx;
	struct json_out *w = s->w;
	const struct row *row = row_of(s, student->id);
	if (!row || !is_wanted(s, student->id)) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_kobj(w, "student");
	jo_kid(w, "id", student->id);
	jo_kstr(w, "code", student->code);
	jo_kstr(w, "fullName", student->full_name);
	jo_end_obj(w);
	jo_karr(w, "terms");
	for (unsigned i = 0; i < PACK_TERMS; i++) {
		jo_obj(w);
		jo_ki64(w, "number", i + 1);
		put_cell(w, &row->cells[i]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	enum err e = put_year(s, row);
	jo_end_obj(w);
	return e;
}

static enum err put_rows(struct sheet *s) {
	jo_karr(s->w, "rows");
	enum err e = s->pack ? roster_store_class_students(request_db(s->req), s->place.school_id,
					       s->place.class_id, put_row, s)
			     : ERR_OK;
	jo_end_arr(s->w);
	return e;
}

static enum err put_name(const struct class_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_kobj(w, "class");
	jo_kid(w, "id", row->id);
	jo_kstr(w, "name", row->name);
	jo_end_obj(w);
	return ERR_OK;
}

enum err conduct_get(const struct request *req, struct reply *reply) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = open_sheet(req, &s);
	e = e ? e : load_rows(s);
	if (e) {
		return e;
	}
	enum err closed = closing_store_check(request_db(req), s->place.school_id,
			s->place.class_id, s->place.term_number);
	if (closed && closed != ERR_CLOSED) {
		return closed;
	}
	s->w = reply_json(reply, 200);
	e = roster_store_class(
			request_db(req), s->place.school_id, s->place.class_id, put_name, s->w);
	jo_kobj(s->w, "term");
	jo_kid(s->w, "id", s->place.term_id);
	jo_ki64(s->w, "number", s->place.term_number);
	jo_end_obj(s->w);
	jo_kstrz(s->w, "pack", s->pack ? s->pack->code : NULL);
	jo_kbool(s->w, "isClosed", closed == ERR_CLOSED);
	return e ? e : put_rows(s);
}

/* ---- entering ---- */

struct entry {
	struct sheet *sheet;
	struct conduct_change changes[STUDENTS_MAX];
	uint64_t students[STUDENTS_MAX];
	enum err results[STUDENTS_MAX];
	size_t count;
};

static enum err read_change(const struct json *node, struct entry *in) {
	struct str name = { NULL, 0 };
	int64_t version = 0;
	struct conduct_change *c = &in->changes[in->count];
	*c = (struct conduct_change){ .place = in->sheet->place,
		.level = PACK_LEVEL_NONE,
		.person_id = request_person_id(in->sheet->req),
		.now_ms = request_now_ms(in->sheet->req) };
	enum err e = json_get_id(node, "student", &c->student_id);
	e = e ? e : json_opt_str(node, "level", name, &name);
	e = e ? e : json_get_i64(node, "version", &version);
	e = e || !name.p ? e : pack_level_parse(name, &c->level);
	if (e || version < 0 || version > INT32_MAX) {
		return ERR_INVAL;
	}
	c->version = (unsigned)version;
	in->students[in->count++] = c->student_id;
	return ERR_OK;
}

static enum err read_entry(const struct json *body, struct entry *in) {
	const struct json *list = NULL;
	struct str stage;
	enum err e = json_opt_str(body, "stage", str_from("term"), &stage);
	e = e ? e : conduct_stage_parse(stage, &in->sheet->place.stage);
	e = e ? e : json_get_array(body, "cells", &list);
	for (const struct json *it = json_first(list); it && !e; it = json_next(it)) {
		e = in->count == STUDENTS_MAX ? ERR_LIMIT : read_change(it, in);
	}
	return e;
}

/* After summer only of term II, and only for those whom the rules ask to train. */
static bool may_enter(struct sheet *s, const struct conduct_change *c) {
	struct conduct_outcome o;
	const struct row *row = row_of(s, c->student_id);
	if (c->place.stage == CONDUCT_TERM || !row) {
		return true; /* who is not in the class is refused by the store */
	}
	struct conduct_year year = year_of(row);
	return c->place.term_number == PACK_TERMS && !conduct_work_out(s->pack, &year, &o) &&
			(o.summer == PACK_YES || c->level == PACK_LEVEL_NONE);
}

/* A cell that somebody changed meanwhile is told and left; anything else undoes the whole. */
static enum err run_entry(struct db *db, void *ctx) {
	struct entry *in = ctx;
	for (size_t i = 0; i < in->count; i++) {
		enum err e = conduct_store_set(db, &in->changes[i]);
		if (e && e != ERR_STALE) {
			return e;
		}
		in->results[i] = e;
	}
	return ERR_OK;
}

static void put_outcome(const struct entry *in, struct json_out *w, bool is_conflict) {
	jo_karr(w, is_conflict ? "conflicts" : "saved");
	for (size_t i = 0; i < in->count; i++) {
		if ((in->results[i] == ERR_STALE) == is_conflict) {
			jo_id(w, in->students[i]);
		}
	}
	jo_end_arr(w);
}

static enum err refuse(struct reply *reply, enum err e) {
	if (e == ERR_CLOSED) {
		return reply_problem(reply, 409, "conduct.closed", NULL);
	}
	return e == ERR_NOT_FOUND ? reply_field(reply, "cells", "conduct.student", NULL) : e;
}

static enum err carry_out(struct entry *in, struct reply *reply) {
	struct sheet *s = in->sheet;
	enum err e = load_rows(s);
	for (size_t i = 0; i < in->count && !e; i++) {
		if (!may_enter(s, &in->changes[i])) {
			return reply_field(reply, "cells", "conduct.summer", NULL);
		}
	}
	e = e ? e : db_transact(request_db(s->req), run_entry, in);
	if (e) {
		return refuse(reply, e);
	}
	e = load_rows(s);
	s->only = in->students;
	s->only_count = in->count;
	s->w = reply_json(reply, 200);
	put_outcome(in, s->w, false);
	put_outcome(in, s->w, true);
	return e ? e : put_rows(s);
}

enum err conduct_put(const struct request *req, struct reply *reply) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = open_sheet(req, &s);
	if (e) {
		return e;
	}
	if (!s->pack) {
		return reply_problem(reply, 409, "conduct.primary", NULL);
	}
	_cleanup_(mem_freep) struct entry *in = calloc(1, sizeof(*in));
	if (!in) {
		return ERR_NOMEM;
	}
	in->sheet = s;
	e = read_entry(request_json(req), in);
	return e ? reply_field(reply, "cells", "conduct.level", NULL) : carry_out(in, reply);
}

/* ---- the history of a student's ---- */

static enum err put_said(const struct said_row *row, void *ctx) {
	struct json_out *w = ctx;
	unsigned term_number = 0;
	enum conduct_stage stage = CONDUCT_TERM;
	enum pack_level was = PACK_LEVEL_NONE;
	enum pack_level now = PACK_LEVEL_NONE;
	enum err e = conduct_from_ledger(row->old_code, &term_number, &stage, &was);
	e = e ? e : conduct_from_ledger(row->new_code, &term_number, &stage, &now);
	if (e) {
		return e;
	}
	jo_obj(w);
	jo_ki64(w, "at", row->at_ms);
	jo_kid(w, "person", row->person_id);
	jo_kstr(w, "personName", row->person_name);
	jo_ki64(w, "term", term_number);
	jo_kstrz(w, "stage", stage == CONDUCT_SUMMER ? "summer" : "term");
	put_level(w, "old", was);
	put_level(w, "new", now);
	jo_end_obj(w);
	return ERR_OK;
}

enum err conduct_history(const struct request *req, struct reply *reply) {
	const struct said_place place = { .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0),
		.student_id = request_path_id(req, 1),
		.act = LEDGER_CONDUCT };
	enum err e = check_access(req);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	const struct said_each to = { put_said, w };
	jo_karr(w, "items");
	e = said_history_store_load(request_db(req), &place, &to);
	jo_end_arr(w);
	return e;
}
