#include "ws/sock/hall_inner.h"

#include <stdlib.h>
#include <string.h>

#include "exam/hall/heal_store.h"
#include "exam/hall/sitting_store.h"
#include "ws/http/dispatch.h"
#include "ws/service/post_marks.h"
#include "ws/sock/proto.h"

struct job *job_new(struct hall *hall, enum job_kind kind, const struct live_room *live) {
	struct job *job = calloc(1, sizeof(*job));
	if (!job) {
		abort(); /* an effect must be answered; the next process goes on from the database */
	}
	job->hall = hall;
	job->kind = kind;
	job->place.school = live->school;
	job->place.room = live->room;
	job->log_values = buf_make(PROTO_POST_BYTES_MAX);
	if (live->open) {
		job->sitting = live->open->sitting.id;
		job->revision = live->open->sitting.revision;
		job->times = sitting_times(&live->open->sitting);
	}
	return job;
}

void job_free(struct job *job) {
	if (!job) {
		return;
	}
	attempt_loaded_free(job->loaded);
	open_room_free(job->open);
	free((void *)job->log.events); /* ours; const to readers only */
	free((void *)job->log.proofs);
	buf_finish(&job->log_values);
	free(job);
}

/* The tip goes to the writer before the room hears of it, so that whatever the student sends next
 * can be stamped even if the database goes away now. */
enum err job_tell_writer(struct job *job) {
	const struct attempt_loaded *l = job->loaded;
	if (l->row.times.is_closed) {
		return ERR_OK;
	}
	struct writer_tip tip = { .attempt = job->place.attempt,
		.school = job->place.school,
		.room = job->place.room,
		.gen = l->row.gen,
		.lease = l->row.lease,
		.seq = l->seq,
		.last_at_ms = l->row.last_at_ms,
		.head = l->head,
		.times = l->times };
	return writer_know(job->hall->writer, &tip);
}

static enum err load_again(struct job *job, struct db *db) {
	return attempt_join_store_load(db, job->hall->app->keys, &job->place, &job->loaded);
}

static enum err score(struct job *job, struct db *db) {
	return post_marks_score_sitting(
			db, job->place.school, &job->sitting, clock_now_ms(job->hall->app->clock));
}

static enum err run_job(struct job *job, struct db *db) {
	struct app *app = job->hall->app;
	enum err e = ERR_OK;
	switch (job->kind) {
	case JOB_LOAD:
		return open_room_load(db, app->keys, job->place.school, job->place.room,
				clock_now_ms(app->clock), &job->open);
	case JOB_JOIN:
		break; /* several at once: hall_join.c */
	case JOB_BEGIN:
		e = attempt_join_store_begin(db, app->keys, &job->place, &job->times, job->at_ms);
		return e ? e : load_again(job, db);
	case JOB_HEAL:
		e = heal_store_run(db, app->keys, &job->place, &job->log, job->at_ms);
		e = e ? e : load_again(job, db);
		return e ? e : job_tell_writer(job);
	case JOB_RELOAD:
		return load_again(job, db);
	case JOB_KEY_SENT:
		return sitting_store_key_sent(db, job->place.school, &job->sitting, job->revision);
	case JOB_SCORE:
		return score(job, db);
	}
	return ERR_INVAL;
}

void job_log(const struct job *job) {
	if (job->e && job->e != ERR_DB_AWAY && job->e != ERR_BUSY && job->e != ERR_NOT_FOUND) {
		log_warn(&job->hall->app->log, "live_room.job", log_i64("kind", job->kind),
				log_i64("room", (int64_t)job->place.room), log_err(job->e));
	}
}

static void come_back(struct loop *loop, struct loop_task *task) {
	(void)loop; /* the hall has it */
	struct job *job = (struct job *)task;
	struct hall *hall = job->hall;
	if (!atomic_load(&hall->is_stopped)) {
		hall_on_job(hall, job);
		job_push_backlog(hall);
	}
	job_free(job);
}

static void run(void *worker, void *arg) {
	struct job *job = arg;
	/* While events are only stamped, nothing may be built on what the database says: the
	 * journal is ahead of it. */
	bool is_away = writer_stats(job->hall->writer).is_away;
	job->e = is_away ? ERR_BUSY : run_job(job, worker_db(worker)); /* busy: not tried */
	job_log(job);
	job->task.run = come_back;
	loop_post(job->hall->loop, &job->task);
}

static void drop(void *arg) {
	struct job *job = arg;
	job->e = ERR_BUSY;
	job->task.run = come_back;
	loop_post(job->hall->loop, &job->task);
}

/* Threads of the hall's own: a request's worker may be waiting for what this job brings. Scoring
 * takes long and nobody waits for it, so it goes with the requests. */
static bool try_push(struct job *job) {
	const struct app *app = job->hall->app;
	struct workq_job work = { .run = run, .drop = drop, .arg = job };
	return workq_push(job->kind == JOB_SCORE ? app->workers : app->hall_workers, work) ==
			ERR_OK;
}

void job_push(struct job *job) {
	struct hall *hall = job->hall;
	if (job->kind == JOB_JOIN) {
		hall_join_push(job);
		return;
	}
	if (!hall->backlog && try_push(job)) {
		return;
	}
	job->next = NULL;
	*hall->backlog_last = job;
	hall->backlog_last = &job->next;
}

void job_push_backlog(struct hall *hall) {
	hall_join_next(hall);
	while (hall->backlog) {
		struct job *job = hall->backlog;
		struct job *next = job->next;
		if (!try_push(job)) {
			return;
		}
		hall->backlog = next;
		if (!next) {
			hall->backlog_last = &hall->backlog;
		}
	}
}
