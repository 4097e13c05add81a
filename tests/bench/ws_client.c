#include "tests/bench/ws_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SOURCES = 8 };

bool ws_client_connect(struct ws_client *c, int port, unsigned from) {
	*c = (struct ws_client){ .state = WS_CLIENT_CONNECTING };
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0) {
		return false;
	}
	int one = 1;
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)); /* best effort */
	(void)setsockopt(c->fd, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &one, sizeof(one));
	struct sockaddr_in own = { .sin_family = AF_INET };
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	own.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + from % SOURCES);
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	bool failed = bind(c->fd, (struct sockaddr *)&own, sizeof(own)) < 0 ||
			(connect(c->fd, (struct sockaddr *)&to, sizeof(to)) < 0 &&
					errno != EINPROGRESS);
	if (failed) {
		ws_client_close(c);
	}
	return !failed;
}

void ws_client_close(struct ws_client *c) {
	if (c->fd >= 0) {
		close(c->fd);
	}
	free(c->in);
	free(c->out);
	*c = (struct ws_client){ .fd = -1, .state = WS_CLIENT_CLOSED };
}

/* A copy of n bytes in place of *io; NULL for none. */
static bool keep(char **io, size_t *io_len, const char *bytes, size_t n) {
	char *copy = n > 0 ? malloc(n) : NULL;
	if (n > 0 && !copy) {
		return false;
	}
	if (n > 0) {
		memcpy(copy, bytes, n);
	}
	free(*io);
	*io = copy;
	*io_len = n;
	return true;
}

static bool send_bytes(struct ws_client *c, const char *bytes, size_t n) {
	ssize_t sent = 0;
	if (c->out_len == 0) {
		sent = send(c->fd, bytes, n, MSG_NOSIGNAL);
		if (sent < 0 && errno != EAGAIN && errno != EINTR) {
			return false;
		}
		sent = sent < 0 ? 0 : sent;
	}
	size_t left = n - (size_t)sent;
	if (left == 0) {
		return true;
	}
	char *more = realloc(c->out, c->out_len + left);
	if (!more) {
		return false;
	}
	memcpy(more + c->out_len, bytes + sent, left);
	c->out = more;
	c->out_len += left;
	return true;
}

bool ws_client_flush(struct ws_client *c) {
	if (c->out_len == 0) {
		return true;
	}
	ssize_t sent = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL);
	if (sent < 0) {
		return errno == EAGAIN || errno == EINTR;
	}
	char *rest = c->out + sent;
	return keep(&c->out, &c->out_len, rest, c->out_len - (size_t)sent);
}

bool ws_client_upgrade(struct ws_client *c, const struct ws_client_upgrade *how) {
	char head[WS_CLIENT_HEAD_BYTES];
	int n = snprintf(head, sizeof(head),
			"GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nUpgrade: websocket\r\n"
			"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			"Sec-WebSocket-Protocol: %s\r\nCookie: tt_session=%s\r\n\r\n",
			how->path, how->origin, how->origin, how->protocol, how->session);
	c->state = WS_CLIENT_UPGRADING;
	return n > 0 && (size_t)n < sizeof(head) && send_bytes(c, head, (size_t)n);
}

bool ws_client_send(struct ws_client *c, const char *text, size_t n) {
	/* A mask of zeros is a mask: the bytes stay as they are, and the client stays quick. */
	char frame[WS_CLIENT_SEND_BYTES + 8] = { (char)0x81 };
	size_t head = n < 126 ? 6 : 8;
	if (n > WS_CLIENT_SEND_BYTES) {
		return false;
	}
	if (n < 126) {
		frame[1] = (char)(0x80 | n);
	} else {
		frame[1] = (char)(0x80 | 126);
		frame[2] = (char)(n >> 8);
		frame[3] = (char)n;
	}
	memcpy(frame + head, text, n);
	return send_bytes(c, frame, head + n);
}

/* The whole frame at p, or 0; its text is the last *out_n bytes of it. */
static size_t frame_bytes(const unsigned char *p, size_t have, size_t *out_n) {
	if (have < 2) {
		return 0;
	}
	size_t n = p[1] & 0x7F;
	size_t head = 2;
	if (n == 126) {
		if (have < 4) {
			return 0;
		}
		n = (size_t)p[2] << 8 | p[3];
		head = 4;
	}
	*out_n = n;
	return have < head + n ? 0 : head + n;
}

/* Gives the whole frames in room to fn; how many bytes they were. room[len] may be written. */
static size_t give_frames(struct ws_client *c, char *room, size_t len,
		void (*fn)(void *arg, const char *text), void *arg) {
	size_t at = 0;
	size_t n = 0;
	size_t whole = 0;
	while (c->state == WS_CLIENT_OPEN &&
			(whole = frame_bytes((unsigned char *)room + at, len - at, &n)) > 0) {
		bool is_text = (room[at] & 0x0F) == 1;
		at += whole;
		char behind = room[at];
		room[at] = '\0';
		if (is_text) {
			fn(arg, room + at - n);
		}
		room[at] = behind;
	}
	return at;
}

/* Bytes of the answer to the upgrade, 0 while it is not whole; *out_is_good says what it is. */
static size_t upgrade_answer(char *room, size_t len, bool *out_is_good) {
	const char *end = memmem(room, len, "\r\n\r\n", 4);
	*out_is_good = len < 12 || memcmp(room, "HTTP/1.1 101", 12) == 0;
	return end ? (size_t)(end + 4 - room) : 0;
}

bool ws_client_read(struct ws_client *c, void (*fn)(void *arg, const char *text), void *arg) {
	static char room[WS_CLIENT_READ_BYTES + 1];
	size_t len = c->in_len;
	size_t used = 0;
	if (len > 0) {
		memcpy(room, c->in, len);
	}
	ssize_t got = recv(c->fd, room + len, WS_CLIENT_READ_BYTES - len, 0);
	if (got <= 0) {
		return got < 0 && (errno == EAGAIN || errno == EINTR);
	}
	len += (size_t)got;
	if (c->state == WS_CLIENT_UPGRADING) {
		bool is_good = true;
		used = upgrade_answer(room, len, &is_good);
		if (!is_good) {
			return false;
		}
		if (used > 0) {
			c->state = WS_CLIENT_OPEN;
			fn(arg, ""); /* the socket is open */
		}
	}
	used += give_frames(c, room + used, len - used, fn, arg);
	if (c->state == WS_CLIENT_CLOSED) {
		return true; /* fn has closed it */
	}
	return len < WS_CLIENT_READ_BYTES && keep(&c->in, &c->in_len, room + used, len - used);
}
