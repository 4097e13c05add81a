#ifndef WS_LOOP_H
#define WS_LOOP_H

/*
 * The service thread: one libuv loop under libwebsockets, the listening socket, signals, timers,
 * and the way back for work that other threads have finished. It never blocks.
 *
 * All functions are for the service thread but loop_post().
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/cleanup.h"
#include "core/base/err.h"

struct app;
struct conns;
struct loop;
struct lws;
struct uv_loop_s;

/* Work for the service thread; embedded in what it is about, so that posting cannot fail. */
struct loop_task {
	struct loop_task *next;
	void (*run)(struct loop *loop, struct loop_task *task);
};

/*
 * Binds and listens. ERR_EXISTS: the port is taken. ERR_NOT_FOUND: the address is not this
 * machine's. ERR_DENIED: the port needs more rights. ERR_UNSUPPORTED: libwebsockets' plugin for
 * libuv is not installed. A sentence is in `why`.
 */
enum err loop_new(struct app *app, struct loop **out, char *why, size_t size) MUST_CHECK;
/* Closes what is left. The loop is not running. */
void loop_free(struct loop *loop);
DEFINE_FREEP(struct loop *, loop_free);

/* Serves until SIGTERM or SIGINT, and then until what was under way has ended, at
 * most LOOP_STOP_MS. */
void loop_run(struct loop *loop);

enum {
	LOOP_STOP_MS = 3500,
	LOOP_SWEEP_MS = 250,
};

/* From any thread. Tasks run in the order in which they were posted. */
void loop_post(struct loop *loop, struct loop_task *task);

struct app *loop_app(struct loop *loop);
struct conns *loop_conns(struct loop *loop);
/* Milliseconds that only go forward, read once a turn of the loop; not the exam clock. */
int64_t loop_now_ms(struct loop *loop);
bool loop_is_stopping(const struct loop *loop);
/* What is listened on: "127.0.0.1:8080". */
const char *loop_listen_text(const struct loop *loop);
const char *loop_engine(const struct loop *loop);
/* For loop_wait.c. */
struct uv_loop_s *loop_uv(struct loop *loop);

/* libwebsockets was woken: runs what was posted. For http_sock.c. */
int loop_on_cancelled(struct loop *loop);

/* After a timer has made libwebsockets' own queues longer: lets it look at them. */
void loop_wake(struct loop *loop);

/* A timer of the service thread. */
struct loop_timer;
enum err loop_timer_new(struct loop *loop, void (*fn)(void *arg), void *arg,
		struct loop_timer **out) MUST_CHECK;
/* Fires once, so many milliseconds from now; replaces what was set before. */
void loop_timer_set(struct loop_timer *t, int64_t after_ms);
void loop_timer_clear(struct loop_timer *t);
void loop_timer_free(struct loop_timer *t);
DEFINE_FREEP(struct loop_timer *, loop_timer_free);

/* Waits for room in a socket without looking at what comes in. Takes a descriptor as long as it
 * lives. fd stays the caller's. ERR_LIMIT: no descriptor is left. */
struct loop_watch;
enum err loop_watch_new(struct loop *loop, int fd, void (*fn)(void *arg), void *arg,
		struct loop_watch **out) MUST_CHECK;
/* Calls fn once, when there is room or the socket is broken. fn may free the watch. */
void loop_watch_start(struct loop_watch *w);
void loop_watch_free(struct loop_watch *w);
DEFINE_FREEP(struct loop_watch *, loop_watch_free);

#endif
