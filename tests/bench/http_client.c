#include "tests/bench/http_client.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>

enum { TIMEOUT_S = 120 };

int http_dial(int port) {
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	struct timeval limit = { .tv_sec = TIMEOUT_S };
	int one = 1;
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	if (fd < 0 || setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)) ||
			setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit)) ||
			connect(fd, (struct sockaddr *)&to, sizeof(to))) {
		perror("connect");
		exit(1);
	}
	return fd;
}

bool http_send(int fd, const char *bytes, size_t n) {
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

static bool read_head(int fd, struct http_answer *a) {
	char *end = NULL;
	a->have = 0;
	while (!end) {
		ssize_t n = recv(fd, a->head + a->have, HTTP_HEAD_BYTES - a->have, 0);
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

/* As much of the bytes as there is room for. */
static void keep(struct http_answer *a, size_t at, const char *bytes, size_t n) {
	if (a->body && at < a->body_room) {
		memcpy(a->body + at, bytes, n < a->body_room - at ? n : a->body_room - at);
	}
}

bool http_read(int fd, struct http_answer *a) {
	static _Thread_local char rest[1 << 16];
	if (!read_head(fd, a)) {
		return false;
	}
	size_t have = a->have - a->body_at;
	keep(a, 0, a->head + a->body_at, have);
	while (have < a->body_bytes) {
		ssize_t n = recv(fd, rest, sizeof(rest), 0);
		if (n <= 0) {
			return false;
		}
		keep(a, have, rest, (size_t)n);
		have += (size_t)n;
	}
	return true;
}
