#ifndef WS_SOCK_HALL_SOCK_H
#define WS_SOCK_HALL_SOCK_H

/*
 * WebSockets of the hall: /hall/{room} for students, /board/{room} for invigilators. The handshake
 * is judged here, and completed at once; who it is and the room are found behind it, and nothing
 * is read from the socket until they are.
 */

#include <libwebsockets.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/seal/hash.h"

struct app;
struct conn;
struct loop;
struct sock;
struct socks;

#define HALL_PROTOCOL "truongthi.v1"
#define BOARD_PROTOCOL "truongthi.board.v1"

/* What is kept about all sockets of the process. */
enum err socks_new(struct app *app, struct socks **out) MUST_CHECK;
/* The loop has stopped, the rooms are about to go: every socket leaves its room, and nobody is
 * looked up any more. */
void socks_stop(struct socks *socks);
void socks_free(struct socks *socks);
DEFINE_FREEP(struct socks *, socks_free);

/*
 * LWS_CALLBACK_HTTP_CONFIRM_UPGRADE. 0: go on; a refusal has been answered otherwise, and the
 * connection is to be closed.
 */
int hall_sock_confirm(struct loop *loop, struct conn *c, struct lws *wsi);

/* libwebsockets' callback for both protocols. */
int hall_sock_callback(
		struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t n);

/* The connection has gone: leaves the room and frees the socket. */
void hall_sock_gone(struct loop *loop, struct sock *s);

/* Every LOOP_SWEEP_MS: reads again from those that were too fast; while stopping, closes all once
 * everything accepted is stored. */
void hall_sock_sweep(struct loop *loop);
void hall_sock_begin_stop(struct loop *loop);

/* From any thread: a session has ended; its sockets are closed. */
void hall_sock_end_session(struct app *app, const struct hash *session);
/* The same for all sessions of a person but `keep` (NULL: all), which have left the database and
 * the cache of sessions before: whoever is still on the way in is looked up again. */
void hall_sock_end_person(struct app *app, uint64_t person_id, const struct hash *keep);

#endif
