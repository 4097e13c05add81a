#include "tests/bench/ws_client.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

bool ws_client_connect(struct ws_client *c, int port) {
	memset(c, 0, sizeof(*c));
	c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (c->fd < 0) {
		return false;
	}
	int one = 1;
	(void)setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &one, sizeof(one)); /* best effort */
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons((uint16_t)port) };
	to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	c->in = malloc(WS_CLIENT_IN_BYTES);
	c->state = WS_CLIENT_CONNECTING;
	if (connect(c->fd, (struct sockaddr *)&to, sizeof(to)) < 0 && errno != EINPROGRESS) {
		ws_client_close(c);
		return false;
	}
	return c->in != NULL;
}

void ws_client_close(struct ws_client *c) {
	if (c->fd >= 0) {
		close(c->fd);
	}
	free(c->in);
	c->in = NULL;
	c->fd = -1;
	c->state = WS_CLIENT_CLOSED;
}

static bool put(struct ws_client *c, const void *bytes, size_t n) {
	if (n > sizeof(c->out) - c->out_len) {
		return false;
	}
	memcpy(c->out + c->out_len, bytes, n);
	c->out_len += n;
	return true;
}

bool ws_client_flush(struct ws_client *c) {
	while (c->out_len > 0) {
		ssize_t n = send(c->fd, c->out, c->out_len, MSG_NOSIGNAL);
		if (n < 0) {
			return errno == EAGAIN || errno == EINTR;
		}
		memmove(c->out, c->out + n, c->out_len - (size_t)n);
		c->out_len -= (size_t)n;
	}
	return true;
}

bool ws_client_upgrade(struct ws_client *c, const char *path, const char *protocol,
		const char *cookie, const char *origin) {
	char head[1024];
	int n = snprintf(head, sizeof(head),
			"GET %s HTTP/1.1\r\nHost: %s\r\nOrigin: http://%s\r\nUpgrade: websocket\r\n"
			"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
			"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"
			"Sec-WebSocket-Protocol: %s\r\nCookie: tt_session=%s\r\n\r\n",
			path, origin, origin, protocol, cookie);
	c->state = WS_CLIENT_UPGRADING;
	return n > 0 && (size_t)n < sizeof(head) && put(c, head, (size_t)n) && ws_client_flush(c);
}

bool ws_client_send(struct ws_client *c, const char *text, size_t n) {
	unsigned char head[8];
	size_t head_n = 2;
	head[0] = 0x81;
	if (n < 126) {
		head[1] = (unsigned char)(0x80 | n);
	} else {
		head[1] = 0x80 | 126;
		head[2] = (unsigned char)(n >> 8);
		head[3] = (unsigned char)n;
		head_n = 4;
	}
	/* A mask of zeros is a mask: the bytes stay as they are, and the client stays quick. */
	static const unsigned char mask[4] = { 0 };
	return put(c, head, head_n) && put(c, mask, 4) && put(c, text, n) && ws_client_flush(c);
}

bool ws_client_read(struct ws_client *c, bool *out_lost) {
	*out_lost = false;
	if (c->in_len == WS_CLIENT_IN_BYTES) {
		*out_lost = true;
		return false;
	}
	ssize_t n = recv(c->fd, c->in + c->in_len, WS_CLIENT_IN_BYTES - c->in_len, 0);
	if (n == 0 || (n < 0 && errno != EAGAIN && errno != EINTR)) {
		*out_lost = true;
		return false;
	}
	if (n < 0) {
		return false;
	}
	c->in_len += (size_t)n;
	if (c->state == WS_CLIENT_UPGRADING) {
		char *end = memmem(c->in, c->in_len, "\r\n\r\n", 4);
		if (!end) {
			return false;
		}
		if (c->in_len < 12 || memcmp(c->in, "HTTP/1.1 101", 12) != 0) {
			*out_lost = true;
			return false;
		}
		size_t used = (size_t)(end + 4 - c->in);
		memmove(c->in, c->in + used, c->in_len - used);
		c->in_len -= used;
		c->state = WS_CLIENT_OPEN;
	}
	return true;
}

bool ws_client_frame(struct ws_client *c, const char **out_text, size_t *out_n) {
	static __thread char frame[WS_CLIENT_IN_BYTES];
	if (c->state != WS_CLIENT_OPEN || c->in_len < 2) {
		return false;
	}
	const unsigned char *p = (const unsigned char *)c->in;
	size_t n = p[1] & 0x7F;
	size_t head = 2;
	if (n == 126) {
		if (c->in_len < 4) {
			return false;
		}
		n = (size_t)p[2] << 8 | p[3];
		head = 4;
	}
	if (n > 0xFFFF || c->in_len < head + n || n >= sizeof(frame)) {
		return false;
	}
	memcpy(frame, c->in + head, n);
	frame[n] = '\0';
	memmove(c->in, c->in + head + n, c->in_len - head - n);
	c->in_len -= head + n;
	*out_text = frame;
	*out_n = n;
	return true;
}
