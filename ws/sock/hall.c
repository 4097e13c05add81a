#include "ws/sock/hall.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/json_out.h"
#include "core/base/mem.h"
#include "exam/hall/receipt.h"
#include "ws/sock/hall_inner.h"

enum {
	RESULTS_A_TURN = 256,
	BOARD_HEAD_BYTES_MAX = 4096,
};

int64_t hall_now_ms(const struct hall *hall) {
	return clock_now_ms(hall->app->clock);
}

struct room *live_room_inner(struct live_room *live) {
	return live->inner;
}

struct hall *live_room_hall(struct live_room *live) {
	return live->hall;
}

void live_room_post(struct live_room *live, struct loop_task *task) {
	loop_post(live->hall->loop, task);
}

void live_room_hold(struct live_room *live) {
	live->holds++;
}

void live_room_release(struct live_room *live) {
	live->holds--;
}

/* --- rooms --- */

static struct live_room **place_of(struct hall *hall, uint64_t room) {
	struct live_room **at = &hall->rooms[room & (HALL_BUCKETS - 1)];
	while (*at && (*at)->room != room) {
		at = &(*at)->next;
	}
	return at;
}

struct live_room *hall_find(struct hall *hall, uint64_t room) {
	return *place_of(hall, room);
}

static void free_room(struct live_room *live) {
	struct live_room **at = place_of(live->hall, live->room);
	*at = live->next;
	live->hall->room_count--;
	room_free(live->inner);
	loop_timer_free(live->timer);
	loop_timer_free(live->bell);
	open_room_free(live->open);
	buf_finish(&live->board_head);
	free(live);
}

static void tell_waiters(struct live_room *live, enum err e) {
	struct waiter *w = live->waiters;
	live->waiters = NULL;
	while (w) {
		struct waiter *next = w->next;
		w->fn(w->arg, e ? NULL : live, e);
		free(w);
		w = next;
	}
}

static void on_timer(void *arg) {
	struct live_room *live = arg;
	if (live->inner) {
		room_tick(live->inner, hall_now_ms(live->hall));
	}
}

static void on_bell(void *arg) {
	struct live_room *live = arg;
	job_push(job_new(live->hall, JOB_KEY_SENT, live));
}

static void set_bell(struct live_room *live) {
	const struct sitting *s = &live->open->sitting;
	int64_t after_ms = s->starts_at_ms - OPEN_ROOM_KEY_EARLY_MS - hall_now_ms(live->hall);
	if (s->state == SITTING_PUBLISHED && after_ms >= 0) {
		loop_timer_set(live->bell, after_ms);
	} else {
		loop_timer_clear(live->bell);
	}
}

static enum err write_board_head(struct live_room *live) {
	const struct sitting *s = &live->open->sitting;
	struct json_out w;
	buf_clear(&live->board_head);
	jo_begin(&w, &live->board_head);
	jo_obj(&w);
	jo_kstrz(&w, "title", s->title);
	jo_ki64(&w, "startsAt", s->starts_at_ms);
	jo_ki64(&w, "limitMs", s->limit_ms);
	jo_ki64(&w, "windowEndAt", s->window_end_ms);
	jo_kbool(&w, "practice", s->is_practice);
	jo_end_obj(&w);
	return buf_err(&live->board_head);
}

/* A submit that is stored without its close: the process ended between the two. */
static enum err close_submitted(struct live_room *live) {
	for (size_t i = 0; i < live->open->seat_count; i++) {
		const struct open_seat *seat = &live->open->seats[i];
		if (!seat->is_submitted || seat->row.times.is_closed) {
			continue;
		}
		struct writer_event close = { .school = live->school,
			.room = live->room,
			.attempt = seat->row.attempt,
			.gen = seat->row.gen,
			.kind = EVENT_CLOSE,
			.at_ms = seat->submitted_at_ms,
			.why = CLOSED_SUBMIT,
			.value = str_from("null") };
		enum err e = writer_push(live->hall->writer, &close);
		if (e) {
			return e;
		}
	}
	return ERR_OK;
}

static enum err make_inner(struct live_room *live) {
	struct room_config config = open_room_config(live->open);
	struct room_port port = hall_port(live);
	enum err e = room_new(&config, &port, &live->inner);
	for (size_t i = 0; i < live->open->seat_count && !e; i++) {
		e = room_add(live->inner, &live->open->seats[i].row);
	}
	if (!e) {
		e = write_board_head(live);
	}
	if (!e) {
		e = close_submitted(live);
	}
	if (e) {
		return e;
	}
	room_start(live->inner, hall_now_ms(live->hall));
	set_bell(live);
	hall_score(live); /* what an ended process had closed and not scored */
	return ERR_OK;
}

/* The sitting was moved and sealed anew: keys and times of the live room follow. */
static void adopt_reloaded(struct live_room *live, struct open_room *fresh) {
	int64_t now_ms = hall_now_ms(live->hall);
	struct phase_sitting times = sitting_times(&fresh->sitting);
	if (room_set_keys(live->inner, fresh->keys, fresh->key_count) ||
			room_sitting_times(live->inner, &times, now_ms)) {
		log_warn(&live->hall->app->log, "live_room.move_refused",
				log_i64("room", (int64_t)live->room));
		return;
	}
	for (size_t i = 0; i < fresh->seat_count; i++) {
		const struct room_attempt_row *row = &fresh->seats[i].row;
		room_times(live->inner, &row->attempt, &row->times, row->ends_revision, TIME_START,
				now_ms);
	}
	live->open->sitting = fresh->sitting;
	if (write_board_head(live)) {
		buf_clear(&live->board_head); /* a board without its title is still one */
	}
	set_bell(live);
}

static void on_loaded(struct live_room *live, struct job *job) {
	if (live->inner) {
		if (!job->e) {
			adopt_reloaded(live, job->open);
		}
		return;
	}
	enum err e = job->e;
	if (!e) {
		live->open = STEAL(job->open);
		e = make_inner(live);
	}
	tell_waiters(live, e);
	if (e) {
		if (e != ERR_NOT_FOUND) {
			log_warn(&live->hall->app->log, "live_room.load",
					log_i64("room", (int64_t)live->room), log_err(e));
		}
		free_room(live);
	}
}

static struct live_room *new_room(struct hall *hall, uint64_t school, uint64_t room) {
	struct live_room *live = calloc(1, sizeof(*live));
	if (!live) {
		return NULL;
	}
	live->hall = hall;
	live->school = school;
	live->room = room;
	live->board_head = buf_make(BOARD_HEAD_BYTES_MAX);
	if (loop_timer_new(hall->loop, on_timer, live, &live->timer) ||
			loop_timer_new(hall->loop, on_bell, live, &live->bell)) {
		loop_timer_free(live->timer);
		free(live);
		return NULL;
	}
	*place_of(hall, room) = live;
	hall->room_count++;
	job_push(job_new(hall, JOB_LOAD, live));
	return live;
}

void hall_enter(struct hall *hall, uint64_t school, uint64_t room,
		void (*fn)(void *arg, struct live_room *live, enum err e), void *arg) {
	struct live_room *live = hall_find(hall, room);
	if (live && live->school != school) {
		fn(arg, NULL, ERR_NOT_FOUND);
		return;
	}
	if (live && live->inner) {
		live->idle_since_ms = 0;
		fn(arg, live, ERR_OK);
		return;
	}
	live = live ? live : new_room(hall, school, room);
	struct waiter *w = live ? mem_zeros(1, sizeof(*w)) : NULL;
	if (!w) {
		fn(arg, NULL, ERR_NOMEM); /* a room just made loads for whoever comes next */
		return;
	}
	*w = (struct waiter){ .next = live->waiters, .fn = fn, .arg = arg };
	live->waiters = w;
}

/* --- jobs that come back --- */

static void on_attempt(struct live_room *live, struct job *job) {
	int64_t now_ms = hall_now_ms(live->hall);
	struct room_joined joined;
	if (job->e) {
		room_joined(live->inner, &job->place.attempt, job->e, NULL, now_ms);
		return;
	}
	uint16_t variant = 0;
	while (variant < live->open->variant_count &&
			strcmp(live->open->variants[variant].code, job->loaded->variant_code) !=
					0) {
		variant++;
	}
	attempt_loaded_view(job->loaded, variant, &joined);
	joined.row.tag = 0; /* the room keeps its own */
	room_joined(live->inner, &job->place.attempt, ERR_OK, &joined, now_ms);
}

static void on_reloaded(struct live_room *live, const struct job *job) {
	int64_t now_ms = hall_now_ms(live->hall);
	if (job->e) {
		room_reload_failed(live->inner, &job->place.attempt, now_ms);
		return;
	}
	const struct attempt_loaded *l = job->loaded;
	if (!l->row.times.is_closed) {
		room_times(live->inner, &job->place.attempt, &l->row.times, l->row.ends_revision,
				TIME_EXTRA, now_ms);
		return;
	}
	struct message_closed closed = { .why = (enum message_why)l->row.close_why,
		.at_ms = l->row.closed_ms,
		.gen = l->row.gen,
		.seq = l->seq,
		.receipt = { buf_str(&l->receipt), l->receipt.len } };
	room_found_closed(live->inner, &job->place.attempt, &closed, now_ms);
}

void hall_on_job(struct hall *hall, struct job *job) {
	if (job->kind == JOB_SCORE) {
		hall->is_scoring = false; /* also when the room has gone meanwhile */
		hall_score_next(hall);
		return;
	}
	struct live_room *live = hall_find(hall, job->place.room);
	if (!live || (!live->inner && job->kind != JOB_LOAD)) {
		return;
	}
	switch (job->kind) {
	case JOB_LOAD:
		on_loaded(live, job);
		return;
	case JOB_JOIN:
	case JOB_BEGIN:
	case JOB_HEAL:
		on_attempt(live, job);
		return;
	case JOB_RELOAD:
		on_reloaded(live, job);
		return;
	case JOB_KEY_SENT:
		if (job->e == ERR_CONFLICT) {
			job_push(job_new(hall, JOB_LOAD, live)); /* the start was moved meanwhile */
		} else if (!job->e) {
			live->open->sitting.state = SITTING_KEY_SENT;
		}
		return;
	case JOB_SCORE:
		return; /* done with; see hall_on_job() */
	}
}

/* --- results of the writer --- */

static void give_result(struct live_room *live, const struct writer_result *r) {
	static const enum room_outcome outcomes[] = {
		[WRITER_STORED] = ROOM_STORED,
		[WRITER_STAMPED] = ROOM_STAMPED,
		[WRITER_REFUSED] = ROOM_REFUSED,
		[WRITER_CLOSED] = ROOM_CLOSED,
	};
	struct room_result result = { .attempt = r->attempt,
		.gen = r->gen,
		.lease = r->lease,
		.seq = r->seq,
		.count = r->count,
		.outcome = outcomes[r->verdict],
		.refusal = r->refusal,
		.kind = r->kind,
		.at_ms = r->at_ms,
		.kid = r->kid,
		.head = r->head,
		.mac = r->mac };
	if (r->receipt) {
		enum receipt_kind kind;
		struct receipt receipt;
		result.receipt = (struct str){ r->receipt, RECEIPT_BYTES + SIGN_BYTES };
		struct str bytes = { r->receipt, RECEIPT_BYTES };
		if (receipt_parse(bytes, &kind, &receipt) == ERR_OK) {
			result.close_why = receipt.why;
		}
	}
	room_done(live->inner, &result, hall_now_ms(live->hall));
	live->is_touched = true;
	if (r->verdict == WRITER_CLOSED) {
		metric_add(&live->hall->app->metrics, METRIC_HAND_INS, 1);
		hall_score(live);
	}
}

static void flush_rooms(struct hall *hall) {
	int64_t now_ms = hall_now_ms(hall);
	for (size_t i = 0; i < HALL_BUCKETS; i++) {
		for (struct live_room *live = hall->rooms[i]; live; live = live->next) {
			if (live->is_touched && live->inner) {
				live->is_touched = false;
				room_flush(live->inner, now_ms);
				room_writer_ready(live->inner, now_ms);
			}
		}
	}
}

static void drain(struct loop *loop, struct loop_task *task) {
	(void)loop; /* the hall has it */
	struct hall *hall = (struct hall *)((char *)task - offsetof(struct hall, drain));
	atomic_store(&hall->drain_posted, false);
	if (atomic_load(&hall->is_stopped)) {
		return;
	}
	struct writer_result results[RESULTS_A_TURN];
	size_t count = 0;
	while ((count = writer_take(hall->writer, results, RESULTS_A_TURN)) > 0) {
		for (size_t i = 0; i < count; i++) {
			struct live_room *live = hall_find(hall, results[i].room);
			if (live && live->inner) {
				give_result(live, &results[i]);
			}
			free(results[i].receipt);
		}
	}
	flush_rooms(hall);
}

static void on_wake(void *owner) {
	struct hall *hall = owner;
	if (!atomic_exchange(&hall->drain_posted, true)) {
		loop_post(hall->loop, &hall->drain);
	}
}

/* --- now and then --- */

static void let_go_when_idle(struct live_room *live, int64_t now_ms) {
	bool is_idle = live->inner && live->holds == 0 && !live->has_unscored &&
			room_is_idle(live->inner);
	if (!is_idle) {
		live->idle_since_ms = 0;
	} else if (live->idle_since_ms == 0) {
		live->idle_since_ms = now_ms;
	} else if (now_ms - live->idle_since_ms >= HALL_IDLE_MS) {
		free_room(live);
	}
}

static void on_poll(void *arg) {
	struct hall *hall = arg;
	bool is_away = writer_stats(hall->writer).is_away;
	bool came_back = atomic_exchange(&hall->is_away, is_away) && !is_away;
	int64_t now_ms = hall_now_ms(hall);
	for (size_t i = 0; i < HALL_BUCKETS; i++) {
		for (struct live_room *live = hall->rooms[i], *next; live; live = next) {
			next = live->next;
			if (live->inner && came_back) {
				room_db_back(live->inner, now_ms);
			}
			if (live->inner) {
				room_writer_ready(live->inner, now_ms);
			}
			let_go_when_idle(live, now_ms);
		}
	}
	atomic_store(&hall->has_open, hall_stats(hall).sum.open > 0);
	job_push_backlog(hall);
	loop_timer_set(hall->poll, HALL_POLL_MS);
}

struct writer_stats hall_writer_stats(struct hall *hall) {
	return writer_stats(hall->writer);
}

struct hall_stats hall_stats(struct hall *hall) {
	struct hall_stats out = { .rooms = hall->room_count };
	for (size_t i = 0; i < HALL_BUCKETS; i++) {
		for (struct live_room *live = hall->rooms[i]; live; live = live->next) {
			if (!live->inner) {
				continue;
			}
			struct room_stats s = room_stats(live->inner);
			out.sum.attempts += s.attempts;
			out.sum.online += s.online;
			out.sum.open += s.open;
			out.sum.closed += s.closed;
			out.sum.under_way += s.under_way;
			out.sum.waiting += s.waiting;
		}
	}
	return out;
}

bool hall_has_open(const struct hall *hall) {
	return atomic_load(&hall->has_open);
}

/* --- beginning and end --- */

static enum err start_writer(struct hall *hall) {
	char path[CONFIG_TEXT_BYTES + 16];
	(void)snprintf(path, sizeof(path), "%s/journal", hall->app->config->data_dir); /* fits */
	struct writer_settings settings = { .pool = hall->app->pool,
		.keys = hall->app->keys,
		.journal_path = path,
		.wake = on_wake,
		.owner = hall };
	return writer_new(&settings, &hall->writer);
}

enum err hall_new(struct app *app, struct hall **out) {
	struct hall *hall = calloc(1, sizeof(*hall));
	if (!hall) {
		return ERR_NOMEM;
	}
	hall->app = app;
	hall->loop = app->loop;
	hall->backlog_last = &hall->backlog;
	hall->joins_last = &hall->joins;
	hall->drain.run = drain;
	enum err e = start_writer(hall);
	if (!e) {
		e = loop_timer_new(app->loop, on_poll, hall, &hall->poll);
	}
	if (e) {
		writer_free(hall->writer);
		free(hall);
		return e;
	}
	loop_timer_set(hall->poll, HALL_POLL_MS);
	*out = hall;
	return ERR_OK;
}

static void free_jobs(struct job *job) {
	while (job) {
		struct job *next = job->next;
		job_free(job);
		job = next;
	}
}

void hall_stop(struct hall *hall) {
	if (!hall || atomic_exchange(&hall->is_stopped, true)) {
		return;
	}
	for (size_t i = 0; i < HALL_BUCKETS; i++) {
		while (hall->rooms[i]) {
			struct live_room *live = hall->rooms[i];
			tell_waiters(live, ERR_BUSY);
			free_room(live);
		}
	}
	loop_timer_free(hall->poll);
	free_jobs(hall->backlog);
	free_jobs(hall->joins);
	hall->backlog = NULL;
	hall->joins = NULL;
	writer_free(hall->writer);
	hall->writer = NULL;
}

void hall_free(struct hall *hall) {
	hall_stop(hall);
	free(hall);
}
