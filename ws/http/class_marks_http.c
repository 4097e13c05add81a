#include "ws/http/class_marks_http.h"

#include <stdlib.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/guardian_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/closing/kept_year_store.h"
#include "gradebook/results/class_primary.h"
#include "gradebook/marks/remark_store.h"
#include "ws/http/class_year_http.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/http/school_json.h"

enum {
	MISSING_MAX = CLASS_YEAR_STUDENTS_MAX * TT22_SUBJECTS_MAX * PACK_TERMS * 3,
	NAMED_MAX = 40, /* missing things of one student that are named; all are counted */
	TEXT_BYTES_MAX = 4 << 20,
};

struct guardian {
	uint64_t student_id;
	struct str full_name;
	struct str phone;
	enum relation relation;
};

/* Everything that stands beside a class's year. */
struct view {
	struct class_year year;
	enum class_scope scope;
	bool is_worked_out; /* there are rules for the class */
	bool may_remark;
	struct {
		struct class_missing *items;
		size_t count;
		size_t cap;
	} missing;
	enum err missing_err;
	struct {
		struct guardian *items;
		size_t count;
		size_t cap;
	} guardians;
	struct {
		struct str text;
		unsigned version;
	} remarks[CLASS_YEAR_STUDENTS_MAX]; /* by student */
	struct arena arena;
};

static void view_free(struct view *v) {
	if (v) {
		class_year_finish(&v->year);
		arena_finish(&v->arena);
		free(v->missing.items);
		free(v->guardians.items);
		free(v);
	}
}
DEFINE_FREEP(struct view *, view_free);

/* ---- loading ---- */

/* The term whose remark is shown: of the year the second. */
static unsigned term_of(enum class_scope scope) {
	return scope == SCOPE_TERM_1 ? 0 : 1;
}

static void take_missing(const struct class_missing *missing, void *ctx) {
	struct view *v = ctx;
	enum err e = v->missing_err ? v->missing_err : GROW(&v->missing, MISSING_MAX);
	if (e) {
		v->missing_err = e;
		return;
	}
	v->missing.items[v->missing.count++] = *missing;
}

static enum err take_guardian(const struct guardian_row *row, void *ctx) {
	struct view *v = ctx;
	enum err e = GROW(&v->guardians, SCHOOL_LIST_MAX);
	if (e) {
		return e;
	}
	struct guardian *g = &v->guardians.items[v->guardians.count];
	*g = (struct guardian){ .student_id = row->student_id, .relation = row->relation };
	e = arena_copy(&v->arena, row->full_name, &g->full_name);
	e = e ? e : arena_copy(&v->arena, row->phone, &g->phone);
	v->guardians.count += e == ERR_OK;
	return e;
}

static enum err take_remark(const struct remark *r, void *ctx) {
	struct view *v = ctx;
	const struct class_student *s = class_year_student(&v->year, r->student_id);
	if (!s) {
		return ERR_OK;
	}
	size_t i = (size_t)(s - v->year.students);
	v->remarks[i].version = r->version;
	return arena_copy(&v->arena, r->text, &v->remarks[i].text);
}

static enum err load_view(const struct request *req, struct view *v) {
	struct db *db = request_db(req);
	const struct class_year_wanted wanted = { .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0) };
	struct mark_place homeroom = { .school_id = wanted.school_id, .class_id = wanted.class_id };
	int64_t kept_at_ms = 0;
	enum err e = kept_year_store_load(db, &wanted, v->scope, &v->year, &kept_at_ms);
	v->is_worked_out = !e;
	if (e && e != ERR_UNSUPPORTED) {
		return e;
	}
	if (v->is_worked_out) {
		class_year_missing(&v->year, v->scope, take_missing, v);
	}
	homeroom.term_id = v->year.term_ids[term_of(v->scope)];
	e = v->missing_err;
	e = e ? e
	      : guardian_store_of_class(db, wanted.school_id, wanted.class_id, take_guardian, v);
	return e ? e : remark_store_list(db, &homeroom, take_remark, v);
}

static enum err check_access(const struct request *req, struct view *v) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req),
			request_path_id(req, 0), 0, request_person_id(req), &what);
	if (e) {
		return e;
	}
	v->may_remark = access_homeroom_remark(request_who(req), &what);
	return access_class_results(request_who(req), &what) ? ERR_OK : ERR_DENIED;
}

/* ---- JSON ---- */

static void put_level(struct json_out *w, const char *name, enum pack_level level) {
	jo_kstrz(w, name, level == PACK_LEVEL_NONE ? NULL : pack_level_name(level));
}

static void put_guardians(struct json_out *w, const struct view *v, uint64_t student_id) {
	jo_karr(w, "guardians");
	for (size_t i = 0; i < v->guardians.count; i++) {
		const struct guardian *g = &v->guardians.items[i];
		if (g->student_id == student_id) {
			jo_obj(w);
			jo_kstr(w, "fullName", g->full_name);
			jo_kstrz(w, "relation", relation_name(g->relation));
			school_put_or_null(w, "phone", g->phone);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
}

static void put_absences(struct json_out *w, const struct class_student *s) {
	jo_karr(w, "absences");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		jo_obj(w);
		jo_ki64(w, "excused", s->absences[k].excused);
		jo_ki64(w, "unexcused", s->absences[k].unexcused);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void put_missing(struct json_out *w, const struct class_missing *m) {
	jo_obj(w);
	jo_kstrz(w, "what", class_missing_name(m->what));
	jo_ki64(w, "term", m->term);
	if (m->subject) {
		jo_kobj(w, "subject");
		jo_kid(w, "id", m->subject->id);
		jo_kstr(w, "name", m->subject->name);
		jo_end_obj(w);
	} else {
		jo_knull(w, "subject");
	}
	jo_ki64(w, "have", m->have);
	jo_ki64(w, "need", m->need);
	jo_kbool(w, "isToMakeUp", m->is_to_make_up);
	jo_end_obj(w);
}

/* What is missing of one student; of the class as a whole with NULL. */
static void put_missing_of(
		struct json_out *w, const struct view *v, const struct class_student *student) {
	int64_t count = 0;
	jo_kobj(w, "missing");
	jo_karr(w, "items");
	for (size_t i = 0; i < v->missing.count; i++) {
		if (v->missing.items[i].student == student && count++ < NAMED_MAX) {
			put_missing(w, &v->missing.items[i]);
		}
	}
	jo_end_arr(w);
	jo_ki64(w, "count", count);
	jo_end_obj(w);
}

/* The level of each subject that was given last, and the year's result. */
static void put_primary(struct json_out *w, const struct view *v, const struct class_student *s) {
	const struct primary_pack *pack = v->year.primary;
	const struct tt27_outcome *o = &s->primary->outcome;
	bool is_year = v->scope == SCOPE_YEAR;
	jo_karr(w, "values");
	for (size_t i = 0; i < v->year.subject_count; i++) {
		size_t at = class_year_place(s, i, v->year.subjects[i].code);
		jo_strz(w,
				at == s->input.subject_count
						? NULL
						: class_primary_level(s, at, v->scope));
	}
	jo_end_arr(w);
	jo_kstrz(w, "learning", is_year ? tt27_row_code(pack, o->row) : NULL);
	jo_knull(w, "conduct");
	jo_kstrz(w, "promotion", is_year ? pack_promotion_name(o->promotion) : NULL);
	jo_kstrz(w, "award", is_year ? tt27_award_name(pack, o->award) : NULL);
}

/* Means and levels of the part. */
static void put_results(struct json_out *w, const struct view *v, const struct class_student *s) {
	const struct tt22_outcome *o = &s->outcome;
	bool is_year = v->scope == SCOPE_YEAR;
	unsigned k = term_of(v->scope);
	if (s->primary) {
		put_primary(w, v, s);
		return;
	}
	jo_karr(w, "values");
	for (size_t i = 0; i < v->year.subject_count && v->is_worked_out; i++) {
		const struct class_subject *subject = &v->year.subjects[i];
		size_t at = class_year_place(s, i, subject->code);
		if (at == s->input.subject_count) {
			jo_null(w);
		} else {
			tt22_put_value(w, subject->is_comment,
					is_year ? o->years[at] : o->terms[at][k]);
		}
	}
	jo_end_arr(w);
	if (!v->is_worked_out) {
		put_level(w, "learning", PACK_LEVEL_NONE);
		put_level(w, "conduct", PACK_LEVEL_NONE);
		jo_knull(w, "promotion");
		jo_knull(w, "award");
		return;
	}
	put_level(w, "learning", is_year ? o->learning.level : o->term_learning[k].level);
	put_level(w, "conduct", is_year ? o->conduct : s->input.conduct[k]);
	jo_kstrz(w, "promotion", is_year ? pack_promotion_name(o->promotion) : NULL);
	jo_kstrz(w, "award", is_year ? tt22_award_name(v->year.pack, o->award) : NULL);
}

static void put_student(struct json_out *w, const struct view *v, size_t i) {
	const struct class_student *s = &v->year.students[i];
	jo_obj(w);
	class_year_put_who(w, s);
	class_year_put_kept(w, s);
	put_guardians(w, v, s->id);
	put_absences(w, s);
	put_results(w, v, s);
	put_missing_of(w, v, s);
	jo_kobj(w, "remark");
	jo_kstr(w, "text", v->remarks[i].version ? v->remarks[i].text : str_from(""));
	jo_ki64(w, "version", v->remarks[i].version);
	jo_end_obj(w);
	jo_end_obj(w);
}

static void put_terms(struct json_out *w, const struct class_year *y) {
	jo_karr(w, "terms");
	for (unsigned k = 0; k < PACK_TERMS; k++) {
		jo_obj(w);
		jo_kid(w, "id", y->term_ids[k]);
		jo_ki64(w, "number", k + 1);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

enum err class_marks_get(const struct request *req, struct reply *reply) {
	_cleanup_(view_freep) struct view *v = calloc(1, sizeof(*v));
	if (!v) {
		return ERR_NOMEM;
	}
	class_year_init(&v->year);
	v->arena = arena_make(TEXT_BYTES_MAX);
	enum err e = class_scope_parse(request_path_str(req, 1), &v->scope);
	e = e ? e : check_access(req, v);
	e = e ? e : load_view(req, v);
	if (e == ERR_CORRUPT) {
		return reply_problem(reply, 409, "results.closed_edited", NULL);
	}
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	class_year_put_head(w, &v->year);
	jo_kstrz(w, "part", class_scope_name(v->scope));
	put_terms(w, &v->year);
	if (v->year.pack) {
		jo_ki64(w, "absencesMost", v->year.pack->absences_most);
	} else {
		jo_knull(w, "absencesMost");
	}
	jo_kbool(w, "mayRemark", v->may_remark);
	put_missing_of(w, v, NULL);
	jo_karr(w, "students");
	for (size_t i = 0; i < v->year.student_count; i++) {
		put_student(w, v, i);
	}
	jo_end_arr(w);
	return ERR_OK;
}
