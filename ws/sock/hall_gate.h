#ifndef WS_SOCK_HALL_GATE_H
#define WS_SOCK_HALL_GATE_H

/* Who may come into the hall: what a handshake must say, whatever the hall's state is. */

#include <libwebsockets.h>
#include <stdbool.h>

#include "ws/sock/http_head.h"
#include "ws/sock/sock.h"

struct app;
struct conn;

/* Whether the upgrade asks for a WebSocket. */
bool hall_gate_is_websocket(struct lws *wsi);

/* What speaks against the handshake. When nothing does, its status is 0 and the socket knows its
 * role, its room and its session; c->exchange is there and keeps the request. */
struct head_refusal hall_gate_judge(
		struct app *app, struct conn *c, struct lws *wsi, struct sock *s);

#endif
