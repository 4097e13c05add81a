#include "ws/http/class_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/calendar_store.h"
#include "core/school/guardian_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

enum { CLASS_NAME_CHARS_MAX = 32 };

/* ---- reading ---- */

/* Who teaches what in which class, kept while the classes are written. */
struct taught_list {
	struct taught {
		uint64_t class_id;
		uint64_t subject_id;
		struct str name;
	} * items;
	size_t count;
	size_t cap;
	struct arena arena;
};

static void taught_finish(struct taught_list *list) {
	free(list->items);
	arena_finish(&list->arena);
}

/* A subject that several teach in one class stands once. */
static enum err keep_taught(
		struct taught_list *list, uint64_t class_id, uint64_t subject_id, struct str name) {
	if (list->count > 0) {
		const struct taught *last = &list->items[list->count - 1];
		if (last->class_id == class_id && last->subject_id == subject_id) {
			return ERR_OK;
		}
	}
	enum err e = GROW(list, SCHOOL_LIST_MAX);
	if (e) {
		return e;
	}
	struct taught *t = &list->items[list->count];
	*t = (struct taught){ .class_id = class_id, .subject_id = subject_id };
	e = arena_copy(&list->arena, name, &t->name);
	list->count += e == ERR_OK;
	return e;
}

static enum err keep_mine(const struct teaching_mine *row, void *ctx) {
	return row->subject_id ? keep_taught(ctx, row->class_id, row->subject_id, row->subject_name)
			       : ERR_OK;
}

static enum err keep_any(const struct teaching_row *row, void *ctx) {
	return keep_taught(ctx, row->class_id, row->subject_id, row->subject_name);
}

/* The office sees who teaches anything; a teacher what is taught by himself. */
static enum err load_taught(const struct request *req, uint64_t year, struct taught_list *out) {
	uint64_t school = request_school_id(req);
	out->arena = arena_make(SCHOOL_LIST_BYTES_MAX);
	if (request_who(req)->roles & ACCESS_OFFICE) {
		return teaching_store_list(request_db(req), school, year, 0, keep_any, out);
	}
	return teaching_store_mine(
			request_db(req), school, year, request_person_id(req), keep_mine, out);
}

struct classes {
	struct json_out *w;
	const struct taught_list *taught;
};

static enum err write_open(const struct class_row *row, void *ctx) {
	const struct classes *c = ctx;
	struct json_out *w = c->w;
	jo_kid(w, "id", row->id);
	jo_kstr(w, "name", row->name);
	jo_ki64(w, "grade", row->grade);
	jo_ki64(w, "studentCount", row->student_count);
	school_put_person(w, "homeroom", row->homeroom_person_id, row->homeroom_name);
	jo_karr(w, "subjects");
	for (size_t i = 0; i < c->taught->count; i++) {
		if (c->taught->items[i].class_id == row->id) {
			jo_obj(w);
			jo_kid(w, "id", c->taught->items[i].subject_id);
			jo_kstr(w, "name", c->taught->items[i].name);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
	return ERR_OK;
}

static enum err write_listed(const struct class_row *row, void *ctx) {
	const struct classes *c = ctx;
	jo_obj(c->w);
	enum err e = write_open(row, ctx);
	jo_end_obj(c->w);
	return e;
}

enum err class_list(const struct request *req, struct reply *reply) {
	struct school_year year;
	_cleanup_(taught_finish) struct taught_list taught = { 0 };
	enum err e = school_wanted_year(req, &year);
	e = e ? e : load_taught(req, year.id, &taught);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	struct classes c = { .w = w, .taught = &taught };
	jo_karr(w, "items");
	e = roster_store_classes(
			request_db(req), request_school_id(req), year.id, write_listed, &c);
	jo_end_arr(w);
	return e;
}

/* ---- one class with its students ---- */

/* Guardians of a class, kept while its students are written. */
struct parents {
	struct parent {
		uint64_t student_id;
		struct str name;
		struct str phone;
		enum relation relation;
	} * items;
	size_t count;
	size_t cap;
	struct arena arena;
};

static void parents_finish(struct parents *list) {
	free(list->items);
	arena_finish(&list->arena);
}

static enum err keep_parent(const struct guardian_row *row, void *ctx) {
	struct parents *list = ctx;
	enum err e = GROW(list, SCHOOL_LIST_MAX);
	if (e) {
		return e;
	}
	struct parent *p = &list->items[list->count];
	*p = (struct parent){ .student_id = row->student_id, .relation = row->relation };
	e = arena_copy(&list->arena, row->full_name, &p->name);
	e = e ? e : arena_copy(&list->arena, row->phone, &p->phone);
	list->count += e == ERR_OK;
	return e;
}

struct students {
	struct json_out *w;
	struct parents parents;
	bool shows_phones;
};

static void students_finish(struct students *s) {
	parents_finish(&s->parents);
}

static void write_guardians(const struct students *s, uint64_t student_id) {
	struct json_out *w = s->w;
	jo_karr(w, "guardians");
	for (size_t i = 0; i < s->parents.count; i++) {
		const struct parent *p = &s->parents.items[i];
		if (p->student_id != student_id) {
			continue;
		}
		jo_obj(w);
		jo_kstr(w, "fullName", p->name);
		jo_kstrz(w, "relation", relation_name(p->relation));
		if (s->shows_phones) {
			school_put_or_null(w, "phone", p->phone);
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static enum err write_student(const struct student_row *row, void *ctx) {
	const struct students *s = ctx;
	struct json_out *w = s->w;
	jo_obj(w);
	jo_kid(w, "id", row->id);
	jo_kstr(w, "code", row->code);
	jo_kstr(w, "fullName", row->full_name);
	school_put_date(w, "birthDate", row->birth);
	school_put_sex(w, row->sex);
	jo_ki64(w, "position", row->position);
	jo_kbool(w, "activated", row->is_activated);
	write_guardians(s, row->id);
	jo_end_obj(w);
	return ERR_OK;
}

/* Names to the office and to those who teach there; phones of guardians only to the office and
 * the homeroom teacher. */
static enum err check_view(const struct request *req, uint64_t class_id, bool *out_shows_phones) {
	struct access_class facts;
	enum err e = teaching_store_access(request_db(req), request_school_id(req), class_id, 0,
			request_person_id(req), &facts);
	if (e) {
		return e;
	}
	*out_shows_phones = access_class_contacts(request_who(req), &facts);
	return access_class_view(request_who(req), &facts) ? ERR_OK : ERR_DENIED;
}

static enum err take_year(const struct class_row *row, void *ctx) {
	uint64_t *year = ctx;
	*year = row->school_year_id;
	return ERR_OK;
}

/* Members of the class, into an answer that is open; *taught is filled for it. */
static enum err write_class(const struct request *req, uint64_t id, struct json_out *w,
		struct taught_list *taught) {
	struct db *db = request_db(req);
	uint64_t year = 0;
	enum err e = roster_store_class(db, request_school_id(req), id, take_year, &year);
	e = e ? e : load_taught(req, year, taught);
	struct classes c = { .w = w, .taught = taught };
	return e ? e : roster_store_class(db, request_school_id(req), id, write_open, &c);
}

enum err class_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t school = request_school_id(req);
	uint64_t id = request_path_id(req, 0);
	_cleanup_(taught_finish) struct taught_list taught = { 0 };
	_cleanup_(students_finish) struct students s = { 0 };
	s.parents.arena = arena_make(SCHOOL_LIST_BYTES_MAX);
	enum err e = check_view(req, id, &s.shows_phones);
	e = e ? e : guardian_store_of_class(db, school, id, keep_parent, &s.parents);
	if (e) {
		return e;
	}
	s.w = reply_json(reply, 200);
	e = write_class(req, id, s.w, &taught);
	jo_karr(s.w, "students");
	e = e ? e : roster_store_class_students(db, school, id, write_student, &s);
	jo_end_arr(s.w);
	return e;
}

/* ---- changing ---- */

struct change {
	uint64_t school_id;
	uint64_t year_id; /* of a new class */
	uint64_t id;      /* 0: a new one */
	unsigned grade;
	char *name; /* owned */
	uint64_t homeroom_id;
};

static void change_finish(struct change *c) {
	free(c->name);
}

static enum err run_change(struct db *db, void *ctx) {
	struct change *c = ctx;
	if (c->year_id) {
		return roster_store_add_class(db, c->school_id, c->year_id, c->grade,
				str_from(c->name), c->homeroom_id, &c->id);
	}
	return roster_store_update_class(
			db, c->school_id, c->id, c->grade, str_from(c->name), c->homeroom_id);
}

static void read_change(struct form *f, struct change *c) {
	c->name = form_text(f, "name", 1, CLASS_NAME_CHARS_MAX);
	c->grade = (unsigned)form_int(f, "grade", 0, 1, ROSTER_GRADE_MAX);
	c->homeroom_id = form_id(f, "homeroom", false);
}

static enum err carry_out(const struct request *req, struct reply *reply, struct change *c,
		const char *action, int status) {
	struct audit_deed deed = { action, "class", &c->id };
	_cleanup_(taught_finish) struct taught_list taught = { 0 };
	enum err e = audit_run(req, &deed, run_change, c);
	if (e == ERR_EXISTS) {
		return reply_field(reply, "name", "school.class_name_taken", NULL);
	}
	if (e == ERR_MISSING) {
		return reply_field(reply, "homeroom", "school.homeroom", NULL);
	}
	return e ? e : write_class(req, c->id, reply_json(reply, status), &taught);
}

enum err class_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(change_finish) struct change c = { .school_id = request_school_id(req) };
	read_change(&f, &c);
	c.year_id = form_id(&f, "year", true);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct school_year year;
	enum err e = calendar_store_year(request_db(req), c.school_id, c.year_id, &year);
	if (e == ERR_NOT_FOUND) {
		return reply_field(reply, "year", "form.invalid", NULL);
	}
	return e ? e : carry_out(req, reply, &c, "class.add", 201);
}

enum err class_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(change_finish) struct change c = { .school_id = request_school_id(req),
		.id = request_path_id(req, 0) };
	read_change(&f, &c);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	return carry_out(req, reply, &c, "class.change", 200);
}
