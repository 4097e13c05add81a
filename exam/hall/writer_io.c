#include "exam/hall/writer_io.h"

#include <assert.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "core/base/clock.h"
#include "exam/hall/batch_store.h"
#include "exam/hall/journal_io.h"
#include "exam/hall/receipt.h"
#include "exam/hall/tips.h"

enum { RETRY_PAUSE_MS = 20 };

/* What waits: an event with its value behind it, or a tip. */
struct node {
	bool is_tip;
	uint64_t behind; /* of a close: what was pushed before it is taken first */
	struct writer_event event;
	struct writer_tip tip;
	char value[];
};

struct ring {
	struct node **nodes; /* WRITER_QUEUE_MAX */
	size_t first;
	size_t count;
};

static bool ring_push(struct ring *r, struct node *n) {
	if (r->count == WRITER_QUEUE_MAX) {
		return false;
	}
	r->nodes[(r->first + r->count++) % WRITER_QUEUE_MAX] = n;
	return true;
}

/* The oldest one; there is one. */
static struct node *ring_first(const struct ring *r) {
	return r->nodes[r->first];
}

static struct node *ring_take(struct ring *r) {
	struct node *n = ring_first(r);
	r->first = (r->first + 1) % WRITER_QUEUE_MAX;
	r->count--;
	return n;
}

struct writer {
	struct writer_settings settings;
	pthread_t thread;
	pthread_t prober;
	bool has_threads;

	pthread_mutex_t lock; /* over everything down to `results_cap` */
	pthread_cond_t has_work;
	pthread_cond_t probe_wanted;
	struct ring queue;   /* events and tips */
	struct ring closes;  /* so that answers need not wait for ten thousand of them */
	struct tips closing; /* the attempts of those; what follows a close of one stays behind it */
	uint64_t pushed;     /* into the queue */
	uint64_t taken;      /* from it */
	bool is_stopping;
	bool is_away;
	bool is_back; /* the prober reached the database */
	struct writer_stats stats;
	struct writer_result *results;
	size_t results_first;
	size_t results_count;
	size_t results_cap;

	/* The writer thread's own. */
	struct db *db;
	struct tips tips;
	struct journal *journal;
	struct node **held; /* closes that wait for the database */
	size_t held_count;
	struct node *nodes[WRITER_BATCH_MAX];
	struct batch_item items[WRITER_BATCH_MAX];
	struct writer_result fresh[WRITER_BATCH_MAX];
	uint64_t fresh_schools[WRITER_BATCH_MAX]; /* beside each of `fresh` */
	size_t fresh_count;
	bool is_quiet; /* replaying at the start: nobody waits for results */
};

/* --- results --- */

static struct writer_result *result_of(struct writer *w, const struct batch_item *item,
		uint64_t tag, enum writer_verdict verdict) {
	w->fresh_schools[w->fresh_count] = item->row.school;
	struct writer_result *r = &w->fresh[w->fresh_count++];
	*r = (struct writer_result){ .tag = tag,
		.room = item->row.room,
		.attempt = item->row.attempt,
		.gen = item->row.gen,
		.lease = item->row.lease,
		.seq = item->row.event.seq,
		.count = 1,
		.verdict = verdict,
		.kind = item->row.event.kind,
		.at_ms = item->row.at_ms,
		.head = item->row.head };
	return r;
}

/* The result of this batch that the item carries on, so that one ack covers both. */
static struct writer_result *result_before(
		struct writer *w, const struct batch_item *item, enum writer_verdict verdict) {
	for (size_t i = w->fresh_count; i-- > 0;) {
		struct writer_result *r = &w->fresh[i];
		if (id16_equal(&r->attempt, &item->row.attempt)) {
			bool goes_on = r->verdict == verdict && r->seq + 1 == item->row.event.seq &&
					r->kind != EVENT_SUBMIT && r->lease == item->row.lease;
			return goes_on ? r : NULL;
		}
	}
	return NULL;
}

static void add_counted(struct writer *w, const struct batch_item *item, uint64_t tag,
		enum writer_verdict verdict) {
	struct writer_result *r = result_before(w, item, verdict);
	if (!r) {
		(void)result_of(w, item, tag, verdict); /* complete as it is */
		return;
	}
	r->tag = tag;
	r->seq = item->row.event.seq;
	r->kind = item->row.event.kind;
	r->at_ms = item->row.at_ms;
	r->head = item->row.head;
	r->count++;
}

static void add_refused(
		struct writer *w, const struct batch_item *item, uint64_t tag, enum err why) {
	result_of(w, item, tag, WRITER_REFUSED)->refusal = why;
}

static enum err add_closed(struct writer *w, const struct batch_item *item, uint64_t tag) {
	char *receipt = malloc(RECEIPT_BYTES + SIGN_BYTES);
	if (!receipt) {
		return ERR_NOMEM;
	}
	memcpy(receipt, item->receipt, RECEIPT_BYTES + SIGN_BYTES);
	result_of(w, item, tag, WRITER_CLOSED)->receipt = receipt;
	return ERR_OK;
}

static void add_macs(struct writer *w) {
	uint8_t kid = keys_mac_id(w->settings.keys);
	const uint8_t *key = keys_mac_key(w->settings.keys, kid);
	for (size_t i = 0; i < w->fresh_count; i++) {
		struct writer_result *r = &w->fresh[i];
		if (r->verdict != WRITER_STORED && r->verdict != WRITER_STAMPED) {
			continue;
		}
		struct receipt_mac what = { .kid = kid,
			.school = w->fresh_schools[i],
			.attempt = r->attempt,
			.gen = r->gen,
			.lease = r->lease,
			.seq = r->seq,
			.at_ms = r->at_ms,
			.head = r->head };
		r->kid = kid;
		receipt_mac_make(key, r->verdict == WRITER_STORED ? RECEIPT_ACK : RECEIPT_STAMP,
				&what, &r->mac);
	}
}

static enum err make_room_for_results(struct writer *w, size_t more) {
	if (w->results_count + more <= w->results_cap) {
		return ERR_OK;
	}
	size_t cap = w->results_cap ? w->results_cap : WRITER_BATCH_MAX;
	while (cap < w->results_count + more) {
		cap *= 2;
	}
	struct writer_result *results = malloc(cap * sizeof(*results));
	if (!results) {
		return ERR_NOMEM;
	}
	for (size_t i = 0; i < w->results_count; i++) {
		size_t at = w->results_first + i;
		results[i] = w->results[at < w->results_cap ? at : at - w->results_cap];
	}
	free(w->results);
	w->results = results;
	w->results_first = 0;
	w->results_cap = cap;
	return ERR_OK;
}

static void count_results(struct writer *w) {
	for (size_t i = 0; i < w->fresh_count; i++) {
		const struct writer_result *r = &w->fresh[i];
		switch (r->verdict) {
		case WRITER_STORED:
		case WRITER_CLOSED:
			w->stats.stored += r->count;
			break;
		case WRITER_STAMPED:
			w->stats.stamped += r->count;
			break;
		case WRITER_REFUSED:
			w->stats.refused++;
			break;
		}
	}
}

/* Hands the batch's results over. A process without memory for them cannot go on: it ends, and
 * the next one finds everything in the database. */
static void publish(struct writer *w) {
	pthread_mutex_lock(&w->lock);
	count_results(w);
	if (!w->is_quiet) {
		if (make_room_for_results(w, w->fresh_count)) {
			abort();
		}
		for (size_t i = 0; i < w->fresh_count; i++) {
			size_t at = (w->results_first + w->results_count++) % w->results_cap;
			w->results[at] = w->fresh[i];
		}
	}
	pthread_mutex_unlock(&w->lock);
	if (w->is_quiet) {
		for (size_t i = 0; i < w->fresh_count; i++) {
			free(w->fresh[i].receipt);
		}
	} else if (w->fresh_count > 0 && w->settings.wake) {
		w->settings.wake(w->settings.owner);
	}
	w->fresh_count = 0;
}

/* --- batches --- */

static struct batch_item item_of(const struct node *n) {
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

/* What the items' outcomes mean to the room. Tags stand beside the items. */
static enum err report(struct writer *w, const uint64_t *tags, size_t count) {
	for (size_t i = 0; i < count; i++) {
		const struct batch_item *item = &w->items[i];
		enum err e = ERR_OK;
		switch (item->outcome) {
		case BATCH_STORED:
			add_counted(w, item, tags[i], WRITER_STORED);
			break;
		case BATCH_SAME:
			(void)result_of(w, item, tags[i], WRITER_STORED); /* with what is stored */
			break;
		case BATCH_CLOSED:
			e = add_closed(w, item, tags[i]);
			break;
		case BATCH_REFUSED:
			add_refused(w, item, tags[i], item->refusal);
			break;
		}
		if (e) {
			return e;
		}
	}
	add_macs(w);
	return ERR_OK;
}

static void pause_ms(long ms) {
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

static enum err run_items(struct writer *w, size_t count) {
	enum err e = batch_store_run(w->db, w->settings.keys, &w->tips, w->items, count);
	pthread_mutex_lock(&w->lock);
	w->stats.commits += !e;
	w->stats.retries += e == ERR_DB_RETRY;
	pthread_mutex_unlock(&w->lock);
	if (!e || is_away_error(e)) {
		return e;
	}
	if (e == ERR_DB_RETRY) {
		pause_ms(RETRY_PAUSE_MS);
	}
	return run_singly(w, count);
}

/* --- the database is away --- */

static void set_away(struct writer *w, bool is_away) {
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
static void stamp_batch(struct writer *w, size_t count) {
	size_t kept = 0;
	for (size_t i = 0; i < count; i++) {
		struct node *n = w->nodes[i];
		if (n->event.kind == EVENT_CLOSE) {
			hold(w, n);
			continue;
		}
		w->nodes[kept] = n;
		w->items[kept] = item_of(n);
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
			add_counted(w, &w->items[i], w->nodes[i]->event.tag, WRITER_STAMPED);
		} else {
			add_refused(w, &w->items[i], w->nodes[i]->event.tag, w->items[i].refusal);
		}
		free(w->nodes[i]);
	}
	add_macs(w);
	note_journal(w);
	publish(w);
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
	enum err e = run_items(w, r->count);
	if (!e) {
		e = report(w, no_tags, r->count);
	}
	if (!e) {
		publish(w);
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
static enum err replay(struct writer *w) {
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

static bool has_due_close(const struct writer *w) {
	return w->closes.count > 0 && ring_first(&w->closes)->behind <= w->taken;
}

/* Takes what waits into w->nodes: events, then closes, for which there is always some room; a tip
 * is taken alone. Holds the lock. */
static size_t take_nodes(struct writer *w) {
	size_t count = 0;
	size_t most = WRITER_BATCH_MAX - (w->closes.count > 0 ? WRITER_CLOSES_MAX : 0);
	bool is_tip = false;
	while (count < most && w->queue.count > 0 && !is_tip) {
		is_tip = ring_first(&w->queue)->is_tip;
		if (is_tip && count > 0) {
			break;
		}
		w->nodes[count++] = ring_take(&w->queue);
		w->taken++;
	}
	for (size_t closes = 0; !is_tip && closes < WRITER_CLOSES_MAX && has_due_close(w);
			closes++) {
		struct node *n = ring_take(&w->closes);
		if (n->event.kind == EVENT_CLOSE) {
			tips_drop(&w->closing, &n->event.attempt);
		}
		w->nodes[count++] = n;
	}
	w->stats.depth = w->queue.count + w->closes.count;
	return count;
}

static void store_batch(struct writer *w, size_t count) {
	uint64_t tags[WRITER_BATCH_MAX];
	for (size_t i = 0; i < count; i++) {
		w->items[i] = item_of(w->nodes[i]);
		tags[i] = w->nodes[i]->event.tag;
	}
	enum err e = run_items(w, count);
	if (e) {
		set_away(w, true);
		stamp_batch(w, count);
		return;
	}
	if (report(w, tags, count)) {
		abort(); /* no memory for a receipt that is stored: the next process goes on */
	}
	for (size_t i = 0; i < count; i++) {
		free(w->nodes[i]);
	}
	publish(w);
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
			w->items[i] = item_of(w->nodes[i]);
			again[i] = w->nodes[i];
		}
		uint64_t tags[WRITER_CLOSES_MAX];
		for (size_t i = 0; i < count; i++) {
			tags[i] = again[i]->event.tag;
		}
		if (run_items(w, count)) {
			done -= count;
			break;
		}
		if (report(w, tags, count)) {
			abort();
		}
		for (size_t i = 0; i < count; i++) {
			free(again[i]);
		}
		publish(w);
	}
	w->held_count -= done;
	memmove(w->held, w->held + done, w->held_count * sizeof(w->held[0]));
}

static void come_back(struct writer *w) {
	db_forget_backoff(w->db);
	if (replay(w)) {
		set_away(w, true); /* gone again: the prober goes on */
		return;
	}
	note_journal(w);
	set_away(w, false);
	store_held(w);
	if (w->held_count > 0) {
		set_away(w, true);
	}
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
		size_t count = is_back ? 0 : take_nodes(w);
		bool is_done = !is_back && count == 0 && w->is_stopping;
		pthread_mutex_unlock(&w->lock);
		if (is_done) {
			return NULL;
		}
		if (is_back) {
			come_back(w);
		} else if (w->nodes[0]->is_tip) {
			keep_tip(w, &w->nodes[0]->tip);
			free(w->nodes[0]);
		} else if (is_away) {
			stamp_batch(w, count);
		} else {
			store_batch(w, count);
		}
	}
}

/* While the database is away, tries it now and then on a connection of its own, so that the
 * writer never waits for a server that does not answer. */
static void *prober_main(void *arg) {
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
		pause_ms(WRITER_PROBE_MS);
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

/* --- from the other threads --- */

/* The ring of a node, or NULL without memory to note its close. */
static struct ring *ring_of(struct writer *w, const struct node *n) {
	if (n->is_tip) {
		return &w->queue;
	}
	if (n->event.kind == EVENT_CLOSE) {
		struct tip tip = { .attempt = n->event.attempt };
		return tips_put(&w->closing, &tip) ? NULL : &w->closes;
	}
	return tips_find(&w->closing, &n->event.attempt) ? &w->closes : &w->queue;
}

static enum err push(struct writer *w, struct node *n) {
	pthread_mutex_lock(&w->lock);
	struct ring *ring = ring_of(w, n);
	n->behind = w->pushed;
	bool is_taken_in = ring && !w->is_stopping && ring_push(ring, n);
	if (is_taken_in) {
		w->pushed += ring == &w->queue;
		w->stats.depth = w->queue.count + w->closes.count;
		if (w->stats.depth > w->stats.depth_max) {
			w->stats.depth_max = w->stats.depth;
		}
		pthread_cond_signal(&w->has_work);
	}
	pthread_mutex_unlock(&w->lock);
	return is_taken_in ? ERR_OK : ERR_BUSY;
}

enum err writer_push(struct writer *w, const struct writer_event *event) {
	assert(event->value.n <= EVENT_VALUE_BYTES_MAX);
	struct node *n = malloc(sizeof(*n) + event->value.n + 1);
	if (!n) {
		return ERR_NOMEM;
	}
	n->is_tip = false;
	n->event = *event;
	if (event->value.n > 0) {
		memcpy(n->value, event->value.p, event->value.n);
	}
	n->value[event->value.n] = '\0';
	enum err e = push(w, n);
	if (e) {
		free(n);
	}
	return e;
}

enum err writer_know(struct writer *w, const struct writer_tip *tip) {
	struct node *n = calloc(1, sizeof(*n) + 1);
	if (!n) {
		return ERR_NOMEM;
	}
	n->is_tip = true;
	n->tip = *tip;
	enum err e = push(w, n);
	if (e) {
		free(n);
	}
	return e;
}

size_t writer_take(struct writer *w, struct writer_result *results, size_t max) {
	pthread_mutex_lock(&w->lock);
	size_t count = w->results_count < max ? w->results_count : max;
	for (size_t i = 0; i < count; i++) {
		results[i] = w->results[(w->results_first + i) % w->results_cap];
	}
	if (count > 0) {
		w->results_first = (w->results_first + count) % w->results_cap;
		w->results_count -= count;
	}
	pthread_mutex_unlock(&w->lock);
	return count;
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
	} else if (pthread_create(&w->prober, NULL, prober_main, w)) {
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
	e = replay(w);
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
	while (w->results_count > 0) {
		free(w->results[w->results_first].receipt);
		w->results_first = (w->results_first + 1) % w->results_cap;
		w->results_count--;
	}
	for (size_t i = 0; i < w->held_count; i++) {
		free(w->held[i]);
	}
	pool_give(w->settings.pool, w->db);
	journal_free(w->journal);
	tips_finish(&w->tips);
	tips_finish(&w->closing);
	free(w->results);
	free(w->held);
	free(w->queue.nodes);
	free(w->closes.nodes);
	free(w);
}
