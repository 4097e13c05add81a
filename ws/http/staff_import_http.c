#include "ws/http/staff_import_http.h"

#include "core/base/cleanup.h"
#include "core/doc/xlsx_write.h"
#include "core/school/staff_store.h"
#include "core/school/teaching_export.h"
#include "ws/http/audit_http.h"
#include "ws/http/school_json.h"
#include "ws/http/sheet_http.h"

typedef enum err (*make_plan)(const struct grid *const *grids, size_t grid_count,
		const struct staff_known *known, struct staff_plan **out);

/* ---- the preview ---- */

static enum err preview(const struct request *req, struct reply *reply, enum plan_kind kind,
		make_plan make, const char *none) {
	struct school_year year;
	_cleanup_(sheets_freep) struct sheets *sheets = NULL;
	_cleanup_(staff_known_finish) struct staff_known known = staff_known_make();
	_cleanup_(staff_plan_freep) struct staff_plan *plan = NULL;
	_cleanup_(buf_finish) struct buf saved = buf_make(PLAN_BYTES_MAX);
	enum err e = school_wanted_year(req, &year);
	e = e ? e : sheets_take(req, reply, &sheets);
	if (e || !sheets) {
		return e;
	}
	e = staff_store_load(request_db(req), request_school_id(req), year.id, &known);
	e = e ? e : make((const struct grid *const *)sheets->grids, sheets->count, &known, &plan);
	if (e) {
		return sheets_refuse(reply, e);
	}
	if (plan->row_count == 0) {
		return reply_problem(reply, 422, none, NULL);
	}
	e = staff_plan_save(plan, request_lang(req), &saved);
	return e ? e
		 : sheets_keep(req, reply, kind, year.id, (struct str){ saved.data, saved.len });
}

enum err teachers_import_create(const struct request *req, struct reply *reply) {
	return preview(req, reply, PLAN_TEACHERS, staff_plan_teachers, "import.file_no_teachers");
}

enum err teachers_import_get(const struct request *req, struct reply *reply) {
	return sheets_reply(req, reply, PLAN_TEACHERS);
}

enum err teachers_import_drop(const struct request *req, struct reply *reply) {
	return sheets_drop(req, reply, PLAN_TEACHERS);
}

enum err teaching_import_create(const struct request *req, struct reply *reply) {
	return preview(req, reply, PLAN_TEACHING, staff_plan_teaching, "import.file_no_teaching");
}

enum err teaching_import_get(const struct request *req, struct reply *reply) {
	return sheets_reply(req, reply, PLAN_TEACHING);
}

enum err teaching_import_drop(const struct request *req, struct reply *reply) {
	return sheets_drop(req, reply, PLAN_TEACHING);
}

/* ---- the commit ---- */

struct commit {
	struct staff_import import;
	const struct staff_plan *read;
	struct staff_import_done done;
};

static enum err run_commit(struct db *db, void *ctx) {
	struct commit *c = ctx;
	return staff_store_commit(db, &c->import, c->read, &c->done);
}

static void put_done(struct json_out *w, const struct commit *c) {
	jo_ki64(w, "new", (int64_t)c->read->counts[ROSTER_NEW]);
	jo_ki64(w, "changed", (int64_t)c->read->counts[ROSTER_CHANGE]);
	jo_ki64(w, "phonesTaken", (int64_t)c->done.phones_taken);
	jo_karr(w, "takenRows");
	for (size_t i = 0; i < c->done.phones_taken && i < STAFF_TAKEN_MAX; i++) {
		jo_obj(w);
		jo_kstr(w, "sheet", c->done.taken[i]->sheet_name);
		jo_ki64(w, "row", c->done.taken[i]->number);
		jo_kstr(w, "fullName", c->done.taken[i]->full_name);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static enum err commit(const struct request *req, struct reply *reply, enum plan_kind kind,
		const char *action) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	_cleanup_(staff_plan_freep) struct staff_plan *read = NULL;
	bool is_answered = false;
	enum err e = sheets_named(req, reply, kind, &plan, &is_answered);
	if (e || is_answered) {
		return e;
	}
	e = staff_plan_load((struct str){ plan.plan, plan.plan_n }, &read);
	struct commit c = { .import = { request_school_id(req), plan.target_id, kind, plan.id,
					    plan.hash, request_now_ms(req) },
		.read = read };
	struct audit_deed deed = { action, "plan", &plan.id };
	/* Sent again after its answer was lost: the deed is done. */
	if (!e && plan.state != PLAN_COMMITTED) {
		e = audit_run(req, &deed, run_commit, &c);
	}
	if (!e) {
		put_done(reply_json(reply, 200), &c);
	}
	return e;
}

enum err teachers_import_commit(const struct request *req, struct reply *reply) {
	return commit(req, reply, PLAN_TEACHERS, "teachers.commit");
}

enum err teaching_import_commit(const struct request *req, struct reply *reply) {
	return commit(req, reply, PLAN_TEACHING, "teaching.commit");
}

/* ---- as Excel ---- */

enum err teaching_export_get(const struct request *req, struct reply *reply) {
	struct str form = request_query(req, "form");
	bool is_matrix = str_eq_z(form, "matrix");
	struct school_year year;
	_cleanup_(staff_known_finish) struct staff_known known = staff_known_make();
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	if (form.n > 0 && !is_matrix && !str_eq_z(form, "list")) {
		return reply_field(reply, "form", "form.invalid", NULL);
	}
	enum err e = school_wanted_year(req, &year);
	e = e ? e : staff_store_load(request_db(req), request_school_id(req), year.id, &known);
	e = e ? e
	      : teaching_export(&known, is_matrix ? TEACHING_MATRIX : TEACHING_LIST,
				request_now_ms(req), &bytes);
	if (!e) {
		reply_file(reply,
				"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
				is_matrix ? "phan-cong-mon-lop.xlsx" : "phan-cong.xlsx", &bytes);
	}
	return e;
}
