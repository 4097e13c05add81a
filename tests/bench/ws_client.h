#ifndef TESTS_BENCH_WS_CLIENT_H
#define TESTS_BENCH_WS_CLIENT_H

/*
 * The least web socket client that a load generator needs: one non-blocking TCP connection, the
 * upgrade, masked text frames out, text frames in. What is read is looked at where it lies, so a
 * connection holds memory only while a frame of it is cut in two. Not for anything but tests: it
 * trusts the server that is being measured.
 */

#include <stdbool.h>
#include <stddef.h>

enum {
	WS_CLIENT_READ_BYTES = 64 * 1024, /* at once, and the longest frame */
	WS_CLIENT_SEND_BYTES = 512,       /* the longest frame that is sent */
	WS_CLIENT_HEAD_BYTES = 1024,      /* of the upgrade */
};

enum ws_client_state {
	WS_CLIENT_IDLE,
	WS_CLIENT_CONNECTING,
	WS_CLIENT_UPGRADING,
	WS_CLIENT_OPEN,
	WS_CLIENT_CLOSED,
};

struct ws_client {
	int fd; /* -1: none */
	enum ws_client_state state;
	char *in; /* the beginning of a frame, or NULL */
	size_t in_len;
	char *out; /* what the socket did not take yet, or NULL */
	size_t out_len;
};

/* Begins to connect to 127.0.0.1:port from 127.0.0.(2 + from): a source address has less than
 * 30,000 ports. False when a descriptor or port cannot be had. */
bool ws_client_connect(struct ws_client *c, int port, unsigned from);
void ws_client_close(struct ws_client *c);

/* What an upgrade says. The origin is host and port, without "http://". */
struct ws_client_upgrade {
	const char *path;
	const char *protocol;
	const char *session; /* the cookie's value */
	const char *origin;
};
/* The socket has become writable for the first time. False: the connection is broken. */
bool ws_client_upgrade(struct ws_client *c, const struct ws_client_upgrade *how);

/* Sends one masked text frame, or keeps what the socket does not take (then out_len > 0). */
bool ws_client_send(struct ws_client *c, const char *text, size_t n);
bool ws_client_flush(struct ws_client *c);

/* Reads once what there is and calls fn with "" when the upgrade has been taken, and for each
 * whole text frame; the text ends with '\0' and is
 * valid during the call. False: the server has gone, or refused the upgrade. */
bool ws_client_read(struct ws_client *c, void (*fn)(void *arg, const char *text), void *arg);

#endif
