/*
 * Asks for pages as people do who look at the gradebook at the same time: each client has one
 * connection, sends one request after the other and reads the whole answer. Requests are taken from
 * a file in its order, each once.
 *
 *     screens --requests FILE --port N [--clients N] [--again yes]
 *
 * A line of the file: token, method, path and body ("-" for none), by tabs. With --again each page
 * is fetched twice and the second time counts, with the first one's ETag: so a page looks whether
 * there is news. Prints one JSON object; an answer that is not 2xx, or 304 the second time, ends it.
 */

#include <errno.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "tests/bench/load.h"

enum {
	HEAD_BYTES = 16384,
	TAG_BYTES = 128,
	CLIENTS_MAX = 256,
	TIMEOUT_S = 120,
};

struct ask {
	char *token;
	char *method;
	char *path;
	char *body;
	int64_t took_ns;
};

struct crowd {
	struct ask *asks;
	size_t count;
	int port;
	bool again;
	atomic_size_t next;
	atomic_ullong bytes;
	atomic_uint unchanged; /* 304 */
	atomic_bool has_failed;
};

/* One answer's head, and what came behind it already. */
struct answer {
	char head[HEAD_BYTES + 1];
	size_t have;
	size_t body_at;
	size_t body_bytes;
	int status;
	char tag[TAG_BYTES];
};

static int dial(int port) {
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct timeval limit = { .tv_sec = TIMEOUT_S };
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ||
			connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("screens: connect");
		exit(1);
	}
	return fd;
}

static bool send_all(int fd, const char *bytes, size_t n) {
	while (n > 0) {
		ssize_t sent = send(fd, bytes, n, MSG_NOSIGNAL);
		if (sent <= 0) {
			return false;
		}
		bytes += sent;
		n -= (size_t)sent;
	}
	return true;
}

static bool send_ask(int fd, const struct crowd *c, const struct ask *a, const char *tag) {
	char head[2048];
	size_t body_n = a->body ? strlen(a->body) : 0;
	int n = snprintf(head, sizeof(head),
			"%s %s HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nAuthorization: Bearer %s\r\n"
			"%s%s%s",
			a->method, a->path, c->port, a->token, tag ? "If-None-Match: " : "",
			tag ? tag : "", tag ? "\r\n" : "");
	if (a->body) {
		n += snprintf(head + n, sizeof(head) - (size_t)n,
				"Content-Type: application/json\r\nContent-Length: %zu\r\n",
				body_n);
	}
	n += snprintf(head + n, sizeof(head) - (size_t)n, "\r\n");
	return send_all(fd, head, (size_t)n) && send_all(fd, a->body ? a->body : "", body_n);
}

/* The value of a header, copied up to the end of its line; "" when there is none. */
static void header_of(const char *head, const char *name, char *out, size_t size) {
	size_t n = strlen(name);
	out[0] = '\0';
	for (const char *line = strstr(head, "\r\n"); line; line = strstr(line + 2, "\r\n")) {
		if (strncasecmp(line + 2, name, n) == 0 && line[2 + n] == ':') {
			const char *value = line + 2 + n + 1;
			value += strspn(value, " ");
			size_t len = strcspn(value, "\r\n");
			len = len < size - 1 ? len : size - 1;
			memcpy(out, value, len);
			out[len] = '\0';
			return;
		}
	}
}

static bool read_head(int fd, struct answer *a) {
	char *end = NULL;
	a->have = 0;
	while (!end) {
		ssize_t n = recv(fd, a->head + a->have, HEAD_BYTES - a->have, 0);
		if (n <= 0) {
			return false;
		}
		a->have += (size_t)n;
		a->head[a->have] = '\0';
		end = strstr(a->head, "\r\n\r\n");
	}
	char length[32];
	a->body_at = (size_t)(end - a->head) + 4;
	header_of(a->head, "content-length", length, sizeof(length));
	header_of(a->head, "etag", a->tag, sizeof(a->tag));
	a->body_bytes = strtoul(length, NULL, 10);
	a->status = (int)strtol(a->head + 9, NULL, 10);
	return true;
}

static bool read_answer(int fd, struct answer *a) {
	static _Thread_local char rest[1 << 16];
	if (!read_head(fd, a)) {
		return false;
	}
	size_t have = a->have - a->body_at;
	while (have < a->body_bytes) {
		ssize_t n = recv(fd, rest, sizeof(rest), 0);
		if (n <= 0) {
			return false;
		}
		have += (size_t)n;
	}
	return true;
}

/* Asks and times it; false when the answer is none that was wanted. */
static bool ask_one(struct crowd *c, int fd, struct ask *a, struct answer *answer) {
	bool is_good = true;
	for (int turn = c->again ? 0 : 1; turn < 2 && is_good; turn++) {
		char tag[TAG_BYTES];
		bool has_tag = c->again && turn == 1 && answer->tag[0];
		memcpy(tag, answer->tag, sizeof(tag));
		int64_t start = load_now_ns();
		is_good = send_ask(fd, c, a, has_tag ? tag : NULL) && read_answer(fd, answer);
		a->took_ns = load_now_ns() - start;
		is_good = is_good && (answer->status / 100 == 2 || answer->status == 304);
	}
	if (!is_good) {
		(void)fprintf(stderr, "screens: %s %s: %.600s\n", a->method, a->path, answer->head);
		return false;
	}
	atomic_fetch_add(&c->bytes, answer->body_bytes);
	atomic_fetch_add(&c->unchanged, answer->status == 304);
	return true;
}

static void *look(void *arg) {
	struct crowd *c = arg;
	struct answer *answer = calloc(1, sizeof(*answer));
	int fd = dial(c->port);
	while (answer && !c->has_failed) {
		size_t i = atomic_fetch_add(&c->next, 1);
		if (i >= c->count) {
			break;
		}
		if (!ask_one(c, fd, &c->asks[i], answer)) {
			c->has_failed = true;
		}
	}
	(void)close(fd); /* all was read */
	free(answer);
	return NULL;
}

static void free_asks(struct crowd *c) {
	for (size_t i = 0; i < c->count; i++) {
		free(c->asks[i].token); /* the whole line */
	}
	free(c->asks);
}

/* One more line, which the ask keeps. */
static bool take_line(struct crowd *c, const char *line) {
	struct ask *asks = reallocarray(c->asks, c->count + 1, sizeof(*asks));
	char *rest = asks ? strdup(line) : NULL;
	c->asks = asks ? asks : c->asks;
	if (!rest) {
		return false;
	}
	struct ask *a = &asks[c->count++];
	*a = (struct ask){ .token = strsep(&rest, "\t") };
	a->method = strsep(&rest, "\t");
	a->path = strsep(&rest, "\t");
	a->body = strsep(&rest, "\n");
	bool is_whole = a->method && a->path && a->body;
	if (is_whole && strcmp(a->body, "-") == 0) {
		a->body = NULL;
	}
	return is_whole;
}

static bool read_asks(struct crowd *c, const char *path) {
	FILE *f = path ? fopen(path, "r") : NULL;
	char *line = NULL;
	size_t size = 0;
	bool is_good = f != NULL;
	while (is_good && getline(&line, &size, f) > 0) {
		is_good = take_line(c, line);
	}
	free(line);
	if (f) {
		(void)fclose(f); /* only read */
	}
	return is_good && c->count > 0;
}

static int by_time(const void *a, const void *b) {
	int64_t x = ((const struct ask *)a)->took_ns;
	int64_t y = ((const struct ask *)b)->took_ns;
	return (x > y) - (x < y);
}

static void report(struct crowd *c, double seconds) {
	qsort(c->asks, c->count, sizeof(*c->asks), by_time);
	printf("{\"count\":%zu,\"seconds\":%.4f,\"p50Ms\":%.3f,\"p99Ms\":%.3f,\"mostMs\":%.3f,"
	       "\"bytes\":%.0f,\"unchanged\":%u}\n",
			c->count, seconds, (double)c->asks[c->count / 2].took_ns / 1e6,
			(double)c->asks[c->count * 99 / 100].took_ns / 1e6,
			(double)c->asks[c->count - 1].took_ns / 1e6,
			(double)c->bytes / (double)c->count, c->unchanged);
}

int main(int argc, char **argv) {
	struct crowd c = { .port = 8080 };
	const char *file = NULL;
	int clients = 1;
	pthread_t threads[CLIENTS_MAX];
	for (int i = 1; i + 1 < argc; i += 2) {
		int number = (int)strtol(argv[i + 1], NULL, 10);
		if (strcmp(argv[i], "--requests") == 0) {
			file = argv[i + 1];
		} else if (strcmp(argv[i], "--port") == 0) {
			c.port = number;
		} else if (strcmp(argv[i], "--clients") == 0) {
			clients = number;
		} else if (strcmp(argv[i], "--again") == 0) {
			c.again = true;
		}
	}
	if (clients < 1 || clients > CLIENTS_MAX || !read_asks(&c, file)) {
		(void)fputs("usage: screens --requests FILE --port N [--clients N] [--again yes]\n",
				stderr);
		free_asks(&c);
		return 2;
	}
	int64_t start = load_now_ns();
	for (int i = 0; i < clients; i++) {
		if (pthread_create(&threads[i], NULL, look, &c)) {
			return 1;
		}
	}
	for (int i = 0; i < clients; i++) {
		(void)pthread_join(threads[i], NULL); /* they end by themselves */
	}
	if (!c.has_failed) {
		report(&c, (double)(load_now_ns() - start) / 1e9);
	}
	free_asks(&c);
	return c.has_failed;
}
