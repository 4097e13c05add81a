#include "ws/service/sync_io.h"

#include <pthread.h>
#include <signal.h>
#include <stdlib.h>

#include "core/base/log.h"
#include "core/net/post_io.h"
#include "core/outbox/outbox_store.h"
#include "core/province/inbox_keep_store.h"
#include "exam/hall/sitting_records_store.h"
#include "ws/app.h"
#include "ws/service/sync.h"

#define SYNC_KEEP_MS INT64_C(2592000000) /* 30 days: rows that were passed by */

enum {
	SYNC_TELL_MS = 60000,
	SYNC_PRUNE_MS = 3600000,
	SYNC_FOLDERS_MAX = 1000, /* destinations that are looked at for bundles */
	SYNC_PRUNE_MAX = 10000,  /* rows of a school at once */
};

struct sync_thread {
	struct sync_threads *all;
	struct sync sync;
	pthread_t thread;
	bool is_running;
	int64_t tell_at_us; /* boot time */
	int64_t bundle_at_us;
	int64_t prune_at_us;
};

struct sync_threads {
	struct app *app;
	struct sync_thread threads[SYNC_THREADS];
	pthread_mutex_t lock;
	pthread_cond_t stopped;
	bool has_lock;
	bool has_begun;
	atomic_bool is_stopping;
};

/* ---- what a thread does ---- */

static void report(const struct app *app, uint64_t id, const struct sync_report *r) {
	if (r->fault.code[0]) {
		log_warn(&app->log, "sync.fault", log_i64("destination", (int64_t)id),
				log_z("code", r->fault.code));
	} else if (r->batches > 0) {
		log_info(&app->log, "sync.carried", log_i64("destination", (int64_t)id),
				log_i64("records", (int64_t)r->records),
				log_i64("rejected", (int64_t)r->rejected));
	}
}

/* ---- once in a while, by the first thread ---- */

struct pruning {
	struct db *db;
	int64_t now_ms;
};

static enum err prune_school(uint64_t school_id, const struct outbox_head *head, void *ctx) {
	const struct pruning *p = ctx;
	uint64_t watermark = head->number;
	uint64_t count = 0;
	enum err e = destination_store_least_watermark(p->db, school_id, &watermark);
	return e ? e
		 : outbox_store_prune(p->db, school_id, watermark, p->now_ms - SYNC_KEEP_MS,
				   SYNC_PRUNE_MAX, &count);
}

/* What every destination has; and at a province what came in long ago. */
static enum err prune(struct sync *s, int64_t now_ms) {
	struct pruning p = { s->db, now_ms };
	uint64_t count = 0;
	enum err e = outbox_store_schools(s->db, prune_school, &p);
	return e ? e : inbox_keep_store_prune(s->db, now_ms, &count);
}

static enum err bundle_one(struct sync *s, uint64_t id) {
	_cleanup_(destination_finish) struct destination d = { .id = 0 };
	int64_t now_ms = clock_now_ms(s->clock);
	struct destination_lease lease = { s->by, now_ms, now_ms + SYNC_LEASE_MS };
	enum err e = destination_store_load(s->db, s->keys, 0, id, &d);
	if (e || d.kind != DESTINATION_FILES || d.state != DESTINATION_ON) {
		return e;
	}
	e = destination_store_take_one(s->db, &lease, id);
	if (e) {
		return e == ERR_BUSY ? ERR_OK : e; /* who carries to it writes the bundle, too */
	}
	e = sync_files_bundle(s, &d);
	enum err released = destination_store_release(s->db, s->by, id);
	return e ? e : released;
}

/* Folders whose bundle is older than what was carried there since. One that fails is no reason to
 * leave out the others; the last error is given. */
static enum err bundle(struct sync *s) {
	uint64_t ids[SYNC_FOLDERS_MAX];
	size_t count = 0;
	enum err e = destination_store_ids(s->db, 0, ids, SYNC_FOLDERS_MAX, &count);
	for (size_t i = 0; i < count && e != ERR_DB_AWAY; i++) {
		enum err one = bundle_one(s, ids[i]);
		e = one && one != ERR_NOT_FOUND ? one : e;
	}
	return e;
}

/* Exams that are running are looked at again each minute, and what everybody has is cut off each
 * hour. */
static enum err keep_house(struct sync_thread *t) {
	struct sync *s = &t->sync;
	int64_t boot_us = clock_boot_us(s->clock);
	int64_t now_ms = clock_now_ms(s->clock);
	enum err e = ERR_OK;
	if (t != &t->all->threads[0]) {
		return ERR_OK;
	}
	if (boot_us >= t->tell_at_us) {
		t->tell_at_us = boot_us + (int64_t)SYNC_TELL_MS * 1000;
		e = sitting_records_store_tell(s->db, now_ms);
	}
	if (!e && boot_us >= t->bundle_at_us) {
		t->bundle_at_us = boot_us + (int64_t)SYNC_BUNDLE_MS * 1000;
		e = bundle(s);
	}
	if (!e && boot_us >= t->prune_at_us) {
		t->prune_at_us = boot_us + (int64_t)SYNC_PRUNE_MS * 1000;
		e = prune(s, now_ms);
	}
	return e;
}

/* What was there before, of one school at a time; the other thread carries meanwhile. */
static enum err tell_next(struct sync_thread *t) {
	if (t != &t->all->threads[0]) {
		return ERR_OK;
	}
	enum err e = sync_tell(&t->sync, 0);
	if (sync_is_lasting(e)) {
		log_warn(&t->all->app->log, "sync.tell", log_err(e),
				log_z("why", db_error(t->sync.db)));
		e = ERR_OK; /* noted with the school; others are not held up */
	}
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

/* ERR_NOT_FOUND: nothing is due. */
static enum err carry_next(struct sync_thread *t) {
	struct sync *s = &t->sync;
	int64_t now_ms = clock_now_ms(s->clock);
	struct destination_lease lease = { s->by, now_ms, now_ms + SYNC_LEASE_MS };
	struct sync_report r;
	uint64_t id = 0;
	enum err e = destination_store_take(s->db, &lease, &id);
	if (e) {
		return e;
	}
	e = sync_carry(s, id, false, &r);
	report(t->all->app, id, &r);
	enum err released = destination_store_release(s->db, s->by, id);
	return e ? e : released;
}

static bool wait_a_turn(struct sync_threads *all) {
	pthread_mutex_lock(&all->lock);
	struct timespec until = clock_deadline(SYNC_LOOK_MS);
	if (!atomic_load(&all->is_stopping)) {
		(void)pthread_cond_timedwait(
				&all->stopped, &all->lock, &until); /* looked at below */
	}
	pthread_mutex_unlock(&all->lock);
	return !atomic_load(&all->is_stopping);
}

static void *run(void *arg) {
	struct sync_thread *t = arg;
	const struct app *app = t->all->app;
	do {
		enum err e = ERR_OK;
		while (!e && !atomic_load(&t->all->is_stopping)) {
			e = keep_house(t);
			e = e ? e : tell_next(t);
			e = e ? e : carry_next(t);
		}
		if (e && e != ERR_NOT_FOUND && e != ERR_DB_AWAY && e != ERR_CLOSED) {
			log_warn(&app->log, "sync", log_err(e), log_z("why", db_error(t->sync.db)));
		}
	} while (wait_a_turn(t->all));
	return NULL;
}

/* ---- starting and ending ---- */

static enum err start(struct sync_thread *t) {
	struct app *app = t->all->app;
	sigset_t every;
	sigset_t before;
	t->sync.keys = app->keys;
	t->sync.clock = app->clock;
	t->sync.data_dir = app->config->data_dir;
	t->sync.takes_here = app->config->exchange_this_machine != 0;
	t->sync.stop = &t->all->is_stopping;
	enum err e = sync_init(&t->sync);
	e = e ? e : pool_take(app->pool, &t->sync.db);
	if (e) {
		return e;
	}
	sigfillset(&every);
	pthread_sigmask(SIG_SETMASK, &every, &before);
	t->is_running = pthread_create(&t->thread, NULL, run, t) == 0;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return t->is_running ? ERR_OK : ERR_NOMEM;
}

enum err sync_threads_new(struct app *app, struct sync_threads **out) {
	_cleanup_(sync_threads_freep) struct sync_threads *all = calloc(1, sizeof(*all));
	if (!all) {
		return ERR_NOMEM;
	}
	all->app = app;
	atomic_init(&all->is_stopping, false);
	all->has_lock = !pthread_mutex_init(&all->lock, NULL) && !clock_cond_init(&all->stopped);
	all->has_begun = all->has_lock && !post_begin();
	enum err e = all->has_begun ? ERR_OK : ERR_NOMEM;
	for (unsigned i = 0; i < SYNC_THREADS && !e; i++) {
		all->threads[i].all = all;
		e = start(&all->threads[i]);
	}
	if (!e) {
		*out = STEAL(all);
	}
	return e;
}

void sync_threads_free(struct sync_threads *all) {
	if (!all) {
		return;
	}
	if (all->has_lock) {
		pthread_mutex_lock(&all->lock);
		atomic_store(&all->is_stopping, true);
		pthread_cond_broadcast(&all->stopped);
		pthread_mutex_unlock(&all->lock);
	}
	for (unsigned i = 0; i < SYNC_THREADS; i++) {
		struct sync_thread *t = &all->threads[i];
		if (t->is_running) {
			pthread_join(t->thread, NULL);
		}
		pool_give(all->app->pool, t->sync.db);
		sync_finish(&t->sync);
	}
	if (all->has_begun) {
		post_end();
	}
	if (all->has_lock) {
		pthread_cond_destroy(&all->stopped);
		pthread_mutex_destroy(&all->lock);
	}
	free(all);
}
