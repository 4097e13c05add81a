#include "ws/sock/http_sock.h"

#include <libwebsockets.h>
#include <stdio.h>
#include <string.h>

#include "core/auth/access.h"
#include "ws/app.h"
#include "ws/http/dispatch.h"
#include "ws/http/exchange.h"
#include "ws/http/rate.h"
#include "ws/http/static_files.h"
#include "ws/loop.h"
#include "ws/service/session_cache.h"
#include "ws/sock/conn.h"
#include "ws/sock/hall_sock.h"
#include "ws/sock/http_head.h"
#include "ws/sock/http_send.h"
#include "ws/sock/sock.h"
#include "ws/sock/tcp_count.h"

enum {
	BODY_ENDS_MAX = 10000,
	RATE_BURST_S = 4, /* seconds of the rate that may come at once: a page opens with several */
};

static int close_if(int failed) {
	return failed ? HTTP_SEND_CLOSE : 0;
}

struct loop *http_sock_loop(struct lws *wsi) {
	return lws_context_user(lws_get_context(wsi));
}

struct conn *http_sock_conn(struct lws *wsi) {
	uint64_t id = (uint64_t)(uintptr_t)lws_get_opaque_user_data(wsi);
	return conns_find(loop_conns(http_sock_loop(wsi)), id);
}

static void enter(struct loop *loop, struct conn *c, enum conn_phase phase) {
	conns_phase(loop_conns(loop), c, phase, loop_now_ms(loop));
}

/* ---- its end ---- */

/* libwebsockets is done with it, or soon will be. A worker may still have the exchange: it comes
 * back by id and finds nobody. */
void http_sock_gone(struct loop *loop, struct conn *c) {
	if (c->sock) {
		struct sock *s = c->sock;
		c->sock = NULL;
		hall_sock_gone(loop, s);
	}
	struct exchange *ex = c->exchange;
	c->exchange = NULL;
	c->wsi = NULL;
	loop_watch_free(c->room);
	c->room = NULL;
	if (ex && c->phase != CONN_WORK) {
		exchange_free(ex);
	}
	conns_remove(loop_conns(loop), c);
}

/* Closes it from outside of its own callbacks. */
static void kill_conn(struct loop *loop, struct conn *c) {
	struct lws *wsi = c->wsi;
	http_sock_gone(loop, c);
	lws_set_timeout(wsi, PENDING_TIMEOUT_USER_REASON_BASE, LWS_TO_KILL_SYNC);
}

/* ---- to a worker and back ---- */

static void come_back(struct loop *loop, struct loop_task *task) {
	struct exchange *ex = (struct exchange *)((char *)task - offsetof(struct exchange, task));
	struct app *app = loop_app(loop);
	struct conn *c = conns_find(loop_conns(loop), ex->conn_id);
	int64_t took_us = clock_boot_us(app->clock) - ex->received_us;
	metric_add(&app->metrics, METRIC_REQUEST_US, (uint64_t)(took_us > 0 ? took_us : 0));
	if (!c || !c->wsi || c->exchange != ex) {
		exchange_free(ex); /* the client has gone */
		return;
	}
	if (http_send_reply(loop, c) == HTTP_SEND_CLOSE) {
		kill_conn(loop, c);
	}
}

/* Ten thousand tickets may come at once and must not wait behind passwords. */
static bool needs_hasher(const struct request *req) {
	unsigned flags = req->match.route->flags;
	struct str body = request_body(req);
	bool has_ticket = memmem(body.p, body.n, "\"ticket\"", 8) != NULL;
	return (flags & ROUTE_ARGON2) || ((flags & ROUTE_SIGN_IN) && !has_ticket);
}

/* The request is whole. */
static int submit(struct loop *loop, struct conn *c) {
	struct exchange *ex = c->exchange;
	struct app *app = loop_app(loop);
	ex->is_taken_in = true;
	ex->req.now_ms = clock_now_ms(app->clock);
	ex->received_us = clock_boot_us(app->clock);
	ex->task.run = come_back;
	/* What needs a session may wait for a room or a lock: that is a worker's. */
	if ((ex->req.match.route->flags & ROUTE_NO_DB) &&
			access_allows(ex->req.match.route->access, 0)) {
		dispatch_at_once(ex);
		return http_send_reply(loop, c);
	}
	lws_set_timeout(c->wsi, NO_PENDING_TIMEOUT, 0);
	/* Nothing is read while a worker has the request: in this state libwebsockets would spin on
	 * pipelined bytes, or take them for a second body. */
	lws_rx_flow_control(c->wsi, 0);
	enter(loop, c, CONN_WORK);
	ex->req.may_hash = needs_hasher(&ex->req);
	struct workq *queue = ex->req.may_hash ? app->hashers : app->workers;
	enum err e = workq_push(queue, dispatch_job(ex));
	if (e) {
		metric_add(&app->metrics, METRIC_QUEUE_REFUSED, 1);
		return http_send_problem(loop, c, (struct head_refusal){ 503, "http.queue_full" },
				NULL, NULL);
	}
	return 0;
}

/* ---- the request ---- */

static void size_text(size_t bytes, char *out, size_t size) {
	if (bytes >= MIB(1)) {
		(void)snprintf(out, size, "%zu MiB", bytes >> 20); /* fits by its size */
	} else {
		(void)snprintf(out, size, "%zu KiB", (bytes + 1023) >> 10); /* fits by its size */
	}
}

/* Large bodies of people whom no session names, all of them together: each is held in memory until
 * it was answered. */
static bool may_take_raw(struct app *app, struct exchange *ex) {
	if (!(ex->req.match.route->flags & ROUTE_RAW)) {
		return true;
	}
	if (app->raw_bytes + ex->length > APP_RAW_BYTES_MAX) {
		metric_add(&app->metrics, METRIC_QUEUE_REFUSED, 1);
		return false;
	}
	app->raw_bytes += ex->length;
	ex->raw_bytes = ex->length;
	return true;
}

/* The route is known; now the body, if there is one. */
static int begin_body(struct loop *loop, struct conn *c, const struct head *h) {
	struct exchange *ex = c->exchange;
	size_t most = ex->req.match.route->body_max_bytes;
	if (h->length > most) {
		char limit[32];
		size_text(most, limit, sizeof(limit));
		struct head_refusal no = { 413, "http.body_too_large" };
		return http_send_unread(loop, c, no, "limit", limit);
	}
	bool is_public = (ex->req.match.route->access & ACCESS_PUBLIC) != 0;
	if (h->length > 0 && !is_public && !ex->req.token.p) {
		/* Nobody uploads megabytes only to hear that he is not signed in. */
		return http_send_unread(loop, c, (struct head_refusal){ 401, "err.signed_out" },
				NULL, NULL);
	}
	if (h->length == 0) {
		return submit(loop, c);
	}
	if (!may_take_raw(loop_app(loop), ex)) {
		reply_retry_after(&ex->reply, 1);
		return http_send_unread(loop, c, (struct head_refusal){ 503, "http.queue_full" },
				NULL, NULL);
	}
	ex->req.body = buf_make(h->length);
	enter(loop, c, CONN_BODY);
	if (h->expects_continue) {
		char room[LWS_PRE + 32] = { 0 };
		static const char go_on[] = "HTTP/1.1 100 Continue\r\n\r\n";
		memcpy(room + LWS_PRE, go_on, sizeof(go_on) - 1);
		return close_if(lws_write(c->wsi, (unsigned char *)room + LWS_PRE,
						sizeof(go_on) - 1, LWS_WRITE_HTTP) < 0);
	}
	return 0;
}

/* Seconds until this request may be made; 0 when it may now. By session when it is one that was
 * seen before: a whole school sits behind one address. A token that nobody knows yet counts for
 * the address, else every request could bring a new one. */
static int64_t too_fast_s(struct app *app, const struct request *req) {
	const struct config *c = app->config;
	int64_t now_us = clock_boot_us(app->clock);
	bool is_known = req->token.p && session_is_known(app, req->token, clock_now_ms(app->clock));
	struct str name = is_known ? req->token : str_from(req->address);
	int64_t per_s = is_known ? c->limit_requests_per_second : c->limit_address_per_second;
	int64_t burst = RATE_BURST_S * per_s;
	int64_t wait_ms = rate_wait_ms(app->rate, is_known ? 's' : 'i', name, per_s, burst, now_us);
	return (wait_ms + 999) / 1000;
}

static int refuse_fast(struct loop *loop, struct conn *c, const struct head *h, int64_t wait_s) {
	metric_add(&loop_app(loop)->metrics, METRIC_RATE_REFUSED, 1);
	reply_retry_after(&c->exchange->reply, wait_s);
	struct head_refusal no = { 429, "http.too_fast" };
	return h->length ? http_send_unread(loop, c, no, NULL, NULL)
			 : http_send_problem(loop, c, no, NULL, NULL);
}

/* Which methods a path has, for Allow. */
static void add_allow(struct reply *r, unsigned allowed) {
	char text[64] = "";
	for (int m = 0; m < HTTP_METHOD_COUNT_; m++) {
		if (allowed & (1U << m)) {
			size_t n = strlen(text);
			(void)snprintf(text + n, sizeof(text) - n, "%s%s", n ? ", " : "",
					http_method_name((
							enum http_method)m)); /* fits: five words */
		}
	}
	reply_header(r, "Allow", text);
}

static int begin_static(struct loop *loop, struct conn *c, const struct head *h) {
	struct exchange *ex = c->exchange;
	ex->is_taken_in = true;
	ex->received_us = clock_boot_us(loop_app(loop)->clock);
	struct static_request want = {
		.path = ex->req.path,
		.if_none_match = ex->req.if_none_match,
		.range = h->range,
		.takes_br = h->takes_br,
		.takes_gzip = h->takes_gzip,
	};
	enum err e = static_files_answer(loop_app(loop)->files, &want, &ex->reply, &ex->content);
	if (e) {
		return http_send_problem(
				loop, c, (struct head_refusal){ 404, "http.no_page" }, NULL, NULL);
	}
	return http_send_reply(loop, c);
}

static int begin_route(struct loop *loop, struct conn *c, const struct head *h) {
	struct exchange *ex = c->exchange;
	enum http_method method = HTTP_GET;
	struct str name = ex->req.is_head ? str_from("GET") : h->method;
	size_t count = 0;
	const struct route *rows = route_table(&count);
	struct route_match m = { 0 };
	enum err e = http_method_parse(name, &method);
	if (!e) {
		e = route_find(rows, count, method, ex->req.path, &m);
	}
	bool is_api = str_starts(ex->req.path, "/api/");
	if (!e && (m.route->flags & ROUTE_PROVINCE) && !loop_app(loop)->province) {
		e = ERR_NOT_FOUND;
	}
	if (e == ERR_NOT_FOUND && method == HTTP_GET && !is_api && h->length == 0) {
		return begin_static(loop, c, h);
	}
	if (e == ERR_UNSUPPORTED) {
		char text[16];
		(void)snprintf(text, sizeof(text), "%.*s", (int)h->method.n, h->method.p);
		if (m.allowed) {
			add_allow(&ex->reply, m.allowed);
		}
		struct head_refusal no = { 405, "http.method_not_allowed" };
		return h->length ? http_send_unread(loop, c, no, "method", text)
				 : http_send_problem(loop, c, no, "method", text);
	}
	if (e) {
		struct head_refusal no = { 404, "http.no_page" };
		return h->length ? http_send_unread(loop, c, no, NULL, NULL)
				 : http_send_problem(loop, c, no, NULL, NULL);
	}
	int64_t wait_s = is_api ? too_fast_s(loop_app(loop), &ex->req) : 0;
	if (wait_s > 0) {
		return refuse_fast(loop, c, h, wait_s);
	}
	ex->req.match = m;
	return begin_body(loop, c, h);
}

/*
 * A request with a body that was sent behind another one before that was answered. When
 * libwebsockets 4.1.6 takes such a head from what it has stashed, it takes the body from the
 * beginning of the stash, that is the head again, and then reports the end of the body for ever:
 * any client could stop the service thread. So it is not let near the body. Nothing was read from
 * the socket since the last answer had gone: then the head came from the stash.
 */
static bool is_from_stash(const struct conn *c, struct lws *wsi) {
	static const enum lws_token_indexes with_body[] = {
		WSI_TOKEN_POST_URI,
		WSI_TOKEN_PUT_URI,
		WSI_TOKEN_PATCH_URI,
		WSI_TOKEN_HTTP_CONTENT_LENGTH,
	};
	bool has_body = false;
	for (size_t i = 0; i < sizeof(with_body) / sizeof(with_body[0]); i++) {
		has_body |= lws_hdr_total_length(wsi, with_body[i]) > 0;
	}
	uint64_t read_bytes = 0;
	return has_body && c->read_bytes > 0 &&
			(!tcp_count_read(lws_get_socket_fd(wsi), &read_bytes) ||
					read_bytes == c->read_bytes);
}

/* LWS_CALLBACK_HTTP: a head has been read. */
static int on_request(struct loop *loop, struct conn *c, struct lws *wsi, struct str path) {
	struct app *app = loop_app(loop);
	c->body_ends = 0;
	if (is_from_stash(c, wsi)) {
		metric_add(&app->metrics, METRIC_HEADS_REFUSED, 1);
		return HTTP_SEND_CLOSE;
	}
	if (c->exchange) {
		return HTTP_SEND_CLOSE; /* a second head before the first was answered */
	}
	lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0); /* our own lists watch over it */
	metric_add(&app->metrics, METRIC_REQUESTS, 1);
	c->exchange = exchange_new(app, c->id);
	if (!c->exchange) {
		return HTTP_SEND_CLOSE;
	}
	struct head h = { .is_upgrade = false };
	struct head_refusal no = head_read(app, wsi, c, path, &c->exchange->req, &h);
	c->exchange->req.is_head = str_eq_z(h.method, "HEAD");
	c->exchange->length = h.length;
	if (no.status) {
		return http_send_unread(loop, c, no, NULL, NULL);
	}
	return begin_route(loop, c, &h);
}

static int on_body(struct loop *loop, struct conn *c, const char *bytes, size_t n) {
	struct exchange *ex = c->exchange;
	if (!ex || ex->is_taken_in) {
		return 0; /* refused: thrown away until the patience of CONN_LINGER is over */
	}
	buf_add(&ex->req.body, bytes, n);
	conns_moved(loop_conns(loop), c, n, loop_now_ms(loop));
	return close_if(buf_err(&ex->req.body) != ERR_OK);
}

static int on_body_end(struct loop *loop, struct conn *c) {
	struct exchange *ex = c->exchange;
	if (++c->body_ends > BODY_ENDS_MAX) {
		return HTTP_SEND_CLOSE; /* libwebsockets goes round in a circle */
	}
	if (!ex) {
		return HTTP_SEND_CLOSE; /* a refused request's body has come to its end */
	}
	if (ex->is_answered) {
		return 0; /* told again, for bytes of the next request: they wait for our answer */
	}
	if (ex->is_taken_in) {
		lws_rx_flow_control(c->wsi, 0);
		return 0;
	}
	if (ex->req.body.len != ex->length) {
		return HTTP_SEND_CLOSE;
	}
	return submit(loop, c);
}

static int on_http(
		struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t n) {
	(void)user;
	struct loop *loop = http_sock_loop(wsi);
	if (reason == LWS_CALLBACK_EVENT_WAIT_CANCELLED) {
		return loop_on_cancelled(loop);
	}
	struct conn *c = http_sock_conn(wsi);
	if (!c) {
		return 0;
	}
	/* clang-format off */
	switch ((int)reason) { /* libwebsockets has a hundred: most are none of ours */
	case LWS_CALLBACK_HTTP:
		return on_request(loop, c, wsi, (struct str){ in, n });
	case LWS_CALLBACK_HTTP_BODY:
		return on_body(loop, c, in, n);
	case LWS_CALLBACK_HTTP_BODY_COMPLETION:
		return on_body_end(loop, c);
	case LWS_CALLBACK_HTTP_WRITEABLE:
		return http_send_more(loop, c);
	case LWS_CALLBACK_HTTP_CONFIRM_UPGRADE:
		return hall_sock_confirm(loop, c, wsi);
	case LWS_CALLBACK_RAW_ADOPT: /* CONNECT would make a bare socket of it */
	case LWS_CALLBACK_RAW_RX:
		return HTTP_SEND_CLOSE;
	case LWS_CALLBACK_CLOSED_HTTP:
	case LWS_CALLBACK_WSI_DESTROY:
		http_sock_gone(loop, c);
		return 0;
	default:
		return 0;
	}
	/* clang-format on */
}

const struct lws_protocols *http_sock_protocols(void) {
	static const struct lws_protocols rows[] = {
		{ .name = "http", .callback = on_http, .tx_packet_size = HTTP_SEND_CHUNK_BYTES },
		{ .name = HALL_PROTOCOL,
				.callback = hall_sock_callback,
				.rx_buffer_size = 1024,
				.tx_packet_size = SOCK_PIECE_BYTES },
		{ .name = BOARD_PROTOCOL,
				.callback = hall_sock_callback,
				.rx_buffer_size = 256,
				.tx_packet_size = SOCK_PIECE_BYTES },
		{ .name = NULL },
	};
	return rows;
}

/* ---- time ---- */

static void give_up(struct loop *loop, struct conn *c) {
	struct exchange *ex = c->exchange;
	bool is_slow = c->phase != CONN_IDLE && c->phase != CONN_LINGER;
	if (is_slow) {
		metric_add(&loop_app(loop)->metrics, METRIC_SLOW_CLOSED, 1);
	}
	if (c->phase == CONN_BODY && ex) {
		int r = http_send_unread(
				loop, c, (struct head_refusal){ 408, "http.too_slow" }, NULL, NULL);
		if (r == 0) {
			return;
		}
	}
	kill_conn(loop, c);
}

void http_sock_sweep(struct loop *loop) {
	hall_sock_sweep(loop);
	struct conns *cs = loop_conns(loop);
	for (struct conn *c = conns_next_due(cs, loop_now_ms(loop)); c;
			c = conns_next_due(cs, loop_now_ms(loop))) {
		give_up(loop, c);
	}
}

static void close_idle(struct conn *c, void *arg) {
	kill_conn(arg, c);
}

void http_sock_begin_stop(struct loop *loop) {
	hall_sock_begin_stop(loop);
	conns_each_in(loop_conns(loop), CONN_IDLE, close_idle, loop);
	conns_each_in(loop_conns(loop), CONN_LINGER, close_idle, loop);
	conns_each_in(loop_conns(loop), CONN_HEAD, close_idle, loop);
}
