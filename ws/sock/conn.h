#ifndef WS_SOCK_CONN_H
#define WS_SOCK_CONN_H

/*
 * The connections of this process: their numbers, what one address may hold at once, and the
 * moments at which a slow one is given up. Belongs to the service thread. Knows nothing of
 * libwebsockets but the pointer; a connection that may have closed meanwhile is named by its id.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"

struct lws;
struct exchange;
struct sock;
struct conn_peer;
struct loop_watch;

/* What a connection is waiting for; each has its own patience. */
enum conn_phase {
	CONN_HEAD,   /* the client has connected, or is sending a request's head */
	CONN_BODY,   /* the client is sending a body */
	CONN_WORK,   /* a worker has the request */
	CONN_SEND,   /* the client is taking the answer */
	CONN_IDLE,   /* kept alive between two requests */
	CONN_LINGER, /* refused; what still comes is thrown away so that the answer is read */
	CONN_HELLO,  /* a WebSocket that has not said who it is */
	CONN_SOCKET, /* a WebSocket of somebody known: its pulses watch over it */
	CONN_PHASE_COUNT_,
};

enum {
	CONN_HEAD_MS = 10000,
	CONN_BODY_MS = 10000,   /* then CONN_BODY_BYTES must have come, and so on */
	CONN_BODY_BYTES = 8192, /* in CONN_BODY_MS: the slowest line that is served */
	CONN_BODY_MOST_MS = 600000,
	CONN_SEND_MS = 30000, /* without one byte being taken */
	CONN_IDLE_MS = 75000,
	CONN_LINGER_MS = 2000,
	CONN_HELLO_MS = 10000,
	CONN_ADDRESS_BYTES = 46,
};

struct conn {
	uint64_t id;
	struct lws *wsi; /* NULL once libwebsockets has said that it is closing */
	struct conn_peer *peer;
	struct exchange *exchange; /* the request under way, or NULL */
	struct sock *sock;         /* of a WebSocket, or NULL */
	struct loop_watch *room; /* waits until the client has taken some of its answer, or NULL */
	struct conn *before;     /* in the list of its phase, by due_ms */
	struct conn *behind;
	int64_t due_ms;
	int64_t since_ms;    /* when the phase was entered */
	uint64_t bytes;      /* moved in this phase */
	uint64_t bytes_then; /* of them, when it was last looked at */
	uint64_t read_bytes; /* taken from the socket when the last answer had gone; 0: none has */
	unsigned body_ends;  /* how often the end of the present body was reported */
	enum conn_phase phase;
	bool is_counted; /* among the peer's connections of nobody known */
};

struct conn_limits {
	size_t total;       /* connections of this process */
	size_t per_address; /* of one address, WebSockets of signed-in people not counted */
};

struct conns;

enum err conns_new(struct conn_limits limits, struct conns **out) MUST_CHECK;
/* Every connection must have been removed. */
void conns_free(struct conns *cs);
DEFINE_FREEP(struct conns *, conns_free);

/* A new connection in CONN_HEAD. ERR_LIMIT: too many in all. ERR_THROTTLED: too many of this
 * address. The caller sets wsi. */
enum err conns_add(struct conns *cs, const char *address, int64_t now_ms,
		struct conn **out) MUST_CHECK;
void conns_remove(struct conns *cs, struct conn *c);

/* NULL when it has gone. */
struct conn *conns_find(struct conns *cs, uint64_t id);
const char *conn_address(const struct conn *c);

/* Enters a phase and starts its patience anew. CONN_SOCKET gives the place among the address's
 * connections back: from there on the session's own limit holds. */
void conns_phase(struct conns *cs, struct conn *c, enum conn_phase phase, int64_t now_ms);
/* Bytes moved: in CONN_SEND this restarts the patience. */
void conns_moved(struct conns *cs, struct conn *c, uint64_t bytes, int64_t now_ms);

/* The next connection whose patience is over, or NULL. A body that moves fast enough is given
 * more time here and not returned. The caller closes it or enters another phase. */
struct conn *conns_next_due(struct conns *cs, int64_t now_ms);

size_t conns_count(const struct conns *cs);

/* Calls fn for each connection of a phase; fn may remove the one it is given or enter another
 * phase with it. */
void conns_each_in(struct conns *cs, enum conn_phase phase, void (*fn)(struct conn *c, void *arg),
		void *arg);

#endif
