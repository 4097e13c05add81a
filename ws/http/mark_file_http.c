#include "ws/http/mark_file_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/doc/xlsx_fill.h"
#include "core/doc/xlsx_write.h"
#include "core/seal/hash.h"
#include "gradebook/marks/entry_store.h"
#include "gradebook/sheets/mark_file.h"
#include "gradebook/sheets/mark_form.h"
#include "gradebook/sheets/mark_value.h"
#include "ws/http/audit_http.h"
#include "ws/http/mark_http.h"
#include "ws/http/mark_sheet.h"
#include "ws/http/sheet_http.h"

static const char xlsx_type[] = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

enum { NAME_BYTES_MAX = 600, EDIT_BYTES = 8 };

static struct str of(const struct buf *b) {
	return (struct str){ buf_str(b), b->len };
}

/* ---- what the gradebook has ---- */

static void take_carried(const struct sheet *s, const struct sheet_student *from,
		struct mark_known_student *to) {
	for (size_t i = 0; i < from->carried_count; i++) {
		const struct sheet_carried *c = &from->carried[i];
		if (!from->is_exempt && !sheet_is_entered(s, from, &c->cell)) {
			to->carried[to->carried_count++] = (struct mark_known_carried){ c->cell,
				mark_facts_scale(&s->facts, c->cell.kind, c->cell.position),
				c->class_name };
		}
	}
}

/* The sheet as plain values; its texts stay the sheet's. */
static enum err make_known(const struct sheet *s, struct mark_known **out) {
	_cleanup_(mem_freep) struct mark_known *k = calloc(1, sizeof(*k));
	if (!k) {
		return ERR_NOMEM;
	}
	if (s->student_count > MARK_KNOWN_STUDENTS_MAX) {
		return ERR_LIMIT;
	}
	k->class_id = s->place.class_id;
	k->subject_id = s->place.subject_id;
	k->term_id = s->place.term_id;
	k->class_name = str_from(s->facts.class_name);
	k->subject_name = str_from(s->facts.subject_name);
	k->subject = s->facts.subject;
	k->is_primary = s->facts.primary != NULL;
	k->term_number = s->facts.term_number;
	k->year = s->facts.year;
	for (size_t i = 0; i < s->column_count; i++) {
		const struct mark_column *c = &s->columns[i];
		k->columns[k->column_count++] = (struct mark_known_column){ c->id, c->kind,
			c->position, mark_facts_scale(&s->facts, c->kind, c->position),
			c->published_at_ms != 0, lock_state_of(&s->locks, c->kind, s->now_ms) };
	}
	for (size_t i = 0; i < s->student_count; i++) {
		const struct sheet_student *from = &s->students[i];
		struct mark_known_student *to = &k->students[k->student_count++];
		*to = (struct mark_known_student){ .id = from->id,
			.code = from->code,
			.full_name = from->full_name,
			.birth = from->birth,
			.is_exempt = from->is_exempt };
		for (size_t c = 0; c < s->column_count; c++) {
			to->cells[c] = (struct mark_known_cell){ from->cells[c].cell,
				from->cells[c].version };
		}
		take_carried(s, from, to);
	}
	*out = STEAL(k);
	return ERR_OK;
}

enum err mark_form_get(const struct request *req, struct reply *reply) {
	const struct mark_place place = sheet_place(req);
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	_cleanup_(mem_freep) struct mark_known *known = NULL;
	_cleanup_(buf_finish) struct buf bytes = buf_make(XLSX_WRITE_BYTES_MAX);
	_cleanup_(buf_finish) struct buf name = buf_make(NAME_BYTES_MAX);
	enum err e = sheet_check_access(req, &place, access_marks_view);
	e = e ? e : sheet_load(request_db(req), &place, request_now_ms(req), &s);
	e = e ? e : make_known(s, &known);
	e = e ? e : mark_form_write(known, request_now_ms(req), &bytes);
	e = e ? e : mark_form_name(known, "diem", &name);
	if (!e) {
		reply_file(reply, xlsx_type, buf_str(&name), &bytes);
	}
	return e;
}

/* ---- the preview ---- */

/* A request's file held against the gradebook. */
struct upload {
	struct sheet *sheet;
	struct mark_known *known;
	struct sheets *sheets;
	struct mark_file *file; /* NULL: the request is answered */
};

static void upload_finish(struct upload *u) {
	mark_file_free(u->file);
	sheets_free(u->sheets);
	free(u->known);
	sheet_free(u->sheet);
}

/* Why no sheet of the file is read: what is wrong with the first that has a table. */
static enum err refuse(struct reply *reply, const struct mark_file *file) {
	for (size_t i = 0; i < file->sheet_count; i++) {
		const struct mark_file_sheet *sheet = &file->sheets[i];
		if (sheet->has_table && sheet->notes.count > 0) {
			const struct sheet_message *m = &sheet->notes.items[0];
			return reply_problem(reply, 422, m->code.p, m->names[0].p, m->values[0].p,
					m->names[1].p, m->values[1].p, m->names[2].p,
					m->values[2].p, NULL);
		}
	}
	return reply_problem(reply, 422, "sheet.file_none", NULL);
}

static enum err read_upload(const struct request *req, struct reply *reply, enum mark_file_way way,
		bool (*rule)(const struct access_actor *, const struct access_class *),
		struct upload *out) {
	const struct mark_place place = sheet_place(req);
	struct str wanted = request_query(req, "sheet");
	uint64_t index = SIZE_MAX;
	if (wanted.n > 0 && str_parse_u64(wanted, &index)) {
		return reply_field(reply, "sheet", "form.invalid", NULL);
	}
	enum err e = sheet_check_access(req, &place, rule);
	e = e ? e : sheet_load(request_db(req), &place, request_now_ms(req), &out->sheet);
	e = e ? e : make_known(out->sheet, &out->known);
	e = e ? e : sheets_take(req, reply, &out->sheets);
	if (e || !out->sheets) {
		return e;
	}
	e = mark_file_new((const struct grid *const *)out->sheets->grids, out->sheets->count,
			out->known, way, (size_t)index, request_lang(req), &out->file);
	if (e == ERR_LIMIT) {
		char max[16];
		(void)snprintf(max, sizeof(max), "%d", MARK_FILE_ROWS_MAX); /* a short number */
		return reply_problem(reply, 422, "import.file_large", "max", max, NULL);
	}
	if (e) {
		return e;
	}
	if (out->file->sheet == SIZE_MAX) {
		e = refuse(reply, out->file);
		mark_file_free(STEAL(out->file));
	}
	return e;
}

enum err mark_import_create(const struct request *req, struct reply *reply) {
	_cleanup_(upload_finish) struct upload u = { .file = NULL };
	_cleanup_(buf_finish) struct buf saved = buf_make(PLAN_BYTES_MAX);
	enum err e = read_upload(req, reply, MARK_FILE_IN, access_marks_enter, &u);
	if (e || !u.file) {
		return e;
	}
	e = mark_file_save(u.file, u.known, request_lang(req), &saved);
	return e ? e : sheets_keep(req, reply, PLAN_MARKS_IN, u.known->class_id, of(&saved));
}

/* ---- a kept one: only whoever made it sees it ---- */

static enum err check_own(const struct request *req, enum plan_kind kind) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	enum err e = plan_store_load(request_db(req), request_school_id(req), kind,
			request_path_id(req, 0), &plan);
	return e || plan.created_by == request_person_id(req) ? e : ERR_NOT_FOUND;
}

enum err mark_import_get(const struct request *req, struct reply *reply) {
	enum err e = check_own(req, PLAN_MARKS_IN);
	return e ? e : sheets_reply(req, reply, PLAN_MARKS_IN);
}

enum err mark_import_drop(const struct request *req, struct reply *reply) {
	enum err e = check_own(req, PLAN_MARKS_IN);
	return e ? e : sheets_drop(req, reply, PLAN_MARKS_IN);
}

enum err mark_fill_get(const struct request *req, struct reply *reply) {
	enum err e = check_own(req, PLAN_MARKS_OUT);
	return e ? e : sheets_reply(req, reply, PLAN_MARKS_OUT);
}

enum err mark_fill_drop(const struct request *req, struct reply *reply) {
	enum err e = check_own(req, PLAN_MARKS_OUT);
	return e ? e : sheets_drop(req, reply, PLAN_MARKS_OUT);
}

/* ---- the commit ---- */

struct commit {
	const struct plan *plan;
	struct entry *entry;
};

static enum err run_commit(struct db *db, void *ctx) {
	struct commit *c = ctx;
	enum err e = entry_store_run(db, c->entry);
	return e ? e
		 : plan_store_commit(db, c->entry->place.school_id, PLAN_MARKS_IN, c->plan->id,
				   c->plan->hash, c->entry->actor.now_ms);
}

/* The asked cells that the body says yes to, by what the preview called "confirm". */
static enum err agree(const struct json *body, struct mark_file *file) {
	const struct json *list = NULL;
	if (!json_get(body, "confirmed")) {
		return ERR_OK;
	}
	enum err e = json_get_array(body, "confirmed", &list);
	for (const struct json *it = json_first(list); !e && it; it = json_next(it)) {
		uint64_t confirm = 0;
		size_t i = 0;
		e = json_as_id(it, &confirm);
		while (i < file->cell_count && (!confirm || file->cells[i].confirm != confirm)) {
			i++;
		}
		if (!e && i == file->cell_count) {
			return ERR_STALE;
		}
		if (!e) {
			file->cells[i].fate = MARK_FILE_CHANGE;
		}
	}
	return e;
}

/* The plan's changes as an entry of its own key: sent again, it is carried out once. */
static enum err make_entry(const struct request *req, const struct plan *plan,
		const struct mark_file *file, struct entry *out) {
	struct hasher h;
	struct hash key;
	hash_begin(&h, NULL);
	hash_add(&h, "mark import", sizeof("mark import") - 1);
	hash_add_be64(&h, plan->id);
	hash_add(&h, plan->hash, PLAN_HASH_BYTES);
	hash_end(&h, &key);
	memcpy(out->key, key.b, ENTRY_KEY_BYTES);
	out->has_key = true;
	out->place = (struct mark_place){ request_school_id(req), file->class_id, file->subject_id,
		file->term_id };
	out->actor.person_id = request_person_id(req);
	out->actor.now_ms = request_now_ms(req);
	for (size_t i = 0; i < file->cell_count; i++) {
		const struct mark_file_cell *c = &file->cells[i];
		if (c->fate != MARK_FILE_CHANGE) {
			continue;
		}
		if (out->count == ENTRY_CELLS_MAX) {
			return ERR_LIMIT;
		}
		out->wanted[out->count++] = (struct mark_stored){ .column_id = c->column_id,
			.student_id = c->student_id,
			.cell = c->wanted,
			.version = c->version };
	}
	return ERR_OK;
}

static enum err carry_out(const struct request *req, const struct plan *plan, struct entry *entry) {
	struct commit c = { plan, entry };
	struct audit_deed deed = { "marks.import", "plan", &plan->id };
	enum err e = ERR_CONFLICT;
	if (plan->state != PLAN_COMMITTED) {
		e = audit_run(req, &deed, run_commit, &c);
	}
	if (e == ERR_CONFLICT) { /* sent again after its answer was lost: the deed is done */
		entry->is_again = true;
		e = entry_store_run(request_db(req), entry);
	}
	return e;
}

enum err mark_import_commit(const struct request *req, struct reply *reply) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	_cleanup_(mark_file_freep) struct mark_file *file = NULL;
	_cleanup_(mem_freep) struct entry *entry = calloc(1, sizeof(*entry));
	bool is_answered = false;
	enum err e = entry ? check_own(req, PLAN_MARKS_IN) : ERR_NOMEM;
	e = e ? e : sheets_named(req, reply, PLAN_MARKS_IN, &plan, &is_answered);
	if (e || is_answered) {
		return e;
	}
	struct str *why = &entry->actor.why;
	if (json_opt_str(request_json(req), "why", str_from(""), why) ||
			why->n > MARK_WHY_BYTES_MAX) {
		return reply_field(reply, "why", "form.too_long", NULL);
	}
	e = mark_file_load((struct str){ plan.plan, plan.plan_n }, &file);
	e = e ? e : agree(request_json(req), file);
	e = e ? e : make_entry(req, &plan, file, entry);
	e = e ? e : sheet_check_access(req, &entry->place, access_marks_enter);
	e = e ? e : carry_out(req, &plan, entry);
	if (e == ERR_MISSING) {
		return reply_field(reply, "why", "mark.why_missing", NULL);
	}
	if (e == ERR_EXISTS) {
		return reply_problem(reply, 422, "mark.key_used", NULL);
	}
	return e ? e : mark_put_done(req, entry, reply_json(reply, 200));
}

/* ---- filling a file ---- */

struct edits {
	struct xlsx_edit *items;
	size_t *cells; /* of the plan, one each */
	char (*texts)[EDIT_BYTES];
	size_t count;
};

static void edits_finish(struct edits *edits) {
	free(edits->items);
	free(edits->cells);
	free(edits->texts);
}

static enum err make_edits(const struct upload *u, struct edits *out) {
	size_t most = u->file->cell_count + 1;
	out->items = calloc(most, sizeof(*out->items));
	out->cells = calloc(most, sizeof(*out->cells));
	out->texts = calloc(most, sizeof(*out->texts));
	if (!out->items || !out->cells || !out->texts) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < u->file->cell_count; i++) {
		const struct mark_file_cell *c = &u->file->cells[i];
		_cleanup_(buf_finish) struct buf text = buf_make(EDIT_BYTES - 1);
		if (c->fate != MARK_FILE_CHANGE) {
			continue;
		}
		enum mark_scale scale = u->known->columns[c->known].scale;
		mark_value_print(scale, &c->wanted, LANG_EN, &text);
		if (buf_err(&text)) {
			return buf_err(&text);
		}
		memcpy(out->texts[out->count], buf_str(&text), text.len);
		out->items[out->count] = (struct xlsx_edit){ .row = c->row,
			.column = c->column,
			.is_text = scale == MARK_SCALE_PASSED || scale == MARK_SCALE_LEVEL,
			.text = { out->texts[out->count], text.len } };
		out->cells[out->count++] = i;
	}
	return ERR_OK;
}

/* Fills the uploaded file; cells with a formula turn into refused ones. */
static enum err fill(const struct request *req, const struct upload *u, struct buf *out) {
	_cleanup_(edits_finish) struct edits edits = { .count = 0 };
	enum err e = make_edits(u, &edits);
	e = e ? e
	      : xlsx_fill(request_part(req, "file")->bytes, u->file->sheet, edits.items,
				edits.count, out);
	for (size_t i = 0; i < edits.count && !e; i++) {
		e = edits.items[i].is_kept ? mark_file_keep_formula(u->file, edits.cells[i])
					   : ERR_OK;
	}
	return e;
}

enum err mark_fill_create(const struct request *req, struct reply *reply) {
	_cleanup_(upload_finish) struct upload u = { .file = NULL };
	_cleanup_(buf_finish) struct buf saved = buf_make(PLAN_BYTES_MAX);
	_cleanup_(buf_finish) struct buf filled = buf_make(XLSX_FILL_BYTES_MAX);
	enum err e = read_upload(req, reply, MARK_FILE_OUT, access_marks_view, &u);
	if (e || !u.file) {
		return e;
	}
	e = fill(req, &u, &filled);
	if (e) {
		return sheets_refuse(reply, e);
	}
	e = mark_file_save(u.file, u.known, request_lang(req), &saved);
	buf_add(&saved, filled.data, filled.len);
	e = e ? e : buf_err(&saved);
	return e ? e : sheets_keep(req, reply, PLAN_MARKS_OUT, u.known->class_id, of(&saved));
}

enum err mark_fill_file(const struct request *req, struct reply *reply) {
	_cleanup_(plan_finish) struct plan plan = { 0 };
	_cleanup_(buf_finish) struct buf bytes = buf_make(PLAN_BYTES_MAX);
	enum err e = plan_store_load(request_db(req), request_school_id(req), PLAN_MARKS_OUT,
			request_path_id(req, 0), &plan);
	if (e || plan.created_by != request_person_id(req)) {
		return e ? e : ERR_NOT_FOUND;
	}
	size_t at = 0;
	for (size_t line = 0; line < 2; line++) { /* the preview, and the place */
		at += roster_plan_preview((struct str){ plan.plan + at, plan.plan_n - at }).n + 1;
		if (at >= plan.plan_n) {
			return ERR_CORRUPT;
		}
	}
	buf_add(&bytes, plan.plan + at, plan.plan_n - at);
	e = buf_err(&bytes);
	if (!e) {
		reply_file(reply, xlsx_type, plan.file_name[0] ? plan.file_name : "so-diem.xlsx",
				&bytes);
	}
	return e;
}
