#include "ws/sock/hall_entry.h"

#include <pthread.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdlib.h>

#include "core/auth/session_store.h"
#include "core/base/workq.h"
#include "exam/hall/sitting_store.h"
#include "ws/app.h"
#include "ws/http/dispatch.h"
#include "ws/loop.h"
#include "ws/service/session_cache.h"

/* Who waits stands in the list; the workers' queue holds a turn for each, and a turn takes as many
 * from the list as one select looks up. So there are never fewer turns than there are waiting. */
struct entry_queue {
	struct app *app;
	struct workq *queue;
	pthread_mutex_t lock; /* over the list */
	struct entry *first;
	struct entry **last;
};

struct entry {
	struct loop_task task;
	struct entry *next;
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

static size_t take(struct entry_queue *q, struct entry **out, size_t max) {
	size_t count = 0;
	pthread_mutex_lock(&q->lock);
	while (q->first && count < max) {
		out[count++] = q->first;
		q->first = q->first->next;
	}
	if (!q->first) {
		q->last = &q->first;
	}
	pthread_mutex_unlock(&q->lock);
	return count;
}

static void run(void *context, void *arg) {
	struct entry_queue *q = arg;
	struct app *app = q->app;
	struct db *db = worker_db(context);
	int64_t now_ms = clock_now_ms(app->clock);
	struct entry *entries[SESSION_STORE_MANY];
	struct session_asked asked[SESSION_STORE_MANY];
	struct entry *of_asked[SESSION_STORE_MANY];
	size_t asked_count = 0;
	size_t count = take(q, entries, SESSION_STORE_MANY);
	for (size_t i = 0; i < count; i++) {
		struct entry *en = entries[i];
		en->e = session_cache_find(app->sessions, &en->ask.session, now_ms, &en->who);
		if (en->e) {
			of_asked[asked_count] = en;
			asked[asked_count++] = (struct session_asked){ .session = en->ask.session };
		}
	}
	if (asked_count > 0) {
		session_load_many(app, db, asked, asked_count, now_ms);
	}
	for (size_t i = 0; i < asked_count; i++) {
		of_asked[i]->e = asked[i].e;
		of_asked[i]->who = asked[i].who;
	}
	for (size_t i = 0; i < count; i++) {
		struct entry *en = entries[i];
		if (!en->e && en->ask.watches) {
			en->e = may_watch(db, &en->who, en->ask.room_id);
		}
		loop_post(app->loop, &en->task);
	}
}

static void drop(void *arg) {
	struct entry_queue *q = arg;
	struct entry *entry = NULL;
	if (take(q, &entry, 1) == 1) {
		entry->e = ERR_BUSY;
		loop_post(q->app->loop, &entry->task);
	}
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
	q->last = &q->first;
	if (pthread_mutex_init(&q->lock, NULL)) {
		free(q);
		return ERR_NOMEM;
	}
	enum err e = workq_new(&s, &q->queue);
	if (e) {
		pthread_mutex_destroy(&q->lock);
		free(q);
		return e;
	}
	*out = q;
	return ERR_OK;
}

void entry_queue_free(struct entry_queue *q) {
	if (q) {
		workq_free(q->queue);
		pthread_mutex_destroy(&q->lock);
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
	entry->ask = *ask;
	entry->id = id;
	entry->done = done;
	pthread_mutex_lock(&q->lock);
	/* The turn under the lock: whoever takes it finds the entry. */
	enum err e = workq_push(q->queue, (struct workq_job){ run, drop, q });
	if (!e) {
		*q->last = entry;
		q->last = &entry->next;
	}
	pthread_mutex_unlock(&q->lock);
	if (e) {
		free(entry);
	}
	return e;
}
