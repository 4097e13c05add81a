#include "ws/http/sitting_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/seal/hash.h"
#include "exam/hall/bound_store.h"
#include "exam/hall/sitting_store.h"
#include "exam/hall/sitting_told_store.h"
#include "exam/hall/variant_store.h"
#include "exam/marking/result_store.h"
#include "gradebook/marks/mark.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/exam_json.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/http/sitting_view.h"
#include "ws/service/hold_sitting.h"
#include "ws/sock/hall.h"

enum {
	TITLE_CHARS_MAX = 200,
	PRACTICE_WINDOW_MS = 604800000, /* a week, unless the request says otherwise */
};

/* ---- publishing ---- */

/* What a body asks for; the plan points into it. */
struct plan_body {
	struct hold_plan plan;
	uint64_t classes[SITTING_CLASSES_MAX];
	struct hold_extra *extras; /* HOLD_EXTRAS_MAX of them */
};

static void plan_body_free(struct plan_body *b) {
	if (b) {
		free(b->extras);
		free(b);
	}
}
DEFINE_FREEP(struct plan_body *, plan_body_free);

static void read_times(struct form *f, struct sitting *s) {
	s->is_practice = form_bool(f, "practice", false);
	s->starts_at_ms = form_int(f, "startsAt", -1, 0, JSON_INT_MAX);
	s->limit_ms = form_int(f, "limitMs", -1, 0, SITTING_LIMIT_MAX_MS);
	int64_t length = s->is_practice ? PRACTICE_WINDOW_MS : s->limit_ms;
	int64_t lobby = s->starts_at_ms - SITTING_LOBBY_DEFAULT_MS;
	if (!form_is_good(f)) {
		return;
	}
	s->window_end_ms = form_int(f, "windowEndAt", s->starts_at_ms + length, 0, JSON_INT_MAX);
	s->lobby_at_ms = form_int(f, "lobbyAt", lobby < 0 ? 0 : lobby, 0, JSON_INT_MAX);
	s->grace_ms = form_int(f, "graceMs", PHASE_GRACE_DEFAULT_MS, 0, PHASE_GRACE_MAX_MS);
	s->variant_count = (unsigned)form_int(f, "variants", 1, 1, SITTING_VARIANTS_MAX);
}

static void read_policies(struct form *f, struct sitting *s) {
	_cleanup_(mem_freep) char *outage = form_text(f, "outagePolicy", 0, 20);
	_cleanup_(mem_freep) char *release = form_text(f, "releasePolicy", 0, 20);
	s->outage = SITTING_OUTAGE_NOTHING;
	s->release = SITTING_RELEASE_HELD;
	if (outage && outage[0] && sitting_outage_parse(str_from(outage), &s->outage)) {
		form_fault(f, "outagePolicy", "form.invalid");
	}
	if (release && release[0] && sitting_release_parse(str_from(release), &s->release)) {
		form_fault(f, "releasePolicy", "form.invalid");
	}
}

static void read_column(struct form *f, struct sitting *s) {
	const struct json *column = json_get(f->body, "column");
	enum mark_kind kind;
	struct str name;
	int64_t position = 0;
	if (!column || json_kind(column) == JSON_NULL) {
		return;
	}
	if (json_get_id(column, "term", &s->column.term_id) ||
			json_get_str(column, "kind", &name) || mark_kind_parse(name, &kind) ||
			json_get_i64(column, "position", &position) || position < 1 ||
			position > MARK_POSITION_MAX) {
		form_fault(f, "column", "sitting.column");
		return;
	}
	s->column.kind = (unsigned)kind;
	s->column.position = (unsigned)position;
}

static void read_classes(struct form *f, struct plan_body *b) {
	const struct json *list = form_list(f, "classes", true);
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		if (b->plan.class_count == SITTING_CLASSES_MAX) {
			form_fault(f, "classes", "form.too_long");
			return;
		}
		if (json_as_id(it, &b->classes[b->plan.class_count])) {
			form_fault(f, "classes", "form.invalid");
			return;
		}
		b->plan.class_count++;
	}
}

static void read_extras(struct form *f, struct plan_body *b) {
	const struct json *list = form_list(f, "accommodations", false);
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		struct hold_extra *extra = &b->extras[b->plan.extra_count];
		if (b->plan.extra_count == HOLD_EXTRAS_MAX ||
				json_get_id(it, "student", &extra->student_id) ||
				json_get_i64(it, "extraMs", &extra->extra_ms)) {
			form_fault(f, "accommodations", "sitting.accommodation");
			return;
		}
		b->plan.extra_count++;
	}
}

/* The same Idempotency-Key of the same person gives the same sitting. */
static void take_id(const struct request *req, struct sitting *s) {
	uint8_t key[REQUEST_IDEM_BYTES];
	struct hasher h;
	struct hash hash;
	if (!request_idem_key(req, key)) {
		return; /* drawn at random */
	}
	hash_begin(&h, request_app(req)->column_key);
	hash_add(&h, "TT1N", 4);
	hash_add_be64(&h, request_school_id(req));
	hash_add_be64(&h, request_person_id(req));
	hash_add(&h, key, sizeof(key));
	hash_end(&h, &hash);
	memcpy(s->id.b, hash.b, ID16_BYTES);
}

static enum err read_plan(const struct request *req, struct form *f, struct plan_body **out) {
	_cleanup_(plan_body_freep) struct plan_body *b = calloc(1, sizeof(*b));
	if (!b) {
		return ERR_NOMEM;
	}
	b->extras = calloc(HOLD_EXTRAS_MAX + 1, sizeof(*b->extras));
	if (!b->extras) {
		return ERR_NOMEM;
	}
	struct sitting *s = &b->plan.sitting;
	_cleanup_(mem_freep) char *title = form_text(f, "title", 1, TITLE_CHARS_MAX);
	s->school_id = request_school_id(req);
	s->created_by = request_person_id(req);
	s->paper_id = form_id(f, "paper", true);
	read_times(f, s);
	read_policies(f, s);
	read_column(f, s);
	read_classes(f, b);
	read_extras(f, b);
	if (title && strlen(title) >= sizeof(s->title)) {
		form_fault(f, "title", "form.too_long");
	} else if (title) {
		memcpy(s->title, title, strlen(title) + 1);
	}
	b->plan.class_ids = b->classes;
	b->plan.extras = b->extras;
	*out = STEAL(b);
	return ERR_OK;
}

/* What a person can mend is listed; other failures keep their own answer. */
static enum err refuse(struct reply *reply, enum err e, struct diag *problems) {
	if (problems->errors) {
		e = reply_problem_list(
				reply, e == ERR_DENIED ? 403 : 422, "sitting.refused", problems);
	}
	diag_finish(problems);
	return e;
}

struct publishing {
	const struct request *req;
	const struct hold_plan *plan;
	struct diag *problems;
	struct id16 id;
};

static enum err run_publish(struct db *db, void *ctx) {
	struct publishing *p = ctx;
	return hold_sitting_publish(db, request_app(p->req)->keys, p->plan, request_now_ms(p->req),
			p->problems, &p->id);
}

enum err sitting_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(plan_body_freep) struct plan_body *body = NULL;
	struct diag problems = { 0 };
	enum err e = read_plan(req, &form, &body);
	if (e) {
		return e;
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	take_id(req, &body->plan.sitting);
	struct publishing p = { .req = req, .plan = &body->plan, .problems = &problems };
	struct audit_deed16 deed = { "exam.publish", "sitting", &p.id };
	e = audit_run16(req, &deed, run_publish, &p);
	if (e == ERR_EXISTS) {
		diag_finish(&problems);
		return sitting_view_reply(req, reply, &body->plan.sitting.id, 200);
	}
	if (e) {
		return refuse(reply, e, &problems);
	}
	diag_finish(&problems);
	return sitting_view_reply(req, reply, &p.id, 201);
}

static void print_seat(const struct hold_seat *seat, const struct sitting *s,
		const uint64_t *classes, struct json_out *w) {
	jo_obj(w);
	jo_kobj(w, "student");
	jo_kid(w, "id", seat->student_id);
	jo_kstrz(w, "code", seat->code);
	jo_kstrz(w, "fullName", seat->full_name);
	jo_end_obj(w);
	jo_kid(w, "classId", classes[seat->class_index]);
	jo_ki64(w, "startsAt", s->starts_at_ms);
	jo_ki64(w, "endsAt", seat->ends_at_ms);
	jo_ki64(w, "extraMs", seat->extra_ms);
	jo_end_obj(w);
}

enum err sitting_ends_preview(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(plan_body_freep) struct plan_body *body = NULL;
	_cleanup_(hold_seats_finish) struct hold_seats seats = { 0 };
	struct diag problems = { 0 };
	enum err e = read_plan(req, &form, &body);
	if (e) {
		return e;
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	e = hold_sitting_preview(
			request_db(req), &body->plan, request_now_ms(req), &problems, &seats);
	if (e) {
		return refuse(reply, e, &problems);
	}
	diag_finish(&problems);
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < seats.count; i++) {
		print_seat(&seats.items[i], &body->plan.sitting, body->classes, w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

/* ---- looking ---- */

enum err sitting_list_get(const struct request *req, struct reply *reply) {
	_cleanup_(sitting_list_finish) struct sitting_list list = { 0 };
	uint64_t person = request_has_role(req, ACCESS_OFFICE) ? 0 : request_person_id(req);
	enum err e = sitting_store_list(request_db(req), request_school_id(req), person, &list);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < list.count; i++) {
		e = sitting_view_print(req, &list.items[i], w);
		if (e) {
			return e;
		}
	}
	jo_end_arr(w);
	return ERR_OK;
}

enum err sitting_get(const struct request *req, struct reply *reply) {
	struct id16 id;
	memcpy(id.b, request_path_bytes16(req, 0), ID16_BYTES);
	return sitting_view_reply(req, reply, &id, 200);
}

enum err sitting_ends(const struct request *req, struct reply *reply) {
	_cleanup_(results_finish) struct results list = { 0 };
	struct sitting s;
	enum err e = sitting_view_load(req, SITTING_VIEW_WATCH, &s);
	e = e ? e : result_store_list(request_db(req), s.school_id, &s.id, &list);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < list.count; i++) {
		const struct result *r = &list.items[i];
		int64_t starts = s.is_practice && r->started_at_ms ? r->started_at_ms
								   : s.starts_at_ms + r->delay_ms;
		jo_obj(w);
		exam_json_id16(w, "attempt", &r->attempt);
		sitting_view_student(r, w);
		jo_kstrz(w, "className", r->class_name);
		jo_kstrz(w, "variant", r->variant);
		jo_ki64(w, "startsAt", starts);
		jo_ki64(w, "endsAt", r->ends_at_ms);
		jo_ki64(w, "extraMs", r->extra_ms);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

/* ---- moving the start ---- */

struct confirming {
	struct app *app;
	struct sitting_rooms rooms;
};

static enum err confirm_move(void *ctx, const struct sitting *moved) {
	const struct confirming *c = ctx;
	struct phase_sitting times = sitting_times(moved);
	for (size_t i = 0; i < c->rooms.count; i++) {
		enum err e = hall_confirm_move(
				c->app, moved->school_id, c->rooms.items[i].id, &times);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

/* Whatever came of it, live rooms read what is stored now: one may have taken new times for a
 * change that another refused. */
static void tell_rooms(const struct confirming *c) {
	for (size_t i = 0; c->app->hall && i < c->rooms.count; i++) {
		hall_moved(c->app->hall, c->rooms.items[i].id);
	}
}

struct moving {
	const struct request *req;
	const struct hold_move *move;
	struct sitting moved;
};

static enum err run_move(struct db *db, void *ctx) {
	struct moving *m = ctx;
	return hold_sitting_move(
			db, request_app(m->req)->keys, m->move, request_now_ms(m->req), &m->moved);
}

enum err sitting_move(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	struct confirming c = { .app = request_app(req) };
	struct hold_move move = { .school_id = request_school_id(req),
		.person_id = request_person_id(req),
		.confirm = confirm_move,
		.ctx = &c };
	memcpy(move.sitting.b, request_path_bytes16(req, 0), ID16_BYTES);
	move.starts_at_ms = form_int(&form, "startsAt", -1, 0, JSON_INT_MAX);
	move.revision = (uint32_t)form_int(&form, "revision", 0, 1, UINT32_MAX);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = sitting_store_rooms(request_db(req), move.school_id, &move.sitting, &c.rooms);
	if (e) {
		return e;
	}
	struct moving m = { .req = req, .move = &move };
	struct audit_deed16 deed = { "exam.move", "sitting", &move.sitting };
	e = audit_run16(req, &deed, run_move, &m);
	tell_rooms(&c);
	sitting_rooms_finish(&c.rooms);
	if (e == ERR_CONFLICT) {
		return reply_problem(reply, 409, "sitting.key_sent", NULL);
	}
	if (e == ERR_INVAL) {
		return reply_field(reply, "startsAt", "sitting.starts_at", NULL);
	}
	return e ? e : sitting_view_reply(req, reply, &move.sitting, 200);
}

/* ---- releasing results ---- */

struct releasing {
	const struct keys *keys;
	const struct sitting *sitting;
	enum sitting_release release;
	int64_t at_ms;
	int64_t now_ms;
};

static enum err run_release(struct db *db, void *ctx) {
	const struct releasing *r = ctx;
	struct sitting then = *r->sitting;
	then.release = r->release;
	then.released_at_ms = r->at_ms;
	uint64_t school = r->sitting->school_id;
	bool is_bound = false;
	enum err e = bound_store_holds(db, r->keys, school, &then.id, &is_bound);
	e = e ? e : sitting_store_release(db, school, &then.id, r->release, r->at_ms);
	e = e || !is_bound ? e : bound_store_sitting(db, r->keys, school, &then.id);
	return e ? e : sitting_told_store_release(db, &then, r->now_ms);
}

enum err sitting_release(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *policy = form_text(&form, "policy", 1, 20);
	bool is_now = form_bool(&form, "now", false);
	enum sitting_release release = SITTING_RELEASE_HELD;
	struct sitting s;
	if (policy && sitting_release_parse(str_from(policy), &release)) {
		form_fault(&form, "policy", "form.invalid");
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = sitting_view_load(req, SITTING_VIEW_OWN, &s);
	if (e) {
		return e;
	}
	int64_t at_ms = release == SITTING_RELEASE_HELD ? 0 : s.released_at_ms;
	if (is_now && release != SITTING_RELEASE_HELD) {
		at_ms = request_now_ms(req);
	}
	struct releasing r = { request_app(req)->keys, &s, release, at_ms, request_now_ms(req) };
	struct audit_deed16 deed = { "exam.release", "sitting", &s.id };
	e = audit_run16(req, &deed, run_release, &r);
	return e ? e : sitting_view_reply(req, reply, &s.id, 200);
}
