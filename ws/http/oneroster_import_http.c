#include <string.h>

#include "core/base/cleanup.h"
#include "core/base/json_out.h"
#include "core/base/messages.h"
#include "gradebook/oneroster/setup_store.h"
#include "ws/http/audit_http.h"
#include "ws/http/oneroster_http.h"
#include "ws/http/sheet_http.h"

enum { FILE_MIB_MAX = 8, SENTENCE_BYTES_MAX = 4096 };

/* ---- the preview ---- */

static void put_files(struct json_out *w, const struct bundle *b) {
	jo_karr(w, "files");
	for (unsigned i = 0; b && i < ONEROSTER_FILES; i++) {
		if (b->rows[i]) {
			jo_obj(w);
			jo_kstrz(w, "name", oneroster_csv_name(i));
			jo_ki64(w, "rows", (int64_t)b->rows[i]);
			jo_end_obj(w);
		}
	}
	jo_end_arr(w);
}

static void put_people(struct json_out *w, const struct bundle *b) {
	int64_t teachers = 0;
	int64_t students = 0;
	for (size_t i = 0; i < b->people.count; i++) {
		const struct bundle_person *p = &b->people.items[i];
		teachers += p->has_role && p->role == ONEROSTER_TEACHER;
		students += p->has_role && p->role == ONEROSTER_STUDENT;
	}
	jo_ki64(w, "teachers", teachers);
	jo_ki64(w, "students", students);
}

static void put_marks(struct json_out *w, const struct bundle *b) {
	int64_t columns = 0;
	int64_t exempt = 0;
	for (size_t i = 0; i < b->columns.count; i++) {
		columns += b->columns.items[i].kind != ONEROSTER_MEAN;
	}
	for (size_t i = 0; i < b->marks.count; i++) {
		exempt += b->marks.items[i].state == ONEROSTER_EXEMPT;
	}
	jo_ki64(w, "columns", columns);
	jo_ki64(w, "marks", (int64_t)b->marks.count - exempt);
	jo_ki64(w, "exemptions", exempt);
}

/* What will be there, and what the bundle has that will not. */
static void put_makes(struct json_out *w, const struct bundle *b) {
	jo_key(w, "makes");
	jo_obj(w);
	jo_kstr(w, "schoolCode", b->school_code);
	jo_kstr(w, "schoolName", b->school_name);
	jo_kstrz(w, "year", b->year.code);
	jo_ki64(w, "subjects", (int64_t)b->subjects.count);
	jo_ki64(w, "classes", (int64_t)b->classes.count);
	put_people(w, b);
	jo_ki64(w, "enrolments", (int64_t)b->enrolments.count);
	jo_ki64(w, "teaching", (int64_t)b->teaching.count);
	put_marks(w, b);
	jo_ki64(w, "peopleLeftOut", (int64_t)b->left_out);
	jo_ki64(w, "columnsLeftOut", (int64_t)b->other_columns);
	jo_ki64(w, "marksLeftOut", (int64_t)b->other_marks);
	jo_end_obj(w);
}

static enum err put_messages(struct json_out *w, const struct diag *why, enum lang lang) {
	enum err e = ERR_OK;
	jo_karr(w, "messages");
	for (size_t i = 0; i < why->count && !e; i++) {
		const struct diag_item *item = &why->items[i];
		_cleanup_(buf_finish) struct buf sentence = buf_make(SENTENCE_BYTES_MAX);
		e = messages_print_item(item, lang, &sentence);
		jo_obj(w);
		jo_kstrz(w, "level", item->level == DIAG_ERROR ? "error" : "warning");
		jo_kstrz(w, "file", item->where);
		jo_ki64(w, "row", item->row);
		jo_ki64(w, "column", item->column);
		jo_kstrz(w, "code", item->code);
		jo_kstr(w, "detail", (struct str){ buf_str(&sentence), sentence.len });
		jo_end_obj(w);
	}
	jo_end_arr(w);
	jo_ki64(w, "moreMessages", (int64_t)why->dropped);
	return e;
}

/* The members of a preview that are about the file; `b` is NULL when it cannot be taken. */
static enum err put_preview(struct json_out *w, const struct bundle *b, const struct diag *why,
		enum lang lang) {
	put_files(w, b);
	if (b) {
		put_makes(w, b);
	} else {
		jo_knull(w, "makes");
	}
	return put_messages(w, why, lang);
}

/* Nothing is kept of a file with a mistake: there is no plan to commit. */
static enum err reply_faults(
		const struct request *req, struct reply *reply, const struct diag *why) {
	struct json_out *w = reply_json(reply, 200);
	jo_knull(w, "plan");
	jo_kstr(w, "fileName", request_part(req, "file")->file_name);
	jo_knull(w, "hash");
	jo_kbool(w, "isCommitted", false);
	return put_preview(w, NULL, why, request_lang(req));
}

/* Keeps a line with the preview, and behind it the file. */
static enum err keep(const struct request *req, struct reply *reply, const struct bundle *b,
		const struct diag *why) {
	_cleanup_(buf_finish) struct buf saved = buf_make(PLAN_BYTES_MAX);
	struct str bytes = request_part(req, "file")->bytes;
	struct json_out w;
	jo_begin(&w, &saved);
	jo_obj(&w);
	enum err e = put_preview(&w, b, why, request_lang(req));
	jo_end_obj(&w);
	buf_add_char(&saved, '\n');
	buf_add(&saved, bytes.p, bytes.n);
	e = e ? e : buf_err(&saved);
	return e ? e
		 : sheets_keep(req, reply, PLAN_BUNDLE, 0, (struct str){ saved.data, saved.len });
}

enum err oneroster_import_create(const struct request *req, struct reply *reply) {
	_cleanup_(bundle_freep) struct bundle *b = NULL;
	_cleanup_(diag_finish) struct diag why = { 0 };
	const struct request_part *part = request_part(req, "file");
	if (!part) {
		return reply_field(reply, "file", "form.required", NULL);
	}
	if (part->bytes.n > (size_t)FILE_MIB_MAX << 20) {
		return reply_file_large(reply, FILE_MIB_MAX);
	}
	enum err e = oneroster_setup_check(request_db(req), request_school_id(req));
	if (e == ERR_CONFLICT) {
		diag_add(&why, DIAG_ERROR, "", 0, 0, "oneroster.school_not_empty", NULL);
		return reply_faults(req, reply, &why);
	}
	e = e ? e : bundle_read(part->bytes.p, part->bytes.n, &b, &why);
	e = e ? e : oneroster_setup_look(request_db(req), request_school_id(req), b, &why);
	if (e == ERR_INVAL || (!e && why.errors)) {
		return reply_faults(req, reply, &why);
	}
	return e ? e : keep(req, reply, b, &why);
}

enum err oneroster_import_get(const struct request *req, struct reply *reply) {
	return sheets_reply(req, reply, PLAN_BUNDLE);
}

enum err oneroster_import_drop(const struct request *req, struct reply *reply) {
	return sheets_drop(req, reply, PLAN_BUNDLE);
}

/* ---- the commit ---- */

struct commit {
	struct oneroster_setup setup;
	const struct plan *plan;
	const struct bundle *bundle;
	struct diag why;
	bool is_full; /* somebody else filled the school meanwhile */
};

static void commit_finish(struct commit *c) {
	diag_finish(&c->why);
}

static enum err run_commit(struct db *db, void *ctx) {
	struct commit *c = ctx;
	commit_finish(c); /* of a run that failed */
	c->why = (struct diag){ 0 };
	c->is_full = false;
	enum err e = plan_store_hold_school(db, c->setup.school_id);
	e = e ? e
	      : plan_store_commit(db, c->setup.school_id, PLAN_BUNDLE, c->plan->id, c->plan->hash,
				c->setup.now_ms);
	if (e) {
		return e;
	}
	e = oneroster_setup(db, &c->setup, c->bundle, &c->why);
	c->is_full = e == ERR_CONFLICT;
	return e;
}

/* The file that was kept, which was good then. */
static enum err read_kept(const struct plan *plan, struct bundle **out) {
	_cleanup_(diag_finish) struct diag why = { 0 };
	struct str saved = { plan->plan, plan->plan_n };
	size_t from = roster_plan_preview(saved).n + 1;
	if (from >= saved.n) {
		return ERR_CORRUPT;
	}
	enum err e = bundle_read(saved.p + from, saved.n - from, out, &why);
	return e == ERR_INVAL ? ERR_CORRUPT : e;
}

enum err oneroster_import_commit(const struct request *req, struct reply *reply) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	_cleanup_(bundle_freep) struct bundle *bundle = NULL;
	bool is_answered = false;
	enum err e = sheets_named(req, reply, PLAN_BUNDLE, &plan, &is_answered);
	if (e || is_answered) {
		return e;
	}
	e = read_kept(&plan, &bundle);
	_cleanup_(commit_finish) struct commit c = {
		.setup = { request_school_id(req), request_person_id(req), request_now_ms(req) },
		.plan = &plan,
		.bundle = bundle
	};
	const struct audit_deed deed = { "bundle.import", "plan", &plan.id };
	/* Sent again after its answer was lost: the deed is done. */
	if (!e && plan.state != PLAN_COMMITTED) {
		e = audit_run(req, &deed, run_commit, &c);
	}
	if (c.is_full) {
		return reply_problem(reply, 409, "oneroster.school_not_empty", NULL);
	}
	if (e == ERR_INVAL && c.why.count) {
		return reply_problem_list(reply, 422, c.why.items[0].code, &c.why);
	}
	if (!e) {
		put_makes(reply_json(reply, 200), bundle);
	}
	return e;
}
