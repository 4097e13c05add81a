#ifndef EXAM_HALL_ROOM_H
#define EXAM_HALL_ROOM_H

/*
 * The live state of one exam room: events in, effects out, no I/O (docs/protocol.md, "Rules").
 * It belongs to one thread. It reads no clock: every call passes the exam clock's time, and the
 * caller passes the time at which the last byte of a frame or body was read.
 *
 * Who does what. The room knows who is in, judges each event (whose it is, lease, number, time,
 * slot, shape, caps) and decides when keys go out, attempts close and people hear of it. The
 * writer (writer_io.h) computes heads and macs, stores or journals what the room accepted, and
 * has the last word about numbers and leases. Workers do what a single student needs from the
 * database: joins, beginnings, logs, closed attempts' receipts.
 *
 * An attempt's way in: hello → effect join (only when nothing of the attempt is under way) →
 * room_joined → welcome. While an effect of an attempt runs, its events are refused as busy or
 * wait; each effect is answered exactly once, with ERR_DB_AWAY when the database is away: then
 * the room asks again after room_db_back(), and meanwhile nobody is told wrong.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "exam/bank/question.h"
#include "exam/hall/message.h"
#include "exam/hall/phase.h"

enum {
	ROOM_ATTEMPTS_MAX = 20000,
	ROOM_VARIANTS_MAX = 64,
	ROOM_SLOTS_MAX = 400,
	ROOM_WATCHERS_MAX = 64, /* invigilators' boards at once */
	ROOM_KEYS_MAX = ROOM_VARIANTS_MAX * PHASE_SECTIONS_MAX,
	ROOM_SIGNALS_MAX = 2000,  /* events of kind "event" of one attempt, so that answers fit */
	ROOM_EVENTS_MAX = 200000, /* all events of one attempt */
	ROOM_UNDER_WAY_MAX = 256, /* events of one attempt that are not stored yet; then its
				      socket is not read */
	ROOM_PULSE_MS = 20000,
	ROOM_LOST_MS = 45000,  /* nothing heard for so long: the connection is lost */
	ROOM_BOARD_MS = 500,   /* between two messages of changes to a board */
	ROOM_BOARD_ROWS = 100, /* rows of one message */
	ROOM_TIME_PULSES = 3,  /* a "time" goes with every third pulse: each minute */
};

/* What a slot's answer may be; see answer.h. */
struct room_slot {
	uint8_t kind;  /* enum question_kind */
	uint8_t count; /* options or statements */
	uint16_t section;
	uint16_t chars_max; /* of numeric and text; 0: the usual limit */
};

struct room_variant {
	char code[EVENT_VARIANT_BYTES_MAX + 1];
	size_t slot_count;             /* slots are numbered from 1 */
	const struct room_slot *slots; /* copied by room_new */
};

struct room_key {
	uint16_t variant; /* index into the variants */
	uint16_t section;
	uint32_t rev;
	uint8_t key[MESSAGE_KEY_BYTES];
};

struct room_limits {
	uint32_t events_per_s; /* of one attempt, on average; beyond it its socket is not read */
	uint32_t events_burst;
};

struct room_config {
	uint64_t room;
	uint64_t school;
	struct id16 sitting;
	struct phase_sitting times;
	size_t variant_count;
	const struct room_variant *variants;
	size_t key_count;
	const struct room_key *keys; /* may come later by room_set_keys */
	struct room_limits limits;   /* zeros: the usual ones */
};

/* An attempt as it is stored. */
struct room_attempt_row {
	struct id16 attempt;
	uint64_t person;  /* who may say hello */
	uint64_t tag;     /* the caller's; comes back in board rows */
	uint16_t variant; /* index */
	const uint8_t *salt;
	uint32_t gen;
	uint32_t lease;
	struct phase_attempt times;
	uint32_t ends_revision;
	int64_t last_at_ms;
	int64_t submitted_at_ms; /* a stored submit without a close: handed in by the room; or 0 */
	int close_why;           /* with times.is_closed: enum message_why */
	int64_t closed_ms;
};

/* An accepted event for the writer, or a close (kind EVENT_CLOSE, seq 0). */
struct room_event {
	struct id16 attempt;
	uint32_t gen;
	uint32_t lease;
	uint32_t seq;
	enum event_kind kind;
	uint16_t slot;
	bool is_after_end;      /* counts, within the grace */
	bool is_resend;         /* a number handed over before: compared, never appended */
	int64_t at_ms;          /* of a close: closed_at */
	int why;                /* of a close: enum message_why */
	uint32_t ends_revision; /* of a close by time: refused when it is not the stored one; or 0 */
	struct str value;       /* valid during the call */
};

enum room_outcome {
	ROOM_STORED,
	ROOM_STAMPED, /* in the journal; STORED or REFUSED follows */
	ROOM_REFUSED,
	ROOM_CLOSED, /* the close and its receipt are stored */
};

/* What the writer reports: of one event, or of all up to seq since its last report. */
struct room_result {
	struct id16 attempt;
	uint32_t gen;
	uint32_t lease; /* the one under which it was stored: the mac's */
	uint32_t seq;
	uint32_t count; /* events covered, at least 1 */
	enum room_outcome outcome;
	enum err refusal; /* STALE lease or revision, FORK, CLOSED, CONFLICT a gap, BUSY */
	enum event_kind kind;
	int64_t at_ms;
	int close_why; /* with CLOSED: enum message_why of the stored close */
	uint8_t kid;
	struct hash head;
	struct hash mac;
	struct str receipt; /* with CLOSED: bytes and signature */
};

/* What a worker gives back for a join, a beginning or a log: the attempt as it is stored now.
 * Spans are valid during the call. */
struct room_joined {
	struct room_attempt_row row; /* lease: raised by the join, unless it is closed */
	uint32_t seq;
	struct hash head;
	bool has_tail;             /* seq > 0 */
	struct message_proof tail; /* the proof of the tail */
	uint32_t signal_count;     /* events of kind "event" so far */
	struct str answers;        /* JSON object: slot to value */
	size_t answered_count;
	const uint16_t *answered; /* slots with a value other than null */
	struct str receipt;       /* when closed; else empty */
};

struct room;
struct room_conn;
struct room_attempt;

/*
 * The effects. All are called from within room_… calls, must not call back into the room, and
 * must not fail but for what they return. `user` is the connection's, from room_conn_new.
 */
struct room_port {
	void *owner;
	/* Says something on a socket, or for the HTTP path adds to its answer. */
	void (*send)(void *owner, void *user, const struct message *message);
	/* HTTP path only: everything that was posted has been answered. */
	void (*answered)(void *owner, void *user);
	/* Closes a socket after what was sent has gone. */
	void (*drop)(void *owner, void *user);
	/* Stops or resumes reading a socket. */
	void (*pause)(void *owner, void *user, bool is_paused);
	/* Hands an event to the writer, in order. ERR_BUSY: its queue is full; the room keeps the
	 * event, stops reading that socket and tries again. */
	enum err (*store)(void *owner, const struct room_event *event) MUST_CHECK;
	/* Raises the lease in the database and loads the attempt; then room_joined. For a closed
	 * attempt the lease stays, and its receipt is loaded. */
	void (*join)(void *owner, const struct id16 *attempt);
	/* Commits started_at (own clock) unless there is one; then room_joined, lease as it is. */
	void (*begin)(void *owner, const struct id16 *attempt, int64_t at_ms);
	/* Heals by the browser's log (heal.h); then room_joined, lease as it is. The log is valid
	 * during the call only. */
	void (*heal)(void *owner, const struct id16 *attempt, const struct message_log *log);
	/* Reads the attempt's times again, after the writer refused a close because of them; then
	 * room_times. */
	void (*reload)(void *owner, const struct id16 *attempt);
	/* Calls room_tick at that time (the exam clock's); replaces the time set before. */
	void (*timer)(void *owner, int64_t at_ms);
};

/*
 * A room without attempts. Copies what config points at.
 * Errors  ERR_INVAL  times that fail phase_check_sitting, a variant's code or slot out of range
 *         ERR_LIMIT  more variants, slots or keys than the limits
 *         ERR_NOMEM
 */
enum err room_new(const struct room_config *config, const struct room_port *port,
		struct room **out) MUST_CHECK;
/* Connections are forgotten without an effect; wipes the keys. */
void room_free(struct room *room);
DEFINE_FREEP(struct room *, room_free);

/* Adds an attempt. ERR_EXISTS, ERR_LIMIT past ROOM_ATTEMPTS_MAX, ERR_INVAL, ERR_NOMEM. */
enum err room_add(struct room *room, const struct room_attempt_row *row) MUST_CHECK;
/* To be called once all attempts are in: sets the first timer. Closes what is due. */
void room_start(struct room *room, int64_t now_ms);
/* The keys, or those of a new sealing. Before the bell only; ERR_CONFLICT when one was sent. */
enum err room_set_keys(struct room *room, const struct room_key *keys, size_t count) MUST_CHECK;

/* --- connections --- */

enum room_role {
	ROOM_STUDENT, /* a socket on /hall/{room} */
	ROOM_POST,    /* one HTTP request of a student */
	ROOM_WATCHER, /* an invigilator's socket on /board/{room}; gets the whole board at once */
};

/* ERR_LIMIT past ROOM_WATCHERS_MAX, ERR_NOMEM. The room owns it until room_conn_left. */
enum err room_conn_new(struct room *room, enum room_role role, uint64_t person, void *user,
		int64_t now_ms, struct room_conn **out) MUST_CHECK;
/* The socket or request is gone: no effect names it any more. */
void room_conn_left(struct room *room, struct room_conn *conn, int64_t now_ms);

/* --- frames; each is answered by effects, now or later --- */

void room_hello(struct room *room, struct room_conn *conn, const struct message_hello *hello,
		int64_t now_ms);
/* Of the attempt that hello named, or for the HTTP path with a hello of its own. */
void room_take(struct room *room, struct room_conn *conn, const struct message_hello *hello,
		int64_t now_ms);
void room_begin(struct room *room, struct room_conn *conn, int64_t now_ms);
void room_event(struct room *room, struct room_conn *conn, const struct message_event *event,
		int64_t now_ms);
void room_pulse(struct room *room, struct room_conn *conn, const uint8_t *nonce, int64_t now_ms);
void room_log(struct room *room, struct room_conn *conn, const struct message_log *log,
		int64_t now_ms);
/* What was read is no frame of the protocol: refused, and the socket is dropped. */
void room_bad_frame(struct room *room, struct room_conn *conn, int64_t now_ms);

/*
 * The HTTP path: several events under a lease that a welcome gave. `conn` is a ROOM_POST. Every
 * event is answered by an ack, a stamp or a refusal, then port->answered is called, possibly
 * before this returns.
 */
void room_post(struct room *room, struct room_conn *conn, const struct id16 *attempt,
		uint32_t lease, const struct message_event *events, size_t count, int64_t now_ms);
/* The same for hello, take, begin and log of a ROOM_POST: the attempt it speaks for. ERR_NOT_FOUND
 * when there is none or it is another person's. */
enum err room_post_for(
		struct room *room, struct room_conn *conn, const struct id16 *attempt) MUST_CHECK;
/*
 * The key by HTTP, for a student without a socket: a key of the attempt's own variant and present
 * section. ERR_EARLY before it is open, ERR_CLOSED, ERR_NOT_FOUND (also another person's).
 */
enum err room_key_for(struct room *room, uint64_t person, const struct id16 *attempt,
		int64_t now_ms, struct message_key *out) MUST_CHECK;

/* --- answers to effects --- */

/* After a batch of results call room_flush once: acks of one attempt go out as one. */
void room_done(struct room *room, const struct room_result *result, int64_t now_ms);
void room_flush(struct room *room, int64_t now_ms);

/*
 * Of join, begin and heal. `joined` is NULL on error:
 *     ERR_DB_AWAY  tried, and nothing is known: asked again after room_db_back; of heal: busy
 *     ERR_BUSY     not tried, since the database is known to be away (writer_stats().is_away):
 *                  asked again too, and the lease's holder may go on by HTTP meanwhile
 *     ERR_CLOSED   of begin
 *     others       of heal: the log is refused; of join and begin: refused as busy
 */
void room_joined(struct room *room, const struct id16 *attempt, enum err e,
		const struct room_joined *joined, int64_t now_ms);

/* The times of an attempt are stored anew (delay, extra, personal limit): by an invigilator's act,
 * or after reload. An older revision than the known one is ignored. */
void room_times(struct room *room, const struct id16 *attempt, const struct phase_attempt *times,
		uint32_t ends_revision, enum message_time_why why, int64_t now_ms);
/* The reload could not be done now: it is asked for again a second later. */
void room_reload_failed(struct room *room, const struct id16 *attempt, int64_t now_ms);
/* An attempt was closed elsewhere (found by reload). */
void room_found_closed(struct room *room, const struct id16 *attempt,
		const struct message_closed *closed, int64_t now_ms);
/* The sitting's times are stored anew. ERR_CONFLICT when a key was sent: then nothing changed.
 * Whoever stores the change asks first, in the last minute before the bell. */
enum err room_sitting_times(
		struct room *room, const struct phase_sitting *times, int64_t now_ms) MUST_CHECK;

/* The database answers again: asks again for what waited. */
void room_db_back(struct room *room, int64_t now_ms);
/* The writer's queue has room again (call it after results were taken). */
void room_writer_ready(struct room *room, int64_t now_ms);

/* --- acts of an invigilator, already judged and recorded --- */

/* A message to one student, or with attempt NULL to all. ERR_NOT_FOUND, ERR_LIMIT. */
enum err room_notice(struct room *room, const struct id16 *attempt, struct str text,
		int64_t now_ms) MUST_CHECK;
/* Hands in for a student, or with attempt NULL for all that are open. ERR_NOT_FOUND, ERR_CLOSED,
 * ERR_EARLY when it is not open yet. */
enum err room_hand_in(struct room *room, const struct id16 *attempt, int64_t now_ms) MUST_CHECK;

/* --- time --- */

void room_tick(struct room *room, int64_t now_ms);

/* --- for metrics and the board's REST twin --- */

struct room_stats {
	size_t attempts;
	size_t online;
	size_t open;
	size_t closed;
	size_t under_way; /* events that are not stored yet */
	size_t waiting;   /* events that the writer's queue had no room for */
};
struct room_stats room_stats(const struct room *room);
/* True when nothing is open, under way or connected: the room may be freed. */
bool room_is_idle(const struct room *room);

#endif
