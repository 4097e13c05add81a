/*
 * Those who join: taken together, up to ATTEMPT_JOINS_MAX in one transaction, as answers are
 * stored. One batch is under way at a time; whoever comes meanwhile makes the next one, so that one
 * alone never waits for company.
 */
#include <stdlib.h>

#include "ws/http/dispatch.h"
#include "ws/sock/hall_inner.h"

struct join_batch {
	struct loop_task task;
	struct hall *hall;
	struct job *jobs[ATTEMPT_JOINS_MAX];
	struct attempt_join joins[ATTEMPT_JOINS_MAX]; /* beside them */
	size_t count;
};

static void come_back(struct loop *loop, struct loop_task *task) {
	(void)loop; /* the hall has it */
	struct join_batch *b = (struct join_batch *)task;
	struct hall *hall = b->hall;
	bool is_stopped = atomic_load(&hall->is_stopped);
	hall->is_joining = false;
	for (size_t i = 0; i < b->count; i++) {
		if (!is_stopped) {
			hall_on_job(hall, b->jobs[i]);
		}
		job_free(b->jobs[i]);
	}
	free(b);
	if (!is_stopped) {
		hall_join_next(hall);
	}
}

static void run(void *worker, void *arg) {
	struct join_batch *b = arg;
	struct hall *hall = b->hall;
	bool is_away = writer_stats(hall->writer).is_away; /* as in hall_work.c */
	if (!is_away) {
		attempt_join_store_run(worker_db(worker), hall->app->keys, b->joins, b->count);
	}
	for (size_t i = 0; i < b->count; i++) {
		struct job *job = b->jobs[i];
		job->e = is_away ? ERR_BUSY : b->joins[i].e;
		job->loaded = b->joins[i].loaded;
		if (!job->e) {
			job->e = job_tell_writer(job);
		}
		job_log(job);
	}
	loop_post(hall->loop, &b->task);
}

static void drop(void *arg) {
	struct join_batch *b = arg;
	for (size_t i = 0; i < b->count; i++) {
		b->jobs[i]->e = ERR_BUSY;
	}
	loop_post(b->hall->loop, &b->task);
}

static bool has(const struct join_batch *b, const struct id16 *attempt) {
	for (size_t i = 0; i < b->count; i++) {
		if (id16_equal(&b->joins[i].place.attempt, attempt)) {
			return true;
		}
	}
	return false;
}

/* Moves the oldest into the batch; a second join of an attempt is left for the next one. */
static void fill(struct join_batch *b, struct hall *hall) {
	struct job **at = &hall->joins;
	while (*at && b->count < ATTEMPT_JOINS_MAX) {
		struct job *job = *at;
		if (has(b, &job->place.attempt)) {
			at = &job->next;
			continue;
		}
		*at = job->next;
		if (!*at) {
			hall->joins_last = at;
		}
		b->joins[b->count].place = job->place;
		b->jobs[b->count++] = job;
	}
}

/* Back to where they were: the workers' queue was full. */
static void put_back(struct join_batch *b) {
	struct hall *hall = b->hall;
	for (size_t i = b->count; i-- > 0;) {
		b->jobs[i]->next = hall->joins;
		if (!hall->joins) {
			hall->joins_last = &b->jobs[i]->next;
		}
		hall->joins = b->jobs[i];
	}
	free(b);
}

void hall_join_next(struct hall *hall) {
	if (hall->is_joining || !hall->joins) {
		return;
	}
	struct join_batch *b = calloc(1, sizeof(*b));
	if (!b) {
		abort(); /* as in job_new() */
	}
	b->hall = hall;
	b->task.run = come_back;
	fill(b, hall);
	struct workq_job work = { .run = run, .drop = drop, .arg = b };
	if (workq_push(hall->app->hall_workers, work)) {
		put_back(b);
		return;
	}
	hall->is_joining = true;
}

void hall_join_push(struct job *job) {
	struct hall *hall = job->hall;
	job->next = NULL;
	*hall->joins_last = job;
	hall->joins_last = &job->next;
	hall_join_next(hall);
}
