/* The simulated server's workers: joins, beginnings, healings and reloads, some time later. */
#include <stdlib.h>
#include <string.h>

#include "tests/exam/hall/sim_server_inner.h"

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
	sim->server->loading = &answers;
	room_joined(sim->server->room, &a->id, ERR_OK, &joined, sim_server_now_ms(sim));
	sim->server->loading = NULL;
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

void sim_port_join(void *owner, const struct id16 *attempt) {
	work_start(owner, WORK_JOIN, attempt, 0, NULL);
}

void sim_port_begin(void *owner, const struct id16 *attempt, int64_t at_ms) {
	work_start(owner, WORK_BEGIN, attempt, at_ms, NULL);
}

void sim_port_heal(void *owner, const struct id16 *attempt, const struct message_log *log) {
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

void sim_port_reload(void *owner, const struct id16 *attempt) {
	work_start(owner, WORK_RELOAD, attempt, 0, NULL);
}

void sim_work_row(struct sim_attempt *a, struct room_attempt_row *row) {
	uint32_t signals = 0;
	struct fold fold = { 0 };
	const struct event_row *tail = load_tail(a, &signals, &fold);
	fold_finish(&fold);
	fill_row(a, row);
	row->last_at_ms = tail ? tail->at_ms : 0;
	if (tail && tail->event.kind == EVENT_SUBMIT && !a->times.is_closed) {
		row->submitted_at_ms = tail->at_ms;
	}
}
