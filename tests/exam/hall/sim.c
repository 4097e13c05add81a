#include "tests/exam/hall/sim.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

const char *sim_break_name(enum sim_break b) {
	static const char *const names[BREAK_COUNT_] = {
		[BREAK_NONE] = "none",
		[BREAK_ACK_EARLY] = "ack before the commit",
		[BREAK_STALE_LEASE] = "accept a stale lease",
		[BREAK_COUNT_LATE] = "count late answers",
		[BREAK_KEY_EARLY] = "release the key early",
		[BREAK_STAMP_EARLY] = "stamp before the sync",
		[BREAK_RENUMBER] = "renumber acked events",
		[BREAK_SAME_NUMBER] = "ack other bytes under a taken number",
		[BREAK_CLOSE_FIRST] = "close before what waits",
		[BREAK_NO_REVISION] = "close without the revision",
		[BREAK_TIME_BACK] = "let times go back",
		[BREAK_HEAL_UNPROVEN] = "heal what is not proven",
		[BREAK_WRONG_FOLD] = "leave an answer out of the receipt",
		[BREAK_DROP_BATCH] = "forget a batch that failed",
		[BREAK_UNTOLD] = "close without a word",
	};
	return names[b];
}

/* --- time: a heap of tasks --- */

static bool is_before(const struct sim_task *a, const struct sim_task *b) {
	return a->at_ms != b->at_ms ? a->at_ms < b->at_ms : a->order < b->order;
}

static void tasks_push(struct sim_tasks *t, const struct sim_task *task) {
	if (GROW(t, SIM_ITEMS_MAX)) {
		abort();
	}
	size_t at = t->count++;
	while (at > 0 && is_before(task, &t->items[(at - 1) / 2])) {
		t->items[at] = t->items[(at - 1) / 2];
		at = (at - 1) / 2;
	}
	t->items[at] = *task;
}

static struct sim_task tasks_pop(struct sim_tasks *t) {
	struct sim_task first = t->items[0];
	struct sim_task last = t->items[--t->count];
	size_t at = 0;
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= t->count) {
			break;
		}
		if (child + 1 < t->count && is_before(&t->items[child + 1], &t->items[child])) {
			child++;
		}
		if (!is_before(&t->items[child], &last)) {
			break;
		}
		t->items[at] = t->items[child];
		at = child;
	}
	t->items[at] = last;
	return first;
}

void sim_after(struct sim *sim, int64_t ms,
		void (*run)(struct sim *sim, void *arg, uint64_t number), void *arg,
		uint64_t number) {
	struct sim_task task = { sim->now_ms + ms, ++sim->step, run, arg, number };
	tasks_push(&sim->tasks, &task);
}

/* --- chance --- */

uint64_t sim_below(struct sim *sim, uint64_t bound) {
	return rng_below(&sim->rng, bound);
}

bool sim_chance(struct sim *sim, unsigned percent) {
	return rng_below(&sim->rng, 100) < percent;
}

int64_t sim_between(struct sim *sim, int64_t least, int64_t most) {
	return least + (int64_t)rng_below(&sim->rng, (uint64_t)(most - least) + 1);
}

static const char *const values[SIM_VALUE_COUNT] = { "\"blur\"", "null", "\"A\"", "\"B\"", "\"C\"",
	"\"D\"", "\"\"", "\"Hà Nội\"", "\"Huế\"", "\"Đà Nẵng\"", "\"Cần Thơ\"", "\"Sông Hồng\"",
	"\"1945\"", "\"H2O\"", "\"đáp án\\nhai dòng\"", "\"E\"", "[\"A\"]", "true", "[[true]]",
	"\"<b>\"", "\"'; DROP TABLE event; --\"", "\"focus\"", "\"a\"", "\"Hải Phòng\"" };

struct str sim_value_at(size_t index) {
	return str_from(values[index]);
}

struct str sim_value_static(struct sim *sim, struct str value) {
	for (size_t i = 0; i < SIM_VALUE_COUNT; i++) {
		if (str_eq(sim_value_at(i), value)) {
			return sim_value_at(i);
		}
	}
	sim_fail(sim, "a value nobody sent");
	return sim_value_at(0);
}

/* What an honest student says in that slot. */
struct str sim_value(struct sim *sim, uint16_t slot) {
	if (sim_chance(sim, 5)) {
		return sim_value_at(1);
	}
	return slot <= 8 ? sim_value_at(2 + sim_below(sim, 4))
			 : sim_value_at(7 + sim_below(sim, 8));
}

void sim_fail(struct sim *sim, const char *format, ...) {
	sim->failures++;
	if (sim->failures > 1 && !sim->is_loud) {
		return;
	}
	char text[160];
	va_list ap;
	va_start(ap, format);
	(void)vsnprintf(text, sizeof(text), format, ap); /* cut when too long */
	va_end(ap);
	char whole[sizeof(sim->failure)];
	(void)snprintf(whole, sizeof(whole), "step %llu, %lld ms: %s",
			(unsigned long long)sim->step, (long long)(sim->now_ms - SIM_EPOCH_MS),
			text); /* fits */
	if (sim->failures == 1) {
		memcpy(sim->failure, whole, sizeof(whole));
	}
	if (sim->is_loud) {
		printf("%s\n", whole);
	}
}

/* --- the seed's plan --- */

static void db_up(struct sim *sim, void *arg, uint64_t number) {
	(void)arg; /* nothing to bring */
	(void)number;
	sim->db.state = DB_UP;
}

static void db_fault(struct sim *sim, void *arg, uint64_t number) {
	(void)arg; /* nothing to bring */
	(void)number;
	if (!sim->has_faults) {
		return;
	}
	sim->outages++;
	sim->db.connection++;

	sim->db.state = sim_chance(sim, 50) ? DB_AWAY : DB_STALLED;
	if (sim->may_lose_rows && sim_chance(sim, 50)) {
		sim_db_lose(sim);
	}
	sim_after(sim, sim_between(sim, 20, sim_chance(sim, 40) ? 20000 : 3000), db_up, NULL, 0);
	sim_after(sim, sim_between(sim, 5000, 60000), db_fault, NULL, 0);
}

static void kill_fault(struct sim *sim, void *arg, uint64_t number) {
	(void)arg; /* nothing to bring */
	(void)number;
	if (!sim->has_faults) {
		return;
	}
	sim_server_kill(sim);
	sim_after(sim, sim_between(sim, 8000, 80000), kill_fault, NULL, 0);
}

/* The database's clock is stepped back, or a little on, and set right again. */
static void clock_fault(struct sim *sim, void *arg, uint64_t number) {
	(void)arg; /* nothing to bring */
	(void)number;
	sim->db.clock_offset_ms =
			sim->has_faults && sim_chance(sim, 50) ? sim_between(sim, -5000, 200) : 0;
	if (sim->has_faults) {
		sim_after(sim, sim_between(sim, 3000, 40000), clock_fault, NULL, 0);
	}
}

static void invigilate(struct sim *sim, void *arg, uint64_t number) {
	(void)arg; /* nothing to bring */
	(void)number;
	struct sim_attempt *a = &sim->db.attempts[sim_below(sim, sim->student_count)];
	unsigned what = (unsigned)sim_below(sim, 10);
	if (what < 4 && sim->db.state == DB_UP && sim_server_is_up(sim)) {
		if (sim_db_extra(sim, a, sim_between(sim, 1, 15) * 1000) == ERR_OK &&
				sim_chance(sim, 90)) {
			sim_server_extra(sim, a); /* else the room hears when it wants to close */
		}
	} else if (what == 4 && sim_server_is_up(sim)) {
		enum err any = room_hand_in(sim_server_room(sim), &a->id, sim_server_now_ms(sim));
		(void)any; /* it may be early or closed */
	} else if (what == 5 && sim_server_is_up(sim)) {
		enum err any = room_notice(sim_server_room(sim), NULL, str_from("Còn 10 phút."),
				sim_server_now_ms(sim));
		(void)any; /* nobody may be there */
	}
	if (sim->has_faults) {
		sim_after(sim, sim_between(sim, 4000, 20000), invigilate, NULL, 0);
	}
}

static void second_device(struct sim *sim, void *arg, uint64_t number) {
	(void)number; /* nothing more to tell */
	if (sim->has_faults) {
		sim_browser_start(sim, arg, 1);
	}
}

/* No more faults; whoever was away comes back with his log. */
static void quiet(struct sim *sim, void *arg, uint64_t number) {
	(void)arg; /* nothing to bring */
	(void)number;
	sim->has_faults = false;
	sim->db.state = DB_UP;
	sim->db.clock_offset_ms = 0;
	for (size_t i = 0; i < sim->browser_count; i++) {
		if (!sim_browser_is_deaf(sim->browsers[i])) {
			sim_browser_start(sim, sim->browsers[i],
					1000 + 30000 * (int64_t)(i >= sim->student_count));
		}
	}
}

static void plan_browsers(struct sim *sim) {
	for (size_t i = 0; i < sim->student_count; i++) {
		struct sim_browser *b = sim_browser_new(sim, i, false);
		sim_browser_start(
				sim, b, sim_between(sim, 100, sim_chance(sim, 80) ? 15000 : 60000));
	}
	for (size_t i = 0; i < sim->student_count; i++) {
		if (sim_chance(sim, 25)) {
			sim_after(sim, sim_between(sim, 15000, 90000), second_device,
					sim_browser_new(sim, i, true), 0);
		}
		if (sim_chance(sim, 30)) {
			sim_after(sim, sim_between(sim, 100, 60000), sim_hostile_act,
					sim_hostile_new(sim, i), 0);
		}
	}
}

static void plan(struct sim *sim) {
	plan_browsers(sim);
	if (sim_chance(sim, 80)) {
		sim_after(sim, sim_between(sim, 5000, 60000), db_fault, NULL, 0);
	}
	if (sim_chance(sim, 70)) {
		sim_after(sim, sim_between(sim, 5000, 90000), kill_fault, NULL, 0);
	}
	sim_after(sim, sim_between(sim, 5000, 90000), clock_fault, NULL, 0);
	sim_after(sim, sim_between(sim, 25000, 60000), invigilate, NULL, 0);
	sim_after(sim, SIM_QUIET_MS, quiet, NULL, 0);
	sim->may_lose_rows = sim_chance(sim, 15);
}

struct sim *sim_new(uint64_t seed, enum sim_break broken) {
	struct sim *sim = calloc(1, sizeof(*sim));
	if (!sim) {
		abort();
	}
	sim->seed = seed;
	sim->broken = broken;
	sim->now_ms = SIM_EPOCH_MS;
	sim->has_faults = true;
	sim->db.connection = 1;
	rng_init(&sim->rng, seed, 0);
	memset(sim->mac_key, 4, sizeof(sim->mac_key));
	memset(sim->sign_seed, 5, sizeof(sim->sign_seed));
	sim->student_count = 2 + sim_below(sim, SIM_STUDENTS_MAX - 1);
	sim->server = sim_server_new();
	sim->writer = sim_writer_new();
	sim_db_init(sim);
	return sim;
}

static void run_until(struct sim *sim, int64_t until_ms) {
	while (sim->tasks.count > 0 && sim->tasks.items[0].at_ms <= until_ms) {
		struct sim_task task = tasks_pop(&sim->tasks);
		sim->now_ms = task.at_ms > sim->now_ms ? task.at_ms : sim->now_ms;
		task.run(sim, task.arg, task.number);
	}
}

void sim_run(struct sim *sim) {
	sim_server_start(sim);
	plan(sim);
	run_until(sim, SIM_EPOCH_MS + SIM_END_MS);
	sim_check_end(sim);
	/* What is left over only gives back its memory. */
	sim->is_over = true;
	sim_server_kill(sim);
	run_until(sim, INT64_MAX);
}

void sim_free(struct sim *sim) {
	for (size_t i = 0; i < sim->browser_count; i++) {
		sim_browser_free(sim->browsers[i]);
	}
	sim_server_free(sim->server);
	sim_writer_free(sim->writer);
	sim_db_free(sim);
	free(sim->tasks.items);
	free(sim->taken.items);
	free(sim->proofs.items);
	free(sim);
}
