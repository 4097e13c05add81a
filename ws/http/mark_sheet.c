#include "ws/http/mark_sheet.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/grow.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "exam/hall/sitting_store.h"
#include "gradebook/marks/carried_store.h"
#include "gradebook/marks/exemption_store.h"
#include "gradebook/marks/lock_store.h"
#include "gradebook/marks/remark_store.h"
#include "gradebook/marks/request_store.h"
#include "ws/http/mark_json.h"
#include "ws/http/school_json.h"

enum {
	SHEET_BYTES = 4 << 20,
	REQUESTS_MAX = MARK_STUDENTS_MAX * MARK_COLUMNS_MAX,
	ID_TEXT_BYTES = 24,
};

void sheet_free(struct sheet *s) {
	if (s) {
		free(s->requests.items);
		arena_finish(&s->arena);
		free(s);
	}
}

struct mark_place sheet_place(const struct request *req) {
	return (struct mark_place){ request_school_id(req), request_path_id(req, 0),
		request_path_id(req, 1), request_path_id(req, 2) };
}

enum err sheet_check_access(const struct request *req, const struct mark_place *place,
		bool (*rule)(const struct access_actor *, const struct access_class *)) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req), place->class_id,
			place->subject_id, request_person_id(req), &what);
	if (e) {
		return e;
	}
	return rule(request_who(req), &what) ? ERR_OK : ERR_DENIED;
}

/* ---- loading ---- */

static struct sheet_student *find_student(struct sheet *s, uint64_t id) {
	for (size_t i = 0; i < s->student_count; i++) {
		if (s->students[i].id == id) {
			return &s->students[i];
		}
	}
	return NULL;
}

static size_t find_column(const struct sheet *s, uint64_t id) {
	size_t i = 0;
	while (i < s->column_count && s->columns[i].id != id) {
		i++;
	}
	return i;
}

static enum err take_student(const struct student_row *row, void *ctx) {
	struct sheet *s = ctx;
	if (s->student_count == MARK_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	struct sheet_student *one = &s->students[s->student_count++];
	one->id = row->id;
	one->birth = row->birth;
	one->remark = str_from("");
	for (size_t i = 0; i < MARK_COLUMNS_MAX; i++) {
		one->cells[i].cell = CELL_EMPTY;
	}
	enum err e = arena_copy(&s->arena, row->code, &one->code);
	return e ? e : arena_copy(&s->arena, row->full_name, &one->full_name);
}

static enum err take_cell(const struct mark_stored *cell, void *ctx) {
	struct sheet *s = ctx;
	struct sheet_student *one = find_student(s, cell->student_id);
	size_t index = find_column(s, cell->column_id);
	if (one && index < s->column_count) { /* else of one who has left the class */
		one->cells[index] = *cell;
	}
	return ERR_OK;
}

static enum err take_carried(const struct carried *mark, void *ctx) {
	struct sheet *s = ctx;
	struct sheet_student *one = find_student(s, mark->student_id);
	size_t i = 0;
	while (one && i < one->carried_count &&
			(one->carried[i].cell.kind != mark->cell.kind ||
					one->carried[i].cell.position != mark->cell.position)) {
		i++;
	}
	if (!one || i == MARK_COLUMNS_MAX) {
		return ERR_OK;
	}
	one->carried_count += i == one->carried_count;
	one->carried[i] = (struct sheet_carried){ mark->cell, mark->is_makeup, mark->class_id,
		str_from("") };
	return arena_copy(&s->arena, mark->class_name, &one->carried[i].class_name);
}

static enum err take_exemption(const struct exemption *x, void *ctx) {
	struct sheet_student *one = find_student(ctx, x->student_id);
	if (one) {
		one->is_exempt = true;
	}
	return ERR_OK;
}

static enum err take_remark(const struct remark *r, void *ctx) {
	struct sheet *s = ctx;
	struct sheet_student *one = find_student(s, r->student_id);
	if (!one) {
		return ERR_OK;
	}
	one->remark_version = r->version;
	return arena_copy(&s->arena, r->text, &one->remark);
}

static enum err take_request(const struct request_row *row, void *ctx) {
	struct sheet *s = ctx;
	struct sheet_student *one = find_student(s, row->student_id);
	size_t index = find_column(s, row->column_id);
	enum err e = GROW(&s->requests, REQUESTS_MAX);
	if (e) {
		return e;
	}
	struct sheet_request *r = &s->requests.items[s->requests.count];
	*r = (struct sheet_request){ .id = row->id,
		.wanted = row->wanted,
		.asked_by = row->asked_by,
		.asked_at_ms = row->asked_at_ms };
	e = arena_copy(&s->arena, row->why, &r->why);
	e = e ? e : arena_copy(&s->arena, row->asked_by_name, &r->asked_by_name);
	if (!e) {
		s->requests.count++;
	}
	if (!e && one && index < s->column_count) {
		one->requests[index] = s->requests.count;
	}
	return e;
}

/* What stands beside the marks. */
static enum err load_rest(struct db *db, struct sheet *s) {
	const struct request_each to = { take_request, s };
	const struct carried_wanted former = { .school_id = s->place.school_id,
		.class_id = s->place.class_id,
		.subject_id = s->place.subject_id,
		.term_id = s->place.term_id };
	enum err e = lock_store_facts(db, &s->place, &s->facts, s->now_ms, &s->locks);
	e = e ? e
	      : publish_store_planned(db, s->place.school_id, s->place.term_id, s->facts.grade,
				s->publishes_at_ms);
	e = e ? e : carried_store_list(db, &former, take_carried, s);
	e = e ? e : exemption_store_list(db, &s->place, take_exemption, s);
	e = e ? e : remark_store_list(db, &s->place, take_remark, s);
	return e ? e : request_store_place(db, &s->place, &to);
}

enum err sheet_load(
		struct db *db, const struct mark_place *place, int64_t now_ms, struct sheet **out) {
	_cleanup_(sheet_freep) struct sheet *s = calloc(1, sizeof(*s));
	if (!s) {
		return ERR_NOMEM;
	}
	s->place = *place;
	s->now_ms = now_ms;
	s->arena = arena_make(SHEET_BYTES);
	enum err e = mark_store_facts(db, place, &s->facts);
	e = e || mark_facts_has_rules(&s->facts) ? e : ERR_UNSUPPORTED;
	e = e ? e : mark_store_columns(db, place, s->columns, &s->column_count);
	e = e ? e
	      : roster_store_class_students(db, place->school_id, place->class_id, take_student, s);
	e = e ? e : mark_store_cells(db, place, take_cell, s);
	e = e ? e : load_rest(db, s);
	if (e) {
		return e;
	}
	size_t regular = 0;
	for (size_t i = 0; i < s->column_count; i++) {
		regular += s->columns[i].kind == MARK_TX;
	}
	s->plan = mark_facts_plan(&s->facts, regular);
	*out = STEAL(s);
	return ERR_OK;
}

/* ---- as JSON ---- */

void sheet_put_id16(struct json_out *w, const char *name, bool has, const uint8_t *id) {
	if (!has) {
		jo_knull(w, name);
		return;
	}
	_cleanup_(buf_finish) struct buf text = buf_make(64);
	str_b64_add(&text, id, MARK_SITTING_BYTES);
	jo_kstrz(w, name, buf_str(&text));
}

bool sheet_is_entered(const struct sheet *s, const struct sheet_student *one,
		const struct mark_cell *place) {
	for (size_t i = 0; i < s->column_count; i++) {
		if (s->columns[i].kind == place->kind &&
				s->columns[i].position == place->position) {
			return !cell_is_empty(&one->cells[i].cell);
		}
	}
	return false;
}

enum err sheet_put_mean(struct json_out *w, const struct sheet *s, const struct sheet_student *one,
		enum lang lang) {
	struct mark_cell cells[2 * MARK_COLUMNS_MAX];
	size_t count = 0;
	for (size_t i = 0; i < s->column_count; i++) {
		cells[count++] = (struct mark_cell){ s->columns[i].kind, s->columns[i].position,
			one->cells[i].cell.value_x10 };
	}
	for (size_t i = 0; i < one->carried_count; i++) {
		if (!sheet_is_entered(s, one, &one->carried[i].cell)) {
			cells[count++] = one->carried[i].cell;
		}
	}
	struct mark_result result = { .value_x10 = MARK_NONE };
	if (one->is_exempt) {
		explain_begin(&result.why, "mark.exempt");
	} else {
		result = mark_result_of(&s->plan, cells, count);
	}
	return mark_put_result(w, &result, lang);
}

static void put_request(struct json_out *w, const struct sheet *s, size_t number) {
	if (number == 0) {
		jo_knull(w, "request");
		return;
	}
	const struct sheet_request *r = &s->requests.items[number - 1];
	jo_kobj(w, "request");
	jo_kid(w, "id", r->id);
	mark_put_cell(w, &r->wanted);
	jo_kstr(w, "why", r->why);
	school_put_person(w, "askedBy", r->asked_by, r->asked_by_name);
	jo_ki64(w, "askedAt", r->asked_at_ms);
	jo_end_obj(w);
}

static void put_cells(struct json_out *w, const struct sheet *s, const struct sheet_student *one) {
	jo_kobj(w, "cells");
	for (size_t i = 0; i < s->column_count; i++) {
		const struct mark_stored *cell = &one->cells[i];
		char name[ID_TEXT_BYTES];
		if (cell->version == 0 && one->requests[i] == 0) {
			continue;
		}
		(void)snprintf(name, sizeof(name), "%llu",
				(unsigned long long)s->columns[i].id); /* any id fits */
		jo_kobj(w, name);
		mark_put_cell(w, &cell->cell);
		jo_ki64(w, "version", cell->version);
		sheet_put_id16(w, "attempt", cell->has_attempt, cell->attempt_id);
		put_request(w, s, one->requests[i]);
		jo_end_obj(w);
	}
	jo_end_obj(w);
}

static void put_carried(struct json_out *w, const struct sheet_student *one) {
	jo_karr(w, "carried");
	for (size_t i = 0; i < one->carried_count; i++) {
		const struct sheet_carried *c = &one->carried[i];
		jo_obj(w);
		jo_kstrz(w, "kind", mark_kind_name(c->cell.kind));
		jo_ki64(w, "position", c->cell.position);
		mark_put_value(w, "valueX10", c->cell.value_x10);
		jo_kbool(w, "isMakeup", c->is_makeup);
		jo_kobj(w, "class");
		jo_kid(w, "id", c->class_id);
		jo_kstr(w, "name", c->class_name);
		jo_end_obj(w);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static enum err put_row(struct json_out *w, const struct sheet *s, const struct sheet_student *one,
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
	put_cells(w, s, one);
	put_carried(w, one);
	jo_kbool(w, "exempt", one->is_exempt);
	jo_kobj(w, "remark");
	jo_kstr(w, "text", one->remark);
	jo_ki64(w, "version", one->remark_version);
	jo_end_obj(w);
	jo_key(w, "mean");
	enum err e = sheet_put_mean(w, s, one, lang);
	jo_end_obj(w);
	return e;
}

void sheet_put_place(struct json_out *w, const struct mark_place *place,
		const struct mark_facts *facts) {
	jo_kobj(w, "class");
	jo_kid(w, "id", place->class_id);
	jo_kstrz(w, "name", facts->class_name);
	jo_end_obj(w);
	jo_kobj(w, "subject");
	jo_kid(w, "id", place->subject_id);
	jo_kstrz(w, "name", facts->subject_name);
	jo_kstrz(w, "kind", facts->subject == MARK_SUBJECT_COMMENT ? "comment" : "mark");
	jo_end_obj(w);
	jo_kobj(w, "term");
	jo_kid(w, "id", place->term_id);
	jo_ki64(w, "number", facts->term_number);
	jo_end_obj(w);
}

/* Every column that the rules provide for: what may still be added among them. */
static void put_places(struct json_out *w, const struct sheet *s) {
	jo_karr(w, "places");
	for (enum mark_kind kind = MARK_TX; kind <= MARK_CK; kind++) {
		size_t most = kind == MARK_TX ? s->plan.regular_count : MARK_POSITION_MAX;
		for (unsigned position = 1; position <= most; position++) {
			if (mark_facts_check_column(&s->facts, kind, position) == ERR_OK) {
				jo_obj(w);
				jo_kstrz(w, "kind", mark_kind_name(kind));
				jo_ki64(w, "position", position);
				jo_end_obj(w);
			}
		}
	}
	jo_end_arr(w);
}

static void put_head(struct json_out *w, const struct sheet *s) {
	sheet_put_place(w, &s->place, &s->facts);
	jo_kstrz(w, "pack", s->facts.pack ? s->facts.pack->code : s->facts.primary->code);
	put_places(w, s);
	jo_kobj(w, "plan");
	jo_ki64(w, "tx", (int64_t)s->plan.regular_count);
	jo_ki64(w, "gk", (int64_t)s->plan.midterm_count);
	jo_ki64(w, "ck", (int64_t)s->plan.final_count);
	jo_end_obj(w);
	jo_kbool(w, "isClosed", s->locks.is_closed);
	jo_ki64(w, "requests", (int64_t)s->requests.count);
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
	sheet_put_id16(w, "id", true, c->sitting_id);
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
		school_put_time(w, "publishedAt", c->published_at_ms);
		school_put_time(w, "publishesAt",
				c->published_at_ms ? 0 : s->publishes_at_ms[c->kind]);
		school_put_time(w, "lockedAt", lock_at_ms(&s->locks, c->kind, s->now_ms));
		jo_kbool(w, "isLocked", lock_state_of(&s->locks, c->kind, s->now_ms) != LOCK_OPEN);
		e = put_sitting(w, db, c);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

static enum err put_neighbour(const struct teaching_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kobj(w, "class");
	jo_kid(w, "id", row->class_id);
	jo_kstr(w, "name", row->class_name);
	jo_end_obj(w);
	jo_kobj(w, "subject");
	jo_kid(w, "id", row->subject_id);
	jo_kstr(w, "name", row->subject_name);
	jo_end_obj(w);
	jo_end_obj(w);
	return ERR_OK;
}

enum err sheet_put(struct json_out *w, const struct request *req, const struct sheet *s) {
	put_head(w, s);
	jo_karr(w, "neighbours");
	enum err e = teaching_store_list(request_db(req), s->place.school_id,
			s->facts.school_year_id, request_person_id(req), put_neighbour, w);
	jo_end_arr(w);
	e = e ? e : put_columns(w, request_db(req), s);
	if (e) {
		return e;
	}
	jo_karr(w, "rows");
	for (size_t i = 0; i < s->student_count && !e; i++) {
		e = put_row(w, s, &s->students[i], request_lang(req));
	}
	jo_end_arr(w);
	return e;
}
