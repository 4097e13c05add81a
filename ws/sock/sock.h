#ifndef WS_SOCK_SOCK_H
#define WS_SOCK_SOCK_H

/*
 * One WebSocket, on the service thread: who it is, the messages that wait to be taken by its
 * client, and why it is not being read. A message goes out at once when nothing waits before it
 * and the pipe has room; otherwise as the socket becomes writable, in pieces.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/auth/access.h"
#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/seal/hash.h"
#include "exam/hall/room.h"
#include "ws/loop.h"
#include "ws/sock/hall.h"

struct conn;

enum {
	SOCK_PIECE_BYTES = 16 << 10,      /* of one lws_write */
	SOCK_WAITING_BYTES_MAX = 2 << 20, /* then the client is too slow and is dropped */
	SOCK_CLOSE_NONE = 0,
	SOCK_CLOSE_POLICY = 1008,
	SOCK_CLOSE_TOO_BIG = 1009,
	SOCK_CLOSE_RESTART = 1012,
	SOCK_CLOSE_BUSY = 1013,
	SOCK_CLOSE_SIGNED_OUT = 4401,
	SOCK_CLOSE_NOT_YOURS = 4403,
};

/* Why a socket is not read; any of them is enough. */
enum sock_pause {
	SOCK_PAUSE_ENTERING = 1, /* who it is, or its room, is still being looked up */
	SOCK_PAUSE_ROOM = 2,     /* the room says so */
	SOCK_PAUSE_RATE = 4,     /* too many messages; for a moment */
	SOCK_PAUSE_STOP = 8,     /* the program is stopping */
};

struct sock_message;

struct sock {
	struct hall_user user;
	struct live_room *live; /* held, while in_room */
	struct loop *loop;
	struct conn *conn;
	struct hash session;
	struct access_actor who;
	uint64_t asked_epoch; /* of the cache of sessions, when who it is was asked */
	enum room_role role;
	uint64_t room_id;
	struct room_conn *in_room;
	struct sock *next_of_session; /* in the table that counts sockets of one session */
	struct sock *next_limited;    /* among those that SOCK_PAUSE_RATE holds */
	struct buf partial;           /* a message that comes in pieces */
	struct sock_message *first;   /* waiting, oldest first */
	struct sock_message **last;
	size_t waiting_bytes;
	int64_t even_us; /* when the rate of messages is even again */
	unsigned pauses;
	int close_code;    /* SOCK_CLOSE_NONE, or why it is being closed */
	bool has_said_bye; /* the close frame is out */
	bool is_up;        /* the handshake is done */
	bool is_limited;
	bool is_signed_in; /* who is set */
};

struct sock *sock_new(struct loop *loop, struct conn *conn);
/* Frees it and what waits; it is in no room and no table any more. */
void sock_free(struct sock *s);

/* Says something: text stands in `print` behind LWS_PRE bytes that may be written to. */
void sock_send(struct sock *s, struct buf *print);
/* Closes once everything before it is out. */
void sock_close(struct sock *s, int code);
void sock_pause(struct sock *s, unsigned why, bool is_paused);

/* LWS_CALLBACK_SERVER_WRITEABLE: the next piece. Non-zero: the connection is broken. */
int sock_on_writeable(struct sock *s);
/* Behind any callback of the socket itself: sends the close frame when it is its turn. */
void sock_go_on(struct sock *s);

#endif
