#include "exam/hall/room_state.h"

#include <assert.h>
#include <stddef.h>
#include <string.h>

/* --- keys --- */

enum err room_key_find(const struct room *room, const struct room_attempt *a, uint16_t section,
		struct message_key *out) {
	for (size_t i = 0; i < room->key_count; i++) {
		const struct room_key *k = &room->keys[i];
		if (k->variant == a->variant && k->section == section) {
			*out = (struct message_key){ str_from(room->variants[a->variant].code),
				section, k->rev, k->key };
			return ERR_OK;
		}
	}
	return ERR_NOT_FOUND;
}

void room_send_keys(struct room *room, struct room_attempt *a, int64_t now_ms) {
	if (!a->conn) {
		return;
	}
	struct phase_now now;
	phase_at(&room->times, &a->times, now_ms, &now);
	if (now.phase != PHASE_OPEN) {
		return;
	}
	/* After a reload the browser needs the earlier sections' keys too, to show what was said. */
	for (uint16_t section = 0; section <= now.section; section++) {
		struct message m = { .kind = MESSAGE_KEY };
		if ((a->conn->keys_sent >> section & 1) ||
				room_key_find(room, a, section, &m.as.key)) {
			continue;
		}
		a->conn->keys_sent |= UINT32_C(1) << section;
		a->times.section_reached = now.section;
		room->has_sent_key = true;
		room_send(room, a->conn, &m);
	}
}

/* --- in and out --- */

void room_conn_out(struct room *room, struct room_conn *conn, int64_t now_ms) {
	struct room_attempt *a = conn->attempt;
	assert(a && a->conn == conn);
	a->conn = NULL;
	a->since_ms = now_ms;
	room->online_count--;
	room_link_remove(&conn->in_pulses);
	room_link_remove(&conn->in_throttled);
	room_link_remove(&conn->in_blocked);
	conn->keys_sent = 0;
	room_dirty(room, a);
}

static void conn_in(
		struct room *room, struct room_attempt *a, struct room_conn *conn, int64_t now_ms) {
	assert(!a->conn);
	a->conn = conn;
	a->since_ms = now_ms;
	room->online_count++;
	room_pause(room, conn, conn->pauses, false);
	conn->pulse_count = 0;
	conn->pulse_ms = now_ms + ROOM_PULSE_MS;
	room_link_push(&room->pulses, &conn->in_pulses);
	room_dirty(room, a);
}

static void send_welcome(struct room *room, struct room_attempt *a, struct room_conn *conn,
		const struct room_joined *joined, int64_t now_ms) {
	struct phase_now now;
	phase_at(&room->times, &a->times, now_ms, &now);
	struct message m = { .kind = MESSAGE_WELCOME };
	m.as.welcome = (struct message_welcome){
		.now_ms = now_ms,
		.room = room->id,
		.variant = str_from(room->variants[a->variant].code),
		.phase = now.phase,
		.opens_ms = room->times.lobby_ms,
		.starts_ms = now.start_ms,
		.ends_ms = now.end_ms,
		.section = now.section,
		.gen = a->gen,
		.lease = a->lease,
		.seq = joined->seq,
		.head = joined->head,
		.salt = a->salt,
		.tail = joined->has_tail ? &joined->tail : NULL,
		.answers = joined->answers,
	};
	room_send(room, conn, &m);
}

static void send_closed(struct room *room, const struct room_attempt *a, struct room_conn *conn,
		struct str receipt) {
	struct message m = { .kind = MESSAGE_CLOSED };
	m.as.closed = (struct message_closed){ (enum message_why)a->close_why, a->close_at_ms,
		a->gen, a->stored_seq, receipt };
	room_send(room, conn, &m);
}

/* What a worker read of the attempt: nothing was under way while it did. */
static void take_over(struct room *room, struct room_attempt *a, const struct room_joined *joined) {
	assert(a->under_way == 0);
	room_attempt_set(room, a, &joined->row);
	a->accepted_seq = joined->seq;
	a->stored_seq = joined->seq;
	a->stamped_seq = joined->seq;
	a->is_astray = false;
	a->must_join = false;
	a->signal_count = joined->signal_count;
	memset(a->answered, 0, sizeof(a->answered));
	a->answered_count = 0;
	for (size_t i = 0; i < joined->answered_count; i++) {
		room_answered_set(a, joined->answered[i], true);
	}
	a->has_progress = true;
	room_dirty(room, a);
}

static void welcome(struct room *room, struct room_attempt *a, const struct room_joined *joined,
		int64_t now_ms) {
	struct room_conn *conn = a->joiner;
	a->joiner = NULL;
	if (!conn) {
		return; /* gone meanwhile; the lease stays raised */
	}
	if (conn->role == ROOM_STUDENT && a->conn != conn) {
		conn_in(room, a, conn, now_ms);
	}
	send_welcome(room, a, conn, joined, now_ms);
	if (a->times.is_closed) {
		send_closed(room, a, conn, joined->receipt);
	}
	if (conn->role == ROOM_POST) {
		room->port.answered(room->port.owner, conn->user);
		return;
	}
	conn->keys_sent = 0;
	room_send_keys(room, a, now_ms);
}

/* The database is away: the ask waits. Who came by HTTP is told to come again. */
static void ask_waits(struct room *room, struct room_attempt *a, int64_t now_ms) {
	if (!room_link_is_in(&room->waiting)) {
		room->ask_ms = now_ms + ROOM_ASK_RETRY_MS;
	}
	room_link_push(&room->waiting, &a->in_waiting);
	struct room_conn *conn = a->joiner;
	if (conn) {
		room_refuse(room, conn, REFUSED_BUSY, MESSAGE_SEQ_NONE);
		if (conn->role == ROOM_POST) {
			a->joiner = NULL;
		}
	}
	if (!a->joiner) {
		a->ask = ASK_NONE;
		room_link_remove(&a->in_waiting);
	}
}

static void ask_failed(struct room *room, struct room_attempt *a, enum room_ask asked, enum err e) {
	struct room_conn *conn = a->joiner;
	a->joiner = NULL;
	if (!conn) {
		return;
	}
	bool is_log = asked == ASK_HEAL && e != ERR_DB_AWAY && e != ERR_NOMEM && e != ERR_BUSY;
	room_refuse(room, conn, is_log ? REFUSED_LOG : REFUSED_BUSY, MESSAGE_SEQ_NONE);
}

void room_joined(struct room *room, const struct id16 *attempt, enum err e,
		const struct room_joined *joined, int64_t now_ms) {
	struct room_attempt *a = room_find(room, attempt);
	if (!a || !a->is_asked) {
		return;
	}
	enum room_ask asked = a->ask;
	bool wants_join = a->wants_join;
	a->is_asked = false;
	a->wants_join = false;
	a->ask = wants_join ? ASK_JOIN : ASK_NONE;
	if (e == ERR_OK) {
		take_over(room, a, joined);
		if (!wants_join) {
			welcome(room, a, joined, now_ms);
		}
		if (joined->row.submitted_at_ms > 0 && !a->times.is_closed && !a->owes_close) {
			a->submit_seq = joined->seq;
			a->submit_at_ms = joined->row.submitted_at_ms;
			room_close(room, a, CLOSED_SUBMIT, a->submit_at_ms, 0);
		}
		room_boundary_set(room, a, now_ms);
	} else if ((e == ERR_DB_AWAY || e == ERR_BUSY) && (asked != ASK_HEAL || wants_join)) {
		if (e == ERR_DB_AWAY && asked == ASK_JOIN) {
			a->must_join = true; /* it may have raised the lease */
		}
		a->ask = wants_join ? ASK_JOIN : asked;
		ask_waits(room, a, now_ms);
	} else if (!wants_join) {
		ask_failed(room, a, asked, e);
	}
	room_close_next(room, a);
	room_ask_next(room, a, now_ms);
	room_timer(room);
}

/* What waits again meanwhile goes to the end of the list and is not asked twice. */
void room_ask_waiting(struct room *room, size_t most, int64_t now_ms) {
	for (size_t i = 0; i < most && room_link_is_in(&room->waiting); i++) {
		struct room_attempt *a =
				ROOM_LINKED(room->waiting.next, struct room_attempt, in_waiting);
		room_link_remove(&a->in_waiting);
		room_ask_next(room, a, now_ms);
	}
	room->ask_ms = now_ms + ROOM_ASK_RETRY_MS;
}

void room_db_back(struct room *room, int64_t now_ms) {
	room_ask_waiting(room, SIZE_MAX, now_ms);
	room_timer(room);
}

/* --- results of the writer --- */

static void answer_posts(struct room *room, struct room_attempt *a, uint32_t first, uint32_t last,
		const struct message *m) {
	struct room_link *l = a->posts.next;
	while (l != &a->posts) {
		struct room_link *next = l->next;
		room_post_answer(room, ROOM_LINKED(l, struct room_conn, in_posts), first, last, m);
		l = next;
	}
}

static uint32_t first_of(const struct room_result *r) {
	return r->count < r->seq ? r->seq - r->count + 1 : 1;
}

static void tell_proof(struct room *room, struct room_attempt *a, const struct room_result *r,
		enum message_kind kind) {
	struct message m = { .kind = kind };
	m.as.ack = (struct message_ack){ first_of(r), r->seq, r->at_ms, r->kid, r->lease, r->head,
		r->mac };
	room_tell(room, a, &m);
	if (room_link_is_in(&a->posts)) {
		answer_posts(room, a, m.as.ack.seq, r->seq, &m);
	}
}

static void settle(struct room *room, struct room_attempt *a, uint32_t count) {
	uint32_t n = count < a->under_way ? count : a->under_way;
	a->under_way -= n;
	room->under_way -= n;
	if (a->conn && (a->conn->pauses & PAUSE_UNDER_WAY) &&
			a->under_way < ROOM_UNDER_WAY_MAX / 2) {
		room_pause(room, a->conn, PAUSE_UNDER_WAY, false);
	}
	if (a->under_way > 0 || !a->is_astray) {
		return;
	}
	/* Everything behind the refused event has been refused too: the numbers go on from what is
	 * stored. */
	a->is_astray = false;
	a->accepted_seq = a->stored_seq;
	a->stamped_seq = a->stored_seq;
	if (a->submit_seq > a->stored_seq) {
		a->submit_seq = 0;
	}
}

static void on_stored(struct room *room, struct room_attempt *a, const struct room_result *r) {
	if (r->seq > a->stored_seq) {
		a->stored_seq = r->seq;
	}
	tell_proof(room, a, r, MESSAGE_ACK);
	if (a->submit_seq != 0 && a->stored_seq >= a->submit_seq && !a->owes_close &&
			!a->is_closing && !a->times.is_closed) {
		room_close(room, a, CLOSED_SUBMIT, a->submit_at_ms, 0);
	}
	settle(room, a, r->count);
}

static void on_stamped(struct room *room, struct room_attempt *a, const struct room_result *r) {
	if (r->seq > a->stamped_seq) {
		a->stamped_seq = r->seq;
		room_dirty(room, a);
	}
	tell_proof(room, a, r, MESSAGE_STAMP);
}

static enum message_refusal refusal_of(enum err e) {
	if (e == ERR_STALE) {
		return REFUSED_LEASE;
	}
	if (e == ERR_FORK) {
		return REFUSED_FORK;
	}
	if (e == ERR_CLOSED) {
		return REFUSED_CLOSED;
	}
	return e == ERR_CONFLICT ? REFUSED_GAP : REFUSED_BUSY;
}

static void on_refused(struct room *room, struct room_attempt *a, const struct room_result *r,
		int64_t now_ms) {
	if (r->seq > a->stored_seq && r->seq > a->stamped_seq) {
		a->is_astray = true; /* not a resend of what is taken */
	}
	struct message m = { .kind = MESSAGE_REFUSED };
	m.as.refused.code = refusal_of(r->refusal);
	m.as.refused.tail = a->stored_seq;
	for (uint32_t seq = first_of(r); seq <= r->seq; seq++) {
		m.as.refused.seq = seq;
		room_tell(room, a, &m);
		answer_posts(room, a, seq, seq, &m);
	}
	settle(room, a, r->count);
	/* A gap where the room saw none: the database has lost rows, or another process writes. */
	if (r->refusal == ERR_CONFLICT && r->seq == a->stored_seq + 1) {
		a->must_join = true;
		if (a->conn) {
			struct room_conn *conn = a->conn;
			room_conn_out(room, conn, now_ms);
			room->port.drop(room->port.owner, conn->user);
		}
	}
	if ((r->refusal == ERR_STALE || r->refusal == ERR_CLOSED) && !a->is_reloading) {
		a->is_reloading = true; /* another process has it, or closed it */
		room->port.reload(room->port.owner, &a->id);
	}
}

static void on_closed(struct room *room, struct room_attempt *a, const struct room_result *r) {
	a->is_closing = false;
	if (a->times.is_closed) {
		return;
	}
	a->times.is_closed = true;
	a->close_why = r->close_why;
	a->close_at_ms = r->at_ms;
	a->gen = r->gen;
	room->closed_count++;
	room_boundary_drop(room, a);
	room_dirty(room, a);
	if (a->conn) {
		send_closed(room, a, a->conn, r->receipt);
	}
}

void room_done(struct room *room, const struct room_result *r, int64_t now_ms) {
	struct room_attempt *a = room_find(room, &r->attempt);
	if (!a) {
		return;
	}
	switch (r->outcome) {
	case ROOM_STORED:
		on_stored(room, a, r);
		break;
	case ROOM_STAMPED:
		on_stamped(room, a, r);
		break;
	case ROOM_REFUSED:
		if (r->kind == EVENT_CLOSE) {
			room_close_refused(room, a, r->refusal, now_ms);
		} else {
			on_refused(room, a, r, now_ms);
			room_boundary_check(room, a, now_ms);
		}
		break;
	case ROOM_CLOSED:
		on_closed(room, a, r);
		break;
	}
	room_ask_next(room, a, now_ms);
}

void room_flush(struct room *room, int64_t now_ms) {
	room_board_flush(room, now_ms);
	room_timer(room);
}
