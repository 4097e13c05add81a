#ifndef WS_HTTP_REQUEST_INNER_H
#define WS_HTTP_REQUEST_INNER_H

/*
 * The inside of a request: for those that fill it (ws/sock/http_sock.c, ws/http/serve_request.c
 * and tests), never for handlers.
 */

#include "core/base/buf.h"
#include "ws/http/request.h"

enum {
	REQUEST_QUERY_MAX = 32,            /* name=value pairs */
	REQUEST_TEXT_BYTES_MAX = 16 << 10, /* of all that is kept of the head */
	REQUEST_JSON_BYTES_MAX = 2 << 20,
};

struct request_pair {
	struct str name;
	struct str value;
};

struct request {
	struct app *app;
	struct db *db; /* of the worker; NULL before, and on ROUTE_NO_DB */
	struct route_match match;
	struct access_actor who;
	struct hash session; /* when who.roles is not 0 */
	int64_t now_ms;
	enum lang lang;
	char address[REQUEST_ADDRESS_BYTES];

	/* Spans into `text`, which does not move once the head was read. */
	struct buf text;
	struct str path;
	struct str origin; /* where the client sees us */
	struct str token;  /* of the session: a cookie or a bearer; p == NULL when there is none */
	struct str content_type;
	struct str file_name; /* of bare bytes: X-File-Name as it was sent */
	struct str if_none_match;
	struct str signing_key; /* TruongThi-Key and TruongThi-Signature, as they were sent */
	struct str signature;
	struct request_pair query[REQUEST_QUERY_MAX];
	size_t query_count;

	bool is_head;
	bool is_by_cookie;   /* the token came in a cookie */
	bool is_same_origin; /* Origin or Sec-Fetch-Site says that our own page asks */
	bool is_secure;
	bool wants_token;
	bool may_hash;
	bool has_idem;
	uint8_t idem[REQUEST_IDEM_BYTES];

	struct buf body;
	struct json *json;
	struct request_part parts[REQUEST_PARTS_MAX];
	size_t part_count;
	struct buf file_names; /* cleaned names of the parts */
};

void request_init(struct request *req, struct app *app);
void request_finish(struct request *req);

/* Keeps a copy of some text of the head in req->text. p == NULL stays p == NULL. The room was
 * reserved by request_init(): ERR_LIMIT when it is used up. */
enum err request_keep(struct request *req, struct str s, struct str *out) MUST_CHECK;

/*
 * Reads the body in the form that the route takes: JSON, or the parts of an upload.
 * Errors  ERR_UNSUPPORTED  its Content-Type is another
 *         ERR_FORMAT       it is not well formed
 *         ERR_LIMIT        too deep, too many values or parts
 */
enum err request_read_body(struct request *req) MUST_CHECK;

#endif
