#include "ws/http/sitting_view.h"

#include <string.h>

#include "exam/hall/sitting_store.h"
#include "exam/hall/variant_store.h"
#include "gradebook/marks/mark.h"
#include "ws/http/exam_json.h"

/* Whether the person watches one of its rooms. */
static enum err is_watched(const struct request *req, const struct sitting *s, bool *out) {
	_cleanup_(sitting_rooms_finish) struct sitting_rooms rooms = { 0 };
	enum err e = sitting_store_rooms(request_db(req), s->school_id, &s->id, &rooms);
	if (e) {
		return e;
	}
	*out = false;
	for (size_t i = 0; i < rooms.count; i++) {
		*out = *out || rooms.items[i].invigilator_id == request_person_id(req);
	}
	return ERR_OK;
}

enum err sitting_view_load_id(const struct request *req, enum sitting_view view,
		const struct id16 *id, struct sitting *out) {
	struct access_owned owned = { .school_id = request_school_id(req) };
	struct sitting s;
	enum err e = sitting_store_load(request_db(req), request_school_id(req), id, &s);
	if (e) {
		return e;
	}
	owned.is_owner = s.created_by == request_person_id(req);
	if (view == SITTING_VIEW_OWN) {
		e = access_owned_change(request_who(req), &owned) ? ERR_OK : ERR_NOT_FOUND;
	} else if (!access_school_manage(request_who(req), s.school_id)) {
		e = owned.is_owner ? ERR_OK : is_watched(req, &s, &owned.is_shared);
		e = e ? e : access_owned_view(request_who(req), &owned) ? ERR_OK : ERR_NOT_FOUND;
	}
	if (e) {
		return e;
	}
	*out = s;
	return ERR_OK;
}

enum err sitting_view_load(const struct request *req, enum sitting_view view, struct sitting *out) {
	struct id16 id;
	memcpy(id.b, request_path_bytes16(req, 0), ID16_BYTES);
	return sitting_view_load_id(req, view, &id, out);
}

static void print_column(const struct sitting *s, struct json_out *w) {
	enum mark_kind kind;
	if (s->column.kind == 0 || mark_kind_from_db(s->column.kind, &kind)) {
		jo_knull(w, "column");
		return;
	}
	jo_kobj(w, "column");
	jo_kid(w, "term", s->column.term_id);
	jo_kstrz(w, "kind", mark_kind_name(kind));
	jo_ki64(w, "position", s->column.position);
	jo_end_obj(w);
}

static void print_room(const struct sitting_room *room, struct json_out *w) {
	jo_obj(w);
	jo_kid(w, "id", room->id);
	jo_kstrz(w, "name", room->name);
	if (room->class_id) {
		jo_kid(w, "classId", room->class_id);
	} else {
		jo_knull(w, "classId");
	}
	jo_kstrz(w, "className", room->class_name);
	jo_ki64(w, "count", room->attempt_count);
	jo_kobj(w, "invigilator");
	jo_kid(w, "id", room->invigilator_id);
	jo_kstrz(w, "fullName", room->invigilator_name);
	jo_end_obj(w);
	jo_end_obj(w);
}

static enum err print_rooms(struct db *db, const struct sitting *s, struct json_out *w) {
	_cleanup_(sitting_rooms_finish) struct sitting_rooms rooms = { 0 };
	enum err e = sitting_store_rooms(db, s->school_id, &s->id, &rooms);
	jo_karr(w, "rooms");
	for (size_t i = 0; i < rooms.count; i++) {
		print_room(&rooms.items[i], w);
	}
	jo_end_arr(w);
	return e;
}

static void print_times(const struct sitting *s, int64_t now_ms, struct json_out *w) {
	jo_kstrz(w, "state", sitting_stage(s, now_ms));
	jo_ki64(w, "lobbyAt", s->lobby_at_ms);
	jo_ki64(w, "startsAt", s->starts_at_ms);
	jo_ki64(w, "limitMs", s->limit_ms);
	jo_ki64(w, "windowEndAt", s->window_end_ms);
	jo_ki64(w, "graceMs", s->grace_ms);
	if (s->last_end_ms) {
		jo_ki64(w, "lastEndAt", s->last_end_ms);
	} else {
		jo_knull(w, "lastEndAt");
	}
	jo_ki64(w, "revision", s->revision);
}

enum err sitting_view_print(
		const struct request *req, const struct sitting *s, struct json_out *w) {
	jo_obj(w);
	exam_json_id16(w, "id", &s->id);
	jo_kstrz(w, "title", s->title);
	jo_kid(w, "paper", s->paper_id);
	jo_kid(w, "subjectId", s->subject_id);
	print_times(s, request_now_ms(req), w);
	jo_karr(w, "variants");
	for (unsigned v = 0; v < s->variant_count; v++) {
		char code[PAPER_VARIANT_BYTES];
		paper_variant_code(v, code);
		jo_strz(w, code);
	}
	jo_end_arr(w);
	enum err e = print_rooms(request_db(req), s, w);
	print_column(s, w);
	jo_kstrz(w, "outagePolicy", sitting_outage_name(s->outage));
	jo_kstrz(w, "releasePolicy", sitting_release_name(s->release));
	if (s->released_at_ms) {
		jo_ki64(w, "releasedAt", s->released_at_ms);
	} else {
		jo_knull(w, "releasedAt");
	}
	jo_kbool(w, "practice", s->is_practice);
	jo_kbool(w, "isOwn", s->created_by == request_person_id(req));
	jo_end_obj(w);
	return e;
}

enum err sitting_view_reply(
		const struct request *req, struct reply *reply, const struct id16 *id, int status) {
	struct sitting s;
	enum err e = sitting_view_load_id(req, SITTING_VIEW_WATCH, id, &s);
	return e ? e : sitting_view_print(req, &s, reply_json_value(reply, status));
}

void sitting_view_student(const struct result *r, struct json_out *w) {
	jo_kobj(w, "student");
	jo_kid(w, "id", r->student_id);
	jo_kstrz(w, "code", r->student_code);
	jo_kstrz(w, "fullName", r->full_name);
	jo_end_obj(w);
}
