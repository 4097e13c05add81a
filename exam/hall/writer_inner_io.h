#ifndef EXAM_HALL_WRITER_INNER_IO_H
#define EXAM_HALL_WRITER_INNER_IO_H

/* What writer_io.c, writer_queue_io.c, writer_results_io.c and writer_away_io.c share; nobody else
 * includes it. */

#include <pthread.h>

#include "exam/hall/batch_store.h"
#include "exam/hall/journal_io.h"
#include "exam/hall/tips.h"
#include "exam/hall/writer_io.h"

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

/* --- writer_queue_io.c: what waits --- */

/* Takes what waits into w->nodes: events, then closes, for which there is always some room; a tip
 * is taken alone. Under the lock. */
size_t writer_queue_take(struct writer *w);

/* --- writer_results_io.c: what came of it --- */

void writer_results_counted(struct writer *w, const struct batch_item *item, uint64_t tag,
		enum writer_verdict verdict);
void writer_results_refused(
		struct writer *w, const struct batch_item *item, uint64_t tag, enum err why);
/* What the outcomes of w->items mean to the room; tags stand beside the items. */
enum err writer_results_report(struct writer *w, const uint64_t *tags, size_t count) MUST_CHECK;
void writer_results_macs(struct writer *w);
/* Hands the batch's results over. A process without memory for them cannot go on: it ends, and
 * the next one finds everything in the database. */
void writer_results_publish(struct writer *w);
void writer_results_finish(struct writer *w);

/* --- writer_io.c: batches --- */

struct batch_item writer_item_of(const struct node *n);
/* Stores w->items; an error means that the database is away. */
enum err writer_run_items(struct writer *w, size_t count) MUST_CHECK;
void writer_pause_ms(long ms);

/* --- writer_away_io.c: while the database is away, and when it is back --- */

void writer_away_set(struct writer *w, bool is_away);
/* Of w->nodes: stamps the events, holds the closes, and reports. */
void writer_away_stamp(struct writer *w, size_t count);
/* Stores what the journal holds, then empties it. */
enum err writer_away_replay(struct writer *w) MUST_CHECK;
void writer_away_come_back(struct writer *w);
/* The prober's thread. */
void *writer_away_probe(void *writer);

#endif
