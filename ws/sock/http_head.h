#ifndef WS_SOCK_HTTP_HEAD_H
#define WS_SOCK_HTTP_HEAD_H

/*
 * From libwebsockets' parsed head to a request: every rule about heads stands here, for plain
 * requests and for upgrades to WebSocket alike.
 */

#include <stdbool.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

struct app;
struct conn;
struct exchange;
struct lws;
struct request;

/* Why a head is refused: a status and a message's code. status 0: it is not. */
struct head_refusal {
	int status;
	const char *code;
};

/* What stands in the head beside what goes into the request. */
struct head {
	struct str method; /* "GET"; static storage */
	uint64_t length;   /* Content-Length, 0 when there is none */
	bool has_length;
	bool expects_continue;
	bool is_upgrade; /* to WebSocket, well formed */
	bool takes_br;
	bool takes_gzip;
	struct str range;    /* kept in the request */
	struct str protocol; /* Sec-WebSocket-Protocol, kept in the request */
};

/*
 * Reads the head into the request (address, language, token, origin …) and judges it.
 * Refused: no Host or two; a Host that names none; two lengths or an odd one; a length together
 * with Transfer-Encoding; any Transfer-Encoding (411: bodies are sent with their length); a body
 * method without a length; an Expect that is not 100-continue; HTTP other than 1.0 and 1.1.
 */
struct head_refusal head_read(struct app *app, struct lws *wsi, const struct conn *c,
		struct str path, struct request *req, struct head *out);

#endif
