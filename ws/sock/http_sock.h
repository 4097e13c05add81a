#ifndef WS_SOCK_HTTP_SOCK_H
#define WS_SOCK_HTTP_SOCK_H

/*
 * HTTP on the service thread: libwebsockets' callbacks, from a request's head to its answer
 * (which http_send.h carries out). What libwebsockets 4.1.6 leaves open is shut here: a missing Host, two lengths,
 * chunked bodies, upgrades that are none.
 */

#include <stdbool.h>
#include <stddef.h>

#include "core/base/str.h"

struct conn;
struct exchange;
struct loop;
struct lws;
struct lws_protocols;

/* The protocols of the virtual host: HTTP first, then the WebSockets. */
const struct lws_protocols *http_sock_protocols(void);

/* Every LOOP_SWEEP_MS: gives up connections that are too slow. */
void http_sock_sweep(struct loop *loop);
/* Closes what is idle; what is under way ends by itself. */
void http_sock_begin_stop(struct loop *loop);

/* The connection and the loop behind a callback; the connection is NULL when it has gone. */
struct conn *http_sock_conn(struct lws *wsi);
struct loop *http_sock_loop(struct lws *wsi);

/* libwebsockets is done with a connection: frees what hangs from it. */
void http_sock_gone(struct loop *loop, struct conn *c);

#endif
