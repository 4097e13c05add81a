#include "ws/http/remark_http.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "core/school/roster_store.h"
#include "gradebook/closing/closing_store.h"
#include "gradebook/marks/remark_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/form.h"
#include "ws/http/school_json.h"
#include "ws/http/mark_sheet.h"

enum {
	TEXTS_BYTES_MAX = 4 << 20,
	ONE_BYTES_MAX = 4 * REMARK_CHARS_MAX + 16,
	NAME_BYTES_MAX = 600,
	PHRASES_USED_MAX = 200,
};

/* ---- whose, and who may ---- */

/* The place that the path names; subject "0" is the homeroom teacher's. */
static enum err place_of(const struct request *req, struct mark_place *out) {
	struct str subject = request_path_str(req, 1);
	struct mark_place place = { .school_id = request_school_id(req),
		.class_id = request_path_id(req, 0),
		.term_id = request_path_id(req, 2) };
	bool is_plain = subject.n > 0 && (subject.p[0] != '0' || subject.n == 1);
	if (!is_plain || str_parse_u64(subject, &place.subject_id)) {
		return ERR_NOT_FOUND;
	}
	*out = place;
	return ERR_OK;
}

static bool may_write(const struct request *req, const struct mark_place *place) {
	return !sheet_check_access(req, place,
			place->subject_id ? access_marks_enter : access_homeroom_remark);
}

/* ---- reading ---- */

struct row {
	uint64_t id;
	struct str code;
	struct str full_name;
	struct str text;
	unsigned version;
};

struct rows {
	struct row items[MARK_STUDENTS_MAX];
	size_t count;
	struct arena arena;
};

static void rows_free(struct rows *rows) {
	if (rows) {
		arena_finish(&rows->arena);
		free(rows);
	}
}
DEFINE_FREEP(struct rows *, rows_free);

static enum err take_student(const struct student_row *student, void *ctx) {
	struct rows *rows = ctx;
	if (rows->count == MARK_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	struct row *row = &rows->items[rows->count++];
	row->id = student->id;
	row->text = str_from("");
	enum err e = arena_copy(&rows->arena, student->code, &row->code);
	return e ? e : arena_copy(&rows->arena, student->full_name, &row->full_name);
}

static enum err take_remark(const struct remark *r, void *ctx) {
	struct rows *rows = ctx;
	for (size_t i = 0; i < rows->count; i++) {
		if (rows->items[i].id == r->student_id) {
			rows->items[i].version = r->version;
			return arena_copy(&rows->arena, r->text, &rows->items[i].text);
		}
	}
	return ERR_OK;
}

enum err remark_list_get(const struct request *req, struct reply *reply) {
	struct mark_place place;
	unsigned term_number = 0;
	enum err e = place_of(req, &place);
	e = e ? e : sheet_check_access(req, &place, access_marks_view);
	e = e ? e : remark_store_term(request_db(req), &place, &term_number);
	if (e) {
		return e;
	}
	_cleanup_(rows_freep) struct rows *rows = calloc(1, sizeof(*rows));
	if (!rows) {
		return ERR_NOMEM;
	}
	rows->arena = arena_make(TEXTS_BYTES_MAX);
	e = roster_store_class_students(
			request_db(req), place.school_id, place.class_id, take_student, rows);
	e = e ? e : remark_store_list(request_db(req), &place, take_remark, rows);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_kbool(w, "mayWrite", may_write(req, &place));
	jo_karr(w, "rows");
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->items[i];
		jo_obj(w);
		jo_kobj(w, "student");
		jo_kid(w, "id", row->id);
		jo_kstr(w, "code", row->code);
		jo_kstr(w, "fullName", row->full_name);
		jo_end_obj(w);
		jo_kstr(w, "text", row->text);
		jo_ki64(w, "version", row->version);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

/* ---- writing ---- */

struct writing {
	struct mark_place place;
	struct mark_actor actor;
	unsigned term_number;
	const struct json *phrases;
	size_t count;
	struct remark wanted[MARK_STUDENTS_MAX];
	char *texts[MARK_STUDENTS_MAX]; /* NFC, trimmed */
	bool is_stale[MARK_STUDENTS_MAX];
};

static void writing_free(struct writing *w) {
	if (w) {
		for (size_t i = 0; i < w->count; i++) {
			free(w->texts[i]);
		}
		free(w);
	}
}
DEFINE_FREEP(struct writing *, writing_free);

static enum err parse_row(const struct json *node, struct writing *w) {
	_cleanup_(form_finish) struct form form = { .body = node };
	struct remark *r = &w->wanted[w->count];
	char *text = form_text(&form, "text", 0, REMARK_CHARS_MAX);
	r->student_id = form_id(&form, "student", true);
	r->version = (unsigned)form_int(&form, "version", 0, 0, INT32_MAX);
	w->texts[w->count++] = text;
	if (!form_is_good(&form)) {
		return ERR_INVAL;
	}
	r->text = str_from(text);
	return ERR_OK;
}

static enum err use_phrases(struct db *db, const struct writing *w) {
	enum err e = ERR_OK;
	for (const struct json *it = json_first(w->phrases); it && !e; it = json_next(it)) {
		uint64_t id = 0;
		e = json_as_id(it, &id);
		e = e ? e : phrase_store_use(db, w->place.school_id, w->actor.person_id, id);
	}
	return e;
}

static enum err run_writing(struct db *db, void *ctx) {
	struct writing *w = ctx;
	enum err e = closing_store_check(db, w->place.school_id, w->place.class_id, w->term_number);
	for (size_t i = 0; i < w->count && !e; i++) {
		e = remark_store_set(db, &w->place, &w->wanted[i], &w->actor);
		w->is_stale[i] = e == ERR_STALE;
		e = e == ERR_STALE ? ERR_OK : e;
	}
	return e ? e : use_phrases(db, w);
}

static enum err put_written(const struct request *req, const struct writing *w, bool is_stale,
		struct json_out *out) {
	_cleanup_(buf_finish) struct buf text = buf_make(ONE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf name = buf_make(NAME_BYTES_MAX);
	enum err e = ERR_OK;
	jo_karr(out, is_stale ? "conflicts" : "saved");
	for (size_t i = 0; i < w->count && !e; i++) {
		struct remark now = { .version = 0 };
		if (w->is_stale[i] != is_stale) {
			continue;
		}
		e = remark_store_one(
				request_db(req), &w->place, w->wanted[i].student_id, &now, &text);
		jo_obj(out);
		jo_kid(out, "student", w->wanted[i].student_id);
		jo_kstr(out, "text", now.text);
		jo_ki64(out, "version", now.version);
		if (is_stale) {
			buf_clear(&name);
			e = e ? e
			      : mark_store_person(request_db(req), w->place.school_id,
						now.changed_by, &name);
			school_put_person(out, "changedBy", now.changed_by,
					(struct str){ buf_str(&name), name.len });
			school_put_time(out, "changedAt", now.changed_at_ms);
		}
		jo_end_obj(out);
	}
	jo_end_arr(out);
	return e;
}

/* A body that is wrong is answered, and gives true. */
static bool refuse_body(
		const struct request *req, struct reply *reply, struct writing *w, enum err *out) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	const struct json *list = form_list(&form, "rows", true);
	w->phrases = form_list(&form, "phrases", false);
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		if (w->count == MARK_STUDENTS_MAX || parse_row(it, w)) {
			form_fault(&form, "rows", "form.invalid");
			break;
		}
	}
	size_t used = 0;
	for (const struct json *it = json_first(w->phrases); it; it = json_next(it)) {
		uint64_t id = 0;
		if (++used > PHRASES_USED_MAX || json_as_id(it, &id)) {
			form_fault(&form, "phrases", "form.invalid");
			break;
		}
	}
	if (form_is_good(&form)) {
		return false;
	}
	*out = form_refuse(&form, reply);
	return true;
}

enum err remark_list_put(const struct request *req, struct reply *reply) {
	_cleanup_(writing_freep) struct writing *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	enum err e = place_of(req, &w->place);
	e = e ? e
	      : sheet_check_access(req, &w->place,
				w->place.subject_id ? access_marks_enter : access_homeroom_remark);
	e = e ? e : remark_store_term(request_db(req), &w->place, &w->term_number);
	if (e || refuse_body(req, reply, w, &e)) {
		return e;
	}
	w->actor = (struct mark_actor){ .person_id = request_person_id(req),
		.now_ms = request_now_ms(req),
		.why = str_from("") };
	e = db_transact(request_db(req), run_writing, w);
	if (e) {
		return e == ERR_CLOSED ? reply_problem(reply, 409, "mark.class_closed", NULL) : e;
	}
	struct json_out *out = reply_json(reply, 200);
	e = put_written(req, w, false, out);
	return e ? e : put_written(req, w, true, out);
}

/* ---- phrases ---- */

static enum err put_phrase(const struct phrase *p, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kid(w, "id", p->id);
	jo_kstr(w, "text", p->text);
	jo_kbool(w, "isSchool", p->person_id == 0);
	jo_ki64(w, "used", p->used_count);
	jo_end_obj(w);
	return ERR_OK;
}

enum err phrase_list_get(const struct request *req, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	enum err e = phrase_store_list(request_db(req), request_school_id(req),
			request_person_id(req), put_phrase, w);
	jo_end_arr(w);
	return e;
}

/* The school's are the office's to keep. */
enum err phrase_create(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *text = form_text(&form, "text", 1, PHRASE_CHARS_MAX);
	bool is_school = form_bool(&form, "isSchool", false);
	uint64_t id = 0;
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	if (is_school && !access_school_manage(request_who(req), request_school_id(req))) {
		return ERR_DENIED;
	}
	enum err e = phrase_store_add(request_db(req), request_school_id(req),
			is_school ? 0 : request_person_id(req), str_from(text), &id);
	if (e) {
		return e == ERR_LIMIT ? reply_problem(reply, 409, "mark.phrases_full", NULL) : e;
	}
	jo_kid(reply_json(reply, 201), "id", id);
	return ERR_OK;
}

enum err phrase_drop(const struct request *req, struct reply *reply) {
	uint64_t school_id = request_school_id(req);
	uint64_t id = request_path_id(req, 0);
	enum err e = phrase_store_drop(request_db(req), school_id, request_person_id(req), id);
	if (e == ERR_NOT_FOUND && access_school_manage(request_who(req), school_id)) {
		e = phrase_store_drop(request_db(req), school_id, 0, id);
	}
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
