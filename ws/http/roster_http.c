#include "ws/http/roster_http.h"

#include <stdlib.h>
#include <string.h>

#include "core/doc/xlsx_write.h"
#include "core/school/calendar_store.h"
#include "core/school/place_store.h"
#include "core/school/roster_export.h"
#include "core/school/roster_import_store.h"
#include "core/school/teaching_store.h"
#include "ws/app.h"
#include "ws/http/audit_http.h"
#include "ws/http/class_list.h"
#include "ws/http/reply.h"
#include "ws/http/school_json.h"
#include "ws/http/sheet_http.h"

/* ---- the preview ---- */

static enum err take_target(const struct request *req, const struct school_year *year,
		struct roster_target *out) {
	struct school school;
	enum err e = place_store_school(request_db(req), request_school_id(req), &school);
	if (e) {
		return e;
	}
	*out = (struct roster_target){ .year = year->starts_on.year,
		.personal_id_key = request_app(req)->column_key };
	place_level_grades(school.level, &out->grade_min, &out->grade_max);
	return ERR_OK;
}

static enum err keep_plan(const struct request *req, struct reply *reply,
		const struct roster_plan *plan, const struct school_year *year) {
	_cleanup_(buf_finish) struct buf saved = buf_make(PLAN_BYTES_MAX);
	uint8_t seal_key[KEYS_BYTES];
	school_seal_key(req, seal_key);
	enum err e = roster_plan_save(plan, request_lang(req), seal_key, &saved);
	explicit_bzero(seal_key, sizeof(seal_key));
	return e ? e
		 : sheets_keep(req, reply, PLAN_ROSTER, year->id,
				   (struct str){ saved.data, saved.len });
}

static enum err plan_sheets(const struct request *req, const struct sheets *sheets,
		const struct school_year *year, struct roster_plan **out) {
	struct roster_target target;
	_cleanup_(roster_known_finish) struct roster_known known = { 0 };
	enum err e = take_target(req, year, &target);
	if (!e) {
		e = roster_import_load(request_db(req), request_school_id(req), year->id, &known);
	}
	return e ? e
		 : roster_plan_new((const struct grid *const *)sheets->grids, sheets->count,
				   &target, &known, out);
}

enum err roster_import_create(const struct request *req, struct reply *reply) {
	struct school_year year;
	_cleanup_(sheets_freep) struct sheets *sheets = NULL;
	_cleanup_(roster_plan_freep) struct roster_plan *plan = NULL;
	enum err e = school_wanted_year(req, &year);
	e = e ? e : sheets_take(req, reply, &sheets);
	if (e || !sheets) {
		return e;
	}
	e = plan_sheets(req, sheets, &year, &plan);
	if (e) {
		return sheets_refuse(reply, e);
	}
	if (plan->row_count == 0) {
		return reply_problem(reply, 422, "import.file_no_list", NULL);
	}
	return keep_plan(req, reply, plan, &year);
}

enum err roster_import_get(const struct request *req, struct reply *reply) {
	return sheets_reply(req, reply, PLAN_ROSTER);
}

enum err roster_import_drop(const struct request *req, struct reply *reply) {
	return sheets_drop(req, reply, PLAN_ROSTER);
}

/* ---- the commit ---- */

struct commit {
	struct roster_import import;
	const struct roster_plan *read;
	struct roster_import_done done;
};

static enum err run_commit(struct db *db, void *ctx) {
	struct commit *c = ctx;
	return roster_import_commit(db, &c->import, c->read, &c->done);
}

static enum err commit(const struct request *req, const struct plan *plan,
		const struct roster_plan *read, const uint8_t *seal_key,
		struct roster_import_done *out) {
	struct commit c = { .import = { request_school_id(req), plan->target_id, plan->id,
					    plan->hash, request_now_ms(req), seal_key,
					    request_app(req)->column_key },
		.read = read };
	struct audit_deed deed = { "roster.commit", "plan", &plan->id };
	enum err e = audit_run(req, &deed, run_commit, &c);
	if (!e) {
		*out = c.done;
	}
	return e;
}

/* The doubtful rows that the office says yes to, by what the preview called "confirm". */
static enum err agree(const struct json *body, struct roster_plan *plan) {
	const struct json *list = NULL;
	if (!json_get(body, "confirmed")) {
		return ERR_OK;
	}
	enum err e = json_get_array(body, "confirmed", &list);
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		uint64_t student = 0;
		e = json_as_id(it, &student);
		e = e ? e : roster_plan_agree(plan, student);
	}
	return e == ERR_NOT_FOUND ? ERR_STALE : e;
}

static void put_done(struct json_out *w, const struct roster_plan *read,
		const struct roster_import_done *done) {
	size_t left_out = roster_plan_left_out(read);
	jo_ki64(w, "new", (int64_t)read->counts[ROSTER_NEW]);
	jo_ki64(w, "changed", (int64_t)(read->counts[ROSTER_CHANGE] - left_out));
	jo_ki64(w, "leftOut", (int64_t)left_out);
	jo_ki64(w, "classesMade", (int64_t)done->classes_made);
	jo_ki64(w, "personalIdsTaken", (int64_t)done->personal_ids_taken);
	jo_karr(w, "takenRows");
	for (size_t i = 0; i < done->personal_ids_taken && i < ROSTER_TAKEN_MAX; i++) {
		jo_obj(w);
		jo_kstr(w, "sheet", done->taken[i]->sheet_name);
		jo_ki64(w, "row", done->taken[i]->number);
		jo_kstr(w, "fullName", done->taken[i]->full_name);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

enum err roster_import_commit_post(const struct request *req, struct reply *reply) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	_cleanup_(roster_plan_freep) struct roster_plan *read = NULL;
	uint8_t seal_key[KEYS_BYTES];
	bool is_answered = false;
	enum err e = sheets_named(req, reply, PLAN_ROSTER, &plan, &is_answered);
	if (e || is_answered) {
		return e;
	}
	school_seal_key(req, seal_key);
	struct roster_import_done done = { 0 };
	e = roster_plan_load((struct str){ plan.plan, plan.plan_n }, seal_key, &read);
	e = e ? e : agree(request_json(req), read);
	/* Sent again after its answer was lost: the deed is done. */
	if (!e && plan.state != PLAN_COMMITTED) {
		e = commit(req, &plan, read, seal_key, &done);
	}
	explicit_bzero(seal_key, sizeof(seal_key));
	if (e) {
		return e;
	}
	put_done(reply_json(reply, 200), read, &done);
	return ERR_OK;
}

/* ---- a class in Excel ---- */

static const struct roster_known_student *find_known(
		const struct roster_known *known, uint64_t student_id) {
	for (size_t i = 0; i < known->student_count; i++) {
		if (known->students[i].student_id == student_id) {
			return &known->students[i];
		}
	}
	return NULL;
}

static enum err export_class(
		const struct request *req, const struct class_list *c, struct buf *out) {
	_cleanup_(roster_known_finish) struct roster_known known = { 0 };
	enum err e = roster_import_load(
			request_db(req), request_school_id(req), c->school_year_id, &known);
	if (e) {
		return e;
	}
	_cleanup_(mem_freep) struct roster_known_student *list =
			calloc(c->count + 1, sizeof(*list));
	_cleanup_(mem_freep) unsigned *positions = calloc(c->count + 1, sizeof(*positions));
	if (!list || !positions) {
		return ERR_NOMEM;
	}
	struct roster_export_class class = { c->class_name, list, positions, 0 };
	for (size_t i = 0; i < c->count; i++) {
		const struct roster_known_student *s = find_known(&known, c->items[i].student_id);
		if (s) {
			positions[class.count] = c->items[i].position;
			list[class.count++] = *s;
		}
	}
	return roster_export(&class, 1, request_now_ms(req), out);
}

enum err roster_export_get(const struct request *req, struct reply *reply) {
	struct access_class what;
	enum err e = teaching_store_access(request_db(req), request_school_id(req),
			request_path_id(req, 0), 0, request_person_id(req), &what);
	if (e) {
		return e;
	}
	if (!access_class_contacts(request_who(req), &what)) {
		return ERR_DENIED;
	}
	_cleanup_(class_list_finish) struct class_list c = { 0 };
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	e = class_list_load(req, request_path_id(req, 0), &c);
	if (!e) {
		e = export_class(req, &c, &bytes);
	}
	if (e) {
		return e;
	}
	reply_file(reply, "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
			"danh-sach-lop.xlsx", &bytes);
	return ERR_OK;
}
