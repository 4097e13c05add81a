#include "tests/exam/hall/sim.h"

#include <string.h>

#include "core/base/cleanup.h"

enum { QUEUE_MAX = 60, BATCH_SMALL = 12, PROBE_MS = 250, TIMEOUT_MS = 3000, JOURNAL_MS = 3 };

/* What waits: an event (values are static), or a tip. */
struct waiting {
	bool is_tip;
	struct tip tip;
	struct batch_item item;
};

struct waitings {
	struct waiting *items;
	size_t count;
	size_t cap;
};

struct sim_writer {
	unsigned life; /* tasks of an earlier process do nothing */
	bool is_busy;
	bool is_away;
	struct waitings queue;
	struct waitings held; /* closes */
	struct tips tips;
	/* The journal outlives the process: what is synced, and what is written only. */
	struct sim_rows journal;
	size_t journal_synced;
	struct batch batch;
	struct batch_item items[BATCH_MAX];
};

struct sim_writer *sim_writer_new(void) {
	struct sim_writer *w = calloc(1, sizeof(*w));
	if (!w) {
		abort();
	}
	return w;
}

void sim_writer_free(struct sim_writer *w) {
	tips_finish(&w->tips);
	free(w->queue.items);
	free(w->held.items);
	free(w->journal.items);
	free(w);
}

static void push(struct waitings *list, const struct waiting *one) {
	if (GROW(list, SIM_ITEMS_MAX)) {
		abort();
	}
	list->items[list->count++] = *one;
}

static void drop_first(struct waitings *list, size_t n) {
	memmove(list->items, list->items + n, (list->count - n) * sizeof(*list->items));
	list->count -= n;
}

void sim_writer_kill(struct sim *sim) {
	struct sim_writer *w = sim->writer;
	w->life++;
	w->is_busy = false;
	w->is_away = false;
	w->queue.count = 0;
	w->held.count = 0;
	tips_finish(&w->tips);
	/* Any number of the records that were not synced may have reached the disk. */
	w->journal.count = w->journal_synced +
			sim_below(sim, w->journal.count - w->journal_synced + 1);
	w->journal_synced = w->journal.count;
	sim_check_stamps(sim, &w->journal);
}

bool sim_writer_is_away(const struct sim *sim) {
	return sim->writer->is_away;
}

static void report(struct sim *sim, const struct batch_item *item, enum room_outcome outcome) {
	struct room_result r = {
		.attempt = item->row.attempt,
		.gen = item->row.gen,
		.lease = item->row.lease,
		.seq = item->row.event.seq,
		.count = 1,
		.outcome = outcome,
		.refusal = item->refusal,
		.kind = item->row.event.kind,
		.at_ms = item->row.at_ms,
		.close_why = item->why,
		.kid = SIM_KID,
		.head = item->row.head,
		.receipt = { (const char *)item->receipt, sizeof(item->receipt) },
	};
	if (outcome == ROOM_STORED || outcome == ROOM_STAMPED) {
		struct receipt_mac what = { SIM_KID, SIM_SCHOOL, r.attempt, r.gen, r.lease, r.seq,
			r.at_ms, r.head };
		receipt_mac_make(sim->mac_key, outcome == ROOM_STORED ? RECEIPT_ACK : RECEIPT_STAMP,
				&what, &r.mac);
	}
	sim_server_results(sim, &r, 1);
}

static void report_all(struct sim *sim, const struct batch_item *items, size_t count) {
	static const enum room_outcome outcomes[] = {
		[BATCH_STORED] = ROOM_STORED,
		[BATCH_SAME] = ROOM_STORED,
		[BATCH_CLOSED] = ROOM_CLOSED,
		[BATCH_REFUSED] = ROOM_REFUSED,
	};
	for (size_t i = 0; i < count; i++) {
		report(sim, &items[i], outcomes[items[i].outcome]);
	}
}

static void remember(struct sim_writer *w) {
	for (size_t i = 0; i < w->batch.attempt_count; i++) {
		const struct batch_attempt *a = &w->batch.attempts[i];
		if (!a->is_there || a->is_closed) {
			tips_drop(&w->tips, &a->id);
		} else {
			tips_confirm(&w->tips, &a->tip);
		}
	}
}

/* One transaction, run again when a known tip was behind or the answer to COMMIT was lost. */
static enum err run(struct sim *sim, size_t count) {
	struct sim_writer *w = sim->writer;
	if (sim->db.state != DB_UP) {
		return ERR_DB_AWAY;
	}
	batch_gather(&w->batch, w->items, count);
	enum err e = sim_db_batch(sim, &w->tips, true, &w->batch);
	if (!e && sim->has_faults && sim_chance(sim, 4)) {
		/* Committed, but nobody was told: the same again, or the server is away. */
		if (sim_chance(sim, 50)) {
			return ERR_DB_AWAY;
		}
		e = sim_db_batch(sim, &w->tips, true, &w->batch);
	}
	if (e == ERR_EXISTS) {
		e = sim_db_batch(sim, &w->tips, false, &w->batch);
	}
	if (!e) {
		remember(w);
	}
	return e;
}

static void run_next(struct sim *sim);

/* --- away --- */

static void probe(struct sim *sim, void *arg, uint64_t life);

static void go_away(struct sim *sim) {
	struct sim_writer *w = sim->writer;
	if (!w->is_away) {
		w->is_away = true;
		sim_after(sim, PROBE_MS, probe, NULL, w->life);
	}
}

static void stamp_one(struct sim *sim, struct batch_item *item) {
	struct sim_writer *w = sim->writer;
	struct event_row *row = &item->row;
	struct tip *tip = tips_find(&w->tips, &row->attempt);
	item->outcome = BATCH_REFUSED;
	item->refusal = ERR_BUSY;
	if (!tip || tip->gen != row->gen) {
		return;
	}
	if (tip->lease != row->lease) {
		item->refusal = ERR_STALE;
		return;
	}
	if (row->event.seq != tip->seq + 1 || item->is_resend) {
		item->refusal = row->event.seq <= tip->seq ? ERR_BUSY : ERR_CONFLICT;
		return;
	}
	row->flags |= EVENT_FLAG_STAMPED;
	row->at_ms = item->wanted_at_ms > tip->last_at_ms ? item->wanted_at_ms : tip->last_at_ms;
	event_head(&tip->head, &row->attempt, &row->event, &row->head);
	event_times(&tip->times, &row->head, row->at_ms, &row->times);
	tip->seq = row->event.seq;
	tip->last_at_ms = row->at_ms;
	tip->head = row->head;
	tip->times = row->times;
	tip->connection = TIP_BY_STAMP;
	sim_rows_add(&w->journal, row);
	item->outcome = BATCH_STORED;
}

/* The sync has come back: only now the browsers are told. */
static void stamped(struct sim *sim, void *arg, uint64_t life) {
	struct sim_writer *w = sim->writer;
	_cleanup_(mem_freep) struct waitings *told = arg;
	if (life == w->life) {
		w->journal_synced = w->journal.count;
		for (size_t i = 0; i < told->count; i++) {
			const struct batch_item *item = &told->items[i].item;
			report(sim, item,
					item->outcome == BATCH_STORED ? ROOM_STAMPED
								      : ROOM_REFUSED);
		}
		w->is_busy = false;
		run_next(sim);
	}
	free(told->items);
}

static void stamp_batch(struct sim *sim, size_t count) {
	struct sim_writer *w = sim->writer;
	struct waitings *told = calloc(1, sizeof(*told));
	for (size_t i = 0; i < count; i++) {
		struct waiting one = { .item = w->items[i] };
		if (one.item.row.event.kind == EVENT_CLOSE) {
			push(&w->held, &one);
			continue;
		}
		stamp_one(sim, &one.item);
		push(told, &one);
	}
	if (sim->broken == BREAK_STAMP_EARLY) {
		for (size_t i = 0; i < told->count; i++) {
			if (told->items[i].item.outcome == BATCH_STORED) {
				report(sim, &told->items[i].item, ROOM_STAMPED);
			}
		}
	}
	w->is_busy = true;
	/* A slow disk, now and then; to be found out, always. */
	bool is_slow = sim_chance(sim, 10) || sim->broken == BREAK_STAMP_EARLY;
	sim_after(sim, sim_between(sim, 1, is_slow ? 400 : JOURNAL_MS), stamped, told, w->life);
}

/* --- back --- */

static enum err replay(struct sim *sim, bool is_quiet) {
	struct sim_writer *w = sim->writer;

	size_t at = 0;
	while (at < w->journal.count) {
		size_t count = 0;
		while (count < BATCH_SMALL && at + count < w->journal.count) {
			w->items[count] = (struct batch_item){
				.row = w->journal.items[at + count],
				.wanted_at_ms = w->journal.items[at + count].at_ms,
				.is_replay = true,
			};
			count++;
		}
		enum err e = run(sim, count);
		if (e) {
			return e;
		}
		if (!is_quiet) {
			report_all(sim, w->items, count);
		}
		at += count;
	}
	w->journal.count = 0;
	w->journal_synced = 0;
	return ERR_OK;
}

static void store_held(struct sim *sim) {
	struct sim_writer *w = sim->writer;
	while (w->held.count > 0) {
		w->items[0] = w->held.items[0].item;
		if (run(sim, 1)) {
			return;
		}
		drop_first(&w->held, 1);
		report_all(sim, w->items, 1);
	}
}

static void come_back(struct sim *sim) {
	struct sim_writer *w = sim->writer;
	w->is_away = false;
	if (replay(sim, false)) {
		go_away(sim);
		return;
	}
	store_held(sim);
	if (w->held.count > 0) {
		go_away(sim);
		return;
	}
	sim_server_db_back(sim);
	run_next(sim);
}

static void probe(struct sim *sim, void *arg, uint64_t life) {
	(void)arg; /* nothing to bring */
	struct sim_writer *w = sim->writer;
	if (life != w->life || !w->is_away) {
		return;
	}
	if (sim->db.state == DB_UP && !w->is_busy) {
		come_back(sim);
		return;
	}
	sim_after(sim, PROBE_MS, probe, NULL, life);
}

enum err sim_writer_start(struct sim *sim) {
	return replay(sim, true);
}

/* --- the thread --- */

static void committed(struct sim *sim, void *arg, uint64_t life) {
	(void)arg; /* the items are the writer's */
	struct sim_writer *w = sim->writer;
	if (life != w->life) {
		return; /* killed in the middle: the transaction was rolled back */
	}
	size_t count = w->batch.count;
	w->is_busy = false;
	enum err e = run(sim, count);
	if (!e) {
		if (sim->broken != BREAK_ACK_EARLY) {
			report_all(sim, w->items, count);
		} else {
			for (size_t i = 0; i < count; i++) {
				if (w->items[i].outcome == BATCH_CLOSED ||
						w->items[i].outcome == BATCH_REFUSED) {
					report_all(sim, &w->items[i], 1);
				}
			}
		}
		run_next(sim);
		return;
	}
	if (sim->broken == BREAK_DROP_BATCH) {
		go_away(sim);
		return;
	}
	go_away(sim);
	stamp_batch(sim, count);
}

/* Killed after the COMMIT was sent: it happens, and nobody is told. */
static void commit_alone(struct sim *sim, size_t count) {
	struct sim_writer *w = sim->writer;
	batch_gather(&w->batch, w->items, count);
	if (sim->db.state == DB_UP && sim_db_batch(sim, &w->tips, false, &w->batch)) {
		sim_fail(sim, "a batch read anew cannot fail");
	}
}

static void killed(struct sim *sim, void *arg, uint64_t life) {
	(void)arg; /* nothing to bring */
	if (life == sim->writer->life) {
		sim_server_kill(sim);
	}
}

static void ack_early(struct sim *sim, size_t count) {
	struct sim_writer *w = sim->writer;
	for (size_t i = 0; i < count; i++) {
		struct batch_item item = w->items[i];
		struct sim_attempt *a = sim_db_find(sim, &item.row.attempt);
		const struct sim_rows *rows = &sim_db_gen(a)->rows;
		struct hash head = rows->count ? rows->items[rows->count - 1].head : a->genesis;
		if (item.row.event.kind != EVENT_CLOSE && item.row.event.seq == rows->count + 1) {
			event_head(&head, &item.row.attempt, &item.row.event, &item.row.head);
			item.row.at_ms = item.wanted_at_ms;
			report(sim, &item, ROOM_STORED);
		}
	}
}

static void run_next(struct sim *sim) {
	struct sim_writer *w = sim->writer;
	if (w->is_busy || w->queue.count == 0) {
		return;
	}
	size_t most = sim_chance(sim, 30) ? BATCH_SMALL : 1 + sim_below(sim, 3);
	size_t count = 0;
	while (count < most && w->queue.count > 0) {
		struct waiting one = w->queue.items[0];
		if (one.is_tip && count > 0) {
			break;
		}
		drop_first(&w->queue, 1);
		if (one.is_tip) {
			if (tips_put(&w->tips, &one.tip)) {
				abort();
			}
			continue;
		}
		w->items[count++] = one.item;
	}
	if (count == 0) {
		return;
	}
	w->is_busy = true;
	if (w->is_away) {
		stamp_batch(sim, count);
		return;
	}
	w->batch.count = count;
	if (sim->broken == BREAK_ACK_EARLY) {
		ack_early(sim, count);
	}
	int64_t ms = sim->db.state == DB_STALLED
			? TIMEOUT_MS
			: sim_between(sim, 1, sim_chance(sim, 5) ? 400 : 15);
	if (sim->has_faults && sim_chance(sim, 1) && sim_chance(sim, 20)) {
		commit_alone(sim, count);
		sim_after(sim, 0, killed, NULL, w->life);
		return;
	}
	sim_after(sim, ms, committed, NULL, w->life);
}

static void wake(struct sim *sim, void *arg, uint64_t life) {
	(void)arg; /* nothing to bring */
	if (life == sim->writer->life) {
		run_next(sim);
	}
}

enum err sim_writer_push(struct sim *sim, const struct room_event *event) {
	struct sim_writer *w = sim->writer;
	if (w->queue.count >= QUEUE_MAX) {
		return ERR_BUSY;
	}
	struct waiting one = { .item = { .wanted_at_ms = event->at_ms,
					       .why = (uint8_t)event->why,
					       .ends_revision = event->ends_revision,
					       .is_resend = event->is_resend } };
	one.item.row = (struct event_row){ .school = SIM_SCHOOL,
		.room = SIM_ROOM,
		.attempt = event->attempt,
		.gen = event->gen,
		.lease = event->lease,
		.flags = event->is_after_end ? EVENT_FLAG_AFTER_END : 0,
		.at_ms = event->at_ms,
		.event = { event->seq, event->kind, event->slot, event->value } };
	if (sim->broken == BREAK_CLOSE_FIRST && event->kind == EVENT_CLOSE) {
		struct waitings rest = w->queue;
		w->queue = (struct waitings){ 0 };
		push(&w->queue, &one);
		for (size_t i = 0; i < rest.count; i++) {
			push(&w->queue, &rest.items[i]);
		}
		free(rest.items);
	} else {
		push(&w->queue, &one);
	}
	sim_after(sim, 0, wake, NULL, w->life);
	return ERR_OK;
}

void sim_writer_know(struct sim *sim, const struct tip *tip) {
	struct waiting one = { .is_tip = true, .tip = *tip };
	push(&sim->writer->queue, &one);
	sim_after(sim, 0, wake, NULL, sim->writer->life);
}
