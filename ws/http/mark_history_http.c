/* The part of mark_http.h about the history of a cell. */
#include "ws/http/mark_http.h"

#include "core/base/cleanup.h"
#include "gradebook/marks/history_store.h"
#include "ws/http/mark_json.h"
#include "ws/http/school_json.h"
#include "ws/http/mark_sheet.h"

enum { TEXT_BYTES_MAX = 400 };

/* The code of the sentence, whose parameters are {old} and {new}. */
static const char *code_of(const struct ledger_row *row) {
	switch (row->act) {
	case LEDGER_SET:
		if (row->new_code == CELL_MISSING) {
			return "mark.act_missing";
		}
		if (row->old_code == CELL_NONE || row->old_code == CELL_MISSING) {
			return row->new_code >= CELL_MAKEUP ? "mark.act_makeup" : "mark.act_set";
		}
		return "mark.act_changed";
	case LEDGER_CLEARED:
		return "mark.act_cleared";
	case LEDGER_PUBLISHED:
		return "mark.act_published";
	case LEDGER_LINKED:
		return "mark.act_linked";
	case LEDGER_KEPT:
		return "mark.act_kept";
	case LEDGER_UNLINKED:
		return "mark.act_unlinked";
	case LEDGER_LOCKED:
	case LEDGER_REOPENED:
	case LEDGER_EXEMPTED:
	case LEDGER_COUNTED:
	case LEDGER_CLOSED:
	case LEDGER_OPENED:
	case LEDGER_CONDUCT:
	case LEDGER_PLANNED:
	case LEDGER_PLAN_DONE:
	case LEDGER_JUDGED:
	case LEDGER_COLUMN_MADE:
	case LEDGER_REASSESSED:
		break; /* not about a cell or its column */
	}
	return NULL;
}

static const char *act_name(enum ledger_act act) {
	switch (act) {
	case LEDGER_SET:
		return "set";
	case LEDGER_CLEARED:
		return "cleared";
	case LEDGER_PUBLISHED:
		return "published";
	case LEDGER_LINKED:
		return "linked";
	case LEDGER_KEPT:
		return "kept";
	case LEDGER_UNLINKED:
		return "unlinked";
	case LEDGER_LOCKED:
	case LEDGER_REOPENED:
	case LEDGER_EXEMPTED:
	case LEDGER_COUNTED:
	case LEDGER_CLOSED:
	case LEDGER_OPENED:
	case LEDGER_CONDUCT:
	case LEDGER_PLANNED:
	case LEDGER_PLAN_DONE:
	case LEDGER_JUDGED:
	case LEDGER_COLUMN_MADE:
	case LEDGER_REASSESSED:
		break;
	}
	return NULL;
}

struct showing {
	struct json_out *w;
	enum lang lang;
	enum mark_scale scale;
};

static void print_cell(const struct showing *s, uint8_t code, struct buf *out) {
	struct cell cell = CELL_EMPTY;
	if (cell_from_code(code, &cell)) {
		return;
	}
	mark_print(s->scale, cell.value_x10, s->lang, out);
}

/* What happened, in words. */
static enum err put_text(const struct showing *s, const struct ledger_row *row) {
	_cleanup_(buf_finish) struct buf text = buf_make(TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf was = buf_make(TEXT_BYTES_MAX);
	_cleanup_(buf_finish) struct buf now = buf_make(TEXT_BYTES_MAX);
	print_cell(s, row->old_code, &was);
	print_cell(s, row->new_code, &now);
	const struct message_param params[] = { { "old", str_from(buf_str(&was)) },
		{ "new", str_from(buf_str(&now)) } };
	enum err e = messages_print(code_of(row), s->lang, params, 2, &text);
	jo_kstr(s->w, "text", (struct str){ buf_str(&text), text.len });
	return e;
}

static enum err put_codes(struct json_out *w, const struct ledger_row *row) {
	struct cell was;
	struct cell now;
	bool is_cell = row->student_id != 0; /* else of the column as a whole */
	enum err e = cell_from_code(is_cell ? row->old_code : CELL_NONE, &was);
	e = e ? e : cell_from_code(is_cell ? row->new_code : CELL_NONE, &now);
	if (e) {
		return e;
	}
	jo_kobj(w, "old");
	mark_put_cell(w, &was);
	jo_end_obj(w);
	jo_kobj(w, "new");
	mark_put_cell(w, &now);
	jo_end_obj(w);
	mark_put_value(w, "oldX10", was.value_x10);
	mark_put_value(w, "newX10", now.value_x10);
	return ERR_OK;
}

static enum err put_row(const struct history_row *h, void *ctx) {
	const struct showing *s = ctx;
	const struct ledger_row *row = &h->row;
	struct json_out *w = s->w;
	if (!code_of(row)) {
		return ERR_OK;
	}
	jo_obj(w);
	jo_ki64(w, "at", row->at_ms);
	jo_kid(w, "person", row->person_id);
	jo_kstr(w, "personName", h->person_name);
	school_put_person(w, "approver", row->approved_by, h->approver_name);
	if (h->request_id) {
		jo_kid(w, "request", h->request_id);
	} else {
		jo_knull(w, "request");
	}
	jo_kstrz(w, "act", act_name(row->act));
	jo_kbool(w, "isKept", row->act == LEDGER_KEPT);
	enum err e = put_text(s, row);
	e = e ? e : put_codes(w, row);
	bool is_mark = row->act == LEDGER_SET || row->act == LEDGER_KEPT;
	sheet_put_id16(w, "attempt", row->has_ref && is_mark, row->ref);
	jo_kstr(w, "why", row->why);
	jo_end_obj(w);
	return e;
}

enum err mark_history_get(const struct request *req, struct reply *reply) {
	struct mark_column column;
	struct mark_facts facts;
	enum err e = mark_store_column(
			request_db(req), request_school_id(req), request_path_id(req, 0), &column);
	e = e ? e : sheet_check_access(req, &column.place, access_marks_view);
	e = e ? e : mark_store_facts(request_db(req), &column.place, &facts);
	if (e) {
		return e;
	}
	struct showing s = { reply_json(reply, 200), request_lang(req),
		mark_facts_scale(&facts, column.kind, column.position) };
	const struct history_each to = { put_row, &s };
	jo_karr(s.w, "items");
	e = history_store_cell(request_db(req), &column, request_path_id(req, 1), &to);
	jo_end_arr(s.w);
	return e;
}
