/* Connections between browsers and the simulated server: frames up, messages down, both late. */
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "tests/exam/hall/sim_server_inner.h"

enum { FRAMES_MAX = 4096 };

static void frame_free(struct sim_frame *frame) {
	free(frame->log);
	free(frame);
}

void sim_conns_finish(struct conns *conns) {
	for (size_t i = 0; i < conns->count; i++) {
		struct sim_conn *c = conns->items[i];
		for (size_t k = 0; k < c->waiting.count; k++) {
			frame_free(c->waiting.items[k]);
		}
		free(c->waiting.items);
		free(c);
	}
	free(conns->items);
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

void sim_port_send(void *owner, void *user, const struct message *m) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	sim_check_message(sim, conn->person, m, &conn->attempt);
	if (sim->broken == BREAK_UNTOLD && m->kind == MESSAGE_CLOSED) {
		return;
	}
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
		const struct sim_message *loading = sim->server->loading;
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

void sim_port_answered(void *owner, void *user) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	sim_after(sim, 0, end_server_side, conn, 0);
	send_down(sim, conn, lost_down, conn);
}

void sim_port_drop(void *owner, void *user) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	sim_after(sim, 1, end_server_side, conn, 0);
	send_down(sim, conn, lost_down, conn);
}

static void read_waiting(struct sim *sim, void *arg, uint64_t number);

void sim_port_pause(void *owner, void *user, bool is_paused) {
	struct sim *sim = owner;
	struct sim_conn *conn = user;
	conn->is_paused = is_paused;
	if (!is_paused) {
		sim_after(sim, 0, read_waiting, conn, 0);
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

void sim_conns_die(struct sim *sim) {
	struct conns *all = &sim->server->conns;
	for (size_t i = 0; i < all->count; i++) {
		struct sim_conn *conn = all->items[i];
		if (!conn->is_dead) {
			conn->is_dead = true;
			conn->server = NULL;
			sim_after(sim, sim_between(sim, 1, 2000), lost_down, conn, 0);
		}
	}
}
