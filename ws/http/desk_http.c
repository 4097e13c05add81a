/* Looking: the schools, one school, exams, counts, distributions, a student's records. */
#include "ws/http/desk_http.h"

#include "core/base/cleanup.h"
#include "core/base/mem.h"
#include "core/province/province_school_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/desk_view.h"
#include "ws/http/exchange_reason.h"
#include "ws/http/form.h"
#include "ws/http/reply.h"

enum {
	TEXT_BYTES_MAX = 4096,
	STUDENT_CHARS_MAX = 64,
};

struct view {
	struct json_out *w;
	int64_t now_ms;
	enum lang lang;
	bool has_any;
};

/* ---- schools ---- */

static enum err put_school(const struct desk_school *school, void *ctx) {
	struct view *v = ctx;
	v->has_any = true;
	desk_put_school(v->w, school, v->now_ms);
	return ERR_OK;
}

enum err desk_school_list(const struct request *req, struct reply *reply) {
	struct view v = { .w = reply_json(reply, 200), .now_ms = request_now_ms(req) };
	jo_karr(v.w, "items");
	enum err e = desk_store_schools(request_db(req), desk_province(req), 0, put_school, &v);
	jo_end_arr(v.w);
	return e ? e : reply_tag(reply, request_if_none_match(req));
}

static void put_hex(struct json_out *w, const char *name, const uint8_t *bytes, size_t n) {
	char hex[2 * 32 + 1];
	str_hex(bytes, n, hex);
	jo_kstrz(w, name, hex);
}

static enum err put_key(const struct province_key *key, void *ctx) {
	struct json_out *w = ((struct view *)ctx)->w;
	jo_obj(w);
	put_hex(w, "id", key->kid, sizeof(key->kid));
	jo_ki64(w, "from", key->from_ms);
	desk_put_time(w, "until", key->until_ms);
	desk_put_time(w, "revokedAt", key->revoked_at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_batch(const struct desk_batch *batch, void *ctx) {
	struct json_out *w = ((struct view *)ctx)->w;
	jo_obj(w);
	put_hex(w, "id", batch->id, sizeof(batch->id));
	jo_ki64(w, "number", (int64_t)batch->number);
	jo_ki64(w, "receivedAt", batch->received_at_ms);
	jo_ki64(w, "records", batch->records);
	jo_ki64(w, "applied", batch->applied);
	jo_ki64(w, "stale", batch->stale);
	jo_ki64(w, "rejected", batch->rejected);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_rejection(const struct desk_rejection *r, void *ctx) {
	struct view *v = ctx;
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	enum err e = exchange_reason_print(r->code, r->params, v->lang, &text);
	if (e) {
		return e;
	}
	jo_obj(v->w);
	jo_kstr(v->w, "kind", r->kind);
	jo_kstr(v->w, "key", r->key);
	jo_kstr(v->w, "code", r->code);
	jo_kstr(v->w, "text", (struct str){ buf_str(&text), text.len });
	jo_ki64(v->w, "version", r->version);
	jo_ki64(v->w, "at", r->at_ms);
	jo_end_obj(v->w);
	return ERR_OK;
}

static void put_record(struct json_out *w, const struct desk_record *r) {
	static const char *const events[] = { "", "new", "update", "cancel" };
	jo_kid(w, "id", r->id);
	jo_kstr(w, "kind", r->kind);
	jo_kstr(w, "class", r->class_id);
	jo_ki64(w, "term", r->term);
	jo_kstrz(w, "event", events[r->event & 3U]);
	jo_ki64(w, "version", r->version);
	jo_ki64(w, "changedAt", r->changed_at_ms);
	jo_ki64(w, "receivedAt", r->received_at_ms);
	jo_ki64(w, "appliedAt", r->applied_at_ms);
	put_hex(w, "batch", r->batch_id, sizeof(r->batch_id));
}

static enum err put_newest(const struct desk_record *record, void *ctx) {
	struct json_out *w = ((struct view *)ctx)->w;
	jo_obj(w);
	put_record(w, record);
	jo_end_obj(w);
	return ERR_OK;
}

enum err desk_school_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t id = request_path_id(req, 0);
	struct view v = { .now_ms = request_now_ms(req), .lang = request_lang(req) };
	enum err e = desk_has_school(req, id);
	if (e) {
		return e;
	}
	v.w = reply_json(reply, 200);
	jo_key(v.w, "school");
	e = desk_store_schools(db, desk_province(req), id, put_school, &v);
	if (e || !v.has_any) {
		return e ? e : ERR_NOT_FOUND; /* it went meanwhile */
	}
	jo_karr(v.w, "keys");
	e = province_key_store_each(db, id, put_key, &v);
	jo_end_arr(v.w);
	jo_karr(v.w, "batches");
	e = e ? e : desk_store_batches(db, id, put_batch, &v);
	jo_end_arr(v.w);
	jo_karr(v.w, "rejections");
	e = e ? e : desk_store_rejections(db, id, put_rejection, &v);
	jo_end_arr(v.w);
	jo_karr(v.w, "newest");
	e = e ? e : desk_store_newest(db, id, put_newest, &v);
	jo_end_arr(v.w);
	return e ? e : reply_tag(reply, request_if_none_match(req));
}

/* ---- exams ---- */

static enum err put_exam(const struct desk_exam *exam, void *ctx) {
	struct json_out *w = ((struct view *)ctx)->w;
	static const char *const states[] = { "", "planned", "running", "over" };
	jo_obj(w);
	jo_kobj(w, "school");
	jo_kid(w, "id", exam->school_id);
	jo_kstr(w, "name", exam->school_name);
	jo_end_obj(w);
	jo_kstr(w, "title", exam->title);
	jo_kstr(w, "subject", exam->subject);
	jo_ki64(w, "startsAt", exam->starts_at_ms);
	jo_ki64(w, "endsAt", exam->ends_at_ms);
	jo_kstrz(w, "state", exam->state <= 3 ? states[exam->state] : "");
	jo_ki64(w, "sitters", exam->sitters);
	jo_ki64(w, "sittingNow", exam->sitting_now);
	jo_ki64(w, "handedIn", exam->handed_in);
	desk_put_time(w, "toldAt", exam->told_at_ms);
	jo_end_obj(w);
	return ERR_OK;
}

enum err desk_exam_list(const struct request *req, struct reply *reply) {
	struct view v = { .w = reply_json(reply, 200), .now_ms = request_now_ms(req) };
	jo_ki64(v.w, "now", v.now_ms);
	jo_karr(v.w, "items");
	enum err e = desk_store_exams(request_db(req), desk_province(req), v.now_ms, put_exam, &v);
	jo_end_arr(v.w);
	return e;
}

/* ---- figures ---- */

static enum err put_choice(struct str code, struct str name, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_kstr(w, "code", code);
	jo_kstr(w, "name", name);
	jo_end_obj(w);
	return ERR_OK;
}

enum err desk_counts_get(const struct request *req, struct reply *reply) {
	static const struct {
		const char *name;
		enum figures_choice what;
	} choices[] = { { "years", FIGURES_YEARS }, { "subjects", FIGURES_SUBJECTS },
		{ "communes", FIGURES_COMMUNES } };
	struct json_out *w = reply_json(reply, 200);
	enum err e = ERR_OK;
	for (size_t i = 0; !e && i < sizeof(choices) / sizeof(choices[0]); i++) {
		jo_karr(w, choices[i].name);
		e = figures_store_choices(request_db(req), desk_province(req), choices[i].what,
				put_choice, w);
		jo_end_arr(w);
	}
	return e;
}

/* A group under way. */
struct groups {
	struct json_out *w;
	struct buf key;
	int64_t total;
	bool is_open;
};

static void end_group(struct groups *g) {
	if (g->is_open) {
		jo_end_arr(g->w);
		jo_ki64(g->w, "total", g->total);
		jo_end_obj(g->w);
	}
	g->is_open = false;
}

static enum err put_value(const struct figures_row *row, void *ctx) {
	struct groups *g = ctx;
	if (!g->is_open || !str_eq(row->key, (struct str){ buf_str(&g->key), g->key.len })) {
		end_group(g);
		buf_clear(&g->key);
		buf_add(&g->key, row->key.p, row->key.n);
		g->total = 0;
		g->is_open = true;
		jo_obj(g->w);
		jo_kstr(g->w, "key", row->key);
		jo_kstr(g->w, "name", row->name);
		jo_karr(g->w, "values");
	}
	g->total += row->count;
	jo_obj(g->w);
	jo_ki64(g->w, "value", row->value);
	jo_ki64(g->w, "count", row->count);
	jo_end_obj(g->w);
	return buf_err(&g->key);
}

static struct str query_word(const void *ctx, const char *name) {
	return request_query(ctx, name);
}

enum err desk_distribution_get(const struct request *req, struct reply *reply) {
	struct figures_ask ask;
	enum err e = desk_read_ask(req, query_word, req, &ask);
	if (e) {
		return e;
	}
	struct groups g = { .w = reply_json(reply, 200), .key = buf_make(TEXT_BYTES_MAX) };
	jo_karr(g.w, "items");
	e = figures_store_each(request_db(req), &ask, put_value, &g);
	end_group(&g);
	jo_end_arr(g.w);
	buf_finish(&g.key);
	return e;
}

/* ---- one student's records ---- */

struct look {
	const struct request *req;
	struct json_out *w;
	uint64_t school_id;
	struct str student;
	struct buf items; /* JSON: the answer is made only when the row of the audit log stands */
};

static enum err put_line(const struct desk_record *record, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	put_record(w, record);
	jo_kraw(w, "line", record->line);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err run_look(struct db *db, void *ctx) {
	struct look *look = ctx;
	struct json_out w;
	buf_clear(&look->items);
	jo_begin(&w, &look->items);
	jo_arr(&w);
	enum err e = desk_store_student(db, look->school_id, look->student, put_line, &w);
	jo_end_arr(&w);
	return e ? e : buf_err(&look->items);
}

enum err desk_record_list(const struct request *req, struct reply *reply) {
	struct look look = { .req = req, .school_id = request_path_id(req, 0) };
	_cleanup_(form_finish) struct form form = { .body = request_json(req) };
	_cleanup_(mem_freep) char *student = form_text(&form, "student", 1, STUDENT_CHARS_MAX);
	_cleanup_(mem_freep) char *purpose =
			form_text(&form, "purpose", DESK_PURPOSE_CHARS_MIN, DESK_PURPOSE_CHARS_MAX);
	enum err e = desk_has_school(req, look.school_id);
	if (e || !form_is_good(&form)) {
		return e ? e : form_refuse(&form, reply);
	}
	look.student = str_from(student);
	look.items = buf_make(REPLY_BODY_BYTES_MAX / 2);
	const struct desk_fact facts[] = { { "why", str_from(purpose) },
		{ "student", look.student } };
	struct audit_deed deed = { "department.look", "province_school", &look.school_id };
	e = desk_audit_run(req, &deed, facts, 2, run_look, &look);
	if (!e) {
		jo_kraw(reply_json(reply, 200), "items",
				(struct str){ look.items.data, look.items.len });
	}
	buf_finish(&look.items);
	return e;
}
