/* The part of mark_http.h about the history of a cell. */
#include "ws/http/mark_http.h"

#include "gradebook/marks/ledger_store.h"
#include "ws/http/mark_json.h"
#include "ws/http/mark_sheet.h"

static enum err put_history(const struct ledger_stored *row, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_ki64(w, "at", row->row.at_ms);
	jo_kid(w, "person", row->row.person_id);
	jo_kbool(w, "isKept", row->row.act == LEDGER_KEPT);
	struct cell was;
	struct cell now;
	enum err e = cell_from_code(row->row.old_code, &was);
	e = e ? e : cell_from_code(row->row.new_code, &now);
	if (e) {
		return e;
	}
	mark_put_value(w, "oldX10", was.value_x10);
	mark_put_value(w, "newX10", now.value_x10);
	jo_kstr(w, "why", row->row.why);
	jo_end_obj(w);
	return ERR_OK;
}

enum err mark_history_get(const struct request *req, struct reply *reply) {
	struct mark_column column;
	enum err e = mark_store_column(
			request_db(req), request_school_id(req), request_path_id(req, 0), &column);
	if (!e) {
		e = sheet_check_access(req, &column.place, access_marks_view);
	}
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	const struct ledger_chain chain = { request_school_id(req), column.place.class_id,
		column.place.subject_id };
	const struct ledger_each to = { put_history, w };
	e = ledger_store_history(request_db(req), &chain, column.id, request_path_id(req, 1), &to);
	jo_end_arr(w);
	return e;
}
