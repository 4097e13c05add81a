#ifndef TESTS_BENCH_WS_CLIENT_H
#define TESTS_BENCH_WS_CLIENT_H

/*
 * The least web socket client that a load generator needs: one non-blocking TCP connection, the
 * upgrade, masked text frames out, text frames in. It allocates one receive buffer a connection
 * and no more. Not for anything but tests: it trusts the server that is being measured.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
	WS_CLIENT_IN_BYTES = 16 * 1024,
	WS_CLIENT_OUT_BYTES = 4 * 1024,
};

enum ws_client_state {
	WS_CLIENT_IDLE,
	WS_CLIENT_CONNECTING,
	WS_CLIENT_UPGRADING,
	WS_CLIENT_OPEN,
	WS_CLIENT_CLOSED,
};

struct ws_client {
	int fd;
	enum ws_client_state state;
	char *in; /* WS_CLIENT_IN_BYTES, shared growth is not needed: frames are small */
	size_t in_len;
	char out[WS_CLIENT_OUT_BYTES]; /* what the socket did not take yet */
	size_t out_len;
};

/* Begins to connect to 127.0.0.1:port; false when the descriptor cannot be had. */
bool ws_client_connect(struct ws_client *c, int port);
/* Called when the socket became writable the first time: sends the upgrade for a path. */
bool ws_client_upgrade(struct ws_client *c, const char *path, const char *protocol,
		const char *cookie, const char *origin);
/* Queues one masked text frame and sends as much as the socket takes. */
bool ws_client_send(struct ws_client *c, const char *text, size_t n);
bool ws_client_flush(struct ws_client *c);
/*
 * Reads what there is. Gives one text frame a call through out_text (valid until the next call),
 * false when none is complete; *out_lost when the peer went away.
 */
bool ws_client_read(struct ws_client *c, bool *out_lost);
bool ws_client_frame(struct ws_client *c, const char **out_text, size_t *out_n);
void ws_client_close(struct ws_client *c);

#endif
