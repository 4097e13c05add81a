#include "ws/http/student_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/base/cleanup.h"
#include "core/school/guardian_store.h"
#include "core/school/roster.h"
#include "core/school/roster_store.h"
#include "core/school/teaching_store.h"
#include "core/seal/box.h"
#include "ws/app.h"
#include "ws/http/activation_code.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"
#include "ws/service/sign_in.h"

enum {
	PERSONAL_ID_BYTES_MAX = 64,
	PERSONAL_ID_SHOWN = 4, /* digits at the end that stay readable */
};

/* ---- reading ---- */

/* What the caller may see of a student beside the name. */
struct view {
	bool has_contacts; /* phones, address, note, the personal id */
	bool is_whole_id;  /* asked for, by the office */
};

static enum err check_view(const struct request *req, uint64_t class_id, struct view *out) {
	bool is_office = access_school_manage(request_who(req), request_school_id(req));
	out->has_contacts = is_office;
	if (is_office) {
		return ERR_OK;
	}
	if (class_id == 0) {
		return ERR_DENIED; /* in no class: nobody's student but the office's */
	}
	struct access_class facts;
	enum err e = teaching_store_access(request_db(req), request_school_id(req), class_id, 0,
			request_person_id(req), &facts);
	if (e) {
		return e;
	}
	out->has_contacts = access_class_contacts(request_who(req), &facts);
	return access_class_view(request_who(req), &facts) ? ERR_OK : ERR_DENIED;
}

static enum err put_enrolment(const struct enrolment_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "classId", row->class_id);
	jo_kstr(w, "className", row->class_name);
	jo_kstr(w, "year", row->year_code);
	jo_ki64(w, "position", row->position);
	school_put_date(w, "from", row->from_on);
	school_put_date(w, "to", row->to_on);
	jo_end_obj(w);
	return ERR_OK;
}

struct guardians {
	struct json_out *w;
	const struct view *view;
};

static enum err put_guardian(const struct guardian_row *row, void *ctx) {
	const struct guardians *g = ctx;
	struct json_out *w = g->w;
	jo_obj(w);
	jo_kid(w, "id", row->person_id);
	jo_kstr(w, "fullName", row->full_name);
	jo_kstrz(w, "relation", relation_name(row->relation));
	jo_kbool(w, "activated", row->is_activated);
	if (g->view->has_contacts) {
		school_put_or_null(w, "phone", row->phone);
		jo_ki64(w, "version", row->version);
	}
	jo_end_obj(w);
	return ERR_OK;
}

/* Twelve digits as "********1234", or as they are. */
static enum err put_personal_id(const struct request *req, uint64_t id, const struct view *view,
		struct json_out *w) {
	_cleanup_(buf_finish) struct buf box = buf_make(PERSONAL_ID_BYTES_MAX + BOX_EXTRA_BYTES);
	_cleanup_(buf_finish) struct buf digits = buf_make(PERSONAL_ID_BYTES_MAX);
	enum err e = roster_store_personal_id(request_db(req), request_school_id(req), id, &box);
	if (e == ERR_MISSING) {
		jo_knull(w, "personalId");
		return ERR_OK;
	}
	if (e) {
		return e;
	}
	uint8_t key[KEYS_BYTES];
	school_seal_key(req, key);
	e = box_open(key, (struct str){ box.data, box.len }, &digits);
	explicit_bzero(key, sizeof(key));
	if (e) {
		return e;
	}
	for (size_t i = 0; !view->is_whole_id && i + PERSONAL_ID_SHOWN < digits.len; i++) {
		digits.data[i] = '*';
	}
	jo_kstr(w, "personalId", (struct str){ digits.data, digits.len });
	return ERR_OK;
}

/* A student as it stands, kept while the rest of the answer is read. */
struct found {
	struct json_out *w;
	const struct request *req;
	struct view view;
	uint64_t person_id;
	uint64_t class_id;
	unsigned version;
};

static enum err take_found(const struct student_row *row, void *ctx) {
	struct found *f = ctx;
	f->person_id = row->person_id;
	f->class_id = row->class_id;
	f->version = row->version;
	return ERR_OK;
}

static enum err find(const struct request *req, struct found *out) {
	*out = (struct found){ .req = req };
	return roster_store_student(request_db(req), request_school_id(req),
			request_path_id(req, 0), take_found, out);
}

static enum err put_student(const struct student_row *row, void *ctx) {
	const struct found *f = ctx;
	struct json_out *w = f->w;
	jo_kid(w, "id", row->id);
	jo_ki64(w, "version", row->version);
	jo_kstr(w, "code", row->code);
	jo_kstr(w, "fullName", row->full_name);
	school_put_date(w, "birthDate", row->birth);
	school_put_sex(w, row->sex);
	jo_kstrz(w, "state", row->state == STUDENT_LEARNING ? "learning" : "left");
	school_put_or_null(w, "login", row->login);
	jo_kbool(w, "activated", row->is_activated);
	jo_kid(w, "person", row->person_id);
	jo_kstr(w, "birthPlace", row->birth_place);
	jo_kstr(w, "ethnicity", row->ethnicity);
	if (!f->view.has_contacts) {
		return ERR_OK;
	}
	jo_kstr(w, "address", row->address);
	jo_kstr(w, "note", row->note);
	return put_personal_id(f->req, row->id, &f->view, w);
}

/* Members of the student, into an object that is open. */
static enum err write_student(struct json_out *w, void *ctx) {
	struct found *f = ctx;
	struct db *db = request_db(f->req);
	uint64_t school = request_school_id(f->req);
	uint64_t id = request_path_id(f->req, 0);
	f->w = w;
	struct guardians g = { w, &f->view };
	enum err e = roster_store_student(db, school, id, put_student, f);
	jo_karr(w, "enrolments");
	e = e ? e : roster_store_enrolments(db, school, id, put_enrolment, w);
	jo_end_arr(w);
	jo_karr(w, "guardians");
	e = e ? e : guardian_store_of_student(db, school, id, put_guardian, &g);
	jo_end_arr(w);
	return e;
}

/* To see the whole number is a deed of its own: it is written down. */
static enum err run_nothing(struct db *db, void *ctx) {
	(void)db;
	(void)ctx;
	return ERR_OK;
}

enum err student_get(const struct request *req, struct reply *reply) {
	uint64_t id = request_path_id(req, 0);
	struct found f;
	enum err e = find(req, &f);
	e = e ? e : check_view(req, f.class_id, &f.view);
	if (e) {
		return e;
	}
	if (str_eq_z(request_query(req, "personalId"), "whole")) {
		if (!access_school_manage(request_who(req), request_school_id(req))) {
			return ERR_DENIED;
		}
		struct audit_deed deed = { "student.personal_id", "student", &id };
		f.view.is_whole_id = true;
		e = audit_run(req, &deed, run_nothing, NULL);
	}
	return e ? e : write_student(reply_json(reply, 200), &f);
}

/* ---- changing ---- */

struct change {
	uint64_t school_id;
	uint64_t id;
	unsigned version;
	struct student_change to;
	char *texts[5]; /* owned: what the spans of `to` point at */
};

static void change_finish(struct change *c) {
	for (size_t i = 0; i < sizeof(c->texts) / sizeof(c->texts[0]); i++) {
		free(c->texts[i]);
	}
}

static enum sex read_sex(struct form *f) {
	struct str text;
	enum err e = json_opt_str(f->body, "sex", str_from(""), &text);
	if (!e && text.n == 0) {
		return SEX_NOT_SAID;
	}
	if (!e && str_eq_z(text, "male")) {
		return SEX_MALE;
	}
	if (e || !str_eq_z(text, "female")) {
		form_fault(f, "sex", "form.invalid");
	}
	return SEX_FEMALE;
}

static enum student_state read_state(struct form *f) {
	struct str text;
	enum err e = json_opt_str(f->body, "state", str_from("learning"), &text);
	if (!e && str_eq_z(text, "left")) {
		return STUDENT_LEFT;
	}
	if (e || !str_eq_z(text, "learning")) {
		form_fault(f, "state", "form.invalid");
	}
	return STUDENT_LEARNING;
}

static void read_change(struct form *f, struct change *c) {
	static const struct {
		const char *name;
		size_t least;
		size_t most;
	} texts[] = {
		{ "code", 1, ROSTER_CODE_MAX },
		{ "birthPlace", 0, ROSTER_PLACE_CHARS_MAX },
		{ "ethnicity", 0, ROSTER_ETHNICITY_CHARS_MAX },
		{ "address", 0, ROSTER_LONG_CHARS_MAX },
		{ "note", 0, ROSTER_LONG_CHARS_MAX },
	};
	struct str *spans[] = { &c->to.code, &c->to.birth_place, &c->to.ethnicity, &c->to.address,
		&c->to.note };
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		c->texts[i] = form_text(f, texts[i].name, texts[i].least, texts[i].most);
		*spans[i] = str_from(c->texts[i]);
	}
	school_form_name(f, "fullName", &c->to.name);
	c->to.birth = school_form_date(f, "birthDate");
	c->to.sex = read_sex(f);
	c->to.state = read_state(f);
	c->version = (unsigned)form_int(f, "version", 0, 1, INT32_MAX);
}

static enum err run_change(struct db *db, void *ctx) {
	const struct change *c = ctx;
	return roster_store_update_student(db, c->school_id, c->id, c->version, &c->to);
}

enum err student_reply(const struct request *req, struct reply *reply, int status) {
	struct found f;
	enum err e = find(req, &f);
	e = e ? e : check_view(req, f.class_id, &f.view);
	return e ? e : write_student(reply_json(reply, status), &f);
}

enum err student_reply_stale(const struct request *req, struct reply *reply) {
	struct found f;
	enum err e = find(req, &f);
	e = e ? e : check_view(req, f.class_id, &f.view);
	return e ? e : reply_current(reply, write_student, &f);
}

enum err student_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(change_finish) struct change c = { .school_id = request_school_id(req),
		.id = request_path_id(req, 0) };
	struct found f;
	read_change(&form, &c);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = find(req, &f);
	e = e ? e : check_view(req, f.class_id, &f.view);
	if (e) {
		return e;
	}
	struct audit_deed deed = { "student.change", "student", &c.id };
	e = audit_run(req, &deed, run_change, &c);
	if (e == ERR_EXISTS) {
		return reply_field(reply, "code", "school.student_code_taken", NULL);
	}
	if (e == ERR_STALE) {
		return reply_current(reply, write_student, &f);
	}
	return e ? e : write_student(reply_json(reply, 200), &f);
}

/* ---- a new code ---- */

struct renewal {
	const struct request *req;
	uint64_t person_id;
	struct ticket code;
};

/* The old password and the old codes are void, and whoever is signed in is out. */
static enum err run_renew(struct db *db, void *ctx) {
	const struct renewal *r = ctx;
	enum err e = activation_code_end_sign_in(r->req, db, r->person_id);
	return e ? e : activation_code_store(r->req, db, &r->code, r->person_id);
}

enum err student_activation(const struct request *req, struct reply *reply) {
	uint64_t id = request_path_id(req, 0);
	struct found f;
	enum err e = find(req, &f);
	if (e) {
		return e;
	}
	struct renewal r = { .req = req, .person_id = f.person_id };
	ticket_make(TICKET_ACTIVATION, &r.code);
	struct audit_deed deed = { "student.code", "student", &id };
	e = audit_run(req, &deed, run_renew, &r);
	if (!e) {
		sign_in_forget(request_app(req), f.person_id, NULL);
	}
	if (!e) {
		char text[TICKET_TEXT_BYTES];
		ticket_print(&r.code, text);
		jo_kstrz(reply_json(reply, 200), "code", text);
		explicit_bzero(text, sizeof(text));
	}
	ticket_wipe(&r.code);
	return e == ERR_CONFLICT ? reply_problem(reply, 409, "school.account_closed", NULL) : e;
}
