#include "ws/http/guardian_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/auth/activation_store.h"
#include "core/auth/session_store.h"
#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/school/account_store.h"
#include "core/school/guardian_store.h"
#include "core/school/member_store.h"
#include "core/school/proof_store.h"
#include "core/school/roster.h"
#include "core/school/roster_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"
#include "ws/http/slip_sheet.h"
#include "ws/http/student_http.h"
#include "ws/service/sign_in.h"

enum {
	GUARDIANS_OF_STUDENT_MAX = 6,
	KNOWN_BYTES_MAX = 8192,
};

/* What the form says, and what is there. */
struct change {
	const struct request *req;
	uint64_t school_id;
	uint64_t student_id;
	uint64_t person_id; /* of the guardian who is changed, or who was made; 0: a new one */
	unsigned version;
	struct account_name name;
	enum relation relation;
	char phone[ACCOUNT_PHONE_BYTES]; /* "": none */
	uint64_t confirmed;              /* the owner of the number that the office said yes to */
	uint64_t owner_id;               /* of the number, when it is not the guardian; 0: nobody */
	struct member was;
	bool has_ended; /* his or her sessions */
};

/* ---- what the form says ---- */

static enum relation read_relation(struct form *f) {
	struct str text;
	enum relation relation = RELATION_OTHER;
	enum err e = json_get_str(f->body, "relation", &text);
	e = e ? e : relation_parse(text, &relation);
	if (e) {
		form_fault(f, "relation", e == ERR_MISSING ? "form.required" : "form.invalid");
	}
	return relation;
}

static void read_change(struct form *f, struct change *c) {
	school_form_name(f, "fullName", &c->name);
	c->relation = read_relation(f);
	c->confirmed = form_id(f, "confirm", false);
	school_form_phone(f, c->phone);
}

/* ---- the guardians that the student has ---- */

struct family {
	const struct change *change;
	size_t count;
	bool has_person; /* change->person_id */
	bool has_owner;  /* change->owner_id */
	bool has_name;   /* another guardian of that name and relation */
};

static enum err look(const struct guardian_row *row, void *ctx) {
	struct family *f = ctx;
	const struct change *c = f->change;
	f->count++;
	f->has_person = f->has_person || row->person_id == c->person_id;
	f->has_owner = f->has_owner || row->person_id == c->owner_id;
	f->has_name = f->has_name ||
			(row->person_id != c->person_id && row->relation == c->relation &&
					roster_same_name(row->full_name, str_from(c->name.full)));
	return ERR_OK;
}

static enum err take_person(const struct student_row *row, void *ctx) {
	uint64_t *person = ctx;
	*person = row->person_id;
	return ERR_OK;
}

/* ---- whose number it is ---- */

/* Who signs in with the number, if it is not the guardian already. */
static enum err find_owner(struct change *c) {
	uint64_t owner = 0;
	if (c->phone[0] == '\0') {
		return ERR_OK;
	}
	enum err e = account_store_find_phone(request_db(c->req), str_from(c->phone), &owner);
	if (!e && owner != c->person_id) {
		c->owner_id = owner;
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* The owner as the office may see him: somebody of the school by name and children; somebody else
 * only when the office knows the name already. */
static enum err put_known(const struct change *c, const struct member *owner, struct json_out *w) {
	_cleanup_(arena_finish) struct arena arena = arena_make(KNOWN_BYTES_MAX);
	struct str children = { "", 0 };
	jo_obj(w);
	jo_kid(w, "person", c->owner_id);
	jo_kbool(w, "isHere", owner != NULL);
	jo_kstrz(w, "fullName", owner ? owner->full_name : c->name.full);
	enum err e = owner ? slips_children(c->req, c->owner_id, &arena, &children) : ERR_OK;
	jo_kstr(w, "children", children);
	jo_end_obj(w);
	return e;
}

static enum err ask(const struct change *c, const struct member *owner, struct reply *reply) {
	_cleanup_(buf_finish) struct buf text = buf_make(KNOWN_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &text);
	enum err e = put_known(c, owner, &w);
	e = e ? e : buf_err(&text);
	e = e ? e : reply_problem(reply, 409, "school.guardian_known", NULL);
	if (!e) {
		reply_problem_member(reply, "known", (struct str){ text.data, text.len });
	}
	return e;
}

/* Whether the number's owner may be linked; answers when not, or when that must be asked first. */
static enum err check_owner(const struct change *c, const struct family *family,
		struct reply *reply, bool *out_is_answered) {
	struct member owner;
	struct person_facts facts;
	uint64_t child = 0;
	*out_is_answered = true;
	if (family->has_owner) {
		return reply_field(reply, "phone", "school.guardian_already", NULL);
	}
	enum err e = roster_store_student(
			request_db(c->req), c->school_id, c->student_id, take_person, &child);
	e = e ? e : account_store_person_facts(request_db(c->req), c->owner_id, &facts);
	if (e) {
		return e;
	}
	e = member_store_load(request_db(c->req), c->school_id, c->owner_id, &owner);
	bool is_here = e == ERR_OK;
	if (e && e != ERR_NOT_FOUND) {
		return e;
	}
	bool is_other = !is_here &&
			!roster_same_name(str_from(c->name.full), str_from(facts.full_name));
	if (child == c->owner_id || is_other) {
		return reply_field(reply, "phone", "school.phone_of_other", NULL);
	}
	if (c->confirmed != c->owner_id) {
		return ask(c, is_here ? &owner : NULL, reply);
	}
	*out_is_answered = false;
	return ERR_OK;
}

/* ---- the deeds ---- */

static enum err link_person(struct db *db, const struct change *c, uint64_t person_id) {
	enum err e = proof_store_ask(db, c->school_id, person_id, request_now_ms(c->req));
	e = e ? e
	      : account_store_add_membership(
				db, c->school_id, person_id, ROLE_PARENT, str_from(""));
	return e ? e : guardian_store_set(db, c->school_id, c->student_id, person_id, c->relation);
}

/* Who is nobody's guardian any more is no parent of the school: signed out, codes void. */
static enum err unlink_person(struct db *db, struct change *c, uint64_t person_id) {
	bool has_children = true;
	enum err e = guardian_store_drop(db, c->school_id, c->student_id, person_id);
	e = e ? e : guardian_store_has_children(db, c->school_id, person_id, &has_children);
	if (e || has_children) {
		return e;
	}
	struct member m;
	c->has_ended = true;
	e = account_store_end_membership(db, c->school_id, person_id, ROLE_PARENT);
	e = e == ERR_NOT_FOUND ? ERR_OK : e;
	e = e ? e : session_store_drop_person(db, person_id, NULL, NULL);
	if (e) {
		return e;
	}
	e = member_store_load(db, c->school_id, person_id, &m);
	return e == ERR_NOT_FOUND
			? activation_store_void(db, c->school_id, person_id, request_now_ms(c->req))
			: e;
}

static enum err run_add(struct db *db, void *ctx) {
	struct change *c = ctx;
	struct person_new person = { .name = c->name, .sex = SEX_NOT_SAID };
	int64_t now_ms = request_now_ms(c->req);
	c->person_id = c->owner_id;
	if (c->owner_id) {
		return link_person(db, c, c->owner_id);
	}
	if (c->relation != RELATION_OTHER) {
		person.sex = c->relation == RELATION_FATHER ? SEX_MALE : SEX_FEMALE;
	}
	enum err e = account_store_add_person(db, &person, now_ms, &c->person_id);
	if (!e && c->phone[0]) {
		e = account_store_add_account(db, c->person_id, str_from(c->phone), now_ms);
	}
	return e ? e : link_person(db, c, c->person_id);
}

/* Another number is another way in: the slips with the old one are void. */
static enum err change_phone(struct db *db, struct change *c) {
	int64_t now_ms = request_now_ms(c->req);
	c->has_ended = true;
	enum err e = account_store_set_phone(db, c->school_id, c->person_id, str_from(c->phone));
	if (e == ERR_NOT_FOUND) {
		e = account_store_add_account(db, c->person_id, str_from(c->phone), now_ms);
	}
	e = e ? e : activation_store_void(db, c->school_id, c->person_id, now_ms);
	return e ? e : session_store_drop_person(db, c->person_id, NULL, NULL);
}

static enum err run_change(struct db *db, void *ctx) {
	struct change *c = ctx;
	if (c->owner_id) {
		enum err e = unlink_person(db, c, c->person_id);
		return e ? e : link_person(db, c, c->owner_id);
	}
	enum err e = member_store_rename(db, c->school_id, c->person_id, &c->name, c->version);
	if (!e && strcmp(c->phone, c->was.phone) != 0) {
		e = change_phone(db, c);
	}
	return e ? e
		 : guardian_store_set(db, c->school_id, c->student_id, c->person_id, c->relation);
}

static enum err run_drop(struct db *db, void *ctx) {
	struct change *c = ctx;
	enum err e = member_store_touch(db, c->school_id, c->person_id, c->version);
	return e ? e : unlink_person(db, c, c->person_id);
}

/* ---- the routes ---- */

static enum err begin(const struct request *req, struct change *c, struct family *family) {
	c->req = req;
	c->school_id = request_school_id(req);
	c->student_id = request_path_id(req, 0);
	*family = (struct family){ .change = c };
	uint64_t person = 0;
	enum err e = roster_store_student(
			request_db(req), c->school_id, c->student_id, take_person, &person);
	e = e ? e : find_owner(c);
	return e ? e
		 : guardian_store_of_student(
				   request_db(req), c->school_id, c->student_id, look, family);
}

/* Somebody took the number meanwhile: the next try asks about him. */
static enum err finish(const struct change *c, enum err e, struct reply *reply, int status) {
	if (e == ERR_EXISTS) {
		return reply_field(reply, "phone", "school.phone_taken", NULL);
	}
	if (e == ERR_STALE) {
		return student_reply_stale(c->req, reply);
	}
	return e ? e : student_reply(c->req, reply, status);
}

enum err guardian_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct change c = { 0 };
	struct family family;
	bool is_answered = false;
	read_change(&f, &c);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	enum err e = begin(req, &c, &family);
	if (!e && c.owner_id) {
		e = check_owner(&c, &family, reply, &is_answered);
	}
	if (e || is_answered) {
		return e;
	}
	if (!c.owner_id && c.confirmed) {
		return student_reply_stale(req, reply); /* the number is nobody's any more */
	}
	if (!c.owner_id && family.has_name) {
		return reply_field(reply, "fullName", "school.guardian_twice", NULL);
	}
	if (family.count >= GUARDIANS_OF_STUDENT_MAX) {
		return reply_problem(reply, 409, "school.guardian_many", NULL);
	}
	struct audit_deed deed = { "guardian.add", "student", &c.student_id };
	e = audit_run(req, &deed, run_add, &c);
	return finish(&c, e, reply, 201);
}

enum err guardian_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct change c = { .person_id = request_path_id(req, 1) };
	struct family family;
	bool is_answered = false;
	read_change(&f, &c);
	c.version = (unsigned)form_int(&f, "version", 0, 1, INT32_MAX);
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	enum err e = begin(req, &c, &family);
	e = e || family.has_person ? e : ERR_NOT_FOUND;
	e = e ? e : member_store_load(request_db(req), c.school_id, c.person_id, &c.was);
	if (!e && c.version != c.was.version) {
		return student_reply_stale(req, reply);
	}
	if (!e && c.owner_id) {
		e = check_owner(&c, &family, reply, &is_answered);
	}
	if (e || is_answered) {
		return e;
	}
	const char *field = c.owner_id ? NULL : member_forbidden(&c.was, c.name.full, c.phone);
	if (field) {
		return reply_field(reply, field, "school.guardian_elsewhere", NULL);
	}
	struct audit_deed deed = { "guardian.change", "student", &c.student_id };
	e = audit_run(req, &deed, run_change, &c);
	if (!e && c.has_ended) {
		sign_in_forget(request_app(req), c.person_id, NULL);
	}
	return finish(&c, e, reply, 200);
}

enum err guardian_delete(const struct request *req, struct reply *reply) {
	struct change c = { .req = req,
		.school_id = request_school_id(req),
		.student_id = request_path_id(req, 0),
		.person_id = request_path_id(req, 1) };
	struct audit_deed deed = { "guardian.drop", "student", &c.student_id };
	uint64_t version = 0;
	enum err e = request_query_u64(req, "version", 0, &version);
	if (e || version == 0 || version > INT32_MAX) {
		return e ? e : ERR_INVAL;
	}
	c.version = (unsigned)version;
	e = audit_run(req, &deed, run_drop, &c);
	if (!e && c.has_ended) {
		sign_in_forget(request_app(req), c.person_id, NULL);
	}
	return finish(&c, e, reply, 200);
}
