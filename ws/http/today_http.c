/* The part of family_http.h that is one student's day: one answer for the whole page. */
#include "exam/marking/result_store.h"
#include "gradebook/family/news_store.h"
#include "gradebook/presence/presence_store.h"
#include "gradebook/results/class_year.h"
#include "ws/http/child.h"
#include "ws/http/family_http.h"
#include "ws/http/presence_http.h"
#include "ws/http/reply.h"
#include "ws/http/result_http.h"
#include "ws/http/school_json.h"

#define DAY_MS INT64_C(86400000)

enum {
	NEWS_DAYS = 7,  /* how long a mark, a remark or a closing is new */
	AHEAD_DAYS = 7, /* how far ahead exams are told */
};

static enum err put_absence(const struct presence_absence *a, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	presence_put_absence(w, a);
	jo_end_obj(w);
	return ERR_OK;
}

static void put_place(struct json_out *w, const struct news_mark *m) {
	jo_kstr(w, "subject", m->subject_name);
	jo_kstrz(w, "subjectKind", m->subject == MARK_SUBJECT_COMMENT ? "comment" : "mark");
	jo_kbool(w, "isPrimary", m->is_primary);
	jo_kstrz(w, "kind", mark_kind_name(m->kind));
	jo_ki64(w, "position", m->position);
	jo_ki64(w, "term", m->term);
}

static enum err put_mark(const struct news_mark *m, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	put_place(w, m);
	jo_ki64(w, "valueX10", m->value_x10);
	jo_ki64(w, "at", m->at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_to_make_up(const struct news_mark *m, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	put_place(w, m);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_remark(const struct news_remark *remark, void *ctx) {
	family_put_remark(ctx, remark);
	return ERR_OK;
}

static enum err put_closed(const struct news_closed *c, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kstr(w, "year", c->year);
	jo_kstrz(w, "part", class_scope_name((enum class_scope)c->scope));
	jo_ki64(w, "at", c->at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

/* Exams that are not over, and those that ended since the day before. */
static enum err put_exams(
		const struct request *req, struct json_out *w, const struct child *child) {
	_cleanup_(result_mines_finish) struct result_mines list = { 0 };
	int64_t now_ms = request_now_ms(req);
	enum err e = result_store_mine_between(request_db(req), child->school_id, child->person_id,
			now_ms - DAY_MS, now_ms + AHEAD_DAYS * DAY_MS, &list);
	jo_karr(w, "exams");
	for (size_t i = 0; i < list.count; i++) {
		result_put_mine(w, &list.items[i], now_ms);
	}
	jo_end_arr(w);
	return e;
}

static enum err put_news(const struct request *req, struct json_out *w, const struct child *child) {
	struct db *db = request_db(req);
	int64_t since_ms = request_now_ms(req) - NEWS_DAYS * DAY_MS;
	jo_karr(w, "marks");
	enum err e = news_store_marks(
			db, child->school_id, child->student_id, since_ms, put_mark, w);
	jo_end_arr(w);
	jo_karr(w, "toMakeUp");
	e = e ? e
	      : news_store_to_make_up(db, child->school_id, child->student_id, put_to_make_up, w);
	jo_end_arr(w);
	jo_karr(w, "remarks");
	e = e ? e
	      : news_store_remarks(
				db, child->school_id, child->student_id, since_ms, put_remark, w);
	jo_end_arr(w);
	jo_karr(w, "closed");
	e = e ? e
	      : news_store_closed(db, child->school_id, child->student_id, since_ms, put_closed, w);
	jo_end_arr(w);
	return e;
}

static enum err reply_today(
		const struct request *req, struct reply *reply, const struct child *child) {
	struct date today;
	enum err e = date_in_vietnam(request_now_ms(req), &today);
	if (e) {
		return e;
	}
	struct presence_span span = { child->school_id, today, today };
	struct json_out *w = reply_json(reply, 200);
	school_put_date(w, "date", today);
	jo_ki64(w, "now", request_now_ms(req));
	jo_karr(w, "absences");
	e = presence_store_student_absences(
			request_db(req), &span, child->student_id, put_absence, w);
	jo_end_arr(w);
	e = e ? e : put_exams(req, w, child);
	return e ? e : put_news(req, w, child);
}

enum err today_child_get(const struct request *req, struct reply *reply) {
	struct child child;
	enum err e = child_wanted(req, &child);
	return e ? e : reply_today(req, reply, &child);
}

enum err today_mine_get(const struct request *req, struct reply *reply) {
	struct child child;
	enum err e = child_self(req, &child);
	return e ? e : reply_today(req, reply, &child);
}
