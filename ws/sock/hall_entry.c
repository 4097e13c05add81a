#include "ws/sock/hall_entry.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/base/workq.h"
#include "exam/hall/sitting_store.h"
#include "ws/app.h"
#include "ws/http/dispatch.h"
#include "ws/loop.h"
#include "ws/service/session_cache.h"

struct entry_queue {
	struct app *app;
	struct workq *queue;
};

struct entry {
	struct loop_task task;
	struct app *app;
	struct entry_ask ask;
	uint64_t id;
	void (*done)(struct loop *loop, uint64_t id, enum err e, const struct access_actor *who);
	enum err e;
	struct access_actor who;
};

static void come_back(struct loop *loop, struct loop_task *task) {
	struct entry *entry = (struct entry *)((char *)task - offsetof(struct entry, task));
	entry->done(loop, entry->id, entry->e, &entry->who);
	free(entry);
}

/* The board is for the room's invigilator and the sitting's owner. */
static enum err may_watch(struct db *db, const struct access_actor *who, uint64_t room_id) {
	struct id16 sitting;
	enum err e = sitting_store_watches(db, who->school_id, room_id, who->person_id, &sitting);
	if (e) {
		return e == ERR_NOT_FOUND ? ERR_DENIED : e;
	}
	struct access_attempt what = { .school_id = who->school_id, .is_invigilator = true };
	return access_attempt_watch(who, &what) ? ERR_OK : ERR_DENIED;
}

static void run(void *context, void *arg) {
	struct entry *entry = arg;
	struct app *app = entry->app;
	struct db *db = worker_db(context);
	int64_t now_ms = clock_now_ms(app->clock);
	entry->e = session_cache_find(app->sessions, &entry->ask.session, now_ms, &entry->who);
	if (entry->e) {
		entry->e = session_load(app, db, &entry->ask.session, now_ms, &entry->who);
	}
	if (!entry->e && entry->ask.watches) {
		entry->e = may_watch(db, &entry->who, entry->ask.room_id);
	}
	loop_post(app->loop, &entry->task);
}

static void drop(void *arg) {
	struct entry *entry = arg;
	entry->e = ERR_BUSY;
	loop_post(entry->app->loop, &entry->task);
}

enum err entry_queue_new(struct app *app, struct entry_queue **out) {
	struct entry_queue *q = calloc(1, sizeof(*q));
	if (!q) {
		return ERR_NOMEM;
	}
	struct workq_settings s = {
		.name = "entry",
		.threads = ENTRY_THREADS,
		.capacity = ENTRY_QUEUE,
		.start = worker_start,
		.finish = worker_finish,
		.owner = app,
	};
	q->app = app;
	enum err e = workq_new(&s, &q->queue);
	if (e) {
		free(q);
		return e;
	}
	*out = q;
	return ERR_OK;
}

void entry_queue_free(struct entry_queue *q) {
	if (q) {
		workq_free(q->queue);
		free(q);
	}
}

enum err entry_ask(struct entry_queue *q, const struct entry_ask *ask, uint64_t id,
		void (*done)(struct loop *loop, uint64_t id, enum err e,
				const struct access_actor *who)) {
	struct entry *entry = calloc(1, sizeof(*entry));
	if (!entry) {
		return ERR_NOMEM;
	}
	entry->task.run = come_back;
	entry->app = q->app;
	entry->ask = *ask;
	entry->id = id;
	entry->done = done;
	enum err e = workq_push(q->queue, (struct workq_job){ run, drop, entry });
	if (e) {
		free(entry);
	}
	return e;
}
