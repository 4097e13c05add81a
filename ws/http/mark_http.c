#include "ws/http/mark_http.h"

#include <stdio.h>
#include <stdlib.h>

#include "core/base/cleanup.h"
#include "gradebook/marks/entry_store.h"
#include "gradebook/marks/mark_told_store.h"
#include "ws/http/mark_json.h"
#include "ws/http/school_json.h"
#include "ws/http/mark_sheet.h"

enum { ID_TEXT_BYTES = 24, NAME_BYTES_MAX = 600 };

enum err mark_sheet_get(const struct request *req, struct reply *reply) {
	const struct mark_place place = sheet_place(req);
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = sheet_check_access(req, &place, access_marks_view);
	e = e ? e : sheet_load(request_db(req), &place, request_now_ms(req), &s);
	e = e ? e : sheet_put(reply_json(reply, 200), req, s);
	return e ? e : reply_tag(reply, request_if_none_match(req));
}

/* ---- changes ---- */

enum err mark_get_cells(
		const struct json *list, struct mark_stored *out, size_t most, size_t *out_count) {
	size_t count = 0;
	for (const struct json *it = json_first(list); it; it = json_next(it)) {
		struct mark_stored cell = { .version = 0 };
		int64_t version = 0;
		if (count == most) {
			return ERR_LIMIT;
		}
		enum err e = json_get_id(it, "column", &cell.column_id);
		e = e ? e : json_get_id(it, "student", &cell.student_id);
		e = e ? e : json_opt_i64(it, "version", 0, &version);
		e = e ? e : mark_get_cell(it, &cell.cell);
		if (e || version < 0 || version > INT32_MAX) {
			return ERR_INVAL;
		}
		cell.version = (unsigned)version;
		out[count++] = cell;
	}
	*out_count = count;
	return ERR_OK;
}

/* Who changed a cell, of the last one that was asked for: cells that meet are mostly of one. */
struct name {
	uint64_t person_id;
	struct buf text;
};

static void name_finish(struct name *name) {
	buf_finish(&name->text);
}

static enum err find_name(const struct request *req, uint64_t person_id, struct name *out) {
	if (person_id == out->person_id) {
		return ERR_OK;
	}
	out->person_id = person_id;
	buf_clear(&out->text);
	return mark_store_person(request_db(req), request_school_id(req), person_id, &out->text);
}

static const char *lock_name(enum entry_fate fate) {
	switch (fate) {
	case ENTRY_SAVED:
	case ENTRY_CONFLICT:
		break;
	case ENTRY_LOCKED:
		return "locked";
	case ENTRY_CLOSED:
		return "closed";
	case ENTRY_EXEMPT:
		return "exempt";
	}
	return NULL;
}

/* "saved", "conflicts" and "locked": which of the three a cell belongs to. */
enum list { LIST_SAVED, LIST_CONFLICTS, LIST_LOCKED };

static enum list list_of(enum entry_fate fate) {
	return fate == ENTRY_SAVED               ? LIST_SAVED
			: fate == ENTRY_CONFLICT ? LIST_CONFLICTS
						 : LIST_LOCKED;
}

static enum err put_list(const struct request *req, const struct entry *entry, enum list list,
		struct json_out *w) {
	static const char *const names[] = { "saved", "conflicts", "locked" };
	_cleanup_(name_finish) struct name name = { .text = buf_make(NAME_BYTES_MAX) };
	enum err e = ERR_OK;
	jo_karr(w, names[list]);
	for (size_t i = 0; i < entry->done_count && !e; i++) {
		const struct entry_cell *cell = &entry->done[i];
		if (list_of(cell->fate) != list) {
			continue;
		}
		jo_obj(w);
		jo_kid(w, "column", cell->column_id);
		jo_kid(w, "student", cell->student_id);
		mark_put_cell(w, &cell->cell);
		jo_ki64(w, "version", cell->version);
		if (list == LIST_CONFLICTS) {
			e = find_name(req, cell->changed_by, &name);
			school_put_person(w, "changedBy", cell->changed_by,
					(struct str){ buf_str(&name.text), name.text.len });
			school_put_time(w, "changedAt", cell->changed_at_ms);
		}
		if (list == LIST_LOCKED) {
			jo_kstrz(w, "why", lock_name(cell->fate));
		}
		jo_end_obj(w);
	}
	jo_end_arr(w);
	return e;
}

static enum err put_means(
		const struct request *req, const struct entry *entry, struct json_out *w) {
	_cleanup_(sheet_freep) struct sheet *s = NULL;
	enum err e = sheet_load(request_db(req), &entry->place, request_now_ms(req), &s);
	if (e) {
		return e;
	}
	jo_kobj(w, "means");
	for (size_t i = 0; !e && i < s->student_count; i++) {
		bool is_touched = false;
		for (size_t k = 0; k < entry->done_count && !is_touched; k++) {
			is_touched = entry->done[k].student_id == s->students[i].id;
		}
		if (is_touched) {
			char name[ID_TEXT_BYTES];
			(void)snprintf(name, sizeof(name), "%llu",
					(unsigned long long)s->students[i].id); /* any id fits */
			jo_key(w, name);
			e = sheet_put_mean(w, s, &s->students[i], request_lang(req));
		}
	}
	jo_end_obj(w);
	return e;
}

enum err mark_put_done(const struct request *req, const struct entry *entry, struct json_out *w) {
	enum err e = ERR_OK;
	for (enum list list = LIST_SAVED; list <= LIST_LOCKED && !e; list++) {
		e = put_list(req, entry, list, w);
	}
	return e ? e : put_means(req, entry, w);
}

/* A body that is wrong is answered, and gives true. */
static bool refuse_body(const struct request *req, struct reply *reply, struct entry *entry,
		enum err *out) {
	const struct json *list = NULL;
	enum err e = json_opt_str(request_json(req), "why", str_from(""), &entry->actor.why);
	if (e || entry->actor.why.n > MARK_WHY_BYTES_MAX) {
		*out = reply_field(reply, "why", "form.too_long", NULL);
		return true;
	}
	if (json_get_array(request_json(req), "cells", &list)) {
		*out = reply_field(reply, "cells", "form.required", NULL);
		return true;
	}
	*out = mark_get_cells(list, entry->wanted, ENTRY_CELLS_MAX, &entry->count);
	return *out != ERR_OK;
}

/* Whoever gets a first mark in a column that families see already is told too. */
static enum err run_entry(struct db *db, void *ctx) {
	struct entry *entry = ctx;
	uint64_t told[MARK_COLUMNS_MAX];
	size_t count = 0;
	enum err e = entry_store_run(db, entry);
	for (size_t i = 0; i < entry->done_count && !e; i++) {
		uint64_t id = entry->done[i].column_id;
		bool is_told = entry->done[i].fate != ENTRY_SAVED || count == MARK_COLUMNS_MAX;
		for (size_t k = 0; k < count && !is_told; k++) {
			is_told = told[k] == id;
		}
		if (!is_told) {
			told[count++] = id;
			e = mark_told_store_column(
					db, entry->place.school_id, id, entry->actor.now_ms);
		}
	}
	return e;
}

enum err mark_sheet_put(const struct request *req, struct reply *reply) {
	_cleanup_(mem_freep) struct entry *entry = calloc(1, sizeof(*entry));
	if (!entry) {
		return ERR_NOMEM;
	}
	entry->place = sheet_place(req);
	entry->actor.person_id = request_person_id(req);
	entry->actor.now_ms = request_now_ms(req);
	entry->has_key = request_idem_key(req, entry->key);
	enum err e = sheet_check_access(req, &entry->place, access_marks_enter);
	if (e || refuse_body(req, reply, entry, &e)) {
		return e;
	}
	e = db_transact_with(
			request_db(req), entry->has_key ? DB_TX_IDEMPOTENT : 0, run_entry, entry);
	if (e == ERR_MISSING) {
		return reply_field(reply, "why", "mark.why_missing", NULL);
	}
	if (e == ERR_EXISTS) {
		return reply_problem(reply, 422, "mark.key_used", NULL);
	}
	if (e) {
		return e;
	}
	return mark_put_done(req, entry, reply_json(reply, 200));
}
