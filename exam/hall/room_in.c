#include "exam/hall/room_state.h"

#include <assert.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "core/base/mem.h"
#include "exam/hall/answer.h"

/* --- refusing --- */

/* A post is over when all of its numbers are answered and it is not being read any more. */
static void post_check_done(struct room *room, struct room_conn *conn) {
	if (conn->owed_count == 0 && !conn->is_judging) {
		room_link_remove(&conn->in_posts);
		room->port.answered(room->port.owner, conn->user);
	}
}

void room_refuse(struct room *room, struct room_conn *conn, enum message_refusal code,
		uint32_t seq) {
	struct message m = { .kind = MESSAGE_REFUSED };
	m.as.refused.code = code;
	m.as.refused.seq = seq;
	const struct room_attempt *a = conn->attempt;
	m.as.refused.tail = !a ? 0 : a->is_astray ? a->stored_seq : a->accepted_seq;
	room_send(room, conn, &m);
	if (conn->role == ROOM_POST && conn->owed_count == 0) {
		post_check_done(room, conn);
	}
}

void room_post_answer(struct room *room, struct room_conn *conn, uint32_t first, uint32_t last,
		const struct message *message) {
	size_t kept = 0;
	for (size_t i = 0; i < conn->owed_count; i++) {
		if (conn->owed[i] < first || conn->owed[i] > last) {
			conn->owed[kept++] = conn->owed[i];
		}
	}
	if (kept == conn->owed_count) {
		return; /* none of its numbers */
	}
	conn->owed_count = kept;
	room_send(room, conn, message);
	post_check_done(room, conn);
}

/* --- handing on to the writer --- */

static bool hold(struct room *room, struct room_attempt *a, const struct room_event *event) {
	struct room_held *held = mem_zeros(1, sizeof(*held) + event->value.n);
	if (!held) {
		return false;
	}
	held->event = *event;
	if (event->value.n > 0) {
		memcpy(held->value, event->value.p, event->value.n);
	}
	held->event.value.p = held->value;
	*room->held_end = held;
	room->held_end = &held->next;
	room->held_count++;
	if (a->conn) {
		room_pause(room, a->conn, PAUSE_WRITER, true);
		room_link_push(&room->blocked, &a->conn->in_blocked);
	}
	return true;
}

bool room_store(struct room *room, struct room_attempt *a, const struct room_event *event) {
	if (room->held_count == 0 && room->port.store(room->port.owner, event) == ERR_OK) {
		return true;
	}
	return hold(room, a, event);
}

void room_writer_ready(struct room *room, int64_t now_ms) {
	while (room->held_first) {
		struct room_held *held = room->held_first;
		if (room->port.store(room->port.owner, &held->event)) {
			return; /* still full */
		}
		room->held_first = held->next;
		if (!room->held_first) {
			room->held_end = &room->held_first;
		}
		room->held_count--;
		free(held);
	}
	while (room_link_is_in(&room->blocked)) {
		struct room_conn *conn =
				ROOM_LINKED(room->blocked.next, struct room_conn, in_blocked);
		room_link_remove(&conn->in_blocked);
		room_pause(room, conn, PAUSE_WRITER, false);
	}
	room_flush(room, now_ms);
}

/* --- joining --- */

void room_ask_next(struct room *room, struct room_attempt *a, int64_t now_ms) {
	if (a->ask == ASK_NONE || a->is_asked || a->under_way > 0 || a->is_closing ||
			room_link_is_in(&a->in_waiting)) {
		return;
	}
	a->is_asked = true;
	switch (a->ask) {
	case ASK_JOIN:
		room->port.join(room->port.owner, &a->id);
		return;
	case ASK_BEGIN:
		room->port.begin(room->port.owner, &a->id, now_ms);
		return;
	case ASK_HEAL: /* asked at once: its log is not kept */
	case ASK_NONE:
		break;
	}
	assert(false);
}

static bool is_same_device(const struct room_attempt *a, const struct message_hello *hello) {
	return hello->has_device && a->has_device &&
			memcmp(a->device, hello->device, MESSAGE_DEVICE_BYTES) == 0;
}

/* Whether somebody else than this connection holds the lease and is alive. */
static bool is_held_elsewhere(const struct room_attempt *a, const struct room_conn *conn,
		const struct message_hello *hello, int64_t now_ms) {
	if (a->times.is_closed || is_same_device(a, hello)) {
		return false;
	}
	if ((a->conn && a->conn != conn) || (a->joiner && a->joiner != conn)) {
		return true;
	}
	return !a->conn && a->posted_ms > 0 && now_ms - a->posted_ms <= ROOM_LOST_MS;
}

static void displace(struct room *room, struct room_attempt *a, struct room_conn *conn,
		const struct message_hello *hello, int64_t now_ms) {
	struct room_conn *const others[] = { a->conn, a->joiner };
	for (size_t i = 0; i < 2; i++) {
		struct room_conn *old = others[i];
		if (!old || old == conn || (i == 1 && old == others[0])) {
			continue;
		}
		if (old == a->joiner) {
			a->joiner = NULL;
		}
		if (old == a->conn) {
			room_conn_out(room, old, now_ms);
		}
		if (old->role == ROOM_POST) {
			room_refuse(room, old, REFUSED_ELSEWHERE, MESSAGE_SEQ_NONE);
			continue;
		}
		if (!is_same_device(a, hello)) {
			struct message m = { .kind = MESSAGE_LOCKED, .as.locked.why = "taken" };
			room_send(room, old, &m);
		}
		room->port.drop(room->port.owner, old->user);
	}
}

static void join(struct room *room, struct room_attempt *a, struct room_conn *conn,
		const struct message_hello *hello, int64_t now_ms) {
	if (a->joiner == conn && a->ask == ASK_JOIN) {
		return; /* said twice */
	}
	if (!is_same_device(a, hello)) {
		a->devices += a->has_device && !a->times.is_closed;
		room_dirty(room, a);
	}
	displace(room, a, conn, hello, now_ms);
	if (conn == a->conn) {
		room_conn_out(room, conn, now_ms); /* a second hello: out until the welcome */
	}
	a->has_device = hello->has_device;
	memcpy(a->device, hello->device, sizeof(a->device));
	a->posted_ms = conn->role == ROOM_POST ? now_ms : 0;
	a->joiner = conn;
	if (a->is_asked && a->ask != ASK_JOIN) {
		a->wants_join = true; /* when the worker is done with the other */
		return;
	}
	/* A join under way will do: nobody has been told of its lease yet. */
	a->ask = ASK_JOIN;
	room_ask_next(room, a, now_ms);
}

static struct room_attempt *attempt_for(
		struct room *room, struct room_conn *conn, const struct id16 *attempt) {
	struct room_attempt *a = room_find(room, attempt);
	if (!a || a->person != conn->person || (conn->attempt && conn->attempt != a)) {
		return NULL;
	}
	return a;
}

static void hello_or_take(struct room *room, struct room_conn *conn,
		const struct message_hello *hello, bool is_take, int64_t now_ms) {
	conn->heard_ms = now_ms;
	struct room_attempt *a = attempt_for(room, conn, &hello->attempt);
	if (!a) {
		room_refuse(room, conn, REFUSED_UNKNOWN, MESSAGE_SEQ_NONE);
		return;
	}
	conn->attempt = a;
	if (!is_take && is_held_elsewhere(a, conn, hello, now_ms)) {
		room_refuse(room, conn, REFUSED_ELSEWHERE, MESSAGE_SEQ_NONE);
		return;
	}
	join(room, a, conn, hello, now_ms);
	room_timer(room);
}

void room_hello(struct room *room, struct room_conn *conn, const struct message_hello *hello,
		int64_t now_ms) {
	conn->has_device = hello->has_device;
	memcpy(conn->device, hello->device, sizeof(conn->device));
	hello_or_take(room, conn, hello, false, now_ms);
}

void room_take(struct room *room, struct room_conn *conn, const struct message_hello *hello,
		int64_t now_ms) {
	struct message_hello again;
	if (!hello) {
		if (!conn->attempt) {
			room_refuse(room, conn, REFUSED_UNKNOWN, MESSAGE_SEQ_NONE);
			return;
		}
		again = (struct message_hello){ .attempt = conn->attempt->id,
			.has_device = conn->has_device };
		memcpy(again.device, conn->device, sizeof(again.device));
		hello = &again;
	}
	hello_or_take(room, conn, hello, true, now_ms);
}

enum err room_post_for(struct room *room, struct room_conn *conn, const struct id16 *attempt) {
	assert(conn->role == ROOM_POST);
	struct room_attempt *a = attempt_for(room, conn, attempt);
	if (!a) {
		return ERR_NOT_FOUND;
	}
	conn->attempt = a;
	return ERR_OK;
}

/* --- beginning, log --- */

/* Whether this connection speaks for the attempt: the socket that is in, or the owner's post. */
static bool speaks(const struct room_conn *conn) {
	const struct room_attempt *a = conn->attempt;
	return a && (a->conn == conn || conn->role == ROOM_POST);
}

void room_begin(struct room *room, struct room_conn *conn, int64_t now_ms) {
	conn->heard_ms = now_ms;
	struct room_attempt *a = conn->attempt;
	if (!speaks(conn)) {
		room_refuse(room, conn, REFUSED_LEASE, MESSAGE_SEQ_NONE);
		return;
	}
	struct phase_now now;
	phase_at(&room->times, &a->times, now_ms, &now);
	enum message_refusal code = REFUSED_NOT;
	if (now.phase == PHASE_BEFORE || now.phase == PHASE_LOBBY) {
		code = REFUSED_EARLY;
	} else if (now.phase == PHASE_CLOSED) {
		code = REFUSED_CLOSED;
	} else if (now.phase == PHASE_GRACE || now.phase == PHASE_OVER) {
		code = REFUSED_LATE;
	} else if (a->ask != ASK_NONE || a->owes_close || a->is_closing) {
		code = REFUSED_BUSY;
	}
	if (code != REFUSED_NOT) {
		room_refuse(room, conn, code, MESSAGE_SEQ_NONE);
		return;
	}
	a->joiner = conn;
	a->ask = ASK_BEGIN;
	room_ask_next(room, a, now_ms);
}

void room_log(struct room *room, struct room_conn *conn, const struct message_log *log,
		int64_t now_ms) {
	conn->heard_ms = now_ms;
	struct room_attempt *a = conn->attempt;
	if (!speaks(conn)) {
		room_refuse(room, conn, REFUSED_LEASE, MESSAGE_SEQ_NONE);
		return;
	}
	if (a->ask != ASK_NONE || a->under_way > 0 || a->is_closing || a->owes_close) {
		room_refuse(room, conn, REFUSED_BUSY, MESSAGE_SEQ_NONE);
		return;
	}
	a->joiner = conn;
	a->ask = ASK_HEAL;
	a->is_asked = true;
	room->port.heal(room->port.owner, &a->id, log);
}

void room_bad_frame(struct room *room, struct room_conn *conn, int64_t now_ms) {
	conn->heard_ms = now_ms;
	room_refuse(room, conn, REFUSED_FRAME, MESSAGE_SEQ_NONE);
	if (conn->role != ROOM_POST) {
		room->port.drop(room->port.owner, conn->user);
	}
}

void room_pulse(struct room *room, struct room_conn *conn, const uint8_t *nonce, int64_t now_ms) {
	(void)room; /* one signature for every frame */
	if (memcmp(conn->nonce, nonce, MESSAGE_NONCE_BYTES) == 0) {
		conn->heard_ms = now_ms;
	}
}

/* --- judging events --- */

static const struct room_slot *slot_of(
		const struct room *room, const struct room_attempt *a, uint16_t slot) {
	const struct room_layout *v = &room->variants[a->variant];
	return slot >= 1 && slot <= v->slot_count ? &v->slots[slot - 1] : NULL;
}

/* What the room can say about the number and the state, without looking inside. */
static enum message_refusal judge_place(
		const struct room_attempt *a, uint32_t lease, const struct message_event *event) {
	if (a->times.is_closed) {
		return REFUSED_CLOSED;
	}
	/* While a join waits for the database and has not touched it yet, the lease's holder may go
	 * on under it by HTTP, and gets stamps. */
	bool is_waiting = room_link_is_in(&a->in_waiting) && !a->must_join;
	bool is_asking = a->ask != ASK_NONE && !is_waiting;
	/* Reloading: it may be closed already, or belong to another process. */
	if (is_asking || a->is_astray || a->is_reloading) {
		return REFUSED_BUSY;
	}
	if (lease != a->lease || lease == 0 || a->must_join) {
		return REFUSED_LEASE;
	}
	if (event->seq == MESSAGE_SEQ_NONE || event->kind == EVENT_CLOSE) {
		return REFUSED_FRAME;
	}
	if (event->seq <= a->accepted_seq) {
		return REFUSED_NOT; /* a resend: the writer compares */
	}
	if (a->submit_seq != 0 || a->is_closing || a->owes_close) {
		return REFUSED_CLOSED;
	}
	if (event->seq != a->accepted_seq + 1) {
		return REFUSED_GAP;
	}
	if (event->seq > ROOM_EVENTS_MAX ||
			(event->kind == EVENT_SIGNAL && a->signal_count >= ROOM_SIGNALS_MAX)) {
		return REFUSED_FULL;
	}
	return REFUSED_NOT;
}

static enum message_refusal judge_value(const struct room *room, const struct room_attempt *a,
		const struct message_event *event, uint16_t *out_section) {
	if (event->value.n > EVENT_VALUE_BYTES_MAX) {
		return REFUSED_VALUE;
	}
	if (event->kind != EVENT_ANSWER) {
		return REFUSED_NOT;
	}
	const struct room_slot *slot = slot_of(room, a, event->slot);
	if (!slot) {
		return REFUSED_SLOT;
	}
	struct answer_spec spec = { (enum question_kind)slot->kind, slot->count, slot->chars_max };
	if (!answer_is_valid(&spec, event->value)) {
		return REFUSED_VALUE;
	}
	*out_section = slot->section;
	return REFUSED_NOT;
}

static enum message_refusal judge_time(const struct room *room, const struct room_attempt *a,
		const struct message_event *event, uint16_t section, int64_t at_ms,
		bool *out_is_after) {
	struct phase_now now;
	phase_at(&room->times, &a->times, at_ms, &now);
	uint16_t of = event->kind == EVENT_ANSWER ? section : now.section;
	switch (phase_verdict(&room->times, &a->times, of, at_ms)) {
	case PHASE_COUNTS:
		*out_is_after = false;
		return REFUSED_NOT;
	case PHASE_COUNTS_AFTER_END:
		*out_is_after = true;
		return REFUSED_NOT;
	case PHASE_EARLY:
		return REFUSED_EARLY;
	case PHASE_LATE:
		return REFUSED_LATE;
	case PHASE_OTHER_SECTION:
		return REFUSED_SECTION;
	}
	assert(false);
	return REFUSED_LATE;
}

/* Focus lost and found again, for the board; never judged here. */
static void note_signal(struct room_attempt *a, struct str value, int64_t at_ms) {
	if (str_starts(value, "\"blur\"") || str_starts(value, "[\"blur\"") ||
			str_starts(value, "\"hidden\"") || str_starts(value, "[\"hidden\"")) {
		if (a->away_since_ms == 0) {
			a->away_since_ms = at_ms;
		}
	} else if (str_starts(value, "\"focus\"") || str_starts(value, "[\"focus\"") ||
			str_starts(value, "\"visible\"") || str_starts(value, "[\"visible\"")) {
		if (a->away_since_ms != 0) {
			a->away_ms += at_ms - a->away_since_ms;
			a->away_since_ms = 0;
		}
	}
}

static void accept(struct room *room, struct room_attempt *a, const struct message_event *event,
		int64_t at_ms) {
	a->accepted_seq = event->seq;
	a->last_at_ms = at_ms;
	switch (event->kind) {
	case EVENT_ANSWER:
		a->has_progress = true;
		room_answered_set(a, event->slot, !answer_is_blank(event->value));
		break;
	case EVENT_SIGNAL:
		a->signal_count++;
		note_signal(a, event->value, at_ms);
		break;
	case EVENT_SUBMIT:
		a->submit_seq = event->seq;
		a->submit_at_ms = at_ms;
		break;
	case EVENT_CLOSE:
		assert(false);
	}
	room_dirty(room, a);
}

/* True when the sender is within its rate; counts the event. */
static bool is_in_rate(const struct room *room, struct room_attempt *a, int64_t now_ms) {
	int64_t cost_us = 1000000 / room->limits.events_per_s;
	int64_t now_us = now_ms * 1000;
	int64_t earliest = now_us - cost_us * (int64_t)room->limits.events_burst;
	if (a->flood_us < earliest) {
		a->flood_us = earliest;
	}
	if (a->flood_us + cost_us > now_us) {
		return false;
	}
	a->flood_us += cost_us;
	return true;
}

static enum message_refusal take_event(struct room *room, struct room_attempt *a, uint32_t lease,
		const struct message_event *event, int64_t now_ms) {
	enum message_refusal code = judge_place(a, lease, event);
	if (code != REFUSED_NOT) {
		return code;
	}
	bool is_new = event->seq > a->accepted_seq;
	int64_t at_ms = now_ms > a->last_at_ms ? now_ms : a->last_at_ms;
	bool is_after = false;
	if (is_new) {
		uint16_t section = 0;
		code = judge_value(room, a, event, &section);
		if (code == REFUSED_NOT) {
			code = judge_time(room, a, event, section, at_ms, &is_after);
		}
		if (code != REFUSED_NOT) {
			return code;
		}
	} else if (event->value.n == 0 || event->value.n > EVENT_VALUE_BYTES_MAX) {
		return REFUSED_VALUE;
	}
	struct room_event out = {
		.attempt = a->id,
		.gen = a->gen,
		.lease = a->lease,
		.seq = event->seq,
		.kind = event->kind,
		.slot = event->slot,
		.is_after_end = is_after,
		.is_resend = !is_new,
		.at_ms = at_ms,
		.value = event->value,
	};
	if (!room_store(room, a, &out)) {
		return REFUSED_BUSY; /* no memory: it was not taken */
	}
	a->under_way++;
	room->under_way++;
	if (is_new) {
		accept(room, a, event, at_ms);
	}
	return REFUSED_NOT;
}

void room_event(struct room *room, struct room_conn *conn, const struct message_event *event,
		int64_t now_ms) {
	conn->heard_ms = now_ms;
	struct room_attempt *a = conn->attempt;
	if (!a || a->conn != conn) {
		bool is_waiting = a && a->joiner == conn;
		bool is_closed = a && a->times.is_closed;
		room_refuse(room, conn,
				is_waiting                  ? REFUSED_BUSY
						: is_closed ? REFUSED_CLOSED
							    : REFUSED_LEASE,
				event->seq);
		return;
	}
	/* Too fast: this one is still taken, but the socket is not read until the rate is even. */
	if (!is_in_rate(room, a, now_ms)) {
		room_pause(room, conn, PAUSE_FLOOD, true);
		room_link_push(&room->throttled, &conn->in_throttled);
	}
	enum message_refusal code = take_event(room, a, a->lease, event, now_ms);
	if (code != REFUSED_NOT) {
		room_refuse(room, conn, code, event->seq);
	} else if (a->under_way >= ROOM_UNDER_WAY_MAX) {
		room_pause(room, conn, PAUSE_UNDER_WAY, true);
	}
	room_timer(room);
}

void room_post(struct room *room, struct room_conn *conn, const struct id16 *attempt,
		uint32_t lease, const struct message_event *events, size_t count, int64_t now_ms) {
	assert(conn->role == ROOM_POST);
	conn->is_judging = true;
	struct room_attempt *a = attempt_for(room, conn, attempt);
	conn->attempt = a;
	conn->owed = calloc(count + 1, sizeof(*conn->owed));
	for (size_t i = 0; i < count; i++) {
		enum message_refusal code = REFUSED_UNKNOWN;
		if (a && (!conn->owed || a->under_way >= ROOM_UNDER_WAY_MAX)) {
			code = REFUSED_BUSY;
		} else if (a && !is_in_rate(room, a, now_ms)) {
			code = REFUSED_FLOOD;
		} else if (a) {
			code = take_event(room, a, lease, &events[i], now_ms);
		}
		if (code == REFUSED_NOT) {
			conn->owed[conn->owed_count++] = events[i].seq;
		} else {
			room_refuse(room, conn, code, events[i].seq);
		}
	}
	/* A lease that another process gave says nothing of the device: whoever comes may join. */
	if (a && lease == a->lease && !a->conn && !a->must_join) {
		a->posted_ms = now_ms;
	}
	if (conn->owed_count > 0) {
		room_link_push(&a->posts, &conn->in_posts);
	}
	conn->is_judging = false;
	post_check_done(room, conn);
	room_timer(room);
}

enum err room_key_for(struct room *room, uint64_t person, const struct id16 *attempt,
		int64_t now_ms, struct message_key *out) {
	const struct room_attempt *a = room_find(room, attempt);
	if (!a || a->person != person) {
		return ERR_NOT_FOUND;
	}
	struct phase_now now;
	phase_at(&room->times, &a->times, now_ms, &now);
	if (now.phase == PHASE_CLOSED || now.phase == PHASE_GRACE || now.phase == PHASE_OVER) {
		return ERR_CLOSED;
	}
	if (now.phase != PHASE_OPEN) {
		return ERR_EARLY;
	}
	return room_key_find(room, a, now.section, out);
}
