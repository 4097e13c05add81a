#include "exam/hall/room_state.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

#include "core/seal/hash.h"

/* --- boundaries: a binary heap by time, each attempt in it once --- */

static void heap_put(struct room *room, size_t at, struct room_boundary b) {
	room->heap[at] = b;
	b.attempt->heap_index = (int)at;
}

static void heap_up(struct room *room, size_t at, struct room_boundary b) {
	while (at > 0 && room->heap[(at - 1) / 2].at_ms > b.at_ms) {
		heap_put(room, at, room->heap[(at - 1) / 2]);
		at = (at - 1) / 2;
	}
	heap_put(room, at, b);
}

static void heap_down(struct room *room, size_t at, struct room_boundary b) {
	for (;;) {
		size_t child = 2 * at + 1;
		if (child >= room->heap_count) {
			break;
		}
		if (child + 1 < room->heap_count &&
				room->heap[child + 1].at_ms < room->heap[child].at_ms) {
			child++;
		}
		if (room->heap[child].at_ms >= b.at_ms) {
			break;
		}
		heap_put(room, at, room->heap[child]);
		at = child;
	}
	heap_put(room, at, b);
}

void room_boundary_drop(struct room *room, struct room_attempt *a) {
	if (a->heap_index == ROOM_HEAP_NONE) {
		return;
	}
	size_t at = (size_t)a->heap_index;
	a->heap_index = ROOM_HEAP_NONE;
	struct room_boundary last = room->heap[--room->heap_count];
	if (at == room->heap_count) {
		return;
	}
	int64_t was_ms = room->heap[at].at_ms;
	if (last.at_ms < was_ms) {
		heap_up(room, at, last);
	} else {
		heap_down(room, at, last);
	}
}

static void boundary_move(struct room *room, struct room_attempt *a, int64_t at_ms) {
	room_boundary_drop(room, a);
	if (at_ms != PHASE_NEVER) {
		struct room_boundary b = { at_ms, a };
		heap_up(room, room->heap_count++, b);
	}
}

int64_t room_end_ms(const struct room *room, const struct room_attempt *a) {
	return phase_end_ms(&room->times, &a->times);
}

void room_boundary_set(struct room *room, struct room_attempt *a, int64_t now_ms) {
	struct phase_now now;
	phase_at(&room->times, &a->times, now_ms, &now);
	boundary_move(room, a, now.next_ms);
	if (now.phase == PHASE_OPEN) {
		room_send_keys(room, a, now_ms);
	} else if (now.phase == PHASE_OVER && a->submit_seq == 0) {
		room_close(room, a, CLOSED_TIME, now.end_ms, a->ends_revision);
	}
}

/* A submit that was to close it was refused: then its time does. */
void room_boundary_check(struct room *room, struct room_attempt *a, int64_t now_ms) {
	if (a->heap_index == ROOM_HEAP_NONE && a->submit_seq == 0 && !a->times.is_closed &&
			!a->is_closing && !a->owes_close) {
		room_boundary_set(room, a, now_ms);
	}
}

/* --- closing --- */

void room_close(struct room *room, struct room_attempt *a, int why, int64_t at_ms,
		uint32_t revision) {
	if (a->is_closing || a->owes_close || a->times.is_closed) {
		return;
	}
	a->owes_close = true;
	a->close_why = why;
	a->close_at_ms = at_ms;
	a->close_revision = revision;
	room_close_next(room, a);
}

/* Behind everything that was accepted, in the same queue; but not while a worker writes to the
 * attempt, which would want the same number. */
void room_close_next(struct room *room, struct room_attempt *a) {
	if (!a->owes_close || a->is_closing || a->is_asked || a->times.is_closed) {
		return;
	}
	struct room_event close = {
		.attempt = a->id,
		.gen = a->gen,
		.kind = EVENT_CLOSE,
		.at_ms = a->close_at_ms,
		.why = a->close_why,
		.ends_revision = a->close_revision,
		.value = str_from("null"),
	};
	if (!room_store(room, a, &close)) {
		a->close_retry = true;
		return;
	}
	a->owes_close = false;
	a->is_closing = true;
}

static void retry_later(struct room *room, struct room_attempt *a, int64_t now_ms) {
	a->owes_close = true;
	a->close_retry = true;
	if (room->retry_ms > now_ms + ROOM_CLOSE_RETRY_MS) {
		room->retry_ms = now_ms + ROOM_CLOSE_RETRY_MS;
	}
}

void room_close_refused(
		struct room *room, struct room_attempt *a, enum err refusal, int64_t now_ms) {
	a->is_closing = false;
	if (a->times.is_closed) {
		return;
	}
	if (refusal == ERR_STALE && a->close_revision != a->ends_revision) {
		room_boundary_set(room, a, now_ms); /* the new end was heard of meanwhile */
		return;
	}
	if (refusal == ERR_STALE || refusal == ERR_CLOSED || refusal == ERR_NOT_FOUND) {
		if (!a->is_reloading) {
			a->is_reloading = true;
			room->port.reload(room->port.owner, &a->id);
		}
		return;
	}
	retry_later(room, a, now_ms);
}

static void retry_closes(struct room *room, int64_t now_ms) {
	if (now_ms < room->retry_ms) {
		return;
	}
	room->retry_ms = PHASE_NEVER;
	for (size_t i = 0; i < room->attempt_count; i++) {
		struct room_attempt *a = room->attempts[i];
		if (a->close_retry) {
			a->close_retry = false;
			room_close_next(room, a);
		}
		if (a->reload_retry) {
			a->reload_retry = false;
			room->port.reload(room->port.owner, &a->id);
		}
	}
}

void room_reload_failed(struct room *room, const struct id16 *attempt, int64_t now_ms) {
	struct room_attempt *a = room_find(room, attempt);
	if (!a || !a->is_reloading) {
		return;
	}
	a->reload_retry = true;
	if (room->retry_ms > now_ms + ROOM_CLOSE_RETRY_MS) {
		room->retry_ms = now_ms + ROOM_CLOSE_RETRY_MS;
	}
	room_timer(room);
}

void room_found_closed(struct room *room, const struct id16 *attempt,
		const struct message_closed *closed, int64_t now_ms) {
	struct room_attempt *a = room_find(room, attempt);
	if (!a) {
		return;
	}
	a->is_reloading = false;
	if (!a->times.is_closed) {
		a->times.is_closed = true;
		a->owes_close = false;
		a->close_why = (int)closed->why;
		a->close_at_ms = closed->at_ms;
		a->gen = closed->gen;
		room->closed_count++;
		room_boundary_drop(room, a);
		room_dirty(room, a);
		struct message m = { .kind = MESSAGE_CLOSED, .as.closed = *closed };
		room_tell(room, a, &m);
	}
	room_ask_next(room, a, now_ms);
	room_timer(room);
}

/* --- times that changed --- */

static void tell_time(struct room *room, struct room_attempt *a, enum message_time_why why,
		int64_t now_ms) {
	struct message m = { .kind = MESSAGE_TIME };
	m.as.time.now_ms = now_ms;
	m.as.time.ends_ms = room_end_ms(room, a);
	m.as.time.why = why;
	room_tell(room, a, &m);
}

void room_times(struct room *room, const struct id16 *attempt, const struct phase_attempt *times,
		uint32_t ends_revision, enum message_time_why why, int64_t now_ms) {
	struct room_attempt *a = room_find(room, attempt);
	if (!a) {
		return;
	}
	bool was_reloading = a->is_reloading;
	a->is_reloading = false;
	bool is_news = ends_revision > a->ends_revision;
	if (is_news && !a->times.is_closed) {
		uint16_t reached = a->times.section_reached;
		a->times = *times;
		a->times.section_reached = reached;
		a->times.is_closed = false;
		a->ends_revision = ends_revision;
		if (a->owes_close && a->close_why == CLOSED_TIME) {
			a->owes_close = false; /* decided by the old end */
		}
		tell_time(room, a, why, now_ms);
		room_dirty(room, a);
	}
	if (is_news || was_reloading) {
		room_boundary_set(room, a, now_ms);
	}
	room_timer(room);
}

enum err room_sitting_times(struct room *room, const struct phase_sitting *times, int64_t now_ms) {
	if (room->has_sent_key) {
		return ERR_CONFLICT;
	}
	enum err e = phase_check_sitting(times);
	if (e) {
		return e;
	}
	room->times = *times;
	for (size_t i = 0; i < room->attempt_count; i++) {
		struct room_attempt *a = room->attempts[i];
		tell_time(room, a, TIME_START, now_ms);
		room_boundary_set(room, a, now_ms);
		room_dirty(room, a);
	}
	room_timer(room);
	return ERR_OK;
}

/* --- acts of an invigilator --- */

enum err room_notice(
		struct room *room, const struct id16 *attempt, struct str text, int64_t now_ms) {
	if (text.n > MESSAGE_TEXT_BYTES_MAX) {
		return ERR_LIMIT;
	}
	struct message m = { .kind = MESSAGE_NOTICE };
	m.as.notice.at_ms = now_ms;
	m.as.notice.text = text;
	if (attempt) {
		struct room_attempt *a = room_find(room, attempt);
		if (!a) {
			return ERR_NOT_FOUND;
		}
		room_tell(room, a, &m);
		return ERR_OK;
	}
	for (size_t i = 0; i < room->attempt_count; i++) {
		room_tell(room, room->attempts[i], &m);
	}
	return ERR_OK;
}

static enum err hand_in_one(struct room *room, struct room_attempt *a, int64_t now_ms) {
	struct phase_now now;
	phase_at(&room->times, &a->times, now_ms, &now);
	switch (now.phase) {
	case PHASE_BEFORE:
	case PHASE_LOBBY:
	case PHASE_READY:
		return ERR_EARLY;
	case PHASE_CLOSED:
		return ERR_CLOSED;
	case PHASE_OPEN:
	case PHASE_GRACE:
	case PHASE_OVER:
		break;
	}
	if (a->submit_seq != 0 || a->is_closing || a->owes_close) {
		return ERR_OK; /* on its way */
	}
	int64_t at_ms = now_ms > a->last_at_ms ? now_ms : a->last_at_ms;
	if (at_ms > now.end_ms && a->last_at_ms <= now.end_ms) {
		at_ms = now.end_ms;
	}
	room_close(room, a, CLOSED_INVIGILATOR, at_ms, 0);
	return ERR_OK;
}

enum err room_hand_in(struct room *room, const struct id16 *attempt, int64_t now_ms) {
	enum err e = ERR_OK;
	if (attempt) {
		struct room_attempt *a = room_find(room, attempt);
		e = a ? hand_in_one(room, a, now_ms) : ERR_NOT_FOUND;
	} else {
		for (size_t i = 0; i < room->attempt_count; i++) {
			/* Those not open yet, or closed already, are not meant. */
			(void)hand_in_one(room, room->attempts[i], now_ms);
		}
	}
	room_timer(room);
	return e;
}

/* --- the tick --- */

static void make_nonce(struct room *room, struct room_conn *conn) {
	uint64_t count = ++room->nonce_count;
	struct hash h;
	hash_bytes(room->nonce_key, &count, sizeof(count), &h);
	memcpy(conn->nonce, h.b, MESSAGE_NONCE_BYTES);
}

/* Pulses are equally far apart, so that the list stays in order by adding at its end. */
static void send_pulses(struct room *room, int64_t now_ms) {
	while (room_link_is_in(&room->pulses)) {
		struct room_conn *conn =
				ROOM_LINKED(room->pulses.next, struct room_conn, in_pulses);
		if (conn->pulse_ms > now_ms) {
			return;
		}
		room_link_remove(&conn->in_pulses);
		if (now_ms - conn->heard_ms > ROOM_LOST_MS) {
			room_conn_out(room, conn, now_ms);
			room->port.drop(room->port.owner, conn->user);
			continue;
		}
		conn->pulse_ms = now_ms + ROOM_PULSE_MS;
		room_link_push(&room->pulses, &conn->in_pulses);
		make_nonce(room, conn);
		struct message m = { .kind = MESSAGE_PULSE };
		m.as.pulse.now_ms = now_ms;
		memcpy(m.as.pulse.nonce, conn->nonce, MESSAGE_NONCE_BYTES);
		room_send(room, conn, &m);
		if (++conn->pulse_count % ROOM_TIME_PULSES == 0) {
			tell_time(room, conn->attempt, TIME_TICK, now_ms);
		}
	}
}

static void release_throttled(struct room *room, int64_t now_ms) {
	int64_t cost_us = 1000000 / room->limits.events_per_s;
	struct room_link *l = room->throttled.next;
	while (l != &room->throttled) {
		struct room_conn *conn = ROOM_LINKED(l, struct room_conn, in_throttled);
		l = l->next;
		if (conn->attempt->flood_us + cost_us <= now_ms * 1000) {
			room_link_remove(&conn->in_throttled);
			room_pause(room, conn, PAUSE_FLOOD, false);
		}
	}
	room->throttle_ms = now_ms + ROOM_THROTTLE_MS;
}

void room_tick(struct room *room, int64_t now_ms) {
	room->timer_ms = PHASE_NEVER;
	while (room->heap_count > 0 && room->heap[0].at_ms <= now_ms) {
		struct room_attempt *a = room->heap[0].attempt;
		room_boundary_set(room, a, now_ms);
		room_dirty(room, a);
	}
	send_pulses(room, now_ms);
	release_throttled(room, now_ms);
	retry_closes(room, now_ms);
	if (room_link_is_in(&room->waiting) && now_ms >= room->ask_ms) {
		room_ask_waiting(room, ROOM_ASK_RETRY_MAX, now_ms);
	}
	room_board_flush(room, now_ms);
	room_timer(room);
}

static int64_t sooner(int64_t a, int64_t b) {
	return a < b ? a : b;
}

void room_timer(struct room *room) {
	if (!room->is_started) {
		return;
	}
	int64_t at_ms = room->retry_ms;
	if (room->heap_count > 0) {
		at_ms = sooner(at_ms, room->heap[0].at_ms);
	}
	if (room_link_is_in(&room->pulses)) {
		at_ms = sooner(at_ms,
				ROOM_LINKED(room->pulses.next, struct room_conn, in_pulses)
						->pulse_ms);
	}
	if (room_link_is_in(&room->waiting)) {
		at_ms = sooner(at_ms, room->ask_ms);
	}
	if (room_link_is_in(&room->throttled)) {
		at_ms = sooner(at_ms, room->throttle_ms);
	}
	if (room_link_is_in(&room->dirty) && room_link_is_in(&room->watchers)) {
		at_ms = sooner(at_ms, room->board_ms);
	}
	if (at_ms != room->timer_ms && at_ms != PHASE_NEVER) {
		room->timer_ms = at_ms;
		room->port.timer(room->port.owner, at_ms);
	}
}
