#include "ws/http/school_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/school/account_store.h"
#include "core/school/calendar_store.h"
#include "core/school/guardian_store.h"
#include "core/school/place_store.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

static void write_date(struct json_out *w, const char *name, struct date d) {
	if (d.year == 0) {
		jo_knull(w, name);
		return;
	}
	char text[DATE_ISO_BYTES];
	date_print_iso(d, text);
	jo_kstrz(w, name, text);
}

/* The year that the query names, or the present one. */
static enum err wanted_year(const struct request *req, struct school_year *out) {
	uint64_t id = 0;
	enum err e = request_query_u64(req, "year", 0, &id);
	if (e) {
		return e;
	}
	if (id) {
		return calendar_store_year(request_db(req), request_school_id(req), id, out);
	}
	struct date today;
	e = date_in_vietnam(request_now_ms(req), &today);
	return e ? e
		 : calendar_store_current_year(request_db(req), request_school_id(req), today, out);
}

/* ---- the school ---- */

struct years {
	struct json_out *w;
	uint64_t current_id;
};

static enum err write_year(const struct school_year *year, void *ctx) {
	const struct years *y = ctx;
	struct json_out *w = y->w;
	jo_obj(w);
	jo_kid(w, "id", year->id);
	jo_kstrz(w, "code", year->code);
	jo_kbool(w, "isCurrent", year->id == y->current_id);
	jo_karr(w, "terms");
	for (unsigned i = 0; i < year->term_count; i++) {
		jo_obj(w);
		jo_kid(w, "id", year->terms[i].id);
		jo_ki64(w, "number", year->terms[i].number);
		write_date(w, "startsOn", year->terms[i].starts_on);
		write_date(w, "endsOn", year->terms[i].ends_on);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_end_obj(w);
	return ERR_OK;
}

enum err school_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t school_id = request_school_id(req);
	struct school school;
	struct school_year current = { 0 };
	enum err e = place_store_school(db, school_id, &school);
	if (e) {
		return e;
	}
	e = wanted_year(req, &current);
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kid(w, "id", school.id);
	jo_kstrz(w, "code", school.code);
	jo_kstrz(w, "name", school.name);
	jo_kstrz(w, "level", place_level_name(school.level));
	struct years y = { .w = w, .current_id = current.id };
	jo_karr(w, "years");
	e = calendar_store_years(db, school_id, write_year, &y);
	jo_end_arr(w);
	return e;
}

static enum err write_subject(const struct subject *s, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "id", s->id);
	jo_kstr(w, "code", s->code);
	jo_kstr(w, "name", s->name);
	jo_kstrz(w, "kind", subject_kind_name(s->kind));
	jo_end_obj(w);
	return ERR_OK;
}

enum err subject_list(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = calendar_store_subjects(
			request_db(req), request_school_id(req), write_subject, w);
	jo_end_arr(w);
	return e;
}

/* ---- classes ---- */

/* One subject of the caller in one class, for the lists of classes. */
struct taught {
	uint64_t class_id;
	uint64_t subject_id;
	char name[128];
};

struct taught_list {
	struct taught *items;
	size_t count;
	size_t cap;
};

static enum err keep_taught(
		struct taught_list *list, uint64_t class_id, uint64_t subject_id, struct str name) {
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 64;
		struct taught *items = realloc(list->items, cap * sizeof(*items));
		if (!items) {
			return ERR_NOMEM;
		}
		list->items = items;
		list->cap = cap;
	}
	struct taught *t = &list->items[list->count++];
	*t = (struct taught){ .class_id = class_id, .subject_id = subject_id };
	memcpy(t->name, name.p, name.n < sizeof(t->name) ? name.n : sizeof(t->name) - 1);
	return ERR_OK;
}

static enum err keep_mine(const struct teaching_mine *row, void *ctx) {
	return row->subject_id ? keep_taught(ctx, row->class_id, row->subject_id, row->subject_name)
			       : ERR_OK;
}

static enum err keep_any(const struct teaching_row *row, void *ctx) {
	return keep_taught(ctx, row->class_id, row->subject_id, row->subject_name);
}

struct classes {
	struct json_out *w;
	const struct taught_list *taught;
};

static void write_class(
		struct json_out *w, const struct class_row *row, const struct taught_list *taught) {
	jo_kid(w, "id", row->id);
	jo_kstr(w, "name", row->name);
	jo_ki64(w, "grade", row->grade);
	jo_ki64(w, "studentCount", row->student_count);
	if (row->homeroom_person_id) {
		jo_kobj(w, "homeroom");
		jo_kid(w, "id", row->homeroom_person_id);
		jo_kstr(w, "fullName", row->homeroom_name);
		jo_end_obj(w);
	} else {
		jo_knull(w, "homeroom");
	}
	jo_karr(w, "subjects");
	for (size_t i = 0; i < taught->count; i++) {
		if (taught->items[i].class_id == row->id) {
			jo_obj(w);
			jo_kid(w, "id", taught->items[i].subject_id);
			jo_kstrz(w, "name", taught->items[i].name);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
}

static enum err write_listed(const struct class_row *row, void *ctx) {
	const struct classes *c = ctx;
	jo_obj(c->w);
	write_class(c->w, row, c->taught);
	jo_end_obj(c->w);
	return ERR_OK;
}

/* The office sees who teaches anything; a teacher what is taught by himself. */
static enum err load_taught(const struct request *req, uint64_t year, struct taught_list *out) {
	uint64_t school = request_school_id(req);
	if (request_who(req)->roles & ACCESS_OFFICE) {
		return teaching_store_list(request_db(req), school, year, 0, 0, keep_any, out);
	}
	return teaching_store_mine(
			request_db(req), school, year, request_person_id(req), keep_mine, out);
}

enum err class_list(const struct request *req, struct reply *reply) {
	struct school_year year;
	enum err e = wanted_year(req, &year);
	struct taught_list taught = { 0 };
	e = e ? e : load_taught(req, year.id, &taught);
	if (!e) {
		struct json_out *w = reply_json(reply, 200);
		struct classes c = { .w = w, .taught = &taught };
		jo_karr(w, "items");
		e = roster_store_classes(
				request_db(req), request_school_id(req), year.id, write_listed, &c);
		jo_end_arr(w);
	}
	free(taught.items);
	return e;
}

static enum err write_open(const struct class_row *row, void *ctx) {
	const struct classes *c = ctx;
	write_class(c->w, row, c->taught);
	return ERR_OK;
}

/* Guardians of a class, kept while its students are written. */
struct parent {
	uint64_t student_id;
	char name[128];
	char phone[24];
	enum relation relation;
};

struct parents {
	struct parent *items;
	size_t count;
	size_t cap;
};

static enum err keep_parent(const struct guardian_row *row, void *ctx) {
	struct parents *list = ctx;
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 64;
		struct parent *items = realloc(list->items, cap * sizeof(*items));
		if (!items) {
			return ERR_NOMEM;
		}
		list->items = items;
		list->cap = cap;
	}
	struct parent *p = &list->items[list->count++];
	*p = (struct parent){ .student_id = row->student_id, .relation = row->relation };
	memcpy(p->name, row->full_name.p,
			row->full_name.n < sizeof(p->name) ? row->full_name.n
							   : sizeof(p->name) - 1);
	memcpy(p->phone, row->phone.p ? row->phone.p : "",
			row->phone.n < sizeof(p->phone) ? row->phone.n : 0);
	return ERR_OK;
}

struct students {
	struct json_out *w;
	const struct parents *parents;
	bool shows_phones;
};

static enum err write_student(const struct student_row *row, void *ctx) {
	const struct students *s = ctx;
	struct json_out *w = s->w;
	jo_obj(w);
	jo_kid(w, "id", row->id);
	jo_kstr(w, "code", row->code);
	jo_kstr(w, "fullName", row->full_name);
	write_date(w, "birthDate", row->birth);
	if (row->sex == SEX_NOT_SAID) {
		jo_knull(w, "sex");
	} else {
		jo_kstrz(w, "sex", row->sex == SEX_MALE ? "male" : "female");
	}
	jo_ki64(w, "position", row->position);
	jo_kbool(w, "activated", row->is_activated);
	jo_karr(w, "guardians");
	for (size_t i = 0; i < s->parents->count; i++) {
		const struct parent *p = &s->parents->items[i];
		if (p->student_id == row->id) {
			jo_obj(w);
			jo_kstrz(w, "fullName", p->name);
			jo_kstrz(w, "relation", relation_name(p->relation));
			if (s->shows_phones) {
				jo_kstrz(w, "phone", p->phone);
			}
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
	jo_end_obj(w);
	return ERR_OK;
}

/* Office, and every teacher of the school: names; phones of guardians only to the office and the
 * homeroom teacher. */
static enum err may_see_phones(const struct request *req, uint64_t class_id, bool *out) {
	*out = (request_who(req)->roles & ACCESS_OFFICE) != 0;
	if (*out) {
		return ERR_OK;
	}
	struct access_class facts = { 0 };
	enum err e = teaching_store_access(request_db(req), request_school_id(req), class_id, 0,
			request_person_id(req), &facts);
	*out = !e && facts.is_homeroom;
	return e;
}

enum err class_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t school = request_school_id(req);
	uint64_t id = request_path_id(req, 0);
	struct school_year year;
	struct taught_list taught = { 0 };
	struct parents parents = { 0 };
	struct students s = { .parents = &parents };
	enum err e = wanted_year(req, &year);
	e = e ? e : load_taught(req, year.id, &taught);
	e = e ? e : may_see_phones(req, id, &s.shows_phones);
	e = e ? e : guardian_store_of_class(db, school, id, keep_parent, &parents);
	if (!e) {
		struct json_out *w = reply_json(reply, 200);
		struct classes c = { .w = w, .taught = &taught };
		s.w = w;
		e = roster_store_class(db, school, id, write_open, &c);
		jo_karr(w, "students");
		e = e ? e : roster_store_class_students(db, school, id, write_student, &s);
		jo_end_arr(w);
	}
	free(taught.items);
	free(parents.items);
	return e;
}

/* ---- teachers ---- */

struct assignment {
	uint64_t person_id;
	uint64_t class_id;
	uint64_t subject_id;
	char class_name[64];
	char subject_name[128];
};

struct assignments {
	struct json_out *w;
	struct assignment *items;
	size_t count;
	size_t cap;
};

static enum err keep_assignment(const struct teaching_row *row, void *ctx) {
	struct assignments *list = ctx;
	if (list->count == list->cap) {
		size_t cap = list->cap ? list->cap * 2 : 256;
		struct assignment *items = realloc(list->items, cap * sizeof(*items));
		if (!items) {
			return ERR_NOMEM;
		}
		list->items = items;
		list->cap = cap;
	}
	struct assignment *a = &list->items[list->count++];
	*a = (struct assignment){ .person_id = row->person_id,
		.class_id = row->class_id,
		.subject_id = row->subject_id };
	size_t n = row->class_name.n;
	memcpy(a->class_name, row->class_name.p,
			n < sizeof(a->class_name) ? n : sizeof(a->class_name) - 1);
	n = row->subject_name.n;
	memcpy(a->subject_name, row->subject_name.p,
			n < sizeof(a->subject_name) ? n : sizeof(a->subject_name) - 1);
	return ERR_OK;
}

static enum err write_teacher(const struct account_teacher *t, void *ctx) {
	const struct assignments *list = ctx;
	struct json_out *w = list->w;
	jo_obj(w);
	jo_kid(w, "id", t->person_id);
	jo_kstr(w, "fullName", t->full_name);
	jo_kstr(w, "login", t->login);
	if (t->phone.n > 0) {
		jo_kstr(w, "phone", t->phone);
	} else {
		jo_knull(w, "phone");
	}
	jo_kbool(w, "activated", t->is_activated);
	jo_karr(w, "teaching");
	for (size_t i = 0; i < list->count; i++) {
		const struct assignment *a = &list->items[i];
		if (a->person_id == t->person_id) {
			jo_obj(w);
			jo_kid(w, "classId", a->class_id);
			jo_kstrz(w, "className", a->class_name);
			jo_kid(w, "subjectId", a->subject_id);
			jo_kstrz(w, "subjectName", a->subject_name);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
	jo_end_obj(w);
	return ERR_OK;
}

enum err teacher_list(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t school = request_school_id(req);
	struct school_year year;
	struct assignments list = { 0 };
	enum err e = wanted_year(req, &year);
	e = e ? e : teaching_store_list(db, school, year.id, 0, 0, keep_assignment, &list);
	if (!e) {
		list.w = reply_json(reply, 200);
		jo_karr(list.w, "items");
		e = account_store_teachers(db, school, write_teacher, &list);
		jo_end_arr(list.w);
	}
	free(list.items);
	return e;
}

enum err teaching_put(const struct request *req, struct reply *reply) {
	struct form f = { .body = request_json(req) };
	uint64_t class_id = form_id(&f, "classId", true);
	uint64_t subject_id = form_id(&f, "subjectId", true);
	uint64_t person_id = form_id(&f, "personId", true);
	if (!form_is_good(&f)) {
		enum err e = form_refuse(&f, reply);
		form_finish(&f);
		return e;
	}
	form_finish(&f);
	enum err e = teaching_store_add(
			request_db(req), request_school_id(req), class_id, subject_id, person_id);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

enum err teaching_delete(const struct request *req, struct reply *reply) {
	enum err e = teaching_store_drop(request_db(req), request_school_id(req),
			request_path_id(req, 0), request_path_id(req, 1), request_path_id(req, 2));
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}

/* ---- my own ---- */

static enum err write_mine(const struct teaching_mine *row, void *ctx) {
	struct json_out *w = ctx;
	if (!row->subject_id) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_kid(w, "classId", row->class_id);
	jo_kstr(w, "className", row->class_name);
	jo_kid(w, "subjectId", row->subject_id);
	jo_kstr(w, "subjectName", row->subject_name);
	jo_ki64(w, "studentCount", row->student_count);
	jo_kbool(w, "isHomeroom", row->is_homeroom);
	jo_end_obj(w);
	return ERR_OK;
}

enum err my_classes(const struct request *req, struct reply *reply) {
	struct school_year year;
	enum err e = wanted_year(req, &year);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	e = teaching_store_mine(request_db(req), request_school_id(req), year.id,
			request_person_id(req), write_mine, w);
	jo_end_arr(w);
	return e;
}

static enum err write_child(const struct guardian_child *c, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "student", c->student_id);
	jo_kobj(w, "school");
	jo_kid(w, "id", c->school_id);
	jo_kstr(w, "name", c->school_name);
	jo_end_obj(w);
	jo_kstr(w, "fullName", c->full_name);
	jo_kstr(w, "className", c->class_name);
	jo_end_obj(w);
	return ERR_OK;
}

enum err my_children(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = guardian_store_children(
			request_db(req), request_person_id(req), write_child, w);
	jo_end_arr(w);
	return e;
}
