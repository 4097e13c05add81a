/*
 * Signs in with exam tickets, as a school does in the minutes before the bell: one connection a
 * student, one POST /api/v1/session on it.
 *
 *     tickets --codes FILE --count N --port N [--at-once N]
 *
 * Prints one JSON object: how many were answered 200, in how many seconds, with which latencies
 * from the connect to the answer.
 */

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include "tests/bench/load.h"

enum {
	CODE_BYTES = 32,
	ANSWER_BYTES = 4096,
	EVENTS_A_TURN = 256,
	GIVE_UP_S = 120,
};

struct guest {
	struct ws_client conn; /* for its socket alone */
	char code[CODE_BYTES];
	int64_t start_ns;
	bool has_asked;
};

struct crowd {
	const char *codes_file;
	int count;
	int port;
	int at_once;
	int epoll;
	struct guest *guests;
	int begun;
	int under_way;
	int let_in;
	int failed;
	uint32_t *latency_us;
};

static void end(struct crowd *c, struct guest *g, bool is_in) {
	c->latency_us[c->let_in + c->failed] = (uint32_t)((load_now_ns() - g->start_ns) / 1000);
	c->let_in += is_in;
	c->failed += !is_in;
	c->under_way--;
	ws_client_close(&g->conn);
}

static void begin(struct crowd *c) {
	struct guest *g = &c->guests[c->begun];
	g->start_ns = load_now_ns();
	c->under_way++;
	struct epoll_event ev = { .events = EPOLLOUT };
	ev.data.ptr = g;
	if (!ws_client_connect(&g->conn, c->port, (unsigned)c->begun++) ||
			epoll_ctl(c->epoll, EPOLL_CTL_ADD, g->conn.fd, &ev) < 0) {
		end(c, g, false);
	}
}

static void ask(struct crowd *c, struct guest *g) {
	char body[96];
	char text[512];
	int body_n = snprintf(body, sizeof(body), "{\"ticket\":\"%s\"}", g->code);
	int n = snprintf(text, sizeof(text),
			"POST /api/v1/session HTTP/1.1\r\nHost: 127.0.0.1:%d\r\n"
			"Origin: http://127.0.0.1:%d\r\nContent-Type: application/json\r\n"
			"Content-Length: %d\r\n\r\n%s",
			c->port, c->port, body_n, body);
	struct epoll_event ev = { .events = EPOLLIN };
	ev.data.ptr = g;
	g->has_asked = true;
	if (send(g->conn.fd, text, (size_t)n, MSG_NOSIGNAL) != n ||
			epoll_ctl(c->epoll, EPOLL_CTL_MOD, g->conn.fd, &ev) < 0) {
		end(c, g, false);
	}
}

static void hear(struct crowd *c, struct guest *g) {
	char text[ANSWER_BYTES];
	ssize_t n = recv(g->conn.fd, text, sizeof(text) - 1, 0);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return;
	}
	text[n > 0 ? n : 0] = '\0';
	bool is_in = strncmp(text, "HTTP/1.1 200", 12) == 0;
	if (!is_in && c->failed == 0) {
		(void)fprintf(stderr, "not let in: %s\n", text);
	}
	end(c, g, is_in);
}

static void let_all_in(struct crowd *c) {
	int64_t give_up = load_now_ns() + GIVE_UP_S * INT64_C(1000000000);
	while (c->let_in + c->failed < c->count && load_now_ns() < give_up) {
		while (c->under_way < c->at_once && c->begun < c->count) {
			begin(c);
		}
		struct epoll_event events[EVENTS_A_TURN];
		int n = epoll_wait(c->epoll, events, EVENTS_A_TURN, 1000);
		for (int i = 0; i < n; i++) {
			struct guest *g = events[i].data.ptr;
			if (g->has_asked) {
				hear(c, g);
			} else {
				ask(c, g);
			}
		}
	}
}

static bool read_codes(struct crowd *c) {
	FILE *f = c->codes_file ? fopen(c->codes_file, "r") : NULL;
	c->guests = calloc((size_t)c->count + 1, sizeof(*c->guests));
	c->latency_us = calloc((size_t)c->count + 1, sizeof(*c->latency_us));
	int n = 0;
	while (f && c->guests && n < c->count && fscanf(f, "%31s", c->guests[n].code) == 1) {
		c->guests[n++].conn.fd = -1;
	}
	if (f) {
		(void)fclose(f); /* only read */
	}
	return n == c->count && n > 0 && c->latency_us;
}

static int by_value(const void *a, const void *b) {
	uint32_t x = *(const uint32_t *)a;
	uint32_t y = *(const uint32_t *)b;
	return (x > y) - (x < y);
}

int main(int argc, char **argv) {
	struct crowd c = { .at_once = 256, .port = 8080 };
	for (int i = 1; i + 1 < argc; i += 2) {
		int number = (int)strtol(argv[i + 1], NULL, 10);
		if (strcmp(argv[i], "--codes") == 0) {
			c.codes_file = argv[i + 1];
		} else if (strcmp(argv[i], "--count") == 0) {
			c.count = number;
		} else if (strcmp(argv[i], "--port") == 0) {
			c.port = number;
		} else if (strcmp(argv[i], "--at-once") == 0) {
			c.at_once = number;
		}
	}
	if (c.count <= 0 || c.at_once <= 0 || !read_codes(&c)) {
		(void)fputs("usage: tickets --codes FILE --count N --port N [--at-once N]\n",
				stderr);
		return 2;
	}
	c.epoll = epoll_create1(EPOLL_CLOEXEC);
	int64_t start = load_now_ns();
	let_all_in(&c);
	double seconds = (double)(load_now_ns() - start) / 1e9;
	qsort(c.latency_us, (size_t)(c.let_in + c.failed), sizeof(uint32_t), by_value);
	printf("{\"mode\":\"tickets\",\"letIn\":%d,\"failed\":%d,\"seconds\":%.3f,"
	       "\"p50Ms\":%.3f,\"p99Ms\":%.3f}\n",
			c.let_in, c.failed + (c.count - c.let_in - c.failed), seconds,
			c.latency_us[(c.let_in + c.failed) / 2] / 1000.0,
			c.latency_us[(size_t)(c.let_in + c.failed) * 99 / 100] / 1000.0);
	free(c.latency_us);
	free(c.guests);
	return 0;
}
