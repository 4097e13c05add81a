#include "ws/http/said_json.h"

#include "ws/http/mark_json.h"

static enum err put_row(const struct said_row *row, void *ctx) {
	struct json_out *w = ctx;
	struct cell was;
	struct cell now;
	enum err e = cell_from_code(row->old_code, &was);
	e = e ? e : cell_from_code(row->new_code, &now);
	if (e) {
		return e;
	}
	jo_obj(w);
	jo_ki64(w, "at", row->at_ms);
	jo_kid(w, "person", row->person_id);
	jo_kstr(w, "personName", row->person_name);
	jo_kobj(w, "old");
	mark_put_cell(w, &was);
	jo_end_obj(w);
	jo_kobj(w, "new");
	mark_put_cell(w, &now);
	jo_end_obj(w);
	mark_put_value(w, "oldX10", was.value_x10);
	mark_put_value(w, "newX10", now.value_x10);
	jo_kstr(w, "why", row->why);
	jo_end_obj(w);
	return ERR_OK;
}

enum err said_put_history(struct db *db, const struct said_place *place, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	const struct said_each to = { put_row, w };
	jo_karr(w, "items");
	enum err e = said_history_store_load(db, place, &to);
	jo_end_arr(w);
	return e;
}
