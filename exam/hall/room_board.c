#include "exam/hall/room_state.h"

#include <string.h>

static enum message_state state_of(const struct room_attempt *a, enum phase phase) {
	if (a->times.is_closed) {
		return STATE_CLOSED;
	}
	if (a->since_ms == 0 && a->accepted_seq == 0 && a->last_at_ms == 0) {
		return STATE_ABSENT;
	}
	switch (phase) {
	case PHASE_BEFORE:
	case PHASE_LOBBY:
	case PHASE_READY:
		return STATE_LOBBY;
	case PHASE_OPEN:
	case PHASE_GRACE:
	case PHASE_OVER:
		return STATE_OPEN;
	case PHASE_CLOSED:
		break;
	}
	return STATE_CLOSED;
}

/* The phase that was current when the attempt was last looked at: its next boundary lies ahead. */
static enum phase phase_known(
		const struct room *room, const struct room_attempt *a, int64_t now_ms) {
	struct phase_now now;
	phase_at(&room->times, &a->times, now_ms, &now);
	return now.phase;
}

void room_row_fill(const struct room *room, const struct room_attempt *a, struct message_row *out,
		int64_t now_ms) {
	const struct room_layout *v = &room->variants[a->variant];
	*out = (struct message_row){
		.attempt = a->id,
		.tag = a->tag,
		.variant = str_from(v->code),
		.state = state_of(a, phase_known(room, a, now_ms)),
		.is_online = a->conn != NULL,
		.since_ms = a->since_ms,
		.answered = a->has_progress ? (int)a->answered_count : -1,
		.slots = (int)v->slot_count,
		.last_at_ms = a->last_at_ms,
		.ends_ms = room_end_ms(room, a),
		.extra_ms = a->times.extra_ms,
		.away_ms = a->away_ms,
		.is_away = a->away_since_ms != 0,
		.devices = a->devices,
		.is_stamped = a->stamped_seq > a->stored_seq,
		.close_why = a->times.is_closed ? a->close_why : 0,
		.closed_ms = a->times.is_closed ? a->close_at_ms : 0,
	};
}

void room_dirty(struct room *room, struct room_attempt *a) {
	if (room->watcher_count > 0) {
		room_link_push(&room->dirty, &a->in_dirty);
	}
}

static void board_message(const struct room *room, enum message_kind kind, int64_t now_ms,
		struct message *out) {
	struct phase_attempt usual = { .started_at_ms = PHASE_NEVER };
	struct phase_now now;
	phase_at(&room->times, &usual, now_ms, &now);
	*out = (struct message){ .kind = kind };
	out->as.board.now_ms = now_ms;
	out->as.board.phase = now.phase;
}

void room_board_all(struct room *room, struct room_conn *watcher, int64_t now_ms) {
	struct message_row rows[ROOM_BOARD_ROWS];
	struct message m;
	board_message(room, MESSAGE_BOARD, now_ms, &m);
	m.as.board.rows = rows;
	size_t at = 0;
	do {
		size_t n = 0;
		while (n < ROOM_BOARD_ROWS && at < room->attempt_count) {
			room_row_fill(room, room->attempts[at++], &rows[n++], now_ms);
		}
		m.as.board.count = n;
		m.as.board.is_last = at == room->attempt_count;
		room_send(room, watcher, &m);
	} while (at < room->attempt_count);
}

static void tell_watchers(struct room *room, const struct message *m) {
	for (struct room_link *l = room->watchers.next; l != &room->watchers; l = l->next) {
		room_send(room, ROOM_LINKED(l, struct room_conn, in_watchers), m);
	}
}

void room_board_flush(struct room *room, int64_t now_ms) {
	if (!room_link_is_in(&room->dirty) || now_ms < room->board_ms) {
		return;
	}
	struct message_row rows[ROOM_BOARD_ROWS];
	struct message m;
	board_message(room, MESSAGE_ROOM, now_ms, &m);
	m.as.board.rows = rows;
	while (room_link_is_in(&room->dirty)) {
		size_t n = 0;
		while (n < ROOM_BOARD_ROWS && room_link_is_in(&room->dirty)) {
			struct room_link *l = room->dirty.next;
			room_link_remove(l);
			room_row_fill(room, ROOM_LINKED(l, struct room_attempt, in_dirty),
					&rows[n++], now_ms);
		}
		m.as.board.count = n;
		m.as.board.is_last = !room_link_is_in(&room->dirty);
		tell_watchers(room, &m);
	}
	room->board_ms = now_ms + ROOM_BOARD_MS;
}
