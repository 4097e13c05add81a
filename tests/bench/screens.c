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
#include <unistd.h>

#include "tests/bench/http_client.h"
#include "tests/bench/load.h"

enum { CLIENTS_MAX = 256 };

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
	return http_send(fd, head, (size_t)n) && http_send(fd, a->body ? a->body : "", body_n);
}

/* Asks and times it; false when the answer is none that was wanted. */
static bool ask_one(struct crowd *c, int fd, struct ask *a, struct http_answer *answer) {
	bool is_good = true;
	for (int turn = c->again ? 0 : 1; turn < 2 && is_good; turn++) {
		char tag[HTTP_TAG_BYTES];
		bool has_tag = c->again && turn == 1 && answer->tag[0];
		memcpy(tag, answer->tag, sizeof(tag));
		int64_t start = load_now_ns();
		is_good = send_ask(fd, c, a, has_tag ? tag : NULL) && http_read(fd, answer);
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
	struct http_answer *answer = calloc(1, sizeof(*answer));
	int fd = http_dial(c->port);
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
