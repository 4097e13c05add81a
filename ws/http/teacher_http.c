#include "ws/http/teacher_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "core/base/arena.h"
#include "core/base/cleanup.h"
#include "core/base/grow.h"
#include "core/school/account_store.h"
#include "core/school/member_store.h"
#include "core/school/teaching_store.h"
#include "ws/http/activation_code.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"

/* ---- who they are ---- */

struct assignments {
	struct json_out *w;
	struct assignment {
		uint64_t person_id;
		uint64_t class_id;
		uint64_t subject_id;
		struct str class_name;
		struct str subject_name;
	} * items;
	size_t count;
	size_t cap;
	struct arena arena;
};

static void assignments_finish(struct assignments *list) {
	free(list->items);
	arena_finish(&list->arena);
}

static enum err keep_assignment(const struct teaching_row *row, void *ctx) {
	struct assignments *list = ctx;
	enum err e = GROW(list, SCHOOL_LIST_MAX);
	if (e) {
		return e;
	}
	struct assignment *a = &list->items[list->count];
	*a = (struct assignment){ .person_id = row->person_id,
		.class_id = row->class_id,
		.subject_id = row->subject_id };
	e = arena_copy(&list->arena, row->class_name, &a->class_name);
	e = e ? e : arena_copy(&list->arena, row->subject_name, &a->subject_name);
	list->count += e == ERR_OK;
	return e;
}

/* A subject that a teacher is there for: an assignment without a class. */
static enum err keep_subject(uint64_t person_id, uint64_t subject_id, struct str name, void *ctx) {
	struct teaching_row row = {
		.person_id = person_id, .subject_id = subject_id, .subject_name = name
	};
	return keep_assignment(&row, ctx);
}

static void write_subjects(const struct assignments *list, uint64_t person_id) {
	struct json_out *w = list->w;
	jo_karr(w, "subjects");
	for (size_t i = 0; i < list->count; i++) {
		const struct assignment *a = &list->items[i];
		if (a->person_id == person_id && a->class_id == 0) {
			jo_obj(w);
			jo_kid(w, "id", a->subject_id);
			jo_kstr(w, "name", a->subject_name);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
}

static enum err write_teacher(const struct member_row *t, void *ctx) {
	const struct assignments *list = ctx;
	struct json_out *w = list->w;
	jo_obj(w);
	jo_kid(w, "id", t->person_id);
	jo_kstr(w, "fullName", t->full_name);
	jo_kstr(w, "login", t->login);
	school_put_or_null(w, "phone", t->phone);
	jo_kbool(w, "activated", t->is_activated);
	jo_ki64(w, "version", t->version);
	write_subjects(list, t->person_id);
	jo_karr(w, "teaching");
	for (size_t i = 0; i < list->count; i++) {
		const struct assignment *a = &list->items[i];
		if (a->person_id == t->person_id && a->class_id != 0) {
			jo_obj(w);
			jo_kid(w, "classId", a->class_id);
			jo_kstr(w, "className", a->class_name);
			jo_kid(w, "subjectId", a->subject_id);
			jo_kstr(w, "subjectName", a->subject_name);
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
	_cleanup_(assignments_finish) struct assignments list = { 0 };
	list.arena = arena_make(SCHOOL_LIST_BYTES_MAX);
	enum err e = school_wanted_year(req, &year);
	e = e ? e : teaching_store_list(db, school, year.id, 0, keep_assignment, &list);
	e = e ? e : member_store_subjects(db, school, keep_subject, &list);
	if (e) {
		return e;
	}
	list.w = reply_json(reply, 200);
	jo_karr(list.w, "items");
	e = member_store_list(db, school, ROLE_TEACHER, write_teacher, &list);
	jo_end_arr(list.w);
	return e;
}

/* ---- a new one ---- */

struct newcomer {
	const struct request *req;
	struct person_new person;
	char login[ACCOUNT_LOGIN_BYTES];
	char phone[ACCOUNT_PHONE_BYTES]; /* "": none */
	struct ticket code;
	uint64_t person_id;
	const char *taken; /* code of what is somebody else's, or NULL */
};

static enum err run_add(struct db *db, void *ctx) {
	struct newcomer *n = ctx;
	n->taken = NULL;
	enum err e = account_store_add_person(
			db, &n->person, request_now_ms(n->req), &n->person_id);
	if (e) {
		return e;
	}
	e = account_store_add_account(db, n->person_id, str_from(n->phone), request_now_ms(n->req));
	if (e == ERR_EXISTS) {
		n->taken = "phone";
	}
	if (e) {
		return e;
	}
	e = account_store_add_membership(db, request_school_id(n->req), n->person_id, ROLE_TEACHER,
			str_from(n->login));
	if (e == ERR_EXISTS) {
		n->taken = "login";
	}
	return e ? e : activation_code_store(n->req, db, &n->code, n->person_id);
}

static void read_login(struct form *f, struct newcomer *n) {
	struct str text;
	enum err e = json_get_str(f->body, "login", &text);
	e = e ? e : account_login_parse(text, n->login);
	if (e) {
		form_fault(f, "login", e == ERR_MISSING ? "form.required" : "school.login");
	}
}

static enum err refuse_taken(struct reply *reply, const char *what) {
	bool is_phone = strcmp(what, "phone") == 0;
	return reply_field(
			reply, what, is_phone ? "school.phone_taken" : "school.login_taken", NULL);
}

enum err teacher_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct newcomer n = { .req = req };
	school_form_name(&f, "fullName", &n.person.name);
	read_login(&f, &n);
	school_form_phone(&f, n.phone);
	n.person.birth = school_form_date(&f, "birthDate");
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	ticket_make(TICKET_ACTIVATION, &n.code);
	struct audit_deed deed = { "teacher.add", "person", &n.person_id };
	enum err e = audit_run(req, &deed, run_add, &n);
	if (!e) {
		char text[TICKET_TEXT_BYTES];
		ticket_print(&n.code, text);
		struct json_out *w = reply_json(reply, 201);
		jo_kid(w, "id", n.person_id);
		jo_kstrz(w, "activationCode", text);
		explicit_bzero(text, sizeof(text));
	}
	ticket_wipe(&n.code);
	return e == ERR_EXISTS && n.taken ? refuse_taken(reply, n.taken) : e;
}

/* ---- who teaches what ---- */

static enum err write_taught(const struct teaching_row *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "classId", row->class_id);
	jo_kstr(w, "className", row->class_name);
	jo_ki64(w, "grade", row->grade);
	jo_kid(w, "subjectId", row->subject_id);
	jo_kstr(w, "subjectName", row->subject_name);
	jo_kid(w, "personId", row->person_id);
	jo_kstr(w, "personName", row->person_name);
	jo_end_obj(w);
	return ERR_OK;
}

enum err teaching_list(const struct request *req, struct reply *reply) {
	struct school_year year;
	enum err e = school_wanted_year(req, &year);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	e = teaching_store_list(
			request_db(req), request_school_id(req), year.id, 0, write_taught, w);
	jo_end_arr(w);
	return e;
}

struct teaching {
	uint64_t school_id;
	uint64_t class_id;
	uint64_t subject_id;
	uint64_t person_id;
};

static enum err run_put(struct db *db, void *ctx) {
	const struct teaching *t = ctx;
	return teaching_store_add(db, t->school_id, t->class_id, t->subject_id, t->person_id);
}

static enum err run_drop(struct db *db, void *ctx) {
	const struct teaching *t = ctx;
	return teaching_store_drop(db, t->school_id, t->class_id, t->subject_id, t->person_id);
}

/* It is so already: as good as done. */
enum err teaching_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form f = { .body = request_json(req) };
	struct teaching t = { .school_id = request_school_id(req),
		.class_id = form_id(&f, "classId", true),
		.subject_id = form_id(&f, "subjectId", true),
		.person_id = form_id(&f, "personId", true) };
	if (!form_is_good(&f)) {
		return form_refuse(&f, reply);
	}
	struct audit_deed deed = { "teaching.add", "class", &t.class_id };
	enum err e = audit_run(req, &deed, run_put, &t);
	if (!e || e == ERR_EXISTS) {
		reply_empty(reply, 204);
		return ERR_OK;
	}
	return e;
}

enum err teaching_delete(const struct request *req, struct reply *reply) {
	struct teaching t = { .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0),
		.subject_id = request_path_id(req, 1),
		.person_id = request_path_id(req, 2) };
	struct audit_deed deed = { "teaching.drop", "class", &t.class_id };
	enum err e = audit_run(req, &deed, run_drop, &t);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
