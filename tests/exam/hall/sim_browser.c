#include "tests/exam/hall/sim.h"

#include <string.h>

/*
 * The honest browser, as webroot/src/exam does it: it keeps its own log, numbers its events
 * behind the tail that the welcome gave, sends again what is not proven, chains anew what is not
 * fixed yet, and shows its log when the server has lost something.
 */

enum {
	WINDOW = 8, /* events on their way at once */
	RESEND_MS = 2500,
	OUTSIDE_MS = 30000, /* between two looks of a page that gave way, whether it is over */
};

enum browser_state { AWAY, WAITING, IN, TAKEN };

/* An event of the browser's own log. */
struct entry {
	uint32_t seq;
	enum event_kind kind;
	uint16_t slot;
	struct str value;
	struct hash head;
	bool is_fixed; /* proven: never renumbered */
	bool has_proof;
	struct message_proof proof;
};

struct entries {
	struct entry *items;
	size_t count;
	size_t cap;
};

struct sim_browser {
	size_t student;
	bool is_second; /* another device: takes over */
	bool is_deaf;   /* a hostile one listens to nothing */
	enum browser_state state;
	struct sim_conn *conn;
	uint8_t device[MESSAGE_DEVICE_BYTES];
	uint32_t gen;
	uint32_t lease;
	bool has_key;
	bool is_closed;
	bool has_receipt;
	uint8_t receipt[RECEIPT_BYTES + SIGN_BYTES];
	struct entries log; /* of generation gen, from `base` + 1 on */
	uint32_t base;      /* what was stored before this browser's first event */
	struct hash base_head;
	struct str wanted[SIM_SLOTS + 1]; /* newest intent by slot */
	bool wants[SIM_SLOTS + 1];
	bool wants_submit;
	bool has_sent_log;
	int64_t sent_ms; /* last sending of something unproven */
	uint64_t epoch;  /* older timers do nothing */
};

static struct sim_attempt *attempt_of(struct sim *sim, const struct sim_browser *b) {
	return &sim->db.attempts[b->student];
}

uint64_t sim_browser_person(const struct sim_browser *b) {
	return 100 + b->student;
}

struct sim_browser *sim_browser_new(struct sim *sim, size_t student, bool is_second) {
	struct sim_browser *b = calloc(1, sizeof(*b));
	if (!b) {
		abort();
	}
	b->student = student;
	b->is_second = is_second;
	b->gen = 1;
	b->base_head = sim->db.attempts[student].genesis;
	b->device[0] = (uint8_t)sim->browser_count + 1;
	sim->browsers[sim->browser_count++] = b;
	return b;
}

struct sim_browser *sim_hostile_new(struct sim *sim, size_t student) {
	struct sim_browser *b = sim_browser_new(sim, student, false);
	b->is_deaf = true;
	return b;
}

size_t sim_browser_student(const struct sim_browser *b) {
	return b->student;
}

bool sim_browser_is_deaf(const struct sim_browser *b) {
	return b->is_deaf;
}

bool sim_browser_is_done(const struct sim_browser *b) {
	return b->is_deaf || b->has_receipt;
}

bool sim_browser_holds(const struct sim_browser *b, const uint8_t *receipt) {
	return b->has_receipt && memcmp(b->receipt, receipt, sizeof(b->receipt)) == 0;
}

void sim_browser_free(struct sim_browser *b) {
	free(b->log.items);
	free(b);
}

static struct sim_frame *frame_new(enum sim_frame_kind kind) {
	struct sim_frame *f = calloc(1, sizeof(*f));
	if (!f) {
		abort();
	}
	f->kind = kind;
	return f;
}

static uint32_t tail_seq(const struct sim_browser *b) {
	return b->base + (uint32_t)b->log.count;
}

static const struct hash *tail_head(const struct sim_browser *b) {
	return b->log.count ? &b->log.items[b->log.count - 1].head : &b->base_head;
}

/* --- sending events --- */

static void send_entry(struct sim *sim, struct sim_browser *b, const struct entry *e) {
	struct sim_frame *f = frame_new(FRAME_EVENT);
	f->events[0] = (struct message_event){ e->seq, e->kind, e->slot, e->value };
	f->event_count = 1;
	b->sent_ms = sim->now_ms;
	sim_conn_send(sim, b->conn, f);
}

static void send_post(struct sim *sim, struct sim_browser *b) {
	struct sim_frame *f = frame_new(FRAME_POST);
	f->hello.attempt = attempt_of(sim, b)->id;
	f->lease = b->lease;
	for (size_t i = 0; i < b->log.count && f->event_count < 8; i++) {
		const struct entry *e = &b->log.items[i];
		if (!e->is_fixed) {
			f->events[f->event_count++] = (struct message_event){ e->seq, e->kind,
				e->slot, e->value };
		}
	}
	if (f->event_count == 0) {
		free(f);
		return;
	}
	b->sent_ms = sim->now_ms;
	sim_conn_send(sim, sim_conn_open(sim, b, true), f);
}

static size_t unproven(const struct sim_browser *b) {
	size_t n = 0;
	for (size_t i = 0; i < b->log.count; i++) {
		n += !b->log.items[i].is_fixed;
	}
	return n;
}

static void resend(struct sim *sim, struct sim_browser *b) {
	for (size_t i = 0; i < b->log.count && b->conn; i++) {
		if (!b->log.items[i].is_fixed) {
			send_entry(sim, b, &b->log.items[i]);
		}
	}
}

static bool has_submitted(const struct sim_browser *b) {
	return b->log.count > 0 && b->log.items[b->log.count - 1].kind == EVENT_SUBMIT;
}

static void chain(struct sim *sim, struct sim_browser *b, enum event_kind kind, uint16_t slot,
		struct str value) {
	if (has_submitted(b) || GROW(&b->log, SIM_LOG_MAX)) {
		return;
	}
	struct entry *e = &b->log.items[b->log.count];
	struct event ev = { tail_seq(b) + 1, kind, slot, value };
	e->seq = ev.seq;
	e->kind = kind;
	e->slot = slot;
	e->value = value;
	event_head(tail_head(b), &attempt_of(sim, b)->id, &ev, &e->head);
	b->log.count++;
	if (b->conn && b->state == IN) {
		send_entry(sim, b, e);
	}
}

/* --- the student --- */

static bool is_writing_time(struct sim *sim, const struct sim_browser *b) {
	struct sim_attempt *a = attempt_of(sim, b);
	int64_t end_ms = sim_db_end_ms(a);
	/* Students go on a little longer than they may. */
	return sim->now_ms >= sim_sitting().start_ms && sim->now_ms <= end_ms + 4000;
}

static void think(struct sim *sim, void *arg, uint64_t epoch);
static void connect(struct sim *sim, void *arg, uint64_t epoch);

static void answer(struct sim *sim, struct sim_browser *b) {
	uint16_t slot = (uint16_t)(1 + sim_below(sim, SIM_SLOTS));
	struct str value = sim_value(sim, slot);
	b->wanted[slot] = value;
	b->wants[slot] = true;
	if (b->state == IN && b->has_key && unproven(b) < WINDOW) {
		chain(sim, b, EVENT_ANSWER, slot, value);
	}
}

static void think(struct sim *sim, void *arg, uint64_t epoch) {
	struct sim_browser *b = arg;
	if (epoch != b->epoch || sim->is_over) {
		return;
	}
	if (is_writing_time(sim, b) && b->state != TAKEN && !b->is_closed) {
		unsigned what = (unsigned)sim_below(sim, 100);
		if (what < 70) {
			answer(sim, b);
		} else if (what < 80 && b->state == IN && b->has_key && unproven(b) < WINDOW) {
			chain(sim, b, EVENT_SIGNAL, 0, sim_value_at(0));
		} else if (what == 99 && sim_chance(sim, 30)) {
			b->wants_submit = true;
			if (b->state == IN && b->has_key) {
				chain(sim, b, EVENT_SUBMIT, 0, str_from("null"));
			}
		}
	}
	/* What has not been answered for long is sent again, now and then by HTTP. */
	if (b->state == IN && unproven(b) > 0 && sim->now_ms - b->sent_ms > RESEND_MS) {
		if (sim_chance(sim, 40)) {
			send_post(sim, b);
		} else {
			resend(sim, b);
		}
	}
	if (sim->has_faults && b->conn && b->state == IN && sim_chance(sim, 2)) {
		struct sim_conn *conn = b->conn;
		b->conn = NULL;
		b->state = AWAY;
		sim_conn_cut(sim, conn);
		sim_after(sim, sim_between(sim, 100, sim_chance(sim, 20) ? 15000 : 2000), connect,
				b, b->epoch);
	}
	sim_after(sim, sim_between(sim, 200, 1500), think, b, epoch);
}

/* --- connecting --- */

static void say_hello(struct sim *sim, struct sim_browser *b) {
	struct sim_frame *f = frame_new(FRAME_HELLO);
	f->hello = (struct message_hello){ .attempt = attempt_of(sim, b)->id,
		.gen = b->gen,
		.seq = tail_seq(b),
		.head = *tail_head(b),
		.has_device = true };
	memcpy(f->hello.device, b->device, sizeof(b->device));
	sim_conn_send(sim, b->conn, f);
}

static void hello_again(struct sim *sim, void *arg, uint64_t epoch) {
	struct sim_browser *b = arg;
	if (epoch == b->epoch && b->conn && b->state == WAITING && !sim->is_over) {
		say_hello(sim, b);
	}
}

static void give_up_waiting(struct sim *sim, void *arg, uint64_t epoch) {
	struct sim_browser *b = arg;
	if (epoch != b->epoch || b->state != WAITING || sim->is_over) {
		return;
	}
	/* Nothing came: a new connection. */
	if (b->conn) {
		sim_conn_cut(sim, b->conn);
		b->conn = NULL;
	}
	b->state = AWAY;
	connect(sim, b, epoch);
}

static void connect(struct sim *sim, void *arg, uint64_t epoch) {
	struct sim_browser *b = arg;
	if (epoch != b->epoch || b->conn || b->state == TAKEN || sim->is_over) {
		return;
	}
	b->conn = sim_conn_open(sim, b, false);
	b->state = WAITING;
	say_hello(sim, b);
	sim_after(sim, 20000, give_up_waiting, b, epoch);
}

/* A closed attempt keeps nobody out: the page that gave way comes for its receipt. */
static void look_from_outside(struct sim *sim, void *arg, uint64_t epoch) {
	struct sim_browser *b = arg;
	if (epoch != b->epoch || b->state != TAKEN || sim->is_over) {
		return;
	}
	if (sim->db.state == DB_UP && attempt_of(sim, b)->times.is_closed) {
		b->state = AWAY;
		connect(sim, b, epoch);
	} else {
		sim_after(sim, OUTSIDE_MS, look_from_outside, b, epoch);
	}
}

void sim_browser_start(struct sim *sim, struct sim_browser *b, int64_t after_ms) {
	b->epoch++;
	if (b->state == TAKEN) {
		b->state = AWAY; /* the student asks for it himself */
	}
	sim_after(sim, after_ms, connect, b, b->epoch);
	sim_after(sim, after_ms + 500, think, b, b->epoch);
}

void sim_browser_lost(struct sim *sim, struct sim_browser *b, struct sim_conn *conn) {
	if (b->conn != conn || b->is_deaf) {
		return;
	}
	b->conn = NULL;
	if (b->state == TAKEN) {
		return;
	}
	b->state = AWAY;
	sim_after(sim, sim_between(sim, 100, 2500), connect, b, b->epoch);
}

/* --- what the server says --- */

static void send_log(struct sim *sim, struct sim_browser *b) {
	struct sim_frame *f = frame_new(FRAME_LOG);
	f->log = calloc(1, sizeof(*f->log));
	if (!f->log) {
		abort();
	}
	f->log->gen = b->gen;
	for (size_t i = 0; i < b->log.count && i < SIM_LOG_MAX; i++) {
		const struct entry *e = &b->log.items[i];
		f->log->events[f->log->event_count++] =
				(struct message_event){ e->seq, e->kind, e->slot, e->value };
		if (e->has_proof) {
			f->log->proofs[f->log->proof_count++] = e->proof;
		}
	}
	sim_conn_send(sim, b->conn, f);
}

static const struct entry *last_proven(const struct sim_browser *b) {
	for (size_t i = b->log.count; i-- > 0;) {
		if (b->log.items[i].has_proof) {
			return &b->log.items[i];
		}
	}
	return NULL;
}

/* The own log up to a number, when it says the same there as the server. */
static bool agrees(const struct sim_browser *b, uint32_t seq, const struct hash *head) {
	if (seq < b->base || seq > tail_seq(b)) {
		return false;
	}
	const struct hash *own =
			seq == b->base ? &b->base_head : &b->log.items[seq - b->base - 1].head;
	return hash_equal(own, head);
}

/* What is not fixed is forgotten and chained anew behind the server's tail. */
static void chain_anew(struct sim *sim, struct sim_browser *b, const struct sim_message *m) {
	const struct message_welcome *w = &m->m.as.welcome;
	if (agrees(b, w->seq, &w->head)) {
		b->log.count = w->seq - b->base;
		for (size_t i = 0; i < b->log.count; i++) {
			b->log.items[i].is_fixed = true;
		}
	} else {
		b->log.count = 0;
		b->base = w->seq;
		b->base_head = w->head;
	}
	for (uint16_t slot = 1; slot <= SIM_SLOTS; slot++) {
		bool differs = b->wants[slot] &&
				!(m->has_answer[slot] ? str_eq(m->answers[slot], b->wanted[slot])
						      : str_eq_z(b->wanted[slot], "null"));
		if (differs && b->has_key) {
			chain(sim, b, EVENT_ANSWER, slot, b->wanted[slot]);
		}
	}
	if (b->wants_submit && b->has_key) {
		chain(sim, b, EVENT_SUBMIT, 0, str_from("null"));
	}
}

static void keep_tail_proof(struct sim_browser *b, const struct sim_message *m) {
	if (m->has_tail && m->tail.seq > b->base && m->tail.seq <= tail_seq(b)) {
		struct entry *e = &b->log.items[m->tail.seq - b->base - 1];
		e->has_proof = true;
		e->proof = m->tail;
	}
}

static void on_welcome(struct sim *sim, struct sim_browser *b, const struct sim_message *m) {
	const struct message_welcome *w = &m->m.as.welcome;
	b->state = IN;
	b->lease = w->lease;
	if (b->is_second) {
		/* Another device wrote meanwhile: its answers stand until the student changes them. */
		memset(b->wants, 0, sizeof(b->wants));
		b->is_second = false;
	}
	if (w->phase == PHASE_READY) {
		sim_conn_send(sim, b->conn, frame_new(FRAME_BEGIN));
	}
	const struct entry *proven = last_proven(b);
	bool has_more = proven && proven->seq > w->seq &&
			(w->seq < b->base || agrees(b, w->seq, &w->head));
	if (has_more && b->gen <= w->gen && !b->has_sent_log) {
		b->has_sent_log = true;
		send_log(sim, b);
		return;
	}
	b->has_sent_log = false;
	b->gen = w->gen;
	b->is_closed = w->phase == PHASE_CLOSED;
	if (b->is_closed) {
		keep_tail_proof(b, m);
		return;
	}
	chain_anew(sim, b, m);
	keep_tail_proof(b, m);
}

static void on_proof(struct sim *sim, struct sim_browser *b, const struct message_ack *ack,
		bool is_stamp) {
	for (size_t i = 0; i < b->log.count; i++) {
		struct entry *e = &b->log.items[i];
		if (e->seq < ack->seq || e->seq > ack->upto) {
			continue;
		}
		if (e->seq == ack->upto && !hash_equal(&e->head, &ack->head)) {
			return; /* of another chain: an old frame */
		}
		e->is_fixed = true;
		if (e->seq == ack->upto && !(e->has_proof && !e->proof.is_stamp)) {
			e->has_proof = true;
			e->proof = (struct message_proof){ is_stamp, ack->kid, ack->lease, e->seq,
				ack->at_ms, ack->mac };
		}
	}
	(void)sim; /* one signature for all */
}

static void reconnect(struct sim *sim, struct sim_browser *b, int64_t after_ms) {
	if (b->conn) {
		sim_conn_cut(sim, b->conn);
		b->conn = NULL;
	}
	b->state = AWAY;
	sim_after(sim, after_ms, connect, b, b->epoch);
}

static void on_refused_hello(struct sim *sim, struct sim_browser *b, enum message_refusal code) {
	if (code == REFUSED_ELSEWHERE && b->is_second) {
		sim_conn_send(sim, b->conn, frame_new(FRAME_TAKE));
	} else if (code == REFUSED_ELSEWHERE) {
		reconnect(sim, b, sim_between(sim, 1000, 4000));
	} else if (code == REFUSED_BUSY) {
		sim_after(sim, sim_between(sim, 500, 2000), hello_again, b, b->epoch);
	}
}

static void resend_later(struct sim *sim, void *arg, uint64_t epoch) {
	struct sim_browser *b = arg;
	if (epoch == b->epoch && b->conn && b->state == IN && !sim->is_over) {
		resend(sim, b);
	}
}

static void on_refused(
		struct sim *sim, struct sim_browser *b, enum message_refusal code, uint32_t seq) {
	sim->refusals++;
	if (b->state != IN) {
		on_refused_hello(sim, b, code);
		return;
	}
	switch (code) {
	case REFUSED_LEASE:
	case REFUSED_FORK:
		reconnect(sim, b, sim_between(sim, 10, 300));
		return;
	case REFUSED_GAP:
	case REFUSED_BUSY:
	case REFUSED_FLOOD:
		if (sim->now_ms - b->sent_ms > 100) {
			b->sent_ms = sim->now_ms;
			sim_after(sim, sim_between(sim, 100, 600), resend_later, b, b->epoch);
		}
		return;
	case REFUSED_LOG:
		b->has_sent_log = true; /* said once; go on with what the server has */
		reconnect(sim, b, 100);
		return;
	case REFUSED_LATE:
	case REFUSED_CLOSED:
	case REFUSED_EARLY:
		/* This one and those behind it will never count. */
		while (b->log.count > 0 && b->log.items[b->log.count - 1].seq >= seq && seq > 0 &&
				!b->log.items[b->log.count - 1].is_fixed) {
			b->log.count--;
		}
		return;
	case REFUSED_NOT:
	case REFUSED_VALUE:
	case REFUSED_SLOT:
	case REFUSED_SECTION:
	case REFUSED_FULL:
	case REFUSED_ELSEWHERE:
	case REFUSED_UNKNOWN:
	case REFUSED_FRAME:
	case REFUSED_COUNT_:
		return;
	}
}

static void on_closed(struct sim_browser *b, const struct sim_message *m) {
	b->is_closed = m->m.as.closed.why != 0;
	if (m->has_receipt) {
		b->has_receipt = true;
		memcpy(b->receipt, m->receipt, sizeof(b->receipt));
	}
}

void sim_browser_got(struct sim *sim, struct sim_browser *b, struct sim_conn *conn,
		const struct sim_message *m) {
	if (b->is_deaf) {
		return;
	}
	bool is_post = conn != b->conn;
	struct sim_frame *f = NULL;
	switch (m->m.kind) {
	case MESSAGE_WELCOME:
		if (!is_post) {
			on_welcome(sim, b, m);
		}
		return;
	case MESSAGE_KEY:
		b->has_key = true;
		return;
	case MESSAGE_ACK:
	case MESSAGE_STAMP:
		on_proof(sim, b, &m->m.as.ack, m->m.kind == MESSAGE_STAMP);
		return;
	case MESSAGE_PULSE:
		f = frame_new(FRAME_PULSE);
		memcpy(f->nonce, m->m.as.pulse.nonce, sizeof(f->nonce));
		sim_conn_send(sim, conn, f);
		return;
	case MESSAGE_REFUSED:
		if (!is_post) {
			on_refused(sim, b, m->m.as.refused.code, m->m.as.refused.seq);
		}
		return;
	case MESSAGE_LOCKED:
		if (!is_post) {
			b->state = TAKEN;
			sim_after(sim, OUTSIDE_MS, look_from_outside, b, b->epoch);
		}
		return;
	case MESSAGE_CLOSED:
		on_closed(b, m);
		return;
	case MESSAGE_TIME:
	case MESSAGE_NOTICE:
	case MESSAGE_BOARD:
	case MESSAGE_ROOM:
		return;
	}
}
