/* The part of presence_http.h that looks at many days: a class's absences, and one student's. */
#include <stdlib.h>

#include "core/auth/access.h"
#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/calendar_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/presence/presence_store.h"
#include "ws/http/presence_http.h"
#include "ws/http/child.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

/* Absences of some days, kept while they are counted and written. */
struct found {
	struct presence_absence *items;
	size_t count;
	size_t cap;
	struct arena arena;
};

static void found_finish(struct found *f) {
	free(f->items);
	arena_finish(&f->arena);
}

static enum err keep(const struct presence_absence *a, void *ctx) {
	struct found *f = ctx;
	enum err e = GROW(f, SCHOOL_LIST_MAX);
	if (e) {
		return e;
	}
	struct presence_absence *kept = &f->items[f->count];
	*kept = *a;
	e = arena_copy(&f->arena, a->note, &kept->note);
	e = e ? e : arena_copy(&f->arena, a->class_name, &kept->class_name);
	f->count += e == ERR_OK;
	return e;
}

static void put_count(struct json_out *w, const struct presence_count *count) {
	jo_ki64(w, "absent", presence_absent(count));
	jo_ki64(w, "excused", count->excused);
	jo_ki64(w, "unexcused", count->unexcused);
	jo_ki64(w, "late", count->late);
}

static void put_most(struct json_out *w, int most) {
	if (most < 0) {
		jo_knull(w, "most");
	} else {
		jo_ki64(w, "most", most);
	}
}

void presence_put_absence(struct json_out *w, const struct presence_absence *a) {
	school_put_date(w, "date", a->on);
	jo_ki64(w, "session", a->session);
	jo_kstrz(w, "kind", presence_kind_name(a->kind));
	jo_kstr(w, "note", a->note);
}

/* ---- of a class ---- */

struct listing {
	struct json_out *w;
	const struct found *found;
};

static enum err put_student(const struct student_row *row, void *ctx) {
	const struct listing *l = ctx;
	struct presence_count count = { 0 };
	for (size_t i = 0; i < l->found->count; i++) {
		if (l->found->items[i].student_id == row->id) {
			presence_count_add(&count, l->found->items[i].kind);
		}
	}
	jo_obj(l->w);
	jo_kobj(l->w, "student");
	jo_kid(l->w, "id", row->id);
	jo_kstr(l->w, "code", row->code);
	jo_kstr(l->w, "fullName", row->full_name);
	jo_end_obj(l->w);
	put_count(l->w, &count);
	jo_end_obj(l->w);
	return ERR_OK;
}

static enum err put_taken(const struct presence_taken *taken, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	school_put_date(w, "date", taken->on);
	jo_ki64(w, "session", taken->session);
	jo_ki64(w, "takenAt", taken->taken_at_ms);
	school_put_person(w, "takenBy", taken->taken_by, taken->taken_by_name);
	jo_ki64(w, "absent", taken->away);
	jo_ki64(w, "late", taken->late);
	jo_end_obj(w);
	return ERR_OK;
}

/* A day of the query; the fallback when it is not there. */
static enum err query_date(const struct request *req, const char *name, struct date fallback,
		struct date *out) {
	struct str text = request_query(req, name);
	*out = fallback;
	return text.n ? date_parse_iso(text, out) : ERR_OK;
}

static enum err check_view(const struct request *req, uint64_t class_id) {
	struct access_class facts;
	enum err e = teaching_store_access(request_db(req), request_school_id(req), class_id, 0,
			request_person_id(req), &facts);
	if (e) {
		return e;
	}
	return access_presence_take(request_who(req), &facts) ? ERR_OK : ERR_DENIED;
}

enum err absence_class_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t id = request_path_id(req, 0);
	struct presence_class c = { 0 };
	struct presence_span span = { .school_id = request_school_id(req) };
	_cleanup_(found_finish) struct found f = { .arena = arena_make(SCHOOL_LIST_BYTES_MAX) };
	enum err e = check_view(req, id);
	e = e ? e : presence_load_class(req, id, &c);
	e = e ? e : query_date(req, "from", c.year.starts_on, &span.from);
	e = e ? e : query_date(req, "to", c.year.ends_on, &span.to);
	e = e ? e : presence_store_class_absences(db, &span, id, keep, &f);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kobj(w, "class");
	jo_kid(w, "id", c.id);
	jo_kstrz(w, "name", c.name);
	jo_end_obj(w);
	school_put_date(w, "from", span.from);
	school_put_date(w, "to", span.to);
	put_most(w, presence_most(c.grade, c.year.code));
	struct listing l = { w, &f };
	jo_karr(w, "rows");
	e = roster_store_class_students(db, span.school_id, id, put_student, &l);
	jo_end_arr(w);
	jo_karr(w, "items");
	for (size_t i = 0; i < f.count; i++) {
		jo_obj(w);
		jo_kid(w, "student", f.items[i].student_id);
		presence_put_absence(w, &f.items[i]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_karr(w, "sessions");
	e = e ? e : presence_store_taken(db, &span, id, put_taken, w);
	jo_end_arr(w);
	return e;
}

/* ---- of one student ---- */

static enum err take_class_id(const struct student_row *row, void *ctx) {
	*(uint64_t *)ctx = row->class_id;
	return ERR_OK;
}

static enum err take_grade(const struct class_row *row, void *ctx) {
	*(unsigned *)ctx = row->grade;
	return ERR_OK;
}

/* The grade that the student is in, 0 without a class. */
static enum err find_grade(
		struct db *db, uint64_t school_id, uint64_t student_id, unsigned *out_grade) {
	uint64_t class_id = 0;
	enum err e = roster_store_student(db, school_id, student_id, take_class_id, &class_id);
	if (e || !class_id) {
		return e;
	}
	return roster_store_class(db, school_id, class_id, take_grade, out_grade);
}

static void put_year(struct json_out *w, const struct school_year *year, const struct found *f) {
	struct presence_count all = { 0 };
	struct presence_count terms[CALENDAR_TERMS_MAX] = { { 0 } };
	for (size_t i = 0; i < f->count; i++) {
		unsigned term = presence_term_of(year, f->items[i].on);
		presence_count_add(&all, f->items[i].kind);
		presence_count_add(&terms[term - 1], f->items[i].kind);
	}
	jo_kstrz(w, "year", year->code);
	put_count(w, &all);
	jo_karr(w, "terms");
	for (unsigned i = 0; i < year->term_count; i++) {
		jo_obj(w);
		jo_ki64(w, "number", year->terms[i].number);
		put_count(w, &terms[year->terms[i].number - 1]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_karr(w, "items");
	for (size_t i = 0; i < f->count; i++) {
		jo_obj(w);
		presence_put_absence(w, &f->items[i]);
		jo_kstr(w, "className", f->items[i].class_name);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

/* The school year that it is at the student's school. */
static enum err reply_student(const struct request *req, struct reply *reply, uint64_t school_id,
		uint64_t student_id) {
	struct db *db = request_db(req);
	struct date today;
	struct school_year year = { 0 };
	unsigned grade = 0;
	_cleanup_(found_finish) struct found f = { .arena = arena_make(SCHOOL_LIST_BYTES_MAX) };
	enum err e = date_in_vietnam(request_now_ms(req), &today);
	e = e ? e : calendar_store_current_year(db, school_id, today, &year);
	e = e ? e : find_grade(db, school_id, student_id, &grade);
	struct presence_span span = { school_id, year.starts_on, year.ends_on };
	e = e ? e : presence_store_student_absences(db, &span, student_id, keep, &f);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	put_most(w, presence_most(grade, year.code));
	put_year(w, &year, &f);
	return ERR_OK;
}

enum err absence_mine_get(const struct request *req, struct reply *reply) {
	uint64_t student_id = 0;
	enum err e = roster_store_student_of_person(request_db(req), request_school_id(req),
			request_person_id(req), &student_id);
	return e ? e : reply_student(req, reply, request_school_id(req), student_id);
}

/* A guardian's child, at whatever school: anybody else's is not found. */
enum err absence_child_get(const struct request *req, struct reply *reply) {
	uint64_t school_id = 0;
	uint64_t child_id = 0;
	enum err e = child_of_path(req, &school_id, &child_id);
	return e ? e : reply_student(req, reply, school_id, request_path_id(req, 0));
}
