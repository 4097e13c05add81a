#include "ws/http/mark_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/arena.h"
#include "core/base/grow.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "exam/hall/sitting_store.h"
#include "gradebook/marks/ledger_store.h"
#include "gradebook/marks/mark_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/mark_json.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum {
	CELLS_MAX = MARK_STUDENTS_MAX * MARK_COLUMNS_MAX,
	SHEET_BYTES = 1 << 20,
	ID_TEXT_BYTES = 24,
};

struct student {
	uint64_t id;
	struct str code;
	struct str full_name;
	struct date birth;
};

/* A sheet as it is shown. */
struct sheet {
	struct mark_place place;
	struct mark_facts facts;
	const struct rule_pack *pack;
	struct mark_plan plan;
	struct mark_column columns[MARK_COLUMNS_MAX];
	size_t column_count;
	struct student students[MARK_STUDENTS_MAX];
	size_t student_count;
	struct mark_stored cells[CELLS_MAX];
	size_t cell_count;
	struct arena arena;
};

static void sheet_free(struct sheet *s) {
	if (s) {
		arena_finish(&s->arena);
		free(s);
	}
}
DEFINE_FREEP(struct sheet *, sheet_free);

static struct mark_place place_of(const struct request *req) {
	return (struct mark_place){ request_school_id(req), request_path_id(req, 0),
		request_path_id(req, 1), request_path_id(req, 2) };
}

static enum err take_student(const struct student_row *row, void *ctx) {
	struct sheet *s = ctx;
	if (s->student_count == MARK_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	struct student *one = &s->students[s->student_count++];
	one->id = row->id;
	one->birth = row->birth;
	enum err e = arena_copy(&s->arena, row->code, &one->code);
	return e ? e : arena_copy(&s->arena, row->full_name, &one->full_name);
}

static enum err take_cell(const struct mark_stored *cell, void *ctx) {
	struct sheet *s = ctx;
	if (s->cell_count == CELLS_MAX) {
		return ERR_LIMIT;
	}
	s->cells[s->cell_count++] = *cell;
	return ERR_OK;
}

static enum err load_sheet(struct db *db, const struct mark_place *place, struct sheet **out) {
	_cleanup_(sheet_freep) struct sheet *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	s->place = *place;
	s->arena = arena_make(SHEET_BYTES);
	enum err e = mark_store_facts(db, place, &s->facts);
	if (!e) {
		e = pack_find(s->facts.grade, s->facts.year, &s->pack);
	}
	if (!e) {
		e = mark_store_columns(db, place, s->columns, &s->column_count);
	}
	if (!e) {
		e = roster_store_class_students(
				db, place->school_id, place->class_id, take_student, s);
	}
	if (!e) {
		e = mark_store_cells(db, place, take_cell, s);
	}
	if (e) {
		return e;
	}
	size_t regular = 0;
	for (size_t i = 0; i < s->column_count; i++) {
		regular += s->columns[i].kind == MARK_TX;
	}
	s->plan = mark_plan_of(s->pack, s->facts.subject, s->facts.lessons_a_year, regular);
	*out = STEAL(s);
	return ERR_OK;
}

static const struct mark_stored *find_cell(
		const struct sheet *s, uint64_t column, uint64_t student) {
	for (size_t i = 0; i < s->cell_count; i++) {
		if (s->cells[i].column_id == column && s->cells[i].student_id == student) {
			return &s->cells[i];
		}
	}
	return NULL;
}

static void put_id16(struct json_out *w, const char *name, bool has, const uint8_t *id) {
	if (!has) {
		jo_knull(w, name);
		return;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(64);
	str_b64_add(&text, id, MARK_SITTING_BYTES);
	jo_kstrz(w, name, buf_str(&text));
}

static enum err put_mean(
		struct json_out *w, const struct sheet *s, uint64_t student, enum lang lang) {
	struct mark_cell cells[MARK_COLUMNS_MAX];
	for (size_t i = 0; i < s->column_count; i++) {
		const struct mark_stored *cell = find_cell(s, s->columns[i].id, student);
		cells[i] = (struct mark_cell){ s->columns[i].kind, s->columns[i].position,
			cell ? cell->value_x10 : MARK_NONE };
	}
	struct mark_result result = mark_result_of(&s->plan, cells, s->column_count);
	return mark_put_result(w, &result, lang);
}

static void put_cells(struct json_out *w, const struct sheet *s, uint64_t student) {
	jo_kobj(w, "cells");
	for (size_t i = 0; i < s->column_count; i++) {
		const struct mark_stored *cell = find_cell(s, s->columns[i].id, student);
		char name[ID_TEXT_BYTES];
		if (!cell) {
			continue;
		}
		(void)snprintf(name, sizeof(name), "%llu",
				(unsigned long long)s->columns[i].id); /* any id fits */
		jo_kobj(w, name);
		mark_put_value(w, "valueX10", cell->value_x10);
		jo_ki64(w, "version", cell->version);
		put_id16(w, "attempt", cell->has_attempt, cell->attempt_id);
		jo_end_obj(w);
	}
	jo_end_obj(w);
}

static enum err put_row(struct json_out *w, const struct sheet *s, const struct student *one,
		enum lang lang) {
	jo_obj(w);
	jo_kobj(w, "student");
	jo_kid(w, "id", one->id);
	jo_kstr(w, "code", one->code);
	jo_kstr(w, "fullName", one->full_name);
	char iso[DATE_ISO_BYTES] = "";
	if (date_is_valid(one->birth)) {
		date_print_iso(one->birth, iso);
	}
	jo_kstrz(w, "birthDate", iso[0] ? iso : NULL);
	jo_end_obj(w);
	put_cells(w, s, one->id);
	jo_key(w, "mean");
	enum err e = put_mean(w, s, one->id, lang);
	jo_end_obj(w);
	return e;
}

static void put_head(struct json_out *w, const struct sheet *s) {
	jo_kobj(w, "class");
	jo_kid(w, "id", s->place.class_id);
	jo_kstrz(w, "name", s->facts.class_name);
	jo_end_obj(w);
	jo_kobj(w, "subject");
	jo_kid(w, "id", s->place.subject_id);
	jo_kstrz(w, "name", s->facts.subject_name);
	jo_kstrz(w, "kind", s->facts.subject == MARK_SUBJECT_COMMENT ? "comment" : "mark");
	jo_end_obj(w);
	jo_kobj(w, "term");
	jo_kid(w, "id", s->place.term_id);
	jo_ki64(w, "number", s->facts.term_number);
	jo_end_obj(w);
	jo_kobj(w, "plan");
	jo_ki64(w, "tx", (int64_t)s->plan.regular_count);
	jo_ki64(w, "gk", (int64_t)s->plan.midterm_count);
	jo_ki64(w, "ck", (int64_t)s->plan.final_count);
	jo_end_obj(w);
}

/* The exam that fills a column, by its title. */
static enum err put_sitting(struct json_out *w, struct db *db, const struct mark_column *c) {
	struct sitting sitting = { .title = "" };
	struct id16 id;
	if (!c->has_sitting) {
		jo_knull(w, "sitting");
		return ERR_OK;
	}
	memcpy(id.b, c->sitting_id, sizeof(id.b));
	enum err e = sitting_store_load(db, c->place.school_id, &id, &sitting);
	jo_kobj(w, "sitting");
	put_id16(w, "id", true, c->sitting_id);
	jo_kstrz(w, "title", sitting.title);
	jo_end_obj(w);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err put_columns(struct json_out *w, struct db *db, const struct sheet *s) {
	enum err e = ERR_OK;
	jo_karr(w, "columns");
	for (size_t i = 0; i < s->column_count && !e; i++) {
		const struct mark_column *c = &s->columns[i];
		jo_obj(w);
		jo_kid(w, "id", c->id);
		jo_kstrz(w, "kind", mark_kind_name(c->kind));
		jo_ki64(w, "position", c->position);
		if (c->published_at_ms) {
			jo_ki64(w, "publishedAt", c->published_at_ms);
		} else {
			jo_knull(w, "publishedAt");
		}
		e = put_sitting(w, db, c);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

static enum err reply_sheet(const struct request *req, struct reply *reply, int status) {
	struct mark_place place = place_of(req);
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = load_sheet(request_db(req), &place, &s);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, status);
	put_head(w, s);
	e = put_columns(w, request_db(req), s);
	jo_karr(w, "rows");
	for (size_t i = 0; i < s->student_count && !e; i++) {
		e = put_row(w, s, &s->students[i], request_lang(req));
	}
	jo_end_arr(w);
	return e;
}

/* ---- who may ---- */

static enum err check_access(const struct request *req, uint64_t class_id, uint64_t subject_id,
		bool (*rule)(const struct access_actor *, const struct access_class *)) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req), class_id,
			subject_id, request_person_id(req), &what);
	if (e) {
		return e;
	}
	return rule(request_who(req), &what) ? ERR_OK : ERR_DENIED;
}

enum err mark_sheet_get(const struct request *req, struct reply *reply) {
	enum err e = check_access(
			req, request_path_id(req, 0), request_path_id(req, 1), access_marks_view);
	return e ? e : reply_sheet(req, reply, 200);
}

/* ---- changes ---- */

struct put {
	const struct request *req;
	struct mark_place place;
	struct mark_actor actor;
	const struct json *list;
	struct mark_stored items[CELLS_MAX];
	enum err results[CELLS_MAX];
	size_t count;
};

static enum err parse_cell(const struct json *node, struct mark_stored *out) {
	int64_t version = 0;
	int64_t value = MARK_NONE;
	enum err e = json_get_id(node, "column", &out->column_id);
	if (!e) {
		e = json_get_id(node, "student", &out->student_id);
	}
	if (!e) {
		e = json_opt_i64(node, "valueX10", MARK_NONE, &value);
	}
	if (!e) {
		e = json_opt_i64(node, "version", 0, &version);
	}
	if (e || value < MARK_NONE || value > MARK_MAX_X10 || version < 0 || version > INT32_MAX) {
		return ERR_INVAL;
	}
	out->value_x10 = (int)value;
	out->version = (unsigned)version;
	return ERR_OK;
}

/* A cell that others changed meanwhile is told and left; anything else undoes the whole. */
static enum err run_put(struct db *db, void *ctx) {
	struct put *p = ctx;
	for (size_t i = 0; i < p->count; i++) {
		struct mark_column column;
		unsigned version = p->items[i].version;
		enum err e = mark_store_column(
				db, p->place.school_id, p->items[i].column_id, &column);
		bool is_here = !e && column.place.class_id == p->place.class_id &&
				column.place.subject_id == p->place.subject_id &&
				column.place.term_id == p->place.term_id;
		if (!e && !is_here) {
			e = ERR_NOT_FOUND;
		}
		if (!e) {
			e = mark_store_set(
					db, p->place.school_id, &p->items[i], &p->actor, &version);
		}
		if (e && e != ERR_STALE) {
			return e;
		}
		p->results[i] = e;
	}
	return ERR_OK;
}

static enum err put_outcome(const struct put *p, struct json_out *w, bool is_conflict) {
	jo_karr(w, is_conflict ? "conflicts" : "saved");
	for (size_t i = 0; i < p->count; i++) {
		struct mark_stored now = { .value_x10 = MARK_NONE };
		if ((p->results[i] == ERR_STALE) != is_conflict) {
			continue;
		}
		enum err e = mark_store_cell(request_db(p->req), p->place.school_id,
				p->items[i].column_id, p->items[i].student_id, &now);
		if (e && e != ERR_NOT_FOUND) {
			return e;
		}
		jo_obj(w);
		jo_kid(w, "column", p->items[i].column_id);
		jo_kid(w, "student", p->items[i].student_id);
		mark_put_value(w, "valueX10", now.value_x10);
		jo_ki64(w, "version", now.version);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

static enum err put_means(const struct put *p, struct json_out *w) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = load_sheet(request_db(p->req), &p->place, &s);
	if (e) {
		return e;
	}
	jo_kobj(w, "means");
	for (size_t i = 0; !e && i < s->student_count; i++) {
		bool is_touched = false;
		for (size_t k = 0; k < p->count; k++) {
			is_touched = is_touched || p->items[k].student_id == s->students[i].id;
		}
		if (is_touched) {
			char name[ID_TEXT_BYTES];
			(void)snprintf(name, sizeof(name), "%llu",
					(unsigned long long)s->students[i].id); /* any id fits */
			jo_key(w, name);
			e = put_mean(w, s, s->students[i].id, request_lang(p->req));
		}
	}
	jo_end_obj(w);
	return e;
}

enum err mark_sheet_put(const struct request *req, struct reply *reply) {
	enum err e = check_access(
			req, request_path_id(req, 0), request_path_id(req, 1), access_marks_enter);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) struct put *p = calloc(1, sizeof(*p));
	if (!p) {
		return ERR_NOMEM;
	}
	p->req = req;
	p->place = place_of(req);
	p->actor.person_id = request_person_id(req);
	p->actor.now_ms = request_now_ms(req);
	e = json_opt_str(request_json(req), "why", str_from(""), &p->actor.why);
	if (e || p->actor.why.n > MARK_WHY_BYTES_MAX ||
			json_get_array(request_json(req), "cells", &p->list)) {
		return reply_field(reply, "cells", "form.required", NULL);
	}
	for (const struct json *it = json_first(p->list); it; it = json_next(it)) {
		if (p->count == CELLS_MAX || parse_cell(it, &p->items[p->count])) {
			return ERR_INVAL;
		}
		p->count++;
	}
	e = db_transact(request_db(req), run_put, p);
	if (e == ERR_MISSING) {
		return reply_field(reply, "why", "mark.why_missing", NULL);
	}
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	e = put_outcome(p, w, false);
	if (!e) {
		e = put_outcome(p, w, true);
	}
	return e ? e : put_means(p, w);
}

enum err mark_column_create(const struct request *req, struct reply *reply) {
	enum err e = check_access(
			req, request_path_id(req, 0), request_path_id(req, 1), access_marks_enter);
	struct mark_place place = place_of(req);
	struct mark_facts facts;
	const struct rule_pack *pack = NULL;
	struct str name;
	int64_t position = 0;
	enum mark_kind kind = MARK_TX;
	uint64_t id = 0;
	if (!e) {
		e = mark_store_facts(request_db(req), &place, &facts);
	}
	if (!e) {
		e = pack_find(facts.grade, facts.year, &pack);
	}
	if (e) {
		return e;
	}
	if (json_get_str(request_json(req), "kind", &name) || mark_kind_parse(name, &kind)) {
		return reply_field(reply, "kind", "form.required", NULL);
	}
	if (json_get_i64(request_json(req), "position", &position) || position < 1 ||
			position > MARK_POSITION_MAX ||
			mark_check_column(pack, facts.subject, facts.lessons_a_year, kind,
					(unsigned)position)) {
		return reply_field(reply, "position", "mark.column_wrong", NULL);
	}
	e = mark_store_add_column(request_db(req), &place, kind, (unsigned)position, &id);
	if (e) {
		return e;
	}
	jo_kid(reply_json(reply, 201), "id", id);
	return ERR_OK;
}

struct publishing {
	struct mark_place place;
	struct mark_actor actor;
	const struct json *list;
};

/* All of the columns, or none: each must be one of this sheet. */
static enum err run_publish(struct db *db, void *ctx) {
	const struct publishing *p = ctx;
	for (const struct json *it = json_first(p->list); it; it = json_next(it)) {
		uint64_t id = 0;
		struct mark_column column;
		enum err e = json_as_id(it, &id);
		e = e ? e : mark_store_column(db, p->place.school_id, id, &column);
		if (e) {
			return e;
		}
		if (column.place.class_id != p->place.class_id ||
				column.place.subject_id != p->place.subject_id ||
				column.place.term_id != p->place.term_id) {
			return ERR_NOT_FOUND;
		}
		e = mark_store_publish(db, p->place.school_id, id, &p->actor);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

enum err mark_publish(const struct request *req, struct reply *reply) {
	enum err e = check_access(
			req, request_path_id(req, 0), request_path_id(req, 1), access_marks_enter);
	if (e) {
		return e;
	}
	struct publishing p = { .place = place_of(req),
		.actor = { request_person_id(req), request_now_ms(req), { "", 0 } } };
	if (json_get_array(request_json(req), "columns", &p.list)) {
		return reply_field(reply, "columns", "form.required", NULL);
	}
	struct audit_deed deed = { "marks.publish", "class", &p.place.class_id };
	e = audit_run(req, &deed, run_publish, &p);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

/* ---- history ---- */

static enum err put_history(const struct ledger_stored *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_ki64(w, "at", row->row.at_ms);
	jo_kid(w, "person", row->row.person_id);
	jo_kbool(w, "isKept", row->row.act == LEDGER_KEPT);
	mark_put_value(w, "oldX10", row->row.old_x10);
	mark_put_value(w, "newX10", row->row.new_x10);
	jo_kstr(w, "why", row->row.why);
	jo_end_obj(w);
	return ERR_OK;
}

enum err mark_history_get(const struct request *req, struct reply *reply) {
	struct mark_column column;
	enum err e = mark_store_column(
			request_db(req), request_school_id(req), request_path_id(req, 0), &column);
	if (!e) {
		e = check_access(req, column.place.class_id, column.place.subject_id,
				access_marks_view);
	}
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	e = ledger_store_history(request_db(req), request_school_id(req), column.id,
			request_path_id(req, 1), put_history, w);
	jo_end_arr(w);
	return e;
}
