#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <time.h>

#include "core/base/str.h"
#include "tests/bench/load.h"

enum {
	FRAME_BYTES = 256,
	EVENTS_A_TURN = 512,
	B64_HASH_CHARS = 43,
	LOST_SHOWN = 5,
};

static int64_t wall_ms(void) {
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	return t.tv_sec * 1000LL + t.tv_nsec / 1000000;
}

static void note_latency(struct load *l, int64_t ns) {
	if (l->latency_count == l->latency_cap) {
		l->latency_cap = l->latency_cap ? l->latency_cap * 2 : 1 << 20;
		l->latency_us = realloc(l->latency_us, l->latency_cap * sizeof(uint32_t));
		if (!l->latency_us) {
			abort();
		}
	}
	l->latency_us[l->latency_count++] = (uint32_t)(ns / 1000);
}

/* ---- the socket ---- */

static void watch(struct load *l, struct sitter *s, bool wants_write) {
	if (s->wants_write == wants_write || s->ws.fd < 0) {
		return;
	}
	s->wants_write = wants_write;
	struct epoll_event ev = { .events = EPOLLIN | (wants_write ? EPOLLOUT : 0u) };
	ev.data.ptr = s;
	(void)epoll_ctl(l->epoll, EPOLL_CTL_MOD, s->ws.fd, &ev); /* the descriptor is ours */
}

static bool is_settled(const struct load *l, const struct sitter *s) {
	return l->opt.mode == LOAD_CONNECT ? s->ws.state == WS_CLIENT_OPEN : s->is_welcome;
}

void load_lose(struct load *l, struct sitter *s) {
	l->connecting -= !is_settled(l, s);
	l->lost++;
	ws_client_close(&s->ws);
}

static void send_frame(struct load *l, struct sitter *s, const char *text, int n) {
	if (n < 0 || n >= FRAME_BYTES || !ws_client_send(&s->ws, text, (size_t)n)) {
		load_lose(l, s);
		return;
	}
	if (s->ws.out_len > 0) {
		watch(l, s, true);
	}
}

static void begin_connect(struct load *l, struct sitter *s, unsigned number) {
	s->load = l;
	if (!ws_client_connect(&s->ws, l->opt.port, number)) {
		l->lost++;
		return;
	}
	l->connecting++;
	s->wants_write = true;
	struct epoll_event ev = { .events = EPOLLIN | EPOLLOUT };
	ev.data.ptr = s;
	if (epoll_ctl(l->epoll, EPOLL_CTL_ADD, s->ws.fd, &ev) < 0) {
		load_lose(l, s);
	}
}

void load_connect_more(struct load *l) {
	while (l->next_connect < l->count && l->connecting < l->opt.at_once) {
		unsigned number = (unsigned)l->next_connect++;
		begin_connect(l, &l->sitters[number], number);
	}
}

/* ---- answers ---- */

void load_answer(struct load *l, struct sitter *s) {
	char text[FRAME_BYTES];
	char value[4] = { '"', (char)('A' + s->seq / LOAD_SLOTS % 4), '"', '\0' };
	s->seq++;
	struct event event = { .seq = s->seq,
		.kind = EVENT_ANSWER,
		.slot = (uint16_t)(s->seq % LOAD_SLOTS + 1),
		.value = { value, 3 } };
	int n = snprintf(text, sizeof(text),
			"{\"t\":\"answer\",\"seq\":%" PRIu32 ",\"slot\":%u,\"value\":%s}", s->seq,
			event.slot, value);
	if (l->opt.has_heads) {
		event_head(&s->head, &s->id, &event, &s->head);
		s->heads[s->seq % LOAD_WINDOW_MAX] = s->head;
	}
	s->sent_ns[s->seq % LOAD_WINDOW_MAX] = load_now_ns();
	l->sent++;
	send_frame(l, s, text, n);
}

void load_fill_window(struct load *l, struct sitter *s) {
	while (s->ws.state == WS_CLIENT_OPEN && s->quota > 0 &&
			s->seq - s->acked < (uint32_t)l->opt.window) {
		s->quota--;
		load_answer(l, s);
	}
}

/* ---- what the server says ---- */

/* The number behind "name": in a frame, or fallback. */
static uint64_t field(const char *text, const char *name, uint64_t fallback) {
	const char *at = strstr(text, name);
	return at ? strtoull(at + strlen(name), NULL, 10) : fallback;
}

static bool read_head(const char *text, struct hash *out) {
	const char *at = strstr(text, "\"head\":\"");
	if (!at || strlen(at) < 8 + B64_HASH_CHARS) {
		return false;
	}
	return str_unb64((struct str){ at + 8, B64_HASH_CHARS }, out->b, HASH_BYTES) == ERR_OK;
}

static void on_ack(struct load *l, struct sitter *s, const char *text) {
	struct hash head;
	int64_t ns = load_now_ns();
	uint32_t seq = (uint32_t)field(text, "\"seq\":", 0);
	uint32_t upto = (uint32_t)field(text, "\"upto\":", seq);
	if (l->opt.has_heads && upto > s->acked && upto <= s->seq) {
		bool is_right = read_head(text, &head) &&
				hash_equal(&head, &s->heads[upto % LOAD_WINDOW_MAX]);
		l->wrong_heads += !is_right;
	}
	while (s->acked < upto && s->acked < s->seq) {
		s->acked++;
		l->acks++;
		if (l->is_measuring) {
			l->measured++;
			note_latency(l, ns - s->sent_ns[s->acked % LOAD_WINDOW_MAX]);
		}
	}
	if (l->is_answering) {
		load_fill_window(l, s);
	}
}

static void on_welcome(struct load *l, struct sitter *s, const char *text) {
	if (s->is_welcome) {
		return;
	}
	l->connecting--;
	s->is_welcome = true;
	s->seq = s->acked = (uint32_t)field(text, "\"seq\":", 0);
	if (l->opt.has_heads && !read_head(text, &s->head)) {
		l->wrong_heads++;
	}
	l->starts_ms = (int64_t)field(text, "\"starts\":", 0);
	l->welcomed++;
	l->last_welcome_ns = load_now_ns();
	load_connect_more(l);
}

static void on_pulse(struct load *l, struct sitter *s, const char *text) {
	const char *nonce = strstr(text, "\"n\":\"");
	if (nonce) {
		nonce += 5;
		char reply[FRAME_BYTES];
		int n = snprintf(reply, sizeof(reply), "{\"t\":\"pulse\",\"n\":\"%.*s\"}",
				(int)strcspn(nonce, "\""), nonce);
		send_frame(l, s, reply, n);
	}
}

static void on_key(struct load *l, struct sitter *s) {
	if (s->has_key) {
		return;
	}
	s->has_key = true;
	l->last_key_ns = load_now_ns();
	l->bell_late_ms = wall_ms() - l->starts_ms;
	if (l->keyed++ == 0) {
		l->first_key_ns = l->last_key_ns;
	}
}

static void on_open(struct load *l, struct sitter *s) {
	l->opened++;
	l->last_open_ns = load_now_ns();
	if (l->opt.mode == LOAD_CONNECT) {
		l->connecting--;
		load_connect_more(l);
		return;
	}
	/* A device of its own: the beginning of the attempt's id will do. */
	char hello[FRAME_BYTES];
	int n = snprintf(hello, sizeof(hello),
			"{\"t\":\"hello\",\"attempt\":\"%s\",\"gen\":1,\"seq\":0,\"head\":"
			"\"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\",\"device\":\"%s\"}",
			s->attempt, s->attempt);
	send_frame(l, s, hello, n);
}

static bool is_kind(const char *text, const char *begins) {
	return strncmp(text, begins, strlen(begins)) == 0;
}

static void on_frame(void *arg, const char *text) {
	struct sitter *s = arg;
	struct load *l = s->load;
	if (is_kind(text, "{\"t\":\"ack\"")) {
		on_ack(l, s, text);
	} else if (text[0] == '\0') {
		on_open(l, s);
	} else if (is_kind(text, "{\"t\":\"welcome\"")) {
		on_welcome(l, s, text);
	} else if (is_kind(text, "{\"t\":\"key\"")) {
		on_key(l, s);
	} else if (is_kind(text, "{\"t\":\"pulse\"")) {
		on_pulse(l, s, text);
	} else if (is_kind(text, "{\"t\":\"stamp\"")) {
		l->stamps++;
	} else if (is_kind(text, "{\"t\":\"refused\"") && l->refused++ < LOST_SHOWN) {
		(void)fprintf(stderr, "refused: %s\n", text);
	}
}

/* ---- the loop ---- */

static void on_writable(struct load *l, struct sitter *s) {
	bool is_good = true;
	if (s->ws.state == WS_CLIENT_CONNECTING) {
		char path[80];
		char origin[40];
		(void)snprintf(path, sizeof(path), "%s%s", l->opt.path, s->room);
		(void)snprintf(origin, sizeof(origin), "127.0.0.1:%d", l->opt.port);
		struct ws_client_upgrade how = { path, "truongthi.v1", s->token, origin };
		is_good = ws_client_upgrade(&s->ws, &how);
	} else {
		is_good = ws_client_flush(&s->ws);
	}
	if (!is_good) {
		load_lose(l, s);
	} else if (s->ws.out_len == 0) {
		watch(l, s, false);
	}
}

void load_turn(struct load *l, int64_t wait_ns) {
	struct epoll_event events[EVENTS_A_TURN];
	wait_ns = wait_ns > 0 ? wait_ns : 0;
	struct timespec wait = { wait_ns / 1000000000, wait_ns % 1000000000 };
	int n = epoll_pwait2(l->epoll, events, EVENTS_A_TURN, &wait, NULL);
	for (int i = 0; i < n; i++) {
		struct sitter *s = events[i].data.ptr;
		if (s->ws.fd >= 0 && (events[i].events & EPOLLOUT)) {
			on_writable(l, s);
		}
		if (s->ws.fd >= 0 && (events[i].events & (EPOLLIN | EPOLLHUP | EPOLLERR)) &&
				!ws_client_read(&s->ws, on_frame, s)) {
			load_lose(l, s);
		}
	}
}
