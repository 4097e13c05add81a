#ifndef WS_HTTP_REPLY_H
#define WS_HTTP_REPLY_H

/*
 * The answer to one request. A handler fills it once, with one of: JSON, nothing (204), a file,
 * or a problem. Filling it again replaces what was there. The security headers, Content-Length
 * and Cache-Control: no-store are added for every answer by the caller.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/diag.h"
#include "core/base/err.h"
#include "core/base/json_out.h"
#include "core/base/messages.h"

enum {
	REPLY_BODY_BYTES_MAX = 96 << 20,
	REPLY_HEADERS_BYTES_MAX = 4 << 10, /* of those that a handler adds */
	REPLY_PARAMS_MAX = 8,              /* of one problem */
	REPLY_COOKIE_BYTES_MAX = 128,
};

struct reply {
	int status;       /* 0: nothing was put in yet */
	const char *type; /* Content-Type, static storage */
	struct buf body;
	struct buf headers; /* whole lines, each with its "\r\n" */
	struct json_out json;
	enum lang lang;
	bool is_json_open; /* the writer of reply_json() is not closed yet */
	bool closes;       /* the connection ends behind this answer */
};

struct reply reply_make(enum lang lang);
void reply_finish(struct reply *r);

/*
 * Begins a JSON answer and gives its writer, with the outermost object open: the caller writes
 * members; reply_seal() ends the object.
 */
struct json_out *reply_json(struct reply *r, int status);
/* The same with nothing open: for a caller that writes one whole value of its own. */
struct json_out *reply_json_value(struct reply *r, int status);
/* No body. */
void reply_empty(struct reply *r, int status);
/*
 * A file: takes the bytes out of `bytes`, which is left empty. file_name is UTF-8; with a name
 * the browser saves it, NULL shows it. type is static storage.
 */
void reply_file(struct reply *r, const char *type, const char *file_name, struct buf *bytes);

/*
 * A problem document (RFC 9457). code is a message's code; names and values (const char *) come
 * in pairs and end with NULL:
 *     return reply_problem(r, 409, "roster.stale", "count", "3", NULL);
 * Gives ERR_OK, so that a handler may return it.
 */
enum err reply_problem(struct reply *r, int status, const char *code, ...)
		__attribute__((sentinel));
/* 413 for an uploaded file of more than that many MiB. */
enum err reply_file_large(struct reply *r, unsigned max_mib);
/* The problem for an error code: its own status and sentence (errmap.h). */
enum err reply_err(struct reply *r, enum err e);
/*
 * A problem with its list of mistakes in "errors". where, row and column come from the list;
 * an item whose `where` begins with "/" is a field of a form: "field" instead of "where".
 */
enum err reply_problem_list(struct reply *r, int status, const char *code, const struct diag *list);
/* One mistake in one field of a form: 422 with errors [{field, code, detail}]. Parameters of the
 * message as for reply_problem(). */
enum err reply_field(struct reply *r, const char *field, const char *code, ...)
		__attribute__((sentinel));
/* Adds a member to the problem that was just made: one whole JSON value. */
void reply_problem_member(struct reply *r, const char *name, struct str json);
/* 409: somebody was faster. `write` puts what stands there now into the object "current". */
enum err reply_current(struct reply *r, enum err (*write)(struct json_out *w, void *ctx),
		void *ctx) MUST_CHECK;

/* Adds a header line. The value is one line of printable ASCII: asserts otherwise. */
void reply_header(struct reply *r, const char *name, const char *value);
void reply_retry_after(struct reply *r, int64_t seconds);
/* The session's cookie; max_age_s 0 takes it away. */
void reply_cookie(struct reply *r, const char *token, int64_t max_age_s, bool is_secure);
/* Cache-Control on a ROUTE_CACHEABLE answer: private, for so long, never changing. */
void reply_cache(struct reply *r, int64_t max_age_s, bool is_immutable);

/*
 * Names what was put in by a hash of its bytes (ETag), for pages that look now and then whether
 * there is news: when if_none_match names the same, the answer becomes 304 without a body. After
 * the last member; the errors of reply_seal().
 */
enum err reply_tag(struct reply *r, struct str if_none_match) MUST_CHECK;
/* Ends what is open and checks it: ERR_MISSING when nothing was put in, or what stuck to a
 * buffer. Called once, by the caller of the handler. */
enum err reply_seal(struct reply *r) MUST_CHECK;

#endif
