/* Provinces and communes as they were and are, and what became of them. */
#include "core/province/area_store.h"
#include "ws/http/desk_http.h"
#include "ws/http/desk_view.h"
#include "ws/http/reply.h"

static void put_day(struct json_out *w, const char *name, struct date day) {
	char text[DATE_ISO_BYTES];
	if (day.year == 0) {
		jo_knull(w, name);
		return;
	}
	date_print_iso(day, text);
	jo_kstrz(w, name, text);
}

static enum err put_area(enum area_tier tier, const struct area *area, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_ki64(w, "tier", tier);
	jo_kstrz(w, "code", area->code);
	jo_kstrz(w, "name", area->name);
	jo_kstrz(w, "province", area->parent);
	put_day(w, "from", area->from);
	put_day(w, "to", area->to);
	jo_end_obj(w);
	return ERR_OK;
}

static enum err put_change(const struct area_change *change, void *ctx) {
	struct json_out *w = ctx;
	jo_obj(w);
	jo_ki64(w, "tier", change->tier);
	jo_kstr(w, "before", change->before);
	jo_kstr(w, "after", change->after);
	put_day(w, "on", change->on);
	jo_end_obj(w);
	return ERR_OK;
}

enum err desk_area_list(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint32_t province_id = desk_province(req);
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "areas");
	enum err e = area_store_around(db, province_id, put_area, w);
	jo_end_arr(w);
	jo_karr(w, "changes");
	e = e ? e : area_store_changes(db, province_id, put_change, w);
	jo_end_arr(w);
	return e ? e : reply_tag(reply, request_if_none_match(req));
}
