/* The writer while the database is away: stamps in the journal, closes held; and its return. */
#include "exam/hall/writer_inner_io.h"

#include <stdlib.h>
#include <string.h>

void writer_away_set(struct writer *w, bool is_away) {
	pthread_mutex_lock(&w->lock);
	w->is_away = is_away;
	w->is_back = false;
	w->stats.is_away = is_away;
	pthread_cond_signal(&w->probe_wanted);
	pthread_mutex_unlock(&w->lock);
}

static void note_journal(struct writer *w) {
	pthread_mutex_lock(&w->lock);
	w->stats.journal_bytes = journal_bytes(w->journal);
	pthread_mutex_unlock(&w->lock);
}

static void hold(struct writer *w, struct node *n) {
	if (w->held_count == WRITER_HELD_MAX) {
		free(n); /* the sweep of due attempts closes it later */
		return;
	}
	w->held[w->held_count++] = n;
}

/* Carries the chain on in memory, into the journal. REFUSED when nothing certain is known. */
static enum err stamp_item(struct writer *w, struct batch_item *item) {
	struct event_row *row = &item->row;
	struct tip *tip = tips_find(&w->tips, &row->attempt);
	item->outcome = BATCH_REFUSED;
	item->refusal = ERR_BUSY;
	if (!tip || tip->gen != row->gen || tip->school != row->school) {
		return ERR_OK;
	}
	if (tip->lease != row->lease) {
		item->refusal = ERR_STALE;
		return ERR_OK;
	}
	if (row->event.seq != tip->seq + 1 || item->is_resend) {
		/* A resend cannot be compared now: the browser keeps it. */
		item->refusal = row->event.seq <= tip->seq ? ERR_BUSY : ERR_CONFLICT;
		return ERR_OK;
	}
	row->flags |= EVENT_FLAG_STAMPED;
	row->at_ms = item->wanted_at_ms > tip->last_at_ms ? item->wanted_at_ms : tip->last_at_ms;
	event_head(&tip->head, &row->attempt, &row->event, &row->head);
	event_times(&tip->times, &row->head, row->at_ms, &row->times);
	enum err e = journal_add(w->journal, row);
	if (e) {
		return e;
	}
	tip->seq = row->event.seq;
	tip->last_at_ms = row->at_ms;
	tip->head = row->head;
	tip->times = row->times;
	tip->connection = TIP_BY_STAMP;
	item->outcome = BATCH_STORED;
	return ERR_OK;
}

/* The tips that a failed sync moved: forgotten, so that nothing of theirs is stamped. */
static void unstamp(struct writer *w, size_t count) {
	for (size_t i = 0; i < count; i++) {
		if (w->items[i].outcome == BATCH_STORED) {
			tips_drop(&w->tips, &w->items[i].row.attempt);
			w->items[i].outcome = BATCH_REFUSED;
			w->items[i].refusal = ERR_BUSY;
		}
	}
}

/* Items are in w->items and their nodes in w->nodes; closes leave both. */
void writer_away_stamp(struct writer *w, size_t count) {
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct node *n = w->nodes[i];
		if (n->event.kind == EVENT_CLOSE) {
			hold(w, n);
			continue;
		}
		w->nodes[kept] = n;
		w->items[kept] = writer_item_of(n);
		enum err e = stamp_item(w, &w->items[kept]);
		if (e) {
			w->items[kept].outcome = BATCH_REFUSED;
			w->items[kept].refusal = ERR_BUSY;
		}
		kept++;
	}
	if (journal_sync(w->journal)) {
		unstamp(w, kept);
	}
	for (size_t i = 0; i < kept; i++) {
		if (w->items[i].outcome == BATCH_STORED) {
			writer_results_counted(
					w, &w->items[i], w->nodes[i]->event.tag, WRITER_STAMPED);
		} else {
			writer_results_refused(w, &w->items[i], w->nodes[i]->event.tag,
					w->items[i].refusal);
		}
		free(w->nodes[i]);
	}
	writer_results_macs(w);
	note_journal(w);
	writer_results_publish(w);
}

/* --- the database is back --- */

struct replay {
	struct writer *w;
	size_t count;
	struct buf values; /* of the items that wait */
	size_t offsets[WRITER_BATCH_MAX];
};

static enum err replay_flush(struct replay *r) {
	struct writer *w = r->w;
	static const uint64_t no_tags[WRITER_BATCH_MAX];
	if (r->count == 0) {
		return ERR_OK;
	}
	for (size_t i = 0; i < r->count; i++) {
		w->items[i].row.event.value.p = buf_str(&r->values) + r->offsets[i];
	}
	enum err e = writer_run_items(w, r->count);
	if (!e) {
		e = writer_results_report(w, no_tags, r->count);
	}
	if (!e) {
		writer_results_publish(w);
	}
	buf_clear(&r->values);
	r->count = 0;
	return e;
}

static enum err replay_row(void *ctx, const struct event_row *row) {
	struct replay *r = ctx;
	struct batch_item item = { .row = *row, .wanted_at_ms = row->at_ms, .is_replay = true };
	r->offsets[r->count] = r->values.len;
	buf_add(&r->values, row->event.value.p, row->event.value.n);
	enum err e = buf_err(&r->values);
	if (e) {
		return e;
	}
	r->w->items[r->count++] = item;
	return r->count == WRITER_BATCH_MAX ? replay_flush(r) : ERR_OK;
}

/* Stores what the journal holds, then empties it. Tips that stamps have moved are read anew: what
 * is durable beats what is stamped. */
enum err writer_away_replay(struct writer *w) {
	if (journal_bytes(w->journal) == 0) {
		return ERR_OK;
	}
	_cleanup_(mem_freep) struct replay *r = calloc(1, sizeof(*r));
	if (!r) {
		return ERR_NOMEM;
	}
	r->w = w;
	r->values = buf_make((size_t)WRITER_BATCH_MAX * EVENT_VALUE_BYTES_MAX);
	enum err e = journal_read(w->journal, replay_row, r);
	if (!e) {
		e = replay_flush(r);
	}
	buf_finish(&r->values);
	return e ? e : journal_clear(w->journal);
}

/* Closes that waited for the database, a few at a time like any others. */
static void store_held(struct writer *w) {
	size_t done = 0;
	while (done < w->held_count) {
		size_t left = w->held_count - done;
		size_t count = left < WRITER_CLOSES_MAX ? left : WRITER_CLOSES_MAX;
		memcpy(w->nodes, w->held + done, count * sizeof(w->nodes[0]));
		done += count;
		struct node *again[WRITER_CLOSES_MAX];
		for (size_t i = 0; i < count; i++) {
			w->items[i] = writer_item_of(w->nodes[i]);
			again[i] = w->nodes[i];
		}
		uint64_t tags[WRITER_CLOSES_MAX];
		for (size_t i = 0; i < count; i++) {
			tags[i] = again[i]->event.tag;
		}
		if (writer_run_items(w, count)) {
			done -= count;
			break;
		}
		if (writer_results_report(w, tags, count)) {
			abort();
		}
		for (size_t i = 0; i < count; i++) {
			free(again[i]);
		}
		writer_results_publish(w);
	}
	w->held_count -= done;
	memmove(w->held, w->held + done, w->held_count * sizeof(w->held[0]));
}

void writer_away_come_back(struct writer *w) {
	db_forget_backoff(w->db);
	if (writer_away_replay(w)) {
		writer_away_set(w, true); /* gone again: the prober goes on */
		return;
	}
	note_journal(w);
	writer_away_set(w, false);
	store_held(w);
	if (w->held_count > 0) {
		writer_away_set(w, true);
	}
}

/* While the database is away, tries it now and then on a connection of its own, so that the
 * writer never waits for a server that does not answer. */
void *writer_away_probe(void *arg) {
	struct writer *w = arg;
	struct db *db = NULL;
	if (pool_take(w->settings.pool, &db)) {
		return NULL;
	}
	pthread_mutex_lock(&w->lock);
	while (!w->is_stopping) {
		if (!w->is_away || w->is_back) {
			pthread_cond_wait(&w->probe_wanted, &w->lock);
			continue;
		}
		pthread_mutex_unlock(&w->lock);
		writer_pause_ms(WRITER_PROBE_MS);
		struct db_now now;
		bool is_back = db_server_now(db, &now) == ERR_OK;
		pthread_mutex_lock(&w->lock);
		if (is_back && w->is_away) {
			w->is_back = true;
			pthread_cond_signal(&w->has_work);
		}
	}
	pthread_mutex_unlock(&w->lock);
	pool_give(w->settings.pool, db);
	return NULL;
}
