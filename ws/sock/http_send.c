#include "ws/sock/http_send.h"

#include <libwebsockets.h>
#include <string.h>
#include <sys/socket.h>

#include "ws/app.h"
#include "ws/http/exchange.h"
#include "ws/loop.h"
#include "ws/sock/conn.h"
#include "ws/sock/http_head.h"
#include "ws/sock/tcp_count.h"

enum {
	DIRECT_BYTES = 16 << 10, /* an answer up to this is tried at once */
};

static void enter(struct loop *loop, struct conn *c, enum conn_phase phase) {
	conns_phase(loop_conns(loop), c, phase, loop_now_ms(loop));
}

static void count_status(struct app *app, int status) {
	static const enum metric by_class[] = {
		METRIC_STATUS_2XX,
		METRIC_STATUS_2XX,
		METRIC_STATUS_2XX,
		METRIC_STATUS_3XX,
		METRIC_STATUS_4XX,
		METRIC_STATUS_5XX,
	};
	int class = status / 100;
	metric_add(&app->metrics, by_class[class >= 0 && class <= 5 ? class : 5], 1);
}

/* The answer has gone out whole. */
static int finish(struct loop *loop, struct conn *c) {
	struct exchange *ex = c->exchange;
	struct lws *wsi = c->wsi;
	bool closes = ex->closes;
	bool lingers = ex->lingers;
	bool reads_on = ex->reads_on;
	c->exchange = NULL;
	exchange_free(ex);
	loop_watch_free(c->room);
	c->room = NULL;
	if (lingers) {
		/* Closing now, with bytes unread, would make the kernel send a reset, and the
		 * client would never read the answer. */
		(void)shutdown(lws_get_socket_fd(wsi), SHUT_WR); /* else it is closed already */
		lws_rx_flow_control(wsi, reads_on);
		enter(loop, c, CONN_LINGER);
		return 0;
	}
	if (closes) {
		return HTTP_SEND_CLOSE;
	}
	enter(loop, c, CONN_IDLE);
	if (!tcp_count_read(lws_get_socket_fd(wsi), &c->read_bytes)) {
		return HTTP_SEND_CLOSE; /* see is_from_stash() of http_sock.c */
	}
	lws_rx_flow_control(wsi, 1);
	return lws_http_transaction_completed(wsi) ? HTTP_SEND_CLOSE : 0;
}

/* Fills at most room bytes with what comes next of head and content. */
static size_t next_bytes(const struct exchange *ex, char *out, size_t room) {
	size_t at = ex->sent;
	size_t n = 0;
	if (at < ex->head.len) {
		n = ex->head.len - at;
		n = n < room ? n : room;
		memcpy(out, ex->head.data + at, n);
		at += n;
	}
	size_t done = at - ex->head.len;
	size_t more = at >= ex->head.len ? ex->content.n - done : 0;
	more = more < room - n ? more : room - n;
	if (more > 0) {
		memcpy(out + n, ex->content.p + done, more);
	}
	return n + more;
}

static void on_room(void *arg) {
	struct conn *c = arg;
	lws_rx_flow_control(c->wsi, 1);
	lws_callback_on_writable(c->wsi);
}

/*
 * Goes on when the client has taken some. libwebsockets gives no WRITEABLE while reading is held
 * back. It does not read in this state either, so that, were it not held back, the bytes of a next
 * request or the client's FIN would make the loop spin until the client takes something. So
 * reading is open only while there is room for writing.
 */
static int send_on(struct loop *loop, struct conn *c) {
	if (!lws_send_pipe_choked(c->wsi)) {
		on_room(c);
		return 0;
	}
	lws_rx_flow_control(c->wsi, 0);
	if (!c->room && loop_watch_new(loop, lws_get_socket_fd(c->wsi), on_room, c, &c->room)) {
		return HTTP_SEND_CLOSE;
	}
	loop_watch_start(c->room);
	return 0;
}

/* One lws_write of what comes next. */
static int send_some(struct loop *loop, struct conn *c) {
	char room[LWS_PRE + HTTP_SEND_CHUNK_BYTES];
	struct exchange *ex = c->exchange;
	size_t total = ex->head.len + ex->content.n;
	if (ex->sent == total) {
		return finish(loop, c); /* libwebsockets had kept a part of the last write */
	}
	size_t n = next_bytes(ex, room + LWS_PRE, HTTP_SEND_CHUNK_BYTES);
	bool is_last = ex->sent + n == total;
	int flags = is_last ? LWS_WRITE_HTTP_FINAL : LWS_WRITE_HTTP;
	if (lws_write(c->wsi, (unsigned char *)room + LWS_PRE, n, (enum lws_write_protocol)flags) <
			(int)n) {
		return HTTP_SEND_CLOSE;
	}
	ex->sent += n;
	conns_moved(loop_conns(loop), c, n, loop_now_ms(loop));
	if (is_last && !lws_partial_buffered(c->wsi)) {
		return finish(loop, c);
	}
	return send_on(loop, c);
}

int http_send_reply(struct loop *loop, struct conn *c) {
	struct exchange *ex = c->exchange;
	struct app *app = loop_app(loop);
	ex->is_answered = true;
	ex->closes = ex->closes || ex->reply.closes || loop_is_stopping(loop);
	struct str body = { buf_str(&ex->reply.body), ex->reply.body.len };
	struct str content = ex->content.p ? ex->content : body;
	if (exchange_make_head(ex, content, "")) {
		return HTTP_SEND_CLOSE;
	}
	count_status(app, ex->reply.status);
	enter(loop, c, CONN_SEND);
	bool is_small = ex->head.len + ex->content.n <= DIRECT_BYTES;
	if (is_small && !lws_send_pipe_choked(c->wsi)) {
		return send_some(loop, c);
	}
	return send_on(loop, c);
}

int http_send_problem(struct loop *loop, struct conn *c, struct head_refusal no, const char *name,
		const char *value) {
	struct exchange *ex = c->exchange;
	ex->reply.lang = ex->req.lang;
	ex->is_taken_in = true;
	if (reply_problem(&ex->reply, no.status, no.code, name, value, NULL) ||
			reply_seal(&ex->reply)) {
		reply_empty(&ex->reply, 500); /* without memory for a sentence */
	}
	if (no.status == 503) {
		reply_retry_after(&ex->reply, 1);
	}
	return http_send_reply(loop, c);
}

int http_send_refusal(struct loop *loop, struct conn *c, struct head_refusal no) {
	c->exchange->closes = true;
	metric_add(&loop_app(loop)->metrics, METRIC_HEADS_REFUSED, 1);
	return http_send_problem(loop, c, no, NULL, NULL);
}

int http_send_unread(struct loop *loop, struct conn *c, struct head_refusal no, const char *name,
		const char *value) {
	c->exchange->closes = true;
	c->exchange->lingers = true;
	c->exchange->reads_on = no.status == 411 || c->exchange->length > 0;
	metric_add(&loop_app(loop)->metrics, METRIC_HEADS_REFUSED, 1);
	return http_send_problem(loop, c, no, name, value);
}

int http_send_more(struct loop *loop, struct conn *c) {
	if (!c->exchange || !c->exchange->is_answered) {
		return 0;
	}
	return send_some(loop, c);
}
