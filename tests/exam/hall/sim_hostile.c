#include "tests/exam/hall/sim.h"

#include <string.h>

/*
 * Hostile browsers: somebody who sits in a student's session and knows everything that the
 * student's own browser knows, but for the server's keys.
 */

const uint8_t sim_hostile_key[HASH_KEY_BYTES] = { 66 };

static struct sim_attempt *own(struct sim *sim, const struct sim_browser *b) {
	return &sim->db.attempts[sim_browser_student(b)];
}

static struct sim_frame *frame_new(enum sim_frame_kind kind) {
	struct sim_frame *f = calloc(1, sizeof(*f));
	if (!f) {
		abort();
	}
	f->kind = kind;
	return f;
}

static struct message_event any_event(struct sim *sim, uint32_t seq) {
	uint16_t slot = (uint16_t)sim_below(sim, SIM_SLOTS + 2);
	enum event_kind kind = (enum event_kind)(1 + sim_below(sim, 3));
	if (sim_chance(sim, 80)) {
		kind = EVENT_ANSWER;
	}
	return (struct message_event){ seq, kind, kind == EVENT_ANSWER ? slot : 0,
		sim_value_at(sim_below(sim, SIM_VALUE_COUNT)) };
}

static uint32_t stored_seq(struct sim_attempt *a) {
	return (uint32_t)sim_db_gen(a)->rows.count;
}

static uint32_t near_tail(struct sim *sim, struct sim_attempt *a) {
	int64_t seq = (int64_t)stored_seq(a) + sim_between(sim, -3, 3);
	return seq > 0 ? (uint32_t)seq : 1;
}

static void post(struct sim *sim, struct sim_browser *b) {
	struct sim_attempt *a = own(sim, b);
	struct sim_frame *f = frame_new(FRAME_POST);
	f->hello.attempt = sim_chance(sim, 90)
			? a->id
			: sim->db.attempts[sim_below(sim, sim->student_count)].id;
	f->lease = a->lease;
	if (sim_chance(sim, 50)) {
		f->lease = (uint32_t)((int64_t)a->lease + sim_between(sim, -2, 1));
	}
	uint32_t seq = sim_chance(sim, 50) ? stored_seq(a) + 1 : near_tail(sim, a);
	size_t n = 1 + sim_below(sim, 4);
	for (size_t i = 0; i < n; i++) {
		f->events[f->event_count++] = any_event(sim, seq + (uint32_t)i);
	}
	sim_conn_send(sim, sim_conn_open(sim, b, true), f);
}

/* The stored rows, a prefix of them, with one changed, or with events behind them; with proofs
 * that are true, stolen or forged. */
static struct sim_log *make_log(struct sim *sim, struct sim_attempt *a) {
	struct sim_log *log = calloc(1, sizeof(*log));
	if (!log) {
		abort();
	}
	log->gen = a->gen + (sim_chance(sim, 5) ? 1 : 0);
	const struct sim_rows *rows = &sim_db_gen(a)->rows;
	size_t most = sim_chance(sim, 50) ? rows->count : sim_below(sim, rows->count + 1);
	size_t changed = sim_chance(sim, 50) ? sim_below(sim, most + 1) : SIM_LOG_MAX;
	for (size_t i = 0; i < most && i < SIM_LOG_MAX - 4; i++) {
		const struct event *ev = &rows->items[i].event;
		if (ev->kind == EVENT_CLOSE) {
			break;
		}
		log->events[log->event_count++] = (struct message_event){ ev->seq, ev->kind,
			ev->slot, i == changed ? sim_value_at(2) : ev->value };
	}
	uint32_t next = (uint32_t)log->event_count + 1;
	for (size_t i = sim_below(sim, 3); i > 0; i--) {
		log->events[log->event_count++] = any_event(sim, next++);
	}
	return log;
}

static void forge(struct sim *sim, struct sim_attempt *a, struct sim_log *log) {
	struct hash head = a->genesis;
	for (size_t i = 0; i < log->event_count; i++) {
		const struct message_event *m = &log->events[i];
		struct event ev = { m->seq, m->kind, m->slot, m->value };
		event_head(&head, &a->id, &ev, &head);
	}
	if (log->event_count == 0) {
		return;
	}
	uint32_t seq = log->events[log->event_count - 1].seq;
	struct message_proof p = { .is_stamp = sim_chance(sim, 50),
		.kid = SIM_KID,
		.lease = a->lease,
		.seq = seq,
		.at_ms = sim->now_ms };
	struct receipt_mac what = { SIM_KID, SIM_SCHOOL, a->id, log->gen, p.lease, seq, p.at_ms,
		head };
	receipt_mac_make(sim_hostile_key, p.is_stamp ? RECEIPT_STAMP : RECEIPT_ACK, &what, &p.mac);
	log->proofs[log->proof_count++] = p;
}

static void steal(struct sim *sim, struct sim_log *log) {
	if (sim->proofs.count == 0 || log->event_count == 0) {
		return;
	}
	const struct sim_proof *s = &sim->proofs.items[sim_below(sim, sim->proofs.count)];
	log->proofs[log->proof_count++] = (struct message_proof){ s->is_stamp, SIM_KID, s->lease,
		log->events[log->event_count - 1].seq, s->at_ms, s->mac };
}

static void use_own(struct sim *sim, struct sim_attempt *a, struct sim_log *log) {
	uint32_t before = 0;
	for (size_t i = 0; i < sim->proofs.count && log->proof_count < SIM_LOG_MAX; i++) {
		const struct sim_proof *s = &sim->proofs.items[i];
		if (id16_equal(&s->attempt, &a->id) && s->gen == log->gen && s->seq >= before) {
			log->proofs[log->proof_count++] = (struct message_proof){ s->is_stamp,
				SIM_KID, s->lease, s->seq, s->at_ms, s->mac };
			before = s->seq;
		}
	}
}

static void socket_with_log(struct sim *sim, struct sim_browser *b) {
	struct sim_attempt *a = own(sim, b);
	struct sim_conn *conn = sim_conn_open(sim, b, false);
	struct sim_frame *hello = frame_new(FRAME_HELLO);
	hello->hello.attempt = a->id;
	hello->hello.gen = a->gen;
	sim_conn_send(sim, conn, hello);
	struct sim_frame *f = frame_new(FRAME_LOG);
	f->log = make_log(sim, a);
	switch (sim_below(sim, 3)) {
	case 0:
		forge(sim, a, f->log);
		break;
	case 1:
		steal(sim, f->log);
		break;
	default:
		use_own(sim, a, f->log);
		break;
	}
	sim_conn_send(sim, conn, f);
	if (sim_chance(sim, 80)) {
		sim_conn_cut(sim, conn);
	}
}

static void socket_with_events(struct sim *sim, struct sim_browser *b) {
	struct sim_attempt *a = own(sim, b);
	struct sim_conn *conn = sim_conn_open(sim, b, false);
	struct sim_frame *hello = frame_new(FRAME_HELLO);
	hello->hello.attempt = sim_chance(sim, 70)
			? a->id
			: sim->db.attempts[sim_below(sim, sim->student_count)].id;
	sim_conn_send(sim, conn, hello);
	if (sim_chance(sim, 10)) {
		sim_conn_send(sim, conn, frame_new(FRAME_TAKE));
	}
	if (sim_chance(sim, 20)) {
		sim_conn_send(sim, conn, frame_new(FRAME_BEGIN));
	}
	for (size_t i = 0; i < 3; i++) {
		struct sim_frame *f = frame_new(FRAME_EVENT);
		f->events[0] = any_event(sim, near_tail(sim, a));
		f->event_count = 1;
		sim_conn_send(sim, conn, f);
	}
	sim_conn_cut(sim, conn);
}

static void ask_for_key(struct sim *sim, struct sim_browser *b) {
	if (!sim_server_is_up(sim)) {
		return;
	}
	struct sim_attempt *a = &sim->db.attempts[sim_below(sim, sim->student_count)];
	struct message_key key;
	if (room_key_for(sim_server_room(sim), sim_browser_person(b), &a->id,
			    sim_server_now_ms(sim), &key) == ERR_OK) {
		sim_check_key(sim, sim_browser_person(b), &a->id);
	}
}

void sim_hostile_act(struct sim *sim, void *browser, uint64_t number) {
	(void)number; /* nothing more to tell */
	struct sim_browser *b = browser;
	if (sim->is_over) {
		return;
	}
	switch (sim_below(sim, 6)) {
	case 0:
	case 1:
	case 2:
		post(sim, b);
		break;
	case 3:
		socket_with_log(sim, b);
		break;
	case 4:
		socket_with_events(sim, b);
		break;
	default:
		ask_for_key(sim, b);
		break;
	}
	/* Also after the end and in the quiet time, but for the last part. */
	if (sim->now_ms < SIM_EPOCH_MS + SIM_QUIET_MS + 20000) {
		sim_after(sim, sim_between(sim, 500, 6000), sim_hostile_act, b, 0);
	}
}
