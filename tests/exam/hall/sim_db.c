#include "tests/exam/hall/sim.h"

#include <assert.h>
#include <string.h>

#include "core/base/cleanup.h"
#include "core/seal/sign.h"
#include "exam/hall/fold.h"

void sim_rows_add(struct sim_rows *rows, const struct event_row *row) {
	if (GROW(rows, SIM_ITEMS_MAX)) {
		abort();
	}
	rows->items[rows->count++] = *row;
}

struct phase_sitting sim_sitting(void) {
	return (struct phase_sitting){
		.lobby_ms = SIM_EPOCH_MS,
		.start_ms = SIM_EPOCH_MS + SIM_START_MS,
		.window_end_ms = SIM_EPOCH_MS + SIM_START_MS + SIM_WINDOW_MS,
		.limit_ms = SIM_LIMIT_MS,
		.grace_ms = SIM_GRACE_MS,
	};
}

void sim_db_init(struct sim *sim) {
	for (size_t i = 0; i < sim->student_count; i++) {
		struct sim_attempt *a = &sim->db.attempts[i];
		for (size_t k = 0; k < ID16_BYTES; k++) {
			a->id.b[k] = (uint8_t)rng_below(&sim->rng, 256);
		}
		memset(a->salt, (int)i + 1, sizeof(a->salt));
		a->person = 100 + i;
		a->gen = 1;
		a->ends_revision = 1;
		a->times.started_at_ms = PHASE_NEVER;
		/* Some have a clock of their own, some more time, some come in late. */
		if (sim_chance(sim, 25)) {
			a->times.personal_limit_ms = 50000;
		}
		if (sim_chance(sim, 20)) {
			a->times.extra_ms = 10000;
		}
		if (sim_chance(sim, 20)) {
			a->times.delay_ms = 3000;
		}
		struct event_origin origin = { SIM_SCHOOL, { { 3 } }, a->id, a->salt,
			str_from("101") };
		event_genesis(&origin, &a->genesis);
	}
}

void sim_db_free(struct sim *sim) {
	for (size_t i = 0; i < SIM_STUDENTS_MAX; i++) {
		struct sim_attempt *a = &sim->db.attempts[i];
		for (size_t g = 0; g <= SIM_GENS_MAX; g++) {
			free(a->gens[g].rows.items);
		}
		free(a->forks.items);
	}
}

struct sim_attempt *sim_db_find(struct sim *sim, const struct id16 *id) {
	for (size_t i = 0; i < sim->student_count; i++) {
		if (id16_equal(&sim->db.attempts[i].id, id)) {
			return &sim->db.attempts[i];
		}
	}
	return NULL;
}

struct sim_gen *sim_db_gen(struct sim_attempt *a) {
	return &a->gens[a->gen];
}

int64_t sim_db_end_ms(const struct sim_attempt *a) {
	struct phase_sitting sitting = sim_sitting();
	return phase_end_ms(&sitting, &a->times);
}

/* The student's last row, NULL when there is none. */
static const struct event_row *tail_of(struct sim_attempt *a) {
	const struct sim_rows *rows = &sim_db_gen(a)->rows;
	size_t n = rows->count;
	if (n > 0 && rows->items[n - 1].event.kind == EVENT_CLOSE) {
		n--;
	}
	return n > 0 ? &rows->items[n - 1] : NULL;
}

/* --- the writer's transaction --- */

static void lock(struct sim *sim, const struct tips *tips, bool may_use_known,
		struct batch_attempt *b) {
	struct sim_attempt *a = sim_db_find(sim, &b->id);
	if (!a) {
		return;
	}
	b->is_there = true;
	b->school = SIM_SCHOOL;
	b->gen = a->gen;
	b->lease = a->lease;
	b->ends_revision = a->ends_revision;
	b->is_closed = a->times.is_closed;
	const struct tip *known = may_use_known ? tips_find(tips, &b->id) : NULL;
	bool is_sure = known && !a->times.is_closed &&
			(known->connection == sim->db.connection ||
					known->connection == TIP_BY_JOIN);
	if (is_sure && known->gen == a->gen && known->lease == a->lease) {
		b->tip = *known;
		b->tip.connection = sim->db.connection;
		return;
	}
	b->tip = (struct tip){ .attempt = a->id,
		.school = SIM_SCHOOL,
		.gen = a->gen,
		.lease = a->lease,
		.head = a->genesis,
		.connection = sim->db.connection };
	const struct event_row *tail = tail_of(a);
	if (tail) {
		b->tip.seq = tail->event.seq;
		b->tip.last_at_ms = tail->at_ms;
		b->tip.head = tail->head;
		b->tip.times = tail->times;
	}
}

static enum err source_stored(void *owner, const struct event_row *row, struct buf *value,
		struct event_row *out) {
	(void)value; /* values are static here */
	struct sim_attempt *a = sim_db_find(owner, &row->attempt);
	const struct sim_rows *rows = &a->gens[row->gen].rows;
	if (row->event.seq > rows->count) {
		return ERR_NOT_FOUND;
	}
	*out = rows->items[row->event.seq - 1];
	if (((struct sim *)owner)->broken == BREAK_SAME_NUMBER) {
		out->event = row->event;
	}

	return ERR_OK;
}

static enum err source_fork(void *owner, const struct event_row *row) {
	struct sim *sim = owner;
	sim->forks++;
	sim_rows_add(&sim_db_find(sim, &row->attempt)->forks, row);
	return ERR_OK;
}

static void make_receipt(struct sim *sim, struct sim_attempt *a) {
	struct sim_gen *g = sim_db_gen(a);
	_cleanup_(fold_finish) struct fold fold = { 0 };
	const struct event_row *tail = tail_of(a);
	for (size_t i = 0; i < g->rows.count; i++) {
		bool is_left_out = sim->broken == BREAK_WRONG_FOLD && tail == &g->rows.items[i];
		if (!is_left_out && fold_add(&fold, &g->rows.items[i].event)) {
			abort();
		}
	}
	const struct event_row *close = &g->rows.items[g->rows.count - 1];
	struct receipt r = { .school = SIM_SCHOOL,
		.sitting = { { 3 } },
		.attempt = a->id,
		.gen = a->gen,
		.seq = tail ? tail->event.seq : 0,
		.at_ms = close->at_ms,
		.why = (uint8_t)a->close_why,
		.head = close->head,
		.times = close->times };
	uint8_t public_key[SIGN_PUBLIC_BYTES];
	uint8_t secret[SIGN_SECRET_BYTES];
	sign_pair(sim->sign_seed, public_key, secret);
	sign_kid(public_key, r.sign_kid);
	fold_hash(&fold, a->salt, &r.answers);
	receipt_print(RECEIPT_CLOSED, &r, g->receipt);
	sign_make(secret, g->receipt, RECEIPT_BYTES, g->receipt + RECEIPT_BYTES);
	g->has_receipt = true;
}

static void insert(struct sim *sim, const struct event_row *row, int why) {
	struct sim_attempt *a = sim_db_find(sim, &row->attempt);
	struct event_row stored = *row;
	if (sim->broken == BREAK_TIME_BACK && sim_chance(sim, 10)) {
		stored.at_ms -= 4000;
	}
	sim_check_rows(sim, a, &stored, false);
	sim_rows_add(&a->gens[row->gen].rows, &stored);
	if (row->event.kind == EVENT_CLOSE) {
		a->times.is_closed = true;
		a->closed_ms = row->at_ms;
		a->close_why = why;
		make_receipt(sim, a);
	}
}

enum err sim_db_batch(
		struct sim *sim, const struct tips *tips, bool may_use_known, struct batch *batch) {
	const struct batch_source source = { sim, source_stored, source_fork };
	batch_reset(batch);
	for (size_t i = 0; i < batch->attempt_count; i++) {
		lock(sim, tips, may_use_known, &batch->attempts[i]);
		if (sim->broken == BREAK_NO_REVISION) {
			for (size_t k = 0; k < batch->count; k++) {
				batch->items[k].ends_revision = 0;
			}
		}
	}
	enum err e = batch_decide(batch, &source);
	if (e) {
		return e;
	}
	for (size_t i = 0; i < batch->accepted_count; i++) {
		const struct event_row *row = batch->accepted[i];
		struct sim_attempt *a = sim_db_find(sim, &row->attempt);
		if (row->event.seq <= a->gens[row->gen].rows.count) {
			return ERR_EXISTS;
		}
		size_t earlier = 0;
		for (size_t k = 0; k < i; k++) {
			earlier += id16_equal(&batch->accepted[k]->attempt, &row->attempt);
		}
		if (row->event.seq != a->gens[row->gen].rows.count + 1 + earlier) {
			sim_fail(sim, "a gap would be stored");
		}
	}
	for (size_t i = 0; i < batch->count; i++) {
		struct batch_item *item = &batch->items[i];
		struct sim_attempt *a = sim_db_find(sim, &item->row.attempt);
		if (item->outcome == BATCH_SAME) {
			sim_check_same(sim, &item->row);
		}
		if (item->outcome != BATCH_STORED && item->outcome != BATCH_CLOSED) {
			continue;
		}
		insert(sim, &item->row, item->why);
		if (item->outcome == BATCH_CLOSED) {
			memcpy(item->receipt, sim_db_gen(a)->receipt, sizeof(item->receipt));
		}
	}
	return ERR_OK;
}

/* --- workers --- */

enum err sim_db_join(struct sim *sim, const struct id16 *id, bool raises) {
	struct sim_attempt *a = sim_db_find(sim, id);
	if (raises && !a->times.is_closed) {
		a->lease++;
		a->lease_rows = sim_db_gen(a)->rows.count;
	}
	return ERR_OK;
}

enum err sim_db_begin(struct sim *sim, const struct id16 *id, int64_t at_ms) {
	struct sim_attempt *a = sim_db_find(sim, id);
	if (a->times.is_closed) {
		return ERR_CLOSED;
	}
	if (a->times.started_at_ms == PHASE_NEVER) {
		a->times.started_at_ms = at_ms;
		a->ends_revision++;
	}
	return ERR_OK;
}

enum err sim_db_extra(struct sim *sim, struct sim_attempt *a, int64_t ms) {
	if (a->times.is_closed) {
		return ERR_CLOSED;
	}
	sim->extras++;
	a->times.extra_ms += ms;
	a->ends_revision++;
	return ERR_OK;
}

static const uint8_t *mac_key(const void *owner, uint8_t kid) {
	const struct sim *sim = owner;
	if (sim->broken == BREAK_HEAL_UNPROVEN) {
		return sim_hostile_key;
	}
	return kid == SIM_KID ? sim->mac_key : NULL;
}

static void copy_generation(struct sim_attempt *a) {
	const struct sim_rows *old = &sim_db_gen(a)->rows;
	assert(a->gen < SIM_GENS_MAX);
	a->gen++;
	for (size_t i = 0; i + 1 < old->count; i++) { /* the close stays behind */
		struct event_row row = old->items[i];
		row.gen = a->gen;
		sim_rows_add(&sim_db_gen(a)->rows, &row);
	}
}

static void add_healed(struct sim *sim, struct sim_attempt *a, const struct message_log *log,
		const struct heal_plan *plan) {
	const struct event_row *tail = tail_of(a);
	struct hash times = tail ? tail->times : (struct hash){ { 0 } };
	for (size_t i = 0; i < plan->count; i++) {
		const struct message_event *ev = &log->events[plan->rows[i].index];
		struct event_row row = { .school = SIM_SCHOOL,
			.attempt = a->id,
			.gen = a->gen,
			.lease = plan->rows[i].lease,
			.flags = EVENT_FLAG_HEALED,
			.at_ms = plan->rows[i].at_ms,
			.head = plan->rows[i].head,
			.event = { ev->seq, ev->kind, ev->slot, ev->value } };
		event_times(&times, &row.head, row.at_ms, &row.times);
		times = row.times;
		sim_check_rows(sim, a, &row, true);
		sim_rows_add(&sim_db_gen(a)->rows, &row);
	}
}

static void close_again(struct sim *sim, struct sim_attempt *a) {
	const struct event_row *tail = tail_of(a);
	struct hash head = tail ? tail->head : a->genesis;
	struct hash times = tail ? tail->times : (struct hash){ { 0 } };
	struct event_row close = { .school = SIM_SCHOOL,
		.attempt = a->id,
		.gen = a->gen,
		.lease = a->lease,
		.at_ms = a->closed_ms,
		.head = head,
		.event = { (uint32_t)sim_db_gen(a)->rows.count + 1, EVENT_CLOSE, 0,
				str_from("null") } };
	event_times(&times, &head, close.at_ms, &close.times);
	sim_rows_add(&sim_db_gen(a)->rows, &close);
	make_receipt(sim, a);
}

static enum err apply_plan(struct sim *sim, struct sim_attempt *a, const struct message_log *log,
		const struct heal_plan *plan) {
	for (size_t i = 0; i < plan->fork_count; i++) {
		const struct message_event *ev = &log->events[plan->forks[i].index];
		struct event_row row = { .attempt = a->id,
			.gen = a->gen,
			.head = plan->forks[i].head,
			.event = { ev->seq, ev->kind, ev->slot, ev->value } };
		(void)source_fork(sim, &row); /* cannot fail here */
	}
	if (plan->count == 0) {
		return ERR_OK;
	}
	sim->heals++;
	if (plan->opens_generation) {
		copy_generation(a);
	}
	add_healed(sim, a, log, plan);
	if (plan->opens_generation) {
		close_again(sim, a);
	}
	return ERR_OK;
}

enum err sim_db_heal(struct sim *sim, const struct id16 *id, const struct message_log *log) {
	struct sim_attempt *a = sim_db_find(sim, id);
	const struct event_row *tail = tail_of(a);
	uint32_t seq = tail ? tail->event.seq : 0;
	_cleanup_(mem_freep) struct hash *heads = calloc(seq + 1, sizeof(*heads));
	for (uint32_t i = 0; i < seq; i++) {
		heads[i] = sim_db_gen(a)->rows.items[i].head;
	}
	struct heal_stored stored = { .school = SIM_SCHOOL,
		.attempt = *id,
		.gen = a->gen,
		.seq = seq,
		.last_at_ms = tail ? tail->at_ms : 0,
		.is_closed = a->times.is_closed,
		.heads_from = 1,
		.heads = heads,
		.before = a->genesis };
	const struct heal_keys keys = { sim, mac_key };
	_cleanup_(heal_plan_finish) struct heal_plan plan = { 0 };
	enum err e = heal_plan_make(&stored, log, &keys, &plan);
	return e ? e : apply_plan(sim, a, log, &plan);
}

void sim_db_lose(struct sim *sim) {
	struct sim_attempt *a = &sim->db.attempts[sim_below(sim, sim->student_count)];
	struct sim_rows *rows = &sim_db_gen(a)->rows;
	if (a->times.is_closed || rows->count < 3) {
		return;
	}
	size_t n = 1 + sim_below(sim, 2);
	rows->count -= n;
	a->has_lost_rows = true;
	if (rows->count < a->lease_rows) { /* what came later is lost first */
		a->lease--;
		a->lease_rows = 0;
	}

	sim->lost += n;
}
