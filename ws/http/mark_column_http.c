/* The part of mark_http.h about columns as a whole. */
#include "ws/http/mark_http.h"

#include "ws/http/audit_http.h"
#include "ws/http/mark_sheet.h"

enum err mark_column_create(const struct request *req, struct reply *reply) {
	const struct mark_place place = sheet_place(req);
	enum err e = sheet_check_access(req, &place, access_marks_enter);
	struct mark_facts facts;
	const struct rule_pack *pack = NULL;
	struct str name;
	int64_t position = 0;
	enum mark_kind kind = MARK_TX;
	uint64_t id = 0;
	if (!e) {
		e = mark_store_facts(request_db(req), &place, &facts);
	}
	if (!e) {
		e = pack_find(facts.grade, facts.year, &pack);
	}
	if (e) {
		return e;
	}
	if (json_get_str(request_json(req), "kind", &name) || mark_kind_parse(name, &kind)) {
		return reply_field(reply, "kind", "form.required", NULL);
	}
	if (json_get_i64(request_json(req), "position", &position) || position < 1 ||
			position > MARK_POSITION_MAX ||
			mark_check_column(pack, facts.subject, facts.lessons_a_year, kind,
					(unsigned)position)) {
		return reply_field(reply, "position", "mark.column_wrong", NULL);
	}
	e = mark_store_add_column(request_db(req), &place, kind, (unsigned)position, &id);
	if (e) {
		return e;
	}
	jo_kid(reply_json(reply, 201), "id", id);
	return ERR_OK;
}

struct publishing {
	struct mark_place place;
	struct mark_actor actor;
	const struct json *list;
};

/* All of the columns, or none: each must be one of this sheet. */
static enum err run_publish(struct db *db, void *ctx) {
	const struct publishing *p = ctx;
	for (const struct json *it = json_first(p->list); it; it = json_next(it)) {
		uint64_t id = 0;
		struct mark_column column;
		enum err e = json_as_id(it, &id);
		e = e ? e : mark_store_column(db, p->place.school_id, id, &column);
		if (e) {
			return e;
		}
		if (column.place.class_id != p->place.class_id ||
				column.place.subject_id != p->place.subject_id ||
				column.place.term_id != p->place.term_id) {
			return ERR_NOT_FOUND;
		}
		e = mark_store_publish(db, p->place.school_id, id, &p->actor);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

enum err mark_publish(const struct request *req, struct reply *reply) {
	struct publishing p = { .place = sheet_place(req),
		.actor = { .person_id = request_person_id(req),
				.now_ms = request_now_ms(req),
				.why = { "", 0 } } };
	enum err e = sheet_check_access(req, &p.place, access_marks_enter);
	if (e) {
		return e;
	}
	if (json_get_array(request_json(req), "columns", &p.list)) {
		return reply_field(reply, "columns", "form.required", NULL);
	}
	struct audit_deed deed = { "marks.publish", "class", &p.place.class_id };
	e = audit_run(req, &deed, run_publish, &p);
	if (!e) {
		reply_empty(reply, 204);
	}
	return e;
}
