#ifndef TESTS_BENCH_HTTP_CLIENT_H
#define TESTS_BENCH_HTTP_CLIENT_H

/* One connection to a server on this machine, blocking, kept between requests. */

#include <stdbool.h>
#include <stddef.h>

enum {
	HTTP_HEAD_BYTES = 16384,
	HTTP_TAG_BYTES = 128,
};

/* An answer; the body is kept when there is room for it. */
struct http_answer {
	char head[HTTP_HEAD_BYTES + 1];
	size_t have;
	size_t body_at; /* in head: where the body begins */
	size_t body_bytes;
	int status;
	char tag[HTTP_TAG_BYTES]; /* of its ETag, or "" */
	char *body;               /* the caller's room, or NULL */
	size_t body_room;
};

/* Ends the program when nobody listens. */
int http_dial(int port);
bool http_send(int fd, const char *bytes, size_t n);
/* False when the connection ended before the answer was whole. */
bool http_read(int fd, struct http_answer *a);

#endif
