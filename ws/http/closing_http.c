#include "ws/http/closing_http.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/school/calendar_store.h"
#include "gradebook/closing/close_store.h"
#include "gradebook/closing/close_told_store.h"
#include "gradebook/completion/completion_store.h"
#include "gradebook/results/class_year_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/class_year_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

enum {
	ITEMS_MAX = 300, /* missing things that are named; all are counted */
	MISSING_BYTES_MAX = 1 << 20,
};

/* ---- what is missing ---- */

/* Counts while the list is walked, and names the first. */
struct tally {
	const struct class_year *year;
	size_t count;
	size_t by_subject[TT22_SUBJECTS_MAX];
	size_t conduct;
	size_t of_class;        /* absences, subjects, students, a term that is open */
	struct json_out *names; /* NULL: only counted */
};

static void put_named(struct json_out *w, const char *name, const struct class_subject *s) {
	if (!s) {
		jo_knull(w, name);
		return;
	}
	jo_kobj(w, name);
	jo_kid(w, "id", s->id);
	jo_kstr(w, "name", s->name);
	jo_end_obj(w);
}

static void put_missing(struct json_out *w, const struct class_missing *m) {
	jo_obj(w);
	jo_kstrz(w, "what", class_missing_name(m->what));
	jo_ki64(w, "term", m->term);
	put_named(w, "subject", m->subject);
	if (m->student) {
		class_year_put_who(w, m->student);
	} else {
		jo_knull(w, "student");
	}
	jo_ki64(w, "have", m->have);
	jo_ki64(w, "need", m->need);
	jo_kbool(w, "isToMakeUp", m->is_to_make_up);
	jo_end_obj(w);
}

static void count_missing(const struct class_missing *m, void *ctx) {
	struct tally *t = ctx;
	if (m->subject) {
		t->by_subject[m->subject - t->year->subjects]++;
	} else if (m->what == CLASS_MISSING_CONDUCT || m->what == CLASS_MISSING_TRAITS) {
		t->conduct++;
	} else {
		t->of_class++;
	}
	if (t->names && t->count < ITEMS_MAX) {
		put_missing(t->names, m);
	}
	t->count++;
}

/* "missing": {"count","conduct","ofClass","subjects":[{…,"count"}]} */
static void put_tally(struct json_out *w, const struct tally *t) {
	jo_kobj(w, "missing");
	jo_ki64(w, "count", (int64_t)t->count);
	jo_ki64(w, "conduct", (int64_t)t->conduct);
	jo_ki64(w, "ofClass", (int64_t)t->of_class);
	jo_karr(w, "subjects");
	for (size_t i = 0; i < t->year->subject_count; i++) {
		if (t->by_subject[i]) {
			jo_obj(w);
			put_named(w, "subject", &t->year->subjects[i]);
			jo_ki64(w, "count", (int64_t)t->by_subject[i]);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
	jo_end_obj(w);
}

static void put_closed(struct json_out *w, const struct class_closed *closed) {
	jo_kbool(w, "isClosed", closed->is_closed);
	jo_ki64(w, "version", closed->version);
	if (closed->at_ms) {
		jo_ki64(w, "at", closed->at_ms);
	} else {
		jo_knull(w, "at");
	}
	school_put_person(w, "by", closed->by_id, closed->by_name);
}

/* The part that the query names, the year when it names none. */
static enum err wanted_part(const struct request *req, enum class_scope *out) {
	struct str name = request_query(req, "part");
	*out = SCOPE_YEAR;
	enum err e = name.p ? class_scope_parse(name, out) : ERR_OK;
	return e ? ERR_INVAL : ERR_OK;
}

/* ---- every class ---- */

/* The same of a class among all of its year. */
static void put_counts(struct json_out *w, const struct completion *all,
		const struct completion_class *in, enum class_scope scope) {
	struct completion_missing missing = { 0 };
	if (completion_pack(in)) {
		missing = completion_missing_of(all, in, scope);
	}
	jo_kobj(w, "missing");
	jo_ki64(w, "count", (int64_t)missing.count);
	jo_ki64(w, "conduct", (int64_t)missing.conduct);
	jo_ki64(w, "ofClass", (int64_t)missing.of_class);
	jo_karr(w, "subjects");
	for (size_t i = 0; i < in->place_count; i++) {
		const struct completion_place *place = &all->places[in->first_place + i];
		size_t count = completion_pack(in) ? completion_missing_in(place, scope) : 0;
		if (count == 0) {
			continue;
		}
		jo_obj(w);
		jo_kobj(w, "subject");
		jo_kid(w, "id", place->subject_id);
		jo_kstr(w, "name", place->subject_name);
		jo_end_obj(w);
		jo_ki64(w, "count", (int64_t)count);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_end_obj(w);
}

static void put_class(struct json_out *w, const struct completion *all,
		const struct completion_class *in, enum class_scope scope) {
	jo_obj(w);
	jo_kobj(w, "class");
	jo_kid(w, "id", in->id);
	jo_kstr(w, "name", in->name);
	jo_ki64(w, "grade", in->grade);
	jo_end_obj(w);
	jo_kstr(w, "homeroom", in->homeroom_name);
	jo_ki64(w, "studentCount", in->student_count);
	jo_kstrz(w, "pack", completion_pack(in));
	put_closed(w, &in->closed[scope]);
	put_counts(w, all, in, scope);
	jo_end_obj(w);
}

enum err closing_list(const struct request *req, struct reply *reply) {
	enum class_scope scope = SCOPE_YEAR;
	struct school_year year;
	_cleanup_(completion_finish) struct completion all;
	completion_init(&all);
	enum err e = wanted_part(req, &scope);
	e = e ? e : school_wanted_year(req, &year);
	e = e ? e : completion_load(request_db(req), request_school_id(req), year.id, scope, &all);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kobj(w, "year");
	jo_kid(w, "id", year.id);
	jo_kstrz(w, "code", year.code);
	jo_end_obj(w);
	jo_kstrz(w, "part", class_scope_name(scope));
	jo_karr(w, "items");
	for (size_t i = 0; i < all.class_count; i++) {
		put_class(w, &all, &all.classes[i], scope);
	}
	jo_end_arr(w);
	return ERR_OK;
}

/* ---- one class ---- */

enum err closing_get(const struct request *req, struct reply *reply) {
	enum class_scope scope = SCOPE_YEAR;
	_cleanup_(class_year_finish) struct class_year y;
	class_year_init(&y);
	const struct class_year_wanted wanted = { .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0) };
	enum err e = wanted_part(req, &scope);
	e = e ? e : class_results_allowed(req, wanted.class_id);
	e = e ? e : class_year_load(request_db(req), &wanted, &y);
	if (e == ERR_UNSUPPORTED) {
		return reply_problem(reply, 409, "results.no_rules", NULL);
	}
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	struct tally t = { .year = &y, .names = w };
	jo_kstrz(w, "part", class_scope_name(scope));
	put_closed(w, &y.closed[scope]);
	jo_karr(w, "items");
	class_year_missing(&y, scope, count_missing, &t);
	jo_end_arr(w);
	put_tally(w, &t);
	return ERR_OK;
}

struct deed {
	struct close_wanted wanted;
	bool closes;
	struct class_year year;
};

static enum err run_deed(struct db *db, void *ctx) {
	struct deed *d = ctx;
	if (!d->closes) {
		return close_store_open(db, &d->wanted);
	}
	const struct close_told told = { d->wanted.school_id, d->wanted.class_id,
		(unsigned)d->wanted.scope, d->wanted.version + 1, d->wanted.now_ms };
	enum err e = close_store_close(db, &d->wanted, &d->year);
	return e ? e : close_told_store_families(db, &told);
}

/* 409 with the first of what is missing, and how much it is. */
static enum err refuse_missing(struct reply *reply, const struct deed *d) {
	_cleanup_(buf_finish) struct buf text = buf_make(MISSING_BYTES_MAX);
	struct json_out w;
	struct tally t = { .year = &d->year, .names = &w };
	jo_begin(&w, &text);
	jo_arr(&w);
	class_year_missing(&d->year, d->wanted.scope, count_missing, &t);
	jo_end_arr(&w);
	if (buf_err(&text)) {
		return buf_err(&text);
	}
	char count[24];
	(void)snprintf(count, sizeof(count), "%zu", t.count); /* any size fits */
	enum err e = reply_problem(reply, 409, "closing.missing", "count", count, NULL);
	reply_problem_member(reply, "items", (struct str){ buf_str(&text), text.len });
	return e;
}

/* What stands in the way, by its message; NULL for what is no matter of closing. */
static const char *obstacle(enum err e) {
	static const struct {
		enum err err;
		const char *code;
	} rows[] = {
		{ ERR_CLOSED, "closing.closed" },
		{ ERR_CONFLICT, "closing.year_closed" },
		{ ERR_STALE, "closing.stale" },
		{ ERR_UNSUPPORTED, "results.no_rules" },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].err == e) {
			return rows[i].code;
		}
	}
	return NULL;
}

static enum err answer(struct reply *reply, const struct deed *d, enum err e) {
	if (e == ERR_MISSING && d->closes) {
		return refuse_missing(reply, d);
	}
	if (obstacle(e)) {
		return reply_problem(reply, 409, obstacle(e), NULL);
	}
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kstrz(w, "part", class_scope_name(d->wanted.scope));
	jo_kbool(w, "isClosed", d->closes);
	jo_ki64(w, "version", d->wanted.version + 1);
	return ERR_OK;
}

static void deed_finish(struct deed **d) {
	if (*d) {
		class_year_finish(&(*d)->year);
		free(*d);
	}
}

enum err closing_post(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	_cleanup_(deed_finish) struct deed *d = calloc(1, sizeof(*d));
	if (!d) {
		return ERR_NOMEM;
	}
	class_year_init(&d->year);
	d->closes = form_bool(&f, "close", false);
	d->wanted = (struct close_wanted){ .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0),
		.version = (unsigned)form_int(&f, "version", 0, 0, INT32_MAX),
		.person_id = request_person_id(req),
		.now_ms = request_now_ms(req) };
	_cleanup_(mem_freep) char *why =
			form_text(&f, "why", d->closes ? 0 : 1, CLOSE_WHY_CHARS_MAX);
	_cleanup_(mem_freep) char *part = form_text(&f, "part", 1, 4);
	if (part && class_scope_parse(str_from(part), &d->wanted.scope)) {
		form_fault(&f, "part", "form.invalid");
	}
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	d->wanted.why = str_from(why);
	const uint64_t id = d->wanted.class_id;
	struct audit_deed deed = { d->closes ? "class.close" : "class.open", "class", &id };
	enum err e = class_results_allowed(req, id); /* of this school */
	e = e ? e : audit_run(req, &deed, run_deed, d);
	return answer(reply, d, e);
}
