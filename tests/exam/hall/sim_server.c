#include "tests/exam/hall/sim.h"

#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "exam/hall/fold.h"

enum {
	SLOT_COUNT = SIM_SLOTS,
	RESULT_MS = 2,
	ANCHOR_MS = 5000,
	FRAMES_MAX = 4096,
};

struct frames {
	struct sim_frame **items;
	size_t count;
	size_t cap;
};

/* A connection: one object for both ends. */
struct sim_conn {
	struct sim_browser *browser; /* NULL once the browser's side is gone */
	struct room_conn *server;    /* NULL before it arrives and once the server's side is gone */
	unsigned life;               /* of the process it was made to */
	bool is_post;
	bool is_paused;
	bool is_dead;  /* the server's side has been ended */
	int64_t up_ms; /* when the last frame arrives: frames do not overtake */
	int64_t down_ms;
	uint32_t lease; /* the one that the last welcome gave */
	struct id16 attempt;
	uint64_t person;
	struct frames waiting; /* arrived but not read: paused */
};

struct conns {
	struct sim_conn **items;
	size_t count;
	size_t cap;
};

struct sim_server {
	bool is_up;
	unsigned life;
	struct room *room;
	struct clock_state clock;
	int64_t timer_ms;
	uint64_t timer;     /* counts the timers set: only the last one rings */
	struct conns conns; /* all there ever were */
};

struct sim_server *sim_server_new(void) {
	struct sim_server *s = calloc(1, sizeof(*s));
	if (!s) {
		abort();
	}
	return s;
}

static void frame_free(struct sim_frame *frame) {
	free(frame->log);
	free(frame);
}

void sim_server_free(struct sim_server *s) {
	room_free(s->room);
	for (size_t i = 0; i < s->conns.count; i++) {
		struct sim_conn *c = s->conns.items[i];
		for (size_t k = 0; k < c->waiting.count; k++) {
			frame_free(c->waiting.items[k]);
		}
		free(c->waiting.items);
		free(c);
	}
	free(s->conns.items);
	free(s);
}

bool sim_server_is_up(const struct sim *sim) {
	return sim->server->is_up;
}

unsigned sim_server_life(const struct sim *sim) {
	return sim->server->life;
}

struct room *sim_server_room(struct sim *sim) {
	return sim->server->room;
}

int64_t sim_server_now_ms(struct sim *sim) {
	return clock_state_now_us(&sim->server->clock, sim->now_ms * 1000) / 1000;
}

/* --- the room's effects --- */

struct delivery {
	struct sim_conn *conn;
	struct sim_message m;
};

static void deliver(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	_cleanup_(mem_freep) struct delivery *d = arg;
	if (d->conn->browser) {
		sim_browser_got(sim, d->conn->browser, d->conn, &d->m);
	}
}

static void send_down(struct sim *sim, struct sim_conn *conn,
		void (*run)(struct sim *sim, void *arg, uint64_t number), void *arg) {
	int64_t at_ms = sim->now_ms + sim_between(sim, 1, 30);
	if (at_ms < conn->down_ms) {
		at_ms = conn->down_ms;
	}
	conn->down_ms = at_ms;
	sim_after(sim, at_ms - sim->now_ms, run, arg, 0);
}

/* The answers of a welcome come with what a worker has loaded. */
static struct sim_message *loading;

static void port_send(void *owner, void *user, const struct message *m) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	sim_check_message(sim, conn->person, m, &conn->attempt);
	struct delivery *d = calloc(1, sizeof(*d));
	if (!d) {
		abort();
	}
	d->conn = conn;
	d->m.m = *m;
	if (m->kind == MESSAGE_WELCOME) {
		conn->lease = m->as.welcome.lease;
		d->m.has_tail = m->as.welcome.tail != NULL;
		if (d->m.has_tail) {
			d->m.tail = *m->as.welcome.tail;
		}
		if (loading) {
			memcpy(d->m.has_answer, loading->has_answer, sizeof(d->m.has_answer));
			memcpy(d->m.answers, loading->answers, sizeof(d->m.answers));
		}
	}
	if (m->kind == MESSAGE_CLOSED && m->as.closed.receipt.n == sizeof(d->m.receipt)) {
		d->m.has_receipt = true;
		memcpy(d->m.receipt, m->as.closed.receipt.p, sizeof(d->m.receipt));
	}
	send_down(sim, conn, deliver, d);
}

static void lost_down(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	struct sim_conn *conn = arg;
	if (conn->browser) {
		struct sim_browser *b = conn->browser;
		conn->browser = NULL;
		sim_browser_lost(sim, b, conn);
	}
}

static void end_server_side(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	struct sim_conn *conn = arg;
	if (conn->server && conn->life == sim->server->life) {
		struct room_conn *server = conn->server;
		conn->server = NULL;
		room_conn_left(sim->server->room, server, sim_server_now_ms(sim));
	}
	conn->is_dead = true;
}

static void port_answered(void *owner, void *user) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	sim_after(sim, 0, end_server_side, conn, 0);
	send_down(sim, conn, lost_down, conn);
}

static void port_drop(void *owner, void *user) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	sim_after(sim, 1, end_server_side, conn, 0);
	send_down(sim, conn, lost_down, conn);
}

static void read_waiting(struct sim *sim, void *arg, uint64_t number);

static void port_pause(void *owner, void *user, bool is_paused) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	conn->is_paused = is_paused;
	if (!is_paused) {
		sim_after(sim, 0, read_waiting, conn, 0);
	}
}

static enum err port_store(void *owner, const struct room_event *event) {
	struct sim *sim = owner;
	struct room_event kept = *event;
	kept.value = sim_value_static(sim, event->value);
	enum err e = sim_writer_push(sim, &kept);
	if (!e) {
		sim_check_taken(sim, &kept);
	}
	return e;
}

/* --- workers --- */

enum work_kind { WORK_JOIN, WORK_BEGIN, WORK_HEAL, WORK_RELOAD };

struct work {
	enum work_kind kind;
	unsigned life;
	struct id16 attempt;
	int64_t at_ms;
	struct sim_log *log;
};

static const struct event_row *load_tail(
		struct sim_attempt *a, uint32_t *out_signals, struct fold *fold) {
	const struct sim_rows *rows = &sim_db_gen(a)->rows;
	const struct event_row *tail = NULL;
	for (size_t i = 0; i < rows->count; i++) {
		const struct event_row *row = &rows->items[i];
		*out_signals += row->event.kind == EVENT_SIGNAL;
		if (fold_add(fold, &row->event)) {
			abort();
		}
		tail = row->event.kind == EVENT_CLOSE ? tail : row;
	}
	return tail;
}

static void fill_row(const struct sim_attempt *a, struct room_attempt_row *row) {
	*row = (struct room_attempt_row){
		.attempt = a->id,
		.person = a->person,
		.salt = a->salt,
		.gen = a->gen,
		.lease = a->lease,
		.times = a->times,
		.ends_revision = a->ends_revision,
		.close_why = a->close_why,
		.closed_ms = a->closed_ms,
	};
}

static void know(struct sim *sim, const struct sim_attempt *a, const struct event_row *tail) {
	struct tip tip = { .attempt = a->id,
		.school = SIM_SCHOOL,
		.gen = a->gen,
		.lease = a->lease,
		.head = a->genesis,
		.connection = TIP_BY_JOIN };
	if (tail) {
		tip.seq = tail->event.seq;
		tip.last_at_ms = tail->at_ms;
		tip.head = tail->head;
		tip.times = tail->times;
	}
	sim_writer_know(sim, &tip);
}

/* What a worker read, told to the room. */
static void tell_joined(struct sim *sim, struct sim_attempt *a) {
	struct fold fold = { 0 };
	struct room_joined joined = { .answers = str_from("{}") };
	const struct event_row *tail = load_tail(a, &joined.signal_count, &fold);
	uint16_t answered[SIM_SLOTS + 1];
	struct sim_message answers = { .has_tail = false };
	for (size_t i = 0; i < fold.count; i++) {
		answered[joined.answered_count++] = fold.answers[i].slot;
		answers.has_answer[fold.answers[i].slot] = true;
		answers.answers[fold.answers[i].slot] = sim_value_static(
				sim, (struct str){ fold.answers[i].value, fold.answers[i].n });
	}
	joined.answered = answered;
	fill_row(a, &joined.row);
	joined.head = a->genesis;
	if (tail) {
		joined.seq = tail->event.seq;
		joined.head = tail->head;
		joined.row.last_at_ms = tail->at_ms;
		joined.row.submitted_at_ms = tail->event.kind == EVENT_SUBMIT ? tail->at_ms : 0;
		joined.has_tail = true;
		joined.tail = (struct message_proof){ .kid = SIM_KID,
			.lease = tail->lease,
			.seq = tail->event.seq,
			.at_ms = tail->at_ms };
		struct receipt_mac what = { SIM_KID, SIM_SCHOOL, a->id, a->gen, tail->lease,
			tail->event.seq, tail->at_ms, tail->head };
		receipt_mac_make(sim->mac_key, RECEIPT_ACK, &what, &joined.tail.mac);
	}
	if (sim->broken == BREAK_RENUMBER && joined.seq > 1) {
		const struct event_row *before = tail - 1;
		joined.seq--;
		joined.head = before->head;
		joined.has_tail = false;
	}
	const struct sim_gen *g = &a->gens[a->gen];
	if (a->times.is_closed && g->has_receipt) {
		joined.receipt = (struct str){ (const char *)g->receipt, sizeof(g->receipt) };
	}
	loading = &answers;
	room_joined(sim->server->room, &a->id, ERR_OK, &joined, sim_server_now_ms(sim));
	loading = NULL;
	fold_finish(&fold);
}

static enum err do_work(struct sim *sim, const struct work *w) {
	if (sim_writer_is_away(sim) && w->kind != WORK_RELOAD) {
		return ERR_BUSY; /* known to be away: not tried */
	}
	if (sim->db.state != DB_UP) {
		return ERR_DB_AWAY;
	}
	struct message_log log = { 0 };
	enum err e = ERR_OK;
	switch (w->kind) {
	case WORK_JOIN:
		e = sim_db_join(sim, &w->attempt, true);
		break;
	case WORK_BEGIN:
		e = sim_db_begin(sim, &w->attempt, w->at_ms);
		break;
	case WORK_HEAL:
		log = (struct message_log){ w->log->gen, w->log->event_count, w->log->events,
			w->log->proof_count, w->log->proofs };
		e = sim_db_heal(sim, &w->attempt, &log);
		break;
	case WORK_RELOAD:
		break;
	}
	/* Done, but the answer was lost: the room asks again. */
	return !e && sim->has_faults && sim_chance(sim, 2) ? ERR_DB_AWAY : e;
}

static void tell_reloaded(struct sim *sim, struct sim_attempt *a, int64_t now_ms) {
	const struct sim_gen *g = &a->gens[a->gen];
	if (!a->times.is_closed) {
		room_times(sim->server->room, &a->id, &a->times, a->ends_revision, TIME_EXTRA,
				now_ms);
		return;
	}
	struct message_closed closed = { (enum message_why)a->close_why, a->closed_ms, a->gen,
		(uint32_t)g->rows.count - 1, { (const char *)g->receipt, sizeof(g->receipt) } };
	room_found_closed(sim->server->room, &a->id, &closed, now_ms);
}

static void work_done(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	struct work *w = arg;
	struct sim_server *s = sim->server;
	bool is_here = s->is_up && w->life == s->life;
	/* A transaction under way when the process dies may still commit, before the next starts. */
	enum err e = is_here || (!s->is_up && sim->db.state == DB_UP && sim_chance(sim, 50))
			? do_work(sim, w)
			: ERR_DB_AWAY;
	if (is_here) {
		struct sim_attempt *a = sim_db_find(sim, &w->attempt);
		int64_t now_ms = sim_server_now_ms(sim);
		if (w->kind == WORK_RELOAD && e) {
			room_reload_failed(s->room, &w->attempt, now_ms);
		} else if (w->kind == WORK_RELOAD) {
			tell_reloaded(sim, a, now_ms);
		} else if (e) {
			room_joined(s->room, &w->attempt, e, NULL, now_ms);
		} else {
			const struct sim_rows *rows = &sim_db_gen(a)->rows;
			size_t n = rows->count;
			n -= n > 0 && rows->items[n - 1].event.kind == EVENT_CLOSE;
			know(sim, a, n > 0 ? &rows->items[n - 1] : NULL);
			tell_joined(sim, a);
		}
	}
	free(w->log);
	free(w);
}

static void work_start(struct sim *sim, enum work_kind kind, const struct id16 *attempt,
		int64_t at_ms, struct sim_log *log) {
	struct work *w = calloc(1, sizeof(*w));
	if (!w) {
		abort();
	}
	*w = (struct work){ kind, sim->server->life, *attempt, at_ms, log };
	sim_after(sim, sim_between(sim, 1, sim_chance(sim, 5) ? 800 : 40), work_done, w, 0);
}

static void port_join(void *owner, const struct id16 *attempt) {
	work_start(owner, WORK_JOIN, attempt, 0, NULL);
}

static void port_begin(void *owner, const struct id16 *attempt, int64_t at_ms) {
	work_start(owner, WORK_BEGIN, attempt, at_ms, NULL);
}

static void port_heal(void *owner, const struct id16 *attempt, const struct message_log *log) {
	struct sim_log *copy = calloc(1, sizeof(*copy));
	if (!copy || log->event_count > SIM_LOG_MAX || log->proof_count > SIM_LOG_MAX) {
		abort();
	}
	copy->gen = log->gen;
	copy->event_count = log->event_count;
	copy->proof_count = log->proof_count;
	memcpy(copy->events, log->events, log->event_count * sizeof(*log->events));
	memcpy(copy->proofs, log->proofs, log->proof_count * sizeof(*log->proofs));
	work_start(owner, WORK_HEAL, attempt, 0, copy);
}

static void port_reload(void *owner, const struct id16 *attempt) {
	work_start(owner, WORK_RELOAD, attempt, 0, NULL);
}

static void tick(struct sim *sim, void *arg, uint64_t timer) {
	(void)arg; /* nothing to bring */
	struct sim_server *s = sim->server;
	if (!s->is_up || timer != s->timer) {
		return; /* set anew meanwhile */
	}
	int64_t now_ms = sim_server_now_ms(sim);
	if (now_ms < s->timer_ms) { /* the exam clock runs behind the machine's */
		sim_after(sim, s->timer_ms - now_ms, tick, NULL, timer);
		return;
	}
	room_tick(s->room, now_ms);
}

static void port_timer(void *owner, int64_t at_ms) {
	struct sim *sim = owner;
	struct sim_server *s = sim->server;
	s->timer_ms = at_ms;
	int64_t wait_ms = at_ms - sim_server_now_ms(sim);
	sim_after(sim, (wait_ms > 0 ? wait_ms : 0) + sim_between(sim, 0, 12), tick, NULL,
			++s->timer);
}

/* --- results --- */

struct told {
	unsigned life;
	struct room_result result;
	uint8_t receipt[RECEIPT_BYTES + SIGN_BYTES];
};

static void result_told(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	_cleanup_(mem_freep) struct told *t = arg;
	struct sim_server *s = sim->server;
	if (!s->is_up || t->life != s->life) {
		return;
	}
	t->result.receipt.p = (const char *)t->receipt;
	sim_check_result(sim, &t->result);
	int64_t now_ms = sim_server_now_ms(sim);
	room_done(s->room, &t->result, now_ms);
	room_flush(s->room, now_ms);
	room_writer_ready(s->room, now_ms);
}

void sim_server_results(struct sim *sim, const struct room_result *results, size_t count) {
	for (size_t i = 0; i < count; i++) {
		struct told *t = calloc(1, sizeof(*t));
		if (!t) {
			abort();
		}
		t->life = sim->server->life;
		t->result = results[i];
		if (results[i].receipt.n > 0) {
			memcpy(t->receipt, results[i].receipt.p, sizeof(t->receipt));
		}
		/* The same delay for all: results keep their order. */
		sim_after(sim, RESULT_MS, result_told, t, 0);
	}
}

static void back_told(struct sim *sim, void *arg, uint64_t life) {
	(void)arg; /* nothing to bring */
	if (sim->server->is_up && life == sim->server->life) {
		room_db_back(sim->server->room, sim_server_now_ms(sim));
	}
}

void sim_server_db_back(struct sim *sim) {
	sim_after(sim, RESULT_MS, back_told, NULL, sim->server->life);
}

void sim_server_extra(struct sim *sim, struct sim_attempt *a) {
	if (sim->server->is_up) {
		room_times(sim->server->room, &a->id, &a->times, a->ends_revision, TIME_EXTRA,
				sim_server_now_ms(sim));
	}
}

/* --- connections --- */

static void read_event(
		struct sim *sim, struct sim_conn *conn, const struct sim_frame *f, int64_t now_ms) {
	sim->claimed_lease = conn->lease;
	room_event(sim->server->room, conn->server, &f->events[0], now_ms);
	sim->claimed_lease = 0;
}

static void read_post(
		struct sim *sim, struct sim_conn *conn, const struct sim_frame *f, int64_t now_ms) {
	uint32_t lease = f->lease;
	if (sim->broken == BREAK_STALE_LEASE) {
		lease = sim_db_find(sim, &conn->attempt)->lease;
	}
	sim->claimed_lease = f->lease;
	room_post(sim->server->room, conn->server, &f->hello.attempt, lease, f->events,
			f->event_count, now_ms);
	sim->claimed_lease = 0;
}

static void read_log(
		struct sim *sim, struct sim_conn *conn, const struct sim_frame *f, int64_t now_ms) {
	struct message_log log = { f->log->gen, f->log->event_count, f->log->events,
		f->log->proof_count, f->log->proofs };
	room_log(sim->server->room, conn->server, &log, now_ms);
}

static void read_frame(struct sim *sim, struct sim_conn *conn, const struct sim_frame *f) {
	struct room *room = sim->server->room;
	int64_t now_ms = sim_server_now_ms(sim);
	switch (f->kind) {
	case FRAME_HELLO:
		conn->attempt = f->hello.attempt;
		room_hello(room, conn->server, &f->hello, now_ms);
		return;
	case FRAME_TAKE:
		sim->takeovers++;
		room_take(room, conn->server, NULL, now_ms);
		return;
	case FRAME_BEGIN:
		room_begin(room, conn->server, now_ms);
		return;
	case FRAME_EVENT:
		read_event(sim, conn, f, now_ms);
		return;
	case FRAME_PULSE:
		room_pulse(room, conn->server, f->nonce, now_ms);
		return;
	case FRAME_LOG:
		read_log(sim, conn, f, now_ms);
		return;
	case FRAME_POST:
		conn->attempt = f->hello.attempt;
		read_post(sim, conn, f, now_ms);
		return;
	}
}

static bool is_served(const struct sim *sim, const struct sim_conn *conn) {
	return sim->server->is_up && conn->life == sim->server->life && !conn->is_dead;
}

static void read_waiting(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	struct sim_conn *conn = arg;
	while (is_served(sim, conn) && conn->server && !conn->is_paused &&
			conn->waiting.count > 0) {
		struct sim_frame *f = conn->waiting.items[0];
		conn->waiting.count--;
		memmove(conn->waiting.items, conn->waiting.items + 1,
				conn->waiting.count * sizeof(f));
		read_frame(sim, conn, f);
		frame_free(f);
	}
}

struct arrival {
	struct sim_conn *conn;
	struct sim_frame *frame; /* NULL: the browser's side is gone */
};

static void arrive(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	_cleanup_(mem_freep) struct arrival *a = arg;
	struct sim_conn *conn = a->conn;
	if (!is_served(sim, conn)) {
		if (a->frame) {
			frame_free(a->frame);
		}
		sim_after(sim, 5, lost_down, conn, 0); /* reset by the peer */
		return;
	}
	if (!conn->server &&
			room_conn_new(sim->server->room, conn->is_post ? ROOM_POST : ROOM_STUDENT,
					conn->person, conn, sim_server_now_ms(sim),
					&conn->server)) {
		abort();
	}
	if (GROW(&conn->waiting, FRAMES_MAX)) {
		abort();
	}
	conn->waiting.items[conn->waiting.count++] = a->frame;
	read_waiting(sim, conn, 0);
}

struct sim_conn *sim_conn_open(struct sim *sim, struct sim_browser *b, bool is_post) {
	struct sim_conn *conn = calloc(1, sizeof(*conn));
	struct conns *all = &sim->server->conns;
	if (!conn || GROW(all, SIM_ITEMS_MAX)) {
		abort();
	}
	all->items[all->count++] = conn;
	conn->browser = b;
	conn->person = sim_browser_person(b);
	conn->life = sim->server->life;
	conn->is_post = is_post;
	if (!sim->server->is_up) {
		sim_after(sim, 20, lost_down, conn, 0);
	}
	return conn;
}

void sim_conn_cut(struct sim *sim, struct sim_conn *conn) {
	conn->browser = NULL;
	/* Noticed at once, soon, or only by the pulses. */
	if (sim_chance(sim, 70)) {
		sim_after(sim, sim_between(sim, 1, 3000), end_server_side, conn, 0);
	}
}

void sim_conn_send(struct sim *sim, struct sim_conn *conn, struct sim_frame *frame) {
	struct arrival *a = calloc(1, sizeof(*a));
	if (!a) {
		abort();
	}
	*a = (struct arrival){ conn, frame };
	int64_t at_ms = sim->now_ms + sim_between(sim, 1, sim_chance(sim, 5) ? 400 : 30);
	if (at_ms < conn->up_ms) {
		at_ms = conn->up_ms;
	}
	conn->up_ms = at_ms;
	sim_after(sim, at_ms - sim->now_ms, arrive, a, 0);
}

/* --- starting and dying --- */

static const struct room_port port_of = {
	.send = port_send,
	.answered = port_answered,
	.drop = port_drop,
	.pause = port_pause,
	.store = port_store,
	.join = port_join,
	.begin = port_begin,
	.heal = port_heal,
	.reload = port_reload,
	.timer = port_timer,
};

static void make_room(struct sim *sim) {
	struct sim_server *s = sim->server;
	struct room_slot slots[SLOT_COUNT];
	for (size_t i = 0; i < SLOT_COUNT; i++) {
		slots[i] = (struct room_slot){ .kind = i < 8 ? QUESTION_SINGLE : QUESTION_TEXT,
			.count = 4 };
	}
	struct room_variant variant = { "101", SLOT_COUNT, slots };
	struct room_key key = { .key = { 9 } };
	struct room_config config = { .room = SIM_ROOM,
		.school = SIM_SCHOOL,
		.sitting = { { 3 } },
		.times = sim_sitting(),
		.variant_count = 1,
		.variants = &variant,
		.key_count = 1,
		.keys = &key };
	if (sim->broken == BREAK_COUNT_LATE) {
		config.times.grace_ms += 8000;
	}
	if (sim->broken == BREAK_KEY_EARLY) {
		config.times.start_ms -= 3000;
	}
	struct room_port port = port_of;
	port.owner = sim;
	if (room_new(&config, &port, &s->room)) {
		abort();
	}
	for (size_t i = 0; i < sim->student_count; i++) {
		struct sim_attempt *a = &sim->db.attempts[i];
		struct room_attempt_row row;
		uint32_t signals = 0;
		struct fold fold = { 0 };
		const struct event_row *tail = load_tail(a, &signals, &fold);
		fold_finish(&fold);
		fill_row(a, &row);
		row.last_at_ms = tail ? tail->at_ms : 0;
		if (tail && tail->event.kind == EVENT_SUBMIT && !a->times.is_closed) {
			row.submitted_at_ms = tail->at_ms;
		}
		if (room_add(s->room, &row)) {
			abort();
		}
	}
	room_start(s->room, sim_server_now_ms(sim));
}

static void anchor(struct sim *sim, void *arg, uint64_t life) {
	(void)arg; /* nothing to bring */
	struct sim_server *s = sim->server;
	if (life != s->life) {
		return;
	}
	int64_t us = sim->now_ms * 1000;
	struct clock_reading r = { us - 500, us + 500, us + sim->db.clock_offset_ms * 1000 };
	if (sim->db.state == DB_UP) {
		(void)clock_state_anchor(&s->clock, &r, true); /* judged by the clock's own tests */
	}
	sim_after(sim, ANCHOR_MS, anchor, NULL, life);
}

static void try_start(struct sim *sim, void *arg, uint64_t life) {
	(void)arg; /* nothing to bring */
	struct sim_server *s = sim->server;
	if (life != s->life || s->is_up || sim->is_over) {
		return;
	}
	if (sim->db.state != DB_UP || sim_writer_start(sim)) {
		sim_after(sim, 100, try_start, NULL, life);
		return;
	}
	s->is_up = true;
	/* The machine's own clock says anything at all. */
	s->clock = clock_state_make(sim->now_ms * 1000, sim_between(sim, 0, 1000000));
	anchor(sim, NULL, s->life);
	make_room(sim);
}

void sim_server_start(struct sim *sim) {
	try_start(sim, NULL, sim->server->life);
}

void sim_server_kill(struct sim *sim) {
	struct sim_server *s = sim->server;
	if (!s->is_up) {
		return;
	}
	sim->kills++;
	s->is_up = false;
	s->life++;
	for (size_t i = 0; i < s->conns.count; i++) {
		struct sim_conn *conn = s->conns.items[i];
		if (!conn->is_dead) {
			conn->is_dead = true;
			conn->server = NULL;
			sim_after(sim, sim_between(sim, 1, 2000), lost_down, conn, 0);
		}
	}
	room_free(s->room);
	s->room = NULL;
	sim_writer_kill(sim);
	sim_after(sim, sim_between(sim, 50, 4000), try_start, NULL, s->life);
}
