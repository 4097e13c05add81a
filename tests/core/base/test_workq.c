#include "core/base/workq.h"

#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <time.h>

#include "tests/check.h"

enum {
	PRODUCERS = 4,
	JOBS_EACH = 3000,
	THREADS = 3,
};

/* A gate that holds workers back until the test opens it. */
struct gate {
	pthread_mutex_t lock;
	pthread_cond_t changed;
	bool is_open;
	unsigned waiting;
};

static void gate_init(struct gate *g) {
	pthread_mutex_init(&g->lock, NULL);
	pthread_cond_init(&g->changed, NULL);
	g->is_open = false;
	g->waiting = 0;
}

static void gate_pass(struct gate *g) {
	pthread_mutex_lock(&g->lock);
	g->waiting++;
	pthread_cond_broadcast(&g->changed);
	while (!g->is_open) {
		pthread_cond_wait(&g->changed, &g->lock);
	}
	pthread_mutex_unlock(&g->lock);
}

static void gate_wait_for(struct gate *g, unsigned waiting) {
	pthread_mutex_lock(&g->lock);
	while (g->waiting < waiting) {
		pthread_cond_wait(&g->changed, &g->lock);
	}
	pthread_mutex_unlock(&g->lock);
}

static void gate_open(struct gate *g) {
	pthread_mutex_lock(&g->lock);
	g->is_open = true;
	pthread_cond_broadcast(&g->changed);
	pthread_mutex_unlock(&g->lock);
}

static void run_gate(void *context, void *arg) {
	(void)context; /* none */
	gate_pass(arg);
}

static void drop_nothing(void *arg) {
	(void)arg; /* owned by the test */
}

static char order[16];
static size_t order_len;

static void run_order(void *context, void *arg) {
	(void)context; /* none */
	order[order_len++] = *(char *)arg;
}

static void count_drop(void *arg) {
	atomic_uint *drops = arg;
	atomic_fetch_add(drops, 1);
}

static void check_limits(void) {
	static const struct {
		size_t threads;
		size_t capacity;
		enum err want;
	} rows[] = {
		{ 0, 1, ERR_LIMIT },
		{ 1, 0, ERR_LIMIT },
		{ WORKQ_THREADS_MAX + 1, 1, ERR_LIMIT },
		{ 1, WORKQ_CAPACITY_MAX + 1, ERR_LIMIT },
		{ WORKQ_THREADS_MAX, 1, ERR_OK },
		{ 1, WORKQ_CAPACITY_MAX, ERR_OK },
	};
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		_cleanup_(workq_freep) struct workq *q = NULL;
		struct workq_settings s = {
			.name = "limits", .threads = rows[i].threads, .capacity = rows[i].capacity
		};
		CHECK_INT("limits", workq_new(&s, &q), rows[i].want);
	}
}

/* One worker held by the gate: what waits is counted, refused at the limit, run in order. */
static void check_full_and_drained(void) {
	struct gate gate;
	gate_init(&gate);
	struct workq_settings s = { .name = "full", .threads = 1, .capacity = 3 };
	_cleanup_(workq_freep) struct workq *q = NULL;
	CHECK_INT("new", workq_new(&s, &q), ERR_OK);
	struct workq_job hold = { run_gate, drop_nothing, &gate };
	CHECK_INT("hold", workq_push(q, hold), ERR_OK);
	gate_wait_for(&gate, 1);
	static char letters[] = "abcd";
	for (size_t i = 0; i < 4; i++) {
		struct workq_job job = { run_order, drop_nothing, &letters[i] };
		CHECK_INT("push", workq_push(q, job), i < 3 ? ERR_OK : ERR_BUSY);
	}
	struct workq_stats stats = workq_stats(q);
	CHECK_INT("depth", stats.depth, 3);
	CHECK_INT("running", stats.running, 1);
	CHECK_INT("refused", stats.refused, 1);
	gate_open(&gate);
	workq_stop(q, WORKQ_DRAIN);
	CHECK_INT("in order", order_len, 3);
	CHECK_MEM("in order", order, "abc", 3);
	stats = workq_stats(q);
	CHECK_INT("depth", stats.depth, 0);
	CHECK_INT("depth max", stats.depth_max, 3);
	CHECK_INT("done", stats.done, 4);
	CHECK_INT("running", stats.running, 0);
	CHECK_INT("stopped", workq_push(q, hold), ERR_CLOSED);
	workq_stop(q, WORKQ_DROP);
}

static void *stop_dropping(void *arg) {
	workq_stop(arg, WORKQ_DROP);
	return NULL;
}

/* What the first drop does before it returns: it lets the running job end and gives the worker
 * time to take another. */
struct slow_drop {
	struct workq *queue;
	struct gate *gate;
	unsigned drops; /* touched by the stopping thread alone */
};

static void drop_slowly(void *arg) {
	struct slow_drop *d = arg;
	if (d->drops++ > 0) {
		return;
	}
	gate_open(d->gate);
	while (workq_stats(d->queue).done < 1) {
		sched_yield();
	}
	for (unsigned i = 0; i < 20 && workq_stats(d->queue).done == 1; i++) {
		nanosleep(&(struct timespec){ .tv_nsec = 1000000 }, NULL);
	}
}

/* While jobs are being dropped a worker comes free: it starts none of those that still wait. */
static void check_dropped_while_working(void) {
	struct gate gate;
	gate_init(&gate);
	struct workq_settings s = { .name = "slow", .threads = 1, .capacity = 8 };
	_cleanup_(workq_freep) struct workq *q = NULL;
	CHECK_INT("new", workq_new(&s, &q), ERR_OK);
	struct slow_drop d = { .queue = q, .gate = &gate };
	struct workq_job hold = { run_gate, drop_nothing, &gate };
	CHECK_INT("hold", workq_push(q, hold), ERR_OK);
	gate_wait_for(&gate, 1);
	for (size_t i = 0; i < 5; i++) {
		struct workq_job job = { run_order, drop_slowly, &d };
		CHECK_INT("push", workq_push(q, job), ERR_OK);
	}
	workq_stop(q, WORKQ_DROP);
	CHECK_INT("dropped", d.drops, 5);
	CHECK_INT("done", workq_stats(q).done, 1);
}

static void check_dropped(void) {
	struct gate gate;
	gate_init(&gate);
	atomic_uint drops = 0;
	struct workq_settings s = { .name = "drop", .threads = 1, .capacity = 8 };
	_cleanup_(workq_freep) struct workq *q = NULL;
	CHECK_INT("new", workq_new(&s, &q), ERR_OK);
	struct workq_job hold = { run_gate, drop_nothing, &gate };
	CHECK_INT("hold", workq_push(q, hold), ERR_OK);
	gate_wait_for(&gate, 1);
	for (size_t i = 0; i < 5; i++) {
		struct workq_job job = { run_gate, count_drop, &drops };
		CHECK_INT("push", workq_push(q, job), ERR_OK);
	}
	pthread_t stopper;
	CHECK_INT("thread", pthread_create(&stopper, NULL, stop_dropping, q), 0);
	while (atomic_load(&drops) < 5) {
		sched_yield();
	}
	gate_open(&gate); /* only now may the running job end: none of the five was started */
	pthread_join(stopper, NULL);
	CHECK_INT("dropped", workq_stats(q).dropped, 5);
	CHECK_INT("done", workq_stats(q).done, 1);
}

/* A context that only its own thread may touch: plain members, so that TSan sees a mistake. */
struct context {
	pthread_t thread;
	unsigned jobs;
};

static atomic_uint contexts_alive;
static atomic_uint context_jobs;
static atomic_uint finished_elsewhere;

static enum err start_context(void *owner, size_t index, void **out_context) {
	const size_t *failing = owner;
	if (index == *failing) {
		return ERR_DB_AWAY;
	}
	struct context *c = calloc(1, sizeof(*c));
	if (!c) {
		return ERR_NOMEM;
	}
	c->thread = pthread_self();
	atomic_fetch_add(&contexts_alive, 1);
	*out_context = c;
	return ERR_OK;
}

static void finish_context(void *context) {
	struct context *c = context;
	if (!pthread_equal(c->thread, pthread_self())) {
		atomic_fetch_add(&finished_elsewhere, 1);
	}
	atomic_fetch_add(&context_jobs, c->jobs);
	atomic_fetch_sub(&contexts_alive, 1);
	free(c);
}

static void check_failing_start(void) {
	size_t failing = 2;
	struct workq_settings s = { .name = "fail",
		.threads = 4,
		.capacity = 1,
		.start = start_context,
		.finish = finish_context,
		.owner = &failing };
	struct workq *q = NULL;
	CHECK_INT("start fails", workq_new(&s, &q), ERR_DB_AWAY);
	CHECK("nothing given", q == NULL);
	CHECK_INT("all finished", atomic_load(&contexts_alive), 0);
}

struct item {
	unsigned runs; /* plain: exactly one thread may touch it */
	unsigned drops;
	bool is_pushed;
};

static struct item items[PRODUCERS][JOBS_EACH];
static atomic_uint is_blocked_signal_seen;

static void run_item(void *context, void *arg) {
	struct context *c = context;
	struct item *item = arg;
	c->jobs++;
	item->runs++;
	if (!pthread_equal(c->thread, pthread_self())) {
		item->runs += 1000;
	}
	sigset_t blocked;
	pthread_sigmask(SIG_SETMASK, NULL, &blocked);
	if (!sigismember(&blocked, SIGTERM)) {
		atomic_fetch_add(&is_blocked_signal_seen, 1);
	}
}

static void drop_item(void *arg) {
	struct item *item = arg;
	item->drops++;
}

struct producer {
	struct workq *queue;
	struct item *items;
};

static void *produce(void *arg) {
	struct producer *p = arg;
	for (size_t i = 0; i < JOBS_EACH; i++) {
		struct workq_job job = { run_item, drop_item, &p->items[i] };
		p->items[i].is_pushed = true;
		enum err e = workq_push(p->queue, job);
		while (e == ERR_BUSY) {
			sched_yield();
			e = workq_push(p->queue, job);
		}
		if (e) {
			p->items[i].is_pushed = false;
			break; /* stopped */
		}
	}
	return NULL;
}

/* Many producers, the queue stopped while they push: each job that was taken is run or dropped,
 * exactly once, and none that was refused. */
static void check_exactly_once(enum workq_stop how, unsigned stop_after) {
	memset(items, 0, sizeof(items));
	atomic_store(&context_jobs, 0);
	size_t failing = SIZE_MAX;
	struct workq_settings s = { .name = "once",
		.threads = THREADS,
		.capacity = 16,
		.start = start_context,
		.finish = finish_context,
		.owner = &failing };
	_cleanup_(workq_freep) struct workq *q = NULL;
	CHECK_INT("new", workq_new(&s, &q), ERR_OK);
	CHECK_INT("contexts", atomic_load(&contexts_alive), THREADS);
	pthread_t threads[PRODUCERS];
	struct producer producers[PRODUCERS];
	for (size_t i = 0; i < PRODUCERS; i++) {
		producers[i] = (struct producer){ q, items[i] };
		CHECK_INT("thread", pthread_create(&threads[i], NULL, produce, &producers[i]), 0);
	}
	while (workq_stats(q).done < stop_after) {
		sched_yield();
	}
	if (stop_after == PRODUCERS * JOBS_EACH) {
		CHECK_INT("nothing left", workq_stats(q).depth, 0);
	}
	workq_stop(q, how);
	for (size_t i = 0; i < PRODUCERS; i++) {
		pthread_join(threads[i], NULL);
	}
	unsigned runs = 0;
	unsigned drops = 0;
	unsigned wrong = 0;
	for (size_t i = 0; i < PRODUCERS; i++) {
		for (size_t k = 0; k < JOBS_EACH; k++) {
			const struct item *item = &items[i][k];
			wrong += item->runs + item->drops != (item->is_pushed ? 1 : 0);
			runs += item->runs;
			drops += item->drops;
		}
	}
	struct workq_stats stats = workq_stats(q);
	CHECK_INT("each exactly once", wrong, 0);
	CHECK_INT("done", stats.done, runs);
	CHECK_INT("dropped", stats.dropped, drops);
	CHECK_INT("by contexts", atomic_load(&context_jobs), runs);
	CHECK("drained", how == WORKQ_DROP || drops == 0);
	CHECK_INT("all finished", atomic_load(&contexts_alive), 0);
	CHECK_INT("finished on its own thread", atomic_load(&finished_elsewhere), 0);
	CHECK_INT("signals blocked", atomic_load(&is_blocked_signal_seen), 0);
}

int main(void) {
	check_limits();
	check_full_and_drained();
	check_dropped();
	check_dropped_while_working();
	check_failing_start();
	check_exactly_once(WORKQ_DRAIN, PRODUCERS * JOBS_EACH);
	check_exactly_once(WORKQ_DRAIN, 2000);
	check_exactly_once(WORKQ_DROP, 2000);
	return check_done();
}
