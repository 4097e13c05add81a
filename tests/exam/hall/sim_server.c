/* The simulated process: a room and its clock, started and killed. */
#include <stdlib.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "tests/exam/hall/sim_server_inner.h"

enum {
	SLOT_COUNT = SIM_SLOTS,
	RESULT_MS = 2,
	ANCHOR_MS = 5000,
};

struct sim_server *sim_server_new(void) {
	struct sim_server *s = calloc(1, sizeof(*s));
	if (!s) {
		abort();
	}
	return s;
}

void sim_server_free(struct sim_server *s) {
	room_free(s->room);
	sim_conns_finish(&s->conns);
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

/* --- starting and dying --- */

static const struct room_port port_of = {
	.send = sim_port_send,
	.answered = sim_port_answered,
	.drop = sim_port_drop,
	.pause = sim_port_pause,
	.store = port_store,
	.join = sim_port_join,
	.begin = sim_port_begin,
	.heal = sim_port_heal,
	.reload = sim_port_reload,
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
		sim_work_row(a, &row);
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
	sim_conns_die(sim);
	room_free(s->room);
	s->room = NULL;
	sim_writer_kill(sim);
	sim_after(sim, sim_between(sim, 50, 4000), try_start, NULL, s->life);
}
