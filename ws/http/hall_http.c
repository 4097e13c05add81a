#include "ws/http/hall_http.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/auth/access.h"
#include "exam/hall/attempt_join_store.h"
#include "exam/hall/sitting_store.h"
#include "exam/hall/variant_store.h"
#include "ws/app.h"
#include "ws/http/reply.h"
#include "ws/http/request.h"
#include "ws/sock/hall.h"
#include "ws/sock/proto.h"

enum {
	SEALED_CACHE_S = 7 * 24 * 3600,
	ID_TEXT_BYTES = 32,
};

static struct attempt_place place_of(const struct request *req) {
	struct attempt_place place = { .school = request_school_id(req),
		.room = request_path_id(req, 0) };
	memcpy(place.attempt.b, request_path_bytes16(req, 1), ID16_BYTES);
	return place;
}

/* A ticket's session is for one attempt only. */
static bool is_ticket_of_another(const struct request *req, const struct id16 *attempt) {
	const struct access_actor *who = request_who(req);
	return who->has_attempt && memcmp(who->attempt_id, attempt->b, ID16_BYTES) != 0;
}

static void write_b64(struct json_out *w, const char *name, const void *bytes, size_t n) {
	_cleanup_(buf_finish) struct buf text = buf_make(2 * n + 8);
	str_b64_add(&text, bytes, n);
	jo_kstr(w, name, (struct str){ buf_str(&text), text.len });
}

/* --- before the socket --- */

static void write_parts(struct json_out *w, const struct request *req,
		const struct attempt_loaded *a, const struct variant_part_rows *rows) {
	jo_karr(w, "parts");
	for (size_t i = 0; i < rows->count; i++) {
		const struct variant_part_row *r = &rows->items[i];
		char url[160];
		(void)snprintf(url, sizeof(url), "/api/v1/rooms/%llu/sealed/%s/%u/%u/%u",
				(unsigned long long)request_path_id(req, 0), a->variant_code,
				r->section, r->part, r->rev); /* fits by its parts */
		jo_obj(w);
		jo_ki64(w, "section", r->section);
		jo_ki64(w, "part", r->part);
		jo_ki64(w, "rev", r->rev);
		jo_ki64(w, "bytes", (int64_t)r->bytes);
		jo_kstrz(w, "url", url);
		jo_end_obj(w);
	}
	jo_end_arr(w);
}

static void write_attempt(struct json_out *w, const struct attempt_loaded *a,
		const struct sitting *s, int64_t now_ms) {
	struct phase_sitting times = sitting_times(s);
	struct phase_now phase;
	phase_at(&times, &a->row.times, now_ms, &phase);
	char school[ID_TEXT_BYTES];
	(void)snprintf(school, sizeof(school), "%llu", (unsigned long long)a->school); /* fits */
	write_b64(w, "attempt", a->row.attempt.b, ID16_BYTES);
	jo_kid(w, "room", a->room);
	write_b64(w, "sitting", a->sitting.b, ID16_BYTES);
	jo_kstrz(w, "school", school);
	jo_kstrz(w, "title", s->title);
	jo_kstrz(w, "variant", a->variant_code);
	write_b64(w, "salt", a->salt, sizeof(a->salt));
	jo_ki64(w, "gen", a->row.gen);
	jo_ki64(w, "lobbyAt", s->lobby_at_ms);
	jo_ki64(w, "startsAt", phase.start_ms);
	jo_ki64(w, "limitMs",
			a->row.times.personal_limit_ms > 0 ? a->row.times.personal_limit_ms
							   : s->limit_ms);
	jo_ki64(w, "endsAt", phase.end_ms);
	jo_ki64(w, "now", now_ms);
	jo_kstrz(w, "phase", phase_name(phase.phase));
	jo_kbool(w, "practice", s->is_practice);
	jo_ki64(w, "grace", s->grace_ms);
}

enum err hall_attempt_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	struct attempt_place place = place_of(req);
	if (is_ticket_of_another(req, &place.attempt)) {
		return ERR_NOT_FOUND;
	}
	_cleanup_(attempt_loaded_freep) struct attempt_loaded *a = NULL;
	enum err e = attempt_join_store_load(db, request_app(req)->keys, &place, &a);
	if (!e && a->person != request_person_id(req)) {
		e = ERR_NOT_FOUND;
	}
	struct sitting sitting;
	e = e ? e : sitting_store_load(db, place.school, &a->sitting, &sitting);
	struct attempt_sitter sitter;
	e = e ? e : attempt_store_sitter(db, &place, &sitter);
	_cleanup_(variant_part_rows_finish) struct variant_part_rows rows = { 0 };
	e = e ? e
	      : variant_store_part_rows(
				db, place.school, &a->sitting, str_from(a->variant_code), &rows);
	if (e) {
		return e;
	}
	struct json_out *w = reply_json(reply, 200);
	write_attempt(w, a, &sitting, clock_now_ms(request_app(req)->clock));
	jo_kstrz(w, "studentName", sitter.name);
	jo_kstrz(w, "studentCode", sitter.code);
	jo_kstrz(w, "roomName", sitter.room);
	write_parts(w, req, a, &rows);
	return ERR_OK;
}

static enum err path_number(const struct request *req, size_t index, uint64_t most, uint64_t *out) {
	enum err e = str_parse_u64(request_path_str(req, index), out);
	return e || *out > most ? ERR_NOT_FOUND : ERR_OK;
}

/* Whether this session is for an attempt in the room: a ticket's for its own one only. */
static enum err sits_in(const struct request *req, uint64_t room) {
	const struct access_actor *who = request_who(req);
	if (!who->has_attempt) {
		return attempt_store_sits(
				request_db(req), request_school_id(req), room, who->person_id);
	}
	struct attempt_place place = { .school = request_school_id(req), .room = room };
	memcpy(place.attempt.b, who->attempt_id, ID16_BYTES);
	struct attempt_sitter sitter;
	return attempt_store_sitter(request_db(req), &place, &sitter);
}

/* Useless before the bell, so anyone of the room may have it, and every cache on the way. */
enum err hall_sealed_get(const struct request *req, struct reply *reply) {
	struct db *db = request_db(req);
	uint64_t section = 0;
	uint64_t part = 0;
	uint64_t rev = 0;
	if (path_number(req, 2, UINT16_MAX, &section) || path_number(req, 3, UINT16_MAX, &part) ||
			path_number(req, 4, UINT32_MAX, &rev)) {
		return ERR_NOT_FOUND;
	}
	struct sitting sitting;
	uint64_t school = request_school_id(req);
	uint64_t room = request_path_id(req, 0);
	enum err e = sits_in(req, room);
	e = e ? e : sitting_store_of_room(db, school, room, &sitting);
	if (e) {
		return e;
	}
	struct variant_part which = { .school_id = school,
		.sitting = sitting.id,
		.variant = request_path_str(req, 1),
		.section = (uint16_t)section,
		.part = (uint16_t)part,
		.rev = (uint32_t)rev };
	_cleanup_(buf_finish) struct buf bytes = buf_make(REPLY_BODY_BYTES_MAX);
	e = variant_store_part(db, &which, &bytes);
	if (e) {
		return e;
	}
	reply_file(reply, "application/octet-stream", NULL, &bytes);
	reply_cache(reply, SEALED_CACHE_S, true);
	return ERR_OK;
}

/* --- the path beside the socket --- */

enum post_kind { POST_HELLO, POST_TAKE, POST_BEGIN, POST_LOG, POST_EVENTS, POST_KEY };

/* A request on its way through a live room. Owned by the ask. */
struct post {
	struct hall_user user; /* first: the room's `user` is this */
	struct loop_task finish;
	struct ask *ask;
	struct live_room *live;
	struct room_conn *conn;
	enum post_kind kind;
	uint64_t person;
	int64_t received_ms;
	struct id16 attempt;
	struct message_hello hello;
	struct message_log log;
	struct proto_post events;
	struct proto_scratch scratch;
	struct buf body; /* what log and events point into */
	struct buf out;
	enum message_refusal refusal; /* of the whole request */
	bool has_welcome;
	bool is_finishing;
};

static void post_free(void *arg) {
	struct post *p = arg;
	proto_scratch_finish(&p->scratch);
	buf_finish(&p->body);
	if (p->out.data) {
		explicit_bzero(p->out.data, p->out.len); /* a key may be in it */
	}
	buf_finish(&p->out);
	free(p);
}

static void finish(struct loop *loop, struct loop_task *task) {
	(void)loop; /* the room is at hand */
	struct post *p = (struct post *)((char *)task - offsetof(struct post, finish));
	room_conn_left(live_room_inner(p->live), p->conn, p->received_ms);
	live_room_release(p->live);
	ask_done(p->ask, ERR_OK);
}

/* The room must not be called back from within an effect, so the end is a task of its own. */
static void on_answered(struct hall_user *user) {
	struct post *p = (struct post *)user;
	if (!p->is_finishing) {
		p->is_finishing = true;
		p->finish.run = finish;
		live_room_post(p->live, &p->finish);
	}
}

static void add_frame(struct post *p, const struct message *m, const struct proto_names *names) {
	if (p->out.len > 0) {
		buf_add_char(&p->out, ',');
	}
	if (proto_print(m, names, &p->out)) {
		p->refusal = REFUSED_BUSY;
	}
}

/* Events: every ack, stamp and refusal is part of the answer. The others: the welcome, or why
 * there is none. */
static void on_send(
		struct hall_user *user, const struct message *m, const struct proto_names *names) {
	struct post *p = (struct post *)user;
	bool is_answer = m->kind == MESSAGE_ACK || m->kind == MESSAGE_STAMP ||
			m->kind == MESSAGE_REFUSED;
	if (p->kind == POST_EVENTS) {
		if (is_answer || m->kind == MESSAGE_CLOSED) {
			add_frame(p, m, names);
		}
		return;
	}
	if (m->kind == MESSAGE_WELCOME && !p->has_welcome) {
		p->has_welcome = true;
		add_frame(p, m, names);
		on_answered(user);
	} else if (m->kind == MESSAGE_REFUSED && !p->has_welcome) {
		p->refusal = m->as.refused.code;
		on_answered(user);
	}
}

static void on_pause(struct hall_user *user, bool is_paused) {
	(void)user; /* a post is read already */
	(void)is_paused;
}

static void enter_room(struct post *p) {
	struct room *room = live_room_inner(p->live);
	int64_t now_ms = p->received_ms;
	if (room_post_for(room, p->conn, &p->attempt)) {
		p->refusal = REFUSED_UNKNOWN;
		on_answered(&p->user);
		return;
	}
	switch (p->kind) {
	case POST_HELLO:
		room_hello(room, p->conn, &p->hello, now_ms);
		break;
	case POST_TAKE:
		room_take(room, p->conn, &p->hello, now_ms);
		break;
	case POST_BEGIN:
		room_begin(room, p->conn, now_ms);
		break;
	case POST_LOG:
		room_log(room, p->conn, &p->log, now_ms);
		break;
	case POST_EVENTS:
		room_post(room, p->conn, &p->attempt, p->events.lease, p->events.events,
				p->events.event_count, now_ms);
		break;
	case POST_KEY:
		break;
	}
}

static void on_room(struct ask *ask, struct live_room *live, void *arg) {
	struct post *p = arg;
	p->ask = ask;
	p->live = live;
	enum err e = room_conn_new(live_room_inner(live), ROOM_POST, p->person, &p->user,
			p->received_ms, &p->conn);
	if (e) {
		ask_done(ask, e);
		return;
	}
	live_room_hold(live);
	enter_room(p);
}

/* What the worker takes home. */
struct taken {
	struct buf out;
	enum message_refusal refusal;
	enum err e; /* of a key */
};

static void take_home(void *arg, void *ctx) {
	const struct post *p = arg;
	struct taken *t = ctx;
	buf_add(&t->out, p->out.data ? p->out.data : "", p->out.len);
	t->refusal = p->refusal;
}

static int refusal_status(enum message_refusal r) {
	switch (r) {
	case REFUSED_UNKNOWN:
		return 404;
	case REFUSED_BUSY:
	case REFUSED_FLOOD:
		return 503;
	case REFUSED_FRAME:
		return 400;
	case REFUSED_VALUE:
	case REFUSED_SLOT:
		return 422;
	case REFUSED_NOT:
	case REFUSED_LATE:
	case REFUSED_EARLY:
	case REFUSED_CLOSED:
	case REFUSED_LEASE:
	case REFUSED_FORK:
	case REFUSED_GAP:
	case REFUSED_SECTION:
	case REFUSED_FULL:
	case REFUSED_LOG:
	case REFUSED_ELSEWHERE:
	case REFUSED_COUNT_:
		return 409;
	}
	return 409;
}

static enum err refuse(struct reply *reply, enum message_refusal r) {
	char code[40];
	int status = refusal_status(r);
	(void)snprintf(code, sizeof(code), "hall.%s", message_refusal_name(r)); /* fits */
	enum err e = reply_problem(reply, status, code, NULL);
	if (status == 503) {
		reply_retry_after(reply, 1);
	}
	return e;
}

static struct post *post_new(const struct request *req, enum post_kind kind) {
	struct post *p = calloc(1, sizeof(*p));
	if (!p) {
		return NULL;
	}
	p->user = (struct hall_user){
		.send = on_send, .answered = on_answered, .drop = on_answered, .pause = on_pause
	};
	p->kind = kind;
	p->person = request_person_id(req);
	p->received_ms = request_now_ms(req);
	memcpy(p->attempt.b, request_path_bytes16(req, 1), ID16_BYTES);
	p->scratch = proto_scratch_make();
	p->body = buf_make(PROTO_POST_BYTES_MAX);
	p->out = buf_make(PROTO_PRINT_BYTES_MAX);
	return p;
}

static enum err read_body(struct post *p, struct str body) {
	buf_add(&p->body, body.p ? body.p : "", body.n);
	enum err e = buf_err(&p->body);
	struct str text = { buf_str(&p->body), p->body.len };
	if (e) {
		return e;
	}
	switch (p->kind) {
	case POST_HELLO:
	case POST_TAKE:
		return proto_parse_hello(text, &p->attempt, &p->hello);
	case POST_LOG:
		return proto_parse_log(text, &p->scratch, &p->log);
	case POST_EVENTS:
		return proto_parse_post(text, &p->scratch, &p->events);
	case POST_BEGIN:
	case POST_KEY:
		return ERR_OK;
	}
	return ERR_INVAL;
}

static enum err ask_room(const struct request *req, struct post *p,
		void (*fn)(struct ask *ask, struct live_room *live, void *arg),
		struct taken *taken) {
	struct ask_what what = { .school = request_school_id(req),
		.room = request_path_id(req, 0),
		.fn = fn,
		.arg = p,
		.free_arg = post_free,
		.take = take_home,
		.ctx = taken };
	return hall_ask(request_app(req), &what);
}

static enum err write_taken(struct reply *reply, enum post_kind kind, const struct taken *t) {
	struct str frames = { buf_str(&t->out), t->out.len };
	if (t->refusal != REFUSED_NOT) {
		return refuse(reply, t->refusal);
	}
	if (kind == POST_EVENTS) {
		struct json_out *w = reply_json(reply, 200);
		jo_karr(w, "results");
		if (frames.n > 0) {
			jo_raw(w, frames); /* whole frames with commas between */
		}
		jo_end_arr(w);
		return ERR_OK;
	}
	if (frames.n == 0) {
		return ERR_BUSY;
	}
	jo_raw(reply_json_value(reply, 200), frames);
	return ERR_OK;
}

static enum err pass_on(const struct request *req, struct reply *reply, enum post_kind kind) {
	struct attempt_place place = place_of(req);
	if (is_ticket_of_another(req, &place.attempt)) {
		return refuse(reply, REFUSED_UNKNOWN);
	}
	if (kind != POST_EVENTS && hall_writer_stats(request_app(req)->hall).is_away) {
		return refuse(reply,
				REFUSED_BUSY); /* no worker waits for a database that is away */
	}
	struct post *p = post_new(req, kind);
	if (!p) {
		return ERR_NOMEM;
	}
	enum err e = read_body(p, request_body(req));
	if (e) {
		post_free(p);
		return e == ERR_NOMEM ? e : refuse(reply, REFUSED_FRAME);
	}
	_cleanup_(buf_finish) struct buf out = buf_make(PROTO_PRINT_BYTES_MAX);
	struct taken taken = { .out = out };
	e = ask_room(req, p, on_room, &taken);
	out = taken.out;
	return e ? e : write_taken(reply, kind, &taken);
}

enum err hall_hello_post(const struct request *req, struct reply *reply) {
	return pass_on(req, reply, POST_HELLO);
}

enum err hall_take_post(const struct request *req, struct reply *reply) {
	return pass_on(req, reply, POST_TAKE);
}

enum err hall_begin_post(const struct request *req, struct reply *reply) {
	return pass_on(req, reply, POST_BEGIN);
}

enum err hall_log_post(const struct request *req, struct reply *reply) {
	return pass_on(req, reply, POST_LOG);
}

enum err hall_events_post(const struct request *req, struct reply *reply) {
	return pass_on(req, reply, POST_EVENTS);
}

/* --- the key, for a student without a socket --- */

static void on_key(struct ask *ask, struct live_room *live, void *arg) {
	struct post *p = arg;
	struct message_key key;
	enum err e = room_key_for(live_room_inner(live), p->person, &p->attempt,
			hall_now_ms(live_room_hall(live)), &key);
	if (!e) {
		str_b64_add(&p->out, key.key, MESSAGE_KEY_BYTES);
	}
	ask_done(ask, e);
}

enum err hall_key_get(const struct request *req, struct reply *reply) {
	struct attempt_place place = place_of(req);
	if (is_ticket_of_another(req, &place.attempt)) {
		return ERR_NOT_FOUND;
	}
	struct post *p = post_new(req, POST_KEY);
	if (!p) {
		return ERR_NOMEM;
	}
	_cleanup_(buf_finish) struct buf out = buf_make(PROTO_PRINT_BYTES_MAX);
	struct taken taken = { .out = out };
	enum err e = ask_room(req, p, on_key, &taken);
	out = taken.out;
	if (e == ERR_EARLY || e == ERR_CLOSED) {
		return refuse(reply, e == ERR_EARLY ? REFUSED_EARLY : REFUSED_CLOSED);
	}
	if (e) {
		return e;
	}
	jo_kstr(reply_json(reply, 200), "key", (struct str){ buf_str(&out), out.len });
	if (out.data) {
		explicit_bzero(out.data, out.len);
	}
	return ERR_OK;
}
