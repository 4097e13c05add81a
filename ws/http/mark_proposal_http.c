/* The part of mark_http.h about what exams propose against the marks of a place. */
#include "ws/http/mark_http.h"

#include <stdlib.h>

#include "core/base/cleanup.h"
#include "ws/http/mark_json.h"
#include "ws/http/mark_sheet.h"
#include "ws/service/propose_marks.h"

static void put_sitting(struct json_out *w, const struct id16 *id, struct str title) {
	jo_kobj(w, "sitting");
	sheet_put_id16(w, "id", true, id->b);
	jo_kstr(w, "title", title);
	jo_end_obj(w);
}

static void put_proposal(struct json_out *w, const struct proposal *p) {
	jo_obj(w);
	jo_kid(w, "column", p->column_id);
	jo_kobj(w, "student");
	jo_kid(w, "id", p->student_id);
	jo_kstr(w, "code", p->student_code);
	jo_kstr(w, "fullName", p->full_name);
	jo_end_obj(w);
	put_sitting(w, &p->sitting, p->title);
	sheet_put_id16(w, "attempt", true, p->attempt.b);
	jo_ki64(w, "examX10", p->exam_x10);
	mark_put_cell(w, &p->stored.cell);
	jo_ki64(w, "version", p->stored.version);
	jo_end_obj(w);
}

enum err mark_proposals_get(const struct request *req, struct reply *reply) {
	const struct mark_place place = sheet_place(req);
	_cleanup_(proposals_finish) struct proposals p;
	proposals_init(&p);
	enum err e = sheet_check_access(req, &place, access_marks_view);
	e = e ? e : propose_marks_list(request_db(req), &place, &p);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < p.list.count; i++) {
		put_proposal(w, &p.list.items[i]);
	}
	jo_end_arr(w);
	jo_karr(w, "unlinked");
	for (size_t i = 0; i < p.unlinked_count; i++) {
		jo_obj(w);
		jo_kid(w, "column", p.unlinked[i].column_id);
		put_sitting(w, &p.unlinked[i].sitting, p.unlinked[i].title);
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

/* One decision of the body, with the exam's mark and the version as they were seen. */
static enum err read_decision(const struct json *it, struct entry *entry) {
	struct mark_stored *wanted = &entry->wanted[entry->count];
	struct str take;
	int64_t exam_x10 = 0;
	int64_t version = 0;
	*wanted = (struct mark_stored){ .cell = CELL_EMPTY };
	enum err e = json_get_id(it, "column", &wanted->column_id);
	e = e ? e : json_get_id(it, "student", &wanted->student_id);
	e = e ? e : json_get_i64(it, "examX10", &exam_x10);
	e = e ? e : json_get_i64(it, "version", &version);
	e = e ? e : json_get_str(it, "take", &take);
	if (e || exam_x10 < 0 || exam_x10 > MARK_MAX_X10 || version < 0 || version > INT32_MAX) {
		return ERR_INVAL;
	}
	bool keeps = str_eq_z(take, "gradebook");
	if (!keeps && !str_eq_z(take, "exam")) {
		return ERR_INVAL;
	}
	wanted->cell.value_x10 = (int)exam_x10;
	wanted->version = (unsigned)version;
	entry->exams[entry->count++].keeps = keeps;
	return ERR_OK;
}

/* A body that is wrong is answered, and gives true. */
static bool refuse_body(const struct request *req, struct reply *reply, struct entry *entry,
		enum err *out) {
	const struct json *list = NULL;
	*out = json_opt_str(request_json(req), "why", str_from(""), &entry->actor.why);
	if (*out || entry->actor.why.n > MARK_WHY_BYTES_MAX) {
		*out = reply_field(reply, "why", "form.too_long", NULL);
		return true;
	}
	if (json_get_array(request_json(req), "decisions", &list)) {
		*out = reply_field(reply, "decisions", "form.required", NULL);
		return true;
	}
	for (const struct json *it = json_first(list); it && !*out; it = json_next(it)) {
		*out = entry->count == ENTRY_CELLS_MAX ? ERR_LIMIT : read_decision(it, entry);
	}
	return *out != ERR_OK;
}

enum err mark_proposals_post(const struct request *req, struct reply *reply) {
	_cleanup_(mem_freep) struct entry *entry = calloc(1, sizeof(*entry));
	_cleanup_(mem_freep) struct entry_exam *exams = calloc(ENTRY_CELLS_MAX, sizeof(*exams));
	if (!entry || !exams) {
		return ERR_NOMEM;
	}
	entry->exams = exams;
	entry->place = sheet_place(req);
	entry->actor.person_id = request_person_id(req);
	entry->actor.now_ms = request_now_ms(req);
	entry->has_key = request_idem_key(req, entry->key);
	enum err e = sheet_check_access(req, &entry->place, access_marks_enter);
	if (e || refuse_body(req, reply, entry, &e)) {
		return e;
	}
	e = propose_marks_decide(request_db(req), entry);
	if (e == ERR_EXISTS) {
		return reply_problem(reply, 422, "mark.key_used", NULL);
	}
	return e ? e : mark_put_done(req, entry, reply_json(reply, 200));
}
