#ifndef EXAM_HALL_ROOM_STATE_H
#define EXAM_HALL_ROOM_STATE_H

/*
 * The inside of a room, for room*.c alone: room.c holds and finds things, room_in.c judges what
 * comes from browsers, room_out.c what comes back from writer and workers, room_time.c does what
 * the clock and invigilators ask for, room_board.c tells the boards.
 */

#include "exam/hall/room.h"

enum {
	ROOM_ANSWERED_WORDS = (ROOM_SLOTS_MAX + 63) / 64,
	ROOM_HEAP_NONE = -1,
	ROOM_EVENTS_PER_S = 20, /* the usual limits */
	ROOM_EVENTS_BURST = 200,
	ROOM_THROTTLE_MS = 50, /* how often sockets that were too fast are looked at */
	ROOM_CLOSE_RETRY_MS = 1000,
	ROOM_ASK_RETRY_MS = 2000, /* what waits for the database, should nobody say it is back */
	ROOM_ASK_RETRY_MAX = 200, /* at once */
};

/* A doubly linked list through members of its items. */
struct room_link {
	struct room_link *prev;
	struct room_link *next;
};
void room_link_init(struct room_link *l);
bool room_link_is_in(const struct room_link *l);
void room_link_remove(struct room_link *l);
/* Adds at the end; does nothing when it is in a list already. */
void room_link_push(struct room_link *list, struct room_link *l);
#define ROOM_LINKED(link, type, member) ((type *)(void *)((char *)(link)-offsetof(type, member)))

/* Why a socket is not read. */
enum {
	PAUSE_FLOOD = 1,
	PAUSE_UNDER_WAY = 2,
	PAUSE_WRITER = 4,
};

/* What a worker does, or is to do, for an attempt. */
enum room_ask { ASK_NONE, ASK_JOIN, ASK_BEGIN, ASK_HEAL };

struct room_conn {
	enum room_role role;
	uint64_t person;
	void *user;
	struct room_attempt *attempt; /* from hello on, or the one posted for */
	bool has_device;
	uint8_t device[MESSAGE_DEVICE_BYTES];
	unsigned pauses;
	uint32_t keys_sent; /* bit n: of section n */
	int64_t heard_ms;
	int64_t pulse_ms; /* when the next pulse is due */
	unsigned pulse_count;
	uint8_t nonce[MESSAGE_NONCE_BYTES];
	struct room_link in_pulses;    /* of sockets that are in */
	struct room_link in_throttled; /* PAUSE_FLOOD */
	struct room_link in_blocked;   /* PAUSE_WRITER */
	struct room_link in_watchers;
	struct room_link in_posts; /* of the attempt, while something is owed */
	struct room_link in_conns;
	uint32_t *owed; /* HTTP: numbers that are not answered yet */
	size_t owed_count;
	bool is_judging; /* inside room_post: "answered" waits for its end */
};

struct room_attempt {
	struct id16 id;
	uint64_t person;
	uint64_t tag;
	uint16_t variant;
	uint8_t salt[EVENT_SALT_BYTES];
	uint32_t gen;
	uint32_t lease;
	struct phase_attempt times;
	uint32_t ends_revision;

	uint32_t accepted_seq; /* the last number handed to the writer */
	uint32_t stamped_seq;
	uint32_t stored_seq;
	uint32_t under_way; /* handed to the writer, neither stored nor refused */
	bool must_join; /* tail or lease are not known for sure: nothing is taken before a join */
	bool is_astray; /* an event was refused by the writer: those behind it will be too */
	int64_t last_at_ms;
	int64_t flood_us; /* when the rate limit is even again */
	uint32_t signal_count;

	uint32_t submit_seq; /* 0: none */
	int64_t submit_at_ms;
	bool is_closing; /* a close is with the writer */
	bool owes_close; /* to be closed as soon as no worker is at it */
	int close_why;   /* of the close that is owed, under way or stored */
	int64_t close_at_ms;
	uint32_t close_revision;
	bool close_retry; /* at room's retry_ms */
	bool reload_retry;

	enum room_ask ask;
	bool is_asked; /* a worker is at it */
	bool is_reloading;
	bool wants_join;          /* a join behind the present ask */
	struct room_conn *conn;   /* the socket that is in */
	struct room_conn *joiner; /* who waits for the ask */
	bool has_device;
	uint8_t device[MESSAGE_DEVICE_BYTES]; /* who holds the lease */
	int64_t posted_ms; /* when the lease's holder was last heard by HTTP, 0: never */
	struct room_link posts;

	bool has_progress;
	uint64_t answered[ROOM_ANSWERED_WORDS];
	unsigned answered_count;
	unsigned devices;
	int64_t since_ms;
	int64_t away_since_ms; /* 0: not away */
	int64_t away_ms;

	int heap_index; /* ROOM_HEAP_NONE when it has no boundary */
	struct room_link in_dirty;
	struct room_link in_waiting; /* for the database */
};

/* An event that the writer's queue had no room for. */
struct room_held {
	struct room_held *next;
	struct room_event event;
	char value[];
};

struct room_boundary {
	int64_t at_ms;
	struct room_attempt *attempt;
};

struct room_layout {
	char code[EVENT_VARIANT_BYTES_MAX + 1];
	size_t slot_count;
	struct room_slot *slots;
};

struct room {
	uint64_t id;
	uint64_t school;
	struct id16 sitting;
	struct phase_sitting times;
	size_t variant_count;
	struct room_layout *variants;
	struct room_key *keys; /* secret_alloc */
	size_t key_count;
	bool has_sent_key;
	struct room_limits limits;
	struct room_port port;

	struct room_attempt **attempts; /* in the order they were added */
	size_t attempt_count;
	size_t attempt_cap;
	struct room_attempt **map; /* open addressing by id */
	size_t map_cap;

	struct room_boundary *heap;
	size_t heap_count;
	size_t heap_cap;

	struct room_link conns;
	struct room_link pulses; /* by pulse_ms */
	struct room_link throttled;
	struct room_link blocked;
	struct room_link watchers;
	struct room_link dirty;
	struct room_link waiting;
	size_t watcher_count;
	size_t online_count;
	size_t closed_count;
	size_t under_way;
	struct room_held *held_first;
	struct room_held **held_end;
	size_t held_count;
	int64_t board_ms; /* when boards may be told again */
	int64_t throttle_ms;
	int64_t ask_ms;   /* when what waits is asked again */
	int64_t retry_ms; /* when closes are tried again, PHASE_NEVER: none */
	int64_t timer_ms; /* the timer that is set */
	uint64_t nonce_count;
	uint8_t nonce_key[32];
	bool is_started;
};

/* room.c */
struct room_attempt *room_find(const struct room *room, const struct id16 *attempt);
void room_send(struct room *room, struct room_conn *conn, const struct message *message);
/* To the socket that is in, if any. */
void room_tell(struct room *room, struct room_attempt *a, const struct message *message);
void room_pause(struct room *room, struct room_conn *conn, unsigned why, bool is_paused);
void room_attempt_set(
		struct room *room, struct room_attempt *a, const struct room_attempt_row *row);
void room_answered_set(struct room_attempt *a, uint16_t slot, bool is_answered);

/* room_in.c */
void room_refuse(
		struct room *room, struct room_conn *conn, enum message_refusal code, uint32_t seq);
/* Answers one number of an HTTP request, and the request when it was the last. */
void room_post_answer(struct room *room, struct room_conn *conn, uint32_t first, uint32_t last,
		const struct message *message);
/* Hands an event to the writer, or keeps it until there is room; false when there is no memory
 * for that: then it was not taken. */
bool room_store(struct room *room, struct room_attempt *a, const struct room_event *event);
/* Starts what the attempt waits for, if nothing of it is under way any more. */
void room_ask_next(struct room *room, struct room_attempt *a, int64_t now_ms);

/* room_out.c */
/* The key of the attempt's own variant; ERR_NOT_FOUND when there is none (yet). */
enum err room_key_find(const struct room *room, const struct room_attempt *a, uint16_t section,
		struct message_key *out);
/* Sends the keys that are due to the socket that is in: only while the attempt is open. */
void room_send_keys(struct room *room, struct room_attempt *a, int64_t now_ms);
/* The socket is not in any more: it lost the lease, or went away. */
void room_ask_waiting(struct room *room, size_t most, int64_t now_ms);
void room_conn_out(struct room *room, struct room_conn *conn, int64_t now_ms);

/* room_time.c */
/* Looks where the attempt stands now, does what is due, and sets its next boundary. */
void room_boundary_set(struct room *room, struct room_attempt *a, int64_t now_ms);
void room_boundary_check(struct room *room, struct room_attempt *a, int64_t now_ms);
void room_boundary_drop(struct room *room, struct room_attempt *a);
/* Owes a close from now on; it goes to the writer as soon as no worker is at the attempt. */
void room_close(struct room *room, struct room_attempt *a, int why, int64_t at_ms,
		uint32_t revision);
void room_close_next(struct room *room, struct room_attempt *a);
/* The writer did not take the close: tries again later, or looks what has changed. */
void room_close_refused(
		struct room *room, struct room_attempt *a, enum err refusal, int64_t now_ms);
void room_timer(struct room *room);
int64_t room_end_ms(const struct room *room, const struct room_attempt *a);

/* room_board.c */
void room_dirty(struct room *room, struct room_attempt *a);
void room_board_all(struct room *room, struct room_conn *watcher, int64_t now_ms);
void room_board_flush(struct room *room, int64_t now_ms);
void room_row_fill(const struct room *room, const struct room_attempt *a, struct message_row *out,
		int64_t now_ms);

#endif
