#ifndef WS_HTTP_ROUTE_H
#define WS_HTTP_ROUTE_H

/*
 * One row of the table of routes, and how a path finds its row. The table itself is routes.c.
 *
 * A path names its parameters in braces, and the form says what may stand there; anything else
 * is no such page (404), so that a handler never sees an id that is none:
 *
 *     {class}         a decimal id, 1 .. 2^63 - 1                request_path_id()
 *     {id:16}         sixteen bytes as base64url, 22 characters  request_path_bytes16()
 *     {hash:hex32}    thirty-two bytes as lower-case hex         request_path_str()
 *     {variant:word}  1 to 64 of [A-Za-z0-9_-]                   request_path_str()
 *
 * Pure: no sockets, no database.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/err.h"
#include "core/base/str.h"

struct request;
struct reply;

enum {
	ROUTE_PARAMS_MAX = 6,
	ROUTE_PATH_BYTES_MAX = 1024, /* longer paths are 404 without a look at the table */
	ROUTE_WORD_BYTES_MAX = 64,
};

#define KIB(n) ((size_t)(n) << 10)
#define MIB(n) ((size_t)(n) << 20)

enum http_method {
	HTTP_GET,
	HTTP_POST,
	HTTP_PUT,
	HTTP_PATCH,
	HTTP_DELETE,
	HTTP_METHOD_COUNT_,
};

enum route_flag {
	ROUTE_PLAIN = 0,
	ROUTE_ARGON2 = 1 << 0, /* waits in the short queue of those that hash passwords */
	ROUTE_UPLOAD = 1 << 1, /* the body is a file: multipart/form-data, or its bare bytes */
	ROUTE_NO_DB = 1 << 2,  /* public, takes no database and never waits: answered at once on
				     the service thread, also while every worker is busy */
	ROUTE_HALL = 1 << 3,   /* goes to the live room on the service thread, not to a worker */
	ROUTE_CACHEABLE =
			1 << 4, /* the handler sets Cache-Control; every other answer is no-store */
	ROUTE_SIGN_IN = 1 << 5, /* as ROUTE_ARGON2, unless the body names an exam ticket */
	ROUTE_RAW = 1 << 6,     /* the body is bytes that the handler reads itself, and large ones
				     from people without a session: all of them together are limited */
	ROUTE_PROVINCE = 1 << 7, /* of a province's server; at a school's there is no such page */
};

/*
 * Answers one request, on a worker thread, in plain blocking C. ERR_OK: `reply` holds the
 * answer, a problem document included. Any other error becomes the problem that errmap.h has
 * for it, and what the handler had put into `reply` is dropped.
 */
typedef enum err route_handler(const struct request *req, struct reply *reply);

struct route {
	enum http_method method;
	const char *path;
	unsigned access;       /* who may: bits of core/auth/access.h; 0 is nobody */
	size_t body_max_bytes; /* 0: a body is refused */
	unsigned flags;
	route_handler *handler;
};

/* What a path gave for one parameter. */
struct route_param {
	struct str name; /* points into the row */
	struct str text; /* points into the path */
	uint64_t id;     /* of a decimal id, else 0 */
	uint8_t bytes16[16];
};

struct route_match {
	const struct route *route;
	struct route_param params[ROUTE_PARAMS_MAX];
	size_t param_count;
	unsigned allowed; /* bit per http_method that this path has; for Allow */
};

/*
 * Finds the row of a path (without its query). Literal segments win over parameters.
 * Errors  ERR_NOT_FOUND    no row has this path, or a parameter is not in its form
 *         ERR_UNSUPPORTED  the path is there, but not with this method; out->allowed is set
 */
enum err route_find(const struct route *rows, size_t count, enum http_method method,
		struct str path, struct route_match *out) MUST_CHECK;

/* The table of this program (routes.c). */
const struct route *route_table(size_t *out_count);

const char *http_method_name(enum http_method m);
/* ERR_UNSUPPORTED for a method that no route has. HEAD is taken as GET by the caller. */
enum err http_method_parse(struct str s, enum http_method *out) MUST_CHECK;

#endif
