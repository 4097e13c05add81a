#include "ws/http/ticket_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/ticket.h"
#include "core/school/slip.h"
#include "exam/hall/sitting_store.h"
#include "exam/hall/ticket_store.h"
#include "exam/marking/result_store.h"
#include "ws/app.h"
#include "ws/http/exam_json.h"
#include "ws/http/audit_http.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/http/sitting_view.h"

enum {
	MINUTE_MS = 60000,
	PDF_BYTES_MAX = 32 << 20,
};

/* The attempts of one room with a new code each. The codes are wiped with it. */
struct room_codes {
	struct sitting sitting;
	char room_name[128];
	struct results results;
	size_t count;
	struct ticket *tickets;
	char (*texts)[TICKET_TEXT_BYTES];
};

static void room_codes_free(struct room_codes *c) {
	if (!c) {
		return;
	}
	for (size_t i = 0; c->tickets && i < c->count; i++) {
		ticket_wipe(&c->tickets[i]);
	}
	if (c->texts) {
		explicit_bzero(c->texts, c->count * sizeof(c->texts[0]));
	}
	free(c->tickets);
	free(c->texts);
	results_finish(&c->results);
	free(c);
}
DEFINE_FREEP(struct room_codes *, room_codes_free);

/* Whose room it is, and who sits in it. */
static enum err load_room(const struct request *req, struct room_codes *c) {
	_cleanup_(sitting_rooms_finish) struct sitting_rooms rooms = { 0 };
	struct db *db = request_db(req);
	uint64_t room_id = request_path_id(req, 0);
	struct sitting found;
	enum err e = sitting_store_of_room(db, request_school_id(req), room_id, &found);
	e = e ? e : sitting_view_load_id(req, SITTING_VIEW_WATCH, &found.id, &c->sitting);
	e = e ? e : sitting_store_rooms(db, found.school_id, &found.id, &rooms);
	e = e ? e : result_store_room(db, found.school_id, &found.id, room_id, &c->results);
	if (e) {
		return e;
	}
	c->count = c->results.count;
	for (size_t i = 0; i < rooms.count; i++) {
		if (rooms.items[i].id == room_id) {
			(void)snprintf(c->room_name, sizeof(c->room_name), "%s",
					rooms.items[i].name); /* the column is shorter */
		}
	}
	return c->count ? ERR_OK : ERR_MISSING;
}

struct storing {
	const struct request *req;
	const struct room_codes *codes;
	const struct ticket_new *rows;
};

static enum err run_store(struct db *db, void *ctx) {
	const struct storing *s = ctx;
	const struct sitting *sitting = &s->codes->sitting;
	int64_t expires_ms = sitting->last_end_ms > sitting->window_end_ms ? sitting->last_end_ms
									   : sitting->window_end_ms;
	return ticket_store_replace(db, sitting->school_id, request_path_id(s->req, 0), s->rows,
			s->codes->count, request_now_ms(s->req), expires_ms + sitting->grace_ms);
}

static enum err make_codes(const struct request *req, struct room_codes *c) {
	_cleanup_(mem_freep) struct ticket_new *rows = calloc(c->count, sizeof(*rows));
	c->tickets = calloc(c->count, sizeof(*c->tickets));
	c->texts = calloc(c->count, sizeof(*c->texts));
	if (!rows || !c->tickets || !c->texts) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < c->count; i++) {
		ticket_make(TICKET_EXAM, &c->tickets[i]);
		ticket_print(&c->tickets[i], c->texts[i]);
		ticket_hash(&c->tickets[i], request_app(req)->ticket_key, &rows[i].code_hash);
		rows[i].attempt = c->results.items[i].attempt;
	}
	uint64_t room = request_path_id(req, 0);
	struct storing storing = { req, c, rows };
	struct audit_deed deed = { "room.tickets", "room", &room };
	return audit_run(req, &deed, run_store, &storing);
}

static void reply_codes(const struct room_codes *c, struct reply *reply) {
	struct json_out *w = reply_json(reply, 200);
	jo_karr(w, "items");
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = &c->results.items[i];
		jo_obj(w);
		exam_json_id16(w, "attempt", &r->attempt);
		sitting_view_student(r, w);
		jo_kstrz(w, "code", c->texts[i]);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static enum err reply_pdf(
		const struct request *req, const struct room_codes *c, struct reply *reply) {
	_cleanup_(buf_finish) struct buf pdf = buf_make(PDF_BYTES_MAX);
	_cleanup_(mem_freep) struct slip_ticket *slips = calloc(c->count, sizeof(*slips));
	struct ticket_opens opens;
	if (!slips) {
		return ERR_NOMEM;
	}
	enum err e = ticket_store_of_attempt(request_db(req), c->sitting.school_id,
			&c->results.items[0].attempt, &opens); /* for the school's name */
	if (e) {
		return e;
	}
	for (size_t i = 0; i < c->count; i++) {
		const struct result *r = &c->results.items[i];
		slips[i] = (struct slip_ticket){ .full_name = str_from(r->full_name),
			.class_name = str_from(r->class_name),
			.student_code = str_from(r->student_code),
			.number = (unsigned)i + 1,
			.code = str_from(c->texts[i]) };
	}
	struct slip_ticket_sheet sheet = { .school_name = str_from(opens.school_name),
		.exam_title = str_from(c->sitting.title),
		.room_name = str_from(c->room_name),
		.address = request_origin(req),
		.starts_ms = c->sitting.starts_at_ms,
		.created_ms = request_now_ms(req),
		.limit_min = (unsigned)(c->sitting.limit_ms / MINUTE_MS),
		.lang = request_lang(req) };
	e = slip_ticket_print(&sheet, slips, c->count, &pdf);
	if (e) {
		return e;
	}
	reply_file(reply, "application/pdf", "phieu-du-thi.pdf", &pdf);
	return ERR_OK;
}

enum err room_tickets(const struct request *req, struct reply *reply) {
	_cleanup_(room_codes_freep) struct room_codes *c = calloc(1, sizeof(*c));
	if (!c) {
		return ERR_NOMEM;
	}
	enum err e = load_room(req, c);
	e = e ? e : make_codes(req, c);
	if (e) {
		return e;
	}
	if (str_eq_z(request_query(req, "as"), "json")) {
		reply_codes(c, reply);
		return ERR_OK;
	}
	return reply_pdf(req, c, reply);
}
