#include "ws/http/desk_view.h"

#include "core/base/buf.h"
#include "core/province/projection.h"
#include "core/school/audit_store.h"

enum { PART_MOST = 3 };

uint32_t desk_province(const struct request *req) {
	return request_who(req)->province_id;
}

static enum err note_school(const struct desk_school *school, void *ctx) {
	(void)school;
	*(bool *)ctx = true;
	return ERR_OK;
}

enum err desk_has_school(const struct request *req, uint64_t school_id) {
	bool has = false;
	enum err e = school_id ? desk_store_schools(request_db(req), desk_province(req), school_id,
						 note_school, &has)
			       : ERR_NOT_FOUND;
	return e || has ? e : ERR_NOT_FOUND;
}

static enum err read_number(
		desk_word *word, const void *ctx, const char *name, uint64_t most, uint64_t *out) {
	struct str text = word(ctx, name);
	if (text.n == 0) {
		*out = 0;
		return ERR_OK;
	}
	enum err e = str_parse_u64(text, out);
	return e || *out > most ? ERR_INVAL : ERR_OK;
}

static bool is_level(struct str s) {
	return s.n == 0 || str_eq_z(s, "th") || str_eq_z(s, "thcs") || str_eq_z(s, "thpt");
}

enum err desk_read_ask(const struct request *req, desk_word *word, const void *ctx,
		struct figures_ask *out) {
	struct figures_ask ask = {
		.province_id = desk_province(req),
		.year = word(ctx, "year"),
		.level = word(ctx, "level"),
		.commune = word(ctx, "commune"),
		.subject = word(ctx, "subject"),
	};
	uint64_t part = 0;
	uint64_t grade = 0;
	enum err e = figures_measure_parse(word(ctx, "measure"), &ask.measure);
	e = e ? e : figures_by_parse(word(ctx, "by"), &ask.by);
	e = e ? e : read_number(word, ctx, "part", PART_MOST, &part);
	e = e ? e : read_number(word, ctx, "grade", PROJECTION_GRADE_MAX, &grade);
	e = e ? e : read_number(word, ctx, "school", INT64_MAX, &ask.school_id);
	if (e || !is_level(ask.level) || (ask.by == FIGURES_BY_CLASS && !ask.school_id)) {
		return e ? e : ERR_INVAL;
	}
	ask.part = (unsigned)part;
	ask.grade = (unsigned)grade;
	e = ask.school_id ? desk_has_school(req, ask.school_id) : ERR_OK;
	if (!e) {
		*out = ask;
	}
	return e;
}

enum err desk_audit_run(const struct request *req, const struct audit_deed *what,
		const struct desk_fact *facts, size_t count,
		enum err (*deed)(struct db *db, void *ctx), void *ctx) {
	_cleanup_(buf_finish) struct buf text = buf_make(AUDIT_DETAIL_BYTES_MAX);
	struct json_out w;
	jo_begin(&w, &text);
	jo_obj(&w);
	for (size_t i = 0; i < count; i++) {
		if (facts[i].text.n) {
			jo_kstr(&w, facts[i].name, facts[i].text);
		}
	}
	jo_end_obj(&w);
	enum err e = buf_err(&text);
	return e ? e
		 : audit_run_detail(req, what, (struct str){ buf_str(&text), text.len }, deed, ctx);
}

void desk_put_time(struct json_out *w, const char *name, int64_t ms) {
	if (ms) {
		jo_ki64(w, name, ms);
	} else {
		jo_knull(w, name);
	}
}

void desk_put_school(struct json_out *w, const struct desk_school *school, int64_t now_ms) {
	jo_obj(w);
	jo_kid(w, "id", school->id);
	jo_kstr(w, "code", school->code);
	jo_kstr(w, "name", school->name);
	jo_kstr(w, "level", school->level);
	jo_kobj(w, "commune");
	jo_kstr(w, "code", school->commune);
	jo_kstr(w, "name", school->commune_name);
	jo_kbool(w, "isPast", school->is_commune_past);
	jo_end_obj(w);
	jo_kstrz(w, "sign", desk_sign_name(desk_school_sign(school, now_ms)));
	jo_ki64(w, "invitedAt", school->invited_at_ms);
	desk_put_time(w, "enrolledAt", school->enrolled_at_ms);
	desk_put_time(w, "lastBatchAt", school->last_batch_at_ms);
	desk_put_time(w, "heardAt", school->heard_at_ms);
	jo_kstr(w, "suspendedWhy", school->suspended_why);
	jo_ki64(w, "rejected", (int64_t)school->rejected);
	jo_ki64(w, "students", school->students);
	jo_end_obj(w);
}
