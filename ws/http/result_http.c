#include "ws/http/audit_http.h"
#include "ws/http/child.h"
#include "ws/http/result_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/doc/qr.h"
#include "core/doc/xlsx_write.h"
#include "core/school/teaching_store.h"
#include "exam/hall/message.h"
#include "exam/hall/receipt.h"
#include "exam/hall/sitting_store.h"
#include "exam/marking/result_store.h"
#include "exam/marking/scoring_store.h"
#include "gradebook/marks/mark.h"
#include "ws/http/exam_json.h"
#include "ws/http/form.h"
#include "ws/http/picture_view.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/http/sitting_view.h"
#include "ws/service/post_marks.h"

enum {
	STATE_DB_CLOSED = 3,
	NOTE_CHARS_MAX = 1000,
	RECEIPT_TEXT_BYTES_MAX = 1024,
	QR_PATH_BYTES_MAX = 64 << 10,
};

/* ---- a sitting's results ---- */

static const char *state_name(unsigned state) {
	static const char *const names[] = { "prepared", "open", "closed" };
	return state >= 1 && state <= STATE_DB_CLOSED ? names[state - 1] : "";
}

static const char *why_name(unsigned why) {
	static const char *const names[] = { "submit", "time", "invigilator" };
	return why >= CLOSED_SUBMIT && why <= CLOSED_INVIGILATOR ? names[why - 1] : NULL;
}

static void print_total(const struct scoring_total *total, bool is_scored, struct json_out *w) {
	if (!is_scored) {
		jo_knull(w, "pointsX100");
		jo_knull(w, "maxX100");
		jo_knull(w, "tenX100");
		jo_knull(w, "markX10");
		jo_ki64(w, "awaiting", total->awaiting_count);
		return;
	}
	jo_ki64(w, "pointsX100", total->points_x100);
	jo_ki64(w, "maxX100", total->max_x100);
	jo_ki64(w, "tenX100", total->ten_x100);
	jo_ki64(w, "markX10", total->mark_x10);
	jo_ki64(w, "awaiting", total->awaiting_count);
}

static void print_time(struct json_out *w, const char *name, int64_t at_ms) {
	if (at_ms) {
		jo_ki64(w, name, at_ms);
	} else {
		jo_knull(w, name);
	}
}

static void print_post(const struct post_mark *post, struct json_out *w) {
	if (post->state == POST_NONE) {
		jo_knull(w, "gradebook");
		return;
	}
	jo_kobj(w, "gradebook");
	jo_kstrz(w, "state", post_marks_state_name(post->state));
	if (post->stored_x10 < 0) {
		jo_knull(w, "markX10");
	} else {
		jo_ki64(w, "markX10", post->stored_x10);
	}
	jo_end_obj(w);
}

static void print_result(const struct result *r, const struct post_mark *post, struct json_out *w) {
	jo_obj(w);
	exam_json_id16(w, "attempt", &r->attempt);
	sitting_view_student(r, w);
	jo_kstrz(w, "className", r->class_name);
	jo_kstrz(w, "variant", r->variant);
	jo_kstrz(w, "state", state_name(r->state));
	print_total(&r->total, r->is_scored, w);
	print_time(w, "closedAt", r->closed_at_ms);
	jo_kstrz(w, "closeWhy", why_name(r->close_why));
	jo_kbool(w, "receipt", r->has_receipt);
	print_post(post, w);
	jo_end_obj(w);
}

static enum err load_results(const struct request *req, struct sitting *s, struct results *out) {
	enum err e = sitting_view_load(req, SITTING_VIEW_OWN, s);
	return e ? e : result_store_list(request_db(req), s->school_id, &s->id, out);
}

enum err result_list(const struct request *req, struct reply *reply) {
	_cleanup_(results_finish) struct results list = { 0 };
	struct sitting s;
	enum err e = load_results(req, &s, &list);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) struct post_mark *posts = calloc(list.count + 1, sizeof(*posts));
	e = posts ? post_marks_look(request_db(req), &s, &list, posts) : ERR_NOMEM;
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < list.count; i++) {
		print_result(&list.items[i], &posts[i], w);
	}
	jo_end_arr(w);
	return ERR_OK;
}

static struct str z(const char *text) {
	return str_from(text);
}

static enum err write_sheet(struct xlsx_write *book, const struct results *list, enum lang lang) {
	static const char *const titles[LANG_COUNT_][8] = {
		{ "STT", "Mã học sinh", "Họ và tên", "Lớp", "Mã đề", "Điểm bài thi", "Điểm tối đa",
				"Điểm (thang 10)" },
		{ "No.", "Student code", "Full name", "Class", "Variant", "Points", "Of",
				"Mark (of 10)" },
	};
	static const double widths[8] = { 6, 16, 28, 10, 8, 12, 12, 14 };
	struct xlsx_column columns[8];
	for (size_t i = 0; i < 8; i++) {
		columns[i] = (struct xlsx_column){ z(titles[lang][i]), widths[i] };
	}
	enum err e = xlsx_write_sheet(book, z(lang == LANG_VI ? "Kết quả" : "Results"), columns, 8);
	for (size_t i = 0; !e && i < list->count; i++) {
		const struct result *r = &list->items[i];
		enum xlsx_kind points = r->is_scored ? XLSX_NUMBER : XLSX_BLANK;
		/* An essay that nobody has marked yet leaves the mark open. */
		enum xlsx_kind mark =
				r->is_scored && !r->total.awaiting_count ? XLSX_NUMBER : XLSX_BLANK;
		const struct xlsx_value row[8] = {
			{ .kind = XLSX_NUMBER, .number = (int64_t)i + 1 },
			{ .kind = XLSX_TEXT, .text = z(r->student_code) },
			{ .kind = XLSX_TEXT, .text = z(r->full_name) },
			{ .kind = XLSX_TEXT, .text = z(r->class_name) },
			{ .kind = XLSX_TEXT, .text = z(r->variant) },
			{ .kind = points, .number = r->total.points_x100, .places = 2 },
			{ .kind = points, .number = r->total.max_x100, .places = 2 },
			{ .kind = mark, .number = r->total.mark_x10, .places = 1 },
		};
		e = xlsx_write_row(book, row);
	}
	return e;
}

enum err result_workbook(const struct request *req, struct reply *reply) {
	_cleanup_(results_finish) struct results list = { 0 };
	_cleanup_(xlsx_write_freep) struct xlsx_write *book = NULL;
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	struct sitting s;
	enum err e = load_results(req, &s, &list);
	e = e ? e : xlsx_write_new(request_now_ms(req), &book);
	e = e ? e : write_sheet(book, &list, request_lang(req));
	e = e ? e : xlsx_write_finish(book, &bytes);
	if (e) {
		return e;
	}
	char name[SITTING_TITLE_BYTES + 8];
	(void)snprintf(name, sizeof(name), "%s.xlsx", s.title); /* fits */
	reply_file(reply, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", name,
			&bytes);
	return ERR_OK;
}

/* ---- one attempt ---- */

/* An attempt with its sitting, and what it is to the caller. */
struct seen {
	struct result result;
	struct sitting sitting;
	struct access_attempt access;
};

static void seen_finish(struct seen *s) {
	result_finish(&s->result);
}

static enum err check_teaching(const struct request *req, struct seen *s) {
	struct access_class to_class = { .school_id = 0 };
	if (s->result.class_id == 0 || !request_has_role(req, ACCESS_TEACHER)) {
		return ERR_OK;
	}
	enum err e = teaching_store_access(request_db(req), s->sitting.school_id,
			s->result.class_id, s->sitting.subject_id, request_person_id(req),
			&to_class);
	s->access.marks_it = !e && to_class.teaches_subject;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err check_watching(const struct request *req, struct seen *s) {
	_cleanup_(sitting_rooms_finish) struct sitting_rooms rooms = { 0 };
	enum err e = sitting_store_rooms(
			request_db(req), s->sitting.school_id, &s->sitting.id, &rooms);
	for (size_t i = 0; i < rooms.count; i++) {
		bool is_mine = rooms.items[i].invigilator_id == request_person_id(req) &&
				rooms.items[i].class_id == s->result.class_id;
		s->access.is_invigilator = s->access.is_invigilator || is_mine;
	}
	return e;
}

/* The attempt of the path. Its school is the session's, or that of a parent's child. */
static enum err load_seen(const struct request *req, struct seen *s) {
	uint64_t school_id = request_school_id(req);
	uint64_t child_school = 0;
	struct id16 attempt;
	struct id16 sitting;
	enum err e = ERR_OK;
	memcpy(attempt.b, request_path_bytes16(req, 0), ID16_BYTES);
	if (request_has_role(req, ACCESS_PARENT)) {
		e = result_store_school_of_child(
				request_db(req), request_person_id(req), &attempt, &child_school);
		s->access.is_guarded = !e;
		if (e && e != ERR_NOT_FOUND) {
			return e;
		}
	}
	if (s->access.is_guarded) {
		school_id = child_school;
	}
	e = result_store_load(request_db(req), school_id, &attempt, &s->result, &sitting);
	e = e ? e : sitting_store_load(request_db(req), school_id, &sitting, &s->sitting);
	e = e ? e : check_teaching(req, s);
	e = e ? e : check_watching(req, s);
	s->access.school_id = school_id;
	s->access.student_id = s->result.person_id;
	memcpy(s->access.attempt_id, attempt.b, ID16_BYTES);
	s->access.is_owner = s->sitting.created_by == request_person_id(req);
	return e;
}

/* Who may see answers beside keys: whoever may mark them, and the student and his or her guardians
 * once they are shown. */
static bool may_review(const struct request *req, const struct seen *s) {
	if (access_attempt_mark(request_who(req), &s->access)) {
		return true;
	}
	struct access_student student = { s->access.student_id, s->access.is_guarded };
	return access_student_results(request_who(req), &student) &&
			sitting_shows_answers(&s->sitting, request_now_ms(req));
}

static const char *item_state_name(enum scoring_state state) {
	switch (state) {
	case SCORING_BY_RULE:
		return "rule";
	case SCORING_AWAITS:
		return "awaits";
	case SCORING_BY_PERSON:
		return "person";
	}
	return "";
}

static enum err print_slot(const struct bank_question *q, const struct paper_slot *slot,
		unsigned number, const struct fold *fold, const struct scoring_row *row,
		struct json_out *w) {
	const struct fold_answer *answer = fold_find(fold, (uint16_t)number);
	jo_obj(w);
	enum err e = exam_json_slot(slot, number, q, w);
	if (answer) {
		jo_kraw(w, "answer", (struct str){ answer->value, answer->n });
	} else {
		jo_knull(w, "answer");
	}
	jo_ki64(w, "pointsX100", row->item.points_x100);
	jo_ki64(w, "maxX100", row->item.max_x100);
	jo_kstrz(w, "state", item_state_name(row->item.state));
	jo_kstrz(w, "note", row->note);
	jo_ki64(w, "version", row->version);
	jo_end_obj(w);
	return e;
}

/* The guide of an essay is for whoever marks it; students and guardians see points and a note. */
static enum err print_slots(
		struct db *db, const struct seen *s, bool has_guide, struct json_out *w) {
	_cleanup_(scoring_sheet_freep) struct scoring_sheet *sheet = NULL;
	_cleanup_(scoring_rows_finish) struct scoring_rows rows = { 0 };
	_cleanup_(fold_finish) struct fold fold = { 0 };
	const struct result *r = &s->result;
	uint64_t school_id = s->sitting.school_id;
	enum err e = scoring_store_sheet(db, school_id, &s->sitting.id, &sheet);
	e = e ? e : scoring_store_items(db, school_id, &r->attempt, r->gen, &rows);
	e = e ? e : scoring_store_fold(db, &r->attempt, r->gen, &fold);
	if (e) {
		return e;
	}
	const struct paper_layout *layout = scoring_sheet_layout(sheet, r->variant);
	if (!layout || layout->slot_count != rows.count) {
		return ERR_CORRUPT;
	}
	jo_karr(w, "slots");
	for (unsigned i = 0; !e && i < layout->slot_count; i++) {
		const struct bank_question *q = scoring_sheet_question(sheet, &layout->slots[i]);
		if (!q) {
			return ERR_CORRUPT;
		}
		struct bank_question shown = *q; /* borrows */
		bool is_kept_back = q->q.kind == QUESTION_ESSAY && !has_guide;
		shown.q.key.is_known = shown.q.key.is_known && !is_kept_back;
		e = print_slot(&shown, &layout->slots[i], i + 1, &fold, &rows.items[i], w);
	}
	jo_end_arr(w);
	return e;
}

static enum err reply_review(const struct request *req, struct reply *reply, const struct seen *s) {
	struct json_out *w = reply_json(reply, 200);
	exam_json_id16(w, "attempt", &s->result.attempt);
	exam_json_id16(w, "sitting", &s->sitting.id);
	jo_kstrz(w, "title", s->sitting.title);
	sitting_view_student(&s->result, w);
	jo_kstrz(w, "className", s->result.class_name);
	jo_kstrz(w, "variant", s->result.variant);
	print_total(&s->result.total, true, w);
	print_time(w, "closedAt", s->result.closed_at_ms);
	jo_kstrz(w, "closeWhy", why_name(s->result.close_why));
	bool has_guide = access_attempt_mark(request_who(req), &s->access);
	return print_slots(request_db(req), s, has_guide, w);
}

enum err result_review(const struct request *req, struct reply *reply) {
	_cleanup_(seen_finish) struct seen s = { .result = { .gen = 0 } };
	enum err e = load_seen(req, &s);
	if (e) {
		return e;
	}
	if (!may_review(req, &s)) {
		return ERR_NOT_FOUND;
	}
	if (s.result.state != STATE_DB_CLOSED || !s.result.is_scored) {
		return reply_problem(reply, 409, "result.not_scored", NULL);
	}
	return reply_review(req, reply, &s);
}

static bool names_picture(const struct bank_question *q, const char *hex, bool has_guide) {
	bool is_there = strstr(q->q.stem, hex) || (q->passage && strstr(q->passage, hex));
	for (unsigned i = 0; i < q->q.choice_count && !is_there; i++) {
		is_there = strstr(q->q.choices[i], hex) != NULL;
	}
	const char *guide = q->q.kind == QUESTION_ESSAY ? q->q.key.guide : NULL;
	return is_there || (has_guide && guide && strstr(guide, hex));
}

/* ERR_NOT_FOUND unless the paper of the attempt shows that picture. */
static enum err check_picture(const struct request *req, const struct seen *s, const char *hex) {
	_cleanup_(scoring_sheet_freep) struct scoring_sheet *sheet = NULL;
	enum err e = scoring_store_sheet(
			request_db(req), s->sitting.school_id, &s->sitting.id, &sheet);
	const struct paper_layout *layout =
			e ? NULL : scoring_sheet_layout(sheet, s->result.variant);
	bool has_guide = access_attempt_mark(request_who(req), &s->access);
	for (unsigned i = 0; layout && i < layout->slot_count; i++) {
		const struct bank_question *q = scoring_sheet_question(sheet, &layout->slots[i]);
		if (q && names_picture(q, hex, has_guide)) {
			return ERR_OK;
		}
	}
	return e ? e : ERR_NOT_FOUND;
}

enum err result_picture(const struct request *req, struct reply *reply) {
	_cleanup_(seen_finish) struct seen s = { .result = { .gen = 0 } };
	uint8_t hash[PICTURE_STORE_HASH_BYTES];
	char hex[2 * PICTURE_STORE_HASH_BYTES + 1];
	enum err e = str_unhex(request_path_str(req, 1), hash, sizeof(hash));
	e = e ? e : load_seen(req, &s);
	if (e) {
		return e;
	}
	if (!may_review(req, &s) || s.result.state != STATE_DB_CLOSED) {
		return ERR_NOT_FOUND;
	}
	str_hex(hash, sizeof(hash), hex);
	e = check_picture(req, &s, hex);
	return e ? e : picture_view_reply(req, s.sitting.school_id, hash, reply);
}

/* Both marks as the person saw them, and which of them is to stand in the gradebook. */
enum err result_mark_choose(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(seen_finish) struct seen s = { .result = { .gen = 0 } };
	_cleanup_(mem_freep) char *take = form_text(&form, "take", 1, 16);
	struct post_choice choice = { .person_id = request_person_id(req),
		.now_ms = request_now_ms(req) };
	struct post_mark now;
	choice.exam_x10 = (int)form_int(&form, "examX10", -1, 0, MARK_MAX_X10);
	choice.stored_x10 = (int)form_int(&form, "storedX10", MARK_NONE, MARK_NONE, MARK_MAX_X10);
	choice.takes_exam = take && strcmp(take, "exam") == 0;
	if (take && !choice.takes_exam && strcmp(take, "gradebook") != 0) {
		form_fault(&form, "take", "form.required");
	}
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = load_seen(req, &s);
	if (!e && !access_attempt_mark(request_who(req), &s.access)) {
		e = ERR_NOT_FOUND;
	}
	e = e ? e : post_marks_settle(request_db(req), &s.sitting, &s.result, &choice, &now);
	if (e) {
		return e;
	}
	print_post(&now, reply_json(reply, 200));
	return ERR_OK;
}

struct marking {
	const struct scoring_mark *mark;
	struct scoring_total total;
};

static enum err run_mark(struct db *db, void *ctx) {
	struct marking *m = ctx;
	return scoring_store_mark(db, m->mark, &m->total);
}

enum err result_slot_put(const struct request *req, struct reply *reply) {
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(seen_finish) struct seen s = { .result = { .gen = 0 } };
	_cleanup_(mem_freep) char *note = form_text(&form, "note", 0, NOTE_CHARS_MAX);
	struct scoring_mark mark = { .slot = (unsigned)request_path_id(req, 1),
		.person_id = request_person_id(req),
		.now_ms = request_now_ms(req) };
	mark.points_x100 =
			(unsigned)form_int(&form, "pointsX100", -1, 0, BLUEPRINT_WEIGHT_MAX_X100);
	mark.version = (uint32_t)form_int(&form, "version", 0, 1, UINT32_MAX);
	if (!form_is_good(&form)) {
		return form_refuse(&form, reply);
	}
	enum err e = load_seen(req, &s);
	if (e) {
		return e;
	}
	if (!access_attempt_mark(request_who(req), &s.access) ||
			request_path_id(req, 1) > BLUEPRINT_ITEMS_MAX) {
		return ERR_NOT_FOUND;
	}
	mark.school_id = s.sitting.school_id;
	mark.attempt = s.result.attempt;
	mark.gen = s.result.gen;
	mark.note = str_from(note);
	struct marking m = { .mark = &mark };
	struct audit_deed16 deed = { "essay.mark", "attempt", &mark.attempt };
	e = audit_run16(req, &deed, run_mark, &m);
	if (e == ERR_INVAL) {
		return reply_field(reply, "pointsX100", "result.points_most", NULL);
	}
	if (e) {
		return e;
	}
	s.result.total = m.total;
	unsigned posted = 0;
	e = post_marks_sitting(request_db(req), mark.school_id, &s.sitting.id, request_now_ms(req),
			&posted);
	if (e) {
		return e;
	}
	return reply_review(req, reply, &s);
}

/* ---- the receipt ---- */

static enum err print_receipt(const struct request *req, const struct buf *receipt, uint32_t gen,
		struct json_out *w) {
	_cleanup_(buf_finish) struct buf text = buf_make(RECEIPT_TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf url = buf_make(RECEIPT_TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf path = buf_make(QR_PATH_BYTES_MAX);
	_cleanup_(qr_freep) struct qr *qr = NULL;
	struct str origin = request_origin(req);
	str_b64_add(&text, buf_str(receipt), receipt->len);
	buf_add(&url, origin.p, origin.n);
	buf_add_str(&url, "/verify#");
	buf_add(&url, buf_str(&text), text.len);
	enum err e = buf_err(&url);
	e = e ? e : qr_new((struct str){ buf_str(&url), url.len }, QR_LEVEL_L, &qr);
	e = e ? e : qr_svg_path(qr, &path);
	if (e) {
		return e;
	}
	jo_kstr(w, "receipt", (struct str){ buf_str(&text), text.len });
	jo_kstr(w, "url", (struct str){ buf_str(&url), url.len });
	jo_kstr(w, "qr", (struct str){ buf_str(&path), path.len });
	jo_ki64(w, "qrSize", (int64_t)(qr_size(qr) + 2 * (size_t)QR_QUIET_MODULES));
	jo_ki64(w, "number", gen);
	return ERR_OK;
}

enum err result_receipt(const struct request *req, struct reply *reply) {
	_cleanup_(seen_finish) struct seen s = { .result = { .gen = 0 } };
	_cleanup_(buf_finish) struct buf receipt = buf_make(RECEIPT_TEXT_BYTES_MAX);
	uint32_t gen = 0;
	enum err e = load_seen(req, &s);
	if (!e && !access_attempt_receipt(request_who(req), &s.access)) {
		e = ERR_NOT_FOUND;
	}
	e = e ? e
	      : result_store_receipt(request_db(req), s.sitting.school_id, &s.result.attempt,
				&receipt, &gen);
	return e ? e : print_receipt(req, &receipt, gen, reply_json(reply, 200));
}

/* ---- a student's own ---- */

void result_put_mine(struct json_out *w, const struct result_mine *m, int64_t now_ms) {
	const struct sitting *s = &m->sitting;
	bool is_closed = m->state == STATE_DB_CLOSED;
	jo_obj(w);
	exam_json_id16(w, "attempt", &m->attempt);
	exam_json_id16(w, "sitting", &s->id);
	jo_kid(w, "room", m->room_id);
	jo_kstrz(w, "title", s->title);
	jo_kstrz(w, "subject", m->subject_name);
	jo_ki64(w, "startsAt", s->starts_at_ms);
	jo_ki64(w, "lobbyAt", s->lobby_at_ms);
	jo_ki64(w, "limitMs", s->limit_ms);
	jo_ki64(w, "endsAt", m->ends_at_ms);
	print_time(w, "closedAt", m->closed_at_ms);
	jo_kstrz(w, "state", is_closed ? "closed" : state_name(m->state));
	jo_kbool(w, "practice", s->is_practice);
	jo_kbool(w, "receipt", m->has_receipt);
	jo_kbool(w, "review", is_closed && m->is_scored && sitting_shows_answers(s, now_ms));
	if (is_closed && m->is_scored && sitting_shows_mark(s, now_ms)) {
		jo_kobj(w, "result");
		/* No mark before a person has marked the essays. */
		print_total(&m->total, m->total.awaiting_count == 0, w);
		jo_end_obj(w);
	} else {
		jo_knull(w, "result");
	}
	jo_end_obj(w);
}

static enum err reply_mine(const struct request *req, struct reply *reply, uint64_t school_id,
		uint64_t person_id) {
	_cleanup_(result_mines_finish) struct result_mines list = { 0 };
	enum err e = result_store_mine(request_db(req), school_id, person_id, &list);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < list.count; i++) {
		result_put_mine(w, &list.items[i], request_now_ms(req));
	}
	jo_end_arr(w);
	return ERR_OK;
}

enum err result_mine(const struct request *req, struct reply *reply) {
	return reply_mine(req, reply, request_school_id(req), request_person_id(req));
}

enum err result_of_child(const struct request *req, struct reply *reply) {
	uint64_t school_id = 0;
	uint64_t child = 0;
	enum err e = child_of_path(req, &school_id, &child);
	return e ? e : reply_mine(req, reply, school_id, child);
}
