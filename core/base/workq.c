#include "core/base/workq.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

struct worker {
	struct workq *queue;
	size_t index;
	pthread_t thread;
};

struct workq {
	pthread_mutex_t lock;
	pthread_cond_t has_work; /* a job came, or the queue was stopped */
	pthread_cond_t has_news; /* a worker has started or failed to */
	bool has_sync;           /* the three above were made */

	char name[WORKQ_NAME_BYTES];
	enum err (*start)(void *owner, size_t index, void **out_context);
	void (*finish)(void *context);
	void *owner;

	struct workq_job *ring;
	size_t capacity;
	size_t first;     /* index of the job whose turn is next */
	bool is_stopped;  /* nothing comes in any more */
	bool is_dropping; /* nothing is started any more */
	struct workq_stats stats;

	struct worker *workers;
	size_t threads;     /* threads that were created and not joined yet */
	size_t reported;    /* workers that have started or failed to */
	enum err start_err; /* the first failure of start */
};

static void lock(struct workq *q) {
	int failed = pthread_mutex_lock(&q->lock);
	assert(!failed);
}

static void unlock(struct workq *q) {
	int failed = pthread_mutex_unlock(&q->lock);
	assert(!failed);
}

static void wake(pthread_cond_t *cond, bool is_all) {
	int failed = is_all ? pthread_cond_broadcast(cond) : pthread_cond_signal(cond);
	assert(!failed);
}

static void wait_for(struct workq *q, pthread_cond_t *cond) {
	int failed = pthread_cond_wait(cond, &q->lock);
	assert(!failed);
}

/* Under the lock. */
static struct workq_job take_first(struct workq *q) {
	assert(q->stats.depth > 0);
	struct workq_job job = q->ring[q->first];
	q->first = (q->first + 1) % q->capacity;
	q->stats.depth--;
	return job;
}

/* Waits for a job; false when the queue is stopped and nothing is left to run. */
static bool next_job(struct workq *q, struct workq_job *out) {
	lock(q);
	while (q->stats.depth == 0 && !q->is_stopped) {
		wait_for(q, &q->has_work);
	}
	bool has_job = q->stats.depth > 0 && !q->is_dropping;
	if (has_job) {
		*out = take_first(q);
		q->stats.running++;
	}
	unlock(q);
	return has_job;
}

static void job_done(struct workq *q) {
	lock(q);
	q->stats.running--;
	q->stats.done++;
	unlock(q);
}

static void report_start(struct workq *q, enum err e) {
	lock(q);
	q->reported++;
	if (e && !q->start_err) {
		q->start_err = e;
	}
	wake(&q->has_news, true);
	unlock(q);
}

static void name_thread(const struct worker *w) {
	char name[16];
	int n = snprintf(name, sizeof(name), "%s-%zu", w->queue->name, w->index);
	if (n > 0 && (size_t)n < sizeof(name)) {
		(void)pthread_setname_np(pthread_self(), name); /* only for people who look */
	}
}

static void *worker_main(void *arg) {
	struct worker *w = arg;
	struct workq *q = w->queue;
	name_thread(w);
	void *context = NULL;
	enum err e = q->start ? q->start(q->owner, w->index, &context) : ERR_OK;
	report_start(q, e);
	if (e) {
		return NULL;
	}
	struct workq_job job;
	while (next_job(q, &job)) {
		job.run(context, job.arg);
		job_done(q);
	}
	if (q->finish) {
		q->finish(context);
	}
	return NULL;
}

static enum err make_sync(struct workq *q) {
	if (pthread_mutex_init(&q->lock, NULL)) {
		return ERR_NOMEM;
	}
	if (pthread_cond_init(&q->has_work, NULL)) {
		pthread_mutex_destroy(&q->lock);
		return ERR_NOMEM;
	}
	if (pthread_cond_init(&q->has_news, NULL)) {
		pthread_cond_destroy(&q->has_work);
		pthread_mutex_destroy(&q->lock);
		return ERR_NOMEM;
	}
	q->has_sync = true;
	return ERR_OK;
}

static enum err make_threads(struct workq *q, size_t threads) {
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	int failed = pthread_sigmask(SIG_SETMASK, &all, &before); /* threads inherit it */
	assert(!failed);
	enum err e = ERR_OK;
	for (size_t i = 0; i < threads && !e; i++) {
		struct worker *w = &q->workers[i];
		*w = (struct worker){ .queue = q, .index = i };
		if (pthread_create(&w->thread, NULL, worker_main, w)) {
			e = ERR_NOMEM;
		} else {
			q->threads++;
		}
	}
	failed = pthread_sigmask(SIG_SETMASK, &before, NULL);
	assert(!failed);
	return e;
}

/* Waits until each thread has its context or has failed to get one. */
static enum err wait_started(struct workq *q) {
	lock(q);
	while (q->reported < q->threads) {
		wait_for(q, &q->has_news);
	}
	enum err e = q->start_err;
	unlock(q);
	return e;
}

enum err workq_new(const struct workq_settings *settings, struct workq **out) {
	assert(settings->name && strlen(settings->name) < WORKQ_NAME_BYTES);
	if (settings->threads < 1 || settings->threads > WORKQ_THREADS_MAX ||
			settings->capacity < 1 || settings->capacity > WORKQ_CAPACITY_MAX) {
		return ERR_LIMIT;
	}
	_cleanup_(workq_freep) struct workq *q = calloc(1, sizeof(*q));
	if (!q) {
		return ERR_NOMEM;
	}
	memcpy(q->name, settings->name, strlen(settings->name) + 1);
	q->start = settings->start;
	q->finish = settings->finish;
	q->owner = settings->owner;
	q->capacity = settings->capacity;
	q->ring = calloc(q->capacity, sizeof(*q->ring));
	q->workers = calloc(settings->threads, sizeof(*q->workers));
	if (!q->ring || !q->workers) {
		return ERR_NOMEM;
	}
	enum err e = make_sync(q);
	if (e) {
		return e;
	}
	e = make_threads(q, settings->threads);
	if (e) {
		return e;
	}
	e = wait_started(q);
	if (e) {
		return e;
	}
	*out = STEAL(q);
	return ERR_OK;
}

enum err workq_push(struct workq *q, struct workq_job job) {
	assert(job.run && job.drop);
	lock(q);
	enum err e = ERR_OK;
	if (q->is_stopped) {
		e = ERR_CLOSED;
	} else if (q->stats.depth == q->capacity) {
		q->stats.refused++;
		e = ERR_BUSY;
	} else {
		q->ring[(q->first + q->stats.depth) % q->capacity] = job;
		q->stats.depth++;
		if (q->stats.depth > q->stats.depth_max) {
			q->stats.depth_max = q->stats.depth;
		}
		wake(&q->has_work, false);
	}
	unlock(q);
	return e;
}

/* Takes one waiting job out for dropping; false when none waits. */
static bool take_dropped(struct workq *q, struct workq_job *out) {
	lock(q);
	bool has_job = q->stats.depth > 0;
	if (has_job) {
		*out = take_first(q);
		q->stats.dropped++;
	}
	unlock(q);
	return has_job;
}

void workq_stop(struct workq *q, enum workq_stop how) {
	lock(q);
	q->is_stopped = true;
	q->is_dropping = q->is_dropping || how == WORKQ_DROP;
	wake(&q->has_work, true);
	unlock(q);
	struct workq_job job;
	/* Outside the lock: a drop may be slow, and the workers go on meanwhile. */
	while (how == WORKQ_DROP && take_dropped(q, &job)) {
		job.drop(job.arg);
	}
	for (size_t i = 0; i < q->threads; i++) {
		int failed = pthread_join(q->workers[i].thread, NULL);
		assert(!failed);
	}
	q->threads = 0;
}

void workq_free(struct workq *q) {
	if (!q) {
		return;
	}
	if (q->has_sync) {
		workq_stop(q, WORKQ_DROP);
		pthread_cond_destroy(&q->has_news);
		pthread_cond_destroy(&q->has_work);
		pthread_mutex_destroy(&q->lock);
	}
	free(q->workers);
	free(q->ring);
	free(q);
}

struct workq_stats workq_stats(struct workq *q) {
	lock(q);
	struct workq_stats stats = q->stats;
	unlock(q);
	return stats;
}
