#include "ws/http/class_year_http.h"

#include <string.h>

#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/closing/kept_year_store.h"
#include "ws/http/child.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

enum { CLASSES_MAX = 40 }; /* of one student in one school, over the years */

enum err class_results_allowed(const struct request *req, uint64_t class_id) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req), class_id, 0,
			request_person_id(req), &what);
	if (e) {
		return e;
	}
	return access_class_results(request_who(req), &what) ? ERR_OK : ERR_DENIED;
}

/* ---- JSON ---- */

static void put_subjects(struct json_out *w, const struct class_year *y) {
	jo_karr(w, "subjects");
	for (size_t i = 0; i < y->subject_count; i++) {
		const struct class_subject *s = &y->subjects[i];
		jo_obj(w);
		if (s->id) {
			jo_kid(w, "id", s->id);
		} else {
			jo_knull(w, "id");
		}
		jo_kstr(w, "code", s->code);
		jo_kstr(w, "name", s->name);
		jo_kstrz(w, "kind", s->is_comment ? "comment" : "mark");
		jo_ki64(w, "lessons", s->lessons_a_year);
		jo_kstr(w, "teachers", s->teachers);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

void class_year_put_head(struct json_out *w, const struct class_year *y) {
	jo_kobj(w, "class");
	jo_kid(w, "id", y->class_id);
	jo_kstr(w, "name", y->class_name);
	jo_ki64(w, "grade", y->grade);
	jo_end_obj(w);
	jo_kobj(w, "year");
	jo_kid(w, "id", y->year_id);
	jo_kstr(w, "code", y->year_code);
	jo_end_obj(w);
	jo_kstrz(w, "pack", class_year_pack(y));
	jo_karr(w, "closed");
	for (unsigned i = 0; i < CLASS_YEAR_SCOPES; i++) {
		jo_obj(w);
		jo_kstrz(w, "part", class_scope_name((enum class_scope)i));
		jo_kbool(w, "isClosed", y->closed[i].is_closed);
		jo_ki64(w, "version", y->closed[i].version);
		if (y->closed[i].is_closed) {
			jo_ki64(w, "at", y->closed[i].at_ms);
		} else {
			jo_knull(w, "at");
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
	put_subjects(w, y);
}

void class_year_put_who(struct json_out *w, const struct class_student *s) {
	jo_kobj(w, "student");
	jo_kid(w, "id", s->id);
	jo_kstr(w, "code", s->code);
	jo_kstr(w, "fullName", s->full_name);
	school_put_date(w, "birthDate", s->birth);
	jo_end_obj(w);
}

void class_year_put_kept(struct json_out *w, const struct class_student *s) {
	if (s->kept_at_ms) {
		jo_ki64(w, "keptAt", s->kept_at_ms);
	} else {
		jo_knull(w, "keptAt");
	}
}

/* "explain=1" asks for every reason, else only what nobody could see from the numbers. */
static struct class_json wanted_json(const struct request *req, enum class_scope scope) {
	return (struct class_json){ scope, str_eq_z(request_query(req, "explain"), "1"),
		request_lang(req) };
}

/* ---- a class ---- */

enum err class_results_get(const struct request *req, struct reply *reply) {
	enum class_scope scope = SCOPE_YEAR;
	uint64_t class_id = request_path_id(req, 0);
	int64_t kept_at_ms = 0;
	_cleanup_(class_year_finish) struct class_year y;
	class_year_init(&y);
	struct class_year_wanted wanted = { .school_id = request_school_id(req),
		.class_id = class_id };
	enum err e = class_scope_parse(request_path_str(req, 1), &scope);
	e = e ? e : class_results_allowed(req, class_id);
	e = e ? e : kept_year_store_load(request_db(req), &wanted, scope, &y, &kept_at_ms);
	if (e == ERR_UNSUPPORTED) {
		return reply_problem(reply, 409, "results.no_rules", NULL);
	}
	if (e == ERR_CORRUPT) {
		return reply_problem(reply, 409, "results.closed_edited", NULL);
	}
	if (e) {
		return e;
	}
	struct class_json how = wanted_json(req, scope);
	struct json_out *w = reply_json(reply, 200);
	class_year_put_head(w, &y);
	jo_karr(w, "students");
	for (size_t i = 0; i < y.student_count && !e; i++) {
		jo_obj(w);
		class_year_put_who(w, &y.students[i]);
		class_year_put_kept(w, &y.students[i]);
		e = class_year_put_student(w, &y, &y.students[i], &how);
		if (!e) {
			jo_end_obj(w);
		}
	}
	if (!e) {
		jo_end_arr(w);
	}
	return e;
}

/* ---- one student ---- */

/* The classes of one student, one a school year, the newest first. */
struct classes {
	struct class_of_year {
		uint64_t class_id;
		char year[CALENDAR_YEAR_CODE_BYTES];
	} items[CLASSES_MAX];
	size_t count;
};

/* Those of one year come with the one that the student is in now, or was last, before the others. */
static enum err take_class(const struct enrolment_row *row, void *ctx) {
	struct classes *c = ctx;
	const char *last = c->count ? c->items[c->count - 1].year : "";
	if (str_eq_z(row->year_code, last) || c->count == CLASSES_MAX ||
			row->year_code.n >= CALENDAR_YEAR_CODE_BYTES) {
		return ERR_OK;
	}
	struct class_of_year *one = &c->items[c->count++];
	one->class_id = row->class_id;
	memcpy(one->year, row->year_code.p, row->year_code.n);
	one->year[row->year_code.n] = '\0';
	return ERR_OK;
}

static enum err put_year(const struct request *req, struct json_out *w,
		const struct class_year_wanted *wanted) {
	_cleanup_(class_year_finish) struct class_year y;
	class_year_init(&y);
	int64_t kept_at_ms = 0;
	enum err e = kept_year_store_load(request_db(req), wanted, SCOPE_YEAR, &y, &kept_at_ms);
	if (e && e != ERR_UNSUPPORTED) {
		return e;
	}
	const struct class_json how = wanted_json(req, SCOPE_YEAR);
	jo_obj(w);
	class_year_put_head(w, &y);
	if (e == ERR_UNSUPPORTED) { /* a primary class: the pack is null, too */
		jo_knull(w, "keptAt");
		jo_knull(w, "line");
		jo_karr(w, "absences");
		jo_end_arr(w);
		jo_knull(w, "result");
	} else {
		class_year_put_kept(w, &y.students[0]);
		e = class_year_put_student(w, &y, &y.students[0], &how);
		if (e) {
			return e;
		}
	}
	jo_end_obj(w);
	return ERR_OK;
}

static enum err reply_student(const struct request *req, struct reply *reply,
		struct class_year_wanted wanted, const struct classes *classes) {
	struct json_out *w = reply_json(reply, 200);
	enum err e = ERR_OK;
	jo_karr(w, "years");
	for (size_t i = 0; i < classes->count; i++) {
		wanted.class_id = classes->items[i].class_id;
		e = put_year(req, w, &wanted);
		if (e == ERR_CORRUPT) {
			return reply_problem(reply, 409, "results.closed_edited", NULL);
		}
		if (e) {
			return e;
		}
	}
	jo_end_arr(w);
	return ERR_OK;
}

static enum err reply_family(const struct request *req, struct reply *reply, uint64_t school_id,
		uint64_t student_id) {
	struct classes classes = { .count = 0 };
	enum err e = roster_store_enrolments(
			request_db(req), school_id, student_id, take_class, &classes);
	struct class_year_wanted wanted = {
		.school_id = school_id, .student_id = student_id, .is_for_family = true
	};
	return e ? e : reply_student(req, reply, wanted, &classes);
}

static enum err take_nothing(const struct student_row *row, void *ctx) {
	(void)row;
	(void)ctx;
	return ERR_OK;
}

/* Whoever may see the results of the student's newest class sees those of the years before. */
enum err student_results_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t school = request_school_id(req);
	uint64_t id = request_path_id(req, 0);
	struct classes classes = { .count = 0 };
	enum err e = roster_store_student(db, school, id, take_nothing, NULL);
	e = e ? e : roster_store_enrolments(db, school, id, take_class, &classes);
	if (e) {
		return e;
	}
	if (classes.count == 0 && !access_school_manage(request_who(req), school)) {
		return ERR_NOT_FOUND;
	}
	e = classes.count ? class_results_allowed(req, classes.items[0].class_id) : ERR_OK;
	struct class_year_wanted wanted = { .school_id = school, .student_id = id };
	return e ? e : reply_student(req, reply, wanted, &classes);
}

enum err my_results_get(const struct request *req, struct reply *reply) {
	uint64_t student_id = 0;
	enum err e = roster_store_student_of_person(request_db(req), request_school_id(req),
			request_person_id(req), &student_id);
	return e ? e : reply_family(req, reply, request_school_id(req), student_id);
}

enum err child_results_get(const struct request *req, struct reply *reply) {
	uint64_t school_id = 0;
	uint64_t child_id = 0;
	enum err e = child_of_path(req, &school_id, &child_id);
	return e ? e : reply_family(req, reply, school_id, request_path_id(req, 0));
}
