#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>
#include <uv.h>

#include "ws/loop.h"

struct loop_timer {
	uv_timer_t uv;
	void (*fn)(void *arg);
	void *arg;
};

struct loop_watch {
	uv_poll_t uv;
	int fd; /* a copy: libuv takes each descriptor once, and libwebsockets has the other */
	void (*fn)(void *arg);
	void *arg;
};

/* ---- timers ---- */

static void on_timer(uv_timer_t *uv) {
	struct loop_timer *t = uv->data;
	t->fn(t->arg);
}

enum err loop_timer_new(
		struct loop *loop, void (*fn)(void *arg), void *arg, struct loop_timer **out) {
	struct loop_timer *t = calloc(1, sizeof(*t));
	if (!t) {
		return ERR_NOMEM;
	}
	t->fn = fn;
	t->arg = arg;
	t->uv.data = t;
	(void)uv_timer_init(loop_uv(loop), &t->uv); /* always 0 */
	*out = t;
	return ERR_OK;
}

void loop_timer_set(struct loop_timer *t, int64_t after_ms) {
	uv_update_time(t->uv.loop); /* else a long turn of the loop would make it fire too soon */
	/* fails only without a callback */
	(void)uv_timer_start(&t->uv, on_timer, after_ms > 0 ? (uint64_t)after_ms : 0, 0);
}

void loop_timer_clear(struct loop_timer *t) {
	(void)uv_timer_stop(&t->uv); /* always 0 */
}

static void on_closed(uv_handle_t *handle) {
	free(handle->data);
}

void loop_timer_free(struct loop_timer *t) {
	if (t) {
		uv_close((uv_handle_t *)&t->uv, on_closed);
	}
}

/* ---- room in a socket ---- */

static void on_room(uv_poll_t *uv, int status, int events) {
	(void)status; /* a broken socket is told as well: the next write finds out */
	(void)events;
	struct loop_watch *w = uv->data;
	(void)uv_poll_stop(&w->uv); /* always 0 */
	w->fn(w->arg);
}

enum err loop_watch_new(struct loop *loop, int fd, void (*fn)(void *arg), void *arg,
		struct loop_watch **out) {
	struct loop_watch *w = calloc(1, sizeof(*w));
	if (!w) {
		return ERR_NOMEM;
	}
	w->fn = fn;
	w->arg = arg;
	w->uv.data = w;
	w->fd = fcntl(fd, F_DUPFD_CLOEXEC, 0);
	if (w->fd < 0 || uv_poll_init(loop_uv(loop), &w->uv, w->fd)) {
		if (w->fd >= 0) {
			close(w->fd);
		}
		free(w);
		return ERR_LIMIT;
	}
	*out = w;
	return ERR_OK;
}

void loop_watch_start(struct loop_watch *w) {
	(void)uv_poll_start(&w->uv, UV_WRITABLE, on_room); /* fails only on a closing handle */
}

void loop_watch_free(struct loop_watch *w) {
	if (w) {
		uv_close((uv_handle_t *)&w->uv, on_closed); /* stops it at once */
		close(w->fd);
	}
}
