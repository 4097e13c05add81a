#include "ws/http/presence_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/school/calendar_store.h"
#include "core/school/teaching_store.h"
#include "gradebook/closing/closing_store.h"
#include "gradebook/presence/presence_store.h"
#include "gradebook/presence/presence_told_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

enum { VIEW_BYTES_MAX = 1 << 20 };

static enum err take_class(const struct class_row *row, void *ctx) {
	struct presence_class *c = ctx;
	if (row->name.n >= sizeof(c->name)) {
		return ERR_LIMIT;
	}
	memcpy(c->name, row->name.p, row->name.n);
	c->name[row->name.n] = '\0';
	c->id = row->id;
	c->grade = row->grade;
	c->year.id = row->school_year_id;
	return ERR_OK;
}

enum err presence_load_class(
		const struct request *req, uint64_t class_id, struct presence_class *out) {
	struct db *db = request_db(req);
	uint64_t school = request_school_id(req);
	enum err e = roster_store_class(db, school, class_id, take_class, out);
	e = e ? e : calendar_store_year(db, school, out->year.id, &out->year);
	return e ? e : date_in_vietnam(request_now_ms(req), &out->today);
}

int presence_most(unsigned grade, const char *year_code) {
	const struct rule_pack *pack = NULL;
	int year = 0;
	enum err e = pack_parse_year(str_from(year_code), &year);
	return e || pack_find(grade, year, &pack) ? -1 : pack->absences_most;
}

/* ---- which session ---- */

struct asked {
	struct presence_class klass;
	struct presence_call call;
	unsigned term_number;
	bool may_take; /* by its day alone */
	enum err why_not;
};

static enum err check_access(const struct request *req) {
	struct access_class facts;
	enum err e = teaching_store_access(request_db(req), request_school_id(req),
			request_path_id(req, 0), 0, request_person_id(req), &facts);
	if (e) {
		return e;
	}
	return access_presence_take(request_who(req), &facts) ? ERR_OK : ERR_DENIED;
}

/* The class, and the day and session of the query. ERR_INVAL and ERR_EARLY are the day's. */
static enum err read_asked(const struct request *req, struct asked *a) {
	uint64_t session = 0;
	enum err e = presence_load_class(req, request_path_id(req, 0), &a->klass);
	if (e) {
		return e;
	}
	struct str text = request_query(req, "date");
	a->call.on = a->klass.today;
	e = text.n ? date_parse_iso(text, &a->call.on) : ERR_OK;
	e = e ? e : request_query_u64(req, "session", 1, &session);
	if (e || session > PRESENCE_SESSIONS) {
		return ERR_INVAL;
	}
	a->call.school_id = request_school_id(req);
	a->call.class_id = a->klass.id;
	a->call.session = (unsigned)session;
	a->term_number = presence_term_of(&a->klass.year, a->call.on);
	a->why_not = presence_check_take(&a->klass.year, a->klass.today, a->call.on,
			a->call.session, request_has_role(req, ACCESS_OFFICE));
	return presence_check_day(&a->klass.year, a->klass.today, a->call.on, a->call.session);
}

static enum err refuse_day(struct reply *reply, enum err e) {
	if (e == ERR_INVAL) {
		return reply_field(reply, "date", "presence.day_outside", NULL);
	}
	if (e == ERR_EARLY) {
		return reply_field(reply, "date", "presence.day_to_come", NULL);
	}
	return e;
}

/* ---- reading ---- */

static enum err put_head(const struct presence_head *head, void *ctx) {
	struct json_out *w = ctx;
	jo_ki64(w, "version", head->version);
	if (head->version) {
		jo_ki64(w, "takenAt", head->taken_at_ms);
	} else {
		jo_knull(w, "takenAt");
	}
	school_put_person(w, "takenBy", head->taken_by, head->taken_by_name);
	return ERR_OK;
}

static enum err put_row(const struct presence_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kobj(w, "student");
	jo_kid(w, "id", row->student_id);
	jo_kstr(w, "code", row->code);
	jo_kstr(w, "fullName", row->full_name);
	jo_end_obj(w);
	jo_kstrz(w, "kind", presence_kind_name(row->kind));
	jo_kstr(w, "note", row->note);
	jo_end_obj(w);
	return ERR_OK;
}

/* The takings, each with what it changed. */
struct takings {
	struct json_out *w;
	unsigned version; /* of the one that is open; 0: none */
};

static void end_taking(struct takings *t) {
	if (t->version) {
		jo_end_arr(t->w);
		jo_end_obj(t->w);
	}
}

static enum err put_change(const struct presence_change *change, void *ctx) {
	struct takings *t = ctx;
	struct json_out *w = t->w;
	if (change->version != t->version) {
		end_taking(t);
		t->version = change->version;
		jo_obj(w);
		jo_ki64(w, "version", change->version);
		jo_ki64(w, "at", change->at_ms);
		school_put_person(w, "by", change->person_id, change->person_name);
		jo_karr(w, "changes");
	}
	if (change->student_id) {
		jo_obj(w);
		jo_kid(w, "student", change->student_id);
		jo_kstrz(w, "old", presence_kind_name(change->old_kind));
		jo_kstrz(w, "new", presence_kind_name(change->new_kind));
		jo_end_obj(w);
	}
	return ERR_OK;
}

/* Members of the answer, into an object that is open. */
static enum err put_view(const struct request *req, const struct asked *a, struct json_out *w) {
	struct db *db = request_db(req);
	enum err closed = closing_store_check(
			db, a->call.school_id, a->call.class_id, a->term_number);
	if (closed && closed != ERR_CLOSED) {
		return closed;
	}
	jo_kobj(w, "class");
	jo_kid(w, "id", a->klass.id);
	jo_kstrz(w, "name", a->klass.name);
	jo_end_obj(w);
	school_put_date(w, "date", a->call.on);
	jo_ki64(w, "session", a->call.session);
	school_put_date(w, "today", a->klass.today);
	school_put_date(w, "firstDay", a->klass.year.starts_on);
	jo_kbool(w, "mayTake", !a->why_not && !closed);
	enum err e = presence_store_head(db, &a->call, put_head, w);
	jo_karr(w, "rows");
	e = e ? e : presence_store_rows(db, &a->call, put_row, w);
	jo_end_arr(w);
	struct takings t = { .w = w };
	jo_karr(w, "history");
	e = e ? e : presence_store_history(db, &a->call, put_change, &t);
	end_taking(&t);
	jo_end_arr(w);
	return e;
}

enum err presence_get(const struct request *req, struct reply *reply) {
	struct asked a = { 0 };
	enum err e = check_access(req);
	e = e ? e : read_asked(req, &a);
	return e ? refuse_day(reply, e) : put_view(req, &a, reply_json(reply, 200));
}

/* ---- taking ---- */

struct taking {
	struct presence_take take;
	struct presence_mark marks[PRESENCE_STUDENTS_MAX];
	char *notes[PRESENCE_STUDENTS_MAX]; /* owned */
	size_t count;
	unsigned version;
};

static void taking_free(struct taking *t) {
	if (t) {
		for (size_t i = 0; i < t->count; i++) {
			free(t->notes[i]);
		}
		free(t);
	}
}
DEFINE_FREEP(struct taking *, taking_free);

static bool read_mark(const struct json *node, struct taking *t) {
	_cleanup_(form_finish) struct form f = { .body = node };
	struct presence_mark *m = &t->marks[t->count];
	struct str kind = { "", 0 };
	m->student_id = form_id(&f, "student", true);
	enum err e = json_get_str(node, "kind", &kind);
	e = e ? e : presence_kind_parse(kind, &m->kind);
	t->notes[t->count] = form_text(&f, "note", 0, PRESENCE_NOTE_CHARS_MAX);
	m->note = str_from(t->notes[t->count]);
	t->count++;
	return !e && form_is_good(&f);
}

/* The name of the member that is wrong; NULL when all are right. */
static const char *read_taking(const struct json *body, struct taking *t) {
	const struct json *list = NULL;
	int64_t version = 0;
	if (json_get_i64(body, "version", &version) || version < 0 || version > INT32_MAX) {
		return "version";
	}
	t->take.version = (unsigned)version;
	if (json_get_array(body, "absences", &list)) {
		return "absences";
	}
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		if (t->count == PRESENCE_STUDENTS_MAX || !read_mark(it, t)) {
			return "absences";
		}
	}
	t->take.marks = t->marks;
	t->take.count = t->count;
	return NULL;
}

static enum err run_take(struct db *db, void *ctx) {
	struct taking *t = ctx;
	enum err e = presence_store_take(db, &t->take, &t->version);
	return e ? e : presence_told_store_take(db, &t->take.call, t->version, t->take.now_ms);
}

/* A correction stands in the school's log of deeds too. */
static enum err carry_out(const struct request *req, struct taking *t) {
	struct audit_deed deed = { "roll_call.correct", "class", &t->take.call.class_id };
	if (t->take.version == 0) {
		return db_transact(request_db(req), run_take, t);
	}
	return audit_run(req, &deed, run_take, t);
}

static enum err refuse_stale(
		const struct request *req, const struct asked *a, struct reply *reply) {
	_cleanup_(buf_finish) struct buf text = buf_make(VIEW_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &text);
	jo_obj(&w);
	enum err e = put_view(req, a, &w);
	jo_end_obj(&w);
	e = e ? e : buf_err(&text);
	e = e ? e : reply_err(reply, ERR_STALE);
	if (!e) {
		reply_problem_member(reply, "current", (struct str){ text.data, text.len });
	}
	return e;
}

static enum err refuse_take(
		const struct request *req, const struct asked *a, struct reply *reply, enum err e) {
	if (e == ERR_STALE) {
		return refuse_stale(req, a, reply);
	}
	if (e == ERR_CLOSED) {
		return reply_problem(reply, 409, "presence.closed", NULL);
	}
	if (e == ERR_NOT_FOUND || e == ERR_INVAL) {
		return reply_field(reply, "absences", "presence.student", NULL);
	}
	return e;
}

enum err presence_put(const struct request *req, struct reply *reply) {
	struct asked a = { 0 };
	enum err e = check_access(req);
	e = e ? e : read_asked(req, &a);
	if (e) {
		return refuse_day(reply, e);
	}
	if (a.why_not) {
		char days[8];
		(void)snprintf(days, sizeof(days), "%d", PRESENCE_DAYS_BACK_MAX); /* fits */
		return reply_problem(reply, 409, "presence.day_past", "days", days, NULL);
	}
	_cleanup_(taking_freep) struct taking *t = calloc(1, sizeof(*t));
	if (!t) {
		return ERR_NOMEM;
	}
	const char *wrong = read_taking(request_json(req), t);
	if (wrong) {
		return reply_field(reply, wrong, "form.invalid", NULL);
	}
	t->take.call = a.call;
	t->take.term_number = a.term_number;
	t->take.has_key = request_idem_key(req, t->take.key);
	t->take.person_id = request_person_id(req);
	t->take.now_ms = request_now_ms(req);
	e = carry_out(req, t);
	return e ? refuse_take(req, &a, reply, e) : put_view(req, &a, reply_json(reply, 200));
}
