#ifndef EXAM_HALL_MESSAGE_H
#define EXAM_HALL_MESSAGE_H

/*
 * What a room hears from a browser and says to it, as plain values: ws/sock/proto.[ch] is their
 * text (docs/protocol.md, "Frames"). Spans and pointers belong to the caller and are valid during
 * the call that passes them.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/str.h"
#include "exam/hall/event.h"
#include "exam/hall/phase.h"

enum {
	MESSAGE_DEVICE_BYTES = 16,
	MESSAGE_KEY_BYTES = 32,
	MESSAGE_NONCE_BYTES = 8,
	MESSAGE_TEXT_BYTES_MAX = 2000, /* an invigilator's notice */
	MESSAGE_SEQ_NONE = 0,
};

/* Why something is not taken. Names on the wire: message_refusal_name(). */
enum message_refusal {
	REFUSED_NOT,       /* it was taken */
	REFUSED_LATE,      /* after the end and the grace */
	REFUSED_EARLY,     /* before this attempt is open */
	REFUSED_CLOSED,    /* the attempt is handed in */
	REFUSED_LEASE,     /* another device has taken over, or there was no welcome yet */
	REFUSED_FORK,      /* other bytes under a number that is taken: kept as evidence */
	REFUSED_GAP,       /* not the next number: send again from tail + 1 */
	REFUSED_VALUE,     /* not an answer to a question of this kind */
	REFUSED_SLOT,      /* no such slot in this variant */
	REFUSED_SECTION,   /* the slot's section is not open */
	REFUSED_FLOOD,     /* too fast; wait and send again */
	REFUSED_FULL,      /* no more events of kind "event" are kept for this attempt */
	REFUSED_BUSY,      /* the server cannot take it now; wait and send again */
	REFUSED_LOG,       /* nothing in the log proves more than is stored, or it is cut short */
	REFUSED_ELSEWHERE, /* another device is in; "take" takes over */
	REFUSED_UNKNOWN,   /* no such attempt in this room, or not this person's */
	REFUSED_FRAME,     /* not a frame of the protocol */
	REFUSED_COUNT_,
};
const char *message_refusal_name(enum message_refusal refusal);

/* hello, and the members of it that take and the HTTP path repeat. */
struct message_hello {
	struct id16 attempt;
	uint32_t gen;
	uint32_t seq;
	struct hash head;
	bool has_device;
	uint8_t device[MESSAGE_DEVICE_BYTES]; /* random, of one browser tab */
};

/* answer, event, submit: what is chained. */
struct message_event {
	uint32_t seq;
	enum event_kind kind;
	uint16_t slot;
	struct str value; /* canonical bytes */
};

/* The server's proof of a tail: of an ack, or with is_stamp of a stamp. */
struct message_proof {
	bool is_stamp;
	uint8_t kid;
	uint32_t lease;
	uint32_t seq;
	int64_t at_ms;
	struct hash mac;
};

/* log: the browser's own record of one generation, ascending by seq. */
struct message_log {
	uint32_t gen;
	size_t event_count;
	const struct message_event *events;
	size_t proof_count;
	const struct message_proof *proofs; /* ascending by seq */
};

enum message_kind {
	MESSAGE_WELCOME,
	MESSAGE_KEY,
	MESSAGE_ACK,
	MESSAGE_STAMP,
	MESSAGE_TIME,
	MESSAGE_PULSE,
	MESSAGE_NOTICE,
	MESSAGE_LOCKED,
	MESSAGE_REFUSED,
	MESSAGE_CLOSED,
	MESSAGE_BOARD, /* to an invigilator: a part of the whole at the start */
	MESSAGE_ROOM,  /* to an invigilator: rows that changed */
};

struct message_welcome {
	int64_t now_ms;
	uint64_t room;
	struct str variant;
	enum phase phase;
	int64_t opens_ms; /* the lobby */
	int64_t starts_ms;
	int64_t ends_ms;
	uint16_t section;
	uint32_t gen;
	uint32_t lease;
	uint32_t seq;
	struct hash head;
	const uint8_t *salt;              /* EVENT_SALT_BYTES */
	const struct message_proof *tail; /* the ack of the tail, NULL when nothing is stored */
	struct str answers;               /* JSON object: slot to value */
};

struct message_key {
	struct str variant;
	uint16_t section;
	uint32_t rev;
	const uint8_t *key; /* MESSAGE_KEY_BYTES */
};

/* Ack or stamp of seq..upto; the proof and the head are those of upto. */
struct message_ack {
	uint32_t seq;
	uint32_t upto;
	int64_t at_ms;
	uint8_t kid;
	uint32_t lease;
	struct hash head;
	struct hash mac;
};

enum message_time_why { TIME_TICK, TIME_EXTRA, TIME_DELAY, TIME_START };

enum message_why { CLOSED_SUBMIT = 1, CLOSED_TIME = 2, CLOSED_INVIGILATOR = 3 };

struct message_closed {
	enum message_why why;
	int64_t at_ms;
	uint32_t gen;
	uint32_t seq;
	struct str receipt; /* bytes and signature; empty while it is not stored */
};

/* One line of the invigilator's board. Never an answer, never a key. */
enum message_state { STATE_ABSENT, STATE_LOBBY, STATE_OPEN, STATE_CLOSED };

struct message_row {
	struct id16 attempt;
	uint64_t tag; /* the caller's, from room_add: name and code of the student hang from it */
	struct str variant;
	enum message_state state;
	bool is_online;
	int64_t since_ms; /* of being online or offline; 0: never seen */
	int answered;     /* slots with an answer; -1: not known yet after a restart */
	int slots;
	int64_t last_at_ms; /* of the last event; 0: none */
	int64_t ends_ms;
	int64_t extra_ms;
	int64_t away_ms; /* focus lost, in sum, without the present time away */
	bool is_away;
	unsigned devices; /* take-overs by another device */
	bool is_stamped;  /* something is in the journal only */
	int close_why;    /* enum message_why, 0: not closed */
	int64_t closed_ms;
};

struct message_board {
	int64_t now_ms;
	enum phase phase; /* of an attempt without delay */
	bool is_last;     /* MESSAGE_BOARD comes in parts */
	size_t count;
	const struct message_row *rows;
};

struct message {
	enum message_kind kind;
	union {
		struct message_welcome welcome;
		struct message_key key;
		struct message_ack ack; /* MESSAGE_ACK and MESSAGE_STAMP */
		struct {
			int64_t now_ms;
			int64_t ends_ms;
			enum message_time_why why;
		} time;
		struct {
			int64_t now_ms;
			uint8_t nonce[MESSAGE_NONCE_BYTES];
		} pulse;
		struct {
			int64_t at_ms;
			struct str text;
		} notice;
		struct {
			const char *why; /* "taken" */
		} locked;
		struct {
			enum message_refusal code;
			uint32_t seq; /* MESSAGE_SEQ_NONE: not about a numbered event */
			uint32_t tail;
		} refused;
		struct message_closed closed;
		struct message_board board; /* MESSAGE_BOARD and MESSAGE_ROOM */
	} as;
};

#endif
