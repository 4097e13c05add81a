#include "ws/http/completion_http.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/calendar_store.h"
#include "gradebook/completion/completion_store.h"
#include "gradebook/marks/lock.h"
#include "gradebook/marks/reopening_store.h"
#include "gradebook/marks/schedule_store.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"

enum { REOPENINGS_MAX = 10000 }; /* in force, of one term */

struct place_reopening {
	uint64_t class_id;
	uint64_t subject_id;
	struct lock_reopening rule;
};

/* The locks of a term, of the whole school. */
struct term_locks {
	struct lock_rule rules[LOCK_RULES_MAX];
	size_t rule_count;
	struct place_reopening *items;
	size_t count;
	size_t cap;
};

static void term_locks_finish(struct term_locks *locks) {
	free(locks->items);
}

static enum err take_rule(const struct schedule_plan *plan, void *ctx) {
	struct term_locks *locks = ctx;
	if (plan->at_ms == 0) {
		return ERR_OK;
	}
	if (locks->rule_count == LOCK_RULES_MAX) {
		return ERR_LIMIT;
	}
	locks->rules[locks->rule_count++] =
			(struct lock_rule){ plan->kind, plan->grade, plan->at_ms };
	return ERR_OK;
}

static enum err take_reopening(const struct reopening *r, void *ctx) {
	struct term_locks *locks = ctx;
	enum err e = GROW(locks, REOPENINGS_MAX);
	if (!e) {
		locks->items[locks->count++] = (struct place_reopening){ r->class_id, r->subject_id,
			{ r->kind, r->until_ms } };
	}
	return e;
}

static enum err load_locks(const struct request *req, uint64_t term_id, struct term_locks *out) {
	struct db *db = request_db(req);
	const uint64_t school_id = request_school_id(req);
	enum err e = schedule_store_list(db, SCHEDULE_LOCK, school_id, term_id, take_rule, out);
	return e ? e
		 : reopening_store_list(db, school_id, term_id, request_now_ms(req), take_reopening,
				   out);
}

struct view {
	const struct completion *all;
	const struct term_locks *locks;
	struct term term;
	int64_t now_ms;
	struct json_out *w;
};

/* The facts of a class; reopenings are those of one of its subjects. */
static void class_facts(
		const struct view *v, const struct completion_class *in, struct lock_facts *out) {
	*out = (struct lock_facts){ .grade = in->grade,
		.is_closed = in->closed[SCOPE_YEAR].is_closed ||
				in->closed[v->term.number].is_closed,
		.rule_count = v->locks->rule_count };
	for (size_t i = 0; i < out->rule_count; i++) {
		out->rules[i] = v->locks->rules[i];
	}
}

static void place_facts(const struct view *v, uint64_t class_id, uint64_t subject_id,
		struct lock_facts *facts) {
	facts->reopening_count = 0;
	for (size_t i = 0; i < v->locks->count; i++) {
		const struct place_reopening *r = &v->locks->items[i];
		bool is_its = r->class_id == class_id && r->subject_id == subject_id;
		if (is_its && facts->reopening_count < LOCK_REOPENINGS_MAX) {
			facts->reopenings[facts->reopening_count++] = r->rule;
		}
	}
}

static void put_kind(const struct view *v, const struct completion_kind *kind, unsigned cells,
		bool is_locked) {
	jo_ki64(v->w, "need", kind->need);
	jo_ki64(v->w, "there", kind->there);
	jo_ki64(v->w, "published", kind->published);
	jo_ki64(v->w, "missing", cells > kind->have ? cells - kind->have : 0);
	jo_kbool(v->w, "isLocked", is_locked);
}

static void put_place(const struct view *v, const struct completion_class *in,
		const struct completion_place *place, struct lock_facts *facts) {
	const struct completion_term *term = &place->terms[v->term.number - 1];
	unsigned students = in->student_count - term->exempt;
	place_facts(v, in->id, place->subject_id, facts);
	jo_obj(v->w);
	jo_kid(v->w, "class", in->id);
	jo_kobj(v->w, "subject");
	jo_kid(v->w, "id", place->subject_id);
	jo_kstr(v->w, "name", place->subject_name);
	jo_end_obj(v->w);
	jo_karr(v->w, "teachers");
	for (size_t i = 0; i < place->teacher_count; i++) {
		const struct completion_teacher *t = &v->all->teachers[place->first_teacher + i];
		jo_obj(v->w);
		jo_kid(v->w, "id", t->person_id);
		jo_kstr(v->w, "fullName", t->full_name);
		jo_end_obj(v->w);
	}
	jo_end_arr(v->w);
	jo_ki64(v->w, "lessons", place->lessons_a_year);
	jo_ki64(v->w, "exempt", term->exempt);
	jo_ki64(v->w, "toMakeUp", term->to_make_up);
	jo_ki64(v->w, "missing", term->missing_cells);
	for (enum mark_kind kind = MARK_TX; kind <= MARK_CK; kind++) {
		const struct completion_kind *of = &term->kinds[kind];
		jo_kobj(v->w, mark_kind_name(kind));
		put_kind(v, of, students * of->need,
				lock_state_of(facts, kind, v->now_ms) != LOCK_OPEN);
		jo_end_obj(v->w);
	}
	jo_end_obj(v->w);
}

static void put_class(const struct view *v, const struct completion_class *in) {
	struct lock_facts facts;
	class_facts(v, in, &facts);
	jo_obj(v->w);
	jo_kid(v->w, "id", in->id);
	jo_kstr(v->w, "name", in->name);
	jo_ki64(v->w, "grade", in->grade);
	jo_kstr(v->w, "homeroom", in->homeroom_name);
	jo_ki64(v->w, "studentCount", in->student_count);
	jo_kbool(v->w, "isClosed", facts.is_closed);
	jo_kstrz(v->w, "pack", completion_pack(in));
	jo_end_obj(v->w);
}

static void put_view(const struct view *v) {
	jo_kobj(v->w, "term");
	jo_kid(v->w, "id", v->term.id);
	jo_ki64(v->w, "number", v->term.number);
	jo_end_obj(v->w);
	jo_karr(v->w, "classes");
	for (size_t i = 0; i < v->all->class_count; i++) {
		put_class(v, &v->all->classes[i]);
	}
	jo_end_arr(v->w);
	jo_karr(v->w, "places");
	for (size_t i = 0; i < v->all->class_count; i++) {
		const struct completion_class *in = &v->all->classes[i];
		struct lock_facts facts;
		class_facts(v, in, &facts);
		for (size_t n = 0; n < in->place_count; n++) {
			put_place(v, in, &v->all->places[in->first_place + n], &facts);
		}
	}
	jo_end_arr(v->w);
}

enum err completion_get(const struct request *req, struct reply *reply) {
	_cleanup_(completion_finish) struct completion all;
	_cleanup_(term_locks_finish) struct term_locks locks = { .items = NULL };
	completion_init(&all);
	struct view v = { .all = &all, .locks = &locks, .now_ms = request_now_ms(req) };
	enum err e = calendar_store_term(
			request_db(req), request_school_id(req), request_path_id(req, 0), &v.term);
	if (!e && (v.term.number < 1 || v.term.number > PACK_TERMS)) {
		e = ERR_CORRUPT;
	}
	e = e ? e
	      : completion_load(request_db(req), request_school_id(req), v.term.school_year_id,
				(enum class_scope)v.term.number, &all);
	e = e ? e : load_locks(req, v.term.id, &locks);
	if (e) {
		return e;
	}
	v.w = reply_json(reply, 200);
	put_view(&v);
	return ERR_OK;
}
