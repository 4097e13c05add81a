#include "ws/sock/hall_sock.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "ws/app.h"
#include "ws/http/exchange.h"
#include "ws/service/session_cache.h"
#include "ws/sock/conn.h"
#include "ws/sock/hall.h"
#include "ws/sock/hall_entry.h"
#include "ws/sock/hall_gate.h"
#include "ws/sock/http_send.h"
#include "ws/sock/http_sock.h"
#include "ws/sock/sock.h"

enum {
	SESSION_BUCKETS = 8192, /* a power of two */
	RATE_BURST_S = 20,      /* seconds of the rate that a socket may send at once */
	RATE_FACTOR = 2,      /* events are held to the rate by the room; this is for all frames */
	STOP_STORE_MS = 2500, /* patience with the writer when the program stops */
};

struct socks {
	struct entry_queue *entries;
	struct proto_scratch scratch; /* one frame is read at a time */
	struct buf print;             /* ... and one printed */
	struct sock *of_session[SESSION_BUCKETS];
	struct sock *limited;
	int64_t stop_ms; /* loop time at which the stop began */
	bool is_stopping;
	bool is_closing;
};

enum err socks_new(struct app *app, struct socks **out) {
	_cleanup_(socks_freep) struct socks *socks = calloc(1, sizeof(*socks));
	if (!socks) {
		return ERR_NOMEM;
	}
	socks->scratch = proto_scratch_make();
	socks->print = buf_make(LWS_PRE + PROTO_PRINT_BYTES_MAX);
	enum err e = entry_queue_new(app, &socks->entries);
	if (!e) {
		*out = STEAL(socks);
	}
	return e;
}

void socks_free(struct socks *socks) {
	if (socks) {
		entry_queue_free(socks->entries);
		proto_scratch_finish(&socks->scratch);
		buf_finish(&socks->print);
		free(socks);
	}
}

/* ---- how many sockets a session has ---- */

static struct sock **session_bucket(struct socks *socks, const struct hash *session) {
	size_t i = ((size_t)session->b[2] << 8 | session->b[3]) & (SESSION_BUCKETS - 1);
	return &socks->of_session[i];
}

static size_t session_count(struct socks *socks, const struct hash *session) {
	size_t count = 0;
	for (struct sock *s = *session_bucket(socks, session); s; s = s->next_of_session) {
		count += hash_equal(&s->session, session);
	}
	return count;
}

static void session_add(struct socks *socks, struct sock *s) {
	struct sock **at = session_bucket(socks, &s->session);
	s->next_of_session = *at;
	*at = s;
}

static void session_remove(struct socks *socks, struct sock *s) {
	struct sock **at = session_bucket(socks, &s->session);
	while (*at != s) {
		at = &(*at)->next_of_session;
	}
	*at = s->next_of_session;
}

static void limited_remove(struct socks *socks, struct sock *s) {
	struct sock **at = &socks->limited;
	while (s->is_limited && *at != s) {
		at = &(*at)->next_limited;
	}
	if (s->is_limited) {
		*at = s->next_limited;
		s->is_limited = false;
	}
}

/* ---- what a room does to a socket ---- */

static struct sock *sock_of(struct hall_user *user) {
	return (struct sock *)((char *)user - offsetof(struct sock, user));
}

static void on_send(struct hall_user *user, const struct message *message,
		const struct proto_names *names) {
	static const char room_for_header[LWS_PRE];
	struct sock *s = sock_of(user);
	struct app *app = loop_app(s->loop);
	struct buf *print = &app->socks->print;
	buf_clear(print);
	buf_add(print, room_for_header, sizeof(room_for_header));
	if (proto_print(message, names, print)) {
		sock_close(s, SOCK_CLOSE_BUSY);
		return;
	}
	if (message->kind == MESSAGE_STAMP) {
		metric_add(&app->metrics, METRIC_STAMPS, 1);
	}
	sock_send(s, print);
}

static void on_answered(struct hall_user *user) {
	(void)user; /* of the HTTP path only */
}

static void on_drop(struct hall_user *user) {
	sock_close(sock_of(user), SOCK_CLOSE_POLICY);
}

static void on_pause(struct hall_user *user, bool is_paused) {
	sock_pause(sock_of(user), SOCK_PAUSE_ROOM, is_paused);
}

/* ---- coming in ---- */

static int close_code_of(enum err e) {
	if (e == ERR_SIGNED_OUT) {
		return SOCK_CLOSE_SIGNED_OUT;
	}
	return e == ERR_DENIED || e == ERR_NOT_FOUND ? SOCK_CLOSE_NOT_YOURS : SOCK_CLOSE_BUSY;
}

static void leave_room(struct sock *s) {
	if (!s->in_room) {
		return;
	}
	room_conn_left(live_room_inner(s->live), s->in_room,
			clock_now_ms(loop_app(s->loop)->clock));
	live_room_release(s->live);
	s->in_room = NULL;
	s->live = NULL;
}

/* Who waits for a room; the socket may be gone when it comes. */
struct coming {
	struct loop *loop;
	uint64_t conn_id;
};

/* The room is there: from here on it hears the socket. */
static void on_room(void *arg, struct live_room *live, enum err e) {
	struct coming coming = *(struct coming *)arg;
	free(arg);
	struct loop *loop = coming.loop;
	struct conn *c = conns_find(loop_conns(loop), coming.conn_id);
	if (!c || !c->sock || !c->wsi) {
		return;
	}
	struct sock *s = c->sock;
	int64_t now_ms = clock_now_ms(loop_app(loop)->clock);
	if (!e) {
		e = room_conn_new(live_room_inner(live), s->role, s->who.person_id, &s->user,
				now_ms, &s->in_room);
	}
	if (e) {
		sock_close(s, close_code_of(e));
		return;
	}
	live_room_hold(live);
	s->live = live;
	enum conn_phase phase = s->role == ROOM_WATCHER ? CONN_SOCKET : CONN_HELLO;
	conns_phase(loop_conns(loop), c, phase, loop_now_ms(loop));
	sock_pause(s, SOCK_PAUSE_ENTERING, false);
}

static void enter_room(struct sock *s) {
	uint32_t needed = s->role == ROOM_WATCHER ? ACCESS_TEACHER | ACCESS_OFFICE
						  : ACCESS_STUDENT | ACCESS_TICKET;
	if (!access_allows(needed, s->who.roles)) {
		sock_close(s, SOCK_CLOSE_NOT_YOURS);
		return;
	}
	struct coming *coming = calloc(1, sizeof(*coming));
	if (!coming) {
		sock_close(s, SOCK_CLOSE_BUSY);
		return;
	}
	*coming = (struct coming){ s->loop, s->conn->id };
	hall_enter(loop_app(s->loop)->hall, s->who.school_id, s->room_id, on_room, coming);
}

static void ask_who(struct sock *s);

/* A session may have been ended while it was looked up; one that memory knows still was not. */
static bool is_doubtful(struct app *app, const struct sock *s) {
	struct access_actor who;
	return session_cache_epoch(app->sessions) != s->asked_epoch &&
			session_cache_find(app->sessions, &s->session, clock_now_ms(app->clock),
					&who) != ERR_OK;
}

static void on_known(struct loop *loop, uint64_t id, enum err e, const struct access_actor *who) {
	struct conn *c = conns_find(loop_conns(loop), id);
	if (!c || !c->sock) {
		return; /* it did not wait */
	}
	if (e) {
		sock_close(c->sock, close_code_of(e));
		return;
	}
	if (is_doubtful(loop_app(loop), c->sock)) {
		ask_who(c->sock);
		return;
	}
	c->sock->who = *who;
	enter_room(c->sock);
}

static void ask_who(struct sock *s) {
	struct app *app = loop_app(s->loop);
	struct entry_ask ask = {
		.session = s->session,
		.room_id = s->room_id,
		.watches = s->role == ROOM_WATCHER,
	};
	s->asked_epoch = session_cache_epoch(app->sessions);
	if (entry_ask(app->socks->entries, &ask, s->conn->id, on_known)) {
		sock_close(s, SOCK_CLOSE_BUSY);
	}
}

/* LWS_CALLBACK_ESTABLISHED */
static void on_established(struct sock *s) {
	struct app *app = loop_app(s->loop);
	s->is_up = true;
	lws_rx_flow_control(s->conn->wsi, 0);
	metric_add(&app->metrics, METRIC_SOCKETS, 1);
	/* However long it takes us, that is not the client's delay. */
	conns_phase(loop_conns(s->loop), s->conn, CONN_WORK, loop_now_ms(s->loop));
	if (s->is_signed_in && s->role != ROOM_WATCHER) {
		enter_room(s);
		return;
	}
	ask_who(s);
}

/* ---- the handshake ---- */

/* What speaks against one socket more. */
static struct head_refusal find_refusal(
		struct loop *loop, struct conn *c, struct lws *wsi, struct sock *s) {
	struct app *app = loop_app(loop);
	struct head_refusal no = hall_gate_judge(app, c, wsi, s);
	if (no.status) {
		return no;
	}
	if (session_count(app->socks, &s->session) >=
			(size_t)app->config->limit_sockets_per_session) {
		return (struct head_refusal){ 429, "http.too_many_connections" };
	}
	if (loop_is_stopping(loop)) {
		return (struct head_refusal){ 503, "http.shutting_down" };
	}
	return (struct head_refusal){ 0, NULL };
}

int hall_sock_confirm(struct loop *loop, struct conn *c, struct lws *wsi) {
	struct app *app = loop_app(loop);
	/* CVE-2025-11677: for an upgrade to anything but WebSocket, libwebsockets 4.1.6 has answered
	 * already and given the head's memory back; even the pointer handed to this callback is
	 * stale. An empty Upgrade field tells. Upgrades to h2c end here too. */
	if (c->exchange || c->sock || !hall_gate_is_websocket(wsi)) {
		return -1;
	}
	lws_set_timeout(wsi, NO_PENDING_TIMEOUT, 0); /* our own lists watch over it */
	struct sock *s = sock_new(loop, c);
	c->exchange = exchange_new(app, c->id);
	if (!s || !c->exchange) {
		sock_free(s);
		return -1;
	}
	struct head_refusal no = find_refusal(loop, c, wsi, s);
	if (no.status) {
		sock_free(s);
		metric_add(&app->metrics, METRIC_SOCKETS_REFUSED, 1);
		(void)http_send_refusal(loop, c, no); /* whatever it says, the connection ends */
		return -1;
	}
	exchange_free(c->exchange);
	c->exchange = NULL;
	s->user = (struct hall_user){ on_send, on_answered, on_drop, on_pause };
	c->sock = s;
	session_add(app->socks, s);
	return 0;
}

/* ---- frames ---- */

/* A ticket opens one attempt, whatever else its student sits. */
static bool is_allowed(const struct sock *s, const struct message_hello *hello) {
	return !s->who.has_attempt ||
			memcmp(s->who.attempt_id, hello->attempt.b, sizeof(hello->attempt.b)) == 0;
}

static void on_hello(struct sock *s, struct room *room, const struct message_hello *hello,
		int64_t now_ms) {
	if (!is_allowed(s, hello)) {
		sock_close(s, SOCK_CLOSE_NOT_YOURS);
		return;
	}
	if (s->conn->phase == CONN_HELLO) {
		conns_phase(loop_conns(s->loop), s->conn, CONN_SOCKET, loop_now_ms(s->loop));
	}
	room_hello(room, s->in_room, hello, now_ms);
}

static void on_frame(struct sock *s, struct str text) {
	struct app *app = loop_app(s->loop);
	int64_t now_ms = clock_now_ms(app->clock);
	struct room *room = live_room_inner(s->live);
	struct proto_frame f;
	metric_add(&app->metrics, METRIC_FRAMES_IN, 1);
	if (s->role == ROOM_WATCHER || proto_parse(text, &app->socks->scratch, &f)) {
		metric_add(&app->metrics, METRIC_FRAMES_REFUSED, 1);
		room_bad_frame(room, s->in_room, now_ms);
		return;
	}
	switch (f.kind) {
	case PROTO_HELLO:
		on_hello(s, room, &f.as.hello, now_ms);
		return;
	case PROTO_EVENT:
		room_event(room, s->in_room, &f.as.event, now_ms);
		return;
	case PROTO_PULSE:
		room_pulse(room, s->in_room, f.as.nonce, now_ms);
		return;
	case PROTO_TAKE:
		room_take(room, s->in_room, NULL, now_ms);
		return;
	case PROTO_BEGIN:
		room_begin(room, s->in_room, now_ms);
		return;
	case PROTO_LOG:
		room_log(room, s->in_room, &f.as.log, now_ms);
		return;
	}
}

/* A socket that sends more than anybody can type is not read for a moment. */
static void count_frame(struct sock *s) {
	struct app *app = loop_app(s->loop);
	int64_t now_us = clock_boot_us(app->clock);
	int64_t cost_us = 1000000 / (RATE_FACTOR * app->config->limit_messages_per_second);
	s->even_us = (s->even_us > now_us ? s->even_us : now_us) + cost_us;
	if (s->even_us - now_us <= RATE_BURST_S * INT64_C(1000000) || s->is_limited) {
		return;
	}
	s->is_limited = true;
	s->next_limited = app->socks->limited;
	app->socks->limited = s;
	sock_pause(s, SOCK_PAUSE_RATE, true);
}

/* A piece of a message. */
static void on_receive(struct sock *s, struct lws *wsi, const char *bytes, size_t n) {
	if (!s->in_room || s->close_code != SOCK_CLOSE_NONE) {
		return; /* what was under way when it was told to go */
	}
	size_t left = lws_remaining_packet_payload(wsi);
	if (s->partial.len + n + left > PROTO_FRAME_BYTES_MAX || lws_frame_is_binary(wsi)) {
		metric_add(&loop_app(s->loop)->metrics, METRIC_FRAMES_REFUSED, 1);
		sock_close(s, SOCK_CLOSE_TOO_BIG);
		return;
	}
	bool is_whole = left == 0 && lws_is_final_fragment(wsi);
	if (is_whole && s->partial.len == 0) {
		on_frame(s, (struct str){ bytes, n });
		count_frame(s);
		return;
	}
	buf_add(&s->partial, bytes, n);
	if (buf_err(&s->partial)) {
		sock_close(s, SOCK_CLOSE_BUSY);
		return;
	}
	if (is_whole) {
		struct buf whole = s->partial;
		s->partial = buf_make(whole.limit);
		on_frame(s, (struct str){ buf_str(&whole), whole.len });
		buf_finish(&whole);
		count_frame(s);
	}
}

int hall_sock_callback(
		struct lws *wsi, enum lws_callback_reasons reason, void *user, void *in, size_t n) {
	(void)user;
	struct conn *c = http_sock_conn(wsi);
	if (!c || !c->sock) {
		return 0;
	}
	switch ((int)reason) { /* libwebsockets has a hundred: most are none of ours */
	case LWS_CALLBACK_ESTABLISHED:
		c->wsi = wsi;
		on_established(c->sock);
		sock_go_on(c->sock);
		return 0;
	case LWS_CALLBACK_RECEIVE:
		on_receive(c->sock, wsi, in, n);
		sock_go_on(c->sock);
		return 0;
	case LWS_CALLBACK_SERVER_WRITEABLE:
		return sock_on_writeable(c->sock);
	case LWS_CALLBACK_WS_PEER_INITIATED_CLOSE:
		return c->sock->has_said_bye ? -1 : 0; /* it is the echo of ours: no echo back */
	case LWS_CALLBACK_CLOSED:
		http_sock_gone(http_sock_loop(wsi), c);
		return 0;
	default:
		return 0;
	}
}

/* ---- leaving ---- */

void hall_sock_gone(struct loop *loop, struct sock *s) {
	struct app *app = loop_app(loop);
	session_remove(app->socks, s);
	limited_remove(app->socks, s);
	leave_room(s);
	sock_free(s);
}

void socks_stop(struct socks *socks) {
	for (size_t i = 0; socks && i < SESSION_BUCKETS; i++) {
		for (struct sock *s = socks->of_session[i]; s; s = s->next_of_session) {
			leave_room(s);
		}
	}
	if (socks) {
		entry_queue_free(socks->entries);
		socks->entries = NULL;
	}
}

struct ended {
	struct loop_task task;
	struct hash session; /* that ended, or that stays of the person's */
	uint64_t person_id;  /* 0: the session alone */
};

static void close_session(struct loop *loop, struct loop_task *task) {
	struct ended *ended = (struct ended *)((char *)task - offsetof(struct ended, task));
	struct socks *socks = loop_app(loop)->socks;
	for (struct sock *s = *session_bucket(socks, &ended->session); s; s = s->next_of_session) {
		if (hash_equal(&s->session, &ended->session)) {
			sock_close(s, SOCK_CLOSE_SIGNED_OUT);
		}
	}
	free(ended);
}

static void close_person(struct loop *loop, struct loop_task *task) {
	struct ended *ended = (struct ended *)((char *)task - offsetof(struct ended, task));
	struct socks *socks = loop_app(loop)->socks;
	for (size_t i = 0; i < SESSION_BUCKETS; i++) {
		for (struct sock *s = socks->of_session[i]; s; s = s->next_of_session) {
			if (s->who.person_id == ended->person_id &&
					!hash_equal(&s->session, &ended->session)) {
				sock_close(s, SOCK_CLOSE_SIGNED_OUT);
			}
		}
	}
	free(ended);
}

static void post_ended(struct app *app, const struct ended *what) {
	struct ended *ended = malloc(sizeof(*ended));
	if (!ended) {
		return; /* its next request finds that it has ended */
	}
	*ended = *what;
	loop_post(app->loop, &ended->task);
}

void hall_sock_end_session(struct app *app, const struct hash *session) {
	struct ended ended = { .task.run = close_session, .session = *session };
	post_ended(app, &ended);
}

void hall_sock_end_person(struct app *app, uint64_t person_id, const struct hash *keep) {
	struct ended ended = { .task.run = close_person, .person_id = person_id };
	if (keep) {
		ended.session = *keep;
	}
	post_ended(app, &ended);
}

/* ---- time ---- */

static void release_limited(struct socks *socks, int64_t now_us) {
	struct sock **at = &socks->limited;
	while (*at) {
		struct sock *s = *at;
		if (s->even_us - now_us > (RATE_BURST_S - 1) * INT64_C(1000000)) {
			at = &s->next_limited;
			continue;
		}
		*at = s->next_limited;
		s->is_limited = false;
		sock_pause(s, SOCK_PAUSE_RATE, false);
	}
}

static void close_for_restart(struct conn *c, void *arg) {
	(void)arg;
	if (c->sock) {
		sock_close(c->sock, SOCK_CLOSE_RESTART);
	}
}

static void stop_reading(struct conn *c, void *arg) {
	(void)arg;
	if (c->sock) {
		sock_pause(c->sock, SOCK_PAUSE_STOP, true);
	}
}

static void each_socket(struct loop *loop, void (*fn)(struct conn *c, void *arg)) {
	static const enum conn_phase phases[] = { CONN_SOCKET, CONN_HELLO, CONN_WORK };
	for (size_t i = 0; i < sizeof(phases) / sizeof(phases[0]); i++) {
		conns_each_in(loop_conns(loop), phases[i], fn, NULL);
	}
}

void hall_sock_begin_stop(struct loop *loop) {
	struct app *app = loop_app(loop);
	app->socks->is_stopping = true;
	app->socks->stop_ms = loop_now_ms(loop);
	each_socket(loop, stop_reading);
}

void hall_sock_sweep(struct loop *loop) {
	struct app *app = loop_app(loop);
	struct socks *socks = app->socks;
	release_limited(socks, clock_boot_us(app->clock));
	if (!socks->is_stopping || socks->is_closing) {
		return;
	}
	struct hall_stats stats = hall_stats(app->hall);
	bool is_stored = stats.sum.under_way == 0 && stats.sum.waiting == 0;
	if (is_stored || loop_now_ms(loop) - socks->stop_ms >= STOP_STORE_MS) {
		socks->is_closing = true;
		each_socket(loop, close_for_restart);
	}
}
