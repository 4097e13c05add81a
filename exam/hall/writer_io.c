#include "exam/hall/writer_io.h"

#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "exam/hall/writer_inner_io.h"

enum { RETRY_PAUSE_MS = 20 };

/* --- batches --- */

struct batch_item writer_item_of(const struct node *n) {
	const struct writer_event *ev = &n->event;
	struct batch_item item = { .wanted_at_ms = ev->at_ms,
		.why = ev->why,
		.ends_revision = ev->ends_revision,
		.is_resend = ev->is_resend };
	item.row = (struct event_row){ .school = ev->school,
		.room = ev->room,
		.attempt = ev->attempt,
		.gen = ev->gen,
		.lease = ev->lease,
		.flags = ev->flags,
		.at_ms = ev->at_ms };
	item.row.event = (struct event){ .seq = ev->seq,
		.kind = ev->kind,
		.slot = ev->slot,
		.value = { n->value, ev->value.n } };
	return item;
}

void writer_pause_ms(long ms) {
	struct timespec t = { .tv_nsec = ms * 1000000 };
	(void)nanosleep(&t, NULL); /* a pause cut short is a pause */
}

/* Away from the database: the connection is gone, or the server cannot write. */
static bool is_away_error(enum err e) {
	return e == ERR_DB_AWAY || e == ERR_DISK_FULL || e == ERR_BUSY;
}

/* One item's own fault must not hold up the others: each alone, the faulty one is refused. */
static enum err run_singly(struct writer *w, size_t count) {
	for (size_t i = 0; i < count; i++) {
		enum err e = batch_store_run(w->db, w->settings.keys, &w->tips, &w->items[i], 1);
		if (is_away_error(e)) {
			return e;
		}
		if (e) {
			w->items[i].outcome = BATCH_REFUSED;
			w->items[i].refusal = e;
		}
	}
	return ERR_OK;
}

enum err writer_run_items(struct writer *w, size_t count) {
	enum err e = batch_store_run(w->db, w->settings.keys, &w->tips, w->items, count);
	pthread_mutex_lock(&w->lock);
	w->stats.commits += !e;
	w->stats.retries += e == ERR_DB_RETRY;
	pthread_mutex_unlock(&w->lock);
	if (!e || is_away_error(e)) {
		return e;
	}
	if (e == ERR_DB_RETRY) {
		writer_pause_ms(RETRY_PAUSE_MS);
	}
	return run_singly(w, count);
}

/* --- the thread --- */

static void keep_tip(struct writer *w, const struct writer_tip *t) {
	struct tip tip = { .attempt = t->attempt,
		.school = t->school,
		.room = t->room,
		.gen = t->gen,
		.lease = t->lease,
		.seq = t->seq,
		.last_at_ms = t->last_at_ms,
		.head = t->head,
		.times = t->times,
		.connection = TIP_BY_JOIN };
	if (tips_put(&w->tips, &tip)) {
		tips_drop(&w->tips, &t->attempt); /* it will be read when it is needed */
	}
}

static void store_batch(struct writer *w, size_t count) {
	uint64_t tags[WRITER_BATCH_MAX];
	for (size_t i = 0; i < count; i++) {
		w->items[i] = writer_item_of(w->nodes[i]);
		tags[i] = w->nodes[i]->event.tag;
	}
	enum err e = writer_run_items(w, count);
	if (e) {
		writer_away_set(w, true);
		writer_away_stamp(w, count);
		return;
	}
	if (writer_results_report(w, tags, count)) {
		abort(); /* no memory for a receipt that is stored: the next process goes on */
	}
	for (size_t i = 0; i < count; i++) {
		free(w->nodes[i]);
	}
	writer_results_publish(w);
}

static void *writer_main(void *arg) {
	struct writer *w = arg;
	for (;;) {
		pthread_mutex_lock(&w->lock);
		while (w->queue.count + w->closes.count == 0 && !w->is_stopping &&
				!(w->is_away && w->is_back)) {
			pthread_cond_wait(&w->has_work, &w->lock);
		}
		bool is_back = w->is_away && w->is_back;
		bool is_away = w->is_away;
		size_t count = is_back ? 0 : writer_queue_take(w);
		bool is_done = !is_back && count == 0 && w->is_stopping;
		pthread_mutex_unlock(&w->lock);
		if (is_done) {
			return NULL;
		}
		if (is_back) {
			writer_away_come_back(w);
		} else if (w->nodes[0]->is_tip) {
			keep_tip(w, &w->nodes[0]->tip);
			free(w->nodes[0]);
		} else if (is_away) {
			writer_away_stamp(w, count);
		} else {
			store_batch(w, count);
		}
	}
}

struct writer_stats writer_stats(struct writer *w) {
	pthread_mutex_lock(&w->lock);
	struct writer_stats stats = w->stats;
	pthread_mutex_unlock(&w->lock);
	return stats;
}

static enum err start_threads(struct writer *w) {
	sigset_t all;
	sigset_t before;
	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	enum err e = ERR_OK;
	if (pthread_create(&w->thread, NULL, writer_main, w)) {
		e = ERR_NOMEM;
	} else if (pthread_create(&w->prober, NULL, writer_away_probe, w)) {
		pthread_mutex_lock(&w->lock);
		w->is_stopping = true;
		pthread_cond_signal(&w->has_work);
		pthread_mutex_unlock(&w->lock);
		pthread_join(w->thread, NULL);
		e = ERR_NOMEM;
	} else {
		w->has_threads = true;
	}
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	return e;
}

static enum err prepare(struct writer *w, const struct writer_settings *settings) {
	w->settings = *settings;
	w->queue.nodes = calloc(WRITER_QUEUE_MAX, sizeof(struct node *));
	w->closes.nodes = calloc(WRITER_QUEUE_MAX, sizeof(struct node *));
	w->held = calloc(WRITER_HELD_MAX, sizeof(struct node *));
	if (!w->queue.nodes || !w->closes.nodes || !w->held) {
		return ERR_NOMEM;
	}
	if (pthread_mutex_init(&w->lock, NULL) || pthread_cond_init(&w->has_work, NULL) ||
			pthread_cond_init(&w->probe_wanted, NULL)) {
		return ERR_NOMEM;
	}
	enum err e = journal_open(settings->journal_path, NULL, NULL, &w->journal);
	return e ? e : pool_take(settings->pool, &w->db);
}

enum err writer_new(const struct writer_settings *settings, struct writer **out) {
	_cleanup_(writer_freep) struct writer *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	enum err e = prepare(w, settings);
	if (e) {
		return e;
	}
	w->is_quiet = true;
	e = writer_away_replay(w);
	w->is_quiet = false;
	if (!e) {
		e = start_threads(w);
	}
	if (e) {
		return e;
	}
	*out = STEAL(w);
	return ERR_OK;
}

static void stop_threads(struct writer *w) {
	pthread_mutex_lock(&w->lock);
	w->is_stopping = true;
	pthread_cond_signal(&w->has_work);
	pthread_cond_signal(&w->probe_wanted);
	pthread_mutex_unlock(&w->lock);
	pthread_join(w->thread, NULL);
	pthread_join(w->prober, NULL);
}

void writer_free(struct writer *w) {
	if (!w) {
		return;
	}
	if (w->has_threads) {
		stop_threads(w);
	}
	for (size_t i = 0; i < w->held_count; i++) {
		free(w->held[i]);
	}
	pool_give(w->settings.pool, w->db);
	journal_free(w->journal);
	tips_finish(&w->tips);
	tips_finish(&w->closing);
	writer_results_finish(w);
	free(w->held);
	free(w->queue.nodes);
	free(w->closes.nodes);
	free(w);
}
