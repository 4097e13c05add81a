#ifndef CORE_NET_HTTPS_IO_H
#define CORE_NET_HTTPS_IO_H

/*
 * Asking a server by HTTPS and reading its answer, by libcurl (post_begin() was called before).
 * One struct https belongs to one thread and keeps its connection to the last server. What may
 * answer is decided by the caller: with an authority of its own only that one is believed.
 */

#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>

#include "core/base/buf.h"
#include "core/base/cleanup.h"
#include "core/base/err.h"
#include "core/base/str.h"

enum {
	HTTPS_HEADER_BYTES = 256, /* of one line that is sent */
	HTTPS_HEADERS_MAX = 6,
	HTTPS_RETRY_AFTER_MAX_S = 3600,
};

struct https;

enum err https_new(struct https **out) MUST_CHECK;
void https_free(struct https *https);
DEFINE_FREEP(struct https *, https_free);

struct https_header {
	const char *name;
	const char *value;
};
struct https_request {
	const char *url;    /* "https://…", or "http://…" when is_plain */
	bool is_plain;      /* no TLS: a server on this machine */
	bool takes_here;    /* whether this machine may be asked at all (core/net/address.h) */
	const char *ca_pem; /* the authority that alone is believed; NULL: the system's */
	bool is_post;
	struct str body;
	const struct https_header *headers;
	size_t header_count; /* at most HTTPS_HEADERS_MAX */
	size_t answer_bytes_max;
	int64_t timeout_ms;
	atomic_bool *stop; /* may be NULL */
};
struct https_answer {
	long status;
	int64_t retry_after_s; /* 0: it does not say */
	struct buf body;
};

/*
 * Asks. Whatever status the server gives is an answer; a redirect is one, too, and not followed.
 *
 * Errors  ERR_IO     no whole answer came; *out_error is "unreachable", "timeout", "tls", "cut",
 *                    "address": it may not be asked
 *         ERR_LIMIT  the answer is longer than answer_bytes_max
 *         ERR_INVAL  a header that does not fit into a line
 *         ERR_CLOSED *stop
 *         ERR_NOMEM
 * The caller finishes out->body, also after an error. *out_error is static storage, set on errors.
 */
enum err https_ask(struct https *https, const struct https_request *request,
		struct https_answer *out, const char **out_error) MUST_CHECK;

#endif
